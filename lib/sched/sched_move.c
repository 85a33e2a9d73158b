/* SPDX-License-Identifier: Apache-2.0 */
/* One iteration of the tabu search: critical path, insertions into and out of its blocks, estimates, the move, new times. */
#include "sched/sched_internal.h"

typedef c12__sched_node node;

static inline int32_t tabu_max(int32_t a, int32_t b) { return a > b ? a : b; }

/* ---- times --------------------------------------------------------------------------------------------------------------- */

/* Ends of order[from..]. */
static void tabu_ends(c12__sched_tabu *t, int32_t from)
{
    node *const N = t->node;
    for (const int32_t *o = t->order + from, *const end = t->order + t->n; o < end; o++) {
        node *x = N + *o;
        x->end = x->p + tabu_max(tabu_max(x->r0, x[-1].end), N[x->mp].end);
    }
}

/* Tails of order[..from]. */
static void tabu_tails(c12__sched_tabu *t, int32_t from)
{
    node *const N = t->node;
    for (const int32_t *o = t->order + from; o >= t->order; o--) {
        node *x = N + *o;
        x->tail = x->p + tabu_max(x[1].tail, N[x->ms].tail);
    }
}

static int32_t tabu_span(const c12__sched_tabu *t)
{
    int32_t span = 0;
    for (int32_t j = 0; j < t->jobs; j++) span = tabu_max(span, t->node[t->last[j]].end);
    return span;
}

void c12__sched_tabu_times(c12__sched_tabu *t)
{
    tabu_ends(t, 0);
    tabu_tails(t, t->n - 1);
    t->cost = tabu_span(t);
}

/* ---- critical path ------------------------------------------------------------------------------------------------------- */

/* One longest path, drawn at random where it forks, from its end; returns its length. */
static int32_t tabu_walk(c12__sched_tabu *t)
{
    const node *const N = t->node;
    int32_t n = 0, ends = 0, o = 0;
    for (int32_t j = 0; j < t->jobs; j++)
        if (N[t->last[j]].end == t->cost && (!ends++ || !c12__dice_below(&t->dice, ends))) o = t->last[j];
    while (o > 0) {
        const node *x = N + o;
        int32_t start = x->end - x->p;
        int by_job = x[-1].end == start && x[-1].at >= 0, by_machine = x->mp && N[x->mp].end == start;
        t->path[n++] = o;
        if (by_job && by_machine) by_job = c12__dice_next(&t->dice) >> 63 != 0;
        o = by_job ? o - 1 : by_machine ? x->mp : 0;
    }
    return n;
}

/* ---- estimates (Balas and Vazacopoulos 1998) ----------------------------------------------------------------------------- */

/* u leaves its place and goes behind v: ends of the operations between, then u; tails back from u.  Gives up above `limit`. */
static int32_t tabu_estimate_forward(c12__sched_tabu *t, int32_t u, int32_t v, int32_t limit)
{
    const node *const N = t->node;
    const node *m = N + u, *z = N + v;
    int32_t n = 0, done = N[m->mp].end, *end = t->part;
    for (const node *x = N + m->ms;; x = N + x->ms) {
        done = x->p + tabu_max(tabu_max(x->r0, x[-1].end), done);
        end[n++] = done;
        if (x == z) break;
    }
    int32_t rest = tabu_max(m[1].tail, N[z->ms].tail), worst = m->p + tabu_max(tabu_max(m->r0, m[-1].end), done) + rest;
    rest += m->p;
    for (const node *x = z; n && worst <= limit; x = N + x->mp) {
        int32_t after = tabu_max(x[1].tail, rest);
        worst = tabu_max(worst, end[--n] + after);
        rest = x->p + after;
    }
    return worst;
}

/* v leaves its place and goes before u. */
static int32_t tabu_estimate_backward(c12__sched_tabu *t, int32_t v, int32_t u, int32_t limit)
{
    const node *const N = t->node;
    const node *m = N + v, *z = N + u;
    int32_t n = 0, rest = N[m->ms].tail, *tail = t->part;
    for (const node *x = N + m->mp;; x = N + x->mp) {
        rest = x->p + tabu_max(x[1].tail, rest);
        tail[n++] = rest;
        if (x == z) break;
    }
    int32_t done = tabu_max(tabu_max(m->r0, m[-1].end), N[z->mp].end), worst = done + m->p + tabu_max(m[1].tail, rest);
    done += m->p;
    for (const node *x = z; n && worst <= limit; x = N + x->ms) {
        int32_t start = tabu_max(tabu_max(x->r0, x[-1].end), done);
        worst = tabu_max(worst, start + tail[--n]);
        done = start + x->p;
    }
    return worst;
}

