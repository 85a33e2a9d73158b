/* SPDX-License-Identifier: Apache-2.0 */
/* The fast form, writing: lanes are told wide from small by a sample of their residuals, and rows written in one pass. */
#include "base/bits.h"
#include "tlm/tlm_linq.h"

enum { PACKW_LISTED = 24 /* bits a listed residual takes, about */, PACKW_STEP = 4 /* every fourth row is looked at */ };

typedef struct packw_sink { uint8_t *out; uint64_t word; uint32_t have; } packw_sink;

static inline void packw_bits(packw_sink *s, uint64_t v, uint32_t count) /* count <= 32 */
{
    s->word |= v << s->have;
    s->have += count;
    if (s->have < 32) return;
    c12__tlm_put32(s->out, (uint32_t)s->word);
    s->out += 4;
    s->word >>= 32;
    s->have -= 32;
}

static uint8_t *packw_flush(packw_sink *s)
{
    for (; s->have; s->have = s->have > 8 ? s->have - 8 : 0, s->word >>= 8) *s->out++ = (uint8_t)s->word;
    return s->out;
}

/* ---- wide or small ------------------------------------------------------------------------------------------------------------ */

/* How often a residual of a lane needs so many bits, and how often it is -1 and 1. */
typedef struct packw_counts { int32_t need[C12__TLM_MOST_BITS + 2], down, up, all; } packw_counts;

static int32_t packw_need(int32_t r)
{
    uint32_t v = (uint32_t)(r < 0 ? ~r : r); /* r in -2^(n-1) .. 2^(n-1) - 1 needs n bits */
    int32_t n = !r ? 0 : !v ? 1 : c12__bit_highest(v) + 2;
    return n > C12__TLM_MOST_BITS ? C12__TLM_MOST_BITS + 1 : n;
}

static int32_t packw_rest(const c12__tlm_writer *w, int64_t at) { return (int32_t)((uint32_t)w->x[at] - (uint32_t)(w->p[at] >> 12)); }

static void packw_count(const c12__tlm_writer *w, packw_counts c[C12__TLM_LANES][C12__TLM_REGIMES])
{
    memset(c, 0, C12__TLM_LANES * sizeof *c);
    for (int64_t t = 0; t < w->m.rows; t += PACKW_STEP)
        for (int32_t j = 0; j < w->m.lanes; j++) {
            packw_counts *one = &c[j][w->regime[t]];
            int32_t r = packw_rest(w, t * w->m.width + j);
            one->need[packw_need(r)]++;
            one->down += r == -1;
            one->up += r == 1;
            one->all++;
        }
}

/* Bits of the best width for one regime. */
static int64_t packw_wide(const packw_counts *c, uint8_t *width)
{
    int64_t low = INT64_MAX, out = 0;
    for (int32_t n = C12__TLM_MOST_BITS; n >= 0; n--) {
        out += c->need[n + 1];
        int64_t cost = (int64_t)n * c->all + out * PACKW_LISTED;
        if (cost <= low) { low = cost; *width = (uint8_t)n; }
    }
    return low;
}

/* Bits of a small lane, about: entropy, and what is listed. */
static int64_t packw_small(const packw_counts *c, uint8_t odds[2])
{
    if (!c->all) { odds[0] = odds[1] = 0; return 0; }
    int32_t out = c->all - c->need[0] - c->down - c->up, down = (c->down * 255 + c->all / 2) / c->all, up = (c->up * 255 + c->all / 2) / c->all;
    while (down + up > 255) { if (down > up) down--; else up--; }
    odds[0] = (uint8_t)down;
    odds[1] = (uint8_t)up;
    int64_t zero = (int64_t)c->need[0] * (2048 - c12__tlm_log2((uint32_t)(256 - down - up)));
    int64_t low = c->down ? (int64_t)c->down * (2048 - c12__tlm_log2((uint32_t)(down ? down : 1))) : 0, high = c->up ? (int64_t)c->up * (2048 - c12__tlm_log2((uint32_t)(up ? up : 1))) : 0;
    return (zero + low + high) / 256 + (int64_t)out * PACKW_LISTED + c->all / 16;
}

