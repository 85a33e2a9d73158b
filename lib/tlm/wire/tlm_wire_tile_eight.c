/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that are made DELTAs together, as in tlm_wire_tile.c, in registers of eight numbers. */
#include "tlm/wire/tlm_wire_avx2.h"
#include "tlm/wire/tlm_wire_sender.h"

#ifdef C12__TLM_AVX2
/* Eight numbers of 64 bits. */
typedef struct wire_both { wire_four a, b; } wire_both;

WIRE_AVX2_INLINE wire_eight wire_not_zero(wire_four a, wire_four b) { return ~WIRE_NARROW((wire_wide)a == 0, (wire_wide)b == 0); }

/* ---- rows ------------------------------------------------------------------------------------------------------------- */

/* As wire_tile_open_plain. */
WIRE_AVX2 static int wire_tile_open_avx2(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f)
{
    const c12_tlm_sender *s = f->s;
    const uint64_t at = (uint64_t)(t->row - t->from) * sizeof *f->number[0];
    if (f->n_odd > WIRE_TILE_ODD) return 0;
    for (int32_t i = 0; i < s->wire.n_ops; i += 4) *(wire_four *)&t->x[i] = *(const wire_four *)&f->number[i] + at; /* a few more than there are */
    for (int32_t k = 0; k < f->n_odd; k++) {
        const int32_t i = f->odd[k];
        const wire_four *x = (const wire_four *)t->x[i], was = (wire_four){ 0 } + (uint64_t)f->odd_from[i], is = (wire_four){ 0 } + (uint64_t)f->odd_to[i];
        if (!wire_which((wire_eight)((wire_signs)((x[0] ^ was) | (x[1] ^ was)) != 0))) { /* whole seconds seldom change */
            ((wire_four *)t->odd[k])[0] = is;
            ((wire_four *)t->odd[k])[1] = is;
        } else c12__tlm_wire_tile_unit(t, f, k);
        t->x[i] = t->odd[k];
    }
    const wire_four *time = (const wire_four *)t->x[0];
    const wire_wide a = (wire_wide)(time[0] - (uint64_t)s->key_at) >= s->key_ms, b = (wire_wide)(time[1] - (uint64_t)s->key_at) >= s->key_ms;
    const uint32_t due = (wire_which(WIRE_NARROW(a, b)) | 1u << t->end) >> t->from << t->from;
    t->end = c12__bit_lowest(due);
    return t->end > t->from;
}

/* Which rows have other texts than the KEY, or, in a chain, than the row before. */
WIRE_AVX2_INLINE wire_eight wire_eight_texts(const c12__tlm_wire_tile *t, const c12__tlm_wire_feed *f, int chain)
{
    const int64_t at = t->row - t->from;
    wire_four a = { 0 }, b = { 0 };
    for (int32_t i = 0; i < f->s->wire.n_codes; i++) {
        const wire_four *v = (const wire_four *)(f->code[i] + at), known = (wire_four){ 0 } + (uint64_t)t->known[i];
        a |= v[0] ^ known;
        b |= v[1] ^ known;
    }
    wire_eight differ = wire_not_zero(a, b);
    if (!chain || !wire_which(differ)) return differ;
    uint32_t each[WIRE_TILE];
    *(wire_eight *)each = differ;
    for (int32_t j = t->from + 1; j < WIRE_TILE; j++) {
        each[j] = 0;
        for (int32_t i = 0; i < f->s->wire.n_codes; i++) each[j] |= 0u - (uint32_t)(f->code[i][at + j] != f->code[i][at + j - 1]);
    }
    return *(wire_eight *)each;
}

/* Rows of which some rate is not zero, in the reference either, or, in a chain, in the row before; *any: or in one that does not count. */
WIRE_AVX2_INLINE wire_eight wire_eight_moves(const c12__tlm_wire_tile *t, const c12__tlm_wire *w, int chain, int *any)
{
    const wire_eight each = { 1, 2, 4, 8, 16, 32, 64, 128 };
    wire_four a = { 0 }, b = { 0 };
    uint64_t known = 0;
    for (int32_t i = 1; i < w->rate_end; i++) {
        const wire_four *x = (const wire_four *)t->x[i];
        known |= (uint64_t)t->ref[i];
        a |= x[0];
        b |= x[1];
    }
    wire_eight moves = wire_not_zero(a, b);
    uint32_t which = wire_which(moves);
    *any = (known | which) != 0;
    if (!chain) return known ? ~(wire_eight){ 0 } : moves;
    which = which >> t->from << t->from;
    which |= which << 1 | (uint32_t)(known != 0) << t->from;
    return (wire_eight)((wire_signs)(each & which) != 0);
}

