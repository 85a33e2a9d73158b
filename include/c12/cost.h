/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/cost.h
 *  What things cost: value of stock by FIFO, moving average or standard; variances of orders and of overhead; a journal in which every
 *  event balances; charges spread over what was received.  Shape F: nothing lives between calls.
 *
 *  Money is exact.  A division is rounded once, half to even, and what it leaves over stays where it was taken from: what went out and what
 *  is left add up to what came in, to the last micro.
 *
 *  Sources: Horngren, Datar and Rajan, Cost Accounting (standard costing, three-way overhead analysis); IAS 2 (cost formulas); largest
 *  remainders after Hamilton 1792. */
#ifndef C12_COST_H
#define C12_COST_H

#include "c12/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- completions ---------------------------------------------------------------------------------------------------------- */

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

/* ---- value of stock ------------------------------------------------------------------------------------------------------- */

/** How stock is valued. */
enum {
    C12_COST_FIFO = 0,     /**< First in, first out: an issue takes the oldest layers. */
    C12_COST_AVERAGE = 1,  /**< Moving average: all there is of an item has one value. */
    C12_COST_STANDARD = 2  /**< Standard price; the difference to what was paid is a variance. */
};

/** Kinds of movement. */
enum {
    C12_COST_RECEIPT = 1,  /**< qty came in for `value` altogether. */
    C12_COST_ISSUE = 2,    /**< qty went out; value 0. */
    C12_COST_REVALUE = 3,  /**< What is there is worth `value` a unit from now on (under standard: the new standard); qty 0. */
    C12_COST_ADJUST = 4    /**< `value`, of either sign, is added to the value of what is there, as by a late invoice; qty 0. */
};

/** Movements, in order.  Layers left by an earlier period come first, as receipts. */
typedef struct c12_cost_ledger {
    uint32_t struct_size;
    int32_t method;              /**< C12_COST_FIFO, C12_COST_AVERAGE or C12_COST_STANDARD. */
    int32_t n_items;             /**< >= 0. */
    int32_t n;                   /**< Movements, >= 0. */
    const int32_t *kind;         /**< [n] C12_COST_RECEIPT ... C12_COST_ADJUST. */
    const int32_t *item;         /**< [n] 0..n_items-1. */
    const c12_qty *qty;          /**< [n] > 0 of receipts and issues, else 0. */
    const c12_money *value;      /**< [n] see the kinds; >= 0 but for C12_COST_ADJUST. */
    const c12_money *standard;   /**< [n_items] of a unit, >= 0, when the ledger begins; read by C12_COST_STANDARD only. */
    const void *reserved_column; /**< NULL. */
} c12_cost_ledger;

/** What the movements did to the stock's value, and what is left.  In every row: of a receipt or adjustment change + variance = value; of an
 *  issue change = -cost and variance = 0; of a revaluation change + variance = 0. */
typedef struct c12_cost_valued {
    uint32_t struct_size;
    int32_t cap;                 /**< Caller: room for layers; 0 = not wanted. */
    int32_t layers;              /**< Library: layers left, of which the first cap are written. */
    int32_t reserved;            /**< 0. */
    c12_money *change;           /**< [n] change of the stock's value. */
    c12_money *variance;         /**< [n] money of the row that is not in the stock: purchase price variance, revaluation. */
    c12_qty *on_hand;            /**< [n_items] at the end. */
    c12_money *value;            /**< [n_items] at the end. */
    int32_t *layer_item;         /**< [cap] layers by item, the oldest first; average and standard have one an item. */
    int32_t *layer_row;          /**< [cap] row of the receipt that made it; the first of those merged. */
    c12_qty *layer_qty;          /**< [cap] > 0 */
    c12_money *layer_value;      /**< [cap] */
} c12_cost_valued;

/** Scratch bytes of c12_cost_value and c12_cost_value_check.  @since 0.1 */
C12_API size_t c12_cost_value_scratch(int32_t n_items, int32_t n);

