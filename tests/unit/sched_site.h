/* SPDX-License-Identifier: Apache-2.0 */
/* Random plants with a handle that keeps their plan: what the tests of events, promises and branches stand on. */
#ifndef SCHED_SITE_H
#define SCHED_SITE_H

#include "base/rng.h"
#include "sched/sched_internal.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { SITE_JOBS = 60, SITE_OPS = 300, SITE_MACHINES = 5, SITE_FAMILIES = 3, SITE_BREAKS = 8 };
enum { SITE_MODES = 1, SITE_SETUPS = 2, SITE_CLOSED = 4, SITE_PREDS = 8, SITE_DATES = 16, SITE_SOLID = 32, SITE_IDLE = 64, SITE_FEATURES = 128 };

typedef struct site {
    c12_sched_problem p;
    c12_sched_dims d;
    int64_t op_off[SITE_JOBS + 1], mode_off[SITE_OPS + 1], pred_off[SITE_OPS + 1], pred[SITE_OPS], break_off[SITE_MACHINES + 1], weight[SITE_JOBS];
    int32_t machine[SITE_OPS * 3], family[SITE_OPS], jobs;
    c12_tick ticks[SITE_OPS * 3], release[SITE_JOBS], due[SITE_JOBS], ready[SITE_OPS], setup[SITE_FAMILIES * SITE_FAMILIES], from[SITE_MACHINES * SITE_BREAKS], to[SITE_MACHINES * SITE_BREAKS];
    uint8_t resumable[SITE_OPS];
} site;

/* A plan with room for all that may come. */
typedef struct site_plan { c12_sched_plan c; c12_tick start[SITE_OPS], end[SITE_OPS]; int32_t mode[SITE_OPS]; int64_t objective; } site_plan;

static inline int64_t site_roll(c12__rng *g, int64_t lo, int64_t hi) { return c12__rng_range(g, lo, hi); }

static inline void site_op(site *s, c12__rng *g, int features, int o, int64_t *row)
{
    int modes = features & SITE_MODES ? (int)site_roll(g, 1, 3) : 1, first = (int)site_roll(g, 0, SITE_MACHINES - 1);
    for (int k = 0; k < modes; k++) {
        s->machine[*row] = (first + k) % SITE_MACHINES;
        s->ticks[(*row)++] = features & SITE_IDLE && !site_roll(g, 0, 9) ? 0 : site_roll(g, 1, 20);
    }
    s->mode_off[o + 1] = *row;
    s->family[o] = (int32_t)site_roll(g, 0, SITE_FAMILIES - 1);
    s->resumable[o] = !(features & SITE_SOLID) || site_roll(g, 0, 1);
    if (features & SITE_DATES && !site_roll(g, 0, 4)) s->ready[o] = site_roll(g, 0, 100);
    s->pred_off[o + 1] = s->pred_off[o];
    if (o > 20 && !site_roll(g, 0, 9)) s->pred[s->pred_off[o + 1]++] = site_roll(g, 0, o - 20);
}

static inline void site_bind(site *s, int features, int jobs)
{
    c12_sched_problem p = C12_INIT(c12_sched_problem);
    c12_sched_dims d = C12_INIT(c12_sched_dims);
    p.n_jobs = jobs; p.n_machines = SITE_MACHINES; p.op_off = s->op_off; p.mode_off = s->mode_off; p.mode_machine = s->machine; p.mode_ticks = s->ticks;
    p.job_due = s->due; p.job_weight = s->weight;
    if (features & SITE_DATES) { p.job_release = s->release; p.op_ready = s->ready; }
    if (features & SITE_SETUPS) { p.n_families = SITE_FAMILIES; p.op_family = s->family; p.setup = s->setup; }
    if (features & SITE_CLOSED) { p.break_off = s->break_off; p.break_from = s->from; p.break_to = s->to; p.op_resumable = s->resumable; }
    if (features & SITE_PREDS) { p.op_pred_off = s->pred_off; p.op_pred = s->pred; }
    d.jobs = SITE_JOBS; d.machines = SITE_MACHINES; d.families = SITE_FAMILIES; d.ops = SITE_OPS; d.modes = SITE_OPS * 3; d.preds = SITE_OPS; d.breaks = SITE_MACHINES * SITE_BREAKS + 40; d.branches = 3;
    s->p = p;
    s->d = d;
}

