/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/order.h
 *  Work orders: their life cycle as a table-driven machine; a book of orders that events are applied to (moves, stations with quantities,
 *  holds, robots, splits); and which serial number and lot went into which unit.  Shape F: pure functions over columns of the caller's.
 *
 *  Created -> Released -> In Progress -> Completed -> Shipped; a hold stops a released or running order and returns it to In
 *  Progress, Rework or Scrapped; rework returns to In Progress.  The table is the only place that knows. */
#ifndef C12_ORDER_H
#define C12_ORDER_H

#include "c12/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** States of a work order. */
enum {
    C12_ORDER_CREATED = 0,      /**< Planned, not yet on the floor. */
    C12_ORDER_RELEASED = 1,     /**< May start. */
    C12_ORDER_IN_PROGRESS = 2,  /**< Started. */
    C12_ORDER_QUALITY_HOLD = 3, /**< Stopped by a nonconformance. */
    C12_ORDER_COMPLETED = 4,    /**< All stations done. */
    C12_ORDER_SHIPPED = 5,      /**< Left the plant; final. */
    C12_ORDER_SCRAPPED = 6,     /**< Given up; final. */
    C12_ORDER_REWORK = 7        /**< Being repaired. */
};

/** Events that may move a work order. */
enum {
    C12_ORDER_RELEASE = 0,  /**< Material and capacity are there. */
    C12_ORDER_START = 1,    /**< The first station begins. */
    C12_ORDER_HOLD = 2,     /**< A nonconformance stops it. */
    C12_ORDER_RESUME = 3,   /**< Hold or rework ends well. */
    C12_ORDER_SEND_TO_REWORK = 4, /**< The disposition of a hold. */
    C12_ORDER_SCRAP = 5,    /**< The disposition of a hold or of failed rework. */
    C12_ORDER_COMPLETE = 6, /**< The last station is done. */
    C12_ORDER_SHIP = 7,     /**< Goods leave. */
    C12_ORDER_LIFT = 8,     /**< One hold [value] is lifted; the order stays where it is until it is resumed. */
    C12_ORDER_BEGIN = 9,    /**< A station begins. */
    C12_ORDER_REPORT = 10,  /**< A station, or an order without stations, reports quantities: good, scrap, rework. */
    C12_ORDER_FINISH = 11,  /**< A station has done all that came to it. */
    C12_ORDER_ASSIGN = 12,  /**< A robot [value] works at a station of the order. */
    C12_ORDER_FREE = 13,    /**< A robot [value] is free again. */
    C12_ORDER_SPLIT = 14,   /**< `good` pieces that wait for `station` go on as another order [value]. */
    C12_ORDER_EVENTS = 15
};

/** Apply one event to one state.
 *  @param state C12_ORDER_CREATED ...
 *  @param event C12_ORDER_RELEASE ...
 *  @param next  out: the state after it
 *  @param err   optional; a refused move says why in err->what, with field = "event"
 *  @return C12_E_STATE when the move is refused (*next is untouched), C12_E_RANGE for an unknown number.  O(1).  @since 0.1 */
C12_API C12_MUST c12_status c12_order_move(int32_t state, int32_t event, int32_t *next, c12_error *err);

/** "IN_PROGRESS" and so on, as in the document's data model; "?" for no state.  THREADSAFE.  @since 0.1 */
C12_API const char *c12_order_state_name(int32_t state);

/** Independent checker: is `events` a legal life, and does it end in `state`?  Judges neighbours by the diagram's arrows written a
 *  second way.
 *  @param n       events
 *  @param events  [n] applied from C12_ORDER_CREATED on
 *  @param state   the claimed last state
 *  @param verdict out; row = first illegal event
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_order_check(int64_t n, const int32_t *events, int32_t state, c12_verdict *verdict, c12_error *err);

/** "release", "start", "hold" and so on; "?" for no event.  THREADSAFE.  @since 0.1 */
C12_API const char *c12_order_event_name(int32_t event);

/* ---- book of orders ------------------------------------------------------------------------------------------------------------------- */

