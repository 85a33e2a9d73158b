/* SPDX-License-Identifier: Apache-2.0 */
/* c12 sched: benchmark shops from their usual texts, solved, drawn and checked. */
#include "reports.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct shop { c12_sched_dims dims; c12_sched_problem q; c12_sched_plan plan; int64_t *op_off, *mode_off; int32_t *machine; c12_tick *ticks; c12io_shop *json; const char *file; } shop;

enum { FORMAT_PLANT = 3 }; /* beside C12_SCHED_AUTO, JSP and FJSP */

static void shop_columns(shop *s)
{
    c12_sched_problem q = C12_INIT(c12_sched_problem);
    s->op_off = NEW(int64_t, s->dims.jobs + (int64_t)1);
    s->mode_off = NEW(int64_t, s->dims.ops + 1);
    s->machine = NEW(int32_t, s->dims.modes);
    s->ticks = NEW(c12_tick, s->dims.modes);
    q.n_jobs = s->dims.jobs;
    q.n_machines = s->dims.machines;
    q.op_off = s->op_off;
    q.mode_off = s->mode_off;
    q.mode_machine = s->machine;
    q.mode_ticks = s->ticks;
    s->q = q;
}

static void plan_columns(shop *s)
{
    c12_sched_plan p = C12_INIT(c12_sched_plan);
    p.op_start = NEW(c12_tick, s->dims.ops);
    p.op_end = NEW(c12_tick, s->dims.ops);
    p.op_mode = NEW(int32_t, s->dims.ops);
    s->plan = p;
}

static void shop_close(shop *s)
{
    c12io_shop_free(s->json);
    void *const owned[] = { s->op_off, s->mode_off, s->machine, s->ticks, s->plan.op_start, s->plan.op_end, s->plan.op_mode };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
}

static int is_json(c12_view v)
{
    size_t k = 0;
    while (k < v.size && strchr(" \t\r\n", v.ptr[k])) k++;
    return k < v.size && v.ptr[k] == '{';
}

static int read_text(cli *c, shop *s, c12_view v, int32_t format)
{
    c12_status st = c12_sched_scan_text(v, format, &s->dims, &c->err);
    if (st) return cli_fail_at(c, st, s->file);
    shop_columns(s);
    st = c12_sched_read_text(v, format, &s->dims, s->op_off, s->mode_off, s->machine, s->ticks, &c->err);
    return st ? cli_fail_at(c, st, s->file) : EXIT_DONE;
}

static int read_json(cli *c, shop *s, c12_view v)
{
    c12_status st = c12io_shop_read(&s->json, v, s->file, &c->err);
    if (st) return cli_fail(c, st);
    s->q = *c12io_shop_problem(s->json);
    s->dims = *c12io_shop_dims(s->json);
    return EXIT_DONE;
}

static int shop_open(cli *c, shop *s, const char *file, int32_t format)
{
    shop empty = { .dims = C12_INIT(c12_sched_dims), .file = file };
    c12_mem bytes;
    *s = empty;
    c12_status st = c12io_bytes_read(file, &bytes, &c->err);
    if (st) return cli_fail(c, st);
    c12_view v = { bytes.ptr, bytes.size };
    int code = format == FORMAT_PLANT || (format == C12_SCHED_AUTO && is_json(v)) ? read_json(c, s, v) : read_text(c, s, v, format);
    c12io_bytes_free(&bytes);
    if (code) shop_close(s); else plan_columns(s);
    return code;
}

/* A plant is judged by tardiness unless asked otherwise. */
static c12_sched_options goal_of(const shop *s, const char *objective)
{
    c12_sched_options o = C12_INIT(c12_sched_options);
    o.goal = (objective && !strcmp(objective, "tardiness")) || (!objective && s->json) ? C12_SCHED_TARDINESS : C12_SCHED_MAKESPAN;
    return o;
}

static int32_t machine_of(const shop *s, int64_t op) { return s->q.mode_machine[s->q.mode_off[op] + s->plan.op_mode[op]]; }

/* ---- results -------------------------------------------------------------------------------------------------------------------- */

