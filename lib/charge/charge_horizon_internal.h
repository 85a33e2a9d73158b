/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_CHARGE_HORIZON_INTERNAL_H
#define C12_CHARGE_HORIZON_INTERNAL_H

#include "base/arena.h"
#include "base/num.h"
#include "base/rng.h"
#include "c12/charge.h"

enum { C12__AHEAD_LOW = 1, C12__AHEAD_AWAY = 2 };

typedef struct c12__ahead_slot { int32_t bay, start, end; } c12__ahead_slot;
typedef struct c12__ahead_row { int32_t n; c12__ahead_slot slot[C12_CHARGE_MOST_SLOTS]; } c12__ahead_row; /* one robot's slots by start */

/* What counts when a robot's row is added up. */
typedef struct c12__ahead_sum { int64_t empty, low, travel, end_short; } c12__ahead_sum;

/* Rebuilding a row: the best ways to be somewhere at a step, where each came from, and in which step it entered its bay. */
typedef struct c12__ahead_label { int64_t cost, energy; int32_t from, start; } c12__ahead_label;
enum { C12__AHEAD_NEAR = 3, C12__AHEAD_LABELS = 10, C12__AHEAD_REBUILDS = 1024 /* steps of the longest horizon in which rows are rebuilt */ };

typedef struct c12__ahead {
    c12_charge_outlook p;
    c12_charge_horizon_options o;
    int64_t *capacity, *first, *floor; /* [robots] energy; low is <= floor */
    int64_t *bound;                    /* [robots] the end of the curve's first stretch, where most charging is done */
    int64_t *inverse;                  /* [robots] energy * inverse >> 40 is about its ppm: for rules of thumb only */
    int32_t *lane;                     /* [robots] row of the next two */
    int64_t *drain, *drained;          /* [lanes * steps], [lanes * (steps + 1)] outside a bay, and added up */
    int32_t *demand;                   /* [steps] */
    c12__ahead_row *row, *best;        /* [robots] */
    c12__ahead_sum *sum;               /* [robots] */
    uint8_t *flag;                     /* [robots * steps] C12__AHEAD_* */
    int32_t *lows, *away;              /* [steps] robots */
    int32_t *user;                     /* [bays * steps] robot in the bay, -1 = nobody */
    int32_t *open;                     /* [bays] rules of thumb: when the next robot may come */
    int32_t *ready;                    /* [robots] and when the robot may leave for its next bay, */
    int64_t *level;                    /* [robots] with what energy, plus what it would have drained up to then */
    int32_t *seen;                     /* [robots] and about how many ppm are left at the step looked at */
    c12__ahead_label *label;           /* [(steps + 1) * (NEAR + 1) * LABELS] */
    int32_t *labels;                   /* [(steps + 1) * (NEAR + 1)] */
    uint8_t *kept;                     /* [4 * steps] flags of the rows a change puts in or takes out */
    c12__dice dice;
    int64_t cost, least;               /* of row and best */
} c12__ahead;

/* Copies and validates; shared by the planner and the checker because both take the same input. */
c12_status c12__ahead_take(c12_charge_outlook *p, c12_charge_horizon_options *o, const c12_charge_outlook *from, const c12_charge_horizon_options *options, c12_error *err);

/* One robot: its energy over the steps and what counts of it. */
int64_t c12__ahead_charge(const c12__ahead *a, int32_t r, int64_t energy);
void c12__ahead_follow(const c12__ahead *a, int32_t r, const c12__ahead_row *row, uint8_t *flag, c12__ahead_sum *sum, int64_t *energy);
int32_t c12__ahead_way(const c12__ahead *a, int32_t r, int32_t bay, int32_t start); /* -1 = none */

/* The whole plan: put robots in, exchange some robots' rows, sums and flags ([n * steps]) for others and back, add up. */
void c12__ahead_clear(c12__ahead *a);
void c12__ahead_put(c12__ahead *a, int32_t r);
void c12__ahead_put_all(c12__ahead *a); /* what row holds, and its cost */
void c12__ahead_swap(c12__ahead *a, int32_t n, const int32_t *robot, c12__ahead_row *row, c12__ahead_sum *sum, uint8_t *flag);
int64_t c12__ahead_cost(const c12__ahead *a);

void c12__ahead_fill(c12__ahead *a, int32_t rule); /* rules of thumb 0..C12__AHEAD_RULES-1 */
enum { C12__AHEAD_RULES = 9 };
void c12__ahead_begin_with(c12__ahead *a, const c12_charge_slots *plan); /* what is possible of another plan */
int c12__ahead_rebuild(c12__ahead *a, int32_t r, c12__ahead_row *row); /* the best row of a robot that has no slot now; 0 = none found */
int c12__ahead_row_ok(const c12__ahead *a, int32_t r, const c12__ahead_row *row); /* H2 and H3 for one robot alone */
int c12__ahead_insert(c12__ahead_row *row, c12__ahead_slot s); /* 0 when the row is full */
void c12__ahead_remove(c12__ahead_row *row, int32_t k);
int64_t c12__ahead_improve(c12__ahead *a, const c12_budget *budget, int64_t work, c12_stop *stop);

#endif
