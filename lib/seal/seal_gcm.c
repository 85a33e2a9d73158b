/* SPDX-License-Identifier: Apache-2.0 */
/* AES-256-GCM where the processor has instructions for AES and for carry-less multiplication: eight blocks a step, so that sealing costs next to nothing
 * beside coding what is sealed (mbedTLS takes one block after another); two in one register where it can.  Same results as mbedTLS, which does it
 * everywhere else.
 *
 * GHASH is worked out as POLYVAL of reversed bytes (RFC 8452, appendix A), with eight powers of the key and one reduction for eight blocks (Gueron
 * and Kounavis, Intel carry-less multiplication instruction and its usage for computing the GCM mode, 2010).  No table, no branch on secrets. */
#include "seal/seal_internal.h"

#if defined(__GNUC__) && defined(__x86_64__) && !defined(C12__PLAIN_ROWS) && (!defined(__STDC_HOSTED__) || __STDC_HOSTED__)

enum { GCM_ROUNDS = 14, GCM_WIDE = 8, GCM_STEP = 16 * GCM_WIDE };
#if defined(__clang__)
#  define GCM_EACH /* unrolls by itself */
#else
#  define GCM_EACH _Pragma("GCC unroll 8")
#endif
#define GCM_FAST __attribute__((target("avx,aes,pclmul")))

typedef long long gcm_v __attribute__((vector_size(16)));
typedef unsigned gcm_v4 __attribute__((vector_size(16)));
typedef char gcm_v16 __attribute__((vector_size(16)));

/* Round keys; powers 8 .. 1 of the hash key, and each with its halves added. */
typedef struct gcm_key { gcm_v round[GCM_ROUNDS + 1], power[GCM_WIDE], halves[GCM_WIDE]; } gcm_key;
typedef struct gcm_sum { gcm_v low, high, middle; } gcm_sum; /* of products, not reduced */

GCM_FAST static gcm_v gcm_load(const uint8_t *p) { gcm_v v; memcpy(&v, p, 16); return v; }
GCM_FAST static gcm_v gcm_swap(gcm_v v) { return (gcm_v){ v[1], v[0] }; }

GCM_FAST static gcm_v gcm_reverse(gcm_v v)
{
    const gcm_v16 order = { 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0 };
    return (gcm_v)__builtin_ia32_pshufb128((gcm_v16)v, order);
}

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
            gcm_add(&s, i ? x : x ^ y, k->power[i], k->halves[i]);
        }
        y = gcm_reduce(&s);
    }
    if (!n) return y;
    int left = (int)((n + 15) / 16);
    gcm_sum s = { { 0 }, { 0 }, { 0 } };
    for (int i = GCM_WIDE - left; i < GCM_WIDE; i++, p += 16, y = (gcm_v){ 0, 0 }) {
        uint8_t last[16] = { 0 };
        size_t some = n < 16 ? n : 16;
        memcpy(last, p, some);
        gcm_add(&s, y ^ gcm_reverse(gcm_load(last)), k->power[i], k->halves[i]);
        n -= some;
    }
    return gcm_reduce(&s);
}

/* ---- AES ------------------------------------------------------------------------------------------------------------------------------------- */

GCM_FAST static gcm_v gcm_block(const gcm_key *k, gcm_v v)
{
    v ^= k->round[0];
    for (int r = 1; r < GCM_ROUNDS; r++) v = __builtin_ia32_aesenc128(v, k->round[r]);
    return __builtin_ia32_aesenclast128(v, k->round[GCM_ROUNDS]);
}

/* FIPS 197, 5.2: 60 words from 8; the instruction gives SubWord of a word, plain and rotated. */
GCM_FAST static void gcm_rounds(const uint8_t key[32], gcm_v round[GCM_ROUNDS + 1])
{
    uint32_t w[4 * (GCM_ROUNDS + 1)], rcon = 1;
    memcpy(w, key, 32);
    for (int i = 8; i < 4 * (GCM_ROUNDS + 1); i++) {
        uint32_t t = w[i - 1];
        if (i % 4 == 0) {
            const gcm_v4 one = { 0, t, 0, 0 }, got = (gcm_v4)__builtin_ia32_aeskeygenassist128((gcm_v)one, 0);
            t = i % 8 ? got[0] : got[1] ^ rcon;
            if (i % 8 == 0) rcon <<= 1;
        }
        w[i] = w[i - 8] ^ t;
    }
    memcpy(round, w, sizeof w);
    c12__seal_wipe(w, sizeof w);
}

GCM_FAST static void gcm_prepare(gcm_key *k, const uint8_t key[32])
{
    gcm_rounds(key, k->round);
    gcm_v h = gcm_reverse(gcm_block(k, (gcm_v){ 0, 0 }));
    uint64_t low = (uint64_t)h[0], high = (uint64_t)h[1], out = 0 - (high >> 63); /* times x: the carry comes back through the polynomial */
    high = (high << 1 | low >> 63) ^ (out & 0xc200000000000000u);
    low = low << 1 ^ (out & 1);
    h = (gcm_v){ (long long)low, (long long)high };
    for (int i = GCM_WIDE - 1; i >= 0; i--) {
        k->power[i] = i == GCM_WIDE - 1 ? h : gcm_times(k->power[i + 1], h);
        k->halves[i] = k->power[i] ^ gcm_swap(k->power[i]);
    }
}

