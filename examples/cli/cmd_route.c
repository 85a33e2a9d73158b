/* SPDX-License-Identifier: Apache-2.0 */
/* c12 route: many robots on a MovingAI map, classic rules (vertex and swap conflicts, following allowed). */
#include "floor.h"
#include "reports.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { ROUTE_TABLES = 2048, /* distances to that many goals are kept: above, memory is worth more */
       ROUTE_CROWD = 5 };   /* where every fifth cell is a robot, a first plan may take long detours */

/* All rows of a plan sorted at once. */
static c12_status floor_check(cli *c, const floor_map *f, const c12_route_options *o, c12_verdict *v)
{
    c12_mem room = { NULL, 32 * (size_t)f->plan.step_off[f->dims.robots] + 4096 };
    room.ptr = cli_new((int64_t)room.size, 1);
    c12_status s = c12_route_check_with(&f->q, &f->plan, o, room, v, &c->err);
    free(room.ptr);
    return s;
}

/* ---- solving --------------------------------------------------------------------------------------------------------------------- */

static int write_paths(cli *c, const floor_map *f, const char *path)
{
    text o = { 0 };
    for (int32_t r = 0; r < f->dims.robots; r++) {
        for (int64_t k = f->plan.step_off[r]; k < f->plan.step_off[r + 1]; k++) {
            int32_t v = f->plan.step_vertex[k];
            c12_tick to = f->plan.step_to[k] == C12_ROUTE_STAYS ? f->plan.step_from[k] + 1 : f->plan.step_to[k];
            for (c12_tick t = f->plan.step_from[k]; t < to; t++) text_add(&o, "%s%d,%d", t ? " " : "", (int)f->x[v], (int)f->y[v]);
        }
        text_add(&o, "\n");
    }
    return text_write(c, &o, path);
}

/* The map with every robot's path, a ring at its start and a dot at its goal. */
static int write_floor(cli *c, const floor_map *f, const char *path)
{
    text o = { 0 };
    text_add(&o, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"routes\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/><g fill=\"#44505c\" shape-rendering=\"crispEdges\">",
             (int)f->width * REPORT_CELL, (int)f->height * REPORT_CELL);
    report_walls(&o, f->width, f->height, f->vertex);
    text_add(&o, "</g>\n");
    for (int32_t r = 0; r < f->dims.robots; r++) {
        int64_t lo = f->plan.step_off[r], hi = f->plan.step_off[r + 1];
        int32_t a = f->plan.step_vertex[lo], b = f->plan.step_vertex[hi - 1];
        text_add(&o, "<g stroke=\"hsl(%d 70%% 45%%)\" fill=\"none\" stroke-width=\"2\"><polyline stroke-opacity=\".6\" points=\"", report_hue(r));
        for (int64_t k = lo; k < hi; k++) text_add(&o, "%d,%d ", (int)f->x[f->plan.step_vertex[k]] * REPORT_CELL + REPORT_CELL / 2, (int)f->y[f->plan.step_vertex[k]] * REPORT_CELL + REPORT_CELL / 2);
        text_add(&o, "\"/><circle cx=\"%d\" cy=\"%d\" r=\"4\"/><circle cx=\"%d\" cy=\"%d\" r=\"3\" fill=\"hsl(%d 70%% 45%%)\"/><title>robot %d: there at %" PRId64 "</title></g>\n",
                 (int)f->x[a] * REPORT_CELL + REPORT_CELL / 2, (int)f->y[a] * REPORT_CELL + REPORT_CELL / 2, (int)f->x[b] * REPORT_CELL + REPORT_CELL / 2, (int)f->y[b] * REPORT_CELL + REPORT_CELL / 2, report_hue(r), (int)r, f->plan.step_from[hi - 1]);
    }
    text_add(&o, "</svg>\n");
    return text_write(c, &o, path);
}

/* The plan as a run of whole ticks: everybody visits its goal when it is there for good. */
static int write_page(cli *c, const floor_map *f, const char *path)
{
    int32_t n = f->dims.robots;
    floor_run r = { 0, NULL, NEW(int64_t, n + (int64_t)1), f->goal, NEW(c12_tick, n) };
    text o = { 0 };
    for (int32_t i = 0; i < n; i++) {
        r.stop_off[i + 1] = i + (int64_t)1;
        r.stop_tick[i] = f->plan.step_from[f->plan.step_off[i + 1] - 1];
        if (r.stop_tick[i] > r.ticks) r.ticks = r.stop_tick[i];
    }
    r.where = NEW(int32_t, (r.ticks + 1) * n);
    for (int32_t i = 0; i < n; i++)
        for (int64_t k = f->plan.step_off[i]; k < f->plan.step_off[i + 1]; k++)
            for (c12_tick t = f->plan.step_from[k]; t <= r.ticks && t < f->plan.step_to[k]; t++) r.where[t * n + i] = f->plan.step_vertex[k];
    floor_page(f, &r, "Routes of a fleet", &o);
    free(r.where);
    free(r.stop_off);
    free(r.stop_tick);
    return text_write(c, &o, path);
}

