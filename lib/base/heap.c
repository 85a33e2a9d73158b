/* SPDX-License-Identifier: Apache-2.0 */
#include "base/heap.h"

void c12__heap_carve(c12__heap *h, c12__arena *a, int32_t cap)
{
    h->id = C12__CARVE(a, int32_t, cap);
    h->slot = C12__CARVE(a, int32_t, cap);
    h->key = C12__CARVE(a, int64_t, cap);
    h->n = 0;
    h->cap = cap;
}

void c12__heap_reset(c12__heap *h)
{
    for (int32_t i = 0; i < h->cap; i++) h->slot[i] = -1;
    h->n = 0;
}

void c12__heap_clear(c12__heap *h)
{
    for (int32_t i = 0; i < h->n; i++) h->slot[h->id[i]] = -1;
    h->n = 0;
}

static int heap_less(const c12__heap *h, int32_t a, int32_t b)
{
    return h->key[a] < h->key[b] || (h->key[a] == h->key[b] && a < b);
}

static void heap_set(c12__heap *h, int32_t at, int32_t id)
{
    h->id[at] = id;
    h->slot[id] = at;
}

static void sift_up(c12__heap *h, int32_t at, int32_t id)
{
    while (at) {
        int32_t up = (at - 1) / 4;
        if (!heap_less(h, id, h->id[up])) break;
        heap_set(h, at, h->id[up]);
        at = up;
    }
    heap_set(h, at, id);
}

static void sift_down(c12__heap *h, int32_t at, int32_t id)
{
    for (;;) {
        int32_t first = at * 4 + 1, best = first;
        if (first >= h->n) break;
        int32_t last = first + 4 < h->n ? first + 4 : h->n;
        for (int32_t i = first + 1; i < last; i++)
            if (heap_less(h, h->id[i], h->id[best])) best = i;
        if (!heap_less(h, h->id[best], id)) break;
        heap_set(h, at, h->id[best]);
        at = best;
    }
    heap_set(h, at, id);
}

void c12__heap_put(c12__heap *h, int32_t id, int64_t key)
{
    int32_t at = h->slot[id];
    if (at < 0) {
        h->key[id] = key;
        sift_up(h, h->n++, id);
        return;
    }
    int64_t was = h->key[id];
    h->key[id] = key;
    if (key < was) sift_up(h, at, id);
    else sift_down(h, at, id);
}

int32_t c12__heap_pop(c12__heap *h)
{
    if (!h->n) return -1;
    int32_t top = h->id[0], last = h->id[--h->n];
    h->slot[top] = -1;
    if (h->n) sift_down(h, 0, last);
    return top;
}

void c12__heap_drop(c12__heap *h, int32_t id)
{
    int32_t at = h->slot[id];
    if (at < 0) return;
    int32_t last = h->id[--h->n];
    h->slot[id] = -1;
    if (last == id) return;
    if (at && heap_less(h, last, h->id[(at - 1) / 4])) sift_up(h, at, last);
    else sift_down(h, at, last);
}
