/* SPDX-License-Identifier: Apache-2.0 */
/* Work orders as JSON of the document's data model: read, moved on, written, and everything that is wrong with a text. */
#include "c12/io.h"
#include <check.h>
#include <stdio.h>
#include <string.h>

static const char model[] =
    "{\n  \"work_order_id\": \"WO-8\",\n  \"product_sku\": \"ARM\",\n  \"quantity\": 4,\n  \"status\": \"IN_PROGRESS\",\n  \"priority\": 3,\n  \"created_date\": \"2025-11-03T06:00:00Z\",\n"
    "  \"scheduled_start\": \"2025-11-03T06:30:00Z\",\n  \"scheduled_completion\": \"1969-12-31T23:59:59Z\",\n  \"actual_start\": \"2025-11-03T06:35:12Z\",\n  \"actual_completion\": null,\n"
    "  \"bom_id\": \"BOM-v2\",\n  \"routing_id\": null,\n  \"station_progress\": {\n    \"frame\": \"completed\",\n    \"wiring\": \"in_progress\",\n    \"test\": \"pending\"\n  },\n"
    "  \"assigned_robots\": [\n    \"G1-012\",\n    \"G1-024\"\n  ],\n  \"quality_holds\": [],\n  \"rework_required\": false\n}";

static c12_view as_view(const char *s) { return (c12_view){ (const uint8_t *)s, strlen(s) }; }

START_TEST(the_same_both_ways)
{
    c12io_orders *s;
    c12_mem out = { NULL, 0 };
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12io_orders_read(&s, as_view(model), "m", &e), C12_OK);
    ck_assert_int_eq(c12io_orders_write(c12io_orders_list(s), &out, &e), C12_OK);
    ck_assert_uint_eq(out.size, strlen(model));
    ck_assert_int_eq(memcmp(out.ptr, model, out.size), 0);
    c12io_bytes_free(&out);
    c12io_orders_free(s);
}
END_TEST

/* A book that was read takes events; what is then written shows them. */
START_TEST(moved_on)
{
    c12io_orders *s;
    c12_mem out = { NULL, 0 };
    const int32_t order[6] = { 0 }, kind[6] = { C12_ORDER_REPORT, C12_ORDER_FINISH, C12_ORDER_BEGIN, C12_ORDER_REPORT, C12_ORDER_FINISH, C12_ORDER_COMPLETE }, station[6] = { 1, 1, 2, 2, 2, -1 }, by[6] = { 0 };
    const c12_qty good[6] = { 4, 0, 0, 4, 0, 0 };
    c12_ns at[6];
    int32_t refusal[6];
    c12_order_events e = C12_INIT(c12_order_events);
    for (int k = 0; k < 6; k++) at[k] = INT64_C(1762200000000000000);
    e.n = 6; e.order = order; e.kind = kind; e.station = station; e.by = by; e.at = at; e.good = good;
    ck_assert_int_eq(c12io_orders_read(&s, as_view(model), "m", NULL), C12_OK);
    ck_assert_int_eq(c12_order_apply(c12io_orders_book(s), &e, refusal, NULL), C12_OK);
    for (int k = 0; k < 6; k++) ck_assert_int_eq(refusal[k], C12_ORDER_DONE);
    ck_assert_int_eq(c12io_orders_write(c12io_orders_list(s), &out, NULL), C12_OK);
    ((char *)out.ptr)[out.size - 1] = 0;
    ck_assert_ptr_nonnull(strstr(out.ptr, "\"status\": \"COMPLETED\""));
    ck_assert_ptr_nonnull(strstr(out.ptr, "\"actual_completion\": \"2025-11-03T20:00:00Z\""));
    ck_assert_ptr_nonnull(strstr(out.ptr, "\"test\": \"completed\""));
    c12io_bytes_free(&out);
    c12io_orders_free(s);
}
END_TEST

