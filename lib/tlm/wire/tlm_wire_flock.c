/* SPDX-License-Identifier: Apache-2.0 */
/* DELTAs read side by side: each step of the KEY's lists for eight frames at once, values column by column. */
#include "tlm/wire/tlm_wire_avx2.h"
#include "tlm/wire/tlm_wire_receiver.h"

#ifdef C12__TLM_AVX2
#  define WIRE_HERDSMAN __attribute__((target("avx2,pclmul")))
#  define WIRE_HERDSMAN_INLINE __attribute__((target("avx2,pclmul"), always_inline)) static inline

/* ---- frames ----------------------------------------------------------------------------------------------------------- */

/* Frames that look like DELTAs, up to WIRE_FLOCK, with their first two bytes for an age: how many. */
C12__TLM_INLINE int32_t wire_flock_find(c12__tlm_wire_flock *t, int ordered, const uint8_t *p, size_t size)
{
    const uint32_t least = ordered ? 3 : 4;
    size_t at = 0;
    int32_t j = 0;
    for (; j < WIRE_FLOCK && at + 5 < size; j++) {
        const uint8_t *body = p + at + 1;
        uint32_t n = p[at] - 0x40u;
        size_t end = at + 1 + n;
        if (n - least >= 24 - least) {
            if (n != 24 || *body < 24) break;
            end = at + 2 + *body;
            n = *body++;
        }
        if (end > size) break;
        t->body[j] = body;
        t->n[j] = n - 2;
        t->age[j] = c12__tlm_get16(body);
        t->end[j] = at = end;
    }
    return j;
}

/* How many of these have the right CRC behind them; ordered, each begins with the one before. */
WIRE_HERDSMAN_INLINE int32_t wire_flock_right(const c12__tlm_wire_flock *t, int ordered, uint32_t from, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        const uint8_t *p = t->body[i];
        const uint32_t n = t->n[i], stands = c12__tlm_get16(p + n);
        if (n < 2 ? c12__tlm_wire_crc16(from, p, n) != stands : wire_crc_of(from, p, n) != stands) return i;
        if (ordered) from = stands;
    }
    return count;
}

/* DELTAs of this KEY up to the first whose CRC is wrong; places behind the last hold the first again.  next: age of the first one, ordered. */
WIRE_HERDSMAN_INLINE int32_t wire_flock_open_all(c12__tlm_wire_flock *t, const c12__tlm_wire_key *k, int ordered, uint32_t next, const uint8_t *p, size_t size)
{
    const wire_eight place = { 0, 1, 2, 3, 4, 5, 6, 7 };
    if (size <= WIRE_FLOCK_PAD) {
        memset(t->pad + size, 0, WIRE_FLOCK_PAST);
        p = memcpy(t->pad, p, size);
    } else size -= WIRE_FLOCK_PAST;
    *(wire_eight *)t->age = (wire_eight){ 0 };
    uint32_t others = 1u << wire_flock_find(t, ordered, p, size);
    wire_eight begin = *(const wire_eight *)t->age;
    if (!ordered) others |= wire_which((wire_eight)((wire_signs)((begin ^ k->id) & 3) != 0) | (wire_eight)((wire_signs)(begin & 252) == C12__TLM_WIRE_FAR << 2));
    t->count = wire_flock_right(t, ordered, k->crc & 0xffff, c12__bit_lowest(others));
    for (int32_t j = t->count; j && j < WIRE_FLOCK; j++) {
        t->body[j] = t->body[0];
        t->n[j] = t->n[0];
        t->age[j] = t->age[0];
    }
    begin = *(const wire_eight *)t->age;
    *(wire_eight *)t->loud = 0 - (begin >> (ordered ? 0 : 8) & 1);
    *(wire_eight *)t->age = ordered ? place + next : begin >> 2 & 63;
    return t->count;
}

enum { WIRE_FLOCK_WIDE = 23 /* bits of a residual's zigzag at most: with a ratio's six they fit 32 */ };

/* ---- bits ------------------------------------------------------------------------------------------------------------- */

/* Eight readers: the next bits of frames 0, 2, 4, 6 and of the others, at least `left` of them; where they are; what is out of the ordinary. */
typedef struct wire_eyes { wire_four even, odd, from_even, from_odd; wire_eight at, left, most, strange; } wire_eyes;

WIRE_AVX2_INLINE void wire_eyes_fill(wire_eyes *e)
{
    wire_eight byte = e->at >> 3, bit = e->at & 7, past = (wire_eight)((wire_signs)byte > (wire_signs)e->most);
    byte = (e->most & past) | (byte & ~past); /* what has run past the end is found out behind the last step */
    wire_four even = e->from_even + ((wire_four)byte & 0xffffffffu), odd = e->from_odd + ((wire_four)byte >> 32);
    e->even = wire_fetch(even) >> ((wire_four)bit & 0xffffffffu);
    e->odd = wire_fetch(odd) >> ((wire_four)bit >> 32);
    e->left = 64 - bit;
}

