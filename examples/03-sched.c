/* SPDX-License-Identifier: Apache-2.0 */
/* A job shop of six jobs on six machines (Fisher and Thompson 1963), solved and proved. */
#include "c12/sched.h"
#include <stdio.h>

static const int32_t machine[36] = { 2, 0, 1, 3, 5, 4, 1, 2, 4, 5, 0, 3, 2, 3, 5, 0, 1, 4, 1, 0, 2, 3, 4, 5, 2, 1, 4, 5, 0, 3, 1, 3, 5, 0, 4, 2 };
static const c12_tick ticks[36] = { 1, 3, 6, 7, 3, 6, 8, 5, 10, 10, 10, 4, 5, 4, 8, 9, 1, 7, 5, 5, 5, 3, 8, 9, 9, 3, 5, 4, 3, 1, 3, 3, 9, 10, 4, 1 };

int main(void)
{
    int64_t job[7], mode[37];
    int32_t chosen[36];
    c12_tick start[36], end[36];
    for (int i = 0; i < 7; i++) job[i] = 6 * i;
    for (int i = 0; i < 37; i++) mode[i] = i; /* one machine for each operation */

    c12_sched_dims dims = C12_INIT(c12_sched_dims);
    c12_sched_problem shop = C12_INIT(c12_sched_problem);
    c12_sched_plan plan = C12_INIT(c12_sched_plan);
    c12_budget budget = C12_INIT(c12_budget);
    c12_info info = C12_INIT(c12_info);
    c12_error err = C12_INIT(c12_error);
    dims.jobs = dims.machines = shop.n_jobs = shop.n_machines = 6;
    dims.ops = dims.modes = 36;
    shop.op_off = job; shop.mode_off = mode; shop.mode_machine = machine; shop.mode_ticks = ticks;
    plan.op_start = start; plan.op_end = end; plan.op_mode = chosen;
    budget.work_limit = 100000;

    c12_sched *sched;
    c12_status s = c12_sched_create(&sched, &dims, NULL, NULL, &err);
    if (!s) s = c12_sched_load(sched, &shop, &err);
    if (!s) s = c12_sched_solve(sched, 0, &budget, &plan, &info, &err);
    if (s) { fprintf(stderr, "%s: %s\n", c12_status_name(s), err.what); return 1; }
    printf("makespan %d, bound %d\n", (int)info.objective, (int)info.bound);
    for (int o = 0; o < 6; o++) printf("job 0 operation %d: machine %d, %d to %d\n", o, (int)machine[o], (int)start[o], (int)end[o]);
    c12_sched_destroy(sched);
    return 0;
}

/* prints: makespan 55, bound 55 */
/* prints: job 0 operation 0: machine 2, 5 to 6 */
/* prints: job 0 operation 1: machine 0, 18 to 21 */
/* prints: job 0 operation 2: machine 1, 25 to 31 */
/* prints: job 0 operation 3: machine 3, 31 to 38 */
/* prints: job 0 operation 4: machine 5, 38 to 41 */
/* prints: job 0 operation 5: machine 4, 49 to 55 */
