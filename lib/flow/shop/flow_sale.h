/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_FLOW_SALE_H
#define C12_FLOW_SALE_H

#include "flow/shop/flow_books.h"

/* Entry of run and check: local copies and every rule of the header. */
c12_status c12__flow_sale_open(c12_flow_sales *p, c12_flow_steps *s, const c12_flow_sales *sales, const c12_flow_steps *steps, c12_error *err);

#endif
