/* SPDX-License-Identifier: Apache-2.0 */
/* The fleet plan on a grid: prioritised planning, or the plan of the crowd when that fails; then large neighbourhood search (Li, Chen,
 * Harabor, Stuckey and Koenig, IJCAI 2021) until the limit: a few robots are lifted and put back so that their arrivals sum up to no more. */
#include "base/sort.h"
#include "route/route_internal.h"

enum { LNS_WALK, LNS_CROSSING, LNS_RANDOM };
enum { LNS_WAYS = 8, LNS_TRIES = 64, LNS_START_SCORE = 1 << 20, LNS_RNG_SEARCH = 12, LNS_RNG_PATH = 13 };

/* Ways to choose whom to lift: where, and how many. */
static const struct { int32_t where, most; } lns_ways[LNS_WAYS] = {
    { LNS_WALK, 3 }, { LNS_WALK, 6 }, { LNS_WALK, 12 }, { LNS_CROSSING, 3 }, { LNS_CROSSING, 6 }, { LNS_CROSSING, 12 }, { LNS_RANDOM, 1 }, { LNS_RANDOM, 4 },
};

typedef struct lns_run {
    c12__route_run *f;
    c12__grid *g;
    c12__dice dice;
    int64_t score[LNS_WAYS]; /* how much each way to choose has brought lately */
    int32_t *chosen, *mark, *alone, *old_arrive; /* mark, alone: [robots]; the others [C12__GRID_CHOSEN] */
    int32_t *kept;           /* [C12__GRID_CHOSEN * ticks] paths of the chosen */
    int32_t n_chosen, most;
} lns_run;

/* ---- one robot ----------------------------------------------------------------------------------------------------------------------- */

static int32_t lns_enter(lns_run *l, int32_t r, int32_t limit)
{
    int32_t arrive = c12__grid_route(l->g, r, limit);
    if (arrive < 0) return arrive;
    c12__grid_enter(l->g, r, arrive);
    return 1;
}

/* ---- the bound ------------------------------------------------------------------------------------------------------------------------ */

static int32_t lns_alone(lns_run *l, int32_t r)
{
    c12__grid *g = l->g;
    const c12_route_problem *p = &l->f->self->p;
    if (!g->passing) {
        if (g->robots > g->tables && !g->n_walls && g->is_floor) {
            int32_t steps = c12__grid_alone(g, p->start[r], p->goal[r]);
            return steps < 0 || steps + g->ready[r] < g->ticks ? steps + (steps < 0 ? 0 : g->ready[r]) : C12__ROUTE_BEYOND;
        }
        int32_t d = c12__grid_distances(g, p->goal[r])[p->start[r]];
        if (d == C12__GRID_FAR && g->n < C12__GRID_FAR) return C12__ROUTE_NO_PATH;
        return d + g->ready[r] >= g->ticks ? C12__ROUTE_BEYOND : d + g->ready[r];
    }
    int32_t arrive = c12__grid_route(g, r, g->ticks);
    return arrive == C12__ROUTE_NO_PATH ? C12__ROUTE_BEYOND : arrive; /* in this time */
}

static int32_t lns_bound(lns_run *l)
{
    c12__route_run *f = l->f;
    f->bound = 0;
    if (l->g->passing) c12__grid_open(l->g);
    for (int32_t r = 0; r < f->n; r++) {
        l->alone[r] = lns_alone(l, r);
        if (l->alone[r] < 0) return l->alone[r];
        f->bound += l->alone[r];
    }
    for (int32_t r = 0; r < f->n; r++) { /* two on one goal would both stay there for ever */
        int32_t goal = f->self->p.goal[r], *rests = &l->g->rests[goal];
        if (*rests >= 0) return C12__ROUTE_NO_PATH;
        *rests = r;
    }
    for (int32_t r = 0; r < f->n; r++) l->g->rests[f->self->p.goal[r]] = -1;
    return 1;
}

/* ---- the first plan --------------------------------------------------------------------------------------------------------------------- */

/* Larger priority first, then the longer way. */
static void lns_first_order(lns_run *l)
{
    c12_route *self = l->f->self;
    for (int32_t r = 0; r < l->f->n; r++) self->key[r] = -(int64_t)l->alone[r];
    c12__sort_rows(self->key, l->f->n, self->order, self->scratch);
    for (int32_t r = 0; r < l->f->n; r++) self->key[r] = -(int64_t)c12__at32(self->p.robot_priority, r, 0);
    c12__sort_rows_again(self->key, l->f->n, self->order, self->scratch);
}

