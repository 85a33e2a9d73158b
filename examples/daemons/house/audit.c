/* SPDX-License-Identifier: Apache-2.0 */
/* The audit trail: a row for each change, in the change's own transaction, each row's hash over the one before (c12/seal.h), and signed checkpoints,
 * hourly and at the end, which show when the trail's own end was cut off. */
#include "inside.h"
#include "c12/io.h"
#include <stdlib.h>
#include <string.h>

int audit_open(house *h, char *why, size_t cap)
{
    db *d = &h->writer;
    c12_error err = C12_INIT(c12_error);
    sqlite3_stmt *q = db_ask(d, "SELECT number, hash, at_ns FROM audit ORDER BY number DESC LIMIT 1", "");
    memset(h->audit_head, 0, sizeof h->audit_head);
    h->audit_count = h->audit_last = 0;
    if (db_next(d, q)) {
        h->audit_count = sqlite3_column_int64(q, 0) + 1;
        h->audit_last = sqlite3_column_int64(q, 2);
        if (sqlite3_column_bytes(q, 1) == 32) memcpy(h->audit_head, sqlite3_column_blob(q, 1), 32);
        db_done(q);
    }
    h->audit_signs = 0;
    if (!h->set.audit_key[0]) return 0;
    if (c12io_key_read(h->set.audit_key, h->audit_key, &err)) return snprintf(why, cap, "audit key: %s", err.what ? err.what : "cannot be read"), -1;
    h->audit_signs = 1;
    return 0;
}

void audit_add(house *h, const char *who, const char *action, const char *object, const char *detail, int64_t now_ns)
{
    uint8_t hash[32];
    const char *const part[C12_SEAL_TEXTS] = { who, action, object, detail };
    c12_view text[C12_SEAL_TEXTS];
    for (int k = 0; k < C12_SEAL_TEXTS; k++) text[k] = (c12_view){ (const uint8_t *)part[k], strlen(part[k]) };
    if (now_ns < h->audit_last) now_ns = h->audit_last; /* the clock was set back: the trail's time does not run back with it */
    h->audit_last = now_ns;
    if (c12_seal_audit_row(h->audit_count ? h->audit_head : NULL, h->audit_count, now_ns, text, hash, NULL)) { h->writer.failed = SQLITE_INTERNAL; return; }
    if (db_do(&h->writer, "INSERT INTO audit VALUES(?, ?, ?, ?, ?, ?, ?)", "iissssb", h->audit_count, now_ns, who, action, object, detail, (const void *)hash, 32)) return;
    memcpy(h->audit_head, hash, 32);
    h->audit_count++;
}

void house_audit(house *h, const char *who, const char *action, const char *object, const char *detail)
{
    audit_add(h, who, action, object, detail, house_now() * 1000000);
}

void audit_sign(house *h)
{
    uint8_t signature[64];
    c12_view key = { h->audit_key, 32 }, entropy = { h->entropy, 32 };
    h->audit_signed = house_now();
    if (!h->audit_signs || !h->audit_count || db_number(&h->writer, 0, "SELECT max(count) FROM checkpoints", "") >= h->audit_count) return;
    if (c12_seal_checkpoint(key, h->audit_count, h->audit_head, entropy, signature, NULL)) { house_log(LOG_SAYS_ERROR, "audit: the key does not sign"); return; }
    db_do(&h->writer, "INSERT INTO checkpoints VALUES(?, ?, ?, ?)", "iibb", h->audit_count, h->audit_signed * 1000000, (const void *)h->audit_head, 32, (const void *)signature, 64);
}

/* ---- reading ---------------------------------------------------------------------------------------------------------------------------------- */

static void hex(const void *bytes, int n, char *out)
{
    for (int k = 0; k < n; k++) snprintf(out + 2 * k, 3, "%02x", ((const uint8_t *)bytes)[k]);
}

static void audit_list(request *r)
{
    db *d = request_db(r);
    int64_t limit = page_limit(r), after = page_cursor(r, INT64_MAX), key = 0;
    json_t *items = json_array();
    sqlite3_stmt *q = db_ask(d, "SELECT number, at_ns, who, action, object, detail, hash FROM audit WHERE number < ? ORDER BY number DESC LIMIT ?", "ii", after, limit + 1);
    while (db_next(d, q)) {
        char hash[65] = "";
        hex(sqlite3_column_blob(q, 6), sqlite3_column_bytes(q, 6) == 32 ? 32 : 0, hash);
        if ((int64_t)json_array_size(items) < limit) key = sqlite3_column_int64(q, 0);
        json_array_append_new(items, json_pack("{s:I,s:I,s:s,s:s,s:s,s:s,s:s}", "number", (json_int_t)sqlite3_column_int64(q, 0), "time_ns", (json_int_t)sqlite3_column_int64(q, 1), "who", db_text(q, 2), "action", db_text(q, 3), "object", db_text(q, 4), "detail", db_text(q, 5), "hash", hash));
    }
    answer(r, 200, page_of(items, limit, key));
}

typedef struct growing { char *at; size_t n, cap; } growing;

static void grow(growing *g, const char *s, size_t n)
{
    if (g->n + n > g->cap) {
        size_t cap = g->cap ? 2 * g->cap : 65536;
        while (cap < g->n + n) cap *= 2;
        char *wide = realloc(g->at, cap);
        if (!wide) return;
        g->at = wide;
        g->cap = cap;
    }
    memcpy(g->at + g->n, s, n);
    g->n += n;
}

