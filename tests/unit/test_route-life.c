/* SPDX-License-Identifier: Apache-2.0 */
/* The lifelong planner: every tick judged, no robot left behind, bad input named, and the judge itself on broken runs. */
#include "c12/route.h"
#include <check.h>
#include "support.h"
#include <string.h>

enum { LIFE_CELLS = 1024, LIFE_ROBOTS = 256 };

typedef struct yard {
    c12_route_problem p;
    c12_route_dims d;
    c12_route_options o;
    c12_route *h;
    int64_t off[LIFE_CELLS + 1];
    int32_t head[4 * LIFE_CELLS], start[LIFE_ROBOTS], goal[LIFE_ROBOTS], scratch[LIFE_CELLS], where[2 * LIFE_ROBOTS], part[LIFE_CELLS];
    int32_t n_part; /* vertices of the largest part, in part[] */
    int64_t done;
    c12_tick eldest;
} yard;

/* Rows of '.' and anything else; '>' and '<' are cells left that way alone. */
static yard *yard_draw(const char *rows, int32_t width)
{
    static const int32_t dx[4] = { 0, -1, 1, 0 }, dy[4] = { -1, 0, 0, 1 };
    yard *y = calloc(1, sizeof *y);
    int32_t id[LIFE_CELLS], n = 0, cells = (int32_t)strlen(rows);
    int64_t arcs = 0;
    for (int32_t c = 0; c < cells; c++) id[c] = strchr(".<>", rows[c]) ? n++ : -1;
    for (int32_t c = 0; c < cells; c++) {
        if (id[c] < 0) continue;
        y->off[id[c]] = arcs;
        for (int32_t k = 0; k < 4; k++) {
            int32_t x = c % width + dx[k], to = c + dy[k] * width + dx[k];
            if (x < 0 || x >= width || to < 0 || to >= cells || id[to] < 0) continue;
            if ((rows[c] == '>' && k != 2) || (rows[c] == '<' && k != 1)) continue;
            y->head[arcs++] = id[to];
        }
    }
    y->off[n] = arcs;
    y->p = (c12_route_problem)C12_INIT(c12_route_problem);
    y->d = (c12_route_dims)C12_INIT(c12_route_dims);
    y->o = (c12_route_options)C12_INIT(c12_route_options);
    y->o.mode = C12_ROUTE_GRID;
    y->p.n_vertices = y->d.vertices = y->d.lifelong = n;
    y->d.arcs = arcs;
    y->d.holds = 8;
    y->p.arc_off = y->off;
    y->p.arc_head = y->head;
    y->p.start = y->start;
    y->p.goal = y->start;
    for (int32_t r = 0; r < LIFE_ROBOTS; r++) y->goal[r] = -1;
    return y;
}

/* The largest part whose cells all reach each other, for floors without one-way cells. */
static void yard_part(yard *y)
{
    int32_t seen[LIFE_CELLS], queue[LIFE_CELLS];
    memset(seen, 0, sizeof seen);
    y->n_part = 0;
    for (int32_t v = 0; v < y->p.n_vertices; v++) {
        int32_t n = 0;
        if (seen[v]) continue;
        seen[queue[n++] = v] = 1;
        for (int32_t i = 0; i < n; i++)
            for (int64_t a = y->off[queue[i]]; a < y->off[queue[i] + 1]; a++)
                if (!seen[y->head[a]]) seen[queue[n++] = y->head[a]] = 1;
        if (n <= y->n_part) continue;
        y->n_part = n;
        memcpy(y->part, queue, sizeof queue);
    }
}

static yard *yard_random(int32_t width, int32_t height, int32_t walls, int32_t robots)
{
    char rows[LIFE_CELLS + 1];
    for (int32_t c = 0; c < width * height; c++) rows[c] = dice(100) < walls ? '@' : '.';
    rows[width * height] = 0;
    yard *y = yard_draw(rows, width);
    yard_part(y);
    y->p.n_robots = y->d.robots = robots < y->n_part ? robots : y->n_part;
    for (int32_t r = 0; r < y->p.n_robots; r++) {
        int32_t k = r + dice(y->n_part - r), v = y->part[k];
        y->part[k] = y->part[r];
        y->start[r] = y->part[r] = v;
    }
    return y;
}

