/* SPDX-License-Identifier: Apache-2.0 */
/* Predicted columns: every kind of column comes back at every level, hostile bytes do no harm, and the bytes are the same everywhere. */
#include "base/rng.h"
#include "tlm/linq/tlm_linq.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 10, NUMBERS = FIELDS - 2 };
static const int32_t ids[FIELDS] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, places[FIELDS] = { 0, 3 };
static const int32_t kinds[FIELDS] = { C12_TLM_TEXT, C12_TLM_TIME, C12_TLM_INTEGER, C12_TLM_INTEGER, C12_TLM_INTEGER, C12_TLM_INTEGER, C12_TLM_INTEGER,
                                       C12_TLM_INTEGER, C12_TLM_INTEGER, C12_TLM_INTEGER };
static const int64_t offsets[FIELDS + 1] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
static c12_tlm_schema schema = { .struct_size = sizeof schema, .n_fields = FIELDS, .id = 9, .robot_field = 0, .time_field = 1, .field_id = ids,
                                 .kind = kinds, .decimals = places, .path_off = offsets, .path = (const uint8_t *)"rtabcdefgh" };

/* ---- rows ---------------------------------------------------------------------------------------------------------------- */

static void *memories[128];
static int n_memories;

static void *memory(size_t n) { return memories[n_memories++] = malloc(n); }

static void teardown(void)
{
    while (n_memories) free(memories[--n_memories]);
}

static c12_tlm_batch batch_of(int64_t rows)
{
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 8, .rows = rows, .raw_bytes = 64, .text_bytes = 64 };
    c12_tlm_batch b = C12_INIT(c12_tlm_batch);
    c12_mem m = { NULL, 0 };
    c12_view name = { (const uint8_t *)"a", 1 };
    int64_t code;
    ck_assert_int_eq(c12_tlm_batch_bytes(&schema, &d, &m.size, NULL), C12_OK);
    m.ptr = memory(m.size);
    memset(m.ptr, 0, m.size);
    ck_assert_int_eq(c12_tlm_batch_init(&b, m, &schema, &d, NULL), C12_OK);
    ck_assert_int_eq(c12_tlm_intern(b.dict, name, &code, NULL), C12_OK);
    b.order = NULL;
    b.reserved = NULL;
    return b;
}

typedef struct rows { c12_tlm_batch b; c12_mem block, scratch, spare; size_t used; } rows;

static int64_t spike(c12__rng *g, int64_t often, int64_t high) { return c12__rng_range(g, 0, often) ? 0 : c12__rng_range(g, -high, high); }

/* Column f of kind k: walks, waves that stop, steps in fives, far values, differences of all sizes. */
static void fill(int64_t *v, int64_t n, int kind, c12__rng *g)
{
    int64_t level = c12__rng_range(g, -1000, 1000), slope = 0, wave = 0, speed = 900;
    for (int64_t t = 0; t < n; t++) {
        int moving = t / 150 % 2 != 0;
        wave += speed / 8;
        speed -= wave / 8;
        switch (kind) {
        case 0: level += c12__rng_range(g, -3, 3); v[t] = level; break;
        case 1: v[t] = moving ? wave + c12__rng_range(g, -9, 9) : 40 + c12__rng_range(g, -2, 2); break;
        case 2: v[t] = 5 * (level + t / 40 + c12__rng_range(g, -1, 1)); break;
        case 3: v[t] = c12__rng_range(g, -4, 4) + spike(g, 200, INT64_C(1) << 14); break;
        case 4: level += c12__rng_range(g, -20000, 20000); v[t] = level; break;
        case 5: slope += c12__rng_range(g, -300, 300); level += slope; v[t] = level * 40; break;
        case 6: v[t] = (int64_t)c12__rng_next(g); break;
        case 7: v[t] = t % 3 ? INT64_MIN : INT64_MAX; break;
        case 8: v[t] = c12__rng_range(g, 0, 99) ? 0 : 1; break;
        case 9: slope += c12__rng_range(g, -2, 2); level += slope; wave = level; speed += level; v[t] = (int64_t)((uint64_t)speed << 24); break;
        case 10: v[t] = t ? v[t - 1] ^ 1 : 0; break;
        case 12: level = level < -40 || level > 40 ? 0 : level + c12__rng_range(g, -2, 2); v[t] = level * 327927 + (level * level * 7 % 5) - (INT64_C(1) << 62); break;
        case 13: v[t] = c12__rng_range(g, 0, 3) ? 0 : c12__rng_range(g, 0, 1 << c12__rng_range(g, 0, 14)); break;
        case 14: v[t] = t / 9 % 2 ? c12__rng_range(g, -900, 900) : 400; break;
        default: v[t] = 7; break;
        }
    }
}

