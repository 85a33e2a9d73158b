/* SPDX-License-Identifier: Apache-2.0 */
/* Aggregates of telemetry files against a plain loop over the rows. */
#include "ts_files.h"

enum { ROBOTS = 5, ROWS = 3000, GROUPS = 40000 };
static const char *const robot_name[ROBOTS] = { "r3", "r1", "a", "r10", "" };

typedef struct row { int64_t time, v[2]; int robot, raw; } row;

static char path[64];
static row rows[ROWS];

static void setup(void) { snprintf(path, sizeof path, "/tmp/c12-test-tsq-%d", getpid()); }
static void teardown(void) { unlink(path); }

static const int32_t ids[4] = { 1, 2, 3, 4 }, kinds[4] = { C12_TLM_TEXT, C12_TLM_TIME, C12_TLM_DECIMAL, C12_TLM_INTEGER }, places[4] = { 0, 3, 1, 0 };
static const int64_t off[5] = { 0, 1, 2, 3, 4 };
static const c12_tlm_schema schema = { .struct_size = sizeof schema, .n_fields = 4, .id = 9, .time_field = 1, .field_id = ids, .kind = kinds, .decimals = places,
                                       .path_off = off, .path = (const uint8_t *)"rtvn" };

/* mode 0: steady, minutes; 1: late rows over days, values at the limits, raw rows, two scales. */
static void make_rows(int mode)
{
    for (int i = 0; i < ROWS; i++) {
        row *r = &rows[i];
        r->robot = mode ? (int)draw(ROBOTS) : i % ROBOTS;
        r->time = mode ? draw(4 * 86400000) - 86400000 + (i > ROWS / 2 ? 0 : draw(1000)) : 3599000 + i / ROBOTS * 100;
        if (mode && !draw(5)) r->time = draw(4) * 43200000; /* many of one moment */
        r->v[0] = mode ? (draw(2) ? 1 : -1) * draw(INT64_C(1) << 40) : 200 + draw(50);
        r->v[1] = mode && !draw(9) ? (draw(2) ? INT64_MAX - draw(9) : INT64_MIN + draw(9)) : draw(2000) - 1000;
        r->raw = mode && !draw(11);
    }
}

static void write_rows(int mode, const c12io_ts_options *o)
{
    static uint8_t memory[1 << 20];
    c12_mem m = { memory, sizeof memory };
    c12_tlm_batch b;
    c12io_ts *t;
    ck_assert_int_eq(c12io_ts_create(&t, path, &schema, o, NULL, NULL), C12_OK);
    fresh_batch(&b, &schema, m, 500, 8, 20000);
    for (int from = 0; from < ROWS; from += 500) {
        ck_assert_int_eq(c12_tlm_batch_reset(&b, &schema, NULL), C12_OK);
        if (mode) b.scale[2] = 1 + from / 500 % 3;
        for (int i = 0; i < 500; i++) {
            const row *r = &rows[from + i];
            b.value[i] = code_of(&b, robot_name[r->robot]);
            b.value[b.cap + i] = r->time;
            b.value[2 * b.cap + i] = r->raw ? 0 : r->v[0];
            b.value[3 * b.cap + i] = r->raw ? 0 : r->v[1];
            b.raw_at[i] = -1;
            if (r->raw) set_raw(&b, i, "{}");
        }
        b.n = 500;
        ck_assert_int_eq(c12io_ts_append(t, &b, NULL), C12_OK);
        if (mode) ck_assert_int_eq(c12io_ts_flush(t, NULL), C12_OK);
    }
    ck_assert_int_eq(c12io_ts_close(t, NULL), C12_OK);
    for (int i = 0; mode && i < ROWS; i++) /* the file's one scale is 3 */
        for (int k = 1 + i / 500 % 3; k < 3; k++) rows[i].v[0] *= 10;
}

/* ---- the plain loop ------------------------------------------------------------------------------------------------------- */

typedef struct sum { int64_t high; uint64_t low; } sum;

