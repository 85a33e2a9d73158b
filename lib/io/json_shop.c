/* SPDX-License-Identifier: Apache-2.0 */
/* A plant's scheduling problem as JSON (jansson) into the columns of c12/sched.h.  Faults name the place in the document:
 * "file: orders[3].ops[1].minutes: what is wrong; how to mend it"; broken JSON is named by line and column. */
#include "io/io_internal.h"
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOP_MOST = 1 << 24, SHOP_FAMILIES = 1 << 15 };
#define SHOP_TICKS ((int64_t)1 << 40)
#define SHOP_NEEDED INT64_MIN

struct c12io_shop { c12io__heap *heap; c12_sched_problem p; c12_sched_dims d; };

typedef struct shop_reader {
    c12io_shop *s;
    const char *name;
    c12_error *err;
    c12_status status;
    char where[96];          /* "orders[3].ops[1]" */
    const json_t *stations, *orders, *windows, *downtime, *resources, *buffers;
    int32_t families;        /* of one station; family f of station s is row s * families + f */
} shop_reader;

/* ---- values -------------------------------------------------------------------------------------------------------------------- */

static void shop_fault(shop_reader *r, const char *key, const char *what, const char *mend)
{
    r->status = c12io__fault(r->err, C12_E_FORMAT, what, -1, 0, "%s: %s%s%s: %s; %s", r->name, r->where, *r->where && *key ? "." : "", key, what, mend);
}

static int64_t shop_in_range(shop_reader *r, const json_t *v, const char *key, int64_t low, int64_t high)
{
    char mend[80];
    if (json_is_integer(v) && json_integer_value(v) >= low && json_integer_value(v) <= high) return json_integer_value(v);
    snprintf(mend, sizeof mend, "write a whole number from %" PRId64 " to %" PRId64, low, high);
    shop_fault(r, key, v ? "is not a whole number in range" : "is missing", mend);
    return low;
}

static int64_t shop_int(shop_reader *r, const json_t *object, const char *key, int64_t low, int64_t high, int64_t dflt)
{
    const json_t *v = json_object_get(object, key);
    return !v && dflt != SHOP_NEEDED ? dflt : shop_in_range(r, v, key, low, high);
}

/* An array, or NULL and a fault. */
static const json_t *shop_array(shop_reader *r, const json_t *object, const char *key)
{
    const json_t *v = json_object_get(object, key);
    if (json_is_array(v) && json_array_size(v) <= SHOP_MOST) return v;
    shop_fault(r, key, "is not an array", "write [ ... ] with at most 2^24 entries");
    return NULL;
}

/* An array that may be left out: NULL then, and no fault. */
static const json_t *shop_optional(shop_reader *r, const json_t *object, const char *key)
{
    return json_object_get(object, key) ? shop_array(r, object, key) : NULL;
}

static uint8_t shop_flag(shop_reader *r, const json_t *object, const char *key, int dflt)
{
    const json_t *v = json_object_get(object, key);
    if (v && !json_is_boolean(v)) shop_fault(r, key, "is neither true nor false", "write true or false");
    return (uint8_t)(v ? json_is_true(v) : dflt);
}

static void *shop_column(shop_reader *r, int64_t n, size_t each)
{
    void *p = c12io__heap_get(r->s->heap, n, each);
    if (!p) r->status = c12io__fault(r->err, C12_E_NOMEM, "out of memory", -1, n, "%s: out of memory", r->name);
    return p;
}
#define SHOP_COLUMN(r, type, n) ((type *)shop_column((r), (n), sizeof(type)))

/* ---- sizes --------------------------------------------------------------------------------------------------------------------- */

