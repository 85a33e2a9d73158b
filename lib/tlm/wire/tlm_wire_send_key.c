/* SPDX-License-Identifier: Apache-2.0 */
/* KEYs at the robot's end: what a push call has at hand of the one in use, and writing the next. */
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
        f->factor[i] = i >= w->like_end ? c12__tlm_wire_factor(w, i) : 0;
    }
    for (int32_t i = w->n_ops; i & 3; i++) f->number[i] = b->value;
    for (int32_t i = 0; i < w->n_codes; i++) f->code[i] = b->value + w->code_field[i] * b->cap;
    for (int32_t i = 0; i < C12__TLM_WIRE_TOLD; i++) f->told[i].n = 0;
    f->lesson.n = -1; /* nothing is in order yet */
    c12__tlm_wire_units(f);
    wire_key_codes(f);
    wire_rehearse(f);
}

/* ---- writing one ------------------------------------------------------------------------------------------------------- */

static inline void wire_put_scale(c12__tlm_wire_out *b, uint32_t scale)
{
    const uint32_t wide = scale >= 15;
    c12__tlm_wire_put(b, wide ? 15 | scale << 4 : scale, wide ? 10 : 4);
}

/* A text of the KEY; its bits are at hand when the last KEY had it. */
static void wire_put_key_text(c12__tlm_wire_feed *f, c12__tlm_wire_out *b, int32_t i, int64_t code)
{
    c12__tlm_wire_told *told = &f->told[i < C12__TLM_WIRE_TOLD ? i : 0];
    if (i >= C12__TLM_WIRE_TOLD || !told->n || told->code != code) {
        const c12_view text = c12__tlm_text(&f->o.dict, code);
        if (i >= C12__TLM_WIRE_TOLD || text.size > 24) { c12__tlm_wire_put_text(b, &f->s->wire, i, text); return; }
        uint8_t room[48] = { 0 }; /* 28 bytes at most, and what is written behind them */
        c12__tlm_wire_out o = { room, room + sizeof room, 0, 0, 0 };
        c12__tlm_wire_put_text(&o, &f->s->wire, i, text);
        c12__tlm_wire_in in = { room, 0, sizeof room, sizeof room - 7, 0, 0, 0 };
        told->code = code;
        told->n = (uint32_t)(o.p - room) * 8 + o.n;
        for (uint32_t k = 0; k * C12__TLM_WIRE_TOLD_WORD < told->n; k++) told->word[k] = c12__tlm_wire_get(&in, c12__tlm_wire_told_part(told, k));
    }
    for (uint32_t k = 0; k * C12__TLM_WIRE_TOLD_WORD < told->n; k++) c12__tlm_wire_put(b, told->word[k], c12__tlm_wire_told_part(told, k));
}

/* All but the texts. */
static void wire_put_key_numbers(const c12_tlm_sender *s, c12__tlm_wire_out *to, const int64_t *x)
{
    const c12__tlm_wire *w = &s->wire;
    const c12__tlm_wire_key *k = &s->key;
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
    for (int32_t i = 0; i < w->n_ops; i++)
        c12__tlm_wire_put_number(b, c12__tlm_wire_sub(x[i], c12__tlm_wire_origin(w, i, x, k->grid)), c12__at32(w->width, w->op[i].field, 16));
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
    wire_put_key_numbers(s, &b, row->x);
    for (int32_t i = 0; i < s->wire.n_codes; i++) wire_put_key_text(f, &b, i, row->code[i]);
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
