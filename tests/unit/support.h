/* SPDX-License-Identifier: Apache-2.0 */
/* What several tests need: dice that fall the same everywhere, and an allocator that runs dry. */
#ifndef C12_TESTS_SUPPORT_H
#define C12_TESTS_SUPPORT_H

#include <stdint.h>
#include <stdlib.h>

static uint64_t dice_state;

static inline int32_t dice(int32_t n)
{
    dice_state ^= dice_state << 13;
    dice_state ^= dice_state >> 7;
    dice_state ^= dice_state << 17;
    return (int32_t)(dice_state % (uint64_t)n);
}

/* Pays for `left` allocations and counts what is out. */
typedef struct purse { int64_t left, out; } purse;

static inline void *purse_alloc(void *user, size_t size, size_t align)
{
    purse *p = user;
    if (p->left-- <= 0) return NULL;
    p->out++;
    return aligned_alloc(align, (size + align - 1) / align * align);
}

static inline void purse_release(void *user, void *ptr, size_t size, size_t align)
{
    purse *p = user;
    (void)size;
    (void)align;
    p->out -= ptr != NULL;
    free(ptr);
}

#endif
