/* SPDX-License-Identifier: Apache-2.0 */
/* DELTAs whose residuals are read one after the other, and their values column by column. */
#include "tlm/tlm_vector.h"
#include "tlm/wire/tlm_wire_receiver.h"

/* Up to WIRE_ROWS quiet DELTAs of one KEY, a record each: residuals frame by frame, then values column by column. */
enum { WIRE_ROWS = 8 };

typedef struct wire_rows {
    int64_t r[C12__TLM_WIRE_MOST][WIRE_ROWS], x[C12__TLM_WIRE_MOST][WIRE_ROWS];
    int64_t age[WIRE_ROWS], moves[WIRE_ROWS]; /* records since the KEY; some rate is not zero */
    size_t end[WIRE_ROWS];                    /* of the frames */
    int32_t n;
} wire_rows;

/* A frame that is being read into column r. */
typedef struct wire_sight { c12__tlm_wire_in in; int64_t *r; uint32_t age; int bad, moves; size_t size; } wire_sight;

/* A DELTA of one quiet record; 0 = it goes the long way, whatever is wrong with it. */
C12__TLM_INLINE int wire_rows_open(wire_sight *a, wire_eye *eye, const c12__tlm_wire_key *k, int64_t *r, const uint8_t *p, size_t size)
{
    if (size < 8 || p[0] < 0x40 + 4 || p[0] >= 0x40 + 24 || (size_t)(p[0] & 31) >= size) return 0;
    const uint8_t *body = p + 1;
    size_t bytes = (size_t)(p[0] & 31) - 2;
    a->age = body[0] >> 2;
    if ((body[0] & 3) != k->id || a->age == C12__TLM_WIRE_FAR || (body[1] & 1)) return 0;
    if (c12__tlm_wire_crc16(k->crc & 0xffff, body, bytes) != ((uint32_t)body[bytes] | (uint32_t)body[bytes + 1] << 8)) return 0;
    c12__tlm_wire_in in = { body, 0, bytes, size < 9 ? 0 : size - 8, 0, 0, 0 };
    a->in = in;
    (void)c12__tlm_wire_get(&a->in, 9);
    wire_open_eye(eye, &a->in);
    a->r = r;
    a->bad = 0;
    a->size = bytes + 3;
    return 1;
}

/* Two frames side by side: a symbol waits for the one before it, but not for the other frame's. */
WIRE_INLINE void wire_take_two(wire_sight *a, wire_eye *one, wire_sight *b, wire_eye *other, const c12__tlm_wire_list *list)
{
    const c12__tlm_wire_step *step = list->step;
    for (int32_t i = 0, n = list->pairs; i < n; i++, step++) {
        if (i % 4 == 0) {
            wire_look(one, &a->in);
            wire_look(other, &b->in);
        }
        wire_take_pair(&a->in, one, step, a->r, WIRE_ROWS, &a->bad);
        wire_take_pair(&b->in, other, step, b->r, WIRE_ROWS, &b->bad);
    }
    for (int32_t i = 0, n = list->n - list->pairs; i < n; i++, step++) {
        if (!(i & 1)) {
            wire_look(one, &a->in);
            wire_look(other, &b->in);
        }
        wire_take_single(&a->in, one, step, a->r, WIRE_ROWS, &a->bad);
        wire_take_single(&b->in, other, step, b->r, WIRE_ROWS, &b->bad);
    }
}

C12__TLM_INLINE int wire_rows_move(const wire_sight *a, const c12__tlm_wire *w, const c12__tlm_wire_key *k)
{
    uint64_t any = 0;
    for (int32_t i = 1; i < w->rate_end; i++) any |= (uint64_t)(k->ref[i] | c12__tlm_wire_add(k->ref[i], a->r[i * WIRE_ROWS]));
    return any != 0;
}

C12__TLM_INLINE int wire_rows_shut(wire_rows *t, wire_sight *a, const wire_eye *eye)
{
    wire_shut_eye(eye, &a->in);
    t->age[t->n] = (int64_t)a->age;
    t->moves[t->n] = a->moves;
    if (a->bad || !wire_at_end(&a->in)) return 0;
    t->end[t->n] = a->size + (t->n ? t->end[t->n - 1] : 0);
    t->n++;
    return 1;
}

