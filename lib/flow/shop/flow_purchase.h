/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_FLOW_PURCHASE_H
#define C12_FLOW_PURCHASE_H

#include "flow/shop/flow_books.h"

/* Entry of run and check: local copies and every rule of the header. */
c12_status c12__flow_purchase_open(c12_flow_buying *b, c12_flow_purchases *p, c12_flow_steps *s, const c12_flow_buying *terms, const c12_flow_purchases *purchases, const c12_flow_steps *steps, c12_error *err);

#endif
