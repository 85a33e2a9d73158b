/* SPDX-License-Identifier: Apache-2.0 */
/* The crowd's plan for robots that hold both ends of a move and drive at their own speeds: it tells the way of each robot and who passes a vertex
 * after whom; when follows from that by longest paths.  As nobody follows anybody in a circle, there is always one that need not wait. */
#include "route/route_internal.h"

typedef struct timed_run {
    c12_route *self;
    c12__grid *g;
    c12_tick *since, *arrive; /* [robots] the hold of where a robot is begins; it is there */
    c12_tick *clear;          /* [vertices] the last to leave a vertex has left */
    int32_t *tail, *line;     /* [robots] last hold entered; robots that go before one */
    int32_t *here;            /* [vertices] */
} timed_run;

static int timed_hold(timed_run *t, int32_t robot, int32_t vertex, c12_tick to)
{
    c12__route_table *table = &t->self->table;
    int32_t s = c12__route_add(table, vertex, t->since[robot], to, robot);
    if (s < 0) return 0;
    if (t->tail[robot] < 0) table->chain[robot] = s; else table->slot[t->tail[robot]].onward = s;
    t->tail[robot] = s;
    return 1;
}

static const int32_t *timed_path(const timed_run *t, int32_t robot) { return t->g->path + ((int64_t)robot << t->g->shift); }

static int timed_move(timed_run *t, int32_t robot, int32_t v, int32_t w)
{
    c12_tick leave = c12__max64(t->arrive[robot], t->clear[w]), there = leave + c12__route_ride_between(t->self, robot, v, w);
    if (there > C12_ROUTE_HORIZON || !timed_hold(t, robot, v, there)) return 0;
    t->clear[v] = there;
    t->since[robot] = leave;
    t->arrive[robot] = there;
    t->here[v] = -1;
    t->here[w] = robot;
    return 1;
}

/* One step of the crowd: whoever is in a robot's way and moves too goes first. */
static int timed_step(timed_run *t, int32_t tick)
{
    for (int32_t r = 0; r < t->g->robots; r++) {
        int32_t n = 0;
        for (int32_t x = r; x >= 0; x = t->here[timed_path(t, x)[tick + 1]]) {
            const int32_t *path = timed_path(t, x);
            if (path[tick] == path[tick + 1] || t->here[path[tick]] != x) break; /* stays, or has moved */
            t->line[n++] = x;
        }
        while (n--)
            if (!timed_move(t, t->line[n], timed_path(t, t->line[n])[tick], timed_path(t, t->line[n])[tick + 1])) return 0;
    }
    return 1;
}

static int timed_begin(timed_run *t)
{
    c12_route *self = t->self;
    for (int32_t v = 0; v < t->g->n; v++) {
        t->here[v] = -1;
        t->clear[v] = 0;
    }
    for (int32_t r = 0; r < t->g->robots; r++) {
        if (t->here[self->p.start[r]] >= 0) return 0; /* they come one after the other */
        t->here[self->p.start[r]] = r;
        t->since[r] = t->arrive[r] = c12__at64(self->p.robot_ready, r, 0);
        t->tail[r] = -1;
    }
    return 1;
}

/* The crowd knows vertices and arcs, but neither conflicts nor classes. */
int32_t c12__route_timed(c12_route *self)
{
    timed_run t = { self, &self->grid, self->key, self->arrival, self->search.heap.key, self->scratch, self->chosen, self->search.queue };
    if (self->mode != C12_ROUTE_HOLD_BOTH || self->p.conflict_off || self->p.arc_classes || !c12__grid_begin(t.g, self) || !c12__crowd_serves(t.g) || !timed_begin(&t)) return C12__ROUTE_NO_PATH;
    self->crowd.no_circles = 1;
    int32_t found = c12__crowd_plan(&self->crowd, t.g);
    if (found < 0 || !timed_begin(&t)) return found;
    int32_t length = c12__crowd_length(&self->crowd, t.g), ok = 1;
    for (int32_t tick = 0; tick < length && ok; tick++) ok = timed_step(&t, tick);
    for (int32_t r = 0; r < t.g->robots && ok; r++) ok = timed_hold(&t, r, self->p.goal[r], C12_ROUTE_STAYS);
    return ok ? 1 : C12__ROUTE_FULL;
}
