/* SPDX-License-Identifier: Apache-2.0 */
/* Checker of a plan: the rooms' own checkers, and the promises between them recomputed from the links alone. */
#include "flow/plan/flow_plan_internal.h"

static void flow_judge(c12_verdict *v, const char *rule, const char *field, int64_t row, int64_t tick)
{
    if (!v->violations++) { v->rule = rule; v->field = field; v->row = row; v->tick = tick; }
}

/* What a supplier of links can give at most. */
static int64_t supply_qty(const c12_flow_plan *p, int32_t kind, int64_t row)
{
    if (kind == C12_FLOW_STOCK) return p->mrp.on_hand && p->mrp.on_hand[row] > 0 ? p->mrp.on_hand[row] : 0;
    if (kind == C12_FLOW_RECEIPT) return p->mrp.receipt_qty[row];
    return kind == C12_FLOW_BUY ? p->buy.good[row] : p->work.good[row];
}

static int64_t supply_rows(const c12_flow_plan *p, int32_t kind)
{
    if (kind == C12_FLOW_STOCK) return p->n_items;
    if (kind == C12_FLOW_RECEIPT) return p->mrp.n_receipts;
    return kind == C12_FLOW_BUY ? p->buy.n : p->work.n;
}

static c12_status check_promises(const c12_flow_plan *p, c12_verdict *v, c12_error *err)
{
    for (int32_t kind = C12_FLOW_STOCK; kind <= C12_FLOW_WORK; kind++) {
        c12__flow_pool pool = { p->pool.host, NULL, 0 };
        int64_t n = supply_rows(p, kind), *given = C12__FLOW_NEW(&pool, int64_t, n);
        if (!given) return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, n);
        for (int64_t k = 0; k < p->link.n; k++)
            if (p->link.from[k] == kind) given[p->link.from_row[k]] += p->link.qty[k];
        for (int64_t r = 0; r < n; r++)
            if (given[r] > supply_qty(p, kind, r)) flow_judge(v, "a supply is promised twice", "link_from_row", r, -1);
        c12__flow_free(&pool);
    }
    return C12_OK;
}

static int64_t there_at(const c12_flow_plan *p, int64_t k)
{
    int64_t row = p->link.from_row[k];
    if (p->link.from[k] == C12_FLOW_WORK) return p->work.end[row];
    if (p->link.from[k] == C12_FLOW_BUY) return (int64_t)p->buy.arrive[row] * 1440;
    if (p->link.from[k] == C12_FLOW_RECEIPT && p->mrp.receipt_bucket[row] > 0) return (int64_t)p->mrp.receipt_bucket[row] * 1440;
    return 0;
}

static void check_arrivals(const c12_flow_plan *p, c12_verdict *v)
{
    for (int64_t k = 0; k < p->link.n; k++) {
        int64_t to = p->link.to_row[k];
        if (p->link.qty[k] <= 0) flow_judge(v, "a link without quantity", "link_qty", k, -1);
        if (p->link.to[k] != C12_FLOW_WORK || p->work.op_off[to] == p->work.op_off[to + 1]) continue;
        if (p->link.from[k] == C12_FLOW_WORK && p->work.op_off[p->link.from_row[k]] == p->work.op_off[p->link.from_row[k] + 1]) continue;
        if (p->op.start[p->work.op_off[to]] < there_at(p, k)) flow_judge(v, "an operation starts before its material is there", "link_to_row", k, p->op.start[p->work.op_off[to]]);
    }
}

/* ---- orders against the plant's own words ------------------------------------------------------------------------------------- */

/* Bought lots obey the preferred offer where the item has no lot rule of its own, and come a lead time after they are ordered. */
static void check_purchases(const c12_flow_plan *p, c12_verdict *v)
{
    const c12_flow_plant *t = &p->plant;
    const int32_t *rule = t->mrp->lot_rule;
    for (int64_t k = 0; k < p->buy.n; k++) {
        int64_t s = p->buy.supply[k];
        if (p->buy.order[k] < 0 || p->buy.arrive[k] < p->buy.need[k]) flow_judge(v, "a purchase order before today, or in before it is needed", "buy_order", k, p->buy.order[k]);
        if (s < 0) continue;
        if (t->supply_item[s] != p->buy.item[k] || p->buy.arrive[k] - p->buy.order[k] < t->supply_lead[s]) flow_judge(v, "a supplier is faster than its lead time", "buy_arrive", k, p->buy.arrive[k]);
        if (rule && rule[p->buy.item[k]] != C12_MRP_LOT_FOR_LOT) continue;
        if (p->buy.qty[k] < t->supply_moq[s] || p->buy.qty[k] % t->supply_multiple[s]) flow_judge(v, "a lot the supplier does not sell", "buy_qty", k, p->buy.order[k]);
    }
}

