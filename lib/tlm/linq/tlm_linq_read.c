/* SPDX-License-Identifier: Apache-2.0 */
/* Predicted columns, reading.  The header is checked field by field; the two streams behind it may hold anything: every access is
 * held inside them, the work is rows * lanes * terms whatever they say, and at the end both must be used up exactly. */
#include "tlm/linq/tlm_model.h"

enum { LINR_BACK = 32 /* steps of history: lags 16 + parents 7 + 1, rounded up */, LINR_TILE = 64 };

struct c12__tlm_reader {
    c12__tlm_linq m;
    int64_t *const *to;
    int32_t now[C12__TLM_TERMS * C12__TLM_LANES];    /* weights of the row each lane works on */
    int32_t table[C12__TLM_LANES], mask[C12__TLM_LANES], offset[C12__TLM_LANES], shift[C12__TLM_LANES];
    int32_t guess[C12__TLM_LANES], use[C12__TLM_LANES], got[C12__TLM_LANES];
    int32_t mean[C12__TLM_MEANS][C12__TLM_LANES];
    int32_t wave[2][LINR_TILE + 2 * C12__TLM_LANES]; /* cosines and sines of a tile's rows and those before, the last row first */
    c12__tlm_tide tide;
    int32_t back[C12__TLM_TERMS];                    /* how far behind a term's load lies */
    int32_t place[C12__TLM_TABLES];                  /* where a table was built, -1 = not yet */
    int32_t tables, run, short_of, reserved; /* short_of: words ran out */
    uint64_t state[C12__TLM_STATES];
    const uint8_t *bits, *word, *words_end;
    size_t bit, bit_bytes;
    int32_t *history;
    c12__tlm_slot *slot;
};

typedef struct linr_carved { c12__tlm_reader *r; int32_t *history, *weight, *run_from, *run_regime; uint16_t *run_phase; uint8_t *scale, *small, *packed; c12__tlm_model_odds *odds; c12__tlm_slot *slot; int64_t *list; } linr_carved;

static void linr_carve(linr_carved *c, c12__arena *a)
{
    c->r = C12__CARVE(a, c12__tlm_reader, 1);
    c->history = C12__CARVE(a, int32_t, (LINR_BACK + LINR_TILE + 1) * (C12__TLM_LANES + 8));
    c->weight = C12__CARVE(a, int32_t, C12__TLM_REGIMES * C12__TLM_TERMS * C12__TLM_LANES);
    c->run_from = C12__CARVE(a, int32_t, C12__TLM_RUNS + 1);
    c->run_regime = C12__CARVE(a, int32_t, C12__TLM_RUNS + 1);
    c->run_phase = C12__CARVE(a, uint16_t, C12__TLM_RUNS);
    c->scale = C12__CARVE(a, uint8_t, C12__TLM_REGIMES * C12__TLM_LANES);
    c->small = C12__CARVE(a, uint8_t, C12__TLM_REGIMES * C12__TLM_LANES * 2);
    c->odds = C12__CARVE(a, c12__tlm_model_odds, 1);
    c->packed = C12__CARVE(a, uint8_t, (int64_t)c12__tlm_packed_bytes());
    c->list = C12__CARVE(a, int64_t, C12__TLM_GRID);
    c->slot = C12__CARVE(a, c12__tlm_slot, C12__TLM_TABLES * 2 * C12__TLM_CELLS); /* or tables of packed residuals, 32 K of them */
}

size_t c12__tlm_linq_scratch(void)
{
    linr_carved c;
    c12__arena a = c12__arena_measure();
    linr_carve(&c, &a);
    return c12__arena_need(&a);
}

/* ---- header ------------------------------------------------------------------------------------------------------------------ */

typedef struct linr_in { const uint8_t *p; size_t n, at; } linr_in;

static int linr_number(linr_in *in, uint64_t *v)
{
    size_t len = c12__tlm_get_varint(in->p + in->at, in->n - in->at, v);
    in->at += len;
    return len > 0;
}

