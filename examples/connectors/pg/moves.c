/* SPDX-License-Identifier: Apache-2.0 */
/* What is moved, and how each row arrives once. */
#include "pgd.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- events ----------------------------------------------------------------------------------------------------------------------------------------- */

static int64_t copy_lines(pgd *p, const char *line)
{
    int64_t n = 0;
    cells r = { 0 };
    int code = pg_copy_begin(p, "COPY c12.events FROM STDIN");
    if (code) return -1;
    for (const char *end; !code && (end = strchr(line, '\n')); line = end + 1, n++) code = row_event(&r, p->l.site, line, end) || pg_copy_put(p, r.bytes, r.used) ? -1 : 0;
    free(r.bytes);
    if (code) link_say(&p->l, 3, "event %" PRId64 " behind number %" PRId64 " of the outbox cannot be read", n, p->at);
    return pg_copy_done(p) || code ? -1 : n;
}

static int mark_read(pgd *p, wire *w)
{
    char sql[200];
    int64_t at;
    snprintf(sql, sizeof sql, "SELECT max(number) FROM c12.marks WHERE site = '%s'", p->l.site);
    if (pg_number(p, sql, &at) || link_mark(&p->l, w, "pg", at) < 0) return -1;
    p->at = at;
    return 0;
}

/* The mark lives in the database and moves in the transaction of the rows: a page is there once, or not at all.  The daemon is told behind it, to let go
 * of what it keeps. */
int64_t events_move(pgd *p, wire *w)
{
    char sql[300];
    if (p->at < 0 && mark_read(p, w)) return -1;
    int64_t last = p->ahead ? p->ahead_last : p->at;
    const char *lines = p->ahead ? p->ahead : link_page(&p->l, &p->pages, p->at, PGD_PAGE, &last);
    p->ahead = NULL;
    if (!lines) { p->at = -1; return -1; }
    if (!*lines) return 0;
    snprintf(sql, sizeof sql, "INSERT INTO c12.marks VALUES('%s', %" PRId64 ") ON CONFLICT(site) DO UPDATE SET number = excluded.number; COMMIT", p->l.site, last);
    int64_t n = pg_do(p, "BEGIN") ? -1 : copy_lines(p, lines);
    p->ahead_last = last;
    const char *next = n >= 0 ? link_page(&p->l, &p->pages, last, PGD_PAGE, &p->ahead_last) : NULL; /* while the database is busy */
    if (pg_copy_end(p) || n < 0 || pg_do(p, sql)) { (void)pg_do(p, "ROLLBACK"); p->at = -1; return -1; }
    p->at = last;
    if (link_mark(&p->l, w, "pg", last) < 0) p->at = -1;
    else if (next && *next) p->ahead = next;
    p->rows += n;
    return n;
}

/* ---- telemetry, by the minute ------------------------------------------------------------------------------------------------------------------- */

static int partition_of(pgd *p, time_t minute)
{
    char sql[300], from[16], to[16], name[16];
    struct tm day;
    time_t next = minute - minute % 86400 + 86400;
    if (p->hyper) return 0;
    gmtime_r(&minute, &day);
    strftime(from, sizeof from, "%Y-%m-%d", &day);
    strftime(name, sizeof name, "%Y%m%d", &day);
    gmtime_r(&next, &day);
    strftime(to, sizeof to, "%Y-%m-%d", &day);
    snprintf(sql, sizeof sql, "CREATE TABLE IF NOT EXISTS c12.telemetry_minutes_%s PARTITION OF c12.telemetry_minutes FOR VALUES FROM ('%s 00:00+00') TO ('%s 00:00+00')", name, from, to);
    return pg_do(p, sql);
}

static int copy_minutes(pgd *p, const json_t *items, const char *column)
{
    cells r = { 0 };
    int code = 0;
    size_t k;
    json_t *row;
    if (pg_copy_begin(p, "COPY new_minutes FROM STDIN")) return -1;
    json_array_foreach(items, k, row) if (!code) code = row_minute(&r, p->l.site, column, row) || pg_copy_put(p, r.bytes, r.used) ? -1 : 0;
    free(r.bytes);
    return pg_copy_done(p) | pg_copy_end(p) | code;
}

