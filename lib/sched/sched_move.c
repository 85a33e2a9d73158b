/* SPDX-License-Identifier: Apache-2.0 */
/* One iteration of the tabu search: critical path, insertions into and out of its blocks, estimates, the move, new times. */
#include "sched/sched_internal.h"

/* Move `op` directly behind `to` (forward) or directly before it; both on one machine. */
typedef struct tabu_move { int32_t op, to, forward, estimate; } tabu_move;

/* ---- times --------------------------------------------------------------------------------------------------------------- */

static void tabu_head(c12__sched_tabu *t, int32_t o)
{
    int32_t r = t->r0[o], jp = t->jp[o], mp = t->mp[o];
    if (jp >= 0 && t->r[jp] + t->p[jp] > r) r = t->r[jp] + t->p[jp];
    if (mp >= 0 && t->r[mp] + t->p[mp] > r) r = t->r[mp] + t->p[mp];
    t->r[o] = r;
}

static void tabu_tail(c12__sched_tabu *t, int32_t o)
{
    int32_t q = 0, js = t->js[o], ms = t->ms[o];
    if (js >= 0 && t->q[js] + t->p[js] > q) q = t->q[js] + t->p[js];
    if (ms >= 0 && t->q[ms] + t->p[ms] > q) q = t->q[ms] + t->p[ms];
    t->q[o] = q;
}

/* Heads of order[from..], tails of order[..to]; returns the makespan. */
int32_t c12__sched_tabu_times(c12__sched_tabu *t, int32_t from, int32_t to)
{
    int32_t span = 0;
    for (int32_t k = from; k < t->n; k++) tabu_head(t, t->order[k]);
    for (int32_t k = to; k >= 0; k--) tabu_tail(t, t->order[k]);
    for (int32_t o = 0; o < t->n; o++)
        if (t->js[o] < 0 && t->r[o] + t->p[o] > span) span = t->r[o] + t->p[o];
    return span;
}

/* ---- critical path ------------------------------------------------------------------------------------------------------- */

static int tabu_critical(const c12__sched_tabu *t, int32_t o) { return t->r[o] + t->p[o] + t->q[o] == t->cost; }

/* One longest path, drawn at random where it forks; returns its length. */
static int32_t tabu_walk(c12__sched_tabu *t, c12__rng *rng)
{
    int32_t n = 0, starts = 0, o = -1;
    for (int32_t k = 0; k < t->n; k++) {
        int32_t c = t->order[k];
        if (t->r[c] != t->r0[c] || !tabu_critical(t, c)) continue;
        if (!c12__rng_below(rng, (uint64_t)++starts)) o = c;
    }
    while (o >= 0) {
        int32_t js = t->js[o], ms = t->ms[o], end = t->r[o] + t->p[o];
        int by_job = js >= 0 && t->r[js] == end && tabu_critical(t, js), by_machine = ms >= 0 && t->r[ms] == end && tabu_critical(t, ms);
        t->path[n++] = o;
        if (by_job && by_machine) by_job = (int)c12__rng_below(rng, 2);
        o = by_job ? js : by_machine ? ms : -1;
    }
    return n;
}

/* ---- estimates (Balas and Vazacopoulos 1998) ----------------------------------------------------------------------------- */

static int32_t tabu_after(const c12__sched_tabu *t, int32_t a) { return a >= 0 ? t->r[a] + t->p[a] : 0; }
static int32_t tabu_before(const c12__sched_tabu *t, int32_t a) { return a >= 0 ? t->q[a] + t->p[a] : 0; }
static int32_t tabu_max(int32_t a, int32_t b) { return a > b ? a : b; }

