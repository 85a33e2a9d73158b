/* SPDX-License-Identifier: Apache-2.0 */
/* What was produced, and the figures made of it: OEE, throughput, bottleneck, takt and cycle, work in progress, yield, delivery, cost. */
#include "mes_web.h"
#include "c12/kpi.h"
#include "c12/order.h"
#include <stdlib.h>
#include <string.h>

/* ---- open minutes ------------------------------------------------------------------------------------------------------------------------- */

static int64_t overlap(int64_t a, int64_t b, int64_t c, int64_t d)
{
    int64_t from = a > c ? a : c, to = b < d ? b : d;
    return to > from ? to - from : 0;
}

/* Minutes of [from, to) in which the machine's calendar is open. */
static int64_t open_minutes(const mes *m, int32_t machine, int64_t from, int64_t to)
{
    const c12io_plant *p = m->p->t.p;
    int32_t calendar = p->machine_calendar[machine];
    int64_t n = 0;
    if (calendar < 0) return to > from ? to - from : 0;
    for (int64_t day = from / MES_DAY; day * MES_DAY < to; day++)
        for (int64_t s = 0; s < p->n_shifts; s++)
            if (p->shift_calendar[s] == calendar && p->shift_weekday[s] == (m->p->t.flow.start_weekday + day) % 7)
                n += overlap(day * MES_DAY + p->shift_from[s], day * MES_DAY + p->shift_to[s], from, to);
    return n;
}

/* ---- production of a demo ------------------------------------------------------------------------------------------------------------------- */

/* SplitMix64 (Steele, Lea and Flood 2014): how a demo's day differs from its plan. */
static int64_t drawn(uint64_t stream, uint64_t index, int64_t n)
{
    uint64_t z = stream * 0xD1B54A32D192ED03u + index * 0x9E3779B97F4A7C15u + 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (int64_t)((z ^ z >> 31) % (uint64_t)n);
}

/* What a slice of an operation cost, at standard and in fact: hours at the plant's rates, and at its last end the material in the good pieces. */
typedef struct cost { int64_t material, material_actual, labour, labour_actual, overhead, overhead_actual; } cost;

static cost cost_of(const mes *m, int64_t minutes, int64_t ideal, int32_t item, int64_t finished, uint64_t lot)
{
    const c12io_config *c = &m->p->t.config;
    cost v = { 0 };
    v.labour = ideal * c->labour_rate / 60;
    v.labour_actual = minutes * c->labour_rate / 60;
    v.overhead = ideal * c->overhead_rate / 60;
    v.overhead_actual = minutes * c->overhead_rate / 60;
    v.material = finished * m->p->t.p->own_cost[item];
    v.material_actual = v.material + v.material / 1000 * (drawn(3, lot, 41) - 20);
    return v;
}

/* What operation k of work order w did between two minutes; its pieces are reported where it ends. */
static void post_slice(mes *m, db *d, int64_t w, int64_t k, int64_t from, int64_t to)
{
    static const char *const reasons[] = { "adjustment", "waiting for material", "tool change", "minor stop" };
    const c12io_plant *p = m->p->t.p;
    const c12_flow_plan_view *v = &m->now->v;
    char code[32], station[128], machine[128];
    int64_t begins = v->op_start[k] > from ? v->op_start[k] : from, ends = v->op_end[k] < to ? v->op_end[k] : to, minutes = open_minutes(m, v->op_machine[k], begins, ends);
    int over = v->op_end[k] <= to, last = over && k + 1 == v->work_op_off[w + 1];
    int64_t qty = over ? v->work_qty[w] : 0, scrap = over && drawn(1, (uint64_t)k, 100) < 6 ? 1 : 0;
    int64_t ideal = minutes - (minutes > 4 && drawn(2, (uint64_t)k * 1000 + (uint64_t)(begins / 10), 100) < 35); /* now and then a minute is lost */
    cost c = cost_of(m, minutes, ideal, v->work_item[w], last ? qty - scrap : 0, (uint64_t)w);
    if (!minutes && !over) return;
    work_code(m->now, w, code);
    db_do(d, "INSERT INTO production(at_min, work_order, station, machine, minutes, ideal, produced, good, reason, material, material_actual, labour, labour_actual, overhead, overhead_actual) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "isssiiiisiiiiii",
          ends, code, plant_text(p->station_code, p->step_station[v->op_step[k]], station), plant_text(p->machine_code, v->op_machine[k], machine), minutes, ideal, qty, qty - scrap, ideal < minutes ? reasons[drawn(4, (uint64_t)k, 4)] : NULL,
          c.material, c.material_actual, c.labour, c.labour_actual, c.overhead, c.overhead_actual);
}

