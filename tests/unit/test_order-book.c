/* SPDX-License-Identifier: Apache-2.0 */
/* A book of orders: histories by hand and at random before the checker that keeps no state, conservation of pieces, progress. */
#include "c12/order.h"
#include "base/rng.h"
#include "rounds.h"
#include <check.h>
#include <stddef.h>
#include <string.h>

enum { B_ORDERS = 12, B_STATIONS = 4, B_ROBOTS = 3, B_HOLDS = 40, B_EVENTS = 400 };

typedef struct shop_book {
    c12_qty ordered[B_ORDERS], qty[B_ORDERS], good[B_ORDERS], scrap[B_ORDERS];
    c12_ns created[B_ORDERS], last[B_ORDERS], started[B_ORDERS], ended[B_ORDERS];
    int64_t off[B_ORDERS + 1];
    int32_t accepted[B_ORDERS], state[B_ORDERS], held[B_ORDERS], parent[B_ORDERS];
    int32_t station_state[B_ORDERS * B_STATIONS];
    c12_ns begun[B_ORDERS * B_STATIONS], finished[B_ORDERS * B_STATIONS];
    c12_qty s_good[B_ORDERS * B_STATIONS], s_scrap[B_ORDERS * B_STATIONS], s_rework[B_ORDERS * B_STATIONS];
    int32_t robot_order[B_ROBOTS], robot_station[B_ROBOTS], hold_order[B_HOLDS];
    c12_ns hold_from[B_HOLDS], hold_to[B_HOLDS];
    int32_t order[B_EVENTS], kind[B_EVENTS], station[B_EVENTS], value[B_EVENTS], by[B_EVENTS], refusal[B_EVENTS];
    c12_ns at[B_EVENTS];
    c12_qty e_good[B_EVENTS], e_scrap[B_EVENTS], e_rework[B_EVENTS];
    c12_order_book b;
    c12_order_events e;
} shop_book;

/* n orders of so many pieces with so many stations each, the rest of the rows to split into. */
static shop_book *book_new(shop_book *h, int32_t n, int32_t orders, c12_qty pieces, int32_t stations)
{
    memset(h, 0, sizeof *h);
    memset(h->robot_order, 0xff, sizeof h->robot_order);
    memset(h->hold_order, 0xff, sizeof h->hold_order);
    h->b = (c12_order_book)C12_INIT(c12_order_book);
    h->b.n = n; h->b.n_robots = B_ROBOTS; h->b.n_holds = B_HOLDS;
    h->b.ordered = h->ordered; h->b.created = h->created; h->b.station_off = h->off; h->b.accepted = h->accepted; h->b.state = h->state; h->b.held = h->held; h->b.parent = h->parent;
    h->b.qty = h->qty; h->b.good = h->good; h->b.scrap = h->scrap; h->b.last = h->last; h->b.started = h->started; h->b.ended = h->ended; h->b.station_state = h->station_state;
    h->b.station_begun = h->begun; h->b.station_ended = h->finished; h->b.station_good = h->s_good; h->b.station_scrap = h->s_scrap; h->b.station_rework = h->s_rework;
    h->b.robot_order = h->robot_order; h->b.robot_station = h->robot_station; h->b.hold_order = h->hold_order; h->b.hold_from = h->hold_from; h->b.hold_to = h->hold_to;
    h->e = (c12_order_events)C12_INIT(c12_order_events);
    h->e.order = h->order; h->e.kind = h->kind; h->e.station = h->station; h->e.value = h->value; h->e.by = h->by; h->e.at = h->at; h->e.good = h->e_good; h->e.scrap = h->e_scrap; h->e.rework = h->e_rework;
    for (int32_t i = 0; i < n; i++) { h->ordered[i] = i < orders ? pieces : 0; h->off[i + 1] = h->off[i] + stations; }
    return h;
}

static void happen(shop_book *h, int32_t order, int32_t kind, int32_t station, int32_t value, c12_qty good, c12_qty scrap, c12_qty rework)
{
    const int64_t i = h->e.n++;
    h->order[i] = order; h->kind[i] = kind; h->station[i] = station; h->value[i] = value; h->at[i] = 10 * (i + 1); h->by[i] = 1;
    h->e_good[i] = good; h->e_scrap[i] = scrap; h->e_rework[i] = rework;
}
#define MOVE(h, order, kind) happen(h, order, kind, -1, 0, 0, 0, 0)

