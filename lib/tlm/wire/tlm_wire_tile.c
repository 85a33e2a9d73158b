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

/* Units of those that have one; ends before the first row of which the sender would learn a finer grid. */
int c12__tlm_wire_tile_units(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f)
{
    if (f->n_odd > WIRE_TILE_ODD) return 0;
    for (int32_t k = 0; k < f->n_odd; k++) {
        int32_t i = f->odd[k], timed = i && f->o.schema.kind[f->s->wire.op[i].field] == C12_TLM_TIME && !f->s->fine;
        for (int32_t j = 0; j < t->n; j++) {
            int64_t v = t->odd[k][j] = t->x[i][j];
            if (v == f->odd_from[i]) { t->odd[k][j] = f->odd_to[i]; continue; }
            if ((timed && v % 5000) || !c12__tlm_wire_bring_over(f, i, &t->odd[k][j])) t->n = j;
        }
        for (int32_t j = t->n; j < WIRE_TILE; j++) t->odd[k][j] = 0;
        t->x[i] = t->odd[k];
    }
    return t->n > 0;
}

static void wire_tile_table(c12__tlm_wire_tile *t)
{
    for (int32_t c = 0; c < C12__TLM_WIRE_CODES; c++)
        for (int32_t k = 0; k < 32; k++) t->table[c][k] = (uint32_t)c12__tlm_wire_write[c][k] >> 4 | (c12__tlm_wire_write[c][k] & 15u) << WIRE_CELL;
    t->there = 1;
}

C12__TLM_INLINE void wire_tile_residuals(const int64_t *x, const int64_t *from, uint64_t *restrict alone, uint32_t *restrict z)
{
    uint64_t d[WIRE_TILE];
    for (int32_t j = 0; j < WIRE_TILE; j++) d[j] = (uint64_t)x[j] - (uint64_t)from[j];
    for (int32_t j = 0; j < WIRE_TILE; j++) alone[j] |= (d[j] + (1u << WIRE_TILE_BITS)) >> (WIRE_TILE_BITS + 1);
    for (int32_t j = 0; j < WIRE_TILE; j++) z[j] = (uint32_t)d[j];
}

/* What the KEY foretells of op i, behind like_end, or of the time. */
static void wire_tile_foretell(const c12__tlm_wire_tile *t, const c12__tlm_wire_feed *f, int32_t i, int64_t *from)
{
    const c12_tlm_sender *s = f->s;
    const c12__tlm_wire *w = &s->wire;
    const int64_t *ref = s->key.ref;
    const int32_t other = w->op[i].other;
    int64_t records = (int64_t)(s->seq - s->key.seq);
    if (!i || other == i) {
        for (int32_t j = 0; j < WIRE_TILE; j++, records++)
            from[j] = c12__tlm_wire_add(ref[i], i ? c12__tlm_wire_drift(s->key.slope[i - w->like_end], records) : (records * (int64_t)s->key.period + 128) / 256);
        return;
    }
    uint64_t rates = (uint64_t)ref[other];
    for (int32_t j = 0; j < WIRE_TILE; j++) rates |= (uint64_t)t->x[other][j];
    for (int32_t j = 0; j < WIRE_TILE; j++) from[j] = ref[i];
    for (int32_t j = 0; j < WIRE_TILE && rates; j++) /* most robots stand */
        from[j] = c12__tlm_wire_add(ref[i], c12__tlm_wire_rate(f->factor[i], c12__tlm_wire_sub(t->x[0][j], ref[0]), ref[other], t->x[other][j]));
}

C12__TLM_INLINE void wire_tile_like(uint32_t *restrict mine, const uint32_t *restrict its, const uint32_t *restrict moves, int32_t ratio)
{
    for (int32_t j = 0; j < WIRE_TILE; j++) mine[j] -= (uint32_t)((int32_t)((its[j] & moves[j]) * (uint32_t)ratio + 8) >> 4);
}

