/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

c12__arena c12__arena_measure(void)
{
    c12__arena a = { NULL, 0, SIZE_MAX, 0 };
    return a;
}

c12__arena c12__arena_over(c12_mem mem)
{
    c12__arena a = { (unsigned char *)mem.ptr, 0, mem.ptr ? mem.size : 0, 0 };
    if (!a.base) return a;
    size_t skew = (size_t)(-(uintptr_t)a.base & (C12__ALIGN - 1));
    if (skew > a.size) { a.size = 0; return a; }
    a.base += skew;
    a.size -= skew;
    return a;
}

void *c12__carve(c12__arena *a, int64_t n, size_t each)
{
    if (n < 0 || (n && each > (SIZE_MAX - C12__ALIGN) / (uint64_t)n)) { a->overflow = 1; return NULL; }
    size_t bytes = ((size_t)n * each + (C12__ALIGN - 1)) & ~(size_t)(C12__ALIGN - 1);
    if (!bytes) bytes = C12__ALIGN; /* an empty array still has an address of its own */
    if (bytes > SIZE_MAX - a->used) { a->overflow = 1; return NULL; }
    size_t at = a->used;
    a->used += bytes;
    return a->base && a->used <= a->size ? a->base + at : NULL;
}

size_t c12__arena_need(const c12__arena *a)
{
    return a->overflow || a->used > SIZE_MAX - C12__ALIGN ? SIZE_MAX : a->used + C12__ALIGN;
}
