/* SPDX-License-Identifier: Apache-2.0 */
/* Value of stock: worked examples, and a million random movements beside a second writing with 128-bit products and layers that are shifted. */
#include "c12/cost.h"
#include "rounds.h"
#include "support.h"
#include <check.h>
#include <string.h>

__extension__ typedef __int128 big;
enum { MOST = 4000, SHELF_ITEMS = 7 };
static int32_t kind[MOST], item[MOST], layer_item[MOST], layer_row[MOST];
static int64_t qty[MOST], value[MOST], standard[SHELF_ITEMS], change[MOST], variance[MOST], on_hand[SHELF_ITEMS], worth[SHELF_ITEMS], layer_qty[MOST], layer_value[MOST];
static char memory[400 * MOST];
static const c12_mem scratch = { memory, sizeof memory };

static c12_cost_ledger ledger_of(int32_t n, int32_t method)
{
    c12_cost_ledger l = { .struct_size = sizeof l, .method = method, .n_items = SHELF_ITEMS, .n = n, .kind = kind, .item = item, .qty = qty, .value = value, .standard = standard };
    return l;
}

static c12_cost_valued valued(void)
{
    c12_cost_valued v = { .struct_size = sizeof v, .cap = MOST, .change = change, .variance = variance, .on_hand = on_hand, .value = worth, .layer_item = layer_item, .layer_row = layer_row,
                          .layer_qty = layer_qty, .layer_value = layer_value };
    return v;
}

static void move(int32_t row, int32_t what, int64_t units, int64_t money)
{
    kind[row] = what;
    item[row] = 0;
    qty[row] = units;
    value[row] = money;
}

/* The classic example: 10 at 1.00, 10 at 2.00, 15 out, revalued, adjusted. */
static void classic(void)
{
    move(0, C12_COST_RECEIPT, 10, 10000000);
    move(1, C12_COST_RECEIPT, 10, 20000000);
    move(2, C12_COST_ISSUE, 15, 0);
    move(3, C12_COST_ADJUST, 0, 1000001);
    move(4, C12_COST_ISSUE, 1, 0);
    move(5, C12_COST_REVALUE, 0, 3000000);
    standard[0] = 1500000;
}

START_TEST(worked_examples)
{
    static const int64_t want[3][6] = { { 10000000, 20000000, -20000000, 1000001, -2200000, 3199999 }, /* 10000000 + 1000001 over 5: 2200000.2 each */
        { 10000000, 20000000, -22500000, 1000001, -1700000, 5199999 }, { 15000000, 15000000, -22500000, 0, -1500000, 6000000 } };
    for (int32_t method = 0; method < 3; method++) {
        classic();
        c12_cost_ledger l = ledger_of(6, method);
        c12_cost_valued v = valued();
        c12_verdict w = C12_INIT(c12_verdict);
        ck_assert_int_eq(c12_cost_value(&l, &v, scratch, NULL), C12_OK);
        ck_assert_mem_eq(change, want[method], sizeof want[method]);
        ck_assert_int_eq(on_hand[0], 4);
        ck_assert_int_eq(worth[0], 12000000);
        ck_assert_int_eq(v.layers, 1);
        ck_assert_int_eq(layer_row[0], method == C12_COST_FIFO ? 1 : 0);
        ck_assert_int_eq(variance[1], method == C12_COST_STANDARD ? 5000000 : 0);
        ck_assert_int_eq(variance[3], method == C12_COST_STANDARD ? 1000001 : 0);
        ck_assert_int_eq(variance[5], -change[5]);
        ck_assert_int_eq(c12_cost_value_check(&l, &v, scratch, &w, NULL), C12_OK);
        ck_assert_int_eq(w.violations, 0);
        ck_assert_int_eq(w.objective, 12000000);
    }
}
END_TEST

/* 100 micro over 3 units: 33, 34 (67 / 2 is 33.5, the even one is 34), 33. */
START_TEST(no_micro_is_lost)
{
    static const int64_t want[] = { 100, -33, -34, -33 };
    move(0, C12_COST_RECEIPT, 3, 100);
    for (int k = 1; k < 4; k++) move(k, C12_COST_ISSUE, 1, 0);
    c12_cost_ledger l = ledger_of(4, C12_COST_AVERAGE);
    c12_cost_valued v = valued();
    ck_assert_int_eq(c12_cost_value(&l, &v, scratch, NULL), C12_OK);
    ck_assert_mem_eq(change, want, sizeof want);
    ck_assert_int_eq(worth[0], 0);
    ck_assert_int_eq(v.layers, 0);
}
END_TEST

/* ---- a second writing ---------------------------------------------------------------------------------------------------------------- */

