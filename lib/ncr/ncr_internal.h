/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_NCR_INTERNAL_H
#define C12_NCR_INTERNAL_H

#include "base/bits.h"
#include "base/csr.h"
#include "base/num.h"
#include "base/sort.h"
#include "c12/ncr.h"

c12_status c12__ncr_open(c12_ncr_policy *p, c12_ncr_batch *b, const c12_ncr_policy *policy, const c12_ncr_batch *in, c12_error *err);

/* Token rules by the first token of each, for a call; forty kilobytes of its stack. */
enum { C12__NCR_MOST_RULES = 512, C12__NCR_BUCKET_BITS = 9, C12__NCR_RUN = 32 /* reports matched together */ };
typedef struct c12__ncr_word { uint64_t first, second; } c12__ncr_word; /* sixteen bytes of a token, folded, the first of them lowest, 0 behind its end */
typedef struct c12__ncr_entry {
    c12__ncr_word word, pair;              /* pair: the second word of rules that are two */
    int32_t order, pair_order;             /* best of the rules that are this word and nothing more; of those that are it and pair */
    int16_t next, chain;                   /* next entry of the bucket; first of the other rules that begin with this word */
} c12__ncr_entry;
typedef struct c12__ncr_table {
    int32_t ready;                         /* 0 = rules are tried one by one */
    int32_t n;                             /* entries; the first is nobody's, the next three are "no", "non" and "not" */
    c12__ncr_entry entry[C12__NCR_MOST_RULES + 4];
    int16_t head[1 << C12__NCR_BUCKET_BITS], next[C12__NCR_MOST_RULES];
    int32_t from[C12__NCR_MOST_RULES];     /* where in the rules' text a rule's first token begins */
    int32_t order[C12__NCR_MOST_RULES];    /* smaller = told before */
} c12__ncr_table;
int c12__ncr_has_token(const c12_ncr_policy *p, int32_t r);
void c12__ncr_compile(c12__ncr_table *t, const c12_ncr_policy *p, int32_t reports);
void c12__ncr_match(const c12__ncr_table *t, const c12_ncr_policy *p, const c12_ncr_batch *b, int32_t first, int32_t n, int32_t *rule); /* of n <= C12__NCR_RUN reports: first rule of the highest grade that matches, -1 = none */

c12_status c12__ncr_history(c12_ncr_conduct *k, c12_ncr_cases *c, c12_ncr_events *e, const c12_ncr_conduct *conduct, const c12_ncr_cases *cases, const c12_ncr_events *events, c12_error *err);
c12_status c12__ncr_clock_open(c12_ncr_policy *p, c12_ncr_calendar *k, c12_ncr_clocks *c, const c12_ncr_policy *policy, const c12_ncr_calendar *calendar, const c12_ncr_clocks *clocks, c12_error *err);

#endif
