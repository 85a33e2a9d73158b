/* SPDX-License-Identifier: Apache-2.0 */
/* Entry of the lifelong planner: memory, where robots are, whose turn it is.
 *
 * Whose turn: the robot that has waited longest for its goal chooses first, so that every robot once is the first and then nobody stops it.
 * Only who leaves a place that many wait for comes before.
 * Nobody but the floor itself: where a passage is full of robots that want out, the first robot that wants in stops all.  Therefore one that
 * came no nearer for a while rests, that is lets all others choose first, for a time drawn by lot, so that no two rest in step for ever.
 * One that rested many times on one way becomes the leader: the others leave the surroundings of its goal, then it goes there first of all;
 * while it does not get through, the circle grows until it is the whole floor. */
#include "route/route_internal.h"

enum {
    LIFE_REACH = 12,                    /* regions of average size a near table has room for */
    LIFE_BUSY = 4,                      /* robots waiting for a place that is left */
    LIFE_PATIENCE = 16,                 /* ticks without coming nearer */
    LIFE_REST_LEAST = 8, LIFE_REST_LOT = 32,
    LIFE_TRIES = 16,                    /* rests on one way before others must make room */
    LIFE_CLEAR = 8                      /* steps around the goal they leave at first */
};

enum { LIFE_MAKES_ROOM, LIFE_UNDER_WAY, LIFE_FRESH, LIFE_IDLE, LIFE_RANKS }; /* whose turn */

/* ---- memory ------------------------------------------------------------------------------------------------------------------------ */

static void life_carve_map(c12__route_life *l, c12__arena *a, int64_t n, int64_t arcs)
{
    l->cell = C12__CARVE(a, c12__life_cell, n);
    l->place = C12__CARVE(a, c12__life_place, n);
    l->back_off = C12__CARVE(a, int64_t, n + 1);
    l->back = C12__CARVE(a, c12__life_back, arcs);
    l->back_at = C12__CARVE(a, int32_t, arcs);
    l->reverse = C12__CARVE(a, int32_t, arcs);
    l->traffic = C12__CARVE(a, int64_t, arcs);
    l->mine = C12__CARVE(a, int32_t, n);
    l->wanted = C12__CARVE(a, int32_t, n);
    l->theirs = C12__CARVE(a, int32_t, n);
    l->head = C12__CARVE(a, int32_t, arcs);
    l->queue.next = C12__CARVE(a, int32_t, n);
    l->queue.prev = C12__CARVE(a, int32_t, n);
    l->queue.vertex = C12__CARVE(a, int32_t, n);
    l->queue.order = C12__CARVE(a, int32_t, n);
    l->key = C12__CARVE(a, uint32_t, arcs + n);
    l->candidate = C12__CARVE(a, int32_t, arcs + n);
}

static void life_carve_robots(c12__route_life *l, c12__arena *a, int64_t n)
{
    l->way = C12__CARVE(a, c12__life_way, n);
    l->rank = C12__CARVE(a, uint8_t, n);
    l->paid = C12__CARVE(a, int32_t, n);
    l->tries = C12__CARVE(a, int32_t, n);
    l->first = C12__CARVE(a, int32_t, n);
    l->n_candidates = C12__CARVE(a, int32_t, n);
    l->at = C12__CARVE(a, int32_t, n);
    l->next = C12__CARVE(a, int32_t, n);
    l->goal = C12__CARVE(a, int32_t, n);
    l->turn = C12__CARVE(a, int32_t, n);
    l->scratch = C12__CARVE(a, int32_t, n);
    l->line = C12__CARVE(a, int32_t, n);
    l->since = C12__CARVE(a, c12_tick, n);
    l->nearer = C12__CARVE(a, c12_tick, n);
    l->rest = C12__CARVE(a, c12_tick, n);
    l->left = C12__CARVE(a, int32_t, n);
    l->frame = C12__CARVE(a, c12__life_frame, n);
}

void c12__life_carve(c12__route_life *l, c12__arena *a, const c12_route_dims *d)
{
    if (!d->lifelong) return;
    int64_t n = d->vertices, tables = c12__min64(d->lifelong, n), exact = tables == n, reach = 0;
    if (!exact) reach = c12__min64(c12__min64(n, LIFE_REACH * ((n + tables - 1) / tables)), C12__LIFE_OUTSIDE);
    l->tables = (int32_t)tables;
    l->reach = (int32_t)reach;
    life_carve_map(l, a, n, d->arcs);
    life_carve_robots(l, a, d->robots);
    l->far = C12__CARVE(a, uint16_t, tables * n);
    l->region_off = C12__CARVE(a, int32_t, tables + 1);
    l->pivot = C12__CARVE(a, int32_t, tables);
    l->rim = C12__CARVE(a, int32_t, tables);
    l->near_base = C12__CARVE(a, uint16_t, exact ? 0 : tables * tables);
    l->near = C12__CARVE(a, uint16_t, n * reach);
}

