/* SPDX-License-Identifier: Apache-2.0 */
/* Predicted columns, writing: columns become lanes, weights are fitted, tables chosen by exact cost, and all values coded. */
#include "tlm/tlm_linq.h"

enum { LINW_LEAST_ROWS = 64, LINW_RANGE = 1 << 15, LINW_RUNS = 4096, LINW_SAMPLE = 255 };

/* Where a cell's numbers lie among the 4096 of a table: stretches of slots, by rank. */
typedef struct linw_slots { uint16_t freq[C12__TLM_CELLS], rank[2 * C12__TLM_CELLS], slot[2 * C12__TLM_CELLS]; uint8_t from[C12__TLM_CELLS + 1], known; } linw_slots;

void c12__tlm_writer_carve(c12__tlm_writer *w, c12__arena *a, int64_t rows, int32_t columns)
{
    int64_t stride = (c12__min64(columns, C12__TLM_LANES) + 7) & ~7, terms = C12__TLM_TERMS, pairs = (terms + 1) * (terms + 2) / 2;
    w->stride = (int32_t)stride;
    w->offered = C12__CARVE(a, int32_t, rows * stride);
    w->room = C12__CARVE(a, int32_t, (1 + C12__TLM_MARGIN + rows) * stride);
    w->p = C12__CARVE(a, int32_t, rows * stride);
    w->regime = C12__CARVE(a, uint8_t, rows + 1);
    w->cost = C12__CARVE(a, int32_t, rows * C12__TLM_REGIMES);
    w->sum = C12__CARVE(a, int64_t, 2 * pairs * stride);
    w->part = C12__CARVE(a, int32_t, pairs * stride);
    w->term = C12__CARVE(a, int32_t, (terms + 1) * stride);
    w->a = C12__CARVE(a, int32_t, (C12__TLM_REGIMES + 1) * terms * stride);
    w->lane = C12__CARVE(a, int32_t, 20 * stride);
    w->m.weight = C12__CARVE(a, int32_t, C12__TLM_REGIMES * terms * stride);
    w->m.scale = C12__CARVE(a, uint8_t, C12__TLM_REGIMES * C12__TLM_LANES);
    w->m.run_from = C12__CARVE(a, int32_t, LINW_RUNS + 1);
    w->m.run_regime = C12__CARVE(a, int32_t, LINW_RUNS + 1);
    w->price = C12__CARVE(a, int16_t, C12__TLM_TABLES * C12__TLM_CELLS);
    w->priced = C12__CARVE(a, uint8_t, C12__TLM_TABLES);
    w->slots = (uint8_t *)C12__CARVE(a, linw_slots, C12__TLM_TABLES);
    w->changes = C12__CARVE(a, uint8_t, rows * 2 + 64);
}

void c12__tlm_writer_begin(c12__tlm_writer *w, int64_t rows, int32_t level)
{
    w->m.rows = rows;
    w->m.lanes = 0;
    w->level = level;
    w->changes_end = w->changes;
}

/* ---- columns become lanes ---------------------------------------------------------------------------------------------------------- */

