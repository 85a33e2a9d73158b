/* SPDX-License-Identifier: Apache-2.0 */
/* Endpoints of sales orders, stock, purchase orders and work orders. */
#include "mes_web.h"
#include "c12/order.h"
#include <stdlib.h>
#include <string.h>

/* ---- sales orders ---------------------------------------------------------------------------------------------------------------------------- */

/* A plan with the order in it was made by the worker: its date is the promise, and it becomes the plan in force. */
typedef struct promise { schedule *s; char code[48]; int64_t day; } promise;

static void sale_store(request *r)
{
    promise *p = request_with(r);
    mes *m = mes_of(r);
    schedule *s = p->s;
    const json_t *b = request_body(r);
    char date[17] = "", line[160];
    int64_t k = s->n_orders - 1, end = s->v.order_end[k], rush = body_int(b, "rush", 0);
    snprintf(p->code, sizeof p->code, "SO-%06lld", (long long)db_number(request_db(r), 0, "SELECT max(id) FROM sales_orders", "") + 1);
    snprintf(s->code[k], sizeof *s->code, "%s", p->code);
    snprintf(s->customer[k], sizeof *s->customer, "%s", body_text(b, "customer"));
    db_do(request_db(r), "INSERT INTO sales_orders(code, customer, item, qty, due_day, weight, state, promised_min, made_ms, made_by) VALUES(?, ?, ?, ?, ?, ?, 'open', ?, ?, ?)", "sssiiiiis", p->code, body_text(b, "customer"), body_text(b, "item"),
          body_int(b, "qty", 1), p->day, rush ? (int64_t)20 : (int64_t)1, end, request_now(r), request_who(r));
    s->n_edits = 0;
    schedule_take(m, s);
    db_do(request_db(r), "INSERT INTO plan_runs VALUES(?, ?, ?, ?, ?, ?, ?)", "isiiiis", s->version, p->code, s->made, s->v.n_orders, s->late, s->info.objective, request_who(r));
    if (end != INT64_MAX) date_of(m, end / MES_DAY, date);
    json_t *o = order_json(m, s, k, 0);
    json_object_set_new(o, "promised", end == INT64_MAX ? json_null() : json_string(date));
    json_object_set_new(o, "plan", json_integer(s->version));
    request_did(r, p->code, "%d of %.60s, promised %s", (int)body_int(b, "qty", 1), body_text(b, "item"), date[0] ? date : "never");
    snprintf(line, sizeof line, "/api/v1/sales-orders/%s", p->code);
    answer(r, 201, o);
    answer_header(r, "Location", line);
    plan_told(m, s);
    house_say(m->h, "order", "{}");
    house_event(m->h, "sales.orders.created", p->code, json_pack("{s:s,s:s,s:s,s:I,s:s,s:s?}", "order", p->code, "customer", body_text(b, "customer"), "item", body_text(b, "item"), "qty", (json_int_t)body_int(b, "qty", 1), "due", body_text(b, "due"), "promised", end == INT64_MAX ? NULL : date));
    free(p);
}

void sales_post(request *r)
{
    mes *m = mes_of(r);
    const json_t *b = request_body(r);
    char why[300] = "";
    if (!m) return;
    int32_t item = plant_row(m->p->t.p->item_code, body_text(b, "item"));
    int64_t day = mes_day(m, body_text(b, "due"));
    if (item < 0) problem_at(r, "/item", "not an item of the plant");
    if (day < 0) problem_at(r, "/due", "outside the plan, which has %d days", m->p->t.config.buckets);
    promise *p = item < 0 || day < 0 ? NULL : calloc(1, sizeof *p);
    if (!p) return;
    edit e = { .kind = EDIT_RUSH, .item = item, .day = (int32_t)day, .qty = body_int(b, "qty", 1) };
    p->day = day;
    db *d = house_read(m->h);
    p->s = schedule_make(m, d, "order", &e, 1, 0, why, sizeof why);
    house_read_end(m->h, d);
    if (p->s) { p->s->weight[p->s->n_orders - 1] = body_int(b, "rush", 0) ? 20 : 1; request_then(r, sale_store, p); }
    else { problem(r, 409, "It cannot be planned", "%s", why); free(p); }
}

