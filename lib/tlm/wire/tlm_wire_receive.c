/* SPDX-License-Identifier: Apache-2.0 */
/* The plant's end of a link: frames in, rows out.  The last two KEYs are remembered, so that frames may overtake one another. */
#include "tlm/tlm_vector.h"
#include "tlm/wire/tlm_wire_receiver.h"

static void wire_receiver_lay_out(c12_tlm_receiver *r, const c12__tlm_wire_draft *d, c12__tlm_wire_lay *l)
{
    c12__tlm_wire_lay_out(&r->wire, d, l);
    for (int k = 0; k < 2; k++) c12__tlm_wire_key_lay_out(&r->key[k], &d->wire, l);
}

size_t c12__tlm_receiver_size(const c12__tlm_wire_draft *d)
{
    c12_tlm_receiver r;
    c12__tlm_wire_draft both = *d;
    c12__tlm_wire_lay l = { NULL, sizeof r };
    both.wire.n_sets = 2; /* whether frames are ordered, or hold several records, their KEY says */
    wire_receiver_lay_out(&r, &both, &l);
    return l.at + 7;
}

c12_status c12_tlm_receiver_init(c12_tlm_receiver **self, c12_mem mem, const c12_tlm_schema *schema, const c12_tlm_wire_options *options,
                                 c12_error *err)
{
    c12__tlm_wire_draft d;
    if (!self) return c12__fail(err, C12_E_ARG, "output is NULL", "self", -1, 0);
    c12_status st = c12__tlm_wire_open(&d, schema, options, err);
    if (st) return st;
    size_t need = c12__tlm_receiver_size(&d);
    if (!mem.ptr || mem.size < need) return c12__fail(err, C12_E_SPACE, "memory is too small", "mem", -1, (int64_t)need);
    memset(mem.ptr, 0, need);
    d.wire.n_sets = 2;
    c12__tlm_wire_lay l = { (uint8_t *)mem.ptr + ((0 - (uintptr_t)mem.ptr) & 7), sizeof(c12_tlm_receiver) };
    c12_tlm_receiver *r = (void *)l.base;
    wire_receiver_lay_out(r, &d, &l);
    r->missing = -1;
    *self = r;
    return C12_OK;
}

/* ---- rows ------------------------------------------------------------------------------------------------------------ */

static c12_status wire_drain_open(c12__tlm_wire_drain *d)
{
    const c12__tlm_wire *w = &d->r->wire;
    c12_tlm_batch *b = &d->o.batch;
    d->n_odd = d->known[0] = d->known[1] = d->texts_full = 0;
    for (int32_t i = 0; i < C12__TLM_WIRE_TOLD; i++) d->told[i].n = 0;
    for (int32_t i = 0; i < w->n_ops; i++) {
        int32_t f = w->op[i].field, kind = d->o.schema.kind[f], usual = d->o.schema.decimals[f];
        if (kind == C12_TLM_DECIMAL && b->scale[f] < usual && c12__tlm_raise(b, f, usual)) return C12_E_OVERFLOW;
        d->number[i] = b->value + f * b->cap;
        d->unit[i] = kind == C12_TLM_TIME ? (usual ? 1 : i ? -1000 : 1000) : kind == C12_TLM_DECIMAL ? (int64_t)c12__tlm_ten(b->scale[f] - usual) : 1;
        d->odd_unit[i] = 0;
        d->width[i] = (int8_t)c12__at32(w->width, f, 16);
        d->dated[i] = i && kind == C12_TLM_TIME;
        d->factor[i] = i >= w->like_end ? c12__tlm_wire_factor(w, i) : 0;
        if (d->unit[i] != 1) d->odd[d->n_odd++] = (uint8_t)i;
    }
    for (int32_t i = 0; i < w->n_codes; i++) d->code[i] = b->value + w->code_field[i] * b->cap;
    return C12_OK;
}

/* The KEY's scales are at hand, and its texts in this batch's dictionary. */
static void wire_knows(c12__tlm_wire_drain *d, int32_t slot)
{
    const c12__tlm_wire_key *k = &d->r->key[slot];
    int64_t unkept = 0;
    for (int32_t i = 0; i < d->r->wire.n_codes; i++) unkept |= d->key_code[slot][i];
    for (int32_t set = 0; set < (k->batched && !k->ordered ? 2 : 1); set++) c12__tlm_wire_rehearse(&d->score[slot][set], &d->r->wire, k, set);
    d->whole[slot] = unkept >= 0;
    d->known[slot] = 1;
}