static int linr_signed(linr_in *in, int64_t *v)
{
    uint64_t z;
    int ok = linr_number(in, &z);
    *v = ok ? (int64_t)c12__tlm_unzigzag(z) : 0;
    return ok;
}

static int linr_shape(c12__tlm_linq *m, linr_in *in, int64_t rows, int32_t entries)
{
    if (in->n < 5) return 0;
    m->rows = rows;
    m->lanes = in->p[0];
    m->lags = in->p[1];
    m->parents = in->p[2] & 7;
    m->depth = 1 + (in->p[2] >> 3 & 1);
    m->means = in->p[2] >> 4 & 3;
    m->waves = in->p[2] >> 6 & 1;
    m->mean_shift[0] = in->p[3] & 15;
    m->mean_shift[1] = in->p[3] >> 4;
    m->regimes = in->p[4] & 127;
    m->packed = in->p[4] >> 7;
    in->at = 5;
    m->width = (m->lanes + 7) & ~7;
    m->terms = 1 + m->lags + m->parents * m->depth + m->means + 2 * m->waves;
    return m->lanes >= 1 && m->lanes <= C12__TLM_LANES && m->lanes <= entries && m->lags <= C12__TLM_LAGS && m->means <= C12__TLM_MEANS
        && m->regimes >= 1 && m->regimes <= C12__TLM_REGIMES && in->p[2] >> 7 && !(m->packed && (m->parents || m->waves));
}

/* Rows whose stride is not 1: how many, then (rows since the last, how much more than 1). */
static int linr_changes(c12__tlm_linq *m, linr_in *in, int32_t lane)
{
    uint64_t n, gap;
    int64_t more, at = 0;
    size_t start;
    if (!linr_number(in, &n) || n >= (uint64_t)m->rows) return 0;
    start = in->at;
    for (uint64_t k = 0; k < n; k++) {
        if (!linr_number(in, &gap) || !gap || gap >= (uint64_t)(m->rows - at) || !linr_signed(in, &more)) return 0;
        at += (int64_t)gap;
    }
    m->change[lane] = in->p + start;
    m->change_size[lane] = in->at - start;
    return 1;
}

/* How many values, the least, and by how much each is more than the one before. */
static int linr_list(c12__tlm_linq *m, linr_in *in, int32_t lane)
{
    uint64_t n, more;
    int64_t least;
    size_t start = in->at;
    if (m->prepare[lane] || !linr_number(in, &n) || n < 1 || n > C12__TLM_GRID || !linr_signed(in, &least)) return 0;
    for (uint64_t k = 1; k < n; k++)
        if (!linr_number(in, &more)) return 0;
    m->change[lane] = in->p + start;
    m->change_size[lane] = in->at - start;
    return 1;
}

/* Every entry that waits for a lane has one. */
static int linr_complete(const c12__tlm_linq *m, const c12__tlm_model_known *known)
{
    int32_t waiting = 0;
    for (int32_t e = 0; e < known->entries; e++) waiting += known->waits[e];
    return waiting == m->lanes;
}

/* What is numbers with odds, but for the weights, which `c` is left in front of. */
static int linr_model(c12__tlm_linq *m, linr_in *in, c12__tlm_model_odds *odds, const c12__tlm_model_known *known, c12__tlm_coder *c)
{
    uint64_t n;
    if (!linr_complete(m, known) || !linr_number(in, &n) || n > in->n - in->at) return 0;
    *c = c12__tlm_coder_reads(in->p + in->at, (size_t)n);
    in->at += (size_t)n;
    for (int32_t j = 0; j < m->lanes; j++) m->unit[j] = 1;
    return c12__tlm_model_tables(c, m, odds, known);
}