/* The residuals of the next frame, or the next two; 0 = the one behind those that were taken goes the long way. */
C12__TLM_INLINE int wire_rows_take(wire_rows *t, const c12__tlm_wire *w, const c12__tlm_wire_key *k, c12__tlm_wire_score *score, int32_t room, const uint8_t *p, size_t size)
{
    wire_sight a, b;
    wire_eye one, other = { 0, 0, 0 };
    int64_t *r = &t->r[0][t->n];
    const c12__tlm_wire_list *rate = c12__tlm_wire_list_of(score, 0);
    if (!wire_rows_open(&a, &one, k, r, p, size)) return 0;
    int two = room > 1 && wire_rows_open(&b, &other, k, r + 1, p + a.size, size - a.size);
    if (two) {
        wire_take_two(&a, &one, &b, &other, rate);
        b.moves = wire_rows_move(&b, w, k);
    } else wire_take_list(&a.in, &one, rate, a.r, WIRE_ROWS, &a.bad);
    a.moves = wire_rows_move(&a, w, k);
    const c12__tlm_wire_list *rest = c12__tlm_wire_list_of(score, 2 + 2 * a.moves);
    if (two && a.moves == b.moves) wire_take_two(&a, &one, &b, &other, rest);
    else wire_take_list(&a.in, &one, rest, a.r, WIRE_ROWS, &a.bad);
    if (!wire_rows_shut(t, &a, &one) || !two) return 0;
    if (a.moves != b.moves) wire_take_list(&b.in, &other, c12__tlm_wire_list_of(score, 2 + 2 * b.moves), b.r, WIRE_ROWS, &b.bad);
    return wire_rows_shut(t, &b, &other);
}

/* Op i, behind like_end. */
static void wire_rows_moved(wire_rows *t, const c12__tlm_wire_drain *d, const c12__tlm_wire_key *k, int32_t i)
{
    const c12__tlm_wire *w = &d->r->wire;
    const int32_t other = w->op[i].other;
    const int64_t *ref = k->ref;
    uint64_t rates = 0;
    for (int32_t j = 0; j < WIRE_ROWS; j++) t->x[i][j] = c12__tlm_wire_add(ref[i], t->r[i][j]);
    if (other == i) {
        for (int32_t j = 0; j < t->n; j++) t->x[i][j] = c12__tlm_wire_add(t->x[i][j], c12__tlm_wire_drift(k->slope[i - w->like_end], t->age[j]));
        return;
    }
    for (int32_t j = 0; j < WIRE_ROWS; j++) rates |= (uint64_t)t->x[other][j];
    rates |= (uint64_t)ref[other];
    for (int32_t j = 0; j < t->n && rates; j++) /* most robots stand */
        t->x[i][j] = c12__tlm_wire_add(t->x[i][j], c12__tlm_wire_rate(d->factor[i], c12__tlm_wire_sub(t->x[0][j], ref[0]), ref[other], t->x[other][j]));
}

C12__TLM_INLINE void wire_rows_values(wire_rows *t, const c12__tlm_wire_drain *d, const c12__tlm_wire_key *k)
{
    const c12__tlm_wire *w = &d->r->wire;
    const c12__tlm_wire_op *op = w->op;
    const int64_t *ref = k->ref;
    int32_t i = 1;
    for (int32_t j = 0; j < WIRE_ROWS; j++)
        t->x[0][j] = c12__tlm_wire_add(c12__tlm_wire_add(ref[0], (t->age[j] * (int64_t)k->period + 128) / 256), t->r[0][j]);
    int64_t moves = 0;
    for (int32_t j = 0; j < WIRE_ROWS; j++) moves |= t->moves[j];
    for (int32_t end = moves ? w->plain_end : w->like_end; i < end; i++) /* nothing is like another while the robot stands */
        for (int32_t j = 0; j < WIRE_ROWS; j++) t->x[i][j] = c12__tlm_wire_add(ref[i], t->r[i][j]);
    for (; i < w->like_end; i++)
        for (int32_t j = 0; j < WIRE_ROWS; j++) {
            int64_t like = c12__tlm_wire_like((int)t->moves[j], k->ratio[i - w->plain_end], t->r[op[i].other][j]);
            t->x[i][j] = c12__tlm_wire_add(c12__tlm_wire_add(ref[i], like), t->r[i][j]);
        }
    for (; i < w->n_ops; i++) wire_rows_moved(t, d, k, i);
}

