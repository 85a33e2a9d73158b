/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rng.h"
#include "tlm/tlm_internal.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

/* ---- columns ---------------------------------------------------------------------------------------------------------- */

static size_t coded(const int64_t *v, int64_t n, int32_t *codec)
{
    uint8_t *out = malloc(c12__tlm_column_room(n));
    int64_t *back = malloc((size_t)n * sizeof *back + 1);
    c12__tlm_column c = { .scale = 0 };
    c12__tlm_column_zone(v, n, &c);
    c12__tlm_column_encode(v, n, out, &c, NULL, 0);
    ck_assert_uint_le((size_t)c.bytes, c12__tlm_column_room(n));
    uint8_t *exact = malloc((size_t)c.bytes + 1);
    memcpy(exact, out, (size_t)c.bytes);
    ck_assert_int_eq(c12__tlm_column_decode(exact, &c, n, back, NULL), 1);
    ck_assert(!n || !memcmp(back, v, (size_t)n * sizeof *back));
    for (int64_t cut = 0; cut < c.bytes && cut < 50; cut++) { /* any other length is refused, not read over */
        c12__tlm_column less = c;
        less.bytes = cut;
        ck_assert_int_eq(c12__tlm_column_decode(exact, &less, n, back, NULL), 0);
    }
    free(out);
    free(back);
    free(exact);
    if (codec) *codec = c.codec;
    return (size_t)c.bytes;
}

START_TEST(each_codec_wins_where_it_should)
{
    int64_t v[256];
    int32_t codec;
    for (int i = 0; i < 256; i++) v[i] = -77;
    ck_assert_uint_eq(coded(v, 256, &codec), 0);
    ck_assert_int_eq(codec, C12_TLM_CONST);
    v[255] = 5;
    ck_assert_uint_eq(coded(v, 256, &codec), 5); /* 0 x 255 (1 + 2 bytes), 82 x 1 (1 + 1 bytes) */
    ck_assert_int_eq(codec, C12_TLM_RLE);
    c12__rng g = c12__rng_from(7, 3);
    for (int i = 0; i < 256; i++) v[i] = 1000 + (i < 8 ? i : c12__rng_range(&g, 0, 7));
    ck_assert_uint_eq(coded(v, 256, &codec), 4 * (1 + 24)); /* 3 bits: 64 values in 24 bytes, a width byte a group */
    ck_assert_int_eq(codec, C12_TLM_FOR);
    for (int i = 1; i < 256; i++) v[i] = v[i - 1] + c12__rng_range(&g, -8, 7); /* a random walk */
    coded(v, 256, &codec);
    ck_assert_int_eq(codec, C12_TLM_DELTA);
    for (int i = 0; i < 256; i++) v[i] = (int64_t)i * i * 50;
    coded(v, 256, &codec);
    ck_assert_int_eq(codec, C12_TLM_DELTA2);
    for (int i = 0; i < 256; i++) v[i] = c12__rng_range(&g, 0, 3) ? 0 : 5 * c12__rng_range(&g, 0, 1 << 20); /* mostly nothing, else any size */
    ck_assert_uint_le(coded(v, 256, &codec), 300);
    ck_assert_int_eq(codec, C12_TLM_BINS);
}
END_TEST

START_TEST(any_column_comes_back)
{
    static const int64_t edges[] = { INT64_MIN, INT64_MAX, 0, -1, 1, INT64_MIN + 1, INT64_MAX - 1 };
    int64_t v[300];
    c12__rng g = c12__rng_from(7, 1);
    for (int round = 0; round < 3000; round++) {
        int64_t n = c12__rng_range(&g, 0, round % 50 ? 70 : 300), width = c12__rng_range(&g, 0, 62);
        for (int64_t i = 0; i < n; i++) {
            v[i] = round % 3 == 0 ? edges[c12__rng_range(&g, 0, 6)] : (int64_t)(c12__rng_next(&g) >> (63 - width));
            if (round % 3 == 1 && i) v[i] = (int64_t)((uint64_t)v[i - 1] + (uint64_t)v[i]);
        }
        coded(v, n, NULL);
    }
}
END_TEST

