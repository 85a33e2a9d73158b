/* SPDX-License-Identifier: Apache-2.0 */
/* Machine sequences of a plant and what one change does to them.  A change marks places of a linear extension; they are timed again in that
 * order, each at most once, and only while times still change (after Mati, Dauzere-Peres and Lahlou 2011). */
#include "base/sort.h"
#include "sched/sched_internal.h"

/* Index of the lowest set bit; w is not 0. */
static int32_t push_lowest(uint64_t w)
{
#if defined(__GNUC__)
    return __builtin_ctzll(w);
#else
    int32_t k = 0;
    while (!(w >> k & 1)) k++;
    return k;
#endif
}

static int64_t push_setup(const c12__sched_plant *s, int32_t from, int32_t to)
{
    const c12_sched_problem *p = &s->m->p;
    if (from < 0 || to < 0 || !p->setup) return 0;
    return p->setup[(int64_t)s->step[from].family * p->n_families + s->step[to].family];
}

static int64_t push_late(const c12__sched_plant *s, int32_t o, int64_t end)
{
    const c12__sched_price *c = &s->price[s->m->job[o]];
    return end > c->due ? c->weight * (end - c->due) : 0;
}

/* ---- times --------------------------------------------------------------------------------------------------------------- */

static int64_t push_joined(const c12__sched_plant *s, int32_t o, int64_t ready)
{
    const c12_sched_problem *p = &s->m->p;
    for (int64_t e = p->op_pred_off[o]; e < p->op_pred_off[o + 1]; e++) ready = c12__max64(ready, s->step[p->op_pred[e]].end);
    return ready;
}

static int64_t push_ready(const c12__sched_plant *s, int32_t o)
{
    const c12__sched_step *x = &s->step[o];
    int64_t ready = x->ready;
    if (!(x->kind & C12__SCHED_FIRST)) ready = c12__max64(ready, x[-1].end);
    return x->kind & C12__SCHED_JOINS ? push_joined(s, o, ready) : ready;
}

static int64_t push_time(const c12__sched_plant *s, int32_t o, int64_t *end)
{
    const c12__sched_step *x = &s->step[o];
    int64_t ready = push_ready(s, o), after = x->before >= 0 ? s->step[x->before].end : 0, start;
    if (!(x->kind & C12__SCHED_SHUTS)) {
        start = c12__max64(ready, after + x->set_up);
        *end = start + x->ticks;
        return start;
    }
    int pauses = (x->kind & C12__SCHED_PAUSES) != 0;
    start = c12__sched_start_at(s->m, x->machine, after, x->set_up, c12__max64(ready, after), x->ticks, pauses);
    *end = c12__sched_end_at(s->m, x->machine, start, x->ticks, pauses);
    return start;
}

static void push_mark(c12__sched_plant *s, int32_t o)
{
    int32_t place = s->step[o].place;
    uint64_t bit = (uint64_t)1 << (place & 63), *word = &s->dirty[place >> 6];
    s->dirty_n += !(*word & bit);
    *word |= bit;
}

static void push_mark_after(c12__sched_plant *s, int32_t o)
{
    const c12__sched_step *x = &s->step[o];
    if (x->after >= 0) push_mark(s, x->after);
    if (!(x->kind & C12__SCHED_LAST)) push_mark(s, o + 1);
    if (x->kind & C12__SCHED_FORKS)
        for (int64_t e = s->m->succ_off[o]; e < s->m->succ_off[o + 1]; e++) push_mark(s, s->m->succ[e]);
}

static void push_give_up(c12__sched_plant *s, int32_t word)
{
    for (; s->dirty_n; word++)
        for (uint64_t w = s->dirty[word]; w; w &= w - 1) s->dirty_n--, s->dirty[word] = 0;
}

/* Time the marked places and all that follows from them.  Returns 1 as soon as the cost change passes the limit, or when a delay runs
 * on and on: in a long busy period it would cost more to look at than it can bring. */
