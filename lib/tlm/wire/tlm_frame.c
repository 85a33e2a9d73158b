/* SPDX-License-Identifier: Apache-2.0 */
/* Radio frames: one record as a CBOR map keyed by field ids, closed by CRC32C. */
#include "tlm/wire/tlm_frame_internal.h"

enum { TLM_FRAME_DECIMAL_TAG = 4 };

/* Fields by ascending id, which is the order of their encoded keys. */
void c12__tlm_frame_order(const c12_tlm_schema *s, int32_t *order)
{
    for (int32_t f = 0; f < s->n_fields; f++) {
        int32_t at = f;
        for (; at && s->field_id[order[at - 1]] > s->field_id[f]; at--) order[at] = order[at - 1];
        order[at] = f;
    }
}

/* The scale a frame uses: the schema's when exact, else the smallest that is. */
static int32_t frame_scale(int64_t *v, int32_t scale, int32_t usual)
{
    for (; scale > usual && *v % 10 == 0; scale--) *v /= 10;
    if (scale < usual && !c12__tlm_scale_up(v, 1, usual - scale)) return usual;
    return scale;
}

/* ---- encode ------------------------------------------------------------------------------------------------------- */

static void frame_put_decimal(c12__tlm_sink *s, int64_t v, int32_t scale, int32_t usual)
{
    scale = frame_scale(&v, scale, usual);
    if (scale != usual) {
        c12__tlm_cbor_head(s, C12__TLM_CBOR_TAG, TLM_FRAME_DECIMAL_TAG);
        c12__tlm_cbor_head(s, C12__TLM_CBOR_ARRAY, 2);
        c12__tlm_cbor_int(s, -scale);
    }
    c12__tlm_cbor_int(s, v);
}

/* A compact JSON array of texts as a CBOR array; 0 = the text is no such array. */
static int frame_put_list(c12__tlm_sink *s, c12_view list)
{
    uint8_t room[256];
    c12_view text;
    uint64_t n = 0;
    if (!list.size || c12__tlm_scan_list(list.ptr, list.size) != list.size) return 0;
    for (size_t i = 1; i < list.size - 1; n++) i += c12__tlm_scan_string(list.ptr + i, list.size - i, room, sizeof room, &text) + 1;
    c12__tlm_cbor_head(s, C12__TLM_CBOR_ARRAY, n);
    for (size_t i = 1; i < list.size - 1;) {
        i += c12__tlm_scan_string(list.ptr + i, list.size - i, room, sizeof room, &text) + 1;
        c12__tlm_cbor_text(s, text);
    }
    return 1;
}

c12_status c12__tlm_frame_put_value(c12__tlm_sink *s, const c12__tlm_open *o, int32_t f, int64_t v)
{
    int32_t kind = o->schema.kind[f];
    if (kind == C12_TLM_DECIMAL) frame_put_decimal(s, v, o->batch.scale[f], o->schema.decimals[f]);
    else if (!c12__tlm_is_code(kind)) c12__tlm_cbor_int(s, v);
    else if (v < 0 || v >= o->dict.n) return C12_E_RANGE;
    else if (kind == C12_TLM_TEXT) c12__tlm_cbor_text(s, c12__tlm_text(&o->dict, v));
    else if (!frame_put_list(s, c12__tlm_text(&o->dict, v))) return C12_E_FORMAT;
    return C12_OK;
}

