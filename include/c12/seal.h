/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/seal.h
 *  Who said what, and did anybody change it: authenticated encryption, an audit trail that shows every change, signatures, passwords,
 *  one-time codes, web tokens, and electronic signatures with a meaning.  Shape F: functions over borrowed bytes and small states in the
 *  caller's memory; nothing is stored, no clock is read, and random bytes are an argument (c12io_random has some).
 *
 *  The primitives are mbedTLS's (2.28 or 3.6), but for AES-256-GCM on x86-64 processors with instructions for it, where the same is done eight
 *  blocks at a time.  Built without it (firmware, `go get`) every call that needs one returns
 *  C12_E_UNSUPPORTED with "built without mbedTLS" in err->what; c12_seal_library tells beforehand.
 *
 *  A refusal - wrong key, forged bytes, wrong password, a token that breaks a rule, a person who may not sign - is C12_E_REFUSED, so that
 *  who looks at the status alone is safe; err->what names the rule.  On any error outputs and states are as they were, but that a wrong
 *  one-time code is counted.  Keys and copies of secrets are wiped from the stack before a call returns; secrets are compared in a time that
 *  does not depend on where they differ.
 *
 *  Keys are views of exactly 32 bytes; a public key is a point of P-256: 65 bytes beginning with 4, or the 64 bytes behind that.
 *  Signatures are r and s, 32 bytes each, high byte first.  Same input, same bytes, on every platform. */
#ifndef C12_SEAL_H
#define C12_SEAL_H

#include "c12/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Sizes in bytes. */
enum {
    C12_SEAL_KEY = 32,       /**< Of an AES-256 key, and of a private key for signing. */
    C12_SEAL_NONCE = 12,
    C12_SEAL_TAG = 16,
    C12_SEAL_BLOCK = 28,     /**< What c12_seal_block adds: nonce and tag. */
    C12_SEAL_ENVELOPE = 48,  /**< What c12_seal_encrypt adds: head and tag. */
    C12_SEAL_LINK = 48,      /**< The most that c12_seal_link_close adds to a frame. */
    C12_SEAL_HASH = 32,      /**< Of a SHA-256 digest. */
    C12_SEAL_PUBLIC = 65,    /**< Of a public key. */
    C12_SEAL_SIGNATURE = 64
};

/** "mbed TLS 2.28.3" and so on, static; NULL when built without.  THREADSAFE.  @since 0.1 */
C12_API const char *c12_seal_library(void);

/** SHA-256 (FIPS 180-4) of bytes.
 *  @param bytes any
 *  @param hash  [32] out
 *  @param err   optional
 *  @return C12_E_UNSUPPORTED, C12_E_ARG.  O(bytes).  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_sha256(c12_view bytes, uint8_t *hash, c12_error *err);

/* ---- encryption -------------------------------------------------------------------------------------------------------- */

/** Nonces of one opening of a writer: 8 random bytes, and a counter that never comes back.  FROZEN.  A copy of a state that is used beside it
 *  would repeat nonces, which gives the key away: keep one. */
typedef struct c12_seal_epoch {
    uint8_t random[8];
    uint64_t next;      /**< Nonces used, at most 2^32. */
} c12_seal_epoch;

