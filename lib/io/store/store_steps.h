/* SPDX-License-Identifier: Apache-2.0 */
/* Documents, steps on them and what the steps posted, as purchases and sales have them in common. */
#ifndef C12_IO_STORE_STEPS_H
#define C12_IO_STORE_STEPS_H

#include "io/store/io_store.h"

/* A column of a document's table: one of wide (numbers), count (small ones) and narrow (names, or words).  What is fixed tells one document from another of the same name. */
typedef struct c12io__doc_column { const char *name; int fixed; const int64_t *wide; const int32_t *count, *narrow; const c12io_texts *names; const char *(*word)(int32_t); } c12io__doc_column;

typedef struct c12io__documents {
    const char *flow, *table;               /* "purchase", "purchases" */
    const char *(*step_name)(int32_t);
    int32_t n, n_columns;
    const c12io__doc_column *columns;
    const int32_t *steps_after;             /* [n] steps that have happened to each, with these */
} c12io__documents;

/* In one transaction of its own. */
c12_status c12io__store_documents(c12io_store *s, const c12io__documents *d, const c12_flow_steps *steps, const int32_t *refusal, const c12_flow_postings *postings, const c12io_store_names *names, int64_t *stored, c12_error *err);

#endif
