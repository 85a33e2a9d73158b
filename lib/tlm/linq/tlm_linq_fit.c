/* SPDX-License-Identifier: Apache-2.0 */
/* Fitting: which rows belong to which regime, and least squares for every lane in each.
 *
 * Sums of products of all lanes are taken side by side, exactly, in integers of 32 bits that are emptied into 64 every 16 rows; the
 * systems are solved by LDL' in fixed point.  Rows whose residual is far out of line are left out, so that a jump does not bend
 * the weights.  No floating point: a block's bytes are the same on every platform. */
#include "tlm/linq/tlm_linq.h"

enum { LFIT_BITS = 12 /* of a feature */, LFIT_BIAS = 256, LFIT_FAR = 4, LFIT_LEAST = 48 /* rows of a regime */, LFIT_FEW = 8 /* lanes of a vector */,
       LFIT_WORTH = 12 /* 2 * 8 bits / log2(e) */,
       LFIT_SWITCH = 24 * 256 /* 1/256 bits a change of regime costs */ };

/* Rows of w->lane. */
enum { LANE_SHIFT, LANE_TIMES, LANE_STEP, LANE_LIMIT, /* two regimes */ LANE_COUNT = LANE_LIMIT + 2, LANE_FAR = LANE_COUNT + 2, LANE_INVERSE = LANE_FAR + 3,
       LANE_LOG = LANE_INVERSE + 3 };

static int32_t lfit_bits(uint64_t v)
{
    int32_t n = 0;
    for (; v; v >>= 1) n++;
    return n;
}

/* Absolute values, and the smaller of two. */
#define LFIT_SIZE(v) (((v) ^ (v) >> 31) - ((v) >> 31))
#define LFIT_LEAST_OF(v, most) ((most) + (((v) - (most)) & ((v) - (most)) >> 31))

static int32_t *lfit_lane(const c12__tlm_writer *w, int32_t row) { return w->lane + row * w->stride; }
static int32_t lfit_pairs(int32_t terms) { return (terms + 1) * (terms + 2) / 2; }

/* ---- features ----------------------------------------------------------------------------------------------------------------- */

/* The terms of row t into w->term, the target last: bias, level, slopes, parents, slow means.  Where there is no lane to the left the
 * parents are any number, and lfit_lane_weights does not look at them. */
C12__TLM_INLINE void lfit_terms(c12__tlm_writer *w, int64_t t, int32_t mean[C12__TLM_MEANS][C12__TLM_LANES])
{
    const c12__tlm_linq *m = &w->m;
    const int32_t *x = w->x + t * m->width, *times = lfit_lane(w, LANE_TIMES);
    int32_t step = w->stride, plain = c12__tlm_first_mean(m), wave = c12__tlm_first_wave(m);
    for (int32_t g = 0; g < m->width; g += C12__TLM_VECTOR) {
        c12__tlm_vs k = C12__TLM_VS(times + g), one = C12__TLM_VS(x + g - m->width) * k >> 4, before = one;
        *(c12__tlm_vs *)(w->term + m->terms * step + g) = (C12__TLM_VS(x + g) * k >> 4) - one;
        if (m->lags) *(c12__tlm_vs *)(w->term + step + g) = one;
        for (int32_t i = 2; i <= m->lags; i++) {
            c12__tlm_vs v = C12__TLM_VS(x + g - i * m->width) * k >> 4;
            *(c12__tlm_vs *)(w->term + i * step + g) = v - before;
            before = v;
        }
        for (int32_t i = 0; i < m->means; i++) {
            c12__tlm_vs *e = (c12__tlm_vs *)(mean[i] + g);
            *(c12__tlm_vs *)(w->term + (plain + i) * step + g) = (*e >> 10) - one;
        }
        for (int32_t i = wave; i < m->terms; i++) *(c12__tlm_vs *)(w->term + i * step + g) = one - one + w->wave[(i - wave) * m->rows + t];
    }
    for (int32_t i = 1 + m->lags; i < plain; i++) {
        int32_t lane, rows = c12__tlm_term_reach(m, i, &lane);
        for (int32_t g = 0; g < m->width; g += C12__TLM_VECTOR)
            *(c12__tlm_vs *)(w->term + i * step + g) = (c12__tlm_vs)(C12__TLM_VU(x + g - rows * m->width - lane) * C12__TLM_VU(times + g - lane)) >> 4;
    }
}

/* Slow means take row t in. */
C12__TLM_INLINE void lfit_learn(const c12__tlm_writer *w, int64_t t, int32_t mean[C12__TLM_MEANS][C12__TLM_LANES])
{
    const c12__tlm_linq *m = &w->m;
    const int32_t *x = w->x + t * m->width, *times = lfit_lane(w, LANE_TIMES);
    for (int32_t i = 0; i < m->means; i++)
        for (int32_t g = 0; g < m->width; g += C12__TLM_VECTOR) {
            c12__tlm_vs *e = (c12__tlm_vs *)(mean[i] + g);
            *e += (((C12__TLM_VS(x + g) * C12__TLM_VS(times + g) >> 4) << 10) - *e) >> m->mean_shift[i];
        }
}

/* Residual of the row in w->term under weights a, in units of 1/4096 of the lane's scale. */
C12__TLM_INLINE void lfit_residual(const c12__tlm_writer *w, const int32_t *a, int32_t g, c12__tlm_vs *rest)
{
    c12__tlm_vu sum = C12__TLM_VU(w->term + w->m.terms * w->stride + g) << 12;
    for (int32_t i = 0; i < w->m.terms; i++) sum -= C12__TLM_VU(w->term + i * w->stride + g) * C12__TLM_VU(a + i * w->stride + g);
    *rest = (c12__tlm_vs)sum;
}

