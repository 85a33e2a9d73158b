/* SPDX-License-Identifier: Apache-2.0 */
/* Events on a book of orders: what each asks for, and what it does. */
#include "order/order_internal.h"

/* One event beside the order it is about. */
typedef struct order_deed { int32_t order, kind, station, value; c12_ns at; c12_qty good, scrap, rework; int64_t first; int32_t stations; } order_deed;

static order_deed order_deed_of(const c12_order_book *b, const c12_order_events *e, int64_t i)
{
    const int32_t r = e->order[i];
    order_deed d = { r, e->kind[i], c12__at32(e->station, i, -1), c12__at32(e->value, i, 0), e->at[i], c12__at64(e->good, i, 0), c12__at64(e->scrap, i, 0), c12__at64(e->rework, i, 0),
        c12__order_first(b, r), c12__order_stations(b, r) };
    return d;
}

static int order_works(int32_t state) { return state == C12_ORDER_IN_PROGRESS || state == C12_ORDER_REWORK; }
static int order_is_done(int32_t state) { return state == C12_ORDER_COMPLETED || state == C12_ORDER_SHIPPED || state == C12_ORDER_SCRAPPED; }

/* Pieces that wait at a station; of an order without stations, those that are open. */
static c12_qty order_waits(const c12_order_book *b, const order_deed *d)
{
    if (!d->stations) return b->qty[d->order] - b->good[d->order] - b->scrap[d->order];
    const int64_t s = d->first + d->station;
    return (d->station ? b->station_good[s - 1] : b->qty[d->order]) - b->station_good[s] - b->station_scrap[s];
}

static int order_has_station(const order_deed *d) { return d->stations ? d->station >= 0 && d->station < d->stations : d->station == -1; }

/* ---- may it? -------------------------------------------------------------------------------------------------------------------------- */

static int32_t order_may_complete(const c12_order_book *b, const order_deed *d)
{
    const int32_t r = d->order;
    const int open = b->good[r] + b->scrap[r] < b->qty[r];
    if (!open && !b->good[r]) return C12_ORDER_NOTHING_GOOD;
    for (int32_t k = 0; k < d->stations; k++) if (b->station_state[d->first + k] != C12_ORDER_FINISHED) return C12_ORDER_UNFINISHED;
    return open ? C12_ORDER_UNFINISHED : C12_ORDER_DONE;
}

static int32_t order_may_move(const c12_order_book *b, const order_deed *d)
{
    int32_t next, r = d->order;
    const int again = d->kind == C12_ORDER_HOLD && b->state[r] == C12_ORDER_QUALITY_HOLD;
    if (!again && c12_order_move(b->state[r], d->kind, &next, NULL)) return C12_ORDER_NO_SUCH_MOVE;
    if (d->kind == C12_ORDER_HOLD) return b->hold_order[d->value] >= 0 ? C12_ORDER_HOLD_TAKEN : C12_ORDER_DONE;
    if (d->kind == C12_ORDER_RESUME && b->held[r]) return C12_ORDER_STILL_HELD;
    return d->kind == C12_ORDER_COMPLETE ? order_may_complete(b, d) : C12_ORDER_DONE;
}

static int32_t order_may_work(const c12_order_book *b, const order_deed *d)
{
    const int judged = b->state[d->order] == C12_ORDER_QUALITY_HOLD && d->kind == C12_ORDER_REPORT && d->scrap && !d->good && !d->rework; /* what is held for may be scrapped there */
    if (!order_works(b->state[d->order]) && !judged) return C12_ORDER_NO_SUCH_MOVE;
    if (!order_has_station(d) || (!d->stations && d->kind != C12_ORDER_REPORT)) return C12_ORDER_NO_STATION;
    const int64_t s = d->first + d->station;
    if (d->stations && b->station_state[s] != (d->kind == C12_ORDER_BEGIN ? C12_ORDER_PENDING : C12_ORDER_RUNNING)) return C12_ORDER_STATION_STATE;
    if (d->kind == C12_ORDER_BEGIN) return d->station && !b->station_good[s - 1] ? C12_ORDER_TOO_EARLY : C12_ORDER_DONE;
    const c12_qty waits = order_waits(b, d);
    if (d->kind == C12_ORDER_FINISH) return d->station && b->station_state[s - 1] != C12_ORDER_FINISHED ? C12_ORDER_TOO_EARLY : waits ? C12_ORDER_UNFINISHED : C12_ORDER_DONE;
    if (d->good > waits || d->scrap > waits - d->good || d->rework > waits - d->good - d->scrap) return C12_ORDER_TOO_MUCH;
    return d->stations && d->rework > INT64_MAX - b->station_rework[s] ? C12_ORDER_TOO_MUCH : C12_ORDER_DONE;
}

