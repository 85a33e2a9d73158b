/* SPDX-License-Identifier: Apache-2.0 */
/* Cells of CSV files as numbers: what c12 cost and c12 kpi read. */
#ifndef C12_CELLS_H
#define C12_CELLS_H

#include "cli.h"

typedef struct cells { c12io_table *t; const char *file; const c12io_column *columns; int64_t n; int code; void *owned[40]; int n_owned; } cells; /* code: EXIT_BAD once a cell was wrong */

int cells_open(cli *c, cells *f, const char *file, const c12io_column *columns, int32_t n_columns);
void cells_close(cells *f);
void *cells_new(cells *f, int64_t n, size_t each);                       /* freed with the file */
int cells_bad(cells *f, int64_t row, int32_t column, const char *wanted); /* says what is wrong with a cell */
int cell_decimal(c12_view v, int places, int64_t *out);                  /* 1 = a decimal number with at most so many places, times 10^places */
int cell_time(c12_view v, int64_t *out);                                 /* 1 = a whole number, or YYYY-MM-DDTHH:MM[:SS][Z] as seconds since 1970 */

/* A column as numbers of so many places; empty cells and an absent column are `dflt`. */
int64_t *cells_numbers(cells *f, int32_t column, int places, int64_t dflt, const char *wanted);
int64_t *cells_times(cells *f, int32_t column, int64_t dflt);
int32_t *cells_names(cells *f, int32_t column, name_list *names);        /* -1 for an empty cell */
int32_t *cells_words(cells *f, int32_t column, const char *const *words, int32_t n_words); /* numbers of known words */

int cells_fail(cli *c, c12_status s, const cells *f);                    /* an error that names row and column of the file */
int cells_wrong(const c12_verdict *v, const char *file);                 /* EXIT_DONE, or what the checker found */
void table_share(table *t, int64_t num, int64_t den, int places);        /* empty when undefined */
void table_name(table *t, const name_list *k, int32_t id, const char *otherwise);

#endif
