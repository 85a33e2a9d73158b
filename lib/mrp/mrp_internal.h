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

/* A row of demand, receipts or safety stock in an item's list. */
typedef struct c12__mrp_event {
    int64_t qty;
    int32_t bucket, next;
    uint32_t row : 30;     /* the caller's number */
    uint32_t kind : 2;     /* C12_MRP_ORDER, FORECAST; C12_MRP_SCHEDULED, FIRM */
    int32_t owner;         /* rank */
} c12__mrp_event;

static inline c12__mrp_event c12__mrp_event_of(int64_t qty, int32_t bucket, int32_t next, int32_t row, int32_t kind, int32_t owner)
{
    c12__mrp_event e = { qty, bucket, next, (uint32_t)row & 0x3FFFFFFF, (uint32_t)kind & 3, owner };
    return e;
}

/* Safety stock over time: read with buckets that do not fall.  Rows of columns, or a list of events. */
typedef struct c12__mrp_steps {
    const int32_t *bucket;
    const int64_t *qty;
    const c12__mrp_event *event;
    int64_t next, end;     /* rows; of a list the next event, -1 = none left */
    int64_t now;
} c12__mrp_steps;

static inline int64_t c12__mrp_step(c12__mrp_steps *s, int32_t t)
{
    if (s->event)
        for (; s->next >= 0 && s->event[s->next].bucket <= t; s->next = s->event[s->next].next) s->now = s->event[s->next].qty;
    else
        for (; s->next < s->end && s->bucket[s->next] <= t; s->next++) s->now = s->qty[s->next];
    return s->now;
}

/* The safety rows of an item among the problem's columns. */
c12__mrp_steps c12__mrp_steps_of(const c12__mrp *m, int32_t i);

/* Where a release in bucket r asks for the component of a line (R4): after the line's offset, past due counting as 0. */
static inline int64_t c12__mrp_need_bucket(const c12__mrp *m, int64_t line, int32_t r)
{
    int64_t t = (int64_t)(r < 0 ? 0 : r) + c12__at32(m->line_offset, line, 0);
    return t < 0 ? 0 : t;
}

/* R18: orders count always, forecasts from the item's demand time fence on. */
static inline int c12__mrp_counts(const c12_mrp_input *in, int64_t d, int32_t t)
{
    return !in->demand_kind || in->demand_kind[d] == C12_MRP_ORDER || t >= c12__at32(in->demand_fence, in->demand_item[d], 0);
}

static inline int c12__mrp_phantom(const c12__mrp *m, int32_t i) { return c12__at32(m->in.item_type, i, C12_MRP_BUY) == C12_MRP_PHANTOM; }

#endif
