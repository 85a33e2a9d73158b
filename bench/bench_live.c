/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bench live PLANT.json: what events, promises and branches take on a plan in use, and what a rush order costs when it is put right in a tenth of a
 * second instead of planning anew.  The plant runs to a tenth of its plan first: what should have happened by then did. */
#include "bench.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LIVE_CALLS = 400, LIVE_DAY = 1440, LIVE_RUSH = 4 };

typedef struct live_bench {
    cli *c;
    c12io_shop *shop;
    const c12_sched_problem *q;
    runner run;
    c12_sched *h;
    table out;
    uint64_t state;
    c12_ns took[LIVE_CALLS];
    int n;
    c12_tick now;
    c12_budget budget;
    c12_sched_plan plan;          /* room for all the handle can take */
    int64_t mode_off[64 + 1], op_off[2], due, release, weight; /* one new order */
    int32_t machine[1024], family[64];
    c12_tick ticks[1024];
    c12_sched_problem order;
} live_bench;

static int64_t live_draw(live_bench *b, int64_t n)
{
    b->state ^= b->state << 13;
    b->state ^= b->state >> 7;
    b->state ^= b->state << 17;
    return (int64_t)(b->state % (uint64_t)n);
}

static int live_sooner(const void *a, const void *b)
{
    const c12_ns *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static void live_line(live_bench *b, const char *what)
{
    qsort(b->took, (size_t)b->n, sizeof *b->took, live_sooner);
    table_word(&b->out, what);
    table_int(&b->out, b->n);
    table_ratio(&b->out, b->took[b->n / 2], 1000, 1);
    table_ratio(&b->out, b->took[b->n * 99 / 100], 1000, 1);
    table_ratio(&b->out, b->took[b->n - 1], 1000, 1);
    b->n = 0;
}

/* An order like one there is, released now, due when that one was after its release. */
static void live_order(live_bench *b)
{
    const c12_sched_problem *q = b->q;
    int32_t j = (int32_t)live_draw(b, q->n_jobs);
    int64_t first = q->op_off[j], n = q->op_off[j + 1] - first, row = 0;
    if (n > 64) n = 64;
    for (int64_t o = 0; o < n; o++) {
        for (int64_t r = q->mode_off[first + o]; r < q->mode_off[first + o + 1] && row < 1024; r++, row++) {
            b->machine[row] = q->mode_machine[r];
            b->ticks[row] = q->mode_ticks[r];
        }
        b->mode_off[o + 1] = row;
        b->family[o] = q->op_family ? q->op_family[first + o] : 0;
    }
    b->op_off[1] = n;
    b->release = b->now;
    b->due = b->now + (q->job_due ? q->job_due[j] - (q->job_release ? q->job_release[j] : 0) : LIVE_DAY);
    b->weight = 8;
    b->order = (c12_sched_problem)C12_INIT(c12_sched_problem);
    b->order.n_jobs = 1;
    b->order.op_off = b->op_off; b->order.mode_off = b->mode_off; b->order.mode_machine = b->machine; b->order.mode_ticks = b->ticks;
    b->order.op_family = b->family; b->order.job_release = &b->release; b->order.job_due = &b->due; b->order.job_weight = &b->weight;
}

static c12_status live_open(live_bench *b)
{
    c12_sched_dims d = *c12io_shop_dims(b->shop);
    c12_sched_options opt = C12_INIT(c12_sched_options);
    c12_info i = C12_INIT(c12_info);
    opt.goal = C12_SCHED_TARDINESS;
    d.jobs += 64; d.ops += 4096; d.modes += 1 << 16; d.breaks += 64; d.branches = 4;
    b->plan = (c12_sched_plan)C12_INIT(c12_sched_plan);
    b->plan.op_start = NEW(c12_tick, d.ops);
    b->plan.op_end = NEW(c12_tick, d.ops);
    b->plan.op_mode = NEW(int32_t, d.ops);
    c12_status s = c12_sched_create(&b->h, &d, &opt, &b->run.host, &b->c->err);
    if (!s) s = c12_sched_load(b->h, b->q, &b->c->err);
    return s ? s : c12_sched_solve(b->h, 0, &b->budget, &b->plan, &i, &b->c->err);
}

/* What the plan had happen up to a tenth of its length is reported. */
static c12_status live_begin(live_bench *b)
{
    int64_t n = b->q->op_off[b->q->n_jobs];
    int32_t events = 0;
    for (int64_t o = 0; o < n; o++)
        if (b->plan.op_end[o] > b->now) b->now = b->plan.op_end[o];
    b->now /= 10;
    c12_sched_event *e = NEW(c12_sched_event, n + 1);
    for (int64_t o = 0; o < n; o++) {
        if (b->plan.op_end[o] <= b->now) e[events++] = (c12_sched_event){ C12_SCHED_FINISHED, -1, o, b->plan.op_start[o], b->plan.op_end[o] };
        else if (b->plan.op_start[o] < b->now) e[events++] = (c12_sched_event){ C12_SCHED_STARTED, -1, o, b->plan.op_start[o], -1 };
    }
    e[events++] = (c12_sched_event){ C12_SCHED_NOW, -1, -1, b->now, b->now };
    c12_status s = c12_sched_apply(b->h, 0, e, events, NULL, &b->c->err);
    free(e);
    return s;
}

static c12_status live_promises(live_bench *b)
{
    c12_status s = C12_OK;
    for (int k = 0; k < LIVE_CALLS && !s; k++) {
        c12_sched_offer offer = C12_INIT(c12_sched_offer);
        c12_sched_diff diff = C12_INIT(c12_sched_diff);
        live_order(b);
        c12_ns t = c12io_now();
        s = c12_sched_promise(b->h, 0, &b->order, &offer, &diff, &b->c->err);
        b->took[b->n++] = c12io_now() - t;
    }
    if (!s) live_line(b, "promise: two dates and what is displaced");
    return s;
}

/* Each on a branch of its own, dropped again. */
typedef c12_status live_call(live_bench *b, int32_t branch);

static c12_status live_on_branches(live_bench *b, live_call *call, const char *what)
{
    c12_status s = C12_OK;
    for (int k = 0; k < LIVE_CALLS && !s; k++) {
        int32_t branch = 0;
        s = c12_sched_branch(b->h, 0, &branch, &b->c->err);
        c12_ns t = c12io_now();
        if (!s) s = call(b, branch);
        b->took[b->n++] = c12io_now() - t;
        if (!s) s = c12_sched_drop(b->h, branch, &b->c->err);
    }
    if (!s) live_line(b, what);
    return s;
}

static c12_status live_insert(live_bench *b, int32_t branch)
{
    c12_sched_diff diff = C12_INIT(c12_sched_diff);
    live_order(b);
    return c12_sched_insert(b->h, branch, &b->order, NULL, NULL, &diff, &b->c->err);
}

static c12_status live_down(live_bench *b, int32_t branch)
{
    c12_sched_diff diff = C12_INIT(c12_sched_diff);
    c12_tick from = b->now + live_draw(b, LIVE_DAY);
    c12_sched_event e = { C12_SCHED_DOWN, -1, live_draw(b, b->q->n_machines), from, from + 60 + live_draw(b, LIVE_DAY / 3) };
    return c12_sched_apply(b->h, branch, &e, 1, &diff, &b->c->err);
}

static c12_status live_branches(live_bench *b)
{
    c12_ns took[2][LIVE_CALLS];
    int32_t other = 0;
    c12_status s = c12_sched_branch(b->h, 0, &other, &b->c->err);
    live_order(b);
    if (!s) s = c12_sched_insert(b->h, other, &b->order, NULL, NULL, NULL, &b->c->err);
    for (int k = 0; k < LIVE_CALLS && !s; k++) {
        int32_t branch = 0;
        c12_sched_diff diff = C12_INIT(c12_sched_diff);
        c12_ns t = c12io_now();
        s = c12_sched_branch(b->h, 0, &branch, &b->c->err);
        took[0][k] = c12io_now() - t;
        if (!s) s = c12_sched_drop(b->h, branch, &b->c->err);
        t = c12io_now();
        if (!s) s = c12_sched_diff_branches(b->h, 0, other, &diff, &b->c->err);
        took[1][k] = c12io_now() - t;
    }
    if (s) return s;
    for (int k = 0; k < 2; k++) {
        memcpy(b->took, took[k], sizeof took[k]);
        b->n = LIVE_CALLS;
        live_line(b, k ? "diff of two branches" : "branch");
    }
    return c12_sched_drop(b->h, other, &b->c->err);
}

/* A rush order put right in 100 ms against a long replan, and how much of the next day moved. */
static c12_status live_rush(live_bench *b, double replan, int64_t price, text *o)
{
    c12_status s = C12_OK;
    for (int k = 0; k < LIVE_RUSH && !s; k++) {
        int32_t quick = 0, slow = 0;
        int64_t soon = 0, moved = 0, n = b->q->op_off[b->q->n_jobs];
        c12_info base = C12_INIT(c12_info), a = C12_INIT(c12_info), z = C12_INIT(c12_info);
        c12_budget tenth = b->budget, whole = b->budget;
        c12_sched_calm calm = C12_INIT(c12_sched_calm);
        c12_tick *was = NEW(c12_tick, n);
        tenth.work_limit = whole.work_limit = 0;
        tenth.time_limit = 100000000;
        whole.time_limit = (c12_ns)(replan * 1e9);
        calm.until = b->now + LIVE_DAY;
        calm.weight = price;
        live_order(b);
        s = c12_sched_get(b->h, 0, &b->plan, &base, &b->c->err);
        if (!s) s = c12_sched_branch(b->h, 0, &quick, &b->c->err);
        if (!s) s = c12_sched_branch(b->h, 0, &slow, &b->c->err);
        memcpy(was, b->plan.op_start, (size_t)n * sizeof *was);
        if (!s) s = c12_sched_insert(b->h, quick, &b->order, &calm, NULL, NULL, &b->c->err);
        if (!s) s = c12_sched_repair(b->h, quick, &calm, &tenth, NULL, &a, &b->c->err);
        if (!s) s = c12_sched_get(b->h, quick, &b->plan, NULL, &b->c->err);
        for (int64_t i = 0; i < n; i++) {
            int near = was[i] >= b->now && was[i] < b->now + LIVE_DAY;
            soon += near;
            moved += near && b->plan.op_start[i] != was[i];
        }
        if (!s) s = c12_sched_insert(b->h, slow, &b->order, NULL, NULL, NULL, &b->c->err);
        b->plan.warm = 0;
        if (!s) s = c12_sched_solve(b->h, slow, &whole, &b->plan, &z, &b->c->err);
        text_add(o, "%s{\"before\":%" PRId64 ",\"repaired\":%" PRId64 ",\"replanned\":%" PRId64 ",\"ratio\":%.4f,\"repair_ms\":%.1f,\"near\":%" PRId64 ",\"moved\":%" PRId64 "}", k ? "," : "", base.objective, a.objective, z.objective,
                 (double)a.objective / (double)(z.objective ? z.objective : 1), (double)a.elapsed / 1e6, soon, moved);
        if (!s) s = c12_sched_drop(b->h, quick, &b->c->err);
        if (!s) s = c12_sched_drop(b->h, slow, &b->c->err);
        free(was);
    }
    return s;
}

static int live_read(live_bench *b, const char *file)
{
    c12_mem bytes;
    c12_status s = c12io_bytes_read(file, &bytes, &b->c->err);
    if (s) return cli_fail(b->c, s);
    c12_view whole = { bytes.ptr, bytes.size };
    s = c12io_shop_read(&b->shop, whole, file, &b->c->err);
    c12io_bytes_free(&bytes);
    if (s) return cli_fail(b->c, s);
    b->q = c12io_shop_problem(b->shop);
    return EXIT_DONE;
}

int bench_live(cli *c, const char *file)
{
    static const char *const head[] = { "what", "calls", "median_us", "p99_us", "max_us" };
    live_bench *b = NEW(live_bench, 1);
    text rush = { 0 };
    double replan = cli_seconds(c, "--replan", 0);
    int64_t price = cli_int(c, "--calm", 0, (int64_t)1 << 31, 60), threads = cli_int(c, "--threads", 1, 256, 2);
    b->c = c;
    b->state = 88172645463325252u;
    b->budget = (c12_budget)C12_INIT(c12_budget);
    b->budget.work_limit = cli_int(c, "--work", 1, INT64_MAX, 0);
    b->budget.time_limit = (c12_ns)(cli_seconds(c, "--time", b->budget.work_limit ? 0 : 10) * 1e9);
    b->budget.seed = (uint64_t)cli_int(c, "--seed", 0, INT64_MAX, 1);
    int code = cli_ready(c, 2) ? EXIT_DONE : EXIT_BAD;
    if (!code) code = live_read(b, file);
    if (code) { free(b); return code; }
    code = runner_open(c, &b->run, threads);
    b->out = table_new(5, head, "snnnn");
    c12_status s = code ? C12_OK : live_open(b);
    if (!s && !code) s = live_begin(b);
    if (!s && !code) s = live_promises(b);
    if (!s && !code) s = live_on_branches(b, live_insert, "rush order put in");
    if (!s && !code) s = live_on_branches(b, live_down, "machine stops, operations go round it");
    if (!s && !code) s = live_branches(b);
    if (!s && !code && replan > 0) s = live_rush(b, replan, price, &rush);
    if (s) code = cli_fail(c, s);
    else if (!code) {
        code = table_print(c, &b->out, NULL);
        if (rush.n) fprintf(stderr, "rush orders, 100 ms against %.0f s: [%s]\n", replan, rush.at);
    }
    text_free(&rush);
    c12_sched_destroy(b->h);
    runner_close(&b->run);
    c12io_shop_free(b->shop);
    free(b->plan.op_start); free(b->plan.op_end); free(b->plan.op_mode);
    free(b);
    return code;
}
