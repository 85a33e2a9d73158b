/* SPDX-License-Identifier: Apache-2.0 */
#include "mrp/mrp_lot.h"

/* A row in hand, for the rules that look ahead. */
typedef struct lot_row {
    const c12__mrp_terms *terms;
    const int64_t *gross, *receipts, *firm;
    int32_t buckets;
} lot_row;

static int64_t floor_at(const lot_row *w, int32_t t) { return w->terms->floors ? w->terms->floors[t] : w->terms->floor; }

static int64_t firm_good(const lot_row *w, int32_t t) { return w->firm ? c12__mrp_good(w->firm[t], w->terms->yield_ppm) : 0; }

/* The balance of the bucket before, carried into t. */
static int lot_carry(const lot_row *w, int32_t t, int64_t *have)
{
    return c12__add64(*have, w->receipts[t], have) || c12__add64(*have, firm_good(w, t), have) || c12__sub64(*have, w->gross[t], have);
}

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
    int32_t end = (int32_t)c12__min64((int64_t)t + w->terms->periods, w->buckets);
    if (c12__sub64(floor_at(w, t), before, r)) return 1;
    for (int32_t u = t + 1; u < end; u++) {
        int64_t short_of;
        if (lot_carry(w, u, &before) || c12__sub64(floor_at(w, u), before, &short_of)) return 1;
        *r = c12__max64(*r, short_of);
    }
    return 0;
}

/* ---- lots by cost ------------------------------------------------------------------------------------------------------------------ */

/* What each bucket from t on adds to the running shortage, into need [buckets - t]; their sum up to a bucket is the order that covers it. */
static int lot_needs(const lot_row *w, int32_t t, int64_t before, int64_t *need)
{
    int64_t worst;
    if (c12__sub64(floor_at(w, t), before, &worst)) return 1;
    need[0] = worst;
    for (int32_t u = t + 1; u < w->buckets; u++) {
        int64_t short_of;
        if (lot_carry(w, u, &before) || c12__sub64(floor_at(w, u), before, &short_of)) return 1;
        need[u - t] = c12__max64(short_of, worst) - worst; /* both sides of a difference that fits: worst > 0 */
        worst = c12__max64(short_of, worst);
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

/* Good pieces wanted in bucket t when `before`, what would be there without an order, lies below the floor. */
static int lot_wanted(const lot_row *w, int32_t t, int64_t before, int64_t *need, int64_t *least, int64_t *wanted)
{
    const c12__mrp_terms *l = w->terms;
    switch (l->rule) {
    case C12_MRP_LOT_FOR_LOT:
    case C12_MRP_FIXED:
    case C12_MRP_MIN_MULTIPLE: return c12__sub64(floor_at(w, t), before, wanted);
    case C12_MRP_PERIODS: return lot_periods(w, t, before, wanted);
    case C12_MRP_MIN_MAX: return c12__sub64(c12__max64(l->max, floor_at(w, t)), before, wanted);
    default: return lot_by_cost(w, t, before, need, least, wanted);
    }
}

/* The quantity to start in order to get them. */
static int lot_order(const lot_row *w, int32_t t, int64_t before, int64_t *need, int64_t *least, int64_t *order)
{
    const c12__mrp_terms *l = w->terms;
    int64_t start;
    if (lot_wanted(w, t, before, need, least, &start)) return 1;
    if (l->yield_ppm != C12__MRP_SURE && c12__explode_qty(start, C12__MRP_SURE, l->yield_ppm, 0, &start)) return 1;
    switch (l->rule) {
    case C12_MRP_FIXED: return lot_round_up(start, l->size, order);
    case C12_MRP_MIN_MULTIPLE: return lot_min_multiple(l, start, order);
    default: *order = start; return 0;
    }
}

/* Requirements as netting with a safety time sees them; the last buckets see none. */
static int shift_gross(const c12__mrp_terms *l, int32_t buckets, const int64_t *gross, int64_t *shifted)
{
    int32_t by = l->safety_time < buckets ? l->safety_time : buckets - 1;
    shifted[0] = 0;
    for (int32_t t = 0; t <= by; t++)
        if (c12__add64(shifted[0], gross[t], &shifted[0])) return 1;
    for (int32_t t = 1; t < buckets; t++) shifted[t] = t + by < buckets ? gross[t + by] : 0;
    return 0;
}

/* Projected available of the requirements as they are. */
static int32_t project(const lot_row *w, const int64_t *started, int64_t *projected)
{
    int64_t have = w->terms->on_hand;
    for (int32_t t = 0; t < w->buckets; t++) {
        if (c12__add64(have, w->receipts[t], &have) || c12__sub64(have, w->gross[t], &have)) return t;
        if (c12__add64(have, c12__mrp_good(started[t], w->terms->yield_ppm), &have)) return t;
        projected[t] = have;
    }
    return -1;
}

static int32_t net_from(const lot_row *w, int64_t *started, int64_t *projected)
{
    const c12__mrp_terms *l = w->terms;
    int64_t have = l->on_hand;
    for (int32_t t = 0; t < w->buckets; t++) {
        int64_t order = 0, firm = w->firm ? w->firm[t] : 0;
        if (lot_carry(w, t, &have)) return t;
        /* what lies ahead in the two columns is not written yet: room for the rules that weigh costs */
        if (have < floor_at(w, t) && t >= l->fence && lot_order(w, t, have, started + t, projected + t, &order)) return t;
        if (c12__add64(firm, order, &order) || c12__add64(have, c12__mrp_good(order, l->yield_ppm) - firm_good(w, t), &have)) return t;
        started[t] = order;
        projected[t] = have;
    }
    return -1;
}

int32_t c12__mrp_net_row(const c12__mrp_terms *terms, int32_t buckets, const c12__mrp_supply *s, int64_t *started, int64_t *projected)
{
    lot_row w = { terms, s->gross, s->receipts, s->firm, buckets };
    if (!terms->safety_time) return net_from(&w, started, projected);
    if (shift_gross(terms, buckets, s->gross, s->shifted)) return 0;
    w.gross = s->shifted;
    int32_t over = net_from(&w, started, projected);
    w.gross = s->gross;
    return over >= 0 ? over : project(&w, started, projected);
}
