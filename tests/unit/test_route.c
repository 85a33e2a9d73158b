/* SPDX-License-Identifier: Apache-2.0 */
/* Plans against hand-worked tables and brute force, broken plans against the checker, and the live table call by call. */
#include "c12/route.h"
#include <check.h>
#include "rounds.h"
#include "support.h"
#include <stdlib.h>
#include <string.h>

/* Ways to plan: two rules of the floor, and on a grid the fast planners: over gaps, over planes, and with fewer tables than robots. */
enum { HOLD_BOTH = C12_ROUTE_HOLD_BOTH, GRID = C12_ROUTE_GRID, GRID_TICKS, GRID_PLANES, GRID_REGIONS, WAYS };
enum { MOST_CELLS = 400, MOST_ROBOTS = 40, MOST_STEPS = 8000, MOST_HELD = 40 };

typedef struct floor_case {
    c12_route_problem p;
    c12_route_options o;
    c12_route_plan plan;
    c12_info info;
    int32_t ticks, columns, tables, x[MOST_CELLS], y[MOST_CELLS];
    int64_t off[MOST_CELLS + 1], step_off[MOST_ROBOTS + 1];
    int32_t head[4 * MOST_CELLS], length[4 * MOST_CELLS], start[MOST_ROBOTS], goal[MOST_ROBOTS], pace[MOST_ROBOTS], held_vertex[MOST_HELD], vertex[MOST_STEPS];
    c12_tick ready[MOST_ROBOTS], held_from[MOST_HELD], held_to[MOST_HELD], from[MOST_STEPS], to[MOST_STEPS];
} floor_case;

static floor_case *floor_new(int32_t way)
{
    int32_t mode = way == HOLD_BOTH ? C12_ROUTE_HOLD_BOTH : C12_ROUTE_GRID;
    floor_case *f = calloc(1, sizeof *f);
    f->p = (c12_route_problem)C12_INIT(c12_route_problem);
    f->o = (c12_route_options)C12_INIT(c12_route_options);
    f->plan = (c12_route_plan)C12_INIT(c12_route_plan);
    f->info = (c12_info)C12_INIT(c12_info);
    f->o.mode = mode;
    f->ticks = way >= GRID_TICKS ? 256 : 0;
    f->columns = way >= GRID_PLANES ? 20 : 0;
    f->tables = way == GRID_REGIONS ? 13 : 0; /* of which a floor of 400 cells is cut into regions of 64 at most */
    if (way >= GRID_PLANES) { f->p.vertex_x = f->x; f->p.vertex_y = f->y; }
    f->p.arc_off = f->off;
    f->p.arc_head = f->head;
    f->p.start = f->start;
    f->p.goal = f->goal;
    f->p.robot_ready = f->ready;
    f->p.held_vertex = f->held_vertex;
    f->p.held_from = f->held_from;
    f->p.held_to = f->held_to;
    if (mode == C12_ROUTE_HOLD_BOTH) { f->p.arc_length = f->length; f->p.robot_pace = f->pace; }
    for (int32_t r = 0; r < MOST_ROBOTS; r++) f->pace[r] = 1;
    f->plan.step_cap = MOST_STEPS;
    f->plan.step_off = f->step_off;
    f->plan.step_vertex = f->vertex;
    f->plan.step_from = f->from;
    f->plan.step_to = f->to;
    return f;
}

/* Cells of a picture: '.' is free; vertices are numbered row by row. */
static void floor_draw(floor_case *f, const char *cells, int32_t width)
{
    int32_t id[MOST_CELLS], n = 0, cell = (int32_t)strlen(cells);
    int64_t arcs = 0;
    static const int32_t dx[4] = { 0, -1, 1, 0 }, dy[4] = { -1, 0, 0, 1 };
    for (int32_t c = 0; c < cell; c++) id[c] = cells[c] == '.' ? n++ : -1;
    for (int32_t c = 0; c < cell; c++) {
        if (id[c] < 0) continue;
        f->off[id[c]] = arcs;
        f->x[id[c]] = c % width;
        f->y[id[c]] = c / width;
        for (int32_t k = 0; k < 4; k++) {
            int32_t x = c % width + dx[k], to = c + dy[k] * width + dx[k];
            if (x < 0 || x >= width || to < 0 || to >= cell || id[to] < 0) continue;
            f->length[arcs] = 1;
            f->head[arcs++] = id[to];
        }
    }
    f->off[n] = arcs;
    f->p.n_vertices = n;
}

static void floor_random(floor_case *f, int32_t width, int32_t height, int32_t walls, int32_t robots)
{
    char cells[MOST_CELLS + 1];
    int32_t pick[MOST_CELLS], n;
    for (int32_t c = 0; c < width * height; c++) cells[c] = dice(100) < walls ? '@' : '.';
    cells[width * height] = 0;
    floor_draw(f, cells, width);
    n = f->p.n_vertices;
    f->p.n_robots = robots <= n ? robots : n;
    for (int32_t pass = 0; pass < 2; pass++) {
        for (int32_t i = 0; i < n; i++) pick[i] = i;
        for (int32_t r = 0; r < f->p.n_robots; r++) {
            int32_t k = r + dice(n - r), v = pick[k];
            pick[k] = pick[r];
            (pass ? f->goal : f->start)[r] = v;
        }
    }
}

static c12_route *floor_open(const floor_case *f)
{
    c12_route *self;
    c12_error e = C12_INIT(c12_error);
    c12_route_dims d = C12_INIT(c12_route_dims);
    d.vertices = f->p.n_vertices;
    d.arcs = f->off[f->p.n_vertices];
    d.robots = f->p.n_robots;
    d.holds = MOST_STEPS;
    d.steps = 4 * f->p.n_vertices + 8;
    d.ticks = f->ticks;
    d.columns = d.rows = f->columns;
    d.tables = f->tables;
    ck_assert_int_eq(c12_route_create(&self, &d, &f->o, NULL, &e), C12_OK);
    ck_assert_msg(!c12_route_load(self, &f->p, &e), "%s %s", e.what, e.field);
    return self;
}

