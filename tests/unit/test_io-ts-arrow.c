/* SPDX-License-Identifier: Apache-2.0 */
/* Arrow streams of telemetry files, read by a reader of its own: the structs are declared here from the specification, as another library's header would. */
#include <stdint.h>
#define ARROW_C_DATA_INTERFACE
#define ARROW_C_STREAM_INTERFACE
struct ArrowSchema {
    const char *format, *name, *metadata;
    int64_t flags, n_children;
    struct ArrowSchema **children, *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};
struct ArrowArray {
    int64_t length, null_count, offset, n_buffers, n_children;
    const void **buffers;
    struct ArrowArray **children, *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};
struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};
#include "c12/arrow.h"
#include "rounds.h"
#include "support.h"
#include "ts_files.h"
#include <errno.h>
#include <pthread.h>

enum { ROBOTS = 4, ROWS = 2400, FIELDS = 7, R = 0, T = 1, N = 2, V = 3, S = 4, L = 5, E = 6, RAW = 7 };
static const char *const robot_name[ROBOTS] = { "r3", "r1", "a", "r10" };
static const char *const status[5] = { "OK", "WARN", "", "gr\xc3\xbc\xc3\x9f", "LONGER TEXT" };
static const char *const list[3] = { "[]", "[\"OK\"]", "[\"OK\",\"WARN\"]" };

typedef struct row { int64_t t, n, v, e; int robot, s, l, raw, scale; char line[32]; } row;

static char path[64];
static row rows[ROWS];
static void setup(void) { snprintf(path, sizeof path, "/tmp/c12-test-tsa-%d", getpid()); }
static void teardown(void) { unlink(path); }

static const int32_t ids[FIELDS] = { 1, 2, 3, 4, 5, 6, 7 }, places[FIELDS] = { 0, 3, 0, 1, 0, 0, 0 };
static const int32_t kinds[FIELDS] = { C12_TLM_TEXT, C12_TLM_TIME, C12_TLM_INTEGER, C12_TLM_DECIMAL, C12_TLM_TEXT, C12_TLM_LIST, C12_TLM_TIME };
static const int64_t off[FIELDS + 1] = { 0, 1, 2, 3, 6, 7, 8, 9 };
static const c12_tlm_schema schema = { .struct_size = sizeof schema, .n_fields = FIELDS, .id = 9, .time_field = 1, .field_id = ids, .kind = kinds, .decimals = places,
                                       .path_off = off, .path = (const uint8_t *)"rtnp.vsle" };
static const char *const names[FIELDS + 1] = { "r", "t", "n", "p.v", "s", "l", "e", "raw" };

/* mode 0: no raw rows, one scale; 1: raw rows, three scales, times at odds. */
static void make_rows(int mode)
{
    for (int i = 0; i < ROWS; i++) {
        row *r = &rows[i];
        r->robot = mode ? (int)draw(ROBOTS) : i % ROBOTS;
        r->t = mode ? draw(4 * 86400000) - 86400000 : 3599000 + i / ROBOTS * 100;
        r->n = i;
        r->scale = mode ? 1 + i / 400 % 3 : 1;
        r->v = mode ? (draw(2) ? 1 : -1) * draw(INT64_C(1) << 40) : 200 + draw(50);
        r->s = (int)draw(i % 700 < 300 ? 1 : 5);
        r->l = (int)draw(3);
        r->e = (1761318000 + i / 50) * INT64_C(1000);
        r->raw = mode && !draw(7);
        snprintf(r->line, sizeof r->line, "{\"row\":%d}", i);
    }
}

static void put_row(c12_tlm_batch *b, int64_t i, const row *r)
{
    b->value[R * b->cap + i] = code_of(b, robot_name[r->robot]);
    b->value[T * b->cap + i] = r->t;
    b->raw_at[i] = -1;
    if (r->raw) set_raw(b, i, r->line);
    b->value[N * b->cap + i] = r->raw ? 0 : r->n;
    b->value[V * b->cap + i] = r->raw ? 0 : r->v;
    b->value[S * b->cap + i] = r->raw ? 0 : code_of(b, status[r->s]);
    b->value[L * b->cap + i] = r->raw ? 0 : code_of(b, list[r->l]);
    b->value[E * b->cap + i] = r->raw ? 0 : r->e;
}

