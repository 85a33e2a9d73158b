/* SPDX-License-Identifier: Apache-2.0 */
/* List scheduling with every feature: operations leave a priority queue in key order and go to the end of a machine's sequence.
 * Any left-shifted plan is the list schedule of its own start order, so a search over keys and modes loses nothing, save that
 * a frozen operation is passed once the sequence has reached it. */
#include "sched/sched_internal.h"

void c12__sched_carve_list(c12__sched_list *l, c12__arena *a, const c12_sched_dims *d)
{
    c12__heap_carve(&l->ready, a, (int32_t)d->ops);
    l->key = C12__CARVE(a, int64_t, d->ops);
    l->want = C12__CARVE(a, int32_t, d->ops);
    l->floor = C12__CARVE(a, int64_t, d->ops);
    l->mode = C12__CARVE(a, int32_t, d->ops);
    l->start = C12__CARVE(a, int64_t, d->ops);
    l->end = C12__CARVE(a, int64_t, d->ops);
    l->order = C12__CARVE(a, int32_t, d->ops);
    l->missing = C12__CARVE(a, int32_t, d->ops);
    l->busy = C12__CARVE(a, int64_t, d->machines);
    l->busy_set = C12__CARVE(a, int64_t, d->machines);
    l->placed_busy = C12__CARVE(a, int64_t, d->machines);
    l->family = C12__CARVE(a, int32_t, d->machines);
    l->next_frozen = C12__CARVE(a, int32_t, d->machines);
    l->chain = C12__CARVE(a, int32_t, d->ops);
    c12__sched_carve_rich(&l->rich, a, d);
}

typedef struct list_place { int64_t start, end, set_up; int32_t mode, machine; } list_place;

static int list_resumable(const c12__sched_model *m, int32_t o) { return m->p.op_resumable && m->p.op_resumable[o]; }

static int64_t list_setup(const c12__sched_model *m, int32_t from, int32_t to)
{
    return m->p.setup && from >= 0 ? m->p.setup[(int64_t)from * m->p.n_families + m->p.op_family[to]] : 0;
}

/* Add an operation of `ticks` work to the end of its machine's sequence. */
static void list_append(const c12__sched_model *m, c12__sched_list *l, int32_t o, const list_place *at)
{
    l->start[o] = at->start;
    l->end[o] = at->end;
    l->mode[o] = at->mode;
    l->busy[at->machine] = c12__max64(l->busy[at->machine], at->end);
    if (!c12__sched_told(m, o)) l->placed_busy[at->machine] = l->busy[at->machine];
    if (!m->p.mode_ticks[m->p.mode_off[o] + at->mode]) return;
    l->busy_set[at->machine] = l->busy[at->machine];
    l->setups += at->set_up;
    if (m->p.setup) l->family[at->machine] = m->p.op_family[o];
}

/* The next frozen operation takes its place; whatever does not fit before it is counted as broken. */
static void list_pass_frozen(const c12__sched_model *m, c12__sched_list *l, int32_t machine)
{
    int32_t o = l->next_frozen[machine];
    int64_t row = m->p.mode_off[o] + l->mode[o], ticks = m->p.mode_ticks[row], set_up = ticks ? list_setup(m, l->family[machine], o) : 0, start = m->p.fixed_start[o];
    int64_t could = c12__max64(l->busy[machine], c12__sched_start_at(m, machine, l->busy_set[machine], set_up, start, ticks, list_resumable(m, o)));
    if (c12__sched_told(m, o)) could = l->placed_busy[machine] > start ? l->placed_busy[machine] : start;
    if (could != start) l->broken += c12__max64(1, could - start);
    list_place at = { start, l->end[o], set_up, l->mode[o], machine };
    l->next_frozen[machine] = l->chain[o];
    list_append(m, l, o, &at);
}

static list_place list_try(const c12__sched_model *m, const c12__sched_list *l, int32_t o, int32_t mode, int64_t ready)
{
    int64_t row = m->p.mode_off[o] + mode, ticks = m->p.mode_ticks[row];
    int32_t machine = m->p.mode_machine[row];
    list_place at = { 0, 0, ticks ? list_setup(m, l->family[machine], o) : 0, mode, machine };
    int64_t after = ticks ? l->busy_set[machine] : l->busy[machine];
    at.start = c12__sched_start_at(m, machine, after, at.set_up, c12__max64(ready, l->busy[machine]), ticks, list_resumable(m, o));
    at.end = c12__sched_end_at(m, machine, at.start, ticks, list_resumable(m, o));
    return at;
}