WIRE_AVX2_INLINE void wire_eyes_open(wire_eyes *e, const c12__tlm_wire_flock *t, uint32_t at)
{
    for (int32_t j = 0; j < WIRE_FLOCK / 2; j++) {
        e->from_even[j] = (uint64_t)(uintptr_t)t->body[2 * j];
        e->from_odd[j] = (uint64_t)(uintptr_t)t->body[2 * j + 1];
    }
    e->at = (wire_eight){ 0 } + at;
    e->most = *(const wire_eight *)t->n;
    e->strange = (wire_eight){ 0 };
    wire_eyes_fill(e);
}

WIRE_AVX2_INLINE void wire_eyes_need(wire_eyes *e, uint32_t bits)
{
    if (wire_which((wire_eight)((wire_signs)e->left < (int32_t)bits))) wire_eyes_fill(e);
}

WIRE_AVX2_INLINE wire_eight wire_eyes_see(const wire_eyes *e)
{
    return C12__TLM_OF(wire_eight, (wire_eight)e->even, (wire_eight)(e->odd << 32), 0, 9, 2, 11, 4, 13, 6, 15);
}

WIRE_AVX2_INLINE void wire_eyes_skip(wire_eyes *e, wire_eight bits)
{
    e->even >>= (wire_four)bits & 0xffffffffu;
    e->odd >>= (wire_four)bits >> 32;
    e->at += bits;
    e->left -= bits;
}

/* 16 * length + symbol of what comes next, in the lowest byte. */
WIRE_AVX2_INLINE wire_eight wire_flock_symbol(const uint8_t (*halves)[32], wire_eight next)
{
    const wire_bytes *table = (const wire_bytes *)halves;
    wire_eight first = next & 15, second = next >> 4 & 15;
    wire_eight seven = (wire_eight)((wire_signs)first == 7), fifteen = (wire_eight)((wire_signs)first == 15);
    return WIRE_LOOK(table[0], first) | (WIRE_LOOK(table[1], second) & seven) | (WIRE_LOOK(table[2], second) & fifteen);
}

/* Values of eight bits and more, whose number stands in six bits; more than `most` are strange. */
WIRE_AVX2_INLINE wire_eight wire_flock_wide(wire_eyes *e, wire_eight there, uint32_t most)
{
    const wire_eight one = (wire_eight){ 0 } + 1;
    wire_eyes_need(e, 6 + WIRE_FLOCK_WIDE);
    const wire_eight next = wire_eyes_see(e), bits = (next & 63) + 1, high = WIRE_EIGHT_UP(one, bits - 1), v = next >> 6 & (high | (high - 1));
    const wire_eight strange = (wire_eight)((wire_signs)bits < 8) | (wire_eight)((wire_signs)bits > (int32_t)most) | (wire_eight)((wire_signs)(v & high) == 0);
    e->strange |= strange & there;
    wire_eyes_skip(e, (bits + 6) & there);
    return v & there & ~strange;
}

/* What stands behind an escape, where `there`; what should have been written otherwise is strange, and what is below `least`. */
WIRE_AVX2_INLINE wire_eight wire_flock_tail(wire_eyes *e, wire_eight there, uint32_t least, uint32_t most)
{
    if (!wire_which(there)) return there; /* as with most */
    wire_eyes_need(e, 10);
    wire_eight next = wire_eyes_see(e), length = next & 7, wide = (wire_eight)((wire_signs)length == 0) & there;
    wire_eight one = WIRE_EIGHT_UP((wire_eight){ 0 } + 1, length), v = next >> 3 & (one - 1); /* of so many bits, and so at least 1 */
    e->strange |= (wire_eight)((wire_signs)(v << 1 & one) == 0) & there & ~wide;
    wire_eyes_skip(e, (length + 3) & there);
    if (wire_which(wide)) v |= wire_flock_wide(e, wide, most); /* it was 0 there */
    if (least > 1) e->strange |= (wire_eight)((wire_signs)v < (int32_t)least) & there;
    return v & there;
}

/* z: what there is already is 0. */
WIRE_AVX2_INLINE void wire_flock_lay(uint32_t *z, wire_eight v, wire_eight on, int whole)
{
    if (whole) *(wire_eight *)z = v;
    else *(wire_eight *)z |= v & on;
}

