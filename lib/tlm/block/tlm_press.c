/* SPDX-License-Identifier: Apache-2.0 */
/* A block's texts pressed: what stood before - in the texts, or in some words that robots' records have - is told by how far back and how long (Ziv and
 * Lempel 1977), everything else letter by letter, and all of it bit by bit with odds that adapt (range coding after Martin, Video and Data Recording Conference
 * 1979, with the binary decisions of LZMA).  Few texts gain as well as many: nothing is written down about the odds.  Integers only. */
#include "tlm/block/tlm_odds.h"

enum { PRESS_CLASSES = 6, PRESS_STEPS = 21 /* binades of lengths and distances */, PRESS_AGAIN = 3 /* bytes of a match as far back as the last one */,
       PRESS_LEAST = 4, PRESS_LONG = 7 };

/* What a text may begin from: never changed, since every file with version 3 blocks counts on it. */
static const char press_words[] =
    "temperature limit exceeded emergency stop communication timeout network connection lost sensor failure camera degraded battery low voltage motor current "
    "over torque position error warning calibration required obstacle detected path blocked collision gripper lidar joint drift "
    "C12345 E100 W001 knee_right hip_left shoulder Station_3_ Install_ Assembly HUM-2025-00 WO-5482-ST2 G1-0 [\"OK\",\"DEGRADED\",\"FAULT\",\"WARN\"] [\"OK\",\"OK\",\"OK\",\"OK\"] [] OK";
enum { PRESS_WORDS = sizeof press_words - 1 };

typedef struct press_model {
    c12__tlm_odds match[3], again[3];           /* by what came before: a letter, a match, one as far back as the last */
    c12__tlm_odds letter[PRESS_CLASSES][256];   /* by the kind of the letter before */
    c12__tlm_odds step[3][PRESS_STEPS];         /* of lengths, lengths of matches as far back, distances: binades, one by one ... */
    c12__tlm_odds tail[3][PRESS_STEPS][PRESS_STEPS]; /* ... and the bits below the highest */
} press_model;

static void press_begin(press_model *m)
{
    c12__tlm_odds_begin(m->match, sizeof *m / sizeof *m->match);
}

static uint32_t press_class(uint8_t c)
{
    if (c < 'a') return c < ' ' ? 0 : c < '0' ? 1 : c <= '9' ? 2 : c >= 'A' && c <= 'Z' ? 3 : 1;
    return c <= 'z' ? 4 : c < 128 ? 1 : 5;
}

/* ---- bits out --------------------------------------------------------------------------------------------------------------------------- */

static void press_put_letter(c12__tlm_bits_out *o, press_model *m, uint8_t before, uint8_t c)
{
    c12__tlm_odds *tree = m->letter[press_class(before)];
    for (uint32_t leaf = 1, k = 8; k--;) {
        int one = c >> k & 1;
        c12__tlm_bits_put(o, &tree[leaf], one);
        leaf = 2 * leaf + (uint32_t)one;
    }
}

static void press_put_number(c12__tlm_bits_out *o, press_model *m, int32_t of, uint32_t v) /* v > 0 */
{
    uint32_t step = (uint32_t)c12__bit_highest(v);
    for (uint32_t k = 0; k <= step && k + 1 < PRESS_STEPS; k++) c12__tlm_bits_put(o, &m->step[of][k], k == step);
    for (uint32_t k = step; k--;) c12__tlm_bits_put(o, &m->tail[of][step][k], v >> k & 1);
}

/* ---- matches ------------------------------------------------------------------------------------------------------------------------------ */

/* Words and texts as one run of bytes. */
typedef struct press_text { const uint8_t *in; size_t n; } press_text;

static uint8_t press_at(const press_text *t, size_t i) { return i < PRESS_WORDS ? (uint8_t)press_words[i] : t->in[i - PRESS_WORDS]; }

static size_t press_same(const press_text *t, size_t a, size_t b)
{
    size_t n = 0;
    while (b + n < PRESS_WORDS + t->n && press_at(t, a + n) == press_at(t, b + n)) n++;
    return n;
}

static uint32_t press_hash(const press_text *t, size_t i, int32_t n)
{
    uint64_t v = 0;
    for (int32_t k = 0; k < n; k++) v = v << 8 | press_at(t, i + (size_t)k);
    return (uint32_t)(v * UINT64_C(0x9e3779b97f4a7c15) >> (64 - C12__TLM_PRESS_BITS));
}

/* Where the bytes at i were last is remembered by four of them and by seven. */
static void press_note(const press_text *t, uint32_t *table, size_t i)
{
    if (i + PRESS_LEAST <= PRESS_WORDS + t->n) table[press_hash(t, i, PRESS_LEAST)] = (uint32_t)i + 1;
    if (i + PRESS_LONG <= PRESS_WORDS + t->n) table[(1u << C12__TLM_PRESS_BITS) + press_hash(t, i, PRESS_LONG)] = (uint32_t)i + 1;
}

