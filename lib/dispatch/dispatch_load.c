/* SPDX-License-Identifier: Apache-2.0 */
/* Taking over a problem: costs row by row in the handle's orientation, with the hysteresis in them and NEVER as a large number. */
#include "dispatch/dispatch_internal.h"

/* ---- dense ----------------------------------------------------------------------------------------------------------------------- */

/* 16 robots at a time, so that both matrices are read and written by whole cache lines. */
static void load_turned(c12_dispatch *self, const int64_t *cost)
{
    for (int32_t from = 0; from < self->robots; from += 16) {
        int32_t to = (int32_t)c12__min64(from + 16, self->robots);
        for (int32_t t = 0; t < self->tasks; t++) {
            const int64_t *c = cost + (int64_t)from * self->tasks + t;
            int64_t *cell = self->cost + t * self->stride;
            for (int32_t r = from; r < to; r++, c += self->tasks) cell[r] = *c;
        }
    }
}

/* A current task is cheaper by the hysteresis.  Costs out of range are left for the message. */
static void load_keep_current(c12_dispatch *self, int32_t r)
{
    int32_t t = self->robot_current[r];
    if (t < 0) return;
    int64_t *cell = c12__dispatch_cell(self, r, t);
    if (*cell >= -C12__DISPATCH_MOST && *cell <= C12__DISPATCH_MOST) *cell -= self->hysteresis;
}

static void load_pad(int64_t *row, int64_t from, int64_t to)
{
    while (from < to) row[from++] = C12_DISPATCH_NEVER;
}

static void load_rows(c12_dispatch *self, const c12_dispatch_problem *p)
{
    if (self->by_task) {
        load_turned(self, p->cost);
        for (int32_t r = 0; r < self->robots; r++) load_keep_current(self, r);
    }
    for (int32_t i = 0; i < self->rows; i++) {
        int64_t *row = self->cost + i * self->stride;
        if (!self->by_task) {
            if (self->cols) memcpy(row, p->cost + (int64_t)i * self->tasks, (size_t)self->cols * sizeof *row);
            load_keep_current(self, i);
        }
        load_pad(row, self->cols, self->stride);
        self->loop.measure(row, self->stride, self->least + i * self->blocks, &self->scale.lo, &self->scale.hi);
    }
}

/* Listed pairs in a dense handle: all others must not be. */
static void load_scattered(c12_dispatch *self, const c12_dispatch_problem *p)
{
    for (int32_t i = 0; i < self->rows; i++) load_pad(self->cost + i * self->stride, 0, self->stride);
    for (int32_t r = 0; r < self->robots; r++) {
        for (int64_t k = p->pair_off[r]; k < p->pair_off[r + 1]; k++) *c12__dispatch_cell(self, r, p->pair_task[k]) = p->cost[k];
        load_keep_current(self, r);
    }
    for (int32_t i = 0; i < self->rows; i++)
        self->loop.measure(self->cost + i * self->stride, self->stride, self->least + i * self->blocks, &self->scale.lo, &self->scale.hi);
}

/* Costs far from 0 count from the least, so that sums of a few stay within 64 bits. */
static void load_shift(c12_dispatch *self, int64_t shift)
{
    int64_t lo = INT64_MAX, hi = INT64_MIN;
    self->scale.shift = shift;
    for (int64_t i = 0; i < self->rows * self->stride; i++) self->cost[i] = self->cost[i] == C12__DISPATCH_FAR ? C12_DISPATCH_NEVER : self->cost[i] - shift;
    for (int32_t i = 0; i < self->rows; i++) self->loop.measure(self->cost + i * self->stride, self->stride, self->least + i * self->blocks, &lo, &hi);
}

/* ---- listed pairs -------------------------------------------------------------------------------------------------------------------- */

static void load_count_arcs(c12_dispatch *self, const c12_dispatch_problem *p)
{
    for (int32_t i = 0; i < self->rows; i++) self->arc_n[i] = 0;
    for (int32_t r = 0; r < self->robots; r++)
        for (int64_t k = p->pair_off[r]; k < p->pair_off[r + 1]; k++) self->arc_n[self->by_task ? p->pair_task[k] : r]++;
    self->arc_off[0] = 0;
    for (int32_t i = 0; i < self->rows; i++) {
        self->arc_off[i + 1] = self->arc_off[i] + self->arc_n[i];
        self->arc_n[i] = 0;
    }
}