/** Where a station of an order stands. */
enum { C12_ORDER_PENDING = 0, C12_ORDER_RUNNING = 1, C12_ORDER_FINISHED = 2 };

/** "pending", "in_progress", "completed"; "?" for no state.  THREADSAFE.  @since 0.1 */
C12_API const char *c12_order_station_name(int32_t state);

/** Why an event was refused; everything is then as it was. */
enum {
    C12_ORDER_DONE = 0,           /**< It was not. */
    C12_ORDER_UNBORN = 1,         /**< Nothing has been split off into this row yet. */
    C12_ORDER_OUT_OF_ORDER = 2,   /**< Earlier than what happened to the order before, or than its creation. */
    C12_ORDER_NO_SUCH_MOVE = 3,   /**< The state does not know this event. */
    C12_ORDER_STILL_HELD = 4,     /**< Not all holds are lifted. */
    C12_ORDER_HOLD_TAKEN = 5,     /**< The hold was used before. */
    C12_ORDER_HOLD_NOT_OPEN = 6,  /**< The hold is not an open one of this order. */
    C12_ORDER_NO_STATION = 7,     /**< The order has no such station, or it has stations and none was named. */
    C12_ORDER_STATION_STATE = 8,  /**< The station has begun or ended already, or has not begun. */
    C12_ORDER_TOO_EARLY = 9,      /**< The station before has given nothing yet, or is not done. */
    C12_ORDER_TOO_MUCH = 10,      /**< More pieces than wait there. */
    C12_ORDER_UNFINISHED = 11,    /**< Pieces are still open. */
    C12_ORDER_NOTHING_GOOD = 12,  /**< No good piece came of it; scrap it instead. */
    C12_ORDER_ROBOT_BUSY = 13,    /**< The robot works for an order that is not done. */
    C12_ORDER_ROBOT_NOT_HERE = 14,/**< The robot does not work for this order. */
    C12_ORDER_NO_PART = 15,       /**< The row to split into is not an empty one with as many stations. */
    C12_ORDER_REFUSALS = 16
};

/** The reason as a sentence; "?" for no reason.  THREADSAFE.  @since 0.1 */
C12_API const char *c12_order_refusal_name(int32_t refusal);

/** Orders as they stand: columns of the caller's, which c12_order_apply goes on from.  They begin as zeros, but for what is const, and -1 in
 *  robot_order and hold_order.  At any time good + scrap + open = qty, and the qty of an order and of all that was split from it add up to what
 *  was ordered. */
typedef struct c12_order_book {
    uint32_t struct_size;
    int32_t n;                    /**< Rows of orders, with the empty ones to split into. */
    int32_t n_robots;             /**< Robots. */
    int32_t n_holds;              /**< Rows of holds: a hold is used once. */
    const c12_qty *ordered;       /**< [n] > 0; 0 = a row to split into. */
    const c12_ns *created;        /**< [n] of no meaning for rows to split into. */
    const int64_t *station_off;   /**< [n + 1] stations of each order, in the order they are passed; NULL = none has any. */
    int32_t *accepted;            /**< [n] events that happened; for a part its birth is the first. */
    int32_t *state;               /**< [n] C12_ORDER_CREATED and on. */
    int32_t *held;                /**< [n] holds that are open. */
    int32_t *parent;              /**< [n] order it was split from, -1 = none; written when nothing has happened yet. */
    c12_qty *qty;                 /**< [n] ordered less what was split off; written when nothing has happened yet. */
    c12_qty *good;                /**< [n] good at the last station. */
    c12_qty *scrap;               /**< [n] at all stations, or all of it when the order was scrapped. */
    c12_ns *last;                 /**< [n] of the last event that happened. */
    c12_ns *started;              /**< [n] first IN_PROGRESS; INT64_MAX = never. */
    c12_ns *ended;                /**< [n] last COMPLETED or SCRAPPED; INT64_MAX = not. */
    int32_t *station_state;       /**< [stations] C12_ORDER_PENDING and on. */
    c12_ns *station_begun;        /**< [stations] of no meaning while pending. */
    c12_ns *station_ended;        /**< [stations] of no meaning before it is finished. */
    c12_qty *station_good;        /**< [stations] */
    c12_qty *station_scrap;       /**< [stations] */
    c12_qty *station_rework;      /**< [stations] pieces worked on again; they still wait there. */
    int32_t *robot_order;         /**< [n_robots] -1 = free. */
    int32_t *robot_station;       /**< [n_robots] station of that order, from 0; of no meaning while free. */
    int32_t *hold_order;          /**< [n_holds] -1 = not used. */
    c12_ns *hold_from;            /**< [n_holds] */
    c12_ns *hold_to;              /**< [n_holds] INT64_MAX = open. */
    void *reserved_column;        /**< NULL. */
} c12_order_book;

