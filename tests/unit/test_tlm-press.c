/* SPDX-License-Identifier: Apache-2.0 */
/* Texts pressed: whatever goes in comes back, nothing is written where there is no room, hostile bytes do no harm; blocks with such texts. */
#include "base/rng.h"
#include "rounds.h"
#include "tlm/tlm_internal.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 20000 };

static void *scratch;
static void setup(void) { scratch = malloc(c12__tlm_press_room()); }
static void teardown(void) { free(scratch); }

/* Bytes of kind k: noise, one byte, messages that differ in a few places, letters that repeat at all distances, nothing but zeros. */
static size_t make(uint8_t *to, size_t n, int kind, c12__rng *g)
{
    static const char line[] = "[\"E117 torque limit knee_left 42.1 Nm at 12.40,8.88\"]";
    for (size_t i = 0; i < n; i++) switch (kind) {
        case 0: to[i] = (uint8_t)c12__rng_next(g); break;
        case 1: to[i] = 'x'; break;
        case 2: to[i] = c12__rng_range(g, 0, 40) ? (uint8_t)line[i % (sizeof line - 1)] : (uint8_t)('0' + c12__rng_range(g, 0, 9)); break;
        case 3: to[i] = i && c12__rng_range(g, 0, 9) ? to[i - 1 - (size_t)c12__rng_range(g, 0, (int64_t)(i < 900 ? i - 1 : 899))] : (uint8_t)c12__rng_range(g, 'a', 'f'); break;
        default: to[i] = 0; break;
    }
    return n;
}

START_TEST(the_vector_of_the_guide)
{
    static const char text[] = "\x03\x06\x1a\x08" "G1-037" "[\"E117 torque limit knee\"]" "E117.3 x";
    static const uint8_t want[31] = { 0x01, 0x82, 0xa9, 0x30, 0xad, 0x7a, 0x31, 0xe4, 0x80, 0x95, 0xff, 0x66, 0xec, 0xd0, 0x2b, 0x1c, 0x8a, 0x1a, 0xc5, 0x06, 0xa5, 0xc6, 0xca, 0xb1, 0x71, 0x74, 0xf8, 0x3d, 0x02, 0x0f, 0x40 };
    uint8_t out[64], back[44];
    ck_assert_uint_eq(c12__tlm_press((const uint8_t *)text, 44, out, sizeof out, scratch), sizeof want);
    ck_assert_mem_eq(out, want, sizeof want);
    ck_assert_int_eq(c12__tlm_unpress(want, sizeof want, back, 44, scratch), 1);
    ck_assert_mem_eq(back, text, 44);
}
END_TEST

START_TEST(texts_come_back)
{
    uint8_t *in = malloc(MOST), *pressed = malloc(2 * MOST), *back = malloc(MOST);
    for (int round = 0; round < rounds(1000); round++) {
        c12__rng g = c12__rng_from((uint64_t)round, 1);
        size_t n = make(in, (size_t)c12__rng_range(&g, 1, round % 5 ? 300 : MOST), round / 2 % 5, &g), size = c12__tlm_press(in, n, pressed, 2 * MOST, scratch);
        memset(back, 0xee, MOST);
        if (!c12__tlm_unpress(pressed, size, back, n, scratch) || memcmp(in, back, n)) ck_abort_msg("round %d: %d bytes", round, (int)n);
        if (round / 2 % 5 == 2 && n > 2000) ck_assert_uint_lt(size, n * 2 / 5);
        memset(pressed + size, 1, 200); /* more than it takes */
        ck_assert_int_eq(c12__tlm_unpress(pressed, size + 200, back, n, scratch), 0);
        for (size_t room = 0; room < size; room += size / 5 + 1) { /* exactly so much memory */
            uint8_t *small = malloc(room + 1);
            size_t used = c12__tlm_press(in, n, small, room, scratch);
            ck_assert_uint_le(used, room);
            if (used && (!c12__tlm_unpress(small, used, back, n, scratch) || memcmp(in, back, n))) ck_abort_msg("round %d with %d bytes of room", round, (int)room);
            free(small);
        }
    }
    free(in);
    free(pressed);
    free(back);
}
END_TEST

START_TEST(hostile_bytes_do_no_harm)
{
    for (int round = 0; round < rounds(3000); round++) {
        c12__rng g = c12__rng_from((uint64_t)round, 7);
        size_t size = (size_t)c12__rng_range(&g, 0, 200), n = (size_t)c12__rng_range(&g, 1, 3000);
        uint8_t *in = malloc(size + 1), *back = malloc(n);
        make(in, size, round % 5, &g);
        (void)!c12__tlm_unpress(in, size, back, n, scratch); /* under sanitizers: reads and writes nothing else */
        free(in);
        free(back);
    }
}
END_TEST

/* Heads say at most 7 % too much, and never too little. */
START_TEST(limits_of_heads)
{
    uint32_t last = 15;
    for (uint32_t size = 0; size < 256; size++) {
        uint32_t limit = c12__tlm_press_limit(size);
        ck_assert_uint_gt(limit, last);
        ck_assert_uint_le(limit - last - 1, last / 15);
        last = limit;
        if (limit == C12__TLM_PRESS_MOST) return;
    }
    ck_abort_msg("no head says that texts have the most bytes");
}
END_TEST

/* ---- blocks ------------------------------------------------------------------------------------------------------------------------------- */

enum { ROWS = 200 };
static c12_tlm_schema schema = C12_INIT(c12_tlm_schema);