/* An order from another system: stored, and dated by the next plan. */
int sale_take(house *h, const char *type, const json_t *data, char *why, size_t cap)
{
    mes *m = house_of(h, "mes");
    const char *item = body_text(data, "item"), *customer = body_text(data, "customer"), *due = body_text(data, "due"), *code = body_text(data, "order");
    int64_t qty = body_int(data, "qty", 0), day = m && m->p && due ? mes_day(m, due) : -1;
    db *d = house_db(h);
    if (strcmp(type, "sales.orders.created")) return 0;
    *why = 0;
    if (!m || !m->p) snprintf(why, cap, "no plant is loaded");
    else if (!code || !*code || strlen(code) > 47) snprintf(why, cap, "data.order: 1 to 47 characters");
    else if (!item || plant_row(m->p->t.p->item_code, item) < 0) snprintf(why, cap, "data.item: not an item of the plant");
    else if (!customer || !*customer || strlen(customer) > 63) snprintf(why, cap, "data.customer: 1 to 63 characters");
    else if (qty < 1 || qty > 100000) snprintf(why, cap, "data.qty: a whole number from 1 to 100000");
    else if (day < 0) snprintf(why, cap, "data.due: a date within the plan, which has %d days", m->p->t.config.buckets);
    else if (db_number(d, 0, "SELECT 1 FROM sales_orders WHERE code = ?", "s", code)) snprintf(why, cap, "data.order: there is such an order");
    if (*why) return 0;
    db_do(d, "INSERT INTO sales_orders(code, customer, item, qty, due_day, weight, state, made_ms, made_by) VALUES(?, ?, ?, ?, ?, 1, 'open', ?, 'inbox')", "sssiii", code, customer, item, qty, day, house_now());
    return 1;
}

static json_t *sale_row(const mes *m, sqlite3_stmt *q)
{
    char due[17], promised[17] = "";
    date_of(m, sqlite3_column_int64(q, 5), due);
    int known = sqlite3_column_type(q, 8) != SQLITE_NULL && sqlite3_column_int64(q, 8) != INT64_MAX;
    if (known) date_of(m, sqlite3_column_int64(q, 8) / MES_DAY, promised);
    return json_pack("{s:s,s:s,s:s,s:I,s:s,s:b,s:s,s:s?,s:I,s:I}", "order", db_text(q, 1), "customer", db_text(q, 2), "item", db_text(q, 3), "qty", (json_int_t)sqlite3_column_int64(q, 4), "due", due, "rush", sqlite3_column_int(q, 6) >= 20, "state", db_text(q, 7),
        "promised", known ? promised : NULL, "made_ms", (json_int_t)sqlite3_column_int64(q, 9), "version", (json_int_t)sqlite3_column_int64(q, 10));
}

void sales_get(request *r)
{
    mes *m = mes_of(r);
    if (!m) return;
    db *d = request_db(r);
    int64_t limit = page_limit(r), before = page_cursor(r, INT64_MAX), key = 0;
    json_t *items = json_array();
    sqlite3_stmt *q = db_ask(d, "SELECT id, code, customer, item, qty, due_day, weight, state, promised_min, made_ms, version FROM sales_orders WHERE id < ? ORDER BY id DESC LIMIT ?", "ii", before, limit + 1);
    while (db_next(d, q)) {
        if ((int64_t)json_array_size(items) < limit) key = sqlite3_column_int64(q, 0);
        json_array_append_new(items, sale_row(m, q));
    }
    answer(r, 200, page_of(items, limit, key));
}

void sale_get(request *r)
{
    mes *m = mes_of(r);
    if (!m) return;
    db *d = request_db(r);
    sqlite3_stmt *q = db_ask(d, "SELECT id, code, customer, item, qty, due_day, weight, state, promised_min, made_ms, version FROM sales_orders WHERE code = ?", "s", request_path(r, "order"));
    if (!db_next(d, q)) { problem(r, 404, "No such order", "%s", request_path(r, "order")); return; }
    int64_t version = sqlite3_column_int64(q, 10);
    answer(r, 200, sale_row(m, q));
    answer_tag(r, version);
    db_done(q);
}

/* ---- stock -------------------------------------------------------------------------------------------------------------------------------------- */

