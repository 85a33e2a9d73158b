/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bench ts [FILE.c12t] [--days N] [--robots N]: questions to a telemetry file, cold (first time) and warm, in the thread's own processor
 * time.  Without a file one is made whose index is that of N days of robots at 10 Hz in blocks of ten minutes, with two rows a block. */
#include "bench.h"
#include "c12/ts.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TS_TIMES = 41, TS_CAP = 1 << 18, TS_BLOCK_MS = 600000, TS_BATCH = 4096 };
static const int64_t TS_START = INT64_C(1761264000000); /* midnight, 2025-10-24 */

typedef struct ts_bench {
    cli *c;
    c12io_ts *t;
    c12_tlm_schema schema;
    c12io_ts_info info;
    c12io_ts_answer answer;
    c12_tlm_batch batch;
    c12_mem mem;
    int32_t field, robots;
    table out;
} ts_bench;

static double ts_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int ts_sooner(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static void ts_line(ts_bench *b, const char *what, int64_t groups, double *ns)
{
    char cold[32], warm[32];
    snprintf(cold, sizeof cold, "%.1f", ns[0] / 1e3);
    qsort(ns + 1, TS_TIMES - 1, sizeof *ns, ts_sooner);
    snprintf(warm, sizeof warm, "%.1f", ns[TS_TIMES / 2] / 1e3);
    table_word(&b->out, what);
    table_int(&b->out, groups);
    table_word(&b->out, cold);
    table_word(&b->out, warm);
}

static c12_status ts_ask(ts_bench *b, const char *what, int64_t from, int64_t length, int64_t bucket, int32_t one)
{
    c12io_ts_question q = { .struct_size = sizeof q, .n_fields = 1, .from = from, .to = from + length, .bucket = bucket, .field = &b->field };
    c12_view name;
    double ns[TS_TIMES];
    c12_status s = C12_OK;
    if (one) {
        if ((s = c12io_ts_robot_name(b->t, b->robots / 2, &name, &b->c->err))) return s;
        q.robot = name.ptr;
        q.robot_size = (int64_t)name.size;
    }
    for (int i = 0; !s && i < TS_TIMES; i++) {
        double start = ts_clock();
        s = c12io_ts_query(b->t, &q, &b->answer, &b->c->err);
        ns[i] = ts_clock() - start;
    }
    if (!s) ts_line(b, what, b->answer.n, ns);
    return s;
}

static c12_status ts_ask_latest(ts_bench *b)
{
    double ns[TS_TIMES];
    int64_t rows = 0;
    c12_status s = C12_OK;
    for (int i = 0; !s && i < TS_TIMES; i++) {
        if ((s = c12_tlm_batch_reset(&b->batch, &b->schema, &b->c->err))) break;
        double start = ts_clock();
        s = c12io_ts_latest(b->t, &b->batch, &rows, &b->c->err);
        ns[i] = ts_clock() - start;
    }
    if (!s) ts_line(b, "latest row of every robot", rows, ns);
    return s;
}

static c12_status ts_room(ts_bench *b, int64_t rows)
{
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 4096, .rows = rows, .raw_bytes = 1 << 20, .text_bytes = 1 << 18 };
    c12_status s = c12_tlm_batch_bytes(&b->schema, &d, &b->mem.size, &b->c->err);
    if (s) return s;
    free(b->mem.ptr);
    b->mem.ptr = cli_new((int64_t)b->mem.size, 1);
    memset(&b->batch, 0, sizeof b->batch);
    b->batch.struct_size = (uint32_t)sizeof b->batch;
    return c12_tlm_batch_init(&b->batch, b->mem, &b->schema, &d, &b->c->err);
}

/* ---- a file with a long index -------------------------------------------------------------------------------------------------- */

static const int32_t ts_ids[3] = { 1, 2, 3 }, ts_kinds[3] = { C12_TLM_TEXT, C12_TLM_TIME, C12_TLM_DECIMAL }, ts_places[3] = { 0, 3, 1 };
static const int64_t ts_off[4] = { 0, 1, 2, 3 };
static const c12_tlm_schema ts_schema = { .struct_size = sizeof ts_schema, .n_fields = 3, .id = 90, .time_field = 1, .field_id = ts_ids, .kind = ts_kinds,
                                          .decimals = ts_places, .path_off = ts_off, .path = (const uint8_t *)"rtv" };

