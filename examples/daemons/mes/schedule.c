/* SPDX-License-Identifier: Apache-2.0 */
/* A plan from the store and the plant, and with edits: what if. */
#include "mes.h"
#include <stdlib.h>
#include <string.h>

void schedule_free(schedule *s)
{
    if (!s) return;
    c12_flow_plan_destroy(s->plan);
    void *const owned[] = { s->code, s->customer, s->order_item, s->order_day, s->demand_order, s->demand_item, s->demand_bucket, s->weight, s->receipt_item, s->receipt_bucket, s->lead, s->supply_lead, s->work_no,
        s->demand_qty, s->receipt_qty, s->on_hand, s->shift[0], s->shift[1], s->shift[2], s->shift[3], s };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
}

/* ---- from the store -------------------------------------------------------------------------------------------------------------------- */

static void read_orders(const mes *m, db *d, schedule *s)
{
    int64_t n = db_number(d, 0, "SELECT count(*) FROM sales_orders WHERE state = 'open'", ""), room = n + s->n_edits + 1, k = 0;
    s->code = NEW(order_code, room);
    s->customer = NEW(order_customer, room);
    int32_t **const narrow[] = { &s->order_item, &s->order_day, &s->demand_order, &s->demand_item, &s->demand_bucket, &s->weight };
    for (size_t i = 0; i < sizeof narrow / sizeof *narrow; i++) *narrow[i] = NEW(int32_t, room);
    s->demand_qty = NEW(c12_qty, room);
    sqlite3_stmt *q = db_ask(d, "SELECT code, customer, item, qty, due_day, weight FROM sales_orders WHERE state = 'open' ORDER BY id LIMIT ?", "i", n);
    while (db_next(d, q)) {
        int32_t item = plant_row(m->p->t.p->item_code, db_text(q, 2));
        if (item < 0 || k == n) continue;
        snprintf(s->code[k], sizeof *s->code, "%s", db_text(q, 0));
        snprintf(s->customer[k], sizeof *s->customer, "%s", db_text(q, 1));
        s->order_item[k] = s->demand_item[k] = item;
        s->demand_qty[k] = sqlite3_column_int64(q, 3);
        s->order_day[k] = s->demand_bucket[k] = sqlite3_column_int(q, 4);
        s->weight[k] = sqlite3_column_int(q, 5);
        s->demand_order[k] = (int32_t)k;
        k++;
    }
    s->n_orders = k;
}

static void read_stock(const mes *m, db *d, schedule *s)
{
    const c12io_plant *p = m->p->t.p;
    int64_t n = db_number(d, 0, "SELECT count(*) FROM purchase_orders WHERE state = 'open'", ""), k = 0;
    s->on_hand = NEW(c12_qty, p->n_items);
    s->receipt_item = NEW(int32_t, n + 1);
    s->receipt_bucket = NEW(int32_t, n + 1);
    s->receipt_qty = NEW(c12_qty, n + 1);
    sqlite3_stmt *q = db_ask(d, "SELECT item, on_hand FROM stock", "");
    while (db_next(d, q)) {
        int32_t item = plant_row(p->item_code, db_text(q, 0));
        if (item >= 0) s->on_hand[item] = sqlite3_column_int64(q, 1);
    }
    q = db_ask(d, "SELECT item, qty, due_day FROM purchase_orders WHERE state = 'open' ORDER BY id LIMIT ?", "i", n);
    while (db_next(d, q)) {
        int32_t item = plant_row(p->item_code, db_text(q, 0));
        if (item < 0 || k == n) continue;
        s->receipt_item[k] = item;
        s->receipt_qty[k] = sqlite3_column_int64(q, 1);
        s->receipt_bucket[k++] = sqlite3_column_int(q, 2);
    }
    s->mrp.n_receipts = k;
}

/* ---- edits ------------------------------------------------------------------------------------------------------------------------------- */