static c12_status frame_put_map(c12__tlm_sink *s, const c12__tlm_open *o, int64_t row, uint32_t seq, int32_t *field)
{
    const c12_tlm_batch *b = &o->batch;
    int raw = c12__tlm_is_raw(b, row);
    int32_t order[C12_TLM_MAX_FIELDS];
    c12__tlm_frame_order(&o->schema, order);
    c12__tlm_cbor_head(s, C12__TLM_CBOR_MAP, raw ? 5 : (uint64_t)o->schema.n_fields + 2);
    c12__tlm_cbor_int(s, 0);
    c12__tlm_cbor_int(s, seq);
    for (int32_t i = 0; i < o->schema.n_fields; i++) {
        int32_t f = order[i];
        if (raw && f != o->schema.robot_field && f != o->schema.time_field) continue;
        c12__tlm_cbor_int(s, o->schema.field_id[f]);
        c12_status st = c12__tlm_frame_put_value(s, o, f, b->value[f * b->cap + row]);
        if (st) { *field = f; return st; }
    }
    c12__tlm_cbor_int(s, C12__TLM_FRAME_SCHEMA);
    c12__tlm_cbor_int(s, o->schema.id);
    if (!raw) return C12_OK;
    c12_view line = { b->raw + b->raw_at[row], (size_t)b->raw_len[row] };
    c12__tlm_cbor_int(s, C12__TLM_FRAME_RAW);
    c12__tlm_cbor_text(s, line);
    return C12_OK;
}

c12_status c12__tlm_frame_open(c12__tlm_open *o, const c12_tlm_schema *schema, const c12_tlm_batch *batch, c12_error *err)
{
    c12_status st = c12__tlm_take_schema(&o->schema, schema, err);
    return st ? st : c12__tlm_take_batch(o, batch, err);
}

/* A row that is there, with all that can be wrong in it. */
c12_status c12__tlm_frame_put_row(const c12__tlm_open *o, int64_t row, uint32_t seq, c12_mem out, size_t *used, c12_error *err)
{
    const c12_tlm_batch *b = &o->batch;
    c12__tlm_sink s = { out.ptr, NULL, out.size, 0, 0, 0 };
    int32_t field = 0;
    if (c12__tlm_is_raw(b, row) && (b->raw_len[row] < 0 || b->raw_at[row] > b->raw_size || b->raw_len[row] > b->raw_size - b->raw_at[row]))
        return c12__fail(err, C12_E_RANGE, "raw line lies outside the raw bytes", "raw_at", row, b->raw_at[row]);
    c12_status st = frame_put_map(&s, o, row, seq, &field);
    if (st)
        return c12__fail(err, st, st == C12_E_FORMAT ? "a LIST text is not a compact array of texts" : "code lies outside the dictionary",
                         "value", row, b->value[field * b->cap + row]);
    if (s.at + 4 > out.size) return c12__fail(err, C12_E_SPACE, "output is too small", "out", -1, (int64_t)s.at + 4);
    c12_view map = { out.ptr, s.at };
    c12__tlm_put32(s.to + s.at, c12_tlm_crc32c(0, map));
    *used = s.at + 4;
    return C12_OK;
}

c12_status c12_tlm_frame_encode(const c12_tlm_schema *schema, const c12_tlm_batch *batch, int64_t row, uint32_t seq, c12_mem out,
                                size_t *used, c12_error *err)
{
    c12__tlm_open o;
    c12_status st = c12__tlm_frame_open(&o, schema, batch, err);
    if (st) return st;
    const c12_tlm_batch *b = &o.batch;
    if (!used || (!out.ptr && out.size)) return c12__fail(err, C12_E_ARG, "output is NULL", used ? "out" : "used", -1, 0);
    if (row < 0 || row >= b->n) return c12__fail(err, C12_E_RANGE, "row lies outside the batch", "row", row, row);
    return c12__tlm_frame_put_row(&o, row, seq, out, used, err);
}

/* ---- decode --------------------------------------------------------------------------------------------------------- */