/* ---- residuals -------------------------------------------------------------------------------------------------------- */

/* What is left of an op; far: bits above WIRE_TILE_BITS where it is too large. */
WIRE_AVX2_INLINE void wire_eight_keep(c12__tlm_wire_tile *t, int32_t i, wire_four a, wire_four b, wire_both *far)
{
    const uint64_t most = 1u << WIRE_TILE_BITS;
    const wire_eight d = WIRE_NARROW(a, b);
    far->a |= a + most;
    far->b |= b + most;
    *(wire_eight *)t->z[i] = d << 1 ^ (wire_eight)((wire_signs)d >> 31);
}

/* Op i against what is foretold of it. */
WIRE_AVX2_INLINE void wire_eight_left(c12__tlm_wire_tile *t, int32_t i, wire_both from, wire_both *far)
{
    const wire_four *x = (const wire_four *)t->x[i];
    wire_eight_keep(t, i, x[0] - from.a, x[1] - from.b, far);
}

/* An op's numbers a row before, the first one's in the reference. */
WIRE_AVX2_INLINE wire_both wire_eight_before(const c12__tlm_wire_tile *t, const int64_t *x, int64_t ref)
{
    const wire_four low = { 0, 1, 2, 3 }, high = { 4, 5, 6, 7 }, now = *(const wire_four *)x, from = (wire_four){ 0 } + (uint64_t)ref;
    const wire_bytes is = (wire_bytes)(low == (uint64_t)t->from), is_too = (wire_bytes)(high == (uint64_t)t->from);
    const wire_bytes a = (wire_bytes)C12__TLM_OF(wire_four, now, now, 0, 0, 1, 2), b = *(const wire_bytes *)(x + 3);
    return (wire_both){ (wire_four)__builtin_ia32_pblendvb256(a, (wire_bytes)from, is), (wire_four)__builtin_ia32_pblendvb256(b, (wire_bytes)from, is_too) };
}

/* from moves on by the mean of two rates, now and then, in the time between. */
WIRE_AVX2_INLINE wire_both wire_eight_go(uint32_t factor, wire_both ms, wire_both now, wire_both then, wire_both from)
{
    const wire_four wide = wire_wider(ms.a) | wire_wider(ms.b) | wire_wider(now.a) | wire_wider(now.b) | wire_wider(then.a) | wire_wider(then.b);
    if (!wire_which((wire_eight)((wire_signs)wide != 0)))
        return (wire_both){ from.a + wire_rates(factor, ms.a, now.a + then.a), from.b + wire_rates(factor, ms.b, now.b + then.b) };
    for (int32_t j = 0; j < 4; j++) {
        from.a[j] += (uint64_t)c12__tlm_wire_rate(factor, (int64_t)ms.a[j], (int64_t)then.a[j], (int64_t)now.a[j]);
        from.b[j] += (uint64_t)c12__tlm_wire_rate(factor, (int64_t)ms.b[j], (int64_t)then.b[j], (int64_t)now.b[j]);
    }
    return from;
}

/* What is `step`, of 1/256, a record further than the KEY's number of op i. */
WIRE_AVX2_INLINE wire_both wire_eight_drift(const c12__tlm_wire_tile *t, const c12_tlm_sender *s, int32_t i, int32_t step)
{
    const uint64_t records = (uint64_t)(s->seq - s->key.seq) - (uint64_t)t->from, far = UINT64_C(1) << 63;
    const uint64_t first = (uint64_t)step * records + 128 + far, at = (uint64_t)s->key.ref[i] - (far >> 8);
    const wire_four a = (wire_four)__builtin_ia32_pmuldq256((wire_signs)(wire_four){ 0, 1, 2, 3 }, (wire_signs){ 0 } + step) + first;
    return (wire_both){ (a >> 8) + at, ((a + 4 * (uint64_t)step) >> 8) + at }; /* of what is below zero the lower whole number */
}

