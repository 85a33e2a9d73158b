/* SPDX-License-Identifier: Apache-2.0 */
/* KEYs at the robot's end: what a push call has at hand of the one in use, what is learned of records for the next - bits of residuals by cell, ratios,
 * slopes -, and writing that. */
#include "tlm/wire/tlm_wire_avx2.h"
#include "tlm/wire/tlm_wire_sender.h"

/* ---- the one in use ------------------------------------------------------------------------------------------------------ */

static int64_t wire_unit(const c12__tlm_open *o, int32_t f, uint8_t grid)
{
    if (o->schema.kind[f] == C12_TLM_TIME) return o->schema.decimals[f] ? 1 : INT64_C(1000) * c12__tlm_wire_grid[grid];
    if (o->schema.kind[f] != C12_TLM_DECIMAL) return 1;
    int32_t finer = o->batch.scale[f] - o->schema.decimals[f];
    return finer >= 0 ? (int64_t)c12__tlm_ten(finer) : -(int64_t)c12__tlm_ten(-finer);
}

/* Codes of the KEY's texts: this dictionary may be another than last time, so the texts themselves decide. */
static void wire_key_codes(c12__tlm_wire_feed *f)
{
    const c12__tlm_wire_key *k = &f->s->key;
    f->unkept = 0;
    for (int32_t i = 0; i < f->s->wire.n_codes; i++) {
        f->key_code[i] = k->there && k->kept[i] ? c12__tlm_find(&f->o.dict, c12__tlm_wire_kept(k, i)) : -1;
        f->unkept |= f->key_code[i] < 0;
    }
}

/* Of the record that is the KEY now. */
void c12__tlm_wire_known_codes(c12__tlm_wire_feed *f, const int64_t *code)
{
    f->unkept = 0;
    for (int32_t i = 0; i < f->s->wire.n_codes; i++) {
        f->key_code[i] = f->s->key.kept[i] ? code[i] : -1;
        f->unkept |= f->key_code[i] < 0;
    }
}

static void wire_rehearse(c12__tlm_wire_feed *f)
{
    for (int32_t set = 0; set < f->s->wire.n_sets; set++) c12__tlm_wire_rehearse(&f->score[set], &f->s->wire, &f->s->key, set);
}

void c12__tlm_wire_units(c12__tlm_wire_feed *f)
{
    const c12__tlm_wire *w = &f->s->wire;
    f->n_odd = 0;
    for (int32_t i = 0; i < w->n_ops; i++) {
        int32_t main_time = i == 0 && f->o.schema.decimals[w->op[0].field] == 0;
        f->unit[i] = wire_unit(&f->o, w->op[i].field, main_time ? 0 : f->s->key.grid);
        f->odd_from[i] = f->odd_to[i] = 0;
        if (f->unit[i] != 1) f->odd[f->n_odd++] = (uint8_t)i;
    }
}

void c12__tlm_wire_feed_open(c12__tlm_wire_feed *f)
{
    const c12__tlm_wire *w = &f->s->wire;
    const c12_tlm_batch *b = &f->o.batch;
    for (int32_t i = 0; i < w->n_ops; i++) {
        f->number[i] = b->value + w->op[i].field * b->cap;
        f->width[i] = (int8_t)c12__at32(w->width, w->op[i].field, 16);
        f->dated[i] = i && w->schema->kind[w->op[i].field] == C12_TLM_TIME;
        f->factor[i] = i >= w->like_end ? c12__tlm_wire_factor(w, i) : 0;
    }
    for (int32_t i = w->n_ops; i & 3; i++) f->number[i] = b->value;
    for (int32_t i = 0; i < w->n_codes; i++) f->code[i] = b->value + w->code_field[i] * b->cap;
    for (int32_t i = 0; i < C12__TLM_WIRE_TOLD; i++) f->told[i].n = 0;
    f->lesson.n = 0;
    c12__tlm_wire_units(f);
    wire_key_codes(f);
    wire_rehearse(f);
}

