/* SPDX-License-Identifier: Apache-2.0 */
/* Public entry for JSON lines: columns when they print the same bytes, the line itself when not. */
#include "tlm/tlm_internal.h"

/* ---- print ------------------------------------------------------------------------------------------------------- */

static c12_status tlm_emit_code(c12__tlm_sink *s, const c12_tlm_dict *d, int32_t kind, int64_t code)
{
    if (code < 0 || code >= d->n) return C12_E_RANGE;
    c12_view text = c12__tlm_text(d, code);
    if (kind == C12_TLM_TEXT) {
        c12__tlm_emit_string(s, text);
        return C12_OK;
    }
    if (!c12__tlm_is_list(text)) return C12_E_FORMAT;
    c12__tlm_emit(s, text.ptr, text.size);
    return C12_OK;
}

static c12_status tlm_emit_value(c12__tlm_sink *s, const c12__tlm_open *o, int32_t f, int64_t v)
{
    switch (o->schema.kind[f]) {
    case C12_TLM_TIME: return c12__tlm_emit_time(s, v, o->schema.decimals[f]) ? C12_E_RANGE : C12_OK;
    case C12_TLM_DECIMAL: c12__tlm_emit_decimal(s, v, o->batch.scale[f], o->schema.numbers); return C12_OK;
    case C12_TLM_INTEGER: c12__tlm_emit_integer(s, v); return C12_OK;
    default: return tlm_emit_code(s, &o->dict, o->schema.kind[f], v);
    }
}

c12_status c12__tlm_emit_row(c12__tlm_sink *s, const c12__tlm_form *form, const c12__tlm_open *o, int64_t row, int32_t *field)
{
    const c12_tlm_batch *b = &o->batch;
    int32_t n = o->schema.n_fields;
    if (c12__tlm_is_raw(b, row)) {
        *field = -1;
        if (b->raw_len[row] < 0 || b->raw_at[row] > b->raw_size || b->raw_len[row] > b->raw_size - b->raw_at[row]) return C12_E_RANGE;
        c12__tlm_emit(s, b->raw + b->raw_at[row], (size_t)b->raw_len[row]);
        return C12_OK;
    }
    for (int32_t f = 0; f < n; f++) {
        c12__tlm_emit(s, form->text + form->at[f], (size_t)(form->at[f + 1] - form->at[f]));
        c12_status st = tlm_emit_value(s, o, f, b->value[f * b->cap + row]);
        if (st) { *field = f; return st; }
    }
    c12__tlm_emit(s, form->text + form->at[n], (size_t)(form->at[n + 1] - form->at[n]));
    return C12_OK;
}

/* After field f of the row was printed at `from`: the next row most likely prints the same way. */
static void tlm_remember(c12__tlm_memo *m, const c12__tlm_open *o, int32_t f, int64_t v, const c12__tlm_sink *s, size_t from)
{
    int32_t kind = o->schema.kind[f];
    if (s->at > s->cap) return;
    if (kind == C12_TLM_TIME) c12__tlm_remember_minute(m, f, s->to + from, v);
    if (!c12__tlm_is_code(kind)) return;
    m->code[f] = v;
    m->plain[f] = s->at - from == c12__tlm_text(&o->dict, v).size + (kind == C12_TLM_TEXT ? 2 : 0); /* no escapes */
}

/* One row, quick where the row before helps. */
static c12_status tlm_print_row(c12__tlm_sink *s, const c12__tlm_form *form, const c12__tlm_open *o, c12__tlm_memo *m, int64_t row, int32_t *field)
{
    int32_t f = 0, n = o->schema.n_fields;
    if (c12__tlm_is_raw(&o->batch, row)) return c12__tlm_emit_row(s, form, o, row, field);
    for (;; f++) {
        if (s->at < s->cap) s->at += c12__tlm_quick_print(form, o, m, row, s->to + s->at, s->cap - s->at, &f);
        c12__tlm_emit(s, form->text + form->at[f], (size_t)(form->at[f + 1] - form->at[f]));
        if (f == n) return C12_OK;
        size_t from = s->at;
        int64_t v = o->batch.value[f * o->batch.cap + row];
        c12_status st = tlm_emit_value(s, o, f, v);
        if (st) { *field = f; return st; }
        tlm_remember(m, o, f, v, s, from);
    }
}

