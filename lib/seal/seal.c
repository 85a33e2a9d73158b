/* SPDX-License-Identifier: Apache-2.0 */
/* Entry of encryption and signatures, and the bytes that all parts handle. */
#include "seal/seal_internal.h"

/* ---- bytes ------------------------------------------------------------------------------------------------------------------------- */

int c12__seal_same(const uint8_t *a, const uint8_t *b, size_t n)
{
    volatile uint8_t differ = 0;
    for (size_t i = 0; i < n; i++) differ |= (uint8_t)(a[i] ^ b[i]);
    return !differ;
}

void c12__seal_wipe(void *p, size_t n)
{
#if defined(__GNUC__)
    memset(p, 0, n);
    __asm__ volatile("" : : "r"(p) : "memory"); /* somebody might look */
#else
    volatile uint8_t *v = p;
    while (n--) *v++ = 0;
#endif
}

c12_status c12__seal_key(c12_view key, const char *field, c12_error *err)
{
    if (!key.ptr || key.size != C12_SEAL_KEY) return c12__fail(err, C12_E_ARG, "key must have 32 bytes", field, -1, (int64_t)key.size);
    return C12_OK;
}

c12_status c12__seal_public_key(c12_view key, uint8_t point[65], c12_error *err)
{
    if (!key.ptr || (key.size != C12_SEAL_PUBLIC && key.size != C12_SEAL_PUBLIC - 1))
        return c12__fail(err, C12_E_FORMAT, "public key must have 65 or 64 bytes", "key", -1, (int64_t)key.size);
    if (key.size == C12_SEAL_PUBLIC && key.ptr[0] != 4) return c12__fail(err, C12_E_FORMAT, "public key must begin with 4", "key", -1, key.ptr[0]);
    point[0] = 4;
    memcpy(point + 1, key.ptr + key.size - 64, 64);
    return C12_OK;
}

/* ---- hash and names of keys ----------------------------------------------------------------------------------------------------------- */

c12_status c12_seal_sha256(c12_view bytes, uint8_t *hash, c12_error *err)
{
    uint8_t out[32];
    if (c12__seal_unreadable(bytes) || !hash) return c12__fail(err, C12_E_ARG, "argument is NULL", hash ? "bytes" : "hash", -1, 0);
    c12_status s = c12__seal_digest(&bytes, 1, out, err);
    if (!s) memcpy(hash, out, sizeof out);
    return s;
}

c12_status c12_seal_key_id(c12_view key, uint64_t *id, c12_error *err)
{
    static const uint8_t label[] = "c12 key id";
    uint8_t hash[32];
    c12_status s = c12__seal_key(key, "key", err);
    if (s) return s;
    if (!id) return c12__fail(err, C12_E_ARG, "argument is NULL", "id", -1, 0);
    const c12_view part[2] = { { label, sizeof label - 1 }, key };
    if ((s = c12__seal_digest(part, 2, hash, err))) return s;
    uint64_t v = 0;
    for (int i = 0; i < 8; i++) v = v << 8 | hash[i];
    *id = v;
    return C12_OK;
}

/* ---- encryption -------------------------------------------------------------------------------------------------------------------------- */

static const uint8_t seal_magic[8] = { 0x89, 'c', '1', '2', 's', 0x0d, 0x0a, 0x1a };
enum { SEAL_HEAD = 32 };
#define SEAL_NONCES (UINT64_C(1) << 32)

c12_status c12_seal_epoch_init(c12_seal_epoch *epoch, c12_view entropy, c12_error *err)
{
    uint8_t any = 0;
    if (!epoch || !entropy.ptr) return c12__fail(err, C12_E_ARG, "argument is NULL", epoch ? "entropy" : "epoch", -1, 0);
    if (entropy.size < sizeof epoch->random) return c12__fail(err, C12_E_ARG, "8 random bytes are needed", "entropy", -1, (int64_t)entropy.size);
    for (size_t i = 0; i < sizeof epoch->random; i++) any |= entropy.ptr[i];
    if (!any) return c12__fail(err, C12_E_ARG, "entropy is all zeros", "entropy", -1, 0);
    memcpy(epoch->random, entropy.ptr, sizeof epoch->random);
    epoch->next = 0;
    return C12_OK;
}

/* What both ways of sealing ask for; `extra` bytes come on top. */
static c12_status seal_entry(c12_view key, const c12_seal_epoch *epoch, c12_view aad, c12_view plain, c12_mem out, const size_t *used, size_t extra, c12_error *err)
{
    c12_status s = c12__seal_key(key, "key", err);
    if (s) return s;
    if (!epoch || !used || c12__seal_unreadable(aad) || c12__seal_unreadable(plain)) return c12__fail(err, C12_E_ARG, "argument is NULL", epoch ? "plain" : "epoch", -1, 0);
    if ((uint64_t)plain.size >> 32 || (uint64_t)aad.size >> 32) return c12__fail(err, C12_E_ARG, "4 GiB and more are not sealed at once", "plain", -1, (int64_t)plain.size);
    if (epoch->next >= SEAL_NONCES) return c12__fail(err, C12_E_STATE, "all nonces of the epoch are used up", "epoch", -1, (int64_t)SEAL_NONCES);
    if (!out.ptr || out.size < plain.size + extra) return c12__fail(err, C12_E_SPACE, "output is too small", "out", -1, (int64_t)(plain.size + extra));
    return C12_OK;
}

