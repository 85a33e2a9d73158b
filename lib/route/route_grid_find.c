/* SPDX-License-Identifier: Apache-2.0 */
/* One robot's earliest path on a grid: safe interval path planning (Phillips and Likhachev, ICRA 2011) over rows of bits.
 *
 * The open list is one list of nodes an estimate, newest first, which is a walk straight to the goal while nothing is in the way.  A gap that was
 * reached no later before is not reached again: a bit a moment remembers that, and rows are cleared when a search first comes by. */
#include "route/route_internal.h"

typedef struct find_run {
    c12__grid *g;
    const c12__grid_query *q;
    const uint16_t *dist;
    int32_t goal_from;    /* the goal's last gap begins */
    int32_t low, high;    /* open nodes have estimates from low to high */
    int32_t full;
} find_run;

/* A node, unless its gap was reached by then. */
static void find_offer(find_run *r, int32_t vertex, int32_t tick, int32_t parent)
{
    c12__grid *g = r->g;
    int32_t f = tick + r->dist[vertex];
    if (f < r->goal_from) f = r->goal_from;
    if (f > r->q->limit) return;
    uint64_t *seen = g->seen + (int64_t)vertex * g->words;
    if (g->seen_by[vertex] != g->search) {
        g->seen_by[vertex] = g->search;
        memset(seen, 0, (size_t)g->words * sizeof *seen);
    } else {
        int32_t known = c12__bit_last(seen, tick);
        if (known >= 0 && c12__bit_next(c12__grid_busy(g, vertex), g->words, known) >= tick) return;
    }
    if (g->n_nodes == g->cap) { r->full = 1; return; }
    c12__bit_put(seen, tick);
    g->node[g->n_nodes] = (c12__grid_node){ vertex, tick, parent, g->bucket[f] };
    g->bucket[f] = g->n_nodes++;
    if (f < r->low) r->low = f;
    if (f > r->high) r->high = f;
}

/* Does somebody come to `from` out of `to` at the tick at which we would go the other way? */
static int find_swaps(const c12__grid *g, int32_t from, int32_t to, int32_t tick)
{
    int32_t other = c12__grid_who(g, from, tick);
    return other >= 0 && g->ready[other] < tick && c12__grid_at(g, other, tick - 1) == to;
}

/* Every gap of `to` that can be entered while `from` is ours, up to `end`. */
static void find_enter(find_run *r, int32_t from, int32_t to, int32_t tick, int32_t end, int32_t parent)
{
    const c12__grid *g = r->g;
    const uint64_t *row = c12__grid_busy(g, to);
    for (int32_t at = tick + 1; at <= end && at < g->ticks; ) {
        at = c12__bit_next_gap(row, g->words, at);
        if (at > end || at >= g->ticks) return;
        if (at < end || !find_swaps(g, from, to, at)) find_offer(r, to, at, parent);
        if (at == end) return;
        at = c12__bit_next(row, g->words, at);
    }
}

static void find_expand(find_run *r, int32_t i)
{
    c12__grid *g = r->g;
    int32_t v = g->node[i].vertex, tick = g->node[i].tick, far = r->dist[v];
    int32_t end = c12__bit_next(c12__grid_busy(g, v), g->words, tick);
    int64_t lo = g->off[v], hi = g->off[v + 1];
    for (int64_t a = lo; a < hi; a++)
        if (r->dist[g->head[a]] >= far && r->dist[g->head[a]] != C12__GRID_FAR && g->head[a] != v) find_enter(r, v, g->head[a], tick, end, i);
    for (int64_t a = lo; a < hi; a++) /* last, so first to be taken out */
        if (r->dist[g->head[a]] < far) find_enter(r, v, g->head[a], tick, end, i);
}

/* Nothing a later search could stumble over. */
static int32_t find_end(find_run *r, int32_t result)
{
    c12__grid *g = r->g;
    for (int32_t f = r->low; f <= r->high; f++) g->bucket[f] = -1;
    return result;
}

static int32_t find_run_on(find_run *r)
{
    c12__grid *g = r->g;
    while (r->low <= r->high) {
        int32_t i = g->bucket[r->low];
        if (i < 0) { r->low++; continue; }
        g->bucket[r->low] = g->node[i].next;
        if (g->node[i].vertex == r->q->goal && g->node[i].tick >= r->goal_from) return i;
        if (c12__route_halted(g->owner)) return C12__ROUTE_HALTED;
        g->owner->work++;
        find_expand(r, i);
        if (r->full) return C12__ROUTE_FULL;
    }
    return C12__ROUTE_NO_PATH;
}

static void find_read_path(const c12__grid *g, int32_t last, int32_t *path)
{
    int32_t end = g->node[last].tick;
    path[end] = g->node[last].vertex;
    for (int32_t i = g->node[last].parent; i >= 0; i = g->node[i].parent)
        while (end > g->node[i].tick) path[--end] = g->node[i].vertex;
}

int32_t c12__grid_find(c12__grid *g, const c12__grid_query *q, int32_t goal_from, int32_t *path)
{
    find_run r = { g, q, c12__grid_distances(g, q->goal), goal_from, q->limit + 1, -1, 0 };
    if (r.dist[q->start] == C12__GRID_FAR || c12__bit_has(c12__grid_busy(g, q->start), q->ready)) return C12__ROUTE_NO_PATH;
    if (!++g->search) {
        for (int32_t v = 0; v < g->n; v++) g->seen_by[v] = 0;
        g->search = 1;
    }
    g->n_nodes = 0;
    find_offer(&r, q->start, q->ready, -1);
    int32_t last = find_end(&r, find_run_on(&r));
    if (last < 0) return last;
    find_read_path(g, last, path);
    return g->node[last].tick;
}
