/* SPDX-License-Identifier: Apache-2.0 */
/* Who waits for whom and for what: what is released follows from it, and who does not move although it may. */
#include "route/route_internal.h"

/* A block that lies on a hold's vertex now, -1 = none: a robot whose plan ran into it, and that found no other way, waits before it. */
static int32_t waits_block_now(const c12_route *self, int32_t s)
{
    const c12__route_table *t = &self->table;
    for (int32_t k = t->head[t->slot[s].vertex]; k >= 0; k = t->slot[k].next)
        if (t->slot[k].robot < 0 && t->slot[k].from <= self->table.now && t->slot[k].to > self->table.now) return k;
    return -1;
}

/* What keeps a robot from driving to a hold that was not released to it yet, -1 = nothing. */
static int32_t waits_in_way(const c12_route *self, int32_t s)
{
    int32_t before = c12__route_holder_before(&self->table, s, self->table.now);
    return before >= 0 ? before : waits_block_now(self, s);
}

/* The zone a robot must be granted before it drives from one of its holds to the next, -1 = none. */
static int32_t waits_zone(const c12_route *self, int32_t s, int32_t next)
{
    const c12__route_table *t = &self->table;
    int32_t zone = c12__at32(self->p.vertex_zone, t->slot[next].vertex, -1);
    return zone >= 0 && zone != self->p.vertex_zone[t->slot[s].vertex] && zone != t->granted[t->slot[s].robot] ? zone : -1;
}

/* The last hold that is the robot's already: it was released before, or nothing is in the way. */
int32_t c12__route_released(const c12_route *self, int32_t robot)
{
    const c12__route_table *t = &self->table;
    int32_t last = c12__route_decision(t, robot);
    for (int32_t s = t->slot[last].onward; s >= 0 && waits_zone(self, last, s) < 0 && waits_in_way(self, s) < 0; s = t->slot[s].onward) last = s;
    return last;
}

c12_status c12_route_waits(c12_route *self, int32_t branch, int32_t robot, c12_route_wait *wait, c12_error *err)
{
    c12_route_wait out;
    c12_status s = c12__take(&out, sizeof out, wait, "wait", err);
    if (!s) s = c12__route_look(self, branch, err);
    if (s) return s;
    if (robot < 0 || robot >= self->p.n_robots) return c12__fail(err, C12_E_RANGE, "id out of range", "robot", -1, robot);
    const c12__route_table *t = &self->table;
    out.waits = out.reserved = 0;
    out.vertex = out.robot = out.zone = -1;
    out.until = -1;
    int32_t end = t->chain[robot] < 0 ? -1 : c12__route_released(self, robot), next = end < 0 ? -1 : t->slot[end].onward;
    if (next >= 0) {
        int32_t last = waits_in_way(self, next);
        out.waits = 1;
        out.vertex = t->slot[next].vertex;
        out.zone = waits_zone(self, end, next);
        out.robot = last < 0 ? -1 : t->slot[last].robot;
        out.until = last < 0 ? -1 : t->slot[last].to;
    }
    c12__give(wait, &out, sizeof out);
    return C12_OK;
}

/* ---- circles ------------------------------------------------------------------------------------------------------------------------- */

/* Who stands between a robot and its very next vertex, -1 = it can go on, or it is not a robot. */
static int32_t waits_for(const c12_route *self, int32_t robot)
{
    const c12__route_table *t = &self->table;
    int32_t here = t->chain[robot], next = here < 0 ? -1 : t->slot[here].onward;
    while (next >= 0 && t->slot[next].vertex == t->slot[here].vertex) next = t->slot[next].onward;
    int32_t last = next < 0 ? -1 : c12__route_holder_before(t, next, self->table.now);
    return last < 0 ? -1 : t->slot[last].robot;
}

static c12_status waits_room(const int32_t *column, int32_t cap, const int32_t *n, const char *field, c12_error *err)
{
    if (!n) return c12__fail(err, C12_E_ARG, "argument is NULL", "n", -1, 0);
    if (cap < 0 || (cap > 0 && !column)) return c12__fail(err, C12_E_ARG, "column is missing or its room negative", field, -1, cap);
    return C12_OK;
}

