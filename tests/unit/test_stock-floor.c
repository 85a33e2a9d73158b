/* SPDX-License-Identifier: Apache-2.0 */
/* Places, tours, waves, picks, deliveries and counts: the exact tour against all orders (Held and Karp), places against a look at each,
 * samples against the hypergeometric distribution in doubles, tables against the header. */
#include "base/rng.h"
#include "c12/stock.h"
#include "rounds.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

/* ---- places ------------------------------------------------------------------------------------------------------------------ */

enum { PLACES = 300, ZONES = 5 };

START_TEST(a_place_is_the_best_one)
{
    int32_t zone[PLACES], where, other;
    int64_t free_[PLACES], distance[PLACES];
    c12_stock_places p = { .struct_size = sizeof p, .n_zones = ZONES, .zone = zone, .free = free_, .distance = distance };
    for (int round = 0; round < rounds(60); round++) {
        c12__rng g = c12__rng_from((uint64_t)round, 2);
        c12_stock_space *space;
        c12_mem mem = { NULL, 0 };
        p.n_locations = round < 4 ? round : (int32_t)c12__rng_range(&g, 1, PLACES);
        for (int32_t i = 0; i < p.n_locations; i++) {
            zone[i] = (int32_t)c12__rng_range(&g, 0, ZONES - 2); /* the last zone has no place */
            free_[i] = c12__rng_range(&g, 0, 3) ? c12__rng_range(&g, 0, 30) : 0;
            distance[i] = c12__rng_range(&g, 0, 40);
        }
        ck_assert_int_eq(c12_stock_space_bytes(p.n_locations, ZONES, &mem.size, NULL), C12_OK);
        mem.ptr = malloc(mem.size);
        ck_assert_int_eq(c12_stock_space_init(&space, mem, &p, NULL), C12_OK);
        for (int k = 0; k < 400; k++) {
            c12_verdict v = C12_INIT(c12_verdict);
            int32_t wants = (int32_t)c12__rng_range(&g, -1, ZONES - 1);
            int64_t size = c12__rng_range(&g, 1, 12);
            ck_assert_int_eq(c12_stock_putaway(space, wants, size, &where, &other, NULL), C12_OK);
            ck_assert_int_eq(c12_stock_putaway_check(&p, wants, size, where, other, &v, NULL), C12_OK);
            if (v.violations) ck_abort_msg("round %d, %d: %s (location %d instead of %d)", round, k, v.rule, where, (int)v.row);
            if (where >= 0) free_[where] -= size;
            if (!p.n_locations || c12__rng_range(&g, 0, 2)) continue;
            int32_t at = (int32_t)c12__rng_range(&g, 0, p.n_locations - 1);
            int64_t by = c12__rng_range(&g, -5, 9);
            c12_status s = c12_stock_space_change(space, at, by, NULL);
            ck_assert_int_eq(s, free_[at] + by < 0 ? C12_E_STATE : C12_OK);
            if (!s) free_[at] += by;
        }
        free(mem.ptr);
    }
}
END_TEST

