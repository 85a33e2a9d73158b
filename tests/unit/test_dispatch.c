/* SPDX-License-Identifier: Apache-2.0 */
#include "c12/dispatch.h"
#include <check.h>
#include "support.h"
#include <stdlib.h>
#include <string.h>

enum { MOST = 1200 };
static const int64_t NEVER = C12_DISPATCH_NEVER;

/* A problem with its plan, in columns large enough for every test. */
typedef struct bench {
    c12_dispatch_problem p;
    c12_dispatch_plan plan;
    c12_dispatch_options o;
    c12_info info;
    int64_t *cost, robot_dual[MOST], task_dual[MOST], task_price[MOST], margin[MOST];
    int32_t priority[MOST], current[MOST], task_robot[MOST], why[MOST], runner_up[MOST];
} bench;

static bench *bench_new(int32_t robots, int32_t tasks)
{
    bench *b = calloc(1, sizeof *b);
    b->p = (c12_dispatch_problem)C12_INIT(c12_dispatch_problem);
    b->plan = (c12_dispatch_plan)C12_INIT(c12_dispatch_plan);
    b->o = (c12_dispatch_options)C12_INIT(c12_dispatch_options);
    b->info = (c12_info)C12_INIT(c12_info);
    b->cost = calloc((size_t)robots * (size_t)tasks + 1, sizeof *b->cost);
    b->p.n_robots = robots;
    b->p.n_tasks = tasks;
    b->p.cost = b->cost;
    b->p.task_priority = b->priority;
    b->p.current = b->current;
    for (int32_t r = 0; r < robots; r++) b->current[r] = -1;
    b->plan.task_robot = b->task_robot;
    b->plan.robot_dual = b->robot_dual;
    b->plan.task_dual = b->task_dual;
    b->plan.why = b->why;
    b->plan.runner_up = b->runner_up;
    b->plan.margin = b->margin;
    return b;
}

static void bench_free(bench *b)
{
    free(b->cost);
    free(b);
}

static void bench_solve_with(bench *b, const c12_host *host, int64_t work)
{
    c12_dispatch *d;
    c12_dispatch_dims dims = C12_INIT(c12_dispatch_dims);
    c12_budget budget = C12_INIT(c12_budget);
    dims.robots = b->p.n_robots;
    dims.tasks = b->p.n_tasks;
    budget.work_limit = work;
    ck_assert_int_eq(c12_dispatch_create(&d, &dims, &b->o, host, NULL), C12_OK);
    ck_assert_int_eq(c12_dispatch_load(d, &b->p, NULL), C12_OK);
    ck_assert_int_eq(c12_dispatch_solve(d, 0, &budget, &b->plan, &b->info, NULL), C12_OK);
    c12_dispatch_destroy(d);
}

static void bench_solve(bench *b) { bench_solve_with(b, NULL, INT64_MAX); }

static c12_verdict bench_judge(const bench *b)
{
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_dispatch_check(&b->p, &b->plan, &b->o, &v, NULL), C12_OK);
    return v;
}

/* ---- hand-worked ---------------------------------------------------------------------------------------------------------------- */

START_TEST(two_robots_two_tasks)
{
    bench *b = bench_new(2, 2);
    int64_t cost[4] = { 1, 2, 2, 9 }; /* greedy takes 1 + 9, the best is 2 + 2 */
    memcpy(b->cost, cost, sizeof cost);
    bench_solve(b);
    ck_assert_int_eq(b->task_robot[0], 1);
    ck_assert_int_eq(b->task_robot[1], 0);
    ck_assert_int_eq(b->info.objective, 4);
    ck_assert_int_eq(b->info.bound, 4);
    ck_assert_int_eq(b->info.outcome, C12_OPTIMAL);
    ck_assert_int_eq(b->runner_up[0], 0);
    ck_assert_int_ge(b->margin[0], 0);
    ck_assert_int_eq(b->why[0], C12_DISPATCH_WHY_ASSIGNED);
    ck_assert_int_eq(bench_judge(b).violations, 0);
    bench_free(b);
}
END_TEST

