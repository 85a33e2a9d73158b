/* SPDX-License-Identifier: Apache-2.0 */
/* Execution against a floor that does what it likes: robots drive slower than planned, cells are blocked, goals change; nobody may ever stand where
 * somebody else is, and somebody must always be able to go on. */
#include "c12/route.h"
#include <check.h>
#include "rounds.h"
#include "support.h"
#include <stdlib.h>
#include <string.h>

enum { ALL_APART, SOME_IN_CONFLICT, HALLS };
enum { SIDE = 12, CELLS = SIDE * SIDE, ROBOTS = 14, STEPS = 400, EVENTS = 6000 };

/* What is true: a robot stands at a cell, or is between it and the next one until `until`. */
typedef struct truth { int32_t at, to, goal; c12_tick until; int32_t way[STEPS]; int64_t n, next; } truth;

typedef struct hall {
    c12_route *h;
    c12_route_problem p;
    int64_t off[CELLS + 1], step_off[2];
    int32_t head[4 * CELLS], length[4 * CELLS], start[ROBOTS], goal[ROBOTS], pace[ROBOTS], vertex[STEPS], hit[ROBOTS];
    c12_tick from[STEPS], to[STEPS], blocked[CELLS];
    int64_t conflict_off[CELLS + 1];
    int32_t conflict[8 * CELLS];
    uint8_t clash[CELLS][CELLS]; /* cells nobody may be on while another is on the other: each with itself too */
    c12_route_plan plan;
    truth robot[ROBOTS];
    c12_tick now;
    int64_t moves, waits, reroutes, hits;
} hall;

static void hall_link(hall *a)
{
    static const int32_t dx[4] = { 0, -1, 1, 0 }, dy[4] = { -1, 0, 0, 1 };
    int64_t arcs = 0;
    for (int32_t c = 0; c < CELLS; c++) {
        a->off[c] = arcs;
        for (int32_t k = 0; k < 4; k++) {
            int32_t x = c % SIDE + dx[k], y = c / SIDE + dy[k];
            if (x < 0 || y < 0 || x >= SIDE || y >= SIDE) continue;
            if ((x % 4 == 2 || c % SIDE % 4 == 2) && y % 3 && c / SIDE % 3) continue; /* racks: cells one cannot drive through sideways */
            a->length[arcs] = 1 + dice(3);
            a->head[arcs++] = y * SIDE + x;
        }
    }
    a->off[CELLS] = arcs;
    a->p = (c12_route_problem)C12_INIT(c12_route_problem);
    a->p.n_vertices = CELLS;
    a->p.n_robots = ROBOTS;
    a->p.arc_off = a->off; a->p.arc_head = a->head; a->p.arc_length = a->length; a->p.robot_pace = a->pace;
}

/* Cells side by side or corner to corner that are too near each other, but not where robots stand at first. */
static void hall_conflicts(hall *a, int32_t one_in)
{
    int64_t n = 0;
    for (int32_t v = 0; v < CELLS; v++) {
        a->clash[v][v] = 1;
        for (int32_t w = 0; w < v; w++) {
            int32_t near = abs(v % SIDE - w % SIDE) <= 1 && abs(v / SIDE - w / SIDE) <= 1, stands = v % 7 == 0 && w % 7 == 0;
            a->clash[v][w] = a->clash[w][v] = one_in && near && !stands && !dice(one_in);
        }
    }
    for (int32_t v = 0; v < CELLS; v++) {
        a->conflict_off[v] = n;
        for (int32_t w = 0; w < CELLS; w++) if (v != w && a->clash[v][w]) a->conflict[n++] = w;
    }
    a->conflict_off[CELLS] = n;
    if (!one_in) return;
    a->p.conflict_off = a->conflict_off;
    a->p.conflict_vertex = a->conflict;
}

static c12_budget hall_budget(void)
{
    c12_budget b = C12_INIT(c12_budget);
    b.work_limit = 100000;
    return b;
}

