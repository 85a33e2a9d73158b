/* SPDX-License-Identifier: Apache-2.0 */
/* Chains: by hand, never against a rule, beside the best of all chains on small fleets, and broken in every way. */
#include "c12/dispatch.h"
#include <check.h>
#include "support.h"
#include <string.h>

enum { ROBOTS = 12, TASKS = 60, PLACES = 8 };

/* A fleet with its columns and a plan. */
typedef struct tour {
    c12_dispatch_fleet f;
    c12_dispatch_costing c;
    c12_dispatch_chain_plan p;
    c12_info info;
    c12_tick travel[PLACES * PLACES], hop[PLACES * PLACES], wait[ROBOTS], duration[TASKS], deadline[TASKS], rest[PLACES], used[ROBOTS], done[TASKS];
    int32_t vertex[ROBOTS], battery[ROBOTS], station[TASKS], priority[TASKS], chain[TASKS], robot[TASKS];
    int64_t capacity[ROBOTS], load[TASKS], off[ROBOTS + 1];
    uint64_t have[ROBOTS], need[TASKS];
} tour;

static void tour_point(tour *w)
{
    w->f.travel = w->travel; w->f.robot_vertex = w->vertex; w->f.robot_skills = w->have; w->f.robot_battery = w->battery; w->f.robot_wait = w->wait; w->f.task_station = w->station;
    w->f.task_skills = w->need; w->f.task_duration = w->duration; w->f.task_priority = w->priority; w->f.robot_capacity = w->capacity; w->f.task_load = w->load;
    w->f.task_deadline = w->deadline; w->f.station_rest = w->rest; w->f.robot_used = w->used;
    w->p.chain_off = w->off; w->p.chain_task = w->chain; w->p.task_robot = w->robot; w->p.task_done = w->done;
}

static tour *tour_new(int32_t robots, int32_t tasks)
{
    tour *w = calloc(1, sizeof *w);
    w->f = (c12_dispatch_fleet)C12_INIT(c12_dispatch_fleet);
    w->c = (c12_dispatch_costing)C12_INIT(c12_dispatch_costing);
    w->p = (c12_dispatch_chain_plan)C12_INIT(c12_dispatch_chain_plan);
    w->info = (c12_info)C12_INIT(c12_info);
    w->f.n_robots = robots; w->f.n_tasks = tasks; w->f.n_vertices = w->f.n_stations = PLACES;
    for (int a = 0; a < PLACES; a++) for (int b = 0; b < PLACES; b++) w->travel[a * PLACES + b] = w->hop[a * PLACES + b] = 10 * abs(a - b);
    for (int r = 0; r < ROBOTS; r++) { w->have[r] = 1; w->battery[r] = 1000000; w->capacity[r] = 100; }
    for (int t = 0; t < TASKS; t++) w->deadline[t] = -1;
    tour_point(w);
    return w;
}

static tour *tour_random(int32_t robots, int32_t tasks)
{
    tour *w = tour_new(robots, tasks);
    for (int k = 0; k < PLACES * PLACES; k++) { if (!dice(20)) w->hop[k] = -1; if (!dice(20)) w->travel[k] = -1; }
    for (int r = 0; r < robots; r++) {
        w->vertex[r] = dice(PLACES); w->have[r] = (uint64_t)(1 + dice(7)); w->battery[r] = dice(3) ? 1000000 : dice(3000); w->wait[r] = dice(50); w->used[r] = dice(1000);
        w->capacity[r] = dice(12);
    }
    for (int t = 0; t < tasks; t++) {
        w->station[t] = dice(PLACES); w->need[t] = dice(4) ? 0 : (uint64_t)1 << dice(3); w->duration[t] = dice(20); w->load[t] = dice(4); w->priority[t] = dice(3);
        w->deadline[t] = dice(2) ? -1 : 20 + dice(200);
    }
    for (int k = 0; k < PLACES; k++) w->rest[k] = dice(10);
    if (dice(2)) w->c.late_cost = 1 + dice(5);
    if (dice(2)) w->c.balance_ppm = dice(300000);
    return w;
}

static c12_status tour_solve(tour *w, int32_t regret)
{
    c12_mem m = { NULL, c12_dispatch_chain_scratch(w->f.n_robots, w->f.n_tasks) };
    m.ptr = malloc(m.size);
    c12_status s = c12_dispatch_chain(&w->f, &w->c, w->hop, regret, &w->p, m, &w->info, NULL);
    free(m.ptr);
    return s;
}

static c12_verdict tour_judge(tour *w)
{
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_dispatch_chain_check(&w->f, &w->c, w->hop, &w->p, &v, NULL), C12_OK);
    return v;
}

