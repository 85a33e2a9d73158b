/* SPDX-License-Identifier: Apache-2.0 */
/* Work orders between the document's JSON (jansson) and columns, both ways. */
#include "io/plant/plant_internal.h"
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORK_MOST = 1 << 20, WORK_STATES = 8 };
#define WORK_SECOND INT64_C(1000000000)

struct c12io_orders { c12io__heap *heap; c12io_order_list list; c12_order_book book; };

/* Columns while they are filled, as the list holds them const. */
typedef struct work_columns {
    c12_view *id, *sku, *bom, *routing, *station, *robot, *hold;
    c12_qty *qty, *ordered, *good, *scrap, *s_good, *s_scrap, *s_rework;
    int32_t *state, *priority, *station_state, *accepted, *held, *parent, *hold_order;
    c12_ns *created, *planned_start, *planned_end, *started, *ended, *last, *begun, *finished, *hold_from, *hold_to;
    int64_t *station_off, *robot_off, *hold_off;
    uint8_t *rework;
} work_columns;

typedef struct work_reader { c12io_orders *s; const char *name; c12_error *err; c12_status status; char where[32]; work_columns c; int64_t stations, robots, holds; } work_reader;

/* ---- values -------------------------------------------------------------------------------------------------------------------- */

static void work_fault(work_reader *r, const char *key, const char *what, const char *mend)
{
    r->status = c12io__fault(r->err, C12_E_FORMAT, what, -1, 0, "%s: %s%s%s: %s; %s", r->name, r->where, *r->where && *key ? "." : "", key, what, mend);
}

static int64_t work_int(work_reader *r, const json_t *o, const char *key, int64_t low, int64_t high)
{
    const json_t *v = json_object_get(o, key);
    if (json_is_integer(v) && json_integer_value(v) >= low && json_integer_value(v) <= high) return json_integer_value(v);
    work_fault(r, key, v ? "is not a whole number in range" : "is missing", "write a whole number");
    return low;
}

static c12_view work_string(const json_t *v) { return (c12_view){ (const uint8_t *)json_string_value(v), json_string_length(v) }; }

static c12_view work_text(work_reader *r, const json_t *o, const char *key, int needed)
{
    const json_t *v = json_object_get(o, key);
    if (json_is_string(v) && (json_string_length(v) || !needed)) return work_string(v);
    if (needed || (v && !json_is_null(v))) work_fault(r, key, "is no text", "write a text in quotes");
    return (c12_view){ NULL, 0 };
}

/* "2025-10-22T09:15:00Z", fractions of a second refused; null and absent are INT64_MAX. */
static c12_ns work_time(work_reader *r, const json_t *o, const char *key)
{
    const json_t *v = json_object_get(o, key);
    const char *s = json_string_value(v);
    int hour, minute, second, end = 0;
    char date[11];
    int64_t day;
    if (!v || json_is_null(v)) return INT64_MAX;
    if (s && strlen(s) == 20 && s[10] == 'T' && sscanf(s + 11, "%2d:%2d:%2dZ%n", &hour, &minute, &second, &end) == 3 && end == 9 && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60) {
        snprintf(date, sizeof date, "%.10s", s);
        if (!c12io_date_parse(date, &day, NULL)) day = (day * 24 + hour) * 3600 + minute * 60 + second; /* seconds now */
        else day = INT64_MAX;
        if (day >= -INT64_MAX / WORK_SECOND && day < INT64_MAX / WORK_SECOND) return day * WORK_SECOND;
    }
    work_fault(r, key, "is no time", "write it as \"2025-10-22T09:15:00Z\"");
    return INT64_MAX;
}

static int32_t work_word(work_reader *r, const json_t *v, const char *key, const char *(*name)(int32_t), int32_t n)
{
    const char *s = json_string_value(v);
    for (int32_t k = 0; s && k < n; k++) if (!strcmp(s, name(k))) return k;
    work_fault(r, key, "is none of the states", n == WORK_STATES ? "write CREATED, RELEASED, IN_PROGRESS, QUALITY_HOLD, COMPLETED, SHIPPED, SCRAPPED or REWORK" : "write pending, in_progress or completed");
    return 0;
}

