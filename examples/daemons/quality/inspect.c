/* SPDX-License-Identifier: Apache-2.0 */
/* Inspections and what is made of them: yield, Pareto, control charts; receipts and the scorecard of suppliers. */
#include "quality.h"
#include "c12/kpi.h"
#include "c12/spc.h"
#include <stdlib.h>
#include <string.h>

enum { CHART_POINTS = 200, CHART_SIZE = 25, PARETO_MOST = 200 };

/* "12.345" in thousandths, digits beyond them dropped; 0 = it is not one. */
static int thousandths(const char *s, int64_t *out)
{
    int minus = *s == '-', places = -1;
    int64_t v = 0;
    if (minus) s++;
    if (!*s || strlen(s) > 15) return 0;
    for (; *s; s++) {
        if (*s == '.' && places < 0) { places = 0; continue; }
        if (*s < '0' || *s > '9') return 0;
        if (places >= 0 && ++places > 3) continue;
        v = 10 * v + (*s - '0');
    }
    for (places = places < 0 ? 0 : places; places < 3; places++) v *= 10;
    *out = minus ? -v : v;
    return 1;
}

void inspection_post(request *r)
{
    const json_t *b = request_body(r), *values = json_object_get(b, "values");
    db *d = request_db(r);
    size_t n = json_array_size(values);
    int64_t x[CHART_SIZE];
    for (size_t k = 0; k < n; k++) {
        char at[40];
        snprintf(at, sizeof at, "/values/%zu", k);
        if (!thousandths(json_string_value(json_array_get(values, k)), &x[k])) problem_at(r, at, "a number such as \"12.345\"");
    }
    if (request_refused(r)) return;
    const char *name = body_text(b, "characteristic");
    if (n && !name) { problem_at(r, "/characteristic", "is missing: what was measured"); return; }
    db_do(d, "INSERT INTO inspections(work_order, station, characteristic, pass, at_ms, by_whom) VALUES(?, ?, ?, ?, ?, ?)", "sssiis", body_text(b, "work_order"), body_text(b, "station"), name ? name : "", body_int(b, "pass", 1), request_now(r), request_who(r));
    int64_t id = sqlite3_last_insert_rowid(d->at);
    for (size_t k = 0; k < n; k++) db_do(d, "INSERT INTO measurements VALUES(?, ?, ?)", "iii", id, (int64_t)k, x[k]);
    request_did(r, body_text(b, "work_order"), "inspected at %.40s: %s", body_text(b, "station"), body_int(b, "pass", 1) ? "passed" : "failed");
    house_say(request_house(r), "ncr", "{}");
    answer(r, 201, json_pack("{s:I,s:b}", "inspection", (json_int_t)id, "pass", (int)body_int(b, "pass", 1)));
}

void figures_get(request *r)
{
    db *d = request_db(r);
    json_t *by = json_array();
    int64_t all = 0, good = 0, now = request_now(r) * 1000000;
    sqlite3_stmt *q = db_ask(d, "SELECT station, count(*), sum(pass) FROM inspections GROUP BY station ORDER BY station", "");
    while (db_next(d, q)) {
        int64_t n = sqlite3_column_int64(q, 1), ok = sqlite3_column_int64(q, 2);
        all += n;
        good += ok;
        json_array_append_new(by, json_pack("{s:s,s:I,s:f}", "station", db_text(q, 0), "inspected", (json_int_t)n, "fpy", n ? (double)ok / (double)n : 0.0));
    }
    answer(r, 200, json_pack("{s:I,s:I,s:f,s:o,s:I,s:I,s:I}", "inspected", (json_int_t)all, "passed_first", (json_int_t)good, "fpy", all ? (double)good / (double)all : 0.0, "by_station", by, "open_ncrs", (json_int_t)db_number(d, 0, "SELECT count(*) FROM ncrs WHERE state <> 'CLOSED'", ""),
        "overdue_capas", (json_int_t)db_number(d, 0, "SELECT count(*) FROM ncrs WHERE state <> 'CLOSED' AND due_ns < ?", "i", now), "holds", (json_int_t)db_number(d, 0, "SELECT count(*) FROM ncrs WHERE state <> 'CLOSED' AND grade = 3", "")));
}