/* Plan all in order; robots not planned yet hold their starts for the tick they need to get away.  The place that failed, -1 = none. */
static int32_t lns_attempt(lns_run *l, int32_t *why)
{
    c12__grid *g = l->g;
    const c12_route_problem *p = &l->f->self->p;
    int32_t n = l->f->n, at = -1;
    for (int32_t r = 0; r < n; r++) c12__bit_put(c12__grid_busy(g, p->start[r]), g->ready[r]);
    for (int32_t i = 0; i < n && at < 0; i++) {
        int32_t r = l->f->self->order[i];
        c12__bit_drop(c12__grid_busy(g, p->start[r]), g->ready[r]);
        *why = lns_enter(l, r, g->ticks);
        if (*why < 0) at = i;
    }
    if (at < 0) return -1;
    for (int32_t i = 0; i < at; i++) c12__grid_lift(g, l->f->self->order[i]);
    for (int32_t i = at + 1; i < n; i++) {
        int32_t r = l->f->self->order[i];
        c12__bit_drop(c12__grid_busy(g, p->start[r]), g->ready[r]);
    }
    return at;
}

static void lns_to_front(int32_t *order, int32_t at)
{
    int32_t r = order[at];
    for (; at > 0; at--) order[at] = order[at - 1];
    order[0] = r;
}

static int32_t lns_crowd(lns_run *l)
{
    c12_route *self = l->f->self;
    self->crowd.no_circles = 0;
    int32_t found = c12__crowd_plan(&self->crowd, l->g);
    for (int32_t r = 0; found == 1 && r < l->f->n; r++) l->g->arrive[r] = self->crowd.next[r];
    return found;
}

/* One after the other, who fails first next time: for what the crowd cannot tell, robots that come later and blocks. */
static int32_t lns_in_turn(lns_run *l)
{
    int32_t why = C12__ROUTE_NO_PATH;
    c12__grid_open(l->g);
    lns_first_order(l);
    for (int32_t tries = 0; tries < LNS_TRIES; tries++) {
        int32_t at = lns_attempt(l, &why);
        if (at < 0 || why == C12__ROUTE_HALTED) return why;
        lns_to_front(l->f->self->order, at);
    }
    return C12__ROUTE_HALTED;
}

static int32_t lns_first_plan(lns_run *l)
{
    c12__route_run *f = l->f;
    int32_t found = c12__crowd_serves(l->g) && !l->g->late ? lns_crowd(l) : lns_in_turn(l);
    if (found < 0) return found;
    f->cost = 0;
    for (int32_t r = 0; r < f->n; r++) f->cost += l->g->arrive[r];
    f->first = c12__now(&f->self->host) - f->began;
    c12__route_tell(f);
    return 1;
}

/* ---- whom to lift ------------------------------------------------------------------------------------------------------------------------ */

static void lns_choose(lns_run *l, int32_t r)
{
    if (r < 0 || l->mark[r] || l->n_chosen == l->most) return;
    l->mark[r] = 1;
    l->chosen[l->n_chosen++] = r;
}

/* The latest of a few drawn. */
static int32_t lns_late(lns_run *l)
{
    int32_t best = -1;
    for (int32_t i = 0; i < 8; i++) {
        int32_t r = c12__dice_below(&l->dice, l->f->n);
        if (best < 0 || l->g->arrive[r] - l->alone[r] > l->g->arrive[best] - l->alone[best]) best = r;
    }
    return best;
}

/* From a moment of a robot's path on, wander where it would still arrive earlier than it does; who is in the way is chosen. */
static void lns_walk(lns_run *l, int32_t r)
{
    const c12__grid *g = l->g;
    int32_t goal = l->f->self->p.goal[r], span = g->arrive[r] - g->ready[r];
    const uint16_t *dist = c12__grid_distances(l->g, goal);
    if (span < 1) return;
    int32_t t = g->ready[r] + c12__dice_below(&l->dice, span), v = c12__grid_at(g, r, t);
    while (l->n_chosen < l->most) {
        int32_t ways = 0, to = -1;
        if (t + 1 + dist[v] < g->arrive[r]) { ways = 1; to = v; }
        for (int64_t a = g->off[v]; a < g->off[v + 1]; a++)
            if (t + 1 + dist[g->head[a]] < g->arrive[r] && !c12__dice_below(&l->dice, ++ways)) to = g->head[a];
        if (to < 0) return;
        lns_choose(l, c12__grid_who(g, to, t + 1));
        int32_t there = c12__grid_who(g, to, t);
        if (there >= 0 && to != v && t >= g->ready[there] && c12__grid_at(g, there, t + 1) == v) lns_choose(l, there);
        v = to;
        t++;
    }
}