/** Value a ledger.  An issue of part of a layer takes value * qty / layer, rounded half to even; the rest stays in the layer.  An adjustment
 *  is spread over an item's layers by quantity, running sums rounded down; with nothing there it is a variance.
 *  @param in      the ledger
 *  @param out     columns, written only when the whole ledger is good
 *  @param scratch c12_cost_value_scratch(n_items, n) bytes
 *  @param err     optional
 *  @return C12_E_RANGE naming column and row; C12_E_STATE naming the row: more issued than is there (err->value), or an adjustment that
 *          makes a layer worth less than 0; C12_E_OVERFLOW naming the row; C12_E_SPACE.
 *  O(n) plus the layers an item has for each of its revaluations and adjustments.  Deterministic.  @since 0.1 */
C12_API C12_MUST c12_status c12_cost_value(const c12_cost_ledger *in, c12_cost_valued *out, c12_mem scratch, c12_error *err);

/** Independent checker: item by item instead of row by row, with the layers as a window over the receipts; roundings are judged by
 *  inequality, not repeated.  Layers are judged when out->cap holds all.
 *  @param in, out the ledger and its valuation, to be judged
 *  @param scratch c12_cost_value_scratch(n_items, n) bytes
 *  @param verdict out; row = first wrong movement of the first wrong item, objective = value of all that is left (saturated)
 *  @param err     optional
 *  @return C12_OK whatever the verdict; else as c12_cost_value.  O(n log n) plus as c12_cost_value.  @since 0.1 */
C12_API C12_MUST c12_status c12_cost_value_check(const c12_cost_ledger *in, const c12_cost_valued *out, c12_mem scratch, c12_verdict *verdict,
                                                 c12_error *err);

/* ---- variances ------------------------------------------------------------------------------------------------------------ */

/** Elements of cost. */
enum { C12_COST_MATERIAL = 0, C12_COST_LABOUR = 1, C12_COST_OVERHEAD = 2, C12_COST_ELEMENTS = 3 };

/** Kinds of variance of an element.  Positive = unfavourable: more was spent than the standard allows. */
enum {
    C12_COST_PRICE = 0,    /**< Material price, labour rate, overhead spending: actual - used at standard price. */
    C12_COST_USAGE = 1,    /**< Material usage, labour and overhead efficiency: used - allowed - spoiled, at standard price. */
    C12_COST_SPOILAGE = 2, /**< Standard cost of what was scrapped. */
    C12_COST_KINDS = 3
};

/** What orders used. */
typedef struct c12_cost_uses {
    uint32_t struct_size;
    int32_t n_orders;            /**< >= 0. */
    int64_t n;                   /**< Rows, >= 0. */
    const int32_t *order;        /**< [n] 0..n_orders-1. */
    const int32_t *element;      /**< [n] C12_COST_MATERIAL, C12_COST_LABOUR or C12_COST_OVERHEAD. */
    const c12_qty *used;         /**< [n] actual quantity or time, >= 0. */
    const c12_qty *allowed;      /**< [n] what the standard allows for the good units, >= 0. */
    const c12_qty *spoiled;      /**< [n] what it allows for the scrapped ones, >= 0; NULL = 0. */
    const c12_money *actual;     /**< [n] what `used` cost, >= 0. */
    const c12_money *price;      /**< [n] standard price of `per`, >= 0. */
    const c12_qty *per;          /**< [n] quantity the price is for, > 0; NULL = 1. */
} c12_cost_uses;

/** Variances by row and by order.  Each row: price + usage + spoilage = actual - standard. */
typedef struct c12_cost_variances {
    uint32_t struct_size;
    int32_t reserved;            /**< 0. */
    c12_money *standard;         /**< [n] allowed at standard price, half to even. */
    c12_money *price;            /**< [n] */
    c12_money *usage;            /**< [n] */
    c12_money *spoilage;         /**< [n] */
    c12_money *order_actual;     /**< [n_orders]; NULL = not wanted, as the next two. */
    c12_money *order_standard;   /**< [n_orders] */
    c12_money *order_variance;   /**< [n_orders * 9] by order, then element, then kind. */
    void *reserved_column;       /**< NULL. */
} c12_cost_variances;

/** Price, usage and spoilage variances.
 *  @param in  what was used
 *  @param out columns, written only when all rows are good
 *  @param err optional
 *  @return C12_E_RANGE naming column and row; C12_E_OVERFLOW naming the row.  O(n + n_orders).  Deterministic.  @since 0.1 */
C12_API C12_MUST c12_status c12_cost_vary(const c12_cost_uses *in, c12_cost_variances *out, c12_error *err);

