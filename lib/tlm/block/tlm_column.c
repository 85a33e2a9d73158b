/* SPDX-License-Identifier: Apache-2.0 */
/* Column codecs: one value, a steady step, runs, and bit-packed groups of (value - min), first or second differences.  The encoder works out
 * every size exactly and takes the smallest.  Differences are taken modulo 2^64, so that no int64 column can overflow. */
#include "tlm/block/tlm_mix.h"
#include "tlm/linq/tlm_linq.h"

enum { TLM_GROUP = 64 }; /* values that share one bit width: small enough that a rare spike stays cheap */

/* ---- varint (LEB128) ------------------------------------------------------------------------------------------------ */

size_t c12__tlm_put_varint(uint8_t *p, uint64_t v)
{
    size_t n = 0;
    for (; v >= 0x80; v >>= 7) p[n++] = (uint8_t)(v | 0x80);
    p[n++] = (uint8_t)v;
    return n;
}

size_t c12__tlm_get_varint(const uint8_t *p, size_t n, uint64_t *v)
{
    *v = 0;
    for (size_t i = 0; i < n && i < 10; i++) {
        *v |= (uint64_t)(p[i] & 0x7f) << 7 * i;
        if (p[i] & 0x80) continue;
        return (i && !p[i]) || (i == 9 && p[i] > 1) ? 0 : i + 1;
    }
    return 0;
}

static size_t column_varint_size(uint64_t v)
{
    size_t n = 1;
    for (; v >= 0x80; v >>= 7) n++;
    return n;
}

/* ---- symbols ---------------------------------------------------------------------------------------------------------- */

static int column_skips(int32_t codec) { return codec == C12_TLM_DELTA ? 1 : codec == C12_TLM_DELTA2 ? 2 : 0; }

/* What is packed for values v[i .. i+k), i >= column_skips; returns the or of all. */
static uint64_t column_symbols(const int64_t *v, int64_t i, int64_t k, int32_t codec, int64_t min, uint64_t *u)
{
    uint64_t all = 0;
    v += i;
    if (codec == C12_TLM_FOR)
        for (int64_t j = 0; j < k; j++) all |= u[j] = (uint64_t)v[j] - (uint64_t)min;
    else if (codec == C12_TLM_DELTA)
        for (int64_t j = 0; j < k; j++) all |= u[j] = c12__tlm_zigzag((uint64_t)v[j] - (uint64_t)v[j - 1]);
    else
        for (int64_t j = 0; j < k; j++) all |= u[j] = c12__tlm_zigzag((uint64_t)v[j] - 2 * (uint64_t)v[j - 1] + (uint64_t)v[j - 2]);
    return all;
}

static unsigned column_width(uint64_t all)
{
    unsigned w = 0;
    for (unsigned step = 32; step; step /= 2)
        if (all >> step) { all >>= step; w += step; }
    return w + (all != 0);
}

static size_t column_group_bytes(int64_t k, unsigned width) { return ((size_t)k * width + 7) / 8; }

/* First values of a difference codec: above min, then as a difference. */
static uint64_t column_lead(const int64_t *v, int i, int64_t min)
{
    return i ? c12__tlm_zigzag((uint64_t)v[1] - (uint64_t)v[0]) : (uint64_t)v[0] - (uint64_t)min;
}

static size_t column_packed_size(const int64_t *v, int64_t n, int32_t codec, int64_t min)
{
    uint64_t u[TLM_GROUP];
    int skip = column_skips(codec);
    size_t size = 0;
    if (n < skip) return SIZE_MAX;
    for (int i = 0; i < skip; i++) size += column_varint_size(column_lead(v, i, min));
    for (int64_t i = skip; i < n; i += TLM_GROUP) {
        int64_t k = n - i < TLM_GROUP ? n - i : TLM_GROUP;
        size += 1 + column_group_bytes(k, column_width(column_symbols(v, i, k, codec, min, u)));
    }
    return size;
}

static size_t column_run_size(const int64_t *v, int64_t n, int64_t min, size_t limit)
{
    size_t size = 0;
    for (int64_t i = 0, from; i < n && size < limit; ) {
        for (from = i; i < n && v[i] == v[from]; i++) { }
        size += column_varint_size((uint64_t)v[from] - (uint64_t)min) + column_varint_size((uint64_t)(i - from));
    }
    return size;
}

