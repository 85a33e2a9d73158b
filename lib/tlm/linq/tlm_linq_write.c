/* SPDX-License-Identifier: Apache-2.0 */
/* Predicted columns, writing: columns become lanes, weights are fitted, tables chosen by exact cost, and all values coded. */
#include "tlm/linq/tlm_model.h"

enum { LINW_LEAST_ROWS = 64, LINW_RANGE = 1 << 15, LINW_SAMPLE = 255, LINW_TILE = 64 /* rows spread together, so that both sides stay in the cache */ };

/* Where a cell's numbers lie among the 4096 of a table: stretches of slots, by rank. */
typedef struct linw_slots {
    uint16_t freq[C12__TLM_CELLS], rank[3 * C12__TLM_CELLS], slot[3 * C12__TLM_CELLS]; /* each cell's stretches, and one that no rank reaches */
    uint8_t hint[3 * C12__TLM_CELLS]; /* stretch of ranks 0, 128, 256 ... of each cell */
    uint8_t hints[C12__TLM_CELLS], known;
    uint64_t inverse[C12__TLM_CELLS]; /* 2^64 / freq, rounded down: dividing takes a fourth of the time */
} linw_slots;

#ifdef C12__HAS_INT128
static uint64_t linw_high(uint64_t a, uint64_t b) { return (uint64_t)((c12__wide)a * b >> 64); }
#else
static uint64_t linw_high(uint64_t a, uint64_t b) { return c12__mul_u64(a, b).hi; }
#endif

void c12__tlm_writer_carve(c12__tlm_writer *w, c12__arena *a, int64_t rows, int32_t columns)
{
    int64_t stride = (c12__min64(columns, C12__TLM_LANES) + 7) & ~7, terms = C12__TLM_TERMS, pairs = (terms + 1) * (terms + 2) / 2;
    w->stride = (int32_t)stride;
    w->offered = C12__CARVE(a, int32_t, rows * stride);
    w->room = C12__CARVE(a, int32_t, (1 + C12__TLM_MARGIN + rows) * stride);
    w->p = C12__CARVE(a, int32_t, rows * stride);
    w->regime = C12__CARVE(a, uint8_t, rows + 1);
    w->cost = C12__CARVE(a, int32_t, rows * C12__TLM_REGIMES);
    w->sum = C12__CARVE(a, int64_t, c12__max64(2 * pairs * stride, C12__TLM_SUMS));
    w->part = C12__CARVE(a, int32_t, pairs * stride);
    w->term = C12__CARVE(a, int32_t, (terms + 1) * stride);
    w->a = C12__CARVE(a, int32_t, (C12__TLM_REGIMES + 1) * terms * stride);
    w->lane = C12__CARVE(a, int32_t, 20 * stride);
    w->kept_means = C12__CARVE(a, int32_t, (rows / C12__TLM_CHUNK + 1) * C12__TLM_MEANS * stride);
    w->m.weight = C12__CARVE(a, int32_t, C12__TLM_REGIMES * terms * stride);
    w->m.scale = C12__CARVE(a, uint8_t, C12__TLM_REGIMES * C12__TLM_LANES);
    w->m.odds = C12__CARVE(a, uint8_t, C12__TLM_REGIMES * C12__TLM_LANES * 2);
    w->m.run_from = C12__CARVE(a, int32_t, C12__TLM_RUNS + 1);
    w->m.run_regime = C12__CARVE(a, int32_t, C12__TLM_RUNS + 1);
    w->m.run_phase = C12__CARVE(a, uint16_t, C12__TLM_RUNS);
    w->time = C12__CARVE(a, uint32_t, rows);
    w->wave = C12__CARVE(a, int32_t, 2 * rows);
    w->turn = C12__CARVE(a, int32_t, 2 * C12__TLM_WAVE_ROWS * stride);
    w->price = C12__CARVE(a, int16_t, C12__TLM_TABLES * C12__TLM_CELLS);
    w->priced = C12__CARVE(a, uint8_t, C12__TLM_TABLES);
    w->slots = (uint8_t *)C12__CARVE(a, linw_slots, C12__TLM_TABLES);
    w->changes = C12__CARVE(a, uint8_t, rows * 2 + 64 + stride * C12__TLM_GRID * 10);
    w->grid = C12__CARVE(a, int64_t, C12__TLM_GRID + 1);
    w->odds = C12__CARVE(a, c12__tlm_model_odds, 1);
}

void c12__tlm_writer_begin(c12__tlm_writer *w, int64_t rows, int32_t level)
{
    w->m.rows = rows;
    w->m.lanes = 0;
    w->level = level;
    w->again = 0;
    w->all = 0;
    w->changes_end = w->changes;
}

/* ---- columns become lanes ---------------------------------------------------------------------------------------------------------- */

int64_t c12__tlm_common_unit(const int64_t *v, int64_t n)
{
    uint64_t unit = 0;
    for (int64_t t = 1; t < n && unit != 1; t++) {
        uint64_t a = unit, b = v[t] > v[0] ? (uint64_t)v[t] - (uint64_t)v[0] : (uint64_t)v[0] - (uint64_t)v[t];
        while (b) { uint64_t r = a % b; a = b; b = r; }
        unit = a;
    }
    return unit > INT64_MAX || !unit ? 1 : (int64_t)unit;
}

/* (v - from) / unit, exact. */
static int64_t linw_count_units(int64_t v, int64_t from, int64_t unit)
{
    if (unit == 1) return (int64_t)((uint64_t)v - (uint64_t)from);
    return v >= from ? (int64_t)(((uint64_t)v - (uint64_t)from) / (uint64_t)unit) : -(int64_t)(((uint64_t)from - (uint64_t)v) / (uint64_t)unit);
}

