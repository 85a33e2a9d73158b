/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/bom.h
 *  Bills of material: levels, explosion, where-used, exact cost rollup.  Shape F: pure functions over borrowed columns, scratch
 *  is an argument, nothing is allocated and no state is kept.  Every call is O(items + lines); no path is ever enumerated, so
 *  a dense graph costs what its lines cost.  Results are exact integers and the same on every platform.
 *
 *  Rules R1, R4, R9, R10 and R11 of docs/guide/mrp-rules.md say what each number means. */
#ifndef C12_BOM_H
#define C12_BOM_H

#include "c12/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How scrap enlarges a component quantity. */
enum {
    C12_SCRAP_ADD = 0,  /**< ceil(q * num * (10^6 + ppm) / (den * 10^6)): the default. */
    C12_SCRAP_YIELD = 1 /**< ceil(q * num * 10^6 / (den * (10^6 - ppm))): the ASCM yield form. */
};

/** Bill of materials: CSR by parent.  One parent unit takes num/den child units, enlarged by scrap.  The same child may stand
 *  on several lines of one parent. */
typedef struct c12_bom {
    uint32_t struct_size;
    int32_t n_items;
    const int64_t *line_off;       /**< [n_items + 1] lines of item i are line_off[i] .. line_off[i+1]-1. */
    const int32_t *line_child;     /**< [n_lines] item rows. */
    const int64_t *line_num;       /**< [n_lines] child quanta, > 0 ... */
    const int64_t *line_den;       /**< ... per this many parent quanta, > 0; NULL = 1. */
    const int32_t *line_scrap_ppm; /**< [n_lines] 0..999999; NULL = 0. */
    const int32_t *line_from;      /**< [n_lines] first bucket in which the line is effective; NULL = always. */
    const int32_t *line_to;        /**< [n_lines] first bucket in which it is no longer; NULL = for ever. */
    const int32_t *line_offset;    /**< [n_lines] buckets after the parent's release at which the child is needed (MRP only); NULL = 0. */
} c12_bom;

/** Options of the quantity calls; NULL gives all defaults. */
typedef struct c12_bom_options {
    uint32_t struct_size;
    int32_t bucket;     /**< Lines effective in this bucket count; 0 = the first. */
    int32_t scrap;      /**< C12_SCRAP_*. */
    int32_t reserved;   /**< 0. */
} c12_bom_options;

/** Ancestors of one item, as columns; see c12_bom_where_used. */
typedef struct c12_bom_uses {
    uint32_t struct_size;
    int32_t cap;          /**< Caller: rows in each column; n_items always suffices. */
    int32_t count;        /**< Library: ancestors found. */
    int32_t reserved;     /**< 0. */
    int32_t *item;        /**< [cap] the ancestor, in plan order from the nearest level up. */
    int32_t *level_short; /**< [cap] lines on the shortest path from the ancestor down to the item. */
    int32_t *level_long;  /**< [cap] lines on the longest path. */
    int64_t *qty_num;     /**< [cap] item quanta per ancestor quantum over all paths, without scrap, in lowest terms ... */
    int64_t *qty_den;     /**< [cap] ... over this. */
    void *reserved_column;/**< NULL. */
} c12_bom_uses;

/** Scratch bytes that suffice for every c12_bom_* call on a graph of this size; any alignment will do.
 *  @return 0 when n_items is negative.  @since 0.1 */
C12_API size_t c12_bom_scratch(int32_t n_items);

