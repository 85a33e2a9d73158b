/* SPDX-License-Identifier: Apache-2.0 */
/* Gozinto graph (Vazsonyi 1954): which item goes into which, by how much.  CSR by parent, one ratio num/den a line.
 * bom and mrp stand on it; neither may call the other, so what is a property of the graph lives here. */
#ifndef C12_BASE_GOZINTO_H
#define C12_BASE_GOZINTO_H

#include "base/status.h"

typedef struct c12__gozinto {
    const int64_t *off;         /* [n + 1] */
    const int32_t *child;       /* [off[n]] */
    const int64_t *num, *den;   /* den NULL = 1 */
    const int32_t *ppm;         /* scrap; NULL = 0 */
    const int32_t *from, *to;   /* effective in buckets [from, to); NULL = open */
    int32_t n;
    int32_t reserved;
    const int32_t *kind;        /* 0 = component, 1 = by-product, which asks for nothing; NULL = components */
} c12__gozinto;

/* Every id, ratio, scrap share and effectivity; names the column and row of each fault. */
void c12__gozinto_check(c12__faults *f, const c12__gozinto *g);

static inline int c12__gozinto_effective(const c12__gozinto *g, int64_t line, int32_t bucket)
{
    return (!g->from || g->from[line] <= bucket) && (!g->to || bucket < g->to[line]);
}

static inline int c12__gozinto_by_product(const c12__gozinto *g, int64_t line) { return g->kind && g->kind[line]; }

/* The line asks for its child in this bucket. */
static inline int c12__gozinto_asks(const c12__gozinto *g, int64_t line, int32_t bucket)
{
    return !c12__gozinto_by_product(g, line) && c12__gozinto_effective(g, line, bucket);
}

/* level[i] = longest path from an item without parent over all lines, effectivity ignored; order = items by (level, row).
 * Either may not be NULL; degree and queue are scratch [n].  Returns -1, or the smallest row that lies on or below a cycle. */
int32_t c12__gozinto_levels(const c12__gozinto *g, int32_t *level, int32_t *order, int32_t *degree, int32_t *queue);

/* The same when degree [n] already counts the lines that end at each item. */
int32_t c12__gozinto_levels_by(const c12__gozinto *g, int32_t *level, int32_t *order, int32_t *degree, int32_t *queue);

/* One cycle, parent before child, starting at its smallest row; cycle [n], parent and seen are scratch [n].  Returns its
 * length, 0 when the graph has none. */
int32_t c12__gozinto_cycle(const c12__gozinto *g, int32_t *cycle, int32_t *parent, int32_t *seen);

#endif
