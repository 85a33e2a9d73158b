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

int64_t c12__sched_step_setup(const c12__sched_plant *s, int32_t from, int32_t to)
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

int64_t c12__sched_step_ready(const c12__sched_plant *s, int32_t o)
{
    const c12__sched_step *x = &s->step[o];
    int64_t ready = x->ready;
    if (!(x->kind & C12__SCHED_FIRST)) ready = c12__max64(ready, x[-1].end);
    return x->kind & C12__SCHED_JOINS ? push_joined(s, o, ready) : ready;
}

/* What was reported stands where it was; what is gone, where its predecessors end. */
static int64_t push_absent(const c12__sched_plant *s, int32_t o, int64_t *end)
{
    if (!(s->step[o].kind & C12__SCHED_TOLD)) return *end = c12__sched_step_ready(s, o);
    *end = s->m->p.fixed_end[o];
    return s->m->p.fixed_start[o];
}

/* When the machine is free of an operation and all before it.  Reported operations may overlap: `ready` of one is the latest end of those up to it. */
int64_t c12__sched_step_free(const c12__sched_plant *s, int32_t before)
{
    if (before < 0) return 0;
    const c12__sched_step *b = &s->step[before];
    return b->kind & C12__SCHED_TOLD ? b->ready : b->end;
}

