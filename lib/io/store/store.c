/* SPDX-License-Identifier: Apache-2.0 */
/* The embedded store: SQLite, WAL, numbered migrations; rows go in by columns, one transaction a flow step. */
#include "io/store/io_store.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Migration k brings the schema from version k to k + 1; what has landed is never edited. */
static const char *const migrations[] = {
    "CREATE TABLE work_orders(code TEXT PRIMARY KEY, item TEXT NOT NULL, qty INTEGER NOT NULL, due_bucket INTEGER NOT NULL,"
    " release_bucket INTEGER NOT NULL, state TEXT NOT NULL, start_minute INTEGER, end_minute INTEGER) STRICT;"
    "CREATE TABLE purchase_orders(code TEXT PRIMARY KEY, item TEXT NOT NULL, supplier TEXT, qty INTEGER NOT NULL, order_bucket INTEGER NOT NULL,"
    " due_bucket INTEGER NOT NULL, cost INTEGER NOT NULL) STRICT;"
    "CREATE TABLE operations(work_order TEXT NOT NULL, step INTEGER NOT NULL, machine TEXT NOT NULL, start_minute INTEGER NOT NULL,"
    " end_minute INTEGER NOT NULL, PRIMARY KEY(work_order, step)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE events(id INTEGER PRIMARY KEY, stamp_ms INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT) STRICT;"
    "CREATE TABLE ncrs(code TEXT PRIMARY KEY, work_order TEXT NOT NULL, defect TEXT NOT NULL, grade INTEGER NOT NULL, reason INTEGER NOT NULL,"
    " created_ms INTEGER NOT NULL, capa_due_ms INTEGER, state TEXT NOT NULL) STRICT;"
    "CREATE TABLE journal(id INTEGER PRIMARY KEY, work_order TEXT NOT NULL, goods INTEGER NOT NULL, wip INTEGER NOT NULL, variance INTEGER NOT NULL,"
    " CHECK(goods + wip + variance = 0)) STRICT;"
    "CREATE TABLE moves(id INTEGER PRIMARY KEY, robot TEXT NOT NULL, task INTEGER NOT NULL, start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL,"
    " cells INTEGER NOT NULL) STRICT;",
    "CREATE TABLE order_events(id INTEGER PRIMARY KEY, report TEXT, work_order TEXT NOT NULL, kind TEXT NOT NULL, by_person TEXT, at_ns INTEGER NOT NULL, station INTEGER NOT NULL,"
    " scrap INTEGER NOT NULL) STRICT;"
    "CREATE TABLE order_states(work_order TEXT PRIMARY KEY, state TEXT NOT NULL, qty INTEGER NOT NULL, good INTEGER NOT NULL, scrap INTEGER NOT NULL, held INTEGER NOT NULL,"
    " CHECK(good >= 0 AND scrap >= 0 AND good + scrap <= qty)) STRICT;"
    "CREATE TABLE stock_moves(id INTEGER PRIMARY KEY, step TEXT NOT NULL, kind INTEGER NOT NULL, item TEXT NOT NULL, from_place TEXT, to_place TEXT, qty INTEGER NOT NULL CHECK(qty > 0)) STRICT;"
    "CREATE TABLE entries(id INTEGER PRIMARY KEY, step TEXT NOT NULL, account TEXT NOT NULL, amount INTEGER NOT NULL) STRICT;"
    "CREATE INDEX entries_step ON entries(step);"
    "CREATE TABLE replans(report TEXT PRIMARY KEY, work_order TEXT NOT NULL, what INTEGER NOT NULL, qty INTEGER NOT NULL) STRICT;",
    "CREATE TABLE purchases(code TEXT PRIMARY KEY, item TEXT NOT NULL, requested INTEGER NOT NULL, expected INTEGER NOT NULL, standard INTEGER NOT NULL, requester TEXT,"
    " created_ns INTEGER NOT NULL, state TEXT NOT NULL, steps INTEGER NOT NULL, last_ns INTEGER NOT NULL, ordered INTEGER NOT NULL, price INTEGER NOT NULL, arrived INTEGER NOT NULL,"
    " accepted INTEGER NOT NULL, invoiced INTEGER NOT NULL, owed INTEGER NOT NULL, CHECK(ordered <= requested AND arrived + accepted <= ordered AND invoiced <= accepted AND owed >= 0)) STRICT;"
    "CREATE TABLE sales(code TEXT PRIMARY KEY, item TEXT NOT NULL, material TEXT NOT NULL, ordered INTEGER NOT NULL, price INTEGER NOT NULL, standard INTEGER NOT NULL,"
    " created_ns INTEGER NOT NULL, state TEXT NOT NULL, work_state TEXT NOT NULL, steps INTEGER NOT NULL, last_ns INTEGER NOT NULL, made INTEGER NOT NULL, shipped INTEGER NOT NULL,"
    " billed INTEGER NOT NULL, wip INTEGER NOT NULL, open_amount INTEGER NOT NULL, CHECK(made <= ordered AND shipped <= made AND billed <= shipped AND open_amount >= 0)) STRICT;"
    "CREATE TABLE steps(flow TEXT NOT NULL, document TEXT NOT NULL, number INTEGER NOT NULL CHECK(number > 0), step TEXT NOT NULL, by_person TEXT, at_ns INTEGER NOT NULL,"
    " qty INTEGER NOT NULL, bad INTEGER NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY(flow, document, number)) STRICT, WITHOUT ROWID;",
};
enum { SCHEMA_VERSION = sizeof migrations / sizeof *migrations };