static void write_rows(int n, int32_t block_rows, int32_t level)
{
    static uint8_t memory[1 << 20];
    c12_mem m = { memory, sizeof memory };
    c12io_ts_options o = { .struct_size = sizeof o, .block_rows = block_rows, .level = level, .keep_order = level == C12_TLM_FAST };
    c12_tlm_batch b;
    c12io_ts *t;
    ck_assert_int_eq(c12io_ts_create(&t, path, &schema, &o, NULL, NULL), C12_OK);
    fresh_batch(&b, &schema, m, 400, 16, 20000);
    for (int from = 0; from < n; from += 400) {
        int some = n - from < 400 ? n - from : 400;
        ck_assert_int_eq(c12_tlm_batch_reset(&b, &schema, NULL), C12_OK);
        b.scale[V] = rows[from].scale;
        for (int i = 0; i < some; i++) put_row(&b, i, &rows[from + i]);
        b.n = some;
        ck_assert_int_eq(c12io_ts_append(t, &b, NULL), C12_OK);
        ck_assert_int_eq(c12io_ts_flush(t, NULL), C12_OK);
    }
    ck_assert_int_eq(c12io_ts_close(t, NULL), C12_OK);
}

/* ---- a reader of the ABI ----------------------------------------------------------------------------------------------------------- */

static int bit_at(const void *bits, int64_t i) { return ((const uint8_t *)bits)[i / 8] >> i % 8 & 1; }
static int is_null(const struct ArrowArray *a, int64_t i) { return a->null_count && a->buffers[0] && !bit_at(a->buffers[0], i + a->offset); }

/* Cell i as text, whatever the type: one that both sides print the same. */
static void cell(const struct ArrowSchema *s, const struct ArrowArray *a, int64_t i, char *to, size_t cap)
{
    int64_t at = i + a->offset, v = 0;
    double x;
    if (is_null(a, i)) { snprintf(to, cap, "null"); return; }
    if (s->dictionary) {
        int32_t code = ((const int32_t *)a->buffers[1])[at];
        ck_assert_str_eq(s->format, "i");
        ck_assert(code >= 0 && code < a->dictionary->length);
        cell(s->dictionary, a->dictionary, code, to, cap);
        return;
    }
    if (!strcmp(s->format, "u")) {
        const int32_t *from = (const int32_t *)a->buffers[1] + at;
        ck_assert(from[0] >= 0 && from[1] >= from[0]);
        snprintf(to, cap, "%.*s", (int)(from[1] - from[0]), (const char *)a->buffers[2] + from[0]);
        return;
    }
    if (!strncmp(s->format, "d:", 2)) { /* the upper half only says the sign here */
        const int64_t *wide = (const int64_t *)a->buffers[1] + 2 * at;
        ck_assert_int_eq(wide[1], wide[0] < 0 ? -1 : 0);
        snprintf(to, cap, "%lld", (long long)wide[0]);
        return;
    }
    if (*s->format == 'g') {
        memcpy(&x, (const double *)a->buffers[1] + at, sizeof x);
        snprintf(to, cap, "%.17g", x);
        return;
    }
    memcpy(&v, (const int64_t *)a->buffers[1] + at, sizeof v);
    snprintf(to, cap, "%lld", (long long)v);
}

/* What it should be; scale is the file's. */
static void expected(const c12io_ts_arrow_options *o, const row *r, int f, int scale, char *to, size_t cap)
{
    int64_t v = f == T ? r->t : f == N ? r->n : f == V ? r->v : r->e;
    char decimal[40];
    if (f == RAW) { snprintf(to, cap, "%s", r->raw ? r->line : "null"); return; }
    if (f == R) { snprintf(to, cap, "%s", robot_name[r->robot]); return; }
    if (r->raw && f != T) { snprintf(to, cap, "null"); return; }
    if (f == S || f == L) { snprintf(to, cap, "%s", f == S ? status[r->s] : list[r->l]); return; }
    if ((f == T || f == E) && o->times == C12IO_ARROW_NS) v *= 1000000;
    if (f == V && o->decimals == C12IO_ARROW_FLOAT) { /* the C library reads the decimal */
        int64_t unit = r->scale == 1 ? 10 : r->scale == 2 ? 100 : 1000, whole = v < 0 ? -v : v;
        snprintf(decimal, sizeof decimal, "%s%lld.%0*lld", v < 0 ? "-" : "", (long long)(whole / unit), r->scale, (long long)(whole % unit));
        snprintf(to, cap, "%.17g", strtod(decimal, NULL));
        return;
    }
    for (int k = r->scale; f == V && k < scale; k++) v *= 10;
    snprintf(to, cap, "%lld", (long long)v);
}

/* The only pair of a node's metadata. */
static void must_note(const struct ArrowSchema *s, const char *key, const char *value)
{
    int32_t n[2];
    ck_assert_ptr_nonnull(s->metadata);
    memcpy(n, s->metadata, sizeof n);
    ck_assert_int_eq(n[0], 1);
    ck_assert_int_eq(n[1], (int)strlen(key));
    ck_assert_int_eq(memcmp(s->metadata + 8, key, strlen(key)), 0);
    memcpy(n, s->metadata + 8 + strlen(key), sizeof *n);
    ck_assert_int_eq(n[0], (int)strlen(value));
    ck_assert_int_eq(memcmp(s->metadata + 12 + strlen(key), value, strlen(value)), 0);
}