static int linr_weights(c12__tlm_linq *m, c12__tlm_coder *c, c12__tlm_model_odds *odds)
{
    memset(m->weight, 0, (size_t)m->regimes * (size_t)m->terms * (size_t)m->width * sizeof *m->weight);
    c12__tlm_model_weights(c, m, odds);
    if (!c12__tlm_coder_done(c)) return 0;
    for (int32_t g = 0; g < m->regimes; g++) {
        int32_t *w = m->weight + g * m->terms * m->width;
        c12__tlm_linq_weights(m, w, w);
    }
    return 1;
}

static int linr_lists(c12__tlm_linq *m, linr_in *in)
{
    for (int32_t j = 0; j < m->lanes; j++) {
        if (m->prepare[j] == C12__TLM_LANE_STRIDE && !linr_changes(m, in, j)) return 0;
        if (!m->unit[j] && !linr_list(m, in, j)) return 0;
    }
    return 1;
}

/* The bits stand before the words, so that eight bytes can be read anywhere in them. */
static int linr_streams(c12__tlm_reader *r, linr_in *in)
{
    uint64_t n;
    if (!linr_number(in, &n) || n > in->n - in->at || in->n - in->at - n < 8 * C12__TLM_STATES) return 0;
    r->bits = in->p + in->at;
    r->bit_bytes = (size_t)n;
    r->bit = 0;
    r->word = r->bits + n;
    for (int32_t k = 0; k < C12__TLM_STATES; k++, r->word += 8) r->state[k] = c12__tlm_get64(r->word);
    size_t left = in->n - in->at - (size_t)n - 8 * C12__TLM_STATES;
    r->words_end = r->word + left;
    in->at = left & 3 ? in->n : in->at;
    return !(left & 3);
}

/* ---- tables -------------------------------------------------------------------------------------------------------------------------- */

static int32_t linr_table(c12__tlm_reader *r, int32_t table)
{
    if (r->place[table] < 0) {
        uint16_t freq[C12__TLM_CELLS];
        c12__tlm_table(table, freq);
        c12__tlm_alias(freq, r->slot + (size_t)r->tables * 2 * C12__TLM_CELLS);
        r->place[table] = r->tables++;
    }
    return r->place[table];
}

/* All tables of the scales, those of one scale side by side. */
static void linr_tables(c12__tlm_reader *r)
{
    for (int32_t k = 0; k < C12__TLM_TABLES; k++) r->place[k] = -1;
    r->tables = 0;
    for (int32_t g = 0; g < r->m.regimes; g++)
        for (int32_t j = 0; j < r->m.lanes; j++) {
            int32_t scale = r->m.scale[g * C12__TLM_LANES + j], phases = c12__tlm_scale_shift(scale) ? 1 : C12__TLM_PHASES;
            for (int32_t p = 0; p < phases; p++) linr_table(r, c12__tlm_table_of(scale) + p);
        }
}

/* Lane j goes over to a regime. */
static void linr_switch(c12__tlm_reader *r, int32_t j, int32_t regime)
{
    const c12__tlm_linq *m = &r->m;
    int32_t scale = m->scale[regime * C12__TLM_LANES + j], k = c12__tlm_scale_shift(scale);
    for (int32_t t = 0; t < m->terms; t++) r->now[t * m->width + j] = m->weight[(regime * m->terms + t) * m->width + j];
    r->table[j] = r->place[c12__tlm_table_of(scale)];
    r->mask[j] = k ? 0 : C12__TLM_PHASES - 1;
    r->shift[j] = k;
    r->offset[j] = -((16 << k) + (k ? (1 << (k - 1)) - 1 : 0));
}

/* ---- rows -------------------------------------------------------------------------------------------------------------------------------- */

static uint64_t linr_peek(const c12__tlm_reader *r, size_t bit)
{
    size_t byte = bit >> 3;
    return c12__tlm_get64(r->bits + (byte < r->bit_bytes ? byte : r->bit_bytes)) >> (bit & 7);
}

