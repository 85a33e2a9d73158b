/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes of a seed, changed in a few places: what the campaigns have in common. */
#ifndef C12_MUTATE_H
#define C12_MUTATE_H

#include <stddef.h>
#include <stdint.h>

enum { MOST = 1 << 16 };

typedef struct bytes { uint8_t *at; size_t n; } bytes; /* room for MOST */

extern uint64_t state;                                        /* of the generator: bits of it choose between variants of a target */

void mutate_seed(uint64_t seed, size_t target, size_t input); /* the same three give the same bytes again */
size_t draw(size_t n);                                        /* 0..n-1 */
void mutate(bytes *b);
bytes seed_text(const char *s);

#endif
