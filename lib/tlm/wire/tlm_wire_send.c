/* SPDX-License-Identifier: Apache-2.0 */
/* The robot's end of a link: rows in, frames out.  A KEY holds a record and the scales its followers use; a DELTA holds differences
 * against it; what neither can hold goes as a PLAIN frame. */
#include "tlm/wire/tlm_wire_sender.h"

static void wire_sender_lay_out(c12_tlm_sender *s, const c12__tlm_wire_draft *d, c12__tlm_wire_lay *l)
{
    size_t cells = (size_t)d->wire.n_sets * d->wire.n_cells, likes = (size_t)(d->wire.like_end - d->wire.plain_end);
    c12__tlm_wire_lay_out(&s->wire, d, l);
    c12__tlm_wire_key_lay_out(&s->key, &d->wire, l);
    s->sum = c12__tlm_wire_part(l, cells, 4);
    s->count = c12__tlm_wire_part(l, cells, 2);
    s->far = c12__tlm_wire_part(l, cells, 2);
    s->like_num = c12__tlm_wire_part(l, likes, 4);
    s->like_den = c12__tlm_wire_part(l, likes, 4);
}

size_t c12__tlm_sender_size(const c12__tlm_wire_draft *d)
{
    c12_tlm_sender s;
    c12__tlm_wire_lay l = { NULL, sizeof s };
    wire_sender_lay_out(&s, d, &l);
    return l.at + 7;
}

c12_status c12_tlm_sender_init(c12_tlm_sender **self, c12_mem mem, const c12_tlm_schema *schema, const c12_tlm_wire_options *options,
                               c12_error *err)
{
    c12__tlm_wire_draft d;
    if (!self) return c12__fail(err, C12_E_ARG, "output is NULL", "self", -1, 0);
    c12_status st = c12__tlm_wire_open(&d, schema, options, err);
    if (st) return st;
    size_t need = c12__tlm_sender_size(&d);
    if (!mem.ptr || mem.size < need) return c12__fail(err, C12_E_SPACE, "memory is too small", "mem", -1, (int64_t)need);
    memset(mem.ptr, 0, mem.size < need ? mem.size : need);
    c12__tlm_wire_lay l = { (uint8_t *)mem.ptr + ((0 - (uintptr_t)mem.ptr) & 7), sizeof(c12_tlm_sender) };
    c12_tlm_sender *s = (void *)l.base;
    wire_sender_lay_out(s, &d, &l);
    s->key_ms = d.options.key_ms ? d.options.key_ms : 5000;
    s->key_records = d.options.key_records ? d.options.key_records : 65535;
    s->batch = d.options.batch ? d.options.batch : 1;
    s->mtu = d.options.mtu ? d.options.mtu : 1200;
    s->period = s->wire.period;
    s->head = 1;
    s->usual = 16 << 6;
    memset(s->key.loud, 6, (size_t)d.wire.n_sets * d.wire.n_cells); /* before anything is known: a spread of a few units */
    *self = s;
    return C12_OK;
}

/* ---- rows ------------------------------------------------------------------------------------------------------------ */

/* Texts that are not the KEY's: they must be there, sound, and short enough. */
static c12_status wire_check_texts(const c12__tlm_wire_feed *f, const int64_t *code, int32_t *bad)
{
    const c12__tlm_wire *w = &f->s->wire;
    c12_status st = C12_OK;
    for (int32_t i = 0; i < w->n_codes; i++) {
        *bad = w->code_field[i];
        if (code[i] == f->key_code[i] && code[i] >= 0) continue; /* a KEY's has been looked at */
        if (code[i] < 0 || code[i] >= f->o.dict.n) return C12_E_RANGE;
        c12_view text = c12__tlm_text(&f->o.dict, code[i]);
        if (!c12__tlm_wire_text_is_sound(w, i, text)) return C12_E_FORMAT;
        if (text.size > C12__TLM_WIRE_TEXT) st = C12_E_UNSUPPORTED;
    }
    return st;
}

/* A row in the wire's units.  C12_E_UNSUPPORTED = only a PLAIN frame can hold it; else an error with the field. */
static c12_status wire_gather(c12__tlm_wire_feed *f, int64_t row, c12__tlm_wire_row *to, int32_t *bad)
{
    const int64_t *const *code = f->code, *const *number = f->number, *known = f->key_code;
    const int32_t n_codes = f->s->wire.n_codes, n_ops = f->s->wire.n_ops;
    if (c12__tlm_is_raw(&f->o.batch, row)) return C12_E_UNSUPPORTED;
    uint64_t strange = (uint64_t)f->unkept;
    for (int32_t i = 0; i < n_codes; i++) {
        int64_t c = to->code[i] = code[i][row];
        strange |= (uint64_t)(c ^ known[i]);
    }
    for (int32_t i = 0; i < n_ops; i++) to->x[i] = number[i][row];
    for (int32_t k = 0; k < f->n_odd; k++)
        if (!c12__tlm_wire_bring_over(f, f->odd[k], &to->x[f->odd[k]])) return C12_E_UNSUPPORTED;
    return strange ? wire_check_texts(f, to->code, bad) : C12_OK;
}

/* ---- statistics ------------------------------------------------------------------------------------------------------- */

