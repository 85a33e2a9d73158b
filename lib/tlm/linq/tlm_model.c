/* SPDX-License-Identifier: Apache-2.0 */
/* What the header says of lanes, runs, tables and weights, as numbers with odds that adapt: small blocks have few rows to pay for them.  One description serves
 * writer and reader; what a reader gets is checked on the spot. */
#include "tlm/linq/tlm_model.h"

enum { MODEL_RUN_BITS = 17, MODEL_MAGNITUDE_BITS = 5 };

static int model_paces(c12__tlm_coder *c, c12__tlm_linq *m)
{
    if (!m->waves) memset(m->pace, 0, sizeof m->pace);
    for (int32_t g = 0; g < m->regimes && m->waves; g++) {
        m->pace[g] = (uint32_t)c12__tlm_code_plain(c, C12__TLM_PACE_BITS, m->pace[g] >> 8) << 8;
    }
    return 1;
}

/* Runs until they hold all rows; without run_from only the rows of each regime are asked for. */
static int model_runs(c12__tlm_coder *c, c12__tlm_linq *m, c12__tlm_model_odds *o)
{
    int64_t at = 0;
    uint32_t regime = 0;
    int32_t k = 0;
    memset(m->regime_rows, 0, sizeof m->regime_rows);
    for (; at < m->rows; k++) {
        if (k == C12__TLM_RUNS) return 0;
        uint64_t length = c->writes ? (uint64_t)(m->run_from[k + 1] - m->run_from[k]) : 0;
        length = c12__tlm_code_number(c, &o->run, length);
        if (!length || length > (uint64_t)(m->rows - at)) return 0;
        if (m->regimes > 1) regime = c12__tlm_code_leaf(c, o->regime[regime], 2, c->writes ? (uint32_t)m->run_regime[k] : 0);
        if ((int32_t)regime >= m->regimes) return 0;
        uint64_t phase = m->pace[regime] ? c12__tlm_code_plain(c, C12__TLM_PHASE_BITS, c->writes ? m->run_phase[k] >> (16 - C12__TLM_PHASE_BITS) : 0) : 0;
        m->regime_rows[regime] += (int64_t)length;
        if (m->run_from) {
            m->run_from[k] = (int32_t)at;
            m->run_regime[k] = (int32_t)regime;
            m->run_phase[k] = (uint16_t)(phase << (16 - C12__TLM_PHASE_BITS));
        }
        at += (int64_t)length;
    }
    m->runs = k;
    if (m->run_from) m->run_from[k] = (int32_t)m->rows;
    return 1;
}

static int model_lane(c12__tlm_coder *c, c12__tlm_linq *m, c12__tlm_model_odds *o, int32_t j, const c12__tlm_model_known *known)
{
    int32_t next = j ? m->column[j - 1] + 1 : 0;
    int64_t jump = c->writes ? m->column[j] - next : 0;
    uint32_t is_unit = m->unit[j] != 1;
    jump = c12__tlm_code_signed(c, &o->jump, jump);
    if (jump < -next || jump >= known->entries - next) return 0;
    m->column[j] = next + (int32_t)jump;
    if (!known->waits[m->column[j]]) return 0;
    for (int32_t i = 0; i < j; i++)
        if (m->column[i] == m->column[j]) return 0;
    uint32_t kind = c12__tlm_code_leaf(c, o->kind, 3, is_unit << 2 | (uint32_t)m->prepare[j]);
    m->prepare[j] = (int32_t)(kind & 3);
    m->unit[j] = kind & 4 ? (int64_t)c12__tlm_code_number(c, &o->unit, (uint64_t)m->unit[j]) : 1;
    if (m->unit[j] < 0 || (!m->unit[j] && m->prepare[j])) return 0;
    int64_t base = m->unit[j] ? known->base[m->column[j]] : 0;
    int32_t numbers = m->prepare[j] == C12__TLM_LANE_STRIDE ? 2 : m->prepare[j] + 1;
    m->first[j][0] = (int64_t)((uint64_t)m->first[j][0] - (uint64_t)base);
    for (int32_t k = 0; k < numbers; k++) m->first[j][k] = c12__tlm_code_signed(c, &o->first[k], m->first[j][k]);
    m->first[j][0] = (int64_t)((uint64_t)m->first[j][0] + (uint64_t)base);
    return 1;
}

/* The last lane before whose column ranges as far, about: it may be of the same kind.  Its own number when there is none. */
static int32_t model_like(const c12__tlm_linq *m, const c12__tlm_model_known *known, int32_t j)
{
    for (int32_t i = j - 1; i >= 0; i--)
        if (known->size[m->column[i]] - known->size[m->column[j]] + 1u <= 2) return i;
    return j;
}

