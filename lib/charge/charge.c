/* SPDX-License-Identifier: Apache-2.0 */
/* Entry of the room: memory, load, the energy balance, and what the caller reads of a solve. */
#include "charge/charge_internal.h"

/* ---- memory -------------------------------------------------------------------------------------------------------------- */

static c12_charge *charge_layout(c12__arena *a, const c12_charge_dims *d)
{
    c12_charge none, *self = C12__CARVE(a, c12_charge, 1), *s = self ? self : &none;
    memset(s, 0, sizeof *s);
    s->key = C12__CARVE(a, int64_t, d->robots);
    s->order = C12__CARVE(a, int32_t, d->robots);
    s->scratch = C12__CARVE(a, int32_t, d->robots);
    s->kind = C12__CARVE(a, int32_t, d->robots);
    s->bay = C12__CARVE(a, int32_t, d->robots);
    s->rank = C12__CARVE(a, int32_t, d->robots);
    s->start = C12__CARVE(a, c12_tick, d->robots);
    s->until = C12__CARVE(a, c12_tick, d->robots);
    s->user = C12__CARVE(a, int32_t, d->bays);
    s->open = C12__CARVE(a, c12_tick, d->bays);
    return self;
}

static c12_status charge_take_dims(c12_charge_dims *d, const c12_charge_dims *from, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__take(d, sizeof *d, from, "dims", err);
    if (s) return s;
    if (d->robots < 0) c12__fault(&f, C12_E_ARG, "limit is negative", "robots", -1, d->robots);
    if (d->bays < 0) c12__fault(&f, C12_E_ARG, "limit is negative", "bays", -1, d->bays);
    if (d->branches < 0) c12__fault(&f, C12_E_ARG, "limit is negative", "branches", -1, d->branches);
    if (d->branches > 0) c12__fault(&f, C12_E_RANGE, "this version serves the trunk only", "branches", -1, d->branches);
    return f.status;
}

c12_status c12_charge_bytes(const c12_charge_dims *dims, size_t *bytes, c12_error *err)
{
    c12_charge_dims d;
    c12__arena a = c12__arena_measure();
    c12_status s = charge_take_dims(&d, dims, err);
    if (s) return s;
    if (!bytes) return c12__fail(err, C12_E_ARG, "argument is NULL", "bytes", -1, 0);
    (void)charge_layout(&a, &d);
    size_t need = c12__arena_need(&a);
    if (need == SIZE_MAX) return c12__fail(err, C12_E_OVERFLOW, "size does not fit size_t", "dims", -1, 0);
    *bytes = need;
    return C12_OK;
}

c12_status c12_charge_init(c12_charge **self, c12_mem mem, const c12_charge_dims *dims, const c12_charge_options *options, const c12_host *host, c12_error *err)
{
    c12_charge_dims d;
    c12_charge_options o;
    c12_host h;
    size_t need;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    *self = NULL;
    c12_status s = c12_charge_bytes(dims, &need, err);
    if (!s) s = charge_take_dims(&d, dims, err);
    if (!s) s = c12__charge_take_options(&o, options, err);
    if (!s) s = c12__take_optional(&h, sizeof h, host, "host", err);
    if (s) return s;
    if (!mem.ptr || mem.size < need) return c12__fail(err, C12_E_SPACE, "memory is too small for these dims", "mem", -1, (int64_t)need);
    c12__arena a = c12__arena_over(mem);
    c12_charge *it = charge_layout(&a, &d);
    it->host = h;
    it->dims = d;
    it->policy = o;
    atomic_init(&it->cancelled, 0);
    *self = it;
    return C12_OK;
}

c12_status c12_charge_create(c12_charge **self, const c12_charge_dims *dims, const c12_charge_options *options, const c12_host *host, c12_error *err)
{
    c12_host h;
    size_t need;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    *self = NULL;
    c12_status s = c12_charge_bytes(dims, &need, err);
    if (!s) s = c12__take_optional(&h, sizeof h, host, "host", err);
    if (s) return s;
    c12_mem mem = { c12__alloc(&h, need), need };
    if (!mem.ptr) return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, (int64_t)need);
    s = c12_charge_init(self, mem, dims, options, host, err);
    if (s) { c12__release(&h, mem.ptr, need); return s; }
    (*self)->owned = need;
    (*self)->owned_ptr = mem.ptr;
    return C12_OK;
}

void c12_charge_destroy(c12_charge *self)
{
    if (!self || !self->owned) return;
    c12_host h = self->host;
    c12__release(&h, self->owned_ptr, self->owned);
}

void c12_charge_cancel(c12_charge *self)
{
    if (self) atomic_store_explicit(&self->cancelled, 1, memory_order_relaxed);
}

