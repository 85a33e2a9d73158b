/* SPDX-License-Identifier: Apache-2.0 */
/* Tabu runs over a small elite of plans.  Every run ends after so many iterations without a better plan; the next one starts
 * between two elites, from a mixture of their linear extensions, which is again one and so never has a cycle. */
#include "base/sort.h"
#include "sched/sched_internal.h"

/* A move is forbidden when it would bring back any one of the arcs turned lately.  Tenures of the literature, 10 + jobs / machines, are made for rules
 * that forbid less; with this one the shorter did better, down to these, on shops of 20 to 30 jobs and 15 to 20 machines. */
enum { TABU_TENURE = 2, TABU_TENURE_SPREAD = 4 };

/* Iterations without a better plan after which a run ends.  Where operations choose machines, what counts is which go where, and mixing two plans finds
 * that faster than moves do: runs are short there. */
enum { TABU_PATIENCE = 8000, TABU_PATIENCE_EACH = 8, TABU_PATIENCE_FLEXIBLE = 100, TABU_ASK = 20000, TABU_ASK_FLEXIBLE = 500, TABU_MIX = 1024 };

void c12__sched_carve_tabu(c12__sched_tabu *t, c12__arena *a, const c12_sched_dims *d)
{
    int64_t nodes = d->ops + d->jobs + 1;
    t->node = C12__CARVE(a, c12__sched_node, nodes);
    t->op = C12__CARVE(a, int32_t, nodes);
    t->mark = C12__CARVE(a, uint8_t, nodes);
    t->less_end = C12__CARVE(a, int32_t, nodes);
    t->less_tail = C12__CARVE(a, int32_t, nodes);
    int32_t **column[] = { &t->order, &t->part, &t->path, &t->mode };
    for (size_t k = 0; k < sizeof column / sizeof *column; k++) *column[k] = C12__CARVE(a, int32_t, d->ops + 1);
    t->last = C12__CARVE(a, int32_t, d->jobs);
    t->first = C12__CARVE(a, int32_t, d->machines);
    t->tip = C12__CARVE(a, int32_t, d->machines);
    t->mode_p = C12__CARVE(a, int32_t, d->modes);
    t->mode_machine = C12__CARVE(a, int32_t, d->modes);
    t->run_best = C12__CARVE(a, int32_t, 2 * d->ops);
    t->elite = C12__CARVE(a, int32_t, 2 * d->ops * C12__SCHED_ELITES);
    t->until = C12__CARVE(a, int32_t, C12__SCHED_TABU_CELLS);
    t->step = C12__CARVE(a, c12__sched_move, C12__SCHED_TABU_STEPS);
}

/* Machine sequences are the order's, machine by machine.  Both columns may be the ones in use. */
void c12__sched_tabu_load(c12__sched_tabu *t, const int32_t *order, const int32_t *mode)
{
    for (int32_t k = 0; k < t->machines; k++) t->first[k] = t->tip[k] = 0;
    for (int32_t k = 0; k < t->n; k++) {
        c12__sched_node *x = t->node + order[k];
        int32_t o = t->op[order[k]], back;
        t->mode[o] = mode[o];
        x->p = t->mode_p[mode[o]];
        x->machine = t->mode_machine[mode[o]];
        back = t->tip[x->machine];
        t->order[k] = order[k];
        x->at = k;
        x->mp = back;
        x->ms = 0;
        if (back) t->node[back].ms = order[k]; else t->first[x->machine] = order[k];
        t->tip[x->machine] = order[k];
    }
    c12__sched_tabu_times(t);
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
void c12__sched_offer_elite(c12__sched_tabu *t, const int32_t *plan, int32_t cost)
{
    int32_t slot = t->elites;
    for (int32_t k = 0; k < t->elites; k++)
        if (t->elite_cost[k] == cost) slot = k;
    if (slot == C12__SCHED_ELITES) {
        slot = tabu_worst(t);
        if (t->elite_cost[slot] < cost) return;
    }
    if (slot == t->elites) t->elites++;
    memcpy(t->elite + (int64_t)slot * 2 * t->n, plan, (size_t)t->n * 2 * sizeof *plan);
    t->elite_cost[slot] = cost;
}

/* A list schedule's order, in nodes. */
static void tabu_take_list(c12__sched_island *w)
{
    c12__sched_tabu *t = &w->tabu;
    for (int32_t k = 0; k < t->n; k++) t->path[k] = w->list.order[k] + w->m->job[w->list.order[k]] + 1;
    c12__sched_tabu_load(t, t->path, t->mode);
}

/* Between two elites: sort by share * place in one + rest * place in the other. */
static void tabu_mix(c12__sched_island *w, const int32_t *a, const int32_t *b)
{
    c12__sched_tabu *t = &w->tabu;
    int64_t share = c12__rng_range(&w->rng, TABU_MIX / 4, TABU_MIX / 2), *key = w->list.key;
    for (int32_t k = 0; k < t->n; k++) key[t->op[a[k]]] = k * share;
    for (int32_t k = 0; k < t->n; k++) key[t->op[b[k]]] += k * (TABU_MIX - share);
    c12__sort_rows(key, t->n, w->list.order, t->part);
    for (int32_t o = 0; o < t->n; o++) t->mode[o] = c12__dice_below(&t->dice, TABU_MIX) < share ? a[t->n + o] : b[t->n + o];
    tabu_take_list(w);
}

/* ---- runs ---------------------------------------------------------------------------------------------------------------- */

static void tabu_keep(c12__sched_island *w)
{
    c12__sched_tabu *t = &w->tabu;
    if (t->cost >= w->best) return;
    w->best = t->cost;
    for (int32_t k = 0; k < t->n; k++) {
        const c12__sched_node *x = t->node + t->order[k];
        int32_t o = t->op[t->order[k]];
        w->start[o] = x->end - x->p;
        w->end[o] = x->end;
        w->mode[o] = t->mode[o] - (int32_t)w->m->p.mode_off[o];
    }
}

static void tabu_note(c12__sched_island *w)
{
    c12__sched_tabu *t = &w->tabu;
    t->run_cost = t->cost;
    t->stall = 0;
    memcpy(t->run_best, t->order, (size_t)t->n * sizeof *t->order);
    memcpy(t->run_best + t->n, t->mode, (size_t)t->n * sizeof *t->mode);
    tabu_keep(w);
}

static void tabu_take_modes(c12__sched_island *w)
{
    for (int32_t o = 0; o < w->tabu.n; o++) w->tabu.mode[o] = (int32_t)w->m->p.mode_off[o] + w->list.mode[o];
}

static void tabu_random_start(c12__sched_island *w)
{
    c12__sched_rule_keys(w->m, &w->list, C12__SCHED_RULES, &w->rng);
    (void)c12__sched_run_list(w->m, &w->list);
    tabu_take_modes(w);
    tabu_take_list(w);
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
        tabu_mix(w, t->elite + (int64_t)a * 2 * t->n, t->elite + (int64_t)b * 2 * t->n);
    }
    memset(t->until, 0, C12__SCHED_TABU_CELLS * sizeof *t->until);
    t->iteration = 0;
    tabu_note(w);
}

