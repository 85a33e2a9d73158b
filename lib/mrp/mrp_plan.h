/* SPDX-License-Identifier: Apache-2.0 */
/* The planner handle: what a loaded plan looks like in memory.
 *
 * Items are renumbered into plan order, (level, row); such a number is a `rank`.  A row is two arrays of 32-bit cells, requirements and
 * orders (planned receipts); releases, past due and projections follow from them.  Edges stand twice, by parent for net change and by
 * child for the full plan, 16 bytes each.  A what-if branch keeps copies (`c12__mrp_copy`) of the ranks it changed and reads the trunk's
 * for the rest. */
#ifndef C12_MRP_PLAN_H
#define C12_MRP_PLAN_H

#include "mrp/mrp_internal.h"
#include "mrp/mrp_lot.h"
#include "mrp/mrp_row.h"
#include <stdatomic.h>

/* One BOM line seen from one of its ends.  The component needs ceil(order * a / b); b = 1 is the whole-number line, b = 0 refers to
 * rare[a]: dated, offset, or too wide for 31 bits. */
typedef struct c12__mrp_edge {
    int32_t other; /* rank at the other end */
    int32_t a, b;
    int32_t line;  /* the caller's number */
} c12__mrp_edge;

typedef struct c12__mrp_rare {
    int64_t num, den;
    int32_t ppm, from, to, offset; /* ppm C12__MRP_FALLS_OFF: a by-product */
} c12__mrp_rare;
enum { C12__MRP_FALLS_OFF = -1 };

/* A line of a parent whose lines were edited: the parent's edges by parent then stand in a chain of these and no longer in the table. */
typedef struct c12__mrp_link {
    c12__mrp_edge edge;         /* other = child */
    int32_t parent, branch;     /* whose, and in which branch */
    int32_t next;               /* the parent's next link, or the next free one */
    int32_t next_up, prev_up;   /* links of the same child, of all branches; prev_up = -1: the first */
    int32_t padding;
} c12__mrp_link;

/* What a reader of an item's orders wants to know first; 16 bytes. */
typedef struct c12__mrp_meta {
    int32_t lead;
    int32_t links; /* first link when its lines were edited, -1 = none left, C12__MRP_TABLE = in the table */
    int32_t peak;  /* no order in the row is larger; INT32_MAX when the row is wide */
    int32_t wide;  /* its 64-bit row, or -1 */
} c12__mrp_meta;
enum { C12__MRP_TABLE = -2 };

/* An item's columns as given; 128 bytes, the first 64 of them all that a fast row and net change look at. */
typedef struct c12__mrp_item {
    c12__mrp_fast fast;          /* what they come to; rule C12__FAST_NONE: the exact row only */
    int32_t demand, receipts;    /* first event, or -1 */
    int32_t safety_rows;         /* the same of safety stock over time */
    int32_t level;
    int32_t lead, rule, periods;
    int8_t type, by_product;     /* by_product: falls off somewhere */
    int16_t demand_fence;        /* fences and safety time up to C12__MRP_MAX_BUCKETS: no bucket is later */
    int64_t on_hand;
    int64_t safety, size, min, max, multiple;
    int64_t order_cost, holding_cost;
    int32_t yield_ppm;
    int16_t safety_time, fence;
} c12__mrp_item;

/* An order on the way from a cell to its demand. */
typedef struct c12__mrp_trace {
    int64_t qty;
    int32_t bucket, next;
} c12__mrp_trace;

/* A rank as one branch sees it. */
typedef struct c12__mrp_copy {
    c12__mrp_item item;
    c12__mrp_meta meta;
    int32_t rank, branch;
    int32_t next, prev;    /* of the branch; next: or the next free one */
    int32_t owns_events, owns_links;
} c12__mrp_copy;

typedef struct c12__mrp_branch {
    int32_t open;
    int32_t copies, n_copies;
} c12__mrp_branch;

/* Net change's agenda: ranks by level, in the order they come. */
typedef struct c12__mrp_agenda {
    int32_t *head;  /* [items + 1] by level, -1 = none */
    int32_t *next;  /* [items] C12__MRP_IDLE when not on it */
    int32_t noted;  /* first rank noted while edits may still move levels */
    int32_t waiting, level;
} c12__mrp_agenda;
enum { C12__MRP_IDLE = -2 };

