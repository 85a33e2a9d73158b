/* SPDX-License-Identifier: Apache-2.0 */
/* Columns to canonical JSON. */
#include "vda/vda_internal.h"

enum { VDA_STAR = '*', VDA_LONGEST = 64 /* no key or word of the standard is longer */ };

typedef struct vda_writer {
    uint8_t *p;
    size_t cap, n; /* n goes on counting where cap ends */
    c12__faults f;
    const c12__vda_field *field;
    const c12_vda_column *column;
    int32_t n_fields;
} vda_writer;

static void vda_refuse(vda_writer *w, int32_t field, int64_t row, int64_t value, const char *what) { c12__fault(&w->f, C12_E_RANGE, what, w->field[field].path, row, value); }

static void vda_put(vda_writer *w, const void *p, size_t n)
{
    if (n <= w->cap && w->n <= w->cap - n) memcpy(w->p + w->n, p, n);
    w->n += n;
}

static void vda_put1(vda_writer *w, char c) { vda_put(w, &c, 1); }

/* A key or word of the table, in quotes. */
static void vda_put_name(vda_writer *w, const char *s)
{
    size_t n = 0;
    while (n < VDA_LONGEST && s[n]) n++;
    vda_put1(w, '"');
    vda_put(w, s, n);
    vda_put1(w, '"');
}

/* v in decimal, at least `width` digits. */
static void vda_put_digits(vda_writer *w, uint64_t v, int32_t width)
{
    char digits[24];
    int32_t n = 0;
    do { digits[n++] = (char)('0' + v % 10); v /= 10; } while (v || n < width);
    while (n) vda_put1(w, digits[--n]);
}

static void vda_put_real(vda_writer *w, int64_t v)
{
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v, part = u % C12_VDA_UNIT;
    int32_t width = 6;
    if (v < 0) vda_put1(w, '-');
    vda_put_digits(w, u / C12_VDA_UNIT, 1);
    if (!part) return;
    for (; part % 10 == 0; part /= 10) width--;
    vda_put1(w, '.');
    vda_put_digits(w, part, width);
}

static void vda_put_time(vda_writer *w, int64_t ns)
{
    int64_t days = ns / INT64_C(86400000000000), rest = ns % INT64_C(86400000000000), s = rest / 1000000000, part = rest % 1000000000;
    int64_t z = days + 719468, era = z / 146097, doe = z - era * 146097, yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t month = mp < 10 ? mp + 3 : mp - 9, parts[6] = { yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) / 5 + 1, s / 3600, s / 60 % 60, s % 60 };
    static const char after[6] = { '-', '-', 'T', ':', ':', '.' };
    vda_put1(w, '"');
    for (int k = 0; k < 6; k++) {
        vda_put_digits(w, (uint64_t)parts[k], k ? 2 : 4);
        vda_put1(w, after[k]);
    }
    if (part % 1000000) vda_put_digits(w, (uint64_t)part, 9);
    else vda_put_digits(w, (uint64_t)(part / 1000000), 3);
    vda_put(w, "Z\"", 2);
}

static void vda_put_escape(vda_writer *w, uint8_t c)
{
    static const char hex[] = "0123456789abcdef", letters[] = "btnfr\"\\", bytes[] = "\b\t\n\f\r\"\\";
    vda_put1(w, '\\');
    for (int i = 0; letters[i]; i++)
        if (c == (uint8_t)bytes[i]) { vda_put1(w, letters[i]); return; }
    vda_put(w, "u00", 3);
    vda_put1(w, hex[c >> 4]);
    vda_put1(w, hex[c & 15]);
}

static void vda_put_text(vda_writer *w, int32_t field, int64_t row, c12_view v)
{
    size_t from = 0, i = 0;
    vda_put1(w, '"');
    while (i < v.size) {
        uint8_t c = v.ptr[i];
        size_t len = c12__vda_sequence(v.ptr + i, v.size - i);
        if (!len || !c) { vda_refuse(w, field, row, (int64_t)i, "text is not UTF-8, or holds a NUL"); return; }
        if (c >= 0x20 && c != '"' && c != '\\') { i += len; continue; }
        vda_put(w, v.ptr + from, i - from);
        vda_put_escape(w, c);
        from = ++i;
    }
    vda_put(w, v.ptr + from, v.size - from);
    vda_put1(w, '"');
}

static void vda_put_json(vda_writer *w, int32_t field, int64_t row, c12_view v)
{
    c12__vda_scan s = { v.ptr, v.size, 0, NULL };
    size_t len, from;
    c12__vda_space(&s);
    from = s.at;
    int good = c12__vda_any(&s, NULL, &len);
    if (good) c12__vda_space(&s);
    if (!good || s.at != s.n) { vda_refuse(w, field, row, (int64_t)s.at, s.what ? s.what : "something follows the value"); return; }
    size_t at = w->n;
    if (len <= w->cap && at <= w->cap - len) {
        s.at = from;
        (void)c12__vda_any(&s, w->p + at, &len);
    }
    w->n += len;
}

/* ---- members ----------------------------------------------------------------------------------------------------------------------------- */

static int vda_there(const vda_writer *w, int32_t field, int64_t row)
{
    const c12_vda_column *c = &w->column[field];
    if (!c->rows) return 0;
    return c->value ? c->value[row] != C12_VDA_NONE : c->off && (c->off[row + 1] > c->off[row] || w->field[field].required);
}

