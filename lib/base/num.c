/* SPDX-License-Identifier: Apache-2.0 */
#include "base/num.h"

#if !defined(__GNUC__)
int c12__add64(int64_t a, int64_t b, int64_t *r)
{
    if ((b > 0 && a > INT64_MAX - b) || (b < 0 && a < INT64_MIN - b)) return 1;
    *r = a + b;
    return 0;
}

int c12__sub64(int64_t a, int64_t b, int64_t *r)
{
    if ((b < 0 && a > INT64_MAX + b) || (b > 0 && a < INT64_MIN + b)) return 1;
    *r = a - b;
    return 0;
}

int c12__mul64(int64_t a, int64_t b, int64_t *r)
{
    c12__u128 p = c12__mul_u64(a < 0 ? 0 - (uint64_t)a : (uint64_t)a, b < 0 ? 0 - (uint64_t)b : (uint64_t)b);
    uint64_t limit = (uint64_t)INT64_MAX + ((a < 0) != (b < 0));
    if (p.hi || p.lo > limit) return 1;
    *r = (a < 0) != (b < 0) ? (int64_t)(0 - p.lo) : (int64_t)p.lo;
    return 0;
}
#endif

int64_t c12__gcd(int64_t a, int64_t b)
{
    uint64_t x = a < 0 ? 0 - (uint64_t)a : (uint64_t)a, y = b < 0 ? 0 - (uint64_t)b : (uint64_t)b;
    while (y) { uint64_t t = x % y; x = y; y = t; }
    return (int64_t)x;
}

/* ---- unsigned 128-bit ------------------------------------------------------------------------------------------- */

c12__u128 c12__mul_u64(uint64_t a, uint64_t b)
{
    c12__u128 r;
#ifdef C12__HAS_INT128
    c12__wide p = (c12__wide)a * b;
    r.hi = (uint64_t)(p >> 64);
    r.lo = (uint64_t)p;
#else
    uint64_t al = (uint32_t)a, ah = a >> 32, bl = (uint32_t)b, bh = b >> 32;
    uint64_t ll = al * bl, lh = al * bh, hl = ah * bl;
    uint64_t mid = (ll >> 32) + (uint32_t)lh + (uint32_t)hl;
    r.lo = mid << 32 | (uint32_t)ll;
    r.hi = ah * bh + (lh >> 32) + (hl >> 32) + (mid >> 32);
#endif
    return r;
}

int c12__add_u128(c12__u128 a, c12__u128 b, c12__u128 *r)
{
    uint64_t lo = a.lo + b.lo, carry = lo < a.lo;
    uint64_t hi = a.hi + b.hi, out = hi < a.hi;
    hi += carry;
    out |= hi < carry;
    if (out) return 1;
    r->hi = hi;
    r->lo = lo;
    return 0;
}

int c12__mul_u128_u64(c12__u128 a, uint64_t b, c12__u128 *r)
{
    c12__u128 low = c12__mul_u64(a.lo, b), high = c12__mul_u64(a.hi, b);
    if (high.hi) return 1;
    c12__u128 shifted = { high.lo, 0 };
    return c12__add_u128(low, shifted, r);
}

int c12__cmp_u128(c12__u128 a, c12__u128 b)
{
    if (a.hi != b.hi) return a.hi < b.hi ? -1 : 1;
    if (a.lo != b.lo) return a.lo < b.lo ? -1 : 1;
    return 0;
}

c12__u128 c12__sub_u128(c12__u128 a, c12__u128 b)
{
    c12__u128 r = { a.hi - b.hi - (a.lo < b.lo), a.lo - b.lo };
    return r;
}

c12__u128 c12__div_u128(c12__u128 a, c12__u128 b, c12__u128 *rem)
{
    c12__u128 q = { 0, 0 }, left = { 0, 0 };
#ifdef C12__HAS_INT128
    c12__wide x = (c12__wide)a.hi << 64 | a.lo, y = (c12__wide)b.hi << 64 | b.lo;
    c12__wide quotient = x / y, rest = x % y;
    q.hi = (uint64_t)(quotient >> 64);
    q.lo = (uint64_t)quotient;
    left.hi = (uint64_t)(rest >> 64);
    left.lo = (uint64_t)rest;
#else
    for (int bit = 127; bit >= 0; bit--) { /* schoolbook: one bit of the quotient a step */
        uint64_t top = left.hi >> 63;
        left.hi = left.hi << 1 | left.lo >> 63;
        left.lo = left.lo << 1 | (bit >= 64 ? a.hi >> (bit - 64) & 1 : a.lo >> bit & 1);
        if (top || c12__cmp_u128(left, b) >= 0) {
            left = c12__sub_u128(left, b);
            if (bit >= 64) q.hi |= (uint64_t)1 << (bit - 64);
            else q.lo |= (uint64_t)1 << bit;
        }
    }
#endif
    if (rem) *rem = left;
    return q;
}

/* ---- ratios ------------------------------------------------------------------------------------------------------ */

static int64_t reduce(int64_t *a, int64_t *b)
{
    int64_t g = c12__gcd(*a, *b);
    if (g > 1) { *a /= g; *b /= g; }
    return g;
}

