/* SPDX-License-Identifier: Apache-2.0 */
/* CBOR in core deterministic encoding (RFC 8949 section 4.2): an emitter that can write nothing else and a reader that accepts
 * nothing else. */
#include "tlm/tlm_internal.h"

/* ---- emitter ----------------------------------------------------------------------------------------------------- */

void c12__tlm_cbor_head(c12__tlm_sink *s, uint32_t major, uint64_t argument)
{
    uint8_t out[9];
    int size = argument < 24 ? 0 : argument <= 0xff ? 1 : argument <= 0xffff ? 2 : argument <= 0xffffffff ? 4 : 8;
    int extra = size == 0 ? (int)argument : size == 1 ? 24 : size == 2 ? 25 : size == 4 ? 26 : 27;
    out[0] = (uint8_t)(major << 5 | (uint32_t)extra);
    for (int i = 0; i < size; i++) out[1 + i] = (uint8_t)(argument >> 8 * (size - 1 - i));
    c12__tlm_emit(s, out, (size_t)size + 1);
}

void c12__tlm_cbor_int(c12__tlm_sink *s, int64_t v)
{
    if (v < 0) c12__tlm_cbor_head(s, C12__TLM_CBOR_NEG, ~(uint64_t)v);
    else c12__tlm_cbor_head(s, C12__TLM_CBOR_UINT, (uint64_t)v);
}

void c12__tlm_cbor_text(c12__tlm_sink *s, c12_view text)
{
    c12__tlm_cbor_head(s, C12__TLM_CBOR_TEXT, text.size);
    c12__tlm_emit(s, text.ptr, text.size);
}

/* ---- heads --------------------------------------------------------------------------------------------------------- */

/* Does a float of `man` significand bits and the given exponent fit a narrower one exactly?  Integers only: `drop` low bits
 * are lost, more of them below the narrower format's normal range. */
static int cbor_float_fits(uint64_t bits, int man, int exp_bits, int narrow_man, int narrow_min, int narrow_max)
{
    uint64_t fraction = bits & ((UINT64_C(1) << man) - 1);
    int top = (1 << exp_bits) - 1, e = (int)(bits >> man) & top, drop = man - narrow_man, exponent = e - top / 2;
    uint64_t low = (UINT64_C(1) << drop) - 1;
    if (e == top) return !(fraction & low); /* infinity, or a NaN whose payload is kept */
    if (e == 0) return !fraction;
    if (exponent > narrow_max || exponent < narrow_min - narrow_man) return 0;
    if (exponent < narrow_min) low = (UINT64_C(1) << (drop + narrow_min - exponent)) - 1;
    return !((fraction | UINT64_C(1) << man) & low);
}

/* Of an argument that stands behind the first byte. */
static int cbor_is_shortest(uint32_t major, uint32_t extra, uint64_t v)
{
    if (major == C12__TLM_CBOR_SIMPLE) {
        if (extra == 24) return v >= 32;
        if (extra == 26) return !cbor_float_fits(v, 23, 8, 10, -14, 15);
        return extra != 27 || !cbor_float_fits(v, 52, 11, 23, -126, 127);
    }
    return extra == 24 ? v >= 24 : extra == 25 ? v > 0xff : extra == 26 ? v > 0xffff : v > 0xffffffff;
}

int c12__tlm_cbor_next(c12__tlm_cbor *c, uint32_t *major, uint32_t *extra, uint64_t *argument)
{
    if (c->at >= c->in.size) return 0;
    uint8_t first = c->in.ptr[c->at];
    *major = first >> 5;
    *extra = first & 31;
    *argument = *extra;
    if (*extra < 24) { /* in the first byte, and so the shortest */
        c->at++;
        return 1;
    }
    if (*extra >= 28) return 0; /* reserved, or indefinite length, which deterministic encoding forbids */
    size_t size = (size_t)1 << (*extra - 24);
    if (size > c->in.size - c->at - 1) return 0;
    *argument = 0;
    for (size_t i = 0; i < size; i++) *argument = *argument << 8 | c->in.ptr[c->at + 1 + i];
    if (!cbor_is_shortest(*major, *extra, *argument)) return 0;
    c->at += size + 1;
    return 1;
}

