/* SPDX-License-Identifier: Apache-2.0 */
#include "c12/charge.h"
#include <check.h>
#include "support.h"
#include <stdlib.h>
#include <string.h>

enum { MOST_ROBOTS = 120, MOST_BAYS = 24 };

/* A fleet with its plan, in columns large enough for every test. */
typedef struct fleet {
    c12_charge_problem p;
    c12_charge_plan plan;
    c12_charge_options o;
    c12_info info;
    int32_t battery[MOST_ROBOTS], at_bay[MOST_ROBOTS], kind[MOST_ROBOTS], bay[MOST_ROBOTS], rank[MOST_ROBOTS];
    uint8_t busy[MOST_ROBOTS];
    int64_t drain[MOST_ROBOTS];
    c12_tick travel[MOST_ROBOTS * MOST_BAYS], free_from[MOST_BAYS], start[MOST_ROBOTS], until[MOST_ROBOTS];
} fleet;

static fleet *fleet_new(int32_t robots, int32_t bays)
{
    fleet *f = calloc(1, sizeof *f);
    f->p = (c12_charge_problem)C12_INIT(c12_charge_problem);
    f->plan = (c12_charge_plan)C12_INIT(c12_charge_plan);
    f->o = (c12_charge_options)C12_INIT(c12_charge_options);
    f->info = (c12_info)C12_INIT(c12_info);
    f->p.n_robots = robots;
    f->p.n_bays = bays;
    f->p.battery_ppm = f->battery;
    f->p.travel = f->travel;
    f->p.busy = f->busy;
    f->p.robot_drain = f->drain;
    f->p.at_bay = f->at_bay;
    f->p.bay_free_from = f->free_from;
    for (int32_t r = 0; r < robots; r++) { f->at_bay[r] = -1; f->battery[r] = 1000000; }
    f->plan.robot_class = f->kind;
    f->plan.robot_bay = f->bay;
    f->plan.robot_start = f->start;
    f->plan.robot_until = f->until;
    f->plan.queue_rank = f->rank;
    return f;
}

static void fleet_solve(fleet *f)
{
    c12_charge *c;
    c12_charge_dims dims = C12_INIT(c12_charge_dims);
    c12_budget budget = C12_INIT(c12_budget);
    c12_error e = C12_INIT(c12_error);
    dims.robots = f->p.n_robots;
    dims.bays = f->p.n_bays;
    budget.work_limit = INT64_MAX;
    ck_assert_int_eq(c12_charge_create(&c, &dims, &f->o, NULL, &e), C12_OK);
    ck_assert_msg(!c12_charge_load(c, &f->p, &e), "%s %s", e.what, e.field);
    ck_assert_int_eq(c12_charge_solve(c, 0, &budget, &f->plan, &f->info, &e), C12_OK);
    c12_charge_destroy(c);
}

static c12_verdict fleet_judge(const fleet *f)
{
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_charge_check(&f->p, &f->plan, &f->o, &v, NULL), C12_OK);
    return v;
}

static void fleet_is_right(const fleet *f)
{
    c12_verdict v = fleet_judge(f);
    ck_assert_msg(!v.violations, "%s at %s[%d]", v.rule, v.field, (int)v.row);
    ck_assert_int_eq(v.objective, f->info.objective);
    ck_assert_int_le(f->info.bound, f->info.objective);
}

/* ---- hand-worked ---------------------------------------------------------------------------------------------------------------- */

/* The document: 0 to 80 % in 45 minutes, full in 90; below 20 % at once, below 40 % unless busy, below 60 % while demand is low. */
START_TEST(classes_and_times)
{
    static const int32_t battery[7] = { 0, 199999, 200000, 399999, 400000, 599999, 600000 };
    static const int32_t day[7] = { 3, 3, 2, 2, 0, 0, 0 }, night[7] = { 3, 3, 2, 2, 1, 1, 0 }, busy[7] = { 3, 3, 0, 0, 0, 0, 0 };
    fleet *f = fleet_new(7, 7);
    memcpy(f->battery, battery, sizeof battery);
    fleet_solve(f);
    ck_assert_mem_eq(f->kind, day, sizeof day);
    fleet_is_right(f);
    ck_assert_int_eq(f->until[0] - f->start[0], 5400);
    ck_assert_int_eq(f->until[2] - f->start[2], 2025 + 2700); /* 3/4 of 45 min, then 45 */
    ck_assert_int_eq(f->until[1] - f->start[1], 2026 + 2700); /* one ppm short: one tick more */
    f->p.low_demand = 1;
    fleet_solve(f);
    ck_assert_mem_eq(f->kind, night, sizeof night);
    fleet_is_right(f);
    memset(f->busy, 1, sizeof f->busy);
    fleet_solve(f);
    ck_assert_mem_eq(f->kind, busy, sizeof busy);
    fleet_is_right(f);
    ck_assert_int_eq(f->info.outcome, C12_OPTIMAL);
    free(f);
}
END_TEST

