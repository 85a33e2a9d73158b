/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/c12.h
 *  All of libc12 in one include; c12/io.h, c12/ts.h and c12/arrow.h, the second library, stand apart. */
#ifndef C12_C12_H
#define C12_C12_H

#include "c12/base.h"
#include "c12/access.h"
#include "c12/bom.h"
#include "c12/buy.h"
#include "c12/charge.h"
#include "c12/cost.h"
#include "c12/dispatch.h"
#include "c12/flow.h"
#include "c12/kpi.h"
#include "c12/mrp.h"
#include "c12/ncr.h"
#include "c12/order.h"
#include "c12/route.h"
#include "c12/sched.h"
#include "c12/seal.h"
#include "c12/spc.h"
#include "c12/stock.h"
#include "c12/tlm.h"
#include "c12/vda.h"

#endif /* C12_C12_H */
