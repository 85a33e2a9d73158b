/* SPDX-License-Identifier: Apache-2.0 */
/* Columns of a handle: blocks on the host's allocator, freed together. */
#include "flow/flow_pool.h"

struct c12__flow_block {
    c12__flow_block *before;
    size_t size;
    char to_alignment[C12__ALIGN - sizeof(void *) - sizeof(size_t)]; /* what follows is aligned like the block */
};

void *c12__flow_get(c12__flow_pool *p, int64_t n, size_t each)
{
    if (n < 0 || (uint64_t)n > (SIZE_MAX / 2 - sizeof(c12__flow_block)) / each) { p->failed = 1; return NULL; }
    size_t size = sizeof(c12__flow_block) + (n ? (size_t)n : 1) * each;
    c12__flow_block *b = c12__alloc(&p->host, size);
    if (!b) { p->failed = 1; return NULL; }
    memset(b, 0, size);
    b->before = p->last;
    b->size = size;
    p->last = b;
    return b + 1;
}

void c12__flow_free(c12__flow_pool *p)
{
    while (p->last) {
        c12__flow_block *b = p->last;
        p->last = b->before;
        c12__release(&p->host, b, b->size);
    }
}