/* The counter moves before the nonce is used: whatever happens, it is not used again. */
static void seal_nonce(c12_seal_epoch *epoch, uint8_t nonce[12])
{
    memcpy(nonce, epoch->random, 8);
    c12__seal_put(nonce + 8, epoch->next++, 4);
}

static int seal_fast(c12_view key, const uint8_t nonce[12], c12_view aad, c12_view in, uint8_t *out, uint8_t tag[16], int open)
{
    return c12__seal_gcm_pairs(key, nonce, aad, in, out, tag, open) || c12__seal_gcm_ones(key, nonce, aad, in, out, tag, open);
}

c12_status c12__seal_close(c12_view key, const uint8_t nonce[12], c12_view aad, c12_view plain, uint8_t *cipher, uint8_t tag[16], c12_error *err)
{
    return seal_fast(key, nonce, aad, plain, cipher, tag, 0) ? C12_OK : c12__seal_gcm(key, nonce, aad, plain, cipher, tag, err);
}

c12_status c12__seal_open(c12_view key, const uint8_t nonce[12], c12_view aad, c12_view cipher, c12_view tag, uint8_t *plain, c12_error *err)
{
    uint8_t want[16];
    if (!c12_seal_library()) return c12__seal_without(err);
    if (!seal_fast(key, nonce, aad, cipher, plain, want, 1)) return c12__seal_ungcm(key, nonce, aad, cipher, tag, plain, err);
    if (c12__seal_same(want, tag.ptr, tag.size)) return C12_OK;
    c12__seal_wipe(plain, cipher.size);
    return c12__fail(err, C12_E_REFUSED, "bytes are not what was sealed with this key", NULL, -1, 0);
}

c12_status c12_seal_block(c12_view key, c12_seal_epoch *epoch, c12_view aad, c12_view plain, c12_mem out, size_t *used, c12_error *err)
{
    uint8_t *p = out.ptr;
    c12_status s = seal_entry(key, epoch, aad, plain, out, used, C12_SEAL_BLOCK, err);
    if (s) return s;
    if (!c12_seal_library()) return c12__seal_without(err);
    seal_nonce(epoch, p);
    if ((s = c12__seal_close(key, p, aad, plain, p + C12_SEAL_NONCE, p + C12_SEAL_NONCE + plain.size, err))) return s;
    *used = plain.size + C12_SEAL_BLOCK;
    return C12_OK;
}

static c12_status seal_entry_back(c12_view key, c12_view aad, c12_view sealed, c12_mem out, const size_t *used, size_t extra, c12_error *err)
{
    c12_status s = c12__seal_key(key, "key", err);
    if (s) return s;
    if (!used || c12__seal_unreadable(aad) || c12__seal_unreadable(sealed)) return c12__fail(err, C12_E_ARG, "argument is NULL", "sealed", -1, 0);
    if (sealed.size < extra) return c12__fail(err, C12_E_FORMAT, "too short to have been sealed", "sealed", -1, (int64_t)sealed.size);
    if ((uint64_t)(sealed.size - extra) >> 32 || (uint64_t)aad.size >> 32) return c12__fail(err, C12_E_FORMAT, "too long to have been sealed", "sealed", -1, (int64_t)sealed.size);
    if (out.size < sealed.size - extra || (sealed.size > extra && !out.ptr)) return c12__fail(err, C12_E_SPACE, "output is too small", "out", -1, (int64_t)(sealed.size - extra));
    return C12_OK;
}

c12_status c12_seal_unblock(c12_view key, c12_view aad, c12_view sealed, c12_mem out, size_t *used, c12_error *err)
{
    uint8_t nothing[1];
    c12_status s = seal_entry_back(key, aad, sealed, out, used, C12_SEAL_BLOCK, err);
    if (s) return s;
    size_t n = sealed.size - C12_SEAL_BLOCK;
    const c12_view cipher = { sealed.ptr + C12_SEAL_NONCE, n }, tag = { cipher.ptr + n, C12_SEAL_TAG };
    if ((s = c12__seal_open(key, sealed.ptr, aad, cipher, tag, n ? out.ptr : nothing, err))) return s;
    *used = n;
    return C12_OK;
}

/* Head and SHA-256 of the caller's own: what GCM authenticates beside an envelope. */
static c12_status seal_beside(const uint8_t head[SEAL_HEAD], c12_view aad, uint8_t beside[SEAL_HEAD + 32], c12_error *err)
{
    memcpy(beside, head, SEAL_HEAD);
    return c12__seal_digest(&aad, 1, beside + SEAL_HEAD, err);
}

