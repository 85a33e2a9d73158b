/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bench fleet: what the fleet's decisions take, in the thread's own processor time, so that other work on the machine does not count.
 * Rooms add their part to `parts` below. */
#include "bench.h"
#include "c12/dispatch.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FLEET_RUNS = 20000 };

typedef struct fleet_bench {
    cli *c;
    table out;
    uint64_t state;
    double took[FLEET_RUNS];
    int n;
} fleet_bench;

static int64_t fleet_draw(fleet_bench *b, int64_t n)
{
    b->state ^= b->state << 13;
    b->state ^= b->state >> 7;
    b->state ^= b->state << 17;
    return (int64_t)(b->state % (uint64_t)n);
}

static double fleet_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int fleet_sooner(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static void fleet_line(fleet_bench *b, const char *room, const char *on, const char *what)
{
    qsort(b->took, (size_t)b->n, sizeof *b->took, fleet_sooner);
    table_word(&b->out, room);
    table_word(&b->out, on);
    table_word(&b->out, what);
    table_int(&b->out, b->n);
    table_ratio(&b->out, (int64_t)b->took[b->n / 2], 1000, 1);
    table_ratio(&b->out, (int64_t)b->took[b->n * 99 / 100], 1000, 1);
    table_ratio(&b->out, (int64_t)b->took[b->n - 1], 1000, 1);
    b->n = 0;
}

/* ---- dispatch: robots anywhere on a floor of 72 x 31 cells ---------------------------------------------------------------------------------- */

enum { UNIFORM, FLOOR, CLASSES }; /* any costs; travel to stations; the same with three priorities and skills that a third of the pairs lack */

typedef struct dispatch_bench {
    fleet_bench *b;
    int32_t robots, tasks, kind;
    int64_t *cost, *line;
    int32_t *priority, *task_robot, *station_x, *station_y, *at;
    int64_t *robot_dual, *task_dual, *task_price, *task_skill;
    c12_dispatch *h;
    c12_dispatch_plan plan;
    c12_budget limit;
} dispatch_bench;

enum { BENCH_STATIONS = 27 };

static void fleet_new_task(dispatch_bench *d, int32_t t)
{
    d->at[t] = (int32_t)fleet_draw(d->b, BENCH_STATIONS);
    d->task_skill[t] = d->kind == CLASSES ? (int64_t)1 << fleet_draw(d->b, 4) : 0;
    d->priority[t] = d->kind == CLASSES ? (int32_t)fleet_draw(d->b, 3) : 0;
}

/* A robot somewhere, with some of four skills; or, for uniform costs, simply new ones. */
static void fleet_new_robot(dispatch_bench *d, int32_t r)
{
    const int32_t x = (int32_t)fleet_draw(d->b, 72), y = (int32_t)fleet_draw(d->b, 31);
    const int64_t skills = fleet_draw(d->b, 16) | 1 | 1 << fleet_draw(d->b, 4);
    for (int32_t t = 0; t < d->tasks; t++) {
        int64_t v = 2 * (abs(x - d->station_x[d->at[t]]) + abs(y - d->station_y[d->at[t]]));
        if (d->kind == UNIFORM) v = fleet_draw(d->b, 1000000);
        d->cost[(int64_t)r * d->tasks + t] = d->task_skill[t] & ~skills ? C12_DISPATCH_NEVER : v;
    }
}

static dispatch_bench fleet_dispatch(fleet_bench *b, int32_t robots, int32_t tasks, int32_t kind)
{
    dispatch_bench d = { .b = b, .robots = robots, .tasks = tasks, .kind = kind, .plan = C12_INIT(c12_dispatch_plan), .limit = C12_INIT(c12_budget) };
    d.cost = NEW(int64_t, (int64_t)robots * tasks); d.line = NEW(int64_t, robots + tasks);
    d.priority = NEW(int32_t, tasks); d.task_robot = NEW(int32_t, tasks); d.at = NEW(int32_t, tasks); d.task_skill = NEW(int64_t, tasks);
    d.station_x = NEW(int32_t, BENCH_STATIONS); d.station_y = NEW(int32_t, BENCH_STATIONS);
    d.robot_dual = NEW(int64_t, robots); d.task_dual = NEW(int64_t, tasks); d.task_price = NEW(int64_t, tasks);
    for (int k = 0; k < BENCH_STATIONS; k++) { d.station_x[k] = (int32_t)fleet_draw(b, 72); d.station_y[k] = (int32_t)fleet_draw(b, 31); }
    for (int32_t t = 0; t < tasks; t++) fleet_new_task(&d, t);
    for (int32_t r = 0; r < robots; r++) fleet_new_robot(&d, r);
    d.plan.task_robot = d.task_robot; d.plan.robot_dual = d.robot_dual; d.plan.task_dual = d.task_dual; d.plan.task_price = d.task_price;
    d.limit.work_limit = INT64_MAX;
    return d;
}

static void fleet_dispatch_end(dispatch_bench *d)
{
    void *all[] = { d->cost, d->line, d->priority, d->task_robot, d->at, d->task_skill, d->station_x, d->station_y, d->robot_dual, d->task_dual, d->task_price };
    c12_dispatch_destroy(d->h);
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) free(all[k]);
}

static c12_dispatch_problem fleet_dispatch_problem(const dispatch_bench *d)
{
    c12_dispatch_problem p = C12_INIT(c12_dispatch_problem);
    p.n_robots = d->robots; p.n_tasks = d->tasks; p.cost = d->cost; p.task_priority = d->priority;
    return p;
}

