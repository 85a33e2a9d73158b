/* SPDX-License-Identifier: Apache-2.0 */
/* Balances against an oracle that adds up a cube of numbers, reservations against one that looks for the best lot each time. */
#include "base/rng.h"
#include "c12/stock.h"
#include "rounds.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { ITEMS = 7, PLACES = 9, LOTS = 12, BALANCES = ITEMS * PLACES + LOTS * PLACES, ROWS = 4096 };

static uint8_t negative[ITEMS], blocked[PLACES];
static int32_t lot_item[LOTS];
static c12_ns received[LOTS], expiry[LOTS];
static c12_stock_master master = { .struct_size = sizeof master, .n_items = ITEMS, .n_locations = PLACES, .n_lots = LOTS, .negative = negative, .blocked = blocked,
                                   .lot_item = lot_item, .lot_received = received, .lot_expiry = expiry };
static c12_stock_dims dims = { .struct_size = sizeof dims, .items = ITEMS, .locations = PLACES, .lots = LOTS, .balances = BALANCES };
static int32_t kind[ROWS], item[ROWS], from[ROWS], to[ROWS], lot[ROWS];
static c12_qty qty[ROWS];
static c12_stock_moves moves = { .struct_size = sizeof moves, .kind = kind, .item = item, .from = from, .to = to, .lot = lot, .qty = qty };
static c12_stock *stock;