/* Two rows a robot and ten minutes, in order of time. */
static c12_status ts_make(ts_bench *b, const char *path, int32_t robots, int64_t days)
{
    c12io_ts_options o = { .struct_size = sizeof o, .block_rows = 2, .level = C12_TLM_FAST };
    c12io_ts *t;
    char name[16];
    uint64_t state = 1;
    b->schema = ts_schema;
    c12_status s = ts_room(b, TS_BATCH);
    if (s || (s = c12io_ts_create(&t, path, &ts_schema, &o, NULL, &b->c->err))) return s;
    int64_t total = days * (86400000 / TS_BLOCK_MS) * robots * 2;
    for (int64_t i = 0; !s && i < total;) {
        s = c12_tlm_batch_reset(&b->batch, &ts_schema, &b->c->err);
        for (; !s && b->batch.n < TS_BATCH && i < total; i++, b->batch.n++) {
            int64_t block = i / (2 * robots), in = i % (2 * robots), r = b->batch.n, code;
            snprintf(name, sizeof name, "G1-%03d", (int)(in % robots) + 1);
            c12_view robot = { (const uint8_t *)name, strlen(name) };
            if ((s = c12_tlm_intern(b->batch.dict, robot, &code, &b->c->err))) break;
            state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
            b->batch.value[r] = code;
            b->batch.value[b->batch.cap + r] = TS_START + block * TS_BLOCK_MS + in / robots * (TS_BLOCK_MS - 100);
            b->batch.value[2 * b->batch.cap + r] = (int64_t)(state >> 54);
            b->batch.raw_at[r] = -1;
        }
        if (!s) s = c12io_ts_append(t, &b->batch, &b->c->err);
    }
    if (!s) return c12io_ts_close(t, &b->c->err);
    c12io_ts_destroy(t);
    return s;
}

static c12_status ts_ask_long(ts_bench *b, int64_t days)
{
    int64_t all = days * 86400000, hour = 3600000;
    c12_status s = ts_ask(b, "all days, one group a robot", TS_START, all, 0, 0);
    if (!s) s = ts_ask(b, "all days by day, every robot", TS_START, all, 24 * hour, 0);
    if (!s) s = ts_ask(b, "all days by hour, one robot", TS_START, all, hour, 1);
    if (!s) s = ts_ask(b, "one day by hour, every robot", TS_START, 24 * hour, hour, 0);
    if (!s) s = ts_ask(b, "all but 25 min at both ends, every robot", TS_START + 1500000, all - 3000000, 0, 0);
    if (!s) s = ts_ask(b, "all days by hour, every robot", TS_START, all, hour, 0);
    return s;
}

static c12_status ts_ask_short(ts_bench *b)
{
    int64_t minute = b->info.t_min + (b->info.t_max - b->info.t_min) / 2 / 60000 * 60000;
    c12_status s = ts_ask(b, "one minute, every robot", minute, 60000, 0, 0);
    if (!s) s = ts_ask(b, "10 s buckets of one robot", b->info.t_min, b->info.t_max - b->info.t_min + 1, 10000, 1);
    if (!s) s = ts_ask(b, "10 s buckets of every robot", b->info.t_min, b->info.t_max - b->info.t_min + 1, 10000, 0);
    return s;
}

