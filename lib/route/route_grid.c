/* SPDX-License-Identifier: Apache-2.0 */
/* World, distances and reservations of the fast grid planner. */
#include "route/route_internal.h"

void c12__grid_carve(c12__grid *g, c12__arena *a, const c12_route_dims *d)
{
    int32_t n = d->vertices, ticks = d->ticks;
    int64_t moments = (int64_t)d->robots * ticks;
    memset(g, 0, sizeof *g);
    g->ticks = ticks;
    while ((int32_t)1 << g->shift < ticks) g->shift++;
    g->words = ticks / 64;
    if (!ticks) return;
    g->busy = C12__CARVE(a, uint64_t, (int64_t)n * g->words);
    g->path = C12__CARVE(a, int32_t, moments);
    g->arrive = C12__CARVE(a, int32_t, d->robots);
    g->ready = C12__CARVE(a, int32_t, d->robots);
    g->visit = C12__CARVE(a, int32_t, (int64_t)n * g->words);
    g->after = C12__CARVE(a, int32_t, moments);
    g->before = C12__CARVE(a, int32_t, moments);
    g->rests = C12__CARVE(a, int32_t, n);
    g->seen = C12__CARVE(a, uint64_t, (int64_t)n * g->words);
    g->seen_by = C12__CARVE(a, uint32_t, n);
    g->cap = 4 * n + 1024;
    g->node = C12__CARVE(a, c12__grid_node, g->cap);
    g->bucket = C12__CARVE(a, int32_t, ticks);
    g->tables = d->tables;
    g->dist = C12__CARVE(a, uint16_t, (int64_t)d->tables * n);
    g->table_goal = C12__CARVE(a, int32_t, d->tables);
    g->goal_table = C12__CARVE(a, int32_t, n);
    g->queue = C12__CARVE(a, int32_t, (int64_t)n + 4);
    g->around = C12__CARVE(a, int32_t, 4 * (int64_t)n);
    g->wall = C12__CARVE(a, int32_t, n);
    c12__plane_carve(&g->plane, a, d);
}

/* Walls, and whether every other block is one the planner can tell. */
static int grid_take_blocks(c12__grid *g, const c12__route_table *t)
{
    for (int32_t v = 0; v < g->n; v++)
        for (int32_t s = t->head[v]; s >= 0; s = t->slot[s].next) {
            if (t->slot[s].robot >= 0) continue;
            if (t->slot[s].from >= g->ticks || (t->slot[s].to > g->ticks && t->slot[s].to != C12_ROUTE_STAYS)) return 0;
            g->blocks++;
            if (t->slot[s].from || t->slot[s].to != C12_ROUTE_STAYS) g->passing++;
            else if (!g->n_walls || g->wall[g->n_walls - 1] != v) g->wall[g->n_walls++] = v;
        }
    return 1;
}

static void grid_look_around(c12__grid *g)
{
    const c12__route_search *s = &g->owner->search;
    g->four = 1;
    for (int32_t v = 0; v < g->n && g->four; v++) {
        int32_t first = s->back_off[v], n = s->back_off[v + 1] - first;
        g->four = n <= 4;
        for (int32_t k = 0; k < 4; k++) g->around[4 * (int64_t)v + k] = k < n ? s->back_tail[first + k] : v;
    }
}

int c12__grid_begin(c12__grid *g, c12_route *owner)
{
    const c12_route_problem *p = &owner->p;
    if (!g->ticks) return 0;
    g->owner = owner;
    g->off = p->arc_off;
    g->head = p->arc_head;
    g->n = p->n_vertices;
    g->robots = p->n_robots;
    g->horizon = g->ticks;
    g->plane.horizon = 0;
    g->blocks = g->passing = g->n_walls = g->late = 0;
    for (int32_t v = 0; v < g->n; v++) g->rests[v] = -1;
    c12__grid_forget(g);
    for (int32_t k = 0; k < g->ticks; k++) g->bucket[k] = -1;
    memset(g->seen_by, 0, (size_t)g->n * sizeof *g->seen_by);
    g->search = 0;
    g->is_floor = c12__plane_survey(&g->plane, g);
    grid_look_around(g);
    for (int32_t r = 0; r < g->robots; r++) {
        c12_tick ready = c12__at64(p->robot_ready, r, 0);
        if (ready >= g->ticks / 2) return 0;
        g->ready[r] = (int32_t)ready;
        g->late += ready > 0;
        g->arrive[r] = -1;
    }
    return grid_take_blocks(g, &owner->table);
}

