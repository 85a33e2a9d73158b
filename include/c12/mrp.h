/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/mrp.h
 *  Material requirements planning: time-phased, multi-level netting with lot sizing, action messages and single-level pegging.
 *  Shape F: pure functions over borrowed columns, scratch is an argument, nothing is allocated.
 *
 *  Buckets are 0..n_buckets-1; -1 is past due.  Rules R1 to R8 of docs/guide/mrp-rules.md say what each number means.  Rows are
 *  dense, row-major by item: cell (item i, bucket t) of a column is column[i * n_buckets + t].  All quantities are exact int64;
 *  the plan is the same on every platform and does not depend on the order of demand, receipt or BOM rows. */
#ifndef C12_MRP_H
#define C12_MRP_H

#include "c12/base.h"
#include "c12/bom.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How an item is obtained. */
enum {
    C12_MRP_BUY = 0,    /**< Purchased. */
    C12_MRP_MAKE = 1,   /**< Made to work orders. */
    C12_MRP_PHANTOM = 2 /**< Passes through: lead 0, lot for lot, safety 0; its own stock and receipts are used first. */
};

/** Lot rules (R6), applied to a net requirement > 0. */
enum {
    C12_MRP_LOT_FOR_LOT = 0,  /**< The net requirement. */
    C12_MRP_FIXED = 1,        /**< Whole multiples of lot_size. */
    C12_MRP_MIN_MULTIPLE = 2, /**< The smallest multiple of lot_multiple >= max(net, lot_min); lot_max splits it into full orders
                                   and a rest that again respects lot_min and lot_multiple. */
    C12_MRP_PERIODS = 3,      /**< The largest running shortage over lot_periods buckets from the first net need. */
    C12_MRP_MIN_MAX = 4       /**< Below lot_min (or safety): up to lot_max. */
};

/** Exception messages (R3, R7, R8). */
enum {
    C12_MRP_PAST_DUE_RELEASE = 1, /**< exc_bucket needs exc_qty whose release lies before bucket 0; exc_to = 0, the earliest release. */
    C12_MRP_EXPEDITE = 2,         /**< The receipt due in exc_bucket is needed earlier, in exc_to. */
    C12_MRP_DEFER = 3,            /**< The receipt due in exc_bucket is not needed before exc_to. */
    C12_MRP_CANCEL = 4,           /**< The receipt due in exc_bucket is not needed within the horizon; exc_to = -1. */
    C12_MRP_OVERDUE_RECEIPT = 5   /**< A receipt was due before bucket 0 (exc_bucket = -1); it counts in 0. */
};

/** The planning problem.  Demand and receipts are sparse rows in any order; several rows of one item and bucket add up. */
typedef struct c12_mrp_input {
    uint32_t struct_size;
    int32_t n_buckets;             /**< 1..4096. */
    int64_t n_demand;              /**< Rows of the demand columns. */
    int64_t n_receipts;            /**< Rows of the receipt columns, <= 2^31-1. */
    int32_t scrap;                 /**< C12_SCRAP_*. */
    int32_t reserved;              /**< 0. */
    const c12_bom *bom;            /**< Its n_items is the number of items. */
    const int32_t *demand_item;    /**< [n_demand] */
    const int32_t *demand_bucket;  /**< [n_demand] before 0 counts in 0; >= n_buckets is outside the horizon and only counted (R2). */
    const c12_qty *demand_qty;     /**< [n_demand] >= 0 */
    const int32_t *receipt_item;   /**< [n_receipts] scheduled receipts */
    const int32_t *receipt_bucket; /**< [n_receipts] -1 = overdue; >= n_buckets is outside the horizon and only counted */
    const c12_qty *receipt_qty;    /**< [n_receipts] >= 0 */
    const int32_t *item_type;      /**< [n_items] C12_MRP_BUY, MAKE or PHANTOM; NULL = no phantoms */
    const c12_qty *on_hand;        /**< [n_items] >= 0; NULL = 0 */
    const c12_qty *safety;         /**< [n_items] safety stock >= 0; NULL = 0 */
    const int32_t *lead_time;      /**< [n_items] buckets >= 0; NULL = 0 */
    const int32_t *lot_rule;       /**< [n_items] C12_MRP_LOT_FOR_LOT ...; NULL = lot for lot */
    const c12_qty *lot_size;       /**< [n_items] fixed: > 0 where used; NULL = 1 */
    const c12_qty *lot_min;        /**< [n_items] min_multiple: minimum order; min_max: reorder point; NULL = 0 */
    const c12_qty *lot_max;        /**< [n_items] min_multiple: largest order, 0 = none; min_max: order-up-to level; NULL = 0 */
    const c12_qty *lot_multiple;   /**< [n_items] min_multiple: > 0 where used; NULL = 1 */
    const int32_t *lot_periods;    /**< [n_items] periods: > 0 where used; NULL = 1 */
    const void *reserved_column;   /**< NULL. */
} c12_mrp_input;

