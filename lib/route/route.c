/* SPDX-License-Identifier: Apache-2.0 */
/* Entry of the room: memory, load, and when to stop. */
#include "route/route_internal.h"

enum { ROUTE_CLOCK_EVERY = 64, ROUTE_MOST_TABLES = 256, ROUTE_MOST_TICKS = 1 << 15, ROUTE_LEAST_TICKS = 64 };

/* ---- memory -------------------------------------------------------------------------------------------------------------------- */

static c12_route *route_layout(c12__arena *a, const c12_route_dims *d)
{
    c12_route none, *self = C12__CARVE(a, c12_route, 1), *s = self ? self : &none;
    int64_t slots = d->holds + d->steps; /* a path is entered before the one it replaces leaves */
    memset(s, 0, sizeof *s);
    c12__route_carve_table(&s->table, a, d, slots);
    s->branches = C12__CARVE(a, c12__route_table, (int64_t)d->branches + 1);
    s->branch_open = C12__CARVE(a, uint8_t, (int64_t)d->branches + 1);
    for (int32_t b = 1; b <= d->branches; b++) {
        c12__route_table measured, *t = s->branches ? &s->branches[b] : &measured;
        memset(t, 0, sizeof *t);
        c12__route_carve_table(t, a, d, slots);
    }
    if (d->conflicts) {
        s->exec_touched = C12__CARVE(a, int32_t, d->robots);
        s->exec_is_touched = C12__CARVE(a, uint8_t, d->robots);
    }
    c12__heap_carve(&s->exec_line, a, (int32_t)slots);
    s->exec_hit = C12__CARVE(a, int32_t, d->robots);
    c12__route_carve_search(&s->search, a, d, slots);
    c12__grid_carve(&s->grid, a, d);
    c12__crowd_carve(&s->crowd, a, d);
    if (d->ticks) {
        s->lns_alone = C12__CARVE(a, int32_t, d->robots);
        s->lns_chosen = C12__CARVE(a, int32_t, C12__GRID_CHOSEN);
        s->lns_arrive = C12__CARVE(a, int32_t, C12__GRID_CHOSEN);
        s->lns_path = C12__CARVE(a, int32_t, (int64_t)C12__GRID_CHOSEN * d->ticks);
    }
    s->order = C12__CARVE(a, int32_t, d->robots);
    s->scratch = C12__CARVE(a, int32_t, d->robots);
    s->chosen = C12__CARVE(a, int32_t, d->robots);
    s->mark = C12__CARVE(a, int32_t, d->robots);
    s->key = C12__CARVE(a, int64_t, d->robots);
    s->alone = C12__CARVE(a, int64_t, d->robots);
    s->arrival = C12__CARVE(a, int64_t, d->robots);
    s->off = C12__CARVE(a, c12__route_off, d->robots);
    s->keep_off = C12__CARVE(a, int64_t, (int64_t)d->robots + 1);
    s->keep_vertex = C12__CARVE(a, int32_t, slots);
    s->keep_from = C12__CARVE(a, c12_tick, slots);
    s->keep_to = C12__CARVE(a, c12_tick, slots);
    c12__life_carve(&s->life, a, d);
    return self;
}

