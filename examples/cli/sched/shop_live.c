/* SPDX-License-Identifier: Apache-2.0 */
/* c12 sched apply, insert, promise, explain: a plan in use.  The plan comes as CSV, is taken in as it stands, and only what must move does. */
#include "shop.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LIVE_JOBS = 1024, LIVE_OPS = 1 << 16, LIVE_MODES = 1 << 19, LIVE_BREAKS = 4096, LIVE_LINKS = 4096, LIVE_FIXES = 64 };

/* A shop with its plan in a handle that keeps it, and room for what comes. */
typedef struct live { cli *c; shop *s; runner run; c12_sched *h; c12_sched_options goal; c12_sched_diff diff; } live;

static void live_room(c12_sched_diff *d, int64_t ops, int64_t jobs)
{
    *d = (c12_sched_diff)C12_INIT(c12_sched_diff);
    d->cap = ops;
    d->jobs_cap = jobs;
    d->op = NEW(int64_t, ops);
    d->start_before = NEW(c12_tick, ops);
    d->start_after = NEW(c12_tick, ops);
    d->mode_before = NEW(int32_t, ops);
    d->mode_after = NEW(int32_t, ops);
    d->job = NEW(int32_t, jobs);
    d->end_before = NEW(c12_tick, jobs);
    d->end_after = NEW(c12_tick, jobs);
}

static void live_close(live *v)
{
    void *const owned[] = { v->diff.op, v->diff.start_before, v->diff.start_after, v->diff.mode_before, v->diff.mode_after, v->diff.job, v->diff.end_before, v->diff.end_after };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    c12_sched_destroy(v->h);
    if (v->run.pool) runner_close(&v->run);
}

/* A plan that breaks a rule is refused: what follows would be told against something that cannot be. */
static int live_judge(const live *v, const c12_sched_problem *q, const c12_sched_plan *p, const char *name, int code)
{
    c12_verdict verdict = C12_INIT(c12_verdict);
    c12_status st = c12_sched_check(q, p, &v->goal, &verdict, &v->c->err);
    if (st) return cli_fail(v->c, st);
    if (!verdict.violations) return EXIT_DONE;
    cli_say("%s: breaks %s (%d violations); see c12 sched check", name, verdict.rule, (int)verdict.violations);
    return code;
}

static int live_open(live *v, cli *c, shop *s, const char *plan, const live_request *r)
{
    c12_sched_dims d = s->dims;
    *v = (live){ .c = c, .s = s, .goal = r->goal };
    int code = shop_plan_read(c, s, &s->plan, plan, 1);
    if (!code) code = live_judge(v, &s->q, &s->plan, plan, EXIT_NO);
    if (!code) code = runner_open(c, &v->run, r->threads);
    if (code) return code;
    d.jobs += LIVE_JOBS;
    d.ops += LIVE_OPS;
    d.modes += LIVE_MODES;
    d.breaks += LIVE_BREAKS;
    d.branches = 1;
    live_room(&v->diff, d.ops, d.jobs);
    c12_status st = c12_sched_create(&v->h, &d, &v->goal, &v->run.host, &c->err);
    if (!st) st = c12_sched_load(v->h, &s->q, &c->err);
    if (!st) st = c12_sched_adopt(v->h, 0, &s->plan, NULL, &c->err);
    return st ? cli_fail(c, st) : EXIT_DONE;
}

/* ---- events from CSV ------------------------------------------------------------------------------------------------------------- */

enum { EVENT_KIND, EVENT_JOB, EVENT_OP, EVENT_MACHINE, EVENT_FROM, EVENT_TO, EVENT_COLUMNS };
static const c12io_column event_csv[] = { { "event", 1, 0 }, { "job", 0, 0 }, { "op", 0, 0 }, { "machine", 0, 0 }, { "from", 0, 0 }, { "to", 0, 0 } };

/* What a kind of event must, may and may not say, one letter a column after the first: n needed, o may be empty, - must be. */
static const struct { const char *name, *cells; int32_t kind; } event_kinds[] = {
    { "now", "---no", C12_SCHED_NOW }, { "down", "--nnn", C12_SCHED_DOWN }, { "started", "nnono", C12_SCHED_STARTED }, { "finished", "nnoon", C12_SCHED_FINISHED },
    { "due", "n---o", C12_SCHED_DUE }, { "cancel", "n----", C12_SCHED_CANCEL }, { "material", "nn--n", C12_SCHED_MATERIAL },
};
enum { EVENT_KINDS = sizeof event_kinds / sizeof *event_kinds };

