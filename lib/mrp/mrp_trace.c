/* SPDX-License-Identifier: Apache-2.0 */
/* Full pegging of a kept plan, first upwards, then downwards.
 *
 * Up: ranks are visited from the cell's level up, each once, with all of its orders that were reached; an order's part that waits stands at
 * its front, so that parts reached over several ways unite instead of adding up.
 *
 * Down: supply serves requirements first in, first out on cumulative quantity: the piece of an item's supply that lies at [from, to) serves
 * the requirement that lies there.  Ranks are visited from the top down, each once, with all pieces of its parents' orders that were
 * reached; where these ask in its requirement is found in one pass over its lines. */
#include "mrp/mrp_plan.h"

typedef struct tracing {
    c12_mrp *self;
    c12_mrp_demands *out;
    c12_error *err;
    int32_t branch, used;
} tracing;

static c12_status trace_full(const tracing *w)
{
    return c12__fail(w->err, C12_E_SPACE, "more orders lie on the way than trace_cells", "trace_cells", -1, 2 * (int64_t)w->self->dims.trace_cells + 1);
}

/* The order of `rank` due in `t` is reached with its first `qty`. */
static c12_status reach(tracing *w, int32_t rank, int32_t t, int64_t qty)
{
    c12_mrp *self = w->self;
    for (int32_t k = self->mark[rank] - 1; k >= 0; k = self->trace[k].next) {
        if (self->trace[k].bucket != t) continue;
        self->trace[k].qty = c12__max64(self->trace[k].qty, qty);
        return C12_OK;
    }
    if (w->used == self->dims.trace_cells) return trace_full(w);
    c12__mrp_trace it = { qty, t, self->mark[rank] - 1 };
    if (!self->mark[rank]) c12__mrp_agenda_put(self, rank, self->n - c12__mrp_see(self, w->branch, rank).item->level);
    self->trace[w->used++] = it;
    self->mark[rank] = w->used;
    return C12_OK;
}

static void put_demand(tracing *w, const c12__mrp_event *e, int64_t qty)
{
    c12_mrp_demands *o = w->out;
    int64_t k = o->count++;
    if (k >= o->cap) return;
    o->row[k] = e->row;
    o->item[k] = w->self->item_of[e->owner];
    o->bucket[k] = e->bucket < 0 ? 0 : e->bucket;
    o->qty[k] = qty;
}

/* Part of [from, to) that lies in a contribution of `size` at `at`. */
static int64_t overlap(int64_t from, int64_t to, int64_t at, int64_t size)
{
    int64_t part = c12__min64(to, at + size) - c12__max64(from, at);
    return part > 0 ? part : 0;
}

/* How much of an order of q stands behind `part` of the `ask` it makes. */
static int64_t share_of(int64_t part, int64_t ask, int64_t q)
{
    int64_t r;
    if (part == ask || c12__explode_qty(part, q, ask, 0, &r)) return q;
    return c12__min64(r, q);
}

/* Orders of the parent released in r (-1: past due, several of them, in order) that fall into the cell. */
static c12_status reach_release(tracing *w, const c12__mrp_edge *e, const c12__mrp_view *p, int32_t r, int32_t t, int64_t from, int64_t to, int64_t *at)
{
    const c12_mrp *self = w->self;
    int32_t lead = p->meta->lead < self->buckets ? p->meta->lead : self->buckets, asked;
    int64_t q = 0, ask;
    if (r >= 0) q = r + p->meta->lead < self->buckets ? c12__mrp_order_at(self, p, r + p->meta->lead) : 0;
    else for (int32_t u = 0; u < lead; u++) q += c12__mrp_order_at(self, p, u);
    if (!q || c12__mrp_ask(self, e, q, r, &ask, &asked) || asked != t) return C12_OK;
    int64_t part = overlap(from, to, *at, ask), share = part ? share_of(part, ask, q) : 0;
    *at += ask;
    if (!share) return C12_OK;
    if (r >= 0) return reach(w, e->other, r + p->meta->lead, share);
    for (int32_t u = 0; u < lead && share > 0; u++) {
        int64_t order = c12__mrp_order_at(self, p, u);
        c12_status s = order ? reach(w, e->other, u, c12__min64(order, share)) : C12_OK;
        if (s) return s;
        share -= order;
    }
    return C12_OK;
}

