/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that are made DELTAs together: what is left of their numbers, column by column, and its bits by the KEY's codes. */
#include "tlm/wire/tlm_wire_avx2.h"
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

/* Units of those that have one; ends before the first row of which the sender would learn a finer grid. */
int c12__tlm_wire_tile_units(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f)
{
    if (f->n_odd > WIRE_TILE_ODD) return 0;
    for (int32_t k = 0; k < f->n_odd; k++) {
        int32_t i = f->odd[k], timed = i && f->o.schema.kind[f->s->wire.op[i].field] == C12_TLM_TIME && !f->s->fine;
        const int64_t *x = t->x[i];
        uint64_t differ = 0;
        for (int32_t j = 0; j < WIRE_TILE; j++) differ |= (uint64_t)(x[j] ^ f->odd_from[i]);
        for (int32_t j = 0; j < WIRE_TILE; j++) t->odd[k][j] = differ ? 0 : f->odd_to[i];
        for (int32_t j = t->from; j < t->end && differ; j++) { /* whole seconds seldom do */
            int64_t v = t->odd[k][j] = t->x[i][j];
            if (v == f->odd_from[i]) { t->odd[k][j] = f->odd_to[i]; continue; }
            if ((timed && v % 5000) || !c12__tlm_wire_bring_over(f, i, &t->odd[k][j])) t->end = j;
        }
        t->x[i] = t->odd[k];
    }
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
        for (int32_t j = 0; j < WIRE_TILE; j++) t->alone[j] |= (d[j] + (1u << WIRE_TILE_BITS)) >> (WIRE_TILE_BITS + 1);
        for (int32_t j = 0; j < WIRE_TILE; j++) t->z[at][j] = (uint32_t)c12__tlm_zigzag(d[j]);
    }
}

/* An op against what is foretold of it. */
C12__TLM_INLINE void wire_left_of(c12__tlm_wire_tile *t, int32_t i, const int64_t *from)
{
    const int64_t *x = t->x[i];
    uint64_t d[WIRE_TILE];
    for (int32_t j = 0; j < WIRE_TILE; j++) d[j] = (uint64_t)x[j] - (uint64_t)from[j];
    for (int32_t j = 0; j < WIRE_TILE; j++) t->alone[j] |= (d[j] + (1u << WIRE_TILE_BITS)) >> (WIRE_TILE_BITS + 1);
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
typedef void wire_go_form(uint32_t factor, const int64_t *time, const int64_t *time_before, const int64_t *rate, const int64_t *rate_before, int64_t *from);

static void wire_go(uint32_t factor, const int64_t *time, const int64_t *time_before, const int64_t *rate, const int64_t *rate_before, int64_t *from)
{
    for (int32_t j = 0; j < WIRE_TILE; j++)
        from[j] = c12__tlm_wire_add(from[j], c12__tlm_wire_rate(factor, c12__tlm_wire_sub(time[j], time_before[j]), rate_before[j], rate[j]));
}

/* What the KEY foretells of op i, behind like_end, or of the time.  Places before the first that counts may hold anything. */
C12__TLM_INLINE void wire_tile_foretell(const c12__tlm_wire_tile *t, const c12__tlm_wire_feed *f, wire_go_form *go, int32_t i, int64_t *from)
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
    go(f->factor[i], t->x[0], time, t->x[other], rate, from);
}

