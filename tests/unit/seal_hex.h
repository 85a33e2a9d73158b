/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of seal share: bytes from hex, and a refusal with its rule. */
#ifndef SEAL_HEX_H
#define SEAL_HEX_H

#include "c12/seal.h"
#include <check.h>
#include <string.h>

typedef struct { uint8_t at[512]; size_t n; } Hex;

static inline Hex hex(const char *text)
{
    Hex h;
    memset(&h, 0, sizeof h);
    for (; *text; text++) {
        const char *digits = "0123456789abcdef", *d = strchr(digits, *text | (*text >= 'A' ? 32 : 0));
        if (!d || h.n / 2 >= sizeof h.at) ck_abort_msg("bad hex");
        h.at[h.n / 2] = (uint8_t)(h.at[h.n / 2] << 4 | (d - digits));
        h.n++;
    }
    h.n /= 2;
    return h;
}

static inline c12_view hex_view(const Hex *h) { return (c12_view){ h->at, h->n }; }
static inline c12_view text_view(const char *s) { return (c12_view){ (const uint8_t *)s, strlen(s) }; }

/* The call failed with this status, and for this reason. */
#define refused(call, want, rule) do { \
    c12_error e_ = C12_INIT(c12_error); \
    c12_error *err = &e_; \
    c12_status got_ = (call); \
    if (got_ != (want)) ck_abort_msg("%s: %s instead of %s (%s)", #call, c12_status_name(got_), c12_status_name(want), rule); \
    if (!e_.what || strcmp(e_.what, rule)) ck_abort_msg("%s: \"%s\" instead of \"%s\"", #call, e_.what ? e_.what : "nothing", rule); \
} while (0)
#define fine(call) do { \
    c12_error e_ = C12_INIT(c12_error); \
    c12_error *err = &e_; \
    c12_status got_ = (call); \
    if (got_) ck_abort_msg("%s: %s: %s", #call, c12_status_name(got_), e_.what ? e_.what : "nothing"); \
} while (0)

#endif
