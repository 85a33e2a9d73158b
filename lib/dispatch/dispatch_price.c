/* SPDX-License-Identifier: Apache-2.0 */
/* What leaving a task out costs: more than any saving among costs, and more again for every step of priority. */
#include "base/sort.h"
#include "dispatch/dispatch_internal.h"

void c12__dispatch_rescale(c12_dispatch *self)
{
    c12__dispatch_scale *s = &self->scale;
    int64_t lo = INT64_MAX, hi = INT64_MIN;
    for (int64_t i = 0; i < self->rows * self->stride; i++) {
        if (self->cost[i] == C12__DISPATCH_FAR) continue;
        lo = c12__min64(lo, self->cost[i]);
        hi = c12__max64(hi, self->cost[i]);
    }
    s->lo = lo <= hi ? lo + s->shift : 0;
    s->hi = lo <= hi ? hi + s->shift : 0;
}

/* A sum of that many costs fits. */
int c12__dispatch_sum_fits(int64_t lo, int64_t hi, int64_t pairs)
{
    int64_t low, high;
    return !c12__mul64(lo, pairs, &low) && !c12__mul64(hi, pairs, &high);
}

/* What a step must be at least.  1 when it passes 2^60. */
static int price_step(int64_t lo, int64_t hi, int64_t pairs, int64_t *step)
{
    return c12__mul64(hi - lo, pairs, step) || *step >= C12__DISPATCH_MOST || (++*step, 0);
}

/* Costs up to a range below and above what they are, and as many pairs as the limits allow, leave live prices valid; so do eight
 * steps of priority to either side.  1 when that passes 2^60. */
static int price_with_room(c12_dispatch *self, int64_t low, int64_t high)
{
    c12__dispatch_scale *s = &self->scale;
    int64_t range = s->hi - s->lo + 1, top;
    if (s->lo < -C12__DISPATCH_NEAR || s->hi > C12__DISPATCH_NEAR || high - low > 1000) return 1;
    s->base = s->lo - range;
    s->first = low - 9;
    s->ranks = high - low + 17;
    s->by_value = 1;
    return price_step(s->base, s->hi + range, c12__min64(self->dims.robots, self->dims.tasks), &s->step) || c12__mul64(s->step, s->ranks, &top) ||
           top > C12__DISPATCH_MOST;
}

static int64_t *price_of_task(c12_dispatch *self, int32_t t) { return (self->by_task ? self->row_out : self->col_out) + t; }

/* The prices of dispatch.h: rank = 1 + the number of tasks that go later. */
static c12_status price_as_stated(c12_dispatch *self, c12_error *err)
{
    c12__dispatch_scale *s = &self->scale;
    int32_t n = self->tasks, lower = 0;
    int64_t top;
    s->by_value = 0;
    s->stated = 1;
    s->base = s->lo;
    s->ranks = n;
    if (!c12__dispatch_sum_fits(s->lo, s->hi, c12__min64(n, self->robots)))
        return c12__fail(err, C12_E_OVERFLOW, "the sum of costs may not fit 64 bits", "cost", -1, s->hi);
    if (price_step(s->lo, s->hi, c12__min64(n, self->robots), &s->step) || c12__mul64(s->step, n, &top) || top > C12__DISPATCH_MOST)
        return c12__fail(err, C12_E_OVERFLOW, "costs spread too far for this many tasks", "cost", -1, s->hi);
    for (int32_t t = 0; t < n; t++) self->key[t] = -(int64_t)self->task_priority[t];
    c12__sort_rows(self->key, n, self->order, self->scratch);
    for (int32_t i = n; i-- > 0; ) {
        if (i + 1 < n && self->key[self->order[i]] != self->key[self->order[i + 1]]) lower = n - 1 - i;
        *price_of_task(self, self->order[i]) = s->base + (1 + (int64_t)lower) * s->step - s->shift;
    }
    return C12_OK;
}

static void price_block_bounds(c12_dispatch *self)
{
    int same = 1;
    for (int32_t j = 1; j < self->cols; j++) same &= self->col_out[j] == self->col_out[0];
    const int64_t out = self->cols ? self->col_out[0] : 0;
    for (int32_t i = 0; i < self->rows; i++) {
        int64_t *least = self->least + i * self->blocks;
        if (!same || self->scale.measured) self->loop.below(self->cost + i * self->stride, self->col_out, self->stride, least);
        else for (int64_t b = 0; b < self->blocks; b++) least[b] -= out;
    }
    self->scale.measured = 1;
}

c12_status c12__dispatch_price(c12_dispatch *self, int live, c12_error *err)
{
    int32_t low = 0, high = 0;
    c12_status s = C12_OK;
    for (int32_t t = 0; t < self->tasks; t++) {
        if (!t || self->task_priority[t] < low) low = self->task_priority[t];
        if (!t || self->task_priority[t] > high) high = self->task_priority[t];
    }
    if (!live || price_with_room(self, low, high)) s = price_as_stated(self, err);
    else
        for (int32_t t = 0; t < self->tasks; t++) *price_of_task(self, t) = c12__dispatch_price_of(self, self->task_priority[t]);
    if (!s && self->cost) price_block_bounds(self);
    if (!s) c12__dispatch_restart(self);
    return s;
}

int c12__dispatch_price_holds(const c12_dispatch *self, int64_t lo, int64_t hi, int32_t robots, int32_t tasks)
{
    int64_t need;
    if (price_step(lo, hi, c12__min64(robots, tasks), &need)) return 0;
    return need <= self->scale.step && self->scale.base + self->scale.step >= lo + need;
}

int64_t c12__dispatch_price_of(const c12_dispatch *self, int32_t priority)
{
    const c12__dispatch_scale *s = &self->scale;
    if (s->by_value) {
        int64_t rank = priority - s->first;
        return rank < 1 || rank > s->ranks ? INT64_MIN : s->base + rank * s->step - s->shift;
    }
    for (int32_t t = 0; t < self->tasks; t++)
        if (self->task_priority[t] == priority) return *price_of_task((c12_dispatch *)(uintptr_t)self, t);
    return INT64_MIN;
}

void c12__dispatch_restart(c12_dispatch *self)
{
    for (int32_t i = 0; i < self->rows; i++) { self->row_col[i] = C12__DISPATCH_WAITS; self->row_dual[i] = 0; self->best_col[i] = C12__DISPATCH_STALE; }
    for (int64_t j = 0; j < self->stride; j++) { self->free_out[j] = C12__DISPATCH_TAKEN; self->col_dual[j] = 0; }
    for (int32_t j = 0; j < self->cols; j++) {
        self->col_row[j] = C12__DISPATCH_FREE;
        self->col_dual[j] = self->free_out[j] = self->col_out[j];
    }
    if (self->cost) self->listed = self->priced = 0;
}
