/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bitset.h"

void c12__bitset_carve(c12__bitset *s, c12__arena *a, int32_t cap)
{
    int64_t n = cap;
    s->levels = 0;
    do {
        n = (n + 63) / 64;
        s->words[s->levels] = n;
        s->word[s->levels++] = C12__CARVE(a, uint64_t, n);
    } while (n > 1);
}

void c12__bitset_reset(c12__bitset *s)
{
    for (int32_t l = 0; l < s->levels; l++) memset(s->word[l], 0, (size_t)s->words[l] * sizeof *s->word[l]);
}

void c12__bitset_put(c12__bitset *s, int32_t i)
{
    for (int32_t l = 0; l < s->levels; l++, i >>= 6) {
        uint64_t *w = &s->word[l][i >> 6], before = *w;
        *w |= (uint64_t)1 << (i & 63);
        if (before) return; /* the levels above know of this word */
    }
}

/* Bit number of the highest one; w is not 0. */
static int32_t bitset_top(uint64_t w)
{
#if defined(__GNUC__)
    return 63 - __builtin_clzll(w);
#else
    int32_t top = 0;
    for (int32_t step = 32; step; step >>= 1)
        if (w >> step) { w >>= step; top += step; }
    return top;
#endif
}

int32_t c12__bitset_take_last(c12__bitset *s)
{
    int32_t i = 0;
    if (!s->words[0] || !s->word[s->levels - 1][0]) return -1;
    for (int32_t l = s->levels; l-- > 0; ) i = i << 6 | bitset_top(s->word[l][i]);
    int32_t member = i;
    for (int32_t l = 0; l < s->levels; l++, i >>= 6) {
        uint64_t *w = &s->word[l][i >> 6];
        *w &= ~((uint64_t)1 << (i & 63));
        if (*w) break;
    }
    return member;
}
