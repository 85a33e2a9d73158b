/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/cost.h
 *  Completion of work orders at standard cost: finished goods at standard, work in progress at actual, the variance account takes
 *  the difference, and every entry balances to the last micro.  Shape F. */
#ifndef C12_COST_H
#define C12_COST_H

#include "c12/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Completed work orders with their actual cost by element, micro currency. */
typedef struct c12_cost_orders {
    uint32_t struct_size;
    int32_t n;
    const c12_qty *good;           /**< [n] good quantity received into finished goods, >= 0 */
    const c12_money *standard;     /**< [n] standard cost of one unit, >= 0 */
    const c12_money *material;     /**< [n] actual material issued, >= 0 */
    const c12_money *labour;       /**< [n] actual labour, >= 0 */
    const c12_money *overhead;     /**< [n] overhead applied, >= 0 */
    const void *reserved_column;   /**< NULL. */
} c12_cost_orders;

/** Journal of the completions: debit positive, credit negative; goods + wip + variance = 0 in every row. */
typedef struct c12_cost_journal {
    uint32_t struct_size;
    int32_t reserved;              /**< 0. */
    c12_money *goods;              /**< [n] finished goods: debit good * standard. */
    c12_money *wip;                /**< [n] work in progress: credit the actual cost. */
    c12_money *variance;           /**< [n] manufacturing variance: positive = unfavourable (actual above standard). */
    void *reserved_column;         /**< NULL. */
} c12_cost_journal;

/** Post completions.
 *  @param in  the orders
 *  @param out the journal's columns, written only when every row fits
 *  @param err optional
 *  @return C12_E_RANGE naming column and row, C12_E_OVERFLOW naming the row.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_cost_complete(const c12_cost_orders *in, c12_cost_journal *out, c12_error *err);

/** Independent checker: rows balance, goods stand at standard (verified by division), wip at the sum of the elements.
 *  @param in      the orders
 *  @param journal to be judged
 *  @param verdict out; row = first wrong order, objective = sum of variances (saturated)
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_cost_check(const c12_cost_orders *in, const c12_cost_journal *journal, c12_verdict *verdict, c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_COST_H */
