/* SPDX-License-Identifier: Apache-2.0 */
/* Four robots, two bays: who charges where, until when, and who waits. */
#include "c12/charge.h"
#include <stdio.h>

static const int32_t battery[4] = { 300000, 150000, 380000, 900000 }; /* ppm: 30 %, 15 %, 38 %, 90 % */
static const c12_tick travel[8] = { 20, 60, 30, 10, 40, 50, 10, 10 };  /* seconds, row robot */

int main(void)
{
    int32_t robot_class[4], bay[4], rank[4];
    c12_tick start[4], until[4];
    c12_charge_dims dims = C12_INIT(c12_charge_dims);
    c12_charge_problem fleet = C12_INIT(c12_charge_problem);
    c12_charge_plan plan = C12_INIT(c12_charge_plan);
    c12_budget budget = C12_INIT(c12_budget);
    c12_error err = C12_INIT(c12_error);
    dims.robots = fleet.n_robots = 4;
    dims.bays = fleet.n_bays = 2;
    fleet.battery_ppm = battery; fleet.travel = travel;
    plan.robot_class = robot_class; plan.robot_bay = bay; plan.robot_start = start; plan.robot_until = until; plan.queue_rank = rank;
    budget.work_limit = 100;

    c12_charge *charge;
    c12_status s = c12_charge_create(&charge, &dims, NULL, NULL, &err);
    if (!s) s = c12_charge_load(charge, &fleet, &err);
    if (!s) s = c12_charge_solve(charge, 0, &budget, &plan, NULL, &err);
    if (s) { fprintf(stderr, "%s: %s\n", c12_status_name(s), err.what); return 1; }
    for (int r = 0; r < 4; r++)
        printf("robot %d: class %d, bay %d, %d s to %d s, queue %d\n", r, (int)robot_class[r], (int)bay[r], (int)start[r], (int)until[r], (int)rank[r]);
    c12_charge_destroy(charge);
    return 0;
}

/* prints: robot 0: class 2, bay 0, 20 s to 1708 s, queue -1 */
/* prints: robot 1: class 3, bay 1, 10 s to 2204 s, queue -1 */
/* prints: robot 2: class 2, bay 0, 1708 s to 3126 s, queue 0 */
/* prints: robot 3: class 0, bay -1, -1 s to -1 s, queue -1 */
