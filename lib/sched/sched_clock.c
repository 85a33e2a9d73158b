/* SPDX-License-Identifier: Apache-2.0 */
/* Open time of a machine.  shut[k] holds the closed ticks before break k, so work maps to clock time by two binary searches,
 * whatever number of breaks an operation pauses in. */
#include "sched/sched_internal.h"

/* First break of the machine that ends after t. */
static int64_t clock_find(const c12__sched_model *m, int32_t machine, int64_t t)
{
    int64_t lo = m->p.break_off[machine], hi = m->p.break_off[machine + 1];
    while (lo < hi) {
        int64_t mid = lo + (hi - lo) / 2;
        if (m->p.break_to[mid] <= t) lo = mid + 1; else hi = mid;
    }
    return lo;
}

static int64_t clock_shut_before(const c12__sched_model *m, int32_t machine, int64_t row)
{
    int64_t first = m->p.break_off[machine];
    return row > first ? m->shut[row - 1] + (m->p.break_to[row - 1] - m->p.break_from[row - 1]) : 0;
}

/* Open ticks of the machine in [0, t). */
static int64_t clock_open(const c12__sched_model *m, int32_t machine, int64_t t)
{
    int64_t k = clock_find(m, machine, t), open = t - clock_shut_before(m, machine, k);
    if (k < m->p.break_off[machine + 1] && m->p.break_from[k] < t) open -= t - m->p.break_from[k];
    return open;
}

/* First tick by which the machine was open for `open` ticks. */
static int64_t clock_after(const c12__sched_model *m, int32_t machine, int64_t open)
{
    int64_t first = m->p.break_off[machine], lo = first, hi = m->p.break_off[machine + 1];
    while (lo < hi) {
        int64_t mid = lo + (hi - lo) / 2;
        if (m->p.break_from[mid] - m->shut[mid] < open) lo = mid + 1; else hi = mid;
    }
    return open + clock_shut_before(m, machine, lo);
}

/* First open tick at or after t; breaks may touch one another. */
static int64_t clock_push(const c12__sched_model *m, int32_t machine, int64_t t)
{
    int64_t end = m->p.break_off[machine + 1];
    for (int64_t k = clock_find(m, machine, t); k < end && m->p.break_from[k] <= t; k++) t = m->p.break_to[k];
    return t;
}

/* First tick >= t from which `span` ticks pass without a break. */
static int64_t clock_window(const c12__sched_model *m, int32_t machine, int64_t t, int64_t span)
{
    int64_t end = m->p.break_off[machine + 1];
    for (int64_t k = clock_find(m, machine, t); k < end && m->p.break_from[k] < t + span; k++) t = m->p.break_to[k];
    return t;
}

int64_t c12__sched_start_at(const c12__sched_model *m, int32_t machine, int64_t after, int64_t set_up, int64_t ready, int64_t ticks, int resumable)
{
    int64_t plain = c12__max64(ready, after + set_up);
    if (!ticks || !m->p.break_off || m->p.break_off[machine] == m->p.break_off[machine + 1]) return plain;
    if (!resumable) return clock_window(m, machine, plain - set_up, set_up + ticks) + set_up;
    if (set_up) plain = c12__max64(ready, clock_after(m, machine, clock_open(m, machine, after) + set_up));
    return clock_push(m, machine, plain);
}

int64_t c12__sched_end_at(const c12__sched_model *m, int32_t machine, int64_t start, int64_t ticks, int resumable)
{
    if (!ticks || !resumable || !m->p.break_off) return start + ticks;
    return clock_after(m, machine, clock_open(m, machine, start) + ticks);
}

/* By which tick a set-up can be done that has its own way with breaks (S17). */
static int64_t clock_set_up(const c12__sched_model *m, int32_t machine, int64_t after, int64_t set_up)
{
    if (m->p.setup_breaks[machine] == C12_SCHED_WHOLE) return clock_window(m, machine, after, set_up) + set_up;
    return clock_after(m, machine, clock_open(m, machine, after) + set_up);
}

static int clock_own_way(const c12__sched_model *m, int32_t machine, int64_t set_up)
{
    return set_up && m->p.setup_breaks && m->p.setup_breaks[machine] && m->p.break_off[machine] < m->p.break_off[machine + 1];
}

int64_t c12__sched_start_behind(const c12__sched_model *m, int32_t machine, int64_t after, int64_t set_up, int64_t ready, int64_t ticks, int resumable)
{
    if (!clock_own_way(m, machine, set_up)) return c12__sched_start_at(m, machine, after, set_up, ready, ticks, resumable);
    return c12__sched_start_at(m, machine, 0, 0, c12__max64(ready, clock_set_up(m, machine, after, set_up)), ticks, resumable);
}

/* Least start whose end is no earlier than `end`; it may lie in a break. */
int64_t c12__sched_start_for(const c12__sched_model *m, int32_t machine, int64_t end, int64_t ticks, int resumable)
{
    if (!ticks || !resumable || !m->p.break_off || end < 1) return end - ticks;
    int64_t open = clock_open(m, machine, end - 1) + 1 - ticks;
    return open < 1 ? 0 : clock_after(m, machine, open);
}

/* Is there time for a set-up between `after` and the start of what it prepares? */
int c12__sched_setup_fits(const c12__sched_model *m, int32_t machine, int64_t after, int64_t set_up, int64_t start, int resumable)
{
    if (start - after < set_up) return 0;
    if (!set_up || !m->p.break_off) return 1;
    if (clock_own_way(m, machine, set_up)) return clock_set_up(m, machine, after, set_up) <= start;
    if (!resumable) return clock_window(m, machine, start - set_up, set_up) == start - set_up;
    return clock_open(m, machine, start) - clock_open(m, machine, after) >= set_up;
}
