/* SPDX-License-Identifier: Apache-2.0 */
/* Registers of eight numbers and sums of products without carries, for the files of the wire that have a form for this processor. */
#ifndef C12_TLM_WIRE_AVX2_H
#define C12_TLM_WIRE_AVX2_H

#include "tlm/tlm_vector.h"
#include <stddef.h>

#ifdef C12__TLM_AVX2
#  define WIRE_AVX2 __attribute__((target("avx2")))
#  define WIRE_AVX2_INLINE __attribute__((target("avx2"), always_inline)) static inline

typedef uint32_t wire_eight __attribute__((vector_size(32), aligned(4), may_alias));
typedef int32_t wire_signs __attribute__((vector_size(32), aligned(4), may_alias));
typedef uint64_t wire_four __attribute__((vector_size(32), aligned(8), may_alias));
typedef int64_t wire_wide __attribute__((vector_size(32), aligned(8), may_alias));
typedef long long wire_index __attribute__((vector_size(32)));
typedef short wire_halves __attribute__((vector_size(32), aligned(2), may_alias));
typedef char wire_bytes __attribute__((vector_size(32), aligned(1), may_alias));
typedef int wire_plain __attribute__((vector_size(32)));
typedef float wire_floats __attribute__((vector_size(32))); /* what the instruction for signs is declared with; nothing is one */

#  define WIRE_LOOK(table, at) ((wire_eight)__builtin_ia32_pshufb256((wire_bytes)(table), (wire_bytes)(at))) /* sixteen bytes, by each byte */
#  ifdef __clang__
#    define WIRE_LEAST(a, b) __builtin_elementwise_min(a, b)
#    define WIRE_MOST_OF(a, b) __builtin_elementwise_max(a, b)
#    define WIRE_MOST_BYTES(a, b) ((wire_eight)__builtin_elementwise_max((wire_bytes)(a), (wire_bytes)(b))) /* below 128 */
#  else
#    define WIRE_LEAST(a, b) ((wire_eight)__builtin_ia32_pminud256((wire_plain)(a), (wire_plain)(b)))
#    define WIRE_MOST_OF(a, b) ((wire_eight)__builtin_ia32_pmaxud256((wire_plain)(a), (wire_plain)(b)))
#    define WIRE_MOST_BYTES(a, b) ((wire_eight)__builtin_ia32_pmaxub256((wire_bytes)(a), (wire_bytes)(b)))
#  endif
/* The lower halves of twice four numbers. */
#  define WIRE_NARROW(a, b) ((wire_eight)__builtin_ia32_permdi256((wire_index)__builtin_ia32_shufps256((wire_floats)(a), (wire_floats)(b), 0x88), 0xd8))
/* Shifts of four numbers, each by its own number of bits; 64 and more leave nothing. */
#  define WIRE_UP(v, bits) ((wire_four)__builtin_ia32_psllv4di((wire_index)(v), (wire_index)(bits)))
#  define WIRE_DOWN(v, bits) ((wire_four)__builtin_ia32_psrlv4di((wire_index)(v), (wire_index)(bits)))
#  define WIRE_EIGHT_UP(v, bits) ((wire_eight)__builtin_ia32_psllv8si((wire_plain)(v), (wire_plain)(bits))) /* of eight: 32 and more leave nothing */

/* Eight bytes from each of four addresses; compilers name the instruction differently. */
WIRE_AVX2_INLINE wire_four wire_fetch(wire_four from)
{
    const wire_index all = (wire_index)((wire_four){ 0 } - 1);
#  ifdef __clang__
    return (wire_four)__builtin_ia32_gatherq_q256(all, (const long long *)0, (wire_index)from, all, 1);
#  else
    return (wire_four)__builtin_ia32_gatherdiv4di(all, (const long long *)0, (wire_index)from, all, 1);
#  endif
}