static c12_status frame_get_decimal(c12__tlm_frame_reader *r, int32_t f)
{
    uint64_t n;
    int64_t exponent, v;
    int32_t usual = r->o.schema.decimals[f];
    r->scale[f] = usual;
    if (!c12__tlm_cbor_read_head(&r->c, C12__TLM_CBOR_TAG, &n)) return c12__tlm_cbor_read_int(&r->c, &r->value[f]) ? C12_OK : C12_E_FORMAT;
    if (n != TLM_FRAME_DECIMAL_TAG || !c12__tlm_cbor_read_head(&r->c, C12__TLM_CBOR_ARRAY, &n) || n != 2) return C12_E_FORMAT;
    if (!c12__tlm_cbor_read_int(&r->c, &exponent) || exponent > 0 || exponent < -C12_TLM_MAX_SCALE) return C12_E_FORMAT;
    if (!c12__tlm_cbor_read_int(&r->c, &r->value[f])) return C12_E_FORMAT;
    v = r->value[f];
    r->scale[f] = (int32_t)-exponent;
    if (frame_scale(&v, r->scale[f], usual) != r->scale[f] || r->scale[f] == usual) return C12_E_FORMAT; /* a shorter form exists */
    return C12_OK;
}

static c12_status frame_keep_text(c12__tlm_frame_reader *r, int32_t f, c12_view text)
{
    r->value[f] = c12__tlm_code(&r->o.dict, text);
    return r->value[f] < 0 ? C12_E_SPACE : C12_OK;
}

/* The JSON array is composed in the dictionary's free room, where it stays when it is new. */
static c12_status frame_get_list(c12__tlm_frame_reader *r, int32_t f)
{
    c12_tlm_dict *d = &r->o.dict;
    c12__tlm_sink s = { d->bytes + d->size, NULL, (size_t)(d->bytes_cap - d->size), 0, 0, 0 };
    uint64_t n;
    if (!c12__tlm_cbor_read_head(&r->c, C12__TLM_CBOR_ARRAY, &n)) return C12_E_FORMAT;
    c12__tlm_emit1(&s, '[');
    for (uint64_t i = 0; i < n; i++) {
        c12_view text;
        if (!c12__tlm_cbor_read_text(&r->c, &text)) return C12_E_FORMAT;
        if (i) c12__tlm_emit1(&s, ',');
        c12__tlm_emit_string(&s, text);
    }
    c12__tlm_emit1(&s, ']');
    if (s.differs) return C12_E_SPACE;
    if (c12__tlm_scan_list(s.to, s.at) != s.at) return C12_E_FORMAT;
    c12_view list = { s.to, s.at };
    return frame_keep_text(r, f, list);
}

static c12_status frame_get_value(c12__tlm_frame_reader *r, int32_t f)
{
    c12_view text;
    r->seen[f] = 1;
    switch (r->o.schema.kind[f]) {
    case C12_TLM_DECIMAL: return frame_get_decimal(r, f);
    case C12_TLM_TEXT: return c12__tlm_cbor_read_text(&r->c, &text) ? frame_keep_text(r, f, text) : C12_E_FORMAT;
    case C12_TLM_LIST: return frame_get_list(r, f);
    default: return c12__tlm_cbor_read_int(&r->c, &r->value[f]) ? C12_OK : C12_E_FORMAT;
    }
}

static c12_status frame_get_member(c12__tlm_frame_reader *r)
{
    int64_t key;
    const c12_tlm_schema *s = &r->o.schema;
    if (!c12__tlm_cbor_read_int(&r->c, &key)) return C12_E_FORMAT;
    if (key == 0) return c12__tlm_cbor_read_int(&r->c, &r->seq) && r->seq >= 0 && r->seq <= (int64_t)UINT32_MAX ? C12_OK : C12_E_FORMAT;
    if (key == C12__TLM_FRAME_SCHEMA) return c12__tlm_cbor_read_int(&r->c, &r->schema_id) && r->schema_id == (int64_t)s->id ? C12_OK : C12_E_FORMAT;
    if (key == C12__TLM_FRAME_RAW) return c12__tlm_cbor_read_text(&r->c, &r->raw) ? C12_OK : C12_E_FORMAT;
    for (int32_t f = 0; f < s->n_fields; f++)
        if (s->field_id[f] == key) return frame_get_value(r, f);
    return C12_E_FORMAT;
}

