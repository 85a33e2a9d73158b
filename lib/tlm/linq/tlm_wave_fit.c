/* SPDX-License-Identifier: Apache-2.0 */
/* Finding waves.  The longest stretch of a regime is looked at through a window (Hann), all lanes side by side in a Fourier transform; the line that
 * stands out of most lanes is the wave.  Its pace is made exact by how the phase of the clearest lane drifts (the phase difference of two halves),
 * and that lane tells the phase of every run. */
#include "tlm/linq/tlm_model.h"

enum { WAVE_LEAST = 64 /* rows to look at */, WAVE_BITS = 4, WAVE_SLOWEST = 4 /* turns in the stretch */, WAVE_SIDE = 8, WAVE_STANDS_OUT = 32 /* times what is beside it */, WAVE_MOST = 10 * 256 /* counted of one lane */ };

/* The longest stretch of a regime without gaps; 0 = it is too short. */
static int64_t wave_stretch(const c12__tlm_writer *w, int32_t regime, int64_t *from)
{
    int64_t best = 0, n = 0;
    for (int64_t t = 0; t < w->m.rows && best < C12__TLM_WAVE_ROWS; t++) {
        int goes_on = t && w->time[t] == w->time[t - 1] + 1;
        n = w->regime[t] != regime ? 0 : goes_on ? n + 1 : 1;
        if (n > best) { best = n; *from = t + 1 - n; }
    }
    return best < WAVE_LEAST ? 0 : best;
}

/* Rows from .. from+rows-1 less their mean under the window, zeros up to n, in bit-reversed order: real parts, and imaginary ones behind them. */
static void wave_window(c12__tlm_writer *w, int64_t from, int32_t rows, int32_t n)
{
    const c12__tlm_linq *m = &w->m;
    int32_t bits = c12__bit_highest((uint64_t)n), *re = w->turn, mean[C12__TLM_LANES];
    memset(re, 0, (size_t)(2 * n * m->width) * sizeof *re);
    for (int32_t j = 0; j < m->width; j++) {
        int64_t sum = 0;
        for (int32_t t = 0; t < rows; t++) sum += w->x[(from + t) * m->width + j];
        mean[j] = (int32_t)(sum / rows);
    }
    for (int32_t t = 0; t < rows; t++) {
        int32_t back = 0, share = 512 - c12__tlm_cos((uint32_t)(2 * t + 1) * (UINT32_C(0x80000000) / (uint32_t)rows));
        for (int32_t b = 0; b < bits; b++) back |= (t >> b & 1) << (bits - 1 - b);
        for (int32_t j = 0; j < m->width; j++) {
            int32_t d = w->x[(from + t) * m->width + j] - mean[j], shift = w->lane[j]; /* LANE_SHIFT: to 12 bits */
            d = d > 1 << 17 ? 1 << 17 : d < -(1 << 17) ? -(1 << 17) : d;
            re[back * m->width + j] = (shift >= 0 ? d * (1 << shift) : d >> -shift) * share >> WAVE_BITS;
        }
    }
}

/* Cooley and Tukey's, halved at each stage. */
C12__TLM_INLINE void wave_transform(c12__tlm_writer *w, int32_t n)
{
    int32_t width = w->m.width, *re = w->turn, *im = re + n * width;
    for (int32_t half = 1; half < n; half *= 2)
        for (int32_t k = 0; k < half; k++) {
            uint32_t phase = (uint32_t)k * (UINT32_C(0x80000000) / (uint32_t)half);
            int32_t c = c12__tlm_cos(phase), s = c12__tlm_cos(phase - (UINT32_C(1) << 30));
            for (int32_t i = k; i < n; i += 2 * half) {
                int32_t *ar = re + i * width, *ai = im + i * width, *br = ar + half * width, *bi = ai + half * width;
                for (int32_t j = 0; j < width; j += C12__TLM_VECTOR) {
                    c12__tlm_vs r = C12__TLM_VS(br + j) * c + C12__TLM_VS(bi + j) * s, q = C12__TLM_VS(bi + j) * c - C12__TLM_VS(br + j) * s;
                    c12__tlm_vs x = C12__TLM_VS(ar + j), y = C12__TLM_VS(ai + j);
                    r >>= 9;
                    q >>= 9;
                    *(c12__tlm_vs *)(ar + j) = (x + r) >> 1;
                    *(c12__tlm_vs *)(ai + j) = (y + q) >> 1;
                    *(c12__tlm_vs *)(br + j) = (x - r) >> 1;
                    *(c12__tlm_vs *)(bi + j) = (y - q) >> 1;
                }
            }
        }
}

