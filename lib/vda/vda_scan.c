/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of JSON (RFC 8259): strings, numbers as integers, times, values that are only kept.  No recursion, nothing rounded twice. */
#include "vda/vda_internal.h"

int c12__vda_wrong(c12__vda_scan *s, const char *what)
{
    s->what = what;
    return 0;
}

void c12__vda_space(c12__vda_scan *s)
{
    while (s->at < s->n && (s->p[s->at] == ' ' || s->p[s->at] == '\t' || s->p[s->at] == '\r' || s->p[s->at] == '\n')) s->at++;
}

/* ---- strings ------------------------------------------------------------------------------------------------------------------------- */

size_t c12__vda_sequence(const uint8_t *p, size_t n)
{
    uint8_t a = p[0];
    if (a < 0x80) return 1;
    size_t len = a < 0xc2 ? 0 : a < 0xe0 ? 2 : a < 0xf0 ? 3 : a < 0xf5 ? 4 : 0;
    if (!len || len > n) return 0;
    for (size_t i = 1; i < len; i++)
        if ((p[i] & 0xc0) != 0x80) return 0;
    /* no overlong form, no surrogate, nothing above U+10FFFF */
    if ((a == 0xe0 && p[1] < 0xa0) || (a == 0xed && p[1] > 0x9f) || (a == 0xf0 && p[1] < 0x90) || (a == 0xf4 && p[1] > 0x8f)) return 0;
    return len;
}

/* Four hex digits at s->at + from, or -1. */
static int32_t vda_hex4(const c12__vda_scan *s, size_t from)
{
    int32_t v = 0;
    if (s->n - s->at < from + 4) return -1;
    for (size_t i = 0; i < 4; i++) {
        uint8_t c = s->p[s->at + from + i], low = (uint8_t)(c | 0x20);
        if (c >= '0' && c <= '9') v = v << 4 | (c - '0');
        else if (low >= 'a' && low <= 'f') v = v << 4 | (low - 'a' + 10);
        else return -1;
    }
    return v;
}

static size_t vda_put_code(uint8_t *to, uint32_t c)
{
    static const uint8_t lead[5] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    if (c < 0x80) { to[0] = (uint8_t)c; return 1; }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i; i--, c >>= 6) to[i] = (uint8_t)(0x80 | (c & 63));
    to[0] = (uint8_t)(lead[n] | c);
    return n;
}

/* A \uXXXX, or two that are one character, at the backslash. */
static int vda_unicode(c12__vda_scan *s, uint32_t *c)
{
    int32_t a = vda_hex4(s, 2), b;
    if (a < 0) return c12__vda_wrong(s, "\\u needs four hex digits");
    if (!a) return c12__vda_wrong(s, "a text holds no NUL");
    *c = (uint32_t)a;
    if (a < 0xd800 || a > 0xdfff) { s->at += 6; return 1; }
    if (a > 0xdbff || s->n - s->at < 12 || s->p[s->at + 6] != '\\' || s->p[s->at + 7] != 'u' || (b = vda_hex4(s, 8)) < 0xdc00 || b > 0xdfff) return c12__vda_wrong(s, "half a surrogate pair");
    *c = 0x10000 + ((uint32_t)(a - 0xd800) << 10 | (uint32_t)(b - 0xdc00));
    s->at += 12;
    return 1;
}

