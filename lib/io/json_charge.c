/* SPDX-License-Identifier: Apache-2.0 */
/* A charging outlook as JSON (jansson) into the columns of c12/charge.h: minutes to steps, per cent to ppm, watts to joules a step.  Faults name the place in the
 * document: "file: robots[3].battery: what is wrong; how to mend it"; broken JSON is named by line and column. */
#include "io/io_internal.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FLEET_MOST = 1 << 20, FLEET_CELLS = 1 << 24 };

struct c12io_outlook {
    c12io__heap *heap;
    c12_charge_outlook p;
    c12_charge_horizon_options o;
    int32_t step;         /* minutes */
    const char **name[2]; /* of robots, of bays */
};

typedef struct fleet_reader {
    c12io_outlook *s;
    const char *name;
    c12_error *err;
    c12_status status;
    char where[64]; /* "robots[3]" */
    const json_t *classes, *robots, *bays, *demand;
    int32_t minutes;
    double way;     /* minutes to any bay where nothing else is said */
} fleet_reader;

/* ---- values -------------------------------------------------------------------------------------------------------------------- */

static void fleet_fault(fleet_reader *r, const char *key, const char *what, const char *mend)
{
    r->status = c12io__fault(r->err, C12_E_FORMAT, what, -1, 0, "%s: %s%s%s: %s; %s", r->name, r->where, *r->where && *key ? "." : "", key, what, mend);
}

static double fleet_in_range(fleet_reader *r, const json_t *v, const char *key, double low, double high)
{
    char mend[80];
    if (json_is_number(v) && json_number_value(v) >= low && json_number_value(v) <= high) return json_number_value(v);
    snprintf(mend, sizeof mend, "write a number from %g to %g", low, high);
    fleet_fault(r, key, v ? "is not a number in range" : "is missing", mend);
    return low;
}

/* A number that may be left out when dflt is not below low. */
static double fleet_number(fleet_reader *r, const json_t *object, const char *key, double low, double high, double dflt)
{
    const json_t *v = json_object_get(object, key);
    return !v && dflt >= low ? dflt : fleet_in_range(r, v, key, low, high);
}

static const json_t *fleet_array(fleet_reader *r, const json_t *root, const char *key, size_t least)
{
    const json_t *v = json_object_get(root, key);
    if (!v && !least) return NULL;
    if (json_is_array(v) && json_array_size(v) >= least && json_array_size(v) <= FLEET_MOST) return v;
    fleet_fault(r, key, v ? "is no array of a size allowed" : "is missing", "write [ ... ]");
    return NULL;
}

static void *fleet_column(fleet_reader *r, int64_t n, size_t each)
{
    void *p = c12io__heap_get(r->s->heap, n, each);
    if (!p) r->status = c12io__fault(r->err, C12_E_NOMEM, "out of memory", -1, n, "%s: out of memory", r->name);
    return p;
}
#define FLEET_COLUMN(r, type, n) ((type *)fleet_column((r), (n), sizeof(type)))

static int64_t fleet_round(double v) { return (int64_t)(v + 0.5); }
static int32_t fleet_ppm(double percent) { return (int32_t)fleet_round(percent * 10000); }

/* Whole steps that a time takes: begun ones count, a tenth of a minute does not. */
static int32_t fleet_steps(const fleet_reader *r, double minutes)
{
    int64_t tenths = fleet_round(minutes * 10), step = r->s->step * (int64_t)10;
    return (int32_t)((tenths + step - 1) / step);
}

/* A bay or class by number or by name, -1 and a fault when there is none. */
static int32_t fleet_reference(fleet_reader *r, const json_t *v, const char *key, const json_t *table)
{
    for (size_t k = 0; json_is_string(v) && k < json_array_size(table); k++) {
        const char *name = json_string_value(json_object_get(json_array_get(table, k), "name"));
        if (name && !strcmp(name, json_string_value(v))) return (int32_t)k;
    }
    if (json_is_integer(v) && json_integer_value(v) >= 0 && json_integer_value(v) < (json_int_t)json_array_size(table)) return (int32_t)json_integer_value(v);
    fleet_fault(r, key, "is neither a name nor a number there", "write one of those above, the first is 0");
    return -1;
}

