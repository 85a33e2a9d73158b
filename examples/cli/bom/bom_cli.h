/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of c12 bom share. */
#ifndef C12_BOM_CLI_H
#define C12_BOM_CLI_H

#include "cli.h"

c12_mem bom_scratch(const plant *t);
c12_view code_of(const plant *t, int32_t item);
int find_item(cli *c, const plant *t, const char *code, int32_t *item); /* a code from the command line; EXIT_DONE, or a message has been given */
c12_view refs_of(const plant *t, int64_t line);                         /* reference designators of a line of t->bom */

int bom_rollup(cli *c, const plant *t, const char *prices);             /* prices: NULL, or a file of what-if prices */
int bom_elements(cli *c, const plant *t, const char *prices);
int bom_tree(cli *c, const plant *t, const char *code, int64_t bucket, const char *svg);
int bom_diff(cli *c, const plant *old, const char *dir);

typedef struct swap_words { const char *before, *after, *ratio; int64_t from; int write; } swap_words;
int bom_replace(cli *c, plant *t, const swap_words *q);
int bom_eco(cli *c, plant *t, int64_t serial, int write);

#endif
