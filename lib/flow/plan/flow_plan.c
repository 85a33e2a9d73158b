/* SPDX-License-Identifier: Apache-2.0 */
/* Plan: orders -> MRP -> work and purchase orders -> finite schedule -> dates.  The public entry and the order of the stages. */
#include "flow/plan/flow_plan_internal.h"

/* ---- stage 1: net requirements ------------------------------------------------------------------------------------------- */

static c12_status plan_net(c12_flow_plan *p, c12_error *err)
{
    c12__flow_pool *pool = &p->pool;
    c12_bom bom;
    c12_status s = c12__take(&bom, sizeof bom, p->mrp.bom, "bom", err);
    if (s) return s;
    int64_t cells = (int64_t)p->n_items * (p->buckets > 0 ? p->buckets : 0), lines = p->n_items && bom.line_off ? bom.line_off[p->n_items] : 0;
    if (lines < 0) lines = 0;
    p->scratch.size = c12_mrp_scratch(p->n_items, lines, p->buckets, p->mrp.n_demand, p->mrp.n_receipts);
    p->scratch.ptr = c12__flow_get(pool, (int64_t)p->scratch.size, 1);
    c12_mrp_plan net = C12_INIT(c12_mrp_plan);
    net.exc_cap = cells * 2 + p->mrp.n_receipts * 2;
    net.gross = C12__FLOW_NEW(pool, int64_t, cells);
    net.planned = C12__FLOW_NEW(pool, int64_t, cells);
    net.release = C12__FLOW_NEW(pool, int64_t, cells);
    net.projected = C12__FLOW_NEW(pool, int64_t, cells);
    net.past_due = C12__FLOW_NEW(pool, int64_t, p->n_items);
    net.started = C12__FLOW_NEW(pool, int64_t, cells);
    net.level = C12__FLOW_NEW(pool, int32_t, p->n_items);
    net.exc_item = C12__FLOW_NEW(pool, int32_t, net.exc_cap);
    net.exc_bucket = C12__FLOW_NEW(pool, int32_t, net.exc_cap);
    net.exc_kind = C12__FLOW_NEW(pool, int32_t, net.exc_cap);
    net.exc_to = C12__FLOW_NEW(pool, int32_t, net.exc_cap);
    net.exc_qty = C12__FLOW_NEW(pool, int64_t, net.exc_cap);
    if (pool->failed) return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, 0);
    p->net = net;
    if ((s = c12__flow_rough_cut(p, err))) return s;
    return c12_mrp_net(&p->mrp, &p->net, p->scratch, err);
}

static c12_status take_lesson(c12_flow_plan *p, const c12__flow_lesson *lesson, c12_error *err)
{
    if (!lesson) return C12_OK;
    int32_t *bucket = C12__FLOW_NEW(&p->pool, int32_t, p->mrp.n_demand), *lead = C12__FLOW_NEW(&p->pool, int32_t, p->n_items);
    if (p->pool.failed) return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, p->mrp.n_demand);
    for (int64_t d = 0; d < p->mrp.n_demand; d++) bucket[d] = lesson->bucket[d];
    for (int32_t i = 0; i < p->n_items; i++) lead[i] = lesson->lead[i];
    p->mrp.demand_bucket = bucket;
    p->mrp.lead_time = lead;
    return C12_OK;
}

static c12_status get_order_dates(c12_flow_plan *p, c12_error *err)
{
    int64_t n = p->plant.n_orders;
    p->order.end = C12__FLOW_NEW(&p->pool, int64_t, n);
    p->order.due = C12__FLOW_NEW(&p->pool, int64_t, n);
    p->order.reason = C12__FLOW_NEW(&p->pool, int32_t, n);
    p->order.reason_row = C12__FLOW_NEW(&p->pool, int64_t, n);
    p->order.reason_ticks = C12__FLOW_NEW(&p->pool, int64_t, n);
    return p->pool.failed ? c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, 0) : C12_OK;
}

c12_status c12_flow_plan_create(c12_flow_plan **self, const c12_flow_plant *plant, const c12_host *host, c12_error *err)
{
    return c12__flow_build(self, plant, host, NULL, err);
}

c12_status c12__flow_build(c12_flow_plan **self, const c12_flow_plant *plant, const c12_host *host, const c12__flow_lesson *lesson, c12_error *err)
{
    c12__flow_pool pool = { .last = NULL };
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    c12_status s = c12__take_optional(&pool.host, sizeof pool.host, host, "host", err);
    if (s) return s;
    c12_flow_plan *p = c12__alloc(&pool.host, sizeof *p);
    if (!p) return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, (int64_t)sizeof *p);
    memset(p, 0, sizeof *p);
    p->pool = pool;
    s = c12__flow_take_plant(p, plant, err);
    if (!s) s = take_lesson(p, lesson, err);
    if (!s) s = c12__flow_mps_make(p, err);
    if (!s) s = plan_net(p, err);
    if (!s) s = c12__flow_size_orders(p, err);
    if (!s) s = c12__flow_link(p, err);
    if (!s) s = c12__flow_jobs(p, err);
    if (!s) s = get_order_dates(p, err);
    if (s) { c12_flow_plan_destroy(p); return s; }
    *self = p;
    return C12_OK;
}

void c12_flow_plan_destroy(c12_flow_plan *self)
{
    if (!self) return;
    c12_host host = self->pool.host;
    c12_sched_destroy(self->sched);
    c12__flow_free(&self->pool);
    c12__release(&host, self, sizeof *self);
}

