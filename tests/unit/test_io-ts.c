/* SPDX-License-Identifier: Apache-2.0 */
#include "rounds.h"
#include "ts_files.h"

static char name[4][64]; /* in, packed, out, other */

static void setup(void)
{
    for (int i = 0; i < 4; i++) snprintf(name[i], sizeof name[i], "/tmp/c12-test-ts-%d-%d", getpid(), i);
}

static void teardown(void) { for (int i = 0; i < 4; i++) unlink(name[i]); }

/* ---- a day of robots, written here -------------------------------------------------------------------------------------- */

typedef struct row { int64_t ms; int robot, at; char *text; } row;

/* mode 0: one decimal; 1: up to nine decimals; 2: every third line odd in some way. */
static size_t record(char *to, size_t cap, int robot, int64_t ms, int mode)
{
    static const char *const odd[] = { "-0.0", "1e-05", "null", "7", "12.30", "123456789012345678901234567890.1" };
    char x[40];
    int n = 0;
    if (mode == 2 && draw(3) == 0) {
        n = snprintf(to, cap, "%s{\"timestamp\":\"1970-01-%02dT%02d:%02d:%02d.%03dZ\",%s\"robot_id\":\"G1-%03d\"%s}\n", draw(2) ? " " : "",
                     (int)(1 + ms / 86400000), (int)(ms / 3600000 % 24), (int)(ms / 60000 % 60), (int)(ms / 1000 % 60), (int)(ms % 1000),
                     draw(2) ? "\"e\":[1,{\"a\":\"\\u00e9\\\"\"}]," : "", robot, draw(2) ? " " : "");
        return (size_t)n;
    }
    if (mode == 2 && draw(3) == 0) snprintf(x, sizeof x, "%s", odd[draw(6)]);
    else if (mode) snprintf(x, sizeof x, "%s%d.%07d%d", draw(2) ? "-" : "", (int)draw(60), (int)draw(10000000), 1 + (int)draw(9));
    else snprintf(x, sizeof x, "%d.%d", (int)(20 + draw(3)), (int)draw(10));
    n = snprintf(to, cap,
        "{\"robot_id\":\"G1-%03d\",\"timestamp\":\"1970-01-%02dT%02d:%02d:%02d.%03dZ\",\"position\":{\"x\":%s,\"y\":45.%d,\"z\":0.2},"
        "\"velocity\":{\"vx\":0.%d,\"vy\":0.0,\"vz\":-0.%d},\"battery_level\":67.%d,\"current_task\":{\"task_id\":\"WO-%d-ST2\",\"station\":\"Station_2\","
        "\"unit_id\":\"HUM-2025-001847\",\"progress\":42.%d,\"estimated_completion\":\"2025-10-24T15:14:0%dZ\"},"
        "\"actuator_status\":{\"hip_left\":{\"temp\":42.1,\"torque\":2%d.4,\"status\":\"OK\"},\"hip_right\":{\"temp\":41.8,\"torque\":22.9,\"status\":\"OK\"},"
        "\"knee_left\":{\"temp\":38.6,\"torque\":18.2,\"status\":\"%s\"},\"knee_right\":{\"temp\":39.1,\"torque\":18.7,\"status\":\"OK\"},"
        "\"shoulder_left\":{\"temp\":35.2,\"torque\":12.3,\"status\":\"OK\"},\"shoulder_right\":{\"temp\":36.4,\"torque\":13.1,\"status\":\"OK\"}},"
        "\"diagnostics\":{\"cpu_usage\":47.2,\"memory_usage\":62.8,\"network_latency\":%d,\"camera_status\":[\"OK\",\"OK\",\"OK\",\"OK\"],"
        "\"error_log\":%s}}\n",
        robot, (int)(1 + ms / 86400000), (int)(ms / 3600000 % 24), (int)(ms / 60000 % 60), (int)(ms / 1000 % 60), (int)(ms % 1000), x, (int)draw(10),
        (int)draw(10), (int)(1 + draw(9)), (int)draw(10), (int)(5000 + draw(4)), (int)draw(10), (int)draw(10), (int)draw(10), draw(50) ? "OK" : "WARN",
        (int)(8 + draw(9)), draw(40) ? "[]" : "[\"E210 lidar dropout\"]");
    return (size_t)n;
}