static void lns_by_walk(lns_run *l)
{
    int32_t r = lns_late(l);
    lns_choose(l, r);
    for (int32_t k = 0; k < 8 && l->n_chosen < l->most; k++)
        lns_walk(l, k ? l->chosen[c12__dice_below(&l->dice, l->n_chosen)] : r);
}

/* Robots that pass one part of the floor at about one time. */
static void lns_by_crossing(lns_run *l)
{
    const c12__grid *g = l->g;
    int32_t r = lns_late(l), t = g->ready[r] + c12__dice_below(&l->dice, g->arrive[r] - g->ready[r] + 1), v = c12__grid_at(g, r, t);
    for (int32_t k = 0; k < 48 && l->n_chosen < l->most; k++) {
        for (int32_t d = -2; d <= 2; d++)
            if (t + d >= 0 && t + d < g->ticks) lns_choose(l, c12__grid_who(g, v, t + d));
        int32_t ways = (int32_t)(g->off[v + 1] - g->off[v]);
        if (!ways) return;
        v = g->head[g->off[v] + c12__dice_below(&l->dice, ways)];
    }
}

static void lns_fill_up(lns_run *l)
{
    for (int32_t k = 0; k < 4 * l->most && l->n_chosen < l->most; k++) lns_choose(l, c12__dice_below(&l->dice, l->f->n));
}

static int32_t lns_pick_way(lns_run *l)
{
    int64_t sum = 0;
    for (int32_t k = 0; k < LNS_WAYS; k++) sum += l->score[k];
    int64_t at = (int64_t)(c12__dice_next(&l->dice) % (uint64_t)sum);
    int32_t k = 0;
    while (at >= l->score[k]) at -= l->score[k++];
    return k;
}

/* What a way brought for its work, the older the less; no way is ever given up. */
static void lns_learn(lns_run *l, int32_t way, int64_t gain, int64_t work)
{
    l->score[way] += (gain * LNS_START_SCORE * 16 / work - l->score[way]) / 64;
    int64_t most = 0;
    for (int32_t k = 0; k < LNS_WAYS; k++) most = c12__max64(most, l->score[k]);
    l->score[way] = c12__max64(l->score[way], most / 16 + 64);
}

static void lns_choose_some(lns_run *l, int32_t way)
{
    l->n_chosen = 0;
    l->most = lns_ways[way].most;
    if (l->most > l->f->n) l->most = l->f->n;
    if (lns_ways[way].where == LNS_WALK) lns_by_walk(l);
    if (lns_ways[way].where == LNS_CROSSING) lns_by_crossing(l);
    if (lns_ways[way].where == LNS_RANDOM || !l->n_chosen) lns_fill_up(l);
    for (int32_t i = l->n_chosen; i-- > 1; ) { /* the order in which they go back */
        int32_t j = c12__dice_below(&l->dice, i + 1), r = l->chosen[i];
        l->chosen[i] = l->chosen[j];
        l->chosen[j] = r;
    }
    for (int32_t i = 0; i < l->n_chosen; i++) l->mark[l->chosen[i]] = 0;
}

/* ---- lift and put back ------------------------------------------------------------------------------------------------------------------- */

static int32_t lns_lift(lns_run *l)
{
    const c12__grid *g = l->g;
    int32_t before = 0;
    for (int32_t i = 0; i < l->n_chosen; i++) {
        int32_t r = l->chosen[i];
        const int32_t *path = g->path + ((int64_t)r << g->shift);
        l->old_arrive[i] = g->arrive[r];
        before += g->arrive[r];
        memcpy(l->kept + ((int64_t)i << g->shift) + g->ready[r], path + g->ready[r], (size_t)(g->arrive[r] - g->ready[r] + 1) * sizeof *path);
        c12__grid_lift(l->g, r);
    }
    return before;
}

/* How many fit in, arriving in the sum no later than before. */
static int32_t lns_put(lns_run *l, int32_t before, int32_t *after)
{
    int32_t left = before;
    *after = 0;
    for (int32_t i = 0; i < l->n_chosen; i++) left -= l->alone[l->chosen[i]];
    for (int32_t i = 0; i < l->n_chosen; i++) {
        int32_t r = l->chosen[i];
        if (lns_enter(l, r, left + l->alone[r]) < 0) return i;
        left -= l->g->arrive[r] - l->alone[r];
        *after += l->g->arrive[r];
    }
    return l->n_chosen;
}