static json_t *stock_row(const mes *m, db *d, sqlite3_stmt *q)
{
    const c12io_plant *p = m->p->t.p;
    int32_t item = plant_row(p->item_code, db_text(q, 0));
    int64_t on_hand = sqlite3_column_int64(q, 1), reserved = 0, ordered = db_number(d, 0, "SELECT sum(qty) FROM purchase_orders WHERE item = ? AND state = 'open'", "s", db_text(q, 0));
    char unit[128], value[40];
    const c12_flow_plan_view *v = m->now ? &m->now->v : NULL;
    for (int64_t k = 0; v && k < v->n_links; k++) if (v->link_from[k] == C12_FLOW_STOCK && v->link_from_row[k] == item) reserved += v->link_qty[k];
    money_text(item < 0 ? 0 : p->own_cost[item] * on_hand, value);
    return json_pack("{s:s,s:I,s:I,s:I,s:I,s:s,s:s,s:I}", "item", db_text(q, 0), "on_hand", (json_int_t)on_hand, "reserved", (json_int_t)(reserved > on_hand ? on_hand : reserved), "available", (json_int_t)(reserved > on_hand ? 0 : on_hand - reserved),
        "on_order", (json_int_t)ordered, "unit", item < 0 ? "" : plant_text(p->item_unit, item, unit), "value", value, "version", (json_int_t)sqlite3_column_int64(q, 2));
}

void stock_list(request *r)
{
    mes *m = mes_of(r);
    if (!m) return;
    db *d = request_db(r);
    int64_t limit = page_limit(r), after = page_cursor(r, 0), key = 0;
    json_t *items = json_array();
    pthread_rwlock_rdlock(&m->lock);
    sqlite3_stmt *q = db_ask(d, "SELECT item, on_hand, version, rowid FROM stock WHERE rowid > ? ORDER BY rowid LIMIT ?", "ii", after, limit + 1);
    while (db_next(d, q)) {
        if ((int64_t)json_array_size(items) < limit) key = sqlite3_column_int64(q, 3);
        json_array_append_new(items, stock_row(m, d, q));
    }
    pthread_rwlock_unlock(&m->lock);
    answer(r, 200, page_of(items, limit, key));
}

void stock_get(request *r)
{
    mes *m = mes_of(r);
    if (!m) return;
    db *d = request_db(r);
    const char *item = request_path(r, "part_number");
    json_t *moves = json_array(), *o = NULL;
    pthread_rwlock_rdlock(&m->lock);
    sqlite3_stmt *q = db_ask(d, "SELECT item, on_hand, version FROM stock WHERE item = ?", "s", item);
    int64_t version = 0;
    if (db_next(d, q)) { version = sqlite3_column_int64(q, 2); o = stock_row(m, d, q); db_done(q); }
    pthread_rwlock_unlock(&m->lock);
    if (!o) { json_decref(moves); problem(r, 404, "No such part", "%s", item); return; }
    q = db_ask(d, "SELECT kind, qty, reference, at_ms, by_whom FROM stock_moves WHERE item = ? ORDER BY id DESC LIMIT 50", "s", item);
    while (db_next(d, q)) json_array_append_new(moves, json_pack("{s:s,s:I,s:s,s:I,s:s}", "kind", db_text(q, 0), "qty", (json_int_t)sqlite3_column_int64(q, 1), "reference", db_text(q, 2), "at_ms", (json_int_t)sqlite3_column_int64(q, 3), "by", db_text(q, 4)));
    json_object_set_new(o, "moves", moves);
    answer(r, 200, o);
    answer_tag(r, version);
}

