/* SPDX-License-Identifier: Apache-2.0 */
/* Date mode: the problem as opened, and one item's events, orders and messages. */
#ifndef C12_MRP_DATE_H
#define C12_MRP_DATE_H

#include "base/arena.h"
#include "base/csr.h"
#include "base/gozinto.h"
#include "base/num.h"
#include "c12/mrp.h"

/* A validated problem: local copies of the caller's structs and the opened graph. */
typedef struct c12__mrp_date {
    c12_mrp_date_input in;
    c12__gozinto graph;
    const int32_t *line_offset;
    int64_t lines;
    int32_t n, reserved;
} c12__mrp_date;

c12_status c12__mrp_date_open(c12__mrp_date *m, const c12_mrp_date_input *in, c12_error *err);
c12_status c12__mrp_date_take_plan(c12_mrp_date_plan *p, const c12_mrp_date_plan *plan, c12_error *err);
c12_status c12__mrp_date_scratch_full(const c12__mrp_date *m, c12_error *err);
size_t c12__mrp_date_check_bytes(int32_t n, int64_t lines, int64_t n_demand, int64_t n_receipts, int64_t n_safety, int64_t room);

static inline int c12__mrp_date_phantom(const c12__mrp_date *m, int32_t i) { return c12__at32(m->in.item_type, i, C12_MRP_BUY) == C12_MRP_PHANTOM; }

/* ---- one item ---------------------------------------------------------------------------------------------------- */

typedef struct c12__date_event { int64_t date, qty; } c12__date_event;

/* What is to come on a date: good pieces, or where it is firm the quantity started (R16). */
typedef struct c12__date_receipt { int64_t date, qty; int32_t firm, reserved; } c12__date_receipt;

/* An item's events within [today, horizon) by date: what is taken, on dates apart; receipts, overdue ones on today. */
typedef struct c12__date_row {
    const c12__date_event *taken; /* what is asked for, when netting sees it (R15), less what falls off elsewhere (R20) */
    const c12__date_receipt *receipts;
    const int64_t *floor_date, *floor_qty; /* safety stock from a date on (R14), as in the input ... */
    int64_t n_taken, n_receipts, n_floors;
    int64_t safety, reorder; /* ... and before; no floor is lower than the reorder point */
    int64_t today, horizon, opens; /* opens: the first date on which a new order may be received (R17) */
    int64_t safety_time;   /* by which a requirement is seen before its date, but not before today */
    int64_t asked;         /* the sum of what is asked for; -1 when it does not fit */
    c12__date_event *need; /* [n_taken + n_floors + 1] and ... */
    int64_t *least;        /* ... as much: scratch of the rules that weigh costs */
} c12__date_row;

/* Orders of all items netted so far, an item's in a run by due date; qty is what is started, firm and new ones of a date together. */
typedef struct c12__date_orders { int64_t *due, *release, *qty, *late; int64_t n, room; } c12__date_orders;

/* What is short within the planning fences of all items netted so far, an item's in a run by date: by how much more than before. */
typedef struct c12__date_shorts { c12__date_event *at; int64_t n, room; } c12__date_shorts;

/* Item i's row, its events still to be filled in. */
c12__date_row c12__mrp_date_row(const c12__mrp_date *m, int32_t i);

/* Good pieces of what an item starts (R19). */
int64_t c12__mrp_date_good(const c12__mrp_date *m, int32_t i, int64_t started);

/* Net item i (R5 to R7) and append its orders.  C12_E_OVERFLOW with the date in *at, C12_E_SPACE when they find no room. */
c12_status c12__mrp_date_item(const c12__mrp_date *m, int32_t i, const c12__date_row *row, c12__date_orders *orders, int64_t *at);

/* R8: the date on which each receipt of the row, its quantities now good pieces, is needed; the horizon where it is not.  1 when a sum
 * does not fit. */
int c12__mrp_date_needs(const c12__mrp_date *m, int32_t i, const c12__date_row *row, int64_t *need);

/* R17: append what is short before new orders may be received, of a row as above.  C12_E_OVERFLOW, or C12_E_SPACE. */
c12_status c12__mrp_date_short(const c12__mrp_date *m, int32_t i, const c12__date_row *row, c12__date_shorts *shorts);

#endif