static int write_plan(cli *c, const shop *s)
{
    text o = { 0 };
    text_add(&o, "job,op,machine,start,end\n");
    for (int32_t j = 0; j < s->q.n_jobs; j++)
        for (int64_t k = s->q.op_off[j]; k < s->q.op_off[j + 1]; k++)
            text_add(&o, "%d,%" PRId64 ",%d,%" PRId64 ",%" PRId64 "\n", (int)j, k - s->q.op_off[j], (int)machine_of(s, k), s->plan.op_start[k], s->plan.op_end[k]);
    return text_write(c, &o, c->out);
}

static c12_view machine_name(const void *user, int32_t row)
{
    static char name[24];
    (void)user;
    snprintf(name, sizeof name, "machine %d", (int)row);
    c12_view v = { (const uint8_t *)name, strlen(name) };
    return v;
}

static int write_svg(cli *c, const shop *s, const char *file)
{
    text o = { 0 };
    int32_t *row = NEW(int32_t, s->dims.ops), *colour = NEW(int32_t, s->dims.ops);
    gantt g = { .n_ops = s->dims.ops, .rows = s->q.n_machines, .colours = s->q.n_jobs, .row = row, .colour = colour, .start = s->plan.op_start, .end = s->plan.op_end, .row_name = machine_name };
    for (int32_t j = 0; j < s->q.n_jobs; j++)
        for (int64_t k = s->q.op_off[j]; k < s->q.op_off[j + 1]; k++) {
            row[k] = machine_of(s, k);
            colour[k] = j;
            if (s->plan.op_end[k] > g.to) g.to = s->plan.op_end[k];
        }
    report_gantt(&o, &g);
    free(row);
    free(colour);
    return text_write(c, &o, file);
}

static void print_summary(const cli *c, const shop *s, const c12_info *i, int32_t violations)
{
    static const char *const outcomes[] = { "unknown", "optimal", "feasible", "infeasible" };
    static const char *const stops[] = { "done", "work", "time", "cancel", "target", "space" };
    const char *name = strrchr(s->file, '/') ? strrchr(s->file, '/') + 1 : s->file;
    if (c->json) {
        text o = { 0 };
        c12_view v = { (const uint8_t *)name, strlen(name) };
        text_add(&o, "{\"instance\":");
        text_json(&o, v);
        printf("%s,\"objective\":%" PRId64 ",\"bound\":%" PRId64 ",\"outcome\":\"%s\",\"stop\":\"%s\",\"seconds\":%.3f,\"first_seconds\":%.6f,\"work\":%" PRId64 ",\"violations\":%d}\n",
               o.at, i->objective, i->bound, outcomes[i->outcome], stops[i->stop], (double)i->elapsed / 1e9, (double)i->first / 1e9, i->work, (int)violations);
        text_free(&o);
    } else printf("%s: objective %" PRId64 ", bound %" PRId64 ", %s after %.2f s (%s), %d violations\n", name, i->objective, i->bound, outcomes[i->outcome], (double)i->elapsed / 1e9, stops[i->stop], (int)violations);
}

/* ---- verbs ---------------------------------------------------------------------------------------------------------------------- */

static int solve_shop(cli *c, shop *s, const c12_budget *b, const c12_sched_options *opt, int64_t threads, text *trace, c12_info *info)
{
    runner r;
    c12_sched *h = NULL;
    int code = runner_open(c, &r, threads);
    if (code) return code;
    if (trace) runner_trace(&r, trace);
    c12_status st = c12_sched_create(&h, &s->dims, opt, &r.host, &c->err);
    if (!st) st = c12_sched_load(h, &s->q, &c->err);
    if (!st) st = c12_sched_solve(h, 0, b, &s->plan, info, &c->err);
    c12_sched_destroy(h);
    runner_close(&r);
    return st ? cli_fail(c, st) : EXIT_DONE;
}