static c12_budget work(int64_t limit, uint64_t seed)
{
    c12_budget b = C12_INIT(c12_budget);
    b.work_limit = limit;
    b.seed = seed;
    return b;
}

static void floor_solve(floor_case *f, int64_t limit, uint64_t seed)
{
    c12_route *self = floor_open(f);
    c12_budget b = work(limit, seed);
    ck_assert_int_eq(c12_route_solve(self, 0, &b, &f->plan, &f->info, NULL), C12_OK);
    c12_route_destroy(self);
}

static c12_verdict floor_judge(const floor_case *f)
{
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_route_check(&f->p, &f->plan, &f->o, &v, NULL), C12_OK);
    return v;
}

static void floor_is_right(const floor_case *f)
{
    c12_verdict v = floor_judge(f);
    ck_assert_msg(!v.violations, "%s at %s[%d] tick %d", v.rule, v.field, (int)v.row, (int)v.tick);
    ck_assert_int_eq(v.objective, f->info.objective);
    ck_assert_int_le(f->info.bound, f->info.objective);
}

/* ---- hand-worked ------------------------------------------------------------------------------------------------------------------- */

/* Two robots meet in a corridor of five cells with a pocket over the fourth: the nearer one steps aside, is back at tick 4 and home at 7. */
START_TEST(a_pocket_lets_two_pass)
{
    floor_case *f = floor_new(_i);
    floor_draw(f, "@@@.@.....", 5); /* vertex 0 is the pocket, 1..5 the corridor */
    f->p.n_robots = 2;
    f->start[0] = f->goal[1] = 1;
    f->goal[0] = f->start[1] = 5;
    floor_solve(f, 20000, 1);
    floor_is_right(f);
    ck_assert_int_eq(f->info.bound, 8); /* both alone */
    ck_assert_int_eq(f->info.objective, 4 + 7);
    free(f);
}
END_TEST

/* The same under HOLD_BOTH: nobody follows closely, so waiting costs one tick more. */
START_TEST(both_cells_are_held_while_moving)
{
    floor_case *f = floor_new(C12_ROUTE_HOLD_BOTH);
    floor_draw(f, "....", 4);
    f->p.n_robots = 2;
    f->start[0] = 1; f->goal[0] = 3;
    f->start[1] = 0; f->goal[1] = 2;
    floor_solve(f, 20000, 1);
    floor_is_right(f);
    ck_assert_int_eq(f->info.bound, 4);
    ck_assert_int_eq(f->info.objective, 5); /* cell 1 is free from tick 1, cell 2 from tick 2: arrive there at 3 */
    f->o.mode = C12_ROUTE_GRID;
    f->p.arc_length = f->p.robot_pace = NULL;
    floor_solve(f, 20000, 1);
    floor_is_right(f);
    ck_assert_int_eq(f->info.objective, 4); /* a grid allows following */
    ck_assert_int_eq(f->info.outcome, C12_OPTIMAL);
    free(f);
}
END_TEST

START_TEST(what_cannot_be_is_proved)
{
    floor_case *f = floor_new(_i);
    floor_draw(f, "..@.", 4);
    f->p.n_robots = 1;
    f->start[0] = 0;
    f->goal[0] = 2;
    floor_solve(f, 1000, 1);
    ck_assert_int_eq(f->info.outcome, C12_INFEASIBLE); /* no way */
    f->p.n_robots = 2;
    f->goal[0] = 1;
    f->start[1] = 1;
    f->goal[1] = 1;
    floor_solve(f, 1000, 1);
    ck_assert_int_eq(f->info.outcome, C12_INFEASIBLE); /* two robots on one goal */
    f->goal[1] = 0;
    floor_solve(f, 1000, 1);
    ck_assert_int_eq(f->info.outcome, _i == GRID ? C12_UNKNOWN : C12_INFEASIBLE); /* a swap in a dead end: not found, and not claimed by priorities */
    f->p.n_robots = 0;
    floor_solve(f, 1, 1);
    ck_assert_int_eq(f->info.outcome, C12_OPTIMAL);
    ck_assert_int_eq(f->step_off[0], 0);
    free(f);
}
END_TEST

/* ---- brute force --------------------------------------------------------------------------------------------------------------------- */

enum { FAR_AWAY = 1 << 20, JOINT_VERTICES = 8, JOINT_STATES = 8 * 8 * 8 * 8 };

/* May the robots go from joint place a to b in one tick?  Finished robots (bit set) do not move. */
static int joint_may(const floor_case *f, const int32_t *a, const int32_t *b, int32_t n, int32_t done)
{
    for (int32_t i = 0; i < n; i++) {
        int arc = a[i] == b[i];
        for (int64_t e = f->off[a[i]]; e < f->off[a[i] + 1]; e++) arc |= f->head[e] == b[i];
        if (!arc || (done >> i & 1 && a[i] != b[i])) return 0;
        for (int32_t k = 0; k < i; k++)
            if (b[i] == b[k] || (b[i] == a[k] && b[k] == a[i])) return 0;
    }
    return 1;
}

static void joint_split(int32_t state, int32_t v, int32_t n, int32_t *at)
{
    for (int32_t i = 0; i < n; i++, state /= v) at[i] = state % v;
}