typedef void wave_form(c12__tlm_writer *w, int32_t n);
static void wave_transform_plain(c12__tlm_writer *w, int32_t n) { wave_transform(w, n); }
#ifdef C12__TLM_AVX2
__attribute__((target("avx2"))) static void wave_transform_avx2(c12__tlm_writer *w, int32_t n) { wave_transform(w, n); }
#endif

static wave_form *wave_best(void)
{
#ifdef C12__TLM_AVX2
    if (__builtin_cpu_supports("avx2")) return wave_transform_avx2;
#endif
    return wave_transform_plain;
}

/* Power of lines from .. end-1 of a lane. */
static void wave_power(const c12__tlm_writer *w, int32_t n, int32_t j, int32_t from, int32_t end, uint32_t *power)
{
    const int32_t *re = w->turn + j, *im = re + n * w->m.width;
    for (int32_t k = from; k < end; k++) {
        int64_t a = re[k * w->m.width], b = im[k * w->m.width];
        power[k] = (uint32_t)((uint64_t)(a * a + b * b) >> 3);
    }
}

/* 256 log2 of how far line k stands out of the lines beside it; 0 = not far enough. */
static int32_t wave_above(const uint32_t *power, int32_t n, int32_t k)
{
    uint64_t side[2] = { 0, 0 };
    uint32_t count[2] = { 0, 0 };
    for (int32_t i = 3; i < WAVE_SIDE; i++) {
        if (k - i > 0) { side[0] += power[k - i]; count[0]++; }
        if (k + i < n / 2) { side[1] += power[k + i]; count[1]++; }
    }
    uint64_t low = count[0] ? side[0] / count[0] : 0, high = count[1] ? side[1] / count[1] : 0, floor = (low > high ? low : high) + 1, times = power[k] / floor;
    if (times < WAVE_STANDS_OUT) return 0;
    int32_t above = c12__tlm_log2((uint32_t)times);
    return above < WAVE_MOST ? above : WAVE_MOST;
}

/* The line that stands out most, all lanes together, and the lane it stands out of most; 0 = none does. */
static int32_t wave_line(const c12__tlm_writer *w, int32_t n, int32_t *lane)
{
    uint32_t power[C12__TLM_WAVE_ROWS / 2];
    int32_t all[C12__TLM_WAVE_ROWS / 2] = { 0 }, best = 0, high = 0;
    for (int32_t j = 0; j < w->m.lanes; j++) {
        wave_power(w, n, j, 0, n / 2, power);
        for (int32_t k = WAVE_SLOWEST; k < n / 2 - 4; k++)
            if (power[k] / 4 > power[k - 3] && power[k] / 4 > power[k + 3]) all[k] += wave_above(power, n, k); /* most stand out of none */
    }
    for (int32_t k = WAVE_SLOWEST; k < n / 2 - 1; k++)
        if (all[k] > all[best]) best = k;
    for (int32_t j = 0; j < w->m.lanes && best; j++) {
        wave_power(w, n, j, best > WAVE_SIDE ? best - WAVE_SIDE : 0, best + WAVE_SIDE < n / 2 ? best + WAVE_SIDE : n / 2, power);
        int32_t above = wave_above(power, n, best);
        if (above > high) { high = above; *lane = j; }
    }
    return best;
}

/* Angle of (x, y) in 2^-32 turns (Volder 1959). */
static uint32_t wave_angle(int64_t x, int64_t y)
{
    static const uint32_t turn[20] = {
        536870912, 316933406, 167458907, 85004756, 42667331, 21354465, 10679838, 5340245, 2670163, 1335087, 667544, 333772, 166886, 83443, 41722, 20861, 10430, 5215,
        2608, 1304
    };
    uint32_t at = 0;
    if (x < 0) { x = -x; y = -y; at = UINT32_C(1) << 31; }
    for (int32_t i = 0; i < 20; i++) {
        int64_t dx = x >> i, dy = y >> i;
        if (y > 0) { x += dy; y -= dx; at += turn[i]; }
        else { x -= dy; y += dx; at -= turn[i]; }
    }
    return at;
}

static int32_t wave_bits(int64_t v)
{
    int32_t n = 0;
    for (uint64_t u = (uint64_t)(v < 0 ? -v : v); u; u >>= 1) n++;
    return n;
}

