/* SPDX-License-Identifier: Apache-2.0 */
/* Large dense problems: solve on each row's cheapest columns, then let the duals judge all pairs that were left out.  Pairs cheaper than
 * their duals join the lists and the solve goes on from there, until there are none: the proof covers the whole matrix. */
#include "dispatch/dispatch_internal.h"

/* The wanted-th smallest of a row's block bounds, by halving the range of their values. */
static int64_t candidate_limit(const int64_t *least, int64_t blocks, int64_t wanted)
{
    int64_t lo = C12__DISPATCH_FAR, hi = -C12__DISPATCH_FAR;
    for (int64_t b = 0; b < blocks; b++) {
        if (least[b] >= C12__DISPATCH_MOST) continue;
        lo = c12__min64(lo, least[b]);
        hi = c12__max64(hi, least[b]);
    }
    while (lo < hi) {
        int64_t mid = lo + (hi - lo) / 2, below = 0;
        for (int64_t b = 0; b < blocks; b++) below += least[b] <= mid;
        if (below >= wanted) hi = mid;
        else lo = mid + 1;
    }
    return hi;
}

/* Columns spread over all, others for each row: where many rows want the same few columns they are the way out. */
static int32_t candidate_spread(const c12_dispatch *self, int32_t row, int64_t limit, int32_t n)
{
    const int64_t *cost = self->cost + row * self->stride, part = self->cols / C12__DISPATCH_SPREAD;
    for (int64_t k = 0; k < C12__DISPATCH_SPREAD; k++) {
        int64_t j = k * part + (int64_t)(((uint64_t)row * C12__DISPATCH_SPREAD + (uint64_t)k) * 0x9E3779B97F4A7C15u >> 33) % part;
        if (cost[j] == C12__DISPATCH_FAR || cost[j] - self->col_out[j] <= limit) continue;
        self->arc_cost[self->arc_off[row] + n] = cost[j];
        self->arc_col[self->arc_off[row] + n++] = (int32_t)j;
    }
    return n;
}

/* The cheapest columns, begun at another block by each row: of columns that cost the same not all rows take the first. */
static void candidate_row(c12_dispatch *self, int32_t row)
{
    const int64_t *cost = self->cost + row * self->stride, *least = self->least + row * self->blocks;
    const int64_t used = (self->cols + C12__DISPATCH_BLOCK - 1) / C12__DISPATCH_BLOCK;
    const int64_t limit = candidate_limit(least, used, C12__DISPATCH_FIRST);
    int64_t *arc_cost = self->arc_cost + self->arc_off[row];
    int32_t *arc_col = self->arc_col + self->arc_off[row], n = 0;
    for (int64_t k = 0; k < used; k++) {
        int64_t b = (k + row) % used;
        if (least[b] > limit) continue;
        for (int64_t j = b * C12__DISPATCH_BLOCK, end = c12__min64(j + C12__DISPATCH_BLOCK, self->cols); j < end && n < C12__DISPATCH_CHEAP; j++) {
            if (cost[j] - self->col_out[j] > limit || cost[j] == C12__DISPATCH_FAR) continue;
            arc_cost[n] = cost[j];
            arc_col[n++] = (int32_t)j;
        }
    }
    self->arc_n[row] = candidate_spread(self, row, limit, n);
}

void c12__dispatch_list(c12_dispatch *self)
{
    for (int32_t i = 0; i < self->rows; i++) {
        self->arc_off[i] = (int64_t)i * C12__DISPATCH_LIST;
        candidate_row(self, i);
    }
    self->listed = 1;
    self->priced = 0;
}

/* Room for one more: the end of the list, or the arc farthest from being chosen. */
static int32_t candidate_slot(c12_dispatch *self, int32_t row)
{
    const int64_t off = self->arc_off[row];
    if (self->arc_n[row] < C12__DISPATCH_LIST) return self->arc_n[row]++;
    int64_t worst = INT64_MIN;
    int32_t slot = 0;
    for (int32_t k = 0; k < C12__DISPATCH_LIST; k++) {
        int64_t slack = self->arc_cost[off + k] - self->col_dual[self->arc_col[off + k]];
        if (slack > worst) { worst = slack; slot = k; }
    }
    return slot;
}

/* At most a quarter of a list is new at a time; the cheapest pair is always among it. */
static void candidate_price_row(c12_dispatch *self, int32_t row, int64_t least)
{
    const int64_t *cost = self->cost + row * self->stride, dual = self->row_dual[row];
    int32_t added = 0, start = (int32_t)((int64_t)row * C12__DISPATCH_BLOCK % self->cols);
    for (int32_t pass = 0; pass < 2; pass++)
        for (int32_t k = 0; k < self->cols && added < C12__DISPATCH_LIST / 4; k++) {
            int32_t j = k + start < self->cols ? k + start : k + start - self->cols;
            int64_t v = cost[j] - self->col_dual[j];
            if (pass ? v >= dual || v == least : v != least) continue;
            int32_t slot = candidate_slot(self, row);
            self->arc_cost[self->arc_off[row] + slot] = cost[j];
            self->arc_col[self->arc_off[row] + slot] = j;
            added++;
        }
}

int32_t c12__dispatch_price_out(c12_dispatch *self)
{
    int32_t found = 0;
    const int64_t cells = ((int64_t)self->cols + C12__DISPATCH_BLOCK - 1) / C12__DISPATCH_BLOCK * C12__DISPATCH_BLOCK;
    for (int32_t i = 0; i < self->rows; i++) {
        if (self->row_col[i] == C12__DISPATCH_WAITS) continue;
        int64_t least = self->loop.slack(self->cost + i * self->stride, self->col_dual, cells);
        if (least >= self->row_dual[i]) continue;
        candidate_price_row(self, i, least);
        if (self->row_col[i] >= 0) self->col_row[self->row_col[i]] = C12__DISPATCH_FREE;
        self->row_col[i] = C12__DISPATCH_WAITS;
        found++;
    }
    self->priced = !found;
    return found;
}