/* ---- stage 2: times ------------------------------------------------------------------------------------------------------ */

/* Works without operations take their lead time from release or material on. */
static void date_works(c12_flow_plan *p)
{
    for (int64_t w = 0; w < p->work.n; w++) {
        int64_t first = p->work.op_off[w], end = p->work.op_off[w + 1];
        if (first < end) {
            p->work.start[w] = p->op.start[first];
            p->work.end[w] = p->op.end[end - 1];
            continue;
        }
        p->work.start[w] = c12__max64(c12__max64(p->work.release[w], 0) * C12__FLOW_DAY, p->work.ready[w]);
        p->work.end[w] = p->work.start[w] + (p->work.due[w] - p->work.release[w]) * (int64_t)C12__FLOW_DAY;
    }
}

c12_status c12_flow_plan_solve(c12_flow_plan *self, int32_t branch, const c12_budget *budget, c12_info *info, c12_error *err)
{
    c12_info found = C12_INIT(c12_info);
    c12_sched_plan plan = C12_INIT(c12_sched_plan);
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    plan.op_start = self->op.start;
    plan.op_end = self->op.end;
    plan.op_mode = self->op_mode;
    c12_status s = c12_sched_solve(self->sched, branch, budget, &plan, &found, err);
    if (s) return s;
    c12__give(info, &found, sizeof found);
    if (found.outcome == C12_INFEASIBLE || found.outcome == C12_UNKNOWN) return C12_OK;
    for (int64_t o = 0; o < self->op.n; o++) self->op.machine[o] = self->problem.mode_machine[self->problem.mode_off[o] + self->op_mode[o]];
    date_works(self);
    self->solved = 1;
    return c12__flow_date_orders(self, err);
}

/* ---- events -------------------------------------------------------------------------------------------------------------- */

c12_status c12_flow_plan_hold(c12_flow_plan *self, c12_tick now, int64_t work, c12_tick until, c12_error *err)
{
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    if (!self->solved) return c12__fail(err, C12_E_STATE, "hold before the first solve", NULL, -1, 0);
    if (work < -1 || work >= self->work.n) return c12__fail(err, C12_E_RANGE, "no such work order", "work", -1, work);
    if (now < 0) return c12__fail(err, C12_E_RANGE, "time before day 0", "now", -1, now);
    for (int64_t o = 0; o < self->op.n; o++) {
        int began = self->op.start[o] < now;
        self->fixed_start[o] = began ? self->op.start[o] : -1;
        self->fixed_mode[o] = began ? self->op_mode[o] : -1;
        if (began) continue;
        int64_t least = self->op.work[o] == work ? c12__max64(now, until) : now;
        self->op_ready[o] = c12__max64(self->op_ready[o], least);
    }
    if (work >= 0) self->work.hold[work] = c12__max64(self->work.hold[work], until);
    self->problem.fixed_start = self->fixed_start;
    self->problem.fixed_mode = self->fixed_mode;
    return c12_sched_load(self->sched, &self->problem, err);
}

/* ---- view ---------------------------------------------------------------------------------------------------------------- */

c12_status c12_flow_plan_view_get(const c12_flow_plan *self, c12_flow_plan_view *view, c12_error *err)
{
    c12_flow_plan_view v = C12_INIT(c12_flow_plan_view), known;
    c12_status s = self ? c12__take(&known, sizeof known, view, "view", err) : c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    if (s) return s;
    const c12__flow_works *w = &self->work;
    const c12__flow_buys *b = &self->buy;
    const c12__flow_links *l = &self->link;
    v.n_work = w->n;
    v.n_ops = self->op.n;
    v.n_buys = b->n;
    v.n_links = l->n;
    v.n_orders = self->plant.n_orders;
    v.horizon = self->horizon;
    v.mrp = &self->mrp;
    v.net = &self->net;
    v.work_item = w->item;
    v.work_release = w->release;
    v.work_due = w->due;
    v.work_qty = w->qty;
    v.work_op_off = w->op_off;
    v.work_ready = w->ready;
    v.work_start = w->start;
    v.work_end = w->end;
    v.op_step = self->op.step;
    v.op_machine = self->op.machine;
    v.op_start = self->op.start;
    v.op_end = self->op.end;
    v.buy_item = b->item;
    v.buy_supply = b->supply;
    v.buy_order = b->order;
    v.buy_need = b->need;
    v.buy_arrive = b->arrive;
    v.buy_qty = b->qty;
    v.buy_cost = b->cost;
    v.link_item = l->item;
    v.link_from = l->from;
    v.link_from_row = l->from_row;
    v.link_to = l->to;
    v.link_to_row = l->to_row;
    v.link_qty = l->qty;
    v.order_end = self->order.end;
    v.order_due = self->order.due;
    v.order_reason = self->order.reason;
    v.order_reason_row = self->order.reason_row;
    v.order_reason_ticks = self->order.reason_ticks;
    v.work_good = w->good;
    v.buy_good = b->good;
    v.n_mps = self->mps.n;
    v.mps_item = self->mps.item;
    v.mps_bucket = self->mps.bucket;
    v.mps_orders = self->mps.orders;
    v.mps_forecast = self->mps.forecast;
    v.mps_open = self->mps.open;
    v.rough_load = self->rough_load;
    v.rough_capacity = self->rough_capacity;
    c12__give(view, &v, sizeof v);
    return C12_OK;
}
