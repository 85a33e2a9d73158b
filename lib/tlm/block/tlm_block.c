/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks, writing: head | column payloads | dictionary | raw lines | directory | CRC32C of all after the head. */
#include "tlm/block/tlm_directory.h"
#include "tlm/block/tlm_mix.h"
#include "tlm/linq/tlm_linq.h"

const uint8_t c12__tlm_sync[8] = { 0x89, 'c', '1', '2', 'b', 0x0d, 0x0a, 0x1a };

size_t c12_tlm_block_bound(const c12_tlm_batch *batch, int64_t n_rows)
{
    if (!batch || !batch->dict || n_rows < 0 || n_rows > C12_TLM_BLOCK_ROWS || batch->n_columns < 0 || batch->n_columns > C12_TLM_MAX_FIELDS) return SIZE_MAX;
    const c12_tlm_dict *d = batch->dict;
    if (d->n < 0 || d->size < 0 || batch->raw_size < 0 || d->size > INT32_MAX / 4 || batch->raw_size > INT32_MAX / 4) return SIZE_MAX;
    size_t columns = (size_t)batch->n_columns + 1;
    size_t bytes = C12_TLM_HEAD_BYTES + 4 + columns * (C12__TLM_ENTRY_BYTES + c12__tlm_column_room(n_rows));
    bytes += 10 + (size_t)c12__min64(d->n, INT32_MAX / 40) * 10 + (size_t)d->size;
    return bytes + (size_t)n_rows * 20 + (size_t)batch->raw_size;
}

/* ---- scratch ------------------------------------------------------------------------------------------------------ */

typedef struct tlm_packer {
    c12__tlm_open o;
    const int32_t *rows;  /* NULL = 0 .. n-1 */
    int64_t n, n_live;    /* all rows; those in the columns */
    int64_t *v;           /* [n] one column gathered, where it does not stand together already, or is to be changed */
    int32_t together, live_together; /* rows, and those in the columns, follow one another in the batch */
    int32_t *live;        /* [n_live] rows in the columns */
    int32_t *local;       /* [dict.n] code within the block, -1 = not used yet */
    int32_t *used;        /* [n_used] batch codes by block code */
    int32_t n_used, level;
    c12__tlm_floats floats;
    uint8_t *packed;      /* [raw_size] lines packed, and ... */
    uint32_t *seen;       /* ... where they were seen last; NULL without raw lines */
    size_t lines;         /* bytes of packed lines as they were; 0 = not packed */
    uint8_t *pressed;     /* [pressed_room] texts pressed, and what it takes */
    void *press;
    size_t pressed_room;
    uint32_t text_size, least_texts; /* bytes of pressed texts as they were, in the head's form, 0 = not pressed; fewer are not tried */
    c12__tlm_column entry[C12_TLM_MAX_FIELDS + 1];
    int32_t predicts, reserved; /* rows suffice for prediction */
    c12__tlm_mix *mix;    /* NULL when rows are few */
    ptrdiff_t own;        /* bytes of columns with payloads of their own */
    c12__tlm_writer lanes;
} tlm_packer;

enum { BLOCK_PREDICTED_ROWS = 64, BLOCK_PACKED_BYTES = 64, BLOCK_LINES_BITS = 2 * (32 - C12__TLM_ROW_BITS), BLOCK_FAST_TEXTS = 1024,
       BLOCK_NARROW = 5, BLOCK_SAVES = 16 /* default tries mixed odds in tables of so many fields, and takes them when they save so many of 256 parts */ };

/* Bytes of a dictionary section at most. */
static int64_t block_texts_room(const c12_tlm_dict *d) { return 10 + 10 * (int64_t)d->n + d->size; }