static void yard_open(yard *y)
{
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_route_create(&y->h, &y->d, &y->o, NULL, &e), C12_OK);
    ck_assert_msg(!c12_route_load(y->h, &y->p, &e), "%s %s", e.what, e.field);
    memcpy(y->where, y->start, sizeof y->start);
}

static void yard_close(yard *y)
{
    c12_route_destroy(y->h);
    free(y);
}

static c12_verdict yard_judge(yard *y, const int32_t *where, int64_t ticks, int starts)
{
    c12_route_problem p = y->p;
    c12_route_run run = C12_INIT(c12_route_run);
    c12_verdict v = C12_INIT(c12_verdict);
    if (!starts) p.start = p.goal = NULL;
    run.n_ticks = ticks;
    run.where = where;
    ck_assert_int_eq(c12_route_check_run(&p, &run, y->scratch, &v, NULL), C12_OK);
    return v;
}

/* One step, judged; goals that were reached are counted and, when `renew`, drawn anew. */
static void yard_step(yard *y, int renew)
{
    int32_t n = y->p.n_robots, *next = y->where + n;
    c12_route_pulse pulse = C12_INIT(c12_route_pulse);
    for (int32_t r = 0; r < n; r++)
        if (renew && (y->goal[r] < 0 || y->where[r] == y->goal[r])) y->goal[r] = y->part[dice(y->n_part)];
    ck_assert_int_eq(c12_route_step(y->h, 0, NULL, y->goal, next, &pulse, NULL), C12_OK);
    c12_verdict v = yard_judge(y, y->where, 1, 0);
    ck_assert_msg(!v.violations, "%s robot %d", v.rule, (int)v.row);
    int32_t moved = 0, arrived = 0;
    for (int32_t r = 0; r < n; r++) {
        moved += next[r] != y->where[r];
        arrived += next[r] == y->goal[r] && next[r] != y->where[r];
    }
    ck_assert_int_eq(pulse.moved, moved);
    ck_assert_int_eq(pulse.arrived, arrived);
    y->done += arrived;
    if (pulse.eldest_ticks > y->eldest) y->eldest = pulse.eldest_ticks;
    memcpy(y->where, next, (size_t)n * sizeof *next);
}

/* ---- hand-worked ------------------------------------------------------------------------------------------------------------------- */

/* Alone on a straight corridor: a cell a tick, and then it stays. */
START_TEST(one_robot_walks_straight)
{
    yard *y = yard_draw("......", 6);
    y->p.n_robots = y->d.robots = 1;
    y->goal[0] = 5;
    yard_open(y);
    for (int32_t t = 1; t <= 8; t++) {
        yard_step(y, 0);
        ck_assert_int_eq(y->where[0], t < 5 ? t : 5);
    }
    ck_assert_int_eq(y->done, 1);
    yard_close(y);
}
END_TEST

/* A pocket lets two pass in a corridor: bare priority inheritance stands still here for ever, the swap does not. */
START_TEST(two_change_places_in_a_corridor)
{
    yard *y = yard_draw("@@@.@@......", 6);
    y->p.n_robots = y->d.robots = 2;
    y->start[0] = y->goal[1] = 1;
    y->start[1] = y->goal[0] = 6;
    yard_open(y);
    for (int32_t t = 0; t < 40; t++) {
        yard_step(y, 0);
        for (int32_t r = 0; r < 2; r++) if (y->where[r] == y->goal[r]) y->goal[r] = -1;
    }
    ck_assert_int_eq(y->done, 2);
    yard_close(y);
}
END_TEST

/* A robot with nothing to do gives way and does not move otherwise. */
START_TEST(the_idle_give_way)
{
    yard *y = yard_draw(".....@@.@@", 5);
    y->p.n_robots = y->d.robots = 2;
    y->start[0] = 0;
    y->start[1] = 2;
    yard_open(y);
    for (int32_t t = 0; t < 5; t++) yard_step(y, 0);
    ck_assert_int_eq(y->where[1], 2);
    y->goal[0] = 4;
    for (int32_t t = 0; t < 4; t++) yard_step(y, 0);
    ck_assert_int_eq(y->where[0], 4);
    yard_close(y);
}
END_TEST

