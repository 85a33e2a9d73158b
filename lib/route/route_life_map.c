/* SPDX-License-Identifier: Apache-2.0 */
/* Distances of the lifelong planner.  Where memory allows it every vertex has a table of what is left to it from everywhere.  Otherwise the
 * floor is cut into regions: a robot follows the table of its goal's region until it is beside it, and then a small one of its own, made
 * when it is first asked for.  Distances are costs: arcs against the expected stream and into crowded vertices are dearer, which makes
 * lanes where there is room for them (traffic flow optimisation, Chen et al., AAAI 2024, with the flow of all pairs instead of today's). */
#include "route/route_internal.h"

enum {
    LIFE_LOOK = 8000000,   /* vertices a round of guidance looks at, in as many tables */
    LIFE_BATCH = 64,       /* times a round weighs the arcs anew */
    LIFE_ROUNDS = 2,
    LIFE_FADE = 64,        /* traffic of older tables counts for less: 1/64 a table */
    LIFE_AGAINST = 2000,   /* per mille more for an arc all traffic runs against */
    LIFE_CROWD = 300,      /* per mille more for a vertex, times load^2 / (1 - load) */
    LIFE_FULL = 900,       /* load in per mille that counts as the most */
    LIFE_EVEN = 10,        /* robots in 1000 ticks that make a stream */
    LIFE_STRIDE = 7919     /* a prime: tables in scattered order */
};

/* ---- arcs ------------------------------------------------------------------------------------------------------------------------ */

/* Cells and arcs in our numbers, which `mine` and `theirs` say. */
static c12_status life_arcs(c12__route_life *l, const c12_route_problem *p, c12_error *err)
{
    int32_t at = 0;
    for (int32_t v = 0; v < l->vertices; v++) {
        int32_t t = l->theirs[v];
        int64_t degree = p->arc_off[t + 1] - p->arc_off[t];
        if (degree > INT16_MAX) return c12__fail(err, C12_E_RANGE, "stepping serves at most 32767 arcs a vertex", "arc_off", t, degree);
        l->cell[v] = (c12__life_cell){ -1, -1, at, (int16_t)degree, 0 };
        l->place[v] = (c12__life_place){ -1, 0 };
        for (int64_t a = p->arc_off[t]; a < p->arc_off[t + 1]; a++) l->head[at++] = l->mine[p->arc_head[a]];
    }
    for (int32_t v = 0; v < l->vertices; v++) {
        int32_t ways = 0;
        for (int32_t a = l->cell[v].first; a < l->cell[v].first + l->cell[v].degree; a++) ways += l->cell[l->head[a]].degree > 1;
        l->cell[v].roomy = ways > 2;
    }
    return C12_OK;
}

/* Returns how many arcs are one-way. */
static int64_t life_reverse_arcs(c12__route_life *l)
{
    int64_t one_way = 0;
    for (int32_t v = 0; v < l->vertices; v++)
        for (int32_t a = l->cell[v].first; a < l->cell[v].first + l->cell[v].degree; a++) {
            int32_t b = l->cell[l->head[a]].first, end = b + l->cell[l->head[a]].degree;
            while (b < end && l->head[b] != v) b++;
            l->reverse[a] = b < end ? b : -1;
            one_way += b == end;
        }
    return one_way;
}

static void life_back_arcs(c12__route_life *l, int64_t arcs)
{
    memset(l->back_off, 0, (size_t)(l->vertices + (int64_t)1) * sizeof *l->back_off);
    for (int64_t a = 0; a < arcs; a++) l->back_off[l->head[a] + 1]++;
    for (int32_t v = 0; v < l->vertices; v++) l->back_off[v + 1] += l->back_off[v];
    for (int32_t v = 0; v < l->vertices; v++)
        for (int32_t a = l->cell[v].first; a < l->cell[v].first + l->cell[v].degree; a++) {
            int64_t at = l->back_off[l->head[a]]++;
            l->back[at] = (c12__life_back){ v, 1 };
            l->back_at[a] = (int32_t)at;
            l->traffic[a] = 0;
        }
    for (int32_t v = l->vertices; v > 0; v--) l->back_off[v] = l->back_off[v - 1];
    l->back_off[0] = 0;
}

