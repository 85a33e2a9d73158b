/* SPDX-License-Identifier: Apache-2.0 */
/* Events, listed pairs and large problems: whatever happened before, a solve must be what a fresh one would be, and provable. */
#include "c12/dispatch.h"
#include <check.h>
#include "support.h"
#include <stdlib.h>
#include <string.h>

static const int64_t NEVER = C12_DISPATCH_NEVER;

/* A shop that changes: its matrix is the truth the handle must follow. */
typedef struct shop {
    int32_t robots, tasks, most_robots, most_tasks; /* in use, and room in the columns */
    int64_t *cost, *line;    /* [most_robots * most_tasks] row robot, [most of both] */
    int64_t *packed;         /* the matrix without gaps, for the checker */
    int32_t *priority, *current, *task_robot, *why, *runner_up;
    int64_t *robot_dual, *task_dual, *task_price, *margin;
    c12_dispatch_options o;
    c12_dispatch_problem p;
    c12_dispatch_plan plan;
    c12_info info;
} shop;

static shop *shop_new(int32_t robots, int32_t tasks)
{
    shop *s = calloc(1, sizeof *s);
    size_t r = (size_t)robots + 1, t = (size_t)tasks + 1;
    s->robots = s->most_robots = robots;
    s->tasks = s->most_tasks = tasks;
    s->cost = calloc(r * t, 8); s->packed = calloc(r * t, 8); s->line = calloc(r + t, 8);
    s->priority = calloc(t, 4); s->current = calloc(r, 4); s->task_robot = calloc(t, 4); s->why = calloc(t, 4); s->runner_up = calloc(t, 4);
    s->robot_dual = calloc(r, 8); s->task_dual = calloc(t, 8); s->task_price = calloc(t, 8); s->margin = calloc(t, 8);
    for (int32_t i = 0; i < robots; i++) s->current[i] = -1;
    s->o = (c12_dispatch_options)C12_INIT(c12_dispatch_options);
    s->p = (c12_dispatch_problem)C12_INIT(c12_dispatch_problem);
    s->plan = (c12_dispatch_plan)C12_INIT(c12_dispatch_plan);
    s->info = (c12_info)C12_INIT(c12_info);
    s->plan.task_robot = s->task_robot; s->plan.robot_dual = s->robot_dual; s->plan.task_dual = s->task_dual; s->plan.task_price = s->task_price;
    s->plan.why = s->why; s->plan.runner_up = s->runner_up; s->plan.margin = s->margin;
    return s;
}

static void shop_free(shop *s)
{
    void *all[] = { s->cost, s->packed, s->line, s->priority, s->current, s->task_robot, s->why, s->runner_up, s->robot_dual, s->task_dual, s->task_price, s->margin };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
    free(s);
}

static int64_t *shop_cell(shop *s, int32_t r, int32_t t) { return s->cost + (int64_t)r * s->most_tasks + t; }

static const c12_dispatch_problem *shop_problem(shop *s)
{
    for (int32_t r = 0; r < s->robots; r++) memcpy(s->packed + (int64_t)r * s->tasks, shop_cell(s, r, 0), (size_t)s->tasks * 8);
    s->p.n_robots = s->robots; s->p.n_tasks = s->tasks; s->p.cost = s->packed; s->p.task_priority = s->priority; s->p.current = s->current;
    return &s->p;
}

static c12_dispatch *shop_handle(shop *s, int64_t pairs)
{
    c12_dispatch *d;
    c12_dispatch_dims dims = C12_INIT(c12_dispatch_dims);
    dims.robots = s->most_robots; dims.tasks = s->most_tasks; dims.pairs = pairs;
    ck_assert_int_eq(c12_dispatch_create(&d, &dims, &s->o, NULL, NULL), C12_OK);
    return d;
}

static void shop_solve(shop *s, c12_dispatch *d)
{
    c12_budget b = C12_INIT(c12_budget);
    b.work_limit = INT64_MAX;
    ck_assert_int_eq(c12_dispatch_solve(d, 0, &b, &s->plan, &s->info, NULL), C12_OK);
    ck_assert_int_eq(s->info.outcome, C12_OPTIMAL);
}