/* ---- positions and goals --------------------------------------------------------------------------------------------------------------- */

c12_status c12__life_load(c12__route_life *l, const c12_route_problem *p, c12_error *err)
{
    c12_status s = c12__life_map(l, p, err);
    if (s) return s;
    l->placed = 0;
    l->tick = 0;
    l->dice.state = 0;
    for (int32_t v = 0; v < l->vertices; v++) l->wanted[v] = 0;
    l->leader = -1;
    l->clearing = 0;
    for (int32_t r = 0; r < l->robots; r++) {
        l->at[r] = p->start ? l->mine[p->start[r]] : -1;
        l->goal[r] = -1;
        l->turn[r] = r;
        l->since[r] = l->nearer[r] = l->rest[r] = 0;
        l->left[r] = INT32_MAX;
        l->tries[r] = 0;
        l->way[r].flees = 0;
    }
    return C12_OK;
}

/* Every robot on a vertex of its own; at is in the problem's numbers. */
static c12_status life_places(c12__route_life *l, const int32_t *at, const char *field, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    int32_t n = 0;
    for (; n < l->robots && !f.status; n++) {
        if (at[n] < 0 || at[n] >= l->vertices) c12__fault(&f, C12_E_RANGE, "vertex out of range", field, n, at[n]);
        else if (l->cell[l->mine[at[n]]].now >= 0) c12__fault(&f, C12_E_RANGE, "two robots on one vertex", field, n, at[n]);
        else l->cell[l->mine[at[n]]].now = n;
    }
    for (int32_t r = 0; r < n; r++)
        if (at[r] >= 0 && at[r] < l->vertices) l->cell[l->mine[at[r]]].now = -1;
    return f.status;
}

/* New goals exist and can be reached from where the robots are (at: in the problem's numbers, NULL = where they were). */
static c12_status life_goals(const c12__route_life *l, const int32_t *at, const int32_t *goal, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    for (int32_t r = 0; r < l->robots && !c12__full(&f); r++) {
        if (goal[r] < -1 || goal[r] >= l->vertices) { c12__fault(&f, C12_E_RANGE, "vertex out of range", "goal", r, goal[r]); continue; }
        int32_t to = goal[r] < 0 ? -1 : l->mine[goal[r]], from = at ? l->mine[at[r]] : l->at[r];
        if (to < 0 || (to == l->goal[r] && !at)) continue;
        if (l->far[(int64_t)l->place[to].region * l->vertices + from] == C12__LIFE_NO_WAY) c12__fault(&f, C12_E_RANGE, "no way to the goal", "goal", r, goal[r]);
    }
    return f.status;
}

/* ---- turns ----------------------------------------------------------------------------------------------------------------------------- */

/* Look up ways to `goal`. */
static void life_aim(c12__route_life *l, int32_t robot, int32_t goal)
{
    c12__life_way *w = &l->way[robot];
    int64_t region = l->place[goal].region;
    w->far = l->far + region * l->vertices;
    w->near = l->exact ? NULL : l->near + (int64_t)goal * l->reach;
    w->base = l->exact ? NULL : l->near_base + region * l->n_regions;
    w->rim = l->exact ? 0 : l->rim[region];
    w->flees = 0;
    l->nearer[robot] = l->tick;
    l->left[robot] = INT32_MAX;
}

static void life_set_out(c12__route_life *l, int32_t robot, int32_t goal)
{
    if (l->goal[robot] >= 0) l->wanted[l->goal[robot]]--;
    if (goal >= 0) l->wanted[goal]++;
    l->goal[robot] = goal;
    l->since[robot] = l->tick;
    l->rest[robot] = 0;
    l->tries[robot] = 0;
    l->way[robot].flees = 0;
    if (goal >= 0) life_aim(l, robot, goal);
}

static int life_idle(const c12__route_life *l, int32_t robot) { return l->goal[robot] < 0 || l->goal[robot] == l->at[robot]; }

