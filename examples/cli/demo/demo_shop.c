/* SPDX-License-Identifier: Apache-2.0 */
/* Quality and figures of the demo's day: three reports found at 10:00, one of them critical; OEE by machine in standard seconds; completed
 * work orders at standard and actual cost.  How much slower, dearer or worse than planned the day went is drawn from the seed. */
#include "demo.h"
#include "quality.h"
#include <stdlib.h>
#include <string.h>

enum { DRAW_OP = 1, DRAW_SLOW = 2, DRAW_SCRAP = 3, DRAW_PRICE = 4 };

/* ---- nonconformances ------------------------------------------------------------------------------------------------------------- */

const char *const demo_defects[DEMO_REPORTS] = { "SAFETY-brake: torque below limit", "performance: gait slower than limit", "cosmetic: scratch on cover" };

/* Operations that run at the minute, or the first that start after it when none does. */
static int64_t running_at(const demo *d, c12_tick minute, int64_t *op)
{
    const c12_flow_plan_view *v = &d->v;
    int64_t n = 0, next = -1;
    for (int64_t k = 0; k < v->n_ops; k++) {
        if (v->op_start[k] < minute && minute < v->op_end[k]) op[n++] = k;
        else if (v->op_start[k] >= minute && (next < 0 || v->op_start[k] < v->op_start[next])) next = k;
    }
    if (!n && next >= 0) op[n++] = next;
    return n;
}

static void choose_reports(demo *d)
{
    incident *i = &d->nc;
    int64_t *op = NEW(int64_t, d->v.n_ops), n = running_at(d, i->minute, op);
    for (i->n = 0; i->n < DEMO_REPORTS && n; i->n++) {
        int64_t k = demo_draw(d->seed, DRAW_OP, (uint64_t)i->n, n);
        i->op[i->n] = op[k];
        i->work[i->n] = demo_work_of(&d->v, op[k]);
        i->created[i->n] = ((d->t.config.start_day * DEMO_DAY + i->minute) * 60 + i->n * 37) * INT64_C(1000000000);
        if (n > 1) op[k] = op[--n];
    }
    free(op);
}

static int32_t state_at(const demo *d, int64_t work)
{
    if (d->v.work_end[work] <= d->nc.minute) return C12_ORDER_COMPLETED;
    return d->v.work_start[work] < d->nc.minute ? C12_ORDER_IN_PROGRESS : C12_ORDER_RELEASED;
}

static c12_status plant_policy(const demo *d, c12_ncr_policy *p)
{
    const c12io_plant *t = d->t.p;
    c12_status s = c12_ncr_default(p, &d->c->err);
    if (s || !t->n_rules) return s;
    p->n_rules = t->n_rules;
    p->rule_text = t->rule_token->text;
    p->rule_off = t->rule_token->off;
    p->rule_grade = t->rule_grade;
    p->rule_station = t->rule_station;
    return C12_OK;
}

/* The orders that reports are on, a row a report, as they stand at the minute; two reports on one order share the first's row. */
typedef struct incident_book {
    c12_order_book b;
    c12_qty ordered[DEMO_REPORTS], good[DEMO_REPORTS], scrap[DEMO_REPORTS];
    c12_ns created[DEMO_REPORTS], last[DEMO_REPORTS], started[DEMO_REPORTS], ended[DEMO_REPORTS], from[DEMO_REPORTS], to[DEMO_REPORTS];
    int32_t accepted[DEMO_REPORTS], state[DEMO_REPORTS], held[DEMO_REPORTS], parent[DEMO_REPORTS], hold[DEMO_REPORTS], row[DEMO_REPORTS];
} incident_book;

static void incident_orders(const demo *d, incident_book *o)
{
    const incident *i = &d->nc;
    *o = (incident_book){ .b = { .struct_size = sizeof o->b, .n = i->n, .n_holds = i->n, .ordered = o->ordered, .created = o->created, .accepted = o->accepted, .state = o->state, .held = o->held, .parent = o->parent,
        .qty = o->ordered, .good = o->good, .scrap = o->scrap, .last = o->last, .started = o->started, .ended = o->ended, .hold_order = o->hold, .hold_from = o->from, .hold_to = o->to } };
    for (int32_t k = 0; k < i->n; k++) {
        o->accepted[k] = 1;
        o->parent[k] = o->hold[k] = -1;
        o->ordered[k] = d->v.work_qty[i->work[k]];
        o->state[k] = state_at(d, i->work[k]);
        while (i->work[o->row[k]] != i->work[k]) o->row[k]++;
    }
}

