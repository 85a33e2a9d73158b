/* SPDX-License-Identifier: Apache-2.0 */
/* Worlds that are more than cells: vertices in conflict, arcs with a limit of speed, closed to some classes, or better avoided.  One robot's way against
 * every way there is, tick by tick; plans of all against pairs looked at one by one. */
#include "c12/route.h"
#include <check.h>
#include "rounds.h"
#include "support.h"
#include <stdlib.h>
#include <string.h>

enum { SIDE = 5, CELLS = SIDE * SIDE, MOST_ROBOTS = 8, STEPS = 600, MOST_HELD = 12, LATEST = 400, CLASSES = 2 };

typedef struct world {
    c12_route_problem p;
    c12_route_plan plan;
    c12_info info;
    c12_route_options o;
    int64_t off[CELLS + 1], conflict_off[CELLS + 1], step_off[MOST_ROBOTS + 1];
    int32_t head[4 * CELLS], length[4 * CELLS], limit[4 * CELLS], penalty[4 * CELLS], conflict[CELLS * CELLS];
    uint64_t classes[4 * CELLS];
    uint8_t clash[CELLS][CELLS], parking[CELLS]; /* clash: each vertex with itself too */
    int32_t start[MOST_ROBOTS], goal[MOST_ROBOTS], pace[MOST_ROBOTS], kind[MOST_ROBOTS], held_vertex[MOST_HELD], vertex[STEPS];
    c12_tick held_from[MOST_HELD], held_to[MOST_HELD], from[STEPS], to[STEPS];
} world;

static void world_arcs(world *w)
{
    static const int32_t dx[4] = { 0, -1, 1, 0 }, dy[4] = { -1, 0, 0, 1 };
    int64_t n = 0;
    int32_t longest = dice(2) ? 2 : 9;
    for (int32_t c = 0; c < CELLS; c++) {
        w->off[c] = n;
        for (int32_t k = 0; k < 4; k++) {
            int32_t x = c % SIDE + dx[k], y = c / SIDE + dy[k];
            if (x < 0 || y < 0 || x >= SIDE || y >= SIDE) continue;
            w->length[n] = 1 + dice(longest);
            w->limit[n] = dice(4) ? 0 : 1 + dice(5);
            w->classes[n] = dice(6) ? 3 : (uint64_t)dice(4);
            w->penalty[n] = dice(3) ? 0 : dice(20);
            w->head[n++] = y * SIDE + x;
        }
    }
    w->off[CELLS] = n;
}

static void world_conflicts(world *w, int32_t one_in)
{
    int64_t n = 0;
    for (int32_t v = 0; v < CELLS; v++)
        for (int32_t u = 0; u <= v; u++) w->clash[v][u] = w->clash[u][v] = u == v || (one_in && !dice(one_in));
    for (int32_t v = 0; v < CELLS; v++) {
        w->conflict_off[v] = n;
        for (int32_t u = 0; u < CELLS; u++) if (u != v && w->clash[v][u]) w->conflict[n++] = u;
    }
    w->conflict_off[CELLS] = n;
}

static world *world_new(int32_t robots, int32_t held, int32_t one_in)
{
    world *w = calloc(1, sizeof *w);
    w->p = (c12_route_problem)C12_INIT(c12_route_problem);
    w->plan = (c12_route_plan)C12_INIT(c12_route_plan);
    w->info = (c12_info)C12_INIT(c12_info);
    w->o = (c12_route_options)C12_INIT(c12_route_options);
    world_arcs(w);
    world_conflicts(w, one_in);
    w->p.n_vertices = CELLS;
    w->p.n_robots = robots;
    w->p.n_held = held;
    w->p.arc_off = w->off; w->p.arc_head = w->head; w->p.arc_length = w->length; w->p.arc_pace = w->limit; w->p.arc_classes = w->classes;
    w->p.robot_pace = w->pace; w->p.robot_class = w->kind; w->p.start = w->start; w->p.goal = w->goal;
    w->p.held_vertex = w->held_vertex; w->p.held_from = w->held_from; w->p.held_to = w->held_to;
    w->p.conflict_off = w->conflict_off; w->p.conflict_vertex = w->conflict;
    for (int32_t r = 0; r < robots; r++) {
        w->start[r] = dice(CELLS);
        w->goal[r] = dice(CELLS);
        w->pace[r] = 1 + dice(3);
        w->kind[r] = dice(CLASSES);
    }
    for (int32_t h = 0; h < held; h++) {
        w->held_vertex[h] = dice(CELLS);
        w->held_from[h] = dice(40);
        w->held_to[h] = w->held_from[h] + 1 + dice(30);
    }
    w->plan.step_cap = STEPS;
    w->plan.step_off = w->step_off; w->plan.step_vertex = w->vertex; w->plan.step_from = w->from; w->plan.step_to = w->to;
    return w;
}