static void add(sum *s, int64_t v)
{
    uint64_t low = s->low + (uint64_t)v;
    s->high += (v < 0 ? -1 : 0) + (low < s->low);
    s->low = low;
}

static int64_t floor_to(int64_t t, int64_t w) { int64_t q = t / w; return (q * w > t ? q - 1 : q) * w; }

static int group_order(const row *a, int64_t a_start, const row *b, int64_t b_start, int together)
{
    int c = together ? 0 : strcmp(robot_name[a->robot], robot_name[b->robot]);
    return c ? c : a_start < b_start ? -1 : a_start > b_start;
}

static c12io_ts_question ask;
static int compare_with;

static int row_order(const void *x, const void *y)
{
    const row *a = &rows[*(const int *)x], *b = &rows[*(const int *)y];
    int c = group_order(a, ask.bucket ? floor_to(a->time, ask.bucket) : 0, b, ask.bucket ? floor_to(b->time, ask.bucket) : 0, ask.together);
    if (c) return c;
    if (a->time != b->time) return a->time < b->time ? -1 : 1;
    return *(const int *)x - *(const int *)y;
}

static int64_t big[8][2 * GROUPS];
static uint64_t low_sum[2 * GROUPS];
static int32_t who[GROUPS], scale[2];
static c12io_ts_answer answer = { .struct_size = sizeof answer, .cap = GROUPS, .robot = who, .start = big[0], .count = big[1], .min = big[2], .max = big[3],
                                  .first = big[4], .last = big[5], .sum_high = big[6], .sum_low = low_sum, .scale = scale };

static void check_group(c12io_ts *t, const int *list, int n, int64_t g)
{
    const row *r = &rows[list[0]];
    c12_view name;
    ck_assert_int_lt(g, answer.n);
    ck_assert_int_eq(answer.count[g], n);
    ck_assert_int_eq(answer.start[g], ask.bucket ? floor_to(r->time, ask.bucket) : ask.from || ask.to ? ask.from : INT64_MIN);
    if (ask.together) ck_assert_int_eq(who[g], -1);
    else {
        ck_assert_int_eq(c12io_ts_robot_name(t, who[g], &name, NULL), C12_OK);
        ck_assert(name.size == strlen(robot_name[r->robot]) && !memcmp(name.ptr, robot_name[r->robot], name.size));
    }
    for (int k = 0; k < ask.n_fields; k++) {
        int f = ask.field[k] - 2;
        int64_t at = k * answer.cap + g, min = r->v[f], max = min;
        sum s = { 0, 0 };
        for (int i = 0; i < n; i++) {
            int64_t v = rows[list[i]].v[f];
            if (v < min) min = v;
            if (v > max) max = v;
            add(&s, v);
        }
        ck_assert(answer.min[at] == min && answer.max[at] == max && answer.sum_high[at] == s.high && answer.sum_low[at] == s.low);
        if (compare_with) ck_assert(answer.first[at] == r->v[f] && answer.last[at] == rows[list[n - 1]].v[f]);
    }
}

static void check_question(c12io_ts *t)
{
    static int list[ROWS];
    int n = 0, groups = 0;
    for (int i = 0; i < ROWS; i++) {
        const row *r = &rows[i];
        if (r->raw || ((ask.from || ask.to) && (r->time < ask.from || r->time >= ask.to))) continue;
        if (ask.robot && (strlen(robot_name[r->robot]) != (size_t)ask.robot_size || memcmp(robot_name[r->robot], ask.robot, (size_t)ask.robot_size))) continue;
        list[n++] = i;
    }
    qsort(list, (size_t)n, sizeof *list, row_order);
    char text[256] = "";
    c12_error e = C12_INIT(c12_error);
    e.text = text;
    e.text_cap = sizeof text;
    ck_assert_msg(c12io_ts_query(t, &ask, &answer, &e) == C12_OK, "%s", text);
    for (int from = 0, to; from < n; from = to, groups++) {
        const row *a = &rows[list[from]];
        for (to = from; to < n; to++) {
            const row *b = &rows[list[to]];
            if (group_order(a, ask.bucket ? floor_to(a->time, ask.bucket) : 0, b, ask.bucket ? floor_to(b->time, ask.bucket) : 0, ask.together)) break;
        }
        check_group(t, list + from, to - from, groups);
    }
    ck_assert_int_eq(answer.n, groups);
}

