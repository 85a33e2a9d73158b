/* SPDX-License-Identifier: Apache-2.0 */
/* Three robots, three tasks, one of them urgent: who does what, and who was the runner-up.  Then a robot drops out. */
#include "c12/dispatch.h"
#include <stdio.h>

static const int64_t cost[9] = { /* ticks of travel, row robot */
    10, 40, C12_DISPATCH_NEVER,
    12, 15, C12_DISPATCH_NEVER,
    30, 20, 90,
};
static const int32_t priority[3] = { 1, 1, 5 };

int main(void)
{
    int32_t robot[3], why[3], runner_up[3];
    int64_t robot_dual[3], task_dual[3];
    c12_dispatch_dims dims = C12_INIT(c12_dispatch_dims);
    c12_dispatch_problem work = C12_INIT(c12_dispatch_problem);
    c12_dispatch_plan plan = C12_INIT(c12_dispatch_plan);
    c12_budget budget = C12_INIT(c12_budget);
    c12_info info = C12_INIT(c12_info);
    c12_verdict verdict = C12_INIT(c12_verdict);
    c12_error err = C12_INIT(c12_error);
    dims.robots = dims.tasks = work.n_robots = work.n_tasks = 3;
    work.cost = cost; work.task_priority = priority;
    plan.task_robot = robot; plan.robot_dual = robot_dual; plan.task_dual = task_dual; plan.why = why; plan.runner_up = runner_up;
    budget.work_limit = 1000;

    c12_dispatch *dispatch;
    c12_status s = c12_dispatch_create(&dispatch, &dims, NULL, NULL, &err);
    if (!s) s = c12_dispatch_load(dispatch, &work, &err);
    if (!s) s = c12_dispatch_solve(dispatch, 0, &budget, &plan, &info, &err);
    if (!s) s = c12_dispatch_check(&work, &plan, NULL, &verdict, &err);
    if (s) { fprintf(stderr, "%s: %s\n", c12_status_name(s), err.what); return 1; }
    printf("cost %d, proved %d, violations %d\n", (int)info.objective, (int)info.bound, (int)verdict.violations);
    for (int t = 0; t < 3; t++) printf("task %d: robot %d, runner-up %d\n", t, (int)robot[t], (int)runner_up[t]);

    plan.robot_dual = plan.task_dual = NULL; /* the proof is not needed now */
    s = c12_dispatch_set_robot(dispatch, 0, 2, NULL, -1, &err);
    if (!s) s = c12_dispatch_solve(dispatch, 0, &budget, &plan, &info, &err);
    if (s) { fprintf(stderr, "%s: %s\n", c12_status_name(s), err.what); return 1; }
    printf("without robot 2: cost %d, task 2 %s\n", (int)info.objective, why[2] == C12_DISPATCH_WHY_NO_ROBOT ? "has no robot" : "is served");
    c12_dispatch_destroy(dispatch);
    return 0;
}

/* prints: cost 115, proved 115, violations 0 */
/* prints: task 0: robot 0, runner-up 1 */
/* prints: task 1: robot 1, runner-up 0 */
/* prints: task 2: robot 2, runner-up -1 */
/* prints: without robot 2: cost 25, task 2 has no robot */
