/* SPDX-License-Identifier: Apache-2.0 */
/* Exact integers: checked 64-bit arithmetic and the 128-bit products behind every ratio.
 *
 * Functions that can overflow return 1 when they did and leave *r alone.  128-bit values are unsigned magnitudes in two limbs;
 * where the compiler has __int128 the same functions use it, and C12__NO_INT128 selects the portable limbs (tests run both). */
#ifndef C12_BASE_NUM_H
#define C12_BASE_NUM_H

#include "base/status.h"

#if defined(__SIZEOF_INT128__) && !defined(C12__NO_INT128)
#  define C12__HAS_INT128 1
__extension__ typedef unsigned __int128 c12__wide;
__extension__ typedef __int128 c12__signed_wide;
#endif

/* ---- checked 64-bit -------------------------------------------------------------------------------------------- */
#if defined(__GNUC__)
static inline int c12__add64(int64_t a, int64_t b, int64_t *r)
{
    int64_t t;
    if (__builtin_add_overflow(a, b, &t)) return 1;
    *r = t;
    return 0;
}
static inline int c12__sub64(int64_t a, int64_t b, int64_t *r)
{
    int64_t t;
    if (__builtin_sub_overflow(a, b, &t)) return 1;
    *r = t;
    return 0;
}
static inline int c12__mul64(int64_t a, int64_t b, int64_t *r)
{
    int64_t t;
    if (__builtin_mul_overflow(a, b, &t)) return 1;
    *r = t;
    return 0;
}
#else
int c12__add64(int64_t a, int64_t b, int64_t *r);
int c12__sub64(int64_t a, int64_t b, int64_t *r);
int c12__mul64(int64_t a, int64_t b, int64_t *r);
#endif

int64_t c12__gcd(int64_t a, int64_t b); /* of magnitudes, >= 0; gcd(0, 0) = 0 */

/* ---- unsigned 128-bit magnitudes --------------------------------------------------------------------------------- */
typedef struct c12__u128 { uint64_t hi, lo; } c12__u128;

c12__u128 c12__mul_u64(uint64_t a, uint64_t b);
int c12__add_u128(c12__u128 a, c12__u128 b, c12__u128 *r);        /* 1 on carry out of 128 bits */
int c12__mul_u128_u64(c12__u128 a, uint64_t b, c12__u128 *r);     /* 1 when the product needs more than 128 bits */
int c12__cmp_u128(c12__u128 a, c12__u128 b);                      /* -1, 0, 1 */
c12__u128 c12__sub_u128(c12__u128 a, c12__u128 b);                /* a >= b */
c12__u128 c12__div_u128(c12__u128 a, c12__u128 b, c12__u128 *rem);/* b > 0; rem may be NULL */

/* ---- ratios ------------------------------------------------------------------------------------------------------ */

/* ceil(q * num * (10^6 + ppm) / (den * 10^6)), the explosion rule R4 (mrp semantics); all >= 0, den > 0.  1 on overflow. */
int c12__explode_qty(int64_t q, int64_t num, int64_t den, int32_t ppm, int64_t *r);

/* ceil(q * num * 10^6 / (den * (10^6 - ppm))), the ASCM yield form; ppm < 10^6.  1 on overflow. */
int c12__explode_yield(int64_t q, int64_t num, int64_t den, int32_t ppm, int64_t *r);

/* An exact non-negative sum of terms v * a / b, rounded half to even once at the end.  The common denominator grows with
 * each new b; 1 when it no longer fits, which for BOM ratios takes dozens of coprime denominators. */
typedef struct c12__ratio_sum { c12__u128 num; c12__u128 den; int32_t negative; } c12__ratio_sum;
void c12__ratio_zero(c12__ratio_sum *s);
int c12__ratio_add(c12__ratio_sum *s, int64_t v, uint64_t a, uint64_t b); /* v may be negative */
int c12__ratio_round(const c12__ratio_sum *s, int64_t *r);                /* half to even */

static inline int64_t c12__min64(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t c12__max64(int64_t a, int64_t b) { return a > b ? a : b; }

#endif
