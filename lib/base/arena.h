/* SPDX-License-Identifier: Apache-2.0 */
/* Arena over memory the caller owns: carve typed arrays, count what would be needed, never allocate.
 *
 * The same code sizes and carves: with base == NULL the arena only counts, so *_bytes() runs the very layout function that
 * *_init() runs, and the two cannot drift apart. */
#ifndef C12_BASE_ARENA_H
#define C12_BASE_ARENA_H

#include "base/status.h"

typedef struct c12__arena {
    unsigned char *base; /* NULL: measure only */
    size_t used, size;   /* used may pass size: then the carve failed and `used` says what suffices */
    int32_t overflow;    /* the sum itself left size_t */
} c12__arena;

c12__arena c12__arena_over(c12_mem mem); /* aligns its start to C12__ALIGN */
c12__arena c12__arena_measure(void);

/* n elements of `each` bytes aligned to 64, zeroed never.  NULL when measuring or full. */
void *c12__carve(c12__arena *a, int64_t n, size_t each);
#define C12__CARVE(a, T, n) ((T *)c12__carve((a), (n), sizeof(T)))

static inline int c12__arena_ok(const c12__arena *a) { return !a->overflow && a->used <= a->size; }

/* Bytes a caller must give: what was carved plus the slack that alignment may eat.  SIZE_MAX when it does not fit. */
size_t c12__arena_need(const c12__arena *a);

#endif
