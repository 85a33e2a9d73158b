/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_NCR_INTERNAL_H
#define C12_NCR_INTERNAL_H

#include "base/bits.h"
#include "base/csr.h"
#include "base/num.h"
#include "base/sort.h"
#include "c12/ncr.h"

c12_status c12__ncr_open(c12_ncr_policy *p, c12_ncr_batch *b, const c12_ncr_policy *policy, const c12_ncr_batch *in, c12_error *err);

/* Token rules by the first token of each, for a call; twelve kilobytes of its stack. */
enum { C12__NCR_MOST_RULES = 512 };
typedef struct c12__ncr_table {
    int32_t ready;                         /* 0 = rules are tried one by one */
    uint8_t alone[C12__NCR_MOST_RULES];    /* the rule is this one token and no longer than eight bytes */
    int16_t head[256], next[C12__NCR_MOST_RULES];
    uint64_t first[C12__NCR_MOST_RULES];   /* first eight bytes of the first token, folded, the first lowest ... */
    int32_t size[C12__NCR_MOST_RULES];     /* ... how long it is ... */
    int32_t from[C12__NCR_MOST_RULES];     /* ... and where in the rules' text it begins */
    int32_t order[C12__NCR_MOST_RULES];    /* smaller = told before */
} c12__ncr_table;
int c12__ncr_has_token(const c12_ncr_policy *p, int32_t r);
void c12__ncr_compile(c12__ncr_table *t, const c12_ncr_policy *p, int32_t reports);
int32_t c12__ncr_match(const c12__ncr_table *t, const c12_ncr_policy *p, const c12_ncr_batch *b, int32_t i); /* first rule of the highest grade that matches, -1 = none */

c12_status c12__ncr_history(c12_ncr_conduct *k, c12_ncr_cases *c, c12_ncr_events *e, const c12_ncr_conduct *conduct, const c12_ncr_cases *cases, const c12_ncr_events *events, c12_error *err);
c12_status c12__ncr_clock_open(c12_ncr_policy *p, c12_ncr_calendar *k, c12_ncr_clocks *c, const c12_ncr_policy *policy, const c12_ncr_calendar *calendar, const c12_ncr_clocks *clocks, c12_error *err);

#endif
