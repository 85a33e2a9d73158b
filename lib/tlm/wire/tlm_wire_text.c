/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of a KEY, escapes, and texts: a pattern both ends know with its digits, or letters of six or eight bits. */
#include "tlm/wire/tlm_wire_internal.h"

static const char wire_letters[65] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

/* ---- numbers -------------------------------------------------------------------------------------------------------- */

/* How many bits (1..7 in three bits, else 0 and six more), then they. */
void c12__tlm_wire_put_tail(c12__tlm_wire_out *o, uint64_t v)
{
    uint32_t bits = c12__tlm_wire_length(v);
    c12__tlm_wire_put(o, bits < 8 ? bits : (uint64_t)(bits - 1) << 3, bits < 8 ? 3 : 9);
    c12__tlm_wire_put_wide(o, v, bits);
}

uint64_t c12__tlm_wire_get_tail(c12__tlm_wire_in *r, int *bad)
{
    uint32_t bits = (uint32_t)c12__tlm_wire_get(r, 3), wide = !bits;
    if (wide) bits = (uint32_t)c12__tlm_wire_get(r, 6) + 1;
    uint64_t v = c12__tlm_wire_get_wide(r, bits);
    *bad |= (wide && bits < 8) || v >> (bits - 1) != 1;
    return v;
}

/* ---- texts ---------------------------------------------------------------------------------------------------------- */

static int wire_is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

/* The places of those among characters below 128; 64 = it is none of them. */
static const uint8_t wire_letter_of[128] = {
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 62, 64, 64, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 64, 64, 64, 64, 64, 64,
    64, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 64, 64, 64, 64, 63,
    64, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 64, 64, 64, 64, 64
};

static uint32_t wire_letter(uint8_t c) { return c < 128 ? wire_letter_of[c] : 64; }

static int wire_fits_pattern(c12_view pattern, c12_view text)
{
    size_t n = pattern.size;
    if (n && pattern.ptr[n - 1] == '*') {
        if (text.size < --n) return 0;
    } else if (text.size != n) return 0;
    for (size_t i = 0; i < n; i++)
        if (pattern.ptr[i] == '#' ? !wire_is_digit(text.ptr[i]) : pattern.ptr[i] != text.ptr[i]) return 0;
    return 1;
}

static c12_view wire_pattern(const c12__tlm_wire *w, int32_t i)
{
    c12_view v = { w->known + w->known_off[i], (size_t)(w->known_off[i + 1] - w->known_off[i]) };
    return v;
}

/* Digits that stand together in a pattern from i on, at most nine. */
static uint32_t wire_run(c12_view pattern, size_t i)
{
    uint32_t n = 0;
    while (n < 9 && i + n < pattern.size && pattern.ptr[i + n] == '#') n++;
    return n;
}

static void wire_put_letters(c12__tlm_wire_out *o, const uint8_t *p, size_t n)
{
    uint32_t any = 0;
    for (size_t i = 0; i < n; i++) any |= wire_letter(p[i]);
    const uint32_t wide = any >> 6, bits = wide ? 8 : 6;
    c12__tlm_wire_put(o, wide, 1);
    c12__tlm_wire_put(o, n < 31 ? n : 31, 5);
    if (n >= 31) c12__tlm_wire_put(o, n, 8);
    const uint32_t most = o->end - o->p > (ptrdiff_t)n + 16 ? 48 : bits; /* where room ends it counts for every letter */
    for (size_t i = 0; i < n;) {
        uint64_t v = 0;
        uint32_t at = 0;
        for (; i < n && at < most; i++, at += bits) v |= (uint64_t)(wide ? p[i] : wire_letter(p[i])) << at;
        c12__tlm_wire_put(o, v, at);
    }
}

void c12__tlm_wire_put_text(c12__tlm_wire_out *o, const c12__tlm_wire *w, int32_t i, c12_view text)
{
    int32_t k = 0, usual = c12__at32(w->usual, w->code_field[i], -1);
    while (k < w->n_known && !wire_fits_pattern(wire_pattern(w, k), text)) k++;
    if (usual >= 0) c12__tlm_wire_put(o, k == usual, 1);
    if (k != usual) c12__tlm_wire_put(o, (uint64_t)k, (uint32_t)w->known_bits);
    if (k == w->n_known) { wire_put_letters(o, text.ptr, text.size); return; }
    c12_view pattern = wire_pattern(w, k);
    for (size_t at = 0; at < pattern.size; at++) {
        uint32_t run = wire_run(pattern, at);
        uint64_t v = 0;
        for (uint32_t d = 0; d < run; d++) v = v * 10 + text.ptr[at + d] - '0';
        if (run) {
            c12__tlm_wire_put(o, v, c12__tlm_wire_ten_bits[run]);
            at += run - 1;
        } else if (pattern.ptr[at] == '*' && at == pattern.size - 1) wire_put_letters(o, text.ptr + at, text.size - at);
    }
}

/* The rest of a text behind *size bytes; 0 = longer than a text may be. */
static int wire_get_letters(c12__tlm_wire_in *r, uint8_t *room, size_t *size)
{
    int wide = (int)c12__tlm_wire_get(r, 1);
    size_t n = (size_t)c12__tlm_wire_get(r, 5);
    if (n == 31) n = (size_t)c12__tlm_wire_get(r, 8);
    if (n > C12__TLM_WIRE_TEXT - *size) return 0;
    for (; n; n--) {
        uint64_t v = c12__tlm_wire_get(r, wide ? 8 : 6);
        room[(*size)++] = wide ? (uint8_t)v : (uint8_t)wire_letters[v];
    }
    return 1;
}

static int wire_get_digits(c12__tlm_wire_in *r, uint32_t run, uint8_t *to)
{
    uint64_t v = c12__tlm_wire_get(r, c12__tlm_wire_ten_bits[run]);
    if (v >= c12__tlm_ten((int32_t)run)) return 0;
    for (uint32_t d = run; d--; v /= 10) to[d] = (uint8_t)('0' + v % 10);
    return 1;
}

int c12__tlm_wire_get_text(c12__tlm_wire_in *r, const c12__tlm_wire *w, int32_t i, uint8_t *room, size_t *size)
{
    int32_t k = c12__at32(w->usual, w->code_field[i], -1);
    if (k < 0 || !c12__tlm_wire_get(r, 1)) k = (int32_t)c12__tlm_wire_get(r, (uint32_t)w->known_bits);
    *size = 0;
    if (k > w->n_known) return 0;
    if (k == w->n_known) return wire_get_letters(r, room, size);
    c12_view pattern = wire_pattern(w, k);
    for (size_t at = 0; at < pattern.size; at++) {
        uint32_t run = wire_run(pattern, at);
        if (run) {
            if (!wire_get_digits(r, run, room + *size)) return 0;
            *size += run;
            at += run - 1;
        } else if (pattern.ptr[at] == '*' && at == pattern.size - 1) return wire_get_letters(r, room, size);
        else room[(*size)++] = pattern.ptr[at];
    }
    return 1;
}