typedef struct event_reader { const live *v; c12io_table *t; const char *file; int64_t row, line; } event_reader;

static int event_say(const event_reader *r, int column, const char *what, const char *mend)
{
    return cli_say("%s:%" PRId64 ":%s: %s; %s", r->file, r->line, event_csv[column].name, what, mend);
}

static int event_kind(const event_reader *r)
{
    c12_view cell = c12io_table_cell(r->t, r->row, EVENT_KIND);
    for (int k = 0; k < EVENT_KINDS; k++)
        if (cell.size == strlen(event_kinds[k].name) && !memcmp(cell.ptr, event_kinds[k].name, cell.size)) return k;
    event_say(r, EVENT_KIND, "no such event", "write now, down, started, finished, due, cancel or material");
    return -1;
}

/* Cells 1.. of the row, -1 where empty. */
static int event_cells(const event_reader *r, int kind, int64_t v[EVENT_COLUMNS])
{
    for (int k = 1; k < EVENT_COLUMNS; k++) {
        c12_view x = c12io_table_cell(r->t, r->row, k);
        char cell[24], *end, need = event_kinds[kind].cells[k - 1];
        snprintf(cell, sizeof cell, "%.*s", (int)(x.size > 23 ? 23 : x.size), x.size ? (const char *)x.ptr : "");
        v[k] = -1;
        if (!x.size && need == 'n') return event_say(r, k, "is empty", "this event needs it");
        if (x.size && need == '-') return event_say(r, k, "does not belong to this event", "leave it empty");
        if (!x.size) continue;
        v[k] = strtoll(cell, &end, 10);
        if (*end || x.size > 19 || v[k] < 0) return event_say(r, k, "is not a whole number", "write digits only");
    }
    return EXIT_DONE;
}

static int event_op(const event_reader *r, const int64_t v[EVENT_COLUMNS], int64_t *op)
{
    const c12_sched_problem *q = &r->v->s->q;
    if (v[EVENT_JOB] >= q->n_jobs) return event_say(r, EVENT_JOB, "no such job", "jobs count from 0");
    if (v[EVENT_OP] >= q->op_off[v[EVENT_JOB] + 1] - q->op_off[v[EVENT_JOB]]) return event_say(r, EVENT_OP, "no such operation of the job", "operations count from 0");
    *op = q->op_off[v[EVENT_JOB]] + v[EVENT_OP];
    return EXIT_DONE;
}

/* The mode a report names by its machine. */
static int event_mode(const event_reader *r, const int64_t v[EVENT_COLUMNS], int64_t op, int32_t *mode)
{
    const c12_sched_problem *q = &r->v->s->q;
    *mode = -1;
    if (v[EVENT_MACHINE] < 0) return EXIT_DONE;
    for (int64_t m = q->mode_off[op]; m < q->mode_off[op + 1]; m++)
        if (q->mode_machine[m] == v[EVENT_MACHINE]) *mode = (int32_t)(m - q->mode_off[op]);
    return *mode < 0 ? event_say(r, EVENT_MACHINE, "does not do this operation", "name one that does, or leave it empty for the planned one") : EXIT_DONE;
}

static int event_row(const event_reader *r, c12_sched_event *e)
{
    int64_t v[EVENT_COLUMNS], row;
    int kind = event_kind(r), code = kind < 0 ? EXIT_BAD : event_cells(r, kind, v);
    if (code) return code;
    row = v[EVENT_JOB];
    *e = (c12_sched_event){ event_kinds[kind].kind, -1, row, v[EVENT_FROM], v[EVENT_TO] };
    if (event_kinds[kind].cells[EVENT_OP - 1] == 'n') code = event_op(r, v, &e->row);
    else if (row >= r->v->s->q.n_jobs) return event_say(r, EVENT_JOB, "no such job", "jobs count from 0");
    if (e->kind == C12_SCHED_DOWN) e->row = v[EVENT_MACHINE];
    if (e->kind == C12_SCHED_NOW && e->to < 0) e->to = e->from;
    if (!code && (e->kind == C12_SCHED_STARTED || e->kind == C12_SCHED_FINISHED)) code = event_mode(r, v, e->row, &e->mode);
    return code;
}

