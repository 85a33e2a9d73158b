/* SPDX-License-Identifier: Apache-2.0 */
/* The life cycle's arrows as a list, the way the diagram is drawn. */
#include "order/order_internal.h"

typedef struct order_arrow { int32_t from, event, to; } order_arrow;

static const order_arrow arrows[] = {
    { C12_ORDER_CREATED, C12_ORDER_RELEASE, C12_ORDER_RELEASED },
    { C12_ORDER_CREATED, C12_ORDER_SCRAP, C12_ORDER_SCRAPPED },
    { C12_ORDER_RELEASED, C12_ORDER_START, C12_ORDER_IN_PROGRESS },
    { C12_ORDER_RELEASED, C12_ORDER_HOLD, C12_ORDER_QUALITY_HOLD },
    { C12_ORDER_IN_PROGRESS, C12_ORDER_HOLD, C12_ORDER_QUALITY_HOLD },
    { C12_ORDER_IN_PROGRESS, C12_ORDER_COMPLETE, C12_ORDER_COMPLETED },
    { C12_ORDER_QUALITY_HOLD, C12_ORDER_RESUME, C12_ORDER_IN_PROGRESS },
    { C12_ORDER_QUALITY_HOLD, C12_ORDER_SEND_TO_REWORK, C12_ORDER_REWORK },
    { C12_ORDER_QUALITY_HOLD, C12_ORDER_SCRAP, C12_ORDER_SCRAPPED },
    { C12_ORDER_REWORK, C12_ORDER_RESUME, C12_ORDER_IN_PROGRESS },
    { C12_ORDER_REWORK, C12_ORDER_HOLD, C12_ORDER_QUALITY_HOLD },
    { C12_ORDER_REWORK, C12_ORDER_SCRAP, C12_ORDER_SCRAPPED },
    { C12_ORDER_COMPLETED, C12_ORDER_SHIP, C12_ORDER_SHIPPED },
    { C12_ORDER_COMPLETED, C12_ORDER_HOLD, C12_ORDER_QUALITY_HOLD },
};

int32_t c12__order_arrow(int32_t state, int32_t event)
{
    for (size_t k = 0; k < sizeof arrows / sizeof *arrows; k++)
        if (arrows[k].from == state && arrows[k].event == event) return arrows[k].to;
    return -1;
}

c12_status c12_order_check(int64_t n, const int32_t *events, int32_t state, c12_verdict *verdict, c12_error *err)
{
    if (n < 0 || (n && !events) || !verdict) return c12__fail(err, C12_E_ARG, "argument is NULL or count negative", "events", -1, n);
    c12_verdict v = C12_INIT(c12_verdict);
    v.row = v.tick = -1;
    int32_t at = C12_ORDER_CREATED;
    for (int64_t i = 0; i < n && at >= 0; i++) {
        at = c12__order_arrow(at, events[i]);
        if (at < 0) { v.violations = 1; v.rule = "event is not allowed in this state"; v.field = "events"; v.row = i; }
    }
    if (at >= 0 && at != state) { v.violations = 1; v.rule = "events do not lead to this state"; v.field = "state"; }
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