/* Robots keep their turn until they arrive; those with a new goal come behind those under way, except where many wait for the place such a
 * robot stands on: it must get out through their crowd, and goes first.  Those with nothing to do are last. */
static void life_turns(c12__route_life *l, const int32_t *goal)
{
    int32_t place[LIFE_RANKS + 1] = { 0 };
    for (int32_t r = 0; r < l->robots; r++) {
        int32_t to = goal[r] < 0 ? -1 : l->mine[goal[r]];
        l->rank[r] = to == l->goal[r] ? LIFE_UNDER_WAY : LIFE_FRESH;
        if (to != l->goal[r]) life_set_out(l, r, to);
    }
    for (int32_t r = 0; r < l->robots; r++) {
        if (l->rank[r] == LIFE_FRESH && l->wanted[l->at[r]] >= LIFE_BUSY) l->rank[r] = LIFE_MAKES_ROOM;
        if (life_idle(l, r)) l->rank[r] = LIFE_IDLE;
        place[l->rank[r] + 1]++;
    }
    for (int32_t k = 1; k < LIFE_RANKS; k++) place[k] += place[k - 1];
    for (int32_t i = 0; i < l->robots; i++) l->scratch[place[l->rank[l->turn[i]]]++] = l->turn[i];
    int32_t *turn = l->turn;
    l->turn = l->scratch;
    l->scratch = turn;
}

/* Came no nearer for too long: let others choose first for a while. */
static void life_rest(c12__route_life *l, int32_t robot)
{
    if (life_idle(l, robot) || robot == l->leader || l->way[robot].flees || l->tick - l->nearer[robot] <= LIFE_PATIENCE) return;
    l->tries[robot]++;
    l->rest[robot] = l->nearer[robot] = l->tick + LIFE_REST_LEAST + c12__dice_below(&l->dice, LIFE_REST_LOT);
    l->left[robot] = INT32_MAX;
}

/* The leader is first, or last while others make room; those who rest stand behind. */
static void life_line(c12__route_life *l)
{
    int32_t n = 0, resting = 0;
    if (l->leader >= 0 && !l->clearing) l->line[n++] = l->leader;
    for (int32_t i = 0; i < l->robots; i++) {
        int32_t r = l->turn[i];
        if (r == l->leader) continue;
        life_rest(l, r);
        if (l->rest[r] > l->tick) l->scratch[resting++] = r; else l->line[n++] = r;
    }
    memcpy(l->line + n, l->scratch, (size_t)resting * sizeof *l->line);
    if (l->leader >= 0 && l->clearing) l->line[l->robots - 1] = l->leader;
}

/* ---- a robot that cannot get through --------------------------------------------------------------------------------------------------- */

/* It has left; back to its own business. */
static void life_resume(c12__route_life *l, int32_t robot)
{
    l->way[robot].flees = 0;
    if (l->goal[robot] >= 0) life_aim(l, robot, l->goal[robot]);
}

static void life_end_clearing(c12__route_life *l)
{
    for (int32_t r = 0; r < l->robots; r++)
        if (l->way[r].flees) life_resume(l, r);
    if (l->leader >= 0) l->tries[l->leader] = 0;
    l->leader = -1;
    l->clearing = 0;
}

/* The first in line who rested too often. */
static void life_begin_clearing(c12__route_life *l)
{
    for (int32_t i = 0; i < l->robots && l->leader < 0; i++) {
        int32_t r = l->turn[i];
        if (life_idle(l, r) || l->tries[r] < LIFE_TRIES) continue;
        l->leader = r;
        l->rest[r] = 0;
        l->radius = LIFE_CLEAR * l->unit;
        l->clearing = 1;
        l->until = l->tick + 2 * LIFE_CLEAR;
    }
}

/* Time to leave is over, or the leader's time to get through: without success the circle grows. */
static void life_next_phase(c12__route_life *l)
{
    l->clearing = !l->clearing;
    if (l->clearing && l->radius < 2 * C12__LIFE_NO_WAY) l->radius *= 2;
    l->until = l->tick + 2 * c12__min64(l->radius / l->unit, l->vertices);
}