static int by_time(const void *a, const void *b)
{
    const row *x = a, *y = b;
    if (x->ms != y->ms) return x->ms < y->ms ? -1 : 1;
    if (x->robot != y->robot) return x->robot < y->robot ? -1 : 1;
    return x->at - y->at;
}

/* n lines of 7 robots; jitter 0: in (time, robot) order.  Both texts are malloced: as written, and sorted. */
static void make_lines(int n, int mode, int64_t jitter, c12_mem *plain, c12_mem *sorted)
{
    row *r = malloc((size_t)n * sizeof *r);
    size_t total = 0, at = 0;
    draw_state = 42 + (uint64_t)mode;
    for (int i = 0; i < n; i++) {
        char text[4096];
        r[i].robot = i % 7;
        r[i].ms = 1000 + (i / 7) * 100 + (jitter ? draw(jitter) : 0);
        r[i].at = i;
        size_t len = record(text, sizeof text, r[i].robot, r[i].ms, mode);
        r[i].text = malloc(len + 1);
        memcpy(r[i].text, text, len + 1);
        total += len;
    }
    plain->size = sorted->size = total;
    plain->ptr = malloc(total);
    sorted->ptr = malloc(total);
    for (int i = 0; i < n; at += strlen(r[i++].text)) memcpy((char *)plain->ptr + at, r[i].text, strlen(r[i].text));
    qsort(r, (size_t)n, sizeof *r, by_time);
    at = 0;
    for (int i = 0; i < n; at += strlen(r[i++].text)) memcpy((char *)sorted->ptr + at, r[i].text, strlen(r[i].text));
    for (int i = 0; i < n; i++) free(r[i].text);
    free(r);
}

static void must_pack(const c12io_ts_options *o, c12io_ts_info *info)
{
    char text[512] = "";
    c12_error e = C12_INIT(c12_error);
    e.text = text;
    e.text_cap = sizeof text;
    ck_assert_msg(c12io_ts_pack(name[0], name[1], o, NULL, info, &e) == C12_OK, "%s", text);
}

static void must_equal(const c12io_ts_range *range, const c12_mem *want)
{
    char text[512] = "";
    c12_error e = C12_INIT(c12_error);
    e.text = text;
    e.text_cap = sizeof text;
    ck_assert_msg(c12io_ts_unpack(name[1], name[2], range, NULL, NULL, &e) == C12_OK, "%s", text);
    c12_mem got = read_file(name[2]);
    ck_assert_uint_eq(got.size, want->size);
    ck_assert(!memcmp(got.ptr, want->ptr, got.size));
    c12io_bytes_free(&got);
}

/* ---- there and back ------------------------------------------------------------------------------------------------------- */

START_TEST(lines_come_back_sorted_or_in_their_order)
{
    for (int mode = 0; mode < 3; mode++)
        for (int64_t jitter = 0; jitter <= 1000; jitter += 1000)
            for (int pool = 0; pool < 2; pool++) {
                c12_mem plain, sorted;
                c12io_ts_options o = C12_INIT(c12io_ts_options);
                c12io_ts_range range = C12_INIT(c12io_ts_range);
                make_lines(pool ? 1500 : 10000, mode, jitter, &plain, &sorted);
                write_file(name[0], plain.ptr, plain.size);
                if (pool) { o.pool_rows = 500; o.block_rows = 37; o.raw_bytes = 20000; o.text_bytes = 600; } /* small: many epochs */
                must_pack(&o, NULL);
                must_equal(NULL, &sorted);
                o.keep_order = 1;
                must_pack(&o, NULL);
                must_equal(NULL, &plain);
                range.order = C12IO_TS_BY_TIME;
                must_equal(&range, &sorted);
                free(plain.ptr);
                free(sorted.ptr);
            }
}
END_TEST