/* Work orders that begin are released and started, those that end completed, where they can be: one that is held stays held. */
static void move_work(mes *m, db *d, int64_t w, int64_t from, int64_t to)
{
    const c12_flow_plan_view *v = &m->now->v;
    const char *why, *by = "service:shop";
    char code[32];
    work_code(m->now, w, code);
    if (v->work_start[w] > from && v->work_start[w] <= to) {
        (void)work_move(m, d, code, C12_ORDER_RELEASE, NULL, by, house_now(), &why);
        (void)work_move(m, d, code, C12_ORDER_START, NULL, by, house_now(), &why);
    }
    if (v->work_end[w] > from && v->work_end[w] <= to) (void)work_move(m, d, code, C12_ORDER_COMPLETE, NULL, by, house_now(), &why);
}

/* Every ten minutes of the plant. */
void mes_produce(house *h, int64_t now)
{
    mes *m = house_of(h, "mes");
    if (!m || !m->now) return;
    int64_t to = mes_minute(m, now) / 10 * 10, from = m->posted;
    if (strcmp(house_option(h, "mes.produce", "no"), "yes") || to <= from) return;
    pthread_rwlock_rdlock(&m->lock);
    const c12_flow_plan_view *v = &m->now->v;
    for (int64_t w = 0; w < v->n_work; w++) {
        if (v->work_start[w] > to || (v->work_end[w] <= from && from != m->first)) continue;
        /* what began before the demo did is under way or done */
        move_work(m, house_db(h), w, from == m->first ? -1 : from, to);
        for (int64_t k = v->work_op_off[w]; k < v->work_op_off[w + 1]; k++)
            if (v->op_start[k] < to && v->op_end[k] > from) post_slice(m, house_db(h), w, k, from, to);
    }
    pthread_rwlock_unlock(&m->lock);
    m->posted = to;
}

void production_post(request *r)
{
    mes *m = mes_of(r);
    const json_t *b = request_body(r);
    if (!m) return;
    const char *machine = body_text(b, "machine");
    int32_t row = plant_row(m->p->t.p->machine_code, machine);
    char station[128];
    int64_t produced = body_int(b, "produced", 0), good = body_int(b, "good", produced);
    if (row < 0) problem_at(r, "/machine", "not a machine of the plant");
    if (good > produced) problem_at(r, "/good", "more than produced");
    if (request_refused(r)) return;
    db_do(request_db(r), "INSERT INTO production(at_min, work_order, station, machine, minutes, ideal, produced, good, reason) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)", "isssiiiis", mes_minute(m, request_now(r)), body_text(b, "work_order"),
          plant_text(m->p->t.p->station_code, m->p->t.p->machine_station[row], station), machine, body_int(b, "minutes", 0), body_int(b, "ideal_minutes", body_int(b, "minutes", 0)), produced, good, body_text(b, "reason"));
    request_did(r, body_text(b, "work_order"), "%lld good of %lld at %.60s", (long long)good, (long long)produced, station);
    answer(r, 201, json_pack("{s:s,s:I}", "station", station, "good", (json_int_t)good));
}

/* ---- figures ------------------------------------------------------------------------------------------------------------------------------------ */

static json_t *ratio(int64_t num, int64_t den) { return json_real(den > 0 ? (double)num / (double)den : 0); }