/* Every calendar open day and night from Monday to Friday, and as it was at the weekend. */
static void edit_shift(const mes *m, schedule *s)
{
    const c12io_plant *p = m->p->t.p;
    int64_t n = 0, room = p->n_shifts + 5 * (int64_t)p->n_calendars;
    for (int k = 0; k < 4; k++) { free(s->shift[k]); s->shift[k] = NEW(int32_t, room); }
    for (int32_t c = 0; c < p->n_calendars; c++)
        for (int32_t w = 0; w < 5; w++, n++) { s->shift[0][n] = c; s->shift[1][n] = w; s->shift[2][n] = 0; s->shift[3][n] = MES_DAY; }
    for (int64_t k = 0; k < p->n_shifts; k++) {
        if (p->shift_weekday[k] < 5) continue;
        s->shift[0][n] = p->shift_calendar[k];
        s->shift[1][n] = p->shift_weekday[k];
        s->shift[2][n] = p->shift_from[k];
        s->shift[3][n++] = p->shift_to[k];
    }
    s->plant.n_shifts = n;
    s->plant.shift_calendar = s->shift[0];
    s->plant.shift_weekday = s->shift[1];
    s->plant.shift_from = s->shift[2];
    s->plant.shift_to = s->shift[3];
}

static void edit_supplier(const mes *m, schedule *s, const edit *e)
{
    const c12io_plant *p = m->p->t.p;
    for (int64_t k = 0; k < p->n_supplies; k++) {
        if (e->supplier >= 0 && p->supply_supplier[k] != e->supplier) continue;
        s->supply_lead[k] += e->day;
        if (!k || p->supply_item[k - 1] != p->supply_item[k]) s->lead[p->supply_item[k]] += e->day; /* the preferred offer of the item */
    }
}

static void edit_rush(schedule *s, const edit *e)
{
    int64_t k = s->n_orders++;
    snprintf(s->code[k], sizeof *s->code, "RUSH-%lld", (long long)k + 1);
    snprintf(s->customer[k], sizeof *s->customer, "what if");
    s->order_item[k] = s->demand_item[k] = e->item;
    s->order_day[k] = s->demand_bucket[k] = e->day;
    s->demand_qty[k] = e->qty;
    s->weight[k] = 20;
    s->demand_order[k] = (int32_t)k;
}

static void edits_apply(const mes *m, schedule *s)
{
    for (int k = 0; k < s->n_edits; k++) {
        const edit *e = &s->edit[k];
        if (e->kind == EDIT_SHIFT) edit_shift(m, s);
        else if (e->kind == EDIT_SUPPLIER) edit_supplier(m, s, e);
        else if (e->kind == EDIT_RUSH) edit_rush(s, e);
    }
}

/* ---- making it ------------------------------------------------------------------------------------------------------------------------------ */

static void columns(const mes *m, schedule *s)
{
    const c12io_plant *p = m->p->t.p;
    s->plant = m->p->t.flow;
    s->mrp = m->p->t.mrp;
    s->lead = NEW(int32_t, p->n_items);
    s->supply_lead = NEW(int32_t, p->n_supplies);
    if (p->n_items) memcpy(s->lead, p->lead_time, (size_t)p->n_items * sizeof *s->lead);
    if (p->n_supplies) memcpy(s->supply_lead, p->supply_lead, (size_t)p->n_supplies * sizeof *s->supply_lead);
}

static void columns_join(schedule *s)
{
    s->mrp.n_demand = s->n_orders;
    s->mrp.demand_item = s->demand_item;
    s->mrp.demand_bucket = s->demand_bucket;
    s->mrp.demand_qty = s->demand_qty;
    s->mrp.demand_kind = NULL;
    s->mrp.receipt_item = s->receipt_item;
    s->mrp.receipt_bucket = s->receipt_bucket;
    s->mrp.receipt_qty = s->receipt_qty;
    s->mrp.receipt_kind = NULL;
    s->mrp.on_hand = s->on_hand;
    s->mrp.lead_time = s->lead;
    s->mrp.negative_stock = 1;
    s->plant.mrp = &s->mrp;
    s->plant.n_orders = s->n_orders;
    s->plant.demand_order = s->demand_order;
    s->plant.order_weight = s->weight;
    s->plant.supply_lead = s->supply_lead;
}

/* Which lot of its item each work order is: with the item that is its name, which another order elsewhere does not change. */
static void number_work(schedule *s)
{
    free(s->work_no);
    s->work_no = NEW(int32_t, s->v.n_work + 1);
    for (int64_t w = 0; w < s->v.n_work; w++) s->work_no[w] = w && s->v.work_item[w] == s->v.work_item[w - 1] ? s->work_no[w - 1] + 1 : 1;
}