/* Lanes in the order they are written, wide ones first. */
static void packw_sort(c12__tlm_writer *w, int32_t order[C12__TLM_LANES])
{
    c12__tlm_linq *m = &w->m;
    int32_t small[C12__TLM_LANES], n_small = 0;
    uint8_t width[C12__TLM_LANES][C12__TLM_REGIMES], odds[C12__TLM_LANES][C12__TLM_REGIMES][2];
    packw_counts c[C12__TLM_LANES][C12__TLM_REGIMES];
    m->wide = 0;
    packw_count(w, c);
    for (int32_t j = 0; j < m->lanes; j++) {
        int64_t gain = 0;
        for (int32_t g = 0; g < m->regimes; g++) gain += packw_wide(&c[j][g], &width[j][g]) - packw_small(&c[j][g], odds[j][g]);
        if (gain > 0) small[n_small++] = j;
        else order[m->wide++] = j;
    }
    for (int32_t i = 0; i < m->lanes; i++) {
        if (i >= m->wide) order[i] = small[i - m->wide];
        for (int32_t g = 0; g < m->regimes; g++) {
            m->scale[g * C12__TLM_LANES + i] = width[order[i]][g];
            memcpy(m->odds + 2 * (g * C12__TLM_LANES + i), odds[order[i]][g], 2);
        }
    }
}

/* What the header says of lanes, in their new order. */
static void packw_reorder(c12__tlm_linq *m, const int32_t order[C12__TLM_LANES])
{
    c12__tlm_linq old = *m;
    for (int32_t i = 0; i < m->lanes; i++) {
        m->column[i] = old.column[order[i]];
        m->prepare[i] = old.prepare[order[i]];
        m->unit[i] = old.unit[order[i]];
        m->change[i] = old.change[order[i]];
        m->change_size[i] = old.change_size[order[i]];
        memcpy(m->first[i], old.first[order[i]], sizeof m->first[i]);
    }
    for (int32_t k = 0; k < m->regimes * m->terms; k++) {
        int32_t row[C12__TLM_LANES], *weight = m->weight + k * m->width;
        memcpy(row, weight, (size_t)m->width * sizeof *row);
        for (int32_t i = 0; i < m->lanes; i++) weight[i] = row[order[i]];
    }
}

/* ---- rows ------------------------------------------------------------------------------------------------------------------------ */

typedef struct packw_rows {
    const c12__tlm_writer *w;
    const int32_t *order;
    packw_sink codes[2], rows;
    uint8_t *list, *list_end;
    int64_t last;
    int32_t groups, full; /* full: the list has no more room */
} packw_rows;

static void packw_list(packw_rows *o, int64_t t, int32_t position, int32_t r)
{
    int64_t at = t * 256 + position;
    if (o->list_end - o->list < 20) { o->full = 1; return; }
    o->list += c12__tlm_put_varint(o->list, (uint64_t)(at - o->last));
    o->list += c12__tlm_put_varint(o->list, c12__tlm_zigzag((uint64_t)(int64_t)r));
    o->last = at;
}

static void packw_wide_lanes(packw_rows *o, int64_t t, const int32_t *x, const int32_t *p)
{
    const c12__tlm_linq *m = &o->w->m;
    const uint8_t *width = m->scale + o->w->regime[t] * C12__TLM_LANES;
    for (int32_t i = 0; i < m->wide; i++) {
        int32_t j = o->order[i], r = (int32_t)((uint32_t)x[j] - (uint32_t)(p[j] >> 12)), n = width[i];
        uint32_t above = (uint32_t)r + (n ? 1u << (n - 1) : 0);
        if (above >> n) { packw_list(o, t, i, r); above = 0; }
        packw_bits(&o->rows, above, (uint32_t)n);
    }
}