/* ---- sums of products -------------------------------------------------------------------------------------------------------------- */

/* The row's products, but for lanes whose residual lies beyond the limit. */
C12__TLM_INLINE void lfit_add(c12__tlm_writer *w, int32_t regime)
{
    int32_t step = w->stride, terms = w->m.terms;
    const int32_t *a = w->a + regime * terms * step, *limit = lfit_lane(w, LANE_LIMIT + regime);
    int32_t *far = lfit_lane(w, LANE_FAR + regime), *count = lfit_lane(w, LANE_COUNT + regime);
    for (int32_t g = 0; g < w->m.width; g += C12__TLM_VECTOR) {
        c12__tlm_vs size, keep;
        lfit_residual(w, a, g, &size);
        size = LFIT_SIZE(size) >> 8;
        keep = (size - C12__TLM_VS(limit + g)) >> 31;
        int32_t *part = w->part + g;
        *(c12__tlm_vs *)(far + g) += size & keep;
        *(c12__tlm_vs *)(count + g) -= keep;
        for (int32_t i = 0; i <= terms; i++) {
            c12__tlm_vs f = C12__TLM_VS(w->term + i * step + g) & keep;
            for (int32_t j = i; j <= terms; j++, part += step) *(c12__tlm_vu *)part += (c12__tlm_vu)f * C12__TLM_VU(w->term + j * step + g);
        }
    }
}

static void lfit_empty(c12__tlm_writer *w, int32_t regime)
{
    int32_t pairs = lfit_pairs(w->m.terms), width = w->m.width;
    int64_t *sum = w->sum + (int64_t)regime * pairs * w->stride;
    int32_t *part = w->part;
    for (int32_t i = 0; i < pairs; i++, sum += w->stride, part += w->stride)
        for (int32_t j = 0; j < width; j++) {
            sum[j] += part[j];
            part[j] = 0;
        }
}

/* Sixteen rows from t on. */
C12__TLM_INLINE void lfit_chunk(c12__tlm_writer *w, int64_t t, int adds, int32_t mean[C12__TLM_MEANS][C12__TLM_LANES])
{
    for (int64_t end = c12__min64(t + C12__TLM_CHUNK, w->m.rows); t < end; t++) {
        if (adds) {
            lfit_terms(w, t, mean);
            lfit_add(w, w->regime[t]);
            if (t + 1 == end || w->regime[t + 1] != w->regime[t]) lfit_empty(w, w->regime[t]);
        }
        lfit_learn(w, t, mean);
    }
}

/* Every `skip`-th stretch of 16 rows.  Slow means depend on no weights: what they are at each stretch is kept from the first time. */
C12__TLM_INLINE void lfit_sums(c12__tlm_writer *w, int32_t skip)
{
    int32_t mean[C12__TLM_MEANS][C12__TLM_LANES], *kept = w->kept_means;
    memset(mean, 0, sizeof mean);
    for (int64_t t = 0, chunk = 0; t < w->m.rows; t += C12__TLM_CHUNK, chunk++, kept += C12__TLM_MEANS * w->stride) {
        if (w->means_kept && chunk % skip) continue;
        for (int32_t i = 0; i < w->m.means; i++) {
            if (w->means_kept) memcpy(mean[i], kept + i * w->stride, (size_t)w->stride * sizeof *kept);
            else memcpy(kept + i * w->stride, mean[i], (size_t)w->stride * sizeof *kept);
        }
        lfit_chunk(w, t, chunk % skip == 0, mean);
    }
}

/* Rows of which the first is looked at for all. */
static int32_t lfit_stretch(const c12__tlm_writer *w) { return w->level == C12_TLM_FAST ? 4 : 1; }

/* 256 * bits of every row under each of `models` sets of weights. */
C12__TLM_INLINE void lfit_costs(c12__tlm_writer *w, int32_t models)
{
    int32_t mean[C12__TLM_MEANS][C12__TLM_LANES], step = w->stride;
    memset(mean, 0, sizeof mean);
    for (int64_t t = 0; t < w->m.rows; t++) {
        if (t % lfit_stretch(w)) { lfit_learn(w, t, mean); continue; }
        lfit_terms(w, t, mean);
        for (int32_t k = 0; k < models; k++) {
            const int32_t *a = w->a + k * w->m.terms * step, *inverse = lfit_lane(w, LANE_INVERSE + k), *log = lfit_lane(w, LANE_LOG + k), *far = lfit_lane(w, LANE_FAR + k);
            c12__tlm_vs all = C12__TLM_VS(log);
            all -= all;
            for (int32_t g = 0; g < w->m.width; g += C12__TLM_VECTOR) {
                c12__tlm_vs over;
                lfit_residual(w, a, g, &over);
                over = LFIT_SIZE(over) >> 8;
                over = LFIT_LEAST_OF(over, C12__TLM_VS(far + g));
                all += C12__TLM_VS(log + g) + (over * C12__TLM_VS(inverse + g) >> 8);
            }
            int32_t *cost = &w->cost[t * C12__TLM_REGIMES + k];
            *cost = 0;
            for (int32_t l = 0; l < C12__TLM_VECTOR; l++) *cost += ((const int32_t *)&all)[l];
        }
        lfit_learn(w, t, mean);
    }
}

/* ---- two lags, one mean and no neighbours: level fast ---------------------------------------------------------------------------------
 *
 * The same, eight lanes at a time and their rows inside, so that terms and sums stay in registers. */

enum { QUICK_LAGS = 2, QUICK_TERMS = 4, QUICK_PAIRS = (QUICK_TERMS + 1) * (QUICK_TERMS + 2) / 2, QUICK_MODELS = 3 /* two regimes, and one for all */, QUICK_TILE = 64 };

