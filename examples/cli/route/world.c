/* SPDX-License-Identifier: Apache-2.0 */
/* The file of a world: lines of whole numbers after a word. */
#include "world.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { WORLD_MOST_CELLS = 1 << 22, WORLD_MOST_TOGETHER = 256 };

static const int32_t world_way[6][3] = { { 0, -1, 0 }, { -1, 0, 0 }, { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, -1 }, { 0, 0, 1 } };

void world_close(timed_world *w)
{
    void *const owned[] = { w->shut, w->slow, w->avoid, w->only, w->robot, w->block, w->pair, w->plan.step_off, w->plan.step_vertex, w->plan.step_from, w->plan.step_to };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    for (int32_t k = 0; k < w->n_owned; k++) free(w->owned[k]);
}

/* ---- lines ------------------------------------------------------------------------------------------------------------------------ */

static int world_fault(const timed_world *w, const char *what) { return cli_say("%s:%" PRId64 ": %s", w->file, w->line, what); }

int world_numbers(const char *file, int64_t at, const char *p, int n, int64_t *v, const char *form)
{
    char *end;
    for (int i = 0; i < n; i++) {
        v[i] = strtoll(p, &end, 10);
        if (end == p) return cli_say("%s:%" PRId64 ": write '%s' with whole numbers", file, at, form);
        p = end;
    }
    p += strspn(p, " \t\r");
    return *p ? cli_say("%s:%" PRId64 ": '%.20s' after '%s' is too much", file, at, p, form) : EXIT_DONE;
}

int64_t world_at(const timed_world *w, const int64_t *v)
{
    if (v[0] < 0 || v[0] >= w->x || v[1] < 0 || v[1] >= w->y || v[2] < 0 || v[2] >= w->z) return -1;
    return (v[2] * w->y + v[1]) * w->x + v[0];
}

void *world_room(void *rows, int64_t n, int64_t *cap, size_t size)
{
    if (n < *cap) return rows;
    *cap = 2 * *cap + 64;
    rows = realloc(rows, (size_t)*cap * size);
    if (!rows) abort();
    return rows;
}

static int world_dims(timed_world *w, const int64_t *v)
{
    if (w->cells) return world_fault(w, "dims stand once, in the first line");
    for (int i = 0; i < 3; i++) if (v[i] < 1 || v[i] > WORLD_MOST_CELLS) return world_fault(w, "each of dims lies between 1 and 4194304");
    if (v[0] * v[1] > WORLD_MOST_CELLS || v[0] * v[1] * v[2] > WORLD_MOST_CELLS) return world_fault(w, "more than 4194304 cells");
    w->x = (int32_t)v[0];
    w->y = (int32_t)v[1];
    w->z = (int32_t)v[2];
    w->cells = v[0] * v[1] * v[2];
    w->shut = NEW(uint8_t, 6 * w->cells);
    w->slow = NEW(int32_t, w->cells);
    w->avoid = NEW(int32_t, w->cells);
    w->only = NEW(uint64_t, w->cells);
    memset(w->shut, 0, 6 * (size_t)w->cells);
    for (int64_t k = 0; k < w->cells; k++) {
        w->slow[k] = w->avoid[k] = 0;
        w->only[k] = 0;
    }
    return EXIT_DONE;
}

static int world_oneway(timed_world *w, const int64_t *v)
{
    for (int k = 0; k < 6 && world_at(w, v) >= 0; k++) {
        const int32_t *back = world_way[k];
        int64_t to[3] = { v[0] - back[0], v[1] - back[1], v[2] - back[2] }, other = world_at(w, to);
        if (v[3] != -back[0] || v[4] != -back[1] || v[5] != -back[2] || other < 0) continue;
        w->shut[6 * other + k] = 1;
        return EXIT_DONE;
    }
    return world_fault(w, "a one-way lane leads from a cell to one beside it: dx dy dz has one 1 or -1, and both lie in dims");
}

static int world_block_line(timed_world *w, const int64_t *v)
{
    if (world_at(w, v) < 0) return world_fault(w, "the block lies outside dims");
    if (v[3] < 0 || v[3] > C12_ROUTE_HORIZON || (v[4] >= 0 && v[4] <= v[3]) || v[4] > C12_ROUTE_HORIZON) return world_fault(w, "a block runs from t0 >= 0 to t1 > t0, or to -1 for ever");
    w->block = world_room(w->block, w->blocks, &w->block_cap, sizeof *w->block);
    w->block[w->blocks++] = (world_block){ (int32_t)world_at(w, v), v[3], v[4] < 0 ? C12_ROUTE_STAYS : v[4] };
    return EXIT_DONE;
}