/* Positions told by the caller count, and they are the only thing that changes. */
START_TEST(a_robot_that_did_not_move_is_believed)
{
    yard *y = yard_draw("......", 6);
    int32_t at[1] = { 0 }, next[1];
    y->p.n_robots = y->d.robots = 1;
    y->goal[0] = 5;
    yard_open(y);
    for (int32_t t = 0; t < 3; t++) {
        ck_assert_int_eq(c12_route_step(y->h, 0, at, y->goal, next, NULL, NULL), C12_OK);
        ck_assert_int_eq(next[0], 1);
    }
    yard_close(y);
}
END_TEST

/* One-way lanes round a block are kept to: the judge sees every arc. */
START_TEST(one_way_lanes_are_kept)
{
    yard *y = yard_draw(".>>>." ".@@@." ".<<<.", 5);
    yard_part(y);
    y->p.n_robots = y->d.robots = 5;
    for (int32_t r = 0; r < 5; r++) y->start[r] = r;
    yard_open(y);
    for (int32_t t = 0; t < 400; t++) yard_step(y, 1);
    ck_assert_int_ge(y->done, 80);
    yard_close(y);
}
END_TEST

/* The third cell leads to a place nobody comes back from: two robots that cannot pass do not push each other there. */
START_TEST(nobody_is_pushed_into_a_trap)
{
    yard *y = yard_draw("..>.", 4);
    y->p.n_robots = y->d.robots = 2;
    y->start[0] = y->goal[1] = 0;
    y->start[1] = y->goal[0] = 1;
    yard_open(y);
    for (int32_t t = 0; t < 100; t++) yard_step(y, 0);
    ck_assert(y->where[0] < 2 && y->where[1] < 2);
    yard_close(y);
}
END_TEST

/* Aisles two wide with traffic both ways: streams keep apart. */
START_TEST(streams_keep_apart)
{
    yard *y = yard_draw("........................" "........................" "..@@@@@@@@@@@@@@@@@@@@.." "..@@@@@@@@@@@@@@@@@@@@.." "........................" "........................", 24);
    yard_part(y);
    y->p.n_robots = y->d.robots = 32;
    for (int32_t r = 0; r < 32; r++) y->start[r] = r * 3;
    dice_state = 9;
    yard_open(y);
    for (int32_t t = 0; t < 1000; t++) yard_step(y, 1);
    ck_assert_int_ge(y->done, 2000);
    yard_close(y);
}
END_TEST

/* People cross the floor: nobody goes where one is, some robots have to wait, and all goes on afterwards. */
START_TEST(blocks_are_waited_for)
{
    enum { PEOPLE = 8 };
    int32_t vertex[PEOPLE];
    c12_tick from[PEOPLE], to[PEOPLE], from_now[PEOPLE], to_now[PEOPLE];
    dice_state = 4242 + (uint64_t)_i;
    yard *y = yard_random(10, 10, _i ? 10 : 0, 14);
    for (int32_t k = 0; k < PEOPLE; k++) {
        vertex[k] = y->part[dice(y->n_part)];
        from[k] = 1 + dice(150);
        to[k] = from[k] + 1 + dice(60);
    }
    y->p.n_held = PEOPLE - 1;
    y->p.held_vertex = vertex; y->p.held_from = from; y->p.held_to = to;
    yard_open(y);
    ck_assert(!c12_route_hold(y->h, 0, vertex[PEOPLE - 1], from[PEOPLE - 1], to[PEOPLE - 1], NULL, 0, NULL, NULL));
    y->p.n_held = PEOPLE; /* the judge's, one tick at a time */
    y->p.held_from = from_now; y->p.held_to = to_now;
    for (int32_t t = 0; t < 400; t++) {
        for (int32_t k = 0; k < PEOPLE; k++) { from_now[k] = from[k] - t; to_now[k] = to[k] - t; }
        yard_step(y, 1);
    }
    ck_assert_int_ge(y->done, 200);
    int32_t where[2] = { y->head[y->off[vertex[0]]], vertex[0] };
    from_now[0] = 0;
    to_now[0] = 5;
    y->p.n_robots = 1;
    c12_verdict v = yard_judge(y, where, 1, 0);
    ck_assert(v.violations == 1 && !strncmp(v.rule, "L6", 2) && v.row == 0 && v.tick == 1);
    yard_close(y);
}
END_TEST