static c12_status reach_parent(tracing *w, const c12__mrp_edge *e, int32_t t, int64_t from, int64_t to, int64_t *at)
{
    const c12__mrp_view p = c12__mrp_see(w->self, w->branch, e->other);
    int32_t offset = e->b ? 0 : w->self->rare[e->a].offset, last = t - offset;
    c12_status s = C12_OK;
    if (!p.meta->peak) return s;
    int32_t first = t ? last : -1; /* all that would be needed before bucket 0 is needed in it */
    if (t == 0 && last < 0) last = 0;
    if (t && last < 0) return s;
    if (t && last == 0) first = -1; /* past due counts as released in 0 */
    for (int32_t r = first; r <= last && !s; r++) s = reach_release(w, e, &p, r, t, from, to, at);
    return s;
}

/* The part [from, to) of a rank's requirement in bucket t. */
static c12_status reach_cell(tracing *w, int32_t rank, int32_t t, int64_t from, int64_t to)
{
    const c12_mrp *self = w->self;
    int64_t at = 0;
    c12_status s = C12_OK;
    const c12__mrp_item *it = c12__mrp_see(self, w->branch, rank).item;
    for (int32_t k = it->demand; k >= 0; k = self->event[k].next) {
        const c12__mrp_event *e = self->event + k;
        if ((e->bucket < 0 ? 0 : e->bucket) != t || !c12__mrp_event_counts(it, e)) continue;
        int64_t part = overlap(from, to, at, e->qty);
        at += e->qty;
        if (part) put_demand(w, e, part);
    }
    for (int64_t k = self->up_off[rank]; k < self->up_off[rank + 1] && !s && at < to; k++)
        if (!self->links_used || c12__mrp_see(self, w->branch, self->up[k].other).meta->links == C12__MRP_TABLE) s = reach_parent(w, self->up + k, t, from, to, &at);
    for (int32_t k = self->up_links[rank]; k >= 0 && !s && at < to; k = self->link[k].next_up) {
        c12__mrp_edge e = self->link[k].edge;
        e.other = self->link[k].parent;
        if (c12__mrp_sees_link(self, w->branch, self->link + k)) s = reach_parent(w, &e, t, from, to, &at);
    }
    return s;
}

/* Good pieces that the first `qty` started bring, at least. */
static int64_t good_of(const c12__mrp_view *v, int64_t qty)
{
    int64_t good;
    int32_t yield_ppm = v->item->type == C12_MRP_PHANTOM ? C12__MRP_SURE : v->item->yield_ppm;
    return c12__explode_qty(qty, yield_ppm, C12__MRP_SURE, 0, &good) ? qty : good;
}

/* Requirements that the first `qty` of the order due in `due` serve, first in, first out. */
static c12_status serve(tracing *w, int32_t rank, int32_t due, int64_t qty)
{
    const c12_mrp *self = w->self;
    const c12__mrp_view v = c12__mrp_see(self, w->branch, rank);
    int64_t start = v.item->on_hand, end, used = 0;
    c12_status s = C12_OK;
    for (int32_t k = v.item->receipts; k >= 0 && self->event[k].bucket <= due; k = self->event[k].next)
        if (self->event[k].kind == C12_MRP_SCHEDULED) start += self->event[k].qty;
    for (int32_t u = 0; u < due; u++) start += c12__mrp_planned_at(self, &v, u);
    for (int32_t u = 0; v.item->by_product && u <= due; u++) start += c12__mrp_fallen_at(self, w->branch, rank, u);
    end = start + good_of(&v, qty);
    for (int32_t t = 0; t < self->buckets && used < end && !s; t++) {
        int64_t need = c12__mrp_need_at(self, &v, t), part = overlap(start, end, used, need);
        if (part) {
            int64_t from = c12__max64(start, used) - used;
            s = reach_cell(w, rank, t, from, from + part);
        }
        used += need;
    }
    return s;
}

static c12_status serve_rank(tracing *w, int32_t rank)
{
    c12_status s = C12_OK;
    for (int32_t k = w->self->mark[rank] - 1; k >= 0 && !s; k = w->self->trace[k].next) s = serve(w, rank, w->self->trace[k].bucket, w->self->trace[k].qty);
    w->self->mark[rank] = 0;
    return s;
}