WIRE_AVX2_INLINE void wire_flock_pair(wire_eyes *e, const c12__tlm_wire_step *step, wire_eight on, int whole, uint32_t (*z)[WIRE_FLOCK])
{
    wire_eyes_need(e, 8);
    wire_eight got = wire_flock_symbol(c12__tlm_wire_halves[C12__TLM_WIRE_PAIR], wire_eyes_see(e)), a = got >> 2 & 3, b = got & 3;
    wire_eight far = (wire_eight)((wire_signs)a == 3), far_too = (wire_eight)((wire_signs)b == 3);
    if (!whole) {
        far &= on;
        far_too &= on;
    }
    wire_eyes_skip(e, got >> 4 & (whole ? (wire_eight){ 0 } + 15 : on & 15));
    if (wire_which(far | far_too)) {
        a += wire_flock_tail(e, far, 1, WIRE_FLOCK_WIDE) - (far & 1); /* 2 and the rest */
        b += wire_flock_tail(e, far_too, 1, WIRE_FLOCK_WIDE) - (far_too & 1);
    }
    wire_flock_lay(z[step->op], a, on, whole);
    wire_flock_lay(z[step->second], b, on, whole);
}

WIRE_AVX2_INLINE void wire_flock_single(wire_eyes *e, const c12__tlm_wire_step *step, wire_eight on, int whole, uint32_t (*z)[WIRE_FLOCK])
{
    const c12__tlm_wire_shape *shape = &c12__tlm_wire_shape_of[step->scale];
    const wire_eight none = { 0 }, shift = none + shape->shift;
    if (wire_which((wire_eight)((wire_signs)e->left < (wire_signs)(none + shape->need)))) wire_eyes_fill(e);
    wire_eight next = wire_eyes_see(e), rest = next >> shift;
    wire_eight got = wire_flock_symbol(c12__tlm_wire_halves[step->code], rest), symbol = got & 15, far = (wire_eight)((wire_signs)symbol == 15);
    wire_eight skip = (got >> 4 & 15) + shift;
    if (!whole) {
        far &= on;
        skip &= on;
    }
    wire_eyes_skip(e, skip);
    if (wire_which(far)) {
        if (step->shift > C12__TLM_WIRE_TAIL_SHIFT) e->strange |= far;
        else symbol = (symbol & ~far) | wire_flock_tail(e, far, step->symbols, WIRE_FLOCK_WIDE - step->shift);
    }
    wire_flock_lay(z[step->op], next ^ (rest ^ symbol) << shift, on, whole);
}

/* A list's steps for the frames that use it; whole: for all. */
WIRE_AVX2_INLINE void wire_flock_list(wire_eyes *eyes, const c12__tlm_wire_list *list, wire_eight on, int whole, uint32_t (*z)[WIRE_FLOCK])
{
    const c12__tlm_wire_step *step = list->step, *pairs = step + list->pairs, *end = step + list->n;
    wire_eyes e = *eyes;
    for (; step < pairs; step++) wire_flock_pair(&e, step, on, whole, z);
    for (; step < end; step++) wire_flock_single(&e, step, on, whole, z);
    *eyes = e;
}

/* By the lists `from` and on, one for each kind; most likely all by the same. */
WIRE_AVX2_INLINE void wire_flock_lists(wire_eyes *e, c12__tlm_wire_score *score, int32_t from, wire_eight loud, wire_eight moves, wire_eight on, uint32_t (*z)[WIRE_FLOCK])
{
    const uint32_t is_loud = wire_which(loud), is_moving = wire_which(moves), is_on = wire_which(on);
    for (uint32_t left = is_on, these; left; left &= ~these) {
        const uint32_t first = left & (0 - left), quiet = is_loud & first ? 0 : ~0u, stands = is_moving & first ? 0 : ~0u;
        const c12__tlm_wire_list *list = c12__tlm_wire_list_of(score, from + (stands ? 0 : 2) + !quiet);
        these = (is_loud ^ quiet) & (is_moving ^ stands) & is_on;
        if (these == 255) wire_flock_list(e, list, on, 1, z);
        else wire_flock_list(e, list, (loud ^ quiet) & (moves ^ stands) & on, 0, z);
    }
}

WIRE_AVX2_INLINE wire_signs wire_flock_plain(const uint32_t *z)
{
    wire_eight v = *(const wire_eight *)z;
    return (wire_signs)(v >> 1 ^ (0 - (v & 1)));
}

/* Each with all before it. */
WIRE_AVX2_INLINE wire_signs wire_flock_sums(wire_signs r)
{
    const wire_signs none = { 0 };
    r += C12__TLM_OF(wire_signs, r, none, 8, 0, 1, 2, 8, 4, 5, 6);
    r += C12__TLM_OF(wire_signs, r, none, 8, 8, 0, 1, 8, 8, 4, 5);
    return r + C12__TLM_OF(wire_signs, r, none, 8, 8, 8, 8, 3, 3, 3, 3);
}