static int run_solve(cli *c, const char *file, const c12_budget *b, const char *objective, int32_t format, int64_t threads, const char *svg, const char *trace_file)
{
    shop s;
    text trace = { 0 };
    c12_info info = C12_INIT(c12_info);
    c12_verdict v = C12_INIT(c12_verdict);
    int code = shop_open(c, &s, file, format);
    if (code) return code;
    const c12_sched_options opt = goal_of(&s, objective);
    code = solve_shop(c, &s, b, &opt, threads, trace_file ? &trace : NULL, &info);
    int found = info.outcome == C12_OPTIMAL || info.outcome == C12_FEASIBLE;
    if (!code && found) {
        c12_status st = c12_sched_check(&s.q, &s.plan, &opt, &v, &c->err);
        if (st) code = cli_fail(c, st);
        if (!code && c->out) code = write_plan(c, &s);
        if (!code && svg) code = write_svg(c, &s, svg);
    }
    if (!code && trace_file) code = text_write(c, &trace, trace_file); else text_free(&trace);
    if (!code) print_summary(c, &s, &info, v.violations);
    shop_close(&s);
    if (code) return code;
    return !found || v.violations ? EXIT_NO : EXIT_DONE;
}

/* Rows of PLAN.csv into the plan's columns; the machine picks the mode. */
static int read_plan(cli *c, shop *s, const char *file)
{
    static const c12io_column columns[] = { { "job", 1, 0 }, { "op", 1, 0 }, { "machine", 1, 0 }, { "start", 1, 0 }, { "end", 1, 0 } };
    c12io_table *t;
    int code = EXIT_DONE;
    c12_status st = c12io_table_read(&t, file, columns, 5, &c->err);
    if (st) return cli_fail(c, st);
    char *seen = NEW(char, s->dims.ops);
    for (int64_t r = 0; r < c12io_table_rows(t) && !code; r++) {
        int64_t v[5];
        for (int k = 0; k < 5 && !code; k++) {
            char cell[24], *end;
            c12_view x = c12io_table_cell(t, r, k);
            snprintf(cell, sizeof cell, "%.*s", (int)(x.size > 23 ? 23 : x.size), x.size ? (const char *)x.ptr : "");
            v[k] = strtoll(cell, &end, 10);
            if (!cell[0] || *end || x.size > 19) code = cli_say("%s:%" PRId64 ":%s: '%s' is not a whole number; write digits only", file, c12io_table_line(t, r), columns[k].name, cell);
        }
        if (code) break;
        int64_t line = c12io_table_line(t, r), op = v[0] >= 0 && v[0] < s->q.n_jobs ? s->q.op_off[v[0]] + v[1] : -1;
        if (op < 0 || v[1] < 0 || op >= s->q.op_off[v[0] + 1] || seen[op]) {
            code = cli_say("%s:%" PRId64 ":op: job %" PRId64 " has no operation %" PRId64 " left to plan; every operation stands once, jobs and operations count from 0", file, line, v[0], v[1]);
            break;
        }
        seen[op] = 1;
        s->plan.op_mode[op] = -1; /* a machine that cannot do it is the checker's to refuse */
        for (int64_t m = s->q.mode_off[op]; m < s->q.mode_off[op + 1]; m++)
            if (s->q.mode_machine[m] == v[2]) s->plan.op_mode[op] = (int32_t)(m - s->q.mode_off[op]);
        s->plan.op_start[op] = v[3];
        s->plan.op_end[op] = v[4];
    }
    for (int64_t k = 0; k < s->dims.ops && !code; k++)
        if (!seen[k]) code = cli_say("%s:1:op: %" PRId64 " operations expected, %" PRId64 " planned; add the missing rows", file, s->dims.ops, c12io_table_rows(t));
    free(seen);
    c12io_table_free(t);
    return code;
}