static int lfit_is_quick(const c12__tlm_linq *m) { return m->lags == QUICK_LAGS && m->terms == QUICK_TERMS && m->means == 1; }

/* The terms of the row at x, the target last. */
C12__TLM_INLINE void quick_terms(const int32_t *x, int32_t width, const c12__tlm_vs *scale, const c12__tlm_vs *mean, c12__tlm_vs *f)
{
    c12__tlm_vs times = *scale, one = C12__TLM_VS(x - width) * times >> 4;
    f[0] = one - one + LFIT_BIAS;
    f[1] = one;
    f[2] = (C12__TLM_VS(x - 2 * width) * times >> 4) - one;
    f[3] = (*mean >> 10) - one;
    f[4] = (C12__TLM_VS(x) * times >> 4) - one;
}

/* The mean takes the row at x in. */
C12__TLM_INLINE void quick_learn(const int32_t *x, const c12__tlm_vs *times, int32_t shift, c12__tlm_vs *e) { *e += (((C12__TLM_VS(x) * *times >> 4) << 10) - *e) >> shift; }

/* How far the target lies from what weights a say, in sixteenths of the lane's scale. */
C12__TLM_INLINE void quick_size(const c12__tlm_vs *f, const int32_t *a, int32_t stride, c12__tlm_vs *size)
{
    c12__tlm_vu sum = (c12__tlm_vu)f[QUICK_TERMS] << 12;
    C12__TLM_EACH for (int32_t i = 0; i < QUICK_TERMS; i++) sum -= (c12__tlm_vu)f[i] * C12__TLM_VU(a + i * stride);
    c12__tlm_vs rest = (c12__tlm_vs)sum;
    *size = LFIT_SIZE(rest) >> 8;
}

/* Sums of rows from .. end-1, all of one regime and at most 16, of the eight lanes from g on; their mean goes on. */
C12__TLM_INLINE void quick_add(const c12__tlm_writer *w, int64_t from, int64_t end, int32_t g, c12__tlm_vs *mean)
{
    const c12__tlm_linq *m = &w->m;
    int32_t regime = w->regime[from], stride = w->stride;
    const int32_t *a = w->a + regime * QUICK_TERMS * stride + g, *x = w->x + from * m->width + g;
    int32_t *far = lfit_lane(w, LANE_FAR + regime) + g, *count = lfit_lane(w, LANE_COUNT + regime) + g;
    c12__tlm_vs times = C12__TLM_VS(lfit_lane(w, LANE_TIMES) + g), limit = C12__TLM_VS(lfit_lane(w, LANE_LIMIT + regime) + g), e = *mean, f[QUICK_TERMS + 1], sum[QUICK_PAIRS];
    C12__TLM_EACH for (int32_t k = 0; k < QUICK_PAIRS; k++) sum[k] = e - e;
    for (int64_t t = from; t < end; t++, x += m->width) {
        quick_terms(x, m->width, &times, &e, f);
        quick_learn(x, &times, m->mean_shift[0], &e);
        c12__tlm_vs size, keep, *part = sum;
        quick_size(f, a, stride, &size);
        keep = (size - limit) >> 31;
        *(c12__tlm_vs *)far += size & keep;
        *(c12__tlm_vs *)count -= keep;
        C12__TLM_EACH for (int32_t i = 0; i <= QUICK_TERMS; i++)
            C12__TLM_EACH for (int32_t j = i; j <= QUICK_TERMS; j++) *part++ += (f[i] & keep) * f[j];
    }
    *mean = e;
    int64_t *to = w->sum + (int64_t)regime * QUICK_PAIRS * stride + g;
    C12__TLM_EACH for (int32_t k = 0; k < QUICK_PAIRS; k++, to += stride) c12__tlm_add_wide(to, &sum[k]);
}

/* As lfit_sums. */
C12__TLM_INLINE void quick_sums(const c12__tlm_writer *w, int32_t skip)
{
    const c12__tlm_linq *m = &w->m;
    for (int32_t g = 0; g < m->width; g += C12__TLM_VECTOR) {
        c12__tlm_vs times = C12__TLM_VS(lfit_lane(w, LANE_TIMES) + g), e = times - times;
        int32_t *kept = w->kept_means + g;
        for (int64_t t = 0, chunk = 0; t < m->rows; chunk++, kept += C12__TLM_MEANS * w->stride) {
            int64_t end = c12__min64(t + C12__TLM_CHUNK, m->rows), until;
            int adds = chunk % skip == 0;
            if (w->means_kept && !adds) { t = end; continue; }
            if (w->means_kept) e = C12__TLM_VS(kept);
            else *(c12__tlm_vs *)kept = e;
            for (; !adds && t < end; t++) quick_learn(w->x + t * m->width + g, &times, m->mean_shift[0], &e);
            for (; t < end; t = until) {
                for (until = t + 1; until < end && w->regime[until] == w->regime[t]; until++) { }
                quick_add(w, t, until, g, &e);
            }
        }
    }
}

/* What eight lanes add to the costs of the n rows from t on, every `stretch`-th of them; their mean goes on. */
C12__TLM_INLINE void quick_prices(const c12__tlm_writer *w, int64_t t, int64_t n, int32_t g, c12__tlm_vs *mean, c12__tlm_vs (*all)[QUICK_MODELS])
{
    const c12__tlm_linq *m = &w->m;
    int32_t stride = w->stride, stretch = lfit_stretch(w);
    const int32_t *x = w->x + t * m->width + g;
    c12__tlm_vs times = C12__TLM_VS(lfit_lane(w, LANE_TIMES) + g), e = *mean, f[QUICK_TERMS + 1];
    for (int64_t i = 0; i < n; i++, x += m->width) {
        if (i % stretch == 0) {
            quick_terms(x, m->width, &times, &e, f);
            C12__TLM_EACH for (int32_t k = 0; k < QUICK_MODELS; k++) {
                const int32_t *log = lfit_lane(w, LANE_LOG + k) + g, *inverse = lfit_lane(w, LANE_INVERSE + k) + g, *far = lfit_lane(w, LANE_FAR + k) + g;
                c12__tlm_vs over;
                quick_size(f, w->a + k * QUICK_TERMS * stride + g, stride, &over);
                over = LFIT_LEAST_OF(over, C12__TLM_VS(far));
                all[i][k] += C12__TLM_VS(log) + (over * C12__TLM_VS(inverse) >> 8);
            }
        }
        quick_learn(x, &times, m->mean_shift[0], &e);
    }
    *mean = e;
}

