/* SPDX-License-Identifier: Apache-2.0 */
/* Entry checks: what a caller hands in is looked at once, here. */
#include "base/csr.h"
#include "dispatch/dispatch_internal.h"

c12_status c12__dispatch_take_options(c12_dispatch_options *o, const c12_dispatch_options *from, c12_error *err)
{
    c12_status s = c12__take_optional(o, sizeof *o, from, "options", err);
    if (!s && (o->hysteresis < 0 || o->hysteresis > C12__DISPATCH_MOST))
        return c12__fail(err, C12_E_RANGE, "hysteresis must be 0..2^60", "hysteresis", -1, o->hysteresis);
    return s;
}

static void dispatch_check_current(c12__faults *f, const c12_dispatch_problem *p)
{
    for (int32_t r = 0; p->current && r < p->n_robots && !c12__full(f); r++) {
        int32_t t = p->current[r];
        if (t < -1 || t >= p->n_tasks) c12__fault(f, C12_E_RANGE, "current task out of range", "current", r, t);
        for (int32_t q = 0; t >= 0 && q < r; q++) /* few robots: no memory is worth more than a second look */
            if (p->current[q] == t) { c12__fault(f, C12_E_RANGE, "two robots have this task", "current", r, t); break; }
    }
}

/* Pairs by robot, tasks rising within a robot. */
static void dispatch_check_pairs(c12__faults *f, const c12_dispatch_problem *p)
{
    int64_t n = 0;
    c12__csr_check(f, p->pair_off, p->n_robots, "pair_off", &n);
    if (f->status) return;
    if (n && (!p->pair_task || !p->cost)) { c12__fault(f, C12_E_ARG, "column is missing", p->cost ? "pair_task" : "cost", -1, 0); return; }
    for (int32_t r = 0; r < p->n_robots; r++)
        for (int64_t k = p->pair_off[r]; k < p->pair_off[r + 1] && !c12__full(f); k++) {
            int32_t t = p->pair_task[k];
            if (t < 0 || t >= p->n_tasks) c12__fault(f, C12_E_RANGE, "task out of range", "pair_task", k, t);
            else if (k > p->pair_off[r] && t <= p->pair_task[k - 1]) c12__fault(f, C12_E_RANGE, "a robot's tasks must rise", "pair_task", k, t);
        }
}

void c12__dispatch_check_costs(c12__faults *f, const int64_t *cost, int64_t n)
{
    for (int64_t i = 0; i < n && !c12__full(f); i++)
        if (cost[i] != C12_DISPATCH_NEVER && (cost[i] > C12__DISPATCH_MOST || cost[i] < -C12__DISPATCH_MOST))
            c12__fault(f, C12_E_OVERFLOW, "cost passes 2^60", "cost", i, cost[i]);
}

c12_status c12__dispatch_take_problem(c12_dispatch_problem *p, const c12_dispatch_problem *from, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__take(p, sizeof *p, from, "problem", err);
    if (s) return s;
    if (p->n_robots < 0) c12__fault(&f, C12_E_ARG, "count is negative", "n_robots", -1, p->n_robots);
    if (p->n_tasks < 0) c12__fault(&f, C12_E_ARG, "count is negative", "n_tasks", -1, p->n_tasks);
    if (!p->pair_off && !p->cost && p->n_robots > 0 && p->n_tasks > 0) c12__fault(&f, C12_E_ARG, "column is missing", "cost", -1, 0);
    if (f.status) return f.status;
    if (p->pair_off) dispatch_check_pairs(&f, p);
    dispatch_check_current(&f, p);
    return f.status;
}

c12_status c12__dispatch_take_chains(c12_dispatch_fleet *f, c12_dispatch_costing *c, c12_dispatch_chain_plan *p, const c12_dispatch_fleet *fleet,
                                     const c12_dispatch_costing *costing, const c12_tick *hop, const c12_dispatch_chain_plan *plan, c12_error *err)
{
    c12__faults faults = { err, C12_OK, 0 };
    c12_status s = c12__dispatch_take_fleet(f, fleet, err);
    if (!s) s = c12__dispatch_take_costing(c, costing, err);
    if (!s) s = c12__take(p, sizeof *p, plan, "plan", err);
    if (s) return s;
    const int64_t cells = (int64_t)f->n_stations * f->n_stations;
    if (!hop && cells) c12__fault(&faults, C12_E_ARG, "column is missing", "hop", -1, 0);
    for (int64_t k = 0; hop && k < cells && !c12__full(&faults); k++)
        if (hop[k] < -1 || hop[k] > (int64_t)1 << 40) c12__fault(&faults, C12_E_RANGE, "ticks out of range (largest 2^40)", "hop", k, hop[k]);
    if (!p->chain_off) c12__fault(&faults, C12_E_ARG, "column is missing", "chain_off", -1, 0);
    if (f->n_tasks && !p->chain_task) c12__fault(&faults, C12_E_ARG, "column is missing", "chain_task", -1, 0);
    if (f->n_tasks && !p->task_robot) c12__fault(&faults, C12_E_ARG, "column is missing", "task_robot", -1, 0);
    if (f->n_tasks && !p->task_done) c12__fault(&faults, C12_E_ARG, "column is missing", "task_done", -1, 0);
    return faults.status;
}