void stock_post(request *r)
{
    mes *m = mes_of(r);
    const json_t *b = request_body(r);
    const char *item = request_path(r, "part_number"), *kind = body_text(b, "kind");
    db *d = request_db(r);
    if (!m) return;
    int64_t on_hand = db_number(d, INT64_MIN, "SELECT on_hand FROM stock WHERE item = ?", "s", item), qty = body_int(b, "qty", 0), version = db_number(d, 0, "SELECT version FROM stock WHERE item = ?", "s", item);
    if (on_hand == INT64_MIN) { problem(r, 404, "No such part", "%s", item); return; }
    if (!request_matches(r, version)) return;
    int adds = !strcmp(kind, "receipt"), sets = !strcmp(kind, "adjustment");
    if (!sets && qty <= 0) { problem_at(r, "/qty", "above 0 for %s", kind); return; }
    int64_t change = sets || adds ? qty : -qty;
    if (on_hand + change < 0) { problem(r, 409, "There is not so much", "%lld on hand; negative stock is refused", (long long)on_hand); return; }
    db_do(d, "UPDATE stock SET on_hand = on_hand + ?, version = version + 1 WHERE item = ?", "is", change, item);
    db_do(d, "INSERT INTO stock_moves(item, kind, qty, reference, at_ms, by_whom) VALUES(?, ?, ?, ?, ?, ?)", "ssisis", item, kind, change, body_text(b, "reference"), request_now(r), request_who(r));
    house_event(m->h, "inventory.transactions", item, json_pack("{s:s,s:s,s:I,s:I,s:s?,s:s}", "item", item, "kind", kind, "qty", (json_int_t)change, "on_hand", (json_int_t)(on_hand + change), "reference", body_text(b, "reference"), "by", request_who(r)));
    request_did(r, item, "%s of %lld, now %lld", kind, (long long)change, (long long)(on_hand + change));
    answer(r, 201, json_pack("{s:s,s:I}", "item", item, "on_hand", (json_int_t)(on_hand + change)));
    answer_tag(r, version + 1);
}

/* ---- purchase orders -------------------------------------------------------------------------------------------------------------------------- */

void buys_get(request *r)
{
    mes *m = mes_of(r);
    const char *own = NULL;
    if (!m) return;
    db *d = request_db(r);
    int64_t limit = page_limit(r), before = page_cursor(r, INT64_MAX), key = 0;
    json_t *items = json_array();
    if (!request_may(r, "view_purchase_orders") && !request_is(r, "supplier", &own)) { problem(r, 403, "Not its own", "a supplier sees its own orders; this one has no name of one"); json_decref(items); return; }
    sqlite3_stmt *q = own ? db_ask(d, "SELECT id, code, item, supplier, qty, due_day, state, made_ms FROM purchase_orders WHERE supplier = ? AND id < ? ORDER BY id DESC LIMIT ?", "sii", own, before, limit + 1)
                          : db_ask(d, "SELECT id, code, item, supplier, qty, due_day, state, made_ms FROM purchase_orders WHERE id < ? ORDER BY id DESC LIMIT ?", "ii", before, limit + 1);
    while (db_next(d, q)) {
        char due[17];
        date_of(m, sqlite3_column_int64(q, 5), due);
        if ((int64_t)json_array_size(items) < limit) key = sqlite3_column_int64(q, 0);
        json_array_append_new(items, json_pack("{s:s,s:s,s:s,s:I,s:s,s:s,s:I}", "purchase_order", db_text(q, 1), "item", db_text(q, 2), "supplier", db_text(q, 3), "qty", (json_int_t)sqlite3_column_int64(q, 4), "due", due, "state", db_text(q, 6), "made_ms", (json_int_t)sqlite3_column_int64(q, 7)));
    }
    answer(r, 200, page_of(items, limit, key));
}

