/* SPDX-License-Identifier: Apache-2.0 */
#include "mrp/mrp_lot.h"

/* A row in hand, for the rules that look ahead. */
typedef struct lot_row {
    const c12__mrp_terms *terms;
    const int64_t *gross, *receipts;
    int32_t buckets;
} lot_row;

static int lot_round_up(int64_t q, int64_t multiple, int64_t *r)
{
    if (multiple == 1) { *r = q; return 0; }
    int64_t lots = q / multiple + (q % multiple != 0);
    return c12__mul64(lots, multiple, r);
}

static int lot_min_multiple(const c12__mrp_terms *l, int64_t net, int64_t *r)
{
    if (lot_round_up(c12__max64(net, l->min), l->multiple, r)) return 1;
    if (!l->max || *r <= l->max) return 0;
    int64_t full = *r / l->max * l->max, rest = *r - full;
    if (rest && lot_round_up(c12__max64(rest, l->min), l->multiple, &rest)) return 1;
    return c12__add64(full, rest, r);
}

/* Largest shortage below the floor from t through the window, were nothing ordered. */
static int lot_periods(const lot_row *w, int32_t t, int64_t before, int64_t *r)
{
    int64_t end = c12__min64((int64_t)t + w->terms->periods, w->buckets), low = before;
    for (int64_t u = (int64_t)t + 1; u < end; u++) {
        if (c12__add64(before, w->receipts[u], &before) || c12__sub64(before, w->gross[u], &before)) return 1;
        low = c12__min64(low, before);
    }
    return c12__sub64(w->terms->floor, low, r);
}

/* Planned receipt in bucket t when `before`, what would be there without it, lies below the floor. */
static int lot_order(const lot_row *w, int32_t t, int64_t before, int64_t *order)
{
    const c12__mrp_terms *l = w->terms;
    int64_t net;
    if (c12__sub64(l->floor, before, &net)) return 1;
    switch (l->rule) {
    case C12_MRP_FIXED: return lot_round_up(net, l->size, order);
    case C12_MRP_MIN_MULTIPLE: return lot_min_multiple(l, net, order);
    case C12_MRP_PERIODS: return lot_periods(w, t, before, order);
    case C12_MRP_MIN_MAX: return c12__sub64(c12__max64(l->max, l->floor), before, order);
    default: *order = net; return 0;
    }
}

int32_t c12__mrp_net_row(const c12__mrp_terms *terms, int32_t buckets, const int64_t *gross, const int64_t *receipts, int64_t *planned, int64_t *projected)
{
    const lot_row w = { terms, gross, receipts, buckets };
    int64_t have = terms->on_hand;
    for (int32_t t = 0; t < buckets; t++) {
        int64_t order = 0;
        if (c12__add64(have, receipts[t], &have) || c12__sub64(have, gross[t], &have)) return t;
        if (have < terms->floor && (lot_order(&w, t, have, &order) || c12__add64(have, order, &have))) return t;
        planned[t] = order;
        projected[t] = have;
    }
    return -1;
}