c12_status c12io__store_fault(c12io_store *s, int code, const char *doing, c12_error *err)
{
    return c12io__fault(err, C12_E_IO, "the store refused", -1, code, "store: cannot %s: %s", doing, s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(code));
}

static c12_status store_run(c12io_store *s, const char *sql, const char *doing, c12_error *err)
{
    c12io__store_tell(s);
    int code = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
    return code ? c12io__store_fault(s, code, doing, err) : C12_OK;
}

static c12_status store_number(c12io_store *s, const char *sql, int64_t *n, c12_error *err)
{
    sqlite3_stmt *q;
    int code = sqlite3_prepare_v2(s->db, sql, -1, &q, NULL);
    if (code) return c12io__store_fault(s, code, "read", err);
    code = sqlite3_step(q);
    if (code == SQLITE_ROW) *n = sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    return code == SQLITE_ROW ? C12_OK : c12io__store_fault(s, code, "read", err);
}

/* ---- schema -------------------------------------------------------------------------------------------------------- */

static c12_status store_migrate(c12io_store *s, c12_error *err)
{
    int64_t version = 0;
    char sql[64];
    c12_status st = store_number(s, "PRAGMA user_version", &version, err);
    if (st) return st;
    if (version > SCHEMA_VERSION) return c12io__fault(err, C12_E_VERSION, "store is newer than this library", -1, version, "store: schema %d is newer than this library's %d; update libc12io", (int)version, SCHEMA_VERSION);
    for (; version < SCHEMA_VERSION; version++) {
        snprintf(sql, sizeof sql, "PRAGMA user_version = %d", (int)version + 1);
        if ((st = c12io_store_begin(s, err))) return st;
        if ((st = store_run(s, migrations[version], "migrate", err)) || (st = store_run(s, sql, "migrate", err)) || (st = c12io_store_commit(s, err))) {
            c12io_store_rollback(s);
            return st;
        }
    }
    s->version = (int32_t)version;
    return C12_OK;
}

c12_status c12io_store_open(c12io_store **self, const char *path, c12_error *err)
{
    if (!self || !path) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "store: argument is NULL");
    c12io_store *s = calloc(1, sizeof *s);
    if (!s) return c12io__fault(err, C12_E_NOMEM, "out of memory", -1, 0, "store: out of memory");
    int code = sqlite3_open(path, &s->db);
    c12_status st = code ? c12io__store_fault(s, code, "open", err) : C12_OK;
    if (!st) st = store_run(s, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON", "set up", err);
    if (!st) st = store_migrate(s, err);
    if (st) { c12io_store_close(s); return st; }
    *self = s;
    return C12_OK;
}

