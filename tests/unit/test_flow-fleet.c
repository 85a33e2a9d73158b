/* SPDX-License-Identifier: Apache-2.0 */
/* A fleet's day: one robot by hand, a crowd by the checker, and the checker on days that could not be. */
#include "c12/flow.h"
#include <check.h>
#include "support.h"
#include <stdlib.h>
#include <string.h>

enum { SIDE = 14, CELLS = SIDE * SIDE, MOST_ROBOTS = 12, MOST_TASKS = 200, MOST_PLACES = 16 };

typedef struct hall {
    c12_flow_floor f;
    int64_t off[CELLS + 1], dock_off[MOST_PLACES + 1];
    int32_t head[4 * CELLS], home[MOST_ROBOTS], pace[MOST_ROBOTS], battery[MOST_ROBOTS], bay[MOST_PLACES], dock[MOST_PLACES];
    c12_tick ready[MOST_TASKS];
    int32_t from[MOST_TASKS], to[MOST_TASKS], priority[MOST_TASKS];
} hall;

static void link_cells(hall *h, int32_t width, int32_t height)
{
    int64_t n = 0;
    for (int32_t y = 0; y < height; y++)
        for (int32_t x = 0; x < width; x++) {
            h->off[y * width + x] = n;
            if (y) h->head[n++] = (y - 1) * width + x;
            if (x) h->head[n++] = y * width + x - 1;
            if (x + 1 < width) h->head[n++] = y * width + x + 1;
            if (y + 1 < height) h->head[n++] = (y + 1) * width + x;
        }
    h->off[width * height] = n;
    h->f.n_vertices = width * height;
}

static hall *hall_new(int32_t width, int32_t height)
{
    hall *h = calloc(1, sizeof *h);
    c12_flow_floor f = C12_INIT(c12_flow_floor);
    h->f = f;
    link_cells(h, width, height);
    h->f.arc_off = h->off; h->f.arc_head = h->head;
    h->f.robot_home = h->home; h->f.robot_pace = h->pace; h->f.robot_battery = h->battery;
    h->f.bay_vertex = h->bay;
    h->f.dock_off = h->dock_off; h->f.dock_vertex = h->dock;
    h->f.task_ready = h->ready; h->f.task_from = h->from; h->f.task_to = h->to; h->f.task_priority = h->priority;
    h->f.handling = 2000;
    h->f.drain_move = 100000;
    h->f.drain_idle = 10000;
    for (int32_t r = 0; r < MOST_ROBOTS; r++) { h->pace[r] = 1000; h->battery[r] = 900000; }
    return h;
}

static c12_flow_fleet *start(const hall *h)
{
    c12_flow_fleet *fleet;
    c12_error e = C12_INIT(c12_error);
    ck_assert_msg(!c12_flow_fleet_create(&fleet, &h->f, NULL, &e), "%s %s", e.what, e.field);
    return fleet;
}

static c12_flow_fleet_view run(c12_flow_fleet *fleet, c12_tick until)
{
    c12_flow_fleet_view v = C12_INIT(c12_flow_fleet_view);
    ck_assert_int_eq(c12_flow_fleet_run(fleet, until, NULL), C12_OK);
    ck_assert_int_eq(c12_flow_fleet_view_get(fleet, &v, NULL), C12_OK);
    return v;
}

static c12_verdict judge(const c12_flow_fleet *fleet)
{
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_flow_fleet_check(fleet, &v, NULL), C12_OK);
    return v;
}

/* ---- by hand ------------------------------------------------------------------------------------------------------------------------ */

