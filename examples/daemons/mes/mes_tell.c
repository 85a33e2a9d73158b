/* SPDX-License-Identifier: Apache-2.0 */
/* Plans, orders with their pegging, and differences as JSON. */
#include "mes.h"
#include "reports.h"
#include <stdlib.h>
#include <string.h>

/* ---- the plan ------------------------------------------------------------------------------------------------------------------------------ */

/* The first sales order that a work order's pieces go to, -1 = none: down the links. */
static int64_t order_of_work(const schedule *s, int64_t work, int depth)
{
    const c12_flow_plan_view *v = &s->v;
    for (int64_t k = 0; k < v->n_links && depth < 32; k++) {
        if (v->link_from[k] != C12_FLOW_WORK || v->link_from_row[k] != work) continue;
        if (v->link_to[k] == C12_FLOW_DEMAND) return s->demand_order[v->link_to_row[k]];
        int64_t order = order_of_work(s, v->link_to_row[k], depth + 1);
        if (order >= 0) return order;
    }
    return -1;
}

static const char *state_of(db *d, const char *code, char out[24])
{
    sqlite3_stmt *q = db_ask(d, "SELECT state FROM work_states WHERE code = ?", "s", code);
    snprintf(out, 24, "%s", "CREATED");
    if (db_next(d, q)) { snprintf(out, 24, "%s", db_text(q, 0)); db_done(q); }
    return out;
}

static json_t *work_list(const mes *m, db *d, const schedule *s)
{
    const c12io_plant *p = m->p->t.p;
    char code[32], item[128], state[24];
    json_t *list = json_array();
    for (int64_t w = 0; w < s->v.n_work; w++) {
        int64_t order = order_of_work(s, w, 0);
        work_code(s, w, code);
        json_array_append_new(list, json_pack("{s:s,s:s,s:I,s:s?,s:I,s:I,s:I,s:s}", "work_order", code, "item", plant_text(p->item_code, s->v.work_item[w], item), "qty", (json_int_t)s->v.work_qty[w], "order", order < 0 ? NULL : s->code[order],
            "start", (json_int_t)s->v.work_start[w], "end", (json_int_t)s->v.work_end[w], "due", (json_int_t)(s->v.work_due[w] + 1) * MES_DAY, "state", state_of(d, code, state)));
    }
    return list;
}

json_t *schedule_json(mes *m, db *d, const schedule *s)
{
    const c12io_plant *p = m->p->t.p;
    char code[128], name[128], start[17];
    json_t *machines = json_array(), *stations = json_array(), *ops = json_array();
    for (int32_t k = 0; k < p->n_machines; k++) json_array_append_new(machines, json_pack("{s:s,s:s}", "machine", plant_text(p->machine_code, k, code), "station", plant_text(p->station_code, p->machine_station[k], name)));
    for (int32_t k = 0; k < p->n_stations; k++) json_array_append_new(stations, json_pack("{s:s,s:s}", "station", plant_text(p->station_code, k, code), "name", plant_text(p->station_name, k, name)));
    for (int64_t w = 0; w < s->v.n_work; w++)
        for (int64_t k = s->v.work_op_off[w]; k < s->v.work_op_off[w + 1]; k++)
            json_array_append_new(ops, json_pack("[I,I,i,I,I]", (json_int_t)w, (json_int_t)(k - s->v.work_op_off[w]), s->v.op_machine[k], (json_int_t)s->v.op_start[k], (json_int_t)s->v.op_end[k]));
    date_of(m, 0, start);
    return json_pack("{s:I,s:I,s:s,s:i,s:I,s:o,s:o,s:o,s:o,s:I,s:I,s:f,s:I}", "version", (json_int_t)s->version, "made_ms", (json_int_t)s->made, "start", start, "days", m->p->t.config.buckets, "now_min", (json_int_t)mes_minute(m, house_now()),
        "machines", machines, "stations", stations, "work", work_list(m, d, s), "ops", ops, "orders", (json_int_t)s->v.n_orders, "late", (json_int_t)s->late, "seconds", (double)s->info.elapsed / 1e9, "objective", (json_int_t)s->info.objective);
}

/* ---- one order -------------------------------------------------------------------------------------------------------------------------------- */

static json_t *peg_row(const mes *m, const schedule *s, int64_t k, int depth)
{
    static const char *const kind[] = { "stock", "receipt", "buy", "work" };
    const c12_flow_plan_view *v = &s->v;
    char item[128], code[32] = "";
    int64_t row = v->link_from_row[k], start = 0, end = 0;
    if (v->link_from[k] == C12_FLOW_WORK) { work_code(s, row, code); start = v->work_start[row]; end = v->work_end[row]; }
    if (v->link_from[k] == C12_FLOW_BUY) { snprintf(code, sizeof code, "PO-%05lld", (long long)row + 1); start = (int64_t)v->buy_order[row] * MES_DAY; end = (int64_t)v->buy_arrive[row] * MES_DAY; }
    if (v->link_from[k] == C12_FLOW_RECEIPT) end = (int64_t)s->receipt_bucket[row] * MES_DAY;
    return json_pack("{s:s,s:s,s:s,s:I,s:I,s:I,s:i}", "kind", kind[v->link_from[k]], "code", code, "item", plant_text(m->p->t.p->item_code, v->link_item[k], item), "qty", (json_int_t)v->link_qty[k], "start_min", (json_int_t)start, "end_min", (json_int_t)end, "depth", depth);
}

