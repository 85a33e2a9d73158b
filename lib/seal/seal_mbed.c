/* SPDX-License-Identifier: Apache-2.0 */
/* The primitives, from mbedTLS 2.28 or 3.6: the one file that includes it.  Without C12_HAVE_MBEDTLS they say so.
 *
 * mbedTLS takes small contexts from its own allocator; nothing outlives a call. */
#include "seal/seal_internal.h"
#ifdef C12_HAVE_MBEDTLS
#  include <mbedtls/ecdsa.h>
#  include <mbedtls/gcm.h>
#  include <mbedtls/md.h>
#  include <mbedtls/sha256.h>
#  include <mbedtls/version.h>
#  if MBEDTLS_VERSION_NUMBER < 0x03000000 /* 3.0 dropped the suffix together with the old forms that returned nothing */
#    define mbedtls_sha256_starts mbedtls_sha256_starts_ret
#    define mbedtls_sha256_update mbedtls_sha256_update_ret
#    define mbedtls_sha256_finish mbedtls_sha256_finish_ret
#  endif
#endif

c12_status c12__seal_without(c12_error *err)
{
    return c12__fail(err, C12_E_UNSUPPORTED, "built without mbedTLS", NULL, -1, 0);
}

#ifdef C12_HAVE_MBEDTLS

const char *c12_seal_library(void) { return MBEDTLS_VERSION_STRING_FULL; }

/* The library's refusals that are no verdict: its memory ran out, or an engine in hardware failed. */
static c12_status mbed_fault(c12_error *err, int code)
{
    return c12__fail(err, C12_E_NOMEM, "mbedTLS could not work", NULL, -1, code);
}

/* ---- hashes ------------------------------------------------------------------------------------------------------------------- */

c12_status c12__seal_digest(const c12_view *part, int32_t n, uint8_t hash[32], c12_error *err)
{
    mbedtls_sha256_context c;
    mbedtls_sha256_init(&c);
    int bad = mbedtls_sha256_starts(&c, 0);
    for (int32_t i = 0; !bad && i < n; i++)
        if (part[i].size) bad = mbedtls_sha256_update(&c, part[i].ptr, part[i].size);
    if (!bad) bad = mbedtls_sha256_finish(&c, hash);
    mbedtls_sha256_free(&c);
    return bad ? mbed_fault(err, bad) : C12_OK;
}

c12_status c12__seal_hmac(int32_t hash, c12_view key, const c12_view *part, int32_t n, uint8_t out[64], c12_error *err)
{
    const mbedtls_md_type_t types[] = { MBEDTLS_MD_SHA1, MBEDTLS_MD_SHA256, MBEDTLS_MD_SHA512 };
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(types[hash]);
    mbedtls_md_context_t c;
    if (!info) return c12__fail(err, C12_E_UNSUPPORTED, "mbedTLS was built without this hash", "hash", -1, hash);
    mbedtls_md_init(&c);
    int bad = mbedtls_md_setup(&c, info, 1);
    if (!bad) bad = mbedtls_md_hmac_starts(&c, key.ptr, key.size);
    for (int32_t i = 0; !bad && i < n; i++)
        if (part[i].size) bad = mbedtls_md_hmac_update(&c, part[i].ptr, part[i].size);
    if (!bad) bad = mbedtls_md_hmac_finish(&c, out);
    mbedtls_md_free(&c);
    return bad ? mbed_fault(err, bad) : C12_OK;
}

/* A SHA-256 that has taken the key's block: two of them are an HMAC whose key costs nothing from then on, which halves PBKDF2. */
static int mbed_keyed(mbedtls_sha256_context *c, const uint8_t key[64], uint8_t pad)
{
    uint8_t block[64];
    for (int i = 0; i < 64; i++) block[i] = key[i] ^ pad;
    mbedtls_sha256_init(c);
    int bad = mbedtls_sha256_starts(c, 0);
    if (!bad) bad = mbedtls_sha256_update(c, block, sizeof block);
    c12__seal_wipe(block, sizeof block);
    return bad;
}