/* ---- random floors ------------------------------------------------------------------------------------------------------------------ */

/* Floors at all densities, tables for all vertices and for regions: nothing breaks a rule and nobody waits for ever. */
START_TEST(nobody_is_left_behind)
{
    dice_state = 88172645463325252u + (uint64_t)_i;
    for (int32_t k = 0; k < 6; k++) {
        yard *y = yard_random(8 + dice(24), 8 + dice(24), dice(22), 2 + dice(60));
        if (y->n_part < 40) { free(y); continue; }
        if (y->p.n_robots > y->n_part / 4) y->p.n_robots = y->n_part / 4;
        if (k & 1) y->d.lifelong = y->d.vertices / 8 > 40 ? y->d.vertices / 8 : y->d.vertices;
        yard_open(y);
        for (int32_t t = 0; t < 600; t++) yard_step(y, 1);
        ck_assert_msg(y->eldest < 500, "a robot waits %d ticks", (int)y->eldest);
        ck_assert_int_ge(y->done * 50, (int64_t)y->p.n_robots * 600 / 8);
        yard_close(y);
    }
}
END_TEST

/* Mazes so full that priorities, swaps and rests alone end in a livelock: room is made for the robot that cannot get through. */
START_TEST(mazes_are_cleared)
{
    dice_state = 88172645463325252u + 20;
    yard *y = yard_random(8 + dice(24), 8 + dice(24), dice(30), 2 + dice(60));
    while (y->n_part != 78) { free(y); y = yard_random(10, 10, 27, 18); }
    y->p.n_robots = 18;
    yard_open(y);
    for (int32_t t = 0; t < 12000; t++) yard_step(y, 1);
    ck_assert_int_lt(y->eldest, 6000);
    ck_assert_int_ge(y->done, 1000);
    yard_close(y);
}
END_TEST

/* Same input, same bits; and another load begins anew. */
START_TEST(steps_are_repeatable)
{
    dice_state = 5;
    yard *y = yard_random(20, 20, 20, 80);
    int32_t seen[40], goals[LIFE_ROBOTS];
    for (int32_t r = 0; r < y->p.n_robots; r++) goals[r] = y->part[dice(y->n_part)];
    yard_open(y);
    for (int32_t turn = 0; turn < 2; turn++) {
        memcpy(y->goal, goals, sizeof goals);
        memcpy(y->where, y->start, sizeof y->start);
        ck_assert_int_eq(c12_route_load(y->h, &y->p, NULL), C12_OK);
        for (int32_t t = 0; t < 40; t++) {
            uint32_t sum = 1;
            yard_step(y, 0);
            for (int32_t r = 0; r < y->p.n_robots; r++) sum = sum * 31 + (uint32_t)y->where[r];
            if (turn) ck_assert_int_eq(seen[t], (int32_t)(sum & 0x7FFFFFFF)); else seen[t] = (int32_t)(sum & 0x7FFFFFFF);
        }
    }
    yard_close(y);
}
END_TEST

/* A floor full but for one cell still turns round. */
START_TEST(a_full_ring_turns)
{
    yard *y = yard_draw("...." ".@@." "....", 4);
    yard_part(y);
    y->p.n_robots = y->d.robots = 9;
    for (int32_t r = 0; r < 9; r++) y->start[r] = r;
    yard_open(y);
    for (int32_t t = 0; t < 400; t++) yard_step(y, 1);
    ck_assert_int_ge(y->done, 40);
    yard_close(y);
}
END_TEST

/* ---- bad input ---------------------------------------------------------------------------------------------------------------------- */

static void refused(yard *y, const int32_t *at, c12_status want, const char *field, int64_t row)
{
    c12_error e = C12_INIT(c12_error);
    int32_t next[LIFE_ROBOTS] = { -7, -7 };
    ck_assert_int_eq(c12_route_step(y->h, 0, at, y->goal, next, NULL, &e), want);
    ck_assert_str_eq(e.field ? e.field : "", field);
    ck_assert_int_eq(e.row, row);
    ck_assert_int_eq(next[0], -7);
}