/* Equal batteries: the smaller robot first (the document compares robot objects there and fails).  Nearest bay, then the queue. */
START_TEST(lowest_first_nearest_bay)
{
    fleet *f = fleet_new(4, 2);
    static const int32_t battery[4] = { 300000, 100000, 100000, 350000 };
    static const c12_tick travel[8] = { 5, 5, 9, 4, 9, 4, 1, 1 };
    memcpy(f->battery, battery, sizeof battery);
    memcpy(f->travel, travel, sizeof travel);
    f->p.now = 1000;
    fleet_solve(f);
    fleet_is_right(f);
    ck_assert_int_eq(f->plan.target_ppm, 800000); /* four robots, two bays */
    ck_assert(f->bay[1] == 1 && f->start[1] == 1004 && f->rank[1] == -1);
    ck_assert(f->bay[2] == 0 && f->start[2] == 1009);
    ck_assert_int_eq(f->until[1], 1004 + 2363); /* ceil(700000 * 2700 / 800000) */
    ck_assert(f->rank[0] == 0 && f->bay[0] == 1 && f->start[0] == f->until[1]);
    ck_assert(f->rank[3] == 1 && f->bay[3] == 0 && f->start[3] == f->until[2]);
    ck_assert_int_eq(f->plan.queued, 2);
    free(f);
}
END_TEST

START_TEST(critical_takes_the_bay_of_low)
{
    fleet *f = fleet_new(3, 2);
    static const int32_t battery[3] = { 500000, 550000, 100000 };
    memcpy(f->battery, battery, sizeof battery);
    f->p.low_demand = 1;
    f->at_bay[0] = 0;
    f->at_bay[1] = 1;
    for (int i = 4; i < 6; i++) f->travel[i] = 10;
    fleet_solve(f);
    fleet_is_right(f);
    ck_assert(f->bay[2] == 1 && f->start[2] == 10);
    ck_assert(f->bay[0] == 0 && f->start[0] == 0);
    ck_assert(f->rank[1] == 0 && f->bay[1] == 0 && f->start[1] == f->until[0]); /* sent away; the other bay opens first */
    f->o.no_preemption = 1;
    fleet_solve(f);
    fleet_is_right(f);
    ck_assert(f->bay[1] == 1 && f->start[1] == 0 && f->rank[2] == 0);
    free(f);
}
END_TEST

START_TEST(who_stands_in_a_bay_goes_on)
{
    fleet *f = fleet_new(2, 1);
    f->battery[0] = 850000;
    f->at_bay[0] = 0;
    fleet_solve(f);
    fleet_is_right(f);
    ck_assert(f->kind[0] == C12_CHARGE_LOW && f->until[0] == 2025); /* 150000 of 200000 in 2700 */
    f->battery[1] = 300000; /* somebody waits: 80 % is enough */
    fleet_solve(f);
    fleet_is_right(f);
    ck_assert(f->kind[0] == C12_CHARGE_NONE && f->bay[1] == 0 && f->rank[1] == -1);
    f->battery[0] = 700000;
    fleet_solve(f);
    fleet_is_right(f);
    ck_assert(f->bay[0] == 0 && f->rank[1] == 0 && f->start[1] == f->until[0]);
    free(f);
}
END_TEST

