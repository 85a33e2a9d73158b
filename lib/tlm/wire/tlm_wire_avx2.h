/* SPDX-License-Identifier: Apache-2.0 */
/* Registers of eight numbers, for the files of the wire that have a form for AVX2. */
#ifndef C12_TLM_WIRE_AVX2_H
#define C12_TLM_WIRE_AVX2_H

#include "tlm/tlm_vector.h"

#ifdef C12__TLM_AVX2
#  define WIRE_AVX2 __attribute__((target("avx2")))
#  define WIRE_AVX2_INLINE __attribute__((target("avx2"), always_inline)) static inline

typedef uint32_t wire_eight __attribute__((vector_size(32), aligned(4), may_alias));
typedef int32_t wire_signs __attribute__((vector_size(32), aligned(4), may_alias));
typedef uint64_t wire_four __attribute__((vector_size(32), aligned(8), may_alias));
typedef int64_t wire_wide __attribute__((vector_size(32), aligned(8), may_alias));
typedef long long wire_index __attribute__((vector_size(32)));
typedef char wire_bytes __attribute__((vector_size(32), aligned(1), may_alias));
typedef int wire_plain __attribute__((vector_size(32)));
typedef float wire_floats __attribute__((vector_size(32))); /* what the instruction for signs is declared with; nothing is one */

#  define WIRE_LOOK(table, at) ((wire_eight)__builtin_ia32_pshufb256((wire_bytes)(table), (wire_bytes)(at))) /* sixteen bytes, by each byte */
#  ifdef __clang__
#    define WIRE_LEAST(a, b) __builtin_elementwise_min(a, b)
#  else
#    define WIRE_LEAST(a, b) ((wire_eight)__builtin_ia32_pminud256((wire_plain)(a), (wire_plain)(b)))
#  endif
#  define WIRE_ONE 0x80808000u /* the upper three bytes look up nothing */

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

#endif
