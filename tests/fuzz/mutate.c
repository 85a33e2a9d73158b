/* SPDX-License-Identifier: Apache-2.0 */
#include "mutate.h"
#include <stdlib.h>
#include <string.h>

uint64_t state;

void mutate_seed(uint64_t seed, size_t target, size_t input) { state = (seed * 0x9E3779B97F4A7C15u) ^ ((uint64_t)target << 56) ^ (input + 1) * 0xD1B54A32D192ED03u; }

size_t draw(size_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state % (n ? n : 1));
}

static const char *const nasty[] = { "-1", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e308", "\"", ",,", "\n", "\r\n", "\xff", "0", "{", "[", "nan", "\xef\xbb\xbf", "2147483648", "= 1", ";" };

static void splice(bytes *b, size_t at, size_t cut, const void *in, size_t n)
{
    if (b->n - cut + n > MOST) return;
    memmove(b->at + at + n, b->at + at + cut, b->n - at - cut);
    memcpy(b->at + at, in, n);
    b->n += n - cut;
}

static void mutate_once(bytes *b)
{
    size_t at = draw(b->n + 1), left = b->n - at, cut = draw(left < 40 ? left + 1 : 40);
    uint8_t copy[64];
    const char *word = nasty[draw(sizeof nasty / sizeof *nasty)];
    switch (draw(6)) {
    case 0: if (left) b->at[at] ^= (uint8_t)(1u << draw(8)); break;
    case 1: if (left) b->at[at] = (uint8_t)draw(256); break;
    case 2: splice(b, at, cut, "", 0); break;
    case 3: splice(b, at, draw(2) ? cut : 0, word, strlen(word)); break;
    case 4: if (draw(8) == 0) b->n = at; break;
    default: /* repeat a piece somewhere else */
        memcpy(copy, b->at + at, cut);
        splice(b, draw(b->n + 1), 0, copy, cut);
    }
}

void mutate(bytes *b)
{
    for (size_t k = 1 + draw(5); k > 0; k--) mutate_once(b);
}

bytes seed_text(const char *s)
{
    bytes b = { malloc(MOST), strlen(s) };
    memcpy(b.at, s, b.n);
    return b;
}
