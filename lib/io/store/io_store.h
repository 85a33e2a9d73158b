/* SPDX-License-Identifier: Apache-2.0 */
/* The store's handle, for the files that write to it. */
#ifndef C12_IO_STORE_H
#define C12_IO_STORE_H

#include "io/io_internal.h"
#include <sqlite3.h>

struct c12io_store { sqlite3 *db; int32_t version; void (*watch)(void *user, int64_t statement); void *user; int64_t statements; };

c12_status c12io__store_fault(c12io_store *s, int code, const char *doing, c12_error *err);

/* A statement ready to be bound; to be finalized, NULL when it could not be made. */
c12_status c12io__store_prepare(c12io_store *s, sqlite3_stmt **q, const char *sql, c12_error *err);
/* Run a statement that writes, and make it ready for the next row.  What breaks a rule of the schema is C12_E_STATE. */
c12_status c12io__store_step(c12io_store *s, sqlite3_stmt *q, c12_error *err);
void c12io__bind_name(sqlite3_stmt *q, int at, const c12io_texts *names, int32_t id); /* a name, or the number where there is none, or NULL for -1 */
void c12io__bind_word(sqlite3_stmt *q, int at, const char *word);                     /* static */
c12io_store_names c12io__store_names(const c12io_store_names *names);                  /* of any struct_size; NULL = none */

/* Before every statement that writes. */
static inline void c12io__store_tell(c12io_store *s)
{
    s->statements++;
    if (s->watch) s->watch(s->user, s->statements);
}

#endif