static void fill_times(int64_t *v, int64_t n, c12__rng *g)
{
    int64_t at = INT64_C(1761316337842);
    for (int64_t t = 0; t < n; t++) {
        v[t] = at + c12__rng_range(g, -2, 2);
        at += c12__rng_range(g, 0, 50) ? 100 : 100 * c12__rng_range(g, 0, 30);
    }
}

static void rows_fill(rows *r, int64_t n, int first_kind, uint64_t seed)
{
    c12__rng g = c12__rng_from(seed, 5);
    r->b.n = n;
    for (int64_t t = 0; t < n; t++) { r->b.value[t] = 0; if (r->b.raw_at) r->b.raw_at[t] = -1; }
    fill_times(r->b.value + r->b.cap, n, &g);
    for (int f = 0; f < NUMBERS; f++) fill(r->b.value + (f + 2) * r->b.cap, n, first_kind == 14 ? 14 : (first_kind + f) % 15, &g);
}

static rows rows_of(int64_t n)
{
    rows r = { .b = batch_of(n) };
    r.block.size = c12_tlm_block_bound(&r.b, n);
    r.scratch.size = c12_tlm_block_scratch(&r.b, n);
    r.spare.size = c12_tlm_decode_scratch(64);
    r.block.ptr = memory(r.block.size);
    r.scratch.ptr = memory(r.scratch.size);
    r.spare.ptr = memory(r.spare.size);
    return r;
}

static void encode(rows *r, int32_t level)
{
    c12_tlm_block_options o = { .struct_size = sizeof o, .level = level };
    c12_error e = C12_INIT(c12_error);
    ck_assert_msg(c12_tlm_block_encode_with(&schema, &r->b, NULL, r->b.n, 1, &o, r->block, &r->used, r->scratch, &e) == C12_OK, "%s", e.what);
}

static c12_status decode(const rows *r, const uint8_t *block, c12_tlm_batch *to, c12_error *e)
{
    c12_view v = { block, r->used };
    size_t used;
    to->n = 0;
    to->raw_size = 0;
    return c12_tlm_block_decode(&schema, v, to, &used, r->spare, e);
}

static int same(const c12_tlm_batch *a, const c12_tlm_batch *b)
{
    for (int f = 0; f < FIELDS; f++)
        if (memcmp(a->value + f * a->cap, b->value + f * b->cap, (size_t)a->n * sizeof *a->value)) return 0;
    return a->n == b->n;
}

/* ---- tables ------------------------------------------------------------------------------------------------------------------ */

START_TEST(tables_are_whole_and_every_slot_belongs_to_one_value)
{
    for (int32_t id = 0; id < C12__TLM_TABLES; id++) {
        uint16_t freq[C12__TLM_CELLS], seen[C12__TLM_CELLS][4096 / 32 * 32];
        c12__tlm_slot slot[2 * C12__TLM_CELLS];
        int32_t sum = 0;
        memset(seen, 0, sizeof seen);
        c12__tlm_table(id, freq);
        c12__tlm_alias(freq, slot);
        for (int32_t c = 0; c < C12__TLM_CELLS; c++) sum += freq[c];
        ck_assert_int_ge(freq[0], 1);
        for (int32_t c = 1; c < C12__TLM_CELLS - 1; c++) ck_assert(freq[c] || !freq[c <= 16 ? c - 1 : c + 1] || c == 1); /* those left out are the outermost */
        ck_assert_int_eq(sum, 4096);
        for (uint32_t at = 0; at < 4096; at++) {
            c12__tlm_slot s = slot[at / 128 * 2];
            if (at % 128 >= c12__tlm_slot_split(s)) s = slot[at / 128 * 2 + 1];
            uint32_t rank = at + c12__tlm_slot_shift(s), cell = c12__tlm_slot_cell(s);
            ck_assert_uint_eq(s & 0xffff, freq[cell]);
            ck_assert_uint_lt(rank, freq[cell]);
            ck_assert_int_eq(seen[cell][rank]++, 0);
        }
    }
}
END_TEST

