/* SPDX-License-Identifier: Apache-2.0 */
/* Mixed odds: each binary decision has odds under three contexts - none, the value before, both values before - and what these say is weighed by a small
 * network that learns which of them to trust (context mixing: Mahoney, "Adaptive Weighing of Context Models for Lossless Data Compression", 2005).  All in
 * integers, so that every machine decodes the same.
 *
 * Four ways of telling a value: its place in a list of all values, how far it lies above the least, its first or second difference, or its digits without
 * the zeros at their end.  The writer tries those that may pay on the first rows.  Writing and reading are one description, as in tlm_odds. */
#include "tlm/block/tlm_mix.h"

#include "tlm/linq/tlm_linq.h"

enum { MIX_INPUTS = 3, MIX_LEAST_SLOT_BITS = 10, MIX_SLOT_BITS = 14, MIX_RATES = 1024, MIX_PROBABILITY_BITS = 22, MIX_DEEP = 12 /* bits of a number that have odds, below its highest */,
       MIX_SHARED = 4 /* of these have them under all contexts */, MIX_SAMPLE = 2048, MIX_SOME = 10000, MIX_MANY = 100000 /* bits, after which weights move by less */, MIX_ZEROS = 15, MIX_WEIGHT = 22938 /* 0.35 */, MIX_MOST_WEIGHT = 1 << 18 };

enum { MIX_PLACE, MIX_ABOVE, MIX_FIRST, MIX_SECOND, MIX_DIGITS, MIX_WAYS };

/* Sets of weights: what kind of decision it is. */
enum { MIX_SET_SAME = 0, MIX_SET_PLACE = 4, MIX_SET_ZEROS = MIX_SET_PLACE + 10, MIX_SET_SIGN = MIX_SET_ZEROS + 16, MIX_SET_SIZE = MIX_SET_SIGN + 65, MIX_SET_BELOW = MIX_SET_SIZE + 128,
       MIX_SETS = MIX_SET_BELOW + MIX_DEEP };

/* Nodes of the trees of decisions; what is not listed counts from its kind. */
enum { MIX_NODE_SAME = 0, MIX_NODE_SIZE = 0x100, MIX_NODE_PLACE = 0x1000, MIX_NODE_ZEROS = 0x2000, MIX_NODE_SIGN = 0x2100, MIX_NODE_BELOW = 0x100000 };

struct c12__tlm_mix {
    c12__tlm_coder coder;
    uint32_t context[MIX_INPUTS];
    int32_t way, size_bits;    /* leaves of the tree of sizes */
    uint64_t unit;
    int32_t count, place_bits; /* of the list */
    int32_t listed, reserved;
    int32_t slot_bits, ready;  /* few rows have few slots; tables are made */
    int32_t before, before_that; /* places */
    uint64_t number, last;     /* numbers before */
    uint32_t same, minus, zeros, bits /* so far */;
    int64_t list[C12__TLM_MIX_LIST];
    c12__tlm_number gap;
    int16_t stretch[4096];     /* 256 ln(p / (1 - p)) */
    uint16_t rate[MIX_RATES];
    int32_t weight[MIX_SETS][MIX_INPUTS];              /* in 1/65536 */
    uint32_t odds[MIX_INPUTS][1 << MIX_SLOT_BITS];     /* of a 1, in 2^-22, and below that how often they were put to the test */
};

c12__tlm_mix *c12__tlm_mix_carve(c12__arena *a)
{
    c12__tlm_mix *m = C12__CARVE(a, c12__tlm_mix, 1);
    if (m) m->ready = 0;
    return m;
}

size_t c12__tlm_mix_room(void)
{
    c12__arena a = c12__arena_measure();
    (void)c12__tlm_mix_carve(&a);
    return c12__arena_need(&a);
}

/* 65536 / (1 + e^(-x / 256)), |x| <= 2047. */
static uint32_t mix_squash(int32_t x)
{
    static const uint16_t curve[33] = { 22, 36, 60, 98, 162, 267, 439, 720, 1179, 1921, 3108, 4971, 7812, 11955, 17625, 24743, 32768, 40793, 47911, 53581, 57724, 60565, 62428, 63615, 64357, 64816,
        65097, 65269, 65374, 65438, 65476, 65500, 65514 };
    uint32_t i = (uint32_t)(x + 2048) >> 7, w = (uint32_t)(x + 2048) & 127;
    return (curve[i] * (128 - w) + curve[i + 1] * w + 64) >> 7;
}