/* Least sum of arrivals on a grid over all joint plans, by label correction over (places, who has finished); -1 = there is none. */
static int64_t joint_best(const floor_case *f)
{
    static int32_t cost[JOINT_STATES];
    int32_t v = f->p.n_vertices, n = f->p.n_robots, places = 1, a[3], b[3], first = 0, last = 0, changed = 1;
    for (int32_t i = n; i-- > 0; ) { first = first * v + f->start[i]; last = last * v + f->goal[i]; places *= v; }
    for (int32_t s = 0; s < places << n; s++) cost[s] = FAR_AWAY;
    cost[first] = 0;
    while (changed) {
        changed = 0;
        for (int32_t s = 0; s < places << n; s++) {
            int32_t at = s % places, done = s / places, busy = 0;
            if (cost[s] == FAR_AWAY) continue;
            joint_split(at, v, n, a);
            for (int32_t i = 0; i < n; i++) {
                int32_t t = ((done | 1 << i) * places) + at;
                busy += !(done >> i & 1);
                if (a[i] == f->goal[i] && cost[s] < cost[t]) { cost[t] = cost[s]; changed = 1; }
            }
            for (int32_t t = 0; t < places; t++) {
                joint_split(t, v, n, b);
                if (cost[s] + busy < cost[done * places + t] && joint_may(f, a, b, n, done)) { cost[done * places + t] = cost[s] + busy; changed = 1; }
            }
        }
    }
    int32_t best = cost[((1 << n) - 1) * places + last];
    return best == FAR_AWAY ? -1 : best;
}

START_TEST(small_floors_against_all_joint_plans)
{
    int32_t met = 0, possible = 0;
    dice_state = 0x9E3779B97F4A7C15u;
    for (int32_t round = 0; round < 150; round++) {
        floor_case *f = floor_new(_i);
        do floor_random(f, 3, 3, 25, 2 + round % 2); while (f->p.n_vertices > JOINT_VERTICES || f->p.n_vertices < 4);
        int64_t best = joint_best(f);
        floor_solve(f, 3000, (uint64_t)round);
        if (f->info.outcome == C12_INFEASIBLE) ck_assert_int_eq(best, -1);
        if (f->info.outcome == C12_OPTIMAL) ck_assert_int_eq(f->info.objective, best);
        if (best >= 0) {
            possible++;
            met += f->info.outcome != C12_UNKNOWN && f->info.objective == best;
        }
        if (f->info.outcome == C12_OPTIMAL || f->info.outcome == C12_FEASIBLE) {
            floor_is_right(f);
            ck_assert_int_ge(f->info.objective, best);
            ck_assert_int_le(f->info.bound, best);
        }
        free(f);
    }
    ck_assert_int_gt(possible, 60);
    ck_assert_msg(met * 10 >= possible * 9, "%d of %d", met, possible);
}
END_TEST

enum { LATEST = 120 };

/* Is the vertex free of blocks in [from, to)? */
static int held_free(const floor_case *f, int32_t v, c12_tick from, c12_tick to)
{
    for (int32_t h = 0; h < f->p.n_held; h++)
        if (f->held_vertex[h] == v && f->held_from[h] < to && from < f->held_to[h]) return 0;
    return 1;
}

/* Earliest arrival for good of one robot among blocks, tick by tick; -1 = none before LATEST. */
static int64_t alone_best(const floor_case *f, int32_t start, c12_tick ready, int32_t goal, int32_t pace)
{
    static uint8_t at[MOST_CELLS][LATEST + 20];
    int grid = f->o.mode == C12_ROUTE_GRID;
    memset(at, 0, sizeof at);
    at[start][ready] = (uint8_t)held_free(f, start, ready, ready + 1);
    for (c12_tick t = ready; t < LATEST; t++) {
        for (int32_t v = 0; v < f->p.n_vertices; v++) {
            if (!at[v][t]) continue;
            if (v == goal && held_free(f, v, t, C12_ROUTE_STAYS)) return t;
            if (held_free(f, v, t, t + 1) && held_free(f, v, t + 1, t + 2)) at[v][t + 1] = 1;
            for (int64_t a = f->off[v]; a < f->off[v + 1]; a++) {
                c12_tick ride = grid ? 1 : (c12_tick)f->length[a] * pace;
                int32_t w = f->head[a];
                int ok = grid ? held_free(f, w, t + 1, t + 2) : held_free(f, v, t, t + ride) && held_free(f, w, t, t + ride + 1);
                if (ok && t + ride < LATEST) at[w][t + ride] = 1;
            }
        }
    }
    return -1;
}

START_TEST(one_robot_among_blocks_arrives_first)
{
    int32_t found = 0;
    dice_state = 88172645463325252u + (uint64_t)_i;
    for (int32_t round = 0; round < rounds(300); round++) {
        floor_case *f = floor_new(_i);
        do floor_random(f, 4, 4, 20, 1); while (f->p.n_vertices < 5);
        for (int64_t a = 0; a < f->off[f->p.n_vertices]; a++) f->length[a] = _i != HOLD_BOTH ? 1 : 1 + dice(3);
        f->pace[0] = _i != HOLD_BOTH ? 1 : 1 + dice(2);
        f->p.n_held = dice(14);
        for (int32_t h = 0; h < f->p.n_held; h++) {
            f->held_vertex[h] = dice(f->p.n_vertices);
            f->held_from[h] = dice(20);
            f->held_to[h] = f->held_from[h] + 1 + dice(9);
        }
        f->ready[0] = dice(5);
        int64_t best = alone_best(f, f->start[0], f->ready[0], f->goal[0], f->pace[0]);
        floor_solve(f, 100000, 1);
        if (best < 0) ck_assert_int_eq(f->info.outcome, C12_INFEASIBLE);
        else {
            ck_assert_int_eq(f->info.outcome, C12_OPTIMAL);
            ck_assert_int_eq(f->info.objective, best);
            floor_is_right(f);
            found++;
        }
        free(f);
    }
    ck_assert_int_gt(found, rounds(300) / 3);
}
END_TEST

/* ---- larger floors, and broken plans ------------------------------------------------------------------------------------------------- */

