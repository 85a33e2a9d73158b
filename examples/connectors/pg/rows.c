/* SPDX-License-Identifier: Apache-2.0 */
#include "rows.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- cells ------------------------------------------------------------------------------------------------------------------------------- */

/* Room for a row whose cells have so many bytes together; each may be escaped. */
static int row_begin(cells *r, size_t bytes)
{
    size_t want = 2 * bytes + 200; /* and for what stands between */
    r->used = 0;
    if (want <= r->cap) return 0;
    char *more = realloc(r->bytes, 2 * want);
    if (!more) return -1;
    r->bytes = more;
    r->cap = 2 * want;
    return 0;
}

static size_t escape(const char *from, size_t n, char *to)
{
    char *at = to;
    for (size_t k = 0; k < n; k++) {
        char c = from[k];
        if (c == '\\') { *at++ = '\\'; *at++ = '\\'; }
        else if (c == '\t' || c == '\n' || c == '\r') { *at++ = '\\'; *at++ = c == '\t' ? 't' : c == '\n' ? 'n' : 'r'; }
        else *at++ = c;
    }
    return (size_t)(at - to);
}

static void put(cells *r, const char *from, size_t n, char after)
{
    r->used += escape(from, n, r->bytes + r->used);
    r->bytes[r->used++] = after;
}

static void put_text(cells *r, const char *from, char after) { put(r, from, strlen(from), after); }

static void put_integer(cells *r, json_int_t v, char after)
{
    char number[24];
    put(r, number, (size_t)snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, v), after);
}

static void put_real(cells *r, double v, char after)
{
    char number[40];
    put(r, number, (size_t)snprintf(number, sizeof number, "%.12g", v), after);
}

static void put_null(cells *r, char after)
{
    memcpy(r->bytes + r->used, "\\N", 2);
    r->bytes[r->used + 2] = after;
    r->used += 3;
}

/* ---- events: taken apart only as far as the table's columns ask --------------------------------------------------------------------------- */

typedef struct piece { const char *at; size_t n; } piece;

/* Where the text that begins with the quote at s has its second one; NULL = nowhere. */
static const char *text_end(const char *s, const char *end)
{
    for (s++; s < end && *s != '"'; s++) s += *s == '\\';
    return s < end ? s : NULL;
}

/* Behind a key of the envelope, behind `from`: the daemon writes its keys always in the same order. */
static const char *behind(const char *from, const char *end, const char *key)
{
    const size_t n = strlen(key);
    for (; from && (size_t)(end - from) >= n; from++) {
        from = memchr(from, *key, (size_t)(end - from) - n + 1);
        if (!from) return NULL;
        if (!memcmp(from, key, n)) return from + n;
    }
    return NULL;
}

/* The text behind a key, without its quotes; at = NULL where there is none. */
static piece text_of(const char *from, const char *end, const char *key)
{
    const char *at = behind(from, end, key), *last = at && at < end && *at == '"' ? text_end(at, end) : NULL;
    return last ? (piece){ at + 1, (size_t)(last - at) - 1 } : (piece){ NULL, 0 };
}

static int is_plain(piece t) { return t.at && !memchr(t.at, '\\', t.n); }

static int put_subject(cells *r, piece t)
{
    if (is_plain(t)) { put(r, t.at, t.n, '\t'); return 0; }
    json_t *v = json_loadb(t.at - 1, t.n + 2, JSON_DECODE_ANY, NULL);
    if (v) put_text(r, json_string_value(v), '\t');
    json_decref(v);
    return v ? 0 : -1;
}

int row_event(cells *r, const char *site, const char *line, const char *end)
{
    static const char head[] = "com.c12.";
    piece type = text_of(line, end, "{\"type\":"), id = text_of(type.at, end, "\"id\":"), at = text_of(id.at, end, "\"time\":"), subject = text_of(at.at, end, "\"subject\":");
    const char *data = subject.at ? behind(subject.at + subject.n, end, ",\"data\":") : NULL;
    size_t digits = 0;
    if (!data || end - data < 2 || end[-1] != '}' || !is_plain(type) || !is_plain(id) || !is_plain(at) || type.n < sizeof head || memcmp(type.at, head, sizeof head - 1)) return -1;
    while (digits < id.n && id.at[id.n - 1 - digits] >= '0' && id.at[id.n - 1 - digits] <= '9') digits++;
    if (!digits || row_begin(r, strlen(site) + (size_t)(end - line))) return -1;
    put_text(r, site, '\t');
    put(r, id.at + id.n - digits, digits, '\t');
    put(r, at.at, at.n, '\t');
    put(r, type.at + sizeof head - 1, type.n - (sizeof head - 1), '\t');
    if (put_subject(r, subject)) return -1;
    put(r, data, (size_t)(end - 1 - data), '\n'); /* without the envelope's last brace */
    return 0;
}

/* ---- minutes, orders and stock --------------------------------------------------------------------------------------------------------------- */

int row_minute(cells *r, const char *site, const char *column, const json_t *minute)
{
    const char *robot = json_string_value(json_object_get(minute, "robot"));
    const time_t t = (time_t)(json_integer_value(json_object_get(minute, "start_ms")) / 1000);
    struct tm day;
    char stamp[60];
    if (!robot) robot = "";
    if (!gmtime_r(&t, &day) || !strftime(stamp, sizeof stamp, "%Y-%m-%d %H:%M:%S+00", &day) || row_begin(r, strlen(site) + strlen(column) + strlen(robot) + 200)) return -1;
    put_text(r, site, '\t');
    put_text(r, robot, '\t');
    put_text(r, column, '\t');
    put_text(r, stamp, '\t');
    put_integer(r, json_integer_value(json_object_get(minute, "count")), '\t');
    put_real(r, json_number_value(json_object_get(minute, "avg")), '\t');
    put_real(r, json_number_value(json_object_get(minute, "min")), '\t');
    put_real(r, json_number_value(json_object_get(minute, "max")), '\n');
    return 0;
}

int row_state(cells *r, const char *site, const json_t *of, const char *const *names, int n)
{
    size_t size = strlen(site);
    for (int k = 0; k < n; k++) {
        const json_t *v = json_object_get(of, names[k]);
        size += json_is_string(v) ? json_string_length(v) + 1 : 24;
    }
    if (row_begin(r, size)) return -1;
    put_text(r, site, '\t');
    for (int k = 0; k < n; k++) {
        const json_t *v = json_object_get(of, names[k]);
        char after = k + 1 < n ? '\t' : '\n';
        if (json_is_string(v)) put(r, json_string_value(v), json_string_length(v), after);
        else if (json_is_integer(v)) put_integer(r, json_integer_value(v), after);
        else put_null(r, after);
    }
    return 0;
}

/* ---- orders in --------------------------------------------------------------------------------------------------------------------------------- */

json_t *row_order(const char *site, const order_row *o)
{
    char id[120];
    snprintf(id, sizeof id, "pg-%.63s-%.20s", site, o->id);
    return json_pack("{s:s,s:s,s:{s:s,s:s,s:s,s:I,s:s}}", "id", id, "type", "sales.orders.created", "data",
                     "order", o->code, "customer", o->customer, "item", o->item, "qty", (json_int_t)strtoll(o->qty, NULL, 10), "due", o->due);
}