c12_status c12_tlm_print(const c12_tlm_schema *schema, const c12_tlm_batch *batch, int64_t first, int64_t count, c12_mem out,
                         size_t *used, c12_error *err)
{
    c12__tlm_form form;
    c12__tlm_open o;
    c12_status st = c12__tlm_make_form(&form, schema, err);
    if (st) return st;
    o.schema = form.schema;
    if ((st = c12__tlm_take_batch(&o, batch, err))) return st;
    if (!used || (!out.ptr && out.size)) return c12__fail(err, C12_E_ARG, "output is NULL", used ? "out" : "used", -1, 0);
    if (first < 0 || count < 0 || first > o.batch.n || count > o.batch.n - first)
        return c12__fail(err, C12_E_RANGE, "rows lie outside the batch", "first", first, count);
    c12__tlm_memo memo;
    c12__tlm_forget(&memo);
    c12__tlm_sink s = { out.ptr, NULL, out.size, 0, 0, 0 };
    for (int64_t r = first; r < first + count; r++) {
        int32_t field;
        if ((st = tlm_print_row(&s, &form, &o, &memo, r, &field)))
            return c12__fail(err, st, st == C12_E_FORMAT ? "a LIST text is not a compact array of texts" : "value cannot be printed",
                             field < 0 ? "raw_at" : "value", r, field < 0 ? o.batch.raw_at[r] : o.batch.value[field * o.batch.cap + r]);
        c12__tlm_emit1(&s, '\n');
    }
    if (s.at > out.size) return c12__fail(err, C12_E_SPACE, "output is too small", "out", -1, (int64_t)s.at);
    *used = s.at;
    return C12_OK;
}

/* ---- parse ---------------------------------------------------------------------------------------------------------- */

/* One parse call: the arguments opened, and what the next row most often repeats. */
typedef struct tlm_reader {
    c12__tlm_form form;
    c12__tlm_open o;
    const char *full; /* name of what ran out */
    int64_t full_need;
    c12__tlm_memo memo;
    size_t time_at[C12_TLM_MAX_FIELDS]; /* of times in this line that took the slow reader, else 0 */
} tlm_reader;

static int tlm_no_room(tlm_reader *p, const char *what, int64_t need)
{
    p->full = what;
    p->full_need = need;
    return 0;
}

static int tlm_read_code(tlm_reader *p, int32_t f, c12_view text, int64_t *v)
{
    const c12_tlm_dict *d = &p->o.dict;
    int64_t last = p->memo.code[f];
    if (last >= 0) {
        c12_view known = c12__tlm_text(d, last);
        if (known.size == text.size && (!text.size || !memcmp(known.ptr, text.ptr, text.size))) { *v = last; return 1; }
    }
    *v = c12__tlm_code(&p->o.dict, text);
    if (*v >= 0) { p->memo.code[f] = *v; return 1; }
    return d->n == d->cap ? tlm_no_room(p, "texts", (int64_t)d->n + 1) : tlm_no_room(p, "text_bytes", d->size + (int64_t)text.size);
}

static size_t tlm_read_text(tlm_reader *p, int32_t f, const uint8_t *at, size_t n, int64_t *v)
{
    uint8_t room[256];
    c12_view text = { at, 0 };
    size_t len;
    if (p->form.schema.kind[f] == C12_TLM_LIST) len = text.size = c12__tlm_scan_list(at, n);
    else len = c12__tlm_scan_string(at, n, room, sizeof room, &text);
    if (!len || !tlm_read_code(p, f, text, v)) return 0;
    p->memo.plain[f] = text.ptr != room;
    return len;
}

static size_t tlm_read_number(tlm_reader *p, int32_t f, const uint8_t *at, size_t n, int64_t *v)
{
    int32_t decimals, *scale = &p->o.batch.scale[f];
    size_t len = c12__tlm_scan_number(at, n, v, &decimals);
    if (!len || decimals > C12_TLM_MAX_SCALE || (decimals && p->form.schema.kind[f] == C12_TLM_INTEGER)) return 0;
    if (decimals == *scale) return len;
    if (decimals > *scale) return c12__tlm_raise(&p->o.batch, f, decimals) ? 0 : len;
    return c12__tlm_scale_up(v, 1, *scale - decimals) ? 0 : len;
}