/* The cells of the box between two corners, one after the other: the first is asked for with k = -1, -1 comes back after the last. */
static int64_t world_next_in_box(const timed_world *w, const int64_t *v, int64_t k)
{
    for (k++; k < w->cells; k++) {
        int64_t at[3] = { k % w->x, k / w->x % w->y, k / w->x / w->y };
        int in = 1;
        for (int i = 0; i < 3; i++) in &= v[i] <= at[i] && at[i] <= v[i + 3];
        if (in) return k;
    }
    return -1;
}

static int world_box(const timed_world *w, const int64_t *v)
{
    if (world_at(w, v) < 0 || world_at(w, v + 3) < 0) return world_fault(w, "a corner of the box lies outside dims");
    for (int i = 0; i < 3; i++) if (v[i] > v[i + 3]) return world_fault(w, "a box goes from its smaller corner to its larger one");
    return EXIT_DONE;
}

static int world_slow(timed_world *w, const int64_t *v)
{
    int code = world_box(w, v);
    if (!code && (v[6] < 1 || v[6] > INT32_MAX)) code = world_fault(w, "ms_per_cell lies between 1 and 2147483647");
    for (int64_t k = -1; !code && (k = world_next_in_box(w, v, k)) >= 0; ) w->slow[k] = (int32_t)v[6];
    w->has_slow = 1;
    return code;
}

static int world_avoid(timed_world *w, const int64_t *v)
{
    int code = world_box(w, v);
    if (!code && (v[6] < 0 || v[6] > INT32_MAX)) code = world_fault(w, "the penalty lies between 0 and 2147483647 ms");
    for (int64_t k = -1; !code && (k = world_next_in_box(w, v, k)) >= 0; ) w->avoid[k] = (int32_t)v[6];
    w->has_avoid = 1;
    return code;
}

static int world_only(timed_world *w, const int64_t *v)
{
    int code = world_box(w, v);
    if (!code && (v[6] < 0 || v[6] > 63)) code = world_fault(w, "classes are 0 to 63");
    for (int64_t k = -1; !code && (k = world_next_in_box(w, v, k)) >= 0; ) w->only[k] |= (uint64_t)1 << v[6];
    w->has_classes = 1;
    return code;
}

static void world_add_pair(timed_world *w, int64_t a, int64_t b)
{
    w->pair = world_room(w->pair, w->pairs, &w->pair_cap, sizeof *w->pair);
    w->pair[w->pairs++] = (world_pair){ (int32_t)a, (int32_t)b };
}

static int world_apart(timed_world *w, const int64_t *v)
{
    int64_t a = world_at(w, v), b = world_at(w, v + 3);
    if (a < 0 || b < 0) return world_fault(w, "one of the two cells lies outside dims");
    if (a == b) return world_fault(w, "a cell is held by one robot at a time anyhow");
    world_add_pair(w, a, b);
    return EXIT_DONE;
}

static int world_single(timed_world *w, const int64_t *v)
{
    int code = world_box(w, v);
    int64_t n = 0;
    for (int64_t a = -1; !code && (a = world_next_in_box(w, v, a)) >= 0; n++)
        if (n == WORLD_MOST_TOGETHER) code = world_fault(w, "a zone for one robot has at most 256 cells");
    for (int64_t a = -1; !code && (a = world_next_in_box(w, v, a)) >= 0; )
        for (int64_t b = a; (b = world_next_in_box(w, v, b)) >= 0; ) world_add_pair(w, a, b);
    return code;
}

static int world_turn(timed_world *w, const int64_t *v)
{
    if (v[0] < 1 || v[0] > 1000) return world_fault(w, "a quarter turn takes as long as 1 to 1000 cells");
    w->quarter = (int32_t)v[0];
    return EXIT_DONE;
}

world_robot *world_robot_of(const timed_world *w, int64_t id)
{
    for (int32_t k = 0; k < w->robots; k++) if (w->robot[k].id == id) return &w->robot[k];
    return NULL;
}

static int world_class(timed_world *w, const int64_t *v)
{
    world_robot *r = world_robot_of(w, v[0]);
    if (!r) return world_fault(w, "no robot of this id stands above");
    if (v[1] < 0 || v[1] > 63) return world_fault(w, "classes are 0 to 63");
    r->kind = (int32_t)v[1];
    return EXIT_DONE;
}

