/* SPDX-License-Identifier: Apache-2.0 */
/* People: password and one-time code against a session; three failures in five minutes lock user and address (c12/access.h).  Passwords cost half
 * a second by design, so the worker thread takes them. */
#include "inside.h"
#include "c12/io.h"
#include <stdlib.h>
#include <string.h>

enum { SESSION_HOURS = 12, SESSION_BYTES = 32 };

static void hex_of(const uint8_t *bytes, int n, char *out)
{
    for (int k = 0; k < n; k++) snprintf(out + 2 * k, 3, "%02x", bytes[k]);
}

static int hash_of(const char *token, uint8_t *hash)
{
    c12_view v = { (const uint8_t *)token, strlen(token) };
    return !c12_seal_sha256(v, hash, NULL);
}

int people_session(house *h, const char *token, identity *who)
{
    uint8_t hash[32];
    int found = 0;
    if (strlen(token) != 2 * SESSION_BYTES || !hash_of(token, hash)) return 0;
    db *d = ledger_reader(h);
    sqlite3_stmt *q = db_ask(d, "SELECT p.name, p.roles FROM sessions s JOIN people p ON p.name = s.person WHERE s.token = ? AND s.expires_ms > ? AND p.active", "bi", (const void *)hash, 32, house_now());
    if (db_next(d, q)) {
        snprintf(who->name, sizeof who->name, "person:%.80s", db_text(q, 0));
        (void)door_roles(h, db_text(q, 1), who);
        found = 1;
        db_done(q);
    }
    ledger_give(h, d);
    return found;
}

/* ---- logging in -------------------------------------------------------------------------------------------------------------------------- */

typedef struct login { char name[80], token[2 * SESSION_BYTES + 1]; c12_seal_totp_state state; int good, coded; } login;

/* Failures count before the answer goes out; the counters live with the access handle and are the worker's alone. */
static void login_failed(request *r, const char *name, const char *why)
{
    house *h = r->h;
    int32_t locked = 0;
    c12_view user = { (const uint8_t *)name, strlen(name) }, address = { (const uint8_t *)r->link->address, strlen(r->link->address) };
    (void)!c12_access_failed(door_access(h), user, address, house_now() * 1000000, &locked, NULL);
    char detail[200];
    snprintf(detail, sizeof detail, "login of %.60s: %s%s", name, why, locked ? "; locked now" : "");
    door_refused(h, "", r->link->address, locked ? "lockout" : "login", detail);
    problem(r, 401, "Name, password or code is wrong", "after three failures in five minutes both name and address wait");
}

static void login_store(request *r)
{
    login *l = request_with(r);
    uint8_t hash[32];
    db *d = request_db(r);
    int64_t expires = request_now(r) + SESSION_HOURS * 3600000LL;
    char cookie[160];
    if (l->coded) db_do(d, "UPDATE people SET code_next = ?, code_failures = ? WHERE name = ?", "iis", l->state.next, (int64_t)l->state.failures, l->name);
    if (!l->good) { free(l); return; }
    if (!hash_of(l->token, hash)) { problem(r, 500, "No session", "the library has no SHA-256"); free(l); return; }
    db_do(d, "INSERT INTO sessions VALUES(?, ?, ?, ?)", "bsii", (const void *)hash, 32, l->name, request_now(r), expires);
    snprintf(r->who.name, sizeof r->who.name, "person:%s", l->name);
    request_did(r, l->name, "logged in");
    answer(r, 201, json_pack("{s:s,s:s,s:I}", "token", l->token, "person", l->name, "expires_ms", (json_int_t)expires));
    snprintf(cookie, sizeof cookie, "c12=%s; HttpOnly; SameSite=Strict; Path=/; Max-Age=%d%s", l->token, SESSION_HOURS * 3600, r->h->set.plain ? "" : "; Secure");
    answer_header(r, "Set-Cookie", cookie);
    free(l);
}

/* 1 = the code is right, or the person has none. */
static int login_code(request *r, login *l, const void *secret, int size, const char **why)
{
    c12_seal_totp t = C12_INIT(c12_seal_totp);
    c12_error err = C12_INIT(c12_error);
    const char *code = body_text(request_body(r), "code");
    c12_view v = { (const uint8_t *)(code ? code : ""), code ? strlen(code) : 0 };
    if (!size) return 1;
    t.window = 1;
    t.secret = (c12_view){ secret, (size_t)size };
    l->coded = 1;
    if (!c12_seal_totp_check(&t, &l->state, house_now() * 1000000, v, &err)) return 1;
    *why = err.what ? err.what : "code is wrong";
    return 0;
}