static size_t tlm_read_time(const uint8_t *at, size_t n, int64_t *v)
{
    uint8_t room[8];
    c12_view text;
    size_t len = c12__tlm_scan_string(at, n, room, sizeof room, &text);
    return len && c12__tlm_scan_time(text.ptr, text.size, v) ? len : 0;
}

/* The value of field f at line[at] by the readers that know every form; *doubt: it may print otherwise. */
static size_t tlm_read_slowly(tlm_reader *p, int32_t f, const uint8_t *line, size_t n, size_t at, int *doubt)
{
    int64_t *v = &p->o.batch.value[f * p->o.batch.cap + p->o.batch.n];
    int32_t kind = p->form.schema.kind[f];
    if (c12__tlm_is_code(kind)) return tlm_read_text(p, f, line + at, n - at, v);
    *doubt = 1;
    if (kind != C12_TLM_TIME) return tlm_read_number(p, f, line + at, n - at, v);
    p->time_at[f] = at;
    return tlm_read_time(line + at, n - at, v);
}

/* A line in doubt stands when it prints as the very same bytes. */
static int tlm_prints_so(tlm_reader *p, const uint8_t *line, size_t n)
{
    const c12_tlm_batch *b = &p->o.batch;
    c12__tlm_sink same = { NULL, line, n, 0, 0, 0 };
    int32_t field;
    if (c12__tlm_emit_row(&same, &p->form, &p->o, b->n, &field) != C12_OK || same.at != n || same.differs) return 0;
    for (int32_t f = 0; f < p->form.schema.n_fields; f++)
        if (p->form.schema.kind[f] == C12_TLM_TIME && p->time_at[f]) c12__tlm_remember_minute(&p->memo, f, line + p->time_at[f], b->value[f * b->cap + b->n]);
    return 1;
}

/* The line at the start of n bytes in the schema's own form: its size.  0 = it is not (or there was no room: p->full). */
static size_t tlm_read_form(tlm_reader *p, const uint8_t *line, size_t n)
{
    const c12_tlm_schema *s = &p->form.schema;
    c12_tlm_batch *b = &p->o.batch;
    size_t at = 0, len;
    int32_t f = 0;
    int doubt = 0;
    if (b->raw_at) b->raw_at[b->n] = -1;
    for (;; f++, at += len) {
        at = c12__tlm_quick_fields(&p->form, &p->o, &p->memo, line, n, at, &f);
        if (f < 0) return 0;
        if (f == s->n_fields) break;
        if (!doubt) for (int32_t e = 0; e < s->n_fields; e++) p->time_at[e] = 0;
        if (!(len = tlm_read_slowly(p, f, line, n, at, &doubt))) return 0;
    }
    if (at < n && line[at] != '\n') return 0;
    return !doubt || tlm_prints_so(p, line, at) ? at : 0;
}

int c12__tlm_read_identity(const c12_tlm_schema *s, c12_view line, c12__tlm_identity *id)
{
    c12__tlm_json found;
    uint8_t time_room[64];
    c12_view time;
    int valid = c12__tlm_scan_json(line.ptr, line.size, c12__tlm_path(s, s->robot_field), c12__tlm_path(s, s->time_field), &found);
    id->bad = found.bad;
    id->what = found.what;
    if (!valid) return 0;
    id->bad = line.size;
    id->what = "record has no robot, or it is no text of at most 252 bytes";
    if (!found.robot.ptr || !c12__tlm_unescape(found.robot, id->room, sizeof id->room, &id->robot)) return 0;
    id->what = "record has no timestamp, or it is no RFC 3339 time";
    if (!found.time.ptr || !c12__tlm_unescape(found.time, time_room, sizeof time_room, &time)) return 0;
    if (c12__tlm_scan_time(time.ptr, time.size, &id->ms)) return 1;
    id->bad = (size_t)(found.time.ptr - line.ptr);
    return 0;
}