START_TEST(logarithms_are_right)
{
    for (int32_t k = 0; k < 31; k++) ck_assert_int_eq(c12__tlm_log2(1u << k), 256 * k);
    ck_assert_int_le(abs(c12__tlm_log2(3) - 405), 1); /* 256 * 1.58496 */
    ck_assert_int_le(abs(c12__tlm_log2(1000) - 2551), 1);
    for (uint32_t v = 2; v < 5000; v++) ck_assert_int_ge(c12__tlm_log2(v), c12__tlm_log2(v - 1));
}
END_TEST

/* ---- round trips --------------------------------------------------------------------------------------------------------------- */

/* Some columns: those are what all at once gives, the others are not touched. */
START_TEST(columns_come_alone)
{
    static const int64_t sizes[] = { 1, 65, 1000 };
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        rows r = rows_of(sizes[k]);
        c12_tlm_batch all = batch_of(sizes[k]), some = batch_of(sizes[k]);
        c12__rng g = c12__rng_from(k, 2);
        for (int round = 0; round < 120; round++) {
            c12_view v = { r.block.ptr, 0 };
            uint8_t wanted[FIELDS];
            size_t used;
            rows_fill(&r, sizes[k], round % 15, (uint64_t)round + 1);
            encode(&r, round / 15 % 3);
            v.size = r.used;
            ck_assert_int_eq(decode(&r, r.block.ptr, &all, NULL), C12_OK);
            for (int f = 0; f < FIELDS; f++) wanted[f] = round % 4 ? c12__rng_range(&g, 0, 2) == 0 : f == round / 4 % FIELDS;
            memset(some.value, 0xa5, (size_t)(FIELDS * some.cap) * sizeof *some.value);
            some.n = some.raw_size = 0;
            ck_assert_int_eq(c12_tlm_block_decode_columns(&schema, v, wanted, &some, &used, r.spare, NULL), C12_OK);
            ck_assert(some.n == all.n && used == r.used);
            for (int f = 0; f < FIELDS; f++)
                for (int64_t t = 0; t < some.n; t++)
                    if (some.value[f * some.cap + t] != (wanted[f] ? all.value[f * all.cap + t] : (int64_t)UINT64_C(0xa5a5a5a5a5a5a5a5))) ck_abort_msg("round %d, field %d, row %d", round, f, (int)t);
        }
    }
}
END_TEST

/* Lanes of more vectors than one, wide and small ones: each comes alone. */
START_TEST(lanes_far_apart_come_alone)
{
    enum { MANY = 66 /* 64 numbers */, LONG_ROWS = 700 };
    int32_t id[MANY], kind[MANY], digits[MANY] = { 0, 3 };
    int64_t at[MANY + 1], code;
    uint8_t path[2 * MANY];
    for (int f = 0; f <= MANY; f++) at[f] = 2 * f;
    for (int f = 0; f < MANY; f++) { id[f] = f + 1; kind[f] = f == 0 ? C12_TLM_TEXT : f == 1 ? C12_TLM_TIME : C12_TLM_INTEGER; path[2 * f] = (uint8_t)('a' + f / 26); path[2 * f + 1] = (uint8_t)('a' + f % 26); }
    c12_tlm_schema s = { .struct_size = sizeof s, .n_fields = MANY, .id = 3, .time_field = 1, .field_id = id, .kind = kind, .decimals = digits, .path_off = at, .path = path };
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 2, .rows = LONG_ROWS, .text_bytes = 8 };
    c12_tlm_batch b[2] = { C12_INIT(c12_tlm_batch), C12_INIT(c12_tlm_batch) };
    c12_view name = { (const uint8_t *)"a", 1 };
    c12__rng g = c12__rng_from(11, 1);
    size_t need, used;
    ck_assert_int_eq(c12_tlm_batch_bytes(&s, &d, &need, NULL), C12_OK);
    for (int k = 0; k < 2; k++) {
        c12_mem m = { memory(need), need };
        ck_assert_int_eq(c12_tlm_batch_init(&b[k], m, &s, &d, NULL), C12_OK);
        b[k].order = NULL;
    }
    ck_assert_int_eq(c12_tlm_intern(b[0].dict, name, &code, NULL), C12_OK);
    memset(b[0].value, 0, LONG_ROWS * sizeof *b[0].value);
    fill_times(b[0].value + b[0].cap, LONG_ROWS, &g);
    b[0].n = LONG_ROWS;
    c12_mem block = { NULL, c12_tlm_block_bound(&b[0], LONG_ROWS) }, scratch = { NULL, c12_tlm_block_scratch(&b[0], LONG_ROWS) };
    block.ptr = memory(block.size);
    scratch.ptr = memory(scratch.size);
    for (int32_t round = 0; round < 12; round++) { /* 4 to 7 columns of large steps; the others hardly move, or all at once */
        c12_tlm_block_options o = { .struct_size = sizeof o, .level = round % 3 };
        uint8_t all[LONG_ROWS];
        for (int t = 0; t < LONG_ROWS; t++) all[t] = !c12__rng_range(&g, 0, 4);
        for (int f = 2; f < MANY; f++) {
            int64_t *w = b[0].value + f * b[0].cap;
            if (round >= 9) for (int t = 0; t < LONG_ROWS; t++) w[t] = (t ? w[t - 1] : 50 * f) + all[t];
            else if (f < 6 + round / 3) fill(w, LONG_ROWS, 0, &g);
            else for (int t = 0; t < LONG_ROWS; t++) w[t] = (t ? w[t - 1] : 50 * f) + (c12__rng_range(&g, 0, 5) ? 0 : c12__rng_range(&g, -1, 1));
        }
        ck_assert_int_eq(c12_tlm_block_encode_with(&s, &b[0], NULL, LONG_ROWS, 1, &o, block, &used, scratch, NULL), C12_OK);
        c12_view v = { block.ptr, used };
        for (int f = 0; f < MANY; f++) {
            uint8_t wanted[MANY] = { 0 };
            wanted[f] = 1;
            b[1].n = 0;
            ck_assert_int_eq(c12_tlm_block_decode_columns(&s, v, wanted, &b[1], &used, scratch, NULL), C12_OK);
            ck_assert_msg(!memcmp(b[0].value + f * b[0].cap, b[1].value + f * b[1].cap, LONG_ROWS * sizeof *b[0].value), "round %d, field %d", (int)round, f);
        }
    }
}
END_TEST