static c12_status world_try(const world *w, c12_route **h, c12_error *e)
{
    c12_route_dims d = C12_INIT(c12_route_dims);
    d.vertices = CELLS;
    d.arcs = w->off[CELLS];
    d.robots = w->p.n_robots;
    d.holds = 4000;
    d.steps = STEPS;
    d.conflicts = w->conflict_off[CELLS];
    d.penalties = w->p.arc_penalty != NULL;
    c12_status s = c12_route_create(h, &d, &w->o, NULL, e);
    return s ? s : c12_route_load(*h, &w->p, e);
}

static c12_route *world_open(const world *w)
{
    c12_route *h = NULL;
    c12_error e = C12_INIT(c12_error);
    ck_assert_msg(!world_try(w, &h, &e), "%s %s", e.what, e.field);
    return h;
}

static c12_budget work(int64_t limit)
{
    c12_budget b = C12_INIT(c12_budget);
    b.work_limit = limit;
    return b;
}

/* ---- every way there is -------------------------------------------------------------------------------------------------------------- */

static int is_free(const world *w, int32_t v, c12_tick from, c12_tick to)
{
    for (int32_t h = 0; h < w->p.n_held; h++)
        if (w->clash[v][w->held_vertex[h]] && w->held_from[h] < to && from < w->held_to[h]) return 0;
    return 1;
}

static c12_tick ride_of(const world *w, int64_t a, int32_t r)
{
    int32_t pace = w->pace[r] > w->limit[a] ? w->pace[r] : w->limit[a];
    return w->classes[a] >> w->kind[r] & 1 ? (c12_tick)w->length[a] * pace : 0;
}

/* The earliest tick at which robot 0, alone among blocks, is on its goal for good; -1 = never. */
static int64_t earliest(const world *w)
{
    static uint8_t at[CELLS][LATEST + 20];
    memset(at, 0, sizeof at);
    at[w->start[0]][0] = (uint8_t)is_free(w, w->start[0], 0, 1);
    for (c12_tick t = 0; t < LATEST; t++)
        for (int32_t v = 0; v < CELLS; v++) {
            if (!at[v][t]) continue;
            if (v == w->goal[0] && is_free(w, v, t, C12_ROUTE_STAYS)) return t;
            if (is_free(w, v, t, t + 2)) at[v][t + 1] = 1;
            for (int64_t a = w->off[v]; a < w->off[v + 1]; a++) {
                c12_tick ride = ride_of(w, a, 0);
                if (ride && t + ride < LATEST && is_free(w, v, t, t + ride) && is_free(w, w->head[a], t, t + ride + 1)) at[w->head[a]][t + ride] = 1;
            }
        }
    return -1;
}

START_TEST(one_robot_arrives_first)
{
    int32_t found = 0, none = 0;
    dice_state = 88172645463325252u;
    for (int32_t round = 0; round < rounds(400); round++) {
        world *w = world_new(1, MOST_HELD, round % 3 ? 12 : 0);
        c12_budget b = work(100000);
        c12_route *h = world_open(w);
        int64_t best = earliest(w);
        ck_assert_int_eq(c12_route_solve(h, 0, &b, &w->plan, &w->info, NULL), C12_OK);
        if (best < 0) ck_assert_int_eq(w->info.outcome, C12_INFEASIBLE);
        else ck_assert_int_eq(w->info.objective, best);
        if (best >= 0) found++; else none++;
        c12_route_destroy(h);
        free(w);
    }
    ck_assert_int_gt(found, rounds(400) / 2);
    ck_assert_int_gt(none, 0);
}
END_TEST

/* ---- all robots, pair by pair --------------------------------------------------------------------------------------------------------- */

static int32_t robot_of(const world *w, int64_t step)
{
    int32_t r = 0;
    while (w->step_off[r + 1] <= step) r++;
    return r;
}

