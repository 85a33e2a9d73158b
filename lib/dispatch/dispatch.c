/* SPDX-License-Identifier: Apache-2.0 */
/* Entry of the room: memory, load, and what the caller reads of a solve. */
#include "base/sort.h"
#include "dispatch/dispatch_internal.h"

/* ---- memory -------------------------------------------------------------------------------------------------------------- */

static c12_dispatch *dispatch_layout(c12__arena *a, const c12_dispatch_dims *d)
{
    c12_dispatch none, *self = C12__CARVE(a, c12_dispatch, 1), *s = self ? self : &none;
    memset(s, 0, sizeof *s);
    s->cost = C12__CARVE(a, int64_t, (int64_t)d->robots * d->tasks);
    s->price = C12__CARVE(a, int64_t, d->tasks);
    s->task_dual = C12__CARVE(a, int64_t, d->tasks);
    s->robot_dual = C12__CARVE(a, int64_t, d->robots);
    s->dist = C12__CARVE(a, int64_t, d->robots);
    s->key = C12__CARVE(a, int64_t, d->tasks);
    s->order = C12__CARVE(a, int32_t, d->tasks);
    s->scratch = C12__CARVE(a, int32_t, d->tasks);
    s->task_robot = C12__CARVE(a, int32_t, d->tasks);
    s->robot_task = C12__CARVE(a, int32_t, d->robots);
    s->from = C12__CARVE(a, int32_t, d->robots);
    s->scanned = C12__CARVE(a, int32_t, d->robots);
    s->done = C12__CARVE(a, uint8_t, d->robots);
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
    size_t need;
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
    atomic_init(&it->cancelled, 0);
    *self = it;
    return C12_OK;
}