/* Texts that the next record's are against, ordered. */
static void wire_hold_codes(c12__tlm_wire_drain *d, int32_t slot, const int64_t *code)
{
    c12__tlm_wire_key *k = &d->r->key[slot];
    c12__tlm_wire_keep(k, &d->r->wire, &d->o.dict, code, c12__tlm_wire_alike(code, d->key_code[slot], d->r->wire.n_codes));
    d->whole[slot] = 1;
    for (int32_t i = 0; i < d->r->wire.n_codes; i++) {
        d->key_code[slot][i] = k->kept[i] ? code[i] : -1;
        d->whole[slot] &= k->kept[i];
    }
}

/* Of a KEY of an earlier call; 0 = the dictionary is full. */
int c12__tlm_wire_know(c12__tlm_wire_drain *d, int32_t slot)
{
    const c12__tlm_wire_key *k = &d->r->key[slot];
    if (d->known[slot]) return 1;
    for (int32_t i = 0; i < d->r->wire.n_codes; i++) {
        d->key_code[slot][i] = k->kept[i] ? c12__tlm_code(&d->o.dict, c12__tlm_wire_kept(k, i)) : -1;
        if (k->kept[i] && d->key_code[slot][i] < 0) { d->texts_full = 1; return 0; }
    }
    wire_knows(d, slot);
    return 1;
}

/* A value a column. */
static inline void wire_spread(int64_t *const *to, int64_t at, const int64_t *v, int32_t n)
{
    int32_t i = 0;
    for (; i + 4 <= n; i += 4) {
        to[i][at] = v[i];
        to[i + 1][at] = v[i + 1];
        to[i + 2][at] = v[i + 2];
        to[i + 3][at] = v[i + 3];
    }
    for (; i < n; i++) to[i][at] = v[i];
}

/* The record behind the batch's last row. */
static c12_status wire_append(c12__tlm_wire_drain *d, const int64_t *x, const int64_t *codes, uint8_t grid)
{
    c12_tlm_batch *b = &d->o.batch;
    const int64_t at = b->n;
    const int32_t n_ops = d->r->wire.n_ops, n_codes = d->r->wire.n_codes;
    int64_t *const *number = d->number, *const *code = d->code;
    if (at == b->cap) return C12_E_SPACE;
    wire_spread(number, at, x, n_ops);
    wire_spread(code, at, codes, n_codes);
    for (int32_t k = 0; k < d->n_odd; k++) {
        int32_t i = d->odd[k];
        if (!c12__tlm_wire_unit_of(d, i, x[i], grid)) return C12_E_OVERFLOW;
        d->number[i][at] = d->odd_to[i];
    }
    if (b->raw_at) b->raw_at[at] = -1;
    if (b->order) b->order[at] = at ? b->order[at - 1] + 1 : 0;
    b->n++;
    return C12_OK;
}

/* ---- records ----------------------------------------------------------------------------------------------------------- */

static int wire_take_text(c12__tlm_wire_drain *d, c12__tlm_wire_in *in, int32_t i, int64_t *code)
{
    uint8_t room[2 * C12__TLM_WIRE_TEXT];
    c12_view text = { room, 0 };
    size_t bad;
    if (!c12__tlm_wire_get_text(in, &d->r->wire, i, room, &text.size) || c12__tlm_wire_past(in)) return 0;
    if (!c12__tlm_utf8(text.ptr, text.size, &bad) || !c12__tlm_wire_text_is_sound(&d->r->wire, i, text)) return 0;
    *code = c12__tlm_code(&d->o.dict, text);
    d->texts_full |= *code < 0;
    return *code >= 0;
}

/* Are the next bits those of the text? */
static int wire_is_told(const c12__tlm_wire_told *t, c12__tlm_wire_in *in)
{
    uint64_t differ = 0;
    for (uint32_t k = 0; k * C12__TLM_WIRE_TOLD_WORD < t->n && !differ; k++) differ = t->word[k] ^ c12__tlm_wire_get(in, c12__tlm_wire_told_part(t, k));
    return !differ && !c12__tlm_wire_past(in);
}

/* Text field i; when its bits are those of the one before, it is the same. */
static int wire_take_told(c12__tlm_wire_drain *d, c12__tlm_wire_in *in, int32_t i, int64_t *code)
{
    c12__tlm_wire_told *told = &d->told[i < C12__TLM_WIRE_TOLD ? i : 0];
    c12__tlm_wire_in from = *in;
    if (i >= C12__TLM_WIRE_TOLD) return wire_take_text(d, in, i, code);
    if (told->n && wire_is_told(told, in)) { *code = told->code; return 1; }
    *in = from;
    if (!wire_take_text(d, in, i, code)) return 0;
    const size_t n = (in->at * 8 - in->n) - (from.at * 8 - from.n);
    told->code = *code;
    told->n = n <= C12__TLM_WIRE_TOLD_MOST ? (uint32_t)n : 0;
    for (uint32_t k = 0; k * C12__TLM_WIRE_TOLD_WORD < told->n; k++) told->word[k] = c12__tlm_wire_get(&from, c12__tlm_wire_told_part(told, k));
    return 1;
}

