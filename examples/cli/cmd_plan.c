/* SPDX-License-Identifier: Apache-2.0 */
/* c12 plan: orders -> MRP -> purchase and work orders -> finite schedule -> files, store and report; a plan as files and as rows of the store,
 * which the demo writes too. */
#include "reports.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- files and store ------------------------------------------------------------------------------------------------------------------ */

int plan_files_write(cli *c, const plant *t, const c12_flow_plan_view *v, const char *dir)
{
    text net = { 0 }, exceptions = { 0 }, work = { 0 }, buys = { 0 }, schedule = { 0 }, orders = { 0 }, mps = { 0 }, rough = { 0 };
    c12_status s = c12io_dir_make(dir, &c->err);
    if (s) return cli_fail(c, s);
    report_net(&net, t, v->mrp, v->net);
    report_exceptions(&exceptions, t, v->net);
    report_work(&work, t, v);
    report_buys(&buys, t, v);
    report_schedule(&schedule, t, v);
    report_orders(&orders, t, v);
    report_mps(&mps, t, v);
    report_rough(&rough, t, v);
    struct { text *o; const char *name; } file[] = { { &net, "mrp_plan.csv" }, { &exceptions, "exceptions.csv" }, { &work, "planned_orders.csv" }, { &buys, "purchase_orders.csv" },
        { &schedule, "schedule.csv" }, { &orders, "orders.csv" }, { &mps, "mps.csv" }, { &rough, "rough_cut.csv" } };
    int code = EXIT_DONE;
    for (size_t k = 0; k < sizeof file / sizeof *file; k++) {
        if (!code) code = text_write_in(c, file[k].o, dir, file[k].name);
        text_free(file[k].o);
    }
    return code;
}

/* Codes "WO-00001" and so on, for the store. */
static c12io_texts number_codes(const char *prefix, int64_t n, text *bytes)
{
    int64_t *off = NEW(int64_t, n + 1);
    for (int64_t k = 0; k < n; k++) {
        text_add(bytes, "%s-%05" PRId64, prefix, k + 1);
        off[k + 1] = (int64_t)bytes->n;
    }
    c12io_texts t = { (uint32_t)sizeof t, (int32_t)n, (const uint8_t *)bytes->at, off };
    return t;
}

static c12_status put_orders(cli *c, c12io_store *db, const plant *t, const c12_flow_plan_view *v, const c12io_texts *wo, const c12io_texts *po)
{
    static const uint8_t created[] = "CREATED";
    static const int64_t created_off[] = { 0, 7 };
    c12io_texts state = { (uint32_t)sizeof state, 1, created, created_off };
    int32_t *zero = NEW(int32_t, v->n_work), *supplier = NEW(int32_t, v->n_buys);
    for (int64_t k = 0; k < v->n_buys; k++) supplier[k] = v->buy_supply[k] < 0 ? -1 : t->p->supply_supplier[v->buy_supply[k]];
    const c12io_cells work[] = { { "code", NULL, NULL, wo }, { "item", NULL, v->work_item, t->p->item_code }, { "qty", v->work_qty, NULL, NULL }, { "due_bucket", NULL, v->work_due, NULL },
        { "release_bucket", NULL, v->work_release, NULL }, { "state", NULL, zero, &state }, { "start_minute", v->work_start, NULL, NULL }, { "end_minute", v->work_end, NULL, NULL } };
    const c12io_cells buy[] = { { "code", NULL, NULL, po }, { "item", NULL, v->buy_item, t->p->item_code }, { "supplier", NULL, supplier, t->p->supplier_code }, { "qty", v->buy_qty, NULL, NULL },
        { "order_bucket", NULL, v->buy_order, NULL }, { "due_bucket", NULL, v->buy_need, NULL }, { "cost", v->buy_cost, NULL, NULL } };
    c12_status s = c12io_store_put(db, "work_orders", v->n_work, work, 8, &c->err);
    if (!s) s = c12io_store_put(db, "purchase_orders", v->n_buys, buy, 7, &c->err);
    free(zero);
    free(supplier);
    return s;
}

