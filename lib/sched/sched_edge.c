/* SPDX-License-Identifier: Apache-2.0 */
/* Time windows of a job shop's operations under a trial makespan, tightened along jobs and on machines until nothing moves: detectable
 * precedences, not-last and edge finding (Carlier and Pinson 1989; Vilim 2004).  A machine of k operations takes O(k^2) in plain loops (Baptiste, Le Pape
 * and Nuijten 2001): at the 10 to 100 operations job shops have, trees that do it in O(k log k) are slower. */
#include "base/sort.h"
#include "sched/sched_internal.h"

void c12__sched_carve_edge(c12__sched_edge *e, c12__arena *a, const c12_sched_dims *d)
{
    int64_t n = c12__min64(d->ops, C12__SCHED_EDGE_OPS);
    e->ticks = C12__CARVE(a, int32_t, n);
    e->group = C12__CARVE(a, int32_t, n);
    e->first = C12__CARVE(a, int32_t, n + 1);
    e->early = C12__CARVE(a, int32_t, n);
    e->late = C12__CARVE(a, int32_t, n);
    e->task = C12__CARVE(a, c12__sched_task, n);
    e->most = C12__CARVE(a, int32_t, n);
    e->dirty = C12__CARVE(a, uint8_t, n);
}

/* Groups: the operations bound to one machine, machine by machine.  Operations with a choice only pass windows along their job. */
void c12__sched_edge_open(struct c12_sched *self)
{
    c12__sched_edge *e = &self->edge;
    c12__sched_model *m = &self->model;
    int32_t n = 0;
    e->m = m;
    e->groups = 0;
    e->steps = 0;
    for (int32_t o = 0; o < m->n; o++) {
        self->scratch[o] = c12__sched_machine_of(m, o);
        e->ticks[o] = (int32_t)m->least[o];
        e->group[o] = -1;
    }
    c12__sort_rows(self->scratch, m->n, self->scratch_order, self->scratch_id);
    for (int32_t i = 0; i < m->n; i++) {
        int32_t o = self->scratch_order[i];
        if (self->scratch[o] < 0) continue;
        if (!n || self->scratch[o] != self->scratch[e->early[n - 1]]) e->first[e->groups++] = n;
        e->group[o] = e->groups - 1;
        e->early[n] = e->late[n] = o;
        n++;
    }
    e->first[e->groups] = n;
}

/* Work on these windows, which are tightened as far as it goes. */
void c12__sched_edge_use(c12__sched_edge *e, int32_t *window)
{
    e->from = window;
    e->to = window + e->m->n;
    memset(e->dirty, 0, (size_t)e->groups);
}

/* Windows by heads and tails under a makespan; 1 = one is empty. */
int c12__sched_edge_windows(c12__sched_edge *e, int32_t *window, int64_t target)
{
    const c12__sched_model *m = e->m;
    int empty = 0;
    c12__sched_edge_use(e, window);
    memset(e->dirty, 1, (size_t)e->groups);
    for (int32_t o = 0; o < m->n; o++) {
        e->from[o] = (int32_t)m->head[o];
        e->to[o] = (int32_t)c12__max64(target - m->tail[o], 0);
        empty |= e->to[o] - e->from[o] < e->ticks[o];
    }
    return empty;
}

static void edge_touch(c12__sched_edge *e, int32_t o)
{
    if (e->group[o] >= 0) e->dirty[e->group[o]] = 1;
    e->moved = 1;
}

/* o starts no earlier than t, and what follows in its job accordingly; 1 = a window is empty. */
int c12__sched_edge_raise(c12__sched_edge *e, int32_t o, int32_t t)
{
    for (; e->from[o] < t; o++) {
        e->from[o] = t;
        edge_touch(e, o);
        t += e->ticks[o];
        if (t > e->to[o]) return 1;
        if (o + 1 == e->m->n || e->m->job[o + 1] != e->m->job[o]) return 0;
    }
    return 0;
}

/* o ends no later than t, and what precedes it in its job accordingly. */
int c12__sched_edge_lower(c12__sched_edge *e, int32_t o, int32_t t)
{
    for (; e->to[o] > t; o--) {
        e->to[o] = t;
        edge_touch(e, o);
        t -= e->ticks[o];
        if (t < e->from[o]) return 1;
        if (!o || e->m->job[o - 1] != e->m->job[o]) return 0;
    }
    return 0;
}

/* A machine's operations by earliest start; with time turned round when `back`, so that one form of each rule does for both directions.
 * They are nearly sorted from last time. */
