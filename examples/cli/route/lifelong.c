/* SPDX-License-Identifier: Apache-2.0 */
/* c12 route lifelong: robots that never stop.  Tasks are taken in the order of the file by whoever is free, first to the one cell, then to the
 * other; every step is judged by the independent checker, and so is the whole run before anything is written. */
#include "floor.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct stop_list { int64_t n, cap, *next; int32_t *vertex, *robot; c12_tick *tick; } stop_list; /* in the order they were given out */

typedef struct lifelong {
    cli *c;
    floor_map f;
    runner run_on;              /* for its memory on huge pages */
    int32_t n_tasks, *from, *to;
    int32_t taken;              /* tasks given out */
    int32_t *task, *leg;        /* [robots] task in hand, -1; 0 = on the way to its first cell, 1 = to its second */
    int64_t *last_stop;         /* [robots] the stop under way, -1 */
    stop_list stops;
    int64_t steps, done, visits, slow;
    c12_tick eldest;
    c12_ns *took, load, limit;
    floor_run run;
} lifelong;

/* ---- tasks ------------------------------------------------------------------------------------------------------------------------- */

static int task_cell(const lifelong *l, const char *file, int line, int x, int y, int32_t *v)
{
    const floor_map *f = &l->f;
    *v = x < 0 || y < 0 || x >= f->width || y >= f->height ? -1 : f->vertex[(int64_t)y * f->width + x];
    return *v < 0 ? cli_say("%s:%d: %d,%d is not a free cell of the map", file, line, x, y) : EXIT_DONE;
}

static int read_task(lifelong *l, const char *file, int line, const char *at, int32_t row)
{
    int id, a, b, x, y;
    if (sscanf(at, "%d %d %d %d %d", &id, &a, &b, &x, &y) != 5) return cli_say("%s:%d: a task is 'ID X Y X Y', what follows is not looked at", file, line);
    int code = task_cell(l, file, line, a, b, &l->from[row]);
    return code ? code : task_cell(l, file, line, x, y, &l->to[row]);
}

/* "N", then N lines "id x y x y ...". */
static int read_tasks(lifelong *l, const char *file)
{
    c12_mem m;
    c12_status s = c12io_bytes_read(file, &m, &l->c->err);
    if (s) return cli_fail(l->c, s);
    char *copy = cli_new((int64_t)m.size + 1, 1), *end, *at = copy;
    memcpy(copy, m.ptr, m.size);
    c12io_bytes_free(&m);
    long n = strtol(copy, &end, 10);
    int code = EXIT_DONE, line = 1;
    if (end == copy || (*end != '\n' && *end != '\r') || n < 1 || n > 100000000) code = cli_say("%s:1: begins with the number of tasks", file);
    l->n_tasks = code ? 0 : (int32_t)n;
    l->from = NEW(int32_t, l->n_tasks);
    l->to = NEW(int32_t, l->n_tasks);
    for (int32_t k = 0; k < l->n_tasks && !code; k++) {
        at = strchr(at, '\n');
        line++;
        if (!at || !at[1]) code = cli_say("%s:%d: %d tasks were announced, here the file ends", file, line, (int)l->n_tasks);
        else code = read_task(l, file, line, ++at, k);
    }
    free(copy);
    return code;
}

/* ---- robots ---------------------------------------------------------------------------------------------------------------------------- */

static uint64_t draw(uint64_t *state, uint64_t n)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state % n;
}

