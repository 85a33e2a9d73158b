/* SPDX-License-Identifier: Apache-2.0 */
/* Endpoints of plans: the one in force, runs, branches with their edits, commit, undo. */
#include "mes_web.h"
#include <stdlib.h>
#include <string.h>

/* ---- looking -------------------------------------------------------------------------------------------------------------------------------- */

void plan_get(request *r)
{
    mes *m = mes_planned(r);
    if (!m) return;
    pthread_rwlock_rdlock(&m->lock);
    json_t *o = schedule_json(m, request_db(r), m->now);
    int64_t version = m->now->version;
    pthread_rwlock_unlock(&m->lock);
    answer(r, 200, o);
    answer_tag(r, version);
}

void plan_orders(request *r)
{
    mes *m = mes_planned(r);
    if (!m) return;
    json_t *items = json_array();
    pthread_rwlock_rdlock(&m->lock);
    for (int64_t k = 0; k < m->now->n_orders; k++) json_array_append_new(items, order_json(m, m->now, k, 0));
    pthread_rwlock_unlock(&m->lock);
    answer(r, 200, json_pack("{s:o,s:n}", "items", items, "next"));
}

void plan_order(request *r)
{
    mes *m = mes_planned(r);
    json_t *o = NULL;
    if (!m) return;
    pthread_rwlock_rdlock(&m->lock);
    for (int64_t k = 0; k < m->now->n_orders && !o; k++) if (!strcmp(m->now->code[k], request_path(r, "order"))) o = order_json(m, m->now, k, 1);
    pthread_rwlock_unlock(&m->lock);
    if (o) answer(r, 200, o);
    else problem(r, 404, "No such order in the plan", "%s", request_path(r, "order"));
}

void plan_load(request *r)
{
    mes *m = mes_planned(r);
    char code[128];
    if (!m) return;
    json_t *items = json_array();
    pthread_rwlock_rdlock(&m->lock);
    const c12_flow_plan_view *v = &m->now->v;
    int32_t days = v->mrp->n_buckets;
    for (int32_t s = 0; s < m->p->t.p->n_stations; s++) {
        json_t *load = json_array(), *open = json_array();
        for (int32_t k = 0; k < days; k++) {
            json_array_append_new(load, json_integer(v->rough_load[(int64_t)s * days + k]));
            json_array_append_new(open, json_integer(v->rough_capacity[(int64_t)s * days + k]));
        }
        json_array_append_new(items, json_pack("{s:s,s:o,s:o}", "station", plant_text(m->p->t.p->station_code, s, code), "load", load, "open", open));
    }
    pthread_rwlock_unlock(&m->lock);
    answer(r, 200, json_pack("{s:i,s:o}", "days", days, "items", items));
}

/* ---- runs ------------------------------------------------------------------------------------------------------------------------------------ */

static void run_store(request *r)
{
    mes *m = mes_planned(r);
    schedule *s = request_with(r);
    schedule_take(m, s);
    db_do(request_db(r), "INSERT INTO plan_runs VALUES(?, ?, ?, ?, ?, ?, ?)", "isiiiis", s->version, s->name, s->made, s->v.n_orders, s->late, s->info.objective, request_who(r));
    plan_told(m, s);
    request_did(r, "plan", "version %lld, %lld late", (long long)s->version, (long long)s->late);
    answer(r, 201, plan_summary(s));
}

void plan_run(request *r)
{
    mes *m = mes_planned(r);
    char why[300] = "";
    if (!m) return;
    db *d = house_read(m->h);
    schedule *s = schedule_make(m, d, "run", NULL, 0, body_int(request_body(r), "work", 0), why, sizeof why);
    house_read_end(m->h, d);
    if (s) request_then(r, run_store, s);
    else problem(r, 409, "There is no plan", "%s", why);
}

json_t *plan_summary(const schedule *s)
{
    return json_pack("{s:I,s:I,s:I,s:f}", "version", (json_int_t)s->version, "orders", (json_int_t)s->v.n_orders, "late", (json_int_t)s->late, "seconds", (double)s->info.elapsed / 1e9);
}

