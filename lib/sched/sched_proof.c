/* SPDX-License-Identifier: Apache-2.0 */
/* Proof that a job shop has no plan shorter than the one found.  A makespan on trial gives every operation a time window.  Windows are tightened by
 * sched_edge.c and shaved: when an operation cannot run at one end of its window, that end is cut off (Carlier and Pinson 1994; Martin and
 * Shmoys 1996).  What small shops leave open is decided depth-first, pair by pair of a machine; for others the bound goes up as far as shaving takes it. */
#include "sched/sched_internal.h"

enum { PROOF_IDLE, PROOF_SHAVE, PROOF_BRANCH, PROOF_NODES = 50000, PROOF_STEPS = 1 << 16, PROOF_SLICES = 8 };

void c12__sched_carve_proof(c12__sched_proof *p, c12__arena *a, const c12_sched_dims *d)
{
    int64_t n = c12__min64(d->ops, C12__SCHED_EDGE_OPS), small = c12__min64(d->ops, C12__SCHED_PROOF_OPS), depth = 64 + small;
    p->root = C12__CARVE(a, int32_t, 2 * n);
    p->kept = C12__CARVE(a, int32_t, 2 * c12__min64(n, C12__SCHED_SHAVE_OPS));
    p->window = C12__CARVE(a, int32_t, (depth + 1) * 2 * small);
    p->before = C12__CARVE(a, int32_t, depth);
    p->after = C12__CARVE(a, int32_t, depth);
    p->turned = C12__CARVE(a, int32_t, depth);
    p->most_depth = (int32_t)depth;
}

/* A run that takes long is left where it is: windows are then wider than they could be, and still right. */
static int proof_run(c12__sched_edge *e)
{
    e->most_steps = e->steps + PROOF_STEPS;
    return c12__sched_edge_run(e);
}

/* ---- shaving ------------------------------------------------------------------------------------------------------------- */

static int proof_cut(c12__sched_edge *e, int32_t o, int late, int32_t step)
{
    return late ? c12__sched_edge_lower(e, o, e->to[o] - step) : c12__sched_edge_raise(e, o, e->from[o] + step);
}

static int proof_confine(c12__sched_edge *e, int32_t o, int late, int32_t step)
{
    int32_t rest = e->ticks[o] + step - 1;
    return late ? c12__sched_edge_raise(e, o, e->to[o] - rest) : c12__sched_edge_lower(e, o, e->from[o] + rest);
}

/* One end of one window: an eighth of its slack.  1 = contradiction, -1 = a whole turn has cut nothing. */
static int proof_shave(c12__sched_proof *p, c12__sched_edge *e)
{
    int32_t o = p->probe >> 1, late = p->probe & 1, slack;
    size_t size = (size_t)p->n * 2 * sizeof *p->root;
    if (proof_run(e)) return 1;
    if (p->quiet == 2 * p->n) return -1;
    slack = e->to[o] - e->from[o] - e->ticks[o];
    if (slack > 0) {
        int32_t step = (slack + PROOF_SLICES - 1) / PROOF_SLICES;
        memcpy(p->kept, p->root, size);
        int cut = proof_confine(e, o, late, step) || proof_run(e);
        memcpy(p->root, p->kept, size);
        c12__sched_edge_use(e, p->root);
        if (cut) { p->quiet = 0; return proof_cut(e, o, late, step); }
    }
    p->quiet++;
    p->probe = p->probe + 1 == 2 * p->n ? 0 : p->probe + 1;
    return 0;
}

/* ---- branch and bound ---------------------------------------------------------------------------------------------------- */

static int32_t *proof_window(const c12__sched_proof *p) { return p->window + (int64_t)p->depth * 2 * p->n; }

static int proof_decisions(const c12__sched_proof *p, c12__sched_edge *e)
{
    for (int32_t k = 0; k < p->depth; k++) {
        int32_t a = p->before[k], b = p->after[k];
        if (c12__sched_edge_raise(e, b, e->from[a] + e->ticks[a]) || c12__sched_edge_lower(e, a, e->to[b] - e->ticks[b])) return 1;
    }
    return 0;
}

static int proof_contradicts(const c12__sched_proof *p, c12__sched_edge *e)
{
    int64_t most = e->steps + PROOF_STEPS;
    do {
        if (proof_run(e)) return 1;
        e->moved = 0;
        if (proof_decisions(p, e)) return 1;
    } while (e->moved && e->steps < most);
    return 0;
}

static int proof_decided(const c12__sched_proof *p, int32_t a, int32_t b)
{
    for (int32_t k = 0; k < p->depth; k++)
        if ((p->before[k] == a && p->after[k] == b) || (p->before[k] == b && p->after[k] == a)) return 1;
    return 0;
}

