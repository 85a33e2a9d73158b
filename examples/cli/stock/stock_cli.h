/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of c12 stock share. */
#ifndef C12_STOCK_CLI_H
#define C12_STOCK_CLI_H

#include "c12/stock.h"
#include "cli.h"

int stock_number(const c12io_table *t, const char *file, int64_t row, int32_t column, const char *name, int64_t *v);
int64_t *stock_numbers(const c12io_table *t, const char *file, int32_t column, const char *name, int *code);
int stock_say(cli *c, c12_status s, const c12io_table *t, const char *file); /* a fault of the library's with file, line and column */
int stock_tour(cli *c);

#endif