/* Which frames move: a rate is not 0, or was not in the reference. */
WIRE_AVX2_INLINE wire_eight wire_flock_moves(const c12__tlm_wire *w, const c12__tlm_wire_key *k, int ordered, uint32_t (*z)[WIRE_FLOCK])
{
    const wire_eight each = { 1, 2, 4, 8, 16, 32, 64, 128 };
    wire_eight any = { 0 };
    uint64_t ref = 0;
    for (int32_t i = 1; i < w->rate_end; i++) {
        const int64_t from = k->ref[i], most = INT64_C(1) << 30; /* sums are smaller */
        ref |= (uint64_t)from;
        if (!ordered) any |= *(const wire_eight *)z[i];
        else any |= from < most && from > -most ? (wire_eight)(wire_flock_sums(wire_flock_plain(z[i])) + (int32_t)from) : each;
    }
    any = (wire_eight)((wire_signs)any != 0);
    if (!ordered) return ref ? ~(wire_eight){ 0 } : any; /* where all rates were 0 those differ that are not */
    const uint32_t now = wire_which(any);
    return (wire_eight)((wire_signs)(each & (now | now << 1 | (ref != 0))) != 0);
}

/* All residuals' zigzags; which frames move. */
WIRE_AVX2_INLINE wire_eight wire_flock_numbers(c12__tlm_wire_flock *t, const c12__tlm_wire *w, const c12__tlm_wire_key *k, int ordered, c12__tlm_wire_score *score, uint32_t (*z)[WIRE_FLOCK])
{
    const wire_eight loud = *(const wire_eight *)t->loud, none = { 0 };
    wire_eyes e;
    wire_eyes_open(&e, t, ordered ? 1 : 9); /* behind number and age, and whether it is loud */
    wire_flock_lists(&e, score, 0, loud, none, ~none, z);
    const wire_eight moves = wire_flock_moves(w, k, ordered, z);
    wire_flock_lists(&e, score, 2, loud, moves, ~none, z);
    wire_eyes_need(&e, 8);
    wire_eight texts = (wire_eight)((wire_signs)(wire_eyes_see(&e) & 1 & loud) != 0); /* other ones than the KEY's */
    *(wire_eight *)t->at = e.at;
    *(wire_eight *)t->texts = texts & ~e.strange;
    e.strange |= texts;
    wire_eyes_skip(&e, loud & 1);
    wire_eight over = (*(const wire_eight *)t->n << 3) - e.at, one = none + 1;
    e.strange |= (wire_eight)((wire_signs)(over & ~7u) != 0) | (wire_eight)((wire_signs)(wire_eyes_see(&e) & ((one << (over & 7)) - 1)) != 0);
    *(wire_eight *)t->good = ~e.strange;
    return moves;
}

/* ---- values ----------------------------------------------------------------------------------------------------------- */

/* ref + r in a column. */
WIRE_AVX2_INLINE void wire_flock_put(int64_t *to, int64_t ref, wire_signs r)
{
    wire_wide *v = (wire_wide *)to;
    v[0] = (wire_wide)((wire_four)WIRE_WIDEN(r, 0) + (uint64_t)ref);
    v[1] = (wire_wide)((wire_four)WIRE_WIDEN(r, 1) + (uint64_t)ref);
}

/* Ops behind like_end. */
WIRE_AVX2_INLINE void wire_flock_moved(const c12__tlm_wire_flock *t, const c12__tlm_wire_drain *d, const c12__tlm_wire_key *k, int32_t i, int64_t at, wire_signs r)
{
    const c12__tlm_wire *w = &d->r->wire;
    const int32_t other = w->op[i].other;
    const int64_t *ref = k->ref, *time = d->number[0] + at, *rate = d->number[other] + at;
    int64_t *to = d->number[i] + at;
    if (other == i) {
        wire_flock_put(to, ref[i], r + ((*(const wire_signs *)t->age * k->slope[i - w->like_end] + 128) >> 8));
        return;
    }
    wire_flock_put(to, ref[i], r);
    uint64_t rates = (uint64_t)ref[other];
    for (int32_t j = 0; j < WIRE_FLOCK; j++) rates |= (uint64_t)rate[j];
    if (!rates) return; /* as most robots do */
    wire_four way[2], wide = { 0 };
    for (int32_t q = 0; q < 2; q++) {
        const wire_four ms = ((const wire_four *)time)[q] - (uint64_t)ref[0], now = ((const wire_four *)rate)[q];
        wide |= wire_wider(ms) | wire_wider(now);
        way[q] = wire_rates(d->factor[i], ms, now + (uint64_t)ref[other]);
    }
    wide |= wire_wider((wire_four){ 0 } + (uint64_t)ref[other]);
    if (!wire_which((wire_eight)((wire_signs)wide != 0))) {
        ((wire_four *)to)[0] += way[0];
        ((wire_four *)to)[1] += way[1];
        return;
    }
    for (int32_t j = 0; j < WIRE_FLOCK; j++)
        to[j] = c12__tlm_wire_add(to[j], c12__tlm_wire_rate(d->factor[i], c12__tlm_wire_sub(time[j], ref[0]), ref[other], rate[j]));
}