static void fleet_names(fleet_reader *r, int kind, const json_t *table)
{
    size_t n = json_array_size(table);
    const char **name = FLEET_COLUMN(r, const char *, (int64_t)n);
    for (size_t k = 0; name && k < n; k++) {
        const char *given = json_string_value(json_object_get(json_array_get(table, k), "name"));
        size_t size = given ? strlen(given) + 1 : 24;
        char *copy = FLEET_COLUMN(r, char, (int64_t)size);
        if (!copy) return;
        if (given) memcpy(copy, given, size);
        else snprintf(copy, size, "%zu", k);
        name[k] = copy;
    }
    r->s->name[kind] = name;
}

/* ---- classes ---------------------------------------------------------------------------------------------------------------------- */

typedef struct fleet_classes { int64_t *capacity, *active, *idle, *off, *rate; int32_t *to; int64_t rows; } fleet_classes;

static void fleet_curve(fleet_reader *r, fleet_classes *c, const json_t *curve)
{
    double before = 0;
    for (size_t k = 0; k < json_array_size(curve) && !r->status; k++) {
        const json_t *pair = json_array_get(curve, k);
        double to = fleet_in_range(r, json_array_get(pair, 0), "curve", before + 0.0001, 100);
        double power = fleet_in_range(r, json_array_get(pair, 1), "curve", 0.1, 1e7);
        if (k + 1 == json_array_size(curve) && to < 100) fleet_fault(r, "curve", "ends below 100 per cent", "add a last pair [100, watts]");
        c->to[c->rows] = fleet_ppm(to);
        c->rate[c->rows++] = fleet_round(power * 60 * r->s->step) + (fleet_round(power * 60 * r->s->step) == 0);
        before = to;
    }
}

static void fleet_class(fleet_reader *r, fleet_classes *c, size_t k)
{
    const json_t *v = json_array_get(r->classes, k);
    snprintf(r->where, sizeof r->where, "classes[%zu]", k);
    c->capacity[k] = fleet_round(fleet_number(r, v, "capacity_wh", 0.01, 1e8, -1) * 3600);
    double active = fleet_number(r, v, "active_w", 0, 1e6, -1), idle = fleet_number(r, v, "idle_w", 0, active, -1);
    c->active[k] = fleet_round(active * 60 * r->s->step);
    c->idle[k] = fleet_round(idle * 60 * r->s->step);
    fleet_curve(r, c, json_object_get(v, "curve"));
    c->off[k + 1] = c->rows;
}

static void fleet_read_classes(fleet_reader *r)
{
    int64_t n = (int64_t)json_array_size(r->classes), rows = 0;
    for (size_t k = 0; k < (size_t)n && !r->status; k++) {
        const json_t *curve = json_object_get(json_array_get(r->classes, k), "curve");
        snprintf(r->where, sizeof r->where, "classes[%zu]", k);
        if (!json_is_array(curve) || !json_array_size(curve) || json_array_size(curve) > 1000) fleet_fault(r, "curve", "is no charging curve", "write pairs [up to per cent, watts]");
        rows += (int64_t)json_array_size(curve);
    }
    if (r->status) return;
    fleet_classes c = { FLEET_COLUMN(r, int64_t, n), FLEET_COLUMN(r, int64_t, n), FLEET_COLUMN(r, int64_t, n), FLEET_COLUMN(r, int64_t, n + 1), FLEET_COLUMN(r, int64_t, rows), FLEET_COLUMN(r, int32_t, rows), 0 };
    for (size_t k = 0; k < (size_t)n && !r->status; k++) fleet_class(r, &c, k);
    r->where[0] = 0;
    c12_charge_outlook *p = &r->s->p;
    p->n_classes = (int32_t)n;
    p->class_capacity = c.capacity; p->class_active = c.active; p->class_idle = c.idle; p->curve_off = c.off; p->curve_to_ppm = c.to; p->curve_rate = c.rate;
}

/* ---- robots and bays ------------------------------------------------------------------------------------------------------------------ */

typedef struct fleet_robots { int32_t *kind, *battery, *health, *from, *at, *way; } fleet_robots;

static void fleet_ways(fleet_reader *r, const json_t *list, int32_t *way)
{
    size_t bays = json_array_size(r->bays);
    if (list && json_array_size(list) != bays) { fleet_fault(r, "travel", "has not one entry for each bay", "write minutes to each bay, -1 where there is no way"); return; }
    for (size_t b = 0; b < bays; b++) {
        double minutes = list ? fleet_in_range(r, json_array_get(list, b), "travel", -1, r->minutes) : r->way;
        way[b] = minutes < 0 ? -1 : fleet_steps(r, minutes);
        if (way[b] > r->s->p.n_steps) way[b] = r->s->p.n_steps;
    }
}