int c12__tlm_few_runs(const int64_t *v, int64_t n)
{
    int64_t runs = 1, most = 6 + n / 256;
    for (int64_t i = 1; i < n && runs <= most; i++) runs += v[i] != v[i - 1];
    return runs <= most;
}

/* ---- pack ---------------------------------------------------------------------------------------------------------------- */

static uint8_t *column_pack(const uint64_t *u, int64_t k, unsigned width, uint8_t *out)
{
    uint64_t word = 0;
    unsigned have = 0;
    if (!width) return out;
    for (int64_t j = 0; j < k; j++) {
        word |= u[j] << have;
        if (have + width < 64) { have += width; continue; }
        c12__tlm_put64(out, word);
        out += 8;
        word = have ? u[j] >> (64 - have) : 0;
        have = have + width - 64;
    }
    for (; have; have = have > 8 ? have - 8 : 0, word >>= 8) *out++ = (uint8_t)word;
    return out;
}

static uint8_t *column_put_packed(const int64_t *v, int64_t n, int32_t codec, int64_t min, uint8_t *out)
{
    uint64_t u[TLM_GROUP];
    int skip = column_skips(codec);
    for (int i = 0; i < skip; i++) out += c12__tlm_put_varint(out, column_lead(v, i, min));
    for (int64_t i = skip; i < n; i += TLM_GROUP) {
        int64_t k = n - i < TLM_GROUP ? n - i : TLM_GROUP;
        unsigned width = column_width(column_symbols(v, i, k, codec, min, u));
        *out++ = (uint8_t)width;
        out = column_pack(u, k, width, out);
    }
    return out;
}

static uint8_t *column_put_runs(const int64_t *v, int64_t n, int64_t min, uint8_t *out)
{
    for (int64_t i = 0, from; i < n; ) {
        for (from = i; i < n && v[i] == v[from]; i++) { }
        out += c12__tlm_put_varint(out, (uint64_t)v[from] - (uint64_t)min);
        out += c12__tlm_put_varint(out, (uint64_t)(i - from));
    }
    return out;
}

size_t c12__tlm_column_room(int64_t n) { return (size_t)n * 8 + (size_t)n / TLM_GROUP + C12__TLM_COLUMN_SLACK; }

/* Sum of value - min in 128 bits, value by value. */
static void column_wide_sum(const int64_t *v, int64_t n, c12__tlm_column *c)
{
    c->over_low = c->over_high = 0;
    for (int64_t i = 0; i < n; i++) {
        uint64_t over = (uint64_t)v[i] - (uint64_t)c->min;
        c->over_low += over;
        c->over_high += c->over_low < over;
    }
}

/* Least, largest, and the sum of value - first modulo 2^64. */
typedef struct column_range { int64_t low, high; uint64_t sum; } column_range;

C12__TLM_INLINE column_range column_survey(const int64_t *v, int64_t n)
{
    int64_t i = 0, first = n ? v[0] : 0;
    column_range r = { first, first, 0 };
#if defined(__GNUC__) && !defined(C12__PLAIN_ROWS)
    typedef int64_t four __attribute__((vector_size(32), aligned(8), may_alias));
    typedef uint64_t four_u __attribute__((vector_size(32), aligned(8), may_alias));
    four low = { first, first, first, first }, high = low;
    four_u sum = { 0, 0, 0, 0 };
    for (; i + 4 <= n; i += 4) {
        four x = *(const four *)(v + i), less = x < low, more = x > high;
        low = (x & less) | (low & ~less);
        high = (x & more) | (high & ~more);
        sum += (four_u)x;
    }
    for (int l = 0; l < 4; l++) {
        r.low = c12__min64(r.low, low[l]);
        r.high = c12__max64(r.high, high[l]);
        r.sum += sum[l];
    }
    r.sum -= (uint64_t)i * (uint64_t)first;
#endif
    for (; i < n; i++) {
        r.low = c12__min64(r.low, v[i]);
        r.high = c12__max64(r.high, v[i]);
        r.sum += (uint64_t)v[i] - (uint64_t)first;
    }
    return r;
}

static column_range column_survey_plain(const int64_t *v, int64_t n) { return column_survey(v, n); }
#ifdef C12__TLM_AVX2
__attribute__((target("avx2"))) static column_range column_survey_avx2(const int64_t *v, int64_t n) { return column_survey(v, n); }
#endif