/* ---- blocks ------------------------------------------------------------------------------------------------------------- */

static const int32_t ids[4] = { 1, 2, 3, 4 }, kinds[4] = { C12_TLM_TEXT, C12_TLM_TIME, C12_TLM_DECIMAL, C12_TLM_LIST }, places[4] = { 0, 3, 1, 0 };
static const int64_t offsets[5] = { 0, 1, 2, 3, 4 };
static c12_tlm_schema schema = { .struct_size = sizeof schema, .n_fields = 4, .id = 5, .robot_field = 0, .time_field = 1, .field_id = ids,
                                 .kind = kinds, .decimals = places, .path_off = offsets, .path = (const uint8_t *)"rtvl" };

static const char lines[] =
    "{\"r\":\"a\",\"t\":\"1970-01-01T00:00:01.000Z\",\"v\":12.3,\"l\":[\"OK\"]}\n"
    "{\"r\":\"a\",\"t\":\"1970-01-01T00:00:01.100Z\",\"v\":-0.0,\"l\":[]}\n"
    "{\"r\":\"a\",\"t\":\"1970-01-01T00:00:01.201Z\",\"v\":12.5,\"l\":[\"OK\",\"\"]}\n"
    "{\"r\":\"b\",\"t\":\"1970-01-01T00:00:00.001Z\",\"v\":-99.1,\"l\":[\"OK\"]}\n"
    "{\"q\":[],\"r\":\"c\",\"t\":\"1970-01-01T00:00:09.000Z\"}\n";

static c12_tlm_batch make(uint8_t *memory, size_t size, int32_t texts, int64_t rows, int64_t raw, int64_t bytes)
{
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = texts, .rows = rows, .raw_bytes = raw, .text_bytes = bytes };
    c12_tlm_batch b = C12_INIT(c12_tlm_batch);
    c12_mem m = { memory, size };
    ck_assert_int_eq(c12_tlm_batch_init(&b, m, &schema, &d, NULL), C12_OK);
    return b;
}

static uint8_t source_memory[1 << 15], target_memory[1 << 15], block[4096], scratch[1 << 16];
static c12_tlm_batch source, target;
static size_t block_bytes;

static void setup(void)
{
    c12_view v = { (const uint8_t *)lines, sizeof lines - 1 };
    c12_mem out = { block, sizeof block }, room = { scratch, sizeof scratch };
    size_t used;
    source = make(source_memory, sizeof source_memory, 16, 16, 512, 256);
    target = make(target_memory, sizeof target_memory, 16, 16, 512, 256);
    ck_assert_int_eq(c12_tlm_parse(&schema, v, &source, &used, NULL), C12_OK);
    ck_assert_int_eq(source.n, 5);
    ck_assert_int_eq(c12_tlm_block_encode(&schema, &source, NULL, 5, 3, out, &block_bytes, room, NULL), C12_OK);
}

static c12_status decode(const uint8_t *bytes, size_t n, c12_tlm_batch *to, c12_error *e)
{
    c12_view v = { bytes, n };
    c12_mem room = { scratch, sizeof scratch };
    size_t used;
    return c12_tlm_block_decode(&schema, v, to, &used, room, e);
}

START_TEST(block_gives_the_lines_back)
{
    char text[1024];
    c12_mem out = { text, sizeof text };
    size_t used;
    ck_assert_int_eq(decode(block, block_bytes, &target, NULL), C12_OK);
    ck_assert_int_eq(c12_tlm_print(&schema, &target, 0, 5, out, &used, NULL), C12_OK);
    ck_assert(used == sizeof lines - 1 && !memcmp(text, lines, used));
    for (int64_t r = 0; r < 5; r++) ck_assert_int_eq(target.order[r], r);
    ck_assert_int_eq(decode(block, block_bytes, &target, NULL), C12_OK); /* appended */
    ck_assert_int_eq(c12_tlm_print(&schema, &target, 5, 5, out, &used, NULL), C12_OK);
    ck_assert(used == sizeof lines - 1 && !memcmp(text, lines, used));
}
END_TEST