/* What every record changes, in registers while a tile is written: its bytes are of a type that might lie anywhere. */
typedef struct wire_pulse { int64_t last_ms; int32_t usual, excess; uint32_t period, strange, any, wanted; } wire_pulse;

static inline wire_pulse wire_feel(const c12_tlm_sender *s)
{
    wire_pulse p = { s->last_ms, s->usual, s->excess, s->period, s->strange, s->any, s->wanted };
    return p;
}

static inline void wire_note(c12_tlm_sender *s, const wire_pulse *p)
{
    s->last_ms = p->last_ms;
    s->usual = (uint16_t)p->usual;
    s->excess = (uint16_t)p->excess;
    s->period = p->period;
    s->strange = (uint8_t)p->strange;
    s->any = (uint8_t)p->any;
    s->wanted = (uint8_t)p->wanted;
}

/* The time from record to record: slow, deaf to single gaps, and whole milliseconds when it is near one. */
static inline void wire_learn_period(wire_pulse *s, int64_t ms)
{
    const uint64_t d = (uint64_t)ms - (uint64_t)s->last_ms;
    const uint32_t any = s->any, near = s->period / 4;
    s->last_ms = ms;
    s->any = 1;
    if (!any || d > 65535) return;
    uint32_t off = (uint32_t)d * 256 - s->period;
    if (off + near > 2 * near) {
        if (++s->strange < 4) return;
        off *= 64;
    }
    s->strange = 0;
    s->period += ((off + (1u << 31) + 32 - (off >> 31)) >> 6) - (1u << 25); /* a 64th, halves away from zero, which is noise: no branch */
}

/* ---- DELTA --------------------------------------------------------------------------------------------------------------- */

/* What is left of a record when what was foretold is taken away; 1 = some rate is not zero. */
static inline int wire_subtract(const c12__tlm_wire_feed *f, const int64_t *x, const int64_t *ref, int64_t records, int64_t *r)
{
    const c12__tlm_wire *w = &f->s->wire;
    const c12__tlm_wire_op *op = w->op;
    const int32_t plain_end = w->plain_end, like_end = w->like_end, n_ops = w->n_ops;
    int32_t i = 1;
    int moves = c12__tlm_wire_moves(w, ref, x);
    r[0] = c12__tlm_wire_sub(x[0], c12__tlm_wire_add(ref[0], (records * (int64_t)f->s->key.period + 128) / 256));
    for (; i < plain_end; i++) r[i] = c12__tlm_wire_sub(x[i], ref[i]);
    for (; i < like_end; i++)
        r[i] = c12__tlm_wire_sub(c12__tlm_wire_sub(x[i], ref[i]), c12__tlm_wire_like(moves, f->s->key.ratio[i - plain_end], r[op[i].other]));
    for (; i < n_ops; i++)
        r[i] = c12__tlm_wire_sub(x[i], c12__tlm_wire_add(ref[i], c12__tlm_wire_moved(w, &f->s->key, f->factor[i], i, ref, x, records)));
    return moves;
}

/* A pair of which one is no 0, 1 or 2, and what has no direct symbol; bits so far are in o->acc. */
static void wire_put_far_pair(c12__tlm_wire_out *o, uint64_t a, uint64_t b)
{
    uint32_t e = c12__tlm_wire_write[C12__TLM_WIRE_PAIR][(a < 3 ? a : 3) * 4 + (b < 3 ? b : 3)];
    c12__tlm_wire_put(o, 0, 0);
    c12__tlm_wire_put(o, e >> 4, e & 15);
    if (a > 2) c12__tlm_wire_put_tail(o, a - 2);
    if (b > 2) c12__tlm_wire_put_tail(o, b - 2);
}

static void wire_put_far(c12__tlm_wire_out *o, const c12__tlm_wire_step *step, uint64_t z)
{
    uint32_t e = c12__tlm_wire_write[step->code][C12__TLM_WIRE_ESCAPE];
    c12__tlm_wire_put(o, 0, 0);
    c12__tlm_wire_put(o, (z & ((UINT64_C(1) << step->shift) - 1)) | (uint64_t)(e >> 4) << step->shift, step->shift + (e & 15));
    c12__tlm_wire_put_tail(o, z >> step->shift);
}

/* The writer's moving parts in registers: whole structs copied through memory would wait for the stores before them. */
typedef struct wire_pen { uint8_t *p; uint64_t acc; uint32_t n; } wire_pen;

WIRE_INLINE wire_pen wire_lift(const c12__tlm_wire_out *o)
{
    wire_pen pen = { o->p, o->acc, o->n };
    return pen;
}

WIRE_INLINE void wire_lay(c12__tlm_wire_out *o, const wire_pen *pen)
{
    o->p = pen->p;
    o->acc = pen->acc;
    o->n = pen->n;
}

WIRE_INLINE void wire_ink(c12__tlm_wire_out *o, wire_pen *pen)
{
    if (o->end - pen->p < 8) { o->full = 1; pen->acc = pen->n = 0; return; }
    c12__tlm_put64(pen->p, pen->acc);
    pen->p += pen->n >> 3;
    pen->acc >>= pen->n & 56;
    pen->n &= 7;
}

