/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that steps leave behind: movements of stock and entries of the journal. */
#ifndef C12_FLOW_BOOKS_H
#define C12_FLOW_BOOKS_H

#include "base/num.h"
#include "c12/flow.h"

#define C12__FLOW_MOST ((int64_t)1 << 61) /* value of a document: sums of a few fit */
int c12__flow_too_large(c12_qty qty, c12_money price);

/* Take the caller's columns, with room for so many rows. */
c12_status c12__flow_take_postings(c12_flow_postings *p, const c12_flow_postings *from, int64_t moves, int64_t entries, c12_error *err);

/* A row; what is 0 leaves none. */
void c12__flow_move(c12_flow_postings *p, int64_t step, int32_t kind, int32_t item, int32_t from, int32_t to, c12_qty qty);
void c12__flow_entry(c12_flow_postings *p, int64_t step, int32_t account, c12_money amount);

#endif