/* Do two robots, or a robot and a block, hold what cannot be held at once? */
static int anybody_meets(const world *w)
{
    int64_t n = w->step_off[w->p.n_robots];
    for (int64_t i = 0; i < n; i++) {
        if (!is_free(w, w->vertex[i], w->from[i], w->to[i])) return 1;
        for (int64_t k = 0; k < i; k++)
            if (robot_of(w, i) != robot_of(w, k) && w->clash[w->vertex[i]][w->vertex[k]] && w->from[i] < w->to[k] && w->from[k] < w->to[i]) return 1;
    }
    return 0;
}

/* Can the steps of each robot be driven? */
static int all_drive(const world *w)
{
    for (int32_t r = 0; r < w->p.n_robots; r++)
        for (int64_t i = w->step_off[r]; i + 1 < w->step_off[r + 1]; i++) {
            int ok = 0;
            for (int64_t a = w->off[w->vertex[i]]; a < w->off[w->vertex[i] + 1]; a++) {
                c12_tick ride = ride_of(w, a, r);
                ok |= ride && w->head[a] == w->vertex[i + 1] && w->to[i] - w->from[i + 1] >= ride;
            }
            if (!ok || (i > w->step_off[r] && w->from[i + 1] < w->to[i - 1])) return 0;
        }
    return 1;
}

static int judged_right(const world *w)
{
    c12_verdict v = C12_INIT(c12_verdict);
    c12_mem none = { NULL, 0 };
    ck_assert_int_eq(c12_route_check_with(&w->p, &w->plan, &w->o, none, &v, NULL), C12_OK);
    return !v.violations;
}

START_TEST(fleets_keep_apart_and_the_checker_sees_who_does_not)
{
    int32_t planned = 0, bad = 0, met = 0;
    dice_state = 1234567 + (uint64_t)_i;
    for (int32_t round = 0; round < rounds(60); round++) {
        world *w = world_new(2 + dice(MOST_ROBOTS - 2), dice(MOST_HELD), _i ? 40 : 0);
        c12_budget b = work(20000);
        if (dice(2)) w->p.arc_penalty = w->penalty;
        c12_route *h = world_open(w);
        ck_assert_int_eq(c12_route_solve(h, 0, &b, &w->plan, &w->info, NULL), C12_OK);
        int has = w->info.outcome == C12_FEASIBLE || w->info.outcome == C12_OPTIMAL;
        ck_assert(!has || (judged_right(w) && !anybody_meets(w) && all_drive(w)));
        planned += has;
        for (int32_t k = 0; has && k < 20; k++) { /* another time or place for one step */
            int64_t i = dice((int32_t)w->step_off[w->p.n_robots]);
            c12_tick from = w->from[i], to = w->to[i];
            c12_tick earlier = dice(4), later = dice(5);
            w->from[i] = earlier < from ? from - earlier : from;
            if (to < LATEST) w->to[i] = to + later;
            int32_t r = robot_of(w, i);
            int ends = i == w->step_off[r] || i + 1 == w->step_off[r + 1];
            int right = judged_right(w), fine = !anybody_meets(w) && all_drive(w);
            ck_assert_msg(ends || right == fine, "the checker says %d, pair by pair %d", right, fine);
            ck_assert(!right || fine);
            bad += !right;
            met += anybody_meets(w) && all_drive(w);
            w->from[i] = from;
            w->to[i] = to;
        }
        c12_route_destroy(h);
        free(w);
    }
    ck_assert_int_gt(planned, rounds(60) / 6);
    ck_assert_int_gt(bad, rounds(60));
    ck_assert_int_gt(met, 0);
}
END_TEST

/* ---- hand-worked ---------------------------------------------------------------------------------------------------------------------- */

/* A ring of eight vertices: 0 to 4 is four arcs either way. */
typedef struct ring { c12_route_problem p; c12_route_plan plan; int64_t off[9], step_off[2]; int32_t head[16], penalty[16], vertex[16]; c12_tick from[16], to[16]; } ring;