/* In the batch's units; the rows before the first that does not fit its column stay. */
static void wire_rows_units(wire_rows *t, c12__tlm_wire_drain *d, uint8_t grid)
{
    for (int32_t k = 0; k < d->n_odd; k++) {
        int32_t i = d->odd[k];
        for (int32_t j = 0; j < t->n; j++) {
            if (!c12__tlm_wire_unit_of(d, i, t->x[i][j], grid)) t->n = j;
            else t->x[i][j] = d->odd_to[i];
        }
    }
}

static void wire_rows_append(const wire_rows *t, c12__tlm_wire_drain *d, const int64_t *key_code)
{
    c12_tlm_batch *b = &d->o.batch;
    const int64_t at = b->n;
    const int32_t n_ops = d->r->wire.n_ops, n_codes = d->r->wire.n_codes, n = t->n;
    for (int32_t i = 0; i < n_ops; i++) {
        int64_t *to = d->number[i] + at;
        if (n == WIRE_ROWS) memcpy(to, t->x[i], sizeof t->x[i]);
        else for (int32_t j = 0; j < n; j++) to[j] = t->x[i][j];
    }
    for (int32_t i = 0; i < n_codes; i++) {
        int64_t *to = d->code[i] + at, code = key_code[i];
        if (n == WIRE_ROWS) for (int32_t j = 0; j < WIRE_ROWS; j++) to[j] = code;
        else for (int32_t j = 0; j < n; j++) to[j] = code;
    }
    for (int32_t j = 0; j < n && b->raw_at; j++) b->raw_at[at + j] = -1;
    for (int64_t j = at; j < at + n && b->order; j++) b->order[j] = j ? b->order[j - 1] + 1 : 0;
    b->n += n;
}

/* Bytes taken of frames; 0 = the next one goes the long way. */
C12__TLM_INLINE size_t wire_take_rows(c12__tlm_wire_drain *d, const uint8_t *p, size_t size)
{
    const c12_tlm_batch *b = &d->o.batch;
    int32_t slot = size > 1 ? p[1] & 1 : 0;
    c12__tlm_wire_key *k = &d->r->key[slot];
    wire_rows t;
    if (d->r->wire.ordered || k->batched || !c12__tlm_wire_suits(d, slot)) return 0;
    for (int32_t i = 0; i < d->r->wire.n_ops; i++)
        for (int32_t j = 0; j < WIRE_ROWS; j++) t.r[i][j] = 0;
    t.n = 0;
    for (int32_t more = 1; more && t.n < WIRE_ROWS && b->n + t.n < b->cap;) {
        size_t at = t.n ? t.end[t.n - 1] : 0;
        int64_t left = b->cap - b->n;
        more = wire_rows_take(&t, &d->r->wire, k, &d->score[slot][0], (left < WIRE_ROWS ? (int32_t)left : WIRE_ROWS) - t.n, p + at, size - at);
    }
    for (int32_t j = t.n; j < WIRE_ROWS; j++) t.age[j] = t.moves[j] = 0;
    if (!t.n) return 0;
    wire_rows_values(&t, d, k);
    wire_rows_units(&t, d, k->grid);
    if (!t.n) return 0;
    wire_rows_append(&t, d, d->key_code[slot]);
    d->r->seq = k->seq + (uint32_t)t.age[t.n - 1];
    d->report.deltas += t.n;
    return t.end[t.n - 1];
}

static size_t wire_rows_plain(c12__tlm_wire_drain *d, const uint8_t *p, size_t size) { return wire_take_rows(d, p, size); }
#ifdef C12__TLM_AVX2
__attribute__((target("avx2,bmi,bmi2"))) static size_t wire_rows_avx2(c12__tlm_wire_drain *d, const uint8_t *p, size_t size) { return wire_take_rows(d, p, size); }
#endif

c12__tlm_wire_rows_form *c12__tlm_wire_rows_best(void)
{
#ifdef C12__TLM_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) return wire_rows_avx2;
#endif
    return wire_rows_plain;
}
