/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of c12 shop share: documents, steps on them, and what they leave in the books. */
#ifndef C12_SHOP_CLI_H
#define C12_SHOP_CLI_H

#include "cells.h"

enum { S_DOCUMENT, S_STEP, S_BY, S_AT, S_QTY, S_BAD, S_AMOUNT, S_COLUMNS };
extern const char *const shop_amount, *const shop_whole; /* what a cell must be */

/* A kind of document and what may happen to it. */
typedef struct shop_kind { const char *noun; int32_t n_steps; const char *(*step_name)(int32_t); const c12io_column *docs, *steps; int32_t n_docs; } shop_kind;

typedef struct shop {
    const shop_kind *kind;
    cells docs, steps;
    name_list names, items, people;
    const char *db;             /* --db, or NULL */
    int journal;
    c12_flow_steps s;
    c12_flow_postings p;
    int32_t *refusal;
    int64_t *expected, *actual, stored;
} shop;

void shop_names(cells *f, name_list *names, const char *wanted);                                    /* the first column: each its own */
int32_t *shop_known(cells *f, int32_t column, const name_list *names, int empty, const char *wanted); /* names that were given before */
c12_ns *shop_times(cells *f, int32_t column, int64_t dflt);

void desk_begin(cli *c, shop *h, const shop_kind *kind); /* options */
int desk_open(cli *c, shop *h);                         /* the first two files */
void shop_narrow(shop *h, int32_t **column);            /* a column of the documents that the library writes */
void shop_wide(shop *h, int64_t **column);
void shop_steps(shop *h);                               /* all but `by` */
int shop_answer(cli *c, const shop *h, table *t);        /* t NULL: the journal */
void desk_close(shop *h);

/* Entries with the lines, documents and steps they come from. */
typedef struct shop_lines { const c12io_table *t; const name_list *names; const char *noun; const int32_t *row; const int32_t *kind; const char *(*step_name)(int32_t); } shop_lines; /* row NULL: a document is its own step */
int shop_journal(cli *c, const shop_lines *l, const c12_flow_postings *p, const char *summary);

/* Lists of names for the store, NULL = none; places: what locations 0 and 1 are called. */
enum { SHOP_LISTS = 5 };
typedef struct shop_lists { const name_list *documents, *orders, *people, *items; const char *places[2]; } shop_lists;
typedef struct shop_store { c12io_store *db; c12io_store_names names; c12io_texts list[SHOP_LISTS]; text bytes[SHOP_LISTS]; int64_t *off[SHOP_LISTS]; } shop_store;
int shop_store_open(cli *c, shop_store *s, const char *path, const shop_lists *lists);
int shop_store_close(cli *c, shop_store *s, c12_status st); /* and what came of it: rows that contradict the store are bad input */

int shop_purchases(cli *c);
int shop_sales(cli *c);
int shop_quality(cli *c);

#endif