/* ---- search ---------------------------------------------------------------------------------------------------------------------- */

static void life_put(c12__life_queue *q, int32_t cell, int32_t slot)
{
    q->prev[cell] = -1 - slot;
    q->next[cell] = q->head[slot];
    if (q->head[slot] >= 0) q->prev[q->head[slot]] = cell;
    q->head[slot] = cell;
}

static void life_unlink(c12__life_queue *q, int32_t cell)
{
    if (q->prev[cell] < 0) q->head[-1 - q->prev[cell]] = q->next[cell]; else q->next[q->prev[cell]] = q->next[cell];
    if (q->next[cell] >= 0) q->prev[q->next[cell]] = q->prev[cell];
}

/* Costs to `source` from all vertices, or (near) from those of the regions that the row near gives a place. */
static void life_search(c12__route_life *l, int32_t source, const uint16_t *near, uint16_t *cost, int32_t n_cost)
{
    c12__life_queue *q = &l->queue;
    int32_t slots = l->dearest + 1, waiting = 1, slot = 0, now = 0;
    int32_t first = near ? near[l->place[source].region] + l->place[source].rank : source;
    memset(cost, 0xFF, (size_t)n_cost * sizeof *cost);
    for (int32_t k = 0; k < slots; k++) q->head[k] = -1;
    q->n_order = 0;
    cost[first] = 0;
    q->vertex[first] = source;
    life_put(q, first, 0);
    while (waiting) {
        for (; q->head[slot] < 0; now++) slot = slot + 1 < slots ? slot + 1 : 0;
        int32_t i = q->head[slot], v = near ? q->vertex[i] : i;
        life_unlink(q, i);
        waiting--;
        q->order[q->n_order++] = v;
        for (int64_t a = l->back_off[v]; a < l->back_off[v + 1]; a++) {
            int32_t u = l->back[a].tail, k = u, c = now + l->back[a].cost;
            if (near) {
                if (near[l->place[u].region] == C12__LIFE_OUTSIDE) continue;
                k = near[l->place[u].region] + l->place[u].rank;
                q->vertex[k] = u;
            }
            if (c >= cost[k]) continue;
            if (cost[k] != C12__LIFE_NO_WAY) life_unlink(q, k); else waiting++;
            cost[k] = (uint16_t)c;
            int32_t to = slot + c - now;
            life_put(q, k, to < slots ? to : to - slots);
        }
    }
}

static uint16_t *life_far(c12__route_life *l, int32_t k) { return l->far + (int64_t)k * l->vertices; }

static void life_table(c12__route_life *l, int32_t k) { life_search(l, l->pivot[k], NULL, life_far(l, k), l->vertices); }

static const uint16_t *life_row(const c12__route_life *l, int32_t region) { return l->near_base + (int64_t)region * l->n_regions; }

/* ---- regions ----------------------------------------------------------------------------------------------------------------------- */

/* Up to `most` vertices breadth first from v that have no region yet; they are in queue.order. */
static int32_t life_grow(c12__route_life *l, int32_t v, int32_t most)
{
    int32_t *queue = l->queue.order, n = 1;
    queue[0] = v;
    l->place[v].region = l->n_regions;
    for (int32_t i = 0; i < n; i++) {
        const c12__life_cell *c = &l->cell[queue[i]];
        for (int32_t a = c->first; a < c->first + c->degree && n < most; a++)
            if (l->place[l->head[a]].region < 0) {
                l->place[l->head[a]].region = l->n_regions;
                queue[n++] = l->head[a];
            }
    }
    return n;
}