WIRE_INLINE void wire_put_pairs(c12__tlm_wire_out *o, wire_pen *pen, const c12__tlm_wire_step *step, int32_t n, const int64_t *r)
{
    const uint16_t *write = c12__tlm_wire_write[C12__TLM_WIRE_PAIR];
    for (int32_t i = 0; i < n; i++, step++) {
        uint64_t a = c12__tlm_zigzag((uint64_t)r[step->op]), b = c12__tlm_zigzag((uint64_t)r[step->second]);
        if (a > 2 || b > 2) {
            wire_lay(o, pen);
            wire_put_far_pair(o, a, b);
            *pen = wire_lift(o);
            continue;
        }
        uint32_t e = write[a * 4 + b];
        pen->acc |= (uint64_t)(e >> 4) << pen->n;
        pen->n += e & 15;
        if (i % 4 == 3) wire_ink(o, pen); /* at most 7 + 4 * 8 bits */
    }
    wire_ink(o, pen);
}

/* Two between writes: none takes more than 8 + 17 bits unless it escapes. */
WIRE_INLINE void wire_put_singles(c12__tlm_wire_out *o, wire_pen *pen, const c12__tlm_wire_step *step, int32_t n, const int64_t *r)
{
    for (int32_t i = 0; i < n; i++, step++) {
        uint32_t shift = step->shift;
        uint64_t z = c12__tlm_zigzag((uint64_t)r[step->op]), high = z >> shift;
        if (high >= step->symbols) {
            wire_lay(o, pen);
            wire_put_far(o, step, z);
            *pen = wire_lift(o);
            continue;
        }
        uint32_t e = c12__tlm_wire_write[step->code][high];
        pen->acc |= (z ^ high << shift ^ (uint64_t)(e >> 4) << shift) << pen->n;
        pen->n += shift + (e & 15);
        if (i & 1) wire_ink(o, pen);
    }
    wire_ink(o, pen);
}

static void wire_put_codes(c12__tlm_wire_feed *f, c12__tlm_wire_out *b, const int64_t *code, const int64_t *before, int differ)
{
    c12__tlm_wire_put(b, (uint64_t)differ, 1);
    for (int32_t i = 0; i < f->s->wire.n_codes && differ; i++) {
        c12__tlm_wire_put(b, code[i] != before[i], 1);
        if (code[i] != before[i]) c12__tlm_wire_put_told(f, b, i, code[i]);
    }
}

/* One record against x of `ref` and the codes `before`, in scales of the set.  Every second one is learned from. */
static inline void wire_put_record(c12__tlm_wire_feed *f, c12__tlm_wire_out *b, const c12__tlm_wire_row *row, const int64_t *ref, const int64_t *before, int32_t set,
                                   int64_t records)
{
    c12_tlm_sender *s = f->s;
    c12__tlm_wire_score *score = &f->score[set];
    int64_t r[C12__TLM_WIRE_MOST];
    uint64_t differ = 0, stirred = 0;
    const int32_t n_codes = s->wire.n_codes;
    int moves = wire_subtract(f, row->x, ref, records, r);
    const uint8_t *still;
    const int32_t n_still = c12__tlm_wire_still_of(score, moves, &still);
    for (int32_t i = 0; i < n_codes; i++) differ |= (uint64_t)(row->code[i] ^ before[i]);
    for (int32_t i = 0; i < n_still; i++) stirred |= (uint64_t)r[still[i]];
    int loud = (differ | stirred) != 0;
    wire_pen pen = wire_lift(b);
    pen.acc |= (uint64_t)loud << pen.n++;
    const c12__tlm_wire_list *rate = c12__tlm_wire_list_of(score, loud), *rest = c12__tlm_wire_list_of(score, 2 + 2 * moves + loud);
    wire_put_pairs(b, &pen, rate->step, rate->pairs, r);
    wire_put_singles(b, &pen, rate->step + rate->pairs, rate->n - rate->pairs, r);
    wire_put_pairs(b, &pen, rest->step, rest->pairs, r);
    wire_put_singles(b, &pen, rest->step + rest->pairs, rest->n - rest->pairs, r);
    wire_lay(b, &pen);
    if (loud) wire_put_codes(f, b, row->code, before, differ != 0);
    if (!(++s->turn & 3)) c12__tlm_wire_learn(f, set, moves, row->x, ref, r);
}

static void wire_put_age(const c12_tlm_sender *s, c12__tlm_wire_out *b)
{
    uint32_t age = s->seq - s->key.seq;
    if (s->wire.ordered) return; /* the CRC of the frame before is what this one's begins with: that says all */
    if (age < C12__TLM_WIRE_FAR) c12__tlm_wire_put(b, s->key.id | (uint64_t)age << 2, 8);
    else c12__tlm_wire_put(b, s->key.id | (uint64_t)C12__TLM_WIRE_FAR << 2 | (uint64_t)age << 8, 24);
}

/* CBOR head before the n bytes at out + s->head, which move when another size of head was foreseen; n. */
static inline size_t wire_head_delta(c12_tlm_sender *s, uint8_t *out, size_t n)
{
    uint8_t *body = out + s->head;
    size_t head = n + 2 < 24 ? 1 : n + 2 < 256 ? 2 : 3;
    if (head > s->head) for (size_t i = n; i--;) out[head + i] = body[i];
    if (head < s->head) for (size_t i = 0; i < n; i++) out[head + i] = body[i];
    s->head = (uint8_t)head;
    c12__tlm_sink h = { out, NULL, 3, 0, 0, 0 };
    if (head == 1) out[0] = (uint8_t)(0x40 | (n + 2));
    else c12__tlm_cbor_head(&h, C12__TLM_CBOR_BYTES, n + 2);
    return n;
}

