/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gozinto.h"
#include "base/csr.h"

static void gozinto_check_line(c12__faults *f, const c12__gozinto *g, int64_t e)
{
    if (g->child[e] < 0 || g->child[e] >= g->n) c12__fault(f, C12_E_RANGE, "child item out of range", "line_child", e, g->child[e]);
    if (g->num[e] <= 0) c12__fault(f, C12_E_RANGE, "quantity per must be positive", "line_num", e, g->num[e]);
    if (g->den && g->den[e] <= 0) c12__fault(f, C12_E_RANGE, "quantity per must have a positive denominator", "line_den", e, g->den[e]);
    if (g->ppm && (g->ppm[e] < 0 || g->ppm[e] > 999999)) c12__fault(f, C12_E_RANGE, "scrap must be 0..999999 ppm", "line_scrap_ppm", e, g->ppm[e]);
    if (g->kind && (g->kind[e] < 0 || g->kind[e] > 1)) c12__fault(f, C12_E_RANGE, "unknown kind of line", "line_kind", e, g->kind[e]);
    if (c12__gozinto_by_product(g, e) && g->ppm && g->ppm[e]) c12__fault(f, C12_E_RANGE, "a by-product has no scrap", "line_scrap_ppm", e, g->ppm[e]);
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

/* Lines that end at each item. */
static void count_parents(const c12__gozinto *g, int32_t *degree)
{
    int64_t lines = g->n ? g->off[g->n] : 0;
    memset(degree, 0, (size_t)g->n * sizeof *degree);
    for (int64_t e = 0; e < lines; e++) {
        C12__PREFETCH(&degree[g->child[e + 24 < lines ? e + 24 : e]]);
        degree[g->child[e]]++;
    }
}

#define C12__LEAF 0x80000000u
enum { C12__LEAF_FREE = INT32_MIN }; /* a leaf whose parents are all peeled */

/* An item without lines has no child to free: two of three never queue, marked by the sign of their degree. */
static int32_t mark_leaves(const c12__gozinto *g, int32_t *degree, int32_t *queue, int32_t *level, int32_t *made)
{
    int32_t leaves = 0;
    *made = 0;
    for (int32_t i = 0; i < g->n; i++) {
        const int leaf = g->off[i] == g->off[i + 1];
        if (leaf && degree[i]) degree[i] = (int32_t)((uint32_t)degree[i] | C12__LEAF);
        else if (leaf) { leaves++; if (level) level[i] = 0; }
        else if (!degree[i]) queue[(*made)++] = i;
    }
    return leaves;
}

/* Kahn 1962: peel items whose parents are all peeled; degree counts them and is left positive for what lies on or below a cycle.  Peeled
 * wave by wave, an item leaves in the wave of its longest path, which goes to `level` when given.  The queue tells early which rows come
 * next.  Returns how many were peeled. */
static int32_t peel(const c12__gozinto *g, int32_t *degree, int32_t *queue, int32_t *level)
{
    int32_t head = 0, tail, wave = -1, wave_end = 0, leaves = mark_leaves(g, degree, queue, level, &tail);
    while (head < tail) {
        if (head == wave_end) { wave++; wave_end = tail; }
        if (head + 16 < tail) C12__PREFETCH(&g->off[queue[head + 16]]);
        if (head + 8 < tail) C12__PREFETCH(&g->child[g->off[queue[head + 8]]]);
        if (head + 2 < tail) {
            int64_t e = g->off[queue[head + 2]], end = g->off[queue[head + 2] + 1];
            for (; e < end; e++) C12__PREFETCH(&degree[g->child[e]]);
        }
        int32_t p = queue[head++];
        if (level) level[p] = wave;
        for (int64_t e = g->off[p]; e < g->off[p + 1]; e++) {
            const int32_t child = g->child[e], left = --degree[child];
            if (!left) queue[tail++] = child;
            if (left != C12__LEAF_FREE) continue;
            if (level) level[child] = wave + 1;
            leaves++;
        }
    }
    for (int32_t i = 0; i < g->n; i++) degree[i] = (int32_t)((uint32_t)degree[i] & ~C12__LEAF);
    return tail + leaves;
}

int32_t c12__gozinto_levels(const c12__gozinto *g, int32_t *level, int32_t *order, int32_t *degree, int32_t *queue)
{
    count_parents(g, degree);
    return c12__gozinto_levels_by(g, level, order, degree, queue);
}

int32_t c12__gozinto_levels_by(const c12__gozinto *g, int32_t *level, int32_t *order, int32_t *degree, int32_t *queue)
{
    if (peel(g, degree, queue, level) < g->n)
        for (int32_t i = 0; i < g->n; i++) if (degree[i]) return i;
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
    count_parents(g, degree);
    if (peel(g, degree, cycle, NULL) == g->n) return 0;
    for (int32_t p = g->n - 1; p >= 0; p--) {
        if (!degree[p]) continue;
        start = p;
        for (int64_t e = g->off[p]; e < g->off[p + 1]; e++) if (degree[g->child[e]]) parent[g->child[e]] = p;
    }
    memset(seen, 0, (size_t)g->n * sizeof *seen);
    return walk_up(start, parent, seen, cycle);
}
