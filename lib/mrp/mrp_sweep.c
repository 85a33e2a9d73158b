/* SPDX-License-Identifier: Apache-2.0 */
/* Net change: ranks whose requirement or terms changed are netted again, level by level; what changed in their orders changes their
 * children's requirements by ceil(new) - ceil(old), and so on down until changes are absorbed. */
#include "mrp/mrp_plan.h"

/* ---- agenda ----------------------------------------------------------------------------------------------------------------------- */

void c12__mrp_note(c12_mrp *self, int32_t rank)
{
    c12__mrp_agenda *a = &self->agenda;
    if (a->next[rank] != C12__MRP_IDLE) return;
    a->next[rank] = a->noted;
    a->noted = rank;
}

void c12__mrp_agenda_put(c12_mrp *self, int32_t rank, int32_t level)
{
    c12__mrp_agenda *a = &self->agenda;
    if (a->next[rank] != C12__MRP_IDLE) return;
    a->next[rank] = a->head[level];
    a->head[level] = rank;
    a->waiting++;
    if (level < a->level) a->level = level;
}

void c12__mrp_agenda_begin(c12_mrp *self, int32_t branch)
{
    c12__mrp_agenda *a = &self->agenda;
    int32_t rank = a->noted;
    a->level = self->n;
    a->noted = -1;
    while (rank >= 0) {
        int32_t next = a->next[rank];
        a->next[rank] = C12__MRP_IDLE;
        c12__mrp_agenda_put(self, rank, c12__mrp_see(self, branch, rank).item->level);
        rank = next;
    }
}

int32_t c12__mrp_agenda_pop(c12_mrp *self)
{
    c12__mrp_agenda *a = &self->agenda;
    if (!a->waiting) return -1;
    while (a->head[a->level] < 0) a->level++;
    int32_t rank = a->head[a->level];
    a->head[a->level] = a->next[rank];
    a->next[rank] = C12__MRP_IDLE;
    a->waiting--;
    return rank;
}

void c12__mrp_agenda_clear(c12_mrp *self)
{
    c12__mrp_agenda *a = &self->agenda;
    while (c12__mrp_agenda_pop(self) >= 0) {}
    while (a->noted >= 0) {
        int32_t next = a->next[a->noted];
        a->next[a->noted] = C12__MRP_IDLE;
        a->noted = next;
    }
}

/* ---- requirements ----------------------------------------------------------------------------------------------------------------- */

static c12_status widen(c12_mrp *self, const c12__mrp_view *v, c12_error *err)
{
    int32_t w = c12__mrp_take_wide(self);
    if (w < 0) return c12__mrp_no_wide(self, err);
    for (int32_t t = 0; t < self->buckets; t++) {
        self->wide_need[(int64_t)w * self->buckets + t] = v->need[t];
        self->wide_order[(int64_t)w * self->buckets + t] = v->order[t];
    }
    v->meta->wide = w;
    v->meta->peak = INT32_MAX;
    return C12_OK;
}

static c12_status need_overflows(const c12_mrp *self, int32_t rank, int32_t t, c12_error *err)
{
    return c12__fail(err, C12_E_OVERFLOW, "gross requirement does not fit 64 bits", "gross", self->item_of[rank], t);
}

c12_status c12__mrp_add_need(c12_mrp *self, const c12__mrp_view *v, int32_t rank, int32_t t, int64_t more, c12_error *err)
{
    c12_status s;
    if (v->meta->wide < 0) {
        int64_t sum;
        if (!c12__add64(v->need[t], more, &sum) && sum <= INT32_MAX) { v->need[t] = (int32_t)sum; return C12_OK; }
        if ((s = widen(self, v, err))) return s;
    }
    int64_t *cell = self->wide_need + (int64_t)v->meta->wide * self->buckets + t;
    return c12__add64(*cell, more, cell) ? need_overflows(self, rank, t, err) : C12_OK;
}

/* ---- orders that changed ------------------------------------------------------------------------------------------------------------ */

/* One rank's orders before and after, in buckets first..last of its row; what is past due counts as two sums.  Narrow rows are given,
 * or the wide ones. */
typedef struct changed {
    const int32_t *before, *after;
    const int64_t *wide_before, *wide_after;
    int64_t late_before, late_after;
    int32_t first, last, lead, peak;
} changed;