/* What the KEY foretells of op i, behind like_end. */
WIRE_AVX2_INLINE wire_both wire_eight_foretell(const c12__tlm_wire_tile *t, const c12__tlm_wire_feed *f, int32_t i, int any)
{
    const c12_tlm_sender *s = f->s;
    const int32_t other = s->wire.op[i].other;
    const int64_t *ref = s->key.ref;
    const wire_four at = (wire_four){ 0 } + (uint64_t)ref[i], was = (wire_four){ 0 } + (uint64_t)ref[other];
    const wire_four *time = (const wire_four *)t->x[0], *rate = (const wire_four *)t->x[other];
    if (other == i) return wire_eight_drift(t, s, i, s->key.slope[i - s->wire.like_end]);
    if (!any) return (wire_both){ at, at }; /* most robots stand */
    const wire_both ms = { time[0] - (uint64_t)ref[0], time[1] - (uint64_t)ref[0] };
    return wire_eight_go(f->factor[i], ms, (wire_both){ rate[0], rate[1] }, (wire_both){ was, was }, (wire_both){ at, at });
}

/* What the row before, and its rates, foretell of it. */
WIRE_AVX2_INLINE wire_both wire_eight_follow(const c12__tlm_wire_tile *t, const c12__tlm_wire_feed *f, int32_t i, int any)
{
    const c12_tlm_sender *s = f->s;
    const int32_t other = s->wire.op[i].other;
    const wire_four *time = (const wire_four *)t->x[0], *rate = (const wire_four *)t->x[other];
    const wire_both before = wire_eight_before(t, t->x[i], t->ref[i]);
    if (other == i) {
        const uint64_t step = (uint64_t)c12__tlm_wire_drift(s->key.slope[i - s->wire.like_end], 1);
        return (wire_both){ before.a + step, before.b + step };
    }
    if (!any) return before;
    const wire_both was = wire_eight_before(t, t->x[0], t->ref[0]);
    const wire_both ms = { time[0] - was.a, time[1] - was.b };
    return wire_eight_go(f->factor[i], ms, (wire_both){ rate[0], rate[1] }, wire_eight_before(t, t->x[other], t->ref[other]), before);
}

WIRE_AVX2_INLINE wire_eight wire_eight_plain(const uint32_t *z)
{
    const wire_eight v = *(const wire_eight *)z;
    return v >> 1 ^ (0 - (v & 1));
}

/* What is left of an op that is like another. */
WIRE_AVX2_INLINE void wire_eight_like(uint32_t *mine, const uint32_t *its, wire_eight moves, int32_t ratio)
{
    const wire_eight d = wire_eight_plain(mine) - (wire_eight)((wire_signs)((wire_eight_plain(its) & moves) * (uint32_t)ratio + 8) >> 4);
    *(wire_eight *)mine = d << 1 ^ (wire_eight)((wire_signs)d >> 31);
}

/* Rows of which some number of a still cell is not what was foretold. */
WIRE_AVX2_INLINE wire_eight wire_eight_stirred(const c12__tlm_wire_tile *t, c12__tlm_wire_score *score, wire_eight moves)
{
    const uint32_t moving = wire_which(moves);
    const uint8_t *still;
    wire_eight any = { 0 }, standing = { 0 };
    const int32_t n_any = moving ? c12__tlm_wire_still_of(score, 1, &still) : 0;
    for (int32_t i = 0; i < n_any; i++) any |= *(const wire_eight *)t->z[still[i]];
    if (moving == 255) return any;
    const int32_t n = c12__tlm_wire_still_of(score, 0, &still);
    for (int32_t i = 0; i < n; i++) standing |= *(const wire_eight *)t->z[still[i]];
    return (any & moves) | (standing & ~moves);
}

