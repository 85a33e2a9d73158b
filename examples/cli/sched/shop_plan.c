/* SPDX-License-Identifier: Apache-2.0 */
/* Plans of a shop as CSV: job, op, machine, start, end; jobs and operations count from 0. */
#include "shop.h"
#include <inttypes.h>
#include <stdlib.h>

enum { PLAN_JOB, PLAN_OP, PLAN_MACHINE, PLAN_START, PLAN_END, PLAN_COLUMNS };
static const c12io_column plan_csv[] = { { "job", 1, 0 }, { "op", 1, 0 }, { "machine", 1, 0 }, { "start", 1, 0 }, { "end", 1, 0 } };

c12_sched_plan shop_plan_new(const shop *s)
{
    c12_sched_plan p = C12_INIT(c12_sched_plan);
    p.op_start = NEW(c12_tick, s->dims.ops);
    p.op_end = NEW(c12_tick, s->dims.ops);
    p.op_mode = NEW(int32_t, s->dims.ops);
    return p;
}

void shop_plan_free(c12_sched_plan *p)
{
    free(p->op_start);
    free(p->op_end);
    free(p->op_mode);
}

int shop_plan_write(cli *c, const shop *s)
{
    text o = { 0 };
    text_add(&o, "job,op,machine,start,end\n");
    for (int32_t j = 0; j < s->q.n_jobs; j++)
        for (int64_t k = s->q.op_off[j]; k < s->q.op_off[j + 1]; k++)
            text_add(&o, "%d,%" PRId64 ",%d,%" PRId64 ",%" PRId64 "\n", (int)j, k - s->q.op_off[j], (int)shop_machine(s, &s->plan, k), s->plan.op_start[k], s->plan.op_end[k]);
    return text_write(c, &o, c->out);
}

typedef struct plan_reader { const shop *s; c12_sched_plan *p; c12io_table *t; const char *file; char *seen; int strict; } plan_reader;

static int plan_numbers(const plan_reader *r, int64_t row, int64_t v[PLAN_COLUMNS])
{
    for (int k = 0; k < PLAN_COLUMNS; k++) {
        char cell[24], *end;
        c12_view x = c12io_table_cell(r->t, row, k);
        snprintf(cell, sizeof cell, "%.*s", (int)(x.size > 23 ? 23 : x.size), x.size ? (const char *)x.ptr : "");
        v[k] = strtoll(cell, &end, 10);
        if (!cell[0] || *end || x.size > 19) return cli_say("%s:%" PRId64 ":%s: '%s' is not a whole number; write digits only", r->file, c12io_table_line(r->t, row), plan_csv[k].name, cell);
    }
    return EXIT_DONE;
}

/* The machine picks the mode; -1 when the operation has none on it. */
static int32_t mode_on(const c12_sched_problem *q, int64_t op, int64_t machine)
{
    for (int64_t m = q->mode_off[op]; m < q->mode_off[op + 1]; m++)
        if (q->mode_machine[m] == machine) return (int32_t)(m - q->mode_off[op]);
    return -1;
}

static int plan_row(plan_reader *r, int64_t row)
{
    const c12_sched_problem *q = &r->s->q;
    int64_t v[PLAN_COLUMNS], line = c12io_table_line(r->t, row);
    int code = plan_numbers(r, row, v);
    if (code) return code;
    int64_t job = v[PLAN_JOB], ops = job >= 0 && job < q->n_jobs ? q->op_off[job + 1] - q->op_off[job] : 0;
    int64_t op = v[PLAN_OP] >= 0 && v[PLAN_OP] < ops ? q->op_off[job] + v[PLAN_OP] : -1;
    if (op < 0 || r->seen[op]) return cli_say("%s:%" PRId64 ":op: job %" PRId64 " has no operation %" PRId64 " left to plan; every operation stands once, jobs and operations count from 0", r->file, line, job, v[PLAN_OP]);
    r->seen[op] = 1;
    r->p->op_mode[op] = mode_on(q, op, v[PLAN_MACHINE]);
    r->p->op_start[op] = v[PLAN_START];
    r->p->op_end[op] = v[PLAN_END];
    if (r->strict && r->p->op_mode[op] < 0) return cli_say("%s:%" PRId64 ":machine: machine %" PRId64 " does not do operation %" PRId64 " of job %" PRId64 "; is this a plan of %s?", r->file, line, v[PLAN_MACHINE], v[PLAN_OP], job, r->s->file);
    return EXIT_DONE;
}

int shop_plan_read(cli *c, const shop *s, c12_sched_plan *p, const char *file, int strict)
{
    plan_reader r = { .s = s, .p = p, .file = file, .strict = strict };
    c12_status st = c12io_table_read(&r.t, file, plan_csv, PLAN_COLUMNS, &c->err);
    int code = EXIT_DONE;
    if (st) return cli_fail(c, st);
    r.seen = NEW(char, s->dims.ops);
    for (int64_t k = 0; k < c12io_table_rows(r.t) && !code; k++) code = plan_row(&r, k);
    for (int64_t k = 0; k < s->dims.ops && !code; k++)
        if (!r.seen[k]) code = cli_say("%s:1:op: %" PRId64 " operations expected, %" PRId64 " planned; add the missing rows", file, s->dims.ops, c12io_table_rows(r.t));
    free(r.seen);
    c12io_table_free(r.t);
    return code;
}
