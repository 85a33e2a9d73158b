/* SPDX-License-Identifier: Apache-2.0 */
/* The handle: who may do what as rows of bits, and the failures of logins. */
#ifndef C12_ACCESS_INTERNAL_H
#define C12_ACCESS_INTERNAL_H

#include "base/arena.h"
#include "base/bits.h"
#include "base/num.h"
#include "base/status.h"
#include "c12/access.h"

enum { C12__ACCESS_FAILURES = 16, C12__ACCESS_WAYS = 8 /* subjects that share a place */ };

/* A user or address by its hash: the times of its last failures, the newest first. */
typedef struct c12__access_subject { uint64_t key; int32_t n, reserved; c12_ns at[C12__ACCESS_FAILURES]; } c12__access_subject;

struct c12_access {
    c12_access_policy policy;
    c12_access_limits limits;
    uint64_t secret[2];
    uint64_t *granted, *restricted;  /* [n_roles][words] */
    int64_t *apart_at;               /* [n_actions + 1] pairs by what may not be done */
    int32_t *apart;                  /* [n_apart] what was done */
    int32_t *role_slot, *action_slot; /* hash indices of names, -1 = free */
    c12__access_subject *subject;    /* [sets][WAYS]; n == 0: free */
    int32_t words, role_slots, action_slots, sets;
};

uint64_t c12__access_hash(const uint64_t secret[2], uint64_t kind, c12_view text);
c12_status c12__access_take_policy(c12_access_policy *p, const c12_access_policy *policy, c12_error *err);
static inline c12_view c12__access_text(const uint8_t *text, const int64_t *off, int32_t row)
{
    c12_view v = { text + off[row], (size_t)(off[row + 1] - off[row]) };
    return v;
}

#endif