/** Events in the order in which they became known: every move a row with who and when; why is the hold it names, or a note the caller keeps. */
typedef struct c12_order_events {
    uint32_t struct_size;
    int32_t reserved;             /**< 0. */
    int64_t n;
    const int32_t *order;         /**< [n] row of the book. */
    const int32_t *kind;          /**< [n] C12_ORDER_RELEASE and on. */
    const int32_t *station;       /**< [n] from 0 within the order, -1 = none; NULL = none. */
    const int32_t *value;         /**< [n] hold, robot or row to split into; NULL = 0. */
    const int32_t *by;            /**< [n] person, -1 = a machine. */
    const c12_ns *at;             /**< [n] */
    const c12_qty *good;          /**< [n] >= 0; of a split, the quantity; NULL = 0. */
    const c12_qty *scrap;         /**< [n] >= 0; NULL = 0. */
    const c12_qty *rework;        /**< [n] >= 0; NULL = 0. */
    const void *reserved_column;  /**< NULL. */
} c12_order_events;

/** Let events happen, one after the other.  A refused one changes nothing.
 *
 *  - BEGIN, REPORT, FINISH: in IN_PROGRESS and REWORK.  A station begins when the one before has given something good; it reports at most
 *    what came to it, and is finished when all of that is good or scrap and the station before is finished.  REPORT of scrap alone: in
 *    QUALITY_HOLD too.
 *  - ASSIGN: in RELEASED too, for a robot whose order, if it has one, is completed, shipped or scrapped.  FREE: always.
 *  - An order without stations reports with station -1.
 *  - HOLD in QUALITY_HOLD adds a hold.  RESUME is refused until every hold is lifted; SEND_TO_REWORK and SCRAP are not.
 *  - COMPLETE needs every station finished and nothing open.  SCRAP makes all pieces scrap.
 *  - SPLIT in CREATED, RELEASED and IN_PROGRESS: pieces that wait for `station` (an order without stations: that are open) go on as the order
 *    in row `value`, in the same state; stations before count as passed.  Both keep at least one piece.
 *  @param book    in and out
 *  @param events  what happens
 *  @param refusal [events->n] out: C12_ORDER_DONE and on; may be NULL
 *  @param err     optional
 *  @return C12_E_RANGE naming column and row, C12_E_OVERFLOW when an order could come to more than 2^31 - 1 events; then nothing has happened.
 *          O(orders + stations + events * (1 + stations of a split)).  @since 0.1 */
C12_API C12_MUST c12_status c12_order_apply(c12_order_book *book, const c12_order_events *events, int32_t *refusal, c12_error *err);

/** Independent checker of a whole history: keeps no state; each event is judged by what the accepted ones before it say, and each column of the
 *  book by all of them.
 *  @param book    as it was left
 *  @param events  all events from the beginning
 *  @param refusal [events->n] to be judged
 *  @param verdict out; row = first wrong event, else first wrong order, station, robot or hold; objective = events that happened
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(events * events + rows * events).  @since 0.1 */
C12_API C12_MUST c12_status c12_order_history_check(const c12_order_book *book, const c12_order_events *events, const int32_t *refusal, c12_verdict *verdict, c12_error *err);