static floor_case *floor_crowd(int32_t way)
{
    floor_case *f = floor_new(way);
    floor_random(f, 20, 20, 8, 25);
    for (int64_t a = 0; way == HOLD_BOTH && a < f->off[f->p.n_vertices]; a++) f->length[a] = 1 + (int32_t)(a % 2);
    for (int32_t r = 0; way == HOLD_BOTH && r < f->p.n_robots; r++) f->pace[r] = 1 + r % 3;
    return f;
}

START_TEST(crowds_are_right_and_repeat)
{
    dice_state = 7;
    int32_t planned = 0;
    for (int32_t round = 0; round < 6; round++) {
        floor_case *f = floor_crowd(_i), *g = malloc(sizeof *g);
        floor_solve(f, 60000, 3);
        if (f->info.outcome == C12_FEASIBLE || f->info.outcome == C12_OPTIMAL) {
            planned++;
            floor_is_right(f);
            memcpy(g, f, sizeof *g);
            floor_solve(f, 60000, 3);
            ck_assert_mem_eq(f->vertex, g->vertex, sizeof g->vertex);
            ck_assert_mem_eq(f->from, g->from, sizeof g->from);
            ck_assert_mem_eq(f->to, g->to, sizeof g->to);
        }
        free(f);
        free(g);
    }
    ck_assert_int_ge(planned, 5);
}
END_TEST

/* What was planned before does not tell: the same handle, asked again, plans the same. */
START_TEST(asked_again_the_plan_is_the_same)
{
    dice_state = 11;
    for (int32_t round = 0; round < 6; round++) {
        floor_case *f = floor_crowd(_i), *g = malloc(sizeof *g);
        c12_route *self = floor_open(f);
        c12_budget b = work(20000, 3);
        ck_assert_int_eq(c12_route_solve(self, 0, &b, &f->plan, &f->info, NULL), C12_OK);
        memcpy(g, f, sizeof *g);
        ck_assert_int_eq(c12_route_solve(self, 0, &b, &f->plan, &f->info, NULL), C12_OK);
        ck_assert_mem_eq(f->vertex, g->vertex, sizeof g->vertex);
        ck_assert_mem_eq(f->from, g->from, sizeof g->from);
        ck_assert_mem_eq(f->to, g->to, sizeof g->to);
        c12_route_destroy(self);
        free(f);
        free(g);
    }
}
END_TEST

/* Half of all cells are robots: priorities alone find nothing here, and what is found at first is far too long. */
START_TEST(packed_floors_are_planned)
{
    dice_state = 11;
    int32_t planned = 0;
    for (int32_t round = 0; round < rounds(12); round++) {
        floor_case *f = floor_new(_i);
        floor_random(f, 8, 8, 6, 28);
        floor_solve(f, 4000, 5);
        int64_t soon = f->info.objective;
        if (f->info.outcome == C12_FEASIBLE) {
            floor_is_right(f);
            floor_solve(f, 100000, 5);
            floor_is_right(f);
            ck_assert_int_lt(f->info.objective, soon);
            planned++;
        }
        free(f);
    }
    ck_assert_int_ge(planned, rounds(12) * 3 / 4);
}
END_TEST

/* Blocks from the first tick for ever are walls: what cannot be planned in turn can among them too. */
START_TEST(walls_are_no_hindrance_to_a_crowd)
{
    dice_state = 17;
    int32_t planned = 0;
    for (int32_t round = 0; round < rounds(8); round++) {
        floor_case *f = floor_new(_i);
        floor_random(f, 9, 9, 0, 20);
        for (int32_t v = 0; v < f->p.n_vertices && f->p.n_held < 8; v += 1 + dice(9)) {
            int taken = 0;
            for (int32_t r = 0; r < f->p.n_robots; r++) taken |= f->start[r] == v || f->goal[r] == v;
            if (taken) continue;
            f->held_vertex[f->p.n_held] = v;
            f->held_to[f->p.n_held++] = C12_ROUTE_STAYS;
        }
        floor_solve(f, 60000, 1);
        if (f->info.outcome == C12_FEASIBLE || f->info.outcome == C12_OPTIMAL) {
            int64_t bound = 0;
            for (int32_t r = 0; r < f->p.n_robots; r++) bound += alone_best(f, f->start[r], 0, f->goal[r], 1);
            ck_assert_int_eq(f->info.bound, bound);
            floor_is_right(f);
            planned++;
        }
        free(f);
    }
    ck_assert_int_ge(planned, rounds(8) * 3 / 4);
}
END_TEST

/* Robots of unequal pace that hold both ends, packed so that no order of priority gets on: the crowd's order does more often. */
START_TEST(crowds_find_ways_for_robots_that_hold_both_ends)
{
    dice_state = 23;
    int32_t alone = 0, together = 0;
    for (int32_t round = 0; round < rounds(16); round++) {
        floor_case *f = floor_new(HOLD_BOTH);
        floor_random(f, 9, 9, 6, 34);
        for (int32_t r = 0; r < f->p.n_robots; r++) f->pace[r] = 1 + r % 3;
        for (int32_t ticks = 0; ticks <= 2048; ticks += 2048) {
            f->ticks = ticks;
            f->info.outcome = C12_UNKNOWN;
            floor_solve(f, 200000, 1);
            if (f->info.outcome != C12_FEASIBLE && f->info.outcome != C12_OPTIMAL) continue;
            floor_is_right(f);
            if (ticks) together++; else alone++;
        }
        free(f);
    }
    ck_assert_msg(together > alone && together >= rounds(16) * 3 / 4, "%d with the crowd, %d without", together, alone);
}
END_TEST