static void ask_many(c12io_ts *t, int mode, int times)
{
    static const int64_t width[] = { 0, 1000, 10000, 60000, 3600000, 86400000, 777, 5000000 };
    static const int32_t fields[3][2] = { { 2, 3 }, { 3, 2 }, { 3, 3 } };
    int64_t low = mode ? -86400000 : 3599000, span = mode ? 4 * 86400000 : 60000;
    for (int i = 0; i < times; i++) {
        const char *robot = robot_name[draw(ROBOTS)];
        memset(&ask, 0, sizeof ask);
        ask.struct_size = sizeof ask;
        ask.n_fields = (int32_t)draw(3);
        ask.field = fields[draw(3)];
        ask.bucket = width[draw(mode ? 6 : 8)];
        if (mode && ask.bucket && ask.bucket < 60000) ask.bucket *= 100;
        if (draw(4)) {
            ask.from = draw(3) ? low + draw(span) : floor_to(low + draw(span), 3600000);
            ask.to = ask.from + (draw(3) ? draw(span) : draw(5) * 3600000);
        }
        if (draw(2)) { ask.robot = (const uint8_t *)robot; ask.robot_size = (int64_t)strlen(robot); }
        ask.together = (int32_t)draw(2);
        compare_with = !ask.together; /* of equal times of several robots the file's order of blocks decides */
        check_question(t);
    }
}

START_TEST(groups_equal_a_plain_loop)
{
    for (int mode = 0; mode < 2; mode++)
        for (int small = 0; small < 2; small++) {
            c12io_ts_options o = C12_INIT(c12io_ts_options);
            c12io_ts *t;
            draw_state = 5 + (uint64_t)(2 * mode + small);
            if (small) { o.block_rows = 7; o.pool_rows = 100; }
            else o.block_rows = 64;
            make_rows(mode);
            write_rows(mode, &o);
            for (int again = 0; again < 2; again++) {
                ck_assert_int_eq(c12io_ts_open(&t, path, NULL, NULL), C12_OK);
                ask_many(t, mode, 150);
                ck_assert_int_eq(c12io_ts_verify(t, NULL), C12_OK);
                ck_assert_int_eq(scale[0] == 3 || scale[1] == 3 || !mode || !ask.n_fields || ask.field[0] == ask.field[1], 1);
                c12io_ts_destroy(t);
            }
        }
}
END_TEST

START_TEST(questions_are_checked)
{
    int32_t fields[2] = { 2, 0 };
    c12_error e = C12_INIT(c12_error);
    c12io_ts *t;
    draw_state = 1;
    make_rows(0);
    write_rows(0, NULL);
    ck_assert_int_eq(c12io_ts_open(&t, path, NULL, NULL), C12_OK);
    memset(&ask, 0, sizeof ask);
    ask.struct_size = sizeof ask;
    ask.field = fields;
    ask.n_fields = 2;
    ck_assert_int_eq(c12io_ts_query(t, &ask, &answer, &e), C12_E_ARG);
    ck_assert_int_eq(e.row, 1);
    ask.n_fields = 1;
    ask.from = 5;
    ask.to = 4;
    ck_assert_int_eq(c12io_ts_query(t, &ask, &answer, &e), C12_E_ARG);
    ask.from = ask.to = 0;
    ask.bucket = -1;
    ck_assert_int_eq(c12io_ts_query(t, &ask, &answer, &e), C12_E_ARG);
    ask.bucket = 1000;
    answer.cap = 7;
    e.count = 0;
    ck_assert_int_eq(c12io_ts_query(t, &ask, &answer, &e), C12_E_SPACE);
    ck_assert(answer.n > 7 && e.value == answer.n);
    answer.cap = GROUPS;
    ask.robot = (const uint8_t *)"nobody";
    ask.robot_size = 6;
    ck_assert_int_eq(c12io_ts_query(t, &ask, &answer, NULL), C12_OK);
    ck_assert_int_eq(answer.n, 0);
    c12io_ts_destroy(t);
    draw_state = 2;
    make_rows(1);
    write_rows(1, NULL);
    ck_assert_int_eq(c12io_ts_open(&t, path, NULL, NULL), C12_OK);
    ask.robot = NULL;
    ask.bucket = 1;
    ck_assert_int_eq(c12io_ts_query(t, &ask, &answer, &e), C12_E_RANGE);
    c12io_ts_destroy(t);
}
END_TEST

