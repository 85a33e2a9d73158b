/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "c12/order.h"

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

static const char *const refusal[ORDER_EVENTS] = {
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
    if (life_cycle[state][event] == REFUSED) return c12__fail(err, C12_E_STATE, refusal[event], "event", -1, state);
    *next = life_cycle[state][event];
    return C12_OK;
}

const char *c12_order_state_name(int32_t state)
{
    static const char *const name[ORDER_STATES] = { "CREATED", "RELEASED", "IN_PROGRESS", "QUALITY_HOLD", "COMPLETED", "SHIPPED", "SCRAPPED", "REWORK" };
    return state < 0 || state >= ORDER_STATES ? "?" : name[state];
}