/* c12__tlm_wire_rate of four, of the sum of their rates; the times and sums must be narrow. */
WIRE_AVX2_INLINE wire_four wire_rates(uint32_t factor, wire_four ms, wire_four sum)
{
    const wire_signs by = (wire_signs)((wire_four){ 0 } + factor);
    wire_four way = (wire_four)__builtin_ia32_pmuldq256((wire_signs)ms, (wire_signs)sum);
    wire_four high = (wire_four)__builtin_ia32_pmuludq256((wire_signs)(way >> 32), by) << 32;
    wire_four all = (wire_four)__builtin_ia32_pmuludq256((wire_signs)way, by) + high; /* modulo 2^64 */
    return ((all + ((1u << 23) + (UINT64_C(1) << 60))) >> 24) - (UINT64_C(1) << 36);
}

/* Not 0 where a number may be too large for a time or a rate of c12__tlm_wire_rate. */
WIRE_AVX2_INLINE wire_four wire_wider(wire_four v) { return (v + (1u << 17)) >> 18; }

/* The lower or the upper four of eight signed numbers, wide. */
#  ifdef __clang__
#    define WIRE_WIDEN(r, half) __builtin_convertvector(__builtin_shufflevector(r, r, 4 * (half), 4 * (half) + 1, 4 * (half) + 2, 4 * (half) + 3), wire_wide)
#  else
typedef int wire_quarter __attribute__((vector_size(16)));
#    define WIRE_WIDEN(r, half) ((wire_wide)__builtin_ia32_pmovsxdq256((wire_quarter)__builtin_ia32_extract128i256((wire_index)(r), half)))
#  endif

/* A bit for each number of which the highest is set: those of a comparison that are so. */
WIRE_AVX2_INLINE uint32_t wire_which(wire_eight v) { return (uint32_t)__builtin_ia32_movmskps256((wire_floats)v); }
#endif

/* ---- CRC-16 by multiplication without carries --------------------------------------------------------------------------- */

#if defined(__GNUC__) && defined(__x86_64__) && !defined(C12__PLAIN_ROWS)
#  define WIRE_CLMUL 1
typedef long long wire_crc_two __attribute__((vector_size(16), aligned(1), may_alias));
typedef char wire_crc_bytes __attribute__((vector_size(16), aligned(1), may_alias));

/* The first n <= 16 bytes, the last one lowest, with 16 bits of a CRC taken from the highest. */
__attribute__((target("pclmul,ssse3"))) static inline wire_crc_two wire_crc_turn(uint32_t crc, wire_crc_two bytes, size_t n)
{
    static const uint8_t turn[32] = { 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128 };
    const wire_crc_two before = { (long long)(crc >> 8 | (crc & 255) << 8), 0 };
    return (wire_crc_two)__builtin_ia32_pshufb128((wire_crc_bytes)(bytes ^ before), *(const wire_crc_bytes *)(turn + 16 - n));
}

/* The remainder of m * x^16: what stands above bit 64 is folded down twice, the rest divided by Barrett's method. */
__attribute__((target("pclmul,ssse3"))) static inline uint32_t wire_crc_fold(wire_crc_two m)
{
    const wire_crc_two fold = { 0xeb23, 0xb861 }, up = { 0x10000, 0 }, divide = { 0x111303471a041, 0x1021 }; /* x^80, x^64; x^16; x^64 / polynomial */
    wire_crc_two high = __builtin_ia32_pclmulqdq128(m, fold, 0x01) ^ __builtin_ia32_pclmulqdq128(m, up, 0x00);
    wire_crc_two rest = __builtin_ia32_pclmulqdq128(high, fold, 0x11) ^ high;
    wire_crc_two quotient = __builtin_ia32_pclmulqdq128(rest, divide, 0x00);
    return (uint32_t)(rest ^ __builtin_ia32_pclmulqdq128(quotient, divide, 0x11))[0] & 0xffff;
}

/* Of n >= 2 bytes; some behind them may be read. */
__attribute__((target("pclmul,ssse3"))) static inline uint32_t wire_crc_of(uint32_t crc, const uint8_t *at, uint32_t left)
{
    while (left > 16) { /* what remains has at least the two bytes that the CRC so far stands on */
        uint32_t take = left > 24 ? 16 : 8;
        crc = wire_crc_fold(wire_crc_turn(crc, *(const wire_crc_two *)at, take));
        at += take;
        left -= take;
    }
    return wire_crc_fold(wire_crc_turn(crc, *(const wire_crc_two *)at, left));
}
#endif

#endif