/* What lies outside the cells: 6 bits of length, then the number in zigzag.  The bits it took stand in the result's upper half. */
static uint64_t linr_outside(const c12__tlm_reader *r, int32_t offset, size_t bit)
{
    uint64_t v = linr_peek(r, bit), n = v & 63;
    if (n > 33) n = 33;
    uint64_t z = v >> 6 & ((UINT64_C(1) << n) - 1);
    return (6 + n) << 32 | ((uint32_t)c12__tlm_unzigzag(z) - (uint32_t)offset);
}

/* Both streams, in variables that stay in registers: nobody takes their address. */
typedef struct linr_at { const uint8_t *word, *bits; const c12__tlm_slot *slot; size_t bit; } linr_at;

/* Lane j takes a value: the table's bucket is halved by `split`.  With `ample` both streams are known to hold enough for all lanes;
 * otherwise every access is held inside them. */
C12__TLM_INLINE uint64_t linr_take_value(c12__tlm_reader *r, int32_t j, uint64_t x, linr_at *p, int ample)
{
    uint32_t at = (uint32_t)x & 4095, k = (uint32_t)r->shift[j], low = 0;
    const c12__tlm_slot *pair = p->slot + ((uint32_t)r->use[j] + (at >> 7 << 1));
    c12__tlm_slot own = pair[0], lent = pair[1], s = (at & 127) < c12__tlm_slot_split(own) ? own : lent; /* no branch: it could not be foretold */
    uint32_t rank = at + c12__tlm_slot_shift(s), cell = c12__tlm_slot_cell(s);
    x = (s & 0xffff) * (x >> C12__TLM_PROBABILITY_BITS) + rank;
    if (!(x >> 32)) {
        int there = ample || r->words_end - p->word >= 4;
        x = x << 32 | (there ? c12__tlm_get32(p->word) : 0);
        p->word += there ? 4 : 0;
        r->short_of |= !there;
    }
    if (k) {
        size_t byte = p->bit >> 3;
        if (!ample && byte > r->bit_bytes) byte = r->bit_bytes;
        low = c12__tlm_get32(p->bits + byte) >> (p->bit & 7) & ((1u << k) - 1);
    }
    if (cell) {
        r->got[j] = (int32_t)(cell << k | low);
        p->bit += k;
    } else {
        uint64_t v = linr_outside(r, r->offset[j], p->bit);
        r->got[j] = (int32_t)(uint32_t)v;
        p->bit += (size_t)(v >> 32);
    }
    return x;
}

C12__TLM_INLINE void linr_draw_lanes(c12__tlm_reader *r, int32_t from, int32_t to, int ample)
{
    linr_at p = { r->word, r->bits, r->slot, r->bit };
    uint64_t a = r->state[0], b = r->state[1], c = r->state[2], d = r->state[3];
    int32_t j = from & ~3;
    for (; j + 4 <= to && ample; j += 4) {
        a = linr_take_value(r, j, a, &p, ample);
        b = linr_take_value(r, j + 1, b, &p, ample);
        c = linr_take_value(r, j + 2, c, &p, ample);
        d = linr_take_value(r, j + 3, d, &p, ample);
    }
    for (; j < to; j += 4) {
        if (j >= from) a = linr_take_value(r, j, a, &p, ample);
        if (j + 1 >= from && j + 1 < to) b = linr_take_value(r, j + 1, b, &p, ample);
        if (j + 2 >= from && j + 2 < to) c = linr_take_value(r, j + 2, c, &p, ample);
        if (j + 3 >= from && j + 3 < to) d = linr_take_value(r, j + 3, d, &p, ample);
    }
    r->state[0] = a;
    r->state[1] = b;
    r->state[2] = c;
    r->state[3] = d;
    r->word = p.word;
    r->bit = p.bit;
}

/* Lanes from .. to-1 of one step take what the streams say; a value takes at most one word and 39 bits. */
C12__TLM_INLINE void linr_draw(c12__tlm_reader *r, int32_t from, int32_t to)
{
    if (!from && r->words_end - r->word >= 4 * C12__TLM_LANES && (r->bit >> 3) + 5 * C12__TLM_LANES <= r->bit_bytes) linr_draw_lanes(r, from, to, 1);
    else linr_draw_lanes(r, from, to, 0);
}