static int push_run(c12__sched_plant *s, int32_t word, int64_t limit, int64_t *delta)
{
    int32_t delayed = 0;
    while (s->dirty_n) {
        while (!s->dirty[word]) word++;
        int32_t place = word * 64 + push_lowest(s->dirty[word]), o = place & 1 ? s->order[place >> 1] : s->moved;
        s->dirty[word] &= s->dirty[word] - 1;
        s->dirty_n--;
        c12__sched_step *x = &s->step[o];
        int64_t end, start = push_time(s, o, &end);
        if (start == x->start && end == x->end) continue;
        c12__sched_undo was = { x->start, x->end, o, 0 };
        s->undo[s->undo_n++] = was;
        x->start = start;
        x->end = end;
        if (end == was.end) continue;
        if (end > was.end && ++delayed > s->patience) { push_give_up(s, word); return 1; }
        push_mark_after(s, o);
        if (!(x->kind & C12__SCHED_LAST)) continue;
        *delta += push_late(s, o, end) - push_late(s, o, was.end);
        if (*delta > limit) { push_give_up(s, word); return 1; }
    }
    return 0;
}

/* ---- one change ---------------------------------------------------------------------------------------------------------- */

static void push_join(c12__sched_plant *s, int32_t a, int32_t b)
{
    if (a >= 0) s->step[a].after = b;
    if (b < 0) return;
    s->step[b].before = a;
    s->step[b].set_up = push_setup(s, a, b);
}

static void push_seat(c12__sched_plant *s, int32_t u, int64_t row)
{
    const c12_sched_problem *p = &s->m->p;
    c12__sched_step *x = &s->step[u];
    s->mode[u] = (int32_t)(row - p->mode_off[u]);
    x->machine = p->mode_machine[row];
    x->ticks = p->mode_ticks[row];
    int shuts = p->break_off && p->break_off[x->machine] < p->break_off[x->machine + 1];
    x->kind = shuts ? x->kind | C12__SCHED_SHUTS : x->kind & ~C12__SCHED_SHUTS;
}

static void push_insert(c12__sched_plant *s, int32_t u, int32_t a, int32_t b)
{
    push_join(s, a, u);
    s->step[u].after = b;
    push_join(s, u, b);
    if (a < 0) { s->step[u].before = -1; s->step[u].set_up = 0; }
}

/* Put u at its new place in the linear extension, behind `from`. */
static void push_settle(c12__sched_plant *s, int32_t u, int32_t old, int32_t from)
{
    int32_t k = old / 2, behind = (from + 1) / 2 - 1;
    for (; k < behind; k++) { s->order[k] = s->order[k + 1]; s->step[s->order[k]].place = 2 * k + 1; }
    for (; k > behind + 1; k--) { s->order[k] = s->order[k - 1]; s->step[s->order[k]].place = 2 * k + 1; }
    s->order[k] = u;
    s->step[u].place = 2 * k + 1;
}

static void push_undo(c12__sched_plant *s)
{
    while (s->undo_n) {
        const c12__sched_undo *was = &s->undo[--s->undo_n];
        s->step[was->op].start = was->start;
        s->step[was->op].end = was->end;
    }
}

/* Make the change, and take it back when the cost would grow by more than the limit.  1 = made. */
int c12__sched_try_hop(c12__sched_plant *s, const c12__sched_hop *h, int64_t limit)
{
    int32_t u = h->u, old = s->step[u].place, stays = h->from < old && old < h->to;
    int64_t row = s->m->p.mode_off[u] + s->mode[u], delta = s->set_up_price * h->set_ups;
    push_join(s, h->p, h->c);
    push_seat(s, u, h->row);
    push_insert(s, u, h->a, h->b);
    if (!stays) { s->moved = u; s->step[u].place = h->from + 1; }
    s->undo_n = 0;
    push_mark(s, u);
    if (h->c >= 0) push_mark(s, h->c);
    if (h->b >= 0) push_mark(s, h->b);
    int32_t first = (int32_t)c12__min64(s->step[u].place, h->c >= 0 ? s->step[h->c].place : old);
    if (!push_run(s, first >> 6, limit, &delta) && delta <= limit) {
        s->cost += delta;
        s->load[s->m->p.mode_machine[row]]--;
        s->load[s->step[u].machine]++;
        if (!stays) push_settle(s, u, old, h->from);
        return 1;
    }
    s->step[u].place = old;
    push_join(s, h->a, h->b);
    push_seat(s, u, row);
    push_insert(s, u, h->p, h->c);
    push_undo(s);
    return 0;
}

