/* SPDX-License-Identifier: Apache-2.0 */
#include "tlm/tlm_internal.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Four fields: robot, time, a decimal with one place, a list. */
static const int32_t ids[4] = { 1, 2, 3, 4 }, kinds[4] = { C12_TLM_TEXT, C12_TLM_TIME, C12_TLM_DECIMAL, C12_TLM_LIST }, places[4] = { 0, 3, 1, 0 };
static const int64_t offsets[5] = { 0, 1, 2, 3, 4 };
static c12_tlm_schema schema;
static c12_tlm_batch batch;
static uint8_t memory[1 << 16];

static void setup_rows(int64_t rows)
{
    c12_tlm_schema s = { .struct_size = sizeof s, .n_fields = 4, .id = 5, .robot_field = 0, .time_field = 1, .field_id = ids, .kind = kinds,
                         .decimals = places, .path_off = offsets, .path = (const uint8_t *)"rtvl" };
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 16, .rows = rows, .raw_bytes = 256, .text_bytes = 256 };
    c12_tlm_batch b = C12_INIT(c12_tlm_batch);
    c12_mem m = { memory, sizeof memory };
    schema = s;
    batch = b;
    ck_assert_int_eq(c12_tlm_batch_init(&batch, m, &schema, &d, NULL), C12_OK);
}

static void setup(void) { setup_rows(8); }

static void add(const char *line)
{
    c12_view v = { (const uint8_t *)line, strlen(line) };
    size_t used;
    ck_assert_int_eq(c12_tlm_parse(&schema, v, &batch, &used, NULL), C12_OK);
}

/* CRC32C bit by bit, from the polynomial. */
static uint32_t slow_crc(const uint8_t *p, size_t n)
{
    uint32_t c = 0xffffffffu;
    for (size_t i = 0; i < n; i++) {
        c ^= p[i];
        for (int k = 0; k < 8; k++) c = c & 1 ? c >> 1 ^ 0x82f63b78u : c >> 1;
    }
    return ~c;
}

static size_t sealed(uint8_t *to, const uint8_t *map, size_t n)
{
    uint32_t crc = slow_crc(map, n);
    memcpy(to, map, n);
    for (int i = 0; i < 4; i++) to[n + (size_t)i] = (uint8_t)(crc >> 8 * i);
    return n + 4;
}

/* ---- CBOR facts: RFC 8949 appendix A ---------------------------------------------------------------------------------- */

typedef struct fact { const char *hex; int good; } fact;

static size_t unhex(const char *hex, uint8_t *to)
{
    size_t n = strlen(hex) / 2;
    for (size_t i = 0; i < n; i++) {
        unsigned v;
        ck_assert_int_eq(sscanf(hex + 2 * i, "%2x", &v), 1);
        to[i] = (uint8_t)v;
    }
    return n;
}

START_TEST(appendix_a_integers)
{
    static const struct { int64_t v; const char *hex; } facts[] = {
        { 0, "00" }, { 1, "01" }, { 10, "0a" }, { 23, "17" }, { 24, "1818" }, { 25, "1819" }, { 100, "1864" }, { 1000, "1903e8" },
        { 1000000, "1a000f4240" }, { 1000000000000, "1b000000e8d4a51000" }, { -1, "20" }, { -10, "29" }, { -100, "3863" }, { -1000, "3903e7" },
        { INT64_MAX, "1b7fffffffffffffff" }, { INT64_MIN, "3b7fffffffffffffff" },
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        uint8_t want[16], out[16];
        size_t n = unhex(facts[i].hex, want);
        c12__tlm_sink s = { out, NULL, sizeof out, 0, 0, 0 };
        c12__tlm_cbor_int(&s, facts[i].v);
        ck_assert(s.at == n && !memcmp(out, want, n));
        c12__tlm_cbor c = { { want, n }, 0 };
        int64_t v;
        ck_assert_int_eq(c12__tlm_cbor_read_int(&c, &v), 1);
        ck_assert_int_eq(v, facts[i].v);
    }
}
END_TEST

