/* SPDX-License-Identifier: Apache-2.0 */
#include "tlm/wire/tlm_wire_internal.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 600, FRAMES = 1 << 18 };

static c12_tlm_schema schema;
static c12_tlm_wire_plan plan;
static c12_tlm_wire_options options;
static c12_tlm_batch sent, got;
static void *memory[4];
static uint8_t frames[FRAMES];
static c12_tlm_sender *sender;
static c12_tlm_receiver *receiver;
static uint64_t dice;

static int64_t draw(int64_t n)
{
    dice = dice * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((dice >> 33) % (uint64_t)n);
}

static void batch_make(c12_tlm_batch *b, void **mem, int64_t rows, int32_t texts)
{
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = texts, .rows = rows, .raw_bytes = 8192, .text_bytes = 8192 };
    c12_mem m = { NULL, 0 };
    c12_tlm_batch empty = C12_INIT(c12_tlm_batch);
    *b = empty;
    ck_assert_int_eq(c12_tlm_batch_bytes(&schema, &d, &m.size, NULL), C12_OK);
    free(*mem);
    *mem = m.ptr = malloc(m.size);
    ck_assert_int_eq(c12_tlm_batch_init(b, m, &schema, &d, NULL), C12_OK);
}

static void link_open(void)
{
    c12_mem s = { NULL, 0 }, r = { NULL, 0 };
    ck_assert_int_eq(c12_tlm_wire_bytes(&schema, &options, &s.size, &r.size, NULL), C12_OK);
    free(memory[2]);
    free(memory[3]);
    memory[2] = s.ptr = malloc(s.size);
    memory[3] = r.ptr = malloc(r.size);
    ck_assert_int_eq(c12_tlm_sender_init(&sender, s, &schema, &options, NULL), C12_OK);
    ck_assert_int_eq(c12_tlm_receiver_init(&receiver, r, &schema, &options, NULL), C12_OK);
}

static void setup(void)
{
    c12_tlm_schema s = C12_INIT(c12_tlm_schema);
    c12_tlm_wire_plan p = C12_INIT(c12_tlm_wire_plan);
    c12_tlm_wire_options o = C12_INIT(c12_tlm_wire_options);
    dice = 12;
    schema = s;
    plan = p;
    options = o;
    ck_assert_int_eq(c12_tlm_builtin(&schema, NULL), C12_OK);
    ck_assert_int_eq(c12_tlm_wire_builtin(&plan, NULL), C12_OK);
    options.plan = &plan;
    batch_make(&sent, &memory[0], ROWS, 64);
    batch_make(&got, &memory[1], ROWS, 64);
    link_open();
}

static void teardown(void)
{
    for (int k = 0; k < 4; k++) {
        free(memory[k]);
        memory[k] = NULL;
    }
}

static int64_t word(c12_tlm_batch *b, const char *text)
{
    int64_t code;
    c12_view v = { (const uint8_t *)text, strlen(text) };
    ck_assert_int_eq(c12_tlm_intern(b->dict, v, &code, NULL), C12_OK);
    return code;
}

/* A robot that walks and stands by turns: noise, steps, far outliers, texts that change. */
static void fill(int64_t rows)
{
    static const char *const log[] = { "[]", "[]", "[]", "[\"E117 torque limit knee\"]", "[\"W\\u0001 \xc3\xa9\"]" };
    int64_t now[64] = { 0 };
    for (sent.n = 0; sent.n < rows; sent.n++) {
        int64_t r = sent.n, walks = r / 70 % 2;
        for (int32_t f = 0; f < schema.n_fields; f++) {
            int64_t v = now[f] + (draw(4) ? 0 : draw(walks ? 90 : 5) - (walks ? 45 : 2));
            if (draw(50) == 0) now[f] += draw(2000) - 1000;
            if (schema.kind[f] == C12_TLM_TIME) v = INT64_C(1761316337842) + 100 * r + draw(3) + (f == schema.time_field ? 0 : 60000 + draw(2) * 5000);
            if (schema.kind[f] == C12_TLM_TIME && !schema.decimals[f]) v -= v % 5000;
            if (schema.kind[f] == C12_TLM_TEXT) v = word(&sent, draw(80) ? "OK" : "WARN");
            if (schema.kind[f] == C12_TLM_LIST) v = word(&sent, draw(60) ? "[]" : log[draw(5)]);
            sent.value[f * sent.cap + r] = v;
        }
        sent.value[r] = word(&sent, "G1-042");
        sent.value[9 * sent.cap + r] = word(&sent, r < 300 ? "WO-5482-ST2" : "something else");
        sent.value[10 * sent.cap + r] = word(&sent, "Station_2_Actuator_Install");
        sent.value[5 * sent.cap + r] = walks ? 8 + draw(2) : 0;
    }
}

static int64_t in_unit(const c12_tlm_batch *b, int32_t f, int64_t row)
{
    int64_t v = b->value[f * b->cap + row];
    for (int32_t k = b->scale[f]; k < 12 && schema.kind[f] == C12_TLM_DECIMAL; k++) v *= 10;
    return v;
}

static void same_row(int64_t a, int64_t b)
{
    for (int32_t f = 0; f < schema.n_fields; f++) {
        int64_t x = sent.value[f * sent.cap + a], y = got.value[f * got.cap + b];
        if (schema.kind[f] == C12_TLM_TEXT || schema.kind[f] == C12_TLM_LIST) {
            const c12_tlm_dict *p = sent.dict, *q = got.dict;
            ck_assert_int_eq(p->off[x + 1] - p->off[x], q->off[y + 1] - q->off[y]);
            ck_assert(!memcmp(p->bytes + p->off[x], q->bytes + q->off[y], (size_t)(p->off[x + 1] - p->off[x])));
        } else ck_assert_msg(in_unit(&sent, f, a) == in_unit(&got, f, b), "field %d row %d: %lld is not %lld", (int)f, (int)a, (long long)x, (long long)y);
    }
}