/** A fresh epoch.  Two openings of one key meet the same 8 bytes with odds of about n^2 / 2^65 after n openings: 2^-23 for two million.
 *  @param epoch   out
 *  @param entropy at least 8 random bytes, the first 8 are taken; all zeros are refused, since nobody has filled them
 *  @param err     optional
 *  @return C12_E_ARG.  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_epoch_init(c12_seal_epoch *epoch, c12_view entropy, c12_error *err);

/** Name of a key: the first 8 bytes, high byte first, of SHA-256("c12 key id" and the key).  It can be shown and stored in the plain.
 *  @param key [32]
 *  @param id  out
 *  @param err optional
 *  @return C12_E_ARG for another length, C12_E_UNSUPPORTED.  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_key_id(c12_view key, uint64_t *id, c12_error *err);

/** AES-256-GCM (NIST SP 800-38D): nonce 12 | ciphertext as long as the plaintext | tag 16.  The nonce is the epoch's random bytes and its
 *  counter, high byte first.
 *  @param key   [32]
 *  @param epoch in and out: one nonce is used up
 *  @param aad   bytes that go along in the plain and are authenticated too, below 2^32; may be empty
 *  @param plain what to encrypt, below 2^32 bytes; may be empty
 *  @param out   room for plain.size + 28 bytes, apart from plain
 *  @param used  out: bytes written
 *  @param err   optional
 *  @return C12_E_SPACE, C12_E_STATE when the epoch has used 2^32 nonces, C12_E_ARG, C12_E_UNSUPPORTED.  O(bytes).  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_block(c12_view key, c12_seal_epoch *epoch, c12_view aad, c12_view plain, c12_mem out, size_t *used,
                                           c12_error *err);

/** What c12_seal_block has sealed.
 *  @param key    [32]
 *  @param aad    the same bytes as then
 *  @param sealed nonce, ciphertext, tag
 *  @param out    room for sealed.size - 28 bytes, apart from sealed; on an error it holds none of the plaintext
 *  @param used   out: bytes written
 *  @param err    optional
 *  @return C12_E_REFUSED when key, aad, nonce, ciphertext or tag is another, C12_E_FORMAT when it is too short; C12_E_SPACE, C12_E_ARG,
 *          C12_E_UNSUPPORTED.  O(bytes).  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_unblock(c12_view key, c12_view aad, c12_view sealed, c12_mem out, size_t *used, c12_error *err);

/** An envelope, which says whose key it needs: 89 63 31 32 73 0d 0a 1a | key id 8, high byte first | nonce 12 | 4 zeros | ciphertext | tag 16.
 *  GCM's additional data are the head of 32 bytes and SHA-256 of aad.
 *  @param key   [32]
 *  @param epoch in and out: one nonce is used up
 *  @param aad   what the envelope belongs to - a path, a record's number; may be empty
 *  @param plain what to encrypt, below 2^32 bytes
 *  @param out   room for plain.size + 48 bytes, apart from plain
 *  @param used  out: bytes written
 *  @param err   optional
 *  @return as c12_seal_block.  O(bytes).  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_encrypt(c12_view key, c12_seal_epoch *epoch, c12_view aad, c12_view plain, c12_mem out, size_t *used,
                                             c12_error *err);

/** Open an envelope.
 *  @param key      [32]
 *  @param aad      the same bytes as then
 *  @param envelope all of it and nothing behind
 *  @param out      room for envelope.size - 48 bytes, apart from envelope
 *  @param used     out: bytes written
 *  @param err      optional
 *  @return C12_E_REFUSED for another key (err->value is the id of the one it wants) or changed bytes, C12_E_FORMAT for what is no envelope;
 *          C12_E_SPACE, C12_E_ARG, C12_E_UNSUPPORTED.  O(bytes).  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_decrypt(c12_view key, c12_view aad, c12_view envelope, c12_mem out, size_t *used, c12_error *err);

/** Which key an envelope wants.  @param envelope at least its head  @param id out  @param err optional  @return C12_E_FORMAT.  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_envelope_key(c12_view envelope, uint64_t *id, c12_error *err);

/* ---- links ---------------------------------------------------------------------------------------------------------------- */

/** Frames over a radio that loses some and lets some overtake others: a talker seals each by itself, hearers take each once and no other than
 *  the talker's.  A frame is a CBOR item of definite length, what it says is nobody's business here: c12/tlm.h makes some.  A frame that is
 *  a byte string, which says nothing without one before it, goes in the short form and grows by 2 bytes, the tag, and what its length's head grows by;
 *  any other goes in the long form, which tells hearers of the session and adds some 20 bytes more.  docs/guide/telemetry-wire.md gives every byte.
 *
 *  Each session of a talker has a key of its own, made with HMAC-SHA-256 of the link's key, the length of the tags, the epoch, 8 random bytes and the
 *  sender's name; the nonce is the frame's number.  So a nonce comes twice only when epoch and random bytes do.
 *
 *  A talker.  FROZEN.  A copy that is used beside it would repeat nonces, which gives the key away: keep one. */
typedef struct c12_seal_talker {
    uint64_t epoch;      /**< Of the session. */
    uint64_t next;       /**< Frames sealed, at most 2^32. */
    uint8_t key[32];     /**< The session's. */
    uint8_t salt[8];     /**< The session's random bytes. */
    int32_t tag;         /**< 12 or 16. */
    int32_t reserved;    /**< 0. */
} c12_seal_talker;