/* A scrap of n vertices joins the smallest region beside it that stays within two of `most`.  pivot[] counts vertices meanwhile. */
static int life_join(c12__route_life *l, int32_t n, int32_t most)
{
    int32_t to = -1;
    for (int32_t i = 0; i < n; i++) {
        const c12__life_cell *c = &l->cell[l->queue.order[i]];
        for (int32_t a = c->first; a < c->first + c->degree; a++) {
            int32_t k = l->place[l->head[a]].region;
            if (k < 0 || k == l->n_regions || l->pivot[k] + n > 2 * (int64_t)most) continue;
            if (to < 0 || l->pivot[k] < l->pivot[to]) to = k;
        }
    }
    if (to < 0) return 0;
    for (int32_t i = 0; i < n; i++) l->place[l->queue.order[i]].region = to;
    l->pivot[to] += n;
    return 1;
}

/* Cut the floor into regions of about `most` vertices; 0 when there are more regions than tables. */
static int life_cut(c12__route_life *l, int32_t most)
{
    l->n_regions = 0;
    for (int32_t v = 0; v < l->vertices; v++) l->place[v].region = -1;
    for (int32_t v = 0; v < l->vertices; v++) {
        if (l->place[v].region >= 0) continue;
        int32_t n = life_grow(l, v, most);
        if (n < most / 2 && life_join(l, n, most)) continue;
        if (l->n_regions == l->tables) return 0;
        l->pivot[l->n_regions++] = n;
    }
    return 1;
}

/* Number the vertices region by region. */
static void life_number(c12__route_life *l)
{
    memset(l->region_off, 0, (size_t)(l->tables + (int64_t)1) * sizeof *l->region_off);
    for (int32_t v = 0; v < l->vertices; v++) l->region_off[l->place[v].region + 1]++;
    for (int32_t k = 0; k < l->n_regions; k++) l->region_off[k + 1] += l->region_off[k];
    for (int32_t v = 0; v < l->vertices; v++) {
        l->mine[v] = l->region_off[l->place[v].region]++;
        l->theirs[l->mine[v]] = v;
    }
    for (int32_t k = l->n_regions; k > 0; k--) l->region_off[k] = l->region_off[k - 1];
    l->region_off[0] = 0;
}

static void life_rank(c12__route_life *l)
{
    for (int32_t k = 0; k < l->n_regions; k++)
        for (int32_t v = l->region_off[k]; v < l->region_off[k + 1]; v++) {
            l->place[v].region = k;
            l->place[v].rank = v - l->region_off[k];
        }
}

/* The regions beside each, as many as a near table has room for; 0 when it has none for a region alone. */
static int life_beside(c12__route_life *l)
{
    memset(l->near_base, 0xFF, (size_t)l->n_regions * (size_t)l->n_regions * sizeof *l->near_base);
    for (int32_t k = 0; k < l->n_regions; k++) {
        uint16_t *row = l->near_base + (int64_t)k * l->n_regions;
        int32_t n = l->region_off[k + 1] - l->region_off[k];
        if (n > l->reach) return 0;
        row[k] = 0;
        for (int32_t v = l->region_off[k]; v < l->region_off[k + 1]; v++) {
            const c12__life_cell *c = &l->cell[v];
            for (int32_t a = c->first; a < c->first + c->degree; a++) {
                int32_t to = l->place[l->head[a]].region, size = l->region_off[to + 1] - l->region_off[to];
                if (row[to] != C12__LIFE_OUTSIDE || n + size > l->reach) continue;
                row[to] = (uint16_t)n;
                n += size;
            }
        }
    }
    return 1;
}

/* A region's pivot lies in its middle: half-way, in the order of a search from its edge, to the far side. */
static void life_pivots(c12__route_life *l)
{
    for (int32_t k = 0; k < l->n_regions; k++) {
        int32_t edge = l->region_off[k], size = l->region_off[k + 1] - l->region_off[k], seen = 0;
        life_search(l, edge, life_row(l, k), l->near, l->reach);
        l->pivot[k] = edge;
        for (int32_t i = 0; i < l->queue.n_order && seen < (size + 1) / 2; i++) {
            if (l->place[l->queue.order[i]].region != k) continue;
            seen++;
            l->pivot[k] = l->queue.order[i];
        }
    }
}

