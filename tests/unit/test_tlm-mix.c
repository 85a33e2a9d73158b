/* SPDX-License-Identifier: Apache-2.0 */
/* Mixed odds, and lines: every kind of column comes back in every way of telling it, room is kept to, hostile bytes do no harm; blocks that have them. */
#include "tlm/block/tlm_mix.h"
#include "base/rng.h"
#include "rounds.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 5000, KINDS = 12 };

static c12__tlm_mix *mix;
static void *memory;
static int64_t v[MOST], back[MOST];

static void setup(void)
{
    c12_mem m = { NULL, c12__tlm_mix_room() };
    memory = m.ptr = malloc(m.size);
    c12__arena a = c12__arena_over(m);
    mix = c12__tlm_mix_carve(&a);
    ck_assert_ptr_nonnull(mix);
}

static void teardown(void) { free(memory); }

/* Few values with gaps in runs, a walk, a drifting slope, numbers of few digits, clusters, all sizes, extremes, a cycle, spikes, a walk and
 * heights on uneven grids. */
static void fill(int64_t n, int kind, c12__rng *g)
{
    int64_t level = c12__rng_range(g, -1000, 1000), slope = 0, step = c12__rng_range(g, 1, 50);
    for (int64_t t = 0; t < n; t++) switch (kind) {
        case 0: v[t] = t && c12__rng_range(g, 0, 8) ? v[t - 1] : 37 * c12__rng_range(g, -9, 9) * c12__rng_range(g, 5, 9); break;
        case 1: v[t] = level += c12__rng_range(g, -step, step); break;
        case 2: slope += c12__rng_range(g, -1, 1); v[t] = level += slope; break;
        case 3: for (v[t] = c12__rng_range(g, -99, 999); c12__rng_range(g, 0, 2); v[t] *= 10) if (v[t] > 1 << 30 || v[t] < -(1 << 30)) break; break;
        case 4: v[t] = (c12__rng_range(g, 0, 1) ? 10000 : -77) + c12__rng_range(g, 0, 9); break;
        case 5: v[t] = (int64_t)(c12__rng_next(g) >> c12__rng_range(g, 0, 63)); break;
        case 6: v[t] = c12__rng_range(g, 0, 1) ? INT64_MIN + c12__rng_range(g, 0, 3) : INT64_MAX - c12__rng_range(g, 0, 3); break;
        case 7: v[t] = t % 12; break;
        case 8: v[t] = c12__rng_range(g, 0, 40) ? 0 : c12__rng_range(g, 0, 1 << 14); break;
        case 9: level = level < -40 || level > 40 ? 0 : level + c12__rng_range(g, -2, 2); v[t] = level * 7919 + level * level % 13; break;
        case 10: for (level = 0; c12__rng_range(g, 0, 5); level++) { } v[t] = level * level * 1000; break;
        default: v[t] = 12; break;
        }
}

/* In exactly the bytes it took; twice the way, and one more when it is of places in a list. */
static size_t comes_back(int64_t n, int32_t *way)
{
    c12__tlm_column c = { .scale = 0 };
    c12__tlm_column_zone(v, n, &c);
    size_t room = c12__tlm_column_room(n), size;
    uint8_t *out = malloc(room), *exact;
    ck_assert_uint_gt(size = c12__tlm_mix_put(mix, v, n, &c, out, room), 0);
    exact = malloc(size);
    memcpy(exact, out, size);
    memset(back, 0xa5, sizeof back);
    ck_assert_int_eq(c12__tlm_mix_get(mix, exact, size, n, c.min, back), 1);
    ck_assert(!memcmp(v, back, (size_t)n * sizeof *v));
    c12__tlm_coder head = c12__tlm_coder_reads(exact, size);
    *way = 2 * (int32_t)c12__tlm_code_plain(&head, 3, 0);
    *way += (int32_t)c12__tlm_code_plain(&head, 1, 0);
    for (size_t less = 0; less < size; less += 1 + size / 9) { /* a room that does not suffice is not left */
        uint8_t *small = malloc(less + !less);
        ck_assert_uint_eq(c12__tlm_mix_put(mix, v, n, &c, small, less), 0);
        free(small);
    }
    free(out);
    free(exact);
    return size;
}

