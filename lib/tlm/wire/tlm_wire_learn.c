/* SPDX-License-Identifier: Apache-2.0 */
/* What a sender learns of its records: bits of residuals by cell, from which a KEY's scales come; ratios; slopes. */
#include "tlm/wire/tlm_wire_avx2.h"
#include "tlm/wire/tlm_wire_sender.h"

/* The scale for residuals whose zigzag has sum / count bits on average: found by trying all scales on normal spreads with Laplace tails.
 * Bits and not the residuals themselves are averaged, so that a few far ones do not spoil the many near ones. */
static uint8_t wire_scale(uint32_t sum, uint32_t count, uint32_t far)
{
    uint32_t mean = count ? sum * 64 / count : 0, scale = 5 + (mean - 109) / 31;
    if (sum * 32 <= count) return 0;
    if (mean < 70) return far * 64 > count ? C12__TLM_WIRE_SPIKY : mean < 3 ? 1 : C12__TLM_WIRE_NEAR;
    if (mean < 113) return 4;
    return (uint8_t)(scale < C12__TLM_WIRE_SCALES ? scale : C12__TLM_WIRE_SCALES);
}

void c12__tlm_wire_fade(c12_tlm_sender *s)
{
    for (int32_t c = 0; c < s->wire.n_sets * s->wire.n_cells; c++) {
        s->sum[c] >>= 1;
        s->count[c] >>= 1;
        s->far[c] >>= 1;
    }
}

/* Scales of the next KEY from what was met; old statistics fade, so that a robot that stops walking is soon cheap. */
void c12__tlm_wire_rescale(c12_tlm_sender *s)
{
    int32_t cells = s->wire.n_sets * s->wire.n_cells;
    for (int32_t c = 0; c < cells; c++) {
        uint8_t scale = s->count[c] < 4 ? s->key.loud[c] : wire_scale(s->sum[c], s->count[c], s->far[c]);
        s->key.still[c] = scale;
        if (scale) s->key.loud[c] = scale;
    }
    for (int fade = 0; fade < WIRE_FADE; fade++) c12__tlm_wire_fade(s);
    for (int32_t i = 0; i < s->wire.like_end - s->wire.plain_end; i++) {
        int64_t num = s->like_num[i], den = s->like_den[i], ratio = den ? (32 * num + (num < 0 ? -den : den)) / (2 * den) : 0;
        s->key.ratio[i] = (int8_t)(ratio > 31 ? 31 : ratio < -31 ? -31 : ratio);
    }
}

/* What number i of class 3 is of the other, in sums of products. */
static void wire_learn_ratio(c12_tlm_sender *s, int32_t i, int64_t mine, int64_t other)
{
    int32_t *num = &s->like_num[i], *den = &s->like_den[i];
    if (mine > WIRE_LIKE_MOST || mine < -WIRE_LIKE_MOST || other > WIRE_LIKE_MOST || other < -WIRE_LIKE_MOST) return;
    *num += (int32_t)(mine * other);
    *den += (int32_t)(other * other);
    if (*den > 1 << 28 || *num > 1 << 28 || *num < -(1 << 28)) {
        *num /= 2;
        *den /= 2;
    }
}

/* The slopes of what drifts, from KEY to KEY; a jump is none. */
void c12__tlm_wire_learn_slopes(c12_tlm_sender *s, const int64_t *x)
{
    const c12__tlm_wire *w = &s->wire;
    int64_t age = (int64_t)(s->seq - s->key.seq);
    for (int32_t i = w->like_end; i < w->n_ops && s->key.there && age; i++) {
        int64_t moved = c12__tlm_wire_sub(x[i], s->key.ref[i]);
        if (w->op[i].other != i || moved > 1 << 20 || moved < -(1 << 20)) continue;
        int64_t slope = moved * 256 / age;
        if (slope <= C12__TLM_WIRE_SLOPE && slope >= -C12__TLM_WIRE_SLOPE) s->key.slope[i - w->like_end] = (int16_t)slope;
    }
}

/* Whole milliseconds when the running period is near one. */
uint32_t c12__tlm_wire_period(uint32_t running)
{
    uint32_t whole = (running + 128) >> 8 << 8, off = running > whole ? running - whole : whole - running;
    return off < 48 ? whole : running;
}

/* ---- one record at a time ------------------------------------------------------------------------------------------- */