static int mbed_hmac32(const mbedtls_sha256_context *inner, const mbedtls_sha256_context *outer, mbedtls_sha256_context *work, const c12_view *part, int n, uint8_t out[32])
{
    int bad = 0;
    mbedtls_sha256_clone(work, inner);
    for (int i = 0; !bad && i < n; i++)
        if (part[i].size) bad = mbedtls_sha256_update(work, part[i].ptr, part[i].size);
    if (!bad) bad = mbedtls_sha256_finish(work, out);
    mbedtls_sha256_clone(work, outer);
    if (!bad) bad = mbedtls_sha256_update(work, out, 32);
    return bad ? bad : mbedtls_sha256_finish(work, out);
}

c12_status c12__seal_stretch(c12_view password, c12_view salt, int64_t iterations, uint8_t *out, size_t n, c12_error *err)
{
    uint8_t key[64] = { 0 }, u[32], sum[32], number[4];
    mbedtls_sha256_context inner, outer, work;
    if (password.size > sizeof key) {
        c12_status s = c12__seal_digest(&password, 1, key, err);
        if (s) return s;
    } else if (password.size) memcpy(key, password.ptr, password.size);
    mbedtls_sha256_init(&work);
    int bad = mbed_keyed(&inner, key, 0x36) | mbed_keyed(&outer, key, 0x5c);
    const c12_view first[2] = { salt, { number, sizeof number } }, again = { u, sizeof u };
    for (uint32_t block = 1; !bad && n; block++) {
        c12__seal_put(number, block, 4);
        bad = mbed_hmac32(&inner, &outer, &work, first, 2, u);
        memcpy(sum, u, sizeof sum);
        for (int64_t i = 1; !bad && i < iterations; i++) {
            bad = mbed_hmac32(&inner, &outer, &work, &again, 1, u);
            for (int k = 0; k < 32; k++) sum[k] ^= u[k];
        }
        size_t some = n < sizeof sum ? n : sizeof sum;
        memcpy(out, sum, some);
        out += some;
        n -= some;
    }
    mbedtls_sha256_free(&inner);
    mbedtls_sha256_free(&outer);
    mbedtls_sha256_free(&work);
    c12__seal_wipe(key, sizeof key);
    c12__seal_wipe(u, sizeof u);
    c12__seal_wipe(sum, sizeof sum);
    return bad ? mbed_fault(err, bad) : C12_OK;
}

/* ---- AES-256-GCM --------------------------------------------------------------------------------------------------------------- */

c12_status c12__seal_gcm(c12_view key, const uint8_t nonce[12], c12_view aad, c12_view plain, uint8_t *cipher, uint8_t tag[16], c12_error *err)
{
    mbedtls_gcm_context c;
    mbedtls_gcm_init(&c);
    int bad = mbedtls_gcm_setkey(&c, MBEDTLS_CIPHER_ID_AES, key.ptr, 256);
    if (!bad) bad = mbedtls_gcm_crypt_and_tag(&c, MBEDTLS_GCM_ENCRYPT, plain.size, nonce, 12, aad.ptr, aad.size, plain.ptr, cipher, 16, tag);
    mbedtls_gcm_free(&c);
    return bad ? mbed_fault(err, bad) : C12_OK;
}

c12_status c12__seal_ungcm(c12_view key, const uint8_t nonce[12], c12_view aad, c12_view cipher, c12_view tag, uint8_t *plain, c12_error *err)
{
    mbedtls_gcm_context c;
    mbedtls_gcm_init(&c);
    int bad = mbedtls_gcm_setkey(&c, MBEDTLS_CIPHER_ID_AES, key.ptr, 256);
    if (!bad) bad = mbedtls_gcm_auth_decrypt(&c, cipher.size, nonce, 12, aad.ptr, aad.size, tag.ptr, tag.size, cipher.ptr, plain); /* wipes plain on a mismatch */
    mbedtls_gcm_free(&c);
    if (bad == MBEDTLS_ERR_GCM_AUTH_FAILED) return c12__fail(err, C12_E_REFUSED, "bytes are not what was sealed with this key", NULL, -1, 0);
    return bad ? mbed_fault(err, bad) : C12_OK;
}