static c12_status put_operations(cli *c, c12io_store *db, const plant *t, const c12_flow_plan_view *v, const c12io_texts *wo)
{
    int32_t *work = NEW(int32_t, v->n_ops), *step = NEW(int32_t, v->n_ops);
    for (int64_t w = 0; w < v->n_work; w++)
        for (int64_t k = v->work_op_off[w]; k < v->work_op_off[w + 1]; k++) {
            work[k] = (int32_t)w;
            step[k] = (int32_t)(k - v->work_op_off[w]);
        }
    const c12io_cells ops[] = { { "work_order", NULL, work, wo }, { "step", NULL, step, NULL }, { "machine", NULL, v->op_machine, t->p->machine_code },
        { "start_minute", v->op_start, NULL, NULL }, { "end_minute", v->op_end, NULL, NULL } };
    c12_status s = c12io_store_put(db, "operations", v->n_ops, ops, 5, &c->err);
    free(work);
    free(step);
    return s;
}

c12_status plan_store(cli *c, c12io_store *db, const plant *t, const c12_flow_plan_view *v)
{
    text a = { 0 }, b = { 0 };
    c12io_texts wo = number_codes("WO", v->n_work, &a), po = number_codes("PO", v->n_buys, &b);
    c12_status s = put_orders(c, db, t, v, &wo, &po);
    if (!s) s = put_operations(c, db, t, v, &wo);
    free((void *)(uintptr_t)wo.off);
    free((void *)(uintptr_t)po.off);
    text_free(&a);
    text_free(&b);
    return s;
}

/* ---- the command ---------------------------------------------------------------------------------------------------------------------- */

static int store_plan(cli *c, const plant *t, const c12_flow_plan_view *v, const char *path)
{
    c12io_store *db = NULL;
    c12_status s = c12io_store_open(&db, path, &c->err);
    if (!s) s = c12io_store_begin(db, &c->err);
    if (!s) {
        s = plan_store(c, db, t, v);
        if (!s) s = c12io_store_commit(db, &c->err);
        if (s) c12io_store_rollback(db);
    }
    c12io_store_close(db);
    return s ? cli_fail(c, s) : EXIT_DONE;
}

static int write_page(cli *c, const plant *t, const c12_flow_plan_view *v, const c12_info *info, const char *dir)
{
    text page = { 0 };
    report_page(&page, t, v, info);
    return text_write_in(c, &page, dir, "report.html");
}

/* Stations whose load of the whole horizon is more than they are open. */
static void print_overloads(const plant *t, const c12_flow_plan_view *v)
{
    const int32_t buckets = v->mrp->n_buckets;
    for (int32_t s = 0; s < t->p->n_stations; s++) {
        int64_t load = 0, open = 0;
        for (int32_t b = 0; b < buckets; b++) { load += v->rough_load[(int64_t)s * buckets + b]; open += v->rough_capacity[(int64_t)s * buckets + b]; }
        c12_view code = c12io_texts_at(t->p->station_code, s);
        if (load > open) printf("  rough cut: %.*s is asked for %" PRId64 " minutes and open for %" PRId64 "; no sequence mends that\n", (int)code.size, (const char *)code.ptr, load, open);
    }
}

