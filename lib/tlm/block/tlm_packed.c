/* SPDX-License-Identifier: Apache-2.0 */
/* The fast form of predicted columns: no neighbours, and residuals in plain bits.
 *
 * A wide lane's residual takes a fixed number of bits in a regime, so a row's bits lie at a place known beforehand.  Residuals of small
 * lanes, nearly always -1, 0 or 1, are coded four lanes at a time with a prefix code over the 81 cases, derived from two odds a
 * lane.  What fits neither is listed.  So residuals do not wait for predictions: a tile of rows is unpacked, then predicted, then
 * delivered. */
#include "base/bits.h"
#include "tlm/linq/tlm_linq.h"

enum { PACKED_TILE = 64, PACKED_ZERO = 40 /* the case of four zeros */ };

/* ---- prefix code ------------------------------------------------------------------------------------------------------------- */

/* Cases that are coded, with weights that would sum to 2^32. */
typedef struct packed_cases { uint64_t weight[C12__TLM_CASES]; int32_t of[C12__TLM_CASES], n, used; uint8_t length[C12__TLM_CASES]; } packed_cases;

static int32_t packed_room(int32_t length) { return 1 << (C12__TLM_CODE_BITS - length); }

/* Cases less likely than 1/1024 are left out, but for four zeros; Shannon's lengths. */
static void packed_weights(uint8_t odds[4][2], packed_cases *c)
{
    uint64_t half[2][9] = { { 0 } };
    c->n = c->used = 0;
    for (int32_t k = 0; k < 18; k++) {
        uint8_t (*o)[2] = odds + k / 9 * 2;
        int32_t zero[2] = { 256 - o[0][0] - o[0][1], 256 - o[1][0] - o[1][1] }, low = k % 3, high = k % 9 / 3;
        half[k / 9][k % 9] = (uint64_t)(low == 1 ? zero[0] : o[0][low / 2]) * (uint64_t)(high == 1 ? zero[1] : o[1][high / 2]);
    }
    for (int32_t s = 0; s < C12__TLM_CASES; s++) {
        uint64_t weight = half[0][s % 9] * half[1][s / 9];
        if (weight < 1 << 22) weight = s == PACKED_ZERO;
        if (!weight) continue;
        int32_t length = 32 - c12__bit_highest(weight); /* the first that takes it to 2^32 */
        if (length > C12__TLM_CODE_BITS) length = C12__TLM_CODE_BITS;
        c->weight[c->n] = weight;
        c->length[c->n] = (uint8_t)length;
        c->of[c->n++] = s;
        c->used += packed_room(length);
    }
}

/* The least likely case leaves, the last of equals; never four zeros. */
static void packed_leave(packed_cases *c)
{
    int32_t least = -1;
    for (int32_t i = 0; i < c->n; i++)
        if (c->of[i] != PACKED_ZERO && (least < 0 || c->weight[i] <= c->weight[least])) least = i;
    c->used -= packed_room(c->length[least]);
    for (int32_t i = least; i + 1 < c->n; i++) { c->weight[i] = c->weight[i + 1]; c->length[i] = c->length[i + 1]; c->of[i] = c->of[i + 1]; }
    c->n--;
}

/* The case whose code is longest beside its weight gets one bit less, the first of equals; 0 = there is no room. */
static int packed_shorten(packed_cases *c)
{
    int32_t best = -1, room = (1 << C12__TLM_CODE_BITS) - c->used;
    for (int32_t i = 0; i < c->n && room; i++)
        if (c->length[i] && packed_room(c->length[i]) <= room && (best < 0 || c->weight[i] << c->length[i] > c->weight[best] << c->length[best])) best = i;
    if (best < 0) return 0;
    c->used += packed_room(c->length[best]--);
    return 1;
}