static int32_t order_may_assign(const c12_order_book *b, const order_deed *d)
{
    const int32_t robot = d->value, of = b->robot_order[robot];
    if (d->kind == C12_ORDER_FREE) return of == d->order ? C12_ORDER_DONE : C12_ORDER_ROBOT_NOT_HERE;
    if (!order_works(b->state[d->order]) && b->state[d->order] != C12_ORDER_RELEASED) return C12_ORDER_NO_SUCH_MOVE;
    if (!order_has_station(d)) return C12_ORDER_NO_STATION;
    return of >= 0 && !order_is_done(b->state[of]) ? C12_ORDER_ROBOT_BUSY : C12_ORDER_DONE;
}

static int32_t order_may_split(const c12_order_book *b, const order_deed *d)
{
    const int32_t into = d->value;
    if (b->state[d->order] > C12_ORDER_IN_PROGRESS) return C12_ORDER_NO_SUCH_MOVE;
    if (b->accepted[into] || b->ordered[into] || c12__order_stations(b, into) != d->stations) return C12_ORDER_NO_PART;
    if (!order_has_station(d)) return C12_ORDER_NO_STATION;
    return d->good < 1 || d->good > order_waits(b, d) || d->good >= b->qty[d->order] ? C12_ORDER_TOO_MUCH : C12_ORDER_DONE;
}

static int32_t order_may(const c12_order_book *b, const order_deed *d)
{
    const int32_t r = d->order;
    if (!b->qty[r]) return C12_ORDER_UNBORN;
    if (d->at < (b->accepted[r] ? b->last[r] : b->created[r])) return C12_ORDER_OUT_OF_ORDER;
    if (d->kind <= C12_ORDER_SHIP) return order_may_move(b, d);
    if (d->kind == C12_ORDER_ASSIGN || d->kind == C12_ORDER_FREE) return order_may_assign(b, d);
    if (d->kind == C12_ORDER_SPLIT) return order_may_split(b, d);
    if (d->kind != C12_ORDER_LIFT) return order_may_work(b, d);
    if (b->state[r] != C12_ORDER_QUALITY_HOLD && b->state[r] != C12_ORDER_REWORK) return C12_ORDER_NO_SUCH_MOVE;
    return b->hold_order[d->value] == r && b->hold_to[d->value] == INT64_MAX ? C12_ORDER_DONE : C12_ORDER_HOLD_NOT_OPEN;
}

/* ---- it happens ------------------------------------------------------------------------------------------------------------------------- */

static void order_moves(c12_order_book *b, const order_deed *d)
{
    const int32_t r = d->order;
    int32_t next = C12_ORDER_QUALITY_HOLD;
    if (c12_order_move(b->state[r], d->kind, &next, NULL)) next = C12_ORDER_QUALITY_HOLD; /* one hold more */
    b->state[r] = next;
    if (next == C12_ORDER_IN_PROGRESS && b->started[r] == INT64_MAX) b->started[r] = d->at;
    if (next == C12_ORDER_COMPLETED || next == C12_ORDER_SCRAPPED) b->ended[r] = d->at;
    else if (next != C12_ORDER_SHIPPED) b->ended[r] = INT64_MAX;
    if (next == C12_ORDER_SCRAPPED) { b->scrap[r] = b->qty[r]; b->good[r] = 0; }
    if (d->kind != C12_ORDER_HOLD) return;
    b->held[r]++;
    b->hold_order[d->value] = r;
    b->hold_from[d->value] = d->at;
    b->hold_to[d->value] = INT64_MAX;
}

static void order_works_on(c12_order_book *b, const order_deed *d)
{
    const int64_t s = d->first + d->station;
    if (d->kind == C12_ORDER_BEGIN) { b->station_state[s] = C12_ORDER_RUNNING; b->station_begun[s] = d->at; }
    else if (d->kind == C12_ORDER_FINISH) { b->station_state[s] = C12_ORDER_FINISHED; b->station_ended[s] = d->at; }
    else {
        b->scrap[d->order] += d->scrap;
        if (d->station == d->stations - 1) b->good[d->order] += d->good; /* -1 of no stations too */
        if (!d->stations) return;
        b->station_good[s] += d->good;
        b->station_scrap[s] += d->scrap;
        b->station_rework[s] += d->rework;
    }
}

