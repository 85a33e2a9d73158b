/* SPDX-License-Identifier: Apache-2.0 */
/* Documents in versions, who is trained on them, and signatures with a meaning (21 CFR Part 11; c12/seal.h judges and signs). */
#include "quality.h"
#include "c12/seal.h"
#include <stdlib.h>
#include <string.h>

enum { RECORD_ROWS = 1024 };

static void digest_of(const char *s, uint8_t *out)
{
    c12_view v = { (const uint8_t *)s, strlen(s) };
    if (c12_seal_sha256(v, out, NULL)) memset(out, 0, 32);
}

static void hex(const uint8_t *b, int n, char *out)
{
    for (int k = 0; k < n; k++) snprintf(out + 2 * k, 3, "%02x", b[k]);
}

/* ---- documents --------------------------------------------------------------------------------------------------------------------------------- */

void document_post(request *r)
{
    const json_t *b = request_body(r);
    db *d = request_db(r);
    const char *code = body_text(b, "document");
    uint8_t digest[32];
    char text_digest[65];
    digest_of(body_text(b, "text"), digest);
    hex(digest, 32, text_digest);
    int64_t now = request_now(r) * 1000000, version = db_number(d, 0, "SELECT max(version) FROM documents WHERE document = ?", "s", code) + 1;
    db_do(d, "UPDATE documents SET superseded_ns = ? WHERE document = ? AND superseded_ns = ?", "isi", now, code, INT64_MAX);
    db_do(d, "INSERT INTO documents VALUES(?, ?, ?, ?, ?, ?, ?, ?)", "sissiibs", code, version, body_text(b, "title"), body_text(b, "text"), now, INT64_MAX, (const void *)digest, 32, request_who(r));
    request_did(r, code, "version %lld", (long long)version);
    answer(r, 201, json_pack("{s:s,s:I,s:s}", "document", code, "version", (json_int_t)version, "digest", text_digest));
}

void documents_get(request *r)
{
    db *d = request_db(r);
    json_t *items = json_array();
    sqlite3_stmt *q = db_ask(d, "SELECT document, version, title, effective_ns, superseded_ns, digest, made_by FROM documents ORDER BY document, version LIMIT 1000", "");
    while (db_next(d, q)) {
        char digest[65] = "";
        if (sqlite3_column_bytes(q, 5) == 32) hex(sqlite3_column_blob(q, 5), 32, digest);
        json_array_append_new(items, json_pack("{s:s,s:I,s:s,s:I,s:b,s:s,s:s}", "document", db_text(q, 0), "version", (json_int_t)sqlite3_column_int64(q, 1), "title", db_text(q, 2), "effective_ms", (json_int_t)sqlite3_column_int64(q, 3) / 1000000, "holds", sqlite3_column_int64(q, 4) == INT64_MAX,
            "digest", digest, "made_by", db_text(q, 6)));
    }
    answer(r, 200, json_pack("{s:o,s:n}", "items", items, "next"));
}

void training_post(request *r)
{
    const json_t *b = request_body(r);
    db *d = request_db(r);
    int64_t version = body_int(b, "version", 1), days = body_int(b, "days", 0), now = request_now(r) * 1000000;
    if (!db_number(d, 0, "SELECT 1 FROM documents WHERE document = ? AND version = ?", "si", body_text(b, "document"), version)) { problem_at(r, "/document", "there is no such version"); return; }
    if (!db_number(d, 0, "SELECT 1 FROM people WHERE name = ?", "s", body_text(b, "person"))) { problem_at(r, "/person", "there is no such person"); return; }
    db_do(d, "INSERT INTO trainings VALUES(?, ?, ?, ?, ?, ?)", "ssiiis", body_text(b, "person"), body_text(b, "document"), version, now, days ? now + days * 86400 * INT64_C(1000000000) : INT64_MAX, request_who(r));
    request_did(r, body_text(b, "person"), "trained on %.60s version %lld", body_text(b, "document"), (long long)version);
    answer(r, 201, json_pack("{s:s,s:s,s:I}", "person", body_text(b, "person"), "document", body_text(b, "document"), "version", (json_int_t)version));
}