/* Rows behind the batch's, in the wire's units. */
WIRE_AVX2_INLINE void wire_flock_values(const c12__tlm_wire_flock *t, const c12__tlm_wire_drain *d, const c12__tlm_wire_key *k, wire_eight moves, uint32_t (*z)[WIRE_FLOCK])
{
    const c12__tlm_wire *w = &d->r->wire;
    const int64_t at = d->o.batch.n, *ref = k->ref;
    const int32_t plain_end = wire_which(moves) ? w->plain_end : w->like_end, like_end = w->like_end, n_ops = w->n_ops;
    int32_t i = 1;
    wire_flock_put(d->number[0] + at, ref[0], wire_flock_plain(z[0]) + (wire_signs)((*(const wire_eight *)t->age * k->period + 128) >> 8));
    for (; i < plain_end; i++) wire_flock_put(d->number[i] + at, ref[i], wire_flock_plain(z[i]));
    for (; i < like_end; i++) { /* nothing is like another while the robot stands */
        wire_signs like = ((wire_flock_plain(z[w->op[i].other]) & (wire_signs)moves) * k->ratio[i - w->plain_end] + 8) >> 4;
        wire_flock_put(d->number[i] + at, ref[i], wire_flock_plain(z[i]) + like);
    }
    for (; i < n_ops; i++) wire_flock_moved(t, d, k, i, at, wire_flock_plain(z[i]));
}

/* The same for an op that a rate foretells, from row to row. */
WIRE_AVX2_INLINE void wire_flock_follow(const c12__tlm_wire_flock *t, const c12__tlm_wire_drain *d, const c12__tlm_wire_key *k, int32_t i, const uint32_t *z)
{
    const int32_t other = d->r->wire.op[i].other;
    const int64_t at = d->o.batch.n;
    int64_t *to = d->number[i] + at, before = k->ref[i], time[WIRE_FLOCK + 1], rate[WIRE_FLOCK + 1], way[WIRE_FLOCK];
    wire_four wide = { 0 };
    time[0] = k->ref[0];
    rate[0] = k->ref[other];
    memcpy(time + 1, d->number[0] + at, sizeof way);
    memcpy(rate + 1, d->number[other] + at, sizeof way);
    for (int32_t q = 0; q < WIRE_FLOCK; q += 4) {
        const wire_four ms = *(wire_four *)(time + q + 1) - *(wire_four *)(time + q), now = *(wire_four *)(rate + q + 1), then = *(wire_four *)(rate + q);
        wide |= wire_wider(ms) | wire_wider(now) | wire_wider(then);
        *(wire_four *)(way + q) = wire_rates(d->factor[i], ms, now + then);
    }
    if (wire_which((wire_eight)((wire_signs)wide != 0)))
        for (int32_t j = 0; j < t->count; j++) way[j] = c12__tlm_wire_rate(d->factor[i], c12__tlm_wire_sub(time[j + 1], time[j]), rate[j], rate[j + 1]);
    for (int32_t j = 0; j < t->count; j++)
        before = to[j] = c12__tlm_wire_add(before, c12__tlm_wire_add(way[j], (int64_t)c12__tlm_unzigzag(z[j])));
}