/* Head before and CRC behind what the bits wrote at out + s->head. */
static size_t wire_close_delta(c12_tlm_sender *s, uint8_t *out, c12__tlm_wire_out *b)
{
    c12__tlm_wire_finish(b);
    size_t n = wire_head_delta(s, out, (size_t)(b->p - out) - s->head), head = s->head;
    uint32_t crc = c12__tlm_wire_crc16(s->key.crc & 0xffff, out + head, n);
    out[head + n] = (uint8_t)crc;
    out[head + n + 1] = (uint8_t)(crc >> 8);
    if (s->wire.ordered) s->key.crc = crc;
    return head + n + 2;
}

/* A KEY comes early once the DELTAs since the last have cost more, above what is usual, than a KEY does: the robot began to move, or stopped.  Nobody
 * who knew beforehand would have paid less than half of that.  each: bytes of a record. */
static inline void wire_weigh(wire_pulse *s, int32_t each, int32_t key_size)
{
    int32_t over = each - (s->usual >> 6), most = s->excess + over;
    s->usual = (uint16_t)(s->usual + (over > 4 ? 4 : over));
    const int32_t up = most < 60000 ? most : 60000, down = s->excess - (s->excess > 0);
    s->excess = over > 2 ? up : down;
    s->wanted |= s->excess > key_size;
}

static int wire_key_is_due(const c12_tlm_sender *s, int64_t ms, uint32_t ahead)
{
    return !s->key.there || s->wanted || c12__tlm_wire_sub(ms, s->key_at) >= s->key_ms || s->seq + ahead - s->key.seq >= (uint32_t)s->key_records;
}

/* Texts that the next record's are against. */
static void wire_hold_texts(c12__tlm_wire_feed *f, const int64_t *code)
{
    c12__tlm_wire_keep(&f->s->key, &f->s->wire, &f->o.dict, code, c12__tlm_wire_alike(code, f->key_code, f->s->wire.n_codes));
    c12__tlm_wire_known_codes(f, code);
}

/* After a record: ordered, it is what the next one is against. */
static inline void wire_advance(c12__tlm_wire_feed *f, const c12__tlm_wire_row *row)
{
    c12_tlm_sender *s = f->s;
    wire_pulse pulse = wire_feel(s);
    wire_learn_period(&pulse, row->x[0]);
    wire_note(s, &pulse);
    if (s->count[0] + (f->lesson.n > 0 && !f->lesson.set ? f->lesson.n : 0) >= WIRE_COUNT_MOST) {
        c12__tlm_wire_lesson_end(f);
        if (s->count[0] >= WIRE_COUNT_MOST) c12__tlm_wire_fade(s);
    }
    if (!s->wire.ordered) return;
    memcpy(s->key.ref, row->x, s->wire.n_ops * sizeof *row->x);
    if (memcmp(row->code, f->key_code, s->wire.n_codes * sizeof *row->code)) wire_hold_texts(f, row->code);
}

/* ---- several DELTAs at once ---------------------------------------------------------------------------------------------- */

/* Rows from `row` on that need no KEY, `ahead` of the next frame's first.  Of fewer than WIRE_TILE the last ones come with rows before them, which do not
 * count. */
static int wire_tile_open(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, int64_t row, int64_t end, uint32_t ahead)
{
    const c12_tlm_sender *s = f->s;
    if (end < WIRE_TILE || f->unkept || !s->key.there || (!s->fine) < s->key.grid) return 0;
    t->from = end - row < WIRE_TILE ? (int32_t)(WIRE_TILE - (end - row)) : 0;
    t->end = WIRE_TILE;
    t->row = row;
    const uint32_t age = s->seq + ahead - s->key.seq, most = (uint32_t)s->key_records;
    if (s->wanted || age >= most) return 0;
    if (most - age < (uint32_t)(t->end - t->from)) t->end = t->from + (int32_t)(most - age);
    return f->forms->open(t, f);
}

/* A row's numbers one after the other, from their residuals. */
static void wire_tile_other(c12__tlm_wire_out *o, const c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, int moves, int loud, int32_t j)
{
    int64_t r[C12__TLM_WIRE_MOST];
    const c12__tlm_wire_list *const list[2] = { c12__tlm_wire_list_of(&f->score[0], loud), c12__tlm_wire_list_of(&f->score[0], 2 + 2 * moves + loud) };
    wire_put_age(f->s, o);
    wire_pen pen = wire_lift(o);
    pen.acc |= (uint64_t)loud << pen.n++;
    for (int32_t i = 0; i < f->s->wire.n_ops; i++) r[i] = (int64_t)c12__tlm_unzigzag(t->z[i][j]);
    for (int32_t k = 0; k < 2; k++) {
        wire_put_pairs(o, &pen, list[k]->step, list[k]->pairs, r);
        wire_put_singles(o, &pen, list[k]->step + list[k]->pairs, list[k]->n - list[k]->pairs, r);
    }
    wire_lay(o, &pen);
}

