/* SPDX-License-Identifier: Apache-2.0 */
/* In which order what waits enters the problem, and when to stop. */
#include "dispatch/dispatch_internal.h"

typedef struct run_limits {
    c12_dispatch *self;
    const c12_budget *budget;
    c12_ns began;
    int64_t *work;
    c12_stop *stop;
} run_limits;

static int run_must_stop(const run_limits *l)
{
    if (atomic_load_explicit(&l->self->cancelled, memory_order_relaxed)) *l->stop = C12_STOP_CANCEL;
    else if (l->budget->work_limit && *l->work >= l->budget->work_limit) *l->stop = C12_STOP_WORK;
    else if (l->budget->time_limit && c12__now(&l->self->host) - l->began >= l->budget->time_limit) *l->stop = C12_STOP_TIME;
    return *l->stop != C12_STOP_DONE;
}

static int run_enter_rows(const run_limits *l)
{
    c12_dispatch *self = l->self;
    for (int32_t i = 0; i < self->rows; i++) {
        if (self->row_col[i] != C12__DISPATCH_WAITS) continue;
        if (run_must_stop(l)) return 0;
        *l->work += self->listed ? c12__dispatch_enter_listed(self, i) : c12__dispatch_enter_row(self, i);
    }
    return 1;
}

static int run_enter_cols(const run_limits *l)
{
    c12_dispatch *self = l->self;
    for (int32_t j = 0; j < self->cols; j++) {
        if (self->col_row[j] != C12__DISPATCH_WAITS) continue;
        if (run_must_stop(l)) return 0;
        *l->work += c12__dispatch_enter_col(self, j);
    }
    return 1;
}

/* Rows over their lists; all candidates at hand, over the matrix again.  Columns left free below their price wait, for searches over
 * the matrix alone know what to do with them. */
static int run_listed(const run_limits *l)
{
    c12_dispatch *self = l->self;
    if (run_must_stop(l)) return 0;
    if (!self->listed) c12__dispatch_list(self);
    for (int32_t i = 0; i < self->rows; i++) self->dist[i] = INT64_MAX;
    c12__heap_reset(&self->heap);
    for (int32_t round = 0; ; round++) {
        *l->work += c12__dispatch_bid_listed(self, 4 * (int64_t)self->rows);
        if (!run_enter_rows(l)) return 0;
        if (self->priced || !c12__dispatch_price_out(self) || (self->cost && round == C12__DISPATCH_ROUNDS)) break;
    }
    if (!self->cost) return 1;
    self->listed = 0;
    for (int32_t j = 0; j < self->cols; j++) {
        if (self->col_row[j] == C12__DISPATCH_FREE && self->col_dual[j] < self->col_out[j]) self->col_row[j] = C12__DISPATCH_WAITS;
        self->free_out[j] = self->col_row[j] == C12__DISPATCH_FREE ? self->col_out[j] : C12__DISPATCH_TAKEN;
    }
    return 1;
}

/* Where columns abound, most paths from a row end at once, and lists would not pay. */
static int run_wants_lists(const c12_dispatch *self)
{
    return !self->cost || (!self->priced && self->rows >= C12__DISPATCH_LARGE && self->cols / 2 < self->rows && self->cols >= C12__DISPATCH_LARGE);
}

/* Columns first: they settle among the rows that stayed, and rows that enter then find only free columns at their price. */
int c12__dispatch_run(c12_dispatch *self, const c12_budget *budget, c12_ns began, int64_t *work, c12_stop *stop)
{
    const run_limits l = { self, budget, began, work, stop };
    *work = 0;
    *stop = C12_STOP_DONE;
    if (run_wants_lists(self) && !run_listed(&l)) return 0;
    self->priced = 1;
    return run_enter_cols(&l) && (!self->cost || run_enter_rows(&l));
}