/* All residuals, and what they say of the rows. */
WIRE_AVX2_INLINE void wire_eight_fill(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, int chain)
{
    const c12_tlm_sender *s = f->s;
    const c12__tlm_wire *w = &s->wire;
    const int64_t *ref = t->ref;
    const wire_wide *raw = f->o.batch.raw_at ? (const wire_wide *)(f->o.batch.raw_at + t->row - t->from) : NULL;
    const int32_t like_end = w->like_end;
    int any;
    const wire_eight differ = wire_eight_texts(t, f, chain), moves = wire_eight_moves(t, w, chain, &any);
    wire_both far = { { 0 }, { 0 } };
    if (chain) {
        wire_both before = wire_eight_before(t, t->x[0], ref[0]);
        const uint64_t step = (uint64_t)(((int64_t)s->key.period + 128) / 256);
        wire_eight_left(t, 0, (wire_both){ before.a + step, before.b + step }, &far);
    } else wire_eight_left(t, 0, wire_eight_drift(t, s, 0, (int32_t)s->key.period), &far);
    for (int32_t i = 1; i < like_end; i++) {
        const wire_four at = (wire_four){ 0 } + (uint64_t)ref[i];
        wire_eight_left(t, i, chain ? wire_eight_before(t, t->x[i], ref[i]) : (wire_both){ at, at }, &far);
    }
    for (int32_t i = w->plain_end; i < like_end && any; i++) wire_eight_like(t->z[i], t->z[w->op[i].other], moves, s->key.ratio[i - w->plain_end]);
    for (int32_t i = like_end; i < w->n_ops; i++) wire_eight_left(t, i, chain ? wire_eight_follow(t, f, i, any) : wire_eight_foretell(t, f, i, any), &far);
    wire_eight alone = wire_not_zero(far.a >> (WIRE_TILE_BITS + 1), far.b >> (WIRE_TILE_BITS + 1));
    if (raw) alone |= WIRE_NARROW(raw[0] >= 0, raw[1] >= 0);
    *(wire_eight *)t->alone = alone;
    *(wire_eight *)t->differ = differ;
    *(wire_eight *)t->moves = moves;
    *(wire_eight *)t->loud = (wire_eight)((wire_signs)(wire_eight_stirred(t, &f->score[t->set], moves) | differ) != 0);
}

/* ---- bits ------------------------------------------------------------------------------------------------------------- */

/* As wire_string, the acc's rows by c12__tlm_wire_lane; lanes that are off never fill a word. */
typedef struct wire_cord { wire_four even, odd; wire_eight n, off; int32_t word; } wire_cord;
typedef struct wire_spool { wire_four words[WIRE_WORDS][2]; wire_eight bits[WIRE_WORDS]; } wire_spool; /* words that are full */

WIRE_AVX2_INLINE void wire_cord_store(wire_cord *s, wire_spool *to)
{
    to->words[s->word][0] = s->even;
    to->words[s->word][1] = s->odd;
    to->bits[s->word++] = s->n;
}

/* 0 = there is no word left. */
WIRE_AVX2_INLINE int wire_cord_add(wire_cord *s, wire_spool *to, wire_eight cell, wire_eight n)
{
    wire_eight after = s->n + n;
    if (wire_which((wire_eight)((wire_signs)after > WIRE_WORD))) {
        if (s->word == WIRE_WORDS - 1) return 0;
        wire_cord_store(s, to);
        s->even = s->odd = (wire_four){ 0 };
        s->n = s->off;
        after = s->off + n;
    }
    s->even |= WIRE_UP((wire_four)cell & 0xffffffffu, (wire_four)s->n & 0xffffffffu);
    s->odd |= WIRE_UP((wire_four)cell >> 32, (wire_four)s->n >> 32);
    s->n = after;
    return 1;
}

/* What follows an escape of v, where v is not 0; it has WIRE_TAIL_BITS at most. */
WIRE_AVX2_INLINE void wire_cord_tail(wire_eight v, wire_eight *cell, wire_eight *n)
{
    static const uint8_t low[32] = { 0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4 };
    static const uint8_t high[32] = { 0, 5, 6, 6, 7, 7, 7, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 6, 6, 7, 7, 7, 7, 0, 0, 0, 0, 0, 0, 0, 0 };
    v &= WIRE_TAIL; /* rows that go alone may have more */
    const wire_eight length = WIRE_MOST_OF(WIRE_LOOK(*(const wire_bytes *)high, v >> 4), WIRE_LOOK(*(const wire_bytes *)low, v));
    *cell |= (v << 3 | length) << *n;
    *n += length + ((wire_eight)((wire_signs)length > 0) & 3);
}

/* A step of all rows: bits and how many, and what of the residuals is beyond the symbols, for up to two escapes. */
typedef struct wire_cell { wire_eight bits, n, beyond, rest[2]; } wire_cell;