/* Numbers of terms are known to the compiler where it matters. */
C12__TLM_INLINE void linr_predict_terms(c12__tlm_reader *r, const int32_t *h, int32_t behind, int32_t plain, int32_t means, int32_t waves)
{
    int32_t width = r->m.width, wave = plain + means;
    for (int32_t g = 0; g < width; g += C12__TLM_VECTOR) {
        c12__tlm_vu sum = C12__TLM_VU(r->now + g);
        for (int32_t t = 1; t < plain; t++) sum += C12__TLM_VU(r->now + t * width + g) * C12__TLM_VU(h + g - r->back[t]);
        for (int32_t k = 0; k < means; k++) sum += C12__TLM_VU(r->now + (plain + k) * width + g) * (c12__tlm_vu)(C12__TLM_VS(r->mean[k] + g) >> 6);
        for (int32_t k = 0; k < waves; k++) sum += C12__TLM_VU(r->now + (wave + k) * width + g) * C12__TLM_VU(r->wave[k] + behind + g);
        c12__tlm_vs p = (c12__tlm_vs)sum;
        *(c12__tlm_vs *)(r->guess + g) = (p >> 12) + C12__TLM_VS(r->offset + g);
        *(c12__tlm_vs *)(r->use + g) = (C12__TLM_VS(r->table + g) + (p >> 9 & C12__TLM_VS(r->mask + g))) << 6; /* slots of a table */
    }
}

/* h: history of the step; `behind`: steps of the tile that come after it. */
C12__TLM_INLINE void linr_predict(c12__tlm_reader *r, const int32_t *h, int32_t behind)
{
    int32_t plain = c12__tlm_first_mean(&r->m), means = r->m.means, waves = 2 * r->m.waves;
    if (plain == 5 && means == 1 && waves) linr_predict_terms(r, h, behind, 5, 1, 2);  /* level default, with waves ... */
    else if (plain == 6 && means == 1 && !waves) linr_predict_terms(r, h, behind, 6, 1, 0); /* ... and without */
    else linr_predict_terms(r, h, behind, plain, means, waves);
}

C12__TLM_INLINE void linr_learn(c12__tlm_reader *r, const int32_t *h)
{
    for (int32_t k = 0; k < r->m.means; k++)
        for (int32_t g = 0; g < r->m.width; g += C12__TLM_VECTOR) {
            c12__tlm_vs e = C12__TLM_VS(r->mean[k] + g);
            *(c12__tlm_vu *)(r->mean[k] + g) = (c12__tlm_vu)e + (c12__tlm_vu)((c12__tlm_vs)((C12__TLM_VU(h + g) << 10) - (c12__tlm_vu)e) >> r->m.mean_shift[k]);
        }
}

/* Steps s .. end-1 into the history from row `h` of it. */
C12__TLM_INLINE void linr_steps(c12__tlm_reader *r, int64_t s, int64_t end, int32_t *h)
{
    const c12__tlm_linq *m = &r->m;
    int64_t last = s + LINR_TILE - 1;
    for (; s < end; s++, h += m->width) {
        while (r->run < m->runs && m->run_from[r->run] + m->lanes <= s) r->run++;
        for (int32_t k = r->run; k < m->runs && m->run_from[k] <= s; k++) linr_switch(r, (int32_t)(s - m->run_from[k]), m->run_regime[k]);
        linr_predict(r, h, (int32_t)(last - s));
        int32_t from = s < m->rows ? 0 : (int32_t)(s - m->rows) + 1, to = s < m->lanes ? (int32_t)s + 1 : m->lanes;
        linr_draw(r, from, to);
        for (int32_t g = 0; g < m->width; g += C12__TLM_VECTOR) *(c12__tlm_vu *)(h + g) = C12__TLM_VU(r->guess + g) + C12__TLM_VU(r->got + g);
        if (to < m->width) memset(h + to, 0, (size_t)(m->width - to) * sizeof *h);
        linr_learn(r, h);
    }
}