/* As lfit_costs of three sets of weights. */
C12__TLM_INLINE void quick_costs(const c12__tlm_writer *w)
{
    const c12__tlm_linq *m = &w->m;
    c12__tlm_vs all[QUICK_TILE][QUICK_MODELS];
    int32_t mean[C12__TLM_LANES] = { 0 };
    for (int64_t t = 0; t < m->rows; t += QUICK_TILE) {
        int64_t n = c12__min64(m->rows - t, QUICK_TILE);
        memset(all, 0, sizeof all);
        for (int32_t g = 0; g < m->width; g += C12__TLM_VECTOR) quick_prices(w, t, n, g, (c12__tlm_vs *)(mean + g), all);
        for (int64_t i = 0; i < n; i += lfit_stretch(w))
            for (int32_t k = 0; k < QUICK_MODELS; k++) {
                int32_t cost = 0;
                for (int32_t l = 0; l < C12__TLM_VECTOR; l++) cost += ((const int32_t *)&all[i][k])[l];
                w->cost[(t + i) * C12__TLM_REGIMES + k] = cost;
            }
    }
}

/* ---- by processor and shape ------------------------------------------------------------------------------------------------------------ */

C12__TLM_INLINE void lfit_any_sums(c12__tlm_writer *w, int32_t skip)
{
    if (lfit_is_quick(&w->m)) quick_sums(w, skip);
    else lfit_sums(w, skip);
    w->means_kept = 1;
}

C12__TLM_INLINE void lfit_any_costs(c12__tlm_writer *w, int32_t models)
{
    if (lfit_is_quick(&w->m) && models == QUICK_MODELS) quick_costs(w);
    else lfit_costs(w, models);
}

typedef void lfit_sums_form(c12__tlm_writer *w, int32_t number);
static void lfit_sums_plain(c12__tlm_writer *w, int32_t skip) { lfit_any_sums(w, skip); }
static void lfit_costs_plain(c12__tlm_writer *w, int32_t models) { lfit_any_costs(w, models); }
#ifdef C12__TLM_AVX2
__attribute__((target("avx2"))) static void lfit_sums_avx2(c12__tlm_writer *w, int32_t skip) { lfit_any_sums(w, skip); }
__attribute__((target("avx2"))) static void lfit_costs_avx2(c12__tlm_writer *w, int32_t models) { lfit_any_costs(w, models); }
#endif

static lfit_sums_form *lfit_best(int costs)
{
#ifdef C12__TLM_AVX2
    if (__builtin_cpu_supports("avx2")) return costs ? lfit_costs_avx2 : lfit_sums_avx2;
#endif
    return costs ? lfit_costs_plain : lfit_sums_plain;
}

/* ---- least squares ---------------------------------------------------------------------------------------------------------------------- */

enum { LSQ_MOST = C12__TLM_TERMS + 1, LSQ_Q = 20 };

static int64_t lfit_scaled(int64_t v, int32_t by) { return by >= 0 ? v * (INT64_C(1) << by) : v >> (-by > 62 ? 62 : -by); }

typedef int64_t lfit_square[LSQ_MOST][LSQ_MOST];

/* b: upper triangle by rows, diagonal near 2^28, last column the target.  b = L D L', low = L by columns; a term that the others
 * already say, or that is not `wanted`, is left out. */
static void lfit_eliminate(lfit_square b, lfit_square low, int32_t terms, const uint8_t *wanted)
{
    for (int32_t k = 0; k < terms; k++) {
        int64_t d = b[k][k];
        int drop = d < 1 << 12 || !wanted[k];
        if (drop) b[k][k] = 0;
        for (int32_t i = k + 1; i <= terms; i++) low[k][i] = drop ? 0 : b[k][i] * (1 << LSQ_Q) / d;
        for (int32_t i = k + 1; i <= terms && !drop; i++)
            for (int32_t j = i; j <= terms; j++) b[i][j] -= low[k][i] * b[k][j] >> LSQ_Q;
    }
}

/* Weights in units of 2^-20. */
static void lfit_back(lfit_square low, int32_t terms, int64_t *weight)
{
    for (int32_t k = terms - 1; k >= 0; k--) {
        int64_t v = low[k][terms];
        for (int32_t i = k + 1; i < terms; i++) v -= low[k][i] * weight[i] >> LSQ_Q;
        weight[k] = v > INT64_C(1) << 26 ? INT64_C(1) << 26 : v < -(INT64_C(1) << 26) ? -(INT64_C(1) << 26) : v;
    }
}

/* Terms worth their bits in the header: leaving term k out would raise the rest by weight^2 / (b^-1)_kk, and cost
 * rows / 2 * log2(1 + that / rest) bits.  Drops those that are not, or with `one` the worst of them alone; 0 = all are. */