static const json_t *work_list(work_reader *r, const json_t *o, const char *key)
{
    const json_t *v = json_object_get(o, key);
    if (v && !json_is_array(v)) work_fault(r, key, "is no array", "write [ ... ]");
    return v;
}

/* ---- columns -------------------------------------------------------------------------------------------------------------------- */

static void *work_column(work_reader *r, int64_t n, size_t each)
{
    void *p = c12io__heap_get(r->s->heap, n ? n : 1, each);
    if (!p && !r->status) r->status = c12io__fault(r->err, C12_E_NOMEM, "out of memory", -1, n, "%s: out of memory", r->name);
    return p;
}
#define WORK_NEW(r, field, n) ((r)->c.field = work_column((r), (n), sizeof *(r)->c.field))

static void work_room(work_reader *r, int32_t n)
{
    const int64_t st = r->stations, holds = r->holds;
    WORK_NEW(r, id, n); WORK_NEW(r, sku, n); WORK_NEW(r, bom, n); WORK_NEW(r, routing, n); WORK_NEW(r, station, st); WORK_NEW(r, robot, r->robots); WORK_NEW(r, hold, holds);
    WORK_NEW(r, qty, n); WORK_NEW(r, ordered, n); WORK_NEW(r, good, n); WORK_NEW(r, scrap, n); WORK_NEW(r, s_good, st); WORK_NEW(r, s_scrap, st); WORK_NEW(r, s_rework, st);
    WORK_NEW(r, state, n); WORK_NEW(r, priority, n); WORK_NEW(r, station_state, st); WORK_NEW(r, accepted, n); WORK_NEW(r, held, n); WORK_NEW(r, parent, n); WORK_NEW(r, hold_order, holds);
    WORK_NEW(r, created, n); WORK_NEW(r, planned_start, n); WORK_NEW(r, planned_end, n); WORK_NEW(r, started, n); WORK_NEW(r, ended, n); WORK_NEW(r, last, n);
    WORK_NEW(r, begun, st); WORK_NEW(r, finished, st); WORK_NEW(r, hold_from, holds); WORK_NEW(r, hold_to, holds);
    WORK_NEW(r, station_off, n + (int64_t)1); WORK_NEW(r, robot_off, n + (int64_t)1); WORK_NEW(r, hold_off, n + (int64_t)1); WORK_NEW(r, rework, n);
}

static void work_stations(work_reader *r, const json_t *o, int32_t i)
{
    work_columns *c = &r->c;
    json_t *progress = json_object_get(o, "station_progress"), *v;
    const char *key;
    int64_t s = c->station_off[i];
    c12_qty came = c->qty[i];
    json_object_foreach(progress, key, v) {
        c->station[s] = (c12_view){ (const uint8_t *)key, strlen(key) };
        c->station_state[s] = work_word(r, v, key, c12_order_station_name, 3);
        if (s > c->station_off[i] && c->station_state[s] && !c->station_state[s - 1]) work_fault(r, key, "has begun before the one ahead of it", "put stations in the order in which they are passed");
        came = c->s_good[s] = c->station_state[s] == C12_ORDER_FINISHED ? came : 0;
        c->begun[s] = c->station_state[s] ? c->last[i] : INT64_MAX;
        c->finished[s] = c->station_state[s] == C12_ORDER_FINISHED ? c->last[i] : INT64_MAX;
        c->accepted[i] |= c->station_state[s] != 0;
        s++;
    }
    c->station_off[i + 1] = s;
    c->good[i] = s > c->station_off[i] ? came : c->state[i] == C12_ORDER_COMPLETED || c->state[i] == C12_ORDER_SHIPPED ? c->qty[i] : 0;
    if (c->state[i] == C12_ORDER_SCRAPPED) { c->scrap[i] = c->qty[i]; c->good[i] = 0; }
}

static int64_t work_names(work_reader *r, const json_t *o, const char *key, c12_view *out, int64_t at)
{
    const json_t *list = json_object_get(o, key);
    for (size_t k = 0; k < json_array_size(list); k++) {
        const json_t *v = json_array_get(list, k);
        if (!json_is_string(v)) work_fault(r, key, "holds something else than texts", "write texts in quotes");
        out[at++] = work_string(v);
    }
    return at;
}