/* Nothing is decided yet: reports are graded, get their time, and critical ones hold their order. */
static c12_status run_reports(demo *d, const c12_ncr_batch *b, incident_book *o)
{
    incident *i = &d->nc;
    const int32_t nothing[DEMO_REPORTS] = { 0 }, machine[DEMO_REPORTS] = { -1, -1, -1 };
    const int64_t zero[DEMO_REPORTS] = { 0 };
    c12_ncr_policy policy = C12_INIT(c12_ncr_policy);
    c12_flow_quality_effects e;
    c12_flow_postings p;
    c12_flow_quality q = { .struct_size = sizeof q, .hold_grade = C12_NCR_CRITICAL, .n_items = 1, .policy = &policy, .reports = b, .work = o->row, .raised_by = machine, .created = i->created, .decision = nothing,
        .decided_by = machine, .decided = zero, .item = nothing, .cost = zero };
    void *room = quality_room(&e, &p, i->n);
    c12_status s = plant_policy(d, &policy);
    if (!s) s = c12_flow_quality_run(&q, &o->b, &e, &d->c->err);
    for (int32_t k = 0; k < i->n && !s; k++) {
        i->grade[k] = e.grade[k];
        i->reason[k] = e.reason[k];
        i->due[k] = e.due[k];
        i->held[k] = e.held[k];
        i->state[k] = o->state[o->row[k]];
    }
    free(room);
    return s;
}

static c12_status grade_reports_of_day(demo *d)
{
    incident *i = &d->nc;
    incident_book o;
    text codes = { 0 };
    int64_t off[DEMO_REPORTS + 1] = { 0 };
    int32_t station[DEMO_REPORTS];
    c12_ncr_batch b = C12_INIT(c12_ncr_batch);
    for (int32_t k = 0; k < i->n; k++) {
        text_add(&codes, "%s", demo_defects[k]);
        off[k + 1] = (int64_t)codes.n;
        station[k] = d->t.p->step_station[d->v.op_step[i->op[k]]];
    }
    b.n = i->n;
    b.code_text = (const uint8_t *)(codes.at ? codes.at : "");
    b.code_off = off;
    b.station = station;
    incident_orders(d, &o);
    c12_status s = run_reports(d, &b, &o);
    text_free(&codes);
    return s;
}

int demo_incident(demo *d)
{
    incident *i = &d->nc;
    c12_verdict verdict = C12_INIT(c12_verdict);
    i->minute = d->first * DEMO_DAY + DEMO_INCIDENT;
    i->late_before = report_late(&d->v);
    choose_reports(d);
    c12_status s = grade_reports_of_day(d);
    for (int32_t k = 0; k < i->n && !s; k++)
        if (i->held[k])
            s = c12_flow_plan_hold(d->plan, i->minute, i->work[k], i->minute + DEMO_DAY, &d->c->err); /* a day of containment */
    if (!s) s = c12_flow_plan_solve(d->plan, 0, &d->budget, &d->info, &d->c->err);
    if (!s) s = c12_flow_plan_check(d->plan, &verdict, &d->c->err);
    if (!s) s = c12_flow_plan_view_get(d->plan, &d->v, &d->c->err);
    if (s) return plant_fail(d->c, &d->t, s);
    i->late_after = report_late(&d->v);
    if (!verdict.violations) return EXIT_DONE;
    cli_say("c12 demo: the new plan fails its checker: %s; please report", verdict.rule);
    return EXIT_INTERNAL;
}

/* ---- OEE -------------------------------------------------------------------------------------------------------------------------- */

/* A machine's quantity is standard seconds: planned run time 1 s each.  Produced time is what the operations held the machine for;
 * up to 6 % of it yielded nothing (slow), up to 1 % was scrapped, and all of what the critical report was about. */
static void tally_operation(const demo *d, int64_t op)
{
    const c12_flow_plan_view *v = &d->v;
    c12_tick from = d->first * DEMO_DAY, to = from + d->days * DEMO_DAY;
    int64_t seconds = 0;
    int32_t m = v->op_machine[op];
    for (c12_tick t = v->op_start[op] > from ? v->op_start[op] : from; t < v->op_end[op] && t < to; t++) seconds += 60 * demo_open(d, m, t);
    int64_t made = seconds - seconds * demo_draw(d->seed, DRAW_SLOW, (uint64_t)op, 60001) / 1000000;
    int64_t scrap = made * demo_draw(d->seed, DRAW_SCRAP, (uint64_t)op, 10001) / 1000000;
    if (d->nc.n && op == d->nc.op[0]) scrap = made / v->work_qty[d->nc.work[0]];
    d->sum.produced_time[m] += seconds;
    d->sum.produced[m] += made;
    d->sum.good[m] += made - scrap;
}