static int64_t list_frozen_ticks(const c12__sched_model *m, const c12__sched_list *l, int32_t f) { return m->p.mode_ticks[m->p.mode_off[f] + l->mode[f]]; }

/* Does it end early enough for the frozen operation that comes next on its machine?  A bold list leaves the set-up between them to
 * whatever comes next: another operation may still go between, or the frozen start is broken. */
static int list_in_the_way(const c12__sched_model *m, const c12__sched_list *l, int32_t o, const list_place *at)
{
    int32_t f = l->next_frozen[at->machine];
    if (f < 0) return 0;
    if (l->bold || at->end > m->p.fixed_start[f]) return at->end > m->p.fixed_start[f];
    while (f >= 0 && !list_frozen_ticks(m, l, f)) f = l->chain[f]; /* those without work take no set-up */
    if (f < 0 || c12__sched_told(m, f)) return 0;
    int64_t ticks = list_frozen_ticks(m, l, f), start = m->p.fixed_start[f];
    int own = m->p.mode_ticks[m->p.mode_off[o] + at->mode] > 0;
    int64_t set_up = list_setup(m, !own ? l->family[at->machine] : m->p.setup ? m->p.op_family[o] : -1, f);
    return c12__sched_start_at(m, at->machine, own ? at->end : l->busy_set[at->machine], set_up, start, ticks, list_resumable(m, f)) != start;
}

static int list_better(const list_place *a, const list_place *b)
{
    return a->end < b->end || (a->end == b->end && a->set_up < b->set_up);
}

/* Earliest end over the wanted mode or all modes, then the smaller set-up, then the first.  Where every mode collides with a
 * frozen operation, the one that loses least passes it and all are tried again. */
static list_place list_choose(const c12__sched_model *m, c12__sched_list *l, int32_t o, int64_t ready)
{
    int32_t modes = (int32_t)(m->p.mode_off[o + 1] - m->p.mode_off[o]), only = c12__at32(m->p.fixed_mode, o, -1);
    if (only < 0) only = l->want[o];
    for (;;) {
        list_place best = { 0, INT64_MAX, 0, -1, 0 }, blocked = best;
        for (int32_t k = only < 0 ? 0 : only; k < (only < 0 ? modes : only + 1); k++) {
            int32_t machine = m->p.mode_machine[m->p.mode_off[o] + k], f;
            while ((f = l->next_frozen[machine]) >= 0 && m->p.fixed_start[f] < ready) list_pass_frozen(m, l, machine); /* it cannot go before these */
            list_place at = list_try(m, l, o, k, ready), *rank = f >= 0 && list_in_the_way(m, l, o, &at) ? &blocked : &best;
            if (rank->mode < 0 || list_better(&at, rank)) *rank = at;
        }
        if (best.mode >= 0) return best;
        list_pass_frozen(m, l, blocked.machine);
    }
}

static int64_t list_ready_tick(const c12__sched_model *m, const c12__sched_list *l, int32_t o)
{
    int64_t ready = m->release[o];
    if (o > m->p.op_off[m->job[o]]) ready = c12__max64(ready, l->end[o - 1]);
    for (int64_t e = m->p.op_pred_off ? m->p.op_pred_off[o] : 0; m->p.op_pred_off && e < m->p.op_pred_off[o + 1]; e++)
        ready = c12__max64(ready, l->end[m->p.op_pred[e]]);
    return ready;
}

static void list_queue(const c12__sched_model *m, c12__sched_list *l, int32_t o)
{
    if (c12__at64(m->p.fixed_start, o, -1) >= 0) return;
    if (c12__sched_gone(m, o)) c12__heap_put(&l->ready, o, INT64_MIN); /* takes nothing, holds nobody up */
    else c12__heap_put(&l->ready, o, l->key[o] + (l->by_ready ? list_ready_tick(m, l, o) : 0));
}

