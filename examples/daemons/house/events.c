/* SPDX-License-Identifier: Apache-2.0 */
/* Events for and from other systems.  Out: rows of an outbox, written in the transaction of what they tell, read by connectors in order, each with a mark
 * of its own; what all have behind their marks is deleted.  Nothing is written while nobody reads.  In: each event id is taken once, for ever; the mark
 * that it was, and what it changes, are one transaction. */
#include "inside.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { EVENTS_MOST = 20000 };

/* ---- out -------------------------------------------------------------------------------------------------------------------------------- */

void house_event(house *h, const char *topic, const char *subject, json_t *data)
{
    db *d = &h->writer;
    if (!h->outbox_read) h->outbox_read = db_number(d, 0, "SELECT count(*) FROM outbox_readers", "") ? 1 : -1;
    char *line = h->outbox_read > 0 && data ? json_dumps(data, JSON_COMPACT) : NULL;
    if (line) db_do(d, "INSERT INTO outbox(at_ms, topic, subject, data) VALUES(?, ?, ?, ?)", "isss", house_now(), topic, subject, line);
    free(line);
    json_decref(data);
}

/* A JSON string; the store holds UTF-8. */
static void put_text(FILE *o, const char *s)
{
    putc('"', o);
    for (; *s; s++) {
        if (*s == '"' || *s == '\\') { putc('\\', o); putc(*s, o); }
        else if ((unsigned char)*s < 32) fprintf(o, "\\u%04x", (unsigned)(unsigned char)*s);
        else putc(*s, o);
    }
    putc('"', o);
}

static void put_row(FILE *o, sqlite3_stmt *q, int first)
{
    fprintf(o, "%s{\"id\":%lld,\"at_ms\":%lld,\"topic\":", first ? "" : ",", (long long)sqlite3_column_int64(q, 0), (long long)sqlite3_column_int64(q, 1));
    put_text(o, db_text(q, 2));
    fputs(",\"subject\":", o);
    put_text(o, db_text(q, 3));
    fprintf(o, ",\"data\":%s}", db_text(q, 4));
}

/* CloudEvents 1.0, structured, type first: the id is the site's and the row's number, so that an event has one id however often it is sent. */
static void put_event(FILE *o, sqlite3_stmt *q, const char *site)
{
    char day[32];
    int64_t id = sqlite3_column_int64(q, 0), ms = sqlite3_column_int64(q, 1);
    time_t t = (time_t)(ms / 1000);
    struct tm parts;
    gmtime_r(&t, &parts);
    strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &parts);
    fprintf(o, "{\"type\":\"com.c12.%s\",\"specversion\":\"1.0\",\"id\":\"%s-%lld\",\"source\":\"/c12/%s\",\"time\":\"%s.%03dZ\",\"datacontenttype\":\"application/json\",\"subject\":", db_text(q, 2), site, (long long)id, site, day, (int)(ms % 1000));
    put_text(o, db_text(q, 3));
    fprintf(o, ",\"data\":%s}\n", db_text(q, 4));
}

static int site_is_good(const char *site)
{
    for (; *site; site++) if (!((*site >= 'a' && *site <= 'z') || (*site >= 'A' && *site <= 'Z') || (*site >= '0' && *site <= '9') || *site == '-' || *site == '_')) return 0;
    return 1;
}

/* Written row by row, with the data as they were stored: a page of thousands is a matter of milliseconds. */
static void outbox_get(request *r)
{
    db *d = request_db(r);
    const char *site = request_query(r, "site");
    int64_t after = request_query_int(r, "after", 0), most = request_query_int(r, "most", 1000), last = after;
    char *page = NULL, number[24];
    size_t n = 0;
    if (site && !site_is_good(site)) { problem_at(r, "?site", "letters, digits, - and _"); return; }
    FILE *o = open_memstream(&page, &n);
    if (!o) { problem(r, 503, "Out of memory", "ask for fewer"); return; }
    if (!site) fputs("{\"items\":[", o);
    sqlite3_stmt *q = db_ask(d, "SELECT id, at_ms, topic, subject, data FROM outbox WHERE id > ? ORDER BY id LIMIT ?", "ii", after, most);
    while (db_next(d, q)) {
        if (site) put_event(o, q, site);
        else put_row(o, q, last == after);
        last = sqlite3_column_int64(q, 0);
    }
    if (!site) fprintf(o, "],\"last\":%lld}", (long long)last);
    fclose(o);
    answer_bytes(r, 200, site ? "application/x-ndjson" : "application/json", page, n);
    snprintf(number, sizeof number, "%lld", (long long)last);
    answer_header(r, "Last-Event", number);
}

/* A reader is known from its first mark on; one that is to begin now marks the end. */
static void reader_put(request *r)
{
    db *d = request_db(r);
    const char *reader = request_path(r, "reader");
    int64_t mark = body_int(request_body(r), "last", -1), end = db_number(d, 0, "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'", "");
    if (mark < 0) mark = db_number(d, end, "SELECT last FROM outbox_readers WHERE reader = ?", "s", reader);
    if (mark > end) { problem_at(r, "/last", "there are only %lld events", (long long)end); return; }
    db_do(d, "INSERT INTO outbox_readers VALUES(?, ?, ?) ON CONFLICT DO UPDATE SET last = max(last, excluded.last), at_ms = excluded.at_ms", "sii", reader, mark, request_now(r));
    db_do(d, "DELETE FROM outbox WHERE id <= (SELECT min(last) FROM outbox_readers)", "");
    r->h->outbox_read = 1;
    answer(r, 200, json_pack("{s:s,s:I,s:I}", "reader", reader, "last", (json_int_t)db_number(d, 0, "SELECT last FROM outbox_readers WHERE reader = ?", "s", reader), "end", (json_int_t)end));
}

