/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that are made DELTAs together: what is left of their numbers, column by column, and its bits by the KEY's codes. */
#include "tlm/tlm_vector.h"
#include "tlm/wire/tlm_wire_sender.h"

int c12__tlm_wire_bring_over(c12__tlm_wire_feed *f, int32_t i, int64_t *v)
{
    int64_t unit = f->unit[i], got = *v;
    if (got == f->odd_from[i]) { *v = f->odd_to[i]; return 1; }
    if (f->o.schema.kind[f->s->wire.op[i].field] == C12_TLM_TIME && i && got % 5000) f->s->fine = 1;
    if (unit < 0 ? c12__mul64(got, -unit, v) : got % unit != 0) return 0; /* off the scale, or of a time that needs a finer grid */
    if (unit > 0) *v = got / unit;
    f->odd_from[i] = got;
    f->odd_to[i] = *v;
    return 1;
}

void c12__tlm_wire_tile_unit(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, int32_t k)
{
    const int32_t i = f->odd[k], timed = i && f->o.schema.kind[f->s->wire.op[i].field] == C12_TLM_TIME && !f->s->fine;
    const int64_t *x = t->x[i];
    for (int32_t j = 0; j < WIRE_TILE; j++) t->odd[k][j] = 0;
    for (int32_t j = t->from; j < t->end; j++) {
        int64_t v = t->odd[k][j] = x[j];
        if (v == f->odd_from[i]) { t->odd[k][j] = f->odd_to[i]; continue; }
        if ((timed && v % 5000) || !c12__tlm_wire_bring_over(f, i, &t->odd[k][j])) t->end = j; /* before the first row of which the sender would learn a finer grid */
    }
}

/* Columns, with units brought over; rows before the first that is of another KEY. */
static int wire_tile_open_plain(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f)
{
    const c12_tlm_sender *s = f->s;
    for (int32_t i = 0; i < s->wire.n_ops; i++) t->x[i] = f->number[i] + (t->row - t->from);
    for (int32_t k = 0; k < f->n_odd; k++) {
        c12__tlm_wire_tile_unit(t, f, k);
        t->x[f->odd[k]] = t->odd[k];
    }
    for (int32_t j = t->end; j-- > t->from;) t->end = c12__tlm_wire_sub(t->x[0][j], s->key_at) >= s->key_ms ? j : t->end;
    return t->end > t->from;
}

/* ---- residuals ------------------------------------------------------------------------------------------------------ */

/* Ops at .. end-1 against their references. */
static void wire_left(c12__tlm_wire_tile *t, const int64_t *ref, int32_t at, int32_t end)
{
    for (; at < end; at++) {
        const int64_t *x = t->x[at];
        const uint64_t from = (uint64_t)ref[at];
        uint64_t d[WIRE_TILE];
        for (int32_t j = 0; j < WIRE_TILE; j++) d[j] = (uint64_t)x[j] - from;
        for (int32_t j = 0; j < WIRE_TILE; j++) t->alone[j] |= (uint32_t)((d[j] + (1u << WIRE_TILE_BITS)) >> (WIRE_TILE_BITS + 1) != 0);
        for (int32_t j = 0; j < WIRE_TILE; j++) t->z[at][j] = (uint32_t)c12__tlm_zigzag(d[j]);
    }
}

/* An op against what is foretold of it. */
C12__TLM_INLINE void wire_left_of(c12__tlm_wire_tile *t, int32_t i, const int64_t *from)
{
    const int64_t *x = t->x[i];
    uint64_t d[WIRE_TILE];
    for (int32_t j = 0; j < WIRE_TILE; j++) d[j] = (uint64_t)x[j] - (uint64_t)from[j];
    for (int32_t j = 0; j < WIRE_TILE; j++) t->alone[j] |= (uint32_t)((d[j] + (1u << WIRE_TILE_BITS)) >> (WIRE_TILE_BITS + 1) != 0);
    for (int32_t j = 0; j < WIRE_TILE; j++) t->z[i][j] = (uint32_t)c12__tlm_zigzag(d[j]);
}