static void lns_undo(lns_run *l, int32_t done)
{
    const c12__grid *g = l->g;
    for (int32_t i = 0; i < done; i++) c12__grid_lift(l->g, l->chosen[i]);
    for (int32_t i = 0; i < l->n_chosen; i++) {
        int32_t r = l->chosen[i];
        int32_t *path = g->path + ((int64_t)r << g->shift);
        memcpy(path + g->ready[r], l->kept + ((int64_t)i << g->shift) + g->ready[r], (size_t)(l->old_arrive[i] - g->ready[r] + 1) * sizeof *path);
        c12__grid_enter(l->g, r, l->old_arrive[i]);
    }
}

/* Reserve what was planned.  From now on nobody arrives later than the last one does now; and floors of cells are searched by planes. */
static void lns_reserve(lns_run *l)
{
    c12__grid *g = l->g;
    int32_t last = 0;
    for (int32_t r = 0; r < l->f->n; r++) if (g->arrive[r] > last) last = g->arrive[r];
    g->horizon = last + 1;
    c12__grid_open(g);
    if (g->is_floor) c12__plane_begin(&g->plane, g, g->horizon);
    for (int32_t r = 0; r < l->f->n; r++) c12__grid_enter(g, r, g->arrive[r]);
}

static void lns_improve(lns_run *l)
{
    c12__route_run *f = l->f;
    for (int32_t k = 0; k < LNS_WAYS; k++) l->score[k] = LNS_START_SCORE;
    for (int32_t r = 0; r < f->n; r++) l->mark[r] = 0;
    if (c12__route_good_enough(f) || c12__route_halted(f->self)) return;
    lns_reserve(l);
    while (!c12__route_good_enough(f) && !c12__route_halted(f->self)) {
        int64_t began = f->self->work++;
        int32_t way = lns_pick_way(l), after;
        lns_choose_some(l, way);
        int32_t before = lns_lift(l), done = lns_put(l, before, &after), gain = done == l->n_chosen ? before - after : 0;
        if (done < l->n_chosen) lns_undo(l, done);
        lns_learn(l, way, gain, f->self->work - began);
        f->cost -= gain;
        if (gain) c12__route_tell(f);
    }
}

/* ---- into the live table ------------------------------------------------------------------------------------------------------------------- */

/* When the hold that begins at t ends. */
static c12_tick lns_end(const c12__grid *g, int32_t robot, int32_t t)
{
    const int32_t *path = g->path + ((int64_t)robot << g->shift);
    int32_t arrive = g->arrive[robot], end = t + 1;
    while (end <= arrive && path[end] == path[t]) end++;
    return end > arrive ? C12_ROUTE_STAYS : end;
}

/* In order of time: holds of a vertex are then appended. */
static int32_t lns_commit(lns_run *l)
{
    const c12__grid *g = l->g;
    c12_route *self = l->f->self;
    c12__route_table *table = &self->table;
    int32_t last = 0, *tail = self->scratch;
    for (int32_t r = 0; r < l->f->n; r++) {
        if (g->arrive[r] > last) last = g->arrive[r];
        tail[r] = -1;
    }
    c12__route_append_begin(table, g->queue);
    for (int32_t t = 0; t <= last; t++)
        for (int32_t r = 0; r < l->f->n; r++) {
            const int32_t *path = g->path + ((int64_t)r << g->shift);
            if (t > g->arrive[r] || t < g->ready[r] || (t > g->ready[r] && path[t - 1] == path[t])) continue;
            int32_t s = g->blocks ? c12__route_add(table, path[t], t, lns_end(g, r, t), r) : c12__route_append(table, g->queue, path[t], t, lns_end(g, r, t), r);
            if (s < 0) return C12__ROUTE_FULL;
            if (tail[r] < 0) table->chain[r] = s; else table->slot[tail[r]].onward = s;
            tail[r] = s;
        }
    return 1;
}

int32_t c12__grid_solve(c12__route_run *f)
{
    c12_route *self = f->self;
    lns_run l = { .f = f, .g = &self->grid, .chosen = self->lns_chosen, .mark = self->mark, .alone = self->lns_alone, .old_arrive = self->lns_arrive, .kept = self->lns_path };
    l.dice.state = c12__rng_at(f->budget.seed, LNS_RNG_SEARCH, 0);
    self->grid.dice.state = c12__rng_at(f->budget.seed, LNS_RNG_PATH, 0);
    int32_t found = lns_bound(&l);
    if (found == 1) found = lns_first_plan(&l);
    if (found == 1) lns_improve(&l);
    if (found == 1) found = lns_commit(&l);
    return found;
}