static void book_judged(const shop_book *h)
{
    c12_verdict v = C12_INIT(c12_verdict);
    if (c12_order_history_check(&h->b, &h->e, h->refusal, &v, NULL)) ck_abort_msg("refused");
    if (v.violations) ck_abort_msg("%s: %s[%d] of %d", v.rule, v.field, (int)v.row, (int)v.violations);
}

static void book_apply(shop_book *h)
{
    c12_error e = C12_INIT(c12_error);
    if (c12_order_apply(&h->b, &h->e, h->refusal, &e)) ck_abort_msg("%s %s[%d]", e.what, e.field, (int)e.row);
    book_judged(h);
}

/* Every piece ordered is good, scrap or open, whatever was split. */
static void conserved(const shop_book *h)
{
    for (int32_t root = 0; root < h->b.n; root++) {
        if (!h->ordered[root]) continue;
        c12_qty sum = 0;
        for (int32_t i = 0; i < h->b.n; i++) {
            int32_t at = i;
            while (h->parent[at] >= 0) at = h->parent[at];
            if (at == root) sum += h->qty[i];
            if (h->good[i] < 0 || h->scrap[i] < 0 || h->good[i] + h->scrap[i] > h->qty[i]) ck_abort_msg("order %d", (int)i);
        }
        if (sum != h->ordered[root]) ck_abort_msg("order %d: %d pieces of %d", (int)root, (int)sum, (int)h->ordered[root]);
    }
}

static void wants(const shop_book *h, const int (*want)[2], size_t n)
{
    size_t k = 0;
    for (int i = 0; i < h->e.n; i++) {
        const int why = k < n && want[k][0] == i ? want[k++][1] : C12_ORDER_DONE;
        ck_assert_msg(h->refusal[i] == why, "event %d: %s", i, c12_order_refusal_name(h->refusal[i]));
    }
    ck_assert_uint_eq(k, n);
}