static int lfit_drop(lfit_square b, lfit_square low, int32_t terms, int64_t rows, const int64_t *weight, int one, uint8_t *wanted)
{
    int64_t least = (b[terms][terms] > 0 ? b[terms][terms] : 0) * LFIT_WORTH / rows + 1, lowest = least;
    int32_t worst = -1;
    for (int32_t k = 0; k < terms; k++) {
        int64_t row[LSQ_MOST], inverse = 0; /* column k of L^-1, in 2^-20; (b^-1)_kk in 2^-40 */
        if (!wanted[k]) continue;
        for (int32_t i = k; i < terms; i++) {
            int64_t v = i == k ? 1 << LSQ_Q : 0;
            for (int32_t j = k; j < i; j++) v -= low[j][i] * row[j] >> LSQ_Q;
            row[i] = v > INT64_C(1) << 30 ? INT64_C(1) << 30 : v < -(INT64_C(1) << 30) ? -(INT64_C(1) << 30) : v;
            if (b[i][i]) inverse += row[i] * row[i] / b[i][i];
        }
        int64_t w = weight[k] < 0 ? -weight[k] : weight[k], gain = b[k][k] && inverse ? w * w / (inverse + 1) : 0;
        if (gain >= least) continue;
        if (!one) wanted[k] = 0;
        if (gain < lowest || worst < 0) { lowest = gain; worst = k; }
    }
    if (worst >= 0) wanted[worst] = 0;
    return worst >= 0;
}

/* Weights of the wanted terms; returns what is left. */
static int64_t lfit_wanted(lfit_square b, lfit_square copy, lfit_square low, int32_t terms, const uint8_t *wanted, int64_t *weight)
{
    for (int32_t i = 0; i <= terms; i++) memcpy(copy[i] + i, b[i] + i, (size_t)(terms + 1 - i) * sizeof **b); /* there is room for many more */
    lfit_eliminate(copy, low, terms, wanted);
    lfit_back(low, terms, weight);
    return copy[terms][terms];
}

/* b as summed.  With `one`, terms leave one by one, each time the one that is missed least; else all at once, unless they were missed only as long as the others
 * were there. */
static void lfit_solve(lfit_square b, int32_t terms, int64_t rows, int one, int64_t *weight)
{
    lfit_square low, copy;
    uint8_t wanted[LSQ_MOST] = { 0 };
    for (int32_t k = 0; k < terms; k++) { b[k][k] += (b[k][k] >> 15) + 1; wanted[k] = 1; }
    int64_t all = lfit_wanted(b, copy, low, terms, wanted, weight);
    if (!rows) return;
    if (!one && lfit_drop(copy, low, terms, rows, weight, 0, wanted)) {
        int64_t most = all, each = (all > 0 ? all : 0) * LFIT_WORTH / rows + 1;
        for (int32_t k = 0; k < terms; k++) most += wanted[k] ? 0 : each;
        if (lfit_wanted(b, copy, low, terms, wanted, weight) <= most) return;
        memset(wanted, 1, (size_t)terms);
        (void)lfit_wanted(b, copy, low, terms, wanted, weight);
    }
    while (lfit_drop(copy, low, terms, rows, weight, 1, wanted)) (void)lfit_wanted(b, copy, low, terms, wanted, weight);
}

/* Weights of one lane from sums [pairs][stride]. */
static void lfit_lane_weights(const c12__tlm_writer *w, const int64_t *sum, int32_t j, int64_t rows, int32_t *a)
{
    lfit_square b; /* its upper triangle */
    int64_t weight[LSQ_MOST];
    int32_t terms = w->m.terms, scale[LSQ_MOST], left = w->m.lags + 1, plain = c12__tlm_first_mean(&w->m);
    const int64_t *s = sum + j;
    for (int32_t i = 0; i <= terms; i++)
        for (int32_t k = i; k <= terms; k++, s += w->stride) b[i][k] = *s;
    for (int32_t i = 0; i <= terms; i++) scale[i] = (28 - lfit_bits((uint64_t)b[i][i]) + 64) / 2 - 32;
    for (int32_t i = 0; i <= terms; i++)
        for (int32_t k = i; k <= terms; k++) {
            int32_t lane = 0;
            if (i >= left && i < plain) c12__tlm_term_reach(&w->m, i, &lane);
            int32_t lane2 = 0;
            if (k >= left && k < plain) c12__tlm_term_reach(&w->m, k, &lane2);
            b[i][k] = lane > j || lane2 > j ? 0 : lfit_scaled(b[i][k], scale[i] + scale[k]); /* no lane there */
        }
    lfit_solve(b, terms, rows, w->level == C12_TLM_MAX, weight);
    for (int32_t i = 0; i < terms; i++) {
        int64_t v = lfit_scaled(weight[i], scale[i] - scale[terms] - (LSQ_Q - 12));
        a[i * w->stride + j] = (int32_t)(v > 1 << 18 ? 1 << 18 : v < -(1 << 18) ? -(1 << 18) : v);
    }
}

/* One round: sums with what is known, then weights; LANE_FAR becomes mean sizes of residuals, in sixteenths of the lane's scale. */
static void lfit_round(c12__tlm_writer *w, int32_t regimes, int32_t skip)
{
    int32_t terms = w->m.terms, pairs = lfit_pairs(terms) * w->stride;
    memset(w->sum, 0, (size_t)pairs * 2 * sizeof *w->sum);
    memset(w->part, 0, (size_t)pairs * sizeof *w->part);
    memset(lfit_lane(w, LANE_COUNT), 0, (size_t)w->stride * 4 * sizeof *w->lane); /* LANE_FAR of two regimes too */
    lfit_best(0)(w, skip);
    for (int32_t k = 0; k < regimes; k++) w->rows[k] = 0;
    for (int64_t t = 0; t < w->m.rows; t++) w->rows[w->regime[t]]++;
    for (int32_t k = 0; k < regimes; k++)
        for (int32_t j = 0; j < w->m.lanes; j++) lfit_lane_weights(w, w->sum + (int64_t)k * pairs, j, w->rows[k], w->a + k * terms * w->stride);
}

