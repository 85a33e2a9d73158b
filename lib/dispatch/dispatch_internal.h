/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_DISPATCH_INTERNAL_H
#define C12_DISPATCH_INTERNAL_H

#include "base/arena.h"
#include "base/heap.h"
#include "base/num.h"
#include "c12/dispatch.h"
#include <stdatomic.h>

enum {
    C12__DISPATCH_PPM = 1000000,
    C12__DISPATCH_BLOCK = 32,  /* cells of a row that share one least cost; rows are padded to whole blocks */
    C12__DISPATCH_LIST = 192,  /* candidates a row may have */
    C12__DISPATCH_CHEAP = 80, C12__DISPATCH_SPREAD = 32, /* of which at first so many cheap ones, and so many from all over */
    C12__DISPATCH_ROUNDS = 12, /* of judging pairs outside the candidates, before the rest is done over the matrix */
    C12__DISPATCH_FIRST = 48,  /* blocks whose least cost a row's first candidates lie at or below */
    C12__DISPATCH_LARGE = 128, /* rows from which a matrix less than twice as long as wide is solved on candidates first */
    C12__DISPATCH_FREE = -1, C12__DISPATCH_WAITS = -2, C12__DISPATCH_STALE = -3
};
#define C12__DISPATCH_MOST ((int64_t)1 << 60) /* no price or cost may pass it */
#define C12__DISPATCH_NEAR ((int64_t)1 << 58) /* costs within it are kept as they are, others relative to the least */
#define C12__DISPATCH_FAR ((int64_t)1 << 62)  /* stands for NEVER: above every real way, below overflow when duals and a way's length join */
#define C12__DISPATCH_TAKEN (-((int64_t)1 << 61)) /* out price shown for a column that is not free: makes it dearer than any free one */

/* What is left out pays: tasks their price, robots nothing.  A task's price is base + rank * step. */
typedef struct c12__dispatch_scale {
    int64_t lo, hi;    /* effective costs lie within; after events perhaps wider than needed */
    int64_t shift;     /* the handle's costs, prices and task duals are the caller's less this */
    int64_t base, step;
    int64_t by_value;  /* with room for events: rank = priority - first, as the priorities lie close together */
    int64_t first;
    int64_t ranks;     /* a rank lies in 1..ranks */
    int64_t stated;    /* the prices are those of dispatch.h for what is loaded now */
    int64_t measured;  /* the least costs of blocks stand for the prices, not for the bare costs */
} c12__dispatch_scale;

/* Loops over a row, once for every processor family. */
typedef struct c12__dispatch_rows {
    /* NEVER becomes FAR; least cost of each block; lo and hi are widened by the real costs.  cells = whole blocks. */
    void (*measure)(int64_t *row, int64_t cells, int64_t *least, int64_t *lo, int64_t *hi);
    /* least of row[j] - out[j] in each block */
    void (*below)(const int64_t *row, const int64_t *out, int64_t cells, int64_t *least);
    /* least of row[j] - dual[j] */
    int64_t (*slack)(const int64_t *row, const int64_t *dual, int64_t cells);
} c12__dispatch_rows;
c12__dispatch_rows c12__dispatch_rows_best(void);

/* Rows are the side with the smaller limit, columns the other.  A row or column is free, matched, or waits to enter the problem; what has
 * entered is optimal at every moment: row_dual[i] + col_dual[j] <= cost, equal where matched; a dual never passes its out price and
 * equals it where free. */
struct c12_dispatch {
    c12_host host;
    c12_dispatch_dims dims;
    int64_t hysteresis;
    void *owned_ptr; /* by create */
    size_t owned;
    atomic_int cancelled;
    int32_t loaded, robots, tasks;
    int32_t by_task;      /* rows are tasks */
    int32_t rows, cols;   /* in use */
    int32_t listed;       /* the arcs below are in use: given by the caller, or candidates of this load */
    int32_t priced;       /* no pair outside the candidates is cheaper than its duals */
    int32_t reserved;
    c12__dispatch_scale scale;
    c12__dispatch_rows loop;
    int64_t stride, blocks;
    int64_t *cost;        /* [row limit * stride], NULL when the handle is for listed pairs */
    int64_t *least;       /* [row limit * blocks] least cost - col_out of a block */
    int64_t *arc_off;     /* [row limit + 1] */
    int32_t *arc_n;       /* [row limit] arcs of the row from arc_off */
    int32_t *arc_col;
    int64_t *arc_cost;
    int64_t *row_dual, *row_out, *col_dual, *col_out;
    int64_t *free_out;    /* [cols] col_out where free, TAKEN elsewhere */
    int32_t *row_col, *col_row;
    int64_t *best_free;   /* [rows] least of cost - col_out over free columns; best_col STALE = not known */
    int32_t *best_col;
    /* one search */
    int64_t *dist, *near_dual;  /* [rows] of rows not yet scanned, side by side */
    int32_t *near, *near_col, *near_from;
    int64_t *scan_dist;         /* [rows + 1] rows or columns scanned, in order, and how far they are */
    int32_t *scan_at, *from;    /* from: by row */
    c12__heap heap;
    int32_t *task_priority;     /* [tasks] */
    int32_t *robot_current;     /* [robots] */
    int64_t *key;               /* [tasks] sort keys, or one line of an event */
    int64_t *spare;             /* [blocks] */
    int32_t *order, *scratch;
};