static void login_try(request *r)
{
    static const char nobody[] = "$pbkdf2-sha256$i=600000$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    house *h = r->h;
    const char *name = body_text(request_body(r), "name"), *password = body_text(request_body(r), "password"), *why = "password is wrong";
    c12_view user = { (const uint8_t *)name, strlen(name) }, address = { (const uint8_t *)r->link->address, strlen(r->link->address) };
    c12_ns until = 0;
    int32_t locked = 0;
    char record[200] = "", wait[16];
    uint8_t secret[128], token[SESSION_BYTES];
    int size = 0, active = 0;
    (void)!c12_access_try(door_access(h), user, address, house_now() * 1000000, &until, &locked, NULL);
    if (locked) {
        problem(r, 429, "Locked", "too many failures; wait");
        snprintf(wait, sizeof wait, "%lld", (long long)((until - house_now() * 1000000) / 1000000000 + 1));
        answer_header(r, "Retry-After", wait);
        door_refused(h, "", r->link->address, "locked", name);
        return;
    }
    login *l = calloc(1, sizeof *l);
    if (!l) return;
    db *d = ledger_reader(h);
    sqlite3_stmt *q = db_ask(d, "SELECT password, code_secret, code_next, code_failures, active FROM people WHERE name = ?", "s", name);
    if (db_next(d, q)) {
        snprintf(record, sizeof record, "%s", db_text(q, 0));
        size = sqlite3_column_bytes(q, 1) <= (int)sizeof secret ? sqlite3_column_bytes(q, 1) : 0;
        if (size) memcpy(secret, sqlite3_column_blob(q, 1), (size_t)size);
        l->state.next = sqlite3_column_int64(q, 2);
        l->state.failures = sqlite3_column_int(q, 3);
        active = sqlite3_column_int(q, 4);
        db_done(q);
    }
    ledger_give(h, d);
    snprintf(l->name, sizeof l->name, "%s", name);
    c12_view given = { (const uint8_t *)password, strlen(password) }, line = { (const uint8_t *)(record[0] ? record : nobody), strlen(record[0] ? record : nobody) };
    int right = !c12_seal_password_check(given, line, NULL, NULL) && record[0] && active; /* an unknown name takes as long */
    if (right && !login_code(r, l, secret, size, &why)) right = 0;
    memset(secret, 0, sizeof secret);
    c12_mem random = { token, sizeof token };
    if (right && !c12io_random(random, NULL)) {
        hex_of(token, SESSION_BYTES, l->token);
        l->good = 1;
        (void)!c12_access_succeeded(door_access(h), user, NULL);
    } else login_failed(r, name, why);
    if (l->good || l->coded) request_then(r, login_store, l);
    else free(l);
}

static void logout(request *r)
{
    const char *h = request_header(r, "Authorization"), *token = h && !strncasecmp(h, "Bearer ", 7) ? h + 7 : MHD_lookup_connection_value(r->at, MHD_COOKIE_KIND, "c12");
    uint8_t hash[32];
    if (token && hash_of(token, hash)) db_do(request_db(r), "DELETE FROM sessions WHERE token = ?", "b", (const void *)hash, 32);
    request_did(r, request_who(r), "logged out");
    answer(r, 204, NULL);
    answer_header(r, "Set-Cookie", "c12=; Max-Age=0; Path=/");
}

static void whoami(request *r)
{
    json_t *roles = json_array(), *may = json_array();
    const c12_access_policy *p = door_policy(r->h);
    for (int32_t k = 0; k < r->who.n_roles; k++) {
        int32_t role = r->who.role[k];
        if (role < p->n_roles) json_array_append_new(roles, json_stringn((const char *)p->role_text + p->role_off[role], (size_t)(p->role_off[role + 1] - p->role_off[role])));
    }
    for (int32_t a = 0; a < p->n_actions; a++) {
        char action[128];
        int reason;
        snprintf(action, sizeof action, "%.*s", (int)(p->action_off[a + 1] - p->action_off[a]), (const char *)p->action_text + p->action_off[a]);
        if (door_grants(r->h, &r->who, action, &reason)) json_array_append_new(may, json_string(action));
    }
    answer(r, 200, json_pack("{s:s,s:o,s:o}", "who", r->who.name, "roles", roles, "may", may));
}

/* ---- people -------------------------------------------------------------------------------------------------------------------------------- */

static void people_list(request *r)
{
    db *d = request_db(r);
    json_t *items = json_array();
    sqlite3_stmt *q = db_ask(d, "SELECT name, roles, active, code_secret IS NOT NULL FROM people ORDER BY name", "");
    while (db_next(d, q)) json_array_append_new(items, json_pack("{s:s,s:s,s:b,s:b}", "name", db_text(q, 0), "roles", db_text(q, 1), "active", sqlite3_column_int(q, 2), "one_time_code", sqlite3_column_int(q, 3)));
    answer(r, 200, json_pack("{s:o,s:n}", "items", items, "next"));
}

