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

/** What a line is. */
enum {
    C12_BOM_COMPONENT = 0, /**< The parent takes the child. */
    C12_BOM_BY_PRODUCT = 1 /**< The child falls off when the parent is made: supply for planning (R20), no requirement, no cost; scrap 0. */
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
    const int32_t *line_kind;      /**< [n_lines] C12_BOM_COMPONENT or BY_PRODUCT; NULL = components.  Both count for levels, for a by-product
                                        is planned after what it falls off from. */
    const void *reserved_column;   /**< NULL. */
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

/** Costs by element (material, labour, overhead, outside, or any other): element-major columns, cost k of item i is column[k * n_items + i]. */
typedef struct c12_bom_elements {
    uint32_t struct_size;
    int32_t n_elements;        /**< 1..16 */
    const c12_money *own;      /**< [n_elements * n_items] cost added at the item itself */
    const c12_money *setup;    /**< [n_elements * n_items] cost of one set-up, shared by a lot; NULL = none */
    const c12_qty *lot;        /**< [n_items] quanta that share a set-up, > 0; NULL = 1 */
    c12_money *this_level;     /**< [n_elements * n_items] out: own cost and set-up share */
    c12_money *lower;          /**< [n_elements * n_items] out: what the children bring */
    void *reserved_column;     /**< NULL. */
} c12_bom_elements;

/** Rolled-up unit costs by element and level.  Each element rolls up by R9: the set-up share (setup / lot) is rounded half to even and
 *  belongs to this_level; lower is what this_level and the children's costs, rounded together, come to above it.  With one element and no
 *  set-up, this_level + lower are c12_bom_rollup's costs.
 *  @param bom      the graph
 *  @param elements costs in and out
 *  @param options  bucket and scrap rule; NULL = bucket 0, C12_SCRAP_ADD
 *  @param scratch  c12_bom_scratch bytes
 *  @param err      optional
 *  @return C12_E_OVERFLOW with err->row = the item and err->value = the element, after which the output columns are undefined; C12_E_CYCLE;
 *          C12_E_RANGE.  O(elements * (items + lines)).  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_rollup_elements(const c12_bom *bom, const c12_bom_elements *elements, const c12_bom_options *options, c12_mem scratch, c12_error *err);

/** Independent checker of a rollup by element, as c12_bom_check_rollup encloses a plain one.
 *  @param bom      the graph
 *  @param elements as given to the rollup, its outputs to be judged
 *  @param options  as given to the rollup
 *  @param verdict  out; row = first wrong item, tick = its element
 *  @param err      optional
 *  @return as c12_bom_check_rollup.  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_check_elements(const c12_bom *bom, const c12_bom_elements *elements, const c12_bom_options *options, c12_verdict *verdict, c12_error *err);

/** A bill in the caller's columns; a c12_bom over them sees it. */
typedef struct c12_bom_sheet {
    uint32_t struct_size;
    int32_t reserved;          /**< 0. */
    int64_t cap;               /**< Caller: rows in each line column. */
    int64_t count;             /**< Library: lines, also when they are more than cap. */
    int64_t *line_off;         /**< [n_items + 1] */
    int64_t *line_num;         /**< [cap] and so all below */
    int64_t *line_den;
    int32_t *line_child;
    int32_t *line_scrap_ppm;
    int32_t *line_from;
    int32_t *line_to;
    int32_t *line_offset;
    int32_t *line_kind;
    int64_t *line_source;      /**< Line of the given bill that a row comes from, -1 = an added one; NULL = not wanted. */
} c12_bom_sheet;

/** One component for another, wherever it stands. */
typedef struct c12_bom_swap {
    uint32_t struct_size;
    int32_t before;            /**< The item that goes ... */
    int32_t after;             /**< ... and the one that comes. */
    int32_t from;              /**< First bucket of the new one; lines that are effective across it are split.  0 = at once. */
    int64_t num;               /**< Quanta of `after` that do the work ... */
    int64_t den;               /**< ... of this many of `before`. */
    const uint8_t *only;       /**< [n_items] 1 = in this parent's lines; NULL = in all */
    const void *reserved_column; /**< NULL. */
} c12_bom_swap;

/** Mass replace: the bill with one component exchanged, ratios exact in lowest terms.  The bill itself is not touched: c12_bom_compare of the two
 *  is the preview.
 *  @param bom     the graph
 *  @param swap    what for what
 *  @param out     the new bill; 2 * lines rows always suffice
 *  @param scratch c12_bom_scratch bytes
 *  @param err     optional
 *  @return C12_E_CYCLE when the new component contains one of the parents, C12_E_OVERFLOW with err->row = the line, C12_E_SPACE with out->count = the
 *          rows that suffice, C12_E_RANGE.  O(items + lines).  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_replace(const c12_bom *bom, const c12_bom_swap *swap, c12_bom_sheet *out, c12_mem scratch, c12_error *err);

/** Alternates: lines of one parent with the same group number stand for one another. */
typedef struct c12_bom_alternates {
    uint32_t struct_size;
    int32_t reserved;              /**< 0. */
    const int32_t *line_group;     /**< [n_lines] group within the parent, -1 = the line is always taken; NULL = all are */
    const int32_t *line_priority;  /**< [n_lines] the lowest is preferred, then the first line; NULL = 0 */
    const int32_t *line_share_ppm; /**< [n_lines] share of the group's quantity, 0..1000000, of a group together 0 or 1000000; NULL = 0 */
    const int32_t *item_available; /**< [n_items] 0 = not to be had: passed over while another of the group is; NULL = everything is */
} c12_bom_alternates;

/** The plain bill that planning reads.  Of a group with shares every line with one stays, with that part of its quantity per, exact in lowest terms; of
 *  another group the available line of lowest priority stays, or the lowest of all where none is available.
 *  @param bom        the graph with all alternates on it
 *  @param alternates groups, priorities, shares
 *  @param out        the new bill; as many rows as lines always suffice
 *  @param scratch    c12_bom_scratch bytes
 *  @param err        optional
 *  @return C12_E_RANGE naming the first line of a group whose shares add up to something else, with the sum in err->value; C12_E_OVERFLOW with
 *          err->row = the line; C12_E_SPACE with out->count = the rows that suffice.  O(items + sum of the squares of the parents' lines).
 *          @since 0.1 */
C12_API C12_MUST c12_status c12_bom_mix(const c12_bom *bom, const c12_bom_alternates *alternates, c12_bom_sheet *out, c12_mem scratch, c12_error *err);

/** States of a revision or an engineering change order. */
enum {
    C12_BOM_DRAFT = 0,
    C12_BOM_APPROVED = 1,   /**< All required roles have signed. */
    C12_BOM_EFFECTIVE = 2,
    C12_BOM_SUPERSEDED = 3,
    C12_BOM_REJECTED = 4
};

/** Moves of a change order. */
enum {
    C12_BOM_APPROVE = 0,    /**< One role signs; the last one approves. */
    C12_BOM_REJECT = 1,     /**< One role says no; all signatures are void. */
    C12_BOM_RELEASE = 2,    /**< An approved change becomes effective. */
    C12_BOM_SUPERSEDE = 3,  /**< A later one takes its place. */
    C12_BOM_REOPEN = 4,     /**< Back to draft; all signatures are void. */
    C12_BOM_MOVES = 5
};

/** A change order's life; c12_bom_eco_replay reads it off the trail of moves that led here. */
typedef struct c12_bom_eco_life {
    uint32_t struct_size;
    int32_t state;          /**< C12_BOM_DRAFT ... */
    int32_t required;       /**< Bit set of the roles that must sign. */
    int32_t signed_by;      /**< Bit set of those that have. */
} c12_bom_eco_life;

/** One move by one role.
 *  @param life in and out
 *  @param move C12_BOM_APPROVE ...
 *  @param role 0..30, of who moves
 *  @param err  optional
 *  @return C12_E_STATE with the refusal in err->what; life is then as before.  C12_E_RANGE.  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_eco_move(c12_bom_eco_life *life, int32_t move, int32_t role, c12_error *err);

/** What was decided about several change orders, as one append-only ledger in the order of its entries.  Every order begins as a draft. */
typedef struct c12_bom_trail {
    uint32_t struct_size;
    int32_t n_ecos;
    int64_t n_entries;
    const int32_t *eco_required; /**< [n_ecos] bit set of the roles that must sign, role r as bit 1 << r; 0 = nobody can approve it; NULL = role 0 alone */
    const int32_t *entry_eco;    /**< [n_entries] its change order */
    const int32_t *entry_move;   /**< [n_entries] C12_BOM_APPROVE ... */
    const int32_t *entry_role;   /**< [n_entries] 0..30, in what capacity */
    const int32_t *entry_who;    /**< [n_entries] a person, >= 0: whose signature stands for one role of an order may not sign for another; NULL = not asked */
    const c12_ns *entry_time;    /**< [n_entries] never falling; NULL = unknown */
} c12_bom_trail;

/** Where every change order stands after its trail: each entry is a c12_bom_eco_move.  A role that signs again takes the place of its earlier
 *  signature.
 *  @param trail     the ledger
 *  @param state     [n_ecos] out: C12_BOM_DRAFT ..., as c12_bom_ecos.eco_state wants it
 *  @param signed_by [n_ecos] out: bit set of the roles whose signatures stand; may be NULL
 *  @param scratch   c12_bom_trail_scratch bytes
 *  @param err       optional
 *  @return C12_E_STATE at the first entry that is refused, with its column (entry_move, entry_role, entry_who) and row, and why in err->what;
 *          C12_E_RANGE naming column and row; C12_E_ARG, C12_E_SPACE; on any error nothing is written.  O(orders + entries * roles of an
 *          order).  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_eco_replay(const c12_bom_trail *trail, int32_t *state, int32_t *signed_by, c12_mem scratch, c12_error *err);

/** Scratch bytes that suffice for c12_bom_eco_replay: 24 an order and 8 an entry; any alignment will do.
 *  @return 0 when a count is negative.  @since 0.1 */
C12_API size_t c12_bom_trail_scratch(int32_t n_ecos, int64_t n_entries);

/** Engineering change orders and their line edits; of several edits of one line a later one holds from its date on, whatever earlier ones said. */
typedef struct c12_bom_ecos {
    uint32_t struct_size;
    int32_t n_ecos;
    int64_t n_edits;
    const int32_t *eco_state;   /**< [n_ecos] only C12_BOM_APPROVED and EFFECTIVE ones count */
    const int32_t *eco_from;    /**< [n_ecos] first bucket; NULL = 0 */
    const int32_t *eco_serial;  /**< [n_ecos] first serial number instead of a bucket, -1 = by bucket; NULL = by bucket */
    const int32_t *eco_use_up;  /**< [n_ecos] bucket up to which old parts go in, if that is later than eco_from: interchangeable parts; NULL = 0 */
    const int32_t *edit_eco;    /**< [n_edits] its change order */
    const int32_t *edit_kind;   /**< [n_edits] C12_BOM_ADDED, REMOVED or CHANGED */
    const int32_t *edit_parent; /**< [n_edits] of an added line */
    const int32_t *edit_child;  /**< [n_edits] of an added or changed line */
    const int64_t *edit_line;   /**< [n_edits] line of the bill that is removed or changed; -1 = an added one */
    const int64_t *edit_num;    /**< [n_edits] of an added or changed line ... */
    const int64_t *edit_den;    /**< [n_edits] ... over this; NULL = 1 */
    const int32_t *edit_scrap_ppm; /**< [n_edits] 0 where a by-product's line is changed; NULL = 0 */
    const int32_t *edit_offset; /**< [n_edits] NULL = 0 */
    const void *reserved_column; /**< NULL. */
} c12_bom_ecos;

/** The bill as its approved changes make it: dated by bucket, so that planning changes over by itself, or as it stands for one serial number.
 *  @param bom     the bill before the changes
 *  @param ecos    change orders
 *  @param serial  serial number asked about; changes by serial apply from theirs on
 *  @param out     the new bill; 2 * lines + n_edits rows always suffice when no line is edited twice
 *  @param scratch c12_bom_scratch bytes
 *  @param err     optional
 *  @return C12_E_RANGE naming column and row, C12_E_CYCLE, C12_E_SPACE with out->count = the rows that suffice.  O(lines * edits).  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_eco_apply(const c12_bom *bom, const c12_bom_ecos *ecos, int32_t serial, c12_bom_sheet *out, c12_mem scratch, c12_error *err);

/** Independent checker of applied changes.  C1 the new bill has every line that the old one and its changes ask for, in each bucket in which they ask for it and as
 *  often; C2 it has no other; C3 no item goes into itself, dates ignored.  In which order a parent's lines stand, whether a window is in one piece and in which
 *  terms a ratio is written makes no difference.
 *  @param before  the bill before the changes
 *  @param ecos    as given to c12_bom_eco_apply
 *  @param serial  as given to c12_bom_eco_apply
 *  @param after   the new bill, to be judged
 *  @param verdict out; row = line of the old bill (field line_before), edit (edit_line) or line of the new one (line_after), one of several that say the same;
 *                 tick = bucket from which it is wrong, -1 for C3; objective = edits that count
 *  @param scratch c12_bom_eco_check_scratch bytes
 *  @param err     optional
 *  @return C12_OK whatever the verdict; C12_E_ARG when the numbers of items differ; C12_E_RANGE naming column and row of either bill or of an edit; C12_E_SPACE.
 *          O(items + (lines + edits) * log of a parent's).  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_eco_check(const c12_bom *before, const c12_bom_ecos *ecos, int32_t serial, const c12_bom *after, c12_verdict *verdict,
                                              c12_mem scratch, c12_error *err);

/** Scratch bytes that suffice for c12_bom_eco_check: 40 a line of the old bill and an edit, 32 a line of the new one, 20 an item; any alignment will do.
 *  @return 0 when a count is negative.  @since 0.1 */
C12_API size_t c12_bom_eco_check_scratch(int32_t n_items, int64_t lines_before, int64_t n_edits, int64_t lines_after);

/** Revisions of items. */
typedef struct c12_bom_revisions {
    uint32_t struct_size;
    int32_t reserved;        /**< 0. */
    int64_t count;
    const int32_t *item;     /**< [count] */
    const int32_t *state;    /**< [count] C12_BOM_DRAFT ... */
    const int32_t *from;     /**< [count] first bucket, or first serial number: whatever `at` is asked in */
    const void *reserved_column; /**< NULL. */
} c12_bom_revisions;

/** The revision of an item that applies at a bucket or serial number: of those neither draft nor rejected the latest that has begun, the last
 *  row of several.
 *  @param revisions in any order
 *  @param item      row of the item
 *  @param at        bucket or serial number
 *  @param row       out: its row, -1 = none has begun
 *  @param err       optional
 *  @return C12_E_ARG, C12_E_RANGE.  O(count).  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_effective(const c12_bom_revisions *revisions, int32_t item, int32_t at, int64_t *row, c12_error *err);

/** How a line differs between two revisions. */
enum {
    C12_BOM_ADDED = 1,
    C12_BOM_REMOVED = 2,
    C12_BOM_CHANGED = 3 /**< Ratio, scrap, effectivity or offset. */
};

/** Lines that differ, as columns; count tells how many there are, rows beyond cap are left out. */
typedef struct c12_bom_changes {
    uint32_t struct_size;
    int32_t reserved;      /**< 0. */
    int64_t cap;           /**< Caller: rows in each column. */
    int64_t count;         /**< Library: lines that differ. */
    int32_t *parent;       /**< [cap] by parent; within a parent removed and changed lines as before, then added ones as after */
    int32_t *child;        /**< [cap] */
    int32_t *kind;         /**< [cap] C12_BOM_ADDED ... */
    int64_t *line_before;  /**< [cap] -1 = added */
    int64_t *line_after;   /**< [cap] -1 = removed */
    void *reserved_column; /**< NULL. */
} c12_bom_changes;

/** Compare two revisions of the same items.  Under a parent equal lines pair off first, wherever they stand; what is left pairs by child, the first
 *  with the first where a child stands on several.  1/2 and 2/4 are the same ratio.
 *  @param before  the older graph
 *  @param after   the newer one, with as many items
 *  @param changes out
 *  @param err     optional
 *  @return C12_E_ARG when the numbers of items differ; C12_E_RANGE as everywhere.  O(items + sum of the squares of the parents' lines), cubes
 *          of the lines that name one child.  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_compare(const c12_bom *before, const c12_bom *after, c12_bom_changes *changes, c12_error *err);

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

/* ---- the model (shape P): a bill of materials that is kept, asked and changed ------------------------------------------------------ */

/** A loaded bill of materials: low-level codes, lines in both directions and rolled-up costs, kept current under changes. */
typedef struct c12_bom_model c12_bom_model;

/** What a model must have room for. */
typedef struct c12_bom_dims {
    uint32_t struct_size;
    int32_t items;
    int64_t lines;      /**< <= 2^31-1 */
} c12_bom_dims;

/** Unit costs that changed, parents after children; count tells how many there were, rows beyond cap are left out. */
typedef struct c12_bom_costs {
    uint32_t struct_size;
    int32_t reserved;    /**< 0. */
    int64_t cap;         /**< Caller: rows in each column. */
    int64_t count;       /**< Library: unit costs that changed. */
    int64_t touched;     /**< Library: items rolled up again. */
    c12_money *before;   /**< [cap] */
    c12_money *after;    /**< [cap] */
    int32_t *item;       /**< [cap] */
    void *reserved_column; /**< NULL. */
} c12_bom_costs;

/** Bytes a model of these dims takes: about 70 an item and 48 a line.
 *  @param dims  sizes
 *  @param bytes out
 *  @param err   optional
 *  @return C12_E_ARG, C12_E_RANGE; C12_E_OVERFLOW when the sum does not fit size_t.  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_model_bytes(const c12_bom_dims *dims, size_t *bytes, c12_error *err);

/** Make a model in the caller's memory, which must outlive it.
 *  @param self out
 *  @param mem  c12_bom_model_bytes bytes
 *  @param dims sizes
 *  @param host optional
 *  @param err  optional
 *  @return C12_E_SPACE with the bytes that suffice.  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_model_init(c12_bom_model **self, c12_mem mem, const c12_bom_dims *dims, const c12_host *host, c12_error *err);

/** c12_bom_model_bytes, host->alloc and c12_bom_model_init in one.
 *  @param self out
 *  @param dims sizes
 *  @param host optional
 *  @param err  optional
 *  @return C12_E_NOMEM besides.  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_model_create(c12_bom_model **self, const c12_bom_dims *dims, const c12_host *host, c12_error *err);

/** Give back what c12_bom_model_create took; NULL is fine.
 *  @param self the model  @since 0.1 */
C12_API void c12_bom_model_destroy(c12_bom_model *self);

/** Take a bill of materials in: low-level codes (R1) and the lines of every item downwards and upwards.  Nothing of `bom` is kept.
 *  @param self    the model
 *  @param bom     the graph
 *  @param options bucket and scrap rule of the costs; NULL = bucket 0, C12_SCRAP_ADD
 *  @param err     optional
 *  @return as c12_bom_levels; C12_E_SPACE naming the dims that are too small.  After an error the model is empty.
 *          O(items + lines).  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_model_load(c12_bom_model *self, const c12_bom *bom, const c12_bom_options *options, c12_error *err);

/** Low-level codes and plan order of the loaded bill.  O(items).
 *  @param self  the model
 *  @param level [n_items] out, or NULL
 *  @param order [n_items] out: items by (level, row), or NULL
 *  @param err   optional
 *  @return C12_E_STATE before a load.  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_model_levels(const c12_bom_model *self, int32_t *level, int32_t *order, c12_error *err);

/** Roll up all costs (R9), the same bits as c12_bom_rollup, and keep them.
 *  @param self      the model
 *  @param own_cost  [n_items] cost added at the item itself, micro currency
 *  @param unit_cost [n_items] out, or NULL
 *  @param err       optional
 *  @return C12_E_STATE before a load; C12_E_OVERFLOW with err->row = the item, after which the model holds no costs.
 *          O(items + lines).  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_model_rollup(c12_bom_model *self, const c12_money *own_cost, c12_money *unit_cost, c12_error *err);

/** Explosion (R10) as c12_bom_explode, in the bucket and by the scrap rule the model was loaded with.
 *  @param self   the model, loaded
 *  @param demand [n_items] >= 0
 *  @param gross  [n_items] out: demand and what everything above asks for; may be demand itself
 *  @param err    optional
 *  @return C12_E_STATE, C12_E_RANGE, C12_E_OVERFLOW with err->row = the item; gross is then as before.  O(items + lines below the demand).
 *          @since 0.1 */
C12_API C12_MUST c12_status c12_bom_model_explode(c12_bom_model *self, const c12_qty *demand, c12_qty *gross, c12_error *err);

/** Change one item's own cost and roll up its ancestors; costs are then what c12_bom_model_rollup would give.
 *  @param self     the model, rolled up
 *  @param item     row of the item
 *  @param own_cost its new cost
 *  @param costs    optional: unit costs that changed
 *  @param err      optional
 *  @return C12_E_STATE, C12_E_RANGE, C12_E_OVERFLOW; after an error costs are as before.  O(lines of the ancestors).  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_model_set_cost(c12_bom_model *self, int32_t item, c12_money own_cost, c12_bom_costs *costs, c12_error *err);

/** Change one line's quantity and scrap and roll up its parent and the parent's ancestors.
 *  @param self  the model, rolled up
 *  @param line  the line
 *  @param num   child quanta, > 0
 *  @param den   per this many parent quanta, > 0
 *  @param scrap_ppm 0..999999
 *  @param costs optional: unit costs that changed
 *  @param err   optional
 *  @return as c12_bom_model_set_cost.  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_model_set_line(c12_bom_model *self, int64_t line, int64_t num, int64_t den, int32_t scrap_ppm, c12_bom_costs *costs, c12_error *err);

/** One item's rolled-up cost.
 *  @param self      the model, rolled up
 *  @param item      row of the item
 *  @param unit_cost out
 *  @param err       optional
 *  @return C12_E_STATE, C12_E_RANGE.  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_model_cost(const c12_bom_model *self, int32_t item, c12_money *unit_cost, c12_error *err);

/** Where-used (R11) as c12_bom_where_used, looking at nothing but the ancestors.
 *  @param self      the model, loaded
 *  @param item      row of the item
 *  @param max_level 1 = direct parents only, 0 = all ancestors
 *  @param uses      out, from the nearest level up, within a level by row
 *  @param err       optional
 *  @return C12_E_SPACE with err->value = the rows that suffice, C12_E_OVERFLOW, C12_E_RANGE, C12_E_STATE.
 *          O(lines between the ancestors).  @since 0.1 */
C12_API C12_MUST c12_status c12_bom_model_where_used(c12_bom_model *self, int32_t item, int32_t max_level, c12_bom_uses *uses, c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_BOM_H */
