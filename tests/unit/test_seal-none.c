/* SPDX-License-Identifier: Apache-2.0 */
/* Every call of seal once, as it should be: it works with the library, and says that it is missing without (make portable builds it so); then
 * nothing was written and no state has moved. */
#include "seal_hex.h"

enum { NOTHING = 0x5a };
static c12_status want;

/* The call did what this build can, and without the library left its output alone. */
static void as_built(c12_status s, const c12_error *e, const void *out, size_t n, const char *what)
{
    if (s != want) ck_abort_msg("%s: %s", what, c12_status_name(s));
    if (!s) return;
    if (!e->what || strcmp(e->what, "built without mbedTLS")) ck_abort_msg("%s: %s", what, e->what ? e->what : "nothing");
    for (size_t i = 0; i < n; i++)
        if (((const uint8_t *)out)[i] != NOTHING) ck_abort_msg("%s wrote something", what);
}
#define TRY(call, out, n) do { c12_error e_ = C12_INIT(c12_error), *err = &e_; memset(out, NOTHING, n); c12_status s_ = (call); as_built(s_, err, out, n, #call); } while (0)

static const uint8_t bytes[64] = { 7, 1, 2, 3 };
static const c12_view key = { bytes, 32 }, text = { bytes, 20 }, none = { NULL, 0 };

START_TEST(bytes_and_signatures)
{
    uint8_t out[160], sealed[160], point[65], sign[64];
    size_t used = 0;
    uint64_t id;
    c12_seal_epoch e;
    want = c12_seal_library() ? C12_OK : C12_E_UNSUPPORTED;
    fine(c12_seal_epoch_init(&e, text, err));
    TRY(c12_seal_sha256(text, out, err), out, 32);
    TRY(c12_seal_key_id(key, &id, err), &id, sizeof id);
    TRY(c12_seal_encrypt(key, &e, none, text, (c12_mem){ sealed, 160 }, &used, err), sealed, 160);
    if (!want) TRY(c12_seal_decrypt(key, none, (c12_view){ sealed, used }, (c12_mem){ out, 160 }, &used, err), out, 20);
    TRY(c12_seal_block(key, &e, none, text, (c12_mem){ sealed, 160 }, &used, err), sealed, 48);
    ck_assert_uint_eq(e.next, want ? 0 : 2);
    TRY(c12_seal_unblock(key, none, (c12_view){ sealed, 48 }, (c12_mem){ out, 160 }, &used, err), out, 160);
    TRY(c12_seal_public(key, point, err), point, 65);
    TRY(c12_seal_sign(key, bytes, none, sign, err), sign, 64);
    point[0] = 4;
    TRY(c12_seal_verify((c12_view){ point, 65 }, bytes, (c12_view){ sign, 64 }, err), out, 1);
    TRY(c12_seal_pbkdf2(text, text, 2, (c12_mem){ out, 20 }, err), out, 20);
}
END_TEST

START_TEST(links)
{
    static const uint8_t item[] = { 0x82, 1, 0x41, 7 };
    uint8_t out[64];
    size_t used = 0, n = 0;
    union { c12_seal_talker t; uint8_t at[sizeof(c12_seal_talker)]; } talk;
    union { c12_seal_hearer h; uint8_t at[sizeof(c12_seal_hearer)]; } hear;
    want = c12_seal_library() ? C12_OK : C12_E_UNSUPPORTED;
    TRY(c12_seal_link_talk(&talk.t, key, text, 1, text, 0, err), talk.at, sizeof talk.at);
    TRY(c12_seal_link_hear(&hear.h, key, text, 1, 0, err), hear.at, sizeof hear.at);
    if (want) return;
    fine(c12_seal_link_close(&talk.t, (c12_view){ item, sizeof item }, (c12_mem){ out, 64 }, &used, err));
    fine(c12_seal_link_open(&hear.h, (c12_view){ out, used }, (c12_mem){ out + 32, 32 }, &n, &used, err));
}
END_TEST