static void ring_make(ring *g)
{
    memset(g, 0, sizeof *g);
    g->p = (c12_route_problem)C12_INIT(c12_route_problem);
    g->plan = (c12_route_plan)C12_INIT(c12_route_plan);
    for (int32_t v = 0; v < 8; v++) {
        g->off[v] = 2 * v;
        g->head[2 * v] = (v + 1) % 8;
        g->head[2 * v + 1] = (v + 7) % 8;
    }
    g->off[8] = 16;
    g->p.n_vertices = 8;
    g->p.n_robots = 1;
    g->p.arc_off = g->off; g->p.arc_head = g->head; g->p.arc_penalty = g->penalty;
    g->plan.step_cap = 16;
    g->plan.step_off = g->step_off; g->plan.step_vertex = g->vertex; g->plan.step_from = g->from; g->plan.step_to = g->to;
}

static c12_info ring_drive(ring *g, c12_route *h, int32_t goal)
{
    c12_info i = C12_INIT(c12_info);
    c12_budget b = work(1000);
    ck_assert_int_eq(c12_route_replan(h, 0, 0, 0, 0, goal, &b, &g->plan, &i, NULL), C12_OK);
    return i;
}

static c12_route *ring_open(const ring *g, const c12_route_options *o)
{
    c12_route *h;
    c12_error e = C12_INIT(c12_error);
    c12_route_dims d = C12_INIT(c12_route_dims);
    d.vertices = 8;
    d.arcs = 16;
    d.robots = 1;
    d.holds = 32;
    d.penalties = 1;
    ck_assert(!c12_route_create(&h, &d, o, NULL, &e));
    ck_assert_msg(!c12_route_load(h, &g->p, &e), "%s", e.what);
    return h;
}

START_TEST(penalties_are_weighed_against_time)
{
    ring g;
    ring_make(&g);
    g.penalty[2 * 1] = 3; /* 1 to 2 */
    c12_route *h = ring_open(&g, NULL);
    c12_info i = ring_drive(&g, h, 3); /* three arcs and a penalty of three, or five arcs */
    ck_assert(i.objective == 5 && g.vertex[1] == 7);
    g.penalty[2 * 1] = 1;
    i = ring_drive(&g, h, 3);
    ck_assert(i.objective == 3 && g.vertex[1] == 1);
    g.penalty[2 * 1] = 3;
    ck_assert(!c12_route_hold(h, 0, 6, 0, C12_ROUTE_STAYS, NULL, 0, NULL, NULL));
    i = ring_drive(&g, h, 3); /* there is no other way now */
    ck_assert(i.objective == 3 && g.vertex[1] == 1);
    c12_route_destroy(h);
}
END_TEST

START_TEST(partial_paths_end_where_one_may_park)
{
    static const uint8_t parking[8] = { 1, 0, 1, 0, 1, 1, 1, 1 };
    ring g;
    ring_make(&g);
    c12_route_options o = C12_INIT(c12_route_options);
    o.partial = 1;
    c12_route *h = ring_open(&g, &o);
    for (int32_t k = 4; k < 8; k++) ck_assert(!c12_route_hold(h, 0, k, 0, C12_ROUTE_STAYS, NULL, 0, NULL, NULL));
    c12_info i = ring_drive(&g, h, 4);
    ck_assert(i.outcome == C12_FEASIBLE && g.vertex[g.step_off[1] - 1] == 3);
    c12_route_destroy(h);
    g.p.vertex_parking = parking;
    h = ring_open(&g, &o);
    for (int32_t k = 4; k < 8; k++) ck_assert(!c12_route_hold(h, 0, k, 0, C12_ROUTE_STAYS, NULL, 0, NULL, NULL));
    i = ring_drive(&g, h, 4);
    ck_assert(i.outcome == C12_FEASIBLE && g.vertex[g.step_off[1] - 1] == 2);
    c12_route_destroy(h);
}
END_TEST

/* The short arc 1-0 is not for this class, so the way is longer than any distance that was looked at: 1-2-3-4-0 takes 13, 1-5-0 takes 15. */
START_TEST(a_way_far_round_is_the_shortest)
{
    static const int64_t off[7] = { 0, 0, 3, 4, 6, 7, 8 };
    static const int32_t head[8] = { 0, 2, 5, 3, 0, 4, 0, 0 }, length[8] = { 1, 1, 1, 1, 20, 1, 10, 14 };
    static const uint64_t classes[8] = { 2, 3, 3, 3, 3, 3, 3, 3 };
    ring g;
    ring_make(&g);
    memcpy(g.off, off, sizeof off);
    g.p.n_vertices = 6;
    g.p.arc_head = head; g.p.arc_length = length; g.p.arc_classes = classes; g.p.arc_penalty = NULL;
    c12_route *h = ring_open(&g, NULL);
    c12_info i = C12_INIT(c12_info);
    c12_budget b = work(1000);
    ck_assert_int_eq(c12_route_replan(h, 0, 0, 1, 0, 0, &b, &g.plan, &i, NULL), C12_OK);
    ck_assert_int_eq(i.objective, 13);
    c12_route_destroy(h);
}
END_TEST