void plan_told(mes *m, const schedule *s)
{
    char line[120];
    snprintf(line, sizeof line, "{\"version\":%lld,\"late\":%lld}", (long long)s->version, (long long)s->late);
    house_say(m->h, "plan", line);
    if (s->late > m->late_told) {
        snprintf(line, sizeof line, "%lld orders will be late, %lld more than before", (long long)s->late, (long long)(s->late - m->late_told));
        house_alert(m->h, "late", "warning", "plan", line);
    }
    m->late_told = s->late;
}

/* ---- branches -------------------------------------------------------------------------------------------------------------------------------- */

static int edit_read(request *r, const mes *m, const json_t *b, size_t k, edit *e)
{
    const char *kind = body_text(b, "kind"), *supplier = body_text(b, "supplier"), *item = body_text(b, "item"), *work = body_text(b, "work_order");
    char at[60];
    snprintf(at, sizeof at, "/edits/%zu", k);
    *e = (edit){ .supplier = -1, .item = -1, .work = -1 };
    if (!strcmp(kind, "shift")) e->kind = EDIT_SHIFT;
    else if (!strcmp(kind, "robots")) { e->kind = EDIT_ROBOTS; e->robots = (int32_t)body_int(b, "n", 10); }
    else if (!strcmp(kind, "supplier")) {
        e->kind = EDIT_SUPPLIER;
        e->day = (int32_t)body_int(b, "days", 14);
        if (supplier && (e->supplier = plant_row(m->p->t.p->supplier_code, supplier)) < 0) problem_at(r, at, "no such supplier");
    } else if (!strcmp(kind, "rush")) {
        e->kind = EDIT_RUSH;
        e->qty = body_int(b, "qty", 1);
        e->day = (int32_t)body_int(b, "due_day", 5);
        if (!item || (e->item = plant_row(m->p->t.p->item_code, item)) < 0) problem_at(r, at, "item: name one of the plant");
        if (e->day >= m->p->t.config.buckets) problem_at(r, at, "due_day: the plan has %d days", m->p->t.config.buckets);
    } else {
        e->kind = EDIT_MOVE;
        e->start = body_int(b, "start_min", 0);
        pthread_rwlock_rdlock((pthread_rwlock_t *)(uintptr_t)&m->lock);
        e->work = work ? work_find(m->now, work) : -1;
        pthread_rwlock_unlock((pthread_rwlock_t *)(uintptr_t)&m->lock);
        if (e->work < 0) problem_at(r, at, "work_order: name one of the plan");
    }
    return !request_refused(r);
}

static int branch_slot(mes *m)
{
    for (int k = 0; k < MES_BRANCHES; k++) if (!m->branch[k]) return k;
    return -1;
}

static void branch_store(request *r)
{
    request_did(r, "plan", "branch %s", body_text(request_body(r), "name"));
    answer(r, 201, request_with(r));
}

void branch_post(request *r)
{
    mes *m = mes_planned(r);
    edit e[MES_EDITS];
    json_t *row, *rows = json_object_get(request_body(r), "edits");
    size_t k;
    char why[300] = "";
    if (!m) return;
    json_array_foreach(rows, k, row) if (k >= MES_EDITS || !edit_read(r, m, row, k, &e[k])) return;
    db *d = house_read(m->h);
    schedule *s = schedule_make(m, d, body_text(request_body(r), "name"), e, (int)json_array_size(rows), 0, why, sizeof why);
    house_read_end(m->h, d);
    if (!s) { problem(r, 409, "There is no such plan", "%s", why); return; }
    pthread_rwlock_wrlock(&m->lock);
    int slot = branch_slot(m);
    json_t *o = NULL;
    if (slot >= 0) {
        s->branch = ++m->branches;
        m->branch[slot] = s;
        o = branch_json(m, m->now, s);
    }
    pthread_rwlock_unlock(&m->lock);
    if (o) { request_then(r, branch_store, o); return; }
    schedule_free(s);
    problem(r, 409, "Too many branches", "at most %d; drop or commit one", MES_BRANCHES);
}

static int branch_of(request *r, mes *m)
{
    int64_t id = strtoll(request_path(r, "branch"), NULL, 10);
    for (int k = 0; k < MES_BRANCHES; k++) if (m->branch[k] && m->branch[k]->branch == id) return k;
    problem(r, 404, "No such branch", "%s", request_path(r, "branch"));
    return -1;
}