static int world_heading(timed_world *w, const int64_t *v)
{
    world_robot *r = world_robot_of(w, v[0]);
    if (!r) return world_fault(w, "no robot of this id stands above");
    if (v[1] < 0 || v[1] > 3) return world_fault(w, "headings are 0 (x rises), 1 (y rises), 2 and 3");
    r->heading = (int32_t)v[1];
    return EXIT_DONE;
}

static int world_robot_line(timed_world *w, const int64_t *v)
{
    int64_t start = world_at(w, v + 1), goal = world_at(w, v + 4), cap = w->robot_cap;
    if (start < 0 || goal < 0) return world_fault(w, start < 0 ? "the start lies outside dims" : "the goal lies outside dims");
    if (v[7] < 0 || v[7] > C12_ROUTE_HORIZON) return world_fault(w, "t0 is negative or too late");
    if (v[8] < 1 || v[8] > INT32_MAX) return world_fault(w, "ms_per_cell lies between 1 and 2147483647");
    for (int32_t k = 0; k < w->robots; k++) {
        if (w->robot[k].id == v[0]) return world_fault(w, "this robot's id stands above already");
        if (w->robot[k].start == start && w->robot[k].ready == v[7]) return world_fault(w, "another robot starts in this cell at this time");
    }
    w->robot = world_room(w->robot, w->robots, &cap, sizeof *w->robot);
    w->robot_cap = (int32_t)cap;
    w->robot[w->robots++] = (world_robot){ v[0], start, goal, v[7], (int32_t)v[8], 0, 0 };
    return EXIT_DONE;
}

static int world_line(void *user, int64_t at, char *p)
{
    timed_world *w = user;
    static const struct { const char *word, *form; int n; int (*take)(timed_world *w, const int64_t *v); } line[] = {
        { "dims", "dims X Y Z", 3, world_dims }, { "block", "block x y z t0 t1", 5, world_block_line }, { "oneway", "oneway x y z dx dy dz", 6, world_oneway },
        { "a", "a id sx sy sz gx gy gz t0 ms_per_cell", 9, world_robot_line }, { "class", "class id c", 2, world_class },
        { "heading", "heading id h", 2, world_heading }, { "turn", "turn N", 1, world_turn }, { "slow", "slow x y z x2 y2 z2 ms_per_cell", 7, world_slow },
        { "avoid", "avoid x y z x2 y2 z2 ms", 7, world_avoid }, { "only", "only x y z x2 y2 z2 c", 7, world_only },
        { "apart", "apart x y z x2 y2 z2", 6, world_apart }, { "single", "single x y z x2 y2 z2", 6, world_single },
    };
    int64_t v[WORLD_FIELDS] = { 0 };
    w->line = at;
    p += strspn(p, " \t\r");
    size_t n = strcspn(p, " \t\r");
    if (!*p || *p == '#') return EXIT_DONE;
    for (size_t k = 0; k < sizeof line / sizeof *line; k++) {
        if (strlen(line[k].word) != n || strncmp(p, line[k].word, n)) continue;
        if (k && !w->cells) return world_fault(w, "the first line is dims X Y Z");
        int code = world_numbers(w->file, w->line, p + n, line[k].n, v, line[k].form);
        return code ? code : line[k].take(w, v);
    }
    return cli_say("%s:%" PRId64 ": '%.*s' is no line of a world; there are dims, block, oneway, a, class, heading, turn, slow, avoid, only, apart and single", w->file, w->line,
                   (int)(n < 20 ? n : 20), p);
}

int world_lines(cli *c, const char *file, int (*take)(void *user, int64_t at, char *p), void *user)
{
    c12_mem m;
    c12_status s = c12io_bytes_read(file, &m, &c->err);
    if (s) return cli_fail(c, s);
    char *bytes = NEW(char, (int64_t)m.size + 1);
    memcpy(bytes, m.ptr, m.size);
    bytes[m.size] = 0;
    int code = strlen(bytes) < m.size ? cli_say("%s: holds a zero byte; it is to be text", file) : EXIT_DONE;
    c12io_bytes_free(&m);
    int64_t at = 0;
    for (char *p = bytes, *end; !code && *p; p = end) {
        end = p + strcspn(p, "\n");
        if (*end) *end++ = 0;
        code = take(user, ++at, p);
    }
    free(bytes);
    return code;
}

int world_read(cli *c, timed_world *w)
{
    int code = world_lines(c, w->file, world_line, w);
    if (!code && !w->robots) code = cli_say("%s: no robot; write 'a id sx sy sz gx gy gz t0 ms_per_cell'", w->file);
    return code;
}

/* ---- the problem ------------------------------------------------------------------------------------------------------------------- */