static int run_check(cli *c, const char *file, const char *plan, const char *objective, int32_t format)
{
    shop s;
    c12_verdict v = C12_INIT(c12_verdict);
    int code = shop_open(c, &s, file, format);
    if (code) return code;
    if ((code = read_plan(c, &s, plan))) { shop_close(&s); return code; }
    const c12_sched_options opt = goal_of(&s, objective);
    c12_status st = c12_sched_check(&s.q, &s.plan, &opt, &v, &c->err);
    if (st) code = cli_fail(c, st);
    else if (c->json) printf("{\"violations\":%d,\"objective\":%" PRId64 "}\n", (int)v.violations, v.objective);
    else if (!v.violations) printf("valid, objective %" PRId64 "\n", v.objective);
    if (!st && v.violations) {
        int32_t j = 0;
        while (j + 1 < s.q.n_jobs && s.q.op_off[j + 1] <= v.row) j++;
        fprintf(stderr, "%s: %s at job %d, op %" PRId64 ", tick %" PRId64 " (%d violations)\n", plan, v.rule, (int)j, v.row < 0 ? -1 : v.row - s.q.op_off[j], v.tick, (int)v.violations);
        code = EXIT_NO;
    }
    shop_close(&s);
    return code;
}

static int parse_seed(const char *word, int32_t *v)
{
    char *end;
    long long n = strtoll(word, &end, 10);
    if (!*word || *end || n < 1 || n > 2147483646) return 0;
    *v = (int32_t)n;
    return 1;
}

static int run_taillard(cli *c)
{
    int32_t v[4];
    text o = { 0 };
    for (int k = 0; k < 4; k++)
        if (!parse_seed(cli_word(c, k + 1), &v[k])) return cli_usage(c, "taillard takes four positive numbers: jobs, machines, time seed, machine seed");
    if (v[0] > 10000 || v[1] > 10000) return cli_usage(c, "at most 10000 jobs and machines");
    int32_t *machine = NEW(int32_t, (int64_t)v[0] * v[1]);
    c12_tick *ticks = NEW(c12_tick, (int64_t)v[0] * v[1]);
    c12_status s = c12_sched_taillard(v[0], v[1], v[2], v[3], machine, ticks, &c->err);
    text_add(&o, "%d %d\n", (int)v[0], (int)v[1]);
    for (int32_t j = 0; j < v[0]; j++)
        for (int32_t k = 0; k < v[1]; k++) text_add(&o, "%d %" PRId64 "%s", (int)machine[(int64_t)j * v[1] + k], ticks[(int64_t)j * v[1] + k], k == v[1] - 1 ? "\n" : " ");
    free(machine);
    free(ticks);
    if (s) { text_free(&o); return cli_fail(c, s); }
    return text_write(c, &o, c->out ? c->out : "-");
}

int cmd_sched(cli *c)
{
    static const char *const formats[] = { "auto", "jsp", "fjsp", "plant" };
    const char *format = cli_value(c, "--format"), *objective = cli_value(c, "--objective"), *svg = cli_value(c, "--svg"), *trace = cli_value(c, "--trace");
    int64_t threads = cli_int(c, "--threads", 1, 256, 2);
    c12_budget b = C12_INIT(c12_budget);
    double seconds = cli_seconds(c, "--time", 0);
    int32_t f = 0;
    b.work_limit = cli_int(c, "--work", 1, INT64_MAX, 0);
    b.seed = (uint64_t)cli_int(c, "--seed", 0, INT64_MAX, 1);
    b.time_limit = (c12_ns)(seconds * 1e9);
    if (!b.time_limit && !b.work_limit) b.time_limit = 10000000000;
    if (objective && strcmp(objective, "tardiness") && strcmp(objective, "makespan")) return cli_usage(c, "--objective '%s' is not makespan or tardiness", objective);
    while (format && f < 4 && strcmp(format, formats[f])) f++;
    if (f == 4) return cli_usage(c, "--format '%s' is not auto, jsp, fjsp or plant", format);
    const char *first = cli_word(c, 0);
    if (first && !strcmp(first, "check")) {
        const char *file = cli_word(c, 1), *plan = cli_word(c, 2);
        return cli_ready(c, 3) ? run_check(c, file, plan, objective, f) : EXIT_BAD;
    }
    if (first && !strcmp(first, "taillard")) return cli_ready(c, 5) ? run_taillard(c) : EXIT_BAD;
    return cli_ready(c, 1) ? run_solve(c, first, &b, objective, f, threads, svg, trace) : EXIT_BAD;
}
