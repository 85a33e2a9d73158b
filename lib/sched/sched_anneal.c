/* SPDX-License-Identifier: Apache-2.0 */
/* Search in the space of keys and modes, each trial one list schedule.  Acceptance is late-acceptance hill climbing (Burke and
 * Bykov 2017): a trial is kept when it is no worse than the plan so many steps ago - integers only, one parameter. */
#include "base/sort.h"
#include "sched/sched_internal.h"

enum { ANNEAL_GAP_BITS = 20, ANNEAL_PATIENCE = 20 };

void c12__sched_carve_anneal(c12__sched_anneal *s, c12__arena *a, const c12_sched_dims *d)
{
    s->key = C12__CARVE(a, int64_t, d->ops);
    s->best_key = C12__CARVE(a, int64_t, d->ops);
    s->want = C12__CARVE(a, int32_t, d->ops);
    s->best_want = C12__CARVE(a, int32_t, d->ops);
    s->floor = C12__CARVE(a, int64_t, d->ops);
    s->best_floor = C12__CARVE(a, int64_t, d->ops);
    s->history = C12__CARVE(a, int64_t, C12__SCHED_HISTORY);
}

static int64_t anneal_length(const c12__sched_island *w) { return w->index & 1 ? C12__SCHED_HISTORY : C12__SCHED_HISTORY / 8; }

/* Replace the keys by the places of the schedule just made: the same schedule again, with room between neighbours. */
static void anneal_respace(const c12__sched_island *w)
{
    const c12__sched_list *l = &w->list;
    for (int32_t k = 0; k < l->placed; k++) w->anneal.key[l->order[k]] = (int64_t)(k + 1) << ANNEAL_GAP_BITS;
}

static void anneal_remember(c12__sched_island *w)
{
    c12__sched_anneal *s = &w->anneal;
    size_t n = (size_t)w->m->n;
    s->best = s->cost;
    s->stall = 0;
    memcpy(s->best_key, s->key, n * sizeof *s->key);
    memcpy(s->best_want, s->want, n * sizeof *s->want);
    if (w->m->patient) memcpy(s->best_floor, s->floor, n * sizeof *s->floor);
    c12__sched_keep(w, s->cost);
}

/* Starts from the schedule that the island's list scheduler has just made. */
void c12__sched_begin_anneal(c12__sched_island *w)
{
    c12__sched_anneal *s = &w->anneal;
    size_t n = (size_t)w->m->n;
    memset(s->key, 0, n * sizeof *s->key);
    anneal_respace(w);
    if (w->m->patient) memcpy(s->floor, w->list.floor, n * sizeof *s->floor);
    for (int32_t o = 0; o < w->m->n; o++) s->want[o] = w->list.mode[o];
    for (int32_t k = 0; k < C12__SCHED_HISTORY; k++) s->history[k] = s->cost;
    w->list.by_ready = 0;
    s->step = 0;
    anneal_remember(w);
}

/* Stuck: back to the best plan, with a history that lets the next climb leave it, and the other way with frozen operations. */
static void anneal_restart(c12__sched_island *w)
{
    c12__sched_anneal *s = &w->anneal;
    size_t n = (size_t)w->m->n;
    memcpy(s->key, s->best_key, n * sizeof *s->key);
    memcpy(s->want, s->best_want, n * sizeof *s->want);
    if (w->m->patient) { memcpy(s->floor, s->best_floor, n * sizeof *s->floor); memcpy(w->list.floor, s->floor, n * sizeof *s->floor); }
    w->list.bold ^= 1;
    memcpy(w->list.key, s->key, n * sizeof *s->key);
    memcpy(w->list.want, s->want, n * sizeof *s->want);
    s->cost = c12__sched_run_list(w->m, &w->list);
    c12__sched_keep(w, s->cost);
    s->stall = 0;
    int64_t slack = s->best >= C12__SCHED_BROKEN ? 1 : s->best / 32 + 1;
    for (int32_t k = 0; k < C12__SCHED_HISTORY; k++) s->history[k] = s->best + (int64_t)c12__rng_below(&w->rng, (uint64_t)slack);
}

static void anneal_move_op(c12__sched_island *w, int32_t o)
{
    c12__sched_anneal *s = &w->anneal;
    int64_t reach = (int64_t)1 << (ANNEAL_GAP_BITS + (int64_t)c12__rng_below(&w->rng, 8));
    if (!c12__rng_below(&w->rng, 8)) reach = (int64_t)w->m->n << ANNEAL_GAP_BITS;
    s->key[o] += c12__rng_range(&w->rng, -reach, reach);
}

static void anneal_move_job(c12__sched_island *w, int32_t o)
{
    const c12_sched_problem *p = &w->m->p;
    int64_t reach = (int64_t)w->m->n << (ANNEAL_GAP_BITS - (int64_t)c12__rng_below(&w->rng, 6)), by = c12__rng_range(&w->rng, -reach, reach);
    for (int64_t k = p->op_off[w->m->job[o]]; k < p->op_off[w->m->job[o] + 1]; k++) w->anneal.key[k] += by;
}

