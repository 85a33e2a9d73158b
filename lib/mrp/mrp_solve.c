/* SPDX-License-Identifier: Apache-2.0 */
/* The full plan: level by level, every rank gathers its requirement from its parents' orders and sizes its own.  Ranks of one level never
 * look at each other, so slices of a level may run anywhere; what needs 64-bit rows waits for the end of the level. */
#include "mrp/mrp_plan.h"

/* ---- one order seen through one line ---------------------------------------------------------------------------------------------- */

static int explode(const c12_mrp *self, int64_t q, const c12__mrp_rare *l, int64_t *need)
{
    return self->scrap == C12_SCRAP_ADD ? c12__explode_qty(q, l->num, l->den, l->ppm, need) : c12__explode_yield(q, l->num, l->den, l->ppm, need);
}

int c12__mrp_ask(const c12_mrp *self, const c12__mrp_edge *e, int64_t q, int32_t r, int64_t *need, int32_t *t)
{
    *t = r < 0 ? 0 : r;
    if (e->b) return c12__explode_qty(q, e->a, e->b, 0, need);
    const c12__mrp_rare *l = self->rare + e->a;
    int64_t at = (int64_t)*t + l->offset;
    if (l->ppm == C12__MRP_FALLS_OFF || *t < l->from || *t >= l->to || at >= self->buckets) { *t = -1; return 0; }
    *t = at < 0 ? 0 : (int32_t)at;
    return explode(self, q, l, need);
}

/* ---- gathering into a narrow row -------------------------------------------------------------------------------------------------- */

typedef struct gathering {
    const c12_mrp *self;
    int32_t *need;
    double bound; /* no cell is larger: beyond 31 bits the row goes wide */
} gathering;

/* Orders of the parent that should have been released before bucket 0 are one quantity. */
static int gather_past_due(gathering *w, const c12__mrp_edge *e, const int32_t *order, int32_t lead)
{
    int64_t q = 0, need;
    int32_t t;
    for (int32_t u = 0; u < lead && u < w->self->buckets; u++) q += order[u];
    if (!q) return 0;
    if (c12__mrp_ask(w->self, e, q, -1, &need, &t)) return 1;
    if (t >= 0) w->need[t] += (int32_t)need;
    return 0;
}

static int gather_rare(gathering *w, const c12__mrp_edge *e, const int32_t *order, int32_t lead)
{
    int64_t need;
    int32_t t;
    for (int32_t u = lead; u < w->self->buckets; u++) {
        if (!order[u]) continue;
        if (c12__mrp_ask(w->self, e, order[u], u - lead, &need, &t)) return 1;
        if (t >= 0) w->need[t] += (int32_t)need;
    }
    return 0;
}

/* Largest sum this edge may add to one cell; a dated line's own ratio is taken, its dates are not. */
static double edge_bound(const c12_mrp *self, const c12__mrp_edge *e, const c12__mrp_meta *m)
{
    double ratio = e->b ? (double)e->a / e->b : 0, orders = m->lead + 1.0;
    if (!e->b) {
        const c12__mrp_rare *l = self->rare + e->a;
        double up = self->scrap == C12_SCRAP_ADD ? (1e6 + l->ppm) / 1e6 : 1e6 / (1e6 - l->ppm);
        ratio = (double)l->num / (double)l->den * up;
        if (l->offset < 0) orders = self->buckets; /* all that would lie before bucket 0 lands in it */
    }
    return orders * (m->peak * ratio + 1);
}

/* 1: the row must go wide. */
static int gather_edge(gathering *w, const c12__mrp_edge *e)
{
    const c12_mrp *self = w->self;
    const c12__mrp_meta *m = self->meta + e->other;
    if (!m->peak || c12__mrp_falls_off(self, e)) return 0;
    if (m->peak == INT32_MAX || (w->bound += edge_bound(self, e, m)) >= 2147483647.0) return 1;
    const int32_t *order = self->order + (int64_t)e->other * self->buckets;
    int32_t rest = self->buckets - m->lead;
    if (m->lead && gather_past_due(w, e, order, m->lead)) return 1;
    if (rest <= 0) return 0;
    if (e->b == 1) self->gather.whole(w->need, order + m->lead, rest, e->a);
    else if (e->b && (int64_t)m->peak * e->a < (int64_t)1 << 51) self->gather.ratio(w->need, order + m->lead, rest, e->a, e->b);
    else return gather_rare(w, e, order, m->lead);
    return 0;
}