START_TEST(same_rows_same_bytes_and_time_order_costs_nothing)
{
    c12_mem plain, sorted;
    int64_t bytes[2][64];
    make_lines(5000, 0, 0, &plain, &sorted);
    write_file(name[0], plain.ptr, plain.size);
    c12_mem file[2];
    for (int keep = 0; keep < 2; keep++) {
        c12io_ts_options o = C12_INIT(c12io_ts_options);
        c12io_ts_info info = { .struct_size = sizeof info, .column_cap = 64, .column_bytes = bytes[keep] };
        o.keep_order = keep;
        must_pack(&o, &info);
        file[0] = read_file(name[1]);
        must_pack(&o, NULL);
        file[1] = read_file(name[1]);
        ck_assert(file[0].size == file[1].size && !memcmp(file[0].ptr, file[1].ptr, file[0].size));
        ck_assert_int_eq(info.bytes, (int64_t)file[0].size);
        ck_assert(info.records == 5000 && info.robots == 7 && info.keep_order == keep && info.raw_records == 0);
        ck_assert(info.t_min == 1000 && info.t_max == 1000 + 4999 / 7 * 100);
        int64_t sum = 0;
        for (int c = 0; c < 41; c++) sum += bytes[keep][c];
        ck_assert_int_eq(sum, info.bytes);
        c12io_bytes_free(&file[0]);
        c12io_bytes_free(&file[1]);
    }
    ck_assert_int_eq(bytes[1][37], 0);
    ck_assert(!memcmp(bytes[0], bytes[1], 40 * sizeof **bytes));
    free(plain.ptr);
    free(sorted.ptr);
}
END_TEST

/* Rows of one robot in a window, against a plain filter over the lines. */
START_TEST(range_and_robot_choose_rows)
{
    c12_mem plain, sorted, want;
    c12io_ts_options o = C12_INIT(c12io_ts_options);
    c12io_ts_range range = { .struct_size = sizeof range, .order = C12IO_TS_BY_TIME, .from = 5000, .to = 9000, .robot_size = 6, .robot = (const uint8_t *)"G1-003" };
    o.block_rows = 16;
    o.pool_rows = 200;
    make_lines(2000, 0, 0, &plain, &sorted);
    write_file(name[0], plain.ptr, plain.size);
    must_pack(&o, NULL);
    want.ptr = malloc(plain.size);
    want.size = 0;
    int rows = 0;
    for (char *p = sorted.ptr, *end = p + sorted.size, *next; p < end; p = next) {
        next = (char *)memchr(p, '\n', (size_t)(end - p)) + 1;
        int second = (p[51] - '0') * 10 + p[52] - '0'; /* {"robot_id":"G1-003","timestamp":"1970-01-01T00:00:SS.mmmZ" */
        int minute = (p[48] - '0') * 10 + p[49] - '0';
        if (memcmp(p + 13, "G1-003", 6) || minute || second < 5 || second >= 9) continue;
        memcpy((char *)want.ptr + want.size, p, (size_t)(next - p));
        want.size += (size_t)(next - p);
        rows++;
    }
    ck_assert_int_eq(rows, 40);
    must_equal(&range, &want);
    want.size = 0;
    range.robot = (const uint8_t *)"G1-999";
    must_equal(&range, &want);
    range.robot = NULL;
    range.to = 5000;
    must_equal(&range, &want);
    range.to = 4000;
    ck_assert_int_eq(c12io_ts_unpack(name[1], name[2], &range, NULL, NULL, NULL), C12_E_ARG);
    free(want.ptr);
    free(plain.ptr);
    free(sorted.ptr);
}
END_TEST

/* ---- damage ----------------------------------------------------------------------------------------------------------------- */

static c12_status open_and_verify(const char *path, c12_error *e)
{
    c12io_ts *t = NULL;
    c12_status s = c12io_ts_open(&t, path, NULL, e);
    if (s) return s;
    s = c12io_ts_verify(t, e);
    c12io_ts_destroy(t);
    return s;
}