void trainings_get(request *r)
{
    db *d = request_db(r);
    json_t *items = json_array();
    sqlite3_stmt *q = db_ask(d, "SELECT person, document, version, passed_ns, until_ns FROM trainings ORDER BY passed_ns DESC LIMIT 1000", "");
    while (db_next(d, q)) {
        json_t *row = json_pack("{s:s,s:s,s:I,s:I}", "person", db_text(q, 0), "document", db_text(q, 1), "version", (json_int_t)sqlite3_column_int64(q, 2), "passed_ms", (json_int_t)sqlite3_column_int64(q, 3) / 1000000);
        json_object_set_new(row, "until_ms", sqlite3_column_int64(q, 4) == INT64_MAX ? json_null() : json_integer(sqlite3_column_int64(q, 4) / 1000000));
        json_array_append_new(items, row);
    }
    answer(r, 200, json_pack("{s:o,s:n}", "items", items, "next"));
}

/* ---- signatures ------------------------------------------------------------------------------------------------------------------------------- */

typedef struct signing {
    c12_seal_act act;
    char who[80], document[80], why[300], record[200];
    uint8_t hash[32], signature[64];
    int32_t document_no[RECORD_ROWS], version[RECORD_ROWS], person[RECORD_ROWS], trained_document[RECORD_ROWS], trained_version[RECORD_ROWS];
    c12_ns effective[RECORD_ROWS], superseded[RECORD_ROWS], on[RECORD_ROWS], until[RECORD_ROWS];
    uint8_t digest[32 * RECORD_ROWS];
    c12_seal_controls controls;
} signing;

/* The document's versions and the person's trainings as the rules want them: document and person are number 0. */
static void read_controls(db *d, signing *s)
{
    const c12_seal_controls empty = C12_INIT(c12_seal_controls);
    s->controls = empty;
    int32_t n = 0, m = 0;
    sqlite3_stmt *q = db_ask(d, "SELECT version, effective_ns, superseded_ns, digest FROM documents WHERE document = ? ORDER BY version LIMIT 1024", "s", s->document);
    for (; db_next(d, q); n++) {
        s->version[n] = sqlite3_column_int(q, 0);
        s->effective[n] = sqlite3_column_int64(q, 1);
        s->superseded[n] = sqlite3_column_int64(q, 2);
        if (sqlite3_column_bytes(q, 3) == 32) memcpy(s->digest + 32 * n, sqlite3_column_blob(q, 3), 32);
    }
    q = db_ask(d, "SELECT version, passed_ns, until_ns FROM trainings WHERE person = ? AND document = ? LIMIT 1024", "ss", s->who, s->document);
    for (; db_next(d, q); m++) {
        s->trained_version[m] = sqlite3_column_int(q, 0);
        s->on[m] = sqlite3_column_int64(q, 1);
        s->until[m] = sqlite3_column_int64(q, 2);
    }
    c12_seal_controls *c = &s->controls;
    c->n_versions = n;
    c->n_trainings = m;
    c->document = s->document_no;
    c->version = s->version;
    c->effective = s->effective;
    c->superseded = s->superseded;
    c->digest = s->digest;
    c->trained_person = s->person;
    c->trained_document = s->trained_document;
    c->trained_version = s->trained_version;
    c->trained_on = s->on;
    c->trained_until = s->until;
    for (int32_t k = 0; k < n; k++) if (s->version[k] == s->act.version) memcpy(s->act.digest, s->digest + 32 * k, 32);
    q = db_ask(d, "SELECT password FROM people WHERE name = ? AND active", "s", s->who);
    if (db_next(d, q)) { snprintf(s->record, sizeof s->record, "%s", db_text(q, 0)); db_done(q); }
}

