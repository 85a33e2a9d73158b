/* SPDX-License-Identifier: Apache-2.0 */
/* What is moved, and how each row arrives once. */
#include "pgd.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- rows of COPY: cells, each escaped -------------------------------------------------------------------------------------------------------------- */

typedef struct cells { char *bytes; size_t cap, used; } cells;

static int cells_begin(cells *r, size_t bytes)
{
    size_t want = 2 * bytes + 200; /* each byte may be escaped; beside them the site and what stands between */
    r->used = 0;
    if (want <= r->cap) return 0;
    char *more = realloc(r->bytes, 2 * want);
    if (!more) return -1;
    r->bytes = more;
    r->cap = 2 * want;
    return 0;
}

static void put_cell(cells *r, const char *from, size_t n, char after)
{
    r->used += pg_escape(from, n, r->bytes + r->used);
    r->bytes[r->used++] = after;
}

/* ---- events: lines of the outbox, taken apart only as far as the table's columns ask ----------------------------------------------------------------- */

/* Where the JSON text that begins at s ends, its second quote. */
static const char *text_end(const char *s)
{
    for (s++; *s && *s != '"'; s++) if (*s == '\\' && s[1]) s++;
    return s;
}

/* The value behind a key of the envelope, behind `from`: the daemon writes its keys always in the same order. */
static const char *behind(const char *from, const char *key)
{
    const char *s = from ? strstr(from, key) : NULL;
    return s ? s + strlen(key) : NULL;
}

static int put_subject(cells *r, const char *quoted)
{
    const char *end = text_end(quoted);
    size_t n = (size_t)(end - quoted) - 1;
    if (!memchr(quoted, '\\', (size_t)(end - quoted))) { put_cell(r, quoted + 1, n, '\t'); return 0; }
    json_t *v = json_loadb(quoted, n + 2, JSON_DECODE_ANY, NULL);
    if (v) put_cell(r, json_string_value(v), strlen(json_string_value(v)), '\t');
    json_decref(v);
    return v ? 0 : -1;
}

static int put_event(pgd *p, cells *r, const char *line, const char *end)
{
    const char *type = behind(line, "{\"type\":\"com.c12."), *id = behind(type, "\"id\":\""), *at = behind(id, "\"time\":\""), *subject = behind(at, "\"subject\":");
    const char *data = subject ? behind(text_end(subject), ",\"data\":") : NULL, *number;
    if (!data || data >= end || cells_begin(r, (size_t)(end - line))) return -1;
    for (number = text_end(id - 1); number > id && number[-1] >= '0' && number[-1] <= '9';) number--;
    put_cell(r, p->l.site, strlen(p->l.site), '\t');
    put_cell(r, number, (size_t)(text_end(id - 1) - number), '\t');
    put_cell(r, at, strcspn(at, "\""), '\t');
    put_cell(r, type, strcspn(type, "\""), '\t');
    if (put_subject(r, subject)) return -1;
    put_cell(r, data, (size_t)(end - 1 - data), '\n'); /* without the envelope's last brace */
    return pg_copy_put(p, r->bytes, r->used);
}

