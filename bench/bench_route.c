/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bench route MAP SCEN [--robots N]: what one replan takes among N robots of four speeds whose routes are reserved, and what a blocked cell takes.
 * Times are the thread's processor time: on a shared machine the wall clock tells of others. */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"
#include "floor.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUTE_QUERIES = 10000, ROUTE_BLOCKS = 1000 };

typedef struct route_bench {
    cli *c;
    floor_map f;
    c12_route *h;
    c12_route_plan one;
    c12_budget budget;
    table out;
    c12_ns *took;
    int64_t n, none;
    uint64_t state;
} route_bench;

static int64_t route_draw(route_bench *b, int64_t n)
{
    b->state ^= b->state << 13;
    b->state ^= b->state >> 7;
    b->state ^= b->state << 17;
    return (int64_t)(b->state % (uint64_t)n);
}

static c12_ns route_cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (c12_ns)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int route_sooner(const void *a, const void *b)
{
    const c12_ns *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static void route_line(route_bench *b, const char *what)
{
    qsort(b->took, (size_t)b->n, sizeof *b->took, route_sooner);
    table_word(&b->out, what);
    table_int(&b->out, b->n);
    table_ratio(&b->out, b->took[b->n / 2], 1000, 1);
    table_ratio(&b->out, b->took[b->n * 99 / 100], 1000, 1);
    table_ratio(&b->out, b->took[b->n * 999 / 1000], 1000, 1);
    table_ratio(&b->out, b->took[b->n - 1], 1000, 1);
    table_int(&b->out, b->none);
    b->n = b->none = 0;
}

static c12_ns route_now(void *user)
{
    (void)user;
    return c12io_now();
}

/* Four speeds: 0.5, 0.67, 1 and 1.33 s a cell. */
static c12_status route_open(route_bench *b, int32_t tables)
{
    static const int32_t pace[4] = { 500, 667, 1000, 1333 };
    int32_t *paces = NEW(int32_t, b->f.dims.robots);
    c12_info i = C12_INIT(c12_info);
    c12_host host = C12_INIT(c12_host);
    c12_budget effort = C12_INIT(c12_budget);
    host.now = route_now;
    for (int32_t r = 0; r < b->f.dims.robots; r++) paces[r] = pace[r % 4];
    b->f.q.robot_pace = paces;
    b->f.dims.tables = tables;
    b->f.dims.steps = 4 * (b->f.width + b->f.height);
    b->f.dims.holds = (int64_t)b->f.dims.robots * 2 * (b->f.width + b->f.height);
    floor_columns(&b->f, b->f.dims.holds);
    effort.work_limit = 10000000; /* not seconds: the same routes each time */
    c12_status s = c12_route_create(&b->h, &b->f.dims, NULL, &host, &b->c->err);
    if (!s) s = c12_route_load(b->h, &b->f.q, &b->c->err);
    if (!s) s = c12_route_solve(b->h, 0, &effort, &b->f.plan, &i, &b->c->err);
    if (!s && i.outcome == C12_UNKNOWN) cli_say("c12 bench: no plan for these robots");
    return s;
}

/* One robot planned anew, from where it stands at a tick. */
static c12_status route_ask(route_bench *b, int32_t robot, int32_t from, c12_tick tick, int32_t goal, int count)
{
    c12_info i = C12_INIT(c12_info);
    c12_ns began = route_cpu();
    c12_status s = c12_route_replan(b->h, 0, robot, from, tick, goal, &b->budget, &b->one, &i, &b->c->err);
    if (!count) return s;
    b->took[b->n++] = route_cpu() - began;
    b->none += i.outcome != C12_OPTIMAL;
    return s;
}

/* From the start, to the goal it has: cold the distances to the goal are worked out anew, warm they are known. */
static c12_status route_again(route_bench *b, const char *what)
{
    c12_status s = C12_OK;
    for (int k = 0; k < ROUTE_QUERIES && !s; k++) {
        int32_t r = (int32_t)route_draw(b, b->f.dims.robots);
        s = route_ask(b, r, b->f.start[r], 0, b->f.goal[r], 1);
    }
    if (!s) route_line(b, what);
    return s;
}

/* On the way, to the place another robot started from; then back to the goal it had. */
static c12_status route_elsewhere(route_bench *b)
{
    c12_status s = C12_OK;
    for (int k = 0; k < ROUTE_QUERIES && !s; k++) {
        int32_t r = (int32_t)route_draw(b, b->f.dims.robots);
        s = route_ask(b, r, b->f.start[r], 0, b->f.goal[r], 0);
        int64_t n = b->one.step_off[1], at = n > 1 ? route_draw(b, n - 1) : 0;
        int32_t from = b->one.step_vertex[at];
        c12_tick tick = at ? b->one.step_to[at - 1] : 0; /* arrived */
        if (!s) s = route_ask(b, r, from, tick, b->f.start[route_draw(b, b->f.dims.robots)], 1);
    }
    if (!s) route_line(b, "on the way, another goal");
    return s;
}

/* A cell of somebody's way is blocked for a minute: all who wanted through get another way. */
static c12_status route_blocks(route_bench *b)
{
    int32_t *hit = NEW(int32_t, b->f.dims.robots), n = 0;
    c12_status s = C12_OK;
    for (int k = 0; k < ROUTE_BLOCKS && !s; k++) {
        int32_t r = (int32_t)route_draw(b, b->f.dims.robots);
        s = route_ask(b, r, b->f.start[r], 0, b->f.goal[r], 0);
        if (b->one.step_off[1] < 3) continue;
        int64_t at = 1 + route_draw(b, b->one.step_off[1] - 2);
        int32_t v = b->one.step_vertex[at];
        c12_tick from = b->one.step_from[at];
        c12_ns began = route_cpu();
        if (!s) s = c12_route_hold(b->h, 0, v, from, from + 60000, hit, b->f.dims.robots, &n, &b->c->err);
        for (int32_t i = 0; i < n && !s; i++) {
            c12_info info = C12_INIT(c12_info);
            s = c12_route_reroute(b->h, 0, hit[i], 0, b->f.goal[hit[i]], &b->budget, &b->one, &info, &b->c->err);
            b->none += info.outcome != C12_OPTIMAL;
        }
        b->took[b->n++] = route_cpu() - began;
        if (!s) s = c12_route_unblock(b->h, 0, v, 0, &b->c->err);
    }
    free(hit);
    if (!s) route_line(b, "a cell blocks, all hit are rerouted");
    return s;
}

/* A robot is late by a cell or two; then all drive their way to the end, reporting. */
static c12_status route_late(route_bench *b)
{
    c12_status s = C12_OK;
    for (int k = 0; k < ROUTE_BLOCKS && !s; k++) {
        c12_ns began = route_cpu();
        s = c12_route_delay(b->h, 0, (int32_t)route_draw(b, b->f.dims.robots), 1500, NULL, &b->c->err);
        b->took[b->n++] = route_cpu() - began;
    }
    if (!s) route_line(b, "a robot is late, times move");
    int32_t left = 1;
    for (c12_tick now = 0; left && !s; now += 100) {
        left = 0;
        for (int32_t r = 0; r < b->f.dims.robots && b->n < ROUTE_QUERIES; r++) {
            c12_error e = C12_INIT(c12_error);
            s = c12_route_release(b->h, 0, r, now, &b->one, &b->c->err);
            if (s) break;
            int64_t n = b->one.step_off[1];
            left |= n > 1 || b->one.step_to[n - 1] != C12_ROUTE_STAYS;
            if (n < 2 || b->one.step_to[0] > now) continue;
            c12_ns began = route_cpu();
            c12_status p = c12_route_progress(b->h, 0, r, now, NULL, &e);
            b->took[b->n++] = route_cpu() - began;
            b->none += p != C12_OK;
        }
    }
    if (!s) route_line(b, "a robot reports a cell");
    return s;
}

static c12_status route_with(route_bench *b, int32_t tables, int cold)
{
    c12_status s = route_open(b, tables);
    size_t bytes = 0;
    if (!s) s = route_again(b, cold ? "from its start, distances anew" : "from its start, distances known");
    if (!s && cold) s = route_elsewhere(b);
    if (!s && !cold) s = route_blocks(b);
    if (!s && !cold) s = route_late(b);
    if (!s && cold) s = c12_route_bytes(&b->f.dims, &bytes, &b->c->err);
    if (cold) printf("handle: %.2f MiB\n", (double)bytes / 1048576);
    c12_route_destroy(b->h);
    return s;
}

int bench_route(cli *c, const char *map, const char *scenario)
{
    static const char *const head[] = { "what", "calls", "p50_us", "p99_us", "p99.9_us", "max_us", "without_path" };
    route_bench b = { .c = c, .budget = C12_INIT(c12_budget), .one = C12_INIT(c12_route_plan), .state = 88172645463325252u };
    int32_t robots = (int32_t)cli_int(c, "--robots", 1, 100000, 100);
    if (!cli_ready(c, 3)) return EXIT_BAD;
    int code = floor_open(c, &b.f, map, scenario, robots);
    if (code) return code;
    int64_t steps = 4 * (b.f.width + b.f.height);
    b.out = table_new(7, head, "snnnnnn");
    b.budget.work_limit = INT64_MAX;
    b.took = NEW(c12_ns, ROUTE_QUERIES);
    b.one.step_cap = steps;
    b.one.step_off = NEW(int64_t, 2);
    b.one.step_vertex = NEW(int32_t, steps);
    b.one.step_from = NEW(c12_tick, steps);
    b.one.step_to = NEW(c12_tick, steps);
    c12_status s = route_with(&b, 1, 1);
    if (!s) s = route_with(&b, robots, 0);
    return s ? cli_fail(c, s) : table_print(c, &b.out, NULL);
}
