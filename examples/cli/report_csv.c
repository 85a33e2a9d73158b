/* SPDX-License-Identifier: Apache-2.0 */
/* Plans as CSV. */
#include "reports.h"
#include <inttypes.h>

const char *report_exception_name(int32_t kind)
{
    static const char *const names[] = { "", "past_due_release", "expedite", "defer", "cancel", "overdue_receipt", "fence_shortage" };
    return kind > 0 && kind < (int32_t)(sizeof names / sizeof *names) ? names[kind] : "";
}

static void put_code(text *o, const c12io_texts *codes, int64_t row) { text_csv(o, c12io_texts_at(codes, row < 0 || row > INT32_MAX ? -1 : (int32_t)row)); }

int64_t report_net(text *o, const plant *t, const c12_mrp_input *in, const c12_mrp_plan *p)
{
    int64_t rows = 0;
    text_add(o, "item,bucket,gross,planned_receipt,release,projected\n");
    for (int32_t i = 0; i < t->p->n_items; i++) {
        if (p->past_due[i]) {
            put_code(o, t->p->item_code, i);
            text_add(o, ",-1,0,0,%" PRId64 ",\n", p->past_due[i]);
            rows++;
        }
        for (int32_t b = 0; b < in->n_buckets; b++) {
            int64_t k = (int64_t)i * in->n_buckets + b;
            if (!p->gross[k] && !p->planned[k] && !p->release[k]) continue;
            put_code(o, t->p->item_code, i);
            text_add(o, ",%d,%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 "\n", (int)b, p->gross[k], p->planned[k], p->release[k], p->projected[k]);
            rows++;
        }
    }
    return rows;
}

void report_exceptions(text *o, const plant *t, const c12_mrp_plan *p)
{
    int64_t n = p->exc_count < p->exc_cap ? p->exc_count : p->exc_cap;
    text_add(o, "item,bucket,kind,qty,to_bucket\n");
    for (int64_t k = 0; k < n; k++) {
        put_code(o, t->p->item_code, p->exc_item[k]);
        text_add(o, ",%d,%s,%" PRId64 ",", (int)p->exc_bucket[k], report_exception_name(p->exc_kind[k]), p->exc_qty[k]);
        if (p->exc_to[k] >= 0) text_add(o, "%d", (int)p->exc_to[k]);
        text_add(o, "\n");
    }
}

void report_pegs(text *o, const plant *t, const c12_mrp_pegs *g)
{
    text_add(o, "item,bucket,qty,parent,parent_bucket\n");
    for (int64_t k = 0; k < g->count; k++) {
        put_code(o, t->p->item_code, g->item[k]);
        text_add(o, ",%d,%" PRId64 ",", (int)g->bucket[k], g->qty[k]);
        put_code(o, t->p->item_code, g->parent[k]);
        text_add(o, g->parent[k] < 0 ? ",\n" : ",%d\n", (int)g->parent_bucket[k]);
    }
}

/* ---- flow ---------------------------------------------------------------------------------------------------------------------- */

static void put_time(text *o, const plant *t, c12_tick minute)
{
    char s[17];
    if (minute == INT64_MAX) return;
    c12io_date_text(t->config.start_day + minute / 1440, (int32_t)(minute % 1440), s);
    text_add(o, "%s", s);
}

void report_work(text *o, const plant *t, const c12_flow_plan_view *v)
{
    text_add(o, "work_order,item,qty,release_bucket,due_bucket,material_ready,start,end\n");
    for (int64_t w = 0; w < v->n_work; w++) {
        if (t->p->item_type[v->work_item[w]] == C12_MRP_PHANTOM) continue;
        text_add(o, "WO-%05" PRId64 ",", w + 1);
        put_code(o, t->p->item_code, v->work_item[w]);
        text_add(o, ",%" PRId64 ",%d,%d,", v->work_qty[w], (int)v->work_release[w], (int)v->work_due[w]);
        put_time(o, t, v->work_ready[w]);
        text_add(o, ",");
        put_time(o, t, v->work_start[w]);
        text_add(o, ",");
        put_time(o, t, v->work_end[w]);
        text_add(o, "\n");
    }
}

void report_buys(text *o, const plant *t, const c12_flow_plan_view *v)
{
    char cost[40];
    text_add(o, "purchase_order,item,supplier,qty,order_bucket,need_bucket,arrive_bucket,cost\n");
    for (int64_t k = 0; k < v->n_buys; k++) {
        text_add(o, "PO-%05" PRId64 ",", k + 1);
        put_code(o, t->p->item_code, v->buy_item[k]);
        text_add(o, ",");
        if (v->buy_supply[k] >= 0) put_code(o, t->p->supplier_code, t->p->supply_supplier[v->buy_supply[k]]);
        money_text(v->buy_cost[k], cost);
        text_add(o, ",%" PRId64 ",%d,%d,%d,%s\n", v->buy_qty[k], (int)v->buy_order[k], (int)v->buy_need[k], (int)v->buy_arrive[k], cost);
    }
}

void report_schedule(text *o, const plant *t, const c12_flow_plan_view *v)
{
    text_add(o, "work_order,op,item,qty,station,machine,start_minute,end_minute,start,end\n");
    for (int64_t w = 0; w < v->n_work; w++)
        for (int64_t k = v->work_op_off[w]; k < v->work_op_off[w + 1]; k++) {
            text_add(o, "WO-%05" PRId64 ",%" PRId64 ",", w + 1, k - v->work_op_off[w]);
            put_code(o, t->p->item_code, v->work_item[w]);
            text_add(o, ",%" PRId64 ",", v->work_qty[w]);
            put_code(o, t->p->station_code, t->p->step_station[v->op_step[k]]);
            text_add(o, ",");
            put_code(o, t->p->machine_code, v->op_machine[k]);
            text_add(o, ",%" PRId64 ",%" PRId64 ",", v->op_start[k], v->op_end[k]);
            put_time(o, t, v->op_start[k]);
            text_add(o, ",");
            put_time(o, t, v->op_end[k]);
            text_add(o, "\n");
        }
}

int64_t report_late(const c12_flow_plan_view *v)
{
    int64_t n = 0;
    for (int64_t k = 0; k < v->n_orders; k++) n += v->order_end[k] > v->order_due[k];
    return n;
}

void report_reason(text *o, const plant *t, const c12_flow_plan_view *v, int64_t k)
{
    int64_t row = v->order_reason_row[k];
    double hours = (double)v->order_reason_ticks[k] / 60;
    c12_view item = c12io_texts_at(t->p->item_code, row < INT32_MAX ? (int32_t)row : -1), station = c12io_texts_at(t->p->station_code, row < INT32_MAX ? (int32_t)row : -1);
    switch (v->order_reason[k]) {
    case C12_FLOW_MATERIAL: text_add(o, "material %.*s arrives %.1f days late", (int)item.size, (const char *)item.ptr, hours / 24); break;
    case C12_FLOW_CAPACITY: text_add(o, "%.1f hours in the queue of station %.*s", hours, (int)station.size, (const char *)station.ptr); break;
    case C12_FLOW_LEAD: text_add(o, "the work itself takes longer than the date allows"); break;
    case C12_FLOW_UNCOVERED: text_add(o, "no supply of %.*s within the horizon", (int)item.size, (const char *)item.ptr); break;
    case C12_FLOW_HELD: text_add(o, "work order WO-%05" PRId64 " was held for %.1f hours", row + 1, hours); break;
    default: break;
    }
}

void report_orders(text *o, const plant *t, const c12_flow_plan_view *v)
{
    text_add(o, "order,customer,item,qty,due,done,late_hours,reason\n");
    for (int64_t k = 0; k < v->n_orders; k++) {
        text why = { 0 };
        put_code(o, t->p->order_code, k);
        text_add(o, ",");
        put_code(o, t->p->order_customer, k);
        text_add(o, ",");
        put_code(o, t->p->item_code, t->p->order_item[k]);
        text_add(o, ",%" PRId64 ",", t->p->order_qty[k]);
        put_time(o, t, v->order_due[k]);
        text_add(o, ",");
        put_time(o, t, v->order_end[k]);
        int late = v->order_end[k] > v->order_due[k] && v->order_end[k] != INT64_MAX;
        text_add(o, ",%.1f,", late ? (double)(v->order_end[k] - v->order_due[k]) / 60 : 0.0);
        report_reason(&why, t, v, k);
        c12_view r = { (const uint8_t *)why.at, why.n };
        text_csv(o, r);
        text_add(o, "\n");
        text_free(&why);
    }
}

void report_mps(text *o, const plant *t, const c12_flow_plan_view *v)
{
    text_add(o, "item,bucket,orders,forecast,open_forecast,mps\n");
    for (int64_t k = 0; k < v->n_mps; k++) {
        put_code(o, t->p->item_code, v->mps_item[k]);
        text_add(o, ",%d,%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 "\n", (int)v->mps_bucket[k], v->mps_orders[k], v->mps_forecast[k], v->mps_open[k], v->mps_orders[k] + v->mps_open[k]);
    }
}

void report_rough(text *o, const plant *t, const c12_flow_plan_view *v)
{
    const int32_t buckets = v->mrp->n_buckets;
    text_add(o, "station,bucket,load_minutes,capacity_minutes\n");
    for (int32_t s = 0; s < t->p->n_stations; s++)
        for (int32_t b = 0; b < buckets; b++) {
            int64_t cell = (int64_t)s * buckets + b;
            if (!v->rough_load[cell]) continue;
            put_code(o, t->p->station_code, s);
            text_add(o, ",%d,%" PRId64 ",%" PRId64 "\n", (int)b, v->rough_load[cell], v->rough_capacity[cell]);
        }
}
