/* SPDX-License-Identifier: Apache-2.0 */
/* c12 kpi yield, flow, takt, delivery, suppliers, tasks. */
#include "kpi_cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const whole = "a whole number";

/* Opens, and closes again when that went wrong. */
static int open_or_not(cli *c, cells *f, const char *file, const c12io_column *columns, int32_t n)
{
    int code = cells_open(c, f, file, columns, n);
    if (code) cells_close(f);
    return code;
}

/* ---- yield ------------------------------------------------------------------------------------------------------------------------------- */

static const c12io_column step_columns[4] = { { "step", 1, 0 }, { "entered", 1, 0 }, { "first_good", 1, 0 }, { "good", 1, 0 } };

int kpi_yield_file(cli *c)
{
    static const char *const head[] = { "step", "entered", "first_good", "good", "first_pass_yield", "yield" };
    const char *file = cli_word(c, 1);
    cells f;
    if (!cli_ready(c, 2)) return EXIT_BAD;
    if (open_or_not(c, &f, file, step_columns, 4)) return EXIT_BAD;
    c12_kpi_steps x = { .struct_size = sizeof x, .n = (int32_t)f.n, .entered = cells_numbers(&f, 1, 0, 0, whole), .first_good = cells_numbers(&f, 2, 0, 0, whole), .good = cells_numbers(&f, 3, 0, 0, whole) };
    c12_kpi_yields y = C12_INIT(c12_kpi_yields);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status s = f.code ? C12_OK : c12_kpi_yield(&x, &y, &c->err);
    if (!f.code && !s) s = c12_kpi_yield_check(&x, &y, &v, &c->err);
    int code = f.code ? f.code : s ? cells_fail(c, s, &f) : cells_wrong(&v, file);
    if (!code) {
        table t = table_new(6, head, "snnnnn");
        char sum[160];
        for (int32_t i = 0; i < x.n; i++) {
            table_text(&t, c12io_table_cell(f.t, i, 0));
            table_int(&t, x.entered[i]);
            table_int(&t, x.first_good[i]);
            table_int(&t, x.good[i]);
            table_share(&t, x.first_good[i], x.entered[i], 6);
            table_share(&t, x.good[i], x.entered[i], 6);
        }
        snprintf(sum, sizeof sum, "\"rolled_ppb\":%" PRId64 ",\"rolled_num\":%" PRId64 ",\"rolled_den\":%" PRId64 ",\"rework\":%" PRId64 ",\"scrap\":%" PRId64, y.rolled_ppb, y.rolled_num, y.rolled_den, y.rework, y.scrap);
        if (!c->json && y.rolled_ppb >= 0) fprintf(stderr, "rolled throughput yield %" PRId64 ".%09" PRId64 ", rework %" PRId64 ", scrap %" PRId64 "\n", y.rolled_ppb / 1000000000, y.rolled_ppb % 1000000000, y.rework, y.scrap);
        code = table_print(c, &t, sum);
    }
    cells_close(&f);
    return code;
}

/* ---- flow -------------------------------------------------------------------------------------------------------------------------------- */

static const c12io_column visit_columns[3] = { { "unit", 0, 0 }, { "entered", 1, 0 }, { "left", 1, 0 } };

static int print_flow(cli *c, const c12_kpi_visits *x, const c12_kpi_flows *y)
{
    static const char *const head[] = { "from", "to", "entered", "left", "at_from", "at_to", "most", "average_wip", "throughput", "flow_time", "gap_ppm" };
    const int64_t count[] = { x->from, x->to, y->entered, y->left, y->at_from, y->at_to, y->most };
    table t = table_new(11, head, "nnnnnnnnnnn");
    for (int k = 0; k < 7; k++) table_int(&t, count[k]);
    table_share(&t, y->area, x->to - x->from, 6);
    table_share(&t, y->left, x->to - x->from, 9);
    table_share(&t, y->flow, y->left, 3);
    if (y->gap_ppm < 0) table_word(&t, "");
    else table_int(&t, y->gap_ppm);
    return table_print(c, &t, NULL);
}