void c12io_store_close(c12io_store *self)
{
    if (!self) return;
    sqlite3_close(self->db);
    free(self);
}

int32_t c12io_store_version(const c12io_store *self) { return self->version; }
c12_status c12io_store_begin(c12io_store *self, c12_error *err) { return store_run(self, "BEGIN IMMEDIATE", "begin", err); }
c12_status c12io_store_commit(c12io_store *self, c12_error *err) { return store_run(self, "COMMIT", "commit", err); }
void c12io_store_rollback(c12io_store *self) { sqlite3_exec(self->db, "ROLLBACK", NULL, NULL, NULL); }

void c12io_store_watch(c12io_store *self, void (*watch)(void *user, int64_t statement), void *user)
{
    self->watch = watch;
    self->user = user;
}

/* ---- rows ---------------------------------------------------------------------------------------------------------- */

static int is_word(const char *name)
{
    if (!name || !*name || strlen(name) > 40) return 0;
    for (; *name; name++) if (!((*name >= 'a' && *name <= 'z') || *name == '_')) return 0;
    return 1;
}

/* "INSERT OR REPLACE INTO t(a,b) VALUES(?,?)": names are checked words, values are bound. */
static c12_status insert_text(char *sql, size_t cap, const char *table, const c12io_cells *cells, int32_t n, c12_error *err)
{
    size_t at = (size_t)snprintf(sql, cap, "INSERT OR REPLACE INTO %s(", is_word(table) ? table : "");
    for (int32_t k = 0; k < n; k++) {
        if (!is_word(table) || !is_word(cells[k].name) || n > 24) return c12io__fault(err, C12_E_ARG, "unknown table or column", k, 0, "store: unknown table or column");
        at += (size_t)snprintf(sql + at, cap - at, "%s%s", k ? "," : "", cells[k].name);
    }
    at += (size_t)snprintf(sql + at, cap - at, ") VALUES(");
    for (int32_t k = 0; k < n; k++) at += (size_t)snprintf(sql + at, cap - at, "%s?", k ? "," : "");
    snprintf(sql + at, cap - at, ")");
    return C12_OK;
}

static void bind_cell(sqlite3_stmt *q, int at, const c12io_cells *c, int64_t row)
{
    if (c->text) {
        int32_t id = c->small ? c->small[row] : (int32_t)row;
        c12_view v = c12io_texts_at(c->text, id);
        if (id < 0) sqlite3_bind_null(q, at);
        else sqlite3_bind_text(q, at, v.size ? (const char *)v.ptr : "", (int)v.size, SQLITE_STATIC);
    } else sqlite3_bind_int64(q, at, c->number ? c->number[row] : c->small[row]);
}

c12_status c12io_store_put(c12io_store *self, const char *table, int64_t n, const c12io_cells *cells, int32_t n_cells, c12_error *err)
{
    char sql[2048];
    sqlite3_stmt *q;
    if (!self || !cells || n_cells < 1) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "store: argument is NULL");
    c12_status s = insert_text(sql, sizeof sql, table, cells, n_cells, err);
    if (s) return s;
    int code = sqlite3_prepare_v2(self->db, sql, -1, &q, NULL);
    if (code) return c12io__fault(err, C12_E_ARG, "unknown table or column", -1, code, "store: %s", sqlite3_errmsg(self->db));
    for (int64_t row = 0; row < n && !s; row++) {
        for (int32_t k = 0; k < n_cells; k++) bind_cell(q, k + 1, &cells[k], row);
        c12io__store_tell(self);
        code = sqlite3_step(q);
        if (code != SQLITE_DONE) s = c12io__store_fault(self, code, "put a row", err);
        sqlite3_reset(q);
    }
    sqlite3_finalize(q);
    return s;
}

c12_status c12io_store_count(c12io_store *self, const char *table, int64_t *n, c12_error *err)
{
    char sql[80];
    if (!self || !n || !is_word(table)) return c12io__fault(err, C12_E_ARG, "unknown table", -1, 0, "store: unknown table");
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    return store_number(self, sql, n, err);
}