static void must_be_typed(const struct ArrowSchema *s, const c12io_ts_arrow_options *o, int f, int scale)
{
    char decimal[16], places_text[4];
    snprintf(decimal, sizeof decimal, "d:19,%d", scale);
    snprintf(places_text, sizeof places_text, "%d", scale);
    const char *number = o->decimals == C12IO_ARROW_FLOAT ? "g" : o->decimals == C12IO_ARROW_SCALED ? "l" : decimal, *text = o->texts == C12IO_ARROW_UTF8 ? "u" : "i";
    const char *time = o->times == C12IO_ARROW_NS ? "tsn:UTC" : "tsm:UTC";
    const char *const want[FIELDS + 1] = { text, time, "l", number, text, text, time, "u" };
    ck_assert_str_eq(s->name, names[f]);
    ck_assert_str_eq(s->format, want[f]);
    ck_assert_int_eq(s->flags, f == R || f == T ? 0 : 2 /* nullable */);
    ck_assert_int_eq(s->dictionary != NULL, *want[f] == 'i');
    if (s->dictionary) ck_assert_str_eq(s->dictionary->format, "u");
    if (f == V && o->decimals == C12IO_ARROW_SCALED) must_note(s, "c12:decimals", places_text);
    else if (f == L) must_note(s, "c12:kind", "list");
    else ck_assert_ptr_null(s->metadata);
}

static int64_t row_of(const row *from, int64_t n, const char *robot, int64_t t, const uint8_t *seen, const struct ArrowSchema *s, const struct ArrowArray *a, int64_t i, int k)
{
    char id[64];
    cell(s->children[k], a->children[k], i, id, sizeof id);
    for (int64_t j = 0; j < n; j++) {
        char mine[64];
        snprintf(mine, sizeof mine, from[j].raw ? "null" : "%lld", (long long)from[j].n);
        if (!seen[j] && from[j].t == t && !strcmp(robot_name[from[j].robot], robot) && !strcmp(mine, id)) return j;
    }
    return -1;
}

static int chosen(const c12io_ts *t, const c12io_ts_arrow_options *o, int robot)
{
    c12_view name;
    for (int32_t k = 0; o->robot && k < o->n_robots; k++) {
        ck_assert_int_eq(c12io_ts_robot_name(t, o->robot[k], &name, NULL), C12_OK);
        if (strlen(robot_name[robot]) == name.size && !memcmp(robot_name[robot], name.ptr, name.size)) return 1;
    }
    return !o->robot;
}

/* Numbers of the rows of a range, when time is not a column. */
static int64_t sum_of_numbers(c12io_ts *t, int64_t from, int64_t to)
{
    static const int32_t field[1] = { N };
    c12io_ts_range r = { .struct_size = sizeof r, .from = from, .to = to };
    c12io_ts_arrow_options o = { .struct_size = sizeof o, .field = field, .n_fields = 1 };
    struct ArrowArrayStream x;
    struct ArrowArray a;
    int64_t sum = 0;
    ck_assert_int_eq(c12io_ts_arrow(t, &r, &o, &x, NULL), C12_OK);
    while (!x.get_next(&x, &a) && a.release) {
        for (int64_t i = 0; i < a.length; i++)
            if (!is_null(a.children[0], i)) sum += ((const int64_t *)a.children[0]->buffers[1])[i];
        a.release(&a);
    }
    x.release(&x);
    return sum;
}

static void check_times_unseen(c12io_ts *t)
{
    for (int k = 0; k < 5; k++) {
        int64_t from = rows[draw(ROWS)].t, to = from + 1 + draw(100000000), want = 0;
        for (int i = 0; i < ROWS; i++)
            if (!rows[i].raw && rows[i].t >= from && rows[i].t < to) want += rows[i].n;
        ck_assert_int_eq(sum_of_numbers(t, from, to), want);
    }
}

