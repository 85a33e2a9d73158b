/* SPDX-License-Identifier: Apache-2.0 */
/* The fast form, writing: lanes are told wide from small by a sample of their residuals, and rows written in one pass. */
#include "base/bits.h"
#include "tlm/linq/tlm_linq.h"

enum { PACKW_LISTED = 24 /* bits a listed residual takes, about */, PACKW_SAMPLE = 1024 /* rows looked at, or each fourth when there are few */, PACKW_ZERO = 40 /* the case of four zeros */ };

typedef struct packw_sink { uint8_t *out; uint64_t word; uint32_t have; } packw_sink;

static uint8_t *packw_flush(packw_sink *s)
{
    for (; s->have; s->have = s->have > 8 ? s->have - 8 : 0, s->word >>= 8) *s->out++ = (uint8_t)s->word;
    return s->out;
}

/* ---- wide or small ------------------------------------------------------------------------------------------------------------ */

/* How often a residual of a lane needs so many bits - one bit says -1 - and how often it is 1; of all. */
typedef struct packw_counts { int32_t need[C12__TLM_MOST_BITS + 2], up, all; } packw_counts;

enum { PACKW_TALLIES = C12__TLM_MOST_BITS + 2 /* how many need more than so many bits; how many are 1 */ };

/* Every step-th row of the lanes from j on, as many as a vector has, counted by regime.  r in -2^(n-1) .. 2^(n-1) - 1 needs n bits, 0 none; no branch, as residuals are noise. */
C12__TLM_INLINE void packw_tally(const c12__tlm_writer *w, int64_t step, int32_t j, c12__tlm_vs tally[C12__TLM_REGIMES][PACKW_TALLIES])
{
    for (int64_t t = 0; t < w->m.rows; t += step) {
        c12__tlm_vs r = (c12__tlm_vs)(C12__TLM_VU(w->x + t * w->m.width + j) - (c12__tlm_vu)(C12__TLM_VS(w->p + t * w->m.width + j) >> 12)), v = r ^ r >> 31;
        c12__tlm_vs *count = tally[w->regime[t]];
        count[0] -= (r | (c12__tlm_vs)(0 - (c12__tlm_vu)r)) >> 31;
        C12__TLM_EACH for (int32_t n = 1; n <= C12__TLM_MOST_BITS; n++) {
            const int32_t least = 1 << (n - 1);
            count[n] -= ~((v - least) >> 31);
        }
        count[PACKW_TALLIES - 1] -= ((v ^ 1) - 1) >> 31 & ~(r >> 31);
    }
}

C12__TLM_INLINE void packw_count_lanes(const c12__tlm_writer *w, packw_counts c[C12__TLM_LANES][C12__TLM_REGIMES])
{
    int64_t step = c12__max64(w->m.rows / PACKW_SAMPLE, 4);
    int32_t all[C12__TLM_REGIMES] = { 0 };
    for (int64_t t = 0; t < w->m.rows; t += step) all[w->regime[t]]++;
    for (int32_t j = 0; j < w->m.lanes; j++) {
        c12__tlm_vs tally[C12__TLM_REGIMES][PACKW_TALLIES];
        int32_t l = j % C12__TLM_VECTOR;
        if (!l) {
            memset(tally, 0, sizeof tally);
            packw_tally(w, step, j, tally);
        }
        for (int32_t g = 0; g < w->m.regimes; g++) {
            packw_counts *one = &c[j][g];
            int32_t more = one->all = all[g];
            for (int32_t n = 0; n <= C12__TLM_MOST_BITS; n++) {
                int32_t above = ((const int32_t *)&tally[g][n])[l];
                one->need[n] = more - above;
                more = above;
            }
            one->need[C12__TLM_MOST_BITS + 1] = more;
            one->up = ((const int32_t *)&tally[g][PACKW_TALLIES - 1])[l];
        }
    }
}

#ifdef C12__TLM_AVX2
__attribute__((target("avx2"))) static void packw_count_avx2(const c12__tlm_writer *w, packw_counts c[C12__TLM_LANES][C12__TLM_REGIMES]) { packw_count_lanes(w, c); }
#endif