/* A residual that has no direct symbol, or "3 and more" in a pair; the reader stands behind the symbol. */
int64_t c12__tlm_wire_take_far(c12__tlm_wire_in *in, const c12__tlm_wire_step *step, uint64_t low, int *bad)
{
    uint64_t high = c12__tlm_wire_get_tail(in, bad);
    *bad |= high < step->symbols || (step->shift && high >> (64 - step->shift));
    c12__tlm_wire_fill(in);
    return (int64_t)c12__tlm_unzigzag(high << step->shift | low);
}

int64_t c12__tlm_wire_take_more(c12__tlm_wire_in *in, int *bad)
{
    uint64_t v = c12__tlm_wire_get_tail(in, bad);
    *bad |= v > UINT64_MAX - 2;
    c12__tlm_wire_fill(in);
    return (int64_t)c12__tlm_unzigzag(v + 2);
}

C12__TLM_INLINE int wire_take_numbers(const c12__tlm_wire_drain *d, const c12__tlm_wire_key *k, c12__tlm_wire_in *in, c12__tlm_wire_score *score, int loud,
                                    const int64_t *ref, int64_t records, int64_t *x)
{
    const c12__tlm_wire *w = &d->r->wire;
    const c12__tlm_wire_op *op = w->op;
    const int32_t rate_end = w->rate_end, plain_end = w->plain_end, like_end = w->like_end, n_ops = w->n_ops;
    int64_t r[C12__TLM_WIRE_MOST];
    int32_t i;
    int bad = 0;
    for (i = 0; i < n_ops; i++) r[i] = 0;
    wire_eye eye;
    wire_open_eye(&eye, in);
    wire_take_list(in, &eye, c12__tlm_wire_list_of(score, loud), r, 1, &bad);
    x[0] = c12__tlm_wire_add(c12__tlm_wire_add(ref[0], (records * (int64_t)k->period + 128) / 256), r[0]);
    for (i = 1; i < rate_end; i++) x[i] = c12__tlm_wire_add(ref[i], r[i]);
    int moves = c12__tlm_wire_moves(w, ref, x);
    wire_take_list(in, &eye, c12__tlm_wire_list_of(score, 2 + 2 * moves + loud), r, 1, &bad);
    wire_shut_eye(&eye, in);
    for (; i < plain_end; i++) x[i] = c12__tlm_wire_add(ref[i], r[i]);
    for (; i < like_end; i++)
        x[i] = c12__tlm_wire_add(c12__tlm_wire_add(ref[i], c12__tlm_wire_like(moves, k->ratio[i - plain_end], r[op[i].other])), r[i]);
    for (; i < n_ops; i++)
        x[i] = c12__tlm_wire_add(c12__tlm_wire_add(ref[i], c12__tlm_wire_moved(w, k, d->factor[i], i, ref, x, records)), r[i]);
    return !bad;
}

static int wire_take_codes(c12__tlm_wire_drain *d, c12__tlm_wire_in *in, const int64_t *before, int64_t *code)
{
    int differ = (int)c12__tlm_wire_get(in, 1);
    for (int32_t i = 0; i < d->r->wire.n_codes; i++) {
        code[i] = before[i];
        if (differ && c12__tlm_wire_get(in, 1) ? !wire_take_told(d, in, i, &code[i]) : code[i] < 0) return 0;
    }
    return 1;
}

/* A record against the numbers `ref` and the texts *before, which are `code` then if it has others. */
C12__TLM_INLINE int wire_take_record(c12__tlm_wire_drain *d, const c12__tlm_wire_key *k, c12__tlm_wire_in *in, int32_t set, const int64_t *ref, int64_t records, int64_t *x,
                                     const int64_t **before, int64_t *code)
{
    int loud = (int)c12__tlm_wire_get(in, 1);
    if (!wire_take_numbers(d, k, in, &d->score[k->id & 1][set], loud, ref, records, x)) return 0;
    if (loud && !wire_take_codes(d, in, *before, code)) return 0;
    if (loud) *before = code;
    return (*before == code || d->whole[k->id & 1]) && !c12__tlm_wire_past(in);
}

