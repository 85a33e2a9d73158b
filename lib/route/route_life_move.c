/* SPDX-License-Identifier: Apache-2.0 */
/* One tick: priority inheritance with backtracking (PIBT, Okumura et al., Artificial Intelligence 310, 2022), and the swap of two robots
 * that block each other in a passage (LaCAM2, Okumura, IJCAI 2023).  Robots choose in the order of `line`.  One that wants a vertex where
 * another stands lets that one choose first; if it finds no way out, the first takes its next choice.  The chain of those who wait for each
 * other is a stack in the handle's memory, not the machine's. */
#include "route/route_internal.h"

enum {
    LIFE_AHEAD = 12,             /* robots between asking for their tables and using them */
    LIFE_BESIDE = 12,            /* numbers between cells side by side, mostly */
    LIFE_LOT = 13, LIFE_COST_AT  /* a candidate's key: the lot, one bit for a vertex where somebody stands, the cost in the 18 bits left */
};

/* ---- swap ------------------------------------------------------------------------------------------------------------------------ */

/* Ways on from v other than to `from` and into dead ends whose robot is at home; one of them in *way. */
static int32_t life_ways(const c12__route_life *l, int32_t v, int32_t from, int32_t *way)
{
    int32_t n = 0;
    for (int32_t a = l->cell[v].first; a < l->cell[v].first + l->cell[v].degree; a++) {
        int32_t u = l->head[a], r = l->cell[u].now;
        if (u == from || (l->cell[u].degree == 1 && r >= 0 && l->goal[r] == u)) continue;
        n++;
        *way = u;
    }
    return n;
}

/* The pusher would drive the puller on down a passage, ahead of itself.  Must they change places, because the puller wants back? */
static int life_must_swap(c12__route_life *l, int32_t pusher, int32_t puller, int32_t behind, int32_t ahead)
{
    int32_t way = -1, here = c12__life_cost(l, pusher, behind), there;
    while ((there = c12__life_cost(l, pusher, ahead)) < here) {
        int32_t n = life_ways(l, ahead, behind, &way);
        if (n >= 2) return 0;
        if (n == 0) break;
        behind = ahead;
        ahead = way;
        here = there;
    }
    if (here && there >= here) return 0;
    return !c12__life_aims(l, puller) || c12__life_cost(l, puller, behind) < c12__life_cost(l, puller, ahead);
}

/* Does backing out, from `behind` over `ahead` and with the other in tow, lead to a fork? */
static int life_can_swap(const c12__route_life *l, int32_t behind, int32_t ahead)
{
    int32_t origin = behind, way = -1;
    for (int32_t k = 0; k < l->vertices && ahead != origin; k++) {
        int32_t n = life_ways(l, ahead, behind, &way);
        if (n != 1) return n > 1;
        behind = ahead;
        ahead = way;
    }
    return 0;
}

static int life_swaps(c12__route_life *l, int32_t pusher, int32_t puller, int32_t here, int32_t best)
{
    return life_must_swap(l, pusher, puller, here, best) && life_can_swap(l, best, here);
}

/* The robot that has to come along when `robot`, who would rather go to `best`, backs out of a passage; -1 = no need.  Either the one in
 * its way, or one that has chosen already and pushes it down a passage it will want to leave again.  A robot whose goal is next does not
 * back out: it will have another goal when it is there. */
static int32_t life_partner(c12__route_life *l, int32_t robot, int32_t best)
{
    int32_t here = l->at[robot], end = l->cell[here].first + l->cell[here].degree;
    if (best == here || !c12__life_aims(l, robot) || l->way[robot].flees || l->cell[best].roomy) return -1;
    for (int32_t a = l->cell[here].first; a < end; a++) {
        int32_t other = l->cell[best].now;
        if (l->head[a] == best && other >= 0 && l->reverse[a] >= 0 && l->next[other] < 0 && life_swaps(l, robot, other, here, best)) return other;
    }
    if (best == l->goal[robot]) return -1;
    for (int32_t a = l->cell[here].first; a < end; a++) {
        int32_t other = l->cell[l->head[a]].now;
        if (other < 0 || l->head[a] == best || l->reverse[a] < 0 || l->next[other] < 0 || !c12__life_aims(l, other)) continue;
        if (life_swaps(l, other, robot, here, best)) return other;
    }
    return -1;
}

/* ---- candidates ------------------------------------------------------------------------------------------------------------------ */

/* Nearest first, then those nobody stands on, then by lot.  A robot without goal would rather stay. */
static void life_offer(c12__route_life *l, int32_t robot, int32_t v)
{
    int32_t here = l->at[robot], first = l->first[robot], i = first + l->n_candidates[robot];
    int32_t cost = c12__life_aims(l, robot) ? c12__life_cost(l, robot, v) : v != here;
    if (v != here && (cost == C12__LIFE_NO_WAY || cost == 2 * C12__LIFE_NO_WAY)) return; /* one-way streets into nowhere */
    uint32_t key = (uint32_t)cost << LIFE_COST_AT | (uint32_t)(v != here && l->cell[v].now >= 0) << LIFE_LOT | (uint32_t)(c12__dice_next(&l->dice) >> (64 - LIFE_LOT));
    for (; i > first && l->key[i - 1] > key; i--) {
        l->key[i] = l->key[i - 1];
        l->candidate[i] = l->candidate[i - 1];
    }
    l->key[i] = key;
    l->candidate[i] = v;
    l->n_candidates[robot]++;
}

