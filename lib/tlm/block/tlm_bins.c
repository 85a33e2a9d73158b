/* SPDX-License-Identifier: Apache-2.0 */
/* Bins: for columns that no prediction fits - mostly one value and now and then a far one, or steps of all sizes.
 *
 * Values above the least, or first differences in zigzag, in units of their common divisor, fall into bins that grow with the number:
 * each of 0 .. 15 alone, then eight to an octave.  How often each bin comes is written down; bins are coded with rANS, what
 * a bin leaves open in plain bits. */
#include "base/bits.h"
#include "tlm/linq/tlm_linq.h"

enum { BINS_EXACT = 16, BINS_OCTAVE = 8, BINS_TOP = 40 /* bits of a number */, BINS_MOST = BINS_EXACT + (BINS_TOP - 4) * BINS_OCTAVE, BINS_WHOLE = 4096 };

/* The bin of u < 2^40, and how many low bits it leaves open. */
static int32_t bins_of(uint64_t u, int32_t *open)
{
    *open = 0;
    if (u < BINS_EXACT) return (int32_t)u;
    int32_t e = c12__bit_highest(u);
    *open = e - 3;
    return BINS_EXACT + (e - 4) * BINS_OCTAVE + (int32_t)(u >> (e - 3) & 7);
}

static uint64_t bins_number(int32_t bin, uint64_t low)
{
    if (bin < BINS_EXACT) return (uint64_t)bin;
    int32_t e = 4 + (bin - BINS_EXACT) / BINS_OCTAVE;
    return (UINT64_C(8) + (uint64_t)((bin - BINS_EXACT) % BINS_OCTAVE)) << (e - 3) | low;
}

static int32_t bins_open(int32_t bin) { return bin < BINS_EXACT ? 0 : 1 + (bin - BINS_EXACT) / BINS_OCTAVE; }