/* What the first version of the format made of the lines above: it is read for ever. */
static const uint8_t first_version[] = {
    0x89, 0x63, 0x31, 0x32, 0x62, 0x0d, 0x0a, 0x1a, 0x03, 0x01, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00,
    0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x28, 0x23, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x04, 0x00, 0x01, 0x00,
    0x24, 0x00, 0x00, 0x00, 0x18, 0x00, 0x00, 0x00, 0x6b, 0x00, 0x00, 0x00, 0x13, 0x92, 0x03, 0x52, 0x02, 0x40, 0x02, 0x0e, 0xe7, 0xc3, 0x12, 0x01,
    0x4b, 0x00, 0x00, 0x27, 0x23, 0x0b, 0x5a, 0xe4, 0x22, 0x00, 0x00, 0x01, 0x02, 0x03, 0x88, 0x46, 0x05, 0x01, 0x01, 0x01, 0x06, 0x09, 0x61, 0x62,
    0x63, 0x5b, 0x22, 0x4f, 0x4b, 0x22, 0x5d, 0x5b, 0x22, 0x4f, 0x4b, 0x22, 0x2c, 0x22, 0x22, 0x5d, 0x01, 0x38, 0x02, 0x2f, 0x7b, 0x22, 0x72, 0x22,
    0x3a, 0x22, 0x61, 0x22, 0x2c, 0x22, 0x74, 0x22, 0x3a, 0x22, 0x31, 0x39, 0x37, 0x30, 0x2d, 0x30, 0x31, 0x2d, 0x30, 0x31, 0x54, 0x30, 0x30, 0x3a,
    0x30, 0x30, 0x3a, 0x30, 0x31, 0x2e, 0x31, 0x30, 0x30, 0x5a, 0x22, 0x2c, 0x22, 0x76, 0x22, 0x3a, 0x2d, 0x30, 0x2e, 0x30, 0x2c, 0x22, 0x6c, 0x22,
    0x3a, 0x5b, 0x5d, 0x7d, 0x7b, 0x22, 0x71, 0x22, 0x3a, 0x5b, 0x5d, 0x2c, 0x22, 0x72, 0x22, 0x3a, 0x22, 0x63, 0x22, 0x2c, 0x22, 0x74, 0x22, 0x3a,
    0x22, 0x31, 0x39, 0x37, 0x30, 0x2d, 0x30, 0x31, 0x2d, 0x30, 0x31, 0x54, 0x30, 0x30, 0x3a, 0x30, 0x30, 0x3a, 0x30, 0x39, 0x2e, 0x30, 0x30, 0x30,
    0x5a, 0x22, 0x7d, 0x02, 0x00, 0x03, 0x00, 0x02, 0x02, 0x00, 0x0a, 0x02, 0xa7, 0x46, 0x89, 0x60, 0x00, 0x02, 0x01, 0x06, 0xbd, 0x0f, 0xdc, 0x08,
    0xb6, 0x11, 0x00, 0x02, 0x00, 0x02, 0x06, 0x01, 0x02, 0x00, 0x03, 0x00, 0x04, 0x0a, 0x00, 0xd3, 0x26, 0xf3, 0x50
};

START_TEST(blocks_of_the_first_version_are_read)
{
    char text[1024];
    c12_mem out = { text, sizeof text };
    c12_error e = C12_INIT(c12_error);
    size_t used;
    ck_assert_msg(decode(first_version, sizeof first_version, &target, &e) == C12_OK, "%s", e.what);
    ck_assert_int_eq(c12_tlm_print(&schema, &target, 0, 5, out, &used, NULL), C12_OK);
    ck_assert(used == sizeof lines - 1 && !memcmp(text, lines, used));
}
END_TEST