/** A hearer of one talker.  FROZEN.  Store it, or its epoch for the next c12_seal_link_hear, where a restart must not let frames in again. */
typedef struct c12_seal_hearer {
    uint64_t epoch;      /**< Of the session that is heard: older ones are refused. */
    uint64_t next;       /**< One more than the highest number taken. */
    uint64_t seen[16];   /**< Which of the 1024 numbers before it were taken. */
    uint8_t key[32];     /**< The link's. */
    uint8_t session[32]; /**< The session's. */
    uint8_t sender[32];  /**< SHA-256 of the sender's name. */
    uint8_t salt[8];     /**< The session's random bytes. */
    int32_t tag;         /**< 12 or 16. */
    int32_t there;       /**< 1 = there is a session. */
} c12_seal_hearer;

/** Begin a session.
 *  @param self    out
 *  @param key     [32] of the link; many senders may share it
 *  @param sender  the sender's name, such as a robot's id: frames of one are not another's
 *  @param epoch   higher than any the sender began a session with before: a count of starts, or a time
 *  @param entropy at least 8 random bytes, as for c12_seal_epoch_init
 *  @param tag     bytes of a tag, 12 or 16; 0 = 12
 *  @param err     optional
 *  @return C12_E_ARG, C12_E_UNSUPPORTED.  O(name).  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_link_talk(c12_seal_talker *self, c12_view key, c12_view sender, uint64_t epoch, c12_view entropy, int32_t tag,
                                               c12_error *err);

/** Seal frames one after another.
 *  @param self   in and out: a number is used up for each frame
 *  @param frames whole CBOR items; may be none
 *  @param out    room for frames.size bytes and C12_SEAL_LINK a frame, apart from frames
 *  @param used   out: bytes written
 *  @param err    optional
 *  @return C12_E_FORMAT with the offset of what is no item, C12_E_SPACE with the size that suffices, C12_E_STATE when the session has sealed 2^32
 *          frames; C12_E_ARG, C12_E_UNSUPPORTED.  O(bytes).  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_link_close(c12_seal_talker *self, c12_view frames, c12_mem out, size_t *used, c12_error *err);

/** Begin to hear a sender.
 *  @param self   out
 *  @param key    [32] of the link
 *  @param sender the same name as the talker's
 *  @param least  sessions of a lower epoch are refused; 0 = any is heard at first
 *  @param tag    the same as the talker's
 *  @param err    optional
 *  @return C12_E_ARG, C12_E_UNSUPPORTED.  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_link_hear(c12_seal_hearer *self, c12_view key, c12_view sender, uint64_t least, int32_t tag, c12_error *err);

/** Open sealed frames one after another; nothing that is not sealed passes.  Frames may be lost, up to 32,767 in a row between long ones, and overtake
 *  one another within 1024.  What does not open changes nothing in the hearer.
 *  @param self   in and out
 *  @param frames sealed frames, for example a datagram
 *  @param out    room for frames.size bytes, apart from frames
 *  @param used   out: bytes written, of the frames before the one an error is about
 *  @param read   out: bytes of these as they were sealed
 *  @param err    optional; err->value is the offset of the frame at fault
 *  @return C12_E_REFUSED: "bytes are not what was sealed with this key", "frame was heard before", "frame is too late to be told from one that was
 *          heard", "session is older than one that was heard", "session is another one of the same epoch"; C12_E_STATE "no frame has told of the session
 *          yet" (long ones do); C12_E_FORMAT "not a sealed frame"; C12_E_SPACE, C12_E_ARG, C12_E_UNSUPPORTED.  O(bytes).  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_link_open(c12_seal_hearer *self, c12_view frames, c12_mem out, size_t *used, size_t *read, c12_error *err);

/* ---- signatures ---------------------------------------------------------------------------------------------------------- */