static void packw_count(const c12__tlm_writer *w, packw_counts c[C12__TLM_LANES][C12__TLM_REGIMES])
{
#ifdef C12__TLM_AVX2
    if (__builtin_cpu_supports("avx2")) { packw_count_avx2(w, c); return; }
#endif
    packw_count_lanes(w, c);
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
    int32_t below = c->need[1], out = c->all - c->need[0] - below - c->up, down = (below * 255 + c->all / 2) / c->all, up = (c->up * 255 + c->all / 2) / c->all;
    while (down + up > 255) { if (down > up) down--; else up--; }
    odds[0] = (uint8_t)down;
    odds[1] = (uint8_t)up;
    int64_t zero = (int64_t)c->need[0] * (2048 - c12__tlm_log2((uint32_t)(256 - down - up)));
    int64_t low = below ? (int64_t)below * (2048 - c12__tlm_log2((uint32_t)(down ? down : 1))) : 0, high = c->up ? (int64_t)c->up * (2048 - c12__tlm_log2((uint32_t)(up ? up : 1))) : 0;
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
    int32_t order[C12__TLM_LANES + 4];               /* lane of each position; positions that are not there have one of zeros */
    int32_t bits[C12__TLM_REGIMES][C12__TLM_LANES];  /* of wide lanes; 0 where there is none */
    c12__tlm_prefix code[C12__TLM_REGIMES][C12__TLM_LANES / 4];
    packw_sink codes[2], rows;
    uint8_t *list, *list_end;
    int64_t last;
    int32_t quads, groups, full, reserved; /* of wide lanes, of small ones; the list has no more room */
} packw_rows;

/* Eight bytes are written, what is whole of them stays; count <= 56 between two calls. */
C12__TLM_INLINE void packw_drain(packw_sink *s)
{
    c12__tlm_put64(s->out, s->word);
    s->out += s->have >> 3;
    s->word >>= s->have & 56;
    s->have &= 7;
}

static void packw_list(packw_rows *o, int64_t t, int32_t position, int32_t r)
{
    int64_t at = t * 256 + position;
    if (o->list_end - o->list < 20) { o->full = 1; return; }
    o->list += c12__tlm_put_varint(o->list, (uint64_t)(at - o->last));
    o->list += c12__tlm_put_varint(o->list, c12__tlm_zigzag((uint64_t)(int64_t)r));
    o->last = at;
}

/* Four lanes, of which not all fit: those that do not are listed and stand as 0. */
static void packw_odd_quad(packw_rows *o, int64_t t, int32_t first, const int32_t *bits, uint32_t above[4])
{
    for (int32_t l = 0; l < 4; l++) {
        if (!(above[l] >> bits[l])) continue;
        packw_list(o, t, first + l, (int32_t)(above[l] - (bits[l] ? 1u << (bits[l] - 1) : 0)));
        above[l] = 0;
    }
}

C12__TLM_INLINE void packw_wide_lanes(packw_rows *o, packw_sink *s, int64_t t, int32_t regime, const int32_t *rest)
{
    const int32_t *bits = o->bits[regime], *order = o->order;
    for (int32_t k = 0; k < o->quads; k++, bits += 4, order += 4) {
        uint32_t above[4], odd = 0;
        for (int l = 0; l < 4; l++) {
            above[l] = (uint32_t)rest[order[l]] + (1u << bits[l] >> 1);
            odd |= above[l] >> bits[l];
        }
        if (odd) packw_odd_quad(o, t, 4 * k, bits, above);
        for (int l = 0; l < 4; l++) {
            s->word |= (uint64_t)above[l] << s->have;
            s->have += (uint32_t)bits[l];
        }
        packw_drain(s);
    }
}

/* The case of four small lanes, what does not fit listed. */
static int32_t packw_odd_case(packw_rows *o, int64_t t, int32_t first, const uint32_t u[4], const c12__tlm_prefix *code)
{
    int32_t one = 0, third = 1;
    for (int32_t l = 0; l < 4; l++, third *= 3) one += third * (u[l] <= 2 ? (int32_t)u[l] : 1);
    if (code->length[one] == 255) one = PACKW_ZERO;
    for (int32_t l = 0, rest = one; l < 4; l++, rest /= 3)
        if (u[l] != (uint32_t)(rest % 3)) packw_list(o, t, first + l, (int32_t)(u[l] - 1));
    return one;
}

