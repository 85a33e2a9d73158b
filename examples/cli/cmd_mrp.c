/* SPDX-License-Identifier: Apache-2.0 */
/* c12 mrp: the time-phased plan of a plant folder as CSV files. */
#include "cli.h"
#include "reports.h"
#include <inttypes.h>
#include <stdlib.h>

typedef struct net_run { plant *t; c12_mrp_plan plan; c12_mem scratch; int64_t rows; } net_run;

static c12_status run_net(cli *c, net_run *r)
{
    const c12_mrp_input *in = &r->t->mrp;
    int64_t n = r->t->p->n_items, cells = n * in->n_buckets;
    c12_mrp_plan p = C12_INIT(c12_mrp_plan);
    p.exc_cap = cells * 2 + in->n_receipts * 2;
    p.gross = NEW(c12_qty, cells);
    p.planned = NEW(c12_qty, cells);
    p.release = NEW(c12_qty, cells);
    p.projected = NEW(c12_qty, cells);
    p.past_due = NEW(c12_qty, n);
    p.exc_item = NEW(int32_t, p.exc_cap);
    p.exc_bucket = NEW(int32_t, p.exc_cap);
    p.exc_kind = NEW(int32_t, p.exc_cap);
    p.exc_to = NEW(int32_t, p.exc_cap);
    p.exc_qty = NEW(c12_qty, p.exc_cap);
    r->scratch.size = c12_mrp_scratch((int32_t)n, r->t->p->n_lines, in->n_buckets, in->n_demand, in->n_receipts);
    r->scratch.ptr = cli_new((int64_t)r->scratch.size, 1);
    r->plan = p;
    return c12_mrp_net(in, &r->plan, r->scratch, &c->err);
}

static void free_net(net_run *r)
{
    c12_mrp_plan *p = &r->plan;
    void *const columns[] = { p->gross, p->planned, p->release, p->projected, p->past_due, p->exc_item, p->exc_bucket, p->exc_kind, p->exc_to, p->exc_qty, r->scratch.ptr };
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) free(columns[k]);
}

static c12_status peg_all(cli *c, net_run *r, text *o)
{
    c12_mrp_pegs g = C12_INIT(c12_mrp_pegs);
    c12_status s = c12_mrp_peg(&r->t->mrp, &r->plan, &g, r->scratch, &c->err);
    g.cap = g.count;
    g.item = NEW(int32_t, g.cap);
    g.bucket = NEW(int32_t, g.cap);
    g.qty = NEW(c12_qty, g.cap);
    g.parent = NEW(int32_t, g.cap);
    g.parent_bucket = NEW(int32_t, g.cap);
    g.line = NEW(int64_t, g.cap);
    if (!s) s = c12_mrp_peg(&r->t->mrp, &r->plan, &g, r->scratch, &c->err);
    if (!s) report_pegs(o, r->t, &g);
    free(g.item);
    free(g.bucket);
    free(g.qty);
    free(g.parent);
    free(g.parent_bucket);
    free(g.line);
    return s;
}

static int write_files(cli *c, net_run *r, int pegging)
{
    text plan = { 0 }, exceptions = { 0 }, orders = { 0 }, pegs = { 0 };
    c12_status s = c12io_dir_make(c->out, &c->err);
    if (!s && pegging) s = peg_all(c, r, &pegs);
    if (s) return plant_fail(c, r->t, s);
    r->rows = report_net(&plan, r->t, &r->t->mrp, &r->plan);
    report_exceptions(&exceptions, r->t, &r->plan);
    report_net_orders(&orders, r->t, &r->t->mrp, &r->plan);
    int code = text_write_in(c, &plan, c->out, "plan.csv");
    if (!code) code = text_write_in(c, &exceptions, c->out, "exceptions.csv");
    if (!code) code = text_write_in(c, &orders, c->out, "planned_orders.csv");
    if (!code && pegging) code = text_write_in(c, &pegs, c->out, "pegging.csv");
    return code;
}

int cmd_mrp(cli *c)
{
    plant t;
    net_run r = { .t = &t };
    int64_t buckets = cli_int(c, "--buckets", 1, 100000, 0);
    int pegging = cli_flag(c, "--pegging"), code = EXIT_DONE;
    const char *dir = cli_word(c, 0);
    if (!cli_ready(c, 1)) return EXIT_BAD;
    if ((code = plant_open(c, &t, dir))) return code;
    if (buckets) t.mrp.n_buckets = (int32_t)buckets;
    c12_ns began = c12io_now();
    c12_status s = run_net(c, &r);
    double seconds = (double)(c12io_now() - began) / 1e9;
    if (s) code = plant_fail(c, &t, s);
    else if (c->out) code = write_files(c, &r, pegging);
    else {
        text o = { 0 };
        r.rows = report_net(&o, &t, &t.mrp, &r.plan);
        if (c->json) free(o.at);
        else code = text_write(c, &o, "-");
    }
    if (!code && c->json) printf("{\"items\":%d,\"rows\":%" PRId64 ",\"exceptions\":%" PRId64 ",\"seconds\":%.6f}\n", (int)t.p->n_items, r.rows, r.plan.exc_count, seconds);
    free_net(&r);
    plant_close(&t);
    return code;
}
