/* SPDX-License-Identifier: Apache-2.0 */
/* Dispatch rules as keys for the list scheduler (Panwalkar and Iskander 1977 survey them). */
#include "sched/sched_internal.h"

/* Slack of the job when its remaining work starts on its head. */
static int64_t rule_slack(const c12__sched_model *m, int32_t o)
{
    int64_t due = c12__at64(m->p.job_due, m->job[o], -1);
    return (due < 0 ? m->bound : due) - m->tail[o] - m->least[o];
}

static int64_t rule_key(const c12__sched_model *m, int32_t o, int32_t rule)
{
    int64_t w = c12__max64(1, c12__at64(m->p.job_weight, m->job[o], 1)), rest = m->least[o] + m->tail[o];
    switch (rule / 2) {
    case 0: return m->goal == C12_SCHED_MAKESPAN ? -rest : rule_slack(m, o);    /* most work remaining; least slack */
    case 1: return m->goal == C12_SCHED_MAKESPAN ? -m->tail[o] : m->least[o] / w + rule_slack(m, o) / 2; /* longest tail; slack and cost */
    case 2: return m->least[o];                                                 /* shortest processing time */
    case 3: return rest / w;                                                    /* least weighted work remaining */
    case 4: return rule_slack(m, o) / w;                                        /* weighted slack */
    default: return m->head[o];                                                 /* first come */
    }
}

/* The plan to stay close to, as far as there is one. */
static void rule_prior(const c12__sched_model *m, c12__sched_list *l)
{
    l->by_ready = 0;
    for (int32_t o = 0; o < m->n; o++) {
        int64_t was = m->p.prior_start[o];
        l->key[o] = was < 0 ? m->head[o] : was;
        l->floor[o] = c12__max64(0, was);
        l->want[o] = c12__at32(m->p.prior_mode, o, -1);
    }
}

/* Even rules order by key alone, odd ones add the tick an operation becomes ready.  Ties fall at random, modes by earliest end. */
void c12__sched_rule_keys(const c12__sched_model *m, c12__sched_list *l, int32_t rule, c12__rng *rng)
{
    if (m->patient && m->p.prior_start && rule == 1) { rule_prior(m, l); return; }
    if (m->patient) memset(l->floor, 0, (size_t)m->n * sizeof *l->floor);
    l->by_ready = rule & 1;
    int wild = rule >= C12__SCHED_RULES;
    int64_t spread = 2 * c12__max64(1, m->bound) / c12__max64(1, m->p.n_jobs) + 1;
    for (int32_t o = 0; o < m->n; o++) {
        l->want[o] = -1;
        l->key[o] = rule_key(m, o, wild ? 1 : rule);
        if (wild) l->key[o] += c12__rng_range(rng, 0, c12__min64(spread * 4, C12_SCHED_HORIZON));
    }
}
