/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords and one-time codes: the RFCs' own values, malformed lines, and codes that come twice. */
#include "seal_hex.h"

#define SECOND INT64_C(1000000000)

/* RFC 7914, 11. */
START_TEST(pbkdf2_of_rfc_7914)
{
    uint8_t out[64];
    Hex first = hex("55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
    Hex second = hex("4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d");
    fine(c12_seal_pbkdf2(text_view("passwd"), text_view("salt"), 1, (c12_mem){ out, 64 }, err));
    ck_assert_mem_eq(out, first.at, 64);
    memset(out, 0, sizeof out);
    fine(c12_seal_pbkdf2(text_view("passwd"), text_view("salt"), 1, (c12_mem){ out, 33 }, err));
    ck_assert_mem_eq(out, first.at, 33);
    ck_assert_int_eq(out[33], 0);
    fine(c12_seal_pbkdf2(text_view("Password"), text_view("NaCl"), 80000, (c12_mem){ out, 64 }, err));
    ck_assert_mem_eq(out, second.at, 64);
    refused(c12_seal_pbkdf2(text_view("p"), text_view("s"), 0, (c12_mem){ out, 64 }, err), C12_E_RANGE, "iterations must be 1 or more");
    refused(c12_seal_pbkdf2(text_view("p"), text_view("s"), 1, (c12_mem){ out, 0 }, err), C12_E_RANGE, "output must have 1 to 64 bytes");
    refused(c12_seal_pbkdf2(text_view("p"), (c12_view){ out, 65 }, 1, (c12_mem){ out, 64 }, err), C12_E_RANGE, "salt must have at most 64 bytes");
}
END_TEST

/* A password longer than SHA-256's block is hashed first (RFC 2104): the same as its digest. */
START_TEST(long_passwords_are_hashed_first)
{
    uint8_t a[32], b[32], digest[32];
    char longest[100];
    memset(longest, 'x', 99);
    longest[99] = 0;
    fine(c12_seal_sha256(text_view(longest), digest, err));
    fine(c12_seal_pbkdf2(text_view(longest), text_view("salt"), 3, (c12_mem){ a, 32 }, err));
    fine(c12_seal_pbkdf2((c12_view){ digest, 32 }, text_view("salt"), 3, (c12_mem){ b, 32 }, err));
    ck_assert_mem_eq(a, b, 32);
}
END_TEST

START_TEST(password_lines)
{
    char line[200];
    size_t used = 0;
    int32_t weak = 9;
    c12_mem room = { line, sizeof line };
    fine(c12_seal_password_hash(text_view("correct horse"), text_view("0123456789abcdef"), 0, room, &used, err));
    /* $pbkdf2-sha256$i=600000$MDEyMzQ1Njc4OWFiY2RlZg$... */
    ck_assert_mem_eq(line, "$pbkdf2-sha256$i=600000$MDEyMzQ1Njc4OWFiY2RlZg$", 47);
    ck_assert_uint_eq(used, 47 + 43);
    fine(c12_seal_password_check(text_view("correct horse"), (c12_view){ (uint8_t *)line, used }, &weak, err));
    ck_assert_int_eq(weak, 0);
    weak = 9;
    refused(c12_seal_password_check(text_view("Correct horse"), (c12_view){ (uint8_t *)line, used }, &weak, err), C12_E_REFUSED, "password is wrong");
    refused(c12_seal_password_check(text_view(""), (c12_view){ (uint8_t *)line, used }, &weak, err), C12_E_REFUSED, "password is wrong");
    ck_assert_int_eq(weak, 9);
    used = 5;
    refused(c12_seal_password_hash(text_view(""), text_view("0123456789abcdef"), 0, room, &used, err), C12_E_RANGE, "password must have 1 to 1024 bytes");
    refused(c12_seal_password_hash(text_view("p"), text_view("0123456789abcde"), 0, room, &used, err), C12_E_RANGE, "salt must have 16 to 64 bytes");
    refused(c12_seal_password_hash(text_view("p"), text_view("0123456789abcdef"), 599999, room, &used, err), C12_E_RANGE, "iterations must be 600000 to 10000000");
    refused(c12_seal_password_hash(text_view("p"), text_view("0123456789abcdef"), 10000001, room, &used, err), C12_E_RANGE, "iterations must be 600000 to 10000000");
    refused(c12_seal_password_hash(text_view("p"), text_view("0123456789abcdef"), 0, (c12_mem){ line, 89 }, &used, err), C12_E_SPACE, "output is too small");
    ck_assert_uint_eq(used, 5);
}
END_TEST


START_TEST(malformed_lines_name_their_rule)
{
    static const char *const bad[][2] = {
        { "", "line does not begin with $pbkdf2-sha256$i=" },
        { "$pbkdf2-sha1$i=1000$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "line does not begin with $pbkdf2-sha256$i=" },
        { "$pbkdf2-sha256$i=", "iterations must be 1000 to 10000000" },
        { "$pbkdf2-sha256$i=999$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "iterations must be 1000 to 10000000" },
        { "$pbkdf2-sha256$i=01000$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "iterations must be 1000 to 10000000" },
        { "$pbkdf2-sha256$i=10000001$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "iterations must be 1000 to 10000000" },
        { "$pbkdf2-sha256$i=99999999999999999999$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "iterations must be 1000 to 10000000" },
        { "$pbkdf2-sha256$i=+1000$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "iterations must be 1000 to 10000000" },
        { "$pbkdf2-sha256$i=1000$c2FsdA$AAAA", "salt or hash of the line has another length" },
        { "$pbkdf2-sha256$i=1000$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "salt or hash of the line has another length" },
        { "$pbkdf2-sha256$i=1000$$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "salt of the line is no base64" },
        { "$pbkdf2-sha256$i=1000$c2F_dA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "salt of the line is no base64" },
        { "$pbkdf2-sha256$i=1000$c2FsdB$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "salt of the line is no base64" },
        { "$pbkdf2-sha256$i=1000$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB", "hash of the line is no base64" },
        { "$pbkdf2-sha256$i=1000$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-A", "hash of the line is no base64" },
        { "$pbkdf2-sha256$i=1000$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA$", "line goes on behind its hash" },
        { "$pbkdf2-sha256$i=1000$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA$x", "line goes on behind its hash" },
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        refused(c12_seal_password_check(text_view("p"), text_view(bad[k][0]), NULL, err), C12_E_FORMAT, bad[k][1]);
}
END_TEST

START_TEST(few_iterations_are_weak)
{
    uint8_t key[32];
    char line[100] = "$pbkdf2-sha256$i=1000$c2FsdA$";
    int32_t weak = 0;
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    fine(c12_seal_pbkdf2(text_view("old"), text_view("salt"), 1000, (c12_mem){ key, 32 }, err));
    for (int i = 0; i < 43; i++) { /* base64 bit by bit */
        int v = 0;
        for (int b = 0; b < 6; b++) {
            int at = 6 * i + b;
            v = v << 1 | (at < 256 ? key[at / 8] >> (7 - at % 8) & 1 : 0);
        }
        line[29 + i] = letters[v];
    }
    fine(c12_seal_password_check(text_view("old"), text_view(line), &weak, err));
    ck_assert_int_eq(weak, 1);
    fine(c12_seal_password_check(text_view("old"), text_view(line), NULL, err));
}
END_TEST

/* RFC 6238, appendix B, but for the year 2603, which is past 64 bits of nanoseconds. */
START_TEST(codes_of_rfc_6238)
{
    static const struct { int64_t second; const char *code[3]; } rows[] = {
        { 59, { "94287082", "46119246", "90693936" } }, { 1111111109, { "07081804", "68084774", "25091201" } }, { 1111111111, { "14050471", "67062674", "99943326" } },
        { 1234567890, { "89005924", "91819424", "93441116" } }, { 2000000000, { "69279037", "90698825", "38618901" } } };
    static const char secret[] = "1234567890123456789012345678901234567890123456789012345678901234";
    static const size_t sizes[] = { 20, 32, 64 };
    for (size_t k = 0; k < 5; k++)
        for (int32_t h = 0; h < 3; h++) {
            c12_seal_totp o = { .struct_size = sizeof o, .hash = h, .digits = 8, .secret = { (const uint8_t *)secret, sizes[h] } };
            c12_seal_totp_state st = { 0, 0, 0 };
            uint8_t code[8];
            fine(c12_seal_totp_code(&o, rows[k].second * SECOND, code, err));
            ck_assert_mem_eq(code, rows[k].code[h], 8);
            fine(c12_seal_totp_check(&o, &st, rows[k].second * SECOND, text_view(rows[k].code[h]), err));
            ck_assert_int_eq(st.next, rows[k].second / 30 + 1);
            o.digits = 6; /* the last six digits of the same number */
            fine(c12_seal_totp_code(&o, rows[k].second * SECOND, code, err));
            ck_assert_mem_eq(code, rows[k].code[h] + 2, 6);
        }
}
END_TEST

static c12_view code_at(const c12_seal_totp *o, int64_t second, uint8_t code[8])
{
    fine(c12_seal_totp_code(o, second * SECOND, code, err));
    return (c12_view){ code, 6 };
}

START_TEST(a_code_is_taken_once)
{
    c12_seal_totp o = { .struct_size = sizeof o, .window = 1, .secret = text_view("12345678901234567890") };
    c12_seal_totp_state st = { 0, 0, 0 };
    uint8_t code[8];
    fine(c12_seal_totp_check(&o, &st, 1000 * SECOND, code_at(&o, 1000, code), err)); /* step 33 */
    ck_assert(st.next == 34 && st.failures == 0);
    refused(c12_seal_totp_check(&o, &st, 1000 * SECOND, code_at(&o, 1000, code), err), C12_E_REFUSED, "code has been used");
    refused(c12_seal_totp_check(&o, &st, 1019 * SECOND, code_at(&o, 1000, code), err), C12_E_REFUSED, "code has been used");
    refused(c12_seal_totp_check(&o, &st, 1000 * SECOND, code_at(&o, 970, code), err), C12_E_REFUSED, "code has been used"); /* older than the last one */
    ck_assert(st.next == 34 && st.failures == 3);
    fine(c12_seal_totp_check(&o, &st, 1000 * SECOND, code_at(&o, 1025, code), err)); /* a clock that is ahead: step 34 */
    ck_assert(st.next == 35 && st.failures == 0);
    refused(c12_seal_totp_check(&o, &st, 1025 * SECOND, code_at(&o, 1025, code), err), C12_E_REFUSED, "code has been used");
    refused(c12_seal_totp_check(&o, &st, 1000 * SECOND, code_at(&o, 1060, code), err), C12_E_REFUSED, "code is wrong"); /* two steps ahead */
    fine(c12_seal_totp_check(&o, &st, 1080 * SECOND, code_at(&o, 1050, code), err)); /* one behind: step 35 */
    ck_assert_int_eq(st.next, 36);
}
END_TEST

START_TEST(guessing_ends)
{
    c12_seal_totp o = { .struct_size = sizeof o, .most_failures = 3, .secret = text_view("12345678901234567890") };
    c12_seal_totp_state st = { 0, 0, 0 }, same;
    uint8_t code[8], right[8];
    c12_view good = code_at(&o, 1000, right), bad;
    memcpy(code, right, 8);
    code[5] = code[5] == '9' ? '0' : (uint8_t)(code[5] + 1);
    bad = (c12_view){ code, 6 };
    for (int k = 0; k < 3; k++) refused(c12_seal_totp_check(&o, &st, 1000 * SECOND, bad, err), C12_E_REFUSED, "code is wrong");
    same = st;
    refused(c12_seal_totp_check(&o, &st, 1000 * SECOND, good, err), C12_E_REFUSED, "too many wrong codes");
    ck_assert_mem_eq(&st, &same, sizeof st);
    st.failures = 0;
    fine(c12_seal_totp_check(&o, &st, 1000 * SECOND, good, err));
}
END_TEST

START_TEST(malformed_codes_change_nothing)
{
    c12_seal_totp o = { .struct_size = sizeof o, .window = 1, .secret = text_view("12345678901234567890") };
    c12_seal_totp_state st = { 5, 2, 0 }, same = st;
    static const char *const bad[] = { "", "12345", "1234567", "12345678" }, *const letters[] = { "12345a", " 12345", "-12345", "12 456", "1234\xd9\xa5" };
    for (size_t k = 0; k < 4; k++) refused(c12_seal_totp_check(&o, &st, SECOND, text_view(bad[k]), err), C12_E_FORMAT, "code has another number of digits");
    for (size_t k = 0; k < 5; k++) refused(c12_seal_totp_check(&o, &st, SECOND, text_view(letters[k]), err), C12_E_FORMAT, "code has a letter that is no digit");
    refused(c12_seal_totp_check(&o, &st, -1, text_view("123456"), err), C12_E_RANGE, "time lies before 1970");
    o.window = 11;
    refused(c12_seal_totp_check(&o, &st, 1, text_view("123456"), err), C12_E_RANGE, "window must be 0 to 10");
    o.window = 0;
    o.digits = 5;
    refused(c12_seal_totp_check(&o, &st, 1, text_view("12345"), err), C12_E_RANGE, "digits must be 6 to 8");
    o.digits = 0;
    o.step = 3601;
    refused(c12_seal_totp_check(&o, &st, 1, text_view("123456"), err), C12_E_RANGE, "step must be 1 to 3600 seconds");
    o.step = 0;
    o.hash = 3;
    refused(c12_seal_totp_check(&o, &st, 1, text_view("123456"), err), C12_E_RANGE, "hash is not known");
    o.hash = 0;
    o.secret.size = 9;
    refused(c12_seal_totp_check(&o, &st, 1, text_view("123456"), err), C12_E_RANGE, "secret must have 10 to 128 bytes");
    ck_assert_mem_eq(&st, &same, sizeof st);
}
END_TEST

/* RFC 4648, 10. */
START_TEST(base32_of_rfc_4648)
{
    static const char *const rows[][2] = { { "", "" }, { "f", "MY======" }, { "fo", "MZXQ====" }, { "foo", "MZXW6===" }, { "foob", "MZXW6YQ=" }, { "fooba", "MZXW6YTB" },
                                           { "foobar", "MZXW6YTBOI======" }, { "foobar", "mzxw 6ytb oi" } };
    static const char *const bad[] = { "M1======", "MZ=W", "M", "MZ", "MZX", "MZXR", "M-" };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        uint8_t out[16];
        size_t used = 99;
        fine(c12_seal_base32(text_view(rows[k][1]), (c12_mem){ out, sizeof out }, &used, err));
        ck_assert_uint_eq(used, strlen(rows[k][0]));
        ck_assert_mem_eq(out, rows[k][0], used);
        if (used) refused(c12_seal_base32(text_view(rows[k][1]), (c12_mem){ out, used - 1 }, &used, err), C12_E_SPACE, "output is too small");
    }
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        uint8_t out[16];
        size_t used = 99;
        if (c12_seal_base32(text_view(bad[k]), (c12_mem){ out, sizeof out }, &used, NULL) != C12_E_FORMAT || used != 99) ck_abort_msg("%s was taken", bad[k]);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("seal-secret");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, pbkdf2_of_rfc_7914);
    tcase_add_test(t, long_passwords_are_hashed_first);
    tcase_add_test(t, password_lines);
    tcase_add_test(t, malformed_lines_name_their_rule);
    tcase_add_test(t, few_iterations_are_weak);
    tcase_add_test(t, codes_of_rfc_6238);
    tcase_add_test(t, a_code_is_taken_once);
    tcase_add_test(t, guessing_ends);
    tcase_add_test(t, malformed_codes_change_nothing);
    tcase_add_test(t, base32_of_rfc_4648);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