static int vda_escape(c12__vda_scan *s, uint32_t *c)
{
    static const char letters[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
    uint8_t e = s->n - s->at > 1 ? s->p[s->at + 1] : 0;
    if (e == 'u') return vda_unicode(s, c);
    for (int i = 0; letters[i]; i++)
        if (e == (uint8_t)letters[i]) {
            *c = (uint8_t)bytes[i];
            s->at += 2;
            return 1;
        }
    return c12__vda_wrong(s, "unknown escape in a string");
}

/* Bytes from here that are neither escaped nor the end of a string and take one byte each. */
static size_t vda_run(const c12__vda_scan *s)
{
    size_t i = s->at;
    while (i < s->n && s->p[i] >= 0x20 && s->p[i] < 0x80 && s->p[i] != '"' && s->p[i] != '\\') i++;
    return i - s->at;
}

int c12__vda_plain(c12__vda_scan *s, c12_view *inside)
{
    c12__vda_scan in = { s->p, s->n, s->at + 1, NULL };
    size_t run = vda_run(&in);
    if (in.at + run >= s->n || s->p[in.at + run] != '"') return 0;
    inside->ptr = s->p + in.at;
    inside->size = run;
    s->at = in.at + run + 1;
    return 1;
}

int c12__vda_string(c12__vda_scan *s, uint8_t *to, size_t *len)
{
    size_t k = 0;
    for (s->at++; s->at < s->n && s->p[s->at] != '"';) {
        const uint8_t *from = s->p + s->at;
        uint8_t code[4];
        size_t step = vda_run(s);
        if (*from == '\\') {
            uint32_t u = 0;
            if (!vda_escape(s, &u)) return 0;
            step = vda_put_code(code, u);
            from = code;
        } else {
            if (*from < 0x20) return c12__vda_wrong(s, "control byte in a string");
            if (!step && !(step = c12__vda_sequence(from, s->n - s->at))) return c12__vda_wrong(s, "not UTF-8");
            s->at += step;
        }
        if (to) memcpy(to + k, from, step);
        k += step;
    }
    if (s->at == s->n) return c12__vda_wrong(s, "string does not end");
    s->at++;
    *len = k;
    return 1;
}

/* ---- numbers -------------------------------------------------------------------------------------------------------------------------- */

/* The decimal digits of a number: 18 leading ones, how many powers of ten they lack, and whether anything was left behind them. */
typedef struct vda_decimal { uint64_t digits; int32_t n, power, more, negative; } vda_decimal;

static int vda_digits(c12__vda_scan *s, vda_decimal *d, int behind)
{
    size_t from = s->at;
    for (; s->at < s->n && s->p[s->at] >= '0' && s->p[s->at] <= '9'; s->at++) {
        uint8_t c = (uint8_t)(s->p[s->at] - '0');
        if (d->n < 18) {
            d->digits = d->digits * 10 + c;
            d->n += d->digits != 0;
            d->power -= behind;
        } else {
            d->more |= c != 0;
            d->power += !behind && d->power < 100000;
        }
    }
    return s->at > from || c12__vda_wrong(s, "digit expected");
}

static int vda_exponent(c12__vda_scan *s, vda_decimal *d)
{
    int32_t e = 0, down = 0;
    s->at++;
    if (c12__vda_is(s, '+') || c12__vda_is(s, '-')) down = s->p[s->at++] == '-';
    size_t from = s->at;
    for (; s->at < s->n && s->p[s->at] >= '0' && s->p[s->at] <= '9'; s->at++)
        if (e < 100000) e = e * 10 + (s->p[s->at] - '0');
    d->power += down ? -e : e;
    return s->at > from || c12__vda_wrong(s, "digit expected");
}

static int vda_decimal_read(c12__vda_scan *s, vda_decimal *d)
{
    if (c12__vda_is(s, '-')) { d->negative = 1; s->at++; }
    if (c12__vda_is(s, '0')) s->at++;
    else if (!vda_digits(s, d, 0)) return 0;
    if (c12__vda_is(s, '.')) {
        s->at++;
        if (!vda_digits(s, d, 1)) return 0;
    }
    return (!c12__vda_is(s, 'e') && !c12__vda_is(s, 'E')) || vda_exponent(s, d);
}

int c12__vda_number_read(c12__vda_scan *s, int32_t scale, c12__vda_number *out)
{
    vda_decimal d = { 0, 0, 0, 0, 0 };
    if (!vda_decimal_read(s, &d)) return 0;
    int32_t p = d.power + scale;
    int64_t v = (int64_t)d.digits;
    out->fits = 1;
    for (; v && p > 0 && out->fits; p--) out->fits = v <= C12__VDA_MOST / 10 && ((v *= 10), 1);
    if (out->fits && v > C12__VDA_MOST) out->fits = 0;
    int32_t last = 0, more = d.more;
    for (; v && p < 0; p++) {
        more |= last != 0;
        last = (int32_t)(v % 10);
        v /= 10;
    }
    if (p < 0) { more |= last != 0; last = 0; } /* what is left is far below a half */
    out->whole = !last && !more;
    if (last > 5 || (last == 5 && (more || v & 1))) v++;
    out->value = d.negative ? -v : v;
    return 1;
}

/* ---- values that are only kept ------------------------------------------------------------------------------------------------------------ */

static int vda_word(c12__vda_scan *s)
{
    static const char *const words[3] = { "true", "false", "null" };
    static const size_t length[3] = { 4, 5, 4 };
    for (int i = 0; i < 3; i++)
        if (s->n - s->at >= length[i] && !memcmp(s->p + s->at, words[i], length[i])) { s->at += length[i]; return 1; }
    return c12__vda_wrong(s, "value expected");
}

/* The bytes from `from` to here as they are. */
static void vda_keep(const c12__vda_scan *s, size_t from, uint8_t *to, size_t *len)
{
    if (to) memcpy(to + *len, s->p + from, s->at - from);
    *len += s->at - from;
}

static int vda_scalar(c12__vda_scan *s, uint8_t *to, size_t *len)
{
    size_t from = s->at, ignored;
    c12__vda_number number;
    uint8_t c = s->at < s->n ? s->p[s->at] : 0;
    if (!(c == '"' ? c12__vda_string(s, NULL, &ignored) : c == '-' || (c >= '0' && c <= '9') ? c12__vda_number_read(s, 0, &number) : vda_word(s))) return 0;
    vda_keep(s, from, to, len);
    return 1;
}

/* One byte that stands between values. */
static int vda_mark(c12__vda_scan *s, uint8_t c, uint8_t *to, size_t *len, const char *what)
{
    c12__vda_space(s);
    if (!c12__vda_is(s, c)) return c12__vda_wrong(s, what);
    s->at++;
    vda_keep(s, s->at - 1, to, len);
    c12__vda_space(s);
    return 1;
}

typedef struct vda_nest { uint64_t object; int32_t depth, fresh; } vda_nest;

/* Before a value in a list or object: comma, key, colon.  2 = the innermost ended. */
static int vda_between(c12__vda_scan *s, vda_nest *w, uint8_t *to, size_t *len)
{
    int object = (int)(w->object >> (w->depth - 1) & 1);
    size_t from, ignored;
    c12__vda_space(s);
    if (c12__vda_is(s, object ? '}' : ']')) {
        s->at++;
        vda_keep(s, s->at - 1, to, len);
        w->depth--;
        w->fresh = 0;
        return 2;
    }
    if (!w->fresh && !vda_mark(s, ',', to, len, "comma or closing bracket expected")) return 0;
    w->fresh = 0;
    if (!object) return 1;
    from = s->at;
    if (!c12__vda_is(s, '"')) return c12__vda_wrong(s, "key expected");
    if (!c12__vda_string(s, NULL, &ignored)) return 0;
    vda_keep(s, from, to, len);
    return vda_mark(s, ':', to, len, "colon expected");
}

int c12__vda_any(c12__vda_scan *s, uint8_t *to, size_t *len)
{
    vda_nest w = { 0, 0, 0 };
    *len = 0;
    do {
        int go = w.depth ? vda_between(s, &w, to, len) : 1;
        if (!go) return 0;
        if (go == 2) continue;
        if (!c12__vda_is(s, '{') && !c12__vda_is(s, '[')) {
            if (!vda_scalar(s, to, len)) return 0;
            continue;
        }
        if (w.depth == C12_VDA_DEPTH) return c12__vda_wrong(s, "nested deeper than 64 levels");
        uint64_t bit = UINT64_C(1) << w.depth++;
        w.object = c12__vda_is(s, '{') ? w.object | bit : w.object & ~bit;
        w.fresh = 1;
        s->at++;
        vda_keep(s, s->at - 1, to, len);
    } while (w.depth);
    return 1;
}

/* ---- times ------------------------------------------------------------------------------------------------------------------------------- */

/* k digits at p, -1 = they are none. */
static int32_t vda_fixed(const uint8_t *p, size_t k)
{
    int32_t v = 0;
    for (size_t i = 0; i < k; i++) {
        if (p[i] < '0' || p[i] > '9') return -1;
        v = v * 10 + (p[i] - '0');
    }
    return v;
}

static int64_t vda_days(int32_t y, int32_t m, int32_t d) /* since 1970-01-01, after Hinnant's days_from_civil */
{
    y -= m <= 2;
    int64_t era = y / 400, yoe = y - era * 400, doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1, doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

/* The fraction at *at, in ns; digits behind the ninth are cut. */
static int64_t vda_fraction(const uint8_t *p, size_t n, size_t *at)
{
    int64_t v = 0, unit = 100000000;
    for (++*at; *at < n && p[*at] >= '0' && p[*at] <= '9'; ++*at, unit /= 10) v += unit * (p[*at] - '0');
    return v;
}

/* Minutes east of Greenwich at the end of a time, INT32_MIN = there is no such end. */
static int32_t vda_zone(const uint8_t *p, size_t n)
{
    if (n == 1 && (p[0] == 'Z' || p[0] == 'z')) return 0;
    if (n != 6 || (p[0] != '+' && p[0] != '-') || p[3] != ':') return INT32_MIN;
    int32_t h = vda_fixed(p + 1, 2), m = vda_fixed(p + 4, 2);
    if (h < 0 || h > 23 || m < 0 || m > 59) return INT32_MIN;
    return p[0] == '-' ? -(h * 60 + m) : h * 60 + m;
}

int c12__vda_time(const uint8_t *p, size_t n, c12_ns *out)
{
    static const uint8_t length[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (n < 20 || p[4] != '-' || p[7] != '-' || (p[10] != 'T' && p[10] != 't') || p[13] != ':' || p[16] != ':') return 0;
    int32_t y = vda_fixed(p, 4), mo = vda_fixed(p + 5, 2), d = vda_fixed(p + 8, 2), h = vda_fixed(p + 11, 2), mi = vda_fixed(p + 14, 2), s = vda_fixed(p + 17, 2);
    if (y < 1970 || y > 2261 || mo < 1 || mo > 12 || d < 1 || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 60) return 0;
    if (d > length[mo - 1] + (mo == 2 && y % 4 == 0 && (y % 100 || y % 400 == 0))) return 0;
    size_t at = 19;
    int64_t ns = 0;
    if (p[at] == '.') {
        ns = vda_fraction(p, n, &at);
        if (at == 20) return 0;
    }
    int32_t zone = vda_zone(p + at, n - at);
    if (zone == INT32_MIN) return 0;
    *out = ((vda_days(y, mo, d) * 24 + h) * 60 + mi - zone) * INT64_C(60000000000) + s * INT64_C(1000000000) + ns;
    return 1;
}