static void work_order_row(work_reader *r, const json_t *o, int32_t i)
{
    work_columns *c = &r->c;
    c->id[i] = work_text(r, o, "work_order_id", 1);
    c->sku[i] = work_text(r, o, "product_sku", 1);
    c->bom[i] = work_text(r, o, "bom_id", 0);
    c->routing[i] = work_text(r, o, "routing_id", 0);
    c->qty[i] = c->ordered[i] = work_int(r, o, "quantity", 1, INT64_MAX);
    c->state[i] = work_word(r, json_object_get(o, "status"), "status", c12_order_state_name, WORK_STATES);
    c->priority[i] = json_object_get(o, "priority") ? (int32_t)work_int(r, o, "priority", INT32_MIN, INT32_MAX) : 0;
    c->created[i] = work_time(r, o, "created_date");
    if (c->created[i] == INT64_MAX && !r->status) work_fault(r, "created_date", "is missing", "say when the order was created");
    c->planned_start[i] = work_time(r, o, "scheduled_start");
    c->planned_end[i] = work_time(r, o, "scheduled_completion");
    c->started[i] = work_time(r, o, "actual_start");
    c->ended[i] = work_time(r, o, "actual_completion");
    c->last[i] = c->created[i];
    if (c->started[i] < INT64_MAX && c->started[i] > c->last[i]) c->last[i] = c->started[i];
    if (c->ended[i] < INT64_MAX && c->ended[i] > c->last[i]) c->last[i] = c->ended[i];
    c->accepted[i] = c->state[i] != C12_ORDER_CREATED;
    c->parent[i] = -1;
    c->rework[i] = json_is_true(json_object_get(o, "rework_required"));
    work_stations(r, o, i);
    c->robot_off[i + 1] = work_names(r, o, "assigned_robots", c->robot, c->robot_off[i]);
    c->hold_off[i + 1] = work_names(r, o, "quality_holds", c->hold, c->hold_off[i]);
    for (int64_t h = c->hold_off[i]; h < c->hold_off[i + 1]; h++) { c->hold_order[h] = i; c->hold_from[h] = c->last[i]; c->hold_to[h] = INT64_MAX; }
    c->held[i] = (int32_t)(c->hold_off[i + 1] - c->hold_off[i]);
    if (c->held[i] && !r->status && c->state[i] != C12_ORDER_QUALITY_HOLD && c->state[i] != C12_ORDER_REWORK && c->state[i] != C12_ORDER_SCRAPPED) work_fault(r, "quality_holds", "has holds, but the order is not held", "set status to QUALITY_HOLD or empty the list");
}

static void work_share(work_reader *r, int32_t n)
{
    const work_columns *c = &r->c;
    c12io_order_list list = C12_INIT(c12io_order_list);
    c12_order_book b = C12_INIT(c12_order_book);
    c12io__heap *h = r->s->heap;
    list.n = b.n = n;
    list.id = c12io__texts_of(h, c->id, n); list.sku = c12io__texts_of(h, c->sku, n); list.bom = c12io__texts_of(h, c->bom, n); list.routing = c12io__texts_of(h, c->routing, n);
    list.station = c12io__texts_of(h, c->station, (int32_t)r->stations); list.robot = c12io__texts_of(h, c->robot, (int32_t)r->robots); list.hold = c12io__texts_of(h, c->hold, (int32_t)r->holds);
    if (!list.id || !list.sku || !list.bom || !list.routing || !list.station || !list.robot || !list.hold) { r->status = c12io__fault(r->err, C12_E_NOMEM, "out of memory", -1, n, "%s: out of memory", r->name); return; }
    list.qty = c->qty; b.ordered = c->ordered; list.state = b.state = c->state; list.priority = c->priority; list.created = b.created = c->created; list.planned_start = c->planned_start; list.planned_end = c->planned_end;
    list.started = b.started = c->started; list.ended = b.ended = c->ended; list.station_off = b.station_off = c->station_off; list.robot_off = c->robot_off; list.hold_off = c->hold_off;
    list.station_state = b.station_state = c->station_state; list.hold_to = b.hold_to = c->hold_to; list.rework = c->rework;
    b.n_holds = (int32_t)r->holds; b.accepted = c->accepted; b.held = c->held; b.parent = c->parent; b.qty = c->qty; b.good = c->good; b.scrap = c->scrap; b.last = c->last;
    b.station_begun = c->begun; b.station_ended = c->finished; b.station_good = c->s_good; b.station_scrap = c->s_scrap; b.station_rework = c->s_rework; b.hold_order = c->hold_order; b.hold_from = c->hold_from;
    r->s->list = list;
    r->s->book = b;
}

