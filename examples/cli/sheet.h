/* SPDX-License-Identifier: Apache-2.0 */
/* Cells of CSV files, with what is wrong with them. */
#ifndef C12_SHEET_H
#define C12_SHEET_H

#include "cli.h"

/* A cell of a table, with its file for messages. */
typedef struct csv_sheet { c12io_table *t; const char *file; const c12io_column *column; } csv_sheet;
int sheet_open(cli *c, csv_sheet *s, const char *file, const c12io_column *columns, int32_t n);
int sheet_bad(const csv_sheet *s, int64_t row, int32_t column, const char *wanted);
int sheet_number(const csv_sheet *s, int64_t row, int32_t column, int64_t low, int64_t high, int64_t *v); /* an empty cell is 0 */
int sheet_time(const csv_sheet *s, int64_t row, int32_t column, c12_ns *v); /* 2025-11-04, 2025-11-04T10:00[:00]Z; an empty cell is INT64_MAX */
int cell_word(const csv_sheet *s, int64_t row, int32_t column, const char *(*name)(int32_t), int32_t n); /* which of 1..n-1, 0 = none */
int time_of(c12_view v, c12_ns *t);          /* 0 = no time */
void put_time(table *t, c12_ns v);           /* nothing for INT64_MAX */

#endif