struct c12_mrp {
    c12_mrp_dims dims;
    c12_host host;
    size_t owned;
    void *owned_ptr;
    c12__mrp_gather gather;
    int32_t n, buckets, scrap, loaded, solved;
    int32_t n_lines, n_demand, n_receipts, damp_shift, negative_stock;
    int64_t damp_qty;
    int32_t *rank_of, *item_of;        /* [items] */
    c12__mrp_item *item;               /* [items] by rank, as all below */
    c12__mrp_meta *meta;
    int32_t *need, *order;             /* [items * buckets] */
    int32_t *agreed;                   /* [items] ranks by level, after line edits; else the identity */
    int32_t *level_start;              /* [items + 2] */
    int32_t levels, levels_stale;
    int64_t *down_off, *up_off;        /* [items + 1] */
    c12__mrp_edge *down, *up;          /* [lines] */
    int32_t *line_parent;              /* [lines + line edits] rank of a line's parent, -1 = removed in the trunk and everywhere */
    c12__mrp_rare *rare;               /* [rare lines + line edits], one kept for each link */
    int32_t n_rare;
    int32_t *up_links;                 /* [items] first link naming this child */
    c12__mrp_link *link;               /* [line edits] */
    int32_t free_link;
    c12__mrp_event *event;             /* [demand + receipts and what branches copy] */
    int32_t n_events, free_event, event_cap;
    int32_t *demand_rank, *receipt_rank; /* [demand], [receipts] */
    int64_t *wide_need, *wide_order;   /* [wide rows * buckets] */
    int32_t free_wide;
    int32_t *wide_next;                /* [wide rows] */
    int64_t *slice;                    /* [C12__MRP_SLICES * C12__MRP_SLICE_ROWS * buckets] a slice's exact rows */
    c12__mrp_agenda agenda;
    c12__mrp_branch *branch;           /* [branches + 1] 0 = trunk */
    int32_t open_branches;
    c12__mrp_copy *copy;               /* [branch rows] */
    int32_t *copy_need, *copy_order;   /* [branch rows * buckets] */
    int32_t free_copy;
    int32_t *hash;                     /* [hash size] copies by (branch, rank) */
    int32_t hash_mask;
    int32_t links_used;                /* some item's lines were edited: the tables alone no longer tell */
    c12_mrp_edit *undo;                /* [edits] */
    int32_t *mark;                     /* [items] 0 between calls */
    int32_t n_undo;                    /* edits of the change that is being swept */
    int32_t late_rank;                 /* last rank whose past-due releases a sweep made grow, -1 = none ... */
    int64_t late_more;                 /* ... and by how much */
    c12__mrp_trace *trace;             /* [trace cells] */
    atomic_int cancelled;
};
enum { C12__MRP_SLICES = 32, C12__MRP_SLICE_ROWS = 7, C12__MRP_MAX_BRANCHES = 64 };

/* ---- reading: a rank as a branch sees it ------------------------------------------------------------------------------------------ */

typedef struct c12__mrp_view {
    c12__mrp_item *item;
    c12__mrp_meta *meta;
    int32_t *need, *order;       /* narrow rows; when meta->wide >= 0 the row stands in wide_need, wide_order */
} c12__mrp_view;

int32_t c12__mrp_find_copy(const c12_mrp *self, int32_t branch, int32_t rank); /* -1: the branch reads the trunk's */

static inline c12__mrp_view c12__mrp_trunk(const c12_mrp *self, int32_t rank)
{
    int64_t at = (int64_t)rank * self->buckets;
    c12__mrp_view v = { self->item + rank, self->meta + rank, self->need + at, self->order + at };
    return v;
}

static inline c12__mrp_view c12__mrp_see(const c12_mrp *self, int32_t branch, int32_t rank)
{
    int32_t k = branch ? c12__mrp_find_copy(self, branch, rank) : -1;
    if (k < 0) return c12__mrp_trunk(self, rank);
    int64_t at = (int64_t)k * self->buckets;
    c12__mrp_view v = { &self->copy[k].item, &self->copy[k].meta, self->copy_need + at, self->copy_order + at };
    return v;
}

