/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gozinto.h"
#include "base/csr.h"

static void gozinto_check_line(c12__faults *f, const c12__gozinto *g, int64_t e)
{
    if (g->child[e] < 0 || g->child[e] >= g->n) c12__fault(f, C12_E_RANGE, "child item out of range", "line_child", e, g->child[e]);
    if (g->num[e] <= 0) c12__fault(f, C12_E_RANGE, "quantity per must be positive", "line_num", e, g->num[e]);
    if (g->den && g->den[e] <= 0) c12__fault(f, C12_E_RANGE, "quantity per must have a positive denominator", "line_den", e, g->den[e]);
    if (g->ppm && (g->ppm[e] < 0 || g->ppm[e] > 999999)) c12__fault(f, C12_E_RANGE, "scrap must be 0..999999 ppm", "line_scrap_ppm", e, g->ppm[e]);
    if (g->from && g->to && g->from[e] >= g->to[e]) c12__fault(f, C12_E_RANGE, "effectivity ends before it starts", "line_to", e, g->to[e]);
}

void c12__gozinto_check(c12__faults *f, const c12__gozinto *g)
{
    int64_t lines;
    if (g->n < 0) { c12__fault(f, C12_E_ARG, "n_items is negative", "n_items", -1, g->n); return; }
    c12__csr_check(f, g->off, g->n, "line_off", &lines);
    if (f->count || !lines) return;
    if (!g->child) { c12__fault(f, C12_E_ARG, "column is NULL", "line_child", -1, 0); return; }
    if (!g->num) { c12__fault(f, C12_E_ARG, "column is NULL", "line_num", -1, 0); return; }
    for (int64_t e = 0; e < lines && !c12__full(f); e++) gozinto_check_line(f, g, e);
}

/* Items sorted by (level, row): a counting sort, since levels are small numbers. */
static void order_by_level(int32_t n, const int32_t *level, int32_t *order, int32_t *start)
{
    memset(start, 0, (size_t)n * sizeof *start);
    for (int32_t i = 0; i < n; i++) start[level[i]]++;
    int32_t at = 0;
    for (int32_t l = 0; l < n; l++) { int32_t c = start[l]; start[l] = at; at += c; }
    for (int32_t i = 0; i < n; i++) order[start[level[i]]++] = i;
}

/* Kahn 1962: peel items whose parents are all peeled; degree is left positive for what lies on or below a cycle. */
static int32_t peel(const c12__gozinto *g, int32_t *degree, int32_t *queue)
{
    int32_t head = 0, tail = 0;
    memset(degree, 0, (size_t)g->n * sizeof *degree);
    int64_t lines = g->n ? g->off[g->n] : 0;
    for (int64_t e = 0; e < lines; e++) degree[g->child[e]]++;
    for (int32_t i = 0; i < g->n; i++) if (!degree[i]) queue[tail++] = i;
    while (head < tail) {
        int32_t p = queue[head++];
        for (int64_t e = g->off[p]; e < g->off[p + 1]; e++) if (!--degree[g->child[e]]) queue[tail++] = g->child[e];
    }
    return tail;
}

static void longest_paths(const c12__gozinto *g, const int32_t *topological, int32_t *level)
{
    memset(level, 0, (size_t)g->n * sizeof *level);
    for (int32_t i = 0; i < g->n; i++) {
        int32_t p = topological[i];
        for (int64_t e = g->off[p]; e < g->off[p + 1]; e++)
            if (level[g->child[e]] <= level[p]) level[g->child[e]] = level[p] + 1;
    }
}

int32_t c12__gozinto_levels(const c12__gozinto *g, int32_t *level, int32_t *order, int32_t *degree, int32_t *queue)
{
    if (peel(g, degree, queue) < g->n)
        for (int32_t i = 0; i < g->n; i++) if (degree[i]) return i;
    longest_paths(g, queue, level);
    order_by_level(g->n, level, order, queue);
    return -1;
}

/* What Kahn's algorithm leaves over has, item by item, a parent that is left over too: walk up until an item repeats. */
static int32_t walk_up(int32_t from, const int32_t *parent, int32_t *seen, int32_t *cycle)
{
    int32_t at = from, length = 0, first = 0;
    while (!seen[at]) { seen[at] = 1; at = parent[at]; }
    int32_t stop = at;
    do { cycle[length++] = at; at = parent[at]; } while (at != stop);
    for (int32_t i = 0, j = length - 1; i < j; i++, j--) { int32_t t = cycle[i]; cycle[i] = cycle[j]; cycle[j] = t; }
    for (int32_t i = 1; i < length; i++) if (cycle[i] < cycle[first]) first = i;
    for (int32_t i = 0; i < length; i++) seen[i] = cycle[(first + i) % length];
    memcpy(cycle, seen, (size_t)length * sizeof *cycle);
    return length;
}

int32_t c12__gozinto_cycle(const c12__gozinto *g, int32_t *cycle, int32_t *parent, int32_t *seen)
{
    int32_t *degree = seen, start = -1;
    if (peel(g, degree, cycle) == g->n) return 0;
    for (int32_t p = g->n - 1; p >= 0; p--) {
        if (!degree[p]) continue;
        start = p;
        for (int64_t e = g->off[p]; e < g->off[p + 1]; e++) if (degree[g->child[e]]) parent[g->child[e]] = p;
    }
    memset(seen, 0, (size_t)g->n * sizeof *seen);
    return walk_up(start, parent, seen, cycle);
}