/* ---- tabu list: arcs that may not come back, in a hashed table ------------------------------------------------------------ */

static inline int32_t *tabu_cell(c12__sched_tabu *t, int32_t before, int32_t after)
{
    uint32_t h = (uint32_t)before * 0x9E3779B1u ^ (uint32_t)after * 0x85EBCA77u;
    return &t->until[(h ^ h >> 15) & (C12__SCHED_TABU_CELLS - 1)];
}

/* Would the move bring back a forbidden arc? */
static int tabu_forbids(c12__sched_tabu *t, const c12__sched_move *v)
{
    const node *const N = t->node;
    for (int32_t x = v->forward ? N[v->op].ms : N[v->op].mp;; x = v->forward ? N[x].ms : N[x].mp) {
        if (*tabu_cell(t, v->forward ? x : v->op, v->forward ? v->op : x) > t->iteration) return 1;
        if (x == v->to) return 0;
    }
}

static void tabu_forbid(c12__sched_tabu *t, const c12__sched_move *v, int32_t until)
{
    const node *const N = t->node;
    if (v->mode >= 0) { *tabu_cell(t, v->op, -1 - N[v->op].machine) = until; return; }
    for (int32_t x = v->forward ? N[v->op].ms : N[v->op].mp;; x = v->forward ? N[x].ms : N[x].mp) {
        *tabu_cell(t, v->forward ? v->op : x, v->forward ? x : v->op) = until;
        if (x == v->to) return;
    }
}

/* ---- neighbourhood N7 (Zhang et al. 2007) --------------------------------------------------------------------------------- */

typedef struct tabu_choice { c12__sched_move best; int32_t ties, seen; } tabu_choice;

/* Sufficient for acyclicity: no path can lead from u's job successor to v, or from u to v's job predecessor.  Without work in the
 * operation between, equality does not decide. */
static inline int tabu_allowed(const c12__sched_tabu *t, int32_t op, int32_t to, int32_t forward)
{
    const node *x = t->node + op, *v = t->node + to;
    if (to == (forward ? op + 1 : op - 1)) return 0;
    return forward ? v->tail + (x[1].p > 0) > x[1].tail : v->end + (x[-1].p > 0) > x[-1].end;
}

/* The least estimate, drawn among equals. */
static void tabu_prefer(c12__sched_tabu *t, tabu_choice *c, const c12__sched_move *v)
{
    if (c->ties && v->estimate == c->best.estimate && v->through > c->best.through) return;
    c->ties = c->ties && v->estimate == c->best.estimate && v->through == c->best.through ? c->ties + 1 : 1;
    if (c->ties == 1 || !c12__dice_below(&t->dice, c->ties)) c->best = *v;
}

static void tabu_consider(c12__sched_tabu *t, tabu_choice *c, int32_t op, int32_t to, int32_t forward)
{
    if (!tabu_allowed(t, op, to, forward)) return;
    c12__sched_move v = { op, to, forward, -1, 0, 0 };
    if (c->seen < C12__SCHED_TABU_STEPS) t->step[c->seen++] = v;
    int32_t limit = c->ties ? c->best.estimate : INT32_MAX;
    v.estimate = forward ? tabu_estimate_forward(t, op, to, limit) : tabu_estimate_backward(t, op, to, limit);
    if (v.estimate > limit || (v.estimate >= t->run_cost && tabu_forbids(t, &v))) return;
    tabu_prefer(t, c, &v);
}

/* Every operation of the block to its ends, and the ends into the block.  The path was walked from its end: op[n - 1] is first.  What goes before the
 * path's first operation shortens nothing, unless that one waits for its release; nor does what goes behind its last. */
static void tabu_block(c12__sched_tabu *t, tabu_choice *c, const int32_t *op, int32_t n, int at_start, int at_end)
{
    int32_t first = op[n - 1], last = op[0];
    if (n == 2) { if (!at_start || !at_end) tabu_consider(t, c, first, last, 1); return; }
    for (int32_t k = 1; k < n; k++) {
        if (!at_end) tabu_consider(t, c, op[k], last, 1);
        if (k + 1 < n && !at_start) tabu_consider(t, c, op[k], first, 0);
        if (k + 1 < n) {
            if (!at_start) tabu_consider(t, c, first, op[k], 1);
            if (!at_end) tabu_consider(t, c, last, op[k], 0);
        }
    }
    if (!at_start) tabu_consider(t, c, last, first, 0);
}