static void block_carve(tlm_packer *p, c12__arena *a, int64_t n_rows, const c12_tlm_dict *dict, int32_t columns, int64_t raw)
{
    int32_t texts = dict->n;
    p->pressed_room = (size_t)c12__min64(block_texts_room(dict), C12__TLM_PRESS_MOST);
    p->press = C12__CARVE(a, uint32_t, (int64_t)(c12__tlm_press_room() / sizeof(uint32_t)));
    p->pressed = C12__CARVE(a, uint8_t, (int64_t)p->pressed_room);
    p->packed = raw ? C12__CARVE(a, uint8_t, raw) : NULL;
    p->seen = raw ? C12__CARVE(a, uint32_t, INT64_C(1) << C12__TLM_LINES_BITS) : NULL;
    p->v = C12__CARVE(a, int64_t, n_rows);
    p->live = C12__CARVE(a, int32_t, n_rows);
    p->local = C12__CARVE(a, int32_t, texts);
    p->used = C12__CARVE(a, int32_t, texts);
    p->floats.bits = C12__CARVE(a, uint32_t, n_rows);
    p->floats.odd_row = C12__CARVE(a, int64_t, n_rows / 64 + 1);
    p->floats.odd_off = C12__CARVE(a, int64_t, n_rows / 64 + 1);
    p->predicts = n_rows >= BLOCK_PREDICTED_ROWS;
    p->mix = p->predicts ? c12__tlm_mix_carve(a) : NULL;
    if (p->predicts) c12__tlm_writer_carve(&p->lanes, a, n_rows, columns + 1);
}

size_t c12_tlm_block_scratch(const c12_tlm_batch *batch, int64_t n_rows)
{
    if (!batch || !batch->dict || n_rows < 0 || batch->dict->n < 0 || batch->dict->size < 0 || batch->n_columns < 0) return SIZE_MAX;
    tlm_packer p;
    c12__arena a = c12__arena_measure();
    block_carve(&p, &a, n_rows, batch->dict, batch->n_columns, batch->raw_size);
    return c12__arena_need(&a);
}

/* ---- columns ---------------------------------------------------------------------------------------------------------- */

/* Batch codes become block codes in order of first use, small and the same for the same rows; into p->v. */
static c12_status block_localise(tlm_packer *p, const int64_t *v, int64_t n, const int32_t *rows, c12_error *err)
{
    int64_t last = -1;
    int32_t local = 0;
    for (int64_t i = 0; i < n; i++) {
        if (v[i] != last) {
            last = v[i];
            if (last < 0 || last >= p->o.dict.n) return c12__fail(err, C12_E_RANGE, "code lies outside the dictionary", "value", rows ? rows[i] : i, last);
            if (p->local[last] < 0) {
                p->used[p->n_used] = (int32_t)last;
                p->local[last] = p->n_used++;
            }
            local = p->local[last];
        }
        p->v[i] = local;
    }
    return C12_OK;
}

/* Common trailing zeros leave, down to the usual scale: one odd value in a long batch must not cost its neighbours' blocks. */
static int32_t block_lower_scale(int64_t *v, int64_t n, int32_t scale, int32_t usual)
{
    for (; scale > usual; scale--) {
        for (int64_t i = 0; i < n; i++)
            if (v[i] % 10) return scale;
        for (int64_t i = 0; i < n; i++) v[i] /= 10;
    }
    return scale;
}

/* A lane, or a payload of its own. */
static void block_put_payload(tlm_packer *p, int32_t entry, const int64_t *v, int64_t n, uint8_t *out, c12__tlm_column *c)
{
    const c12_tlm_schema *s = &p->o.schema;
    int code = entry < s->n_fields && c12__tlm_is_code(s->kind[entry]), stride = entry == s->n_fields || entry == s->time_field;
    if (p->predicts && !code && n == p->n_live && c12__tlm_writer_offer(&p->lanes, v, entry, stride, c)) {
        c->codec = C12_TLM_LINQ;
        c->bytes = 0;
    } else if (p->level == C12_TLM_PLAIN) c12__tlm_column_encode_plain(v, n, out, c);
    else c12__tlm_column_encode(v, n, out, c, p->lanes.mix, p->lanes.less);
}

/* The column's zone is in c, its cells in p->v: their payload, then what lies below them. */
static void block_put_floats(tlm_packer *p, int32_t entry, int64_t n, uint8_t *out, c12__tlm_column *c)
{
    c12__tlm_column cells = *c;
    c12__tlm_column_zone(p->v, n, &cells);
    block_put_payload(p, entry, p->v, n, out, &cells);
    c->codec = cells.codec;
    c->bytes = cells.bytes;
    c->below = c12__tlm_float_put(&p->floats, p->v, n, cells.min, out + c->bytes) - (out + c->bytes);
}