/* ---- KEY ------------------------------------------------------------------------------------------------------------------ */

static inline uint8_t wire_take_scale(c12__tlm_wire_in *in)
{
    uint8_t scale = (uint8_t)c12__tlm_wire_get(in, 4);
    return scale < 15 ? scale : (uint8_t)c12__tlm_wire_get(in, 6);
}

static int wire_take_scales(const c12__tlm_wire *w, c12__tlm_wire_key *k, c12__tlm_wire_in *from)
{
    c12__tlm_wire_in here = *from, *in = &here; /* which stays in registers */
    int32_t cells = w->n_cells * (k->batched && !k->ordered ? 2 : 1);
    for (int32_t c = 0; c < cells; c++) {
        k->loud[c] = k->still[c] = wire_take_scale(in);
        if (!k->still[c]) k->loud[c] = wire_take_scale(in);
        if (k->loud[c] < 1 || k->loud[c] > C12__TLM_WIRE_SCALES) return 0;
    }
    for (int32_t i = 0; i < w->like_end - w->plain_end; i++) k->ratio[i] = (int8_t)((int)c12__tlm_wire_get(in, 6) - 32);
    for (int32_t i = w->like_end; i < w->n_ops; i++)
        if (w->op[i].other == i) k->slope[i - w->like_end] = (int16_t)((int)c12__tlm_wire_get(in, 11) - C12__TLM_WIRE_SLOPE);
    *from = here;
    return 1;
}

static void wire_take_key_numbers(const c12__tlm_wire_drain *d, c12__tlm_wire_key *k, c12__tlm_wire_in *from, int64_t *x)
{
    const c12__tlm_wire *w = &d->r->wire;
    c12__tlm_wire_in here = *from;
    for (int32_t i = 0; i < w->n_ops; i++) {
        const int64_t v = c12__tlm_wire_get_number(&here, d->width[i]);
        k->ref[i] = x[i] = d->dated[i] ? c12__tlm_wire_add(v, c12__tlm_wire_origin(w, i, x, k->grid)) : v;
    }
    *from = here;
}

static int wire_take_key_bits(c12__tlm_wire_drain *d, c12__tlm_wire_in *in, uint32_t seq, uint32_t crc)
{
    c12_tlm_receiver *r = d->r;
    const c12__tlm_wire *w = &r->wire;
    c12__tlm_wire_row row;
    uint8_t id = (uint8_t)c12__tlm_wire_get(in, 2);
    c12__tlm_wire_key *k = &r->key[id & 1];
    k->there = 0;
    k->id = id;
    k->ordered = (uint8_t)c12__tlm_wire_get(in, 1);
    k->batched = (uint8_t)c12__tlm_wire_get(in, 1);
    int usual = !c12__tlm_wire_get(in, 1);
    k->seq = seq;
    k->crc = crc;
    k->grid = (uint8_t)c12__tlm_wire_get(in, 1);
    const int known = d->known[id & 1];
    d->known[id & 1] = 0;
    k->period = usual ? w->period : (uint32_t)c12__tlm_wire_get(in, 24);
    if (k->ordered != w->ordered) return 0;
    if (!wire_take_scales(w, k, in)) return 0;
    wire_take_key_numbers(d, k, in, row.x);
    for (int32_t i = 0; i < w->n_codes; i++)
        if (!wire_take_told(d, in, i, &row.code[i])) return 0;
    if (!wire_at_end(in)) return 0;
    c12__tlm_wire_keep(k, w, &d->o.dict, row.code, known ? c12__tlm_wire_alike(row.code, d->key_code[id & 1], w->n_codes) : 0);
    c12_status st = wire_append(d, row.x, row.code, k->grid);
    if (st) return st;
    k->there = 1;
    for (int32_t i = 0; i < w->n_codes; i++) d->key_code[id & 1][i] = k->kept[i] ? row.code[i] : -1;
    wire_knows(d, id & 1);
    r->missing = -1;
    r->seq = seq;
    r->last = id;
    d->report.keys++;
    return 1;
}

/* What became of a frame: taken, or the error it makes. */
static c12_status wire_outcome(const c12__tlm_wire_drain *d, int taken) { return taken == 1 ? C12_OK : taken < 0 ? taken : d->texts_full ? C12_E_SPACE : C12_E_FORMAT; }