static void mix_tables(c12__tlm_mix *m)
{
    int32_t from = 0;
    for (int32_t x = -2047; x <= 2047; x++)
        for (int32_t end = (int32_t)(mix_squash(x) >> 4); from <= end; from++) m->stretch[from] = (int16_t)x;
    for (; from < 4096; from++) m->stretch[from] = 2047;
    for (int32_t n = 0; n < MIX_RATES; n++) m->rate[n] = (uint16_t)(131072 / (2 * n + 3));
    m->ready = 1;
}

/* Nothing is known yet of n rows. */
static void mix_begin(c12__tlm_mix *m, int64_t n)
{
    int32_t bits = c12__tlm_width((uint64_t)n) + 1;
    if (!m->ready) mix_tables(m);
    m->slot_bits = bits < MIX_LEAST_SLOT_BITS ? MIX_LEAST_SLOT_BITS : bits > MIX_SLOT_BITS ? MIX_SLOT_BITS : bits;
    for (int32_t s = 0; s < MIX_SETS; s++)
        for (int32_t i = 0; i < MIX_INPUTS; i++) m->weight[s][i] = MIX_WEIGHT;
    for (int32_t i = 0; i < MIX_INPUTS; i++)
        for (int32_t k = 0; k < 1 << m->slot_bits; k++) m->odds[i][k] = UINT32_C(1) << 31;
    c12__tlm_odds_begin((c12__tlm_odds *)(void *)&m->gap, sizeof m->gap / sizeof(c12__tlm_odds));
    m->before = m->before_that = 0;
    m->number = m->last = 0;
    m->same = m->minus = m->zeros = m->bits = 0;
}

/* ---- a bit ------------------------------------------------------------------------------------------------------------------------------ */

static uint32_t mix_slot(uint32_t context, uint32_t at, int32_t bits)
{
    uint32_t h = context + at * 0x9e3779b1u;
    h = (h ^ h >> 15) * 0x2c1b3c6du;
    return h >> (32 - bits);
}

static void mix_learn(const c12__tlm_mix *m, uint32_t *odds, uint32_t one)
{
    uint32_t n = *odds & (MIX_RATES - 1);
    int64_t off = ((int64_t)one << MIX_PROBABILITY_BITS) - (one ? 1 : 0) - (*odds >> 10);
    *odds = (uint32_t)((int32_t)(*odds >> 10) + (int32_t)(off * m->rate[n] >> 16)) << 10 | (n + (n < MIX_RATES - 1));
}

/* The first `inputs` contexts have their say. */
static uint32_t mix_bit(c12__tlm_mix *m, uint32_t set, uint32_t at, int32_t inputs, uint32_t one)
{
    uint32_t *odds[MIX_INPUTS];
    int32_t say[MIX_INPUTS], *weight = m->weight[set], sum = 0;
    for (int32_t i = 0; i < inputs; i++) {
        odds[i] = &m->odds[i][mix_slot(m->context[i], at, m->slot_bits)];
        say[i] = m->stretch[*odds[i] >> 20];
        sum += weight[i] * say[i] >> 16;
    }
    uint32_t p = mix_squash(sum < -2047 ? -2047 : sum > 2047 ? 2047 : sum);
    one = c12__tlm_code_bit_of(&m->coder, 65536 - p, one);
    int32_t off = (int32_t)(one << 16) - (int32_t)p, rate = 14 + (m->bits > MIX_SOME) + (m->bits > MIX_MANY);
    m->bits++;
    for (int32_t i = 0; i < inputs; i++) {
        int32_t w = weight[i] + ((say[i] * off + (1 << (rate - 1))) >> rate);
        weight[i] = w < -MIX_MOST_WEIGHT ? -MIX_MOST_WEIGHT : w > MIX_MOST_WEIGHT ? MIX_MOST_WEIGHT : w;
        mix_learn(m, odds[i], one);
    }
    return one;
}

/* ---- numbers ------------------------------------------------------------------------------------------------------------------------------ */

/* Where a number lies, to an eighth of itself. */
static uint32_t mix_about(uint64_t v)
{
    int32_t size = c12__tlm_width(v);
    return size <= 2 ? (uint32_t)v : 4 * (uint32_t)size + (uint32_t)(v >> (size - 3) & 3);
}

static void mix_contexts(c12__tlm_mix *m, uint32_t none, uint32_t one, uint32_t two)
{
    m->context[0] = none * 0x85ebca77u;
    m->context[1] = (one + 1) * 0xc2b2ae3du;
    m->context[2] = (two + 1) * 0x27d4eb2fu;
}