/* A corridor of seven cells: home 0, dock A 3, dock B 6.  Three cells there, two seconds to load, three on, two to unload, six home. */
START_TEST(one_task_by_hand)
{
    static const int32_t state[] = { C12_FLOW_IDLE, C12_FLOW_TO_PICKUP, C12_FLOW_PICKUP, C12_FLOW_TO_DROP, C12_FLOW_DROP, C12_FLOW_IDLE, C12_FLOW_TO_HOME, C12_FLOW_IDLE };
    static const c12_tick from[] = { 0, 5000, 8000, 10000, 13000, 15000, 15000, 21000 };
    hall *h = hall_new(7, 1);
    h->f.n_tasks = h->f.n_robots = 1;
    h->f.n_stations = 2;
    h->dock[0] = 3; h->dock[1] = 6;
    h->dock_off[1] = 1; h->dock_off[2] = 2;
    h->ready[0] = 4400; /* the next whole second decides */
    h->to[0] = 1;
    c12_flow_fleet *fleet = start(h);
    c12_flow_fleet_view v = run(fleet, 60000);
    ck_assert_int_eq(v.n_legs, 8);
    ck_assert_mem_eq(v.leg_state, state, sizeof state);
    ck_assert_mem_eq(v.leg_from, from, sizeof from);
    ck_assert(v.task_done[0] == 15000 && v.task_robot[0] == 0 && v.tasks_done == 1 && v.routes == 3 && v.refused == 0);
    ck_assert_int_eq(v.leg_battery[7], 900000 - 25 - 334); /* 9 s standing at 10000 ppm an hour, 12 s driving at 100000 (333.3), rounded down */
    ck_assert_int_eq(judge(fleet).violations, 0);
    ck_assert_int_eq(judge(fleet).objective, 1);
    c12_flow_fleet_destroy(fleet);
    free(h);
}
END_TEST

/* At 10 % it charges first: bay 2 cells away, 80 % after 45 minutes of 90, full 45 minutes later. */
START_TEST(an_empty_robot_charges_first)
{
    hall *h = hall_new(7, 1);
    h->f.n_tasks = h->f.n_robots = h->f.n_bays = 1;
    h->f.n_stations = 2;
    h->dock[0] = 3; h->dock[1] = 6;
    h->dock_off[1] = 1; h->dock_off[2] = 2;
    h->bay[0] = 2;
    h->battery[0] = 100000;
    h->to[0] = 1;
    c12_flow_fleet *fleet = start(h);
    c12_flow_fleet_view v = run(fleet, 7200000);
    ck_assert_int_eq(v.leg_state[1], C12_FLOW_TO_BAY);
    ck_assert_int_eq(v.leg_state[2], C12_FLOW_CHARGE);
    ck_assert_int_eq(v.leg_from[2], 2000);
    ck_assert_int_eq(v.charges, 1);
    c12_tick took = v.leg_to[2] - v.leg_from[2];
    ck_assert_int_ge(took, 2362500 + 2700000); /* 7/8 of 45 minutes, then 45 */
    ck_assert_int_le(took, 2362500 + 2700000 + 20000);
    ck_assert_int_ge(v.leg_battery[3], 999999);
    ck_assert_int_eq(v.tasks_done, 1);
    ck_assert_int_gt(v.task_done[0], v.leg_to[2]);
    ck_assert_int_eq(judge(fleet).violations, 0);
    c12_flow_fleet_destroy(fleet);
    free(h);
}
END_TEST

/* Urgent before early, and a task nobody can serve is left in the queue. */
START_TEST(priority_and_the_impossible)
{
    hall *h = hall_new(7, 1);
    h->f.n_robots = 1;
    h->f.n_tasks = 3;
    h->f.n_stations = 3; /* the third has no dock */
    h->dock[0] = 3; h->dock[1] = 6;
    h->dock_off[1] = 1; h->dock_off[2] = h->dock_off[3] = 2;
    h->to[0] = 1; h->to[1] = 1; h->to[2] = 2;
    h->priority[1] = 5; h->priority[2] = 9;
    c12_flow_fleet *fleet = start(h);
    c12_flow_fleet_view v = run(fleet, 100000);
    ck_assert(v.task_done[1] < v.task_done[0] && v.task_done[0] != INT64_MAX);
    ck_assert(v.task_robot[2] == -1 && v.task_done[2] == INT64_MAX);
    ck_assert_int_eq(judge(fleet).violations, 0);
    c12_flow_fleet_destroy(fleet);
    free(h);
}
END_TEST

/* A corridor of eight: robot 0 loads on cell 3 for half a minute, robot 1 must pass it: refused each second, then let through. */
START_TEST(a_closed_way_is_asked_for_again)
{
    hall *h = hall_new(8, 1);
    h->f.n_tasks = h->f.n_robots = 2;
    h->f.n_stations = 3;
    h->f.handling = 30000;
    h->home[1] = 7;
    h->dock[0] = 3; h->dock[1] = 6; h->dock[2] = 1;
    for (int32_t s = 0; s <= 3; s++) h->dock_off[s] = s;
    h->to[0] = h->to[1] = 1;
    h->from[1] = 2;
    h->ready[1] = 1000;
    c12_flow_fleet *fleet = start(h);
    c12_flow_fleet_view v = run(fleet, 600000);
    ck_assert_int_gt(v.refused, 20);
    ck_assert_int_eq(v.tasks_done, 2);
    ck_assert_int_eq(v.task_robot[0], 0);
    c12_verdict verdict = judge(fleet);
    ck_assert_msg(!verdict.violations, "%s", verdict.rule);
    c12_flow_fleet_destroy(fleet);
    free(h);
}
END_TEST