static void setup(void)
{
    c12__rng g = c12__rng_from(11, 1);
    memset(negative, 0, sizeof negative);
    memset(blocked, 0, sizeof blocked);
    for (int l = 0; l < LOTS; l++) {
        lot_item[l] = l % ITEMS;
        received[l] = c12__rng_range(&g, 0, 5);
        expiry[l] = c12__rng_range(&g, 0, 2) ? c12__rng_range(&g, 100, 104) : INT64_MAX;
    }
    moves.n = 0;
    ck_assert_int_eq(c12_stock_create(&stock, &dims, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12_stock_load(stock, &master, NULL), C12_OK);
}

static void teardown(void) { c12_stock_destroy(stock); }

static void row(int32_t k, int32_t i, int32_t a, int32_t b, int32_t l, c12_qty q)
{
    int64_t r = moves.n++;
    kind[r] = k; item[r] = i; from[r] = a; to[r] = b; lot[r] = l; qty[r] = q;
}

static c12_status post(c12_error *e)
{
    c12_status s = c12_stock_post(stock, &moves, e);
    moves.n = 0;
    return s;
}

static c12_qty on_hand(int32_t i, int32_t p, int32_t l)
{
    c12_qty have, held;
    ck_assert_int_eq(c12_stock_balance(stock, i, p, l, &have, &held, NULL), C12_OK);
    return have;
}

static c12_qty held_at(int32_t i, int32_t p, int32_t l)
{
    c12_qty have, held;
    ck_assert_int_eq(c12_stock_balance(stock, i, p, l, &have, &held, NULL), C12_OK);
    return held;
}

/* ---- ledger ---------------------------------------------------------------------------------------------------------------- */

START_TEST(each_kind_does_what_it_says)
{
    c12_error e = C12_INIT(c12_error);
    c12_qty have, held;
    row(C12_STOCK_RECEIPT, 0, -1, 3, -1, 100);
    row(C12_STOCK_RECEIPT, 0, -1, 3, 0, 50);
    row(C12_STOCK_TRANSFER, 0, 3, 5, -1, 30);
    row(C12_STOCK_ISSUE, 0, 5, -1, -1, 10);
    row(C12_STOCK_SCRAP, 0, 3, -1, 0, 5);
    row(C12_STOCK_ADJUST, 0, 3, -1, -1, -7);
    row(C12_STOCK_ADJUST, 0, 6, -1, -1, 2);
    ck_assert_int_eq(post(&e), C12_OK);
    ck_assert_int_eq(on_hand(0, 3, -1), 63);
    ck_assert_int_eq(on_hand(0, 3, 0), 45);
    ck_assert_int_eq(on_hand(0, 5, -1), 20);
    ck_assert_int_eq(on_hand(0, 6, -1), 2);
    ck_assert_int_eq(on_hand(1, 6, -1), 0);
    ck_assert_int_eq(c12_stock_item(stock, 0, &have, &held, NULL), C12_OK);
    ck_assert_int_eq(have, 130);
    ck_assert_int_eq(held, 0);
}
END_TEST

static const struct { int32_t kind, item, from, to, lot; c12_qty qty; c12_status status; const char *field; int64_t value; } refused[] = {
    { 0, 0, 0, 0, -1, 1, C12_E_RANGE, "kind", 0 }, { 7, 0, 0, 0, -1, 1, C12_E_RANGE, "kind", 7 },
    { C12_STOCK_ISSUE, -1, 0, -1, -1, 1, C12_E_RANGE, "item", -1 }, { C12_STOCK_ISSUE, ITEMS, 0, -1, -1, 1, C12_E_RANGE, "item", ITEMS },
    { C12_STOCK_ISSUE, 0, PLACES, -1, -1, 1, C12_E_RANGE, "location", PLACES }, { C12_STOCK_RECEIPT, 0, -1, -1, -1, 1, C12_E_RANGE, "location", -1 },
    { C12_STOCK_ISSUE, 0, 3, -1, LOTS, 1, C12_E_RANGE, "lot", LOTS }, { C12_STOCK_ISSUE, 0, 3, -1, 1, 1, C12_E_RANGE, "lot", 1 },
    { C12_STOCK_ISSUE, 0, 3, -1, -1, 0, C12_E_RANGE, "qty", 0 }, { C12_STOCK_RECEIPT, 0, -1, 3, -1, -4, C12_E_RANGE, "qty", -4 },
    { C12_STOCK_ADJUST, 0, 3, -1, -1, 0, C12_E_RANGE, "qty", 0 }, { C12_STOCK_TRANSFER, 0, 3, 3, -1, 1, C12_E_RANGE, "to", 3 },
    { C12_STOCK_ISSUE, 0, 3, -1, -1, 91, C12_E_STATE, "qty", 90 }, { C12_STOCK_ISSUE, 0, 3, -1, -1, 101, C12_E_STATE, "qty", 90 },
    { C12_STOCK_PICK, 0, 3, -1, -1, 11, C12_E_STATE, "qty", 10 }, { C12_STOCK_ADJUST, 0, 3, -1, -1, -101, C12_E_STATE, "qty", 100 },
    { C12_STOCK_TRANSFER, 0, 3, 4, -1, 91, C12_E_STATE, "qty", 90 }, { C12_STOCK_RECEIPT, 0, -1, 3, -1, INT64_MAX, C12_E_OVERFLOW, "qty", 0 },
    { C12_STOCK_SCRAP, 2, 1, -1, -1, 1, C12_E_STATE, "qty", 0 },
};

/* 100 at place 3, of which 10 reserved; good movements go before the bad one and must be taken back. */
START_TEST(refused_movements_change_nothing)
{
    c12_error e = C12_INIT(c12_error);
    int64_t need[2];
    int32_t place[2], which[2];
    c12_qty some[2], wants = 10;
    int32_t want_item = 0;
    c12_stock_needs needs = { .struct_size = sizeof needs, .n = 1, .item = &want_item, .qty = &wants };
    c12_stock_set set = { .struct_size = sizeof set, .cap = 2, .need = need, .location = place, .lot = which, .qty = some };
    row(C12_STOCK_RECEIPT, 0, -1, 3, -1, 100);
    ck_assert_int_eq(post(NULL), C12_OK);
    ck_assert_int_eq(c12_stock_allocate(stock, &needs, &set, NULL), C12_OK);
    row(C12_STOCK_TRANSFER, 0, 3, 8, -1, 1);
    row(C12_STOCK_RECEIPT, 5, -1, 2, -1, 4);
    row(C12_STOCK_TRANSFER, 0, 8, 3, -1, 1);
    row(refused[_i].kind, refused[_i].item, refused[_i].from, refused[_i].to, refused[_i].lot, refused[_i].qty);
    ck_assert_int_eq(post(&e), refused[_i].status);
    ck_assert_str_eq(e.field, refused[_i].field);
    ck_assert_int_eq(e.row, 3);
    ck_assert_int_eq(e.value, refused[_i].value);
    ck_assert_int_eq(on_hand(0, 3, -1), 100);
    ck_assert_int_eq(held_at(0, 3, -1), 10);
    ck_assert_int_eq(on_hand(0, 8, -1), 0);
    ck_assert_int_eq(on_hand(5, 2, -1), 0);
}
END_TEST

START_TEST(a_failed_post_gives_its_balances_back)
{
    c12_error e = C12_INIT(c12_error);
    c12_stock_dims few = dims;
    c12_stock *small;
    few.balances = 2;
    ck_assert_int_eq(c12_stock_create(&small, &few, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12_stock_load(small, &master, NULL), C12_OK);
    for (int k = 0; k < 10; k++) {
        row(C12_STOCK_RECEIPT, k % ITEMS, -1, k % PLACES, -1, 1);
        row(C12_STOCK_RECEIPT, k % ITEMS, -1, (k + 1) % PLACES, -1, 1);
        row(C12_STOCK_RECEIPT, (k + 1) % ITEMS, -1, k % PLACES, -1, 1);
        ck_assert_int_eq(c12_stock_post(small, &moves, &e), C12_E_SPACE);
        ck_assert_int_eq(e.row, 2);
        moves.n = 2;
        if (k == 9) ck_assert_int_eq(c12_stock_post(small, &moves, &e), C12_OK);
        moves.n = 0;
    }
    c12_stock_destroy(small);
}
END_TEST

/* ---- oracle ------------------------------------------------------------------------------------------------------------------ */

static c12_qty cube[ITEMS][PLACES][LOTS + 1], kept[ITEMS][PLACES][LOTS + 1]; /* on hand, reserved; lot -1 last */

static c12_qty *cell(c12_qty c[ITEMS][PLACES][LOTS + 1], int32_t i, int32_t p, int32_t l) { return &c[i][p][l < 0 ? LOTS : l]; }

/* Applies one movement to the cube; 0 = it must be refused. */
static int oracle(int32_t k, int32_t i, int32_t a, int32_t b, int32_t l, c12_qty q)
{
    int in = k == C12_STOCK_RECEIPT || k == C12_STOCK_TRANSFER;
    c12_qty *x = k == C12_STOCK_RECEIPT ? NULL : cell(cube, i, a, l), *h = k == C12_STOCK_RECEIPT ? NULL : cell(kept, i, a, l);
    if (k == C12_STOCK_PICK && *h < q) return 0;
    if (x && !negative[i] && (k == C12_STOCK_ADJUST ? *x + q < 0 : *x - (k == C12_STOCK_PICK ? 0 : *h) < q)) return 0;
    if (x) *x += k == C12_STOCK_ADJUST ? q : -q;
    if (k == C12_STOCK_PICK) *h -= q;
    if (in) *cell(cube, i, b, l) += q;
    return 1;
}

static void random_move(c12__rng *g)
{
    int32_t i = (int32_t)c12__rng_range(g, 0, ITEMS - 1), k = (int32_t)c12__rng_range(g, 1, 6), l = -1, a = (int32_t)c12__rng_range(g, 0, PLACES - 1);
    if (c12__rng_range(g, 0, 1)) for (l = (int32_t)c12__rng_range(g, 0, LOTS - 1); lot_item[l] != i; l = (l + 1) % LOTS) { }
    int32_t b = (a + (int32_t)c12__rng_range(g, 1, PLACES - 1)) % PLACES;
    c12_qty q = c12__rng_range(g, 1, 20);
    if (k > 2 && c12__rng_range(g, 0, 2) == 0) k = C12_STOCK_RECEIPT;
    if (k == C12_STOCK_ADJUST && c12__rng_range(g, 0, 1)) q = -q;
    row(k, i, a, b, l, q);
}

static void compare(void)
{
    for (int32_t i = 0; i < ITEMS; i++) {
        c12_qty all = 0, held = 0, have, holds;
        for (int32_t p = 0; p < PLACES; p++)
            for (int32_t l = -1; l < LOTS; l++) {
                if (l >= 0 && lot_item[l] != i) continue;
                all += *cell(cube, i, p, l);
                held += *cell(kept, i, p, l);
                if (on_hand(i, p, l) != *cell(cube, i, p, l) || held_at(i, p, l) != *cell(kept, i, p, l)) ck_abort_msg("item %d, place %d, lot %d", i, p, l);
            }
        ck_assert_int_eq(c12_stock_item(stock, i, &have, &holds, NULL), C12_OK);
        ck_assert_int_eq(have, all);
        ck_assert_int_eq(holds, held);
    }
}

/* The lot that goes first, as slowly as can be. */
static int best_lot(int32_t i, int32_t rule, c12_ns until, int32_t *at, int32_t *which)
{
    int found = 0;
    c12_ns low[2] = { 0, 0 };
    for (int32_t p = 0; p < PLACES; p++)
        for (int32_t l = -1; l < LOTS; l++) {
            c12_ns in = l < 0 ? INT64_MIN : received[l], out = l < 0 ? INT64_MAX : expiry[l], key[2] = { rule ? out : in, rule ? in : 0 };
            if ((l >= 0 && lot_item[l] != i) || blocked[p] || out < until || *cell(cube, i, p, l) <= *cell(kept, i, p, l)) continue;
            if (found && (key[0] > low[0] || (key[0] == low[0] && key[1] >= low[1]))) continue;
            found = 1;
            *at = p;
            *which = l;
            memcpy(low, key, sizeof low);
        }
    return found;
}

static void allocate_both(c12__rng *g)
{
    static int64_t need[4096];
    static int32_t place[4096], which[4096];
    static c12_qty some[4096];
    int32_t items[3];
    c12_qty wants[3], lacking[3];
    c12_ns until[3];
    c12_stock_needs needs = { .struct_size = sizeof needs, .rule = (int32_t)c12__rng_range(g, 0, 1), .n = 3, .item = items, .qty = wants, .good_until = until };
    c12_stock_set set = { .struct_size = sizeof set, .cap = 4096, .need = need, .location = place, .lot = which, .qty = some, .lacking = lacking };
    int64_t k = 0;
    for (int n = 0; n < 3; n++) { items[n] = (int32_t)c12__rng_range(g, 0, ITEMS - 1); wants[n] = c12__rng_range(g, 1, 40); until[n] = c12__rng_range(g, 99, 105); }
    ck_assert_int_eq(c12_stock_allocate(stock, &needs, &set, NULL), C12_OK);
    for (int n = 0; n < 3; n++) {
        c12_qty left = wants[n];
        int32_t p = 0, l = 0;
        for (; left && best_lot(items[n], needs.rule, until[n], &p, &l); k++) {
            c12_qty q = *cell(cube, items[n], p, l) - *cell(kept, items[n], p, l);
            q = q < left ? q : left;
            if (k >= set.n || need[k] != n || place[k] != p || which[k] != l || some[k] != q) ck_abort_msg("row %d of the set", (int)k);
            *cell(kept, items[n], p, l) += q;
            left -= q;
        }
        ck_assert_int_eq(lacking[n], left);
    }
    ck_assert_int_eq(k, set.n);
    if (!set.n || c12__rng_range(g, 0, 1)) return;
    int32_t i = items[need[0]]; /* some of it is given back */
    c12_qty back = c12__rng_range(g, 1, some[0]);
    ck_assert_int_eq(c12_stock_release(stock, 1, &i, place, which, &back, NULL), C12_OK);
    *cell(kept, i, place[0], which[0]) -= back;
}

START_TEST(a_million_movements_agree_with_the_oracle)
{
    c12__rng g = c12__rng_from(5, (uint64_t)_i);
    memset(cube, 0, sizeof cube);
    memset(kept, 0, sizeof kept);
    negative[3] = (uint8_t)_i;
    blocked[2] = 1;
    int64_t good = 0, bad = 0;
    for (int round = 0; round < rounds(2000); round++) {
        for (int k = 0; k < 256; k++) {
            random_move(&g);
            int32_t i = item[0], p = from[0], q = to[0], l = lot[0], which = kind[0];
            c12_qty amount = qty[0];
            c12_status s = post(NULL);
            int fits = oracle(which, i, p, q, l, amount);
            if (fits != (s == C12_OK)) ck_abort_msg("round %d: %s, which the oracle %s", round, c12_status_name(s), fits ? "takes" : "refuses");
            good += fits;
            bad += !fits;
        }
        allocate_both(&g);
        if (round % 100 == 0) compare();
    }
    compare();
    ck_assert_int_gt(good, 20 * rounds(2000));
    ck_assert_int_gt(bad, 2 * rounds(2000));
}
END_TEST

/* ---- checker ------------------------------------------------------------------------------------------------------------------ */

static int32_t bal_item[BALANCES], bal_place[BALANCES], bal_lot[BALANCES], legs[2 * ROWS];
static c12_qty bal_have[BALANCES], bal_held[BALANCES];
static c12_stock_list list = { .struct_size = sizeof list, .cap = BALANCES, .item = bal_item, .location = bal_place, .lot = bal_lot, .on_hand = bal_have, .reserved = bal_held };

static int64_t judge(const char **rule)
{
    c12_verdict v = C12_INIT(c12_verdict);
    c12_mem scratch = { legs, sizeof legs };
    ck_assert_int_eq(c12_stock_check(&master, &moves, &list, scratch, &v, NULL), C12_OK);
    *rule = v.rule ? v.rule : "";
    return v.violations;
}

START_TEST(the_checker_finds_what_is_wrong)
{
    c12__rng g = c12__rng_from(8, 8);
    const char *rule;
    c12_mem scratch = { NULL, c12_stock_scratch(BALANCES) };
    scratch.ptr = malloc(scratch.size);
    while (moves.n < ROWS - 8) {
        c12_stock_moves one = moves;
        random_move(&g);
        int64_t r = moves.n - 1;
        one.kind += r; one.item += r; one.from += r; one.to += r; one.lot += r; one.qty += r;
        one.n = 1;
        if (c12_stock_post(stock, &one, NULL)) moves.n--;
    }
    ck_assert_int_eq(c12_stock_balances(stock, &list, scratch, NULL), C12_OK);
    ck_assert_int_gt(list.n, 40);
    ck_assert_int_eq(judge(&rule), 0);
    for (int64_t k = 0; k < list.n; k += 7) {
        bal_have[k]++;
        ck_assert_int_eq(judge(&rule), 1);
        ck_assert_str_eq(rule, "balance is not the sum of its movements");
        bal_have[k]--;
    }
    list.n--;
    ck_assert_int_ge(judge(&rule), 1);
    ck_assert_str_eq(rule, "balance is missing, or not in order");
    list.n++;
    int64_t was = qty[0];
    qty[0] = -3;
    ck_assert_int_ge(judge(&rule), 1);
    qty[0] = was;
    kind[moves.n] = C12_STOCK_ISSUE; item[moves.n] = bal_item[0]; from[moves.n] = bal_place[0]; to[moves.n] = -1; lot[moves.n] = bal_lot[0]; qty[moves.n] = bal_have[0] + 1;
    moves.n++;
    ck_assert_int_ge(judge(&rule), 1);
    ck_assert_str_eq(rule, "balance below 0");
    list.cap = 3;
    ck_assert_int_eq(c12_stock_balances(stock, &list, scratch, NULL), C12_E_SPACE);
    list.cap = BALANCES;
    scratch.size = 16;
    ck_assert_int_eq(c12_stock_balances(stock, &list, scratch, NULL), C12_E_SPACE);
    moves.n = 0;
    free(scratch.ptr);
}
END_TEST

/* ---- handle -------------------------------------------------------------------------------------------------------------------- */

START_TEST(handles_say_what_they_need)
{
    c12_error e = C12_INIT(c12_error);
    c12_stock_dims bad = dims;
    c12_stock_master more = master;
    c12_stock *s;
    size_t bytes;
    c12_mem mem = { NULL, 0 };
    ck_assert_int_eq(c12_stock_bytes(&dims, &bytes, NULL), C12_OK);
    mem.ptr = malloc(bytes);
    mem.size = bytes / 2;
    ck_assert_int_eq(c12_stock_init(&s, mem, &dims, NULL, &e), C12_E_SPACE);
    mem.size = bytes;
    ck_assert_int_eq(c12_stock_init(&s, mem, &dims, NULL, &e), C12_OK);
    row(C12_STOCK_RECEIPT, 0, -1, 0, -1, 1);
    ck_assert_int_eq(c12_stock_post(s, &moves, &e), C12_E_STATE);
    ck_assert_int_eq(c12_stock_extend(s, &master, &e), C12_E_STATE);
    ck_assert_int_eq(c12_stock_load(s, &master, &e), C12_OK);
    ck_assert_int_eq(c12_stock_post(s, &moves, &e), C12_OK);
    more.n_lots = LOTS - 1;
    ck_assert_int_eq(c12_stock_extend(s, &more, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_stock_extend(s, &master, &e), C12_OK);
    more.n_items = ITEMS + 1;
    ck_assert_int_eq(c12_stock_load(s, &more, &e), C12_E_SPACE);
    lot_item[4] = ITEMS;
    ck_assert_int_eq(c12_stock_load(s, &master, &e), C12_E_RANGE);
    ck_assert_int_eq(e.row, 4);
    bad.balances = -1;
    ck_assert_int_eq(c12_stock_bytes(&bad, &bytes, &e), C12_E_ARG);
    ck_assert_str_eq(e.field, "balances");
    c12_stock_destroy(NULL);
    moves.n = 0;
    free(mem.ptr);
}
END_TEST

START_TEST(a_full_set_reserves_nothing)
{
    int64_t need[1];
    int32_t place[1], which[1], i[2] = { 0, 0 };
    c12_qty some[1], wants[2] = { 5, 8 };
    c12_error e = C12_INIT(c12_error);
    c12_stock_needs needs = { .struct_size = sizeof needs, .n = 2, .item = i, .qty = wants };
    c12_stock_set set = { .struct_size = sizeof set, .cap = 1, .need = need, .location = place, .lot = which, .qty = some };
    row(C12_STOCK_RECEIPT, 0, -1, 3, -1, 10);
    ck_assert_int_eq(post(NULL), C12_OK);
    ck_assert_int_eq(c12_stock_allocate(stock, &needs, &set, &e), C12_E_SPACE);
    ck_assert_int_eq(held_at(0, 3, -1), 0);
    c12_qty back = 1;
    ck_assert_int_eq(c12_stock_release(stock, 1, i, (int32_t[]){ 3 }, (int32_t[]){ -1 }, &back, &e), C12_E_STATE);
    ck_assert_int_eq(e.value, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stock");
    TCase *t = tcase_create("balances");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, each_kind_does_what_it_says);
    tcase_add_loop_test(t, refused_movements_change_nothing, 0, (int)(sizeof refused / sizeof *refused));
    tcase_add_test(t, a_failed_post_gives_its_balances_back);
    tcase_add_loop_test(t, a_million_movements_agree_with_the_oracle, 0, 2);
    tcase_add_test(t, the_checker_finds_what_is_wrong);
    tcase_add_test(t, handles_say_what_they_need);
    tcase_add_test(t, a_full_set_reserves_nothing);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
