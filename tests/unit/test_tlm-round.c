/* SPDX-License-Identifier: Apache-2.0 */
/* Declared precision: every value within half a step, halves to the even multiple, blocks that refuse anything else, nothing half done. */
#include "base/rng.h"
#include "rounds.h"
#include "c12/tlm.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 512, FIELDS = 5 };
static const int32_t ids[FIELDS] = { 1, 2, 3, 4, 5 }, kinds[FIELDS] = { C12_TLM_TEXT, C12_TLM_TIME, C12_TLM_DECIMAL, C12_TLM_INTEGER, C12_TLM_DECIMAL };
static const int32_t decimals[FIELDS] = { 0, 3, 2, 0, 1 };
static const int64_t offsets[FIELDS + 1] = { 0, 1, 2, 3, 4, 5 };
static int64_t steps[FIELDS];
static c12_tlm_schema schema = { .struct_size = sizeof schema, .n_fields = FIELDS, .id = 5, .time_field = 1, .field_id = ids, .kind = kinds, .decimals = decimals,
                                 .path_off = offsets, .path = (const uint8_t *)"rtxyz", .step = steps };
static c12_tlm_batch batch;
static c12_mem memory;

static void setup(void)
{
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 4, .rows = ROWS, .raw_bytes = 64, .text_bytes = 64 };
    c12_view name = { (const uint8_t *)"a", 1 };
    int64_t code;
    memset(steps, 0, sizeof steps);
    batch.struct_size = sizeof batch;
    ck_assert_int_eq(c12_tlm_batch_bytes(&schema, &d, &memory.size, NULL), C12_OK);
    memory.ptr = calloc(1, memory.size);
    ck_assert_int_eq(c12_tlm_batch_init(&batch, memory, &schema, &d, NULL), C12_OK);
    ck_assert_int_eq(c12_tlm_intern(batch.dict, name, &code, NULL), C12_OK);
    batch.n = ROWS;
    for (int64_t i = 0; i < ROWS; i++) {
        for (int f = 0; f < FIELDS; f++) batch.value[f * batch.cap + i] = f == 1 ? 100 * i : 0;
        batch.raw_at[i] = -1;
    }
}

static void teardown(void) { free(memory.ptr); }

static int64_t *column(int f) { return batch.value + f * batch.cap; }

START_TEST(halves_go_to_the_even_multiple)
{
    static const int64_t from[] = { 0, 2, 3, -2, -3, 5, 7, 8, 12, 13, -7, -8, 25, 15, -25 }, to[] = { 0, 0, 5, 0, -5, 5, 5, 10, 10, 15, -5, -10, 25, 15, -25 };
    int64_t worst[FIELDS];
    steps[2] = 5;
    steps[3] = 10;
    for (size_t i = 0; i < sizeof from / sizeof *from; i++) { column(2)[i] = from[i]; column(3)[i] = from[i] * 2 + (from[i] % 5 ? 0 : 5); column(4)[i] = from[i]; }
    ck_assert_int_eq(c12_tlm_round(&schema, &batch, 0, ROWS, worst, NULL), C12_OK);
    for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
        ck_assert_int_eq(column(2)[i], to[i]);
        ck_assert_int_eq(column(4)[i], from[i]); /* declares nothing */
    }
    ck_assert_int_eq(column(3)[0], 0);   /* 5: between 0 and 10 */
    ck_assert_int_eq(column(3)[5], 20);  /* 15: between 10 and 20 */
    ck_assert_int_eq(column(3)[14], -40); /* -45: between -50 and -40 */
    ck_assert_int_eq(worst[2], 2);
    ck_assert_int_eq(worst[3], 5);
    ck_assert_int_eq(worst[4], 0);
}
END_TEST

/* Steps in units of the field's decimals at any scale of the column. */
START_TEST(every_value_is_within_half_a_step)
{
    c12__rng g = c12__rng_from(1, 1);
    for (int round = 0; round < rounds(200); round++) {
        int64_t was[ROWS], worst[FIELDS], most = 0, unit = 1;
        ck_assert_int_eq(c12_tlm_batch_reset(&batch, &schema, NULL), C12_OK);
        batch.n = ROWS;
        batch.scale[2] = 2 + round % 9;
        steps[2] = c12__rng_range(&g, 1, round % 2 ? 9 : 100000);
        for (int k = 2; k < batch.scale[2]; k++) unit *= 10;
        unit *= steps[2];
        for (int64_t i = 0; i < ROWS; i++) column(2)[i] = was[i] = (int64_t)c12__rng_next(&g) >> c12__rng_range(&g, 3, 60);
        ck_assert_int_eq(c12_tlm_round(&schema, &batch, 0, ROWS, worst, NULL), C12_OK);
        for (int64_t i = 0; i < ROWS; i++) {
            int64_t off = column(2)[i] - was[i];
            off = off < 0 ? -off : off;
            most = off > most ? off : most;
            if (column(2)[i] % unit || 2 * off > unit) ck_abort_msg("round %d, row %d: %lld from %lld", round, (int)i, (long long)column(2)[i], (long long)was[i]);
        }
        ck_assert_int_eq(worst[2], most);
        memcpy(was, column(2), sizeof was);
        ck_assert_int_eq(c12_tlm_round(&schema, &batch, 0, ROWS, worst, NULL), C12_OK); /* once more changes nothing */
        ck_assert_int_eq(memcmp(was, column(2), sizeof was), 0);
        ck_assert_int_eq(worst[2], 0);
    }
}
END_TEST