int kpi_flow_file(cli *c)
{
    int64_t from, to;
    cells f;
    const char *svg = cli_value(c, "--svg");
    if (!kpi_tick(c, "--from", INT64_MIN, &from) || !kpi_tick(c, "--to", INT64_MAX, &to)) return EXIT_BAD;
    const char *file = cli_word(c, 1);
    if (!cli_ready(c, 2)) return EXIT_BAD;
    if (from == INT64_MIN || to == INT64_MAX) return cli_usage(c, "flow needs --from and --to");
    if (open_or_not(c, &f, file, visit_columns, 3)) return EXIT_BAD;
    c12_kpi_visits x = { .struct_size = sizeof x, .n = (int32_t)f.n, .from = from, .to = to, .entered = cells_times(&f, 1, 0), .left = cells_times(&f, 2, INT64_MAX) };
    c12_kpi_flows y = C12_INIT(c12_kpi_flows);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_mem scratch = { NULL, c12_kpi_flow_scratch(x.n) };
    scratch.ptr = cells_new(&f, (int64_t)scratch.size, 1);
    c12_status s = f.code ? C12_OK : c12_kpi_flow(&x, &y, scratch, &c->err);
    if (!f.code && !s) s = c12_kpi_flow_check(&x, &y, scratch, &v, &c->err);
    int code = f.code ? f.code : s ? cells_fail(c, s, &f) : cells_wrong(&v, file);
    if (!code && svg) code = kpi_draw_level(c, svg, &x, &y);
    if (!code && (!svg || c->out)) code = print_flow(c, &x, &y);
    cells_close(&f);
    return code;
}

/* ---- takt -------------------------------------------------------------------------------------------------------------------------------- */

static const c12io_column station_columns[4] = { { "station", 1, 0 }, { "available", 1, 0 }, { "busy", 1, 0 }, { "made", 1, 0 } };

static double share_of(int64_t num, int64_t den) { return den ? (double)num / (double)den : 0; }

static int print_takt(cli *c, const cells *f, const c12_kpi_stations *x, int32_t worst)
{
    static const char *const head[] = { "station", "takt", "cycle", "utilisation", "slow", "bottleneck" };
    table t = table_new(6, head, "snnnnn");
    for (int32_t i = 0; i < x->n; i++) {
        table_text(&t, c12io_table_cell(f->t, i, 0));
        table_share(&t, x->available[i], x->demand, 3);
        table_share(&t, x->busy[i], x->made[i], 3);
        table_share(&t, x->busy[i], x->available[i], 6);
        table_int(&t, x->slow[i]);
        table_int(&t, i == worst);
    }
    return table_print(c, &t, NULL);
}

static int draw_takt(cli *c, const char *path, const cells *f, const c12_kpi_stations *x, int32_t worst)
{
    kpi_bar *bar = NEW(kpi_bar, x->n);
    double most = 0;
    for (int32_t i = 0; i < x->n; i++) {
        bar[i] = (kpi_bar){ .name = c12io_table_cell(f->t, i, 0), .value = share_of(x->busy[i], x->made[i]), .mark = x->demand ? share_of(x->available[i], x->demand) : -1, .kind = x->slow[i] != 0 };
        snprintf(bar[i].words, sizeof bar[i].words, "%.2f%s", bar[i].value, i == worst ? ", bottleneck" : "");
        if (bar[i].value > most) most = bar[i].value;
        if (bar[i].mark > most) most = bar[i].mark;
    }
    int code = kpi_draw_bars(c, path, "Cycle by station, and takt as a mark: slower stations in red", bar, x->n, most);
    free(bar);
    return code;
}