START_TEST(ten_pieces_through_two_stations)
{
    static shop_book h;
    int64_t num[3], den[3];
    book_new(&h, 3, 1, 10, 2);
    MOVE(&h, 0, C12_ORDER_START);                            /* 0: not released */
    MOVE(&h, 0, C12_ORDER_RELEASE);
    MOVE(&h, 1, C12_ORDER_RELEASE);                          /* 2: an empty row */
    MOVE(&h, 0, C12_ORDER_START);
    happen(&h, 0, C12_ORDER_BEGIN, 1, 0, 0, 0, 0);           /* 4: nothing came yet */
    happen(&h, 0, C12_ORDER_REPORT, 0, 0, 1, 0, 0);          /* 5: not begun */
    happen(&h, 0, C12_ORDER_BEGIN, 0, 0, 0, 0, 0);
    happen(&h, 0, C12_ORDER_ASSIGN, 0, 2, 0, 0, 0);
    happen(&h, 0, C12_ORDER_ASSIGN, 1, 2, 0, 0, 0);          /* 8: busy */
    happen(&h, 0, C12_ORDER_REPORT, 0, 0, 6, 1, 3);
    happen(&h, 0, C12_ORDER_REPORT, 0, 0, 4, 0, 0);          /* 10: three wait */
    happen(&h, 0, C12_ORDER_BEGIN, 1, 0, 0, 0, 0);
    happen(&h, 0, C12_ORDER_REPORT, 1, 0, 2, 0, 0);
    happen(&h, 0, C12_ORDER_SPLIT, 1, 1, 3, 0, 0);           /* three of the four that wait for the second */
    happen(&h, 0, C12_ORDER_SPLIT, 1, 1, 1, 0, 0);           /* 14: not empty any more */
    happen(&h, 0, C12_ORDER_FINISH, 0, 0, 0, 0, 0);          /* 15: three wait there */
    happen(&h, 0, C12_ORDER_HOLD, -1, 4, 0, 0, 0);
    happen(&h, 0, C12_ORDER_HOLD, -1, 5, 0, 0, 0);
    happen(&h, 0, C12_ORDER_REPORT, 0, 0, 1, 0, 0);          /* 18: held */
    happen(&h, 0, C12_ORDER_LIFT, -1, 4, 0, 0, 0);
    MOVE(&h, 0, C12_ORDER_RESUME);                           /* 20: one is left */
    happen(&h, 0, C12_ORDER_LIFT, -1, 4, 0, 0, 0);           /* 21 */
    happen(&h, 0, C12_ORDER_LIFT, -1, 5, 0, 0, 0);
    MOVE(&h, 0, C12_ORDER_RESUME);
    happen(&h, 0, C12_ORDER_HOLD, -1, 5, 0, 0, 0);           /* 24: used */
    happen(&h, 0, C12_ORDER_REPORT, 0, 0, 3, 0, 0);
    happen(&h, 0, C12_ORDER_FINISH, 0, 0, 0, 0, 0);
    MOVE(&h, 0, C12_ORDER_COMPLETE);                         /* 27 */
    happen(&h, 0, C12_ORDER_REPORT, 1, 0, 3, 1, 0);
    happen(&h, 0, C12_ORDER_FINISH, 1, 0, 0, 0, 0);
    MOVE(&h, 0, C12_ORDER_COMPLETE);
    happen(&h, 1, C12_ORDER_BEGIN, 0, 0, 0, 0, 0);           /* 31: the part has passed the first */
    happen(&h, 1, C12_ORDER_BEGIN, 1, 0, 0, 0, 0);
    happen(&h, 1, C12_ORDER_ASSIGN, 1, 2, 0, 0, 0);          /* the other order is done */
    happen(&h, 0, C12_ORDER_FREE, -1, 2, 0, 0, 0);           /* 34 */
    happen(&h, 1, C12_ORDER_REPORT, 1, 0, 0, 3, 0);
    happen(&h, 1, C12_ORDER_FINISH, 1, 0, 0, 0, 0);
    MOVE(&h, 1, C12_ORDER_COMPLETE);                         /* 37: nothing good */
    happen(&h, 0, C12_ORDER_BEGIN, 2, 0, 0, 0, 0);           /* 38: completed */
    MOVE(&h, 0, C12_ORDER_SHIP);
    h.at[39] = 5;                                            /* 39: before all that */
    book_apply(&h);
    static const int want[][2] = { { 0, C12_ORDER_NO_SUCH_MOVE }, { 2, C12_ORDER_UNBORN }, { 4, C12_ORDER_TOO_EARLY }, { 5, C12_ORDER_STATION_STATE }, { 8, C12_ORDER_ROBOT_BUSY }, { 10, C12_ORDER_TOO_MUCH },
        { 14, C12_ORDER_NO_PART }, { 15, C12_ORDER_UNFINISHED }, { 18, C12_ORDER_NO_SUCH_MOVE }, { 20, C12_ORDER_STILL_HELD }, { 21, C12_ORDER_HOLD_NOT_OPEN }, { 24, C12_ORDER_HOLD_TAKEN }, { 27, C12_ORDER_UNFINISHED },
        { 31, C12_ORDER_STATION_STATE }, { 34, C12_ORDER_ROBOT_NOT_HERE }, { 37, C12_ORDER_NOTHING_GOOD }, { 38, C12_ORDER_NO_SUCH_MOVE }, { 39, C12_ORDER_OUT_OF_ORDER } };
    wants(&h, want, sizeof want / sizeof *want);
    conserved(&h);
    ck_assert_int_eq(h.qty[0], 7);
    ck_assert_int_eq(h.good[0], 5);
    ck_assert_int_eq(h.scrap[0], 2);
    ck_assert_int_eq(h.s_rework[0], 3);
    ck_assert_int_eq(h.qty[1], 3);
    ck_assert_int_eq(h.parent[1], 0);
    ck_assert_int_eq(h.robot_order[2], 1);
    ck_assert_int_eq(h.hold_to[4], 200);
    ck_assert_int_eq(h.started[1], 40);
    ck_assert_int_eq(h.begun[h.off[1]], 70);
    ck_assert_int_eq(c12_order_progress(&h.b, num, den, NULL), C12_OK);
    ck_assert(num[0] == 1 && den[0] == 1 && num[1] == 1 && den[1] == 1 && num[2] == 0 && den[2] == 1);
}
END_TEST