/* The part has passed the stations before, on the other's account so far. */
static void order_splits(c12_order_book *b, const order_deed *d)
{
    const int32_t r = d->order, into = d->value;
    b->qty[r] -= d->good;
    b->qty[into] = d->good;
    b->parent[into] = r;
    b->state[into] = b->state[r];
    b->started[into] = b->started[r];
    b->last[into] = d->at;
    b->accepted[into] = 1;
    for (int32_t k = 0; k < d->station; k++) {
        const int64_t from = d->first + k, to = b->station_off[into] + k;
        b->station_good[from] -= d->good;
        b->station_good[to] = d->good;
        b->station_begun[to] = b->station_begun[from];
        b->station_ended[to] = b->station_state[from] == C12_ORDER_FINISHED ? b->station_ended[from] : d->at;
        b->station_state[to] = C12_ORDER_FINISHED;
    }
}

static void order_happens(c12_order_book *b, const order_deed *d)
{
    const int32_t r = d->order;
    if (d->kind <= C12_ORDER_SHIP) order_moves(b, d);
    else if (d->kind == C12_ORDER_LIFT) { b->hold_to[d->value] = d->at; b->held[r]--; }
    else if (d->kind == C12_ORDER_ASSIGN) { b->robot_order[d->value] = r; b->robot_station[d->value] = d->station; }
    else if (d->kind == C12_ORDER_FREE) b->robot_order[d->value] = -1;
    else if (d->kind == C12_ORDER_SPLIT) order_splits(b, d);
    else order_works_on(b, d);
    b->last[r] = d->at;
    b->accepted[r]++;
}

/* A row to which nothing has happened begins anew, whatever stood there. */
static void order_begins(c12_order_book *b, int32_t i)
{
    b->state[i] = C12_ORDER_CREATED;
    b->held[i] = 0;
    b->parent[i] = -1;
    b->qty[i] = b->ordered[i];
    b->good[i] = b->scrap[i] = 0;
    b->last[i] = b->created[i];
    b->started[i] = b->ended[i] = INT64_MAX;
    for (int64_t s = c12__order_first(b, i); s < c12__order_first(b, i) + c12__order_stations(b, i); s++) {
        b->station_state[s] = C12_ORDER_PENDING;
        b->station_good[s] = b->station_scrap[s] = b->station_rework[s] = 0;
        b->station_begun[s] = b->station_ended[s] = INT64_MAX;
    }
}

c12_status c12_order_apply(c12_order_book *book, const c12_order_events *events, int32_t *refusal, c12_error *err)
{
    c12_order_book b;
    c12_order_events e;
    c12_status s = c12__order_history(&b, &e, book, events, err);
    if (s) return s;
    for (int32_t i = 0; i < b.n; i++) if (!b.accepted[i]) order_begins(&b, i);
    for (int64_t i = 0; i < e.n; i++) {
        const order_deed d = order_deed_of(&b, &e, i);
        const int32_t why = order_may(&b, &d);
        if (!why) order_happens(&b, &d);
        if (refusal) refusal[i] = why;
    }
    return C12_OK;
}

/* ---- progress --------------------------------------------------------------------------------------------------------------------------- */

static int order_share(const c12_order_book *b, int32_t i, int64_t *num, int64_t *den)
{
    const int32_t stations = c12__order_stations(b, i);
    const int64_t first = c12__order_first(b, i);
    const c12_qty qty = b->accepted[i] ? b->qty[i] : b->ordered[i];
    c12_qty scrap = 0, done = 0;
    if (!qty) { *num = 0; *den = 1; return 0; }
    if (c12__mul64(qty, stations ? stations : 1, den)) return 1;
    if (!b->accepted[i]) { *num = 0; *den = 1; return 0; }
    for (int32_t k = 0; k < stations; k++) { /* each addend is at most qty */
        scrap += b->station_scrap[first + k];
        done += b->station_good[first + k] + scrap;
    }
    *num = stations ? done : b->good[i] + b->scrap[i];
    const int64_t g = c12__gcd(*num, *den);
    *num /= g;
    *den /= g;
    return 0;
}

c12_status c12_order_progress(const c12_order_book *book, int64_t *num, int64_t *den, c12_error *err)
{
    c12_order_book b;
    int64_t a, c;
    c12_status s = c12__order_open(&b, book, err);
    if (s) return s;
    if (b.n && (!num || !den)) return c12__fail(err, C12_E_ARG, "column is NULL", num ? "den" : "num", -1, 0);
    for (int32_t i = 0; i < b.n; i++)
        if (order_share(&b, i, &a, &c)) return c12__fail(err, C12_E_OVERFLOW, "pieces times stations do not fit 64 bits", "qty", i, b.ordered[i]);
    for (int32_t i = 0; i < b.n; i++) order_share(&b, i, &num[i], &den[i]);
    return C12_OK;
}