START_TEST(steps_refuse_bad_input)
{
    yard *y = yard_draw("...@.", 5);
    int32_t at[2] = { 0, 0 };
    y->p.n_robots = y->d.robots = 2;
    y->start[0] = y->start[1] = 1;
    yard_open(y);
    refused(y, NULL, C12_E_RANGE, "start", 1);
    refused(y, at, C12_E_RANGE, "at", 1);
    at[1] = 4;
    refused(y, at, C12_E_RANGE, "at", 1);
    at[1] = 2;
    y->goal[1] = 4;
    refused(y, at, C12_E_RANGE, "goal", 1);
    y->goal[1] = -2;
    refused(y, at, C12_E_RANGE, "goal", 1);
    y->goal[1] = 3; /* another part of the floor */
    refused(y, at, C12_E_RANGE, "goal", 1);
    y->goal[1] = 0;
    ck_assert_int_eq(c12_route_step(y->h, 0, at, y->goal, at, NULL, NULL), C12_OK); /* next may be at */
    ck_assert_int_eq(c12_route_step(y->h, 1, NULL, y->goal, at, NULL, NULL), C12_E_RANGE);
    ck_assert_int_eq(c12_route_step(y->h, 0, NULL, NULL, at, NULL, NULL), C12_E_ARG);
    ck_assert_int_eq(c12_route_step(NULL, 0, NULL, y->goal, at, NULL, NULL), C12_E_ARG);
    yard_close(y);
}
END_TEST

