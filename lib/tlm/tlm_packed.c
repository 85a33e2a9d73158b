/* SPDX-License-Identifier: Apache-2.0 */
/* The fast form of predicted columns: no neighbours, and residuals in plain bits.
 *
 * A wide lane's residual takes a fixed number of bits in a regime, so a row's bits lie at a place known beforehand.  Residuals of small
 * lanes, nearly always -1, 0 or 1, are coded four lanes at a time with a prefix code over the 81 cases, derived from two odds a
 * lane.  What fits neither is listed.  So residuals do not wait for predictions: a tile of rows is unpacked, then predicted, then
 * delivered. */
#include "tlm/tlm_linq.h"

enum { PACKED_TILE = 64, PACKED_ZERO = 40 /* the case of four zeros */ };

/* ---- prefix code ------------------------------------------------------------------------------------------------------------- */

/* Weights of the cases, cases less likely than 1/1024 left out. */
static void packed_weights(uint8_t odds[4][2], uint64_t weight[C12__TLM_CASES])
{
    for (int32_t s = 0; s < C12__TLM_CASES; s++) {
        int32_t rest = s;
        weight[s] = 1;
        for (int32_t l = 0; l < 4; l++, rest /= 3) {
            int32_t down = odds[l][0], up = odds[l][1], zero = 256 - down - up;
            weight[s] *= (uint64_t)(rest % 3 == 0 ? down : rest % 3 == 1 ? zero : up);
        }
        if (weight[s] < 1 << 22) weight[s] = 0;
    }
    if (!weight[PACKED_ZERO]) weight[PACKED_ZERO] = 1;
}

/* Shannon's lengths, then shortened where there is room, the case that gains most first; 255 = not coded. */
static void packed_lengths(uint64_t weight[C12__TLM_CASES], uint8_t length[C12__TLM_CASES])
{
    int32_t used = 0, least;
    for (int32_t s = 0; s < C12__TLM_CASES; s++) {
        length[s] = 255;
        if (!weight[s]) continue;
        for (length[s] = 0; length[s] < C12__TLM_CODE_BITS && weight[s] << length[s] < UINT64_C(1) << 32; length[s]++) { }
        used += 1 << (C12__TLM_CODE_BITS - length[s]);
    }
    while (used > 1 << C12__TLM_CODE_BITS) {
        least = -1;
        for (int32_t s = 0; s < C12__TLM_CASES; s++)
            if (length[s] != 255 && s != PACKED_ZERO && (least < 0 || weight[s] <= weight[least])) least = s;
        used -= 1 << (C12__TLM_CODE_BITS - length[least]);
        length[least] = 255;
    }
    for (int32_t best = 0; best >= 0; ) {
        best = -1;
        for (int32_t s = 0; s < C12__TLM_CASES; s++) {
            if (length[s] == 255 || !length[s] || used + (1 << (C12__TLM_CODE_BITS - length[s])) > 1 << C12__TLM_CODE_BITS) continue;
            if (best < 0 || weight[s] << length[s] > weight[best] << length[best]) best = s;
        }
        if (best < 0) continue;
        used += 1 << (C12__TLM_CODE_BITS - length[best]);
        length[best]--;
    }
}

void c12__tlm_small_code(uint8_t odds[4][2], c12__tlm_prefix *code)
{
    uint64_t weight[C12__TLM_CASES];
    uint32_t next = 0;
    packed_weights(odds, weight);
    packed_lengths(weight, code->length);
    for (int32_t n = 0; n <= C12__TLM_CODE_BITS; n++, next <<= 1)
        for (int32_t s = 0; s < C12__TLM_CASES; s++) {
            if (code->length[s] != n) continue;
            uint32_t word = 0;
            for (int32_t b = 0; b < n; b++) word |= (next >> b & 1) << (n - 1 - b); /* read from the low end */
            code->word[s] = (uint16_t)word;
            next++;
        }
}

/* What 9 bits begin with: four residuals in bytes, the length in the byte after. */
static void packed_table(const c12__tlm_prefix *code, uint64_t *table)
{
    memset(table, 0, sizeof *table << C12__TLM_CODE_BITS);
    for (int32_t s = 0; s < C12__TLM_CASES; s++) {
        if (code->length[s] == 255) continue;
        uint64_t entry = (uint64_t)code->length[s] << 32;
        int32_t rest = s;
        for (int32_t l = 0; l < 4; l++, rest /= 3) entry |= (uint64_t)(uint8_t)(rest % 3 - 1) << 8 * l;
        for (uint32_t at = code->word[s]; at < 1u << C12__TLM_CODE_BITS; at += 1u << code->length[s]) table[at] = entry;
    }
}

