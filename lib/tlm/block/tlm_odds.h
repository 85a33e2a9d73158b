/* SPDX-License-Identifier: Apache-2.0 */
/* Bits with odds that adapt (range coding after Martin, Video and Data Recording Conference 1979, with the binary decisions of LZMA), and numbers made of them.
 * A coder writes or reads: what is put together from its bits is described once, and a reader gets what a writer gave. */
#ifndef C12_TLM_ODDS_H
#define C12_TLM_ODDS_H

#include "base/bits.h"
#include "tlm/tlm_internal.h"

enum { C12__TLM_ODDS_SLOW = 20 };

/* Odds of a 0 in 1/65536, and how often they have been put to the test. */
typedef struct c12__tlm_odds { uint16_t zero, n; } c12__tlm_odds;

static inline void c12__tlm_odds_begin(c12__tlm_odds *o, size_t n)
{
    for (size_t i = 0; i < n; i++) o[i] = (c12__tlm_odds){ 1 << 15, 0 };
}

static inline uint32_t c12__tlm_odds_split(const c12__tlm_odds *o, uint32_t range) { return (range >> 12) * (16 + ((uint32_t)o->zero * 4064 >> 16)); }

/* Odds move by 2 / (2 n + 3) of what is missing: the mean of what was seen, until n stands still. */
static inline void c12__tlm_odds_learn(c12__tlm_odds *o, int one)
{
    /* 131072 / (2 n + 3) */
    static const uint16_t rates[C12__TLM_ODDS_SLOW + 1] = { 43690, 26214, 18724, 14563, 11915, 10082, 8738, 7710, 6898, 6241, 5698, 5242, 4854, 4519, 4228, 3971, 3744, 3542, 3360, 3196, 3048 };
    uint32_t rate = rates[o->n];
    if (one) o->zero = (uint16_t)(o->zero - (o->zero * rate >> 16));
    else o->zero = (uint16_t)(o->zero + ((65535u - o->zero) * rate >> 16));
    o->n = (uint16_t)(o->n + (o->n < C12__TLM_ODDS_SLOW));
}

/* ---- bits out ------------------------------------------------------------------------------------------------------------------------ */

typedef struct c12__tlm_bits_out { uint8_t *start, *p, *end; uint64_t low; uint32_t range; int32_t full; } c12__tlm_bits_out;

static inline c12__tlm_bits_out c12__tlm_bits_to(uint8_t *out, size_t room)
{
    c12__tlm_bits_out o = { out, out, out + room, 0, UINT32_MAX, room == 0 };
    return o;
}

/* The highest byte of low leaves; a carry goes as far back as it has to. */
static inline void c12__tlm_bits_shift(c12__tlm_bits_out *o)
{
    if (o->p == o->end) { o->full = 1; o->p = o->start; }
    if (o->low >> 32) for (uint8_t *q = o->p; q > o->start && !++*--q;) { }
    *o->p++ = (uint8_t)(o->low >> 24);
    o->low = o->low << 8 & 0xffffffffu;
}

static inline void c12__tlm_bits_widen(c12__tlm_bits_out *o)
{
    while (o->range < 1u << 24) {
        c12__tlm_bits_shift(o);
        o->range <<= 8;
    }
}

/* A 0 takes `split` of the range. */
static inline void c12__tlm_bits_put_at(c12__tlm_bits_out *o, uint32_t split, int one)
{
    if (one) { o->low += split; o->range -= split; }
    else o->range = split;
    c12__tlm_bits_widen(o);
}

static inline void c12__tlm_bits_put(c12__tlm_bits_out *o, c12__tlm_odds *odds, int one)
{
    c12__tlm_bits_put_at(o, c12__tlm_odds_split(odds, o->range), one);
    c12__tlm_odds_learn(odds, one);
}

/* v < 2^bits, all as likely; bits <= 12. */
static inline void c12__tlm_bits_put_plain(c12__tlm_bits_out *o, int32_t bits, uint32_t v)
{
    o->range >>= bits;
    o->low += (uint64_t)o->range * v;
    c12__tlm_bits_widen(o);
}

/* The number with the fewest bytes that lies in what is left; zeros at the end go without saying.  Bytes there are then. */
size_t c12__tlm_bits_end(c12__tlm_bits_out *o);