/* Owned and on the agenda: every rank on it is its branch's own. */
static c12_status touch(c12_mrp *self, int32_t branch, int32_t rank, c12__mrp_view *v, c12_error *err)
{
    c12_status s = C12_OK;
    if (!branch && !self->open_branches) *v = c12__mrp_trunk(self, rank);
    else s = c12__mrp_own(self, branch, rank, C12__MRP_ROW, v, err);
    if (!s) c12__mrp_agenda_put(self, rank, v->item->level);
    return s;
}

static c12_status push_cell(c12_mrp *self, int32_t branch, const c12__mrp_edge *e, int64_t before, int64_t after, int32_t r, c12_error *err)
{
    int64_t ask_before, ask_after;
    int32_t t, same;
    c12__mrp_view v;
    if (before == after) return C12_OK;
    if (c12__mrp_ask(self, e, after, r, &ask_after, &t)) return need_overflows(self, e->other, r, err);
    (void)c12__mrp_ask(self, e, before, r, &ask_before, &same); /* fitted when it was added */
    if (t < 0 || ask_before == ask_after) return C12_OK;
    c12_status s = touch(self, branch, e->other, &v, err);
    return s ? s : c12__mrp_add_need(self, &v, e->other, t, ask_after - ask_before, err);
}

static c12_status push_cells(c12_mrp *self, int32_t branch, const c12__mrp_edge *e, const changed *c, c12_error *err)
{
    c12_status s = C12_OK;
    for (int32_t t = c->first; t <= c->last && !s; t++) {
        int64_t before = c->before ? c->before[t] : c->wide_before[t], after = c->before ? c->after[t] : c->wide_after[t];
        s = push_cell(self, branch, e, before, after, t - c->lead, err);
    }
    return s;
}

/* All releases of the range at once.  The child's row stays as it was when a sum passes 31 bits: the cells then widen it one by one. */
static c12_status push_range(c12_mrp *self, int32_t branch, const c12__mrp_edge *e, const changed *c, int32_t *more, c12_error *err)
{
    int32_t n = c->last - c->first + 1, any;
    c12__mrp_view v;
    if (e->b == 1) any = self->gather.whole_more(more, c->before + c->first, c->after + c->first, n, e->a);
    else any = self->gather.ratio_more(more, c->before + c->first, c->after + c->first, n, e->a, e->b);
    if (!any) return C12_OK;
    c12_status s = touch(self, branch, e->other, &v, err);
    if (s) return s;
    if (v.meta->wide >= 0) return push_cells(self, branch, e, c, err);
    int32_t *need = v.need + c->first - c->lead;
    if (self->gather.add(need, more, n) >= 0) return C12_OK;
    for (int32_t i = 0; i < n; i++) need[i] = (int32_t)((uint32_t)need[i] - (uint32_t)more[i]);
    return push_cells(self, branch, e, c, err);
}

static c12_status push_edge(c12_mrp *self, int32_t branch, const c12__mrp_edge *e, const changed *c, int32_t *more, c12_error *err)
{
    c12__mrp_view v;
    c12_status s = C12_OK;
    if (c12__mrp_falls_off(self, e)) return touch(self, branch, e->other, &v, err);
    if (c->late_before != c->late_after) s = push_cell(self, branch, e, c->late_before, c->late_after, -1, err);
    if (s || c->first > c->last) return s;
    int64_t most = (int64_t)c->peak * e->a; /* below 2^62; what one order may ask for must fit a cell */
    if (c->before && e->b && most < (int64_t)1 << 51 && most / e->b < INT32_MAX) return push_range(self, branch, e, c, more, err);
    return push_cells(self, branch, e, c, err);
}

static c12_status push_changes(c12_mrp *self, int32_t branch, int32_t rank, const c12__mrp_view *v, const changed *c, int32_t *more, c12_error *err)
{
    c12_status s = C12_OK;
    if (v->meta->links != C12__MRP_TABLE) {
        for (int32_t k = v->meta->links; k >= 0 && !s; k = self->link[k].next) s = push_edge(self, branch, &self->link[k].edge, c, more, err);
        return s;
    }
    const c12__mrp_edge *end = self->down + self->down_off[rank + 1];
    for (const c12__mrp_edge *e = self->down + self->down_off[rank]; e < end && !s; e++) s = push_edge(self, branch, e, c, more, err);
    return s;
}