static int live_events(live *v, const char *file)
{
    event_reader r = { .v = v, .file = file };
    c12_status st = c12io_table_read(&r.t, file, event_csv, EVENT_COLUMNS, &v->c->err);
    if (st) return cli_fail(v->c, st);
    int64_t n = c12io_table_rows(r.t);
    c12_sched_event *e = NEW(c12_sched_event, n + 1);
    int code = n > INT32_MAX ? cli_say("%s: more than 2^31 events; split the file", file) : EXIT_DONE;
    for (r.row = 0; r.row < n && !code; r.row++) {
        r.line = c12io_table_line(r.t, r.row);
        code = event_row(&r, &e[r.row]);
    }
    if (!code) {
        st = c12_sched_apply(v->h, 0, e, (int32_t)n, &v->diff, &v->c->err);
        if (st && v->c->err.row >= 0 && v->c->err.row < n)
            code = cli_say("%s:%" PRId64 ":%s: %s (%" PRId64 ")", file, c12io_table_line(r.t, v->c->err.row), v->c->err.field, v->c->err.what, v->c->err.value);
        else if (st) code = cli_fail(v->c, st);
    }
    c12io_table_free(r.t);
    free(e);
    return code;
}

/* ---- what came of it --------------------------------------------------------------------------------------------------------------- */

static void live_cell(table *t, const c12_sched_problem *q, int64_t op, int32_t mode, c12_tick start)
{
    if (mode < 0) { table_word(t, ""); table_word(t, ""); return; }
    table_int(t, q->mode_machine[q->mode_off[op] + mode]);
    table_int(t, start);
}

static int32_t live_job(const c12_sched_problem *q, int64_t op)
{
    int32_t lo = 0, hi = q->n_jobs;
    while (hi - lo > 1) {
        int32_t mid = lo + (hi - lo) / 2;
        if (q->op_off[mid] <= op) lo = mid; else hi = mid;
    }
    return lo;
}

/* The operations that moved; a new one has no start before, a gone one none after. */
static int live_print(live *v, const c12_sched_problem *q)
{
    static const char *const head[] = { "job", "op", "machine_before", "start_before", "machine_after", "start_after" };
    const c12_sched_diff *d = &v->diff;
    table t = table_new(6, head, "nnnnnn");
    char summary[256];
    for (int64_t k = 0; k < d->count && k < d->cap; k++) {
        int32_t j = live_job(q, d->op[k]);
        table_int(&t, j);
        table_int(&t, d->op[k] - q->op_off[j]);
        live_cell(&t, q, d->op[k], d->mode_before[k], d->start_before[k]);
        live_cell(&t, q, d->op[k], d->mode_after[k], d->start_after[k]);
    }
    snprintf(summary, sizeof summary, "\"operations\":%" PRId64 ",\"moved\":%" PRId64 ",\"jobs\":%" PRId64 ",\"objective_before\":%" PRId64 ",\"objective_after\":%" PRId64,
             q->op_off[q->n_jobs], d->count, d->jobs_count, d->objective_before, d->objective_after);
    const char *out = v->c->out;
    v->c->out = NULL; /* -o is the plan's */
    int code = table_print(v->c, &t, summary);
    v->c->out = out;
    return code;
}

/* The plan as it now is: judged, told, written, drawn. */
static int live_deliver(live *v, const live_request *r)
{
    shop now = *v->s;
    c12_sched_problem q = C12_INIT(c12_sched_problem);
    c12_status st = c12_sched_view(v->h, 0, &q, &v->c->err);
    if (st) return cli_fail(v->c, st);
    now.q = q;
    now.dims.jobs = q.n_jobs;
    now.dims.ops = q.op_off[q.n_jobs];
    now.plan = shop_plan_new(&now);
    st = c12_sched_get(v->h, 0, &now.plan, NULL, &v->c->err);
    int code = st ? cli_fail(v->c, st) : live_judge(v, &q, &now.plan, "the new plan", EXIT_INTERNAL);
    if (!code && v->c->out) code = shop_plan_write(v->c, &now);
    if (!code && (r->draw.svg || r->draw.html)) {
        c12_verdict verdict = C12_INIT(c12_verdict);
        st = c12_sched_check(&q, &now.plan, &v->goal, &verdict, &v->c->err);
        code = st ? cli_fail(v->c, st) : picture_write(v->c, &now, &r->draw, &verdict);
    }
    if (!code) code = live_print(v, &q);
    shop_plan_free(&now.plan);
    return code;
}

static c12_sched_calm live_calm(const live_request *r)
{
    c12_sched_calm calm = C12_INIT(c12_sched_calm);
    calm.branch = 1; /* the plan before */
    calm.until = r->until;
    calm.weight = r->calm;
    return calm;
}