START_TEST(items_deterministic_or_refused)
{
    static const fact facts[] = {
        /* appendix A, as they stand */
        { "1bffffffffffffffff", 1 }, { "3bffffffffffffffff", 1 }, { "c249010000000000000000", 1 }, { "f90000", 1 }, { "f93c00", 1 }, { "fb3ff199999999999a", 1 },
        { "f97bff", 1 }, { "fa47c35000", 1 }, { "fa7f7fffff", 1 }, { "fb7e37e43c8800759c", 1 }, { "f90001", 1 }, { "fbc010666666666666", 1 }, { "f97c00", 1 },
        { "f97e00", 1 }, { "f4", 1 }, { "f6", 1 }, { "f0", 1 }, { "f8ff", 1 }, { "c11a514b67b0", 1 }, { "c1fb41d452d9ec200000", 1 }, { "d74401020304", 1 },
        { "40", 1 }, { "60", 1 }, { "62c3bc", 1 }, { "64f0908591", 1 }, { "80", 1 }, { "8301820203820405", 1 }, { "a0", 1 }, { "a201020304", 1 },
        { "a26161016162820203", 1 }, { "826161a161626163", 1 },
        /* appendix A forms that core deterministic encoding forbids */
        { "fa7f800000", 0 }, { "fb7ff0000000000000", 0 }, { "fa7fc00000", 0 }, { "fb7ff8000000000000", 0 }, { "5f42010243030405ff", 0 }, { "9fff", 0 },
        { "bf61610161629f0203ffff", 0 }, { "7f657374726561646d696e67ff", 0 },
        /* not shortest */
        { "1800", 0 }, { "1817", 0 }, { "190001", 0 }, { "1a0000ffff", 0 }, { "1b00000000ffffffff", 0 }, { "780161", 0 }, { "980101", 0 }, { "f818", 0 }, { "fa3f800000", 0 },
        { "fb3ff0000000000000", 0 }, { "fa33800000", 0 },
        /* keys unsorted, twice */
        { "a202000100", 0 }, { "a201000100", 0 }, { "a2616200616100", 0 }, { "a220000100", 0 },
        /* cut off, bombs, bad text, reserved */
        { "19", 0 }, { "62c3", 0 }, { "8201", 0 }, { "a101", 0 }, { "9bffffffffffffffff", 0 }, { "bb7fffffffffffffff", 0 }, { "5affffffff", 0 }, { "61ff", 0 }, { "1c", 0 }, { "ff", 0 },
        { "c1", 0 },
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        uint8_t bytes[64];
        size_t bad, n = unhex(facts[i].hex, bytes);
        uint8_t *exact = malloc(n); /* so that reading past the end is seen */
        memcpy(exact, bytes, n);
        c12_view in = { exact, n };
        ck_assert_msg(c12__tlm_cbor_item(in, &bad) == (facts[i].good ? n : 0), "%s", facts[i].hex);
        free(exact);
    }
    uint8_t deep[64];
    size_t bad;
    memset(deep, 0x81, sizeof deep);
    deep[16] = 0;
    c12_view in = { deep, 17 };
    ck_assert_uint_eq(c12__tlm_cbor_item(in, &bad), 17);
    deep[16] = 0x81;
    in.size = sizeof deep;
    ck_assert_uint_eq(c12__tlm_cbor_item(in, &bad), 0);
}
END_TEST

/* ---- frames ------------------------------------------------------------------------------------------------------------- */

#define LINE "{\"r\":\"r\",\"t\":\"1970-01-01T00:00:01.000Z\",\"v\":12.3,\"l\":[\"OK\"]}"

