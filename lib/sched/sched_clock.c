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