/* v lies in the batch, or is p->v when it may be changed. */
static uint8_t *block_put_values(tlm_packer *p, int32_t entry, const int64_t *v, int64_t n, int32_t scale, uint8_t *out, c12__tlm_column *c)
{
    c->scale = scale;
    c->below = 0;
    c12__tlm_column_zone(v, n, c);
    p->lanes.base[entry] = c->min;
    p->lanes.size[entry] = (uint8_t)c12__tlm_width((uint64_t)c->max - (uint64_t)c->min);
    if (v == p->v && entry < p->o.schema.n_fields && p->o.schema.kind[entry] == C12_TLM_DECIMAL && c12__tlm_float_split(p->v, n, scale, &p->floats)) {
        p->lanes.base[entry] = 0;
        block_put_floats(p, entry, n, out, c);
    } else if (c12__tlm_is_line(v, n, c)) {
        c->codec = C12_TLM_LINE;
        c->bytes = 0;
    } else block_put_payload(p, entry, v, n, out, c);
    p->entry[entry] = *c;
    return out + c->bytes + c->below;
}

/* The column's rows: where they stand, or copied. */
static const int64_t *block_gather(tlm_packer *p, const int64_t *column, const int32_t *rows, int64_t n, int together, int changes)
{
    if (!n) return p->v;
    if (rows && !together) for (int64_t i = 0; i < n; i++) p->v[i] = column[rows[i]];
    else if (!changes) return column + (rows ? rows[0] : 0);
    else memcpy(p->v, column + (rows ? rows[0] : 0), (size_t)n * sizeof *column);
    return p->v;
}

/* One field of the schema. */
static c12_status block_put_field(tlm_packer *p, int32_t f, uint8_t **out, c12__tlm_column *c, c12_error *err)
{
    const c12_tlm_schema *s = &p->o.schema;
    const c12_tlm_batch *b = &p->o.batch;
    int role = f == s->robot_field || f == s->time_field, together = role ? p->together : p->live_together, is_decimal = s->kind[f] == C12_TLM_DECIMAL;
    const int32_t *rows = role ? p->rows : p->live;
    int64_t n = role ? p->n : p->n_live;
    int32_t scale = b->scale[f];
    const int64_t *v = block_gather(p, b->value + f * b->cap, rows, n, together, is_decimal && (scale > s->decimals[f] || scale >= C12__TLM_FLOAT_SCALE));
    if (n > 1 && !memcmp(v, v + 1, (size_t)(n - 1) * sizeof *v)) n = 1; /* all the same, as most texts are: one value says it */
    if (c12__tlm_is_code(s->kind[f])) {
        c12_status st = block_localise(p, v, n, rows, err);
        if (st) return st;
        v = p->v;
    }
    int64_t off = c12__tlm_off_step(s, f, scale, v, n);
    if (off >= 0) return c12__fail(err, C12_E_RANGE, "value is no multiple of its field's step; c12_tlm_round makes it one", "value", rows ? rows[off] : off, v[off]);
    if (is_decimal && v == p->v) scale = block_lower_scale(p->v, n, scale, s->decimals[f]);
    *out = block_put_values(p, f, v, n, scale, *out, c);
    return C12_OK;
}

/* All payloads; the time's range goes into the head. */
static c12_status block_put_columns(tlm_packer *p, uint8_t **out, int64_t time_range[2], c12_error *err)
{
    const c12_tlm_schema *s = &p->o.schema;
    const c12_tlm_batch *b = &p->o.batch;
    const uint8_t *start = *out;
    c12__tlm_column c;
    for (int32_t f = 0; f < s->n_fields; f++) {
        c12_status st = block_put_field(p, f, out, &c, err);
        if (st) return st;
        if (f == s->time_field) { time_range[0] = c.min; time_range[1] = c.max; }
    }
    if (b->order) {
        const int64_t *v = block_gather(p, b->order, p->rows, p->n, p->together, 0);
        *out = block_put_values(p, s->n_fields, v, p->n, 0, *out, &c);
    }
    p->own = *out - start;
    if (p->predicts) *out = c12__tlm_writer_put(&p->lanes, *out);
    return C12_OK;
}