static void load_arcs(c12_dispatch *self, const c12_dispatch_problem *p)
{
    load_count_arcs(self, p);
    for (int32_t r = 0; r < self->robots; r++)
        for (int64_t k = p->pair_off[r]; k < p->pair_off[r + 1]; k++) {
            int32_t t = p->pair_task[k], row = self->by_task ? t : r;
            int64_t c = p->cost[k], at = self->arc_off[row] + self->arc_n[row];
            if (c == C12_DISPATCH_NEVER) continue;
            if (self->robot_current[r] == t) c -= self->hysteresis;
            self->scale.lo = c12__min64(self->scale.lo, c);
            self->scale.hi = c12__max64(self->scale.hi, c);
            self->arc_cost[at] = c;
            self->arc_col[at] = self->by_task ? r : t;
            self->arc_n[row]++;
        }
    self->listed = self->priced = 1;
}

static void load_shift_arcs(c12_dispatch *self, int64_t shift)
{
    self->scale.shift = shift;
    for (int64_t k = 0; k < self->arc_off[self->rows]; k++) self->arc_cost[k] -= shift;
}

/* ---- entry ------------------------------------------------------------------------------------------------------------------------------ */

static c12_status load_fits(const c12_dispatch *self, const c12_dispatch_problem *p, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    if (p->n_robots > self->dims.robots) c12__fault(&f, C12_E_SPACE, "more robots than the handle was made for", "robots", -1, p->n_robots);
    if (p->n_tasks > self->dims.tasks) c12__fault(&f, C12_E_SPACE, "more tasks than the handle was made for", "tasks", -1, p->n_tasks);
    if (f.status || !self->dims.pairs) return f.status;
    if (!p->pair_off && p->n_robots) return c12__fail(err, C12_E_ARG, "this handle was made for listed pairs", "pair_off", -1, 0);
    if (p->n_robots && p->pair_off[p->n_robots] > self->dims.pairs)
        return c12__fail(err, C12_E_SPACE, "more pairs than the handle was made for", "pairs", -1, p->pair_off[p->n_robots]);
    return C12_OK;
}

static void load_columns(c12_dispatch *self, const c12_dispatch_problem *p)
{
    self->robots = p->n_robots;
    self->tasks = p->n_tasks;
    self->rows = self->by_task ? self->tasks : self->robots;
    self->cols = self->by_task ? self->robots : self->tasks;
    for (int32_t t = 0; t < self->tasks; t++) self->task_priority[t] = c12__at32(p->task_priority, t, 0);
    for (int32_t r = 0; r < self->robots; r++) self->robot_current[r] = c12__at32(p->current, r, -1);
    for (int32_t i = 0; i < self->rows; i++) self->row_out[i] = 0;
    for (int64_t j = 0; j < self->stride; j++) self->col_out[j] = 0;
}

static c12_status load_costs(c12_dispatch *self, const c12_dispatch_problem *p, c12_error *err)
{
    c12__dispatch_scale *s = &self->scale;
    const int64_t cells = p->pair_off ? p->n_robots ? p->pair_off[p->n_robots] : 0 : (int64_t)p->n_robots * p->n_tasks;
    c12__faults f = { err, C12_OK, 0 };
    s->lo = INT64_MAX;
    s->hi = INT64_MIN;
    s->shift = s->measured = 0;
    if (!self->cost) { /* their number is small beside what the search does: looked at first */
        c12__dispatch_check_costs(&f, p->cost, cells);
        if (f.status) return f.status;
        load_arcs(self, p);
    } else if (p->pair_off) load_scattered(self, p);
    else load_rows(self, p);
    if (s->lo > s->hi) s->lo = s->hi = 0;
    if (s->lo < -C12__DISPATCH_MOST || s->hi > C12__DISPATCH_MOST) c12__dispatch_check_costs(&f, p->cost, cells);
    if (f.status) return f.status;
    if (s->lo >= -C12__DISPATCH_NEAR && s->hi <= C12__DISPATCH_NEAR) return C12_OK;
    if (self->cost) load_shift(self, s->lo);
    else load_shift_arcs(self, s->lo);
    return C12_OK;
}

c12_status c12_dispatch_load(c12_dispatch *self, const c12_dispatch_problem *problem, c12_error *err)
{
    c12_dispatch_problem p;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    self->loaded = 0;
    c12_status s = c12__dispatch_take_problem(&p, problem, err);
    if (!s) s = load_fits(self, &p, err);
    if (s) return s;
    load_columns(self, &p);
    s = load_costs(self, &p, err);
    if (!s) s = c12__dispatch_price(self, 0, err);
    self->loaded = !s;
    return s;
}
