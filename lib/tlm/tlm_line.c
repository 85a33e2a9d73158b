/* SPDX-License-Identifier: Apache-2.0 */
/* JSON lines in the schema's own form at the speed of memory: constant text compared eight bytes at once, short numbers read and written without
 * a loop.  What is read here prints as the very same bytes because every field is checked against the one way it can be printed: no leading zeros, no
 * zero at the end of more than one decimal, no negative zero, times with a whole second below 60, texts that a row before has had.  Whatever is not of that kind
 * is left to the readers of tlm.c, so this file decides speed and nothing else.
 *
 * Eight digits at once after Lemire, Number parsing at a gigabyte per second (SPE 2021). */
#include "base/bits.h"
#include "tlm/tlm_internal.h"

enum { LINE_SLACK = 16 }; /* bytes that may be read behind a number's first */

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

static inline uint64_t line_load(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, 8);
    return v;
}

static inline int line_same(const uint8_t *p, const uint8_t *q, size_t n)
{
    if (n < 8) {
        for (size_t i = 0; i < n; i++)
            if (p[i] != q[i]) return 0;
        return 1;
    }
    uint64_t differ = line_load(p + n - 8) ^ line_load(q + n - 8);
    for (size_t i = 0; i + 8 < n; i += 8) differ |= line_load(p + i) ^ line_load(q + i);
    return !differ;
}

/* The same where 16 bytes may be read behind both. */
static inline int line_same_near(const uint8_t *p, const uint8_t *q, size_t n)
{
    if (n >= 8) return line_same(p, q, n);
    return !n || !((line_load(p) ^ line_load(q)) << 8 * (8 - n));
}

/* ---- numbers ---------------------------------------------------------------------------------------------------------- */

/* High bits of the bytes of eight that are no digits. */
static inline uint64_t line_others(uint64_t w)
{
    uint64_t d = w ^ UINT64_C(0x3030303030303030);
    return (((d & UINT64_C(0x7f7f7f7f7f7f7f7f)) + UINT64_C(0x7676767676767676)) | d) & UINT64_C(0x8080808080808080);
}

/* Eight digit values, the first in the lowest byte, as one number. */
static inline uint64_t line_eight(uint64_t d)
{
    d = d * 10 + (d >> 8);
    return ((d & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x000f424000000064) + (d >> 16 & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x0000271000000001)) >> 32;
}

/* A number of at most seven bytes behind its sign, printed as this library prints it.  Bytes taken, 0 = leave it to others. */
static inline size_t line_number(const uint8_t *p, int is_decimal, int64_t *mantissa, int32_t *decimals)
{
    size_t sign = p[0] == '-';
    uint64_t w = line_load(p + sign), others = line_others(w);
    if (!others) return 0;
    uint32_t dot = (uint32_t)c12__bit_lowest(others) >> 3, end = dot;
    uint64_t d = w & UINT64_C(0x0f0f0f0f0f0f0f0f), keep = (UINT64_C(1) << 8 * dot) - 1;
    if (is_decimal) {
        others &= others - 1;
        if (!others || (w >> 8 * dot & 255) != '.') return 0;
        end = (uint32_t)c12__bit_lowest(others) >> 3;
        d = (d & keep) | (d >> 8 & ~keep);
        *decimals = (int32_t)(end - dot - 1);
        if (*decimals < 1 || (*decimals > 1 && p[sign + end - 1] == '0')) return 0;
    } else *decimals = 0;
    uint32_t digits = end - (uint32_t)is_decimal;
    if (!dot || (p[sign] == '0' && dot > 1)) return 0;
    int64_t v = (int64_t)line_eight(d << 8 * (8 - digits));
    if ((sign && !v) || (w >> 8 * end & 255) == 'e') return 0; /* an exponent */
    *mantissa = sign ? -v : v;
    return sign + end;
}

static inline int line_digit(uint8_t c) { return (uint8_t)(c - '0') < 10; }

/* The two forms that most sensors have, 12.3 and 1.2 without a sign or with one. */
static inline size_t line_short(const uint8_t *p, int64_t *mantissa)
{
    size_t sign = p[0] == '-';
    const uint8_t *s = p + sign;
    int64_t v = s[0] - '0';
    if (!line_digit(s[0])) return 0;
    if (s[2] == '.' && v && line_digit(s[1]) && line_digit(s[3]) && !line_digit(s[4])) {
        v = v * 100 + (s[1] - '0') * 10 + (s[3] - '0');
        *mantissa = sign ? -v : v;
        return sign + 4;
    }
    if (s[1] != '.' || !line_digit(s[2]) || line_digit(s[3])) return 0;
    v = v * 10 + (s[2] - '0');
    if (sign && !v) return 0;
    *mantissa = sign ? -v : v;
    return sign + 3;
}