c12_status c12_route_circle(c12_route *self, int32_t branch, int32_t *robot, int32_t cap, int32_t *n, c12_error *err)
{
    c12_status s = c12__route_look(self, branch, err);
    if (!s) s = waits_room(robot, cap, n, "robot", err);
    if (s) return s;
    *n = 0;
    for (int32_t r = 0; r < self->p.n_robots; r++) self->mark[r] = 0;
    for (int32_t r = 0; r < self->p.n_robots; r++) {
        int32_t at = r;
        for (; at >= 0 && !self->mark[at]; at = waits_for(self, at)) self->mark[at] = r + 1;
        if (at < 0 || self->mark[at] != r + 1) continue; /* ends, or in a chain looked at before */
        int32_t first = at;
        do {
            if (*n < cap) robot[*n] = at;
            (*n)++;
            at = waits_for(self, at);
        } while (at != first);
        break;
    }
    for (int32_t r = 0; r < self->p.n_robots; r++) self->mark[r] = 0;
    return C12_OK;
}

/* ---- watch ----------------------------------------------------------------------------------------------------------------------------- */

/* Should it have left, and been heard of, so long ago? */
static int waits_stuck(const c12_route *self, int32_t robot, c12_tick tick, c12_tick ticks)
{
    const c12__route_table *t = &self->table;
    int32_t here = t->chain[robot], next = here < 0 ? -1 : t->slot[here].onward;
    while (next >= 0 && t->slot[next].vertex == t->slot[here].vertex) next = t->slot[next].onward;
    return next >= 0 && tick - t->reported[robot] >= ticks && tick - t->slot[next].from >= ticks;
}

c12_status c12_route_stuck(c12_route *self, int32_t branch, c12_tick tick, c12_tick ticks, int32_t *robot, int32_t *cause, int32_t cap, int32_t *n, c12_error *err)
{
    c12_status s = c12__route_look(self, branch, err);
    if (!s) s = waits_room(robot, cap, n, "robot", err);
    if (!s) s = waits_room(cause, cap, n, "cause", err);
    if (s) return s;
    if (tick < 0 || tick > C12_ROUTE_HORIZON) return c12__fail(err, C12_E_RANGE, "tick out of range", "tick", -1, tick);
    if (ticks < 1 || ticks > C12_ROUTE_HORIZON) return c12__fail(err, C12_E_RANGE, "tick out of range", "ticks", -1, ticks);
    *n = 0;
    for (int32_t r = 0; r < self->p.n_robots; r++) {
        if (!waits_stuck(self, r, tick, ticks)) continue;
        int32_t end = r, steps = self->p.n_robots; /* a circle has no end: any of it will do */
        for (int32_t before = waits_for(self, r); before >= 0 && steps--; before = waits_for(self, end)) end = before;
        if (*n < cap) {
            robot[*n] = r;
            cause[*n] = end;
        }
        (*n)++;
    }
    return C12_OK;
}

/* ---- zones ----------------------------------------------------------------------------------------------------------------------------- */

c12_status c12_route_grant(c12_route *self, int32_t branch, int32_t robot, int32_t zone, c12_error *err)
{
    c12_status s = c12__route_turn(self, branch, err);
    if (s) return s;
    if (robot < 0 || robot >= self->p.n_robots) return c12__fail(err, C12_E_RANGE, "id out of range", "robot", -1, robot);
    int32_t known = zone == -1;
    for (int32_t v = 0; self->p.vertex_zone && v < self->p.n_vertices; v++) known |= self->p.vertex_zone[v] == zone;
    if (!known) return c12__fail(err, C12_E_RANGE, "no vertex is in this zone", "zone", -1, zone);
    self->table.granted[robot] = zone;
    return C12_OK;
}

void c12__route_left_zone(c12_route *self, int32_t robot)
{
    const c12__route_table *t = &self->table;
    int32_t here = t->chain[robot], next = t->slot[here].onward, zone = c12__at32(self->p.vertex_zone, t->slot[here].vertex, -1);
    if (zone >= 0 && t->granted[robot] == zone && self->p.vertex_zone[t->slot[next].vertex] != zone) t->granted[robot] = -1;
}