static void work_read_all(work_reader *r, const json_t *root)
{
    const int many = json_is_array(root);
    const size_t n = many ? json_array_size(root) : 1;
    if (n > WORK_MOST) { work_fault(r, "", "are too many orders", "split the file"); return; }
    for (size_t i = 0; i < n && !r->status; i++) {
        const json_t *o = many ? json_array_get(root, i) : root;
        if (many) snprintf(r->where, sizeof r->where, "[%zu]", i);
        if (!json_is_object(o)) work_fault(r, "", "is no object", "write { ... }");
        if (json_object_get(o, "station_progress") && !json_is_object(json_object_get(o, "station_progress"))) work_fault(r, "station_progress", "is no object", "write { ... }");
        r->stations += (int64_t)json_object_size(json_object_get(o, "station_progress"));
        r->robots += (int64_t)json_array_size(work_list(r, o, "assigned_robots"));
        r->holds += (int64_t)json_array_size(work_list(r, o, "quality_holds"));
    }
    if (!r->status) work_room(r, (int32_t)n);
    for (size_t i = 0; i < n && !r->status; i++) {
        if (many) snprintf(r->where, sizeof r->where, "[%zu]", i);
        work_order_row(r, many ? json_array_get(root, i) : root, (int32_t)i);
    }
    if (!r->status) work_share(r, (int32_t)n);
}

c12_status c12io_orders_read(c12io_orders **self, c12_view text, const char *name, c12_error *err)
{
    json_error_t bad;
    if (!self || !text.ptr || !name) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "orders: argument is NULL");
    *self = NULL;
    json_t *root = json_loadb((const char *)text.ptr, text.size, JSON_REJECT_DUPLICATES, &bad);
    if (!root) return c12io__fault(err, C12_E_FORMAT, "is no JSON", bad.line, bad.position, "%s:%d:%d: %s; mend the JSON there", name, bad.line, bad.column, bad.text);
    work_reader r = { .s = calloc(1, sizeof *r.s), .name = name, .err = err };
    if (r.s) r.s->heap = c12io__heap_new();
    if (r.s && r.s->heap) work_read_all(&r, root);
    else r.status = c12io__fault(err, C12_E_NOMEM, "out of memory", -1, 0, "%s: out of memory", name);
    json_decref(root);
    if (r.status) c12io_orders_free(r.s); else *self = r.s;
    return r.status;
}

void c12io_orders_free(c12io_orders *self)
{
    if (!self) return;
    c12io__heap_free(self->heap);
    free(self);
}

const c12io_order_list *c12io_orders_list(const c12io_orders *self) { return self ? &self->list : NULL; }
c12_order_book *c12io_orders_book(c12io_orders *self) { return self ? &self->book : NULL; }

/* ---- writing -------------------------------------------------------------------------------------------------------------------- */

static json_t *work_out_text(const c12io_texts *t, int64_t i)
{
    c12_view v = c12io_texts_at(t, (int32_t)i);
    return v.size ? json_stringn((const char *)v.ptr, v.size) : json_null();
}