/* u leaves its place and goes behind v: heads of the operations between, then u; tails back from u. */
static int32_t tabu_estimate_forward(c12__sched_tabu *t, int32_t u, int32_t v)
{
    int32_t n = 0, done = tabu_after(t, t->mp[u]), worst = 0;
    int32_t *head = t->part;
    for (int32_t x = t->ms[u];; x = t->ms[x]) {
        head[n] = tabu_max(tabu_max(t->r0[x], tabu_after(t, t->jp[x])), done);
        done = head[n++] + t->p[x];
        if (x == v) break;
    }
    int32_t at_u = tabu_max(tabu_max(t->r0[u], tabu_after(t, t->jp[u])), done);
    int32_t rest = t->p[u] + tabu_max(tabu_before(t, t->js[u]), tabu_before(t, t->ms[v]));
    worst = at_u + rest;
    for (int32_t x = v; n; x = t->mp[x]) {
        rest = t->p[x] + tabu_max(tabu_before(t, t->js[x]), rest);
        worst = tabu_max(worst, head[--n] + rest);
    }
    return worst;
}

/* v leaves its place and goes before u. */
static int32_t tabu_estimate_backward(c12__sched_tabu *t, int32_t v, int32_t u)
{
    int32_t n = 0, rest = tabu_before(t, t->ms[v]), worst = 0;
    int32_t *tail = t->part;
    for (int32_t x = t->mp[v];; x = t->mp[x]) {
        tail[n] = t->p[x] + tabu_max(tabu_before(t, t->js[x]), rest);
        rest = tail[n++];
        if (x == u) break;
    }
    int32_t done = tabu_max(tabu_max(t->r0[v], tabu_after(t, t->jp[v])), tabu_after(t, t->mp[u]));
    worst = done + t->p[v] + tabu_max(tabu_before(t, t->js[v]), rest);
    done += t->p[v];
    for (int32_t x = u; n; x = t->ms[x]) {
        int32_t head = tabu_max(tabu_max(t->r0[x], tabu_after(t, t->jp[x])), done);
        worst = tabu_max(worst, head + tail[--n]);
        done = head + t->p[x];
    }
    return worst;
}

/* ---- tabu list: arcs that may not come back, in a hashed table ------------------------------------------------------------ */

static int32_t *tabu_cell(c12__sched_tabu *t, int32_t before, int32_t after)
{
    uint32_t h = (uint32_t)before * 0x9E3779B1u ^ (uint32_t)after * 0x85EBCA77u;
    return &t->until[(h ^ h >> 15) & (uint32_t)t->tabu_mask];
}

/* Would the move bring back a forbidden arc? */
static int tabu_forbids(c12__sched_tabu *t, const tabu_move *v)
{
    for (int32_t x = v->forward ? t->ms[v->op] : t->mp[v->op];; x = v->forward ? t->ms[x] : t->mp[x]) {
        if (*tabu_cell(t, v->forward ? x : v->op, v->forward ? v->op : x) > t->iteration) return 1;
        if (x == v->to) return 0;
    }
}

static void tabu_forbid(c12__sched_tabu *t, const tabu_move *v, int32_t until)
{
    for (int32_t x = v->forward ? t->ms[v->op] : t->mp[v->op];; x = v->forward ? t->ms[x] : t->mp[x]) {
        *tabu_cell(t, v->forward ? v->op : x, v->forward ? x : v->op) = until;
        if (x == v->to) return;
    }
}

/* ---- neighbourhood N7 (Zhang et al. 2007) --------------------------------------------------------------------------------- */

typedef struct tabu_choice { tabu_move best, any; int32_t ties, seen; c12__rng *rng; } tabu_choice;

/* Sufficient for acyclicity: no path can lead from u's job successor to v, or from u to v's job predecessor.  Without work in the
 * operation between, equality does not decide. */
static int tabu_allowed(const c12__sched_tabu *t, const tabu_move *v)
{
    if (v->forward) {
        int32_t js = t->js[v->op];
        return js < 0 || t->q[v->to] + t->p[v->to] + (t->p[js] > 0) > t->q[js] + t->p[js];
    }
    int32_t jp = t->jp[v->op];
    return jp < 0 || t->r[v->to] + t->p[v->to] + (t->p[jp] > 0) > t->r[jp] + t->p[jp];
}

static void tabu_consider(c12__sched_tabu *t, tabu_choice *c, int32_t op, int32_t to, int32_t forward)
{
    tabu_move v = { op, to, forward, 0 };
    if (!tabu_allowed(t, &v)) return;
    v.estimate = forward ? tabu_estimate_forward(t, op, to) : tabu_estimate_backward(t, op, to);
    if (!c12__rng_below(c->rng, (uint64_t)++c->seen)) c->any = v;
    if (c->ties && v.estimate > c->best.estimate) return;
    if (v.estimate >= t->run_cost && tabu_forbids(t, &v)) return;
    if (!c->ties || v.estimate < c->best.estimate) { c->best = v; c->ties = 1; return; }
    if (!c12__rng_below(c->rng, (uint64_t)++c->ties)) c->best = v;
}