START_TEST(rows_are_chosen_and_scales_meet)
{
    static const int32_t rows[] = { 3, 0 };
    static const char fine[] = "{\"r\":\"z\",\"t\":\"1970-01-01T00:00:02.000Z\",\"v\":0.125,\"l\":[]}\n";
    static const char want[] = "{\"r\":\"z\",\"t\":\"1970-01-01T00:00:02.000Z\",\"v\":0.125,\"l\":[]}\n"
        "{\"r\":\"b\",\"t\":\"1970-01-01T00:00:00.001Z\",\"v\":-99.1,\"l\":[\"OK\"]}\n{\"r\":\"a\",\"t\":\"1970-01-01T00:00:01.000Z\",\"v\":12.3,\"l\":[\"OK\"]}\n";
    c12_mem out = { block, sizeof block }, room = { scratch, sizeof scratch };
    c12_view v = { (const uint8_t *)fine, sizeof fine - 1 };
    char text[1024];
    c12_mem print = { text, sizeof text };
    size_t used;
    ck_assert_int_eq(c12_tlm_parse(&schema, v, &target, &used, NULL), C12_OK);
    source.order = NULL;
    ck_assert_int_eq(c12_tlm_block_encode(&schema, &source, rows, 2, 0, out, &block_bytes, room, NULL), C12_OK);
    ck_assert_int_eq(decode(block, block_bytes, &target, NULL), C12_OK);
    ck_assert_int_eq(target.scale[2], 3);
    ck_assert_int_eq(c12_tlm_print(&schema, &target, 0, 3, print, &used, NULL), C12_OK);
    ck_assert(used == sizeof want - 1 && !memcmp(text, want, used));
    ck_assert_int_eq(c12_tlm_block_encode(&schema, &target, NULL, 1, 0, out, &block_bytes, room, NULL), C12_OK);
    setup();
    ck_assert_int_eq(c12_tlm_block_encode(&schema, &source, NULL, 1, 0, out, &block_bytes, room, NULL), C12_OK);
    target.n = 1;
    target.value[2 * target.cap] = INT64_MAX;
    target.scale[2] = 0;
    ck_assert_int_eq(decode(block, block_bytes, &target, NULL), C12_E_OVERFLOW);
    ck_assert_int_eq(target.n, 1);
}
END_TEST

/* Texts join the dictionary only for those who want one; raw rows and scales are as ever. */
START_TEST(columns_are_chosen)
{
    c12_view v = { block, block_bytes };
    c12_mem room = { scratch, sizeof scratch };
    size_t used;
    for (int mask = 0; mask < 16; mask++) {
        uint8_t wanted[4];
        c12_tlm_batch all = make(source_memory, sizeof source_memory, 16, 16, 512, 256);
        target = make(target_memory, sizeof target_memory, 16, 16, 512, 256);
        for (int f = 0; f < 4; f++) wanted[f] = mask >> f & 1;
        for (int64_t i = 0; i < 4 * target.cap; i++) target.value[i] = 77;
        target.scale[2] = 5;
        for (int twice = 0; twice < 2; twice++) {
            ck_assert_int_eq(decode(block, block_bytes, &all, NULL), C12_OK);
            ck_assert_int_eq(c12_tlm_block_decode_columns(&schema, v, wanted, &target, &used, room, NULL), C12_OK);
        }
        ck_assert(target.n == 10 && used == block_bytes);
        ck_assert_int_eq(target.dict->n, mask & 9 ? all.dict->n : 0);
        ck_assert_int_eq(target.scale[2], mask & 4 ? 1 : 5);
        for (int64_t r = 0; r < 10; r++) {
            for (int f = 0; f < 4; f++) ck_assert_int_eq(target.value[f * target.cap + r], wanted[f] ? all.value[f * all.cap + r] : 77);
            ck_assert(target.raw_at[r] == all.raw_at[r] && target.order[r] == all.order[r]);
        }
    }
}
END_TEST