static int minutes_of(pgd *p, wire *w, const char *column, int64_t from, int64_t to)
{
    char path[200];
    snprintf(path, sizeof path, "/api/v1/telemetry/query?field=%s&bucket=1m&from_ms=%" PRId64 "&to_ms=%" PRId64, column, from, to);
    json_t *o = wire_ask(w, &p->l.to, "GET", path, "") == 200 ? json_loads(w->body, 0, NULL) : NULL;
    const json_t *items = json_object_get(o, "items");
    int code = o ? 0 : -1;
    if (o && json_array_size(items)) {
        code = pg_do(p, "BEGIN; CREATE TEMP TABLE new_minutes(LIKE c12.telemetry_minutes) ON COMMIT DROP");
        size_t k;
        json_t *row;
        int64_t day = -1;
        json_array_foreach(items, k, row) {
            int64_t t = json_integer_value(json_object_get(row, "start_ms")) / 1000;
            if (!code && t / 86400 != day) { day = t / 86400; code = partition_of(p, (time_t)t); }
        }
        if (!code) code = copy_minutes(p, items, column);
        if (!code) code = pg_do(p, "INSERT INTO c12.telemetry_minutes SELECT * FROM new_minutes ON CONFLICT(site, robot, field, minute) DO UPDATE SET n = excluded.n, mean = excluded.mean, least = excluded.least, most = excluded.most; COMMIT");
        if (code) (void)pg_do(p, "ROLLBACK");
        else p->minutes += (int64_t)json_array_size(items);
    }
    json_decref(o);
    return code;
}

/* An hour before what the database has, so that what robots sent late is put right; the last hour when it has nothing. */
static int64_t minutes_begin(pgd *p, int64_t until)
{
    char sql[200];
    int64_t at;
    snprintf(sql, sizeof sql, "SELECT 1000 * extract(epoch FROM max(minute))::bigint FROM c12.telemetry_minutes WHERE site = '%s'", p->l.site);
    if (pg_number(p, sql, &at)) return -1;
    return (at && at < until ? at : until) - HOUR_MS;
}

/* Two minutes back, so that what robots send late is in; an hour at a time, however long nobody was here. */
int minutes_move(pgd *p, wire *w)
{
    static const char *const columns[] = { "battery_level", "diagnostics.cpu_usage", "diagnostics.network_latency" };
    const int64_t until = ((int64_t)time(NULL) - 120) / 60 * 60000;
    if (!p->minute && (p->minute = minutes_begin(p, until)) < 0) return p->minute = 0, -1;
    while (p->minute < until && !atomic_load(&p->l.over)) {
        int64_t to = until - p->minute > HOUR_MS ? p->minute + HOUR_MS : until;
        for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) if (minutes_of(p, w, columns[k], p->minute, to)) return -1;
        p->minute = to;
    }
    return 0;
}

/* ---- orders and stock as they are ------------------------------------------------------------------------------------------------------------------ */

typedef struct state { const char *path, *table, *update; const char *names[8]; int n; } state;

static int state_of(pgd *p, wire *w, const state *s)
{
    char path[200], sql[600], cursor[60] = "";
    int code, more = 1;
    cells r = { 0 };
    snprintf(sql, sizeof sql, "BEGIN; CREATE TEMP TABLE now_there(LIKE c12.%s) ON COMMIT DROP", s->table);
    if (pg_do(p, sql) || pg_copy_begin(p, "COPY now_there FROM STDIN")) { (void)pg_do(p, "ROLLBACK"); return -1; }
    for (code = 0; more && !code;) {
        snprintf(path, sizeof path, "%s?limit=200%s%s", s->path, *cursor ? "&cursor=" : "", cursor);
        json_t *o = wire_ask(w, &p->l.to, "GET", path, "") == 200 ? json_loads(w->body, 0, NULL) : NULL, *row;
        size_t k;
        json_array_foreach(json_object_get(o, "items"), k, row) if (!code) code = row_state(&r, p->l.site, row, s->names, s->n) || pg_copy_put(p, r.bytes, r.used) ? -1 : 0;
        const char *next = json_string_value(json_object_get(o, "next"));
        snprintf(cursor, sizeof cursor, "%s", next ? next : "");
        more = o && next;
        if (!o) code = -1;
        json_decref(o);
    }
    free(r.bytes);
    if (pg_copy_done(p) | pg_copy_end(p)) code = -1;
    snprintf(sql, sizeof sql, "INSERT INTO c12.%s SELECT * FROM now_there ON CONFLICT %s; COMMIT", s->table, s->update);
    if (!code) code = pg_do(p, sql);
    if (code) (void)pg_do(p, "ROLLBACK");
    return code;
}

int state_move(pgd *p, wire *w)
{
    static const state all[] = {
        { "/api/v1/sales-orders", "sales_orders", "(site, code) DO UPDATE SET customer = excluded.customer, item = excluded.item, qty = excluded.qty, due = excluded.due, promised = excluded.promised, state = excluded.state",
          { "order", "customer", "item", "qty", "due", "promised", "state" }, 7 },
        { "/api/v1/inventory", "stock", "(site, item) DO UPDATE SET on_hand = excluded.on_hand, on_order = excluded.on_order", { "item", "on_hand", "on_order" }, 3 },
    };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) if (state_of(p, w, &all[k])) return -1;
    return 0;
}