/* Robots begin on cells drawn by the seed from those of the first task's part of the map, which all tasks must lie in. */
static int place_robots(lifelong *l, const char *file, uint64_t seed)
{
    floor_map *f = &l->f;
    int32_t *part = NEW(int32_t, f->dims.vertices), n = 1, code = EXIT_DONE;
    char *seen = NEW(char, f->dims.vertices);
    uint64_t state = 88172645463325252u + seed * 0x9E3779B97F4A7C15u;
    part[0] = l->from[0];
    seen[part[0]] = 1;
    for (int32_t i = 0; i < n; i++)
        for (int64_t a = f->off[part[i]]; a < f->off[part[i] + 1]; a++)
            if (!seen[f->head[a]]) seen[part[n++] = f->head[a]] = 1;
    for (int32_t k = 0; k < l->n_tasks && !code; k++)
        if (!seen[l->from[k]] || !seen[l->to[k]]) code = cli_say("%s:%d: there is no way to this task from the first one's cells", file, (int)k + 2);
    if (!code && f->dims.robots > n) code = cli_say("%s: %d robots do not fit on the %d cells that tasks can be reached on", file, (int)f->dims.robots, (int)n);
    f->start = NEW(int32_t, f->dims.robots);
    for (int32_t r = 0; r < f->dims.robots && !code; r++) {
        int32_t k = r + (int32_t)draw(&state, (uint64_t)(n - r)), v = part[k];
        part[k] = part[r];
        part[r] = f->start[r] = v;
    }
    free(part);
    free(seen);
    return code;
}

static void give_stop(lifelong *l, int32_t robot, int32_t vertex)
{
    stop_list *s = &l->stops;
    if (s->n == s->cap) {
        s->cap = 2 * s->cap + 1024;
        s->vertex = realloc(s->vertex, (size_t)s->cap * sizeof *s->vertex);
        s->robot = realloc(s->robot, (size_t)s->cap * sizeof *s->robot);
        s->tick = realloc(s->tick, (size_t)s->cap * sizeof *s->tick);
        if (!s->vertex || !s->robot || !s->tick) { cli_say("c12 route: out of memory"); exit(EXIT_INTERNAL); }
    }
    s->vertex[s->n] = vertex;
    s->robot[s->n] = robot;
    s->tick[s->n] = -1;
    l->last_stop[robot] = s->n++;
    l->f.goal[robot] = vertex;
}

/* The robot is where it was sent: the second cell of its task, or another task; several when they begin where it stands. */
static void next_stop(lifelong *l, int32_t robot, int32_t here, c12_tick tick)
{
    while (l->f.goal[robot] == here || l->task[robot] < 0) {
        if (l->task[robot] >= 0) {
            l->stops.tick[l->last_stop[robot]] = tick;
            l->visits++;
            if (!l->leg[robot]) { l->leg[robot] = 1; give_stop(l, robot, l->to[l->task[robot]]); continue; }
            l->done++;
            l->task[robot] = l->f.goal[robot] = -1;
        }
        if (l->taken == l->n_tasks) return;
        l->task[robot] = l->taken++;
        l->leg[robot] = 0;
        give_stop(l, robot, l->from[l->task[robot]]);
    }
}

/* ---- the run ----------------------------------------------------------------------------------------------------------------------------- */

static c12_status take_steps(lifelong *l, c12_route *h)
{
    int32_t n = l->f.dims.robots;
    c12_status s = C12_OK;
    memcpy(l->run.where, l->f.start, (size_t)n * sizeof *l->f.start);
    for (int64_t t = 0; t < l->steps && !s; t++) {
        const int32_t *here = l->run.where + t * n;
        c12_route_pulse p = C12_INIT(c12_route_pulse);
        for (int32_t r = 0; r < n; r++) next_stop(l, r, here[r], t);
        c12_ns began = c12io_now();
        s = c12_route_step(h, 0, NULL, l->f.goal, l->run.where + (t + 1) * n, &p, &l->c->err);
        l->took[t] = c12io_now() - began;
        l->slow += l->limit && l->took[t] > l->limit;
        if (p.eldest_ticks > l->eldest) l->eldest = p.eldest_ticks;
    }
    for (int32_t r = 0; r < n && !s; r++) next_stop(l, r, l->run.where[l->steps * n + r], l->steps);
    return s;
}