static void packw_small_lanes(packw_rows *o, int64_t t, const int32_t *x, const int32_t *p, const c12__tlm_prefix *code)
{
    static const int32_t third[4] = { 1, 3, 9, 27 };
    const c12__tlm_linq *m = &o->w->m;
    int32_t place = c12__tlm_packed_small(m);
    for (int32_t i = m->wide, k = 0; i < m->lanes; i += 4, code++, k ^= 1) {
        int32_t one = 0, rest[4] = { 0, 0, 0, 0 }, n = m->lanes - i < 4 ? m->lanes - i : 4;
        for (int32_t l = 0; l < 4; l++) {
            if (l < n) rest[l] = (int32_t)((uint32_t)x[o->order[i + l]] - (uint32_t)(p[o->order[i + l]] >> 12));
            one += third[l] * (rest[l] >= -1 && rest[l] <= 1 ? rest[l] + 1 : 1);
        }
        if (code->length[one] == 255) one = 40;
        for (int32_t l = 0; l < n; l++)
            if (rest[l] != one / third[l] % 3 - 1) packw_list(o, t, place + i - m->wide + l, rest[l]);
        packw_bits(&o->codes[k], code->word[one], code->length[one]);
    }
}

uint8_t *c12__tlm_packed_put(c12__tlm_writer *w, uint8_t *out)
{
    c12__tlm_linq *m = &w->m;
    int32_t order[C12__TLM_LANES];
    c12__tlm_prefix code[C12__TLM_REGIMES][C12__TLM_LANES / 4];
    for (int32_t g = 0; g < m->regimes; g++) /* rounded to the nearest, not down */
        for (int32_t j = 0; j < m->lanes; j++) m->weight[g * m->terms * m->width + j] += C12__TLM_ONE / 2;
    c12__tlm_predict(w);
    packw_sort(w, order);
    packw_reorder(m, order);
    m->packed = 1;
    out = c12__tlm_linq_header(w, out);
    packw_rows o = { .w = w, .order = order, .groups = (m->lanes - m->wide + 3) / 4 };
    for (int32_t g = 0; g < m->regimes; g++)
        for (int32_t k = 0; k < o.groups; k++) {
            uint8_t odds[4][2];
            c12__tlm_packed_odds(m, g, k, odds);
            c12__tlm_small_code(odds, &code[g][k]);
        }
    uint8_t *codes = out + 30, *rows = (uint8_t *)w->offered, *more = rows + (size_t)m->rows * (size_t)w->stride * 2, *list = (uint8_t *)w->cost;
    o.codes[0].out = codes;
    o.codes[1].out = more;
    o.rows.out = rows;
    o.list = list;
    o.list_end = list + (size_t)m->rows * C12__TLM_REGIMES * sizeof *w->cost;
    for (int64_t t = 0; t < m->rows; t++) {
        const int32_t *x = w->x + t * m->width, *p = w->p + t * m->width;
        packw_wide_lanes(&o, t, x, p); /* the list goes by place: wide lanes first */
        packw_small_lanes(&o, t, x, p, code[w->regime[t]]);
    }
    if (o.full) return NULL;
    const uint8_t *part[4] = { codes, more, rows, list };
    size_t n[4] = { (size_t)(packw_flush(&o.codes[0]) - codes), (size_t)(packw_flush(&o.codes[1]) - more), (size_t)(packw_flush(&o.rows) - rows), (size_t)(o.list - list) };
    for (int k = 0; k < 3; k++) out += c12__tlm_put_varint(out, n[k]);
    c12__tlm_move_down(out, codes, n[0]);
    for (int k = 0; k < 4; out += n[k++])
        if (k) memcpy(out, part[k], n[k]);
    memset(out, 0, 8);
    return out + 8;
}
