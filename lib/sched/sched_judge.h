/* SPDX-License-Identifier: Apache-2.0 */
/* What the two files of the checker share.  Nothing of the search is in it. */
#ifndef C12_SCHED_JUDGE_H
#define C12_SCHED_JUDGE_H

#include "base/num.h"
#include "sched/sched_internal.h"

typedef struct c12__judge {
    c12_sched_problem p;
    const c12_tick *start, *end;
    const int32_t *mode;
    int64_t n, setups;
    c12__sched_terms terms;
    c12_verdict v;
} c12__judge;

/* A machine's operations as they come by in start order: the batch in hand, and until when the machine is held. */
typedef struct c12__judge_turn {
    int64_t leader, longest, places; /* of the batch; leader -1 = none */
    int64_t held, holder;            /* latest hold and whose it is */
    int64_t held_else;               /* latest hold of another */
} c12__judge_turn;

void c12__judge_blame(c12__judge *j, const char *rule, const char *field, int64_t row, int64_t tick);
int64_t c12__judge_ticks(const c12__judge *j, int64_t o);
int64_t c12__judge_closed(const c12__judge *j, int32_t machine, int64_t from, int64_t to);
int c12__judge_told(const c12__judge *j, int64_t o);
int c12__judge_gone(const c12__judge *j, int64_t o);
int c12__judge_counts(const c12__judge *j, int32_t job);
int32_t c12__judge_machine(const c12__judge *j, int64_t o);

/* sched_judge.c: S10 to S17 and the terms */
int64_t c12__judge_work(const c12__judge *j, int64_t o);
int c12__judge_overlaps(const c12__judge *j, int64_t o);
void c12__judge_waits(c12__judge *j, int64_t o);
int c12__judge_shares(c12__judge *j, c12__judge_turn *t, int64_t o);
void c12__judge_close_batch(c12__judge *j, c12__judge_turn *t);
int64_t c12__judge_held(c12__judge *j, c12__judge_turn *t, int64_t o);
int c12__judge_own_setup(const c12__judge *j, int32_t machine, int64_t from, int64_t to, int64_t ticks, int *meets);
void c12__judge_use(c12__judge *j);
int c12__judge_terms(c12__judge *j, int64_t *sum);

#endif
