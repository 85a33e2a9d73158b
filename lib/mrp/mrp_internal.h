/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_MRP_INTERNAL_H
#define C12_MRP_INTERNAL_H

#include "base/arena.h"
#include "base/csr.h"
#include "base/gozinto.h"
#include "base/num.h"
#include "c12/mrp.h"

enum { C12__MRP_MAX_BUCKETS = 4096 };

/* A validated problem: local copies of the caller's structs and the opened graph. */
typedef struct c12__mrp {
    c12_mrp_input in;
    c12__gozinto graph;
    const int32_t *line_offset;
    int32_t n, buckets;
} c12__mrp;

c12_status c12__mrp_open(c12__mrp *m, const c12_mrp_input *in, c12_error *err);
c12_status c12__mrp_scratch_full(const c12__mrp *m, c12_error *err);
c12_status c12__mrp_take_plan(c12_mrp_plan *p, const c12__mrp *m, const c12_mrp_plan *plan, c12_error *err);

/* Where a release in bucket r asks for the component of a line (R4): after the line's offset, past due counting as 0. */
static inline int64_t c12__mrp_need_bucket(const c12__mrp *m, int64_t line, int32_t r)
{
    int64_t t = (int64_t)(r < 0 ? 0 : r) + c12__at32(m->line_offset, line, 0);
    return t < 0 ? 0 : t;
}

static inline int c12__mrp_phantom(const c12__mrp *m, int32_t i) { return c12__at32(m->in.item_type, i, C12_MRP_BUY) == C12_MRP_PHANTOM; }

#endif