START_TEST(columns_come_back_in_every_way)
{
    int ways[16] = { 0 };
    int32_t way;
    c12__rng g = c12__rng_from(3, 1);
    for (int round = 0; round < rounds(400); round++) {
        int64_t n = round % 9 ? c12__rng_range(&g, 1, 300) : c12__rng_range(&g, 300, MOST);
        fill(n, round % KINDS, &g);
        comes_back(n, &way);
        ways[way]++;
    }
    /* place; height; first differences, of values and of places; second differences; digits */
    static const int wanted[] = { 1, 2, 4, 5, 6, 8 };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) ck_assert_msg(ways[wanted[i]] > 0, "way %d, listed %d", wanted[i] / 2, wanted[i] % 2);
}
END_TEST

START_TEST(small_where_other_codecs_are_not)
{
    int32_t way;
    c12__rng g = c12__rng_from(3, 2);
    fill(4000, 7, &g);
    ck_assert_uint_lt(comes_back(4000, &way), 60);   /* a cycle of twelve */
    for (int t = 0; t < 4000; t++) v[t] = c12__rng_range(&g, 0, 4);
    ck_assert_uint_lt(comes_back(4000, &way), 1190); /* one of five: 1161 */
    fill(4000, 0, &g);
    ck_assert_uint_lt(comes_back(4000, &way), 700);  /* runs of one of some forty values */
    ck_assert_int_eq(way & 1, 1);
}
END_TEST

static void is_told_as(int64_t n, const uint8_t *want, size_t size)
{
    uint8_t out[64];
    c12__tlm_column c = { .scale = 0 };
    c12__tlm_column_zone(v, n, &c);
    ck_assert_uint_eq(c12__tlm_mix_put(mix, v, n, &c, out, sizeof out), size);
    ck_assert_mem_eq(out, want, size);
}

START_TEST(the_vectors_of_the_guide)
{
    static const uint8_t heights[30] = { 0x20, 0x21, 0xc1, 0x8f, 0x97, 0x48, 0xb5, 0xd5, 0x5f, 0xfd, 0x60, 0x09, 0x27, 0x47, 0xce, 0x84, 0xf6, 0x10, 0xf9, 0xa7, 0x8c, 0x09, 0x9c, 0x6d, 0x82, 0x41,
                                         0x4d, 0x78, 0x91, 0xac };
    static const uint8_t by_places[24] = { 0x10, 0x14, 0x47, 0x9f, 0x9c, 0xd5, 0x63, 0xcd, 0x2b, 0x50, 0xf7, 0x7f, 0xe6, 0x15, 0x18, 0x46, 0x62, 0x3e, 0x44, 0xe1, 0x59, 0x84, 0xd1, 0x13 };
    for (int i = 0; i < 32; i++) v[i] = 100 + i * (i % 5) + i * i / 7 % 5;
    is_told_as(32, heights, sizeof heights);
    for (int i = 0; i < 40; i++) v[i] = 250 * (i * i % 11) * (i * i % 11) * (i / 3 % 2);
    is_told_as(40, by_places, sizeof by_places);
}
END_TEST

START_TEST(hostile_bytes_do_no_harm)
{
    c12__rng g = c12__rng_from(3, 3);
    uint8_t out[8 * 300 + 600];
    for (int round = 0; round < rounds(4000); round++) {
        int64_t n = c12__rng_range(&g, 1, 300);
        c12__tlm_column c = { .scale = 0 };
        fill(n, round % KINDS, &g);
        c12__tlm_column_zone(v, n, &c);
        size_t size = c12__tlm_mix_put(mix, v, n, &c, out, sizeof out), flips = (size_t)c12__rng_range(&g, 0, 8);
        if (!flips) {
            size = (size_t)c12__rng_range(&g, 0, 90);
            for (size_t i = 0; i < size; i++) out[i] = (uint8_t)c12__rng_next(&g);
        }
        for (size_t i = 0; i < flips; i++) out[c12__rng_range(&g, 0, (int64_t)c12__min64((int64_t)size, 1 + (int64_t)size / (1 + (int64_t)i)) - 1)] ^= (uint8_t)(1 << c12__rng_range(&g, 0, 7));
        uint8_t *exact = malloc(size + !size);
        memcpy(exact, out, size);
        (void)c12__tlm_mix_get(mix, exact, size, n, (int64_t)c12__rng_next(&g), back);
        free(exact);
    }
}
END_TEST

/* ---- blocks ----------------------------------------------------------------------------------------------------------------------- */

