/* SPDX-License-Identifier: Apache-2.0 */
/* A connection to the store and its prepared statements. */
#include "house.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int db_open(db *d, const char *path, int writes, char *why, size_t cap)
{
    memset(d, 0, sizeof *d);
    int flags = (writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(path, &d->at, flags, NULL);
    if (!code) code = sqlite3_busy_timeout(d->at, 5000);
    if (!code && writes) code = sqlite3_exec(d->at, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA wal_autocheckpoint=2000", NULL, NULL, NULL);
    if (!code && !writes) code = sqlite3_exec(d->at, "PRAGMA query_only=1; PRAGMA mmap_size=268435456", NULL, NULL, NULL);
    if (!code) return 0;
    snprintf(why, cap, "%s: %s", path, d->at ? sqlite3_errmsg(d->at) : sqlite3_errstr(code));
    db_close(d);
    return -1;
}

void db_close(db *d)
{
    for (int k = 0; k < DB_STATEMENTS; k++) sqlite3_finalize(d->kept[k].q);
    sqlite3_close(d->at);
    memset(d, 0, sizeof *d);
}

/* The slot of a text: its own, or the first free one behind its place. */
static sqlite3_stmt *db_statement(db *d, const char *sql)
{
    unsigned at = (unsigned)((uintptr_t)sql >> 2) * 2654435761u % DB_STATEMENTS;
    for (int tried = 0; tried < DB_STATEMENTS; tried++, at = (at + 1) % DB_STATEMENTS) {
        if (d->kept[at].sql == sql) return d->kept[at].q;
        if (d->kept[at].sql) continue;
        int code = sqlite3_prepare_v3(d->at, sql, -1, SQLITE_PREPARE_PERSISTENT, &d->kept[at].q, NULL);
        if (code) {
            d->failed = code;
            house_log(LOG_SAYS_ERROR, "store: %s in \"%.200s\"", sqlite3_errmsg(d->at), sql);
            return NULL;
        }
        d->kept[at].sql = sql;
        return d->kept[at].q;
    }
    d->failed = SQLITE_NOMEM; /* more statements in the program than DB_STATEMENTS */
    return NULL;
}

static sqlite3_stmt *db_bind(db *d, const char *sql, const char *kinds, va_list args)
{
    sqlite3_stmt *q = d->failed ? NULL : db_statement(d, sql);
    if (!q) return NULL;
    sqlite3_reset(q);
    for (int k = 1; *kinds; k++, kinds++) {
        if (*kinds == 'i') sqlite3_bind_int64(q, k, va_arg(args, int64_t));
        else if (*kinds == 's') sqlite3_bind_text(q, k, va_arg(args, const char *), -1, SQLITE_TRANSIENT);
        else {
            const void *bytes = va_arg(args, const void *);
            sqlite3_bind_blob(q, k, bytes, va_arg(args, int), SQLITE_TRANSIENT);
        }
    }
    return q;
}

sqlite3_stmt *db_ask(db *d, const char *sql, const char *kinds, ...)
{
    va_list args;
    va_start(args, kinds);
    sqlite3_stmt *q = db_bind(d, sql, kinds, args);
    va_end(args);
    return q;
}

int db_next(db *d, sqlite3_stmt *q)
{
    if (!q) return 0;
    int code = sqlite3_step(q);
    if (code == SQLITE_ROW) return 1;
    if (code != SQLITE_DONE) {
        d->failed = code;
        house_log(LOG_SAYS_ERROR, "store: %s", sqlite3_errmsg(d->at));
    }
    sqlite3_reset(q);
    return 0;
}

void db_done(sqlite3_stmt *q)
{
    if (q) sqlite3_reset(q);
}

int db_do(db *d, const char *sql, const char *kinds, ...)
{
    va_list args;
    va_start(args, kinds);
    sqlite3_stmt *q = db_bind(d, sql, kinds, args);
    va_end(args);
    while (db_next(d, q)) continue;
    return d->failed;
}

int64_t db_number(db *d, int64_t none, const char *sql, const char *kinds, ...)
{
    va_list args;
    va_start(args, kinds);
    sqlite3_stmt *q = db_bind(d, sql, kinds, args);
    va_end(args);
    if (!db_next(d, q)) return none;
    int64_t n = sqlite3_column_type(q, 0) == SQLITE_NULL ? none : sqlite3_column_int64(q, 0);
    db_done(q);
    return n;
}

const char *db_text(sqlite3_stmt *q, int column)
{
    const char *s = (const char *)sqlite3_column_text(q, column);
    return s ? s : "";
}
