/* SPDX-License-Identifier: Apache-2.0 */
/* One item's netting (R5, R6) on exact 64-bit rows: every rule, every check.  The planner's fast rows fall back on it. */
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
    int32_t rule, periods;
} c12__mrp_terms;

/* Fills planned and projected from gross and receipts; returns the bucket that overflowed, or -1. */
int32_t c12__mrp_net_row(const c12__mrp_terms *terms, int32_t buckets, const int64_t *gross, const int64_t *receipts, int64_t *planned, int64_t *projected);

#endif