/* ---- what the next one says -------------------------------------------------------------------------------------------- */

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
WIRE_INLINE void wire_learn_ratio(c12_tlm_sender *s, int32_t i, int64_t mine, int64_t other)
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
/* Bits of each of sixteen numbers of 16 bits: of the higher byte that is not 0, by halves. */
WIRE_AVX2_INLINE wire_eight wire_lengths(wire_eight z)
{
    static const uint8_t low[32] = { 0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4 };
    static const uint8_t high[32] = { 0, 5, 6, 6, 7, 7, 7, 7, 8, 8, 8, 8, 8, 8, 8, 8, 0, 5, 6, 6, 7, 7, 7, 7, 8, 8, 8, 8, 8, 8, 8, 8 };
    const wire_eight each = WIRE_MOST_BYTES(WIRE_LOOK(*(const wire_bytes *)high, z >> 4 & 0x0f0f0f0fu), WIRE_LOOK(*(const wire_bytes *)low, z & 0x0f0f0f0fu));
    const wire_eight above = (wire_eight)((wire_halves)each >> 8); /* of the higher bytes */
    return WIRE_MOST_BYTES(each & 0x00ff00ffu, above + ((wire_eight)((wire_halves)above > 0) & 0x00080008u));
}

/* Bytes of four ops, their rows 0 .. 3 and then 4 .. 7: the sum of each op's. */
WIRE_AVX2_INLINE wire_four wire_sum_bytes(wire_eight v)
{
    const wire_signs which = { 0, 4, 1, 5, 2, 6, 3, 7 };
    const wire_bytes none = { 0 };
    return (wire_four)__builtin_ia32_psadbw256((wire_bytes)__builtin_ia32_permvarsi256((wire_signs)v, which), none);
}

/* Four ops' bits, and how many of their rows are far out, of those that are on. */
WIRE_AVX2_INLINE void wire_learn_four(const wire_eight *z, wire_eight on, uint64_t *bits, uint64_t *far)
{
    const wire_eight lower = wire_lengths((wire_eight)__builtin_ia32_packusdw256((wire_plain)z[0], (wire_plain)z[1]));
    const wire_eight upper = wire_lengths((wire_eight)__builtin_ia32_packusdw256((wire_plain)z[2], (wire_plain)z[3]));
    const wire_signs a = (wire_signs)z[0] > 8, b = (wire_signs)z[1] > 8, c = (wire_signs)z[2] > 8, d = (wire_signs)z[3] > 8;
    *(wire_four *)bits = wire_sum_bytes((wire_eight)__builtin_ia32_packuswb256((wire_halves)lower, (wire_halves)upper) & on);
    *(wire_four *)far = wire_sum_bytes((wire_eight)__builtin_ia32_packsswb256(__builtin_ia32_packssdw256((wire_plain)a, (wire_plain)b), __builtin_ia32_packssdw256((wire_plain)c, (wire_plain)d)) & on & 0x01010101u);
}

/* Ops i .. end-1 into their cells. */
WIRE_INLINE void wire_learn_cells(c12_tlm_sender *s, int32_t first, int32_t i, int32_t end, int moves, uint32_t rows, const uint64_t *bits, const uint64_t *far_out)
{
    const c12__tlm_wire_op *op = s->wire.op;
    uint32_t *sum = s->sum + first;
    uint16_t *count = s->count + first, *far = s->far + first;
    for (; i < end; i++) {
        const int32_t cell = moves ? op[i].second : op[i].cell;
        sum[cell] += (uint32_t)bits[i];
        far[cell] = (uint16_t)(far[cell] + far_out[i]);
        count[cell] = (uint16_t)(count[cell] + rows);
    }
}