/* Robots at both ends of a line, tasks along it: each takes its half, in order. */
START_TEST(halves_of_a_line)
{
    tour *w = tour_new(2, 4);
    w->vertex[1] = 7;
    for (int t = 0; t < 4; t++) w->station[t] = t < 2 ? 2 - t : 4 + t - 1; /* 2 1 5 6 */
    ck_assert_int_eq(tour_solve(w, 0), C12_OK);
    ck_assert_int_eq(w->off[1], 2);
    ck_assert_int_eq(w->off[2], 4);
    ck_assert(w->chain[0] == 1 && w->chain[1] == 0 && w->chain[2] == 3 && w->chain[3] == 2);
    ck_assert_int_eq(w->info.objective, 20 + 20);
    ck_assert_int_eq(w->done[0], 20);
    ck_assert_int_eq(tour_judge(w).violations, 0);
    ck_assert_int_eq(tour_judge(w).objective, 40);
    w->capacity[1] = 1; /* one of the right half does not fit the right robot any more */
    for (int t = 0; t < 4; t++) w->load[t] = 1;
    ck_assert_int_eq(tour_solve(w, 0), C12_OK);
    ck_assert_int_eq(w->off[1], 3);
    ck_assert_int_eq(tour_judge(w).violations, 0);
    free(w);
}
END_TEST

/* Cheapest first takes the near task and cannot serve the other any more; regret sees that only one robot can. */
START_TEST(regret_sees_the_choosy)
{
    tour *w = tour_new(2, 2);
    w->vertex[1] = 1;
    w->station[1] = 3;
    w->have[0] = 3;
    w->need[1] = 2;                     /* task 1 is for robot 0 only */
    w->capacity[0] = w->capacity[1] = 1;
    w->load[0] = w->load[1] = 1;
    ck_assert_int_eq(tour_solve(w, 1), C12_OK);
    ck_assert(w->robot[0] == 0 && w->robot[1] == -1);
    ck_assert_int_eq(tour_solve(w, 2), C12_OK);
    ck_assert(w->robot[0] == 1 && w->robot[1] == 0);
    ck_assert_int_eq(tour_judge(w).violations, 0);
    free(w);
}
END_TEST

START_TEST(no_rule_is_broken)
{
    dice_state = 71;
    for (int round = 0; round < 400; round++) {
        tour *w = tour_random(dice(ROBOTS + 1), dice(TASKS + 1));
        ck_assert_int_eq(tour_solve(w, dice(5)), C12_OK);
        c12_verdict v = tour_judge(w);
        ck_assert_msg(!v.violations, "%s: %s at %d", v.rule, v.field, (int)v.row);
        ck_assert_int_eq(v.objective, w->info.objective);
        free(w);
    }
}
END_TEST

/* ---- all chains of small fleets ----------------------------------------------------------------------------------------------------- */

static int64_t every_best; /* least cost of serving every task, INT64_MAX = none found */

static void every_chain(tour *w, int32_t t)
{
    if (t == w->f.n_tasks) {
        int64_t now = 0;
        for (int32_t r = 0; r < w->f.n_robots; r++) {
            now = w->wait[r];
            for (int64_t k = w->off[r]; k < w->off[r + 1]; k++) {
                int32_t x = w->chain[k], y = k > w->off[r] ? w->station[w->chain[k - 1]] : -1;
                now += (y < 0 ? w->travel[w->vertex[r] * PLACES + w->station[x]] : w->hop[y * PLACES + w->station[x]]) + w->duration[x];
                w->done[x] = now;
                w->robot[x] = r;
            }
        }
        c12_verdict v = tour_judge(w);
        if (!v.violations && v.objective < every_best) every_best = v.objective;
        return;
    }
    for (int32_t r = 0; r < w->f.n_robots; r++)
        for (int64_t k = w->off[r]; k <= w->off[r + 1]; k++) {
            memmove(w->chain + k + 1, w->chain + k, (size_t)(t - k) * 4);
            w->chain[k] = t;
            for (int32_t q = r; q < w->f.n_robots; q++) w->off[q + 1]++;
            every_chain(w, t + 1);
            for (int32_t q = r; q < w->f.n_robots; q++) w->off[q + 1]--;
            memmove(w->chain + k, w->chain + k + 1, (size_t)(t - k) * 4);
        }
}