static c12_status route_take_dims(c12_route_dims *d, const c12_route_dims *from, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__take(d, sizeof *d, from, "dims", err);
    if (s) return s;
    const struct { const char *name; int64_t value, most; } row[] = {
        { "vertices", d->vertices, (int64_t)1 << 28 }, { "arcs", d->arcs, (int64_t)1 << 30 }, { "holds", d->holds, (int64_t)1 << 29 },
        { "robots", d->robots, INT32_MAX }, { "steps", d->steps, (int64_t)1 << 28 }, { "tables", d->tables, INT32_MAX }, { "branches", d->branches, 64 },
        { "ticks", d->ticks, ROUTE_MOST_TICKS }, { "columns", d->columns, ROUTE_MOST_TICKS }, { "rows", d->rows, ROUTE_MOST_TICKS },
        { "lifelong", d->lifelong, (int64_t)1 << 28 }, { "conflicts", d->conflicts, (int64_t)1 << 30 }, { "penalties", d->penalties, 1 },
    };
    for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
        if (row[k].value < 0) c12__fault(&f, C12_E_ARG, "limit is negative", row[k].name, -1, row[k].value);
        if (row[k].value > row[k].most) c12__fault(&f, C12_E_RANGE, "limit is larger than this version serves", row[k].name, -1, row[k].value);
    }
    if (!d->steps) d->steps = d->vertices;
    if (!d->tables) d->tables = d->robots < ROUTE_MOST_TABLES ? d->robots : ROUTE_MOST_TABLES;
    if (f.status || !d->ticks) return f.status;
    int32_t ticks = ROUTE_LEAST_TICKS;
    while (ticks < d->ticks) ticks *= 2;
    d->ticks = ticks;
    if ((int64_t)ticks * d->robots > INT32_MAX) c12__fault(&f, C12_E_RANGE, "robots times ticks pass 2^31", "ticks", -1, ticks);
    return f.status;
}

c12_status c12_route_bytes(const c12_route_dims *dims, size_t *bytes, c12_error *err)
{
    c12_route_dims d;
    c12__arena a = c12__arena_measure();
    c12_status s = route_take_dims(&d, dims, err);
    if (s) return s;
    if (!bytes) return c12__fail(err, C12_E_ARG, "argument is NULL", "bytes", -1, 0);
    (void)route_layout(&a, &d);
    size_t need = c12__arena_need(&a);
    if (need == SIZE_MAX) return c12__fail(err, C12_E_OVERFLOW, "size does not fit size_t", "dims", -1, 0);
    *bytes = need;
    return C12_OK;
}

c12_status c12_route_init(c12_route **self, c12_mem mem, const c12_route_dims *dims, const c12_route_options *options, const c12_host *host, c12_error *err)
{
    c12_route_dims d;
    c12_route_options o;
    c12_host h;
    size_t need;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    *self = NULL;
    c12_status s = c12_route_bytes(dims, &need, err);
    if (!s) s = route_take_dims(&d, dims, err);
    if (!s) s = c12__route_take_options(&o, options, err);
    if (!s) s = c12__take_optional(&h, sizeof h, host, "host", err);
    if (s) return s;
    if (!mem.ptr || mem.size < need) return c12__fail(err, C12_E_SPACE, "memory is too small for these dims", "mem", -1, (int64_t)need);
    c12__arena a = c12__arena_over(mem);
    c12_route *it = route_layout(&a, &d);
    it->host = h;
    it->dims = d;
    it->mode = o.mode;
    it->partial = o.partial;
    atomic_init(&it->cancelled, 0);
    *self = it;
    return C12_OK;
}

c12_status c12_route_create(c12_route **self, const c12_route_dims *dims, const c12_route_options *options, const c12_host *host, c12_error *err)
{
    c12_host h;
    size_t need;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    *self = NULL;
    c12_status s = c12_route_bytes(dims, &need, err);
    if (!s) s = c12__take_optional(&h, sizeof h, host, "host", err);
    if (s) return s;
    c12_mem mem = { c12__alloc(&h, need), need };
    if (!mem.ptr) return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, (int64_t)need);
    s = c12_route_init(self, mem, dims, options, host, err);
    if (s) { c12__release(&h, mem.ptr, need); return s; }
    (*self)->owned = need;
    (*self)->owned_ptr = mem.ptr;
    return C12_OK;
}

void c12_route_destroy(c12_route *self)
{
    if (!self || !self->owned) return;
    c12_host h = self->host;
    c12__release(&h, self->owned_ptr, self->owned);
}

void c12_route_cancel(c12_route *self)
{
    if (self) atomic_store_explicit(&self->cancelled, 1, memory_order_relaxed);
}

/* ---- load ---------------------------------------------------------------------------------------------------------------------- */

