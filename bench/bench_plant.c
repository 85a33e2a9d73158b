/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bench plant DIR: what loading, planning, changing and asking take on a plant folder.  Times of single calls are kept one by one, so that
 * the slowest of a hundred stand beside the median. */
#include "bench.h"
#include <stdlib.h>
#include <string.h>

typedef struct plant_bench {
    cli *c;
    plant t;
    runner one, all;
    int64_t threads;
    table out;
    uint64_t state;
    c12_ns *took;   /* [CALLS] */
    int64_t *rows;  /* [CALLS] touched by each */
    int64_t n, most_rows;
} plant_bench;

enum { CALLS = 2000, RUNS = 9, CASCADE = 1000 };

static int64_t plant_draw(plant_bench *b, int64_t n)
{
    b->state ^= b->state << 13;
    b->state ^= b->state >> 7;
    b->state ^= b->state << 17;
    return (int64_t)(b->state % (uint64_t)n);
}

static void call_took(plant_bench *b, c12_ns took, int64_t rows)
{
    if (b->n == CALLS) return;
    b->took[b->n] = took;
    b->rows[b->n++] = rows;
    if (rows > b->most_rows) b->most_rows = rows;
}

static int sooner(const void *a, const void *b)
{
    const c12_ns *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* What calls that touched a thousand rows and more took a row: the least cost a row is told on its own, without what a call costs anyway. */
static void cascade_cell(plant_bench *b)
{
    c12_ns took = 0;
    int64_t rows = 0;
    for (int64_t k = 0; k < b->n; k++)
        if (b->rows[k] >= CASCADE) { took += b->took[k]; rows += b->rows[k]; }
    if (rows) table_ratio(&b->out, took, rows * 1000, 3);
    else table_word(&b->out, "");
}

static void plant_line(plant_bench *b, const char *what)
{
    int64_t rows = 0;
    if (!b->n) return;
    for (int64_t k = 0; k < b->n; k++) rows += b->rows[k];
    table_word(&b->out, what);
    table_int(&b->out, b->n);
    const int64_t n = b->n;
    table_ratio(&b->out, rows, n, 1);
    cascade_cell(b);
    qsort(b->took, (size_t)n, sizeof *b->took, sooner);
    table_ratio(&b->out, b->took[n / 2], 1000, 2);
    table_ratio(&b->out, b->took[n * 99 / 100], 1000, 2);
    table_ratio(&b->out, b->took[n - 1], 1000, 2);
    b->n = 0;
}

static void say_doing(const plant_bench *b, const char *what)
{
    if (b->one.host.progress) fprintf(stderr, "\r\033[K%s", what);
}

/* ---- the bill of materials --------------------------------------------------------------------------------------------------------------- */

static c12_status bill_model(plant_bench *b, const runner *r, c12_bom_model **model)
{
    c12_bom_dims d = C12_INIT(c12_bom_dims);
    d.items = b->t.p->n_items;
    d.lines = b->t.p->n_lines;
    c12_status s = c12_bom_model_create(model, &d, &r->host, &b->c->err);
    return s ? s : c12_bom_model_load(*model, &b->t.bom, NULL, &b->c->err);
}

static c12_status bench_bill_whole(plant_bench *b, const runner *r, const c12_money *own, const char *const what[2])
{
    c12_bom_model *m = NULL;
    c12_status s = bill_model(b, r, &m);
    for (int k = 0; k < RUNS && !s; k++) {
        c12_ns t = c12io_now();
        s = c12_bom_model_load(m, &b->t.bom, NULL, &b->c->err);
        call_took(b, c12io_now() - t, b->t.p->n_items);
    }
    plant_line(b, what[0]);
    for (int k = 0; k < RUNS && !s; k++) {
        c12_ns t = c12io_now();
        s = c12_bom_model_rollup(m, own, NULL, &b->c->err);
        call_took(b, c12io_now() - t, b->t.p->n_items);
    }
    plant_line(b, what[1]);
    c12_bom_model_destroy(m);
    return s;
}

static c12_status bench_bill_changes(plant_bench *b, c12_bom_model *m, const c12_money *own)
{
    c12_status s = C12_OK;
    for (int k = 0; k < CALLS && !s; k++) {
        c12_bom_costs costs = C12_INIT(c12_bom_costs);
        int32_t item = (int32_t)plant_draw(b, b->t.p->n_items);
        c12_ns t = c12io_now();
        s = c12_bom_model_set_cost(m, item, own[item] + 1 + plant_draw(b, 1000), &costs, &b->c->err);
        call_took(b, c12io_now() - t, costs.touched);
    }
    plant_line(b, "one cost changed");
    for (int k = 0; k < CALLS && !s && b->t.p->n_lines; k++) {
        c12_bom_costs costs = C12_INIT(c12_bom_costs);
        int64_t line = plant_draw(b, b->t.p->n_lines);
        c12_ns t = c12io_now();
        s = c12_bom_model_set_line(m, line, b->t.bom.line_num[line] + 1, b->t.bom.line_den ? b->t.bom.line_den[line] : 1, 0, &costs, &b->c->err);
        call_took(b, c12io_now() - t, costs.touched);
    }
    plant_line(b, "one quantity per changed, costs kept");
    return s;
}

static c12_status bench_uses(plant_bench *b, c12_bom_model *m)
{
    const int32_t n = b->t.p->n_items;
    c12_bom_uses u = C12_INIT(c12_bom_uses);
    int32_t *column[3] = { NEW(int32_t, n), NEW(int32_t, n), NEW(int32_t, n) };
    int64_t *per[2] = { NEW(int64_t, n), NEW(int64_t, n) };
    c12_status s = C12_OK;
    u.cap = n;
    u.item = column[0]; u.level_short = column[1]; u.level_long = column[2];
    u.qty_num = per[0]; u.qty_den = per[1];
    for (int k = 0; k < CALLS && !s; k++) {
        int32_t item = (int32_t)plant_draw(b, n);
        c12_ns t = c12io_now();
        s = c12_bom_model_where_used(m, item, 0, &u, &b->c->err);
        if (s == C12_E_OVERFLOW) s = C12_OK; /* a ratio beyond 64 bits is an answer too */
        else call_took(b, c12io_now() - t, u.count);
    }
    plant_line(b, "where-used, every level");
    for (int k = 0; k < 3; k++) free(column[k]);
    free(per[0]);
    free(per[1]);
    return s;
}

static c12_status bench_bill(plant_bench *b)
{
    static const char *const one[2] = { "low-level codes and lines both ways, 1 thread", "exact rollup, 1 thread" }, *const all[2] = { "low-level codes and lines both ways, all threads", "exact rollup, all threads" };
    c12_money *own = NEW(c12_money, b->t.p->n_items);
    c12_bom_model *m = NULL;
    plant_own_cost(&b->t, own);
    say_doing(b, "bills of material");
    c12_status s = bench_bill_whole(b, &b->one, own, one);
    if (!s) s = bench_bill_whole(b, &b->all, own, all);
    if (!s) s = bill_model(b, &b->one, &m);
    if (!s) s = c12_bom_model_rollup(m, own, NULL, &b->c->err);
    if (!s) s = bench_bill_changes(b, m, own);
    if (!s) s = bench_uses(b, m);
    c12_bom_model_destroy(m);
    free(own);
    return s;
}

/* ---- the plan ------------------------------------------------------------------------------------------------------------------------------ */

enum { BRANCHES = 16 };

static c12_mrp_dims plan_dims(const plant_bench *b, int branches)
{
    c12_mrp_dims d = C12_INIT(c12_mrp_dims);
    d.items = b->t.p->n_items;
    d.buckets = b->t.mrp.n_buckets;
    d.lines = b->t.p->n_lines;
    d.rare_lines = branches ? d.lines : 0;
    d.demand = b->t.mrp.n_demand + 1;
    d.receipts = b->t.mrp.n_receipts + 1;
    d.safety = b->t.mrp.n_safety;
    d.line_edits = branches ? d.lines : 0;
    d.branches = branches;
    d.branch_rows = branches ? d.items : 0;
    d.branch_events = branches ? d.demand : 0;
    return d;
}

static c12_status plan_made(plant_bench *b, const runner *r, int branches, c12_mrp **plan)
{
    c12_mrp_dims d = plan_dims(b, branches);
    c12_status s = c12_mrp_create(plan, &d, &r->host, &b->c->err);
    if (!s) s = c12_mrp_load(*plan, &b->t.mrp, &b->c->err);
    if (!s) s = c12_mrp_solve(*plan, 0, NULL, NULL, NULL, &b->c->err);
    return s;
}

static c12_status bench_plan_whole(plant_bench *b, const runner *r, const char *const what[2])
{
    c12_mrp *plan = NULL;
    c12_status s = plan_made(b, r, 0, &plan);
    for (int k = 0; k < RUNS && !s; k++) {
        c12_ns t = c12io_now();
        s = c12_mrp_load(plan, &b->t.mrp, &b->c->err);
        call_took(b, c12io_now() - t, b->t.p->n_items);
        t = c12io_now();
        if (!s) s = c12_mrp_solve(plan, 0, NULL, NULL, NULL, &b->c->err);
        b->took[CALLS - 1 - k] = c12io_now() - t;
    }
    plant_line(b, what[0]);
    for (int k = 0; k < RUNS && !s; k++) call_took(b, b->took[CALLS - 1 - k], b->t.p->n_items);
    plant_line(b, what[1]);
    c12_mrp_destroy(plan);
    return s;
}

/* Each kind of change is a call of its own; what it leaves is what the next one finds, as on a planner's day. */
typedef c12_mrp_edit change_of(plant_bench *b);

static c12_mrp_edit change_stock(plant_bench *b)
{
    int32_t i;
    do i = (int32_t)plant_draw(b, b->t.p->n_items); while (b->t.p->item_type[i] != C12_MRP_BUY);
    return (c12_mrp_edit){ .kind = C12_MRP_EDIT_ITEM, .field = C12_MRP_FIELD_ON_HAND, .item = i, .value = b->t.mrp.on_hand[i] > 5 ? b->t.mrp.on_hand[i] - 5 : 0 };
}

static c12_mrp_edit change_demand(plant_bench *b)
{
    int64_t k = plant_draw(b, b->t.mrp.n_demand);
    return (c12_mrp_edit){ .kind = C12_MRP_EDIT_DEMAND, .row = k, .bucket = b->t.mrp.demand_bucket[k], .value = b->t.mrp.demand_qty[k] + 5 };
}

static c12_mrp_edit change_date(plant_bench *b)
{
    int64_t k = plant_draw(b, b->t.mrp.n_demand);
    return (c12_mrp_edit){ .kind = C12_MRP_EDIT_DEMAND, .row = k, .bucket = b->t.mrp.demand_bucket[k] + (plant_draw(b, 2) ? 1 : b->t.mrp.demand_bucket[k] ? -1 : 1), .value = b->t.mrp.demand_qty[k] };
}

static c12_mrp_edit change_line(plant_bench *b)
{
    int64_t k = plant_draw(b, b->t.p->n_lines);
    const c12_bom *m = &b->t.bom;
    return (c12_mrp_edit){ .kind = C12_MRP_EDIT_LINE, .row = k, .value = m->line_num[k] + 1, .den = m->line_den ? m->line_den[k] : 1, .scrap_ppm = m->line_scrap_ppm ? m->line_scrap_ppm[k] : 0,
                           .bucket = m->line_from ? m->line_from[k] : 0, .to = m->line_to && m->line_to[k] < INT32_MAX ? m->line_to[k] : 0, .offset = m->line_offset ? m->line_offset[k] : 0 };
}

static c12_status bench_changes(plant_bench *b, c12_mrp *plan, int32_t branch, change_of *of, int calls, const char *what)
{
    c12_status s = C12_OK;
    say_doing(b, what);
    for (int k = 0; k < calls && !s; k++) {
        c12_mrp_edit e = of(b);
        c12_mrp_delta d = C12_INIT(c12_mrp_delta);
        c12_ns t = c12io_now();
        s = c12_mrp_change(plan, branch, &e, 1, &d, &b->c->err);
        call_took(b, c12io_now() - t, d.touched);
    }
    plant_line(b, what);
    return s;
}

static c12_status bench_branches(plant_bench *b, c12_mrp *plan)
{
    int32_t number[BRANCHES];
    int n = 0;
    c12_status s = C12_OK;
    for (; n < BRANCHES && !s; n++) {
        c12_ns t = c12io_now();
        s = c12_mrp_branch(plan, 0, number + n, &b->c->err);
        call_took(b, c12io_now() - t, 0);
    }
    plant_line(b, "branch opened");
    if (!s) s = bench_changes(b, plan, number[0], change_demand, 20, "demand row + 5 in a branch");
    c12_mrp_delta d = C12_INIT(c12_mrp_delta);
    c12_ns t = c12io_now();
    if (!s) s = c12_mrp_diff(plan, 0, number[0], &d, &b->c->err);
    call_took(b, c12io_now() - t, d.touched);
    plant_line(b, "difference of that branch");
    while (n > 0 && !s) s = c12_mrp_drop(plan, number[--n], &b->c->err);
    return s;
}

static c12_status bench_questions(plant_bench *b, c12_mrp *plan)
{
    c12_status s = C12_OK;
    c12_qty *promise = NEW(c12_qty, b->t.mrp.n_buckets);
    say_doing(b, "pegging, promises");
    for (int k = 0; k < CALLS && !s; k++) {
        c12_mrp_demands d = C12_INIT(c12_mrp_demands);
        int32_t item = (int32_t)plant_draw(b, b->t.p->n_items), bucket = (int32_t)plant_draw(b, b->t.mrp.n_buckets);
        c12_ns t = c12io_now();
        s = c12_mrp_peg_up(plan, 0, item, bucket, &d, &b->c->err);
        call_took(b, c12io_now() - t, d.count);
    }
    plant_line(b, "cell pegged to its top demands");
    for (int k = 0; k < CALLS && !s; k++) {
        c12_mrp_feeds f = C12_INIT(c12_mrp_feeds);
        int64_t row = plant_draw(b, b->t.mrp.n_demand);
        c12_ns t = c12io_now();
        s = c12_mrp_peg_demand(plan, 0, row, &f, &b->c->err);
        call_took(b, c12io_now() - t, f.count);
    }
    plant_line(b, "order pegged down to all that feeds it");
    for (int k = 0; k < CALLS && !s; k++) {
        int32_t item = (int32_t)plant_draw(b, b->t.p->n_items);
        c12_ns t = c12io_now();
        s = c12_mrp_atp(plan, 0, item, C12_MRP_ATP_CUMULATIVE, promise, &b->c->err);
        call_took(b, c12io_now() - t, 1);
    }
    plant_line(b, "available-to-promise of an item");
    free(promise);
    return s;
}

static c12_status bench_plan(plant_bench *b)
{
    static const char *const one[2] = { "planner loaded, 1 thread", "full plan, 1 thread" }, *const all[2] = { "planner loaded, all threads", "full plan, all threads" };
    c12_mrp *plan = NULL;
    say_doing(b, "full plans");
    c12_status s = bench_plan_whole(b, &b->one, one);
    if (!s) s = bench_plan_whole(b, &b->all, all);
    if (!s) s = plan_made(b, &b->one, BRANCHES, &plan);
    if (!s) s = bench_changes(b, plan, 0, change_stock, CALLS, "stock of a bought item - 5");
    if (!s && b->t.mrp.n_demand) s = bench_changes(b, plan, 0, change_demand, CALLS, "demand row + 5");
    if (!s && b->t.mrp.n_demand) s = bench_changes(b, plan, 0, change_date, CALLS, "demand row moved by a bucket");
    if (!s && b->t.p->n_lines) s = bench_changes(b, plan, 0, change_line, CALLS, "one line edited, plan kept");
    if (!s) s = bench_questions(b, plan);
    if (!s && b->t.mrp.n_demand) s = bench_branches(b, plan);
    c12_mrp_destroy(plan);
    return s;
}

static c12_status memory_line(plant_bench *b, char *summary, size_t cap)
{
    c12_mrp_dims d = plan_dims(b, 0);
    size_t bytes = 0;
    d.rare_lines = 0;
    c12_status s = c12_mrp_bytes(&d, &bytes, &b->c->err);
    snprintf(summary, cap, "\"items\":%d,\"lines\":%lld,\"buckets\":%d,\"threads\":%lld,\"bytes\":%zu,\"bytes_per_item_bucket\":%.2f", (int)d.items, (long long)d.lines, (int)d.buckets,
             (long long)b->threads, bytes, (double)bytes / ((double)d.items * (double)d.buckets));
    return s;
}

int bench_plant(cli *c, const char *dir)
{
    static const char *const head[] = { "what", "calls", "rows", "us_a_row_of_cascades", "median_us", "p99_us", "most_us" };
    char summary[256] = "";
    plant_bench b = { .c = c, .state = 88172645463325252u };
    int64_t buckets = cli_int(c, "--buckets", 1, 4096, 0);
    b.threads = cli_int(c, "--threads", 1, 256, 2);
    int code;
    if (!cli_ready(c, 2)) return EXIT_BAD;
    if ((code = plant_open(c, &b.t, dir))) return code;
    if (buckets) b.t.mrp.n_buckets = (int32_t)buckets;
    if ((code = runner_open(c, &b.one, 1)) || (code = runner_open(c, &b.all, b.threads))) { plant_close(&b.t); return code; }
    b.took = NEW(c12_ns, CALLS);
    b.rows = NEW(int64_t, CALLS);
    b.out = table_new(7, head, "snnnnnn");
    c12_status s = memory_line(&b, summary, sizeof summary);
    if (!s) s = bench_bill(&b);
    if (!s) s = bench_plan(&b);
    say_doing(&b, "");
    code = s ? plant_fail(c, &b.t, s) : table_print(c, &b.out, summary);
    if (!s && !c->json) fprintf(stderr, "%s\n", summary);
    runner_close(&b.one);
    runner_close(&b.all);
    free(b.took);
    free(b.rows);
    plant_close(&b.t);
    return code;
}
