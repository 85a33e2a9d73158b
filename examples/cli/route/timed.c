/* SPDX-License-Identifier: Apache-2.0 */
/* c12 route timed: robots of unequal speeds in a box of cells, planned to the millisecond among blocks and one-way lanes. */
#include "floor.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { TIMED_FIELDS = 9, TIMED_MOST_CELLS = 1 << 22 };

typedef struct timed_world {
    const char *file;
    int64_t line;
    int32_t x, y, z;
    int64_t cells;
    uint8_t *shut;                /* [cells * 6] lanes that are one-way against this direction */
    int32_t robots, blocks, robot_cap, block_cap;
    int64_t (*robot)[TIMED_FIELDS]; /* id, start, goal, t0, pace */
    int64_t (*block)[TIMED_FIELDS]; /* x y z t0 t1 */
    int32_t *head, *start, *goal, *pace, *held;
    int64_t *off;
    c12_tick *ready, *from, *to;
    c12_route_dims d;
    c12_route_problem q;
    c12_route_plan plan;
} timed_world;

static const int32_t timed_way[6][3] = { { 0, -1, 0 }, { -1, 0, 0 }, { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, -1 }, { 0, 0, 1 } };

static void timed_close(timed_world *w)
{
    void *const owned[] = { w->shut, w->robot, w->block, w->head, w->start, w->goal, w->pace, w->held, w->off, w->ready, w->from, w->to, w->plan.step_off, w->plan.step_vertex, w->plan.step_from, w->plan.step_to };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
}

/* ---- reading ---------------------------------------------------------------------------------------------------------------------- */

static int timed_fault(const timed_world *w, const char *what) { return cli_say("%s:%" PRId64 ": %s", w->file, w->line, what); }

/* n integers after the word; nothing else on the line. */
static int timed_numbers(const timed_world *w, const char *p, int n, int64_t *v, const char *form)
{
    char *end;
    for (int i = 0; i < n; i++) {
        v[i] = strtoll(p, &end, 10);
        if (end == p) return cli_say("%s:%" PRId64 ": write '%s' with whole numbers", w->file, w->line, form);
        p = end;
    }
    p += strspn(p, " \t\r");
    return *p ? cli_say("%s:%" PRId64 ": '%.20s' after '%s' is too much", w->file, w->line, p, form) : EXIT_DONE;
}

static int64_t timed_cell(const timed_world *w, const int64_t *v)
{
    if (v[0] < 0 || v[0] >= w->x || v[1] < 0 || v[1] >= w->y || v[2] < 0 || v[2] >= w->z) return -1;
    return (v[2] * w->y + v[1]) * w->x + v[0];
}

static int timed_dims(timed_world *w, const int64_t *v)
{
    if (w->cells) return timed_fault(w, "dims stand once, in the first line");
    for (int i = 0; i < 3; i++) if (v[i] < 1 || v[i] > TIMED_MOST_CELLS) return timed_fault(w, "each of dims lies between 1 and 4194304");
    if (v[0] * v[1] > TIMED_MOST_CELLS || v[0] * v[1] * v[2] > TIMED_MOST_CELLS) return timed_fault(w, "more than 4194304 cells");
    w->x = (int32_t)v[0];
    w->y = (int32_t)v[1];
    w->z = (int32_t)v[2];
    w->cells = v[0] * v[1] * v[2];
    w->shut = NEW(uint8_t, 6 * w->cells);
    memset(w->shut, 0, 6 * (size_t)w->cells);
    return EXIT_DONE;
}

static int timed_oneway(timed_world *w, const int64_t *v)
{
    for (int k = 0; k < 6 && timed_cell(w, v) >= 0; k++) {
        const int32_t *back = timed_way[k];
        int64_t to[3] = { v[0] - back[0], v[1] - back[1], v[2] - back[2] }, other = timed_cell(w, to);
        if (v[3] != -back[0] || v[4] != -back[1] || v[5] != -back[2] || other < 0) continue;
        w->shut[6 * other + k] = 1;
        return EXIT_DONE;
    }
    return timed_fault(w, "a one-way lane leads from a cell to one beside it: dx dy dz has one 1 or -1, and both lie in dims");
}