static hall *hall_new(int32_t kind)
{
    hall *a = calloc(1, sizeof *a);
    c12_route_dims d = C12_INIT(c12_route_dims);
    c12_error e = C12_INIT(c12_error);
    hall_link(a);
    hall_conflicts(a, kind == SOME_IN_CONFLICT ? 4 : 0);
    a->plan = (c12_route_plan)C12_INIT(c12_route_plan);
    a->plan.step_cap = STEPS;
    a->plan.step_off = a->step_off; a->plan.step_vertex = a->vertex; a->plan.step_from = a->from; a->plan.step_to = a->to;
    d.vertices = CELLS;
    d.arcs = a->off[CELLS];
    d.robots = ROBOTS;
    d.holds = 8000;
    d.steps = STEPS - 1;
    d.conflicts = a->conflict_off[CELLS];
    ck_assert_int_eq(c12_route_create(&a->h, &d, NULL, NULL, &e), C12_OK);
    for (int32_t r = 0; r < ROBOTS; r++) a->pace[r] = 1 + r % 3;
    ck_assert_int_eq(c12_route_load(a->h, &a->p, &e), C12_OK);
    for (int32_t r = 0; r < ROBOTS; r++) {
        a->robot[r] = (truth){ .at = r * 7, .to = -1, .goal = r * 7 };
        ck_assert_int_eq(c12_route_park(a->h, 0, r, r * 7, 0, &e), C12_OK);
    }
    return a;
}

static void hall_release(hall *a, int32_t r)
{
    c12_error e = C12_INIT(c12_error);
    ck_assert_msg(!c12_route_release(a->h, 0, r, a->now, &a->plan, &e), "%s", e.what);
    truth *t = &a->robot[r];
    t->n = t->next = 0;
    for (int64_t k = 0; k < a->step_off[1]; k++)
        if (!k || a->vertex[k] != a->vertex[k - 1]) t->way[t->n++] = a->vertex[k];
    ck_assert_int_eq(t->way[0], t->at);
}

/* A robot that is there gets a goal nobody else is sent to. */
static void hall_errand(hall *a, int32_t r)
{
    c12_budget b = hall_budget();
    c12_info i = C12_INIT(c12_info);
    int32_t goal = dice(CELLS);
    for (int32_t q = 0; q < ROBOTS; q++) if (q != r && a->clash[a->robot[q].goal][goal]) return;
    ck_assert_int_eq(c12_route_reroute(a->h, 0, r, a->now, goal, &b, &a->plan, &i, NULL), C12_OK);
    if (i.outcome != C12_OPTIMAL) return;
    a->robot[r].goal = goal;
    a->reroutes++;
}

static void hall_is_alone(const hall *a, int32_t r, int32_t cell)
{
    for (int32_t q = 0; q < r; q++) {
        const truth *t = &a->robot[q];
        if (a->clash[cell][t->at] || (t->to >= 0 && a->clash[cell][t->to])) ck_abort_msg("%d and %d meet at %d", q, r, cell);
    }
}

/* Robots may only ever stand alone. */
static void hall_is_safe(const hall *a)
{
    for (int32_t r = 0; r < ROBOTS; r++) {
        const truth *t = &a->robot[r];
        hall_is_alone(a, r, t->at);
        if (t->to < 0) continue;
        hall_is_alone(a, r, t->to);
        for (int32_t v = 0; v < CELLS; v++)
            if (a->clash[t->to][v] && !a->clash[t->at][v] && a->blocked[v] > a->now) ck_abort_msg("robot %d drives onto a blocked cell", r);
    }
}

static void hall_start(hall *a, int32_t r)
{
    truth *t = &a->robot[r];
    if (t->to >= 0) return;
    hall_release(a, r);
    if (t->n < 2) return;
    t->to = t->way[1];
    for (int64_t k = a->off[t->at]; k < a->off[t->at + 1]; k++)
        if (a->head[k] == t->to) t->until = a->now + (int64_t)a->length[k] * a->pace[r] * (dice(5) ? 1 : 1 + dice(6));
    hall_is_safe(a);
}

static void hall_arrive(hall *a, int32_t r)
{
    c12_error e = C12_INIT(c12_error);
    c12_route_moved m = C12_INIT(c12_route_moved);
    c12_budget b = hall_budget();
    truth *t = &a->robot[r];
    m.hit = a->hit;
    m.cap = ROBOTS;
    ck_assert_msg(!c12_route_progress(a->h, 0, r, a->now, &m, &e), "%s", e.what);
    t->at = t->to;
    t->to = -1;
    a->moves++;
    a->hits += m.n_hit;
    for (int32_t k = 0; k < m.n_hit; k++) ck_assert_int_eq(c12_route_reroute(a->h, 0, a->hit[k], a->now, a->robot[a->hit[k]].goal, &b, &a->plan, NULL, NULL), C12_OK);
}

