/* SPDX-License-Identifier: Apache-2.0 */
/* Proof that a small job shop has no plan of a given length: time windows, tightened by precedences, by pairs and by task
 * intervals (Carlier and Pinson 1989), then depth-first over the order of the tightest pair. */
#include "sched/sched_internal.h"

void c12__sched_carve_proof(c12__sched_proof *p, c12__arena *a, const c12_sched_dims *d)
{
    int64_t n = c12__min64(d->ops, C12__SCHED_PROOF_OPS);
    p->window = C12__CARVE(a, int32_t, (C12__SCHED_PROOF_DEPTH + 1) * 2 * n);
    p->before = C12__CARVE(a, int32_t, C12__SCHED_PROOF_DEPTH);
    p->after = C12__CARVE(a, int32_t, C12__SCHED_PROOF_DEPTH);
    p->turned = C12__CARVE(a, int32_t, C12__SCHED_PROOF_DEPTH);
    p->op = C12__CARVE(a, int32_t, n);
    p->last = C12__CARVE(a, int32_t, n);
}

static int32_t *proof_from(const c12__sched_proof *p) { return p->window + (int64_t)p->depth * 2 * p->n; }
static int32_t *proof_to(const c12__sched_proof *p) { return proof_from(p) + p->n; }
static int32_t proof_ticks(const c12__sched_proof *p, int32_t o) { return (int32_t)p->m->p.mode_ticks[o]; }

/* a ends before b starts; returns 1 when a window moved. */
static int proof_order(const c12__sched_proof *p, int32_t a, int32_t b)
{
    int32_t *from = proof_from(p), *to = proof_to(p), start = from[a] + proof_ticks(p, a), end = to[b] - proof_ticks(p, b);
    int moved = from[b] < start || to[a] > end;
    if (from[b] < start) from[b] = start;
    if (to[a] > end) to[a] = end;
    return moved;
}

static int proof_may_precede(const c12__sched_proof *p, int32_t a, int32_t b)
{
    return proof_from(p)[a] + proof_ticks(p, a) + proof_ticks(p, b) <= proof_to(p)[b];
}

static int proof_sequences(const c12__sched_proof *p)
{
    int moved = 0;
    for (int32_t o = 0; o + 1 < p->n; o++)
        if (p->m->job[o] == p->m->job[o + 1]) moved |= proof_order(p, o, o + 1);
    for (int32_t k = 0; k < p->depth; k++) moved |= proof_order(p, p->before[k], p->after[k]);
    return moved;
}

/* Pairs of one machine; -1 = neither order fits. */
static int proof_pairs(const c12__sched_proof *p)
{
    int moved = 0;
    for (int32_t i = 0; i < p->n; i++)
        for (int32_t k = i + 1; k < p->last[i]; k++) {
            int32_t a = p->op[i], b = p->op[k];
            int forth = proof_may_precede(p, a, b), back = proof_may_precede(p, b, a);
            if (!forth && !back) return -1;
            if (forth && back) continue;
            moved |= forth ? proof_order(p, a, b) : proof_order(p, b, a);
        }
    return moved;
}

/* The operations whose windows lie in [from of a, to of b): too much work is a contradiction (-1); an operation outside that cannot
 * come before the last of them, or behind the first, moves. */
static int proof_interval(const c12__sched_proof *p, int32_t first, int32_t last, int32_t lo, int32_t hi)
{
    int32_t *from = proof_from(p), *to = proof_to(p), work = 0, moved = 0;
    for (int32_t k = first; k < last; k++)
        if (from[p->op[k]] >= lo && to[p->op[k]] <= hi) work += proof_ticks(p, p->op[k]);
    if (work > hi - lo) return -1;
    for (int32_t k = first; work && k < last; k++) {
        int32_t x = p->op[k], ticks = proof_ticks(p, x);
        if ((from[x] >= lo && to[x] <= hi) || !ticks) continue;
        int32_t head = from[x] < lo ? from[x] : lo, tail = to[x] > hi ? to[x] : hi;
        if (hi - head < work + ticks && from[x] < lo + work) { from[x] = lo + work; moved = 1; }
        if (tail - lo < work + ticks && to[x] > hi - work) { to[x] = hi - work; moved = 1; }
    }
    return moved;
}