WIRE_AVX2 static void wire_learn_avx2(c12_tlm_sender *s, const c12__tlm_wire_lesson *l)
{
    const c12__tlm_wire *w = &s->wire;
    const int32_t n_ops = w->n_ops, rate_end = w->rate_end, n = l->n, first = l->set * w->n_cells;
    const wire_eight place = { 0, 1, 2, 3, 4, 5, 6, 7 }, there = (wire_eight)((wire_signs)place < n);
    const wire_eight *z = (const wire_eight *)l->z[0];
    wire_eight all = { 0 };
    uint64_t bits[C12__TLM_WIRE_MOST], far[C12__TLM_WIRE_MOST];
    for (int32_t i = 0; i < n_ops; i++) all |= z[i];
    if (n < 3 || wire_which((wire_eight)((wire_signs)(all >> 16 & there) != 0))) { wire_learn_plain(s, l); return; }
    for (int moves = 0; moves < 2; moves++) {
        wire_eight on = there & (moves ? *(const wire_eight *)l->moves : ~*(const wire_eight *)l->moves);
        const uint32_t rows = (uint32_t)__builtin_popcount(wire_which(on));
        if (!rows) continue;
        on = (wire_eight)__builtin_ia32_packssdw256((wire_plain)on, (wire_plain)on);
        on = (wire_eight)__builtin_ia32_packsswb256((wire_halves)on, (wire_halves)on);
        for (int32_t i = 0; i < n_ops; i += 4) wire_learn_four(z + i, on, bits + i, far + i); /* what stands behind the last op is not looked at */
        wire_learn_cells(s, first, 0, rate_end, 0, rows, bits, far);
        wire_learn_cells(s, first, rate_end, n_ops, moves, rows, bits, far);
    }
}