static c12_status wire_take_key(c12__tlm_wire_drain *d, c12_view in, size_t *size)
{
    c12__tlm_cbor c = { in, 1 };
    int64_t seq;
    uint64_t n;
    if (!c12__tlm_cbor_read_int(&c, &seq) || seq < 0 || seq > UINT32_MAX) return C12_E_FORMAT;
    if (!c12__tlm_cbor_read_head(&c, C12__TLM_CBOR_BYTES, &n) || n < 5 || n > in.size - c.at) return C12_E_FORMAT;
    size_t end = c.at + (size_t)n;
    c12_view sealed = { in.ptr, end - 4 };
    uint32_t crc = c12_tlm_crc32c(d->r->wire.seed, sealed);
    if (c12__tlm_get32(in.ptr + end - 4) != crc) return C12_E_FORMAT;
    c12__tlm_wire_in bits = { in.ptr + c.at, 0, (size_t)n - 4, in.size - c.at < 8 ? 0 : in.size - c.at - 7, 0, 0, 0 };
    *size = end;
    return wire_outcome(d, wire_take_key_bits(d, &bits, (uint32_t)seq, crc));
}

/* ---- DELTA ---------------------------------------------------------------------------------------------------------------- */

/* Records of a frame whose KEY is here and whose CRC is right. */
C12__TLM_INLINE int wire_take_all(c12__tlm_wire_drain *d, c12__tlm_wire_key *k, int32_t slot, c12__tlm_wire_in *in, uint32_t age)
{
    int64_t x[2][C12__TLM_WIRE_MOST], code[C12__TLM_WIRE_MOST];
    const int64_t *ref = k->ref, *before = d->key_code[slot];
    int64_t records = k->ordered ? 1 : (int64_t)age, n = d->o.batch.n;
    int32_t set = 0, turn = 0, more;
    do {
        if (!wire_take_record(d, k, in, set, ref, records, x[turn], &before, code)) { d->o.batch.n = n; return 0; }
        c12_status st = wire_append(d, x[turn], before, k->grid);
        if (st) { d->o.batch.n = n; return st; }
        more = k->batched ? (int)c12__tlm_wire_get(in, 1) : 0;
        ref = x[turn];
        records = 1;
        set = !k->ordered;
        turn ^= 1;
    } while (more);
    if (!wire_at_end(in)) { d->o.batch.n = n; return 0; }
    d->r->seq = k->seq + age + (uint32_t)(d->o.batch.n - n - 1);
    if (!k->ordered) return 1;
    memcpy(k->ref, ref, d->r->wire.n_ops * sizeof *ref);
    if (before == code && memcmp(code, d->key_code[slot], d->r->wire.n_codes * sizeof *code)) wire_hold_codes(d, slot, code);
    return 1;
}

#ifdef C12__TLM_AVX2
__attribute__((target("avx2,bmi,bmi2"))) static int wire_take_records_avx2(c12__tlm_wire_drain *d, c12__tlm_wire_key *k, int32_t slot, c12__tlm_wire_in *in, uint32_t age)
{
    return wire_take_all(d, k, slot, in, age);
}
#endif

static int wire_take_records(c12__tlm_wire_drain *d, c12__tlm_wire_key *k, int32_t slot, c12__tlm_wire_in *in, uint32_t age)
{
#ifdef C12__TLM_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) return wire_take_records_avx2(d, k, slot, in, age);
#endif
    return wire_take_all(d, k, slot, in, age);
}

static c12_status wire_take_delta(c12__tlm_wire_drain *d, c12_view in, size_t *size)
{
    c12__tlm_cbor c = { in, 0 };
    c12_tlm_receiver *r = d->r;
    uint64_t n;
    if (in.ptr[0] < 0x40 + 24) {
        n = in.ptr[0] & 31;
        c.at = 1;
    } else if (!c12__tlm_cbor_read_head(&c, C12__TLM_CBOR_BYTES, &n)) return C12_E_FORMAT;
    const int ordered = r->wire.ordered;
    if (n < (ordered ? 3u : 4u) || n > in.size - c.at) return C12_E_FORMAT; /* ordered, a robot that stands takes eight bits or less */
    const uint8_t *body = in.ptr + c.at;
    size_t bytes = (size_t)n - 2;
    c12__tlm_wire_in bits = { body, 0, bytes, in.size - c.at < 8 ? 0 : in.size - c.at - 7, 0, 0, 0 };
    uint8_t id = ordered ? r->last : (uint8_t)c12__tlm_wire_get(&bits, 2);
    int32_t slot = id & 1;
    c12__tlm_wire_key *k = &r->key[slot];
    *size = c.at + (size_t)n;
    int here = k->there && k->id == id;
    uint32_t crc = here ? c12__tlm_wire_crc16(k->crc & 0xffff, body, bytes) : 0;
    int same = here && crc == ((uint32_t)body[bytes] | (uint32_t)body[bytes + 1] << 8);
    if (here && !same && !ordered) return C12_E_FORMAT;
    if (!same) { /* ordered, a frame before is lacking, or this one is damaged: either way only a KEY helps */
        r->missing = id;
        d->report.keyless++;
        return C12_OK;
    }
    if (!c12__tlm_wire_know(d, slot)) return C12_E_SPACE;
    uint32_t age = ordered ? r->seq - k->seq + 1 : (uint32_t)c12__tlm_wire_get(&bits, 6);
    if (!ordered && age == C12__TLM_WIRE_FAR) age = (uint32_t)c12__tlm_wire_get(&bits, 16);
    c12_status st = wire_outcome(d, wire_take_records(d, k, slot, &bits, age));
    if (st) return st;
    if (k->ordered) k->crc = crc;
    d->report.deltas++;
    return C12_OK;
}

