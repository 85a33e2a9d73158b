/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/order.h
 *  Work-order life cycle as a table-driven machine.  Shape F: a state and an event give a state or a refusal.
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
    C12_ORDER_SHIP = 7      /**< Goods leave. */
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

#ifdef __cplusplus
}
#endif
#endif /* C12_ORDER_H */