/* One robot, three tasks: the rush one goes first though it is dearest; nobody can do the last. */
START_TEST(priority_goes_before_money)
{
    bench *b = bench_new(1, 3);
    int64_t cost[3] = { 1, 1000, 0 };
    memcpy(b->cost, cost, sizeof cost);
    b->cost[2] = NEVER;
    b->priority[1] = 5;
    bench_solve(b);
    ck_assert_int_eq(b->task_robot[0], -1);
    ck_assert_int_eq(b->task_robot[1], 0);
    ck_assert_int_eq(b->why[0], C12_DISPATCH_WHY_OUTBID);
    ck_assert_int_eq(b->why[2], C12_DISPATCH_WHY_NO_ROBOT);
    ck_assert_int_eq(b->runner_up[0], 0);
    ck_assert_int_eq(b->runner_up[1], -1);
    ck_assert_int_eq(b->runner_up[2], -1);
    ck_assert_int_eq(bench_judge(b).violations, 0);
    bench_free(b);
}
END_TEST

START_TEST(hysteresis_keeps_small_gains_away)
{
    bench *b = bench_new(2, 2);
    int64_t cost[4] = { 10, 9, 9, 10 };
    memcpy(b->cost, cost, sizeof cost);
    b->current[0] = 0;
    b->current[1] = 1;
    bench_solve(b);
    ck_assert_int_eq(b->task_robot[0], 1);
    b->o.hysteresis = 2; /* a switch saves 1 each */
    bench_solve(b);
    ck_assert_int_eq(b->task_robot[0], 0);
    ck_assert_int_eq(b->info.objective, 16);
    ck_assert_int_eq(bench_judge(b).objective, 16);
    ck_assert_int_eq(bench_judge(b).violations, 0);
    bench_free(b);
}
END_TEST

START_TEST(nothing_to_do)
{
    bench *b = bench_new(0, 0);
    bench_solve(b);
    ck_assert_int_eq(b->info.outcome, C12_OPTIMAL);
    ck_assert_int_eq(bench_judge(b).violations, 0);
    bench_free(b);
    b = bench_new(0, 2);
    bench_solve(b);
    ck_assert_int_eq(b->why[1], C12_DISPATCH_WHY_NO_ROBOT);
    ck_assert_int_eq(bench_judge(b).violations, 0);
    bench_free(b);
}
END_TEST

/* ---- brute force ---------------------------------------------------------------------------------------------------------------- */

typedef struct brute {
    const bench *b;
    int64_t served[4], best_served[4], best_cost; /* served by priority, highest first */
    int32_t found;
} brute;

static void brute_try(brute *x, int32_t t, uint32_t used, int64_t cost)
{
    const c12_dispatch_problem *p = &x->b->p;
    if (t == p->n_tasks) {
        int order = 0;
        for (int k = 3; k >= 0 && !order; k--) order = (x->served[k] > x->best_served[k]) - (x->served[k] < x->best_served[k]);
        if (!x->found || order > 0 || (!order && cost < x->best_cost)) {
            memcpy(x->best_served, x->served, sizeof x->served);
            x->best_cost = cost;
            x->found = 1;
        }
        return;
    }
    brute_try(x, t + 1, used, cost);
    for (int32_t r = 0; r < p->n_robots; r++) {
        int64_t c = p->cost[r * p->n_tasks + t];
        if (used >> r & 1 || c == NEVER) continue;
        if (p->current[r] == t) c -= x->b->o.hysteresis;
        x->served[p->task_priority[t]]++;
        brute_try(x, t + 1, used | 1u << r, cost + c);
        x->served[p->task_priority[t]]--;
    }
}