/** The public key of a private one on P-256 (FIPS 186-4).  Any 32 random bytes are a private key, but for odds of 2^-32.
 *  @param key    [32] high byte first, 1 to the group's order less 1
 *  @param out    [65] out
 *  @param err    optional
 *  @return C12_E_RANGE for no private key, C12_E_ARG, C12_E_UNSUPPORTED.  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_public(c12_view key, uint8_t *out, c12_error *err);

/** ECDSA over P-256 with the nonce of RFC 6979 for SHA-256: the same digest and key give the same signature.
 *  @param key       [32]
 *  @param digest    [32] SHA-256 of what is signed
 *  @param entropy   random bytes that blind the arithmetic against who can measure it; they do not change the result and may be empty
 *  @param signature [64] out
 *  @param err       optional
 *  @return as c12_seal_public.  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_sign(c12_view key, const uint8_t *digest, c12_view entropy, uint8_t *signature, c12_error *err);

/** Is it the key's signature of the digest?
 *  @param key       public, 65 or 64 bytes
 *  @param digest    [32]
 *  @param signature 64 bytes
 *  @param err       optional
 *  @return C12_E_REFUSED when it is not, C12_E_FORMAT for a key that is no point of the curve, or another length; C12_E_UNSUPPORTED.
 *          @since 0.1 */
C12_API C12_MUST c12_status c12_seal_verify(c12_view key, const uint8_t *digest, c12_view signature, c12_error *err);

/* ---- passwords and one-time codes ----------------------------------------------------------------------------------------- */

/** What a password costs unless said otherwise. */
enum { C12_SEAL_ITERATIONS = 600000 };

/** PBKDF2 with HMAC-SHA-256 (RFC 8018).
 *  @param password   any bytes
 *  @param salt       any bytes, up to 64
 *  @param iterations >= 1
 *  @param out        1 to 64 bytes, all are filled
 *  @param err        optional
 *  @return C12_E_RANGE, C12_E_ARG, C12_E_UNSUPPORTED.  O(iterations).  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_pbkdf2(c12_view password, c12_view salt, int64_t iterations, c12_mem out, c12_error *err);

/** A password as a line to store: "$pbkdf2-sha256$i=600000$SALT$HASH", salt and hash in base64 without padding.
 *  @param password   1 to 1024 bytes
 *  @param salt       16 to 64 random bytes
 *  @param iterations 600000 to 10^7; 0 = C12_SEAL_ITERATIONS
 *  @param out        room for the line; 160 bytes suffice
 *  @param used       out: bytes written, without a terminator
 *  @param err        optional
 *  @return C12_E_RANGE, C12_E_SPACE, C12_E_ARG, C12_E_UNSUPPORTED.  O(iterations).  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_password_hash(c12_view password, c12_view salt, int64_t iterations, c12_mem out, size_t *used, c12_error *err);

/** Is it the password of that line?
 *  @param password up to 1024 bytes
 *  @param record   the line
 *  @param weak     out, may be NULL: 1 when the line's iterations are fewer than C12_SEAL_ITERATIONS, so that it should be made anew
 *  @param err      optional
 *  @return C12_E_REFUSED when it is not, C12_E_FORMAT for a malformed line or iterations outside 1000 to 10^7; C12_E_UNSUPPORTED.
 *          O(iterations).  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_password_check(c12_view password, c12_view record, int32_t *weak, c12_error *err);

/** Hashes of one-time codes. */
enum { C12_SEAL_SHA1 = 0, C12_SEAL_SHA256 = 1, C12_SEAL_SHA512 = 2 };

/** How codes are made (RFC 6238, T0 = 0). */
typedef struct c12_seal_totp {
    uint32_t struct_size;
    int32_t hash;           /**< C12_SEAL_SHA1, what most apps do, or another. */
    int32_t digits;         /**< 6 to 8; 0 = 6. */
    int32_t step;           /**< Seconds a code is for, 1 to 3600; 0 = 30. */
    int32_t window;         /**< Steps a clock may be off either way, 0 to 10. */
    int32_t most_failures;  /**< Wrong codes one after another after which even the right one is refused; 0 = 10. */
    c12_view secret;        /**< 10 to 128 bytes. */
} c12_seal_totp;

/** What is remembered of a person's codes; all zeros at first.  FROZEN. */
typedef struct c12_seal_totp_state {
    int64_t next;        /**< First step whose code has not been used. */
    int32_t failures;    /**< Wrong codes since the last right one; set it to 0 to let the person in again. */
    int32_t reserved;    /**< 0. */
} c12_seal_totp_state;