/* ---- reading --------------------------------------------------------------------------------------------------------------------- */

typedef struct packed_reader {
    const c12__tlm_linq *m;
    const uint8_t *codes, *rows, *list;
    size_t code_bytes, row_bytes, list_bytes, code_bit, row_bit, list_at;
    int64_t next;              /* place of the next listed residual, row * 256 + position */
    int32_t small_at, groups, quads, width; /* position of small lanes; groups of four small lanes, of four wide ones */
    int32_t run;
    uint32_t row_size[C12__TLM_REGIMES], from[C12__TLM_REGIMES][C12__TLM_LANES / 4];
    uint64_t shift[C12__TLM_REGIMES][C12__TLM_LANES], mask[C12__TLM_REGIMES][C12__TLM_LANES];
    int32_t offset[C12__TLM_REGIMES][C12__TLM_LANES];
    int32_t weight[C12__TLM_TERMS][C12__TLM_LANES + 8], mean[C12__TLM_MEANS][C12__TLM_LANES + 8];
    uint64_t *table;           /* [regimes][groups][512] */
    int32_t *tile;             /* [LAGS + TILE][width], history first */
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
typedef int8_t packed_4b __attribute__((vector_size(4)));
typedef int32_t packed_4i __attribute__((vector_size(16), aligned(4), may_alias));
typedef uint64_t packed_4u __attribute__((vector_size(32), aligned(8), may_alias));
#  define PACKED_SMALL(to, entry) do { union { uint32_t u; packed_4b b; } four = { (uint32_t)(entry) }; *(packed_4i *)(to) = __builtin_convertvector(four.b, packed_4i); } while (0)
#  define PACKED_WIDE(to, word, shift, mask, offset) do { \
        packed_4u all = { word, word, word, word }; \
        all = all >> *(const packed_4u *)(shift) & *(const packed_4u *)(mask); \
        *(packed_4i *)(to) = __builtin_convertvector(all, packed_4i) - *(const packed_4i *)(offset); \
    } while (0)
#else
#  define PACKED_SMALL(to, entry) do { for (int l = 0; l < 4; l++) (to)[l] = (int32_t)(int8_t)((entry) >> 8 * l); } while (0)
#  define PACKED_WIDE(to, word, shift, mask, offset) do { for (int l = 0; l < 4; l++) (to)[l] = (int32_t)((word) >> (shift)[l] & (mask)[l]) - (offset)[l]; } while (0)
#endif

static uint64_t packed_word(const uint8_t *p, size_t n, size_t bit)
{
    size_t byte = bit >> 3;
    return c12__tlm_get64(p + (byte < n ? byte : n)) >> (bit & 7);
}

