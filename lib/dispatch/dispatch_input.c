/* SPDX-License-Identifier: Apache-2.0 */
/* Entry checks: what a caller hands in is looked at once, here. */
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

c12_status c12__dispatch_take_problem(c12_dispatch_problem *p, const c12_dispatch_problem *from, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__take(p, sizeof *p, from, "problem", err);
    if (s) return s;
    if (p->n_robots < 0) c12__fault(&f, C12_E_ARG, "count is negative", "n_robots", -1, p->n_robots);
    if (p->n_tasks < 0) c12__fault(&f, C12_E_ARG, "count is negative", "n_tasks", -1, p->n_tasks);
    if (!p->cost && p->n_robots > 0 && p->n_tasks > 0) c12__fault(&f, C12_E_ARG, "column is missing", "cost", -1, 0);
    if (f.status) return f.status;
    int64_t cells = (int64_t)p->n_robots * p->n_tasks;
    for (int64_t i = 0; i < cells && !c12__full(&f); i++)
        if (p->cost[i] != C12_DISPATCH_NEVER && (p->cost[i] > C12__DISPATCH_MOST || p->cost[i] < -C12__DISPATCH_MOST))
            c12__fault(&f, C12_E_OVERFLOW, "cost passes 2^60", "cost", i, p->cost[i]);
    dispatch_check_current(&f, p);
    return f.status;
}