/** The code of a moment, for enrolment and tests.
 *  @param options how
 *  @param time    ns since 1970, >= 0
 *  @param code    [8] out: digits, not terminated
 *  @param err     optional
 *  @return C12_E_RANGE, C12_E_ARG, C12_E_UNSUPPORTED.  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_totp_code(const c12_seal_totp *options, c12_ns time, uint8_t *code, c12_error *err);

/** Take a code, once.  Codes at or before the last one taken are refused, whoever has seen them.
 *  @param options how
 *  @param state   in and out
 *  @param time    ns since 1970, >= 0
 *  @param code    as typed, digits alone
 *  @param err     optional
 *  @return C12_E_REFUSED: "code is wrong" (counted), "code has been used", "too many wrong codes"; C12_E_FORMAT for what is no code (state
 *          as it was); C12_E_RANGE, C12_E_ARG, C12_E_UNSUPPORTED.  O(window).  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_totp_check(const c12_seal_totp *options, c12_seal_totp_state *state, c12_ns time, c12_view code, c12_error *err);

/** Bytes of base32 (RFC 4648), in which apps are told secrets: letters of either case, spaces and padding at the end are passed over.
 *  @param text  letters
 *  @param out   room for text.size * 5 / 8 bytes
 *  @param used  out
 *  @param err   optional
 *  @return C12_E_FORMAT with err->value = offset, C12_E_SPACE, C12_E_ARG.  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_base32(c12_view text, c12_mem out, size_t *used, c12_error *err);

/* ---- web tokens ------------------------------------------------------------------------------------------------------------- */

/** Algorithms of tokens. */
enum {
    C12_SEAL_HS256 = 1,  /**< HMAC-SHA-256 with a shared key of 32 bytes and more. */
    C12_SEAL_ES256 = 2   /**< ECDSA over P-256 with a public key. */
};

/** What a token must be like.  The algorithm is the configuration's; what the token says of itself must agree. */
typedef struct c12_seal_jwt {
    uint32_t struct_size;
    int32_t alg;           /**< C12_SEAL_HS256 or C12_SEAL_ES256. */
    c12_ns now;            /**< ns since 1970, >= 0. */
    int64_t leeway;        /**< Seconds clocks may differ, 0 to 600. */
    int64_t longest;       /**< Most seconds from iat to exp, which then must be there; 0 = any. */
    int32_t exp_optional;  /**< 1: a token without exp is taken. */
    int32_t reserved;      /**< 0. */
    c12_view key;          /**< Shared (32 to 1024 bytes) or public (64, 65). */
    c12_view issuer;       /**< iss must be this; empty = not looked at. */
    c12_view audience;     /**< aud must be this or have it in its list; empty = a token with aud is refused. */
    c12_view kid;          /**< kid must be this; empty = not looked at. */
} c12_seal_jwt;

/** What a token says that has passed. */
typedef struct c12_seal_claims {
    uint32_t struct_size;
    int32_t reserved;      /**< 0. */
    int64_t expires;       /**< exp, seconds since 1970; INT64_MAX when missing. */
    int64_t not_before;    /**< nbf; INT64_MIN when missing. */
    int64_t issued;        /**< iat; INT64_MIN when missing. */
    c12_view payload;      /**< All claims, JSON, in the scratch memory. */
    c12_view subject;      /**< What stands between the quotes of sub, escapes as they are; empty when missing. */
} c12_seal_claims;

/** Verify a token in compact form (RFC 7515, 7519, 8725): three parts of base64url without padding, header and claims one JSON object each,
 *  UTF-8, no name twice, at most 8 deep.  The signature is checked before a claim is looked at.  Keys and addresses of keys in the header
 *  are never followed; crit is refused, as no extension is known.
 *  @param options what is wanted
 *  @param token   at most 16384 bytes
 *  @param scratch room for token.size bytes; holds the claims afterwards
 *  @param claims  out
 *  @param err     optional
 *  @return C12_E_REFUSED with the rule in err->what ("exp has passed", "alg is not the configured one", ...), C12_E_FORMAT for a token or key
 *          that is malformed, with the rule too; C12_E_SPACE, C12_E_RANGE, C12_E_ARG, C12_E_UNSUPPORTED.  O(bytes + names^2).  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_jwt_verify(const c12_seal_jwt *options, c12_view token, c12_mem scratch, c12_seal_claims *claims, c12_error *err);

/* ---- audit trail ------------------------------------------------------------------------------------------------------------ */