/* ---- one rank ----------------------------------------------------------------------------------------------------------------------- */

static void tell(const c12_mrp *self, c12_mrp_delta *d, int32_t rank, int32_t t, int64_t before, int64_t after)
{
    int64_t k = d->count++;
    if (k >= d->cap) return;
    d->item[k] = self->item_of[rank];
    d->bucket[k] = t;
    d->before[k] = before;
    d->after[k] = after;
}

/* The yield before the change that is being swept. */
static int32_t yield_before(const c12_mrp *self, const c12__mrp_item *it, int32_t rank)
{
    for (int32_t k = 0; k < self->n_undo; k++) {
        const c12_mrp_edit *u = self->undo + k;
        if (u->kind == C12_MRP_EDIT_ITEM && u->field == C12_MRP_FIELD_YIELD_PPM && u->item == self->item_of[rank]) return (int32_t)u->value;
    }
    return it->yield_ppm;
}

static void tell_row(const c12_mrp *self, const c12__mrp_item *it, c12_mrp_delta *d, int32_t rank, const changed *c)
{
    int phantom = it->type == C12_MRP_PHANTOM;
    int32_t was = phantom ? C12__MRP_SURE : yield_before(self, it, rank), is = phantom ? C12__MRP_SURE : it->yield_ppm;
    for (int32_t t = 0; t < self->buckets; t++) {
        int64_t before = c12__mrp_good(c->before ? c->before[t] : c->wide_before[t], was);
        int64_t after = c12__mrp_good(c->before ? c->after[t] : c->wide_after[t], is);
        if (before != after) tell(self, d, rank, t, before, after);
    }
}

/* Range and past due of a row that changed. */
static void range_narrow(const c12_mrp *self, changed *c)
{
    enum { EIGHT = 8 }; /* cells compared at once while they are the same */
    int32_t late = c->lead < self->buckets ? c->lead : self->buckets;
    for (int32_t t = 0; t < late; t++) { c->late_before += c->before[t]; c->late_after += c->after[t]; }
    c->first = late;
    c->last = self->buckets - 1;
    while (c->first + EIGHT <= self->buckets && !memcmp(c->before + c->first, c->after + c->first, EIGHT * sizeof *c->after)) c->first += EIGHT;
    while (c->first < self->buckets && c->before[c->first] == c->after[c->first]) c->first++;
    while (c->last >= c->first + EIGHT && !memcmp(c->before + c->last - EIGHT + 1, c->after + c->last - EIGHT + 1, EIGHT * sizeof *c->after)) c->last -= EIGHT;
    while (c->last >= c->first && c->before[c->last] == c->after[c->last]) c->last--;
}

static void range_wide(const c12_mrp *self, changed *c)
{
    int32_t late = c->lead < self->buckets ? c->lead : self->buckets;
    for (int32_t t = 0; t < late; t++) { c->late_before += c->wide_before[t]; c->late_after += c->wide_after[t]; }
    for (c->first = late; c->first < self->buckets && c->wide_before[c->first] == c->wide_after[c->first]; ) c->first++;
    for (c->last = self->buckets - 1; c->last >= c->first && c->wide_before[c->last] == c->wide_after[c->last]; ) c->last--;
}

static void note_late(c12_mrp *self, int32_t rank, const changed *c)
{
    if (c->late_after <= c->late_before) return;
    self->late_rank = rank;
    self->late_more = c->late_after - c->late_before;
}

/* What its planning fence leaves short can be promised to nobody. */
static void note_short(c12_mrp *self, int32_t branch, int32_t rank, const c12__mrp_view *v)
{
    c12__mrp_steps safety = c12__mrp_safety_of(self, v->item);
    int64_t have = v->item->on_hand;
    int32_t k = v->item->receipts;
    for (int32_t t = 0; t < v->item->fence && t < self->buckets; t++) {
        for (; k >= 0 && self->event[k].bucket <= t; k = self->event[k].next) if (self->event[k].kind == C12_MRP_SCHEDULED) have += self->event[k].qty;
        have += c12__mrp_planned_at(self, v, t) - c12__mrp_need_at(self, v, t) + c12__mrp_fallen_at(self, branch, rank, t);
        int64_t floor = c12__mrp_step(&safety, t);
        if (have >= floor) continue;
        self->late_rank = rank;
        self->late_more = floor - have;
        return;
    }
}