START_TEST(frame_is_the_bytes_typed_by_hand)
{
    static const uint8_t plain[] = { 0xa6, 0, 7, 1, 0x61, 'r', 2, 0x19, 0x03, 0xe8, 3, 0x18, 0x7b, 4, 0x81, 0x62, 'O', 'K', 0x20, 5 };
    static const uint8_t fine[] = { 0xa6, 0, 8, 1, 0x61, 'r', 2, 0x19, 0x03, 0xe8, 3, 0xc4, 0x82, 0x21, 0x19, 0x04, 0xd2, 4, 0x80, 0x20, 5 };
    uint8_t out[128], want[128];
    c12_mem room = { out, sizeof out };
    size_t used, n;
    add(LINE "\n{\"r\":\"r\",\"t\":\"1970-01-01T00:00:01.000Z\",\"v\":12.34,\"l\":[]}");
    ck_assert_int_eq(batch.scale[2], 2);
    ck_assert_int_eq(c12_tlm_frame_encode(&schema, &batch, 0, 7, room, &used, NULL), C12_OK);
    n = sealed(want, plain, sizeof plain);
    ck_assert(used == n && !memcmp(out, want, n));
    ck_assert_int_eq(c12_tlm_frame_encode(&schema, &batch, 1, 8, room, &used, NULL), C12_OK);
    n = sealed(want, fine, sizeof fine);
    ck_assert(used == n && !memcmp(out, want, n));
    c12_error e = C12_INIT(c12_error);
    room.size = n - 1;
    ck_assert_int_eq(c12_tlm_frame_encode(&schema, &batch, 1, 8, room, &used, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, (int64_t)n);
    ck_assert_int_eq(c12_tlm_frame_encode(&schema, &batch, 2, 8, room, &used, &e), C12_E_RANGE);
}
END_TEST

START_TEST(frames_come_back_as_the_same_lines)
{
    static const char lines[] = LINE "\n"
        "{\"r\":\"r2\",\"t\":\"2025-10-24T14:32:17.842Z\",\"v\":-0.00012,\"l\":[\"a\\\"b\",\"\"]}\n"
        "{\"r\":\"r2\",\"t\":\"2025-10-24T14:32:17.842Z\",\"v\":-0.0,\"l\":[]}\n"
        "{\"x\":null,\"r\":\"r\",\"t\":\"1969-12-31T23:59:59.999Z\"}\n";
    uint8_t frames[1024], text[1024];
    size_t at = 0, used, read = 0;
    add(lines);
    ck_assert_int_eq(batch.n, 4);
    for (int64_t r = 0; r < 4; r++) {
        c12_mem room = { frames + at, sizeof frames - at };
        ck_assert_int_eq(c12_tlm_frame_encode(&schema, &batch, r, (uint32_t)(r + 40), room, &used, NULL), C12_OK);
        at += used;
    }
    setup();
    for (uint32_t r = 0, seq; r < 4; r++) {
        c12_view in = { frames + read, at - read };
        ck_assert_int_eq(c12_tlm_frame_decode(&schema, in, &batch, &seq, &used, NULL), C12_OK);
        ck_assert_uint_eq(seq, r + 40);
        read += used;
    }
    ck_assert_uint_eq(read, at);
    c12_mem out = { text, sizeof text };
    ck_assert_int_eq(c12_tlm_print(&schema, &batch, 0, 4, out, &used, NULL), C12_OK);
    ck_assert(used == sizeof lines - 1 && !memcmp(text, lines, used));
}
END_TEST

static c12_status decode_map(const char *hex)
{
    uint8_t map[256], frame[260];
    size_t n = sealed(frame, map, unhex(hex, map)), used;
    c12_view in = { frame, n };
    setup();
    c12_status s = c12_tlm_frame_decode(&schema, in, &batch, NULL, &used, NULL);
    ck_assert_int_eq(batch.n, s == C12_OK);
    return s;
}

START_TEST(frames_that_break_a_rule_are_refused_though_their_crc_is_right)
{
    ck_assert_int_eq(decode_map("a600070161720203031818048020" "05"), C12_OK);
    ck_assert_int_eq(decode_map("a5000701617202030318182005"), C12_E_FORMAT);             /* field 4 lacks */
    ck_assert_int_eq(decode_map("a7000701617202030318180480050020" "05"), C12_E_FORMAT);  /* field 5 unknown */
    ck_assert_int_eq(decode_map("a600070161720203031818048020" "06"), C12_E_FORMAT);      /* another schema */
    ck_assert_int_eq(decode_map("a600200161720203031818048020" "05"), C12_E_FORMAT);      /* sequence -1 */
    ck_assert_int_eq(decode_map("a6000701617202030361310480" "2005"), C12_E_FORMAT);      /* text for a number */
    ck_assert_int_eq(decode_map("a60007016172020303c48220180c0480" "2005"), C12_E_FORMAT);/* 12e-1: the plain form is shorter */
    ck_assert_int_eq(decode_map("a60007016172020303c48221" "181e04802005"), C12_E_FORMAT);/* 30e-2 = 3 in tenths */
    ck_assert_int_eq(decode_map("a60007016172020303c482" "21181f04802005"), C12_OK);      /* 31e-2 is not */
    ck_assert_int_eq(decode_map("a60007016172020303c482" "2f181f04802005"), C12_E_FORMAT);/* 10^-16 */
    ck_assert_int_eq(decode_map("a6000701617202030318180481" "012005"), C12_E_FORMAT);    /* list of numbers */
    ck_assert_int_eq(decode_map("a500070161720203200521617b"), C12_E_FORMAT);             /* raw line that is no record */
    ck_assert_int_eq(decode_map("80"), C12_E_FORMAT);
}
END_TEST

START_TEST(every_damaged_frame_is_refused)
{
    uint8_t frame[128];
    c12_mem room = { frame, sizeof frame };
    size_t n, used;
    add(LINE);
    ck_assert_int_eq(c12_tlm_frame_encode(&schema, &batch, 0, 7, room, &n, NULL), C12_OK);
    for (size_t bit = 0; bit < n * 8; bit++) {
        frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
        c12_view in = { frame, n };
        ck_assert_int_eq(c12_tlm_frame_decode(&schema, in, &batch, NULL, &used, NULL), C12_E_FORMAT);
        frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t cut = 0; cut < n; cut++) {
        uint8_t *exact = malloc(cut + 1);
        memcpy(exact, frame, cut);
        c12_view in = { exact, cut };
        ck_assert_int_eq(c12_tlm_frame_decode(&schema, in, &batch, NULL, &used, NULL), C12_E_FORMAT);
        free(exact);
    }
    ck_assert_int_eq(batch.n, 1);
}
END_TEST

START_TEST(a_full_batch_refuses_a_frame)
{
    uint8_t frame[128];
    c12_mem room = { frame, sizeof frame };
    size_t n, used;
    c12_error e = C12_INIT(c12_error);
    setup_rows(1);
    add(LINE);
    ck_assert_int_eq(c12_tlm_frame_encode(&schema, &batch, 0, 7, room, &n, NULL), C12_OK);
    c12_view in = { frame, n };
    ck_assert_int_eq(c12_tlm_frame_decode(&schema, in, &batch, NULL, &used, &e), C12_E_SPACE);
    ck_assert_str_eq(e.field, "rows");
    ck_assert_int_eq(c12_tlm_frame_decode(NULL, in, &batch, NULL, &used, &e), C12_E_ARG);
    ck_assert_int_eq(c12_tlm_frame_decode(&schema, in, &batch, NULL, NULL, &e), C12_E_ARG);
}
END_TEST

/* Many at once write the very bytes that one call a row writes, whatever the rows, and read them back. */
START_TEST(many_frames_are_the_same_frames)
{
    static const char *const texts[] = { "r", "a longer name of a robot", "q\"uote", "\xc3\xa9", "" }, *const lists[] = { "[]", "[\"OK\"]", "[\"OK\",\"a \\\"b\\\"\"]",
        "[\"a list that is too long to be kept ready, because it has more than sixty-four bytes of text\"]" };
    uint8_t one[1 << 14], all[1 << 14], line[1 << 14], back[1 << 14];
    uint64_t dice = 9;
    for (int round = 0; round < 300; round++) {
        setup_rows(48);
        for (int64_t r = 0; r < 40; r++) {
            int64_t code[2];
            dice = dice * 6364136223846793005u + 1442695040888963407u;
            uint64_t d = dice >> 24;
            c12_view t = { (const uint8_t *)texts[d % 7 < 5 && r % 3 == 0 ? d % 5 : 0], 0 }, l = { (const uint8_t *)lists[r % 5 == 0 ? d % 4 : 1], 0 };
            t.size = strlen((const char *)t.ptr);
            l.size = strlen((const char *)l.ptr);
            ck_assert_int_eq(c12_tlm_intern(batch.dict, t, &code[0], NULL), C12_OK);
            ck_assert_int_eq(c12_tlm_intern(batch.dict, l, &code[1], NULL), C12_OK);
            batch.value[0 * batch.cap + r] = code[0];
            batch.value[1 * batch.cap + r] = INT64_C(1761316337842) + r * 100 - (d % 50 == 0 ? INT64_C(1761316337842) : 0);
            batch.value[2 * batch.cap + r] = (int64_t)(d % 3 == 0 ? d : d >> (d % 48)) - 20;
            batch.value[3 * batch.cap + r] = code[1];
            batch.n = r + 1;
        }
        batch.scale[2] = round % 5 == 4 ? 2 : 1;
        if (round % 3 == 0) add("{\"r\":\"r\", \"t\":\"1970-01-01T00:00:01.000Z\"}");
        size_t at = 0, used, read, printed, again;
        int64_t n = batch.n, done;
        uint32_t seq;
        for (int64_t r = 0; r < n; r++, at += used) {
            c12_mem room = { one + at, sizeof one - at };
            ck_assert_int_eq(c12_tlm_frame_encode(&schema, &batch, r, (uint32_t)(r + 250), room, &used, NULL), C12_OK);
        }
        c12_mem room = { all, sizeof all };
        ck_assert_int_eq(c12_tlm_frames_encode(&schema, &batch, 0, n, 250, room, &used, &done, NULL), C12_OK);
        ck_assert(done == n && used == at && !memcmp(one, all, at));
        c12_mem out = { line, sizeof line }, out2 = { back, sizeof back };
        ck_assert_int_eq(c12_tlm_print(&schema, &batch, 0, n, out, &printed, NULL), C12_OK);
        uint8_t *exact = malloc(at);
        memcpy(exact, all, at);
        setup_rows(48);
        c12_view in = { exact, at };
        ck_assert_int_eq(c12_tlm_frames_decode(&schema, in, &batch, &seq, &read, NULL), C12_OK);
        ck_assert(read == at && batch.n == n && seq == 249 + n);
        ck_assert_int_eq(c12_tlm_print(&schema, &batch, 0, n, out2, &again, NULL), C12_OK);
        ck_assert(again == printed && !memcmp(line, back, printed));
        free(exact);
    }
}
END_TEST

START_TEST(an_empty_text_is_no_list)
{
    uint8_t room[256];
    size_t used;
    int64_t done, code;
    c12_view empty = { (const uint8_t *)"", 0 };
    c12_mem out = { room, sizeof room };
    add(LINE);
    ck_assert_int_eq(c12_tlm_intern(batch.dict, empty, &code, NULL), C12_OK);
    batch.value[3 * batch.cap] = code;
    ck_assert_int_eq(c12_tlm_frame_encode(&schema, &batch, 0, 1, out, &used, NULL), C12_E_FORMAT);
    ck_assert_int_eq(c12_tlm_frames_encode(&schema, &batch, 0, 1, 1, out, &used, &done, NULL), C12_E_FORMAT);
    ck_assert_int_eq(c12_tlm_print(&schema, &batch, 0, 1, out, &used, NULL), C12_E_FORMAT);
}
END_TEST

/* A schema of n fields, of which some are texts, some times and most numbers; ids of one, two and more bytes. */
enum { WIDE_FIELDS = 40, WIDE_ROWS = 70 };
static int32_t wide_id[WIDE_FIELDS], wide_kind[WIDE_FIELDS], wide_places[WIDE_FIELDS];
static int64_t wide_offset[WIDE_FIELDS + 1];
static uint8_t wide_path[2 * WIDE_FIELDS], wide_memory[1 << 16];

static uint64_t roll(uint64_t *dice)
{
    *dice = *dice * 6364136223846793005u + 1442695040888963407u;
    return *dice >> 24;
}

static void wide_setup(c12_tlm_schema *s, c12_tlm_batch *b, uint8_t *memory_of, size_t bytes)
{
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 16, .rows = WIDE_ROWS, .raw_bytes = 256, .text_bytes = 512 };
    c12_mem m = { memory_of, bytes };
    *b = (c12_tlm_batch)C12_INIT(c12_tlm_batch);
    ck_assert_int_eq(c12_tlm_batch_init(b, m, s, &d, NULL), C12_OK);
}

