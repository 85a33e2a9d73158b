/* SPDX-License-Identifier: Apache-2.0 */
/* Full pegging upwards.  Ranks are visited from the cell's level up, each once, with all of its orders that were reached; an order's part
 * that waits stands at its front, so that parts reached over several ways unite instead of adding up. */
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
