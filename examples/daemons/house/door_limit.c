/* SPDX-License-Identifier: Apache-2.0 */
/* Token buckets: so many requests a second for each identity, found by its name in a fixed table; who has not been heard of longest makes room. */
#include "inside.h"
#include <string.h>

enum { LIMIT_SLOTS = 4096, LIMIT_NEAR = 8 };
static struct bucket { char name[WHO_TEXT]; int64_t at, milli; } slot[LIMIT_SLOTS];
static pthread_mutex_t limit_lock = PTHREAD_MUTEX_INITIALIZER;

static struct bucket *limit_find(const char *name, int64_t now, int64_t full)
{
    uint64_t hash = 1469598103934665603u; /* FNV-1a */
    for (const char *c = name; *c; c++) hash = (hash ^ (uint8_t)*c) * 1099511628211u;
    struct bucket *oldest = NULL;
    for (int k = 0; k < LIMIT_NEAR; k++) {
        struct bucket *b = &slot[(hash + (uint64_t)k) % LIMIT_SLOTS];
        if (!strcmp(b->name, name)) return b;
        if (!oldest || b->at < oldest->at) oldest = b;
    }
    snprintf(oldest->name, sizeof oldest->name, "%s", name);
    oldest->at = now;
    oldest->milli = full;
    return oldest;
}

int limit_take(house *h, const char *who, int64_t now, int *wait)
{
    const int64_t full = 1000LL * h->set.burst;
    pthread_mutex_lock(&limit_lock);
    struct bucket *b = limit_find(who, now, full);
    b->milli += (now - b->at) * h->set.rate;
    b->at = now;
    if (b->milli > full) b->milli = full;
    int goes = b->milli >= 1000;
    if (goes) b->milli -= 1000;
    *wait = 1 + (int)((1000 - b->milli) / (1000LL * h->set.rate));
    pthread_mutex_unlock(&limit_lock);
    return goes;
}