/* ---- the whole ------------------------------------------------------------------------------------------------------------ */

static c12_status wire_take_plain(c12__tlm_wire_drain *d, c12_tlm_batch *batch, c12_view in, size_t *size, c12_error *err)
{
    c12__tlm_cbor c = { in, 1 };
    uint64_t n;
    size_t used;
    uint32_t seq;
    if (!c12__tlm_cbor_read_head(&c, C12__TLM_CBOR_BYTES, &n) || n > in.size - c.at) return C12_E_FORMAT;
    c12_view inner = { in.ptr + c.at, (size_t)n };
    c12__tlm_give_batch(batch, &d->o);
    c12_status st = c12_tlm_frame_decode(d->r->wire.schema, inner, batch, &seq, &used, err);
    if (!st && used != inner.size) { batch->n--; st = C12_E_FORMAT; }
    c12_status again = c12__tlm_take_batch(&d->o, batch, NULL);
    if (!st) st = again ? again : wire_drain_open(d); /* scales may have risen */
    if (st) return st;
    d->r->seq = seq;
    d->report.plain++;
    *size = c.at + inner.size;
    return C12_OK;
}

static c12_status wire_take_frame(c12__tlm_wire_drain *d, c12_tlm_batch *batch, c12_view in, size_t *size, c12_error *err)
{
    switch (in.ptr[0]) {
    case 0x81: return wire_take_plain(d, batch, in, size, err);
    case 0x82: return wire_take_key(d, in, size);
    default: return in.ptr[0] >> 5 == C12__TLM_CBOR_BYTES ? wire_take_delta(d, in, size) : C12_E_FORMAT;
    }
}

/* The texts of a frame whose numbers stand in the batch's next row; ordered, the rows behind it have them too.  0 = something is wrong with them. */
static int wire_flock_texts(c12__tlm_wire_drain *d, const c12__tlm_wire_flock *t, int32_t j, int32_t slot)
{
    int64_t code[C12__TLM_WIRE_MOST];
    const int32_t ordered = d->r->wire.ordered, rows = ordered ? t->count - j : 1;
    c12__tlm_wire_in in = { t->body[j], t->at[j] >> 3, t->n[j], t->n[j], 0, 0, 0 };
    (void)c12__tlm_wire_get(&in, t->at[j] & 7);
    if (!wire_take_codes(d, &in, d->key_code[slot], code) || !wire_at_end(&in)) return 0;
    for (int32_t i = 0; i < d->r->wire.n_codes; i++)
        for (int32_t k = 0; k < rows; k++) d->code[i][d->o.batch.n + k] = code[i];
    if (ordered) wire_hold_codes(d, slot, code);
    return 1;
}

/* Ordered, frame j was the last that was taken: the next is against its row. */
static void wire_flock_settle(c12__tlm_wire_drain *d, const c12__tlm_wire_flock *t, int32_t j, c12__tlm_wire_key *k)
{
    const int32_t n_ops = d->r->wire.n_ops;
    const int64_t row = d->o.batch.n - 1;
    if (j < 0 || !k->ordered) return;
    int64_t *ref = k->ref, *const *number = d->number;
    int32_t at = 0;
    for (; at + 4 <= n_ops; at += 4) {
        ref[at] = number[at][row];
        ref[at + 1] = number[at + 1][row];
        ref[at + 2] = number[at + 2][row];
        ref[at + 3] = number[at + 3][row];
    }
    for (; at < n_ops; at++) ref[at] = number[at][row];
    for (int32_t i = 0; i < d->n_odd; i++) ref[d->odd[i]] = t->odd[i][j];
    k->crc = c12__tlm_get16(t->body[j] + t->n[j]);
}