START_TEST(every_kind_of_column_comes_back_at_every_level)
{
    static const int64_t sizes[] = { 1, 2, 63, 64, 65, 127, 128, 129, 300, 1000, 3001 };
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        rows r = rows_of(sizes[k]);
        c12_tlm_batch back = batch_of(sizes[k]);
        for (int kind = 0; kind < 15; kind += sizes[k] > 500 ? 5 : 1)
            for (int32_t level = C12_TLM_DEFAULT; level <= C12_TLM_PLAIN; level++) {
                c12_error e = C12_INIT(c12_error);
                rows_fill(&r, sizes[k], kind, (uint64_t)kind + 1);
                encode(&r, level);
                uint8_t *exact = malloc(r.used);
                memcpy(exact, r.block.ptr, r.used);
                ck_assert_msg(decode(&r, exact, &back, &e) == C12_OK, "%s: %d rows, kind %d", e.what, (int)sizes[k], kind);
                ck_assert_msg(same(&r.b, &back), "%d rows, kind %d, level %d", (int)sizes[k], kind, (int)level);
                free(exact);
            }
    }
}
END_TEST

START_TEST(most_rows_of_a_block_come_back)
{
    rows r = rows_of(C12_TLM_BLOCK_ROWS);
    c12_tlm_batch back = batch_of(C12_TLM_BLOCK_ROWS);
    rows_fill(&r, C12_TLM_BLOCK_ROWS, 0, 3);
    encode(&r, C12_TLM_DEFAULT);
    ck_assert_int_eq(decode(&r, r.block.ptr, &back, NULL), C12_OK);
    ck_assert(same(&r.b, &back));
}
END_TEST

START_TEST(cosines_are_right)
{
    static const int32_t eighth[9] = { 512, 362, 0, -362, -512, -362, 0, 362, 512 };
    for (uint32_t k = 0; k < 9; k++) ck_assert_int_eq(c12__tlm_cos(k << 29), eighth[k]);
    for (uint32_t k = 0; k < 100000; k++) {
        uint32_t phase = k * 42949u;
        int32_t c = c12__tlm_cos(phase), s = c12__tlm_cos(phase - (UINT32_C(1) << 30));
        ck_assert_int_le(abs(c * c + s * s - 512 * 512), 1100); /* each within one */
        ck_assert_int_le(abs(c12__tlm_cos(0 - phase) - c), 1);
        ck_assert_int_eq(c12__tlm_cos(phase + (1u << 31)), -c);
    }
}
END_TEST

