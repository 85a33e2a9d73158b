/* SPDX-License-Identifier: Apache-2.0 */
/* The store's handle, for the files that write to it. */
#ifndef C12_IO_STORE_H
#define C12_IO_STORE_H

#include "io/io_internal.h"
#include <sqlite3.h>

struct c12io_store { sqlite3 *db; int32_t version; void (*watch)(void *user, int64_t statement); void *user; int64_t statements; };

c12_status c12io__store_fault(c12io_store *s, int code, const char *doing, c12_error *err);

/* Before every statement that writes. */
static inline void c12io__store_tell(c12io_store *s)
{
    s->statements++;
    if (s->watch) s->watch(s->user, s->statements);
}

#endif
