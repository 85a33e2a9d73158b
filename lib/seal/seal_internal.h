/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of seal share: the primitives (seal_mbed.c, the only file that knows the library behind them), base64, strict JSON. */
#ifndef C12_SEAL_INTERNAL_H
#define C12_SEAL_INTERNAL_H

#include "base/status.h"
#include "c12/seal.h"

/* ---- primitives: C12_E_UNSUPPORTED when built without; their arguments have been checked --------------------------------------------- */

c12_status c12__seal_digest(const c12_view *part, int32_t n, uint8_t hash[32], c12_error *err);  /* SHA-256 of the parts, one after another */
c12_status c12__seal_hmac(int32_t hash, c12_view key, const c12_view *part, int32_t n, uint8_t out[64], c12_error *err); /* C12_SEAL_SHA* */
c12_status c12__seal_stretch(c12_view password, c12_view salt, int64_t iterations, uint8_t *out, size_t n, c12_error *err);
c12_status c12__seal_gcm(c12_view key, const uint8_t nonce[12], c12_view aad, c12_view plain, uint8_t *cipher, uint8_t tag[16], c12_error *err);
c12_status c12__seal_ungcm(c12_view key, const uint8_t nonce[12], c12_view aad, c12_view cipher, c12_view tag, uint8_t *plain, c12_error *err); /* tag: its first 12 to 16 bytes */
/* The same with the processor's own instructions (seal_gcm.c), on registers of two blocks or of one: 1 = done, tag of what is encrypted given; 0 = it has none such. */
int c12__seal_gcm_pairs(c12_view key, const uint8_t nonce[12], c12_view aad, c12_view in, uint8_t *out, uint8_t tag[16], int open);
int c12__seal_gcm_ones(c12_view key, const uint8_t nonce[12], c12_view aad, c12_view in, uint8_t *out, uint8_t tag[16], int open);
/* The quicker of both.  Opening: on a mismatch nothing of the plaintext stays. */
c12_status c12__seal_close(c12_view key, const uint8_t nonce[12], c12_view aad, c12_view plain, uint8_t *cipher, uint8_t tag[16], c12_error *err);
c12_status c12__seal_open(c12_view key, const uint8_t nonce[12], c12_view aad, c12_view cipher, c12_view tag, uint8_t *plain, c12_error *err);
c12_status c12__seal_point(c12_view key, uint8_t out[65], c12_error *err);
c12_status c12__seal_ecdsa(c12_view key, const uint8_t digest[32], c12_view entropy, uint8_t signature[64], c12_error *err);
c12_status c12__seal_ecdsa_check(c12_view key, const uint8_t digest[32], const uint8_t signature[64], c12_error *err);
c12_status c12__seal_without(c12_error *err); /* what they all say when there is no library */

/* ---- bytes ------------------------------------------------------------------------------------------------------------------ */

static inline void c12__seal_put(uint8_t *p, uint64_t v, int n) { while (n--) { p[n] = (uint8_t)v; v >>= 8; } } /* n bytes, high byte first */

/* 1 = equal; the time depends on n alone. */
int c12__seal_same(const uint8_t *a, const uint8_t *b, size_t n);
void c12__seal_wipe(void *p, size_t n); /* and the compiler may not leave it out */

/* A literal's bytes. */
#define SEAL_WORD(s) ((c12_view){ (const uint8_t *)(s), sizeof(s) - 1 })

/* NULL with bytes, for a view that must be readable. */
static inline int c12__seal_unreadable(c12_view v) { return v.size && !v.ptr; }
c12_status c12__seal_key(c12_view key, const char *field, c12_error *err);           /* exactly 32 bytes */
c12_status c12__seal_public_key(c12_view key, uint8_t point[65], c12_error *err);    /* 65 or 64 bytes to 65; not whether it is on the curve */

/* Base64 of RFC 4648 without padding, with the letters of URLs or the others.  Decoding: bytes, -1 = malformed: a foreign letter, a length that
 * no bytes have, or bits behind the last byte that are not 0. */
int64_t c12__seal_unbase64(c12_view text, int url, uint8_t *out);
size_t c12__seal_base64(c12_view bytes, char *out); /* the others; returns letters */

/* Non-negative decimal without leading zeros, up to 18 digits; -1 = it is not one. */
int64_t c12__seal_decimal(c12_view text);

/* ---- strict JSON (seal_json.c) --------------------------------------------------------------------------------------------------- */

enum { SEAL_JSON_DEPTH = 8, SEAL_JSON_MEMBERS = 32 /* of one object */ };
/* One object and nothing else: UTF-8, RFC 8259 to the letter, no name twice in an object.  NULL = it is, else the rule. */
const char *c12__seal_json_fault(c12_view text);
/* The value of a member of a sound object, as it stands in the text; size 0 = no such member. */
c12_view c12__seal_json_member(c12_view object, c12_view name);
int c12__seal_json_is(c12_view string, c12_view bytes);        /* a JSON string that says these bytes */
int c12__seal_json_has(c12_view array, c12_view bytes);        /* an array with such a string; only strings in it */
int c12__seal_json_strings(c12_view array);                    /* an array of strings */

#endif