/* A word behind what was put: up to 64 bits. */
WIRE_INLINE wire_pen wire_tile_word(wire_pen pen, uint64_t word, uint32_t bits)
{
    const uint64_t all = pen.acc | word << pen.n;
    const uint32_t n = pen.n + bits;
    c12__tlm_put64(pen.p, all);
    pen.p += n >> 3;
    pen.acc = n < 64 ? all >> (n & 56) : pen.n ? word >> (64 - pen.n) : 0;
    pen.n = n & 7;
    return pen;
}

/* Row j's words, put together; zeros follow the last bit. */
static void wire_tile_words(c12__tlm_wire_out *o, const c12__tlm_wire_tile *t, int32_t j)
{
    const uint64_t *word = &t->word[0][c12__tlm_wire_lane(j)];
    const uint32_t *bits = &t->bits[0][j], words = t->words[j];
    wire_pen pen = { o->p, 0, 0 };
    for (uint32_t k = 0; k < words; k++, bits += WIRE_TILE, word += WIRE_TILE) pen = wire_tile_word(pen, *word, *bits);
    *pen.p = (uint8_t)pen.acc;
    wire_lay(o, &pen);
}

/* Texts of a row that are not the KEY's; ordered, they are so for the next. */
static void wire_tile_codes(c12__tlm_wire_feed *f, c12__tlm_wire_out *o, int64_t row)
{
    int64_t code[C12__TLM_WIRE_MOST];
    for (int32_t i = 0; i < f->s->wire.n_codes; i++) code[i] = f->code[i][row];
    wire_put_codes(f, o, code, f->key_code, 1);
    if (f->s->wire.ordered) wire_hold_texts(f, code);
}

/* DELTAs of a tile: where their bits stand and how many bytes they are. */
typedef struct wire_bodies { uint8_t *p[WIRE_TILE]; uint32_t n[WIRE_TILE]; int32_t count; } wire_bodies;

/* CRCs behind the bits. */
static void wire_tile_close(c12_tlm_sender *s, const wire_bodies *b)
{
    uint32_t crc[WIRE_TILE];
    if (!b->count) return;
    if (s->wire.ordered) {
        c12__tlm_wire_crc16_chain(s->key.crc & 0xffff, (const uint8_t *const *)b->p, b->n, b->count, crc);
        s->key.crc = crc[b->count - 1];
    } else {
        for (int32_t i = 0; i < WIRE_TILE; i++) crc[i] = s->key.crc & 0xffff;
        c12__tlm_wire_crc16_each((const uint8_t *const *)b->p, b->n, b->count, crc);
    }
    for (int32_t i = 0; i < b->count; i++) {
        b->p[i][b->n[i]] = (uint8_t)crc[i];
        b->p[i][b->n[i] + 1] = (uint8_t)(crc[i] >> 8);
    }
}

/* A row of which all is in words. */
WIRE_INLINE size_t wire_tile_usual(const c12__tlm_wire_tile *t, c12_tlm_sender *s, int32_t j, uint8_t *out, wire_bodies *to)
{
    const uint32_t n = t->bytes[j], head = n + 2 < 24 ? 1 : n + 2 < 256 ? 2 : 3;
    c12__tlm_wire_out b = { out + head, NULL, 0, 0, 0 };
    if (t->words[j] < 3) {
        const uint64_t *word = &t->word[0][c12__tlm_wire_lane(j)];
        c12__tlm_put64(b.p, word[0]);
        c12__tlm_put64(b.p + 8, word[WIRE_TILE]);
    } else wire_tile_words(&b, t, j);
    s->head = (uint8_t)head;
    if (head == 1) out[0] = (uint8_t)(0x40 | (n + 2));
    else wire_head_delta(s, out, n);
    to->p[to->count] = out + head;
    to->n[to->count++] = n;
    return head + n + 2;
}

/* Rows from j on that go before a KEY is wanted; the one behind them. */
WIRE_INLINE int32_t wire_tile_beat(const c12__tlm_wire_tile *t, const c12_tlm_sender *s, wire_pulse *to, int32_t j, int32_t end)
{
    const int32_t key_size = s->key_size, ordered = s->wire.ordered;
    const int64_t *time = t->x[0];
    wire_pulse pulse = *to; /* which stays in registers */
    pulse.any = 1; /* the KEY, at least */
    for (; j < end && !pulse.wanted; j++) {
        const int32_t n = (int32_t)t->bytes[j] + 2;
        wire_learn_period(&pulse, time[j]);
        if (!ordered) wire_weigh(&pulse, n + (n < 24 ? 1 : n < 256 ? 2 : 3), key_size);
    }
    *to = pulse;
    return j;
}

/* Rows j .. end-1, of which all is in words and for which there is room. */
WIRE_INLINE void wire_tile_run(const c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, int32_t j, int32_t end, uint8_t *out, size_t *at, wire_bodies *to)
{
    c12_tlm_sender *s = f->s;
    const uint32_t brief = f->forms->post ? t->brief & ((1u << end) - 1) : 0;
    while (j < end) {
        const int32_t n = c12__bit_lowest(~(uint64_t)(brief >> j));
        if (n) {
            *at = (size_t)(f->forms->post(t, s->key.crc & 0xffff, j, j + n, out + *at) - out);
            s->head = 1;
            j += n;
        } else *at += wire_tile_usual(t, s, j++, out + *at, to);
    }
}