typedef struct slow_item { int64_t q[MOST], v[MOST], std; int32_t n; } slow_item;
static slow_item slow[SHELF_ITEMS];

static int64_t slow_part(int64_t v, int64_t a, int64_t b)
{
    big p = (big)v * a * 2 + b, q = p / ((big)b * 2);
    return (int64_t)(p % ((big)b * 2) == 0 && q % 2 ? q - 1 : q);
}

static int64_t slow_worth(const slow_item *s)
{
    int64_t sum = 0;
    for (int32_t k = 0; k < s->n; k++) sum += s->v[k];
    return sum;
}

static void slow_drop(slow_item *s)
{
    memmove(s->q, s->q + 1, (size_t)--s->n * sizeof *s->q);
    memmove(s->v, s->v + 1, (size_t)s->n * sizeof *s->v);
}

/* Value behind the movement less value before it is its change. */
static void slow_move(slow_item *s, int32_t method, int32_t row)
{
    if (kind[row] == C12_COST_RECEIPT) {
        int64_t in = method == C12_COST_STANDARD ? s->std * qty[row] : value[row];
        if (method == C12_COST_FIFO || !s->n) { s->q[s->n] = qty[row]; s->v[s->n++] = in; }
        else { s->q[0] += qty[row]; s->v[0] += in; }
    } else if (kind[row] == C12_COST_ISSUE) {
        for (int64_t need = qty[row]; need > 0;) {
            int64_t take = need < s->q[0] ? need : s->q[0], part = slow_part(s->v[0], take, s->q[0]);
            s->v[0] -= part;
            s->q[0] -= take;
            need -= take;
            if (!s->q[0]) slow_drop(s);
        }
    } else if (kind[row] == C12_COST_REVALUE) {
        s->std = value[row];
        for (int32_t k = 0; k < s->n; k++) s->v[k] = s->q[k] * value[row];
    } else if (method != C12_COST_STANDARD) {
        int64_t all = 0, sum = 0;
        for (int32_t k = 0; k < s->n; k++) all += s->q[k];
        for (int32_t k = 0; k < s->n; k++) {
            s->v[k] += (int64_t)((big)value[row] * (sum + s->q[k]) / all - (big)value[row] * sum / all); /* C rounds toward 0 */
            sum += s->q[k];
        }
    }
}

static int64_t slow_on_hand(const slow_item *s)
{
    int64_t all = 0;
    for (int32_t k = 0; k < s->n; k++) all += s->q[k];
    return all;
}

static void random_row(int32_t row, int64_t have)
{
    int what = dice(20);
    kind[row] = what < 9 || !have ? C12_COST_RECEIPT : what < 18 ? C12_COST_ISSUE : what < 19 ? C12_COST_REVALUE : C12_COST_ADJUST;
    qty[row] = kind[row] == C12_COST_RECEIPT ? 1 + dice(1 << dice(20)) : kind[row] == C12_COST_ISSUE ? (dice(6) ? 1 + dice((int32_t)have < 1 ? 1 : (int32_t)have) : have) : 0;
    value[row] = kind[row] == C12_COST_RECEIPT ? qty[row] * dice(3000) * dice(1000) + dice(1000) : kind[row] == C12_COST_REVALUE ? dice(2000000) : kind[row] == C12_COST_ADJUST ? dice(5000) : 0;
}

static int64_t random_ledger(int32_t method, int32_t n)
{
    int64_t in = 0;
    for (int k = 0; k < SHELF_ITEMS; k++) { slow[k].n = 0; slow[k].std = standard[k] = dice(3000000); }
    for (int32_t row = 0; row < n; row++) {
        item[row] = dice(SHELF_ITEMS);
        slow_item *s = &slow[item[row]];
        random_row(row, slow_on_hand(s));
        if (kind[row] == C12_COST_RECEIPT || kind[row] == C12_COST_ADJUST) in += value[row];
        slow_move(s, method, row);
    }
    return in;
}

