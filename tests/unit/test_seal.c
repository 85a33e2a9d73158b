/* SPDX-License-Identifier: Apache-2.0 */
/* Encryption and signatures against published vectors, and every bit of what was sealed turned round. */
#include "seal_hex.h"
#include "base/rng.h"
#include "rounds.h"
#include "seal/seal_internal.h"

static const char one_key[] = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";

/* FIPS 180-4, as in NIST's examples. */
START_TEST(hashes_of_nist)
{
    static const char *const of[][2] = {
        { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" } };
    for (size_t k = 0; k < sizeof of / sizeof *of; k++) {
        uint8_t hash[32];
        Hex want = hex(of[k][1]);
        fine(c12_seal_sha256(text_view(of[k][0]), hash, err));
        ck_assert_mem_eq(hash, want.at, 32);
    }
}
END_TEST

typedef struct { const char *key, *nonce, *aad, *plain, *cipher, *tag; } Gcm;
/* McGrew and Viega, The Galois/Counter Mode of Operation, submission to NIST 2005: test cases 13 to 16. */
static const Gcm gcm[] = {
    { "0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b" },
    { "0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "", "00000000000000000000000000000000",
      "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919" },
    { one_key, "cafebabefacedbaddecaf888", "",
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
      "b094dac5d93471bdec1a502270e3cc6c" },
    { one_key, "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
      "76fc6ece0f4e1768cddf8853bb2d551b" } };

/* Any nonce of 12 bytes is an epoch's at some count. */
static c12_seal_epoch epoch_at(const char *nonce)
{
    Hex n = hex(nonce);
    c12_seal_epoch e;
    memcpy(e.random, n.at, 8);
    e.next = (uint64_t)n.at[8] << 24 | (uint64_t)n.at[9] << 16 | (uint64_t)n.at[10] << 8 | n.at[11];
    return e;
}

START_TEST(gcm_of_nist)
{
    for (size_t k = 0; k < sizeof gcm / sizeof *gcm; k++) {
        Hex key = hex(gcm[k].key), nonce = hex(gcm[k].nonce), aad = hex(gcm[k].aad), plain = hex(gcm[k].plain), cipher = hex(gcm[k].cipher), tag = hex(gcm[k].tag);
        c12_seal_epoch e = epoch_at(gcm[k].nonce), before = e;
        uint8_t out[256], back[256];
        size_t used = 0;
        fine(c12_seal_block(hex_view(&key), &e, hex_view(&aad), hex_view(&plain), (c12_mem){ out, sizeof out }, &used, err));
        ck_assert_uint_eq(used, plain.n + C12_SEAL_BLOCK);
        ck_assert_uint_eq(e.next, before.next + 1);
        ck_assert_mem_eq(out, nonce.at, 12);
        if (plain.n) ck_assert_mem_eq(out + 12, cipher.at, plain.n);
        ck_assert_mem_eq(out + 12 + plain.n, tag.at, 16);
        fine(c12_seal_unblock(hex_view(&key), hex_view(&aad), (c12_view){ out, used }, (c12_mem){ back, plain.n }, &used, err));
        ck_assert_uint_eq(used, plain.n);
        if (plain.n) ck_assert_mem_eq(back, plain.at, plain.n);
    }
}
END_TEST

START_TEST(every_turned_bit_of_a_block_is_found)
{
    Hex key = hex(one_key);
    c12_seal_epoch e = { { 1, 2, 3, 4, 5, 6, 7, 8 }, 0 };
    uint8_t sealed[64], back[64], aad[] = "the head of the block";
    size_t used = 0, again = 77;
    fine(c12_seal_block(hex_view(&key), &e, (c12_view){ aad, sizeof aad }, text_view("six robots and a cart"), (c12_mem){ sealed, sizeof sealed }, &used, err));
    for (size_t bit = 0; bit < 8 * (used + sizeof aad + 32); bit++) {
        size_t at = bit / 8;
        uint8_t *byte = at < used ? sealed + at : at < used + sizeof aad ? aad + (at - used) : key.at + (at - used - sizeof aad);
        *byte ^= (uint8_t)(1 << bit % 8);
        memset(back, 0xaa, sizeof back);
        refused(c12_seal_unblock(hex_view(&key), (c12_view){ aad, sizeof aad }, (c12_view){ sealed, used }, (c12_mem){ back, sizeof back }, &again, err),
                C12_E_REFUSED, "bytes are not what was sealed with this key");
        *byte ^= (uint8_t)(1 << bit % 8);
        if (again != 77 || memchr(back, 'x', sizeof back)) ck_abort_msg("bit %zu: something of the plaintext came out", bit);
    }
    for (size_t n = 0; n < used; n++) {
        c12_error bad = C12_INIT(c12_error);
        c12_status s = c12_seal_unblock(hex_view(&key), (c12_view){ aad, sizeof aad }, (c12_view){ sealed, n }, (c12_mem){ back, sizeof back }, &again, &bad);
        ck_assert_int_eq(s, n < C12_SEAL_BLOCK ? C12_E_FORMAT : C12_E_REFUSED);
    }
    fine(c12_seal_unblock(hex_view(&key), (c12_view){ aad, sizeof aad }, (c12_view){ sealed, used }, (c12_mem){ back, sizeof back }, &again, err));
    ck_assert_uint_eq(again, 21);
}
END_TEST

START_TEST(nonces_never_come_back)
{
    Hex key = hex(one_key);
    c12_view k = hex_view(&key), none = { NULL, 0 };
    uint8_t out[C12_SEAL_ENVELOPE], last[12] = { 0 };
    c12_mem room = { out, sizeof out };
    c12_seal_epoch e;
    size_t used;
    fine(c12_seal_epoch_init(&e, text_view("8 bytes and some more"), err));
    ck_assert_mem_eq(e.random, "8 bytes ", 8);
    for (int i = 0; i < 1000; i++) {
        if (i % 2) fine(c12_seal_encrypt(k, &e, none, none, room, &used, err));
        else fine(c12_seal_block(k, &e, none, none, room, &used, err));
        if (i && memcmp(out + (i % 2 ? 16 : 0), last, 12) <= 0) ck_abort_msg("nonce %d does not rise", i);
        memcpy(last, out + (i % 2 ? 16 : 0), 12);
    }
    e.next = UINT64_C(0xffffffff);
    fine(c12_seal_block(k, &e, none, none, room, &used, err));
    ck_assert_mem_eq(out, "8 bytes \xff\xff\xff\xff", 12);
    c12_seal_epoch full = e;
    refused(c12_seal_block(k, &e, none, none, room, &used, err), C12_E_STATE, "all nonces of the epoch are used up");
    refused(c12_seal_encrypt(k, &e, none, none, room, &used, err), C12_E_STATE, "all nonces of the epoch are used up");
    ck_assert_mem_eq(&e, &full, sizeof e);
    refused(c12_seal_epoch_init(&e, text_view("7 bytes"), err), C12_E_ARG, "8 random bytes are needed");
    refused(c12_seal_epoch_init(&e, (c12_view){ (const uint8_t *)"\0\0\0\0\0\0\0\0x", 9 }, err), C12_E_ARG, "entropy is all zeros");
    ck_assert_mem_eq(&e, &full, sizeof e);
}
END_TEST

START_TEST(envelopes_say_whose_key_they_want)
{
    Hex key = hex(one_key), other = hex("0101010101010101010101010101010101010101010101010101010101010101");
    c12_seal_epoch e = { { 9, 8, 7, 6, 5, 4, 3, 2 }, 5 };
    uint8_t out[128], back[128];
    size_t used = 0, n = 3;
    uint64_t id, wants;
    fine(c12_seal_key_id(hex_view(&key), &id, err));
    fine(c12_seal_encrypt(hex_view(&key), &e, text_view("orders/7"), text_view("forty-two legs"), (c12_mem){ out, sizeof out }, &used, err));
    ck_assert_uint_eq(used, 14 + C12_SEAL_ENVELOPE);
    fine(c12_seal_envelope_key((c12_view){ out, used }, &wants, err));
    ck_assert_uint_eq(id, wants);
    fine(c12_seal_decrypt(hex_view(&key), text_view("orders/7"), (c12_view){ out, used }, (c12_mem){ back, 14 }, &n, err));
    ck_assert_mem_eq(back, "forty-two legs", 14);
    n = 3;
    refused(c12_seal_decrypt(hex_view(&other), text_view("orders/7"), (c12_view){ out, used }, (c12_mem){ back, 14 }, &n, err), C12_E_REFUSED, "envelope wants another key");
    refused(c12_seal_decrypt(hex_view(&key), text_view("orders/8"), (c12_view){ out, used }, (c12_mem){ back, 14 }, &n, err), C12_E_REFUSED, "bytes are not what was sealed with this key");
    refused(c12_seal_decrypt(hex_view(&key), text_view("orders/7"), (c12_view){ out, used }, (c12_mem){ back, 13 }, &n, err), C12_E_SPACE, "output is too small");
    refused(c12_seal_decrypt(hex_view(&key), text_view("orders/7"), (c12_view){ out, 47 }, (c12_mem){ back, 14 }, &n, err), C12_E_FORMAT, "too short to have been sealed");
    for (size_t bit = 0; bit < 8 * used; bit++) {
        c12_error bad = C12_INIT(c12_error);
        out[bit / 8] ^= (uint8_t)(1 << bit % 8);
        c12_status s = c12_seal_decrypt(hex_view(&key), text_view("orders/7"), (c12_view){ out, used }, (c12_mem){ back, 14 }, &n, &bad);
        out[bit / 8] ^= (uint8_t)(1 << bit % 8);
        int plain = bit / 8 < 8 || (bit / 8 >= 28 && bit / 8 < 32);
        if (s != (plain ? C12_E_FORMAT : C12_E_REFUSED) || n != 3) ck_abort_msg("bit %zu: %s", bit, c12_status_name(s));
    }
}
END_TEST

START_TEST(keys_of_another_length_are_refused)
{
    uint8_t bytes[64] = { 1 }, out[128];
    c12_seal_epoch e = { { 1 }, 0 };
    size_t used = 9;
    uint64_t id = 9;
    c12_view none = { NULL, 0 };
    for (size_t n = 0; n <= 64; n++) {
        c12_view key = { bytes, n };
        if (n == 32) continue;
        refused(c12_seal_block(key, &e, none, none, (c12_mem){ out, sizeof out }, &used, err), C12_E_ARG, "key must have 32 bytes");
        refused(c12_seal_encrypt(key, &e, none, none, (c12_mem){ out, sizeof out }, &used, err), C12_E_ARG, "key must have 32 bytes");
        refused(c12_seal_unblock(key, none, (c12_view){ out, 40 }, (c12_mem){ out + 64, 40 }, &used, err), C12_E_ARG, "key must have 32 bytes");
        refused(c12_seal_decrypt(key, none, (c12_view){ out, 60 }, (c12_mem){ out + 64, 40 }, &used, err), C12_E_ARG, "key must have 32 bytes");
        refused(c12_seal_key_id(key, &id, err), C12_E_ARG, "key must have 32 bytes");
        refused(c12_seal_public(key, out, err), C12_E_ARG, "key must have 32 bytes");
        refused(c12_seal_sign(key, bytes, none, out, err), C12_E_ARG, "key must have 32 bytes");
    }
    c12_view key = { bytes, 32 };
    refused(c12_seal_block(key, &e, none, none, (c12_mem){ out, 27 }, &used, err), C12_E_SPACE, "output is too small");
    ck_assert(e.next == 0 && used == 9 && id == 9);
}
END_TEST

/* RFC 6979, A.2.5: P-256, SHA-256, messages "sample" and "test". */
static const char sign_key[] = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
static const char sign_point[] = "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
static const char *const signed_by[][2] = {
    { "sample", "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8" },
    { "test", "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083" } };

START_TEST(signatures_of_rfc_6979)
{
    Hex key = hex(sign_key), point = hex(sign_point);
    uint8_t mine[65], digest[32], sign[64], turned[65];
    fine(c12_seal_public(hex_view(&key), mine, err));
    ck_assert_mem_eq(mine, point.at, 65);
    for (size_t k = 0; k < 2; k++) {
        Hex want = hex(signed_by[k][1]);
        fine(c12_seal_sha256(text_view(signed_by[k][0]), digest, err));
        fine(c12_seal_sign(hex_view(&key), digest, text_view(k ? "some noise" : ""), sign, err));
        ck_assert_mem_eq(sign, want.at, 64);
        fine(c12_seal_verify(hex_view(&point), digest, (c12_view){ sign, 64 }, err));
        fine(c12_seal_verify((c12_view){ point.at + 1, 64 }, digest, (c12_view){ sign, 64 }, err));
        for (size_t bit = 0; bit < 8 * 96; bit += (size_t)(rounds(4) < 4 ? 7 : 1)) {
            uint8_t *byte = bit < 512 ? sign + bit / 8 : digest + (bit / 8 - 64);
            *byte ^= (uint8_t)(1 << bit % 8);
            c12_status s = c12_seal_verify(hex_view(&point), digest, (c12_view){ sign, 64 }, NULL);
            *byte ^= (uint8_t)(1 << bit % 8);
            if (s != C12_E_REFUSED) ck_abort_msg("bit %zu: %s", bit, c12_status_name(s));
        }
    }
    memcpy(turned, point.at, 65);
    turned[64] ^= 1;
    refused(c12_seal_verify((c12_view){ turned, 65 }, digest, (c12_view){ sign, 64 }, err), C12_E_FORMAT, "key is no point of P-256");
    turned[0] = 2;
    refused(c12_seal_verify((c12_view){ turned, 65 }, digest, (c12_view){ sign, 64 }, err), C12_E_FORMAT, "public key must begin with 4");
    refused(c12_seal_verify((c12_view){ turned, 33 }, digest, (c12_view){ sign, 64 }, err), C12_E_FORMAT, "public key must have 65 or 64 bytes");
    refused(c12_seal_verify(hex_view(&point), digest, (c12_view){ sign, 63 }, err), C12_E_FORMAT, "signature must have 64 bytes");
    memset(sign, 0, 64);
    refused(c12_seal_verify(hex_view(&point), digest, (c12_view){ sign, 64 }, err), C12_E_REFUSED, "signature is not the key's");
}
END_TEST

/* The order of the group is no key, nor is 0; one less is. */
START_TEST(private_keys_at_the_edge)
{
    static const char *const keys[] = { "0000000000000000000000000000000000000000000000000000000000000000", "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
                                        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" };
    uint8_t point[65] = { 7 }, digest[32] = { 1 }, sign[64] = { 7 };
    for (size_t k = 0; k < 3; k++) {
        Hex key = hex(keys[k]);
        refused(c12_seal_public(hex_view(&key), point, err), C12_E_RANGE, "key is no private key of P-256");
        refused(c12_seal_sign(hex_view(&key), digest, text_view(""), sign, err), C12_E_RANGE, "key is no private key of P-256");
        ck_assert(point[0] == 7 && sign[0] == 7);
    }
    Hex most = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550");
    fine(c12_seal_public(hex_view(&most), point, err));
    fine(c12_seal_sign(hex_view(&most), digest, text_view(""), sign, err));
    fine(c12_seal_verify((c12_view){ point, 65 }, digest, (c12_view){ sign, 64 }, err));
}
END_TEST

START_TEST(nothing_is_named)
{
    uint8_t b[64] = { 1 };
    c12_view v = { b, 32 }, hole = { NULL, 5 };
    c12_seal_epoch e = { { 1 }, 0 };
    size_t used;
    uint64_t id;
    ck_assert_ptr_nonnull(c12_seal_library());
    ck_assert_int_eq(c12_seal_sha256(hole, b, NULL), C12_E_ARG);
    ck_assert_int_eq(c12_seal_sha256(v, NULL, NULL), C12_E_ARG);
    ck_assert_int_eq(c12_seal_key_id(v, NULL, NULL), C12_E_ARG);
    ck_assert_int_eq(c12_seal_epoch_init(NULL, v, NULL), C12_E_ARG);
    ck_assert_int_eq(c12_seal_block(v, NULL, v, v, (c12_mem){ b, 64 }, &used, NULL), C12_E_ARG);
    ck_assert_int_eq(c12_seal_block(v, &e, hole, v, (c12_mem){ b, 64 }, &used, NULL), C12_E_ARG);
    ck_assert_int_eq(c12_seal_block(v, &e, v, hole, (c12_mem){ b, 64 }, &used, NULL), C12_E_ARG);
    ck_assert_int_eq(c12_seal_unblock(v, hole, v, (c12_mem){ b, 64 }, &used, NULL), C12_E_ARG);
    ck_assert_int_eq(c12_seal_unblock(v, v, v, (c12_mem){ b, 64 }, NULL, NULL), C12_E_ARG);
    ck_assert_int_eq(c12_seal_envelope_key((c12_view){ NULL, 0 }, &id, NULL), C12_E_ARG);
    ck_assert_int_eq(c12_seal_envelope_key(v, &id, NULL), C12_E_FORMAT);
    ck_assert_int_eq(c12_seal_public(v, NULL, NULL), C12_E_ARG);
    ck_assert_int_eq(c12_seal_sign(v, NULL, v, b, NULL), C12_E_ARG);
    ck_assert_int_eq(c12_seal_sign(v, b, hole, b, NULL), C12_E_ARG);
    ck_assert_int_eq(c12_seal_verify((c12_view){ b, 64 }, NULL, v, NULL), C12_E_ARG);
    ck_assert_str_eq(c12_status_name(C12_E_REFUSED), "C12_E_REFUSED");
}
END_TEST

typedef int gcm_fast(c12_view key, const uint8_t nonce[12], c12_view aad, c12_view in, uint8_t *out, uint8_t tag[16], int open);
static gcm_fast *const gcm_forms[] = { c12__seal_gcm_ones, c12__seal_gcm_pairs };

/* The processor's own instructions and mbedTLS agree, for every length up to five steps of sixteen blocks and some more, both ways, wherever the bytes lie,
 * and in their own place. */
START_TEST(forms_of_gcm_agree)
{
    gcm_fast *form = gcm_forms[_i];
    static uint8_t plain[9000], fast[9000], slow[9000], back[9000], aad[700];
    c12__rng r = c12__rng_from(4, 0);
    for (size_t i = 0; i < sizeof plain; i++) plain[i] = (uint8_t)c12__rng_next(&r);
    for (size_t i = 0; i < sizeof aad; i++) aad[i] = (uint8_t)c12__rng_next(&r);
    for (size_t n = 0; n < 1800; n += n < 1300 ? 1 : 99) {
        uint8_t key[32], nonce[12], tag[2][16], again[16];
        size_t size = n < 1300 ? n : n * 4, extra = n < 1300 ? (n * 37) % 700 : 64, from = n * 5 % 64, to = n * 11 % 64;
        for (int i = 0; i < 32; i++) key[i] = (uint8_t)c12__rng_next(&r);
        for (int i = 0; i < 12; i++) nonce[i] = (uint8_t)c12__rng_next(&r);
        const c12_view k = { key, 32 }, a = { aad, extra }, p = { plain + from, size }, c = { fast + to, size };
        if (!form(k, nonce, a, p, fast + to, tag[0], 0)) return; /* this processor has none such */
        fine(c12__seal_gcm(k, nonce, a, p, slow, tag[1], err));
        if (memcmp(c.ptr, slow, size) || memcmp(tag[0], tag[1], 16)) ck_abort_msg("%zu bytes with %zu beside differ", size, extra);
        ck_assert_int_eq(form(k, nonce, a, c, back + from, again, 1), 1);
        if (memcmp(back + from, p.ptr, size) || memcmp(again, tag[0], 16)) ck_abort_msg("%zu bytes with %zu beside do not come back", size, extra);
        fine(c12__seal_ungcm(k, nonce, a, c, (c12_view){ tag[0], 16 }, back, err));
        if (memcmp(back, p.ptr, size)) ck_abort_msg("%zu bytes: mbedTLS opens something else", size);
        ck_assert_int_eq(form(k, nonce, a, c, fast + to, again, 1), 1);
        if (memcmp(c.ptr, p.ptr, size) || memcmp(again, tag[0], 16)) ck_abort_msg("%zu bytes do not come back in their own place", size);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("seal");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, hashes_of_nist);
    tcase_add_test(t, gcm_of_nist);
    tcase_add_loop_test(t, forms_of_gcm_agree, 0, 2);
    tcase_add_test(t, every_turned_bit_of_a_block_is_found);
    tcase_add_test(t, nonces_never_come_back);
    tcase_add_test(t, envelopes_say_whose_key_they_want);
    tcase_add_test(t, keys_of_another_length_are_refused);
    tcase_add_test(t, signatures_of_rfc_6979);
    tcase_add_test(t, private_keys_at_the_edge);
    tcase_add_test(t, nothing_is_named);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