WIRE_AVX2_INLINE wire_cell wire_cord_pair(const c12__tlm_wire_step *step, const c12__tlm_wire_tile *t)
{
    const wire_bytes *code = (const wire_bytes *)c12__tlm_wire_brief[C12__TLM_WIRE_PAIR];
    const wire_eight a = *(const wire_eight *)t->z[step->op], b = *(const wire_eight *)t->z[step->second], three = (wire_eight){ 0 } + 3;
    const wire_eight at = WIRE_LEAST(a, three) << 2 | WIRE_LEAST(b, three);
    return (wire_cell){ WIRE_LOOK(code[0], at), WIRE_LOOK(code[1], at) - 0x01010100u, (wire_eight)((wire_signs)WIRE_MOST_OF(a, b) > 2), { a, b } };
}

WIRE_AVX2_INLINE wire_cell wire_cord_single(const c12__tlm_wire_step *step, const c12__tlm_wire_tile *t)
{
    const wire_bytes *code = (const wire_bytes *)c12__tlm_wire_brief[step->code];
    const c12__tlm_wire_shape *shape = &c12__tlm_wire_shape_of[step->scale];
    const wire_eight none = { 0 }, shift = none + shape->shift, z = *(const wire_eight *)t->z[step->op], high = z >> shift;
    const wire_eight at = WIRE_LEAST(high, none + 15), bits = z ^ (high ^ WIRE_LOOK(code[0], at)) << shift; /* symbol 0 is zeros in every code */
    return (wire_cell){ bits, WIRE_LOOK(code[1], at) + shape->length, (wire_eight)((wire_signs)high > (wire_signs)(none + shape->last)), { high, none } };
}

/* What of a step's residual follows its symbol, of a pair's first or second. */
WIRE_AVX2_INLINE wire_eight wire_cord_rest(const wire_cell *c, int pair, int second)
{
    const wire_eight two = (wire_eight){ 0 } + 2;
    return pair ? WIRE_MOST_OF(c->rest[second], two) - two : c->rest[0] & c->beyond;
}

/* A step with values that may be wider than WIRE_TAIL_BITS: these come as a cell of their own.  Still wider ones are far. */
WIRE_AVX2_INLINE int wire_cord_wide(wire_cord *s, wire_spool *to, const c12__tlm_wire_step *step, int pair, const c12__tlm_wire_tile *t, wire_eight *far)
{
    wire_cell c;
    int room = 1;
    if (pair) c = wire_cord_pair(step, t);
    else c = wire_cord_single(step, t);
    for (int k = 0; k < 1 + pair && room; k++) {
        uint32_t each[WIRE_TILE], bits[WIRE_TILE];
        wire_eight v = wire_cord_rest(&c, pair, k), over = (wire_eight)((wire_signs)(v >> WIRE_WIDE_BITS) != 0);
        if (step->shift > C12__TLM_WIRE_TAIL_SHIFT) over = c.beyond;
        *far |= over;
        v &= ~over;
        *(wire_eight *)each = v;
        for (int32_t j = 0; j < WIRE_TILE; j++) bits[j] = c12__tlm_wire_length((uint64_t)each[j] << 1 | 1) - 1;
        const wire_eight length = *(const wire_eight *)bits, wide = (wire_eight)((wire_signs)length > WIRE_TAIL_BITS), there = (wire_eight)((wire_signs)length > 0);
        c.bits |= WIRE_EIGHT_UP((((length - 1) << 3) & wide) | ((v << 3 | length) & ~wide), c.n);
        c.n += (9 & wide) | ((length + (there & 3)) & ~wide);
        room = wire_cord_add(s, to, c.bits, c.n);
        c.bits = v & wide;
        c.n = length & wide;
    }
    return room && wire_cord_add(s, to, c.bits, c.n);
}

/* Steps from one of these on; where it ends, before `end`: there is no word left. */
WIRE_AVX2 WIRE_APART static const c12__tlm_wire_step *wire_cord_widely(wire_cord *s, wire_spool *to, const c12__tlm_wire_step *step, const c12__tlm_wire_step *end, int pair,
                                                                       const c12__tlm_wire_tile *t, wire_eight *far)
{
    while (step < end && wire_cord_wide(s, to, step, pair, t, far)) step++;
    return step;
}

