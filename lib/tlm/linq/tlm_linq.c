/* SPDX-License-Identifier: Apache-2.0 */
/* What both sides of prediction share. */
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
