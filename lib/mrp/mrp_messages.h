/* SPDX-License-Identifier: Apache-2.0 */
/* Action messages of one item (R3, R7, R8): receipts are shown one by one in bucket order, messages come out in bucket order. */
#ifndef C12_MRP_MESSAGES_H
#define C12_MRP_MESSAGES_H

#include "base/num.h"
#include "c12/mrp.h"

typedef struct c12__mrp_messages {
    c12_mrp_plan *p;
    const int64_t *gross, *planned; /* [buckets], or ... */
    const int32_t *narrow_gross, *narrow_planned; /* ... the same as 32-bit rows */
    int64_t supply, cum;            /* what there is without the next receipt; requirements up to `from` */
    int32_t item, buckets, lead;
    int32_t from, told;             /* buckets scanned for need; for past-due releases */
} c12__mrp_messages;

/* m: p, item, buckets, lead, supply (on hand less safety) and rows are the caller's, the rest 0.  Sums were proved to fit while netting. */
void c12__mrp_messages_receipt(c12__mrp_messages *m, int32_t bucket, int64_t qty);
void c12__mrp_messages_end(c12__mrp_messages *m);

#endif
