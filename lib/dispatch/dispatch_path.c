/* SPDX-License-Identifier: Apache-2.0 */
/* Shortest augmenting paths with duals over the dense matrix (Jonker and Volgenant 1987), from either side.  Rows and columns enter one by
 * one; the plan is optimal for those that have entered, at every moment.
 *
 * Everything may also stay out at its out price.  A path from what enters therefore ends at something free of the other side, or at
 * something of its own side that gives up its partner and stays out: that is how a late rush order takes a robot from the task that can
 * best do without.  What is free has its out price as its dual, so that nothing is owed when a path ends there.
 *
 * Searches from a row walk over matched rows only: the best free column of a row is remembered (best_free) until somebody takes it, and
 * found again by the least costs of blocks.  So a search costs rows^2 however many columns there are. */
#include "dispatch/dispatch_internal.h"

/* ---- the best free column of each row -------------------------------------------------------------------------------------- */

void c12__dispatch_take_col(c12_dispatch *self, int32_t col)
{
    self->free_out[col] = C12__DISPATCH_TAKEN;
    for (int32_t i = 0; i < self->rows; i++)
        if (self->best_col[i] == col) self->best_col[i] = C12__DISPATCH_STALE;
}

void c12__dispatch_free_col(c12_dispatch *self, int32_t col)
{
    int64_t out = self->col_out[col];
    const int64_t *cell = self->cost + col;
    self->free_out[col] = out;
    for (int32_t i = 0; i < self->rows; i++, cell += self->stride) {
        if (self->best_col[i] == C12__DISPATCH_STALE || *cell - out >= self->best_free[i]) continue;
        self->best_free[i] = *cell - out;
        self->best_col[i] = col;
    }
}

/* Blocks that could hold something better, cell by cell; a block's least cost ignores who is free, so it is a bound. */
static void path_find_free(c12_dispatch *self, int32_t row)
{
    const int64_t *cost = self->cost + row * self->stride, *out = self->free_out, *least = self->least + row * self->blocks;
    int64_t best = C12__DISPATCH_MOST, used = (self->cols + C12__DISPATCH_BLOCK - 1) / C12__DISPATCH_BLOCK, at = -1;
    for (int64_t b = 0; b < used; b++) {
        if (least[b] >= best) continue;
        for (int64_t j = b * C12__DISPATCH_BLOCK, end = j + C12__DISPATCH_BLOCK; j < end; j++)
            if (cost[j] - out[j] < best) { best = cost[j] - out[j]; at = j; }
    }
    self->best_free[row] = best;
    self->best_col[row] = (int32_t)at;
}

/* ---- one search --------------------------------------------------------------------------------------------------------------- */

/* Where the nearest end is, and what is not yet scanned (self->near and its columns). */
typedef struct path_search {
    int64_t end;            /* length of the shortest way to an end so far */
    int32_t end_row, end_col;
    int32_t near, scanned;
} path_search;

/* Rows still to scan keep no order: the last takes the place of one that leaves. */
static void path_leave(c12_dispatch *self, path_search *s, int32_t q)
{
    int32_t last = --s->near;
    self->from[self->near[q]] = self->near_from[q];
    self->near[q] = self->near[last];
    self->near_col[q] = self->near_col[last];
    self->near_dual[q] = self->near_dual[last];
    self->near_from[q] = self->near_from[last];
    self->dist[q] = self->dist[last];
}

static void path_note_scan(c12_dispatch *self, path_search *s, int32_t at, int64_t dist)
{
    self->scan_at[s->scanned] = at;
    self->scan_dist[s->scanned++] = dist;
}

static void path_end_at(path_search *s, int64_t dist, int32_t row, int32_t col)
{
    if (dist >= s->end) return;
    s->end = dist;
    s->end_row = row;
    s->end_col = col;
}

/* A way of length d over `by` to near row q.  Written without branches: whether it is shorter cannot be foreseen. */
static inline void path_reach(c12_dispatch *self, int32_t q, int64_t d, int32_t by, int64_t *least, int32_t *best)
{
    const int64_t before = self->dist[q], now = d < before ? d : before;
    self->near_from[q] = d < before ? by : self->near_from[q];
    self->dist[q] = now;
    *best = now < *least ? q : *best;
    *least = now < *least ? now : *least;
}

/* Ways on from a row reached at `dist`; returns which of the near rows is nearest now, -1 = none. */
static int32_t path_scan_row(c12_dispatch *self, path_search *s, int32_t row, int64_t dist)
{
    const int64_t *cost = self->cost + row * self->stride, base = dist - self->row_dual[row];
    const int32_t near = s->near, *col = self->near_col;
    const int64_t *dual = self->near_dual;
    int64_t least = INT64_MAX;
    int32_t best = -1;
    path_end_at(s, base + self->row_out[row], row, -1);
    if (self->best_col[row] == C12__DISPATCH_STALE) path_find_free(self, row);
    if (self->best_col[row] >= 0) path_end_at(s, base + self->best_free[row], row, self->best_col[row]);
    for (int32_t q = 0; q < near; q++) path_reach(self, q, base + cost[col[q]] - dual[q], row, &least, &best);
    return best;
}

