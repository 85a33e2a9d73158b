/* SPDX-License-Identifier: Apache-2.0 */
/* The book of what was told: alerts with the step they are in, and every sending with its end. */
#include "notifyd.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char schema[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA user_version = 1;"
    "CREATE TABLE IF NOT EXISTS alerts(id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind TEXT NOT NULL, severity TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, open INTEGER NOT NULL, step INTEGER NOT NULL, due_ms INTEGER NOT NULL) STRICT;"
    "CREATE INDEX IF NOT EXISTS alerts_due ON alerts(due_ms) WHERE open;"
    "CREATE TABLE IF NOT EXISTS sendings(alert INTEGER NOT NULL, step INTEGER NOT NULL, target TEXT NOT NULL, at_ms INTEGER NOT NULL, outcome TEXT NOT NULL, PRIMARY KEY(alert, step, target)) STRICT, WITHOUT ROWID;"
    "UPDATE sendings SET outcome = 'unknown' WHERE outcome = 'sending'"; /* we were killed in the middle of it */

static int done(notifyd *n, int code)
{
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return 0;
    link_say(&n->l, 3, "%s: %s", n->book, sqlite3_errmsg(n->db));
    return -1;
}

static int run(notifyd *n, const char *sql) { return done(n, sqlite3_exec(n->db, sql, NULL, NULL, NULL)); }

static sqlite3_stmt *ask(notifyd *n, const char *sql)
{
    sqlite3_stmt *q = NULL;
    return done(n, sqlite3_prepare_v2(n->db, sql, -1, &q, NULL)) ? NULL : q;
}

static int64_t number(notifyd *n, const char *sql, int64_t none)
{
    sqlite3_stmt *q = ask(n, sql);
    int64_t v = q && sqlite3_step(q) == SQLITE_ROW && sqlite3_column_type(q, 0) != SQLITE_NULL ? sqlite3_column_int64(q, 0) : none;
    sqlite3_finalize(q);
    return v;
}

int book_open(notifyd *n)
{
    if (sqlite3_open(n->book, &n->db) != SQLITE_OK) { link_say(&n->l, 3, "%s: %s; book.file names a file that can be written", n->book, n->db ? sqlite3_errmsg(n->db) : "out of memory"); return -1; }
    sqlite3_busy_timeout(n->db, 2000);
    if (number(n, "PRAGMA user_version", 0) > 1) { link_say(&n->l, 3, "%s was written by a newer program; use that one", n->book); return -1; }
    return run(n, schema);
}

/* Alert 0 says that the book was begun. */
int64_t book_newest(notifyd *n) { return number(n, "SELECT max(id) FROM alerts", -1); }
int64_t book_oldest(notifyd *n) { return number(n, "SELECT min(id) FROM alerts WHERE open", INT64_MAX); }

int book_begin(notifyd *n, int64_t newest)
{
    char sql[200];
    snprintf(sql, sizeof sql, "INSERT OR IGNORE INTO alerts VALUES(%" PRId64 ", 0, 'begin', 'info', '', 'the book begins behind this alert', 0, 0, 0)", newest);
    return run(n, sql);
}

static void cell(char *to, size_t cap, const json_t *row, const char *key)
{
    const char *s = json_string_value(json_object_get(row, key));
    size_t n = s ? strlen(s) : 0;
    if (n >= cap) for (n = cap - 1; n && ((unsigned char)s[n] & 0xc0) == 0x80;) n--; /* not within a character */
    snprintf(to, cap, "%.*s", (int)n, s ? s : "");
}

static int wanted(const notifyd *n, const char *kind, const char *severity)
{
    int rank = !strcmp(severity, "critical") ? 2 : !strcmp(severity, "warning");
    size_t size = strlen(kind);
    if (rank < n->least) return 0;
    if (!n->kinds[0]) return 1;
    for (const char *at = n->kinds; (at = strstr(at, kind)); at += size)
        if ((at == n->kinds || at[-1] == ',') && (!at[size] || at[size] == ',')) return 1;
    return 0;
}

int book_take(notifyd *n, const json_t *alert)
{
    int64_t id = json_integer_value(json_object_get(alert, "id")), at = json_integer_value(json_object_get(alert, "at_ms"));
    char kind[40], severity[20], subject[80], text[NOTIFY_TEXT];
    int cleared = json_object_get(alert, "cleared_ms") != NULL;
    cell(kind, sizeof kind, alert, "kind");
    cell(severity, sizeof severity, alert, "severity");
    cell(subject, sizeof subject, alert, "subject");
    cell(text, sizeof text, alert, "text");
    sqlite3_stmt *q = ask(n, "INSERT INTO alerts VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?2) ON CONFLICT(id) DO UPDATE SET open = open AND excluded.open");
    if (!q) return -1;
    sqlite3_bind_int64(q, 1, id);
    sqlite3_bind_int64(q, 2, at);
    sqlite3_bind_text(q, 3, kind, -1, SQLITE_STATIC);
    sqlite3_bind_text(q, 4, severity, -1, SQLITE_STATIC);
    sqlite3_bind_text(q, 5, subject, -1, SQLITE_STATIC);
    sqlite3_bind_text(q, 6, text, -1, SQLITE_STATIC);
    sqlite3_bind_int(q, 7, !cleared && wanted(n, kind, severity));
    int code = done(n, sqlite3_step(q));
    sqlite3_finalize(q);
    return code;
}

