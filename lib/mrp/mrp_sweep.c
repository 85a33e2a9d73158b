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

static void agenda_put(c12_mrp *self, int32_t rank, int32_t level)
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
        agenda_put(self, rank, c12__mrp_see(self, branch, rank).item->level);
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

/* Releases of one rank that changed; r = -1 is past due. */
typedef struct changed {
    int64_t *before, *after;
    int32_t *release;
    int32_t n;
} changed;

static c12_status push_edge(c12_mrp *self, int32_t branch, const c12__mrp_edge *e, const changed *c, c12_error *err)
{
    c12__mrp_view v;
    int owned = 0;
    c12_status s;
    for (int32_t k = 0; k < c->n; k++) {
        int64_t before, after;
        int32_t t, same;
        if (c12__mrp_ask(self, e, c->after[k], c->release[k], &after, &t)) return need_overflows(self, e->other, t, err);
        (void)c12__mrp_ask(self, e, c->before[k], c->release[k], &before, &same); /* fitted when it was added */
        if (t < 0 || before == after) continue;
        if (!owned) {
            if ((s = c12__mrp_own(self, branch, e->other, C12__MRP_ROW, &v, err))) return s;
            agenda_put(self, e->other, v.item->level);
            owned = 1;
        }
        if ((s = c12__mrp_add_need(self, &v, e->other, t, after - before, err))) return s;
    }
    return C12_OK;
}

static c12_status push_changes(c12_mrp *self, int32_t branch, int32_t rank, const c12__mrp_view *v, const changed *c, c12_error *err)
{
    c12_status s = C12_OK;
    if (v->meta->links != C12__MRP_TABLE) {
        for (int32_t k = v->meta->links; k >= 0 && !s; k = self->link[k].next) s = push_edge(self, branch, &self->link[k].edge, c, err);
        return s;
    }
    const c12__mrp_edge *e = self->down + self->down_off[rank], *end = self->down + self->down_off[rank + 1];
    for (; e < end && !s; e++) s = push_edge(self, branch, e, c, err);
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

/* Netted again into `order` (64 bit), the row going wide where it must. */
static c12_status net_again(c12_mrp *self, const c12__mrp_view *v, int32_t rank, int32_t *narrow, int64_t *order, int64_t *slice, c12_error *err)
{
    c12_status s;
    if (v->meta->wide < 0) {
        if (!c12__mrp_net_narrow(self, v, narrow, slice)) {
            for (int32_t t = 0; t < self->buckets; t++) order[t] = narrow[t];
            return C12_OK;
        }
        if ((s = widen(self, v, err))) return s;
    }
    int32_t t = c12__mrp_net_exact(self, v, self->wide_need + (int64_t)v->meta->wide * self->buckets, order, slice);
    return t < 0 ? C12_OK : c12__fail(err, C12_E_OVERFLOW, "projected available does not fit 64 bits", "projected", self->item_of[rank], t);
}

/* Differences between the row and `order`, which is stored; past due as one sum. */
static void take_order(c12_mrp *self, const c12__mrp_view *v, int32_t rank, const int64_t *order, changed *c, c12_mrp_delta *d)
{
    int64_t late_before = 0, late_after = 0;
    int32_t lead = v->meta->lead, late = 0;
    int64_t *wide = v->meta->wide < 0 ? NULL : self->wide_order + (int64_t)v->meta->wide * self->buckets;
    c->n = 1; /* the first is kept for past due */
    for (int32_t t = 0; t < self->buckets; t++) {
        int64_t before = wide ? wide[t] : v->order[t];
        if (t < lead) { late_before += before; late_after += order[t]; }
        if (before == order[t]) continue;
        tell(self, d, rank, t, before, order[t]);
        if (t < lead) { late = 1; continue; }
        c->release[c->n] = t - lead;
        c->before[c->n] = before;
        c->after[c->n++] = order[t];
    }
    if (wide) memcpy(wide, order, (size_t)self->buckets * sizeof *wide);
    else {
        for (int32_t t = 0; t < self->buckets; t++) v->order[t] = (int32_t)order[t];
        v->meta->peak = c12__mrp_peak(v->order, self->buckets);
    }
    if (!late || late_before == late_after) { /* nothing past due changed: close the gap */
        c->before++; c->after++; c->release++; c->n--;
        return;
    }
    c->release[0] = -1;
    c->before[0] = late_before;
    c->after[0] = late_after;
}

static int row_differs(const c12_mrp *self, const c12__mrp_view *v, const int64_t *order)
{
    for (int32_t t = 0; t < self->buckets; t++)
        if (c12__mrp_order_at(self, v, t) != order[t]) return 1;
    return 0;
}

static c12_status sweep_rank(c12_mrp *self, int32_t branch, int32_t rank, c12_mrp_delta *d, c12_error *err)
{
    /* the slices' rows are free while no solve runs: exact rows 0..3, then orders, and what changed */
    int64_t *row = self->slice, *order = row + 4 * (int64_t)self->buckets, *narrow = order + self->buckets;
    changed c = { narrow + self->buckets, narrow + 2 * (int64_t)self->buckets + 1, (int32_t *)(narrow + 3 * (int64_t)self->buckets + 2), 0 };
    c12__mrp_view v = c12__mrp_see(self, branch, rank);
    c12_status s = C12_OK;
    d->touched++;
    if ((s = net_again(self, &v, rank, (int32_t *)narrow, order, row, err)) || !row_differs(self, &v, order)) return s;
    if ((s = c12__mrp_own(self, branch, rank, C12__MRP_ROW, &v, err))) return s;
    take_order(self, &v, rank, order, &c, d);
    return c.n ? push_changes(self, branch, rank, &v, &c, err) : C12_OK;
}

c12_status c12__mrp_sweep(c12_mrp *self, int32_t branch, c12_mrp_delta *d, c12_error *err)
{
    c12_status s = C12_OK;
    c12__mrp_agenda_begin(self, branch);
    for (int32_t rank; !s && (rank = c12__mrp_agenda_pop(self)) >= 0; ) s = sweep_rank(self, branch, rank, d, err);
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
    int64_t *need = self->slice + 4 * (int64_t)self->buckets, *order = need + self->buckets;
    c12__mrp_agenda_begin(self, branch);
    for (int32_t rank; (rank = c12__mrp_agenda_pop(self)) >= 0; ) {
        const c12__mrp_view v = c12__mrp_see(self, branch, rank);
        int64_t *wide_need = v.meta->wide < 0 ? NULL : self->wide_need + (int64_t)v.meta->wide * self->buckets;
        int64_t *wide_order = v.meta->wide < 0 ? NULL : self->wide_order + (int64_t)v.meta->wide * self->buckets;
        (void)c12__mrp_gather_exact(self, branch, rank, need);
        (void)c12__mrp_net_exact(self, &v, need, order, self->slice);
        for (int32_t t = 0; t < self->buckets; t++) {
            if (wide_need) { wide_need[t] = need[t]; wide_order[t] = order[t]; continue; }
            v.need[t] = (int32_t)need[t];
            v.order[t] = (int32_t)order[t];
        }
        if (!wide_need) v.meta->peak = c12__mrp_peak(v.order, self->buckets);
    }
}