/** Low-level code of every item (R1): the longest path from an item without parent, over all lines, effectivity ignored.
 *  @param bom     the graph
 *  @param level   [n_items] out
 *  @param order   [n_items] out: items by (level, row), parents before children; may be NULL
 *  @param scratch c12_bom_scratch bytes
 *  @param err     optional
 *  @return C12_E_CYCLE with err->row = the cycle's smallest item row (c12_bom_cycle names them all); C12_E_ARG, C12_E_RANGE,
 *          C12_E_SPACE as everywhere; on any error nothing is written.  O(items + lines).  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_levels(const c12_bom *bom, int32_t *level, int32_t *order, c12_mem scratch, c12_error *err);

/** The items of one cycle, parent before child, from its smallest row; *n_cycle = 0 when there is none.
 *  @param bom     the graph
 *  @param cycle   [n_items] out
 *  @param n_cycle out
 *  @param scratch c12_bom_scratch bytes
 *  @param err     optional
 *  @return C12_OK also when a cycle was found.  O(items + lines).  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_cycle(const c12_bom *bom, int32_t *cycle, int32_t *n_cycle, c12_mem scratch, c12_error *err);

/** Rolled-up unit cost (R9): own cost plus children, an exact sum with one half-even rounding to 1e-6 currency an item; parents
 *  use the rounded child cost.
 *  @param bom       the graph
 *  @param own_cost  [n_items] cost added at the item itself, micro currency
 *  @param options   bucket and scrap rule; NULL = bucket 0, C12_SCRAP_ADD
 *  @param unit_cost [n_items] out; may not alias own_cost
 *  @param scratch   c12_bom_scratch bytes
 *  @param err       optional
 *  @return C12_E_OVERFLOW with err->row = the item whose cost does not fit; C12_E_CYCLE.  O(items + lines).  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_rollup(const c12_bom *bom, const c12_money *own_cost, const c12_bom_options *options,
                                           c12_money *unit_cost, c12_mem scratch, c12_error *err);

/** Gross requirements of every item for a demand vector (R10): rounded up line by line on one total an item, no stock.
 *  @param bom     the graph
 *  @param demand  [n_items] independent demand, >= 0
 *  @param options bucket and scrap rule; NULL = bucket 0, C12_SCRAP_ADD
 *  @param gross   [n_items] out, the item's own demand included; may not alias demand
 *  @param scratch c12_bom_scratch bytes
 *  @param err     optional
 *  @return C12_E_OVERFLOW with err->row = the item whose total does not fit; C12_E_CYCLE.  O(items + lines).  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_explode(const c12_bom *bom, const c12_qty *demand, const c12_bom_options *options,
                                            c12_qty *gross, c12_mem scratch, c12_error *err);

/** Where-used (R11): every ancestor of one item over all lines, with shortest and longest path and the exact quantity per.
 *  @param bom     the graph
 *  @param item    row of the item
 *  @param max_level 1 = direct parents only, 0 = all ancestors; with 1 quantities count the direct lines alone
 *  @param uses    out; count tells how many rows were needed
 *  @param scratch c12_bom_scratch bytes
 *  @param err     optional
 *  @return C12_E_SPACE with err->value = the rows that suffice; C12_E_OVERFLOW with err->row = the ancestor whose ratio does not
 *          fit; C12_E_RANGE for the item; C12_E_CYCLE.  O(items + lines).  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_where_used(const c12_bom *bom, int32_t item, int32_t max_level, c12_bom_uses *uses,
                                               c12_mem scratch, c12_error *err);

/** Independent checker of levels: a level is 0 without parents and else one more than its highest parent's; an order holds each
 *  item once, by (level, row).
 *  @param bom     the graph
 *  @param level   [n_items] to be judged
 *  @param order   [n_items] to be judged, or NULL
 *  @param verdict out; objective = the highest level
 *  @param scratch c12_bom_scratch bytes
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(items + lines).  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_check(const c12_bom *bom, const int32_t *level, const int32_t *order, c12_verdict *verdict,
                                          c12_mem scratch, c12_error *err);

/** Independent checker of a rollup: each item's cost lies within half a micro of its exact sum, which is enclosed between two
 *  binary fixed-point sums with directed rounding instead of being added up as a fraction.
 *  @param bom       the graph
 *  @param own_cost  [n_items] as given to the rollup
 *  @param options   as given to the rollup
 *  @param unit_cost [n_items] to be judged
 *  @param verdict   out; row = first wrong item, objective = sum of all unit costs (saturated)
 *  @param err       optional
 *  @return C12_OK whatever the verdict; C12_E_OVERFLOW with err->row where a term is too wide to be enclosed.  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_check_rollup(const c12_bom *bom, const c12_money *own_cost, const c12_bom_options *options,
                                                 const c12_money *unit_cost, c12_verdict *verdict, c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_BOM_H */