/* Every row in the range once, with all cells right, rows of a batch's robot by time.  o->field begins with r, t, n. */
static void check_stream(c12io_ts *t, const c12io_ts_range *range, const c12io_ts_arrow_options *o, int scale, int n)
{
    uint8_t seen[ROWS] = { 0 };
    struct ArrowArrayStream x;
    struct ArrowSchema s;
    struct ArrowArray a;
    int64_t unit = o->times == C12IO_ARROW_NS ? 1000000 : 1, start = INT64_MIN;
    int fields = o->field ? o->n_fields : FIELDS;
    ck_assert_int_eq(c12io_ts_arrow(t, range, o, &x, NULL), C12_OK);
    ck_assert_int_eq(x.get_schema(&x, &s), 0);
    ck_assert_str_eq(s.format, "+s");
    ck_assert_int_eq(s.n_children, fields + o->raw);
    for (int k = 0; k < fields + o->raw; k++) must_be_typed(s.children[k], o, k < fields ? o->field ? o->field[k] : k : RAW, scale);
    for (;;) {
        ck_assert_int_eq(x.get_next(&x, &a), 0);
        if (!a.release) break;
        ck_assert(a.length > 0 && a.n_children == s.n_children && a.n_buffers == 1 && !a.buffers[0] && !a.null_count);
        const int64_t *time = a.children[1]->buffers[1];
        char robot[16] = "", before[16] = "";
        for (int64_t i = 0; i < a.length; i++) {
            cell(s.children[0], a.children[0], i, robot, sizeof robot);
            if (i && !strcmp(robot, before) && o->batch_rows == 1 && time[i] < time[i - 1]) ck_abort_msg("rows are not by time");
            memcpy(before, robot, sizeof before);
            int64_t j = row_of(rows, n, robot, time[i] / unit, seen, &s, &a, i, 2);
            if (j < 0) ck_abort_msg("row %lld is nobody's", (long long)i);
            seen[j] = 1;
            for (int k = 0; k < fields + o->raw; k++) {
                char want[64], got[64];
                if (rows[j].raw && k == fields) continue; /* raw rows of one robot and moment may be told apart by nothing else */
                expected(o, &rows[j], k < fields ? o->field ? o->field[k] : k : RAW, scale, want, sizeof want);
                cell(s.children[k], a.children[k], i, got, sizeof got);
                ck_assert_str_eq(got, want);
            }
        }
        if (range && range->order == C12IO_TS_BY_TIME && !range->to && o->batch_rows == 1) { ck_assert_int_ge(time[0], start); start = time[0]; }
        for (int64_t k = 0; k < a.n_children; k++) {
            int64_t nulls = 0;
            for (int64_t i = 0; i < a.length; i++) nulls += is_null(a.children[k], i);
            ck_assert_int_eq(a.children[k]->null_count, nulls);
            ck_assert_int_eq(a.children[k]->length, a.length);
        }
        a.release(&a);
        ck_assert(!a.release);
    }
    for (int j = 0; j < n; j++) {
        const row *r = &rows[j];
        int inside = chosen(t, o, r->robot) && (!range || ((!(range->from || range->to) || (r->t >= range->from && r->t < range->to)) && (!range->robot || !strcmp(robot_name[r->robot], (const char *)range->robot))));
        if (seen[j] != inside) ck_abort_msg("row %d is %s", j, inside ? "missing" : "there");
    }
    ck_assert_ptr_null(x.get_last_error(&x));
    s.release(&s);
    x.release(&x);
    ck_assert(!x.release);
}

START_TEST(rows_equal_what_was_written)
{
    static const int32_t some[5] = { R, T, N, L, V };
    for (int mode = 0; mode < 2; mode++)
        for (int32_t level = C12_TLM_DEFAULT; level <= C12_TLM_FAST; level++) {
            c12io_ts *t;
            draw_state = 7 + (uint64_t)(2 * mode + level);
            make_rows(mode);
            write_rows(ROWS, 70, level);
            ck_assert_int_eq(c12io_ts_open(&t, path, NULL, NULL), C12_OK);
            for (int k = 0; k < 12; k++) {
                c12io_ts_arrow_options o = { .struct_size = sizeof o, .decimals = k % 3, .texts = k / 3 % 2, .times = k / 6, .raw = mode && k % 2, .batch_rows = k % 4 == 1 ? 1 : k % 4 == 2 ? 200 : 0 };
                if (k % 5 == 4) { o.field = some; o.n_fields = 5; }
                check_stream(t, NULL, &o, mode ? 3 : 1, ROWS);
            }
            for (int k = 0; k < rounds(12); k++) {
                c12io_ts_arrow_options o = { .struct_size = sizeof o, .batch_rows = k % 2 ? 1 : 1000, .raw = mode };
                c12io_ts_range r = { .struct_size = sizeof r, .order = k % 3 ? C12IO_TS_BY_TIME : C12IO_TS_AS_WRITTEN };
                r.from = rows[draw(ROWS)].t - draw(2);
                r.to = k == 5 ? r.from : r.from + draw(mode ? 200000000 : 40000);
                if (k % 6 == 1) { r.to = rows[draw(ROWS)].t + 1; r.from = r.to - (mode ? 100000000 : 30000); } /* the last millisecond has a row */
                if (k % 3 == 2) r.from = r.to = 0;
                if (k % 4 > 1) { r.robot = (const uint8_t *)robot_name[draw(ROBOTS)]; r.robot_size = (int64_t)strlen((const char *)r.robot); }
                static const int32_t two[2] = { 2, 0 };
                if (k % 4 == 1) { o.robot = two; o.n_robots = k % 8 == 5 ? 0 : 2; }
                if (k == 7) { r.robot = (const uint8_t *)"nobody"; r.robot_size = 6; }
                check_stream(t, &r, &o, mode ? 3 : 1, ROWS);
            }
            check_times_unseen(t);
            c12io_ts_destroy(t);
        }
}
END_TEST