static int64_t copy_lines(pgd *p, const char *line)
{
    int64_t n = 0;
    cells r = { 0 };
    int code = pg_copy_begin(p, "COPY c12.events FROM STDIN");
    if (code) return -1;
    for (const char *end; !code && (end = strchr(line, '\n')); line = end + 1, n++) code = put_event(p, &r, line, end);
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
    char line[400], stamp[40];
    size_t k;
    json_t *row;
    if (pg_copy_begin(p, "COPY new_minutes FROM STDIN")) return -1;
    json_array_foreach(items, k, row) {
        time_t t = (time_t)(json_integer_value(json_object_get(row, "start_ms")) / 1000);
        struct tm day;
        gmtime_r(&t, &day);
        strftime(stamp, sizeof stamp, "%Y-%m-%d %H:%M:%S+00", &day);
        int n = snprintf(line, sizeof line, "%s\t%.100s\t%s\t%s\t%" JSON_INTEGER_FORMAT "\t%.12g\t%.12g\t%.12g\n", p->l.site, json_string_value(json_object_get(row, "robot")), column, stamp, json_integer_value(json_object_get(row, "count")),
                         json_real_value(json_object_get(row, "avg")), json_real_value(json_object_get(row, "min")), json_real_value(json_object_get(row, "max")));
        if (n >= (int)sizeof line || pg_copy_put(p, line, (size_t)n)) break;
    }
    return pg_copy_done(p) | pg_copy_end(p);
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

static size_t cell_size(const json_t *v) { return json_is_string(v) ? json_string_length(v) : 24; }

static int put_cells(pgd *p, cells *r, const json_t *row, const char *const *names, int n)
{
    size_t size = 0;
    char number[24];
    for (int k = 0; k < n; k++) size += cell_size(json_object_get(row, names[k])) + 1;
    if (cells_begin(r, size)) return -1;
    put_cell(r, p->l.site, strlen(p->l.site), '\t');
    for (int k = 0; k < n; k++) {
        const json_t *v = json_object_get(row, names[k]);
        char after = k + 1 < n ? '\t' : '\n';
        if (json_is_string(v)) put_cell(r, json_string_value(v), json_string_length(v), after);
        else if (json_is_integer(v)) put_cell(r, number, (size_t)snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(v)), after);
        else { memcpy(r->bytes + r->used, "\\N", 2); r->bytes[r->used + 2] = after; r->used += 3; }
    }
    return pg_copy_put(p, r->bytes, r->used);
}

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
        json_array_foreach(json_object_get(o, "items"), k, row) if (!code) code = put_cells(p, &r, row, s->names, s->n);
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

static int note_refused(pgd *p, const json_t *refused)
{
    size_t k;
    json_t *row;
    json_array_foreach(refused, k, row) {
        const char *id = json_string_value(json_object_get(row, "id")), *why = json_string_value(json_object_get(row, "why")), *number = id ? strrchr(id, '-') : NULL;
        const char *const values[] = { number ? number + 1 : "0", why ? why : "" };
        PGresult *r = PQexecParams(p->pg, "UPDATE c12.incoming_orders SET refused = $2 WHERE id = $1::bigint", 2, NULL, values, NULL, NULL, 0);
        int good = PQresultStatus(r) == PGRES_COMMAND_OK;
        PQclear(r);
        if (!good) return -1;
    }
    return 0;
}

/* Rows are marked as taken behind the inbox's answer; were that lost, they are sent again, and known by their ids. */
int orders_take(pgd *p, wire *w)
{
    char sql[400];
    snprintf(sql, sizeof sql, "SELECT id, code, customer, item, qty, due FROM c12.incoming_orders WHERE taken IS NULL AND site = '%s' ORDER BY id LIMIT 1000", p->l.site);
    PGresult *r = PQexec(p->pg, sql);
    int n = PQresultStatus(r) == PGRES_TUPLES_OK ? PQntuples(r) : -1, code = n < 0 ? -1 : 0;
    json_t *events = json_array();
    for (int k = 0; k < n; k++) {
        char id[120];
        snprintf(id, sizeof id, "pg-%s-%.20s", p->l.site, PQgetvalue(r, k, 0));
        json_array_append_new(events, json_pack("{s:s,s:s,s:{s:s,s:s,s:s,s:I,s:s}}", "id", id, "type", "sales.orders.created", "data", "order", PQgetvalue(r, k, 1), "customer", PQgetvalue(r, k, 2), "item", PQgetvalue(r, k, 3),
                                                "qty", (json_int_t)strtoll(PQgetvalue(r, k, 4), NULL, 10), "due", PQgetvalue(r, k, 5)));
    }
    if (n > 0) {
        char *body = json_dumps(events, JSON_COMPACT);
        int status = body ? wire_send(w, &p->l.to, "POST", "/api/v1/inbox", body, strlen(body)) : -1;
        json_t *o = status == 200 ? json_loads(w->body, 0, NULL) : NULL;
        free(body);
        snprintf(sql, sizeof sql, "UPDATE c12.incoming_orders SET taken = now() WHERE taken IS NULL AND site = '%s' AND id <= %s; COMMIT", p->l.site, PQgetvalue(r, n - 1, 0));
        code = !o || pg_do(p, "BEGIN") || note_refused(p, json_object_get(o, "refused")) || pg_do(p, sql) ? -1 : 0;
        if (code && o) (void)pg_do(p, "ROLLBACK");
        if (!code) p->taken += json_integer_value(json_object_get(o, "taken"));
        json_decref(o);
    }
    json_decref(events);
    PQclear(r);
    return code;
}
