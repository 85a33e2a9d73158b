/* SPDX-License-Identifier: Apache-2.0 */
/* Electronic signatures: who may sign which version of a document, and a signature that belongs to one record alone. */
#include "seal/seal_internal.h"

enum { SEAL_WHO_MOST = 1024, SEAL_WHY_MOST = 65536, SEAL_ACT_FIXED = 13 + 8 + 4 * 4 + 32 + 4 + 1 };

/* ---- entry ------------------------------------------------------------------------------------------------------------------------------ */

static c12_status act_sound(const c12_seal_act *a, c12_error *err)
{
    if (!a) return c12__fail(err, C12_E_ARG, "argument is NULL", "act", -1, 0);
    if (a->person < 0) return c12__fail(err, C12_E_RANGE, "person must not be negative", "person", -1, a->person);
    if (a->document < 0 || a->version < 0) return c12__fail(err, C12_E_RANGE, "document and version must not be negative", "document", -1, a->document);
    if (a->meaning < C12_SEAL_AUTHORED || a->meaning > C12_SEAL_REJECTED) return c12__fail(err, C12_E_RANGE, "meaning is not known", "meaning", -1, a->meaning);
    if (!a->who.ptr || !a->who.size || a->who.size > SEAL_WHO_MOST) return c12__fail(err, C12_E_RANGE, "name must have 1 to 1024 bytes", "who", -1, (int64_t)a->who.size);
    if (!a->why.ptr || !a->why.size || a->why.size > SEAL_WHY_MOST) return c12__fail(err, C12_E_RANGE, "reason must have 1 to 65536 bytes", "why", -1, (int64_t)a->why.size);
    return C12_OK;
}

static void controls_versions(c12__faults *f, const c12_seal_controls *c)
{
    for (int32_t i = 0; i < c->n_versions && !c12__full(f); i++) {
        c12_ns until = c12__at64(c->superseded, i, INT64_MAX);
        if (c->document[i] < 0) c12__fault(f, C12_E_RANGE, "document must not be negative", "document", i, c->document[i]);
        if (c->version[i] < 0) c12__fault(f, C12_E_RANGE, "version must not be negative", "version", i, c->version[i]);
        if (until <= c->effective[i]) c12__fault(f, C12_E_RANGE, "version is superseded before it holds", "superseded", i, until);
        if (!i || c->document[i - 1] < c->document[i]) continue;
        if (c->document[i - 1] > c->document[i] || c->version[i - 1] >= c->version[i]) c12__fault(f, C12_E_RANGE, "rows must rise by document and version", "document", i, c->document[i]);
        else if (c12__at64(c->superseded, i - 1, INT64_MAX) > c->effective[i]) c12__fault(f, C12_E_RANGE, "two versions hold at the same time", "effective", i, c->effective[i]);
    }
}

static c12_status controls_open(c12_seal_controls *c, const c12_seal_controls *controls, c12_error *err)
{
    c12_status s = c12__take(c, sizeof *c, controls, "controls", err);
    if (s) return s;
    if (c->n_versions < 0 || c->n_trainings < 0) return c12__fail(err, C12_E_ARG, "count is negative", "n_versions", -1, c->n_versions);
    if (c->n_versions && (!c->document || !c->version || !c->effective || !c->digest)) return c12__fail(err, C12_E_ARG, "column is NULL", "document", -1, 0);
    if (c->n_trainings && (!c->trained_person || !c->trained_document || !c->trained_version || !c->trained_on)) return c12__fail(err, C12_E_ARG, "column is NULL", "trained_person", -1, 0);
    c12__faults f = { err, C12_OK, 0 };
    controls_versions(&f, c);
    for (int32_t i = 0; i < c->n_trainings && !c12__full(&f); i++) {
        if (c->trained_person[i] < 0) c12__fault(&f, C12_E_RANGE, "person must not be negative", "trained_person", i, c->trained_person[i]);
        if (c12__at64(c->trained_until, i, INT64_MAX) <= c->trained_on[i]) c12__fault(&f, C12_E_RANGE, "training runs out before it is passed", "trained_until", i, c->trained_until[i]);
    }
    return f.status;
}

/* ---- who may ------------------------------------------------------------------------------------------------------------------------------- */