static int32_t mix_size(c12__tlm_mix *m, int32_t size)
{
    uint32_t at = 1;
    for (int32_t k = m->size_bits; k--;) at = 2 * at + mix_bit(m, MIX_SET_SIZE + at, MIX_NODE_SIZE + at, MIX_INPUTS, (uint32_t)size >> k & 1);
    return (int32_t)(at - (1u << m->size_bits));
}

/* What a number has below its highest bit. */
static uint64_t mix_below(c12__tlm_mix *m, int32_t size, uint64_t v)
{
    uint64_t out = 1;
    if (size < 2) return (uint64_t)size;
    int32_t deep = size - 1 < MIX_DEEP ? size - 1 : MIX_DEEP, left = size - 1 - deep;
    for (int32_t k = 0; k < deep; k++)
        out = 2 * out + mix_bit(m, MIX_SET_BELOW + (uint32_t)k, MIX_NODE_BELOW + ((uint32_t)size << 13) + (uint32_t)out, k < MIX_SHARED ? MIX_INPUTS : 1, (uint32_t)(v >> (size - 2 - k)) & 1);
    return left ? out << left | c12__tlm_code_plain(&m->coder, left, v) : out;
}

/* A size no column has comes from bytes no writer made. */
static int32_t mix_sound(int32_t size) { return size > 64 ? 64 : size; }

static uint64_t mix_number(c12__tlm_mix *m, uint64_t v)
{
    return mix_below(m, mix_sound(mix_size(m, c12__tlm_width(v))), v);
}

/* Size, sign, and the rest. */
static int64_t mix_signed(c12__tlm_mix *m, int64_t v)
{
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    int32_t size = mix_sound(mix_size(m, c12__tlm_width(u)));
    if (!size) return 0;
    m->minus = mix_bit(m, MIX_SET_SIGN + (uint32_t)size, MIX_NODE_SIGN + 2 * (uint32_t)size + m->minus, MIX_INPUTS, v < 0);
    u = mix_below(m, size, u);
    return (int64_t)(m->minus ? 0 - u : u);
}

/* ---- values --------------------------------------------------------------------------------------------------------------------------------- */

/* Is it the value before?  What came of it the last times, and what that value was. */
static uint32_t mix_same(c12__tlm_mix *m, uint32_t value, uint32_t one)
{
    mix_contexts(m, 1, 0x100 + (m->same & 255), 0x400 + 4 * value + (m->same & 3));
    one = mix_bit(m, MIX_SET_SAME + (m->same & 3), MIX_NODE_SAME, MIX_INPUTS, one);
    m->same = 2 * m->same + one;
    return one;
}

/* In these the contexts of numbers are the two numbers before. */
static void mix_after_numbers(c12__tlm_mix *m) { mix_contexts(m, 2 + !m->number, 0x10000 + mix_about(m->number), 0x20000 + mix_about(m->number / 2 + m->last / 2)); }

static void mix_passed(c12__tlm_mix *m, uint64_t number)
{
    m->last = m->number;
    m->number = number;
}

static int32_t mix_place_of(const c12__tlm_mix *m, int64_t v)
{
    int32_t low = 0, high = m->count - 1;
    while (low < high) {
        int32_t middle = (low + high) / 2;
        if (m->list[middle] < v) low = middle + 1;
        else high = middle;
    }
    return low;
}

static int64_t mix_by_place(c12__tlm_mix *m, int64_t place)
{
    uint32_t at = 1;
    mix_contexts(m, 3, 0x30000 + (uint32_t)m->before, 0x100000 + ((uint32_t)m->before << 10 | (uint32_t)m->before_that));
    for (int32_t k = m->place_bits; k--;) at = 2 * at + mix_bit(m, MIX_SET_PLACE + (uint32_t)(m->place_bits - 1 - k), MIX_NODE_PLACE + at, MIX_INPUTS, (uint32_t)(place >> k) & 1);
    m->before_that = m->before;
    m->before = (int32_t)(at - (1u << m->place_bits));
    return m->before;
}

static int64_t mix_by_height(c12__tlm_mix *m, int64_t v, int64_t least)
{
    uint64_t u = m->coder.writes ? ((uint64_t)v - (uint64_t)least) / m->unit : 0;
    mix_after_numbers(m);
    u = mix_number(m, u);
    mix_passed(m, u);
    return (int64_t)((uint64_t)least + u * m->unit);
}

