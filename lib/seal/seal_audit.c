/* SPDX-License-Identifier: Apache-2.0 */
/* An audit trail's rows and checkpoints, as they are made. */
#include "seal/seal_internal.h"

c12_status c12_seal_audit_row(const uint8_t *before, int64_t number, c12_ns time, const c12_view *texts, uint8_t *hash, c12_error *err)
{
    static const uint8_t zeros[32] = { 0 };
    uint8_t fixed[16], size[C12_SEAL_TEXTS][4], out[32];
    c12_view part[2 + 2 * C12_SEAL_TEXTS];
    if (!texts || !hash) return c12__fail(err, C12_E_ARG, "argument is NULL", texts ? "hash" : "texts", -1, 0);
    if (number < 0 || (number > 0 && !before)) return c12__fail(err, C12_E_RANGE, "number and row before contradict each other", "number", -1, number);
    for (int k = 0; k < C12_SEAL_TEXTS; k++) {
        if (c12__seal_unreadable(texts[k])) return c12__fail(err, C12_E_ARG, "argument is NULL", "texts", k, 0);
        if (texts[k].size > INT32_MAX) return c12__fail(err, C12_E_RANGE, "text is too long", "texts", k, INT32_MAX);
        c12__seal_put(size[k], texts[k].size, 4);
        const c12_view length = { size[k], 4 };
        part[2 + 2 * k] = length;
        part[3 + 2 * k] = texts[k];
    }
    c12__seal_put(fixed, (uint64_t)number, 8);
    c12__seal_put(fixed + 8, (uint64_t)time, 8);
    const c12_view chain = { before ? before : zeros, 32 }, head = { fixed, sizeof fixed };
    part[0] = chain;
    part[1] = head;
    c12_status s = c12__seal_digest(part, 2 + 2 * C12_SEAL_TEXTS, out, err);
    if (!s) memcpy(hash, out, sizeof out);
    return s;
}

c12_status c12_seal_checkpoint(c12_view key, int64_t count, const uint8_t *head, c12_view entropy, uint8_t *signature, c12_error *err)
{
    static const uint8_t label[] = "c12 audit checkpoint";
    uint8_t number[8], digest[32];
    if (!head || !signature) return c12__fail(err, C12_E_ARG, "argument is NULL", head ? "signature" : "head", -1, 0);
    if (count < 1) return c12__fail(err, C12_E_RANGE, "there is no row to vouch for", "count", -1, count);
    c12__seal_put(number, (uint64_t)count, 8);
    const c12_view part[3] = { { label, sizeof label - 1 }, { number, 8 }, { head, 32 } };
    c12_status s = c12__seal_digest(part, 3, digest, err);
    return s ? s : c12_seal_sign(key, digest, entropy, signature, err);
}