static int timed_block(timed_world *w, const int64_t *v)
{
    if (timed_cell(w, v) < 0) return timed_fault(w, "the block lies outside dims");
    if (v[3] < 0 || v[3] > C12_ROUTE_HORIZON || (v[4] >= 0 && v[4] <= v[3]) || v[4] > C12_ROUTE_HORIZON) return timed_fault(w, "a block runs from t0 >= 0 to t1 > t0, or to -1 for ever");
    if (w->blocks == w->block_cap) w->block = realloc(w->block, (size_t)(w->block_cap = 2 * w->block_cap + 64) * sizeof *w->block);
    if (!w->block) abort();
    memcpy(w->block[w->blocks++], v, sizeof w->block[0]);
    return EXIT_DONE;
}

static int timed_robot(timed_world *w, const int64_t *v)
{
    int64_t start = timed_cell(w, v + 1), goal = timed_cell(w, v + 4);
    if (start < 0 || goal < 0) return timed_fault(w, start < 0 ? "the start lies outside dims" : "the goal lies outside dims");
    if (v[7] < 0 || v[7] > C12_ROUTE_HORIZON) return timed_fault(w, "t0 is negative or too late");
    if (v[8] < 1 || v[8] > INT32_MAX) return timed_fault(w, "ms_per_cell lies between 1 and 2147483647");
    if (w->robots == w->robot_cap) w->robot = realloc(w->robot, (size_t)(w->robot_cap = 2 * w->robot_cap + 64) * sizeof *w->robot);
    if (!w->robot) abort();
    int64_t *r = w->robot[w->robots++];
    r[0] = v[0];
    r[1] = start;
    r[2] = goal;
    r[3] = v[7];
    r[4] = v[8];
    for (int32_t k = 0; k + 1 < w->robots; k++) {
        if (w->robot[k][0] == v[0]) return timed_fault(w, "this robot's id stands above already");
        if (w->robot[k][1] == start && w->robot[k][3] == v[7]) return timed_fault(w, "another robot starts in this cell at this time");
    }
    return EXIT_DONE;
}

static int timed_line(timed_world *w, char *p)
{
    static const struct { const char *word, *form; int n; int (*take)(timed_world *w, const int64_t *v); } line[] = {
        { "dims", "dims X Y Z", 3, timed_dims }, { "block", "block x y z t0 t1", 5, timed_block }, { "oneway", "oneway x y z dx dy dz", 6, timed_oneway },
        { "a", "a id sx sy sz gx gy gz t0 ms_per_cell", 9, timed_robot },
    };
    int64_t v[TIMED_FIELDS] = { 0 };
    p += strspn(p, " \t\r");
    size_t n = strcspn(p, " \t\r");
    if (!*p || *p == '#') return EXIT_DONE;
    for (size_t k = 0; k < sizeof line / sizeof *line; k++) {
        if (strlen(line[k].word) != n || strncmp(p, line[k].word, n)) continue;
        if (k && !w->cells) return timed_fault(w, "the first line is dims X Y Z");
        int code = timed_numbers(w, p + n, line[k].n, v, line[k].form);
        return code ? code : line[k].take(w, v);
    }
    return cli_say("%s:%" PRId64 ": '%.*s' is no line of a world; there are dims, block, oneway and a", w->file, w->line, (int)(n < 20 ? n : 20), p);
}