void c12__tlm_wire_learn(c12__tlm_wire_feed *f, int32_t set, int moves, const int64_t *x, const int64_t *ref, const int64_t *r)
{
    c12_tlm_sender *s = f->s;
    const c12__tlm_wire *w = &s->wire;
    for (int32_t i = 0; i < w->n_ops; i++) {
        uint64_t z = c12__tlm_zigzag((uint64_t)r[i]);
        int32_t cell = set * w->n_cells + (moves && i >= w->rate_end ? w->op[i].second : w->op[i].cell);
        s->sum[cell] += c12__tlm_wire_length(z << 1 | 1) - 1; /* no branch; the top bit of a zigzag is no loss here */
        s->far[cell] = (uint16_t)(s->far[cell] + (z > 8));
        s->count[cell]++;
    }
    for (int32_t i = w->plain_end; i < w->like_end && moves; i++)
        wire_learn_ratio(s, i - w->plain_end, c12__tlm_wire_sub(x[i], ref[i]), r[w->op[i].other]);
}

/* ---- several ---------------------------------------------------------------------------------------------------------- */

static void wire_learn_plain(c12_tlm_sender *s, const c12__tlm_wire_lesson *l)
{
    const c12__tlm_wire *w = &s->wire;
    for (int32_t i = 0; i < w->n_ops; i++)
        for (int32_t j = 0; j < l->n; j++) {
            int32_t cell = l->set * w->n_cells + c12__tlm_wire_cell(w, i, l->moves[j] != 0);
            s->sum[cell] += c12__tlm_wire_length((uint64_t)l->z[i][j] << 1 | 1) - 1;
            s->far[cell] = (uint16_t)(s->far[cell] + (l->z[i][j] > 8));
            s->count[cell]++;
        }
}

#ifdef C12__TLM_AVX2
/* Bits of each, all below 2^16: of the higher byte that is not 0, by halves. */
WIRE_AVX2_INLINE wire_eight wire_lengths(wire_eight z)
{
    static const uint8_t low[32] = { 0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4 };
    static const uint8_t high[32] = { 0, 5, 6, 6, 7, 7, 7, 7, 8, 8, 8, 8, 8, 8, 8, 8, 0, 5, 6, 6, 7, 7, 7, 7, 8, 8, 8, 8, 8, 8, 8, 8 };
    wire_eight above = z >> 4 & 0x0f0f0f0fu;
    wire_eight each = WIRE_LOOK(*(const wire_bytes *)high, above) | (WIRE_LOOK(*(const wire_bytes *)low, z & 0x0f0f0f0fu) & (wire_eight)((wire_bytes)above == 0));
    wire_eight second = each >> 8, two = (wire_eight)((wire_signs)second > 0);
    return ((second + 8) & two) | (each & 0xff & ~two);
}

/* Ops that share a cell, of the rows that are on: bits, and from bit 16 on how many are far out. */
WIRE_AVX2_INLINE uint32_t wire_learn_cell(const c12__tlm_wire_lesson *l, const uint8_t *op, int32_t n, wire_eight on)
{
    wire_eight both = { 0 };
    for (int32_t k = 0; k < n; k++) {
        wire_eight z = *(const wire_eight *)l->z[op[k]];
        both += wire_lengths(z) + ((wire_eight)((wire_signs)z > 8) & 0x10000);
    }
    wire_four two = (wire_four)(both & on);
    uint64_t sum = two[0] + two[1] + two[2] + two[3]; /* neither half runs over: 128 ops of 8 rows have at most 2^14 bits */
    return (uint32_t)(sum + (sum >> 32));
}

WIRE_AVX2 static void wire_learn_avx2(c12_tlm_sender *s, const c12__tlm_wire_lesson *l)
{
    const c12__tlm_wire *w = &s->wire;
    const wire_eight place = { 0, 1, 2, 3, 4, 5, 6, 7 }, there = (wire_eight)((wire_signs)place < l->n);
    wire_eight all = { 0 };
    for (int32_t i = 0; i < w->n_ops; i++) all |= *(const wire_eight *)l->z[i];
    if (l->n < 3 || wire_which((wire_eight)((wire_signs)(all >> 16 & there) != 0))) { wire_learn_plain(s, l); return; }
    for (int moves = 0; moves < 2; moves++) {
        const wire_eight on = there & (moves ? *(const wire_eight *)l->moves : ~*(const wire_eight *)l->moves);
        const int32_t rows = __builtin_popcount(wire_which(on));
        for (int32_t k = 0, at = 0; k < l->runs[moves] && rows; at = l->end[moves][k++]) {
            const int32_t cell = l->set * w->n_cells + l->cell[moves][k], n = l->end[moves][k] - at;
            uint32_t both = wire_learn_cell(l, l->by_cell[moves] + at, n, on);
            s->sum[cell] += both & 0xffff;
            s->far[cell] = (uint16_t)(s->far[cell] + (both >> 16));
            s->count[cell] = (uint16_t)(s->count[cell] + n * rows);
        }
    }
}