C12__TLM_INLINE void packw_small_lanes(packw_rows *o, packw_sink *even, packw_sink *odd, int64_t t, int32_t regime, const int32_t *rest)
{
    const c12__tlm_prefix *code = o->code[regime];
    const int32_t *order = o->order + 4 * o->quads;
    for (int32_t k = 0; k < o->groups; k++, code++, order += 4) {
        uint32_t u[4], one;
        for (int l = 0; l < 4; l++) u[l] = (uint32_t)rest[order[l]] + 1;
        one = u[0] + 3 * u[1] + 9 * u[2] + 27 * u[3];
        if (u[0] > 2 || u[1] > 2 || u[2] > 2 || u[3] > 2 || code->length[one] == 255) one = (uint32_t)packw_odd_case(o, t, 4 * (o->quads + k), u, code);
        packw_sink *s = k & 1 ? odd : even;
        s->word |= (uint64_t)code->word[one] << s->have;
        s->have += code->length[one];
        packw_drain(s);
    }
}

/* Residuals of each row, then their bits: wide lanes first, as the list goes by place. */
C12__TLM_INLINE void packw_all_rows(packw_rows *o)
{
    const c12__tlm_linq *m = &o->w->m;
    int32_t rest[C12__TLM_LANES + 8] = { 0 };
    packw_sink even = o->codes[0], odd = o->codes[1], wide = o->rows;
    for (int64_t t = 0; t < m->rows; t++) {
        const int32_t *x = o->w->x + t * m->width, *p = o->w->p + t * m->width;
        for (int32_t g = 0; g < m->width; g += C12__TLM_VECTOR) *(c12__tlm_vu *)(rest + g) = C12__TLM_VU(x + g) - (c12__tlm_vu)(C12__TLM_VS(p + g) >> 12);
        packw_wide_lanes(o, &wide, t, o->w->regime[t], rest);
        packw_small_lanes(o, &even, &odd, t, o->w->regime[t], rest);
    }
    o->codes[0] = even;
    o->codes[1] = odd;
    o->rows = wide;
}

#ifdef C12__TLM_AVX2
#  define PACKW_AVX2 __attribute__((target("avx2,bmi2")))
#  define PACKW_AVX2_INLINE __attribute__((target("avx2,bmi2"), always_inline)) static inline

/* ---- sixteen lanes a register -----------------------------------------------------------------------------------------------------
 *
 * Residuals become words - what is too large for one saturates, and is too large for any lane -, are brought into the order they are written in, and four of
 * them become one number by products: a wide lane's bits stand where the lanes before it end, a small lane is a digit to base three. */
typedef uint16_t packw_words __attribute__((vector_size(32), aligned(2), may_alias));
typedef short packw_signs __attribute__((vector_size(32)));
typedef int packw_ints __attribute__((vector_size(32)));
typedef char packw_bytes __attribute__((vector_size(32)));
typedef long long packw_index __attribute__((vector_size(32)));
typedef uint64_t packw_fours __attribute__((vector_size(32), aligned(8), may_alias));

enum { PACKW_REGISTERS = (C12__TLM_LANES + 6 + 15) / 16, PACKW_HALVES = C12__TLM_LANES / 8,
       PACKW_ODD = C12__TLM_CASES /* not a case: four lanes of which one does not fit */, PACKW_UNCODED = 15 };

typedef struct packw_form { packw_words half, most, times; packw_fours apart; } packw_form; /* most: the largest that fits once half is added; apart: where the second pair stands */

typedef struct packw_plan {
    packw_words from[PACKW_REGISTERS][PACKW_HALVES];                 /* bytes of the halves as they come; 0x80: not there */
    packw_form form[C12__TLM_REGIMES][PACKW_REGISTERS];
    uint32_t bits[C12__TLM_REGIMES][C12__TLM_LANES / 4];             /* of four wide lanes */
    uint16_t code[C12__TLM_REGIMES][C12__TLM_LANES / 4 + 2][C12__TLM_CASES + 1]; /* word and length << CODE_BITS */
} packw_plan;

static void packw_plan_lanes(const packw_rows *o, packw_plan *f)
{
    memset(f->from, 0x80, sizeof f->from);
    for (int32_t i = 0; i < 4 * (o->quads + o->groups); i++) {
        int32_t lane = o->order[i], word = (lane & 8) / 2 + (lane & 3); /* as packing puts them: four of the first eight, four of the next */
        if (lane >= o->w->m.width) continue;
        uint8_t *byte = (uint8_t *)&f->from[i / 16][2 * (lane / 16) + (lane & 4) / 4] + i % 16 * 2;
        byte[0] = (uint8_t)(2 * word);
        byte[1] = (uint8_t)(2 * word + 1);
    }
}

