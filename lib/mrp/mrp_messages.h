/* SPDX-License-Identifier: Apache-2.0 */
/* Action messages of one item (R3, R7, R8, R17): receipts are shown one by one in bucket order, messages come out in bucket order. */
#ifndef C12_MRP_MESSAGES_H
#define C12_MRP_MESSAGES_H

#include "mrp/mrp_internal.h"
#include "mrp/mrp_lot.h"

typedef struct c12__mrp_messages {
    c12_mrp_plan *p;
    const int64_t *gross, *orders;               /* [buckets], or ... */
    const int32_t *narrow_gross, *narrow_orders; /* ... the same as 32-bit rows */
    int64_t (*by_product_at)(const void *by_products, int32_t t); /* supply that falls off elsewhere (R20); NULL = none */
    const void *by_products;
    int64_t supply, cum;            /* what there is without the next receipt; requirements up to `from` */
    int64_t have, worst, reorder;   /* balance within the fence; its worst shortage so far; no floor is lower */
    int64_t damp_qty;
    c12__mrp_steps safety, fenced;  /* safety stock as the two scans have read it */
    int32_t item, buckets, lead;
    int32_t safety_time, fence, yield_ppm;
    int32_t damp_shift;
    int32_t from, told;             /* buckets scanned for need; for what is late or short */
} c12__mrp_messages;

/* What all scans need of an item; the caller adds its rows and damping.  orders: started quantities when yield_ppm says so. */
c12__mrp_messages c12__mrp_messages_begin(c12_mrp_plan *p, int32_t item, int32_t buckets, const c12__mrp_terms *l, c12__mrp_steps safety, int32_t lead);

/* qty as the message tells it, good as it counts.  Sums were proved to fit while netting. */
void c12__mrp_messages_receipt(c12__mrp_messages *m, int32_t bucket, int64_t qty, int64_t good);
void c12__mrp_messages_end(c12__mrp_messages *m);

#endif