static void wide_schema(c12_tlm_schema *s, int32_t n, uint64_t *dice)
{
    static const int32_t kinds_of[] = { C12_TLM_INTEGER, C12_TLM_DECIMAL, C12_TLM_DECIMAL, C12_TLM_INTEGER, C12_TLM_TIME, C12_TLM_TEXT, C12_TLM_LIST };
    static const int32_t steps[] = { 1, 3, 9, 300, 70000 };
    const uint64_t step = roll(dice) % 5, few = roll(dice) % 3 ? 7 : 4; /* also rows that end in numbers */
    for (int32_t f = 0; f < n; f++) {
        wide_id[f] = 1 + f * steps[step];
        wide_kind[f] = f == 0 ? C12_TLM_TEXT : f == 1 ? C12_TLM_TIME : kinds_of[roll(dice) % few];
        wide_places[f] = wide_kind[f] == C12_TLM_TIME ? 3 : wide_kind[f] == C12_TLM_DECIMAL ? 2 : 0;
        wide_path[2 * f] = (uint8_t)('a' + f / 10);
        wide_path[2 * f + 1] = (uint8_t)('0' + f % 10);
        wide_offset[f + 1] = 2 * f + 2;
    }
    c12_tlm_schema made = { .struct_size = sizeof made, .n_fields = n, .id = (uint32_t)roll(dice) >> (roll(dice) % 32), .robot_field = 0, .time_field = 1, .field_id = wide_id, .kind = wide_kind,
                            .decimals = wide_places, .path_off = wide_offset, .path = wide_path };
    *s = made;
}

