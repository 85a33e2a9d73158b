/* SPDX-License-Identifier: Apache-2.0 */
/* What the checkers of purchases and of sales share: a history and its sums, and the verdict on it. */
#ifndef C12_FLOW_BOOKS_CHECK_H
#define C12_FLOW_BOOKS_CHECK_H

#include "flow/shop/flow_books.h"

/* Steps, what became of them, and the rows they left. */
typedef struct c12__flow_history { c12_flow_steps s; const int32_t *refusal; c12_flow_postings o; } c12__flow_history;

/* Sum of a document's entries on an account (-1 = all); with step >= 0 of that step alone.  INT64_MIN: a row is of no step that happened, or the sum does not fit. */
c12_money c12__flow_sum(const c12__flow_history *h, int32_t row, int64_t step, int32_t account);

/* Pieces of an item that a document's movements have brought to a location, less those they took away.  INT64_MIN: a movement is of no step that happened, of neither item, or of nothing. */
c12_qty c12__flow_lies(const c12__flow_history *h, int32_t row, int32_t item, int32_t other, int32_t location);

/* How a kind of document is judged: why a step had to be refused, and which column of a document is wrong at the end (NULL = none). */
typedef struct c12__flow_trial { const void *self; int32_t (*objection)(const void *self, int64_t step); const char *(*wrong)(const void *self, int32_t row); int32_t n; const char *rule; } c12__flow_trial;

c12_status c12__flow_judge(c12__flow_history *h, const c12_flow_postings *postings, const c12__flow_trial *t, c12_verdict *verdict, c12_error *err);

#endif
