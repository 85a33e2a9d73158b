/* SPDX-License-Identifier: Apache-2.0 */
/* Web tokens: the two of RFC 7515, and what an attacker would send in their place, each refused by the rule it breaks. */
#include "seal_hex.h"
#include <stdio.h>
#include "seal/seal_internal.h"

#define SECOND INT64_C(1000000000)
enum { ROOM = 40000 };

/* RFC 7515, A.1 and A.3. */
#define PAYLOAD "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
static const char hs_token[] = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." PAYLOAD ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
static const char hs_key[] = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
static const char es_token[] = "eyJhbGciOiJFUzI1NiJ9." PAYLOAD ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
static const char es_x[] = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", es_y[] = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

static uint8_t room[ROOM];
static const c12_mem scratch = { room, sizeof room };

/* An independent reader of base64url: bits into bytes. */
static size_t unbase(const char *text, uint8_t *out)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t bits = 0;
    memset(out, 0, strlen(text));
    for (; *text; text++)
        for (int b = 5, v = (int)(strchr(letters, *text) - letters); b >= 0; b--, bits++) out[bits / 8] |= (uint8_t)((v >> b & 1) << (7 - bits % 8));
    return bits / 8;
}

static size_t base(const uint8_t *bytes, size_t n, char *out)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t k = 0;
    for (size_t bit = 0; bit < 8 * n; bit += 6, k++) {
        int v = 0;
        for (size_t b = bit; b < bit + 6; b++) v = v << 1 | (b < 8 * n ? bytes[b / 8] >> (7 - b % 8) & 1 : 0);
        out[k] = letters[v];
    }
    return k;
}

START_TEST(tokens_of_rfc_7515)
{
    uint8_t key[128];
    c12_seal_claims c = C12_INIT(c12_seal_claims);
    c12_seal_jwt o = { .struct_size = sizeof o, .alg = C12_SEAL_HS256, .now = 1300819379 * SECOND, .issuer = text_view("joe") };
    o.key = (c12_view){ key, unbase(hs_key, key) };
    fine(c12_seal_jwt_verify(&o, text_view(hs_token), scratch, &c, err));
    ck_assert(c.expires == 1300819380 && c.issued == INT64_MIN && c.not_before == INT64_MIN && !c.subject.size);
    ck_assert_uint_eq(c.payload.size, 70);
    ck_assert_mem_eq(c.payload.ptr, "{\"iss\":\"joe\",\r\n", 15);
    o.now += SECOND;
    refused(c12_seal_jwt_verify(&o, text_view(hs_token), scratch, &c, err), C12_E_REFUSED, "exp has passed");
    o.leeway = 1;
    fine(c12_seal_jwt_verify(&o, text_view(hs_token), scratch, &c, err));
    o.alg = C12_SEAL_ES256;
    size_t half = unbase(es_x, key);
    o.key = (c12_view){ key, half + unbase(es_y, key + half) };
    fine(c12_seal_jwt_verify(&o, text_view(es_token), scratch, &c, err));
    memmove(key + 1, key, 64);
    key[0] = 4;
    o.key.size = 65;
    fine(c12_seal_jwt_verify(&o, text_view(es_token), scratch, &c, err));
    /* neither the other algorithm nor the public key as a shared one */
    refused(c12_seal_jwt_verify(&o, text_view(hs_token), scratch, &c, err), C12_E_REFUSED, "alg is not the configured one");
    o.alg = C12_SEAL_HS256;
    refused(c12_seal_jwt_verify(&o, text_view(es_token), scratch, &c, err), C12_E_REFUSED, "alg is not the configured one");
    refused(c12_seal_jwt_verify(&o, text_view(hs_token), scratch, &c, err), C12_E_REFUSED, "signature is not the key's");
}
END_TEST