/* Open minutes of a machine in [from, to), from the shifts alone: each day's minutes are marked and counted. */
static int64_t open_minutes(const c12_flow_plan *p, int32_t machine, int64_t from, int64_t to)
{
    const c12_flow_plant *t = &p->plant;
    int32_t calendar = t->machine_calendar ? t->machine_calendar[machine] : -1;
    int64_t n = 0;
    for (int64_t day = from / 1440; day * 1440 < to; day++) {
        uint8_t open[1440];
        memset(open, calendar < 0, sizeof open);
        for (int64_t s = 0; s < t->n_shifts; s++)
            if (t->shift_calendar[s] == calendar && t->shift_weekday[s] == (t->start_weekday + day) % 7) memset(open + t->shift_from[s], 1, (size_t)(t->shift_to[s] > t->shift_from[s] ? t->shift_to[s] - t->shift_from[s] : 0));
        for (int64_t m = 0; m < 1440; m++) {
            int64_t at = day * 1440 + m;
            n += at >= from && at < to && (open[m] || at >= p->horizon);
        }
    }
    return n;
}

/* Every step of the item once, in order, on a machine of its station, for just as long as the quantity takes. */
static void check_operations(const c12_flow_plan *p, c12_verdict *v)
{
    const c12_flow_plant *t = &p->plant;
    for (int64_t w = 0; w < p->work.n; w++) {
        int64_t o = p->work.op_off[w];
        for (int64_t s = 0; s < t->n_steps; s++) {
            if (t->step_item[s] != p->work.item[w]) continue;
            if (o == p->work.op_off[w + 1] || p->op.step[o] != s) { flow_judge(v, "a step of the routing is missing", "op_step", o, -1); break; }
            int64_t den = t->step_minutes_den ? t->step_minutes_den[s] : 1, fixed = t->step_fixed ? t->step_fixed[s] : 0;
            int64_t whole = p->work.qty[w] / den * t->step_minutes_num[s], rest = p->work.qty[w] % den * t->step_minutes_num[s];
            if (t->machine_station[p->op.machine[o]] != t->step_station[s]) flow_judge(v, "a machine of another station", "op_machine", o, p->op.start[o]);
            if (open_minutes(p, p->op.machine[o], p->op.start[o], p->op.end[o]) != fixed + whole + rest / den + (rest % den != 0)) flow_judge(v, "an operation is not as long as its quantity takes", "op_end", o, p->op.end[o]);
            o++;
        }
        if (o != p->work.op_off[w + 1]) flow_judge(v, "an operation the routing does not have", "op_step", o, -1);
    }
}

/* A sales order is there when the last of its links is, and never when its links do not add up to what it asks. */
static c12_status check_dates(const c12_flow_plan *p, c12_verdict *v, c12_error *err)
{
    c12__flow_pool pool = { p->pool.host, NULL, 0 };
    int64_t n = p->plant.n_orders, *end = C12__FLOW_NEW(&pool, int64_t, n), *left = C12__FLOW_NEW(&pool, int64_t, n);
    if (pool.failed) { c12__flow_free(&pool); return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, n); }
    for (int64_t d = 0; p->plant.demand_order && d < p->mrp.n_demand; d++)
        if (p->plant.demand_order[d] >= 0) left[p->plant.demand_order[d]] += p->mrp.demand_qty[d];
    for (int64_t k = 0; p->plant.demand_order && k < p->link.n; k++) {
        int64_t o = p->link.to[k] == C12_FLOW_DEMAND ? p->plant.demand_order[p->link.to_row[k]] : -1;
        if (o < 0) continue;
        left[o] -= p->link.qty[k];
        if (there_at(p, k) > end[o]) end[o] = there_at(p, k);
    }
    for (int64_t o = 0; o < n; o++) {
        if (left[o] < 0) flow_judge(v, "an order gets more than it asks for", "order_end", o, p->order.end[o]);
        if (p->order.end[o] != (left[o] > 0 ? INT64_MAX : end[o])) flow_judge(v, "an order is dated otherwise than its links", "order_end", o, p->order.end[o]);
        if ((p->order.end[o] > p->order.due[o]) != (p->order.reason[o] != C12_FLOW_ON_TIME)) flow_judge(v, "late without a reason, or on time with one", "order_reason", o, p->order.end[o]);
    }
    c12__flow_free(&pool);
    return C12_OK;
}

/* ---- the master production schedule ---------------------------------------------------------------------------------------------- */

/* Orders, forecasts and what is left of them in each cell of item and bucket. */
typedef struct mps_cells { int64_t *orders, *forecast, *open; } mps_cells;