void buy_post(request *r)
{
    mes *m = mes_of(r);
    const json_t *b = request_body(r);
    db *d = request_db(r);
    char code[48];
    if (!m) return;
    const c12io_plant *p = m->p->t.p;
    int32_t item = plant_row(p->item_code, body_text(b, "item")), supplier = plant_row(p->supplier_code, body_text(b, "supplier"));
    int64_t day = mes_day(m, body_text(b, "due")), qty = body_int(b, "qty", 0), offer = -1;
    for (int64_t k = 0; k < p->n_supplies && offer < 0; k++) if (p->supply_item[k] == item && p->supply_supplier[k] == supplier) offer = k;
    if (item < 0) problem_at(r, "/item", "not an item of the plant");
    if (supplier < 0) problem_at(r, "/supplier", "not a supplier of the plant");
    else if (item >= 0 && offer < 0) problem_at(r, "/supplier", "does not offer this item");
    if (day < 0) problem_at(r, "/due", "outside the plan, which has %d days", m->p->t.config.buckets);
    if (offer >= 0 && qty < p->supply_moq[offer]) problem_at(r, "/qty", "the supplier sells %lld and more", (long long)p->supply_moq[offer]);
    else if (offer >= 0 && p->supply_multiple[offer] > 1 && qty % p->supply_multiple[offer]) problem_at(r, "/qty", "a multiple of %lld", (long long)p->supply_multiple[offer]);
    if (request_refused(r)) return;
    snprintf(code, sizeof code, "PO-%06lld", (long long)db_number(d, 0, "SELECT max(id) FROM purchase_orders", "") + 1);
    db_do(d, "INSERT INTO purchase_orders(code, item, supplier, qty, due_day, state, made_ms, made_by) VALUES(?, ?, ?, ?, ?, 'open', ?, ?)", "sssiiis", code, body_text(b, "item"), body_text(b, "supplier"), qty, day, request_now(r), request_who(r));
    house_event(m->h, "purchasing.po.created", code, json_pack("{s:s,s:s,s:s,s:I,s:s}", "purchase_order", code, "item", body_text(b, "item"), "supplier", body_text(b, "supplier"), "qty", (json_int_t)qty, "due", body_text(b, "due")));
    request_did(r, code, "%lld of %.60s from %.60s", (long long)qty, body_text(b, "item"), body_text(b, "supplier"));
    answer(r, 201, json_pack("{s:s,s:s}", "purchase_order", code, "state", "open"));
}

/* ---- work orders ------------------------------------------------------------------------------------------------------------------------------- */

static int state_number(const char *name)
{
    for (int k = 0; k <= C12_ORDER_REWORK; k++) if (!strcmp(c12_order_state_name(k), name)) return k;
    return C12_ORDER_CREATED;
}

static json_t *work_row(const mes *m, db *d, int64_t w)
{
    char code[32], item[128], state[24] = "CREATED";
    work_code(m->now, w, code);
    sqlite3_stmt *q = db_ask(d, "SELECT state FROM work_states WHERE code = ?", "s", code);
    if (db_next(d, q)) { snprintf(state, sizeof state, "%s", db_text(q, 0)); db_done(q); }
    const c12_flow_plan_view *v = &m->now->v;
    return json_pack("{s:s,s:s,s:I,s:I,s:I,s:I,s:s}", "work_order", code, "item", plant_text(m->p->t.p->item_code, v->work_item[w], item), "qty", (json_int_t)v->work_qty[w], "start_min", (json_int_t)v->work_start[w], "end_min", (json_int_t)v->work_end[w],
        "due_min", (json_int_t)(v->work_due[w] + 1) * MES_DAY, "state", state);
}

void work_get(request *r)
{
    mes *m = mes_planned(r);
    if (!m) return;
    int64_t limit = page_limit(r), after = page_cursor(r, -1), key = 0;
    json_t *items = json_array();
    pthread_rwlock_rdlock(&m->lock);
    for (int64_t w = after + 1; w >= 0 && w < m->now->v.n_work && (int64_t)json_array_size(items) <= limit; w++) {
        if ((int64_t)json_array_size(items) < limit) key = w;
        json_array_append_new(items, work_row(m, request_db(r), w));
    }
    pthread_rwlock_unlock(&m->lock);
    answer(r, 200, page_of(items, limit, key));
}

void work_one(request *r)
{
    mes *m = mes_planned(r);
    db *d = request_db(r);
    if (!m) return;
    pthread_rwlock_rdlock(&m->lock);
    int64_t w = work_find(m->now, request_path(r, "work_order"));
    json_t *o = w < 0 ? NULL : work_row(m, d, w), *events = json_array();
    pthread_rwlock_unlock(&m->lock);
    if (!o) { json_decref(events); problem(r, 404, "No such work order", "%s", request_path(r, "work_order")); return; }
    sqlite3_stmt *q = db_ask(d, "SELECT kind, before, after, reason, at_ms, by_whom FROM work_events WHERE code = ? ORDER BY id", "s", request_path(r, "work_order"));
    while (db_next(d, q)) json_array_append_new(events, json_pack("{s:s,s:s,s:s,s:s,s:I,s:s}", "kind", db_text(q, 0), "before", db_text(q, 1), "after", db_text(q, 2), "reason", db_text(q, 3), "at_ms", (json_int_t)sqlite3_column_int64(q, 4), "by", db_text(q, 5)));
    json_object_set_new(o, "events", events);
    q = request_may(r, "access_financials") ? db_ask(d, "SELECT sum(material), sum(material_actual), sum(labour), sum(labour_actual), sum(overhead), sum(overhead_actual) FROM production WHERE work_order = ?", "s", request_path(r, "work_order")) : NULL;
    if (db_next(d, q)) { json_object_set_new(o, "cost", cost_json(q)); db_done(q); }
    answer(r, 200, o);
    answer_tag(r, db_number(d, 0, "SELECT version FROM work_states WHERE code = ?", "s", request_path(r, "work_order")));
}