static void reader_delete(request *r)
{
    db *d = request_db(r);
    db_do(d, "DELETE FROM outbox_readers WHERE reader = ?", "s", request_path(r, "reader"));
    db_do(d, "DELETE FROM outbox WHERE id <= coalesce((SELECT min(last) FROM outbox_readers), 1 << 62)", "");
    r->h->outbox_read = 0;
    request_did(r, request_path(r, "reader"), "reads the outbox no more");
    answer(r, 204, NULL);
}

/* ---- in ----------------------------------------------------------------------------------------------------------------------------------- */

void house_take(house *h, house_taker *taker)
{
    for (int k = 0; k < h->n_takers; k++) if (h->taker[k] == taker) return;
    if (h->n_takers < HOUSE_TAKERS) h->taker[h->n_takers++] = taker;
}

/* A refused event is marked too, with the reason: its sender may not have heard the answer and asks again. */
static void take_one(request *r, const json_t *event, json_t *refused, int64_t *taken, int64_t *known)
{
    db *d = request_db(r);
    const char *id = body_text(event, "id"), *type = body_text(event, "type");
    char why[200] = "nobody here takes events of this type";
    int done = 0, met = 0;
    sqlite3_stmt *q = db_ask(d, "SELECT why FROM inbox WHERE id = ?", "s", id);
    if (db_next(d, q)) {
        met = 1;
        done = sqlite3_column_type(q, 0) == SQLITE_NULL;
        if (!done) snprintf(why, sizeof why, "%s", db_text(q, 0));
        db_done(q);
    }
    for (int k = 0; !met && k < r->h->n_takers && !done; k++) done = r->h->taker[k](r->h, type, json_object_get(event, "data"), why, sizeof why);
    if (!met) db_do(d, "INSERT INTO inbox VALUES(?, ?, ?, ?)", "ssis", id, type, request_now(r), done ? NULL : why);
    if (!done) json_array_append_new(refused, json_pack("{s:s,s:s}", "id", id, "why", why));
    else (*(met ? known : taken))++;
}

static void inbox_post(request *r)
{
    json_error_t fault;
    size_t n, k;
    json_t *event, *refused;
    int64_t taken = 0, known = 0;
    const char *bytes = request_bytes(r, &n);
    json_t *all = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &fault);
    if (!json_is_array(all) || json_array_size(all) > EVENTS_MOST) { json_decref(all); problem(r, 422, "Send a list of events", "at most %d, each with id, type and data", EVENTS_MOST); return; }
    json_array_foreach(all, k, event) {
        const char *id = body_text(event, "id");
        char at[40];
        snprintf(at, sizeof at, "/%zu", k);
        if (!id || !*id || strlen(id) > 200 || !body_text(event, "type")) problem_at(r, at, "an object with id (1 to 200 characters), type and data");
    }
    if (request_refused(r)) { json_decref(all); return; }
    refused = json_array();
    json_array_foreach(all, k, event) take_one(r, event, refused, &taken, &known);
    json_decref(all);
    request_did(r, "inbox", "%lld events taken, %lld known, %zu refused", (long long)taken, (long long)known, json_array_size(refused));
    answer(r, 200, json_pack("{s:I,s:I,s:o}", "taken", (json_int_t)taken, "known", (json_int_t)known, "refused", refused));
}

static const field outbox_query[] = {
    { "after", FIELD_INT, 0, 0, INT64_MAX, NULL, NULL, "events behind this number" },
    { "most", FIELD_INT, 0, 1, EVENTS_MOST, NULL, NULL, "at most so many; 1000" },
    { "site", FIELD_TEXT, 0, 1, 60, NULL, NULL, "as CloudEvents of this site, one a line; the header Last-Event has the last one's number" },
    FIELDS_END,
};
static const field reader_fields[] = { { "last", FIELD_INT, 0, 0, INT64_MAX, NULL, NULL, "number of the last event it has handed on; where it is, or the end, when not given" }, FIELDS_END };

const endpoint event_endpoints[] = {
    { "GET", "/api/v1/outbox", "read_outbox", RUN_READ, 0, outbox_get, outbox_query, NULL, "Events for other systems, in order", 0 },
    { "PUT", "/api/v1/outbox/readers/{reader}", "read_outbox", RUN_WRITE, NOT_AUDITED, reader_put, NULL, reader_fields, "How far a reader has come; what all have read is deleted", 0 },
    { "DELETE", "/api/v1/outbox/readers/{reader}", "read_outbox", RUN_WRITE, 0, reader_delete, NULL, NULL, "It reads no more", 0 },
    { "POST", "/api/v1/inbox", "write_inbox", RUN_WRITE, TAKES_BYTES, inbox_post, NULL, NULL, "Events of other systems as a JSON list; each id is taken once", 8 << 20 },
    { 0 },
};