START_TEST(progress_is_exact)
{
    static shop_book h;
    int64_t num[1], den[1];
    book_new(&h, 1, 1, 7, 3);
    MOVE(&h, 0, C12_ORDER_RELEASE);
    MOVE(&h, 0, C12_ORDER_START);
    happen(&h, 0, C12_ORDER_BEGIN, 0, 0, 0, 0, 0);
    happen(&h, 0, C12_ORDER_REPORT, 0, 0, 4, 1, 0);
    happen(&h, 0, C12_ORDER_BEGIN, 1, 0, 0, 0, 0);
    happen(&h, 0, C12_ORDER_REPORT, 1, 0, 2, 0, 0);
    book_apply(&h);
    ck_assert_int_eq(c12_order_progress(&h.b, num, den, NULL), C12_OK);
    ck_assert_int_eq(num[0] * 21, (4 + 1 + 2 + 1 + 1) * den[0]); /* the scrapped piece needs none of the three any more */
    ck_assert_int_eq(den[0], 7);
    h.ordered[0] = INT64_MAX / 2;
    h.qty[0] = INT64_MAX / 2;
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_order_progress(&h.b, num, den, &e), C12_E_OVERFLOW);
    ck_assert_int_eq(e.row, 0);
}
END_TEST

/* Without stations an order counts its pieces itself; scrapping makes all of them scrap. */
START_TEST(orders_without_stations)
{
    static shop_book h;
    book_new(&h, 2, 1, 5, 0);
    h.b.station_off = NULL;
    MOVE(&h, 0, C12_ORDER_RELEASE);
    happen(&h, 0, C12_ORDER_SPLIT, -1, 1, 5, 0, 0);          /* 1: nothing would be left */
    happen(&h, 0, C12_ORDER_SPLIT, -1, 1, 2, 0, 0);
    happen(&h, 0, C12_ORDER_SPLIT, 0, 1, 1, 0, 0);           /* 3: taken */
    MOVE(&h, 0, C12_ORDER_START);
    happen(&h, 0, C12_ORDER_REPORT, 0, 0, 1, 0, 0);          /* 5: no station */
    happen(&h, 0, C12_ORDER_BEGIN, -1, 0, 0, 0, 0);          /* 6: no station */
    happen(&h, 0, C12_ORDER_REPORT, -1, 0, 1, 1, 1);
    happen(&h, 0, C12_ORDER_HOLD, -1, 0, 0, 0, 0);
    MOVE(&h, 0, C12_ORDER_SCRAP);
    happen(&h, 0, C12_ORDER_LIFT, -1, 0, 0, 0, 0);           /* 10: final */
    MOVE(&h, 1, C12_ORDER_START);
    happen(&h, 1, C12_ORDER_REPORT, -1, 0, 2, 0, 0);
    MOVE(&h, 1, C12_ORDER_COMPLETE);
    MOVE(&h, 1, C12_ORDER_SHIP);
    book_apply(&h);
    static const int want[][2] = { { 1, C12_ORDER_TOO_MUCH }, { 3, C12_ORDER_NO_PART }, { 5, C12_ORDER_NO_STATION }, { 6, C12_ORDER_NO_STATION }, { 10, C12_ORDER_NO_SUCH_MOVE } };
    wants(&h, want, sizeof want / sizeof *want);
    conserved(&h);
    ck_assert_int_eq(h.scrap[0], 3);
    ck_assert_int_eq(h.good[0], 0);
    ck_assert_int_eq(h.state[1], C12_ORDER_SHIPPED);
    ck_assert_int_eq(h.ended[1], 140);
}
END_TEST

static void wild_events(shop_book *h, c12__rng *g, int64_t events, int32_t stations)
{
    for (int64_t i = 0; i < events; i++) {
        const int32_t kind = (int32_t)c12__rng_below(g, 3) ? 8 + (int32_t)c12__rng_below(g, 7) : (int32_t)c12__rng_below(g, 8);
        const int32_t most = kind == C12_ORDER_ASSIGN || kind == C12_ORDER_FREE ? B_ROBOTS : kind == C12_ORDER_SPLIT ? h->b.n : B_HOLDS;
        happen(h, (int32_t)c12__rng_below(g, (uint64_t)h->b.n), kind, (int32_t)c12__rng_below(g, (uint64_t)stations + 1) - !stations, (int32_t)c12__rng_below(g, (uint64_t)most), (c12_qty)c12__rng_below(g, 5), c12__rng_below(g, 4) ? 0 : (c12_qty)c12__rng_below(g, 7), (c12_qty)c12__rng_below(g, 2));
        h->at[i] -= c12__rng_below(g, 30) ? 0 : 25;
        if (i && !c12__rng_below(g, 3)) h->order[i] = h->order[i - 1];
    }
}

