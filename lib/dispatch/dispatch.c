/* SPDX-License-Identifier: Apache-2.0 */
/* Entry of the room: memory, and what the caller reads of a solve. */
#include "dispatch/dispatch_internal.h"

/* ---- memory -------------------------------------------------------------------------------------------------------------- */

/* Arcs: those the caller may list, or a list of candidates for each row of a dense matrix large enough to need them. */
static int64_t dispatch_arcs(const c12_dispatch_dims *d, int64_t rows, int64_t cols)
{
    if (d->pairs) return d->pairs;
    return rows >= C12__DISPATCH_LARGE && cols >= C12__DISPATCH_LARGE ? rows * C12__DISPATCH_LIST : 0;
}

static void dispatch_layout_search(c12__arena *a, c12_dispatch *s, int32_t rows)
{
    s->row_dual = C12__CARVE(a, int64_t, rows);
    s->row_out = C12__CARVE(a, int64_t, rows);
    s->row_col = C12__CARVE(a, int32_t, rows);
    s->best_free = C12__CARVE(a, int64_t, rows);
    s->best_col = C12__CARVE(a, int32_t, rows);
    s->dist = C12__CARVE(a, int64_t, rows);
    s->near_dual = C12__CARVE(a, int64_t, rows);
    s->near = C12__CARVE(a, int32_t, rows);
    s->near_col = C12__CARVE(a, int32_t, rows);
    s->near_from = C12__CARVE(a, int32_t, rows);
    s->scan_dist = C12__CARVE(a, int64_t, (int64_t)rows + 1);
    s->scan_at = C12__CARVE(a, int32_t, (int64_t)rows + 1);
    s->from = C12__CARVE(a, int32_t, rows);
    s->arc_off = C12__CARVE(a, int64_t, (int64_t)rows + 1);
    s->arc_n = C12__CARVE(a, int32_t, rows);
    c12__heap_carve(&s->heap, a, rows);
}

static c12_dispatch *dispatch_layout(c12__arena *a, const c12_dispatch_dims *d)
{
    const int32_t rows = d->robots <= d->tasks ? d->robots : d->tasks, cols = d->robots <= d->tasks ? d->tasks : d->robots;
    const int64_t blocks = ((int64_t)cols + C12__DISPATCH_BLOCK - 1) / C12__DISPATCH_BLOCK, stride = blocks * C12__DISPATCH_BLOCK;
    const int64_t arcs = dispatch_arcs(d, rows, cols);
    c12_dispatch none, *self = C12__CARVE(a, c12_dispatch, 1), *s = self ? self : &none;
    memset(s, 0, sizeof *s);
    s->by_task = d->robots > d->tasks;
    s->blocks = blocks;
    s->stride = stride;
    if (!d->pairs) {
        s->cost = C12__CARVE(a, int64_t, rows * stride);
        s->least = C12__CARVE(a, int64_t, rows * blocks);
    }
    s->arc_cost = C12__CARVE(a, int64_t, arcs);
    s->arc_col = C12__CARVE(a, int32_t, arcs);
    s->col_dual = C12__CARVE(a, int64_t, stride);
    s->col_out = C12__CARVE(a, int64_t, stride);
    s->free_out = C12__CARVE(a, int64_t, stride);
    s->col_row = C12__CARVE(a, int32_t, cols);
    dispatch_layout_search(a, s, rows);
    s->robot_current = C12__CARVE(a, int32_t, d->robots);
    s->task_priority = C12__CARVE(a, int32_t, d->tasks);
    s->key = C12__CARVE(a, int64_t, stride);
    s->spare = C12__CARVE(a, int64_t, blocks);
    s->order = C12__CARVE(a, int32_t, d->tasks);
    s->scratch = C12__CARVE(a, int32_t, d->tasks);
    return self;
}

static c12_status dispatch_take_dims(c12_dispatch_dims *d, const c12_dispatch_dims *from, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__take(d, sizeof *d, from, "dims", err);
    if (s) return s;
    if (d->robots < 0) c12__fault(&f, C12_E_ARG, "limit is negative", "robots", -1, d->robots);
    if (d->tasks < 0) c12__fault(&f, C12_E_ARG, "limit is negative", "tasks", -1, d->tasks);
    if (d->branches < 0) c12__fault(&f, C12_E_ARG, "limit is negative", "branches", -1, d->branches);
    if (d->branches > 0) c12__fault(&f, C12_E_RANGE, "this version serves the trunk only", "branches", -1, d->branches);
    if (d->pairs < 0) c12__fault(&f, C12_E_ARG, "limit is negative", "pairs", -1, d->pairs);
    return f.status;
}