/* Values prepared by differences lie within reach of `first`; into lane j. */
static int linw_take_differences(c12__tlm_writer *w, const int64_t *v, int32_t order, int32_t j)
{
    c12__tlm_linq *m = &w->m;
    int64_t unit = m->unit[j], slope = ((int64_t)((uint64_t)v[1] - (uint64_t)v[0])) / unit;
    uint64_t before[2] = { 0, (uint64_t)slope };
    m->first[j][0] = v[0];
    m->first[j][1] = order == 2 ? slope : 0;
    for (int64_t t = 0; t < m->rows; t++) {
        uint64_t u = (uint64_t)linw_count_units(v[t], v[0], unit);
        if (order) { uint64_t d = u - before[0]; before[0] = u; u = d; }
        if (order == 2) { uint64_t d = u - before[1]; before[1] = t ? u : before[1]; u = d; }
        if (t == order && order) m->first[j][order] = (int64_t)u;
        int64_t x = t < order ? 0 : (int64_t)(u - (order ? (uint64_t)m->first[j][order] : 0));
        if (x > LINW_RANGE || x < -LINW_RANGE) return 0;
        w->offered[j * m->rows + t] = (int32_t)x;
    }
    return 1;
}

/* What lies above the first value, which is known to fit. */
C12__TLM_INLINE void linw_near(const int64_t *v, int64_t n, int32_t *to)
{
    int64_t t = 0, first = v[0];
#if defined(__GNUC__) && !defined(C12__PLAIN_ROWS)
    typedef int64_t four __attribute__((vector_size(32), aligned(8), may_alias));
    typedef int32_t four_32 __attribute__((vector_size(16), aligned(4), may_alias));
    const four all = { first, first, first, first };
    for (; t + 4 <= n; t += 4) *(four_32 *)(to + t) = __builtin_convertvector(*(const four *)(v + t) - all, four_32);
#endif
    for (; t < n; t++) to[t] = (int32_t)(v[t] - first);
}

typedef void linw_near_form(const int64_t *v, int64_t n, int32_t *to);
static void linw_near_plain(const int64_t *v, int64_t n, int32_t *to) { linw_near(v, n, to); }
#ifdef C12__TLM_AVX2
__attribute__((target("avx2"))) static void linw_near_avx2(const int64_t *v, int64_t n, int32_t *to) { linw_near(v, n, to); }
#endif

static linw_near_form *linw_near_best(void)
{
#ifdef C12__TLM_AVX2
    if (__builtin_cpu_supports("avx2")) return linw_near_avx2;
#endif
    return linw_near_plain;
}

/* The usual column: near its first value, in units of 1. */
static int linw_take_near(c12__tlm_writer *w, const int64_t *v, int32_t j, const c12__tlm_column *c)
{
    c12__tlm_linq *m = &w->m;
    if (m->unit[j] != 1 || (uint64_t)c->max - (uint64_t)c->min > LINW_RANGE) return 0;
    m->first[j][0] = v[0];
    linw_near_best()(v, m->rows, w->offered + j * m->rows);
    m->prepare[j] = 0;
    return 1;
}

static int64_t linw_usual_step(const int64_t *v, int64_t n)
{
    int64_t step[LINW_SAMPLE], many = c12__min64(n - 1, LINW_SAMPLE);
    for (int64_t k = 0; k < many; k++) {
        int64_t at = 1 + k * (n - 1) / many, d = (int64_t)((uint64_t)v[at] - (uint64_t)v[at - 1]), i = k;
        for (; i && step[i - 1] > d; i--) step[i] = step[i - 1];
        step[i] = d;
    }
    return step[many / 2];
}

/* v = first + strides * period + rest; the rest becomes the lane, rows whose stride is not 1 are listed. */
static int linw_take_stride(c12__tlm_writer *w, const int64_t *v, int32_t j)
{
    c12__tlm_linq *m = &w->m;
    int64_t period = linw_usual_step(v, m->rows), count = 0, last = 0;
    uint64_t base = (uint64_t)v[0];
    uint8_t *start = w->changes_end, *out = start;
    if (period < 2 || period > INT64_C(1) << 40) return 0;
    w->offered[j * m->rows] = 0;
    for (int64_t t = 1; t < m->rows; t++) {
        int64_t d = (int64_t)((uint64_t)v[t] - (uint64_t)v[t - 1]), strides = d < 0 || d > INT64_MAX - period ? 0 : (d + period / 2) / period;
        base += (uint64_t)strides * (uint64_t)period;
        if (strides != 1) {
            if (out - start > m->rows) return 0; /* no steady stride */
            out += c12__tlm_put_varint(out, (uint64_t)(t - last));
            out += c12__tlm_put_varint(out, c12__tlm_zigzag((uint64_t)strides - 1));
            last = t;
            count++;
        }
        int64_t x = (int64_t)((uint64_t)v[t] - base);
        if (x > LINW_RANGE || x < -LINW_RANGE) return 0;
        w->offered[j * m->rows + t] = (int32_t)x;
    }
    m->first[j][0] = v[0];
    m->first[j][1] = period;
    m->first[j][2] = count;
    m->prepare[j] = C12__TLM_LANE_STRIDE;
    m->change[j] = start;
    m->change_size[j] = (size_t)(out - start);
    w->changes_end = out;
    return 1;
}

