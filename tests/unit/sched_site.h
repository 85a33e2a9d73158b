/* SPDX-License-Identifier: Apache-2.0 */
/* Random plants with a handle that keeps their plan: what the tests of events, promises and branches stand on. */
#ifndef SCHED_SITE_H
#define SCHED_SITE_H

#include "base/rng.h"
#include "sched/sched_internal.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { SITE_JOBS = 60, SITE_OPS = 300, SITE_MACHINES = 5, SITE_FAMILIES = 3, SITE_BREAKS = 8, SITE_CREWS = 2, SITE_BUFFERS = 2 };
enum { SITE_MODES = 1, SITE_SETUPS = 2, SITE_CLOSED = 4, SITE_PREDS = 8, SITE_DATES = 16, SITE_SOLID = 32, SITE_IDLE = 64, SITE_FEATURES = 128 };
enum { SITE_WAITS = 128, SITE_LOTS = 256, SITE_HOLDS = 512, SITE_STAYS = 1024, SITE_NEEDS = 2048, SITE_BATCHES = 4096, SITE_SPEEDS = 8192, SITE_SETUP_BREAKS = 16384, SITE_RICH = 32768 };

typedef struct site {
    c12_sched_problem p;
    c12_sched_dims d;
    int64_t op_off[SITE_JOBS + 1], mode_off[SITE_OPS + 1], pred_off[SITE_OPS + 1], pred[SITE_OPS], break_off[SITE_MACHINES + 1], weight[SITE_JOBS];
    int32_t machine[SITE_OPS * 3], family[SITE_OPS], jobs;
    c12_tick ticks[SITE_OPS * 3], release[SITE_JOBS], due[SITE_JOBS], ready[SITE_OPS], setup[SITE_FAMILIES * SITE_FAMILIES], from[SITE_MACHINES * SITE_BREAKS], to[SITE_MACHINES * SITE_BREAKS];
    uint8_t resumable[SITE_OPS], holds[SITE_OPS], setup_breaks[SITE_MACHINES];
    c12_tick wait_min[SITE_OPS], wait_max[SITE_OPS], level_from[2 * SITE_CREWS];
    int32_t lots[SITE_OPS], buffer[SITE_OPS], places[SITE_OPS], crew[SITE_OPS * SITE_CREWS], units[SITE_OPS * SITE_CREWS], level[2 * SITE_CREWS], room[SITE_BUFFERS], batch[SITE_MACHINES], speed[SITE_MACHINES];
    int64_t need_off[SITE_OPS + 1], level_off[SITE_CREWS + 1], cost[SITE_OPS * 3];
} site;

/* A plan with room for all that may come. */
typedef struct site_plan { c12_sched_plan c; c12_tick start[SITE_OPS], end[SITE_OPS]; int32_t mode[SITE_OPS]; int64_t objective; } site_plan;

static inline int64_t site_roll(c12__rng *g, int64_t lo, int64_t hi) { return c12__rng_range(g, lo, hi); }

/* What ties the operation to others beyond precedences; drawn from a stream of its own. */
static inline void site_tie(site *s, const c12__rng *from, int features, int o)
{
    c12__rng mine = *from, *g = &mine;
    s->wait_min[o] = site_roll(g, 0, 2) ? 0 : site_roll(g, 0, 8);
    s->wait_max[o] = site_roll(g, 0, 2) ? -1 : s->wait_min[o] + (features & SITE_SETUPS ? site_roll(g, 9, 20) : site_roll(g, 0, 12)); /* a set-up may lie between */
    s->lots[o] = site_roll(g, 0, 1) ? 1 : (int32_t)site_roll(g, 2, 4);
    s->holds[o] = !site_roll(g, 0, 3);
    s->buffer[o] = (int32_t)site_roll(g, -2, SITE_BUFFERS - 1);
    if (s->buffer[o] < 0) s->buffer[o] = -1;
    s->places[o] = (int32_t)site_roll(g, 1, 2);
    s->need_off[o + 1] = s->need_off[o];
    for (int r = 0; r < SITE_CREWS; r++) {
        if (site_roll(g, 0, 2)) continue;
        s->crew[s->need_off[o + 1]] = r;
        s->units[s->need_off[o + 1]++] = (int32_t)site_roll(g, 1, 2);
    }
}

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
    site_tie(s, g, features, o);
}

