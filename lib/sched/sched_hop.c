/* SPDX-License-Identifier: Apache-2.0 */
/* Candidate moves of a plant search.  Most of them can be seen to be too dear from what their neighbours' tails say, without timing
 * anything; only the rest is tried. */
#include "sched/sched_internal.h"

enum {
    HOP_NEAR_BITS = 3,           /* partners stand at most 2^3 places away */
    HOP_KIN = 10, HOP_LINE = 14, /* of 16 draws, those among the family's, and among a machine's operations; the rest walk the own one */
    HOP_TRIES = 5,               /* places drawn for an operation; odd, as a block of random bits serves two */
    HOP_RELIEF = 8,              /* operations one that goes back to its prior start is hoped to take along */
    HOP_EMPTY = -2
};

static int64_t hop_setup(const c12__sched_plant *s, int32_t from, int32_t to)
{
    const c12_sched_problem *p = &s->m->p;
    if (from < 0 || to < 0 || !p->setup) return 0;
    return p->setup[(int64_t)s->step[from].family * p->n_families + s->step[to].family];
}

/* A place near `at` in lo..hi-1, short distances more often. */
static int32_t hop_near(int32_t at, int32_t lo, int32_t hi, uint64_t bits)
{
    int32_t span = 1 << (1 + (bits & 7) % HOP_NEAR_BITS), d = (int32_t)((bits >> 4 & 0xffff) * (uint64_t)span >> 16);
    at += bits & 8 ? d : -1 - d;
    return (int32_t)c12__max64(lo, c12__min64(at, hi - 1));
}

static int32_t hop_kin(const c12__sched_plant *s, int32_t u, uint64_t bits)
{
    int32_t f = s->step[u].family;
    return s->kin[hop_near(s->kin_at[u] + (int32_t)(bits >> 3 & 1), s->kin_off[f], s->kin_off[f + 1], bits)];
}

/* An operation that ran on one of u's machines at about u's time when the round began; -2 - machine when that one is empty. */
static int32_t hop_line(const c12__sched_plant *s, int32_t u, uint64_t bits)
{
    const c12_sched_problem *p = &s->m->p;
    int64_t modes = p->mode_off[u + 1] - p->mode_off[u], row = p->mode_off[u] + (int64_t)((bits >> 32 & 0xffff) * (uint64_t)modes >> 16);
    int32_t k = p->mode_machine[row], lo = s->line_off[k], hi = s->line_off[k + 1];
    int64_t t = s->step[u].start;
    while (lo < hi) {
        int32_t mid = lo + (hi - lo) / 2;
        if (s->line_start[mid] < t) lo = mid + 1; else hi = mid;
    }
    if (!s->load[k]) return HOP_EMPTY - k;
    return s->line_off[k] < s->line_off[k + 1] ? s->line[hop_near(lo, s->line_off[k], s->line_off[k + 1], bits)] : -1;
}

static int32_t hop_walk(const c12__sched_plant *s, int32_t u, uint64_t bits)
{
    int32_t steps = 1 + (int32_t)(bits >> 4 & 7) * (int32_t)(bits >> 8 & 1), v = u;
    while (steps-- && v >= 0) v = bits & 8 ? s->step[v].after : s->step[v].before;
    return v;
}

static int64_t hop_row(const c12__sched_plant *s, int32_t u, int32_t machine)
{
    const c12_sched_problem *p = &s->m->p;
    int32_t only = c12__at32(p->fixed_mode, u, -1);
    for (int64_t r = p->mode_off[u]; r < p->mode_off[u + 1]; r++)
        if (p->mode_machine[r] == machine && (only < 0 || r - p->mode_off[u] == only)) return r;
    return -1;
}