enum { FIELDS = 4 };
static const int32_t ids[FIELDS] = { 1, 2, 3, 4 }, places[FIELDS] = { 0, 3, 0, 1 }, kinds[FIELDS] = { C12_TLM_TEXT, C12_TLM_TIME, C12_TLM_INTEGER, C12_TLM_DECIMAL };
static const int64_t offsets[FIELDS + 1] = { 0, 1, 2, 3, 4 };
static const c12_tlm_schema schema = { .struct_size = sizeof schema, .n_fields = FIELDS, .id = 9, .robot_field = 0, .time_field = 1, .field_id = ids,
                                       .kind = kinds, .decimals = places, .path_off = offsets, .path = (const uint8_t *)"rtab" };

typedef struct made { c12_tlm_batch b; c12_mem m, block, scratch, spare; size_t used; } made;

static made made_of(int64_t n)
{
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 8, .rows = n, .raw_bytes = 64, .text_bytes = 64 };
    made x = { .b = C12_INIT(c12_tlm_batch) };
    c12_view name = { (const uint8_t *)"a", 1 };
    int64_t code;
    ck_assert_int_eq(c12_tlm_batch_bytes(&schema, &d, &x.m.size, NULL), C12_OK);
    x.m.ptr = calloc(1, x.m.size);
    ck_assert_int_eq(c12_tlm_batch_init(&x.b, x.m, &schema, &d, NULL), C12_OK);
    ck_assert_int_eq(c12_tlm_intern(x.b.dict, name, &code, NULL), C12_OK);
    x.b.order = NULL;
    x.b.n = n;
    for (int64_t t = 0; t < n; t++) x.b.raw_at[t] = -1;
    x.block.ptr = malloc(x.block.size = c12_tlm_block_bound(&x.b, n));
    x.scratch.ptr = malloc(x.scratch.size = c12_tlm_block_scratch(&x.b, n));
    x.spare.ptr = malloc(x.spare.size = c12_tlm_decode_scratch(64));
    return x;
}

static void unmake(made *x)
{
    free(x->m.ptr);
    free(x->block.ptr);
    free(x->scratch.ptr);
    free(x->spare.ptr);
}

static void encode(made *x, int32_t level)
{
    c12_tlm_block_options o = { .struct_size = sizeof o, .level = level };
    ck_assert_int_eq(c12_tlm_block_encode_with(&schema, &x->b, NULL, x->b.n, 1, &o, x->block, &x->used, x->scratch, NULL), C12_OK);
}

static c12_status decode(const made *x, made *to, c12_error *e)
{
    size_t used;
    to->b.n = 0;
    to->b.raw_size = 0;
    return c12_tlm_block_decode(&schema, (c12_view){ x->block.ptr, x->used }, &to->b, &used, x->spare, e);
}

static void codecs(const made *x, int32_t codec[FIELDS])
{
    int32_t scale[FIELDS];
    int64_t bytes[FIELDS], count[FIELDS], min[FIELDS], max[FIELDS], high[FIELDS];
    uint64_t low[FIELDS];
    c12_tlm_columns c = { .struct_size = sizeof c, .cap = FIELDS, .codec = codec, .scale = scale, .bytes = bytes, .count = count, .min = min, .max = max, .sum_high = high, .sum_low = low };
    ck_assert_int_eq(c12_tlm_block_columns(&schema, (c12_view){ x->block.ptr, x->used }, &c, NULL), C12_OK);
}

static int same(const made *a, const made *b)
{
    for (int f = 0; f < FIELDS; f++)
        if (memcmp(a->b.value + f * a->b.cap, b->b.value + f * b->b.cap, (size_t)a->b.n * sizeof *v)) return 0;
    return a->b.n == b->b.n;
}

