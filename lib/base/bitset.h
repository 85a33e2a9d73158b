/* SPDX-License-Identifier: Apache-2.0 */
/* Set of small integers as a tree of 64-bit words: put, drop and take the largest in a step a level, three levels for a quarter of a
 * million.  What a search has still to visit, in order, without a heap's comparisons. */
#ifndef C12_BASE_BITSET_H
#define C12_BASE_BITSET_H

#include "base/arena.h"

enum { C12__BITSET_LEVELS = 6 }; /* 64^6 > 2^31 */

typedef struct c12__bitset {
    uint64_t *word[C12__BITSET_LEVELS]; /* 0: the members; each level above: which words below are not zero */
    int64_t words[C12__BITSET_LEVELS];
    int32_t levels;
    int32_t reserved;
} c12__bitset;

void c12__bitset_carve(c12__bitset *s, c12__arena *a, int32_t cap); /* members 0..cap-1 */
void c12__bitset_reset(c12__bitset *s);                             /* O(cap / 64): before first use */
void c12__bitset_put(c12__bitset *s, int32_t i);
int32_t c12__bitset_take_last(c12__bitset *s);                      /* the largest, taken out; -1 when empty */

#endif
