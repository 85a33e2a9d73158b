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

/* ---- lots by cost ------------------------------------------------------------------------------------------------------------------ */

/* What each bucket from t on adds to the running shortage, into need [buckets - t]; their sum up to a bucket is the order that covers it. */
static int lot_needs(const lot_row *w, int32_t t, int64_t before, int64_t *need)
{
    int64_t low = before;
    if (c12__sub64(w->terms->floor, before, &need[0])) return 1;
    for (int32_t u = t + 1; u < w->buckets; u++) {
        if (c12__add64(before, w->receipts[u], &before) || c12__sub64(before, w->gross[u], &before)) return 1;
        if (before < low ? c12__sub64(low, before, &need[u - t]) : (need[u - t] = 0, 0)) return 1;
        low = c12__min64(low, before);
    }
    return 0;
}

/* a * b > c * d of numbers that are not negative. */
static int product_passes(int64_t a, int64_t b, int64_t c, int64_t d)
{
    return c12__cmp_u128(c12__mul_u64((uint64_t)a, (uint64_t)b), c12__mul_u64((uint64_t)c, (uint64_t)d)) > 0;
}

/* *cost += holding * k * need: the bucket k after the order's kept for k buckets. */
static int keep_for(const c12__mrp_terms *l, int32_t k, int64_t need, int64_t *cost)
{
    int64_t kept;
    return c12__mul64(need, k, &kept) || c12__mul64(kept, l->holding_cost, &kept) || c12__add64(*cost, kept, cost);
}

static int cover_silver_meal(const c12__mrp_terms *l, const int64_t *need, int32_t most, int32_t *n)
{
    int64_t cost = l->order_cost, longer = cost;
    for (*n = 1; *n < most; ++*n) {
        if (keep_for(l, *n, need[*n], &longer)) return 1;
        if (product_passes(longer, *n, cost, *n + 1)) return 0;
        cost = longer;
    }
    return 0;
}

static int cover_part_period(const c12__mrp_terms *l, const int64_t *need, int32_t most, int32_t *n)
{
    int64_t held = 0, longer = 0;
    for (*n = 1; *n < most; ++*n) {
        if (keep_for(l, *n, need[*n], &longer)) return 1;
        if (longer > l->order_cost) { *n += longer - l->order_cost < l->order_cost - held; return 0; }
        held = longer;
    }
    return 0;
}

static int cover_groff(const c12__mrp_terms *l, const int64_t *need, int32_t most, int32_t *n)
{
    int64_t kept;
    for (*n = 1; *n < most; ++*n) {
        if (c12__mul64(need[*n], l->holding_cost, &kept)) return 1;
        if (product_passes(kept, (int64_t)*n * (*n + 1), l->order_cost, 2)) return 0;
    }
    return 0;
}

/* Backwards: least[k] is the least cost from bucket k on; an order in k covers n buckets.  A bucket without need needs no order. */
static int cover_wagner_whitin(const c12__mrp_terms *l, const int64_t *need, int32_t most, int64_t *least, int32_t *n)
{
    *n = 1;
    for (int32_t k = most - 1; k >= 0; k--) {
        int64_t cost = l->order_cost, best = INT64_MAX;
        if (!need[k]) { least[k] = k + 1 < most ? least[k + 1] : 0; continue; }
        for (int32_t j = 1; k + j <= most; j++) {
            int64_t all;
            if (c12__add64(cost, k + j < most ? least[k + j] : 0, &all)) return 1;
            if (all < best) { best = all; if (k == 0) *n = j; }
            if (cost >= best) break; /* holding only grows */
            if (k + j < most && keep_for(l, j, need[k + j], &cost)) return 1;
        }
        least[k] = best;
    }
    return 0;
}

static uint64_t square_root(c12__u128 x)
{
    uint64_t root = 0;
    for (int bit = 63; bit >= 0; bit--) {
        uint64_t next = root | (uint64_t)1 << bit;
        if (c12__cmp_u128(c12__mul_u64(next, next), x) <= 0) root = next;
    }
    return root;
}