static bench *bench_random(int32_t most)
{
    bench *b = bench_new(1 + dice(most), 1 + dice(most));
    int32_t spread = dice(2) ? 5 : 1000, holes = dice(4);
    for (int32_t i = 0; i < b->p.n_robots * b->p.n_tasks; i++) b->cost[i] = dice(4) < holes ? NEVER : dice(spread) - spread / 3;
    for (int32_t t = 0; t < b->p.n_tasks; t++) b->priority[t] = dice(1 + dice(4));
    if (dice(2)) b->o.hysteresis = dice(spread);
    for (int32_t r = 0, t = 0; r < b->p.n_robots && t < b->p.n_tasks; r++)
        if (dice(2)) b->current[r] = t++;
    return b;
}

START_TEST(equal_to_brute_force)
{
    dice_state = 12345;
    for (int round = 0; round < 3000; round++) {
        bench *b = bench_random(round < 2950 ? 5 : 6);
        brute x = { b, { 0 }, { 0 }, 0, 0 };
        int64_t served[4] = { 0 };
        brute_try(&x, 0, 0, 0);
        bench_solve(b);
        for (int32_t t = 0; t < b->p.n_tasks; t++) served[b->priority[t]] += b->task_robot[t] >= 0;
        ck_assert_mem_eq(served, x.best_served, sizeof served);
        ck_assert_int_eq(b->info.objective, x.best_cost);
        c12_verdict v = bench_judge(b);
        ck_assert_msg(!v.violations, "%s at %d", v.rule, (int)v.row);
        ck_assert_int_eq(v.objective, x.best_cost);
        bench_free(b);
    }
}
END_TEST

START_TEST(large_and_proved)
{
    static const int32_t size[4][2] = { { 100, 1000 }, { 1000, 100 }, { 300, 300 }, { 20, 50 } };
    dice_state = 7;
    for (int k = 0; k < 4; k++) {
        bench *b = bench_new(size[k][0], size[k][1]);
        for (int64_t i = 0; i < (int64_t)b->p.n_robots * b->p.n_tasks; i++) b->cost[i] = dice(10) ? dice(1000000) : NEVER;
        for (int32_t t = 0; t < b->p.n_tasks; t++) b->priority[t] = dice(3);
        bench_solve(b);
        c12_verdict v = bench_judge(b);
        ck_assert_msg(!v.violations, "%s", v.rule);
        ck_assert_int_eq(v.objective, b->info.objective);
        bench_free(b);
    }
}
END_TEST

/* ---- broken plans ---------------------------------------------------------------------------------------------------------------- */

/* Break the plan in one of many ways; returns 0 when this plan offers no such place. */
static int bench_break(bench *b, int way)
{
    int32_t n = b->p.n_tasks, t = dice(n), u = dice(n), r = dice(b->p.n_robots);
    switch (way) {
    case 0: b->task_robot[t] = b->p.n_robots; return 1;
    case 1: b->task_robot[t] = -2; return 1;
    case 2: b->task_dual[t] += 1; return 1;
    case 3: b->task_dual[t] -= 1; return b->task_robot[t] >= 0 || 1;
    case 4: b->robot_dual[r] = 1; return 1;
    case 5: b->robot_dual[r] -= 1; return 1;
    case 6: b->why[t] ^= 1; return 1;
    case 7: b->runner_up[t] = b->p.n_robots; return 1;
    case 8: b->runner_up[t] = -2; return 1;
    case 9: if (b->task_robot[t] < 0) return 0; b->runner_up[t] = b->task_robot[t]; return 1;
    case 10: if (b->task_robot[t] < 0) return 0; b->task_robot[t] = -1; return 1; /* idle robot, served task left out */
    case 11: if (t == u || b->task_robot[t] < 0) return 0; b->task_robot[u] = b->task_robot[t]; return 1;
    case 12: if (b->task_robot[t] < 0 || b->cost[b->task_robot[t] * n + t] == NEVER) return 0; b->cost[b->task_robot[t] * n + t] = NEVER; return 1;
    case 13: if (b->task_robot[t] < 0) return 0; b->cost[b->task_robot[t] * n + t] += 1; return 1;
    case 14: b->margin[t] += 1; return 1;
    case 15: b->plan.task_price = b->task_price; b->task_price[t] = b->task_dual[t] - 1; return b->task_robot[t] < 0; /* the duals stand above it */
    default: return 0;
    }
}