static void packw_plan_form(const packw_rows *o, packw_plan *f, int32_t regime)
{
    static const uint16_t thirds[4] = { 1, 3, 9, 27 };
    const int32_t *bits = o->bits[regime];
    memset(f->form[regime], 0, sizeof f->form[regime]);
    for (int32_t i = 0; i < 4 * (o->quads + o->groups); i++) {
        packw_form *r = &f->form[regime][i / 16];
        int wide = i < 4 * o->quads;
        r->half[i % 16] = (uint16_t)(wide ? 1u << bits[i] >> 1 : 1);
        r->most[i % 16] = (uint16_t)(wide ? (1u << bits[i]) - 1 : 2);
        r->times[i % 16] = (uint16_t)(!wide ? thirds[i % 4] : i & 1 ? 1u << bits[i - 1] : 1);
        if (wide && i % 4 == 1) r->apart[i % 16 / 4] = (uint64_t)(bits[i - 1] + bits[i]);
        if (wide && i % 4 == 3) f->bits[regime][i / 4] = (uint32_t)(bits[i - 3] + bits[i - 2] + bits[i - 1] + bits[i]);
    }
    memset(f->code[regime], 0, sizeof f->code[regime]);
    for (int32_t k = 0; k < o->groups; k++) {
        const c12__tlm_prefix *code = &o->code[regime][k];
        for (int32_t one = 0; one < C12__TLM_CASES; one++) f->code[regime][k][one] = (uint16_t)(code->word[one] | (code->length[one] == 255 ? PACKW_UNCODED : code->length[one]) << C12__TLM_CODE_BITS);
        f->code[regime][k][PACKW_ODD] = PACKW_UNCODED << C12__TLM_CODE_BITS;
    }
}

/* Residual of a position and row; 0 where there is no lane. */
static int32_t packw_at(const packw_rows *o, int64_t t, int32_t position)
{
    int32_t lane = o->order[position], width = o->w->m.width;
    return lane < width ? (int32_t)((uint32_t)o->w->x[t * width + lane] - (uint32_t)(o->w->p[t * width + lane] >> 12)) : 0;
}

/* Four wide lanes of which not all fit; their bits. */
static uint64_t packw_odd_wide(packw_rows *o, int64_t t, int32_t first, const int32_t *bits)
{
    uint32_t above[4], end = 0;
    uint64_t four = 0;
    for (int32_t l = 0; l < 4; l++) above[l] = (uint32_t)packw_at(o, t, first + l) + (1u << bits[l] >> 1);
    packw_odd_quad(o, t, first, bits, above);
    for (int32_t l = 0; l < 4; end += (uint32_t)bits[l++]) four |= (uint64_t)above[l] << end;
    return four;
}

/* Four small lanes that do not fit, or that have no code; another's. */
static uint32_t packw_odd_code(packw_rows *o, const packw_plan *f, int64_t t, int32_t regime, int32_t group)
{
    const int32_t first = 4 * (o->quads + group);
    uint32_t u[4];
    for (int32_t l = 0; l < 4; l++) u[l] = (uint32_t)packw_at(o, t, first + l) + 1;
    return f->code[regime][group][packw_odd_case(o, t, first, u, &o->code[regime][group])];
}

/* A row of which some lanes do not fit: wide ones are listed and stand as 0, small ones wait for their turn, as the list goes by place. */
static void packw_odd_row(packw_rows *o, int64_t t, int32_t regime, const uint64_t *over, uint64_t *four)
{
    for (int32_t k = 0; k < o->quads + o->groups; k++)
        if (over[k]) four[k] = k < o->quads ? packw_odd_wide(o, t, 4 * k, o->bits[regime] + 4 * k) : PACKW_ODD;
}

/* Residuals of the sixteen lanes from `first` on as words, in registers of which both halves are the same. */
PACKW_AVX2_INLINE void packw_halves(const c12__tlm_linq *m, const int32_t *x, const int32_t *p, int32_t first, packw_bytes half[2])
{
    packw_ints low = { 0 }, high = { 0 };
    if (first < m->width) low = (packw_ints)(C12__TLM_VU(x + first) - (c12__tlm_vu)(C12__TLM_VS(p + first) >> 12));
    if (first + 8 < m->width) high = (packw_ints)(C12__TLM_VU(x + first + 8) - (c12__tlm_vu)(C12__TLM_VS(p + first + 8) >> 12));
    packw_index both = (packw_index)__builtin_ia32_packssdw256(low, high);
    half[0] = (packw_bytes)__builtin_ia32_permdi256(both, 0x44);
    half[1] = (packw_bytes)__builtin_ia32_permdi256(both, 0xee);
}