START_TEST(bad_places_are_refused)
{
    int32_t zone[3] = { 0, 1, 2 }, where;
    int64_t free_[3] = { 5, 5, 5 }, distance[3] = { 1, 2, 3 };
    c12_stock_places p = { .struct_size = sizeof p, .n_locations = 3, .n_zones = 3, .zone = zone, .free = free_, .distance = distance };
    c12_error e = C12_INIT(c12_error);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_stock_space *space;
    uint8_t room[4096];
    c12_mem mem = { room, sizeof room };
    zone[1] = 3;
    ck_assert_int_eq(c12_stock_space_init(&space, mem, &p, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "zone");
    ck_assert_int_eq(e.row, 1);
    zone[1] = 1;
    free_[2] = -1;
    ck_assert_int_eq(c12_stock_space_init(&space, mem, &p, &e), C12_E_RANGE);
    free_[2] = 5;
    mem.size = 64;
    ck_assert_int_eq(c12_stock_space_init(&space, mem, &p, &e), C12_E_SPACE);
    mem.size = sizeof room;
    ck_assert_int_eq(c12_stock_space_init(&space, mem, &p, &e), C12_OK);
    ck_assert_int_eq(c12_stock_putaway(space, 3, 1, &where, NULL, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_stock_putaway(space, 0, 0, &where, NULL, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_stock_space_change(space, 3, 1, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_stock_putaway_check(&p, 2, 5, 1, 1, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 1);
    ck_assert_int_eq(c12_stock_putaway_check(&p, 2, 5, 2, 1, &v, NULL), C12_OK);
    ck_assert_str_eq(v.rule, "zone is told wrong");
    ck_assert_int_eq(c12_stock_space_bytes(-1, 1, &mem.size, &e), C12_E_ARG);
}
END_TEST

/* ---- tours --------------------------------------------------------------------------------------------------------------------- */

enum { STOPS = 10 };

static int64_t way(const c12_stock_block *b, int32_t a, int64_t x, int32_t c, int64_t y)
{
    int64_t front = x + y, back = 2 * b->length - x - y;
    return a == c ? llabs(x - y) : llabs((long long)a - c) * b->pitch + (front < back ? front : back);
}

/* Held and Karp: the best way through every set of stops, ending at each. */
static int64_t best_tour(const c12_stock_block *b, int n, const int32_t *aisle, const int64_t *position)
{
    static int64_t best[1 << STOPS][STOPS];
    int64_t least = n ? INT64_MAX : 0;
    for (int set = 1; set < 1 << n; set++)
        for (int last = 0; last < n; last++) {
            if (!(set >> last & 1)) continue;
            int rest = set & ~(1 << last);
            int64_t low = rest ? INT64_MAX : way(b, b->depot, 0, aisle[last], position[last]);
            for (int k = 0; k < n; k++)
                if (rest >> k & 1) {
                    int64_t w = best[rest][k] + way(b, aisle[k], position[k], aisle[last], position[last]);
                    low = w < low ? w : low;
                }
            best[set][last] = low;
        }
    for (int last = 0; last < n; last++) {
        int64_t w = best[(1 << n) - 1][last] + way(b, aisle[last], position[last], b->depot, 0);
        least = w < least ? w : least;
    }
    return least;
}

static void tour(const c12_stock_block *b, int n, const int32_t *aisle, const int64_t *position, int32_t *order, int64_t *length)
{
    c12_mem scratch = { NULL, c12_stock_tour_scratch(b->aisles, n) };
    c12_verdict v = C12_INIT(c12_verdict);
    scratch.ptr = malloc(scratch.size);
    ck_assert_int_eq(c12_stock_tour(b, n, aisle, position, order, length, scratch, NULL), C12_OK);
    ck_assert_int_eq(c12_stock_tour_check(b, n, aisle, position, order, *length, &v, NULL), C12_OK);
    if (v.violations) ck_abort_msg("%s: %lld, told %lld", v.rule, (long long)v.objective, (long long)*length);
    free(scratch.ptr);
}

START_TEST(tours_are_the_shortest)
{
    for (int round = 0; round < rounds(1500); round++) {
        c12__rng g = c12__rng_from((uint64_t)round, 3);
        c12_stock_block b = { .struct_size = sizeof b, .aisles = (int32_t)c12__rng_range(&g, 1, 8), .pitch = c12__rng_range(&g, 0, 6), .length = c12__rng_range(&g, 0, 20) };
        int n = (int)c12__rng_range(&g, 0, round % 20 ? 7 : STOPS);
        int32_t aisle[STOPS], order[STOPS];
        int64_t position[STOPS], length;
        b.depot = (int32_t)c12__rng_range(&g, 0, b.aisles - 1);
        for (int i = 0; i < n; i++) { aisle[i] = (int32_t)c12__rng_range(&g, 0, b.aisles - 1); position[i] = c12__rng_range(&g, 0, b.length); }
        tour(&b, n, aisle, position, order, &length);
        int64_t least = best_tour(&b, n, aisle, position);
        if (length != least) ck_abort_msg("round %d: %lld is not %lld", round, (long long)length, (long long)least);
    }
}
END_TEST

START_TEST(long_tours_hold_together)
{
    enum { MANY = 5000 };
    static int32_t aisle[MANY], order[MANY];
    static int64_t position[MANY];
    for (int round = 0; round < rounds(20); round++) {
        c12__rng g = c12__rng_from((uint64_t)round, 4);
        c12_stock_block b = { .struct_size = sizeof b, .aisles = (int32_t)c12__rng_range(&g, 1, C12_STOCK_MAX_AISLES), .pitch = 3, .length = 1000 };
        int n = (int)c12__rng_range(&g, 0, round % 4 ? 300 : MANY);
        int64_t length;
        b.depot = (int32_t)c12__rng_range(&g, 0, b.aisles - 1);
        for (int i = 0; i < n; i++) { aisle[i] = (int32_t)c12__rng_range(&g, 0, b.aisles - 1) >> (i % 3); position[i] = c12__rng_range(&g, 0, b.length); }
        tour(&b, n, aisle, position, order, &length);
        ck_assert_int_le(length, (b.length + 2 * b.pitch) * 2 * b.aisles);
    }
}
END_TEST

/* One aisle: there and back.  Two aisles, picks at the far ends: round, not twice in and out. */
START_TEST(tours_worked_by_hand)
{
    c12_stock_block b = { .struct_size = sizeof b, .aisles = 3, .depot = 0, .pitch = 5, .length = 20 };
    int32_t aisle[4] = { 0, 0, 1, 1 }, order[4];
    int64_t position[4] = { 18, 3, 19, 17 }, length;
    tour(&b, 2, aisle, position, order, &length);
    ck_assert_int_eq(length, 36);
    tour(&b, 4, aisle, position, order, &length);
    ck_assert_int_eq(length, 50); /* up one aisle, down the other: 20 + 5 + 20 + 5 */
    ck_assert(order[0] == 3 && order[3] == 1); /* or the other way round: this one is what comes out everywhere */
    tour(&b, 0, aisle, position, order, &length);
    ck_assert_int_eq(length, 0);
    c12_verdict v = C12_INIT(c12_verdict);
    int32_t twice[4] = { 0, 1, 1, 3 };
    ck_assert_int_eq(c12_stock_tour_check(&b, 4, aisle, position, twice, 50, &v, NULL), C12_OK);
    ck_assert_str_eq(v.rule, "order is not each pick once");
}
END_TEST

START_TEST(bad_tours_are_refused)
{
    c12_stock_block b = { .struct_size = sizeof b, .aisles = 3, .depot = 0, .pitch = 5, .length = 20 };
    int32_t aisle[2] = { 0, 3 }, order[2];
    int64_t position[2] = { 1, 2 }, length;
    uint8_t room[4096];
    c12_mem scratch = { room, sizeof room };
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_stock_tour(&b, 2, aisle, position, order, &length, scratch, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "aisle");
    aisle[1] = 2;
    position[0] = 21;
    ck_assert_int_eq(c12_stock_tour(&b, 2, aisle, position, order, &length, scratch, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "position");
    position[0] = 20;
    b.depot = 3;
    ck_assert_int_eq(c12_stock_tour(&b, 2, aisle, position, order, &length, scratch, &e), C12_E_RANGE);
    b.depot = 2;
    scratch.size = 32;
    ck_assert_int_eq(c12_stock_tour(&b, 2, aisle, position, order, &length, scratch, &e), C12_E_SPACE);
    b.aisles = C12_STOCK_MAX_AISLES + 1;
    ck_assert_int_eq(c12_stock_tour(&b, 2, aisle, position, order, &length, scratch, &e), C12_E_RANGE);
}
END_TEST

/* ---- waves and picks -------------------------------------------------------------------------------------------------------------- */

START_TEST(waves_go_by_due_time)
{
    c12_ns due[6] = { 30, 10, 20, 10, 50, 40 };
    int32_t lines[6] = { 2, 3, 3, 4, 9, 1 }, wave[6], waves;
    uint8_t room[1024];
    c12_mem scratch = { room, sizeof room };
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_stock_waves(6, due, lines, 7, wave, &waves, scratch, NULL), C12_OK);
    const int32_t want[6] = { 1, 0, 1, 0, 2, 1 }; /* 3 + 4 | 3 + 2 + 1 | 9 */
    ck_assert_int_eq(waves, 3);
    for (int i = 0; i < 6; i++) ck_assert_int_eq(wave[i], want[i]);
    lines[3] = 0;
    ck_assert_int_eq(c12_stock_waves(6, due, lines, 7, wave, &waves, scratch, &e), C12_E_RANGE);
    ck_assert_int_eq(e.row, 3);
    ck_assert_int_eq(c12_stock_waves(0, NULL, NULL, 1, NULL, &waves, scratch, NULL), C12_OK);
    ck_assert_int_eq(waves, 0);
}
END_TEST

static c12_view text(const char *s)
{
    c12_view v = { (const uint8_t *)s, strlen(s) };
    return v;
}

START_TEST(a_pick_is_proved_by_its_code)
{
    static const int64_t code_off[3] = { 0, 4, 8 }, lot_off[3] = { 0, 2, 2 };
    c12_qty open[2] = { 5, 3 };
    c12_stock_picks p = { .struct_size = sizeof p, .n = 2, .code_text = (const uint8_t *)"A-17B-18", .code_off = code_off, .lot_text = (const uint8_t *)"L1", .lot_off = lot_off, .open = open };
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_stock_confirm(&p, 0, text("B-18"), text("L1"), 1, &e), C12_E_STATE);
    ck_assert_str_eq(e.field, "code");
    ck_assert_int_eq(c12_stock_confirm(&p, 0, text("A-1"), text("L1"), 1, &e), C12_E_STATE);
    ck_assert_int_eq(c12_stock_confirm(&p, 0, text("A-17"), text("L2"), 1, &e), C12_E_STATE);
    ck_assert_str_eq(e.field, "lot");
    ck_assert_int_eq(c12_stock_confirm(&p, 0, text("A-17"), text("L1"), 6, &e), C12_E_STATE);
    ck_assert_int_eq(e.value, 5);
    ck_assert_int_eq(open[0], 5);
    ck_assert_int_eq(c12_stock_confirm(&p, 0, text(" A-17\r\n"), text("L1"), 2, &e), C12_OK);
    ck_assert_int_eq(c12_stock_confirm(&p, 0, text("A-17"), text("L1"), 3, &e), C12_OK);
    ck_assert_int_eq(c12_stock_confirm(&p, 0, text("A-17"), text("L1"), 1, &e), C12_E_STATE);
    ck_assert_int_eq(c12_stock_confirm(&p, 1, text("B-18"), text("any"), 3, &e), C12_OK); /* asks no lot */
    ck_assert_int_eq(open[0] + open[1], 0);
    ck_assert_int_eq(c12_stock_confirm(&p, 2, text("B-18"), text(""), 1, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_stock_confirm(&p, 1, text("B-18"), text(""), 0, &e), C12_E_RANGE);
}
END_TEST

/* ---- deliveries -------------------------------------------------------------------------------------------------------------------- */

START_TEST(a_delivery_goes_its_way)
{
    static const int32_t event[] = { C12_STOCK_SCAN, C12_STOCK_MATCH, C12_STOCK_LOOK_GOOD, C12_STOCK_PASS, C12_STOCK_PLACE, C12_STOCK_BOOK };
    static const int32_t bad[] = { C12_STOCK_SCAN, C12_STOCK_MATCH, C12_STOCK_LOOK_GOOD, C12_STOCK_FAIL, C12_STOCK_ACCEPT, C12_STOCK_PLACE };
    int32_t s = C12_STOCK_ARRIVED, moves = 0, next;
    c12_error e = C12_INIT(c12_error);
    for (size_t k = 0; k < sizeof event / sizeof *event; k++) ck_assert_int_eq(c12_stock_receive(s, event[k], 1, &s, NULL), C12_OK);
    ck_assert_int_eq(s, C12_STOCK_RECEIVED);
    s = C12_STOCK_ARRIVED;
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) ck_assert_int_eq(c12_stock_receive(s, bad[k], 1, &s, NULL), C12_OK);
    ck_assert_int_eq(s, C12_STOCK_PUT_AWAY);
    s = C12_STOCK_UNDAMAGED;
    ck_assert_int_eq(c12_stock_receive(s, C12_STOCK_PLACE, 1, &s, &e), C12_E_STATE);
    ck_assert_int_eq(s, C12_STOCK_UNDAMAGED);
    ck_assert_int_eq(c12_stock_receive(s, C12_STOCK_PLACE, 0, &s, &e), C12_OK);
    for (int32_t a = -1; a <= 9; a++)
        for (int32_t b = -1; b <= 10; b++) {
            next = 77;
            c12_status st = c12_stock_receive(a, b, 0, &next, &e);
            ck_assert_int_eq(st, a < 0 || a > 8 || b < 0 || b > 9 ? C12_E_RANGE : next == 77 ? C12_E_STATE : C12_OK);
            moves += st == C12_OK;
        }
    ck_assert_int_eq(moves, 12); /* as many as the table has */
    ck_assert_str_eq(c12_stock_receive_name(C12_STOCK_QUARANTINE), "QUARANTINE");
    ck_assert_str_eq(c12_stock_receive_name(9), "?");
}
END_TEST

/* ---- counts -------------------------------------------------------------------------------------------------------------------------- */

START_TEST(what_is_due_is_counted)
{
    int32_t abc[6] = { 0, 1, 0, 2, 1, 0 }, counted[6] = { 95, 60, 92, INT32_MIN, 70, 98 }, every[3] = { 5, 30, 90 }, item[6], n, left;
    c12_stock_cycle c = { .struct_size = sizeof c, .n_items = 6, .n_classes = 3, .today = 100, .abc = abc, .counted = counted, .every = every };
    uint8_t room[1024];
    c12_mem scratch = { room, sizeof room };
    const int32_t want[5] = { 2, 0, 1, 4, 3 }; /* class 0: item 2 is 3 days late, item 0 is due today; class 1: 1 is 10 late, 4 due; class 2: never */
    ck_assert_int_eq(c12_stock_due(&c, 6, item, &n, &left, scratch, NULL), C12_OK);
    ck_assert_int_eq(n, 5);
    ck_assert_int_eq(left, 0);
    for (int k = 0; k < 5; k++) ck_assert_int_eq(item[k], want[k]);
    ck_assert_int_eq(c12_stock_due(&c, 2, item, &n, &left, scratch, NULL), C12_OK);
    ck_assert_int_eq(n, 2);
    ck_assert_int_eq(left, 3);
    c12_error e = C12_INIT(c12_error);
    every[1] = 0;
    ck_assert_int_eq(c12_stock_due(&c, 2, item, &n, &left, scratch, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "every");
}
END_TEST

static double chance(int64_t all, int64_t wrong, int64_t n)
{
    double p = 1;
    for (int64_t i = 0; i < n; i++) p *= (double)(all - wrong - i > 0 ? all - wrong - i : 0) / (double)(all - i);
    return p;
}

START_TEST(samples_are_as_large_as_the_risk_asks)
{
    for (int round = 0; round < rounds(300); round++) {
        c12__rng g = c12__rng_from((uint64_t)round, 6);
        int64_t all = c12__rng_range(&g, 1, 3000), wrong = c12__rng_range(&g, 1, all), risk = c12__rng_range(&g, 1, 500000000), n, left;
        ck_assert_int_eq(c12_stock_sample(all, wrong, risk, &n, &left, NULL), C12_OK);
        double had = chance(all, wrong, n), before = n ? chance(all, wrong, n - 1) : 2;
        if (had > (double)risk / 1e9 || left > risk || (double)left < had * 1e9 - 1e-3) ck_abort_msg("round %d: %d leave %g", round, (int)n, had);
        if (before * 1e9 < (double)risk - 2) ck_abort_msg("round %d: %d would do", round, (int)n - 1);
    }
    int64_t n;
    /* 1 % wrong of 1,000, 5 % risk: 258 (the tables of discovery sampling say so too) */
    ck_assert_int_eq(c12_stock_sample(1000, 10, 50000000, &n, NULL, NULL), C12_OK);
    ck_assert_int_eq(n, 258);
    ck_assert_int_eq(c12_stock_sample(1000, 10, 0, &n, NULL, NULL), C12_OK);
    ck_assert_int_eq(n, 1000);
    ck_assert_int_eq(c12_stock_sample(1000, 0, 5, &n, NULL, NULL), C12_E_RANGE);
    ck_assert_int_eq(c12_stock_sample(0, 1, 5, &n, NULL, NULL), C12_E_RANGE);
}
END_TEST

START_TEST(a_count_is_judged)
{
    c12_qty book[6] = { 100, 100, 50, 0, 7, 1000 }, counted[6] = { 100, 98, 40, 1, -1, 1004 }, adjust[6];
    c12_money cost[6] = { 10, 10, 3, 1000, 5, 2 };
    c12_stock_count c = { .struct_size = sizeof c, .tolerance_ppm = 4000, .n = 6, .book = book, .counted = counted, .cost = cost };
    c12_stock_accuracy a = C12_INIT(c12_stock_accuracy);
    ck_assert_int_eq(c12_stock_judge(&c, &a, adjust, NULL), C12_OK);
    ck_assert_int_eq(a.right, 2); /* the first, and the last within 4 of 1,000 */
    ck_assert_int_eq(a.counted, 5);
    ck_assert_int_eq(a.missing, 1);
    ck_assert_int_eq(a.gain, 1000 + 8);
    ck_assert_int_eq(a.loss, 20 + 30);
    const c12_qty want[6] = { 0, -2, -10, 1, 0, 4 };
    for (int i = 0; i < 6; i++) ck_assert_int_eq(adjust[i], want[i]);
    c12_error e = C12_INIT(c12_error);
    counted[3] = -2;
    adjust[0] = 77;
    ck_assert_int_eq(c12_stock_judge(&c, &a, adjust, &e), C12_E_RANGE);
    ck_assert_int_eq(e.row, 3);
    ck_assert_int_eq(adjust[0], 77);
    counted[3] = INT64_MAX;
    ck_assert_int_eq(c12_stock_judge(&c, &a, adjust, &e), C12_E_OVERFLOW);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stock-floor");
    TCase *t = tcase_create("floor");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, a_place_is_the_best_one);
    tcase_add_test(t, bad_places_are_refused);
    tcase_add_test(t, tours_are_the_shortest);
    tcase_add_test(t, long_tours_hold_together);
    tcase_add_test(t, tours_worked_by_hand);
    tcase_add_test(t, bad_tours_are_refused);
    tcase_add_test(t, waves_go_by_due_time);
    tcase_add_test(t, a_pick_is_proved_by_its_code);
    tcase_add_test(t, a_delivery_goes_its_way);
    tcase_add_test(t, what_is_due_is_counted);
    tcase_add_test(t, samples_are_as_large_as_the_risk_asks);
    tcase_add_test(t, a_count_is_judged);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