static inline size_t line_read_number(c12__tlm_open *o, int32_t f, const uint8_t *p, int64_t *v)
{
    int32_t decimals = 0, scale = o->batch.scale[f];
    size_t n = scale == 1 ? line_short(p, v) : 0;
    if (n) return n;
    n = line_number(p, o->schema.kind[f] == C12_TLM_DECIMAL, v, &decimals);
    if (!n || c12__tlm_is_small(*v, decimals, o->schema.numbers)) return 0;
    if (decimals == scale) return n;
    if (decimals > scale || scale - decimals > 8) return 0;
    *v *= (int64_t)c12__tlm_ten(scale - decimals);
    return n;
}

/* ---- times --------------------------------------------------------------------------------------------------------------- */

static inline int32_t line_two(const uint8_t *p)
{
    uint32_t a = (uint32_t)p[0] - '0', b = (uint32_t)p[1] - '0';
    return a < 10 && b < 10 ? (int32_t)(a * 10 + b) : 1000;
}

/* "YYYY-MM-DDTHH:MM:SS(.mmm)Z" within a minute that was read before. */
static inline size_t line_read_time(const c12__tlm_memo *m, int32_t f, int32_t decimals, const uint8_t *p, int64_t *v)
{
    const c12__tlm_minute *minute = &m->minute[f];
    if (p[0] != '"' || !minute->known || !line_same(p + 1, minute->text, 17)) return 0;
    int32_t second = line_two(p + 18), thousandth = 0;
    const uint8_t *rest = p + 20;
    if (decimals) {
        uint32_t last = (uint32_t)rest[3] - '0';
        thousandth = line_two(rest + 1) * 10 + (int32_t)(last < 10 ? last : 100000);
        if (rest[0] != '.' || thousandth > 999) return 0;
        rest += 4;
    }
    if (second > 59 || rest[0] != 'Z' || rest[1] != '"') return 0;
    *v = minute->ms + second * 1000 + thousandth;
    return (size_t)(rest - p) + 2;
}

/* The minute of a time that was read and found to print as it stands. */
void c12__tlm_remember_minute(c12__tlm_memo *m, int32_t f, const uint8_t *text, int64_t ms)
{
    memcpy(m->minute[f].text, text + 1, 17);
    m->minute[f].ms = ms - ((ms % 60000) + 60000) % 60000;
    m->minute[f].known = 1;
}

/* ---- lines --------------------------------------------------------------------------------------------------------------- */

/* The text that the row before had: quotes around it when it is no list. */
static inline size_t line_read_text(const c12__tlm_open *o, const c12__tlm_memo *m, int32_t f, const uint8_t *p, size_t n, int64_t *v)
{
    int64_t code = m->code[f];
    if (code < 0 || !m->plain[f]) return 0;
    c12_view known = c12__tlm_text(&o->dict, code);
    size_t quotes = o->schema.kind[f] == C12_TLM_TEXT;
    if (known.size + 2 * quotes > n) return 0;
    if (quotes && (p[0] != '"' || p[known.size + 1] != '"')) return 0;
    if (!line_same(p + quotes, known.ptr, known.size)) return 0;
    *v = code;
    return known.size + 2 * quotes;
}

static inline size_t line_read_field(c12__tlm_open *o, const c12__tlm_memo *m, int32_t f, const uint8_t *p, size_t n, int64_t *v)
{
    if (n < 32 + LINE_SLACK) return 0;
    switch (o->schema.kind[f]) {
    case C12_TLM_TIME: return line_read_time(m, f, o->schema.decimals[f], p, v);
    case C12_TLM_DECIMAL:
    case C12_TLM_INTEGER: return line_read_number(o, f, p, v);
    default: return line_read_text(o, m, f, p, n, v);
    }
}

/* ---- printing ------------------------------------------------------------------------------------------------------------ */

/* n bytes, 16 at once: up to 15 more are read and written. */
static inline uint8_t *line_copy(uint8_t *to, const uint8_t *from, size_t n)
{
    memcpy(to, from, 16);
    for (size_t i = 16; i < n; i += 16) memcpy(to + i, from + i, 16);
    return to + n;
}

static inline uint8_t *line_put_digits(uint8_t *p, uint32_t u) /* u < 10000 */
{
    uint32_t n = u > 999 ? 4 : u > 99 ? 3 : u > 9 ? 2 : 1;
    uint32_t a = u / 100, b = u % 100;
    uint32_t four = (a / 10) | (a % 10) << 8 | (b / 10) << 16 | (b % 10) << 24; /* the first digit lowest */
    four = (four | 0x30303030u) >> 8 * (4 - n);
    memcpy(p, &four, 4);
    return p + n;
}

static inline uint8_t *line_put_number(uint8_t *p, int64_t v, int32_t kind, int32_t scale)
{
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    if (u > 9999 || (kind == C12_TLM_DECIMAL && scale != 1)) return NULL;
    *p = '-';
    p += v < 0;
    if (kind == C12_TLM_INTEGER) return line_put_digits(p, (uint32_t)u);
    p = line_put_digits(p, (uint32_t)u / 10);
    p[0] = '.';
    p[1] = (uint8_t)('0' + u % 10);
    return p + 2;
}