GCM_FAST static gcm_v gcm_counter(gcm_v4 base, uint32_t count)
{
    base[3] = __builtin_bswap32(count);
    return (gcm_v)base;
}

/* Eight blocks, a round of all before the next of any. */
GCM_FAST static void gcm_wide(const gcm_key *k, gcm_v4 base, uint32_t count, const uint8_t *in, uint8_t *out)
{
    gcm_v b[GCM_WIDE];
    GCM_EACH
    for (int i = 0; i < GCM_WIDE; i++) b[i] = gcm_counter(base, count + (uint32_t)i) ^ k->round[0];
    for (int r = 1; r < GCM_ROUNDS; r++) {
        GCM_EACH
        for (int i = 0; i < GCM_WIDE; i++) b[i] = __builtin_ia32_aesenc128(b[i], k->round[r]);
    }
    GCM_EACH
    for (int i = 0; i < GCM_WIDE; i++) {
        b[i] = __builtin_ia32_aesenclast128(b[i], k->round[GCM_ROUNDS]) ^ gcm_load(in + 16 * i);
        memcpy(out + 16 * i, &b[i], 16);
    }
}

/* Whole steps of data from counter 2 on; the hash is of what is encrypted: of `in` when opening. */
typedef gcm_v gcm_form(const gcm_key *k, gcm_v4 base, gcm_v y, const uint8_t *in, size_t steps, uint8_t *out, int open);

GCM_FAST static gcm_v gcm_ones(const gcm_key *k, gcm_v4 base, gcm_v y, const uint8_t *in, size_t steps, uint8_t *out, int open)
{
    for (uint32_t count = 2; steps; steps--, in += GCM_STEP, out += GCM_STEP, count += GCM_WIDE) {
        if (open) y = gcm_hash(k, y, in, GCM_STEP);
        gcm_wide(k, base, count, in, out);
        if (!open) y = gcm_hash(k, y, out, GCM_STEP);
    }
    return y;
}

/* ---- two blocks a register --------------------------------------------------------------------------------------------------------------- */

#if !defined(__clang__) /* clang cannot ask whether the processor has vaes, and asking it oneself takes a virtual machine longer than sealing a page */
#define GCM_PAIRS __attribute__((target("avx2,aes,pclmul,vaes,vpclmulqdq")))
#define GCM_PAIRS_INLINE __attribute__((target("avx2,aes,pclmul,vaes,vpclmulqdq"), always_inline)) static inline

typedef long long gcm_two __attribute__((vector_size(32)));
typedef unsigned gcm_v8 __attribute__((vector_size(32)));
typedef char gcm_v32 __attribute__((vector_size(32)));

/* Twice as many blocks, at most sixteen, as gcm_wide. */
GCM_PAIRS_INLINE void gcm_wide_pairs(const gcm_key *k, gcm_v4 base, uint32_t count, uint32_t pairs, const uint8_t *in, uint8_t *out)
{
    gcm_two b[GCM_WIDE], key;
    GCM_EACH
    for (uint32_t i = 0; i < pairs; i++) {
        const gcm_v8 both = { base[0], base[1], base[2], __builtin_bswap32(count + 2 * i), base[0], base[1], base[2], __builtin_bswap32(count + 2 * i + 1) };
        b[i] = (gcm_two)both ^ (gcm_two){ k->round[0][0], k->round[0][1], k->round[0][0], k->round[0][1] };
    }
    for (int r = 1; r < GCM_ROUNDS; r++) {
        key = (gcm_two){ k->round[r][0], k->round[r][1], k->round[r][0], k->round[r][1] };
        GCM_EACH
        for (uint32_t i = 0; i < pairs; i++) b[i] = (gcm_two)__builtin_ia32_vaesenc_v32qi((gcm_v32)b[i], (gcm_v32)key);
    }
    key = (gcm_two){ k->round[GCM_ROUNDS][0], k->round[GCM_ROUNDS][1], k->round[GCM_ROUNDS][0], k->round[GCM_ROUNDS][1] };
    GCM_EACH
    for (uint32_t i = 0; i < pairs; i++) {
        gcm_two text;
        memcpy(&text, in + 32 * i, 32);
        b[i] = (gcm_two)__builtin_ia32_vaesenclast_v32qi((gcm_v32)b[i], (gcm_v32)key) ^ text;
        memcpy(out + 32 * i, &b[i], 32);
    }
}