c12_status c12_mrp_peg_up(c12_mrp *self, int32_t branch, int32_t item, int32_t bucket, c12_mrp_demands *out, c12_error *err)
{
    c12_mrp_demands o;
    c12_status s = c12__mrp_ready(self, branch, err);
    if (s || (s = c12__take(&o, sizeof o, out, "out", err))) return s;
    if (item < 0 || item >= self->n) return c12__fail(err, C12_E_RANGE, "item out of range", "item", -1, item);
    if (bucket < 0 || bucket >= self->buckets) return c12__fail(err, C12_E_RANGE, "bucket out of range", "bucket", -1, bucket);
    if (o.cap < 0 || (o.cap && (!o.row || !o.item || !o.bucket || !o.qty))) return c12__fail(err, C12_E_ARG, "output column is NULL", "out", -1, 0);
    tracing w = { self, &o, err, branch, 0 };
    int32_t rank = self->rank_of[item];
    const c12__mrp_view v = c12__mrp_see(self, branch, rank);
    o.count = 0;
    c12__mrp_agenda_begin(self, branch);
    s = reach_cell(&w, rank, bucket, 0, c12__mrp_need_at(self, &v, bucket));
    for (int32_t at; (at = c12__mrp_agenda_pop(self)) >= 0; ) {
        if (s) self->mark[at] = 0;
        else s = serve_rank(&w, at);
    }
    if (!s) c12__give(out, &o, sizeof o);
    return s;
}

/* ---- downwards -------------------------------------------------------------------------------------------------------------------------- */

typedef struct feeding {
    c12_mrp *self;
    c12_mrp_feeds *out;
    c12_error *err;
    int32_t branch, used;
} feeding;

static c12_status feed_full(const feeding *w)
{
    return c12__fail(w->err, C12_E_SPACE, "more orders lie on the way than trace_cells", "trace_cells", -1, 2 * (int64_t)w->self->dims.trace_cells + 1);
}

static void put_feed(const feeding *w, int32_t rank, int32_t kind, int32_t bucket, int64_t row, int64_t qty)
{
    c12_mrp_feeds *o = w->out;
    int64_t k = o->count++;
    if (k >= o->cap) return;
    o->item[k] = w->self->item_of[rank];
    o->kind[k] = kind;
    o->bucket[k] = bucket;
    o->row[k] = row;
    o->qty[k] = qty;
}

/* ---- what is reached ------------------------------------------------------------------------------------------------------------------ */

/* A piece of a rank's row is kept as two trace cells, its start and its end; mark[rank] - 1 is the last one's first cell. */
static c12_status keep_piece(feeding *w, int32_t rank, int32_t bucket, int64_t from, int64_t to)
{
    c12_mrp *self = w->self;
    if (w->used + 2 > self->dims.trace_cells) return feed_full(w);
    self->trace[w->used] = (c12__mrp_trace){ from, bucket, self->mark[rank] - 1 };
    self->trace[w->used + 1] = (c12__mrp_trace){ to, bucket, -1 };
    self->mark[rank] = w->used + 1;
    w->used += 2;
    return C12_OK;
}

/* Children of an order that was reached are visited in their turn. */
static void call_edge(const feeding *w, const c12__mrp_edge *e)
{
    c12__mrp_agenda_put(w->self, e->other, c12__mrp_see(w->self, w->branch, e->other).item->level);
}

static void call_children(const feeding *w, int32_t rank)
{
    const c12_mrp *self = w->self;
    const c12__mrp_view v = c12__mrp_see(self, w->branch, rank);
    for (int32_t k = v.meta->links; k >= 0; k = self->link[k].next) call_edge(w, &self->link[k].edge);
    if (v.meta->links != C12__MRP_TABLE) return;
    for (int64_t e = self->down_off[rank]; e < self->down_off[rank + 1]; e++) call_edge(w, self->down + e);
}

/* ---- supply -------------------------------------------------------------------------------------------------------------------------- */

static int64_t piece_of(int64_t from, int64_t to, int64_t at, int64_t size)
{
    int64_t part = c12__min64(to, at + size) - c12__max64(from, at);
    return part > 0 ? part : 0;
}

/* [from, to) of `of` as a piece of `whole`: both ends rounded up, so that pieces that touch still touch and none counts twice. */
static void scale_piece(int64_t from, int64_t to, int64_t whole, int64_t of, int64_t *first, int64_t *last)
{
    if (c12__explode_qty(from, whole, of, 0, first) || *first > whole) *first = whole;
    if (c12__explode_qty(to, whole, of, 0, last) || *last > whole) *last = whole;
}

