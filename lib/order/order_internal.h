/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_ORDER_INTERNAL_H
#define C12_ORDER_INTERNAL_H

#include "base/num.h"
#include "c12/order.h"

/* Entry of everything that reads a book and its events: local copies and every rule of the header. */
c12_status c12__order_open(c12_order_book *b, const c12_order_book *book, c12_error *err);
c12_status c12__order_history(c12_order_book *b, c12_order_events *e, const c12_order_book *book, const c12_order_events *events, c12_error *err);

/* Entry of everything that reads what went into what. */
c12_status c12__order_built(c12_order_built *b, const c12_order_built *built, c12_error *err);

/* For checkers: the diagram's arrow, -1 = none. */
int32_t c12__order_arrow(int32_t state, int32_t event);

static inline int64_t c12__order_first(const c12_order_book *b, int32_t i) { return b->station_off ? b->station_off[i] : 0; }
static inline int32_t c12__order_stations(const c12_order_book *b, int32_t i) { return b->station_off ? (int32_t)(b->station_off[i + 1] - b->station_off[i]) : 0; }

#endif