/* Place of v in the list, or where it belongs; *there says which. */
static int32_t linw_place(const int64_t *list, int32_t n, int64_t v, int *there)
{
    int32_t low = 0, high = n;
    while (low < high) {
        int32_t middle = (low + high) / 2;
        if (list[middle] < v) low = middle + 1;
        else high = middle;
    }
    *there = low < n && list[low] == v;
    return low;
}

/* Different values of the first n rows in w->grid, at most `most`; 0 = there are more. */
static int32_t linw_values(c12__tlm_writer *w, const int64_t *v, int64_t n, int32_t most)
{
    int32_t count = 0;
    int there;
    for (int64_t t = 0; t < n; t++) {
        int32_t at = linw_place(w->grid, count, v[t], &there);
        if (there) continue;
        if (count == most) return 0;
        for (int32_t i = count++; i > at; i--) w->grid[i] = w->grid[i - 1];
        w->grid[at] = v[t];
    }
    return count;
}

enum { LINW_NEAR = 8192 /* units from the least to the largest value, for which bits are counted */ };

/* The same by marking values that lie near each other; the list is made when there are gaps in it. */
static int32_t linw_near_values(c12__tlm_writer *w, const int64_t *v, const c12__tlm_column *c, uint64_t unit, int32_t most)
{
    uint64_t seen[LINW_NEAR / 64] = { 0 }, span = ((uint64_t)c->max - (uint64_t)c->min) / unit;
    int32_t count = 0;
    for (int64_t t = 0; t < w->m.rows; t++) {
        uint64_t at = (uint64_t)v[t] - (uint64_t)c->min;
        if (unit != 1) at /= unit;
        seen[at / 64] |= UINT64_C(1) << at % 64;
    }
    for (uint64_t at = 0; at <= span; at++) {
        if (!(seen[at / 64] >> at % 64 & 1)) continue;
        if (count == most) return 0;
        w->grid[count++] = (int64_t)((uint64_t)c->min + at * unit);
    }
    return count;
}

enum { LINW_FIRST_LOOK = 64, LINW_SECOND_LOOK = 256, LINW_GAPS = 2 };

/* Do the different ones of the first n values take up less than 1 / gaps of the units between the least and the largest? */
static int linw_has_gaps(const int64_t *v, int64_t n, uint64_t unit, uint64_t gaps)
{
    uint64_t seen[LINW_SECOND_LOOK * LINW_GAPS / 64 + 1] = { 0 }, count = 0;
    int64_t low = v[0], high = v[0];
    for (int64_t t = 1; t < n; t++) { low = c12__min64(low, v[t]); high = c12__max64(high, v[t]); }
    uint64_t span = ((uint64_t)high - (uint64_t)low) / unit;
    if (span >= gaps * (uint64_t)n) return 1; /* however many there are */
    for (int64_t t = 0; t < n; t++) {
        uint64_t at = (uint64_t)v[t] - (uint64_t)low;
        if (unit != 1) at /= unit;
        count += ~seen[at / 64] >> at % 64 & 1;
        seen[at / 64] |= UINT64_C(1) << at % 64;
    }
    return count > 1 && span >= gaps * count;
}

/* Few values with gaps between them, as of a converter whose steps are no whole units: the lane holds their places. */
static int linw_take_grid(c12__tlm_writer *w, const int64_t *v, int32_t j, const c12__tlm_column *c)
{
    c12__tlm_linq *m = &w->m;
    int32_t most = (int32_t)c12__min64(C12__TLM_GRID, m->rows / 8), count;
    uint64_t unit = (uint64_t)m->unit[j];
    int there;
    if (m->rows > LINW_FIRST_LOOK && !linw_has_gaps(v, LINW_FIRST_LOOK, unit, LINW_GAPS + 1)) return 0; /* a few rows tell most columns to be none of that kind */
    if (m->rows > LINW_SECOND_LOOK && !linw_has_gaps(v, LINW_SECOND_LOOK, unit, LINW_GAPS)) return 0;
    int near = ((uint64_t)c->max - (uint64_t)c->min) / unit < LINW_NEAR;
    count = near ? linw_near_values(w, v, c, unit, most) : linw_values(w, v, m->rows, most);
    if (count < 2 || ((uint64_t)w->grid[count - 1] - (uint64_t)w->grid[0]) / unit < (m->rows > LINW_FIRST_LOOK ? LINW_GAPS : LINW_GAPS + 1) * (uint64_t)count) return 0;
    int32_t first = linw_place(w->grid, count, v[0], &there);
    for (int64_t t = 0; t < m->rows; t++) w->offered[j * m->rows + t] = linw_place(w->grid, count, v[t], &there) - first;
    m->change[j] = w->changes_end;
    w->changes_end += c12__tlm_put_varint(w->changes_end, (uint64_t)count);
    w->changes_end += c12__tlm_put_varint(w->changes_end, c12__tlm_zigzag((uint64_t)w->grid[0]));
    for (int32_t i = 1; i < count; i++) w->changes_end += c12__tlm_put_varint(w->changes_end, (uint64_t)w->grid[i] - (uint64_t)w->grid[i - 1]);
    m->change_size[j] = (size_t)(w->changes_end - m->change[j]);
    m->first[j][0] = first;
    m->unit[j] = 0;
    m->prepare[j] = 0;
    return 1;
}