#  define PACKW_FROM(s) (packw_words)__builtin_ia32_pshufb256(half[s], (packw_bytes)from[s])

/* Sixteen positions as numbers of four; what of them does not fit. */
PACKW_AVX2_INLINE packw_words packw_register(const packw_bytes *half, int32_t halves, const packw_words *from, const packw_form *form, uint64_t four[4])
{
    packw_words v = PACKW_FROM(0) + PACKW_FROM(1) + PACKW_FROM(2) + PACKW_FROM(3) + form->half;
    if (halves > 4) v += PACKW_FROM(4) + PACKW_FROM(5) + PACKW_FROM(6) + PACKW_FROM(7);
    packw_fours pairs = (packw_fours)__builtin_ia32_pmaddwd256((packw_signs)v, (packw_signs)form->times);
    *(packw_fours *)four = (pairs & UINT32_MAX) + (pairs >> 32 << form->apart);
    return (packw_words)(v > form->most);
}

/* All lanes of a row as numbers of four; registers and halves are constants. */
PACKW_AVX2_INLINE void packw_row(packw_rows *o, const packw_plan *f, int64_t t, int32_t regime, int32_t registers, int32_t halves, uint64_t *four)
{
    const c12__tlm_linq *m = &o->w->m;
    const int32_t *x = o->w->x + t * m->width, *p = o->w->p + t * m->width;
    const packw_form *form = f->form[regime];
    packw_bytes half[PACKW_HALVES];
    packw_words over[PACKW_REGISTERS], any;
    packw_halves(m, x, p, 0, half);
    packw_halves(m, x, p, 16, half + 2);
    if (halves > 4) packw_halves(m, x, p, 32, half + 4);
    if (halves > 4) packw_halves(m, x, p, 48, half + 6);
    over[0] = packw_register(half, halves, f->from[0], form, four);
    over[1] = packw_register(half, halves, f->from[1], form + 1, four + 4);
    any = over[0] | over[1];
    for (int32_t r = 2; r < registers; r++) any |= over[r] = packw_register(half, halves, f->from[r], form + r, four + 4 * r);
    if (!__builtin_ia32_ptestz256((packw_index)any, (packw_index)any)) packw_odd_row(o, t, regime, (const uint64_t *)over, four);
}

PACKW_AVX2_INLINE void packw_put_wide(const packw_rows *o, packw_sink *s, const uint32_t *bits, const uint64_t *four)
{
    for (int32_t k = 0; k < o->quads; k++) {
        s->word |= four[k] << s->have;
        s->have += bits[k];
        packw_drain(s);
    }
}

PACKW_AVX2_INLINE void packw_put_code(packw_rows *o, const packw_plan *f, packw_sink *s, int64_t t, int32_t regime, int32_t group, uint32_t one)
{
    if (one >> C12__TLM_CODE_BITS == PACKW_UNCODED) one = packw_odd_code(o, f, t, regime, group);
    s->word |= (uint64_t)(one & ((1 << C12__TLM_CODE_BITS) - 1)) << s->have;
    s->have += one >> C12__TLM_CODE_BITS;
}

/* Codes are of nine bits at most: four of them before what is whole is written.  The last group of an odd number is followed by one that takes no bits. */
PACKW_AVX2_INLINE void packw_put_small(packw_rows *o, const packw_plan *f, packw_sink *even, packw_sink *odd, int64_t t, int32_t regime, const uint64_t *four)
{
    const uint16_t (*code)[C12__TLM_CASES + 1] = f->code[regime];
    for (int32_t k = 0; k < o->groups; k += 2, code += 2, four += 2) {
        packw_put_code(o, f, even, t, regime, k, code[0][four[0]]);
        packw_put_code(o, f, odd, t, regime, k + 1, code[1][four[1]]);
        if ((k & 6) != 6) continue;
        packw_drain(even);
        packw_drain(odd);
    }
    packw_drain(even);
    packw_drain(odd);
}

