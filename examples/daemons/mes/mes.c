/* SPDX-License-Identifier: Apache-2.0 */
/* The service of orders, stock and plans: tables, first filling from the plant's folder, the first plan. */
#include "mes.h"
#include "fleet/fleet.h"
#include "services.h"
#include <stdlib.h>
#include <string.h>

static const char *const migrations[] = {
    "CREATE TABLE sales_orders(id INTEGER PRIMARY KEY, code TEXT UNIQUE NOT NULL, customer TEXT NOT NULL, item TEXT NOT NULL, qty INTEGER NOT NULL CHECK(qty > 0), due_day INTEGER NOT NULL, weight INTEGER NOT NULL,"
    " state TEXT NOT NULL, promised_min INTEGER, made_ms INTEGER NOT NULL, made_by TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;"
    "CREATE TABLE stock(item TEXT PRIMARY KEY, on_hand INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;"
    "CREATE TABLE stock_moves(id INTEGER PRIMARY KEY, item TEXT NOT NULL, kind TEXT NOT NULL, qty INTEGER NOT NULL, reference TEXT, at_ms INTEGER NOT NULL, by_whom TEXT NOT NULL) STRICT;"
    "CREATE INDEX stock_moves_item ON stock_moves(item, id);"
    "CREATE TABLE purchase_orders(id INTEGER PRIMARY KEY, code TEXT UNIQUE NOT NULL, item TEXT NOT NULL, supplier TEXT NOT NULL, qty INTEGER NOT NULL CHECK(qty > 0), due_day INTEGER NOT NULL, state TEXT NOT NULL,"
    " made_ms INTEGER NOT NULL, made_by TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;"
    "CREATE INDEX purchase_orders_supplier ON purchase_orders(supplier, id);"
    "CREATE TABLE work_states(code TEXT PRIMARY KEY, state TEXT NOT NULL, version INTEGER NOT NULL) STRICT;"
    "CREATE TABLE work_events(id INTEGER PRIMARY KEY, code TEXT NOT NULL, kind TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, reason TEXT, at_ms INTEGER NOT NULL, by_whom TEXT NOT NULL) STRICT;"
    "CREATE INDEX work_events_code ON work_events(code, id);"
    "CREATE TABLE production(id INTEGER PRIMARY KEY, at_min INTEGER NOT NULL, work_order TEXT NOT NULL, station TEXT NOT NULL, machine TEXT NOT NULL, minutes INTEGER NOT NULL, ideal INTEGER NOT NULL, produced INTEGER NOT NULL, good INTEGER NOT NULL,"
    " reason TEXT, material INTEGER NOT NULL DEFAULT 0, material_actual INTEGER NOT NULL DEFAULT 0, labour INTEGER NOT NULL DEFAULT 0, labour_actual INTEGER NOT NULL DEFAULT 0, overhead INTEGER NOT NULL DEFAULT 0, overhead_actual INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE INDEX production_at ON production(at_min);"
    "CREATE INDEX production_work ON production(work_order);"
    "CREATE TABLE plan_runs(version INTEGER PRIMARY KEY, name TEXT NOT NULL, made_ms INTEGER NOT NULL, orders INTEGER NOT NULL, late INTEGER NOT NULL, objective INTEGER NOT NULL, made_by TEXT NOT NULL) STRICT;",
    NULL,
};

mes *mes_of(request *r)
{
    mes *m = house_of(request_house(r), "mes");
    if (m && m->p) return m;
    problem(r, 503, "No plant is loaded", "name a plant folder in plant.dir");
    return NULL;
}

mes *mes_planned(request *r)
{
    mes *m = mes_of(r);
    if (!m) return NULL;
    pthread_rwlock_rdlock(&m->lock);
    int there = m->now != NULL;
    pthread_rwlock_unlock(&m->lock);
    if (there) return m;
    problem(r, 503, "The plan is being made", "ask again in a second");
    answer_header(r, "Retry-After", "1");
    return NULL;
}

/* In a demo plan time is the fleet's; else the days since the plan's start. */
int64_t mes_minute(const mes *m, int64_t wall)
{
    const fleet *f = house_of(m->h, "fleet");
    if (f && f->e && f->speed > 1) return f->first_minute + f->plant / 60000;
    int64_t minute = wall / 60000 - m->p->t.config.start_day * MES_DAY;
    return minute < 0 ? 0 : minute;
}

/* ---- a new store gets what the folder has ------------------------------------------------------------------------------------------------ */