/* A gait that starts anew at any phase, with rows missing: noise is what is left of each number. */
START_TEST(a_gait_leaves_but_its_noise)
{
    enum { N = 4000, PACE = 1240 /* of 2^13 in a turn */ };
    static const int32_t quarter[17] = { 0, 100, 200, 297, 392, 483, 569, 650, 724, 792, 851, 903, 946, 980, 1004, 1019, 1024 }; /* 1024 sin */
    rows r = rows_of(N);
    c12_tlm_batch back = batch_of(N);
    c12__rng g = c12__rng_from(3, 9);
    int64_t at = INT64_C(1761316337842), phase = 0;
    rows_fill(&r, N, 0, 1);
    for (int64_t t = 0; t < N; t++) {
        int64_t strides = t ? 1 + (c12__rng_range(&g, 0, 300) == 0) * c12__rng_range(&g, 1, 5) : 0, moving = t / 500 % 2;
        at += 100 * strides;
        phase = t % 500 ? phase + PACE * strides : c12__rng_range(&g, 0, 8191);
        int64_t part = phase >> 7 & 15, turn = phase >> 11 & 3, low = quarter[turn & 1 ? 16 - part : part], high = quarter[turn & 1 ? 15 - part : part + 1];
        int64_t sine = (low + ((high - low) * (phase & 127) >> 7)) * (turn & 2 ? -1 : 1);
        r.b.value[r.b.cap + t] = at;
        for (int f = 2; f < FIELDS; f++) r.b.value[f * r.b.cap + t] = (moving ? 400 - sine * (f - 5) / 6 : 40) + c12__rng_range(&g, -9, 9);
    }
    for (int32_t level = C12_TLM_DEFAULT; level <= C12_TLM_MAX; level++) {
        encode(&r, level);
        ck_assert_int_eq(decode(&r, r.block.ptr, &back, NULL), C12_OK);
        ck_assert(same(&r.b, &back));
        size_t most = (size_t)N * NUMBERS * 450 / 800 + 800; /* 4.25 bits of noise, 0.25 as tables are not flat; without waves it is 1500 more */
        if (level != C12_TLM_FAST) ck_assert_msg(r.used < most, "level %d: %d bytes, %d at most", (int)level, (int)r.used, (int)most);
    }
}
END_TEST

/* More changes of regime than a header lists. */
START_TEST(robots_that_never_stay_come_back)
{
    rows r = rows_of(C12_TLM_BLOCK_ROWS);
    c12_tlm_batch back = batch_of(C12_TLM_BLOCK_ROWS);
    rows_fill(&r, C12_TLM_BLOCK_ROWS, 14, 3);
    for (int32_t level = C12_TLM_DEFAULT; level <= C12_TLM_FAST; level++) {
        encode(&r, level);
        ck_assert_int_eq(decode(&r, r.block.ptr, &back, NULL), C12_OK);
        ck_assert(same(&r.b, &back));
    }
}
END_TEST

START_TEST(directory_tells_what_predicted_columns_hold)
{
    rows r = rows_of(1000);
    int32_t codec[FIELDS + 1], scale[FIELDS + 1], predicted = 0;
    int64_t bytes[FIELDS + 1], count[FIELDS + 1], min[FIELDS + 1], max[FIELDS + 1], high[FIELDS + 1];
    uint64_t low[FIELDS + 1];
    c12_tlm_columns c = { .struct_size = sizeof c, .cap = FIELDS + 1, .codec = codec, .scale = scale, .bytes = bytes, .count = count, .min = min, .max = max,
                          .sum_high = high, .sum_low = low };
    rows_fill(&r, 1000, 0, 2);
    encode(&r, C12_TLM_DEFAULT);
    c12_view v = { r.block.ptr, r.used };
    ck_assert_int_eq(c12_tlm_block_columns(&schema, v, &c, NULL), C12_OK);
    for (int f = 1; f < FIELDS; f++) {
        const int64_t *x = r.b.value + f * r.b.cap;
        int64_t least = x[0], most = x[0];
        uint64_t sum = 0;
        for (int64_t t = 0; t < 1000; t++) { least = x[t] < least ? x[t] : least; most = x[t] > most ? x[t] : most; sum += (uint64_t)x[t]; }
        ck_assert(min[f] == least && max[f] == most && low[f] == sum && count[f] == 1000);
        predicted += codec[f] == C12_TLM_LINQ;
    }
    ck_assert_int_eq(predicted, 8); /* all but kind 6, which has no pattern; of kind 7 the differences are 0 and 1 modulo 2^64 */
}
END_TEST