static int gather_links(gathering *w, int32_t rank)
{
    for (int32_t k = w->self->up_links[rank]; k >= 0; k = w->self->link[k].next_up) {
        c12__mrp_edge e = w->self->link[k].edge;
        e.other = w->self->link[k].parent;
        if (!w->self->link[k].branch && gather_edge(w, &e)) return 1;
    }
    return 0;
}

static int gather_demand(gathering *w, const c12__mrp_item *it)
{
    for (int32_t k = it->demand; k >= 0; k = w->self->event[k].next) {
        const c12__mrp_event *e = w->self->event + k;
        if (e->bucket >= w->self->buckets || !c12__mrp_event_counts(it, e)) continue;
        if (e->qty > INT32_MAX || (w->bound += (double)e->qty) >= 2147483647.0) return 1;
        w->need[e->bucket < 0 ? 0 : e->bucket] += (int32_t)e->qty;
    }
    return 0;
}

static int gather_narrow(const c12_mrp *self, int32_t rank)
{
    gathering w = { self, self->need + (int64_t)rank * self->buckets, 0 };
    const c12__mrp_edge *end = self->up + self->up_off[rank + 1], *last = self->up + self->n_lines - 1;
    const int32_t near = self->buckets < 512 ? self->buckets : 512, ahead = near <= 64 ? 8 : near <= 128 ? 4 : 2; /* a few dozen lines in flight */
    memset(w.need, 0, (size_t)self->buckets * sizeof *w.need);
    if (gather_demand(&w, self->item + rank)) return 1;
    for (const c12__mrp_edge *e = self->up + self->up_off[rank]; e < end; e++) {
        const c12__mrp_edge *soon = e + ahead < last ? e + ahead : last; /* in this loop: gcc drops calls that only prefetch */
        const int32_t *order = self->order + (int64_t)soon->other * self->buckets;
        C12__PREFETCH(self->meta + soon->other);
        for (int32_t t = 0; t < near; t += 16) C12__PREFETCH(order + t);
        if (self->links_used && self->meta[e->other].links != C12__MRP_TABLE) continue;
        if (gather_edge(&w, e)) return 1;
    }
    return self->links_used && gather_links(&w, rank);
}

/* ---- gathering into an exact row ---------------------------------------------------------------------------------------------------- */

static int gather_edge_exact(const c12_mrp *self, int32_t branch, const c12__mrp_edge *e, int64_t *need)
{
    const c12__mrp_view p = c12__mrp_see(self, branch, e->other);
    int32_t lead = p.meta->lead < self->buckets ? p.meta->lead : self->buckets, t;
    int64_t late = 0, ask;
    for (int32_t u = 0; u < lead; u++)
        if (c12__add64(late, c12__mrp_order_at(self, &p, u), &late)) return 1;
    for (int32_t u = lead - (late != 0); u < self->buckets; u++) {
        int64_t q = u < lead ? late : c12__mrp_order_at(self, &p, u);
        if (!q) continue;
        if (c12__mrp_ask(self, e, q, u < lead ? -1 : u - lead, &ask, &t)) return 1;
        if (t >= 0 && c12__add64(need[t], ask, &need[t])) return 1;
    }
    return 0;
}

int c12__mrp_sees_link(const c12_mrp *self, int32_t branch, const c12__mrp_link *l)
{
    if (l->branch == branch) return 1;
    if (l->branch) return 0;
    int32_t k = c12__mrp_find_copy(self, branch, l->parent);
    return k < 0 || !self->copy[k].owns_links;
}