int c12__tlm_writer_offer(c12__tlm_writer *w, const int64_t *v, int32_t entry, int stride, const c12__tlm_column *c)
{
    c12__tlm_linq *m = &w->m;
    int32_t j = m->lanes, order = 0;
    if (m->rows < LINW_LEAST_ROWS || j >= w->stride || w->barred[entry] || c12__tlm_few_runs(v, m->rows)) return 0;
    m->unit[j] = 1;
    if (!stride || !linw_take_stride(w, v, j)) {
        m->unit[j] = c12__tlm_common_unit(v, m->rows);
        if (linw_take_grid(w, v, j, c)) { m->column[m->lanes++] = entry; return 1; }
        if (((uint64_t)c->max - (uint64_t)c->min) / (uint64_t)m->unit[j] > LINW_RANGE) order = 1;
        if (!linw_take_near(w, v, j, c)) {
            while (!linw_take_differences(w, v, order, j))
                if (!order || ++order > 2) return 0;
            m->prepare[j] = order;
        }
    }
    m->column[j] = entry;
    m->lanes++;
    return 1;
}

/* Lanes side by side, rows of zeros before. */
static void linw_spread(c12__tlm_writer *w)
{
    static const int32_t none[LINW_TILE];
    c12__tlm_linq *m = &w->m;
    m->width = (m->lanes + 7) & ~7;
    memset(w->room, 0, (size_t)(w->stride + C12__TLM_MARGIN * m->width) * sizeof *w->room);
    w->x = w->room + w->stride + C12__TLM_MARGIN * m->width;
    for (int64_t from = 0; from < m->rows; from += LINW_TILE) {
        int64_t end = c12__min64(from + LINW_TILE, m->rows);
        for (int32_t j = 0; j < m->width; j += 4) {
            const int32_t *lane[4];
            for (int32_t l = 0; l < 4; l++) lane[l] = j + l < m->lanes ? w->offered + (j + l) * m->rows + from : none;
            c12__tlm_spread_four(w->x + from * m->width + j, m->width, lane, end - from);
        }
    }
}

/* ---- predictions and tables ---------------------------------------------------------------------------------------------------------------- */

/* Numbers of terms are known to the compiler where it matters. */
C12__TLM_INLINE void linw_predict_rows(c12__tlm_writer *w, int32_t plain, int32_t means, int32_t waves)
{
    const c12__tlm_linq *m = &w->m;
    int32_t mean[C12__TLM_MEANS][C12__TLM_LANES], back[C12__TLM_TERMS], wave = plain + means, terms = wave + waves, width = m->width;
    memset(mean, 0, sizeof mean);
    for (int32_t i = 1; i < plain; i++) {
        int32_t lane, rows = c12__tlm_term_reach(m, i, &lane);
        back[i] = rows * width + lane;
    }
    for (int64_t t = 0; t < m->rows; t++) {
        const int32_t *x = w->x + t * width, *weight = w->a + w->regime[t] * terms * width;
        for (int32_t g = 0; g < width; g += C12__TLM_VECTOR) {
            c12__tlm_vu sum = C12__TLM_VU(weight + g);
            for (int32_t i = 1; i < plain; i++) sum += C12__TLM_VU(weight + i * width + g) * C12__TLM_VU(x + g - back[i]);
            for (int32_t k = 0; k < means; k++) {
                c12__tlm_vs *e = (c12__tlm_vs *)(mean[k] + g);
                sum += C12__TLM_VU(weight + (plain + k) * width + g) * (c12__tlm_vu)(*e >> 6);
                *e = (c12__tlm_vs)((c12__tlm_vu)*e + (c12__tlm_vu)((c12__tlm_vs)((C12__TLM_VU(x + g) << 10) - (c12__tlm_vu)*e) >> m->mean_shift[k]));
            }
            for (int32_t i = 0; i < waves; i++) sum += C12__TLM_VU(weight + (wave + i) * width + g) * (uint32_t)w->wave[i * m->rows + t];
            *(c12__tlm_vu *)(w->p + t * width + g) = sum;
        }
    }
}

C12__TLM_INLINE void linw_predict(c12__tlm_writer *w)
{
    int32_t plain = c12__tlm_first_mean(&w->m), means = w->m.means, waves = 2 * w->m.waves;
    if (plain == 3 && means == 1 && !waves) linw_predict_rows(w, 3, 1, 0);      /* level fast */
    else if (plain == 5 && means == 1 && waves) linw_predict_rows(w, 5, 1, 2);  /* default, with waves ... */
    else if (plain == 6 && means == 1 && !waves) linw_predict_rows(w, 6, 1, 0); /* ... and without */
    else linw_predict_rows(w, plain, means, waves);
}

typedef void linw_form(c12__tlm_writer *w);
static void linw_predict_plain(c12__tlm_writer *w) { linw_predict(w); }
#ifdef C12__TLM_AVX2
__attribute__((target("avx2"))) static void linw_predict_avx2(c12__tlm_writer *w) { linw_predict(w); }
#endif

static linw_form *linw_best(void)
{
#ifdef C12__TLM_AVX2
    if (__builtin_cpu_supports("avx2")) return linw_predict_avx2;
#endif
    return linw_predict_plain;
}

void c12__tlm_predict(c12__tlm_writer *w)
{
    const c12__tlm_linq *m = &w->m;
    for (int32_t g = 0; g < m->regimes; g++) c12__tlm_linq_weights(m, m->weight + g * m->terms * m->width, w->a + g * m->terms * m->width);
    linw_best()(w);
}