START_TEST(holds_are_lifted)
{
    static const char text[] = "[{\"work_order_id\":\"A\",\"product_sku\":\"X\",\"quantity\":1,\"status\":\"QUALITY_HOLD\",\"created_date\":\"2025-11-03T06:00:00Z\",\"quality_holds\":[\"NCR-1\",\"NCR-2\"]},"
                               "{\"work_order_id\":\"B\",\"product_sku\":\"X\",\"quantity\":2,\"status\":\"CREATED\",\"created_date\":\"2025-11-03T06:00:00Z\"}]";
    c12io_orders *s;
    c12_mem out = { NULL, 0 };
    const int32_t order[4] = { 0, 0, 0, 0 }, kind[4] = { C12_ORDER_LIFT, C12_ORDER_RESUME, C12_ORDER_LIFT, C12_ORDER_RESUME }, value[4] = { 0, 0, 1, 0 }, by[4] = { 0 };
    const c12_ns at[4] = { INT64_C(1762200000000000000), INT64_C(1762200000000000000), INT64_C(1762200000000000000), INT64_C(1762200000000000000) };
    int32_t refusal[4];
    c12_order_events e = C12_INIT(c12_order_events);
    e.n = 4; e.order = order; e.kind = kind; e.value = value; e.by = by; e.at = at;
    ck_assert_int_eq(c12io_orders_read(&s, as_view(text), "m", NULL), C12_OK);
    ck_assert_int_eq(c12io_orders_list(s)->n, 2);
    ck_assert_int_eq(c12_order_apply(c12io_orders_book(s), &e, refusal, NULL), C12_OK);
    ck_assert(!refusal[0] && refusal[1] == C12_ORDER_STILL_HELD && !refusal[2] && !refusal[3]);
    ck_assert_int_eq(c12io_orders_write(c12io_orders_list(s), &out, NULL), C12_OK);
    ((char *)out.ptr)[out.size - 1] = 0;
    ck_assert_ptr_null(strstr(out.ptr, "NCR-1"));
    ck_assert_ptr_nonnull(strstr(out.ptr, "IN_PROGRESS"));
    c12io_bytes_free(&out);
    c12io_orders_free(s);
}
END_TEST

/* One word of the model in place of another, and the place that is named. */
START_TEST(faults_name_their_place)
{
    static const struct { const char *from, *to, *says; } wrong[] = {
        { "\"quantity\": 4", "\"quantity\": 0", "quantity" }, { "\"quantity\": 4", "\"quantity\": \"4\"", "quantity" }, { "IN_PROGRESS", "BUSY", "status" }, { "\"priority\": 3", "\"priority\": 9999999999", "priority" },
        { "2025-11-03T06:00:00Z", "2025-11-03 06:00", "created_date" }, { "\"2025-11-03T06:00:00Z\"", "null", "created_date" }, { "2025-11-03T06:30:00Z", "2025-02-30T06:30:00Z", "scheduled_start" }, { "06:35:12Z", "24:35:12Z", "actual_start" },
        { "\"in_progress\"", "\"running\"", "wiring" }, { "\"completed\"", "\"pending\"", "wiring" }, { "\"G1-012\"", "12", "assigned_robots" }, { "\"quality_holds\": []", "\"quality_holds\": [\"N\"]", "quality_holds" },
        { "\"quality_holds\": []", "\"quality_holds\": 3", "quality_holds" }, { "\"WO-8\"", "\"\"", "work_order_id" }, { "\"BOM-v2\"", "7", "bom_id" }, { "{\n  \"work", "3{\n \"work", ":1:" },
    };
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        char text[2048], said[512] = "";
        const char *at = strstr(model, wrong[k].from);
        c12io_orders *s = NULL;
        c12_error e = C12_INIT(c12_error);
        e.text = said;
        e.text_cap = sizeof said;
        ck_assert_ptr_nonnull(at);
        snprintf(text, sizeof text, "%.*s%s%s", (int)(at - model), model, wrong[k].to, at + strlen(wrong[k].from));
        ck_assert_msg(c12io_orders_read(&s, as_view(text), "m", &e) == C12_E_FORMAT, "%s", wrong[k].to);
        ck_assert_ptr_null(s);
        ck_assert_msg(strstr(said, wrong[k].says) != NULL, "%s: %s", wrong[k].to, said);
    }
    ck_assert_int_eq(c12io_orders_read(NULL, as_view("{}"), "m", NULL), C12_E_ARG);
    ck_assert_int_eq(c12io_orders_write(NULL, NULL, NULL), C12_E_ARG);
    c12io_orders_free(NULL);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("io-order");
    TCase *c = tcase_create("io-order");
    tcase_add_test(c, the_same_both_ways);
    tcase_add_test(c, moved_on);
    tcase_add_test(c, holds_are_lifted);
    tcase_add_test(c, faults_name_their_place);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