/* Ordered: each row is against the one before. */
WIRE_AVX2_INLINE void wire_flock_chain(const c12__tlm_wire_flock *t, const c12__tlm_wire_drain *d, const c12__tlm_wire_key *k, wire_eight moves, uint32_t (*z)[WIRE_FLOCK])
{
    const c12__tlm_wire *w = &d->r->wire;
    const int64_t at = d->o.batch.n, *ref = k->ref;
    const uint32_t any = wire_which(moves);
    const int32_t plain_end = any ? w->plain_end : w->like_end, like_end = w->like_end, n_ops = w->n_ops;
    int32_t i = 1;
    wire_flock_put(d->number[0] + at, ref[0], wire_flock_sums(wire_flock_plain(z[0]) + (int32_t)((k->period + 128) >> 8)));
    for (; i < plain_end; i++) wire_flock_put(d->number[i] + at, ref[i], wire_flock_sums(wire_flock_plain(z[i])));
    for (; i < like_end; i++) {
        wire_signs like = ((wire_flock_plain(z[w->op[i].other]) & (wire_signs)moves) * k->ratio[i - w->plain_end] + 8) >> 4;
        wire_flock_put(d->number[i] + at, ref[i], wire_flock_sums(wire_flock_plain(z[i]) + like));
    }
    for (; i < n_ops; i++) {
        const int drifts = w->op[i].other == i;
        if (any && !drifts) wire_flock_follow(t, d, k, i, z[i]);
        else wire_flock_put(d->number[i] + at, ref[i], wire_flock_sums(wire_flock_plain(z[i]) + (drifts ? (int32_t)c12__tlm_wire_drift(k->slope[i - like_end], 1) : 0)));
    }
}

/* In the batch's units; what does not fit is not good. */
WIRE_AVX2_INLINE void wire_flock_units(c12__tlm_wire_flock *t, c12__tlm_wire_drain *d, uint8_t grid)
{
    const int64_t at = d->o.batch.n;
    for (int32_t k = 0; k < d->n_odd; k++) {
        const int32_t i = d->odd[k];
        int64_t *v = d->number[i] + at;
        wire_four *x = (wire_four *)v, *odd = (wire_four *)t->odd[k];
        const uint64_t was = (uint64_t)d->odd_from[i];
        odd[0] = x[0];
        odd[1] = x[1];
        if (d->odd_unit[i] == c12__tlm_wire_unit(d, i, grid) && !wire_which((wire_eight)((wire_signs)((x[0] ^ was) | (x[1] ^ was)) != 0))) { /* as whole seconds mostly are */
            x[0] = x[1] = (wire_four){ 0 } + (uint64_t)d->odd_to[i];
            continue;
        }
        for (int32_t j = 0; j < t->count; j++) {
            if (!c12__tlm_wire_unit_of(d, i, v[j], grid)) t->good[j] = t->texts[j] = 0;
            else v[j] = d->odd_to[i];
        }
    }
}

WIRE_AVX2_INLINE void wire_flock_rest(const c12__tlm_wire_drain *d, const int64_t *key_code)
{
    const c12_tlm_batch *b = &d->o.batch;
    const int64_t at = b->n;
    const int32_t n_codes = d->r->wire.n_codes;
    for (int32_t i = 0; i < n_codes; i++) {
        wire_wide *to = (wire_wide *)(d->code[i] + at);
        to[0] = to[1] = (wire_wide){ 0 } + key_code[i];
    }
    if (b->raw_at) {
        wire_wide *to = (wire_wide *)(b->raw_at + at);
        to[0] = to[1] = (wire_wide){ 0 } - 1;
    }
    if (b->order) {
        wire_four *to = (wire_four *)(b->order + at);
        const uint64_t first = at ? (uint64_t)b->order[at - 1] + 1 : 0;
        to[0] = (wire_four){ 0, 1, 2, 3 } + first;
        to[1] = (wire_four){ 4, 5, 6, 7 } + first;
    }
}

WIRE_AVX2_INLINE void wire_flock_read(c12__tlm_wire_flock *t, c12__tlm_wire_drain *d, int32_t slot, int ordered)
{
    const c12__tlm_wire *w = &d->r->wire;
    const c12__tlm_wire_key *k = &d->r->key[slot];
    uint32_t z[C12__TLM_WIRE_MOST][WIRE_FLOCK];
    for (int32_t i = 0; i < w->n_ops; i += 2) { /* two of them, so that no compiler makes it a call or a slow instruction */
        *(wire_eight *)z[i] = (wire_eight){ 0 };
        *(wire_eight *)z[i + 1] = (wire_eight){ 0 };
    }
    wire_eight moves = wire_flock_numbers(t, w, k, ordered, &d->score[slot][0], z);
    if (ordered) wire_flock_chain(t, d, k, moves, z);
    else wire_flock_values(t, d, k, moves, z);
    wire_flock_units(t, d, k->grid);
    wire_flock_rest(d, d->key_code[slot]);
    t->run = c12__bit_lowest(~(uint64_t)wire_which(*(const wire_eight *)t->good) | 1u << t->count);
}

WIRE_HERDSMAN static int32_t wire_flock_free(c12__tlm_wire_flock *t, c12__tlm_wire_drain *d, int32_t slot, const uint8_t *p, size_t size)
{
    if (!wire_flock_open_all(t, &d->r->key[slot], 0, 0, p, size) || !c12__tlm_wire_know(d, slot) || !d->whole[slot]) return 0;
    wire_flock_read(t, d, slot, 0);
    return t->count;
}