/* Rows with other texts than the KEY's go alone. */
C12__TLM_INLINE void wire_tile_texts(const c12__tlm_wire_tile *t, const c12__tlm_wire_feed *f, uint64_t *restrict alone)
{
    for (int32_t i = 0; i < f->s->wire.n_codes; i++) {
        const int64_t *v = f->code[i] + t->row;
        const uint64_t known = (uint64_t)f->key_code[i];
        for (int32_t j = 0; j < WIRE_TILE; j++) alone[j] |= (uint64_t)v[j] ^ known;
    }
}

C12__TLM_INLINE void wire_tile_moves(c12__tlm_wire_tile *t, const c12__tlm_wire_feed *f)
{
    uint64_t any[WIRE_TILE] = { 0 };
    for (int32_t i = 1; i < f->s->wire.rate_end; i++) {
        const int64_t *x = t->x[i], ref = f->s->key.ref[i];
        for (int32_t j = 0; j < WIRE_TILE; j++) any[j] |= (uint64_t)(x[j] | ref);
    }
    for (int32_t j = 0; j < WIRE_TILE; j++) t->moves[j] = 0u - (uint32_t)(any[j] != 0);
}

C12__TLM_INLINE void wire_tile_zigzag(c12__tlm_wire_tile *t, const c12__tlm_wire_score *score, int32_t n_ops)
{
    for (int32_t i = 0; i < n_ops; i++)
        for (int32_t j = 0; j < WIRE_TILE; j++) t->z[i][j] = t->z[i][j] << 1 ^ (0u - (t->z[i][j] >> 31));
    for (int moves = 0; moves < 2; moves++) {
        uint32_t any[WIRE_TILE] = { 0 };
        for (int32_t k = 0; k < score->n_still[moves]; k++) {
            const uint32_t *z = t->z[score->still[moves][k]];
            for (int32_t j = 0; j < WIRE_TILE; j++) any[j] |= z[j];
        }
        for (int32_t j = 0; j < WIRE_TILE; j++) t->stirred[moves][j] = any[j];
    }
}

static void wire_tile_cells(c12__tlm_wire_tile *t, const c12__tlm_wire_list *list, uint32_t (*cell)[WIRE_TILE])
{
    const c12__tlm_wire_step *step = list->step;
    for (int32_t k = 0; k < list->pairs; k++, step++, cell++) {
        const uint32_t *a = t->z[step->op], *b = t->z[step->second], *table = t->table[C12__TLM_WIRE_PAIR];
        uint32_t *restrict to = *cell;
        for (int32_t j = 0; j < WIRE_TILE; j++) to[j] = table[(a[j] < 3 && b[j] < 3) ? a[j] * 4 + b[j] : WIRE_ESCAPES];
    }
    for (int32_t k = list->pairs; k < list->n; k++, step++, cell++) {
        const uint32_t *z = t->z[step->op], *table = t->table[step->code], shift = step->shift;
        const uint32_t low = (1u << shift) - 1, more = shift << WIRE_CELL;
        uint32_t *restrict to = *cell;
        for (int32_t j = 0; j < WIRE_TILE; j++) {
            uint32_t high = z[j] >> shift, e = table[high < WIRE_ESCAPES ? high : WIRE_ESCAPES];
            to[j] = e ? ((z[j] & low) | (e & 0xff) << shift) + (e >> WIRE_CELL << WIRE_CELL) + more : 0;
        }
    }
}

C12__TLM_INLINE void wire_tile_fill(c12__tlm_wire_tile *t, const c12__tlm_wire_feed *f)
{
    const c12__tlm_wire *w = &f->s->wire;
    int64_t from[WIRE_TILE];
    uint64_t alone[WIRE_TILE];
    for (int32_t j = 0; j < WIRE_TILE; j++) alone[j] = t->alone[j];
    wire_tile_texts(t, f, alone);
    wire_tile_moves(t, f);
    for (int32_t i = 0; i < w->n_ops; i++) {
        if (!i || i >= w->like_end) wire_tile_foretell(t, f, i, from);
        else for (int32_t j = 0; j < WIRE_TILE; j++) from[j] = f->s->key.ref[i];
        wire_tile_residuals(t->x[i], from, alone, t->z[i]);
        if (i >= w->plain_end && i < w->like_end) wire_tile_like(t->z[i], t->z[w->op[i].other], t->moves, f->s->key.ratio[i - w->plain_end]);
    }
    for (int32_t j = 0; j < WIRE_TILE; j++) t->alone[j] = alone[j];
    wire_tile_zigzag(t, &f->score[0], w->n_ops);
}