static void *open_batch(c12_tlm_batch *b, c12_view lines)
{
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 2 * ROWS + 64, .rows = ROWS, .text_bytes = 1 << 16 };
    c12_mem m = { NULL, 0 };
    size_t used;
    schema.struct_size = (uint32_t)sizeof schema;
    ck_assert_int_eq(c12_tlm_builtin(&schema, NULL), C12_OK);
    ck_assert_int_eq(c12_tlm_batch_bytes(&schema, &d, &m.size, NULL), C12_OK);
    m.ptr = malloc(m.size);
    memset(b, 0, sizeof *b);
    b->struct_size = (uint32_t)sizeof *b;
    ck_assert_int_eq(c12_tlm_batch_init(b, m, &schema, &d, NULL), C12_OK);
    if (lines.size) ck_assert_int_eq(c12_tlm_parse(&schema, lines, b, &used, NULL), C12_OK);
    return m.ptr;
}

/* A record a row whose error log has a message of its own. */
static size_t make_lines(char *to, size_t room)
{
    size_t n = 0;
    for (int i = 0; i < ROWS; i++)
        n += (size_t)snprintf(to + n, room - n, "{\"robot_id\":\"G1-037\",\"timestamp\":\"2025-10-24T14:32:%02d.%03dZ\",\"position\":{\"x\":12.3,\"y\":45.6,\"z\":0.2},\"velocity\":{\"vx\":0.8,\"vy\":0.0,\"vz\":0.0},"
            "\"battery_level\":67.2,\"current_task\":{\"task_id\":\"WO-5482-ST2\",\"station\":\"Station_2_Actuator_Install\",\"unit_id\":\"HUM-2025-001847\",\"progress\":42.0,"
            "\"estimated_completion\":\"2025-10-24T15:14:00Z\"},\"actuator_status\":{\"hip_left\":{\"temp\":41.2,\"torque\":23.4,\"status\":\"OK\"},\"hip_right\":{\"temp\":41.2,\"torque\":23.4,\"status\":\"OK\"},"
            "\"knee_left\":{\"temp\":41.2,\"torque\":23.4,\"status\":\"OK\"},\"knee_right\":{\"temp\":41.2,\"torque\":23.4,\"status\":\"OK\"},\"shoulder_left\":{\"temp\":41.2,\"torque\":23.4,\"status\":\"OK\"},"
            "\"shoulder_right\":{\"temp\":41.2,\"torque\":23.4,\"status\":\"OK\"}},\"diagnostics\":{\"cpu_usage\":47.2,\"memory_usage\":62.8,\"network_latency\":12,\"camera_status\":[\"OK\",\"OK\",\"OK\",\"OK\"],"
            "\"error_log\":[\"E117 torque limit knee_left %d.%d Nm\"]}}\n", i / 10, i % 10 * 100, 20 + i * 7 % 40, i % 10);
    return n;
}

START_TEST(blocks_with_pressed_texts)
{
    static char lines[ROWS * 1200], back[ROWS * 1200];
    c12_view v = { (const uint8_t *)lines, make_lines(lines, sizeof lines) };
    c12_tlm_batch b, got;
    void *memory[2] = { open_batch(&b, v), open_batch(&got, (c12_view){ NULL, 0 }) };
    ck_assert_int_eq(b.n, ROWS);
    b.order = NULL;
    size_t bound = c12_tlm_block_bound(&b, ROWS), room = c12_tlm_block_scratch(&b, ROWS), stored[4];
    uint8_t *block = malloc(bound), *work = malloc(room);
    for (int32_t level = 0; level < 4; level++) {
        c12_tlm_block_options o = { .struct_size = sizeof o, .level = level };
        c12_tlm_head h = C12_INIT(c12_tlm_head);
        size_t size, used;
        ck_assert_int_eq(c12_tlm_block_encode_with(&schema, &b, NULL, ROWS, 1, &o, (c12_mem){ block, bound }, &size, (c12_mem){ work, room }, NULL), C12_OK);
        c12_view whole = { block, size };
        ck_assert_int_eq(c12_tlm_block_head(whole, &h, NULL), C12_OK);
        stored[level] = h.text_stored;
        ck_assert(block[47] == 5 && (block[45] == 0) == (level == C12_TLM_PLAIN));
        ck_assert_int_eq(block[45] != 0, level != C12_TLM_PLAIN);
        if (level == C12_TLM_PLAIN) ck_assert_int_eq(h.text_bytes, h.text_stored);
        size_t need = c12_tlm_decode_scratch(h.text_bytes);
        uint8_t *exact = malloc(need);
        ck_assert_int_eq(c12_tlm_batch_reset(&got, &schema, NULL), C12_OK);
        ck_assert_int_eq(c12_tlm_block_decode(&schema, whole, &got, &used, (c12_mem){ exact, need }, NULL), C12_OK);
        ck_assert_int_eq(c12_tlm_print(&schema, &got, 0, ROWS, (c12_mem){ back, sizeof back }, &used, NULL), C12_OK);
        if (used != v.size || memcmp(back, lines, used)) ck_abort_msg("level %d: other texts", level);
        ck_assert_int_eq(c12_tlm_block_decode(&schema, whole, &got, &used, (c12_mem){ exact, 5 * (size_t)h.text_bytes }, NULL), C12_E_SPACE);
        free(exact);
    }
    ck_assert_uint_lt(5 * stored[C12_TLM_DEFAULT], stored[C12_TLM_PLAIN]);
    free(block);
    free(work);
    free(memory[0]);
    free(memory[1]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tlm-press");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_vector_of_the_guide);
    tcase_add_test(t, texts_come_back);
    tcase_add_test(t, hostile_bytes_do_no_harm);
    tcase_add_test(t, limits_of_heads);
    tcase_add_test(t, blocks_with_pressed_texts);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
