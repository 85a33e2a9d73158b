/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of 32-bit cells: a component's requirement gathered from one parent's orders, and an item's orders sized against its
 * requirement.  Callers prove beforehand that sums stay below 2^31; an order that does not is reported, never cut. */
#ifndef C12_MRP_ROW_H
#define C12_MRP_ROW_H

#include "base/num.h"

/* What orders ask of a component, ceil(order[i] * a / b) for i = 0..n-1, and how much more new orders ask than old ones.  Each contract
 * has forms for several processors, chosen once a handle; all are exact, so that the choice never shows. */
typedef struct c12__mrp_gather {
    void (*whole)(int32_t *need, const int32_t *order, int32_t n, int32_t a);            /* need += ...; b = 1 */
    void (*ratio)(int32_t *need, const int32_t *order, int32_t n, int32_t a, int32_t b); /* need += ...; order * a < 2^51 */
    int32_t (*whole_more)(int32_t *more, const int32_t *before, const int32_t *after, int32_t n, int32_t a);            /* 0: nothing more or less */
    int32_t (*ratio_more)(int32_t *more, const int32_t *before, const int32_t *after, int32_t n, int32_t a, int32_t b);
    int32_t (*add)(int32_t *need, const int32_t *more, int32_t n);                       /* negative: some sum passed 31 bits */
    int32_t (*differ)(const int32_t *before, const int32_t *after, int32_t n);           /* how many cells do */
} c12__mrp_gather;
c12__mrp_gather c12__mrp_gather_best(void);

/* An item's terms in the form the fast rows read; 64 bytes, one an item. */
typedef struct c12__mrp_fast {
    int64_t slack;     /* on hand less the floor */
    int32_t size;      /* lot size, or multiple */
    int32_t min;
    int32_t periods;
    int32_t rule;      /* C12__FAST_* */
} c12__mrp_fast;
enum { C12__FAST_NONE = 0, C12__FAST_LOT_FOR_LOT, C12__FAST_FIXED, C12__FAST_MIN_MULTIPLE, C12__FAST_MIN_MAX, C12__FAST_PERIODS };

/* Orders of buckets from..to-1 with no receipt but at `from` (already in *slack).  Returns 1 when an order needs more than 31 bits. */
int c12__mrp_orders(const c12__mrp_fast *f, const int32_t *need, int32_t *order, int32_t from, int32_t to, int64_t *slack);

/* Orders of periods of supply where receipts come between them: `net` is need less receipts, whose sums stay below 2^62. */
int c12__mrp_orders_between(const c12__mrp_fast *f, const int64_t *net, int32_t *order, int32_t n);

/* At least the largest order of a row. */
int32_t c12__mrp_peak(const int32_t *order, int32_t n);

#endif
