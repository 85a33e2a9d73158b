/* SPDX-License-Identifier: Apache-2.0 */
/* Statements and what is bound to them. */
#include "io/store/io_store.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

c12_status c12io__store_prepare(c12io_store *s, sqlite3_stmt **q, const char *sql, c12_error *err)
{
    int code = sqlite3_prepare_v2(s->db, sql, -1, q, NULL);
    return code ? c12io__store_fault(s, code, "prepare a statement", err) : C12_OK;
}

c12_status c12io__store_step(c12io_store *s, sqlite3_stmt *q, c12_error *err)
{
    c12io__store_tell(s);
    const int code = sqlite3_step(q);
    c12_status st = C12_OK;
    if (code == SQLITE_CONSTRAINT) st = c12io__fault(err, C12_E_STATE, "the store has such a row already, or it breaks a rule", -1, code, "store: it has such a row already, or the row breaks a rule: %s", sqlite3_errmsg(s->db));
    else if (code != SQLITE_DONE) st = c12io__store_fault(s, code, "put a row", err);
    sqlite3_reset(q);
    return st;
}

void c12io__bind_name(sqlite3_stmt *q, int at, const c12io_texts *names, int32_t id)
{
    const c12_view v = c12io_texts_at(names, id);
    char number[16];
    if (id < 0) { sqlite3_bind_null(q, at); return; }
    snprintf(number, sizeof number, "%" PRId32, id);
    sqlite3_bind_text(q, at, v.size ? (const char *)v.ptr : number, v.size ? (int)v.size : -1, SQLITE_TRANSIENT);
}

void c12io__bind_word(sqlite3_stmt *q, int at, const char *word) { sqlite3_bind_text(q, at, word, -1, SQLITE_STATIC); }

c12io_store_names c12io__store_names(const c12io_store_names *names)
{
    c12io_store_names own = C12_INIT(c12io_store_names);
    if (names) memcpy(&own, names, names->struct_size < sizeof own ? names->struct_size : sizeof own);
    return own;
}