static void shop_frame(shop_reader *r, const json_t *root)
{
    c12_sched_dims *d = &r->s->d;
    r->stations = shop_array(r, root, "stations");
    r->orders = shop_array(r, root, "orders");
    d->machines = (int32_t)shop_int(r, root, "n_machines", 0, SHOP_MOST, SHOP_NEEDED);
    r->families = (int32_t)shop_int(r, root, "families", 1, SHOP_FAMILIES, 1);
    const json_t *calendar = json_object_get(root, "calendar");
    snprintf(r->where, sizeof r->where, "calendar");
    if (calendar) r->windows = shop_array(r, calendar, "windows");
    if (calendar && json_object_get(calendar, "downtime")) r->downtime = shop_array(r, calendar, "downtime");
    r->where[0] = 0;
    r->resources = shop_optional(r, root, "resources");
    r->buffers = shop_optional(r, root, "buffers");
    if (r->status) return;
    int64_t families = (int64_t)json_array_size(r->stations) * r->families;
    if (families > SHOP_FAMILIES) shop_fault(r, "families", "stations times families passes 32768", "merge families that need no set-up between them");
    d->jobs = (int32_t)json_array_size(r->orders);
    d->families = (int32_t)families;
    d->resources = (int32_t)json_array_size(r->resources);
    d->buffers = (int32_t)json_array_size(r->buffers);
}

/* Machines an operation names, else all of its station: a work centre whose machines stand in for each other. */
static const json_t *shop_choice(const shop_reader *r, const json_t *op)
{
    const json_t *own = json_object_get(op, "machines"), *at = json_object_get(op, "station");
    int64_t station = json_is_integer(at) ? json_integer_value(at) : -1;
    if (own || station < 0 || station >= (int64_t)json_array_size(r->stations)) return own;
    return json_object_get(json_array_get(r->stations, (size_t)station), "machines");
}

static void shop_count_op(shop_reader *r, const json_t *op)
{
    const json_t *machines = json_object_get(op, "machines") ? shop_array(r, op, "machines") : shop_choice(r, op), *needs = shop_optional(r, op, "needs");
    if (!json_array_size(machines) && !r->status) shop_fault(r, "machines", machines ? "is empty" : "is missing, and so are the station's", "name at least one machine");
    r->s->d.modes += machines ? (int64_t)json_array_size(machines) : 0;
    r->s->d.needs += (int64_t)json_array_size(needs);
    r->s->d.ops++;
}

static void shop_count(shop_reader *r)
{
    for (size_t j = 0; j < json_array_size(r->orders) && !r->status; j++) {
        snprintf(r->where, sizeof r->where, "orders[%zu]", j);
        const json_t *ops = shop_array(r, json_array_get(r->orders, j), "ops");
        for (size_t k = 0; ops && k < json_array_size(ops); k++) {
            snprintf(r->where, sizeof r->where, "orders[%zu].ops[%zu]", j, k);
            shop_count_op(r, json_array_get(ops, k));
        }
    }
    for (size_t k = 0; k < json_array_size(r->resources) && !r->status; k++) {
        snprintf(r->where, sizeof r->where, "resources[%zu]", k);
        const json_t *levels = shop_array(r, json_array_get(r->resources, k), "levels");
        r->s->d.levels += (int64_t)json_array_size(levels);
    }
    r->where[0] = 0;
}

/* ---- columns ------------------------------------------------------------------------------------------------------------------- */

static void shop_setups(shop_reader *r)
{
    int64_t n = r->s->d.families;
    c12_tick *setup = SHOP_COLUMN(r, c12_tick, n * n);
    for (size_t s = 0; setup && s < json_array_size(r->stations); s++) {
        snprintf(r->where, sizeof r->where, "stations[%zu]", s);
        const json_t *matrix = shop_array(r, json_array_get(r->stations, s), "setup");
        for (int32_t a = 0; matrix && a < r->families; a++)
            for (int32_t b = 0; b < r->families; b++)
                setup[((int64_t)s * r->families + a) * n + (int64_t)s * r->families + b] = shop_in_range(r, json_array_get(json_array_get(matrix, (size_t)a), (size_t)b), "setup", 0, SHOP_TICKS);
    }
    r->where[0] = 0;
    r->s->p.setup = setup;
}

static int stands_at(const json_t *station, int64_t machine)
{
    const json_t *list = json_object_get(station, "machines");
    for (size_t k = 0; k < json_array_size(list); k++)
        if (json_integer_value(json_array_get(list, k)) == machine) return 1;
    return 0;
}