START_TEST(every_turned_bit_of_a_token_is_found)
{
    uint8_t key[128];
    char token[400];
    c12_seal_claims c = C12_INIT(c12_seal_claims), same = c;
    c12_seal_jwt o = { .struct_size = sizeof o, .alg = C12_SEAL_HS256, .now = 1300819379 * SECOND };
    o.key = (c12_view){ key, unbase(hs_key, key) };
    strcpy(token, hs_token);
    for (size_t bit = 0; bit < 8 * strlen(hs_token); bit++) {
        token[bit / 8] ^= (char)(1 << bit % 8);
        c12_status s = c12_seal_jwt_verify(&o, (c12_view){ (uint8_t *)token, strlen(hs_token) }, scratch, &c, NULL);
        token[bit / 8] ^= (char)(1 << bit % 8);
        if (s != C12_E_REFUSED && s != C12_E_FORMAT) ck_abort_msg("bit %zu: %s", bit, c12_status_name(s));
    }
    for (size_t n = 0; n < strlen(hs_token); n++)
        if (!c12_seal_jwt_verify(&o, (c12_view){ (uint8_t *)token, n }, scratch, &c, NULL)) ck_abort_msg("cut to %zu it was taken", n);
    ck_assert_mem_eq(&c, &same, sizeof c);
    fine(c12_seal_jwt_verify(&o, text_view(token), scratch, &c, err));
}
END_TEST

/* ---- tokens as an attacker with or without the key would make them -------------------------------------------------------------------------- */

static const char shared[] = "a key of forty bytes, which only we know.";
static char made[ROOM];
static size_t made_n;

/* header and payload, signed with the key; `tail` in place of the signature when given. */
static c12_view make(const char *header, const char *payload, const char *key, const char *tail)
{
    uint8_t mac[64];
    size_t n = base((const uint8_t *)header, strlen(header), made);
    made[n++] = '.';
    n += base((const uint8_t *)payload, strlen(payload), made + n);
    const c12_view part = { (uint8_t *)made, n };
    fine(c12__seal_hmac(C12_SEAL_SHA256, text_view(key), &part, 1, mac, err));
    made[n++] = '.';
    if (tail) { memcpy(made + n, tail, strlen(tail)); n += strlen(tail); }
    else n += base(mac, 32, made + n);
    made_n = n;
    return (c12_view){ (uint8_t *)made, n };
}

static c12_seal_jwt wanted(void)
{
    c12_seal_jwt o = { .struct_size = sizeof o, .alg = C12_SEAL_HS256, .now = 1000 * SECOND, .leeway = 10, .issuer = text_view("plant"), .audience = text_view("fleet"), .key = text_view(shared) };
    return o;
}

#define HEAD "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define BODY "\"iss\":\"plant\",\"aud\":\"fleet\",\"exp\":1100"