/* The order due in t serves `part` good pieces from its `first` on: what was started for them is reached, and told. */
static c12_status reach_order(feeding *w, int32_t rank, const c12__mrp_view *v, int32_t t, int64_t first, int64_t part)
{
    int64_t good = c12__mrp_planned_at(w->self, v, t), started = c12__mrp_order_at(w->self, v, t), from, to;
    put_feed(w, rank, C12_MRP_FROM_ORDER, t, -1, part);
    scale_piece(first, first + part, started, good, &from, &to);
    return keep_piece(w, rank, t, from, to);
}

/* The requirement at [from, to) of a rank's cumulative one: on hand first, then bucket by bucket receipts before orders. */
static c12_status reach_supply(feeding *w, int32_t rank, int64_t from, int64_t to)
{
    const c12_mrp *self = w->self;
    const c12__mrp_view v = c12__mrp_see(self, w->branch, rank);
    int64_t at = v.item->on_hand, part = piece_of(from, to, c12__min64(at, 0), c12__max64(at, 0)), left = to - from - part;
    int32_t k = v.item->receipts;
    c12_status s = C12_OK;
    if (part) put_feed(w, rank, C12_MRP_FROM_STOCK, 0, -1, part);
    for (int32_t t = 0; t < self->buckets && left && !s; t++) {
        for (; k >= 0 && self->event[k].bucket <= t; k = self->event[k].next) {
            const c12__mrp_event *e = self->event + k;
            if (e->kind != C12_MRP_SCHEDULED) continue;
            if ((part = piece_of(from, to, at, e->qty))) put_feed(w, rank, C12_MRP_FROM_RECEIPT, t, e->row, part);
            at += e->qty;
            left -= part;
        }
        int64_t good = c12__mrp_planned_at(self, &v, t), fallen = c12__mrp_fallen_at(self, w->branch, rank, t);
        if ((part = piece_of(from, to, at, fallen))) put_feed(w, rank, C12_MRP_FROM_BY_PRODUCT, t, -1, part);
        at += fallen;
        left -= part;
        if ((part = piece_of(from, to, at, good))) s = reach_order(w, rank, &v, t, c12__max64(from, at) - at, part);
        at += good;
        left -= part;
    }
    if (left && !s) put_feed(w, rank, C12_MRP_FROM_NOTHING, -1, -1, left);
    return s;
}

/* ---- requirements -------------------------------------------------------------------------------------------------------------------- */

/* The pieces of a parent's order due in t, as parts of what its release asks for: first `before` of the past-due quantity, then it. */
static c12_status reach_pieces(feeding *w, int32_t rank, int32_t parent, int32_t t, int64_t before, int64_t q, int64_t ask, int64_t base)
{
    const c12_mrp *self = w->self;
    c12_status s = C12_OK;
    for (int32_t k = self->mark[parent] - 1; k >= 0 && !s; k = self->trace[k].next) {
        int64_t from, to;
        if (self->trace[k].bucket != t) continue;
        scale_piece(before + self->trace[k].qty, before + self->trace[k + 1].qty, ask, q, &from, &to);
        if (to > from) s = reach_supply(w, rank, base + from, base + to);
    }
    return s;
}

/* A release of the parent in bucket r (-1: several orders, past due): its ask stands at `base` of the rank's cumulative requirement. */
static c12_status reach_ask(feeding *w, int32_t rank, int32_t parent, int32_t r, int64_t q, int64_t ask, int64_t base)
{
    const c12__mrp_view p = c12__mrp_see(w->self, w->branch, parent);
    int32_t lead = p.meta->lead < w->self->buckets ? p.meta->lead : w->self->buckets;
    c12_status s = C12_OK;
    int64_t before = 0;
    if (r >= 0) return reach_pieces(w, rank, parent, r + p.meta->lead, 0, q, ask, base);
    for (int32_t u = 0; u < lead && !s; u++) {
        s = reach_pieces(w, rank, parent, u, before, q, ask, base);
        before += c12__mrp_order_at(w->self, &p, u);
    }
    return s;
}

