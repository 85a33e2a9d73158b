/* SPDX-License-Identifier: Apache-2.0 */
/* Execution.  The live table is an action dependency graph (Hoenig, Kiesel, Tinka, Durham and Ayanian, RA-L 2019): a hold waits for the robot's
 * hold before it, and for the hold before it on its vertex.  Reports move times along these edges; the order on a vertex never changes, so
 * nobody ever waits in a circle. */
#include "route/route_internal.h"

/* ---- what a robot's chain says ----------------------------------------------------------------------------------------------------- */

static c12_tick exec_ride(const c12_route *self, int32_t s, int32_t next)
{
    return c12__route_ride_between(self, self->table.slot[s].robot, self->table.slot[s].vertex, self->table.slot[next].vertex);
}

/* The hold before s in its robot's chain, -1 = s is the first. */
static int32_t exec_before(const c12__route_table *t, int32_t s)
{
    int32_t at = t->chain[t->slot[s].robot];
    if (at == s) return -1;
    while (t->slot[at].onward != s) at = t->slot[at].onward;
    return at;
}

/* ---- retiming ---------------------------------------------------------------------------------------------------------------------- */

typedef struct exec_wave {
    c12_route *self;
    c12_route_moved *moved;
    int32_t seen;          /* robots hit so far, in self->exec_hit */
    int32_t touched;       /* robots whose holds were moved so far, in self->exec_touched */
} exec_wave;

static exec_wave exec_begin(c12_route *self, c12_route_moved *m)
{
    exec_wave w = { self, m, 0, 0 };
    for (int32_t r = 0; r < self->p.n_robots && self->table.conflict_off; r++) self->exec_is_touched[r] = 0;
    return w;
}

static void exec_time(exec_wave *w, int32_t s, c12_tick from, c12_tick to)
{
    c12_route *self = w->self;
    int32_t robot = self->table.slot[s].robot;
    c12__route_time_at(&self->table, s, from, to);
    if (!self->table.conflict_off || self->exec_is_touched[robot]) return;
    self->exec_is_touched[robot] = 1;
    self->exec_touched[w->touched++] = robot;
}

static void exec_hit(exec_wave *w, int32_t robot)
{
    for (int32_t i = 0; i < w->seen; i++) if (w->self->exec_hit[i] == robot) return;
    w->self->exec_hit[w->seen++] = robot;
}

static void exec_put_off(exec_wave *w, int32_t hold, c12_tick from)
{
    c12__heap *line = &w->self->exec_line;
    if (!c12__heap_has(line, hold) || line->key[hold] < from) c12__heap_put(line, hold, from);
}

/* Slot s lasts until later than it did: whoever comes after it on the vertex begins later; a block does not.  Shadows may lie over each other, and until
 * the wave is over they are in the order of their old times, so with conflicts all are looked at; without, the next one will push those behind it. */
static void exec_push_behind(exec_wave *w, int32_t s)
{
    const c12__route_table *t = &w->self->table;
    int alone = !t->conflict_off;
    for (int32_t n = t->slot[s].next; n >= 0; n = t->slot[n].next) {
        if (t->slot[n].from >= t->slot[s].to) { if (alone) return; continue; }
        if (c12__route_both_shadows(t, s, n)) continue;
        if (t->slot[n].robot < 0) { exec_hit(w, t->slot[s].robot); continue; }
        if (t->slot[n].robot == t->slot[s].robot) continue; /* one place of a robot does not drive out another */
        exec_put_off(w, c12__route_light(t, n), t->slot[s].to);
        if (alone) return;
    }
}

static void exec_push_next(exec_wave *w, int32_t s)
{
    for (; s >= 0; s = c12__route_shade(&w->self->table, s)) exec_push_behind(w, s);
}

/* Is the end of what was released to its robot still ahead of hold s?  Up to there holds begin when they were released, not later. */
static int exec_is_pinned(const c12__route_table *t, int32_t s)
{
    int32_t last = t->released[t->slot[s].robot];
    while (last >= 0 && s >= 0 && s != last) s = t->slot[s].onward;
    return last >= 0 && s == last;
}

/* Hold s of a robot ends at `to`: carry it along the chain as long as something changes. */
static void exec_carry(exec_wave *w, int32_t s, c12_tick to)
{
    c12__route_table *t = &w->self->table;
    while (t->slot[s].to < to) {
        int32_t next = t->slot[s].onward;
        exec_time(w, s, t->slot[s].from, to);
        w->moved->holds++;
        exec_push_next(w, s);
        int32_t after = next < 0 ? -1 : t->slot[next].onward;
        if (after < 0) return;
        c12_tick leave = c12__max64(t->slot[after].from, to); /* arrived in next at `to`, then on */
        if (leave > t->slot[after].from && !exec_is_pinned(t, after)) {
            exec_time(w, after, leave, t->slot[after].to);
            exec_push_next(w, after);
        }
        to = leave + exec_ride(w->self, next, after);
        s = next;
    }
}