/* DELTAs read side by side, up to the first that is refused, or ordered goes the long way; *size = 0: none. */
static c12_status wire_take_flock(c12__tlm_wire_drain *d, c12_tlm_batch *batch, c12_view in, size_t *size, c12_error *err)
{
    c12__tlm_wire_flock t;
    const int32_t ordered = d->r->wire.ordered, slot = (ordered ? d->r->last : in.size > 2 ? in.ptr[in.ptr[0] == 0x58 ? 2 : 1] : 0) & 1;
    c12__tlm_wire_key *k = &d->r->key[slot];
    const int32_t suits = d->known[slot] ? c12__tlm_wire_suits(d, slot) : k->there && (!ordered || k->id == d->r->last); /* what is not known yet will be */
    const int32_t n = !k->batched && suits ? c12__tlm_wire_flock_take(&t, d, slot, in.ptr, in.size) : 0;
    *size = 0;
    const int32_t run = n && d->whole[slot] ? t.run : 0;
    if (run) {
        *size = t.end[run - 1];
        d->o.batch.n += run;
        d->r->seq = k->seq + t.age[run - 1];
        d->report.deltas += run;
    }
    for (int32_t j = run; j < n; j++) {
        size_t bytes = t.end[j] - (j ? t.end[j - 1] : 0);
        if (d->whole[slot] && (t.good[j] || (t.texts[j] && wire_flock_texts(d, &t, j, slot)))) {
            d->o.batch.n++;
            d->r->seq = k->seq + t.age[j];
            d->report.deltas++;
        } else {
            const c12_view frame = { in.ptr + *size, in.size - *size };
            wire_flock_settle(d, &t, j - 1, k);
            c12_status st = wire_take_frame(d, batch, frame, &bytes, err);
            if (!st) *size += bytes;
            if (st || ordered) return st;
            continue;
        }
        *size += bytes;
    }
    wire_flock_settle(d, &t, n - 1, k);
    return C12_OK;
}

static inline void wire_pour(int64_t *to, const int64_t *from, int64_t stride, int64_t n)
{
    for (; n >= 4; n -= 4, to += 4, from += 4 * stride) {
        to[0] = from[0];
        to[1] = from[stride];
        to[2] = from[2 * stride];
        to[3] = from[3 * stride];
    }
    for (; n; n--, to++, from += stride) *to = *from;
}

/* Op i of frame j into its column; 0 = a value does not fit it. */
static int wire_herd_column(const c12__tlm_wire_herd *h, c12__tlm_wire_drain *d, int32_t i, int32_t j, uint8_t grid)
{
    const int32_t n_ops = d->r->wire.n_ops, rows = (int32_t)h->rows[j];
    const int64_t *from = &h->x[n_ops + i][j];
    int64_t *to = d->number[i] + d->o.batch.n;
    wire_pour(to, from, n_ops * WIRE_FLOCK, rows);
    for (int32_t r = 0; r < rows && d->unit[i] != 1; r++) {
        if (!c12__tlm_wire_unit_of(d, i, to[r], grid)) return 0;
        to[r] = d->odd_to[i];
    }
    return 1;
}

/* Rows of frame j behind the batch's; 0 = it goes the long way. */
static int wire_herd_append(const c12__tlm_wire_herd *h, c12__tlm_wire_drain *d, int32_t j, int32_t slot)
{
    c12_tlm_batch *b = &d->o.batch;
    const c12__tlm_wire *w = &d->r->wire;
    const int64_t at = b->n, rows = h->rows[j];
    if (b->cap - at < rows) return 0;
    for (int32_t i = 0; i < w->n_ops; i++)
        if (!wire_herd_column(h, d, i, j, d->r->key[slot].grid)) return 0;
    for (int32_t i = 0; i < w->n_codes; i++) wire_pour(d->code[i] + at, &d->key_code[slot][i], 0, rows);
    for (int64_t r = at; r < at + rows && b->raw_at; r++) b->raw_at[r] = -1;
    for (int64_t r = at; r < at + rows && b->order; r++) b->order[r] = r ? b->order[r - 1] + 1 : 0;
    b->n += rows;
    d->r->seq = d->r->key[slot].seq + h->t.age[j] + (uint32_t)rows - 1;
    d->report.deltas++;
    return 1;
}

