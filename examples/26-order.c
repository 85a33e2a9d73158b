/* SPDX-License-Identifier: Apache-2.0 */
/* A work order of ten pieces: four bad ones are split off and held for two reasons, the others are finished; then the units that hold a bad lot. */
#include "c12/order.h"
#include <stdio.h>

/* prints: resume refused: not all holds are lifted */
/* prints: order 0: COMPLETED, 6 of 6 pieces good */
/* prints: order 1: IN_PROGRESS, 0 of 4 pieces good */
/* prints: lot 0 is in 3 units; recall unit 0 */

enum { ORDERS = 2, HOLDS = 2, EVENTS = 11 };

int main(void)
{
    const c12_qty ordered[ORDERS] = { 10, 0 /* to split into */ };
    const c12_ns created[ORDERS] = { 0 };
    int32_t accepted[ORDERS] = { 0 }, state[ORDERS], held[ORDERS], parent[ORDERS], hold_order[HOLDS] = { -1, -1 };
    c12_qty qty[ORDERS], good[ORDERS], scrap[ORDERS];
    c12_ns last[ORDERS], started[ORDERS], ended[ORDERS], hold_from[HOLDS], hold_to[HOLDS];
    c12_order_book book = C12_INIT(c12_order_book);
    book.n = ORDERS; book.n_holds = HOLDS; book.ordered = ordered; book.created = created; book.accepted = accepted; book.state = state; book.held = held; book.parent = parent; book.qty = qty; book.good = good;
    book.scrap = scrap; book.last = last; book.started = started; book.ended = ended; book.hold_order = hold_order; book.hold_from = hold_from; book.hold_to = hold_to;

    const int32_t order[EVENTS] = { 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0 };
    const int32_t kind[EVENTS] = { C12_ORDER_RELEASE, C12_ORDER_START, C12_ORDER_SPLIT, C12_ORDER_HOLD, C12_ORDER_HOLD, C12_ORDER_LIFT, C12_ORDER_RESUME, C12_ORDER_LIFT, C12_ORDER_RESUME, C12_ORDER_REPORT, C12_ORDER_COMPLETE };
    const int32_t value[EVENTS] = { 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0 }, by[EVENTS] = { 7, 7, 7, 8, 8, 8, 8, 8, 8, 7, 7 };
    const c12_qty pieces[EVENTS] = { 0, 0, 4, 0, 0, 0, 0, 0, 0, 6, 0 };
    const c12_ns at[EVENTS] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };
    int32_t refusal[EVENTS];
    c12_order_events events = C12_INIT(c12_order_events);
    c12_error err = C12_INIT(c12_error);
    events.n = EVENTS; events.order = order; events.kind = kind; events.value = value; events.by = by; events.at = at; events.good = pieces;
    if (c12_order_apply(&book, &events, refusal, &err)) goto failed;
    for (int k = 0; k < EVENTS; k++) if (refusal[k]) printf("%s refused: %s\n", c12_order_event_name(kind[k]), c12_order_refusal_name(refusal[k]));
    for (int i = 0; i < ORDERS; i++) printf("order %d: %s, %d of %d pieces good\n", i, c12_order_state_name(state[i]), (int)good[i], (int)qty[i]);

    /* robot 0 holds drive 1, which holds motor 2, which was wound from lot 0 */
    const int32_t unit[3] = { 0, 1, 2 }, part[3] = { 1, 2, -1 }, lot[3] = { -1, -1, 0 };
    int32_t found_unit[6], depth[6];
    int64_t row[6], room[32];
    uint8_t outer[6];
    c12_order_built built = C12_INIT(c12_order_built);
    c12_order_found found = C12_INIT(c12_order_found);
    built.n_units = 3; built.n_lots = 1; built.n = 3; built.unit = unit; built.part = part; built.lot = lot;
    found.cap = 6; found.unit = found_unit; found.depth = depth; found.row = row; found.is_outer = outer;
    if (c12_order_trace_up(&built, -1, 0, &found, (c12_mem){ room, sizeof room }, &err)) goto failed;
    printf("lot 0 is in %d units; recall", (int)found.n);
    for (int k = 0; k < found.n; k++) if (outer[k]) printf(" unit %d", (int)found_unit[k]);
    printf("\n");
    return 0;
failed:
    fprintf(stderr, "%s: %s in %s\n", c12_status_name(err.status), err.what, err.field ? err.field : "");
    return 1;
}