/* One change to a right plan that no rule allows. */
static int spoil(floor_case *f, int32_t kind)
{
    int32_t r = dice(f->p.n_robots), n = f->p.n_robots;
    int64_t lo = f->step_off[r], hi = f->step_off[r + 1], i = lo + dice((int32_t)(hi - lo));
    switch (kind) {
    case 0: f->vertex[lo] = (f->vertex[lo] + 1) % f->p.n_vertices; return 1;
    case 1: f->vertex[hi - 1] = (f->vertex[hi - 1] + 1) % f->p.n_vertices; return 1;
    case 2: f->from[lo]++; return 1;
    case 3: f->to[hi - 1] = 5000; return 1;
    case 4: if (hi - lo < 3) return 0; f->to[i] = f->from[i]; return 1;
    case 5: if (i + 1 >= hi) return 0; f->from[i + 1] = f->to[i] + 1; return 1; /* a tick out of this world */
    case 6: if (i + 1 >= hi || i == lo) return 0; f->vertex[i] = (f->vertex[i] + 57) % f->p.n_vertices; return 1;
    case 7: f->vertex[i] = -1; return 1;
    case 8: f->vertex[i] = f->p.n_vertices; return 1;
    case 9: f->step_off[n]--; return 1;
    case 10: f->step_off[n] = MOST_STEPS + 1; return 1;
    case 11: f->step_off[0] = 1; return 1;
    case 12: f->step_off[r + 1] = -1; return 1;
    case 13: f->from[i] = -4; return 1;
    case 14: f->to[i] = INT64_MIN; return 1;
    case 15: { /* another robot's goal becomes ours, at the same time */
        int32_t other = (r + 1) % n;
        f->goal[r] = f->goal[other];
        f->vertex[hi - 1] = f->goal[other];
        return 1;
    }
    case 16: f->p.n_held = 1; f->held_vertex[0] = f->vertex[i]; f->held_from[0] = f->from[i]; f->held_to[0] = f->from[i] + 1; return 1;
    case 17: if (hi - lo < 3) return 0; f->to[lo] += 1 << 20; return 1; /* the first hold lasts past the second */
    case 18: f->ready[r] += 1; return 1;
    default: if (hi - lo < 2) return 0; f->from[hi - 1] = C12_ROUTE_HORIZON + 1; return 1;
    }
}

START_TEST(broken_plans_are_refused)
{
    dice_state = 99;
    floor_case *f = NULL, *g = malloc(sizeof *g);
    do {
        free(f);
        f = floor_crowd(_i);
        floor_solve(f, 20000, 1);
    } while (f->info.outcome != C12_FEASIBLE && f->info.outcome != C12_OPTIMAL);
    floor_is_right(f);
    for (int32_t kind = 0; kind < 20; kind++)
        for (int32_t round = 0; round < 4; round++) {
            memcpy(g, f, sizeof *g);
            g->p.start = g->start; g->p.goal = g->goal; g->p.robot_ready = g->ready;
            g->p.held_vertex = g->held_vertex; g->p.held_from = g->held_from; g->p.held_to = g->held_to;
            g->plan.step_off = g->step_off; g->plan.step_vertex = g->vertex; g->plan.step_from = g->from; g->plan.step_to = g->to;
            if (!spoil(g, kind)) { round--; continue; }
            c12_verdict v = floor_judge(g);
            ck_assert_msg(v.violations > 0 && v.rule && v.field, "kind %d passed", kind);
            ck_assert_int_eq(v.objective, 0);
        }
    free(f);
    free(g);
}
END_TEST

/* Rules one by one on two robots, so that each has its own name. */
START_TEST(rules_have_names)
{
    floor_case *f = floor_new(C12_ROUTE_GRID);
    floor_draw(f, "...", 3);
    f->p.n_robots = 2;
    static const int32_t v[4] = { 0, 1, 1, 0 };
    static const c12_tick from[4] = { 0, 1, 0, 1 }, to[4] = { 1, C12_ROUTE_STAYS, 1, C12_ROUTE_STAYS };
    memcpy(f->vertex, v, sizeof v);
    memcpy(f->from, from, sizeof from);
    memcpy(f->to, to, sizeof to);
    f->step_off[1] = 2;
    f->step_off[2] = 4;
    f->goal[0] = f->start[1] = 1;
    ck_assert_str_eq(floor_judge(f).rule, "P4: two robots exchange vertices");
    f->goal[1] = f->vertex[3] = 2;
    ck_assert_int_eq(floor_judge(f).violations, 0);
    ck_assert_int_eq(floor_judge(f).objective, 2);
    f->from[3] = f->to[2] = 2;
    ck_assert_str_eq(floor_judge(f).rule, "P3: two robots on one vertex");
    ck_assert_int_eq(floor_judge(f).tick, 1);
    f->o.mode = C12_ROUTE_HOLD_BOTH;
    f->from[3] = f->to[2] = 1;
    ck_assert_str_eq(floor_judge(f).rule, "P2: moves faster than its pace");
    free(f);
}
END_TEST

/* ---- the live table -------------------------------------------------------------------------------------------------------------------- */

static c12_status replan(c12_route *self, floor_case *f, int32_t robot, int32_t start, c12_tick tick, int32_t goal, c12_error *e)
{
    c12_budget b = work(100000, 1);
    return c12_route_replan(self, 0, robot, start, tick, goal, &b, &f->plan, &f->info, e);
}

