/* SPDX-License-Identifier: Apache-2.0 */
/* JSON to columns in two walks over the table of members: the first judges and counts, the second, over what is known to be good, fills. */
#include "vda/vda_internal.h"

enum { VDA_ELEMENT = '*' };

typedef struct vda_reader {
    c12__vda_scan s;
    c12__faults f;
    const c12__vda_field *field;
    int32_t n, version;
    int64_t *count;          /* [n] rows of a list, bytes of a text: so far */
    c12_vda_column *column;  /* NULL on the first walk */
    int64_t extra, extra_at;
} vda_reader;

static void vda_fault(vda_reader *r, int32_t field, int64_t row, size_t at, const char *what) { c12__fault(&r->f, C12_E_RANGE, what, r->field[field].path, row, (int64_t)at); }

/* Columns are the library's own until they are handed out; only then they are read only. */
static int64_t *vda_values(const vda_reader *r, int32_t field) { return (int64_t *)(uintptr_t)r->column[field].value; }
static int64_t *vda_offsets(const vda_reader *r, int32_t field) { return (int64_t *)(uintptr_t)r->column[field].off; }

static void vda_set(vda_reader *r, int32_t field, int64_t row, int64_t value)
{
    if (r->column) vda_values(r, field)[row] = value;
}

/* ---- one value -------------------------------------------------------------------------------------------------------------------------- */

static int vda_is_number(const vda_reader *r) { return c12__vda_is(&r->s, '-') || (r->s.at < r->s.n && r->s.p[r->s.at] >= '0' && r->s.p[r->s.at] <= '9'); }

static int vda_skip(vda_reader *r)
{
    size_t ignored;
    return c12__vda_any(&r->s, NULL, &ignored);
}

static int vda_mistyped(vda_reader *r, int32_t field, int64_t row, const char *what)
{
    size_t at = r->s.at;
    if (!vda_skip(r)) return 0; /* no JSON at all says more */
    vda_fault(r, field, row, at, what);
    return 1;
}

static int vda_read_number(vda_reader *r, int32_t field, int64_t row)
{
    const c12__vda_field *f = &r->field[field];
    size_t at = r->s.at;
    c12__vda_number v;
    if (!vda_is_number(r)) return vda_mistyped(r, field, row, f->kind == C12_VDA_INT ? "must be a whole number" : "must be a number");
    if (!c12__vda_number_read(&r->s, f->kind == C12_VDA_INT ? 0 : 6, &v)) return 0;
    if (f->kind == C12_VDA_INT && v.fits && !v.whole) vda_fault(r, field, row, at, "must be a whole number");
    else if (!v.fits || v.value < f->least || v.value > f->most) vda_fault(r, field, row, at, f->kind == C12_VDA_INT ? "must be 0 to 4294967295" : "outside its limits: see c12_vda_describe");
    vda_set(r, field, row, v.value);
    return 1;
}

static int vda_read_bool(vda_reader *r, int32_t field, int64_t row)
{
    int yes = c12__vda_is(&r->s, 't');
    if (!yes && !c12__vda_is(&r->s, 'f')) return vda_mistyped(r, field, row, "must be true or false");
    vda_set(r, field, row, yes);
    return vda_skip(r);
}

enum { VDA_SHORT = 48 /* no key, word or time is longer */ };

/* A text at its quote that is long only when it is none of ours, and empty then: as it stands, or unescaped in room. */
static int vda_short(vda_reader *r, uint8_t room[VDA_SHORT], c12_view *text)
{
    c12__vda_scan ahead = r->s;
    if (c12__vda_plain(&r->s, text)) return 1;
    text->ptr = room;
    if (!c12__vda_string(&ahead, NULL, &text->size)) { r->s = ahead; return 0; }
    int fits = text->size <= VDA_SHORT;
    (void)c12__vda_string(&r->s, fits ? room : NULL, &text->size);
    if (!fits) text->size = 0;
    return 1;
}

static int64_t vda_word_of(const char *const *word, const uint8_t *p, size_t n)
{
    for (int64_t k = 1; word[k]; k++)
        if (c12__vda_says(word[k], p, n)) return k - 1;
    return -1;
}