/* The block at the end of docs/guide/telemetry-format.md: the same bytes from every compiler, processor and form of the vectors. */
static const uint8_t page[] = {
    0x89, 0x63, 0x31, 0x32, 0x62, 0x0d, 0x0a, 0x1a, 0xcb, 0x00, 0x00, 0x00, 0x07, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x40, 0x00, 0x00, 0x00,
    0xe8, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xe8, 0x1c, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x04,
    0x11, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x7e, 0xf8, 0x99, 0xfb, 0x03, 0x03, 0x92, 0x04, 0x01, 0x1d, 0x0e, 0x00,
    0x1b, 0x00, 0x22, 0x40, 0x00, 0x48, 0x8a, 0x38, 0x5f, 0x52, 0x7a, 0x87, 0x06, 0xb1, 0xb4, 0xa4, 0xb8, 0xb6, 0xfe, 0xd4, 0x82, 0x7b, 0xc1, 0x9b,
    0xdd, 0x7a, 0x12, 0x01, 0x29, 0x02, 0x00, 0x80, 0x67, 0x60, 0x03, 0x83, 0x6a, 0x07, 0x00, 0x4c, 0x16, 0x49, 0x52, 0x7a, 0x08, 0x99, 0x34, 0x80,
    0xa6, 0xd3, 0x85, 0x5d, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0xba, 0x77, 0x97, 0x19, 0x9f, 0x37, 0x5b, 0x47, 0x34,
    0xf9, 0x2d, 0xd3, 0xae, 0x55, 0xde, 0x64, 0xdb, 0xf7, 0x77, 0x33, 0x62, 0x6b, 0x78, 0xa3, 0x73, 0x64, 0x75, 0x56, 0x74, 0xd4, 0xf5, 0x67, 0x1a,
    0xd2, 0xf2, 0x18, 0x5f, 0xca, 0x19, 0x90, 0x2d, 0x17, 0x3f, 0x2d, 0x01, 0x01, 0x61, 0x00, 0x0a, 0x04, 0xcc, 0x9b, 0x6a, 0x29, 0xfd, 0xf4, 0x00,
    0xe4, 0xd9, 0x39, 0x47, 0x17, 0x43, 0xd3, 0x70, 0x5f, 0x9e, 0x7a
};

START_TEST(the_block_on_the_page_is_what_comes_out)
{
    static const int32_t kind[4] = { C12_TLM_TEXT, C12_TLM_TIME, C12_TLM_DECIMAL, C12_TLM_INTEGER }, place[4] = { 0, 3, 1, 0 };
    static const c12_tlm_schema small = { .struct_size = sizeof small, .n_fields = 4, .id = 5, .robot_field = 0, .time_field = 1, .field_id = ids,
                                          .kind = kind, .decimals = place, .path_off = offsets, .path = (const uint8_t *)"rtvn" };
    c12_tlm_schema usual = schema;
    schema = small;
    c12_tlm_batch b = batch_of(64);
    c12_mem out = { NULL, c12_tlm_block_bound(&b, 64) }, room = { NULL, c12_tlm_block_scratch(&b, 64) };
    size_t used;
    out.ptr = memory(out.size);
    room.ptr = memory(room.size);
    b.n = 64;
    for (int64_t i = 0; i < 64; i++) {
        b.value[i] = 0;
        b.raw_at[i] = -1;
        b.value[b.cap + i] = 1000 + 100 * (i + (i > 40)) + i * i % 7 % 3;
        b.value[2 * b.cap + i] = 200 + i * i % 11 * (i % 2) + i / 4;
        b.value[3 * b.cap + i] = 50 * (i % 5);
    }
    ck_assert_int_eq(c12_tlm_block_encode(&schema, &b, NULL, 64, 7, out, &used, room, NULL), C12_OK);
    ck_assert(used == sizeof page && !memcmp(out.ptr, page, used));
    schema = usual;
}
END_TEST

/* ---- hostile bytes ------------------------------------------------------------------------------------------------------------- */