START_TEST(secrets_and_tokens)
{
    /* "x" with the salt "salt", 1000 times, by Python's hashlib */
    static const char line[] = "$pbkdf2-sha256$i=1000$c2FsdA$ytboaGwCQBoTWVr1+GnFfI/sh+2xT7WOkLwmSa8MXBs";
    /* {"alg":"HS256"} and {"exp":100} under 32 bytes 'k', by Python's hmac */
    static const char token[] = "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjEwMH0.zXWHyg7JTzq5mth47JBxqb8NnJ5RVNyaO-IBUqwjnTA";
    uint8_t out[160];
    size_t used = 0;
    int32_t weak;
    c12_seal_totp o = { .struct_size = sizeof o, .secret = text_view("12345678901234567890") };
    c12_seal_totp_state st = { 0, 0, 0 };
    c12_seal_jwt j = { .struct_size = sizeof j, .alg = C12_SEAL_HS256, .key = text_view("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk") };
    c12_seal_claims claims = C12_INIT(c12_seal_claims);
    want = c12_seal_library() ? C12_OK : C12_E_UNSUPPORTED;
    TRY(c12_seal_password_hash(text_view("x"), text, 0, (c12_mem){ out, 160 }, &used, err), out, 160);
    TRY(c12_seal_password_check(text_view("x"), text_view(line), &weak, err), &weak, sizeof weak);
    TRY(c12_seal_totp_code(&o, INT64_C(59000000000), out, err), out, 6);
    TRY(c12_seal_totp_check(&o, &st, INT64_C(59000000000), text_view("287082"), err), out, 1);
    ck_assert(st.next == (want ? 0 : 2) && st.failures == 0);
    TRY(c12_seal_jwt_verify(&j, text_view(token), (c12_mem){ out, 160 }, &claims, err), out, 160);
    ck_assert(claims.expires == (want ? 0 : 100));
}
END_TEST

START_TEST(trails_and_acts)
{
    uint8_t hash[32], sign[64], point[65];
    int32_t zero = 0, row = 9;
    int64_t off[5] = { 0 };
    c12_ns time = 5;
    const c12_view texts[4] = { { NULL, 0 } };
    c12_verdict v = C12_INIT(c12_verdict);
    c12_seal_controls c = { .struct_size = sizeof c, .n_versions = 1, .n_trainings = 1, .document = &zero, .version = &zero, .effective = &time, .digest = bytes, .trained_person = &zero,
                            .trained_document = &zero, .trained_version = &zero, .trained_on = &time };
    c12_seal_act a = { .when = 5, .meaning = C12_SEAL_APPROVED, .who = { bytes, 3 }, .why = { bytes, 3 } };
    static const char line[] = "$pbkdf2-sha256$i=1000$c2FsdA$ytboaGwCQBoTWVr1+GnFfI/sh+2xT7WOkLwmSa8MXBs";
    want = c12_seal_library() ? C12_OK : C12_E_UNSUPPORTED;
    memcpy(a.digest, bytes, 32);
    TRY(c12_seal_audit_row(NULL, 0, time, texts, hash, err), hash, 32);
    c12_seal_trail t = { .struct_size = sizeof t, .n = 1, .time = &time, .text_off = off, .hash = hash };
    TRY(c12_seal_audit_check(&t, &v, err), sign, 64);
    ck_assert_int_eq(v.violations, 0);
    TRY(c12_seal_checkpoint(key, 1, hash, none, sign, err), sign, 64);
    fine(c12_seal_may_sign(&c, &a, &row, err)); /* needs no library */
    ck_assert_int_eq(row, 0);
    TRY(c12_seal_act_sign(&c, &a, text_view("x"), text_view(line), key, none, NULL, sign, err), sign, 64);
    TRY(c12_seal_public(key, point, err), point, 65);
    point[0] = 4;
    TRY(c12_seal_act_check(&a, (c12_view){ point, 65 }, (c12_view){ sign, 64 }, err), hash, 32);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("seal-none");
    TCase *t = tcase_create("all");
    tcase_add_test(t, bytes_and_signatures);
    tcase_add_test(t, links);
    tcase_add_test(t, secrets_and_tokens);
    tcase_add_test(t, trails_and_acts);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