static void edge_gather(c12__sched_edge *e, int32_t *order, int32_t n, int back)
{
    for (int32_t i = 0; i < n; i++) {
        int32_t o = order[i], k = i, from = back ? -e->to[o] : e->from[o];
        c12__sched_task *x = e->task;
        for (; k > 0 && (x[k - 1].from > from || (x[k - 1].from == from && x[k - 1].op > o)); k--) x[k] = x[k - 1];
        x[k].op = o;
        x[k].from = x[k].new_from = from;
        x[k].to = x[k].new_to = back ? -e->from[o] : e->to[o];
        x[k].ticks = e->ticks[o];
    }
    for (int32_t i = 0; i < n; i++) order[i] = e->task[i].op;
}

static int32_t edge_max(int32_t a, int32_t b) { return a > b ? a : b; }

/* What must be done by one date: too much of it is a contradiction (1), and an operation it leaves no room for before that date comes behind it. */
static int edge_sets(c12__sched_edge *e, int32_t n)
{
    c12__sched_task *x = e->task;
    int32_t *most = e->most, longest = 0;
    for (int32_t i = 0; i < n; i++) longest = edge_max(longest, x[i].ticks);
    for (int32_t k = 0; k < n; k++) {
        int32_t to = x[k].to, work = 0, all = INT32_MIN, ahead = INT32_MIN;
        for (int32_t i = n - 1; i >= 0; i--) {
            if (x[i].to <= to) { work += x[i].ticks; all = edge_max(all, x[i].from + work); }
            most[i] = all;
        }
        if (all > to) return 1;
        if (all + longest <= to) continue;
        for (int32_t i = 0; i < n; i++) {
            if (x[i].to <= to) { ahead = edge_max(ahead, x[i].from + work); work -= x[i].ticks; continue; }
            if (x[i].from + work + x[i].ticks > to) x[i].new_from = edge_max(x[i].new_from, most[i]);
            if (ahead + x[i].ticks > to) x[i].new_from = edge_max(x[i].new_from, all);
        }
    }
    return 0;
}

/* Of all that must precede i by its window alone, the earliest end; and of all that can only start before i ends: when i cannot be the last of
 * them, it ends before the last of them starts. */
static void edge_pairs(c12__sched_edge *e, int32_t n)
{
    c12__sched_task *x = e->task;
    for (int32_t i = 0; i < n; i++) {
        int32_t end = x[i].from + x[i].ticks, before = INT32_MIN, among = INT32_MIN, last = INT32_MIN;
        for (int32_t j = 0; j < n; j++) {
            int32_t start = x[j].to - x[j].ticks;
            if (j == i) continue;
            if (start < end) before = edge_max(before, x[j].from) + x[j].ticks;
            if (start < x[i].to) { among = edge_max(among, x[j].from) + x[j].ticks; last = edge_max(last, start); }
        }
        x[i].new_from = edge_max(x[i].new_from, before);
        if (among > x[i].to - x[i].ticks && last < x[i].new_to) x[i].new_to = last;
    }
}

static int edge_machine(c12__sched_edge *e, int32_t *order, int32_t n, int back)
{
    edge_gather(e, order, n, back);
    if (edge_sets(e, n)) return 1;
    edge_pairs(e, n);
    int empty = 0;
    for (int32_t i = 0; i < n && !empty; i++) {
        const c12__sched_task *x = &e->task[i];
        empty = c12__sched_edge_raise(e, x->op, back ? -x->new_to : x->new_from) || c12__sched_edge_lower(e, x->op, back ? -x->new_from : x->new_to);
    }
    return empty;
}

/* Until nothing moves, or the steps are used up; 1 = contradiction: no plan keeps these windows. */
int c12__sched_edge_run(c12__sched_edge *e)
{
    for (int any = 1; any;) {
        any = 0;
        for (int32_t g = 0; g < e->groups; g++) {
            int32_t at = e->first[g], n = e->first[g + 1] - at;
            if (!e->dirty[g]) continue;
            if (e->steps > e->most_steps) return 0;
            any = 1;
            e->dirty[g] = 0;
            e->steps += 2 * (int64_t)n * n;
            if (edge_machine(e, e->early + at, n, 0) || edge_machine(e, e->late + at, n, 1)) return 1;
        }
    }
    return 0;
}

/* 1 = propagation alone shows that no plan ends by `target`. */
static int edge_refutes(c12__sched_edge *e, int32_t *window, int64_t target)
{
    return c12__sched_edge_windows(e, window, target) || c12__sched_edge_run(e);
}

/* The least makespan propagation cannot refute, between a bound and a plan's: what it refutes, it refutes for every smaller one too. */
int64_t c12__sched_edge_bound(c12__sched_edge *e, int32_t *window, int64_t bound, int64_t best)
{
    int64_t gap = 1;
    for (; bound < best && edge_refutes(e, window, c12__min64(bound + gap, best) - 1); gap *= 2) bound = c12__min64(bound + gap, best);
    for (int64_t top = c12__min64(bound + gap, best) - 1; bound < top;) {
        int64_t middle = bound + (top - bound) / 2;
        if (edge_refutes(e, window, middle)) bound = middle + 1; else top = middle;
    }
    return bound;
}