/* What stands behind it, depth first; a plant that shares lots widely is cut off at 500 rows. */
static void peg_tree(const mes *m, const schedule *s, int to, int64_t row, int depth, json_t *list)
{
    const c12_flow_plan_view *v = &s->v;
    for (int64_t k = 0; k < v->n_links && depth < 32 && json_array_size(list) < 500; k++) {
        if (v->link_to[k] != to || v->link_to_row[k] != row) continue;
        json_array_append_new(list, peg_row(m, s, k, depth));
        if (v->link_from[k] == C12_FLOW_WORK) peg_tree(m, s, C12_FLOW_WORK, v->link_from_row[k], depth + 1, list);
    }
}

json_t *order_json(const mes *m, const schedule *s, int64_t order, int pegs)
{
    char item[128];
    text why = { 0 };
    plant named = m->p->t; /* the sentence names orders of the plan, which are not the folder's */
    int late = s->v.order_end[order] > s->v.order_due[order];
    if (late) report_reason(&why, &named, &s->v, order);
    json_t *o = json_pack("{s:s,s:s,s:s,s:I,s:I,s:b,s:s}", "order", s->code[order], "customer", s->customer[order], "item", plant_text(m->p->t.p->item_code, s->order_item[order], item), "qty", (json_int_t)s->demand_qty[order],
        "due_min", (json_int_t)s->v.order_due[order], "late", late, "why", why.at ? why.at : "");
    json_object_set_new(o, "end_min", s->v.order_end[order] == INT64_MAX ? json_null() : json_integer(s->v.order_end[order]));
    text_free(&why);
    if (!pegs) return o;
    json_t *list = json_array();
    for (int64_t d = 0; d < s->mrp.n_demand; d++) if (s->demand_order[d] == order) peg_tree(m, s, C12_FLOW_DEMAND, d, 0, list);
    json_object_set_new(o, "pegging", list);
    return o;
}

/* ---- differences -------------------------------------------------------------------------------------------------------------------------------- */

static int64_t order_named(const schedule *s, const char *code)
{
    for (int64_t k = 0; k < s->n_orders; k++) if (!strcmp(s->code[k], code)) return k;
    return -1;
}

static json_t *minutes(c12_tick t) { return t == INT64_MAX ? json_null() : json_integer(t); }

static json_t *orders_moved(const schedule *was, const schedule *is)
{
    json_t *list = json_array();
    for (int64_t k = 0; k < is->n_orders; k++) {
        int64_t old = order_named(was, is->code[k]);
        if (old >= 0 && was->v.order_end[old] == is->v.order_end[k]) continue;
        json_array_append_new(list, json_pack("{s:s,s:o,s:o,s:I}", "order", is->code[k], "before_min", old < 0 ? json_null() : minutes(was->v.order_end[old]), "after_min", minutes(is->v.order_end[k]), "due_min", (json_int_t)is->v.order_due[k]));
    }
    return list;
}

/* Operations that are elsewhere or at another time than those of the same work order and step. */
static json_t *ops_moved(const schedule *was, const schedule *is, int64_t *n)
{
    json_t *list = json_array();
    char code[32];
    *n = 0;
    for (int64_t w = 0; w < is->v.n_work; w++) {
        work_code(is, w, code);
        int64_t old = work_find(was, code), steps = old < 0 ? 0 : was->v.work_op_off[old + 1] - was->v.work_op_off[old];
        for (int64_t k = is->v.work_op_off[w]; k < is->v.work_op_off[w + 1]; k++) {
            int64_t step = k - is->v.work_op_off[w], o = old < 0 || step >= steps ? -1 : was->v.work_op_off[old] + step;
            if (o >= 0 && was->v.op_start[o] == is->v.op_start[k] && was->v.op_machine[o] == is->v.op_machine[k]) continue;
            (*n)++;
            if (json_array_size(list) < 2000) json_array_append_new(list, json_pack("[s,I,i,I,I]", code, (json_int_t)step, is->v.op_machine[k], (json_int_t)is->v.op_start[k], (json_int_t)is->v.op_end[k]));
        }
    }
    return list;
}

json_t *branch_json(const mes *m, const schedule *was, const schedule *is)
{
    int64_t moved;
    int robots = 0;
    (void)m;
    for (int k = 0; k < is->n_edits; k++) if (is->edit[k].kind == EDIT_ROBOTS) robots = is->edit[k].robots;
    json_t *ops = ops_moved(was, is, &moved);
    json_t *o = json_pack("{s:I,s:s,s:[I,I],s:[I,I],s:I,s:o,s:o}", "branch", (json_int_t)is->branch, "name", is->name, "late", (json_int_t)was->late, (json_int_t)is->late, "objective", (json_int_t)was->info.objective, (json_int_t)is->info.objective,
        "moved", (json_int_t)moved, "orders", orders_moved(was, is), "ops", ops);
    if (robots) json_object_set_new(o, "note", json_string("machines and material, not transport, bound this plan: more robots change the fleet's utilisation, no date"));
    return o;
}