c12_status c12_dispatch_create(c12_dispatch **self, const c12_dispatch_dims *dims, const c12_dispatch_options *options, const c12_host *host, c12_error *err)
{
    c12_host h;
    size_t need;
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

/* ---- load ---------------------------------------------------------------------------------------------------------------- */

/* Effective costs by task: robots of one task lie side by side, as the search reads them. */
static void dispatch_copy_costs(c12_dispatch *self, const c12_dispatch_problem *p)
{
    int64_t lo = INT64_MAX, hi = INT64_MIN;
    for (int32_t r = 0; r < p->n_robots; r++) {
        int32_t now = c12__at32(p->current, r, -1);
        for (int32_t t = 0; t < p->n_tasks; t++) {
            int64_t c = p->cost[(int64_t)r * p->n_tasks + t];
            if (c != C12_DISPATCH_NEVER) {
                if (t == now) c -= self->hysteresis;
                lo = c12__min64(lo, c);
                hi = c12__max64(hi, c);
            }
            self->cost[(int64_t)t * p->n_robots + r] = c;
        }
    }
    self->scale.lo = lo <= hi ? lo : 0;
    self->scale.hi = lo <= hi ? hi : 0;
    int64_t cells = (int64_t)p->n_robots * p->n_tasks;
    for (int64_t i = 0; i < cells; i++)
        if (self->cost[i] != C12_DISPATCH_NEVER) self->cost[i] -= self->scale.lo;
}

/* Tasks by falling priority, and the price of leaving each out: rising with priority, and above all money. */
static c12_status dispatch_price_tasks(c12_dispatch *self, const c12_dispatch_problem *p, c12_error *err)
{
    int32_t n = p->n_tasks, lower = 0;
    int64_t top;
    if (c12__mul64(self->scale.hi - self->scale.lo, c12__min64(n, p->n_robots), &self->scale.step) || self->scale.step > C12__DISPATCH_MOST ||
        c12__mul64(++self->scale.step, n, &top) || top > C12__DISPATCH_MOST)
        return c12__fail(err, C12_E_OVERFLOW, "costs spread too far for this many tasks", "cost", -1, self->scale.hi);
    for (int32_t t = 0; t < n; t++) self->key[t] = -(int64_t)c12__at32(p->task_priority, t, 0);
    c12__sort_rows(self->key, n, self->order, self->scratch);
    for (int32_t i = n; i-- > 0; ) {
        if (i + 1 < n && self->key[self->order[i]] != self->key[self->order[i + 1]]) lower = n - 1 - i;
        self->price[self->order[i]] = (1 + (int64_t)lower) * self->scale.step;
    }
    return C12_OK;
}

c12_status c12_dispatch_load(c12_dispatch *self, const c12_dispatch_problem *problem, c12_error *err)
{
    c12_dispatch_problem p;
    c12__faults f = { err, C12_OK, 0 };
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    self->loaded = 0;
    c12_status s = c12__dispatch_take_problem(&p, problem, err);
    if (s) return s;
    if (p.n_robots > self->dims.robots) c12__fault(&f, C12_E_SPACE, "more robots than the handle was made for", "robots", -1, p.n_robots);
    if (p.n_tasks > self->dims.tasks) c12__fault(&f, C12_E_SPACE, "more tasks than the handle was made for", "tasks", -1, p.n_tasks);
    if (f.status) return f.status;
    self->robots = p.n_robots;
    self->tasks = p.n_tasks;
    dispatch_copy_costs(self, &p);
    s = dispatch_price_tasks(self, &p, err);
    self->loaded = !s;
    return s;
}

/* ---- solve --------------------------------------------------------------------------------------------------------------- */

static int32_t dispatch_runner_up(const c12_dispatch *self, int32_t t, int32_t *possible)
{
    const int64_t *row = self->cost + (int64_t)t * self->robots;
    int64_t least = INT64_MAX;
    int32_t best = -1;
    *possible = 0;
    for (int32_t r = 0; r < self->robots; r++) {
        if (row[r] == C12_DISPATCH_NEVER) continue;
        *possible = 1;
        if (r == self->task_robot[t] || row[r] - self->robot_dual[r] >= least) continue;
        least = row[r] - self->robot_dual[r];
        best = r;
    }
    return best;
}

static void dispatch_tell_why(const c12_dispatch *self, int32_t reached, const c12_dispatch_plan *plan)
{
    for (int32_t i = 0; i < self->tasks && (plan->why || plan->runner_up); i++) {
        int32_t t = self->order[i], possible, next = dispatch_runner_up(self, t, &possible);
        int32_t why = self->task_robot[t] >= 0 ? C12_DISPATCH_WHY_ASSIGNED : possible ? C12_DISPATCH_WHY_OUTBID : C12_DISPATCH_WHY_NO_ROBOT;
        if (i >= reached && possible) why = C12_DISPATCH_WHY_UNREACHED;
        if (plan->why) plan->why[t] = why;
        if (plan->runner_up) plan->runner_up[t] = next;
    }
}

static void dispatch_write_plan(const c12_dispatch *self, int32_t reached, const c12_dispatch_plan *plan)
{
    if (self->tasks) memcpy(plan->task_robot, self->task_robot, (size_t)self->tasks * sizeof *plan->task_robot);
    for (int32_t t = 0; t < self->tasks && plan->task_dual; t++) plan->task_dual[t] = self->task_dual[t] + self->scale.lo;
    for (int32_t r = 0; r < self->robots && plan->robot_dual; r++) plan->robot_dual[r] = self->robot_dual[r];
    dispatch_tell_why(self, reached, plan);
}

static void dispatch_report(const c12_dispatch *self, int32_t reached, c12_info *info)
{
    info->objective = 0;
    for (int32_t t = 0; t < self->tasks; t++)
        if (self->task_robot[t] >= 0) info->objective += self->cost[(int64_t)t * self->robots + self->task_robot[t]] + self->scale.lo;
    info->outcome = reached == self->tasks ? C12_OPTIMAL : C12_FEASIBLE;
    info->bound = reached == self->tasks ? info->objective : c12__min64(self->scale.lo, 0) * c12__min64(self->robots, self->tasks);
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
    int32_t reached = c12__dispatch_run(self, &b, began, &i.work, &i.stop);
    dispatch_write_plan(self, reached, &p);
    dispatch_report(self, reached, &i);
    i.first = i.elapsed = c12__now(&self->host) - began;
    c12__give(info, &i, sizeof i);
    atomic_store_explicit(&self->cancelled, 0, memory_order_relaxed);
    return C12_OK;
}
