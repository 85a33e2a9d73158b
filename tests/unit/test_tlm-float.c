/* SPDX-License-Identifier: Apache-2.0 */
/* Columns of floats: every float's shortest text comes back, whatever else is listed or left alone, and hostile bytes do no harm.  The
 * texts are those of the C library's printf and strtof, which know nothing of how this library finds them. */
#include "base/rng.h"
#include "rounds.h"
#include "tlm/tlm_internal.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 2048 };

typedef struct split { int64_t v[ROWS], cell[ROWS], odd_row[ROWS / 64 + 1], odd_off[ROWS / 64 + 1]; uint32_t bits[ROWS]; c12__tlm_floats f; uint8_t out[ROWS * 8]; size_t size; } split;

static split *split_new(void)
{
    split *s = calloc(1, sizeof *s);
    ck_assert_ptr_nonnull(s);
    s->f.bits = s->bits;
    s->f.odd_row = s->odd_row;
    s->f.odd_off = s->odd_off;
    return s;
}

static float float_of(uint32_t bits)
{
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

/* The shortest text that strtof reads as f, as an integer in units of 10^-scale; INT64_MIN = it has more decimals. */
static int64_t text_units(float f, int32_t scale)
{
    char text[40];
    int digits = 0, exponent;
    for (int p = 0; p < 12; p++) {
        snprintf(text, sizeof text, "%.*e", p, (double)f);
        if (strtof(text, NULL) == f) { digits = p; break; }
    }
    char *e = strchr(text, 'e');
    exponent = atoi(e + 1) - digits + scale; /* of the last digit */
    int64_t m = 0;
    for (const char *c = text; c < e; c++)
        if (*c >= '0' && *c <= '9') m = m * 10 + (*c - '0');
    for (; exponent < 0 && m % 10 == 0 && m; exponent++) m /= 10;
    if (exponent < 0) return m ? INT64_MIN : 0;
    for (; exponent > 0; exponent--) m *= 10;
    return text[0] == '-' ? -m : m;
}

/* Splits, writes and reads; 0 = it was not split. */
static int there_and_back(split *s, int64_t n, int32_t scale)
{
    int64_t least = INT64_MAX, found;
    memcpy(s->cell, s->v, (size_t)n * sizeof *s->v);
    if (!c12__tlm_float_split(s->cell, n, scale, &s->f)) {
        ck_assert_int_eq(memcmp(s->cell, s->v, (size_t)n * sizeof *s->v), 0);
        return 0;
    }
    for (int64_t i = 0; i < n; i++) least = s->cell[i] < least ? s->cell[i] : least;
    s->size = (size_t)(c12__tlm_float_put(&s->f, s->cell, n, least, s->out) - s->out);
    ck_assert_uint_lt(s->size, sizeof s->out);
    ck_assert_int_eq(c12__tlm_float_least(s->out, s->size, &found), 1);
    ck_assert_int_eq(found, least);
    ck_assert_int_eq(c12__tlm_float_join(s->out, s->size, n, scale, s->cell), 1);
    for (int64_t i = 0; i < n; i++)
        if (s->cell[i] != s->v[i]) ck_abort_msg("row %d: %lld is not %lld", (int)i, (long long)s->cell[i], (long long)s->v[i]);
    return 1;
}

static float noise(c12__rng *g, float middle, float width) { return middle + width * ((float)c12__rng_range(g, -1000000, 1000000) / 1000000.0f); }

START_TEST(shortest_texts_come_back)
{
    static const float middle[] = { 40.0f, 0.0f, 0.001f, -3.0f, 1000.0f, 65536.0f, 2000000.0f, 0.0f, 0.5f }, width[] = { 0.5f, 0.02f, 0.0005f, 4.0f, 1.0f, 100.0f, 2000.0f, 30.0f, 0.5f };
    static const int32_t scale[] = { 10, 13, 13, 12, 9, 7, 6, 13, 12 };
    split *s = split_new();
    for (int round = 0; round < rounds(20); round++)
        for (size_t k = 0; k < sizeof scale / sizeof *scale; k++) {
            c12__rng g = c12__rng_from((uint64_t)round, k);
            for (int64_t i = 0; i < ROWS; i++)
                do s->v[i] = text_units(noise(&g, middle[k], width[k]), scale[k]);
                while (s->v[i] == INT64_MIN);
            if (!there_and_back(s, ROWS, scale[k])) ck_abort_msg("round %d, kind %d was not split", round, (int)k);
            ck_assert_int_eq(s->f.odd, 0);
        }
    free(s);
}
END_TEST

/* Powers of two, where the float below is half as far, and their neighbours; ties; the ends of what is split. */
START_TEST(floats_at_edges_come_back)
{
    split *s = split_new();
    int64_t n = 0;
    for (uint32_t exponent = 127 - 14; exponent < 127 + 12; exponent++)
        for (uint32_t off = 0; off < 70; off++) {
            float f = float_of((exponent << 23) + off - 35);
            int64_t v = text_units(off % 2 ? f : -f, 15);
            if (v != INT64_MIN && (v < 0 ? -v : v) < INT64_C(9000000000000000000) && n < ROWS) s->v[n++] = v;
        }
    ck_assert_int_gt(n, 1500);
    ck_assert_int_eq(there_and_back(s, n, 15), 1);
    ck_assert_int_eq(s->f.odd, 0);
    free(s);
}
END_TEST

START_TEST(zeros_and_odd_values_come_back)
{
    split *s = split_new();
    c12__rng g = c12__rng_from(3, 3);
    for (int64_t i = 0; i < ROWS; i++) s->v[i] = i % 5 == 0 ? 0 : text_units(noise(&g, 0.0f, 0.3f), 12);
    for (int64_t i = 0; i < ROWS; i++) if (s->v[i] == INT64_MIN) s->v[i] = 0;
    s->v[9] = 1;                         /* 1e-12: far below the grid */
    s->v[10] = -700;
    s->v[100] = INT64_C(123456789012);   /* twelve digits: no float's shortest text */
    s->v[ROWS - 1] = INT64_C(-21500000001);
    ck_assert_int_eq(there_and_back(s, ROWS, 12), 1);
    ck_assert_int_eq(s->f.odd, 3);
    for (int64_t i = 0; i < ROWS; i += 20) s->v[i] = INT64_C(123456789012) + i; /* too many of them */
    ck_assert_int_eq(there_and_back(s, ROWS, 12), 0);
    free(s);
}
END_TEST

START_TEST(what_does_not_pay_stays)
{
    split *s = split_new();
    c12__rng g = c12__rng_from(4, 4);
    for (int64_t i = 0; i < ROWS; i++) s->v[i] = 4000000 + c12__rng_range(&g, -90000, 90000); /* five decimals: less than a float says */
    ck_assert_int_eq(there_and_back(s, ROWS, 5), 0);
    float few[40];
    for (int k = 0; k < 40; k++) few[k] = noise(&g, 40.0f, 2.0f);
    for (int64_t i = 0; i < ROWS; i++) s->v[i] = text_units(few[c12__rng_range(&g, 0, 39)], 10); /* a converter's steps */
    ck_assert_int_eq(there_and_back(s, ROWS, 10), 0);
    for (int64_t i = 0; i < ROWS; i++) s->v[i] = (int64_t)(c12__rng_next(&g) >> 2); /* from 2^24 on */
    ck_assert_int_eq(there_and_back(s, ROWS, 10), 0);
    free(s);
}
END_TEST

START_TEST(hostile_bytes_do_no_harm)
{
    split *s = split_new();
    uint8_t *bytes = malloc(sizeof s->out);
    int64_t cell[ROWS], n = 128;
    c12__rng g = c12__rng_from(5, 5);
    for (int64_t i = 0; i < n; i++) s->v[i] = i % 7 ? text_units(noise(&g, 0.0f, 0.3f), 13) : 0;
    for (int64_t i = 0; i < n; i++) if (s->v[i] == INT64_MIN) s->v[i] = 0;
    ck_assert_int_eq(there_and_back(s, n, 13), 1);
    memcpy(s->cell, s->v, (size_t)n * sizeof *s->v);
    ck_assert_int_eq(c12__tlm_float_split(s->cell, n, 13, &s->f), 1);
    for (size_t cut = 0; cut < s->size; cut++) {
        uint8_t *short_of = malloc(cut + 1); /* its end is the end of memory */
        memcpy(short_of, s->out, cut);
        memcpy(cell, s->cell, sizeof cell);
        ck_assert_int_eq(c12__tlm_float_join(short_of, cut, n, 13, cell), 0);
        free(short_of);
    }
    for (int round = 0; round < rounds(20000); round++) {
        memcpy(bytes, s->out, s->size);
        memcpy(cell, s->cell, sizeof cell);
        for (int k = 0; k < 3; k++) bytes[c12__rng_range(&g, 0, (int64_t)s->size - 1)] = (uint8_t)c12__rng_next(&g);
        if (round % 2) cell[c12__rng_range(&g, 0, n - 1)] = (int64_t)c12__rng_next(&g);
        (void)c12__tlm_float_join(bytes, s->size, n, 13, cell);
    }
    free(bytes);
    free(s);
}
END_TEST

/* ---- numbers with exponents ---------------------------------------------------------------------------------------------------- */

static const struct { int32_t numbers; const char *text; int columns; } forms[] = {
    { C12_TLM_NUMBERS_PLAIN, "0.00009", 1 }, { C12_TLM_NUMBERS_PLAIN, "9e-05", 0 }, { C12_TLM_NUMBERS_PLAIN, "0.0001", 1 },
    { C12_TLM_NUMBERS_PYTHON, "9e-05", 1 }, { C12_TLM_NUMBERS_PYTHON, "-9.12e-05", 1 }, { C12_TLM_NUMBERS_PYTHON, "1.2345678e-07", 1 },
    { C12_TLM_NUMBERS_PYTHON, "0.0001", 1 }, { C12_TLM_NUMBERS_PYTHON, "0.00012", 1 }, { C12_TLM_NUMBERS_PYTHON, "0.00009", 0 },
    { C12_TLM_NUMBERS_PYTHON, "9e-5", 0 }, { C12_TLM_NUMBERS_PYTHON, "9.0e-05", 0 }, { C12_TLM_NUMBERS_PYTHON, "90e-06", 0 }, { C12_TLM_NUMBERS_PYTHON, "1e-16", 0 },
    { C12_TLM_NUMBERS_PYTHON, "1e-05", 1 }, { C12_TLM_NUMBERS_PYTHON, "1e+16", 0 }, { C12_TLM_NUMBERS_PYTHON, "0.0", 1 },
    { C12_TLM_NUMBERS_SCRIPT, "0.000001", 1 }, { C12_TLM_NUMBERS_SCRIPT, "9.5e-7", 1 }, { C12_TLM_NUMBERS_SCRIPT, "1.25e-10", 1 },
    { C12_TLM_NUMBERS_SCRIPT, "9.5e-07", 0 }, { C12_TLM_NUMBERS_SCRIPT, "0.0000009", 0 },
};

START_TEST(small_numbers_come_back)
{
    static const int32_t ids[3] = { 1, 2, 3 }, kinds[3] = { C12_TLM_TEXT, C12_TLM_TIME, C12_TLM_DECIMAL }, decimals[3] = { 0, 3, 1 };
    static const int64_t off[4] = { 0, 1, 2, 3 };
    c12_tlm_schema schema = { .struct_size = sizeof schema, .n_fields = 3, .id = 4, .time_field = 1, .numbers = forms[_i].numbers, .field_id = ids,
                              .kind = kinds, .decimals = decimals, .path_off = off, .path = (const uint8_t *)"rtx" };
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 4, .rows = 4, .raw_bytes = 512, .text_bytes = 64 };
    c12_tlm_batch b = C12_INIT(c12_tlm_batch);
    c12_mem m = { NULL, 0 };
    char line[128], back[128];
    size_t used;
    ck_assert_int_eq(c12_tlm_batch_bytes(&schema, &d, &m.size, NULL), C12_OK);
    m.ptr = calloc(1, m.size);
    ck_assert_int_eq(c12_tlm_batch_init(&b, m, &schema, &d, NULL), C12_OK);
    /* behind a number with as many decimals, so that the quick reader is tried too */
    int n = snprintf(line, sizeof line, "{\"r\":\"a\",\"t\":\"2025-10-24T14:32:17.935Z\",\"x\":0.12345}\n{\"r\":\"a\",\"t\":\"2025-10-24T14:32:17.935Z\",\"x\":%s}\n", forms[_i].text);
    c12_view in = { (const uint8_t *)line, (size_t)n };
    ck_assert_int_eq(c12_tlm_parse(&schema, in, &b, &used, NULL), C12_OK);
    ck_assert_int_eq(b.n, 2);
    ck_assert_int_eq(b.raw_at[1] < 0, forms[_i].columns);
    c12_mem out = { back, sizeof back };
    ck_assert_int_eq(c12_tlm_print(&schema, &b, 0, 2, out, &used, NULL), C12_OK);
    ck_assert_int_eq((int)used, n);
    ck_assert_int_eq(memcmp(line, back, used), 0);
    free(m.ptr);
}
END_TEST