static void shop_judge(shop *s, const c12_dispatch_problem *p)
{
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_dispatch_check(p, &s->plan, &s->o, &v, NULL), C12_OK);
    ck_assert_msg(!v.violations, "%s: %s at %d", v.rule, v.field, (int)v.row);
    ck_assert_int_eq(v.objective, s->info.objective);
}

static int64_t shop_draw(int64_t spread) { return dice(6) ? dice((int32_t)spread) - spread / 3 : NEVER; }

/* ---- one thing happens --------------------------------------------------------------------------------------------------------------- */

static void shop_robot_event(shop *s, c12_dispatch *d, int64_t spread)
{
    int32_t r = dice(s->robots < s->most_robots ? s->robots + 1 : s->robots), gone = !dice(4), now = -1, t = dice(s->tasks);
    int free_task = 1;
    for (int32_t q = 0; q < s->robots; q++) free_task &= q == r || s->current[q] != t;
    if (free_task && dice(2)) now = t;
    for (int32_t k = 0; k < s->tasks; k++) *shop_cell(s, r, k) = gone ? NEVER : shop_draw(spread);
    s->current[r] = now;
    ck_assert_int_eq(c12_dispatch_set_robot(d, 0, r, gone ? NULL : shop_cell(s, r, 0), now, NULL), C12_OK);
    if (r == s->robots) s->robots++;
}

static void shop_task_event(shop *s, c12_dispatch *d, int64_t spread, int32_t priorities)
{
    int32_t t = dice(s->tasks < s->most_tasks ? s->tasks + 1 : s->tasks), gone = !dice(4);
    for (int32_t r = 0; r < s->robots; r++) *shop_cell(s, r, t) = s->line[r] = gone ? NEVER : shop_draw(spread);
    s->priority[t] = dice(priorities);
    ck_assert_int_eq(c12_dispatch_set_task(d, 0, t, gone ? NULL : s->line, s->priority[t], NULL), C12_OK);
    if (t == s->tasks) s->tasks++;
}

/* ---- after any events, what a fresh handle says ---------------------------------------------------------------------------------------- */

static void events_follow(int32_t robots, int32_t tasks, int rounds, int events)
{
    for (int round = 0; round < rounds; round++) {
        int64_t spread = dice(3) ? 20 : 100000;
        int32_t priorities = 1 + dice(4);
        shop *s = shop_new(2 + dice(robots - 1), 2 + dice(tasks - 1)), *fresh = shop_new(s->most_robots, s->most_tasks);
        s->o.hysteresis = dice(2) ? dice(10) : 0;
        s->robots -= dice(2); s->tasks -= dice(2);
        for (int32_t r = 0; r < s->robots; r++) for (int32_t t = 0; t < s->tasks; t++) *shop_cell(s, r, t) = shop_draw(spread);
        for (int32_t t = 0; t < s->tasks; t++) s->priority[t] = dice(priorities);
        c12_dispatch *d = shop_handle(s, 0), *e = shop_handle(s, 0);
        ck_assert_int_eq(c12_dispatch_load(d, shop_problem(s), NULL), C12_OK);
        for (int k = 0; k < events; k++) {
            if (dice(3)) shop_solve(s, d); /* several events may come before a solve */
            if (!dice(12)) spread *= 3;    /* and leave the range prices were made for */
            if (!dice(30)) priorities += dice(2) ? 1 : 40;
            if (dice(2)) shop_robot_event(s, d, spread);
            else shop_task_event(s, d, spread, priorities);
            if (dice(4)) continue;
            s->plan.task_price = dice(4) ? s->task_price : NULL; /* without, the stated prices must hold again */
            shop_solve(s, d);
            shop_judge(s, shop_problem(s));
            ck_assert_int_eq(c12_dispatch_load(e, shop_problem(s), NULL), C12_OK);
            shop_solve(fresh, e);
            ck_assert_int_eq(fresh->info.objective, s->info.objective);
        }
        c12_dispatch_destroy(d);
        c12_dispatch_destroy(e);
        shop_free(s);
        shop_free(fresh);
    }
}