typedef struct { const char *header, *payload, *rule; c12_status status; } Bad;
static const Bad bad[] = {
    { "{\"alg\":\"none\"}", "{" BODY "}", "alg is not the configured one", C12_E_REFUSED },
    { "{\"alg\":\"None\"}", "{" BODY "}", "alg is not the configured one", C12_E_REFUSED },
    { "{\"alg\":\"hs256\"}", "{" BODY "}", "alg is not the configured one", C12_E_REFUSED },
    { "{\"alg\":\"HS512\"}", "{" BODY "}", "alg is not the configured one", C12_E_REFUSED },
    { "{\"alg\":\"ES256\"}", "{" BODY "}", "alg is not the configured one", C12_E_REFUSED },
    { "{\"alg\":\"HS256 \"}", "{" BODY "}", "alg is not the configured one", C12_E_REFUSED },
    { "{\"alg\":[\"HS256\"]}", "{" BODY "}", "alg is not the configured one", C12_E_REFUSED },
    { "{\"alg\":null}", "{" BODY "}", "alg is not the configured one", C12_E_REFUSED },
    { "{\"typ\":\"JWT\"}", "{" BODY "}", "alg is missing", C12_E_REFUSED },
    { "{}", "{" BODY "}", "alg is missing", C12_E_REFUSED },
    { "{\"ALG\":\"HS256\"}", "{" BODY "}", "alg is missing", C12_E_REFUSED },
    { "{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}", "{" BODY "}", "crit asks for an extension", C12_E_REFUSED },
    { "{\"alg\":\"HS256\",\"crit\":[]}", "{" BODY "}", "crit asks for an extension", C12_E_REFUSED },
    { "{\"alg\":\"HS256\",\"typ\":\"JWE\"}", "{" BODY "}", "typ is not JWT", C12_E_REFUSED },
    { "{\"alg\":\"HS256\",\"alg\":\"HS256\"}", "{" BODY "}", "JSON: a name comes twice in an object", C12_E_FORMAT },
    { "{\"alg\":\"none\",\"\\u0061lg\":\"HS256\"}", "{" BODY "}", "JSON: a name comes twice in an object", C12_E_FORMAT },
    { "[\"HS256\"]", "{" BODY "}", "JSON: not an object", C12_E_FORMAT },
    { "{\"alg\":\"HS256\"}x", "{" BODY "}", "JSON: bytes behind the object", C12_E_FORMAT },
    { "\xef\xbb\xbf{\"alg\":\"HS256\"}", "{" BODY "}", "JSON: not an object", C12_E_FORMAT },
    { "{'alg':'HS256'}", "{" BODY "}", "JSON: a name or string is missing", C12_E_FORMAT },
    { "{\"alg\":\"HS256\",}", "{" BODY "}", "JSON: a name or string is missing", C12_E_FORMAT },
    { "{\"alg\":\"HS256\"", "{" BODY "}", "JSON: an object does not end", C12_E_FORMAT },
    { HEAD, "{\"iss\":\"plant\",\"aud\":\"fleet\"}", "exp is missing", C12_E_REFUSED },
    { HEAD, "{\"iss\":\"plant\",\"aud\":\"fleet\",\"exp\":990}", "exp has passed", C12_E_REFUSED },
    { HEAD, "{\"iss\":\"plant\",\"aud\":\"fleet\",\"exp\":\"1100\"}", "exp is no whole number of seconds", C12_E_FORMAT },
    { HEAD, "{\"iss\":\"plant\",\"aud\":\"fleet\",\"exp\":1e9}", "exp is no whole number of seconds", C12_E_FORMAT },
    { HEAD, "{\"iss\":\"plant\",\"aud\":\"fleet\",\"exp\":-1}", "exp is no whole number of seconds", C12_E_FORMAT },
    { HEAD, "{\"iss\":\"plant\",\"aud\":\"fleet\",\"exp\":1100.5}", "exp is no whole number of seconds", C12_E_FORMAT },
    { HEAD, "{\"iss\":\"plant\",\"aud\":\"fleet\",\"exp\":null}", "exp is no whole number of seconds", C12_E_FORMAT },
    { HEAD, "{\"iss\":\"plant\",\"aud\":\"fleet\",\"exp\":99999999999999999999}", "exp is no whole number of seconds", C12_E_FORMAT },
    { HEAD, "{\"iss\":\"plant\",\"aud\":\"fleet\",\"exp\":01100}", "JSON: an object does not end", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"exp\":1200}", "JSON: a name comes twice in an object", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"nbf\":1011}", "nbf has not come", C12_E_REFUSED },
    { HEAD, "{" BODY ",\"nbf\":true}", "nbf is no whole number of seconds", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"iat\":1011}", "iat lies ahead", C12_E_REFUSED },
    { HEAD, "{" BODY ",\"iat\":{}}", "iat is no whole number of seconds", C12_E_FORMAT },
    { HEAD, "{\"iss\":\"plant2\",\"aud\":\"fleet\",\"exp\":1100}", "iss is another", C12_E_REFUSED },
    { HEAD, "{\"iss\":\"plan\",\"aud\":\"fleet\",\"exp\":1100}", "iss is another", C12_E_REFUSED },
    { HEAD, "{\"iss\":\"plant\\u0000\",\"aud\":\"fleet\",\"exp\":1100}", "iss is another", C12_E_REFUSED },
    { HEAD, "{\"iss\":[\"plant\"],\"aud\":\"fleet\",\"exp\":1100}", "iss is no string", C12_E_FORMAT },
    { HEAD, "{\"aud\":\"fleet\",\"exp\":1100}", "iss is missing", C12_E_REFUSED },
    { HEAD, "{\"x\":{\"iss\":\"plant\"},\"aud\":\"fleet\",\"exp\":1100}", "iss is missing", C12_E_REFUSED },
    { HEAD, "{\"iss\":\"plant\",\"exp\":1100}", "aud is missing", C12_E_REFUSED },
    { HEAD, "{\"iss\":\"plant\",\"aud\":\"shop\",\"exp\":1100}", "aud is another", C12_E_REFUSED },
    { HEAD, "{\"iss\":\"plant\",\"aud\":[\"shop\",\"fleets\"],\"exp\":1100}", "aud is another", C12_E_REFUSED },
    { HEAD, "{\"iss\":\"plant\",\"aud\":[],\"exp\":1100}", "aud is no string and no list of strings", C12_E_FORMAT },
    { HEAD, "{\"iss\":\"plant\",\"aud\":[\"fleet\",1],\"exp\":1100}", "aud is no string and no list of strings", C12_E_FORMAT },
    { HEAD, "{\"iss\":\"plant\",\"aud\":{\"fleet\":1},\"exp\":1100}", "aud is no string and no list of strings", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"sub\":7}", "sub is no string", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"sub\":\"\xc0\xaf\"}", "JSON: a string is malformed", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"sub\":\"\xe0\x80\xaf\"}", "JSON: a string is malformed", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"sub\":\"\xf0\x80\x80\xaf\"}", "JSON: a string is malformed", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"sub\":\"\xf4\x90\x80\x80\"}", "JSON: a string is malformed", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"sub\":\"\xe2\x82\"}", "JSON: a string is malformed", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"sub\":\"\x80\"}", "JSON: a string is malformed", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"sub\":\"\xed\xa0\x80\"}", "JSON: a string is malformed", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"sub\":\"\\ud800\"}", "JSON: a string is malformed", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"sub\":\"\\udc00\\ud800\"}", "JSON: a string is malformed", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"sub\":\"\\x41\"}", "JSON: a string is malformed", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"sub\":\"a\nb\"}", "JSON: a string is malformed", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"sub\":\"a}", "JSON: a string does not end", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"x\":[[[[[[[[1]]]]]]]]}", "JSON: more than 8 deep", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"x\":tru}", "JSON: a value is malformed", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"x\":NaN}", "JSON: a value is malformed", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"x\":1.}", "JSON: a number is malformed", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"x\":1e}", "JSON: a number is malformed", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"x\":}", "JSON: a value is malformed", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"x\" 1}", "JSON: a colon is missing", C12_E_FORMAT },
    { HEAD, "{" BODY ",\"x\":[1,2}", "JSON: an array does not end", C12_E_FORMAT },
    { HEAD, "{" BODY "}{}", "JSON: bytes behind the object", C12_E_FORMAT },
    { HEAD, "null", "JSON: not an object", C12_E_FORMAT },
};

