/* SPDX-License-Identifier: Apache-2.0 */
/* The document's roles: an engineer closes a nonconformance of a colleague but not one of hers, and a third wrong password locks. */
#include "c12/access.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static c12_view text(const char *s)
{
    c12_view v = { (const uint8_t *)s, strlen(s) };
    return v;
}

int main(void)
{
    static const char *const reasons[] = { "granted", "no grant", "restricted", "apart" };
    c12_error e = C12_INIT(c12_error);
    c12_access_policy policy = C12_INIT(c12_access_policy);
    c12_access_decision hers = C12_INIT(c12_access_decision), other = C12_INIT(c12_access_decision);
    c12_access *access;
    c12_mem mem = { NULL, 0 };
    int32_t locked = 0;
    c12_ns until = 0;
    if (c12_access_default(&policy, &e) || c12_access_bytes(&policy, 1000, &mem.size, &e) || !(mem.ptr = malloc(mem.size))
        || c12_access_init(&access, mem, &policy, NULL, 1000, NULL, &e)) return 1;
    int32_t role = c12_access_role(access, text("quality_engineer")), close = c12_access_action(access, text("close_ncr")), create = c12_access_action(access, text("create_ncr"));
    if (c12_access_decide(access, 1, &role, close, 1, &create, &hers, &e) || c12_access_decide(access, 1, &role, close, 0, NULL, &other, &e)) return 1;
    printf("her own: %s; a colleague's: %s; ", reasons[hers.reason], reasons[other.reason]);
    for (int k = 0; k < 3; k++)
        if (c12_access_failed(access, text("ann"), text("10.0.0.7"), k * INT64_C(1000000000), &locked, &e)) return 1;
    if (c12_access_try(access, text("ann"), text("10.0.0.8"), INT64_C(3000000000), &until, &locked, &e)) return 1;
    printf("ann is %s until %d s\n", locked & 1 ? "locked" : "free", (int)(until / 1000000000));
    free(mem.ptr);
    return 0;
}

/* prints: her own: apart; a colleague's: granted; ann is locked until 902 s */