#define OWN(w, type, n) ((type *)((w)->owned[(w)->n_owned++] = NEW(type, n)))

static void world_arcs(timed_world *w, c12_route_problem *p)
{
    int64_t *off = OWN(w, int64_t, w->cells + 1), arcs = 0;
    int32_t *head = OWN(w, int32_t, 6 * w->cells), *x = OWN(w, int32_t, w->cells), *y = OWN(w, int32_t, w->cells);
    for (int64_t cell = 0; cell < w->cells; cell++) {
        int64_t at[3] = { cell % w->x, cell / w->x % w->y, cell / w->x / w->y };
        off[cell] = arcs;
        x[cell] = (int32_t)at[0];
        y[cell] = (int32_t)at[1];
        for (int k = 0; k < 6; k++) {
            int64_t to[3] = { at[0] + world_way[k][0], at[1] + world_way[k][1], at[2] + world_way[k][2] }, other = world_at(w, to);
            if (other >= 0 && !w->shut[6 * cell + k]) head[arcs++] = (int32_t)other;
        }
    }
    off[w->cells] = arcs;
    *p = (c12_route_problem)C12_INIT(c12_route_problem);
    p->n_vertices = (int32_t)w->cells;
    p->arc_off = off;
    p->arc_head = head;
    p->vertex_x = x;
    p->vertex_y = y;
}

static int world_by_cells(const void *x, const void *y)
{
    const world_pair *a = x, *b = y;
    return a->a != b->a ? (a->a > b->a) - (a->a < b->a) : (a->b > b->b) - (a->b < b->b);
}

/* Pairs from both sides, each once. */
static void world_conflicts(timed_world *w, c12_route_problem *p)
{
    int64_t n = w->pairs, kept = 0;
    if (!n) return;
    for (int64_t k = 0; k < n; k++) world_add_pair(w, w->pair[k].b, w->pair[k].a);
    qsort(w->pair, (size_t)w->pairs, sizeof *w->pair, world_by_cells);
    int64_t *off = OWN(w, int64_t, w->cells + 1);
    int32_t *other = OWN(w, int32_t, w->pairs);
    for (int64_t v = 0, k = 0; v < w->cells; v++) {
        off[v] = kept;
        for (; k < w->pairs && w->pair[k].a == v; k++)
            if (kept == off[v] || other[kept - 1] != w->pair[k].b) other[kept++] = w->pair[k].b;
    }
    off[w->cells] = kept;
    p->conflict_off = off;
    p->conflict_vertex = other;
}

/* What driving into a cell costs and who may, by arcs; arc_of: the arc of cells each is, NULL = itself. */
static void world_lanes(timed_world *w, const c12_route_problem *cells, const int64_t *arc_of, int64_t arcs)
{
    int32_t *pace = w->has_slow ? OWN(w, int32_t, arcs) : NULL, *penalty = w->has_avoid ? OWN(w, int32_t, arcs) : NULL;
    uint64_t *classes = w->has_classes ? OWN(w, uint64_t, arcs) : NULL;
    for (int64_t a = 0; a < arcs; a++) {
        int64_t of = arc_of ? arc_of[a] : a, into = of < 0 ? -1 : cells->arc_head[of];
        if (pace) pace[a] = into < 0 ? 0 : w->slow[into];
        if (penalty) penalty[a] = into < 0 ? 0 : w->avoid[into];
        if (classes) classes[a] = into < 0 || !w->only[into] ? UINT64_MAX : w->only[into];
    }
    w->q.arc_pace = pace;
    w->q.arc_penalty = penalty;
    w->q.arc_classes = classes;
}

static c12_status world_turns(cli *c, timed_world *w, const c12_route_problem *cells)
{
    c12_status s = c12_route_measure_turns(cells, w->quarter, &w->d, &c->err);
    if (s) return s;
    int64_t n = w->d.vertices, *off = OWN(w, int64_t, n + 1), *of = OWN(w, int64_t, w->d.arcs), *conflict_off = OWN(w, int64_t, n + 1);
    int32_t *head = OWN(w, int32_t, w->d.arcs), *length = OWN(w, int32_t, w->d.arcs), *conflict = OWN(w, int32_t, w->d.conflicts), *place = OWN(w, int32_t, n);
    s = c12_route_build_turns(cells, w->quarter, &w->d, off, head, length, of, conflict_off, conflict, place, &c->err);
    w->q.n_vertices = w->d.vertices;
    w->q.arc_off = off; w->q.arc_head = head; w->q.arc_length = length; w->q.conflict_off = conflict_off; w->q.conflict_vertex = conflict; w->q.vertex_place = place;
    world_lanes(w, cells, of, w->d.arcs);
    return s;
}