START_TEST(small_shops_in_motion) { dice_state = 41; events_follow(6, 6, 400, 40); } END_TEST
START_TEST(more_tasks_than_robots) { dice_state = 42; events_follow(12, 90, 20, 100); } END_TEST
START_TEST(more_robots_than_tasks) { dice_state = 43; events_follow(90, 12, 20, 100); } END_TEST

START_TEST(bad_events_change_nothing)
{
    shop *s = shop_new(3, 4);
    int64_t far[4] = { 1, 2, (int64_t)1 << 61, 4 }, wide[4] = { 0, (int64_t)1 << 59, 0, 0 };
    c12_error e = C12_INIT(c12_error);
    s->robots = 2; s->tasks = 3;
    for (int32_t r = 0; r < 2; r++) for (int32_t t = 0; t < 3; t++) *shop_cell(s, r, t) = 1 + r * 5 + t * 3;
    s->current[1] = 2;
    c12_dispatch *d = shop_handle(s, 0);
    ck_assert_int_eq(c12_dispatch_set_robot(d, 0, 0, far, -1, &e), C12_E_STATE);
    ck_assert_int_eq(c12_dispatch_load(d, shop_problem(s), NULL), C12_OK);
    shop_solve(s, d);
    int64_t before = s->info.objective;
    ck_assert_int_eq(c12_dispatch_set_robot(NULL, 0, 0, far, -1, &e), C12_E_ARG);
    ck_assert_int_eq(c12_dispatch_set_robot(d, 1, 0, far, -1, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_dispatch_set_robot(d, 0, 3, far, -1, &e), C12_E_RANGE);
    e = (c12_error)C12_INIT(c12_error);
    ck_assert_int_eq(c12_dispatch_set_robot(d, 0, 0, far, -1, &e), C12_E_OVERFLOW);
    ck_assert_str_eq(e.field, "cost");
    ck_assert_int_eq(e.row, 2);
    ck_assert_int_eq(c12_dispatch_set_robot(d, 0, 0, wide, -1, &e), C12_E_OVERFLOW);
    ck_assert_int_eq(c12_dispatch_set_robot(d, 0, 0, s->cost, 3, &e), C12_E_RANGE);
    e = (c12_error)C12_INIT(c12_error);
    ck_assert_int_eq(c12_dispatch_set_robot(d, 0, 0, s->cost, 2, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "current");
    ck_assert_int_eq(c12_dispatch_set_task(d, 0, 5, s->cost, 0, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_dispatch_set_task(d, 0, -1, s->cost, 0, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_dispatch_set_task(d, 0, 3, NULL, 0, &e), C12_OK);
    e = (c12_error)C12_INIT(c12_error);
    ck_assert_int_eq(c12_dispatch_set_task(d, 0, 4, s->cost, 0, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, 5);
    shop_solve(s, d);
    ck_assert_int_eq(s->info.objective, before);
    c12_dispatch_destroy(d);
    d = shop_handle(s, 10);
    ck_assert_int_eq(c12_dispatch_set_robot(d, 0, 0, s->cost, -1, &e), C12_E_STATE);
    c12_dispatch_destroy(d);
    shop_free(s);
}
END_TEST

/* ---- listed pairs ------------------------------------------------------------------------------------------------------------------------- */

typedef struct pairs { int64_t off[64], cost[4096]; int32_t task[4096]; } pairs;

static const c12_dispatch_problem *shop_listed(shop *s, pairs *l, c12_dispatch_problem *p)
{
    int64_t n = 0;
    *p = *shop_problem(s);
    for (int32_t r = 0; r < s->robots; l->off[++r] = n)
        for (int32_t t = 0; t < s->tasks; t++) {
            if (*shop_cell(s, r, t) == NEVER && dice(3)) continue; /* some NEVER pairs stay listed */
            l->task[n] = t;
            l->cost[n++] = *shop_cell(s, r, t);
        }
    l->off[0] = 0;
    p->cost = l->cost; p->pair_off = l->off; p->pair_task = l->task;
    return p;
}

START_TEST(listed_pairs_are_the_same_problem)
{
    static pairs l;
    dice_state = 44;
    for (int round = 0; round < 600; round++) {
        shop *s = shop_new(1 + dice(30), 1 + dice(30)), *other = shop_new(s->robots, s->tasks);
        c12_dispatch_problem p;
        int64_t spread = dice(2) ? 6 : 1000, apart = dice(20) ? 0 : dice(2) ? ((int64_t)1 << 58) + 5 : -((int64_t)1 << 58); /* costs far from 0 */
        if (apart && s->robots > 16) { s->robots = other->robots = 16; }
        int32_t holes = 1 + dice(6);
        if (dice(2)) s->o.hysteresis = other->o.hysteresis = dice(5);
        for (int32_t r = 0, t = 0; r < s->robots && t < s->tasks; r++) if (dice(2)) s->current[r] = t++;
        for (int32_t t = 0; t < s->tasks; t++) s->priority[t] = dice(3);
        for (int32_t r = 0; r < s->robots; r++) for (int32_t t = 0; t < s->tasks; t++) *shop_cell(s, r, t) = dice(holes) ? NEVER : apart + dice((int32_t)spread);
        (void)shop_listed(s, &l, &p);
        c12_dispatch *dense = shop_handle(s, 0), *sparse = shop_handle(s, 4096);
        ck_assert_int_eq(c12_dispatch_load(dense, shop_problem(s), NULL), C12_OK);
        shop_solve(s, dense);
        shop_judge(s, &s->p);
        ck_assert_int_eq(c12_dispatch_load(sparse, &p, NULL), C12_OK);
        shop_solve(other, sparse);
        shop_judge(other, &p);
        shop_judge(other, &s->p);
        ck_assert_int_eq(other->info.objective, s->info.objective);
        ck_assert_int_eq(c12_dispatch_load(dense, &p, NULL), C12_OK); /* scattered into a matrix */
        shop_solve(other, dense);
        shop_judge(other, &p);
        ck_assert_int_eq(other->info.objective, s->info.objective);
        c12_dispatch_destroy(dense);
        c12_dispatch_destroy(sparse);
        shop_free(s);
        shop_free(other);
    }
}
END_TEST

START_TEST(bad_lists_are_named)
{
    static pairs l = { { 0, 2, 3 }, { 5, 6, 7 }, { 0, 1, 1 } };
    shop *s = shop_new(2, 2);
    c12_error e = C12_INIT(c12_error);
    c12_dispatch_problem p = *shop_problem(s);
    c12_dispatch *d = shop_handle(s, 2);
    p.cost = l.cost; p.pair_off = l.off; p.pair_task = l.task;
    ck_assert_int_eq(c12_dispatch_load(d, &s->p, &e), C12_E_ARG);
    ck_assert_str_eq(e.field, "pair_off");
    e = (c12_error)C12_INIT(c12_error);
    ck_assert_int_eq(c12_dispatch_load(d, &p, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, 3);
    l.task[1] = 0;
    e = (c12_error)C12_INIT(c12_error);
    ck_assert_int_eq(c12_dispatch_load(d, &p, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "pair_task");
    ck_assert_int_eq(e.row, 1);
    l.task[1] = 2;
    ck_assert_int_eq(c12_dispatch_load(d, &p, &e), C12_E_RANGE);
    l.task[1] = 1;
    l.off[2] = 1;
    e = (c12_error)C12_INIT(c12_error);
    ck_assert_int_eq(c12_dispatch_load(d, &p, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "pair_off");
    l.off[2] = 2;
    l.cost[0] = -((int64_t)1 << 61);
    e = (c12_error)C12_INIT(c12_error);
    ck_assert_int_eq(c12_dispatch_load(d, &p, &e), C12_E_OVERFLOW);
    ck_assert_int_eq(e.row, 0);
    l.cost[0] = 1;
    p.pair_task = NULL;
    ck_assert_int_eq(c12_dispatch_load(d, &p, &e), C12_E_ARG);
    p.pair_task = l.task;
    ck_assert_int_eq(c12_dispatch_load(d, &p, &e), C12_OK);
    shop_solve(s, d);
    ck_assert_int_eq(s->task_robot[0] == 0 || s->task_robot[1] == 0, 1);
    ck_assert_int_eq(c12_dispatch_set_task(d, 0, 0, NULL, 0, &e), C12_E_UNSUPPORTED);
    c12_dispatch_destroy(d);
    shop_free(s);
}
END_TEST

/* ---- large: candidates, then every pair judged ------------------------------------------------------------------------------------------ */

/* kind 0: any costs; 1: few values; 2: places on a line; 3: with classes and holes; 4: robots all best at the same few tasks */
static int64_t large_cost(int kind, int32_t r, int32_t t)
{
    if (kind == 0) return dice(1000000);
    if (kind == 1) return dice(5);
    if (kind == 2) return (r * 37 % 1000 > t * 91 % 1000 ? 1 : -1) * (r * 37 % 1000 - t * 91 % 1000);
    if (kind == 3) return dice(3) ? NEVER : dice(10000);
    return t < 20 ? dice(10) : 1000 + (int64_t)(r % 50) * t + dice(100);
}

START_TEST(large_and_proved)
{
    static const int32_t size[3][2] = { { 300, 300 }, { 280, 420 }, { 420, 280 } };
    dice_state = 45;
    for (int k = 0; k < 15; k++) {
        shop *s = shop_new(size[k % 3][0], size[k % 3][1]);
        for (int32_t r = 0; r < s->robots; r++) for (int32_t t = 0; t < s->tasks; t++) *shop_cell(s, r, t) = large_cost(k / 3, r, t);
        for (int32_t t = 0; t < s->tasks; t++) s->priority[t] = k % 2 ? dice(3) : 0;
        c12_dispatch *d = shop_handle(s, 0);
        ck_assert_int_eq(c12_dispatch_load(d, shop_problem(s), NULL), C12_OK);
        if (k % 4 == 0) { /* stopped again and again it still gets there */
            c12_budget b = C12_INIT(c12_budget);
            b.work_limit = 100;
            for (int32_t n = 0; n < 20; n++) {
                ck_assert_int_eq(c12_dispatch_solve(d, 0, &b, &s->plan, &s->info, NULL), C12_OK);
                s->plan.robot_dual = s->plan.task_dual = NULL;
                s->plan.why = s->plan.runner_up = NULL;
                c12_verdict v = C12_INIT(c12_verdict);
                ck_assert_int_eq(c12_dispatch_check(&s->p, &s->plan, &s->o, &v, NULL), C12_OK);
                ck_assert_int_eq(v.violations, 0);
                s->plan.robot_dual = s->robot_dual; s->plan.task_dual = s->task_dual;
                s->plan.why = s->why; s->plan.runner_up = s->runner_up;
            }
        }
        shop_solve(s, d);
        shop_judge(s, &s->p);
        for (int n = 0; n < 6; n++) {
            if (n % 2) shop_robot_event(s, d, 1000);
            else shop_task_event(s, d, 1000, 1 + k % 2 * 2);
            shop_solve(s, d);
            shop_judge(s, shop_problem(s));
        }
        c12_dispatch_destroy(d);
        shop_free(s);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dispatch-event");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, small_shops_in_motion);
    tcase_add_test(t, more_tasks_than_robots);
    tcase_add_test(t, more_robots_than_tasks);
    tcase_add_test(t, bad_events_change_nothing);
    tcase_add_test(t, listed_pairs_are_the_same_problem);
    tcase_add_test(t, bad_lists_are_named);
    tcase_add_test(t, large_and_proved);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