/* Are the texts such as may be sent? */
static int wire_tile_sound(const c12__tlm_wire_tile *t, const c12__tlm_wire_feed *f, int32_t j)
{
    int64_t code[C12__TLM_WIRE_MOST];
    int32_t bad;
    if (t->alone[j]) return 0;
    if (!t->differ[j]) return 1;
    for (int32_t i = 0; i < f->s->wire.n_codes; i++) code[i] = f->code[i][t->row + j - t->from];
    return !wire_check_texts(f, code, &bad);
}

/* Bytes that a row may take, with what is written behind it. */
static size_t wire_tile_room(const c12__tlm_wire *w, int differ)
{
    return 64 + 8 * (size_t)w->n_ops + (differ ? (C12__TLM_WIRE_TEXT + 8) * (size_t)w->n_codes : 0);
}

/* Row j of the tile with other texts than the KEY's, or numbers that are far out; 0 = it goes alone. */
static size_t wire_tile_unusual(const c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, int32_t j, uint8_t *out, size_t room, wire_bodies *to)
{
    c12_tlm_sender *s = f->s;
    const int moves = t->moves[j] != 0, loud = t->loud[j] != 0, differ = t->differ[j] != 0;
    c12__tlm_wire_out b = { out + s->head, out + room - 32, 0, 0, 0 };
    if (!wire_tile_sound(t, f, j)) return 0;
    if (t->far[j] > WIRE_TAIL) wire_tile_other(&b, t, f, moves, loud, j);
    else wire_tile_words(&b, t, j);
    if (differ) wire_tile_codes(f, &b, t->row + j - t->from);
    else b.n += (uint32_t)loud; /* the KEY's texts */
    c12__tlm_wire_finish(&b);
    size_t n = wire_head_delta(s, out, (size_t)(b.p - out) - s->head);
    to->p[to->count] = out + s->head;
    to->n[to->count++] = (uint32_t)n;
    return s->head + n + 2;
}

/* Ordered, row j is what the next is against. */
static void wire_tile_settle(const c12__tlm_wire_tile *t, int64_t *ref, int32_t n_ops, int32_t j)
{
    const int64_t *const *x = t->x;
    int32_t i = 0;
    for (; i + 4 <= n_ops; i += 4) {
        ref[i] = x[i][j];
        ref[i + 1] = x[i + 1][j];
        ref[i + 2] = x[i + 2][j];
        ref[i + 3] = x[i + 3][j];
    }
    for (; i < n_ops; i++) ref[i] = x[i][j];
}

/* Rows from here on while they follow the KEY with numbers, or sound texts: how many, and their bytes. */
static int64_t wire_put_tile(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, int64_t row, int64_t end, uint8_t *out, size_t room, size_t *size)
{
    c12_tlm_sender *s = f->s;
    wire_bodies bodies;
    size_t at = 0;
    int32_t j;
    *size = 0;
    t->ref = s->key.ref;
    t->known = f->key_code;
    t->set = t->follows = 0;
    t->chain = s->wire.ordered;
    if (s->wire.batched || !wire_tile_open(t, f, row, end, 0)) return 0;
    f->forms->fill(t, f);
    bodies.count = 0;
    const size_t usual = wire_tile_room(&s->wire, 0), most = wire_tile_room(&s->wire, 1);
    const uint32_t seq = s->seq;
    wire_pulse pulse = wire_feel(s);
    for (j = t->from; j < t->end && !pulse.wanted && !f->unkept;) { /* DELTAs without their CRCs */
        const int32_t sure = room - at >= usual * WIRE_TILE ? WIRE_TILE : (int32_t)((room - at) / usual);
        const int32_t usuals = c12__bit_lowest(~(uint64_t)(t->usual >> j)), n_usual = usuals < sure ? usuals : sure;
        if (n_usual) {
            const int32_t to = wire_tile_beat(t, s, &pulse, j, j + n_usual < t->end ? j + n_usual : t->end);
            wire_tile_run(t, f, j, to, out, &at, &bodies);
            j = to;
            continue;
        }
        s->seq = seq + (uint32_t)(j - t->from);
        const size_t n = room - at >= most ? wire_tile_unusual(t, f, j, out + at, room - at, &bodies) : 0;
        if (!n) break; /* there is not surely room, or it goes alone */
        at += n;
        wire_learn_period(&pulse, t->x[0][j++]);
        if (!s->wire.ordered) wire_weigh(&pulse, (int32_t)n, s->key_size);
    }
    s->seq = seq + (uint32_t)(j - t->from);
    wire_note(s, &pulse);
    wire_tile_close(s, &bodies);
    c12__tlm_wire_tile_learn(t, f, t->from + (int32_t)(3 - (s->turn & 3)), j);
    if (s->wire.ordered && j > t->from) wire_tile_settle(t, s->key.ref, s->wire.n_ops, j - 1);
    s->turn += (uint32_t)(j - t->from);
    *size = at;
    return j - t->from;
}

/* ---- a DELTA of several records ----------------------------------------------------------------------------------------- */

/* Row j behind what was put. */
static wire_pen wire_tile_append(wire_pen pen, const c12__tlm_wire_tile *t, int32_t j)
{
    const uint64_t *word = &t->word[0][c12__tlm_wire_lane(j)];
    const uint32_t *bits = &t->bits[0][j], words = t->words[j];
    for (uint32_t k = 0; k < words; k++) pen = wire_tile_word(pen, word[k * WIRE_TILE], bits[k * WIRE_TILE]);
    pen.n += t->loud[j] & 1; /* the texts are those before */
    c12__tlm_put64(pen.p, pen.acc);
    pen.p += pen.n >> 3;
    pen.acc >>= pen.n & 56;
    pen.n &= 7;
    return pen;
}