/* An op's numbers a row before, the first one's in the reference. */
C12__TLM_INLINE void wire_tile_before(const c12__tlm_wire_tile *t, const int64_t *x, int64_t ref, int64_t *before)
{
    before[0] = ref;
    for (int32_t j = 1; j < WIRE_TILE; j++) before[j] = x[j - 1];
    before[t->from] = ref;
}

/* As wire_left, each row against the one before and a step. */
static void wire_left_chain(c12__tlm_wire_tile *t, const int64_t *ref, int32_t at, int32_t end, int64_t step)
{
    int64_t before[WIRE_TILE];
    for (; at < end; at++) {
        wire_tile_before(t, t->x[at], ref[at], before);
        for (int32_t j = 0; j < WIRE_TILE; j++) before[j] = c12__tlm_wire_add(before[j], step);
        wire_left_of(t, at, before);
    }
}

/* from moves on by the mean of two rates in the time between. */
static void wire_go(uint32_t factor, const int64_t *time, const int64_t *time_before, const int64_t *rate, const int64_t *rate_before, int64_t *from)
{
    for (int32_t j = 0; j < WIRE_TILE; j++)
        from[j] = c12__tlm_wire_add(from[j], c12__tlm_wire_rate(factor, c12__tlm_wire_sub(time[j], time_before[j]), rate_before[j], rate[j]));
}

/* What the KEY foretells of op i, behind like_end, or of the time.  Places before the first that counts may hold anything. */
static void wire_tile_foretell(const c12__tlm_wire_tile *t, const c12__tlm_wire_feed *f, int32_t i, int64_t *from)
{
    int64_t time[WIRE_TILE], rate[WIRE_TILE];
    const c12_tlm_sender *s = f->s;
    const c12__tlm_wire *w = &s->wire;
    const int64_t *ref = s->key.ref;
    const int32_t other = w->op[i].other;
    const uint64_t records = (uint64_t)(s->seq - s->key.seq) - (uint64_t)t->from, at = (uint64_t)ref[i];
    if (!i || other == i) {
        const uint64_t step = i ? (uint64_t)(int64_t)s->key.slope[i - w->like_end] : s->key.period, far = UINT64_C(1) << 63;
        uint64_t v[WIRE_TILE];
        v[0] = step * records + 128 + far;
        for (int32_t j = 1; j < WIRE_TILE / 2; j++) v[j] = v[j - 1] + step;
        for (int32_t j = 0; j < WIRE_TILE / 2; j++) v[j + WIRE_TILE / 2] = v[j] + WIRE_TILE / 2 * step;
        for (int32_t j = 0; j < WIRE_TILE; j++) from[j] = (int64_t)(at + (v[j] >> 8) - (far >> 8)); /* of what is below zero the lower whole number */
        return;
    }
    uint64_t rates = (uint64_t)ref[other];
    for (int32_t j = 0; j < WIRE_TILE; j++) rates |= (uint64_t)t->x[other][j];
    for (int32_t j = 0; j < WIRE_TILE; j++) from[j] = ref[i];
    if (!rates) return; /* most robots stand */
    for (int32_t j = 0; j < WIRE_TILE; j++) {
        time[j] = ref[0];
        rate[j] = ref[other];
    }
    wire_go(f->factor[i], t->x[0], time, t->x[other], rate, from);
}

/* What the rates of this row and the one before foretell of it. */
static void wire_tile_follow(const c12__tlm_wire_tile *t, const c12__tlm_wire_feed *f, int32_t i, int64_t *from)
{
    const int64_t *ref = t->ref;
    const int32_t other = f->s->wire.op[i].other;
    int64_t time[WIRE_TILE], rate[WIRE_TILE];
    wire_tile_before(t, t->x[i], ref[i], from);
    wire_tile_before(t, t->x[0], ref[0], time);
    wire_tile_before(t, t->x[other], ref[other], rate);
    wire_go(f->factor[i], t->x[0], time, t->x[other], rate, from);
}