START_TEST(head_and_directory_tell_what_is_inside)
{
    c12_view v = { block, block_bytes };
    c12_tlm_head h = C12_INIT(c12_tlm_head);
    int32_t codec[5], scale[5];
    int64_t bytes[5], count[5], min[5], max[5], high[5];
    uint64_t low[5];
    c12_tlm_columns c = { .struct_size = sizeof c, .cap = 5, .codec = codec, .scale = scale, .bytes = bytes, .count = count, .min = min, .max = max,
                          .sum_high = high, .sum_low = low };
    ck_assert_int_eq(c12_tlm_block_head(v, &h, NULL), C12_OK);
    ck_assert(h.seq == 3 && h.rows == 5 && h.raw_rows == 2 && h.t_min == 1 && h.t_max == 9000 && h.schema_id == 5 && h.has_order == 1 && h.bytes == (int64_t)block_bytes);
    ck_assert_int_eq(c12_tlm_block_columns(&schema, v, &c, NULL), C12_OK);
    ck_assert_int_eq(c.n, 5);
    ck_assert(count[0] == 5 && count[1] == 5 && count[2] == 3 && count[4] == 5);
    ck_assert(min[2] == -991 && max[2] == 125 && high[2] == -1 && low[2] == (uint64_t)(-991 + 123 + 125));
    ck_assert(min[1] == 1 && max[1] == 9000 && high[1] == 0 && low[1] == 1000 + 1100 + 1201 + 1 + 9000);
    c.cap = 4;
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_tlm_block_columns(&schema, v, &c, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, 5);
}
END_TEST