/* A cell nobody is on nor may drive to is blocked for a while; who wanted through goes another way, or waits. */
static void hall_block(hall *a)
{
    c12_budget b = hall_budget();
    int32_t v = dice(CELLS), n = 0;
    if (a->blocked[v] > a->now) return;
    for (int32_t r = 0; r < ROBOTS; r++) {
        if (a->clash[a->robot[r].goal][v]) return;
        for (int64_t k = 0; k < a->robot[r].n; k++) if (a->clash[a->robot[r].way[k]][v]) return;
    }
    a->blocked[v] = a->now + 1 + dice(60);
    ck_assert_int_eq(c12_route_hold(a->h, 0, v, a->now, a->blocked[v], a->hit, ROBOTS, &n, NULL), C12_OK);
    for (int32_t k = 0; k < n; k++) ck_assert_int_eq(c12_route_reroute(a->h, 0, a->hit[k], a->now, a->robot[a->hit[k]].goal, &b, &a->plan, NULL, NULL), C12_OK);
}

START_TEST(nobody_meets_and_everybody_goes_on)
{
    dice_state = 88172645463325252u + (uint64_t)_i;
    hall *a = hall_new(_i % HALLS);
    int32_t events = rounds(EVENTS);
    for (int32_t k = 0; k < events; k++) {
        c12_tick next = INT64_MAX;
        for (int32_t r = 0; r < ROBOTS; r++) {
            if (a->robot[r].to < 0 && a->robot[r].at == a->robot[r].goal) hall_errand(a, r);
            hall_start(a, r);
            if (a->robot[r].to >= 0 && a->robot[r].until < next) next = a->robot[r].until;
        }
        int32_t n = 0;
        ck_assert_int_eq(c12_route_circle(a->h, 0, NULL, 0, &n, NULL), C12_OK);
        ck_assert_int_eq(n, 0);
        if (next == INT64_MAX) next = a->now + 10; /* all wait for a block to end, or have nothing to do */
        a->now = next;
        for (int32_t r = 0; r < ROBOTS; r++) if (a->robot[r].to >= 0 && a->robot[r].until <= a->now) hall_arrive(a, r);
        if (!dice(6)) hall_block(a);
        for (int32_t v = 0; v < CELLS; v++)
            if (a->blocked[v] && a->blocked[v] <= a->now) { ck_assert_int_eq(c12_route_unblock(a->h, 0, v, a->now, NULL), C12_OK); a->blocked[v] = 0; }
    }
    ck_assert_int_gt(a->moves, 3 * events / 2);
    ck_assert_int_gt(a->reroutes, events / 20);
    c12_route_destroy(a->h);
    free(a);
}
END_TEST