START_TEST(blocks_refuse_what_was_not_rounded)
{
    c12_error e = C12_INIT(c12_error);
    size_t used;
    c12_mem out = { NULL, c12_tlm_block_bound(&batch, ROWS) }, scratch = { NULL, c12_tlm_block_scratch(&batch, ROWS) };
    out.ptr = malloc(out.size);
    scratch.ptr = malloc(scratch.size);
    steps[2] = 5;
    column(2)[77] = 8;
    ck_assert_int_eq(c12_tlm_block_encode(&schema, &batch, NULL, ROWS, 0, out, &used, scratch, &e), C12_E_RANGE);
    ck_assert_int_eq(e.row, 77);
    ck_assert_int_eq(e.value, 8);
    ck_assert_int_eq(c12_tlm_round(&schema, &batch, 0, 77, NULL, NULL), C12_OK); /* not that row */
    ck_assert_int_eq(column(2)[77], 8);
    ck_assert_int_eq(c12_tlm_round(&schema, &batch, 77, 1, NULL, NULL), C12_OK);
    ck_assert_int_eq(column(2)[77], 10);
    ck_assert_int_eq(c12_tlm_block_encode(&schema, &batch, NULL, ROWS, 0, out, &used, scratch, &e), C12_OK);
    batch.scale[2] = 1; /* a coarser column than the step's own units */
    ck_assert_int_eq(c12_tlm_block_encode(&schema, &batch, NULL, ROWS, 0, out, &used, scratch, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_tlm_round(&schema, &batch, 0, ROWS, NULL, NULL), C12_OK);
    ck_assert_int_eq(batch.scale[2], 2);
    ck_assert_int_eq(column(2)[77], 100);
    free(out.ptr);
    free(scratch.ptr);
}
END_TEST

START_TEST(bad_steps_and_values_are_refused)
{
    c12_error e = C12_INIT(c12_error);
    steps[2] = 10;
    column(2)[3] = 8;
    column(2)[9] = INT64_MAX;
    ck_assert_int_eq(c12_tlm_round(&schema, &batch, 0, ROWS, NULL, &e), C12_E_OVERFLOW);
    ck_assert_int_eq(e.row, 9);
    ck_assert_int_eq(column(2)[3], 8); /* nothing half done */
    column(2)[9] = INT64_MIN + 1;
    ck_assert_int_eq(c12_tlm_round(&schema, &batch, 0, ROWS, NULL, &e), C12_E_OVERFLOW);
    ck_assert_int_eq(c12_tlm_round(&schema, &batch, 1, ROWS, NULL, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_tlm_round(NULL, &batch, 0, ROWS, NULL, &e), C12_E_ARG);
    ck_assert_int_eq(c12_tlm_round(&schema, NULL, 0, ROWS, NULL, &e), C12_E_ARG);
    for (int f = 0; f < FIELDS; f++) {
        memset(steps, 0, sizeof steps);
        steps[f] = f == 2 || f == 3 || f == 4 ? -1 : 1;
        ck_assert_int_eq(c12_tlm_schema_check(&schema, &e), C12_E_RANGE);
        ck_assert_str_eq(e.field, "step");
        ck_assert_int_eq(e.row, f);
    }
}
END_TEST

START_TEST(a_schema_keeps_its_steps)
{
    uint8_t bytes[512], room[1024];
    size_t plain, used;
    c12_mem out = { bytes, sizeof bytes }, mem = { room, sizeof room };
    c12_tlm_schema t = C12_INIT(c12_tlm_schema);
    ck_assert_int_eq(c12_tlm_schema_encode(&schema, out, &plain, NULL), C12_OK); /* all 0: as if there were none */
    steps[2] = 5;
    steps[3] = INT64_C(123456789012);
    ck_assert_int_eq(c12_tlm_schema_encode(&schema, out, &used, NULL), C12_OK);
    ck_assert_uint_gt(used, plain);
    c12_view in = { bytes, used };
    ck_assert_int_eq(c12_tlm_schema_decode(in, &t, mem, NULL), C12_OK);
    ck_assert_ptr_nonnull(t.step);
    ck_assert_int_eq(memcmp(t.step, steps, sizeof steps), 0);
    for (size_t cut = 0; cut < used; cut++) {
        in.size = cut;
        ck_assert_int_ne(c12_tlm_schema_decode(in, &t, mem, NULL), C12_OK);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tlm-round");
    TCase *t = tcase_create("precision");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, halves_go_to_the_even_multiple);
    tcase_add_test(t, every_value_is_within_half_a_step);
    tcase_add_test(t, blocks_refuse_what_was_not_rounded);
    tcase_add_test(t, bad_steps_and_values_are_refused);
    tcase_add_test(t, a_schema_keeps_its_steps);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
