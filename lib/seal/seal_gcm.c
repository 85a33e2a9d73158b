/* SPDX-License-Identifier: Apache-2.0 */
/* AES-256-GCM where the processor has instructions for AES and for carry-less multiplication: eight registers a step, of one block each or of two, so that
 * sealing costs next to nothing beside coding what is sealed (mbedTLS takes one block after another).  Same results as mbedTLS, which does it everywhere
 * else.
 *
 * GHASH is worked out as POLYVAL of reversed bytes (RFC 8452, appendix A), with as many powers of the key as a step has blocks and one reduction a
 * step (Gueron and Kounavis, Intel carry-less multiplication instruction and its usage for computing the GCM mode, 2010).  No table, no branch on
 * secrets. */
#include "seal/seal_internal.h"

#if defined(__GNUC__) && defined(__x86_64__) && !defined(C12__PLAIN_ROWS) && (!defined(__STDC_HOSTED__) || __STDC_HOSTED__)

enum { GCM_ROUNDS = 14, GCM_WIDE = 8, GCM_POWERS = 2 * GCM_WIDE, GCM_STEP = 16 * GCM_WIDE, GCM_STEP_PAIRS = 2 * GCM_STEP };
#if defined(__clang__)
#  define GCM_EACH /* unrolls by itself */
#else
#  define GCM_EACH _Pragma("GCC unroll 16")
#endif
#define GCM_BACK 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0
#define GCM_FAST __attribute__((target("avx,aes,pclmul")))

typedef long long gcm_v __attribute__((vector_size(16)));
typedef unsigned gcm_words __attribute__((vector_size(16)));
typedef char gcm_chars __attribute__((vector_size(16)));

/* Round keys; powers 16 .. 1 of the hash key, and each with its halves added.  Short messages have the last eight alone. */
typedef struct gcm_key { gcm_v round[GCM_ROUNDS + 1], power[GCM_POWERS], halves[GCM_POWERS]; } gcm_key;
typedef struct gcm_sum { gcm_v low, high, middle; } gcm_sum; /* of products, not reduced */

GCM_FAST static gcm_v gcm_load(const void *p) { gcm_v v; memcpy(&v, p, 16); return v; }
GCM_FAST static gcm_v gcm_swap(gcm_v v) { return (gcm_v){ v[1], v[0] }; }

GCM_FAST static gcm_v gcm_bytes(gcm_v v, gcm_chars from) { return (gcm_v)__builtin_ia32_pshufb128((gcm_chars)v, from); }
GCM_FAST static gcm_v gcm_reverse(gcm_v v) { return gcm_bytes(v, (gcm_chars){ GCM_BACK }); }

/* ---- POLYVAL ------------------------------------------------------------------------------------------------------------------------------ */

GCM_FAST static void gcm_add(gcm_sum *s, gcm_v a, gcm_v power, gcm_v halves)
{
    s->low ^= __builtin_ia32_pclmulqdq128(a, power, 0x00);
    s->high ^= __builtin_ia32_pclmulqdq128(a, power, 0x11);
    s->middle ^= __builtin_ia32_pclmulqdq128(a ^ gcm_swap(a), halves, 0x00); /* Karatsuba */
}

/* Times x^-128, modulo x^128 + x^127 + x^126 + x^121 + 1: two folds of 64 bits. */
GCM_FAST static gcm_v gcm_reduce(const gcm_sum *s)
{
    const gcm_v poly = { 1, (long long)0xc200000000000000u };
    gcm_v middle = s->middle ^ s->low ^ s->high, low = s->low ^ (gcm_v){ 0, middle[0] }, high = s->high ^ (gcm_v){ middle[1], 0 };
    low = gcm_swap(low) ^ __builtin_ia32_pclmulqdq128(low, poly, 0x10);
    low = gcm_swap(low) ^ __builtin_ia32_pclmulqdq128(low, poly, 0x10);
    return high ^ low;
}

GCM_FAST static gcm_v gcm_times(gcm_v a, gcm_v b)
{
    gcm_sum s = { { 0 }, { 0 }, { 0 } };
    gcm_add(&s, a, b, b ^ gcm_swap(b));
    return gcm_reduce(&s);
}