static void tabu_copy_modes(c12__sched_tabu *t, const c12_sched_problem *p)
{
    for (int32_t o = 0; o < t->n; o++)
        for (int64_t k = p->mode_off[o]; k < p->mode_off[o + 1]; k++) {
            t->mode_p[k] = (int32_t)p->mode_ticks[k];
            t->mode_machine[k] = p->mode_machine[k];
        }
}

static void tabu_copy_problem(c12__sched_tabu *t, const c12__sched_model *m)
{
    const c12__sched_node pad = { .at = -1 };
    t->jobs = 0;
    for (int32_t k = 0; k <= t->n + m->p.n_jobs; k++) { t->node[k] = pad; t->op[k] = -1; t->mark[k] = 0; t->less_end[k] = t->less_tail[k] = 0; }
    for (int32_t o = 0; o < t->n; o++) {
        int32_t j = m->job[o], id = o + j + 1;
        c12__sched_node x = { .r0 = (int32_t)m->release[o] };
        t->node[id] = x;
        t->op[id] = o;
        if (o + 1 == m->p.op_off[j + 1]) t->last[t->jobs++] = id;
    }
}

/* Starts from the schedule that the island's list scheduler has just made. */
void c12__sched_begin_tabu(c12__sched_island *w)
{
    c12__sched_tabu *t = &w->tabu;
    t->n = w->m->n;
    t->machines = w->m->p.n_machines;
    t->elites = t->started = t->iteration = 0;
    t->dice.state = c12__rng_next(&w->rng);
    t->tenure_lo = TABU_TENURE + w->m->p.n_jobs / (t->machines > 0 ? t->machines : 1);
    t->tenure_hi = t->tenure_lo + TABU_TENURE_SPREAD;
    t->patience = w->m->flexible ? TABU_PATIENCE_FLEXIBLE : TABU_PATIENCE + TABU_PATIENCE_EACH * t->n;
    memset(t->until, 0, C12__SCHED_TABU_CELLS * sizeof *t->until);
    tabu_copy_problem(t, w->m);
    tabu_copy_modes(t, &w->m->p);
    tabu_take_modes(w);
    tabu_take_list(w);
    tabu_note(w);
}

void c12__sched_run_tabu(c12__sched_island *w)
{
    c12__sched_tabu *t = &w->tabu;
    int64_t end = w->work + w->slice;
    int32_t ask = (w->m->flexible ? TABU_ASK_FLEXIBLE : TABU_ASK) / t->n + 1, asked = 0; /* about the same time between two looks at the clock */
    while (w->work < end && w->best > w->goal) {
        int moved = c12__sched_tabu_step(t, w->m);
        w->work++;
        if (moved && t->cost < t->run_cost) tabu_note(w);
        else if (!moved || ++t->stall > t->patience) tabu_next_run(w);
        if (++asked < ask) continue;
        asked = 0;
        if (c12__sched_halted(w->self)) return;
    }
}