static void put_oee(const mes *m, db *d, json_t *o, int64_t from, int64_t to)
{
    int32_t n = m->p->t.p->n_machines;
    int64_t *planned = NEW(int64_t, n + 1), *used = NEW(int64_t, n + 1), *run = NEW(int64_t, n + 1), *made = NEW(int64_t, n + 1), *good = NEW(int64_t, n + 1);
    c12_kpi_runs in = C12_INIT(c12_kpi_runs);
    c12_kpi_oee e = C12_INIT(c12_kpi_oee);
    for (int32_t k = 0; k < n; k++) { planned[k] = 60 * open_minutes(m, k, from, to); run[k] = 1; }
    sqlite3_stmt *q = db_ask(d, "SELECT machine, sum(minutes), sum(ideal), sum(CASE WHEN made > 0 THEN ideal * good / made ELSE ideal END) FROM"
                              " (SELECT machine, work_order, sum(minutes) AS minutes, sum(ideal) AS ideal, sum(produced) AS made, sum(good) AS good FROM production WHERE at_min > ? AND at_min <= ? GROUP BY machine, work_order) GROUP BY machine", "ii", from, to);
    while (db_next(d, q)) {
        int32_t k = plant_row(m->p->t.p->machine_code, db_text(q, 0));
        if (k < 0) continue;
        used[k] = 60 * sqlite3_column_int64(q, 1);
        made[k] = 60 * sqlite3_column_int64(q, 2); /* quantities are standard seconds, one each */
        good[k] = 60 * sqlite3_column_int64(q, 3);
    }
    in.n = n;
    in.busy_planned = planned;
    in.produced_time = used;
    in.run_time = run;
    in.produced = made;
    in.good = good;
    if (!c12_kpi_line_oee(&in, &e, NULL)) {
        json_object_set_new(o, "oee", ratio(e.oee_num, e.oee_den));
        json_object_set_new(o, "availability", ratio(e.availability_num, e.availability_den));
        json_object_set_new(o, "effectiveness", ratio(e.effectiveness_num, e.effectiveness_den));
        json_object_set_new(o, "quality", ratio(e.quality_num, e.quality_den));
    }
    void *const owned[] = { planned, used, run, made, good };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
}

/* Stations with what they did; the one with the largest share of its open time in use is the bottleneck. */
static void put_stations(const mes *m, db *d, json_t *o, int64_t from, int64_t to)
{
    const c12io_plant *p = m->p->t.p;
    json_t *by = json_array();
    char code[128], worst[128] = "";
    double most = 0, yield = 1, cycle = 0;
    for (int32_t s = 0; s < p->n_stations; s++) {
        int64_t open = 0, minutes = 0, made = 0, good = 0;
        plant_text(p->station_code, s, code);
        for (int32_t k = 0; k < p->n_machines; k++) if (p->machine_station[k] == s) open += open_minutes(m, k, from, to);
        sqlite3_stmt *q = db_ask(d, "SELECT sum(minutes), sum(produced), sum(good) FROM production WHERE station = ? AND at_min > ? AND at_min <= ?", "sii", code, from, to);
        if (db_next(d, q)) { minutes = sqlite3_column_int64(q, 0); made = sqlite3_column_int64(q, 1); good = sqlite3_column_int64(q, 2); db_done(q); }
        double busy = open ? (double)minutes / (double)open : 0;
        if (made) yield *= (double)good / (double)made;
        if (busy > most) { most = busy; snprintf(worst, sizeof worst, "%s", code); cycle = made ? (double)minutes / (double)made : 0; }
        json_array_append_new(by, json_pack("{s:s,s:I,s:I,s:I,s:I}", "station", code, "produced", (json_int_t)made, "good", (json_int_t)good, "busy_min", (json_int_t)minutes, "open_min", (json_int_t)open));
    }
    json_object_set_new(o, "by_station", by);
    json_object_set_new(o, "bottleneck", json_pack("{s:s,s:f}", "station", worst, "busy_share", most));
    json_object_set_new(o, "cycle_min", json_real(cycle));
    json_object_set_new(o, "fpy", json_real(yield));
}