/* Phase in its first row of the lane's wave of this pace, by least squares over rows from .. end-1 with a level of their own. */
static uint32_t wave_phase(const c12__tlm_writer *w, int32_t lane, int64_t from, int64_t end, uint32_t pace)
{
    int64_t n = end - from, c = 0, s = 0, x = 0, cc = 0, ss = 0, cs = 0, xc = 0, xs = 0;
    for (int64_t t = from; t < end; t++) {
        uint32_t phase = (w->time[t] - w->time[from]) * pace;
        int64_t a = c12__tlm_cos(phase), b = c12__tlm_cos(phase - (UINT32_C(1) << 30)), v = w->x[t * w->m.width + lane];
        c += a; s += b; x += v;
        cc += a * a; ss += b * b; cs += a * b;
        xc += a * v; xs += b * v;
    }
    cc -= c * c / n; ss -= s * s / n; cs -= c * s / n;
    xc -= x / n * c; xs -= x / n * s;
    int32_t down = wave_bits(cc | ss) - 30, over = wave_bits((xc < 0 ? -xc : xc) | (xs < 0 ? -xs : xs)) - 30;
    if (down > 0) { cc >>= down; ss >>= down; cs >>= down; }
    if (over > 0) { xc >>= over; xs >>= over; }
    int64_t a = xc * ss - xs * cs, b = xs * cc - xc * cs;
    int32_t small = wave_bits((a < 0 ? -a : a) | (b < 0 ? -b : b)) - 40; /* a cos + b sin = r cos(. - angle) */
    if (small > 0) { a >>= small; b >>= small; }
    return 0 - wave_angle(a * 65536, b * 65536);
}

/* The pace by how the phase moves from one half of rows from .. end-1 to the other. */
static uint32_t wave_pace(const c12__tlm_writer *w, int32_t lane, int64_t from, int64_t end, uint32_t pace)
{
    int64_t middle = (from + end) / 2, apart = (int64_t)(w->time[middle] - w->time[from]);
    uint32_t first = wave_phase(w, lane, from, middle, pace) + (uint32_t)apart * pace, drift = wave_phase(w, lane, middle, end, pace) - first;
    return pace + (uint32_t)((int64_t)(int32_t)drift / (apart ? apart : 1));
}

/* Of one regime: its pace, 0 = no wave. */
static uint32_t wave_of(c12__tlm_writer *w, int32_t regime, int32_t *lane)
{
    int64_t from = 0, rows = wave_stretch(w, regime, &from);
    if (!rows) return 0;
    int32_t n = 1 << (c12__bit_highest((uint64_t)rows - 1) + 1), line;
    wave_window(w, from, (int32_t)rows, n);
    wave_best()(w, n);
    line = wave_line(w, n, lane);
    if (!line) return 0;
    uint32_t pace = (uint32_t)line * ((UINT32_C(0x80000000) / (uint32_t)n) * 2);
    for (int k = 0; k < 2; k++) pace = wave_pace(w, *lane, from, from + rows, pace);
    int64_t end = from + rows;
    while (from && w->regime[from - 1] == regime) from--;
    while (end < w->m.rows && w->regime[end] == regime) end++;
    pace = wave_pace(w, *lane, from, end, pace) + 128;
    return pace >> 31 ? 0 : pace & ~UINT32_C(255);
}

/* As the header has it. */
static uint16_t wave_rounded(uint32_t phase) { return (uint16_t)((phase + (UINT32_C(1) << (31 - C12__TLM_PHASE_BITS))) >> (32 - C12__TLM_PHASE_BITS) << (16 - C12__TLM_PHASE_BITS)); }

int c12__tlm_find_waves(c12__tlm_writer *w)
{
    c12__tlm_linq *m = &w->m;
    int32_t lane[C12__TLM_REGIMES] = { 0 }, any = 0;
    c12__tlm_tide o;
    c12__tlm_tide_begin(m, &o);
    c12__tlm_tide_times(&o, m->rows, w->time);
    for (int32_t g = 0; g < m->regimes; g++) any |= (m->pace[g] = wave_of(w, g, &lane[g])) != 0;
    if (!any) return 0;
    for (int32_t k = 0; k < m->runs; k++) {
        uint32_t pace = m->pace[m->run_regime[k]];
        m->run_phase[k] = pace ? wave_rounded(wave_phase(w, lane[m->run_regime[k]], m->run_from[k], m->run_from[k + 1], pace)) : 0;
    }
    c12__tlm_tide_begin(m, &o);
    c12__tlm_tide_rows(m, &o, m->rows, w->wave, w->wave + m->rows, 1);
    return 1;
}