static int64_t mix_by_digits(c12__tlm_mix *m, int64_t v)
{
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    uint32_t zeros = 0, at = 1;
    while (u && zeros < MIX_ZEROS && u % 10 == 0) { u /= 10; zeros++; }
    mix_contexts(m, 4, 0x40000 + 2 * m->zeros + m->minus, 0x50000 + mix_about(m->number));
    for (int32_t k = 4; k--;) at = 2 * at + mix_bit(m, MIX_SET_ZEROS + at, MIX_NODE_ZEROS + at, MIX_INPUTS, zeros >> k & 1);
    zeros = at - 16;
    m->minus = mix_bit(m, MIX_SET_SIGN, MIX_NODE_SIGN, MIX_INPUTS, v < 0);
    mix_contexts(m, 0x100 + zeros, 0x60000 + (zeros << 9 | mix_about(m->number)), 0x70000 + 16 * m->minus + zeros);
    u = mix_number(m, u);
    mix_passed(m, u);
    m->zeros = zeros;
    u *= c12__tlm_ten((int32_t)zeros);
    return (int64_t)(m->minus ? 0 - u : u);
}

/* The value after `before`, and that after `older`. */
static int64_t mix_by_step(c12__tlm_mix *m, int64_t v, uint64_t before, uint64_t older)
{
    uint64_t near = m->way == MIX_FIRST ? before : 2 * before - older;
    int64_t step = m->coder.writes ? (int64_t)((uint64_t)v - near) / (int64_t)m->unit : 0;
    mix_after_numbers(m);
    step = mix_signed(m, step);
    mix_passed(m, step < 0 ? 0 - (uint64_t)step : (uint64_t)step);
    return (int64_t)(near + (uint64_t)step * m->unit);
}

/* ---- columns -------------------------------------------------------------------------------------------------------------------------------- */

/* Values that a list has are told by their places. */
static void mix_list(c12__tlm_mix *m, int64_t least)
{
    m->count = (int32_t)c12__tlm_code_plain(&m->coder, 10, (uint64_t)m->count - 1) + 1;
    m->list[0] = least;
    for (int32_t i = 1; i < m->count; i++) {
        uint64_t gap = m->coder.writes ? (uint64_t)m->list[i] - (uint64_t)m->list[i - 1] : 0;
        m->list[i] = (int64_t)((uint64_t)m->list[i - 1] + c12__tlm_code_number(&m->coder, &m->gap, gap));
    }
    m->place_bits = c12__tlm_width((uint64_t)m->count - 1);
}

/* What stands before the values; `size`: bits of the largest number.  1 = it is sound. */
static int mix_head(c12__tlm_mix *m, int64_t least, int32_t size)
{
    m->way = (int32_t)c12__tlm_code_plain(&m->coder, 3, (uint64_t)m->way);
    m->listed = (int32_t)c12__tlm_code_plain(&m->coder, 1, (uint64_t)m->listed);
    if (m->way >= MIX_WAYS || (m->way == MIX_PLACE && !m->listed)) return 0;
    if (m->listed) mix_list(m, least);
    m->unit = m->listed || m->way == MIX_DIGITS ? 1 : c12__tlm_code_number(&m->coder, &m->gap, m->unit);
    if (m->way != MIX_PLACE) m->size_bits = c12__tlm_width(c12__tlm_code_plain(&m->coder, 7, (uint64_t)size));
    return m->unit > 0 && m->unit <= INT64_MAX;
}

/* The value after `before` and `older`; x is what a writer has. */
static int64_t mix_value(c12__tlm_mix *m, int first, int64_t x, int64_t before, int64_t older, int64_t least)
{
    if (m->way == MIX_FIRST || m->way == MIX_SECOND) return mix_by_step(m, x, (uint64_t)before, (uint64_t)older);
    if (!first && mix_same(m, m->way == MIX_PLACE ? (uint32_t)m->before : mix_about(m->number), x == before)) return before;
    return m->way == MIX_PLACE ? mix_by_place(m, x) : m->way == MIX_ABOVE ? mix_by_height(m, x, least) : mix_by_digits(m, x);
}

/* The last place stands for those behind it, which no writer makes. */
static int64_t mix_listed(const c12__tlm_mix *m, int64_t place) { return m->list[place < 0 || place >= m->count ? m->count - 1 : place]; }

int c12__tlm_mix_get(c12__tlm_mix *m, const uint8_t *in, size_t size, int64_t n, int64_t least, int64_t *v)
{
    int64_t before = least, older = least;
    mix_begin(m, n);
    m->coder = c12__tlm_coder_reads(in, size);
    if (!mix_head(m, least, 0)) return 0;
    if (m->listed) least = before = older = 0;
    for (int64_t t = 0; t < n; t++) {
        int64_t x = mix_value(m, !t, 0, before, older, least);
        older = before;
        before = x;
        v[t] = m->listed ? mix_listed(m, x) : x;
    }
    return c12__tlm_coder_done(&m->coder);
}

