/* SPDX-License-Identifier: Apache-2.0 */
/* A small plant with a column for every feature, and how its plans are made and judged. */
#ifndef SCHED_FEATURES_H
#define SCHED_FEATURES_H

#include "base/rng.h"
#include "sched/sched_internal.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { JOBS = 6, OPS = 18, MODES = 36, PLANT = 3, FAMILIES = 3, CREWS = 2 };

enum { /* features of a random plant */
    F_MODES = 1, F_SETUPS = 2, F_BREAKS = 4, F_PREDS = 8, F_DATES = 16, F_FROZEN = 32, F_NO_WORK = 64, F_SPEED = 128, F_WAITS = 256, F_LOTS = 512,
    F_HOLDS = 1024, F_BUFFERS = 2048, F_RESOURCES = 4096, F_BATCH = 8192, F_SETUP_BREAKS = 16384, F_TERMS = 32768, F_ALL = 65535,
    F_REPORTS = 65536 /* some operations were reported, some are gone */
};

typedef struct plant {
    c12_sched_problem p;
    c12_sched_dims d;
    c12_sched_plan plan;
    c12_sched_options o;
    int64_t op_off[JOBS + 1], mode_off[OPS + 1], break_off[PLANT + 1], pred_off[OPS + 1], pred[OPS], weight[JOBS], cost[MODES], need_off[OPS + 1], level_off[CREWS + 1];
    int32_t machine[MODES], family[OPS], fixed_mode[OPS], mode[OPS], speed[PLANT], batch[PLANT], places[OPS], lots[OPS], buffer[OPS], room[2], crew[2 * OPS], units[2 * OPS], level[2 * CREWS];
    int32_t prior_mode[OPS], term[C12_SCHED_TERM_COUNT];
    int64_t term_weight[C12_SCHED_TERM_COUNT];
    c12_tick ticks[MODES], release[JOBS], due[JOBS], ready[OPS], setup[FAMILIES * FAMILIES], from[3 * PLANT], to[3 * PLANT], fixed[OPS], start[OPS], end[OPS];
    c12_tick wait_min[OPS], wait_max[OPS], level_from[2 * CREWS], prior_start[OPS];
    c12_tick told[OPS];
    uint8_t resumable[OPS], holds[OPS], setup_breaks[PLANT], gone[OPS];
} plant;

/* n jobs of the given numbers of operations, one mode each; the caller fills machine and ticks. */
static inline void lay_out(plant *s, int jobs, int per_job)
{
    memset(s, 0, sizeof *s);
    s->p = (c12_sched_problem)C12_INIT(c12_sched_problem);
    s->plan = (c12_sched_plan)C12_INIT(c12_sched_plan);
    s->o = (c12_sched_options)C12_INIT(c12_sched_options);
    s->p.n_jobs = jobs;
    s->p.n_machines = PLANT;
    for (int j = 0; j <= jobs; j++) s->op_off[j] = j * per_job;
    for (int o = 0; o <= jobs * per_job; o++) s->mode_off[o] = o;
    for (int o = 0; o < OPS; o++) { s->wait_max[o] = s->fixed[o] = s->prior_start[o] = -1; s->fixed_mode[o] = s->buffer[o] = s->prior_mode[o] = -1; s->lots[o] = s->places[o] = 1; }
    for (int j = 0; j < JOBS; j++) { s->due[j] = -1; s->weight[j] = 1; }
    for (int m = 0; m < PLANT; m++) { s->batch[m] = 1; s->speed[m] = 1000; }
    s->p.op_off = s->op_off; s->p.mode_off = s->mode_off; s->p.mode_machine = s->machine; s->p.mode_ticks = s->ticks;
    s->p.job_release = s->release; s->p.job_due = s->due; s->p.job_weight = s->weight;
    s->plan.op_start = s->start; s->plan.op_end = s->end; s->plan.op_mode = s->mode;
}

static inline int64_t n_ops(const plant *s) { return s->op_off[s->p.n_jobs]; }

static inline void fit_dims(plant *s)
{
    c12_sched_dims d = C12_INIT(c12_sched_dims);
    int64_t n = n_ops(s);
    d.jobs = s->p.n_jobs; d.machines = s->p.n_machines; d.families = s->p.n_families; d.ops = n; d.modes = s->mode_off[n];
    d.breaks = s->p.break_off ? s->break_off[PLANT] : 0;
    d.preds = s->p.op_pred_off ? s->pred_off[n] : 0;
    d.resources = s->p.n_resources; d.buffers = s->p.n_buffers;
    d.needs = s->p.need_off ? s->need_off[n] : 0;
    d.levels = s->p.level_off ? s->level_off[s->p.n_resources] : 0;
    s->d = d;
}

static inline c12_verdict judge_plan(plant *s)
{
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    ck_assert_msg(!c12_sched_check(&s->p, &s->plan, &s->o, &v, &e), "%s %s", e.what, e.field);
    return v;
}

static inline c12_info solve_with(plant *s, int64_t work, const c12_host *host)
{
    c12_sched *h;
    c12_error e = C12_INIT(c12_error);
    c12_info info = C12_INIT(c12_info);
    c12_budget b = C12_INIT(c12_budget);
    b.work_limit = work;
    b.seed = 1;
    fit_dims(s);
    ck_assert_msg(!c12_sched_create(&h, &s->d, &s->o, host, &e), "%s %s", e.what, e.field);
    ck_assert_msg(!c12_sched_load(h, &s->p, &e), "%s %s", e.what, e.field);
    ck_assert_msg(!c12_sched_solve(h, 0, &b, &s->plan, &info, &e), "%s", e.what);
    c12_sched_destroy(h);
    if (info.outcome != C12_OPTIMAL && info.outcome != C12_FEASIBLE) return info;
    c12_verdict v = judge_plan(s);
    ck_assert_msg(!v.violations, "%s: op %d at %d", v.rule, (int)v.row, (int)v.tick);
    ck_assert_int_eq(v.objective, info.objective);
    ck_assert_int_le(info.bound, info.objective);
    return info;
}

static inline int64_t solve(plant *s)
{
    c12_info i = solve_with(s, 2000, NULL);
    ck_assert_msg(i.outcome == C12_OPTIMAL || i.outcome == C12_FEASIBLE, "outcome %d", i.outcome);
    return i.objective;
}

/* The plan in hand with one operation at another time must break the rule. */
static inline void refuse_move(plant *s, int o, c12_tick start, c12_tick end, const char *rule)
{
    c12_tick was_start = s->start[o], was_end = s->end[o];
    s->start[o] = start;
    s->end[o] = end;
    c12_verdict v = judge_plan(s);
    ck_assert_msg(v.violations > 0 && !strncmp(v.rule, rule, strlen(rule)), "want %s: %s", rule, v.violations ? v.rule : "passed");
    s->start[o] = was_start;
    s->end[o] = was_end;
}

static inline void refuse_now(plant *s, const char *rule)
{
    c12_verdict v = judge_plan(s);
    ck_assert_msg(v.violations > 0 && !strncmp(v.rule, rule, strlen(rule)), "want %s: %s", rule, v.violations ? v.rule : "passed");
}

static inline void set_op(plant *s, int o, int32_t machine, c12_tick ticks)
{
    s->machine[o] = machine;
    s->ticks[o] = ticks;
}

#endif