static void list_begin(const c12__sched_model *m, c12__sched_list *l)
{
    l->setups = l->broken = 0;
    l->placed = 0;
    for (int32_t k = 0; k < m->p.n_machines; k++) {
        l->busy[k] = l->busy_set[k] = l->placed_busy[k] = 0;
        l->family[k] = l->next_frozen[k] = -1;
    }
    for (int32_t k = m->frozen_n - 1; k >= 0; k--) {
        int32_t o = m->frozen[k], mode = c12__at32(m->p.fixed_mode, o, -1);
        l->mode[o] = mode >= 0 ? mode : l->want[o] >= 0 ? l->want[o] : 0;
        int64_t row = m->p.mode_off[o] + l->mode[o];
        int32_t machine = m->p.mode_machine[row];
        l->start[o] = m->p.fixed_start[o];
        l->end[o] = c12__sched_told(m, o) ? m->p.fixed_end[o] : c12__sched_end_at(m, machine, l->start[o], m->p.mode_ticks[row], list_resumable(m, o));
        l->chain[o] = l->next_frozen[machine];
        l->next_frozen[machine] = o;
    }
    l->ready.n = 0;
    for (int32_t o = 0; o < m->n; o++) {
        l->ready.slot[o] = -1;
        l->missing[o] = m->need[o];
    }
    for (int32_t o = 0; o < m->n; o++)
        if (!l->missing[o]) list_queue(m, l, o);
}

static void list_free(const c12__sched_model *m, c12__sched_list *l, int32_t o)
{
    if (o + 1 < m->p.op_off[m->job[o] + 1] && !--l->missing[o + 1]) list_queue(m, l, o + 1);
    for (int64_t e = m->p.op_pred_off ? m->succ_off[o] : 0; m->p.op_pred_off && e < m->succ_off[o + 1]; e++)
        if (!--l->missing[m->succ[e]]) list_queue(m, l, m->succ[e]);
}

/* Ticks by which frozen operations start too early, and operations end too late. */
static int64_t list_faults(const c12__sched_model *m, const c12__sched_list *l)
{
    int64_t sum = l->broken;
    for (int32_t k = 0; k < m->frozen_n; k++) {
        int32_t o = m->frozen[k];
        if (!c12__sched_told(m, o)) sum += c12__max64(0, list_ready_tick(m, l, o) - l->start[o]);
        if (sum > C12_SCHED_HORIZON) return C12_SCHED_HORIZON;
    }
    for (int32_t o = 0; m->p.break_off && o < m->n; o++)
        if (l->end[o] > C12_SCHED_HORIZON) sum = c12__min64(C12_SCHED_HORIZON, sum + 1);
    return sum;
}

static void list_place_gone(const c12__sched_model *m, c12__sched_list *l, int32_t o)
{
    l->start[o] = l->end[o] = list_ready_tick(m, l, o);
    l->mode[o] = 0;
}

int64_t c12__sched_run_list(const c12__sched_model *m, c12__sched_list *l)
{
    if (m->rich) return c12__sched_run_rich(m, l);
    list_begin(m, l);
    while (l->ready.n) {
        int32_t o = c12__heap_pop(&l->ready);
        if (c12__sched_gone(m, o)) list_place_gone(m, l, o);
        else {
            list_place at = list_choose(m, l, o, list_ready_tick(m, l, o));
            list_append(m, l, o, &at);
        }
        l->order[l->placed++] = o;
        list_free(m, l, o);
    }
    for (int32_t k = 0; m->frozen_n && k < m->p.n_machines; k++)
        while (l->next_frozen[k] >= 0) list_pass_frozen(m, l, k);
    int64_t faults = list_faults(m, l);
    return faults ? C12__SCHED_BROKEN + faults : c12__sched_goal(m, l->start, l->end, l->mode, l->setups);
}

void c12__sched_keep(c12__sched_island *w, int64_t cost)
{
    size_t n = (size_t)w->m->n;
    if (cost >= w->best) return;
    w->best = cost;
    memcpy(w->start, w->list.start, n * sizeof *w->start);
    memcpy(w->end, w->list.end, n * sizeof *w->end);
    memcpy(w->mode, w->list.mode, n * sizeof *w->mode);
}