static void put_hours(db *d, json_t *o, int64_t from, int64_t to)
{
    json_t *hours = json_array(), *losses = json_array();
    int64_t good = 0;
    sqlite3_stmt *q = db_ask(d, "SELECT at_min / 60, sum(good), sum(produced - good) FROM production WHERE at_min > ? AND at_min <= ? GROUP BY 1 ORDER BY 1", "ii", from, to);
    while (db_next(d, q)) {
        good += sqlite3_column_int64(q, 1);
        json_array_append_new(hours, json_pack("{s:I,s:I,s:I}", "hour", (json_int_t)sqlite3_column_int64(q, 0), "good", (json_int_t)sqlite3_column_int64(q, 1), "scrap", (json_int_t)sqlite3_column_int64(q, 2)));
    }
    q = db_ask(d, "SELECT reason, sum(minutes - ideal) FROM production WHERE reason IS NOT NULL AND at_min > ? AND at_min <= ? GROUP BY reason ORDER BY 2 DESC LIMIT 10", "ii", from, to);
    while (db_next(d, q)) json_array_append_new(losses, json_pack("{s:s,s:I}", "reason", db_text(q, 0), "minutes", (json_int_t)sqlite3_column_int64(q, 1)));
    json_object_set_new(o, "by_hour", hours);
    json_object_set_new(o, "losses", losses);
    json_object_set_new(o, "throughput_per_hour", json_real(to > from ? 60.0 * (double)good / (double)(to - from) : 0));
}

static void put_plan(const mes *m, json_t *o, int64_t from, int64_t to)
{
    const c12_flow_plan_view *v = &m->now->v;
    int64_t wip = 0, due = 0, kept = 0, pieces = 0, on_time = 0;
    for (int64_t w = 0; w < v->n_work; w++) {
        wip += v->work_start[w] <= to && v->work_end[w] > to;
        if (v->work_end[w] <= from || v->work_end[w] > to) continue;
        due++;
        kept += v->work_end[w] <= (int64_t)(v->work_due[w] + 1) * MES_DAY;
    }
    for (int64_t k = 0; k < v->n_orders; k++) { on_time += v->order_end[k] <= v->order_due[k]; pieces += m->now->demand_qty[k]; }
    int64_t open = 0;
    for (int32_t k = 0; k < m->p->t.p->n_machines; k++) {
        int64_t all = open_minutes(m, k, 0, (int64_t)m->p->t.config.buckets * MES_DAY);
        if (all > open) open = all;
    }
    json_object_set_new(o, "wip", json_integer(wip));
    json_object_set_new(o, "schedule_adherence", ratio(kept, due));
    json_object_set_new(o, "on_time", ratio(on_time, v->n_orders));
    json_object_set_new(o, "takt_min", json_real(pieces ? (double)open / (double)pieces : 0));
}

static json_t *named(const char *name, int64_t amount)
{
    char money[40];
    money_text(amount, money);
    return json_pack("{s:s,s:s}", "name", name, "amount", money);
}

/* Standard, actual and their differences by element, of a time or of one work order; the row is the query's. */
json_t *cost_json(sqlite3_stmt *q)
{
    char standard[40], actual[40];
    int64_t v[6];
    for (int k = 0; k < 6; k++) v[k] = sqlite3_column_int64(q, k);
    money_text(v[0] + v[2] + v[4], standard);
    money_text(v[1] + v[3] + v[5], actual);
    return json_pack("{s:s,s:s,s:[o,o,o]}", "standard", standard, "actual", actual, "variances", named("material", v[1] - v[0]), named("labour", v[3] - v[2]), named("overhead", v[5] - v[4]));
}

static void put_cost(db *d, json_t *o, int64_t from, int64_t to)
{
    sqlite3_stmt *q = db_ask(d, "SELECT sum(material), sum(material_actual), sum(labour), sum(labour_actual), sum(overhead), sum(overhead_actual) FROM production WHERE at_min > ? AND at_min <= ?", "ii", from, to);
    if (!db_next(d, q)) return;
    json_object_set_new(o, "cost", cost_json(q));
    db_done(q);
}

void kpi_get(request *r)
{
    mes *m = mes_planned(r);
    if (!m) return;
    db *d = request_db(r);
    int64_t to = mes_minute(m, request_now(r)), from = to - request_query_int(r, "minutes", MES_DAY);
    if (from < 0) from = 0;
    if (from < m->first) from = m->first;
    json_t *o = json_pack("{s:I,s:I}", "from_min", (json_int_t)from, "to_min", (json_int_t)to);
    pthread_rwlock_rdlock(&m->lock);
    put_oee(m, d, o, from, to);
    put_stations(m, d, o, from, to);
    put_hours(d, o, from, to);
    put_plan(m, o, from, to);
    if (request_may(r, "access_financials")) put_cost(d, o, from, to);
    pthread_rwlock_unlock(&m->lock);
    answer(r, 200, o);
}