static void world_robots(timed_world *w)
{
    int32_t *start = OWN(w, int32_t, w->robots), *goal = OWN(w, int32_t, w->robots), *pace = OWN(w, int32_t, w->robots), *kind = OWN(w, int32_t, w->robots);
    int32_t *held = OWN(w, int32_t, w->blocks + 1), headings = w->quarter ? 4 : 1;
    c12_tick *ready = OWN(w, c12_tick, w->robots), *from = OWN(w, c12_tick, w->blocks + 1), *to = OWN(w, c12_tick, w->blocks + 1);
    for (int32_t r = 0; r < w->robots; r++) {
        const world_robot *it = &w->robot[r];
        start[r] = (int32_t)it->start * headings + (w->quarter ? it->heading : 0);
        goal[r] = (int32_t)it->goal * headings;
        ready[r] = it->ready;
        pace[r] = it->pace;
        kind[r] = it->kind;
    }
    for (int64_t b = 0; b < w->blocks; b++) {
        held[b] = w->block[b].cell * headings;
        from[b] = w->block[b].from;
        to[b] = w->block[b].to;
    }
    w->q.n_robots = w->robots;
    w->q.n_held = (int32_t)w->blocks;
    w->q.start = start; w->q.goal = goal; w->q.robot_pace = pace; w->q.robot_ready = ready; w->q.robot_class = kind;
    w->q.held_vertex = held; w->q.held_from = from; w->q.held_to = to;
}

/* Steps of a robot's way, several times what the box is long; a hold casts as many shadows as its vertex has conflicts. */
static void world_sizes(timed_world *w)
{
    int64_t span = (int64_t)w->x + w->y + w->z, most = 0, n = w->q.n_vertices;
    for (int64_t v = 0; w->q.conflict_off && v < n; v++) {
        int64_t here = w->q.conflict_off[v + 1] - w->q.conflict_off[v];
        if (here > most) most = here;
    }
    int64_t shadows = w->q.conflict_off ? (2 * w->q.conflict_off[n] / n + most / 8) : 0;
    w->d.vertices = (int32_t)n;
    w->d.arcs = w->q.arc_off[n];
    w->d.conflicts = w->q.conflict_off ? w->q.conflict_off[n] : 0;
    w->d.penalties = w->q.arc_penalty != NULL;
    w->d.robots = w->robots;
    w->d.steps = (int32_t)(8 * span + 64) * (w->quarter ? 2 : 1);
    w->d.ticks = (int32_t)(16 * span);
    w->d.tables = w->robots;
    w->d.holds = ((int64_t)w->robots * 4 * span * (w->quarter ? 2 : 1) + 4096) * (1 + shadows) + w->blocks * (1 + most);
}

int world_problem(cli *c, timed_world *w)
{
    c12_route_problem cells;
    world_arcs(w, &cells);
    world_conflicts(w, &cells);
    w->d = (c12_route_dims)C12_INIT(c12_route_dims);
    w->q = cells;
    if (w->quarter) {
        c12_status s = world_turns(c, w, &cells);
        if (s) return cli_fail(c, s);
    } else world_lanes(w, &cells, NULL, cells.arc_off[w->cells]);
    w->q.vertex_x = w->q.vertex_y = NULL;
    world_robots(w);
    world_sizes(w);
    return EXIT_DONE;
}

void world_plan(timed_world *w, int64_t steps)
{
    w->plan = (c12_route_plan)C12_INIT(c12_route_plan);
    w->plan.step_cap = steps;
    w->plan.step_off = NEW(int64_t, w->robots + (int64_t)1);
    w->plan.step_vertex = NEW(int32_t, w->plan.step_cap);
    w->plan.step_from = NEW(c12_tick, w->plan.step_cap);
    w->plan.step_to = NEW(c12_tick, w->plan.step_cap);
}

c12_status world_judge(cli *c, const timed_world *w, c12_verdict *v)
{
    c12_mem room = { NULL, 32 * (size_t)(w->plan.step_off[w->robots] + w->blocks) + 4096 };
    room.ptr = cli_new((int64_t)room.size, 1);
    c12_status s = c12_route_check_with(&w->q, &w->plan, NULL, room, v, &c->err);
    free(room.ptr);
    return s;
}

int32_t world_cell(const timed_world *w, int32_t vertex) { return w->quarter ? vertex / 4 : vertex; }