c12_status c12_dispatch_bytes(const c12_dispatch_dims *dims, size_t *bytes, c12_error *err)
{
    c12_dispatch_dims d;
    c12__arena a = c12__arena_measure();
    c12_status s = dispatch_take_dims(&d, dims, err);
    if (s) return s;
    if (!bytes) return c12__fail(err, C12_E_ARG, "argument is NULL", "bytes", -1, 0);
    (void)dispatch_layout(&a, &d);
    size_t need = c12__arena_need(&a);
    if (need == SIZE_MAX) return c12__fail(err, C12_E_OVERFLOW, "size does not fit size_t", "dims", -1, 0);
    *bytes = need;
    return C12_OK;
}

c12_status c12_dispatch_init(c12_dispatch **self, c12_mem mem, const c12_dispatch_dims *dims, const c12_dispatch_options *options, const c12_host *host, c12_error *err)
{
    c12_dispatch_dims d;
    c12_dispatch_options o;
    c12_host h;
    size_t need = 0;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    *self = NULL;
    c12_status s = c12_dispatch_bytes(dims, &need, err);
    if (!s) s = dispatch_take_dims(&d, dims, err);
    if (!s) s = c12__dispatch_take_options(&o, options, err);
    if (!s) s = c12__take_optional(&h, sizeof h, host, "host", err);
    if (s) return s;
    if (!mem.ptr || mem.size < need) return c12__fail(err, C12_E_SPACE, "memory is too small for these dims", "mem", -1, (int64_t)need);
    c12__arena a = c12__arena_over(mem);
    c12_dispatch *it = dispatch_layout(&a, &d);
    it->host = h;
    it->dims = d;
    it->hysteresis = o.hysteresis;
    it->loop = c12__dispatch_rows_best();
    atomic_init(&it->cancelled, 0);
    *self = it;
    return C12_OK;
}

c12_status c12_dispatch_create(c12_dispatch **self, const c12_dispatch_dims *dims, const c12_dispatch_options *options, const c12_host *host, c12_error *err)
{
    c12_host h;
    size_t need = 0;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    *self = NULL;
    c12_status s = c12_dispatch_bytes(dims, &need, err);
    if (!s) s = c12__take_optional(&h, sizeof h, host, "host", err);
    if (s) return s;
    c12_mem mem = { c12__alloc(&h, need), need };
    if (!mem.ptr) return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, (int64_t)need);
    s = c12_dispatch_init(self, mem, dims, options, host, err);
    if (s) { c12__release(&h, mem.ptr, need); return s; }
    (*self)->owned = need;
    (*self)->owned_ptr = mem.ptr;
    return C12_OK;
}

void c12_dispatch_destroy(c12_dispatch *self)
{
    if (!self || !self->owned) return;
    c12_host h = self->host;
    c12__release(&h, self->owned_ptr, self->owned);
}

void c12_dispatch_cancel(c12_dispatch *self)
{
    if (self) atomic_store_explicit(&self->cancelled, 1, memory_order_relaxed);
}

/* ---- solve --------------------------------------------------------------------------------------------------------------- */

/* The best robot but its own, seen from each task: collected in key (how near) and order (who), scratch (can any). */
static void dispatch_rival_see(c12_dispatch *self, int32_t t, int32_t r, int64_t cost)
{
    if (cost >= C12__DISPATCH_FAR) return;
    int64_t at = cost - c12__dispatch_robot_dual(self, r);
    self->scratch[t] = 1;
    if (at >= self->key[t] || r == c12__dispatch_task_robot(self, t)) return;
    self->key[t] = at;
    self->order[t] = r;
}

static void dispatch_find_rivals(c12_dispatch *self)
{
    for (int32_t t = 0; t < self->tasks; t++) { self->key[t] = INT64_MAX; self->order[t] = -1; self->scratch[t] = 0; }
    for (int32_t i = 0; i < self->rows; i++) {
        const int64_t off = self->cost ? 0 : self->arc_off[i], n = self->cost ? self->cols : self->arc_n[i];
        const int64_t *cost = self->cost ? self->cost + i * self->stride : self->arc_cost + off;
        for (int64_t k = 0; k < n; k++) {
            int32_t j = self->cost ? (int32_t)k : self->arc_col[off + k];
            if (self->by_task) dispatch_rival_see(self, i, j, cost[k]);
            else dispatch_rival_see(self, j, i, cost[k]);
        }
    }
}