/* A table each, or regions. */
static c12_status life_regions(c12__route_life *l, const c12_route_problem *p, int64_t one_way, c12_error *err)
{
    if (one_way) return c12__fail(err, C12_E_SPACE, "a floor with one-way arcs needs a table for every vertex", "lifelong", -1, l->vertices);
    int64_t most = (l->vertices + l->tables - 1) / l->tables;
    while (most <= l->vertices && !life_cut(l, (int32_t)most)) most += most / 8 + 1;
    if (most > l->vertices) return c12__fail(err, C12_E_SPACE, "more parts without a way between them than tables", "lifelong", -1, l->vertices);
    life_number(l);
    c12_status s = life_arcs(l, p, err);
    if (s) return s;
    (void)life_reverse_arcs(l);
    life_back_arcs(l, p->arc_off[l->vertices]);
    life_rank(l);
    if (!life_beside(l)) return c12__fail(err, C12_E_SPACE, "too few tables to cut this floor evenly", "lifelong", -1, l->vertices);
    life_pivots(l);
    return C12_OK;
}

/* Tables of every goal for the cells around it, and how far from a pivot those lie at most. */
static void life_near(c12__route_life *l)
{
    for (int32_t v = 0; v < l->vertices; v++) life_search(l, v, life_row(l, l->place[v].region), l->near + (int64_t)v * l->reach, l->reach);
    for (int32_t k = 0; k < l->n_regions; k++) {
        l->rim[k] = 0;
        for (int32_t to = 0; to < l->n_regions; to++)
            for (int32_t v = l->region_off[to]; life_row(l, k)[to] != C12__LIFE_OUTSIDE && v < l->region_off[to + 1]; v++)
                if (life_far(l, k)[v] > l->rim[k]) l->rim[k] = life_far(l, k)[v];
    }
}

/* ---- guidance ---------------------------------------------------------------------------------------------------------------------- */

/* A robot from every vertex to the source of the search just made. */
static void life_send(c12__route_life *l, const uint16_t *cost)
{
    int32_t *flow = l->queue.next;
    for (int32_t i = 0; i < l->queue.n_order; i++) flow[l->queue.order[i]] = 1;
    for (int32_t i = l->queue.n_order - 1; i > 0; i--) {
        int32_t v = l->queue.order[i], best = -1, least = INT32_MAX;
        for (int32_t a = l->cell[v].first; a < l->cell[v].first + l->cell[v].degree; a++) {
            int32_t c = cost[l->head[a]] + l->back[l->back_at[a]].cost;
            if (c < least) { least = c; best = a; }
        }
        l->traffic[best] += flow[v];
        flow[l->head[best]] += flow[v];
    }
}

/* What an arc costs when `own`, `against` and `through` robots use it, its reverse and its head in 1000 ticks. */
static int32_t life_price(const c12__route_life *l, int64_t own, int64_t against, int64_t through)
{
    int64_t load = c12__min64(through, LIFE_FULL);
    int64_t more = LIFE_AGAINST * against / (own + against + LIFE_EVEN) + LIFE_CROWD * load / (1000 - load) * load / 1000;
    return (int32_t)c12__min64(l->unit * (1000 + more) / 1000, l->dearest);
}