/* Values prepared by differences lie within reach of `first`; into lane j. */
static int linw_take_differences(c12__tlm_writer *w, const int64_t *v, int32_t order, int32_t j)
{
    c12__tlm_linq *m = &w->m;
    uint64_t before[2] = { (uint64_t)v[0], (uint64_t)v[1] - (uint64_t)v[0] };
    m->first[j][0] = v[0];
    m->first[j][1] = order == 2 ? (int64_t)before[1] : 0;
    for (int64_t t = 0; t < m->rows; t++) {
        uint64_t u = (uint64_t)v[t];
        if (order) { uint64_t d = u - before[0]; before[0] = u; u = d; }
        if (order == 2) { uint64_t d = u - before[1]; before[1] = t ? u : before[1]; u = d; }
        if (t == order) m->first[j][order] = (int64_t)u;
        int64_t x = t < order ? 0 : (int64_t)(u - (uint64_t)m->first[j][order]);
        if (x > LINW_RANGE || x < -LINW_RANGE) return 0;
        w->offered[t * w->stride + j] = (int32_t)x;
    }
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
    w->offered[j] = 0;
    for (int64_t t = 1; t < m->rows; t++) {
        int64_t d = (int64_t)((uint64_t)v[t] - (uint64_t)v[t - 1]), strides = d < 0 || d > INT64_MAX - period ? 0 : (d + period / 2) / period;
        base += (uint64_t)strides * (uint64_t)period;
        if (strides != 1) {
            if (out - w->changes > m->rows) return 0; /* no steady stride */
            out += c12__tlm_put_varint(out, (uint64_t)(t - last));
            out += c12__tlm_put_varint(out, c12__tlm_zigzag((uint64_t)strides - 1));
            last = t;
            count++;
        }
        int64_t x = (int64_t)((uint64_t)v[t] - base);
        if (x > LINW_RANGE || x < -LINW_RANGE) return 0;
        w->offered[t * w->stride + j] = (int32_t)x;
    }
    m->first[j][0] = v[0];
    m->first[j][1] = period;
    m->first[j][2] = count;
    m->prepare[j] = C12__TLM_LANE_STRIDE;
    w->change[j] = start;
    w->change_size[j] = (size_t)(out - start);
    w->changes_end = out;
    return 1;
}

int c12__tlm_writer_offer(c12__tlm_writer *w, const int64_t *v, int32_t entry, int stride, const c12__tlm_column *c)
{
    c12__tlm_linq *m = &w->m;
    int32_t j = m->lanes, order = 0;
    if (m->rows < LINW_LEAST_ROWS || j >= w->stride || c->bytes <= 24 + m->rows / 64) return 0;
    if (!stride || !linw_take_stride(w, v, j)) {
        if ((uint64_t)c->max - (uint64_t)c->min > LINW_RANGE) order = 1;
        while (!linw_take_differences(w, v, order, j))
            if (!order || ++order > 2) return 0;
        m->prepare[j] = order;
    }
    m->column[j] = entry;
    m->lanes++;
    return 1;
}

/* Lanes side by side, rows of zeros before. */
static void linw_spread(c12__tlm_writer *w)
{
    c12__tlm_linq *m = &w->m;
    m->width = (m->lanes + 7) & ~7;
    memset(w->room, 0, (size_t)(w->stride + C12__TLM_MARGIN * m->width) * sizeof *w->room);
    w->x = w->room + w->stride + C12__TLM_MARGIN * m->width;
    for (int64_t t = 0; t < m->rows; t++)
        for (int32_t j = 0; j < m->width; j++) w->x[t * m->width + j] = j < m->lanes ? w->offered[t * w->stride + j] : 0;
}

/* ---- predictions and tables ---------------------------------------------------------------------------------------------------------------- */