/* Prediction - 4096 * value, by lane into `offered`, which is free: lane j from j * rows, there regime g from from[g]. */
static void linw_gather(const c12__tlm_writer *w, const int64_t from[C12__TLM_REGIMES + 1])
{
    const c12__tlm_linq *m = &w->m;
    int64_t at[C12__TLM_REGIMES];
    for (int32_t g = 0; g < m->regimes; g++) at[g] = from[g];
    for (int64_t t = 0; t < m->rows; t++) {
        const int32_t *p = w->p + t * m->width, *x = w->x + t * m->width;
        int32_t *to = w->offered + at[w->regime[t]]++;
        for (int32_t j = 0; j < m->lanes; j++, to += m->rows) {
            int64_t r = p[j] - (int64_t)x[j] * C12__TLM_ONE;
            *to = (int32_t)(r > 1 << 30 ? 1 << 30 : r < -(1 << 30) ? -(1 << 30) : r);
        }
    }
}

/* Of numbers no larger than a limit: how many there are, their sum, and the sum of their sizes. */
typedef struct linw_near_sums { int64_t count, sum, size; } linw_near_sums;

C12__TLM_INLINE linw_near_sums linw_sums(const int32_t *rest, int64_t n, int32_t limit)
{
    linw_near_sums s = { 0, 0, 0 };
    int64_t i = 0;
#if defined(__GNUC__) && !defined(C12__PLAIN_ROWS)
    typedef int64_t four __attribute__((vector_size(32)));
    typedef int32_t four_32 __attribute__((vector_size(16), aligned(4), may_alias));
    four sum = { 0, 0, 0, 0 }, size = sum;
    four_32 count = { 0, 0, 0, 0 };
    for (; i + 4 <= n; i += 4) {
        four_32 v = *(const four_32 *)(rest + i), minus = v >> 31, far = (v ^ minus) - minus, keep = far <= limit;
        sum += __builtin_convertvector(v & keep, four);
        size += __builtin_convertvector(far & keep, four);
        count -= keep;
    }
    for (int l = 0; l < 4; l++) { s.count += count[l]; s.sum += sum[l]; s.size += size[l]; }
#endif
    for (; i < n; i++) {
        int32_t far = rest[i] < 0 ? -rest[i] : rest[i];
        if (far > limit) continue;
        s.count++;
        s.sum += rest[i];
        s.size += far;
    }
    return s;
}

typedef linw_near_sums linw_sums_form(const int32_t *rest, int64_t n, int32_t limit);
static linw_near_sums linw_sums_plain(const int32_t *rest, int64_t n, int32_t limit) { return linw_sums(rest, n, limit); }
#ifdef C12__TLM_AVX2
__attribute__((target("avx2"))) static linw_near_sums linw_sums_avx2(const int32_t *rest, int64_t n, int32_t limit) { return linw_sums(rest, n, limit); }
#endif

static linw_sums_form *linw_sums_best(void)
{
#ifdef C12__TLM_AVX2
    if (__builtin_cpu_supports("avx2")) return linw_sums_avx2;
#endif
    return linw_sums_plain;
}

/* How far a bias is off, in units it can be mended by, without rows far out; *size: mean size of what is left. */
static int32_t linw_off(int32_t *rest, int64_t n, int32_t unit, int64_t *size)
{
    *size = 0;
    if (!n) return 0;
    linw_near_sums all = linw_sums_best()(rest, n, INT32_MAX), near = linw_sums_best()(rest, n, (int32_t)c12__min64(5 * all.size / n + C12__TLM_ONE, INT32_MAX));
    *size = near.size / near.count; /* the mean is never beyond the limit */
    int32_t by = (int32_t)(-near.sum / near.count / (1 << unit)) * (1 << unit);
    for (int64_t i = 0; i < n && by; i++) rest[i] += by;
    return by;
}

/* A value as the decoder will see it: u units of cells, low bits below. */
static int32_t linw_number(int32_t above, int32_t shift) { return above + (16 << shift) + (shift ? (1 << (shift - 1)) - 1 : 0); }

static uint64_t linw_outside(int32_t above) { return c12__tlm_zigzag((uint64_t)(int64_t)above); }

static int32_t linw_bits(uint64_t v)
{
    int32_t n = 0;
    for (; v; v >>= 1) n++;
    return n;
}

static const int16_t *linw_prices(c12__tlm_writer *w, int32_t table)
{
    int16_t *price = w->price + table * C12__TLM_CELLS;
    if (!w->priced[table]) {
        uint16_t freq[C12__TLM_CELLS];
        c12__tlm_table(table, freq);
        for (int32_t c = 0; c < C12__TLM_CELLS; c++)
            price[c] = (int16_t)(12 * 256 - c12__tlm_log2(freq[freq[c] ? c : 0]) + (freq[c] ? 0 : 256 * (6 + linw_bits(linw_outside(c - 16)))));
        w->priced[table] = 1;
    }
    return price;
}

/* How often each cell would come with cells of 2^shift values, in `phases` kinds of row; returns bits spent on low and outside bits. */
static int64_t linw_count(const int32_t *rest, int64_t n, int32_t shift, int32_t cell[C12__TLM_PHASES][C12__TLM_CELLS])
{
    int64_t bits = 0;
    int32_t phases = shift ? 0 : C12__TLM_PHASES - 1;
    memset(cell, 0, C12__TLM_PHASES * sizeof *cell);
    for (int64_t i = 0; i < n; i++) {
        int32_t above = -(rest[i] >> 12), v = linw_number(above, shift) >> shift;
        if (v > 0 && v < C12__TLM_CELLS) cell[rest[i] >> 9 & phases][v]++;
        else {
            cell[rest[i] >> 9 & phases][0]++;
            bits += 6 + linw_bits(linw_outside(above)) - shift;
        }
    }
    return bits + n * shift;
}

