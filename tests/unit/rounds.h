/* SPDX-License-Identifier: Apache-2.0 */
/* How often a random test goes round: LONG=10 ten times as often, under sanitizers a quarter, as each round takes ten times as long and what they
 * look for shows in the first. */
#ifndef ROUNDS_H
#define ROUNDS_H

#include <stdlib.h>

static inline int rounds(int n)
{
    const char *more = getenv("LONG");
    if (more && atoi(more) > 0) n *= atoi(more);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    n = n > 4 ? n / 4 : 1;
#endif
    return n;
}

/* The step of a test that goes through all places of a file: under sanitizers every n-th does, as the others were seen without. */
static inline size_t file_step(size_t n)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return n;
#else
    (void)n;
    return 1;
#endif
}

#endif