C12__TLM_INLINE void linw_predict(c12__tlm_writer *w)
{
    const c12__tlm_linq *m = &w->m;
    int32_t mean[C12__TLM_MEANS][C12__TLM_LANES], back[C12__TLM_TERMS], plain = m->terms - m->means;
    memset(mean, 0, sizeof mean);
    for (int32_t i = 1; i < plain; i++) {
        int32_t lane, rows = c12__tlm_term_reach(m, i, &lane);
        back[i] = rows * m->width + lane;
    }
    for (int64_t t = 0; t < m->rows; t++) {
        const int32_t *x = w->x + t * m->width, *weight = w->a + w->regime[t] * m->terms * m->width;
        for (int32_t g = 0; g < m->width; g += C12__TLM_VECTOR) {
            c12__tlm_vu sum = C12__TLM_VU(weight + g);
            for (int32_t i = 1; i < plain; i++) sum += C12__TLM_VU(weight + i * m->width + g) * C12__TLM_VU(x + g - back[i]);
            for (int32_t k = 0; k < m->means; k++) {
                c12__tlm_vs *e = (c12__tlm_vs *)(mean[k] + g);
                sum += C12__TLM_VU(weight + (plain + k) * m->width + g) * (c12__tlm_vu)(*e >> 6);
                *e += (c12__tlm_vs)((C12__TLM_VU(x + g) << 10) - (c12__tlm_vu)*e) >> m->mean_shift[k];
            }
            *(c12__tlm_vu *)(w->p + t * m->width + g) = sum;
        }
    }
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

/* 4096 * (value - prediction), held within 2^30. */
static int32_t linw_rest(const c12__tlm_writer *w, int64_t at)
{
    int64_t r = (int64_t)w->x[at] * C12__TLM_ONE - w->p[at];
    return (int32_t)(r > 1 << 30 ? 1 << 30 : r < -(1 << 30) ? -(1 << 30) : r);
}

/* Sizes of residuals in 1/4096, and what each bias is off by; far rows do not count. */
static void linw_mend_biases(c12__tlm_writer *w, int64_t size[C12__TLM_REGIMES][C12__TLM_LANES])
{
    c12__tlm_linq *m = &w->m;
    for (int32_t j = 0; j < m->lanes; j++) {
        int64_t all[C12__TLM_REGIMES] = { 0 }, n[C12__TLM_REGIMES] = { 0 }, off[C12__TLM_REGIMES] = { 0 }, near[C12__TLM_REGIMES] = { 0 }, sum[C12__TLM_REGIMES] = { 0 };
        int32_t by[C12__TLM_REGIMES] = { 0 };
        for (int64_t t = 0; t < m->rows; t++) {
            int32_t r = linw_rest(w, t * m->width + j);
            all[w->regime[t]] += r < 0 ? -(int64_t)r : r;
            n[w->regime[t]]++;
        }
        for (int64_t t = 0; t < m->rows; t++) {
            int32_t g = w->regime[t], r = linw_rest(w, t * m->width + j);
            if ((r < 0 ? -(int64_t)r : r) * n[g] > 5 * all[g] + n[g] * C12__TLM_ONE) continue;
            off[g] += r;
            sum[g] += r < 0 ? -(int64_t)r : r;
            near[g]++;
        }
        for (int32_t g = 0; g < m->regimes; g++) {
            if (near[g]) by[g] = (int32_t)(off[g] / near[g] / 64) * 64;
            m->weight[g * m->terms * m->width + j] += by[g];
            size[g][j] = near[g] ? sum[g] / near[g] : 0;
        }
        for (int64_t t = 0; t < m->rows; t++) w->p[t * m->width + j] += by[w->regime[t]];
    }
}

/* A value as the decoder will see it. */
static int32_t linw_number(int32_t x, int32_t p, int32_t shift) { return x - (p >> 12) + (16 << shift) + (shift ? (1 << (shift - 1)) - 1 : 0); }

static uint64_t linw_outside(int32_t x, int32_t p) { return c12__tlm_zigzag((uint64_t)((int64_t)x - (p >> 12))); }

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
        for (int32_t c = 0; c < C12__TLM_CELLS; c++) price[c] = (int16_t)(12 * 256 - c12__tlm_log2(freq[c]));
        w->priced[table] = 1;
    }
    return price;
}