static void vda_put_plain(vda_writer *w, int32_t field, int64_t row)
{
    const c12__vda_field *f = &w->field[field];
    int64_t v = w->column[field].value[row], most = f->most;
    if (f->kind == C12_VDA_BOOL) most = 1;
    if (f->kind == C12_VDA_TIME) most = INT64_MAX;
    if (f->kind == C12_VDA_WORD)
        for (most = -1; f->word[most + 2]; most++) { }
    if (v < f->least || v > most) { vda_refuse(w, field, row, v, f->kind == C12_VDA_WORD ? f->word[0] : "outside its limits: see c12_vda_describe"); return; }
    if (f->kind == C12_VDA_INT) vda_put_digits(w, (uint64_t)v, 1);
    else if (f->kind == C12_VDA_REAL) vda_put_real(w, v);
    else if (f->kind == C12_VDA_TIME) vda_put_time(w, v);
    else if (f->kind == C12_VDA_BOOL) vda_put(w, v ? "true" : "false", v ? 4 : 5);
    else vda_put_name(w, f->word[v + 1]);
}

static void vda_put_object(vda_writer *w, int32_t self, int64_t row);

static void vda_put_member(vda_writer *w, int32_t field, int64_t row)
{
    const c12_vda_column *c = &w->column[field];
    int scalar = w->field[field].kind == C12_VDA_LIST && w->field[field + 1].path[w->field[field + 1].key] == VDA_STAR;
    switch (w->field[field].kind) {
    case C12_VDA_TEXT: vda_put_text(w, field, row, c12__vda_name(c->text, c->off, row)); return;
    case C12_VDA_JSON: vda_put_json(w, field, row, c12__vda_name(c->text, c->off, row)); return;
    case C12_VDA_OBJECT: vda_put_object(w, field, row); return;
    case C12_VDA_LIST:
        vda_put1(w, '[');
        for (int64_t k = c->off ? c->off[row] : 0; c->off && k < c->off[row + 1]; k++) {
            if (k > c->off[row]) vda_put1(w, ',');
            if (!scalar) vda_put_object(w, field, k);
            else if (vda_there(w, field + 1, k)) vda_put_member(w, field + 1, k);
            else vda_refuse(w, field + 1, k, 0, "is missing");
        }
        vda_put1(w, ']');
        return;
    default: vda_put_plain(w, field, row); return;
    }
}

static void vda_put_object(vda_writer *w, int32_t self, int64_t row)
{
    int32_t end = self < 0 ? w->n_fields : self + w->field[self].span;
    int any = 0;
    vda_put1(w, '{');
    for (int32_t i = self + 1; i < end && !c12__full(&w->f); i += w->field[i].span) {
        if (!vda_there(w, i, row)) {
            if (w->field[i].required) vda_refuse(w, i, row, 0, "is missing");
            continue;
        }
        if (any++) vda_put1(w, ',');
        vda_put_name(w, w->field[i].path + w->field[i].key);
        vda_put1(w, ':');
        vda_put_member(w, i, row);
    }
    vda_put1(w, '}');
}

/* ---- columns as they were given ------------------------------------------------------------------------------------------------------------- */

static int vda_rising(const int64_t *off, int64_t rows)
{
    if (off[0]) return 0;
    for (int64_t k = 0; k < rows; k++)
        if (off[k + 1] < off[k]) return 0;
    return 1;
}

/* A column has the rows of its list, or none; its offsets rise. */
static void vda_column_check(vda_writer *w, int32_t i, int64_t *rows)
{
    const c12__vda_field *f = &w->field[i];
    const c12_vda_column *c = &w->column[i];
    int64_t want = f->list < 0 ? 1 : rows[f->list];
    int text = f->kind == C12_VDA_TEXT || f->kind == C12_VDA_JSON;
    rows[i] = 0;
    if (!c->rows && !c->value && !c->off) return;
    if (c->rows != want) vda_refuse(w, i, -1, c->rows, "column has other rows than its list");
    else if (text && (!c->off || !vda_rising(c->off, want) || (c->off[want] && !c->text))) vda_refuse(w, i, -1, 0, "texts are NULL, or their offsets do not rise from 0");
    else if (f->kind == C12_VDA_LIST && c->off && !vda_rising(c->off, want)) vda_refuse(w, i, -1, 0, "offsets do not rise from 0");
    else if (f->kind == C12_VDA_LIST && c->off) rows[i] = c->off[want];
    else if (!text && f->kind != C12_VDA_LIST && want && !c->value) vda_refuse(w, i, -1, 0, "values are NULL");
}

c12_status c12_vda_write(const c12_vda_message *message, uint8_t *out, size_t cap, size_t *used, c12_error *err)
{
    c12_vda_message m;
    int64_t rows[C12_VDA_FIELDS];
    c12_status st = c12__take(&m, sizeof m, message, "message", err);
    if (st) return st;
    const c12__vda_schema *schema = c12__vda_schema_of(m.kind);
    if (!schema || m.n_columns != schema->n || !m.column) return c12__fail(err, C12_E_ARG, "message has no kind, or not the columns of its kind", "message", -1, m.n_columns);
    if (!used || (cap && !out)) return c12__fail(err, C12_E_ARG, "NULL", "used", -1, 0);
    vda_writer w = { out, cap, 0, { err, C12_OK, 0 }, schema->field, m.column, schema->n };
    for (int32_t i = 0; i < schema->n && !w.f.status; i++) vda_column_check(&w, i, rows);
    if (!w.f.status) vda_put_object(&w, -1, 0);
    if (w.f.status) return w.f.status;
    if (w.n > cap) return c12__fail(err, C12_E_SPACE, "out is too small", "out", -1, (int64_t)w.n);
    *used = w.n;
    return C12_OK;
}