static void signature_store(request *r)
{
    signing *s = request_with(r);
    char signature[129];
    db_do(request_db(r), "INSERT INTO signatures(person, document, version, meaning, why, at_ns, hash, signature) VALUES(?, ?, ?, ?, ?, ?, ?, ?)", "ssiisibb", s->who, s->document, (int64_t)s->act.version, (int64_t)s->act.meaning, s->why, s->act.when, (const void *)s->hash, 32, (const void *)s->signature, 64);
    hex(s->signature, 64, signature);
    request_did(r, s->document, "signed version %d: %s", s->act.version, s->why);
    answer(r, 201, json_pack("{s:s,s:s,s:i,s:I,s:s}", "person", s->who, "document", s->document, "version", s->act.version, "at_ms", (json_int_t)(s->act.when / 1000000), "signature", signature));
    free(s);
}

static int meaning_of(const char *word)
{
    static const char *const words[] = { "authored", "reviewed", "approved", "released", "rejected" };
    for (int k = 0; k < 5; k++) if (!strcmp(words[k], word)) return k + 1;
    return 0;
}

void signature_post(request *r)
{
    const json_t *b = request_body(r);
    const char *own = NULL, *password = body_text(b, "password");
    uint8_t key[32], entropy[32];
    c12_error err = C12_INIT(c12_error);
    if (!request_is(r, "person", &own)) { problem(r, 403, "A person signs", "log in with a name of your own"); return; }
    const char *key_file = house_option(request_house(r), "seal.audit_key", "");
    c12_mem random = { entropy, sizeof entropy };
    if (!*key_file || c12io_key_read(key_file, key, &err) || c12io_random(random, &err)) { problem(r, 503, "There is no key to sign with", "name one in seal.audit_key"); return; }
    signing *s = calloc(1, sizeof *s);
    if (!s) return;
    snprintf(s->who, sizeof s->who, "%s", own);
    snprintf(s->document, sizeof s->document, "%s", body_text(b, "document"));
    snprintf(s->why, sizeof s->why, "%s", body_text(b, "why"));
    s->act.when = request_now(r) * 1000000;
    s->act.version = (int32_t)body_int(b, "version", 1);
    s->act.meaning = meaning_of(body_text(b, "meaning"));
    s->act.who = (c12_view){ (const uint8_t *)s->who, strlen(s->who) };
    s->act.why = (c12_view){ (const uint8_t *)s->why, strlen(s->why) };
    db *d = house_read(request_house(r));
    read_controls(d, s);
    house_read_end(request_house(r), d);
    c12_view secret = { (const uint8_t *)password, strlen(password) }, line = { (const uint8_t *)s->record, strlen(s->record) }, k = { key, 32 }, blind = { entropy, 32 };
    c12_status st = c12_seal_act_sign(&s->controls, &s->act, secret, line, k, blind, s->hash, s->signature, &err);
    memset(key, 0, sizeof key);
    if (!st) { request_then(r, signature_store, s); return; }
    problem(r, st == C12_E_REFUSED ? 403 : 409, "It is not signed", "%s", err.what ? err.what : c12_status_name(st));
    free(s);
}

void signatures_get(request *r)
{
    static const char *const words[] = { "?", "authored", "reviewed", "approved", "released", "rejected" };
    db *d = request_db(r);
    json_t *items = json_array();
    sqlite3_stmt *q = db_ask(d, "SELECT person, document, version, meaning, why, at_ns FROM signatures ORDER BY id DESC LIMIT 1000", "");
    while (db_next(d, q)) json_array_append_new(items, json_pack("{s:s,s:s,s:I,s:s,s:s,s:I}", "person", db_text(q, 0), "document", db_text(q, 1), "version", (json_int_t)sqlite3_column_int64(q, 2), "meaning", words[sqlite3_column_int(q, 3) % 6], "why", db_text(q, 4), "at_ms", (json_int_t)sqlite3_column_int64(q, 5) / 1000000));
    answer(r, 200, json_pack("{s:o,s:n}", "items", items, "next"));
}