/* Two places of four ops a turn; what stands behind the last op, or in a place too many, is not looked at. */
WIRE_AVX2 static void wire_lesson_avx2(c12__tlm_wire_lesson *l, const c12__tlm_wire_tile *t, int32_t n_ops, int32_t j)
{
    const wire_signs which = (wire_signs){ 0, 4, 0, 0, 0, 0, 0, 0 } + j;
    const wire_signs *from = (const wire_signs *)t->z[0];
    uint32_t *to = &l->z[0][l->n];
    for (int32_t i = 0; i < n_ops; i += 4, from += 4, to += 4 * WIRE_TILE) {
        C12__TLM_EACH
        for (int32_t k = 0; k < 4; k++) {
            const wire_four two = (wire_four)__builtin_ia32_permvarsi256(from[k], which);
            memcpy(to + k * WIRE_TILE, &two, 8);
        }
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

/* What is to be learned goes into the statistics. */
void c12__tlm_wire_lesson_end(c12__tlm_wire_feed *f)
{
    c12_tlm_sender *s = f->s;
    if (!f->lesson.n) return;
    wire_learn_lesson(s, &f->lesson);
    f->lesson.n = 0;
    if (s->count[0] >= WIRE_COUNT_MOST) c12__tlm_wire_fade(s);
}

/* Place k, which moves. */
static void wire_learn_ratios(c12_tlm_sender *s, const c12__tlm_wire_tile *t, int32_t k)
{
    const c12__tlm_wire *w = &s->wire;
    const int32_t plain_end = w->plain_end, like_end = w->like_end, before = t->chain && k > t->from;
    for (int32_t i = plain_end; i < like_end; i++) {
        const int64_t *x = t->x[i], ref = before ? x[k - 1] : t->ref[i];
        wire_learn_ratio(s, i - plain_end, c12__tlm_wire_sub(x[k], ref), (int64_t)c12__tlm_unzigzag(t->z[w->op[i].other][k]));
    }
}

/* Every fourth record is learned from: place j, and one four behind it if it comes before `end`. */
void c12__tlm_wire_tile_learn(const c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, int32_t j, int32_t end)
{
    c12_tlm_sender *s = f->s;
    const c12__tlm_wire *w = &s->wire;
    c12__tlm_wire_lesson *l = &f->lesson;
    l->set = t->set;
    for (int32_t more; j < end; j += 4 + 4 * more) {
        more = j + 4 < end && l->n + 2 <= WIRE_TILE && s->count[0] + l->n + 2 <= WIRE_COUNT_MOST; /* statistics fade right behind the one that fills them */
        wire_lesson_add(l, t, w->n_ops, j, more);
        if (l->n == WIRE_TILE || s->count[0] + l->n >= WIRE_COUNT_MOST) c12__tlm_wire_lesson_end(f);
        for (int32_t k = j; k <= j + 4 * more; k += 4)
            if (t->moves[k]) wire_learn_ratios(s, t, k);
    }
}

/* ---- writing one ------------------------------------------------------------------------------------------------------- */

static inline void wire_put_scale(c12__tlm_wire_out *b, uint32_t scale)
{
    const uint32_t wide = scale >= 15;
    c12__tlm_wire_put(b, wide ? 15 | scale << 4 : scale, wide ? 10 : 4);
}

/* Text field i's bits, to be put now and again; 0 = they are too many. */
WIRE_APART static int wire_tell(c12__tlm_wire_feed *f, int32_t i, int64_t code)
{
    c12__tlm_wire_told *told = &f->told[i];
    const c12_view text = c12__tlm_text(&f->o.dict, code);
    uint8_t room[64] = { 0 };
    c12__tlm_wire_out o = { room, room + sizeof room, 0, 0, 0 };
    if (text.size <= 48) c12__tlm_wire_put_text(&o, &f->s->wire, i, text); /* 52 bytes at most, and what is written behind them */
    const uint32_t n = (uint32_t)(o.p - room) * 8 + o.n;
    if (!n || n > C12__TLM_WIRE_TOLD_MOST) return 0;
    c12__tlm_wire_in in = { room, 0, sizeof room, sizeof room - 7, 0, 0, 0 };
    told->code = code;
    told->n = n;
    for (uint32_t k = 0; k * C12__TLM_WIRE_TOLD_WORD < n; k++) told->word[k] = c12__tlm_wire_get(&in, c12__tlm_wire_told_part(told, k));
    return 1;
}

/* Those bits, or NULL: where room ends it counts for every byte whether a text is put whole, or by its parts as it was first. */
static inline const c12__tlm_wire_told *wire_told(c12__tlm_wire_feed *f, int32_t i, int64_t code, const c12__tlm_wire_out *b, int key)
{
    if (i >= C12__TLM_WIRE_TOLD) return NULL;
    if (b->end - b->p < 96 && !(key && c12__tlm_text(&f->o.dict, code).size <= 24)) return NULL;
    return (f->told[i].n && f->told[i].code == code) || wire_tell(f, i, code) ? &f->told[i] : NULL;
}

static inline void wire_put_words(c12__tlm_wire_out *b, const c12__tlm_wire_told *told)
{
    const uint64_t *word = told->word;
    uint32_t left = told->n;
    for (; left > C12__TLM_WIRE_TOLD_WORD; left -= C12__TLM_WIRE_TOLD_WORD) c12__tlm_wire_put(b, *word++, C12__TLM_WIRE_TOLD_WORD);
    c12__tlm_wire_put(b, *word, left);
}

void c12__tlm_wire_put_told(c12__tlm_wire_feed *f, c12__tlm_wire_out *b, int32_t i, int64_t code)
{
    const c12__tlm_wire_told *told = wire_told(f, i, code, b, 0);
    if (told) wire_put_words(b, told);
    else c12__tlm_wire_put_text(b, &f->s->wire, i, c12__tlm_text(&f->o.dict, code));
}

static void wire_put_key_texts(c12__tlm_wire_feed *f, c12__tlm_wire_out *to, const int64_t *code)
{
    const int32_t n_codes = f->s->wire.n_codes;
    c12__tlm_wire_out here = *to; /* which stays in registers */
    for (int32_t i = 0; i < n_codes; i++) {
        const c12__tlm_wire_told *told = wire_told(f, i, code[i], &here, 1);
        if (told) wire_put_words(&here, told);
        else {
            *to = here;
            c12__tlm_wire_put_text(to, &f->s->wire, i, c12__tlm_text(&f->o.dict, code[i]));
            here = *to;
        }
    }
    *to = here;
}

/* All but the texts. */
static void wire_put_key_numbers(const c12__tlm_wire_feed *f, c12__tlm_wire_out *to, const int64_t *x)
{
    const c12__tlm_wire *w = &f->s->wire;
    const c12__tlm_wire_key *k = &f->s->key;
    c12__tlm_wire_out here = *to, *b = &here; /* which stays in registers */
    int usual = k->period == w->period;
    c12__tlm_wire_put(b, (uint64_t)k->id | (uint64_t)w->ordered << 2 | (uint64_t)w->batched << 3 | (uint64_t)!usual << 4 | (uint64_t)k->grid << 5, 6);
    if (!usual) c12__tlm_wire_put(b, k->period, 24);
    for (int32_t c = 0; c < w->n_sets * w->n_cells; c++) {
        wire_put_scale(b, k->still[c]);
        if (!k->still[c]) wire_put_scale(b, k->loud[c]);
    }
    for (int32_t i = 0; i < w->like_end - w->plain_end; i++) c12__tlm_wire_put(b, (uint64_t)(k->ratio[i] + 32), 6);
    for (int32_t i = w->like_end; i < w->n_ops; i++)
        if (w->op[i].other == i) c12__tlm_wire_put(b, (uint64_t)(k->slope[i - w->like_end] + C12__TLM_WIRE_SLOPE), 11);
    for (int32_t i = 0; i < w->n_ops; i++) {
        const int64_t v = f->dated[i] ? c12__tlm_wire_sub(x[i], c12__tlm_wire_origin(w, i, x, k->grid)) : x[i];
        c12__tlm_wire_put_number(b, v, f->width[i]);
    }
    *to = here;
}

/* Bytes of the frame, 0 = no room. */
size_t c12__tlm_wire_put_key(c12__tlm_wire_feed *f, const c12__tlm_wire_row *row, uint8_t *out, size_t room)
{
    c12_tlm_sender *s = f->s;
    c12__tlm_sink head = { out, NULL, room < 64 ? 0 : 64, 0, 0, 0 };
    c12__tlm_wire_key before = s->key;
    c12__tlm_wire_learn_slopes(s, row->x);
    s->key.id = (uint8_t)((s->key.id + s->key.there) & (C12__TLM_WIRE_KEYS - 1));
    s->key.period = c12__tlm_wire_period(s->period);
    c12__tlm_cbor_head(&head, C12__TLM_CBOR_ARRAY, 2);
    c12__tlm_cbor_int(&head, s->seq);
    if (head.differs) { s->key = before; return 0; }
    uint8_t *body = out + head.at + 3;
    c12__tlm_wire_out b = { body, out + room - 4, 0, 0, 0 };
    wire_put_key_numbers(f, &b, row->x);
    wire_put_key_texts(f, &b, row->code);
    c12__tlm_wire_finish(&b);
    size_t n = (size_t)(b.p - body), size;
    if (b.full || n + 4 > 65535) { s->key = before; return 0; }
    c12__tlm_cbor_head(&head, C12__TLM_CBOR_BYTES, n + 4);
    memmove(out + head.at, body, n);
    size = head.at + n;
    c12_view v = { out, size };
    s->key.crc = c12_tlm_crc32c(s->wire.seed, v);
    c12__tlm_put32(out + size, s->key.crc);
    s->key.seq = s->seq;
    s->key.there = 1;
    memcpy(s->key.ref, row->x, s->wire.n_ops * sizeof *row->x);
    c12__tlm_wire_keep(&s->key, &s->wire, &f->o.dict, row->code, c12__tlm_wire_alike(row->code, f->key_code, s->wire.n_codes));
    c12__tlm_wire_known_codes(f, row->code);
    wire_rehearse(f);
    return size + 4;
}
