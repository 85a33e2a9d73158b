/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bench life [MAP N STEPS]: what a step of a fleet that never stops takes and how many goals it reaches, on floors made here after their
 * descriptions, or on a map of the caller's with goals on all its cells.  Robots get a new goal in the step after they reach one.  Figures of
 * others for the same floors stand in bench/README.md; every step is judged by the independent checker, outside the time taken. */
#include "bench.h"
#include "floor.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct life_floor {
    const char *name;
    int32_t width, height, robots, steps;
    char *cells;         /* '.' free, 'E' free and a goal, 'I' an induct, anything else a wall */
    int one_way;         /* the sorting centre's lanes */
} life_floor;

typedef struct life_bench {
    cli *c;
    table out;
    floor_map f;
    runner run;          /* for its memory on huge pages */
    uint64_t state;
    int32_t *site, n_sites, *induct, n_induct, *coming; /* goals; where parcels come in, and how many robots are on the way there */
    int32_t *far;        /* [inducts * vertices] steps to each induct */
    uint8_t *full;       /* [robots] it carries a parcel */
    c12_ns *took;
} life_bench;

static int32_t life_draw(life_bench *b, int64_t n)
{
    b->state ^= b->state << 13;
    b->state ^= b->state >> 7;
    b->state ^= b->state << 17;
    return (int32_t)(b->state % (uint64_t)n);
}

/* Processor time of this thread: a machine with other work does not count. */
static c12_ns life_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (c12_ns)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ---- floors ------------------------------------------------------------------------------------------------------------------------------ */

static void life_box(life_floor *w, int x, int y, int width, int height, char cell)
{
    for (int j = y; j < y + height; j++) memset(w->cells + (int64_t)j * w->width + x, cell, (size_t)width);
}

static void life_walls(life_floor *w)
{
    life_box(w, 0, 0, w->width, 1, '@');
    life_box(w, 0, w->height - 1, w->width, 1, '@');
    for (int y = 0; y < w->height; y++) w->cells[(int64_t)y * w->width] = w->cells[(int64_t)y * w->width + w->width - 1] = '@';
}

/* MovingAI's warehouse-20-40-10-2-2: 20 x 40 shelves of 10 x 2, aisles of 2, 38,756 free cells. */
static void life_warehouse(life_floor *w)
{
    for (int k = 0; k < 800; k++) life_box(w, 51 + k % 20 * 12, 3 + k / 20 * 4, 10, 2, '@');
    life_walls(w);
}

/* RHCR's kiva floor: three columns of eight pods of ten, goals on both their sides. */
static void life_kiva(life_floor *w)
{
    for (int k = 0; k < 24; k++) {
        int x = 7 + k % 3 * 11, y = 1 + k / 3 * 4;
        life_box(w, x, y, 10, 3, 'E');
        life_box(w, x, y + 1, 10, 1, '@');
    }
}

/* RHCR's sorting centre: 25 x 11 chutes, parcels come in at both long sides. */
static void life_sorting(life_floor *w)
{
    static const int dx[4] = { 1, -1, 0, 0 }, dy[4] = { 0, 0, 1, -1 };
    for (int k = 0; k < 275; k++) {
        int x = 2 + k % 25 * 3, y = 3 + k / 25 * 3;
        life_box(w, x, y, 1, 1, '@');
        for (int i = 0; i < 4; i++) life_box(w, x + dx[i], y + dy[i], 1, 1, 'E');
    }
    for (int x = 2; x < 77; x += 3) w->cells[x] = w->cells[36 * 77 + x] = 'I';
    w->cells[0] = w->cells[36 * 77] = '@';
}

static void life_random(life_floor *w)
{
    uint64_t state = 88172645463325252u;
    for (int64_t k = 0; k < (int64_t)w->width * w->height; k++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        if (state % 5 == 0) w->cells[k] = '@';
    }
}

/* The sorting centre's lanes: two columns down, two up, two rows east, two west; past a chute only along. */
static int life_lane(const life_floor *w, int x, int y, int dx, int dy)
{
    int up = x % 6 == 3 || x % 6 == 4, chute_column = x % 3 == 2;
    if (y == 0 || y == w->height - 1) {
        int turn = y == 0 ? up : !up && !chute_column; /* into the column */
        int along = y == 0 ? (x % 6 == 1 || x % 6 == 2 ? 1 : -1) : (x % 6 == 4 || x % 6 == 5 ? 1 : -1);
        return turn && !chute_column ? dx == 0 : dx == along;
    }
    if (dy) return !chute_column && dy == (up ? 1 : -1);
    return y % 3 && dx == (y % 6 == 1 || y % 6 == 2 ? 1 : -1);
}

