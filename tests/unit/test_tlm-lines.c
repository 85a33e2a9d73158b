/* SPDX-License-Identifier: Apache-2.0 */
/* Raw lines packed: whatever goes in comes back, nothing is written where there is no room, and hostile bytes do no harm. */
#include "base/rng.h"
#include "rounds.h"
#include "tlm/tlm_internal.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 20000 };

static uint32_t table[1 << C12__TLM_LINES_BITS];

/* Bytes of kind k: noise, one byte, lines that differ in a few places, text that repeats at all distances. */
static size_t make(uint8_t *to, size_t n, int kind, c12__rng *g)
{
    static const char line[] = "{\"robot_id\":\"G1-001\",\"timestamp\":\"2025-10-24T14:32:17.935Z\",\"extra\":0,\"battery_level\":67.2}\n";
    for (size_t i = 0; i < n; i++) switch (kind) {
        case 0: to[i] = (uint8_t)c12__rng_next(g); break;
        case 1: to[i] = 'x'; break;
        case 2: to[i] = c12__rng_range(g, 0, 40) ? (uint8_t)line[i % (sizeof line - 1)] : (uint8_t)('0' + c12__rng_range(g, 0, 9)); break;
        default: to[i] = i && c12__rng_range(g, 0, 9) ? to[i - 1 - (size_t)c12__rng_range(g, 0, (int64_t)(i < 900 ? i - 1 : 899))] : (uint8_t)c12__rng_range(g, 'a', 'f'); break;
    }
    return n;
}

START_TEST(lines_come_back)
{
    uint8_t *in = malloc(MOST), *packed = malloc(2 * MOST), *back = malloc(MOST);
    for (int round = 0; round < rounds(400); round++) {
        c12__rng g = c12__rng_from((uint64_t)round, 1);
        size_t n = make(in, (size_t)c12__rng_range(&g, 1, round % 5 ? 700 : MOST), round % 4, &g), size = c12__tlm_lines_pack(in, n, packed, 2 * MOST, table);
        ck_assert_uint_gt(size, 0);
        memset(back, 0xee, MOST);
        if (!c12__tlm_lines_unpack(packed, size, back, n) || memcmp(in, back, n)) ck_abort_msg("round %d: %d bytes", round, (int)n);
        ck_assert_int_eq(c12__tlm_lines_unpack(packed, size, back, n - 1), 0);
        if (n < MOST) ck_assert_int_eq(c12__tlm_lines_unpack(packed, size, back, n + 1), 0);
        if (round % 4 == 2 && n > 2000) ck_assert_uint_lt(size, n * 2 / 3);
        for (size_t room = 0; room < size; room += size / 5 + 1) { /* exactly so much memory */
            uint8_t *small = malloc(room + 1);
            ck_assert_uint_le(c12__tlm_lines_pack(in, n, small, room, table), room);
            free(small);
        }
    }
    free(in);
    free(packed);
    free(back);
}
END_TEST

START_TEST(hostile_bytes_do_no_harm)
{
    uint8_t *in = malloc(900), *packed = malloc(2000);
    c12__rng g = c12__rng_from(7, 7);
    size_t n = make(in, 900, 2, &g), size = c12__tlm_lines_pack(in, n, packed, 2000, table);
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *short_of = malloc(cut + 1), *back = malloc(n);
        memcpy(short_of, packed, cut);
        ck_assert_int_eq(c12__tlm_lines_unpack(short_of, cut, back, n), 0);
        free(short_of);
        free(back);
    }
    for (int round = 0; round < rounds(50000); round++) {
        uint8_t *bad = malloc(size), *back = malloc(n);
        memcpy(bad, packed, size);
        for (int k = 0; k < 3; k++) bad[c12__rng_range(&g, 0, (int64_t)size - 1)] = (uint8_t)c12__rng_next(&g);
        (void)c12__tlm_lines_unpack(bad, size, back, n);
        free(bad);
        free(back);
    }
    free(in);
    free(packed);
}
END_TEST

