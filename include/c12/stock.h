/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/stock.h
 *  What lies where in a warehouse: a ledger of movements and the balances it gives, reservations, places to put things, tours to pick
 *  them, and counts.  Shape P for what lives on (balances, space), shape F for the rest.  The ledger itself, append-only, is the
 *  caller's; a handle holds what follows from it.  Quantities are integers in the item's own smallest unit.
 *
 *  Sources: Ratliff and Rosenthal, Order-picking in a rectangular warehouse: a solvable case of the traveling salesman problem
 *  (Operations Research 31, 1983); cycle counting and ABC after the APICS/ASCM dictionary. */
#ifndef C12_STOCK_H
#define C12_STOCK_H

#include "c12/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- ledger ------------------------------------------------------------------------------------------------------------ */

/** Kinds of movement.  Every quantity is > 0 but that of an adjustment, which has a sign and is not 0. */
enum {
    C12_STOCK_RECEIPT = 1,  /**< Into `to`. */
    C12_STOCK_ISSUE = 2,    /**< Out of `from`, from what nobody reserved. */
    C12_STOCK_TRANSFER = 3, /**< From `from` to `to`, from what nobody reserved. */
    C12_STOCK_ADJUST = 4,   /**< A count's difference at `from`. */
    C12_STOCK_SCRAP = 5,    /**< Out of `from`, from what nobody reserved. */
    C12_STOCK_PICK = 6      /**< Out of `from`, from what c12_stock_allocate reserved. */
};

/** Balances by item, location and lot. */
typedef struct c12_stock c12_stock;

/** Limits of a handle. */
typedef struct c12_stock_dims {
    uint32_t struct_size;
    int32_t items;       /**< >= 0. */
    int32_t locations;   /**< >= 0. */
    int32_t lots;        /**< >= 0; 0 = nothing has lots. */
    int32_t balances;    /**< Different (item, location, lot) that ever hold something, 0..2^28. */
    int32_t reserved;    /**< 0. */
} c12_stock_dims;

/** What movements refer to. */
typedef struct c12_stock_master {
    uint32_t struct_size;
    int32_t n_items;
    int32_t n_locations;
    int32_t n_lots;
    const uint8_t *negative;     /**< [n_items] 1 = a balance may fall below 0; NULL = none may. */
    const uint8_t *blocked;      /**< [n_locations] 1 = nothing is allocated from here; NULL = none. */
    const int32_t *lot_item;     /**< [n_lots] item the lot is of. */
    const c12_ns *lot_received;  /**< [n_lots] when it came: first in, first out; NULL = all at 0. */
    const c12_ns *lot_expiry;    /**< [n_lots] when it is no longer good; INT64_MAX or NULL = never. */
} c12_stock_master;

/** Movements, in order. */
typedef struct c12_stock_moves {
    uint32_t struct_size;
    int32_t reserved;        /**< 0. */
    int64_t n;
    const int32_t *kind;     /**< [n] C12_STOCK_*. */
    const int32_t *item;     /**< [n] */
    const int32_t *from;     /**< [n] location, -1 = none; NULL = none. */
    const int32_t *to;       /**< [n] location, -1 = none; NULL = none. */
    const int32_t *lot;      /**< [n] -1 = without lot; NULL = all without. */
    const c12_qty *qty;      /**< [n] */
} c12_stock_moves;

/** Balances as columns, by (item, location, lot). */
typedef struct c12_stock_list {
    uint32_t struct_size;
    int32_t reserved_word;   /**< 0. */
    int64_t cap;             /**< Caller: room in every column. */
    int64_t n;               /**< Library: rows, of which those up to cap are written. */
    int32_t *item;           /**< [cap] */
    int32_t *location;       /**< [cap] */
    int32_t *lot;            /**< [cap] -1 = without lot. */
    c12_qty *on_hand;        /**< [cap] */
    c12_qty *reserved;       /**< [cap] of which reserved. */
    void *reserved_column;   /**< NULL. */
} c12_stock_list;