int book_due(notifyd *n, int step, int64_t now, notice *out, int most)
{
    sqlite3_stmt *q = ask(n, "SELECT id, at_ms, kind, severity, subject, text FROM alerts WHERE open AND step = ? AND due_ms <= ? ORDER BY severity = 'critical' DESC, id LIMIT ?");
    int count = 0;
    if (!q) return 0;
    sqlite3_bind_int(q, 1, step);
    sqlite3_bind_int64(q, 2, now);
    sqlite3_bind_int(q, 3, most);
    for (; count < most && sqlite3_step(q) == SQLITE_ROW; count++) {
        notice *a = &out[count];
        a->id = sqlite3_column_int64(q, 0);
        a->at_ms = sqlite3_column_int64(q, 1);
        snprintf(a->kind, sizeof a->kind, "%s", (const char *)sqlite3_column_text(q, 2));
        snprintf(a->severity, sizeof a->severity, "%s", (const char *)sqlite3_column_text(q, 3));
        snprintf(a->subject, sizeof a->subject, "%s", (const char *)sqlite3_column_text(q, 4));
        snprintf(a->text, sizeof a->text, "%s", (const char *)sqlite3_column_text(q, 5));
    }
    sqlite3_finalize(q);
    return count;
}

/* One row a sending; -1 = fault, else rows changed. */
static int note(notifyd *n, const char *sql, int64_t alert, int step, const char *target, const char *what)
{
    sqlite3_stmt *q = ask(n, sql);
    if (!q) return -1;
    sqlite3_bind_int64(q, 1, alert);
    sqlite3_bind_int(q, 2, step);
    sqlite3_bind_text(q, 3, target, -1, SQLITE_STATIC);
    sqlite3_bind_text(q, 4, what, -1, SQLITE_STATIC);
    int code = done(n, sqlite3_step(q));
    sqlite3_finalize(q);
    return code ? -1 : sqlite3_changes(n->db);
}

int book_sending(notifyd *n, notice *a, int count, int step, const char *target)
{
    int fresh = 0, rows = 0;
    if (run(n, "BEGIN IMMEDIATE")) return -1;
    for (int k = 0; k < count && rows >= 0; k++) {
        rows = note(n, "INSERT OR IGNORE INTO sendings VALUES(?1, ?2, ?3, unixepoch() * 1000, ?4)", a[k].id, step, target, "sending");
        if (rows > 0) a[fresh++] = a[k];
    }
    return run(n, rows < 0 ? "ROLLBACK" : "COMMIT") || rows < 0 ? -1 : fresh;
}

int book_end(notifyd *n, const notice *a, int count, int step, const char *target, outcome o)
{
    static const char *const name[] = { "sent", "", "refused", "unknown" };
    static const char ended[] = "UPDATE sendings SET outcome = ?4, at_ms = unixepoch() * 1000 WHERE alert = ?1 AND step = ?2 AND target = ?3 AND outcome = 'sending'";
    static const char again[] = "DELETE FROM sendings WHERE alert = ?1 AND step = ?2 AND target = ?3 AND outcome = 'sending' AND ?4 = ''";
    int code = run(n, "BEGIN IMMEDIATE");
    for (int k = 0; k < count && !code; k++) code = note(n, o == NOT_SENT ? again : ended, a[k].id, step, target, name[o]) < 0;
    return run(n, code ? "ROLLBACK" : "COMMIT") || code ? -1 : 0;
}

/* The same change for each alert, all or none. */
static int for_each(notifyd *n, const char *sql, const notice *a, int count, int64_t at_ms)
{
    int code = run(n, "BEGIN IMMEDIATE");
    for (int k = 0; k < count && !code; k++) {
        sqlite3_stmt *q = ask(n, sql);
        if (!q) { code = -1; break; }
        sqlite3_bind_int64(q, 1, at_ms);
        sqlite3_bind_int64(q, 2, a[k].id);
        code = done(n, sqlite3_step(q));
        sqlite3_finalize(q);
    }
    return run(n, code ? "ROLLBACK" : "COMMIT") || code ? -1 : 0;
}

int book_step(notifyd *n, const notice *a, int count, int64_t next_ms) { return for_each(n, "UPDATE alerts SET step = step + 1, due_ms = ? WHERE id = ?", a, count, next_ms); }
int book_later(notifyd *n, const notice *a, int count, int64_t at_ms) { return for_each(n, "UPDATE alerts SET due_ms = ? WHERE id = ?", a, count, at_ms); }