/** How far orders are: work done over work to do, where each piece has to pass each station and a scrapped one needs no more; exact, in lowest terms.
 *  @param book the book
 *  @param num  [n] out; 0 for a row nothing was split into
 *  @param den  [n] out, > 0
 *  @param err  optional
 *  @return C12_E_RANGE, C12_E_OVERFLOW naming the row; then nothing is written.  O(orders + stations).  @since 0.1 */
C12_API C12_MUST c12_status c12_order_progress(const c12_order_book *book, int64_t *num, int64_t *den, c12_error *err);

/* ---- genealogy ------------------------------------------------------------------------------------------------------------------------ */

/** What went into what, as built.  Units are things with a serial number; of a lot only the quantity is known. */
typedef struct c12_order_built {
    uint32_t struct_size;
    int32_t n_units;
    int32_t n_lots;
    int32_t reserved;             /**< 0. */
    int64_t n;                    /**< Rows. */
    const int32_t *unit;          /**< [n] unit it went into. */
    const int32_t *part;          /**< [n] unit that went in, -1 = none; a unit is in one other at most. */
    const int32_t *lot;           /**< [n] lot that went in, or that the part is from, -1 = none; one of the two is named. */
    const c12_qty *qty;           /**< [n] > 0, 1 where a part is named; NULL = 1. */
} c12_order_built;

/** Units or rows that a search has found. */
typedef struct c12_order_found {
    uint32_t struct_size;
    int32_t reserved;             /**< 0. */
    int64_t cap;                  /**< Caller: room in every column. */
    int64_t n;                    /**< Library: found, of which those up to cap are written. */
    int64_t outer;                /**< Library: of them, those that are in no other unit. */
    int32_t *unit;                /**< [cap] nearest first, then by row. */
    int32_t *depth;               /**< [cap] steps from what was searched for, from 1. */
    int64_t *row;                 /**< [cap] row by which it was found. */
    uint8_t *is_outer;            /**< [cap] 1 = in no other unit: these are to be recalled.  Downwards: 1 = a lot, unit is then the lot. */
} c12_order_found;

/** Scratch bytes of a search.  @return 0 for a built that cannot be read.  @since 0.1 */
C12_API size_t c12_order_trace_scratch(const c12_order_built *built);

/** All units that hold a lot or a unit, however deep: the recall list.
 *  @param built   rows
 *  @param part    unit searched for, -1 = none
 *  @param lot     lot searched for, -1 = none; one of the two
 *  @param found   out
 *  @param scratch c12_order_trace_scratch(built), aligned as int64_t
 *  @param err     optional
 *  @return C12_E_RANGE naming column and row, also for a unit that is in two; C12_E_CYCLE with a unit on the cycle in err->value; C12_E_SPACE:
 *          found->n says how much is needed when it is the columns, err->value when it is the scratch.  O(rows + units + lots).  @since 0.1 */
C12_API C12_MUST c12_status c12_order_trace_up(const c12_order_built *built, int32_t part, int32_t lot, c12_order_found *found, c12_mem scratch, c12_error *err);

/** All that is in a unit, however deep: units, and lots with is_outer = 1, a lot once for each row that names it.
 *  @param built, found, scratch, err as c12_order_trace_up
 *  @param unit    the unit
 *  @return as c12_order_trace_up; found->outer counts rows of lots.  A part that is from a lot is listed once, as a part; found->row names its lot.  O(rows + units + lots).  @since 0.1 */
C12_API C12_MUST c12_status c12_order_trace_down(const c12_order_built *built, int32_t unit, c12_order_found *found, c12_mem scratch, c12_error *err);

/** Independent checker of a recall list: each unit is listed once and by a row that leads to something listed before it; no row leads out of
 *  the list; outermost ones are marked.
 *  @param built, part, lot as c12_order_trace_up
 *  @param found   to be judged, whole
 *  @param verdict out; row = of the list, or of built, as verdict->field says; objective = outermost units
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(rows * found).  @since 0.1 */
C12_API C12_MUST c12_status c12_order_trace_check(const c12_order_built *built, int32_t part, int32_t lot, const c12_order_found *found, c12_verdict *verdict, c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_ORDER_H */