/* Events that lead on are sown among wild ones, so that orders get far. */
static void steer(shop_book *h, c12__rng *g)
{
    for (int64_t i = 0; i < h->e.n; i++)
        if (i < 2 * h->b.n) { h->order[i] = (int32_t)(i / 2); h->kind[i] = i % 2 ? C12_ORDER_START : C12_ORDER_RELEASE; }
        else if (!c12__rng_below(g, 3)) h->kind[i] = (int32_t[]){ C12_ORDER_BEGIN, C12_ORDER_REPORT, C12_ORDER_FINISH, C12_ORDER_RESUME, C12_ORDER_COMPLETE, C12_ORDER_START }[c12__rng_below(g, 6)];
}

START_TEST(random_books)
{
    static shop_book h, parts;
    c12__rng g = c12__rng_from(26, 1);
    int64_t seen[C12_ORDER_REFUSALS] = { 0 }, states[8] = { 0 };
    for (int round = 0; round < rounds(150); round++) {
        const int32_t n = 2 + (int32_t)c12__rng_below(&g, 5), stations = round % 5 ? (int32_t)c12__rng_below(&g, B_STATIONS) : 0;
        book_new(&h, n, 1 + n / 2, 2 + (c12_qty)c12__rng_below(&g, 6), stations);
        wild_events(&h, &g, 150, stations);
        steer(&h, &g);
        if (round % 5 == 0) memset(h.e_good, 0, sizeof h.e_good); /* a bad day */
        book_apply(&h);
        conserved(&h);
        for (int64_t i = 0; i < h.e.n; i++) seen[h.refusal[i]]++;
        for (int32_t i = 0; i < n; i++) states[h.state[i]]++;
        /* the same in two batches */
        book_new(&parts, n, 1 + n / 2, h.ordered[0], stations);
        memcpy(parts.order, h.order, sizeof h.order); memcpy(parts.kind, h.kind, sizeof h.kind); memcpy(parts.station, h.station, sizeof h.station); memcpy(parts.value, h.value, sizeof h.value);
        memcpy(parts.by, h.by, sizeof h.by); memcpy(parts.at, h.at, sizeof h.at); memcpy(parts.e_good, h.e_good, sizeof h.e_good); memcpy(parts.e_scrap, h.e_scrap, sizeof h.e_scrap); memcpy(parts.e_rework, h.e_rework, sizeof h.e_rework);
        c12_order_events later = parts.e;
        parts.e.n = 70;
        ck_assert_int_eq(c12_order_apply(&parts.b, &parts.e, parts.refusal, NULL), C12_OK);
        later.n = h.e.n - 70;
        later.order += 70; later.kind += 70; later.station += 70; later.value += 70; later.by += 70; later.at += 70; later.good += 70; later.scrap += 70; later.rework += 70;
        ck_assert_int_eq(c12_order_apply(&parts.b, &later, parts.refusal + 70, NULL), C12_OK);
        ck_assert_int_eq(memcmp(&parts, &h, offsetof(shop_book, order)), 0);
        ck_assert_int_eq(memcmp(parts.refusal, h.refusal, sizeof h.refusal), 0);
    }
    for (int k = 0; k < C12_ORDER_REFUSALS && rounds(150) >= 150; k++) if (!seen[k]) ck_abort_msg("never refused because %s", c12_order_refusal_name(k));
    for (int k = 0; k < 8 && rounds(150) >= 150; k++) if (!states[k]) ck_abort_msg("no order ended %s", c12_order_state_name(k));
}
END_TEST