/* 1 = moved and stored; 0 = the state does not know the event, *why says so.  For quality's holds too. */
int work_move(mes *m, db *d, const char *code, int event, const char *reason, const char *who, int64_t at, const char **why)
{
    c12_error err = C12_INIT(c12_error);
    char before[24] = "CREATED";
    int32_t next;
    sqlite3_stmt *q = db_ask(d, "SELECT state FROM work_states WHERE code = ?", "s", code);
    if (db_next(d, q)) { snprintf(before, sizeof before, "%s", db_text(q, 0)); db_done(q); }
    if (c12_order_move(state_number(before), event, &next, &err)) { *why = err.what ? err.what : "the move is refused"; return 0; }
    db_do(d, "INSERT INTO work_states VALUES(?, ?, 1) ON CONFLICT DO UPDATE SET state = excluded.state, version = version + 1", "ss", code, c12_order_state_name(next));
    db_do(d, "INSERT INTO work_events(code, kind, before, after, reason, at_ms, by_whom) VALUES(?, ?, ?, ?, ?, ?, ?)", "sssssis", code, c12_order_event_name(event), before, c12_order_state_name(next), reason, at, who);
    char line[120];
    snprintf(line, sizeof line, "{\"work_order\":\"%s\",\"state\":\"%s\"}", code, c12_order_state_name(next));
    house_say(m->h, "order", line);
    if (next == C12_ORDER_COMPLETED) house_event(m->h, "production.work_orders.completed", code, json_pack("{s:s,s:s,s:I,s:s}", "work_order", code, "state", c12_order_state_name(next), "at_ms", (json_int_t)at, "by", who));
    return 1;
}

void work_post(request *r)
{
    static const struct { const char *kind; int event; const char *action; } known[] = {
        { "release", C12_ORDER_RELEASE, "change_production_schedule" }, { "start", C12_ORDER_START, "start_work_order" }, { "complete", C12_ORDER_COMPLETE, "report_completion" }, { "ship", C12_ORDER_SHIP, "report_completion" },
        { "hold", C12_ORDER_HOLD, "create_ncr" }, { "resume", C12_ORDER_RESUME, "approve_deviation" }, { "rework", C12_ORDER_SEND_TO_REWORK, "approve_deviation" }, { "scrap", C12_ORDER_SCRAP, "approve_deviation" },
    };
    mes *m = mes_planned(r);
    const json_t *b = request_body(r);
    const char *code = request_path(r, "work_order"), *kind = body_text(b, "kind"), *why = NULL;
    db *d = request_db(r);
    size_t k = 0;
    if (!m) return;
    while (strcmp(known[k].kind, kind)) k++;
    pthread_rwlock_rdlock(&m->lock);
    int64_t w = work_find(m->now, code);
    pthread_rwlock_unlock(&m->lock);
    if (w < 0) { problem(r, 404, "No such work order", "%s", code); return; }
    if (!request_may(r, known[k].action)) { problem(r, 403, "Not allowed", "%s needs %s", kind, known[k].action); return; }
    if (!request_matches(r, db_number(d, 0, "SELECT version FROM work_states WHERE code = ?", "s", code))) return;
    if (!work_move(m, d, code, known[k].event, body_text(b, "reason"), request_who(r), request_now(r), &why)) { problem(r, 409, "The order does not go there", "%s", why); return; }
    request_did(r, code, "%s", kind);
    pthread_rwlock_rdlock(&m->lock);
    json_t *o = work_row(m, d, w);
    pthread_rwlock_unlock(&m->lock);
    answer(r, 200, o);
}