static c12_status tally_oee(demo *d)
{
    tally *s = &d->sum;
    int32_t n = d->t.p->n_machines;
    c12_kpi_runs runs = C12_INIT(c12_kpi_runs);
    c12_kpi_oee oee = C12_INIT(c12_kpi_oee);
    s->busy_planned = NEW(int64_t, n);
    s->produced_time = NEW(int64_t, n);
    s->run_time = NEW(int64_t, n);
    s->produced = NEW(int64_t, n);
    s->good = NEW(int64_t, n);
    for (int32_t m = 0; m < n; m++) {
        s->run_time[m] = 1;
        for (c12_tick t = d->first * DEMO_DAY; t < (d->first + d->days) * DEMO_DAY; t++) s->busy_planned[m] += 60 * demo_open(d, m, t);
    }
    for (int64_t k = 0; k < d->v.n_ops; k++) tally_operation(d, k);
    runs.n = n;
    runs.busy_planned = s->busy_planned; runs.produced_time = s->produced_time; runs.run_time = s->run_time; runs.produced = s->produced; runs.good = s->good;
    s->oee = oee;
    return c12_kpi_line_oee(&runs, &s->oee, &d->c->err);
}

/* ---- cost -------------------------------------------------------------------------------------------------------------------------- */

static c12_status standard_costs(const demo *d, c12_money *own, c12_money *unit)
{
    c12_mem scratch = { NULL, c12_bom_scratch(d->t.p->n_items) };
    scratch.ptr = cli_new((int64_t)scratch.size, 1);
    plant_own_cost(&d->t, own);
    c12_status s = c12_bom_rollup(&d->t.bom, own, NULL, unit, scratch, &d->c->err);
    free(scratch.ptr);
    return s;
}

static int64_t minutes_of(const demo *d, int64_t work)
{
    int64_t n = 0;
    for (int64_t k = d->v.work_op_off[work]; k < d->v.work_op_off[work + 1]; k++)
        for (c12_tick t = d->v.op_start[k]; t < d->v.op_end[k]; t++) n += demo_open(d, d->v.op_machine[k], t);
    return n;
}

/* Saturates: c12_cost_complete then names the order that is too dear. */
static c12_money times(c12_money unit, c12_qty n)
{
    return n > 0 && unit > INT64_MAX / 4 / n ? INT64_MAX / 2 : unit * n;
}

/* Material at standard give or take 2 %, labour and overhead by the hour. */
static c12_status post_completions(demo *d, const c12_money *own, const c12_money *unit)
{
    tally *s = &d->sum;
    int64_t n = s->n_done, *good = NEW(int64_t, n), *standard = NEW(int64_t, n), *material = NEW(int64_t, n), *labour = NEW(int64_t, n), *overhead = NEW(int64_t, n);
    c12_cost_orders in = C12_INIT(c12_cost_orders);
    c12_cost_journal out = C12_INIT(c12_cost_journal);
    c12_verdict verdict = C12_INIT(c12_verdict);
    for (int64_t k = 0; k < n; k++) {
        int64_t w = s->done[k], minutes = minutes_of(d, w);
        int32_t item = d->v.work_item[w];
        c12_money bought = times(unit[item] - own[item], d->v.work_qty[w]);
        good[k] = d->v.work_qty[w];
        standard[k] = unit[item];
        material[k] = bought + bought / 1000000 * (demo_draw(d->seed, DRAW_PRICE, (uint64_t)w, 40001) - 20000);
        labour[k] = minutes * d->t.config.labour_rate / 60;
        overhead[k] = minutes * d->t.config.overhead_rate / 60;
    }
    in.n = (int32_t)n;
    in.good = good; in.standard = standard; in.material = material; in.labour = labour; in.overhead = overhead;
    out.goods = s->goods = NEW(c12_money, n);
    out.wip = s->wip = NEW(c12_money, n);
    out.variance = s->variance = NEW(c12_money, n);
    c12_status st = c12_cost_complete(&in, &out, &d->c->err);
    if (!st) st = c12_cost_check(&in, &out, &verdict, &d->c->err);
    s->variance_sum = verdict.objective;
    void *const owned[] = { good, standard, material, labour, overhead };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    return st;
}

static c12_status tally_cost(demo *d)
{
    tally *s = &d->sum;
    c12_money *own = NEW(c12_money, d->t.p->n_items), *unit = NEW(c12_money, d->t.p->n_items);
    s->done = NEW(int64_t, d->v.n_work);
    for (int64_t w = 0; w < d->v.n_work; w++)
        if (d->v.work_end[w] > d->first * DEMO_DAY && d->v.work_end[w] <= (d->first + d->days) * DEMO_DAY) s->done[s->n_done++] = w;
    c12_status st = standard_costs(d, own, unit);
    if (!st) st = post_completions(d, own, unit);
    free(own);
    free(unit);
    return st;
}

int demo_tally(demo *d)
{
    c12_status s = tally_oee(d);
    if (!s) s = tally_cost(d);
    return s ? cli_fail(d->c, s) : EXIT_DONE;
}

void demo_tally_close(tally *s)
{
    void *const owned[] = { s->busy_planned, s->produced_time, s->run_time, s->produced, s->good, s->done, s->goods, s->wip, s->variance };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
}