/* NULL = the version holds and is the one of the digest. */
static const char *act_version(const c12_seal_controls *c, const c12_seal_act *a)
{
    for (int32_t i = 0; i < c->n_versions; i++) {
        if (c->document[i] != a->document || c->version[i] != a->version) continue;
        if (a->when < c->effective[i]) return "version does not hold yet";
        if (a->when >= c12__at64(c->superseded, i, INT64_MAX)) return "version has been superseded";
        return memcmp(c->digest + 32 * (size_t)i, a->digest, 32) ? "digest is not the version's" : NULL;
    }
    return "document has no such version";
}

static const char *act_training(const c12_seal_controls *c, const c12_seal_act *a, int32_t *row)
{
    c12_ns best = INT64_MIN;
    int any = 0;
    *row = -1;
    for (int32_t i = 0; i < c->n_trainings; i++) {
        c12_ns until = c12__at64(c->trained_until, i, INT64_MAX);
        if (c->trained_person[i] != a->person || c->trained_document[i] != a->document || c->trained_version[i] != a->version || c->trained_on[i] > a->when) continue;
        any = 1;
        if (until <= a->when || until <= best) continue;
        best = until;
        *row = i;
    }
    return *row >= 0 ? NULL : any ? "training has run out" : "person is not trained on this version";
}

c12_status c12_seal_may_sign(const c12_seal_controls *controls, const c12_seal_act *act, int32_t *row, c12_error *err)
{
    c12_seal_controls c;
    int32_t training;
    c12_status s = controls_open(&c, controls, err);
    if (s || (s = act_sound(act, err))) return s;
    const char *rule = act_version(&c, act);
    if (rule) return c12__fail(err, C12_E_REFUSED, rule, "document", -1, act->document);
    if ((rule = act_training(&c, act, &training))) return c12__fail(err, C12_E_REFUSED, rule, "person", -1, act->person);
    if (row) *row = training;
    return C12_OK;
}

/* ---- signing --------------------------------------------------------------------------------------------------------------------------------- */

static c12_status act_hash(const c12_seal_act *a, uint8_t hash[32], c12_error *err)
{
    uint8_t fixed[SEAL_ACT_FIXED] = "c12 signature", size[4];
    size_t at = 13;
    c12__seal_put(fixed + at, (uint64_t)a->when, 8);
    c12__seal_put(fixed + at + 8, (uint64_t)a->person, 4);
    c12__seal_put(fixed + at + 12, (uint64_t)a->document, 4);
    c12__seal_put(fixed + at + 16, (uint64_t)a->version, 4);
    c12__seal_put(fixed + at + 20, (uint64_t)a->meaning, 4);
    memcpy(fixed + at + 24, a->digest, 32);
    c12__seal_put(fixed + at + 56, a->who.size, 4);
    c12__seal_put(size, a->why.size, 4);
    const c12_view part[4] = { { fixed, at + 60 }, a->who, { size, 4 }, a->why };
    return c12__seal_digest(part, 4, hash, err);
}

c12_status c12_seal_act_sign(const c12_seal_controls *controls, const c12_seal_act *act, c12_view password, c12_view record, c12_view key,
                             c12_view entropy, uint8_t *hash, uint8_t *signature, c12_error *err)
{
    uint8_t digest[32];
    c12_seal_controls c;
    c12_status s = controls_open(&c, controls, err);
    if (s || (s = act_sound(act, err)) || (s = c12__seal_key(key, "key", err))) return s;
    if (!signature) return c12__fail(err, C12_E_ARG, "argument is NULL", "signature", -1, 0);
    /* the secret first: a stranger learns nothing about versions and trainings */
    if ((s = c12_seal_password_check(password, record, NULL, err)) || (s = c12_seal_may_sign(controls, act, NULL, err)) || (s = act_hash(act, digest, err))) return s;
    if ((s = c12_seal_sign(key, digest, entropy, signature, err))) return s;
    if (hash) memcpy(hash, digest, sizeof digest);
    return C12_OK;
}

c12_status c12_seal_act_check(const c12_seal_act *act, c12_view key, c12_view signature, c12_error *err)
{
    uint8_t digest[32];
    c12_status s = act_sound(act, err);
    if (s || (s = act_hash(act, digest, err))) return s;
    return c12_seal_verify(key, digest, signature, err);
}
