/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors of the compiler: the same text for SSE2, AVX2 and NEON, and for one lane at a time where there are none. */
#ifndef C12_TLM_VECTOR_H
#define C12_TLM_VECTOR_H

#include <stdint.h>

#if defined(__GNUC__) && !defined(C12__PLAIN_ROWS)
typedef uint32_t c12__tlm_vu __attribute__((vector_size(32), aligned(4), may_alias));
typedef int32_t c12__tlm_vs __attribute__((vector_size(32), aligned(4), may_alias));
enum { C12__TLM_VECTOR = 8 };
#  define C12__TLM_INLINE static inline __attribute__((always_inline))
#else
typedef uint32_t c12__tlm_vu;
typedef int32_t c12__tlm_vs;
enum { C12__TLM_VECTOR = 1 };
#  define C12__TLM_INLINE static inline
#endif
#if defined(__GNUC__) && defined(__x86_64__) && !defined(__AVX2__) && !defined(C12__PLAIN_ROWS)
#  define C12__TLM_AVX2 1
#endif
#if defined(__GNUC__) && !defined(C12__PLAIN_ROWS)
/* Numbers of two vectors of a type of whole numbers, by place: those of the second behind those of the first. */
#  if defined(__clang__)
#    define C12__TLM_OF(type, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#  else
#    define C12__TLM_OF(type, a, b, ...) __builtin_shuffle(a, b, (type){ __VA_ARGS__ }) /* gcc has the other since 12 */
#  endif
#endif
/* Loops of few turns whose number the compiler knows, turn after turn. */
#if defined(__GNUC__) && !defined(__clang__)
#  define C12__TLM_EACH _Pragma("GCC unroll 16")
#else
#  define C12__TLM_EACH /* clang unrolls by itself */
#endif
#define C12__TLM_VU(p) (*(const c12__tlm_vu *)(p))
#define C12__TLM_VS(p) (*(const c12__tlm_vs *)(p))

/* Numbers of 32 bits added to as many of 64. */
C12__TLM_INLINE void c12__tlm_add_wide(int64_t *to, const c12__tlm_vs *v)
{
#if defined(__GNUC__) && !defined(C12__PLAIN_ROWS)
    typedef int64_t wide __attribute__((vector_size(64), aligned(8), may_alias));
    *(wide *)to += __builtin_convertvector(*v, wide);
#else
    *to += *v;
#endif
}

#endif
