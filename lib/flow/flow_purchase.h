/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_FLOW_PURCHASE_H
#define C12_FLOW_PURCHASE_H

#include "flow/flow_books.h"

#define C12__PURCHASE_MOST ((int64_t)1 << 61) /* value of a purchase: sums of a few fit */

/* Entry of run and check: local copies and every rule of the header. */
c12_status c12__flow_purchase_open(c12_flow_buying *b, c12_flow_purchases *p, c12_flow_steps *s, const c12_flow_buying *terms, const c12_flow_purchases *purchases, const c12_flow_steps *steps, c12_error *err);

#endif