/* Any other line: robot and time found, bytes kept. */
static c12_status tlm_read_raw(tlm_reader *p, const uint8_t *line, size_t n, size_t *bad, const char **what)
{
    const c12_tlm_schema *s = &p->form.schema;
    c12_tlm_batch *b = &p->o.batch;
    c12__tlm_identity id;
    c12_view whole = { line, n };
    if (!c12__tlm_read_identity(s, whole, &id)) {
        *bad = id.bad;
        *what = id.what;
        return C12_E_FORMAT;
    }
    int64_t need = b->raw_size + (int64_t)n, code;
    if (!b->raw_at || need > b->raw_cap) { tlm_no_room(p, "raw_bytes", need); return C12_E_SPACE; }
    if (!tlm_read_code(p, s->robot_field, id.robot, &code)) return C12_E_SPACE;
    for (int32_t f = 0; f < s->n_fields; f++) b->value[f * b->cap + b->n] = 0;
    b->value[s->robot_field * b->cap + b->n] = code;
    b->value[s->time_field * b->cap + b->n] = id.ms;
    memcpy(b->raw + b->raw_size, line, n);
    b->raw_at[b->n] = b->raw_size;
    b->raw_len[b->n] = (int64_t)n;
    b->raw_size = need;
    return C12_OK;
}

static size_t tlm_line_end(const uint8_t *p, size_t n)
{
    size_t i = 0;
    for (; n - i >= 8; i += 8) { /* eight bytes at once: the classic zero-byte test on bytes xor newline */
        uint64_t x;
        memcpy(&x, p + i, 8);
        x ^= UINT64_C(0x0a0a0a0a0a0a0a0a);
        if ((x - UINT64_C(0x0101010101010101)) & ~x & UINT64_C(0x8080808080808080)) break;
    }
    while (i < n && p[i] != '\n') i++;
    return i;
}

/* One line at the start of n bytes; *size is what it takes without its newline. */
static c12_status tlm_read_line(tlm_reader *p, const uint8_t *line, size_t n, size_t *size, size_t *bad, const char **what)
{
    c12_tlm_batch *b = &p->o.batch;
    *size = 0;
    if (line[0] == '\n' || (line[0] == '\r' && (n == 1 || line[1] == '\n'))) { *size = line[0] == '\r'; return C12_OK; }
    if (b->n == b->cap) { tlm_no_room(p, "rows", b->cap + 1); return C12_E_SPACE; }
    p->full = NULL;
    if (!(*size = tlm_read_form(p, line, n))) {
        if (p->full && b->n) return C12_E_SPACE;
        p->full = NULL; /* texts larger than an empty dictionary: the line may still fit as it is */
        c12_status st = tlm_read_raw(p, line, *size = tlm_line_end(line, n), bad, what);
        if (st) return st;
    }
    if (b->order) b->order[b->n] = b->n ? b->order[b->n - 1] + 1 : 0;
    b->n++;
    return C12_OK;
}

/* Lines until the end, a fault, or no room; *used and *line are where it stopped. */
static c12_status tlm_read_lines(tlm_reader *p, c12_view lines, size_t *used, int64_t *line, size_t *bad, const char **what)
{
    for (size_t at = 0, n; at < lines.size; ++*line) {
        c12_status st = tlm_read_line(p, lines.ptr + at, lines.size - at, &n, bad, what);
        if (st) return st;
        *used = at = at + n < lines.size ? at + n + 1 : lines.size;
    }
    return C12_OK;
}

c12_status c12_tlm_parse(const c12_tlm_schema *schema, c12_view lines, c12_tlm_batch *batch, size_t *used, c12_error *err)
{
    tlm_reader p;
    c12_status st = c12__tlm_make_form(&p.form, schema, err);
    if (st) return st;
    p.o.schema = p.form.schema;
    if ((st = c12__tlm_take_batch(&p.o, batch, err))) return st;
    if (!used || (!lines.ptr && lines.size)) return c12__fail(err, C12_E_ARG, "argument is NULL", used ? "lines" : "used", -1, 0);
    c12__tlm_forget(&p.memo);
    p.full = NULL;
    size_t bad = 0;
    int64_t line = 0, before = p.o.batch.n;
    const char *what = NULL;
    *used = 0;
    st = tlm_read_lines(&p, lines, used, &line, &bad, &what);
    c12__tlm_give_batch(batch, &p.o);
    if (st == C12_E_SPACE && p.o.batch.n > before) return C12_OK;
    if (st == C12_E_SPACE) return c12__fail(err, st, "the batch is full", p.full, line, p.full_need);
    if (st) return c12__fail(err, st, what, "lines", line, (int64_t)(*used + bad));
    return C12_OK;
}