START_TEST(bad_tokens_are_refused_by_their_rule)
{
    c12_seal_claims c = C12_INIT(c12_seal_claims), same = c;
    c12_seal_jwt o = wanted();
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        c12_error e = C12_INIT(c12_error);
        c12_view token = make(bad[k].header, bad[k].payload, shared, NULL);
        c12_status s = c12_seal_jwt_verify(&o, token, scratch, &c, &e);
        if (s != bad[k].status || strcmp(e.what, bad[k].rule)) ck_abort_msg("%s %s: %s, %s", bad[k].header, bad[k].payload, c12_status_name(s), s ? e.what : "taken");
    }
    ck_assert_mem_eq(&c, &same, sizeof c);
}
END_TEST

START_TEST(good_tokens_are_taken)
{
    static const char *const good[][2] = {
        { HEAD, "{" BODY "}" }, { "{\"alg\":\"HS256\"}", "{" BODY ",\"nbf\":1010,\"iat\":1010,\"sub\":\"G1-001\"}" },
        { "{\"\\u0061lg\":\"HS\\u003256\",\"typ\":\"at+jwt\",\"kid\":\"7\"}", "{\"iss\":\"pl\\u0061nt\",\"aud\":[\"shop\",\"fleet\"],\"exp\":991}" },
        { " {\t\"alg\" :\r\n\"HS256\" } ", " { " BODY " , \"x\" : [ [ ] , { } , -0.5e+3 , true , false , null , \"\\ud83e\\udd16 \xf0\x9f\xa4\x96 \\\"\\\\\\/\\b\\f\\n\\r\\t\" ] } " },
        { HEAD, "{\"iss\":\"plant\",\"aud\":\"fleet\",\"exp\":999999999999999999}" } };
    c12_seal_jwt o = wanted();
    for (size_t k = 0; k < sizeof good / sizeof *good; k++) {
        c12_seal_claims c = C12_INIT(c12_seal_claims);
        fine(c12_seal_jwt_verify(&o, make(good[k][0], good[k][1], shared, NULL), scratch, &c, err));
        if (k == 1) ck_assert(c.subject.size == 6 && !memcmp(c.subject.ptr, "G1-001", 6) && c.not_before == 1010 && c.issued == 1010);
    }
}
END_TEST