START_TEST(a_schema_keeps_its_numbers)
{
    c12_tlm_schema s = C12_INIT(c12_tlm_schema), t = C12_INIT(c12_tlm_schema);
    uint8_t bytes[2048], room[8192];
    size_t plain, used;
    c12_mem out = { bytes, sizeof bytes }, mem = { room, sizeof room };
    ck_assert_int_eq(c12_tlm_builtin(&s, NULL), C12_OK);
    ck_assert_int_eq(c12_tlm_schema_encode(&s, out, &plain, NULL), C12_OK);
    s.numbers = C12_TLM_NUMBERS_SCRIPT;
    ck_assert_int_eq(c12_tlm_schema_encode(&s, out, &used, NULL), C12_OK);
    ck_assert_uint_eq(used, plain + 2);
    c12_view in = { bytes, used };
    ck_assert_int_eq(c12_tlm_schema_decode(in, &t, mem, NULL), C12_OK);
    ck_assert_int_eq(t.numbers, C12_TLM_NUMBERS_SCRIPT);
    bytes[used - 1] = 3;
    ck_assert_int_eq(c12_tlm_schema_decode(in, &t, mem, NULL), C12_E_RANGE);
    bytes[used - 1] = 0;
    ck_assert_int_eq(c12_tlm_schema_decode(in, &t, mem, NULL), C12_E_FORMAT);
    s.numbers = -1;
    ck_assert_int_eq(c12_tlm_schema_check(&s, NULL), C12_E_RANGE);
}
END_TEST

