/* SPDX-License-Identifier: Apache-2.0 */
/* Any well-formed CBOR item (RFC 8949) brought into core deterministic encoding: definite lengths, shortest heads and floats, keys sorted.  Floats are
 * moved bit by bit, so NaN payloads, signed zeros and infinities stay what they are.  No recursion and no memory but the output. */
#include "tlm/tlm_internal.h"

enum { CBOR_INDEFINITE = 31, CBOR_BREAK = 0xff, CBOR_ENTRIES = 1024 };

/* A container that is open: where its bytes begin in the output, one byte left for the shortest head. */
typedef struct cbor_open {
    uint64_t left, count;  /* items still to come (ignored when indefinite), and items so far */
    size_t head, last;     /* places in the output: the head, the entry or key before (maps) */
    size_t entry;          /* where the entry being written begins */
    uint32_t major, indefinite;
} cbor_open;

typedef struct cbor_any {
    c12_view in;
    size_t at;
    uint8_t *out;
    size_t size, cap;      /* size may pass cap: then it says what suffices, and nothing is written */
    cbor_open level[C12__TLM_CBOR_DEPTH];
    int32_t depth, keep;
    const char *what;
} cbor_any;

static int cbor_wrong(cbor_any *a, const char *what)
{
    a->what = what;
    return 0;
}

static void cbor_bytes(cbor_any *a, const uint8_t *p, size_t n)
{
    if (a->size <= a->cap && n <= a->cap - a->size && n) memcpy(a->out + a->size, p, n);
    a->size += n;
}

static size_t cbor_put_head(uint8_t out[9], uint32_t major, uint64_t v)
{
    c12__tlm_sink s = { out, NULL, 9, 0, 0, 0 };
    c12__tlm_cbor_head(&s, major, v);
    return s.at;
}

static void cbor_write_head(cbor_any *a, uint32_t major, uint64_t v)
{
    uint8_t head[9];
    cbor_bytes(a, head, cbor_put_head(head, major, v));
}

/* ---- floats ----------------------------------------------------------------------------------------------------------- */

typedef struct cbor_float { int man, exp_bits, least, most; } cbor_float; /* fraction bits, exponent bits, smallest and largest normal exponent */
static const cbor_float cbor_half = { 10, 5, -14, 15 }, cbor_single = { 23, 8, -126, 127 }, cbor_double = { 52, 11, -1022, 1023 };

/* The same value or the same NaN in a narrower format; 0 = it does not fit. */
static int cbor_narrow(uint64_t bits, const cbor_float *wide, const cbor_float *narrow, uint64_t *out)
{
    uint64_t top = (UINT64_C(1) << wide->exp_bits) - 1, e = bits >> wide->man & top, fraction = bits & ((UINT64_C(1) << wide->man) - 1);
    uint64_t sign = bits >> (wide->man + wide->exp_bits) << (narrow->man + narrow->exp_bits), infinite = ((UINT64_C(1) << narrow->exp_bits) - 1) << narrow->man;
    int drop = wide->man - narrow->man, exponent = (int)e - wide->most;
    if (e == 0 || e == top) { /* zero; a number below every normal one of the narrower format; infinity or NaN */
        if (e == 0 ? fraction != 0 : (fraction & ((UINT64_C(1) << drop) - 1)) != 0) return 0;
        *out = sign | (e ? infinite | fraction >> drop : 0);
        return 1;
    }
    if (exponent > narrow->most || exponent < narrow->least - narrow->man) return 0;
    if (exponent < narrow->least) {
        drop += narrow->least - exponent;
        fraction |= UINT64_C(1) << wide->man;
        e = 0;
    } else e = (uint64_t)(exponent + narrow->most);
    if (fraction & ((UINT64_C(1) << drop) - 1)) return 0;
    *out = sign | e << narrow->man | fraction >> drop;
    return 1;
}

static void cbor_write_float(cbor_any *a, uint32_t extra, uint64_t bits)
{
    uint64_t narrow;
    if (extra == 27 && cbor_narrow(bits, &cbor_double, &cbor_single, &narrow)) { bits = narrow; extra = 26; }
    if (extra == 26 && cbor_narrow(bits, &cbor_single, &cbor_half, &narrow)) { bits = narrow; extra = 25; }
    uint8_t out[9] = { (uint8_t)(C12__TLM_CBOR_SIMPLE << 5 | extra) };
    int n = 1 << (extra - 24);
    for (int i = 0; i < n; i++) out[1 + i] = (uint8_t)(bits >> 8 * (n - 1 - i));
    cbor_bytes(a, out, (size_t)n + 1);
}

/* ---- maps --------------------------------------------------------------------------------------------------------------- */

static size_t cbor_size_at(const cbor_any *a, size_t at)
{
    size_t bad;
    c12_view rest = { a->out + at, a->size - at };
    return c12__tlm_cbor_item(rest, &bad);
}