/* ---- writing -------------------------------------------------------------------------------------------------------------------------------- */

/* Different values in order, unless there are more than are worth a list. */
static void mix_make_list(c12__tlm_mix *m, const int64_t *v, int64_t n)
{
    int64_t most = c12__min64(C12__TLM_MIX_LIST, n / 2);
    m->count = 0;
    for (int64_t t = 0; t < n; t++) {
        if (t && v[t] == v[t - 1]) continue;
        int32_t at = m->count ? mix_place_of(m, v[t]) : 0;
        if (at < m->count && m->list[at] == v[t]) continue;
        if (m->count == most) { m->count = 0; return; }
        at += at < m->count && m->list[at] < v[t];
        for (int32_t i = m->count++; i > at; i--) m->list[i] = m->list[i - 1];
        m->list[at] = v[t];
    }
}

/* Bits of the largest number of the way. */
static int32_t mix_most(const c12__tlm_mix *m, const c12__tlm_column *c)
{
    int32_t range = c12__tlm_width(m->listed ? (uint64_t)m->count - 1 : ((uint64_t)c->max - (uint64_t)c->min) / m->unit);
    if (m->way == MIX_SECOND) return range < 62 ? range + 2 : 64;
    if (m->way != MIX_DIGITS) return range;
    uint64_t low = c->min < 0 ? 0 - (uint64_t)c->min : (uint64_t)c->min, high = c->max < 0 ? 0 - (uint64_t)c->max : (uint64_t)c->max;
    return c12__tlm_width(low > high ? low : high);
}

/* The first n values in the way; *head becomes the bytes before them.  0 = room does not suffice. */
static size_t mix_try(c12__tlm_mix *m, const int64_t *v, int64_t n, const c12__tlm_column *c, uint8_t *out, size_t room, size_t *head)
{
    int64_t least = m->listed ? 0 : c->min, before = least, older = least;
    mix_begin(m, n);
    m->coder = c12__tlm_coder_writes(out, room);
    (void)mix_head(m, c->min, mix_most(m, c));
    *head = (size_t)(m->coder.out.p - out);
    for (int64_t t = 0; t < n && !m->coder.out.full; t++) {
        int64_t x = m->listed ? mix_place_of(m, v[t]) : v[t];
        (void)mix_value(m, !t, x, before, older, least);
        older = before;
        before = x;
    }
    size_t size = c12__tlm_bits_end(&m->coder.out);
    return m->coder.out.full ? 0 : size;
}

/* Do many more values end in a zero than a tenth of them, and not all? */
static int mix_has_zeros(const int64_t *v, int64_t n)
{
    int64_t zeros = 0;
    for (int64_t t = 0; t < n; t++) zeros += v[t] % 10 == 0;
    return zeros < n && 5 * zeros > n;
}

/* May the way pay?  A list does where values are told by place, or where it closes gaps. */
static int mix_may(c12__tlm_mix *m, int32_t way, int32_t best, const int64_t *v, int64_t few, uint64_t range)
{
    m->way = way;
    m->listed = m->count && way != MIX_DIGITS && (way == MIX_PLACE || range / m->unit >= 2 * (uint64_t)m->count);
    if (way == MIX_PLACE) return m->listed;
    if (way == MIX_SECOND) return best == MIX_FIRST;
    return way != MIX_DIGITS || mix_has_zeros(v, few);
}

size_t c12__tlm_mix_put(c12__tlm_mix *m, const int64_t *v, int64_t n, const c12__tlm_column *c, uint8_t *out, size_t room)
{
    uint64_t range = (uint64_t)c->max - (uint64_t)c->min;
    int64_t few = c12__min64(n, MIX_SAMPLE), least = INT64_MAX;
    int32_t best = MIX_WAYS;
    size_t head, size;
    if (!room) return 0;
    m->unit = range >> 61 ? 1 : (uint64_t)c12__tlm_common_unit(v, n);
    const uint64_t unit = m->unit;
    mix_make_list(m, v, n);
    for (int32_t way = 0; way < MIX_WAYS; way++, m->unit = unit) {
        if (!mix_may(m, way, best, v, few, range) || !(size = mix_try(m, v, few, c, out, room, &head))) continue;
        int64_t all = (int64_t)head + (int64_t)(size - head) * n / few;
        if (all < least) { least = all; best = way; }
    }
    /* the first rows teach more than they save */
    if (best == MIX_WAYS || least - least * (n - few) / (2 * n) > (int64_t)room) return 0;
    (void)mix_may(m, best, MIX_FIRST, v, few, range);
    return mix_try(m, v, n, c, out, room, &head);
}