typedef struct shop_rows {
    int64_t *op_off, *mode_off; int32_t *machine, *family; c12_tick *ticks, *release, *due; int64_t *weight;
    int64_t *cost, *need_off; c12_tick *wait_min, *wait_max; int32_t *lots, *buffer, *places, *need_resource, *need_units; uint8_t *holds, *resumable;
    int64_t op, mode, need;
} shop_rows;

/* A machine by its number, or { "machine", "minutes", "cost" }: minutes of its own, else those of the operation. */
static void shop_mode(shop_reader *r, shop_rows *c, const json_t *op, const json_t *entry, const json_t *station)
{
    const json_t *own = json_is_object(entry) ? json_object_get(entry, "minutes") : NULL;
    int64_t last = (int64_t)r->s->d.machines - 1;
    c->machine[c->mode] = (int32_t)(json_is_object(entry) ? shop_int(r, entry, "machine", 0, last, SHOP_NEEDED) : shop_in_range(r, entry, "machines", 0, last));
    c->ticks[c->mode] = own ? shop_in_range(r, own, "minutes", 0, SHOP_TICKS) : shop_int(r, op, "minutes", 0, SHOP_TICKS, SHOP_NEEDED);
    c->cost[c->mode] = json_is_object(entry) ? shop_int(r, entry, "cost", 0, (int64_t)1 << 31, 0) : 0;
    if (!r->status && !stands_at(station, c->machine[c->mode])) shop_fault(r, "machines", "names a machine of another station", "list it in that station's machines or name one of them");
    c->mode++;
}

static void shop_needs(shop_reader *r, shop_rows *c, const json_t *op)
{
    const json_t *needs = json_object_get(op, "needs");
    if (json_array_size(needs) && !r->s->d.resources) shop_fault(r, "needs", "there are no resources", "add them to resources");
    for (size_t k = 0; k < json_array_size(needs) && !r->status; k++, c->need++) {
        const json_t *need = json_array_get(needs, k);
        c->need_resource[c->need] = (int32_t)shop_int(r, need, "resource", 0, (int64_t)r->s->d.resources - 1, SHOP_NEEDED);
        c->need_units[c->need] = (int32_t)shop_int(r, need, "units", 1, SHOP_MOST, 1);
    }
    c->need_off[c->op + 1] = c->need;
}

/* What ties an operation to the next one, and what it takes beside its machine. */
static void shop_ties(shop_reader *r, shop_rows *c, const json_t *op)
{
    int64_t o = c->op;
    c->wait_min[o] = shop_int(r, op, "wait_min", 0, SHOP_TICKS, 0);
    c->wait_max[o] = shop_int(r, op, "wait_max", -1, SHOP_TICKS, -1);
    c->lots[o] = (int32_t)shop_int(r, op, "lots", 1, SHOP_MOST, 1);
    c->buffer[o] = (int32_t)shop_int(r, op, "buffer", -1, (int64_t)r->s->d.buffers - 1, -1);
    c->places[o] = (int32_t)shop_int(r, op, "places", 1, SHOP_MOST, 1);
    c->holds[o] = shop_flag(r, op, "holds", 0);
    c->resumable[o] = shop_flag(r, op, "resumable", 1);
    if (c->wait_max[o] >= 0 && c->wait_max[o] < c->wait_min[o]) shop_fault(r, "wait_max", "is less than wait_min", "raise it, or leave it out");
    shop_needs(r, c, op);
}

static void shop_operation(shop_reader *r, shop_rows *c, const json_t *op, int32_t family)
{
    const json_t *machines = shop_choice(r, op);
    int64_t stations = (int64_t)json_array_size(r->stations), station = stations ? shop_int(r, op, "station", 0, stations - 1, SHOP_NEEDED) : 0;
    if (!stations) shop_fault(r, "station", "there are no stations", "add them to stations");
    for (size_t k = 0; k < json_array_size(machines); k++) shop_mode(r, c, op, json_array_get(machines, k), json_array_get(r->stations, (size_t)station));
    shop_ties(r, c, op);
    c->family[c->op] = (int32_t)station * r->families + family;
    c->mode_off[++c->op] = c->mode;
}