/** Scratch bytes of c12_cost_vary_check.  @since 0.1 */
C12_API size_t c12_cost_vary_scratch(int32_t n_orders);

/** Independent checker: rows add up, standards are the nearest micro (by inequality), sums by order are taken from the last row to the first.
 *  @param in, out what was used and its variances, to be judged
 *  @param scratch c12_cost_vary_scratch(n_orders) bytes
 *  @param verdict out; row = first wrong row, or -1 - order; objective = sum of all variances (saturated)
 *  @param err     optional
 *  @return C12_OK whatever the verdict; C12_E_SPACE.  O(n + n_orders * 9).  @since 0.1 */
C12_API C12_MUST c12_status c12_cost_vary_check(const c12_cost_uses *in, const c12_cost_variances *out, c12_mem scratch, c12_verdict *verdict,
                                                c12_error *err);

/** Overhead of cost centres over a period. */
typedef struct c12_cost_centres {
    uint32_t struct_size;
    int32_t n;                     /**< >= 0. */
    const c12_money *actual;       /**< [n] spent, >= 0. */
    const c12_money *fixed_budget; /**< [n] fixed part of the budget, >= 0. */
    const c12_money *variable_rate;/**< [n] variable overhead of `per` units of the base, >= 0; NULL = 0. */
    const c12_money *fixed_rate;   /**< [n] fixed overhead applied for `per`, >= 0. */
    const c12_qty *per;            /**< [n] > 0; NULL = 1. */
    const c12_qty *used;           /**< [n] base (hours) actually worked, >= 0. */
    const c12_qty *allowed;        /**< [n] base allowed for the output, >= 0. */
    const void *reserved_column;   /**< NULL. */
} c12_cost_centres;

/** Three-way analysis: spending + efficiency + volume = actual - applied.  Positive = unfavourable. */
typedef struct c12_cost_overheads {
    uint32_t struct_size;
    int32_t reserved;            /**< 0. */
    c12_money *applied;          /**< [n] both rates times allowed. */
    c12_money *spending;         /**< [n] actual - (fixed budget + variable rate * used). */
    c12_money *efficiency;       /**< [n] variable rate * used - variable rate * allowed. */
    c12_money *volume;           /**< [n] fixed budget - fixed rate * allowed. */
} c12_cost_overheads;

/** Overhead variances of cost centres; each product is rounded once, half to even.
 *  @param in  the centres
 *  @param out columns, written only when all rows are good
 *  @param err optional
 *  @return C12_E_RANGE naming column and row; C12_E_OVERFLOW naming the row.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_cost_overhead(const c12_cost_centres *in, c12_cost_overheads *out, c12_error *err);

/** Independent checker: sums hold and each rounded product is the nearest micro.
 *  @param in, out the centres and their variances, to be judged
 *  @param verdict out; row = first wrong centre; objective = sum of actual - applied (saturated)
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_cost_overhead_check(const c12_cost_centres *in, const c12_cost_overheads *out, c12_verdict *verdict, c12_error *err);

/* ---- journal -------------------------------------------------------------------------------------------------------------- */

/** Accounts of every journal of the library: c12_cost_post posts to the first twelve, the corridors of c12/flow.h to raw material up to goods received, the price
 *  variance, and those behind. */
enum {
    C12_COST_RAW = 0,                 /**< Raw material, at standard price. */
    C12_COST_WIP = 1,                 /**< Work in progress. */
    C12_COST_GOODS = 2,               /**< Finished goods, at standard. */
    C12_COST_SCRAP = 3,               /**< Scrapped units, at standard. */
    C12_COST_GRIR = 4,                /**< Goods received, invoice to come. */
    C12_COST_PAYROLL = 5,             /**< Wages to be paid. */
    C12_COST_APPLIED = 6,             /**< Overhead applied. */
    C12_COST_PRICE_VARIANCE = 7,      /**< Purchase price variance. */
    C12_COST_RATE_VARIANCE = 8,       /**< Labour rate variance. */
    C12_COST_USAGE_VARIANCE = 9,      /**< Material usage variance. */
    C12_COST_LABOUR_EFFICIENCY = 10,  /**< Labour efficiency variance. */
    C12_COST_OVERHEAD_EFFICIENCY = 11,/**< Overhead efficiency variance. */
    C12_COST_PAYABLE = 12,            /**< Owed to suppliers. */
    C12_COST_BANK = 13,               /**< Money. */
    C12_COST_MAKING_VARIANCE = 14,    /**< What making cost above standard, of a work order as a whole. */
    C12_COST_ABSORBED = 15,           /**< Labour and overhead charged to orders together. */
    C12_COST_OF_SALES = 16,           /**< Standard cost of what was shipped. */
    C12_COST_RECEIVABLE = 17,         /**< Owed by customers. */
    C12_COST_REVENUE = 18,            /**< Invoiced to customers. */
    C12_COST_ACCOUNTS = 19
};