static void fill(const mes *m, db *d)
{
    const c12io_plant *p = m->p->t.p;
    char code[128], name[128], item[128];
    int64_t now = house_now();
    for (int64_t k = 0; k < p->n_orders; k++)
        db_do(d, "INSERT INTO sales_orders(code, customer, item, qty, due_day, weight, state, made_ms, made_by) VALUES(?, ?, ?, ?, ?, ?, 'open', ?, 'plant folder')", "sssiiii", plant_text(p->order_code, (int32_t)k, code),
              plant_text(p->order_customer, (int32_t)k, name), plant_text(p->item_code, p->order_item[k], item), p->order_qty[k], (int64_t)p->order_bucket[k], (int64_t)p->order_weight[k], now);
    for (int32_t k = 0; k < p->n_items; k++) db_do(d, "INSERT INTO stock(item, on_hand) VALUES(?, ?)", "si", plant_text(p->item_code, k, item), p->on_hand[k]);
    for (int64_t k = 0; k < p->n_receipts; k++) {
        snprintf(code, sizeof code, "PO-FOLDER-%03d", (int)k + 1);
        int32_t supplier = -1;
        for (int64_t s = p->n_supplies - 1; s >= 0; s--) if (p->supply_item[s] == p->receipt_item[k]) supplier = p->supply_supplier[s];
        if (p->receipt_qty[k] > 0) db_do(d, "INSERT INTO purchase_orders(code, item, supplier, qty, due_day, state, made_ms, made_by) VALUES(?, ?, ?, ?, ?, 'open', ?, 'plant folder')", "sssiii", code, plant_text(p->item_code, p->receipt_item[k], item),
              plant_text(p->supplier_code, supplier, name), p->receipt_qty[k], (int64_t)p->receipt_bucket[k], now);
    }
    house_audit(m->h, "system", "fill", "store", "{\"from\":\"plant folder\"}");
}

/* ---- the service ----------------------------------------------------------------------------------------------------------------------------- */

/* The day with most work, on which a demo begins. */
static int64_t busiest_day(const mes *m)
{
    const c12_flow_plan_view *v = &m->now->v;
    int64_t days = m->p->t.config.buckets, best = 0, *minutes = NEW(int64_t, days + 1);
    for (int64_t k = 0; k < v->n_ops; k++) if (v->op_start[k] / MES_DAY < days) minutes[v->op_start[k] / MES_DAY] += v->op_end[k] - v->op_start[k];
    for (int64_t k = 1; k < days; k++) if (minutes[k] > minutes[best]) best = k;
    free(minutes);
    return best;
}

/* On the writer thread: the plan in force is a row of the runs. */
static void plan_noted(house *h, void *with)
{
    mes *m = with;
    pthread_rwlock_rdlock(&m->lock);
    const schedule *s = m->now;
    db_do(house_db(h), "INSERT OR IGNORE INTO plan_runs VALUES(?, ?, ?, ?, ?, ?, 'system')", "isiiii", s->version, s->name, s->made, s->v.n_orders, s->late, s->info.objective);
    m->late_told = s->late;
    pthread_rwlock_unlock(&m->lock);
}

static int mes_first(mes *m, db *d)
{
    char why[300];
    schedule *s = schedule_make(m, d, "start", NULL, 0, 0, why, sizeof why);
    if (!s) { house_log(LOG_SAYS_ERROR, "mes: the first plan: %s", why); return -1; }
    schedule_take(m, s);
    house_job(m->h, plan_noted, m);
    return 0;
}

/* On the worker thread: the daemon answers while its first plan is made. */
static void plan_first(house *h, void *with)
{
    mes *m = with;
    db *d = house_read(h);
    (void)mes_first(m, d);
    house_read_end(h, d);
}

/* After a commit that failed the plan in force may hold what the store does not: it is made anew. */
static void plan_again(house *h, void *with)
{
    mes *m = with;
    char why[300];
    db *d = house_read(h);
    schedule *s = schedule_make(m, d, "after a failed commit", NULL, 0, 0, why, sizeof why);
    house_read_end(h, d);
    if (s) schedule_take(m, s);
    else house_log(LOG_SAYS_ERROR, "mes: %s", why);
}

static int mes_open(house *h)
{
    mes *m = house_of(h, "mes");
    c12_error err = C12_INIT(c12_error);
    if (m) { if (m->now) house_work(h, plan_again, m); return 0; }
    m = NEW(mes, 1);
    m->h = h;
    m->p = plant_get(h);
    const c12_host plain = C12_INIT(c12_host);
    m->host = plain;
    pthread_rwlock_init(&m->lock, NULL);
    house_keep(h, "mes", m);
    house_take(h, sale_take);
    if (!m->p) { house_log(LOG_SAYS_NOTICE, "mes: no plant is loaded; plant.dir names its folder"); return 0; }
    if (c12io_pool_create(&m->pool, 2, &err)) return -1;
    c12io_pool_lend(m->pool, &m->host);
    db *d = house_db(h);
    if (!db_number(d, 0, "SELECT count(*) FROM stock", "")) fill(m, d);
    if (d->failed) return -1;
    m->versions = db_number(d, 0, "SELECT max(version) FROM plan_runs", "");
    fleet *f = house_of(h, "fleet");
    if (strcmp(house_option(h, "demo.play", "no"), "yes")) { house_work(h, plan_first, m); return 0; }
    if (mes_first(m, d)) return -1; /* a demo begins on the day that its plan says */
    if (f && f->e) { /* a demo begins a quarter of an hour before the first shift */
        f->first_minute = busiest_day(m) * MES_DAY + 345;
        f->e->of_day = 345 * 60000;
    }
    m->posted = m->first = mes_minute(m, house_now());
    return 0;
}

static void mes_close(house *h)
{
    mes *m = house_of(h, "mes");
    if (!m) return;
    schedule_free(m->now);
    for (int k = 0; k < m->n_before; k++) schedule_free(m->before[k]);
    for (int k = 0; k < MES_BRANCHES; k++) schedule_free(m->branch[k]);
    c12io_pool_destroy(m->pool);
    free(m);
    house_keep(h, "mes", NULL);
}

const service mes_service = { "mes", mes_endpoints, migrations, mes_open, mes_produce, mes_close };