/* Stops by robot, in order; those not reached have tick -1 and come last for each robot. */
static void sort_stops(lifelong *l)
{
    int32_t n = l->f.dims.robots;
    l->run.ticks = l->steps;
    l->run.stop_off = NEW(int64_t, n + (int64_t)1);
    l->run.stop_vertex = NEW(int32_t, l->stops.n);
    l->run.stop_tick = NEW(c12_tick, l->stops.n);
    int64_t *at = NEW(int64_t, n + (int64_t)1);
    for (int64_t k = 0; k < l->stops.n; k++) l->run.stop_off[l->stops.robot[k] + 1]++;
    for (int32_t r = 0; r < n; r++) l->run.stop_off[r + 1] += l->run.stop_off[r];
    memcpy(at, l->run.stop_off, (size_t)n * sizeof *at);
    for (int64_t k = 0; k < l->stops.n; k++) {
        int64_t to = at[l->stops.robot[k]]++;
        l->run.stop_vertex[to] = l->stops.vertex[k];
        l->run.stop_tick[to] = l->stops.tick[k];
    }
    free(at);
}

/* The visits claimed are those with a tick. */
static int judge_run(lifelong *l)
{
    int32_t n = l->f.dims.robots, *scratch = NEW(int32_t, l->f.dims.vertices), *vertex = NEW(int32_t, l->visits);
    int64_t *off = NEW(int64_t, n + (int64_t)1), at = 0;
    c12_tick *tick = NEW(c12_tick, l->visits);
    c12_route_run u = C12_INIT(c12_route_run);
    c12_verdict v = C12_INIT(c12_verdict);
    for (int32_t r = 0; r < n; r++) {
        for (int64_t k = l->run.stop_off[r]; k < l->run.stop_off[r + 1]; k++)
            if (l->run.stop_tick[k] >= 0) { vertex[at] = l->run.stop_vertex[k]; tick[at++] = l->run.stop_tick[k]; }
        off[r + 1] = at;
    }
    u.n_ticks = l->steps; u.where = l->run.where; u.stop_off = off; u.stop_vertex = vertex; u.stop_tick = tick;
    c12_status s = c12_route_check_run(&l->f.q, &u, scratch, &v, &l->c->err);
    int code = s ? cli_fail(l->c, s) : EXIT_DONE;
    if (!s && (v.violations || v.objective != l->visits)) code = cli_say("c12 route: the run fails its checker: %s; please report", v.rule ? v.rule : "visits") ? EXIT_INTERNAL : 0;
    free(scratch); free(vertex); free(off); free(tick);
    return code;
}

static int write_run(lifelong *l, const char *path, const char *html)
{
    text o = { 0 };
    int32_t n = l->f.dims.robots;
    for (int32_t r = 0; r < n; r++) {
        for (int64_t t = 0; t <= l->steps; t++) {
            int32_t v = l->run.where[t * n + r];
            text_add(&o, "%s%d,%d", t ? " " : "", (int)l->f.x[v], (int)l->f.y[v]);
        }
        text_add(&o, "\n");
    }
    int code = text_write(l->c, &o, path);
    if (code || !html) return code;
    text page = { 0 };
    char title[64];
    snprintf(title, sizeof title, "%d robots under way", (int)n);
    floor_page(&l->f, &l->run, title, &page);
    return text_write(l->c, &page, html);
}

