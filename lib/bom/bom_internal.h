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

/* Levels and plan order into scratch; the arrays live as long as the scratch does. */
typedef struct c12__bom_order { int32_t *level, *order; } c12__bom_order;
c12_status c12__bom_sort(c12__bom_order *o, const c12__gozinto *g, c12__arena *scratch, c12_error *err);

#endif