/* Places the operation must lie between, so that the linear extension stays one. */
void c12__sched_bound_hop(const c12__sched_plant *s, c12__sched_hop *h)
{
    const c12__sched_step *x = &s->step[h->u];
    const c12_sched_problem *p = &s->m->p;
    h->from = 2 * s->lo - 1;
    h->to = 2 * s->hi + 1;
    if (h->a >= 0) h->from = (int32_t)c12__max64(h->from, s->step[h->a].place);
    if (h->b >= 0) h->to = (int32_t)c12__min64(h->to, s->step[h->b].place);
    if (!(x->kind & C12__SCHED_FIRST)) h->from = (int32_t)c12__max64(h->from, x[-1].place);
    if (!(x->kind & C12__SCHED_LAST)) h->to = (int32_t)c12__min64(h->to, x[1].place);
    if (x->kind & C12__SCHED_JOINS)
        for (int64_t e = p->op_pred_off[h->u]; e < p->op_pred_off[h->u + 1]; e++) h->from = (int32_t)c12__max64(h->from, s->step[p->op_pred[e]].place);
    if (x->kind & C12__SCHED_FORKS)
        for (int64_t e = s->m->succ_off[h->u]; e < s->m->succ_off[h->u + 1]; e++) h->to = (int32_t)c12__min64(h->to, s->step[s->m->succ[e]].place);
}

/* What a delay of o by x costs at least, going by the jobs that wait for it through tight arcs or that would become late. */
static int64_t hop_loss(const c12__sched_plant *s, int32_t o, int64_t start)
{
    const c12__sched_tail *t = &s->tail[o];
    int64_t by = start - s->step[o].start;
    if (by <= 0) return by * t->rate;
    return c12__max64(by * t->rate, t->weight * c12__max64(0, start - t->latest));
}

/* What leaves its prior start costs at once; what could go back to it when the operation before it leaves may take others along. */
static int64_t hop_unrest(const c12__sched_plant *s, const c12__sched_hop *h)
{
    int64_t price = s->m->prior[h->u] >= 0 && !c12__sched_has_moved(s, h->u);
    if (h->c >= 0 && c12__sched_has_moved(s, h->c)) price -= HOP_RELIEF;
    return price * s->calm;
}

/* Guess of the change in cost: gains count in full, losses at their least. */
static int64_t hop_guess(const c12__sched_plant *s, const c12__sched_hop *h)
{
    const c12__sched_step *x = &s->step[h->u], *step = s->step;
    int64_t guess = s->set_up_price * h->set_ups, ready = x->ready, gap = 0, after = 0;
    int here = h->a >= 0 && step[h->a].machine == x->machine && step[h->a].start > x->start; /* later on the same machine */
    int back = h->b >= 0 && step[h->b].machine == x->machine && step[h->b].start <= x->start;
    if (h->c >= 0) gap = back ? -h->set_ups : step[h->c].start - (h->p >= 0 ? step[h->p].end + hop_setup(s, h->p, h->c) : 0);
    if (!(x->kind & C12__SCHED_FIRST)) ready = c12__max64(ready, x[-1].end);
    if (h->a >= 0) after = step[h->a].end + hop_setup(s, h->a, h->u) - (here ? gap : 0);
    int64_t end = c12__max64(ready, after) + s->m->p.mode_ticks[h->row];
    if (s->calm) guess += hop_unrest(s, h);
    if (h->b >= 0) guess += c12__max64(0, hop_loss(s, h->b, end + hop_setup(s, h->u, h->b)));
    if (h->c >= 0 && gap > 0) guess -= gap * s->tail[h->c].rate;
    if (x->kind & C12__SCHED_LAST) {
        const c12__sched_price *c = &s->price[s->m->job[h->u]];
        return guess + c->weight * (c12__max64(0, end - c->due) - c12__max64(0, x->end - c->due));
    }
    return guess + hop_loss(s, h->u + 1, x[1].start == x->end ? end : c12__max64(end, x[1].start));
}

