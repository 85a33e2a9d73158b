/* SPDX-License-Identifier: Apache-2.0 */
/* Three robots, one bay, two hours in steps of ten minutes: who charges when, so that two robots are there in the second hour. */
#include "c12/charge.h"
#include <stdio.h>
#include <stdlib.h>

/* One class: a battery of 1000 W h, in joules; 210 W at work, 30 W otherwise; the bay gives 960 W up to 80 %, then 480 W. */
static const int64_t capacity[1] = { 3600000 }, active[1] = { 210 * 600 }, idle[1] = { 30 * 600 }, curve_off[2] = { 0, 2 }, curve_rate[2] = { 960 * 600, 480 * 600 };
static const int32_t curve_to[2] = { 800000, 1000000 };
static const int32_t battery[3] = { 450000, 500000, 900000 }, demand[12] = { 1, 1, 1, 1, 1, 1, 3, 3, 2, 2, 2, 2 };

int main(void)
{
    enum { ROBOTS = 3, STEPS = 12, CAP = ROBOTS * C12_CHARGE_MOST_SLOTS };
    static int32_t robot[CAP], bay[CAP], start[CAP], end[CAP];
    static int64_t energy[ROBOTS * STEPS];
    c12_charge_outlook hours = C12_INIT(c12_charge_outlook);
    c12_charge_slots plan = C12_INIT(c12_charge_slots);
    c12_budget budget = C12_INIT(c12_budget);
    c12_error err = C12_INIT(c12_error);
    hours.n_robots = ROBOTS; hours.n_bays = 1; hours.n_classes = 1; hours.n_steps = STEPS;
    hours.class_capacity = capacity; hours.class_active = active; hours.class_idle = idle;
    hours.curve_off = curve_off; hours.curve_to_ppm = curve_to; hours.curve_rate = curve_rate;
    hours.battery_ppm = battery; hours.demand = demand;
    plan.cap = CAP;
    plan.slot_robot = robot; plan.slot_bay = bay; plan.slot_start = start; plan.slot_end = end; plan.energy = energy;
    budget.work_limit = 5000;

    c12_mem scratch = { NULL, c12_charge_horizon_scratch(ROBOTS, 1, 1, STEPS) };
    scratch.ptr = malloc(scratch.size);
    c12_status s = c12_charge_horizon(&hours, NULL, &budget, &plan, NULL, scratch, &err);
    free(scratch.ptr);
    if (s) { fprintf(stderr, "%s: %s\n", c12_status_name(s), err.what); return 1; }
    for (int64_t k = 0; k < plan.n; k++)
        printf("robot %d: minute %d to %d, then %d %%\n", (int)robot[k], 10 * (int)start[k], 10 * (int)end[k], (int)(energy[robot[k] * STEPS + end[k] - 1] / 36000));
    printf("missed %d robot steps, low %d, bays needed %d\n", (int)plan.unmet, (int)plan.low, (int)plan.bays_needed);
    return 0;
}

/* prints: robot 0: minute 0 to 30, then 86 % */
/* prints: robot 0: minute 100 to 110, then 81 % */
/* prints: robot 1: minute 30 to 60, then 86 % */
/* prints: robot 1: minute 110 to 120, then 82 % */
/* prints: robot 2: minute 90 to 100, then 81 % */
/* prints: missed 0 robot steps, low 0, bays needed 1 */