WIRE_HERDSMAN static int32_t wire_flock_ordered(c12__tlm_wire_flock *t, c12__tlm_wire_drain *d, int32_t slot, const uint8_t *p, size_t size)
{
    if (!wire_flock_open_all(t, &d->r->key[slot], 1, d->r->seq - d->r->key[slot].seq + 1, p, size) || !c12__tlm_wire_know(d, slot) || !d->whole[slot]) return 0;
    wire_flock_read(t, d, slot, 1);
    return t->count;
}

/* ---- frames of several records ------------------------------------------------------------------------------------------ */

/* All frames' next record: `before` and `to` are a row each by op, four frames a register; records are counted for what goes by their number. */
typedef struct wire_step { const wire_four (*before)[2]; wire_four (*to)[2]; wire_eight records; } wire_step;

WIRE_AVX2_INLINE void wire_step_put(const wire_step *q, int32_t i, wire_signs r)
{
    q->to[i][0] = q->before[i][0] + (wire_four)WIRE_WIDEN(r, 0);
    q->to[i][1] = q->before[i][1] + (wire_four)WIRE_WIDEN(r, 1);
}

/* Which frames have a rate that is not 0, in this row or the one before; the rates are put. */
WIRE_AVX2_INLINE wire_eight wire_step_moves(const wire_step *q, const c12__tlm_wire *w, uint32_t (*z)[WIRE_FLOCK])
{
    wire_four low = { 0 }, high = { 0 };
    for (int32_t i = 1; i < w->rate_end; i++) {
        wire_step_put(q, i, wire_flock_plain(z[i]));
        low |= q->before[i][0] | q->to[i][0];
        high |= q->before[i][1] | q->to[i][1];
    }
    return C12__TLM_OF(wire_eight, (wire_eight)(low != 0), (wire_eight)(high != 0), 0, 2, 4, 6, 8, 10, 12, 14);
}

/* An op that a rate foretells; which frames have times or rates too large for that. */
WIRE_AVX2_INLINE wire_eight wire_step_moved(const wire_step *q, const c12__tlm_wire_drain *d, int32_t i, wire_signs r)
{
    const int32_t other = d->r->wire.op[i].other;
    wire_four wide[2];
    wire_step_put(q, i, r);
    for (int32_t k = 0; k < 2; k++) {
        const wire_four ms = q->to[0][k] - q->before[0][k], now = q->to[other][k], then = q->before[other][k];
        wide[k] = wire_wider(ms) | wire_wider(now) | wire_wider(then);
        q->to[i][k] += wire_rates(d->factor[i], ms, now + then);
    }
    return C12__TLM_OF(wire_eight, (wire_eight)(wide[0] != 0), (wire_eight)(wide[1] != 0), 0, 2, 4, 6, 8, 10, 12, 14);
}

/* The other values, from residuals. */
WIRE_AVX2_INLINE wire_eight wire_step_values(const wire_step *q, const c12__tlm_wire_drain *d, const c12__tlm_wire_key *k, wire_eight moves, uint32_t (*z)[WIRE_FLOCK])
{
    const c12__tlm_wire *w = &d->r->wire;
    const int any = wire_which(moves) != 0;
    const int32_t plain_end = any ? w->plain_end : w->like_end, like_end = w->like_end, n_ops = w->n_ops;
    wire_eight wide = { 0 };
    int32_t i = w->rate_end;
    wire_step_put(q, 0, wire_flock_plain(z[0]) + (wire_signs)((q->records * k->period + 128) >> 8));
    for (; i < plain_end; i++) wire_step_put(q, i, wire_flock_plain(z[i]));
    for (; i < like_end; i++) {
        wire_signs like = ((wire_flock_plain(z[w->op[i].other]) & (wire_signs)moves) * k->ratio[i - w->plain_end] + 8) >> 4;
        wire_step_put(q, i, wire_flock_plain(z[i]) + like);
    }
    for (; i < n_ops; i++) {
        wire_signs r = wire_flock_plain(z[i]);
        if (w->op[i].other == i) wire_step_put(q, i, r + (((wire_signs)q->records * k->slope[i - like_end] + 128) >> 8));
        else if (any) wide |= wire_step_moved(q, d, i, r);
        else wire_step_put(q, i, r);
    }
    return wide;
}