/* What the rates of this row and the one before foretell of it. */
C12__TLM_INLINE void wire_tile_follow(const c12__tlm_wire_tile *t, const c12__tlm_wire_feed *f, wire_go_form *go, int32_t i, int64_t *from)
{
    const int64_t *ref = t->ref;
    const int32_t other = f->s->wire.op[i].other;
    int64_t time[WIRE_TILE], rate[WIRE_TILE];
    wire_tile_before(t, t->x[i], ref[i], from);
    wire_tile_before(t, t->x[0], ref[0], time);
    wire_tile_before(t, t->x[other], ref[other], rate);
    go(f->factor[i], t->x[0], time, t->x[other], rate, from);
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
    if (raw) for (int32_t j = 0; j < WIRE_TILE; j++) t->alone[j] = ~(uint64_t)raw[at + j] >> 63;
    for (int32_t i = 0; i < f->s->wire.n_codes; i++) {
        const int64_t *v = f->code[i] + at;
        const uint64_t known = (uint64_t)t->known[i];
        for (int32_t j = 0; j < WIRE_TILE; j++) differ[j] |= (uint64_t)v[j] ^ known;
    }
    for (int32_t j = 0; j < WIRE_TILE; j++) t->differ[j] = differ[j];
    for (int32_t j = 0; j < WIRE_TILE; j++) any |= differ[j];
    for (int32_t j = t->from + 1; j < WIRE_TILE && chain && any; j++) {
        t->differ[j] = 0;
        for (int32_t i = 0; i < f->s->wire.n_codes; i++) t->differ[j] |= (uint64_t)(f->code[i][at + j] ^ f->code[i][at + j - 1]);
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

typedef void wire_left_form(c12__tlm_wire_tile *t, const int64_t *ref, int32_t at, int32_t end);
typedef void wire_chain_form(c12__tlm_wire_tile *t, const int64_t *ref, int32_t at, int32_t end, int64_t step);

C12__TLM_INLINE void wire_tile_fill(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, wire_left_form *left, wire_go_form *go)
{
    const c12__tlm_wire *w = &f->s->wire;
    int64_t from[WIRE_TILE];
    wire_tile_texts(t, f, 0);
    const int moves = wire_tile_moves(t, f, 0);
    wire_tile_foretell(t, f, go, 0, from);
    wire_left_of(t, 0, from);
    left(t, f->s->key.ref, 1, w->like_end);
    for (int32_t i = w->plain_end; i < w->like_end && moves; i++)
        wire_tile_like(t->z[i], t->z[w->op[i].other], t->moves, f->s->key.ratio[i - w->plain_end]);
    for (int32_t i = w->like_end; i < w->n_ops; i++) {
        wire_tile_foretell(t, f, go, i, from);
        wire_left_of(t, i, from);
    }
    wire_tile_loud(t, &f->score[t->set]);
}

/* Each row against the one before. */
C12__TLM_INLINE void wire_tile_fill_chain(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, wire_chain_form *left, wire_go_form *go)
{
    const c12__tlm_wire *w = &f->s->wire;
    const c12__tlm_wire_key *k = &f->s->key;
    int64_t from[WIRE_TILE];
    wire_tile_texts(t, f, 1);
    const int moves = wire_tile_moves(t, f, 1);
    left(t, t->ref, 0, 1, ((int64_t)k->period + 128) / 256);
    left(t, t->ref, 1, w->like_end, 0);
    for (int32_t i = w->plain_end; i < w->like_end && moves; i++)
        wire_tile_like(t->z[i], t->z[w->op[i].other], t->moves, k->ratio[i - w->plain_end]);
    for (int32_t i = w->like_end; i < w->n_ops; i++) {
        const int drifts = w->op[i].other == i;
        if (drifts || !moves) left(t, t->ref, i, i + 1, drifts ? c12__tlm_wire_drift(k->slope[i - w->like_end], 1) : 0);
        else {
            wire_tile_follow(t, f, go, i, from);
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
        t->words[j] = (uint32_t)s.word;
        if (s.word == 1) *second = 0;
        if (s.word == 2) {
            *first |= *second << bits;
            *second >>= 64 - bits; /* there is a bit at least */
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

typedef void wire_string_form(c12__tlm_wire_tile *t, const c12__tlm_wire_list *const list[2], uint32_t rows);

/* Rows by the lists they use, most likely all by the same. */
C12__TLM_INLINE void wire_tile_all(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, int chain, wire_string_form *lists)
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
        lists(t, list, rows);
    }
    for (int32_t j = 0; j < WIRE_TILE; j++) t->bytes[j] = (t->total[j] + (t->loud[j] & 1) + 7) >> 3; /* loud: the KEY's texts */
    for (int32_t j = 0; j < WIRE_TILE; j++) t->unusual[j] = (uint32_t)((t->alone[j] | t->differ[j] | t->far[j] >> WIRE_TAIL_BITS) != 0);
}

static void wire_tile_plain(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f) 
{
    wire_tile_fill(t, f, wire_left, wire_go);
    wire_tile_all(t, f, 0, wire_string_lists);
}

static void wire_tile_plain_chain(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f) 
{
    wire_tile_fill_chain(t, f, wire_left_chain, wire_go);
    wire_tile_all(t, f, 1, wire_string_lists);
}

#ifdef C12__TLM_AVX2
WIRE_AVX2 static void wire_left_avx2(c12__tlm_wire_tile *t, const int64_t *ref, int32_t at, int32_t end)
{
    const uint64_t most = 1u << WIRE_TILE_BITS;
    wire_four *alone = (wire_four *)t->alone, far = { 0 }, far_too = { 0 };
    for (; at < end; at++) {
        const wire_four *x = (const wire_four *)t->x[at];
        const uint64_t from = (uint64_t)ref[at];
        wire_four a = x[0] - from, b = x[1] - from;
        far |= a + most;
        far_too |= b + most;
        wire_eight d = C12__TLM_OF(wire_eight, (wire_eight)a, (wire_eight)b, 0, 2, 4, 6, 8, 10, 12, 14);
        *(wire_eight *)t->z[at] = d << 1 ^ (wire_eight)((wire_signs)d >> 31);
    }
    alone[0] |= far >> (WIRE_TILE_BITS + 1);
    alone[1] |= far_too >> (WIRE_TILE_BITS + 1);
}

WIRE_AVX2_INLINE void wire_left_chain_avx2(c12__tlm_wire_tile *t, const int64_t *ref, int32_t at, int32_t end, int64_t step)
{
    const uint64_t most = 1u << WIRE_TILE_BITS, first = (uint64_t)t->from;
    const wire_four low = { 0, 1, 2, 3 }, high = { 4, 5, 6, 7 };
    const wire_bytes is = (wire_bytes)(low == first), is_too = (wire_bytes)(high == first);
    wire_four *alone = (wire_four *)t->alone, far = { 0 }, far_too = { 0 };
    for (; at < end; at++) {
        const wire_four *x = (const wire_four *)t->x[at], from = (wire_four){ 0 } + (uint64_t)ref[at];
        wire_four before = C12__TLM_OF(wire_four, x[0], x[0], 0, 0, 1, 2), before_too = *(const wire_four *)(t->x[at] + 3);
        wire_four a = x[0] - (wire_four)__builtin_ia32_pblendvb256((wire_bytes)before, (wire_bytes)from, is) - (uint64_t)step;
        wire_four b = x[1] - (wire_four)__builtin_ia32_pblendvb256((wire_bytes)before_too, (wire_bytes)from, is_too) - (uint64_t)step;
        far |= a + most;
        far_too |= b + most;
        wire_eight d = C12__TLM_OF(wire_eight, (wire_eight)a, (wire_eight)b, 0, 2, 4, 6, 8, 10, 12, 14);
        *(wire_eight *)t->z[at] = d << 1 ^ (wire_eight)((wire_signs)d >> 31);
    }
    alone[0] |= far >> (WIRE_TILE_BITS + 1);
    alone[1] |= far_too >> (WIRE_TILE_BITS + 1);
}

WIRE_AVX2 static void wire_go_avx2(uint32_t factor, const int64_t *time, const int64_t *time_before, const int64_t *rate, const int64_t *rate_before, int64_t *from)
{
    wire_four wide = { 0 }, *to = (wire_four *)from, way[2];
    for (int k = 0; k < 2; k++) {
        const wire_four ms = ((const wire_four *)time)[k] - ((const wire_four *)time_before)[k], now = ((const wire_four *)rate)[k], then = ((const wire_four *)rate_before)[k];
        wide |= wire_wider(ms) | wire_wider(now) | wire_wider(then);
        way[k] = wire_rates(factor, ms, now + then);
    }
    if (wire_which((wire_eight)((wire_signs)wide != 0))) { wire_go(factor, time, time_before, rate, rate_before, from); return; }
    to[0] += way[0];
    to[1] += way[1];
}

/* As wire_string, the acc's rows by c12__tlm_wire_lane. */
typedef struct wire_cord { wire_four even, odd; wire_eight n, total; int32_t word; } wire_cord;

WIRE_AVX2_INLINE void wire_cord_store(c12__tlm_wire_tile *t, wire_cord *s, wire_eight rows)
{
    const wire_four even = (wire_four)((wire_wide)((wire_four)rows << 32) < 0), odd = (wire_four)((wire_wide)rows < 0);
    wire_four *word = (wire_four *)t->word[s->word];
    wire_eight *bits = (wire_eight *)t->bits[s->word];
    word[0] = (s->even & even) | (word[0] & ~even);
    word[1] = (s->odd & odd) | (word[1] & ~odd);
    bits[0] = (s->n & rows) | (bits[0] & ~rows);
    s->total += s->n;
    s->word++;
}

/* Of one word or two, the first 64 bits and those behind them. */
WIRE_AVX2_INLINE void wire_cord_splice(c12__tlm_wire_tile *t, const wire_cord *s, wire_eight rows)
{
    const wire_four mask[2] = { (wire_four)((wire_wide)((wire_four)rows << 32) < 0), (wire_four)((wire_wide)rows < 0) };
    const wire_four bits = *(const wire_four *)t->bits[0], n[2] = { bits & 0xffffffffu, bits >> 32 }; /* there is a bit at least, where a row is */
    wire_four *first = (wire_four *)t->word[0], *second = (wire_four *)t->word[1];
    for (int k = 0; k < 2; k++) {
        if (s->word == 2) {
            first[k] |= second[k] << (n[k] & 63) & mask[k];
            second[k] = (second[k] >> ((64 - n[k]) & 63) & mask[k]) | (second[k] & ~mask[k]);
        } else second[k] &= ~mask[k];
    }
}

WIRE_AVX2_INLINE int wire_cord_add(c12__tlm_wire_tile *t, wire_cord *s, wire_eight rows, wire_eight cell, wire_eight n)
{
    wire_eight after = s->n + n;
    if (wire_which((wire_eight)((wire_signs)after > WIRE_WORD))) {
        if (s->word == WIRE_WORDS - 1) return 0;
        wire_cord_store(t, s, rows);
        s->even = s->odd = (wire_four){ 0 };
        s->n = (wire_eight){ 0 };
        after = n;
    }
    s->even |= ((wire_four)cell & 0xffffffffu) << ((wire_four)s->n & 0xffffffffu);
    s->odd |= (wire_four)cell >> 32 << ((wire_four)s->n >> 32);
    s->n = after;
    return 1;
}

/* What follows an escape of v, where v is not 0. */
WIRE_AVX2_INLINE void wire_cord_tail(wire_eight v, wire_eight *cell, wire_eight *n, wire_eight *far)
{
    static const uint8_t low[32] = { 0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4 };
    static const uint8_t high[32] = { 0, 5, 6, 6, 7, 7, 7, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 6, 6, 7, 7, 7, 7, 0, 0, 0, 0, 0, 0, 0, 0 };
    *far |= v;
    v &= WIRE_TAIL;
    wire_eight there = (wire_eight)((wire_signs)v > 0);
    wire_eight length = WIRE_LOOK(*(const wire_bytes *)high, v >> 4) | (WIRE_LOOK(*(const wire_bytes *)low, v & 15) & (wire_eight)((wire_signs)v < 16));
    *cell |= (v << 3 | length) << *n;
    *n += length + (there & 3);
}

WIRE_AVX2_INLINE wire_eight wire_cord_pair(const c12__tlm_wire_step *step, const c12__tlm_wire_tile *t, wire_eight *n, wire_eight *far)
{
    const wire_bytes *code = (const wire_bytes *)c12__tlm_wire_brief[C12__TLM_WIRE_PAIR];
    wire_eight a = *(const wire_eight *)t->z[step->op], b = *(const wire_eight *)t->z[step->second];
    wire_eight more = (wire_eight)((wire_signs)a > 2), more_too = (wire_eight)((wire_signs)b > 2);
    wire_eight at = ((a | more) & 3) << 2 | ((b | more_too) & 3) | WIRE_ONE, cell = WIRE_LOOK(code[0], at);
    *n = WIRE_LOOK(code[1], at);
    if (!wire_which(more | more_too)) return cell; /* as with most */
    wire_cord_tail((a - 2) & more, &cell, n, far);
    wire_cord_tail((b - 2) & more_too, &cell, n, far);
    return cell;
}

WIRE_AVX2_INLINE wire_eight wire_cord_single(const c12__tlm_wire_step *step, const c12__tlm_wire_tile *t, wire_eight *n, wire_eight *far)
{
    const wire_bytes *code = (const wire_bytes *)c12__tlm_wire_brief[step->code];
    const uint32_t shift = step->shift;
    wire_eight z = *(const wire_eight *)t->z[step->op], high = z >> shift, beyond = (wire_eight)((wire_signs)high > (int32_t)step->symbols - 1);
    wire_eight at = ((high | beyond) & 15) | WIRE_ONE, cell = (z ^ high << shift) | WIRE_LOOK(code[0], at) << shift;
    *n = WIRE_LOOK(code[1], at) + shift;
    if (shift > C12__TLM_WIRE_TAIL_SHIFT) *far |= beyond;
    else if (wire_which(beyond)) wire_cord_tail(high & beyond, &cell, n, far); /* seldom */
    return cell;
}

WIRE_AVX2 static void wire_cord_lists(c12__tlm_wire_tile *t, const c12__tlm_wire_list *const list[2], uint32_t rows)
{
    const wire_eight each = { 1, 2, 4, 8, 16, 32, 64, 128 }, on = (wire_eight)((each & rows) != 0);
    wire_eight far = { 0 }, n;
    wire_cord s = { (wire_four)(*(wire_eight *)t->start & (wire_eight)((wire_four){ 0 } + 0xffffffffu)), *(wire_four *)t->start >> 32, *(wire_eight *)t->start_bits, { 0 }, 0 };
    int room = 1;
    for (int32_t l = 0; l < 2; l++) {
        const c12__tlm_wire_step *step = list[l]->step, *pairs = step + list[l]->pairs, *end = step + list[l]->n;
        for (; step < pairs && room; step++) {
            wire_eight cell = wire_cord_pair(step, t, &n, &far);
            room = wire_cord_add(t, &s, on, cell, n);
        }
        for (; step < end && room; step++) {
            wire_eight cell = wire_cord_single(step, t, &n, &far);
            room = wire_cord_add(t, &s, on, cell, n);
        }
    }
    wire_cord_store(t, &s, on);
    if (s.word < 3) wire_cord_splice(t, &s, on);
    if (!room) far = on;
    *(wire_eight *)t->far |= far & on;
    *(wire_eight *)t->total = (on & s.total) | (*(wire_eight *)t->total & ~on);
    *(wire_eight *)t->words = (on & (uint32_t)s.word) | (*(wire_eight *)t->words & ~on);
}

WIRE_AVX2 static void wire_tile_avx2(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f) 
{
    wire_tile_fill(t, f, wire_left_avx2, wire_go_avx2);
    wire_tile_all(t, f, 0, wire_cord_lists);
}

WIRE_AVX2 static void wire_tile_avx2_chain(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f) 
{
    wire_tile_fill_chain(t, f, wire_left_chain_avx2, wire_go_avx2);
    wire_tile_all(t, f, 1, wire_cord_lists);
}
#endif

c12__tlm_wire_tile_form *c12__tlm_wire_tile_best(int chain)
{
#ifdef C12__TLM_AVX2
    if (__builtin_cpu_supports("avx2")) return chain ? wire_tile_avx2_chain : wire_tile_avx2;
#endif
    return chain ? wire_tile_plain_chain : wire_tile_plain;
}
