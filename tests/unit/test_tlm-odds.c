/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers with odds: what a coder writes it reads, in little room it says so, whatever bytes it reads; and directories made of them. */
#include "base/rng.h"
#include "tlm/block/tlm_directory.h"
#include "tlm/block/tlm_odds.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 4000 };

typedef struct model { c12__tlm_number number, below; c12__tlm_odds bit[3], tree[64]; } model;

static void begin(model *m) { c12__tlm_odds_begin((c12__tlm_odds *)(void *)m, sizeof *m / sizeof(c12__tlm_odds)); }

/* Any size as likely as any other, and the ends of the range. */
static uint64_t any(c12__rng *g)
{
    int64_t bits = c12__rng_range(g, 0, 65);
    return bits == 65 ? UINT64_MAX : bits ? c12__rng_next(g) >> (64 - bits) : 0;
}

static int32_t size_of(uint64_t v) { return c12__tlm_width(v) + (int32_t)(v % 3 < (uint64_t)(64 - c12__tlm_width(v)) ? v % 3 : 0); }

/* Writes v, or reads and compares. */
static void pass(c12__tlm_coder *c, model *m, const uint64_t *v)
{
    begin(m);
    for (int i = 0; i < MANY; i++) {
        uint64_t w = c->writes ? v[i] : 0;
        switch (i % 5) {
        case 0: ck_assert_uint_eq(c12__tlm_code_number(c, &m->number, w), v[i]); break;
        case 1: ck_assert_uint_eq(c12__tlm_code_below(c, &m->below, size_of(v[i]), w), v[i]); break;
        case 2: ck_assert_int_eq(c12__tlm_code_signed(c, &m->number, (int64_t)w), (int64_t)v[i]); break;
        case 3: ck_assert_uint_eq(c12__tlm_code_leaf(c, m->tree, 6, (uint32_t)(w & 63)), v[i] & 63); break;
        default:
            ck_assert_uint_eq(c12__tlm_code_plain(c, i % 65, i % 65 ? w & (UINT64_MAX >> (64 - i % 65)) : 0), i % 65 ? v[i] & (UINT64_MAX >> (64 - i % 65)) : 0);
            ck_assert_uint_eq(c12__tlm_code_bit(c, &m->bit[i % 3], w & 1), v[i] & 1);
        }
    }
}

START_TEST(what_is_written_is_read)
{
    static uint64_t v[MANY];
    static uint8_t out[MANY * 12];
    model m;
    for (uint64_t seed = 1; seed < 30; seed++) {
        c12__rng g = c12__rng_from(seed, 3);
        for (int i = 0; i < MANY; i++) v[i] = seed % 3 ? any(&g) : (uint64_t)c12__rng_range(&g, 0, 3);
        c12__tlm_coder w = c12__tlm_coder_writes(out, sizeof out);
        pass(&w, &m, v);
        size_t n = c12__tlm_bits_end(&w.out);
        ck_assert(!w.out.full);
        if (seed % 3 == 0) ck_assert_uint_lt(n, MANY * 5 / 4); /* small numbers take little: most of it are plain bits */
        uint8_t *exact = malloc(n + 1);
        memcpy(exact, out, n);
        c12__tlm_coder r = c12__tlm_coder_reads(exact, n);
        pass(&r, &m, v);
        ck_assert(c12__tlm_coder_done(&r));
        free(exact);
        uint8_t little[40];
        c12__tlm_coder s = c12__tlm_coder_writes(little, 8);
        memset(little, 0xa5, sizeof little);
        pass(&s, &m, v);
        ck_assert(s.out.full);
        for (size_t i = 8; i < sizeof little; i++) ck_assert_int_eq(little[i], 0xa5);
    }
}
END_TEST

START_TEST(any_bytes_are_some_numbers)
{
    model m;
    for (uint64_t seed = 1; seed < 400; seed++) {
        c12__rng g = c12__rng_from(seed, 4);
        size_t n = (size_t)c12__rng_range(&g, 0, 60);
        uint8_t *bytes = malloc(n + 1);
        for (size_t i = 0; i < n; i++) bytes[i] = seed % 3 ? (uint8_t)c12__rng_next(&g) : 0xff;
        c12__tlm_coder r = c12__tlm_coder_reads(bytes, n);
        begin(&m);
        for (int i = 0; i < 200; i++) {
            ck_assert_uint_lt(c12__tlm_code_leaf(&r, m.tree, 6, 0), 64);
            int32_t size = (int32_t)c12__rng_range(&g, 0, 64);
            uint64_t below = c12__tlm_code_below(&r, &m.below, size, 0);
            ck_assert(size == 64 || !(below >> size));
            (void)c12__tlm_code_number(&r, &m.number, 0);
            uint64_t plain = c12__tlm_code_plain(&r, i % 64, 0);
            ck_assert(!(plain >> i % 64));
        }
        free(bytes);
    }
}
END_TEST