/* Copies and validates all but the costs; shared by load and the checker because both take the same input. */
c12_status c12__dispatch_take_problem(c12_dispatch_problem *p, const c12_dispatch_problem *from, c12_error *err);
c12_status c12__dispatch_take_options(c12_dispatch_options *o, const c12_dispatch_options *from, c12_error *err);
void c12__dispatch_check_costs(c12__faults *f, const int64_t *cost, int64_t n); /* names each that passes 2^60 */

c12_status c12__dispatch_take_fleet(c12_dispatch_fleet *f, const c12_dispatch_fleet *from, c12_error *err);
c12_status c12__dispatch_take_costing(c12_dispatch_costing *c, const c12_dispatch_costing *from, c12_error *err); /* with its defaults */
c12_status c12__dispatch_take_chains(c12_dispatch_fleet *f, c12_dispatch_costing *c, c12_dispatch_chain_plan *p, const c12_dispatch_fleet *fleet,
                                     const c12_dispatch_costing *costing, const c12_tick *hop, const c12_dispatch_chain_plan *plan, c12_error *err);

/* ---- prices ---------------------------------------------------------------------------------------------------------------- */

c12_status c12__dispatch_price(c12_dispatch *self, int live, c12_error *err); /* from scale.lo, hi and the priorities; then all waits */
int c12__dispatch_sum_fits(int64_t lo, int64_t hi, int64_t pairs);
void c12__dispatch_rescale(c12_dispatch *self);               /* scale.lo and hi as they are */
int c12__dispatch_price_holds(const c12_dispatch *self, int64_t lo, int64_t hi, int32_t robots, int32_t tasks); /* still high and apart enough */
int64_t c12__dispatch_price_of(const c12_dispatch *self, int32_t priority); /* less shift; INT64_MIN = no rank for it */
void c12__dispatch_restart(c12_dispatch *self);               /* every row waits, every column is free */

/* ---- searches: one row or column enters; they return rows (or columns) scanned ------------------------------------------------------ */

int64_t c12__dispatch_enter_row(c12_dispatch *self, int32_t row);       /* over the dense matrix */
int64_t c12__dispatch_enter_col(c12_dispatch *self, int32_t col);
int64_t c12__dispatch_enter_listed(c12_dispatch *self, int32_t row);    /* over the arcs */
int64_t c12__dispatch_bid_listed(c12_dispatch *self, int64_t most);     /* the easy part of entering many rows */
void c12__dispatch_free_col(c12_dispatch *self, int32_t col);           /* its status is free now: best_free hears of it */
void c12__dispatch_take_col(c12_dispatch *self, int32_t col);           /* its status is not free any more */

/* ---- candidates of a dense matrix ---------------------------------------------------------------------------------------------------- */

void c12__dispatch_list(c12_dispatch *self);
int32_t c12__dispatch_price_out(c12_dispatch *self); /* rows with a pair cheaper than its duals: it joins the candidates, they wait */

/* Let everything that waits enter; 1 = nothing was left when it stopped. */
int c12__dispatch_run(c12_dispatch *self, const c12_budget *budget, c12_ns began, int64_t *work, c12_stop *stop);

/* ---- robots and tasks as rows and columns --------------------------------------------------------------------------------------------- */

static inline int32_t c12__dispatch_task_robot(const c12_dispatch *self, int32_t t)
{
    int32_t r = self->by_task ? self->row_col[t] : self->col_row[t];
    return r < 0 ? -1 : r;
}
static inline int64_t c12__dispatch_task_dual(const c12_dispatch *self, int32_t t) { return self->by_task ? self->row_dual[t] : self->col_dual[t]; }
static inline int64_t c12__dispatch_robot_dual(const c12_dispatch *self, int32_t r) { return self->by_task ? self->col_dual[r] : self->row_dual[r]; }
static inline int64_t *c12__dispatch_cell(const c12_dispatch *self, int32_t r, int32_t t)
{
    return self->cost + (self->by_task ? t * self->stride + r : r * self->stride + t);
}

#endif