void c12__grid_open(c12__grid *g)
{
    const c12__route_table *t = &g->owner->table;
    memset(g->busy, 0, (size_t)g->n * (size_t)g->words * sizeof *g->busy);
    memset(g->visit, 0xff, (size_t)g->n * (size_t)g->words * sizeof *g->visit); /* all -1 */
    for (int32_t v = 0; g->blocks && v < g->n; v++)
        for (int32_t s = t->head[v]; s >= 0; s = t->slot[s].next)
            if (t->slot[s].robot < 0) c12__bit_fill(c12__grid_busy(g, v), (int32_t)t->slot[s].from, (int32_t)c12__min64(t->slot[s].to, g->ticks));
}

/* ---- distances ------------------------------------------------------------------------------------------------------------------- */

/* At most four ways in: nothing is decided by a branch, as half of them would be guessed wrong. */
static void grid_spread_four(const c12__grid *g, uint16_t *dist, int32_t n)
{
    int32_t *queue = g->queue;
    for (int32_t i = 0; i < n; i++) {
        const int32_t *around = g->around + 4 * (int64_t)queue[i];
        uint16_t d = (uint16_t)(dist[queue[i]] + 1);
        if (d >= C12__GRID_WALL) return;
        for (int32_t k = 0; k < 4; k++) {
            int32_t u = around[k], fresh = dist[u] == C12__GRID_FAR;
            queue[n] = u;
            n += fresh;
            dist[u] = fresh ? d : dist[u];
        }
    }
}

void c12__grid_spread(c12__grid *g, uint16_t *dist, int32_t n)
{
    const c12__route_search *s = &g->owner->search;
    memset(dist, 0xff, (size_t)g->n * sizeof *dist);
    for (int32_t i = 0; i < g->n_walls; i++) dist[g->wall[i]] = C12__GRID_WALL;
    for (int32_t i = 0; i < n; i++) dist[g->queue[i]] = 0;
    if (g->four) { grid_spread_four(g, dist, n); return; }
    for (int32_t i = 0; i < n; i++) {
        int32_t v = g->queue[i];
        uint16_t d = (uint16_t)(dist[v] + 1);
        if (d >= C12__GRID_WALL) return;
        for (int32_t a = s->back_off[v], last = s->back_off[v + 1]; a < last; a++) {
            int32_t u = s->back_tail[a];
            if (dist[u] != C12__GRID_FAR) continue;
            dist[u] = d;
            g->queue[n++] = u;
        }
    }
}

void c12__grid_forget(c12__grid *g)
{
    g->next_table = 0;
    for (int32_t v = 0; v < g->n; v++) g->goal_table[v] = -1;
    for (int32_t i = 0; i < g->tables; i++) g->table_goal[i] = -1;
}

const uint16_t *c12__grid_distances(c12__grid *g, int32_t goal)
{
    int32_t at = g->goal_table[goal];
    if (at >= 0) return g->dist + (int64_t)at * g->n;
    at = g->next_table;
    g->next_table = at + 1 < g->tables ? at + 1 : 0;
    if (g->table_goal[at] >= 0) g->goal_table[g->table_goal[at]] = -1;
    g->table_goal[at] = goal;
    g->goal_table[goal] = at;
    g->queue[0] = goal;
    c12__grid_spread(g, g->dist + (int64_t)at * g->n, 1);
    return g->dist + (int64_t)at * g->n;
}

static int32_t grid_across(const c12__grid *g, int32_t v, int32_t goal)
{
    const c12_route_problem *p = &g->owner->p;
    int32_t dx = p->vertex_x[v] - p->vertex_x[goal], dy = p->vertex_y[v] - p->vertex_y[goal];
    return (dx < 0 ? -dx : dx) + (dy < 0 ? -dy : dy);
}

