/* SPDX-License-Identifier: Apache-2.0 */
/* Entering rows when each has a list of columns: pairs the caller named, or candidates of a dense matrix.  First bids (the augmenting row
 * reduction of Jonker and Volgenant 1987, an auction without surcharge), which place most rows, then shortest paths with a heap. */
#include "dispatch/dispatch_internal.h"

typedef struct listed_bid { int64_t least, next; int32_t col, next_col; } listed_bid;

/* Best and second best of a row at the columns' duals; staying out is one of the offers. */
static listed_bid listed_offer(const c12_dispatch *self, int32_t row)
{
    listed_bid b = { self->row_out[row], C12__DISPATCH_FAR, -1, -1 };
    const int64_t *cost = self->arc_cost + self->arc_off[row];
    const int32_t *col = self->arc_col + self->arc_off[row];
    for (int32_t k = 0; k < self->arc_n[row]; k++) {
        int64_t v = cost[k] - self->col_dual[col[k]];
        if (v >= b.next) continue;
        if (v >= b.least) { b.next = v; b.next_col = col[k]; continue; }
        b.next = b.least;
        b.next_col = b.col;
        b.least = v;
        b.col = col[k];
    }
    return b;
}

/* The row takes its best column and makes it as dear as its second best; returns the row that had it, -1 = none. */
static int32_t listed_take(c12_dispatch *self, int32_t row, const listed_bid *b)
{
    if (b->col < 0) {
        self->row_col[row] = C12__DISPATCH_FREE;
        self->row_dual[row] = b->least;
        return -1;
    }
    int32_t before = self->col_row[b->col];
    self->row_dual[row] = b->next;
    self->col_dual[b->col] -= b->next - b->least;
    self->row_col[row] = b->col;
    self->col_row[b->col] = row;
    if (before >= 0) self->row_col[before] = C12__DISPATCH_WAITS;
    return before;
}

int64_t c12__dispatch_bid_listed(c12_dispatch *self, int64_t most)
{
    int64_t bids = 0;
    for (int32_t i = 0; i < self->rows; i++) {
        int32_t row = i;
        while (row >= 0 && self->row_col[row] == C12__DISPATCH_WAITS && bids < most) {
            listed_bid b = listed_offer(self, row);
            bids++;
            if (b.next == b.least && b.next_col >= 0 && self->col_row[b.col] >= 0) b.col = b.next_col;
            if (b.col >= 0 && b.next == b.least && self->col_row[b.col] >= 0) break; /* taking it would only move the question: left to the paths */
            row = listed_take(self, row, &b);
        }
    }
    return bids;
}

/* ---- shortest paths ------------------------------------------------------------------------------------------------------------- */

typedef struct listed_search { int64_t end; int32_t end_row, end_col, scanned, entered, ready; } listed_search;

/* Rows no farther than the one just scanned need no heap: self->near is a stack of them.  Among equal costs nearly all are. */
static void listed_reach(c12_dispatch *self, listed_search *s, int32_t owner, int64_t d, int64_t now)
{
    self->dist[owner] = d;
    if (d > now) { c12__heap_put(&self->heap, owner, d); return; }
    c12__heap_drop(&self->heap, owner);
    self->near[s->ready++] = owner;
}

static void listed_scan(c12_dispatch *self, listed_search *s, int32_t row, int64_t dist)
{
    const int64_t *cost = self->arc_cost + self->arc_off[row], base = dist - self->row_dual[row];
    const int32_t *col = self->arc_col + self->arc_off[row];
    const int64_t now = row == s->entered ? INT64_MIN : dist; /* from the one that enters, ways may have any sign */
    if (base + self->row_out[row] < s->end) { s->end = base + self->row_out[row]; s->end_row = row; s->end_col = -1; }
    for (int32_t k = 0; k < self->arc_n[row]; k++) {
        int64_t d = base + cost[k] - self->col_dual[col[k]];
        if (d >= s->end) continue;
        int32_t owner = self->col_row[col[k]];
        if (owner < 0) {
            s->end = d;
            s->end_row = row;
            s->end_col = col[k];
            if (d == now) return; /* nothing is nearer */
        } else if (d < self->dist[owner]) {
            self->from[owner] = row;
            listed_reach(self, s, owner, d, now);
        }
    }
}

static void listed_shift(c12_dispatch *self, const listed_search *s)
{
    int32_t row = s->end_row, col = s->end_col;
    for (;;) {
        int32_t before = self->row_col[row];
        self->row_col[row] = col;
        if (col >= 0) self->col_row[col] = row;
        if (row == s->entered) return;
        col = before;
        row = self->from[row];
    }
}

/* dist of all rows is INT64_MAX between searches; a scanned row keeps its own, which nothing undercuts. */
int64_t c12__dispatch_enter_listed(c12_dispatch *self, int32_t row)
{
    listed_search s = { INT64_MAX, row, -1, 0, row, 0 };
    int32_t at = row;
    self->row_dual[row] = 0;
    self->dist[row] = INT64_MIN;
    int64_t dist = 0;
    for (;;) {
        self->scan_at[s.scanned] = at;
        self->scan_dist[s.scanned++] = dist;
        listed_scan(self, &s, at, dist);
        at = s.ready ? self->near[--s.ready] : c12__heap_pop(&self->heap);
        if (at < 0) break;
        dist = self->dist[at];
        if (dist >= s.end) { self->dist[at] = INT64_MAX; break; }
    }
    while (s.ready) self->dist[self->near[--s.ready]] = INT64_MAX;
    for (int32_t i = 0; i < self->heap.n; i++) self->dist[self->heap.id[i]] = INT64_MAX;
    c12__heap_clear(&self->heap);
    self->row_dual[row] = s.end;
    self->dist[row] = INT64_MAX;
    for (int32_t k = 1; k < s.scanned; k++) {
        int32_t i = self->scan_at[k];
        self->row_dual[i] += s.end - self->scan_dist[k];
        self->col_dual[self->row_col[i]] -= s.end - self->scan_dist[k];
        self->dist[i] = INT64_MAX;
    }
    listed_shift(self, &s);
    return s.scanned;
}