START_TEST(blocks_at_all_levels)
{
    size_t size[4];
    int32_t codec[FIELDS];
    c12__rng g = c12__rng_from(3, 4);
    for (int kind = 0; kind < KINDS; kind++)
        for (int many = 0; many < 3; many++) {
            int64_t n = many == 2 ? 3000 : many ? 64 : 2;
            made x = made_of(n), got = made_of(n);
            int64_t *time = x.b.value + x.b.cap;
            for (int64_t t = 0; t < n; t++) time[t] = INT64_C(1761316337842) + 100 * t;
            fill(n, kind, &g);
            memcpy(time + x.b.cap, v, (size_t)n * sizeof *v);
            fill(n, kind ? kind - 1 : KINDS - 1, &g);
            memcpy(time + 2 * x.b.cap, v, (size_t)n * sizeof *v);
            for (int32_t level = C12_TLM_DEFAULT; level <= C12_TLM_PLAIN; level++) {
                encode(&x, level);
                size[level] = x.used;
                codecs(&x, codec);
                ck_assert_int_eq(codec[1], C12_TLM_LINE);
                ck_assert_uint_eq(((uint8_t *)x.block.ptr)[47], 5);
                if (level == C12_TLM_FAST || level == C12_TLM_PLAIN) ck_assert(codec[2] != C12_TLM_MIX && codec[3] != C12_TLM_MIX);
                ck_assert_int_eq(decode(&x, &got, NULL), C12_OK);
                ck_assert_msg(same(&x, &got), "kind %d, %lld rows, level %d", kind, (long long)n, level);
            }
            ck_assert_msg(size[C12_TLM_MAX] <= size[C12_TLM_DEFAULT], "kind %d, %lld rows: %zu, default %zu", kind, (long long)n, size[C12_TLM_MAX], size[C12_TLM_DEFAULT]);
            if (n == 3000 && kind == 1) { /* the columns of kinds 1 and 0 */
                encode(&x, C12_TLM_MAX);
                codecs(&x, codec);
                ck_assert_int_eq(codec[3], C12_TLM_MIX);
            }
            unmake(&x);
            unmake(&got);
        }
}
END_TEST

/* Lanes that leave for mixed odds cost the directory a few bytes each, which must not be more than what they save. */
START_TEST(level_max_is_not_larger_than_default)
{
    c12__rng g = c12__rng_from(3, 13);
    for (int round = 0; round < rounds(150); round++) {
        int64_t n = c12__rng_range(&g, 64, 400), kind[3];
        made x = made_of(n);
        for (int f = 0; f < 3; f++) {
            fill(n, (int)(kind[f] = c12__rng_range(&g, 0, KINDS - 1)), &g);
            memcpy(x.b.value + (f + 1) * x.b.cap, v, (size_t)n * sizeof *v);
        }
        encode(&x, C12_TLM_DEFAULT);
        size_t usual = x.used;
        encode(&x, C12_TLM_MAX);
        ck_assert_msg(x.used <= usual, "round %d, kinds %d %d %d, %lld rows: %zu, default %zu", round, (int)kind[0], (int)kind[1], (int)kind[2], (long long)n, x.used, usual);
        unmake(&x);
    }
}
END_TEST

/* Level fast gives its form up where more residuals are to be listed than there is room for, and codes the lanes as level default does: in the order they
 * came in, although small ones had been put behind the wide ones. */
START_TEST(level_fast_gives_up_unharmed)
{
    enum { MANY = 16, ROWS = 100 };
    int32_t id[MANY], kind[MANY], none[MANY] = { 0 };
    int64_t off[MANY + 1] = { 0 };
    for (int f = 0; f < MANY; f++) { id[f] = f + 1; off[f + 1] = f + 1; kind[f] = f ? f > 1 ? C12_TLM_INTEGER : C12_TLM_TIME : C12_TLM_TEXT; }
    none[1] = 3;
    const c12_tlm_schema wide = { .struct_size = sizeof wide, .n_fields = MANY, .id = 9, .robot_field = 0, .time_field = 1, .field_id = id,
                                  .kind = kind, .decimals = none, .path_off = off, .path = (const uint8_t *)"rtabcdefghijklmn" };
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 8, .rows = ROWS, .raw_bytes = 64, .text_bytes = 64 };
    c12_tlm_block_options o = { .struct_size = sizeof o, .level = C12_TLM_FAST };
    c12_tlm_batch x = C12_INIT(c12_tlm_batch), got = x;
    c12_mem m = { NULL, 0 }, to, block, scratch, spare;
    int64_t code;
    size_t used;
    c12__rng g = c12__rng_from(3, 21);
    ck_assert_int_eq(c12_tlm_batch_bytes(&wide, &d, &m.size, NULL), C12_OK);
    to.size = m.size;
    m.ptr = calloc(1, m.size);
    to.ptr = calloc(1, to.size);
    ck_assert_int_eq(c12_tlm_batch_init(&x, m, &wide, &d, NULL), C12_OK);
    ck_assert_int_eq(c12_tlm_batch_init(&got, to, &wide, &d, NULL), C12_OK);
    ck_assert_int_eq(c12_tlm_intern(x.dict, (c12_view){ (const uint8_t *)"a", 1 }, &code, NULL), C12_OK);
    x.n = ROWS;
    x.order = NULL;
    for (int64_t t = 0; t < ROWS; t++) x.raw_at[t] = -1;
    for (int f = 1; f < MANY; f++)
        for (int64_t t = 0; t < ROWS; t++) x.value[f * x.cap + t] = f < 5 ? c12__rng_range(&g, 0, 3) / 3 : c12__rng_range(&g, -16000, 16000);
    block.ptr = malloc(block.size = c12_tlm_block_bound(&x, ROWS));
    scratch.ptr = malloc(scratch.size = c12_tlm_block_scratch(&x, ROWS));
    spare.ptr = malloc(spare.size = c12_tlm_decode_scratch(64));
    ck_assert_int_eq(c12_tlm_block_encode_with(&wide, &x, NULL, ROWS, 1, &o, block, &used, scratch, NULL), C12_OK);
    ck_assert_int_eq(c12_tlm_block_decode(&wide, (c12_view){ block.ptr, used }, &got, &used, spare, NULL), C12_OK);
    for (int f = 1; f < MANY; f++) ck_assert_msg(!memcmp(x.value + f * x.cap, got.value + f * got.cap, ROWS * sizeof *v), "field %d", f);
    free(m.ptr);
    free(to.ptr);
    free(block.ptr);
    free(scratch.ptr);
    free(spare.ptr);
}
END_TEST

