/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/mrp.h
 *  Material requirements planning: time-phased, multi-level netting with lot sizing, action messages and single-level pegging.
 *  Two doors to one set of rules: pure functions over borrowed columns (shape F: scratch is an argument, nothing is allocated), and a
 *  planner handle (shape P) that keeps the plan, takes changes and what-if branches, and tells why.
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

/** Lot rules (R6), applied to a net requirement > 0.  Rules 5 to 9 weigh order_cost against holding_cost over the requirements to come;
 *  an order then covers the largest running shortage of the buckets it was decided for. */
enum {
    C12_MRP_LOT_FOR_LOT = 0,  /**< The net requirement. */
    C12_MRP_FIXED = 1,        /**< Whole multiples of lot_size. */
    C12_MRP_MIN_MULTIPLE = 2, /**< The smallest multiple of lot_multiple >= max(net, lot_min); lot_max splits it into full orders
                                   and a rest that again respects lot_min and lot_multiple. */
    C12_MRP_PERIODS = 3,      /**< The largest running shortage over lot_periods buckets from the first net need. */
    C12_MRP_MIN_MAX = 4,      /**< Below lot_min (or safety): up to lot_max. */
    C12_MRP_EOQ = 5,          /**< Economic order quantity of the horizon's mean requirement (Harris 1913): at least the net requirement, at
                                   most what the rest of the horizon needs. */
    C12_MRP_SILVER_MEAL = 6,  /**< Buckets are added while the mean cost a bucket does not rise (Silver and Meal 1973). */
    C12_MRP_PART_PERIOD = 7,  /**< Buckets are added while their holding cost stays within the order cost, and one more where that comes nearer
                                   (DeMatteis 1968). */
    C12_MRP_GROFF = 8,        /**< Buckets are added while the next one's holding cost does not pass what it saves (Groff 1979). */
    C12_MRP_WAGNER_WHITIN = 9 /**< The least total cost over the horizon, the fewest buckets of several (Wagner and Whitin 1958). */
};

/** Exception messages (R3, R7, R8). */
enum {
    C12_MRP_PAST_DUE_RELEASE = 1, /**< exc_bucket needs exc_qty whose release lies before bucket 0; exc_to = 0, the earliest release. */
    C12_MRP_EXPEDITE = 2,         /**< The receipt (or firm planned order, as in all messages) due in exc_bucket is needed earlier, in exc_to. */
    C12_MRP_DEFER = 3,            /**< The receipt due in exc_bucket is not needed before exc_to. */
    C12_MRP_CANCEL = 4,           /**< The receipt due in exc_bucket is not needed within the horizon; exc_to = -1. */
    C12_MRP_OVERDUE_RECEIPT = 5,  /**< A receipt was due before bucket 0 (exc_bucket = -1); it counts in 0. */
    C12_MRP_FENCE_SHORTAGE = 6    /**< exc_bucket is short of exc_qty more than the buckets before it, but the planning time fence lets orders
                                       be received only from exc_to on (R17). */
};

/** What a receipt row stands for. */
enum {
    C12_MRP_SCHEDULED = 0, /**< A released order: its components were issued. */
    C12_MRP_FIRM = 1       /**< A firm planned order (R16): not moved, not resized, but still to be released, so it asks for components. */
};

/** What a demand row stands for. */
enum {
    C12_MRP_ORDER = 0,   /**< Somebody asked for it. */
    C12_MRP_FORECAST = 1 /**< Expected; not counted before the item's demand time fence (R18). */
};

