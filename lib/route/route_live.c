/* SPDX-License-Identifier: Apache-2.0 */
/* The live table: every call commits or changes nothing. */
#include "route/route_internal.h"

static c12_status live_may(c12_route *self, int32_t branch, c12_tick tick, c12_error *err)
{
    c12_status s = c12__route_turn(self, branch, err);
    if (!s && (tick < 0 || tick > C12_ROUTE_HORIZON)) return c12__fail(err, C12_E_RANGE, "tick out of range", "tick", -1, tick);
    return s;
}

static c12_status live_id(int32_t id, int32_t rows, const char *field, c12_error *err)
{
    return id < 0 || id >= rows ? c12__fail(err, C12_E_RANGE, "id out of range", field, -1, id) : C12_OK;
}

/* The first hold of the vertex by somebody else that lasts beyond the tick, -1 = none.  While robots report, a hold that is still there is not over,
 * whatever its times say: its robot is late. */
static int32_t live_holder(const c12__route_table *t, int32_t vertex, c12_tick tick, int32_t robot)
{
    for (int32_t s = t->head[vertex]; s >= 0; s = t->slot[s].next) {
        int32_t other = t->slot[s].robot;
        if (other != robot && (t->slot[s].to > tick || (other >= 0 && t->now))) return s;
    }
    return -1;
}

c12_status c12_route_park(c12_route *self, int32_t branch, int32_t robot, int32_t vertex, c12_tick tick, c12_error *err)
{
    c12__route_off off;
    c12_status s = live_may(self, branch, tick, err);
    if (!s) s = live_id(robot, self->p.n_robots, "robot", err);
    if (!s) s = live_id(vertex, self->p.n_vertices, "vertex", err);
    if (s) return s;
    c12__route_table *t = &self->table;
    c12__route_take_off(t, robot, t->now ? -1 : tick, &off); /* once robots drive, it is here: where it was is over */
    int32_t other = live_holder(t, vertex, tick, robot), mine = other < 0 ? c12__route_add(t, vertex, tick, C12_ROUTE_STAYS, robot) : -1;
    if (mine < 0) {
        c12__route_put_back(t, &off);
        if (other >= 0) return c12__fail(err, C12_E_STATE, "somebody else holds the vertex", "vertex", t->slot[other].robot, t->slot[other].from);
        return c12__fail(err, C12_E_SPACE, "the reservation table is full", "holds", -1, (int64_t)t->cap + 1);
    }
    if (off.tail >= 0) t->slot[off.tail].onward = mine; else t->chain[robot] = mine;
    c12__route_throw_away(t, &off);
    t->released[robot] = -1; /* wherever it was sent */
    t->reported[robot] = tick;
    return C12_OK;
}

/* Robots with a hold of the vertex in [from, to), each once. */
static int32_t live_find_hit(const c12__route_table *t, int32_t vertex, c12_tick from, c12_tick to, int32_t *hit, int32_t cap)
{
    int32_t n = 0;
    for (int32_t s = t->head[vertex]; s >= 0 && t->slot[s].from < to; s = t->slot[s].next) {
        int32_t r = t->slot[s].robot, known = 0;
        if (r < 0 || t->slot[s].to <= from) continue;
        for (int32_t u = t->head[vertex]; u != s; u = t->slot[u].next) known |= t->slot[u].robot == r && t->slot[u].to > from;
        if (known) continue;
        if (n < cap) hit[n] = r;
        n++;
    }
    return n;
}

c12_status c12_route_hold(c12_route *self, int32_t branch, int32_t vertex, c12_tick from, c12_tick to, int32_t *hit, int32_t cap, int32_t *n_hit, c12_error *err)
{
    c12_status s = live_may(self, branch, from, err);
    if (!s) s = live_id(vertex, self->p.n_vertices, "vertex", err);
    if (s) return s;
    if (cap < 0 || (cap > 0 && !hit)) return c12__fail(err, C12_E_ARG, "column is missing or its room negative", "hit", -1, cap);
    if (to <= from || (to > C12_ROUTE_HORIZON && to != C12_ROUTE_STAYS)) return c12__fail(err, C12_E_RANGE, "tick out of range", "to", -1, to);
    if (self->table.now) c12__route_catch_up(self, self->table.now); /* or robots that are late would be counted as gone */
    if (c12__route_add(&self->table, vertex, from, to, -1) < 0)
        return c12__fail(err, C12_E_SPACE, "the reservation table is full", "holds", -1, (int64_t)self->table.cap + 1);
    int32_t n = live_find_hit(&self->table, vertex, from, to, hit, cap);
    if (n_hit) *n_hit = n;
    return C12_OK;
}

c12_status c12_route_forget(c12_route *self, int32_t branch, c12_tick tick, c12_error *err)
{
    c12_status s = live_may(self, branch, tick, err);
    if (s) return s;
    c12__route_drop_before(&self->table, self->p.n_robots, tick);
    return C12_OK;
}

/* ---- replan -------------------------------------------------------------------------------------------------------------------- */