START_TEST(encode_refuses_what_it_must)
{
    c12_error e = C12_INIT(c12_error);
    c12_mem out = { block, c12_tlm_block_bound(&source, 5) }, room = { scratch, c12_tlm_block_scratch(&source, 5) };
    size_t used;
    ck_assert_uint_le(out.size, sizeof block);
    ck_assert_int_eq(c12_tlm_block_encode(&schema, &source, NULL, 5, 0, out, &used, room, &e), C12_OK);
    room.size -= 128;
    ck_assert_int_eq(c12_tlm_block_encode(&schema, &source, NULL, 5, 0, out, &used, room, &e), C12_E_SPACE);
    room.size += 128;
    out.size--;
    ck_assert_int_eq(c12_tlm_block_encode(&schema, &source, NULL, 5, 0, out, &used, room, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, (int64_t)out.size + 1);
    out.size = sizeof block;
    room.size = sizeof scratch;
    ck_assert_int_eq(c12_tlm_block_encode(&schema, &source, NULL, 6, 0, out, &used, room, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_tlm_block_encode(&schema, &source, NULL, 0, 0, out, &used, room, &e), C12_E_RANGE);
    source.value[3 * source.cap] = 77;
    ck_assert_int_eq(c12_tlm_block_encode(&schema, &source, NULL, 5, 0, out, &used, room, &e), C12_E_RANGE);
    source.value[3 * source.cap] = 0;
    source.raw_len[4] = 5000;
    ck_assert_int_eq(c12_tlm_block_encode(&schema, &source, NULL, 5, 0, out, &used, room, &e), C12_E_RANGE);
    source.raw_len[4] = source.raw_len[1];
    static const int32_t twice[] = { 1, 1, 1, 1, 1 };
    ck_assert_int_eq(c12_tlm_block_encode(&schema, &source, twice, 5, 0, out, &used, room, &e), C12_E_RANGE);
}
END_TEST

START_TEST(every_flip_and_every_cut_is_refused)
{
    c12_error e = C12_INIT(c12_error);
    for (size_t bit = 0; bit < block_bytes * 8; bit++) {
        block[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert_int_eq(decode(block, block_bytes, &target, &e), C12_E_FORMAT);
        block[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t cut = 0; cut < block_bytes; cut++) {
        uint8_t *exact = malloc(cut + 1);
        memcpy(exact, block, cut);
        ck_assert_int_eq(decode(exact, cut, &target, &e), C12_E_FORMAT);
        free(exact);
    }
    ck_assert_int_eq(target.n, 0);
}
END_TEST

/* Flips with the CRCs made right again: whatever the bytes mean, nothing outside the buffers is touched. */
START_TEST(forged_blocks_do_no_harm)
{
    c12__rng g = c12__rng_from(7, 2);
    size_t used;
    for (int round = 0; round < 60000; round++) {
        uint8_t *forged = malloc(block_bytes), text[4096];
        memcpy(forged, block, block_bytes);
        for (int64_t k = c12__rng_range(&g, 1, 4); k; k--) {
            int64_t at = c12__rng_range(&g, 8, (int64_t)block_bytes - 5);
            forged[at] = (uint8_t)(c12__rng_next(&g) >> 56);
        }
        c12_view head = { forged, 60 }, body = { forged + 64, block_bytes - 68 };
        if (round % 4) c12__tlm_put32(forged + 8, (uint32_t)block_bytes);
        c12__tlm_put32(forged + 60, c12_tlm_crc32c(0, head));
        c12__tlm_put32(forged + block_bytes - 4, c12_tlm_crc32c(0, body));
        ck_assert_int_eq(c12_tlm_batch_reset(&target, &schema, NULL), C12_OK);
        c12_status s = decode(forged, block_bytes, &target, NULL);
        ck_assert(s == C12_OK || s == C12_E_FORMAT || s == C12_E_SPACE || s == C12_E_OVERFLOW);
        c12_mem out = { text, sizeof text };
        if (!s) s = c12_tlm_print(&schema, &target, 0, target.n, out, &used, NULL);
        ck_assert(s != C12_E_INTERNAL);
        free(forged);
    }
}
END_TEST

START_TEST(a_full_batch_names_what_is_full)
{
    static const struct { int32_t texts; int64_t rows, raw, bytes; const char *field; } rooms[] = {
        { 16, 4, 512, 256, "rows" }, { 3, 16, 512, 256, "texts" }, { 16, 16, 8, 256, "raw_bytes" }, { 16, 16, 512, 4, "text_bytes" } };
    for (size_t i = 0; i < 4; i++) {
        c12_error e = C12_INIT(c12_error);
        target = make(target_memory, sizeof target_memory, rooms[i].texts, rooms[i].rows, rooms[i].raw, rooms[i].bytes);
        ck_assert_int_eq(decode(block, block_bytes, &target, &e), C12_E_SPACE);
        ck_assert_str_eq(e.field, rooms[i].field);
        ck_assert_int_eq(target.n, 0);
    }
    c12_error e = C12_INIT(c12_error);
    c12_view v = { block, block_bytes };
    c12_mem none = { NULL, 0 };
    size_t used;
    target = make(target_memory, sizeof target_memory, 16, 16, 512, 256);
    ck_assert_int_eq(c12_tlm_block_decode(&schema, v, &target, &used, none, &e), C12_E_SPACE);
    ck_assert_str_eq(e.field, "scratch");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tlm-block");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, each_codec_wins_where_it_should);
    tcase_add_test(t, any_column_comes_back);
    tcase_add_test(t, block_gives_the_lines_back);
    tcase_add_test(t, blocks_of_the_first_version_are_read);
    tcase_add_test(t, rows_are_chosen_and_scales_meet);
    tcase_add_test(t, columns_are_chosen);
    tcase_add_test(t, head_and_directory_tell_what_is_inside);
    tcase_add_test(t, encode_refuses_what_it_must);
    tcase_add_test(t, every_flip_and_every_cut_is_refused);
    tcase_add_test(t, forged_blocks_do_no_harm);
    tcase_add_test(t, a_full_batch_names_what_is_full);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
