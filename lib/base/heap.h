/* SPDX-License-Identifier: Apache-2.0 */
/* Indexed 4-ary min-heap of ids keyed by (key, id): equal keys leave in id order, so that every search is repeatable. */
#ifndef C12_BASE_HEAP_H
#define C12_BASE_HEAP_H

#include "base/arena.h"

typedef struct c12__heap {
    int32_t *id;   /* [cap] heap order */
    int32_t *slot; /* [cap] where an id sits, -1 = not in the heap */
    int64_t *key;  /* [cap] by id */
    int32_t n, cap;
} c12__heap;

void c12__heap_carve(c12__heap *h, c12__arena *a, int32_t cap); /* ids 0..cap-1 */
void c12__heap_clear(c12__heap *h);                             /* O(entries still inside) */
void c12__heap_reset(c12__heap *h);                             /* O(cap): before first use */
void c12__heap_put(c12__heap *h, int32_t id, int64_t key);      /* insert, or change the key up or down */
int32_t c12__heap_pop(c12__heap *h);                            /* smallest (key, id); -1 when empty */
void c12__heap_drop(c12__heap *h, int32_t id);                  /* no-op when absent */
static inline int c12__heap_has(const c12__heap *h, int32_t id) { return h->slot[id] >= 0; }

#endif
