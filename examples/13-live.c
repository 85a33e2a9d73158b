/* SPDX-License-Identifier: Apache-2.0 */
/* A plan in use: a machine stops, an order is promised on a branch, put in there and made the plan, and a late job is explained. */
#include "c12/sched.h"
#include <stdio.h>

/* Three jobs on two machines; job 1 may run on either. */
static const int64_t job[] = { 0, 2, 3, 4 }, mode[] = { 0, 1, 2, 4, 5 };
static const int32_t machine[] = { 0, 1, 0, 1, 1 };
static const c12_tick ticks[] = { 10, 10, 10, 10, 10 }, due[] = { 20, 25, 60 };

/* A new order: six ticks on machine 0. */
static const int64_t order_job[] = { 0, 1 }, order_mode[] = { 0, 1 };
static const int32_t order_machine[] = { 0 };
static const c12_tick order_ticks[] = { 6 }, order_due[] = { 12 };

static int show(c12_sched *s, const char *what, c12_error *err)
{
    c12_tick start[8], end[8];
    int32_t chosen[8];
    c12_sched_plan plan = C12_INIT(c12_sched_plan);
    c12_sched_problem now = C12_INIT(c12_sched_problem);
    c12_info info = C12_INIT(c12_info);
    plan.op_start = start; plan.op_end = end; plan.op_mode = chosen;
    if (c12_sched_get(s, 0, &plan, &info, err) || c12_sched_view(s, 0, &now, err)) return 1;
    printf("%s:", what);
    for (int64_t o = 0; o < now.op_off[now.n_jobs]; o++) printf(" %d to %d on %d%s", (int)start[o], (int)end[o], (int)now.mode_machine[now.mode_off[o] + chosen[o]], o + 1 < now.op_off[now.n_jobs] ? "," : "");
    printf("; objective %d\n", (int)info.objective);
    return 0;
}

static int rush(c12_sched *s, c12_error *err)
{
    int32_t branch;
    c12_sched_problem order = C12_INIT(c12_sched_problem);
    c12_sched_offer offer = C12_INIT(c12_sched_offer);
    order.n_jobs = 1; order.op_off = order_job; order.mode_off = order_mode; order.mode_machine = order_machine; order.mode_ticks = order_ticks; order.job_due = order_due;
    if (c12_sched_promise(s, 0, &order, &offer, NULL, err)) return 1;
    printf("promise: %d without disturbing anyone; %d at the cost of %d (jobs later: %d, of them late: %d)\n", (int)offer.quiet, (int)offer.rush, (int)offer.rush_cost, offer.later, offer.late);
    return c12_sched_branch(s, 0, &branch, err) || c12_sched_insert(s, branch, &order, NULL, NULL, NULL, err) || c12_sched_commit(s, branch, err);
}

static int explain(c12_sched *s, int32_t which, c12_error *err)
{
    static const char *const reason[] = { "nothing", "its release", "material", "the operation before it", "the machine", "a set-up", "a break", "being frozen", "a resource" };
    int64_t op[8], other[8];
    int32_t why[8];
    c12_tick gained[8];
    c12_sched_why w = C12_INIT(c12_sched_why);
    w.cap = 8; w.op = op; w.reason = why; w.other = other; w.ticks = gained;
    if (c12_sched_explain(s, 0, which, &w, err)) return 1;
    printf("job %d is %d late:", which, (int)w.late);
    for (int k = 0; k < w.count; k++) printf(" operation %d waits for %s%s", (int)op[k], reason[why[k]], k + 1 < w.count ? "," : "\n");
    return 0;
}

int main(void)
{
    c12_tick start[] = { 0, 10, 10, 20 }, end[4];
    int32_t chosen[] = { 0, 0, 0, 0 };
    c12_sched_dims dims = C12_INIT(c12_sched_dims);
    c12_sched_problem shop = C12_INIT(c12_sched_problem);
    c12_sched_options goal = C12_INIT(c12_sched_options);
    c12_sched_plan plan = C12_INIT(c12_sched_plan);
    c12_sched_event stop = { C12_SCHED_DOWN, -1, 1, 15, 25 };
    c12_error err = C12_INIT(c12_error);
    dims.jobs = 4; dims.ops = 8; dims.modes = 12; dims.breaks = 2; dims.machines = 2; dims.branches = 1; /* room for what comes */
    shop.n_jobs = 3; shop.n_machines = 2; shop.op_off = job; shop.mode_off = mode; shop.mode_machine = machine; shop.mode_ticks = ticks; shop.job_due = due;
    goal.goal = C12_SCHED_TARDINESS;
    plan.op_start = start; plan.op_end = end; plan.op_mode = chosen;

    c12_sched *s;
    int bad = c12_sched_create(&s, &dims, &goal, NULL, &err) != C12_OK;
    bad = bad || c12_sched_load(s, &shop, &err) || c12_sched_adopt(s, 0, &plan, NULL, &err) || show(s, "plan", &err);
    bad = bad || c12_sched_apply(s, 0, &stop, 1, NULL, &err) || show(s, "machine 1 stops from 15 to 25", &err);
    bad = bad || rush(s, &err) || show(s, "with the order", &err) || explain(s, 0, &err);
    if (bad) fprintf(stderr, "%s (%s)\n", err.what ? err.what : "failed", err.field ? err.field : "");
    c12_sched_destroy(s);
    return bad;
}

/* prints: plan: 0 to 10 on 0, 10 to 20 on 1, 10 to 20 on 0, 20 to 30 on 1; objective 0 */
/* prints: machine 1 stops from 15 to 25: 0 to 10 on 0, 25 to 35 on 1, 10 to 20 on 0, 35 to 45 on 1; objective 15 */
/* prints: promise: 26 without disturbing anyone; 6 at the cost of 1 (jobs later: 1, of them late: 1) */
/* prints: with the order: 6 to 16 on 0, 25 to 35 on 1, 16 to 26 on 0, 35 to 45 on 1, 0 to 6 on 0; objective 16 */
/* prints: job 0 is 15 late: operation 1 waits for a break, operation 1 waits for the operation before it, operation 0 waits for the machine, operation 4 waits for its release */