static void grow_cell(growing *g, const char *s, char end)
{
    grow(g, "\"", 1);
    for (; *s; s++) { if (*s == '"') grow(g, "\"", 1); grow(g, s, 1); }
    grow(g, "\"", 1);
    grow(g, &end, 1);
}

/* The files `c12 seal audit verify` reads, so that the trail can be verified by somebody else. */
static void audit_csv(request *r)
{
    db *d = request_db(r);
    growing g = { 0 };
    char cell[80];
    grow(&g, "time_ns,who,action,object,detail,hash\n", 38);
    sqlite3_stmt *q = db_ask(d, "SELECT at_ns, who, action, object, detail, hash FROM audit ORDER BY number", "");
    while (db_next(d, q)) {
        char hash[65] = "";
        grow(&g, cell, (size_t)snprintf(cell, sizeof cell, "%lld,", (long long)sqlite3_column_int64(q, 0)));
        for (int k = 1; k < 5; k++) grow_cell(&g, db_text(q, k), ',');
        hex(sqlite3_column_blob(q, 5), sqlite3_column_bytes(q, 5) == 32 ? 32 : 0, hash);
        grow(&g, hash, strlen(hash));
        grow(&g, "\n", 1);
    }
    answer_bytes(r, 200, "text/csv; charset=utf-8", g.at, g.n);
}

static void checkpoint_csv(request *r)
{
    db *d = request_db(r);
    growing g = { 0 };
    char cell[260], head[65], sign[129];
    grow(&g, "count,head,signature\n", 21);
    sqlite3_stmt *q = db_ask(d, "SELECT count, head, signature FROM checkpoints ORDER BY count", "");
    while (db_next(d, q)) {
        hex(sqlite3_column_blob(q, 1), 32, head);
        hex(sqlite3_column_blob(q, 2), 64, sign);
        grow(&g, cell, (size_t)snprintf(cell, sizeof cell, "%lld,%s,%s\n", (long long)sqlite3_column_int64(q, 0), head, sign));
    }
    answer_bytes(r, 200, "text/csv; charset=utf-8", g.at, g.n);
}

/* Verified here and now by the checker of c12/seal.h. */
static void audit_verify(request *r)
{
    db *d = request_db(r);
    int64_t n = db_number(d, 0, "SELECT count(*) FROM audit", ""), first = db_number(d, 0, "SELECT min(number) FROM audit", ""), row = 0;
    uint8_t before[32] = { 0 };
    c12_seal_trail t = C12_INIT(c12_seal_trail);
    c12_verdict verdict = C12_INIT(c12_verdict);
    growing text = { 0 };
    c12_ns *time = calloc((size_t)n + 1, sizeof *time);
    int64_t *off = calloc((size_t)(4 * n) + 1, sizeof *off);
    uint8_t *hash = calloc((size_t)n + 1, 32);
    if (time && off && hash) {
        sqlite3_stmt *q = db_ask(d, "SELECT hash FROM audit WHERE number = ?", "i", first);
        if (first && db_next(d, q)) { /* what is older is archived: the first row here is what the next one hangs on */
            if (sqlite3_column_bytes(q, 0) == 32) memcpy(before, sqlite3_column_blob(q, 0), 32);
            db_done(q);
            t.first = first + 1;
            t.before = before;
        }
        q = db_ask(d, "SELECT at_ns, who, action, object, detail, hash FROM audit WHERE number >= ? ORDER BY number LIMIT ?", "ii", t.first, n);
        for (; db_next(d, q) && row < n; row++) {
            time[row] = sqlite3_column_int64(q, 0);
            for (int k = 0; k < 4; k++) {
                const char *s = db_text(q, k + 1);
                grow(&text, s, strlen(s));
                off[4 * row + k + 1] = (int64_t)text.n;
            }
            if (sqlite3_column_bytes(q, 5) == 32) memcpy(hash + 32 * row, sqlite3_column_blob(q, 5), 32);
        }
        t.n = row;
        t.time = time;
        t.text_off = off;
        t.text = (const uint8_t *)(text.at ? text.at : "");
        t.hash = hash;
        if (c12_seal_audit_check(&t, &verdict, NULL)) verdict.violations = 1;
        answer(r, 200, json_pack("{s:b,s:I,s:I,s:s?}", "whole", !verdict.violations, "rows", (json_int_t)row, "first_wrong", (json_int_t)(verdict.violations ? verdict.row : -1), "rule", verdict.violations ? verdict.rule : NULL));
    } else problem(r, 503, "Out of memory", "the trail has %lld rows", (long long)n);
    free(time);
    free(off);
    free(hash);
    free(text.at);
}

const endpoint audit_endpoints[] = {
    { "GET", "/api/v1/audit", "view_audit", RUN_READ, 0, audit_list, page_query, NULL, "Rows of the audit trail, latest first" },
    { "GET", "/api/v1/audit.csv", "view_audit", RUN_READ, GIVES_BYTES, audit_csv, NULL, NULL, "The whole trail, as `c12 seal audit verify` reads it" },
    { "GET", "/api/v1/audit/checkpoints.csv", "view_audit", RUN_READ, GIVES_BYTES, checkpoint_csv, NULL, NULL, "Its signed checkpoints" },
    { "GET", "/api/v1/audit/verify", "view_audit", RUN_READ, 0, audit_verify, NULL, NULL, "Is the trail whole?" },
    { 0 },
};