/* The next record of the frames that are on; those that have something strange are no more. */
WIRE_AVX2_INLINE void wire_herd_record(wire_eyes *e, const wire_step *q, const c12__tlm_wire_drain *d, const c12__tlm_wire_key *k, c12__tlm_wire_score *score, wire_eight on)
{
    const c12__tlm_wire *w = &d->r->wire;
    uint32_t z[C12__TLM_WIRE_MOST][WIRE_FLOCK];
    for (int32_t i = 0; i < w->n_ops; i += 2) { /* as in wire_flock_read */
        *(wire_eight *)z[i] = (wire_eight){ 0 };
        *(wire_eight *)z[i + 1] = (wire_eight){ 0 };
    }
    wire_eyes_need(e, 1);
    const wire_eight loud = (wire_eight)((wire_signs)(wire_eyes_see(e) & 1) != 0);
    wire_eyes_skip(e, on & 1);
    wire_flock_lists(e, score, 0, loud, (wire_eight){ 0 }, on, z);
    const wire_eight moves = wire_step_moves(q, w, z);
    wire_flock_lists(e, score, 2, loud, moves, on, z);
    e->strange |= wire_step_values(q, d, k, moves, z) & on;
    wire_eyes_need(e, 16);
    e->strange |= (wire_eight)((wire_signs)(wire_eyes_see(e) & 1 & loud & on) != 0); /* other texts */
    wire_eyes_skip(e, loud & on & 1);
}

WIRE_AVX2 static void wire_herd_read(c12__tlm_wire_herd *h, const c12__tlm_wire_drain *d, const c12__tlm_wire_key *k, c12__tlm_wire_score *score)
{
    const int32_t n_ops = d->r->wire.n_ops, most = WIRE_HERD / n_ops - 1;
    wire_four (*x)[2] = (wire_four (*)[2])h->x;
    const wire_eight one = (wire_eight){ 0 } + 1;
    wire_eight on = ~(wire_eight){ 0 }, rows = { 0 };
    wire_step q = { (const wire_four (*)[2])x, x + n_ops, *(const wire_eight *)h->t.age };
    wire_eyes e;
    for (int32_t i = 0; i < n_ops; i++) x[i][0] = x[i][1] = (wire_four){ 0 } + (uint64_t)k->ref[i];
    wire_eyes_open(&e, &h->t, 8);
    for (int32_t n = 0; wire_which(on); n++) {
        wire_herd_record(&e, &q, d, k, &score[n > 0], on);
        rows += on & 1;
        const wire_eight more = on & (wire_eight)((wire_signs)(wire_eyes_see(&e) & 1) != 0), over = (e.most << 3) - e.at - 1;
        wire_eyes_skip(&e, on & 1);
        const wire_eight rest = (wire_eight)((wire_signs)(over & ~7u) != 0) | (wire_eight)((wire_signs)(wire_eyes_see(&e) & ((one << (over & 7)) - 1)) != 0);
        e.strange |= rest & on & ~more;
        on = more & ~e.strange;
        if (n + 1 == most) e.strange |= on;
        if (n + 1 == most) break;
        q.before = (const wire_four (*)[2])q.to;
        q.to += n_ops;
        q.records = one;
    }
    *(wire_eight *)h->t.good = ~e.strange;
    *(wire_eight *)h->rows = rows;
}

WIRE_HERDSMAN static int32_t wire_herd_open(c12__tlm_wire_herd *h, c12__tlm_wire_drain *d, int32_t slot, const uint8_t *p, size_t size)
{
    if (!wire_flock_open_all(&h->t, &d->r->key[slot], 0, 0, p, size)) return 0;
    wire_herd_read(h, d, &d->r->key[slot], d->score[slot]);
    return h->t.count;
}
#endif

int32_t c12__tlm_wire_flock_take(c12__tlm_wire_flock *t, c12__tlm_wire_drain *d, int32_t slot, const uint8_t *p, size_t size)
{
#ifdef C12__TLM_AVX2
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("pclmul") || d->o.batch.cap - d->o.batch.n < WIRE_FLOCK || d->n_odd > WIRE_FLOCK_ODD) return 0;
    return d->r->wire.ordered ? wire_flock_ordered(t, d, slot, p, size) : wire_flock_free(t, d, slot, p, size);
#else
    (void)t;
    (void)d;
    (void)slot;
    (void)p;
    (void)size;
    return 0;
#endif
}

int32_t c12__tlm_wire_herd_take(c12__tlm_wire_herd *h, c12__tlm_wire_drain *d, int32_t slot, const uint8_t *p, size_t size)
{
#ifdef C12__TLM_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") && d->r->wire.n_ops * 2 <= WIRE_HERD) return wire_herd_open(h, d, slot, p, size);
#else
    (void)h;
    (void)d;
    (void)slot;
    (void)p;
    (void)size;
#endif
    return 0;
}