typedef void linr_form(c12__tlm_reader *r, int64_t s, int64_t end, int32_t *h);
static void linr_plain(c12__tlm_reader *r, int64_t s, int64_t end, int32_t *h) { linr_steps(r, s, end, h); }
#ifdef C12__TLM_AVX2
__attribute__((target("avx2,bmi2"))) static void linr_avx2(c12__tlm_reader *r, int64_t s, int64_t end, int32_t *h) { linr_steps(r, s, end, h); }
#endif

static linr_form *linr_best(void)
{
#ifdef C12__TLM_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) return linr_avx2;
#endif
    return linr_plain;
}

/* The rows of lane j that a tile at the block's begin or end has. */
static void linr_deliver_edge(const c12__tlm_reader *r, int32_t j, int64_t s, int64_t steps, const int32_t *h)
{
    const c12__tlm_linq *m = &r->m;
    int64_t from = s < j ? j - s : 0, end = c12__min64(m->rows - (s - j), steps), *column = r->to[m->column[j]];
    if (from < end && column) c12__tlm_deliver(h + from * m->width + j, m->width, end - from, c12__tlm_linq_first(m, j), column + (s - j + from));
}

/* A tile's values into the columns: lane j of step s is row s - j. */
static void linr_deliver(const c12__tlm_reader *r, int64_t s, int64_t steps, const int32_t *h)
{
    const c12__tlm_linq *m = &r->m;
    int32_t j = 0;
    for (; j + 4 <= m->lanes && s - j + steps <= m->rows && s >= j + 3; j += 4) {
        int64_t *to[4], first[4];
        for (int32_t l = 0; l < 4; l++) {
            int64_t *column = r->to[m->column[j + l]];
            to[l] = column ? column + (s - j - l) : NULL;
            first[l] = c12__tlm_linq_first(m, j + l);
        }
        c12__tlm_deliver_four(h + j, m->width, steps, first, to);
    }
    for (; j < m->lanes; j++) linr_deliver_edge(r, j, s, steps, h);
}

/* The next n rows' waves, those of a tile before behind them. */
static void linr_waves(c12__tlm_reader *r, int64_t n)
{
    for (int k = 0; k < 2; k++) {
        memcpy(r->wave[k] + LINR_TILE, r->wave[k], LINR_TILE * sizeof **r->wave);
        memset(r->wave[k], 0, LINR_TILE * sizeof **r->wave);
    }
    c12__tlm_tide_rows(&r->m, &r->tide, n, r->wave[0] + LINR_TILE - 1, r->wave[1] + LINR_TILE - 1, -1);
}

static void linr_rows(c12__tlm_reader *r)
{
    const c12__tlm_linq *m = &r->m;
    linr_form *form = linr_best();
    int32_t *start = r->history + C12__TLM_LANES, *tile = start + LINR_BACK * m->width;
    memset(r->history, 0, sizeof *r->history * (size_t)(C12__TLM_LANES + LINR_BACK * m->width));
    memset(r->mean, 0, sizeof r->mean);
    memset(r->now, 0, sizeof r->now);
    memset(r->got, 0, sizeof r->got);
    memset(r->table, 0, sizeof r->table);
    memset(r->mask, 0, sizeof r->mask);
    memset(r->offset, 0, sizeof r->offset);
    memset(r->wave, 0, sizeof r->wave);
    c12__tlm_tide_begin(m, &r->tide);
    r->run = 0;
    r->short_of = 0;
    for (int32_t t = 1; t < c12__tlm_first_mean(m); t++) {
        int32_t lane, rows = c12__tlm_term_reach(m, t, &lane);
        r->back[t] = (rows + lane) * m->width + lane;
    }
    for (int64_t s = 0, end = m->rows + m->lanes - 1; s < end; s += LINR_TILE) {
        int64_t steps = end - s < LINR_TILE ? end - s : LINR_TILE;
        if (m->waves) linr_waves(r, c12__max64(c12__min64(m->rows - s, LINR_TILE), 0));
        form(r, s, s + steps, tile);
        linr_deliver(r, s, steps, tile);
        if (steps == LINR_TILE) memcpy(start, start + LINR_TILE * m->width, (size_t)(LINR_BACK * m->width) * sizeof *start);
    }
}