/* One parent's asks in bucket t; *at is where the next one stands. */
static c12_status reach_line(feeding *w, int32_t rank, const c12__mrp_edge *e, int32_t t, int64_t *at)
{
    const c12_mrp *self = w->self;
    const c12__mrp_view p = c12__mrp_see(self, w->branch, e->other);
    int32_t lead = p.meta->lead < self->buckets ? p.meta->lead : self->buckets, offset = e->b ? 0 : self->rare[e->a].offset;
    int32_t last = t - offset < 0 && !t ? 0 : t - offset, asked;
    c12_status s = C12_OK;
    if (!p.meta->peak) return s;
    for (int32_t r = t && last > 0 ? last : -1; r <= last && !s; r++) {
        int64_t q = 0, ask;
        if (r >= 0) q = r + p.meta->lead < self->buckets ? c12__mrp_order_at(self, &p, r + p.meta->lead) : 0;
        else for (int32_t u = 0; u < lead; u++) q += c12__mrp_order_at(self, &p, u);
        if (!q || c12__mrp_ask(self, e, q, r, &ask, &asked) || asked != t) continue;
        if (self->mark[e->other]) s = reach_ask(w, rank, e->other, r, q, ask, *at);
        *at += ask;
    }
    return s;
}

/* All asks of bucket t, in the order they are served: demand, then parents.  *at: the cumulative requirement before the bucket. */
static c12_status reach_bucket(feeding *w, int32_t rank, int32_t t, int64_t at)
{
    const c12_mrp *self = w->self;
    const c12__mrp_item *it = c12__mrp_see(self, w->branch, rank).item;
    c12_status s = C12_OK;
    for (int32_t k = it->demand; k >= 0; k = self->event[k].next)
        if ((self->event[k].bucket < 0 ? 0 : self->event[k].bucket) == t && c12__mrp_event_counts(it, self->event + k)) at += self->event[k].qty;
    for (int64_t k = self->up_off[rank]; k < self->up_off[rank + 1] && !s; k++)
        if (!self->links_used || c12__mrp_see(self, w->branch, self->up[k].other).meta->links == C12__MRP_TABLE) s = reach_line(w, rank, self->up + k, t, &at);
    for (int32_t k = self->up_links[rank]; k >= 0 && !s; k = self->link[k].next_up) {
        c12__mrp_edge e = self->link[k].edge;
        e.other = self->link[k].parent;
        if (c12__mrp_sees_link(self, w->branch, self->link + k)) s = reach_line(w, rank, &e, t, &at);
    }
    return s;
}

/* Buckets in which the reached orders of a parent may ask. */
static void note_asks(const feeding *w, const c12__mrp_edge *e, int64_t *asked)
{
    const c12_mrp *self = w->self;
    if (!self->mark[e->other]) return;
    int32_t lead = c12__mrp_see(self, w->branch, e->other).meta->lead, offset = e->b ? 0 : self->rare[e->a].offset;
    for (int32_t k = self->mark[e->other] - 1; k >= 0; k = self->trace[k].next) {
        int32_t r = self->trace[k].bucket - lead, at = (r < 0 ? 0 : r) + offset;
        if (at < self->buckets) asked[at < 0 ? 0 : at] = 1;
    }
}

static void note_asked(const feeding *w, int32_t rank, int64_t *asked)
{
    const c12_mrp *self = w->self;
    memset(asked, 0, (size_t)self->buckets * sizeof *asked);
    for (int64_t k = self->up_off[rank]; k < self->up_off[rank + 1]; k++) note_asks(w, self->up + k, asked);
    for (int32_t k = self->up_links[rank]; k >= 0; k = self->link[k].next_up) {
        c12__mrp_edge e = self->link[k].edge;
        e.other = self->link[k].parent;
        note_asks(w, &e, asked);
    }
}

static c12_status feed_rank(feeding *w, int32_t rank)
{
    const c12_mrp *self = w->self;
    const c12__mrp_view v = c12__mrp_see(self, w->branch, rank);
    int64_t at = 0, *asked = self->slice;
    c12_status s = C12_OK;
    note_asked(w, rank, asked);
    for (int32_t t = 0; t < self->buckets && !s; t++) {
        if (asked[t]) s = reach_bucket(w, rank, t, at);
        at += c12__mrp_need_at(self, &v, t);
    }
    if (!s && self->mark[rank]) call_children(w, rank);
    return s;
}

/* ---- entry --------------------------------------------------------------------------------------------------------------------------- */

static c12_status take_feeds(c12_mrp_feeds *o, const c12_mrp_feeds *out, c12_error *err)
{
    c12_status s = c12__take(o, sizeof *o, out, "out", err);
    if (s) return s;
    if (o->cap < 0 || (o->cap && (!o->item || !o->kind || !o->bucket || !o->row || !o->qty))) return c12__fail(err, C12_E_ARG, "output column is NULL", "out", -1, 0);
    o->count = 0;
    return C12_OK;
}