static int64_t linw_cost(c12__tlm_writer *w, int32_t scale, int32_t cell[C12__TLM_PHASES][C12__TLM_CELLS])
{
    int64_t cost = 0;
    for (int32_t f = 0; f < (c12__tlm_scale_shift(scale) ? 1 : C12__TLM_PHASES); f++) {
        const int16_t *price = linw_prices(w, c12__tlm_table_of(scale) + f);
        for (int32_t c = 0; c < C12__TLM_CELLS; c++) cost += (int64_t)cell[f][c] * price[c];
    }
    return cost;
}

/* The cheapest scale byte near the deviation that the mean size suggests; *total grows by its 256 * bits. */
static uint8_t linw_choose(c12__tlm_writer *w, const int32_t *rest, int64_t n, int64_t size, int64_t *total)
{
    int32_t cell[C12__TLM_PHASES][C12__TLM_CELLS], best = 0, known = -1;
    int64_t low = INT64_MAX, bits = 0;
    int32_t guess = (c12__tlm_log2((uint32_t)(size + 1)) + 82 - 8 * 256) / 64; /* 4 log2(16 * 1.25 size / 4096) */
    if (guess < 0) guess = 0; /* hardly ever anything but the prediction */
    for (int32_t s = guess - 4; s <= guess + 3; s++) {
        if (s < 0 || s >= C12__TLM_SCALES) continue;
        int32_t shift = c12__tlm_scale_shift(s);
        if (shift != known) bits = linw_count(rest, n, shift, cell);
        known = shift;
        for (int32_t shape = 0; shape < C12__TLM_SHAPES; shape++) {
            int64_t cost = linw_cost(w, shape * C12__TLM_SCALES + s, cell) + bits * 256;
            if (cost < low) { low = cost; best = shape * C12__TLM_SCALES + s; }
        }
    }
    *total += low < INT64_MAX ? low : 0;
    return (uint8_t)best;
}

void c12__tlm_scales(c12__tlm_writer *w)
{
    c12__tlm_linq *m = &w->m;
    int64_t from[C12__TLM_REGIMES + 1] = { 0 }, size;
    int32_t *mend = w->lane; /* [regimes][width] */
    c12__tlm_predict(w);
    for (int64_t t = 0; t < m->rows; t++) from[w->regime[t] + 1]++;
    for (int32_t g = 0; g < m->regimes; g++) from[g + 1] += from[g];
    memset(w->priced, 0, C12__TLM_TABLES);
    memset(mend, 0, (size_t)(m->regimes * m->width) * sizeof *mend);
    linw_gather(w, from);
    for (int32_t j = 0; j < m->lanes; j++) {
        int64_t total = 0;
        for (int32_t g = 0; g < m->regimes; g++) {
            int32_t *rest = w->offered + j * m->rows + from[g];
            int64_t n = from[g + 1] - from[g];
            mend[g * m->width + j] = linw_off(rest, n, c12__tlm_unit(m, 0), &size);
            m->weight[g * m->terms * m->width + j] += mend[g * m->width + j];
            m->scale[g * C12__TLM_LANES + j] = linw_choose(w, rest, n, size, &total);
        }
        if (!w->rounds && m->prepare[j] != C12__TLM_LANE_STRIDE) c12__tlm_suspect_bins(w, j, total);
        w->total[j] = total;
    }
    for (int64_t t = 0; t < m->rows; t++)
        for (int32_t j = 0; j < m->width; j++) w->p[t * m->width + j] += mend[w->regime[t] * m->width + j];
}

/* ---- header ---------------------------------------------------------------------------------------------------------------------------------- */

/* Strides that are not 1, and lists of values. */
static uint8_t *linw_put_lists(const c12__tlm_linq *m, uint8_t *out)
{
    for (int32_t j = 0; j < m->lanes; j++) {
        int stride = m->prepare[j] == C12__TLM_LANE_STRIDE;
        if (!stride && m->unit[j]) continue;
        if (stride) out += c12__tlm_put_varint(out, (uint64_t)m->first[j][2]);
        memcpy(out, m->change[j], m->change_size[j]);
        out += m->change_size[j];
    }
    return out;
}

typedef struct linw_sink { uint8_t *out; uint64_t word; int32_t have; } linw_sink;

static void linw_bit(linw_sink *s, uint64_t v, int32_t count) /* count <= 56 */
{
    s->word |= v << s->have;
    s->have += count;
    for (; s->have >= 8; s->have -= 8, s->word >>= 8) *s->out++ = (uint8_t)s->word;
}

static void linw_flush(linw_sink *s)
{
    if (s->have) *s->out++ = (uint8_t)s->word;
    s->word = 0;
    s->have = 0;
}

/* Its size, and what it is.  All columns together have more room than it takes. */
static uint8_t *linw_put_model(c12__tlm_writer *w, uint8_t *out)
{
    uint8_t waits[C12_TLM_MAX_FIELDS + 1];
    const c12__tlm_model_known known = { waits, w->size, w->base, C12_TLM_MAX_FIELDS + 1 };
    size_t room = (size_t)w->m.lanes * C12__TLM_MODEL_ROOM + (size_t)w->m.rows;
    c12__tlm_coder c = c12__tlm_coder_writes(out + 5, room);
    memset(waits, 1, sizeof waits);
    (void)c12__tlm_model_tables(&c, &w->m, w->odds, &known);
    c12__tlm_model_weights(&c, &w->m, w->odds);
    size_t n = c12__tlm_bits_end(&c.out), head = c12__tlm_put_varint(out, n);
    c12__tlm_move_down(out + head, out + 5, n);
    return out + head + n;
}

