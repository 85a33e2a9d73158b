/* SPDX-License-Identifier: Apache-2.0 */
#include "c12/order.h"
#include <check.h>
#include <string.h>

static int32_t after(int32_t state, int32_t event)
{
    int32_t next = -1;
    return c12_order_move(state, event, &next, NULL) ? -1 : next;
}

START_TEST(a_life_with_a_hold)
{
    int32_t events[] = { C12_ORDER_RELEASE, C12_ORDER_START, C12_ORDER_HOLD, C12_ORDER_SEND_TO_REWORK, C12_ORDER_RESUME, C12_ORDER_COMPLETE, C12_ORDER_SHIP };
    int32_t want[] = { C12_ORDER_RELEASED, C12_ORDER_IN_PROGRESS, C12_ORDER_QUALITY_HOLD, C12_ORDER_REWORK, C12_ORDER_IN_PROGRESS, C12_ORDER_COMPLETED, C12_ORDER_SHIPPED };
    int32_t s = C12_ORDER_CREATED;
    for (int i = 0; i < 7; i++) {
        s = after(s, events[i]);
        ck_assert_int_eq(s, want[i]);
    }
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_order_check(7, events, s, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 0);
    ck_assert_int_eq(c12_order_check(7, events, C12_ORDER_SCRAPPED, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 1);
    events[3] = C12_ORDER_SHIP;
    ck_assert_int_eq(c12_order_check(7, events, s, &v, NULL), C12_OK);
    ck_assert_int_eq(v.row, 3);
}
END_TEST

/* Table and arrows agree on all 64 pairs, reached through one legal path to each state. */
START_TEST(table_equals_diagram)
{
    static const int32_t path[8][6] = { { 0 }, { 0 }, { 0, 1 }, { 0, 1, 2 }, { 0, 1, 6 }, { 0, 1, 6, 7 }, { 5 }, { 0, 1, 2, 4 } };
    static const int length[8] = { 0, 1, 2, 3, 3, 4, 1, 4 };
    for (int32_t s = 0; s < 8; s++) {
        for (int32_t e = 0; e < 8; e++) {
            int32_t events[7], next = after(s, e);
            memcpy(events, path[s], sizeof path[s]);
            events[length[s]] = e;
            c12_verdict v = C12_INIT(c12_verdict);
            ck_assert_int_eq(c12_order_check(length[s] + 1, events, next, &v, NULL), C12_OK);
            ck_assert_int_eq(v.violations, next < 0);
        }
        ck_assert_str_ne(c12_order_state_name(s), "?");
    }
    ck_assert_str_eq(c12_order_state_name(8), "?");
}
END_TEST

START_TEST(refusals_are_named)
{
    c12_error e = C12_INIT(c12_error);
    int32_t next = 77;
    ck_assert_int_eq(c12_order_move(C12_ORDER_SHIPPED, C12_ORDER_HOLD, &next, &e), C12_E_STATE);
    ck_assert_ptr_nonnull(strstr(e.what, "held"));
    ck_assert_int_eq(next, 77);
    ck_assert_int_eq(c12_order_move(9, 0, &next, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_order_move(0, -1, &next, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_order_move(0, 0, NULL, &e), C12_E_ARG);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("order");
    TCase *t = tcase_create("all");
    tcase_add_test(t, a_life_with_a_hold);
    tcase_add_test(t, table_equals_diagram);
    tcase_add_test(t, refusals_are_named);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
