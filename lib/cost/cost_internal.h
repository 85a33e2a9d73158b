/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_COST_INTERNAL_H
#define C12_COST_INTERNAL_H

#include "base/arena.h"
#include "base/num.h"
#include "c12/cost.h"

/* Accounts that cost_post posts to; those behind are of the corridors. */
enum { C12__COST_POSTED = C12_COST_OVERHEAD_EFFICIENCY + 1 };

/* Entry checks, shared by what answers and what judges: a column of so many rows, all at least `least`; NULL only when it may be. */
typedef struct c12__cost_column { const int64_t *at; const char *name; int64_t least; int32_t may_be_null; } c12__cost_column;
c12_status c12__cost_columns(const c12__cost_column *columns, int32_t n_columns, int64_t n, c12_error *err);

c12_status c12__cost_open(c12_cost_orders *o, const c12_cost_orders *in, c12_error *err);
c12_status c12__cost_take_journal(c12_cost_journal *j, int32_t n, const c12_cost_journal *out, c12_error *err);
c12_status c12__cost_open_ledger(c12_cost_ledger *l, const c12_cost_ledger *in, c12_error *err);
c12_status c12__cost_take_valued(c12_cost_valued *v, const c12_cost_ledger *l, const c12_cost_valued *out, c12_error *err);
c12_status c12__cost_open_uses(c12_cost_uses *u, const c12_cost_uses *in, c12_error *err);
c12_status c12__cost_take_variances(c12_cost_variances *v, const c12_cost_uses *u, const c12_cost_variances *out, c12_error *err);
c12_status c12__cost_open_centres(c12_cost_centres *x, const c12_cost_centres *in, c12_error *err);
c12_status c12__cost_take_overheads(c12_cost_overheads *v, int32_t n, const c12_cost_overheads *out, c12_error *err);
c12_status c12__cost_open_events(c12_cost_events *x, const c12_cost_events *in, c12_error *err);
c12_status c12__cost_take_entries(c12_cost_entries *j, const c12_cost_events *x, const c12_cost_entries *out, c12_error *err);
c12_status c12__cost_open_arrivals(c12_cost_arrivals *a, const c12_cost_arrivals *in, c12_error *err);
c12_status c12__cost_take_landed(c12_cost_landed *l, const c12_cost_arrivals *a, const c12_cost_landed *out, c12_error *err);

/* v * a / b, all >= 0, b > 0, rounded half to even.  1 when it does not fit. */
int c12__cost_part(int64_t v, int64_t a, int64_t b, int64_t *r);

#endif