static inline int64_t c12__mrp_need_at(const c12_mrp *self, const c12__mrp_view *v, int32_t t)
{
    return v->meta->wide < 0 ? v->need[t] : self->wide_need[(int64_t)v->meta->wide * self->buckets + t];
}

static inline int64_t c12__mrp_order_at(const c12_mrp *self, const c12__mrp_view *v, int32_t t)
{
    return v->meta->wide < 0 ? v->order[t] : self->wide_order[(int64_t)v->meta->wide * self->buckets + t];
}

/* Good pieces of the order due in t (R19). */
static inline int64_t c12__mrp_planned_at(const c12_mrp *self, const c12__mrp_view *v, int32_t t)
{
    return c12__mrp_good(c12__mrp_order_at(self, v, t), v->item->type == C12_MRP_PHANTOM ? C12__MRP_SURE : v->item->yield_ppm);
}

/* R18 of a demand row. */
static inline int c12__mrp_event_counts(const c12__mrp_item *it, const c12__mrp_event *e)
{
    return e->kind == C12_MRP_ORDER || c12__max64(e->bucket, 0) >= it->demand_fence;
}

/* The item's safety stock over time. */
static inline c12__mrp_steps c12__mrp_safety_of(const c12_mrp *self, const c12__mrp_item *it)
{
    const int phantom = it->type == C12_MRP_PHANTOM;
    const c12__mrp_steps s = { NULL, NULL, self->event, phantom ? -1 : it->safety_rows, 0, phantom ? 0 : it->safety };
    return s;
}

/* A plan is there and the branch is open. */
c12_status c12__mrp_ready(const c12_mrp *self, int32_t branch, c12_error *err);

/* ---- writing: a rank made a branch's own; other branches keep what they showed --------------------------------------------------------- */

enum { C12__MRP_ROW = 0, C12__MRP_EVENTS = 1, C12__MRP_LINKS = 2 }; /* what will be written besides item, meta and row */
c12_status c12__mrp_own(c12_mrp *self, int32_t branch, int32_t rank, int32_t what, c12__mrp_view *v, c12_error *err);

void c12__mrp_give_event(c12_mrp *self, int32_t k);
int32_t c12__mrp_take_event(c12_mrp *self);                                                                          /* -1: none left */
int32_t c12__mrp_add_link(c12_mrp *self, int32_t branch, int32_t parent, const c12__mrp_edge *e, int32_t next);      /* -1: none left */
void c12__mrp_drop_link(c12_mrp *self, int32_t k);                                                                   /* out of its child's list; the parent's is the caller's */

/* ---- parts ------------------------------------------------------------------------------------------------------------------------ */

/* An item's columns as netting takes them: a phantom's are the rule's, whatever was given. */
c12__mrp_terms c12__mrp_terms_of(const c12__mrp_item *it);

/* The fast terms anew, after a column was set. */
void c12__mrp_settle(c12__mrp_item *it);

/* An edge from a line as given; when its b comes out as 0 the line must be kept in rare[rare_at]. */
c12__mrp_edge c12__mrp_edge_of(const c12_mrp *self, int32_t other, int32_t line, const c12__mrp_rare *as_given, int32_t rare_at);

/* What an order of q released in bucket r asks of an edge's child: quantity and bucket; *t = -1 when nothing.  1 on overflow. */
int c12__mrp_ask(const c12_mrp *self, const c12__mrp_edge *e, int64_t q, int32_t r, int64_t *need, int32_t *t);

/* A branch reads this link of a parent: its own, or the trunk's where it has none. */
int c12__mrp_sees_link(const c12_mrp *self, int32_t branch, const c12__mrp_link *l);

/* The requirement of a rank from nothing but its demand and its parents' orders.  1 on overflow. */
int c12__mrp_gather_exact(const c12_mrp *self, int32_t branch, int32_t rank, int64_t *need);