/* Whole blocks and a padded rest into the hash. */
GCM_FAST static gcm_v gcm_hash(const gcm_key *k, gcm_v y, const uint8_t *p, size_t n)
{
    for (; n >= GCM_STEP; n -= GCM_STEP, p += GCM_STEP) {
        gcm_sum s = { { 0 }, { 0 }, { 0 } };
        GCM_EACH
        for (int i = 0; i < GCM_WIDE; i++) {
            gcm_v x = gcm_reverse(gcm_load(p + 16 * i));
            gcm_add(&s, i ? x : x ^ y, k->power[GCM_POWERS - GCM_WIDE + i], k->halves[GCM_POWERS - GCM_WIDE + i]);
        }
        y = gcm_reduce(&s);
    }
    if (!n) return y;
    uint8_t rest[GCM_STEP] = { 0 };
    gcm_sum s = { { 0 }, { 0 }, { 0 } };
    memcpy(rest, p, n);
    for (size_t i = 0, at = GCM_POWERS - (n + 15) / 16; at < GCM_POWERS; i++, at++, y = (gcm_v){ 0, 0 })
        gcm_add(&s, y ^ gcm_reverse(gcm_load(rest + 16 * i)), k->power[at], k->halves[at]);
    return gcm_reduce(&s);
}

/* ---- AES ------------------------------------------------------------------------------------------------------------------------------------- */

GCM_FAST static gcm_v gcm_all(gcm_v v) { return v; } /* in every block of a register */
GCM_FAST static gcm_v gcm_round(gcm_v v, gcm_v key) { return __builtin_ia32_aesenc128(v, key); }
GCM_FAST static gcm_v gcm_last(gcm_v v, gcm_v key) { return __builtin_ia32_aesenclast128(v, key); }

GCM_FAST static gcm_v gcm_block(const gcm_key *k, gcm_v v)
{
    v ^= k->round[0];
    for (int r = 1; r < GCM_ROUNDS; r++) v = gcm_round(v, k->round[r]);
    return gcm_last(v, k->round[GCM_ROUNDS]);
}

/* FIPS 197, 5.2: four words a step.  The last round does SubWord to four times the same word, plain and rotated in turn, and adds the constant. */
GCM_FAST static void gcm_rounds(const uint8_t key[32], gcm_v round[GCM_ROUNDS + 1])
{
    const gcm_chars plain = { 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15 }, rotated = { 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12 };
    const gcm_chars up = { -1, -1, -1, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };
    gcm_words rcon = { 1, 1, 1, 1 };
    memcpy(round, key, 32);
    for (int r = 2; r <= GCM_ROUNDS; r++) {
        gcm_v v = round[r - 2] ^ gcm_bytes(round[r - 2], up);
        v ^= gcm_bytes(gcm_bytes(v, up), up);
        round[r] = v ^ gcm_last(gcm_bytes(round[r - 1], r % 2 ? plain : rotated), r % 2 ? (gcm_v){ 0, 0 } : (gcm_v)rcon);
        if (r % 2) rcon <<= 1;
    }
}

GCM_FAST static void gcm_prepare(gcm_key *k, const uint8_t key[32], int powers)
{
    gcm_rounds(key, k->round);
    gcm_v h = gcm_reverse(gcm_block(k, (gcm_v){ 0, 0 }));
    uint64_t low = (uint64_t)h[0], high = (uint64_t)h[1], out = 0 - (high >> 63); /* times x: the carry comes back through the polynomial */
    high = (high << 1 | low >> 63) ^ (out & 0xc200000000000000u);
    low = low << 1 ^ (out & 1);
    h = (gcm_v){ (long long)low, (long long)high };
    for (int e = 1; e <= powers; e++) { /* none waits for all before it */
        gcm_v *to = k->power + GCM_POWERS - e;
        *to = e == 1 ? h : gcm_times(to[(e + 1) / 2], to[e / 2]);
        k->halves[GCM_POWERS - e] = *to ^ gcm_swap(*to);
    }
}

/* ---- steps --------------------------------------------------------------------------------------------------------------------------------- */

/* Whole steps of data from a counter on; the hash is of what is encrypted: of `in` when opening. */
typedef gcm_v gcm_form(const gcm_key *k, gcm_words base, uint32_t from, gcm_v y, const uint8_t *in, size_t steps, uint8_t *out, int open);

/* One for registers of so many blocks.  Encrypting and hashing take different parts of the processor: beside a round of eight registers one register goes
 * into the hash, of what is encrypted already: the same step when opening, the one before when sealing.  Counters are kept lowest byte first. */