/* The nearest whole number to the root of 2 K G / (h B). */
static int64_t economic_quantity(const lot_row *w)
{
    const c12__mrp_terms *l = w->terms;
    int64_t gross = 0;
    c12__u128 twice, den = c12__mul_u64((uint64_t)l->holding_cost, (uint64_t)w->buckets);
    for (int32_t t = 0; t < w->buckets; t++)
        if (c12__add64(gross, w->gross[t], &gross)) return INT64_MAX;
    if (!l->holding_cost) return l->order_cost ? INT64_MAX : 0;
    if (c12__mul_u128_u64(c12__mul_u64((uint64_t)l->order_cost, (uint64_t)gross), 2, &twice)) return INT64_MAX;
    c12__u128 x = c12__div_u128(twice, den, NULL);
    uint64_t root = square_root(x);
    root += c12__cmp_u128(c12__sub_u128(x, c12__mul_u64(root, root)), (c12__u128){ 0, root }) > 0;
    return root > (uint64_t)INT64_MAX ? INT64_MAX : (int64_t)root;
}

/* `need` and `least` are scratch of the buckets from t on. */
static int lot_by_cost(const lot_row *w, int32_t t, int64_t before, int64_t *need, int64_t *least, int64_t *order)
{
    int32_t most = w->buckets - t, n = 1;
    int over;
    if (lot_needs(w, t, before, need)) return 1;
    switch (w->terms->rule) {
    case C12_MRP_SILVER_MEAL: over = cover_silver_meal(w->terms, need, most, &n); break;
    case C12_MRP_PART_PERIOD: over = cover_part_period(w->terms, need, most, &n); break;
    case C12_MRP_GROFF: over = cover_groff(w->terms, need, most, &n); break;
    case C12_MRP_WAGNER_WHITIN: over = cover_wagner_whitin(w->terms, need, most, least, &n); break;
    default: over = 0; n = most; break;
    }
    *order = 0;
    for (int32_t k = 0; k < n && !over; k++) over = c12__add64(*order, need[k], order);
    if (w->terms->rule == C12_MRP_EOQ && !over) *order = c12__max64(need[0], c12__min64(economic_quantity(w), *order));
    return over;
}

/* Planned receipt in bucket t when `before`, what would be there without it, lies below the floor. */
static int lot_order(const lot_row *w, int32_t t, int64_t before, int64_t *need, int64_t *least, int64_t *order)
{
    const c12__mrp_terms *l = w->terms;
    int64_t net;
    if (c12__sub64(l->floor, before, &net)) return 1;
    switch (l->rule) {
    case C12_MRP_FIXED: return lot_round_up(net, l->size, order);
    case C12_MRP_MIN_MULTIPLE: return lot_min_multiple(l, net, order);
    case C12_MRP_PERIODS: return lot_periods(w, t, before, order);
    case C12_MRP_MIN_MAX: return c12__sub64(c12__max64(l->max, l->floor), before, order);
    case C12_MRP_LOT_FOR_LOT: *order = net; return 0;
    default: return lot_by_cost(w, t, before, need, least, order);
    }
}

int32_t c12__mrp_net_row(const c12__mrp_terms *terms, int32_t buckets, const int64_t *gross, const int64_t *receipts, int64_t *planned, int64_t *projected)
{
    const lot_row w = { terms, gross, receipts, buckets };
    int64_t have = terms->on_hand;
    for (int32_t t = 0; t < buckets; t++) {
        int64_t order = 0;
        if (c12__add64(have, receipts[t], &have) || c12__sub64(have, gross[t], &have)) return t;
        /* what lies ahead in the two columns is not written yet: room for the rules that weigh costs */
        if (have < terms->floor && (lot_order(&w, t, have, planned + t, projected + t, &order) || c12__add64(have, order, &have))) return t;
        planned[t] = order;
        projected[t] = have;
    }
    return -1;
}