static json_t *work_out_time(c12_ns t)
{
    char day[17], s[64];
    if (t == INT64_MAX) return json_null();
    const int64_t second = t / WORK_SECOND - (t % WORK_SECOND < 0), of = second / 86400 - (second % 86400 < 0), rest = second - of * 86400;
    c12io_date_text(of, 0, day);
    snprintf(s, sizeof s, "%.10sT%02d:%02d:%02dZ", day, (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
    return json_string(s);
}

static json_t *work_out_names(const c12io_texts *t, const int64_t *off, int64_t i, const c12_ns *until)
{
    json_t *list = json_array();
    for (int64_t k = off ? off[i] : 0; off && k < off[i + 1]; k++) if (!until || until[k] == INT64_MAX) {
        const c12_view v = c12io_texts_at(t, (int32_t)k);
        json_array_append_new(list, json_stringn(v.size ? (const char *)v.ptr : "", v.size));
    }
    return list;
}

static json_t *work_out(const c12io_order_list *l, int32_t i)
{
    json_t *o = json_object(), *stations = json_object();
    json_object_set_new(o, "work_order_id", work_out_text(l->id, i));
    json_object_set_new(o, "product_sku", work_out_text(l->sku, i));
    json_object_set_new(o, "quantity", json_integer(l->qty[i]));
    json_object_set_new(o, "status", json_string(c12_order_state_name(l->state[i])));
    json_object_set_new(o, "priority", json_integer(l->priority[i]));
    json_object_set_new(o, "created_date", work_out_time(l->created[i]));
    json_object_set_new(o, "scheduled_start", work_out_time(l->planned_start[i]));
    json_object_set_new(o, "scheduled_completion", work_out_time(l->planned_end[i]));
    json_object_set_new(o, "actual_start", work_out_time(l->started[i]));
    json_object_set_new(o, "actual_completion", work_out_time(l->ended[i]));
    json_object_set_new(o, "bom_id", work_out_text(l->bom, i));
    json_object_set_new(o, "routing_id", work_out_text(l->routing, i));
    for (int64_t s = l->station_off[i]; s < l->station_off[i + 1]; s++) {
        c12_view v = c12io_texts_at(l->station, (int32_t)s);
        char key[256];
        snprintf(key, sizeof key, "%.*s", (int)(v.size > 255 ? 255 : v.size), v.size ? (const char *)v.ptr : "");
        json_object_set_new(stations, key, json_string(c12_order_station_name(l->station_state[s])));
    }
    json_object_set_new(o, "station_progress", stations);
    json_object_set_new(o, "assigned_robots", work_out_names(l->robot, l->robot_off, i, NULL));
    json_object_set_new(o, "quality_holds", work_out_names(l->hold, l->hold_off, i, l->hold_to));
    json_object_set_new(o, "rework_required", json_boolean(l->rework && l->rework[i]));
    return o;
}

static c12_status work_vet(const c12io_order_list *l, c12_error *err)
{
    if (!l || l->n < 0 || (l->n && (!l->id || !l->sku || !l->qty || !l->state || !l->priority || !l->created || !l->planned_start || !l->planned_end || !l->started || !l->ended || !l->station_off)))
        return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "orders: argument is NULL");
    for (int32_t i = 0; i < l->n; i++) {
        if (l->state[i] < 0 || l->state[i] >= WORK_STATES) return c12io__fault(err, C12_E_RANGE, "no such state", i, l->state[i], "orders: row %d has no state", (int)i);
        for (int64_t s = l->station_off[i]; s < l->station_off[i + 1]; s++)
            if (l->station_state[s] < 0 || l->station_state[s] > C12_ORDER_FINISHED || c12io_texts_at(l->station, (int32_t)s).size > 255) return c12io__fault(err, C12_E_RANGE, "no such state of a station, or a name over 255 bytes", s, l->station_state[s], "orders: station row %d has no state or too long a name", (int)s);
    }
    return C12_OK;
}

c12_status c12io_orders_write(const c12io_order_list *list, c12_mem *out, c12_error *err)
{
    c12_status s = work_vet(list, err);
    if (s) return s;
    if (!out) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "orders: output is NULL");
    json_t *root = list->n == 1 ? work_out(list, 0) : json_array();
    for (int32_t i = 0; i < list->n && list->n != 1; i++) json_array_append_new(root, work_out(list, i));
    char *text = json_dumps(root, JSON_INDENT(2));
    json_decref(root);
    if (!text) return c12io__fault(err, C12_E_NOMEM, "out of memory, or a text that is no UTF-8", -1, 0, "orders: out of memory, or a text that is no UTF-8");
    out->ptr = text;
    out->size = strlen(text);
    return C12_OK;
}