/* After the change, whatever --time or --work allow to look for better; the diff is told against the plan before. */
static int live_finish(live *v, const live_request *r)
{
    const c12_sched_calm calm = live_calm(r);
    c12_status st = C12_OK;
    if (r->search) st = c12_sched_repair(v->h, 0, &calm, &r->budget, NULL, NULL, &v->c->err);
    if (!st) st = c12_sched_diff_branches(v->h, 1, 0, &v->diff, &v->c->err);
    return st ? cli_fail(v->c, st) : live_deliver(v, r);
}

/* The plan before stays to be seen on a branch. */
static int live_mark(live *v)
{
    int32_t branch;
    c12_status st = c12_sched_branch(v->h, 0, &branch, &v->c->err);
    return st ? cli_fail(v->c, st) : EXIT_DONE;
}

int shop_apply(cli *c, shop *s, const char *const file[2], const live_request *r)
{
    live v;
    int code = live_open(&v, c, s, file[0], r);
    if (!code) code = live_mark(&v);
    if (!code) code = live_events(&v, file[1]);
    if (!code) code = live_finish(&v, r);
    live_close(&v);
    return code;
}

/* Orders of a second file that has the same machines and families. */
static int live_orders(cli *c, const shop *s, shop *orders, const char *file)
{
    int code = shop_open(c, orders, file, s->json ? FORMAT_PLANT : C12_SCHED_AUTO);
    if (code) return code;
    if (orders->q.n_machines == s->q.n_machines && orders->q.n_families == s->q.n_families) return EXIT_DONE;
    shop_close(orders);
    return cli_say("%s: has %d machines and %d families, %s has %d and %d; describe the orders in the same plant", file, (int)orders->q.n_machines, (int)orders->q.n_families, s->file, (int)s->q.n_machines, (int)s->q.n_families);
}

int shop_insert(cli *c, shop *s, const char *const file[2], const live_request *r)
{
    live v;
    shop orders;
    const c12_sched_calm calm = live_calm(r);
    int code = live_open(&v, c, s, file[0], r);
    if (!code) code = live_mark(&v);
    if (!code) code = live_orders(c, s, &orders, file[1]);
    if (!code) {
        c12_status st = c12_sched_insert(v.h, 0, &orders.q, &calm, NULL, NULL, &c->err);
        code = st ? cli_fail(c, st) : live_finish(&v, r);
        shop_close(&orders);
    }
    live_close(&v);
    return code;
}

/* ---- promises ---------------------------------------------------------------------------------------------------------------------- */

/* Offsets of rows first..first + n, from 0. */
static const int64_t *live_rebase(const int64_t *all, int64_t first, int64_t n, int64_t *room)
{
    for (int64_t k = 0; k <= n; k++) room[k] = all[first + k] - all[first];
    return room;
}

/* The columns of one job alone; room for three offsets columns. */
static void live_one(const c12_sched_problem *all, int32_t j, c12_sched_problem *one, int64_t *room)
{
    int64_t first = all->op_off[j], n = all->op_off[j + 1] - first;
    *one = *all;
    one->n_jobs = 1;
    one->op_off = live_rebase(all->op_off, j, 1, room);
    one->mode_off = live_rebase(all->mode_off, first, n, room + 2);
    one->mode_machine += all->mode_off[first];
    one->mode_ticks += all->mode_off[first];
    if (one->mode_cost) one->mode_cost += all->mode_off[first];
    if (one->need_off) {
        one->need_off = live_rebase(all->need_off, first, n, room + n + 3);
        one->need_resource += all->need_off[first];
        if (one->need_units) one->need_units += all->need_off[first];
    }
    if (one->job_release) one->job_release += j;
    if (one->job_due) one->job_due += j;
    if (one->job_weight) one->job_weight += j;
    if (one->op_ready) one->op_ready += first;
    if (one->op_family) one->op_family += first;
    if (one->op_resumable) one->op_resumable += first;
    if (one->op_places) one->op_places += first;
    if (one->wait_min) one->wait_min += first;
    if (one->wait_max) one->wait_max += first;
    if (one->op_lots) one->op_lots += first;
    if (one->op_holds) one->op_holds += first;
    if (one->op_buffer) one->op_buffer += first;
}