/* ---- sequences --------------------------------------------------------------------------------------------------------- */

/* b follows a on a machine; 0 = its front, or its end. */
static void tabu_link(c12__sched_tabu *t, int32_t machine, int32_t a, int32_t b)
{
    if (a) t->node[a].ms = b; else t->first[machine] = b;
    if (b) t->node[b].mp = a;
}

static void tabu_place(c12__sched_tabu *t, int32_t machine, int32_t op, int32_t a)
{
    int32_t b = a ? t->node[a].ms : t->first[machine];
    tabu_link(t, machine, a, op);
    tabu_link(t, machine, op, b);
}

/* ---- every place of every mode (Mastrolilli and Gambardella 2000) ----------------------------------------------------------- */

/* Ends and tails as they are without operation v on its machine; it still lies between its job neighbours, with nothing to do.  The path is walked from
 * its end, so that places behind v are all counted anew, and of those before it the tails from the last v back are as planned again. */
static int32_t tabu_without(c12__sched_tabu *t, int32_t v, int32_t from)
{
    const node *const N = t->node;
    const int32_t *const order = t->order, at = N[v].at;
    int32_t *const end = t->less_end, *const tail = t->less_tail, span = 0;
    for (int32_t k = at; k < from; k++) tail[order[k]] = N[order[k]].tail;
    end[v] = tabu_max(N[v].r0, end[v - 1]);
    tail[v] = tail[v + 1];
    for (int32_t k = at + 1; k < t->n; k++) {
        const int32_t o = order[k];
        end[o] = N[o].p + tabu_max(tabu_max(N[o].r0, end[o - 1]), end[N[o].mp]);
    }
    for (int32_t k = at - 1; k >= 0; k--) {
        const int32_t o = order[k];
        tail[o] = N[o].p + tabu_max(tail[o + 1], tail[N[o].ms]);
    }
    for (int32_t j = 0; j < t->jobs; j++) span = tabu_max(span, end[t->last[j]]);
    return span;
}

/* Behind a on the machine of a mode: a step of its kind. */
static c12__sched_move tabu_step_to(const c12__sched_tabu *t, int32_t v, int32_t a, int32_t b, int32_t mode, int32_t estimate)
{
    const node *x = t->node + v;
    if (t->mode[t->op[v]] != mode) { c12__sched_move s = { v, a, 0, mode, estimate, 0 }; return s; }
    int forward = a && t->node[a].at > x->at;
    c12__sched_move s = { v, forward ? a : b, forward, -1, estimate, 0 };
    return s;
}

static int tabu_step_forbidden(c12__sched_tabu *t, const c12__sched_move *v)
{
    return v->mode < 0 ? tabu_forbids(t, v) : *tabu_cell(t, v->op, -1 - t->mode_machine[v->mode]) > t->iteration;
}

/* On a machine, the places behind which no way leads from v's job successor, and before which none leads to its job predecessor, are neighbours: ends
 * rise and tails fall along it.  With v away the length of the plan with it at a place is exact. */
static void tabu_places(c12__sched_tabu *t, tabu_choice *c, int32_t v, int32_t mode, int32_t span, int32_t home)
{
    const node *const N = t->node;
    const int32_t *const end = t->less_end, *const tail = t->less_tail;
    const int32_t ready = end[v], rest = tail[v], p = t->mode_p[mode];
    const int32_t least = end[v - 1] - (N[v - 1].p > 0), most = rest - (N[v + 1].p > 0), stay = t->mode[t->op[v]] == mode ? home : -1;
    for (int32_t a = 0, b = t->first[t->mode_machine[mode]];; a = b, b = N[b].ms) {
        if (a && (a == v + 1 || tail[a] <= most)) return;
        if ((!b || (b != v - 1 && end[b] > least)) && a != stay) {
            int32_t through = tabu_max(ready, end[a]) + p + tabu_max(rest, tail[b]), length = tabu_max(span, through);
            c12__sched_move s = tabu_step_to(t, v, a, b, mode, length);
            s.through = through;
            if (c->seen < C12__SCHED_TABU_STEPS) t->step[c->seen++] = s;
            if ((!c->ties || length <= c->best.estimate) && (length < t->run_cost || !tabu_step_forbidden(t, &s))) tabu_prefer(t, c, &s);
        }
        if (!b) return;
    }
}

/* Each operation taken out costs a count of all times: of long paths in large shops a stretch is looked at, drawn anew each time, so that an iteration
 * stays well under a millisecond. */
enum { TABU_COUNTS = 1 << 18 };