/* ---- ECDSA over P-256 ------------------------------------------------------------------------------------------------------------ */

/* Numbers that blind scalar multiplication: SHA-256 of a seed and a counter.  They change how a result is come by, not the result. */
typedef struct mbed_noise { uint8_t seed[32]; uint64_t next; } mbed_noise;

static int mbed_draw(void *arg, unsigned char *out, size_t n)
{
    mbed_noise *noise = arg;
    while (n) {
        uint8_t number[8], block[32];
        c12__seal_put(number, noise->next++, 8);
        const c12_view part[2] = { { noise->seed, sizeof noise->seed }, { number, sizeof number } };
        if (c12__seal_digest(part, 2, block, NULL)) return MBEDTLS_ERR_ECP_RANDOM_FAILED;
        size_t some = n < sizeof block ? n : sizeof block;
        memcpy(out, block, some);
        out += some;
        n -= some;
    }
    return 0;
}

/* The group and the private key in it. */
static c12_status mbed_private(mbedtls_ecp_group *g, mbedtls_mpi *d, c12_view key, c12_error *err)
{
    int bad = mbedtls_ecp_group_load(g, MBEDTLS_ECP_DP_SECP256R1);
    if (!bad) bad = mbedtls_mpi_read_binary(d, key.ptr, key.size);
    if (bad) return mbed_fault(err, bad);
    return mbedtls_ecp_check_privkey(g, d) ? c12__fail(err, C12_E_RANGE, "key is no private key of P-256", "key", -1, 0) : C12_OK;
}

c12_status c12__seal_point(c12_view key, uint8_t out[65], c12_error *err)
{
    mbedtls_ecp_group g;
    mbedtls_ecp_point q;
    mbedtls_mpi d;
    mbed_noise noise = { { 0 }, 0 };
    size_t n;
    mbedtls_ecp_group_init(&g);
    mbedtls_ecp_point_init(&q);
    mbedtls_mpi_init(&d);
    c12_status s = mbed_private(&g, &d, key, err);
    if (!s) s = c12__seal_digest(&key, 1, noise.seed, err);
    int bad = s ? 0 : mbedtls_ecp_mul(&g, &q, &d, &g.G, mbed_draw, &noise);
    if (!s && !bad) bad = mbedtls_ecp_point_write_binary(&g, &q, MBEDTLS_ECP_PF_UNCOMPRESSED, &n, out, 65);
    mbedtls_ecp_group_free(&g);
    mbedtls_ecp_point_free(&q);
    mbedtls_mpi_free(&d);
    c12__seal_wipe(&noise, sizeof noise);
    return bad ? mbed_fault(err, bad) : s;
}

c12_status c12__seal_ecdsa(c12_view key, const uint8_t digest[32], c12_view entropy, uint8_t signature[64], c12_error *err)
{
    mbedtls_ecp_group g;
    mbedtls_mpi d, r, q;
    mbed_noise noise = { { 0 }, 0 };
    const c12_view part[3] = { key, { digest, 32 }, entropy };
    mbedtls_ecp_group_init(&g);
    mbedtls_mpi_init(&d);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&q);
    c12_status s = mbed_private(&g, &d, key, err);
    if (!s) s = c12__seal_digest(part, 3, noise.seed, err);
    int bad = s ? 0 : mbedtls_ecdsa_sign_det_ext(&g, &r, &q, &d, digest, 32, MBEDTLS_MD_SHA256, mbed_draw, &noise);
    if (!s && !bad) bad = mbedtls_mpi_write_binary(&r, signature, 32) | mbedtls_mpi_write_binary(&q, signature + 32, 32);
    mbedtls_ecp_group_free(&g);
    mbedtls_mpi_free(&d);
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&q);
    c12__seal_wipe(&noise, sizeof noise);
    return bad ? mbed_fault(err, bad) : s;
}