/* In the first regime by what they differ from a lane like this one, then from the regime's before. */
static int model_scale(c12__tlm_coder *c, c12__tlm_linq *m, c12__tlm_model_odds *o, int32_t g, int32_t j)
{
    uint8_t *scale = m->scale + g * C12__TLM_LANES + j;
    int32_t like = o->like[j], before = g ? m->scale[(g - 1) * C12__TLM_LANES + j] : like < j ? m->scale[like] : 0, s = *scale % C12__TLM_SCALES;
    uint32_t shape = c12__tlm_code_leaf(c, o->shape[g > 0][before / C12__TLM_SCALES], 2, (uint32_t)(*scale / C12__TLM_SCALES));
    if (g || like < j) s = before % C12__TLM_SCALES + (int32_t)c12__tlm_code_signed(c, &o->step[g > 0], s - before % C12__TLM_SCALES);
    else s = (int32_t)c12__tlm_code_leaf(c, o->scale, 7, (uint32_t)s);
    if (shape >= C12__TLM_SHAPES || s < 0 || s >= C12__TLM_SCALES) return 0;
    *scale = (uint8_t)((int32_t)shape * C12__TLM_SCALES + s);
    return 1;
}

/* Packed: bits of wide lanes, odds of small ones. */
static int model_width(c12__tlm_coder *c, c12__tlm_linq *m, c12__tlm_model_odds *o, int32_t g, int32_t j)
{
    int32_t i = g * C12__TLM_LANES + j;
    if (j < m->wide) {
        m->scale[i] = (uint8_t)c12__tlm_code_leaf(c, o->wide[g > 0], 4, m->scale[i]);
        return m->scale[i] <= C12__TLM_MOST_BITS;
    }
    for (int32_t k = 0; k < 2; k++) m->odds[2 * i + k] = (uint8_t)c12__tlm_code_number(c, &o->small[k], m->odds[2 * i + k]);
    return m->odds[2 * i] + m->odds[2 * i + 1] <= 255;
}

static int model_tables(c12__tlm_coder *c, c12__tlm_linq *m, c12__tlm_model_odds *o)
{
    int ok = 1;
    m->wide = m->packed ? (int32_t)c12__tlm_code_plain(c, 7, (uint64_t)m->wide) : 0;
    if (m->wide > m->lanes) return 0;
    for (int32_t g = 0; g < m->regimes && ok; g++)
        for (int32_t j = 0; j < m->lanes && ok; j++) ok = m->packed ? model_width(c, m, o, g, j) : model_scale(c, m, o, g, j);
    return ok;
}

/* Kinds of terms whose weights are alike: bias, level, slopes, parents, means, waves. */
static int32_t model_kind(const c12__tlm_linq *m, int32_t t)
{
    if (!t) return 0;
    if (t <= m->lags) return t == 1 ? 1 : 2;
    return t < c12__tlm_first_mean(m) ? 3 : t < c12__tlm_first_wave(m) ? 4 : 5;
}

static int32_t model_weight(c12__tlm_coder *c, const c12__tlm_linq *m, c12__tlm_model_odds *o, int32_t g, int32_t t, int32_t j)
{
    int32_t unit = c12__tlm_unit(m, t), kind = model_kind(m, t), *w = m->weight + (g * m->terms + t) * m->width + j;
    int32_t other = g ? *(w - m->terms * m->width) : o->like[j] < j ? w[o->like[j] - j] : 0, v = *w / (1 << unit);
    if (!c12__tlm_code_bit(c, &o->there[t][(g > 0) * 2 + (other != 0)], v != 0)) return 0;
    uint32_t down = c12__tlm_code_bit(c, &o->down[kind][g > 0][1 + (other > 0) - (other < 0)], v < 0);
    uint64_t size = c12__tlm_code_number(c, &o->weight[kind][g > 0], (uint64_t)(v < 0 ? -(int64_t)v : v) - 1) + 1;
    v = size > 1 << 24 ? 1 << 24 : (int32_t)size;
    return (int32_t)((uint32_t)(down ? -v : v) << unit);
}

void c12__tlm_model_weights(c12__tlm_coder *c, c12__tlm_linq *m, c12__tlm_model_odds *o)
{
    for (int32_t t = 0; t < m->terms; t++)
        for (int32_t g = 0; g < m->regimes; g++)
            for (int32_t j = 0; j < m->lanes; j++) m->weight[(g * m->terms + t) * m->width + j] = model_weight(c, m, o, g, t, j);
}

int c12__tlm_model_tables(c12__tlm_coder *c, c12__tlm_linq *m, c12__tlm_model_odds *o, const c12__tlm_model_known *known)
{
    c12__tlm_odds_begin((c12__tlm_odds *)(void *)o, offsetof(c12__tlm_model_odds, like) / sizeof(c12__tlm_odds));
    if (!model_paces(c, m) || !model_runs(c, m, o)) return 0;
    for (int32_t j = 0; j < m->lanes; j++)
        if (!model_lane(c, m, o, j, known)) return 0;
    for (int32_t j = 0; j < m->lanes; j++) o->like[j] = (uint8_t)model_like(m, known, j);
    return model_tables(c, m, o);
}