START_TEST(every_cut_and_every_flip_is_found)
{
    c12_mem plain, sorted;
    c12io_ts_options o = C12_INIT(c12io_ts_options);
    o.keep_order = 1;
    o.block_rows = 3;
    o.pool_rows = 3;
    make_lines(6, 2, 1000, &plain, &sorted);
    write_file(name[0], plain.ptr, plain.size);
    must_pack(&o, NULL);
    c12_mem file = read_file(name[1]);
    ck_assert_int_eq(open_and_verify(name[1], NULL), C12_OK);
    for (size_t cut = 0; cut < file.size; cut += file_step(5)) {
        c12_error e = C12_INIT(c12_error);
        write_file(name[3], file.ptr, cut);
        ck_assert_int_eq(open_and_verify(name[3], &e), C12_E_FORMAT);
        ck_assert(e.value >= 0 && e.value <= (int64_t)cut);
    }
    FILE *f = fopen(name[1], "r+b");
    ck_assert_ptr_nonnull(f);
    for (size_t bit = 0; bit < file.size * 8; bit += file_step(5)) {
        uint8_t was = ((uint8_t *)file.ptr)[bit / 8];
        ck_assert(!fseek(f, (long)(bit / 8), SEEK_SET) && fputc(was ^ 1 << bit % 8, f) != EOF && !fflush(f));
        ck_assert_msg(open_and_verify(name[1], NULL) == C12_E_FORMAT, "bit %d of byte %d", (int)(bit % 8), (int)(bit / 8));
        ck_assert(!fseek(f, (long)(bit / 8), SEEK_SET) && fputc(was, f) != EOF && !fflush(f));
    }
    fclose(f);
    ck_assert_int_eq(open_and_verify(name[1], NULL), C12_OK);
    write_file(name[3], "hello, this is no telemetry file", 32);
    ck_assert_int_eq(open_and_verify(name[3], NULL), C12_E_FORMAT);
    c12io_bytes_free(&file);
    free(plain.ptr);
    free(sorted.ptr);
}
END_TEST

static void seal(uint8_t *p, size_t n)
{
    c12_view v = { p, n };
    uint32_t crc = c12_tlm_crc32c(0, v);
    for (int i = 0; i < 4; i++) p[n + (size_t)i] = (uint8_t)(crc >> 8 * i);
}

/* Changed bytes in head and index, with the CRCs made right again: refused or read, but never a crash. */
START_TEST(forged_files_do_no_harm)
{
    c12_mem plain, sorted;
    c12io_ts_options o = C12_INIT(c12io_ts_options);
    o.keep_order = 1;
    o.block_rows = 3;
    o.pool_rows = 10;
    make_lines(30, 2, 1000, &plain, &sorted);
    write_file(name[0], plain.ptr, plain.size);
    must_pack(&o, NULL);
    c12_mem file = read_file(name[1]);
    uint8_t *p = file.ptr, *copy = malloc(file.size);
    size_t foot = number(p + file.size - 28), end = foot + number(p + foot + 8) - 4, head = 20 + number(p + 16);
    int read = 0;
    for (int round = 0; round < 800; round++) {
        memcpy(copy, p, file.size);
        int where = round % 8 == 0;
        for (int64_t k = 1 + draw(3); k; k--) copy[where ? (size_t)draw((int64_t)head) : foot + (size_t)draw((int64_t)(end - foot))] ^= (uint8_t)(1 << draw(8));
        if (where) seal(copy, head);
        else seal(copy + foot, end - foot);
        write_file(name[3], copy, file.size);
        c12_status s = c12io_ts_unpack(name[3], name[2], NULL, NULL, NULL, NULL);
        ck_assert(s == C12_OK || s == C12_E_FORMAT || s == C12_E_NOMEM || s == C12_E_RANGE);
        read += s == C12_OK;
    }
    ck_assert_int_lt(read, 800);
    free(copy);
    c12io_bytes_free(&file);
    free(plain.ptr);
    free(sorted.ptr);
}
END_TEST