/* All robots look before the first one chooses.  What they look at is far from each other in memory: it is asked for while others look. */
static void life_look(c12__route_life *l)
{
    for (int32_t r = 0, first = 0; r < l->robots; r++) {
        const c12__life_cell *here = &l->cell[l->at[r]];
        int32_t soon = r + LIFE_AHEAD < l->robots ? r + LIFE_AHEAD : r, next = r + LIFE_AHEAD / 2 < l->robots ? r + LIFE_AHEAD / 2 : r;
        int32_t low = l->at[soon] > LIFE_BESIDE ? l->at[soon] - LIFE_BESIDE : 0, high = l->at[soon] + LIFE_BESIDE < l->vertices ? l->at[soon] + LIFE_BESIDE : l->at[soon];
        C12__PREFETCH(&l->cell[l->at[soon]]);
        C12__PREFETCH(&l->head[l->cell[l->at[next]].first]);
        if (c12__life_aims(l, soon)) { /* a region's cells are close to each other */
            C12__PREFETCH(&l->way[soon].far[low]);
            C12__PREFETCH(&l->way[soon].far[high]);
        }
        l->first[r] = first;
        l->n_candidates[r] = 0;
        for (int32_t a = here->first; a < here->first + here->degree; a++) life_offer(l, r, l->head[a]);
        life_offer(l, r, l->at[r]);
        first += l->n_candidates[r];
    }
}

static void life_open(c12__route_life *l, c12__life_frame *f, int32_t robot)
{
    *f = (c12__life_frame){ robot, l->first[robot], l->n_candidates[robot], 0, -1 };
    f->pull = life_partner(l, robot, l->candidate[f->first]);
    if (f->pull < 0) return;
    for (int32_t i = f->first, j = f->first + f->n - 1; i < j; i++, j--) {
        int32_t v = l->candidate[i];
        uint32_t key = l->key[i];
        l->candidate[i] = l->candidate[j];
        l->candidate[j] = v;
        l->key[i] = l->key[j];
        l->key[j] = key;
    }
}

/* ---- priority inheritance -------------------------------------------------------------------------------------------------------- */

enum { LIFE_STUCK, LIFE_FREE, LIFE_ASK };

/* Take the next candidate: FREE = nobody is in the way, ASK = *other must get out of it first, STUCK = none is left but to stay. */
static int life_take(c12__route_life *l, c12__life_frame *f, int32_t *other)
{
    int32_t here = l->at[f->robot];
    for (; f->pick < f->n; f->pick++) {
        int32_t v = l->candidate[f->first + f->pick], r = l->cell[v].now;
        if (l->cell[v].next >= 0 || (r >= 0 && r != f->robot && l->next[r] == here)) continue; /* taken, or an exchange */
        l->cell[v].next = f->robot;
        l->next[f->robot] = v;
        l->paid[f->robot] = (int32_t)(l->key[f->first + f->pick] >> LIFE_COST_AT);
        *other = r;
        return r < 0 || l->next[r] >= 0 ? LIFE_FREE : LIFE_ASK;
    }
    l->next[f->robot] = here;
    l->cell[here].next = f->robot;
    l->paid[f->robot] = INT32_MAX;
    return LIFE_STUCK;
}

/* All those who waited for each other go; the ones in tow follow. */
static void life_go(c12__route_life *l, int32_t depth)
{
    while (depth-- > 0) {
        const c12__life_frame *f = &l->frame[depth];
        int32_t here = l->at[f->robot];
        if (f->pull < 0 || f->pick || l->next[f->pull] >= 0 || l->cell[here].next >= 0) continue;
        l->next[f->pull] = here;
        l->paid[f->pull] = INT32_MAX;
        l->cell[here].next = f->pull;
    }
}

static void life_choose(c12__route_life *l, int32_t robot)
{
    int32_t depth = 1, other = -1;
    life_open(l, &l->frame[0], robot);
    while (depth) {
        c12__life_frame *f = &l->frame[depth - 1];
        int found = life_take(l, f, &other);
        if (found == LIFE_FREE) { life_go(l, depth); return; }
        if (found == LIFE_ASK) { life_open(l, &l->frame[depth++], other); continue; }
        if (--depth) l->frame[depth - 1].pick++;
    }
}

void c12__life_move(c12__route_life *l)
{
    for (int32_t r = 0; r < l->robots; r++) {
        l->cell[l->at[r]].now = r;
        l->next[r] = -1;
    }
    life_look(l);
    for (int32_t i = 0; i < l->robots; i++)
        if (l->next[l->line[i]] < 0) life_choose(l, l->line[i]);
    for (int32_t r = 0; r < l->robots; r++) l->cell[l->at[r]].now = l->cell[l->next[r]].next = -1;
}