uint8_t *c12__tlm_linq_header(c12__tlm_writer *w, uint8_t *out)
{
    const c12__tlm_linq *m = &w->m;
    *out++ = (uint8_t)m->lanes;
    *out++ = (uint8_t)m->lags;
    *out++ = (uint8_t)(m->parents | (m->depth - 1) << 3 | m->means << 4 | m->waves << 6 | 128);
    *out++ = (uint8_t)(m->mean_shift[0] | m->mean_shift[1] << 4);
    *out++ = (uint8_t)(m->regimes | m->packed << 7);
    out = linw_put_model(w, out);
    return linw_put_lists(m, out);
}

/* ---- values -------------------------------------------------------------------------------------------------------------------------------------- */

static void linw_make_slots(linw_slots *s, int32_t table)
{
    c12__tlm_slot slot[2 * C12__TLM_CELLS];
    uint8_t at[C12__TLM_CELLS + 1] = { 0 };
    c12__tlm_table(table, s->freq);
    c12__tlm_alias(s->freq, slot);
    for (int32_t i = 0; i < 2 * C12__TLM_CELLS; i++) at[c12__tlm_slot_cell(slot[i]) + 1]++;
    for (int32_t c = 0; c < C12__TLM_CELLS; c++) at[c + 1] = (uint8_t)(at[c + 1] + at[c] + 1);
    for (int32_t i = 0; i < 2 * C12__TLM_CELLS; i++) {
        int32_t split = (int32_t)c12__tlm_slot_split(slot[i]), n = at[c12__tlm_slot_cell(slot[i])]++, start = i / 2 * 128 + (i & 1 ? split : 0);
        s->rank[n] = (uint16_t)((uint32_t)start + c12__tlm_slot_shift(slot[i])); /* an empty stretch begins where the next one does */
        s->slot[n] = (uint16_t)start;
    }
    for (int32_t c = 0, i = 0, n = 0; c < C12__TLM_CELLS; i = at[c++] + 1) {
        s->inverse[c] = s->freq[c] ? UINT64_MAX / s->freq[c] : 0;
        s->rank[at[c]] = UINT16_MAX;
        s->hints[c] = (uint8_t)n;
        for (int32_t rank = 0; rank < s->freq[c]; rank += 128) {
            while (s->rank[i + 1] <= rank) i++;
            s->hint[n++] = (uint8_t)i;
        }
    }
    s->known = 1;
}

static inline const linw_slots *linw_slots_of(c12__tlm_writer *w, int32_t table)
{
    linw_slots *s = (linw_slots *)(void *)w->slots + table;
    if (!s->known) linw_make_slots(s, table);
    return s;
}

/* Low and outside bits in the decoder's order; p becomes table * 32 + cell. */
static uint8_t *linw_put_bits(c12__tlm_writer *w, uint8_t *out)
{
    const c12__tlm_linq *m = &w->m;
    linw_sink s = { out, 0, 0 };
    int32_t table[C12__TLM_REGIMES][C12__TLM_LANES], shifts[C12__TLM_REGIMES][C12__TLM_LANES];
    for (int32_t g = 0; g < m->regimes; g++)
        for (int32_t j = 0; j < m->lanes; j++) {
            table[g][j] = c12__tlm_table_of(m->scale[g * C12__TLM_LANES + j]);
            shifts[g][j] = c12__tlm_scale_shift(m->scale[g * C12__TLM_LANES + j]);
        }
    for (int32_t k = 0; k < C12__TLM_TABLES; k++) ((linw_slots *)(void *)w->slots)[k].known = 0;
    for (int64_t step = 0; step < m->rows + m->lanes - 1; step++)
        for (int32_t j = step < m->rows ? 0 : (int32_t)(step - m->rows) + 1; j < m->lanes && j <= step; j++) {
            int64_t t = step - j, at = t * m->width + j;
            int32_t g = w->regime[t], shift = shifts[g][j], above = w->x[at] - (w->p[at] >> 12), v = linw_number(above, shift), cell = v >> shift;
            int32_t use = table[g][j] + (shift ? 0 : w->p[at] >> 9 & (C12__TLM_PHASES - 1));
            if (cell > 0 && cell < C12__TLM_CELLS && linw_slots_of(w, use)->freq[cell]) linw_bit(&s, (uint64_t)v & ((1u << shift) - 1), shift);
            else {
                uint64_t z = linw_outside(above);
                linw_bit(&s, (uint64_t)linw_bits(z) | z << 6, 6 + linw_bits(z));
                cell = 0;
            }
            w->p[at] = use * C12__TLM_CELLS + cell;
        }
    linw_flush(&s);
    return s.out;
}