static void fleet_robot(fleet_reader *r, fleet_robots *c, size_t k)
{
    const json_t *v = json_array_get(r->robots, k), *kind = json_object_get(v, "class"), *bay = json_object_get(v, "bay");
    snprintf(r->where, sizeof r->where, "robots[%zu]", k);
    c->kind[k] = kind ? fleet_reference(r, kind, "class", r->classes) : 0;
    c->battery[k] = fleet_ppm(fleet_number(r, v, "battery", 0, 100, -1));
    c->health[k] = fleet_ppm(fleet_number(r, v, "health", 0.0001, 100, 100));
    c->from[k] = fleet_steps(r, fleet_number(r, v, "busy_until", 0, r->minutes, 0));
    c->at[k] = bay ? fleet_reference(r, bay, "bay", r->bays) : -1;
    fleet_ways(r, json_object_get(v, "travel"), c->way + k * json_array_size(r->bays));
}

static void fleet_read_robots(fleet_reader *r)
{
    int64_t n = (int64_t)json_array_size(r->robots), bays = (int64_t)json_array_size(r->bays);
    if (n * bays > FLEET_CELLS) { fleet_fault(r, "robots", "times bays passes 2^24", "split the fleet"); return; }
    fleet_robots c = { FLEET_COLUMN(r, int32_t, n), FLEET_COLUMN(r, int32_t, n), FLEET_COLUMN(r, int32_t, n), FLEET_COLUMN(r, int32_t, n), FLEET_COLUMN(r, int32_t, n), FLEET_COLUMN(r, int32_t, n * bays) };
    if (r->status) return;
    for (size_t k = 0; k < (size_t)n && !c12io__full(r->err); k++) fleet_robot(r, &c, k);
    r->where[0] = 0;
    c12_charge_outlook *p = &r->s->p;
    p->n_robots = (int32_t)n;
    p->robot_class = c.kind; p->battery_ppm = c.battery; p->robot_health_ppm = c.health; p->robot_from = c.from; p->at_bay = c.at; p->travel = c.way;
    fleet_names(r, 0, r->robots);
}

static void fleet_read_bays(fleet_reader *r)
{
    int64_t n = (int64_t)json_array_size(r->bays);
    int32_t *from = FLEET_COLUMN(r, int32_t, n), *to = FLEET_COLUMN(r, int32_t, n);
    for (size_t k = 0; to && k < (size_t)n && !c12io__full(r->err); k++) {
        const json_t *v = json_array_get(r->bays, k);
        snprintf(r->where, sizeof r->where, "bays[%zu]", k);
        double open = fleet_number(r, v, "from", 0, r->minutes, 0);
        from[k] = fleet_steps(r, open);
        to[k] = (int32_t)fleet_number(r, v, "to", open, r->minutes, r->minutes) / r->s->step;
        if (to[k] < from[k]) to[k] = from[k];
    }
    r->where[0] = 0;
    r->s->p.n_bays = (int32_t)n;
    r->s->p.bay_from = from;
    r->s->p.bay_to = to;
    fleet_names(r, 1, r->bays);
}

/* ---- demand, options ---------------------------------------------------------------------------------------------------------------------- */

static void fleet_read_demand(fleet_reader *r)
{
    int32_t *demand = FLEET_COLUMN(r, int32_t, r->s->p.n_steps);
    double before = 0;
    for (size_t k = 0; demand && k < json_array_size(r->demand) && !c12io__full(r->err); k++) {
        const json_t *pair = json_array_get(r->demand, k);
        snprintf(r->where, sizeof r->where, "demand[%zu]", k);
        double from = fleet_in_range(r, json_array_get(pair, 0), "0", before, r->minutes);
        int32_t robots = (int32_t)fleet_in_range(r, json_array_get(pair, 1), "1", 0, 1000000);
        for (int32_t t = (int32_t)from / r->s->step; t < r->s->p.n_steps; t++) demand[t] = robots;
        before = from;
    }
    r->where[0] = 0;
    r->s->p.demand = demand;
}

