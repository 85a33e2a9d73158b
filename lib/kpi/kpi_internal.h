/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_KPI_INTERNAL_H
#define C12_KPI_INTERNAL_H

#include "base/num.h"
#include "c12/kpi.h"

c12_status c12__kpi_open(c12_kpi_runs *r, const c12_kpi_runs *in, c12_error *err);

#endif