/* Everything that follows, in order of time: each hold is moved once. */
static void exec_settle(exec_wave *w)
{
    c12__route_table *t = &w->self->table;
    c12__heap *line = &w->self->exec_line;
    for (int32_t s; line->n; ) {
        c12_tick from = line->key[line->id[0]];
        s = c12__heap_pop(line);
        if (from <= t->slot[s].from) continue;
        exec_time(w, s, from, t->slot[s].to);
        w->moved->holds++;
        exec_push_next(w, s);
        int32_t before = exec_before(t, s);
        if (before >= 0) exec_carry(w, before, from + exec_ride(w->self, before, s));
    }
}

static void exec_take_places(c12__route_table *t, const int32_t *robot, int32_t n)
{
    for (int32_t i = 0; i < n; i++) c12__route_unlink_chain(t, robot[i]);
    for (int32_t i = 0; i < n; i++) c12__route_link_chain(t, robot[i]);
}

/* Holds that were moved past a block take their place in the lists again, and where there are conflicts all that were moved do, as shadows may have passed
 * each other; robots that run into a block are told. */
static void exec_tell(exec_wave *w)
{
    c12_route *self = w->self;
    if (self->table.conflict_off) exec_take_places(&self->table, self->exec_touched, w->touched);
    else exec_take_places(&self->table, self->exec_hit, w->seen);
    for (int32_t i = 0; i < w->seen && i < w->moved->cap; i++) w->moved->hit[i] = self->exec_hit[i];
    w->moved->n_hit = w->seen;
}

/* ---- calls ------------------------------------------------------------------------------------------------------------------------ */

static c12_status exec_take(c12_route *self, int32_t branch, int32_t robot, c12_route_moved *m, const c12_route_moved *from, c12_error *err)
{
    c12_status s = c12__route_turn(self, branch, err);
    if (s) return s;
    if (self->mode == C12_ROUTE_GRID) return c12__fail(err, C12_E_STATE, "robots that drive hold both cells: make the handle with C12_ROUTE_HOLD_BOTH", "mode", -1, self->mode);
    if (robot < 0 || robot >= self->p.n_robots) return c12__fail(err, C12_E_RANGE, "id out of range", "robot", -1, robot);
    if (self->table.chain[robot] < 0) return c12__fail(err, C12_E_STATE, "the robot has no route: park or replan it first", "robot", robot, 0);
    s = c12__take_optional(m, sizeof *m, from, "moved", err);
    if (s) return s;
    if (m->cap < 0 || (m->cap > 0 && !m->hit)) return c12__fail(err, C12_E_ARG, "column is missing or its room negative", "hit", -1, m->cap);
    m->holds = m->n_hit = 0;
    return C12_OK;
}

static void exec_give(c12_route_moved *to, const c12_route_moved *m)
{
    if (!to) return;
    to->holds = m->holds;
    to->n_hit = m->n_hit;
}

/* The robot's first hold: neighbours on the same vertex are one. */
static int32_t exec_join(c12_route *self, int32_t robot)
{
    c12__route_table *t = &self->table;
    int32_t s = t->chain[robot];
    for (int32_t next = t->slot[s].onward; next >= 0 && t->slot[next].vertex == t->slot[s].vertex; next = t->slot[s].onward) {
        c12__route_drop_first(t, robot);
        s = next;
    }
    return s;
}

c12_status c12_route_progress(c12_route *self, int32_t branch, int32_t robot, c12_tick tick, c12_route_moved *moved, c12_error *err)
{
    c12_route_moved m;
    c12_status s = exec_take(self, branch, robot, &m, moved, err);
    if (s) return s;
    c12__route_table *t = &self->table;
    exec_wave w = exec_begin(self, &m);
    int32_t here = exec_join(self, robot), next = t->slot[here].onward;
    if (next < 0) return c12__fail(err, C12_E_STATE, "the robot's route ends where it is", "robot", robot, t->slot[here].from);
    if (tick < 0 || tick > C12_ROUTE_HORIZON) return c12__fail(err, C12_E_RANGE, "tick out of range", "tick", -1, tick);
    self->table.now = c12__max64(self->table.now, tick);
    if (c12__route_holder_before(t, next, tick) >= 0) return c12__fail(err, C12_E_STATE, "that vertex is not released to the robot yet", "robot", robot, t->slot[next].from);
    exec_carry(&w, here, tick);
    exec_settle(&w);
    c12__route_left_zone(self, robot);
    t->reported[robot] = tick;
    c12__route_drop_first(t, robot);
    exec_tell(&w);
    exec_give(moved, &m);
    return C12_OK;
}

c12_status c12_route_delay(c12_route *self, int32_t branch, int32_t robot, c12_tick ticks, c12_route_moved *moved, c12_error *err)
{
    c12_route_moved m;
    c12_status s = exec_take(self, branch, robot, &m, moved, err);
    if (s) return s;
    if (ticks < 0 || ticks > C12_ROUTE_HORIZON) return c12__fail(err, C12_E_RANGE, "tick out of range", "ticks", -1, ticks);
    c12__route_table *t = &self->table;
    exec_wave w = exec_begin(self, &m);
    int32_t here = exec_join(self, robot);
    if (t->slot[here].to != C12_ROUTE_STAYS) exec_carry(&w, here, t->slot[here].to + ticks);
    exec_settle(&w);
    exec_tell(&w);
    exec_give(moved, &m);
    return C12_OK;
}