/* Sit directly behind another operation of the same family. */
static void anneal_join_family(c12__sched_island *w, int32_t o)
{
    const c12_sched_problem *p = &w->m->p;
    c12__sched_anneal *s = &w->anneal;
    for (int32_t tries = 0; tries < 16; tries++) {
        int32_t other = (int32_t)c12__rng_below(&w->rng, (uint64_t)w->m->n);
        if (other == o || p->op_family[other] != p->op_family[o]) continue;
        s->key[o] = s->key[other] + 1;
        if (p->mode_off[o + 1] - p->mode_off[o] > 1) s->want[o] = -1;
        return;
    }
}

/* Start later, or no longer: as in the plan to stay close to, next to the operation that follows, or a little off. */
static void anneal_wait(c12__sched_island *w, int32_t o)
{
    const c12_sched_problem *p = &w->m->p;
    const c12__sched_list *l = &w->list;
    int64_t first = p->op_off[w->m->job[o]], floor = 0, span;
    if (c12__rng_below(&w->rng, 2)) o = (int32_t)first;
    span = l->end[o] - l->start[o];
    switch (c12__rng_below(&w->rng, 4)) {
    case 0: break;
    case 1: floor = c12__at64(p->prior_start, o, 0); break;
    case 2: floor = o + 1 < p->op_off[w->m->job[o] + 1] ? l->start[o + 1] - span : l->start[o]; break;
    default: floor = l->start[o] + c12__rng_range(&w->rng, -1 - c12__min64(span, C12_SCHED_HORIZON), 1 + c12__min64(span, C12_SCHED_HORIZON)); break;
    }
    w->anneal.floor[o] = c12__max64(0, c12__min64(floor, C12_SCHED_HORIZON));
}

static void anneal_mutate(c12__sched_island *w)
{
    const c12_sched_problem *p = &w->m->p;
    c12__sched_anneal *s = &w->anneal;
    int32_t times = 1 + (int32_t)c12__rng_below(&w->rng, 2);
    while (times--) {
        int32_t o = (int32_t)c12__rng_below(&w->rng, (uint64_t)w->m->n);
        int64_t modes = p->mode_off[o + 1] - p->mode_off[o];
        int32_t lead = w->m->rich ? w->m->lead[o] : o; /* a chain goes by the key of its first operation */
        uint64_t kind = c12__rng_below(&w->rng, 16);
        if (w->m->patient && kind > 10) anneal_wait(w, o);
        else if (modes > 1 && kind < 6) s->want[o] = (int32_t)c12__rng_range(&w->rng, -1, modes - 1);
        else if (kind < 8) anneal_move_job(w, o);
        else if (p->setup && kind < 10) anneal_join_family(w, o);
        else anneal_move_op(w, lead);
    }
}

static void anneal_step(c12__sched_island *w)
{
    c12__sched_anneal *s = &w->anneal;
    c12__sched_list *l = &w->list;
    size_t n = (size_t)w->m->n;
    memcpy(l->key, s->key, n * sizeof *s->key);
    memcpy(l->want, s->want, n * sizeof *s->want);
    if (w->m->patient) memcpy(l->floor, s->floor, n * sizeof *s->floor);
    anneal_mutate(w);
    for (int32_t o = 0; o < w->m->n; o++) { /* the trial goes to the list, the plan in hand stays here */
        int64_t key = s->key[o];
        int32_t want = s->want[o];
        s->key[o] = l->key[o];
        s->want[o] = l->want[o];
        l->key[o] = key;
        l->want[o] = want;
        if (!w->m->patient) continue;
        int64_t floor = s->floor[o];
        s->floor[o] = l->floor[o];
        l->floor[o] = floor;
    }
    int64_t cost = c12__sched_run_list(w->m, l), *then = &s->history[s->step++ % anneal_length(w)];
    s->stall++;
    if (cost <= s->cost || cost <= *then) {
        s->cost = cost;
        memcpy(s->want, l->want, n * sizeof *s->want);
        if (w->m->patient) memcpy(s->floor, l->floor, n * sizeof *s->floor);
        anneal_respace(w);
        if (cost < s->best) anneal_remember(w);
    }
    if (s->cost < *then) *then = s->cost;
}

void c12__sched_run_anneal(c12__sched_island *w)
{
    int64_t end = w->work + w->slice, patience = (int64_t)ANNEAL_PATIENCE * (w->m->n + C12__SCHED_HISTORY);
    int64_t asked = 0, price = w->m->n / 64 + 1;
    while (w->work < end && w->best > w->goal) {
        if (w->anneal.stall > patience) anneal_restart(w); else anneal_step(w);
        w->work++;
        asked += price;
        if (asked < 64) continue;
        asked = 0;
        if (c12__sched_halted(w->self)) return;
    }
}
