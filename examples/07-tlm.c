/* SPDX-License-Identifier: Apache-2.0 */
/* Robot telemetry three ways: one record as a radio frame, an hour of records as a telemetry file, one robot's minute read back and its hour summed up. */
#include "c12/tlm.h"
#include "c12/ts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail(const char *what, const c12_error *e)
{
    fprintf(stderr, "%s: %s: %s\n", what, c12_status_name(e->status), e->what ? e->what : "");
    return 1;
}

/* The code of a text in the batch; 0 stands for failure too, which this example's small texts cannot meet. */
static int64_t code(c12_tlm_batch *b, const char *text)
{
    int64_t k = 0;
    c12_view v = { (const uint8_t *)text, strlen(text) };
    if (c12_tlm_intern(b->dict, v, &k, NULL)) return 0;
    return k;
}

/* One row a robot: position moves, everything else stands still. */
static void fill(c12_tlm_batch *b, const c12_tlm_schema *s, int64_t second, int robots)
{
    for (b->n = 0; b->n < robots; b->n++) {
        char name[16];
        snprintf(name, sizeof name, "G1-%03d", (int)b->n + 1);
        for (int32_t f = 0; f < s->n_fields; f++) {
            int64_t v = s->kind[f] == C12_TLM_TEXT ? code(b, "OK") : s->kind[f] == C12_TLM_LIST ? code(b, "[]") : 0;
            b->value[f * b->cap + b->n] = v;
        }
        b->value[s->robot_field * b->cap + b->n] = code(b, name);
        b->value[s->time_field * b->cap + b->n] = INT64_C(1761316337842) + second * 1000;
        b->value[2 * b->cap + b->n] = 100 + (second * 8 + b->n) % 300; /* position.x in tenths of a metre */
    }
}

static int write_hour(const char *path, c12_tlm_batch *b, const c12_tlm_schema *s, c12_error *e)
{
    c12io_ts *ts;
    if (c12io_ts_create(&ts, path, s, NULL, NULL, e)) return fail("create", e);
    for (int64_t second = 0; second < 3600; second++) {
        fill(b, s, second, 10);
        if (c12io_ts_append(ts, b, e)) { c12io_ts_destroy(ts); return fail("append", e); }
    }
    return c12io_ts_close(ts, e) ? fail("close", e) : 0;
}

static int read_minute(const char *path, c12_tlm_batch *b, const c12_tlm_schema *s, c12_error *e)
{
    c12io_ts *ts;
    c12io_ts_info info = C12_INIT(c12io_ts_info);
    c12io_ts_range range = C12_INIT(c12io_ts_range);
    char line[2048];
    c12_mem out = { line, sizeof line };
    size_t used;
    int64_t rows = 0;
    range.from = INT64_C(1761316337842) + 60000;
    range.to = range.from + 60000;
    range.robot = (const uint8_t *)"G1-003";
    range.robot_size = 6;
    if (c12io_ts_open(&ts, path, NULL, e)) return fail("open", e);
    c12_status st = c12io_ts_stat(ts, &info, e);
    if (!st) st = c12_tlm_batch_reset(b, s, e);
    if (!st) st = c12io_ts_scan(ts, &range, e);
    if (!st) st = c12io_ts_next(ts, b, &rows, e);
    if (!st) st = c12_tlm_print(s, b, 0, 1, out, &used, e);
    c12io_ts_destroy(ts);
    if (st) return fail("read", e);
    printf("file: %lld records of %d robots in %lld bytes, %.2f a record\n", (long long)info.records, (int)info.robots, (long long)info.bytes, info.bytes_per_record);
    printf("minute: %lld rows, the first is\n%.110s...\n", (long long)rows, line);
    return rows == 60 ? 0 : 1;
}

/* position.x of one robot by quarters of an hour. */
static int ask_hour(const char *path, c12_error *e)
{
    enum { CAP = 8 };
    static const int32_t position_x = 2;
    int64_t start[CAP], count[CAP], least[CAP], most[CAP];
    c12io_ts *ts;
    c12io_ts_question q = { .struct_size = sizeof q, .n_fields = 1, .bucket = 15 * 60000, .robot = (const uint8_t *)"G1-003", .robot_size = 6, .field = &position_x };
    c12io_ts_answer a = { .struct_size = sizeof a, .cap = CAP, .start = start, .count = count, .min = least, .max = most };
    if (c12io_ts_open(&ts, path, NULL, e)) return fail("open", e);
    c12_status st = c12io_ts_query(ts, &q, &a, e);
    c12io_ts_destroy(ts);
    if (st) return fail("query", e);
    printf("quarters: %lld, in the second %lld rows, x from %lld to %lld tenths of a metre\n", (long long)a.n, (long long)count[1], (long long)least[1], (long long)most[1]);
    return 0;
}

int main(void)
{
    const char *path = "07-tlm.c12t";
    c12_error e = C12_INIT(c12_error);
    c12_tlm_schema s = C12_INIT(c12_tlm_schema);
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 256, .rows = 1000, .raw_bytes = 4096, .text_bytes = 8192 };
    c12_tlm_batch b = C12_INIT(c12_tlm_batch);
    c12_mem mem = { NULL, 0 };
    uint8_t frame[512];
    c12_mem room = { frame, sizeof frame };
    size_t used;
    if (c12_tlm_builtin(&s, &e) || c12_tlm_batch_bytes(&s, &d, &mem.size, &e)) return fail("sizes", &e);
    if (!(mem.ptr = malloc(mem.size))) return 1;
    if (c12_tlm_batch_init(&b, mem, &s, &d, &e)) return fail("batch", &e);
    fill(&b, &s, 0, 10);
    if (c12_tlm_frame_encode(&s, &b, 2, 1, room, &used, &e)) return fail("frame", &e);
    printf("frame: %zu bytes\n", used);
    int bad = write_hour(path, &b, &s, &e) || read_minute(path, &b, &s, &e) || ask_hour(path, &e);
    remove(path);
    free(mem.ptr);
    return bad;
}

/* prints: frame: 131 bytes */
/* prints: file: 36000 records of 10 robots in 5050 bytes, 0.14 a record */
/* prints: minute: 60 rows, the first is */
/* prints: {"robot_id":"G1-003","timestamp":"2025-10-24T14:33:17.842Z","position":{"x":28.2,"y":0.0,"z":0.0},"velocity":{... */
/* prints: quarters: 5, in the second 900 rows, x from 102 to 398 tenths of a metre */