static c12_status solve(mes *m, schedule *s, int64_t work, c12_error *err)
{
    c12_budget b = C12_INIT(c12_budget);
    c12_flow_plan_view v = C12_INIT(c12_flow_plan_view);
    c12_info info = C12_INIT(c12_info);
    b.seed = 1;
    b.work_limit = work ? work : m->p->t.config.work_limit;
    c12_status st = c12_flow_plan_create(&s->plan, &s->plant, &m->host, err);
    if (!st) st = c12_flow_plan_solve(s->plan, 0, &b, &info, err);
    int held = 0;
    if (!st) st = c12_flow_plan_view_get(s->plan, &v, err);
    s->v = v;
    if (!st) number_work(s);
    for (int k = 0; k < s->n_edits && !st; k++) /* an operation dragged to later: its work order waits until then */
        if (s->edit[k].kind == EDIT_MOVE && s->edit[k].work < v.n_work) { st = c12_flow_plan_hold(s->plan, 0, s->edit[k].work, s->edit[k].start, err); held = 1; }
    if (!st && held) st = c12_flow_plan_solve(s->plan, 0, &b, &info, err);
    if (!st && held) st = c12_flow_plan_view_get(s->plan, &v, err);
    s->v = v;
    s->info = info;
    return st;
}

schedule *schedule_make(mes *m, db *d, const char *name, const edit *e, int n, int64_t work, char *why, size_t cap)
{
    schedule *s = NEW(schedule, 1);
    c12_error err = C12_INIT(c12_error);
    c12_verdict verdict = C12_INIT(c12_verdict);
    snprintf(s->name, sizeof s->name, "%s", name);
    for (int k = 0; k < n && k < MES_EDITS; k++) s->edit[s->n_edits++] = e[k];
    columns(m, s);
    read_orders(m, d, s);
    read_stock(m, d, s);
    edits_apply(m, s);
    columns_join(s);
    c12_status st = solve(m, s, work, &err);
    if (!st && s->info.outcome != C12_FEASIBLE && s->info.outcome != C12_OPTIMAL) { st = C12_E_STATE; err.what = "no schedule exists for these orders and calendars"; }
    if (!st) st = c12_flow_plan_check(s->plan, &verdict, &err);
    if (!st && verdict.violations) { st = C12_E_STATE; err.what = "the plan fails its own checker"; }
    if (st) {
        snprintf(why, cap, "%s", err.what ? err.what : c12_status_name(st));
        schedule_free(s);
        return NULL;
    }
    number_work(s);
    s->made = house_now();
    for (int64_t k = 0; k < s->v.n_orders; k++) s->late += s->v.order_end[k] > s->v.order_due[k];
    return s;
}

/* The one before is kept for undo; of more than MES_UNDO the oldest goes. */
void schedule_take(mes *m, schedule *s)
{
    pthread_rwlock_wrlock(&m->lock);
    if (m->now) {
        if (m->n_before == MES_UNDO) {
            schedule_free(m->before[0]);
            memmove(m->before, m->before + 1, (MES_UNDO - 1) * sizeof *m->before);
            m->n_before--;
        }
        m->before[m->n_before++] = m->now;
    }
    s->version = ++m->versions;
    m->now = s;
    pthread_rwlock_unlock(&m->lock);
}

/* ---- names ---------------------------------------------------------------------------------------------------------------------------------- */

void work_code(const schedule *s, int64_t work, char out[32]) { snprintf(out, 32, "WO-%03d-%03d", (int)s->v.work_item[work] + 1, (int)s->work_no[work]); }

int64_t work_find(const schedule *s, const char *code)
{
    char name[32];
    for (int64_t w = 0; w < s->v.n_work; w++) {
        work_code(s, w, name);
        if (!strcmp(name, code)) return w;
    }
    return -1;
}

void date_of(const mes *m, int64_t day, char out[17]) { c12io_date_text(m->p->t.config.start_day + day, -1, out); }

int64_t mes_day(const mes *m, const char *date)
{
    char text_day[11];
    int64_t day;
    snprintf(text_day, sizeof text_day, "%.10s", date);
    if (c12io_date_parse(text_day, &day, NULL)) return -1;
    day -= m->p->t.config.start_day;
    return day < 0 || day >= m->p->t.config.buckets ? -1 : day;
}