/* Rows behind one of this frame, against the one before each, while there is nothing special in them: how many.  `now` is the last. */
static int64_t wire_put_crowd(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, c12__tlm_wire_out *b, c12__tlm_wire_row *now, int64_t row, int64_t end, const uint8_t *out, int64_t taken)
{
    c12_tlm_sender *s = f->s;
    const size_t usual = wire_tile_room(&s->wire, 0);
    const int64_t left = s->batch - taken;
    wire_pen pen = wire_lift(b);
    int32_t j;
    if (end - row > left) end = row + left;
    t->ref = now->x;
    t->known = s->wire.ordered ? f->key_code : now->code;
    t->set = s->wire.n_sets - 1;
    t->chain = t->follows = 1;
    if (end - row < 3 || !wire_tile_open(t, f, row, end, (uint32_t)taken)) return 0;
    f->forms->fill(t, f);
    wire_pulse pulse = wire_feel(s);
    for (j = t->from; j < t->end && t->usual >> j & 1 && (size_t)(b->end - pen.p) >= usual; j++) {
        wire_pen longer = wire_tile_append(pen, t, j);
        if (longer.p - out + 6 > s->mtu) break;
        pen = longer;
        wire_learn_period(&pulse, t->x[0][j]);
    }
    wire_lay(b, &pen);
    wire_note(s, &pulse);
    if (j == t->from) return 0;
    c12__tlm_wire_tile_learn(t, f, t->from + (int32_t)(3 - (s->turn & 3)), j);
    s->turn += (uint32_t)(j - t->from);
    wire_tile_settle(t, now->x, s->wire.n_ops, j - 1);
    for (int32_t i = 0; i < s->wire.n_codes; i++) now->code[i] = f->code[i][row + j - 1 - t->from];
    if (s->wire.ordered) memcpy(s->key.ref, now->x, s->wire.n_ops * sizeof *now->x);
    return j - t->from;
}

/* More records behind the first one, each against the one before; the writer ends behind the last that fits. */
static void wire_put_followers(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, c12__tlm_wire_out *b, c12__tlm_wire_row *now, int64_t row, int64_t end, const uint8_t *out,
                               int64_t *taken)
{
    c12_tlm_sender *s = f->s;
    c12__tlm_wire_row spare, *next = &spare;
    int32_t bad;
    for (;;) {
        const int64_t n = wire_put_crowd(t, f, b, now, row + *taken, end, out, *taken);
        *taken += n;
        if (n == WIRE_TILE) continue;
        if (*taken >= s->batch || row + *taken >= end || wire_gather(f, row + *taken, next, &bad) || wire_key_is_due(s, next->x[0], (uint32_t)*taken)) return;
        c12__tlm_wire_out longer = *b;
        c12__tlm_wire_put(&longer, 1, 1);
        wire_put_record(f, &longer, next, s->wire.ordered ? s->key.ref : now->x, s->wire.ordered ? f->key_code : now->code, s->wire.n_sets - 1, 1);
        if (longer.full || longer.p - out + 6 > s->mtu) return;
        *b = longer;
        wire_advance(f, next);
        c12__tlm_wire_row *was = now;
        now = next;
        next = was;
        ++*taken;
    }
}

/* Records from `row` on in one DELTA; *taken of them.  `first` is already gathered.  Bytes of the frame, 0 = no room. */
static size_t wire_put_delta(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, c12__tlm_wire_row *first, int64_t row, int64_t end, uint8_t *out, size_t room, int64_t *taken)
{
    c12_tlm_sender *s = f->s;
    if (room < 24) return 0;
    c12__tlm_wire_out b = { out + s->head, out + room - 8, 0, 0, 0 };
    wire_put_age(s, &b);
    wire_put_record(f, &b, first, s->key.ref, f->key_code, 0, s->wire.ordered ? 1 : (int64_t)(s->seq - s->key.seq));
    if (b.full) return 0;
    wire_advance(f, first);
    if (s->wire.batched) {
        wire_put_followers(t, f, &b, first, row, end, out, taken);
        b.n++; /* no more: a zero bit */
    }
    size_t size = wire_close_delta(s, out, &b);
    wire_pulse pulse = wire_feel(s);
    if (!s->wire.ordered) wire_weigh(&pulse, (int32_t)((int64_t)size / *taken), s->key_size);
    wire_note(s, &pulse);
    return size;
}

/* ---- PLAIN and the whole --------------------------------------------------------------------------------------------------- */

static c12_status wire_put_plain(c12__tlm_wire_feed *f, int64_t row, uint8_t *out, size_t room, size_t *size, c12_error *err)
{
    c12_mem inner = { out + 4, room < 4 ? 0 : room - 4 };
    size_t n;
    c12_status st = c12_tlm_frame_encode(f->s->wire.schema, &f->o.batch, row, f->s->seq, inner, &n, err);
    if (st) return st;
    if (room < n + 16) return c12__fail(err, C12_E_SPACE, "output is too small", "out", -1, (int64_t)n + 16);
    c12__tlm_sink h = { out, NULL, 8, 0, 0, 0 };
    c12__tlm_cbor_head(&h, C12__TLM_CBOR_ARRAY, 1);
    if (n < 65536) {
        c12__tlm_cbor_head(&h, C12__TLM_CBOR_BYTES, n);
        for (size_t i = 0; i < n && h.at < 4; i++) out[h.at + i] = out[4 + i];
    } else {
        for (size_t i = n; i--;) out[6 + i] = out[4 + i];
        c12__tlm_cbor_head(&h, C12__TLM_CBOR_BYTES, n);
    }
    *size = h.at + n;
    return C12_OK;
}