/* ---- what is wrong is named ---------------------------------------------------------------------------------------------------------- */

typedef struct fault_row { c12_status status; const char *field; int64_t row; } fault_row;

/* A world with one thing wrong; expect tells how it must be named. */
static void break_world(world *w, int32_t kind, fault_row *expect)
{
    static const fault_row rows[] = {
        { C12_E_RANGE, "arc_pace", 3 }, { C12_E_RANGE, "arc_penalty", 4 }, { C12_E_RANGE, "robot_class", 1 }, { C12_E_RANGE, "conflict_vertex", 0 },
        { C12_E_RANGE, "conflict_vertex", 1 }, { C12_E_RANGE, "conflict_vertex", 0 }, { C12_E_RANGE, "conflict_vertex", 1 }, { C12_E_ARG, "conflict_vertex", -1 },
        { C12_E_RANGE, "arc_pace", -1 }, { C12_E_SPACE, "conflicts", -1 }, { C12_E_SPACE, "penalties", -1 }, { C12_E_SPACE, "holds", -1 },
    };
    *expect = rows[kind];
    world_conflicts(w, 0);
    w->conflict[0] = 1;
    w->conflict[1] = 0;
    w->conflict_off[0] = 0;
    for (int32_t v = 1; v <= CELLS; v++) w->conflict_off[v] = v < 2 ? v : 2;
    switch (kind) {
    case 0: w->limit[3] = -1; break;
    case 1: w->penalty[4] = -1; w->p.arc_penalty = w->penalty; break;
    case 2: w->kind[1] = 64; break;
    case 3: w->conflict[0] = 0; break;             /* with itself */
    case 4: w->conflict[1] = CELLS; break;         /* no such vertex */
    case 5: w->conflict[0] = 2; break;             /* 2 knows nothing of it */
    case 6: w->conflict_off[1] = 2; w->conflict[0] = w->conflict[1] = 1; break; /* twice */
    case 7: w->p.conflict_vertex = NULL; break;
    case 8: w->o.mode = C12_ROUTE_GRID; w->p.arc_length = w->p.robot_pace = NULL; break;
    default: break;
    }
}

START_TEST(bad_worlds_are_named)
{
    fault_row expect;
    c12_route *h = NULL;
    c12_error e = C12_INIT(c12_error);
    c12_route_dims d = C12_INIT(c12_route_dims);
    dice_state = 99;
    world *w = world_new(2, 2, 0);
    break_world(w, _i, &expect);
    d.vertices = CELLS;
    d.arcs = w->off[CELLS];
    d.robots = 2;
    d.holds = 2;
    d.steps = 1;
    d.conflicts = _i == 9 ? 1 : 4;
    if (_i == 10) w->p.arc_penalty = w->penalty;
    if (_i == 11) w->held_vertex[0] = w->held_vertex[1] = 0;
    d.penalties = _i == 1;
    ck_assert_int_eq(c12_route_create(&h, &d, &w->o, NULL, &e), C12_OK);
    ck_assert_int_eq(c12_route_load(h, &w->p, &e), expect.status);
    ck_assert_msg(!strcmp(e.field, expect.field) && e.row == expect.row, "%s %s %d", e.what, e.field, (int)e.row);
    c12_route_destroy(h);
    free(w);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("route-world");
    TCase *t = tcase_create("route-world");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, one_robot_arrives_first);
    tcase_add_loop_test(t, fleets_keep_apart_and_the_checker_sees_who_does_not, 0, 2);
    tcase_add_test(t, penalties_are_weighed_against_time);
    tcase_add_test(t, partial_paths_end_where_one_may_park);
    tcase_add_test(t, a_way_far_round_is_the_shortest);
    tcase_add_loop_test(t, bad_worlds_are_named, 0, 12);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