/* All robots move all the time; the traffic says in which proportion over which arcs. */
static void life_weigh(c12__route_life *l, int64_t arcs)
{
    int64_t total = 0;
    for (int64_t a = 0; a < arcs; a++) total += l->traffic[a];
    int64_t robot = total / (l->robots * (int64_t)1000 + 1) + 1; /* traffic that stands for one robot in 1000 ticks */
    for (int32_t v = 0; v < l->vertices; v++) {
        int64_t through = 0;
        for (int32_t a = l->cell[v].first; a < l->cell[v].first + l->cell[v].degree; a++) through += l->traffic[a];
        for (int32_t a = l->cell[v].first; a < l->cell[v].first + l->cell[v].degree; a++) {
            int32_t in = l->reverse[a]; /* an arc into v; one-way arcs have nothing against them */
            if (in >= 0) l->back[l->back_at[in]].cost = life_price(l, l->traffic[in] / robot, l->traffic[a] / robot, through / robot);
        }
    }
}

static void life_fade(c12__route_life *l, int64_t arcs)
{
    for (int64_t a = 0; a < arcs; a++) l->traffic[a] -= l->traffic[a] / LIFE_FADE;
}

/* No way costs more than 16 bits hold: the longest distance there is, or on a floor without one-way arcs twice that from one vertex. */
static c12_status life_units(c12__route_life *l, int64_t one_way, c12_error *err)
{
    int64_t most = 1;
    l->unit = l->dearest = 1;
    for (int32_t k = 0; k < l->n_regions; k++) {
        uint16_t *cost = life_far(l, k);
        if (!one_way && k && life_far(l, 0)[l->pivot[k]] != C12__LIFE_NO_WAY) continue; /* the same part of the floor */
        life_table(l, k);
        most = c12__max64(most, (one_way ? 1 : 2) * (int64_t)cost[l->queue.order[l->queue.n_order - 1]]);
    }
    if (most >= C12__LIFE_NO_WAY - 1) return c12__fail(err, C12_E_RANGE, "stepping serves floors up to 32766 arcs across", "arc_off", -1, most);
    int64_t unit = (C12__LIFE_NO_WAY - 1) / (C12__LIFE_DEAREST * most);
    l->unit = unit < 1 ? 1 : unit > C12__LIFE_UNIT ? C12__LIFE_UNIT : (int32_t)unit;
    l->dearest = unit < 1 ? 1 : C12__LIFE_DEAREST * l->unit;
    return C12_OK;
}

static void life_guide(c12__route_life *l, int64_t arcs)
{
    int32_t sample = (int32_t)c12__min64(l->n_regions, LIFE_LOOK / l->vertices + 1), batch = sample / LIFE_BATCH + 1;
    for (int64_t a = 0; a < arcs; a++) l->back[a].cost = l->unit;
    for (int32_t i = 0; i < LIFE_ROUNDS * sample; i++) {
        int32_t k = (int32_t)((int64_t)i * LIFE_STRIDE % l->n_regions);
        life_table(l, k);
        life_fade(l, arcs);
        life_send(l, life_far(l, k));
        if (i % batch == 0) life_weigh(l, arcs);
    }
    life_weigh(l, arcs);
}

c12_status c12__life_map(c12__route_life *l, const c12_route_problem *p, c12_error *err)
{
    l->vertices = p->n_vertices;
    l->robots = p->n_robots;
    l->n_regions = l->vertices;
    if (!l->vertices) return C12_OK;
    for (int32_t v = 0; v < l->vertices; v++) l->mine[v] = l->theirs[v] = v;
    c12_status s = life_arcs(l, p, err);
    if (s) return s;
    int64_t arcs = p->arc_off[l->vertices], one_way = life_reverse_arcs(l);
    life_back_arcs(l, arcs);
    l->unit = l->dearest = 1;
    l->exact = l->tables >= l->vertices;
    if (!l->exact) s = life_regions(l, p, one_way, err);
    else for (int32_t v = 0; v < l->vertices; v++) l->place[v].region = l->pivot[v] = v;
    if (!s) s = life_units(l, one_way, err);
    if (s) return s;
    life_guide(l, arcs);
    for (int32_t k = 0; k < l->n_regions; k++) life_table(l, k);
    if (!l->exact) life_near(l);
    return C12_OK;
}