static int cbor_compare(c12_view a, c12_view b)
{
    size_t n = a.size < b.size ? a.size : b.size;
    int c = memcmp(a.ptr, b.ptr, n);
    return c ? c : a.size < b.size ? -1 : a.size > b.size;
}

static c12_view cbor_key(const cbor_any *a, size_t at)
{
    c12_view v = { a->out + at, cbor_size_at(a, at) };
    return v;
}

static void cbor_reverse(uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        uint8_t t = p[i];
        p[i] = p[n - 1 - i];
        p[n - 1 - i] = t;
    }
}

/* The entry that ends the output goes where its key belongs. */
static int cbor_place(cbor_any *a, cbor_open *l)
{
    if (a->size > a->cap) return 1; /* only measured: order does not change the size, and keys that repeat are found when there is room */
    c12_view key = cbor_key(a, l->entry);
    if (!key.size) return cbor_wrong(a, "a key that deterministic encoding cannot hold");
    if (l->count > 2) {
        if (cbor_compare(cbor_key(a, l->last), key) < 0) { l->last = l->entry; return 1; }
        if (l->count > 2 * CBOR_ENTRIES) return cbor_wrong(a, "a map of more than 1024 entries is not sorted");
        size_t at = l->head + 1;
        int c = -1;
        while (at < l->entry && (c = cbor_compare(cbor_key(a, at), key)) < 0) {
            size_t value = at + cbor_size_at(a, at), size = cbor_size_at(a, value);
            if (!size) return cbor_wrong(a, "a map out of order has a value that deterministic encoding cannot hold");
            at = value + size;
        }
        if (at < l->entry && !c) return cbor_wrong(a, "a map has a key twice");
        size_t moved = l->entry - at, own = a->size - l->entry;
        cbor_reverse(a->out + at, moved);
        cbor_reverse(a->out + l->entry, own);
        cbor_reverse(a->out + at, moved + own);
        l->last += own;
    } else l->last = l->entry;
    return 1;
}

/* ---- items ------------------------------------------------------------------------------------------------------------------ */

static int cbor_close(cbor_any *a)
{
    cbor_open *l = &a->level[--a->depth];
    uint8_t head[9];
    size_t n = cbor_put_head(head, l->major, l->major == C12__TLM_CBOR_MAP ? l->count / 2 : l->count), body = l->head + 1, more = n - 1;
    if (l->major == C12__TLM_CBOR_MAP && l->count & 1) return cbor_wrong(a, "a map ends behind a key");
    if (a->size <= a->cap && more <= a->cap - a->size) {
        for (size_t i = a->size; more && i-- > body;) a->out[i + more] = a->out[i];
        memcpy(a->out + l->head, head, n);
    }
    a->size += more;
    return 1;
}

/* An item has been written whole: what that completes. */
static int cbor_done(cbor_any *a)
{
    while (a->depth) {
        cbor_open *l = &a->level[a->depth - 1];
        l->count++;
        if (l->major == C12__TLM_CBOR_MAP && !(l->count & 1)) {
            if (!cbor_place(a, l)) return 0;
            l->entry = a->size;
        }
        if (l->major == C12__TLM_CBOR_TAG) { a->depth--; continue; }
        if (l->indefinite || --l->left) return 1;
        if (!cbor_close(a)) return 0;
    }
    return 1;
}

static int cbor_start(cbor_any *a, uint32_t major, uint64_t n, uint32_t indefinite)
{
    if (a->depth == C12__TLM_CBOR_DEPTH) return cbor_wrong(a, "nested deeper than 16");
    if (major == C12__TLM_CBOR_TAG) cbor_write_head(a, major, n);
    else if (!indefinite && (n > a->in.size || n << (major == C12__TLM_CBOR_MAP) > a->in.size - a->at)) return cbor_wrong(a, "more items than bytes");
    cbor_open l = { major == C12__TLM_CBOR_TAG ? 1 : n << (major == C12__TLM_CBOR_MAP), 0, a->size, 0, a->size + 1, major, indefinite };
    a->level[a->depth++] = l;
    if (major == C12__TLM_CBOR_TAG) return 1;
    uint8_t one = 0;
    cbor_bytes(a, &one, 1);
    return l.left || indefinite ? 1 : cbor_close(a) && cbor_done(a);
}

/* The head at `at`: 0 = not well-formed. */
static int cbor_read_head(cbor_any *a, uint32_t *major, uint32_t *extra, uint64_t *v)
{
    if (a->at == a->in.size) return cbor_wrong(a, "cut off");
    uint8_t first = a->in.ptr[a->at++];
    *major = first >> 5;
    *extra = first & 31;
    *v = *extra;
    if (*extra < 24 || *extra == CBOR_INDEFINITE) return 1;
    if (*extra > 27) return cbor_wrong(a, "reserved length");
    size_t n = (size_t)1 << (*extra - 24);
    if (n > a->in.size - a->at) return cbor_wrong(a, "cut off");
    *v = 0;
    for (size_t i = 0; i < n; i++) *v = *v << 8 | a->in.ptr[a->at++];
    return 1;
}