typedef void wire_cells_form(c12__tlm_wire_tile *t, const c12__tlm_wire_list *list, uint32_t (*cell)[WIRE_TILE]);

C12__TLM_INLINE void wire_tile_all(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, wire_cells_form *cells)
{
    if (!t->there) wire_tile_table(t);
    wire_tile_fill(t, f);
    int moves = t->moves[0] != 0, loud = t->stirred[moves][0] != 0;
    const c12__tlm_wire_list *rate = c12__tlm_wire_list_of(&f->score[0], loud);
    cells(t, rate, t->cell);
    cells(t, c12__tlm_wire_list_of(&f->score[0], 2 + 2 * moves + loud), t->cell + rate->n);
}

static void wire_tile_plain(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f) { wire_tile_all(t, f, wire_tile_cells); }
#ifdef C12__TLM_AVX2
typedef uint32_t wire_eight __attribute__((vector_size(32), aligned(4), may_alias));
typedef int32_t wire_signs __attribute__((vector_size(32), aligned(4), may_alias));

/* table[at] for at < 16, else 0: two registers of eight, and what is picked from the wrong one is masked away. */
#define WIRE_PICK(low, high, at) \
    (((wire_eight)__builtin_ia32_permvarsi256((wire_signs)(low), (wire_signs)(at)) & (wire_eight)((wire_signs)(at) < 8)) | \
     ((wire_eight)__builtin_ia32_permvarsi256((wire_signs)(high), (wire_signs)(at)) & (wire_eight)(((wire_signs)(at) > 7) & ((wire_signs)(at) < 16))))

/* As wire_tile_cells.  Rows that go alone may have any z. */
__attribute__((target("avx2"))) static void wire_cells_avx2(c12__tlm_wire_tile *t, const c12__tlm_wire_list *list, uint32_t (*cell)[WIRE_TILE])
{
    const c12__tlm_wire_step *step = list->step;
    const wire_eight *pair = (const wire_eight *)t->table[C12__TLM_WIRE_PAIR];
    const wire_eight pair_low = pair[0], pair_high = pair[1];
    for (int32_t k = 0; k < list->pairs; k++, step++, cell++) {
        wire_eight a = *(const wire_eight *)t->z[step->op], b = *(const wire_eight *)t->z[step->second], at = a * 4 + b;
        *(wire_eight *)*cell = WIRE_PICK(pair_low, pair_high, at) & (wire_eight)(((wire_signs)a < 3) & ((wire_signs)b < 3));
    }
    for (int32_t k = list->pairs; k < list->n; k++, step++, cell++) {
        const wire_eight *table = (const wire_eight *)t->table[step->code];
        const uint32_t shift = step->shift;
        wire_eight z = *(const wire_eight *)t->z[step->op], at = z >> shift, e = WIRE_PICK(table[0], table[1], at);
        wire_eight bits = (z & ((1u << shift) - 1)) | (e & 0xff) << shift;
        *(wire_eight *)*cell = (bits + (e & ~((1u << WIRE_CELL) - 1)) + (shift << WIRE_CELL)) & (wire_eight)(e != 0);
    }
}

__attribute__((target("avx2"))) static void wire_tile_avx2(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f) { wire_tile_all(t, f, wire_cells_avx2); }
#endif

c12__tlm_wire_tile_form *c12__tlm_wire_tile_best(void)
{
#ifdef C12__TLM_AVX2
    if (__builtin_cpu_supports("avx2")) return wire_tile_avx2;
#endif
    return wire_tile_plain;
}

