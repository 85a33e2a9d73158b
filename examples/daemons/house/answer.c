/* SPDX-License-Identifier: Apache-2.0 */
/* What handlers are given, and how they answer: JSON, RFC 9457 problems, entity tags, pages. */
#include "inside.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is asked ------------------------------------------------------------------------------------------------------------------- */

house *request_house(request *r) { return r->h; }
db *request_db(request *r) { return r->db; }
const char *request_who(const request *r) { return r->who.name; }
json_t *request_body(const request *r) { return r->body; }
int64_t request_now(const request *r) { return r->now; }
void *request_with(const request *r) { return r->with; }

int request_is(const request *r, const char *kind, const char **name)
{
    size_t n = strlen(kind);
    if (strncmp(r->who.name, kind, n) || r->who.name[n] != ':') return 0;
    *name = r->who.name + n + 1;
    return 1;
}

int request_may(request *r, const char *action)
{
    int reason;
    return door_grants(r->h, &r->who, action, &reason);
}

const char *request_path(const request *r, const char *name)
{
    for (int k = 0; k < r->n_parts; k++) if (!strcmp(r->part[k].name, name)) return r->part[k].value;
    return "";
}

const char *request_query(const request *r, const char *name) { return MHD_lookup_connection_value(r->at, MHD_GET_ARGUMENT_KIND, name); }
const char *request_header(const request *r, const char *name) { return MHD_lookup_connection_value(r->at, MHD_HEADER_KIND, name); }

int64_t request_query_int(const request *r, const char *name, int64_t none)
{
    const char *v = request_query(r, name);
    return v ? strtoll(v, NULL, 10) : none;
}

const char *request_bytes(const request *r, size_t *n)
{
    *n = r->n_bytes;
    return r->bytes ? r->bytes : "";
}

const char *body_text(const json_t *row, const char *name) { return json_string_value(json_object_get(row, name)); }

int64_t body_int(const json_t *row, const char *name, int64_t none)
{
    const json_t *v = json_object_get(row, name);
    if (json_is_boolean(v)) return json_is_true(v);
    return json_is_integer(v) ? json_integer_value(v) : none;
}

/* ---- answers ---------------------------------------------------------------------------------------------------------------------------- */

void answer_bytes(request *r, int status, const char *type, void *bytes, size_t n)
{
    free(r->answer);
    r->answer = bytes;
    r->n_answer = bytes ? n : 0;
    r->type = type;
    r->status = bytes || !n ? status : 503;
    r->ready = 1;
}

void answer(request *r, int status, json_t *body)
{
    char *s = body ? json_dumps(body, JSON_COMPACT | JSON_REAL_PRECISION(12)) : NULL;
    json_decref(body);
    answer_bytes(r, s || status == 204 ? status : 500, "application/json", s, s ? strlen(s) : 0);
}

void answer_header(request *r, const char *name, const char *value)
{
    if (r->n_head == (int)(sizeof r->head / sizeof *r->head) || strpbrk(value, "\r\n")) return;
    snprintf(r->head[r->n_head].name, sizeof r->head[0].name, "%s", name);
    snprintf(r->head[r->n_head++].value, sizeof r->head[0].value, "%s", value);
}

void answer_tag(request *r, int64_t version)
{
    char tag[32];
    snprintf(tag, sizeof tag, "\"%lld\"", (long long)version);
    answer_header(r, "ETag", tag);
    const char *had = request_header(r, "If-None-Match");
    if (had && r->status == 200 && strstr(had, tag)) answer_bytes(r, 304, NULL, NULL, 0);
}

int request_matches(request *r, int64_t version)
{
    char tag[32];
    const char *want = request_header(r, "If-Match");
    snprintf(tag, sizeof tag, "\"%lld\"", (long long)version);
    if (!want || !strcmp(want, "*") || strstr(want, tag)) return 1;
    problem(r, 412, "It has changed meanwhile", "it is of version %s now, If-Match says %.100s; read it again", tag, want);
    return 0;
}

static void problem_answer(request *r, int status, const char *title, const char *detail)
{
    char type[64];
    snprintf(type, sizeof type, "urn:c12:problem:%d", status);
    json_t *o = json_pack("{s:s,s:s,s:i,s:o,s:s}", "type", type, "title", title, "status", status, "detail", json_stringn_nocheck(detail, strlen(detail)), "instance", r->path ? r->path : "");
    if (o && r->places) json_object_set(o, "errors", r->places);
    char *s = o ? json_dumps(o, JSON_COMPACT) : NULL;
    json_decref(o);
    if (!s) s = strdup("{\"type\":\"about:blank\",\"title\":\"Bad request\",\"status\":400,\"detail\":\"it holds text that is not UTF-8\"}");
    answer_bytes(r, status, "application/problem+json", s, s ? strlen(s) : 0);
}

void problem(request *r, int status, const char *title, const char *format, ...)
{
    char detail[600];
    va_list args;
    if (r->ready) return; /* the first fault is the one to tell */
    va_start(args, format);
    vsnprintf(detail, sizeof detail, format, args);
    va_end(args);
    problem_answer(r, status, title, detail);
}

void problem_at(request *r, const char *pointer, const char *format, ...)
{
    char detail[400];
    va_list args;
    if (r->ready && !r->places) return;
    va_start(args, format);
    vsnprintf(detail, sizeof detail, format, args);
    va_end(args);
    if (!r->places) r->places = json_array();
    if (json_array_size(r->places) < 32) json_array_append_new(r->places, json_pack("{s:s,s:s}", "pointer", pointer, "detail", detail));
    problem_answer(r, 422, "Some fields are wrong", "see errors");
}

int request_refused(const request *r) { return r->ready && r->status >= 400; }

void request_did(request *r, const char *object, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(r->detail, sizeof r->detail, format, args);
    va_end(args);
    snprintf(r->object, sizeof r->object, "%s", object);
}

void request_then(request *r, void (*then)(request *r), void *with)
{
    r->then = then;
    r->with = with;
}

/* ---- pages ---------------------------------------------------------------------------------------------------------------------------------- */

const field page_query[] = {
    { "limit", FIELD_INT, 0, 1, 200, NULL, NULL, "rows of a page; 50 when not given" },
    { "cursor", FIELD_TEXT, 0, 1, 40, NULL, NULL, "where to go on: next of the page before" },
    FIELDS_END,
};

int64_t page_limit(const request *r) { return request_query_int(r, "limit", 50); }

int64_t page_cursor(const request *r, int64_t none)
{
    const char *c = request_query(r, "cursor");
    char *end;
    if (!c || *c != 'k') return none;
    int64_t key = strtoll(c + 1, &end, 10);
    return *end ? none : key;
}

json_t *page_of(json_t *items, int64_t limit, int64_t last_key)
{
    char next[40];
    int more = (int64_t)json_array_size(items) > limit;
    if (more) json_array_remove(items, json_array_size(items) - 1);
    snprintf(next, sizeof next, "k%lld", (long long)last_key);
    return more ? json_pack("{s:o,s:s}", "items", items, "next", next) : json_pack("{s:o,s:n}", "items", items, "next");
}