/* Two places of four ops a turn; what stands behind the last op, or in a place too many, is not looked at. */
WIRE_AVX2 static void wire_lesson_avx2(c12__tlm_wire_lesson *l, const c12__tlm_wire_tile *t, int32_t n_ops, int32_t j)
{
    const wire_signs which = (wire_signs){ 0, 4, 0, 0, 0, 0, 0, 0 } + j;
    uint32_t *to = &l->z[0][l->n];
    for (int32_t i = 0; i < n_ops; i += 4)
        for (int32_t k = i; k < i + 4; k++) {
            wire_four two = (wire_four)__builtin_ia32_permvarsi256(*(const wire_signs *)t->z[k], which);
            memcpy(to + k * WIRE_TILE, &two, 8);
        }
}
#endif

static void wire_learn_lesson(c12_tlm_sender *s, const c12__tlm_wire_lesson *l)
{
#ifdef C12__TLM_AVX2
    if (__builtin_cpu_supports("avx2")) {
        wire_learn_avx2(s, l);
        return;
    }
#endif
    wire_learn_plain(s, l);
}

/* Place j of the tile, and j + 4 when there is more. */
static void wire_lesson_add(c12__tlm_wire_lesson *l, const c12__tlm_wire_tile *t, int32_t n_ops, int32_t j, int32_t more)
{
#ifdef C12__TLM_AVX2
    if (l->n + 2 <= WIRE_TILE && __builtin_cpu_supports("avx2")) wire_lesson_avx2(l, t, n_ops, j);
    else
#endif
    for (int32_t i = 0; i < n_ops; i++) {
        l->z[i][l->n] = t->z[i][j];
        if (more) l->z[i][l->n + 1] = t->z[i][j + 4];
    }
    l->moves[l->n] = t->moves[j];
    if (more) l->moves[l->n + 1] = t->moves[j + 4];
    l->n += 1 + more;
}

/* Ops whose cell is the same stand together. */
static void wire_lesson_order(c12__tlm_wire_lesson *l, const c12__tlm_wire *w)
{
    for (int moves = 0; moves < 2; moves++) {
        uint8_t at[2 * C12__TLM_WIRE_MOST] = { 0 };
        int32_t end = 0;
        l->runs[moves] = 0;
        for (int32_t i = 0; i < w->n_ops; i++) at[c12__tlm_wire_cell(w, i, moves)]++;
        for (int32_t c = 0; c < w->n_cells; c++) {
            const int32_t n = at[c], run = l->runs[moves];
            at[c] = (uint8_t)end;
            end += n;
            if (!n) continue;
            l->cell[moves][run] = (uint8_t)c;
            l->end[moves][run] = (uint8_t)end;
            l->runs[moves]++;
        }
        for (int32_t i = 0; i < w->n_ops; i++) l->by_cell[moves][at[c12__tlm_wire_cell(w, i, moves)]++] = (uint8_t)i;
    }
    l->n = 0;
}

/* What is to be learned goes into the statistics. */
void c12__tlm_wire_lesson_end(c12__tlm_wire_feed *f)
{
    c12_tlm_sender *s = f->s;
    if (f->lesson.n <= 0) return;
    wire_learn_lesson(s, &f->lesson);
    f->lesson.n = 0;
    if (s->count[0] >= WIRE_COUNT_MOST) c12__tlm_wire_fade(s);
}

/* Every fourth record is learned from: place j, and one four behind it if it comes before `end`. */
void c12__tlm_wire_tile_learn(const c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, int32_t j, int32_t end)
{
    c12_tlm_sender *s = f->s;
    const c12__tlm_wire *w = &s->wire;
    c12__tlm_wire_lesson *l = &f->lesson;
    if (l->n < 0) wire_lesson_order(l, w);
    l->set = t->set;
    for (int32_t more; j < end; j += 4 + 4 * more) {
        more = j + 4 < end && l->n + 2 <= WIRE_TILE && s->count[0] + l->n + 2 <= WIRE_COUNT_MOST; /* statistics fade right behind the one that fills them */
        wire_lesson_add(l, t, w->n_ops, j, more);
        if (l->n == WIRE_TILE || s->count[0] + l->n >= WIRE_COUNT_MOST) c12__tlm_wire_lesson_end(f);
        for (int32_t k = j; k <= j + 4 * more; k += 4)
            for (int32_t i = w->plain_end; i < w->like_end && t->moves[k]; i++) {
                const int64_t ref = t->chain && k > t->from ? t->x[i][k - 1] : t->ref[i];
                wire_learn_ratio(s, i - w->plain_end, c12__tlm_wire_sub(t->x[i][k], ref), (int64_t)c12__tlm_unzigzag(t->z[w->op[i].other][k]));
            }
    }
}