int kpi_takt_file(cli *c)
{
    int64_t demand = cli_int(c, "--demand", 0, INT64_MAX, -1);
    const char *svg = cli_value(c, "--svg"), *file = cli_word(c, 1);
    int32_t worst = -1;
    cells f;
    if (!cli_ready(c, 2)) return EXIT_BAD;
    if (demand < 0) return cli_usage(c, "takt needs --demand, the units wanted in the period");
    if (open_or_not(c, &f, file, station_columns, 4)) return EXIT_BAD;
    c12_kpi_stations x = { .struct_size = sizeof x, .n = (int32_t)f.n, .demand = demand, .available = cells_numbers(&f, 1, 0, 0, whole), .busy = cells_numbers(&f, 2, 0, 0, whole), .made = cells_numbers(&f, 3, 0, 0, whole),
                           .slow = cells_new(&f, f.n, 8) };
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status s = f.code ? C12_OK : c12_kpi_takt(&x, &worst, &c->err);
    if (!f.code && !s) s = c12_kpi_takt_check(&x, worst, &v, &c->err);
    int code = f.code ? f.code : s ? cells_fail(c, s, &f) : cells_wrong(&v, file);
    if (!code && svg) code = draw_takt(c, svg, &f, &x, worst);
    if (!code && (!svg || c->out)) code = print_takt(c, &f, &x, worst);
    cells_close(&f);
    return code;
}

/* ---- delivery ---------------------------------------------------------------------------------------------------------------------------- */

static const c12io_column order_columns[5] = { { "order", 1, 0 }, { "due", 1, 0 }, { "done", 1, 0 }, { "ordered", 0, 0 }, { "delivered", 0, 0 } };

static int print_delivery(cli *c, const cells *f, const c12_kpi_delivery *y)
{
    static const char *const head[] = { "judged", "open", "overdue", "on_time", "in_full", "on_time_in_full", "late_ticks", "late_most", "worst" };
    const int64_t count[] = { y->judged, y->open, y->overdue };
    table t = table_new(9, head, "nnnnnnnns");
    for (int k = 0; k < 3; k++) table_int(&t, count[k]);
    table_share(&t, y->on_time, y->judged, 6);
    table_share(&t, y->in_full, y->judged, 6);
    table_share(&t, y->both, y->judged, 6);
    table_int(&t, y->late_ticks);
    table_int(&t, y->late_most);
    if (y->worst < 0) table_word(&t, "");
    else table_text(&t, c12io_table_cell(f->t, y->worst, 0));
    return table_print(c, &t, NULL);
}

int kpi_delivery_file(cli *c)
{
    int64_t now, early = cli_int(c, "--early", 0, INT64_MAX, -1), late = cli_int(c, "--late", 0, INT64_MAX, 0);
    cells f;
    if (!kpi_tick(c, "--now", INT64_MIN, &now)) return EXIT_BAD;
    const char *file = cli_word(c, 1);
    if (!cli_ready(c, 2)) return EXIT_BAD;
    if (now == INT64_MIN) return cli_usage(c, "delivery needs --now: open orders are late when they should be there by then");
    if (open_or_not(c, &f, file, order_columns, 5)) return EXIT_BAD;
    const int counted = c12io_table_has(f.t, 3) && c12io_table_has(f.t, 4);
    if (!counted && (c12io_table_has(f.t, 3) || c12io_table_has(f.t, 4))) f.code = cli_say("%s: ordered and delivered come together", file);
    c12_kpi_orders x = { .struct_size = sizeof x, .n = (int32_t)f.n, .now = now, .early = early, .late = late, .due = cells_times(&f, 1, 0), .done = cells_times(&f, 2, INT64_MAX),
                         .ordered = counted ? cells_numbers(&f, 3, 0, 0, whole) : NULL, .delivered = counted ? cells_numbers(&f, 4, 0, 0, whole) : NULL };
    c12_kpi_delivery y = C12_INIT(c12_kpi_delivery);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status s = f.code ? C12_OK : c12_kpi_deliver(&x, &y, &c->err);
    if (!f.code && !s) s = c12_kpi_deliver_check(&x, &y, &v, &c->err);
    int code = f.code ? f.code : s ? cells_fail(c, s, &f) : cells_wrong(&v, file);
    if (!code) code = print_delivery(c, &f, &y);
    cells_close(&f);
    return code;
}

/* ---- tasks ------------------------------------------------------------------------------------------------------------------------------- */

static const c12io_column task_columns[3] = { { "task", 0, 0 }, { "station", 1, 0 }, { "outcome", 1, 0 } };

