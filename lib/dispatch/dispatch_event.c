/* SPDX-License-Identifier: Apache-2.0 */
/* One robot or one task changes.  Its line of the matrix is written anew, it and its partner leave the problem, and the next solve lets
 * them enter again: two searches, while all other duals and pairs stay. */
#include "dispatch/dispatch_internal.h"

/* The new line in self->key, NEVER as FAR, with what it says of the scale. */
typedef struct event_line {
    int64_t cells;  /* whole blocks */
    int64_t lo, hi;
} event_line;

static int64_t event_cells(int64_t n) { return (n + C12__DISPATCH_BLOCK - 1) / C12__DISPATCH_BLOCK * C12__DISPATCH_BLOCK; }

static c12_status event_may(const c12_dispatch *self, int32_t branch, int32_t at, int32_t n, int32_t most, const char *field, c12_error *err)
{
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    if (!self->loaded) return c12__fail(err, C12_E_STATE, "load a problem first", NULL, -1, 0);
    if (branch) return c12__fail(err, C12_E_RANGE, "no such branch", "branch", -1, branch);
    if (!self->cost) return c12__fail(err, C12_E_UNSUPPORTED, "a handle for listed pairs takes whole problems only", "pairs", -1, self->dims.pairs);
    if (at < 0 || at > n) return c12__fail(err, C12_E_RANGE, "no such id, nor the next free one", field, -1, at);
    if (at >= most) return c12__fail(err, C12_E_SPACE, "more than the handle was made for", field, -1, at + (int64_t)1);
    return C12_OK;
}

static c12_status event_read(c12_dispatch *self, const int64_t *cost, int32_t n, event_line *line, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    int64_t *key = self->key;
    line->cells = event_cells(n);
    line->lo = self->scale.lo;
    line->hi = self->scale.hi;
    if (cost && n) memcpy(key, cost, (size_t)n * sizeof *key);
    for (int64_t i = cost ? n : 0; i < line->cells; i++) key[i] = C12_DISPATCH_NEVER;
    self->loop.measure(key, line->cells, self->spare, &line->lo, &line->hi);
    if (line->lo < -C12__DISPATCH_MOST || line->hi > C12__DISPATCH_MOST) c12__dispatch_check_costs(&f, cost, n);
    return f.status;
}

static void event_keep(c12_dispatch *self, int64_t at, event_line *line)
{
    if (self->key[at] == C12__DISPATCH_FAR) return;
    self->key[at] -= self->hysteresis;
    line->lo = c12__min64(line->lo, self->key[at]);
}

/* The costs must fit the handle's window, and prices for them must exist.  *again = the prices must be made anew. */
static c12_status event_fits(const c12_dispatch *self, const event_line *line, int32_t robots, int32_t tasks, int32_t priority, int *again, c12_error *err)
{
    const c12__dispatch_scale *s = &self->scale;
    int64_t step, top;
    if (s->shift ? line->lo < s->shift : line->lo < -C12__DISPATCH_NEAR || line->hi > C12__DISPATCH_NEAR)
        return c12__fail(err, C12_E_OVERFLOW, "too far from the costs of the load", "cost", -1, line->lo < s->lo ? line->lo : line->hi);
    if (!c12__dispatch_sum_fits(line->lo, line->hi, c12__min64(robots, tasks)) || c12__mul64(line->hi - line->lo, c12__min64(robots, tasks), &step) || step >= C12__DISPATCH_MOST || c12__mul64(step + 1, tasks, &top) ||
        top > C12__DISPATCH_MOST)
        return c12__fail(err, C12_E_OVERFLOW, "costs too large or spread too far for this many tasks", "cost", -1, line->hi);
    *again = !c12__dispatch_price_holds(self, line->lo, line->hi, robots, tasks) || c12__dispatch_price_of(self, priority) == INT64_MIN;
    return C12_OK;
}

/* ---- leaving --------------------------------------------------------------------------------------------------------------------- */

static void event_row_leaves(c12_dispatch *self, int32_t row)
{
    int32_t col = self->row_col[row];
    if (col >= 0) self->col_row[col] = C12__DISPATCH_WAITS;
    self->row_col[row] = C12__DISPATCH_WAITS;
    self->best_col[row] = C12__DISPATCH_STALE;
}

static void event_col_leaves(c12_dispatch *self, int32_t col)
{
    int32_t row = self->col_row[col];
    if (row >= 0) self->row_col[row] = C12__DISPATCH_WAITS;
    if (row == C12__DISPATCH_FREE) c12__dispatch_take_col(self, col);
    self->col_row[col] = C12__DISPATCH_WAITS;
}

/* ---- writing --------------------------------------------------------------------------------------------------------------------- */

static void event_write_row(c12_dispatch *self, int32_t row, const event_line *line)
{
    int64_t *cost = self->cost + row * self->stride;
    for (int64_t j = 0; j < line->cells; j++) cost[j] = self->key[j] == C12__DISPATCH_FAR ? C12__DISPATCH_FAR : self->key[j] - self->scale.shift;
    for (int64_t j = line->cells; j < self->stride; j++) cost[j] = C12__DISPATCH_FAR;
    self->loop.below(cost, self->col_out, self->stride, self->least + row * self->blocks);
}