START_TEST(steps_need_what_they_need)
{
    yard *y = yard_draw(".....", 5);
    int32_t next[1];
    c12_error e = C12_INIT(c12_error);
    y->p.n_robots = y->d.robots = 1;
    ck_assert_int_eq(c12_route_create(&y->h, &y->d, &y->o, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12_route_step(y->h, 0, NULL, y->goal, next, NULL, NULL), C12_E_STATE); /* not loaded */
    y->p.start = y->p.goal = NULL;
    ck_assert_int_eq(c12_route_load(y->h, &y->p, NULL), C12_OK);
    refused(y, NULL, C12_E_STATE, "at", -1);
    c12_route_destroy(y->h);
    y->d.lifelong = 0;
    ck_assert_int_eq(c12_route_create(&y->h, &y->d, &y->o, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12_route_load(y->h, &y->p, NULL), C12_OK);
    refused(y, NULL, C12_E_STATE, "lifelong", -1);
    c12_route_destroy(y->h);
    y->d.lifelong = 5;
    ck_assert_int_eq(c12_route_create(&y->h, &y->d, NULL, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12_route_load(y->h, &y->p, NULL), C12_OK);
    refused(y, NULL, C12_E_STATE, "mode", -1);
    y->d.lifelong = -1;
    size_t bytes;
    ck_assert_int_eq(c12_route_bytes(&y->d, &bytes, &e), C12_E_ARG);
    ck_assert_str_eq(e.field, "lifelong");
    yard_close(y);
}
END_TEST

/* Too few tables: one-way arcs, and a floor in more parts than tables. */
START_TEST(too_few_tables_say_how_many)
{
    static const char *const floors[2] = { "..>.." ".@@@." ".<...", ".@.@.@.@." };
    for (int k = 0; k < 2; k++) {
        yard *y = yard_draw(floors[k], k ? 9 : 5);
        c12_error e = C12_INIT(c12_error);
        y->d.lifelong = 2;
        ck_assert_int_eq(c12_route_create(&y->h, &y->d, &y->o, NULL, NULL), C12_OK);
        ck_assert_int_eq(c12_route_load(y->h, &y->p, &e), C12_E_SPACE);
        ck_assert_str_eq(e.field, "lifelong");
        ck_assert_int_eq(e.value, y->p.n_vertices);
        yard_close(y);
    }
}
END_TEST

/* ---- the judge ---------------------------------------------------------------------------------------------------------------------- */

START_TEST(the_judge_knows_every_rule)
{
    yard *y = yard_draw("......", 6);
    y->p.n_robots = 2;
    y->start[0] = 0;
    y->start[1] = 3;
    static const struct { int32_t where[6]; const char *rule; int64_t row; c12_tick tick; } run[] = {
        { { 0, 3, 1, 2, 0, 3 }, NULL, -1, -1 },
        { { 1, 3, 1, 2, 0, 3 }, "L1: does not begin at its start", 0, 0 },
        { { 0, 3, 2, 3, 2, 3 }, "L2: no arc between two places", 0, 1 },
        { { 0, 3, 1, 2, 1, 1 }, "L3: two robots on one vertex", 1, 2 },
        { { 0, 3, 1, 2, 2, 1 }, "L4: two robots exchange vertices", 1, 2 },
        { { 0, 3, 1, 6, 1, 3 }, "vertex out of range", 1, 1 },
    };
    for (size_t k = 0; k < sizeof run / sizeof *run; k++) {
        c12_verdict v = yard_judge(y, run[k].where, 2, 1);
        ck_assert_int_eq(v.violations > 0, run[k].rule != NULL);
        if (run[k].rule) ck_assert_str_eq(v.rule, run[k].rule);
        ck_assert_int_eq(v.row, run[k].row);
        ck_assert_int_eq(v.tick, run[k].tick);
    }
    free(y);
}
END_TEST

START_TEST(the_judge_knows_visits)
{
    yard *y = yard_draw("......", 6);
    const int32_t where[6] = { 0, 3, 1, 3, 2, 4 };
    int64_t off[3] = { 0, 2, 3 };
    int32_t stop[3] = { 1, 2, 4 };
    c12_tick at[3] = { 1, 2, 2 };
    c12_route_run run = C12_INIT(c12_route_run);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    y->p.n_robots = 2;
    y->p.start = y->p.goal = NULL;
    run.n_ticks = 2; run.where = where; run.stop_off = off; run.stop_vertex = stop; run.stop_tick = at;
    ck_assert_int_eq(c12_route_check_run(&y->p, &run, y->scratch, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 0);
    ck_assert_int_eq(v.objective, 3);
    stop[1] = 1;
    ck_assert_int_eq(c12_route_check_run(&y->p, &run, y->scratch, &v, NULL), C12_OK);
    ck_assert_str_eq(v.rule, "L5: the robot was elsewhere");
    ck_assert_int_eq(v.row, 1);
    stop[1] = 2; at[0] = 2; at[1] = 1;
    ck_assert_int_eq(c12_route_check_run(&y->p, &run, y->scratch, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 2); /* not there at 2, and then back in time */
    at[0] = 1; at[1] = 3;
    ck_assert_int_eq(c12_route_check_run(&y->p, &run, y->scratch, &v, NULL), C12_OK);
    ck_assert_str_eq(v.rule, "L5: visits are not in order of time");
    off[1] = 4;
    ck_assert_int_eq(c12_route_check_run(&y->p, &run, y->scratch, &v, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "stop_off");
    run.stop_off = NULL; run.where = NULL;
    ck_assert_int_eq(c12_route_check_run(&y->p, &run, y->scratch, &v, &e), C12_E_ARG);
    free(y);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("route-life");
    TCase *t = tcase_create("life");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, one_robot_walks_straight);
    tcase_add_test(t, two_change_places_in_a_corridor);
    tcase_add_test(t, the_idle_give_way);
    tcase_add_test(t, a_robot_that_did_not_move_is_believed);
    tcase_add_test(t, one_way_lanes_are_kept);
    tcase_add_test(t, nobody_is_pushed_into_a_trap);
    tcase_add_loop_test(t, blocks_are_waited_for, 0, 4);
    tcase_add_test(t, streams_keep_apart);
    tcase_add_loop_test(t, nobody_is_left_behind, 0, 8);
    tcase_add_test(t, mazes_are_cleared);
    tcase_add_test(t, steps_are_repeatable);
    tcase_add_test(t, a_full_ring_turns);
    tcase_add_test(t, steps_refuse_bad_input);
    tcase_add_test(t, steps_need_what_they_need);
    tcase_add_test(t, too_few_tables_say_how_many);
    tcase_add_test(t, the_judge_knows_every_rule);
    tcase_add_test(t, the_judge_knows_visits);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