int kpi_tasks_file(cli *c)
{
    static const char *const head[] = { "station", "tasks", "done", "failed", "open", "completion" }, *const outcomes[] = { "open", "done", "failed" };
    const char *file = cli_word(c, 1);
    cells f;
    name_list stations = { 0 };
    if (!cli_ready(c, 2)) return EXIT_BAD;
    if (open_or_not(c, &f, file, task_columns, 3)) return EXIT_BAD;
    int32_t *station = cells_names(&f, 1, &stations), *outcome = cells_words(&f, 2, outcomes, 3);
    int64_t *count = cells_new(&f, (int64_t)stations.n * C12_KPI_TASK_STATES, 8);
    c12_status s = f.code ? C12_OK : c12_kpi_tasks(f.n, station, outcome, stations.n, count, &c->err);
    int code = f.code ? f.code : s ? cells_fail(c, s, &f) : EXIT_DONE;
    if (!code) {
        table t = table_new(6, head, "snnnnn");
        for (int32_t k = 0; k < stations.n; k++) {
            const int64_t *n = count + (int64_t)k * C12_KPI_TASK_STATES;
            put_name(&t, &stations, k);
            table_int(&t, n[0] + n[1] + n[2]);
            table_int(&t, n[C12_KPI_TASK_DONE]);
            table_int(&t, n[C12_KPI_TASK_FAILED]);
            table_int(&t, n[C12_KPI_TASK_OPEN]);
            table_share(&t, n[C12_KPI_TASK_DONE], n[C12_KPI_TASK_DONE] + n[C12_KPI_TASK_FAILED], 6);
        }
        code = table_print(c, &t, NULL);
    }
    names_free(&stations);
    cells_close(&f);
    return code;
}

/* ---- suppliers --------------------------------------------------------------------------------------------------------------------------- */

static const c12io_column receipt_columns[3] = { { "supplier", 1, 0 }, { "rejected", 1, 0 }, { "late", 1, 0 } }, mark_columns[2] = { { "supplier", 1, 0 }, { "communication", 1, 0 } };

/* Marks of communication by supplier; who is only named there has no receipts. */
static int read_marks(cli *c, cells *f, const char *file, name_list *suppliers, int32_t **mark)
{
    int64_t rows = 0;
    if (file && open_or_not(c, f, file, mark_columns, 2)) return EXIT_BAD;
    rows = file ? f->n : 0;
    int64_t *given = file ? cells_numbers(f, 1, 0, -1, "a whole number") : NULL;
    int32_t *of = file ? cells_names(f, 0, suppliers) : NULL;
    *mark = NEW(int32_t, suppliers->n + 1);
    for (int32_t k = 0; k < suppliers->n; k++) (*mark)[k] = -1;
    for (int64_t r = 0; r < rows && !f->code; r++) {
        if (given[r] < -1 || given[r] > 100) return cells_bad(f, r, 1, "a mark from 0 to 100");
        if (of[r] >= 0) (*mark)[of[r]] = (int32_t)given[r];
    }
    return f->code;
}

static int print_scores(cli *c, const name_list *suppliers, const c12_kpi_scores *v)
{
    static const char *const head[] = { "rank", "supplier", "receipts", "rejected", "on_time", "mean_delay", "score", "preferred" };
    table t = table_new(8, head, "nsnnnnnn");
    for (int32_t k = 0; k < suppliers->n; k++) {
        const int32_t i = v->rank[k];
        if (k < v->ranked) table_int(&t, k + 1);
        else table_word(&t, "");
        put_name(&t, suppliers, i);
        table_int(&t, v->receipts[i]);
        table_int(&t, v->rejected[i]);
        table_int(&t, v->on_time[i]);
        table_share(&t, v->late_ticks[i], v->receipts[i], 3);
        table_share(&t, v->num[i], v->den[i], 6);
        table_int(&t, v->preferred[i]);
    }
    return table_print(c, &t, NULL);
}

