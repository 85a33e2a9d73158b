/* SPDX-License-Identifier: Apache-2.0 */
/* Names of CSV cells, numbered as they come and found by hashing. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

static uint64_t name_hash(c12_view v)
{
    uint64_t h = 0xCBF29CE484222325u;
    for (size_t i = 0; i < v.size; i++) h = (h ^ v.ptr[i]) * 0x100000001B3u;
    return h ^ h >> 32;
}

/* Where the name is in the open table, or the free place for it. */
static int32_t *name_place(const name_list *k, c12_view v)
{
    uint64_t mask = (uint64_t)k->cap * 2 - 1, at = name_hash(v) & mask;
    while (k->slot[at] && (k->name[k->slot[at] - 1].size != v.size || memcmp(k->name[k->slot[at] - 1].ptr, v.ptr, v.size))) at = (at + 1) & mask;
    return &k->slot[at];
}

static void names_grow(name_list *k)
{
    name_list old = *k;
    k->cap = old.cap ? old.cap * 2 : 64;
    k->name = NEW(c12_view, k->cap);
    k->slot = NEW(int32_t, k->cap * (int64_t)2);
    for (int32_t i = 0; i < old.n; i++) {
        k->name[i] = old.name[i];
        *name_place(k, old.name[i]) = i + 1;
    }
    names_free(&old);
}

int32_t names_id(name_list *k, c12_view name)
{
    if (!name.size) return -1;
    if (k->n == k->cap) names_grow(k);
    int32_t *place = name_place(k, name);
    if (!*place) {
        k->name[k->n] = name;
        *place = ++k->n;
    }
    return *place - 1;
}

int32_t names_find(const name_list *k, c12_view name) { return name.size && k->cap ? *name_place(k, name) - 1 : -1; }

void names_free(name_list *k)
{
    free(k->name);
    free(k->slot);
    k->name = NULL;
    k->slot = NULL;
}

void put_name(table *t, const name_list *k, int32_t id)
{
    if (id < 0) table_word(t, "");
    else table_text(t, k->name[id]);
}