static void path_near_matched(c12_dispatch *self, path_search *s)
{
    for (int32_t i = 0; i < self->rows; i++) {
        int32_t j = self->row_col[i];
        if (j < 0) continue;
        self->near[s->near] = i;
        self->near_col[s->near] = j;
        self->near_dual[s->near] = self->col_dual[j];
        self->dist[s->near++] = INT64_MAX;
    }
}

/* The end's column goes to the end's row, that row's column to the row it was reached from, and so on. */
static void path_shift_rows(c12_dispatch *self, const path_search *s, int32_t entered)
{
    int32_t row = s->end_row, col = s->end_col;
    if (col >= 0) c12__dispatch_take_col(self, col);
    for (;;) {
        int32_t before = self->row_col[row];
        self->row_col[row] = col;
        if (col >= 0) self->col_row[col] = row;
        if (row == entered) return;
        col = before;
        row = self->from[row];
    }
}

int64_t c12__dispatch_enter_row(c12_dispatch *self, int32_t row)
{
    path_search s = { INT64_MAX, row, -1, 0, 0 };
    int32_t at = row;
    int64_t dist = 0;
    self->row_dual[row] = 0; /* counts from here: its dual is the length of the way */
    path_near_matched(self, &s);
    for (;;) {
        path_note_scan(self, &s, at, dist);
        int32_t q = path_scan_row(self, &s, at, dist);
        if (q < 0 || self->dist[q] >= s.end) break;
        at = self->near[q];
        dist = self->dist[q];
        path_leave(self, &s, q);
    }
    self->row_dual[row] = s.end;
    for (int32_t k = 1; k < s.scanned; k++) {
        int32_t i = self->scan_at[k];
        self->row_dual[i] += s.end - self->scan_dist[k];
        self->col_dual[self->row_col[i]] -= s.end - self->scan_dist[k];
    }
    path_shift_rows(self, &s, row);
    return s.scanned;
}

/* ---- from a column -------------------------------------------------------------------------------------------------------------- */

static int32_t path_scan_col(c12_dispatch *self, path_search *s, int32_t col, int64_t dist)
{
    const int64_t *cost = self->cost + col, base = dist - self->col_dual[col], stride = self->stride;
    const int32_t near = s->near, *row = self->near;
    const int64_t *dual = self->near_dual;
    int64_t least = INT64_MAX;
    int32_t best = -1;
    path_end_at(s, base + self->col_out[col], -1, col);
    for (int32_t q = 0; q < near; q++) path_reach(self, q, base + cost[row[q] * stride] - dual[q], col, &least, &best);
    return best;
}

static void path_near_entered(c12_dispatch *self, path_search *s)
{
    for (int32_t i = 0; i < self->rows; i++) {
        if (self->row_col[i] == C12__DISPATCH_WAITS) continue;
        self->near[s->near] = i;
        self->near_col[s->near] = self->row_col[i];
        self->near_dual[s->near] = self->row_dual[i];
        self->dist[s->near++] = INT64_MAX;
    }
}

/* The end's row goes to the column it was reached from, that column's row to the one before, and so on. */
static void path_shift_cols(c12_dispatch *self, const path_search *s, int32_t entered)
{
    int32_t row = s->end_row, col = entered;
    if (row < 0) { /* a column gives up its row; the one that entered perhaps itself */
        col = s->end_col;
        row = self->col_row[col];
        self->col_row[col] = C12__DISPATCH_FREE;
        c12__dispatch_free_col(self, col);
        if (col == entered) return;
    }
    for (;;) {
        col = self->from[row];
        int32_t before = self->col_row[col];
        self->row_col[row] = col;
        self->col_row[col] = row;
        if (col == entered) return;
        row = before;
    }
}

int64_t c12__dispatch_enter_col(c12_dispatch *self, int32_t col)
{
    path_search s = { INT64_MAX, -1, col, 0, 0 };
    int32_t at = col;
    int64_t dist = 0;
    self->col_dual[col] = 0;
    path_near_entered(self, &s);
    for (;;) {
        path_note_scan(self, &s, at, dist);
        int32_t q = path_scan_col(self, &s, at, dist);
        if (q < 0 || self->dist[q] >= s.end) break;
        dist = self->dist[q];
        if (self->near_col[q] < 0) {
            path_end_at(&s, dist, self->near[q], -1);
            path_leave(self, &s, q);
            break;
        }
        at = self->near_col[q];
        path_leave(self, &s, q);
    }
    self->col_dual[col] = s.end;
    for (int32_t k = 1; k < s.scanned; k++) {
        int32_t j = self->scan_at[k];
        self->col_dual[j] += s.end - self->scan_dist[k];
        self->row_dual[self->col_row[j]] -= s.end - self->scan_dist[k];
    }
    path_shift_cols(self, &s, col);
    return s.scanned;
}
