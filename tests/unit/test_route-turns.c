/* SPDX-License-Identifier: Apache-2.0 */
/* Turning takes time: one robot among blocks against every way there is, tick by tick; fleets against the checker and pair by pair. */
#include "c12/route.h"
#include <check.h>
#include "rounds.h"
#include "support.h"
#include <stdlib.h>
#include <string.h>

enum { SIDE = 4, FLOORS = 2, CELLS = SIDE * SIDE * FLOORS, VERTICES = 4 * CELLS, MOST_ARCS = 8 * VERTICES, MOST_CONFLICTS = 40 * VERTICES, ROBOTS = 4, HELD = 6,
       STEPS = 800, LATEST = 300 };

typedef struct hall {
    c12_route_problem floor, p;
    c12_route_plan plan;
    c12_info info;
    c12_route_dims d;
    int32_t quarter;
    int64_t off[CELLS + 1], conflict_off[CELLS + 1];
    int32_t x[CELLS], y[CELLS], head[6 * CELLS], length[6 * CELLS], conflict[2 * CELLS];
    int64_t arc_off[VERTICES + 1], arc_of[MOST_ARCS], turn_conflict_off[VERTICES + 1], step_off[ROBOTS + 1];
    int32_t arc_head[MOST_ARCS], arc_length[MOST_ARCS], turn_conflict[MOST_CONFLICTS], place[VERTICES], start[ROBOTS], goal[ROBOTS], pace[ROBOTS], held_vertex[HELD], vertex[STEPS];
    c12_tick held_from[HELD], held_to[HELD], from[STEPS], to[STEPS];
} hall;

/* Two floors, joined by a lift in one corner, whose two stops are in conflict. */
static void hall_draw(hall *a)
{
    static const int32_t dx[4] = { 0, -1, 1, 0 }, dy[4] = { -1, 0, 0, 1 };
    int64_t n = 0, conflicts = 0;
    for (int32_t c = 0; c < CELLS; c++) {
        int32_t z = c / (SIDE * SIDE), cell = c % (SIDE * SIDE);
        a->off[c] = n;
        a->conflict_off[c] = conflicts;
        a->x[c] = cell % SIDE;
        a->y[c] = cell / SIDE;
        for (int32_t k = 0; k < 4; k++) {
            int32_t x = a->x[c] + dx[k], y = a->y[c] + dy[k];
            if (x < 0 || y < 0 || x >= SIDE || y >= SIDE || !dice(7)) continue;
            a->length[n] = 1 + dice(3);
            a->head[n++] = z * SIDE * SIDE + y * SIDE + x;
        }
        if (cell) continue;
        a->length[n] = 5;
        a->head[n++] = SIDE * SIDE - c;
        a->conflict[conflicts++] = SIDE * SIDE - c;
    }
    a->off[CELLS] = n;
    a->conflict_off[CELLS] = conflicts;
    a->floor = (c12_route_problem)C12_INIT(c12_route_problem);
    a->floor.n_vertices = CELLS;
    a->floor.arc_off = a->off; a->floor.arc_head = a->head; a->floor.arc_length = a->length;
    a->floor.vertex_x = a->x; a->floor.vertex_y = a->y; a->floor.conflict_off = a->conflict_off; a->floor.conflict_vertex = a->conflict;
}

