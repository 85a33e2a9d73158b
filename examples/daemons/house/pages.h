/* SPDX-License-Identifier: Apache-2.0 */
/* The dashboard's files as bytes of the program, made by scripts/embed from examples/dashboard. */
#ifndef C12_HOUSE_PAGES_H
#define C12_HOUSE_PAGES_H

#include <stddef.h>

typedef struct page_file { const char *name, *type; const unsigned char *bytes; size_t n; } page_file;
extern const page_file page_files[]; /* ended by a NULL name */

#endif