/** Bytes of a handle.  @return C12_E_ARG naming a negative limit.  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_bytes(const c12_stock_dims *dims, size_t *bytes, c12_error *err);

/** An empty handle in mem.  @return C12_E_SPACE with the size that suffices.  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_init(c12_stock **self, c12_mem mem, const c12_stock_dims *dims, const c12_host *host, c12_error *err);

/** Bytes, host->alloc and init in one.  @return C12_E_NOMEM.  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_create(c12_stock **self, const c12_stock_dims *dims, const c12_host *host, c12_error *err);

/** Release what create took; nothing for init.  NULL is fine.  @since 0.1 */
C12_API void c12_stock_destroy(c12_stock *self);

/** Take the master data; balances start empty.  Its columns are borrowed until the next load or the end of the handle; lots may be added
 *  at their end by c12_stock_extend.
 *  @return C12_E_RANGE naming column and row, C12_E_SPACE when a table is larger than the dims.  O(lots).  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_load(c12_stock *self, const c12_stock_master *master, c12_error *err);

/** The same items and locations with more lots; balances stay.  @return as load; C12_E_STATE before a load.  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_extend(c12_stock *self, const c12_stock_master *master, c12_error *err);

/** Post movements, all or none.  A movement may use what the ones before it brought.
 *  @return C12_E_RANGE for an unknown kind, item, location or lot, or a wrong sign; C12_E_STATE when a balance, or what is not reserved
 *          of it, does not suffice: err->row is the movement, err->value what there is; C12_E_OVERFLOW; C12_E_SPACE when there are more
 *          balances than the dims.  On error nothing is posted.  O(n) expected.  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_post(c12_stock *self, const c12_stock_moves *moves, c12_error *err);

/** One balance; 0 and 0 when there is none.  @return C12_E_RANGE.  O(1) expected.  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_balance(const c12_stock *self, int32_t item, int32_t location, int32_t lot, c12_qty *on_hand, c12_qty *reserved,
                                              c12_error *err);

/** All balances of an item together; item = -1 is not allowed.  @return C12_E_RANGE.  O(1).  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_item(const c12_stock *self, int32_t item, c12_qty *on_hand, c12_qty *reserved, c12_error *err);

/** Scratch bytes for lists of n rows: c12_stock_balances (n = dims.balances), c12_stock_waves, c12_stock_due.  @since 0.1 */
C12_API size_t c12_stock_scratch(int64_t n);

/** Balances that are not 0 and 0.  @param scratch c12_stock_scratch(dims.balances)  @return C12_E_SPACE.  O(balances).  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_balances(const c12_stock *self, c12_stock_list *out, c12_mem scratch, c12_error *err);

/** Independent checker: what the balances must be, by sorting every movement's legs, and whether one fell below 0 on the way that may not.
 *  Reservations do not count.
 *  @param master   as loaded
 *  @param moves    the whole ledger
 *  @param balances to be judged: all balances that are not 0
 *  @param scratch  8 * moves->n bytes, aligned as int32_t
 *  @param verdict  out; row = first wrong movement, or -1 - row of balances
 *  @return C12_OK whatever the verdict; C12_E_SPACE.  O(n log n).  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_check(const c12_stock_master *master, const c12_stock_moves *moves, const c12_stock_list *balances, c12_mem scratch,
                                            c12_verdict *verdict, c12_error *err);

/* ---- reservations ------------------------------------------------------------------------------------------------------- */

/** Which lot goes first. */
enum {
    C12_STOCK_FIFO = 0, /**< First in, first out: by time of receipt. */
    C12_STOCK_FEFO = 1  /**< First expired, first out: by expiry, then by time of receipt. */
};

/** What is needed, in order of precedence. */
typedef struct c12_stock_needs {
    uint32_t struct_size;
    int32_t rule;             /**< C12_STOCK_FIFO or C12_STOCK_FEFO. */
    int64_t n;
    const int32_t *item;      /**< [n] */
    const c12_qty *qty;       /**< [n] > 0 */
    const c12_ns *good_until; /**< [n] lots that expire before are not taken; NULL = any that ever was good. */
    const void *reserved_column; /**< NULL. */
} c12_stock_needs;