static void fleet_frame(fleet_reader *r, const json_t *root)
{
    c12_charge_horizon_options *o = &r->s->o;
    r->s->step = (int32_t)fleet_number(r, root, "step", 1, 1440, 5);
    r->minutes = (int32_t)fleet_number(r, root, "minutes", r->s->step, 1e6, 480);
    r->s->p.n_steps = r->minutes / r->s->step;
    r->minutes = r->s->p.n_steps * r->s->step;
    r->way = fleet_number(r, root, "travel", 0, r->minutes, 0);
    o->floor_ppm = fleet_ppm(fleet_number(r, root, "floor", 0.0001, 100, 40));
    o->share_ppm = fleet_ppm(fleet_number(r, root, "share", 0.0001, 100, 90));
    o->end_ppm = fleet_ppm(fleet_number(r, root, "end", 0.0001, 100, 60));
    o->least_slot = fleet_steps(r, fleet_number(r, root, "least", 0, r->minutes, 0));
    r->classes = fleet_array(r, root, "classes", 1);
    r->robots = fleet_array(r, root, "robots", 1);
    r->bays = fleet_array(r, root, "bays", 0);
    r->demand = fleet_array(r, root, "demand", 0);
    if (!r->status && (int64_t)r->s->p.n_steps * (int64_t)(json_array_size(r->robots) + json_array_size(r->bays)) > FLEET_CELLS)
        fleet_fault(r, "minutes", "times robots and bays is too much", "take longer steps or fewer minutes");
}

static void fleet_read_root(fleet_reader *r, const json_t *root)
{
    if (!json_is_object(root)) fleet_fault(r, "", "is no object", "write { \"classes\": ..., \"robots\": ..., \"bays\": ... }");
    if (!r->status) fleet_frame(r, root);
    if (!r->status) fleet_read_classes(r);
    if (!r->status) fleet_read_bays(r);
    if (!r->status) fleet_read_robots(r);
    if (!r->status) fleet_read_demand(r);
}

/* ---- entry ---------------------------------------------------------------------------------------------------------------------------------- */

c12_status c12io_outlook_read(c12io_outlook **self, c12_view text, const char *name, c12_error *err)
{
    json_error_t bad;
    if (!self || !text.ptr || !name) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "outlook: argument is NULL");
    *self = NULL;
    json_t *root = json_loadb((const char *)text.ptr, text.size, JSON_REJECT_DUPLICATES, &bad);
    if (!root) return c12io__fault(err, C12_E_FORMAT, "is no JSON", bad.line, bad.position, "%s:%d:%d: %s; mend the JSON there", name, bad.line, bad.column, bad.text);
    fleet_reader r = { .s = calloc(1, sizeof *r.s), .name = name, .err = err };
    if (r.s) r.s->heap = c12io__heap_new();
    if (r.s && r.s->heap) {
        r.s->p = (c12_charge_outlook)C12_INIT(c12_charge_outlook);
        r.s->o = (c12_charge_horizon_options)C12_INIT(c12_charge_horizon_options);
        fleet_read_root(&r, root);
    } else r.status = c12io__fault(err, C12_E_NOMEM, "out of memory", -1, 0, "%s: out of memory", name);
    json_decref(root);
    if (r.status) c12io_outlook_free(r.s); else *self = r.s;
    return r.status;
}

void c12io_outlook_free(c12io_outlook *self)
{
    if (!self) return;
    c12io__heap_free(self->heap);
    free(self);
}

const c12_charge_outlook *c12io_outlook_problem(const c12io_outlook *self) { return self ? &self->p : NULL; }
const c12_charge_horizon_options *c12io_outlook_options(const c12io_outlook *self) { return self ? &self->o : NULL; }
int32_t c12io_outlook_step(const c12io_outlook *self) { return self ? self->step : 0; }

static c12_view fleet_name(const c12io_outlook *s, int kind, int32_t i, int32_t n)
{
    if (!s || i < 0 || i >= n) return (c12_view){ NULL, 0 };
    return (c12_view){ (const uint8_t *)s->name[kind][i], strlen(s->name[kind][i]) };
}

c12_view c12io_outlook_robot(const c12io_outlook *self, int32_t robot) { return fleet_name(self, 0, robot, self ? self->p.n_robots : 0); }
c12_view c12io_outlook_bay(const c12io_outlook *self, int32_t bay) { return fleet_name(self, 1, bay, self ? self->p.n_bays : 0); }