void c12__tlm_small_code(uint8_t odds[4][2], c12__tlm_prefix *code)
{
    packed_cases c = { .n = 0 };
    uint32_t next = 0;
    packed_weights(odds, &c);
    while (c.used > 1 << C12__TLM_CODE_BITS) packed_leave(&c);
    while (packed_shorten(&c)) { }
    memset(code->length, 255, sizeof code->length);
    for (int32_t n = 0; n <= C12__TLM_CODE_BITS; n++, next <<= 1)
        for (int32_t i = 0; i < c.n; i++) {
            if (c.length[i] != n) continue;
            uint32_t word = 0;
            for (int32_t b = 0; b < n; b++) word |= (next >> b & 1) << (n - 1 - b); /* read from the low end */
            code->word[c.of[i]] = (uint16_t)word;
            code->length[c.of[i]] = (uint8_t)n;
            next++;
        }
}

/* What 9 bits begin with: the case, above four bits of length. */
static void packed_table(const c12__tlm_prefix *code, uint16_t *table)
{
    memset(table, 0, sizeof *table << C12__TLM_CODE_BITS);
    for (uint32_t s = 0; s < C12__TLM_CASES; s++)
        for (uint32_t at = code->word[s], step = 1u << code->length[s] % 32; code->length[s] != 255 && at < 1u << C12__TLM_CODE_BITS; at += step)
            table[at] = (uint16_t)(s << 4 | code->length[s]);
}

/* ---- reading --------------------------------------------------------------------------------------------------------------------- */

typedef struct packed_reader {
    const c12__tlm_linq *m;
    const uint8_t *codes[2], *rows, *list;
    size_t code_bytes[2], code_bit[2], row_bytes, list_bytes, row_bit, list_at;
    int64_t next;              /* place of the next listed residual, row * 256 + position */
    int32_t small_at, groups, quads, width; /* position of small lanes; groups of four small lanes, of four wide ones */
    int32_t run;
    uint8_t need[C12__TLM_LANES + 8]; /* vectors of lanes that somebody wants: no lane is predicted from another one here */
    uint32_t row_size[C12__TLM_REGIMES], from[C12__TLM_REGIMES][C12__TLM_LANES / 4];
    uint64_t shift[C12__TLM_REGIMES][C12__TLM_LANES], mask[C12__TLM_REGIMES][C12__TLM_LANES];
    int32_t offset[C12__TLM_REGIMES][C12__TLM_LANES];
    int32_t weight[C12__TLM_TERMS][C12__TLM_LANES + 8], mean[C12__TLM_MEANS][C12__TLM_LANES + 8];
    uint16_t *table;           /* [regimes][groups][512] */
    int32_t residuals[C12__TLM_CASES][4]; /* of each case */
    int32_t *tile;             /* [LAGS + TILE][width], history first */
    int64_t *column[C12__TLM_LANES + 8], first[C12__TLM_LANES + 8]; /* where a position's values go, NULL = nowhere, and what is added to them */
} packed_reader;

size_t c12__tlm_packed_bytes(void) { return sizeof(packed_reader); }

static void packed_layout(packed_reader *r)
{
    const c12__tlm_linq *m = r->m;
    r->small_at = c12__tlm_packed_small(m);
    r->quads = r->small_at / 4;
    r->groups = (m->lanes - m->wide + 3) / 4;
    r->width = (r->small_at + 4 * r->groups + 7) & ~7;
    memset(r->mask, 0, sizeof r->mask);
    memset(r->shift, 0, sizeof r->shift);
    memset(r->offset, 0, sizeof r->offset);
    for (int32_t s = 0; s < C12__TLM_CASES; s++)
        for (int32_t l = 0, rest = s; l < 4; l++, rest /= 3) r->residuals[s][l] = rest % 3 - 1;
    for (int32_t g = 0; g < m->regimes; g++) {
        uint32_t bit = 0;
        for (int32_t j = 0; j < m->wide; j++) {
            uint32_t width = m->scale[g * C12__TLM_LANES + j];
            if (j % 4 == 0) r->from[g][j / 4] = bit;
            r->shift[g][j] = bit - r->from[g][j / 4];
            r->mask[g][j] = (UINT64_C(1) << width) - 1;
            r->offset[g][j] = width ? 1 << (width - 1) : 0;
            bit += width;
        }
        r->row_size[g] = bit;
        for (int32_t k = 0; k < r->groups; k++) {
            c12__tlm_prefix code;
            uint8_t odds[4][2];
            c12__tlm_packed_odds(m, g, k, odds);
            c12__tlm_small_code(odds, &code);
            packed_table(&code, r->table + ((size_t)(g * r->groups + k) << C12__TLM_CODE_BITS));
        }
    }
}