static c12_status route_fits(const c12_route *self, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    const c12_route_problem *p = &self->p;
    int64_t arcs = p->n_vertices ? p->arc_off[p->n_vertices] : 0;
    if (p->n_vertices > self->dims.vertices) c12__fault(&f, C12_E_SPACE, "more vertices than the handle was made for", "vertices", -1, p->n_vertices);
    if (arcs > self->dims.arcs) c12__fault(&f, C12_E_SPACE, "more arcs than the handle was made for", "arcs", -1, arcs);
    if (p->n_robots > self->dims.robots) c12__fault(&f, C12_E_SPACE, "more robots than the handle was made for", "robots", -1, p->n_robots);
    if (p->n_held > self->dims.holds) c12__fault(&f, C12_E_SPACE, "more blocks than the handle was made for", "holds", -1, p->n_held);
    int64_t conflicts = p->conflict_off ? p->conflict_off[p->n_vertices] : 0, slots = p->n_held;
    for (int32_t i = 0; i < p->n_held && p->conflict_off; i++) slots += p->conflict_off[p->held_vertex[i] + 1] - p->conflict_off[p->held_vertex[i]];
    if (conflicts > self->dims.conflicts) c12__fault(&f, C12_E_SPACE, "more conflicts than the handle was made for", "conflicts", -1, conflicts);
    else if (slots > self->table.cap) c12__fault(&f, C12_E_SPACE, "more blocks and conflicts of blocks than the handle was made for", "holds", -1, slots);
    if (p->arc_penalty && !self->dims.penalties) c12__fault(&f, C12_E_SPACE, "the handle was made without penalties", "penalties", -1, 1);
    if (!self->dims.tables && p->n_vertices > 0 && p->n_robots > 0) c12__fault(&f, C12_E_SPACE, "no distance table", "tables", -1, 1);
    return f.status;
}

c12_status c12_route_load(c12_route *self, const c12_route_problem *problem, c12_error *err)
{
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    self->loaded = 0;
    c12_status s = c12__route_take_problem(&self->p, problem, self->mode, err);
    if (!s) s = route_fits(self, err);
    if (s) return s;
    c12__route_close_branches(self);
    self->table.conflict_off = self->p.conflict_off && self->p.conflict_off[self->p.n_vertices] ? self->p.conflict_off : NULL;
    self->table.conflict_vertex = self->p.conflict_vertex;
    c12__route_table_reset(&self->table, self->p.n_vertices, self->p.n_robots);
    for (int32_t i = 0; i < self->p.n_held; i++) (void)c12__route_add(&self->table, self->p.held_vertex[i], self->p.held_from[i], self->p.held_to[i], -1);
    c12__heap_reset(&self->exec_line);
    c12__route_prepare_search(self);
    if (self->dims.lifelong) s = c12__life_load(&self->life, &self->p, err);
    self->loaded = !s;
    return s;
}

/* ---- when to stop -------------------------------------------------------------------------------------------------------------- */

void c12__route_start_clock(c12_route *self, const c12_budget *b)
{
    self->work = 0;
    self->work_limit = b->work_limit;
    self->until = 0;
    self->timed_out = self->stopped = 0;
    if (b->time_limit && c12__add64(c12__now(&self->host), b->time_limit, &self->until)) self->until = INT64_MAX;
}

int c12__route_halted(c12_route *self)
{
    if (self->stopped || self->timed_out || (self->work_limit && self->work >= self->work_limit)) return 1;
    if (atomic_load_explicit(&self->cancelled, memory_order_relaxed)) return 1;
    if (!self->until || self->work % ROUTE_CLOCK_EVERY) return 0;
    self->timed_out = c12__now(&self->host) >= self->until;
    return self->timed_out;
}

c12_stop c12__route_why(const c12_route *self)
{
    if (self->stopped || atomic_load_explicit(&self->cancelled, memory_order_relaxed)) return C12_STOP_CANCEL;
    if (self->timed_out) return C12_STOP_TIME;
    return self->work_limit && self->work >= self->work_limit ? C12_STOP_WORK : C12_STOP_DONE;
}