static void shop_order(shop_reader *r, shop_rows *c, size_t j)
{
    const json_t *order = json_array_get(r->orders, j), *ops = json_object_get(order, "ops");
    snprintf(r->where, sizeof r->where, "orders[%zu]", j);
    int64_t release = shop_int(r, order, "release", 0, SHOP_TICKS, 0), material = shop_int(r, order, "material", 0, SHOP_TICKS, 0);
    int32_t family = (int32_t)shop_int(r, order, "family", 0, (int64_t)r->families - 1, 0);
    c->release[j] = release > material ? release : material;
    c->due[j] = shop_int(r, order, "due", -1, SHOP_TICKS, -1);
    c->weight[j] = shop_int(r, order, "weight", 0, 1000000, 1);
    for (size_t k = 0; k < json_array_size(ops); k++) {
        snprintf(r->where, sizeof r->where, "orders[%zu].ops[%zu]", j, k);
        shop_operation(r, c, json_array_get(ops, k), family);
    }
    c->op_off[j + 1] = c->op;
}

static void shop_orders(shop_reader *r)
{
    c12_sched_dims *d = &r->s->d;
    c12_sched_problem *p = &r->s->p;
    shop_rows c = { SHOP_COLUMN(r, int64_t, d->jobs + (int64_t)1), SHOP_COLUMN(r, int64_t, d->ops + 1), SHOP_COLUMN(r, int32_t, d->modes), SHOP_COLUMN(r, int32_t, d->ops), SHOP_COLUMN(r, c12_tick, d->modes),
                    SHOP_COLUMN(r, c12_tick, d->jobs), SHOP_COLUMN(r, c12_tick, d->jobs), SHOP_COLUMN(r, int64_t, d->jobs),
                    SHOP_COLUMN(r, int64_t, d->modes), SHOP_COLUMN(r, int64_t, d->ops + 1), SHOP_COLUMN(r, c12_tick, d->ops), SHOP_COLUMN(r, c12_tick, d->ops), SHOP_COLUMN(r, int32_t, d->ops),
                    SHOP_COLUMN(r, int32_t, d->ops), SHOP_COLUMN(r, int32_t, d->ops), SHOP_COLUMN(r, int32_t, d->needs), SHOP_COLUMN(r, int32_t, d->needs), SHOP_COLUMN(r, uint8_t, d->ops),
                    SHOP_COLUMN(r, uint8_t, d->ops), 0, 0, 0 };
    if (r->status) return;
    for (size_t j = 0; j < json_array_size(r->orders) && !c12io__full(r->err); j++) shop_order(r, &c, j);
    r->where[0] = 0;
    p->n_jobs = d->jobs; p->n_machines = d->machines; p->n_families = d->families;
    p->op_off = c.op_off; p->mode_off = c.mode_off; p->mode_machine = c.machine; p->mode_ticks = c.ticks;
    p->job_release = c.release; p->job_due = c.due; p->job_weight = c.weight; p->op_family = c.family;
    p->mode_cost = c.cost; p->wait_min = c.wait_min; p->wait_max = c.wait_max; p->op_lots = c.lots; p->op_holds = c.holds; p->op_places = c.places; p->op_resumable = c.resumable;
    if (d->buffers) p->op_buffer = c.buffer;
    if (d->needs) { p->need_off = c.need_off; p->need_resource = c.need_resource; p->need_units = c.need_units; }
}

/* ---- the plant ------------------------------------------------------------------------------------------------------------------- */

static void shop_resources(shop_reader *r)
{
    const c12_sched_dims *d = &r->s->d;
    int64_t *off = SHOP_COLUMN(r, int64_t, d->resources + (int64_t)1), n = 0;
    c12_tick *from = SHOP_COLUMN(r, c12_tick, d->levels);
    int32_t *units = SHOP_COLUMN(r, int32_t, d->levels);
    for (size_t k = 0; k < json_array_size(r->resources) && !r->status; k++) {
        const json_t *levels = json_object_get(json_array_get(r->resources, k), "levels");
        int64_t first = n;
        for (size_t i = 0; i < json_array_size(levels); i++, n++) {
            snprintf(r->where, sizeof r->where, "resources[%zu].levels[%zu]", k, i);
            from[n] = shop_in_range(r, json_array_get(json_array_get(levels, i), 0), "0", n > first ? from[n - 1] + 1 : 0, SHOP_TICKS);
            units[n] = (int32_t)shop_in_range(r, json_array_get(json_array_get(levels, i), 1), "1", 0, SHOP_MOST);
        }
        off[k + 1] = n;
    }
    r->where[0] = 0;
    r->s->p.n_resources = d->resources;
    r->s->p.level_off = off; r->s->p.level_from = from; r->s->p.level_units = units;
}