/** What was set aside: rows by need. */
typedef struct c12_stock_set {
    uint32_t struct_size;
    int32_t reserved;         /**< 0. */
    int64_t cap;              /**< Caller: room in every column. */
    int64_t n;                /**< Library: rows. */
    int64_t *need;            /**< [cap] row of needs. */
    int32_t *location;        /**< [cap] */
    int32_t *lot;             /**< [cap] */
    c12_qty *qty;             /**< [cap] */
    c12_qty *lacking;         /**< [needs->n] what could not be had; may be NULL. */
    void *reserved_column;    /**< NULL. */
} c12_stock_set;

/** Reserve for needs, each in turn, as much as there is; equal lots by location, then by lot number.  A balance below 0 gives nothing.
 *  @return C12_E_RANGE naming column and row; C12_E_SPACE when the set is full: nothing is reserved then.  O(balances of the items * rows).
 *          Deterministic.  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_allocate(c12_stock *self, const c12_stock_needs *needs, c12_stock_set *out, c12_error *err);

/** Give reservations back.
 *  @param n, item, location, lot, qty rows, qty > 0
 *  @return C12_E_STATE when less is reserved there (err->row, err->value); nothing changes then.  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_release(c12_stock *self, int64_t n, const int32_t *item, const int32_t *location, const int32_t *lot,
                                              const c12_qty *qty, c12_error *err);

/* ---- space -------------------------------------------------------------------------------------------------------------- */

/** Free space of locations, arranged so that the best one is found at once. */
typedef struct c12_stock_space c12_stock_space;

/** Locations.  Units of space are the caller's. */
typedef struct c12_stock_places {
    uint32_t struct_size;
    int32_t n_locations;
    int32_t n_zones;         /**< >= 1. */
    int32_t reserved;        /**< 0. */
    const int32_t *zone;     /**< [n_locations] 0..n_zones-1. */
    const int64_t *free;     /**< [n_locations] free space, >= 0; 0 = full or closed. */
    const int64_t *distance; /**< [n_locations] to the main aisle, >= 0. */
    const void *reserved_column; /**< NULL. */
} c12_stock_places;

/** Bytes of a handle for so many locations and zones.  @return C12_E_ARG.  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_space_bytes(int32_t locations, int32_t zones, size_t *bytes, c12_error *err);

/** A handle in mem with these places; they are copied.  @return C12_E_SPACE; C12_E_RANGE naming column and row.  O(locations log locations).
 *  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_space_init(c12_stock_space **self, c12_mem mem, const c12_stock_places *places, c12_error *err);

/** Where to put something: of the locations of a zone with room enough the one nearest to the main aisle, lower numbers first of equals;
 *  when the zone has none, of all locations.  Its space is taken.
 *  @param zone     wanted, -1 = any
 *  @param size     > 0
 *  @param location out; -1 = nowhere is room
 *  @param elsewhere out, may be NULL: 1 = not in the zone wanted
 *  @return C12_E_RANGE.  O(log locations).  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_putaway(c12_stock_space *self, int32_t zone, int64_t size, int32_t *location, int32_t *elsewhere, c12_error *err);

/** Change a location's free space by so much.  @return C12_E_RANGE; C12_E_STATE when it would fall below 0.  O(log locations).  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_space_change(c12_stock_space *self, int32_t location, int64_t by, c12_error *err);

/** Independent checker of one answer: looks at every location.
 *  @param places   free space as before the call
 *  @param location, elsewhere to be judged
 *  @return C12_OK whatever the verdict.  O(locations).  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_putaway_check(const c12_stock_places *places, int32_t zone, int64_t size, int32_t location, int32_t elsewhere,
                                                    c12_verdict *verdict, c12_error *err);

/* ---- tours -------------------------------------------------------------------------------------------------------------- */

#define C12_STOCK_MAX_AISLES 1024 /**< Aisles a block may have. */

/** A rectangular block: parallel aisles between a front and a back cross aisle. */
typedef struct c12_stock_block {
    uint32_t struct_size;
    int32_t aisles;       /**< 1..C12_STOCK_MAX_AISLES. */
    int32_t depot;        /**< Aisle at whose front end the tour begins and ends. */
    int32_t reserved;     /**< 0. */
    int64_t pitch;        /**< From aisle to aisle, 0..2^40. */
    int64_t length;       /**< Of an aisle, 0..2^40. */
} c12_stock_block;