static void print_plan(const cli *c, const plant *t, const c12_flow_plan_view *v, const c12_info *i, const c12_flow_settled *o, const char *dir)
{
    int64_t late = report_late(v), shown = 0;
    if (c->json) {
        if (o->rounds) printf("{\"rounds\":%d,\"moved\":%" PRId64 ",\"converged\":%s,", (int)o->rounds, o->moved, o->converged ? "true" : "false");
        else printf("{");
        printf("\"orders\":%" PRId64 ",\"late\":%" PRId64 ",\"work_orders\":%" PRId64 ",\"purchase_orders\":%" PRId64 ",\"operations\":%" PRId64 ",\"exceptions\":%" PRId64 ",\"objective\":%" PRId64 ",\"seconds\":%.3f}\n",
               v->n_orders, late, v->n_work, v->n_buys, v->n_ops, v->net->exc_count, i->objective, (double)i->elapsed / 1e9);
        return;
    }
    printf("%s: %" PRId64 " sales orders, %" PRId64 " work orders with %" PRId64 " operations, %" PRId64 " purchase orders, %" PRId64 " messages\n", t->config.name[0] ? t->config.name : t->dir, v->n_orders, v->n_work, v->n_ops, v->n_buys, v->net->exc_count);
    print_overloads(t, v);
    if (o->rounds) printf("%d rounds between material and capacity moved %" PRId64 " dates; %s\n", (int)o->rounds, o->moved, o->converged ? "every date is now kept" : "some are not kept yet: allow more rounds");
    printf("%" PRId64 " of %" PRId64 " sales orders are late%s\n", late, v->n_orders, late ? ":" : "");
    for (int64_t k = 0; k < v->n_orders && shown < 10; k++) {
        text why = { 0 };
        if (v->order_end[k] <= v->order_due[k]) continue;
        c12_view code = c12io_texts_at(t->p->order_code, (int32_t)k);
        report_reason(&why, t, v, k);
        printf("  %.*s  %s\n", (int)code.size, (const char *)code.ptr, why.at ? why.at : "");
        text_free(&why);
        shown++;
    }
    if (late > shown) printf("  ... and %" PRId64 " more in %s/orders.csv\n", late - shown, dir);
    printf("%s/report.html has the pictures\n", dir);
}

static int run_plan(cli *c, plant *t, const c12_budget *b, int64_t threads, int64_t rounds, const char *db, const char *dir)
{
    c12_flow_settled settled = C12_INIT(c12_flow_settled);
    runner r;
    c12_flow_plan *p = NULL;
    c12_info info = C12_INIT(c12_info);
    c12_flow_plan_view v = C12_INIT(c12_flow_plan_view);
    c12_verdict verdict = C12_INIT(c12_verdict);
    int code = runner_open(c, &r, threads);
    if (code) return code;
    c12_status s = c12_flow_plan_create(&p, &t->flow, &r.host, &c->err);
    if (!s) s = c12_flow_plan_solve(p, 0, b, &info, &c->err);
    if (!s && info.outcome != C12_FEASIBLE && info.outcome != C12_OPTIMAL) { cli_say("c12 plan: no schedule exists for these orders and calendars"); code = EXIT_NO; }
    if (!s && !code && rounds) s = c12_flow_plan_settle(p, (int32_t)rounds, b, &settled, &c->err);
    if (!s && !code) s = c12_flow_plan_check(p, &verdict, &c->err);
    if (!s && !code) s = c12_flow_plan_view_get(p, &v, &c->err);
    if (s) code = plant_fail(c, t, s);
    if (!code && verdict.violations) {
        cli_say("c12 plan: the plan fails its own checker: %s in %s[%" PRId64 "]; please report", verdict.rule, verdict.field ? verdict.field : "?", verdict.row);
        code = EXIT_INTERNAL;
    }
    if (!code) code = plan_files_write(c, t, &v, dir);
    if (!code) code = write_page(c, t, &v, &info, dir);
    if (!code && db) code = store_plan(c, t, &v, db);
    if (!code) print_plan(c, t, &v, &info, &settled, dir);
    c12_flow_plan_destroy(p);
    runner_close(&r);
    return code;
}

int cmd_plan(cli *c)
{
    plant t;
    c12_budget b = C12_INIT(c12_budget);
    const char *db = cli_value(c, "--db");
    int64_t threads = cli_int(c, "--threads", 1, 256, 2), rounds = cli_int(c, "--rounds", 0, 1000, 0);
    b.seed = (uint64_t)cli_int(c, "--seed", 0, INT64_MAX, 1);
    b.work_limit = cli_int(c, "--work", 1, INT64_MAX, 0);
    const char *dir = cli_word(c, 0);
    if (!cli_ready(c, 1)) return EXIT_BAD;
    int code = plant_open(c, &t, dir);
    if (code) return code;
    if (!b.work_limit) b.work_limit = t.config.work_limit;
    code = run_plan(c, &t, &b, threads, rounds, db, c->out ? c->out : "plan-out");
    plant_close(&t);
    return code;
}