void pareto_get(request *r)
{
    db *d = request_db(r);
    char name[PARETO_MOST][128];
    int64_t weight[PARETO_MOST], total[PARETO_MOST];
    int32_t category[PARETO_MOST], order[PARETO_MOST], share[PARETO_MOST], n = 0;
    json_t *items = json_array();
    sqlite3_stmt *q = db_ask(d, "SELECT defect, count(*) FROM ncrs GROUP BY defect ORDER BY 2 DESC, 1 LIMIT 200", "");
    for (; db_next(d, q); n++) {
        snprintf(name[n], sizeof name[n], "%s", db_text(q, 0));
        weight[n] = sqlite3_column_int64(q, 1);
        category[n] = n;
    }
    if (n && !c12_spc_pareto(n, category, weight, n, order, total, share, NULL))
        for (int32_t k = 0; k < n; k++)
            json_array_append_new(items, json_pack("{s:s,s:I,s:f,s:f}", "defect", name[order[k]], "n", (json_int_t)total[k], "share", (share[k] - (k ? share[k - 1] : 0)) / 1e6, "cumulative", share[k] / 1e6));
    answer(r, 200, json_pack("{s:o,s:n}", "items", items, "next"));
}

/* ---- charts ------------------------------------------------------------------------------------------------------------------------------------ */

void charts_get(request *r)
{
    db *d = request_db(r);
    json_t *items = json_array();
    sqlite3_stmt *q = db_ask(d, "SELECT characteristic, count(*) FROM inspections WHERE characteristic <> '' GROUP BY 1 ORDER BY 1 LIMIT 200", "");
    while (db_next(d, q)) json_array_append_new(items, json_pack("{s:s,s:I}", "characteristic", db_text(q, 0), "points", (json_int_t)sqlite3_column_int64(q, 1)));
    answer(r, 200, json_pack("{s:o,s:n}", "items", items, "next"));
}

typedef struct chart { int64_t x[CHART_POINTS * CHART_SIZE], at[CHART_POINTS], value[CHART_POINTS], centre[CHART_POINTS], reach[CHART_POINTS], spread[CHART_POINTS]; uint32_t fired[CHART_POINTS]; int64_t n; int32_t size; } chart;

/* The latest inspections with as many values as the first of them. */
static void chart_read(db *d, const char *name, chart *c)
{
    int64_t id[CHART_POINTS], at[CHART_POINTS], n = 0;
    sqlite3_stmt *q = db_ask(d, "SELECT i.id, i.at_ms, count(m.value) FROM inspections i JOIN measurements m ON m.inspection = i.id WHERE i.characteristic = ? GROUP BY i.id ORDER BY i.id DESC LIMIT 200", "s", name);
    while (db_next(d, q)) {
        int32_t size = sqlite3_column_int(q, 2);
        if (!c->size) c->size = size;
        if (size != c->size || n == CHART_POINTS) continue;
        id[n] = sqlite3_column_int64(q, 0);
        at[n++] = sqlite3_column_int64(q, 1);
    }
    for (int64_t k = n - 1; k >= 0; k--) {
        int64_t i = 0;
        c->at[c->n] = at[k];
        q = db_ask(d, "SELECT value FROM measurements WHERE inspection = ? ORDER BY row", "i", id[k]);
        while (db_next(d, q) && i < c->size) c->x[c->n * c->size + i++] = sqlite3_column_int64(q, 0);
        c->n++;
    }
}

static json_t *rules_of(uint32_t fired)
{
    json_t *list = json_array();
    for (int k = 0; k < C12_SPC_RULES; k++) if (fired >> k & 1) json_array_append_new(list, json_integer(k + 1));
    return list;
}

void chart_get(request *r)
{
    chart *c = calloc(1, sizeof *c);
    c12_spc_data data = C12_INIT(c12_spc_data);
    c12_spc_chart out = C12_INIT(c12_spc_chart);
    c12_error err = C12_INIT(c12_error);
    if (!c) return;
    chart_read(request_db(r), request_path(r, "characteristic"), c);
    if (!c->n) { problem(r, 404, "No such characteristic", "%s", request_path(r, "characteristic")); free(c); return; }
    data.kind = c->size > 1 ? C12_SPC_XBAR_R : C12_SPC_I_MR;
    data.n = c->n;
    data.size = c->size > 1 ? c->size : 0;
    data.x = c->x;
    out.value = c->value;
    out.centre = c->centre;
    out.reach = c->reach;
    out.spread = c->spread;
    out.fired = c->fired;
    if (c12_spc_make(&data, &out, &err)) { problem(r, 409, "There is no chart yet", "%s", err.what ? err.what : "too few points"); free(c); return; }
    double unit = 1000.0 * (double)out.scale;
    json_t *points = json_array();
    for (int64_t k = 0; k < c->n; k++) json_array_append_new(points, json_pack("{s:I,s:f,s:o}", "at_ms", (json_int_t)c->at[k], "value", (double)c->value[k] / unit, "rules", rules_of(c->fired[k])));
    int64_t last = c->n - 1;
    answer(r, 200, json_pack("{s:s,s:s,s:i,s:f,s:f,s:f,s:o}", "characteristic", request_path(r, "characteristic"), "chart", c->size > 1 ? "xbar-r" : "i-mr", "size", c->size, "centre", (double)c->centre[last] / unit, "upper", (double)(c->centre[last] + c->reach[last]) / unit,
        "lower", (double)(c->centre[last] - c->reach[last]) / unit, "points", points));
    free(c);
}