static hall *hall_new(int32_t robots)
{
    hall *a = calloc(1, sizeof *a);
    c12_error e = C12_INIT(c12_error);
    a->d = (c12_route_dims)C12_INIT(c12_route_dims);
    a->plan = (c12_route_plan)C12_INIT(c12_route_plan);
    a->info = (c12_info)C12_INIT(c12_info);
    a->quarter = 1 + dice(3);
    hall_draw(a);
    ck_assert(!c12_route_measure_turns(&a->floor, a->quarter, &a->d, &e) && a->d.vertices == VERTICES && a->d.arcs <= MOST_ARCS && a->d.conflicts <= MOST_CONFLICTS);
    ck_assert_msg(!c12_route_build_turns(&a->floor, a->quarter, &a->d, a->arc_off, a->arc_head, a->arc_length, a->arc_of, a->turn_conflict_off, a->turn_conflict, a->place, &e), "%s", e.what);
    ck_assert(a->arc_off[VERTICES] == a->d.arcs && a->turn_conflict_off[VERTICES] == a->d.conflicts);
    a->p = (c12_route_problem)C12_INIT(c12_route_problem);
    a->p.n_vertices = VERTICES; a->p.n_robots = robots; a->p.n_held = HELD;
    a->p.arc_off = a->arc_off; a->p.arc_head = a->arc_head; a->p.arc_length = a->arc_length; a->p.conflict_off = a->turn_conflict_off; a->p.conflict_vertex = a->turn_conflict;
    a->p.vertex_place = a->place; a->p.start = a->start; a->p.goal = a->goal; a->p.robot_pace = a->pace;
    a->p.held_vertex = a->held_vertex; a->p.held_from = a->held_from; a->p.held_to = a->held_to;
    for (int32_t r = 0; r < robots; r++) {
        a->start[r] = 4 * (1 + dice(CELLS / 2 - 1)) + dice(4);
        a->goal[r] = 4 * dice(CELLS) + dice(4);
        a->pace[r] = 1 + dice(2);
    }
    for (int32_t h = 0; h < HELD; h++) {
        a->held_vertex[h] = dice(VERTICES);
        a->held_from[h] = dice(30);
        a->held_to[h] = a->held_from[h] + 1 + dice(30);
    }
    a->plan.step_cap = STEPS;
    a->plan.step_off = a->step_off; a->plan.step_vertex = a->vertex; a->plan.step_from = a->from; a->plan.step_to = a->to;
    return a;
}

static void hall_solve(hall *a)
{
    c12_route *h;
    c12_error e = C12_INIT(c12_error);
    c12_budget b = C12_INIT(c12_budget);
    a->d.robots = a->p.n_robots;
    a->d.holds = 20000;
    a->d.steps = STEPS;
    b.work_limit = 20000;
    ck_assert(!c12_route_create(&h, &a->d, NULL, NULL, &e));
    ck_assert_msg(!c12_route_load(h, &a->p, &e), "%s %s", e.what, e.field);
    ck_assert_int_eq(c12_route_solve(h, 0, &b, &a->plan, &a->info, &e), C12_OK);
    c12_route_destroy(h);
}

static int cells_clash(int32_t a, int32_t b) { return a == b || (a % (SIDE * SIDE) == 0 && b % (SIDE * SIDE) == 0); }

static int is_free(const hall *a, int32_t cell, c12_tick from, c12_tick to)
{
    for (int32_t h = 0; h < HELD; h++)
        if (cells_clash(cell, a->held_vertex[h] / 4) && a->held_from[h] < to && from < a->held_to[h]) return 0;
    return 1;
}

static uint8_t seen[CELLS][4][LATEST + 40];

static void visit(const hall *a, int32_t cell, int32_t heading, c12_tick t, c12_tick ride, int32_t from)
{
    if (t + ride < LATEST && is_free(a, from, t, t + ride) && is_free(a, cell, t, t + ride + 1)) seen[cell][heading][t + ride] = 1;
}

/* When robot 0, alone, is on its goal for good; the headings of arcs are told from the cells. */
static int64_t earliest(const hall *a)
{
    int32_t pace = a->pace[0];
    memset(seen, 0, sizeof seen);
    seen[a->start[0] / 4][a->start[0] % 4][0] = (uint8_t)is_free(a, a->start[0] / 4, 0, 1);
    for (c12_tick t = 0; t < LATEST; t++)
        for (int32_t c = 0; c < CELLS; c++)
            for (int32_t h = 0; h < 4; h++) {
                if (!seen[c][h][t]) continue;
                if (c == a->goal[0] / 4 && is_free(a, c, t, C12_ROUTE_STAYS)) return t;
                visit(a, c, h, t, 1, c);
                visit(a, c, (h + 1) % 4, t, (c12_tick)a->quarter * pace, c);
                visit(a, c, (h + 3) % 4, t, (c12_tick)a->quarter * pace, c);
                for (int64_t k = a->off[c]; k < a->off[c + 1]; k++) {
                    int32_t w = a->head[k], east = a->x[w] - a->x[c], south = a->y[w] - a->y[c];
                    int32_t lift = !east && !south, ahead = east == (h == 0) - (h == 2) && south == (h == 1) - (h == 3);
                    if (lift || ahead) visit(a, w, h, t, (c12_tick)a->length[k] * pace, c);
                }
            }
    return -1;
}