START_TEST(near_the_best_of_all)
{
    int64_t ours = 0, best = 0;
    int all = 0, could = 0;
    dice_state = 72;
    for (int round = 0; round < 60; round++) {
        tour *w = tour_random(1 + dice(3), 1 + dice(5)), *x = malloc(sizeof *x);
        w->c.balance_ppm = 0;
        memcpy(x, w, sizeof *x);
        tour_point(x);
        memset(x->off, 0, sizeof x->off);
        every_best = INT64_MAX;
        every_chain(x, 0);
        ck_assert_int_eq(tour_solve(w, 0), C12_OK);
        int whole = w->off[w->f.n_robots] == w->f.n_tasks;
        ck_assert(!whole || w->info.objective >= every_best);
        could += every_best < INT64_MAX;
        all += whole;
        if (whole) { ours += w->info.objective; best += every_best; }
        free(w);
        free(x);
    }
    ck_assert_int_ge(could, 10);
    ck_assert_int_ge(all * 100, could * 85);
    ck_assert_int_le(ours * 100, best * 115);
}
END_TEST

/* ---- broken ------------------------------------------------------------------------------------------------------------------------- */

/* 0 when the plan offers no such place, or nothing is broken by it. */
static int tour_break(tour *w, int way)
{
    int64_t n = w->off[w->f.n_robots];
    int32_t k = n ? dice((int32_t)n) : 0, t = n ? w->chain[k] : 0, r = n ? w->robot[t] : 0;
    if (!n) return 0;
    switch (way) {
    case 0: w->robot[t] = -1; return 1;
    case 1: w->done[t]++; return 1;
    case 2: w->chain[k] = w->f.n_tasks; return 1;
    case 3: w->off[w->f.n_robots]--; return 1;
    case 4: w->off[0] = 1; return 1;
    case 5: w->chain[k] = w->chain[(k + 1) % n]; return n > 1;
    case 6: w->robot[t] = w->f.n_robots; return 1;
    case 7: w->capacity[r] = 0; w->load[t] = 1; return 1;
    case 8: w->need[t] = 8; return 1;
    case 9: w->c.late_cost = 0; w->deadline[t] = w->done[t] - 1; return w->done[t] > 0;
    case 10: w->battery[r] = 0; w->rest[w->station[w->chain[w->off[r + 1] - 1]]] = 1; return 1;
    case 11: for (int x = 0; x < PLACES * PLACES; x++) w->travel[x] = -1; return 1;
    default: return 0;
    }
}

START_TEST(broken_chains_are_refused)
{
    int refused[12] = { 0 };
    dice_state = 73;
    for (int round = 0; round < 1200; round++) {
        tour *w = tour_random(1 + dice(5), 1 + dice(20));
        ck_assert_int_eq(tour_solve(w, 0), C12_OK);
        if (tour_break(w, round % 12)) {
            c12_verdict v = tour_judge(w);
            ck_assert_msg(v.violations > 0, "way %d", round % 12);
            ck_assert_ptr_nonnull(v.rule);
            refused[round % 12]++;
        }
        free(w);
    }
    for (int way = 0; way < 12; way++) ck_assert_int_ge(refused[way], 20);
}
END_TEST

START_TEST(bad_input_is_named)
{
    tour *w = tour_new(2, 2);
    c12_error e = C12_INIT(c12_error);
    c12_mem m = { NULL, 0 };
    ck_assert_int_eq(c12_dispatch_chain(&w->f, &w->c, w->hop, 0, &w->p, m, NULL, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, (int64_t)c12_dispatch_chain_scratch(2, 2));
    ck_assert_int_eq(tour_solve(w, 65), C12_E_RANGE);
    w->hop[9] = -2;
    e = (c12_error)C12_INIT(c12_error);
    ck_assert_int_eq(c12_dispatch_chain(&w->f, &w->c, w->hop, 0, &w->p, m, NULL, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "hop");
    ck_assert_int_eq(e.row, 9);
    ck_assert_int_eq(c12_dispatch_chain(&w->f, &w->c, NULL, 0, &w->p, m, NULL, NULL), C12_E_ARG);
    w->hop[9] = 0;
    w->station[1] = PLACES;
    e = (c12_error)C12_INIT(c12_error);
    ck_assert_int_eq(c12_dispatch_chain_check(&w->f, &w->c, w->hop, &w->p, NULL, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "task_station");
    w->station[1] = 0;
    w->p.task_done = NULL;
    ck_assert_int_eq(tour_solve(w, 0), C12_E_ARG);
    ck_assert_uint_eq(c12_dispatch_chain_scratch(-1, 2), 0);
    ck_assert_uint_eq(c12_dispatch_chain_scratch(INT32_MAX, INT32_MAX), 0);
    free(w);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dispatch-chain");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, halves_of_a_line);
    tcase_add_test(t, regret_sees_the_choosy);
    tcase_add_test(t, no_rule_is_broken);
    tcase_add_test(t, near_the_best_of_all);
    tcase_add_test(t, broken_chains_are_refused);
    tcase_add_test(t, bad_input_is_named);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