/* A number of any size, most of a column's of one to three bytes, as in records. */
static int64_t wide_number(uint64_t *dice, uint64_t bits)
{
    static const int64_t edges[] = { 0, -1, 23, 24, -24, -25, 255, 256, -256, -257, 65535, 65536, -65536, -65537, UINT32_MAX, (int64_t)UINT32_MAX + 1, -(int64_t)UINT32_MAX - 2, INT64_MAX, INT64_MIN };
    uint64_t d = roll(dice), kind = roll(dice) % 100;
    if (kind == 0) return (int64_t)(d << 24) >> (roll(dice) % 64);
    if (kind < 4) return edges[d % (sizeof edges / sizeof *edges)];
    int64_t v = (int64_t)(d & ((UINT64_C(1) << bits) - 1));
    return kind < 30 ? -v : v;
}

static void wide_fill(c12_tlm_batch *b, const c12_tlm_schema *s, uint64_t *dice)
{
    static const char *const texts[] = { "OK", "", "a name of a robot", "twenty-four bytes of text", "[]", "[\"OK\",\"OK\",\"OK\"]", "[\"x\"]", "[\"y\"]" };
    int64_t code[8];
    for (int k = 0; k < 8; k++) {
        c12_view t = { (const uint8_t *)texts[k], strlen(texts[k]) };
        ck_assert_int_eq(c12_tlm_intern(b->dict, t, &code[k], NULL), C12_OK);
    }
    b->n = b->cap;
    for (int32_t f = 0; f < s->n_fields; f++) {
        const uint64_t bits = roll(dice) % 17, often = roll(dice) % 3 ? 1000 : 30;
        int64_t text = 0;
        for (int64_t r = 0; r < b->n; r++) {
            int64_t *v = &b->value[f * b->cap + r];
            if (!r || roll(dice) % often == 0) text = code[roll(dice) % 4 + (wide_kind[f] == C12_TLM_LIST ? 4 : 0)];
            *v = wide_kind[f] == C12_TLM_TEXT || wide_kind[f] == C12_TLM_LIST ? text : wide_kind[f] == C12_TLM_TIME ? INT64_C(1761316337842) + r : wide_number(dice, bits);
        }
        if (roll(dice) % 200 == 0 && wide_kind[f] == C12_TLM_DECIMAL) b->scale[f]++;
    }
}