int c12__mrp_gather_exact(const c12_mrp *self, int32_t branch, int32_t rank, int64_t *need)
{
    memset(need, 0, (size_t)self->buckets * sizeof *need);
    const c12__mrp_item *it = c12__mrp_see(self, branch, rank).item;
    for (int32_t k = it->demand; k >= 0; k = self->event[k].next) {
        const c12__mrp_event *e = self->event + k;
        int32_t t = e->bucket < 0 ? 0 : e->bucket;
        if (t < self->buckets && c12__mrp_event_counts(it, e) && c12__add64(need[t], e->qty, &need[t])) return 1;
    }
    for (int64_t k = self->up_off[rank]; k < self->up_off[rank + 1]; k++) {
        if (c12__mrp_see(self, branch, self->up[k].other).meta->links != C12__MRP_TABLE) continue;
        if (gather_edge_exact(self, branch, self->up + k, need)) return 1;
    }
    for (int32_t k = self->up_links[rank]; k >= 0; k = self->link[k].next_up) {
        c12__mrp_edge e = self->link[k].edge;
        e.other = self->link[k].parent;
        if (c12__mrp_sees_link(self, branch, self->link + k) && gather_edge_exact(self, branch, &e, need)) return 1;
    }
    return 0;
}

/* ---- by-products (R20): pulled from the parents' good pieces, for nobody asks for them ------------------------------------------------- */

/* Of one parent's order due in t; *at = where it counts, -1 = nothing falls off.  1 on overflow. */
static int fall_off(const c12_mrp *self, const c12__mrp_edge *e, const c12__mrp_view *p, int32_t t, int64_t *q, int32_t *at)
{
    const c12__mrp_rare *l = self->rare + e->a;
    int64_t good = c12__mrp_planned_at(self, p, t), to = (int64_t)t + l->offset;
    int32_t release = t < p->meta->lead ? 0 : t - p->meta->lead;
    *at = -1;
    if (!good || release < l->from || release >= l->to || to >= self->buckets) return 0;
    *at = to < 0 ? 0 : (int32_t)to;
    return c12__mrp_fall_off(good, l->num, l->den, q);
}

/* only >= 0: of that bucket alone. */
static int add_fallen_edge(const c12_mrp *self, int32_t branch, const c12__mrp_edge *e, int32_t only, int64_t *row)
{
    const c12__mrp_view p = c12__mrp_see(self, branch, e->other);
    int64_t q;
    int32_t at;
    for (int32_t t = 0; t < self->buckets; t++) {
        if (fall_off(self, e, &p, t, &q, &at)) return 1;
        if (at < 0 || (only >= 0 && at != only)) continue;
        if (c12__add64(row[only >= 0 ? 0 : at], q, &row[only >= 0 ? 0 : at])) return 1;
    }
    return 0;
}

static int add_fallen(const c12_mrp *self, int32_t branch, int32_t rank, int32_t only, int64_t *row)
{
    for (int64_t k = self->up_off[rank]; k < self->up_off[rank + 1]; k++) {
        const c12__mrp_edge *e = self->up + k;
        if (!c12__mrp_falls_off(self, e) || c12__mrp_see(self, branch, e->other).meta->links != C12__MRP_TABLE) continue;
        if (add_fallen_edge(self, branch, e, only, row)) return 1;
    }
    for (int32_t k = self->up_links[rank]; k >= 0; k = self->link[k].next_up) {
        c12__mrp_edge e = self->link[k].edge;
        if (!c12__mrp_falls_off(self, &e) || !c12__mrp_sees_link(self, branch, self->link + k)) continue;
        e.other = self->link[k].parent;
        if (add_fallen_edge(self, branch, &e, only, row)) return 1;
    }
    return 0;
}

int c12__mrp_add_fallen(const c12_mrp *self, int32_t branch, int32_t rank, int64_t *row) { return add_fallen(self, branch, rank, -1, row); }

int64_t c12__mrp_fallen_at(const c12_mrp *self, int32_t branch, int32_t rank, int32_t t)
{
    int64_t sum = 0;
    if (c12__mrp_see(self, branch, rank).item->by_product) (void)add_fallen(self, branch, rank, t, &sum); /* fitted when it was netted */
    return sum;
}

/* ---- sizing orders ---------------------------------------------------------------------------------------------------------------- */