static int64_t push_time(const c12__sched_plant *s, int32_t o, int64_t *end)
{
    const c12__sched_step *x = &s->step[o];
    if (x->kind & (C12__SCHED_TOLD | C12__SCHED_GONE)) return push_absent(s, o, end);
    int64_t ready = c12__sched_step_ready(s, o), after = c12__sched_step_free(s, x->before), start;
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

/* What was reported never moves and may stand before its predecessors in the order. */
static void push_mark(c12__sched_plant *s, int32_t o)
{
    if (s->step[o].kind & C12__SCHED_TOLD) return;
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

/* Change in the price of staying near the prior plan when o starts elsewhere. */
static int64_t push_calm(const c12__sched_plant *s, int32_t o, int64_t was, int64_t start)
{
    int64_t prior = s->m->prior[o];
    if (prior < 0) return 0;
    return s->calm * ((start != prior) - (was != prior));
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
        if (x->kind & C12__SCHED_STUCK) { push_give_up(s, word); return 1; }
        c12__sched_undo was = { x->start, x->end, o, 0 };
        s->undo[s->undo_n++] = was;
        x->start = start;
        x->end = end;
        if (s->calm) *delta += push_calm(s, o, was.start, start);
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
    s->step[b].set_up = c12__sched_step_setup(s, a, b);
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

/* A change of mode moves an operation that starts where it did; a start that differs counts already. */
static int64_t push_calm_mode(const c12__sched_plant *s, int32_t u, int64_t row, int64_t to)
{
    int64_t prior = s->m->prior[u], mode = s->m->p.mode_off[u] + s->m->prior_mode[u];
    return prior < 0 ? 0 : s->calm * ((to != mode) - (row != mode));
}

/* Make the change and time what follows.  1 = the cost would grow by more than the limit, or something stuck would move. */
static int push_make(c12__sched_plant *s, const c12__sched_hop *h, int64_t limit, int64_t *delta)
{
    int32_t u = h->u, old = s->step[u].place, stays = h->from < old && old < h->to;
    *delta = s->set_up_price * h->set_ups;
    if (s->calm) *delta += push_calm_mode(s, u, s->m->p.mode_off[u] + s->mode[u], h->row);
    push_join(s, h->p, h->c);
    push_seat(s, u, h->row);
    push_insert(s, u, h->a, h->b);
    if (!stays) { s->moved = u; s->step[u].place = h->from + 1; }
    s->undo_n = 0;
    push_mark(s, u);
    if (h->c >= 0) push_mark(s, h->c);
    if (h->b >= 0) push_mark(s, h->b);
    int32_t first = (int32_t)c12__min64(s->step[u].place, h->c >= 0 ? s->step[h->c].place : old);
    return push_run(s, first >> 6, limit, delta) || *delta > limit;
}

static void push_take_back(c12__sched_plant *s, const c12__sched_hop *h, int32_t place, int64_t row)
{
    s->step[h->u].place = place;
    push_join(s, h->a, h->b);
    push_seat(s, h->u, row);
    push_insert(s, h->u, h->p, h->c);
    push_undo(s);
}

/* Make the change, and take it back when the cost would grow by more than the limit.  1 = made. */
int c12__sched_try_hop(c12__sched_plant *s, const c12__sched_hop *h, int64_t limit)
{
    int32_t u = h->u, old = s->step[u].place;
    int64_t row = s->m->p.mode_off[u] + s->mode[u], delta;
    if (push_make(s, h, limit, &delta)) { push_take_back(s, h, old, row); return 0; }
    s->cost += delta;
    s->load[s->m->p.mode_machine[row]]--;
    s->load[s->step[u].machine]++;
    if (!(h->from < old && old < h->to)) push_settle(s, u, old, h->from);
    return 1;
}

/* Undo the latest of several changes: the operation goes back to where it was on its machine and in the linear extension, which the places between
 * neighbours alone do not tell. */
void c12__sched_back_hop(c12__sched_plant *s, const c12__sched_hop *h, int32_t place)
{
    int32_t u = h->u, old = s->step[u].place;
    int64_t delta = s->set_up_price * h->set_ups;
    if (s->calm) delta += push_calm_mode(s, u, s->m->p.mode_off[u] + s->mode[u], h->row);
    push_join(s, h->p, h->c);
    s->load[s->step[u].machine]--;
    push_seat(s, u, h->row);
    s->load[s->step[u].machine]++;
    push_insert(s, u, h->a, h->b);
    push_settle(s, u, old, place > old ? place : place - 2);
    s->undo_n = 0;
    push_mark(s, u);
    if (h->c >= 0) push_mark(s, h->c);
    if (h->b >= 0) push_mark(s, h->b);
    int32_t first = (int32_t)c12__min64(s->step[u].place, h->c >= 0 ? s->step[h->c].place : place);
    (void)push_run(s, first >> 6, INT64_MAX / 4, &delta); /* it was so before: nothing stuck moves */
    s->cost += delta;
}

/* What the change would cost; it is not made.  1 = within the limit, and delta is the cost. */
int c12__sched_cost_hop(c12__sched_plant *s, const c12__sched_hop *h, int64_t limit, int64_t *delta)
{
    int32_t old = s->step[h->u].place;
    int64_t row = s->m->p.mode_off[h->u] + s->mode[h->u];
    int over = push_make(s, h, limit, delta);
    push_take_back(s, h, old, row);
    return !over;
}

/* ---- seats --------------------------------------------------------------------------------------------------------------- */

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
    if (c12__sched_told(s->m, o)) x->kind |= C12__SCHED_TOLD;
    else if (c12__sched_gone(s->m, o)) x->kind |= C12__SCHED_GONE;
    else if (c12__at64(p->fixed_start, o, -1) >= 0) {
        x->kind |= C12__SCHED_STUCK;
        x->ready = c12__max64(x->ready, p->fixed_start[o]);
    }
}

/* To the end of its machine's sequence; what is gone stands on none. */
static void push_place_last(c12__sched_plant *s, int32_t o)
{
    c12__sched_step *x = &s->step[o];
    x->before = x->after = -1;
    x->set_up = 0;
    if (o >= s->loose) x->kind |= C12__SCHED_LOOSE;
    if (x->kind & (C12__SCHED_GONE | C12__SCHED_LOOSE)) return;
    push_insert(s, o, s->last[x->machine], -1);
    s->last[x->machine] = o;
    s->load[x->machine]++;
}

/* ---- operations without a machine ---------------------------------------------------------------------------------------- */

/* Seat an operation nowhere, at a place of the linear extension behind all it waits for: it starts when it could if machines were free. */
void c12__sched_step_loose(c12__sched_plant *s, int32_t o, int32_t place, int64_t row)
{
    c12__sched_step *x = &s->step[o];
    s->order[place] = o;
    push_init_step(s, o, place);
    push_seat(s, o, row);
    push_place_last(s, o);
    x->start = push_time(s, o, &x->end);
}

/* Seat a loose operation; what follows it keeps its times until c12__sched_step_run. */
void c12__sched_step_seat(c12__sched_plant *s, const c12__sched_hop *h)
{
    c12__sched_step *x = &s->step[h->u];
    x->kind &= ~C12__SCHED_LOOSE;
    push_seat(s, h->u, h->row);
    push_insert(s, h->u, h->a, h->b);
    push_settle(s, h->u, x->place, h->from);
    x->start = push_time(s, h->u, &x->end);
    s->load[x->machine]++;
    s->cost += s->set_up_price * h->set_ups;
}

/* Time what follows from operations seated before.  0 = the cost would grow by more than the limit, or something stuck would move: times are as they were. */
int c12__sched_step_run(c12__sched_plant *s, const int32_t *op, int32_t n, int64_t limit)
{
    int64_t delta = 0;
    int32_t first = INT32_MAX;
    s->undo_n = 0;
    for (int32_t k = 0; k < n; k++) {
        push_mark(s, op[k]);
        if (s->step[op[k]].after >= 0) push_mark(s, s->step[op[k]].after);
        first = (int32_t)c12__min64(first, s->step[op[k]].place);
    }
    if (push_run(s, first >> 6, limit, &delta) || delta > limit) { push_undo(s); return 0; }
    s->cost += delta;
    return 1;
}

/* Take an operation off its machine; times stay as they are. */
void c12__sched_step_off(c12__sched_plant *s, int32_t o)
{
    c12__sched_step *x = &s->step[o];
    push_join(s, x->before, x->after);
    s->load[x->machine]--;
    x->before = x->after = -1;
    x->kind |= C12__SCHED_LOOSE;
}

/* ---- the whole plan ------------------------------------------------------------------------------------------------------ */

/* A frozen operation that cannot start where it must; reported ones may overlap one another only. */
static int push_breaks(const c12__sched_plant *s, int32_t o)
{
    const c12__sched_step *x = &s->step[o];
    if (x->kind & C12__SCHED_STUCK) return x->start != s->m->p.fixed_start[o];
    if (!(x->kind & C12__SCHED_TOLD) || x->before < 0) return 0;
    return !(s->step[x->before].kind & C12__SCHED_TOLD) && s->step[x->before].end > x->start;
}

/* Take over a plan: a linear extension and modes.  Operations go to the ends of their machines in that order.  One
 * that was dropped halfway costs more than any other. */
void c12__sched_step_load(c12__sched_plant *s, const int32_t *order, const int32_t *mode)
{
    const c12_sched_problem *p = &s->m->p;
    s->cost = 0;
    s->broken = 0;
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
        push_place_last(s, o);
        x->start = push_time(s, o, &x->end);
        if (x->kind & C12__SCHED_TOLD) x->ready = c12__max64(x->end, c12__sched_step_free(s, x->before));
        s->broken += push_breaks(s, o);
        s->cost += s->set_up_price * x->set_up;
        if (s->calm && s->m->prior[o] >= 0) s->cost += s->calm * ((x->start != s->m->prior[o]) + (mode[o] != s->m->prior_mode[o]));
        if (x->kind & C12__SCHED_LAST) s->cost += push_late(s, o, x->end);
    }
    if (s->broken) s->cost = C12__SCHED_BROKEN + s->broken;
}

/* ---- tails --------------------------------------------------------------------------------------------------------------- */

static void push_meet(const c12__sched_plant *s, c12__sched_tail *t, int64_t *end, int32_t next, int64_t gap, int tight)
{
    const c12__sched_tail *n = &s->tail[next];
    if (s->step[next].kind & C12__SCHED_TOLD) return;
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
    if (x->kind & C12__SCHED_STUCK) { t.latest = x->start; t.weight = c12__max64(1, s->most_rate); }
    t.rate = c12__min64(t.rate, s->most_rate); /* paths that meet again count twice */
    s->tail[o] = t;
    if (t.rate || (s->calm && c12__sched_has_moved(s, o))) s->hot[s->hot_n++] = o;
}

/* Tails of the operations that may move; those behind them are as the last full pass left them. */
void c12__sched_step_tails(c12__sched_plant *s)
{
    s->hot_n = 0;
    for (int32_t k = s->hi - 1; k >= s->lo && !c12__sched_dropped(s->self, k); k--) push_tail(s, s->order[k]);
}