/* Into a room that may be too small for all of them. */
static void wide_compare(const c12_tlm_schema *s, const c12_tlm_batch *b, uint32_t seq, const uint8_t *one, const size_t *end, size_t size)
{
    uint8_t *all = malloc(size + !size);
    c12_mem room = { all, size };
    size_t used;
    int64_t done, fit = 0;
    while (fit < b->n && end[fit] <= size) fit++;
    ck_assert_int_eq(c12_tlm_frames_encode(s, b, 0, b->n, seq, room, &used, &done, NULL), fit ? C12_OK : C12_E_SPACE);
    ck_assert(done == fit && used == (fit ? end[fit - 1] : 0) && !memcmp(one, all, used));
    free(all);
}

START_TEST(rows_alike_are_the_same_frames_whatever_their_form)
{
    static uint8_t one[WIDE_ROWS * 1024], back[1 << 16];
    uint64_t dice = 3;
    for (int round = 0; round < 600; round++) {
        c12_tlm_schema s = C12_INIT(c12_tlm_schema);
        c12_tlm_batch b, c;
        size_t end[WIDE_ROWS], at = 0, used, read;
        uint32_t seq = (uint32_t)(roll(&dice) >> (roll(&dice) % 40)), last;
        wide_schema(&s, 2 + (int32_t)(roll(&dice) % (WIDE_FIELDS - 1)), &dice);
        wide_setup(&s, &b, wide_memory, sizeof wide_memory);
        wide_fill(&b, &s, &dice);
        for (int64_t r = 0; r < b.n; r++, at += used, end[r - 1] = at) {
            c12_mem room = { one + at, sizeof one - at };
            ck_assert_int_eq(c12_tlm_frame_encode(&s, &b, r, seq + (uint32_t)r, room, &used, NULL), C12_OK);
        }
        wide_compare(&s, &b, seq, one, end, at);
        wide_compare(&s, &b, seq, one, end, at + 8192);
        wide_compare(&s, &b, seq, one, end, roll(&dice) % at);
        wide_setup(&s, &c, back, sizeof back);
        c12_view in = { one, at };
        memcpy(c.scale, b.scale, (size_t)s.n_fields * sizeof *b.scale);
        ck_assert_int_eq(c12_tlm_frames_decode(&s, in, &c, &last, &read, NULL), C12_OK);
        ck_assert(read == at && c.n == b.n && last == seq + WIDE_ROWS - 1);
        for (int32_t f = 0; f < s.n_fields; f++)
            for (int64_t r = 0; r < b.n && wide_kind[f] != C12_TLM_TEXT && wide_kind[f] != C12_TLM_LIST; r++)
                ck_assert_int_eq(b.value[f * b.cap + r], c.value[f * c.cap + r]);
    }
}
END_TEST

