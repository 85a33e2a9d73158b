/* SPDX-License-Identifier: Apache-2.0 */
/* A plan that lives on: problems and plans by branch, and the machine sequences of the one in use. */
#ifndef C12_SCHED_LIVE_H
#define C12_SCHED_LIVE_H

#include "sched/sched_plant.h"
#include <stddef.h>

/* One problem and its plan.  Branches share it until one of them changes: then that one gets another.  The columns of `p` that are not NULL lie in this
 * slot's own memory. */
typedef struct c12__sched_slot {
    c12_sched_problem p;
    void **room;              /* [columns] memory of each column of p, used or not */
    uint8_t *done;            /* [ops] 1 = reported as finished */
    int64_t *start, *end;     /* [ops] the plan */
    int32_t *mode;
    int64_t now, keep;        /* what is not reported starts no earlier than now; what starts before keep stays */
    int64_t objective;
    int32_t refs, planned;    /* branches that show it; 1 = there is a plan */
    int32_t early, reserved;  /* 1 = starts may move earlier when it is timed anew */
} c12__sched_slot;

/* A start to go back to. */
typedef struct c12__sched_was { int64_t start, end; int32_t op, reserved; } c12__sched_was;

/* What a promise or an order put in changed, to be taken back. */
typedef struct c12__sched_trial {
    c12__sched_was *was;      /* [ops] first time of every operation that moved */
    int32_t *seen;            /* [ops] trial that saved it */
    int32_t was_n, turn;
} c12__sched_trial;

typedef struct c12__sched_live {
    c12__sched_slot *slot;    /* [slots] */
    int32_t *of;              /* [branches + 1] slot a branch shows, -1 = not open */
    c12__sched_plant steps;   /* sequences of the slot in use */
    c12__sched_price *price;  /* [jobs] */
    c12__sched_trial trial;
    int64_t *fixed;           /* [ops] frozen starts while searching: those of the problem and those that are kept */
    int32_t *fixed_mode;      /* [ops] */
    int64_t *prior;           /* [ops] starts to stay near, for the model */
    int32_t *prior_mode;      /* [ops] */
    int64_t *key;             /* [ops] scratch */
    int32_t *order;           /* [ops] scratch */
    int32_t *pick;            /* [ops] scratch */
    int64_t rows;             /* operations there is room for */
    int32_t slots, used;      /* slot whose model and steps are loaded, -1 = none */
    int32_t stepped, reserved;/* 1 = steps hold its plan: nothing but times and sequences in it */
} c12__sched_live;

/* Columns of a problem, for copying. */
enum { C12__SCHED_COLUMNS = 37 };

/* sched_slot.c */
void c12__sched_carve_live(c12__sched_live *v, c12__arena *a, const c12_sched_dims *d);
void c12__sched_close_slots(c12__sched_live *v, const c12_sched_dims *d);
int32_t c12__sched_free_slot(const c12__sched_live *v);
void c12__sched_copy_problem(c12__sched_slot *to, const c12_sched_problem *from, const c12_sched_dims *d);
void c12__sched_copy_slot(c12__sched_slot *to, const c12__sched_slot *from, const c12_sched_dims *d);
c12_status c12__sched_append(c12__sched_slot *s, const c12_sched_problem *orders, const c12_sched_dims *d, c12_error *err);
void *c12__sched_own(c12__sched_slot *s, size_t offset);
#define C12__OWN(s, name) c12__sched_own((s), offsetof(c12_sched_problem, name))
void c12__sched_slide(int64_t *column, int64_t to, int64_t from, int64_t end);
int64_t c12__sched_ops(const c12_sched_problem *p);

/* sched_edit.c */
c12_status c12__sched_edit(const c12_sched_dims *d, c12__sched_slot *s, const c12_sched_event *events, int32_t n, c12_error *err);

/* sched_live.c */
c12_status c12__sched_show(struct c12_sched *self, int32_t slot, c12_error *err);
c12_status c12__sched_planned(const struct c12_sched *self, int32_t branch, c12_error *err);
c12_status c12__sched_time(struct c12_sched *self, int32_t slot, c12_error *err);
c12_status c12__sched_take_branch(const struct c12_sched *self, int32_t branch, c12_error *err);
void c12__sched_load_live(struct c12_sched *self, const c12_sched_problem *problem);
c12_status c12__sched_solve_live(struct c12_sched *self, int32_t branch, const c12_budget *budget, c12_sched_plan *plan, c12_info *info, c12_error *err);
void c12__sched_steps_out(const struct c12_sched *self, c12__sched_slot *s);
void c12__sched_list_out(const struct c12_sched *self, c12__sched_slot *slot, int64_t cost);
void c12__sched_floor_starts(struct c12_sched *self, const c12__sched_slot *slot, int64_t ops);
int64_t c12__sched_unrest(const struct c12_sched *self, const c12__sched_slot *s);
c12_status c12__sched_time_lists(struct c12_sched *self, int32_t slot, int64_t loose, c12_error *err);
c12_status c12__sched_derive_still(struct c12_sched *self, const c12__sched_slot *slot, int64_t ops, int64_t until, c12_error *err);
int c12__sched_load_steps(struct c12_sched *self, const c12__sched_slot *slot, int64_t loose);
void c12__sched_seed(c12__sched_slot *s, int64_t from);

/* sched_branch.c */
c12_status c12__sched_take_diff(c12_sched_diff *diff, const c12_sched_diff *from, c12_error *err);
void c12__sched_no_diff(c12_sched_diff *diff, const c12__sched_slot *s);
void c12__sched_tell_diff(const c12__sched_slot *a, const c12__sched_slot *b, c12_sched_diff *diff);

/* sched_fit.c: orders among the sequences */
c12_status c12__sched_put_in(struct c12_sched *self, int32_t slot, int32_t first, c12_error *err);
c12_status c12__sched_try_order(struct c12_sched *self, int32_t slot, const c12_sched_problem *order, c12_sched_offer *offer, c12_sched_diff *diff, c12_error *err);
void c12__sched_reroute(struct c12_sched *self, c12__sched_slot *s, const c12__sched_slot *before, int32_t machine);

#endif
