/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sort.h"

/* Signed order as unsigned order: flip the sign bit. */
static uint64_t sortable(int64_t key) { return (uint64_t)key ^ (uint64_t)1 << 63; }

/* One stable pass by the byte at `shift`. */
static void radix_pass(const int64_t *key, int32_t n, int shift, const int32_t *from, int32_t *to)
{
    int32_t count[256] = { 0 }, start = 0;
    for (int32_t i = 0; i < n; i++) count[sortable(key[from[i]]) >> shift & 255]++;
    for (int b = 0; b < 256; b++) { int32_t c = count[b]; count[b] = start; start += c; }
    for (int32_t i = 0; i < n; i++) to[count[sortable(key[from[i]]) >> shift & 255]++] = from[i];
}

void c12__sort_rows_again(const int64_t *key, int32_t n, int32_t *order, int32_t *scratch)
{
    if (n < 2) return;
    int32_t *from = order, *to = scratch;
    uint64_t differ = 0; /* bits in which any two keys differ: a byte without one needs no pass, not even to count */
    for (int32_t i = 1; i < n; i++) differ |= (uint64_t)(key[order[i]] ^ key[order[0]]);
    for (int shift = 0; shift < 64; shift += 8) {
        if (!(differ >> shift & 255)) continue;
        radix_pass(key, n, shift, from, to);
        int32_t *t = from;
        from = to;
        to = t;
    }
    if (from != order) memcpy(order, from, (size_t)n * sizeof *order);
}

void c12__sort_rows(const int64_t *key, int32_t n, int32_t *order, int32_t *scratch)
{
    for (int32_t i = 0; i < n; i++) order[i] = i;
    c12__sort_rows_again(key, n, order, scratch);
}