static int vda_read_word(vda_reader *r, int32_t field, int64_t row)
{
    const c12__vda_field *f = &r->field[field];
    uint8_t room[VDA_SHORT];
    c12_view text;
    size_t at = r->s.at;
    int64_t v = -1;
    if (!c12__vda_is(&r->s, '"')) return vda_mistyped(r, field, row, f->kind == C12_VDA_TIME ? "must be a text such as 2026-01-31T12:00:00.000Z" : f->word[0]);
    if (!vda_short(r, room, &text)) return 0;
    int good = f->kind == C12_VDA_TIME ? c12__vda_time(text.ptr, text.size, &v) : (v = vda_word_of(f->word, text.ptr, text.size)) >= 0;
    if (!good) vda_fault(r, field, row, at, f->kind == C12_VDA_TIME ? "must be a time such as 2026-01-31T12:00:00.000Z" : f->word[0]);
    vda_set(r, field, row, v);
    return 1;
}

/* The version decides what else is read, so that its text is looked at on the first walk. */
static void vda_version(vda_reader *r, size_t at, const uint8_t *p, size_t n)
{
    if (n > 2 && p[0] == '2' && p[1] == '.' && (p[2] == '0' || p[2] == '1') && (n == 3 || p[3] == '.')) r->version = 20 + (p[2] - '0');
    else if (!r->column) c12__fault(&r->f, C12_E_UNSUPPORTED, "must be 2.0 or 2.1: other versions are not spoken here", "version", 0, (int64_t)at);
}

static int vda_read_text(vda_reader *r, int32_t field, int64_t row)
{
    const c12__vda_field *f = &r->field[field];
    size_t len, at = r->s.at;
    uint8_t *to = r->column ? (uint8_t *)(uintptr_t)r->column[field].text + r->count[field] : NULL;
    if (f->kind == C12_VDA_JSON) {
        if (!c12__vda_any(&r->s, to, &len)) return 0;
    } else if (!c12__vda_is(&r->s, '"')) {
        return vda_mistyped(r, field, row, "must be a text");
    } else if (!c12__vda_string(&r->s, to, &len)) {
        return 0;
    }
    if (field == C12__VDA_VERSION) vda_version(r, at, r->s.p + at + 1, len);
    r->count[field] += (int64_t)len;
    if (r->column) vda_offsets(r, field)[row + 1] = r->count[field];
    vda_set(r, field, row, 1);
    return 1;
}

/* ---- objects and lists ---------------------------------------------------------------------------------------------------------------------- */

static int vda_object(vda_reader *r, int32_t self, int64_t row);
static int vda_member(vda_reader *r, int32_t field, int64_t row);

static int vda_list(vda_reader *r, int32_t field, int64_t row)
{
    int scalar = r->field[field + 1].path[r->field[field + 1].key] == VDA_ELEMENT;
    if (!c12__vda_is(&r->s, '[')) return vda_mistyped(r, field, row, "must be a list");
    r->s.at++;
    c12__vda_space(&r->s);
    for (int first = 1; !c12__vda_is(&r->s, ']'); first = 0) {
        if (!first) {
            if (!c12__vda_is(&r->s, ',')) return c12__vda_wrong(&r->s, "comma or closing bracket expected");
            r->s.at++;
            c12__vda_space(&r->s);
        }
        int64_t child = r->count[field]++;
        if (scalar ? !vda_member(r, field + 1, child) : !vda_object(r, field, child)) return 0;
        c12__vda_space(&r->s);
    }
    r->s.at++;
    if (r->column) vda_offsets(r, field)[row + 1] = r->count[field];
    vda_set(r, field, row, 1);
    return 1;
}

static int vda_member(vda_reader *r, int32_t field, int64_t row)
{
    switch (r->field[field].kind) {
    case C12_VDA_INT:
    case C12_VDA_REAL: return vda_read_number(r, field, row);
    case C12_VDA_BOOL: return vda_read_bool(r, field, row);
    case C12_VDA_WORD:
    case C12_VDA_TIME: return vda_read_word(r, field, row);
    case C12_VDA_LIST: return vda_list(r, field, row);
    case C12_VDA_OBJECT: vda_set(r, field, row, 1); return vda_object(r, field, row);
    default: return vda_read_text(r, field, row);
    }
}

