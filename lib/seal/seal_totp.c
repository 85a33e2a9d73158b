/* SPDX-License-Identifier: Apache-2.0 */
/* One-time codes of RFC 6238 over RFC 4226, each taken once. */
#include "seal/seal_internal.h"

enum { SEAL_DIGITS_MOST = 8, SEAL_FAILURES = 10 };
#define SEAL_SECOND INT64_C(1000000000)

static c12_status totp_open(c12_seal_totp *o, const c12_seal_totp *options, c12_ns time, c12_error *err)
{
    c12_status s = c12__take(o, sizeof *o, options, "options", err);
    if (s) return s;
    if (!o->digits) o->digits = 6;
    if (!o->step) o->step = 30;
    if (!o->most_failures) o->most_failures = SEAL_FAILURES;
    if (o->hash < C12_SEAL_SHA1 || o->hash > C12_SEAL_SHA512) return c12__fail(err, C12_E_RANGE, "hash is not known", "hash", -1, o->hash);
    if (o->digits < 6 || o->digits > SEAL_DIGITS_MOST) return c12__fail(err, C12_E_RANGE, "digits must be 6 to 8", "digits", -1, o->digits);
    if (o->step < 1 || o->step > 3600) return c12__fail(err, C12_E_RANGE, "step must be 1 to 3600 seconds", "step", -1, o->step);
    if (o->window < 0 || o->window > 10) return c12__fail(err, C12_E_RANGE, "window must be 0 to 10", "window", -1, o->window);
    if (o->most_failures < 0) return c12__fail(err, C12_E_RANGE, "most_failures must not be negative", "most_failures", -1, o->most_failures);
    if (!o->secret.ptr || o->secret.size < 10 || o->secret.size > 128) return c12__fail(err, C12_E_RANGE, "secret must have 10 to 128 bytes", "secret", -1, (int64_t)o->secret.size);
    if (time < 0) return c12__fail(err, C12_E_RANGE, "time lies before 1970", "time", -1, time);
    return C12_OK;
}

/* RFC 4226, 5.3: 31 bits of the HMAC, from where its last nibble says. */
static c12_status totp_digits(const c12_seal_totp *o, int64_t counter, uint8_t code[SEAL_DIGITS_MOST], c12_error *err)
{
    static const size_t sizes[] = { 20, 32, 64 };
    uint8_t moving[8], mac[64];
    c12__seal_put(moving, (uint64_t)counter, 8);
    const c12_view part = { moving, sizeof moving };
    c12_status s = c12__seal_hmac(o->hash, o->secret, &part, 1, mac, err);
    if (s) return s;
    size_t at = mac[sizes[o->hash] - 1] & 15;
    uint32_t v = (uint32_t)(mac[at] & 127) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3];
    for (int32_t i = o->digits - 1; i >= 0; i--) {
        code[i] = (uint8_t)('0' + v % 10);
        v /= 10;
    }
    c12__seal_wipe(mac, sizeof mac);
    return C12_OK;
}

c12_status c12_seal_totp_code(const c12_seal_totp *options, c12_ns time, uint8_t *code, c12_error *err)
{
    c12_seal_totp o;
    uint8_t out[SEAL_DIGITS_MOST];
    c12_status s = totp_open(&o, options, time, err);
    if (s) return s;
    if (!code) return c12__fail(err, C12_E_ARG, "argument is NULL", "code", -1, 0);
    if (!(s = totp_digits(&o, time / SEAL_SECOND / o.step, out, err))) memcpy(code, out, (size_t)o.digits);
    return s;
}

/* The step whose code it is, -1 = none in the window.  All are tried, so that the time tells nothing. */
static c12_status totp_find(const c12_seal_totp *o, int64_t middle, c12_view code, int64_t *found, c12_error *err)
{
    *found = -1;
    for (int64_t c = middle - o->window; c <= middle + o->window; c++) {
        uint8_t want[SEAL_DIGITS_MOST];
        if (c < 0) continue;
        c12_status s = totp_digits(o, c, want, err);
        if (s) return s;
        if (c12__seal_same(want, code.ptr, (size_t)o->digits)) *found = c;
    }
    return C12_OK;
}

c12_status c12_seal_totp_check(const c12_seal_totp *options, c12_seal_totp_state *state, c12_ns time, c12_view code, c12_error *err)
{
    c12_seal_totp o;
    int64_t found;
    c12_status s = totp_open(&o, options, time, err);
    if (s) return s;
    if (!state || !code.ptr) return c12__fail(err, C12_E_ARG, "argument is NULL", state ? "code" : "state", -1, 0);
    if (state->next < 0 || state->failures < 0) return c12__fail(err, C12_E_RANGE, "state is not one that was given out", "state", -1, state->next);
    if (code.size != (size_t)o.digits) return c12__fail(err, C12_E_FORMAT, "code has another number of digits", "code", -1, (int64_t)code.size);
    for (size_t i = 0; i < code.size; i++)
        if (code.ptr[i] < '0' || code.ptr[i] > '9') return c12__fail(err, C12_E_FORMAT, "code has a letter that is no digit", "code", -1, (int64_t)i);
    if (state->failures >= o.most_failures) return c12__fail(err, C12_E_REFUSED, "too many wrong codes", "state", -1, state->failures);
    if ((s = totp_find(&o, time / SEAL_SECOND / o.step, code, &found, err))) return s;
    if (found >= state->next) {
        state->next = found + 1;
        state->failures = 0;
        return C12_OK;
    }
    if (state->failures < INT32_MAX) state->failures++; /* a code seen over somebody's shoulder counts too */
    return c12__fail(err, C12_E_REFUSED, found < 0 ? "code is wrong" : "code has been used", "code", -1, 0);
}
