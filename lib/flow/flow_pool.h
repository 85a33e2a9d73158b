/* SPDX-License-Identifier: Apache-2.0 */
/* Columns of a handle: zeroed, on the host's allocator, freed together. */
#ifndef C12_FLOW_POOL_H
#define C12_FLOW_POOL_H

#include "base/status.h"

typedef struct c12__flow_block c12__flow_block;
typedef struct c12__flow_pool {
    c12_host host;
    c12__flow_block *last;
    int32_t failed; /* an allocation failed; looked at once a stage */
} c12__flow_pool;

void *c12__flow_get(c12__flow_pool *p, int64_t n, size_t each); /* zeroed, aligned to 64, never NULL unless failed */
void c12__flow_free(c12__flow_pool *p);
#define C12__FLOW_NEW(p, type, n) ((type *)c12__flow_get((p), (n), sizeof(type)))

#endif