/* What is coded at t; t >= order. */
static uint64_t bins_symbol(const int64_t *v, int64_t t, int32_t order, int64_t min, uint64_t unit)
{
    if (!order) return unit == 1 ? (uint64_t)v[t] - (uint64_t)min : ((uint64_t)v[t] - (uint64_t)min) / unit;
    uint64_t d = v[t] >= v[t - 1] ? (uint64_t)v[t] - (uint64_t)v[t - 1] : (uint64_t)v[t - 1] - (uint64_t)v[t];
    if (unit != 1) d /= unit;
    return v[t] >= v[t - 1] ? d * 2 : d * 2 - 1;
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------- */

typedef struct bins_model { int64_t unit; int32_t order, last; uint16_t freq[BINS_MOST], start[BINS_MOST]; } bins_model;

/* Frequencies as varints; after a 0 how many more of them follow. */
static uint8_t *bins_put_frequencies(const bins_model *m, uint8_t *out)
{
    for (int32_t b = 0; b <= m->last; b++) {
        out += c12__tlm_put_varint(out, m->freq[b]);
        if (m->freq[b]) continue;
        int32_t from = b;
        while (!m->freq[b + 1]) b++; /* the last is not 0 */
        out += c12__tlm_put_varint(out, (uint64_t)(b - from));
    }
    return out;
}

/* Counts become frequencies that sum to 4096; returns bytes they take in the header. */
static size_t bins_normalise(const int32_t count[BINS_MOST], int64_t n, bins_model *m)
{
    int32_t best = 0, left = BINS_WHOLE;
    uint8_t spare[3 * BINS_MOST];
    m->last = 0;
    for (int32_t b = 0; b < BINS_MOST; b++) {
        int64_t f = count[b] ? (int64_t)count[b] * BINS_WHOLE / n : 0;
        m->freq[b] = (uint16_t)(count[b] && !f ? 1 : f);
        left -= m->freq[b];
        if (m->freq[b] > m->freq[best]) best = b;
        if (count[b]) m->last = b;
    }
    if (m->freq[best] + left < 1) return 0; /* so many rare bins that the common one vanishes */
    m->freq[best] = (uint16_t)(m->freq[best] + left);
    return (size_t)(bins_put_frequencies(m, spare) - spare) + 2;
}

/* Bytes of the column under an order, near enough, from every step-th value; SIZE_MAX when it does not fit. */
static size_t bins_size(const int64_t *v, int64_t n, int32_t step, int32_t order, const c12__tlm_column *c, bins_model *m)
{
    int32_t count[BINS_MOST] = { 0 }, open;
    int64_t bits = 0, seen = 0;
    for (int64_t t = order; t < n; t += step, seen++) {
        uint64_t u = bins_symbol(v, t, order, c->min, (uint64_t)m->unit);
        if (u >> BINS_TOP) return SIZE_MAX;
        count[bins_of(u, &open)]++;
        bits += 256 * open;
    }
    m->order = order;
    size_t head = bins_normalise(count, seen, m);
    if (!head) return SIZE_MAX;
    for (int32_t b = 0; b <= m->last; b++)
        if (count[b]) bits += (int64_t)count[b] * (12 * 256 - c12__tlm_log2(m->freq[b]));
    return head + (size_t)(bits * step / 2048) + 28;
}

size_t c12__tlm_bins_size(const int64_t *v, int64_t n, int32_t step, const c12__tlm_column *c, int32_t *order)
{
    bins_model m;
    size_t best = SIZE_MAX;
    if (n < C12__TLM_BINS_ROWS) return SIZE_MAX;
    m.unit = c12__tlm_common_unit(v, n);
    for (int32_t k = 0; k < 2; k++) {
        size_t size = bins_size(v, n, step, k, c, &m);
        if (size < best) { best = size; *order = k; }
    }
    return best;
}

static uint8_t *bins_put_head(const bins_model *m, const int64_t *v, const c12__tlm_column *c, uint8_t *out)
{
    *out++ = (uint8_t)m->order;
    out += c12__tlm_put_varint(out, (uint64_t)m->unit);
    if (m->order) out += c12__tlm_put_varint(out, (uint64_t)v[0] - (uint64_t)c->min);
    out += c12__tlm_put_varint(out, (uint64_t)m->last);
    return bins_put_frequencies(m, out);
}

/* Bits of 2^n, low first, from out on. */
static uint8_t *bins_put_open(const bins_model *m, const int64_t *v, int64_t n, const c12__tlm_column *c, uint8_t *out)
{
    uint64_t word = 0;
    int32_t have = 0, open;
    for (int64_t t = m->order; t < n; t++) {
        uint64_t u = bins_symbol(v, t, m->order, c->min, (uint64_t)m->unit);
        bins_of(u, &open);
        word |= (u & ((UINT64_C(1) << open) - 1)) << have;
        for (have += open; have >= 8; have -= 8, word >>= 8) *out++ = (uint8_t)word;
    }
    if (have) *out++ = (uint8_t)word;
    return out;
}

uint8_t *c12__tlm_bins_put(const int64_t *v, int64_t n, const c12__tlm_column *c, int32_t order, uint8_t *out, uint8_t *end)
{
    bins_model m;
    int32_t open;
    uint8_t *word = end;
    uint64_t state = UINT64_C(1) << 32;
    m.unit = c12__tlm_common_unit(v, n);
    (void)bins_size(v, n, 1, order, c, &m);
    for (int32_t b = 0, at = 0; b <= m.last; at += m.freq[b++]) m.start[b] = (uint16_t)at;
    out = bins_put_head(&m, v, c, out);
    uint8_t *bits = out + 5, *stop = bins_put_open(&m, v, n, c, bits);
    size_t size = (size_t)(stop - bits), head = c12__tlm_put_varint(out, size);
    c12__tlm_move_down(out + head, bits, size);
    out += head + size;
    for (int64_t t = n - 1; t >= order; t--) {
        int32_t b = bins_of(bins_symbol(v, t, order, c->min, (uint64_t)m.unit), &open);
        if (state >> 52 >= m.freq[b]) {
            word -= 4;
            c12__tlm_put32(word, (uint32_t)state);
            state >>= 32;
        }
        state = state / m.freq[b] << 12 | (state % m.freq[b] + m.start[b]);
    }
    c12__tlm_put64(out, state);
    c12__tlm_move_down(out + 8, word, (size_t)(end - word));
    return out + 8 + (end - word);
}

/* ---- reading ---------------------------------------------------------------------------------------------------------------------- */

typedef struct bins_reader {
    const uint8_t *p;
    size_t n, at;
    int32_t order;
    uint64_t unit, lead;
    uint16_t freq[BINS_MOST], start[BINS_MOST], bin[BINS_WHOLE];
} bins_reader;

static int bins_varint(bins_reader *r, uint64_t *v)
{
    size_t len = c12__tlm_get_varint(r->p + r->at, r->n - r->at, v);
    r->at += len;
    return len > 0;
}

static int bins_head(bins_reader *r)
{
    uint64_t last, f;
    uint32_t at = 0;
    if (!r->n || r->p[0] > 1) return 0;
    r->order = r->p[0];
    r->at = 1;
    r->lead = 0;
    if (!bins_varint(r, &r->unit) || !r->unit || (r->order && !bins_varint(r, &r->lead)) || !bins_varint(r, &last) || last >= BINS_MOST) return 0;
    for (uint64_t b = 0; b <= last; b++) {
        if (!bins_varint(r, &f) || f > BINS_WHOLE - at) return 0;
        r->freq[b] = (uint16_t)f;
        r->start[b] = (uint16_t)at;
        for (uint64_t k = f; k; k--) r->bin[at++] = (uint16_t)b;
        if (f) continue;
        if (!bins_varint(r, &f) || f >= last - b) return 0;
        for (; f; f--) r->freq[++b] = 0;
    }
    return at == BINS_WHOLE;
}

int c12__tlm_bins_get(const uint8_t *in, const c12__tlm_column *c, int64_t n, int64_t *v)
{
    bins_reader r = { .p = in, .n = (size_t)c->bytes };
    uint64_t size, before;
    if (!bins_head(&r) || !bins_varint(&r, &size) || n < r.order) return 0;
    if (size > r.n - r.at || r.n - r.at - size < 8 || (r.n - r.at - size) % 4) return 0;
    const uint8_t *bits = in + r.at, *word = bits + size + 8, *end = in + r.n;
    uint64_t state = c12__tlm_get64(bits + size);
    size_t bit = 0;
    before = (uint64_t)c->min + r.lead;
    if (r.order) v[0] = (int64_t)before;
    for (int64_t t = r.order; t < n; t++) {
        uint32_t at = (uint32_t)state & (BINS_WHOLE - 1), b = r.bin[at];
        state = r.freq[b] * (state >> 12) + at - r.start[b];
        if (!(state >> 32)) {
            if (word == end) return 0;
            state = state << 32 | c12__tlm_get32(word);
            word += 4;
        }
        int32_t open = bins_open((int32_t)b);
        size_t byte = bit >> 3;
        uint64_t low = c12__tlm_get64(bits + (byte < size ? byte : size)) >> (bit & 7) & ((UINT64_C(1) << open) - 1); /* the state's 8 bytes follow */
        uint64_t u = bins_number((int32_t)b, low);
        bit += (size_t)open;
        before = r.order ? before + c12__tlm_unzigzag(u) * r.unit : (uint64_t)c->min + u * r.unit;
        v[t] = (int64_t)before;
    }
    return state == UINT64_C(1) << 32 && word == end && bit <= size * 8 && size * 8 - bit < 8;
}