/* A block's bound falls with its cell; when its cell was the bound and rises, the block is read again. */
static void event_write_cell(c12_dispatch *self, int32_t row, int32_t col, int64_t cost, int64_t out_before)
{
    const int64_t b = col / C12__DISPATCH_BLOCK;
    int64_t *cell = self->cost + row * self->stride + col, *least = self->least + row * self->blocks + b, before = *cell - out_before;
    *cell = cost;
    if (cost - self->col_out[col] <= *least) *least = cost - self->col_out[col];
    else if (before == *least)
        self->loop.below(self->cost + row * self->stride + b * C12__DISPATCH_BLOCK, self->col_out + b * C12__DISPATCH_BLOCK, C12__DISPATCH_BLOCK, least);
}

static void event_write_col(c12_dispatch *self, int32_t col, int64_t out_before)
{
    for (int32_t i = 0; i < self->rows; i++)
        event_write_cell(self, i, col, self->key[i] == C12__DISPATCH_FAR ? C12__DISPATCH_FAR : self->key[i] - self->scale.shift, out_before);
}

static void event_write_line(c12_dispatch *self, int is_row, int32_t at, int64_t out, const event_line *line)
{
    int64_t *price = is_row ? self->row_out : self->col_out, before = price[at];
    if (is_row) event_row_leaves(self, at);
    else event_col_leaves(self, at);
    price[at] = out;
    if (is_row) event_write_row(self, at, line);
    else event_write_col(self, at, before);
}

/* A new row or column waits like one that left. */
static void event_append(c12_dispatch *self, int is_row)
{
    if (is_row) self->row_col[self->rows++] = C12__DISPATCH_FREE;
    else self->col_row[self->cols++] = C12__DISPATCH_WAITS;
}

static void event_widen(c12_dispatch *self, const event_line *line, int again)
{
    self->scale.lo = line->lo;
    self->scale.hi = line->hi;
    self->scale.stated = 0;
    if (again) (void)c12__dispatch_price(self, 1, NULL); /* cannot fail: event_fits */
    else if (!self->priced) c12__dispatch_restart(self);
}

/* ---- entry ---------------------------------------------------------------------------------------------------------------------------- */

static c12_status event_check_current(const c12_dispatch *self, int32_t robot, int32_t current, c12_error *err)
{
    if (current < -1 || current >= self->tasks) return c12__fail(err, C12_E_RANGE, "current task out of range", "current", -1, current);
    for (int32_t r = 0; current >= 0 && r < self->robots; r++)
        if (r != robot && self->robot_current[r] == current) return c12__fail(err, C12_E_RANGE, "another robot has this task", "current", r, current);
    return C12_OK;
}

c12_status c12_dispatch_set_robot(c12_dispatch *self, int32_t branch, int32_t robot, const int64_t *cost, int32_t current, c12_error *err)
{
    event_line line;
    int again = 0;
    c12_status s = event_may(self, branch, robot, self ? self->robots : 0, self ? self->dims.robots : 0, "robot", err);
    if (!s) s = event_check_current(self, robot, current, err);
    if (!s) s = event_read(self, cost, self->tasks, &line, err);
    if (s) return s;
    int32_t robots = robot < self->robots ? self->robots : robot + 1;
    if (current >= 0) event_keep(self, current, &line);
    s = event_fits(self, &line, robots, self->tasks, self->tasks ? self->task_priority[0] : 0, &again, err);
    if (s) return s;
    if (robot == self->robots) { event_append(self, !self->by_task); self->robots = robots; }
    self->robot_current[robot] = current;
    event_write_line(self, !self->by_task, robot, 0, &line);
    event_widen(self, &line, again);
    return C12_OK;
}

c12_status c12_dispatch_set_task(c12_dispatch *self, int32_t branch, int32_t task, const int64_t *cost, int32_t priority, c12_error *err)
{
    event_line line;
    int again = 0;
    c12_status s = event_may(self, branch, task, self ? self->tasks : 0, self ? self->dims.tasks : 0, "task", err);
    if (!s) s = event_read(self, cost, self->robots, &line, err);
    if (s) return s;
    int32_t tasks = task < self->tasks ? self->tasks : task + 1;
    for (int32_t r = 0; r < self->robots; r++) if (self->robot_current[r] == task) event_keep(self, r, &line);
    s = event_fits(self, &line, self->robots, tasks, priority, &again, err);
    if (s) return s;
    int64_t out = c12__dispatch_price_of(self, priority);
    if (task == self->tasks) { event_append(self, self->by_task); self->tasks = tasks; }
    self->task_priority[task] = priority;
    event_write_line(self, self->by_task, task, again ? 0 : out, &line);
    event_widen(self, &line, again);
    return C12_OK;
}