#if defined(__GNUC__) && !defined(C12__PLAIN_ROWS)
typedef int32_t packed_4i __attribute__((vector_size(16), aligned(4), may_alias));
typedef uint64_t packed_4u __attribute__((vector_size(32), aligned(8), may_alias));
#  define PACKED_SMALL(to, four) do { *(packed_4i *)(to) = *(const packed_4i *)(four); } while (0)
#  define PACKED_WIDE(to, word, shift, mask, offset) do { \
        packed_4u all = { word, word, word, word }; \
        all = all >> *(const packed_4u *)(shift) & *(const packed_4u *)(mask); \
        *(packed_4i *)(to) = __builtin_convertvector(all, packed_4i) - *(const packed_4i *)(offset); \
    } while (0)
#else
#  define PACKED_SMALL(to, four) do { for (int l = 0; l < 4; l++) (to)[l] = (four)[l]; } while (0)
#  define PACKED_WIDE(to, word, shift, mask, offset) do { for (int l = 0; l < 4; l++) (to)[l] = (int32_t)((word) >> (shift)[l] & (mask)[l]) - (offset)[l]; } while (0)
#endif

static uint64_t packed_word(const uint8_t *p, size_t n, size_t bit)
{
    size_t byte = bit >> 3;
    return c12__tlm_get64(p + (byte < n ? byte : n)) >> (bit & 7);
}

enum { PACKED_CODES = 12 /* groups, of which each stream has six: 57 bits hold their codes for certain */ };

C12__TLM_INLINE void packed_code(const packed_reader *r, const uint16_t *table, uint64_t *word, size_t *bit, int32_t *to)
{
    uint32_t entry = table[*word & ((1 << C12__TLM_CODE_BITS) - 1)];
    PACKED_SMALL(to, r->residuals[entry >> 4]);
    *word >>= entry & 15;
    *bit += entry & 15;
}

/* Small lanes' residuals of one row, groups in turns from two streams of codes, so that one need not wait for the other. */
C12__TLM_INLINE void packed_codes(const packed_reader *r, const uint16_t *table, size_t *even, size_t *odd, int32_t *to)
{
    for (int32_t from = 0; from < r->groups; from += PACKED_CODES) {
        uint64_t word = packed_word(r->codes[0], r->code_bytes[0], *even), word2 = packed_word(r->codes[1], r->code_bytes[1], *odd);
        int32_t k = from, end = r->groups < from + PACKED_CODES ? r->groups : from + PACKED_CODES;
        for (; k + 1 < end; k += 2, table += 2 << C12__TLM_CODE_BITS, to += 8) {
            packed_code(r, table, &word, even, to);
            packed_code(r, table + (1 << C12__TLM_CODE_BITS), &word2, odd, to + 4);
        }
        if (k < end) packed_code(r, table, &word, even, to);
    }
}