C12__TLM_INLINE void wire_tile_like(uint32_t *restrict mine, const uint32_t *restrict its, const uint32_t *restrict moves, int32_t ratio)
{
    uint32_t r[WIRE_TILE];
    for (int32_t j = 0; j < WIRE_TILE; j++) r[j] = its[j] >> 1 ^ (0u - (its[j] & 1));
    for (int32_t j = 0; j < WIRE_TILE; j++) r[j] = (uint32_t)((int32_t)((r[j] & moves[j]) * (uint32_t)ratio + 8) >> 4);
    for (int32_t j = 0; j < WIRE_TILE; j++) r[j] = (mine[j] >> 1 ^ (0u - (mine[j] & 1))) - r[j];
    for (int32_t j = 0; j < WIRE_TILE; j++) mine[j] = r[j] << 1 ^ (0u - (r[j] >> 31));
}

/* Which rows are raw, and which have other texts than the KEY, or, in a chain, than the row before. */
C12__TLM_INLINE void wire_tile_texts(c12__tlm_wire_tile *t, const c12__tlm_wire_feed *f, int chain)
{
    uint64_t differ[WIRE_TILE] = { 0 }, any = 0;
    const int64_t at = t->row - t->from, *raw = f->o.batch.raw_at;
    for (int32_t j = 0; j < WIRE_TILE; j++) t->alone[j] = 0;
    if (raw) for (int32_t j = 0; j < WIRE_TILE; j++) t->alone[j] = (uint32_t)(raw[at + j] >= 0);
    for (int32_t i = 0; i < f->s->wire.n_codes; i++) {
        const int64_t *v = f->code[i] + at;
        const uint64_t known = (uint64_t)t->known[i];
        for (int32_t j = 0; j < WIRE_TILE; j++) differ[j] |= (uint64_t)v[j] ^ known;
    }
    for (int32_t j = 0; j < WIRE_TILE; j++) t->differ[j] = (uint32_t)(differ[j] != 0);
    for (int32_t j = 0; j < WIRE_TILE; j++) any |= differ[j];
    for (int32_t j = t->from + 1; j < WIRE_TILE && chain && any; j++) {
        t->differ[j] = 0;
        for (int32_t i = 0; i < f->s->wire.n_codes; i++) t->differ[j] |= (uint32_t)(f->code[i][at + j] != f->code[i][at + j - 1]);
    }
}

/* 1 = some rate is not zero. */
C12__TLM_INLINE int wire_tile_moves(c12__tlm_wire_tile *t, const c12__tlm_wire_feed *f, int chain)
{
    uint64_t any[WIRE_TILE] = { 0 }, all = 0, known = 0;
    for (int32_t i = 1; i < f->s->wire.rate_end; i++) {
        const int64_t *x = t->x[i];
        known |= (uint64_t)t->ref[i];
        for (int32_t j = 0; j < WIRE_TILE; j++) any[j] |= (uint64_t)x[j];
    }
    for (int32_t j = 0; j < WIRE_TILE; j++) all |= any[j];
    all |= known;
    for (int32_t j = 0; j < WIRE_TILE && !chain; j++) any[j] |= known;
    for (int32_t j = 0; j < WIRE_TILE; j++) t->moves[j] = 0u - (uint32_t)(any[j] != 0);
    if (!chain || !all) return all != 0;
    uint32_t which = 0; /* and then the rows behind them do */
    for (int32_t j = 0; j < WIRE_TILE; j++) which |= t->moves[j] & 1u << j;
    which &= 0u - (1u << t->from);
    which |= which << 1 | (uint32_t)(known != 0) << t->from;
    for (int32_t j = 0; j < WIRE_TILE; j++) t->moves[j] = 0u - (which >> j & 1);
    return 1;
}