/* ---- suppliers ---------------------------------------------------------------------------------------------------------------------------------- */

void receipt_post(request *r)
{
    const json_t *b = request_body(r);
    const plant_data *p = plant_get(request_house(r));
    if (!p || plant_row(p->t.p->supplier_code, body_text(b, "supplier")) < 0) { problem_at(r, "/supplier", "not a supplier of the plant"); return; }
    db_do(request_db(r), "INSERT INTO receipts(supplier, item, rejected, late_days, at_ms, by_whom) VALUES(?, ?, ?, ?, ?, ?)", "ssiiis", body_text(b, "supplier"), body_text(b, "item"), body_int(b, "rejected", 0), body_int(b, "late_days", 0), request_now(r), request_who(r));
    request_did(r, body_text(b, "supplier"), "receipt of %.60s", body_text(b, "item"));
    answer(r, 201, json_pack("{s:I}", "receipt", (json_int_t)sqlite3_last_insert_rowid(request_db(r)->at)));
}

static json_t *score_row(const plant_data *p, const c12_kpi_scores *s, int32_t who, int32_t rank)
{
    char code[128];
    int64_t n = s->receipts[who];
    json_t *o = json_pack("{s:s,s:I,s:i,s:b,s:f,s:f}", "supplier", plant_text(p->t.p->supplier_code, who, code), "receipts", (json_int_t)n, "rank", rank, "preferred", s->preferred[who], "quality", n ? (double)(n - s->rejected[who]) / (double)n : 0.0, "on_time", n ? (double)s->on_time[who] / (double)n : 0.0);
    json_object_set_new(o, "score", s->den[who] ? json_real((double)s->num[who] / (double)s->den[who]) : json_null());
    return o;
}

void scorecard_get(request *r)
{
    const plant_data *p = plant_get(request_house(r));
    db *d = request_db(r);
    if (!p) { problem(r, 503, "No plant is loaded", "name a plant folder in plant.dir"); return; }
    int32_t n = p->t.p->n_suppliers, *who = NEW(int32_t, 100001), *rank = NEW(int32_t, n + 1);
    uint8_t *rejected = NEW(uint8_t, 100001), *preferred = NEW(uint8_t, n + 1);
    int64_t *late = NEW(int64_t, 100001), *cells = NEW(int64_t, 6 * ((int64_t)n + 1)), rows = 0;
    c12_kpi_receipts in = C12_INIT(c12_kpi_receipts);
    c12_kpi_scores out = C12_INIT(c12_kpi_scores);
    c12_mem scratch = { NULL, c12_kpi_suppliers_scratch(n) };
    json_t *items = json_array();
    sqlite3_stmt *q = db_ask(d, "SELECT supplier, rejected, late_days FROM receipts ORDER BY id DESC LIMIT 100000", "");
    while (db_next(d, q)) {
        int32_t k = plant_row(p->t.p->supplier_code, db_text(q, 0));
        if (k < 0) continue;
        who[rows] = k;
        rejected[rows] = sqlite3_column_int(q, 1) != 0;
        late[rows++] = sqlite3_column_int64(q, 2);
    }
    scratch.ptr = malloc(scratch.size + 1);
    in.n = (int32_t)rows;
    in.n_suppliers = n;
    in.supplier = who;
    in.rejected = rejected;
    in.late = late;
    int64_t **const column[] = { &out.receipts, &out.rejected, &out.on_time, &out.late_ticks, &out.num, &out.den };
    for (int k = 0; k < 6; k++) *column[k] = cells + (int64_t)k * (n + 1);
    out.rank = rank;
    out.preferred = preferred;
    if (scratch.ptr && !c12_kpi_suppliers(&in, &out, scratch, NULL)) for (int32_t k = 0; k < n; k++) json_array_append_new(items, score_row(p, &out, rank[k], k < out.ranked ? k + 1 : 0));
    void *const owned[] = { who, rank, rejected, preferred, late, cells, scratch.ptr };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    answer(r, 200, json_pack("{s:o,s:n}", "items", items, "next"));
}
