/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of residuals: 588 distributions, each addressed by a byte and never stored, from three committed curves. */
#include "base/bits.h"
#include "tlm/linq/tlm_linq.h"
#include "tlm/block/tlm_curves.h"

/* 131072 * F(z), z in 1/8192. */
static int32_t bank_curve(int32_t shape, int32_t z)
{
    int32_t u = z < 0 ? -z : z, at = u >> 8, h;
    if (at >= 256) h = tlm_curve[shape][256];
    else h = tlm_curve[shape][at] + ((tlm_curve[shape][at + 1] - tlm_curve[shape][at]) * (u & 255) >> 8);
    return z < 0 ? 65536 - h : 65536 + h;
}

void c12__tlm_table(int32_t table, uint16_t freq[C12__TLM_CELLS])
{
    /* 8192 / deviation at the four steps of an octave: 2^(13 - i/4) */
    static const int32_t inverse[4] = { 8192, 6889, 5793, 4871 };
    int32_t shape = table / C12__TLM_TABLES_A_SHAPE, id = table % C12__TLM_TABLES_A_SHAPE, fine = id < C12__TLM_FINE * C12__TLM_PHASES;
    int32_t s = fine ? id / C12__TLM_PHASES : C12__TLM_FINE - 4 + id % 4, phase = fine ? 2 * (id % C12__TLM_PHASES) + 1 : 0;
    int32_t rest = 4096, best = 16, outside = 0, below, first;
    /* the lower edge of cell c lies 16 (c - 16) - 8 - phase sixteenths of a unit from the mean */
    first = below = bank_curve(shape, (-248 - phase) * inverse[s % 4] >> (s / 4));
    for (int32_t c = 1; c < C12__TLM_CELLS; c++) {
        int32_t above = bank_curve(shape, (16 * (c - 15) - 8 - phase) * inverse[s % 4] >> (s / 4));
        int32_t mass = above - below;
        freq[c] = (uint16_t)(mass < C12__TLM_LEAST_MASS ? 0 : 1 + (mass * (4096 - C12__TLM_CELLS) >> 17));
        rest -= freq[c];
        if (!freq[c]) outside += mass;
        below = above;
    }
    freq[0] = (uint16_t)(1 + ((outside + first + 131072 - below) * (4096 - C12__TLM_CELLS) >> 17));
    for (int32_t c = 1; c < C12__TLM_CELLS; c++)
        if (freq[c] > freq[best]) best = c; /* of equals the middle */
    freq[best] = (uint16_t)(freq[best] + rest - freq[0]);
}

int32_t c12__tlm_log2(uint32_t v)
{
    /* 256 * log2(1 + i/64), linear between */
    static const uint16_t curve[65] = {
        0, 6, 11, 17, 22, 28, 33, 38, 44, 49, 54, 59, 63, 68, 73, 78, 82,
        87, 92, 96, 100, 105, 109, 113, 118, 122, 126, 130, 134, 138, 142, 146, 150, 154,
        157, 161, 165, 169, 172, 176, 179, 183, 186, 190, 193, 197, 200, 203, 207, 210, 213,
        216, 220, 223, 226, 229, 232, 235, 238, 241, 244, 247, 250, 253, 256
    };
    int32_t whole = c12__bit_highest(v);
    uint32_t part = whole >= 16 ? (v >> (whole - 16)) & 65535 : (v << (16 - whole)) & 65535, at = part >> 10;
    return whole * 256 + curve[at] + (int32_t)((uint32_t)(curve[at + 1] - curve[at]) * (part & 1023) >> 10);
}

static c12__tlm_slot bank_slot(uint32_t freq, int32_t shift, int32_t cell, int32_t split)
{
    return (uint64_t)freq | (uint64_t)(uint16_t)shift << 16 | (uint64_t)cell << 32 | (uint64_t)split << 40;
}

/* Cells with less than a bucket are filled up from those with more.  What a cell has is numbered by bucket. */
void c12__tlm_alias(const uint16_t freq[C12__TLM_CELLS], c12__tlm_slot slot[2 * C12__TLM_CELLS])
{
    enum { BUCKET = (1 << C12__TLM_PROBABILITY_BITS) / C12__TLM_CELLS };
    int32_t left[C12__TLM_CELLS], small[C12__TLM_CELLS], large[C12__TLM_CELLS], other[C12__TLM_CELLS], next[C12__TLM_CELLS], n_small = 0, n_large = 0;
    for (int32_t c = 0; c < C12__TLM_CELLS; c++) {
        left[c] = freq[c];
        other[c] = c;
        next[c] = 0;
        if (left[c] < BUCKET) small[n_small++] = c;
        else large[n_large++] = c;
    }
    while (n_small && n_large) {
        int32_t s = small[--n_small], l = large[n_large - 1];
        other[s] = l;
        left[l] -= BUCKET - left[s];
        if (left[l] < BUCKET) { n_large--; small[n_small++] = l; }
    }
    for (int32_t b = 0; b < C12__TLM_CELLS; b++) {
        int32_t split = other[b] == b ? BUCKET : left[b];
        slot[2 * b] = bank_slot(freq[b], next[b] - b * BUCKET, b, split);
        next[b] += split;
        slot[2 * b + 1] = bank_slot(freq[other[b]], next[other[b]] - b * BUCKET - split, other[b], split);
        next[other[b]] += BUCKET - split;
    }
}