/* ---- the whole plan ------------------------------------------------------------------------------------------------------ */

static void push_init_step(c12__sched_plant *s, int32_t o, int32_t place)
{
    const c12_sched_problem *p = &s->m->p;
    c12__sched_step *x = &s->step[o];
    int32_t j = s->m->job[o];
    x->ready = s->m->release[o];
    x->family = p->op_family ? p->op_family[o] : 0;
    x->place = 2 * place + 1;
    x->kind = (o == p->op_off[j] ? C12__SCHED_FIRST : 0) | (o + 1 == p->op_off[j + 1] ? C12__SCHED_LAST : 0);
    if (p->op_pred_off && p->op_pred_off[o] < p->op_pred_off[o + 1]) x->kind |= C12__SCHED_JOINS;
    if (p->op_pred_off && s->m->succ_off[o] < s->m->succ_off[o + 1]) x->kind |= C12__SCHED_FORKS;
    if (p->op_resumable && p->op_resumable[o]) x->kind |= C12__SCHED_PAUSES;
}

/* Take over a plan: a linear extension and modes.  Operations go to the ends of their machines in that order.  One
 * that was dropped halfway costs more than any other. */
void c12__sched_step_load(c12__sched_plant *s, const int32_t *order, const int32_t *mode)
{
    const c12_sched_problem *p = &s->m->p;
    s->cost = 0;
    for (int32_t k = 0; k < p->n_machines; k++) {
        s->last[k] = -1;
        s->load[k] = 0;
    }
    for (int32_t k = 0; k < s->m->n; k++) {
        if (c12__sched_dropped(s->self, k)) { s->cost = INT64_MAX; return; }
        int32_t o = order[k];
        c12__sched_step *x = &s->step[o];
        s->order[k] = o;
        push_init_step(s, o, k);
        push_seat(s, o, p->mode_off[o] + mode[o]);
        push_insert(s, o, s->last[x->machine], -1);
        s->last[x->machine] = o;
        s->load[x->machine]++;
        x->start = push_time(s, o, &x->end);
        s->cost += s->set_up_price * x->set_up;
        if (x->kind & C12__SCHED_LAST) s->cost += push_late(s, o, x->end);
    }
}

/* ---- tails --------------------------------------------------------------------------------------------------------------- */

static void push_meet(const c12__sched_plant *s, c12__sched_tail *t, int64_t *end, int32_t next, int64_t gap, int tight)
{
    const c12__sched_tail *n = &s->tail[next];
    if (n->latest - gap < *end) { *end = n->latest - gap; t->weight = n->weight; }
    if (tight) t->rate += n->rate;
}

static void push_tail(c12__sched_plant *s, int32_t o)
{
    const c12__sched_step *x = &s->step[o];
    c12__sched_tail t = { 0, 0, 0 };
    int64_t end = C12_SCHED_HORIZON;
    if (x->kind & C12__SCHED_LAST) {
        const c12__sched_price *c = &s->price[s->m->job[o]];
        if (c->weight) { end = c12__max64(c->due, x->end); t.weight = c->weight; }
        if (x->end > c->due) t.rate = c->weight;
    } else {
        push_meet(s, &t, &end, o + 1, 0, x[1].start == x->end);
    }
    if (x->after >= 0) push_meet(s, &t, &end, x->after, s->step[x->after].set_up, s->step[x->after].start == x->end + s->step[x->after].set_up);
    if (x->kind & C12__SCHED_FORKS)
        for (int64_t e = s->m->succ_off[o]; e < s->m->succ_off[o + 1]; e++) push_meet(s, &t, &end, s->m->succ[e], 0, s->step[s->m->succ[e]].start == x->end);
    t.latest = end - (x->end - x->start);
    t.rate = c12__min64(t.rate, s->most_rate); /* paths that meet again count twice */
    s->tail[o] = t;
    if (t.rate) s->hot[s->hot_n++] = o;
}

/* Tails of the operations that may move; those behind them are as the last full pass left them. */
void c12__sched_step_tails(c12__sched_plant *s)
{
    s->hot_n = 0;
    for (int32_t k = s->hi - 1; k >= s->lo && !c12__sched_dropped(s->self, k); k--) push_tail(s, s->order[k]);
}