/* ---- bits in --------------------------------------------------------------------------------------------------------------------------- */

/* Behind the bytes that are there follow zeros. */
typedef struct c12__tlm_bits_in { const uint8_t *p, *end; uint32_t code, range; } c12__tlm_bits_in;

static inline void c12__tlm_bits_feed(c12__tlm_bits_in *r)
{
    r->code = r->code << 8 | (r->p < r->end ? *r->p : 0u);
    r->p += r->p < r->end;
}

static inline c12__tlm_bits_in c12__tlm_bits_from(const uint8_t *in, size_t size)
{
    c12__tlm_bits_in r = { in, in + size, 0, UINT32_MAX };
    for (int i = 0; i < 4; i++) c12__tlm_bits_feed(&r);
    return r;
}

static inline void c12__tlm_bits_refill(c12__tlm_bits_in *r)
{
    while (r->range < 1u << 24) {
        c12__tlm_bits_feed(r);
        r->range <<= 8;
    }
}

static inline int c12__tlm_bits_get_at(c12__tlm_bits_in *r, uint32_t split)
{
    int one = r->code >= split;
    if (one) { r->code -= split; r->range -= split; }
    else r->range = split;
    c12__tlm_bits_refill(r);
    return one;
}

static inline int c12__tlm_bits_get(c12__tlm_bits_in *r, c12__tlm_odds *odds)
{
    int one = c12__tlm_bits_get_at(r, c12__tlm_odds_split(odds, r->range));
    c12__tlm_odds_learn(odds, one);
    return one;
}

static inline uint32_t c12__tlm_bits_get_plain(c12__tlm_bits_in *r, int32_t bits)
{
    r->range >>= bits;
    uint32_t v = r->code / r->range, most = (1u << bits) - 1;
    if (v > most) v = most; /* what no writer leaves */
    r->code -= v * r->range;
    c12__tlm_bits_refill(r);
    return v;
}

/* ---- both ---------------------------------------------------------------------------------------------------------------------------------- */

typedef struct c12__tlm_coder { c12__tlm_bits_out out; c12__tlm_bits_in in; int32_t writes, reserved; } c12__tlm_coder;

/* A number below 2^64: how many bits it has, as leaves of a tree; of these the highest is 1, the next has odds, the others are as likely as not. */
typedef struct c12__tlm_number { c12__tlm_odds size[128], next[65]; } c12__tlm_number;

c12__tlm_coder c12__tlm_coder_writes(uint8_t *out, size_t room);
c12__tlm_coder c12__tlm_coder_reads(const uint8_t *in, size_t size);
/* What a writer gives goes out and comes back; a reader's is ignored. */
uint32_t c12__tlm_code_bit(c12__tlm_coder *c, c12__tlm_odds *odds, uint32_t one);
uint64_t c12__tlm_code_plain(c12__tlm_coder *c, int32_t bits, uint64_t v);                            /* without odds, twelve bits at a time, the highest first */
uint32_t c12__tlm_code_leaf(c12__tlm_coder *c, c12__tlm_odds *tree, int32_t bits, uint32_t v);        /* v < 2^bits; tree: [2^bits] */
uint64_t c12__tlm_code_number(c12__tlm_coder *c, c12__tlm_number *m, uint64_t v);
uint64_t c12__tlm_code_below(c12__tlm_coder *c, c12__tlm_number *m, int32_t size, uint64_t v);        /* v < 2^size, and size - bits of v is told */
int64_t c12__tlm_code_signed(c12__tlm_coder *c, c12__tlm_number *m, int64_t v);                       /* zigzag */
/* A bit that is 0 in so many of 65536 cases; 0 < zero < 65536. */
static inline uint32_t c12__tlm_code_bit_of(c12__tlm_coder *c, uint32_t zero, uint32_t one)
{
    uint32_t range = c->writes ? c->out.range : c->in.range, split = (uint32_t)((uint64_t)range * zero >> 16);
    if (!c->writes) return (uint32_t)c12__tlm_bits_get_at(&c->in, split);
    c12__tlm_bits_put_at(&c->out, split, (int)one);
    return one;
}
static inline int c12__tlm_coder_done(const c12__tlm_coder *c) { return c->in.p == c->in.end; }       /* a reader's bytes are used up */

#endif
