/* SPDX-License-Identifier: Apache-2.0 */
/* Reader for any JSON line (RFC 8259): is it valid, and what are the robot and the time?  One pass, an explicit stack of one
 * bit a level, no recursion. */
#include "tlm/tlm_internal.h"

typedef struct json_walk {
    const uint8_t *p;
    size_t n, at;
    const char *what;
} json_walk;

static int json_wrong(json_walk *w, const char *what)
{
    w->what = what;
    return 0;
}

static void json_space(json_walk *w)
{
    while (w->at < w->n && (w->p[w->at] == ' ' || w->p[w->at] == '\t' || w->p[w->at] == '\r' || w->p[w->at] == '\n')) w->at++;
}

static int json_is(const json_walk *w, uint8_t c) { return w->at < w->n && w->p[w->at] == c; }

/* ---- scalars --------------------------------------------------------------------------------------------------------- */

static int json_hex(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hex digits at p, or -1. */
static int32_t json_unit(const uint8_t *p, size_t n)
{
    int32_t v = 0;
    if (n < 4) return -1;
    for (int i = 0; i < 4; i++) {
        int h = json_hex(p[i]);
        if (h < 0) return -1;
        v = v << 4 | h;
    }
    return v;
}

static int json_escape(json_walk *w)
{
    static const char letters[] = "\"\\/bfnrtu";
    size_t at = w->at + 1;
    if (at < w->n && w->p[at])
        for (int i = 0; letters[i]; i++)
            if (w->p[at] == (uint8_t)letters[i]) {
                if (letters[i] == 'u' && json_unit(w->p + at + 1, w->n - at - 1) < 0) return json_wrong(w, "escape needs four hex digits");
                w->at = at + (letters[i] == 'u' ? 5 : 1);
                return 1;
            }
    return json_wrong(w, "unknown escape in a string");
}

/* A string at the opening quote; its inside. */
static int json_string(json_walk *w, c12_view *inside)
{
    size_t from = ++w->at, bad;
    while (w->at < w->n && w->p[w->at] != '"') {
        if (w->p[w->at] < 0x20) return json_wrong(w, "control byte in a string");
        if (w->p[w->at] != '\\') w->at++;
        else if (!json_escape(w)) return 0;
    }
    if (w->at == w->n) return json_wrong(w, "string does not end");
    inside->ptr = w->p + from;
    inside->size = w->at - from;
    if (!c12__tlm_utf8(inside->ptr, inside->size, &bad)) {
        w->at = from + bad;
        return json_wrong(w, "not UTF-8");
    }
    w->at++;
    return 1;
}

static int json_digits(json_walk *w)
{
    size_t from = w->at;
    while (w->at < w->n && w->p[w->at] >= '0' && w->p[w->at] <= '9') w->at++;
    return w->at > from || json_wrong(w, "digit expected");
}

static int json_number(json_walk *w)
{
    if (json_is(w, '-')) w->at++;
    if (json_is(w, '0')) w->at++;
    else if (!json_digits(w)) return 0;
    if (json_is(w, '.')) {
        w->at++;
        if (!json_digits(w)) return 0;
    }
    if (json_is(w, 'e') || json_is(w, 'E')) {
        w->at++;
        if (json_is(w, '+') || json_is(w, '-')) w->at++;
        if (!json_digits(w)) return 0;
    }
    return 1;
}

static int json_word(json_walk *w)
{
    static const char *const words[3] = { "true", "false", "null" };
    static const size_t length[3] = { 4, 5, 4 };
    for (int i = 0; i < 3; i++)
        if (w->n - w->at >= length[i] && !memcmp(w->p + w->at, words[i], length[i])) { w->at += length[i]; return 1; }
    return json_wrong(w, "value expected");
}

/* ---- structure --------------------------------------------------------------------------------------------------------- */

static int json_same_key(c12_view inside, c12_view key)
{
    uint8_t room[256];
    c12_view text;
    return c12__tlm_unescape(inside, room, sizeof room, &text) && text.size == key.size && !memcmp(text.ptr, key.ptr, key.size);
}

typedef struct json_nest {
    uint64_t is_object; /* bit d: level d is an object */
    int32_t depth;
    int32_t fresh;      /* the innermost has no member yet */
    c12_view key;       /* the last key read */
} json_nest;

static int json_open(json_walk *w, json_nest *s)
{
    int object = w->p[w->at] == '{';
    if (s->depth == C12_TLM_MAX_DEPTH) return json_wrong(w, "nested deeper than 64 levels");
    uint64_t bit = UINT64_C(1) << s->depth++;
    s->is_object = object ? s->is_object | bit : s->is_object & ~bit;
    s->fresh = 1;
    w->at++;
    return 1;
}

static int json_in_object(const json_nest *s) { return (int)(s->is_object >> (s->depth - 1) & 1); }

/* Before a member: a comma unless it is the first, in an object a key.  2 = the innermost ended instead. */
static int json_member(json_walk *w, json_nest *s)
{
    json_space(w);
    uint8_t close = json_in_object(s) ? '}' : ']';
    if (json_is(w, close)) {
        w->at++;
        s->depth--;
        s->fresh = 0;
        return 2;
    }
    if (!s->fresh) {
        if (!json_is(w, ',')) return json_wrong(w, "comma or closing bracket expected");
        w->at++;
        json_space(w);
    }
    s->fresh = 0;
    if (close == ']') return 1;
    if (!json_is(w, '"')) return json_wrong(w, "key expected");
    if (!json_string(w, &s->key)) return 0;
    json_space(w);
    if (!json_is(w, ':')) return json_wrong(w, "colon expected");
    w->at++;
    json_space(w);
    return 1;
}

static int json_scalar(json_walk *w, const json_nest *s, c12_view robot_key, c12_view time_key, c12__tlm_json *found)
{
    uint8_t c = w->at < w->n ? w->p[w->at] : 0;
    c12_view inside = { NULL, 0 };
    int good = c == '"' ? json_string(w, &inside) : c == '-' || (c >= '0' && c <= '9') ? json_number(w) : json_word(w);
    if (!good || s->depth != 1) return good;
    if (json_same_key(s->key, robot_key)) found->robot = inside;
    else if (json_same_key(s->key, time_key)) found->time = inside;
    return 1;
}

static int json_walk_all(json_walk *w, c12_view robot_key, c12_view time_key, c12__tlm_json *found)
{
    json_nest s = { 0, 0, 0, { NULL, 0 } };
    json_space(w);
    if (!json_is(w, '{')) return json_wrong(w, "a record must be a JSON object");
    if (!json_open(w, &s)) return 0;
    while (s.depth) {
        int member = json_member(w, &s);
        if (!member) return 0;
        if (member == 2) continue;
        if (!json_is(w, '{') && !json_is(w, '[')) {
            if (!json_scalar(w, &s, robot_key, time_key, found)) return 0;
            continue;
        }
        if (s.depth == 1) { /* a later key replaces an earlier one of the same name, also by something that is no text */
            if (json_same_key(s.key, robot_key)) found->robot.ptr = NULL;
            if (json_same_key(s.key, time_key)) found->time.ptr = NULL;
        }
        if (!json_open(w, &s)) return 0;
    }
    json_space(w);
    return w->at == w->n || json_wrong(w, "something follows the record");
}

int c12__tlm_scan_json(const uint8_t *p, size_t n, c12_view robot_key, c12_view time_key, c12__tlm_json *found)
{
    json_walk w = { p, n, 0, NULL };
    memset(found, 0, sizeof *found);
    if (json_walk_all(&w, robot_key, time_key, found)) return 1;
    found->bad = w.at;
    found->what = w.what;
    return 0;
}

/* ---- unescape ------------------------------------------------------------------------------------------------------------ */

static size_t json_put_code(uint8_t *to, uint32_t c)
{
    if (c < 0x80) { to[0] = (uint8_t)c; return 1; }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t lead[5] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    for (size_t i = n - 1; i; i--, c >>= 6) to[i] = (uint8_t)(0x80 | (c & 63));
    to[0] = (uint8_t)(lead[n] | c);
    return n;
}

/* The code point of the escape at p[0] == '\\'; returns its length, 0 for half a surrogate pair. */
static size_t json_code_point(const uint8_t *p, size_t n, uint32_t *c)
{
    static const char letters[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
    for (int i = 0; letters[i]; i++)
        if (p[1] == (uint8_t)letters[i]) { *c = (uint8_t)bytes[i]; return 2; }
    uint32_t a = (uint32_t)json_unit(p + 2, 4);
    *c = a;
    if (a < 0xd800 || a > 0xdfff) return 6;
    if (a > 0xdbff || n < 12 || p[6] != '\\' || p[7] != 'u') return 0;
    uint32_t b = (uint32_t)json_unit(p + 8, 4);
    if (b < 0xdc00 || b > 0xdfff) return 0;
    *c = 0x10000 + ((a - 0xd800) << 10 | (b - 0xdc00));
    return 12;
}

int c12__tlm_unescape(c12_view inside, uint8_t *room, size_t room_size, c12_view *text)
{
    size_t len = 0, i = 0;
    while (i < inside.size && inside.ptr[i] != '\\') i++;
    *text = inside;
    if (i == inside.size) return 1;
    for (i = 0; i < inside.size;) {
        uint32_t c = inside.ptr[i];
        size_t step = 1;
        if (len + 4 > room_size) return 0;
        if (c != '\\') room[len++] = (uint8_t)c;
        else {
            if (!(step = json_code_point(inside.ptr + i, inside.size - i, &c))) return 0;
            len += json_put_code(room + len, c);
        }
        i += step;
    }
    text->ptr = room;
    text->size = len;
    return 1;
}