/* Eight blocks into the hash. */
GCM_PAIRS static gcm_v gcm_hash_pairs(const gcm_key *k, gcm_v y, const uint8_t *p)
{
    const gcm_v32 order = { 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0 };
    gcm_two low = { 0 }, high = { 0 }, middle = { 0 };
    GCM_EACH
    for (int i = 0; i < GCM_WIDE / 2; i++) {
        gcm_two x, power, halves;
        memcpy(&x, p + 32 * i, 32);
        memcpy(&power, &k->power[2 * i], 32);
        memcpy(&halves, &k->halves[2 * i], 32);
        x = (gcm_two)__builtin_ia32_pshufb256((gcm_v32)x, order);
        if (!i) x ^= (gcm_two){ y[0], y[1], 0, 0 };
        low ^= __builtin_ia32_vpclmulqdq_v4di(x, power, 0x00);
        high ^= __builtin_ia32_vpclmulqdq_v4di(x, power, 0x11);
        middle ^= __builtin_ia32_vpclmulqdq_v4di(x ^ __builtin_shuffle(x, (gcm_two){ 1, 0, 3, 2 }), halves, 0x00);
    }
    const gcm_sum s = { { low[0] ^ low[2], low[1] ^ low[3] }, { high[0] ^ high[2], high[1] ^ high[3] }, { middle[0] ^ middle[2], middle[1] ^ middle[3] } };
    return gcm_reduce(&s);
}

/* Two steps at once, so that there is enough to do while a round takes its time; the last one of an odd number alone. */
GCM_PAIRS static gcm_v gcm_pairs(const gcm_key *k, gcm_v4 base, gcm_v y, const uint8_t *in, size_t steps, uint8_t *out, int open)
{
    for (uint32_t count = 2; steps; ) {
        size_t n = steps > 1 ? 2 : 1;
        for (size_t i = 0; i < n && open; i++) y = gcm_hash_pairs(k, y, in + i * GCM_STEP);
        if (n == 2) gcm_wide_pairs(k, base, count, GCM_WIDE, in, out);
        else gcm_wide_pairs(k, base, count, GCM_WIDE / 2, in, out);
        for (size_t i = 0; i < n && !open; i++) y = gcm_hash_pairs(k, y, out + i * GCM_STEP);
        steps -= n;
        in += n * GCM_STEP;
        out += n * GCM_STEP;
        count += (uint32_t)n * GCM_WIDE;
    }
    return y;
}
#endif

/* ---- a message ----------------------------------------------------------------------------------------------------------------------------- */

GCM_FAST static gcm_v gcm_data(const gcm_key *k, gcm_form *form, gcm_v4 base, gcm_v y, const uint8_t *in, size_t n, uint8_t *out, int open)
{
    const size_t steps = n / GCM_STEP, whole = steps * GCM_STEP;
    if (steps) y = form(k, base, y, in, steps, out, open);
    in += whole;
    out += whole;
    n -= whole;
    if (open) y = gcm_hash(k, y, in, n);
    if (n) {
        uint8_t last[GCM_STEP] = { 0 }, done[GCM_STEP];
        memcpy(last, in, n);
        gcm_wide(k, base, (uint32_t)(2 + GCM_WIDE * steps), last, done);
        memcpy(out, done, n);
        c12__seal_wipe(open ? done : last, GCM_STEP);
    }
    return open ? y : gcm_hash(k, y, out, n);
}

GCM_FAST static void gcm_run(gcm_form *form, const uint8_t key[32], const uint8_t nonce[12], c12_view aad, c12_view in, uint8_t *out, uint8_t tag[16], int open)
{
    gcm_key k;
    gcm_v4 base = { 0, 0, 0, 0 };
    gcm_prepare(&k, key);
    memcpy(&base, nonce, 12);
    gcm_v y = gcm_hash(&k, (gcm_v){ 0, 0 }, aad.ptr, aad.size);
    y = gcm_data(&k, form, base, y, in.ptr, in.size, out, open);
    y = gcm_times(y ^ (gcm_v){ (long long)((uint64_t)in.size * 8), (long long)((uint64_t)aad.size * 8) }, k.power[GCM_WIDE - 1]);
    y = gcm_reverse(y) ^ gcm_block(&k, gcm_counter(base, 1));
    memcpy(tag, &y, 16);
    c12__seal_wipe(&k, sizeof k);
}

static int gcm_there(void) { return __builtin_cpu_supports("aes") && __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("avx"); }

int c12__seal_gcm_ones(c12_view key, const uint8_t nonce[12], c12_view aad, c12_view in, uint8_t *out, uint8_t tag[16], int open)
{
    if (!gcm_there()) return 0;
    gcm_run(gcm_ones, key.ptr, nonce, aad, in, out, tag, open);
    return 1;
}

#if defined(GCM_PAIRS)
int c12__seal_gcm_pairs(c12_view key, const uint8_t nonce[12], c12_view aad, c12_view in, uint8_t *out, uint8_t tag[16], int open)
{
    if (!gcm_there() || !__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("vaes") || !__builtin_cpu_supports("vpclmulqdq")) return 0;
    gcm_run(gcm_pairs, key.ptr, nonce, aad, in, out, tag, open);
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