/** "raw material" and so on; "?" for no account.  THREADSAFE.  @since 0.1 */
C12_API const char *c12_cost_account_name(int32_t account);

/** Kinds of event.  Amounts and quantities may be negative: a correction. */
enum {
    C12_COST_BUY = 0,        /**< Material came: standard into raw material, actual to goods received, the difference is a price variance.  No order. */
    C12_COST_USE = 1,        /**< Material issued to the order, at standard price. */
    C12_COST_WORK = 2,       /**< Labour of the order: standard = hours at standard rate, actual = what is paid. */
    C12_COST_APPLY = 3,      /**< Overhead applied to the order: standard. */
    C12_COST_COMPLETE = 4,   /**< qty good units done. */
    C12_COST_DISCARD = 5,    /**< qty units scrapped. */
    C12_COST_CLOSE = 6,      /**< What is left in work in progress becomes variances; the order takes no more events. */
    C12_COST_EVENTS = 7
};

/** Events, in order, and the standards of their orders. */
typedef struct c12_cost_events {
    uint32_t struct_size;
    int32_t n_orders;            /**< >= 0. */
    int32_t scrap_account;       /**< 1 = scrap is posted to its account; 0 = it is left to the usage and efficiency variances. */
    int32_t n;                   /**< Events, >= 0. */
    const c12_money *material;   /**< [n_orders] standard cost of a unit: material ... */
    const c12_money *labour;     /**< [n_orders] ... labour ... */
    const c12_money *overhead;   /**< [n_orders] ... and overhead; all >= 0. */
    const int32_t *kind;         /**< [n] C12_COST_BUY ... C12_COST_CLOSE. */
    const int32_t *order;        /**< [n] 0..n_orders-1; -1 for C12_COST_BUY. */
    const c12_qty *qty;          /**< [n] units of C12_COST_COMPLETE and C12_COST_DISCARD, else 0; NULL = 0. */
    const c12_money *actual;     /**< [n] of C12_COST_BUY and C12_COST_WORK, else 0; NULL = 0. */
    const c12_money *standard;   /**< [n] of C12_COST_BUY to C12_COST_APPLY, else 0; NULL = 0. */
} c12_cost_events;

/** The journal: lines by event, then by account; lines of 0 are left out. */
typedef struct c12_cost_entries {
    uint32_t struct_size;
    int32_t cap;                 /**< Caller: room in the line columns; 4 an event suffice. */
    int32_t n;                   /**< Library: lines. */
    int32_t reserved;            /**< 0. */
    int32_t *event;              /**< [cap] row of the event. */
    int32_t *account;            /**< [cap] C12_COST_RAW ... */
    c12_money *debit;            /**< [cap] >= 0; one of the two is 0. */
    c12_money *credit;           /**< [cap] >= 0. */
    c12_money *balance;          /**< [C12_COST_ACCOUNTS] debits less credits. */
    c12_money *wip;              /**< [n_orders] what is left in work in progress; 0 of a closed order. */
} c12_cost_entries;

/** Scratch bytes of c12_cost_post and c12_cost_post_check.  @since 0.1 */
C12_API size_t c12_cost_post_scratch(int32_t n_orders);

/** Post events; each balances.
 *  @param in      the events
 *  @param out     the journal, written only when all events are good
 *  @param scratch c12_cost_post_scratch(n_orders) bytes
 *  @param err     optional
 *  @return C12_E_RANGE naming column and row; C12_E_STATE naming the event of an order that is closed, or that takes back more units than were
 *          reported; C12_E_OVERFLOW naming the event; C12_E_SPACE.  O(n + n_orders).  Deterministic.  @since 0.1 */