/* ---- directories ------------------------------------------------------------------------------------------------------------ */

enum { FIELDS = 12 };
static const int32_t kinds[FIELDS] = { C12_TLM_TEXT, C12_TLM_TIME, C12_TLM_DECIMAL, C12_TLM_DECIMAL, C12_TLM_INTEGER, C12_TLM_LIST, C12_TLM_DECIMAL, C12_TLM_INTEGER, C12_TLM_TIME,
                                       C12_TLM_DECIMAL, C12_TLM_DECIMAL, C12_TLM_INTEGER }, places[FIELDS] = { 0, 3, 1, 2, 0, 0, 1, 0, 3, 1, 1, 0 };
static const c12_tlm_schema schema = { .struct_size = sizeof schema, .n_fields = FIELDS, .time_field = 1, .kind = kinds, .decimals = places };

static void any_entry(c12__rng *g, const c12__tlm_frame *f, int32_t i, c12__tlm_column *e)
{
    int code = i == 0 || i == 5, decimal = i < FIELDS && kinds[i] == C12_TLM_DECIMAL;
    memset(e, 0, sizeof *e);
    e->codec = (int32_t)c12__rng_range(g, 0, C12_TLM_MIX);
    e->scale = !decimal ? 0 : c12__rng_range(g, 0, 3) ? places[i] : (int32_t)c12__rng_range(g, 0, C12_TLM_MAX_SCALE);
    e->below = decimal && !c12__rng_range(g, 0, 3) ? c12__rng_range(g, 1, (int64_t)f->payload) : 0;
    int varies = e->codec != C12_TLM_CONST || e->below;
    if (e->codec != C12_TLM_CONST && e->codec != C12_TLM_LINQ && e->codec != C12_TLM_LINE) e->bytes = c12__rng_range(g, 0, (int64_t)f->payload);
    uint64_t range = varies ? any(g) : 0;
    e->min = (int64_t)any(g);
    if (range > (uint64_t)INT64_MAX - (uint64_t)e->min) range = (uint64_t)INT64_MAX - (uint64_t)e->min;
    if (i == schema.time_field) { e->min = f->t_min; range = (uint64_t)f->t_max - (uint64_t)f->t_min; }
    e->max = (int64_t)((uint64_t)e->min + range);
    if (code || !varies) return;
    c12__u128 most = c12__mul_u64(range, (uint64_t)f->rows);
    e->over_low = most.lo ? any(g) % most.lo : 0;
    e->over_high = most.hi && c12__rng_range(g, 0, 1) ? any(g) % most.hi : 0;
}

START_TEST(directories_come_back)
{
    static uint8_t out[(FIELDS + 1) * C12__TLM_ENTRY_BYTES];
    c12__tlm_column e[FIELDS + 1], back[FIELDS + 1];
    for (uint64_t seed = 1; seed < 3000; seed++) {
        c12__rng g = c12__rng_from(seed, 6);
        c12__tlm_frame f = { c12__rng_range(&g, 1, 65536), -1000, c12__rng_range(&g, -1000, 1 << 20), (uint64_t)c12__rng_range(&g, 1, 1 << 20), C12_TLM_MIX, 0 };
        int32_t n = FIELDS + (seed & 1);
        for (int32_t i = 0; i < n; i++) any_entry(&g, &f, i, &e[i]);
        size_t used = c12__tlm_directory_put(&schema, &f, e, n, out);
        ck_assert_uint_lt(used, (size_t)n * C12__TLM_ENTRY_BYTES);
        memset(back, 0xa5, sizeof back);
        ck_assert_int_eq(c12__tlm_directory_get(&schema, &f, out, used, back, n), n);
        ck_assert(!memcmp(e, back, (size_t)n * sizeof *e));
        for (int k = 0; k < 3; k++) {
            out[c12__rng_range(&g, 0, (int64_t)used - 1)] ^= (uint8_t)(1 << c12__rng_range(&g, 0, 7));
            int32_t right = c12__tlm_directory_get(&schema, &f, out, used, back, n);
            for (int32_t i = 0; i < right; i++) ck_assert(back[i].min <= back[i].max && back[i].bytes >= 0 && (uint64_t)back[i].bytes <= f.payload && back[i].codec <= C12_TLM_MIX);
        }
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tlm-odds");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, what_is_written_is_read);
    tcase_add_test(t, any_bytes_are_some_numbers);
    tcase_add_test(t, directories_come_back);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