static size_t push(int64_t first, int64_t count, size_t at, int64_t *n)
{
    size_t used;
    int64_t done;
    c12_mem out = { frames + at, sizeof frames - at };
    ck_assert_int_eq(c12_tlm_sender_push(sender, &sent, first, count, out, &used, &done, n, NULL), C12_OK);
    ck_assert_int_eq(done, count);
    return used;
}

static c12_status pull(size_t from, size_t size, size_t *used, c12_tlm_wire_report *report)
{
    uint8_t *exact = malloc(size ? size : 1); /* so that reading past the end is seen */
    memcpy(exact, frames + from, size);
    c12_view in = { exact, size };
    c12_status st = c12_tlm_receiver_pull(receiver, in, &got, used, report, NULL);
    free(exact);
    return st;
}

/* ---- the codes ------------------------------------------------------------------------------------------------------------ */

/* What defines them: lengths by symbol, the escape last (code 7 has none); shorter codes first, then by symbol. */
static const int lengths[8][20] = {
    { 0 }, { 1, 2, 3, 3 }, { 1, 3, 3, 5, 5, 6, 6, 6, 6, 3 }, { 1, 2, 3, 5, 4, 7, 7, 8, 8, 7 }, { 2, 2, 2, 4, 4, 5, 5, 6, 6, 7, 8, 8, 6 },
    { 1, 2, 3, 4, 5, 6, 8, 8, 8, 8 }, { 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 7, 7, 8, 8, 6 }, { 1, 3, 4, 7, 3, 5, 6, 8, 4, 6, 6, 8, 6, 7, 8, 8 }
};

START_TEST(tables_are_the_canonical_codes_of_their_lengths)
{
    for (int c = 1; c < 8; c++) {
        int next = 0, n = 0;
        while (lengths[c][n]) n++;
        for (int length = 1; length <= 8; length++, next <<= 1)
            for (int s = 0; s < n; s++) {
                if (lengths[c][s] != length) continue;
                int symbol = c < 7 && s == n - 1 ? 31 : s, reversed = 0;
                for (int k = 0; k < length; k++) reversed |= (next >> k & 1) << (length - 1 - k);
                ck_assert_int_eq(c12__tlm_wire_write[c][symbol], length | reversed << 4);
                for (int k = 0; k < 256; k++)
                    if ((k & ((1 << length) - 1)) == reversed) ck_assert_int_eq(c12__tlm_wire_read[c][k], length | symbol << 4);
                next++;
            }
        ck_assert_int_eq(next, 512); /* complete */
        if (c < 7) ck_assert_uint_eq(c12__tlm_wire_step_of[c].symbols, (unsigned)(n - 1));
    }
    for (int k = 0; k < 256; k++) ck_assert_int_eq(c12__tlm_wire_read[0][k], 0);
    for (int c = 1; c < 8; c++)
        for (int k = 0; k < 256; k++) { /* the same by halves of eight bits, for registers of twice sixteen bytes */
            int first = k & 15, second = k >> 4, e = c12__tlm_wire_read[c][k], symbol = e >> 4 == 31 ? 15 : e >> 4;
            for (int copy = 0; copy < 32; copy += 16) {
                int got_e = c12__tlm_wire_halves[c][0][copy + first] | (first == 7 ? c12__tlm_wire_halves[c][1][copy + second] : 0) |
                            (first == 15 ? c12__tlm_wire_halves[c][2][copy + second] : 0);
                ck_assert_int_eq(got_e, (e & 15) << 4 | symbol);
                int w = c12__tlm_wire_write[c][first] ? c12__tlm_wire_write[c][first] : c12__tlm_wire_write[c][31];
                ck_assert_int_eq(c12__tlm_wire_brief[c][0][copy + first], w >> 4);
                ck_assert_int_eq(c12__tlm_wire_brief[c][1][copy + first], w & 15);
            }
        }
    for (int32_t scale = 0; scale <= C12__TLM_WIRE_SCALES; scale++) {
        const c12__tlm_wire_step step = c12__tlm_wire_step_of[scale];
        const c12__tlm_wire_shape shape = c12__tlm_wire_shape_of[scale];
        ck_assert(step.scale == scale && shape.shift == step.shift && shape.last + 1 == step.symbols && shape.need == step.shift + 8u);
        ck_assert_uint_eq(shape.length + c12__tlm_wire_brief[step.code][1][0] * 0x01010101u, step.shift + (uint32_t)c12__tlm_wire_brief[step.code][1][0]);
        ck_assert_uint_eq(c12__tlm_wire_brief[step.code][0][0], 0);
    }
    ck_assert_uint_eq(c12__tlm_wire_crc16(0xffff, (const uint8_t *)"123456789", 9), 0x29b1); /* CRC-16/CCITT-FALSE's published check */
}
END_TEST