C12_API C12_MUST c12_status c12_cost_post(const c12_cost_events *in, c12_cost_entries *out, c12_mem scratch, c12_error *err);

/** Independent checker: every event balances, holds the accounts its kind asks for and no other, goods stand at standard, variances of a
 *  closed order follow from the sums of all its events, balances from all lines.
 *  @param in, out the events and their journal, to be judged
 *  @param scratch c12_cost_post_scratch(n_orders) bytes
 *  @param verdict out; row = first wrong event, -1 when a balance is wrong; objective = sum of all debits (saturated)
 *  @param err     optional
 *  @return C12_OK whatever the verdict; C12_E_SPACE.  O(n + n_orders).  @since 0.1 */
C12_API C12_MUST c12_status c12_cost_post_check(const c12_cost_events *in, const c12_cost_entries *out, c12_mem scratch, c12_verdict *verdict, c12_error *err);

/* ---- landed cost ---------------------------------------------------------------------------------------------------------- */

/** What a charge is spread by. */
enum { C12_COST_BY_QTY = 0, C12_COST_BY_VALUE = 1, C12_COST_BY_WEIGHT = 2, C12_COST_BY_LINE = 3 };

/** Lines received and what came on top: freight, duty, insurance. */
typedef struct c12_cost_arrivals {
    uint32_t struct_size;
    int32_t n_shipments;         /**< >= 0. */
    int32_t n_lines;             /**< >= 0. */
    int32_t n_charges;           /**< >= 0. */
    const int32_t *shipment;     /**< [n_lines] 0..n_shipments-1; NULL = all 0. */
    const c12_qty *qty;          /**< [n_lines] >= 0; may be NULL when no charge asks for it, as the next two. */
    const c12_money *value;      /**< [n_lines] >= 0 */
    const int64_t *weight;       /**< [n_lines] >= 0, any unit. */
    const int32_t *charged;      /**< [n_charges] shipment it is for, -1 = all lines; NULL = all. */
    const int32_t *basis;        /**< [n_charges] C12_COST_BY_QTY ... */
    const c12_money *amount;     /**< [n_charges] either sign. */
    const void *reserved_column; /**< NULL. */
} c12_cost_arrivals;

/** Shares of charges by line. */
typedef struct c12_cost_landed {
    uint32_t struct_size;
    int32_t reserved;            /**< 0. */
    int64_t cap;                 /**< Caller: room for shares. */
    int64_t n;                   /**< Library: shares, by charge, then by line. */
    int32_t *charge;             /**< [cap] */
    int32_t *line;               /**< [cap] */
    c12_money *share;            /**< [cap] sums to the charge's amount exactly. */
    c12_money *added;            /**< [n_lines] all shares of the line. */
} c12_cost_landed;

/** Scratch bytes of c12_cost_land.  @since 0.1 */
C12_API size_t c12_cost_land_scratch(int32_t n_lines);

/** Spread charges: each line its exact share rounded toward 0, then a micro each to the largest remainders, the lower row first of equals.
 *  @param in      lines and charges
 *  @param out     shares, written only when all charges can be spread
 *  @param scratch c12_cost_land_scratch(n_lines) bytes
 *  @param err     optional
 *  @return C12_E_RANGE naming column and row; C12_E_STATE naming the charge that has nothing to be spread by; C12_E_OVERFLOW naming the charge;
 *          C12_E_SPACE: err->value is the cap or scratch that suffices.  O(charges * lines).  Deterministic.  @since 0.1 */
C12_API C12_MUST c12_status c12_cost_land(const c12_cost_arrivals *in, c12_cost_landed *out, c12_mem scratch, c12_error *err);

/** Independent checker: shares sum to their charges, none is off by a micro or more, none that was rounded up had a smaller remainder than
 *  one that was not.
 *  @param in, out lines and shares, to be judged
 *  @param scratch c12_cost_land_scratch(n_lines) bytes
 *  @param verdict out; row = first wrong charge, or -1 - line when a line's sum is wrong; objective = sum of all shares (saturated)
 *  @param err     optional
 *  @return C12_OK whatever the verdict; C12_E_SPACE.  O(charges * lines).  @since 0.1 */
C12_API C12_MUST c12_status c12_cost_land_check(const c12_cost_arrivals *in, const c12_cost_landed *out, c12_mem scratch, c12_verdict *verdict,
                                                c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_COST_H */