/* All that must be there is there: every field, or robot and time beside a raw line. */
static int frame_is_whole(const c12__tlm_frame_reader *r)
{
    const c12_tlm_schema *s = &r->o.schema;
    if (r->seq < 0 || r->schema_id < 0) return 0;
    for (int32_t f = 0; f < s->n_fields; f++)
        if (r->seen[f] != (!r->raw.ptr || f == s->robot_field || f == s->time_field)) return 0;
    return 1;
}

/* A raw line is one line, a valid record, and of the robot and the time that the frame names. */
static int frame_raw_is_sound(const c12__tlm_frame_reader *r)
{
    const c12_tlm_schema *s = &r->o.schema;
    c12__tlm_identity id;
    if (!r->raw.ptr) return 1;
    for (size_t i = 0; i < r->raw.size; i++)
        if (r->raw.ptr[i] == '\n') return 0;
    if (!c12__tlm_read_identity(s, r->raw, &id) || id.ms != r->value[s->time_field]) return 0;
    c12_view robot = c12__tlm_text(&r->o.dict, r->value[s->robot_field]);
    return robot.size == id.robot.size && !memcmp(robot.ptr, id.robot.ptr, robot.size);
}

/* Values brought to the batch's scales; raising a column touches earlier rows only in their unit, not in their meaning. */
static c12_status frame_append(c12__tlm_frame_reader *r)
{
    const c12_tlm_schema *s = &r->o.schema;
    c12_tlm_batch *b = &r->o.batch;
    for (int32_t f = 0; f < s->n_fields; f++) {
        if (!r->seen[f] || s->kind[f] != C12_TLM_DECIMAL) continue;
        if (r->scale[f] > b->scale[f]) { if (c12__tlm_raise(b, f, r->scale[f])) return C12_E_OVERFLOW; }
        else if (c12__tlm_scale_up(&r->value[f], 1, b->scale[f] - r->scale[f])) return C12_E_OVERFLOW;
    }
    for (int32_t f = 0; f < s->n_fields; f++) b->value[f * b->cap + b->n] = r->seen[f] ? r->value[f] : 0;
    if (b->raw_at) b->raw_at[b->n] = r->raw.ptr ? b->raw_size : -1;
    if (r->raw.ptr) {
        memcpy(b->raw + b->raw_size, r->raw.ptr, r->raw.size);
        b->raw_len[b->n] = (int64_t)r->raw.size;
        b->raw_size += (int64_t)r->raw.size;
    }
    if (b->order) b->order[b->n] = b->n ? b->order[b->n - 1] + 1 : 0;
    b->n++;
    return C12_OK;
}

/* What was read becomes a row, if there is room. */
static c12_status frame_finish(c12__tlm_frame_reader *r, c12_error *err)
{
    if (!frame_raw_is_sound(r)) return c12__fail(err, C12_E_FORMAT, "raw line of a frame is no record of its robot and time", "frame", -1, (int64_t)r->c.at);
    c12_tlm_batch *b = &r->o.batch;
    if (b->n == b->cap) return c12__fail(err, C12_E_SPACE, "the batch is full", "rows", -1, b->cap + 1);
    if (r->raw.ptr && (!b->raw_at || r->raw.size > (uint64_t)(b->raw_cap - b->raw_size)))
        return c12__fail(err, C12_E_SPACE, "the batch is full", "raw_bytes", -1, b->raw_size + (int64_t)r->raw.size);
    c12_status st = frame_append(r);
    return st ? c12__fail(err, st, "value does not fit the column's scale", "frame", -1, (int64_t)r->c.at) : st;
}