typedef struct newcomer { char record[200]; } newcomer;

static void person_store(request *r)
{
    newcomer *n = request_with(r);
    const json_t *b = request_body(r);
    const char *name = body_text(b, "name"), *roles = body_text(b, "roles"), *code = body_text(b, "code_secret");
    uint8_t secret[128];
    size_t used = 0;
    c12_view v = { (const uint8_t *)(code ? code : ""), code ? strlen(code) : 0 };
    c12_mem m = { secret, sizeof secret };
    identity known = { .n_roles = 0 };
    if (!door_roles(r->h, roles, &known)) problem_at(r, "/roles", "names a role that is not there");
    else if (code && (c12_seal_base32(v, m, &used, NULL) || used < 10)) problem_at(r, "/code_secret", "at least 16 letters of base32");
    else if (db_number(request_db(r), 0, "SELECT 1 FROM people WHERE name = ?", "s", name)) problem(r, 409, "There is such a person", "%s", name);
    else {
        db_do(request_db(r), "INSERT INTO people(name, password, code_secret, roles) VALUES(?, ?, ?, ?)", "ssbs", name, n->record, (const void *)(used ? secret : NULL), (int)used, roles);
        request_did(r, name, "added with roles %s", roles);
        answer(r, 201, json_pack("{s:s,s:s}", "name", name, "roles", roles));
    }
    memset(secret, 0, sizeof secret);
    free(n);
}

static int password_line(const char *password, char *out, size_t cap)
{
    uint8_t salt[16];
    size_t used = 0;
    c12_mem random = { salt, sizeof salt }, line = { out, cap - 1 };
    c12_view p = { (const uint8_t *)password, strlen(password) }, s = { salt, sizeof salt };
    if (c12io_random(random, NULL) || c12_seal_password_hash(p, s, 0, line, &used, NULL)) return -1;
    out[used] = 0;
    return 0;
}

static void person_add(request *r)
{
    newcomer *n = calloc(1, sizeof *n);
    if (!n || password_line(body_text(request_body(r), "password"), n->record, sizeof n->record)) { problem(r, 500, "No password", "it cannot be hashed"); free(n); return; }
    request_then(r, person_store, n);
}

/* From the command line, while no daemon runs: the first person of a plant. */
int people_add(house *h, const char *name, const char *roles, const char *secret_file, char *why, size_t cap)
{
    c12_mem m;
    char record[200], password[1025];
    identity known = { .n_roles = 0 };
    if (!door_roles(h, roles, &known)) return snprintf(why, cap, "roles %s: one of them is not there", roles), -1;
    if (c12io_bytes_read(secret_file, &m, NULL)) return snprintf(why, cap, "%s: cannot be read", secret_file), -1;
    snprintf(password, sizeof password, "%.*s", (int)strcspn((const char *)m.ptr, "\r\n"), (const char *)m.ptr);
    c12io_bytes_free(&m);
    if (strlen(password) < 12) return snprintf(why, cap, "%s: a password has at least 12 characters", secret_file), -1;
    int code = password_line(password, record, sizeof record);
    memset(password, 0, sizeof password);
    if (code || db_do(&h->writer, "INSERT INTO people(name, password, roles) VALUES(?, ?, ?) ON CONFLICT DO UPDATE SET password = excluded.password, roles = excluded.roles, active = 1", "sss", name, record, roles))
        return snprintf(why, cap, "%s: the store refused", name), -1;
    house_audit(h, "console", "manage_people", name, "{\"did\":\"set from the command line\"}");
    return 0;
}

static void person_close(request *r)
{
    const char *name = request_path(r, "person");
    if (!db_number(request_db(r), 0, "SELECT 1 FROM people WHERE name = ? AND active", "s", name)) { problem(r, 404, "No such person", "%s", name); return; }
    db_do(request_db(r), "UPDATE people SET active = 0, version = version + 1 WHERE name = ?", "s", name);
    db_do(request_db(r), "DELETE FROM sessions WHERE person = ?", "s", name);
    request_did(r, name, "closed, sessions ended");
    answer(r, 204, NULL);
}

/* ---- alerts ---------------------------------------------------------------------------------------------------------------------------------- */

