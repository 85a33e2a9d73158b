/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of bits with odds, the same way out and in. */
#include "tlm/block/tlm_odds.h"

size_t c12__tlm_bits_end(c12__tlm_bits_out *o)
{
    for (int32_t k = 32; k >= 0; k -= 8) {
        uint64_t below = (UINT64_C(1) << k) - 1, v = (o->low + below) & ~below;
        if (v - o->low >= o->range) continue;
        o->low = v;
        break;
    }
    for (int i = 0; i < 4; i++) c12__tlm_bits_shift(o);
    while (o->p > o->start && !o->p[-1]) o->p--;
    return (size_t)(o->p - o->start);
}

c12__tlm_coder c12__tlm_coder_writes(uint8_t *out, size_t room)
{
    c12__tlm_coder c = { .out = c12__tlm_bits_to(out, room), .writes = 1 };
    return c;
}

c12__tlm_coder c12__tlm_coder_reads(const uint8_t *in, size_t size)
{
    c12__tlm_coder c = { .in = c12__tlm_bits_from(in, size), .writes = 0 };
    return c;
}

uint32_t c12__tlm_code_bit(c12__tlm_coder *c, c12__tlm_odds *odds, uint32_t one)
{
    if (!c->writes) return (uint32_t)c12__tlm_bits_get(&c->in, odds);
    c12__tlm_bits_put(&c->out, odds, (int)one);
    return one;
}

uint64_t c12__tlm_code_plain(c12__tlm_coder *c, int32_t bits, uint64_t v)
{
    uint64_t out = 0;
    while (bits > 0) {
        int32_t n = bits < 12 ? bits : 12;
        uint32_t part = (uint32_t)(v >> (bits -= n)) & ((1u << n) - 1);
        if (c->writes) c12__tlm_bits_put_plain(&c->out, n, part);
        else part = c12__tlm_bits_get_plain(&c->in, n);
        out = out << n | part;
    }
    return out;
}

uint32_t c12__tlm_code_leaf(c12__tlm_coder *c, c12__tlm_odds *tree, int32_t bits, uint32_t v)
{
    uint32_t leaf = 1;
    if (!c->writes) {
        c12__tlm_bits_in in = c->in; /* in registers */
        while (!(leaf >> bits)) leaf = 2 * leaf + (uint32_t)c12__tlm_bits_get(&in, &tree[leaf]);
        c->in = in;
        return leaf - (1u << bits);
    }
    for (int32_t k = bits; k--; leaf = 2 * leaf + (v >> k & 1)) c12__tlm_bits_put(&c->out, &tree[leaf], (int)(v >> k & 1));
    return v;
}

/* The bits below the highest of `size`. */
static uint64_t odds_rest(c12__tlm_coder *c, c12__tlm_number *m, int32_t size, uint64_t v)
{
    if (size < 2) return (uint64_t)size;
    uint64_t two = 2 | c12__tlm_code_bit(c, &m->next[size], v >> (size - 2) & 1), below = c12__tlm_code_plain(c, size - 2, v);
    return two << (size - 2) | below;
}

uint64_t c12__tlm_code_number(c12__tlm_coder *c, c12__tlm_number *m, uint64_t v)
{
    int32_t size = (int32_t)c12__tlm_code_leaf(c, m->size, 7, c->writes ? (uint32_t)c12__tlm_width(v) : 0);
    return odds_rest(c, m, size > 64 ? 64 : size, v);
}

uint64_t c12__tlm_code_below(c12__tlm_coder *c, c12__tlm_number *m, int32_t size, uint64_t v)
{
    int32_t less = (int32_t)c12__tlm_code_leaf(c, m->size, 7, c->writes ? (uint32_t)(size - c12__tlm_width(v)) : 0);
    return odds_rest(c, m, less > size ? 0 : size - less, v);
}

int64_t c12__tlm_code_signed(c12__tlm_coder *c, c12__tlm_number *m, int64_t v) { return (int64_t)c12__tlm_unzigzag(c12__tlm_code_number(c, m, c12__tlm_zigzag((uint64_t)v))); }