static int proof_intervals(const c12__sched_proof *p)
{
    int moved = 0;
    for (int32_t i = 0; i < p->n; i = p->last[i])
        for (int32_t a = i; a < p->last[i]; a++)
            for (int32_t b = i; b < p->last[i]; b++) {
                int32_t lo = proof_from(p)[p->op[a]], hi = proof_to(p)[p->op[b]];
                int m = hi > lo ? proof_interval(p, i, p->last[i], lo, hi) : 0;
                if (m < 0) return -1;
                moved |= m;
            }
    return moved;
}

static int proof_contradicts(const c12__sched_proof *p)
{
    for (;;) {
        while (proof_sequences(p)) {
            for (int32_t o = 0; o < p->n; o++)
                if (proof_from(p)[o] + proof_ticks(p, o) > proof_to(p)[o]) return 1;
        }
        int pairs = proof_pairs(p), sets = pairs ? 0 : proof_intervals(p);
        if (pairs < 0 || sets < 0) return 1;
        for (int32_t o = 0; o < p->n; o++)
            if (proof_from(p)[o] + proof_ticks(p, o) > proof_to(p)[o]) return 1;
        if (!pairs && !sets) return 0;
    }
}

static int proof_decided(const c12__sched_proof *p, int32_t a, int32_t b)
{
    for (int32_t k = 0; k < p->depth; k++)
        if ((p->before[k] == a && p->after[k] == b) || (p->before[k] == b && p->after[k] == a)) return 1;
    return 0;
}

/* The open pair with the least room; 0 when every pair is decided. */
static int proof_branch(c12__sched_proof *p, int32_t *before, int32_t *after)
{
    int32_t least = INT32_MAX;
    for (int32_t i = 0; i < p->n; i++)
        for (int32_t k = i + 1; k < p->last[i]; k++) {
            int32_t a = p->op[i], b = p->op[k], work = proof_ticks(p, a) + proof_ticks(p, b);
            int32_t forth = proof_to(p)[b] - proof_from(p)[a] - work, back = proof_to(p)[a] - proof_from(p)[b] - work;
            int32_t room = forth < back ? forth : back;
            if (room < 0 || room >= least || proof_decided(p, a, b)) continue;
            least = room;
            *before = forth > back ? a : b;
            *after = forth > back ? b : a;
        }
    return least < INT32_MAX;
}

static void proof_open(c12__sched_proof *p, const c12__sched_model *m, int64_t target)
{
    int32_t rows = 0;
    p->m = m;
    p->n = m->n;
    p->depth = 0;
    for (int32_t k = 0; k < m->p.n_machines && rows < p->n; k++) {
        int32_t first = rows;
        for (int32_t o = 0; o < m->n; o++)
            if (m->p.mode_machine[o] == k) p->op[rows++] = o;
        for (int32_t i = first; i < rows; i++) p->last[i] = rows;
    }
    for (int32_t o = 0; o < m->n; o++) {
        proof_from(p)[o] = (int32_t)m->head[o];
        proof_to(p)[o] = (int32_t)(target - m->tail[o]);
    }
}

static void proof_descend(c12__sched_proof *p, int32_t before, int32_t after, int32_t turned)
{
    memcpy(p->window + (int64_t)(p->depth + 1) * 2 * p->n, proof_from(p), (size_t)p->n * 2 * sizeof *p->window);
    p->before[p->depth] = before;
    p->after[p->depth] = after;
    p->turned[p->depth++] = turned;
}

/* 1 = no plan ends by `target`; 0 = one does, or the nodes ran out. */
int c12__sched_prove(struct c12_sched *self, int64_t target, int64_t nodes, int64_t *spent)
{
    c12__sched_proof *p = &self->proof;
    int32_t before = 0, after = 0;
    proof_open(p, &self->model, target);
    for (;;) {
        if (*spent >= nodes || (*spent % 16 == 15 && c12__sched_halted(self))) return 0;
        ++*spent;
        if (!proof_contradicts(p)) {
            if (p->depth == C12__SCHED_PROOF_DEPTH || !proof_branch(p, &before, &after)) return 0;
            proof_descend(p, before, after, 0);
            continue;
        }
        while (p->depth && p->turned[p->depth - 1]) p->depth--;
        if (!p->depth) return 1;
        p->depth--;
        proof_descend(p, p->after[p->depth], p->before[p->depth], 1);
    }
}