/** Scratch bytes of c12_stock_tour.  @since 0.1 */
C12_API size_t c12_stock_tour_scratch(int32_t aisles, int32_t n);

/** The shortest tour from the depot past all picks and back, by dynamic programming over the aisles (Ratliff and Rosenthal 1983), exact.
 *  @param n        picks, >= 0
 *  @param aisle    [n]
 *  @param position [n] from the front, 0..length
 *  @param order    [n] out: picks in the order of the tour
 *  @param length   out
 *  @return C12_E_RANGE naming column and row.  O(aisles + n log n).  Deterministic.  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_tour(const c12_stock_block *block, int32_t n, const int32_t *aisle, const int64_t *position, int32_t *order,
                                           int64_t *length, c12_mem scratch, c12_error *err);

/** Independent checker: every pick once, and the way from each to the next, by the shorter cross aisle, adds up to the length.
 *  @return C12_OK whatever the verdict.  O(n^2) without scratch.  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_tour_check(const c12_stock_block *block, int32_t n, const int32_t *aisle, const int64_t *position,
                                                 const int32_t *order, int64_t length, c12_verdict *verdict, c12_error *err);

/* ---- waves and picks ------------------------------------------------------------------------------------------------------ */

/** Orders to be picked together: by due time, then by number, each wave as many as the limit of lines allows; an order of more lines is a
 *  wave of its own.
 *  @param n     orders
 *  @param due   [n]
 *  @param lines [n] > 0
 *  @param most  lines a wave may have, > 0
 *  @param wave  [n] out: 0, 1 ...
 *  @param waves out: how many
 *  @param scratch c12_stock_scratch(n)
 *  @return C12_E_RANGE naming column and row; C12_E_SPACE.  O(n log n).  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_waves(int32_t n, const c12_ns *due, const int32_t *lines, int32_t most, int32_t *wave, int32_t *waves,
                                            c12_mem scratch, c12_error *err);

/** A pick: its codes and what is still to be taken.  Text is one bytes column plus offsets. */
typedef struct c12_stock_picks {
    uint32_t struct_size;
    int32_t n;
    const uint8_t *code_text;  /**< Bar codes of the items ... */
    const int64_t *code_off;   /**< [n + 1] ... and their offsets. */
    const uint8_t *lot_text;   /**< Bar codes of the lots, an empty one = any lot; NULL = any ... */
    const int64_t *lot_off;    /**< [n + 1] */
    c12_qty *open;             /**< [n] in and out: quantity still to be picked, >= 0. */
    void *reserved_column;     /**< NULL. */
} c12_stock_picks;

/** Take a quantity for a pick, proved by the codes that were scanned.
 *  @param code, lot what the scanner read; spaces and control bytes at both ends do not count
 *  @return C12_E_STATE naming "code", "lot" or "qty": the wrong item, the wrong lot, or more than is open (err->value); nothing changes then.
 *          C12_E_RANGE.  O(bytes).  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_confirm(c12_stock_picks *picks, int32_t line, c12_view code, c12_view lot, c12_qty qty, c12_error *err);

/* ---- receiving ------------------------------------------------------------------------------------------------------------ */

/** How far a delivery has come; it may rest in any state. */
enum {
    C12_STOCK_ARRIVED = 0,    /**< At the dock. */
    C12_STOCK_SCANNED = 1,    /**< Its bar code was read. */
    C12_STOCK_MATCHED = 2,    /**< It belongs to a purchase order. */
    C12_STOCK_UNDAMAGED = 3,  /**< Looked at. */
    C12_STOCK_INSPECTED = 4,  /**< Inspection passed, or none is required. */
    C12_STOCK_PUT_AWAY = 5,   /**< At its location. */
    C12_STOCK_RECEIVED = 6,   /**< In the balances; final. */
    C12_STOCK_QUARANTINE = 7, /**< Damaged, or inspection failed: waits for a disposition. */
    C12_STOCK_RETURNED = 8    /**< Back to the supplier; final. */
};