static int draw_scores(cli *c, const char *path, const name_list *suppliers, const c12_kpi_scores *v)
{
    kpi_bar *bar = NEW(kpi_bar, suppliers->n);
    for (int32_t k = 0; k < suppliers->n; k++) {
        const int32_t i = v->rank[k];
        bar[k] = (kpi_bar){ .name = suppliers->name[i], .value = share_of(v->num[i], v->den[i]), .mark = v->receipts[i] ? share_of(v->on_time[i], v->receipts[i]) : -1, .kind = v->preferred[i] ? 2 : 0 };
        if (!v->receipts[i]) snprintf(bar[k].words, sizeof bar[k].words, "no receipts");
        else snprintf(bar[k].words, sizeof bar[k].words, "%.3f, %" PRId64 " of %" PRId64 " rejected", bar[k].value, v->rejected[i], v->receipts[i]);
    }
    int code = kpi_draw_bars(c, path, "Score by supplier, and the share on time as a mark: preferred ones in green", bar, suppliers->n, 1);
    free(bar);
    return code;
}

static int score_files(cli *c, cells *f, cells *marks, const char *mark_file, const char *svg, c12_kpi_receipts x)
{
    name_list suppliers = { 0 };
    int32_t *mark = NULL, *of = cells_names(f, 0, &suppliers);
    int64_t *rejected = cells_numbers(f, 1, 0, 0, "0 or 1"), *late = cells_numbers(f, 2, 0, 0, whole);
    uint8_t *refused = cells_new(f, f->n, 1);
    for (int64_t r = 0; r < f->n && !f->code; r++) {
        if (rejected[r] < 0 || rejected[r] > 1) cells_bad(f, r, 1, "0 or 1");
        else if (of[r] < 0) cells_bad(f, r, 0, "a supplier");
        refused[r] = (uint8_t)rejected[r];
    }
    int code = f->code ? f->code : read_marks(c, marks, mark_file, &suppliers, &mark);
    const int32_t n = suppliers.n;
    x.n_suppliers = n;
    x.n = f->n;
    x.supplier = of;
    x.rejected = refused;
    x.late = late;
    x.communication = mark;
    c12_kpi_scores v = { .struct_size = sizeof v, .receipts = cells_new(f, n, 8), .rejected = cells_new(f, n, 8), .on_time = cells_new(f, n, 8), .late_ticks = cells_new(f, n, 8), .num = cells_new(f, n, 8), .den = cells_new(f, n, 8),
                         .rank = cells_new(f, n, 4), .preferred = cells_new(f, n, 1) };
    c12_mem scratch = { NULL, c12_kpi_suppliers_scratch(n) };
    c12_verdict w = C12_INIT(c12_verdict);
    scratch.ptr = cells_new(f, (int64_t)scratch.size, 1);
    c12_status s = code ? C12_OK : c12_kpi_suppliers(&x, &v, scratch, &c->err);
    if (!code && !s) s = c12_kpi_suppliers_check(&x, &v, scratch, &w, &c->err);
    if (!code) code = s ? cells_fail(c, s, f) : cells_wrong(&w, f->file);
    if (!code && svg) code = draw_scores(c, svg, &suppliers, &v);
    if (!code && (!svg || c->out)) code = print_scores(c, &suppliers, &v);
    free(mark);
    names_free(&suppliers);
    return code;
}

int kpi_suppliers_file(cli *c)
{
    const char *marks_file = cli_value(c, "--marks"), *weights = cli_value(c, "--weights"), *svg = cli_value(c, "--svg"), *file;
    int64_t best = cli_int(c, "--best", 1, 1000000, 200000);
    int used = 0;
    c12_kpi_receipts x = { .struct_size = sizeof x, .best_ppm = (int32_t)best };
    cells f, marks = { .code = 0 };
    file = cli_word(c, 1);
    if (!cli_ready(c, 2)) return EXIT_BAD;
    if (weights && (sscanf(weights, "%4" SCNd32 ":%4" SCNd32 ":%4" SCNd32 "%n", &x.weight_quality, &x.weight_time, &x.weight_communication, &used) != 3 || weights[used] || x.weight_quality < 0 || x.weight_time < 0 || x.weight_communication < 0
                    || x.weight_quality + x.weight_time + x.weight_communication == 0)) return cli_usage(c, "--weights '%s' is not quality:time:communication, as 6:3:1", weights);
    if (open_or_not(c, &f, file, receipt_columns, 3)) return EXIT_BAD;
    int code = score_files(c, &f, &marks, marks_file, svg, x);
    cells_close(&marks);
    cells_close(&f);
    return code;
}