static c12_status fleet_judge(dispatch_bench *d)
{
    c12_dispatch_problem p = fleet_dispatch_problem(d);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status s = c12_dispatch_check(&p, &d->plan, NULL, &v, &d->b->c->err);
    if (!s && v.violations) cli_say("c12 bench fleet: %s at %s[%lld]", v.rule, v.field, (long long)v.row);
    return !s && v.violations ? C12_E_INTERNAL : s;
}

static c12_status fleet_bench_cold(dispatch_bench *d, int runs, const char *on, const char *what)
{
    c12_error *err = &d->b->c->err;
    c12_status s = C12_OK;
    for (int k = 0; k < runs && !s; k++) {
        for (int32_t r = 0; runs > 20 && r < d->robots; r++) fleet_new_robot(d, r);
        c12_dispatch_problem p = fleet_dispatch_problem(d);
        double t = fleet_clock();
        s = c12_dispatch_load(d->h, &p, err);
        if (!s) s = c12_dispatch_solve(d->h, 0, &d->limit, &d->plan, NULL, err);
        d->b->took[d->b->n++] = fleet_clock() - t;
        if (k % 20 == 0 && !s) s = fleet_judge(d);
    }
    fleet_line(d->b, "dispatch", on, what);
    return s;
}

enum { NOBODYS = 16 }; /* a skill that no robot has: the task is done */

/* A task is done, or another comes in its place that is like one still waiting. */
static void fleet_retask(dispatch_bench *d, int32_t t, int done)
{
    int32_t like;
    do like = (int32_t)fleet_draw(d->b, d->tasks);
    while (d->task_skill[like] == NOBODYS);
    for (int32_t r = 0; r < d->robots; r++) {
        int64_t v = d->kind == UNIFORM ? fleet_draw(d->b, 1000000) : d->cost[(int64_t)r * d->tasks + like];
        d->line[r] = d->cost[(int64_t)r * d->tasks + t] = done ? C12_DISPATCH_NEVER : v;
    }
    d->at[t] = d->at[like];
    d->task_skill[t] = done ? NOBODYS : d->task_skill[like];
    d->priority[t] = d->priority[like];
}

/* Every other time a robot is somewhere else, else a task is done or another comes in its place; told and solved exactly. */
static c12_status fleet_bench_events(dispatch_bench *d, int runs, const char *on)
{
    c12_error *err = &d->b->c->err;
    c12_status s = C12_OK;
    int32_t t = 0;
    for (int k = 0; k < runs && !s; k++) {
        int32_t r = (int32_t)fleet_draw(d->b, d->robots), done = k % 4 == 1;
        if (done) t = (int32_t)fleet_draw(d->b, d->tasks);
        if (k % 2) fleet_retask(d, t, done);
        else fleet_new_robot(d, r);
        double began = fleet_clock();
        s = k % 2 ? c12_dispatch_set_task(d->h, 0, t, done ? NULL : d->line, d->priority[t], err)
                  : c12_dispatch_set_robot(d->h, 0, r, d->cost + (int64_t)r * d->tasks, -1, err);
        if (!s) s = c12_dispatch_solve(d->h, 0, &d->limit, &d->plan, NULL, err);
        d->b->took[d->b->n++] = fleet_clock() - began;
        if (!s && k % (runs / 20 + 1) == 0) s = fleet_judge(d);
    }
    fleet_line(d->b, "dispatch", on, "one event");
    return s;
}

static c12_status fleet_bench_dispatch(fleet_bench *b, int large)
{
    static const struct { int32_t robots, tasks, kind, runs, events, large; const char *on; } cases[] = {
        { 100, 1000, UNIFORM, 200, 20000, 0, "100 x 1000 uniform" }, { 100, 1000, FLOOR, 200, 20000, 0, "100 x 1000 stations" },
        { 100, 1000, CLASSES, 200, 20000, 0, "100 x 1000 stations, skills, priorities" }, { 1000, 1000, FLOOR, 5, 400, 0, "1000 x 1000 stations" },
        { 5000, 5000, UNIFORM, 3, 0, 1, "5000 x 5000 uniform" }, { 5000, 5000, FLOOR, 3, 0, 1, "5000 x 5000 stations" } };
    c12_status s = C12_OK;
    for (size_t k = 0; k < sizeof cases / sizeof *cases && !s; k++) {
        c12_dispatch_dims dims = C12_INIT(c12_dispatch_dims);
        if (cases[k].large && !large) continue;
        dispatch_bench d = fleet_dispatch(b, cases[k].robots, cases[k].tasks, cases[k].kind);
        dims.robots = d.robots;
        dims.tasks = d.tasks;
        s = c12_dispatch_create(&d.h, &dims, NULL, NULL, &b->c->err);
        if (!s) s = fleet_bench_cold(&d, cases[k].runs, cases[k].on, "load and solve");
        if (!s && cases[k].events) s = fleet_bench_events(&d, cases[k].events, cases[k].on);
        fleet_dispatch_end(&d);
    }
    return s;
}

int bench_fleet(cli *c)
{
    static c12_status (*const parts[])(fleet_bench *b, int large) = { fleet_bench_dispatch };
    static const char *const head[] = { "room", "on", "what", "runs", "median_us", "p99_us", "most_us" };
    int large = cli_flag(c, "--large");
    if (!cli_ready(c, 1)) return EXIT_BAD;
    fleet_bench *b = NEW(fleet_bench, 1);
    b->c = c;
    b->state = 88172645463325252u;
    b->out = table_new(7, head, "sssnnnn");
    c12_status s = C12_OK;
    for (size_t k = 0; k < sizeof parts / sizeof *parts && !s; k++) s = parts[k](b, large);
    int code = s ? cli_fail(c, s) : table_print(c, &b->out, NULL);
    free(b);
    return code;
}