/* Receipts of one kind, summed by bucket. */
static int sum_receipts(const c12_mrp *self, const c12__mrp_view *v, uint32_t kind, int64_t *sum, int *any)
{
    memset(sum, 0, (size_t)self->buckets * sizeof *sum);
    for (int32_t k = v->item->receipts; k >= 0; k = self->event[k].next) {
        const c12__mrp_event *e = self->event + k;
        int32_t t = e->bucket < 0 ? 0 : e->bucket;
        if (e->kind != kind || t >= self->buckets) continue;
        if (c12__add64(sum[t], e->qty, &sum[t])) return 1;
        *any = 1;
    }
    return 0;
}

int c12__mrp_receipts(const c12_mrp *self, const c12__mrp_view *v, int64_t *receipts)
{
    int any;
    return sum_receipts(self, v, C12_MRP_SCHEDULED, receipts, &any);
}

int c12__mrp_firm(const c12_mrp *self, const c12__mrp_view *v, int64_t *firm)
{
    int any;
    return sum_receipts(self, v, C12_MRP_FIRM, firm, &any);
}

/* Cumulative requirements, with the safety stock, and supply must fit 64 bits too: messages and promises add them up. */
static int sums_overflow(const c12_mrp *self, const c12__mrp_view *v, const c12__mrp_terms *l, const int64_t *need, const int64_t *receipts)
{
    int64_t sum, supply = l->on_hand, floor = l->floor;
    for (int32_t k = v->item->type == C12_MRP_PHANTOM ? -1 : v->item->safety_rows; k >= 0; k = self->event[k].next) floor = c12__max64(floor, self->event[k].qty);
    if (c12__sub64(floor, supply, &sum)) return 1;
    sum = c12__max64(sum, 0);
    for (int32_t t = 0; t < self->buckets; t++)
        if (c12__add64(sum, need[t], &sum)) return 1;
    for (int32_t k = v->item->receipts; k >= 0; k = self->event[k].next)
        if (c12__add64(supply, self->event[k].qty, &supply)) return 1;
    for (int32_t t = 0; v->item->by_product && t < self->buckets; t++) /* receipts once more, by-products with them */
        if (c12__add64(supply, receipts[t], &supply)) return 1;
    return 0;
}

/* R14: the floor of every bucket. */
static void lay_floors_of(const c12_mrp *self, const c12__mrp_view *v, const c12__mrp_terms *l, int64_t *floors)
{
    c12__mrp_steps s = c12__mrp_safety_of(self, v->item);
    for (int32_t t = 0; t < self->buckets; t++) {
        floors[t] = c12__mrp_step(&s, t);
        if (l->rule == C12_MRP_MIN_MAX) floors[t] = c12__max64(floors[t], l->min);
    }
}

int32_t c12__mrp_net_exact(const c12_mrp *self, int32_t branch, int32_t rank, const c12__mrp_view *v, const int64_t *need, int64_t *order, int64_t *slice)
{
    const int64_t row = self->buckets;
    int64_t *receipts = slice, *projected = slice + row, *firm = slice + 4 * row, *floors = slice + 6 * row, late = 0;
    c12__mrp_terms terms = c12__mrp_terms_of(v->item);
    int is_firm = 0, any;
    if (sum_receipts(self, v, C12_MRP_SCHEDULED, receipts, &any) || sum_receipts(self, v, C12_MRP_FIRM, firm, &is_firm)) return 0;
    if (v->item->by_product && c12__mrp_add_fallen(self, branch, rank, receipts)) return 0;
    if (v->item->safety_rows >= 0 && v->item->type != C12_MRP_PHANTOM) {
        lay_floors_of(self, v, &terms, floors);
        terms.floors = floors;
    }
    const c12__mrp_supply supply = { need, receipts, is_firm ? firm : NULL, slice + 5 * row };
    int32_t t = c12__mrp_net_row(&terms, self->buckets, &supply, order, projected);
    if (t >= 0) return t;
    for (int32_t u = 0; u < v->meta->lead && u < self->buckets; u++)
        if (c12__add64(late, order[u], &late)) return u;
    return sums_overflow(self, v, &terms, need, receipts) ? 0 : -1;
}