/* Marks are kept until the end: children look at their parents'.  A rank's first piece is at trace[mark - 1]; ranks are found again by
 * walking down from the top. */
static void forget_marks(c12_mrp *self, int32_t branch, int32_t top)
{
    c12__mrp_agenda_clear(self);
    c12__mrp_note(self, top);
    c12__mrp_agenda_begin(self, branch);
    for (int32_t rank; (rank = c12__mrp_agenda_pop(self)) >= 0; ) {
        const feeding w = { self, NULL, NULL, branch, 0 };
        if (!self->mark[rank]) continue;
        self->mark[rank] = 0;
        call_children(&w, rank);
    }
}

static c12_status feed_from(feeding *w, int32_t top)
{
    c12_mrp *self = w->self;
    c12_status s = C12_OK;
    if (self->mark[top]) call_children(w, top);
    for (int32_t rank; !s && (rank = c12__mrp_agenda_pop(self)) >= 0; ) s = feed_rank(w, rank);
    forget_marks(self, w->branch, top);
    return s;
}

c12_status c12_mrp_peg_down(c12_mrp *self, int32_t branch, int32_t item, int32_t bucket, c12_mrp_feeds *out, c12_error *err)
{
    c12_mrp_feeds o;
    c12_status s = c12__mrp_ready(self, branch, err);
    if (s || (s = take_feeds(&o, out, err))) return s;
    if (item < 0 || item >= self->n) return c12__fail(err, C12_E_RANGE, "item out of range", "item", -1, item);
    if (bucket < 0 || bucket >= self->buckets) return c12__fail(err, C12_E_RANGE, "bucket out of range", "bucket", -1, bucket);
    int32_t rank = self->rank_of[item];
    const c12__mrp_view v = c12__mrp_see(self, branch, rank);
    int64_t started = c12__mrp_order_at(self, &v, bucket);
    feeding w = { self, &o, err, branch, 0 };
    c12__mrp_agenda_begin(self, branch);
    if (started && !(s = keep_piece(&w, rank, bucket, 0, started))) s = feed_from(&w, rank);
    if (!s) c12__give(out, &o, sizeof o);
    return s;
}

/* Where a demand row stands in its item's cumulative requirement, and how much of it counts. */
static int64_t place_of_demand(const c12_mrp *self, int32_t branch, int32_t rank, int32_t row, int64_t *qty)
{
    const c12__mrp_view v = c12__mrp_see(self, branch, rank);
    int64_t at = 0;
    int32_t bucket = -1;
    *qty = 0;
    for (int32_t k = v.item->demand; k >= 0; k = self->event[k].next)
        if ((int32_t)self->event[k].row == row && c12__mrp_event_counts(v.item, self->event + k)) { bucket = self->event[k].bucket < 0 ? 0 : self->event[k].bucket; *qty = self->event[k].qty; }
    if (bucket < 0 || bucket >= self->buckets) { *qty = 0; return 0; }
    for (int32_t t = 0; t < bucket; t++) at += c12__mrp_need_at(self, &v, t);
    for (int32_t k = v.item->demand; k >= 0 && (int32_t)self->event[k].row != row; k = self->event[k].next)
        if ((self->event[k].bucket < 0 ? 0 : self->event[k].bucket) == bucket && c12__mrp_event_counts(v.item, self->event + k)) at += self->event[k].qty;
    return at;
}

c12_status c12_mrp_peg_demand(c12_mrp *self, int32_t branch, int64_t row, c12_mrp_feeds *out, c12_error *err)
{
    c12_mrp_feeds o;
    int64_t qty, at;
    c12_status s = c12__mrp_ready(self, branch, err);
    if (s || (s = take_feeds(&o, out, err))) return s;
    if (row < 0 || row >= self->n_demand) return c12__fail(err, C12_E_RANGE, "no such demand row", "row", -1, row);
    int32_t rank = self->demand_rank[row];
    feeding w = { self, &o, err, branch, 0 };
    c12__mrp_agenda_begin(self, branch);
    at = place_of_demand(self, branch, rank, (int32_t)row, &qty);
    if (qty) s = reach_supply(&w, rank, at, at + qty);
    if (!s) s = feed_from(&w, rank);
    else forget_marks(self, branch, rank);
    if (!s) c12__give(out, &o, sizeof o);
    return s;
}