void house_alert(house *h, const char *kind, const char *severity, const char *subject, const char *text)
{
    db *d = &h->writer;
    int64_t now = house_now();
    db_do(d, "INSERT INTO alerts(at_ms, kind, severity, subject, text) VALUES(?, ?, ?, ?, ?)", "issss", now, kind, severity, subject, text);
    json_t *o = json_pack("{s:I,s:I,s:s,s:s,s:s,s:s}", "id", (json_int_t)sqlite3_last_insert_rowid(d->at), "at_ms", (json_int_t)now, "kind", kind, "severity", severity, "subject", subject, "text", text);
    char *s = o ? json_dumps(o, JSON_COMPACT) : NULL;
    if (s) house_say(h, "alert", s);
    free(s);
    json_decref(o);
    house_log(LOG_SAYS_WARNING, "alert: %s %s %s: %s", severity, kind, subject, text);
}

static void alert_list(request *r)
{
    db *d = request_db(r);
    int64_t limit = page_limit(r), before = page_cursor(r, INT64_MAX), key = 0;
    json_t *items = json_array();
    sqlite3_stmt *q = db_ask(d, "SELECT id, at_ms, kind, severity, subject, text, cleared_ms, cleared_by FROM alerts WHERE id < ? ORDER BY id DESC LIMIT ?", "ii", before, limit + 1);
    while (db_next(d, q)) {
        if ((int64_t)json_array_size(items) < limit) key = sqlite3_column_int64(q, 0);
        json_t *row = json_pack("{s:I,s:I,s:s,s:s,s:s,s:s}", "id", (json_int_t)sqlite3_column_int64(q, 0), "at_ms", (json_int_t)sqlite3_column_int64(q, 1), "kind", db_text(q, 2), "severity", db_text(q, 3), "subject", db_text(q, 4), "text", db_text(q, 5));
        if (sqlite3_column_type(q, 6) != SQLITE_NULL) { json_object_set_new(row, "cleared_ms", json_integer(sqlite3_column_int64(q, 6))); json_object_set_new(row, "cleared_by", json_string(db_text(q, 7))); }
        json_array_append_new(items, row);
    }
    answer(r, 200, page_of(items, limit, key));
}

static void alert_clear(request *r)
{
    char *end;
    int64_t id = strtoll(request_path(r, "alert"), &end, 10);
    if (*end || !db_number(request_db(r), 0, "SELECT 1 FROM alerts WHERE id = ?", "i", id)) { problem(r, 404, "No such alert", "%s", request_path(r, "alert")); return; }
    db_do(request_db(r), "UPDATE alerts SET cleared_ms = coalesce(cleared_ms, ?), cleared_by = coalesce(cleared_by, ?) WHERE id = ?", "isi", request_now(r), request_who(r), id);
    request_did(r, request_path(r, "alert"), "cleared");
    house_say(r->h, "alert", "{}");
    answer(r, 204, NULL);
}

static const field login_fields[] = {
    { "name", FIELD_TEXT, 1, 1, 64, NULL, NULL, "who" },
    { "password", FIELD_TEXT, 1, 1, 256, NULL, NULL, "their password" },
    { "code", FIELD_TEXT, 0, 6, 8, NULL, NULL, "the one-time code of the moment, for people who have one" },
    FIELDS_END,
};
static const field person_fields[] = {
    { "name", FIELD_TEXT, 1, 1, 64, NULL, NULL, "who" },
    { "password", FIELD_TEXT, 1, 12, 256, NULL, NULL, "at least 12 characters" },
    { "roles", FIELD_TEXT, 1, 1, 200, NULL, NULL, "roles, | between them" },
    { "code_secret", FIELD_TEXT, 0, 16, 128, NULL, NULL, "secret of one-time codes (RFC 6238), base32" },
    FIELDS_END,
};

const endpoint people_endpoints[] = {
    { "POST", "/api/v1/sessions", "", RUN_WORK, OPEN_TO_ALL, login_try, NULL, login_fields, "Log in: a token, also set as a cookie for the pages" },
    { "DELETE", "/api/v1/sessions/current", "", RUN_WRITE, 0, logout, NULL, NULL, "Log out" },
    { "GET", "/api/v1/me", "", RUN_READ, 0, whoami, NULL, NULL, "Who I am, my roles and what I may do" },
    { "GET", "/api/v1/people", "manage_people", RUN_READ, 0, people_list, NULL, NULL, "People and their roles" },
    { "POST", "/api/v1/people", "manage_people", RUN_WORK, 0, person_add, NULL, person_fields, "Add a person" },
    { "DELETE", "/api/v1/people/{person}", "manage_people", RUN_WRITE, 0, person_close, NULL, NULL, "Close a person's account and end their sessions" },
    { "GET", "/api/v1/alerts", "view_alerts", RUN_READ, 0, alert_list, page_query, NULL, "Alerts, latest first" },
    { "POST", "/api/v1/alerts/{alert}/clear", "clear_alert", RUN_WRITE, 0, alert_clear, NULL, NULL, "Somebody has seen to it" },
    { 0 },
};