/* Some number of a still cell is not what was foretold, or a text is another. */
C12__TLM_INLINE void wire_tile_loud(c12__tlm_wire_tile *t, c12__tlm_wire_score *score)
{
    uint32_t any[2][WIRE_TILE] = { { 0 } }, moving = 0, standing = 0;
    for (int32_t j = 0; j < WIRE_TILE; j++) moving |= t->moves[j];
    for (int32_t j = 0; j < WIRE_TILE; j++) standing |= ~t->moves[j];
    for (int moves = 0; moves < 2; moves++) {
        const uint8_t *still;
        const int32_t n = (moves ? moving : standing) ? c12__tlm_wire_still_of(score, moves, &still) : 0;
        for (int32_t k = 0; k < n; k++) {
            const uint32_t *z = t->z[still[k]];
            for (int32_t j = 0; j < WIRE_TILE; j++) any[moves][j] |= z[j];
        }
    }
    for (int32_t j = 0; j < WIRE_TILE; j++) any[0][j] = (any[1][j] & t->moves[j]) | (any[0][j] & ~t->moves[j]) | (uint32_t)(t->differ[j] != 0);
    for (int32_t j = 0; j < WIRE_TILE; j++) t->loud[j] = 0u - (uint32_t)(any[0][j] != 0);
}

static void wire_tile_fill(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f)
{
    const c12__tlm_wire *w = &f->s->wire;
    int64_t from[WIRE_TILE];
    wire_tile_texts(t, f, 0);
    const int moves = wire_tile_moves(t, f, 0);
    wire_tile_foretell(t, f, 0, from);
    wire_left_of(t, 0, from);
    wire_left(t, f->s->key.ref, 1, w->like_end);
    for (int32_t i = w->plain_end; i < w->like_end && moves; i++)
        wire_tile_like(t->z[i], t->z[w->op[i].other], t->moves, f->s->key.ratio[i - w->plain_end]);
    for (int32_t i = w->like_end; i < w->n_ops; i++) {
        wire_tile_foretell(t, f, i, from);
        wire_left_of(t, i, from);
    }
    wire_tile_loud(t, &f->score[t->set]);
}

/* Each row against the one before. */
static void wire_tile_fill_chain(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f)
{
    const c12__tlm_wire *w = &f->s->wire;
    const c12__tlm_wire_key *k = &f->s->key;
    int64_t from[WIRE_TILE];
    wire_tile_texts(t, f, 1);
    const int moves = wire_tile_moves(t, f, 1);
    wire_left_chain(t, t->ref, 0, 1, ((int64_t)k->period + 128) / 256);
    wire_left_chain(t, t->ref, 1, w->like_end, 0);
    for (int32_t i = w->plain_end; i < w->like_end && moves; i++)
        wire_tile_like(t->z[i], t->z[w->op[i].other], t->moves, k->ratio[i - w->plain_end]);
    for (int32_t i = w->like_end; i < w->n_ops; i++) {
        const int drifts = w->op[i].other == i;
        if (drifts || !moves) wire_left_chain(t, t->ref, i, i + 1, drifts ? c12__tlm_wire_drift(k->slope[i - w->like_end], 1) : 0);
        else {
            wire_tile_follow(t, f, i, from);
            wire_left_of(t, i, from);
        }
    }
    wire_tile_loud(t, &f->score[t->set]);
}

/* ---- bits ----------------------------------------------------------------------------------------------------------- */

/* Rows' bits that are not yet words. */
typedef struct wire_string { uint64_t acc[WIRE_TILE]; uint32_t n[WIRE_TILE]; int32_t word; } wire_string;

static void wire_string_store(c12__tlm_wire_tile *t, wire_string *s, uint32_t rows)
{
    for (int32_t j = 0; j < WIRE_TILE; j++) {
        if (!(rows >> j & 1)) continue;
        t->word[s->word][c12__tlm_wire_lane(j)] = s->acc[j];
        t->bits[s->word][j] = s->n[j];
        t->total[j] = s->n[j] + (s->word ? t->total[j] : 0);
    }
    s->word++;
}

