/* SPDX-License-Identifier: Apache-2.0 */
/* The directory as it is written from version 4 on. */
#ifndef C12_TLM_DIRECTORY_H
#define C12_TLM_DIRECTORY_H

#include "tlm/tlm_internal.h"

/* What the head knows. */
typedef struct c12__tlm_frame { int64_t rows, t_min, t_max; uint64_t payload; int32_t newest /* codec of its version */, reserved; } c12__tlm_frame;

/* n entries; bytes used, at most n * C12__TLM_ENTRY_BYTES. */
size_t c12__tlm_directory_put(const c12_tlm_schema *s, const c12__tlm_frame *f, c12__tlm_column *e, int32_t n, uint8_t *out);
/* How many of the n entries are right; codec, scale, bytes, min, max, sums and below are set. */
int32_t c12__tlm_directory_get(const c12_tlm_schema *s, const c12__tlm_frame *f, const uint8_t *in, size_t size, c12__tlm_column *e, int32_t n);

#endif