/* ---- who holds what ------------------------------------------------------------------------------------------------------------------- */

/* Everything that was handed over is read after all else is gone, and given back in a drawn order. */
START_TEST(parts_outlive_what_they_came_from)
{
    draw_state = 3;
    make_rows(1);
    write_rows(ROWS, 70, 0);
    for (int round = 0; round < rounds(40); round++) {
        enum { KEPT = 6 };
        purse p = { .left = INT64_MAX };
        c12_host host = { .struct_size = sizeof host, .user = &p, .alloc = purse_alloc, .release = purse_release };
        c12io_ts_arrow_options o = { .struct_size = sizeof o, .batch_rows = 300, .raw = 1, .texts = round % 2, .decimals = round % 3 };
        struct ArrowArrayStream x;
        struct ArrowSchema s, kid;
        struct ArrowArray a[KEPT], part[KEPT];
        char want[KEPT][64], got[64];
        c12io_ts *t;
        ck_assert_int_eq(c12io_ts_open(&t, path, &host, NULL), C12_OK);
        ck_assert_int_eq(c12io_ts_arrow(t, NULL, &o, &x, NULL), C12_OK);
        if (round % 2) c12io_ts_destroy(t);
        ck_assert_int_eq(x.get_schema(&x, &s), 0);
        int col = (int)draw(8);
        for (int k = 0; k < KEPT; k++) {
            ck_assert_int_eq(x.get_next(&x, &a[k]), 0);
            ck_assert(a[k].release);
            cell(s.children[col], a[k].children[col], a[k].length - 1, want[k], sizeof want[k]);
        }
        kid = *s.children[col]; /* moved out */
        s.children[col]->release = NULL;
        s.release(&s);
        if (round % 4 < 2) x.release(&x);
        for (int k = 0; k < KEPT; k++) {
            part[k] = *a[k].children[col];
            a[k].children[col]->release = NULL;
        }
        for (int k = KEPT - 1; k >= 0; k--) {
            int j = (int)draw(k + 1);
            a[j].release(&a[j]);
            a[j] = a[k];
        }
        for (int k = 0; k < KEPT; k++) {
            cell(&kid, &part[k], part[k].length - 1, got, sizeof got);
            ck_assert_str_eq(got, want[k]);
            if (kid.dictionary && k % 2) { /* a dictionary moves as well */
                struct ArrowArray texts = *part[k].dictionary;
                part[k].dictionary->release = NULL;
                part[k].release(&part[k]);
                ck_assert_int_ge(texts.length, 0);
                ck_assert_int_eq(*(const int32_t *)texts.buffers[1], 0);
                texts.release(&texts);
            } else part[k].release(&part[k]);
        }
        kid.release(&kid);
        if (round % 4 >= 2) x.release(&x);
        if (!(round % 2)) c12io_ts_destroy(t);
        ck_assert_int_eq(p.out, 0);
    }
}
END_TEST