/* One whole number for each of n places; NULL when the key is left out. */
static int32_t *shop_numbers(shop_reader *r, const json_t *root, const char *key, int64_t n, int64_t low, int64_t high)
{
    const json_t *list = shop_optional(r, root, key);
    if (!list) return NULL;
    if ((int64_t)json_array_size(list) != n) { shop_fault(r, key, "has not one entry for each", "write as many numbers as there are"); return NULL; }
    int32_t *out = SHOP_COLUMN(r, int32_t, n);
    for (int64_t k = 0; out && k < n; k++) {
        snprintf(r->where, sizeof r->where, "%s[%d]", key, (int)k);
        out[k] = (int32_t)shop_in_range(r, json_array_get(list, (size_t)k), "", low, high);
    }
    r->where[0] = 0;
    return out;
}

static void shop_setup_breaks(shop_reader *r, const json_t *root)
{
    static const char *const words[] = { "as_operation", "pause", "whole" };
    const json_t *list = shop_optional(r, root, "setup_breaks");
    if (!list) return;
    if ((int64_t)json_array_size(list) != r->s->d.machines) { shop_fault(r, "setup_breaks", "has not one entry for each machine", "write one word for each machine"); return; }
    uint8_t *out = SHOP_COLUMN(r, uint8_t, r->s->d.machines);
    for (size_t k = 0; out && k < json_array_size(list); k++) {
        const char *word = json_string_value(json_array_get(list, k));
        out[k] = 3;
        for (uint8_t i = 0; word && i < 3; i++)
            if (!strcmp(word, words[i])) out[k] = i;
        snprintf(r->where, sizeof r->where, "setup_breaks[%zu]", k);
        if (out[k] == 3) shop_fault(r, "", "is no way to set up", "write \"as_operation\", \"pause\" or \"whole\"");
    }
    r->where[0] = 0;
    r->s->p.setup_breaks = out;
}

static void shop_machines(shop_reader *r, const json_t *root)
{
    c12_sched_problem *p = &r->s->p;
    int64_t n = r->s->d.machines;
    p->machine_speed = shop_numbers(r, root, "speed", n, 1, 1000000);
    p->machine_batch = shop_numbers(r, root, "batch", n, 1, SHOP_MOST);
    p->n_buffers = r->s->d.buffers;
    p->buffer_places = shop_numbers(r, root, "buffers", p->n_buffers, 0, SHOP_MOST);
    shop_setup_breaks(r, root);
    shop_resources(r);
}

/* ---- calendar ------------------------------------------------------------------------------------------------------------------ */

typedef struct shop_closed { int64_t *off; c12_tick *from, *to; int64_t n, first; } shop_closed; /* first: of the machine in hand */

/* Insert [from, to) among the machine's breaks, which stay apart and in order. */
static void close_window(shop_closed *c, c12_tick from, c12_tick to)
{
    int64_t at = c->n++;
    for (; at > c->first && c->from[at - 1] > from; at--) { c->from[at] = c->from[at - 1]; c->to[at] = c->to[at - 1]; }
    c->from[at] = from;
    c->to[at] = to;
}

static void merge_breaks(shop_closed *c)
{
    int64_t n = c->first;
    for (int64_t k = c->first; k < c->n; k++) {
        if (n > c->first && c->from[k] <= c->to[n - 1]) { if (c->to[k] > c->to[n - 1]) c->to[n - 1] = c->to[k]; continue; }
        c->from[n] = c->from[k];
        c->to[n++] = c->to[k];
    }
    c->n = n;
}