static c12_status block_offer_columns(tlm_packer *p, uint8_t **out, int64_t time_range[2], c12_error *err)
{
    if (p->predicts) c12__tlm_writer_begin(&p->lanes, p->n_live, p->level);
    p->n_used = 0;
    memset(p->local, 0xff, (size_t)p->o.dict.n * sizeof *p->local);
    return block_put_columns(p, out, time_range, err);
}

static size_t block_put_directory(tlm_packer *p, const int64_t time_range[2], uint8_t *out)
{
    const c12__tlm_frame frame = { p->n, time_range[0], time_range[1], UINT64_MAX, C12_TLM_MIX, 0 };
    return c12__tlm_directory_put(&p->o.schema, &frame, p->entry, p->o.schema.n_fields + (p->o.batch.order != NULL), out);
}

/* Until no column has to leave the lanes: at most once for bins, once for mixed odds, and once more when those that left took more than they saved, with what the
 * directory says of them. */
static c12_status block_settle_columns(tlm_packer *p, uint8_t **out, int64_t time_range[2], c12_error *err)
{
    c12__tlm_writer *w = &p->lanes;
    uint8_t *start = *out, barred[sizeof w->barred];
    size_t least = SIZE_MAX;
    memset(w->barred, 0, sizeof w->barred);
    memset(barred, 0, sizeof barred);
    w->mix = p->level == C12_TLM_MAX || (p->level == C12_TLM_DEFAULT && p->o.schema.n_fields <= BLOCK_NARROW) ? p->mix : NULL;
    w->less = p->level == C12_TLM_MAX ? 0 : BLOCK_SAVES;
    w->values = p->v;
    w->shape = 0;
    for (w->rounds = 0; ; w->rounds++) {
        uint8_t before[sizeof barred];
        memcpy(before, w->barred, sizeof before);
        *out = start;
        c12_status st = block_offer_columns(p, out, time_range, err);
        if (st || (*out && least == SIZE_MAX)) return st;
        if (*out) {
            if ((size_t)(*out - start) + block_put_directory(p, time_range, *out) <= least) return C12_OK;
            memcpy(w->barred, barred, sizeof barred); /* as it was when it was least */
            least = SIZE_MAX;
        } else if (w->all) { /* the directory goes where columns will be once more */
            size_t all = (size_t)(p->own + w->all) + block_put_directory(p, time_range, start);
            if (all >= least) continue;
            memcpy(barred, before, sizeof barred);
            least = all;
        }
    }
}

/* ---- texts and raw lines ------------------------------------------------------------------------------------------------- */

static uint8_t *block_put_texts(const tlm_packer *p, uint8_t *out)
{
    out += c12__tlm_put_varint(out, (uint64_t)p->n_used);
    for (int32_t k = 0; k < p->n_used; k++) out += c12__tlm_put_varint(out, c12__tlm_text(&p->o.dict, p->used[k]).size);
    for (int32_t k = 0; k < p->n_used; k++) {
        c12_view t = c12__tlm_text(&p->o.dict, p->used[k]);
        if (t.size) memcpy(out, t.ptr, t.size);
        out += t.size;
    }
    return out;
}

/* The head's byte for so many bytes of texts: the least whose limit is not below. */
static uint32_t block_text_size(size_t n)
{
    uint32_t size = 0;
    while (c12__tlm_press_limit(size) < n) size++;
    return size;
}

/* Texts at out .. end pressed where they stand, when that is shorter; their new end. */
static uint8_t *block_press_texts(tlm_packer *p, uint8_t *out, uint8_t *end)
{
    size_t n = (size_t)(end - out);
    p->text_size = 0;
    if (n < p->least_texts || n > p->pressed_room) return end;
    size_t front = c12__tlm_put_varint(p->pressed, n), used = c12__tlm_press(out, n, p->pressed + front, n - 1 - front, p->press);
    if (!used) return end;
    memcpy(out, p->pressed, front + used);
    p->text_size = block_text_size(n);
    return out + front + used;
}

static int64_t block_row(const tlm_packer *p, int64_t i) { return p->rows ? p->rows[i] : i; }

