/* SPDX-License-Identifier: Apache-2.0 */
/* Which endpoint a path means, and whether query and body are what it asks for.  Every fault is named with its place. */
#include "inside.h"
#include <stdlib.h>
#include <string.h>

/* ---- paths --------------------------------------------------------------------------------------------------------------------------- */

const endpoint *house_endpoints(const house *h, int k)
{
    static const endpoint *const own[] = { home_endpoints, people_endpoints, audit_endpoints, event_endpoints };
    const int n = (int)(sizeof own / sizeof *own);
    if (k < n) return own[k];
    return k - n < h->n_services ? h->service[k - n]->endpoints : NULL;
}

/* Parts in braces are kept; 1 = the path fits.  MHD has decoded escapes, so a part may hold anything but "/". */
static int path_fits(request *r, const char *shape, const char *path)
{
    int n = 0;
    const char *from[PATH_PARTS], *name[PATH_PARTS];
    size_t size[PATH_PARTS];
    while (*shape) {
        if (*shape != '{') {
            if (*shape++ != *path++) return 0;
            continue;
        }
        size_t len = strcspn(path, "/");
        if (!len || len > 128 || n == PATH_PARTS) return 0;
        name[n] = shape + 1;
        from[n] = path;
        size[n++] = len;
        path += len;
        shape = strchr(shape, '}') + 1;
    }
    if (*path) return 0;
    for (int k = 0; k < n; k++) {
        char *value = malloc(size[k] + 1 + strcspn(name[k], "}") + 1);
        if (!value) return 0;
        memcpy(value, from[k], size[k]);
        value[size[k]] = 0;
        char *copy = value + size[k] + 1; /* the name lies behind the value */
        memcpy(copy, name[k], strcspn(name[k], "}"));
        copy[strcspn(name[k], "}")] = 0;
        r->part[k].name = copy;
        r->part[k].value = value;
    }
    r->n_parts = n;
    return 1;
}

const endpoint *route_find(house *h, request *r, const char *method, const char *url, int *known)
{
    const endpoint *list;
    if (!strcmp(method, "HEAD")) method = "GET";
    for (int k = 0; (list = house_endpoints(h, k)); k++)
        for (; list->method; list++) {
            if (!path_fits(r, list->path, url)) continue;
            if (!strcmp(list->method, method)) return list;
            *known = 1;
            for (int p = 0; p < r->n_parts; p++) free(r->part[p].value);
            r->n_parts = 0;
        }
    return NULL;
}

/* ---- values ------------------------------------------------------------------------------------------------------------------------------ */

static int is_word(const char *words, const char *v)
{
    size_t n = strlen(v);
    for (const char *w = words; n && *w;) {
        size_t len = strcspn(w, "|");
        if (len == n && !strncmp(w, v, n)) return 1;
        w += len + (w[len] == '|');
    }
    return 0;
}

/* "12.50" in 1e-6; 0 = it is not one. */
static int money_of(const char *s, int64_t *out)
{
    int64_t v = 0;
    int places = -1, digits = 0;
    for (; *s; s++) {
        if (*s == '.' && places < 0 && digits) { places = 0; continue; }
        if (*s < '0' || *s > '9' || ++digits > 18 || places == 6) return 0;
        v = 10 * v + (*s - '0');
        if (places >= 0) places++;
    }
    for (places = places < 0 ? 0 : places; places < 6; places++) if (v > INT64_MAX / 10) return 0; else v *= 10;
    *out = v;
    return digits > 0;
}