int shop_promise(cli *c, shop *s, const char *const file[2], const live_request *r)
{
    static const char *const head[] = { "order", "quiet", "rush", "rush_cost", "later", "late" };
    live v;
    shop orders;
    int code = live_open(&v, c, s, file[0], r);
    if (!code) code = live_orders(c, s, &orders, file[1]);
    if (code) { live_close(&v); return code; }
    table t = table_new(6, head, "nnnnnn");
    int64_t *room = NEW(int64_t, 2 * orders.dims.ops + 4);
    for (int32_t j = 0; j < orders.q.n_jobs && !code; j++) {
        c12_sched_problem one;
        c12_sched_offer offer = C12_INIT(c12_sched_offer);
        live_one(&orders.q, j, &one, room);
        c12_status st = c12_sched_promise(v.h, 0, &one, &offer, NULL, &c->err);
        if (st) { code = cli_fail(c, st); break; }
        table_int(&t, j);
        table_int(&t, offer.quiet);
        table_int(&t, offer.rush);
        table_int(&t, offer.rush_cost);
        table_int(&t, offer.later);
        table_int(&t, offer.late);
    }
    int printed = table_print(c, &t, NULL);
    free(room);
    shop_close(&orders);
    live_close(&v);
    return code ? code : printed;
}

/* ---- why --------------------------------------------------------------------------------------------------------------------------- */

static void why_op(table *t, const c12_sched_problem *q, int64_t op)
{
    if (op < 0) { table_word(t, ""); table_word(t, ""); return; }
    int32_t j = live_job(q, op);
    table_int(t, j);
    table_int(t, op - q->op_off[j]);
}

static void why_rows(table *t, const c12_sched_problem *q, const c12_sched_why *w)
{
    static const char *const reason[] = { "nothing", "release", "material", "predecessor", "machine", "setup", "calendar", "frozen", "resource" };
    static const char *const fix[] = { "", "material", "release", "order", "machine", "overtime", "speed", "due", "pull" };
    for (int32_t k = 0; k < w->count && k < w->cap; k++) {
        table_word(t, "because");
        table_word(t, reason[w->reason[k]]);
        why_op(t, q, w->op[k]);
        why_op(t, q, w->other[k]);
        table_int(t, w->ticks[k]);
        table_word(t, "");
    }
    for (int32_t k = 0; k < w->fix_count && k < w->fix_cap; k++) {
        int machine = w->fix_kind[k] == C12_SCHED_FIX_MACHINE;
        table_word(t, "mend");
        table_word(t, fix[w->fix_kind[k]]);
        why_op(t, q, w->fix_op[k]);
        if (machine) { table_word(t, ""); table_int(t, q->mode_machine[q->mode_off[w->fix_op[k]] + w->fix_other[k]]); }
        else why_op(t, q, w->fix_other[k]);
        table_int(t, w->fix_ticks[k]);
        table_int(t, w->fix_cost[k]);
    }
}

int shop_explain(cli *c, shop *s, const char *plan, int32_t job, const live_request *r)
{
    static const char *const head[] = { "what", "reason", "job", "op", "other_job", "other", "ticks", "cost" };
    live v;
    c12_sched_why w = C12_INIT(c12_sched_why);
    int code = live_open(&v, c, s, plan, r);
    w.cap = LIVE_LINKS;
    w.fix_cap = LIVE_FIXES;
    int64_t *column[6] = { NEW(int64_t, LIVE_LINKS), NEW(int64_t, LIVE_LINKS), NEW(int64_t, LIVE_FIXES), NEW(int64_t, LIVE_FIXES), NEW(int64_t, LIVE_FIXES), NEW(int64_t, LIVE_FIXES) };
    c12_tick *ticks = NEW(c12_tick, LIVE_LINKS);
    int32_t *kind[2] = { NEW(int32_t, LIVE_LINKS), NEW(int32_t, LIVE_FIXES) };
    w.op = column[0]; w.other = column[1]; w.ticks = ticks; w.reason = kind[0];
    w.fix_op = column[2]; w.fix_other = column[3]; w.fix_ticks = column[4]; w.fix_cost = column[5]; w.fix_kind = kind[1];
    c12_status st = code ? C12_OK : c12_sched_explain(v.h, 0, job, &w, &c->err);
    if (st) code = cli_fail(c, st);
    if (!code) {
        table t = table_new(8, head, "ssnnnnnn");
        char summary[64];
        why_rows(&t, &s->q, &w);
        snprintf(summary, sizeof summary, "\"job\":%d,\"late\":%" PRId64, (int)job, w.late);
        code = table_print(c, &t, summary);
    }
    for (int k = 0; k < 6; k++) free(column[k]);
    free(ticks);
    free(kind[0]);
    free(kind[1]);
    live_close(&v);
    return code;
}