/* Two robots want through one cell: who planned first goes first, however late it is. */
START_TEST(late_robots_keep_their_turn)
{
    static const int64_t off[6] = { 0, 1, 2, 6, 7, 8 };
    static const int32_t head[8] = { 2, 2, 0, 1, 3, 4, 2, 2 }; /* a crossing: 0-2-3 and 1-2-4 */
    c12_route_problem p = C12_INIT(c12_route_problem);
    c12_route_dims d = C12_INIT(c12_route_dims);
    c12_route_plan plan = C12_INIT(c12_route_plan);
    c12_error e = C12_INIT(c12_error);
    c12_budget b = hall_budget();
    c12_info i = C12_INIT(c12_info);
    c12_route_moved m = C12_INIT(c12_route_moved);
    c12_route_wait w = C12_INIT(c12_route_wait);
    c12_route *h;
    int64_t step_off[2];
    int32_t vertex[8];
    c12_tick from[8], to[8];
    p.n_vertices = d.vertices = 5;
    p.n_robots = d.robots = 2;
    p.arc_off = off;
    p.arc_head = head;
    d.arcs = 8;
    d.holds = 20;
    plan.step_cap = 8;
    plan.step_off = step_off; plan.step_vertex = vertex; plan.step_from = from; plan.step_to = to;
    ck_assert(!c12_route_create(&h, &d, NULL, NULL, &e) && !c12_route_load(h, &p, &e));
    ck_assert(!c12_route_park(h, 0, 0, 0, 0, &e) && !c12_route_park(h, 0, 1, 1, 0, &e));
    ck_assert(!c12_route_replan(h, 0, 0, 0, 0, 3, &b, &plan, &i, &e) && i.objective == 2);
    ck_assert(!c12_route_replan(h, 0, 1, 1, 0, 4, &b, &plan, &i, &e) && i.objective == 4); /* the crossing is free at 2 */
    ck_assert(!c12_route_waits(h, 0, 0, &w, &e) && !w.waits);
    ck_assert(!c12_route_waits(h, 0, 1, &w, &e) && w.waits && w.vertex == 2 && w.robot == 0 && w.until == 2);
    ck_assert(!c12_route_delay(h, 0, 0, 50, &m, &e) && !m.n_hit && m.holds == 5);
    ck_assert(!c12_route_waits(h, 0, 1, &w, &e) && w.until == 52);
    ck_assert(!c12_route_release(h, 0, 1, 10, &plan, &e) && step_off[1] == 1 && vertex[0] == 1);
    ck_assert(c12_route_progress(h, 0, 1, 11, NULL, &e) == C12_E_STATE && e.row == 1); /* not its turn */
    ck_assert(!c12_route_release(h, 0, 0, 10, &plan, &e) && step_off[1] == 3);
    ck_assert(c12_route_replan(h, 0, 0, 0, 10, 4, &b, &plan, &i, &e) == C12_E_STATE && !strcmp(e.field, "robot"));
    ck_assert(!c12_route_progress(h, 0, 0, 60, &m, &e) && !c12_route_progress(h, 0, 0, 61, &m, &e));
    ck_assert(!c12_route_waits(h, 0, 1, &w, &e) && !w.waits);
    ck_assert(!c12_route_reroute(h, 0, 1, 61, 0, &b, &plan, &i, &e) && i.objective == 63); /* another goal */
    ck_assert(!c12_route_hold(h, 0, 2, 61, 100, NULL, 0, NULL, &e));
    ck_assert(!c12_route_reroute(h, 0, 1, 62, 4, &b, &plan, &i, &e) && i.objective == 102);
    ck_assert(!c12_route_waits(h, 0, 1, &w, &e) && w.robot == -1 && w.until == 100);
    ck_assert(!c12_route_unblock(h, 0, 2, 70, &e) && !c12_route_reroute(h, 0, 1, 70, 4, &b, &plan, &i, &e) && i.objective == 72);
    c12_route_destroy(h);
}
END_TEST

/* Robot 0 should have passed vertex 2 long ago and did not report it: nobody is put there before it. */
START_TEST(nobody_is_put_before_one_that_is_late)
{
    static const int64_t off[5] = { 0, 1, 3, 5, 6 };
    static const int32_t head[6] = { 1, 0, 2, 1, 3, 2 };
    c12_route_problem p = C12_INIT(c12_route_problem);
    c12_route_dims d = C12_INIT(c12_route_dims);
    c12_route_plan plan = C12_INIT(c12_route_plan);
    c12_error e = C12_INIT(c12_error);
    c12_budget b = hall_budget();
    c12_route *h;
    int64_t step_off[2];
    int32_t vertex[8];
    c12_tick from[8], to[8];
    p.n_vertices = d.vertices = 4;
    p.n_robots = d.robots = 2;
    p.arc_off = off;
    p.arc_head = head;
    d.arcs = 6;
    d.holds = 20;
    plan.step_cap = 8;
    plan.step_off = step_off; plan.step_vertex = vertex; plan.step_from = from; plan.step_to = to;
    ck_assert(!c12_route_create(&h, &d, NULL, NULL, &e) && !c12_route_load(h, &p, &e) && !c12_route_park(h, 0, 0, 0, 0, &e));
    ck_assert(!c12_route_replan(h, 0, 0, 0, 0, 3, &b, &plan, NULL, &e) && !c12_route_release(h, 0, 0, 1, &plan, &e) && step_off[1] == 4);
    ck_assert(c12_route_park(h, 0, 1, 2, 50, &e) == C12_E_STATE && e.row == 0);
    ck_assert(!c12_route_release(h, 0, 0, 1, &plan, &e) && step_off[1] == 4 && to[0] == 1); /* and nothing was moved */
    for (int32_t k = 0; k < 3; k++) ck_assert(!c12_route_progress(h, 0, 0, 51 + k, NULL, &e));
    ck_assert(!c12_route_park(h, 0, 1, 2, 60, &e));
    ck_assert(!c12_route_park(h, 0, 1, 0, 70, &e) && !c12_route_release(h, 0, 1, 70, &plan, &e) && step_off[1] == 1 && vertex[0] == 0); /* moved by hand: it is there */
    c12_route_destroy(h);
}
END_TEST