/* Everything that reads an index, on a file that may say anything. */
static int read_all_ways(const char *path, const char *out)
{
    enum { CAP = 256, FIELDS = 24 };
    static int64_t v[8][CAP * FIELDS];
    static uint64_t low[CAP * FIELDS];
    static uint8_t memory[1 << 18];
    c12_mem m = { memory, sizeof memory };
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 500, .rows = 50, .raw_bytes = 50000, .text_bytes = 20000 };
    int32_t field[FIELDS], who[CAP], scale[FIELDS], n = 0;
    c12_tlm_schema schema = C12_INIT(c12_tlm_schema);
    c12_tlm_batch b = C12_INIT(c12_tlm_batch);
    c12io_ts_salvaged told = C12_INIT(c12io_ts_salvaged);
    c12io_ts *t;
    int64_t rows;
    int fine = 0;
    if (c12io_ts_open(&t, path, NULL, NULL)) return 0;
    ck_assert_int_eq(c12io_ts_schema(t, &schema, NULL), C12_OK);
    for (int32_t f = 0; f < schema.n_fields && n < FIELDS; f++)
        if (schema.kind[f] == C12_TLM_DECIMAL || schema.kind[f] == C12_TLM_INTEGER) field[n++] = f;
    c12io_ts_answer a = { .struct_size = sizeof a, .cap = CAP, .robot = who, .start = v[0], .count = v[1], .min = v[2], .max = v[3], .first = v[4], .last = v[5],
                          .sum_high = v[6], .sum_low = low, .scale = scale };
    for (int k = 0; k < 4; k++) {
        c12io_ts_question q = { .struct_size = sizeof q, .n_fields = n, .from = k & 1 ? 1100 : 0, .to = k & 1 ? 1900 : 0, .bucket = k & 2 ? 300 : 0, .field = field };
        fine += c12io_ts_query(t, &q, &a, NULL) == C12_OK;
    }
    ck_assert_int_eq(c12_tlm_batch_init(&b, m, &schema, &d, NULL), C12_OK);
    fine += c12io_ts_latest(t, &b, &rows, NULL) == C12_OK;
    fine += c12io_ts_verify(t, NULL) == C12_OK;
    c12io_ts_destroy(t);
    fine += c12io_ts_salvage(path, out, NULL, &told, NULL) == C12_OK;
    return fine;
}

/* Changed bits in the index's sections, every CRC made right again. */
START_TEST(forged_sections_do_no_harm)
{
    c12_mem plain, sorted;
    c12io_ts_options o = { .struct_size = sizeof o, .block_rows = 3, .pool_rows = 10 };
    make_lines(40, 0, 1000, &plain, &sorted);
    write_file(name[0], plain.ptr, plain.size);
    must_pack(&o, NULL);
    c12_mem file = read_file(name[1]);
    uint8_t *p = file.ptr, *copy = malloc(file.size);
    size_t foot = number(p + file.size - 28), head = number(p + foot + 8), groups = number(p + foot + 20);
    ck_assert_int_eq(read_all_ways(name[1], name[2]), 7);
    int less = 0;
    int times = rounds(600);
    for (int round = 0; round < times; round++) {
        size_t at = foot + head, which = (size_t)draw((int64_t)groups + 3), size;
        for (size_t k = 0; k < which; k++) at += number(p + foot + head - 4 - 8 * (groups + 3) + 8 * k);
        size = number(p + at + 8);
        memcpy(copy, p, file.size);
        for (int64_t k = 1 + draw(3); k; k--) copy[at + (draw(4) ? 64 + (size_t)draw((int64_t)size - 68) : 12 + (size_t)draw(48))] ^= (uint8_t)(1 << draw(8));
        seal(copy + at, 60);
        c12_view body = { copy + at + 64, size - 68 };
        uint32_t crc = c12_tlm_crc32c(0, body);
        for (int i = 0; i < 4; i++) copy[at + size - 4 + (size_t)i] = (uint8_t)(crc >> 8 * i);
        write_file(name[3], copy, file.size);
        int fine = read_all_ways(name[3], name[2]);
        less += fine < 7;
    }
    ck_assert_int_ge(less, times * 14 / 15); /* verify finds what still reads */
    free(copy);
    c12io_bytes_free(&file);
    free(plain.ptr);
    free(sorted.ptr);
}
END_TEST