static double ts_wall(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* How long the caller waited until a thousand rows were on the disk: the worst, and the worst but for one in a hundred. */
static void ts_waits(ts_bench *b, double *wait, int64_t n)
{
    char worst[32], usual[32];
    qsort(wait, (size_t)n, sizeof *wait, ts_sooner);
    snprintf(worst, sizeof worst, "%.0f", n ? wait[n - 1] / 1e3 : 0.0);
    snprintf(usual, sizeof usual, "%.0f", n ? wait[n - 1 - n / 100] / 1e3 : 0.0);
    table_word(&b->out, "the same by the clock (cold: worst, warm: 99 %)");
    table_int(&b->out, n);
    table_word(&b->out, worst);
    table_word(&b->out, usual);
}

/* The file's rows by time, a thousand at a time and each thousand on the disk, into a file that grows in place.  Processor time of a thousand,
 * blocks and index at the end included. */
static c12_status ts_ingest(ts_bench *b, const char *path, int32_t level, const char *name)
{
    enum { GROUP = 1000 };
    c12io_ts_range by_time = { .struct_size = sizeof by_time, .order = C12IO_TS_BY_TIME };
    c12io_ts *t;
    int64_t rows = 1, groups = 0;
    double spent = 0, start, asked, *wait = NEW(double, b->info.records + 2);
    c12_status s = ts_room(b, GROUP);
    if (s || (s = c12io_ts_create(&t, path, &b->schema, NULL, NULL, &b->c->err)) || (s = c12io_ts_close(t, &b->c->err))) return s;
    c12io_ts_options how = { .struct_size = sizeof how, .level = level };
    if ((s = c12io_ts_continue(&t, path, &how, NULL, &b->c->err))) return s;
    s = c12io_ts_scan(b->t, &by_time, &b->c->err);
    for (; !s && rows; groups++) {
        s = c12_tlm_batch_reset(&b->batch, &b->schema, &b->c->err);
        if (!s) s = c12io_ts_next(b->t, &b->batch, &rows, &b->c->err);
        start = ts_clock();
        asked = ts_wall();
        if (!s && rows) s = c12io_ts_append(t, &b->batch, &b->c->err);
        if (!s && rows) s = c12io_ts_sync(t, &b->c->err);
        spent += ts_clock() - start;
        wait[groups] = ts_wall() - asked;
    }
    start = ts_clock();
    if (s) c12io_ts_destroy(t);
    else s = c12io_ts_close(t, &b->c->err);
    spent += ts_clock() - start;
    if (s) return s;
    char each[32], what[80];
    snprintf(each, sizeof each, "%.1f", spent / 1e3 / (double)groups);
    snprintf(what, sizeof what, "append and sync 1000 rows, level %s (groups: how often)", name);
    table_word(&b->out, what);
    table_int(&b->out, groups);
    table_word(&b->out, "");
    table_word(&b->out, each);
    ts_waits(b, wait, groups);
    free(wait);
    return C12_OK;
}

/* The first number column that varies: torque in the factory's own record. */
static int32_t ts_column(const c12_tlm_schema *s)
{
    int32_t found = -1;
    for (int32_t f = 0; f < s->n_fields; f++) {
        int64_t n = s->path_off[f + 1] - s->path_off[f];
        if (s->kind[f] != C12_TLM_DECIMAL) continue;
        if (found < 0 || (n > 6 && !memcmp(s->path + s->path_off[f + 1] - 6, "torque", 6))) found = f;
    }
    return found;
}

static c12_status ts_open(ts_bench *b, const char *file)
{
    double start = ts_clock();
    c12_status s = c12io_ts_open(&b->t, file, NULL, &b->c->err);
    double opened = (ts_clock() - start) / 1e3;
    b->schema.struct_size = (uint32_t)sizeof b->schema;
    b->info.struct_size = (uint32_t)sizeof b->info;
    if (s || (s = c12io_ts_schema(b->t, &b->schema, &b->c->err)) || (s = c12io_ts_stat(b->t, &b->info, &b->c->err))) return s;
    b->field = ts_column(&b->schema);
    b->robots = b->info.robots;
    char cold[32];
    snprintf(cold, sizeof cold, "%.1f", opened);
    table_word(&b->out, "open (groups: blocks)");
    table_int(&b->out, b->info.blocks);
    table_word(&b->out, cold);
    table_word(&b->out, "");
    return ts_room(b, b->robots < 1 ? 1 : b->robots);
}

int bench_ts(cli *c)
{
    static const char *const head[] = { "what", "groups", "cold_us", "warm_us" };
    ts_bench b = { .c = c };
    int64_t days = cli_int(c, "--days", 1, 1000, 90), robots = cli_int(c, "--robots", 1, 1000, 100);
    const char *file = cli_word(c, 1);
    char made[64];
    if (!cli_ready(c, file ? 2 : 1)) return EXIT_BAD;
    b.out = table_new(4, head, "snnn");
    b.answer = (c12io_ts_answer){ .struct_size = sizeof b.answer, .cap = TS_CAP, .robot = NEW(int32_t, TS_CAP), .start = NEW(int64_t, TS_CAP), .count = NEW(int64_t, TS_CAP),
                                  .min = NEW(int64_t, TS_CAP), .max = NEW(int64_t, TS_CAP), .sum_high = NEW(int64_t, TS_CAP), .sum_low = NEW(uint64_t, TS_CAP) };
    snprintf(made, sizeof made, "c12-bench-%ld.c12t", (long)getpid());
    c12_status s = file ? C12_OK : ts_make(&b, made, (int32_t)robots, days);
    if (!s) s = ts_open(&b, file ? file : made);
    if (!s) s = file ? ts_ask_short(&b) : ts_ask_long(&b, days);
    if (!s) s = ts_ask_latest(&b);
    if (!s && file) s = ts_ingest(&b, made, C12_TLM_DEFAULT, "default");
    unlink(made);
    if (!s && file) s = ts_ingest(&b, made, C12_TLM_FAST, "fast");
    c12io_ts_destroy(b.t);
    unlink(made);
    void *all[] = { b.answer.robot, b.answer.start, b.answer.count, b.answer.min, b.answer.max, b.answer.sum_high, b.answer.sum_low, b.mem.ptr };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) free(all[k]);
    return s ? cli_fail(c, s) : table_print(c, &b.out, NULL);
}