static inline uint8_t *line_put_time(uint8_t *p, const c12__tlm_minute *m, int64_t ms, int32_t decimals)
{
    uint64_t of = (uint64_t)ms - (uint64_t)m->ms;
    if (!m->known || of > 59999 || (!decimals && of % 1000)) return NULL;
    uint32_t second = (uint32_t)of / 1000, rest = (uint32_t)of % 1000;
    p[0] = '"';
    memcpy(p + 1, m->text, 17);
    p[18] = (uint8_t)('0' + second / 10);
    p[19] = (uint8_t)('0' + second % 10);
    p += 20;
    if (decimals) {
        p[0] = '.';
        p[1] = (uint8_t)('0' + rest / 100);
        p[2] = (uint8_t)('0' + rest / 10 % 10);
        p[3] = (uint8_t)('0' + rest % 10);
        p += 4;
    }
    p[0] = 'Z';
    p[1] = '"';
    return p + 2;
}

/* A text that was found to stand in JSON as it is. */
static inline uint8_t *line_put_text(uint8_t *p, const c12__tlm_open *o, const c12__tlm_memo *m, int32_t f, int64_t code)
{
    if (code != m->code[f] || !m->plain[f]) return NULL;
    int64_t from = o->dict.off[code], n = o->dict.off[code + 1] - from;
    if (from + ((n + 15) & ~INT64_C(15)) + 16 > o->dict.bytes_cap) return NULL;
    if (o->schema.kind[f] == C12_TLM_LIST) return line_copy(p, o->dict.bytes + from, (size_t)n);
    *p = '"';
    p = line_copy(p + 1, o->dict.bytes + from, (size_t)n);
    *p = '"';
    return p + 1;
}

static inline uint8_t *line_put_field(uint8_t *p, size_t room, const c12__tlm_open *o, const c12__tlm_memo *m, int32_t f, int64_t v)
{
    int32_t kind = o->schema.kind[f];
    if (c12__tlm_is_code(kind)) {
        if (v != m->code[f] || room < (size_t)(o->dict.off[v + 1] - o->dict.off[v]) + 40) return NULL;
        return line_put_text(p, o, m, f, v);
    }
    return kind == C12_TLM_TIME ? line_put_time(p, &m->minute[f], v, o->schema.decimals[f]) : line_put_number(p, v, kind, o->batch.scale[f]);
}

/* Constant text and values from field *field on, as long as they are of the quick kind; bytes written, *field = the one that is not. */
size_t c12__tlm_quick_print(const c12__tlm_form *form, const c12__tlm_open *o, const c12__tlm_memo *m, int64_t row, uint8_t *out, size_t room, int32_t *field)
{
    uint8_t *p = out, *next;
    int32_t n = o->schema.n_fields;
    for (int32_t f = *field; f < n; f++, p = next) {
        size_t fixed = (size_t)(form->at[f + 1] - form->at[f]);
        *field = f;
        if (room - (size_t)(p - out) < fixed + 64) return (size_t)(p - out);
        next = line_copy(p, form->text + form->at[f], fixed);
        next = line_put_field(next, room - (size_t)(next - out), o, m, f, o->batch.value[f * o->batch.cap + row]);
        if (!next) return (size_t)(p - out);
    }
    *field = n;
    return (size_t)(p - out);
}

#else /* the same results by the readers of tlm.c alone */

void c12__tlm_remember_minute(c12__tlm_memo *m, int32_t f, const uint8_t *text, int64_t ms)
{
    (void)text;
    (void)ms;
    m->minute[f].known = 0;
}

size_t c12__tlm_quick_print(const c12__tlm_form *form, const c12__tlm_open *o, const c12__tlm_memo *m, int64_t row, uint8_t *out, size_t room, int32_t *field)
{
    (void)form, (void)o, (void)m, (void)row, (void)out, (void)room, (void)field;
    return 0;
}

static inline int line_same(const uint8_t *p, const uint8_t *q, size_t n) { return !memcmp(p, q, n); }
static inline int line_same_near(const uint8_t *p, const uint8_t *q, size_t n) { return !memcmp(p, q, n); }

static inline size_t line_read_field(c12__tlm_open *o, const c12__tlm_memo *m, int32_t f, const uint8_t *p, size_t n, int64_t *v)
{
    (void)o, (void)m, (void)f, (void)p, (void)n, (void)v;
    return 0;
}

#endif

size_t c12__tlm_quick_fields(const c12__tlm_form *form, c12__tlm_open *o, const c12__tlm_memo *m, const uint8_t *line, size_t n, size_t at, int32_t *field)
{
    const c12_tlm_schema *s = &form->schema;
    c12_tlm_batch *b = &o->batch;
    for (int32_t f = *field;; f++) {
        size_t fixed = (size_t)(form->at[f + 1] - form->at[f]), len;
        int near = n - at >= fixed + LINE_SLACK;
        if (n - at < fixed || !(near ? line_same_near(line + at, form->text + form->at[f], fixed) : line_same(line + at, form->text + form->at[f], fixed))) {
            *field = -1;
            return at;
        }
        at += fixed;
        *field = f;
        if (f == s->n_fields || !(len = line_read_field(o, m, f, line + at, n - at, &b->value[f * b->cap + b->n]))) return at;
        at += len;
    }
}