int c12__tlm_cbor_read_head(c12__tlm_cbor *c, uint32_t major, uint64_t *argument)
{
    uint32_t m, extra;
    size_t before = c->at;
    if (c12__tlm_cbor_next(c, &m, &extra, argument) && m == major) return 1;
    c->at = before;
    return 0;
}

int c12__tlm_cbor_read_int(c12__tlm_cbor *c, int64_t *v)
{
    uint64_t u;
    size_t before = c->at;
    int negative = !c12__tlm_cbor_read_head(c, C12__TLM_CBOR_UINT, &u);
    if (negative && !c12__tlm_cbor_read_head(c, C12__TLM_CBOR_NEG, &u)) return 0;
    if (u > INT64_MAX) { c->at = before; return 0; }
    *v = negative ? -1 - (int64_t)u : (int64_t)u;
    return 1;
}

int c12__tlm_cbor_read_text(c12__tlm_cbor *c, c12_view *text)
{
    uint64_t n;
    if (!c12__tlm_cbor_read_head(c, C12__TLM_CBOR_TEXT, &n) || n > c->in.size - c->at) return 0;
    text->ptr = c->in.ptr + c->at;
    text->size = (size_t)n;
    c->at += text->size;
    return 1;
}

/* ---- one whole item -------------------------------------------------------------------------------------------------- */

typedef struct cbor_level {
    uint64_t left;    /* items still to come, keys and values each */
    size_t start;     /* of the item being read */
    c12_view key;     /* the key before, ptr NULL = none yet */
    int is_map, reserved;
} cbor_level;

/* Bytewise lexicographic order of encoded keys (RFC 8949 4.2.1). */
static int cbor_ascends(c12_view a, c12_view b)
{
    size_t n = a.size < b.size ? a.size : b.size;
    int c = memcmp(a.ptr, b.ptr, n);
    return c < 0 || (c == 0 && a.size < b.size);
}

/* A string's bytes, or the level that a container opens.  0 = wrong, 1 = the item is complete, 2 = a level was opened. */
static int cbor_body(c12__tlm_cbor *c, uint32_t major, uint64_t v, cbor_level *level)
{
    uint64_t left = c->in.size - c->at;
    size_t bad;
    if (major == C12__TLM_CBOR_BYTES || major == C12__TLM_CBOR_TEXT) {
        if (v > left || (major == C12__TLM_CBOR_TEXT && !c12__tlm_utf8(c->in.ptr + c->at, (size_t)v, &bad))) return 0;
        c->at += (size_t)v;
        return 1;
    }
    if (major != C12__TLM_CBOR_ARRAY && major != C12__TLM_CBOR_MAP && major != C12__TLM_CBOR_TAG) return 1;
    int is_map = major == C12__TLM_CBOR_MAP;
    if (major == C12__TLM_CBOR_TAG) v = 1;
    if (v > left >> is_map) return 0; /* every item takes a byte: a length bomb ends here */
    if (!v) return 1;
    cbor_level opened = { v << is_map, c->at, { NULL, 0 }, is_map, 0 };
    *level = opened;
    return 2;
}

/* An item of this level ended at c->at; 0 = it was a key that does not ascend. */
static int cbor_item_done(const c12__tlm_cbor *c, cbor_level *level)
{
    if (level->is_map && !(level->left & 1)) {
        c12_view key = { c->in.ptr + level->start, c->at - level->start };
        if (level->key.ptr && !cbor_ascends(level->key, key)) return 0;
        level->key = key;
    }
    level->left--;
    level->start = c->at;
    return 1;
}

size_t c12__tlm_cbor_item(c12_view in, size_t *bad)
{
    cbor_level level[C12__TLM_CBOR_DEPTH];
    c12__tlm_cbor c = { in, 0 };
    int depth = 0;
    do {
        uint32_t major, extra;
        uint64_t v;
        *bad = c.at;
        if (!c12__tlm_cbor_next(&c, &major, &extra, &v)) return 0;
        cbor_level opened;
        int body = cbor_body(&c, major, v, &opened);
        if (!body || (body == 2 && depth == C12__TLM_CBOR_DEPTH)) return 0;
        if (body == 2) level[depth++] = opened;
        else {
            while (depth) {
                if (!cbor_item_done(&c, &level[depth - 1])) return 0;
                if (level[depth - 1].left) break;
                depth--;
            }
        }
    } while (depth);
    return c.at;
}
