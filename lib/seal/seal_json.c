/* SPDX-License-Identifier: Apache-2.0 */
/* JSON to the letter of RFC 8259, for bytes an enemy may have written: two readers that disagree on a text are a hole, so whatever
 * could be read in two ways is refused - names that come twice, surrogates alone, bytes behind the end. */
#include "seal/seal_internal.h"

typedef struct json { const uint8_t *at, *end; const char *rule; int depth; } json;

static int json_refuse(json *j, const char *rule) { if (!j->rule) j->rule = rule; return 0; }

static void json_space(json *j)
{
    while (j->at < j->end && (*j->at == ' ' || *j->at == '\t' || *j->at == '\n' || *j->at == '\r')) j->at++;
}

static int json_take(json *j, char c)
{
    if (j->at >= j->end || *j->at != (uint8_t)c) return 0;
    j->at++;
    return 1;
}

/* ---- strings ------------------------------------------------------------------------------------------------------------------------- */

static int json_hex(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hex digits at *at; -1 = they are not there. */
static int32_t json_unit(const uint8_t **at, const uint8_t *end)
{
    int32_t v = 0;
    if (end - *at < 4) return -1;
    for (int i = 0; i < 4; i++) {
        int d = json_hex(*(*at)++);
        if (d < 0) return -1;
        v = v << 4 | d;
    }
    return v;
}

/* A character of UTF-8 at *at: no overlong form, no surrogate, nothing past U+10FFFF; -1 = it is not one. */
static int32_t json_utf8(const uint8_t **at, const uint8_t *end)
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
static int32_t json_escape(const uint8_t **at, const uint8_t *end)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    if (*at >= end) return -1;
    uint8_t c = *(*at)++;
    for (int i = 0; i < 8; i++)
        if (c == (uint8_t)from[i]) return to[i];
    int32_t high = c == 'u' ? json_unit(at, end) : -1;
    if (high < 0xd800 || high > 0xdfff) return high;
    if (high > 0xdbff || end - *at < 2 || (*at)[0] != '\\' || (*at)[1] != 'u') return -1;
    *at += 2;
    int32_t low = json_unit(at, end);
    return low < 0xdc00 || low > 0xdfff ? -1 : 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

/* The next character of what stands between quotes: -1 = malformed. */
static int32_t json_char(const uint8_t **at, const uint8_t *end)
{
    if (**at == '\\') {
        ++*at;
        return json_escape(at, end);
    }
    return **at < 0x20 ? -1 : json_utf8(at, end);
}

/* A string at the reader; *inside = between its quotes. */
static int json_string(json *j, c12_view *inside)
{
    if (!json_take(j, '"')) return json_refuse(j, "JSON: a name or string is missing");
    inside->ptr = j->at;
    while (j->at < j->end && *j->at != '"')
        if (json_char(&j->at, j->end) < 0) return json_refuse(j, "JSON: a string is malformed");
    inside->size = (size_t)(j->at - inside->ptr);
    return json_take(j, '"') ? 1 : json_refuse(j, "JSON: a string does not end");
}

/* Do two strings say the same, however they are escaped? */
static int json_same(c12_view a, c12_view b)
{
    const uint8_t *x = a.ptr, *y = b.ptr, *x_end = a.ptr + a.size, *y_end = b.ptr + b.size;
    while (x < x_end && y < y_end)
        if (json_char(&x, x_end) != json_char(&y, y_end)) return 0;
    return x == x_end && y == y_end;
}

/* ---- values ---------------------------------------------------------------------------------------------------------------------------- */

static int json_digits(json *j)
{
    const uint8_t *start = j->at;
    while (j->at < j->end && *j->at >= '0' && *j->at <= '9') j->at++;
    return j->at > start;
}

static int json_number(json *j)
{
    json_take(j, '-');
    if (!json_take(j, '0') && !json_digits(j)) return json_refuse(j, "JSON: a value is malformed");
    if (json_take(j, '.') && !json_digits(j)) return json_refuse(j, "JSON: a number is malformed");
    if (json_take(j, 'e') || json_take(j, 'E')) {
        if (!json_take(j, '-')) json_take(j, '+');
        if (!json_digits(j)) return json_refuse(j, "JSON: a number is malformed");
    }
    return 1;
}

static int json_word(json *j, const char *word)
{
    while (*word) if (!json_take(j, *word++)) return json_refuse(j, "JSON: a value is malformed");
    return 1;
}

static int json_value(json *j);

static int json_known(const c12_view *name, int n, c12_view another)
{
    for (int i = 0; i < n; i++) if (json_same(name[i], another)) return 1;
    return 0;
}

/* Calls itself through json_value, no deeper than SEAL_JSON_DEPTH. */
static int json_object(json *j)
{
    c12_view name[SEAL_JSON_MEMBERS];
    int n = 0;
    json_space(j);
    if (json_take(j, '}')) return 1;
    do {
        c12_view one;
        json_space(j);
        if (!json_string(j, &one)) return 0;
        if (json_known(name, n, one)) return json_refuse(j, "JSON: a name comes twice in an object");
        if (n == SEAL_JSON_MEMBERS) return json_refuse(j, "JSON: an object has more than 32 members");
        name[n++] = one;
        json_space(j);
        if (!json_take(j, ':')) return json_refuse(j, "JSON: a colon is missing");
        if (!json_value(j)) return 0;
        json_space(j);
    } while (json_take(j, ','));
    return json_take(j, '}') ? 1 : json_refuse(j, "JSON: an object does not end");
}

static int json_array(json *j)
{
    json_space(j);
    if (json_take(j, ']')) return 1;
    do {
        if (!json_value(j)) return 0;
        json_space(j);
    } while (json_take(j, ','));
    return json_take(j, ']') ? 1 : json_refuse(j, "JSON: an array does not end");
}

static int json_value(json *j)
{
    c12_view inside;
    int sound;
    json_space(j);
    if (j->at >= j->end) return json_refuse(j, "JSON: a value is missing");
    switch (*j->at) {
    case '"': return json_string(j, &inside);
    case 't': return json_word(j, "true");
    case 'f': return json_word(j, "false");
    case 'n': return json_word(j, "null");
    case '{':
    case '[':
        if (j->depth == SEAL_JSON_DEPTH) return json_refuse(j, "JSON: more than 8 deep");
        j->depth++;
        sound = *j->at++ == '{' ? json_object(j) : json_array(j);
        j->depth--;
        return sound;
    default: return json_number(j);
    }
}

const char *c12__seal_json_fault(c12_view text)
{
    json j = { text.ptr, text.ptr + text.size, NULL, 0 };
    json_space(&j);
    if (j.at >= j.end || *j.at != '{') return "JSON: not an object";
    if (!json_value(&j)) return j.rule;
    json_space(&j);
    return j.at == j.end ? NULL : "JSON: bytes behind the object";
}

/* ---- looking up in what is sound ------------------------------------------------------------------------------------------------------------ */

c12_view c12__seal_json_member(c12_view object, c12_view name)
{
    json j = { object.ptr, object.ptr + object.size, NULL, 0 };
    const c12_view none = { NULL, 0 };
    json_space(&j);
    json_take(&j, '{');
    do {
        c12_view one, value;
        json_space(&j);
        if (j.at >= j.end || *j.at != '"' || !json_string(&j, &one)) return none;
        json_space(&j);
        json_take(&j, ':');
        json_space(&j);
        value.ptr = j.at;
        if (!json_value(&j)) return none;
        value.size = (size_t)(j.at - value.ptr);
        if (json_same(one, name)) return value;
        json_space(&j);
    } while (json_take(&j, ','));
    return none;
}

/* The character's bytes are next in the view. */
static int json_spelt(int32_t c, const uint8_t **at, const uint8_t *end) { return *at < end && json_utf8(at, end) == c; }

int c12__seal_json_is(c12_view string, c12_view bytes)
{
    const uint8_t *y = bytes.ptr, *y_end = bytes.ptr + bytes.size;
    if (string.size < 2 || string.ptr[0] != '"') return 0;
    for (const uint8_t *x = string.ptr + 1, *x_end = string.ptr + string.size - 1; x < x_end;)
        if (!json_spelt(json_char(&x, x_end), &y, y_end)) return 0;
    return y == y_end;
}

/* Strings of an array; with `want` whether one says it, else whether there is nothing but strings. */
static int json_scan(c12_view array, const c12_view *want)
{
    json j = { array.ptr, array.ptr + array.size, NULL, 0 };
    int found = 0;
    json_space(&j);
    if (!json_take(&j, '[')) return 0;
    do {
        c12_view inside;
        json_space(&j);
        if (j.at >= j.end || *j.at != '"' || !json_string(&j, &inside)) return 0;
        c12_view whole = { inside.ptr - 1, inside.size + 2 };
        if (want && c12__seal_json_is(whole, *want)) found = 1;
        json_space(&j);
    } while (json_take(&j, ','));
    return want ? found : 1;
}

int c12__seal_json_has(c12_view array, c12_view bytes) { return json_scan(array, &bytes); }
int c12__seal_json_strings(c12_view array) { return json_scan(array, NULL); }