/* The last row of each robot, robots by their names. */
START_TEST(latest_rows_are_the_last_ones)
{
    static uint8_t memory[1 << 16];
    c12_mem m = { memory, sizeof memory };
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 8, .rows = 20, .raw_bytes = 100, .text_bytes = 64 };
    c12_tlm_batch b = C12_INIT(c12_tlm_batch);
    c12io_ts_options o = { .struct_size = sizeof o, .block_rows = 9, .pool_rows = 100 };
    c12io_ts *t;
    int64_t got;
    draw_state = 3;
    make_rows(1);
    write_rows(1, &o);
    ck_assert_int_eq(c12_tlm_batch_init(&b, m, &schema, &d, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_open(&t, path, NULL, NULL), C12_OK);
    for (int again = 0; again < 3; again++) {
        ck_assert_int_eq(c12_tlm_batch_reset(&b, &schema, NULL), C12_OK);
        ck_assert_int_eq(c12io_ts_latest(t, &b, &got, NULL), C12_OK);
        ck_assert(got == ROBOTS && b.n == ROBOTS);
        int at = 0;
        const int sorted[ROBOTS] = { 4, 2, 1, 3, 0 };
        for (; at < ROBOTS; at++) {
            const row *last = NULL;
            for (int i = 0; i < ROWS; i++)
                if (rows[i].robot == sorted[at] && (!last || rows[i].time >= last->time)) last = &rows[i];
            ck_assert_int_eq(b.value[b.cap + at], last->time);
            ck_assert_int_eq(b.raw_at[at] >= 0, last->raw);
            if (!last->raw) ck_assert_int_eq(b.value[3 * b.cap + at], last->v[1]);
        }
    }
    c12io_ts_destroy(t);
}
END_TEST

