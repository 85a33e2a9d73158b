/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_BOM_INTERNAL_H
#define C12_BOM_INTERNAL_H

#include "base/arena.h"
#include "base/gozinto.h"
#include "base/num.h"
#include "c12/bom.h"

/* The graph behind a validated c12_bom, and the options that every quantity call reads. */
c12_status c12__bom_open(c12__gozinto *g, const c12_bom *bom, c12_error *err);
c12_status c12__bom_options(c12_bom_options *o, const c12_bom_options *from, c12_error *err);

/* Validated change orders to this bill. */
c12_status c12__bom_ecos(c12_bom_ecos *c, const c12_bom_ecos *from, const c12__gozinto *g, c12_error *err);

/* Levels and plan order into scratch; the arrays live as long as the scratch does. */
typedef struct c12__bom_order { int32_t *level, *order; } c12__bom_order;
c12_status c12__bom_sort(c12__bom_order *o, const c12__gozinto *g, c12__arena *scratch, c12_error *err);

/* A demand without negative rows; what an item's total asks of its children, added to theirs (R4, R10). */
c12_status c12__bom_demand(const c12_qty *demand, int32_t n, c12_error *err);
c12_status c12__bom_explode_item(const c12__gozinto *g, const c12_bom_options *o, int32_t item, c12_qty *gross, c12_error *err);

/* One item's unit cost from its children's.  1 when it does not fit 64 bits. */
int c12__bom_cost(const c12__gozinto *g, const c12_bom_options *o, int32_t item, c12_money own, const c12_money *unit, c12_money *cost);

/* The ways it takes.  Exact: a growing ratio, always.  Shares: each line's part of the item's common denominator, worked out once;
 * the denominator, or 0 when a part does not fit 32 bits or the denominator 31. */
int c12__bom_cost_exact(const c12__gozinto *g, const c12_bom_options *o, int32_t item, c12_money own, const c12_money *unit, c12_money *cost);
int64_t c12__bom_shares(const c12__gozinto *g, const c12_bom_options *o, int32_t item, uint32_t *share);
#if defined(C12__HAS_INT128)
int c12__bom_cost_shared(const int32_t *child, const uint32_t *share, int64_t n, int64_t common, c12_money own, const c12_money *unit, c12_money *cost);
#endif

/* num/den += a/b of a line times cn/cd of its child, in lowest terms; den 0 = nothing yet.  1 on overflow. */
int c12__bom_add_use(int64_t *num, int64_t *den, int64_t a, int64_t b, int64_t cn, int64_t cd);

#endif