/* Who is not where it wanted to be, and who is there instead. */
static int32_t name_stranded(const floor_map *f)
{
    int32_t n = 0, robots = f->dims.robots, *who = NEW(int32_t, f->dims.vertices);
    for (int32_t v = 0; v < f->dims.vertices; v++) who[v] = -1;
    for (int32_t r = 0; r < robots; r++) who[f->plan.step_vertex[f->plan.step_off[r + 1] - 1]] = r;
    for (int32_t r = 0; r < robots; r++) {
        int32_t at = f->plan.step_vertex[f->plan.step_off[r + 1] - 1], goal = f->goal[r];
        if (at == goal) continue;
        n++;
        if (who[goal] >= 0) cli_say("c12 route: robot %d stays at %d,%d: robot %d stands on its goal %d,%d", (int)r, (int)f->x[at], (int)f->y[at], (int)who[goal], (int)f->x[goal], (int)f->y[goal]);
        else cli_say("c12 route: robot %d stays at %d,%d: no way to its goal %d,%d was found", (int)r, (int)f->x[at], (int)f->y[at], (int)f->x[goal], (int)f->y[goal]);
    }
    free(who);
    return n;
}

typedef struct first_plan { runner *r; c12_ns at; int64_t cost; int stop; } first_plan;

static int32_t note_first(void *user, const c12_progress *p)
{
    first_plan *f = user;
    if (!f->at) { f->at = c12io_now(); f->cost = p->objective; }
    return f->stop;
}

static c12_ns route_now(void *user)
{
    (void)user;
    return c12io_now();
}

static int run_solve(cli *c, const char *const word[5], c12_budget *b, int first_only, int partial, const char *svg, const char *html)
{
    floor_map f;
    char *end, *end2;
    long n = strtol(word[2], &end, 10);
    double seconds = strtod(word[3], &end2);
    if (*end || n < 1 || n > 1000000) return cli_usage(c, "N '%s' is not a number of robots", word[2]);
    if (*end2 || seconds <= 0 || seconds > 1e6) return cli_usage(c, "SECONDS '%s' is not a positive number", word[3]);
    int code = floor_open(c, &f, word[0], word[1], (int32_t)n);
    if (code) return code;
    if (!b->work_limit) b->time_limit = (c12_ns)(seconds * 1e9);
    f.dims.holds = (int64_t)n * (f.width + f.height) * 8 + 65536;
    f.dims.ticks = (n > f.dims.vertices / ROUTE_CROWD ? 16 : 4) * (f.width + f.height);
    f.dims.tables = n <= ROUTE_TABLES ? (int32_t)n : ROUTE_TABLES;
    f.dims.columns = f.width;
    f.dims.rows = f.height;
    floor_columns(&f, f.dims.holds);
    c12_route *h = NULL;
    c12_route_options o = C12_INIT(c12_route_options);
    c12_info i = C12_INIT(c12_info);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_host host = C12_INIT(c12_host);
    first_plan first = { .stop = first_only };
    host.user = &first;
    host.now = route_now;
    host.progress = note_first;
    o.mode = C12_ROUTE_GRID;
    o.partial = partial;
    c12_ns began = c12io_now();
    c12_status s = c12_route_create(&h, &f.dims, &o, &host, &c->err);
    if (!s) s = c12_route_load(h, &f.q, &c->err);
    if (!s) s = c12_route_solve(h, 0, b, &f.plan, &i, &c->err);
    double took = (double)(c12io_now() - began) / 1e9;
    int found = !s && (i.outcome == C12_OPTIMAL || i.outcome == C12_FEASIBLE);
    if (found) s = floor_check(c, &f, &o, &v);
    if (s) code = cli_fail(c, s);
    else if (!found) { cli_say("c12 route: %s", i.outcome == C12_INFEASIBLE ? "no plan exists: some robot has no way, or two share a goal; --partial plans those that do" : "no plan found in this time; give it more seconds"); code = EXIT_NO; }
    else if (v.violations) { cli_say("c12 route: the plan fails its checker: %s; please report", v.rule); code = EXIT_INTERNAL; }
    else code = write_paths(c, &f, word[4]);
    int32_t stranded = !code && partial ? name_stranded(&f) : 0;
    if (!code && svg) code = write_floor(c, &f, svg);
    if (!code && html) code = write_page(c, &f, html);
    double first_took = first.at ? (double)(first.at - began) / 1e9 : took;
    int64_t first_cost = first.at ? first.cost : i.objective;
    if (!code && c->json) printf("{\"first_seconds\":%.6f,\"first_cost\":%" PRId64 ",\"soc\":%" PRId64 ",\"lb\":%" PRId64 ",\"stranded\":%d,\"seconds\":%.6f}\n", first_took, first_cost, i.objective, i.bound, (int)stranded, took);
    else if (!code) printf("%ld robots: sum of arrivals %" PRId64 " (at least %" PRId64 "), first plan after %.3f s, all after %.3f s\n", n, i.objective, i.bound, first_took, took);
    c12_route_destroy(h);
    floor_close(&f);
    return code;
}