/* Others leave the surroundings of the leader's goal, then it gets its chance. */
static void life_clear(c12__route_life *l)
{
    if (l->leader >= 0 && (life_idle(l, l->leader) || l->tries[l->leader] < LIFE_TRIES)) life_end_clearing(l);
    if (l->leader < 0) life_begin_clearing(l);
    if (l->leader < 0) return;
    if (l->tick >= l->until) life_next_phase(l);
    for (int32_t r = 0; r < l->robots; r++) {
        if (r == l->leader) continue;
        if (c12__life_cost(l, l->leader, l->at[r]) <= l->radius) {
            l->way[r] = l->way[l->leader];
            l->way[r].flees = 1;
            l->rest[r] = 0;
        } else if (l->way[r].flees) life_resume(l, r);
    }
}

/* ---- step ------------------------------------------------------------------------------------------------------------------------------ */

static void life_settle(c12__route_life *l, c12_route_pulse *out)
{
    out->tick = ++l->tick;
    out->eldest = -1;
    for (int32_t r = 0; r < l->robots; r++) {
        out->moved += l->next[r] != l->at[r];
        if (l->goal[r] < 0) continue;
        if (l->next[r] == l->goal[r]) { out->arrived += l->at[r] != l->goal[r]; continue; }
        if (l->tick - l->since[r] > out->eldest_ticks) { out->eldest = r; out->eldest_ticks = l->tick - l->since[r]; }
        if (l->way[r].flees) continue;
        int32_t left = l->paid[r] < INT32_MAX ? l->paid[r] : c12__life_cost(l, r, l->next[r]);
        if (left < l->left[r]) { l->left[r] = left; l->nearer[r] = l->tick; }
    }
    int32_t *was = l->at;
    l->at = l->next;
    l->next = was;
}

/* Vertices that are blocked when the step ends are taken: nobody goes there; who stands on one leaves when it can. */
static void life_mark_blocks(c12_route *self, int32_t taken)
{
    const c12__route_table *t = &self->table;
    c12_tick end = self->life.tick + (taken >= 0); /* settled: the tick has been counted */
    for (int32_t v = 0; v < t->vertices && t->n_free < t->cap; v++)
        for (int32_t s = t->head[v]; s >= 0; s = t->slot[s].next)
            if (t->slot[s].robot < 0 && t->slot[s].from <= end && end < t->slot[s].to) self->life.cell[self->life.mine[v]].next = taken;
}

static c12_status life_ready(const c12_route *self, int32_t branch, const int32_t *at, const int32_t *goal, const int32_t *next, c12_error *err)
{
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    if (!self->loaded) return c12__fail(err, C12_E_STATE, "no problem is loaded", NULL, -1, 0);
    if (!self->dims.lifelong) return c12__fail(err, C12_E_STATE, "the handle was made without tables for stepping", "lifelong", -1, 0);
    if (self->mode != C12_ROUTE_GRID) return c12__fail(err, C12_E_STATE, "stepping needs C12_ROUTE_GRID", "mode", -1, self->mode);
    if (branch) return c12__fail(err, C12_E_RANGE, "stepping knows the trunk only", "branch", -1, branch);
    if (self->p.n_robots > 0 && !self->p.start && !at && !self->life.placed) return c12__fail(err, C12_E_STATE, "nobody has said where the robots are", "at", -1, 0);
    if (self->p.n_robots > 0 && (!goal || !next)) return c12__fail(err, C12_E_ARG, "column is missing", goal ? "next" : "goal", -1, 0);
    return C12_OK;
}

c12_status c12_route_step(c12_route *self, int32_t branch, const int32_t *at, const int32_t *goal, int32_t *next, c12_route_pulse *pulse, c12_error *err)
{
    c12_route_pulse out, known;
    c12_status s = life_ready(self, branch, at, goal, next, err);
    if (!s) s = c12__take_optional(&known, sizeof known, pulse, "pulse", err);
    if (s) return s;
    c12__route_life *l = &self->life;
    (void)c12__route_look(self, 0, NULL); /* whose blocks count */
    if (at || !l->placed) s = life_places(l, at ? at : self->p.start, at ? "at" : "start", err);
    if (!s) s = life_goals(l, at, goal, err);
    if (s) return s;
    memset(&out, 0, sizeof out);
    l->placed = 1;
    for (int32_t r = 0; at && r < l->robots; r++) l->at[r] = l->mine[at[r]];
    life_turns(l, goal);
    life_clear(l);
    life_line(l);
    life_mark_blocks(self, l->robots);
    c12__life_move(l);
    life_settle(l, &out);
    life_mark_blocks(self, -1);
    for (int32_t r = 0; r < l->robots; r++) next[r] = l->theirs[l->at[r]];
    c12__give(pulse, &out, sizeof out);
    return C12_OK;
}