static int timed_read(cli *c, timed_world *w)
{
    c12_mem m;
    c12_status s = c12io_bytes_read(w->file, &m, &c->err);
    if (s) return cli_fail(c, s);
    char *bytes = NEW(char, (int64_t)m.size + 1);
    memcpy(bytes, m.ptr, m.size);
    bytes[m.size] = 0;
    int code = strlen(bytes) < m.size ? cli_say("%s: holds a zero byte; a world is text", w->file) : EXIT_DONE;
    c12io_bytes_free(&m);
    for (char *p = bytes, *end; !code && *p; p = end) {
        end = p + strcspn(p, "\n");
        if (*end) *end++ = 0;
        w->line++;
        code = timed_line(w, p);
    }
    free(bytes);
    if (!code && !w->robots) code = cli_say("%s: no robot; write 'a id sx sy sz gx gy gz t0 ms_per_cell'", w->file);
    return code;
}

/* ---- the problem ------------------------------------------------------------------------------------------------------------------- */

static void timed_arcs(timed_world *w)
{
    w->off = NEW(int64_t, w->cells + 1);
    w->head = NEW(int32_t, 6 * w->cells);
    int64_t arcs = 0;
    for (int64_t cell = 0; cell < w->cells; cell++) {
        int64_t at[3] = { cell % w->x, cell / w->x % w->y, cell / w->x / w->y };
        w->off[cell] = arcs;
        for (int k = 0; k < 6; k++) {
            int64_t to[3] = { at[0] + timed_way[k][0], at[1] + timed_way[k][1], at[2] + timed_way[k][2] }, other = timed_cell(w, to);
            if (other >= 0 && !w->shut[6 * cell + k]) w->head[arcs++] = (int32_t)other;
        }
    }
    w->off[w->cells] = arcs;
}

static void timed_problem(timed_world *w)
{
    timed_arcs(w);
    w->start = NEW(int32_t, w->robots);
    w->goal = NEW(int32_t, w->robots);
    w->pace = NEW(int32_t, w->robots);
    w->ready = NEW(c12_tick, w->robots);
    w->held = NEW(int32_t, w->blocks + 1);
    w->from = NEW(c12_tick, w->blocks + 1);
    w->to = NEW(c12_tick, w->blocks + 1);
    for (int32_t r = 0; r < w->robots; r++) {
        w->start[r] = (int32_t)w->robot[r][1];
        w->goal[r] = (int32_t)w->robot[r][2];
        w->ready[r] = w->robot[r][3];
        w->pace[r] = (int32_t)w->robot[r][4];
    }
    for (int32_t b = 0; b < w->blocks; b++) {
        w->held[b] = (int32_t)timed_cell(w, w->block[b]);
        w->from[b] = w->block[b][3];
        w->to[b] = w->block[b][4] < 0 ? C12_ROUTE_STAYS : w->block[b][4];
    }
    w->d = (c12_route_dims)C12_INIT(c12_route_dims);
    w->d.vertices = (int32_t)w->cells;
    w->d.arcs = w->off[w->cells];
    w->d.robots = w->robots;
    w->d.steps = 8 * (w->x + w->y + w->z) + 64;
    w->d.ticks = 16 * (w->x + w->y + w->z);
    w->d.tables = w->robots;
    w->d.holds = (int64_t)w->robots * 4 * (w->x + w->y + w->z) + w->blocks + 4096;
    w->q = (c12_route_problem)C12_INIT(c12_route_problem);
    w->q.n_vertices = w->d.vertices; w->q.n_robots = w->robots; w->q.n_held = w->blocks;
    w->q.arc_off = w->off; w->q.arc_head = w->head; w->q.start = w->start; w->q.goal = w->goal; w->q.robot_pace = w->pace; w->q.robot_ready = w->ready;
    w->q.held_vertex = w->held; w->q.held_from = w->from; w->q.held_to = w->to;
    w->plan = (c12_route_plan)C12_INIT(c12_route_plan);
    w->plan.step_cap = w->d.holds;
    w->plan.step_off = NEW(int64_t, w->robots + (int64_t)1);
    w->plan.step_vertex = NEW(int32_t, w->plan.step_cap);
    w->plan.step_from = NEW(c12_tick, w->plan.step_cap);
    w->plan.step_to = NEW(c12_tick, w->plan.step_cap);
}

