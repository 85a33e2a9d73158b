/* SPDX-License-Identifier: Apache-2.0 */
/* Who may come in: rules as data and the state behind door.c. */
#ifndef C12_HOUSE_DOOR_H
#define C12_HOUSE_DOOR_H

#include "inside.h"

enum { DOOR_WORDS = 256, DOOR_RULES = 2048, DOOR_APART = 64 };
typedef struct words { uint8_t text[8192]; int64_t off[DOOR_WORDS + 1]; int32_t n; } words;
typedef struct rules {
    words roles, actions;
    int32_t n, effect[DOOR_RULES], role[DOOR_RULES], action[DOOR_RULES], grant[DOOR_RULES], restriction[DOOR_RULES];
    int64_t grant_off[DOOR_WORDS + 1], restrict_off[DOOR_WORDS + 1];
    int32_t n_apart, did[DOOR_APART], may_not[DOOR_APART];
    c12_access_policy policy;
} rules;

void policy_built_in(rules *r);
void policy_know(rules *r, const char *action); /* `all` grants what is known */
int policy_read(rules *r, const char *path, char *why, size_t cap);

#endif