/* What follows the symbols. */
WIRE_AVX2_INLINE void wire_cord_escapes(wire_cell *c, int pair)
{
    if (!wire_which(c->beyond)) return;
    wire_cord_tail(wire_cord_rest(c, pair, 0), &c->bits, &c->n);
    if (pair) wire_cord_tail(wire_cord_rest(c, pair, 1), &c->bits, &c->n);
}

/* Is there a value that wire_cord_escapes does not write? */
WIRE_AVX2_INLINE int wire_cord_is_wide(const c12__tlm_wire_step *step, const wire_cell *c, int pair)
{
    const wire_eight single = c->rest[0] & c->beyond, most = pair ? WIRE_MOST_OF(c->rest[0], c->rest[1]) : single;
    return wire_which((wire_eight)((wire_signs)most > (step->shift > C12__TLM_WIRE_TAIL_SHIFT ? 0 : WIRE_TAIL))) != 0;
}

/* Steps from one on, two in a cell where they fit one; where it ends, before `end`: at one that is wide, or there is no word left. */
WIRE_AVX2_INLINE const c12__tlm_wire_step *wire_cord_steps(wire_cord *s, wire_spool *to, const c12__tlm_wire_step *step, const c12__tlm_wire_step *end, int pair, const c12__tlm_wire_tile *t)
{
    for (; end - step >= 2; step += 2) {
        wire_cell c = pair ? wire_cord_pair(step, t) : wire_cord_single(step, t), d = pair ? wire_cord_pair(step + 1, t) : wire_cord_single(step + 1, t);
        if (wire_which(c.beyond | d.beyond) || (!pair && step[0].shift + step[1].shift > 16)) { /* else both take 8 bits and the raw ones at most */
            if (wire_cord_is_wide(step, &c, pair) || wire_cord_is_wide(step + 1, &d, pair)) return step;
            wire_cord_escapes(&c, pair);
            wire_cord_escapes(&d, pair);
            if (wire_which((wire_eight)((wire_signs)(c.n + d.n) > 32))) {
                if (!wire_cord_add(s, to, c.bits, c.n)) return step;
                if (!wire_cord_add(s, to, d.bits, d.n)) return step + 1;
                continue;
            }
        }
        if (!wire_cord_add(s, to, c.bits | WIRE_EIGHT_UP(d.bits, c.n), c.n + d.n)) return step;
    }
    if (step == end) return end;
    wire_cell c = pair ? wire_cord_pair(step, t) : wire_cord_single(step, t);
    if (wire_cord_is_wide(step, &c, pair)) return step;
    wire_cord_escapes(&c, pair);
    return wire_cord_add(s, to, c.bits, c.n) ? end : step;
}

WIRE_AVX2_INLINE wire_four wire_blend(wire_four a, wire_four b, wire_four by) { return (wire_four)__builtin_ia32_pblendvb256((wire_bytes)a, (wire_bytes)b, (wire_bytes)by); }
WIRE_AVX2_INLINE void wire_lay_eight(uint32_t *to, wire_eight v, wire_eight on) { *(wire_four *)to = wire_blend(*(wire_four *)to, (wire_four)v, (wire_four)on); }

/* Of one half of the lanes. */
WIRE_AVX2_INLINE wire_four wire_half(wire_eight v, int32_t half)
{
    if (half) return (wire_four)v >> 32;
    return (wire_four)v & 0xffffffffu;
}

/* The first 64 bits of up to three words, the next 64, and the rest, where rows are on. */
WIRE_AVX2_INLINE void wire_cord_splice(c12__tlm_wire_tile *t, const wire_spool *s, int32_t words, int32_t half, wire_four on)
{
    wire_four *to = (wire_four *)t->word[0] + half;
    wire_four first = s->words[0][half], second = { 0 };
    if (words > 1) {
        const wire_four n = wire_half(s->bits[0], half), v = s->words[1][half];
        first |= WIRE_UP(v, n);
        second = WIRE_DOWN(v, 64 - n);
    }
    if (words > 2) {
        const wire_four n = wire_half(s->bits[0] + s->bits[1], half), v = s->words[2][half];
        first |= WIRE_UP(v, n);
        second |= WIRE_UP(v, n - 64) | WIRE_DOWN(v, 64 - n);
        to[2 * WIRE_TILE / 4] = wire_blend(to[2 * WIRE_TILE / 4], WIRE_DOWN(v, 128 - n), on);
    }
    to[0] = wire_blend(to[0], first, on);
    to[WIRE_TILE / 4] = wire_blend(to[WIRE_TILE / 4], second, on);
}