/* The checker sees a change of any column and of any answer. */
START_TEST(books_that_were_changed)
{
    static shop_book h;
    c12__rng g = c12__rng_from(26, 2);
    book_new(&h, 5, 3, 6, 3);
    wild_events(&h, &g, 200, 3);
    steer(&h, &g);
    book_apply(&h);
    c12_verdict v = C12_INIT(c12_verdict);
    for (int64_t i = 0; i < h.e.n; i++) {
        const int32_t kept = h.refusal[i];
        h.refusal[i] = kept ? kept == 3 ? 4 : 3 : 3;
        ck_assert_int_eq(c12_order_history_check(&h.b, &h.e, h.refusal, &v, NULL), C12_OK);
        ck_assert_int_gt(v.violations, 0);
        h.refusal[i] = kept;
    }
#define SEES(column, row, by) do { v.violations = 0; h.column[row] += (by); c12_status st = c12_order_history_check(&h.b, &h.e, h.refusal, &v, NULL); if (!st && !v.violations) ck_abort_msg(#column); h.column[row] -= (by); } while (0)
    for (int32_t i = 0; i < 3; i++) {
        SEES(accepted, i, 1); SEES(state, i, 1); SEES(held, i, 1); SEES(parent, i, 1); SEES(qty, i, 1); SEES(good, i, 1); SEES(scrap, i, 1); SEES(last, i, 1); SEES(started, i, -1); SEES(ended, i, -1);
        SEES(station_state, h.off[i], -1); if (h.station_state[h.off[i]]) SEES(begun, h.off[i], 1); SEES(s_good, h.off[i], -1); SEES(s_scrap, h.off[i], 1); SEES(s_rework, h.off[i], 1); SEES(robot_order, i, 1); SEES(hold_order, i, 1);
    }
#undef SEES
    book_judged(&h);
}
END_TEST

START_TEST(inputs_are_seen)
{
    static shop_book h;
    c12_error e = C12_INIT(c12_error);
    book_new(&h, 2, 2, 5, 2);
    happen(&h, 0, 0, -1, 0, 0, 0, 0);
#define BAD(change, undo, name, at) do { change; ck_assert_int_eq(c12_order_apply(&h.b, &h.e, h.refusal, &e), C12_E_RANGE); ck_assert_str_eq(e.field, name); ck_assert_int_eq(e.row, at); undo; e = (c12_error)C12_INIT(c12_error); } while (0)
    BAD(h.order[0] = 2, h.order[0] = 0, "order", 0);
    BAD(h.kind[0] = 15, h.kind[0] = 0, "kind", 0);
    BAD(h.by[0] = -2, h.by[0] = 0, "by", 0);
    BAD(h.station[0] = -2, h.station[0] = 0, "station", 0);
    BAD(h.e_good[0] = -1, h.e_good[0] = 0, "good", 0);
    BAD(h.e_scrap[0] = -1, h.e_scrap[0] = 0, "scrap", 0);
    BAD(h.e_rework[0] = -1, h.e_rework[0] = 0, "rework", 0);
    BAD((h.kind[0] = C12_ORDER_HOLD, h.value[0] = B_HOLDS), (h.kind[0] = 0, h.value[0] = 0), "value", 0);
    BAD(h.ordered[1] = -1, h.ordered[1] = 5, "ordered", 1);
    BAD(h.off[1] = -1, h.off[1] = 2, "station_off", 1);
    BAD(h.robot_order[2] = 2, h.robot_order[2] = -1, "robot_order", 2);
    BAD(h.hold_order[3] = -2, h.hold_order[3] = -1, "hold_order", 3);
    BAD((h.accepted[1] = 1, h.qty[1] = 5, h.state[1] = 8), (h.state[1] = 0), "state", 1);
    BAD((h.s_good[2] = 4, h.s_scrap[2] = 2), (h.s_good[2] = h.s_scrap[2] = 0), "station_good", 2);
    BAD(h.good[1] = 6, h.good[1] = 0, "good", 1);
    BAD((h.good[1] = 4, h.scrap[1] = 2), (h.good[1] = h.scrap[1] = 0), "scrap", 1);
    BAD(h.parent[1] = 2, h.parent[1] = -1, "parent", 1);
#undef BAD
    h.accepted[1] = INT32_MAX;
    ck_assert_int_eq(c12_order_apply(&h.b, &h.e, h.refusal, &e), C12_E_OVERFLOW);
    h.accepted[1] = 0;
    h.b.qty = NULL;
    ck_assert_int_eq(c12_order_apply(&h.b, &h.e, h.refusal, &e), C12_E_ARG);
    ck_assert_str_eq(c12_order_event_name(C12_ORDER_SPLIT), "split");
    ck_assert_str_eq(c12_order_event_name(15), "?");
    ck_assert_str_eq(c12_order_station_name(1), "in_progress");
    ck_assert_str_eq(c12_order_refusal_name(-1), "?");
}
END_TEST