/* A cell of at most 32 bits for each row; 0 = there is no word left. */
static int wire_string_add(c12__tlm_wire_tile *t, wire_string *s, uint32_t rows, const uint32_t *cell, const uint32_t *n)
{
    uint32_t over = 0;
    for (int32_t j = 0; j < WIRE_TILE; j++) over |= (uint32_t)(s->n[j] + n[j] > WIRE_WORD);
    if (over) {
        if (s->word == WIRE_WORDS - 1) return 0;
        wire_string_store(t, s, rows);
        memset(s->acc, 0, sizeof s->acc);
        memset(s->n, 0, sizeof s->n);
    }
    for (int32_t j = 0; j < WIRE_TILE; j++) s->acc[j] |= (uint64_t)cell[j] << s->n[j];
    for (int32_t j = 0; j < WIRE_TILE; j++) s->n[j] += n[j];
    return 1;
}

/* What follows an escape, v > 0. */
static inline void wire_cell_tail(uint32_t v, uint32_t *cell, uint32_t *n, uint32_t *far)
{
    *far |= v;
    v &= WIRE_TAIL;
    uint32_t length = c12__tlm_wire_length(v << 1 | 1) - 1;
    *cell |= (v << 3 | length) << *n;
    *n += 3 + length;
}

static void wire_cell_pairs(const c12__tlm_wire_step *step, c12__tlm_wire_tile *t, uint32_t *cell, uint32_t *n)
{
    for (int32_t j = 0; j < WIRE_TILE; j++) {
        uint32_t a = t->z[step->op][j], b = t->z[step->second][j], at = (a < 3 ? a : 3) * 4 + (b < 3 ? b : 3);
        cell[j] = c12__tlm_wire_brief[C12__TLM_WIRE_PAIR][0][at];
        n[j] = c12__tlm_wire_brief[C12__TLM_WIRE_PAIR][1][at];
        if (a > 2) wire_cell_tail(a - 2, &cell[j], &n[j], &t->far[j]);
        if (b > 2) wire_cell_tail(b - 2, &cell[j], &n[j], &t->far[j]);
    }
}

static void wire_cell_singles(const c12__tlm_wire_step *step, c12__tlm_wire_tile *t, uint32_t *cell, uint32_t *n)
{
    const uint32_t shift = step->shift;
    for (int32_t j = 0; j < WIRE_TILE; j++) {
        uint32_t z = t->z[step->op][j], high = z >> shift, far = high >= step->symbols, at = far ? 15 : high;
        cell[j] = (z & ((1u << shift) - 1)) | (uint32_t)c12__tlm_wire_brief[step->code][0][at] << shift;
        n[j] = c12__tlm_wire_brief[step->code][1][at] + shift;
        if (!far) continue;
        if (shift <= C12__TLM_WIRE_TAIL_SHIFT) wire_cell_tail(high, &cell[j], &n[j], &t->far[j]);
        else t->far[j] |= WIRE_TAIL + 1;
    }
}

/* These rows' bits by the lists, into words. */
static void wire_string_lists(c12__tlm_wire_tile *t, const c12__tlm_wire_list *const list[2], uint32_t rows)
{
    wire_string s;
    uint32_t cell[WIRE_TILE], n[WIRE_TILE];
    int room = 1;
    s.word = 0;
    for (int32_t j = 0; j < WIRE_TILE; j++) {
        s.acc[j] = t->start[j];
        s.n[j] = t->start_bits[j];
    }
    for (int32_t l = 0; l < 2; l++)
        for (int32_t k = 0; k < list[l]->n && room; k++) {
            if (k < list[l]->pairs) wire_cell_pairs(&list[l]->step[k], t, cell, n);
            else wire_cell_singles(&list[l]->step[k], t, cell, n);
            room = wire_string_add(t, &s, rows, cell, n);
        }
    wire_string_store(t, &s, rows);
    for (int32_t j = 0; j < WIRE_TILE; j++) {
        if (!(rows >> j & 1)) continue;
        uint64_t *first = &t->word[0][c12__tlm_wire_lane(j)], *second = first + WIRE_TILE;
        const uint32_t bits = t->bits[0][j];
        t->words[j] = s.word < 3 ? 2 : (uint32_t)s.word;
        if (s.word == 1) *second = 0;
        if (s.word == 2) {
            *first |= *second << bits;
            *second >>= 64 - bits; /* there is a bit at least */
        }
        if (s.word < 3) {
            t->bits[0][j] = t->total[j] < 64 ? t->total[j] : 64;
            t->bits[1][j] = t->total[j] - t->bits[0][j];
        }
        if (!room) t->far[j] = WIRE_TAIL + 1;
    }
}

