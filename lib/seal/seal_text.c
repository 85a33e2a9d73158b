/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as letters (RFC 4648), strictly: each run of bytes has one spelling, and only that one is read. */
#include "seal/seal_internal.h"

/* Value of a letter of base64, -1 = it is none. */
static int seal_sextet(uint8_t c, int url)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == (url ? '-' : '+')) return 62;
    return c == (url ? '_' : '/') ? 63 : -1;
}

int64_t c12__seal_unbase64(c12_view text, int url, uint8_t *out)
{
    int64_t n = 0;
    uint32_t held = 0;
    int bits = 0;
    for (size_t i = 0; i < text.size; i++) {
        int v = seal_sextet(text.ptr[i], url);
        if (v < 0) return -1;
        held = held << 6 | (uint32_t)v;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        out[n++] = (uint8_t)(held >> bits);
        held &= (1u << bits) - 1;
    }
    return bits == 6 || held ? -1 : n;
}

size_t c12__seal_base64(c12_view bytes, char *out)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t n = 0;
    uint32_t held = 0;
    int bits = 0;
    for (size_t i = 0; i < bytes.size; i++) {
        held = (held << 8 | bytes.ptr[i]) & 0xffff;
        for (bits += 8; bits >= 6; bits -= 6) out[n++] = letters[held >> (bits - 6) & 63];
    }
    if (bits) out[n++] = letters[held << (6 - bits) & 63];
    return n;
}

int64_t c12__seal_decimal(c12_view text)
{
    int64_t v = 0;
    if (!text.size || text.size > 18 || (text.size > 1 && text.ptr[0] == '0')) return -1;
    for (size_t i = 0; i < text.size; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') return -1;
        v = v * 10 + (text.ptr[i] - '0');
    }
    return v;
}

static int seal_quintet(uint8_t c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a';
    return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

c12_status c12_seal_base32(c12_view text, c12_mem out, size_t *used, c12_error *err)
{
    uint32_t held = 0;
    int bits = 0;
    size_t n = 0, end = text.size;
    if (c12__seal_unreadable(text) || !used) return c12__fail(err, C12_E_ARG, "argument is NULL", used ? "text" : "used", -1, 0);
    while (end && text.ptr[end - 1] == '=') end--;
    for (size_t i = 0; i < end; i++) {
        if (text.ptr[i] == ' ') continue;
        int v = seal_quintet(text.ptr[i]);
        if (v < 0) return c12__fail(err, C12_E_FORMAT, "letter is not of base32", "text", -1, (int64_t)i);
        held = (held << 5 | (uint32_t)v) & 0xfff;
        bits += 5;
        if (bits < 8) continue;
        bits -= 8;
        if (n >= out.size || !out.ptr) return c12__fail(err, C12_E_SPACE, "output is too small", "out", -1, (int64_t)(text.size * 5 / 8));
        ((uint8_t *)out.ptr)[n++] = (uint8_t)(held >> bits);
    }
    if (bits >= 5 || (held & ((1u << bits) - 1))) return c12__fail(err, C12_E_FORMAT, "base32 ends inside a byte", "text", -1, (int64_t)end);
    *used = n;
    return C12_OK;
}
