/* SPDX-License-Identifier: Apache-2.0 */
/* Action messages of one item (R3, R7, R8): receipts are shown one by one in bucket order, messages come out in bucket order. */
#ifndef C12_MRP_MESSAGES_H
#define C12_MRP_MESSAGES_H

#include "base/num.h"
#include "c12/mrp.h"

typedef struct c12__mrp_messages {
    c12_mrp_plan *p;
    const int64_t *gross, *planned; /* [buckets] */
    int64_t supply, cum;            /* what there is without the next receipt; requirements up to `from` */
    int32_t item, buckets, lead;
    int32_t from, told;             /* buckets scanned for need; for past-due releases */
} c12__mrp_messages;

/* supply: on hand less safety.  Sums were proved to fit while netting. */
void c12__mrp_messages_begin(c12__mrp_messages *m, c12_mrp_plan *p, int32_t item, int32_t buckets, int32_t lead, int64_t supply, const int64_t *gross, const int64_t *planned);
void c12__mrp_messages_receipt(c12__mrp_messages *m, int32_t bucket, int64_t qty);
void c12__mrp_messages_end(c12__mrp_messages *m);

#endif