static c12_status sweep_narrow(c12_mrp *self, int32_t branch, int32_t rank, const c12__mrp_view *v, int32_t *after, c12_mrp_delta *d, c12_error *err)
{
    int32_t *before = after + self->buckets, *more = before + self->buckets;
    size_t row = (size_t)self->buckets * sizeof *after;
    changed c = { before, after, NULL, NULL, 0, 0, 0, 0, v->meta->lead, v->meta->peak };
    if (!memcmp(v->order, after, row)) {
        c.before = after;
        if (!v->item->fast.rule) tell_row(self, v->item, d, rank, &c); /* another yield makes other receipts of the same orders */
        return C12_OK;
    }
    memcpy(before, v->order, row);
    range_narrow(self, &c);
    note_late(self, rank, &c);
    if (d->cap || !v->item->fast.rule) tell_row(self, v->item, d, rank, &c);
    else d->count += self->gather.differ(before, after, self->buckets);
    memcpy(v->order, after, row);
    if (v->meta->links == C12__MRP_TABLE && self->down_off[rank] == self->down_off[rank + 1]) return C12_OK;
    v->meta->peak = c12__mrp_peak(after, self->buckets);
    c.peak |= v->meta->peak;
    return push_changes(self, branch, rank, v, &c, more, err);
}

static c12_status sweep_wide(c12_mrp *self, int32_t branch, int32_t rank, const c12__mrp_view *v, int64_t *slice, c12_mrp_delta *d, c12_error *err)
{
    int64_t *after = slice + C12__MRP_SLICE_ROWS * (int64_t)self->buckets, *before = after + self->buckets, *kept = self->wide_order + (int64_t)v->meta->wide * self->buckets;
    size_t row = (size_t)self->buckets * sizeof *after;
    int32_t t = c12__mrp_net_exact(self, branch, rank, v, self->wide_need + (int64_t)v->meta->wide * self->buckets, after, slice);
    changed c = { NULL, NULL, before, after, 0, 0, 0, 0, v->meta->lead, INT32_MAX };
    if (t >= 0) return c12__fail(err, C12_E_OVERFLOW, "projected available does not fit 64 bits", "projected", self->item_of[rank], t);
    memcpy(before, kept, row);
    if (!memcmp(before, after, row)) { tell_row(self, v->item, d, rank, &c); return C12_OK; }
    range_wide(self, &c);
    note_late(self, rank, &c);
    tell_row(self, v->item, d, rank, &c);
    memcpy(kept, after, row);
    return push_changes(self, branch, rank, v, &c, NULL, err);
}

static c12_status sweep_rank(c12_mrp *self, int32_t branch, int32_t rank, c12_mrp_delta *d, c12_error *err)
{
    int64_t *slice = self->slice; /* free while no solve runs: the exact rows, then what is new */
    int32_t *after = (int32_t *)(slice + C12__MRP_SLICE_ROWS * (int64_t)self->buckets);
    const c12__mrp_view v = c12__mrp_see(self, branch, rank);
    d->touched++;
    if (v.item->fence) note_short(self, branch, rank, &v); /* inside the fence its orders are firm: the old ones are the new ones */
    if (v.meta->wide < 0) {
        if (!c12__mrp_net_narrow(self, branch, rank, &v, after, slice)) return sweep_narrow(self, branch, rank, &v, after, d, err);
        c12_status s = widen(self, &v, err);
        if (s) return s;
    }
    return sweep_wide(self, branch, rank, &v, slice, d, err);
}

/* Prefetching in three steps, each a rank ahead of the one that needs it: a rank's row and terms, its edges and receipts, its
 * children's rows.
 * Written out in the loop: gcc drops calls that only prefetch. */
