/* SPDX-License-Identifier: Apache-2.0 */
/* MovingAI maps and scenarios: right ones, spoilt ones, hostile bytes. */
#include "c12/route.h"
#include <check.h>
#include <string.h>

static const char map_text[] = "type octile\nheight 2\nwidth 3\nmap\n.@.\nSGC\n";
static const char scen_text[] = "version 1\n0\tm.map\t3\t2\t0\t0\t2\t0\t4.0\n1\tm.map\t3\t2\t1\t1\t0\t0\t2.5\n";

static c12_view view_of(const char *text)
{
    c12_view v = { (const uint8_t *)text, strlen(text) };
    return v;
}

START_TEST(a_map)
{
    c12_route_dims d = C12_INIT(c12_route_dims);
    c12_error e = C12_INIT(c12_error);
    int32_t w, h, head[8], x[5], y[5], cell[6];
    int64_t off[6];
    static const int32_t want_cell[6] = { 0, -1, 1, 2, 3, 4 }, want_head[8] = { 2, 4, 0, 3, 2, 4, 1, 3 };
    static const int64_t want_off[6] = { 0, 1, 2, 4, 6, 8 };
    ck_assert_int_eq(c12_route_scan_map(view_of(map_text), &d, &w, &h, &e), C12_OK);
    ck_assert(d.vertices == 5 && d.arcs == 8 && w == 3 && h == 2);
    ck_assert_int_eq(c12_route_read_map(view_of(map_text), &d, off, head, x, y, cell, &e), C12_OK);
    ck_assert_mem_eq(cell, want_cell, sizeof cell);
    ck_assert_mem_eq(off, want_off, sizeof off);
    ck_assert_mem_eq(head, want_head, sizeof head);
    ck_assert(x[4] == 2 && y[4] == 1);
    d.vertices = 4;
    ck_assert_int_eq(c12_route_read_map(view_of(map_text), &d, off, head, NULL, NULL, cell, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, 5);
    ck_assert_int_eq(c12_route_scan_map(view_of("type octile\r\nheight 1\r\nwidth 1\r\nmap\r\n.\r\n"), &d, &w, &h, &e), C12_OK);
    ck_assert_int_eq(d.vertices, 1);
}
END_TEST

START_TEST(a_scenario)
{
    static const int32_t cell[6] = { 0, -1, 1, 2, 3, 4 };
    int32_t n, start[2] = { -7, -7 }, goal[2];
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_route_scan_scen(view_of(scen_text), &n, &e), C12_OK);
    ck_assert_int_eq(n, 2);
    ck_assert_int_eq(c12_route_read_scen(view_of(scen_text), 3, 2, cell, 3, start, goal, &e), C12_E_FORMAT);
    ck_assert_int_eq(start[0], -7);
    ck_assert_int_eq(c12_route_read_scen(view_of(scen_text), 3, 2, cell, 2, start, goal, &e), C12_OK);
    ck_assert(start[0] == 0 && goal[0] == 1 && start[1] == 3 && goal[1] == 0);
    ck_assert_int_eq(c12_route_read_scen(view_of(scen_text), 4, 2, cell, 2, start, goal, &e), C12_E_FORMAT);
    ck_assert_int_eq(e.row, 2);
}
END_TEST

START_TEST(faults_name_the_line)
{
    static const struct { const char *text; int64_t line; } bad[] = {
        { "", 1 }, { "type octile\nheight x\nwidth 3\nmap\n", 2 }, { "type octile\nheight 2\nwidth 0\nmap\n", 3 },
        { "type octile\nheight 2\nwidth 3\nmap\n.@.\n", 6 }, { "type octile\nheight 2\nwidth 3\nmap\n.@\n...\n", 5 },
        { "type octile\nheight 2\nwidth 3\nmap\n.?.\n...\n", 5 }, { "type octile\nheight 2\nwidth 3\nmap\n...\n...\n...\n", 7 },
        { "type octile\nheight 99999999999\nwidth 3\nmap\n", 2 },
    };
    c12_route_dims d = C12_INIT(c12_route_dims);
    c12_error e = C12_INIT(c12_error);
    int32_t w, h;
    ck_assert_int_eq(c12_route_scan_map(view_of(bad[_i].text), &d, &w, &h, &e), C12_E_FORMAT);
    ck_assert_int_eq(e.row, bad[_i].line);
}
END_TEST

/* Every prefix and every one-byte change: an answer, never a crash, and never a row outside the map. */
START_TEST(hostile_bytes_are_safe)
{
    static const int32_t cell[6] = { 0, -1, 1, 2, 3, 4 };
    char text[sizeof scen_text > sizeof map_text ? sizeof scen_text : sizeof map_text];
    for (int32_t which = 0; which < 2; which++) {
        const char *good = which ? scen_text : map_text;
        size_t size = strlen(good);
        for (size_t at = 0; at < size; at++)
            for (int32_t byte = 0; byte < 257; byte++) {
                c12_route_dims d = C12_INIT(c12_route_dims);
                int32_t w, h, n, start[2], goal[2];
                memcpy(text, good, size);
                if (byte < 256) text[at] = (char)byte;
                c12_view v = { (const uint8_t *)text, byte == 256 ? at : size };
                if (which == 0) { (void)!c12_route_scan_map(v, &d, &w, &h, NULL); continue; }
                (void)!c12_route_scan_scen(v, &n, NULL);
                if (!c12_route_read_scen(v, 3, 2, cell, 2, start, goal, NULL)) ck_assert(start[0] >= 0 && start[0] < 5 && goal[1] >= 0 && goal[1] < 5);
            }
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("route-text");
    TCase *t = tcase_create("text");
    tcase_add_test(t, a_map);
    tcase_add_test(t, a_scenario);
    tcase_add_loop_test(t, faults_name_the_line, 0, 8);
    tcase_add_test(t, hostile_bytes_are_safe);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