/* "2025-10-24T14:32:17.842Z" or "2025-10-24" in ms since 1970; 0 = it is not one. */
static int time_of(const char *s, int64_t *out)
{
    static const int days_before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
    static const int days_in[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int y, m, d, hour = 0, minute = 0, second = 0, ms = 0, n = 0;
    if (sscanf(s, "%4d-%2d-%2d%n", &y, &m, &d, &n) != 3 || n != 10 || y < 1970 || m < 1 || m > 12 || d < 1 || d > days_in[m - 1]) return 0;
    int leap = (y % 4 == 0 && y % 100) || y % 400 == 0;
    if (m == 2 && d == 29 && !leap) return 0;
    s += 10;
    if (*s) {
        if (sscanf(s, "T%2d:%2d:%2d%n", &hour, &minute, &second, &n) != 3 || n != 9 || hour > 23 || minute > 59 || second > 59 || hour < 0 || minute < 0 || second < 0) return 0;
        s += 9;
        if (*s == '.') {
            int place = 100;
            for (s++; *s >= '0' && *s <= '9'; s++, place /= 10) ms += (*s - '0') * place;
        }
        if (strcmp(s, "Z")) return 0;
    }
    int64_t days = (int64_t)(y - 1970) * 365 + (y - 1969) / 4 - (y - 1901) / 100 + (y - 1601) / 400 + days_before[m - 1] + (m > 2 && leap) + d - 1;
    *out = ((days * 24 + hour) * 60 + minute) * 60000 + second * 1000 + ms;
    return 1;
}

int64_t body_money(const json_t *row, const char *name, int64_t none)
{
    int64_t v;
    const char *s = body_text(row, name);
    return s && money_of(s, &v) ? v : none;
}

int64_t body_time(const json_t *row, const char *name, int64_t none)
{
    int64_t v;
    const char *s = body_text(row, name);
    return s && time_of(s, &v) ? v : none;
}

static size_t characters(const char *s)
{
    size_t n = 0;
    for (; *s; s++) n += (*s & 0xC0) != 0x80;
    return n;
}

static void check_text(request *r, const field *f, const char *place, const char *s)
{
    int64_t n = (int64_t)characters(s), v;
    if (f->kind == FIELD_WORD) { if (!is_word(f->words, s)) problem_at(r, place, "one of %s", f->words); }
    else if (f->kind == FIELD_MONEY) { if (!money_of(s, &v)) problem_at(r, place, "an amount such as \"12.50\", at most 6 places"); }
    else if (f->kind == FIELD_TIME) { if (!time_of(s, &v)) problem_at(r, place, "a time such as \"2025-10-24T14:32:17Z\" or a date"); }
    else if (n < f->low || n > f->high) problem_at(r, place, "%lld to %lld characters", (long long)f->low, (long long)f->high);
    else for (; *s; s++) if ((unsigned char)*s < 32 && *s != '\n' && *s != '\t') { problem_at(r, place, "no control characters"); break; }
}

/* ---- bodies -------------------------------------------------------------------------------------------------------------------------------- */

static void check_object(request *r, const field *fields, json_t *o, const char *place);

static void check_rows(request *r, const field *f, json_t *v, const char *place)
{
    size_t k;
    json_t *row;
    char at[200];
    if ((int64_t)json_array_size(v) < f->low || (int64_t)json_array_size(v) > f->high) problem_at(r, place, "%lld to %lld rows", (long long)f->low, (long long)f->high);
    else json_array_foreach(v, k, row) {
        snprintf(at, sizeof at, "%.150s/%zu", place, k);
        if (f->kind == FIELD_ROWS && json_is_object(row)) check_object(r, f->row, row, at);
        else if (f->kind == FIELD_TEXTS && json_is_string(row) && characters(json_string_value(row)) <= 200) continue;
        else problem_at(r, at, "%s", f->kind == FIELD_ROWS ? "an object" : "a text of at most 200 characters");
    }
}

static void check_value(request *r, const field *f, json_t *v, const char *place)
{
    switch (f->kind) {
    case FIELD_INT:
        if (!json_is_integer(v) || json_integer_value(v) < f->low || json_integer_value(v) > f->high) problem_at(r, place, "a whole number from %lld to %lld", (long long)f->low, (long long)f->high);
        break;
    case FIELD_BOOL:
        if (!json_is_boolean(v)) problem_at(r, place, "true or false");
        break;
    case FIELD_TEXTS:
    case FIELD_ROWS:
        if (!json_is_array(v)) problem_at(r, place, "a list");
        else check_rows(r, f, v, place);
        break;
    default:
        if (!json_is_string(v)) problem_at(r, place, "a text");
        else check_text(r, f, place, json_string_value(v));
    }
}

static void check_object(request *r, const field *fields, json_t *o, const char *place)
{
    const char *name;
    json_t *v;
    char at[200];
    json_object_foreach(o, name, v) {
        const field *f = fields;
        while (*f->name && strcmp(f->name, name)) f++;
        snprintf(at, sizeof at, "%.100s/%.80s", place, name);
        if (!*f->name) problem_at(r, at, "not known here; leave it out");
        else if (!(json_is_null(v) && !f->required)) check_value(r, f, v, at);
    }
    for (const field *f = fields; *f->name; f++) {
        snprintf(at, sizeof at, "%.100s/%.80s", place, f->name);
        if (f->required && !json_object_get(o, f->name)) problem_at(r, at, "is missing: %s", f->about);
    }
}

int body_check(request *r)
{
    json_error_t fault;
    const char *type = request_header(r, "Content-Type");
    if (r->end->flags & TAKES_BYTES) return 1;
    if (!r->end->body) {
        if (r->n_bytes) problem(r, 400, "No body is expected", "%s %s takes none", r->end->method, r->end->path);
        return !r->ready;
    }
    if (!type || strncasecmp(type, "application/json", 16)) { problem(r, 415, "Content-Type is not application/json", "it is %.80s", type ? type : "missing"); return 0; }
    r->body = json_loadb(r->bytes ? r->bytes : "", r->n_bytes, JSON_REJECT_DUPLICATES, &fault);
    if (!r->body) problem(r, 400, "The body is no JSON", "line %d, column %d: %s", fault.line, fault.column, fault.text);
    else if (!json_is_object(r->body)) problem(r, 422, "The body is no object", "send {...}");
    else check_object(r, r->end->body, r->body, "");
    return !r->ready;
}

/* ---- queries ---------------------------------------------------------------------------------------------------------------------------------- */

static enum MHD_Result check_argument(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    request *r = cls;
    const field *f = r->end->query;
    char place[120], *end;
    (void)kind;
    while (f && *f->name && strcmp(f->name, name)) f++;
    snprintf(place, sizeof place, "?%.100s", name);
    if (!f || !*f->name) problem_at(r, place, "not known here; leave it out");
    else if (!value) problem_at(r, place, "has no value");
    else if (f->kind == FIELD_INT) {
        long long v = strtoll(value, &end, 10);
        if (!*value || *end || v < f->low || v > f->high) problem_at(r, place, "a whole number from %lld to %lld", (long long)f->low, (long long)f->high);
    } else check_text(r, f, place, value);
    return MHD_YES;
}

int query_check(request *r)
{
    MHD_get_connection_values(r->at, MHD_GET_ARGUMENT_KIND, check_argument, r);
    for (const field *f = r->end->query; f && *f->name; f++)
        if (f->required && !request_query(r, f->name)) {
            char place[120];
            snprintf(place, sizeof place, "?%.100s", f->name);
            problem_at(r, place, "is missing: %s", f->about);
        }
    return !r->ready;
}