/* From the last value to the first; words are written from the end of `offered`, which is no longer needed. */
static uint8_t *linw_put_words(c12__tlm_writer *w, uint8_t *out)
{
    const c12__tlm_linq *m = &w->m;
    uint64_t state[C12__TLM_STATES];
    uint8_t *end = (uint8_t *)w->offered + (size_t)m->rows * (size_t)w->stride * sizeof *w->offered, *word = end;
    for (int32_t k = 0; k < C12__TLM_STATES; k++) state[k] = UINT64_C(1) << 32;
    for (int64_t step = m->rows + m->lanes - 2; step >= 0; step--) {
        int32_t low = step < m->rows ? 0 : (int32_t)(step - m->rows) + 1;
        for (int32_t j = (int32_t)c12__min64(m->lanes - 1, step); j >= low; j--) {
            uint32_t code = (uint32_t)w->p[(step - j) * m->width + j], cell = code % C12__TLM_CELLS;
            const linw_slots *s = linw_slots_of(w, (int32_t)(code / C12__TLM_CELLS));
            uint64_t x = state[j % C12__TLM_STATES];
            uint32_t f = s->freq[cell];
            if (x >> 52 >= f) {
                word -= 4;
                c12__tlm_put32(word, (uint32_t)x);
                x >>= 32;
            }
            uint64_t q = linw_high(x, s->inverse[cell]);
            uint32_t rank = (uint32_t)(x - q * f), less = rank >= f; /* q is the quotient or one less */
            q += less;
            rank -= f & (0 - less);
            uint32_t i = s->hint[s->hints[cell] + (rank >> 7)];
            i += s->rank[i + 1] <= rank;
            i += s->rank[i + 1] <= rank;
            while (s->rank[i + 1] <= rank) i++;
            state[j % C12__TLM_STATES] = q << C12__TLM_PROBABILITY_BITS | (s->slot[i] + rank - s->rank[i]);
        }
    }
    for (int32_t k = 0; k < C12__TLM_STATES; k++, out += 8) c12__tlm_put64(out, state[k]);
    memcpy(out, word, (size_t)(end - word));
    return out + (end - word);
}

/* Terms: lags, parents, slow means and how slow. */
typedef struct linw_shape { int32_t lags, parents, means, shift[C12__TLM_MEANS]; } linw_shape;
enum { LINW_FAST, LINW_USUAL /* level default's */, LINW_MORE, LINW_MOST /* max has both */, LINW_SHAPES };
static const linw_shape linw_shapes[LINW_SHAPES] = { { 2, 0, 1, { 4, 0 } }, { 3, 2, 1, { 4, 0 } }, { 3, 2, 2, { 2, 4 } }, { 8, 2, 2, { 3, 6 } } };

static void linw_use(c12__tlm_writer *w, const linw_shape *shape)
{
    c12__tlm_linq *m = &w->m;
    m->lags = shape->lags;
    m->parents = shape->parents;
    m->depth = 1;
    m->means = shape->means;
    m->waves = 0;
    for (int32_t k = 0; k < C12__TLM_MEANS; k++) m->mean_shift[k] = shape->shift[k];
    m->terms = 1 + m->lags + m->parents * m->depth + m->means;
}

static uint8_t *linw_put(c12__tlm_writer *w, const linw_shape *shape, uint8_t *out)
{
    linw_use(w, shape);
    w->m.packed = 0;
    c12__tlm_fit(w);
    c12__tlm_scales(w);
    if (w->again) return out;
    out = c12__tlm_linq_header(w, out);
    /* the bits' size stands before them: their place is known once they are written behind a gap */
    uint8_t *bits = out + 5, *end = linw_put_bits(w, bits);
    size_t n = (size_t)(end - bits), head = c12__tlm_put_varint(out, n);
    c12__tlm_move_down(out + head, bits, n);
    return linw_put_words(w, out + head + n);
}

/* Bytes of the shape as its level has it. */
static ptrdiff_t linw_try(c12__tlm_writer *w, int32_t shape, uint8_t *out)
{
    w->level = shape == LINW_USUAL ? C12_TLM_DEFAULT : C12_TLM_MAX;
    return linw_put(w, &linw_shapes[shape], out) - out;
}

/* Lanes that are better off with mixed odds; size: what all take in the shape, in which theirs are `total`. */
static void linw_mix(c12__tlm_writer *w, int32_t shape, ptrdiff_t size, const int64_t total[C12__TLM_LANES])
{
    for (int32_t j = 0; w->mix && !w->shape && j < w->m.lanes; j++)
        if (w->m.prepare[j] != C12__TLM_LANE_STRIDE) c12__tlm_suspect_mix(w, j, total[j]);
    w->all = size;
    w->shape = shape;
}

/* Level max writes what came out smallest, and what level default would write is among it. */
static uint8_t *linw_put_smallest(c12__tlm_writer *w, uint8_t *out)
{
    ptrdiff_t size = PTRDIFF_MAX, last = 0;
    int64_t total[C12__TLM_LANES];
    int32_t best = 0, known = w->shape;
    for (int32_t k = known ? known : LINW_USUAL; k < (known ? known + 1 : LINW_SHAPES); k++) {
        last = linw_try(w, k, out);
        if (w->again) return NULL;
        if (last >= size) continue;
        size = last;
        best = k;
        memcpy(total, w->total, sizeof total);
    }
    linw_mix(w, best, size, total);
    if (w->again) return NULL;
    return out + (last == size ? last : linw_try(w, best, out));
}

uint8_t *c12__tlm_writer_put(c12__tlm_writer *w, uint8_t *out)
{
    if (!w->m.lanes) return out;
    linw_spread(w);
    if (w->level == C12_TLM_FAST) {
        linw_use(w, &linw_shapes[LINW_FAST]);
        c12__tlm_fit(w);
        uint8_t *end = c12__tlm_packed_put(w, out);
        if (end) return end;
    }
    if (w->level == C12_TLM_MAX) return linw_put_smallest(w, out);
    uint8_t *end = linw_put(w, &linw_shapes[LINW_USUAL], out);
    if (!w->again) linw_mix(w, LINW_USUAL, end - out, w->total);
    return w->again ? NULL : end;
}
