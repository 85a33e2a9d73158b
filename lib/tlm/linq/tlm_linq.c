/* SPDX-License-Identifier: Apache-2.0 */
/* What both sides of prediction share: weights, and squares of rows and lanes turned. */
#include "tlm/linq/tlm_linq.h"

/* a: bias, level, slopes lag 2 .. L, parents, means, waves.  The prediction is
 *   x1 + level * x1 + sum slope_k (x_k - x_(k-1)) + sum mean (e - x1) + bias + parents,
 * and weights are what multiplies x_k and e (e counts sixteenths, so its weight is in units of 1/256). */
void c12__tlm_linq_weights(const c12__tlm_linq *m, const int32_t *a, int32_t *weight)
{
    int32_t w = m->width, first_mean = c12__tlm_first_mean(m), first_wave = c12__tlm_first_wave(m);
    for (int32_t j = 0; j < w; j++) {
        uint32_t own = C12__TLM_ONE;
        for (int32_t k = first_mean; k < first_wave; k++) {
            int32_t e = a[k * w + j] >> 4;
            own -= (uint32_t)e * 16;
            weight[k * w + j] = e;
        }
        weight[j] = a[j];
        if (!m->lags) continue;
        own += (uint32_t)a[w + j];
        for (int32_t k = 1; k < m->lags; k++) {
            uint32_t slope = (uint32_t)a[(k + 1) * w + j];
            weight[k * w + j] = (int32_t)(own - slope);
            own = slope;
        }
        weight[m->lags * w + j] = (int32_t)own;
    }
    if (weight == a) return;
    memcpy(weight + (1 + m->lags) * w, a + (1 + m->lags) * w, (size_t)((first_mean - 1 - m->lags) * w) * sizeof *weight);
    memcpy(weight + first_wave * w, a + first_wave * w, (size_t)((m->terms - first_wave) * w) * sizeof *weight);
}

/* ---- lanes into columns -------------------------------------------------------------------------------------------------------- */

void c12__tlm_deliver(const int32_t *h, int64_t width, int64_t n, int64_t first, int64_t *to)
{
    for (int64_t t = 0; t < n; t++, h += width) to[t] = (int64_t)((uint64_t)first + (uint64_t)(int64_t)*h);
}

#ifdef C12__TLM_AVX2
typedef int64_t linq_longs __attribute__((vector_size(32), aligned(8), may_alias));
typedef int linq_ints __attribute__((vector_size(16)));
typedef int linq_ints_at __attribute__((vector_size(16), aligned(4), may_alias));
#  if defined(__clang__)
#    define LINQ_LONG(v) __builtin_convertvector(v, linq_longs)
#  else
#    define LINQ_LONG(v) (linq_longs)__builtin_ia32_pmovsxdq256((linq_ints)(v))
#  endif
#  define LINQ_ROW(t) (LINQ_LONG(*(const linq_ints_at *)(h + (t) * width)) + add)

/* Squares of four rows, turned, n a multiple of four; a lane that goes nowhere is written over and over. */
__attribute__((target("avx2"))) static void linq_squares(const int32_t *h, int64_t width, int64_t n, const int64_t first[4], int64_t *const to[4])
{
    int64_t nowhere[4], *a = to[0] ? to[0] : nowhere, *b = to[1] ? to[1] : nowhere, *c = to[2] ? to[2] : nowhere, *d = to[3] ? to[3] : nowhere;
    const int64_t on[4] = { to[0] ? 4 : 0, to[1] ? 4 : 0, to[2] ? 4 : 0, to[3] ? 4 : 0 };
    const linq_longs add = *(const linq_longs *)first;
    for (int64_t t = 0; t < n; t += 4, h += 4 * width, a += on[0], b += on[1], c += on[2], d += on[3]) {
        const linq_longs row = LINQ_ROW(0), row1 = LINQ_ROW(1), row2 = LINQ_ROW(2), row3 = LINQ_ROW(3);
        const linq_longs even = C12__TLM_OF(linq_longs, row, row1, 0, 4, 2, 6), odd = C12__TLM_OF(linq_longs, row, row1, 1, 5, 3, 7);
        const linq_longs even2 = C12__TLM_OF(linq_longs, row2, row3, 0, 4, 2, 6), odd2 = C12__TLM_OF(linq_longs, row2, row3, 1, 5, 3, 7);
        *(linq_longs *)a = C12__TLM_OF(linq_longs, even, even2, 0, 1, 4, 5);
        *(linq_longs *)b = C12__TLM_OF(linq_longs, odd, odd2, 0, 1, 4, 5);
        *(linq_longs *)c = C12__TLM_OF(linq_longs, even, even2, 2, 3, 6, 7);
        *(linq_longs *)d = C12__TLM_OF(linq_longs, odd, odd2, 2, 3, 6, 7);
    }
}
#endif

void c12__tlm_deliver_four(const int32_t *h, int64_t width, int64_t n, const int64_t first[4], int64_t *const to[4])
{
    int64_t done = 0;
    if (!to[0] && !to[1] && !to[2] && !to[3]) return;
#ifdef C12__TLM_AVX2
    if (__builtin_cpu_supports("avx2")) linq_squares(h, width, done = n & ~INT64_C(3), first, to);
#endif
    for (int32_t l = 0; l < 4; l++)
        if (to[l]) c12__tlm_deliver(h + done * width + l, width, n - done, first[l], to[l] + done);
}

/* ---- lanes side by side -------------------------------------------------------------------------------------------------------- */

void c12__tlm_spread_four(int32_t *x, int32_t width, const int32_t *const lane[4], int64_t n)
{
    int64_t t = 0;
#if defined(__GNUC__) && !defined(C12__PLAIN_ROWS)
    typedef int32_t four __attribute__((vector_size(16), aligned(4), may_alias));
    for (const int32_t *l0 = lane[0], *l1 = lane[1], *l2 = lane[2], *l3 = lane[3]; t + 4 <= n; t += 4, x += 4 * width) { /* by squares, turned */
        const four a = *(const four *)(l0 + t), b = *(const four *)(l1 + t), c = *(const four *)(l2 + t), d = *(const four *)(l3 + t);
        const four low = C12__TLM_OF(four, a, b, 0, 4, 1, 5), low2 = C12__TLM_OF(four, c, d, 0, 4, 1, 5), high = C12__TLM_OF(four, a, b, 2, 6, 3, 7), high2 = C12__TLM_OF(four, c, d, 2, 6, 3, 7);
        *(four *)x = C12__TLM_OF(four, low, low2, 0, 1, 4, 5);
        *(four *)(x + width) = C12__TLM_OF(four, low, low2, 2, 3, 6, 7);
        *(four *)(x + 2 * width) = C12__TLM_OF(four, high, high2, 0, 1, 4, 5);
        *(four *)(x + 3 * width) = C12__TLM_OF(four, high, high2, 2, 3, 6, 7);
    }
#endif
    for (; t < n; t++, x += width)
        for (int32_t l = 0; l < 4; l++) x[l] = lane[l][t];
}
