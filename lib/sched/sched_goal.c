/* SPDX-License-Identifier: Apache-2.0 */
/* What a plan costs under every goal. */
#include "sched/sched_internal.h"

/* Plans of a list may be far worse than any that is kept; they cost as much as a plan can. */
static int64_t goal_add(int64_t sum, int64_t weight, int64_t value)
{
    int64_t part;
    if (c12__mul64(weight, value, &part) || c12__add64(sum, part, &sum)) return C12__SCHED_BROKEN - 1;
    return c12__min64(sum, C12__SCHED_BROKEN - 1);
}

/* A job's share of a term; first and last are its operations. */
static int64_t goal_job(const c12__sched_model *m, int32_t term, int32_t j, int64_t begun, int64_t end, int64_t so_far)
{
    int64_t due = c12__at64(m->p.job_due, j, -1), late = due >= 0 && end > due ? end - due : 0, w = c12__at64(m->p.job_weight, j, 1);
    switch (term) {
    case C12_SCHED_TERM_MAKESPAN: return c12__max64(so_far, end);
    case C12_SCHED_TERM_TARDINESS: return goal_add(so_far, w, late);
    case C12_SCHED_TERM_MAX_TARDINESS: return c12__max64(so_far, late);
    case C12_SCHED_TERM_LATE: return so_far + (late > 0);
    case C12_SCHED_TERM_FLOW: return goal_add(so_far, w, c12__max64(0, end - c12__at64(m->p.job_release, j, 0)));
    default: return goal_add(so_far, 1, c12__max64(0, end - begun)); /* work in process */
    }
}

static int64_t goal_moved(const c12__sched_model *m, const int64_t *start, const int32_t *mode)
{
    int64_t sum = 0;
    for (int32_t o = 0; m->p.prior_start && o < m->n; o++) {
        int32_t was = c12__at32(m->p.prior_mode, o, -1);
        sum += m->p.prior_start[o] >= 0 && !c12__sched_gone(m, o) && (start[o] != m->p.prior_start[o] || (was >= 0 && mode[o] != was));
    }
    return sum;
}

static int64_t goal_preference(const c12__sched_model *m, const int32_t *mode)
{
    int64_t sum = 0;
    for (int32_t o = 0; m->p.mode_cost && o < m->n; o++)
        if (!c12__sched_gone(m, o)) sum += m->p.mode_cost[m->p.mode_off[o] + mode[o]];
    return sum;
}

static int64_t goal_term(const c12__sched_model *m, int32_t term, const int64_t *start, const int64_t *end, const int32_t *mode, int64_t setups)
{
    int64_t sum = 0;
    if (term == C12_SCHED_TERM_SETUP) return setups;
    if (term == C12_SCHED_TERM_MOVED) return goal_moved(m, start, mode);
    if (term == C12_SCHED_TERM_PREFERENCE) return goal_preference(m, mode);
    for (int32_t j = 0; j < m->p.n_jobs; j++) {
        int64_t first = m->p.op_off[j], next = m->p.op_off[j + 1];
        if (!c12__sched_counts(m, j)) continue;
        while (c12__sched_gone(m, (int32_t)first)) first++;
        sum = goal_job(m, term, j, start[first], end[next - 1], sum);
    }
    return sum;
}

/* Price of what left its place in the plan to stay near, start and mode apart. */
static int64_t goal_unrest(const c12__sched_model *m, const int64_t *start, const int32_t *mode)
{
    int64_t moved = 0;
    for (int32_t o = 0; m->calm && o < m->n; o++)
        if (m->prior[o] >= 0) moved += (start[o] != m->prior[o]) + (mode[o] != m->prior_mode[o]);
    return goal_add(0, m->calm, moved);
}

static int64_t goal_alone(const c12__sched_model *m, const int64_t *start, const int64_t *end, const int32_t *mode, int64_t setups)
{
    int64_t sum = 0;
    switch (m->goal) {
    case C12_SCHED_MAKESPAN: return goal_term(m, C12_SCHED_TERM_MAKESPAN, start, end, mode, setups);
    case C12_SCHED_TARDINESS: return goal_add(setups, 1, goal_term(m, C12_SCHED_TERM_TARDINESS, start, end, mode, setups));
    case C12_SCHED_FLOW: return goal_term(m, C12_SCHED_TERM_FLOW, start, end, mode, setups);
    default: break;
    }
    for (int32_t k = 0; k < m->terms.n; k++) sum = goal_add(sum, m->terms.weight[k], goal_term(m, m->terms.term[k], start, end, mode, setups));
    return sum;
}

int64_t c12__sched_goal(const c12__sched_model *m, const int64_t *start, const int64_t *end, const int32_t *mode, int64_t setups)
{
    return goal_add(goal_alone(m, start, end, mode, setups), 1, goal_unrest(m, start, mode));
}

/* Each job alone in the plant: heads and shortest modes bound every term that a job has. */
int64_t c12__sched_goal_bound(const c12__sched_model *m)
{
    int64_t bound = 0;
    for (int32_t k = 0; k < m->terms.n; k++) {
        int64_t sum = 0;
        int32_t term = m->terms.term[k];
        if (term == C12_SCHED_TERM_SETUP || term == C12_SCHED_TERM_MOVED || term == C12_SCHED_TERM_WIP) continue;
        for (int32_t o = 0; term == C12_SCHED_TERM_PREFERENCE && m->p.mode_cost && o < m->n; o++) {
            int64_t least = INT64_MAX;
            for (int64_t r = m->p.mode_off[o]; r < m->p.mode_off[o + 1]; r++) least = c12__min64(least, m->p.mode_cost[r]);
            sum += c12__sched_gone(m, o) ? 0 : least;
        }
        for (int32_t j = 0; term != C12_SCHED_TERM_PREFERENCE && j < m->p.n_jobs; j++) {
            int64_t last = m->p.op_off[j + 1] - 1;
            if (c12__sched_counts(m, j)) sum = goal_job(m, term, j, 0, m->head[last] + m->least[last], sum);
        }
        bound = goal_add(bound, m->terms.weight[k], sum);
    }
    return bound;
}