static inline void site_make(site *s, uint64_t seed, int features, int jobs)
{
    c12__rng g = c12__rng_from(seed, (uint64_t)features);
    int64_t row = 0, n = 0;
    memset(s, 0, sizeof *s);
    s->jobs = jobs;
    for (int j = 0; j < jobs; j++) {
        s->op_off[j + 1] = s->op_off[j] + site_roll(&g, 1, 5);
        s->weight[j] = site_roll(&g, 0, 8);
        s->due[j] = site_roll(&g, 0, 9) ? site_roll(&g, 10, 40 + 3 * jobs) : -1;
        s->release[j] = site_roll(&g, 0, 60);
    }
    for (int o = 0; o < s->op_off[jobs]; o++) site_op(s, &g, features, o, &row);
    for (int k = 0; k < SITE_FAMILIES * SITE_FAMILIES; k++) s->setup[k] = k % (SITE_FAMILIES + 1) ? site_roll(&g, 0, 9) : 0;
    for (int m = 0; m < SITE_MACHINES; m++) {
        int64_t t = site_roll(&g, 0, 30);
        for (int k = 0; m % 3 && k < SITE_BREAKS; k++, n++) { s->from[n] = t; s->to[n] = t += site_roll(&g, 1, 15); t += site_roll(&g, 20, 60); }
        s->break_off[m + 1] = n;
    }
    site_bind(s, features, jobs);
}

static inline void site_columns(site_plan *q)
{
    c12_sched_plan c = C12_INIT(c12_sched_plan);
    c.op_start = q->start; c.op_end = q->end; c.op_mode = q->mode;
    q->c = c;
}

static inline c12_budget site_work(int64_t work, uint64_t seed)
{
    c12_budget b = C12_INIT(c12_budget);
    b.work_limit = work;
    b.seed = seed;
    return b;
}

static inline c12_sched *site_open(const site *s, int32_t goal)
{
    c12_sched *h;
    c12_error e = C12_INIT(c12_error);
    c12_sched_options o = C12_INIT(c12_sched_options);
    o.goal = goal;
    ck_assert_msg(!c12_sched_create(&h, &s->d, &o, NULL, &e), "%s %s", e.what, e.field);
    ck_assert_msg(!c12_sched_load(h, &s->p, &e), "%s %s", e.what, e.field);
    return h;
}

/* The branch's plan, judged by the branch's problem. */
static inline void site_get(c12_sched *h, int32_t branch, site_plan *q, c12_sched_problem *view, const char *after)
{
    c12_error e = C12_INIT(c12_error);
    c12_info i = C12_INIT(c12_info);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_sched_options o = C12_INIT(c12_sched_options);
    c12_sched_problem p = C12_INIT(c12_sched_problem);
    o.goal = h->goal;
    site_columns(q);
    ck_assert_msg(!c12_sched_get(h, branch, &q->c, &i, &e), "%s", e.what);
    ck_assert_int_eq(i.outcome, C12_FEASIBLE);
    ck_assert_msg(!c12_sched_view(h, branch, &p, &e), "%s", e.what);
    ck_assert_msg(!c12_sched_check(&p, &q->c, &o, &v, &e), "%s: %s %s %d", after, e.what, e.field, (int)e.row);
    ck_assert_msg(!v.violations, "after %s: %s at op %d tick %d", after, v.rule, (int)v.row, (int)v.tick);
    ck_assert_msg(v.objective == i.objective, "after %s: objective %d, checker %d", after, (int)i.objective, (int)v.objective);
    q->objective = i.objective;
    if (view) *view = p;
}

#endif