#define GCM_FORM(gcm, blocks, GCM_FOR) \
    GCM_FOR static gcm_v gcm##_steps(const gcm_key *k, gcm_words base, uint32_t from, gcm_v y, const uint8_t *in, size_t steps, uint8_t *out, int open) \
    { \
        enum { EACH = 16 * blocks, STEP = EACH * GCM_WIDE }; \
        const gcm_v *power = k->power + GCM_POWERS - blocks * GCM_WIDE, *halves = k->halves + GCM_POWERS - blocks * GCM_WIDE; \
        const gcm_chars back = { GCM_BACK }, counted = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 14, 13, 12 }; \
        const uint8_t *hashed = open ? in : NULL; \
        gcm##_words count = (gcm##_words)gcm##_all((gcm_v)base), more = { 0 }; \
        gcm##_v b[GCM_WIDE]; \
        for (int i = 0; i < blocks; i++) { \
            count[4 * i + 3] = from + (uint32_t)i; \
            more[4 * i + 3] = blocks; \
        } \
        for (; steps; steps--, in += STEP, out += STEP) { \
            gcm##_sum s = { { 0 }, { 0 }, { 0 } }; \
            gcm##_v first = { y[0], y[1] }; \
            GCM_EACH \
            for (int i = 0; i < GCM_WIDE; i++, count += more) b[i] = gcm##_bytes((gcm##_v)count, counted) ^ gcm##_all(k->round[0]); \
            GCM_EACH \
            for (int r = 1; r < GCM_ROUNDS; r++) { \
                GCM_EACH \
                for (int i = 0; i < GCM_WIDE; i++) b[i] = gcm##_round(b[i], k->round[r]); \
                if (!hashed || r > GCM_WIDE) continue; \
                gcm##_v x = gcm##_bytes(gcm##_load(hashed + EACH * (r - 1)), back); \
                gcm##_add(&s, r > 1 ? x : x ^ first, gcm##_load(power + blocks * (r - 1)), gcm##_load(halves + blocks * (r - 1))); \
            } \
            if (hashed) y = gcm##_reduce(&s); \
            GCM_EACH \
            for (int i = 0; i < GCM_WIDE; i++) { \
                b[i] = gcm##_last(b[i], k->round[GCM_ROUNDS]) ^ gcm##_load(in + EACH * i); \
                memcpy(out + EACH * i, &b[i], EACH); \
            } \
            hashed = open ? in + STEP : out; \
        } \
        return open ? y : gcm_hash(k, y, out - STEP, STEP); \
    }

GCM_FORM(gcm, 1, GCM_FAST)

#if !defined(__clang__) /* clang cannot ask whether the processor has vaes, and asking it oneself takes a virtual machine longer than sealing a page */
#define GCM_PAIRS __attribute__((target("avx2,aes,pclmul,vaes,vpclmulqdq")))
#define GCM_PAIRS_INLINE __attribute__((target("avx2,aes,pclmul,vaes,vpclmulqdq"), always_inline)) static inline

typedef long long gcm_pair_v __attribute__((vector_size(32)));
typedef unsigned gcm_pair_words __attribute__((vector_size(32)));
typedef int gcm_pair_ints __attribute__((vector_size(32)));
typedef char gcm_pair_chars __attribute__((vector_size(32)));
typedef struct gcm_pair_sum { gcm_pair_v low, high, middle; } gcm_pair_sum;

GCM_PAIRS_INLINE gcm_pair_v gcm_pair_load(const void *p) { gcm_pair_v v; memcpy(&v, p, 32); return v; }
GCM_PAIRS_INLINE gcm_pair_v gcm_pair_all(gcm_v v) { return __builtin_ia32_vbroadcastsi256(v); }
GCM_PAIRS_INLINE gcm_pair_chars gcm_pair_of(gcm_v v) { return (gcm_pair_chars)gcm_pair_all(v); }
GCM_PAIRS_INLINE gcm_pair_v gcm_pair_bytes(gcm_pair_v v, gcm_chars from) { return (gcm_pair_v)__builtin_ia32_pshufb256((gcm_pair_chars)v, gcm_pair_of((gcm_v)from)); }
GCM_PAIRS_INLINE gcm_pair_v gcm_pair_round(gcm_pair_v v, gcm_v key) { return (gcm_pair_v)__builtin_ia32_vaesenc_v32qi((gcm_pair_chars)v, gcm_pair_of(key)); }
GCM_PAIRS_INLINE gcm_pair_v gcm_pair_last(gcm_pair_v v, gcm_v key) { return (gcm_pair_v)__builtin_ia32_vaesenclast_v32qi((gcm_pair_chars)v, gcm_pair_of(key)); }
GCM_PAIRS_INLINE gcm_v gcm_pair_fold(gcm_pair_v v) { return (gcm_v){ v[0], v[1] } ^ (gcm_v){ v[2], v[3] }; }

GCM_PAIRS_INLINE void gcm_pair_add(gcm_pair_sum *s, gcm_pair_v a, gcm_pair_v power, gcm_pair_v halves)
{
    s->low ^= __builtin_ia32_vpclmulqdq_v4di(a, power, 0x00);
    s->high ^= __builtin_ia32_vpclmulqdq_v4di(a, power, 0x11);
    s->middle ^= __builtin_ia32_vpclmulqdq_v4di(a ^ (gcm_pair_v)__builtin_ia32_pshufd256((gcm_pair_ints)a, 0x4e), halves, 0x00);
}