c12_status c12_seal_encrypt(c12_view key, c12_seal_epoch *epoch, c12_view aad, c12_view plain, c12_mem out, size_t *used, c12_error *err)
{
    uint8_t head[SEAL_HEAD] = { 0 }, beside[SEAL_HEAD + 32], *p = out.ptr;
    uint64_t id;
    c12_status s = seal_entry(key, epoch, aad, plain, out, used, C12_SEAL_ENVELOPE, err);
    if (s || (s = c12_seal_key_id(key, &id, err))) return s;
    memcpy(head, seal_magic, 8);
    c12__seal_put(head + 8, id, 8);
    seal_nonce(epoch, head + 16);
    const c12_view additional = { beside, sizeof beside };
    if ((s = seal_beside(head, aad, beside, err))) return s;
    if ((s = c12__seal_close(key, head + 16, additional, plain, p + SEAL_HEAD, p + SEAL_HEAD + plain.size, err))) return s;
    memcpy(p, head, sizeof head);
    *used = plain.size + C12_SEAL_ENVELOPE;
    return C12_OK;
}

c12_status c12_seal_envelope_key(c12_view envelope, uint64_t *id, c12_error *err)
{
    if (!envelope.ptr || !id) return c12__fail(err, C12_E_ARG, "argument is NULL", id ? "envelope" : "id", -1, 0);
    if (envelope.size < SEAL_HEAD || memcmp(envelope.ptr, seal_magic, 8)) return c12__fail(err, C12_E_FORMAT, "not an envelope", "envelope", -1, 0);
    if (memcmp(envelope.ptr + 28, "\0\0\0", 4)) return c12__fail(err, C12_E_FORMAT, "envelope of a later version", "envelope", -1, 28);
    *id = 0;
    for (int i = 8; i < 16; i++) *id = *id << 8 | envelope.ptr[i];
    return C12_OK;
}

c12_status c12_seal_decrypt(c12_view key, c12_view aad, c12_view envelope, c12_mem out, size_t *used, c12_error *err)
{
    uint8_t beside[SEAL_HEAD + 32], nothing[1];
    uint64_t want, have;
    c12_status s = seal_entry_back(key, aad, envelope, out, used, C12_SEAL_ENVELOPE, err);
    if (s || (s = c12_seal_envelope_key(envelope, &want, err)) || (s = c12_seal_key_id(key, &have, err))) return s;
    if (want != have) return c12__fail(err, C12_E_REFUSED, "envelope wants another key", "key", -1, (int64_t)want);
    const c12_view additional = { beside, sizeof beside }, cipher = { envelope.ptr + SEAL_HEAD, envelope.size - C12_SEAL_ENVELOPE };
    const c12_view tag = { cipher.ptr + cipher.size, C12_SEAL_TAG };
    if ((s = seal_beside(envelope.ptr, aad, beside, err))) return s;
    if ((s = c12__seal_open(key, envelope.ptr + 16, additional, cipher, tag, cipher.size ? out.ptr : nothing, err))) return s;
    *used = cipher.size;
    return C12_OK;
}

/* ---- signatures ---------------------------------------------------------------------------------------------------------------------------- */

c12_status c12_seal_public(c12_view key, uint8_t *out, c12_error *err)
{
    uint8_t point[65];
    c12_status s = c12__seal_key(key, "key", err);
    if (s) return s;
    if (!out) return c12__fail(err, C12_E_ARG, "argument is NULL", "out", -1, 0);
    if (!(s = c12__seal_point(key, point, err))) memcpy(out, point, sizeof point);
    return s;
}

c12_status c12_seal_sign(c12_view key, const uint8_t *digest, c12_view entropy, uint8_t *signature, c12_error *err)
{
    uint8_t out[64];
    c12_status s = c12__seal_key(key, "key", err);
    if (s) return s;
    if (!digest || !signature || c12__seal_unreadable(entropy)) return c12__fail(err, C12_E_ARG, "argument is NULL", digest ? "signature" : "digest", -1, 0);
    if (!(s = c12__seal_ecdsa(key, digest, entropy, out, err))) memcpy(signature, out, sizeof out);
    return s;
}

c12_status c12_seal_verify(c12_view key, const uint8_t *digest, c12_view signature, c12_error *err)
{
    uint8_t point[65];
    c12_status s = c12__seal_public_key(key, point, err);
    if (s) return s;
    if (!digest || !signature.ptr) return c12__fail(err, C12_E_ARG, "argument is NULL", digest ? "signature" : "digest", -1, 0);
    if (signature.size != C12_SEAL_SIGNATURE) return c12__fail(err, C12_E_FORMAT, "signature must have 64 bytes", "signature", -1, (int64_t)signature.size);
    const c12_view whole = { point, sizeof point };
    return c12__seal_ecdsa_check(whole, digest, signature.ptr, err);
}