START_TEST(bad_lines_are_named_by_line_and_byte_and_leave_no_file)
{
    c12_mem plain, sorted;
    char text[512] = "";
    c12_error e = C12_INIT(c12_error);
    e.text = text;
    e.text_cap = sizeof text;
    make_lines(9000, 0, 0, &plain, &sorted);
    char *more = malloc(plain.size + 16);
    memcpy(more, plain.ptr, plain.size);
    memcpy(more + plain.size, "\n\n{\"a\":tru}\n", 12);
    write_file(name[0], more, plain.size + 12);
    ck_assert_int_eq(c12io_ts_pack(name[0], name[1], NULL, NULL, NULL, &e), C12_E_FORMAT);
    ck_assert_int_eq(e.row, 9002);
    ck_assert_int_eq(e.value, (int64_t)plain.size + 2 + 5);
    ck_assert_ptr_nonnull(strstr(text, "line 9003"));
    struct stat st;
    ck_assert_int_ne(stat(name[1], &st), 0);
    ck_assert_int_eq(c12io_ts_pack("/nonexistent/x", name[1], NULL, NULL, NULL, &e), C12_E_IO);
    ck_assert_int_eq(c12io_ts_pack(name[0], "/nonexistent/x", NULL, NULL, NULL, NULL), C12_E_IO);
    ck_assert_int_eq(c12io_ts_unpack("/nonexistent/x", name[1], NULL, NULL, NULL, NULL), C12_E_IO);
    free(more);
    free(plain.ptr);
    free(sorted.ptr);
}
END_TEST

/* ---- programs ----------------------------------------------------------------------------------------------------------------- */

static int32_t stop_at_once(void *user, const c12_progress *p)
{
    *(int64_t *)user = p->work;
    return 1;
}

static int64_t lent;
static void *lend(void *user, size_t size, size_t align)
{
    (void)user;
    lent++;
    return aligned_alloc(align, (size + align - 1) / align * align);
}
static void take_back(void *user, void *p, size_t size, size_t align)
{
    (void)user;
    (void)size;
    (void)align;
    lent--;
    free(p);
}