START_TEST(drain_and_bays_missing)
{
    fleet *f = fleet_new(100, 20);
    for (int32_t r = 0; r < 100; r++) { f->battery[r] = 500000 + r; f->drain[r] = 3500; } /* 0.35 % a minute */
    f->o.drain_ticks = 60;
    fleet_solve(f);
    fleet_is_right(f);
    ck_assert_int_eq(f->plan.bays_needed, 20); /* 100 * 3500 / 60 * 2700 / 800000 = 19.69 */
    ck_assert_int_eq(f->plan.bays_missing, 0);
    f->drain[0] = 100000;
    fleet_solve(f);
    ck_assert_int_eq(f->plan.bays_needed, 26);
    ck_assert_int_eq(f->plan.bays_missing, 6);
    fleet_is_right(f);
    free(f);
    f = fleet_new(2, 1);
    f->battery[0] = f->battery[1] = 100;
    f->drain[0] = f->drain[1] = 10;
    f->travel[0] = 10; /* arrives with nothing left, but arrives */
    f->travel[1] = 11; /* does not */
    fleet_solve(f);
    fleet_is_right(f);
    ck_assert_int_eq(f->plan.stranded, 1);
    ck_assert_int_eq(f->until[0], 10 + 2700); /* crowded: to 80 % */
    f->travel[1] = -1;
    fleet_solve(f);
    fleet_is_right(f);
    ck_assert(f->bay[1] == -1 && f->start[1] == -1 && f->kind[1] == C12_CHARGE_CRITICAL && f->plan.stranded == 1);
    free(f);
}
END_TEST

START_TEST(closed_bays_and_later_ones)
{
    fleet *f = fleet_new(1, 3);
    f->battery[0] = 100000;
    f->free_from[0] = C12_CHARGE_CLOSED;
    f->free_from[1] = 500;
    f->free_from[2] = 400;
    fleet_solve(f);
    fleet_is_right(f);
    ck_assert(f->bay[0] == 2 && f->start[0] == 400 && f->rank[0] == 0);
    free(f);
}
END_TEST

/* range(22, 6) is empty in the document: there the night never comes. */
START_TEST(the_night_wraps_around)
{
    for (int32_t h = 0; h < 24; h++) {
        ck_assert_int_eq(c12_charge_is_low_demand(h, 22, 6), h >= 22 || h < 6);
        ck_assert_int_eq(c12_charge_is_low_demand(h, 6, 22), h >= 6 && h < 22);
        ck_assert_int_eq(c12_charge_is_low_demand(h, 8, 8), 0);
        ck_assert_int_eq(c12_charge_is_low_demand(h, 0, 24), 1);
    }
    ck_assert_int_eq(c12_charge_is_low_demand(24, 0, 24), 0);
    ck_assert_int_eq(c12_charge_is_low_demand(-1, 22, 6), 0);
    ck_assert_int_eq(c12_charge_is_low_demand(3, 24, 6), 0);
}
END_TEST

/* ---- random fleets and broken plans -------------------------------------------------------------------------------------------------- */

static fleet *fleet_random(void)
{
    fleet *f = fleet_new(1 + dice(12), 1 + dice(5));
    f->p.now = dice(1000);
    f->p.low_demand = dice(2);
    f->o.no_preemption = !dice(4);
    f->o.drain_ticks = 1 + dice(100);
    if (!dice(3)) f->o.partial_ppm = 700000;
    for (int32_t r = 0; r < f->p.n_robots; r++) {
        f->battery[r] = dice(10) * 100000 + (dice(2) ? dice(100000) : 0);
        f->busy[r] = !dice(4);
        f->drain[r] = dice(3) ? dice(300) : 0;
        for (int32_t b = 0; b < f->p.n_bays; b++) f->travel[r * f->p.n_bays + b] = dice(8) ? dice(10) * 20 : -1;
    }
    for (int32_t b = 0; b < f->p.n_bays; b++) {
        f->free_from[b] = dice(4) ? 0 : dice(6) ? dice(3000) : C12_CHARGE_CLOSED;
        if (dice(2) && b < f->p.n_robots) { f->at_bay[b] = b; f->travel[b * f->p.n_bays + b] = 0; }
    }
    return f;
}