static void live_write_path(const c12_route *self, int32_t s, const c12_route_plan *plan)
{
    int64_t n = 0;
    for (; s >= 0; s = self->table.slot[s].onward, n++) {
        plan->step_vertex[n] = self->table.slot[s].vertex;
        plan->step_from[n] = self->table.slot[s].from;
        plan->step_to[n] = self->table.slot[s].to;
    }
    plan->step_off[0] = 0;
    plan->step_off[1] = n;
}

static void live_report(const c12_route *self, int32_t found, c12_tick arrive, c12_info *i)
{
    int32_t partial = found >= 0 && self->search.stop >= 0;
    i->work = self->work;
    i->stop = found == C12__ROUTE_HALTED || (partial && self->search.why == C12__ROUTE_HALTED) ? c12__route_why(self) : found == C12__ROUTE_FULL ? C12_STOP_SPACE : C12_STOP_DONE;
    i->outcome = partial ? C12_FEASIBLE : found >= 0 ? C12_OPTIMAL : found == C12__ROUTE_NO_PATH ? C12_INFEASIBLE : C12_UNKNOWN;
    if (found >= 0) i->objective = arrive;
    if (found >= 0 && !partial) i->bound = arrive;
}

/* Steps of the path that ends in a state. */
static int64_t live_length(const c12_route *self, int32_t last)
{
    int64_t n = 0;
    for (; last >= 0; last = self->search.state[last].parent) n++;
    return n;
}

/* The transaction.  *steps receives the length of a path that the caller has no room for, and nothing is changed then. */
static int32_t live_change(c12_route *self, const c12__route_query *q, int64_t cap, int64_t *steps, c12_tick *arrive, c12__route_off *off)
{
    if (q->tail >= 0) c12__route_take_off_behind(&self->table, q->tail, q->tick, off);
    else c12__route_take_off(&self->table, q->robot, q->tick, off);
    int32_t found = c12__route_find(self, q);
    if (found >= 0) {
        *steps = live_length(self, found);
        *arrive = self->search.state[found].arrive;
        found = *steps > cap ? C12__ROUTE_FULL : c12__route_commit(self, q, found, off);
    }
    if (found >= 0) c12__route_throw_away(&self->table, off); else c12__route_put_back(&self->table, off);
    return found;
}

static c12_status live_may_replan(const c12_route *self, int32_t robot, int32_t start, int32_t goal, const c12_route_plan *p, c12_error *err)
{
    c12_status s = live_id(robot, self->p.n_robots, "robot", err);
    if (!s) s = live_id(start, self->p.n_vertices, "start", err);
    if (!s) s = live_id(goal, self->p.n_vertices, "goal", err);
    if (s) return s;
    if (p->step_cap < 0) return c12__fail(err, C12_E_ARG, "room is negative", "step_cap", -1, p->step_cap);
    if (!p->step_off || ((!p->step_vertex || !p->step_from || !p->step_to) && p->step_cap > 0)) return c12__fail(err, C12_E_ARG, "column is missing", "plan", -1, 0);
    return C12_OK;
}

c12_status c12__route_replan_by(c12_route *self, const c12__route_query *q, const c12_budget *budget, c12_route_plan *plan, c12_info *info, c12_error *err)
{
    c12_budget b;
    c12_route_plan p;
    c12_info i = C12_INIT(c12_info);
    c12__route_off off;
    c12_tick arrive = 0;
    int64_t steps = 0;
    c12_status s = c12__take_budget(&b, budget, &self->host, err);
    if (!s) s = c12__take(&p, sizeof p, plan, "plan", err);
    if (!s) s = live_may_replan(self, q->robot, q->start, q->goal, &p, err);
    if (s) return s;
    c12_ns began = c12__now(&self->host);
    c12__route_start_clock(self, &b);
    int32_t found = live_change(self, q, p.step_cap, &steps, &arrive, &off);
    live_report(self, found, arrive, &i);
    i.first = i.elapsed = c12__now(&self->host) - began;
    atomic_store_explicit(&self->cancelled, 0, memory_order_relaxed);
    if (steps > p.step_cap) return c12__fail(err, C12_E_SPACE, "the path has more steps than this", "step_cap", -1, steps);
    if (found >= 0) live_write_path(self, off.tail >= 0 ? self->table.slot[off.tail].onward : self->table.chain[q->robot], &p);
    c12__give(info, &i, sizeof i);
    return C12_OK;
}

c12_status c12_route_replan(c12_route *self, int32_t branch, int32_t robot, int32_t start, c12_tick tick, int32_t goal, const c12_budget *budget, c12_route_plan *plan,
                            c12_info *info, c12_error *err)
{
    c12_status s = live_may(self, branch, tick, err);
    if (!s) s = live_id(robot, self->p.n_robots, "robot", err);
    if (s) return s;
    if (self->table.released[robot] >= 0) return c12__fail(err, C12_E_STATE, "steps were released to the robot and are not withdrawn: c12_route_reroute plans on from their end", "robot", robot, 0);
    c12__route_query q = { robot, start, goal, c12__route_pace(self, robot), tick, C12__ROUTE_FAR, self->partial, -1, 0 };
    return c12__route_replan_by(self, &q, budget, plan, info, err);
}