/* ---- lanes become columns ------------------------------------------------------------------------------------------------------------------- */

/* v holds what was predicted; sums, and units from the first value, give the column back. */
static void linr_integrate(const c12__tlm_linq *m, int32_t j, int64_t *v)
{
    uint64_t slope = (uint64_t)m->first[j][1], level = 0, first = (uint64_t)m->first[j][0], unit = (uint64_t)m->unit[j];
    for (int64_t t = 0; t < m->rows; t++) {
        if (!m->prepare[j]) level = (uint64_t)v[t];
        else {
            if (m->prepare[j] == 2) slope = t > 1 ? slope + (uint64_t)v[t] : slope;
            else slope = (uint64_t)v[t];
            level = t ? level + slope : 0;
        }
        v[t] = (int64_t)(first + level * unit);
    }
}

static void linr_stride(const c12__tlm_reader *r, int32_t j, int64_t *v)
{
    linr_in in = { r->m.change[j], r->m.change_size[j], 0 };
    uint64_t gap = 0, period = (uint64_t)r->m.first[j][1], base = 0;
    int64_t next = INT64_MAX, more = 0;
    if (in.n && linr_number(&in, &gap) && linr_signed(&in, &more)) next = (int64_t)gap;
    for (int64_t t = 0; t < r->m.rows; t++) {
        if (t) base += period;
        if (t == next) {
            base += period * (uint64_t)more;
            next = in.at < in.n && linr_number(&in, &gap) && linr_signed(&in, &more) ? t + (int64_t)gap : INT64_MAX;
        }
        v[t] = (int64_t)((uint64_t)v[t] + base);
    }
}

/* Places in the list become values; 0 = one lies outside. */
static int linr_values(const c12__tlm_linq *m, int32_t j, int64_t *v, int64_t list[C12__TLM_GRID])
{
    linr_in in = { m->change[j], m->change_size[j], 0 };
    uint64_t n = 0, more = 0;
    int64_t least = 0;
    (void)(linr_number(&in, &n) && linr_signed(&in, &least)); /* read before: it is there */
    list[0] = least;
    for (uint64_t k = 1; k < n && linr_number(&in, &more); k++) list[k] = (int64_t)((uint64_t)list[k - 1] + more);
    for (int64_t t = 0; t < m->rows; t++) {
        uint64_t at = (uint64_t)m->first[j][0] + (uint64_t)v[t];
        if (at >= n) return 0;
        v[t] = list[at];
    }
    return 1;
}

static int linr_done(const c12__tlm_reader *r)
{
    for (int32_t k = 0; k < C12__TLM_STATES; k++)
        if (r->state[k] != UINT64_C(1) << 32) return 0;
    return !r->short_of && r->word == r->words_end && r->bit <= r->bit_bytes * 8 && r->bit_bytes * 8 - r->bit < 8;
}

/* Residuals in tables. */
static int linr_coded(c12__tlm_reader *r, linr_in *head, size_t *bad)
{
    *bad = head->at;
    if (!linr_streams(r, head)) return 0;
    linr_tables(r);
    linr_rows(r);
    *bad = head->n;
    return linr_done(r);
}