START_TEST(streams_and_their_handle_go_on_side_by_side)
{
    static const int32_t field[1] = { N };
    int64_t count[ROBOTS], n[2] = { 0, 0 }, sum[2] = { 0, 0 };
    c12io_ts_question ask = { .struct_size = sizeof ask, .field = field, .n_fields = 1, .from = rows[0].t, .to = INT64_MAX, .bucket = 0 };
    c12io_ts_answer answer = { .struct_size = sizeof answer, .cap = ROBOTS, .count = count };
    c12io_ts_arrow_options o = { .struct_size = sizeof o, .batch_rows = 1, .field = field, .n_fields = 1 };
    struct ArrowArrayStream x[2];
    c12io_ts *t;
    draw_state = 9;
    make_rows(0);
    write_rows(ROWS, 70, 0);
    ck_assert_int_eq(c12io_ts_open(&t, path, NULL, NULL), C12_OK);
    for (int k = 0; k < 2; k++) ck_assert_int_eq(c12io_ts_arrow(t, NULL, &o, &x[k], NULL), C12_OK);
    for (int step = 0; step < 200; step++) {
        struct ArrowArray a;
        int k = (int)draw(2);
        ck_assert_int_eq(x[k].get_next(&x[k], &a), 0);
        if (a.release) {
            ck_assert_int_eq(a.n_children, 1);
            n[k] += a.length;
            for (int64_t i = 0; i < a.length; i++) sum[k] += ((const int64_t *)a.children[0]->buffers[1])[i];
            a.release(&a);
        }
        ask.from = rows[draw(ROWS)].t + 50;
        ck_assert_int_eq(c12io_ts_query(t, &ask, &answer, NULL), C12_OK);
    }
    for (int k = 0; k < 2; k++) {
        ck_assert_int_eq(n[k], ROWS);
        ck_assert_int_eq(sum[k], ROWS * (ROWS - 1) / 2);
        x[k].release(&x[k]);
    }
    c12io_ts_destroy(t);
}
END_TEST

enum { THREADS = 4, MOVED = 64 };
typedef struct puller { struct ArrowArrayStream x; struct ArrowArray left[MOVED], *theirs; int64_t rows, sum; int n, *their_n; pthread_barrier_t *met; } puller;

/* All of one stream; every batch loses its second column, which another thread gives back while this one gives back that one's. */
static void *pull(void *arg)
{
    puller *p = arg;
    struct ArrowArray a;
    while (!p->x.get_next(&p->x, &a) && a.release) {
        for (int64_t i = 0; i < a.length; i++) p->sum += ((const int64_t *)a.children[0]->buffers[1])[i];
        p->rows += a.length;
        if (p->n < MOVED) {
            p->left[p->n++] = *a.children[1];
            a.children[1]->release = NULL;
        }
        a.release(&a);
    }
    p->x.release(&p->x);
    pthread_barrier_wait(p->met);
    for (int k = 0; k < *p->their_n; k++) p->theirs[k].release(&p->theirs[k]);
    return NULL;
}

START_TEST(threads_read_streams_of_one_file)
{
    static const int32_t field[2] = { N, S };
    static puller p[THREADS];
    c12io_ts_arrow_options o = { .struct_size = sizeof o, .batch_rows = 1, .field = field, .n_fields = 2 };
    pthread_t thread[THREADS];
    pthread_barrier_t met;
    c12io_ts *t;
    draw_state = 5;
    make_rows(0);
    write_rows(ROWS, 70, 0);
    ck_assert_int_eq(c12io_ts_open(&t, path, NULL, NULL), C12_OK);
    ck_assert_int_eq(pthread_barrier_init(&met, NULL, THREADS), 0);
    for (int k = 0; k < THREADS; k++) {
        puller *next = &p[(k + 1) % THREADS];
        p[k].theirs = next->left;
        p[k].their_n = &next->n;
        p[k].met = &met;
        ck_assert_int_eq(c12io_ts_arrow(t, NULL, &o, &p[k].x, NULL), C12_OK);
    }
    for (int k = 0; k < THREADS; k++) ck_assert_int_eq(pthread_create(&thread[k], NULL, pull, &p[k]), 0);
    ck_assert_int_eq(c12io_ts_verify(t, NULL), C12_OK); /* meanwhile */
    c12io_ts_destroy(t);
    for (int k = 0; k < THREADS; k++) {
        ck_assert_int_eq(pthread_join(thread[k], NULL), 0);
        ck_assert(p[k].rows == ROWS && p[k].sum == ROWS * (ROWS - 1) / 2 && p[k].n > 1);
    }
    pthread_barrier_destroy(&met);
}
END_TEST

START_TEST(memory_that_runs_out_is_told_and_given_back)
{
    int done = 0;
    draw_state = 4;
    make_rows(1);
    write_rows(400, 70, 0);
    for (int64_t k = 0; !done; k++) {
        purse p = { .left = k };
        c12_host host = { .struct_size = sizeof host, .user = &p, .alloc = purse_alloc, .release = purse_release };
        c12io_ts_arrow_options o = { .struct_size = sizeof o, .batch_rows = 100, .raw = 1, .texts = (int32_t)k % 2, .decimals = (int32_t)k % 3 };
        struct ArrowArrayStream x;
        struct ArrowSchema s;
        struct ArrowArray a;
        c12io_ts *t;
        int e = 0;
        if (c12io_ts_open(&t, path, &host, NULL)) { ck_assert_int_eq(p.out, 0); continue; }
        c12_status st = c12io_ts_arrow(t, NULL, &o, &x, NULL);
        if (!st) {
            e = x.get_schema(&x, &s);
            if (!e) s.release(&s);
            a.release = NULL;
            while (!e && !(e = x.get_next(&x, &a)) && a.release) a.release(&a);
            if (e) { ck_assert_int_eq(e, ENOMEM); ck_assert_ptr_nonnull(x.get_last_error(&x)); }
            x.release(&x);
        } else ck_assert_int_eq(st, C12_E_NOMEM);
        c12io_ts_destroy(t);
        ck_assert_int_eq(p.out, 0);
        done = !st && !e;
    }
}
END_TEST

