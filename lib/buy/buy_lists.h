/* SPDX-License-Identifier: Apache-2.0 */
/* What the ABC classes, the shortage list and their checkers share: validation, nothing else. */
#ifndef C12_BUY_LISTS_H
#define C12_BUY_LISTS_H

#include "buy/buy_internal.h"

c12_status c12__buy_open_usage(c12_buy_usage *u, const c12_buy_usage *in, c12_error *err);
c12_status c12__buy_take_classes(c12_buy_classes *c, int32_t n_items, const c12_buy_classes *out, c12_error *err);
c12_status c12__buy_open_stock(c12_buy_stock *k, const c12_buy_stock *in, c12_error *err);
c12_status c12__buy_take_gaps(c12_buy_gaps *g, const c12_buy_gaps *out, c12_error *err);
size_t c12__buy_short_check_bytes(int32_t n_items, int32_t n_buckets, int64_t n_demand, int64_t n_supply);
c12_status c12__buy_short_space(const c12_buy_stock *k, c12_error *err);

#endif