/* ---- checking -------------------------------------------------------------------------------------------------------------------- */

/* "x,y x,y ..." into steps: a cell named again is waited on. */
static int read_line(const floor_map *f, const char *file, int32_t robot, const char *p, const char *end, int64_t *at)
{
    int64_t first = *at, tick = 0;
    while (p < end) {
        int x, y, used;
        if (sscanf(p, "%d,%d%n", &x, &y, &used) != 2 || x < 0 || y < 0 || x >= f->width || y >= f->height)
            return cli_say("%s:%d: step %" PRId64 " is not a cell of the map; write x,y with 0 <= x < %d and 0 <= y < %d", file, (int)robot + 1, tick, (int)f->width, (int)f->height);
        int32_t v = f->vertex[(int64_t)y * f->width + x];
        if (*at == first || f->plan.step_vertex[*at - 1] != v) {
            if (*at > first) f->plan.step_to[*at - 1] = tick;
            f->plan.step_vertex[*at] = v;
            f->plan.step_from[(*at)++] = tick;
        }
        tick++;
        p += used;
        while (p < end && *p == ' ') p++;
    }
    if (*at == first) return cli_say("%s:%d: robot %d has no cell; every robot needs a line", file, (int)robot + 1, (int)robot);
    f->plan.step_to[*at - 1] = C12_ROUTE_STAYS;
    return EXIT_DONE;
}

static int32_t count_lines(const c12_mem *m)
{
    int32_t n = 0;
    for (size_t k = 0; k < m->size; k++) n += ((const char *)m->ptr)[k] == '\n';
    return n;
}

static int read_paths(floor_map *f, const char *file, const c12_mem *m)
{
    const char *p = m->ptr, *end = p + m->size;
    int64_t at = 0;
    for (int32_t r = 0; r < f->dims.robots; r++) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        int code = read_line(f, file, r, p, stop, &at);
        if (code) return code;
        f->plan.step_off[r + 1] = at;
        p = stop + 1;
    }
    return EXIT_DONE;
}

static int run_check(cli *c, const char *map, const char *scenario, const char *file)
{
    floor_map f;
    c12_mem m;
    c12_route_options o = C12_INIT(c12_route_options);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status s = c12io_bytes_read(file, &m, &c->err);
    if (s) return cli_fail(c, s);
    o.mode = C12_ROUTE_GRID;
    int code = floor_open(c, &f, map, scenario, count_lines(&m));
    if (!code) {
        floor_columns(&f, (int64_t)m.size / 4 + 1);
        code = read_paths(&f, file, &m);
        s = code ? C12_OK : floor_check(c, &f, &o, &v);
        if (s) code = cli_fail(c, s);
        else if (!code && v.violations) {
            cli_say("%s: %s at %s %" PRId64 ", tick %" PRId64 " (%d violations)", file, v.rule, v.field ? v.field : "row", v.row, v.tick, (int)v.violations);
            code = EXIT_NO;
        } else if (!code && c->json) printf("{\"violations\":0,\"soc\":%" PRId64 "}\n", v.objective);
        else if (!code) printf("valid, sum of arrivals %" PRId64 "\n", v.objective);
        floor_close(&f);
    }
    c12io_bytes_free(&m);
    return code;
}

int cmd_route(cli *c)
{
    int plain = 0;
    while (plain < c->argc && c->argv[plain][0] == '-') plain++;
    if (plain < c->argc && !strcmp(c->argv[plain], "lifelong")) return cmd_lifelong(c);
    c12_budget b = C12_INIT(c12_budget);
    const char *word[5], *svg = cli_value(c, "--svg"), *html = cli_value(c, "--html");
    int first_only = cli_flag(c, "--first"), partial = cli_flag(c, "--partial");
    (void)cli_int(c, "--threads", 1, 256, 1); /* the search runs on one thread: any number gives the same plan */
    b.seed = (uint64_t)cli_int(c, "--seed", 0, INT64_MAX, 1);
    b.work_limit = cli_int(c, "--work", 1, INT64_MAX, 0);
    double seconds = cli_seconds(c, "--time", 1);
    for (int k = 0; k < 5; k++) word[k] = cli_word(c, k);
    if (word[0] && !strcmp(word[0], "timed")) {
        if (!b.work_limit) b.time_limit = (c12_ns)(seconds * 1e9);
        if (word[1] && !strcmp(word[1], "check")) return cli_ready(c, 4) ? route_timed_check(c, word[2], word[3]) : EXIT_BAD;
        return cli_ready(c, 3) ? route_timed(c, word[1], word[2], &b) : EXIT_BAD;
    }
    if (word[0] && !strcmp(word[0], "check")) return cli_ready(c, 4) ? run_check(c, word[1], word[2], word[3]) : EXIT_BAD;
    return cli_ready(c, 5) ? run_solve(c, word, &b, first_only, partial, svg, html) : EXIT_BAD;
}