START_TEST(shape_and_signature)
{
    c12_seal_claims c = C12_INIT(c12_seal_claims);
    c12_seal_jwt o = wanted();
    static const char *const tails[][2] = {
        { "", "token is not signed" }, { "AAAA", "signature has another length" }, { "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "signature is no base64url" },
        { "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB", "signature is no base64url" }, { "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA AAAA", "signature is no base64url" },
        { "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+/8", "signature is no base64url" }, { "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.A", "token has more than three parts" } };
    for (size_t k = 0; k < sizeof tails / sizeof *tails; k++)
        refused(c12_seal_jwt_verify(&o, make(HEAD, "{" BODY "}", shared, tails[k][0]), scratch, &c, err), C12_E_FORMAT, tails[k][1]);
    refused(c12_seal_jwt_verify(&o, make(HEAD, "{" BODY "}", shared, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), scratch, &c, err), C12_E_REFUSED, "signature is not the key's");
    refused(c12_seal_jwt_verify(&o, make(HEAD, "{" BODY "}", "another key, of forty bytes like the other", NULL), scratch, &c, err), C12_E_REFUSED, "signature is not the key's");
    /* the key the token brings along is not looked at */
    refused(c12_seal_jwt_verify(&o, make("{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AAAA\"}}", "{" BODY "}", "\0\0\0", NULL), scratch, &c, err), C12_E_REFUSED, "signature is not the key's");
    refused(c12_seal_jwt_verify(&o, text_view(""), scratch, &c, err), C12_E_FORMAT, "token has fewer than three parts");
    refused(c12_seal_jwt_verify(&o, text_view("."), scratch, &c, err), C12_E_FORMAT, "token has fewer than three parts");
    refused(c12_seal_jwt_verify(&o, text_view(".."), scratch, &c, err), C12_E_FORMAT, "header of the token is empty");
    refused(c12_seal_jwt_verify(&o, text_view("e30..AA"), scratch, &c, err), C12_E_FORMAT, "claims of the token are empty");
    refused(c12_seal_jwt_verify(&o, text_view("e3!.e30.AA"), scratch, &c, err), C12_E_FORMAT, "header of the token is no base64url");
    refused(c12_seal_jwt_verify(&o, text_view("e31.e30.AA"), scratch, &c, err), C12_E_FORMAT, "header of the token is no base64url");
    refused(c12_seal_jwt_verify(&o, text_view("e30=.e30.AA"), scratch, &c, err), C12_E_FORMAT, "header of the token is no base64url");
    refused(c12_seal_jwt_verify(&o, text_view("Bearer e30.e30.AA"), scratch, &c, err), C12_E_FORMAT, "header of the token is no base64url");
    memset(made, 'A', sizeof made);
    refused(c12_seal_jwt_verify(&o, (c12_view){ (uint8_t *)made, 16385 }, scratch, &c, err), C12_E_FORMAT, "token is longer than 16384 bytes");
    made[3000] = made[3002] = '.';
    refused(c12_seal_jwt_verify(&o, (c12_view){ (uint8_t *)made, 4000 }, scratch, &c, err), C12_E_FORMAT, "header of the token is too long");
    refused(c12_seal_jwt_verify(&o, (c12_view){ (uint8_t *)made, 4000 }, (c12_mem){ room, 3999 }, &c, err), C12_E_SPACE, "scratch is too small");
}
END_TEST

/* An attacker who holds the key still cannot hide claims behind an object that is too full to be read twice. */
START_TEST(at_most_32_members)
{
    c12_seal_claims c = C12_INIT(c12_seal_claims);
    c12_seal_jwt o = wanted();
    for (int n = 28; n <= 31; n++) {
        char payload[1000] = "{" BODY;
        for (int i = 0; i < n; i++) snprintf(payload + strlen(payload), 30, ",\"m%d\":%d", i, i);
        strcat(payload, "}");
        c12_error e = C12_INIT(c12_error);
        c12_status s = c12_seal_jwt_verify(&o, make(HEAD, payload, shared, NULL), scratch, &c, &e);
        if (n + 3 <= 32) ck_assert_int_eq(s, C12_OK);
        else ck_assert_str_eq(e.what, "JSON: an object has more than 32 members");
    }
}
END_TEST

START_TEST(options_are_judged)
{
    c12_seal_claims c = C12_INIT(c12_seal_claims);
    c12_view token = make("{\"alg\":\"HS256\",\"kid\":\"k7\"}", "{" BODY ",\"iat\":900}", shared, NULL);
    c12_seal_jwt o = wanted();
    o.longest = 199;
    refused(c12_seal_jwt_verify(&o, token, scratch, &c, err), C12_E_REFUSED, "token is valid for too long");
    o.longest = 200;
    o.kid = text_view("k7");
    fine(c12_seal_jwt_verify(&o, token, scratch, &c, err));
    o.kid = text_view("k8");
    refused(c12_seal_jwt_verify(&o, token, scratch, &c, err), C12_E_REFUSED, "kid is not the configured one");
    o.kid = text_view("");
    o.audience = text_view("");
    refused(c12_seal_jwt_verify(&o, token, scratch, &c, err), C12_E_REFUSED, "token is for an audience");
    token = make(HEAD, "{\"iss\":\"plant\"}", shared, NULL);
    o.longest = 0;
    o.exp_optional = 1;
    fine(c12_seal_jwt_verify(&o, token, scratch, &c, err));
    ck_assert(c.expires == INT64_MAX);
    o.longest = 60;
    refused(c12_seal_jwt_verify(&o, token, scratch, &c, err), C12_E_REFUSED, "iat or exp is missing");
    o = wanted();
    o.alg = 0;
    refused(c12_seal_jwt_verify(&o, token, scratch, &c, err), C12_E_RANGE, "alg must be HS256 or ES256");
    o = wanted();
    o.key = text_view("thirty-one bytes are too few...");
    refused(c12_seal_jwt_verify(&o, token, scratch, &c, err), C12_E_FORMAT, "shared key must have 32 to 1024 bytes");
    o = wanted();
    o.leeway = 601;
    refused(c12_seal_jwt_verify(&o, token, scratch, &c, err), C12_E_RANGE, "leeway must be 0 to 600 seconds");
    o = wanted();
    o.alg = C12_SEAL_ES256;
    refused(c12_seal_jwt_verify(&o, token, scratch, &c, err), C12_E_FORMAT, "public key must have 65 or 64 bytes");
    o = wanted();
    o.now = -1;
    refused(c12_seal_jwt_verify(&o, token, scratch, &c, err), C12_E_RANGE, "time lies before 1970");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("seal-jwt");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, tokens_of_rfc_7515);
    tcase_add_test(t, every_turned_bit_of_a_token_is_found);
    tcase_add_test(t, bad_tokens_are_refused_by_their_rule);
    tcase_add_test(t, good_tokens_are_taken);
    tcase_add_test(t, shape_and_signature);
    tcase_add_test(t, at_most_32_members);
    tcase_add_test(t, options_are_judged);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