START_TEST(crcs_of_many_are_those_of_each)
{
    uint8_t bytes[160];
    const uint8_t *p[8];
    uint32_t n[8], from[8], crc[8];
    for (int round = 0; round < 2000; round++) {
        for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)draw(256);
        for (int i = 0; i < 8; i++) {
            crc[i] = from[i] = (uint32_t)draw(65536);
            p[i] = bytes + draw(40);
            n[i] = (uint32_t)(1 + (round < 200 ? round % 70 : draw(100)));
        }
        c12__tlm_wire_crc16_each(p, n, 8, crc);
        for (int i = 0; i < 8; i++) ck_assert_uint_eq(crc[i], c12__tlm_wire_crc16(from[i], p[i], n[i]));
        c12__tlm_wire_crc16_chain(from[0], p, n, 8, crc);
        for (int i = 0; i < 8; i++) ck_assert_uint_eq(crc[i], c12__tlm_wire_crc16(i ? crc[i - 1] : from[0], p[i], n[i]));
    }
}
END_TEST

START_TEST(numbers_and_texts_come_back)
{
    static const int64_t numbers[] = { 0, 1, -1, 511, 512, -512, -513, 1 << 20, INT64_MAX, INT64_MIN, INT64_MAX - 1 };
    static const char *const texts[] = { "OK", "", "WO-1234-ST5", "WO-12x4-ST5", "Station_9_", "Station_2_Actuator_Install", "HUM-2025-001847", "\xc3\xa9", "[]",
        "[\"OK\",\"WARN\",\"OK\",\"OK\"]", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789-_abcdefgh" };
    uint8_t room[4096], text[512];
    c12__tlm_wire_draft d;
    ck_assert_int_eq(c12__tlm_wire_open(&d, &schema, &options, NULL), C12_OK);
    c12__tlm_wire_out o = { room, room + sizeof room, 0, 0, 0 };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        for (int32_t w = -48; w <= 48; w += 8) c12__tlm_wire_put_number(&o, numbers[i], w);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        c12_view v = { (const uint8_t *)texts[i], strlen(texts[i]) };
        c12__tlm_wire_put_text(&o, &d.wire, (int32_t)(i % d.wire.n_codes), v);
    }
    c12__tlm_wire_finish(&o);
    size_t n = (size_t)(o.p - room);
    c12__tlm_wire_in in = { room, 0, n, 0, 0, 0, 0 };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        for (int32_t w = -48; w <= 48; w += 8) ck_assert_int_eq(c12__tlm_wire_get_number(&in, w), numbers[i]);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        size_t size;
        ck_assert_int_eq(c12__tlm_wire_get_text(&in, &d.wire, (int32_t)(i % d.wire.n_codes), text, &size), 1);
        ck_assert(size == strlen(texts[i]) && !memcmp(text, texts[i], size));
    }
    ck_assert(!c12__tlm_wire_past(&in));
}
END_TEST

/* ---- whole links ------------------------------------------------------------------------------------------------------------ */

/* All rows over the link in pieces, nothing lost. */
static size_t there_and_back(int64_t rows, int64_t piece)
{
    size_t at = 0, used, bytes;
    for (int64_t r = 0; r < rows; r += piece) at += push(r, rows - r < piece ? rows - r : piece, at, NULL);
    bytes = at;
    ck_assert_int_eq(pull(0, bytes, &used, NULL), C12_OK);
    ck_assert_uint_eq(used, bytes);
    ck_assert_int_eq(got.n, rows);
    for (int64_t r = 0; r < rows; r++) same_row(r, r);
    return bytes;
}

START_TEST(rows_come_back)
{
    size_t any, ordered;
    fill(ROWS);
    options.ordered = _i & 1;
    options.batch = _i & 2 ? 10 : 0;
    link_open();
    any = there_and_back(ROWS, 1);
    got.n = 0;
    link_open();
    ordered = there_and_back(ROWS, 7); /* frames of a batch end where a call ends */
    if (!options.batch) ck_assert_uint_eq(any, ordered);
    got.n = 0;
    plan.group = plan.width = plan.rate = plan.like = plan.usual = NULL;
    plan.n_texts = 0;
    link_open();
    there_and_back(ROWS, ROWS);
    options.plan = NULL;
    got.n = 0;
    link_open();
    there_and_back(ROWS, ROWS);
}
END_TEST

START_TEST(a_sender_fits_a_kibibyte)
{
    size_t s, r;
    ck_assert_int_eq(c12_tlm_wire_bytes(&schema, &options, &s, &r, NULL), C12_OK);
    ck_assert_uint_le(s, 1024);
    ck_assert_uint_le(r, 2048);
}
END_TEST

/* Three of ten frames lost, the rest in a random order within eight: every DELTA whose KEY came and was not yet two KEYs old gives its record. */
START_TEST(every_frame_whose_key_came_decodes)
{
    static struct { size_t at, size; int64_t row; int key; } list[ROWS];
    int64_t lost = 0, taken = 0, newest = -1;
    c12_tlm_wire_report report = C12_INIT(c12_tlm_wire_report);
    fill(ROWS);
    options.key_ms = 2000;
    link_open();
    size_t at = 0;
    int64_t key_of[ROWS];
    for (int64_t r = 0; r < ROWS; r++) {
        list[r].at = at;
        list[r].row = r;
        list[r].size = push(r, 1, at, NULL);
        list[r].key = frames[at] >> 5 == C12__TLM_CBOR_ARRAY;
        newest = list[r].key ? r : newest;
        key_of[r] = newest;
        at += list[r].size;
    }
    int came[ROWS] = { 0 };
    for (int64_t r = 0; r < ROWS; r++) {
        size_t used;
        int64_t n = got.n;
        if (draw(10) < 3) { lost++; continue; }
        came[r] = list[r].key;
        int want = list[r].key || came[key_of[r]];
        c12_status st = pull(list[r].at, list[r].size, &used, &report);
        if (!want && st == C12_E_FORMAT) continue; /* four KEYs lost: their numbers have gone round, the CRC tells */
        ck_assert_int_eq(st, C12_OK);
        ck_assert_uint_eq(used, list[r].size);
        ck_assert_int_eq(got.n - n, want);
        ck_assert_int_eq(report.missing_key >= 0, !want);
        if (want) {
            same_row(r, n);
            ck_assert_uint_eq(report.seq, (uint32_t)r);
        }
        taken += want;
    }
    ck_assert_int_eq(report.records, taken);
    ck_assert_int_eq(report.keys + report.deltas, taken);
    ck_assert_int_gt(report.keyless, 0);
    ck_assert_int_gt(lost, 100);
}
END_TEST