static c12_status frame_read(c12__tlm_frame_reader *r, c12_error *err)
{
    uint64_t n = 0;
    if (!c12__tlm_cbor_read_head(&r->c, C12__TLM_CBOR_MAP, &n)) return c12__fail(err, C12_E_FORMAT, "a frame is a map", "frame", -1, 0);
    for (uint64_t i = 0; i < n; i++) {
        c12_status st = frame_get_member(r);
        if (st) return c12__fail(err, st, st == C12_E_SPACE ? "the dictionary is full" : "member of a frame is wrong",
                                 st == C12_E_SPACE ? "dict" : "frame", (int64_t)i, (int64_t)r->c.at);
    }
    if (!frame_is_whole(r)) return c12__fail(err, C12_E_FORMAT, "frame lacks a field, or has one too many", "frame", -1, (int64_t)r->c.at);
    return frame_finish(r, err);
}

/* One frame at the start of the bytes, for a batch that is open. */
c12_status c12__tlm_frame_take(c12__tlm_frame_reader *r, c12_view frame, size_t *used, c12_error *err)
{
    size_t bad = 0, size = c12__tlm_cbor_item(frame, &bad);
    if (!size) return c12__fail(err, C12_E_FORMAT, "not deterministic CBOR", "frame", -1, (int64_t)bad);
    c12_view map = { frame.ptr, size };
    if (frame.size - size < 4) return c12__fail(err, C12_E_FORMAT, "frame ends before its CRC", "frame", -1, (int64_t)frame.size);
    if (c12__tlm_get32(frame.ptr + size) != c12_tlm_crc32c(0, map))
        return c12__fail(err, C12_E_FORMAT, "CRC of the frame is wrong", "frame", -1, (int64_t)size);
    c12__tlm_cbor c = { map, 0 };
    r->c = c;
    r->raw.ptr = NULL;
    r->raw.size = 0;
    memset(r->seen, 0, sizeof r->seen);
    r->seq = r->schema_id = -1;
    *used = size + 4;
    return frame_read(r, err);
}

c12_status c12_tlm_frame_decode(const c12_tlm_schema *schema, c12_view frame, c12_tlm_batch *batch, uint32_t *seq, size_t *used,
                                c12_error *err)
{
    c12__tlm_frame_reader r;
    size_t size;
    c12_status st = c12__tlm_frame_open(&r.o, schema, batch, err);
    if (st) return st;
    if (!used || !frame.ptr) return c12__fail(err, C12_E_ARG, "argument is NULL", used ? "frame" : "used", -1, 0);
    st = c12__tlm_frame_take(&r, frame, &size, err);
    c12__tlm_give_batch(batch, &r.o);
    if (st) return st;
    if (seq) *seq = (uint32_t)r.seq;
    *used = size;
    return C12_OK;
}

/* ---- schemas that have moved on ------------------------------------------------------------------------------------------ */

/* The value of from-field f in the unit of to-field t; 0 = their kinds have nothing in common. */
static int frame_turn_into(const c12__tlm_frame_reader *r, const c12_tlm_schema *to, int32_t f, int32_t t, int32_t *scale)
{
    int32_t had = r->o.schema.kind[f], has = to->kind[t];
    *scale = had == C12_TLM_DECIMAL ? r->scale[f] : 0;
    if (had == has) return 1;
    return had == C12_TLM_INTEGER && has == C12_TLM_DECIMAL;
}

static int32_t frame_find(const c12_tlm_schema *s, int64_t id)
{
    for (int32_t f = 0; f < s->n_fields; f++)
        if (s->field_id[f] == id) return f;
    return -1;
}

/* What a field has that its sender did not know. */
static c12_status frame_lacks(c12__tlm_frame_reader *r, const c12_tlm_schema *to, int32_t t, int64_t *v)
{
    static const uint8_t list[2] = { '[', ']' };
    c12_view empty = { list, to->kind[t] == C12_TLM_LIST ? 2 : 0 };
    *v = 0;
    if (!c12__tlm_is_code(to->kind[t])) return C12_OK;
    *v = c12__tlm_code(&r->o.dict, empty);
    return *v < 0 ? C12_E_SPACE : C12_OK;
}