int c12__tlm_linq_read(const uint8_t *in, size_t size, int64_t rows, const uint8_t *waits, const uint8_t *size_of, const int64_t *base, int64_t *const *to, int32_t entries, uint8_t *scratch, size_t *bad)
{
    linr_carved c;
    c12_mem room = { scratch, c12__tlm_linq_scratch() };
    c12__arena a = c12__arena_over(room);
    linr_carve(&c, &a);
    c12__tlm_reader *r = c.r;
    r->to = to;
    r->history = c.history;
    r->slot = c.slot;
    r->m.weight = c.weight;
    r->m.scale = c.scale;
    r->m.odds = c.small;
    r->m.run_from = c.run_from;
    r->m.run_regime = c.run_regime;
    r->m.run_phase = c.run_phase;
    linr_in head = { in, size, 0 };
    const c12__tlm_model_known known = { waits, size_of, base, entries };
    c12__tlm_coder coder;
    if (!linr_shape(&r->m, &head, rows, entries) || !linr_model(&r->m, &head, c.odds, &known, &coder) || !linr_weights(&r->m, &coder, c.odds) || !linr_lists(&r->m, &head)) {
        *bad = head.at;
        return 0;
    }
    if (r->m.packed) {
        if (!c12__tlm_packed_read(&r->m, in + head.at, size - head.at, to, c.packed, (uint16_t *)(void *)c.slot, c.history, bad)) { *bad += head.at; return 0; }
    } else if (!linr_coded(r, &head, bad)) return 0;
    for (int32_t j = 0; j < r->m.lanes; j++) {
        *bad = size;
        if (!to[r->m.column[j]]) continue;
        if (!r->m.unit[j]) { if (!linr_values(&r->m, j, to[r->m.column[j]], c.list)) return 0; }
        else if (r->m.prepare[j] == C12__TLM_LANE_STRIDE) linr_stride(r, j, to[r->m.column[j]]);
        else if (r->m.prepare[j] || r->m.unit[j] != 1) linr_integrate(&r->m, j, to[r->m.column[j]]);
    }
    return 1;
}

/* 256 * bits that a value takes on average if it is as its table has it. */
static int64_t linr_expected(int32_t scale)
{
    uint16_t freq[C12__TLM_CELLS];
    int32_t shift = c12__tlm_scale_shift(scale);
    int64_t sum = 0;
    c12__tlm_table(c12__tlm_table_of(scale) + (shift ? 0 : C12__TLM_PHASES / 2), freq);
    for (int32_t c = 0; c < C12__TLM_CELLS; c++)
        if (freq[c]) sum += freq[c] * (12 * 256 - c12__tlm_log2(freq[c]));
    return sum / 4096 + 256 * shift;
}

int c12__tlm_linq_shares(const uint8_t *in, size_t size, int64_t rows, const uint8_t *waits, const uint8_t *size_of, const int64_t *base, int32_t entries, int64_t *bytes)
{
    c12__tlm_linq m;
    uint8_t scale[C12__TLM_REGIMES * C12__TLM_LANES], odds[2 * C12__TLM_REGIMES * C12__TLM_LANES];
    linr_in head = { in, size, 0 };
    int64_t all = 0, before = 0, part[C12__TLM_LANES];
    m.run_from = m.run_regime = NULL;
    m.run_phase = NULL;
    m.scale = scale;
    m.odds = odds;
    const c12__tlm_model_known known = { waits, size_of, base, entries };
    c12__tlm_model_odds model;
    c12__tlm_coder coder;
    if (!linr_shape(&m, &head, rows, entries) || !linr_model(&m, &head, &model, &known, &coder)) return 0;
    for (int32_t j = 0; j < m.lanes; j++) {
        part[j] = 1;
        for (int32_t g = 0; g < m.regimes; g++) {
            int32_t i = g * C12__TLM_LANES + j;
            part[j] += m.regime_rows[g] * (m.packed ? j < m.wide ? 256 * scale[i] : 4 * (odds[2 * i] + odds[2 * i + 1]) : linr_expected(scale[i])) / 256;
        }
        all += part[j];
    }
    for (int32_t j = 0; j < m.lanes; j++) { /* sums of shares are rounded, so that all of it is given out */
        int64_t from = (int64_t)size * before / all;
        before += part[j];
        bytes[m.column[j]] = (int64_t)size * before / all - from;
    }
    return 1;
}