/* How often each cell would come with cells of 2^shift values, in `phases` kinds of row; returns bits spent on low and outside bits. */
static int64_t linw_count(const c12__tlm_writer *w, int32_t regime, int32_t j, int32_t shift, int32_t cell[C12__TLM_PHASES][C12__TLM_CELLS])
{
    const c12__tlm_linq *m = &w->m;
    int64_t bits = 0;
    memset(cell, 0, C12__TLM_PHASES * sizeof *cell);
    for (int64_t t = 0; t < m->rows; t++) {
        if (w->regime[t] != regime) continue;
        int32_t x = w->x[t * m->width + j], p = w->p[t * m->width + j], v = linw_number(x, p, shift) >> shift;
        int inside = v > 0 && v < C12__TLM_CELLS;
        bits += inside ? shift : 6 + linw_bits(linw_outside(x, p));
        cell[shift ? 0 : p >> 9 & (C12__TLM_PHASES - 1)][inside ? v : 0]++;
    }
    return bits;
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

/* The cheapest scale byte near the deviation that the mean size suggests. */
static int32_t linw_choose(c12__tlm_writer *w, int32_t regime, int32_t j, int64_t size)
{
    int32_t cell[C12__TLM_PHASES][C12__TLM_CELLS], best = 0, known = -1;
    int64_t low = INT64_MAX, bits = 0;
    int32_t guess = (c12__tlm_log2((uint32_t)(size + 1)) + 82 - 8 * 256) / 64; /* 4 log2(16 * 1.25 size / 4096) */
    for (int32_t s = guess - 6; s <= guess + 4; s++) {
        if (s < 0 || s >= C12__TLM_SCALES) continue;
        int32_t shift = c12__tlm_scale_shift(s);
        if (shift != known) bits = linw_count(w, regime, j, shift, cell);
        known = shift;
        for (int32_t shape = 0; shape < C12__TLM_SHAPES; shape++) {
            int64_t cost = linw_cost(w, shape * C12__TLM_SCALES + s, cell) + bits * 256;
            if (cost < low) { low = cost; best = shape * C12__TLM_SCALES + s; }
        }
    }
    return best;
}

void c12__tlm_scales(c12__tlm_writer *w)
{
    c12__tlm_linq *m = &w->m;
    int64_t size[C12__TLM_REGIMES][C12__TLM_LANES];
    for (int32_t g = 0; g < m->regimes; g++) c12__tlm_linq_weights(m, m->weight + g * m->terms * m->width, w->a + g * m->terms * m->width);
    linw_best()(w);
    linw_mend_biases(w, size);
    memset(w->priced, 0, C12__TLM_TABLES);
    for (int32_t g = 0; g < m->regimes; g++)
        for (int32_t j = 0; j < m->lanes; j++) m->scale[g * C12__TLM_LANES + j] = (uint8_t)linw_choose(w, g, j, size[g][j]);
}

/* ---- header ---------------------------------------------------------------------------------------------------------------------------------- */

static uint8_t *linw_put_runs(c12__tlm_writer *w, uint8_t *out)
{
    c12__tlm_linq *m = &w->m;
    m->runs = 0;
    for (int64_t t = 0; t < m->rows; t++)
        if (!t || w->regime[t] != w->regime[t - 1]) {
            m->run_from[m->runs] = (int32_t)t;
            m->run_regime[m->runs++] = w->regime[t];
        }
    m->run_from[m->runs] = (int32_t)m->rows;
    out += c12__tlm_put_varint(out, (uint64_t)m->runs);
    for (int32_t k = 0; k < m->runs; k++)
        out += c12__tlm_put_varint(out, (uint64_t)(m->run_from[k + 1] - m->run_from[k]) * (uint64_t)m->regimes + (uint64_t)m->run_regime[k]);
    return out;
}

static uint8_t *linw_put_lanes(const c12__tlm_writer *w, uint8_t *out)
{
    const c12__tlm_linq *m = &w->m;
    for (int32_t j = 0; j < m->lanes; j++) {
        int stride = m->prepare[j] == C12__TLM_LANE_STRIDE;
        *out++ = (uint8_t)m->column[j];
        *out++ = (uint8_t)m->prepare[j];
        for (int32_t k = 0; k < (stride ? 2 : m->prepare[j] + 1); k++) out += c12__tlm_put_varint(out, c12__tlm_zigzag((uint64_t)m->first[j][k]));
        if (!stride) continue;
        out += c12__tlm_put_varint(out, (uint64_t)m->first[j][2]);
        memcpy(out, w->change[j], w->change_size[j]);
        out += w->change_size[j];
    }
    for (int32_t g = 0; g < m->regimes; g++)
        for (int32_t j = 0; j < m->lanes; j++) *out++ = m->scale[g * C12__TLM_LANES + j];
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

static uint32_t linw_weight(const c12__tlm_linq *m, int32_t g, int32_t t, int32_t j)
{
    int32_t v = m->weight[(g * m->terms + t) * m->width + j] / (1 << c12__tlm_unit(m, t));
    return (uint32_t)v << 1 ^ (uint32_t)-(v < 0);
}

static int64_t linw_rice_bits(const c12__tlm_linq *m, int32_t t, int32_t k, int *zero)
{
    int64_t bits = 0;
    *zero = 1;
    for (int32_t g = 0; g < m->regimes; g++)
        for (int32_t j = 0; j < m->lanes; j++) {
            uint32_t z = linw_weight(m, g, t, j);
            bits += z >> k < 20 ? (int64_t)(z >> k) + 1 + k : 44;
            *zero &= !z;
        }
    return bits;
}

static uint8_t *linw_put_weights(const c12__tlm_writer *w, uint8_t *out)
{
    const c12__tlm_linq *m = &w->m;
    linw_sink s = { out, 0, 0 };
    for (int32_t t = 0; t < m->terms; t++) {
        int32_t best = 0;
        int zero;
        int64_t low = INT64_MAX;
        for (int32_t k = 0; k < 15; k++) {
            int64_t bits = linw_rice_bits(m, t, k, &zero);
            if (bits < low) { low = bits; best = k; }
        }
        linw_bit(&s, (uint64_t)(zero ? 0 : c12__tlm_unit(m, t)), 4);
        linw_bit(&s, (uint64_t)(zero ? 15 : best), 4);
        for (int32_t g = 0; g < m->regimes && !zero; g++)
            for (int32_t j = 0; j < m->lanes; j++) {
                uint32_t z = linw_weight(m, g, t, j), q = z >> best;
                linw_bit(&s, (UINT64_C(1) << (q < 20 ? q : 20)) - 1, (int32_t)(q < 20 ? q + 1 : 20));
                linw_bit(&s, q < 20 ? z & ((1u << best) - 1) : z, q < 20 ? best : 24);
            }
    }
    linw_flush(&s);
    return s.out;
}

static uint8_t *linw_put_header(c12__tlm_writer *w, uint8_t *out)
{
    const c12__tlm_linq *m = &w->m;
    *out++ = (uint8_t)m->lanes;
    *out++ = (uint8_t)m->lags;
    *out++ = (uint8_t)(m->parents | (m->depth - 1) << 3 | m->means << 4);
    *out++ = (uint8_t)(m->mean_shift[0] | m->mean_shift[1] << 4);
    *out++ = (uint8_t)m->regimes;
    out = linw_put_runs(w, out);
    out = linw_put_lanes(w, out);
    return linw_put_weights(w, out);
}

/* ---- values -------------------------------------------------------------------------------------------------------------------------------------- */

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
    for (int64_t step = 0; step < m->rows + m->lanes - 1; step++)
        for (int32_t j = step < m->rows ? 0 : (int32_t)(step - m->rows) + 1; j < m->lanes && j <= step; j++) {
            int64_t t = step - j, at = t * m->width + j;
            int32_t g = w->regime[t], shift = shifts[g][j], v = linw_number(w->x[at], w->p[at], shift), cell = v >> shift;
            int32_t use = table[g][j] + (shift ? 0 : w->p[at] >> 9 & (C12__TLM_PHASES - 1));
            if (cell > 0 && cell < C12__TLM_CELLS) linw_bit(&s, (uint64_t)v & ((1u << shift) - 1), shift);
            else {
                uint64_t z = linw_outside(w->x[at], w->p[at]);
                linw_bit(&s, (uint64_t)linw_bits(z) | z << 6, 6 + linw_bits(z));
                cell = 0;
            }
            w->p[at] = use * C12__TLM_CELLS + cell;
        }
    linw_flush(&s);
    return s.out;
}

static const linw_slots *linw_slots_of(c12__tlm_writer *w, int32_t table)
{
    linw_slots *s = (linw_slots *)(void *)w->slots + table;
    if (s->known) return s;
    c12__tlm_slot slot[2 * C12__TLM_CELLS];
    int32_t n = 0;
    c12__tlm_table(table, s->freq);
    c12__tlm_alias(s->freq, slot);
    for (int32_t c = 0; c < C12__TLM_CELLS; c++) {
        s->from[c] = (uint8_t)n;
        for (int32_t i = 0; i < 2 * C12__TLM_CELLS; i++) {
            int32_t start = i / 2 * 128 + (i & 1 ? slot[i].split : 0);
            if (slot[i].cell != c || (i & 1 ? slot[i].split == 128 : !slot[i].split)) continue;
            s->rank[n] = (uint16_t)(start + slot[i].shift);
            s->slot[n++] = (uint16_t)start;
        }
    }
    s->from[C12__TLM_CELLS] = (uint8_t)n;
    s->known = 1;
    return s;
}

/* From the last value to the first; words are written from the end of `offered`, which is no longer needed. */
static uint8_t *linw_put_words(c12__tlm_writer *w, uint8_t *out)
{
    const c12__tlm_linq *m = &w->m;
    uint32_t state[C12__TLM_STATES];
    uint8_t *end = (uint8_t *)w->offered + (size_t)m->rows * (size_t)w->stride * sizeof *w->offered, *word = end;
    for (int32_t k = 0; k < C12__TLM_STATES; k++) state[k] = 65536;
    for (int32_t k = 0; k < C12__TLM_TABLES; k++) ((linw_slots *)(void *)w->slots)[k].known = 0;
    for (int64_t step = m->rows + m->lanes - 2; step >= 0; step--) {
        int32_t low = step < m->rows ? 0 : (int32_t)(step - m->rows) + 1;
        for (int32_t j = (int32_t)c12__min64(m->lanes - 1, step); j >= low; j--) {
            int32_t code = w->p[(step - j) * m->width + j], cell = code % C12__TLM_CELLS;
            const linw_slots *s = linw_slots_of(w, code / C12__TLM_CELLS);
            uint32_t x = state[j % C12__TLM_STATES], f = s->freq[cell];
            if (x >> 20 >= f) {
                *--word = (uint8_t)(x >> 8);
                *--word = (uint8_t)x;
                x >>= 16;
            }
            uint32_t q = x / f, rank = x - q * f, i = s->from[cell];
            while (i + 1 < s->from[cell + 1] && s->rank[i + 1] <= rank) i++;
            state[j % C12__TLM_STATES] = q << C12__TLM_PROBABILITY_BITS | (s->slot[i] + rank - s->rank[i]);
        }
    }
    for (int32_t k = 0; k < C12__TLM_STATES; k++, out += 4) c12__tlm_put32(out, state[k]);
    memcpy(out, word, (size_t)(end - word));
    return out + (end - word);
}

static void linw_shape(c12__tlm_writer *w)
{
    c12__tlm_linq *m = &w->m;
    int most = w->level == C12_TLM_MAX, least = w->level == C12_TLM_FAST;
    m->lags = most ? 12 : least ? 2 : 4;
    m->parents = most ? 6 : least ? 1 : 3;
    m->depth = most ? 2 : 1;
    m->means = most ? 2 : 1;
    m->mean_shift[0] = 4;
    m->mean_shift[1] = most ? 6 : 0;
    m->terms = 1 + m->lags + m->parents * m->depth + m->means;
}

uint8_t *c12__tlm_writer_put(c12__tlm_writer *w, uint8_t *out)
{
    if (!w->m.lanes) return out;
    linw_shape(w);
    linw_spread(w);
    c12__tlm_fit(w);
    c12__tlm_scales(w);
    out = linw_put_header(w, out);
    /* the bits' size stands before them: their place is known once they are written behind a gap */
    uint8_t *bits = out + 5, *end = linw_put_bits(w, bits);
    size_t n = (size_t)(end - bits), head = c12__tlm_put_varint(out, n);
    memmove(out + head, bits, n);
    return linw_put_words(w, out + head + n);
}