/** Texts of a row, in this order. */
enum { C12_SEAL_WHO = 0, C12_SEAL_ACTION = 1, C12_SEAL_OBJECT = 2, C12_SEAL_DETAIL = 3, C12_SEAL_TEXTS = 4 };

/** A piece of a trail: rows whose hashes hang on one another, and signed checkpoints.  The hash of row i is SHA-256 of
 *
 *      hash of the row before 32 | number u64 | time i64 | four texts, each as size u32 and bytes
 *
 *  numbers high byte first; before row 0 stands a hash of zeros. */
typedef struct c12_seal_trail {
    uint32_t struct_size;
    int32_t n_checkpoints;      /**< Checkpoints, by count. */
    int64_t n;                  /**< Rows. */
    int64_t first;              /**< Number of the first one here; > 0 for a trail that goes on from another file. */
    int64_t least;              /**< Rows that must at least be there, numbers 0 .. least - 1, as somebody has remembered; 0 = not known. */
    const c12_ns *time;         /**< [n] not falling. */
    const int64_t *text_off;    /**< [4 * n + 1] text k of row i is number 4 * i + k. */
    const uint8_t *text;        /**< UTF-8 bytes of all texts. */
    const uint8_t *hash;        /**< [32 * n] as stored. */
    const uint8_t *before;      /**< [32] hash of row first - 1; NULL = zeros. */
    const int64_t *check_count; /**< [n_checkpoints] rows below the checkpoint, rising. */
    const uint8_t *check_head;  /**< [32 * n_checkpoints] hash of the last of them. */
    const uint8_t *check_sign;  /**< [64 * n_checkpoints] signature of c12_seal_checkpoint. */
    c12_view key;               /**< Public, 65 or 64 bytes; empty = signatures are not verified. */
} c12_seal_trail;

/** The hash of one more row.
 *  @param before [32] hash of the row before, NULL = zeros for row 0
 *  @param number of the row, >= 0
 *  @param time   ns since 1970
 *  @param texts  [4] who, action, object, detail; each below 2^31 bytes
 *  @param hash   [32] out
 *  @param err    optional
 *  @return C12_E_RANGE, C12_E_ARG, C12_E_UNSUPPORTED.  O(bytes).  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_audit_row(const uint8_t *before, int64_t number, c12_ns time, const c12_view *texts, uint8_t *hash, c12_error *err);

/** Sign how far the trail has come: ECDSA over SHA-256 of "c12 audit checkpoint" | count u64, high byte first | head 32.  Keep checkpoints where
 *  the trail's keeper cannot change them: they are what shows that its end was cut off.
 *  @param key       [32] private
 *  @param count     rows 0 .. count - 1 are vouched for, > 0
 *  @param head      [32] hash of row count - 1
 *  @param entropy   as for c12_seal_sign
 *  @param signature [64] out
 *  @param err       optional
 *  @return as c12_seal_sign.  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_checkpoint(c12_view key, int64_t count, const uint8_t *head, c12_view entropy, uint8_t *signature, c12_error *err);

/** Is the trail whole?  Judges rows one after another with code of its own, and each checkpoint where it belongs.
 *  @param trail   rows and checkpoints
 *  @param verdict out: violations 0 or 1; row = number of the first row that is wrong - changed, or not the one that stood there, or missing
 *                 (rows + first when the end was cut off); for a checkpoint whose head is another though all hashes fit, the first row since
 *                 the last good checkpoint; rule: "hash of the row does not follow from the row before", "time runs back", "rows are missing at
 *                 the end", "checkpoint has another head", "checkpoint is not signed by the key"; objective = rows found good
 *  @param err     optional
 *  @return C12_OK whatever the verdict; C12_E_RANGE for columns that contradict themselves, C12_E_FORMAT for a key that is none,
 *          C12_E_UNSUPPORTED.  O(bytes + checkpoints).  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_audit_check(const c12_seal_trail *trail, c12_verdict *verdict, c12_error *err);

/* ---- electronic signatures ---------------------------------------------------------------------------------------------------- */

/** What a signature means (21 CFR 11.50). */
enum { C12_SEAL_AUTHORED = 1, C12_SEAL_REVIEWED = 2, C12_SEAL_APPROVED = 3, C12_SEAL_RELEASED = 4, C12_SEAL_REJECTED = 5 };