/* A line that brings its child instead of asking for it. */
static inline int c12__mrp_falls_off(const c12_mrp *self, const c12__mrp_edge *e) { return !e->b && self->rare[e->a].ppm == C12__MRP_FALLS_OFF; }

/* What falls off of a rank in bucket t, all parents together; and added to a row.  1 on overflow. */
int64_t c12__mrp_fallen_at(const c12_mrp *self, int32_t branch, int32_t rank, int32_t t);
int c12__mrp_add_fallen(const c12_mrp *self, int32_t branch, int32_t rank, int64_t *row);

/* Scheduled receipts of an item, or started quantities of its firm planned orders, summed by bucket [buckets].  1 on overflow. */
int c12__mrp_receipts(const c12_mrp *self, const c12__mrp_view *v, int64_t *receipts);
int c12__mrp_firm(const c12_mrp *self, const c12__mrp_view *v, int64_t *firm);

/* Orders of an item from its narrow requirement.  1: some quantity needs more than 31 bits, the row must go wide.  slice: see dims. */
int c12__mrp_net_narrow(const c12_mrp *self, int32_t branch, int32_t rank, const c12__mrp_view *v, int32_t *order, int64_t *slice);

/* The same on 64-bit rows; returns the bucket that overflowed, or -1. */
int32_t c12__mrp_net_exact(const c12_mrp *self, int32_t branch, int32_t rank, const c12__mrp_view *v, const int64_t *need, int64_t *order, int64_t *slice);

/* The whole trunk. */
c12_status c12__mrp_plan(c12_mrp *self, c12_info *info, c12_error *err);

/* Ranks by level again, after line edits. */
void c12__mrp_agree(c12_mrp *self);

/* Where an event counts: overdue as -1, beyond the horizon as `buckets`. */
static inline int32_t c12__mrp_clamp(int32_t bucket, int32_t buckets) { return bucket < 0 ? -1 : bucket > buckets ? buckets : bucket; }

void c12__mrp_free_all_wide(c12_mrp *self);
int32_t c12__mrp_take_wide(c12_mrp *self); /* -1: none left */
void c12__mrp_give_wide(c12_mrp *self, int32_t w);
c12_status c12__mrp_no_wide(const c12_mrp *self, c12_error *err);

/* ---- net change --------------------------------------------------------------------------------------------------------------------- */

/* A rank to be netted by the next sweep. */
void c12__mrp_note(c12_mrp *self, int32_t rank);
void c12__mrp_agenda_begin(c12_mrp *self, int32_t branch); /* what was noted, by level */
void c12__mrp_agenda_put(c12_mrp *self, int32_t rank, int32_t level);
int32_t c12__mrp_agenda_pop(c12_mrp *self);                /* -1: nothing left */
void c12__mrp_agenda_clear(c12_mrp *self);

c12_status c12__mrp_sweep(c12_mrp *self, int32_t branch, c12_mrp_delta *d, c12_error *err);
void c12__mrp_replan(c12_mrp *self, int32_t branch); /* all noted ranks from their parents, which fitted before */

/* An owned row's requirement grows by `more`, going wide where it must. */
c12_status c12__mrp_add_need(c12_mrp *self, const c12__mrp_view *v, int32_t rank, int32_t t, int64_t more, c12_error *err);

/* All orders of a rank through one of its lines, added to the child's requirement (sign 1) or taken off (-1). */
c12_status c12__mrp_push_line(c12_mrp *self, int32_t branch, int32_t rank, const c12__mrp_edge *e, int32_t sign, c12_error *err);

/* Low-level codes: at least `level`; what is left after a line went; whether a path leads down from one rank to another. */
c12_status c12__mrp_raise(c12_mrp *self, int32_t branch, int32_t rank, int32_t level, c12_error *err);
c12_status c12__mrp_lower(c12_mrp *self, int32_t branch, int32_t rank, c12_error *err);
int c12__mrp_reaches(c12_mrp *self, int32_t branch, int32_t from, int32_t to);

/* The caller's delta, validated and emptied. */
c12_status c12__mrp_take_delta(c12_mrp_delta *d, const c12_mrp_delta *from, c12_error *err);

#endif
