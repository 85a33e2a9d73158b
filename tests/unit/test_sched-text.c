/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rng.h"
#include "c12/sched.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

static c12_view view_of(const char *s)
{
    c12_view v = { (const uint8_t *)s, strlen(s) };
    return v;
}

static const char jsp[] = "# a comment\n+++ another\n2 3\n 0 5 1 6 2 7\r\n# inside\n2 1 1 2 0 3\n\n";
static const char fjsp[] = "2 3 1.5\n2 1 1 5 2 2 6\n 3 7\n1\t1 3 9\n";

START_TEST(jsp_text)
{
    c12_sched_dims d = C12_INIT(c12_sched_dims);
    int64_t op_off[3], mode_off[7], ticks[6];
    int32_t machine[6];
    static const int32_t machines[] = { 0, 1, 2, 2, 1, 0 };
    static const int64_t times[] = { 5, 6, 7, 1, 2, 3 };
    ck_assert_int_eq(c12_sched_scan_text(view_of(jsp), _i, &d, NULL), C12_OK);
    ck_assert_int_eq(d.jobs, 2);
    ck_assert_int_eq(d.machines, 3);
    ck_assert_int_eq(d.ops, 6);
    ck_assert_int_eq(d.modes, 6);
    ck_assert_int_eq(c12_sched_read_text(view_of(jsp), _i, &d, op_off, mode_off, machine, ticks, NULL), C12_OK);
    ck_assert_mem_eq(machine, machines, sizeof machines);
    ck_assert_mem_eq(ticks, times, sizeof times);
    ck_assert_int_eq(op_off[1], 3);
    ck_assert_int_eq(op_off[2], 6);
    for (int i = 0; i < 7; i++) ck_assert_int_eq(mode_off[i], i);
}
END_TEST

/* _i: 0 = by content, 1 = named. */
START_TEST(fjsp_text)
{
    c12_sched_dims d = C12_INIT(c12_sched_dims);
    int32_t format = _i ? C12_SCHED_FJSP : C12_SCHED_AUTO;
    int64_t op_off[3], mode_off[4], ticks[4];
    int32_t machine[4];
    static const int32_t machines[] = { 0, 1, 2, 2 };
    static const int64_t times[] = { 5, 6, 7, 9 }, ops[] = { 0, 2, 3 }, modes[] = { 0, 1, 3, 4 };
    ck_assert_int_eq(c12_sched_scan_text(view_of(fjsp), format, &d, NULL), C12_OK);
    ck_assert_int_eq(d.ops, 3);
    ck_assert_int_eq(d.modes, 4);
    ck_assert_int_eq(c12_sched_read_text(view_of(fjsp), format, &d, op_off, mode_off, machine, ticks, NULL), C12_OK);
    ck_assert_mem_eq(machine, machines, sizeof machines);
    ck_assert_mem_eq(ticks, times, sizeof times);
    ck_assert_mem_eq(op_off, ops, sizeof ops);
    ck_assert_mem_eq(mode_off, modes, sizeof modes);
}
END_TEST

typedef struct spoiled { const char *text; int32_t format, line, at; } spoiled;
static const spoiled spoilt[] = {
    { "", 0, 1, 0 },                       { "2", 1, 1, 1 },                     { "2 3\n0 5", 1, 2, 7 },              { "1 1\n1 5", 1, 2, 4 },
    { "1 1\n0 -5", 1, 2, 6 },              { "1 1\n0 5 7", 1, 2, 8 },            { "1 1\n0 99999999999999999999", 1, 2, 6 }, { "0 1\n", 1, 1, 0 },
    { "1 1\n0 5x", 1, 2, 7 },              { "1 1 7\n0 5", 1, 1, 4 },            { "1 2\n1 1 3 4\n", 2, 2, 8 },        { "1 2\n1 1 0 4\n", 2, 2, 8 },
    { "1 2\n1 0\n", 2, 2, 6 },             { "1 2\n1 1 1", 2, 2, 9 },            { "1 2\n99 1 1 1", 2, 2, 4 },         { "\xff\xfe", 0, 1, 0 },
    { "1 1\n#only comments\n", 1, 3, 19 }, { "2147483648 1\n", 1, 1, 0 },
};