/** The planning problem.  Demand and receipts are sparse rows in any order; several rows of one item and bucket add up. */
typedef struct c12_mrp_input {
    uint32_t struct_size;
    int32_t n_buckets;             /**< 1..4096. */
    int64_t n_demand;              /**< Rows of the demand columns. */
    int64_t n_receipts;            /**< Rows of the receipt columns, <= 2^31-1. */
    int32_t scrap;                 /**< C12_SCRAP_*. */
    int32_t negative_stock;        /**< 0 = on_hand below 0 is an error, 1 = it is what has been issued too much. */
    const c12_bom *bom;            /**< Its n_items is the number of items. */
    const int32_t *demand_item;    /**< [n_demand] */
    const int32_t *demand_bucket;  /**< [n_demand] before 0 counts in 0; >= n_buckets is outside the horizon and only counted (R2). */
    const c12_qty *demand_qty;     /**< [n_demand] >= 0 */
    const int32_t *receipt_item;   /**< [n_receipts] scheduled receipts */
    const int32_t *receipt_bucket; /**< [n_receipts] -1 = overdue; >= n_buckets is outside the horizon and only counted */
    const c12_qty *receipt_qty;    /**< [n_receipts] >= 0 */
    const int32_t *item_type;      /**< [n_items] C12_MRP_BUY, MAKE or PHANTOM; NULL = no phantoms */
    const c12_qty *on_hand;        /**< [n_items] >= 0 unless negative_stock; NULL = 0 */
    const c12_qty *safety;         /**< [n_items] safety stock >= 0; NULL = 0 */
    const int32_t *lead_time;      /**< [n_items] buckets >= 0; NULL = 0 */
    const int32_t *lot_rule;       /**< [n_items] C12_MRP_LOT_FOR_LOT ...; NULL = lot for lot */
    const c12_qty *lot_size;       /**< [n_items] fixed: > 0 where used; NULL = 1 */
    const c12_qty *lot_min;        /**< [n_items] min_multiple: minimum order; min_max: reorder point; NULL = 0 */
    const c12_qty *lot_max;        /**< [n_items] min_multiple: largest order, 0 = none; min_max: order-up-to level; NULL = 0 */
    const c12_qty *lot_multiple;   /**< [n_items] min_multiple: > 0 where used; NULL = 1 */
    const int32_t *lot_periods;    /**< [n_items] periods: > 0 where used; NULL = 1 */
    const c12_money *order_cost;   /**< [n_items] cost of one order >= 0, times the quanta of holding_cost's unit; NULL = 0 */
    const c12_money *holding_cost; /**< [n_items] cost of keeping that unit for one bucket >= 0; NULL = 0 */
    const int32_t *receipt_kind;   /**< [n_receipts] C12_MRP_SCHEDULED or FIRM (then receipt_qty is the quantity started); NULL = scheduled */
    int64_t n_safety;              /**< Rows of the safety columns, <= 2^31-1. */
    c12_qty message_qty;           /**< Damping (R21): no expedite, defer or cancel for a receipt of less than this. */
    int32_t message_shift;         /**< Damping (R21): no expedite or defer by at most this many buckets. */
    int32_t phantom_demand;        /**< 0 = demand for a phantom passes through like its parents', 1 = it is an error that names the row. */
    const int32_t *demand_kind;    /**< [n_demand] C12_MRP_ORDER or FORECAST; NULL = orders */
    const int32_t *safety_item;    /**< [n_safety] safety stock by bucket (R14): sorted by item, then bucket, no two the same ... */
    const int32_t *safety_bucket;  /**< [n_safety] >= 0: from this bucket up to the item's next row ... */
    const c12_qty *safety_qty;     /**< [n_safety] >= 0: this much instead of `safety` */
    const int32_t *safety_time;    /**< [n_items] buckets >= 0 by which supply is to be there before it is needed (R15); NULL = 0 */
    const int32_t *planning_fence; /**< [n_items] first bucket >= 0 in which a new order may be received (R17); NULL = 0 */
    const int32_t *demand_fence;   /**< [n_items] first bucket >= 0 in which forecasts count (R18); NULL = 0 */
    const int32_t *yield_ppm;      /**< [n_items] good pieces of a million started, 1..10^6 (R19); NULL = 10^6 */
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
    c12_qty *planned;            /**< [n_items * n_buckets] planned order receipts, firm planned orders included; good pieces */
    c12_qty *release;            /**< [n_items * n_buckets] planned order releases: the quantity started */
    c12_qty *past_due;           /**< [n_items] releases that should have been made before bucket 0: the quantity started */
    c12_qty *projected;          /**< [n_items * n_buckets] projected available at the end of the bucket; may be NULL */
    int32_t *level;              /**< [n_items] low-level codes; may be NULL */
    int32_t *exc_item;           /**< [exc_cap] sorted by item, then bucket; may be NULL when exc_cap is 0, and so all exc_* */
    int32_t *exc_bucket;         /**< [exc_cap] */
    int32_t *exc_kind;           /**< [exc_cap] C12_MRP_PAST_DUE_RELEASE ... */
    int32_t *exc_to;             /**< [exc_cap] see the kinds */
    c12_qty *exc_qty;            /**< [exc_cap] quantity of the order or receipt the message is about */
    c12_qty *started;            /**< [n_items * n_buckets] what is started for the planned receipt of the bucket (R19); may be NULL */
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

/* ---- the planner handle (shape P): a plan that is kept, asked and changed -------------------------------------------------------- */

/** A loaded problem, its plan and its what-if branches.  Rows are kept as 32-bit integers; one that needs more moves to a 64-bit row. */
typedef struct c12_mrp c12_mrp;

/** What a handle must have room for. */
typedef struct c12_mrp_dims {
    uint32_t struct_size;
    int32_t items;
    int32_t buckets;       /**< 1..4096 */
    int32_t wide_rows;     /**< Items that may hold a quantity of 2^31 or more at a time; 0 = items / 16 + 64; `items` and branch_rows always suffice. */
    int64_t lines;         /**< BOM lines loaded, <= 2^31-1. */
    int64_t demand;        /**< Demand rows loaded and added later, <= 2^31-1. */
    int64_t receipts;      /**< Receipt rows loaded and added later, <= 2^31-1. */
    int64_t line_edits;    /**< Lines of items whose lines are edited: each edited parent takes as many as it has lines. */
    int64_t rare_lines;    /**< Lines with effectivity, an offset, or a ratio beyond 31 bits; 0 = lines / 4 + 64, `lines` always suffices. */
    int64_t branch_events; /**< Demand and receipt rows of items that branches edit. */
    int32_t branches;      /**< What-if branches open at a time, 0..64. */
    int32_t branch_rows;   /**< Rows that all branches together may hold apart from the trunk. */
    int32_t edits;         /**< Edits in one change; 0 = 1024. */
    int32_t trace_cells;   /**< Orders on the way from a cell up to its demand; 0 = items / 4 + 65536. */
    int64_t safety;        /**< Rows of the safety columns loaded and added later, <= 2^29-1. */
} c12_mrp_dims;

/** Which items may stand in for which (R22): rows sorted by item, those of one item in the order in which they are tried. */
typedef struct c12_mrp_substitutes {
    uint32_t struct_size;
    int32_t only_late;     /**< 0 = before anything is ordered; 1 = only instead of orders that would have to be released before bucket 0 or
                                may not be planned inside the fence. */
    int64_t n;             /**< Rows. */
    const int32_t *item;   /**< [n] what is short, not a phantom */
    const int32_t *other;  /**< [n] what may be used instead, another item, not a phantom */
    const int64_t *num;    /**< [n] num / den of `other` do for one of `item`; > 0; NULL = 1 */
    const int64_t *den;    /**< [n] > 0; NULL = 1 */
} c12_mrp_substitutes;

/** Transfers made, as columns in the order they were made; count tells how many there were, rows beyond cap are left out. */
typedef struct c12_mrp_transfers {
    uint32_t struct_size;
    int32_t reserved;      /**< 0. */
    int64_t cap;           /**< Caller: rows in each column. */
    int64_t count;         /**< Library. */
    int32_t *item;         /**< [cap] what was short */
    int32_t *other;        /**< [cap] what stands in */
    int32_t *bucket;       /**< [cap] when */
    c12_qty *qty;          /**< [cap] of the item that need not be ordered */
    c12_qty *taken;        /**< [cap] of the other, ceil(qty * num / den) */
    int64_t *demand;       /**< [cap] demand row of the other that stands for it, ... */
    int64_t *receipt;      /**< [cap] ... and receipt row of the item */
    void *reserved_column; /**< NULL. */
} c12_mrp_transfers;

/** Edits a plan takes (c12_mrp_edit.kind). */
enum {
    C12_MRP_EDIT_DEMAND = 1,  /**< row = demand row: set bucket and value (0 = none); row = -1: add a row of `item`, numbered on, `field`
                                   C12_MRP_ORDER or FORECAST.  A row keeps its kind. */
    C12_MRP_EDIT_RECEIPT = 2, /**< The same for receipts; a new row is `field` C12_MRP_SCHEDULED or FIRM.  A row keeps its kind. */
    C12_MRP_EDIT_ITEM = 3,    /**< Set `field` of `item` to value. */
    C12_MRP_EDIT_LINE = 4,    /**< row = line: set value / den, scrap, effectivity and offset; value = 0 removes it; row = -1: add a
                                   line of parent `item` and `child`, numbered on. */
    C12_MRP_EDIT_SAFETY = 5   /**< Set the safety stock of `item` from `bucket` on to value; -1 takes that row away. */
};

/** Fields of an item that C12_MRP_EDIT_ITEM sets. */
enum {
    C12_MRP_FIELD_ON_HAND = 1,
    C12_MRP_FIELD_SAFETY = 2,
    C12_MRP_FIELD_LEAD_TIME = 3,
    C12_MRP_FIELD_LOT_RULE = 4,
    C12_MRP_FIELD_LOT_SIZE = 5,
    C12_MRP_FIELD_LOT_MIN = 6,
    C12_MRP_FIELD_LOT_MAX = 7,
    C12_MRP_FIELD_LOT_MULTIPLE = 8,
    C12_MRP_FIELD_LOT_PERIODS = 9,
    C12_MRP_FIELD_ORDER_COST = 10,
    C12_MRP_FIELD_HOLDING_COST = 11,
    C12_MRP_FIELD_SAFETY_TIME = 12,
    C12_MRP_FIELD_PLANNING_FENCE = 13,
    C12_MRP_FIELD_DEMAND_FENCE = 14,
    C12_MRP_FIELD_YIELD_PPM = 15
};

/** One edit.  FROZEN.  Fields a kind does not name are 0. */
typedef struct c12_mrp_edit {
    int64_t row;        /**< Demand row, receipt row or line; -1 = a new one. */
    int64_t value;      /**< Quantity, the field's value, or a line's num. */
    int64_t den;        /**< A line's den. */
    int32_t kind;       /**< C12_MRP_EDIT_* */
    int32_t field;      /**< C12_MRP_FIELD_*; the kind of a new demand or receipt row. */
    int32_t item;       /**< The item; a new line's parent. */
    int32_t child;      /**< A new line's child. */
    int32_t bucket;     /**< Of demand or receipt; a line's first effective bucket. */
    int32_t to;         /**< A line's first bucket in which it is no longer effective; 0 = for ever. */
    int32_t scrap_ppm;  /**< A line's. */
    int32_t offset;     /**< A line's. */
} c12_mrp_edit;

/** Planned receipts that differ, as columns; count tells how many there were, rows beyond cap are left out. */
typedef struct c12_mrp_delta {
    uint32_t struct_size;
    int32_t reserved;    /**< 0. */
    int64_t cap;         /**< Caller: rows in each column. */
    int64_t count;       /**< Library: cells that differ. */
    int64_t touched;     /**< Library: rows that were netted again (change) or compared (diff). */
    int32_t *item;       /**< [cap] */
    int32_t *bucket;     /**< [cap] */
    c12_qty *before;     /**< [cap] planned receipt in the old plan, or in branch a */
    c12_qty *after;      /**< [cap] planned receipt in the new plan, or in branch b */
} c12_mrp_delta;

/** One item's time-phased row; columns may be NULL. */
typedef struct c12_mrp_row {
    uint32_t struct_size;
    int32_t level;       /**< Library: low-level code. */
    c12_qty past_due;    /**< Library: releases that should have been made before bucket 0. */
    c12_qty *gross;      /**< [buckets] gross requirements */
    c12_qty *receipts;   /**< [buckets] scheduled receipts */
    c12_qty *planned;    /**< [buckets] planned order receipts, firm planned orders included */
    c12_qty *release;    /**< [buckets] planned order releases: the quantity started */
    c12_qty *projected;  /**< [buckets] projected available */
    c12_qty *by_products; /**< [buckets] what falls off when other items are made (R20) */
} c12_mrp_row;

/** Bytes a handle of these dims takes: 8 an item and bucket, 16 a wide row and bucket, about 200 an item and 60 a line.
 *  @param dims  sizes
 *  @param bytes out
 *  @param err   optional
 *  @return C12_E_ARG or C12_E_RANGE for a size that cannot be, C12_E_OVERFLOW when the sum does not fit size_t.  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_bytes(const c12_mrp_dims *dims, size_t *bytes, c12_error *err);

/** Make a handle in the caller's memory, which must outlive it.
 *  @param self out
 *  @param mem  c12_mrp_bytes bytes
 *  @param dims sizes
 *  @param host optional; host->parallel spreads a plan over threads
 *  @param err  optional
 *  @return C12_E_SPACE with the bytes that suffice.  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_init(c12_mrp **self, c12_mem mem, const c12_mrp_dims *dims, const c12_host *host, c12_error *err);

/** c12_mrp_bytes, host->alloc and c12_mrp_init in one.
 *  @param self out
 *  @param dims sizes
 *  @param host optional
 *  @param err  optional
 *  @return C12_E_NOMEM besides.  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_create(c12_mrp **self, const c12_mrp_dims *dims, const c12_host *host, c12_error *err);

/** Give back what c12_mrp_create took; NULL is fine, memory given to c12_mrp_init is left alone.
 *  @param self the handle  @since 0.1 */
C12_API void c12_mrp_destroy(c12_mrp *self);

/** Take a problem in: validate it, order its items, copy what planning needs.  Nothing of `in` is kept.  Closes all branches.
 *  @param self the handle
 *  @param in   the problem
 *  @param err  optional; err->text receives every fault
 *  @return as c12_mrp_net, and C12_E_SPACE naming the dims that are too small.  After an error the handle holds no problem.
 *          O(items + lines + rows).  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_load(c12_mrp *self, const c12_mrp_input *in, c12_error *err);

/** Plan the loaded problem (R1 to R8): level by level, each item gathering its requirement from its parents' orders, so that any number
 *  of threads gives the same bits as c12_mrp_net.
 *  @param self   the handle
 *  @param branch 0 = the trunk; a branch is kept planned by c12_mrp_change, so for it only `plan` is filled
 *  @param budget optional: a plan is exact and its work known, so no limit applies; NULL as usual
 *  @param plan   optional out: the dense columns and exceptions of c12_mrp_net; NULL keeps the plan in the handle
 *  @param info   optional: work = rows netted, elapsed, stop = C12_STOP_CANCEL after c12_mrp_cancel
 *  @param err    optional
 *  @return C12_E_STATE before a load, C12_E_OVERFLOW as c12_mrp_net, C12_E_SPACE when more than dims.wide_rows items need 64 bits;
 *          after these the handle holds no plan.  O((items + lines) * buckets).  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_solve(c12_mrp *self, int32_t branch, const c12_budget *budget, c12_mrp_plan *plan, c12_info *info, c12_error *err);

/** Ask a running solve to stop between two levels; the handle then holds no plan.  THREADSAFE, signal-safe.
 *  @param self the handle  @since 0.1 */
C12_API void c12_mrp_cancel(c12_mrp *self);

/** Use substitutes (R22): from the top level down, bucket by bucket, what an item is short of before it orders is taken from the stock of
 *  others that is free in that and every later bucket, above their floors; only the rest is ordered.  What a parent no longer orders its
 *  components are no longer short of.  A transfer is a demand row of the other and a scheduled receipt of the item: change, diff, pegging and
 *  explanations know it as they know any row, and setting both to 0 takes it back.
 *  @param self   the handle, planned; dims.demand and dims.receipts with a row for each transfer, dims.edits 0 or >= 2
 *  @param branch 0 = the trunk, or an open branch: what-if first, commit then
 *  @param in     which may stand in for which
 *  @param out    transfers
 *  @param err    optional
 *  @return C12_E_RANGE naming column and row; C12_E_SPACE, C12_E_OVERFLOW as c12_mrp_change: the plan is then as before, rows added stay with
 *          quantity 0.  O(levels * rows + orders that could be replaced * (buckets * their rows + rows touched)).  Deterministic.  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_substitute(c12_mrp *self, int32_t branch, const c12_mrp_substitutes *in, c12_mrp_transfers *out, c12_error *err);

/** Change the inputs and net again only what the change touches; the plan is then what c12_mrp_solve would make of the new inputs.
 *  @param self   the handle, planned
 *  @param branch 0 = the trunk, or an open branch
 *  @param edits  [n_edits] in this order
 *  @param n_edits rows
 *  @param delta  optional: planned receipts that changed
 *  @param err    optional
 *  @return C12_E_RANGE naming edit and field, C12_E_CYCLE for a line that would close one, C12_E_OVERFLOW, C12_E_SPACE naming the dims
 *          that are too small; after an error inputs and plan are as before.  O(rows touched * (buckets + their lines)).  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_change(c12_mrp *self, int32_t branch, const c12_mrp_edit *edits, int32_t n_edits, c12_mrp_delta *delta, c12_error *err);

/** Open a what-if branch: a copy of the plan as it is now that takes memory only for what either changes from here on.
 *  @param self   the handle, planned
 *  @param from   0 = the trunk, or an open branch
 *  @param branch out: its number, 1..dims.branches
 *  @param err    optional
 *  @return C12_E_SPACE when dims.branches are open or branch_rows are used up.  O(1) from the trunk, else O(rows the branch holds).
 *          @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_branch(c12_mrp *self, int32_t from, int32_t *branch, c12_error *err);

/** Close a branch and forget it.  O(rows it holds).
 *  @param self   the handle
 *  @param branch an open branch
 *  @param err    optional
 *  @return C12_E_RANGE when it is not open.  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_drop(c12_mrp *self, int32_t branch, c12_error *err);

/** Make a branch's inputs and plan the trunk's and close it; other branches keep what they show.  O(rows it holds * branches).
 *  @param self   the handle
 *  @param branch an open branch
 *  @param err    optional
 *  @return C12_E_RANGE when it is not open, C12_E_SPACE when the others find no room.  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_commit(c12_mrp *self, int32_t branch, c12_error *err);

/** Planned receipts that differ between two branches, in plan order of the items either holds.  O(rows the two hold * buckets).
 *  @param self  the handle, planned
 *  @param a     branch, 0 = the trunk
 *  @param b     branch, 0 = the trunk
 *  @param delta out
 *  @param err   optional
 *  @return C12_E_RANGE for a branch that is not open.  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_diff(c12_mrp *self, int32_t a, int32_t b, c12_mrp_delta *delta, c12_error *err);

/** One item's row.  Several threads may read at a time.  O(buckets).
 *  @param self   the handle, planned
 *  @param branch 0 = the trunk
 *  @param item   row of the item
 *  @param row    out
 *  @param err    optional
 *  @return C12_E_RANGE, C12_E_STATE.  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_get(const c12_mrp *self, int32_t branch, int32_t item, c12_mrp_row *row, c12_error *err);

/** Action messages of one item, as columns. */
typedef struct c12_mrp_actions {
    uint32_t struct_size;
    int32_t reserved;    /**< 0. */
    int64_t cap;         /**< Caller: rows in each column. */
    int64_t count;       /**< Library: messages found; beyond cap they are left out. */
    int32_t *bucket;     /**< [cap] in bucket order; see C12_MRP_PAST_DUE_RELEASE ... */
    int32_t *kind;       /**< [cap] C12_MRP_PAST_DUE_RELEASE ... */
    int32_t *to;         /**< [cap] */
    c12_qty *qty;        /**< [cap] */
} c12_mrp_actions;

/** Action messages of one item (R3, R7, R8).  Several threads may read at a time.  O(buckets + receipts).
 *  @param self   the handle, planned
 *  @param branch 0 = the trunk
 *  @param item   row of the item
 *  @param out    messages
 *  @param err    optional
 *  @return C12_E_RANGE, C12_E_STATE.  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_messages(const c12_mrp *self, int32_t branch, int32_t item, c12_mrp_actions *out, c12_error *err);

/** Independent demand that waits for a cell, as columns. */
typedef struct c12_mrp_demands {
    uint32_t struct_size;
    int32_t reserved;     /**< 0. */
    int64_t cap;          /**< Caller: rows in each column. */
    int64_t count;        /**< Library: rows found; beyond cap they are left out. */
    int64_t *row;         /**< [cap] demand row */
    int32_t *item;        /**< [cap] its item */
    int32_t *bucket;      /**< [cap] its bucket as it counts: overdue in 0 */
    c12_qty *qty;         /**< [cap] how much of that demand waits, in quanta of its item */
} c12_mrp_demands;

/** Full pegging upwards: which demand rows wait for the requirement of an item in a bucket, through every level.  Supply serves
 *  requirements first in, first out on cumulative quantity; within a bucket demand comes before parents, parents in plan order; the
 *  part of an order that waits stands at its front.  No table is kept and no path is walked twice: each ancestor is visited once.
 *  @param self   the handle, planned
 *  @param branch 0 = the trunk
 *  @param item   row of the item
 *  @param bucket 0 to buckets - 1
 *  @param out    rows by item from the nearest level up
 *  @param err    optional
 *  @return C12_E_RANGE, C12_E_STATE; C12_E_SPACE when dims.trace_cells orders do not suffice.
 *          O(parents of the ancestors + ancestors * buckets).  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_peg_up(c12_mrp *self, int32_t branch, int32_t item, int32_t bucket, c12_mrp_demands *out, c12_error *err);

/** Where a quantity comes from. */
enum {
    C12_MRP_FROM_STOCK = 0,   /**< On hand. */
    C12_MRP_FROM_RECEIPT = 1, /**< The receipt `row`, available in `bucket`. */
    C12_MRP_FROM_ORDER = 2,   /**< The planned order received in `bucket`. */
    C12_MRP_FROM_NOTHING = 3, /**< Nothing within the horizon. */
    C12_MRP_FROM_BY_PRODUCT = 4 /**< What falls off in `bucket` when other items are made (R20). */
};

/** Supply that feeds an order, as columns. */
typedef struct c12_mrp_feeds {
    uint32_t struct_size;
    int32_t reserved;     /**< 0. */
    int64_t cap;          /**< Caller: rows in each column. */
    int64_t count;        /**< Library: rows found; beyond cap they are left out. */
    int32_t *item;        /**< [cap] whose supply */
    int32_t *kind;        /**< [cap] C12_MRP_FROM_STOCK ... */
    int32_t *bucket;      /**< [cap] when it is available; 0 = stock, -1 = nothing */
    int64_t *row;         /**< [cap] receipt row, else -1 */
    c12_qty *qty;         /**< [cap] in quanta of that item, good pieces */
    void *reserved_column; /**< NULL. */
} c12_mrp_feeds;

/** Full pegging downwards: what feeds the planned order of an item received in a bucket, through every level.  Supply serves requirements
 *  first in, first out as in c12_mrp_peg_up; a part of an order takes the part of its components that stands where it stands, ends rounded
 *  up, so that the parts of all that share an order add up to it.
 *  @param self   the handle, planned
 *  @param branch 0 = the trunk
 *  @param item   row of the item
 *  @param bucket receipt bucket of the order; without an order there is nothing to tell
 *  @param out    rows by item from the order's components down; a piece reached over several parents makes several rows
 *  @param err    optional
 *  @return C12_E_RANGE, C12_E_STATE; C12_E_SPACE when dims.trace_cells pieces do not suffice.
 *          O(parents of the descendants * buckets asked).  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_peg_down(c12_mrp *self, int32_t branch, int32_t item, int32_t bucket, c12_mrp_feeds *out, c12_error *err);

/** The same for a demand row: its item's supply first, then what feeds that.
 *  @param self   the handle, planned
 *  @param branch 0 = the trunk
 *  @param row    demand row
 *  @param out    rows by item from the demand's own down
 *  @param err    optional
 *  @return as c12_mrp_peg_down.  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_peg_demand(c12_mrp *self, int32_t branch, int64_t row, c12_mrp_feeds *out, c12_error *err);

/** What a new order can be promised. */
typedef struct c12_mrp_promise {
    uint32_t struct_size;
    int32_t bucket;       /**< Library: first bucket from the wanted one on in which the order can be met, -1 = none within the horizon. */
    int32_t item;         /**< Library: why not when wanted: the lowest item that would have to be released before bucket 0, -1 = it can. */
    int32_t tries;        /**< Library: buckets that were tried. */
    c12_qty late;         /**< Library: how much of it, the quantity started. */
} c12_mrp_promise;

/** Capable-to-promise through every level: the first bucket in which a new order could be met without a release before bucket 0 that is
 *  not there already, by planning it for one bucket after the other.  The plan stays as it is.
 *  @param self   the handle, planned
 *  @param branch 0 = the trunk; an open branch holds the rows tried from then on, as do all that are open when the trunk is asked
 *  @param item   row of the item
 *  @param bucket wanted
 *  @param qty    > 0
 *  @param out    the promise
 *  @param err    optional
 *  @return C12_E_RANGE, C12_E_STATE, C12_E_OVERFLOW; C12_E_SPACE naming the dims that are too small, demand for one row more among them.
 *          O(tries * rows touched * (buckets + their lines)).  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_quote(c12_mrp *self, int32_t branch, int32_t item, int32_t bucket, c12_qty qty, c12_mrp_promise *out, c12_error *err);

/** Forms of available-to-promise. */
enum {
    C12_MRP_ATP_CUMULATIVE = 0, /**< R12: what could still be promised by the end of each bucket. */
    C12_MRP_ATP_DISCRETE = 1    /**< R13: in bucket 0 and each bucket with supply, what no later bucket needs; may be negative in 0. */
};

/** Available-to-promise of an item.  O(buckets).
 *  @param self   the handle, planned
 *  @param branch 0 = the trunk
 *  @param item   row of the item
 *  @param form   C12_MRP_ATP_CUMULATIVE or C12_MRP_ATP_DISCRETE
 *  @param qty    [buckets] out
 *  @param err    optional
 *  @return C12_E_RANGE, C12_E_STATE.  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_atp(c12_mrp *self, int32_t branch, int32_t item, int32_t form, c12_qty *qty, c12_error *err);

/** The numbers behind one cell, rule by rule. */
typedef struct c12_mrp_why {
    uint32_t struct_size;
    int32_t level;            /**< R1 */
    c12_qty demand;           /**< R2: independent demand in this bucket */
    c12_qty dependent;        /**< R4: asked for by parents */
    c12_qty receipts;         /**< R3, R20: scheduled receipts and by-products */
    c12_qty opening;          /**< R5: projected at the end of the bucket before; on hand in bucket 0 */
    c12_qty before;           /**< R5: opening + receipts - demand - dependent */
    c12_qty floor;            /**< R5: safety stock, or the reorder point of min_max when that is higher */
    c12_qty net;              /**< R5: max(0, floor - (before + firm - demand_ahead)) */
    c12_qty planned;          /**< R6: what the lot rule made of it, firm planned orders included; good pieces */
    c12_qty projected;        /**< R5: before + planned */
    int32_t lot_rule;         /**< R6: C12_MRP_LOT_FOR_LOT ... */
    int32_t lead_time;        /**< R7 */
    int32_t release_bucket;   /**< R7: bucket - lead time, -1 = past due; the bucket itself when nothing is planned */
    int32_t late;             /**< R7: buckets by which the release is past due */
    c12_qty firm;             /**< R16: of it, firm planned orders, good pieces */
    c12_qty started;          /**< R19: the quantity started so that `planned` good pieces come out */
    c12_qty demand_ahead;     /**< R15: gross requirements of the next safety_time buckets, which count already */
    int32_t safety_time;      /**< R15 */
    int32_t fence;            /**< R17: first bucket in which a new order may be received */
    char *text;               /**< Caller: buffer for the same as sentences, or NULL. */
    size_t text_cap;          /**< Caller: its bytes. */
} c12_mrp_why;

/** Explain a cell: why is there an order, why none, why this much, why then.  O(buckets).
 *  @param self   the handle, planned
 *  @param branch 0 = the trunk
 *  @param item   row of the item
 *  @param bucket 0 to buckets - 1
 *  @param why    out; its text is always terminated, cut at text_cap
 *  @param err    optional
 *  @return C12_E_RANGE, C12_E_STATE.  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_explain(c12_mrp *self, int32_t branch, int32_t item, int32_t bucket, c12_mrp_why *why, c12_error *err);

/* ---- date mode (shape F): the same rules on event lists, dates for buckets, calendars ---------------------------------------------- */

/** The planning problem without buckets.  A date is an int64 tick whose unit is the caller's: a day number, a second.  Lead times count
 *  working units of the item's calendar, every other length counts all units. */
typedef struct c12_mrp_date_input {
    uint32_t struct_size;
    int32_t scrap;                  /**< C12_SCRAP_*. */
    int64_t n_demand;               /**< Rows of the demand columns, <= 2^31-1. */
    int64_t n_receipts;             /**< Rows of the receipt columns, <= 2^31-1. */
    int64_t n_safety;               /**< Rows of the safety columns, <= 2^31-1. */
    int64_t order_room;             /**< Orders, phantoms' and firm ones included, and as many fence shortages, that scratch has room for; with
                                         n_demand <= 2^31-1; see c12_mrp_date_scratch. */
    c12_qty message_qty;            /**< Damping (R21): no expedite, defer or cancel for a receipt of less than this. */
    c12_tick message_shift;         /**< Damping (R21): no expedite or defer by at most so many units. */
    c12_tick today;                 /**< First date of the plan, 0..2^60; what lies before is past due. */
    c12_tick horizon;               /**< First date beyond the plan, > today, <= 2^60. */
    c12_tick origin;                /**< The date from which line_from and line_to of the BOM count, 0..today. */
    int32_t n_calendars;            /**< Rows of calendar_off less one. */
    int32_t negative_stock;         /**< 1: on_hand < 0 is stock that was issued too much; 0: refused. */
    int32_t phantom_demand;         /**< 0: demand for a phantom passes through to its components; 1: refused. */
    int32_t reserved;               /**< 0. */
    const c12_bom *bom;             /**< line_from and line_to count units from origin (NULL and 2^31-1: open), line_offset counts units; by-products are supply (R20). */
    const int32_t *demand_item;     /**< [n_demand] */
    const c12_tick *demand_date;    /**< [n_demand] before today counts today; >= horizon is outside and only counted (R2). */
    const c12_qty *demand_qty;      /**< [n_demand] >= 0 */
    const int32_t *receipt_item;    /**< [n_receipts] scheduled receipts */
    const c12_tick *receipt_date;   /**< [n_receipts] before today = overdue; >= horizon is outside and only counted */
    const c12_qty *receipt_qty;     /**< [n_receipts] >= 0 */
    const int32_t *item_type;       /**< [n_items] C12_MRP_BUY, MAKE or PHANTOM; NULL = no phantoms */
    const c12_qty *on_hand;         /**< [n_items] >= 0, see negative_stock; NULL = 0 */
    const c12_qty *safety;          /**< [n_items] safety stock >= 0; NULL = 0 */
    const int32_t *lead_time;       /**< [n_items] working units of the item's calendar >= 0; NULL = 0 */
    const int32_t *lot_rule;        /**< [n_items] C12_MRP_LOT_FOR_LOT ...; NULL = lot for lot */
    const c12_qty *lot_size;        /**< [n_items] as in c12_mrp_input, and so the next three */
    const c12_qty *lot_min;         /**< [n_items] */
    const c12_qty *lot_max;         /**< [n_items] */
    const c12_qty *lot_multiple;    /**< [n_items] */
    const int32_t *lot_periods;     /**< [n_items] periods: units of time an order covers, > 0 where used; NULL = 1 */
    const c12_money *order_cost;    /**< [n_items] as in c12_mrp_input */
    const c12_money *holding_cost;  /**< [n_items] cost of keeping a quantum for one unit of time, as in c12_mrp_input */
    const int32_t *item_calendar;   /**< [n_items] the calendar of whoever makes or delivers it; -1 = every unit is working; NULL = -1 */
    const int64_t *calendar_off;    /**< [n_calendars + 1] windows of calendar c are calendar_off[c] .. calendar_off[c+1]-1. */
    const c12_tick *window_from;    /**< [windows] working time is half-open: [from, to); sorted, apart or touching, within +-2^60 */
    const c12_tick *window_to;      /**< [windows] */
    const int32_t *demand_kind;     /**< [n_demand] C12_MRP_ORDER or FORECAST; NULL = orders */
    const int32_t *demand_fence;    /**< [n_items] units from today >= 0 within which forecasts do not count (R18); NULL = 0 */
    const int32_t *safety_time;     /**< [n_items] units >= 0 by which supply is to be there before it is needed (R15); NULL = 0 */
    const int32_t *yield_ppm;       /**< [n_items] good pieces of a million started, 1..10^6 (R19); NULL = 10^6 */
    const int32_t *planning_fence;  /**< [n_items] units from today >= 0 within which no new order is received (R17); NULL = 0 */
    const int32_t *receipt_kind;    /**< [n_receipts] C12_MRP_SCHEDULED or FIRM (then receipt_qty is the quantity started, R16); NULL = scheduled */
    const int32_t *safety_item;     /**< [n_safety] safety stock by date (R14): sorted by item, then date, no two the same ... */
    const c12_tick *safety_date;    /**< [n_safety] from this date up to the item's next row; before today it holds from today ... */
    const c12_qty *safety_qty;      /**< [n_safety] >= 0; before an item's first row its `safety` holds */
} c12_mrp_date_input;

/** The plan: planned orders and messages as columns.  Both truncate at their cap; the counts say how many there were. */
typedef struct c12_mrp_date_plan {
    uint32_t struct_size;
    int32_t reserved;              /**< 0. */
    int64_t order_cap;             /**< Caller: room in the order columns. */
    int64_t order_count;           /**< Library: planned orders, phantoms' included. */
    int64_t exc_cap;               /**< Caller: room in the exception columns. */
    int64_t exc_count;             /**< Library: exceptions found. */
    int64_t outside_demand;        /**< Library: demand rows at or after the horizon (R2). */
    int64_t outside_receipts;      /**< Library: receipt rows at or after the horizon. */
    int32_t *order_item;           /**< [order_cap] sorted by item, then due date; may be NULL when order_cap is 0, and so all order_* */
    c12_tick *order_due;           /**< [order_cap] date it is needed */
    c12_tick *order_release;       /**< [order_cap] date it is to be released, never before today */
    c12_qty *order_qty;            /**< [order_cap] good pieces that come out, of firm and new orders of the date together (R16) */
    c12_tick *order_late;          /**< [order_cap] 0, or past due: units after the due date at which it can be there when released today; -1 =
                                        its calendar has not so much working time left */
    int32_t *exc_item;             /**< [exc_cap] sorted by item, then date; may be NULL when exc_cap is 0, and so all exc_* */
    c12_tick *exc_date;            /**< [exc_cap] due date of the order, date of the receipt as given */
    int32_t *exc_kind;             /**< [exc_cap] C12_MRP_PAST_DUE_RELEASE ... */
    c12_tick *exc_to;              /**< [exc_cap] past-due release and overdue receipt: today; cancel: -1; else the date it is needed */
    c12_qty *exc_qty;              /**< [exc_cap] quantity of the order or receipt */
    int32_t *level;                /**< [n_items] low-level codes; may be NULL */
    c12_qty *order_started;        /**< [order_cap] what is released so that they do (R19); may be NULL, to be judged only where yield_ppm is */
} c12_mrp_date_plan;

/** Scratch bytes that suffice for c12_mrp_date_net and c12_mrp_date_check of a problem of this size: about 88 a planned order, 56 a
 *  demand row, 72 a receipt row, 40 a safety row, 76 an item and 20 a line.
 *  @return 0 when a count is negative, SIZE_MAX when one is above its limit or the sum does not fit.  @since 0.1 */
C12_API size_t c12_mrp_date_scratch(int32_t n_items, int64_t n_lines, int64_t n_demand, int64_t n_receipts, int64_t n_safety, int64_t order_room);

/** Regenerative plan in date mode: R1 to R8 and R14 to R21 with dates for buckets.  An item's events are its demand, its receipts,
 *  its rows of safety stock, the end of its planning fence and what its parents' orders ask for or shed, by date.  An order is released on the
 *  latest date from which the lead time's working units lie before it is due; where that is before today it is past due, is released today,
 *  and with the item's other past-due orders asks its components for one quantity.
 *  Where every unit works, dates are 0..B-1, today is 0 and the horizon is B, the plan is the one c12_mrp_net makes of B buckets.
 *  @param in      the problem
 *  @param out     the plan's columns
 *  @param scratch c12_mrp_date_scratch bytes
 *  @param err     optional; err->text receives every fault of the input
 *  @return C12_E_RANGE naming column and row, C12_E_CYCLE as c12_mrp_net, C12_E_OVERFLOW with err->row = the item and err->value = the date,
 *          C12_E_SPACE with err->field "scratch" and the bytes that suffice, or "order_room" and the room to try next (the room that
 *          always suffices, or twice what was given where that is less).  On any error nothing is written.
 *          O(items + (parents' releases by line + rows) * log + windows crossed) and, of rules by cost, the squares of the dates with a need.  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_date_net(const c12_mrp_date_input *in, c12_mrp_date_plan *out, c12_mem scratch, c12_error *err);

/** Independent checker: pulls every requirement from the parents' orders, balances each item date by date, judges each order against its lot
 *  rule by division properties and counts the working units before its due date; shares no code with c12_mrp_date_net.
 *  @param in      the problem
 *  @param plan    to be judged: all its orders (order_count <= order_cap, <= in->order_room)
 *  @param verdict out; row = item, tick = date of the first broken rule; objective = sum of planned receipts (saturated)
 *  @param scratch c12_mrp_date_scratch bytes
 *  @param err     optional
 *  @return C12_OK whatever the verdict; C12_E_ARG for a truncated plan; C12_E_SPACE as c12_mrp_date_net.
 *          O(items + (lines' orders + rows) * log + orders * windows).  @since 0.1 */
C12_API C12_MUST c12_status c12_mrp_date_check(const c12_mrp_date_input *in, const c12_mrp_date_plan *plan, c12_verdict *verdict, c12_mem scratch,
                                               c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_MRP_H */
