/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_NCR_INTERNAL_H
#define C12_NCR_INTERNAL_H

#include "base/csr.h"
#include "base/num.h"
#include "c12/ncr.h"

c12_status c12__ncr_open(c12_ncr_policy *p, c12_ncr_batch *b, const c12_ncr_policy *policy, const c12_ncr_batch *in, c12_error *err);

#endif