START_TEST(exponents_tell_who_wrote_them)
{
    static const struct { const char *lines; int32_t numbers; } told[] = {
        { "{\"x\":0.00001}", C12_TLM_NUMBERS_PLAIN }, { "{\"x\":1e-05}", C12_TLM_NUMBERS_PYTHON }, { "{\"x\":1.5e-7}", C12_TLM_NUMBERS_SCRIPT },
        { "{\"x\":\"case-9\",\"y\":1}", C12_TLM_NUMBERS_PLAIN }, { "{\"x\":1e-12}", C12_TLM_NUMBERS_PLAIN }, { "{\"x\":1e-12,\"y\":2e-06}", C12_TLM_NUMBERS_PYTHON }, { "", C12_TLM_NUMBERS_PLAIN },
    };
    for (size_t k = 0; k < sizeof told / sizeof *told; k++) {
        c12_view v = { (const uint8_t *)told[k].lines, strlen(told[k].lines) };
        ck_assert_int_eq(c12_tlm_numbers(v), told[k].numbers);
    }
    c12_view none = { NULL, 0 };
    ck_assert_int_eq(c12_tlm_numbers(none), C12_TLM_NUMBERS_PLAIN);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tlm-float");
    TCase *t = tcase_create("floats");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, shortest_texts_come_back);
    tcase_add_test(t, floats_at_edges_come_back);
    tcase_add_test(t, zeros_and_odd_values_come_back);
    tcase_add_test(t, what_does_not_pay_stays);
    tcase_add_test(t, hostile_bytes_do_no_harm);
    tcase_add_loop_test(t, small_numbers_come_back, 0, (int)(sizeof forms / sizeof *forms));
    tcase_add_test(t, a_schema_keeps_its_numbers);
    tcase_add_test(t, exponents_tell_who_wrote_them);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
