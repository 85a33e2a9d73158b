/* SPDX-License-Identifier: Apache-2.0 */
/* Tabu runs over a small elite of plans.  Every run ends after so many iterations without a better plan; the next one starts
 * between two elites, from a mixture of their linear extensions, which is again one and so never has a cycle. */
#include "base/sort.h"
#include "sched/sched_internal.h"

enum { TABU_PATIENCE = 4000, TABU_ASK = 20000, TABU_MIX = 1024 };

static int64_t tabu_table(int64_t ops)
{
    int64_t size = 1 << 12;
    while (size < ops * 64 && size < 1 << 20) size *= 2;
    return size;
}

void c12__sched_carve_tabu(c12__sched_tabu *t, c12__arena *a, const c12_sched_dims *d)
{
    int32_t **column[] = { &t->p, &t->r0, &t->machine, &t->jp, &t->js, &t->mp, &t->ms, &t->r, &t->q, &t->order, &t->at, &t->mark, &t->part, &t->path, &t->run_best };
    for (size_t k = 0; k < sizeof column / sizeof *column; k++) *column[k] = C12__CARVE(a, int32_t, d->ops);
    t->last = C12__CARVE(a, int32_t, d->machines);
    t->elite = C12__CARVE(a, int32_t, d->ops * C12__SCHED_ELITES);
    t->until = C12__CARVE(a, int32_t, tabu_table(d->ops));
}

/* Machine sequences are the order's, machine by machine. */
void c12__sched_tabu_load(c12__sched_tabu *t, const int32_t *order)
{
    for (int32_t k = 0; k < t->machines; k++) t->last[k] = -1;
    for (int32_t k = 0; k < t->n; k++) {
        int32_t o = order[k], back = t->last[t->machine[o]];
        t->order[k] = o;
        t->at[o] = k;
        t->mp[o] = back;
        t->ms[o] = -1;
        if (back >= 0) t->ms[back] = o;
        t->last[t->machine[o]] = o;
    }
    t->cost = c12__sched_tabu_times(t, 0, t->n - 1);
}

/* ---- elites -------------------------------------------------------------------------------------------------------------- */

static int32_t tabu_worst(const c12__sched_tabu *t)
{
    int32_t worst = 0;
    for (int32_t k = 1; k < t->elites; k++)
        if (t->elite_cost[k] > t->elite_cost[worst]) worst = k;
    return worst;
}

/* Plans of one makespan are taken for one plan: cheap, and it keeps the elite apart. */
void c12__sched_offer_elite(c12__sched_tabu *t, const int32_t *order, int32_t cost)
{
    int32_t slot = t->elites;
    for (int32_t k = 0; k < t->elites; k++)
        if (t->elite_cost[k] == cost) slot = k;
    if (slot == C12__SCHED_ELITES) {
        slot = tabu_worst(t);
        if (t->elite_cost[slot] < cost) return;
    }
    if (slot == t->elites) t->elites++;
    memcpy(t->elite + (int64_t)slot * t->n, order, (size_t)t->n * sizeof *order);
    t->elite_cost[slot] = cost;
}

/* Between two elites: sort by share * place in one + rest * place in the other. */
static void tabu_mix(c12__sched_island *w, const int32_t *a, const int32_t *b)
{
    c12__sched_tabu *t = &w->tabu;
    int64_t share = c12__rng_range(&w->rng, TABU_MIX / 4, TABU_MIX / 2), *key = w->list.key;
    for (int32_t k = 0; k < t->n; k++) key[a[k]] = k * share;
    for (int32_t k = 0; k < t->n; k++) key[b[k]] += k * (TABU_MIX - share);
    c12__sort_rows(key, t->n, t->path, t->part);
    c12__sched_tabu_load(t, t->path);
}

/* ---- runs ---------------------------------------------------------------------------------------------------------------- */