/* The fields of both schemas, the sender's first: an older program may have put a newer one's members back into a frame of its own. */
typedef struct frame_union { int32_t id[C12_TLM_MAX_FIELDS], kind[C12_TLM_MAX_FIELDS], decimals[C12_TLM_MAX_FIELDS], n_sender; } frame_union;

static int frame_unite(frame_union *u, c12_tlm_schema *s, const c12_tlm_schema *to)
{
    int32_t n = u->n_sender = s->n_fields;
    memcpy(u->id, s->field_id, (size_t)n * sizeof *u->id);
    memcpy(u->kind, s->kind, (size_t)n * sizeof *u->kind);
    memcpy(u->decimals, s->decimals, (size_t)n * sizeof *u->decimals);
    for (int32_t t = 0; t < to->n_fields; t++) {
        if (frame_find(s, to->field_id[t]) >= 0) continue;
        if (n == C12_TLM_MAX_FIELDS) return 0;
        u->id[n] = to->field_id[t];
        u->kind[n] = to->kind[t];
        u->decimals[n++] = to->decimals[t];
    }
    s->field_id = u->id;
    s->kind = u->kind;
    s->decimals = u->decimals;
    s->n_fields = n;
    return 1;
}

/* The member that begins at c->at: its key, *end behind it. */
static int64_t frame_peek(const c12__tlm_cbor *c, size_t *end)
{
    c12__tlm_cbor peek = *c;
    int64_t key;
    size_t bad;
    if (!c12__tlm_cbor_read_int(&peek, &key)) key = INT64_MIN;
    else {
        c12_view value = { c->in.ptr + peek.at, c->in.size - peek.at };
        *end = peek.at + c12__tlm_cbor_item(value, &bad);
    }
    return key;
}

/* Members that the reader's schema does not know go aside as a map, in the order of the frame; the others are read. */
static c12_status frame_read_members(c12__tlm_frame_reader *r, const c12_tlm_schema *to, c12_mem rest, size_t *rest_used, c12_error *err)
{
    c12__tlm_sink s = { rest.ptr, NULL, rest.size, 0, 0, 0 };
    uint64_t n = 0, aside = 0;
    size_t end = 0;
    int64_t key;
    if (!c12__tlm_cbor_read_head(&r->c, C12__TLM_CBOR_MAP, &n)) return c12__fail(err, C12_E_FORMAT, "a frame is a map", "frame", -1, 0);
    c12__tlm_cbor c = r->c;
    for (uint64_t i = 0; i < n; i++, c.at = end) {
        if ((key = frame_peek(&c, &end)) == INT64_MIN) return c12__fail(err, C12_E_FORMAT, "key of a frame is no integer", "frame", (int64_t)i, (int64_t)c.at);
        aside += key > 0 && frame_find(to, key) < 0;
    }
    c12__tlm_cbor_head(&s, C12__TLM_CBOR_MAP, aside);
    for (uint64_t i = 0; i < n; i++) {
        size_t from = r->c.at;
        key = frame_peek(&r->c, &end);
        if (key > 0 && frame_find(to, key) < 0) c12__tlm_emit(&s, r->c.in.ptr + from, end - from);
        if (key > 0 && frame_find(&r->o.schema, key) < 0) { r->c.at = end; continue; }
        c12_status st = frame_get_member(r);
        if (st) return c12__fail(err, st, st == C12_E_SPACE ? "the dictionary is full" : "member of a frame is wrong", st == C12_E_SPACE ? "dict" : "frame", (int64_t)i, (int64_t)r->c.at);
    }
    *rest_used = s.at;
    return s.differs ? c12__fail(err, C12_E_SPACE, "room for unknown members is too small", "rest", -1, (int64_t)s.at) : C12_OK;
}