/** The plan.  Rows never truncate; exception columns truncate at exc_cap and exc_count says how many there were. */
typedef struct c12_mrp_plan {
    uint32_t struct_size;
    int32_t reserved;            /**< 0. */
    int64_t exc_cap;             /**< Caller: room in the exception columns. */
    int64_t exc_count;           /**< Library: exceptions found. */
    int64_t outside_demand;      /**< Library: demand rows at or after n_buckets (R2). */
    int64_t outside_receipts;    /**< Library: receipt rows at or after n_buckets. */
    c12_qty *gross;              /**< [n_items * n_buckets] gross requirements */
    c12_qty *planned;            /**< [n_items * n_buckets] planned order receipts */
    c12_qty *release;            /**< [n_items * n_buckets] planned order releases */
    c12_qty *past_due;           /**< [n_items] releases that should have been made before bucket 0 */
    c12_qty *projected;          /**< [n_items * n_buckets] projected available at the end of the bucket; may be NULL */
    int32_t *level;              /**< [n_items] low-level codes; may be NULL */
    int32_t *exc_item;           /**< [exc_cap] sorted by item, then bucket; may be NULL when exc_cap is 0, and so all exc_* */
    int32_t *exc_bucket;         /**< [exc_cap] */
    int32_t *exc_kind;           /**< [exc_cap] C12_MRP_PAST_DUE_RELEASE ... */
    int32_t *exc_to;             /**< [exc_cap] see the kinds */
    c12_qty *exc_qty;            /**< [exc_cap] quantity of the order or receipt the message is about */
    void *reserved_column;       /**< NULL. */
} c12_mrp_plan;

/** Single-level pegs: which parent release or independent demand asks for how much of an item in a bucket. */
typedef struct c12_mrp_pegs {
    uint32_t struct_size;
    int32_t reserved;            /**< 0. */
    int64_t cap;                 /**< Caller: rows in each column. */
    int64_t count;               /**< Library: rows found; report columns truncate at cap. */
    int32_t *item;               /**< [cap] sorted by item; within an item demand first, then by parent and parent bucket */
    int32_t *bucket;             /**< [cap] bucket of the requirement */
    c12_qty *qty;                /**< [cap] */
    int32_t *parent;             /**< [cap] item row, -1 = independent demand */
    int32_t *parent_bucket;      /**< [cap] bucket of the parent's release (-1 = past due); for demand the bucket as given */
    int64_t *line;               /**< [cap] BOM line, or row of the demand columns */
} c12_mrp_pegs;

/** Scratch bytes that suffice for c12_mrp_net, c12_mrp_peg and c12_mrp_check of a problem of this size.
 *  @return 0 when a count is negative.  @since 0.1 */
C12_API size_t c12_mrp_scratch(int32_t n_items, int64_t n_lines, int32_t n_buckets, int64_t n_demand, int64_t n_receipts);

/** Regenerative plan: explode, net, size lots and offset by lead time, level by level (R1 to R8).
 *  @param in      the problem
 *  @param out     the plan's columns
 *  @param scratch c12_mrp_scratch bytes
 *  @param err     optional; err->text receives every fault of the input
 *  @return C12_E_RANGE naming column and row, C12_E_CYCLE with err->row = the cycle's smallest item, C12_E_OVERFLOW with err->row =
 *          the item and err->value = the bucket, C12_E_SPACE.  Faults of the input write nothing; an overflow leaves the rows
 *          undefined and the counters untouched.  O(items * buckets + lines * buckets).  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_net(const c12_mrp_input *in, c12_mrp_plan *out, c12_mem scratch, c12_error *err);

/** Single-level pegging of a plan made by c12_mrp_net from the same input.
 *  @param in      the problem
 *  @param plan    its plan
 *  @param pegs    out
 *  @param scratch c12_mrp_scratch bytes
 *  @param err     optional
 *  @return as c12_mrp_net.  O(lines * buckets + demand).  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_peg(const c12_mrp_input *in, const c12_mrp_plan *plan, c12_mrp_pegs *pegs, c12_mem scratch, c12_error *err);

/** Independent checker: pulls every gross requirement from the parents' releases, recomputes the balance bucket by bucket and judges
 *  each order against its lot rule by division properties; shares no code with c12_mrp_net.
 *  @param in      the problem
 *  @param plan    to be judged
 *  @param verdict out; row = item, tick = bucket of the first broken rule; objective = sum of planned receipts (saturated)
 *  @param scratch c12_mrp_scratch bytes
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(items * buckets + lines * buckets).  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_check(const c12_mrp_input *in, const c12_mrp_plan *plan, c12_verdict *verdict, c12_mem scratch, c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_MRP_H */