/* ---- genealogy ---------------------------------------------------------------------------------------------------------------------------- */

enum { UNITS = 60, LOTS = 8, ROWS = 120 };

typedef struct lineage { int32_t unit[ROWS], part[ROWS], lot[ROWS]; c12_qty qty[ROWS]; c12_order_built b; int32_t f_unit[UNITS + ROWS], depth[UNITS + ROWS]; int64_t row[UNITS + ROWS]; uint8_t outer[UNITS + ROWS]; c12_order_found f; int64_t room[600]; } lineage;

static void lineage_new(lineage *l)
{
    memset(l, 0, sizeof *l);
    l->b = (c12_order_built)C12_INIT(c12_order_built);
    l->b.unit = l->unit; l->b.part = l->part; l->b.lot = l->lot; l->b.qty = l->qty;
    l->f = (c12_order_found)C12_INIT(c12_order_found);
    l->f.cap = UNITS + ROWS; l->f.unit = l->f_unit; l->f.depth = l->depth; l->f.row = l->row; l->f.is_outer = l->outer;
}

static void put_in(lineage *l, int32_t unit, int32_t part, int32_t lot, c12_qty qty)
{
    const int64_t i = l->b.n++;
    l->unit[i] = unit; l->part[i] = part; l->lot[i] = lot; l->qty[i] = qty;
}

static c12_status up(lineage *l, int32_t part, int32_t lot, c12_error *e)
{
    c12_mem room = { l->room, sizeof l->room };
    c12_status s = c12_order_trace_up(&l->b, part, lot, &l->f, room, e);
    c12_verdict v = C12_INIT(c12_verdict);
    if (s) return s;
    if (c12_order_trace_check(&l->b, part, lot, &l->f, &v, NULL) || v.violations) ck_abort_msg("%s: %s[%d]", v.rule, v.field, (int)v.row);
    return s;
}

/* Robot 0 has drives 1 and 2; drive 1 a motor 3 from lot 0; drive 2 grease of lot 1; robot 4 grease of lot 1 too. */
START_TEST(a_lot_and_who_has_it)
{
    static lineage l;
    c12_error e = C12_INIT(c12_error);
    lineage_new(&l);
    l.b.n_units = 5; l.b.n_lots = 3;
    put_in(&l, 0, 1, -1, 1);
    put_in(&l, 0, 2, -1, 1);
    put_in(&l, 1, 3, 0, 1);
    put_in(&l, 2, -1, 1, 12);
    put_in(&l, 4, -1, 1, 7);
    ck_assert_int_eq(up(&l, -1, 0, &e), C12_OK);
    ck_assert_int_eq(l.f.n, 3);
    ck_assert_int_eq(l.f.outer, 1);
    ck_assert(l.f_unit[0] == 3 && l.f_unit[1] == 1 && l.f_unit[2] == 0 && l.depth[2] == 3 && l.outer[2] == 1);
    ck_assert_int_eq(up(&l, -1, 1, &e), C12_OK);
    ck_assert_int_eq(l.f.n, 3);
    ck_assert_int_eq(l.f.outer, 2);
    ck_assert_int_eq(up(&l, -1, 2, &e), C12_OK);
    ck_assert_int_eq(l.f.n, 0);
    ck_assert_int_eq(up(&l, 3, -1, &e), C12_OK);
    ck_assert_int_eq(l.f.n, 2);
    c12_mem room = { l.room, sizeof l.room };
    ck_assert_int_eq(c12_order_trace_down(&l.b, 0, &l.f, room, &e), C12_OK);
    ck_assert_int_eq(l.f.n, 4); /* 1, 2, 3 and the grease */
    ck_assert_int_eq(l.f.outer, 1);
    ck_assert(l.f_unit[3] == 1 && l.outer[3] == 1 && l.row[3] == 3);
    l.f.cap = 2;
    ck_assert_int_eq(c12_order_trace_down(&l.b, 0, &l.f, room, &e), C12_E_SPACE);
    ck_assert_int_eq(l.f.n, 4);
    l.f.cap = 100;
    room.size = c12_order_trace_scratch(&l.b) - 1;
    ck_assert_int_eq(c12_order_trace_down(&l.b, 0, &l.f, room, &e), C12_E_SPACE);
    put_in(&l, 3, 0, -1, 1);
    ck_assert_int_eq(up(&l, -1, 0, &e), C12_E_CYCLE);
    l.unit[5] = 4; l.part[5] = 1;
    ck_assert_int_eq(up(&l, -1, 0, &e), C12_E_RANGE); /* 1 would be in 0 and in 4 */
    ck_assert_int_eq(e.row, 5);
    l.unit[5] = l.part[5] = 4;
    ck_assert_int_eq(up(&l, -1, 0, &e), C12_E_CYCLE);
    l.part[5] = -1;
    l.lot[5] = -1;
    ck_assert_int_eq(up(&l, -1, 0, &e), C12_E_RANGE);
    l.lot[5] = 2;
    l.qty[5] = 0;
    ck_assert_int_eq(up(&l, -1, 0, &e), C12_E_RANGE);
    ck_assert_uint_eq(c12_order_trace_scratch(&l.b), 0);
    l.b.n = 5;
    ck_assert_int_eq(up(&l, -1, -1, &e), C12_E_RANGE);
    ck_assert_int_eq(up(&l, 1, 1, &e), C12_E_RANGE);
    ck_assert_int_eq(up(&l, 5, -1, &e), C12_E_RANGE);
}
END_TEST