/* ---- solving ------------------------------------------------------------------------------------------------------------------------ */

static void timed_cell_text(const timed_world *w, text *o, int32_t v) { text_add(o, " %d %d %d", (int)(v % w->x), (int)(v / w->x % w->y), (int)(v / w->x / w->y)); }

static int timed_write(cli *c, const timed_world *w, const char *path)
{
    text o = { 0 };
    for (int32_t r = 0; r < w->robots; r++) {
        text_add(&o, "a %" PRId64, w->robot[r][0]);
        timed_cell_text(w, &o, w->start[r]);
        timed_cell_text(w, &o, w->goal[r]);
        text_add(&o, " %" PRId64 " %d\n", w->ready[r], (int)w->pace[r]);
        for (int64_t k = w->plan.step_off[r]; k < w->plan.step_off[r + 1]; k++) {
            text_add(&o, "w");
            timed_cell_text(w, &o, w->plan.step_vertex[k]);
            text_add(&o, " %" PRId64 " %" PRId64 "\n", w->plan.step_from[k], w->plan.step_to[k] == C12_ROUTE_STAYS ? (c12_tick)-1 : w->plan.step_to[k]);
        }
    }
    return text_write(c, &o, path);
}

static c12_ns timed_now(void *user)
{
    (void)user;
    return c12io_now();
}

static c12_status timed_check(cli *c, const timed_world *w, c12_verdict *v)
{
    c12_mem room = { NULL, 32 * (size_t)(w->plan.step_off[w->robots] + w->blocks) + 4096 };
    room.ptr = cli_new((int64_t)room.size, 1);
    c12_status s = c12_route_check_with(&w->q, &w->plan, NULL, room, v, &c->err);
    free(room.ptr);
    return s;
}

static int timed_solve(cli *c, timed_world *w, const c12_budget *b, const char *out)
{
    c12_route *h = NULL;
    c12_info i = C12_INIT(c12_info);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_host host = C12_INIT(c12_host);
    host.now = timed_now;
    c12_status s = c12_route_create(&h, &w->d, NULL, &host, &c->err);
    if (!s) s = c12_route_load(h, &w->q, &c->err);
    if (!s) s = c12_route_solve(h, 0, b, &w->plan, &i, &c->err);
    c12_route_destroy(h);
    int found = !s && (i.outcome == C12_OPTIMAL || i.outcome == C12_FEASIBLE);
    if (found) s = timed_check(c, w, &v);
    if (s) return cli_fail(c, s);
    if (!found) { cli_say("c12 route: %s", i.outcome == C12_INFEASIBLE ? "no plan exists: some robot has no way, or two share a goal" : "no plan found in this time; give it more with --time"); return EXIT_NO; }
    if (v.violations) { cli_say("c12 route: the plan fails its checker: %s; please report", v.rule); return EXIT_INTERNAL; }
    int code = timed_write(c, w, out);
    if (!code && c->json) printf("{\"first_seconds\":%.6f,\"soc\":%" PRId64 ",\"lb\":%" PRId64 ",\"seconds\":%.6f}\n", (double)i.first / 1e9, i.objective, i.bound, (double)i.elapsed / 1e9);
    else if (!code && strcmp(out, "-")) printf("%d robots: sum of arrivals %" PRId64 " ms (at least %" PRId64 "), first plan after %.3f s, all after %.3f s\n", (int)w->robots, i.objective, i.bound, (double)i.first / 1e9, (double)i.elapsed / 1e9);
    return code;
}

int route_timed(cli *c, const char *file, const char *out, const c12_budget *b)
{
    timed_world w = { .file = file };
    int code = timed_read(c, &w);
    if (!code) {
        timed_problem(&w);
        code = timed_solve(c, &w, b, out);
    }
    timed_close(&w);
    return code;
}