static void sum_demand(const c12_flow_plan *p, const mps_cells *c, c12_verdict *v)
{
    const c12_mrp_input *given = p->plant.mrp;
    for (int64_t d = 0; d < given->n_demand; d++) {
        int32_t t = p->mrp.demand_bucket[d] > 0 ? p->mrp.demand_bucket[d] : 0, forecast = given->demand_kind && given->demand_kind[d] == C12_MRP_FORECAST;
        int64_t asked = given->demand_qty[d], left = p->mrp.demand_qty[d], cell = (int64_t)given->demand_item[d] * p->buckets + t;
        if (left < 0 || left > asked || (!forecast && left != asked)) flow_judge(v, "an order shrank, or a forecast grew", "demand_qty", d, t);
        if (t >= p->buckets) continue;
        (forecast ? c->forecast : c->orders)[cell] += asked;
        if (forecast) c->open[cell] += left;
    }
}

/* A forecast that is left says that every order it could have met found its fill elsewhere. */
static void judge_left(const c12_flow_plan *p, const mps_cells *c, int64_t cell, c12_verdict *v)
{
    int64_t t = cell % p->buckets, base = cell - t, asked = 0, consumed = 0, first = p->buckets, last = -1, all = 0, used = 0;
    for (int64_t b = 0; b < p->buckets; b++) {
        all += c->orders[base + b];
        used += c->forecast[base + b] - c->open[base + b];
        if (b < t - p->plant.forecast_ahead || b > t + p->plant.forecast_back) continue;
        asked += c->orders[base + b];
        if (b - p->plant.forecast_back < first) first = b - p->plant.forecast_back;
        if (b + p->plant.forecast_ahead > last) last = b + p->plant.forecast_ahead;
    }
    for (int64_t u = first > 0 ? first : 0; u <= last && u < p->buckets; u++) consumed += c->forecast[base + u] - c->open[base + u];
    if (consumed < asked) flow_judge(v, "a forecast is left that an order should have consumed", "mps_open", cell / p->buckets, t);
    if (used > all) flow_judge(v, "more forecast is consumed than was ordered", "mps_open", cell / p->buckets, t);
}

static c12_status check_mps(const c12_flow_plan *p, c12_verdict *v, c12_error *err)
{
    c12__flow_pool pool = { p->pool.host, NULL, 0 };
    int64_t n = (int64_t)p->n_items * p->buckets, rows = 0;
    mps_cells c = { C12__FLOW_NEW(&pool, int64_t, n), C12__FLOW_NEW(&pool, int64_t, n), C12__FLOW_NEW(&pool, int64_t, n) };
    if (pool.failed) { c12__flow_free(&pool); return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, n); }
    sum_demand(p, &c, v);
    for (int64_t k = 0; k < n; k++) {
        if (c.open[k]) judge_left(p, &c, k, v);
        if (!c.orders[k] && !c.forecast[k]) continue;
        int64_t r = rows++;
        if (r >= p->mps.n || p->mps.item[r] != k / p->buckets || p->mps.bucket[r] != k % p->buckets || p->mps.orders[r] != c.orders[k] || p->mps.forecast[r] != c.forecast[k] || p->mps.open[r] != c.open[k]) {
            flow_judge(v, "the master schedule is not what was asked for and expected", "mps_item", r, k % p->buckets);
            break;
        }
    }
    c12__flow_free(&pool);
    return C12_OK;
}

/* A week of a station's rough capacity is what its machines are open. */
static void check_capacity(const c12_flow_plan *p, c12_verdict *v)
{
    int32_t days = p->buckets < 7 ? p->buckets : 7;
    for (int32_t s = 0; s < p->plant.n_stations; s++) {
        int64_t told = 0, open = 0;
        for (int32_t b = 0; b < days; b++) told += p->rough_capacity[(int64_t)s * p->buckets + b];
        for (int32_t m = 0; m < p->plant.n_machines; m++) if (p->plant.machine_station[m] == s) open += open_minutes(p, m, 0, days * (int64_t)1440);
        if (told != open) flow_judge(v, "rough capacity is not what the machines are open", "rough_capacity", s, -1);
    }
}

c12_status c12_flow_plan_check(const c12_flow_plan *self, c12_verdict *verdict, c12_error *err)
{
    c12_verdict v = C12_INIT(c12_verdict), known;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    c12_status s = c12__take(&known, sizeof known, verdict, "verdict", err);
    if (s) return s;
    if (!self->solved) return c12__fail(err, C12_E_STATE, "check before the first solve", NULL, -1, 0);
    s = c12_mrp_check(&self->mrp, &self->net, &v, self->scratch, err);
    if (s || v.violations) { if (!s) c12__give(verdict, &v, sizeof v); return s; }
    c12_sched_plan plan = C12_INIT(c12_sched_plan);
    plan.op_start = self->op.start;
    plan.op_end = self->op.end;
    plan.op_mode = self->op_mode;
    s = c12_sched_check(&self->problem, &plan, &self->options, &v, err);
    if (!s) s = check_promises(self, &v, err);
    if (s) return s;
    check_arrivals(self, &v);
    check_purchases(self, &v);
    check_operations(self, &v);
    check_capacity(self, &v);
    s = check_dates(self, &v, err);
    if (!s) s = check_mps(self, &v, err);
    if (s) return s;
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