/* Receipts beyond the horizon end the list: it is in bucket order. */
static int net_fast(const c12_mrp *self, const c12__mrp_view *v, int32_t *order)
{
    const c12__mrp_fast *f = &v->item->fast;
    const int64_t most = (int64_t)1 << 60;
    int64_t slack = f->slack;
    int32_t k = v->item->receipts, from = 0;
    while (from < self->buckets) {
        int32_t to = self->buckets;
        for (; k >= 0; k = self->event[k].next) {
            int32_t t = self->event[k].bucket < 0 ? 0 : self->event[k].bucket;
            if (t > from) { if (t < to) to = t; break; }
            if (self->event[k].qty > most || slack > most || self->event[k].kind == C12_MRP_FIRM) return 1;
            slack += self->event[k].qty;
        }
        if (c12__mrp_orders(f, v->need, order, from, to, &slack)) return 1;
        from = to;
    }
    return 0;
}

/* Periods of supply look ahead over receipts: those are taken off the requirement first. */
static int net_periods(const c12_mrp *self, const c12__mrp_view *v, int32_t *order, int64_t *net)
{
    const int64_t most = (int64_t)1 << 60;
    int64_t sum = v->item->fast.slack;
    if (sum > most) return 1;
    for (int32_t t = 0; t < self->buckets; t++) net[t] = v->need[t];
    for (int32_t k = v->item->receipts; k >= 0 && self->event[k].bucket < self->buckets; k = self->event[k].next) {
        const c12__mrp_event *e = self->event + k;
        if (e->kind == C12_MRP_FIRM || e->qty > most || (sum += e->qty) > most) return 1;
        net[e->bucket < 0 ? 0 : e->bucket] -= e->qty;
    }
    return c12__mrp_orders_between(&v->item->fast, net, order, self->buckets);
}

int c12__mrp_net_narrow(const c12_mrp *self, int32_t branch, int32_t rank, const c12__mrp_view *v, int32_t *order, int64_t *slice)
{
    const int looks_ahead = v->item->fast.rule == C12__FAST_PERIODS && v->item->receipts >= 0;
    if (v->item->fast.rule && !(looks_ahead ? net_periods(self, v, order, slice) : net_fast(self, v, order))) return 0;
    int64_t *need = slice + 2 * (int64_t)self->buckets, *wide = need + self->buckets, bits = 0;
    for (int32_t t = 0; t < self->buckets; t++) need[t] = v->need[t];
    if (c12__mrp_net_exact(self, branch, rank, v, need, wide, slice) >= 0) return 1;
    for (int32_t t = 0; t < self->buckets; t++) {
        bits |= wide[t];
        order[t] = (int32_t)wide[t];
    }
    return bits > INT32_MAX;
}

/* ---- wide rows -------------------------------------------------------------------------------------------------------------------- */

void c12__mrp_free_all_wide(c12_mrp *self)
{
    for (int32_t w = 0; w < self->dims.wide_rows; w++) self->wide_next[w] = w + 1 < self->dims.wide_rows ? w + 1 : -1;
    self->free_wide = self->dims.wide_rows ? 0 : -1;
}

int32_t c12__mrp_take_wide(c12_mrp *self)
{
    int32_t w = self->free_wide;
    if (w >= 0) self->free_wide = self->wide_next[w];
    return w;
}

void c12__mrp_give_wide(c12_mrp *self, int32_t w)
{
    if (w < 0) return;
    self->wide_next[w] = self->free_wide;
    self->free_wide = w;
}

c12_status c12__mrp_no_wide(const c12_mrp *self, c12_error *err)
{
    return c12__fail(err, C12_E_SPACE, "more items than wide_rows hold quantities of 2^31 or more", "wide_rows", -1, (int64_t)self->dims.items + self->dims.branch_rows);
}

/* ---- levels ----------------------------------------------------------------------------------------------------------------------- */

typedef struct level_run {
    c12_mrp *self;
    int32_t from, count, slices;
    int32_t deferred[C12__MRP_SLICES];
} level_run;
enum { RANK_DEFERRED = -3, LEVEL_GRAIN = 64 };