START_TEST(turns_take_their_time)
{
    int32_t found = 0;
    dice_state = 42424242;
    for (int32_t round = 0; round < rounds(120); round++) {
        hall *a = hall_new(1);
        int64_t best = earliest(a);
        hall_solve(a);
        if (best < 0) ck_assert_int_eq(a->info.outcome, C12_INFEASIBLE);
        else ck_assert_int_eq(a->info.objective, best);
        found += best >= 0;
        free(a);
    }
    ck_assert_int_gt(found, rounds(120) / 2);
}
END_TEST

static int32_t robot_of(const hall *a, int64_t step)
{
    int32_t r = 0;
    while (a->step_off[r + 1] <= step) r++;
    return r;
}

START_TEST(fleets_turn_without_a_collision)
{
    int32_t planned = 0;
    dice_state = 777;
    for (int32_t round = 0; round < rounds(30); round++) {
        hall *a = hall_new(ROBOTS);
        c12_verdict v = C12_INIT(c12_verdict);
        hall_solve(a);
        if (a->info.outcome == C12_FEASIBLE || a->info.outcome == C12_OPTIMAL) {
            planned++;
            ck_assert_int_eq(c12_route_check(&a->p, &a->plan, NULL, &v, NULL), C12_OK);
            ck_assert_msg(!v.violations, "%s at %s[%d]", v.rule, v.field, (int)v.row);
            for (int64_t i = 0; i < a->step_off[ROBOTS]; i++)
                for (int64_t k = 0; k < i; k++)
                    if (robot_of(a, i) != robot_of(a, k) && cells_clash(a->vertex[i] / 4, a->vertex[k] / 4) && a->from[i] < a->to[k] && a->from[k] < a->to[i]) ck_abort_msg("%d and %d meet", (int)k, (int)i);
            a->goal[0] = (a->goal[0] + 4) % VERTICES; /* another place is no goal */
            ck_assert(!c12_route_check(&a->p, &a->plan, NULL, &v, NULL) && v.violations);
        }
        free(a);
    }
    ck_assert_int_gt(planned, rounds(30) / 4);
}
END_TEST

START_TEST(bad_floors_are_named)
{
    dice_state = 9;
    hall *a = hall_new(1);
    c12_error e = C12_INIT(c12_error);
    c12_route_dims d = a->d;
    ck_assert(c12_route_measure_turns(&a->floor, 0, &d, &e) == C12_E_RANGE && !strcmp(e.field, "quarter"));
    d.conflicts--;
    ck_assert(c12_route_build_turns(&a->floor, a->quarter, &d, a->arc_off, a->arc_head, a->arc_length, a->arc_of, a->turn_conflict_off, a->turn_conflict, a->place, &e) == C12_E_SPACE);
    ck_assert(!strcmp(e.field, "conflicts") && e.value == a->d.conflicts);
    ck_assert_int_eq(c12_route_build_turns(&a->floor, a->quarter, &a->d, a->arc_off, a->arc_head, a->arc_length, NULL, a->turn_conflict_off, a->turn_conflict, a->place, &e), C12_E_ARG);
    a->floor.vertex_x = a->floor.vertex_y = NULL;
    ck_assert(c12_route_measure_turns(&a->floor, 1, &d, &e) == C12_E_ARG && !strcmp(e.field, "vertex_x"));
    a->floor.vertex_x = a->x;
    a->floor.vertex_y = a->y;
    int64_t arc = a->off[5];
    a->head[arc] = 0; /* from (1, 1) to (0, 0) */
    ck_assert(c12_route_measure_turns(&a->floor, 1, &d, &e) == C12_E_RANGE && !strcmp(e.field, "arc_head") && e.row == arc);
    c12_route *h;
    a->d.robots = 1;
    a->d.holds = 100;
    ck_assert(!c12_route_create(&h, &a->d, NULL, NULL, &e));
    a->place[9] = 1; /* 8 to 11 were cell 2 */
    ck_assert(c12_route_load(h, &a->p, &e) == C12_E_RANGE && !strcmp(e.field, "vertex_place") && e.row == 9);
    a->place[9] = 2;
    for (int32_t v = 4; v < 8; v++) a->place[v] = 2;
    ck_assert(c12_route_load(h, &a->p, &e) == C12_E_RANGE && !strcmp(e.field, "vertex_place") && e.row == 8 && e.value == 4);
    c12_route_destroy(h);
    free(a);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("route-turns");
    TCase *t = tcase_create("route-turns");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, turns_take_their_time);
    tcase_add_test(t, fleets_turn_without_a_collision);
    tcase_add_test(t, bad_floors_are_named);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
