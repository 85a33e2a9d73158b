/* SPDX-License-Identifier: Apache-2.0 */
#include "order/order_internal.h"

enum { ORDER_STATES = 8, ORDER_EVENTS = 8, REFUSED = -1 };

/* Rows are states, columns events: RELEASE, START, HOLD, RESUME, SEND_TO_REWORK, SCRAP, COMPLETE, SHIP. */
static const int8_t life_cycle[ORDER_STATES][ORDER_EVENTS] = {
    /* CREATED      */ { C12_ORDER_RELEASED, REFUSED, REFUSED, REFUSED, REFUSED, C12_ORDER_SCRAPPED, REFUSED, REFUSED },
    /* RELEASED     */ { REFUSED, C12_ORDER_IN_PROGRESS, C12_ORDER_QUALITY_HOLD, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED },
    /* IN_PROGRESS  */ { REFUSED, REFUSED, C12_ORDER_QUALITY_HOLD, REFUSED, REFUSED, REFUSED, C12_ORDER_COMPLETED, REFUSED },
    /* QUALITY_HOLD */ { REFUSED, REFUSED, REFUSED, C12_ORDER_IN_PROGRESS, C12_ORDER_REWORK, C12_ORDER_SCRAPPED, REFUSED, REFUSED },
    /* COMPLETED    */ { REFUSED, REFUSED, C12_ORDER_QUALITY_HOLD, REFUSED, REFUSED, REFUSED, REFUSED, C12_ORDER_SHIPPED },
    /* SHIPPED      */ { REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED },
    /* SCRAPPED     */ { REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED },
    /* REWORK       */ { REFUSED, REFUSED, C12_ORDER_QUALITY_HOLD, C12_ORDER_IN_PROGRESS, REFUSED, C12_ORDER_SCRAPPED, REFUSED, REFUSED },
};

static const char *const wrong_state[ORDER_EVENTS] = {
    "only a created order can be released",
    "only a released order can be started",
    "only a released, running, completed or reworked order can be held",
    "only a held or reworked order can be resumed",
    "only a held order can be sent to rework",
    "only a created, held or reworked order can be scrapped",
    "only a running order can be completed",
    "only a completed order can be shipped",
};

c12_status c12_order_move(int32_t state, int32_t event, int32_t *next, c12_error *err)
{
    if (state < 0 || state >= ORDER_STATES) return c12__fail(err, C12_E_RANGE, "unknown state", "state", -1, state);
    if (event < 0 || event >= ORDER_EVENTS) return c12__fail(err, C12_E_RANGE, "unknown event", "event", -1, event);
    if (!next) return c12__fail(err, C12_E_ARG, "output is NULL", "next", -1, 0);
    if (life_cycle[state][event] == REFUSED) return c12__fail(err, C12_E_STATE, wrong_state[event], "event", -1, state);
    *next = life_cycle[state][event];
    return C12_OK;
}

const char *c12_order_state_name(int32_t state)
{
    static const char *const name[ORDER_STATES] = { "CREATED", "RELEASED", "IN_PROGRESS", "QUALITY_HOLD", "COMPLETED", "SHIPPED", "SCRAPPED", "REWORK" };
    return state < 0 || state >= ORDER_STATES ? "?" : name[state];
}

static const char *order_name(const char *const *names, int32_t n, int32_t k) { return k >= 0 && k < n ? names[k] : "?"; }

const char *c12_order_event_name(int32_t event)
{
    static const char *const names[C12_ORDER_EVENTS] = { "release", "start", "hold", "resume", "rework", "scrap", "complete", "ship", "lift", "begin", "report", "finish", "assign", "free", "split" };
    return order_name(names, C12_ORDER_EVENTS, event);
}

const char *c12_order_station_name(int32_t state)
{
    static const char *const names[] = { "pending", "in_progress", "completed" };
    return order_name(names, 3, state);
}

const char *c12_order_refusal_name(int32_t refusal)
{
    static const char *const names[C12_ORDER_REFUSALS] = { "done", "nothing has been split off into this order yet", "earlier than what happened before it, or than the order's creation", "the state does not know this event",
        "not all holds are lifted", "the hold was used before", "the hold is not an open one of this order", "the order has no such station, or none was named", "the station has begun or ended already, or has not begun",
        "the station before has given nothing yet, or is not done", "more pieces than wait there", "pieces or stations are still open", "no good piece came of it; scrap it instead",
        "the robot works for an order that is not done", "the robot does not work for this order", "not an empty order with as many stations to split into" };
    return order_name(names, C12_ORDER_REFUSALS, refusal);
}