/* ---- regimes ---------------------------------------------------------------------------------------------------------------------------------- */

/* Each lane is brought to 12 bits: its features times 2^shift.  LANE_STEP: mean size of a step in sixteenths of the lane's scale, at least an eighth of a unit;
 * steps beyond 2^14 count as that. */
C12__TLM_INLINE void lfit_scale(c12__tlm_writer *w)
{
    const c12__tlm_linq *m = &w->m;
    int32_t *all = lfit_lane(w, LANE_SHIFT), *steps = lfit_lane(w, LANE_STEP);
    for (int32_t g = 0; g < m->width; g += C12__TLM_VECTOR) {
        c12__tlm_vs before = C12__TLM_VS(w->x + g), any = LFIT_SIZE(before), far = before - before;
        for (int64_t t = 1; t < m->rows; t++) {
            c12__tlm_vs v = C12__TLM_VS(w->x + t * m->width + g), d = v - before;
            before = v;
            any |= LFIT_SIZE(v);
            d = LFIT_SIZE(d);
            far += LFIT_LEAST_OF(d, 1 << 14);
        }
        *(c12__tlm_vs *)(all + g) = any;
        *(c12__tlm_vs *)(steps + g) = far;
    }
    for (int32_t j = 0; j < m->width; j++) {
        all[j] = LFIT_BITS - lfit_bits((uint64_t)all[j]);
        lfit_lane(w, LANE_TIMES)[j] = 1 << (all[j] + 4);
        int64_t v = ((int64_t)steps[j] * 16 / m->rows + 2) * lfit_lane(w, LANE_TIMES)[j] >> 4;
        steps[j] = (int32_t)(v > 1 << 24 ? 1 << 24 : v < 1 ? 1 : v);
    }
}

/* w->cost of a row: how much all lanes move, each beside four times its own mean, no lane more than thrice. */
C12__TLM_INLINE void lfit_moves(c12__tlm_writer *w)
{
    const c12__tlm_linq *m = &w->m;
    int32_t *share = lfit_lane(w, LANE_LOG);
    for (int32_t j = 0; j < m->width; j++) share[j] = j < m->lanes ? (int32_t)(((int64_t)lfit_lane(w, LANE_TIMES)[j] << 10) / lfit_lane(w, LANE_STEP)[j]) : 0;
    for (int64_t t = 0; t < m->rows; t++) {
        const int32_t *x = w->x + t * m->width;
        c12__tlm_vs all = C12__TLM_VS(x);
        all -= all;
        for (int32_t g = 0; g < m->width; g += C12__TLM_VECTOR) {
            c12__tlm_vs d = C12__TLM_VS(x + g) - C12__TLM_VS(x + g - m->width);
            d = LFIT_SIZE(d) * C12__TLM_VS(share + g) >> 8;
            all += LFIT_LEAST_OF(d, 12);
        }
        int32_t *cost = &w->cost[t * C12__TLM_REGIMES];
        *cost = 0;
        for (int32_t l = 0; l < C12__TLM_VECTOR; l++) *cost += ((const int32_t *)&all)[l] * 16;
    }
}

/* What is known of the lanes before any weights. */
C12__TLM_INLINE void lfit_survey(c12__tlm_writer *w)
{
    lfit_scale(w);
    lfit_moves(w);
}

typedef void lfit_survey_form(c12__tlm_writer *w);
static void lfit_survey_plain(c12__tlm_writer *w) { lfit_survey(w); }
#ifdef C12__TLM_AVX2
__attribute__((target("avx2"))) static void lfit_survey_avx2(c12__tlm_writer *w) { lfit_survey(w); }
#endif

static lfit_survey_form *lfit_survey_best(void)
{
#ifdef C12__TLM_AVX2
    if (__builtin_cpu_supports("avx2")) return lfit_survey_avx2;
#endif
    return lfit_survey_plain;
}

/* Moves smoothed to both sides; rows beyond the middle are regime 1. */
static int32_t lfit_first_regimes(c12__tlm_writer *w)
{
    int64_t n = w->m.rows, middle, ones = 0, step = w->level == C12_TLM_FAST ? 4 : 1;
    int32_t e = 0, low = INT32_MAX, high = 0;
    for (int64_t t = 0; t < n; t++) { e += (w->cost[t * C12__TLM_REGIMES] - e) / 8; w->cost[t * C12__TLM_REGIMES + 1] = e; }
    e = w->cost[(n - 1) * C12__TLM_REGIMES + 1];
    for (int64_t t = n - 1; t >= 0; t--) {
        e += (w->cost[t * C12__TLM_REGIMES + 1] - e) / 8;
        w->cost[t * C12__TLM_REGIMES] = e;
        low = e < low ? e : low;
        high = e > high ? e : high;
    }
    middle = ((int64_t)low + high) / 2;
    for (int round = 0; round < 6; round++) {
        int64_t sum[2] = { 0, 0 }, count[2] = { 0, 0 };
        for (int64_t t = 0; t < n; t += step) { int k = w->cost[t * C12__TLM_REGIMES] > middle; sum[k] += w->cost[t * C12__TLM_REGIMES]; count[k]++; }
        if (count[0] && count[1]) middle = (sum[0] / count[0] + sum[1] / count[1]) / 2;
    }
    for (int64_t t = 0; t < n; t++) ones += w->regime[t] = w->cost[t * C12__TLM_REGIMES] > middle;
    if (ones >= LFIT_LEAST && n - ones >= LFIT_LEAST) return 2;
    memset(w->regime, 0, (size_t)n);
    return 1;
}

