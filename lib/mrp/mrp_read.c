/* SPDX-License-Identifier: Apache-2.0 */
/* What callers read of a kept plan: one row, or the dense columns of c12_mrp_net. */
#include "mrp/mrp_messages.h"
#include "mrp/mrp_plan.h"

c12_status c12__mrp_ready(const c12_mrp *self, int32_t branch, c12_error *err)
{
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    if (!self->solved) return c12__fail(err, C12_E_STATE, "no plan yet: load and solve first", "self", -1, 0);
    if (branch < 0 || branch > self->dims.branches || !self->branch[branch].open) return c12__fail(err, C12_E_RANGE, "branch is not open", "branch", -1, branch);
    return C12_OK;
}

/* Columns of one row, any of them NULL; gross and planned may not be when projected is asked for. */
static void read_row(const c12_mrp *self, const c12__mrp_view *v, int64_t *gross, int64_t *receipts, int64_t *planned, int64_t *release, int64_t *past_due)
{
    int32_t lead = v->meta->lead < self->buckets ? v->meta->lead : self->buckets;
    for (int32_t t = 0; gross && t < self->buckets; t++) gross[t] = c12__mrp_need_at(self, v, t);
    for (int32_t t = 0; planned && t < self->buckets; t++) planned[t] = c12__mrp_order_at(self, v, t);
    for (int32_t t = lead; release && t < self->buckets; t++) release[t - lead] = c12__mrp_order_at(self, v, t);
    if (release) memset(release + self->buckets - lead, 0, (size_t)lead * sizeof *release);
    *past_due = 0;
    for (int32_t t = 0; t < lead; t++) *past_due += c12__mrp_order_at(self, v, t);
    if (receipts) (void)c12__mrp_receipts(self, v, receipts);
}

static void project(const c12_mrp *self, const c12__mrp_view *v, const int64_t *receipts, int64_t *projected)
{
    int64_t have = v->item->terms.on_hand;
    for (int32_t t = 0; t < self->buckets; t++) {
        have += receipts[t] - c12__mrp_need_at(self, v, t) + c12__mrp_order_at(self, v, t);
        projected[t] = have;
    }
}

c12_status c12_mrp_get(c12_mrp *self, int32_t branch, int32_t item, c12_mrp_row *row, c12_error *err)
{
    c12_mrp_row o;
    c12_status s = c12__mrp_ready(self, branch, err);
    if (s || (s = c12__take(&o, sizeof o, row, "row", err))) return s;
    if (item < 0 || item >= self->n) return c12__fail(err, C12_E_RANGE, "item out of range", "item", -1, item);
    const c12__mrp_view v = c12__mrp_see(self, branch, self->rank_of[item]);
    read_row(self, &v, o.gross, self->slice, o.planned, o.release, &o.past_due);
    if (o.receipts) memcpy(o.receipts, self->slice, (size_t)self->buckets * sizeof *o.receipts);
    if (o.projected) project(self, &v, self->slice, o.projected);
    o.level = v.item->level;
    c12__give(row, &o, sizeof o);
    return C12_OK;
}

static void item_messages_of(const c12_mrp *self, const c12__mrp_view *v, int32_t item, c12_mrp_plan *p)
{
    const int64_t base = (int64_t)item * self->buckets;
    int phantom = v->item->type == C12_MRP_PHANTOM;
    c12__mrp_messages run;
    c12__mrp_messages_begin(&run, p, item, self->buckets, v->meta->lead, v->item->terms.on_hand - (phantom ? 0 : v->item->safety), p->gross + base, p->planned + base);
    for (int32_t k = v->item->receipts; k >= 0; k = self->event[k].next) c12__mrp_messages_receipt(&run, self->event[k].bucket, self->event[k].qty);
    c12__mrp_messages_end(&run);
}

static int64_t count_outside(const c12_mrp *self, int32_t k)
{
    int64_t n = 0;
    for (; k >= 0; k = self->event[k].next) n += self->event[k].bucket >= self->buckets;
    return n;
}

static void read_plan(const c12_mrp *self, int32_t branch, c12_mrp_plan *p)
{
    p->exc_count = p->outside_demand = p->outside_receipts = 0;
    for (int32_t i = 0; i < self->n; i++) {
        const c12__mrp_view v = c12__mrp_see(self, branch, self->rank_of[i]);
        int64_t base = (int64_t)i * self->buckets;
        read_row(self, &v, p->gross + base, self->slice, p->planned + base, p->release + base, &p->past_due[i]);
        if (p->projected) project(self, &v, self->slice, p->projected + base);
        if (p->level) p->level[i] = v.item->level;
        p->outside_demand += count_outside(self, v.item->demand);
        p->outside_receipts += count_outside(self, v.item->receipts);
        item_messages_of(self, &v, i, p);
    }
}

c12_status c12_mrp_solve(c12_mrp *self, int32_t branch, const c12_budget *budget, c12_mrp_plan *plan, c12_info *info, c12_error *err)
{
    c12_mrp_plan p;
    c12_info found = C12_INIT(c12_info);
    c12_status s;
    (void)budget;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    if (!self->loaded) return c12__fail(err, C12_E_STATE, "no problem yet: load first", "self", -1, 0);
    if (plan) {
        c12__mrp m = { 0 };
        m.n = self->n;
        if ((s = c12__mrp_take_plan(&p, &m, plan, err))) return s;
    }
    if (branch) s = c12__mrp_ready(self, branch, err);
    else {
        c12_ns start = c12__now(&self->host);
        s = c12__mrp_plan(self, &found, err);
        found.elapsed = c12__now(&self->host) - start;
        atomic_store_explicit(&self->cancelled, 0, memory_order_relaxed);
    }
    if (s) return s;
    if (plan && self->solved) {
        read_plan(self, branch, &p);
        c12__give(plan, &p, sizeof p);
    }
    c12__give(info, &found, sizeof found);
    return C12_OK;
}