/* ---- a crowd -------------------------------------------------------------------------------------------------------------------------- */

/* Homes along the west wall, bays in the north, three stations of two docks in the east and south. */
static hall *crowd(int32_t robots, int32_t tasks)
{
    static const int32_t dock[6] = { 3 * SIDE - 1, 5 * SIDE - 1, 8 * SIDE - 1, 10 * SIDE - 1, CELLS - 5, CELLS - 8 };
    hall *h = hall_new(SIDE, SIDE);
    dice_state = 12345;
    h->f.n_robots = robots;
    h->f.n_tasks = tasks;
    h->f.n_stations = 3;
    h->f.n_bays = 3;
    h->f.drain_move = 2000000; /* so that many must charge */
    for (int32_t d = 0; d < 6; d++) h->dock[d] = dock[d];
    for (int32_t s = 0; s <= 3; s++) h->dock_off[s] = 2 * s;
    for (int32_t b = 0; b < 3; b++) h->bay[b] = 4 + 3 * b;
    for (int32_t r = 0; r < robots; r++) {
        h->home[r] = SIDE * (r + 1);
        h->pace[r] = 700 + 100 * (r % 5);
        h->battery[r] = 150000 + dice(800000);
    }
    for (int32_t k = 0; k < tasks; k++) {
        h->ready[k] = 20000 * k;
        h->from[k] = dice(3);
        h->to[k] = (h->from[k] + 1 + dice(2)) % 3;
        h->priority[k] = dice(3);
    }
    return h;
}

START_TEST(a_crowd_gets_its_work_done)
{
    hall *h = crowd(MOST_ROBOTS, MOST_TASKS);
    c12_flow_fleet *a = start(h), *b = start(h);
    c12_flow_fleet_view v = run(a, 12 * 3600000), w = run(b, 1000000);
    w = run(b, 12 * 3600000); /* in two parts */
    ck_assert_int_eq(v.tasks_done, MOST_TASKS);
    ck_assert_int_gt(v.charges, 2);
    c12_verdict verdict = judge(a);
    ck_assert_msg(!verdict.violations, "%s at %s[%d]", verdict.rule, verdict.field, (int)verdict.row);
    ck_assert_int_eq(verdict.objective, MOST_TASKS);
    ck_assert(v.n_legs == w.n_legs && v.n_steps == w.n_steps && v.refused == w.refused);
    ck_assert_mem_eq(v.leg_from, w.leg_from, (size_t)v.n_legs * sizeof *v.leg_from);
    ck_assert_mem_eq(v.step_vertex, w.step_vertex, (size_t)v.n_steps * sizeof *v.step_vertex);
    ck_assert_mem_eq(v.task_done, w.task_done, MOST_TASKS * sizeof *v.task_done);
    c12_flow_fleet_destroy(a);
    c12_flow_fleet_destroy(b);
    free(h);
}
END_TEST

/* Halls as no planner would build them: docks on homes, bays on docks, stations without docks, walls anywhere, handling in no time.  Not all
 * tasks can be done, but what is done is done right. */