static column_range column_survey_best(const int64_t *v, int64_t n)
{
#ifdef C12__TLM_AVX2
    if (__builtin_cpu_supports("avx2")) return column_survey_avx2(v, n);
#endif
    return column_survey_plain(v, n);
}

void c12__tlm_column_zone(const int64_t *v, int64_t n, c12__tlm_column *c)
{
    column_range r = column_survey_best(v, n);
    c->min = r.low;
    c->max = r.high;
    c->over_low = r.sum + (uint64_t)n * ((n ? (uint64_t)v[0] : 0) - (uint64_t)r.low);
    c->over_high = 0;
    if (((uint64_t)r.high - (uint64_t)r.low) >> 46) column_wide_sum(v, n, c); /* else 2^17 rows cannot pass 2^63 */
}

/* Bytes of the smallest codec but bins. */
static size_t column_choose(const int64_t *v, int64_t n, c12__tlm_column *c)
{
    size_t best = SIZE_MAX;
    for (int32_t codec = C12_TLM_FOR; codec <= C12_TLM_DELTA2; codec++) {
        size_t size = column_packed_size(v, n, codec, c->min);
        if (size < best) { best = size; c->codec = codec; }
    }
    size_t runs = column_run_size(v, n, c->min, best);
    if (runs >= best) return best;
    c->codec = C12_TLM_RLE;
    return runs;
}

static void column_put(const int64_t *v, int64_t n, uint8_t *out, c12__tlm_column *c)
{
    uint8_t *end = c->codec == C12_TLM_RLE ? column_put_runs(v, n, c->min, out) : column_put_packed(v, n, c->codec, c->min, out);
    c->bytes = end - out;
}

int c12__tlm_is_line(const int64_t *v, int64_t n, const c12__tlm_column *c)
{
    uint64_t range = (uint64_t)c->max - (uint64_t)c->min;
    if (n < 2 || !range || v[0] != c->min || v[n - 1] != c->max || range % ((uint64_t)n - 1)) return 0;
    uint64_t step = range / ((uint64_t)n - 1);
    for (int64_t i = 1; i < n; i++)
        if ((uint64_t)v[i] - (uint64_t)v[i - 1] != step) return 0;
    return 1;
}

enum { COLUMN_SMALL = 64 /* bytes that are not worth a search */, COLUMN_NEAR = 16 /* bytes that the size of bins may be off by, and 1/256 bit a value */ };

void c12__tlm_column_encode(const int64_t *v, int64_t n, uint8_t *out, c12__tlm_column *c, c12__tlm_mix *mix, int32_t less)
{
    c->codec = C12_TLM_CONST;
    c->bytes = 0;
    if (c->min == c->max) return;
    size_t best = column_choose(v, n, c), bins = SIZE_MAX, mixed = 0;
    int32_t order = 0;
    if (best > COLUMN_SMALL) bins = c12__tlm_bins_size(v, n, 1, c, &order);
    if (bins < best) {
        best = bins;
        c->codec = C12_TLM_BINS;
    }
    size_t least = COLUMN_NEAR + (size_t)n / 2048 + best * (size_t)less / 256;
    if (mix && best > COLUMN_SMALL + least) mixed = c12__tlm_mix_put(mix, v, n, c, out, best - least);
    if (mixed) {
        c->codec = C12_TLM_MIX;
        c->bytes = (int64_t)mixed;
    } else if (c->codec == C12_TLM_BINS) c->bytes = c12__tlm_bins_put(v, n, c, order, out, out + c12__tlm_column_room(n)) - out;
    else column_put(v, n, out, c);
}

void c12__tlm_column_encode_plain(const int64_t *v, int64_t n, uint8_t *out, c12__tlm_column *c)
{
    c->codec = C12_TLM_CONST;
    c->bytes = 0;
    if (c->min == c->max) return;
    (void)column_choose(v, n, c);
    column_put(v, n, out, c);
}

/* ---- unpack ------------------------------------------------------------------------------------------------------------- */

/* Eight bytes from p, zeros beyond the end. */
static uint64_t column_word(const uint8_t *p, size_t left)
{
    if (left >= 8) return c12__tlm_get64(p);
    uint64_t w = 0;
    for (size_t i = 0; i < left; i++) w |= (uint64_t)p[i] << 8 * i;
    return w;
}

