/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_BUY_INTERNAL_H
#define C12_BUY_INTERNAL_H

#include "base/arena.h"
#include "base/csr.h"
#include "base/num.h"
#include "base/sort.h"
#include "c12/buy.h"

enum { C12__BUY_FAR = 1000000000, C12__BUY_LEAD = 1000000 }; /* buckets and lead times stay within; their sums fit int32 */

/* A validated problem; defaults of the options filled in.  For the planner also, by calendar, the rank of the first working bucket from
 * today on, and by offer the arrival if it were ordered today: an offer is in time when that is not behind the requirement. */
typedef struct c12__buy { c12_buy_input in; c12_buy_options o; const int64_t *now; const int32_t *soonest; } c12__buy;
c12_status c12__buy_open(c12__buy *b, const c12_buy_input *in, const c12_buy_options *options, c12_error *err);
c12_status c12__buy_take_plan(c12_buy_plan *p, const c12_buy_plan *out, c12_error *err);

/* Rows that must be there when there are any. */
void c12__buy_column(c12__faults *f, const void *column, int64_t rows, const char *field);
void c12__buy_no_less(c12__faults *f, const int64_t *column, int64_t rows, int64_t low, const char *what, const char *field);
void c12__buy_ids(c12__faults *f, const int32_t *column, int64_t rows, int32_t n, const char *what, const char *field);

/* round half even (price * qty / per) of numbers >= 0, per > 0; 1 when it does not fit 64 bits. */
int c12__buy_value(c12_money price, c12_qty qty, c12_qty per, c12_money *value);

/* When an offer would be ordered and would arrive. */
typedef struct c12__buy_dates { int32_t order, arrive, overdue; } c12__buy_dates;
void c12__buy_look_from_today(c12__buy *b, int64_t *now, int32_t *soonest); /* [n_calendars], [n_offers]; before any date */
c12__buy_dates c12__buy_date(const c12__buy *b, int64_t offer, int32_t need);

/* `lots` orders of `full` quanta that take full * lots of the requirement, and one of `rest` quanta that takes the other part, 0 = none. */
typedef struct c12__buy_lots { c12_qty full, rest, rest_required; int64_t lots; c12_money full_price, rest_price, full_cost, rest_cost, cost; } c12__buy_lots;
int c12__buy_lot(const c12__buy *b, int64_t offer, c12_qty required, c12__buy_lots *l); /* quantities and costs; 1 on overflow */

/* Scratch of the planner, carved by one function for sizing and use. */
typedef struct c12__buy_room {
    int64_t *key;                   /* [2 * n_needs] */
    int32_t *order, *spare, *date;  /* [2 * n_needs] */
    int32_t *supplier;              /* [2 * n_needs] */
    int64_t *offer_off, *offer_row; /* offers by item */
    int64_t *now;                   /* [n_calendars] */
    int32_t *soonest;               /* [n_offers] */
} c12__buy_room;
void c12__buy_carve(c12__buy_room *r, c12__arena *a, int32_t n_items, int64_t n_needs, int64_t n_offers, int32_t n_calendars);

/* Rows of needs by item, bucket, row. */
void c12__buy_sort_needs(const c12__buy *b, int64_t *key, int32_t *order, int32_t *spare);

c12_status c12__buy_plan_all(const c12__buy *b, c12_buy_plan *out, const c12__buy_room *r, c12_error *err);

#endif
