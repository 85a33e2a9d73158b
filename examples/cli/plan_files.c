/* SPDX-License-Identifier: Apache-2.0 */
/* A plan as files and as rows of the store. */
#include "reports.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

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