void branch_get(request *r)
{
    mes *m = mes_planned(r);
    if (!m) return;
    pthread_rwlock_rdlock(&m->lock);
    int k = branch_of(r, m);
    json_t *o = k < 0 ? NULL : branch_json(m, m->now, m->branch[k]);
    pthread_rwlock_unlock(&m->lock);
    if (o) answer(r, 200, o);
}

void branches_get(request *r)
{
    mes *m = mes_planned(r);
    if (!m) return;
    json_t *items = json_array();
    pthread_rwlock_rdlock(&m->lock);
    for (int k = 0; k < MES_BRANCHES; k++)
        if (m->branch[k]) json_array_append_new(items, json_pack("{s:I,s:s,s:[I,I],s:I}", "branch", (json_int_t)m->branch[k]->branch, "name", m->branch[k]->name, "late", (json_int_t)m->now->late, (json_int_t)m->branch[k]->late, "made_ms", (json_int_t)m->branch[k]->made));
    pthread_rwlock_unlock(&m->lock);
    answer(r, 200, json_pack("{s:o,s:n}", "items", items, "next"));
}

/* A rush order of the branch becomes a sales order; the other edits are of this plan: what they assume is for people to bring about. */
static void commit_orders(request *r, const schedule *s)
{
    db *d = request_db(r);
    mes *m = house_of(request_house(r), "mes");
    char item[128];
    for (int k = 0; k < s->n_edits; k++) {
        const edit *e = &s->edit[k];
        if (e->kind != EDIT_RUSH) continue;
        int64_t next = db_number(d, 0, "SELECT max(id) FROM sales_orders", "") + 1;
        char code[48];
        snprintf(code, sizeof code, "SO-%06lld", (long long)next);
        db_do(d, "INSERT INTO sales_orders(code, customer, item, qty, due_day, weight, state, made_ms, made_by) VALUES(?, 'rush order', ?, ?, ?, 20, 'open', ?, ?)", "ssiiis", code, plant_text(m->p->t.p->item_code, e->item, item), e->qty, (int64_t)e->day, request_now(r), request_who(r));
    }
}

void branch_commit(request *r)
{
    mes *m = mes_planned(r);
    int k = m ? branch_of(r, m) : -1;
    if (k < 0) return;
    pthread_rwlock_wrlock(&m->lock);
    schedule *s = m->branch[k];
    m->branch[k] = NULL;
    pthread_rwlock_unlock(&m->lock);
    commit_orders(r, s);
    schedule_take(m, s);
    db_do(request_db(r), "INSERT INTO plan_runs VALUES(?, ?, ?, ?, ?, ?, ?)", "isiiiis", s->version, s->name, s->made, s->v.n_orders, s->late, s->info.objective, request_who(r));
    plan_told(m, s);
    request_did(r, "plan", "branch %lld became version %lld", (long long)s->branch, (long long)s->version);
    answer(r, 200, plan_summary(s));
}

void branch_drop(request *r)
{
    mes *m = mes_planned(r);
    int k = m ? branch_of(r, m) : -1;
    if (k < 0) return;
    pthread_rwlock_wrlock(&m->lock);
    schedule_free(m->branch[k]);
    m->branch[k] = NULL;
    pthread_rwlock_unlock(&m->lock);
    request_did(r, "plan", "branch %s dropped", request_path(r, "branch"));
    answer(r, 204, NULL);
}

void plan_undo(request *r)
{
    mes *m = mes_planned(r);
    if (!m) return;
    if (!m->n_before) { problem(r, 409, "Nothing to undo", "no plan before this one is kept"); return; }
    pthread_rwlock_wrlock(&m->lock);
    schedule *gone = m->now, *s = m->before[--m->n_before];
    s->version = ++m->versions;
    m->now = s;
    schedule_free(gone);
    pthread_rwlock_unlock(&m->lock);
    db_do(request_db(r), "INSERT INTO plan_runs VALUES(?, 'undo', ?, ?, ?, ?, ?)", "iiiiis", s->version, request_now(r), s->v.n_orders, s->late, s->info.objective, request_who(r));
    plan_told(m, s);
    request_did(r, "plan", "undone; version %lld", (long long)s->version);
    answer(r, 200, plan_summary(s));
}