START_TEST(broken_plans_are_refused)
{
    int32_t refused[16] = { 0 };
    dice_state = 99;
    for (int round = 0; round < 3200; round++) {
        bench *b = bench_random(6);
        bench_solve(b);
        if (bench_break(b, round % 16)) {
            c12_verdict v = bench_judge(b);
            ck_assert_msg(v.violations > 0, "way %d", round % 16);
            ck_assert_ptr_nonnull(v.rule);
            ck_assert_int_eq(v.objective, 0);
            refused[round % 16]++;
        }
        bench_free(b);
    }
    for (int way = 0; way < 16; way++) ck_assert_int_ge(refused[way], 20);
}
END_TEST

/* A feasible assignment that is not the best one cannot be proved by any duals; here with those of the best. */
START_TEST(second_best_is_refused)
{
    bench *b = bench_new(2, 2);
    int64_t cost[4] = { 1, 2, 2, 9 };
    memcpy(b->cost, cost, sizeof cost);
    bench_solve(b);
    b->task_robot[0] = 0;
    b->task_robot[1] = 1;
    ck_assert_int_gt(bench_judge(b).violations, 0);
    b->plan.robot_dual = b->plan.task_dual = NULL;
    b->plan.why = b->plan.runner_up = NULL;
    ck_assert_int_eq(bench_judge(b).violations, 0); /* feasible it is */
    bench_free(b);
}
END_TEST

/* ---- bad input ------------------------------------------------------------------------------------------------------------------ */

START_TEST(bad_input_is_named)
{
    bench *b = bench_new(2, 2);
    c12_dispatch *d;
    c12_dispatch_dims dims = C12_INIT(c12_dispatch_dims);
    c12_error e = C12_INIT(c12_error);
    dims.robots = dims.tasks = 2;
    ck_assert_int_eq(c12_dispatch_create(&d, &dims, NULL, NULL, &e), C12_OK);
    c12_budget budget = C12_INIT(c12_budget);
    ck_assert_int_eq(c12_dispatch_solve(d, 0, &budget, &b->plan, NULL, &e), C12_E_ARG);
    budget.work_limit = 1000;
    ck_assert_int_eq(c12_dispatch_solve(d, 0, &budget, &b->plan, NULL, &e), C12_E_STATE);
    b->current[0] = 2;
    e = (c12_error)C12_INIT(c12_error);
    ck_assert_int_eq(c12_dispatch_load(d, &b->p, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "current");
    ck_assert_int_eq(e.row, 0);
    b->current[0] = b->current[1] = 1;
    ck_assert_int_eq(c12_dispatch_load(d, &b->p, &e), C12_E_RANGE);
    b->current[0] = -1;
    b->cost[0] = INT64_MAX - 1;
    ck_assert_int_eq(c12_dispatch_load(d, &b->p, &e), C12_E_OVERFLOW);
    b->cost[0] = (int64_t)1 << 60;
    ck_assert_int_eq(c12_dispatch_load(d, &b->p, &e), C12_E_OVERFLOW);
    b->cost[0] = -((int64_t)1 << 61);
    e = (c12_error)C12_INIT(c12_error);
    ck_assert_int_eq(c12_dispatch_load(d, &b->p, &e), C12_E_OVERFLOW);
    ck_assert_str_eq(e.field, "cost");
    ck_assert_int_eq(e.row, 0);
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_dispatch_check(&b->p, &b->plan, NULL, &v, &e), C12_E_OVERFLOW);
    b->cost[0] = 0;
    b->p.cost = NULL;
    ck_assert_int_eq(c12_dispatch_load(d, &b->p, &e), C12_E_ARG);
    b->p.cost = b->cost;
    b->p.n_robots = 1; /* the columns have room for one robot and three tasks, the handle has not */
    b->p.n_tasks = 3;
    e = (c12_error)C12_INIT(c12_error);
    ck_assert_int_eq(c12_dispatch_load(d, &b->p, &e), C12_E_SPACE);
    ck_assert_str_eq(e.field, "tasks");
    ck_assert_int_eq(e.value, 3);
    b->p.n_tasks = 2;
    b->p.n_robots = -1;
    ck_assert_int_eq(c12_dispatch_load(d, &b->p, &e), C12_E_ARG);
    b->p.n_robots = 2;
    ck_assert_int_eq(c12_dispatch_load(d, &b->p, &e), C12_OK);
    ck_assert_int_eq(c12_dispatch_solve(d, 1, &budget, &b->plan, NULL, &e), C12_E_RANGE);
    b->plan.task_dual = NULL;
    ck_assert_int_eq(c12_dispatch_solve(d, 0, &budget, &b->plan, NULL, &e), C12_E_ARG);
    b->plan.task_robot = NULL;
    ck_assert_int_eq(c12_dispatch_solve(d, 0, &budget, &b->plan, NULL, &e), C12_E_ARG);
    c12_dispatch_destroy(d);
    c12_dispatch_destroy(NULL);
    c12_dispatch_cancel(NULL);
    bench_free(b);
}
END_TEST

