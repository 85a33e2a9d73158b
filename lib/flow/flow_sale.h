/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_FLOW_SALE_H
#define C12_FLOW_SALE_H

#include "flow/flow_books.h"

#define C12__SALE_MOST ((int64_t)1 << 61) /* value of a sale: sums of a few fit */

/* Entry of run and check: local copies and every rule of the header. */
c12_status c12__flow_sale_open(c12_flow_sales *p, c12_flow_steps *s, const c12_flow_sales *sales, const c12_flow_steps *steps, c12_error *err);

#endif