/* Up and down say the same: a unit is in a recall list exactly when the lot is in what it consists of. */
START_TEST(random_lineages)
{
    static lineage l;
    c12__rng g = c12__rng_from(26, 3);
    for (int round = 0; round < rounds(200); round++) {
        lineage_new(&l);
        l.b.n_units = 2 + (int32_t)c12__rng_below(&g, UNITS - 2);
        l.b.n_lots = LOTS;
        for (int32_t u = 1; u < l.b.n_units; u++) if (c12__rng_below(&g, 4)) put_in(&l, (int32_t)c12__rng_below(&g, (uint64_t)u), u, c12__rng_below(&g, 5) ? -1 : (int32_t)c12__rng_below(&g, LOTS), 1);
        while (l.b.n < ROWS - 20) put_in(&l, (int32_t)c12__rng_below(&g, (uint64_t)l.b.n_units), -1, (int32_t)c12__rng_below(&g, LOTS), 1 + (c12_qty)c12__rng_below(&g, 9));
        uint8_t listed[UNITS] = { 0 };
        const int32_t lot = (int32_t)c12__rng_below(&g, LOTS);
        ck_assert_int_eq(up(&l, -1, lot, NULL), C12_OK);
        for (int64_t k = 0; k < l.f.n; k++) listed[l.f_unit[k]] = 1;
        if (l.f.n) { /* one fewer, and the checker misses it */
            c12_verdict v = C12_INIT(c12_verdict);
            l.f.n--;
            l.f.outer -= l.outer[l.f.n];
            ck_assert_int_eq(c12_order_trace_check(&l.b, -1, lot, &l.f, &v, NULL), C12_OK);
            ck_assert_int_eq(v.violations, 1);
        }
        for (int32_t u = 0; u < l.b.n_units; u++) {
            c12_mem room = { l.room, sizeof l.room };
            int has = 0;
            ck_assert_int_eq(c12_order_trace_down(&l.b, u, &l.f, room, NULL), C12_OK);
            for (int64_t k = 0; k < l.f.n; k++) has |= l.lot[l.row[k]] == lot;
            for (int64_t i = 0; i < l.b.n; i++) has |= l.part[i] == u && l.lot[i] == lot; /* it is from the lot itself */
            if (has != listed[u]) ck_abort_msg("unit %d", (int)u);
        }
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("order-book");
    TCase *c = tcase_create("order-book");
    tcase_set_timeout(c, 300);
    tcase_add_test(c, ten_pieces_through_two_stations);
    tcase_add_test(c, progress_is_exact);
    tcase_add_test(c, orders_without_stations);
    tcase_add_test(c, random_books);
    tcase_add_test(c, books_that_were_changed);
    tcase_add_test(c, inputs_are_seen);
    tcase_add_test(c, a_lot_and_who_has_it);
    tcase_add_test(c, random_lineages);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