/* One frame from this row on: *size bytes with *taken rows. */
static c12_status wire_put_frame(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, int64_t row, int64_t end, uint8_t *out, size_t room, size_t *size, int64_t *taken, c12_error *err)
{
    c12_tlm_sender *s = f->s;
    c12__tlm_wire_row now;
    int32_t bad = 0;
    c12_status st = wire_gather(f, row, &now, &bad);
    uint8_t grid = !s->fine;
    int due = st ? s->wanted : wire_key_is_due(s, now.x[0], 0);
    if (grid != s->key.grid && (due || grid < s->key.grid || !s->key.there)) { /* times lie on another grid: only a KEY may say so */
        s->key.grid = grid;
        due = s->wanted = 1;
        c12__tlm_wire_units(f);
        st = wire_gather(f, row, &now, &bad);
    }
    *taken = 1;
    if (st == C12_E_UNSUPPORTED) return wire_put_plain(f, row, out, room, size, err);
    if (st) return c12__fail(err, st, st == C12_E_FORMAT ? "a LIST text is not a compact array of texts" : "code lies outside the dictionary", "value", row,
                             f->o.batch.value[bad * f->o.batch.cap + row]);
    if (!due) {
        *size = wire_put_delta(t, f, &now, row, end, out, room, taken);
    } else {
        c12__tlm_wire_lesson_end(f);
        c12__tlm_wire_rescale(s);
        *size = c12__tlm_wire_put_key(f, &now, out, room);
        s->wanted = !*size; /* scales have changed: nothing goes before this KEY */
        if (*size) {
            s->key_at = now.x[0];
            s->key_size = (uint16_t)(*size < 60000 ? *size : 60000);
            s->excess = 0;
            wire_advance(f, &now);
        }
    }
    return *size ? C12_OK : c12__fail(err, C12_E_SPACE, "output is too small", "out", -1, (int64_t)c12__tlm_wire_bound(&s->wire));
}

c12_status c12_tlm_sender_answer(c12_tlm_sender *self, c12_view nack, c12_error *err)
{
    if (!self || !nack.ptr) return c12__fail(err, C12_E_ARG, "argument is NULL", self ? "nack" : "self", -1, 0);
    const uint8_t *p = nack.ptr;
    if (nack.size != C12__TLM_WIRE_NACK || p[0] != 0xa1 || p[1] >= C12__TLM_WIRE_KEYS || p[2] != 0x42)
        return c12__fail(err, C12_E_FORMAT, "not a NACK", "nack", -1, 0);
    if (c12__tlm_wire_crc16(self->wire.seed & 0xffff, p, 2) != ((uint32_t)p[3] | (uint32_t)p[4] << 8))
        return c12__fail(err, C12_E_FORMAT, "CRC of the NACK is wrong", "nack", -1, 3);
    if (self->key.there && (self->wire.ordered || self->key.id == p[1])) self->wanted = 1;
    return C12_OK;
}

c12_status c12_tlm_sender_push(c12_tlm_sender *self, const c12_tlm_batch *batch, int64_t first, int64_t count, c12_mem out, size_t *used,
                               int64_t *done, int64_t *frames, c12_error *err)
{
    c12__tlm_wire_feed f;
    c12__tlm_wire_tile t;
    if (!self || !used || !done || (!out.ptr && out.size))
        return c12__fail(err, C12_E_ARG, "argument is NULL", !self ? "self" : !used ? "used" : !done ? "done" : "out", -1, 0);
    c12_status st = c12__tlm_take_schema(&f.o.schema, self->wire.schema, err);
    if (st || (st = c12__tlm_take_batch(&f.o, batch, err))) return st;
    if (first < 0 || count < 0 || first > f.o.batch.n || count > f.o.batch.n - first)
        return c12__fail(err, C12_E_RANGE, "rows lie outside the batch", "first", first, count);
    f.s = self;
    f.forms = c12__tlm_wire_tile_best(self->wire.ordered || self->wire.batched);
    c12__tlm_wire_feed_open(&f);
    *used = 0;
    *done = 0;
    int64_t n = 0;
    while (*done < count && !st) {
        size_t size = 0;
        int64_t taken = wire_put_tile(&t, &f, first + *done, first + count, (uint8_t *)out.ptr + *used, out.size - *used, &size);
        *used += size;
        *done += taken;
        n += taken;
        if (*done == count || taken == WIRE_TILE) continue;
        st = wire_put_frame(&t, &f, first + *done, first + count, (uint8_t *)out.ptr + *used, out.size - *used, &size, &taken, err);
        if (st) break;
        *used += size;
        *done += taken;
        self->seq += (uint32_t)taken;
        n++;
    }
    c12__tlm_wire_lesson_end(&f);
    if (frames) *frames = n;
    return st == C12_E_SPACE && n ? C12_OK : st;
}