/* Means of residuals (w->lane FAR / COUNT) become prices for lfit_costs. */
static void lfit_price(c12__tlm_writer *w, int32_t models)
{
    for (int32_t k = 0; k < models; k++)
        for (int32_t j = 0; j < w->m.width; j++) {
            int32_t least = (lfit_lane(w, LANE_TIMES)[j] >> 2) + 1; /* a quarter of a unit */
            int32_t mean = lfit_lane(w, LANE_FAR + k)[j];
            if (mean < least) mean = least;
            int live = j < w->m.lanes;
            lfit_lane(w, LANE_FAR + k)[j] = live ? mean * 8 : 0;
            lfit_lane(w, LANE_INVERSE + k)[j] = live ? (369 << 8) / mean : 0;
            lfit_lane(w, LANE_LOG + k)[j] = live ? c12__tlm_log2((uint32_t)mean) : 0;
        }
}

/* Mean size of residuals of each regime, and of both together as a third. */
static void lfit_means(c12__tlm_writer *w, int32_t regimes)
{
    for (int32_t j = 0; j < w->m.width; j++) {
        int64_t all = 0, n = 0;
        for (int32_t k = 0; k < regimes; k++) {
            int64_t far = lfit_lane(w, LANE_FAR + k)[j], count = lfit_lane(w, LANE_COUNT + k)[j];
            all += far;
            n += count;
            lfit_lane(w, LANE_FAR + k)[j] = (int32_t)(count ? far / count : 0);
        }
        lfit_lane(w, LANE_FAR + 2)[j] = (int32_t)(n ? all / n : 0);
    }
}

static void lfit_limit(c12__tlm_writer *w, int32_t regimes, int32_t row, int32_t times)
{
    for (int32_t k = 0; k < regimes; k++)
        for (int32_t j = 0; j < w->m.width; j++) {
            int64_t v = (int64_t)lfit_lane(w, row + (row == LANE_STEP ? 0 : k))[j] * times + (lfit_lane(w, LANE_TIMES)[j] >> 1) + 1;
            lfit_lane(w, LANE_LIMIT + k)[j] = (int32_t)(v > INT32_MAX ? INT32_MAX : v);
        }
}

/* The cheapest sequence of regimes (Viterbi); returns what it costs. */
static int64_t lfit_path(c12__tlm_writer *w)
{
    int64_t best[2] = { 0, 0 };
    int32_t stretch = lfit_stretch(w), fee = LFIT_SWITCH / stretch;
    for (int64_t t = 0; t < w->m.rows; t += stretch) {
        int32_t *cost = w->cost + t * C12__TLM_REGIMES;
        int64_t stay0 = best[0], stay1 = best[1];
        int from0 = stay1 + fee < stay0, from1 = stay0 + fee < stay1;
        best[0] = (from0 ? stay1 + fee : stay0) + cost[0];
        best[1] = (from1 ? stay0 + fee : stay1) + cost[1];
        cost[3] = from0 | from1 << 1;
    }
    int at = best[1] < best[0];
    int64_t total = best[at] * stretch;
    for (int64_t t = w->m.rows - 1; t >= 0; t--) {
        w->regime[t] = (uint8_t)at;
        if (t % stretch == 0 && w->cost[t * C12__TLM_REGIMES + 3] >> at & 1) at = !at;
    }
    return total;
}

/* LANE_FAR becomes means again. */
static void lfit_unprice(c12__tlm_writer *w, int32_t models)
{
    for (int32_t k = 0; k < models; k++)
        for (int32_t j = 0; j < w->m.width; j++) lfit_lane(w, LANE_FAR + k)[j] /= 8;
}

static void lfit_one_regime(c12__tlm_writer *w)
{
    memset(w->regime, 0, (size_t)w->m.rows);
    memcpy(w->a, w->a + 2 * w->m.terms * w->stride, (size_t)(w->m.terms * w->stride) * sizeof *w->a);
    memcpy(lfit_lane(w, LANE_FAR), lfit_lane(w, LANE_FAR + 2), (size_t)w->stride * sizeof *w->lane);
}

/* Two regimes, or one when the second does not pay for its weights. */
static int32_t lfit_choose(c12__tlm_writer *w)
{
    int32_t pairs = lfit_pairs(w->m.terms) * w->stride, terms = w->m.terms;
    int64_t one = 0, ones = 0;
    for (int32_t i = 0; i < pairs; i++) w->sum[i] += w->sum[pairs + i];
    for (int32_t j = 0; j < w->m.lanes; j++) lfit_lane_weights(w, w->sum, j, w->m.rows, w->a + 2 * terms * w->stride);
    lfit_means(w, 2);
    lfit_price(w, 3);
    lfit_best(1)(w, 3);
    for (int64_t t = 0; t < w->m.rows; t += lfit_stretch(w)) one += w->cost[t * C12__TLM_REGIMES + 2] * lfit_stretch(w);
    int64_t two = lfit_path(w) + (int64_t)w->m.lanes * (terms * 5 + 8) * 256;
    for (int64_t t = 0; t < w->m.rows; t++) ones += w->regime[t];
    lfit_unprice(w, 3);
    if (two < one && ones >= LFIT_LEAST && w->m.rows - ones >= LFIT_LEAST) return 2;
    lfit_one_regime(w);
    return 1;
}

/* Two regimes once more: weights, then who belongs to which. */
static void lfit_again(c12__tlm_writer *w, int32_t skip)
{
    lfit_limit(w, 2, LANE_FAR, LFIT_FAR);
    lfit_round(w, 2, skip);
    lfit_means(w, 2);
    lfit_price(w, 2);
    lfit_best(1)(w, 2);
    (void)lfit_path(w);
    lfit_unprice(w, 2);
}