/* The member of that key, looked for from *at on and round: senders keep to the standard's order mostly.  -1 = none; *nth is which of its siblings it is. */
static int32_t vda_child(const vda_reader *r, int32_t first, int32_t end, int32_t *at, int32_t *nth, const uint8_t *key, size_t n)
{
    int32_t i = *at, k = *nth;
    if (i >= end) { i = first; k = 0; }
    int32_t from = i;
    do {
        int32_t next = i + r->field[i].span;
        if (c12__vda_says(r->field[i].path + r->field[i].key, key, n)) {
            *at = next;
            *nth = k;
            return i;
        }
        i = next < end ? next : first;
        k = next < end ? k + 1 : 0;
    } while (i != from);
    return -1;
}

static void vda_required(vda_reader *r, int32_t first, int32_t end, uint64_t seen, int64_t row, size_t at)
{
    for (int32_t i = first, k = 0; i < end; i += r->field[i].span, k++)
        if (r->field[i].required && !(seen >> k & 1)) vda_fault(r, i, row, at, "is missing");
}

/* One member of an object from its key on; *seen has a bit for each sibling. */
static int vda_pair(vda_reader *r, int32_t first, int32_t end, int32_t *at, int32_t *nth, uint64_t *seen, int64_t row)
{
    uint8_t room[VDA_SHORT];
    c12_view key;
    size_t from = r->s.at;
    if (!c12__vda_is(&r->s, '"')) return c12__vda_wrong(&r->s, "key expected");
    if (!vda_short(r, room, &key)) return 0;
    c12__vda_space(&r->s);
    if (!c12__vda_is(&r->s, ':')) return c12__vda_wrong(&r->s, "colon expected");
    r->s.at++;
    c12__vda_space(&r->s);
    int32_t child = vda_child(r, first, end, at, nth, key.ptr, key.size);
    if (child < 0) {
        if (!r->extra++) r->extra_at = (int64_t)from;
        return vda_skip(r);
    }
    int twice = (int)(*seen >> *nth & 1);
    *seen |= UINT64_C(1) << (*nth)++;
    if (!twice) return vda_member(r, child, row);
    vda_fault(r, child, row, from, "stands twice");
    return vda_skip(r);
}

static int vda_object(vda_reader *r, int32_t self, int64_t row)
{
    int32_t first = self + 1, end = self < 0 ? r->n : self + r->field[self].span, at = first, nth = 0;
    size_t from = r->s.at;
    uint64_t seen = 0;
    if (!c12__vda_is(&r->s, '{')) {
        if (self >= 0) return vda_mistyped(r, self, row, "must be an object");
        return c12__vda_wrong(&r->s, "a message is one JSON object");
    }
    r->s.at++;
    c12__vda_space(&r->s);
    for (int fresh = 1; !c12__vda_is(&r->s, '}'); fresh = 0) {
        if (!fresh) {
            if (!c12__vda_is(&r->s, ',')) return c12__vda_wrong(&r->s, "comma or closing bracket expected");
            r->s.at++;
            c12__vda_space(&r->s);
        }
        if (!vda_pair(r, first, end, &at, &nth, &seen, row)) return 0;
        c12__vda_space(&r->s);
    }
    r->s.at++;
    if (!r->column) vda_required(r, first, end, seen, row, from);
    return 1;
}

/* ---- the whole ------------------------------------------------------------------------------------------------------------------------------- */

static int64_t vda_rows(const vda_reader *r, int32_t field) { return r->field[field].list < 0 ? 1 : r->count[r->field[field].list]; }
static int vda_is_text(const c12__vda_field *f) { return f->kind == C12_VDA_TEXT || f->kind == C12_VDA_JSON; }
static int vda_has_off(const c12__vda_field *f) { return vda_is_text(f) || f->kind == C12_VDA_LIST; }

/* Bytes of the columns: rows and texts are at most those of the JSON, so that no sum passes 64 bits. */
static int64_t vda_need(const vda_reader *r)
{
    int64_t need = (int64_t)sizeof(c12_vda_column) * r->n;
    for (int32_t i = 0; i < r->n; i++) {
        need += 8 * vda_rows(r, i) + (vda_has_off(&r->field[i]) ? 8 * (vda_rows(r, i) + 1) : 0);
        if (vda_is_text(&r->field[i])) need += r->count[i] + 8;
    }
    return need;
}