/* Files without zones: the scale is worked out from the blocks.  Floats and scaled integers say the same, record by record. */
START_TEST(files_of_version_1_are_handed_over_too)
{
    c12_tlm_schema s = C12_INIT(c12_tlm_schema);
    struct ArrowArrayStream x[2];
    struct ArrowArray a[2];
    struct ArrowSchema type;
    c12io_ts *t;
    int64_t n = 0, compared = 0;
    ck_assert_int_eq(c12io_ts_open(&t, "tests/data/telemetry-1.c12t", NULL, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_schema(t, &s, NULL), C12_OK);
    for (int k = 0; k < 2; k++) {
        c12io_ts_arrow_options o = { .struct_size = sizeof o, .decimals = k ? C12IO_ARROW_SCALED : C12IO_ARROW_FLOAT };
        ck_assert_int_eq(c12io_ts_arrow(t, NULL, &o, &x[k], NULL), C12_OK);
    }
    c12io_ts_destroy(t);
    ck_assert_int_eq(x[1].get_schema(&x[1], &type), 0);
    for (;;) {
        for (int k = 0; k < 2; k++) ck_assert_int_eq(x[k].get_next(&x[k], &a[k]), 0);
        if (!a[0].release) break;
        n += a[0].length;
        for (int64_t f = 0; f < a[0].n_children; f++) {
            const char *note = type.children[f]->metadata;
            double unit = 1;
            if (!note || memcmp(note + 8, "c12:decimals", 12)) continue;
            for (int places_left = note[24] - '0'; places_left > 0; places_left--) unit *= 10;
            for (int64_t i = 0; i < a[0].length; i++, compared++)
                if (is_null(a[0].children[f], i) != is_null(a[1].children[f], i)
                    || ((const double *)a[0].children[f]->buffers[1])[i] != (double)((const int64_t *)a[1].children[f]->buffers[1])[i] / unit) ck_abort_msg("field %d, row %d", (int)f, (int)i);
        }
        for (int k = 0; k < 2; k++) a[k].release(&a[k]);
    }
    ck_assert(n >= 40 && compared > 20 * n && !a[1].release);
    type.release(&type);
    for (int k = 0; k < 2; k++) x[k].release(&x[k]);
}
END_TEST

/* ---- what is refused -------------------------------------------------------------------------------------------------------------------- */

START_TEST(questions_that_make_no_sense_are_refused)
{
    static const int32_t twice[2] = { V, V }, none[1] = { FIELDS };
    c12io_ts_arrow_options good = C12_INIT(c12io_ts_arrow_options), o;
    c12io_ts_range r = C12_INIT(c12io_ts_range);
    struct ArrowArrayStream x;
    c12_error e = C12_INIT(c12_error);
    c12io_ts *t;
    make_rows(0);
    write_rows(100, 70, 0);
    ck_assert_int_eq(c12io_ts_arrow(NULL, NULL, NULL, &x, NULL), C12_E_ARG);
    ck_assert_int_eq(c12io_ts_create(&t, path, &schema, NULL, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_arrow(t, NULL, NULL, &x, NULL), C12_E_STATE);
    c12io_ts_destroy(t);
    ck_assert_int_eq(c12io_ts_open(&t, path, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_arrow(t, NULL, NULL, NULL, NULL), C12_E_ARG);
#define REFUSED(member, bad) do { o = good; o.member = bad; ck_assert_int_eq(c12io_ts_arrow(t, NULL, &o, &x, &e), C12_E_ARG); } while (0)
    REFUSED(struct_size, 8);
    REFUSED(n_fields, -1);
    REFUSED(n_fields, 1);
    REFUSED(batch_rows, -1);
    REFUSED(n_robots, -1);
    REFUSED(n_robots, 1);
    REFUSED(batch_rows, (1 << 24) + 1);
    REFUSED(decimals, 3);
    REFUSED(texts, 2);
    REFUSED(times, -1);
    REFUSED(raw, 2);
    good.field = twice;
    e.count = 0;
    REFUSED(n_fields, 2);
    ck_assert_int_eq(e.row, 1);
    good.field = none;
    REFUSED(n_fields, 1);
    static const int32_t nobody[2] = { 0, ROBOTS };
    e.count = 0;
    o = (c12io_ts_arrow_options){ .struct_size = sizeof o, .robot = nobody, .n_robots = 2 };
    ck_assert_int_eq(c12io_ts_arrow(t, NULL, &o, &x, &e), C12_E_RANGE);
    ck_assert_int_eq(e.row, 1);
    good.n_fields = 0; /* no columns: batches tell how many rows there are */
    ck_assert_int_eq(c12io_ts_arrow(t, NULL, &good, &x, NULL), C12_OK);
    struct ArrowArray a;
    ck_assert_int_eq(x.get_next(&x, &a), 0);
    ck_assert(a.length == 100 && a.n_children == 0);
    a.release(&a);
    x.release(&x);
    r.from = 2;
    r.to = 1;
    ck_assert_int_eq(c12io_ts_arrow(t, &r, NULL, &x, NULL), C12_E_ARG);
    c12io_ts_destroy(t);
}
END_TEST

/* The first batch fails with this, in this many words, and then the stream is at its end. */
static void must_fail(const c12io_ts_arrow_options *o, int errno_of, const char *word)
{
    struct ArrowArrayStream x;
    struct ArrowArray a;
    c12io_ts *t;
    int e = 0;
    ck_assert_int_eq(c12io_ts_open(&t, path, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_arrow(t, NULL, o, &x, NULL), C12_OK);
    a.release = NULL;
    while (!(e = x.get_next(&x, &a)) && a.release) a.release(&a);
    ck_assert_int_eq(e, errno_of);
    if (e) ck_assert_ptr_nonnull(strstr(x.get_last_error(&x), word));
    ck_assert_int_eq(x.get_next(&x, &a), 0);
    ck_assert(!a.release);
    x.release(&x);
    c12io_ts_destroy(t);
}

START_TEST(damage_and_numbers_that_do_not_fit_are_told)
{
    c12io_ts_arrow_options o = { .struct_size = sizeof o, .batch_rows = 1 };
    make_rows(0);
    write_rows(400, 70, 0);
    c12_mem m = read_file(path);
    uint32_t head = 24 + number((const uint8_t *)m.ptr + 16);
    ((uint8_t *)m.ptr)[head + 80] ^= 1;
    write_file(path, m.ptr, m.size);
    must_fail(&o, EINVAL, "CRC of the block is wrong");
    ((uint8_t *)m.ptr)[head + 80] ^= 1;
    ((uint8_t *)m.ptr)[head + 9] ^= 1;
    write_file(path, m.ptr, m.size);
    must_fail(&o, EINVAL, "CRC of the block's head is wrong");
    c12io_bytes_free(&m);

    rows[17].e = INT64_C(9300000000000); /* the year 2264 */
    write_rows(100, 70, 0);
    must_fail(&o, EOVERFLOW, "nanoseconds");
    o.times = C12IO_ARROW_MS;
    must_fail(&o, 0, "");
    rows[17].e = -INT64_C(9300000000000); /* 1675 */
    write_rows(100, 70, 0);
    must_fail(&o, 0, "");
    o.times = C12IO_ARROW_NS;
    must_fail(&o, EOVERFLOW, "nanoseconds");

    make_rows(0); /* one value needs all digits, another many decimals: floats have no scale to share, the others must */
    rows[0].v = INT64_MAX;
    for (int i = 400; i < 800; i++) rows[i].scale = 9;
    write_rows(800, 70, 0);
    o.batch_rows = 0;
    must_fail(&o, 0, "");
    for (o.decimals = C12IO_ARROW_SCALED; o.decimals <= C12IO_ARROW_DECIMAL; o.decimals++) {
        struct ArrowArrayStream x;
        c12io_ts *t;
        ck_assert_int_eq(c12io_ts_open(&t, path, NULL, NULL), C12_OK);
        ck_assert_int_eq(c12io_ts_arrow(t, NULL, &o, &x, NULL), C12_E_OVERFLOW);
        c12io_ts_destroy(t);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("io-ts-arrow");
    TCase *c = tcase_create("all");
    tcase_set_timeout(c, 300);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, rows_equal_what_was_written);
    tcase_add_test(c, parts_outlive_what_they_came_from);
    tcase_add_test(c, streams_and_their_handle_go_on_side_by_side);
    tcase_add_test(c, threads_read_streams_of_one_file);
    tcase_add_test(c, memory_that_runs_out_is_told_and_given_back);
    tcase_add_test(c, files_of_version_1_are_handed_over_too);
    tcase_add_test(c, questions_that_make_no_sense_are_refused);
    tcase_add_test(c, damage_and_numbers_that_do_not_fit_are_told);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
