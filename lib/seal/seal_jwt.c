/* SPDX-License-Identifier: Apache-2.0 */
/* Web tokens: the configuration says which algorithm and key, the token only whether it agrees (RFC 8725, 3.1). */
#include "seal/seal_internal.h"

enum { SEAL_TOKEN_MOST = 16384, SEAL_HEADER_MOST = 2048, SEAL_LEEWAY_MOST = 600 };
#define SEAL_TOKEN_SECOND INT64_C(1000000000)

typedef struct jwt_parts { c12_view header, payload, signature, signed_part; } jwt_parts;

static c12_status jwt_refuse(c12_error *err, const char *rule) { return c12__fail(err, C12_E_REFUSED, rule, "token", -1, 0); }
static c12_status jwt_malformed(c12_error *err, const char *rule) { return c12__fail(err, C12_E_FORMAT, rule, "token", -1, 0); }

static c12_status jwt_open(c12_seal_jwt *o, const c12_seal_jwt *options, c12_error *err)
{
    c12_status s = c12__take(o, sizeof *o, options, "options", err);
    if (s) return s;
    if (o->alg != C12_SEAL_HS256 && o->alg != C12_SEAL_ES256) return c12__fail(err, C12_E_RANGE, "alg must be HS256 or ES256", "alg", -1, o->alg);
    if (o->now < 0) return c12__fail(err, C12_E_RANGE, "time lies before 1970", "now", -1, o->now);
    if (o->leeway < 0 || o->leeway > SEAL_LEEWAY_MOST) return c12__fail(err, C12_E_RANGE, "leeway must be 0 to 600 seconds", "leeway", -1, o->leeway);
    if (o->longest < 0) return c12__fail(err, C12_E_RANGE, "longest must not be negative", "longest", -1, o->longest);
    if (o->exp_optional < 0 || o->exp_optional > 1) return c12__fail(err, C12_E_RANGE, "exp_optional must be 0 or 1", "exp_optional", -1, o->exp_optional);
    if (c12__seal_unreadable(o->key) || c12__seal_unreadable(o->issuer) || c12__seal_unreadable(o->audience) || c12__seal_unreadable(o->kid))
        return c12__fail(err, C12_E_ARG, "argument is NULL", "options", -1, 0);
    if (o->alg == C12_SEAL_HS256 && (o->key.size < 32 || o->key.size > 1024)) /* RFC 7518, 3.2 */
        return c12__fail(err, C12_E_FORMAT, "shared key must have 32 to 1024 bytes", "key", -1, (int64_t)o->key.size);
    return C12_OK;
}

/* Three parts with two dots. */
static const char *jwt_cut(c12_view jws, jwt_parts *p)
{
    size_t dot[2], n = 0;
    for (size_t i = 0; i < jws.size; i++) {
        if (jws.ptr[i] != '.') continue;
        if (n == 2) return "token has more than three parts";
        dot[n++] = i;
    }
    if (n < 2) return "token has fewer than three parts";
    const jwt_parts parts = { { jws.ptr, dot[0] }, { jws.ptr + dot[0] + 1, dot[1] - dot[0] - 1 }, { jws.ptr + dot[1] + 1, jws.size - dot[1] - 1 }, { jws.ptr, dot[1] } };
    *p = parts;
    if (!p->header.size) return "header of the token is empty";
    if (!p->payload.size) return "claims of the token are empty";
    return p->signature.size ? NULL : "token is not signed";
}

/* ---- header ---------------------------------------------------------------------------------------------------------------------------- */

static c12_status jwt_header(const c12_seal_jwt *o, c12_view coded, uint8_t *room, c12_error *err)
{
    if (coded.size > SEAL_HEADER_MOST) return jwt_malformed(err, "header of the token is too long");
    int64_t n = c12__seal_unbase64(coded, 1, room);
    if (n < 0) return jwt_malformed(err, "header of the token is no base64url");
    const c12_view header = { room, (size_t)n };
    const char *rule = c12__seal_json_fault(header);
    if (rule) return jwt_malformed(err, rule);
    const c12_view alg = c12__seal_json_member(header, SEAL_WORD("alg")), typ = c12__seal_json_member(header, SEAL_WORD("typ")), kid = c12__seal_json_member(header, SEAL_WORD("kid"));
    if (!alg.size) return jwt_refuse(err, "alg is missing");
    if (!c12__seal_json_is(alg, o->alg == C12_SEAL_HS256 ? SEAL_WORD("HS256") : SEAL_WORD("ES256"))) return jwt_refuse(err, "alg is not the configured one");
    if (c12__seal_json_member(header, SEAL_WORD("crit")).size) return jwt_refuse(err, "crit asks for an extension");
    if (typ.size && !c12__seal_json_is(typ, SEAL_WORD("JWT")) && !c12__seal_json_is(typ, SEAL_WORD("at+jwt"))) return jwt_refuse(err, "typ is not JWT");
    if (o->kid.size && !c12__seal_json_is(kid, o->kid)) return jwt_refuse(err, "kid is not the configured one");
    return C12_OK;
}

/* ---- signature --------------------------------------------------------------------------------------------------------------------------- */

static c12_status jwt_signature(const c12_seal_jwt *o, const jwt_parts *p, c12_error *err)
{
    uint8_t given[66], mac[64], digest[32];
    c12_status s;
    if (p->signature.size > 86) return jwt_malformed(err, "signature has another length");
    int64_t n = c12__seal_unbase64(p->signature, 1, given);
    if (n < 0) return jwt_malformed(err, "signature is no base64url");
    if (n != (o->alg == C12_SEAL_HS256 ? 32 : 64)) return jwt_malformed(err, "signature has another length");
    if (o->alg == C12_SEAL_HS256) {
        if ((s = c12__seal_hmac(C12_SEAL_SHA256, o->key, &p->signed_part, 1, mac, err))) return s;
        int same = c12__seal_same(mac, given, 32);
        c12__seal_wipe(mac, sizeof mac);
        return same ? C12_OK : jwt_refuse(err, "signature is not the key's");
    }
    const c12_view signature = { given, 64 };
    if ((s = c12__seal_digest(&p->signed_part, 1, digest, err))) return s;
    return c12_seal_verify(o->key, digest, signature, err);
}

