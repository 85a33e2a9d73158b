/* SPDX-License-Identifier: Apache-2.0 */
/* Bits of a word, and of rows of words that stand for stretches of time. */
#ifndef C12_BASE_BITS_H
#define C12_BASE_BITS_H

#include <stdint.h>

/* Number of the lowest and of the highest bit set; w is not 0. */
#if defined(__GNUC__)
static inline int32_t c12__bit_lowest(uint64_t w) { return __builtin_ctzll(w); }
static inline int32_t c12__bit_highest(uint64_t w) { return 63 - __builtin_clzll(w); }
#else
static inline int32_t c12__bit_lowest(uint64_t w)
{
    int32_t low = 0;
    for (int32_t step = 32; step; step >>= 1)
        if (!(w << (64 - step))) { w >>= step; low += step; }
    return low;
}
static inline int32_t c12__bit_highest(uint64_t w)
{
    int32_t top = 0;
    for (int32_t step = 32; step; step >>= 1)
        if (w >> step) { w >>= step; top += step; }
    return top;
}
#endif

static inline int c12__bit_has(const uint64_t *row, int32_t i) { return (int)(row[i >> 6] >> (i & 63) & 1); }
static inline void c12__bit_put(uint64_t *row, int32_t i) { row[i >> 6] |= (uint64_t)1 << (i & 63); }
static inline void c12__bit_drop(uint64_t *row, int32_t i) { row[i >> 6] &= ~((uint64_t)1 << (i & 63)); }

/* The first bit set, or the first not set, at or after `from`; 64 * words when there is none.  0 <= from < 64 * words. */
static inline int32_t c12__bit_next(const uint64_t *row, int32_t words, int32_t from)
{
    int32_t k = from >> 6;
    uint64_t w = row[k] >> (from & 63) << (from & 63);
    while (!w) {
        if (++k == words) return words << 6;
        w = row[k];
    }
    return (k << 6) + c12__bit_lowest(w);
}
static inline int32_t c12__bit_next_gap(const uint64_t *row, int32_t words, int32_t from)
{
    int32_t k = from >> 6;
    uint64_t w = ~row[k] >> (from & 63) << (from & 63);
    while (!w) {
        if (++k == words) return words << 6;
        w = ~row[k];
    }
    return (k << 6) + c12__bit_lowest(w);
}

/* The last bit set at or before `from`, -1 when there is none. */
static inline int32_t c12__bit_last(const uint64_t *row, int32_t from)
{
    int32_t k = from >> 6;
    uint64_t w = row[k] << (63 - (from & 63)) >> (63 - (from & 63));
    while (!w) {
        if (!k--) return -1;
        w = row[k];
    }
    return (k << 6) + c12__bit_highest(w);
}

/* Set, or clear, the bits from..to-1. */
static inline void c12__bit_fill(uint64_t *row, int32_t from, int32_t to)
{
    while (from < to) {
        int32_t end = (from | 63) + 1 < to ? (from | 63) + 1 : to;
        row[from >> 6] |= ~(uint64_t)0 >> (64 - (end - from)) << (from & 63);
        from = end;
    }
}
static inline void c12__bit_clear(uint64_t *row, int32_t from, int32_t to)
{
    while (from < to) {
        int32_t end = (from | 63) + 1 < to ? (from | 63) + 1 : to;
        row[from >> 6] &= ~(~(uint64_t)0 >> (64 - (end - from)) << (from & 63));
        from = end;
    }
}

#endif