/* Names of many robots that stand still are most of what the index has of them, and pressed there. */
START_TEST(latest_rows_may_have_pressed_names)
{
    enum { WHO = 300 };
    static uint8_t memory[1 << 20];
    c12_mem m = { memory, sizeof memory };
    char from[sizeof path + 8], name[32];
    c12_tlm_batch b = C12_INIT(c12_tlm_batch);
    c12_tlm_schema record = C12_INIT(c12_tlm_schema);
    c12io_ts_info info = C12_INIT(c12io_ts_info);
    c12io_ts *t;
    int64_t got;
    ck_assert_int_eq(c12_tlm_builtin(&record, NULL), C12_OK);
    snprintf(from, sizeof from, "%s.jsonl", path);
    FILE *f = fopen(from, "w");
    ck_assert_ptr_nonnull(f);
    for (int i = 0; i < WHO; i++) fprintf(f, "{\"robot_id\":\"Robot-of-hall-2-%03d\",\"timestamp\":\"2025-10-24T14:00:00Z\",\"battery_level\":80}\n", i);
    fclose(f);
    ck_assert_int_eq(c12io_ts_pack(from, path, NULL, NULL, &info, NULL), C12_OK);
    fresh_batch(&b, &record, m, WHO, WHO + 1, 1 << 16);
    ck_assert_int_eq(c12io_ts_open(&t, path, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_latest(t, &b, &got, NULL), C12_OK);
    ck_assert_int_eq(got, WHO);
    for (int i = 0; i < WHO; i++) {
        snprintf(name, sizeof name, "Robot-of-hall-2-%03d", i);
        ck_assert_int_eq(b.value[i], code_of(&b, name));
    }
    ck_assert_int_eq(c12io_ts_verify(t, NULL), C12_OK);
    c12io_ts_destroy(t);
    remove(from);
}
END_TEST

/* Raw lines that are like each other take fewer bytes in the index than in the batch that reads it. */
START_TEST(latest_rows_may_be_packed_lines)
{
    enum { LINES = 60, WHO = 3 };
    static uint8_t memory[1 << 20];
    c12_mem m = { memory, sizeof memory };
    char from[sizeof path + 8], want[WHO][512];
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 64, .rows = WHO, .raw_bytes = 4096, .text_bytes = 4096 };
    c12_tlm_batch b = C12_INIT(c12_tlm_batch);
    c12_tlm_schema record = C12_INIT(c12_tlm_schema);
    c12io_ts_info info = C12_INIT(c12io_ts_info);
    c12io_ts *t;
    int64_t got;
    ck_assert_int_eq(c12_tlm_builtin(&record, NULL), C12_OK);
    snprintf(from, sizeof from, "%s.jsonl", path);
    FILE *f = fopen(from, "w");
    ck_assert_ptr_nonnull(f);
    for (int i = 0; i < LINES; i++) {
        snprintf(want[i % WHO], sizeof want[0], "{\"robot_id\":\"G1-%03d\",\"timestamp\":\"2025-10-24T14:00:%02dZ\",\"a word nobody declared\":\"%0300d\"}", i % WHO, i, 7);
        fprintf(f, "%s\n", want[i % WHO]);
    }
    fclose(f);
    ck_assert_int_eq(c12io_ts_pack(from, path, NULL, NULL, &info, NULL), C12_OK);
    ck_assert_int_eq(c12_tlm_batch_init(&b, m, &record, &d, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_open(&t, path, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_latest(t, &b, &got, NULL), C12_OK);
    ck_assert_int_eq(got, WHO);
    for (int i = 0; i < WHO; i++) {
        ck_assert_int_eq(b.raw_len[i], (int)strlen(want[i]));
        ck_assert_mem_eq(b.raw + b.raw_at[i], want[i], strlen(want[i]));
    }
    ck_assert_int_eq(c12io_ts_verify(t, NULL), C12_OK);
    c12io_ts_destroy(t);
    remove(from);
}
END_TEST

/* A file of version 1, whose zones are worked out from its blocks. */
START_TEST(files_of_version_1_answer_too)
{
    int32_t fields[1] = { -1 };
    int64_t at[8] = { 0 };
    uint64_t at_low[1];
    c12io_ts_answer a = { .struct_size = sizeof a, .cap = 1, .count = &at[0], .min = &at[1], .max = &at[2], .sum_high = &at[3], .sum_low = at_low };
    c12_tlm_schema s = C12_INIT(c12_tlm_schema);
    c12io_ts *t;
    ck_assert_int_eq(c12io_ts_open(&t, "tests/data/telemetry-1.c12t", NULL, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_verify(t, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_schema(t, &s, NULL), C12_OK);
    for (int32_t f = 0; f < s.n_fields; f++)
        if (s.path_off[f + 1] - s.path_off[f] == 13 && !memcmp(s.path + s.path_off[f], "battery_level", 13)) fields[0] = f;
    memset(&ask, 0, sizeof ask);
    ask.struct_size = sizeof ask;
    ask.field = fields;
    ask.n_fields = 1;
    ask.together = 1;
    ck_assert_int_eq(c12io_ts_query(t, &ask, &a, NULL), C12_OK);
    ck_assert(a.n == 1 && at[0] == 40 && at[1] <= at[2] && at[3] == 0 && at_low[0] >= 40 * (uint64_t)at[1] && at_low[0] <= 40 * (uint64_t)at[2]);
    c12io_ts_destroy(t);
}
END_TEST

/* Points of a robot's column: rows of it all, in order, with its extremes; means of equal runs. */
START_TEST(few_points_stand_for_many)
{
    static const int32_t field[1] = { 2 };
    int64_t time[64], value[64], want[ROWS];
    c12io_ts_points p = { .struct_size = sizeof p, .time = time, .value = value };
    c12io_ts_options o = { .struct_size = sizeof o, .block_rows = 40 };
    c12io_ts *t;
    int n = 0;
    draw_state = 11;
    make_rows(0);
    write_rows(0, &o);
    for (int i = 0; i < ROWS; i++)
        if (rows[i].robot == 1) want[n++] = rows[i].v[0]; /* "r1", 100 ms apart */
    ck_assert_int_eq(c12io_ts_open(&t, path, NULL, NULL), C12_OK);
    memset(&ask, 0, sizeof ask);
    ask.struct_size = sizeof ask;
    ask.n_fields = 1;
    ask.field = field;
    ask.robot = (const uint8_t *)"r1";
    ask.robot_size = 2;
    for (p.cap = 3; p.cap <= 64; p.cap += 7)
        for (int32_t method = C12IO_TS_LTTB; method <= C12IO_TS_MEAN; method++) {
            ck_assert_int_eq(c12io_ts_downsample(t, &ask, method, &p, NULL), C12_OK);
            ck_assert(p.n <= p.cap && p.n >= p.cap / 2 && p.scale == 1);
            int64_t low = INT64_MAX, high = INT64_MIN, all_low = INT64_MAX, all_high = INT64_MIN;
            for (int64_t i = 0; i < p.n; i++) {
                ck_assert(!i || time[i] > time[i - 1]);
                int64_t at = (time[i] - 3599000) / 100;
                ck_assert(at >= 0 && at < n);
                if (method != C12IO_TS_MEAN) ck_assert_int_eq(value[i], want[at]);
                if (value[i] < low) low = value[i];
                if (value[i] > high) high = value[i];
            }
            for (int i = 0; i < n; i++) {
                if (want[i] < all_low) all_low = want[i];
                if (want[i] > all_high) all_high = want[i];
            }
            if (method == C12IO_TS_LTTB) ck_assert(p.n == p.cap && value[0] == want[0] && value[p.n - 1] == want[n - 1]);
            if (method == C12IO_TS_MINMAX && p.cap > 3) ck_assert(low == all_low && high == all_high);
            for (int64_t k = 0; method == C12IO_TS_MEAN && k < p.cap; k++) {
                int64_t from = n / p.cap * k + n % p.cap * k / p.cap, to = n / p.cap * (k + 1) + n % p.cap * (k + 1) / p.cap, total = 0;
                for (int64_t i = from; i < to; i++) total += want[i];
                int64_t twice = 2 * (value[k] * (to - from) - total);
                ck_assert(p.n == p.cap && twice <= to - from && -twice <= to - from);
            }
        }
    p.cap = 64; /* no more rows than points: all of them */
    ask.from = 3599000;
    ask.to = 3599000 + 5000;
    ck_assert_int_eq(c12io_ts_downsample(t, &ask, C12IO_TS_LTTB, &p, NULL), C12_OK);
    ck_assert_int_eq(p.n, 50);
    for (int i = 0; i < 50; i++) ck_assert_int_eq(value[i], want[i]);
    p.cap = 2;
    ck_assert_int_eq(c12io_ts_downsample(t, &ask, C12IO_TS_LTTB, &p, NULL), C12_E_ARG);
    c12io_ts_destroy(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("io-ts-query");
    TCase *c = tcase_create("all");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, groups_equal_a_plain_loop);
    tcase_add_test(c, questions_are_checked);
    tcase_add_test(c, latest_rows_are_the_last_ones);
    tcase_add_test(c, latest_rows_may_be_packed_lines);
    tcase_add_test(c, latest_rows_may_have_pressed_names);
    tcase_add_test(c, files_of_version_1_answer_too);
    tcase_add_test(c, few_points_stand_for_many);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
