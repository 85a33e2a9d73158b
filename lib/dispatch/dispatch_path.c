/* SPDX-License-Identifier: Apache-2.0 */
/* Shortest augmenting paths with duals.  Tasks enter one by one; the plan is optimal for those that have entered, at every moment.
 *
 * Besides the robots every task has a place of its own, "left out", at its price.  A path from the new task therefore ends at an idle
 * robot, or at the place of some task on the way, which then gives up its robot: that is how a late rush order takes a robot from
 * the task that can best do without.  A robot once busy stays busy, so idle robots keep dual 0. */
#include "dispatch/dispatch_internal.h"

/* Where the search for one task stands. */
typedef struct dispatch_search {
    int64_t end_dist;      /* length of the shortest way to an end so far */
    int32_t end_task;      /* the task that would be left out there */
    int32_t n_scanned;
} dispatch_search;

/* Shortest ways over task t, itself reached at `base`; u is its dual. */
static void dispatch_scan_task(c12_dispatch *self, dispatch_search *s, int32_t t, int64_t base, int64_t u)
{
    const int64_t *row = self->cost + (int64_t)t * self->robots;
    int64_t shift = base - u;
    if (shift + self->price[t] < s->end_dist) {
        s->end_dist = shift + self->price[t];
        s->end_task = t;
    }
    for (int32_t r = 0; r < self->robots; r++) {
        if (self->done[r] || row[r] == C12_DISPATCH_NEVER) continue;
        int64_t d = shift + row[r] - self->robot_dual[r];
        if (d < self->dist[r]) {
            self->dist[r] = d;
            self->from[r] = t;
        }
    }
}

static int32_t dispatch_nearest(const c12_dispatch *self)
{
    int32_t best = -1;
    int64_t least = INT64_MAX;
    for (int32_t r = 0; r < self->robots; r++)
        if (!self->done[r] && self->dist[r] < least) { least = self->dist[r]; best = r; }
    return best;
}

/* Give robot r to the task it was reached by, that task's robot to the one before, and so on back to the new task. */
static void dispatch_shift_back(c12_dispatch *self, int32_t r)
{
    while (r >= 0) {
        int32_t t = self->from[r], before = self->task_robot[t];
        self->task_robot[t] = r;
        self->robot_task[r] = t;
        r = before;
    }
}

static void dispatch_end_search(c12_dispatch *self, const dispatch_search *s, int32_t robot, int64_t length)
{
    for (int32_t i = 0; i < s->n_scanned; i++) {
        int32_t r = self->scanned[i];
        self->task_dual[self->robot_task[r]] += length - self->dist[r];
        self->robot_dual[r] -= length - self->dist[r];
    }
    if (robot < 0) {
        robot = self->task_robot[s->end_task];
        self->task_robot[s->end_task] = -1;
    }
    dispatch_shift_back(self, robot);
}

/* One task enters.  Returns rows scanned. */
static int64_t dispatch_enter_task(c12_dispatch *self, int32_t task)
{
    dispatch_search s = { INT64_MAX, task, 0 };
    for (int32_t r = 0; r < self->robots; r++) { self->dist[r] = INT64_MAX; self->done[r] = 0; }
    self->task_dual[task] = 0;
    dispatch_scan_task(self, &s, task, 0, 0);
    for (;;) {
        int32_t r = dispatch_nearest(self);
        if (r < 0 || self->dist[r] > s.end_dist) { r = -1; }
        int64_t length = r < 0 ? s.end_dist : self->dist[r];
        if (r < 0 || self->robot_task[r] < 0) {
            self->task_dual[task] = length;
            dispatch_end_search(self, &s, r, length);
            return s.n_scanned + 1;
        }
        int32_t t = self->robot_task[r];
        self->done[r] = 1;
        self->scanned[s.n_scanned++] = r;
        dispatch_scan_task(self, &s, t, self->dist[r], self->task_dual[t]);
    }
}

static int dispatch_must_stop(c12_dispatch *self, const c12_budget *b, c12_ns began, int64_t work, c12_stop *stop)
{
    if (atomic_load_explicit(&self->cancelled, memory_order_relaxed)) *stop = C12_STOP_CANCEL;
    else if (b->work_limit && work >= b->work_limit) *stop = C12_STOP_WORK;
    else if (b->time_limit && c12__now(&self->host) - began >= b->time_limit) *stop = C12_STOP_TIME;
    return *stop != C12_STOP_DONE;
}

int32_t c12__dispatch_run(c12_dispatch *self, const c12_budget *budget, c12_ns began, int64_t *work, c12_stop *stop)
{
    *work = 0;
    *stop = C12_STOP_DONE;
    for (int32_t r = 0; r < self->robots; r++) { self->robot_dual[r] = 0; self->robot_task[r] = -1; }
    for (int32_t t = 0; t < self->tasks; t++) { self->task_dual[t] = self->price[t]; self->task_robot[t] = -1; }
    for (int32_t i = 0; i < self->tasks; i++) {
        if (dispatch_must_stop(self, budget, began, *work, stop)) return i;
        *work += dispatch_enter_task(self, self->order[i]);
    }
    return self->tasks;
}
