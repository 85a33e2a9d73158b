/* SPDX-License-Identifier: Apache-2.0 */
/* One item's netting (R5, R6, R14 to R19) on exact 64-bit rows: every rule, every check.  The planner's fast rows fall back on it. */
#ifndef C12_MRP_LOT_H
#define C12_MRP_LOT_H

#include "base/num.h"
#include "c12/mrp.h"

/* How an item's orders are sized.  A phantom has the terms of R5's phantom rule, whatever its columns say. */
typedef struct c12__mrp_terms {
    int64_t on_hand;
    int64_t floor; /* ordered for whatever would be below */
    int64_t size, min, max, multiple;
    int64_t order_cost, holding_cost;
    const int64_t *floors; /* [buckets] where the floor changes over time; else NULL */
    int32_t rule, periods;
    int32_t yield_ppm, fence, safety_time;
    int32_t padding;
} c12__mrp_terms;
enum { C12__MRP_SURE = 1000000 }; /* the yield of an item that loses nothing */

/* What netting reads of an item, [buckets] each. */
typedef struct c12__mrp_supply {
    const int64_t *gross;
    const int64_t *receipts;
    const int64_t *firm;     /* started quantities of firm planned orders, or NULL */
    int64_t *shifted;        /* scratch where there is a safety time */
} c12__mrp_supply;

/* Fills started (firm planned orders and lots) and projected; returns the bucket that overflowed, or -1. */
int32_t c12__mrp_net_row(const c12__mrp_terms *terms, int32_t buckets, const c12__mrp_supply *s, int64_t *started, int64_t *projected);

/* floor(good * num / den): what falls off (R20).  1 on overflow. */
static inline int c12__mrp_fall_off(int64_t good, int64_t num, int64_t den, int64_t *r)
{
    c12__u128 q = c12__div_u128(c12__mul_u64((uint64_t)good, (uint64_t)num), (c12__u128){ 0, (uint64_t)den }, NULL);
    *r = (int64_t)q.lo;
    return q.hi || q.lo > (uint64_t)INT64_MAX;
}

/* Good pieces that come out of a started quantity (R19). */
static inline int64_t c12__mrp_good(int64_t started, int32_t yield_ppm)
{
    if (yield_ppm == C12__MRP_SURE) return started;
    return started / C12__MRP_SURE * yield_ppm + started % C12__MRP_SURE * yield_ppm / C12__MRP_SURE;
}

#endif