START_TEST(every_flip_and_every_cut_is_refused)
{
    rows r = rows_of(130);
    c12_tlm_batch back = batch_of(130);
    c12_error e = C12_INIT(c12_error);
    rows_fill(&r, 130, 0, 4);
    encode(&r, C12_TLM_DEFAULT);
    uint8_t *block = r.block.ptr;
    size_t whole = r.used;
    for (size_t bit = 0; bit < whole * 8; bit++) {
        block[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert_int_eq(decode(&r, block, &back, &e), C12_E_FORMAT);
        ck_assert_int_eq(back.n, 0);
        block[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t cut = 0; cut < whole; cut++) {
        uint8_t *exact = malloc(cut + 1);
        memcpy(exact, block, cut);
        r.used = cut;
        ck_assert_int_eq(decode(&r, exact, &back, &e), C12_E_FORMAT);
        free(exact);
    }
}
END_TEST

/* Bytes changed with the CRCs made right again: whatever they mean, nothing outside the buffers is touched. */
START_TEST(forged_blocks_do_no_harm)
{
    c12__rng g = c12__rng_from(7, 2);
    rows r = rows_of(200);
    c12_tlm_batch back = batch_of(200);
    int accepted = 0;
    for (int kind = 0; kind < 4; kind++) {
        rows_fill(&r, 200, 3 * kind, 5);
        encode(&r, kind % 3);
        for (int round = 0; round < 4000; round++) {
            uint8_t *forged = malloc(r.used);
            memcpy(forged, r.block.ptr, r.used);
            for (int64_t k = c12__rng_range(&g, 1, 4); k; k--) forged[c12__rng_range(&g, 64, (int64_t)r.used - 5)] = (uint8_t)(c12__rng_next(&g) >> 56);
            c12_view body = { forged + 64, r.used - 68 };
            c12__tlm_put32(forged + r.used - 4, c12_tlm_crc32c(0, body));
            c12_status s = decode(&r, forged, &back, NULL);
            ck_assert(s == C12_OK || s == C12_E_FORMAT || s == C12_E_SPACE);
            accepted += s == C12_OK && kind % 3 != C12_TLM_FAST; /* plain bits may mean other values */
            free(forged);
        }
    }
    ck_assert_int_lt(accepted, 6000); /* of 12000; most do not fit: both streams must end exactly */
}
END_TEST

START_TEST(little_scratch_says_how_much_suffices)
{
    rows r = rows_of(200);
    c12_tlm_batch back = batch_of(200);
    c12_error e = C12_INIT(c12_error);
    rows_fill(&r, 200, 0, 5);
    encode(&r, C12_TLM_DEFAULT);
    r.spare.size = 4096;
    ck_assert_int_eq(decode(&r, r.block.ptr, &back, &e), C12_E_SPACE);
    ck_assert_str_eq(e.field, "scratch");
    r.spare.size = (size_t)e.value;
    ck_assert_int_eq(decode(&r, r.block.ptr, &back, &e), C12_OK);
    r.scratch.size -= 1024;
    c12_tlm_block_options o = { .struct_size = sizeof o, .level = C12_TLM_PLAIN + 1 };
    ck_assert_int_eq(c12_tlm_block_encode_with(&schema, &r.b, NULL, 200, 1, NULL, r.block, &r.used, r.scratch, &e), C12_E_SPACE);
    r.scratch.size += 1024;
    ck_assert_int_eq(c12_tlm_block_encode_with(&schema, &r.b, NULL, 200, 1, &o, r.block, &r.used, r.scratch, &e), C12_E_ARG);
    ck_assert_str_eq(e.field, "level");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tlm-linq");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, NULL, teardown);
    tcase_add_test(t, tables_are_whole_and_every_slot_belongs_to_one_value);
    tcase_add_test(t, logarithms_are_right);
    tcase_add_test(t, every_kind_of_column_comes_back_at_every_level);
    tcase_add_test(t, columns_come_alone);
    tcase_add_test(t, lanes_far_apart_come_alone);
    tcase_add_test(t, most_rows_of_a_block_come_back);
    tcase_add_test(t, robots_that_never_stay_come_back);
    tcase_add_test(t, cosines_are_right);
    tcase_add_test(t, a_gait_leaves_but_its_noise);
    tcase_add_test(t, directory_tells_what_predicted_columns_hold);
    tcase_add_test(t, the_block_on_the_page_is_what_comes_out);
    tcase_add_test(t, every_flip_and_every_cut_is_refused);
    tcase_add_test(t, forged_blocks_do_no_harm);
    tcase_add_test(t, little_scratch_says_how_much_suffices);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