/* The open pair with the least room, most of all in its tighter order, to be tried in the wider one first; 0 when every pair is decided. */
static int proof_choose(const c12__sched_proof *p, const c12__sched_edge *e, int32_t *before, int32_t *after)
{
    int64_t least = INT64_MAX;
    for (int32_t g = 0; g < e->groups; g++)
        for (int32_t i = e->first[g]; i < e->first[g + 1]; i++)
            for (int32_t k = i + 1; k < e->first[g + 1]; k++) {
                int32_t a = e->early[i], b = e->early[k], work = e->ticks[a] + e->ticks[b];
                int64_t forth = e->to[b] - e->from[a] - work, back = e->to[a] - e->from[b] - work;
                int64_t tight = c12__min64(forth, back), room = 2 * tight + forth + back;
                if (tight < 0 || room >= least || proof_decided(p, a, b)) continue;
                least = room;
                *before = forth > back ? a : b;
                *after = forth > back ? b : a;
            }
    return least < INT64_MAX;
}

/* From a node that is tightened as far as it goes: only what the decision moves has to be looked at. */
static void proof_descend(c12__sched_proof *p, c12__sched_edge *e, int32_t before, int32_t after, int32_t turned)
{
    const int32_t *parent = proof_window(p);
    p->before[p->depth] = before;
    p->after[p->depth] = after;
    p->turned[p->depth++] = turned;
    memcpy(proof_window(p), parent, (size_t)p->n * 2 * sizeof *parent);
    c12__sched_edge_use(e, proof_window(p));
}

/* One node.  1 = contradiction in all branches, -1 = a plan, or too deep or too many. */
static int proof_branch(c12__sched_proof *p, c12__sched_edge *e)
{
    int32_t before = 0, after = 0;
    e->steps += 2 * p->n;
    if (!proof_contradicts(p, e)) {
        if (++p->nodes > PROOF_NODES || p->depth == p->most_depth || !proof_choose(p, e, &before, &after)) return -1;
        proof_descend(p, e, before, after, 0);
        return 0;
    }
    while (p->depth && p->turned[p->depth - 1]) p->depth--;
    if (!p->depth) return 1;
    p->depth--;
    proof_descend(p, e, p->after[p->depth], p->before[p->depth], 1);
    return 0;
}

/* ---- which makespan ------------------------------------------------------------------------------------------------------ */

static void proof_try(c12__sched_proof *p, c12__sched_edge *e, int64_t target)
{
    p->target = target;
    p->probe = p->quiet = 0;
    p->phase = p->low < p->top ? PROOF_SHAVE : PROOF_IDLE;
    (void)c12__sched_edge_windows(e, p->root, target); /* never empty: the target is no less than the bound */
}

static void proof_try_branches(c12__sched_proof *p, c12__sched_edge *e)
{
    p->phase = PROOF_BRANCH;
    p->depth = p->nodes = 0;
    memcpy(p->window, p->root, (size_t)p->n * 2 * sizeof *p->root);
    c12__sched_edge_use(e, p->window);
}

/* A makespan is refuted, or stays open.  One tick less than the plan comes first, then the bound by halves. */
static void proof_settle(c12__sched_proof *p, c12__sched_edge *e, int refuted)
{
    if (refuted) p->low = p->target + 1;
    else if (p->phase == PROOF_SHAVE && p->target == p->best - 1 && p->n <= C12__SCHED_PROOF_OPS && !e->m->flexible) { proof_try_branches(p, e); return; }
    else p->top = p->target;
    proof_try(p, e, p->low + (p->top - p->low) / 2);
}

void c12__sched_begin_proof(struct c12_sched *self)
{
    c12__sched_edge_open(self);
    self->proof.best = 0;
}

/* Go on for some units, each as many steps as there are operations; returns the bound so far.  A better plan than last time starts anew. */
int64_t c12__sched_prove(struct c12_sched *self, int64_t bound, int64_t best, int64_t units, int64_t *spent)
{
    c12__sched_proof *p = &self->proof;
    c12__sched_edge *e = &self->edge;
    int64_t begun = e->steps;
    if (p->best != best) {
        p->best = p->top = best;
        p->low = bound;
        p->n = self->model.n;
        proof_try(p, e, best - 1);
    }
    while (p->phase != PROOF_IDLE && *spent < units && !c12__sched_halted(self)) {
        int r = p->phase == PROOF_SHAVE ? proof_shave(p, e) : proof_branch(p, e);
        if (r) proof_settle(p, e, r > 0);
        *spent = c12__min64(units, (e->steps - begun) / p->n + 1); /* what the last step went too far is forgiven */
    }
    return p->low;
}