START_TEST(live_calls_commit_or_change_nothing)
{
    floor_case *f = floor_new(C12_ROUTE_HOLD_BOTH);
    c12_error e = C12_INIT(c12_error);
    int32_t hit[4], n_hit;
    floor_draw(f, "......", 6);
    f->p.n_robots = 3;
    f->p.start = f->p.goal = NULL;
    c12_route *self = floor_open(f);
    ck_assert_int_eq(c12_route_park(self, 0, 0, 0, 0, &e), C12_OK);
    ck_assert_int_eq(c12_route_park(self, 0, 1, 5, 0, &e), C12_OK);
    ck_assert_int_eq(c12_route_park(self, 0, 2, 5, 3, &e), C12_E_STATE);
    ck_assert(e.row == 1 && e.value == 0);
    ck_assert_int_eq(replan(self, f, 0, 0, 10, 3, &e), C12_OK);
    ck_assert_int_eq(f->info.objective, 13);
    ck_assert(f->step_off[1] == 4 && f->from[0] == 10 && f->to[0] == 11 && f->from[1] == 10 && f->to[3] == C12_ROUTE_STAYS);
    ck_assert_int_eq(replan(self, f, 1, 5, 10, 0, &e), C12_OK); /* robot 0 stays in the way for ever */
    ck_assert_int_eq(f->info.outcome, C12_INFEASIBLE);
    ck_assert_int_eq(c12_route_park(self, 0, 2, 5, 20, &e), C12_E_STATE); /* and robot 1 still stands where it stood */
    ck_assert_int_eq(c12_route_hold(self, 0, 2, 11, 14, hit, 4, &n_hit, &e), C12_OK); /* a person on the way of robot 0 */
    ck_assert(n_hit == 1 && hit[0] == 0);
    ck_assert_int_eq(c12_route_hold(self, 0, 2, 11, 12, NULL, 0, &n_hit, &e), C12_OK);
    ck_assert_int_eq(n_hit, 1);
    ck_assert_int_eq(replan(self, f, 0, 1, 11, 3, &e), C12_OK);
    ck_assert_int_eq(f->info.objective, 16);
    f->plan.step_cap = 1;
    ck_assert_int_eq(replan(self, f, 1, 5, 20, 4, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, 2);
    f->plan.step_cap = MOST_STEPS;
    ck_assert_int_eq(c12_route_park(self, 0, 2, 4, 20, &e), C12_OK); /* so robot 1 did not take it */
    ck_assert_int_eq(c12_route_forget(self, 0, 1000, &e), C12_OK);
    ck_assert_int_eq(c12_route_park(self, 0, 2, 2, 0, &e), C12_OK); /* the person is forgotten, and robot 2 leaves 4 */
    ck_assert_int_eq(c12_route_park(self, 0, 0, 2, 0, &e), C12_E_STATE);
    ck_assert_int_eq(e.row, 2);
    c12_route_destroy(self);
    free(f);
}
END_TEST

/* Robot 0 comes by twice, robot 1 once: a block over both times names each once, in order of time.  Forgetting forgets vertex 0 too. */
/* Where the goal cannot be had, as near to it as one can stay; and as far as the budget reaches. */
START_TEST(partial_paths_end_where_one_can_stay)
{
    floor_case *f = floor_new(HOLD_BOTH);
    c12_error e = C12_INIT(c12_error);
    c12_budget few = work(2, 1);
    floor_draw(f, "........", 8);
    f->p.n_robots = 2;
    f->p.start = f->p.goal = NULL;
    f->o.partial = 1;
    c12_route *self = floor_open(f);
    ck_assert(!c12_route_park(self, 0, 0, 2, 0, &e) && !c12_route_park(self, 0, 1, 7, 0, &e));
    ck_assert_int_eq(replan(self, f, 1, 7, 10, 0, &e), C12_OK); /* robot 0 stands in the way */
    ck_assert(f->info.outcome == C12_FEASIBLE && f->info.stop == C12_STOP_DONE && f->info.objective == 14 && f->info.bound == 0);
    ck_assert(f->vertex[f->step_off[1] - 1] == 3 && f->to[f->step_off[1] - 1] == C12_ROUTE_STAYS);
    ck_assert_int_eq(replan(self, f, 1, 3, 20, 2, &e), C12_OK); /* the goal itself is taken: it stays beside it */
    ck_assert(f->info.outcome == C12_FEASIBLE && f->vertex[f->step_off[1] - 1] == 3);
    ck_assert_int_eq(c12_route_replan(self, 0, 1, 3, 30, 7, &few, &f->plan, &f->info, &e), C12_OK);
    ck_assert(f->info.outcome == C12_FEASIBLE && f->info.stop == C12_STOP_WORK && f->vertex[f->step_off[1] - 1] > 3);
    c12_route_destroy(self);
    f->o.partial = 2;
    ck_assert_int_eq(c12_route_check(&f->p, &f->plan, &f->o, &(c12_verdict)C12_INIT(c12_verdict), &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "partial");
    free(f);
}
END_TEST

START_TEST(a_block_names_each_robot_once)
{
    floor_case *f = floor_new(C12_ROUTE_HOLD_BOTH);
    c12_error e = C12_INIT(c12_error);
    int32_t hit[4] = { -1, -1, -1, -1 }, n_hit = 0;
    floor_draw(f, ".........", 3);
    f->p.n_robots = 2;
    f->p.start = f->p.goal = NULL;
    c12_route *self = floor_open(f);
    ck_assert_int_eq(c12_route_park(self, 0, 0, 0, 0, &e), C12_OK);
    ck_assert_int_eq(c12_route_park(self, 0, 1, 8, 0, &e), C12_OK);
    ck_assert_int_eq(replan(self, f, 0, 0, 10, 2, &e), C12_OK); /* by 1 */
    ck_assert_int_eq(replan(self, f, 0, 2, 20, 0, &e), C12_OK); /* and back */
    ck_assert_int_eq(replan(self, f, 1, 8, 30, 1, &e), C12_OK);
    ck_assert_int_eq(c12_route_hold(self, 0, 1, 5, 100, hit, 4, &n_hit, &e), C12_OK);
    ck_assert(n_hit == 2 && hit[0] == 0 && hit[1] == 1);
    ck_assert_int_eq(c12_route_hold(self, 0, 3, 40, 50, NULL, 0, &n_hit, &e), C12_OK);
    ck_assert_int_eq(n_hit, 0);
    ck_assert_int_eq(c12_route_hold(self, 0, 0, 40, 50, hit, 1, &n_hit, &e), C12_OK);
    ck_assert(n_hit == 1 && hit[0] == 0);
    ck_assert_int_eq(c12_route_park(self, 0, 1, 5, 60, &e), C12_OK);
    ck_assert_int_eq(c12_route_park(self, 0, 0, 2, 60, &e), C12_OK);
    ck_assert_int_eq(c12_route_park(self, 0, 1, 0, 45, &e), C12_E_STATE);
    ck_assert_int_eq(e.row, 0); /* its own old hold of 0 lasts until 60 */
    ck_assert_int_eq(c12_route_forget(self, 0, 60, &e), C12_OK);
    ck_assert_int_eq(c12_route_park(self, 0, 1, 0, 45, &e), C12_OK); /* neither robot nor block is remembered */
    c12_route_destroy(self);
    free(f);
}
END_TEST

/* A day of random errands: the paths driven, put together, break no rule. */
START_TEST(errands_never_collide)
{
    enum { ERRANDS = 60 };
    floor_case *f = floor_new(C12_ROUTE_HOLD_BOTH);
    dice_state = 4711;
    floor_random(f, 9, 9, 12, 6);
    for (int64_t a = 0; a < f->off[f->p.n_vertices]; a++) f->length[a] = 1;
    c12_route *self = floor_open(f);
    c12_tick busy_until[6] = { 0 };
    int32_t at[6], n = 0, driven = 0;
    static struct { int32_t robot, vertex; c12_tick from, to; } log[MOST_STEPS];
    c12_error e = C12_INIT(c12_error);
    for (int32_t r = 0; r < 6; r++) {
        at[r] = f->start[r];
        ck_assert_int_eq(c12_route_park(self, 0, r, at[r], 0, &e), C12_OK);
    }
    for (int32_t k = 0; k < ERRANDS; k++) {
        int32_t r = 0;
        for (int32_t q = 1; q < 6; q++) if (busy_until[q] < busy_until[r]) r = q;
        c12_tick now = busy_until[r];
        ck_assert_int_eq(c12_route_forget(self, 0, now, &e), C12_OK);
        ck_assert_int_eq(replan(self, f, r, at[r], now, dice(f->p.n_vertices), &e), C12_OK);
        if (f->info.outcome != C12_OPTIMAL) { busy_until[r] = now + 5; continue; }
        driven++;
        int64_t last = f->step_off[1] - 1;
        for (int32_t i = 0; i < n; i++) if (log[i].robot == r && log[i].to == C12_ROUTE_STAYS) log[i].to = now;
        for (int64_t i = 0; i <= last; i++, n++) {
            log[n].robot = r;
            log[n].vertex = f->vertex[i];
            log[n].from = f->from[i];
            log[n].to = f->to[i];
        }
        at[r] = f->vertex[last];
        busy_until[r] = f->info.objective + 1 + dice(6);
    }
    ck_assert_int_gt(driven, ERRANDS / 2);
    for (int32_t i = 0; i < n; i++)
        for (int32_t k = 0; k < i; k++)
            ck_assert_msg(log[i].robot == log[k].robot || log[i].vertex != log[k].vertex || log[i].to <= log[k].from || log[k].to <= log[i].from,
                          "robots %d and %d on vertex %d", log[i].robot, log[k].robot, log[i].vertex);
    c12_route_destroy(self);
    free(f);
}
END_TEST

/* ---- budgets, sizes, bad input ------------------------------------------------------------------------------------------------------------ */

START_TEST(limits_and_cancel)
{
    dice_state = 5;
    floor_case *f = floor_crowd(C12_ROUTE_GRID);
    c12_error e = C12_INIT(c12_error);
    c12_route *self = floor_open(f);
    c12_budget b = work(1, 1);
    ck_assert_int_eq(c12_route_solve(self, 0, &b, &f->plan, &f->info, &e), C12_OK);
    ck_assert(f->info.outcome == C12_UNKNOWN && f->info.stop == C12_STOP_WORK);
    b = work(INT64_MAX, 1);
    c12_route_cancel(self);
    ck_assert_int_eq(c12_route_solve(self, 0, &b, &f->plan, &f->info, &e), C12_OK);
    ck_assert_int_eq(f->info.stop, C12_STOP_CANCEL);
    b.work_limit = 0;
    ck_assert_int_eq(c12_route_solve(self, 0, &b, &f->plan, &f->info, &e), C12_E_ARG);
    b.time_limit = 5;
    ck_assert_int_ne(c12_route_solve(self, 0, &b, &f->plan, &f->info, &e), C12_OK); /* no clock */
    b = work(60000, 1);
    f->plan.step_cap = 10;
    ck_assert_int_eq(c12_route_solve(self, 0, &b, &f->plan, &f->info, &e), C12_E_SPACE);
    ck_assert_int_gt(e.value, 10);
    f->plan.step_cap = e.value;
    ck_assert_int_eq(c12_route_solve(self, 0, &b, &f->plan, &f->info, &e), C12_OK);
    floor_is_right(f);
    ck_assert(f->info.stop == C12_STOP_WORK && f->info.objective > f->info.bound);
    b.target = 10 * f->info.objective;
    f->plan.step_cap = MOST_STEPS;
    ck_assert_int_eq(c12_route_solve(self, 0, &b, &f->plan, &f->info, &e), C12_OK);
    ck_assert_int_eq(f->info.stop, C12_STOP_TARGET);
    ck_assert_int_eq(c12_route_solve(self, 1, &b, &f->plan, &f->info, &e), C12_E_RANGE);
    c12_route_destroy(self);
    c12_route_destroy(NULL);
    free(f);
}
END_TEST

START_TEST(one_byte_too_small)
{
    c12_route *self;
    c12_route_dims d = C12_INIT(c12_route_dims);
    c12_error e = C12_INIT(c12_error);
    size_t need;
    d.vertices = 30;
    d.arcs = 100;
    d.holds = 200;
    d.robots = 4;
    ck_assert_int_eq(c12_route_bytes(&d, &need, &e), C12_OK);
    c12_mem mem = { malloc(need), need - 1 };
    ck_assert_int_eq(c12_route_init(&self, mem, &d, NULL, NULL, &e), C12_E_SPACE);
    ck_assert(!self && e.value == (int64_t)need);
    mem.size = need;
    ck_assert_int_eq(c12_route_init(&self, mem, &d, NULL, NULL, &e), C12_OK);
    c12_route_destroy(self);
    free(mem.ptr);
    d.robots = -1;
    ck_assert_int_eq(c12_route_bytes(&d, &need, &e), C12_E_ARG);
    d.robots = 4;
    d.branches = 65;
    ck_assert_int_eq(c12_route_bytes(&d, &need, &e), C12_E_RANGE);
    d.branches = 0;
    c12_route_options o = C12_INIT(c12_route_options);
    o.mode = 2;
    ck_assert_int_eq(c12_route_create(&self, &d, &o, NULL, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_route_create(&self, NULL, NULL, NULL, &e), C12_E_ARG);
}
END_TEST

static c12_status load_broken(int32_t kind, c12_error *e)
{
    dice_state = 3;
    floor_case *f = floor_new(kind == 7 ? C12_ROUTE_GRID : C12_ROUTE_HOLD_BOTH);
    floor_random(f, 4, 4, 0, 2);
    c12_route *self = floor_open(f);
    c12_verdict v = C12_INIT(c12_verdict);
    f->p.n_held = 1;
    f->held_to[0] = 1;
    f->step_off[1] = f->step_off[2] = 0;
    switch (kind) {
    case 0: f->start[1] = 16; break;
    case 1: f->goal[0] = -1; break;
    case 2: f->head[3] = 99; break;
    case 3: f->off[2] = -5; break;
    case 4: f->length[1] = 0; break;
    case 5: f->pace[0] = 0; break;
    case 6: f->ready[1] = -1; break;
    case 7: f->p.arc_length = f->length; f->length[5] = 2; break;
    case 8: f->held_to[0] = 0; break;
    case 9: f->held_vertex[0] = 16; break;
    case 10: f->length[0] = f->pace[1] = INT32_MAX; break;
    case 11: f->p.goal = NULL; break;
    case 12: f->p.arc_off = NULL; break;
    case 13: f->p.n_robots = -1; break;
    default: f->p.struct_size = 4; break;
    }
    c12_error mine = C12_INIT(c12_error);
    c12_status s = c12_route_load(self, &f->p, e), t = c12_route_check(&f->p, &f->plan, &f->o, &v, &mine);
    ck_assert_int_eq(s, t); /* planner and checker refuse the same */
    c12_budget b = work(1, 1);
    ck_assert_int_eq(c12_route_solve(self, 0, &b, &f->plan, NULL, &mine), C12_E_STATE);
    ck_assert_int_eq(c12_route_park(self, 0, 0, 0, 0, &mine), C12_E_STATE);
    c12_route_destroy(self);
    free(f);
    return s;
}

START_TEST(bad_input_is_named)
{
    static const struct { c12_status status; const char *field; int64_t row; } want[] = {
        { C12_E_RANGE, "start", 1 }, { C12_E_RANGE, "goal", 0 }, { C12_E_RANGE, "arc_head", 3 }, { C12_E_RANGE, "arc_off", -2 },
        { C12_E_RANGE, "arc_length", 1 }, { C12_E_RANGE, "robot_pace", 0 }, { C12_E_RANGE, "robot_ready", 1 }, { C12_E_RANGE, "arc_length", 5 },
        { C12_E_RANGE, "held_to", 0 }, { C12_E_RANGE, "held_vertex", 0 }, { C12_E_OVERFLOW, "arc_length", -1 }, { C12_E_ARG, "start", -1 },
        { C12_E_ARG, "arc_off", -1 }, { C12_E_ARG, "n_robots", -1 },
    };
    char text[512];
    c12_error e = C12_INIT(c12_error);
    e.text = text;
    e.text_cap = sizeof text;
    ck_assert_int_eq(load_broken(_i, &e), want[_i].status);
    ck_assert_str_eq(e.field, want[_i].field);
    if (want[_i].row > -2) ck_assert_int_eq(e.row, want[_i].row);
    ck_assert_ptr_nonnull(strstr(text, want[_i].field));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("route");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, a_pocket_lets_two_pass, GRID, WAYS);
    tcase_add_test(t, both_cells_are_held_while_moving);
    tcase_add_loop_test(t, what_cannot_be_is_proved, GRID, WAYS);
    tcase_add_loop_test(t, small_floors_against_all_joint_plans, GRID, WAYS);
    tcase_add_loop_test(t, packed_floors_are_planned, GRID_TICKS, WAYS);
    tcase_add_loop_test(t, walls_are_no_hindrance_to_a_crowd, GRID_TICKS, WAYS);
    tcase_add_test(t, crowds_find_ways_for_robots_that_hold_both_ends);
    tcase_add_loop_test(t, one_robot_among_blocks_arrives_first, HOLD_BOTH, WAYS);
    tcase_add_loop_test(t, crowds_are_right_and_repeat, HOLD_BOTH, WAYS);
    tcase_add_loop_test(t, asked_again_the_plan_is_the_same, HOLD_BOTH, WAYS);
    tcase_add_loop_test(t, broken_plans_are_refused, C12_ROUTE_HOLD_BOTH, C12_ROUTE_GRID + 1);
    tcase_add_test(t, rules_have_names);
    tcase_add_test(t, live_calls_commit_or_change_nothing);
    tcase_add_test(t, partial_paths_end_where_one_can_stay);
    tcase_add_test(t, a_block_names_each_robot_once);
    tcase_add_test(t, errands_never_collide);
    tcase_add_test(t, limits_and_cancel);
    tcase_add_test(t, one_byte_too_small);
    tcase_add_loop_test(t, bad_input_is_named, 0, 14);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