/* Residuals of n rows of one regime. */
C12__TLM_INLINE void packed_unpack(packed_reader *r, int32_t g, int64_t n, int32_t *to)
{
    const int32_t quads = r->quads, width = r->width, small_at = r->small_at;
    const uint16_t *table = r->table + ((size_t)(g * r->groups) << C12__TLM_CODE_BITS);
    size_t even = r->code_bit[0], odd = r->code_bit[1], row = r->row_bit;
    for (int64_t t = 0; t < n; t++, to += width, row += r->row_size[g]) {
        packed_codes(r, table, &even, &odd, to + small_at);
        for (int32_t k = 0; k < quads; k++) {
            uint64_t w = packed_word(r->rows, r->row_bytes, row + r->from[g][k]);
            PACKED_WIDE(to + 4 * k, w, r->shift[g] + 4 * k, r->mask[g] + 4 * k, r->offset[g] + 4 * k);
        }
    }
    r->code_bit[0] = even;
    r->code_bit[1] = odd;
    r->row_bit = row;
}

/* The next listed residual; after the last one a place that never comes. */
static int packed_next(packed_reader *r)
{
    uint64_t gap = 0;
    size_t len = r->list_at < r->list_bytes ? c12__tlm_get_varint(r->list + r->list_at, r->list_bytes - r->list_at, &gap) : 0;
    if (r->list_at == r->list_bytes) r->next = INT64_MAX;
    else if (!len || gap > (uint64_t)(r->m->rows * 256 - r->next)) return 0;
    else r->next += (int64_t)gap;
    r->list_at += len;
    return 1;
}

static int packed_listed(packed_reader *r, int64_t from, int64_t end, int32_t *tile)
{
    while (r->next < end * 256) {
        uint64_t z;
        size_t len = c12__tlm_get_varint(r->list + r->list_at, r->list_bytes - r->list_at, &z);
        int32_t at = (int32_t)(r->next & 255);
        if (!len || at >= r->width || r->next < from * 256) return 0;
        tile[(r->next / 256 - from) * r->width + at] = (int32_t)(uint32_t)c12__tlm_unzigzag(z);
        r->list_at += len;
        if (!packed_next(r)) return 0;
    }
    return 1;
}

static void packed_regime(packed_reader *r, int32_t g)
{
    const c12__tlm_linq *m = r->m;
    for (int32_t t = 0; t < m->terms; t++)
        for (int32_t j = 0; j < m->lanes; j++)
            r->weight[t][j < m->wide ? j : r->small_at + j - m->wide] = m->weight[(g * m->terms + t) * m->width + j];
}

/* Residuals of n rows of one regime become values. */
C12__TLM_INLINE void packed_predict(packed_reader *r, int64_t n, int32_t *x)
{
    const int32_t lags = r->m->lags, means = r->m->means, width = r->width, slow[2] = { r->m->mean_shift[0], r->m->mean_shift[1] };
    for (; n > 0; n--, x += width)
        for (int32_t g = 0; g < width; g += C12__TLM_VECTOR) {
            if (!r->need[g / C12__TLM_VECTOR]) continue;
            c12__tlm_vu sum = C12__TLM_VU(r->weight[0] + g);
            for (int32_t t = 1; t <= lags; t++) sum += C12__TLM_VU(r->weight[t] + g) * C12__TLM_VU(x + g - t * width);
            for (int32_t k = 0; k < means; k++) sum += C12__TLM_VU(r->weight[lags + 1 + k] + g) * (c12__tlm_vu)(C12__TLM_VS(r->mean[k] + g) >> 6);
            c12__tlm_vu v = C12__TLM_VU(x + g) + (c12__tlm_vu)((c12__tlm_vs)sum >> 12);
            *(c12__tlm_vu *)(x + g) = v;
            for (int32_t k = 0; k < means; k++) {
                c12__tlm_vu e = C12__TLM_VU(r->mean[k] + g);
                *(c12__tlm_vu *)(r->mean[k] + g) = e + (c12__tlm_vu)((c12__tlm_vs)((v << 10) - e) >> slow[k]);
            }
        }
}

