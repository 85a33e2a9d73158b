/* SPDX-License-Identifier: Apache-2.0 */
/* libc12io on real files: tables, configuration, days, threads, the store. */
#include "c12/io.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];

static const char *put_file(const char *name, const char *bytes)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    fputs(bytes, f);
    fclose(f);
    return path;
}

static void make_folder(void)
{
    strcpy(folder, "/tmp/c12-io-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void drop_folder(void)
{
    char command[96];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

static const c12io_column columns[] = { { "item", 1, 0 }, { "qty", 0, 0 }, { "note", 0, 0 } };

static c12_status read_table(const char *bytes, c12io_table **t, char *text, size_t cap)
{
    c12_error e = C12_INIT(c12_error);
    text[0] = 0;
    e.text = text;
    e.text_cap = cap;
    return c12io_table_read(t, put_file("t.csv", bytes), columns, 3, &e);
}

START_TEST(tables_as_rfc_4180)
{
    c12io_table *t;
    char text[512];
    ck_assert_int_eq(read_table("\xEF\xBB\xBFnote;item\r\n\"a;\"\"b\"\"\nc\";X\r\n;Y", &t, text, sizeof text), C12_OK);
    ck_assert_int_eq(c12io_table_rows(t), 2);
    c12_view v = c12io_table_cell(t, 0, 2);
    ck_assert_uint_eq(v.size, 7);
    ck_assert_int_eq(memcmp(v.ptr, "a;\"b\"\nc", 7), 0);
    ck_assert_int_eq(c12io_table_line(t, 1), 4);
    ck_assert_int_eq(c12io_table_has(t, 1), 0);
    ck_assert_uint_eq(c12io_table_cell(t, 1, 1).size, 0);
    c12io_table_free(t);
}
END_TEST

START_TEST(bad_tables_name_line_and_mend)
{
    c12io_table *t;
    char text[512];
    ck_assert_int_eq(read_table("item,colour\nX,1\n", &t, text, sizeof text), C12_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(text, "t.csv:1"));
    ck_assert_ptr_nonnull(strstr(text, "colour"));
    ck_assert_int_eq(read_table("qty\n1\n", &t, text, sizeof text), C12_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(text, "item"));
    ck_assert_int_eq(read_table("item,qty\nX\n", &t, text, sizeof text), C12_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(text, "t.csv:2"));
    ck_assert_int_eq(read_table("item,qty\n\"X,1\n", &t, text, sizeof text), C12_E_FORMAT);
    ck_assert_int_eq(read_table("", &t, text, sizeof text), C12_E_FORMAT);
    ck_assert_int_eq(c12io_table_read(&t, "/nowhere/t.csv", columns, 3, NULL), C12_E_IO);
}
END_TEST

/* Every prefix of a table is read or refused, never a crash: run under the sanitizers. */
START_TEST(every_cut_of_a_table_is_safe)
{
    static const char whole[] = "\xEF\xBB\xBFitem,qty,note\r\n\"A\"\"\",1,\"x\ny\"\r\nB,2,\n";
    char part[sizeof whole], text[512];
    for (size_t n = 0; n < sizeof whole; n++) {
        c12io_table *t = NULL;
        memcpy(part, whole, n);
        part[n] = 0;
        if (read_table(part, &t, text, sizeof text) == C12_OK) c12io_table_free(t);
        else ck_assert_uint_gt(strlen(text), 0);
    }
}
END_TEST

START_TEST(a_file_appears_whole_or_not_at_all)
{
    char path[256];
    c12io_out *o;
    c12_mem back;
    snprintf(path, sizeof path, "%s/out.txt", folder);
    ck_assert_int_eq(c12io_out_open(&o, path, NULL), C12_OK);
    c12io_out_write(o, "abc", 3);
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_int_eq(c12io_out_close(o, NULL), C12_OK);
    ck_assert_int_eq(c12io_bytes_read(path, &back, NULL), C12_OK);
    ck_assert_uint_eq(back.size, 3);
    c12io_bytes_free(&back);
    ck_assert_int_eq(c12io_out_open(&o, path, NULL), C12_OK);
    c12io_out_write(o, "lost", 4);
    c12io_out_abandon(o);
    ck_assert_int_eq(c12io_bytes_read(path, &back, NULL), C12_OK);
    ck_assert_int_eq(memcmp(back.ptr, "abc", 4), 0);
    c12io_bytes_free(&back);
    ck_assert_int_eq(c12io_out_open(&o, "/nowhere/x", NULL), C12_E_IO);
}
END_TEST

START_TEST(configuration_and_days)
{
    c12io_config c = C12_INIT(c12io_config);
    char day[17], text[256] = "";
    int64_t n;
    c12_error e = C12_INIT(c12_error);
    e.text = text;
    e.text_cap = sizeof text;
    ck_assert_int_eq(c12io_config_read("/nowhere/plant.ini", &c, NULL), C12_OK);
    ck_assert_int_eq(c.buckets, 90);
    ck_assert_int_eq(c12io_config_read(put_file("plant.ini", "[plan]\nstart = 2024-02-29\nbuckets = 10\n[cost]\nlabour_rate = 48.5\n"), &c, &e), C12_OK);
    ck_assert_int_eq(c.labour_rate, 48500000);
    c12io_date_text(c.start_day, -1, day);
    ck_assert_str_eq(day, "2024-02-29");
    c12io_date_text(c.start_day, 1441, day);
    ck_assert_str_eq(day, "2024-03-01T00:01");
    ck_assert_int_eq(c12io_config_read(put_file("plant.ini", "[plan]\ncolour = red\n"), &c, &e), C12_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(text, "colour"));
    ck_assert_int_eq(c12io_config_read(put_file("plant.ini", "[cost]\nlabour_rate = 1.1234567\n"), &c, NULL), C12_E_FORMAT);
    ck_assert_int_eq(c12io_date_parse("2025-02-29", &n, NULL), C12_E_FORMAT);
    ck_assert_int_eq(c12io_date_parse("1970-01-01", &n, NULL), C12_OK);
    ck_assert_int_eq(n, 0);
}
END_TEST

static void add_up(void *arg, int32_t i) { ((int64_t *)arg)[i] += i; }

START_TEST(a_pool_runs_every_task_once)
{
    c12io_pool *p;
    c12_host h = C12_INIT(c12_host);
    int64_t sum[100] = { 0 };
    ck_assert_int_eq(c12io_pool_create(&p, 4, NULL), C12_OK);
    c12io_pool_lend(p, &h);
    for (int round = 0; round < 200; round++) h.parallel(h.user, 100, add_up, sum);
    c12io_pool_destroy(p);
    for (int i = 0; i < 100; i++) ck_assert_int_eq(sum[i], 200 * i);
    ck_assert_int_eq(c12io_pool_create(&p, 0, NULL), C12_E_RANGE);
}
END_TEST

START_TEST(lent_memory_is_whole_and_aligned)
{
    static const size_t size[] = { 1, 64, 100000, (4 << 20) - 1, 4 << 20, (6 << 20) + 12345, 64 << 20 };
    c12io_pool *p;
    c12_host h = C12_INIT(c12_host);
    ck_assert_int_eq(c12io_pool_create(&p, 1, NULL), C12_OK);
    c12io_pool_lend(p, &h);
    c12io_pool_destroy(p); /* memory does without the pool */
    for (size_t k = 0; k < sizeof size / sizeof *size; k++) {
        uint8_t *at = h.alloc(NULL, size[k], 64), *other = h.alloc(NULL, size[k], 64);
        ck_assert(at && other);
        ck_assert_uint_eq((uintptr_t)at % 64, 0);
        memset(at, 1, size[k]);
        memset(other, 2, size[k]);
        ck_assert(at[0] == 1 && at[size[k] - 1] == 1);
        h.release(NULL, at, size[k], 64);
        ck_assert(other[0] == 2 && other[size[k] - 1] == 2);
        h.release(NULL, other, size[k], 64);
    }
    ck_assert_ptr_null(h.alloc(NULL, SIZE_MAX - 100, 64));
}
END_TEST

START_TEST(the_store_keeps_transactions)
{
    static const uint8_t kinds[] = "startstop";
    static const int64_t off[] = { 0, 5, 9 }, stamp[] = { 1, 2 };
    char path[256];
    c12io_store *s;
    int64_t n;
    c12io_texts kind = { (uint32_t)sizeof kind, 2, kinds, off };
    const c12io_cells cells[] = { { "stamp_ms", stamp, NULL, NULL }, { "kind", NULL, NULL, &kind }, { "subject", NULL, NULL, &kind } };
    const c12io_cells wrong[] = { { "colour", stamp, NULL, NULL } };
    snprintf(path, sizeof path, "%s/store.db", folder);
    ck_assert_int_eq(c12io_store_open(&s, path, NULL), C12_OK);
    ck_assert_int_eq(c12io_store_version(s), 3);
    ck_assert_int_eq(c12io_store_begin(s, NULL), C12_OK);
    ck_assert_int_eq(c12io_store_put(s, "events", 2, cells, 3, NULL), C12_OK);
    c12io_store_rollback(s);
    ck_assert_int_eq(c12io_store_count(s, "events", &n, NULL), C12_OK);
    ck_assert_int_eq(n, 0);
    ck_assert_int_eq(c12io_store_begin(s, NULL), C12_OK);
    ck_assert_int_eq(c12io_store_put(s, "events", 2, cells, 3, NULL), C12_OK);
    ck_assert_int_eq(c12io_store_commit(s, NULL), C12_OK);
    ck_assert_int_eq(c12io_store_put(s, "events", 1, wrong, 1, NULL), C12_E_ARG);
    ck_assert_int_eq(c12io_store_put(s, "events; drop table events", 1, cells, 1, NULL), C12_E_ARG);
    c12io_store_close(s);
    ck_assert_int_eq(c12io_store_open(&s, path, NULL), C12_OK);
    ck_assert_int_eq(c12io_store_count(s, "events", &n, NULL), C12_OK);
    ck_assert_int_eq(n, 2);
    c12io_store_close(s);
}
END_TEST

START_TEST(plant_cells_are_exact)
{
    c12io_plant *p = NULL;
    char text[2048] = "";
    c12_error e = C12_INIT(c12_error);
    e.text = text;
    e.text_cap = sizeof text;
    put_file("items.csv", "item,type,scale,on_hand,own_cost\nA,make,1,3,0.000001\nB,buy,1000,2.125,1\n");
    put_file("bom.csv", "parent,child,num,den,alternate,priority\nA,B,3,2,x,2\nA,B,5,2,x,1\n");
    ck_assert_int_eq(c12io_plant_load(&p, folder, &e), C12_OK);
    ck_assert_int_eq(p->on_hand[1], 2125);
    ck_assert_int_eq(p->own_cost[0], 1);
    ck_assert_int_eq(p->n_lines, 1);
    ck_assert_int_eq(p->line_num[0], 5);
    ck_assert_int_eq(p->line_bill[0], 1);
    ck_assert_int_eq(p->n_bill_lines, 2);
    ck_assert(p->bill_group[0] == 0 && p->bill_group[1] == 0 && p->bill_priority[0] == 2 && !p->bill_share_ppm && !p->bill_refs);
    ck_assert_int_eq(c12io_texts_find(p->item_code, "B"), 1);
    c12io_plant_free(p);
    put_file("items.csv", "item,type,on_hand\nA,make,1.5\nA,robot,9223372036854775808\n");
    ck_assert_int_ne(c12io_plant_load(&p, folder, &e), C12_OK);
    ck_assert_ptr_nonnull(strstr(text, "items.csv:2:on_hand"));
    ck_assert_ptr_nonnull(strstr(text, "items.csv:3:item: 'A' stands twice"));
    ck_assert_ptr_nonnull(strstr(text, "items.csv:3:type"));
    ck_assert_ptr_nonnull(strstr(text, "overflows 64 bits"));
}
END_TEST

/* ---- a plant as JSON --------------------------------------------------------------------------------------------------------- */

static const char shop_text[] =
    "{\"n_machines\":3,\"families\":2,\"stations\":[{\"machines\":[0,1],\"setup\":[[0,5],[7,0]]},{\"machines\":[2],\"setup\":[[0,1],[2,0]]}],"
    "\"orders\":[{\"family\":1,\"release\":10,\"material\":30,\"due\":400,\"weight\":2,\"ops\":[{\"station\":0,\"machines\":[0,1],\"minutes\":60},{\"station\":1,\"machines\":[2],\"minutes\":20}]},"
    "{\"ops\":[{\"station\":1,\"machines\":[2],\"minutes\":5}]}],"
    "\"calendar\":{\"windows\":[[100,200],[200,300],[350,500]],\"downtime\":[[2,290,80],[1,120,10]]}}";

static c12_view view_of(const char *text)
{
    c12_view v = { (const uint8_t *)text, strlen(text) };
    return v;
}

START_TEST(a_plant_becomes_columns)
{
    static const int64_t op_off[] = { 0, 2, 3 }, mode_off[] = { 0, 2, 3, 4 }, ticks[] = { 60, 60, 20, 5 }, break_off[] = { 0, 2, 5, 7 };
    static const int64_t from[] = { 0, 300, 0, 120, 300, 0, 290 }, to[] = { 100, 350, 100, 130, 350, 100, 370 };
    static const int32_t machine[] = { 0, 1, 2, 2 }, family[] = { 1, 3, 2 };
    static const int64_t setup[] = { 0, 5, 0, 0, 7, 0, 0, 0, 0, 0, 0, 1, 0, 0, 2, 0 };
    c12io_shop *s = NULL;
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12io_shop_read(&s, view_of(shop_text), "p.json", &e), C12_OK);
    const c12_sched_problem *p = c12io_shop_problem(s);
    const c12_sched_dims *d = c12io_shop_dims(s);
    ck_assert(d->jobs == 2 && d->ops == 3 && d->modes == 4 && d->breaks == 7 && d->families == 4 && d->machines == 3);
    ck_assert_mem_eq(p->op_off, op_off, sizeof op_off);
    ck_assert_mem_eq(p->mode_off, mode_off, sizeof mode_off);
    ck_assert_mem_eq(p->mode_machine, machine, sizeof machine);
    ck_assert_mem_eq(p->mode_ticks, ticks, sizeof ticks);
    ck_assert_mem_eq(p->op_family, family, sizeof family);
    ck_assert_mem_eq(p->setup, setup, sizeof setup);
    ck_assert_mem_eq(p->break_off, break_off, sizeof break_off);
    ck_assert_mem_eq(p->break_from, from, sizeof from);
    ck_assert_mem_eq(p->break_to, to, sizeof to);
    ck_assert(p->job_release[0] == 30 && p->job_due[0] == 400 && p->job_weight[0] == 2);
    ck_assert(p->job_release[1] == 0 && p->job_due[1] == -1 && p->job_weight[1] == 1);
    c12io_shop_free(s);
    c12io_shop_free(NULL);
}
END_TEST

/* One word of the plant replaced: the place is named, and nothing comes back. */
START_TEST(plants_name_their_faults)
{
    static const struct { const char *old, *new, *said; } bad[] = {
        { "\"minutes\":60", "\"minutes\":-1", "p.json: orders[0].ops[0].minutes:" }, { "\"minutes\":20", "\"minutes\":2.5", "p.json: orders[0].ops[1].minutes:" },
        { "\"station\":1,", "\"station\":2,", "p.json: orders[0].ops[1].station:" }, { "[0,1],\"minutes\"", "[0,2],\"minutes\"", "p.json: orders[0].ops[0].machines: names a machine of another station" },
        { "[0,1],\"minutes\"", "[],\"minutes\"", "p.json: orders[0].ops[0].machines: is empty" }, { "[7,0]", "[7]", "p.json: stations[0].setup:" },
        { "\"family\":1", "\"family\":2", "p.json: orders[0].family:" }, { "\"n_machines\":3,", "", "p.json: n_machines: is missing" }, { "[200,300]", "[150,300]", "p.json: calendar.windows[1].0:" },
        { "[2,290,80]", "[3,290,80]", "p.json: calendar.downtime[0].0:" }, { "\"orders\":[", "\"orders\":7,\"x\":[", "p.json: orders: is not an array" }, { "400", "9223372036854775808", "p.json:1:" },
        { "}}", "}", "p.json:1:" }, { "\"weight\":2", "\"weight\":2,\"weight\":3", "p.json:1:" }, { "\"ops\":[{\"station\":1,", "\"opz\":[{\"station\":1,", "p.json: orders[1].ops: is not an array" },
    };
    char text[1024], faults[1024] = "";
    c12io_shop *s = NULL;
    c12_error e = C12_INIT(c12_error);
    const char *at = strstr(shop_text, bad[_i].old);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - shop_text), shop_text, bad[_i].new, at + strlen(bad[_i].old));
    e.text = faults;
    e.text_cap = sizeof faults;
    ck_assert_int_eq(c12io_shop_read(&s, view_of(text), "p.json", &e), C12_E_FORMAT);
    ck_assert_ptr_null(s);
    ck_assert_msg(strstr(faults, bad[_i].said) && strchr(faults, ';'), "%s", faults);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("io");
    TCase *t = tcase_create("all");
    tcase_add_checked_fixture(t, make_folder, drop_folder);
    tcase_add_test(t, tables_as_rfc_4180);
    tcase_add_test(t, bad_tables_name_line_and_mend);
    tcase_add_test(t, every_cut_of_a_table_is_safe);
    tcase_add_test(t, a_file_appears_whole_or_not_at_all);
    tcase_add_test(t, configuration_and_days);
    tcase_add_test(t, a_pool_runs_every_task_once);
    tcase_add_test(t, lent_memory_is_whole_and_aligned);
    tcase_add_test(t, the_store_keeps_transactions);
    tcase_add_test(t, plant_cells_are_exact);
    tcase_add_test(t, a_plant_becomes_columns);
    tcase_add_loop_test(t, plants_name_their_faults, 0, 15);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