static void tabu_keep(c12__sched_island *w)
{
    c12__sched_tabu *t = &w->tabu;
    if (t->cost >= w->best) return;
    w->best = t->cost;
    for (int32_t o = 0; o < t->n; o++) {
        w->start[o] = t->r[o];
        w->end[o] = t->r[o] + t->p[o];
        w->mode[o] = 0;
    }
}

static void tabu_note(c12__sched_island *w)
{
    c12__sched_tabu *t = &w->tabu;
    t->run_cost = t->cost;
    t->stall = 0;
    memcpy(t->run_best, t->order, (size_t)t->n * sizeof *t->order);
    tabu_keep(w);
}

static void tabu_random_start(c12__sched_island *w)
{
    c12__sched_rule_keys(w->m, &w->list, C12__SCHED_RULES, &w->rng);
    (void)c12__sched_run_list(w->m, &w->list);
    c12__sched_tabu_load(&w->tabu, w->list.order);
}

static void tabu_next_run(c12__sched_island *w)
{
    c12__sched_tabu *t = &w->tabu;
    c12__sched_offer_elite(t, t->run_best, t->run_cost);
    t->started++;
    if (t->started < C12__SCHED_ELITES || t->elites < 2) tabu_random_start(w);
    else {
        int32_t a = (int32_t)c12__rng_below(&w->rng, (uint64_t)t->elites), b = (int32_t)c12__rng_below(&w->rng, (uint64_t)t->elites - 1);
        if (b >= a) b++;
        tabu_mix(w, t->elite + (int64_t)a * t->n, t->elite + (int64_t)b * t->n);
    }
    memset(t->until, 0, ((size_t)t->tabu_mask + 1) * sizeof *t->until);
    t->iteration = 0;
    tabu_note(w);
}

static void tabu_copy_problem(c12__sched_tabu *t, const c12__sched_model *m)
{
    for (int32_t o = 0; o < t->n; o++) {
        int32_t j = m->job[o];
        t->p[o] = (int32_t)m->p.mode_ticks[o];
        t->r0[o] = (int32_t)m->release[o];
        t->machine[o] = m->p.mode_machine[o];
        t->jp[o] = o > m->p.op_off[j] ? o - 1 : -1;
        t->js[o] = o + 1 < m->p.op_off[j + 1] ? o + 1 : -1;
        t->mark[o] = 0;
    }
}

/* Starts from the schedule that the island's list scheduler has just made. */
void c12__sched_begin_tabu(c12__sched_island *w)
{
    c12__sched_tabu *t = &w->tabu;
    t->n = w->m->n;
    t->machines = w->m->p.n_machines;
    t->tabu_mask = (int32_t)tabu_table(t->n) - 1;
    t->elites = t->started = t->iteration = 0;
    int32_t jobs = w->m->p.n_jobs, machines = t->machines > 0 ? t->machines : 1;
    t->tenure_lo = 10 + jobs / machines;
    t->tenure_hi = jobs <= 2 * machines ? t->tenure_lo * 7 / 5 : t->tenure_lo * 3 / 2;
    t->patience = TABU_PATIENCE + 8 * t->n;
    memset(t->until, 0, ((size_t)t->tabu_mask + 1) * sizeof *t->until);
    tabu_copy_problem(t, w->m);
    c12__sched_tabu_load(t, w->list.order);
    tabu_note(w);
}

void c12__sched_run_tabu(c12__sched_island *w)
{
    c12__sched_tabu *t = &w->tabu;
    int64_t end = w->work + w->slice;
    int32_t ask = TABU_ASK / t->n + 1, asked = 0; /* about the same time between two looks at the clock */
    while (w->work < end && w->best > w->goal) {
        int moved = c12__sched_tabu_step(t, &w->rng);
        w->work++;
        if (moved && t->cost < t->run_cost) tabu_note(w);
        else if (!moved || ++t->stall > t->patience) tabu_next_run(w);
        if (++asked < ask) continue;
        asked = 0;
        if (c12__sched_halted(w->self)) return;
    }
}