/* Pieces of a string up to its break, joined, or as they are. */
static int cbor_pieces(cbor_any *a, uint32_t major)
{
    uint64_t total = 0;
    size_t from = a->at, bad;
    for (int pass = 0; pass < 2; pass++) {
        if (pass && a->keep) { uint8_t open = (uint8_t)(major << 5 | CBOR_INDEFINITE); cbor_bytes(a, &open, 1); }
        else if (pass) cbor_write_head(a, major, total);
        for (a->at = from;;) {
            uint32_t m, extra;
            uint64_t n;
            if (a->at < a->in.size && a->in.ptr[a->at] == CBOR_BREAK) { a->at++; break; }
            if (!cbor_read_head(a, &m, &extra, &n)) return 0;
            if (m != major || extra == CBOR_INDEFINITE) return cbor_wrong(a, "a piece of a string is no string of its kind");
            if (n > a->in.size - a->at) return cbor_wrong(a, "cut off");
            if (major == C12__TLM_CBOR_TEXT && !c12__tlm_utf8(a->in.ptr + a->at, (size_t)n, &bad)) return cbor_wrong(a, "a text is not UTF-8");
            if (pass && a->keep) cbor_write_head(a, major, n);
            if (pass) cbor_bytes(a, a->in.ptr + a->at, (size_t)n);
            total += pass ? 0 : n;
            a->at += (size_t)n;
        }
    }
    uint8_t end = CBOR_BREAK;
    if (a->keep) cbor_bytes(a, &end, 1);
    return cbor_done(a);
}

static int cbor_string(cbor_any *a, uint32_t major, uint64_t n)
{
    size_t bad;
    if (n > a->in.size - a->at) return cbor_wrong(a, "cut off");
    if (major == C12__TLM_CBOR_TEXT && !c12__tlm_utf8(a->in.ptr + a->at, (size_t)n, &bad)) return cbor_wrong(a, "a text is not UTF-8");
    cbor_write_head(a, major, n);
    cbor_bytes(a, a->in.ptr + a->at, (size_t)n);
    a->at += (size_t)n;
    return cbor_done(a);
}

static int cbor_next_item(cbor_any *a)
{
    uint32_t major, extra;
    uint64_t v;
    if (!cbor_read_head(a, &major, &extra, &v)) return 0;
    uint32_t indefinite = extra == CBOR_INDEFINITE;
    switch (major) {
    case C12__TLM_CBOR_UINT:
    case C12__TLM_CBOR_NEG:
        if (indefinite) return cbor_wrong(a, "reserved length");
        cbor_write_head(a, major, v);
        return cbor_done(a);
    case C12__TLM_CBOR_BYTES:
    case C12__TLM_CBOR_TEXT: return indefinite ? cbor_pieces(a, major) : cbor_string(a, major, v);
    case C12__TLM_CBOR_ARRAY:
    case C12__TLM_CBOR_MAP: return cbor_start(a, major, indefinite ? 0 : v, indefinite);
    case C12__TLM_CBOR_TAG: return indefinite ? cbor_wrong(a, "reserved length") : cbor_start(a, major, v, 0);
    default: break;
    }
    if (indefinite) {
        if (!a->depth || !a->level[a->depth - 1].indefinite) return cbor_wrong(a, "a break with nothing to end");
        return cbor_close(a) && cbor_done(a);
    }
    if (extra >= 25) cbor_write_float(a, extra, v);
    else if (extra < 24) cbor_write_head(a, major, v);
    else { /* simple(0..31) in two bytes stood in RFC 7049 and its vectors; RFC 8949 writes none */
        uint8_t two[2] = { 0xf8, (uint8_t)v };
        if (v < 24) return cbor_wrong(a, "a simple value in two bytes that has one byte");
        cbor_bytes(a, two, 2);
    }
    return cbor_done(a);
}

c12_status c12_tlm_cbor_normal(c12_view bytes, int32_t keep_pieces, c12_mem out, size_t *read, size_t *used, c12_error *err)
{
    if (!bytes.ptr || !read || !used || (!out.ptr && out.size))
        return c12__fail(err, C12_E_ARG, "argument is NULL", !bytes.ptr ? "bytes" : !read ? "read" : !used ? "used" : "out", -1, 0);
    cbor_any a;
    memset(&a, 0, sizeof a);
    a.in = bytes;
    a.out = out.ptr;
    a.cap = out.size;
    a.keep = keep_pieces;
    do {
        size_t at = a.at;
        if (!cbor_next_item(&a)) return c12__fail(err, C12_E_FORMAT, a.what, "bytes", -1, (int64_t)at);
    } while (a.depth);
    if (a.size > a.cap) return c12__fail(err, C12_E_SPACE, "output is too small", "out", -1, (int64_t)a.size);
    *read = a.at;
    *used = a.size;
    return C12_OK;
}