START_TEST(a_program_appends_columns_scans_and_stops)
{
    static const char want[] = "{\"r\":\"a\",\"t\":\"1970-01-01T00:00:00.000Z\",\"v\":0.05}\n{\"r\":\"b\",\"t\":\"1970-01-01T00:00:00.000Z\",\"v\":-1.0}\n";
    static const int32_t ids[3] = { 1, 2, 3 }, kinds[3] = { C12_TLM_TEXT, C12_TLM_TIME, C12_TLM_DECIMAL }, places[3] = { 0, 3, 1 };
    static const int64_t off[4] = { 0, 1, 2, 3 };
    c12_tlm_schema s = { .struct_size = sizeof s, .n_fields = 3, .id = 77, .time_field = 1, .field_id = ids, .kind = kinds, .decimals = places, .path_off = off,
                         .path = (const uint8_t *)"rtv" }, back = C12_INIT(c12_tlm_schema);
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 4, .rows = 4, .raw_bytes = 0, .text_bytes = 8 };
    c12_host host = { .struct_size = sizeof host, .alloc = lend, .release = take_back };
    uint8_t memory[4096], text[512];
    c12_mem m = { memory, sizeof memory }, out = { text, sizeof text };
    c12_tlm_batch b = C12_INIT(c12_tlm_batch);
    c12io_ts *t;
    int64_t code, rows;
    size_t used;
    ck_assert_int_eq(c12_tlm_batch_init(&b, m, &s, &d, NULL), C12_OK);
    for (int i = 0; i < 2; i++) {
        c12_view robot = { (const uint8_t *)"ba" + i, 1 };
        ck_assert_int_eq(c12_tlm_intern(b.dict, robot, &code, NULL), C12_OK);
        b.value[i] = code;
        b.value[b.cap + i] = 0;
        b.value[2 * b.cap + i] = i ? 5 : -100;
        b.raw_at[i] = -1;
    }
    b.scale[2] = 2;
    b.n = 2;
    ck_assert_int_eq(c12io_ts_create(&t, name[1], &s, NULL, &host, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_next(t, &b, &rows, NULL), C12_E_STATE);
    ck_assert_int_eq(c12io_ts_append(t, &b, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_flush(t, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_close(t, NULL), C12_OK);
    ck_assert_int_eq(lent, 0);
    ck_assert_int_eq(c12io_ts_open(&t, name[1], &host, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_schema(t, &back, NULL), C12_OK);
    ck_assert(back.id == 77 && back.n_fields == 3);
    ck_assert_int_eq(c12io_ts_next(t, &b, &rows, NULL), C12_E_STATE);
    ck_assert_int_eq(c12io_ts_append(t, &b, NULL), C12_E_STATE);
    ck_assert_int_eq(c12_tlm_batch_reset(&b, &s, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_scan(t, NULL, NULL), C12_OK);
    b.n = b.cap;
    ck_assert_int_eq(c12io_ts_next(t, &b, &rows, NULL), C12_E_SPACE);
    b.n = 0;
    ck_assert_int_eq(c12io_ts_next(t, &b, &rows, NULL), C12_OK);
    ck_assert_int_eq(rows, 2);
    ck_assert_int_eq(c12_tlm_print(&s, &b, 0, 2, out, &used, NULL), C12_OK);
    ck_assert(used == sizeof want - 1 && !memcmp(text, want, used));
    ck_assert_int_eq(c12io_ts_next(t, &b, &rows, NULL), C12_OK);
    ck_assert_int_eq(rows, 0);
    ck_assert_int_eq(c12io_ts_close(t, NULL), C12_OK);
    ck_assert_int_eq(lent, 0);
    b.value[0] = 9;
    ck_assert_int_eq(c12io_ts_create(&t, name[3], &s, NULL, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_append(t, &b, NULL), C12_E_RANGE);
    ck_assert_int_eq(c12io_ts_close(t, NULL), C12_E_STATE); /* nothing but giving up is left */
    struct stat st;
    ck_assert_int_ne(stat(name[3], &st), 0);
}
END_TEST

START_TEST(odd_ends)
{
    int64_t at = -1, rows = 9;
    c12_host host = { .struct_size = sizeof host, .user = &at, .progress = stop_at_once };
    c12io_ts_info info = C12_INIT(c12io_ts_info);
    c12io_ts_options o = C12_INIT(c12io_ts_options);
    c12_error e = C12_INIT(c12_error);
    write_file(name[0], "", 0);
    must_pack(NULL, &info);
    ck_assert(info.records == 0 && info.robots == 0 && info.bytes > 0);
    ck_assert_int_eq(c12io_ts_unpack(name[1], name[2], NULL, NULL, &rows, NULL), C12_OK);
    ck_assert_int_eq(rows, 0);
    static const char line[] = "{\"robot_id\":\"a\",\"timestamp\":\"2025-10-24T14:32:17Z\"}";
    write_file(name[0], line, sizeof line - 1); /* no newline at the end */
    ck_assert_int_eq(c12io_ts_pack(name[0], name[3], NULL, &host, NULL, &e), C12_E_STATE);
    ck_assert(at >= 0 && at <= (int64_t)sizeof line - 1);
    must_pack(NULL, NULL);
    c12_mem want = { (char *)(uintptr_t)"{\"robot_id\":\"a\",\"timestamp\":\"2025-10-24T14:32:17Z\"}\n", sizeof line };
    must_equal(NULL, &want);
    o.raw_bytes = 20;
    ck_assert_int_eq(c12io_ts_pack(name[0], name[3], &o, NULL, NULL, &e), C12_E_SPACE);
    o.raw_bytes = 0;
    o.block_rows = C12_TLM_BLOCK_ROWS + 1;
    ck_assert_int_eq(c12io_ts_pack(name[0], name[3], &o, NULL, NULL, &e), C12_E_ARG);
    o.block_rows = 10;
    o.pool_rows = 9;
    ck_assert_int_eq(c12io_ts_pack(name[0], name[3], &o, NULL, NULL, &e), C12_E_ARG);
    ck_assert_int_eq(c12io_ts_open(NULL, name[1], NULL, &e), C12_E_ARG);
    ck_assert_int_eq(c12io_ts_close(NULL, &e), C12_E_ARG);
    c12io_ts_destroy(NULL);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("io-ts");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, lines_come_back_sorted_or_in_their_order);
    tcase_add_test(t, same_rows_same_bytes_and_time_order_costs_nothing);
    tcase_add_test(t, range_and_robot_choose_rows);
    tcase_add_test(t, every_cut_and_every_flip_is_found);
    tcase_add_test(t, forged_files_do_no_harm);
    tcase_add_test(t, forged_sections_do_no_harm);
    tcase_add_test(t, bad_lines_are_named_by_line_and_byte_and_leave_no_file);
    tcase_add_test(t, a_program_appends_columns_scans_and_stops);
    tcase_add_test(t, odd_ends);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
