/* SPDX-License-Identifier: Apache-2.0 */
/* Counter-based random numbers: value = f(seed, stream, index), no state to carry, so that island 3's 1000th draw is the same
 * on every platform and thread count.  The mixer is Philox 4x32-10 (Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3,
 * SC 2011), checked against its published test vectors. */
#ifndef C12_BASE_RNG_H
#define C12_BASE_RNG_H

#include "base/num.h"

/* The raw block: counter and key in, four words out. */
void c12__philox(const uint32_t ctr[4], const uint32_t key[2], uint32_t out[4]);

/* 64 bits for (seed, stream, index). */
uint64_t c12__rng_at(uint64_t seed, uint64_t stream, uint64_t index);

/* A cursor over one stream, for code that draws one after another. */
typedef struct c12__rng { uint64_t seed, stream, index; } c12__rng;
static inline c12__rng c12__rng_from(uint64_t seed, uint64_t stream) { c12__rng r = { seed, stream, 0 }; return r; }
static inline uint64_t c12__rng_next(c12__rng *r) { return c12__rng_at(r->seed, r->stream, r->index++); }

/* Uniform in 0..n-1, n > 0: the high half of a 64x64 product (bias below n / 2^64). */
static inline uint64_t c12__rng_below(c12__rng *r, uint64_t n) { return c12__mul_u64(c12__rng_next(r), n).hi; }
static inline int64_t c12__rng_range(c12__rng *r, int64_t lo, int64_t hi) { return lo + (int64_t)c12__rng_below(r, (uint64_t)(hi - lo) + 1); }

#endif