/* ---- map and goals ------------------------------------------------------------------------------------------------------------------------ */

static int life_read(life_bench *b, const life_floor *w)
{
    text map = { 0 };
    int64_t arcs = 0;
    text_add(&map, "type octile\nheight %d\nwidth %d\nmap\n", (int)w->height, (int)w->width);
    for (int y = 0; y < w->height; y++) {
        for (int x = 0; x < w->width; x++) text_bytes(&map, strchr(".EI", w->cells[(int64_t)y * w->width + x]) ? "." : "@", 1);
        text_add(&map, "\n");
    }
    c12_view v = { (const uint8_t *)map.at, map.n };
    c12_status s = c12_route_scan_map(v, &b->f.dims, &b->f.width, &b->f.height, &b->c->err);
    b->f.off = NEW(int64_t, b->f.dims.vertices + (int64_t)1);
    b->f.head = NEW(int32_t, b->f.dims.arcs);
    b->f.x = NEW(int32_t, b->f.dims.vertices);
    b->f.y = NEW(int32_t, b->f.dims.vertices);
    b->f.vertex = NEW(int32_t, (int64_t)w->width * w->height);
    if (!s) s = c12_route_read_map(v, &b->f.dims, b->f.off, b->f.head, b->f.x, b->f.y, b->f.vertex, &b->c->err);
    text_free(&map);
    for (int32_t u = 0; w->one_way && u < b->f.dims.vertices; u++) { /* arcs against the lanes go */
        int64_t from = b->f.off[u];
        b->f.off[u] = arcs;
        for (int64_t a = from; a < b->f.off[u + 1]; a++) {
            int32_t to = b->f.head[a];
            if (life_lane(w, b->f.x[u], b->f.y[u], b->f.x[to] - b->f.x[u], b->f.y[to] - b->f.y[u])) b->f.head[arcs++] = to;
        }
        if (u + 1 == b->f.dims.vertices) b->f.off[u + 1] = b->f.dims.arcs = arcs;
    }
    return s ? cli_fail(b->c, s) : EXIT_DONE;
}

/* Cells that are reached from `from` over arcs forwards (or backwards), with the steps it takes; -1 = not. */
static void life_reach(const life_bench *b, int32_t from, int backwards, int32_t *steps)
{
    int32_t n = b->f.dims.vertices, changed = 1;
    for (int32_t v = 0; v < n; v++) steps[v] = -1;
    steps[from] = 0;
    while (changed) {
        changed = 0;
        for (int32_t v = 0; v < n; v++)
            for (int64_t a = b->f.off[v]; a < b->f.off[v + 1]; a++) {
                int32_t p = backwards ? b->f.head[a] : v, q = backwards ? v : b->f.head[a];
                if (steps[p] >= 0 && (steps[q] < 0 || steps[q] > steps[p] + 1)) { steps[q] = steps[p] + 1; changed = 1; }
            }
    }
}

/* The part of the floor all goals lie in, and who stands where at first. */
static void life_sites(life_bench *b, const life_floor *w)
{
    int32_t n = b->f.dims.vertices, *to = NEW(int32_t, n), *back = NEW(int32_t, n), *part = NEW(int32_t, n), parts = 0;
    for (int32_t root = 0; 2 * parts < n && root < n; root += 1 + n / 64) {
        life_reach(b, root, 0, to);
        life_reach(b, root, 1, back);
        parts = b->n_sites = b->n_induct = 0;
        for (int32_t v = 0; v < n; v++) {
            char cell = w->cells[(int64_t)b->f.y[v] * w->width + b->f.x[v]];
            if (to[v] < 0 || back[v] < 0) continue;
            part[parts++] = v;
            if (cell == 'I') b->induct[b->n_induct++] = v;
            else if (cell == 'E' || !strchr(w->cells, 'E')) b->site[b->n_sites++] = v;
        }
    }
    b->far = NEW(int32_t, (int64_t)b->n_induct * n);
    for (int32_t k = 0; k < b->n_induct; k++) life_reach(b, b->induct[k], 1, b->far + (int64_t)k * n);
    if (b->f.dims.robots > parts) b->f.dims.robots = parts;
    for (int32_t r = 0; r < b->f.dims.robots; r++) {
        int32_t k = r + life_draw(b, parts - r), v = part[k];
        part[k] = part[r];
        part[r] = b->f.start[r] = v;
    }
    free(to); free(back); free(part);
}