static void plan_rank(c12_mrp *self, int32_t rank, int64_t *slice, int32_t *deferred)
{
    const c12__mrp_view v = c12__mrp_trunk(self, rank);
    v.meta->wide = -1;
    if (gather_narrow(self, rank) || c12__mrp_net_narrow(self, 0, rank, &v, v.order, slice)) {
        v.meta->wide = RANK_DEFERRED;
        ++*deferred;
        return;
    }
    int leaf = self->down_off[rank] == self->down_off[rank + 1] && v.meta->links == C12__MRP_TABLE;
    v.meta->peak = leaf ? 0 : c12__mrp_peak(v.order, self->buckets);
}

static void plan_slice(void *arg, int32_t i)
{
    level_run *w = arg;
    int32_t from = (int32_t)((int64_t)w->count * i / w->slices), to = (int32_t)((int64_t)w->count * (i + 1) / w->slices);
    w->deferred[i] = 0;
    for (int32_t k = from; k < to; k++)
        plan_rank(w->self, w->self->agreed[w->from + k], w->self->slice + (int64_t)i * C12__MRP_SLICE_ROWS * w->self->buckets, &w->deferred[i]);
}

static c12_status plan_wide(c12_mrp *self, int32_t rank, c12_error *err)
{
    const c12__mrp_view v = c12__mrp_trunk(self, rank);
    int32_t w = c12__mrp_take_wide(self), item = self->item_of[rank];
    if (w < 0) { v.meta->wide = -1; return c12__mrp_no_wide(self, err); }
    int64_t *need = self->wide_need + (int64_t)w * self->buckets, *order = self->wide_order + (int64_t)w * self->buckets;
    v.meta->wide = w;
    v.meta->peak = INT32_MAX;
    if (c12__mrp_gather_exact(self, 0, rank, need)) return c12__fail(err, C12_E_OVERFLOW, "gross requirement does not fit 64 bits", "gross", item, -1);
    int32_t t = c12__mrp_net_exact(self, 0, rank, &v, need, order, self->slice);
    return t < 0 ? C12_OK : c12__fail(err, C12_E_OVERFLOW, "projected available does not fit 64 bits", "projected", item, t);
}

static c12_status plan_level(c12_mrp *self, int32_t level, c12_error *err)
{
    level_run w = { self, self->level_start[level], self->level_start[level + 1] - self->level_start[level], 0, { 0 } };
    int32_t deferred = 0;
    w.slices = w.count / LEVEL_GRAIN < 1 ? 1 : w.count / LEVEL_GRAIN > C12__MRP_SLICES ? C12__MRP_SLICES : w.count / LEVEL_GRAIN;
    if (w.slices == 1) plan_slice(&w, 0);
    else c12__parallel(&self->host, w.slices, plan_slice, &w);
    for (int32_t i = 0; i < w.slices; i++) deferred += w.deferred[i];
    c12_status s = C12_OK;
    for (int32_t k = 0; k < w.count && deferred; k++) {
        int32_t rank = self->agreed[w.from + k];
        if (self->meta[rank].wide != RANK_DEFERRED) continue;
        deferred--;
        c12_status one = s ? s : plan_wide(self, rank, err);
        if (s) self->meta[rank].wide = -1;
        else s = one;
    }
    return s;
}

c12_status c12__mrp_plan(c12_mrp *self, c12_info *info, c12_error *err)
{
    self->solved = 0;
    if (self->levels_stale) c12__mrp_agree(self);
    for (int32_t r = 0; r < self->n; r++) c12__mrp_give_wide(self, self->meta[r].wide);
    for (int32_t l = 0; l < self->levels; l++) {
        if (atomic_load_explicit(&self->cancelled, memory_order_relaxed)) { info->stop = C12_STOP_CANCEL; return C12_OK; }
        c12_status s = plan_level(self, l, err);
        if (s) return s;
        info->work += self->level_start[l + 1] - self->level_start[l];
    }
    self->solved = 1;
    info->outcome = C12_FEASIBLE;
    return C12_OK;
}