/* The match at i that is worth telling: its length, 0 = none. */
static size_t press_find(const press_text *t, const uint32_t *table, size_t i, size_t last, size_t *back)
{
    size_t left = PRESS_WORDS + t->n - i, best = last ? press_same(t, i - last, i) : 0;
    *back = last;
    if (best < PRESS_AGAIN) best = 0;
    for (int32_t k = 0; k < 2; k++) {
        size_t least = k ? PRESS_LEAST : PRESS_LONG;
        uint32_t at = left < least ? 0 : table[(k ? 0 : 1u << C12__TLM_PRESS_BITS) + press_hash(t, i, (int32_t)least)];
        size_t far = at ? i + 1 - at : 0, n = at ? press_same(t, at - 1, i) : 0;
        size_t worth = PRESS_LEAST + (size_t)(far >= 1 << 10) + (size_t)(far >= 1 << 14);
        if (n < worth || n < best + 2) continue; /* another distance costs more than a byte or two */
        best = n;
        *back = far;
    }
    return best;
}

static void press_put_match(c12__tlm_bits_out *o, press_model *m, int32_t *before, size_t n, size_t back, size_t *last)
{
    int again = back == *last;
    c12__tlm_bits_put(o, &m->match[*before], 1);
    c12__tlm_bits_put(o, &m->again[*before], again);
    press_put_number(o, m, again, (uint32_t)(n - (again ? PRESS_AGAIN : PRESS_LEAST) + 1));
    if (!again) press_put_number(o, m, 2, (uint32_t)back);
    *last = back;
    *before = 1 + again;
}

size_t c12__tlm_press_room(void) { return sizeof(press_model) + sizeof(uint32_t) * (2u << C12__TLM_PRESS_BITS); }

size_t c12__tlm_press(const uint8_t *in, size_t n, uint8_t *out, size_t room, void *scratch)
{
    press_model *m = scratch;
    uint32_t *table = (uint32_t *)(m + 1);
    const press_text t = { in, n };
    c12__tlm_bits_out o = c12__tlm_bits_to(out, room);
    size_t last = 0, back, match;
    int32_t before = 0;
    press_begin(m);
    memset(table, 0, sizeof *table * (2u << C12__TLM_PRESS_BITS));
    for (size_t i = 0; i < PRESS_WORDS; i++) /* where words begin, not inside them */
        if (!i || press_class((uint8_t)press_words[i - 1]) != 4 || press_class((uint8_t)press_words[i]) != 4) press_note(&t, table, i);
    for (size_t i = PRESS_WORDS; i < PRESS_WORDS + n && !o.full; i += match) {
        match = press_find(&t, table, i, last, &back);
        if (match) press_put_match(&o, m, &before, match, back, &last);
        else {
            match = 1;
            c12__tlm_bits_put(&o, &m->match[before], 0);
            press_put_letter(&o, m, press_at(&t, i - 1), press_at(&t, i));
            before = 0;
        }
        for (size_t k = 0; k < match; k++) press_note(&t, table, i + k);
    }
    size_t used = o.full ? 0 : c12__tlm_bits_end(&o);
    return o.full ? 0 : used;
}

/* ---- bits in ------------------------------------------------------------------------------------------------------------------------------- */

static uint8_t press_get_letter(c12__tlm_bits_in *r, press_model *m, uint8_t before)
{
    c12__tlm_odds *tree = m->letter[press_class(before)];
    uint32_t leaf = 1;
    while (leaf < 256) leaf = 2 * leaf + (uint32_t)c12__tlm_bits_get(r, &tree[leaf]);
    return (uint8_t)leaf;
}

static size_t press_get_number(c12__tlm_bits_in *r, press_model *m, int32_t of)
{
    uint32_t step = 0, v = 1;
    while (step + 1 < PRESS_STEPS && !c12__tlm_bits_get(r, &m->step[of][step])) step++;
    for (uint32_t k = step; k--;) v = v << 1 | (uint32_t)c12__tlm_bits_get(r, &m->tail[of][step][k]);
    return v;
}

int c12__tlm_unpress(const uint8_t *in, size_t size, uint8_t *out, size_t n, void *scratch)
{
    press_model *m = scratch;
    c12__tlm_bits_in r = c12__tlm_bits_from(in, size);
    size_t have = 0, last = 0;
    int32_t before = 0;
    press_begin(m);
    while (have < n) {
        if (!c12__tlm_bits_get(&r, &m->match[before])) {
            uint8_t c = have ? out[have - 1] : (uint8_t)press_words[PRESS_WORDS - 1];
            out[have++] = press_get_letter(&r, m, c);
            before = 0;
            continue;
        }
        int again = c12__tlm_bits_get(&r, &m->again[before]);
        size_t match = press_get_number(&r, m, again) + (again ? PRESS_AGAIN : PRESS_LEAST) - 1;
        if (!again) last = press_get_number(&r, m, 2);
        if (!last || last > have + PRESS_WORDS || match > n - have) return 0;
        for (; match; match--, have++) out[have] = last > have ? (uint8_t)press_words[PRESS_WORDS + have - last] : out[have - last];
        before = 1 + again;
    }
    return r.p == r.end;
}