START_TEST(odd_halls_break_no_rule)
{
    int64_t done = 0;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        dice_state = seed * 0x9E3779B97F4A7C15u;
        int32_t side = 3 + dice(8), cells = side * side, pick[CELLS];
        hall *h = hall_new(side, side);
        for (int32_t v = 0; v < cells; v++) pick[v] = v;
        h->f.n_robots = dice(cells < MOST_ROBOTS ? cells : MOST_ROBOTS);
        h->f.n_stations = dice(5);
        h->f.n_bays = dice(4);
        h->f.n_tasks = h->f.n_stations ? dice(40) : 0;
        h->f.handling = dice(2) ? 1000 * dice(20) : 0;
        h->f.drain_move = 100000 * dice(30);
        h->f.start_hour = dice(24);
        for (int32_t r = 0; r < h->f.n_robots; r++) {
            int32_t k = r + dice(cells - r), v = pick[k];
            pick[k] = pick[r];
            h->home[r] = v;
            h->pace[r] = 1 + dice(1500);
            h->battery[r] = dice(1000001);
        }
        for (int32_t s = 0; s < h->f.n_stations; s++) {
            h->dock_off[s + 1] = h->dock_off[s] + dice(4);
            for (int64_t d = h->dock_off[s]; d < h->dock_off[s + 1]; d++) h->dock[d] = dice(cells);
        }
        for (int32_t b = 0; b < h->f.n_bays; b++) h->bay[b] = dice(cells);
        for (int64_t k = 0; k < h->f.n_tasks; k++) {
            h->ready[k] = (k ? h->ready[k - 1] : 0) + dice(60000);
            h->from[k] = dice(h->f.n_stations);
            h->to[k] = dice(h->f.n_stations);
            h->priority[k] = dice(3);
        }
        c12_flow_fleet *fleet = start(h);
        done += run(fleet, 2 * 3600000).tasks_done;
        c12_verdict verdict = judge(fleet);
        ck_assert_msg(!verdict.violations, "seed %d: %s at %s[%d] tick %d", (int)seed, verdict.rule, verdict.field, (int)verdict.row, (int)verdict.tick);
        c12_flow_fleet_destroy(fleet);
        free(h);
    }
    ck_assert_int_gt(done, 100);
}
END_TEST

/* The record belongs to the fleet; a test may forge it. */
#define FORGE(type, column) ((type *)(uintptr_t)(column))

static int64_t any_leg(const c12_flow_fleet_view *v, int32_t state)
{
    int64_t leg;
    do leg = 20 + dice((int32_t)v->n_legs - 20); while (v->leg_state[leg] != state || v->leg_to[leg] == INT64_MAX || v->leg_step_off[leg + 1] - v->leg_step_off[leg] < (state == C12_FLOW_TO_DROP ? 4 : 1));
    return leg;
}

static void forge(const c12_flow_fleet_view *v, int32_t kind)
{
    int64_t drop = any_leg(v, C12_FLOW_TO_DROP), step = v->leg_step_off[drop] + 1, load = any_leg(v, C12_FLOW_PICKUP), charge = any_leg(v, C12_FLOW_CHARGE), put = any_leg(v, C12_FLOW_DROP);
    switch (kind) {
    case 0: FORGE(int32_t, v->step_vertex)[step] = (v->step_vertex[step] + 30) % CELLS; break;
    case 1: FORGE(c12_tick, v->step_from)[step] -= 1; break;
    case 2: FORGE(c12_tick, v->step_to)[step] -= 1; break;
    case 3: FORGE(c12_tick, v->leg_to)[drop] += 1; break;
    case 4: FORGE(int64_t, v->leg_task)[drop] = (v->leg_task[drop] + 1) % MOST_TASKS; break;
    case 5: FORGE(int32_t, v->leg_state)[drop] = C12_FLOW_TO_BAY; break;
    case 6: FORGE(int32_t, v->leg_battery)[load] += 100000; break;
    case 7: FORGE(c12_tick, v->task_done)[v->leg_task[put]] += 1; break;
    case 8: FORGE(int32_t, v->task_robot)[v->leg_task[load]] = (v->leg_robot[load] + 1) % MOST_ROBOTS; break;
    case 9: FORGE(int32_t, v->leg_state)[charge] = C12_FLOW_IDLE; break;
    case 10: FORGE(c12_tick, v->task_done)[v->leg_task[put]] = INT64_MAX; break;
    case 11: FORGE(int64_t, v->leg_step_off)[drop + 1] -= 1; break;
    case 12: FORGE(int32_t, v->leg_robot)[drop] = (v->leg_robot[drop] + 1) % MOST_ROBOTS; break;
    case 13: FORGE(c12_tick, v->leg_from)[load] += 500; break;
    case 14: FORGE(c12_tick, v->step_to)[v->leg_step_off[charge]] = INT64_MAX; break;
    case 15: FORGE(int32_t, v->leg_state)[load] = C12_FLOW_DROP; break;
    case 16: FORGE(int32_t, v->step_vertex)[v->leg_step_off[drop + 1] - 1] = 0; break;
    case 17: FORGE(int64_t, v->leg_task)[load] = -1; break;
    case 18: FORGE(int32_t, v->leg_state)[drop] = 99; break;
    default: FORGE(c12_tick, v->leg_from)[0] = 1; break;
    }
}