c12_status c12_charge_load(c12_charge *self, const c12_charge_problem *problem, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    self->loaded = 0;
    c12_status s = c12__charge_take_problem(&self->p, problem, &self->policy, err);
    if (s) return s;
    if (self->p.n_robots > self->dims.robots) c12__fault(&f, C12_E_SPACE, "more robots than the handle was made for", "robots", -1, self->p.n_robots);
    if (self->p.n_bays > self->dims.bays) c12__fault(&f, C12_E_SPACE, "more bays than the handle was made for", "bays", -1, self->p.n_bays);
    self->loaded = !f.status;
    return f.status;
}

/* ---- solve --------------------------------------------------------------------------------------------------------------- */

/* Bays whose fast rate covers the drain of the whole fleet: ceil(sum of drain * fast_ticks / (drain_ticks * taper_ppm)). */
static int64_t charge_bays_needed(const c12_charge *self)
{
    uint64_t drain = 0, below;
    for (int32_t r = 0; r < self->p.n_robots; r++) drain += (uint64_t)c12__at64(self->p.robot_drain, r, 0);
    c12__u128 rest, need = c12__mul_u64(drain, (uint64_t)self->policy.fast_ticks);
    below = (uint64_t)self->policy.drain_ticks * (uint64_t)self->policy.taper_ppm; /* < 2^60 */
    need = c12__div_u128(need, (c12__u128){ 0, below }, &rest);
    if (need.hi || need.lo >= INT64_MAX) return INT64_MAX;
    return (int64_t)need.lo + (rest.lo != 0);
}

static void charge_write_plan(const c12_charge *self, c12_charge_plan *out, const c12_charge_plan *cols)
{
    c12_charge_plan told = *cols;
    size_t n = (size_t)self->p.n_robots;
    told.queued = self->queued;
    told.target_ppm = self->target;
    told.stranded = self->stranded;
    told.bays_needed = charge_bays_needed(self);
    told.bays_missing = c12__max64(0, told.bays_needed - self->p.n_bays);
    if (n) {
        memcpy(cols->robot_class, self->kind, n * sizeof *self->kind);
        memcpy(cols->robot_bay, self->bay, n * sizeof *self->bay);
        memcpy(cols->robot_start, self->start, n * sizeof *self->start);
        memcpy(cols->robot_until, self->until, n * sizeof *self->until);
        memcpy(cols->queue_rank, self->rank, n * sizeof *self->rank);
    }
    c12__give(out, &told, sizeof told);
}

static void charge_report(const c12_charge *self, c12_info *info)
{
    for (int32_t r = 0; r < self->p.n_robots; r++) {
        if (self->bay[r] < 0) continue;
        const c12_tick *way = self->p.travel + (int64_t)r * self->p.n_bays;
        int64_t best = INT64_MAX;
        for (int32_t b = 0; b < self->p.n_bays; b++) if (way[b] >= 0) best = c12__min64(best, way[b]);
        if (c12__at32(self->p.at_bay, r, -1) >= 0) best = 0;
        info->objective += self->start[r] - self->p.now;
        info->bound += best;
    }
    info->outcome = info->objective == info->bound ? C12_OPTIMAL : C12_FEASIBLE;
}

static c12_status charge_may_solve(const c12_charge *self, int32_t branch, const c12_charge_plan *p, c12_error *err)
{
    if (!self->loaded) return c12__fail(err, C12_E_STATE, "load a problem first", NULL, -1, 0);
    if (branch) return c12__fail(err, C12_E_RANGE, "no such branch", "branch", -1, branch);
    if (self->p.n_robots && (!p->robot_class || !p->robot_bay || !p->robot_start || !p->robot_until || !p->queue_rank))
        return c12__fail(err, C12_E_ARG, "column is missing", "plan", -1, 0);
    return C12_OK;
}

c12_status c12_charge_solve(c12_charge *self, int32_t branch, const c12_budget *budget, c12_charge_plan *plan, c12_info *info, c12_error *err)
{
    c12_budget b;
    c12_charge_plan p;
    c12_info i = C12_INIT(c12_info);
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    c12_status s = c12__take_budget(&b, budget, &self->host, err);
    if (!s) s = c12__take(&p, sizeof p, plan, "plan", err);
    if (!s) s = charge_may_solve(self, branch, &p, err);
    if (s) return s;
    c12_ns began = c12__now(&self->host);
    c12__charge_classify(self);
    i.work = c12__charge_place(self, &b, began, &i.stop);
    if (i.work >= 0) {
        charge_write_plan(self, plan, &p);
        charge_report(self, &i);
    } else {
        i.work = -1 - i.work;
    }
    i.first = i.elapsed = c12__now(&self->host) - began;
    c12__give(info, &i, sizeof i);
    atomic_store_explicit(&self->cancelled, 0, memory_order_relaxed);
    return C12_OK;
}

int32_t c12_charge_is_low_demand(int32_t hour_of_day, int32_t from, int32_t to)
{
    if (hour_of_day < 0 || hour_of_day > 23 || from < 0 || from > 23 || to < 0 || to > 24) return 0;
    if (from <= to) return from <= hour_of_day && hour_of_day < to;
    return hour_of_day >= from || hour_of_day < to;
}