static void dispatch_tell_why(c12_dispatch *self, int whole, const c12_dispatch_plan *plan)
{
    if (!plan->why && !plan->runner_up && !plan->margin) return;
    dispatch_find_rivals(self);
    for (int32_t t = 0; t < self->tasks; t++) {
        int32_t next = self->order[t];
        int32_t why = c12__dispatch_task_robot(self, t) >= 0 ? C12_DISPATCH_WHY_ASSIGNED : self->scratch[t] ? C12_DISPATCH_WHY_OUTBID : C12_DISPATCH_WHY_NO_ROBOT;
        if (!whole && why == C12_DISPATCH_WHY_OUTBID) why = C12_DISPATCH_WHY_UNREACHED;
        if (plan->why) plan->why[t] = why;
        if (plan->runner_up) plan->runner_up[t] = next;
        if (plan->margin) plan->margin[t] = next < 0 ? -1 : whole ? self->key[t] - c12__dispatch_task_dual(self, t) : 0;
    }
}

static void dispatch_write_shifted(int64_t *to, const int64_t *from, int32_t n, int64_t shift)
{
    if (!to || !n) return;
    memcpy(to, from, (size_t)n * sizeof *to);
    for (int32_t i = 0; shift && i < n; i++) to[i] += shift;
}

static void dispatch_write_plan(c12_dispatch *self, int whole, const c12_dispatch_plan *plan)
{
    const int64_t shift = self->scale.shift;
    const int32_t *robot = self->by_task ? self->row_col : self->col_row;
    for (int32_t t = 0; t < self->tasks; t++) plan->task_robot[t] = robot[t] < 0 ? -1 : robot[t];
    dispatch_write_shifted(plan->task_dual, self->by_task ? self->row_dual : self->col_dual, self->tasks, shift);
    dispatch_write_shifted(plan->task_price, self->by_task ? self->row_out : self->col_out, self->tasks, shift);
    dispatch_write_shifted(plan->robot_dual, self->by_task ? self->col_dual : self->row_dual, self->robots, 0);
    dispatch_tell_why(self, whole, plan);
}

/* A matched pair's cost is the sum of its duals. */
static void dispatch_report(const c12_dispatch *self, int whole, c12_info *info)
{
    int64_t pairs = c12__min64(self->robots, self->tasks), shift = self->scale.shift;
    info->objective = 0;
    for (int32_t i = 0; i < self->rows; i++)
        if (self->row_col[i] >= 0) info->objective += self->row_dual[i] + self->col_dual[self->row_col[i]] + shift;
    info->outcome = whole ? C12_OPTIMAL : C12_FEASIBLE;
    info->bound = whole ? info->objective : c12__min64(self->scale.lo, 0) * pairs;
}

static c12_status dispatch_may_solve(const c12_dispatch *self, int32_t branch, const c12_dispatch_plan *p, c12_error *err)
{
    if (!self->loaded) return c12__fail(err, C12_E_STATE, "load a problem first", NULL, -1, 0);
    if (branch) return c12__fail(err, C12_E_RANGE, "no such branch", "branch", -1, branch);
    if (!p->task_robot && self->tasks) return c12__fail(err, C12_E_ARG, "column is missing", "task_robot", -1, 0);
    if (!p->robot_dual != !p->task_dual) return c12__fail(err, C12_E_ARG, "duals come together or not at all", "robot_dual", -1, 0);
    return C12_OK;
}

c12_status c12_dispatch_solve(c12_dispatch *self, int32_t branch, const c12_budget *budget, c12_dispatch_plan *plan, c12_info *info, c12_error *err)
{
    c12_budget b;
    c12_dispatch_plan p;
    c12_info i = C12_INIT(c12_info);
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    c12_status s = c12__take_budget(&b, budget, &self->host, err);
    if (!s) s = c12__take(&p, sizeof p, plan, "plan", err);
    if (!s) s = dispatch_may_solve(self, branch, &p, err);
    if (s) return s;
    c12_ns began = c12__now(&self->host);
    if (p.task_dual && !p.task_price && !self->scale.stated) { /* after events the duals stand on other prices */
        c12__dispatch_rescale(self);
        s = c12__dispatch_price(self, 0, err);
        if (s) return s;
    }
    int whole = c12__dispatch_run(self, &b, began, &i.work, &i.stop);
    dispatch_write_plan(self, whole, &p);
    dispatch_report(self, whole, &i);
    i.first = i.elapsed = c12__now(&self->host) - began;
    c12__give(info, &i, sizeof i);
    atomic_store_explicit(&self->cancelled, 0, memory_order_relaxed);
    return C12_OK;
}