/* A block of lines that are in nobody's form: small, and the head says how much room they take. */
START_TEST(blocks_pack_their_lines)
{
    c12_tlm_schema s = C12_INIT(c12_tlm_schema);
    c12_tlm_batch b = C12_INIT(c12_tlm_batch), back = C12_INIT(c12_tlm_batch);
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 16, .rows = 400, .raw_bytes = 1 << 17, .text_bytes = 1024 };
    c12_tlm_head h = C12_INIT(c12_tlm_head);
    c12_mem m[2] = { { NULL, 0 }, { NULL, 0 } }, out, scratch, spare, text;
    char *lines = malloc(400 * 200), *at = lines;
    size_t used;
    ck_assert_int_eq(c12_tlm_builtin(&s, NULL), C12_OK);
    for (int k = 0; k < 300; k++) at += sprintf(at, "{\"timestamp\":\"2025-10-24T14:32:%02d.%03dZ\", \"robot_id\":\"G1-001\", \"note\":\"arm %d of %d\", \"value\":%d}\n", k / 10 % 60, k * 7 % 1000, k % 3, k, k * k);
    for (int k = 0; k < 2; k++) {
        ck_assert_int_eq(c12_tlm_batch_bytes(&s, &d, &m[k].size, NULL), C12_OK);
        m[k].ptr = calloc(1, m[k].size);
        ck_assert_int_eq(c12_tlm_batch_init(k ? &back : &b, m[k], &s, &d, NULL), C12_OK);
    }
    c12_view v = { (const uint8_t *)lines, (size_t)(at - lines) };
    ck_assert_int_eq(c12_tlm_parse(&s, v, &b, &used, NULL), C12_OK);
    ck_assert_int_eq(b.n, 300);
    ck_assert_int_eq(b.raw_size, (int64_t)v.size - 300);
    out.ptr = malloc(out.size = c12_tlm_block_bound(&b, 300));
    scratch.ptr = malloc(scratch.size = c12_tlm_block_scratch(&b, 300));
    spare.ptr = malloc(spare.size = c12_tlm_decode_scratch(1024));
    text.ptr = malloc(text.size = 1 << 17);
    ck_assert_int_eq(c12_tlm_block_encode(&s, &b, NULL, 300, 1, out, &used, scratch, NULL), C12_OK);
    c12_view block = { out.ptr, used };
    ck_assert_int_eq(c12_tlm_block_head(block, &h, NULL), C12_OK);
    ck_assert_int_eq(h.rows, 300);
    ck_assert_int_eq(h.raw_rows, 300);
    ck_assert_int_eq(h.raw_bytes, b.raw_size);
    ck_assert_uint_lt(h.raw_stored, (uint32_t)b.raw_size / 3);
    ck_assert_int_eq(c12_tlm_block_decode(&s, block, &back, &used, spare, NULL), C12_OK);
    ck_assert_int_eq(c12_tlm_print(&s, &back, 0, back.n, text, &used, NULL), C12_OK);
    ck_assert_uint_eq(used, v.size);
    ck_assert_int_eq(memcmp(text.ptr, lines, used), 0);
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_tlm_batch_reset(&back, &s, NULL), C12_OK);
    back.raw_cap = b.raw_size - 1; /* one byte too few */
    ck_assert_int_eq(c12_tlm_block_decode(&s, block, &back, &used, spare, &e), C12_E_SPACE);
    ck_assert_str_eq(e.field, "raw_bytes");
    ck_assert_int_eq(e.value, b.raw_size);
    void *const owned[] = { m[0].ptr, m[1].ptr, out.ptr, scratch.ptr, spare.ptr, text.ptr, lines };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tlm-lines");
    TCase *t = tcase_create("lines");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, lines_come_back);
    tcase_add_test(t, hostile_bytes_do_no_harm);
    tcase_add_test(t, blocks_pack_their_lines);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