/* A released hold begins now, or where the robot's own last visit of the vertex ends; what else was before it there is over. */
static void exec_pin(c12__route_table *t, int32_t s, c12_tick tick)
{
    for (int32_t k = t->head[t->slot[s].vertex]; k != s; k = t->slot[k].next)
        if (c12__route_light(t, k) == k) tick = c12__max64(tick, t->slot[k].to);
    if (t->slot[s].from > tick) c12__route_move_to(t, s, tick, t->slot[s].to);
}

c12_status c12_route_release(c12_route *self, int32_t branch, int32_t robot, c12_tick tick, c12_route_plan *plan, c12_error *err)
{
    c12_route_moved m;
    c12_route_plan p;
    c12_status s = exec_take(self, branch, robot, &m, NULL, err);
    if (!s) s = c12__take(&p, sizeof p, plan, "plan", err);
    if (s) return s;
    if (tick < 0 || tick > C12_ROUTE_HORIZON) return c12__fail(err, C12_E_RANGE, "tick out of range", "tick", -1, tick);
    if (!p.step_off || ((!p.step_vertex || !p.step_from || !p.step_to) && p.step_cap > 0)) return c12__fail(err, C12_E_ARG, "column is missing", "plan", -1, 0);
    c12__route_table *t = &self->table;
    self->table.now = c12__max64(self->table.now, tick);
    int32_t last = c12__route_released(self, robot);
    int64_t n = 1;
    for (int32_t k = t->chain[robot]; k != last; k = t->slot[k].onward) n++;
    if (n > p.step_cap) return c12__fail(err, C12_E_SPACE, "more steps are released than this", "step_cap", -1, n);
    p.step_off[0] = n = 0;
    for (int32_t k = t->chain[robot]; ; k = t->slot[k].onward) {
        p.step_vertex[n] = t->slot[k].vertex;
        p.step_from[n] = t->slot[k].from;
        p.step_to[n++] = t->slot[k].to;
        /* it may drive there whenever it likes from now on: nobody gets in before it */
        if (k != t->chain[robot]) exec_pin(t, k, tick);
        if (k == last) break;
    }
    p.step_off[1] = n;
    t->released[robot] = last;
    return C12_OK;
}

/* ---- somebody's way is blocked ------------------------------------------------------------------------------------------------------- */

/* When the robot is at a hold of its chain. */
static c12_tick exec_there(const c12__route_table *t, int32_t s)
{
    int32_t before = exec_before(t, s);
    return before < 0 ? t->slot[s].from : t->slot[before].to;
}

void c12__route_catch_up(c12_route *self, c12_tick tick)
{
    c12_route_moved m = C12_INIT(c12_route_moved);
    exec_wave w = exec_begin(self, &m);
    for (int32_t r = 0; r < self->p.n_robots; r++) {
        int32_t s = self->table.chain[r];
        if (s >= 0 && self->table.slot[s].to <= tick) exec_carry(&w, exec_join(self, r), tick + 1);
    }
    exec_settle(&w);
    exec_tell(&w);
}

c12_status c12_route_reroute(c12_route *self, int32_t branch, int32_t robot, c12_tick tick, int32_t goal, const c12_budget *budget, c12_route_plan *plan, c12_info *info, c12_error *err)
{
    c12_route_moved m;
    c12_status s = exec_take(self, branch, robot, &m, NULL, err);
    if (s) return s;
    if (tick < 0 || tick >= C12_ROUTE_HORIZON) return c12__fail(err, C12_E_RANGE, "tick out of range", "tick", -1, tick);
    self->table.now = c12__max64(self->table.now, tick);
    c12__route_catch_up(self, tick);
    c12__route_table *t = &self->table;
    int32_t last = c12__route_decision(t, robot);
    c12__route_query q = { robot, t->slot[last].vertex, goal, c12__route_pace(self, robot), c12__max64(exec_there(t, last), tick), C12__ROUTE_FAR, self->partial, last, 0 };
    return c12__route_replan_by(self, &q, budget, plan, info, err);
}

c12_status c12_route_unblock(c12_route *self, int32_t branch, int32_t vertex, c12_tick tick, c12_error *err)
{
    c12_status s = c12__route_turn(self, branch, err);
    if (s) return s;
    if (vertex < 0 || vertex >= self->p.n_vertices) return c12__fail(err, C12_E_RANGE, "id out of range", "vertex", -1, vertex);
    if (tick < 0 || tick > C12_ROUTE_HORIZON) return c12__fail(err, C12_E_RANGE, "tick out of range", "tick", -1, tick);
    c12__route_end_blocks(&self->table, vertex, tick);
    return C12_OK;
}
