/* SPDX-License-Identifier: Apache-2.0 */
#include "c12/kpi.h"
#include <check.h>

static int64_t pbt[2] = { 480, 480 }, apt[2] = { 400, 240 }, pri[2] = { 1, 2 }, pq[2] = { 350, 100 }, gq[2] = { 340, 90 };

static c12_kpi_runs runs(int32_t n)
{
    c12_kpi_runs r = C12_INIT(c12_kpi_runs);
    r.n = n;
    r.busy_planned = pbt;
    r.produced_time = apt;
    r.run_time = pri;
    r.produced = pq;
    r.good = gq;
    return r;
}

/* One machine: 400/480, 350/400, 340/350; index 340/480 = 0.708333, the classic vector with PRI 0.5 min in half-minute ticks. */
START_TEST(one_machine_and_a_line)
{
    c12_kpi_runs r = runs(1);
    c12_kpi_oee o = C12_INIT(c12_kpi_oee);
    ck_assert_int_eq(c12_kpi_line_oee(&r, &o, NULL), C12_OK);
    ck_assert_int_eq(o.oee_num, 340);
    ck_assert_int_eq(o.oee_den, 480);
    ck_assert_int_eq(o.effectiveness_num * 8, o.effectiveness_den * 7);
    r = runs(2);
    ck_assert_int_eq(c12_kpi_line_oee(&r, &o, NULL), C12_OK);
    ck_assert_int_eq(o.oee_num, 340 + 180);
    ck_assert_int_eq(o.oee_den, 960);
    ck_assert_int_eq(o.bottleneck, 0);
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_kpi_check(&r, &o, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 0);
    int64_t *field = &o.availability_num;
    for (int k = 0; k < 8; k++) {
        field[k]++;
        ck_assert_int_eq(c12_kpi_check(&r, &o, &v, NULL), C12_OK);
        ck_assert_int_gt(v.violations, 0);
        field[k]--;
    }
}
END_TEST

START_TEST(bad_input_and_undefined)
{
    c12_kpi_runs r = runs(0);
    c12_kpi_oee o = C12_INIT(c12_kpi_oee);
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_kpi_line_oee(&r, &o, &e), C12_OK);
    ck_assert_int_eq(o.oee_den, 0);
    ck_assert_int_eq(o.bottleneck, -1);
    r = runs(2);
    int64_t bad[2] = { 1, 101 };
    r.good = bad;
    ck_assert_int_eq(c12_kpi_line_oee(&r, &o, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "good");
    ck_assert_int_eq(e.row, 1);
    int64_t huge[2] = { INT64_MAX, INT64_MAX };
    r = runs(2);
    r.run_time = huge;
    ck_assert_int_eq(c12_kpi_line_oee(&r, &o, &e), C12_E_OVERFLOW);
    ck_assert_int_eq(c12_kpi_line_oee(NULL, &o, &e), C12_E_ARG);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("kpi");
    TCase *t = tcase_create("all");
    tcase_add_test(t, one_machine_and_a_line);
    tcase_add_test(t, bad_input_and_undefined);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