START_TEST(one_byte_too_small)
{
    c12_dispatch *d;
    c12_dispatch_dims dims = C12_INIT(c12_dispatch_dims);
    c12_dispatch_options o = C12_INIT(c12_dispatch_options);
    c12_error e = C12_INIT(c12_error);
    size_t need = 0;
    dims.robots = 5;
    dims.tasks = 7;
    ck_assert_int_eq(c12_dispatch_bytes(&dims, &need, &e), C12_OK);
    c12_mem mem = { malloc(need), need - 1 };
    ck_assert_int_eq(c12_dispatch_init(&d, mem, &dims, NULL, NULL, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, (int64_t)need);
    ck_assert_ptr_null(d);
    mem.size = need;
    ck_assert_int_eq(c12_dispatch_init(&d, mem, &dims, NULL, NULL, &e), C12_OK);
    o.hysteresis = -1;
    ck_assert_int_eq(c12_dispatch_init(&d, mem, &dims, &o, NULL, &e), C12_E_RANGE);
    dims.branches = 1;
    ck_assert_int_eq(c12_dispatch_bytes(&dims, &need, &e), C12_E_RANGE);
    dims.branches = 0;
    dims.tasks = -1;
    ck_assert_int_eq(c12_dispatch_bytes(&dims, &need, &e), C12_E_ARG);
    dims.tasks = dims.robots = INT32_MAX;
    ck_assert_int_eq(c12_dispatch_bytes(&dims, &need, &e), C12_E_OVERFLOW);
    free(mem.ptr);
}
END_TEST

/* ---- repeatable, stoppable -------------------------------------------------------------------------------------------------------- */

static void backwards(void *user, int32_t n, void (*task)(void *arg, int32_t i), void *arg)
{
    (void)user;
    while (n-- > 0) task(arg, n);
}

START_TEST(same_bits_and_early_stops)
{
    c12_host host = C12_INIT(c12_host);
    host.parallel = backwards;
    dice_state = 5;
    for (int round = 0; round < 50; round++) {
        bench *b = bench_random(30);
        bench_solve(b);
        bench *c = malloc(sizeof *c);
        memcpy(c, b, sizeof *c);
        bench_solve_with(b, &host, INT64_MAX - 1);
        ck_assert_mem_eq(b->task_robot, c->task_robot, sizeof b->task_robot);
        ck_assert_mem_eq(b->task_dual, c->task_dual, sizeof b->task_dual);
        ck_assert_mem_eq(b->runner_up, c->runner_up, sizeof b->runner_up);
        bench_solve_with(b, NULL, 1);
        ck_assert_int_eq(b->info.stop, b->p.n_tasks > 1 && b->p.n_robots > 1 ? C12_STOP_WORK : C12_STOP_DONE);
        ck_assert_int_le(b->info.bound, b->info.objective);
        b->plan.robot_dual = b->plan.task_dual = NULL;
        b->plan.why = b->plan.runner_up = NULL;
        ck_assert_int_eq(bench_judge(b).violations, 0); /* what there is, is feasible */
        free(c);
        bench_free(b);
    }
}
END_TEST

START_TEST(cancel_is_sticky_until_solve)
{
    bench *b = bench_new(3, 3);
    c12_dispatch *d;
    c12_dispatch_dims dims = C12_INIT(c12_dispatch_dims);
    c12_budget budget = C12_INIT(c12_budget);
    dims.robots = dims.tasks = 3;
    budget.work_limit = 1000;
    ck_assert_int_eq(c12_dispatch_create(&d, &dims, NULL, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12_dispatch_load(d, &b->p, NULL), C12_OK);
    c12_dispatch_cancel(d);
    ck_assert_int_eq(c12_dispatch_solve(d, 0, &budget, &b->plan, &b->info, NULL), C12_OK);
    ck_assert_int_eq(b->info.stop, C12_STOP_CANCEL);
    ck_assert_int_eq(b->why[0], C12_DISPATCH_WHY_UNREACHED);
    ck_assert_int_eq(c12_dispatch_solve(d, 0, &budget, &b->plan, &b->info, NULL), C12_OK);
    ck_assert_int_eq(b->info.stop, C12_STOP_DONE);
    c12_dispatch_destroy(d);
    bench_free(b);
}
END_TEST

/* ---- costs ---------------------------------------------------------------------------------------------------------------------- */

START_TEST(costs_by_hand)
{
    c12_tick travel[4] = { 30, 600, -1, 0 }, duration[3] = { 3600, 7200, 0 }, wait[2] = { 0, 5 };
    int32_t vertex[2] = { 0, 1 }, station[3] = { 0, 1, 1 }, battery[2] = { 60000, 1000000 }, priority[3] = { 5, 1, 0 };
    uint64_t have[2] = { 1, 3 }, need[3] = { 1, 2, 0 };
    int64_t cost[6];
    c12_dispatch_fleet f = C12_INIT(c12_dispatch_fleet);
    c12_dispatch_costing c = C12_INIT(c12_dispatch_costing);
    c12_error e = C12_INIT(c12_error);
    f.n_robots = f.n_vertices = f.n_stations = 2;
    f.n_tasks = 3;
    f.travel = travel; f.robot_vertex = vertex; f.robot_skills = have; f.robot_battery = battery; f.robot_wait = wait;
    f.task_station = station; f.task_skills = need; f.task_duration = duration; f.task_priority = priority;
    ck_assert_int_eq(c12_dispatch_cost(&f, NULL, cost, &e), C12_OK);
    ck_assert(cost[0] == 30 && cost[1] == NEVER /* skill */ && cost[2] == 600);
    ck_assert(cost[3] == NEVER /* no way */ && cost[4] == 5 && cost[5] == 5);
    c.reserve_ppm = 9600; /* 3630 ticks take 50416.7 ppm, but only 50400 are left */
    ck_assert_int_eq(c12_dispatch_cost(&f, &c, cost, &e), C12_OK);
    ck_assert(cost[0] == NEVER && cost[2] == 600);
    c = (c12_dispatch_costing)C12_INIT(c12_dispatch_costing);
    c.model = C12_DISPATCH_SCORE;
    c.soft_skills = c.soft_battery = 1;
    ck_assert_int_eq(c12_dispatch_cost(&f, &c, cost, &e), C12_OK);
    ck_assert_int_eq(cost[0], -(70 + 50 + 30 + 50) * 1000);        /* 100 - 30, skilled, 6 % > 5 %, priority 5 */
    ck_assert_int_eq(cost[1], -(100 - 600 - 100 + 10) * 1000);     /* no skill, 6 % < 10 % */
    ck_assert_int_eq(cost[4], -(100 + 50 + 30 + 10) * 1000);
    c.distance_unit = 60;
    ck_assert_int_eq(c12_dispatch_cost(&f, &c, cost, &e), C12_OK);
    ck_assert_int_eq(cost[0], -(99500 + 50000 + 30000 + 50000));
    c.drain_ppm = 50;
    c.drain_ticks = 3; /* 3600 ticks take 60000 ppm: all it has, and not larger than the need */
    ck_assert_int_eq(c12_dispatch_cost(&f, &c, cost, &e), C12_OK);
    ck_assert_int_eq(cost[0], -(99500 + 50000 - 100000 + 50000));
    c = (c12_dispatch_costing)C12_INIT(c12_dispatch_costing);
    c.drain_ppm = 100;
    c.drain_ticks = 1; /* 600 ticks take 60000 ppm: just borne */
    ck_assert_int_eq(c12_dispatch_cost(&f, &c, cost, &e), C12_OK);
    ck_assert_int_eq(cost[2], 600);
    battery[0]--;
    ck_assert_int_eq(c12_dispatch_cost(&f, &c, cost, &e), C12_OK);
    ck_assert_int_eq(cost[2], NEVER);
    vertex[1] = 2;
    ck_assert_int_eq(c12_dispatch_cost(&f, &c, cost, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "robot_vertex");
    vertex[1] = 1;
    travel[0] = -2;
    e = (c12_error)C12_INIT(c12_error);
    ck_assert_int_eq(c12_dispatch_cost(&f, &c, cost, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "travel");
    travel[0] = 0;
    battery[0] = 1000001;
    ck_assert_int_eq(c12_dispatch_cost(&f, &c, cost, NULL), C12_E_RANGE);
    battery[0] = 0;
    c.model = 2;
    ck_assert_int_eq(c12_dispatch_cost(&f, &c, cost, NULL), C12_E_RANGE);
    c.model = 0;
    ck_assert_int_eq(c12_dispatch_cost(&f, &c, NULL, NULL), C12_E_ARG);
    f.travel = NULL;
    ck_assert_int_eq(c12_dispatch_cost(&f, &c, cost, NULL), C12_E_ARG);
}
END_TEST

/* One pair each for all that can make it impossible, and what deadlines and work so far cost. */
START_TEST(reasons_by_hand)
{
    c12_tick travel[4] = { 10, -1, 20, 30 }, deadline[6] = { -1, -1, -1, -1, -1, 100 }, duration[6] = { 0, 0, 0, 0, 0, 95 }, used[2] = { 7000, 0 }, rest[2] = { 0, 0 };
    int32_t vertex[2] = { 0, 1 }, station[6] = { 1, 0, 0, 0, 0, 0 }, has[2] = { 4, -1 }, rank[2] = { 2, 0 }, wants[6] = { 9, 9, 9, 2, 0, 9 }, battery[2] = { 1000, 2000 };
    uint64_t have[2] = { 1, 1 }, need[6] = { 0, 2, 0, 0, 0, 0 };
    int64_t capacity[2] = { 5, 9 }, load[6] = { 0, 0, 6, 0, 5, 0 }, cost[12];
    uint8_t reason[12];
    static const uint8_t expected[12] = { C12_DISPATCH_NO_WAY, C12_DISPATCH_SKILLS, C12_DISPATCH_CAPACITY, C12_DISPATCH_HELD, C12_DISPATCH_CAN, C12_DISPATCH_DEADLINE,
        C12_DISPATCH_CAN, C12_DISPATCH_SKILLS, C12_DISPATCH_CAN, C12_DISPATCH_CAN, C12_DISPATCH_CAN, C12_DISPATCH_DEADLINE };
    c12_dispatch_fleet f = C12_INIT(c12_dispatch_fleet);
    c12_dispatch_costing c = C12_INIT(c12_dispatch_costing);
    c12_error e = C12_INIT(c12_error);
    f.n_robots = f.n_vertices = f.n_stations = 2;
    f.n_tasks = 6;
    f.travel = travel; f.robot_vertex = vertex; f.robot_skills = have; f.robot_capacity = capacity; f.robot_task = has; f.robot_rank = rank; f.robot_used = used;
    f.task_station = station; f.task_skills = need; f.task_duration = duration; f.task_load = load; f.task_deadline = deadline; f.task_rank = wants;
    ck_assert_int_eq(c12_dispatch_reasons(&f, &c, reason, &e), C12_OK);
    ck_assert_mem_eq(reason, expected, sizeof reason);
    ck_assert_int_eq(c12_dispatch_cost(&f, &c, cost, &e), C12_OK);
    for (int k = 0; k < 12; k++) ck_assert_int_eq(cost[k] == NEVER, reason[k] != C12_DISPATCH_CAN);
    c.late_cost = 3;
    c.balance_ppm = 100000;
    ck_assert_int_eq(c12_dispatch_cost(&f, &c, cost, &e), C12_OK);
    ck_assert_int_eq(cost[5], 10 + 5 * 3 + 700);
    ck_assert_int_eq(cost[11], 20 + 15 * 3);
    f.robot_battery = battery; f.station_rest = rest;
    c.drain_ppm = 100;
    c.drain_ticks = 1; /* 10 ticks take the first robot's 1000 ppm: a charger at the station, and none left for a farther one */
    ck_assert_int_eq(c12_dispatch_reasons(&f, &c, reason, &e), C12_OK);
    ck_assert_int_eq(reason[4], C12_DISPATCH_CAN);
    rest[0] = 1;
    ck_assert_int_eq(c12_dispatch_reasons(&f, &c, reason, &e), C12_OK);
    ck_assert_int_eq(reason[4], C12_DISPATCH_BATTERY);
    load[2] = -1;
    ck_assert_int_eq(c12_dispatch_reasons(&f, &c, reason, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "task_load");
    ck_assert_int_eq(e.row, 2);
    load[2] = 0;
    has[1] = 6;
    e = (c12_error)C12_INIT(c12_error);
    ck_assert_int_eq(c12_dispatch_cost(&f, &c, cost, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "robot_task");
    has[1] = -1;
    deadline[0] = -2;
    ck_assert_int_eq(c12_dispatch_cost(&f, &c, cost, NULL), C12_E_RANGE);
    deadline[0] = -1;
    c.balance_ppm = 1000001;
    ck_assert_int_eq(c12_dispatch_cost(&f, &c, cost, NULL), C12_E_RANGE);
    c.balance_ppm = 0;
    ck_assert_int_eq(c12_dispatch_reasons(&f, &c, NULL, NULL), C12_E_ARG);
}
END_TEST

/* The document never assigns a task whose score is below -1; here it waits for nobody. */
START_TEST(far_tasks_are_still_assigned)
{
    bench *b = bench_new(1, 1);
    b->cost[0] = 500000; /* score -500 */
    bench_solve(b);
    ck_assert_int_eq(b->task_robot[0], 0);
    bench_free(b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dispatch");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, two_robots_two_tasks);
    tcase_add_test(t, priority_goes_before_money);
    tcase_add_test(t, hysteresis_keeps_small_gains_away);
    tcase_add_test(t, nothing_to_do);
    tcase_add_test(t, equal_to_brute_force);
    tcase_add_test(t, large_and_proved);
    tcase_add_test(t, broken_plans_are_refused);
    tcase_add_test(t, second_best_is_refused);
    tcase_add_test(t, bad_input_is_named);
    tcase_add_test(t, one_byte_too_small);
    tcase_add_test(t, same_bits_and_early_stops);
    tcase_add_test(t, cancel_is_sticky_until_solve);
    tcase_add_test(t, costs_by_hand);
    tcase_add_test(t, reasons_by_hand);
    tcase_add_test(t, far_tasks_are_still_assigned);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