/* ---- the whole ------------------------------------------------------------------------------------------------------ */

/* What stands before the numbers - that there is another record, or as in a DELTA number of the KEY and age, or ordered nothing - and whether the row is loud. */
C12__TLM_INLINE void wire_tile_start(c12__tlm_wire_tile *t, const c12__tlm_wire_feed *f, int chain)
{
    const uint32_t more = (uint32_t)t->follows;
    for (int32_t j = 0; j < WIRE_TILE; j++) {
        t->start[j] = more | (t->loud[j] & 1) << more;
        t->start_bits[j] = 1 + more;
        t->far[j] = 0;
    }
    if (chain) return;
    const uint32_t records = f->s->seq - f->s->key.seq - (uint32_t)t->from, id = f->s->key.id;
    for (int32_t j = 0; j < WIRE_TILE; j++) {
        uint32_t age = records + (uint32_t)j, far = 0u - (uint32_t)(age >= C12__TLM_WIRE_FAR);
        t->start[j] = id | (far & (C12__TLM_WIRE_FAR << 2 | age << 8 | (t->loud[j] & 1u << 24))) | (~far & (age << 2 | (t->loud[j] & 1u << 8)));
        t->start_bits[j] = 9 + (far & 16);
    }
}

/* Rows by the lists they use, most likely all by the same. */
static void wire_tile_all(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, int chain)
{
    c12__tlm_wire_score *score = &f->score[t->set];
    uint32_t kind[WIRE_TILE], there = 0;
    wire_tile_start(t, f, chain);
    for (int32_t j = 0; j < WIRE_TILE; j++) kind[j] = 1u << ((t->moves[j] & 2) | (t->loud[j] & 1));
    for (int32_t j = t->from; j < t->end; j++) there |= kind[j];
    for (int32_t k = 0; k < 4; k++) {
        if (!(there >> k & 1)) continue;
        uint32_t rows = 0;
        for (int32_t j = 0; j < WIRE_TILE; j++) rows |= (kind[j] >> k & 1) << j;
        const c12__tlm_wire_list *const list[2] = { c12__tlm_wire_list_of(score, k & 1), c12__tlm_wire_list_of(score, 2 + k) };
        wire_string_lists(t, list, rows);
    }
    for (int32_t j = 0; j < WIRE_TILE; j++) t->bytes[j] = (t->total[j] + (t->loud[j] & 1) + 7) >> 3; /* loud: the KEY's texts */
    t->usual = 0;
    for (int32_t j = 0; j < WIRE_TILE; j++) t->usual |= (uint32_t)!(t->alone[j] | t->differ[j] | t->far[j] >> WIRE_TAIL_BITS) << j;
}

static void wire_tile_plain(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f)
{
    wire_tile_fill(t, f);
    wire_tile_all(t, f, 0);
}

static void wire_tile_plain_chain(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f)
{
    wire_tile_fill_chain(t, f);
    wire_tile_all(t, f, 1);
}

const c12__tlm_wire_tile_forms *c12__tlm_wire_tile_best(int chain)
{
    static const c12__tlm_wire_tile_forms each = { wire_tile_open_plain, wire_tile_plain, NULL }, chained = { wire_tile_open_plain, wire_tile_plain_chain, NULL };
    const c12__tlm_wire_tile_forms *eight = c12__tlm_wire_tile_eight(chain);
    return eight ? eight : chain ? &chained : &each;
}
