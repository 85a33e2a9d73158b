/* SPDX-License-Identifier: Apache-2.0 */
/* JSON to the letter of RFC 8259, for bytes an enemy may have written: two readers that disagree on a text are a hole, so whatever
 * could be read in two ways is refused - names that come twice, surrogates alone, bytes behind the end. */
#include "seal/seal_internal.h"

typedef struct strict { const uint8_t *at, *end; const char *rule; int depth; } strict;

static int strict_refuse(strict *j, const char *rule) { if (!j->rule) j->rule = rule; return 0; }

static void strict_space(strict *j)
{
    while (j->at < j->end && (*j->at == ' ' || *j->at == '\t' || *j->at == '\n' || *j->at == '\r')) j->at++;
}

static int strict_take(strict *j, char c)
{
    if (j->at >= j->end || *j->at != (uint8_t)c) return 0;
    j->at++;
    return 1;
}

/* ---- strings ------------------------------------------------------------------------------------------------------------------------- */

static int strict_hex(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hex digits at *at; -1 = they are not there. */
static int32_t strict_unit(const uint8_t **at, const uint8_t *end)
{
    int32_t v = 0;
    if (end - *at < 4) return -1;
    for (int i = 0; i < 4; i++) {
        int d = strict_hex(*(*at)++);
        if (d < 0) return -1;
        v = v << 4 | d;
    }
    return v;
}

/* A character of UTF-8 at *at: no overlong form, no surrogate, nothing past U+10FFFF; -1 = it is not one. */
static int32_t strict_utf8(const uint8_t **at, const uint8_t *end)
{
    uint8_t c = *(*at)++;
    int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc2 ? 1 : 0;
    static const int32_t least[] = { 0, 0x80, 0x800, 0x10000 };
    if (c < 0x80) return c;
    if (!more || c > 0xf4 || end - *at < more) return -1;
    int32_t v = c & (0x3f >> more);
    for (int i = 0; i < more; i++) {
        uint8_t next = *(*at)++;
        if ((next & 0xc0) != 0x80) return -1;
        v = v << 6 | (next & 0x3f);
    }
    return v < least[more] || v > 0x10ffff || (v >= 0xd800 && v < 0xe000) ? -1 : v;
}

/* The escape behind a backslash. */
static int32_t strict_escape(const uint8_t **at, const uint8_t *end)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    if (*at >= end) return -1;
    uint8_t c = *(*at)++;
    for (int i = 0; i < 8; i++)
        if (c == (uint8_t)from[i]) return to[i];
    int32_t high = c == 'u' ? strict_unit(at, end) : -1;
    if (high < 0xd800 || high > 0xdfff) return high;
    if (high > 0xdbff || end - *at < 2 || (*at)[0] != '\\' || (*at)[1] != 'u') return -1;
    *at += 2;
    int32_t low = strict_unit(at, end);
    return low < 0xdc00 || low > 0xdfff ? -1 : 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

/* The next character of what stands between quotes: -1 = malformed. */
static int32_t strict_char(const uint8_t **at, const uint8_t *end)
{
    if (**at == '\\') {
        ++*at;
        return strict_escape(at, end);
    }
    return **at < 0x20 ? -1 : strict_utf8(at, end);
}

/* A string at the reader; *inside = between its quotes. */
static int strict_string(strict *j, c12_view *inside)
{
    if (!strict_take(j, '"')) return strict_refuse(j, "JSON: a name or string is missing");
    inside->ptr = j->at;
    while (j->at < j->end && *j->at != '"')
        if (strict_char(&j->at, j->end) < 0) return strict_refuse(j, "JSON: a string is malformed");
    inside->size = (size_t)(j->at - inside->ptr);
    return strict_take(j, '"') ? 1 : strict_refuse(j, "JSON: a string does not end");
}

/* Do two strings say the same, however they are escaped? */
static int strict_same(c12_view a, c12_view b)
{
    const uint8_t *x = a.ptr, *y = b.ptr, *x_end = a.ptr + a.size, *y_end = b.ptr + b.size;
    while (x < x_end && y < y_end)
        if (strict_char(&x, x_end) != strict_char(&y, y_end)) return 0;
    return x == x_end && y == y_end;
}

/* ---- values ---------------------------------------------------------------------------------------------------------------------------- */

static int strict_digits(strict *j)
{
    const uint8_t *start = j->at;
    while (j->at < j->end && *j->at >= '0' && *j->at <= '9') j->at++;
    return j->at > start;
}

static int strict_number(strict *j)
{
    strict_take(j, '-');
    if (!strict_take(j, '0') && !strict_digits(j)) return strict_refuse(j, "JSON: a value is malformed");
    if (strict_take(j, '.') && !strict_digits(j)) return strict_refuse(j, "JSON: a number is malformed");
    if (strict_take(j, 'e') || strict_take(j, 'E')) {
        if (!strict_take(j, '-')) strict_take(j, '+');
        if (!strict_digits(j)) return strict_refuse(j, "JSON: a number is malformed");
    }
    return 1;
}

static int strict_word(strict *j, const char *word)
{
    while (*word) if (!strict_take(j, *word++)) return strict_refuse(j, "JSON: a value is malformed");
    return 1;
}

static int strict_value(strict *j);

static int strict_known(const c12_view *name, int n, c12_view another)
{
    for (int i = 0; i < n; i++) if (strict_same(name[i], another)) return 1;
    return 0;
}

/* Calls itself through strict_value, no deeper than SEAL_JSON_DEPTH. */
static int strict_object(strict *j)
{
    c12_view name[SEAL_JSON_MEMBERS];
    int n = 0;
    strict_space(j);
    if (strict_take(j, '}')) return 1;
    do {
        c12_view one;
        strict_space(j);
        if (!strict_string(j, &one)) return 0;
        if (strict_known(name, n, one)) return strict_refuse(j, "JSON: a name comes twice in an object");
        if (n == SEAL_JSON_MEMBERS) return strict_refuse(j, "JSON: an object has more than 32 members");
        name[n++] = one;
        strict_space(j);
        if (!strict_take(j, ':')) return strict_refuse(j, "JSON: a colon is missing");
        if (!strict_value(j)) return 0;
        strict_space(j);
    } while (strict_take(j, ','));
    return strict_take(j, '}') ? 1 : strict_refuse(j, "JSON: an object does not end");
}

static int strict_array(strict *j)
{
    strict_space(j);
    if (strict_take(j, ']')) return 1;
    do {
        if (!strict_value(j)) return 0;
        strict_space(j);
    } while (strict_take(j, ','));
    return strict_take(j, ']') ? 1 : strict_refuse(j, "JSON: an array does not end");
}

static int strict_value(strict *j)
{
    c12_view inside;
    int sound;
    strict_space(j);
    if (j->at >= j->end) return strict_refuse(j, "JSON: a value is missing");
    switch (*j->at) {
    case '"': return strict_string(j, &inside);
    case 't': return strict_word(j, "true");
    case 'f': return strict_word(j, "false");
    case 'n': return strict_word(j, "null");
    case '{':
    case '[':
        if (j->depth == SEAL_JSON_DEPTH) return strict_refuse(j, "JSON: more than 8 deep");
        j->depth++;
        sound = *j->at++ == '{' ? strict_object(j) : strict_array(j);
        j->depth--;
        return sound;
    default: return strict_number(j);
    }
}

const char *c12__seal_json_fault(c12_view text)
{
    strict j = { text.ptr, text.ptr + text.size, NULL, 0 };
    strict_space(&j);
    if (j.at >= j.end || *j.at != '{') return "JSON: not an object";
    if (!strict_value(&j)) return j.rule;
    strict_space(&j);
    return j.at == j.end ? NULL : "JSON: bytes behind the object";
}

/* ---- looking up in what is sound ------------------------------------------------------------------------------------------------------------ */

c12_view c12__seal_json_member(c12_view object, c12_view name)
{
    strict j = { object.ptr, object.ptr + object.size, NULL, 0 };
    const c12_view none = { NULL, 0 };
    strict_space(&j);
    strict_take(&j, '{');
    do {
        c12_view one, value;
        strict_space(&j);
        if (j.at >= j.end || *j.at != '"' || !strict_string(&j, &one)) return none;
        strict_space(&j);
        strict_take(&j, ':');
        strict_space(&j);
        value.ptr = j.at;
        if (!strict_value(&j)) return none;
        value.size = (size_t)(j.at - value.ptr);
        if (strict_same(one, name)) return value;
        strict_space(&j);
    } while (strict_take(&j, ','));
    return none;
}

/* The character's bytes are next in the view. */
static int strict_spelt(int32_t c, const uint8_t **at, const uint8_t *end) { return *at < end && strict_utf8(at, end) == c; }

int c12__seal_json_is(c12_view string, c12_view bytes)
{
    const uint8_t *y = bytes.ptr, *y_end = bytes.ptr + bytes.size;
    if (string.size < 2 || string.ptr[0] != '"') return 0;
    for (const uint8_t *x = string.ptr + 1, *x_end = string.ptr + string.size - 1; x < x_end;)
        if (!strict_spelt(strict_char(&x, x_end), &y, y_end)) return 0;
    return y == y_end;
}

/* Strings of an array; with `want` whether one says it, else whether there is nothing but strings. */
static int strict_scan(c12_view array, const c12_view *want)
{
    strict j = { array.ptr, array.ptr + array.size, NULL, 0 };
    int found = 0;
    strict_space(&j);
    if (!strict_take(&j, '[')) return 0;
    do {
        c12_view inside;
        strict_space(&j);
        if (j.at >= j.end || *j.at != '"' || !strict_string(&j, &inside)) return 0;
        c12_view whole = { inside.ptr - 1, inside.size + 2 };
        if (want && c12__seal_json_is(whole, *want)) found = 1;
        strict_space(&j);
    } while (strict_take(&j, ','));
    return want ? found : 1;
}

int c12__seal_json_has(c12_view array, c12_view bytes) { return strict_scan(array, &bytes); }
int c12__seal_json_strings(c12_view array) { return strict_scan(array, NULL); }