/* What lies before and between the windows is closed on every machine; after the last window all is open. */
static void close_nights(shop_reader *r, shop_closed *c)
{
    c12_tick until = 0;
    for (size_t k = 0; k < json_array_size(r->windows); k++) {
        const json_t *w = json_array_get(r->windows, k);
        snprintf(r->where, sizeof r->where, "calendar.windows[%zu]", k);
        c12_tick from = shop_in_range(r, json_array_get(w, 0), "0", until, SHOP_TICKS), to = shop_in_range(r, json_array_get(w, 1), "1", from + 1, SHOP_TICKS);
        if (from > until) close_window(c, until, from);
        until = to;
    }
    r->where[0] = 0;
}

static void close_downtime(shop_reader *r, shop_closed *c, int32_t machine)
{
    for (size_t k = 0; k < json_array_size(r->downtime); k++) {
        const json_t *t = json_array_get(r->downtime, k);
        snprintf(r->where, sizeof r->where, "calendar.downtime[%zu]", k);
        int64_t of = shop_in_range(r, json_array_get(t, 0), "0", 0, (int64_t)r->s->d.machines - 1);
        c12_tick from = shop_in_range(r, json_array_get(t, 1), "1", 0, SHOP_TICKS), length = shop_in_range(r, json_array_get(t, 2), "2", 1, SHOP_TICKS);
        if (of == machine) close_window(c, from, from + length);
    }
    r->where[0] = 0;
}

static void shop_calendar(shop_reader *r)
{
    int64_t most = (int64_t)json_array_size(r->windows) * r->s->d.machines + (int64_t)json_array_size(r->downtime);
    shop_closed c = { SHOP_COLUMN(r, int64_t, r->s->d.machines + (int64_t)1), SHOP_COLUMN(r, c12_tick, most), SHOP_COLUMN(r, c12_tick, most), 0, 0 };
    for (int32_t m = 0; m < r->s->d.machines && !r->status; m++) {
        c.first = c.n;
        close_nights(r, &c);
        close_downtime(r, &c, m);
        merge_breaks(&c);
        c.off[m + 1] = c.n;
    }
    if (r->status) return;
    r->s->d.breaks = c.n;
    r->s->p.break_off = c.off; r->s->p.break_from = c.from; r->s->p.break_to = c.to;
}

/* ---- entry --------------------------------------------------------------------------------------------------------------------- */

static void shop_read_root(shop_reader *r, const json_t *root)
{
    shop_frame(r, root);
    if (!r->status) shop_count(r);
    if (!r->status) shop_setups(r);
    if (!r->status) shop_orders(r);
    if (!r->status) shop_machines(r, root);
    if (!r->status && r->windows) shop_calendar(r);
}

c12_status c12io_shop_read(c12io_shop **self, c12_view text, const char *name, c12_error *err)
{
    json_error_t bad;
    if (!self || !text.ptr || !name) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "shop: argument is NULL");
    *self = NULL;
    json_t *root = json_loadb((const char *)text.ptr, text.size, JSON_REJECT_DUPLICATES, &bad);
    if (!root) return c12io__fault(err, C12_E_FORMAT, "is no JSON", bad.line, bad.position, "%s:%d:%d: %s; mend the JSON there", name, bad.line, bad.column, bad.text);
    shop_reader r = { .s = calloc(1, sizeof *r.s), .name = name, .err = err };
    if (r.s) r.s->heap = c12io__heap_new();
    if (r.s && r.s->heap) {
        r.s->p = (c12_sched_problem)C12_INIT(c12_sched_problem);
        r.s->d = (c12_sched_dims)C12_INIT(c12_sched_dims);
        shop_read_root(&r, root);
    } else r.status = c12io__fault(err, C12_E_NOMEM, "out of memory", -1, 0, "%s: out of memory", name);
    json_decref(root);
    if (r.status) c12io_shop_free(r.s); else *self = r.s;
    return r.status;
}

void c12io_shop_free(c12io_shop *self)
{
    if (!self) return;
    c12io__heap_free(self->heap);
    free(self);
}

const c12_sched_problem *c12io_shop_problem(const c12io_shop *self) { return self ? &self->p : NULL; }
const c12_sched_dims *c12io_shop_dims(const c12io_shop *self) { return self ? &self->d : NULL; }
