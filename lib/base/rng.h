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
/* A cheap generator with a state, for inner loops that draw millions: SplitMix64 (Steele, Lea and Flood, Fast Splittable Pseudorandom Number
 * Generators, OOPSLA 2014).  Its start comes from a stream above, so it is as repeatable. */
typedef struct c12__dice { uint64_t state; } c12__dice;
static inline uint64_t c12__dice_next(c12__dice *d)
{
    uint64_t z = d->state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}
/* Uniform in 0..n-1, n in 1..2^31-1 (bias below n / 2^32). */
static inline int32_t c12__dice_below(c12__dice *d, int32_t n) { return (int32_t)((c12__dice_next(d) >> 32) * (uint64_t)n >> 32); }

static inline int64_t c12__rng_range(c12__rng *r, int64_t lo, int64_t hi) { return lo + (int64_t)c12__rng_below(r, (uint64_t)(hi - lo) + 1); }

#endif