START_TEST(a_million_movements)
{
    dice_state = 20261129;
    for (int round = 0; round < rounds(1000); round++) {
        int32_t method = round % 3, n = round % 50 ? 1000 : 50, at = 0;
        int64_t in = random_ledger(method, n), out = 0;
        c12_cost_ledger l = ledger_of(n, method);
        c12_cost_valued v = valued();
        c12_verdict w = C12_INIT(c12_verdict);
        c12_error e = C12_INIT(c12_error);
        if (c12_cost_value(&l, &v, scratch, &e) || c12_cost_value_check(&l, &v, scratch, &w, &e)) ck_abort_msg("round %d: %s at %d", round, e.what, (int)e.row);
        if (w.violations) ck_abort_msg("round %d: %s at %d", round, w.rule, (int)w.row);
        for (int32_t row = 0; row < n; row++) out += kind[row] == C12_COST_ISSUE ? -change[row] : kind[row] == C12_COST_REVALUE ? 0 : variance[row];
        for (int k = 0; k < SHELF_ITEMS; k++) {
            if (on_hand[k] != slow_on_hand(&slow[k]) || worth[k] != slow_worth(&slow[k])) ck_abort_msg("round %d: item %d", round, k);
            for (int32_t i = 0; i < slow[k].n; i++, at++)
                if (layer_item[at] != k || layer_qty[at] != slow[k].q[i] || layer_value[at] != slow[k].v[i]) ck_abort_msg("round %d: layer %d", round, at);
            out += worth[k];
        }
        for (int32_t row = 0; row < n; row++) if (kind[row] == C12_COST_REVALUE) out += variance[row];
        if (at != v.layers || in != out) ck_abort_msg("round %d: %d layers, in %lld, out and left %lld", round, at, (long long)in, (long long)out);
    }
}
END_TEST

/* Every number of an answer, changed by one, is refused. */
START_TEST(the_checker_sees_a_micro)
{
    dice_state = 7;
    for (int round = 0; round < rounds(60); round++) {
        int32_t n = 30;
        random_ledger(round % 3, n);
        c12_cost_ledger l = ledger_of(n, round % 3);
        c12_cost_valued v = valued();
        c12_verdict w = C12_INIT(c12_verdict);
        ck_assert_int_eq(c12_cost_value(&l, &v, scratch, NULL), C12_OK);
        int64_t *const column[] = { change, variance, on_hand, worth, layer_qty, layer_value };
        for (int c = 0; c < 6; c++)
            for (int k = 0; k < (c < 2 ? n : c < 4 ? SHELF_ITEMS : v.layers); k++) {
                column[c][k]++;
                if (c12_cost_value_check(&l, &v, scratch, &w, NULL) || !w.violations) ck_abort_msg("round %d: column %d row %d", round, c, k);
                column[c][k]--;
            }
        v.layers++;
        ck_assert_int_eq(c12_cost_value_check(&l, &v, scratch, &w, NULL), C12_OK);
        ck_assert_int_eq(w.violations, 1);
    }
}
END_TEST

START_TEST(refusals)
{
    c12_error e = C12_INIT(c12_error);
    c12_cost_valued v = valued();
    c12_verdict w = C12_INIT(c12_verdict);
    classic();
    qty[2] = 21;
    change[0] = 77;
    c12_cost_ledger l = ledger_of(6, C12_COST_FIFO);
    ck_assert_int_eq(c12_cost_value(&l, &v, scratch, &e), C12_E_STATE);
    ck_assert_int_eq(e.row, 2);
    ck_assert_int_eq(e.value, 20);
    ck_assert_int_eq(change[0], 77);
    ck_assert_int_eq(c12_cost_value_check(&l, &v, scratch, &w, &e), C12_OK);
    ck_assert_int_ge(w.violations, 1);
    qty[2] = 15;
    value[3] = -10000001;
    ck_assert_int_eq(c12_cost_value(&l, &v, scratch, &e), C12_E_STATE);
    ck_assert_int_eq(e.row, 3);
    value[3] = 0;
    value[2] = 1;
    ck_assert_int_eq(c12_cost_value(&l, &v, scratch, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "value");
    value[2] = 0;
    qty[5] = 1;
    ck_assert_int_eq(c12_cost_value(&l, &v, scratch, &e), C12_E_RANGE);
    qty[5] = 0;
    value[0] = value[1] = INT64_MAX / 2 + 1;
    ck_assert_int_eq(c12_cost_value(&l, &v, scratch, &e), C12_E_OVERFLOW);
    ck_assert_int_eq(e.row, 1);
    l.method = 3;
    ck_assert_int_eq(c12_cost_value(&l, &v, scratch, &e), C12_E_RANGE);
    l.method = C12_COST_STANDARD;
    l.standard = NULL;
    ck_assert_int_eq(c12_cost_value(&l, &v, scratch, &e), C12_E_ARG);
    l.method = C12_COST_FIFO;
    ck_assert_int_eq(c12_cost_value(&l, &v, (c12_mem){ memory, 8 }, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, (int64_t)c12_cost_value_scratch(SHELF_ITEMS, 6));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("cost-value");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, worked_examples);
    tcase_add_test(t, no_micro_is_lost);
    tcase_add_test(t, a_million_movements);
    tcase_add_test(t, the_checker_sees_a_micro);
    tcase_add_test(t, refusals);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