/* Every operation of the block to its ends, and the ends into the block. */
static void tabu_block(c12__sched_tabu *t, tabu_choice *c, const int32_t *op, int32_t n)
{
    tabu_consider(t, c, op[0], op[n - 1], 1);
    if (n == 2) return;
    tabu_consider(t, c, op[n - 1], op[0], 0);
    for (int32_t k = 1; k + 1 < n; k++) {
        tabu_consider(t, c, op[k], op[n - 1], 1);
        tabu_consider(t, c, op[k], op[0], 0);
        tabu_consider(t, c, op[0], op[k], 1);
        tabu_consider(t, c, op[n - 1], op[k], 0);
    }
}

/* ---- the move ------------------------------------------------------------------------------------------------------------ */

static void tabu_link(c12__sched_tabu *t, int32_t a, int32_t b)
{
    if (a >= 0) t->ms[a] = b;
    if (b >= 0) t->mp[b] = a;
}

static void tabu_relink(c12__sched_tabu *t, const tabu_move *v)
{
    int32_t o = v->op;
    tabu_link(t, t->mp[o], t->ms[o]);
    if (v->forward) {
        int32_t next = t->ms[v->to];
        tabu_link(t, v->to, o);
        tabu_link(t, o, next);
    } else {
        int32_t back = t->mp[v->to];
        tabu_link(t, back, o);
        tabu_link(t, o, v->to);
    }
}

/* Only the window between the two operations changes its order: what hangs on the moved one goes to its far side. */
static void tabu_reorder(c12__sched_tabu *t, const tabu_move *v, int32_t lo, int32_t hi)
{
    int32_t n = 0, keep = v->forward ? lo : hi, step = v->forward ? 1 : -1, end = v->forward ? hi + 1 : lo - 1;
    const int32_t *job = v->forward ? t->jp : t->js, *machine = v->forward ? t->mp : t->ms;
    for (int32_t k = keep; k != end; k += step) {
        int32_t x = t->order[k];
        if (x == v->op || (job[x] >= 0 && t->mark[job[x]]) || (machine[x] >= 0 && t->mark[machine[x]])) {
            t->mark[x] = 1;
            t->part[n++] = x;
        } else {
            t->order[keep] = x;
            t->at[x] = keep;
            keep += step;
        }
    }
    for (int32_t k = 0; k < n; k++, keep += step) {
        t->order[keep] = t->part[k];
        t->at[t->part[k]] = keep;
        t->mark[t->part[k]] = 0;
    }
}

static void tabu_apply(c12__sched_tabu *t, const tabu_move *v)
{
    int32_t lo = v->forward ? t->at[v->op] : t->at[v->to], hi = v->forward ? t->at[v->to] : t->at[v->op];
    tabu_relink(t, v);
    tabu_reorder(t, v, lo, hi);
    t->cost = c12__sched_tabu_times(t, lo, hi);
}

/* One iteration; 0 when the critical path offers no move. */
int c12__sched_tabu_step(c12__sched_tabu *t, c12__rng *rng)
{
    tabu_choice c = { { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, 0, 0, rng };
    int32_t n = tabu_walk(t, rng);
    for (int32_t i = 0, j; i < n; i = j) {
        for (j = i + 1; j < n && t->mp[t->path[j]] == t->path[j - 1] && t->machine[t->path[j]] == t->machine[t->path[i]]; j++) { }
        if (j - i > 1) tabu_block(t, &c, t->path + i, j - i);
    }
    if (!c.seen) return 0;
    tabu_move v = c.ties ? c.best : c.any;
    t->iteration++;
    tabu_forbid(t, &v, t->iteration + (int32_t)c12__rng_range(rng, t->tenure_lo, t->tenure_hi));
    tabu_apply(t, &v);
    return 1;
}