/* ---- claims ------------------------------------------------------------------------------------------------------------------------------ */

/* A time: whole seconds, no sign, no exponent.  0 = it is something else. */
static int jwt_time(c12_view value, int64_t missing, int64_t *t)
{
    *t = value.size ? c12__seal_decimal(value) : missing;
    return !value.size || *t >= 0;
}

static c12_status jwt_times(const c12_seal_jwt *o, const c12_seal_claims *c, c12_error *err)
{
    int64_t now = o->now / SEAL_TOKEN_SECOND;
    if (c->expires == INT64_MAX && !o->exp_optional) return jwt_refuse(err, "exp is missing");
    if (c->expires <= now - o->leeway) return jwt_refuse(err, "exp has passed");
    if (c->not_before > now + o->leeway) return jwt_refuse(err, "nbf has not come");
    if (c->issued > now + o->leeway) return jwt_refuse(err, "iat lies ahead");
    if (!o->longest) return C12_OK;
    if (c->issued == INT64_MIN || c->expires == INT64_MAX) return jwt_refuse(err, "iat or exp is missing");
    return c->expires < c->issued || c->expires - c->issued > o->longest ? jwt_refuse(err, "token is valid for too long") : C12_OK;
}

static c12_status jwt_parties(const c12_seal_jwt *o, c12_view payload, c12_error *err)
{
    const c12_view iss = c12__seal_json_member(payload, SEAL_WORD("iss")), aud = c12__seal_json_member(payload, SEAL_WORD("aud"));
    if (iss.size && iss.ptr[0] != '"') return jwt_malformed(err, "iss is no string");
    if (aud.size && aud.ptr[0] != '"' && !c12__seal_json_strings(aud)) return jwt_malformed(err, "aud is no string and no list of strings");
    if (o->issuer.size && !iss.size) return jwt_refuse(err, "iss is missing");
    if (o->issuer.size && !c12__seal_json_is(iss, o->issuer)) return jwt_refuse(err, "iss is another");
    if (o->audience.size && !aud.size) return jwt_refuse(err, "aud is missing");
    if (!o->audience.size && aud.size) return jwt_refuse(err, "token is for an audience"); /* RFC 7519, 4.1.3 */
    if (aud.size && !c12__seal_json_is(aud, o->audience) && !c12__seal_json_has(aud, o->audience)) return jwt_refuse(err, "aud is another");
    return C12_OK;
}

static c12_status jwt_claims(const c12_seal_jwt *o, c12_view coded, uint8_t *room, c12_seal_claims *c, c12_error *err)
{
    int64_t n = c12__seal_unbase64(coded, 1, room);
    if (n < 0) return jwt_malformed(err, "claims of the token are no base64url");
    const c12_view payload = { room, (size_t)n };
    const char *rule = c12__seal_json_fault(payload);
    if (rule) return jwt_malformed(err, rule);
    if (!jwt_time(c12__seal_json_member(payload, SEAL_WORD("exp")), INT64_MAX, &c->expires)) return jwt_malformed(err, "exp is no whole number of seconds");
    if (!jwt_time(c12__seal_json_member(payload, SEAL_WORD("nbf")), INT64_MIN, &c->not_before)) return jwt_malformed(err, "nbf is no whole number of seconds");
    if (!jwt_time(c12__seal_json_member(payload, SEAL_WORD("iat")), INT64_MIN, &c->issued)) return jwt_malformed(err, "iat is no whole number of seconds");
    const c12_view sub = c12__seal_json_member(payload, SEAL_WORD("sub"));
    if (sub.size && sub.ptr[0] != '"') return jwt_malformed(err, "sub is no string");
    c12_status s = jwt_times(o, c, err);
    if (s || (s = jwt_parties(o, payload, err))) return s;
    c->payload = payload;
    if (sub.size) {
        c->subject.ptr = sub.ptr + 1;
        c->subject.size = sub.size - 2;
    }
    return C12_OK;
}

c12_status c12_seal_jwt_verify(const c12_seal_jwt *options, c12_view jws, c12_mem scratch, c12_seal_claims *claims, c12_error *err)
{
    c12_seal_jwt o;
    c12_seal_claims mine, out = C12_INIT(c12_seal_claims);
    jwt_parts p;
    uint8_t point[65];
    c12_status s = jwt_open(&o, options, err);
    if (s || (s = c12__take(&mine, sizeof mine, claims, "claims", err))) return s;
    if (o.alg == C12_SEAL_ES256 && (s = c12__seal_public_key(o.key, point, err))) return s;
    if (!jws.ptr) return c12__fail(err, C12_E_ARG, "argument is NULL", "token", -1, 0);
    if (jws.size > SEAL_TOKEN_MOST) return jwt_malformed(err, "token is longer than 16384 bytes");
    if (!scratch.ptr || scratch.size < jws.size) return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)jws.size);
    if (!c12_seal_library()) return c12__seal_without(err);
    const char *rule = jwt_cut(jws, &p);
    if (rule) return jwt_malformed(err, rule);
    if ((s = jwt_header(&o, p.header, scratch.ptr, err)) || (s = jwt_signature(&o, &p, err)) || (s = jwt_claims(&o, p.payload, scratch.ptr, &out, err))) return s;
    c12__give(claims, &out, sizeof out);
    return C12_OK;
}