/* RHCR's rules: any goal; or by turns any chute and the induct that is nearest with eight steps for each robot on its way there. */
static int32_t life_goal(life_bench *b, int32_t robot, int32_t here)
{
    int32_t best = 0, least = INT32_MAX;
    b->full[robot] = !b->full[robot];
    if (!b->n_induct || !b->full[robot]) return b->site[life_draw(b, b->n_sites)];
    for (int32_t k = 0; k < b->n_induct; k++) {
        int32_t cost = b->far[(int64_t)k * b->f.dims.vertices + here] + 8 * b->coming[b->induct[k]];
        if (cost < least) { least = cost; best = k; }
    }
    b->coming[b->induct[best]]++;
    return b->induct[best];
}

/* ---- a run -------------------------------------------------------------------------------------------------------------------------------- */

static int life_sooner(const void *a, const void *b)
{
    const c12_ns *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static c12_status life_steps(life_bench *b, c12_route *h, const life_floor *w, int64_t *visits, c12_tick *eldest)
{
    int32_t n = b->f.dims.robots, *where = NEW(int32_t, 2 * (int64_t)n), *scratch = NEW(int32_t, b->f.dims.vertices);
    c12_route_problem q = b->f.q;
    c12_route_run run = C12_INIT(c12_route_run);
    c12_status s = C12_OK;
    q.start = q.goal = NULL;
    run.n_ticks = 1;
    run.where = where;
    memcpy(where, b->f.start, (size_t)n * sizeof *where);
    for (int32_t r = 0; r < n; r++) { b->full[r] = r & 1; b->f.goal[r] = life_goal(b, r, where[r]); }
    for (int32_t t = 0; t < w->steps && !s; t++) {
        c12_route_pulse p = C12_INIT(c12_route_pulse);
        c12_verdict v = C12_INIT(c12_verdict);
        c12_ns began = life_clock();
        s = c12_route_step(h, 0, NULL, b->f.goal, where + n, &p, &b->c->err);
        b->took[t] = life_clock() - began;
        if (!s) s = c12_route_check_run(&q, &run, scratch, &v, &b->c->err);
        if (!s && v.violations) { cli_say("c12 bench life: a step breaks %s", v.rule); s = C12_E_INTERNAL; }
        if (p.eldest_ticks > *eldest) *eldest = p.eldest_ticks;
        memcpy(where, where + n, (size_t)n * sizeof *where);
        for (int32_t r = 0; r < n; r++) {
            if (where[r] != b->f.goal[r]) continue;
            b->coming[where[r]] -= b->full[r] && b->n_induct;
            b->f.goal[r] = life_goal(b, r, where[r]);
            ++*visits;
        }
    }
    free(where);
    free(scratch);
    return s;
}

static c12_status life_run(life_bench *b, const life_floor *w)
{
    int32_t n = b->f.dims.vertices;
    int64_t visits = 0;
    c12_tick eldest = 0;
    size_t bytes = 0;
    c12_route *h = NULL;
    c12_route_options o = C12_INIT(c12_route_options);
    o.mode = C12_ROUTE_GRID;
    b->f.q.n_vertices = n; b->f.q.n_robots = b->f.dims.robots; b->f.q.arc_off = b->f.off; b->f.q.arc_head = b->f.head; b->f.q.start = b->f.q.goal = b->f.start;
    b->f.dims.holds = b->f.dims.steps = b->f.dims.tables = 1;
    b->f.dims.lifelong = floor_tables(&b->f);
    c12_ns began = life_clock();
    c12_status s = c12_route_create(&h, &b->f.dims, &o, &b->run.host, &b->c->err);
    if (!s) s = c12_route_load(h, &b->f.q, &b->c->err);
    c12_ns load = life_clock() - began;
    if (!s) s = c12_route_bytes(&b->f.dims, &bytes, &b->c->err);
    if (!s) s = life_steps(b, h, w, &visits, &eldest);
    c12_route_destroy(h);
    if (s) return s;
    qsort(b->took, (size_t)w->steps, sizeof *b->took, life_sooner);
    table_word(&b->out, w->name);
    table_int(&b->out, n);
    table_int(&b->out, b->f.dims.robots);
    table_int(&b->out, w->steps);
    table_ratio(&b->out, visits, w->steps, 3);
    table_ratio(&b->out, b->took[w->steps / 2], 1000, 1);
    table_ratio(&b->out, b->took[(int64_t)w->steps * 99 / 100], 1000, 1);
    table_int(&b->out, eldest);
    table_ratio(&b->out, load, 1000000, 1);
    table_ratio(&b->out, (int64_t)bytes, 1000000, 1);
    return C12_OK;
}

static int life_measure(life_bench *b, const life_floor *w)
{
    floor_map empty = { .dims = C12_INIT(c12_route_dims), .q = C12_INIT(c12_route_problem), .plan = C12_INIT(c12_route_plan) };
    b->f = empty;
    int code = life_read(b, w);
    int32_t n = b->f.dims.vertices;
    b->f.dims.robots = w->robots;
    b->f.start = NEW(int32_t, w->robots);
    b->f.goal = NEW(int32_t, w->robots);
    b->site = NEW(int32_t, n);
    b->induct = NEW(int32_t, n);
    b->coming = NEW(int32_t, n);
    b->full = NEW(uint8_t, w->robots);
    b->took = NEW(c12_ns, w->steps);
    if (!code) life_sites(b, w);
    c12_status s = code ? C12_OK : life_run(b, w);
    if (s) code = cli_fail(b->c, s);
    void *const owned[] = { b->site, b->induct, b->coming, b->full, b->took, b->far };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    b->far = NULL;
    floor_close(&b->f);
    return code;
}

/* The caller's map: its letters as they are, 'E' cells are the goals when there are any. */
static int life_own(cli *c, life_floor *w, const char *file)
{
    floor_map f = { .dims = C12_INIT(c12_route_dims) };
    c12_mem m;
    int code = floor_read(c, &f, file);
    c12_status s = code ? C12_OK : c12io_bytes_read(file, &m, &c->err);
    if (code || s) { floor_close(&f); return code ? code : cli_fail(c, s); }
    w->name = file;
    w->width = f.width;
    w->height = f.height;
    w->cells = NEW(char, (int64_t)f.width * f.height + 1);
    for (int64_t k = 0; k < (int64_t)f.width * f.height; k++) w->cells[k] = f.vertex[k] < 0 ? '@' : '.';
    c12io_bytes_free(&m);
    floor_close(&f);
    return EXIT_DONE;
}

int bench_life(cli *c)
{
    static const char *const head[] = { "floor", "cells", "robots", "steps", "goals_a_step", "step_us", "p99_us", "eldest_ticks", "load_ms", "mbytes" };
    static const struct { const char *name; int32_t width, height, robots, steps; void (*draw)(life_floor *w); int one_way; } made[] = {
        { "kiva, RHCR", 46, 33, 100, 500, life_kiva, 0 },          { "sorting, RHCR", 77, 37, 400, 500, life_sorting, 1 },
        { "random", 32, 32, 100, 500, life_random, 0 },            { "random", 32, 32, 400, 1000, life_random, 0 },
        { "warehouse-20-40-10-2-2", 340, 164, 10000, 1000, life_warehouse, 0 },
    };
    life_bench b = { .c = c, .state = 88172645463325252u + (uint64_t)cli_int(c, "--seed", 0, 1000000, 1) * 77777 };
    life_floor own = { .robots = 0 };
    const char *map = cli_word(c, 1);
    int code = cli_ready(c, map ? 4 : 1) ? EXIT_DONE : EXIT_BAD;
    if (!code && map) {
        own.robots = atoi(cli_word(c, 2));
        own.steps = atoi(cli_word(c, 3));
        if (own.robots < 1 || own.steps < 1) return cli_usage(c, "c12 bench life MAP N STEPS wants numbers of robots and steps");
        code = life_own(c, &own, map);
    }
    if (code) return code;
    code = runner_open(c, &b.run, 1);
    if (code) return code;
    b.out = table_new(10, head, "snnnnnnnnn");
    if (map && !code) code = life_measure(&b, &own);
    for (size_t k = 0; k < sizeof made / sizeof *made && !map && !code; k++) {
        life_floor w = { made[k].name, made[k].width, made[k].height, made[k].robots, made[k].steps, NEW(char, (int64_t)made[k].width * made[k].height + 1), made[k].one_way };
        memset(w.cells, '.', (size_t)w.width * (size_t)w.height);
        made[k].draw(&w);
        code = life_measure(&b, &w);
        free(w.cells);
    }
    runner_close(&b.run);
    free(own.cells);
    return code ? code : table_print(c, &b.out, NULL);
}
