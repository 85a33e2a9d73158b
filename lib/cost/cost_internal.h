/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_COST_INTERNAL_H
#define C12_COST_INTERNAL_H

#include "base/num.h"
#include "c12/cost.h"

c12_status c12__cost_open(c12_cost_orders *o, const c12_cost_orders *in, c12_error *err);
c12_status c12__cost_take_journal(c12_cost_journal *j, int32_t n, const c12_cost_journal *out, c12_error *err);

#endif