/** What happens to a delivery. */
enum {
    C12_STOCK_SCAN = 0,
    C12_STOCK_MATCH = 1,      /**< Purchase order found. */
    C12_STOCK_LOOK_GOOD = 2,  /**< No damage. */
    C12_STOCK_LOOK_BAD = 3,   /**< Damage. */
    C12_STOCK_PASS = 4,       /**< Inspection passed. */
    C12_STOCK_FAIL = 5,       /**< Inspection failed. */
    C12_STOCK_PLACE = 6,      /**< Put away; without inspection when none is required. */
    C12_STOCK_BOOK = 7,       /**< Posted. */
    C12_STOCK_ACCEPT = 8,     /**< Quarantine ends well. */
    C12_STOCK_RETURN = 9      /**< No order, damage or failed inspection: goes back. */
};

/** Apply an event to a delivery.
 *  @param inspects 1 = this item must be inspected before it is put away
 *  @param next     out
 *  @return C12_E_STATE when the move is refused, err->what says why (*next is untouched); C12_E_RANGE for an unknown number.  O(1).  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_receive(int32_t state, int32_t event, int32_t inspects, int32_t *next, c12_error *err);

/** "UNDAMAGED" and so on; "?" for no state.  THREADSAFE.  @since 0.1 */
C12_API const char *c12_stock_receive_name(int32_t state);

/* ---- counts --------------------------------------------------------------------------------------------------------------- */

/** What is due to be counted. */
typedef struct c12_stock_cycle {
    uint32_t struct_size;
    int32_t n_items;
    int32_t n_classes;         /**< >= 1. */
    int32_t today;             /**< Day. */
    const int32_t *abc;        /**< [n_items] class, 0 = the most valuable. */
    const int32_t *counted;    /**< [n_items] day of the last count; INT32_MIN = never. */
    const int32_t *every;      /**< [n_classes] days between counts, > 0. */
    const void *reserved;      /**< NULL. */
} c12_stock_cycle;

/** Today's counts: what is due, the class first, then the longest overdue, then by item; never counted is most overdue.
 *  @param most    counts there is time for
 *  @param item    [most] out
 *  @param n       out: counts chosen
 *  @param left    out, may be NULL: due, but no time
 *  @param scratch c12_stock_scratch(n_items)
 *  @return C12_E_RANGE naming column and row; C12_E_SPACE.  O(n_items log n_items).  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_due(const c12_stock_cycle *in, int32_t most, int32_t *item, int32_t *n, int32_t *left, c12_mem scratch, c12_error *err);

/** How many of `all` records to count at random so that, when `wrong` of them or more are wrong, the chance to meet none of these is at
 *  most risk: the smallest such number, by the hypergeometric distribution, every product rounded up.
 *  @param risk_ppb in 1e-9, 0..10^9
 *  @param count    out; all when the risk is 0
 *  @param has_ppb  out, may be NULL: the chance that is left, not below the true one
 *  @param all      1..10^7
 *  @param wrong    1..all
 *  @return C12_E_RANGE.  O(count).  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_sample(int64_t all, int64_t wrong, int64_t risk_ppb, int64_t *count, int64_t *has_ppb, c12_error *err);

/** Book against count, of a cycle or of everything. */
typedef struct c12_stock_count {
    uint32_t struct_size;
    int32_t tolerance_ppm;     /**< Of the book quantity within which a record is right: 0..10^6. */
    int64_t n;
    const c12_qty *book;       /**< [n] */
    const c12_qty *counted;    /**< [n] -1 = not counted. */
    const c12_money *cost;     /**< [n] of a unit; NULL = 0. */
    const void *reserved_column; /**< NULL. */
} c12_stock_count;

/** What a count showed. */
typedef struct c12_stock_accuracy {
    uint32_t struct_size;
    int32_t reserved;          /**< 0. */
    int64_t right;             /**< Records within the tolerance: accuracy is right / counted. */
    int64_t counted;
    int64_t missing;           /**< Not counted. */
    c12_money gain;            /**< Value found that was not in the books ... */
    c12_money loss;            /**< ... and that was, but not found; both >= 0. */
} c12_stock_accuracy;

/** Judge a count and give the adjustments.
 *  @param adjust [n] out, may be NULL: counted - book where counted, else 0
 *  @return C12_E_RANGE, C12_E_OVERFLOW naming the row.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_stock_judge(const c12_stock_count *in, c12_stock_accuracy *out, c12_qty *adjust, c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_STOCK_H */