/* Residuals of one row. */
C12__TLM_INLINE void packed_row(packed_reader *r, int32_t g, int32_t *to)
{
    const uint64_t *table = r->table + ((size_t)(g * r->groups) << C12__TLM_CODE_BITS);
    uint64_t word = 0;
    for (int32_t k = 0; k < r->groups; k++, table += 1 << C12__TLM_CODE_BITS) {
        if (k % 6 == 0) word = packed_word(r->codes, r->code_bytes, r->code_bit);
        uint64_t entry = table[word & ((1 << C12__TLM_CODE_BITS) - 1)];
        PACKED_SMALL(to + r->small_at + 4 * k, entry);
        word >>= entry >> 32;
        r->code_bit += entry >> 32;
    }
    for (int32_t k = 0; k < r->quads; k++) {
        uint64_t w = packed_word(r->rows, r->row_bytes, r->row_bit + r->from[g][k]);
        PACKED_WIDE(to + 4 * k, w, r->shift[g] + 4 * k, r->mask[g] + 4 * k, r->offset[g] + 4 * k);
    }
    r->row_bit += r->row_size[g];
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

/* Residuals in the tile become values. */
C12__TLM_INLINE void packed_predict(packed_reader *r, int32_t *x)
{
    const c12__tlm_linq *m = r->m;
    for (int32_t g = 0; g < r->width; g += C12__TLM_VECTOR) {
        c12__tlm_vu sum = C12__TLM_VU(r->weight[0] + g);
        for (int32_t t = 1; t <= m->lags; t++) sum += C12__TLM_VU(r->weight[t] + g) * C12__TLM_VU(x + g - t * r->width);
        for (int32_t k = 0; k < m->means; k++) sum += C12__TLM_VU(r->weight[m->lags + 1 + k] + g) * (c12__tlm_vu)(C12__TLM_VS(r->mean[k] + g) >> 6);
        c12__tlm_vu v = C12__TLM_VU(x + g) + (c12__tlm_vu)((c12__tlm_vs)sum >> 12);
        *(c12__tlm_vu *)(x + g) = v;
        for (int32_t k = 0; k < m->means; k++) {
            c12__tlm_vu e = C12__TLM_VU(r->mean[k] + g);
            *(c12__tlm_vu *)(r->mean[k] + g) = e + (c12__tlm_vu)((c12__tlm_vs)((v << 10) - e) >> m->mean_shift[k]);
        }
    }
}

/* One tile of rows.  0 = the list is wrong. */
C12__TLM_INLINE int packed_tile(packed_reader *r, int64_t from, int64_t end)
{
    const c12__tlm_linq *m = r->m;
    int32_t *tile = r->tile + C12__TLM_LAGS * r->width, run = r->run;
    for (int64_t t = from; t < end; t++) {
        if (t == m->run_from[run + 1]) run++;
        packed_row(r, m->run_regime[run], tile + (t - from) * r->width);
    }
    if (!packed_listed(r, from, end, tile)) return 0;
    for (int64_t t = from; t < end; t++) {
        if (t == m->run_from[r->run + 1]) packed_regime(r, m->run_regime[++r->run]);
        packed_predict(r, tile + (t - from) * r->width);
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

static int packed_rows(packed_reader *r, int64_t *const *to)
{
    const c12__tlm_linq *m = r->m;
    packed_form *form = packed_best();
    memset(r->tile, 0, sizeof *r->tile * (size_t)(C12__TLM_LAGS * r->width));
    memset(r->weight, 0, sizeof r->weight);
    memset(r->mean, 0, sizeof r->mean);
    r->run = 0;
    packed_regime(r, m->run_regime[0]);
    for (int64_t from = 0; from < m->rows; from += PACKED_TILE) {
        int64_t end = from + PACKED_TILE < m->rows ? from + PACKED_TILE : m->rows;
        if (!form(r, from, end)) return 0;
        for (int32_t j = 0; j < m->lanes; j++)
            c12__tlm_linq_deliver(m, j, r->tile + C12__TLM_LAGS * r->width + (j < m->wide ? j : r->small_at + j - m->wide), r->width, end - from, to[m->column[j]] + from);
        if (end < m->rows) memcpy(r->tile, r->tile + PACKED_TILE * r->width, sizeof *r->tile * (size_t)(C12__TLM_LAGS * r->width));
    }
    return r->next == INT64_MAX && r->code_bit <= r->code_bytes * 8 && r->code_bytes * 8 - r->code_bit < 8 && r->row_bit <= r->row_bytes * 8
        && r->row_bytes * 8 - r->row_bit < 8;
}

/* varint bytes of codes and of rows; codes | rows | list | 8 zeros, so that eight bytes can be read anywhere. */
int c12__tlm_packed_read(const c12__tlm_linq *m, const uint8_t *in, size_t size, int64_t *const *to, void *room, uint64_t *table, int32_t *tile, size_t *bad)
{
    packed_reader *r = room;
    uint64_t codes, rows;
    size_t at = c12__tlm_get_varint(in, size, &codes), more = at ? c12__tlm_get_varint(in + at, size - at, &rows) : 0;
    *bad = at;
    if (!more || codes > size || rows > size || codes + rows + 8 > size - at - more) return 0;
    at += more;
    memset(r, 0, sizeof *r);
    r->m = m;
    r->table = table;
    r->tile = tile;
    r->codes = in + at;
    r->code_bytes = (size_t)codes;
    r->rows = r->codes + codes;
    r->row_bytes = (size_t)rows;
    r->list = r->rows + rows;
    r->list_bytes = size - at - r->code_bytes - r->row_bytes - 8;
    packed_layout(r);
    *bad = at + r->code_bytes + r->row_bytes;
    return packed_next(r) && packed_rows(r, to);
}