/* The usual shape, two lags and one mean: everything of sixteen lanes stays in registers, and two chains of eight run side by side. */
C12__TLM_INLINE void packed_predict_usual(packed_reader *r, int64_t n, int32_t *x)
{
    const int32_t width = r->width, slow = r->m->mean_shift[0], half = C12__TLM_VECTOR;
    for (int32_t g = 0; g < width; g += 2 * half) {
        const int32_t h = g + half < width ? g + half : g; /* the same once more: it gives the same */
        if (!r->need[g / half] && !r->need[h / half]) continue;
        const c12__tlm_vu bias = C12__TLM_VU(r->weight[0] + g), one = C12__TLM_VU(r->weight[1] + g), two = C12__TLM_VU(r->weight[2] + g), far = C12__TLM_VU(r->weight[3] + g);
        const c12__tlm_vu bias2 = C12__TLM_VU(r->weight[0] + h), one2 = C12__TLM_VU(r->weight[1] + h), two2 = C12__TLM_VU(r->weight[2] + h), far2 = C12__TLM_VU(r->weight[3] + h);
        c12__tlm_vu x1 = C12__TLM_VU(x + g - width), x2 = C12__TLM_VU(x + g - 2 * width), e = C12__TLM_VU(r->mean[0] + g);
        c12__tlm_vu y1 = C12__TLM_VU(x + h - width), y2 = C12__TLM_VU(x + h - 2 * width), f = C12__TLM_VU(r->mean[0] + h);
        int32_t *at = x + g;
        for (int64_t t = 0; t < n; t++, at += width) {
            c12__tlm_vu sum = bias + two * x2 + far * (c12__tlm_vu)((c12__tlm_vs)e >> 6) + one * x1;
            c12__tlm_vu sum2 = bias2 + two2 * y2 + far2 * (c12__tlm_vu)((c12__tlm_vs)f >> 6) + one2 * y1;
            c12__tlm_vu rest2 = C12__TLM_VU(at + h - g);
            x2 = x1;
            y2 = y1;
            x1 = C12__TLM_VU(at) + (c12__tlm_vu)((c12__tlm_vs)sum >> 12);
            y1 = rest2 + (c12__tlm_vu)((c12__tlm_vs)sum2 >> 12);
            *(c12__tlm_vu *)at = x1;
            *(c12__tlm_vu *)(at + h - g) = y1;
            e += (c12__tlm_vu)((c12__tlm_vs)((x1 << 10) - e) >> slow);
            f += (c12__tlm_vu)((c12__tlm_vs)((y1 << 10) - f) >> slow);
        }
        *(c12__tlm_vu *)(r->mean[0] + g) = e;
        *(c12__tlm_vu *)(r->mean[0] + h) = f;
    }
}

/* One tile of rows.  0 = the list is wrong. */
C12__TLM_INLINE int packed_tile(packed_reader *r, int64_t from, int64_t end)
{
    const c12__tlm_linq *m = r->m;
    int32_t *tile = r->tile + C12__TLM_LAGS * r->width, run = r->run;
    for (int64_t t = from, next; t < end; t = next) {
        if (t == m->run_from[run + 1]) run++;
        next = c12__min64(end, m->run_from[run + 1]);
        packed_unpack(r, m->run_regime[run], next - t, tile + (t - from) * r->width);
    }
    if (!packed_listed(r, from, end, tile)) return 0;
    for (int64_t t = from, next; t < end; t = next) {
        if (t == m->run_from[r->run + 1]) packed_regime(r, m->run_regime[++r->run]);
        next = c12__min64(end, m->run_from[r->run + 1]);
        if (m->lags == 2 && m->means == 1) packed_predict_usual(r, next - t, tile + (t - from) * r->width);
        else packed_predict(r, next - t, tile + (t - from) * r->width);
    }
    return 1;
}