/* The reader turned to the other schema. */
static c12_status frame_adapt(c12__tlm_frame_reader *r, const c12_tlm_schema *to, c12_error *err)
{
    c12__tlm_frame_reader was = *r;
    r->o.schema = *to;
    memset(r->seen, 0, sizeof r->seen);
    for (int32_t t = 0; t < to->n_fields; t++) {
        int32_t f = frame_find(&was.o.schema, to->field_id[t]);
        r->seen[t] = was.raw.ptr ? was.seen[f] : 1;
        r->scale[t] = to->kind[t] == C12_TLM_DECIMAL ? to->decimals[t] : 0;
        if (!was.seen[f]) {
            c12_status st = frame_lacks(r, to, t, &r->value[t]);
            if (st) return c12__fail(err, st, "the dictionary is full", "dict", t, (int64_t)r->o.dict.n + 1);
            continue;
        }
        if (!frame_turn_into(&was, to, f, t, &r->scale[t])) return c12__fail(err, C12_E_UNSUPPORTED, "a field changed to a kind that cannot hold what it was", "kind", t, to->kind[t]);
        r->value[t] = was.value[f];
    }
    if (frame_find(&was.o.schema, to->field_id[to->robot_field]) == was.o.schema.robot_field && frame_find(&was.o.schema, to->field_id[to->time_field]) == was.o.schema.time_field) return C12_OK;
    return c12__fail(err, C12_E_UNSUPPORTED, "robot or time is another field than the sender's", "robot_field", -1, to->robot_field);
}

c12_status c12_tlm_frame_decode_from(const c12_tlm_schema *schema, const c12_tlm_schema *sender, c12_view frame, c12_tlm_batch *batch, c12_mem rest,
                                     size_t *rest_used, uint32_t *seq, size_t *used, c12_error *err)
{
    c12__tlm_frame_reader r;
    frame_union all;
    c12_tlm_schema to;
    size_t bad = 0;
    memset(&r, 0, sizeof r);
    c12_status st = c12__tlm_frame_open(&r.o, schema, batch, err);
    if (st) return st;
    to = r.o.schema;
    if ((st = c12__tlm_take_schema(&r.o.schema, sender, err))) return st;
    if (!used || !rest_used || !frame.ptr || (!rest.ptr && rest.size)) return c12__fail(err, C12_E_ARG, "argument is NULL", !used ? "used" : !frame.ptr ? "frame" : "rest", -1, 0);
    size_t size = c12__tlm_cbor_item(frame, &bad);
    if (!size) return c12__fail(err, C12_E_FORMAT, "not deterministic CBOR", "frame", -1, (int64_t)bad);
    c12_view map = { frame.ptr, size };
    if (frame.size - size < 4 || c12__tlm_get32(frame.ptr + size) != c12_tlm_crc32c(0, map))
        return c12__fail(err, C12_E_FORMAT, "CRC of the frame is wrong", "frame", -1, (int64_t)size);
    r.c.in = map;
    r.seq = r.schema_id = -1;
    if (!frame_unite(&all, &r.o.schema, &to)) return c12__fail(err, C12_E_UNSUPPORTED, "the two schemas have more than 128 fields together", "sender", -1, all.n_sender);
    if ((st = frame_read_members(&r, &to, rest, rest_used, err))) return st;
    int32_t both = r.o.schema.n_fields;
    r.o.schema.n_fields = all.n_sender;
    if (!frame_is_whole(&r)) return c12__fail(err, C12_E_FORMAT, "frame lacks a field of its sender", "frame", -1, (int64_t)r.c.at);
    r.o.schema.n_fields = both;
    if ((st = frame_adapt(&r, &to, err)) || (st = frame_finish(&r, err))) return st;
    c12__tlm_give_batch(batch, &r.o);
    if (seq) *seq = (uint32_t)r.seq;
    *used = size + 4;
    return C12_OK;
}

