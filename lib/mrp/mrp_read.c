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

/* Receipts of a bucket from a list in bucket order; *k moves on. */
static int64_t receipts_of(const c12_mrp *self, int32_t *k, int32_t t)
{
    int64_t sum = 0;
    for (; *k >= 0 && self->event[*k].bucket <= t; *k = self->event[*k].next)
        if (self->event[*k].kind == C12_MRP_SCHEDULED) sum += self->event[*k].qty;
    return sum;
}

/* Columns of one row, any of them NULL.  Reads only: several threads may. */
static void read_row(const c12_mrp *self, int32_t branch, int32_t rank, const c12__mrp_view *v, c12_mrp_row *o)
{
    int32_t lead = v->meta->lead < self->buckets ? v->meta->lead : self->buckets, k = v->item->receipts;
    int64_t have = v->item->on_hand;
    o->level = v->item->level;
    o->past_due = 0;
    for (int32_t t = 0; t < self->buckets; t++) {
        int64_t need = c12__mrp_need_at(self, v, t), order = c12__mrp_planned_at(self, v, t), receipts = receipts_of(self, &k, t);
        int64_t fallen = c12__mrp_fallen_at(self, branch, rank, t);
        have += receipts - need + order + fallen;
        if (t < lead) o->past_due += c12__mrp_order_at(self, v, t);
        if (o->gross) o->gross[t] = need;
        if (o->receipts) o->receipts[t] = receipts;
        if (o->by_products) o->by_products[t] = fallen;
        if (o->planned) o->planned[t] = order;
        if (o->release) o->release[t] = t + lead < self->buckets ? c12__mrp_order_at(self, v, t + lead) : 0;
        if (o->projected) o->projected[t] = have;
    }
}

c12_status c12_mrp_get(const c12_mrp *self, int32_t branch, int32_t item, c12_mrp_row *row, c12_error *err)
{
    c12_mrp_row o;
    c12_status s = c12__mrp_ready(self, branch, err);
    if (s || (s = c12__take(&o, sizeof o, row, "row", err))) return s;
    if (item < 0 || item >= self->n) return c12__fail(err, C12_E_RANGE, "item out of range", "item", -1, item);
    const c12__mrp_view v = c12__mrp_see(self, branch, self->rank_of[item]);
    read_row(self, branch, self->rank_of[item], &v, &o);
    c12__give(row, &o, sizeof o);
    return C12_OK;
}

typedef struct fallen_row { const c12_mrp *self; int32_t branch, rank; } fallen_row;

static int64_t fallen_at(const void *row, int32_t t)
{
    const fallen_row *r = row;
    return c12__mrp_fallen_at(r->self, r->branch, r->rank, t);
}

static void item_actions(const c12_mrp *self, int32_t branch, const c12__mrp_view *v, int32_t item, c12_mrp_plan *p)
{
    const fallen_row fallen = { self, branch, self->rank_of[item] };
    const int64_t wide = (int64_t)v->meta->wide * self->buckets;
    const c12__mrp_terms l = c12__mrp_terms_of(v->item);
    c12__mrp_messages run = c12__mrp_messages_begin(p, item, self->buckets, &l, c12__mrp_safety_of(self, v->item), v->meta->lead);
    run.damp_qty = self->damp_qty;
    run.damp_shift = self->damp_shift;
    if (v->item->by_product) { run.by_product_at = fallen_at; run.by_products = &fallen; }
    if (v->meta->wide < 0) { run.narrow_gross = v->need; run.narrow_orders = v->order; }
    else { run.gross = self->wide_need + wide; run.orders = self->wide_order + wide; }
    for (int32_t k = v->item->receipts; k >= 0; k = self->event[k].next) {
        const c12__mrp_event *e = self->event + k;
        c12__mrp_messages_receipt(&run, e->bucket, e->qty, e->kind == C12_MRP_FIRM ? c12__mrp_good(e->qty, l.yield_ppm) : e->qty);
    }
    c12__mrp_messages_end(&run);
}

c12_status c12_mrp_messages(const c12_mrp *self, int32_t branch, int32_t item, c12_mrp_actions *out, c12_error *err)
{
    c12_mrp_actions o;
    c12_status s = c12__mrp_ready(self, branch, err);
    if (s || (s = c12__take(&o, sizeof o, out, "out", err))) return s;
    if (item < 0 || item >= self->n) return c12__fail(err, C12_E_RANGE, "item out of range", "item", -1, item);
    if (o.cap < 0 || (o.cap && (!o.bucket || !o.kind || !o.to || !o.qty))) return c12__fail(err, C12_E_ARG, "output column is NULL", "out", -1, 0);
    const c12__mrp_view v = c12__mrp_see(self, branch, self->rank_of[item]);
    c12_mrp_plan p = { .exc_cap = o.cap, .exc_bucket = o.bucket, .exc_kind = o.kind, .exc_to = o.to, .exc_qty = o.qty };
    item_actions(self, branch, &v, item, &p);
    o.count = p.exc_count;
    c12__give(out, &o, sizeof o);
    return C12_OK;
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
        c12_mrp_row row = { .gross = p->gross + base, .planned = p->planned + base, .release = p->release + base, .projected = p->projected ? p->projected + base : NULL };
        read_row(self, branch, self->rank_of[i], &v, &row);
        p->past_due[i] = row.past_due;
        for (int32_t t = 0; t < self->buckets && p->started; t++) p->started[base + t] = c12__mrp_order_at(self, &v, t);
        if (p->level) p->level[i] = row.level;
        p->outside_demand += count_outside(self, v.item->demand);
        p->outside_receipts += count_outside(self, v.item->receipts);
        item_actions(self, branch, &v, i, p);
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
