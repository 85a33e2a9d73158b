/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_KPI_INTERNAL_H
#define C12_KPI_INTERNAL_H

#include "base/arena.h"
#include "base/num.h"
#include "c12/kpi.h"

/* Entry checks, shared by what answers and what judges: columns are there and not negative. */
typedef struct c12__kpi_column { const int64_t *at; const char *name; const int64_t *most; int32_t may_be_null; } c12__kpi_column; /* most: NULL, or no row may be above this column */
c12_status c12__kpi_columns(const c12__kpi_column *columns, int32_t n_columns, int64_t n, c12_error *err);
c12_status c12__kpi_ids(const int32_t *id, const char *name, int64_t n, int32_t high, c12_error *err);

c12_status c12__kpi_open(c12_kpi_runs *r, const c12_kpi_runs *in, c12_error *err);
c12_status c12__kpi_open_states(c12_kpi_states *x, const c12_kpi_states *in, c12_error *err);
c12_status c12__kpi_take_times(c12_kpi_times *t, const c12_kpi_states *x, const c12_kpi_times *out, c12_error *err);
c12_status c12__kpi_open_fleet(c12_kpi_fleet *f, const c12_kpi_fleet *self, c12_error *err);
c12_status c12__kpi_open_elements(c12_kpi_elements *e, const c12_kpi_elements *in, const void *num, const void *den, c12_error *err);
c12_status c12__kpi_open_steps(c12_kpi_steps *x, const c12_kpi_steps *in, c12_error *err);
c12_status c12__kpi_open_visits(c12_kpi_visits *x, const c12_kpi_visits *in, c12_error *err);
c12_status c12__kpi_open_stations(c12_kpi_stations *x, const c12_kpi_stations *self, c12_error *err);
c12_status c12__kpi_open_orders(c12_kpi_orders *x, const c12_kpi_orders *in, c12_error *err);
c12_status c12__kpi_open_receipts(c12_kpi_receipts *x, const c12_kpi_receipts *in, c12_error *err);
c12_status c12__kpi_take_scores(c12_kpi_scores *s, int32_t n, const c12_kpi_scores *out, c12_error *err);

#endif