START_TEST(faults_name_line_and_byte)
{
    c12_sched_dims d = C12_INIT(c12_sched_dims);
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_sched_scan_text(view_of(spoilt[_i].text), spoilt[_i].format, &d, &e), C12_E_FORMAT);
    ck_assert_msg(e.row == spoilt[_i].line, "text %d: line %d", _i, (int)e.row);
    ck_assert_msg(e.value == spoilt[_i].at, "text %d: byte %d", _i, (int)e.value);
    ck_assert_int_eq(d.jobs, 0);
}
END_TEST

START_TEST(hostile_bytes_are_safe)
{
    c12__rng g = c12__rng_from(3, 3);
    static const char letters[] = "0123 9\n#+ \r\t1x-.";
    for (int round = 0; round < 20000; round++) {
        uint8_t *bytes = malloc(48); /* exact size: a read past the end is seen by the sanitizer */
        size_t n = (size_t)c12__rng_below(&g, 48) + 1;
        bytes = realloc(bytes, n);
        for (size_t i = 0; i < n; i++) bytes[i] = round & 1 ? (uint8_t)c12__rng_below(&g, 256) : (uint8_t)letters[c12__rng_below(&g, sizeof letters - 1)];
        c12_sched_dims d = C12_INIT(c12_sched_dims);
        c12_view v = { bytes, n };
        c12_status s = c12_sched_scan_text(v, round % 3, &d, NULL);
        ck_assert(s == C12_OK || s == C12_E_FORMAT);
        free(bytes);
    }
}
END_TEST

START_TEST(columns_and_arguments)
{
    c12_sched_dims d = C12_INIT(c12_sched_dims);
    c12_error e = C12_INIT(c12_error);
    c12_view none = { NULL, 5 };
    int64_t off[8], mode_off[8], ticks[8];
    int32_t machine[8];
    ck_assert_int_eq(c12_sched_scan_text(view_of(jsp), 3, &d, NULL), C12_E_RANGE);
    ck_assert_int_eq(c12_sched_scan_text(none, 0, &d, NULL), C12_E_ARG);
    ck_assert_int_eq(c12_sched_scan_text(view_of(jsp), 0, NULL, NULL), C12_E_ARG);
    ck_assert_int_eq(c12_sched_scan_text(view_of(jsp), 0, &d, NULL), C12_OK);
    ck_assert_int_eq(c12_sched_read_text(view_of(jsp), 0, &d, off, mode_off, NULL, ticks, NULL), C12_E_ARG);
    d.modes = 5;
    ck_assert_int_eq(c12_sched_read_text(view_of(jsp), 0, &d, off, mode_off, machine, ticks, &e), C12_E_SPACE);
    ck_assert_str_eq(e.field, "modes");
    ck_assert_int_eq(e.value, 6);
}
END_TEST

/* The first rows of ta01, whose seeds are published. */
START_TEST(taillard_from_seeds)
{
    int32_t machine[225];
    c12_tick ticks[225];
    static const c12_tick first[] = { 94, 66, 10, 53, 26, 15, 65, 82, 10, 27, 93, 92, 96, 70, 83 };
    static const int32_t visits[] = { 6, 12, 4, 7, 3, 2, 10, 11, 8, 14, 9, 13, 5, 0, 1 };
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_sched_taillard(15, 15, 840612802, 398197754, machine, ticks, &e), C12_OK);
    ck_assert_mem_eq(ticks, first, sizeof first);
    ck_assert_mem_eq(machine, visits, sizeof visits);
    ck_assert_int_eq(c12_sched_taillard(0, 15, 1, 1, machine, ticks, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_sched_taillard(15, 15, 0, 1, machine, ticks, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_sched_taillard(15, 15, 1, 2147483647, machine, ticks, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_sched_taillard(15, 15, 1, 1, NULL, ticks, &e), C12_E_ARG);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sched-text");
    TCase *t = tcase_create("text");
    tcase_add_loop_test(t, jsp_text, C12_SCHED_AUTO, C12_SCHED_JSP + 1);
    tcase_add_loop_test(t, fjsp_text, 0, 2);
    tcase_add_loop_test(t, faults_name_line_and_byte, 0, (int)(sizeof spoilt / sizeof *spoilt));
    tcase_add_test(t, hostile_bytes_are_safe);
    tcase_add_test(t, columns_and_arguments);
    tcase_add_test(t, taillard_from_seeds);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
