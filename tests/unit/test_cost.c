/* SPDX-License-Identifier: Apache-2.0 */
#include "c12/cost.h"
#include <check.h>

#define M(x) (INT64_C(1000000) * (x))

/* A standard of 26.00 a unit, 98 good units, and 1071 + 1066 + 624 actually spent. */
static int64_t good[2] = { 98, 0 }, standard[2] = { M(26), M(5) }, material[2] = { M(1071), M(3) }, labour[2] = { M(1066), 0 }, overhead[2] = { M(624), 0 };

static c12_cost_orders orders(void)
{
    c12_cost_orders o = C12_INIT(c12_cost_orders);
    o.n = 2;
    o.good = good;
    o.standard = standard;
    o.material = material;
    o.labour = labour;
    o.overhead = overhead;
    return o;
}

START_TEST(entries_balance)
{
    c12_cost_orders o = orders();
    int64_t g[2], w[2], x[2];
    c12_cost_journal j = C12_INIT(c12_cost_journal);
    j.goods = g;
    j.wip = w;
    j.variance = x;
    ck_assert_int_eq(c12_cost_complete(&o, &j, NULL), C12_OK);
    ck_assert_int_eq(g[0], M(2548));
    ck_assert_int_eq(w[0], -M(2761));
    ck_assert_int_eq(x[0], M(213));
    ck_assert_int_eq(x[1], M(3));
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_cost_check(&o, &j, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 0);
    ck_assert_int_eq(v.objective, M(216));
    int64_t *column[] = { g, w, x };
    for (int k = 0; k < 6; k++) {
        column[k / 2][k % 2]++;
        ck_assert_int_eq(c12_cost_check(&o, &j, &v, NULL), C12_OK);
        ck_assert_int_eq(v.row, k % 2);
        column[k / 2][k % 2]--;
    }
}
END_TEST

START_TEST(bad_input_and_overflow)
{
    c12_cost_orders o = orders();
    int64_t g[2] = { 7, 7 }, w[2], x[2], wide[2] = { 1, INT64_MAX }, minus[2] = { 0, -1 };
    c12_cost_journal j = C12_INIT(c12_cost_journal);
    c12_error e = C12_INIT(c12_error);
    j.goods = g;
    j.wip = w;
    j.variance = x;
    o.good = wide;
    ck_assert_int_eq(c12_cost_complete(&o, &j, &e), C12_E_OVERFLOW);
    ck_assert_int_eq(e.row, 1);
    ck_assert_int_eq(g[0], 7);
    o = orders();
    o.labour = minus;
    ck_assert_int_eq(c12_cost_complete(&o, &j, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "labour");
    o.labour = NULL;
    ck_assert_int_eq(c12_cost_complete(&o, &j, &e), C12_E_ARG);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("cost");
    TCase *t = tcase_create("all");
    tcase_add_test(t, entries_balance);
    tcase_add_test(t, bad_input_and_overflow);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