c12_status c12__seal_ecdsa_check(c12_view key, const uint8_t digest[32], const uint8_t signature[64], c12_error *err)
{
    mbedtls_ecp_group g;
    mbedtls_ecp_point q;
    mbedtls_mpi r, s;
    c12_status st = C12_OK;
    mbedtls_ecp_group_init(&g);
    mbedtls_ecp_point_init(&q);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    int bad = mbedtls_ecp_group_load(&g, MBEDTLS_ECP_DP_SECP256R1);
    if (!bad) bad = mbedtls_mpi_read_binary(&r, signature, 32) | mbedtls_mpi_read_binary(&s, signature + 32, 32);
    if (!bad && (mbedtls_ecp_point_read_binary(&g, &q, key.ptr, key.size) || mbedtls_ecp_check_pubkey(&g, &q)))
        st = c12__fail(err, C12_E_FORMAT, "key is no point of P-256", "key", -1, 0);
    else if (!bad && mbedtls_ecdsa_verify(&g, digest, 32, &q, &r, &s)) st = c12__fail(err, C12_E_REFUSED, "signature is not the key's", NULL, -1, 0);
    mbedtls_ecp_group_free(&g);
    mbedtls_ecp_point_free(&q);
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&s);
    return bad ? mbed_fault(err, bad) : st;
}

#else /* ---- without ---------------------------------------------------------------------------------------------------------------- */

/* Outputs are zeros: nobody looks at them, but not every compiler sees that. */
const char *c12_seal_library(void) { return NULL; }

c12_status c12__seal_digest(const c12_view *part, int32_t n, uint8_t hash[32], c12_error *err)
{
    (void)part, (void)n;
    memset(hash, 0, 32);
    return c12__seal_without(err);
}

c12_status c12__seal_hmac(int32_t hash, c12_view key, const c12_view *part, int32_t n, uint8_t out[64], c12_error *err)
{
    (void)hash, (void)key, (void)part, (void)n;
    memset(out, 0, 64);
    return c12__seal_without(err);
}

c12_status c12__seal_stretch(c12_view password, c12_view salt, int64_t iterations, uint8_t *out, size_t n, c12_error *err)
{
    (void)password, (void)salt, (void)iterations;
    memset(out, 0, n);
    return c12__seal_without(err);
}

c12_status c12__seal_gcm(c12_view key, const uint8_t nonce[12], c12_view aad, c12_view plain, uint8_t *cipher, uint8_t tag[16], c12_error *err)
{
    (void)key, (void)nonce, (void)aad, (void)plain, (void)cipher, (void)tag;
    return c12__seal_without(err);
}

c12_status c12__seal_ungcm(c12_view key, const uint8_t nonce[12], c12_view aad, c12_view cipher, c12_view tag, uint8_t *plain, c12_error *err)
{
    (void)key, (void)nonce, (void)aad, (void)cipher, (void)tag, (void)plain;
    return c12__seal_without(err);
}

c12_status c12__seal_point(c12_view key, uint8_t out[65], c12_error *err)
{
    (void)key;
    memset(out, 0, 65);
    return c12__seal_without(err);
}

c12_status c12__seal_ecdsa(c12_view key, const uint8_t digest[32], c12_view entropy, uint8_t signature[64], c12_error *err)
{
    (void)key, (void)digest, (void)entropy;
    memset(signature, 0, 64);
    return c12__seal_without(err);
}

c12_status c12__seal_ecdsa_check(c12_view key, const uint8_t digest[32], const uint8_t signature[64], c12_error *err)
{
    (void)key, (void)digest, (void)signature;
    return c12__seal_without(err);
}

#endif