static int fleet_break(fleet *f, int way)
{
    int32_t r = dice(f->p.n_robots), u = dice(f->p.n_robots);
    switch (way) {
    case 0: f->kind[r] ^= 1; return 1;
    case 1: f->bay[r] = f->p.n_bays; return 1;
    case 2: if (f->bay[r] < 0) return 0; f->bay[r] = -1; return 1;
    case 3: if (f->bay[r] < 0) return 0; f->bay[r] = -1; f->start[r] = f->until[r] = -1; f->rank[r] = -1; return 1;
    case 4: if (f->bay[r] < 0) return 0; f->start[r]++; return 1;
    case 5: if (f->bay[r] < 0) return 0; f->start[r]++; f->until[r]++; return f->drain[r] == 0;
    case 6: if (f->bay[r] < 0) return 0; f->until[r]++; return 1;
    case 7: if (f->bay[r] < 0) return 0; f->until[r]--; return 1;
    case 8: f->rank[r] = f->rank[r] < 0 ? 0 : -1; return 1;
    case 9: if (f->rank[r] < 0) return 0; f->rank[r]++; return 1;
    case 10: if (f->bay[r] < 0 || f->bay[u] < 0 || f->bay[u] == f->bay[r]) return 0; f->bay[r] = f->bay[u]; return 1;
    case 11: f->plan.target_ppm--; return 1;
    case 12: f->plan.queued++; return 1;
    case 13: f->plan.stranded++; return 1;
    case 14: f->plan.bays_needed++; return 1;
    case 15: f->plan.bays_missing++; return 1;
    case 16: if (f->bay[r] >= 0) return 0; f->start[r] = 5; return 1;
    case 17: if (f->bay[r] < 0) return 0; f->start[r] = f->p.now - 1; return 1;
    case 18: if (f->bay[r] < 0) return 0; f->battery[r] = f->battery[r] > 500000 ? 0 : 999999; return 1;
    case 19: if (f->rank[r] < 0 || f->rank[u] < 0 || r == u) return 0;
        { int32_t k = f->rank[r]; f->rank[r] = f->rank[u]; f->rank[u] = k; } return 1;
    default: return 0;
    }
}

START_TEST(random_fleets_are_right)
{
    dice_state = 4711;
    for (int round = 0; round < 20000; round++) {
        fleet *f = fleet_random();
        fleet_solve(f);
        fleet_is_right(f);
        free(f);
    }
}
END_TEST

START_TEST(broken_plans_are_refused)
{
    int32_t refused[20] = { 0 };
    dice_state = 815;
    for (int round = 0; round < 8000; round++) {
        fleet *f = fleet_random();
        fleet_solve(f);
        if (fleet_break(f, round % 20)) {
            c12_verdict v = fleet_judge(f);
            ck_assert_msg(v.violations > 0, "way %d", round % 20);
            ck_assert_ptr_nonnull(v.rule);
            refused[round % 20]++;
        }
        free(f);
    }
    for (int way = 0; way < 20; way++) ck_assert_msg(refused[way] >= 10, "way %d: %d", way, refused[way]);
}
END_TEST

/* ---- bad input ------------------------------------------------------------------------------------------------------------------ */

static void refuse(c12_charge *c, const fleet *f, c12_status want, const char *field)
{
    c12_error e = C12_INIT(c12_error);
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_charge_load(c, &f->p, &e), want);
    ck_assert_str_eq(e.field, field);
    if (want != C12_E_SPACE) ck_assert_int_eq(c12_charge_check(&f->p, &f->plan, NULL, &v, NULL), want);
}