START_TEST(damage_among_many_frames_is_found_where_it_is)
{
    uint8_t frames[2048];
    c12_error e = C12_INIT(c12_error);
    size_t n, used, each;
    int64_t done;
    for (int k = 0; k < 6; k++) add(LINE);
    c12_mem room = { frames, sizeof frames };
    ck_assert_int_eq(c12_tlm_frames_encode(&schema, &batch, 0, 6, 1, room, &n, &done, NULL), C12_OK);
    each = n / 6;
    for (size_t bit = 0; bit < n * 8; bit++) {
        setup();
        frames[bit / 8] ^= (uint8_t)(1 << bit % 8);
        c12_view in = { frames, n };
        ck_assert_int_eq(c12_tlm_frames_decode(&schema, in, &batch, NULL, &used, &e), C12_E_FORMAT);
        ck_assert_int_eq(batch.n, (int64_t)(bit / 8 / each));
        ck_assert_uint_eq(used, bit / 8 / each * each);
        ck_assert(e.value >= (int64_t)used && e.value <= (int64_t)n);
        frames[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    room.size = 3 * each + 5;
    setup();
    for (int k = 0; k < 6; k++) add(LINE);
    ck_assert_int_eq(c12_tlm_frames_encode(&schema, &batch, 0, 6, 1, room, &used, &done, NULL), C12_OK);
    ck_assert_int_eq(done, 3);
    room.size = 5;
    ck_assert_int_eq(c12_tlm_frames_encode(&schema, &batch, 0, 6, 1, room, &used, &done, NULL), C12_E_SPACE);
    ck_assert_int_eq(c12_tlm_frames_encode(&schema, &batch, 5, 2, 1, room, &used, &done, NULL), C12_E_RANGE);
    setup_rows(2);
    c12_view in = { frames, n };
    ck_assert_int_eq(c12_tlm_frames_decode(&schema, in, &batch, NULL, &used, NULL), C12_OK);
    ck_assert_int_eq(batch.n, 2);
    ck_assert_int_eq(c12_tlm_frames_decode(&schema, in, &batch, NULL, &used, &e), C12_E_SPACE);
}
END_TEST

/* ---- schemas that move on -------------------------------------------------------------------------------------------------- */

/* The same record two years later: v renamed and finer, the list gone, a number and a text new, an integer now a decimal. */
static const int32_t new_ids[6] = { 1, 2, 3, 7, 8, 6 }, new_kinds[6] = { C12_TLM_TEXT, C12_TLM_TIME, C12_TLM_DECIMAL, C12_TLM_INTEGER, C12_TLM_TEXT, C12_TLM_DECIMAL }, new_places[6] = { 0, 3, 3, 0, 0, 1 };
static const int64_t new_offsets[7] = { 0, 1, 2, 7, 8, 9, 10 };
static c12_tlm_schema newer(void)
{
    c12_tlm_schema s = { .struct_size = sizeof s, .n_fields = 6, .id = 6, .robot_field = 0, .time_field = 1, .field_id = new_ids, .kind = new_kinds, .decimals = new_places,
                         .path_off = new_offsets, .path = (const uint8_t *)"rtspeednxe" };
    return s;
}
static uint8_t new_memory[1 << 16];

static c12_tlm_batch new_batch(const c12_tlm_schema *s)
{
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 16, .rows = 8, .raw_bytes = 256, .text_bytes = 256 };
    c12_tlm_batch b = C12_INIT(c12_tlm_batch);
    c12_mem m = { new_memory, sizeof new_memory };
    ck_assert_int_eq(c12_tlm_batch_init(&b, m, s, &d, NULL), C12_OK);
    return b;
}

static void prints(const c12_tlm_schema *s, const c12_tlm_batch *b, int64_t row, const char *want)
{
    char text[512];
    c12_mem out = { text, sizeof text };
    size_t used;
    ck_assert_int_eq(c12_tlm_print(s, b, row, 1, out, &used, NULL), C12_OK);
    ck_assert_msg(used == strlen(want) + 1 && !memcmp(text, want, used - 1), "%.*s", (int)used, text);
}

START_TEST(a_newer_reader_knows_what_an_older_sender_said_and_keeps_the_rest)
{
    uint8_t frame[256], rest[64], again[256];
    c12_mem room = { frame, sizeof frame }, aside = { rest, sizeof rest }, out = { again, sizeof again };
    c12_tlm_schema s = newer();
    c12_tlm_batch b = new_batch(&s);
    size_t n, kept, used, m;
    uint32_t seq;
    add(LINE);
    ck_assert_int_eq(c12_tlm_frame_encode(&schema, &batch, 0, 7, room, &n, NULL), C12_OK);
    c12_view v = { frame, n };
    ck_assert_int_eq(c12_tlm_frame_decode(&s, v, &b, NULL, &used, NULL), C12_E_FORMAT); /* strict: another schema */
    ck_assert_int_eq(c12_tlm_frame_decode_from(&s, &schema, v, &b, aside, &kept, &seq, &used, NULL), C12_OK);
    ck_assert(used == n && seq == 7);
    prints(&s, &b, 0, "{\"r\":\"r\",\"t\":\"1970-01-01T00:00:01.000Z\",\"speed\":12.3,\"n\":0,\"x\":\"\",\"e\":0.0}");
    static const uint8_t list[] = { 0xa1, 4, 0x81, 0x62, 'O', 'K' };
    ck_assert(kept == sizeof list && !memcmp(rest, list, kept));
    c12_view put_back = { rest, kept };
    ck_assert_int_eq(c12_tlm_frame_encode_with(&s, &b, 0, 9, put_back, out, &m, NULL), C12_OK);
    c12_view second = { again, m };
    setup(); /* back to the older program, which knows members 1 to 4 and is told the frame's schema */
    ck_assert_int_eq(c12_tlm_frame_decode_from(&schema, &s, second, &batch, aside, &kept, &seq, &used, NULL), C12_OK);
    prints(&schema, &batch, 0, LINE);
    ck_assert_int_eq(rest[0], 0xa3); /* e, n and x are now what it does not know */
}
END_TEST

START_TEST(an_older_program_passes_on_what_it_does_not_know)
{
    uint8_t frame[256], rest[64], again[256];
    c12_mem room = { frame, sizeof frame }, aside = { rest, sizeof rest }, out = { again, sizeof again };
    static const char line[] = "{\"r\":\"r\",\"t\":\"1970-01-01T00:00:01.000Z\",\"speed\":-1.125,\"n\":77,\"x\":\"new\",\"e\":2.5}";
    c12_tlm_schema s = newer();
    c12_tlm_batch b = new_batch(&s);
    size_t n, kept, used, m;
    c12_view text = { (const uint8_t *)line, strlen(line) };
    ck_assert_int_eq(c12_tlm_parse(&s, text, &b, &used, NULL), C12_OK);
    ck_assert_int_eq(c12_tlm_frame_encode(&s, &b, 0, 3, room, &n, NULL), C12_OK);
    c12_view v = { frame, n };
    ck_assert_int_eq(c12_tlm_frame_decode_from(&schema, &s, v, &batch, aside, &kept, NULL, &used, NULL), C12_OK);
    prints(&schema, &batch, 0, "{\"r\":\"r\",\"t\":\"1970-01-01T00:00:01.000Z\",\"v\":-1.125,\"l\":[]}");
    c12_view put_back = { rest, kept };
    ck_assert_int_eq(c12_tlm_frame_encode_with(&schema, &batch, 0, 4, put_back, out, &m, NULL), C12_OK);
    c12_view second = { again, m };
    b = new_batch(&s);
    ck_assert_int_eq(c12_tlm_frame_decode_from(&s, &schema, second, &b, aside, &kept, NULL, &used, NULL), C12_OK);
    prints(&s, &b, 0, line);
    c12_error e = C12_INIT(c12_error);
    for (size_t small = 0; small < put_back.size; small++) {
        c12_mem tight = { rest, small };
        ck_assert_int_eq(c12_tlm_frame_decode_from(&schema, &s, v, &batch, tight, &kept, NULL, &used, &e), C12_E_SPACE);
        ck_assert_str_eq(e.field, "rest");
    }
    ck_assert_int_eq(batch.n, 1);
}
END_TEST

START_TEST(what_has_become_another_thing_is_refused)
{
    uint8_t frame[256], rest[64];
    c12_mem room = { frame, sizeof frame }, aside = { rest, sizeof rest };
    c12_error e = C12_INIT(c12_error);
    size_t n, kept, used;
    int32_t kind[6];
    c12_tlm_schema s = newer();
    memcpy(kind, new_kinds, sizeof kind);
    kind[2] = C12_TLM_TEXT; /* 3 was a number */
    s.kind = kind;
    int32_t digits[6] = { 0, 3, 0, 0, 0, 1 };
    s.decimals = digits;
    c12_tlm_batch b = new_batch(&s);
    add(LINE);
    ck_assert_int_eq(c12_tlm_frame_encode(&schema, &batch, 0, 7, room, &n, NULL), C12_OK);
    c12_view v = { frame, n };
    ck_assert_int_eq(c12_tlm_frame_decode_from(&s, &schema, v, &b, aside, &kept, NULL, &used, &e), C12_E_UNSUPPORTED);
    ck_assert_str_eq(e.field, "kind");
    ck_assert_int_eq(e.row, 2);
    ck_assert_int_eq(b.n, 0);
    for (size_t bit = 0; bit < n * 8; bit++) {
        frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert_int_eq(c12_tlm_frame_decode_from(&schema, &schema, v, &batch, aside, &kept, NULL, &used, NULL), C12_E_FORMAT);
        frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    static const uint8_t wrong[3][4] = { { 0xa1, 3, 0, 0 }, { 0xa1, 0x20, 0, 0 }, { 0x81, 0, 0, 0 } }; /* a field of the schema, no field id, no map */
    for (int k = 0; k < 3; k++) {
        c12_view put_back = { wrong[k], k == 2 ? 2 : 3 };
        ck_assert_int_eq(c12_tlm_frame_encode_with(&schema, &batch, 0, 1, put_back, room, &used, NULL), C12_E_FORMAT);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tlm-frame");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, an_empty_text_is_no_list);
    tcase_add_test(t, appendix_a_integers);
    tcase_add_test(t, items_deterministic_or_refused);
    tcase_add_test(t, frame_is_the_bytes_typed_by_hand);
    tcase_add_test(t, frames_come_back_as_the_same_lines);
    tcase_add_test(t, frames_that_break_a_rule_are_refused_though_their_crc_is_right);
    tcase_add_test(t, every_damaged_frame_is_refused);
    tcase_add_test(t, a_full_batch_refuses_a_frame);
    tcase_add_test(t, many_frames_are_the_same_frames);
    tcase_add_test(t, rows_alike_are_the_same_frames_whatever_their_form);
    tcase_add_test(t, damage_among_many_frames_is_found_where_it_is);
    tcase_add_test(t, a_newer_reader_knows_what_an_older_sender_said_and_keeps_the_rest);
    tcase_add_test(t, an_older_program_passes_on_what_it_does_not_know);
    tcase_add_test(t, what_has_become_another_thing_is_refused);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
