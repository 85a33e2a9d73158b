/* SPDX-License-Identifier: Apache-2.0 */
/* Raw lines packed: what stood before in the same section is told by how far back and how long (Ziv and Lempel 1977), as lines of one robot are much alike.
 *
 * A token's high four bits are literals, its low ones the length of the match less four, 15 in either = more follows as a varint; then the
 * literals, then how far back as a varint.  Behind the last literals nothing follows. */
#include "tlm/tlm_internal.h"

enum { LINES_LEAST = 6 /* bytes a match must have */, LINES_SHORT = 4, LINES_MORE = 15, LINES_SKIP = 6 /* each 2^6 bytes without a match steps grow by one */ };

static uint32_t lines_hash(const uint8_t *p) /* six bytes; eight may be read */
{
    return (uint32_t)((c12__tlm_get64(p) << 16) * UINT64_C(0x9e3779b97f4a7c15) >> (64 - C12__TLM_LINES_BITS));
}

static size_t lines_same(const uint8_t *a, const uint8_t *b, const uint8_t *end)
{
    const uint8_t *from = b;
    while (b < end && *a == *b) { a++; b++; }
    return (size_t)(b - from);
}

/* One token with its literals and, when it has one, its match; NULL = no room. */
static uint8_t *lines_put(uint8_t *out, const uint8_t *end, const uint8_t *literal, size_t n, size_t match, size_t back)
{
    if ((size_t)(end - out) < n + 32) return NULL;
    size_t more = match ? match - LINES_SHORT : 0;
    *out++ = (uint8_t)((n < LINES_MORE ? n : LINES_MORE) << 4 | (more < LINES_MORE ? more : LINES_MORE));
    if (n >= LINES_MORE) out += c12__tlm_put_varint(out, n - LINES_MORE);
    if (match && more >= LINES_MORE) out += c12__tlm_put_varint(out, more - LINES_MORE);
    if (n) memcpy(out, literal, n);
    out += n;
    return match ? out + c12__tlm_put_varint(out, back) : out;
}

size_t c12__tlm_lines_pack(const uint8_t *in, size_t n, uint8_t *out, size_t room, uint32_t *table)
{
    const uint8_t *start = out, *end = out + room, *p = in, *literal = in, *last = in + (n > 8 ? n - 8 : 0);
    memset(table, 0, sizeof *table << C12__TLM_LINES_BITS); /* place + 1, 0 = none */
    while (p < last) {
        uint32_t *slot = &table[lines_hash(p)], before = *slot;
        const uint8_t *candidate = in + before - 1;
        *slot = (uint32_t)(p - in) + 1;
        size_t match = before ? lines_same(candidate, p, in + n) : 0;
        if (match < LINES_LEAST) { p += 1 + ((size_t)(p - literal) >> LINES_SKIP); continue; }
        if (!(out = lines_put(out, end, literal, (size_t)(p - literal), match, (size_t)(p - candidate)))) return 0;
        p += match;
        literal = p;
        if (p < last) table[lines_hash(p - 2)] = (uint32_t)(p - 2 - in) + 1;
    }
    if (literal < in + n && !(out = lines_put(out, end, literal, (size_t)(in + n - literal), 0, 0))) return 0;
    return (size_t)(out - start);
}

/* A length of four bits and what follows; 0 = wrong. */
static int lines_length(const uint8_t *in, size_t n, size_t *at, size_t *length)
{
    uint64_t more;
    if (*length < LINES_MORE) return 1;
    size_t len = c12__tlm_get_varint(in + *at, n - *at, &more);
    if (!len || more > UINT32_MAX) return 0;
    *at += len;
    *length += (size_t)more;
    return 1;
}

int c12__tlm_lines_unpack(const uint8_t *in, size_t n, uint8_t *out, size_t size)
{
    size_t at = 0, have = 0;
    while (have < size) {
        uint64_t back;
        if (at == n) return 0;
        size_t literals = in[at] >> 4, match = in[at] & LINES_MORE, len;
        at++;
        if (!lines_length(in, n, &at, &literals) || !lines_length(in, n, &at, &match)) return 0;
        if (literals > n - at || literals > size - have) return 0;
        memcpy(out + have, in + at, literals);
        at += literals;
        have += literals;
        if (have == size) break;
        if (!(len = c12__tlm_get_varint(in + at, n - at, &back)) || !back || back > have || match + LINES_SHORT > size - have) return 0;
        at += len;
        for (size_t k = match + LINES_SHORT; k; k--, have++) out[have] = out[have - (size_t)back];
    }
    return at == n;
}