c12_status c12__mrp_sweep(c12_mrp *self, int32_t branch, c12_mrp_delta *d, c12_error *err)
{
    const int32_t near = self->buckets < 128 ? self->buckets : 128;
    c12_status s = C12_OK;
    c12__mrp_agenda_begin(self, branch);
    for (int32_t rank; !s && (rank = c12__mrp_agenda_pop(self)) >= 0; ) {
        int32_t soon = self->agenda.head[self->agenda.level], later = soon < 0 ? -1 : self->agenda.next[soon];
        if (later >= 0) {
            const int32_t *need = self->need + (int64_t)later * self->buckets, *order = self->order + (int64_t)later * self->buckets;
            C12__PREFETCH(self->item + later);
            C12__PREFETCH(self->meta + later);
            C12__PREFETCH(self->down_off + later);
            for (int32_t t = 0; t < near; t += 16) { C12__PREFETCH(need + t); C12__PREFETCH(order + t); }
        }
        if (soon >= 0) {
            if (self->item[soon].receipts >= 0) C12__PREFETCH(self->event + self->item[soon].receipts);
            for (int64_t e = self->down_off[soon]; e < self->down_off[soon + 1]; e += 4) C12__PREFETCH(self->down + e);
        }
        for (int64_t e = self->down_off[rank]; e < self->down_off[rank + 1]; e++) {
            int32_t child = self->down[e].other;
            const int32_t *need = self->need + (int64_t)child * self->buckets;
            C12__PREFETCH(&self->item[child].level);
            C12__PREFETCH(self->agenda.next + child);
            C12__PREFETCH(self->meta + child);
            for (int32_t t = 0; t < near; t += 16) C12__PREFETCH(need + t);
        }
        s = sweep_rank(self, branch, rank, d, err);
    }
    return s;
}

/* ---- one line, all orders: taken away before it is edited, added after ---------------------------------------------------------------- */

c12_status c12__mrp_push_line(c12_mrp *self, int32_t branch, int32_t rank, const c12__mrp_edge *e, int32_t sign, c12_error *err)
{
    const c12__mrp_view p = c12__mrp_see(self, branch, rank);
    int32_t lead = p.meta->lead < self->buckets ? p.meta->lead : self->buckets;
    int64_t late = 0, ask;
    c12__mrp_view v;
    c12_status s = c12__mrp_own(self, branch, e->other, C12__MRP_ROW, &v, err);
    if (s) return s;
    c12__mrp_note(self, e->other);
    for (int32_t u = 0; u < lead; u++) late += c12__mrp_order_at(self, &p, u);
    for (int32_t u = lead - (late != 0); u < self->buckets; u++) {
        int64_t q = u < lead ? late : c12__mrp_order_at(self, &p, u);
        int32_t t;
        if (!q) continue;
        if (c12__mrp_ask(self, e, q, u < lead ? -1 : u - lead, &ask, &t)) return need_overflows(self, e->other, u, err);
        if (t >= 0 && (s = c12__mrp_add_need(self, &v, e->other, t, sign * ask, err))) return s;
    }
    return C12_OK;
}

/* ---- from scratch ----------------------------------------------------------------------------------------------------------------------- */

void c12__mrp_replan(c12_mrp *self, int32_t branch)
{
    int64_t *need = self->slice + C12__MRP_SLICE_ROWS * (int64_t)self->buckets, *order = need + self->buckets;
    c12__mrp_agenda_begin(self, branch);
    for (int32_t rank; (rank = c12__mrp_agenda_pop(self)) >= 0; ) {
        const c12__mrp_view v = c12__mrp_see(self, branch, rank);
        int64_t *wide_need = v.meta->wide < 0 ? NULL : self->wide_need + (int64_t)v.meta->wide * self->buckets;
        int64_t *wide_order = v.meta->wide < 0 ? NULL : self->wide_order + (int64_t)v.meta->wide * self->buckets;
        (void)c12__mrp_gather_exact(self, branch, rank, need);
        (void)c12__mrp_net_exact(self, branch, rank, &v, need, order, self->slice);
        for (int32_t t = 0; t < self->buckets; t++) {
            if (wide_need) { wide_need[t] = need[t]; wide_order[t] = order[t]; continue; }
            v.need[t] = (int32_t)need[t];
            v.order[t] = (int32_t)order[t];
        }
        if (!wide_need) v.meta->peak = c12__mrp_peak(v.order, self->buckets);
    }
}