static int32_t hop_partner(const c12__sched_plant *s, int32_t u, uint64_t bits)
{
    int32_t kind = (int32_t)(bits >> 60);
    if (kind < HOP_KIN && s->m->p.setup) return hop_kin(s, u, bits);
    return kind < HOP_LINE ? hop_line(s, u, bits) : hop_walk(s, u, bits);
}

/* Where u would go: before or behind v, or to an empty machine.  0 = nowhere. */
static int hop_aim(const c12__sched_plant *s, c12__sched_hop *h, int32_t v, int behind)
{
    int32_t machine = HOP_EMPTY - v;
    h->a = h->b = -1;
    if (v == h->u || v == -1) return 0;
    if (v >= 0) {
        const c12__sched_step *y = &s->step[v];
        h->a = behind ? v : y->before;
        h->b = behind ? y->after : v;
        if (h->a == h->u || h->b == h->u || (h->b >= 0 && s->step[h->b].kind & C12__SCHED_TOLD) || y->place / 2 < s->lo || y->place / 2 >= s->hi) return 0;
        machine = y->machine;
    }
    h->row = hop_row(s, h->u, machine);
    return h->row >= 0;
}

/* Both halves of a generator's block: the first is what c12__rng_next would give. */
static void hop_bits(c12__rng *rng, uint64_t *one, uint64_t *two)
{
    uint32_t ctr[4] = { (uint32_t)rng->index, (uint32_t)(rng->index >> 32), (uint32_t)rng->stream, (uint32_t)(rng->stream >> 32) };
    uint32_t key[2] = { (uint32_t)rng->seed, (uint32_t)(rng->seed >> 32) }, out[4];
    c12__philox(ctr, key, out);
    rng->index++;
    *one = (uint64_t)out[1] << 32 | out[0];
    *two = (uint64_t)out[3] << 32 | out[2];
}

/* A new place for u.  0 = none that keeps the linear extension. */
static int hop_place(const c12__sched_plant *s, c12__sched_hop *h, uint64_t where)
{
    if (!hop_aim(s, h, hop_partner(s, h->u, where), (int)(where >> 59 & 1))) return 0;
    c12__sched_bound_hop(s, h);
    if (h->from + 1 >= h->to) return 0;
    h->set_ups = hop_setup(s, h->a, h->u) + hop_setup(s, h->u, h->b) - hop_setup(s, h->a, h->b)
               + hop_setup(s, h->p, h->c) - hop_setup(s, h->p, h->u) - hop_setup(s, h->u, h->c);
    return 1;
}

/* Draw an operation, how much the cost may rise by its move (Metropolis' rule), and some places for it; the one guessed best is the
 * move.  1 = worth trying. */
int c12__sched_draw_hop(c12__sched_plant *s, c12__rng *rng, c12__sched_hop *h, int64_t *limit)
{
    uint64_t who, where[HOP_TRIES];
    int64_t best = INT64_MAX;
    c12__sched_hop it = { 0 };
    hop_bits(rng, &who, &where[0]);
    for (int k = 1; k < HOP_TRIES; k += 2) hop_bits(rng, &where[k], &where[k + 1]);
    uint64_t pick = who & 0xffffffff;
    if (who >> 63 && s->hot_n) it.u = s->hot[pick * (uint64_t)s->hot_n >> 32];
    else it.u = s->order[s->lo + (int32_t)(pick * (uint64_t)(s->hi - s->lo) >> 32)];
    if (s->step[it.u].kind & (C12__SCHED_STUCK | C12__SCHED_TOLD | C12__SCHED_GONE)) return 0;
    it.p = s->step[it.u].before;
    it.c = s->step[it.u].after;
    *limit = (s->heat * s->log[who >> 32 & (C12__SCHED_LOGS - 1)]) >> 24;
    for (int k = 0; k < HOP_TRIES; k++) {
        if (!hop_place(s, &it, where[k])) continue;
        int64_t guess = hop_guess(s, &it);
        if (guess < best) { best = guess; *h = it; }
    }
    return best <= *limit;
}