PACKW_AVX2_INLINE void packw_rows_by_fours(packw_rows *o, int32_t registers, int32_t halves)
{
    const c12__tlm_linq *m = &o->w->m;
    packw_plan f;
    uint64_t four[4 * PACKW_REGISTERS] = { 0 };
    packw_sink even = o->codes[0], odd = o->codes[1], wide = o->rows;
    packw_plan_lanes(o, &f);
    for (int32_t g = 0; g < m->regimes; g++) packw_plan_form(o, &f, g);
    for (int64_t t = 0; t < m->rows; t++) {
        int32_t regime = o->w->regime[t];
        packw_row(o, &f, t, regime, registers, halves, four);
        packw_put_wide(o, &wide, f.bits[regime], four);
        packw_put_small(o, &f, &even, &odd, t, regime, four + o->quads);
    }
    o->codes[0] = even;
    o->codes[1] = odd;
    o->rows = wide;
}

PACKW_AVX2 static void packw_two(packw_rows *o) { packw_rows_by_fours(o, 2, 4); }
PACKW_AVX2 static void packw_three(packw_rows *o) { packw_rows_by_fours(o, 3, 4); }
PACKW_AVX2 static void packw_all(packw_rows *o) { packw_rows_by_fours(o, PACKW_REGISTERS, PACKW_HALVES); }
#endif

/* By the registers that a row takes: two for 32 positions, three where 32 lanes stand at 36, else room for all. */
static void packw_write_rows(packw_rows *o)
{
#ifdef C12__TLM_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) {
        if (o->w->m.width > 32) packw_all(o);
        else if (o->quads + o->groups > 8) packw_three(o);
        else packw_two(o);
        return;
    }
#endif
    packw_all_rows(o);
}

/* Lanes by position in fours, codes and widths; a lane that is not there is read from behind the row, where zeros stand. */
static void packw_layout(packw_rows *o, const int32_t order[C12__TLM_LANES])
{
    const c12__tlm_linq *m = &o->w->m;
    o->quads = (m->wide + 3) / 4;
    o->groups = (m->lanes - m->wide + 3) / 4;
    for (int32_t i = 0; i < 4 * (o->quads + o->groups); i++) {
        int32_t small = i - 4 * o->quads, lane = small < 0 ? i : m->wide + small;
        o->order[i] = lane < (small < 0 ? m->wide : m->lanes) ? order[lane] : m->width;
    }
    memset(o->bits, 0, sizeof o->bits);
    for (int32_t g = 0; g < m->regimes; g++) {
        for (int32_t i = 0; i < m->wide; i++) o->bits[g][i] = m->scale[g * C12__TLM_LANES + i];
        for (int32_t k = 0; k < o->groups; k++) {
            uint8_t odds[4][2];
            c12__tlm_packed_odds(m, g, k, odds);
            c12__tlm_small_code(odds, &o->code[g][k]);
        }
    }
}

uint8_t *c12__tlm_packed_put(c12__tlm_writer *w, uint8_t *out)
{
    c12__tlm_linq *m = &w->m;
    int32_t order[C12__TLM_LANES];
    packw_rows o = { .w = w, .last = 0 };
    const c12__tlm_linq offered = *m; /* lanes in the order of w->x */
    for (int32_t g = 0; g < m->regimes; g++) /* rounded to the nearest, not down */
        for (int32_t j = 0; j < m->lanes; j++) m->weight[g * m->terms * m->width + j] += C12__TLM_ONE / 2;
    c12__tlm_predict(w);
    packw_sort(w, order);
    packw_reorder(m, order);
    m->packed = 1;
    out = c12__tlm_linq_header(w, out);
    packw_layout(&o, order);
    uint8_t *codes = out + 30, *rows = (uint8_t *)w->offered, *more = rows + (size_t)m->rows * (size_t)w->stride * 2, *list = (uint8_t *)w->cost;
    o.codes[0].out = codes;
    o.codes[1].out = more;
    o.rows.out = rows;
    o.list = list;
    o.list_end = list + (size_t)m->rows * C12__TLM_REGIMES * sizeof *w->cost;
    packw_write_rows(&o);
    if (o.full) { *m = offered; return NULL; }
    const uint8_t *part[4] = { codes, more, rows, list };
    size_t n[4] = { (size_t)(packw_flush(&o.codes[0]) - codes), (size_t)(packw_flush(&o.codes[1]) - more), (size_t)(packw_flush(&o.rows) - rows), (size_t)(o.list - list) };
    for (int k = 0; k < 3; k++) out += c12__tlm_put_varint(out, n[k]);
    c12__tlm_move_down(out, codes, n[0]);
    for (int k = 0; k < 4; out += n[k++])
        if (k) memcpy(out, part[k], n[k]);
    memset(out, 0, 8);
    return out + 8;
}