static inline void site_bind_rich(site *s, int features, c12_sched_problem *p)
{
    if (features & SITE_WAITS) { p->wait_min = s->wait_min; p->wait_max = s->wait_max; }
    if (features & SITE_LOTS) p->op_lots = s->lots;
    if (features & SITE_HOLDS) p->op_holds = s->holds;
    if (features & SITE_STAYS) { p->n_buffers = SITE_BUFFERS; p->op_buffer = s->buffer; p->buffer_places = s->room; }
    if (features & SITE_NEEDS) { p->n_resources = SITE_CREWS; p->need_off = s->need_off; p->need_resource = s->crew; p->need_units = s->units; p->level_off = s->level_off; p->level_from = s->level_from; p->level_units = s->level; }
    if (features & SITE_BATCHES) { p->machine_batch = s->batch; p->op_places = s->places; }
    if (features & SITE_SPEEDS) p->machine_speed = s->speed;
    if (features & SITE_SETUP_BREAKS) p->setup_breaks = s->setup_breaks;
    if (features >= SITE_FEATURES) p->mode_cost = s->cost;
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
    site_bind_rich(s, features, &p);
    d.needs = SITE_OPS * SITE_CREWS; d.levels = 2 * SITE_CREWS; d.resources = SITE_CREWS; d.buffers = SITE_BUFFERS;
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
        s->batch[m] = (int32_t)(m % 2 ? site_roll(&g, 2, 4) : 1);
        s->speed[m] = (int32_t)site_roll(&g, 600, 1500);
        s->setup_breaks[m] = (uint8_t)site_roll(&g, 0, 2);
    }
    for (int r = 0; r < SITE_CREWS; r++) {
        s->level_off[r + 1] = 2 * r + 2;
        s->level_from[2 * r] = 0; s->level_from[2 * r + 1] = site_roll(&g, 20, 200);
        s->level[2 * r] = (int32_t)site_roll(&g, 1, 4); s->level[2 * r + 1] = (int32_t)site_roll(&g, 2, 5);
        s->room[r] = (int32_t)site_roll(&g, 1, 4);
    }
    for (int64_t r = 0; r < row; r++) s->cost[r] = site_roll(&g, 0, 9);
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

/* Terms as the handle was given them. */
static inline c12_sched_options site_options(int32_t goal, int32_t ordered)
{
    static const int32_t term[] = { C12_SCHED_TERM_LATE, C12_SCHED_TERM_TARDINESS, C12_SCHED_TERM_PREFERENCE, C12_SCHED_TERM_WIP, C12_SCHED_TERM_SETUP, C12_SCHED_TERM_MAKESPAN, C12_SCHED_TERM_FLOW, C12_SCHED_TERM_MAX_TARDINESS };
    static const int64_t weight[] = { 50, 2, 1, 1, 3, 4, 1, 2 };
    c12_sched_options o = C12_INIT(c12_sched_options);
    o.goal = goal;
    if (goal != C12_SCHED_TERMS) return o;
    o.term = term;
    o.weight = weight;
    o.n_terms = ordered ? 3 : 8;
    o.ordered = ordered;
    return o;
}

static inline c12_sched *site_open(const site *s, int32_t goal)
{
    c12_sched *h;
    c12_error e = C12_INIT(c12_error);
    c12_sched_options o = site_options(goal, s->jobs & 1);
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
    c12_sched_options o = site_options(h->goal, h->terms.ordered);
    c12_sched_problem p = C12_INIT(c12_sched_problem);
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