/* ---- all ------------------------------------------------------------------------------------------------------------------------------------------ */

static int32_t lfit_rounded(int64_t v, int32_t unit) { return (int32_t)((v + ((INT64_C(1) << unit) >> 1)) >> unit); }

/* Weights in the lanes' own units, rounded to the units of the header. */
static void lfit_finish(c12__tlm_writer *w)
{
    c12__tlm_linq *m = &w->m;
    const int32_t *shift = lfit_lane(w, LANE_SHIFT);
    int32_t plain = c12__tlm_first_mean(m), wave = c12__tlm_first_wave(m);
    memset(m->weight, 0, (size_t)m->regimes * (size_t)m->terms * (size_t)m->width * sizeof *m->weight);
    for (int32_t k = 0; k < m->regimes; k++)
        for (int32_t i = 0; i < m->terms; i++)
            for (int32_t j = 0; j < m->lanes; j++) {
                int64_t v = w->a[(k * m->terms + i) * w->stride + j];
                int32_t lane = 0, unit = c12__tlm_unit(m, i);
                if (i == 0) v = lfit_scaled(v * LFIT_BIAS, -shift[j]);
                else if (i >= wave) v = lfit_scaled(v, -shift[j]);
                else if (i > m->lags && i < plain) {
                    c12__tlm_term_reach(m, i, &lane);
                    v = lane > j ? 0 : lfit_scaled(v, shift[j - lane] - shift[j]);
                }
                m->weight[(k * m->terms + i) * m->width + j] = (int32_t)((uint32_t)lfit_rounded(v, unit) << unit);
            }
}

/* Runs of regimes as the header lists them; 0 = there are more than it may. */
static int lfit_runs(c12__tlm_writer *w)
{
    c12__tlm_linq *m = &w->m;
    m->runs = 0;
    for (int64_t t = 0; t < m->rows; t++) {
        if (t && w->regime[t] == w->regime[t - 1]) continue;
        if (m->runs == C12__TLM_RUNS) return 0;
        m->run_from[m->runs] = (int32_t)t;
        m->run_regime[m->runs++] = w->regime[t];
    }
    m->run_from[m->runs] = (int32_t)m->rows;
    return 1;
}

/* n more terms in front of term `at`, of weight 0 at first. */
static void lfit_add_terms(c12__tlm_writer *w, int32_t at, int32_t n)
{
    c12__tlm_linq *m = &w->m;
    int32_t all = m->terms * w->stride, front = at * w->stride, more = n * w->stride;
    for (int32_t k = m->regimes - 1; k >= 0; k--) {
        int32_t *from = w->a + k * all, *to = from + k * more;
        memmove(to + front + more, from + front, (size_t)(all - front) * sizeof *to);
        memmove(to, from, (size_t)front * sizeof *to);
        memset(to + front, 0, (size_t)more * sizeof *to);
    }
    m->terms += n;
}

/* A wave says better where things are than a row long gone does: where lanes are many the last lag is for blocks without. */
static void lfit_complete_terms(c12__tlm_writer *w, int32_t lags)
{
    c12__tlm_linq *m = &w->m;
    int waves = w->level != C12_TLM_FAST && c12__tlm_find_waves(w);
    if (m->lags < lags && !waves) lfit_add_terms(w, 1 + m->lags++, 1);
    if (!waves) return;
    lfit_add_terms(w, m->terms, 2);
    m->waves = 1;
}

/* Waves that no lane has use for leave. */
static void lfit_drop_waves(c12__tlm_linq *m)
{
    int32_t all = m->terms * m->width, kept = c12__tlm_first_wave(m) * m->width, used = 0;
    for (int32_t k = 0; k < m->regimes; k++)
        for (int32_t i = kept; i < all; i++) used |= m->weight[k * all + i];
    if (used || !m->waves) return;
    for (int32_t k = 1; k < m->regimes; k++) memmove(m->weight + k * kept, m->weight + k * all, (size_t)kept * sizeof *m->weight);
    m->waves = 0;
    m->terms -= 2;
}

void c12__tlm_fit(c12__tlm_writer *w)
{
    c12__tlm_linq *m = &w->m;
    int32_t skip = (int32_t)(m->rows / (w->level == C12_TLM_MAX ? 8192 : w->level == C12_TLM_FAST ? 1024 : 2048)) + 1, lags = m->lags, less = w->level == C12_TLM_DEFAULT && lags > 1 && m->lanes > LFIT_FEW;
    m->lags -= less;
    m->terms -= less;
    lfit_survey_best()(w);
    w->means_kept = 0;
    for (int32_t j = 0; j < w->stride; j++) w->term[j] = LFIT_BIAS;
    memset(w->a, 0, (size_t)(m->terms * w->stride) * 3 * sizeof *w->a);
    m->regimes = lfit_first_regimes(w);
    lfit_limit(w, m->regimes, LANE_STEP, 8);
    lfit_round(w, m->regimes, 2 * skip);
    lfit_limit(w, m->regimes, LANE_STEP, 4);
    lfit_round(w, m->regimes, 2 * skip);
    if (m->regimes == 2) m->regimes = lfit_choose(w);
    else lfit_means(w, m->regimes);
    for (int again = w->level == C12_TLM_MAX && m->regimes == 2 ? 2 : 0; again; again--) lfit_again(w, skip);
    if (!lfit_runs(w)) {
        memset(w->regime, 0, (size_t)m->rows);
        m->regimes = 1;
        (void)lfit_runs(w);
    }
    lfit_complete_terms(w, lags);
    lfit_limit(w, m->regimes, LANE_FAR, LFIT_FAR);
    lfit_round(w, m->regimes, skip);
    lfit_finish(w);
    lfit_drop_waves(m);
}
