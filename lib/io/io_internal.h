/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_IO_INTERNAL_H
#define C12_IO_INTERNAL_H

#include "c12/io.h"
#include <stdarg.h>

/* Faults with a text made at run time.  `what` must be static; the line "where: text" goes to err->text.  Returns s. */
#if defined(__GNUC__)
__attribute__((format(printf, 6, 7)))
#endif
c12_status c12io__fault(c12_error *err, c12_status s, const char *what, int64_t row, int64_t value, const char *line, ...);
enum { C12IO__MAX_FAULTS = 64 };
static inline int c12io__full(const c12_error *err) { return err && err->count >= C12IO__MAX_FAULTS; }

/* errno as a fault of a file. */
c12_status c12io__os_fault(c12_error *err, const char *path, const char *doing);

/* A table as it was read: a cell is 8 bytes from its row's first byte on, so that a million rows stay small. */
typedef struct c12io__cell { uint32_t at, size; } c12io__cell;
typedef struct c12io__row { int64_t at, line; } c12io__row; /* first byte in the file, line */
struct c12io_table {
    c12_mem bytes;
    char *path;
    c12io__cell *cell;  /* [rows * width] of the data rows, row-major */
    c12io__row *row;    /* [rows] */
    int64_t rows, room; /* room: lines that cell and row can take */
    int32_t width;
    int32_t n_known;
    int32_t *known;     /* [n_known] position in the header, -1 = absent */
};

/* c12io_table_cell for a row and a column that exist. */
static inline c12_view c12io__table_at(const c12io_table *t, int64_t row, int32_t column)
{
    c12_view v = { NULL, 0 };
    if (t->known[column] < 0) return v;
    const c12io__cell c = t->cell[row * t->width + t->known[column]];
    v.ptr = (const uint8_t *)t->bytes.ptr + t->row[row].at + c.at;
    v.size = c.size;
    return v;
}

/* Bump allocator for columns that live and die together. */
typedef struct c12io__heap c12io__heap;
/* Hooks of a host (memory.c); neither looks at its user. */
void *c12io__alloc(void *user, size_t size, size_t align);
void c12io__release(void *user, void *ptr, size_t size, size_t align);
void *c12io__alloc_zeroed(size_t size); /* given back by c12io__release with any align */

c12io__heap *c12io__heap_new(void);
void *c12io__heap_get(c12io__heap *h, int64_t n, size_t each); /* zeroed; NULL when memory is out */
void c12io__heap_free(c12io__heap *h);

#endif
