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

/* Bump allocator for columns that live and die together. */
typedef struct c12io__heap c12io__heap;
c12io__heap *c12io__heap_new(void);
void *c12io__heap_get(c12io__heap *h, int64_t n, size_t each); /* zeroed; NULL when memory is out */
void c12io__heap_free(c12io__heap *h);

#endif