static int sooner(const void *a, const void *b)
{
    const c12_ns *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static void report(lifelong *l)
{
    qsort(l->took, (size_t)l->steps, sizeof *l->took, sooner);
    double p50 = (double)l->took[l->steps / 2] / 1e3, p99 = (double)l->took[l->steps * 99 / 100] / 1e3, most = (double)l->took[l->steps - 1] / 1e3;
    if (l->c->json)
        printf("{\"robots\":%d,\"steps\":%" PRId64 ",\"tasks_done\":%" PRId64 ",\"visits\":%" PRId64 ",\"visits_a_step\":%.4f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f,\"load_ms\":%.1f,\"eldest_ticks\":%" PRId64 ",\"slow_steps\":%" PRId64 "}\n",
               (int)l->f.dims.robots, l->steps, l->done, l->visits, (double)l->visits / (double)l->steps, p50, p99, most, (double)l->load / 1e6, l->eldest, l->slow);
    else {
        printf("%d robots, %" PRId64 " steps: %" PRId64 " tasks done, %.2f visits a step; a step %.1f us, 99 of 100 within %.1f us\n", (int)l->f.dims.robots, l->steps, l->done, (double)l->visits / (double)l->steps, p50, p99);
        if (l->limit) printf("%" PRId64 " steps took longer than %.3f ms\n", l->slow, (double)l->limit / 1e6);
    }
}

static int run_lifelong(lifelong *l, const char *out, const char *html)
{
    floor_map *f = &l->f;
    int32_t n = f->dims.robots;
    c12_route *h = NULL;
    c12_route_options o = C12_INIT(c12_route_options);
    o.mode = C12_ROUTE_GRID;
    f->dims.holds = f->dims.steps = f->dims.tables = 1;
    f->dims.lifelong = floor_tables(f);
    f->goal = NEW(int32_t, n);
    l->task = NEW(int32_t, n);
    l->leg = NEW(int32_t, n);
    l->last_stop = NEW(int64_t, n);
    l->took = NEW(c12_ns, l->steps);
    l->run.where = NEW(int32_t, (l->steps + 1) * n);
    for (int32_t r = 0; r < n; r++) l->task[r] = f->goal[r] = -1;
    f->q.n_vertices = f->dims.vertices; f->q.n_robots = n;
    f->q.arc_off = f->off; f->q.arc_head = f->head;
    f->q.start = f->q.goal = f->start;
    int code = runner_open(l->c, &l->run_on, 1);
    if (code) return code;
    c12_ns began = c12io_now();
    c12_status s = c12_route_create(&h, &f->dims, &o, &l->run_on.host, &l->c->err);
    if (!s) s = c12_route_load(h, &f->q, &l->c->err);
    l->load = c12io_now() - began;
    if (!s) s = take_steps(l, h);
    c12_route_destroy(h);
    runner_close(&l->run_on);
    if (s) return cli_fail(l->c, s);
    sort_stops(l);
    code = judge_run(l);
    if (!code) code = write_run(l, out, html);
    if (!code) report(l);
    return code;
}

int cmd_lifelong(cli *c)
{
    lifelong l = { .c = c, .f = { .dims = C12_INIT(c12_route_dims), .q = C12_INIT(c12_route_problem), .plan = C12_INIT(c12_route_plan) } };
    const char *html = cli_value(c, "--html"), *limit = cli_value(c, "--ms-per-step"), *word[5];
    uint64_t seed = (uint64_t)cli_int(c, "--seed", 0, INT64_MAX, 1);
    char *end = NULL;
    double ms = limit ? strtod(limit, &end) : 0;
    for (int k = 0; k < 5; k++) word[k] = cli_word(c, k + 1);
    if (limit && (*end || !(ms > 0) || ms > 1e6)) return cli_usage(c, "--ms-per-step '%s' is not a positive number", limit);
    if (!cli_ready(c, 6)) return EXIT_BAD;
    long n = strtol(word[2], &end, 10), steps;
    if (*end || n < 1 || n > 1000000) return cli_usage(c, "N '%s' is not a number of robots", word[2]);
    steps = strtol(word[3], &end, 10);
    if (*end || steps < 1 || steps > 10000000 || (int64_t)n * steps > (int64_t)1 << 31) return cli_usage(c, "STEPS '%s' is not a number of steps, or robots times steps pass 2^31", word[3]);
    l.steps = steps;
    l.limit = (c12_ns)(ms * 1e6);
    int code = floor_read(c, &l.f, word[0]);
    l.f.dims.robots = (int32_t)n;
    if (!code) code = read_tasks(&l, word[1]);
    if (!code) code = place_robots(&l, word[1], seed);
    if (!code) code = run_lifelong(&l, word[4], html);
    void *const owned[] = { l.from, l.to, l.task, l.leg, l.last_stop, l.stops.vertex, l.stops.robot, l.stops.tick, l.took, l.run.where, l.run.stop_off, l.run.stop_vertex, l.run.stop_tick };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    floor_close(&l.f);
    return code;
}