static void seal(made *x)
{
    uint8_t *p = x->block.ptr;
    c12__tlm_put32(p + 60, c12_tlm_crc32c(0, (c12_view){ p, 60 }));
    c12__tlm_put32(p + x->used - 4, c12_tlm_crc32c(0, (c12_view){ p + C12_TLM_HEAD_BYTES, x->used - 4 - C12_TLM_HEAD_BYTES }));
}

START_TEST(what_no_writer_makes_is_refused)
{
    made x = made_of(100), got = made_of(100);
    c12_error e = C12_INIT(c12_error);
    c12__rng g = c12__rng_from(3, 5);
    uint8_t *p = x.block.ptr;
    for (int64_t t = 0; t < 100; t++) x.b.value[x.b.cap + t] = 1000 + 70 * t;
    encode(&x, C12_TLM_MAX);
    p[47] = 4; /* there were no lines */
    seal(&x);
    ck_assert_int_eq(decode(&x, &got, &e), C12_E_FORMAT);
    ck_assert_str_eq(e.what, "directory entry is wrong");
    p[47] = 6;
    seal(&x);
    ck_assert_int_eq(decode(&x, &got, &e), C12_E_FORMAT);
    ck_assert_str_eq(e.what, "block is of a newer version");
    p[47] = 5;
    p[32]++; /* a latest time that no steady step reaches */
    seal(&x);
    ck_assert_int_eq(decode(&x, &got, &e), C12_E_FORMAT);
    ck_assert_str_eq(e.what, "column payload is wrong");
    p[32]--;
    seal(&x);
    ck_assert_int_eq(decode(&x, &got, &e), C12_OK);
    for (int64_t t = 0; t < 100; t++) x.b.value[2 * x.b.cap + t] = c12__rng_range(&g, 0, 1) * 5000 + c12__rng_range(&g, 0, 99) * c12__rng_range(&g, 0, 1);
    encode(&x, C12_TLM_MAX);
    for (int round = 0; round < rounds(3000); round++) {
        uint8_t keep = p[C12_TLM_HEAD_BYTES + round % (int)(x.used - 4 - C12_TLM_HEAD_BYTES)];
        p[C12_TLM_HEAD_BYTES + round % (int)(x.used - 4 - C12_TLM_HEAD_BYTES)] ^= (uint8_t)(1 << c12__rng_range(&g, 0, 7));
        seal(&x);
        (void)decode(&x, &got, NULL);
        p[C12_TLM_HEAD_BYTES + round % (int)(x.used - 4 - C12_TLM_HEAD_BYTES)] = keep;
    }
    unmake(&x);
    unmake(&got);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tlm-mix");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, columns_come_back_in_every_way);
    tcase_add_test(t, small_where_other_codecs_are_not);
    tcase_add_test(t, the_vectors_of_the_guide);
    tcase_add_test(t, hostile_bytes_do_no_harm);
    tcase_add_test(t, blocks_at_all_levels);
    tcase_add_test(t, level_max_is_not_larger_than_default);
    tcase_add_test(t, level_fast_gives_up_unharmed);
    tcase_add_test(t, what_no_writer_makes_is_refused);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