/* ceil(num / den); 1 when it does not fit. */
static int ceil_ratio(c12__u128 num, c12__u128 den, int64_t *r)
{
    c12__u128 rem, quotient;
    if (!num.hi && !den.hi) {
        quotient = (c12__u128){ 0, num.lo / den.lo };
        rem = (c12__u128){ 0, num.lo % den.lo };
    } else quotient = c12__div_u128(num, den, &rem);
    if (quotient.hi || quotient.lo > (uint64_t)INT64_MAX - (rem.hi | rem.lo ? 1 : 0)) return 1;
    *r = (int64_t)quotient.lo + (rem.hi | rem.lo ? 1 : 0);
    return 0;
}

/* ceil(q * a * c / (b * d)).  Where three factors pass 128 bits they are reduced against the divisors first, so that 128 bits go as
 * far as they can; the usual ones are divided as they are. */
static int ceil_product(int64_t q, int64_t a, int64_t c, int64_t b, int64_t d, int64_t *r)
{
    c12__u128 num;
    if (!q || !a || !c) { *r = 0; return 0; }
    if (!c12__mul_u128_u64(c12__mul_u64((uint64_t)q, (uint64_t)a), (uint64_t)c, &num)) return ceil_ratio(num, c12__mul_u64((uint64_t)b, (uint64_t)d), r);
    reduce(&q, &b); reduce(&a, &b); reduce(&c, &b);
    reduce(&q, &d); reduce(&a, &d); reduce(&c, &d);
    if (c12__mul_u128_u64(c12__mul_u64((uint64_t)q, (uint64_t)a), (uint64_t)c, &num)) return 1;
    return ceil_ratio(num, c12__mul_u64((uint64_t)b, (uint64_t)d), r);
}

int c12__explode_qty(int64_t q, int64_t num, int64_t den, int32_t ppm, int64_t *r)
{
    if (!ppm && den == 1) return c12__mul64(q, num, r);
    int64_t p;
    if (!ppm && q < ((int64_t)1 << 31) && num < ((int64_t)1 << 31)) { /* the usual ratio: one 64-bit division */
        p = q * num;
        *r = p / den + (p % den != 0);
        return 0;
    }
    return ceil_product(q, num, 1000000 + (int64_t)ppm, den, 1000000, r);
}

int c12__explode_yield(int64_t q, int64_t num, int64_t den, int32_t ppm, int64_t *r)
{
    return ceil_product(q, num, 1000000, den, 1000000 - (int64_t)ppm, r);
}

void c12__ratio_zero(c12__ratio_sum *s)
{
    c12__u128 zero = { 0, 0 }, one = { 0, 1 };
    s->num = zero;
    s->den = one;
    s->negative = 0;
}

static c12__u128 gcd_u128(c12__u128 a, c12__u128 b)
{
    while (b.hi | b.lo) {
        c12__u128 rem;
        c12__div_u128(a, b, &rem);
        a = b;
        b = rem;
    }
    return a;
}

/* s.num / s.den += +-(t / b): over the least common denominator, so that it stays as small as the data allow. */
static int add_fraction(c12__ratio_sum *s, c12__u128 t, uint64_t b, int32_t negative)
{
    c12__u128 bb = { 0, b }, g = gcd_u128(s->den, bb), lift, left, right, den;
    uint64_t mine = b / g.lo; /* g divides b, so it has one limb */
    lift = c12__div_u128(s->den, g, NULL);
    if (lift.hi) return 1; /* t * lift would need more than 128 bits for any t that is not 0 */
    if (c12__mul_u128_u64(s->num, mine, &left) || c12__mul_u128_u64(t, lift.lo, &right) || c12__mul_u128_u64(s->den, mine, &den)) return 1;
    if (s->negative == negative) {
        if (c12__add_u128(left, right, &s->num)) return 1;
    } else if (c12__cmp_u128(left, right) >= 0) {
        s->num = c12__sub_u128(left, right);
    } else {
        s->num = c12__sub_u128(right, left);
        s->negative = negative;
    }
    s->den = den;
    return 0;
}

int c12__ratio_add(c12__ratio_sum *s, int64_t v, uint64_t a, uint64_t b)
{
    if (!v || !a) return 0;
    c12__u128 t = c12__mul_u64(v < 0 ? 0 - (uint64_t)v : (uint64_t)v, a), bb = { 0, b };
    c12__u128 g = b == 1 ? bb : gcd_u128(t, bb);
    return add_fraction(s, c12__div_u128(t, g, NULL), b / g.lo, v < 0);
}

int c12__ratio_round(const c12__ratio_sum *s, int64_t *r)
{
    c12__u128 rem, q = c12__div_u128(s->num, s->den, &rem);
    if (q.hi || q.lo >= (uint64_t)INT64_MAX) return 1;
    int half = c12__cmp_u128(rem, c12__sub_u128(s->den, rem)); /* 2 rem against den without leaving 128 bits */
    uint64_t m = q.lo + (half > 0 || (half == 0 && (q.lo & 1)));
    *r = s->negative ? -(int64_t)m : (int64_t)m;
    return 0;
}