/* Newest first among equal estimates: straight to the goal where nothing is in the way. */
int32_t c12__grid_alone(c12__grid *g, int32_t start, int32_t goal)
{
    int32_t low = grid_across(g, start, goal), high = low, found = low < g->ticks ? C12__ROUTE_NO_PATH : C12__ROUTE_BEYOND;
    uint32_t settled = ++g->search;
    if (low >= g->ticks) return found;
    g->n_nodes = 0;
    g->node[g->n_nodes] = (c12__grid_node){ start, 0, -1, -1 };
    g->bucket[low] = g->n_nodes++;
    while (low <= high) {
        int32_t i = g->bucket[low];
        if (i < 0) { low++; continue; }
        int32_t v = g->node[i].vertex, next = g->node[i].tick + 1;
        g->bucket[low] = g->node[i].next;
        if (v == goal) { found = next - 1; break; }
        if (g->seen_by[v] == settled) continue;
        g->seen_by[v] = settled;
        for (int64_t a = g->off[v]; a < g->off[v + 1]; a++) {
            int32_t u = g->head[a], f = next + grid_across(g, u, goal);
            if (g->seen_by[u] == settled) continue;
            if (f >= g->ticks) { found = C12__ROUTE_BEYOND; continue; }
            g->node[g->n_nodes] = (c12__grid_node){ u, next, i, g->bucket[f] };
            g->bucket[f] = g->n_nodes++;
            if (f > high) high = f;
        }
    }
    for (; low <= high; low++) g->bucket[low] = -1;
    return found;
}

/* ---- reservations ----------------------------------------------------------------------------------------------------------------- */

/* Head of the list of moments at a vertex in the word of time the tick is in. */
static int32_t *grid_moments(const c12__grid *g, int32_t v, int32_t tick) { return g->visit + (int64_t)v * g->words + (tick >> 6); }

void c12__grid_enter(c12__grid *g, int32_t robot, int32_t arrive)
{
    int32_t base = robot << g->shift, goal = g->path[base + arrive];
    for (int32_t t = g->ready[robot]; t < arrive; t++) {
        int32_t id = base + t, v = g->path[id], *first = grid_moments(g, v, t), on = *first;
        c12__bit_put(c12__grid_busy(g, v), t);
        g->after[id] = on;
        g->before[id] = -1;
        if (on >= 0) g->before[on] = id;
        *first = id;
    }
    g->arrive[robot] = arrive;
    g->rests[goal] = robot;
    c12__bit_fill(c12__grid_busy(g, goal), arrive, g->ticks);
    if (g->plane.horizon) c12__plane_enter(&g->plane, g->path + base, g->ready[robot], arrive);
}

int32_t c12__grid_route(c12__grid *g, int32_t robot, int32_t limit)
{
    const c12_route_problem *p = &g->owner->p;
    c12__grid_query q = { p->start[robot], p->goal[robot], g->ready[robot], limit < g->horizon - 1 ? limit : g->horizon - 1 };
    int32_t goal_from = c12__bit_last(c12__grid_busy(g, q.goal), g->ticks - 1) + 1, *path = g->path + ((int64_t)robot << g->shift);
    if (goal_from > q.limit) return C12__ROUTE_NO_PATH;
    return g->plane.horizon ? c12__plane_find(&g->plane, g, &q, goal_from, path) : c12__grid_find(g, &q, goal_from, path);
}

void c12__grid_lift(c12__grid *g, int32_t robot)
{
    int32_t base = robot << g->shift, arrive = g->arrive[robot], goal = g->path[base + arrive];
    for (int32_t t = g->ready[robot]; t < arrive; t++) {
        int32_t id = base + t, v = g->path[id], on = g->after[id], back = g->before[id];
        c12__bit_drop(c12__grid_busy(g, v), t);
        if (on >= 0) g->before[on] = back;
        if (back >= 0) g->after[back] = on; else *grid_moments(g, v, t) = on;
    }
    c12__bit_clear(c12__grid_busy(g, goal), arrive, g->ticks);
    if (g->plane.horizon) c12__plane_lift(&g->plane, g->path + base, g->ready[robot], arrive);
    g->rests[goal] = -1;
    g->arrive[robot] = -1;
}

int32_t c12__grid_who(const c12__grid *g, int32_t vertex, int32_t tick)
{
    int32_t mask = g->ticks - 1, rests = g->rests[vertex];
    if (rests >= 0 && tick >= g->arrive[rests]) return rests;
    for (int32_t id = *grid_moments(g, vertex, tick); id >= 0; id = g->after[id])
        if ((id & mask) == tick) return id >> g->shift;
    return -1;
}
