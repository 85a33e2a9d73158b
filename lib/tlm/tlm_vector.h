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
#define C12__TLM_VU(p) (*(const c12__tlm_vu *)(p))
#define C12__TLM_VS(p) (*(const c12__tlm_vs *)(p))

#endif