static void tabu_reinsert(c12__sched_tabu *t, const c12__sched_model *m, tabu_choice *c, int32_t n)
{
    const node *const N = t->node;
    const int32_t most = TABU_COUNTS / t->n + 1, first = n > most ? c12__dice_below(&t->dice, n - most + 1) : 0, end = n > most ? first + most : n;
    for (int32_t k = 0; k < t->n; k++) {
        t->less_end[t->order[k]] = N[t->order[k]].end;
        t->less_tail[t->order[k]] = N[t->order[k]].tail;
    }
    for (int32_t k = first, from = t->n; k < end; k++) {
        const int32_t v = t->path[k], o = t->op[v], before = N[v].mp, behind = N[v].ms;
        tabu_link(t, N[v].machine, before, behind);
        int32_t span = tabu_without(t, v, from);
        from = N[v].at + 1;
        for (int64_t r = m->p.mode_off[o]; r < m->p.mode_off[o + 1] && (!c->ties || span <= c->best.estimate); r++) tabu_places(t, c, v, (int32_t)r, span, before);
        tabu_link(t, N[v].machine, before, v);
        tabu_link(t, N[v].machine, v, behind);
    }
}

/* ---- the move ------------------------------------------------------------------------------------------------------------ */

static void tabu_relink(c12__sched_tabu *t, const c12__sched_move *v)
{
    node *x = t->node + v->op;
    tabu_link(t, x->machine, x->mp, x->ms);
    if (v->mode < 0) { tabu_place(t, x->machine, v->op, v->forward ? v->to : t->node[v->to].mp); return; }
    x->machine = t->mode_machine[v->mode];
    x->p = t->mode_p[v->mode];
    t->mode[t->op[v->op]] = v->mode;
    tabu_place(t, x->machine, v->op, v->to);
}

/* Between a moved operation and the neighbour it overtook the order is mended: what hangs on the moved one goes to the far side. */
static void tabu_reorder(c12__sched_tabu *t, int32_t op, int forward, int32_t lo, int32_t hi)
{
    node *const N = t->node;
    uint8_t *const mark = t->mark;
    int32_t *const order = t->order, *const part = t->part;
    int32_t n = 0, keep = forward ? lo : hi, step = forward ? 1 : -1, end = forward ? hi + 1 : lo - 1;
    mark[op] = 1;
    for (int32_t k = keep; k != end; k += step) {
        int32_t x = order[k];
        uint8_t hangs = mark[x] | mark[x - step] | (forward ? mark[N[x].mp] : mark[N[x].ms]);
        mark[x] = hangs;
        part[n] = x;
        order[keep] = x;
        N[x].at = keep;
        n += hangs;
        keep += hangs ? 0 : step;
    }
    for (int32_t k = 0; k < n; k++, keep += step) {
        order[keep] = part[k];
        N[part[k]].at = keep;
        mark[part[k]] = 0;
    }
}

static void tabu_apply(c12__sched_tabu *t, const c12__sched_move *v)
{
    const node *const N = t->node;
    const int32_t at = N[v->op].at;
    tabu_relink(t, v);
    const int32_t left = N[N[v->op].mp].at, right = N[v->op].ms ? N[N[v->op].ms].at : INT32_MAX;
    if (left > at) tabu_reorder(t, v->op, 1, at, left);
    else if (right < at) tabu_reorder(t, v->op, 0, right, at);
    tabu_ends(t, right < at ? right : at);
    tabu_tails(t, left > at ? left : at);
    t->cost = tabu_span(t);
}

/* One iteration; 0 when the critical path offers no move. */
int c12__sched_tabu_step(c12__sched_tabu *t, const c12__sched_model *m)
{
    tabu_choice c = { { 0, 0, 0, 0, 0, 0 }, 0, 0 };
    const node *const N = t->node;
    int32_t n = tabu_walk(t);
    if (m->flexible) tabu_reinsert(t, m, &c, n);
    else for (int32_t i = 0, j; i < n; i = j) {
        for (j = i + 1; j < n && N[t->path[j - 1]].mp == t->path[j]; j++) { }
        if (j - i > 1) tabu_block(t, &c, t->path + i, j - i, j == n && !N[t->path[n - 1]].r0, i == 0);
    }
    if (!c.seen) return 0;
    c12__sched_move v = c.ties ? c.best : t->step[c12__dice_below(&t->dice, c.seen)];
    t->iteration++;
    tabu_forbid(t, &v, t->iteration + t->tenure_lo + c12__dice_below(&t->dice, t->tenure_hi - t->tenure_lo + 1));
    tabu_apply(t, &v);
    return 1;
}