/* Lines back to back, packed when that is shorter. */
static uint8_t *block_put_lines(tlm_packer *p, uint8_t *out)
{
    const c12_tlm_batch *b = &p->o.batch;
    uint8_t *start = out;
    for (int64_t i = 0; i < p->n; i++) {
        int64_t r = block_row(p, i);
        if (!c12__tlm_is_raw(b, r)) continue;
        memcpy(out, b->raw + b->raw_at[r], (size_t)b->raw_len[r]);
        out += b->raw_len[r];
    }
    size_t lines = (size_t)(out - start), packed = lines >= BLOCK_PACKED_BYTES && lines < UINT64_C(1) << BLOCK_LINES_BITS ? c12__tlm_lines_pack(start, lines, p->packed, lines - 1, p->seen) : 0;
    if (!packed) return out;
    memcpy(start, p->packed, packed);
    p->lines = lines;
    return start + packed;
}

static uint8_t *block_put_raw(tlm_packer *p, uint8_t *out)
{
    const c12_tlm_batch *b = &p->o.batch;
    int64_t next = 0;
    p->lines = 0;
    if (p->n_live == p->n) return out;
    for (int64_t i = 0; i < p->n; i++) {
        int64_t r = block_row(p, i);
        if (!c12__tlm_is_raw(b, r)) continue;
        out += c12__tlm_put_varint(out, (uint64_t)(i - next));
        out += c12__tlm_put_varint(out, (uint64_t)b->raw_len[r]);
        next = i + 1;
    }
    return block_put_lines(p, out);
}

/* ---- entry ----------------------------------------------------------------------------------------------------------------- */

static c12_status block_take_rows(tlm_packer *p, c12_error *err)
{
    const c12_tlm_batch *b = &p->o.batch;
    c12__faults f = { err, C12_OK, 0 };
    p->n_live = 0;
    p->together = 1;
    uint64_t raw = 0;
    for (int64_t i = 0; i < p->n && !c12__full(&f); i++) {
        int64_t r = block_row(p, i);
        p->together &= r == block_row(p, 0) + i;
        if (r < 0 || r >= b->n) { c12__fault(&f, C12_E_RANGE, "row lies outside the batch", "rows", i, r); continue; }
        if (!c12__tlm_is_raw(b, r)) { p->live[p->n_live++] = (int32_t)r; continue; }
        if (b->raw_len[r] < 0 || b->raw_at[r] > b->raw_size || b->raw_len[r] > b->raw_size - b->raw_at[r])
            c12__fault(&f, C12_E_RANGE, "raw line lies outside the raw bytes", "raw_at", r, b->raw_at[r]);
        else raw += (uint64_t)b->raw_len[r];
    }
    p->live_together = p->together && p->n_live == p->n;
    if (!f.status && raw > (uint64_t)b->raw_size) c12__fault(&f, C12_E_RANGE, "rows share raw lines", "raw_len", -1, (int64_t)raw);
    return f.status;
}

/* The oldest version that has all its columns' codecs. */
static uint32_t block_version(const tlm_packer *p)
{
    for (int32_t i = 0; i < p->o.schema.n_fields + (p->o.batch.order != NULL); i++)
        if (p->entry[i].codec >= C12_TLM_LINE) return C12__TLM_BLOCK_MIXES;
    return C12__TLM_BLOCK_NUMBERS;
}

static void block_put_head(const tlm_packer *p, uint8_t *at, uint32_t seq, const int64_t time_range[2], const uint32_t size[4])
{
    memcpy(at, c12__tlm_sync, 8);
    c12__tlm_put32(at + 8, size[0]);
    c12__tlm_put32(at + 12, seq);
    c12__tlm_put32(at + 16, p->o.schema.id);
    c12__tlm_put32(at + 20, (uint32_t)p->n | (uint32_t)p->lines << C12__TLM_ROW_BITS);
    c12__tlm_put64(at + 24, (uint64_t)time_range[0]);
    c12__tlm_put64(at + 32, (uint64_t)time_range[1]);
    c12__tlm_put32(at + 40, (uint32_t)(p->n - p->n_live) | (uint32_t)(p->lines >> (32 - C12__TLM_ROW_BITS)) << C12__TLM_ROW_BITS);
    c12__tlm_put32(at + 44, (uint32_t)p->o.schema.n_fields | p->text_size << 8 | (block_version(p) << 8 | (p->o.batch.order ? C12__TLM_BLOCK_ORDER : 0u) | (p->lines ? C12__TLM_BLOCK_PACKED : 0u)) << 16);
    for (int i = 1; i < 4; i++) c12__tlm_put32(at + 44 + 4 * i, size[i]);
    c12_view head = { at, 60 };
    c12__tlm_put32(at + 60, c12_tlm_crc32c(0, head));
}