static void column_unpack(const uint8_t *in, size_t bytes, int64_t k, unsigned width, uint64_t *u)
{
    uint64_t mask = width == 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
    size_t bit = 0;
    for (int64_t j = 0; j < k; j++, bit += width) {
        size_t at = bit / 8;
        unsigned shift = (unsigned)(bit & 7);
        uint64_t w = at < bytes ? column_word(in + at, bytes - at) >> shift : 0;
        if (shift + width > 64) w |= (uint64_t)in[at + 8] << (64 - shift);
        u[j] = w & mask;
    }
}

static void column_values(const uint64_t *u, int64_t k, int32_t codec, int64_t min, int64_t *v)
{
    if (codec == C12_TLM_FOR)
        for (int64_t j = 0; j < k; j++) v[j] = (int64_t)(u[j] + (uint64_t)min);
    else if (codec == C12_TLM_DELTA)
        for (int64_t j = 0; j < k; j++) v[j] = (int64_t)((uint64_t)v[j - 1] + c12__tlm_unzigzag(u[j]));
    else
        for (int64_t j = 0; j < k; j++) v[j] = (int64_t)(2 * (uint64_t)v[j - 1] - (uint64_t)v[j - 2] + c12__tlm_unzigzag(u[j]));
}

static int column_get_packed(const uint8_t *in, size_t size, int64_t n, const c12__tlm_column *c, int64_t *v)
{
    uint64_t u[TLM_GROUP], lead;
    size_t at = 0;
    int skip = column_skips(c->codec);
    if (n < skip) return 0;
    for (int i = 0; i < skip; i++) {
        size_t len = c12__tlm_get_varint(in + at, size - at, &lead);
        if (!len) return 0;
        at += len;
        v[i] = (int64_t)(i ? (uint64_t)v[0] + c12__tlm_unzigzag(lead) : (uint64_t)c->min + lead);
    }
    for (int64_t i = skip; i < n; i += TLM_GROUP) {
        int64_t k = n - i < TLM_GROUP ? n - i : TLM_GROUP;
        if (at == size || in[at] > 64) return 0;
        unsigned width = in[at++];
        size_t bytes = column_group_bytes(k, width);
        if (bytes > size - at) return 0;
        column_unpack(in + at, bytes, k, width, u);
        column_values(u, k, c->codec, c->min, v + i);
        at += bytes;
    }
    return at == size;
}

static int column_get_runs(const uint8_t *in, size_t size, int64_t n, int64_t min, int64_t *v)
{
    size_t at = 0;
    for (int64_t i = 0; i < n; ) {
        uint64_t over, run;
        size_t len = c12__tlm_get_varint(in + at, size - at, &over);
        if (!len) return 0;
        at += len;
        if (!(len = c12__tlm_get_varint(in + at, size - at, &run)) || !run || run > (uint64_t)(n - i)) return 0;
        at += len;
        c12__tlm_fill(v + i, (int64_t)run, (int64_t)((uint64_t)min + over));
        i += (int64_t)run;
    }
    return at == size;
}

static int column_get_line(const c12__tlm_column *c, int64_t n, int64_t *v)
{
    uint64_t range = (uint64_t)c->max - (uint64_t)c->min;
    if (n < 2 || !range || range % ((uint64_t)n - 1)) return 0;
    uint64_t step = range / ((uint64_t)n - 1);
    for (int64_t i = 0; i < n; i++) v[i] = (int64_t)((uint64_t)c->min + (uint64_t)i * step);
    return !c->bytes;
}

int c12__tlm_column_decode(const uint8_t *in, const c12__tlm_column *c, int64_t n, int64_t *v, c12__tlm_mix *mix)
{
    size_t size = (size_t)c->bytes;
    if (c->codec == C12_TLM_LINE) return column_get_line(c, n, v);
    if (c->codec == C12_TLM_MIX) return c12__tlm_mix_get(mix, in, size, n, c->min, v);
    if (c->codec == C12_TLM_BINS) return c12__tlm_bins_get(in, c, n, v);
    if (c->codec == C12_TLM_RLE) return column_get_runs(in, size, n, c->min, v);
    if (c->codec != C12_TLM_CONST) return column_get_packed(in, size, n, c, v);
    c12__tlm_fill(v, n, c->min);
    return !size && c->min == c->max;
}
