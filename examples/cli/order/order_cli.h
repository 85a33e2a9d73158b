/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_ORDER_CLI_H
#define C12_ORDER_CLI_H

#include "c12/order.h"
#include "sheet.h"

int order_replay(cli *c);
int order_states(cli *c);
int order_trace(cli *c);

#endif