/* What was released is the robot's: no plan of all takes it away. */
START_TEST(a_fleet_plan_withdraws_nothing)
{
    static const int64_t off[4] = { 0, 1, 3, 4 };
    static const int32_t head[4] = { 1, 0, 2, 1 }, start[1] = { 0 }, goal[1] = { 2 };
    c12_route_problem p = C12_INIT(c12_route_problem);
    c12_route_dims d = C12_INIT(c12_route_dims);
    c12_route_plan plan = C12_INIT(c12_route_plan);
    c12_error e = C12_INIT(c12_error);
    c12_budget b = hall_budget();
    c12_route *h;
    int64_t step_off[2];
    int32_t vertex[8];
    c12_tick from[8], to[8];
    p.n_vertices = d.vertices = 3;
    p.n_robots = d.robots = 1;
    p.arc_off = off;
    p.arc_head = head;
    p.start = start;
    p.goal = goal;
    d.arcs = 4;
    d.holds = 20;
    plan.step_cap = 8;
    plan.step_off = step_off; plan.step_vertex = vertex; plan.step_from = from; plan.step_to = to;
    ck_assert(!c12_route_create(&h, &d, NULL, NULL, &e) && !c12_route_load(h, &p, &e) && !c12_route_solve(h, 0, &b, &plan, NULL, &e));
    ck_assert(!c12_route_release(h, 0, 0, 0, &plan, &e) && step_off[1] == 3);
    ck_assert(c12_route_solve(h, 0, &b, &plan, NULL, &e) == C12_E_STATE && !strcmp(e.field, "robot") && e.row == 0);
    ck_assert(!c12_route_park(h, 0, 0, 1, 5, &e) && !c12_route_solve(h, 0, &b, &plan, NULL, &e));
    c12_route_destroy(h);
}
END_TEST

START_TEST(reports_that_cannot_be)
{
    dice_state = 5;
    hall *a = hall_new(ALL_APART);
    c12_error e = C12_INIT(c12_error);
    c12_route_moved m = C12_INIT(c12_route_moved);
    c12_route_wait w = C12_INIT(c12_route_wait);
    ck_assert(c12_route_progress(a->h, 0, 0, 5, NULL, &e) == C12_E_STATE && !strcmp(e.field, "robot")); /* its route ends there */
    ck_assert_int_eq(c12_route_progress(a->h, 0, ROBOTS, 5, NULL, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_route_progress(a->h, 1, 0, 5, NULL, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_route_progress(NULL, 0, 0, 5, NULL, &e), C12_E_ARG);
    ck_assert_int_eq(c12_route_delay(a->h, 0, 0, -1, NULL, &e), C12_E_RANGE);
    m.cap = 2;
    ck_assert(c12_route_delay(a->h, 0, 0, 1, &m, &e) == C12_E_ARG && !strcmp(e.field, "hit"));
    ck_assert_int_eq(c12_route_waits(a->h, 0, -1, &w, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_route_waits(a->h, 0, 0, NULL, &e), C12_E_ARG);
    ck_assert_int_eq(c12_route_circle(a->h, 0, NULL, 0, NULL, &e), C12_E_ARG);
    ck_assert_int_eq(c12_route_unblock(a->h, 0, CELLS, 0, &e), C12_E_RANGE);
    a->plan.step_cap = 0;
    ck_assert(c12_route_release(a->h, 0, 0, 0, &a->plan, &e) == C12_E_SPACE && e.value == 1);
    ck_assert_int_eq(c12_route_load(a->h, &a->p, &e), C12_OK);
    ck_assert(c12_route_delay(a->h, 0, 0, 1, NULL, &e) == C12_E_STATE && e.row == 0); /* no route */
    c12_route_destroy(a->h);
    free(a);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("route-exec");
    TCase *t = tcase_create("route-exec");
    tcase_set_timeout(t, 300);
    tcase_add_loop_test(t, nobody_meets_and_everybody_goes_on, 0, 5 * HALLS);
    tcase_add_test(t, late_robots_keep_their_turn);
    tcase_add_test(t, nobody_is_put_before_one_that_is_late);
    tcase_add_test(t, a_fleet_plan_withdraws_nothing);
    tcase_add_test(t, reports_that_cannot_be);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