/* The cord's words into the tile's. */
WIRE_AVX2_INLINE void wire_cord_lay(c12__tlm_wire_tile *t, const wire_spool *s, int32_t words, wire_eight on)
{
    const wire_four even = (wire_four)((wire_wide)((wire_four)on << 32) < 0), odd = (wire_four)((wire_wide)on < 0);
    const wire_eight word = (wire_eight){ 0 } + 64;
    wire_eight total = { 0 };
    for (int32_t k = 0; k < words; k++) total += s->bits[k];
    if (words < 4) {
        wire_cord_splice(t, s, words, 0, even);
        wire_cord_splice(t, s, words, 1, odd);
        const wire_eight first = WIRE_LEAST(total, word), second = WIRE_LEAST(total - first, word);
        wire_lay_eight(t->bits[0], first, on);
        wire_lay_eight(t->bits[1], second, on);
        if (words > 2) wire_lay_eight(t->bits[2], total - first - second, on);
    }
    for (int32_t k = 0; k < words && words > 3; k++) {
        wire_four *to = (wire_four *)t->word[k];
        to[0] = wire_blend(to[0], s->words[k][0], even);
        to[1] = wire_blend(to[1], s->words[k][1], odd);
        wire_lay_eight(t->bits[k], s->bits[k], on);
    }
    wire_lay_eight(t->total, total, on);
    wire_lay_eight(t->words, (wire_eight){ 0 } + (uint32_t)(words < 3 ? 2 : words), on);
}

/* These rows' bits by the lists, into words, behind what they begin with. */
WIRE_AVX2 static void wire_cord_lists(c12__tlm_wire_tile *t, const c12__tlm_wire_list *const list[2], uint32_t rows)
{
    const wire_eight each = { 1, 2, 4, 8, 16, 32, 64, 128 }, on = (wire_eight)((wire_signs)(each & rows) != 0);
    wire_eight far = { 0 };
    wire_spool spool;
    wire_cord s;
    int room = 1;
    s.word = 0;
    s.off = ~on & (1u << 31); /* a shift by which nothing is left */
    s.n = *(wire_eight *)t->start_bits | s.off;
    s.even = *(wire_four *)t->start & 0xffffffffu;
    s.odd = *(wire_four *)t->start >> 32;
    for (int32_t l = 0; l < 4 && room; l++) {
        const c12__tlm_wire_list *of = list[l >> 1];
        const c12__tlm_wire_step *from = of->step + (l & 1 ? of->pairs : 0), *end = of->step + (l & 1 ? of->n : of->pairs);
        const c12__tlm_wire_step *at = l & 1 ? wire_cord_steps(&s, &spool, from, end, 0, t) : wire_cord_steps(&s, &spool, from, end, 1, t);
        if (at == end) continue;
        wire_cord here = s; /* which else stays in registers */
        room = wire_cord_widely(&here, &spool, at, end, !(l & 1), t, &far) == end;
        s = here;
    }
    wire_cord_store(&s, &spool);
    wire_cord_lay(t, &spool, s.word, on);
    if (!room) far = on;
    wire_lay_eight(t->far, far, on);
}

/* What stands before the numbers, as wire_tile_start. */
WIRE_AVX2_INLINE void wire_eight_start(c12__tlm_wire_tile *t, const c12_tlm_sender *s, int chain)
{
    const wire_eight loud = *(const wire_eight *)t->loud, place = { 0, 1, 2, 3, 4, 5, 6, 7 };
    if (chain) {
        const uint32_t more = (uint32_t)t->follows;
        *(wire_eight *)t->start = (loud & 1) << more | more;
        *(wire_eight *)t->start_bits = (wire_eight){ 0 } + 1 + more;
        return;
    }
    const uint32_t id = s->key.id;
    const wire_eight age = place + (s->seq - s->key.seq - (uint32_t)t->from), far = (wire_eight)((wire_signs)age >= C12__TLM_WIRE_FAR);
    wire_eight start = age << 2 | (loud & 1u << 8) | id;
    if (wire_which(far)) start = (start & ~far) | ((age << 8 | (loud & 1u << 24) | (id | C12__TLM_WIRE_FAR << 2)) & far);
    *(wire_eight *)t->start = start;
    *(wire_eight *)t->start_bits = (far & 16) + 9;
}

