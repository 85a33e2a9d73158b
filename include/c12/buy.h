/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/buy.h
 *  Purchasing: requisitions from time-phased requirements and suppliers' offers, ABC classes by usage value, the shortage list.
 *  Shape F: pure functions over borrowed columns, scratch is an argument, nothing is allocated and no state is kept.
 *
 *  Requirements come from any planner (c12_mrp_net's planned receipts of bought items, a reorder point, a spreadsheet); a requirement
 *  that is already met by stock is not passed.  Buckets are whole numbers of the caller's calendar; `today` is the first one in which
 *  an order can still be placed.  Money is exact: a price stands for a number of quanta, and the cost of an order is rounded once, half
 *  to even, to 1e-6.  Results are the same on every platform and do not depend on the order of requirement rows of different buckets.
 *
 *  docs/guide/purchasing.md tells the rules with an example. */
#ifndef C12_BUY_H
#define C12_BUY_H

#include "c12/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Which offer is taken.  An offer is in time when an order placed today or later arrives no later than the requirement.  Ties go to
 *  the lower priority number, then to the lower row. */
enum {
    C12_BUY_PREFERRED = 0, /**< Of the offers in time the lowest priority number. */
    C12_BUY_CHEAPEST = 1,  /**< Of the offers in time the least total cost of what would have to be ordered. */
    C12_BUY_EARLIEST = 2   /**< The offer that could arrive first if it were ordered today; the order is dated as late as any. */
};

/** Which offer is taken when none is in time. */
enum {
    C12_BUY_LATE_EARLIEST = 0, /**< The earliest arrival, ties by policy: the line waits least. */
    C12_BUY_LATE_POLICY = 1    /**< As if all were in time: the preferred or cheapest one, however late. */
};

/** What the buyer has to do about a requisition. */
enum {
    C12_BUY_ON_TIME = 0,  /**< Order in order_bucket. */
    C12_BUY_EXPEDITE = 1, /**< The latest order date lies `overdue` buckets before today: order now, it arrives `late` buckets late. */
    C12_BUY_NO_OFFER = 2  /**< Nobody offers the item: `required` stays uncovered. */
};

/** Requirements, offers and suppliers' calendars.  All buckets lie in -10^9..10^9. */
typedef struct c12_buy_input {
    uint32_t struct_size;
    int32_t n_items;
    int64_t n_needs;                   /**< Requirement rows, <= 2^30-1. */
    int64_t n_offers;                  /**< Offer rows, <= 2^31-1. */
    int32_t n_suppliers;
    int32_t n_calendars;
    int32_t today;                     /**< First bucket in which an order can be placed, >= 0. */
    int32_t reserved;                  /**< 0. */
    const int32_t *need_item;          /**< [n_needs] rows of one item and bucket add up */
    const int32_t *need_bucket;        /**< [n_needs] bucket in which it must be there; may lie before today */
    const c12_qty *need_qty;           /**< [n_needs] >= 0 */
    const int32_t *offer_item;         /**< [n_offers] in any order */
    const int32_t *offer_supplier;     /**< [n_offers] NULL = supplier 0 */
    const int32_t *offer_priority;     /**< [n_offers] lower is preferred; NULL = 0 */
    const int32_t *offer_lead;         /**< [n_offers] 0..10^6 working buckets of the supplier from order to arrival; NULL = 0 */
    const c12_qty *offer_moq;          /**< [n_offers] minimum order quantity >= 0; NULL = 0 */
    const c12_qty *offer_multiple;     /**< [n_offers] order multiple >= 1; NULL = 1 */
    const c12_qty *offer_max;          /**< [n_offers] largest order, 0 = none; more is split into several orders; NULL = 0 */
    const c12_money *offer_price;      /**< [n_offers] price of offer_per quanta below the first break, >= 0; NULL = 0 */
    const c12_qty *offer_per;          /**< [n_offers] quanta a price stands for (price unit), >= 1; NULL = 1 */
    const int64_t *break_off;          /**< [n_offers + 1] price breaks of each offer; NULL = none */
    const c12_qty *break_from;         /**< [n_breaks] order quantity from which the price holds for the whole order; > 0, rising */
    const c12_money *break_price;      /**< [n_breaks] price of offer_per quanta, >= 0 */
    const int32_t *supplier_calendar;  /**< [n_suppliers] -1 = works in every bucket; NULL = -1 */
    const int64_t *closed_off;         /**< [n_calendars + 1] closed buckets of each calendar */
    const int32_t *closed;             /**< [n_closed] rising within a calendar; every bucket not listed is a working bucket.  List
                                            those before 0 too when overdue orders matter. */
} c12_buy_input;

/** NULL gives all defaults. */
typedef struct c12_buy_options {
    uint32_t struct_size;
    int32_t policy;       /**< C12_BUY_PREFERRED ... */
    int32_t late_rule;    /**< C12_BUY_LATE_EARLIEST ... */
    int32_t consolidate;  /**< Requirements of an item within so many buckets from the first become one requisition at its date; 0 = 1. */
    int32_t order_window; /**< Requisitions of a supplier whose order dates lie within so many buckets from the first share a purchase
                               order; 0 = 1. */
    int32_t buy_up;       /**< 1 = order more when a higher price break makes the whole order cheaper. */
} c12_buy_options;

/** Requisitions, sorted by item and requirement bucket.  A column may be NULL when it is not wanted.  Columns truncate at cap; count
 *  says how many there were, and 2 * n_needs always suffices. */
typedef struct c12_buy_plan {
    uint32_t struct_size;
    int32_t n_orders;           /**< Library: purchase orders. */
    int64_t cap;                /**< Caller: rows in each column. */
    int64_t count;              /**< Library: requisitions. */
    int64_t expedites;          /**< Library: of them C12_BUY_EXPEDITE. */
    int64_t uncovered;          /**< Library: of them C12_BUY_NO_OFFER. */
    c12_money total;            /**< Library: sum of cost. */
    int64_t *need;              /**< [cap] first requirement row behind it */
    int32_t *item;              /**< [cap] */
    int32_t *offer;             /**< [cap] -1 = none */
    int32_t *supplier;          /**< [cap] -1 = none */
    int32_t *purchase_order;    /**< [cap] 0..n_orders-1 by supplier, then order bucket; -1 = none */
    int32_t *order_bucket;      /**< [cap] working bucket in which it must be ordered, >= today; -1 = none */
    int32_t *need_bucket;       /**< [cap] */
    int32_t *arrive_bucket;     /**< [cap] working bucket of arrival, scheduled forward from order_bucket; -1 = none */
    int32_t *overdue;           /**< [cap] buckets by which the latest order date lies before today, 0 = it does not */
    int32_t *late;              /**< [cap] arrive_bucket - need_bucket where positive, else 0 */
    int32_t *message;           /**< [cap] C12_BUY_ON_TIME ... */
    c12_qty *required;          /**< [cap] what of the requirement this row covers, beyond the surplus of earlier ones */
    c12_qty *qty;               /**< [cap] ordered; `lots` orders of qty / lots each */
    int64_t *lots;              /**< [cap] 1 unless the offer's largest order splits it; 0 = none */
    c12_money *unit_price;      /**< [cap] price of offer_per quanta at that order size */
    c12_money *cost;            /**< [cap] lots * the cost of one, each rounded half to even */
} c12_buy_plan;

/** Scratch bytes that suffice for c12_buy_requisitions and c12_buy_check; any alignment will do.
 *  @return 0 when a count is negative or too large.  @since 0.1 */
C12_API size_t c12_buy_scratch(int32_t n_items, int64_t n_needs, int64_t n_offers, int32_t n_calendars);

/** Make requisitions.  Requirements of an item are taken by bucket; each takes from the running surplus of earlier orders first, whether
 *  or not those arrive late, so that rounding is never paid twice.  What is left is bought from one offer: the order quantity is the
 *  smallest multiple >= max(required, minimum), or several largest orders and such a rest.  The order date is the latest working bucket
 *  of the supplier from which the goods arrive by the requirement, counting transit in working buckets, and never before today.
 *  @param in      requirements, offers, calendars
 *  @param options NULL = preferred offer, earliest arrival when late, no consolidation, no buying up
 *  @param out     requisitions
 *  @param scratch c12_buy_scratch bytes
 *  @param err     optional; err->text receives every fault of the input
 *  @return C12_E_RANGE naming column and row, C12_E_ARG, C12_E_SPACE, C12_E_OVERFLOW with err->row = the requirement row.  Faults of the
 *          input write nothing; an overflow leaves the columns undefined and the counters untouched.
 *          O(needs + offers * log(closed buckets) + requisitions * offers of the item), for the cheapest offer also times log(breaks), with
 *          buy_up times breaks.  @since 0.1 */
C12_API C12_MUST c12_status c12_buy_requisitions(const c12_buy_input *in, const c12_buy_options *options, c12_buy_plan *out, c12_mem scratch, c12_error *err);

/** Independent checker: walks each item's requirements beside its requisitions, counts working buckets one by one, judges quantities by
 *  division, prices by scanning the breaks, and every other offer of the item by the policy; shares no code with the planner.
 *  @param in      the problem
 *  @param options as given to c12_buy_requisitions
 *  @param plan    to be judged; every column and cap >= count
 *  @param verdict out; row = requisition, tick = its requirement bucket, objective = recomputed total (saturated)
 *  @param scratch c12_buy_scratch bytes
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(needs + requisitions * offers of the item * (lead + closed + breaks)).  @since 0.1 */
C12_API C12_MUST c12_status c12_buy_check(const c12_buy_input *in, const c12_buy_options *options, const c12_buy_plan *plan, c12_verdict *verdict, c12_mem scratch, c12_error *err);

/* ---- ABC classes ------------------------------------------------------------------------------------------------------------------- */

enum { C12_BUY_CLASS_A = 0, C12_BUY_CLASS_B = 1, C12_BUY_CLASS_C = 2 };

/** Usage of a period, by item. */
typedef struct c12_buy_usage {
    uint32_t struct_size;
    int32_t n_items;
    int32_t a_ppm;                 /**< Share of the usage value that class A takes, 1..10^6; 0 = 800000. */
    int32_t b_ppm;                 /**< Share that A and B take, a_ppm..10^6; 0 = 950000, or a_ppm where that is more. */
    const c12_qty *qty;            /**< [n_items] quantity used >= 0 */
    const c12_money *unit_cost;    /**< [n_items] cost of cost_per quanta >= 0 */
    const c12_qty *cost_per;       /**< [n_items] >= 1; NULL = 1 */
    const void *reserved_column;   /**< NULL. */
} c12_buy_usage;

/** Classes of the items. */
typedef struct c12_buy_classes {
    uint32_t struct_size;
    int32_t n_a;          /**< Library: items of class A ... */
    int32_t n_b;          /**< Library: ... and of class B. */
    int32_t reserved;     /**< 0. */
    int32_t *abc_class;   /**< [n_items] C12_BUY_CLASS_A ... */
    c12_money *value;     /**< [n_items] usage value qty * unit_cost / cost_per, half to even; may be NULL */
} c12_buy_classes;

/** Scratch bytes for c12_buy_abc.  @return 0 when n_items is negative.  @since 0.1 */
C12_API size_t c12_buy_abc_scratch(int32_t n_items);

/** ABC classification (Pareto): items by falling usage value, ties by row; an item is A while the items before it hold less than a_ppm of
 *  the total, B while less than b_ppm, else C.  The item that crosses a threshold still belongs to the class above it; an item without
 *  usage value is C.
 *  @param in      usage
 *  @param out     classes
 *  @param scratch c12_buy_abc_scratch bytes
 *  @param err     optional
 *  @return C12_E_RANGE naming column and row, C12_E_OVERFLOW naming the item; nothing is written then.  O(n_items).  @since 0.1 */
C12_API C12_MUST c12_status c12_buy_abc(const c12_buy_usage *in, c12_buy_classes *out, c12_mem scratch, c12_error *err);

/** Independent checker: every A is worth at least as much as every B and every B as every C; each class is full, and would not be without
 *  its last item.  No sorting.
 *  @param in      usage
 *  @param classes to be judged
 *  @param verdict out; row = item; objective = total usage value (saturated)
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(n_items).  @since 0.1 */
C12_API C12_MUST c12_status c12_buy_abc_check(const c12_buy_usage *in, const c12_buy_classes *classes, c12_verdict *verdict, c12_error *err);

/* ---- shortages ----------------------------------------------------------------------------------------------------------------------- */

/** Stock, demand and supply by item: projected available is on hand + supply - demand up to and including a bucket. */
typedef struct c12_buy_stock {
    uint32_t struct_size;
    int32_t n_items;
    int32_t n_buckets;             /**< Buckets 0..n_buckets-1; rows before 0 count in 0, rows behind the end are ignored. */
    int32_t reserved;              /**< 0. */
    int64_t n_demand;              /**< <= 2^30-1 */
    int64_t n_supply;              /**< <= 2^30-1 */
    const c12_qty *on_hand;        /**< [n_items] >= 0; NULL = 0 */
    const int32_t *demand_item;    /**< [n_demand] in any order */
    const int32_t *demand_bucket;  /**< [n_demand] */
    const c12_qty *demand_qty;     /**< [n_demand] >= 0 */
    const int32_t *supply_item;    /**< [n_supply] in any order */
    const int32_t *supply_bucket;  /**< [n_supply] */
    const c12_qty *supply_qty;     /**< [n_supply] >= 0 */
    const c12_money *unit_cost;    /**< [n_items] of cost_per quanta >= 0; NULL = 0 */
    const c12_qty *cost_per;       /**< [n_items] >= 1; NULL = 1 */
    const void *reserved_column;   /**< NULL. */
} c12_buy_stock;

/** Shortages by first bucket, then falling value, then item.  Columns may be NULL and truncate at cap. */
typedef struct c12_buy_gaps {
    uint32_t struct_size;
    int32_t reserved;      /**< 0. */
    int64_t cap;           /**< Caller: rows in each column. */
    int64_t count;         /**< Library: shortages. */
    int32_t *item;         /**< [cap] */
    int32_t *from;         /**< [cap] first bucket in which projected available is negative */
    int32_t *to;           /**< [cap] first bucket after that in which it is not; -1 = not within the horizon */
    int32_t *next_supply;  /**< [cap] bucket of the next supply after `from`; -1 = none within the horizon */
    c12_qty *qty;          /**< [cap] largest deficit from `from` to `to` */
    c12_money *value;      /**< [cap] qty * unit_cost / cost_per, half to even */
} c12_buy_gaps;

/** Scratch bytes for c12_buy_shortages and its checker.  @return 0 when a count is negative or too large.  @since 0.1 */
C12_API size_t c12_buy_shortages_scratch(int32_t n_items, int32_t n_buckets, int64_t n_demand, int64_t n_supply);

/** The shortage list: every longest run of buckets in which an item's projected available is negative.
 *  @param in      stock, demand, supply
 *  @param out     shortages
 *  @param scratch c12_buy_shortages_scratch bytes
 *  @param err     optional
 *  @return C12_E_RANGE naming column and row, C12_E_OVERFLOW with err->row = the item; nothing is written then.
 *          O(items + demand + supply).  @since 0.1 */
C12_API C12_MUST c12_status c12_buy_shortages(const c12_buy_stock *in, c12_buy_gaps *out, c12_mem scratch, c12_error *err);

/** Independent checker: fills in each item's balance bucket by bucket and reads the runs off it.
 *  @param in      stock, demand, supply
 *  @param gaps    to be judged; every column and cap >= count
 *  @param verdict out; row = shortage or, where one is missing, item; objective = shortages found
 *  @param scratch c12_buy_shortages_scratch bytes
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(items * buckets + demand + supply).  @since 0.1 */
C12_API C12_MUST c12_status c12_buy_shortages_check(const c12_buy_stock *in, const c12_buy_gaps *gaps, c12_verdict *verdict, c12_mem scratch, c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_BUY_H */