START_TEST(bad_input_is_named)
{
    fleet *f = fleet_new(2, 2);
    c12_charge *c;
    c12_charge_dims dims = C12_INIT(c12_charge_dims);
    c12_budget budget = C12_INIT(c12_budget);
    dims.robots = dims.bays = 2;
    ck_assert_int_eq(c12_charge_create(&c, &dims, NULL, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12_charge_solve(c, 0, &budget, &f->plan, NULL, NULL), C12_E_ARG);
    budget.work_limit = 100;
    ck_assert_int_eq(c12_charge_solve(c, 0, &budget, &f->plan, NULL, NULL), C12_E_STATE);
    f->battery[1] = 1000001; refuse(c, f, C12_E_RANGE, "battery_ppm"); f->battery[1] = 0;
    f->busy[1] = 2; refuse(c, f, C12_E_RANGE, "busy"); f->busy[1] = 0;
    f->drain[0] = -1; refuse(c, f, C12_E_RANGE, "robot_drain"); f->drain[0] = 0;
    f->at_bay[0] = 2; refuse(c, f, C12_E_RANGE, "at_bay");
    f->at_bay[0] = f->at_bay[1] = 1; refuse(c, f, C12_E_RANGE, "at_bay"); f->at_bay[0] = f->at_bay[1] = -1;
    f->travel[3] = -2; refuse(c, f, C12_E_RANGE, "travel"); f->travel[3] = 0;
    f->free_from[1] = -1; refuse(c, f, C12_E_RANGE, "bay_free_from"); f->free_from[1] = 0;
    f->p.now = -1; refuse(c, f, C12_E_RANGE, "now"); f->p.now = 0;
    f->p.low_demand = 2; refuse(c, f, C12_E_RANGE, "low_demand"); f->p.low_demand = 0;
    f->p.battery_ppm = NULL; refuse(c, f, C12_E_ARG, "battery_ppm"); f->p.battery_ppm = f->battery;
    f->p.travel = NULL; refuse(c, f, C12_E_ARG, "travel"); f->p.travel = f->travel;
    f->p.n_robots = 3; refuse(c, f, C12_E_SPACE, "robots"); f->p.n_robots = 2;
    f->p.n_bays = -1; refuse(c, f, C12_E_ARG, "n_bays"); f->p.n_bays = 2;
    ck_assert_int_eq(c12_charge_load(c, &f->p, NULL), C12_OK);
    ck_assert_int_eq(c12_charge_solve(c, 1, &budget, &f->plan, NULL, NULL), C12_E_RANGE);
    f->plan.queue_rank = NULL;
    ck_assert_int_eq(c12_charge_solve(c, 0, &budget, &f->plan, NULL, NULL), C12_E_ARG);
    f->plan.queue_rank = f->rank;
    f->kind[0] = 77;
    c12_charge_cancel(c);
    ck_assert_int_eq(c12_charge_solve(c, 0, &budget, &f->plan, &f->info, NULL), C12_OK);
    ck_assert(f->info.outcome == C12_UNKNOWN && f->info.stop == C12_STOP_CANCEL && f->kind[0] == 77);
    ck_assert_int_eq(c12_charge_solve(c, 0, &budget, &f->plan, &f->info, NULL), C12_OK);
    ck_assert_int_eq(f->info.stop, C12_STOP_DONE);
    c12_charge_destroy(c);
    f->o.medium_ppm = 100000; /* below critical */
    ck_assert_int_eq(c12_charge_create(&c, &dims, &f->o, NULL, NULL), C12_E_RANGE);
    ck_assert_ptr_null(c);
    free(f);
}
END_TEST

START_TEST(one_byte_too_small)
{
    c12_charge *c;
    c12_charge_dims dims = C12_INIT(c12_charge_dims);
    c12_error e = C12_INIT(c12_error);
    size_t need = 0;
    dims.robots = 5;
    dims.bays = 7;
    ck_assert_int_eq(c12_charge_bytes(&dims, &need, &e), C12_OK);
    c12_mem mem = { malloc(need), need - 1 };
    ck_assert_int_eq(c12_charge_init(&c, mem, &dims, NULL, NULL, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, (int64_t)need);
    mem.size = need;
    ck_assert_int_eq(c12_charge_init(&c, mem, &dims, NULL, NULL, &e), C12_OK);
    c12_charge_destroy(c);
    c12_charge_destroy(NULL);
    c12_charge_cancel(NULL);
    dims.branches = 1;
    ck_assert_int_eq(c12_charge_bytes(&dims, &need, &e), C12_E_RANGE);
    dims.branches = 0;
    dims.bays = -1;
    ck_assert_int_eq(c12_charge_bytes(&dims, &need, &e), C12_E_ARG);
    free(mem.ptr);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("charge");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, classes_and_times);
    tcase_add_test(t, lowest_first_nearest_bay);
    tcase_add_test(t, critical_takes_the_bay_of_low);
    tcase_add_test(t, who_stands_in_a_bay_goes_on);
    tcase_add_test(t, drain_and_bays_missing);
    tcase_add_test(t, closed_bays_and_later_ones);
    tcase_add_test(t, the_night_wraps_around);
    tcase_add_test(t, random_fleets_are_right);
    tcase_add_test(t, broken_plans_are_refused);
    tcase_add_test(t, bad_input_is_named);
    tcase_add_test(t, one_byte_too_small);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