/* DELTAs of several records read side by side, up to the first that is refused; *size = 0: none. */
WIRE_APART static c12_status wire_take_herd(c12__tlm_wire_drain *d, c12_tlm_batch *batch, c12_view in, size_t *size, c12_error *err)
{
    c12__tlm_wire_herd h;
    const int32_t slot = in.size > 2 ? in.ptr[in.ptr[0] == 0x58 ? 2 : 1] & 1 : 0;
    const c12__tlm_wire_key *k = &d->r->key[slot];
    const int32_t n = k->batched && !k->ordered && c12__tlm_wire_suits(d, slot) ? c12__tlm_wire_herd_take(&h, d, slot, in.ptr, in.size) : 0;
    c12_status st = C12_OK;
    *size = 0;
    for (int32_t j = 0; j < n && !st; j++) {
        size_t bytes = h.t.end[j] - (j ? h.t.end[j - 1] : 0);
        const c12_view frame = { in.ptr + *size, in.size - *size };
        if (!h.t.good[j] || !wire_herd_append(&h, d, j, slot)) st = wire_take_frame(d, batch, frame, &bytes, err);
        if (!st) *size += bytes;
    }
    return st;
}

static c12_status wire_fail(const c12__tlm_wire_drain *d, c12_status st, size_t at, c12_error *err)
{
    const c12_tlm_batch *b = &d->o.batch;
    if (st == C12_E_FORMAT) return c12__fail(err, st, "not a frame of this link, damaged, or cut off", "frames", -1, (int64_t)at);
    if (st == C12_E_OVERFLOW) return c12__fail(err, st, "value does not fit the column's scale", "frames", -1, (int64_t)at);
    if (d->texts_full) return c12__fail(err, st, "the dictionary is full", "dict", -1, (int64_t)d->o.dict.n + 1);
    return c12__fail(err, st, "the batch is full", "rows", -1, b->cap + 1);
}

c12_status c12_tlm_receiver_pull(c12_tlm_receiver *self, c12_view frames, c12_tlm_batch *batch, size_t *used, c12_tlm_wire_report *report,
                                 c12_error *err)
{
    c12__tlm_wire_drain d;
    if (!self || !used || (!frames.ptr && frames.size))
        return c12__fail(err, C12_E_ARG, "argument is NULL", !self ? "self" : !used ? "used" : "frames", -1, 0);
    c12_status st = c12__tlm_take_schema(&d.o.schema, self->wire.schema, err);
    if (st || (st = c12__tlm_take_batch(&d.o, batch, err)) || (st = c12__take_optional(&d.report, sizeof d.report, report, "report", err))) return st;
    c12__tlm_wire_rows_form *rows = c12__tlm_wire_rows_best();
    d.r = self;
    *used = 0;
    int64_t before = d.o.batch.n;
    if ((st = wire_drain_open(&d))) return wire_fail(&d, st, 0, err);
    while (*used < frames.size && !st) {
        c12_view in = { frames.ptr + *used, frames.size - *used };
        size_t size;
        const int delta = in.ptr[0] >> 5 == C12__TLM_CBOR_BYTES;
        size = 0;
        if (delta) st = wire_take_flock(&d, batch, in, &size, NULL);
        if (delta && !st && !size) st = wire_take_herd(&d, batch, in, &size, NULL);
        *used += size;
        if (st || size) continue;
        size = delta ? rows(&d, in.ptr, in.size) : 0;
        if (!size) st = wire_take_frame(&d, batch, in, &size, NULL);
        if (!st) *used += size;
    }
    d.report.records += d.o.batch.n - before;
    d.report.missing_key = self->missing;
    d.report.seq = self->seq;
    c12__tlm_give_batch(batch, &d.o);
    c12__give(report, &d.report, sizeof d.report);
    if (st == C12_E_SPACE && d.o.batch.n > before) return C12_OK;
    return st ? wire_fail(&d, st, *used, err) : C12_OK;
}

c12_status c12_tlm_receiver_nack(const c12_tlm_receiver *self, c12_mem out, size_t *used, c12_error *err)
{
    if (!self || !used || (!out.ptr && out.size)) return c12__fail(err, C12_E_ARG, "argument is NULL", !self ? "self" : !used ? "used" : "out", -1, 0);
    *used = 0;
    if (self->missing < 0) return C12_OK;
    if (out.size < C12__TLM_WIRE_NACK) return c12__fail(err, C12_E_SPACE, "output is too small", "out", -1, C12__TLM_WIRE_NACK);
    uint8_t *p = out.ptr;
    p[0] = 0xa1;
    p[1] = (uint8_t)self->missing;
    p[2] = 0x42;
    uint32_t crc = c12__tlm_wire_crc16(self->wire.seed & 0xffff, p, 2);
    p[3] = (uint8_t)crc;
    p[4] = (uint8_t)(crc >> 8);
    *used = C12__TLM_WIRE_NACK;
    return C12_OK;
}