START_TEST(frames_may_overtake_a_key)
{
    fill(120);
    options.key_ms = 2000;
    link_open();
    size_t at[121] = { 0 }, used;
    int64_t key = 0;
    for (int64_t r = 0; r < 120; r++) {
        at[r + 1] = at[r] + push(r, 1, at[r], NULL);
        if (r && frames[at[r]] >> 5 == C12__TLM_CBOR_ARRAY && !key) key = r;
    }
    ck_assert_int_gt(key, 4);
    ck_assert_int_eq(pull(0, at[1], &used, NULL), C12_OK);
    ck_assert_int_eq(pull(at[key], at[key + 1] - at[key], &used, NULL), C12_OK);
    ck_assert_int_eq(pull(at[key - 1], at[key] - at[key - 1], &used, NULL), C12_OK); /* of the KEY before */
    ck_assert_int_eq(pull(at[3], at[4] - at[3], &used, NULL), C12_OK);
    ck_assert_int_eq(got.n, 4);
    same_row(key - 1, 2);
    same_row(3, 3);
}
END_TEST

START_TEST(a_nack_brings_a_key)
{
    uint8_t nack[16];
    c12_mem room = { nack, sizeof nack };
    c12_tlm_wire_report report = C12_INIT(c12_tlm_wire_report);
    size_t at, n, used, size;
    fill(100);
    options.ordered = _i;
    link_open();
    at = push(0, 1, 0, NULL);
    if (_i) ck_assert_int_eq(pull(0, at, &used, &report), C12_OK);
    ck_assert_int_eq(c12_tlm_receiver_nack(receiver, room, &n, NULL), C12_OK);
    ck_assert_uint_eq(n, 0);
    at += _i ? push(1, 1, at, NULL) : 0; /* ordered: a DELTA lost; else the KEY itself */
    size = push(2, 1, at, NULL);
    ck_assert_int_eq(pull(at, size, &used, &report), C12_OK);
    ck_assert_int_eq(report.keyless, 1);
    ck_assert_int_eq(c12_tlm_receiver_nack(receiver, room, &n, NULL), C12_OK);
    ck_assert_uint_eq(n, 5);
    c12_view v = { nack, n };
    for (size_t bit = 0; bit < 8 * n; bit++) {
        nack[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert_int_eq(c12_tlm_sender_answer(sender, v, NULL), C12_E_FORMAT);
        nack[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    ck_assert_int_eq(c12_tlm_sender_answer(sender, v, NULL), C12_OK);
    at += size;
    size = push(3, 2, at, NULL);
    ck_assert_int_eq(frames[at] >> 5, C12__TLM_CBOR_ARRAY);
    ck_assert_int_eq(pull(at, size, &used, &report), C12_OK);
    ck_assert_int_eq(report.missing_key, -1);
    same_row(3, got.n - 2);
    same_row(4, got.n - 1);
    ck_assert_int_eq(c12_tlm_receiver_nack(receiver, room, &n, NULL), C12_OK);
    ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(an_ordered_link_stops_at_a_gap)
{
    c12_tlm_wire_report report = C12_INIT(c12_tlm_wire_report);
    size_t at = 0, used;
    fill(200);
    options.ordered = 1;
    options.key_ms = 4000;
    link_open();
    int64_t keys = 0;
    for (int64_t r = 0; r < 200; r++) {
        size_t size = push(r, 1, at, NULL);
        int key = frames[at] >> 5 == C12__TLM_CBOR_ARRAY;
        keys += key;
        if (r != 10) {
            int64_t n = got.n;
            ck_assert_int_eq(pull(at, size, &used, &report), C12_OK);
            ck_assert_int_eq(got.n - n, r < 10 || keys > 1);
            if (got.n > n) same_row(r, n);
        }
        at += size;
    }
    ck_assert_int_gt(keys, 2);
}
END_TEST

/* Nothing is left to say of it but the time, and that not even: ordered, a DELTA is one byte and its CRC. */
START_TEST(a_robot_that_only_stands_comes_back)
{
    size_t used, least = FRAMES, at = 0;
    c12_tlm_wire_report report = C12_INIT(c12_tlm_wire_report);
    fill(ROWS);
    for (int64_t r = 1; r < ROWS; r++)
        for (int32_t f = 0; f < schema.n_fields; f++)
            sent.value[f * sent.cap + r] = sent.value[f * sent.cap] + (f == schema.time_field ? 100 * r : 0);
    options.ordered = _i;
    link_open();
    for (int64_t r = 0; r < ROWS; r++) {
        size_t size = push(r, 1, at, NULL);
        least = size < least ? size : least;
        ck_assert_int_eq(pull(at, size, &used, &report), C12_OK);
        ck_assert_int_eq(got.n, r + 1);
        same_row(r, r);
        at += size;
    }
    ck_assert_uint_eq(least, _i ? 4 : 5);
}
END_TEST

/* ---- what does not fit goes all the same ---------------------------------------------------------------------------------------- */

START_TEST(anything_survives)
{
    static char lines[4096], text[8192], long_text[400];
    static const char odd[] = "{\"unknown\":[1,2.50],\"timestamp\":\"2025-10-24T14:32:17.842Z\",\"robot_id\":\"G1-042\"}";
    c12_mem out = { text, sizeof text };
    size_t used, n = 0;
    fill(40);
    options.ordered = _i & 1;
    options.batch = _i & 2 ? 8 : 0;
    link_open();
    memset(long_text, 'x', sizeof long_text - 1);
    sent.value[9 * sent.cap + 5] = word(&sent, long_text);          /* longer than a KEY or DELTA takes */
    sent.value[10 * sent.cap + 6] = word(&sent, "a text that finds no room in the state because it is longer than all of it, as people write them when they explain, and a bit more");
    sent.value[3 * sent.cap + 8] = INT64_MAX;
    sent.value[3 * sent.cap + 9] = INT64_MIN;
    sent.value[13 * sent.cap + 11] += 1000;                          /* off the grid of five seconds */
    sent.value[13 * sent.cap + 12] += 1;                             /* off the second, which prints only as a raw line would: PLAIN */
    sent.value[1 * sent.cap + 14] -= 100000;                         /* back in time */
    for (int64_t r = 0; r < 40; r++) sent.value[2 * sent.cap + r] *= 10;
    sent.scale[2] = 2;
    sent.value[2 * sent.cap + 20] += 7;                              /* between the schema's decimals */
    int64_t raw = sent.n;
    c12_view v = { (const uint8_t *)odd, strlen(odd) };
    ck_assert_int_eq(c12_tlm_parse(&schema, v, &sent, &used, NULL), C12_OK);
    ck_assert_int_eq(sent.raw_at[raw] >= 0, 1);
    size_t at = push(0, sent.n, 0, NULL);
    ck_assert_int_eq(pull(0, at, &used, NULL), C12_OK);
    ck_assert_int_eq(got.n, sent.n);
    for (int64_t r = 0; r < raw; r++)
        if (r != 8 && r != 9) same_row(r, r);
    for (int64_t r = 8; r < 10; r++) ck_assert_int_eq(got.value[3 * got.cap + r], sent.value[3 * sent.cap + r]);
    ck_assert_int_eq(c12_tlm_print(&schema, &got, raw, 1, out, &n, NULL), C12_OK);
    ck_assert(n == strlen(odd) + 1 && !memcmp(text, odd, n - 1));
    (void)lines;
}
END_TEST

START_TEST(another_dictionary_means_the_same_texts)
{
    size_t at, used;
    fill(20);
    at = push(0, 10, 0, NULL);
    int64_t ok = word(&sent, "OK"), warn = word(&sent, "WARN");
    c12_tlm_batch again = sent;
    void *mem = NULL;
    batch_make(&again, &mem, ROWS, 64);
    word(&again, "WARN");   /* the codes change places */
    word(&again, "OK");
    for (int64_t r = 0; r < 20; r++)
        for (int32_t f = 0; f < schema.n_fields; f++) {
            int64_t x = sent.value[f * sent.cap + r];
            if (schema.kind[f] == C12_TLM_TEXT || schema.kind[f] == C12_TLM_LIST) {
                c12_view t = c12__tlm_text(sent.dict, x);
                ck_assert_int_eq(c12_tlm_intern(again.dict, t, &x, NULL), C12_OK);
            }
            again.value[f * again.cap + r] = x;
        }
    again.n = 20;
    ck_assert_int_ne(ok, warn);
    int64_t done;
    size_t more;
    c12_mem out = { frames + at, sizeof frames - at };
    ck_assert_int_eq(c12_tlm_sender_push(sender, &again, 10, 10, out, &more, &done, NULL, NULL), C12_OK);
    ck_assert_int_eq(pull(0, at + more, &used, NULL), C12_OK);
    for (int64_t r = 0; r < 20; r++) same_row(r, r);
    free(mem);
}
END_TEST

START_TEST(a_frame_keeps_to_the_mtu)
{
    int64_t n;
    fill(ROWS);
    options.batch = 50;
    options.mtu = 120;
    link_open();
    size_t at = push(0, ROWS, 0, &n), used, size, from = 0;
    for (int64_t k = 0; k < n; k++, from += size) {
        c12_view rest = { frames + from, at - from };
        size_t bad;
        size = c12__tlm_cbor_item(rest, &bad);
        ck_assert_uint_gt(size, 0); /* every frame is one item of deterministic CBOR */
        if (frames[from] >> 5 == C12__TLM_CBOR_BYTES) ck_assert_uint_le(size, 120);
    }
    ck_assert_uint_eq(from, at);
    ck_assert_int_lt(n, ROWS / 3);
    ck_assert_int_eq(pull(0, at, &used, NULL), C12_OK);
    for (int64_t r = 0; r < ROWS; r++) same_row(r, r);
}
END_TEST

/* ---- faults ------------------------------------------------------------------------------------------------------------------ */

START_TEST(every_damaged_frame_is_refused)
{
    size_t used;
    fill(3);
    size_t key = push(0, 1, 0, NULL), all = key + push(1, 1, key, NULL);
    ck_assert_int_eq(pull(0, all, &used, NULL), C12_OK);
    for (size_t bit = 0; bit < all * 8; bit++) {
        size_t from = bit / 8 < key ? 0 : key, size = bit / 8 < key ? key : all - key;
        frames[bit / 8] ^= (uint8_t)(1 << bit % 8);
        c12_status st = pull(from, size, &used, NULL);
        ck_assert_msg(st == C12_E_FORMAT || st == C12_OK, "bit %zu", bit); /* OK: the DELTA names a KEY that is not here */
        ck_assert_int_eq(got.n, 2);
        frames[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t cut = 0; cut < all; cut++) {
        size_t from = cut < key ? 0 : key;
        if (cut == from) continue;
        ck_assert_int_eq(pull(from, cut - from, &used, NULL), C12_E_FORMAT);
        ck_assert_uint_eq(used, 0);
    }
    ck_assert_int_eq(got.n, 2);
    ck_assert_int_eq(pull(key, all - key, &used, NULL), C12_OK); /* still the same link */
    same_row(1, 2);
}
END_TEST

/* Right CRCs around wrong bits: what a stranger could send who knows the plan. */
START_TEST(bits_that_break_a_rule_are_refused_though_their_crc_is_right)
{
    size_t used;
    fill(3);
    size_t key = push(0, 1, 0, NULL), all = key + push(1, 1, key, NULL), body = key + 1;
    ck_assert_uint_lt(frames[key], 0x58);
    ck_assert_int_eq(pull(0, key, &used, NULL), C12_OK);
    uint32_t seed = c12__tlm_get32(frames + key - 4) & 0xffff;
    for (int64_t k = 0; k < 20000; k++) {
        size_t n = all - body - 2;
        uint8_t was[64];
        memcpy(was, frames + body, n + 2);
        for (int hit = 0; hit < 3; hit++) frames[body + 1 + (size_t)draw((int64_t)n - 1)] ^= (uint8_t)(1 << draw(8));
        uint32_t crc = c12__tlm_wire_crc16(seed, frames + body, n);
        frames[all - 2] = (uint8_t)crc;
        frames[all - 1] = (uint8_t)(crc >> 8);
        int64_t before = got.n;
        c12_status st = pull(key, all - key, &used, NULL);
        ck_assert(st == C12_OK || st == C12_E_FORMAT || st == C12_E_SPACE || st == C12_E_OVERFLOW);
        ck_assert(got.n == before + (st == C12_OK));
        const int64_t texts = got.dict->n, rows = got.n, at = got.cap - 1 - draw(6); /* the same by the long way, which a batch takes that is nearly full */
        got.n = at;
        const c12_status again = pull(key, all - key, &used, NULL);
        ck_assert(again == st && got.n == at + (st == C12_OK) && got.dict->n == texts);
        for (int64_t f = 0; f < schema.n_fields && st == C12_OK; f++) ck_assert(got.value[f * got.cap + before] == got.value[f * got.cap + at]);
        got.n = rows;
        if (got.n > 500 || st == C12_E_SPACE) ck_assert_int_eq(c12_tlm_batch_reset(&got, &schema, NULL), C12_OK);
        memcpy(frames + body, was, n + 2);
    }
}
END_TEST

START_TEST(key_bits_that_break_a_rule_are_refused_though_their_crc_is_right)
{
    c12__tlm_wire_draft d;
    size_t used;
    int64_t taken = 0;
    fill(3);
    ck_assert_int_eq(c12__tlm_wire_open(&d, &schema, &options, NULL), C12_OK);
    size_t key = push(0, 1, 0, NULL), head = 4;
    ck_assert_int_eq(frames[2], 0x58);
    for (int64_t k = 0; k < 20000; k++) {
        uint8_t was[256];
        memcpy(was, frames, key);
        for (int hit = 0; hit < 2; hit++) frames[head + (size_t)draw((int64_t)(key - 4 - head))] ^= (uint8_t)(1 << draw(8));
        c12_view v = { frames, key - 4 };
        c12__tlm_put32(frames + key - 4, c12_tlm_crc32c(d.wire.seed, v));
        int64_t before = got.n;
        c12_status st = pull(0, key, &used, NULL);
        ck_assert(st == C12_OK || st == C12_E_FORMAT || st == C12_E_SPACE || st == C12_E_OVERFLOW);
        ck_assert(got.n == before + (st == C12_OK));
        taken += st == C12_OK;
        if (got.n > 500 || st == C12_E_SPACE) ck_assert_int_eq(c12_tlm_batch_reset(&got, &schema, NULL), C12_OK);
        memcpy(frames, was, key);
    }
    ck_assert(taken > 1000 && taken < 19999);
}
END_TEST

START_TEST(full_memory_is_said_and_nothing_is_lost)
{
    c12_error e = C12_INIT(c12_error);
    size_t used, at = 0;
    int64_t done;
    fill(60);
    options.batch = 4;
    link_open();
    c12_mem small = { frames, 60 };
    c12_status st = c12_tlm_sender_push(sender, &sent, 0, 60, small, &used, &done, NULL, &e);
    ck_assert_int_eq(st, C12_E_SPACE);
    ck_assert_int_eq(done, 0);
    small.size = (size_t)e.value;
    for (int64_t r = 0; r < 60; r += done, at += used) {
        small.ptr = frames + at;
        ck_assert_int_eq(c12_tlm_sender_push(sender, &sent, r, 60 - r, small, &used, &done, NULL, NULL), C12_OK);
        ck_assert_int_gt(done, 0);
    }
    batch_make(&got, &memory[1], 7, 64);
    size_t from = 0;
    for (int64_t r = 0; from < at;) {
        c12_view in = { frames + from, at - from };
        ck_assert_int_eq(c12_tlm_receiver_pull(receiver, in, &got, &used, NULL, NULL), C12_OK);
        for (int64_t k = 0; k < got.n; k++) same_row(r + k, k);
        r += got.n;
        from += used;
        if (from == at) ck_assert_int_eq(r, 60);
        ck_assert_int_eq(c12_tlm_batch_reset(&got, &schema, NULL), C12_OK);
    }
    batch_make(&got, &memory[1], 64, 2);
    link_open();
    c12_view in = { frames, at };
    ck_assert_int_eq(c12_tlm_receiver_pull(receiver, in, &got, &used, NULL, &e), C12_E_SPACE);
    ck_assert_str_eq(e.field, "dict");
    ck_assert_int_eq(got.n, 0);
}
END_TEST

START_TEST(faults_of_a_plan_are_named)
{
    c12_error e = C12_INIT(c12_error);
    size_t n;
    int32_t column[37];
    for (int32_t f = 0; f < 37; f++) column[f] = -1;
    column[4] = 0; /* a text is no rate */
    plan.rate = column;
    ck_assert_int_eq(c12_tlm_wire_bytes(&schema, &options, &n, NULL, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "rate");
    ck_assert_int_eq(e.row, 4);
    setup();
    options.batch = -1;
    ck_assert_int_eq(c12_tlm_wire_bytes(&schema, &options, &n, NULL, &e), C12_E_ARG);
    setup();
    plan.group = column;
    ck_assert_int_eq(c12_tlm_wire_bytes(&schema, &options, &n, NULL, NULL), C12_E_RANGE);
    c12_mem tiny = { frames, 8 };
    options.plan = NULL;
    ck_assert_int_eq(c12_tlm_sender_init(&sender, tiny, &schema, &options, &e), C12_E_SPACE);
    ck_assert_int_gt(e.value, 8);
    ck_assert_int_eq(c12_tlm_receiver_init(&receiver, tiny, &schema, &options, NULL), C12_E_SPACE);
    ck_assert_int_eq(c12_tlm_sender_push(NULL, &sent, 0, 0, tiny, &n, NULL, NULL, NULL), C12_E_ARG);
}
END_TEST

START_TEST(a_key_of_another_plan_is_refused)
{
    size_t used;
    fill(2);
    size_t at = push(0, 1, 0, NULL);
    options.text_bytes = 113;
    link_open();
    ck_assert_int_eq(pull(0, at, &used, NULL), C12_E_FORMAT);
    ck_assert_int_eq(got.n, 0);
}
END_TEST

/* docs/guide/telemetry-wire.md: two records and their frames. */
#define RECORD(t, x, torque) "{\"robot_id\":\"G1-037\",\"timestamp\":\"2025-10-24T14:32:" t "Z\",\"position\":{\"x\":" x ",\"y\":45.6,\"z\":0.2},\"velocity\":{\"vx\":0.8," \
    "\"vy\":0.0,\"vz\":0.0},\"battery_level\":67.2,\"current_task\":{\"task_id\":\"WO-5482-ST2\",\"station\":\"Station_2_Actuator_Install\",\"unit_id\":\"HUM-2025-001847\"," \
    "\"progress\":42.0,\"estimated_completion\":\"2025-10-24T15:14:00Z\"},\"actuator_status\":{\"hip_left\":{\"temp\":42.1,\"torque\":" torque ",\"status\":\"OK\"},\"hip_right\":" \
    "{\"temp\":41.8,\"torque\":22.9,\"status\":\"OK\"},\"knee_left\":{\"temp\":38.6,\"torque\":18.2,\"status\":\"OK\"},\"knee_right\":{\"temp\":39.1,\"torque\":18.7," \
    "\"status\":\"OK\"},\"shoulder_left\":{\"temp\":35.2,\"torque\":12.3,\"status\":\"OK\"},\"shoulder_right\":{\"temp\":36.4,\"torque\":13.1,\"status\":\"OK\"}}," \
    "\"diagnostics\":{\"cpu_usage\":47.2,\"memory_usage\":62.8,\"network_latency\":12,\"camera_status\":[\"OK\",\"OK\",\"OK\",\"OK\"],\"error_log\":[]}}\n"

START_TEST(the_guide_s_vector)
{
    static const char lines[] = RECORD("17.842", "12.3", "23.4") RECORD("17.943", "12.4", "23.1");
    static const char *const hex[2] = {
        "82005849a09999999999999981200882ff238b276aa11904080095fa94a68e68821d06165bd8a113a31c5b76d933680fc891b6846a951450316f9cbce5fa9762fb26df77fa717300ff8faf778d",
        "4d04080000060000000000004fa0"
    };
    char text[4096];
    c12_view v = { (const uint8_t *)lines, sizeof lines - 1 };
    c12_mem out = { text, sizeof text };
    size_t used;
    ck_assert_int_eq(c12_tlm_parse(&schema, v, &sent, &used, NULL), C12_OK);
    for (int64_t r = 0, n; r < 2; r++) {
        size_t size = push(r, 1, 0, &n);
        ck_assert_uint_eq(size, strlen(hex[r]) / 2);
        for (size_t k = 0; k < size; k++) {
            unsigned byte;
            ck_assert_int_eq(sscanf(hex[r] + 2 * k, "%2x", &byte), 1);
            ck_assert_uint_eq(frames[k], byte);
        }
        ck_assert_int_eq(pull(0, size, &used, NULL), C12_OK);
    }
    ck_assert_int_eq(c12_tlm_print(&schema, &got, 0, 2, out, &used, NULL), C12_OK);
    ck_assert(used == v.size && !memcmp(text, lines, used));
}
END_TEST

/* What upsets rows that are handled together: values far out, other texts, times off the grid or late, a finer scale. */
static void upset(int32_t round)
{
    for (int32_t k = 0; k < 3 + round % 9; k++) {
        int64_t r = draw(sent.n), *v = &sent.value[(1 + draw(schema.n_fields - 1)) * sent.cap + r];
        int32_t f = (int32_t)((v - sent.value) / sent.cap), shift = (int32_t)draw(36);
        const int64_t by = draw(2) ? draw(1 << 20) << shift : draw(INT64_C(1) << (7 + draw(18)));
        if (schema.kind[f] == C12_TLM_DECIMAL || schema.kind[f] == C12_TLM_INTEGER) *v += draw(2) ? by : -by;
        else if (f == schema.time_field) *v += draw(20000);
        else if (schema.kind[f] == C12_TLM_TIME) *v += draw(3) * 1000;
    }
    for (int64_t r = 0; r < sent.n && round % 4 == 3; r++) sent.value[2 * sent.cap + r] *= 10;
    sent.scale[2] = round % 4 == 3 ? 2 : 1;
    if (round % 4 == 3) sent.value[2 * sent.cap + draw(sent.n)] += 3;
}

START_TEST(rows_together_are_the_same_frames_as_one_by_one)
{
    static uint8_t alone[FRAMES];
    for (int32_t round = 0; round < 300; round++) {
        size_t at = 0, used, one, read;
        c12_tlm_wire_report report = C12_INIT(c12_tlm_wire_report);
        fill(40 + draw(160));
        upset(round);
        options.ordered = round % 5 < 2;
        options.batch = round % 13 == 12 ? 4 : round % 13 == 6 ? 10 : 0;
        options.key_ms = round % 3 ? 0 : 700;
        link_open();
        for (int64_t r = 0; r < sent.n; r++) at += options.batch ? 0 : push(r, 1, at, NULL);
        memcpy(alone, frames, at);
        link_open();
        const c12_tlm_batch all = sent;
        for (int64_t r = 0, t = 0; r < all.n && !options.batch; r++, t += (int64_t)used) { /* a batch of one row has none to go with */
            sent.value = all.value + r;
            sent.n = 1;
            used = push(0, 1, (size_t)t, NULL);
            ck_assert_msg(t + (int64_t)used <= (int64_t)at && !memcmp(alone + t, frames + t, used), "round %d row %d", (int)round, (int)r);
        }
        sent = all;
        link_open();
        for (int64_t r = 0, n, t = 0; r < sent.n; r += n, t += (int64_t)used) {
            n = draw(3) ? sent.n - r : draw(sent.n - r) + 1;
            used = push(r, n, (size_t)t, NULL);
            if (r + n == sent.n && !options.batch) ck_assert(at == (size_t)t + used);
            if (r + n == sent.n) at = (size_t)t + used;
        }
        if (!options.batch) ck_assert_msg(!memcmp(alone, frames, at), "round %d", (int)round);
        batch_make(&got, &memory[1], ROWS, 64);
        ck_assert_int_eq(pull(0, at, &used, &report), C12_OK);
        ck_assert(used == at && got.n == sent.n && report.keyless == 0 && report.seq == (uint32_t)(sent.n - 1));
        int64_t n = got.n, *values = malloc((size_t)(n * schema.n_fields) * sizeof *values);
        for (int64_t f = 0; f < schema.n_fields; f++) memcpy(values + f * n, got.value + f * got.cap, (size_t)n * sizeof *values);
        link_open(); /* and now frame by frame, as the air brings them */
        batch_make(&got, &memory[1], ROWS, 64);
        for (size_t from = 0; from < at; from += read, one = 0) {
            for (one = 1; from + one <= at && pull(from, one, &read, &report) != C12_OK; one++) { }
            ck_assert(read == one);
        }
        ck_assert_int_eq(got.n, n);
        for (int64_t f = 0; f < schema.n_fields; f++) ck_assert(!memcmp(values + f * n, got.value + f * got.cap, (size_t)n * sizeof *values));
        ck_assert_uint_eq(report.seq, (uint32_t)(n - 1));
        free(values);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tlm-wire");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, tables_are_the_canonical_codes_of_their_lengths);
    tcase_add_test(t, crcs_of_many_are_those_of_each);
    tcase_add_test(t, numbers_and_texts_come_back);
    tcase_add_loop_test(t, rows_come_back, 0, 4);
    tcase_add_test(t, a_sender_fits_a_kibibyte);
    tcase_add_test(t, every_frame_whose_key_came_decodes);
    tcase_add_test(t, frames_may_overtake_a_key);
    tcase_add_loop_test(t, a_nack_brings_a_key, 0, 2);
    tcase_add_test(t, an_ordered_link_stops_at_a_gap);
    tcase_add_loop_test(t, a_robot_that_only_stands_comes_back, 0, 2);
    tcase_add_loop_test(t, anything_survives, 0, 4);
    tcase_add_test(t, another_dictionary_means_the_same_texts);
    tcase_add_test(t, a_frame_keeps_to_the_mtu);
    tcase_add_test(t, every_damaged_frame_is_refused);
    tcase_add_test(t, bits_that_break_a_rule_are_refused_though_their_crc_is_right);
    tcase_add_test(t, key_bits_that_break_a_rule_are_refused_though_their_crc_is_right);
    tcase_add_test(t, full_memory_is_said_and_nothing_is_lost);
    tcase_add_test(t, faults_of_a_plan_are_named);
    tcase_add_test(t, a_key_of_another_plan_is_refused);
    tcase_add_test(t, the_guide_s_vector);
    tcase_add_test(t, rows_together_are_the_same_frames_as_one_by_one);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