/* ---- orders in --------------------------------------------------------------------------------------------------------------------------------------- */

enum { ORDERS_MOST = 1000, ORDERS_BYTES = 1 << 20 /* as JSON at most six times as much, which a request to the inbox may have */ };

/* Rows that go together: their events, and their ids as PostgreSQL writes a list. */
typedef struct orders { json_t *events; size_t bytes, used; char ids[ORDERS_MOST * 21 + 2]; } orders;

static int pg_with(pgd *p, const char *sql, int n, const char *const *values)
{
    PGresult *r = PQexecParams(p->pg, sql, n, NULL, values, NULL, NULL, 0);
    int good = PQresultStatus(r) == PGRES_COMMAND_OK;
    if (!good) link_say(&p->l, 4, "PostgreSQL: %s", PQerrorMessage(p->pg));
    PQclear(r);
    return good ? 0 : -1;
}

static int note_refused(pgd *p, const json_t *refused)
{
    size_t k;
    json_t *row;
    json_array_foreach(refused, k, row) {
        const char *id = json_string_value(json_object_get(row, "id")), *why = json_string_value(json_object_get(row, "why")), *number = id ? strrchr(id, '-') : NULL;
        const char *const values[] = { number ? number + 1 : "0", why ? why : "" };
        if (pg_with(p, "UPDATE c12.incoming_orders SET refused = $2 WHERE id = $1::bigint", 2, values)) return -1;
    }
    return 0;
}

/* A row that no inbox would take is refused here, so that it does not stop the others.  1 = there is no more room, -1 = later again. */
static int orders_add(pgd *p, orders *o, const PGresult *r, int k)
{
    const order_row row = { PQgetvalue(r, k, 0), PQgetvalue(r, k, 1), PQgetvalue(r, k, 2), PQgetvalue(r, k, 3), PQgetvalue(r, k, 4), PQgetvalue(r, k, 5) };
    size_t size = 200;
    for (int c = 0; c < 6; c++) size += (size_t)PQgetlength(r, k, c);
    if (size <= ORDERS_BYTES && o->bytes + size > ORDERS_BYTES) return 1;
    json_t *event = size > ORDERS_BYTES ? NULL : row_order(p->l.site, &row);
    if (!event) {
        const char *const values[] = { row.id, size > ORDERS_BYTES ? "its text is longer than 1 MB" : "its text is not UTF-8" };
        return pg_with(p, "UPDATE c12.incoming_orders SET taken = now(), refused = $2 WHERE id = $1::bigint", 2, values);
    }
    json_array_append_new(o->events, event);
    o->bytes += size;
    o->used += (size_t)snprintf(o->ids + o->used, sizeof o->ids - o->used, "%c%.20s", o->used ? ',' : '{', row.id);
    return 0;
}

/* Exactly the rows that were sent are taken: one with a smaller id may have been committed since.  Were the inbox's answer lost, they are sent again, and known by their ids. */
static int orders_hand_over(pgd *p, wire *w, const orders *o)
{
    const char *const ids[] = { o->ids };
    char *body = json_dumps(o->events, JSON_COMPACT);
    int status = body ? wire_send(w, &p->l.to, "POST", "/api/v1/inbox", body, strlen(body)) : -1;
    json_t *answer = status == 200 ? json_loads(w->body, 0, NULL) : NULL;
    free(body);
    int code = !answer || pg_do(p, "BEGIN") || note_refused(p, json_object_get(answer, "refused"))
               || pg_with(p, "UPDATE c12.incoming_orders SET taken = now() WHERE id = ANY($1::bigint[])", 1, ids) || pg_do(p, "COMMIT") ? -1 : 0;
    if (code && answer) (void)pg_do(p, "ROLLBACK");
    if (!code) p->taken += json_integer_value(json_object_get(answer, "taken"));
    json_decref(answer);
    return code;
}

int orders_take(pgd *p, wire *w)
{
    char sql[400];
    orders o = { .events = json_array() };
    snprintf(sql, sizeof sql, "SELECT id, code, customer, item, qty, due FROM c12.incoming_orders WHERE taken IS NULL AND site = '%s' ORDER BY id LIMIT %d", p->l.site, ORDERS_MOST);
    PGresult *r = PQexec(p->pg, sql);
    int n = PQresultStatus(r) == PGRES_TUPLES_OK ? PQntuples(r) : -1, code = n < 0 ? -1 : 0;
    for (int k = 0; k < n && !code; k++) code = orders_add(p, &o, r, k);
    PQclear(r);
    strcpy(o.ids + o.used, "}");
    if (code >= 0 && o.used) code = orders_hand_over(p, w, &o);
    json_decref(o.events);
    return code < 0 ? -1 : 0;
}