GCM_PAIRS_INLINE gcm_v gcm_pair_reduce(const gcm_pair_sum *s)
{
    const gcm_sum folded = { gcm_pair_fold(s->low), gcm_pair_fold(s->high), gcm_pair_fold(s->middle) };
    return gcm_reduce(&folded);
}

/* Four blocks a register (AVX-512) take four fifths of the time in a loop, but a processor that has not used such registers for a while takes some 60 us to
 * wake what works on them and crawls meanwhile (Ice Lake): a block of 4 to 256 KB with decoding before and after then takes twice as long as with two. */
GCM_FORM(gcm_pair, 2, GCM_PAIRS)
#endif

/* ---- a message ----------------------------------------------------------------------------------------------------------------------------- */

/* Pairs where there are such, what is left by single blocks, what is left then as a step with zeros behind it. */
GCM_FAST static gcm_v gcm_data(const gcm_key *k, gcm_form *pairs, gcm_words base, gcm_v y, const uint8_t *in, size_t n, uint8_t *out, int open)
{
    const size_t wide = pairs ? n / GCM_STEP_PAIRS : 0, steps = (n - wide * GCM_STEP_PAIRS) / GCM_STEP;
    size_t done = wide * GCM_STEP_PAIRS;
    if (wide) y = pairs(k, base, 2, y, in, wide, out, open);
    if (steps) y = gcm_steps(k, base, (uint32_t)(2 + done / 16), y, in + done, steps, out + done, open);
    done += steps * GCM_STEP;
    in += done;
    out += done;
    n -= done;
    if (open) y = gcm_hash(k, y, in, n);
    if (n) {
        uint8_t last[GCM_STEP] = { 0 }, text[GCM_STEP];
        memcpy(last, in, n);
        (void)gcm_steps(k, base, (uint32_t)(2 + done / 16), y, last, 1, text, 1); /* the hash is not this one: there are fewer bytes */
        memcpy(out, text, n);
        c12__seal_wipe(open ? text : last, GCM_STEP);
    }
    return open ? y : gcm_hash(k, y, out, n);
}

GCM_FAST static void gcm_run(gcm_form *pairs, const uint8_t key[32], const uint8_t nonce[12], c12_view aad, c12_view in, uint8_t *out, uint8_t tag[16], int open)
{
    gcm_key k;
    gcm_words base = { 0, 0, 0, 0 };
    gcm_prepare(&k, key, pairs && in.size >= GCM_STEP_PAIRS ? GCM_POWERS : GCM_WIDE);
    memcpy(&base, nonce, 12);
    gcm_v y = gcm_hash(&k, (gcm_v){ 0, 0 }, aad.ptr, aad.size);
    y = gcm_data(&k, pairs, base, y, in.ptr, in.size, out, open);
    y = gcm_times(y ^ (gcm_v){ (long long)((uint64_t)in.size * 8), (long long)((uint64_t)aad.size * 8) }, k.power[GCM_POWERS - 1]);
    base[3] = __builtin_bswap32(1);
    y = gcm_reverse(y) ^ gcm_block(&k, (gcm_v)base);
    memcpy(tag, &y, 16);
    c12__seal_wipe(&k, sizeof k);
}

static int gcm_there(void) { return __builtin_cpu_supports("aes") && __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("avx"); }

int c12__seal_gcm_ones(c12_view key, const uint8_t nonce[12], c12_view aad, c12_view in, uint8_t *out, uint8_t tag[16], int open)
{
    if (!gcm_there()) return 0;
    gcm_run(NULL, key.ptr, nonce, aad, in, out, tag, open);
    return 1;
}

#if defined(GCM_PAIRS)
int c12__seal_gcm_pairs(c12_view key, const uint8_t nonce[12], c12_view aad, c12_view in, uint8_t *out, uint8_t tag[16], int open)
{
    if (!gcm_there() || !__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("vaes") || !__builtin_cpu_supports("vpclmulqdq")) return 0;
    gcm_run(gcm_pair_steps, key.ptr, nonce, aad, in, out, tag, open);
    return 1;
}
#endif

#else

int c12__seal_gcm_ones(c12_view key, const uint8_t nonce[12], c12_view aad, c12_view in, uint8_t *out, uint8_t tag[16], int open)
{
    (void)key, (void)nonce, (void)aad, (void)in, (void)out, (void)tag, (void)open;
    return 0;
}

#endif

#if !defined(GCM_PAIRS)
int c12__seal_gcm_pairs(c12_view key, const uint8_t nonce[12], c12_view aad, c12_view in, uint8_t *out, uint8_t tag[16], int open)
{
    (void)key, (void)nonce, (void)aad, (void)in, (void)out, (void)tag, (void)open;
    return 0;
}
#endif