static c12_status block_write(tlm_packer *p, uint32_t seq, uint8_t *start, size_t *used, c12_error *err)
{
    uint8_t *out = start + C12_TLM_HEAD_BYTES;
    int64_t time_range[2] = { 0, 0 };
    uint32_t size[4]; /* block, directory, texts, raw */
    c12_status st = block_settle_columns(p, &out, time_range, err);
    if (st) return st;
    uint8_t *texts = out, *raw = block_press_texts(p, texts, block_put_texts(p, texts));
    out = block_put_raw(p, raw);
    size[2] = (uint32_t)(raw - texts);
    size[3] = (uint32_t)(out - raw);
    size[1] = (uint32_t)block_put_directory(p, time_range, out);
    out += size[1];
    c12_view body = { start + C12_TLM_HEAD_BYTES, (size_t)(out - start) - C12_TLM_HEAD_BYTES };
    c12__tlm_put32(out, c12_tlm_crc32c(0, body));
    out += 4;
    size[0] = (uint32_t)(out - start);
    block_put_head(p, start, seq, time_range, size);
    *used = size[0];
    return C12_OK;
}

static c12_status block_take_options(tlm_packer *p, const c12_tlm_block_options *options, c12_error *err)
{
    c12_tlm_block_options o = C12_INIT(c12_tlm_block_options);
    c12_status st = options ? c12__take(&o, sizeof o, options, "options", err) : C12_OK;
    if (st) return st;
    if (o.level < C12_TLM_DEFAULT || o.level > C12_TLM_PLAIN) return c12__fail(err, C12_E_ARG, "there is no such level", "level", -1, o.level);
    p->level = o.level;
    p->least_texts = o.level == C12_TLM_PLAIN ? UINT32_MAX : o.level == C12_TLM_FAST ? BLOCK_FAST_TEXTS : C12__TLM_PRESS_LEAST;
    return C12_OK;
}

c12_status c12_tlm_block_encode_with(const c12_tlm_schema *schema, const c12_tlm_batch *batch, const int32_t *rows, int64_t n_rows,
                                     uint32_t seq, const c12_tlm_block_options *options, c12_mem out, size_t *used, c12_mem scratch,
                                     c12_error *err)
{
    tlm_packer p;
    c12_status st = c12__tlm_take_schema(&p.o.schema, schema, err);
    if (st || (st = c12__tlm_take_batch(&p.o, batch, err))) return st;
    if ((st = block_take_options(&p, options, err))) return st;
    if (!used || !out.ptr) return c12__fail(err, C12_E_ARG, "output is NULL", used ? "out" : "used", -1, 0);
    if (n_rows < 1 || n_rows > C12_TLM_BLOCK_ROWS) return c12__fail(err, C12_E_RANGE, "a block has 1 to 65536 rows", "n_rows", -1, n_rows);
    size_t bound = c12_tlm_block_bound(&p.o.batch, n_rows);
    if (bound == SIZE_MAX) return c12__fail(err, C12_E_OVERFLOW, "texts or raw lines are too many for a block", "batch", -1, p.o.batch.raw_size);
    if (out.size < bound) return c12__fail(err, C12_E_SPACE, "output is too small", "out", -1, (int64_t)bound);
    c12__arena a = c12__arena_over(scratch);
    block_carve(&p, &a, n_rows, &p.o.dict, p.o.batch.n_columns, p.o.batch.raw_size);
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)c12__arena_need(&a));
    p.rows = rows;
    p.n = n_rows;
    if ((st = block_take_rows(&p, err))) return st;
    p.predicts &= p.n_live >= BLOCK_PREDICTED_ROWS && p.level != C12_TLM_PLAIN;
    return block_write(&p, seq, out.ptr, used, err);
}

c12_status c12_tlm_block_encode(const c12_tlm_schema *schema, const c12_tlm_batch *batch, const int32_t *rows, int64_t n_rows,
                                uint32_t seq, c12_mem out, size_t *used, c12_mem scratch, c12_error *err)
{
    return c12_tlm_block_encode_with(schema, batch, rows, n_rows, seq, NULL, out, used, scratch, err);
}