typedef int packed_form(packed_reader *r, int64_t from, int64_t end);
static int packed_plain(packed_reader *r, int64_t from, int64_t end) { return packed_tile(r, from, end); }
#ifdef C12__TLM_AVX2
__attribute__((target("avx2,bmi2"))) static int packed_avx2(packed_reader *r, int64_t from, int64_t end) { return packed_tile(r, from, end); }
#endif

static packed_form *packed_best(void)
{
#ifdef C12__TLM_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) return packed_avx2;
#endif
    return packed_plain;
}

static int packed_ends(size_t bit, size_t bytes) { return bit <= bytes * 8 && bytes * 8 - bit < 8; }

/* A tile's values of four positions, into their columns. */
static void packed_deliver(const packed_reader *r, int32_t p, int64_t from, int64_t n)
{
    int64_t *to[4];
    for (int32_t l = 0; l < 4; l++) to[l] = r->column[p + l] ? r->column[p + l] + from : NULL;
    c12__tlm_deliver_four(r->tile + C12__TLM_LAGS * r->width + p, r->width, n, r->first + p, to);
}

static int packed_rows(packed_reader *r, int64_t *const *to)
{
    const c12__tlm_linq *m = r->m;
    packed_form *form = packed_best();
    memset(r->tile, 0, sizeof *r->tile * (size_t)(C12__TLM_LAGS * r->width));
    memset(r->weight, 0, sizeof r->weight);
    memset(r->mean, 0, sizeof r->mean);
    r->run = 0;
    for (int32_t j = 0; j < m->lanes; j++) {
        int32_t p = j < m->wide ? j : r->small_at + j - m->wide;
        r->column[p] = to[m->column[j]];
        r->first[p] = c12__tlm_linq_first(m, j);
        r->need[p / C12__TLM_VECTOR] |= r->column[p] != NULL;
    }
    packed_regime(r, m->run_regime[0]);
    for (int64_t from = 0; from < m->rows; from += PACKED_TILE) {
        int64_t end = from + PACKED_TILE < m->rows ? from + PACKED_TILE : m->rows;
        if (!form(r, from, end)) return 0;
        for (int32_t p = 0; p < r->width; p += 4) packed_deliver(r, p, from, end - from);
        if (end < m->rows) memcpy(r->tile, r->tile + PACKED_TILE * r->width, sizeof *r->tile * (size_t)(C12__TLM_LAGS * r->width));
    }
    return r->next == INT64_MAX && packed_ends(r->code_bit[0], r->code_bytes[0]) && packed_ends(r->code_bit[1], r->code_bytes[1]) && packed_ends(r->row_bit, r->row_bytes);
}

/* varint bytes of both streams of codes and of rows; codes | codes | rows | list | 8 zeros, so that eight bytes can be read anywhere. */
int c12__tlm_packed_read(const c12__tlm_linq *m, const uint8_t *in, size_t size, int64_t *const *to, void *room, uint16_t *table, int32_t *tile, size_t *bad)
{
    packed_reader *r = room;
    uint64_t part[3];
    size_t at = 0;
    *bad = 0;
    for (int k = 0; k < 3; k++) {
        size_t len = c12__tlm_get_varint(in + at, size - at, &part[k]);
        if (!len || part[k] > size) return 0;
        at += len;
    }
    if (part[0] + part[1] + part[2] + 8 > size - at) return 0;
    memset(r, 0, sizeof *r);
    r->m = m;
    r->table = table;
    r->tile = tile;
    r->codes[0] = in + at;
    r->codes[1] = r->codes[0] + part[0];
    r->rows = r->codes[1] + part[1];
    r->list = r->rows + part[2];
    for (int k = 0; k < 2; k++) r->code_bytes[k] = (size_t)part[k];
    r->row_bytes = (size_t)part[2];
    r->list_bytes = (size_t)(in + size - 8 - r->list);
    packed_layout(r);
    *bad = (size_t)(r->list - in);
    return packed_next(r) && packed_rows(r, to);
}