START_TEST(days_that_could_not_be_are_refused)
{
    hall *h = crowd(MOST_ROBOTS, MOST_TASKS);
    c12_flow_fleet *fleet = start(h);
    c12_flow_fleet_view v = run(fleet, 4 * 3600000);
    dice_state = 31 + (uint64_t)_i;
    ck_assert_int_eq(judge(fleet).violations, 0);
    forge(&v, _i);
    c12_verdict verdict = judge(fleet);
    ck_assert_msg(verdict.violations > 0 && verdict.rule && verdict.field, "kind %d passed", _i);
    ck_assert_int_eq(verdict.objective, 0);
    c12_flow_fleet_destroy(fleet);
    free(h);
}
END_TEST

/* ---- bad input -------------------------------------------------------------------------------------------------------------------------- */

START_TEST(bad_floors_are_named)
{
    static const struct { c12_status status; const char *field; int64_t row; } want[] = {
        { C12_E_RANGE, "robot_home", 1 }, { C12_E_RANGE, "robot_pace", 0 }, { C12_E_RANGE, "robot_battery", 2 }, { C12_E_RANGE, "task_from", 3 }, { C12_E_RANGE, "task_to", 0 },
        { C12_E_RANGE, "task_ready", 4 }, { C12_E_RANGE, "dock_vertex", 5 }, { C12_E_RANGE, "bay_vertex", 1 }, { C12_E_RANGE, "arc_head", 7 }, { C12_E_ARG, "n_robots", -1 },
        { C12_E_ARG, "task_ready", -1 }, { C12_E_RANGE, "handling", -1 }, { C12_E_RANGE, "start_hour", -1 },
    };
    hall *h = crowd(4, 20);
    c12_flow_fleet *fleet = NULL;
    c12_error e = C12_INIT(c12_error);
    switch (_i) {
    case 0: h->home[1] = h->home[0]; break;
    case 1: h->pace[0] = 0; break;
    case 2: h->battery[2] = 1000001; break;
    case 3: h->from[3] = 3; break;
    case 4: h->to[0] = -1; break;
    case 5: h->ready[4] = 0; break;
    case 6: h->dock[5] = CELLS; break;
    case 7: h->bay[1] = -2; break;
    case 8: h->head[7] = CELLS; break;
    case 9: h->f.n_robots = -1; break;
    case 10: h->f.task_ready = NULL; break;
    case 11: h->f.handling = -1; break;
    default: h->f.start_hour = 24; break;
    }
    ck_assert_int_eq(c12_flow_fleet_create(&fleet, &h->f, NULL, &e), want[_i].status);
    ck_assert_ptr_null(fleet);
    ck_assert_str_eq(e.field, want[_i].field);
    ck_assert_int_eq(e.row, want[_i].row);
    free(h);
}
END_TEST

/* Every allocation in turn fails: an error, nothing leaked, nothing crashed. */
START_TEST(every_allocation_may_fail)
{
    hall *h = crowd(4, 20);
    c12_host host = C12_INIT(c12_host);
    int32_t done = 0;
    for (int64_t n = 0; !done && n < 200; n++) {
        purse p = { n, 0 };
        c12_flow_fleet *fleet = NULL;
        host.user = &p;
        host.alloc = purse_alloc;
        host.release = purse_release;
        c12_status s = c12_flow_fleet_create(&fleet, &h->f, &host, NULL);
        if (!s) s = c12_flow_fleet_run(fleet, 3600000, NULL);
        c12_verdict v = C12_INIT(c12_verdict);
        if (!s) s = c12_flow_fleet_check(fleet, &v, NULL);
        ck_assert(s == C12_OK || s == C12_E_NOMEM);
        done = s == C12_OK;
        c12_flow_fleet_destroy(fleet);
        ck_assert_int_eq(p.out, 0);
    }
    ck_assert(done);
    free(h);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("flow-fleet");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, one_task_by_hand);
    tcase_add_test(t, an_empty_robot_charges_first);
    tcase_add_test(t, priority_and_the_impossible);
    tcase_add_test(t, a_closed_way_is_asked_for_again);
    tcase_add_test(t, a_crowd_gets_its_work_done);
    tcase_add_test(t, odd_halls_break_no_rule);
    tcase_add_loop_test(t, days_that_could_not_be_are_refused, 0, 20);
    tcase_add_loop_test(t, bad_floors_are_named, 0, 13);
    tcase_add_test(t, every_allocation_may_fail);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