/** Which versions of documents hold when, and who has been trained on them. */
typedef struct c12_seal_controls {
    uint32_t struct_size;
    int32_t n_versions;
    int32_t n_trainings;
    int32_t reserved;               /**< 0. */
    const int32_t *document;        /**< [n_versions] >= 0, by (document, version) */
    const int32_t *version;         /**< [n_versions] >= 0 */
    const c12_ns *effective;        /**< [n_versions] from when it holds ... */
    const c12_ns *superseded;       /**< [n_versions] ... until it no longer does, INT64_MAX = it does; NULL = all do.  Versions of a document do not
                                         hold at the same time and follow one another. */
    const uint8_t *digest;          /**< [32 * n_versions] SHA-256 of the document */
    const int32_t *trained_person;  /**< [n_trainings] >= 0, in any order */
    const int32_t *trained_document;/**< [n_trainings] */
    const int32_t *trained_version; /**< [n_trainings] */
    const c12_ns *trained_on;       /**< [n_trainings] when it was passed ... */
    const c12_ns *trained_until;    /**< [n_trainings] ... and when it has to be done again, INT64_MAX = never; NULL = never */
} c12_seal_controls;

/** One act of signing.  FROZEN. */
typedef struct c12_seal_act {
    c12_ns when;            /**< ns since 1970. */
    int32_t person;         /**< Number in the training table. */
    int32_t document;
    int32_t version;
    int32_t meaning;        /**< C12_SEAL_AUTHORED .. C12_SEAL_REJECTED. */
    c12_view who;           /**< The printed name, 1 to 1024 bytes of UTF-8. */
    c12_view why;           /**< The reason in words, 1 to 65536 bytes. */
    uint8_t digest[32];     /**< SHA-256 of what was signed: of the document or of the record made by it. */
} c12_seal_act;

/** May this person sign?  The version must hold at the time of signing, its digest must be the act's, and the person must have passed training
 *  on that very version, not later than then and still valid.
 *  @param controls versions and trainings
 *  @param act      who, what and when
 *  @param row      out, may be NULL: training that allows it, the one valid longest, of equals the first
 *  @param err      optional
 *  @return C12_E_REFUSED: "document has no such version", "version does not hold yet", "version has been superseded", "digest is not the
 *          version's", "person is not trained on this version", "training has run out"; C12_E_RANGE for tables or an act that contradict
 *          themselves.  O(versions + trainings); needs no mbedTLS.  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_may_sign(const c12_seal_controls *controls, const c12_seal_act *act, int32_t *row, c12_error *err);

/** Sign, with the secret entered again (21 CFR 11.200): checks the password against its line, then c12_seal_may_sign, then signs SHA-256 of
 *
 *      "c12 signature" | when i64 | person u32 | document u32 | version u32 | meaning u32 | digest 32 | who, why: size u32 and bytes
 *
 *  numbers high byte first, with the plant's key, so that a signature cannot be moved to another record (21 CFR 11.70).
 *  @param controls  versions and trainings
 *  @param act       who, when, what it means and why
 *  @param password  as just entered
 *  @param record    the person's line of c12_seal_password_hash
 *  @param key       [32] private
 *  @param entropy   as for c12_seal_sign
 *  @param hash      [32] out: what was signed; may be NULL
 *  @param signature [64] out
 *  @param err       optional
 *  @return C12_E_REFUSED as c12_seal_password_check ("password is wrong") and c12_seal_may_sign; else as c12_seal_sign.  O(iterations).
 *          @since 0.1 */
C12_API C12_MUST c12_status c12_seal_act_sign(const c12_seal_controls *controls, const c12_seal_act *act, c12_view password, c12_view record,
                                              c12_view key, c12_view entropy, uint8_t *hash, uint8_t *signature, c12_error *err);

/** Was it signed like that?
 *  @param act       as it is stored
 *  @param key       public
 *  @param signature 64 bytes
 *  @param err       optional
 *  @return C12_E_REFUSED when anything is another than it was; C12_E_FORMAT, C12_E_RANGE, C12_E_UNSUPPORTED.  @since 0.1 */
C12_API C12_MUST c12_status c12_seal_act_check(const c12_seal_act *act, c12_view key, c12_view signature, c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_SEAL_H */