static int64_t *vda_take(uint8_t **at, int64_t n, int64_t begin)
{
    int64_t *p = (int64_t *)(void *)*at;
    for (int64_t k = 0; k < n; k++) p[k] = begin;
    *at += 8 * n;
    return p;
}

static void vda_lay(vda_reader *r, c12_mem room)
{
    uint8_t *at = (uint8_t *)room.ptr + sizeof(c12_vda_column) * (size_t)r->n;
    r->column = (c12_vda_column *)room.ptr;
    for (int32_t i = 0; i < r->n; i++) {
        c12_vda_column *c = &r->column[i];
        memset(c, 0, sizeof *c);
        c->rows = vda_rows(r, i);
        c->value = vda_take(&at, c->rows, C12_VDA_NONE);
        if (vda_has_off(&r->field[i])) c->off = vda_take(&at, c->rows + 1, C12_VDA_NONE);
    }
    for (int32_t i = 0; i < r->n; i++)
        if (vda_is_text(&r->field[i])) {
            r->column[i].text = at;
            at += r->count[i];
        }
    memset(r->count, 0, (size_t)r->n * sizeof *r->count);
}

/* Offsets of rows that had nothing are those before them. */
static void vda_close(vda_reader *r)
{
    for (int32_t i = 0; i < r->n; i++) {
        if (!vda_has_off(&r->field[i])) continue;
        int64_t *off = vda_offsets(r, i);
        off[0] = 0;
        for (int64_t k = 1; k <= r->column[i].rows; k++)
            if (off[k] == C12_VDA_NONE) off[k] = off[k - 1];
    }
}

static c12_status vda_walk(vda_reader *r)
{
    r->s.at = 0;
    r->extra = 0;
    r->extra_at = -1;
    c12__vda_space(&r->s);
    int good = vda_object(r, -1, 0);
    if (good) {
        c12__vda_space(&r->s);
        good = r->s.at == r->s.n || c12__vda_wrong(&r->s, "something follows the message");
    }
    if (!good) c12__fault(&r->f, C12_E_FORMAT, r->s.what, NULL, -1, (int64_t)r->s.at);
    return r->f.status;
}

c12_status c12_vda_read(int32_t kind, c12_view json, c12_mem room, c12_vda_message *message, c12_error *err)
{
    const c12__vda_schema *schema = c12__vda_schema_of(kind);
    int64_t count[C12_VDA_FIELDS];
    c12_vda_message m;
    c12_status st = c12__take(&m, sizeof m, message, "message", err);
    if (st) return st;
    if (!schema) return c12__fail(err, C12_E_ARG, "no message of VDA 5050", "kind", -1, kind);
    if (!json.ptr || json.size > INT32_MAX) return c12__fail(err, C12_E_ARG, "JSON is NULL, or longer than 2^31 - 1 bytes", "json", -1, 0);
    vda_reader r = { { json.ptr, json.size, 0, NULL }, { err, C12_OK, 0 }, schema->field, schema->n, 0, count, NULL, 0, -1 };
    memset(count, 0, (size_t)r.n * sizeof *count);
    if ((st = vda_walk(&r)) != C12_OK) return st;
    int64_t need = vda_need(&r);
    if (!room.ptr || (uint64_t)need > room.size) return c12__fail(err, C12_E_SPACE, "room for the columns is too small", "room", -1, need);
    if ((uintptr_t)room.ptr & 7) return c12__fail(err, C12_E_ARG, "room is not aligned to 8 bytes", "room", -1, 0);
    vda_lay(&r, room);
    if ((st = vda_walk(&r)) != C12_OK) return st; /* cannot be: the first walk found nothing */
    vda_close(&r);
    m.kind = kind;
    m.version = r.version;
    m.n_columns = r.n;
    m.extra = r.extra;
    m.extra_at = r.extra_at;
    m.column = r.column;
    m.reserved = NULL;
    c12__give(message, &m, sizeof m);
    return C12_OK;
}