/* Known fields and the rest's members by ascending key. */
static c12_status frame_put_merged(c12__tlm_sink *s, const c12__tlm_open *o, int64_t row, uint32_t seq, c12__tlm_cbor *rest, uint64_t n_rest, int32_t *field)
{
    int32_t order[C12_TLM_MAX_FIELDS];
    c12__tlm_frame_order(&o->schema, order);
    c12__tlm_cbor_head(s, C12__TLM_CBOR_MAP, (uint64_t)o->schema.n_fields + 2 + n_rest);
    c12__tlm_cbor_int(s, 0);
    c12__tlm_cbor_int(s, seq);
    for (int32_t i = 0; i < o->schema.n_fields || n_rest;) {
        c12__tlm_cbor peek = *rest;
        int64_t key = INT64_MAX, id = i < o->schema.n_fields ? o->schema.field_id[order[i]] : INT64_MAX;
        if (n_rest && (!c12__tlm_cbor_read_int(&peek, &key) || key < 1 || key > INT32_MAX || key == id)) { *field = -1; return C12_E_FORMAT; }
        if (key < id) { /* a member the schema does not know, as it came */
            size_t bad, from = rest->at;
            c12_view value = { rest->in.ptr + peek.at, rest->in.size - peek.at };
            rest->at = peek.at + c12__tlm_cbor_item(value, &bad);
            c12__tlm_emit(s, rest->in.ptr + from, rest->at - from);
            n_rest--;
            continue;
        }
        int32_t f = order[i++];
        c12__tlm_cbor_int(s, id);
        c12_status st = c12__tlm_frame_put_value(s, o, f, o->batch.value[f * o->batch.cap + row]);
        if (st) { *field = f; return st; }
    }
    c12__tlm_cbor_int(s, C12__TLM_FRAME_SCHEMA);
    c12__tlm_cbor_int(s, o->schema.id);
    return C12_OK;
}

c12_status c12_tlm_frame_encode_with(const c12_tlm_schema *schema, const c12_tlm_batch *batch, int64_t row, uint32_t seq, c12_view rest, c12_mem out,
                                     size_t *used, c12_error *err)
{
    c12__tlm_open o;
    uint64_t n_rest = 0;
    size_t bad = 0;
    int32_t field = 0;
    c12_status st = c12__tlm_frame_open(&o, schema, batch, err);
    if (st) return st;
    if (!used || (!out.ptr && out.size)) return c12__fail(err, C12_E_ARG, "output is NULL", used ? "out" : "used", -1, 0);
    if (row < 0 || row >= o.batch.n) return c12__fail(err, C12_E_RANGE, "row lies outside the batch", "row", row, row);
    c12__tlm_cbor c = { rest, 0 };
    if (rest.size && (c12__tlm_cbor_item(rest, &bad) != rest.size || !c12__tlm_cbor_read_head(&c, C12__TLM_CBOR_MAP, &n_rest)))
        return c12__fail(err, C12_E_FORMAT, "the rest is no map of deterministic CBOR", "rest", -1, (int64_t)bad);
    if (!n_rest || c12__tlm_is_raw(&o.batch, row)) return c12__tlm_frame_put_row(&o, row, seq, out, used, err); /* a raw line holds all members itself */
    c12__tlm_sink s = { out.ptr, NULL, out.size, 0, 0, 0 };
    if ((st = frame_put_merged(&s, &o, row, seq, &c, n_rest, &field)))
        return field < 0 ? c12__fail(err, st, "a member of the rest is one of the schema, or has no field id", "rest", -1, (int64_t)c.at)
                         : c12__fail(err, st, st == C12_E_FORMAT ? "a LIST text is not a compact array of texts" : "code lies outside the dictionary", "value", row,
                                     o.batch.value[field * o.batch.cap + row]);
    if (s.at + 4 > out.size) return c12__fail(err, C12_E_SPACE, "output is too small", "out", -1, (int64_t)s.at + 4);
    c12_view map = { out.ptr, s.at };
    c12__tlm_put32(s.to + s.at, c12_tlm_crc32c(0, map));
    *used = s.at + 4;
    return C12_OK;
}