/* Rows by the lists they use, most likely all by the same. */
WIRE_AVX2_INLINE void wire_eight_all(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, int chain)
{
    c12__tlm_wire_score *score = &f->score[t->set];
    const wire_eight loud = *(const wire_eight *)t->loud, least = (wire_eight){ 0 } + 128;
    const uint32_t is_loud = wire_which(loud), moves = wire_which(*(const wire_eight *)t->moves), rows = (1u << t->end) - (1u << t->from);
    wire_eight_start(t, f->s, chain);
    for (uint32_t left = rows, these; left; left &= ~these) {
        const uint32_t first = left & (0 - left), quiet = is_loud & first ? 0 : ~0u, stands = moves & first ? 0 : ~0u;
        const int32_t k = (stands ? 0 : 2) + !quiet;
        const c12__tlm_wire_list *const list[2] = { c12__tlm_wire_list_of(score, k & 1), c12__tlm_wire_list_of(score, 2 + k) };
        these = (is_loud ^ quiet) & (moves ^ stands) & rows;
        wire_cord_lists(t, list, these);
    }
    const wire_eight total = *(const wire_eight *)t->total + (loud & 1); /* loud: the KEY's texts */
    const wire_eight strange = *(const wire_eight *)t->alone | *(const wire_eight *)t->differ | *(const wire_eight *)t->far >> WIRE_TAIL_BITS;
    *(wire_eight *)t->bytes = (total + 7) >> 3;
    t->usual = wire_which((wire_eight)((wire_signs)strange == 0)) & rows;
    t->brief = wire_which((wire_eight)((wire_signs)total <= (wire_signs)least) & (wire_eight)((wire_signs)*(const wire_eight *)t->words < 4)) & rows;
}

WIRE_AVX2 static void wire_tile_avx2(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f)
{
    wire_eight_fill(t, f, 0);
    wire_eight_all(t, f, 0);
}

WIRE_AVX2 static void wire_tile_avx2_chain(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f)
{
    wire_eight_fill(t, f, 1);
    wire_eight_all(t, f, 1);
}

/* ---- bytes ------------------------------------------------------------------------------------------------------------ */

/* Rows of at most sixteen bytes: bits, and around them a head of one byte and the CRC. */
__attribute__((target("avx2,pclmul"))) static uint8_t *wire_post_avx2(const c12__tlm_wire_tile *t, uint32_t crc, int32_t j, int32_t end, uint8_t *out)
{
    const wire_four *first = (const wire_four *)t->word[0], *second = (const wire_four *)t->word[1];
    wire_four row[4]; /* of rows k and 4 + k */
    for (int32_t k = 0; k < 2; k++) {
        row[k] = C12__TLM_OF(wire_four, first[k], second[k], 0, 4, 2, 6);
        row[2 + k] = C12__TLM_OF(wire_four, first[k], second[k], 1, 5, 3, 7);
    }
    for (; j < end; j++) {
        const uint32_t n = t->bytes[j];
        const wire_crc_two body = ((const wire_crc_two *)&row[j & 3])[j >> 2];
        *out = (uint8_t)(0x40 + 2 + n);
        *(wire_crc_two *)(out + 1) = body;
        const uint32_t is = wire_crc_fold(wire_crc_turn(crc, body, n));
        out[1 + n] = (uint8_t)is;
        out[2 + n] = (uint8_t)(is >> 8);
        out += n + 3;
    }
    return out;
}
#endif

const c12__tlm_wire_tile_forms *c12__tlm_wire_tile_eight(int chain)
{
#ifdef C12__TLM_AVX2
    static const c12__tlm_wire_tile_forms each[3] = {
        { wire_tile_open_avx2, wire_tile_avx2, NULL }, { wire_tile_open_avx2, wire_tile_avx2, wire_post_avx2 }, { wire_tile_open_avx2, wire_tile_avx2_chain, NULL }
    };
    if (__builtin_cpu_supports("avx2")) return &each[chain ? 2 : __builtin_cpu_supports("pclmul") != 0];
#endif
    (void)chain;
    return NULL;
}
