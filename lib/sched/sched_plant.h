/* SPDX-License-Identifier: Apache-2.0 */
/* What the plant search keeps: machine sequences with their times, and the event list that gives the first plans. */
#ifndef C12_SCHED_PLANT_H
#define C12_SCHED_PLANT_H

#include "base/arena.h"
#include "base/heap.h"
#include "base/rng.h"
#include "c12/sched.h"

struct c12_sched;
struct c12__sched_model;
struct c12__sched_island;

enum { /* bits of c12__sched_step.kind */
    C12__SCHED_FIRST = 1, C12__SCHED_LAST = 2,   /* of its job */
    C12__SCHED_JOINS = 4, C12__SCHED_FORKS = 8,  /* has extra predecessors, successors */
    C12__SCHED_PAUSES = 16, C12__SCHED_SHUTS = 32, /* is resumable; its machine has breaks */
    C12__SCHED_STUCK = 64,                       /* frozen or kept: a move that would shift it is none */
    C12__SCHED_TOLD = 128, C12__SCHED_GONE = 256, /* was reported; will not be done */
    C12__SCHED_LOOSE = 512                       /* stands on no machine yet */
};

/* All that a propagation reads of an operation, in one cache line. */
typedef struct c12__sched_step {
    int64_t start, end, ready, ticks, set_up; /* ready: release and material; set_up: after `before` */
    int32_t before, after;                    /* neighbours on its machine, -1 = none */
    int32_t machine, family;
    int32_t place;                            /* 1 + twice its index in order; even while it is tried elsewhere */
    int32_t kind;
} c12__sched_step;

/* What a delay would do, as of the last backward pass. */
typedef struct c12__sched_tail {
    int64_t latest; /* latest start that makes no job later than it is or than it may be */
    int64_t weight; /* of the job that sets it */
    int64_t rate;   /* weights of the late jobs that wait for this operation through tight arcs */
} c12__sched_tail;

typedef struct c12__sched_undo { int64_t start, end; int32_t op, reserved; } c12__sched_undo;

/* Goal of a job: price * max(0, end - due). */
typedef struct c12__sched_price { int64_t due, weight; } c12__sched_price;

/* A candidate: operation u leaves its place and goes, in mode row `row`, between a and b. */
typedef struct c12__sched_hop {
    int64_t row, set_ups; /* set_ups: change of their sum */
    int32_t u, a, b, p, c; /* p, c: its neighbours now */
    int32_t machine;
    int32_t from, to;     /* places it must lie between */
} c12__sched_hop;

/* One island's copy of the plan under search. */
typedef struct c12__sched_plant {
    const struct c12__sched_model *m;
    struct c12_sched *self;
    c12__sched_step *step;    /* [n] */
    c12__sched_tail *tail;    /* [n] */
    c12__sched_undo *undo;    /* [n] */
    const c12__sched_price *price; /* [jobs], shared */
    const int32_t *log;       /* [C12__SCHED_LOGS], shared */
    uint64_t *dirty;          /* [n / 32 + 2] places whose operation must be timed again */
    int64_t *line_start;      /* [n] starts of line, as of the barrier */
    int32_t *line, *line_off; /* [n], [machines + 1] operations by machine and time, as of the barrier */
    int32_t *kin, *kin_at, *kin_off; /* [n], [n], [families + 1] operations by family and time, and where each stands */
    int32_t *order;           /* [n] a linear extension of all precedences */
    int32_t *mode;            /* [n] */
    int32_t *hot;             /* [n] operations with a rate */
    int32_t *last, *load;     /* [machines] scratch; operations on it */
    int64_t cost, heat;       /* heat in 1/256 */
    int64_t set_up_price;     /* 1 when the goal counts set-ups */
    int64_t calm;             /* the model's */
    int64_t most_rate;        /* all weights together */
    int32_t lo, hi;           /* order[lo..hi) may move */
    int32_t patience;         /* delays that a move may cause before it is given up */
    int32_t broken;           /* stuck operations that the last load could not keep */
    int32_t loose, reserved;  /* operations from this row on are loaded without a machine */
    int32_t dirty_n, undo_n, hot_n, moved; /* moved: the operation at an even place */
} c12__sched_plant;
enum { C12__SCHED_LOGS = 4096 };

/* An event list: machines choose among waiting operations by an index. */
typedef struct c12__sched_event {
    c12__heap come, done;      /* operations by the tick they arrive, machines by the tick they end */
    int64_t *latest;           /* [n] latest start by due dates and shortest modes */
    int32_t *worth;            /* [n] log2 of weight over ticks, 16 fraction bits */
    int32_t *wait, *wait_row, *wait_n, *wait_off; /* [modes], [modes], [machines], [machines + 1] */
    int32_t *awake, *idle;     /* [machines] */
    int64_t *pause, *thrift;   /* [machines] mean set-up; how fast an index falls with set-up, 36 fraction bits */
    int64_t pace, hurry;       /* mean ticks; how fast an index falls with slack */
} c12__sched_event;

/* The plan all islands start a round from. */
typedef struct c12__sched_floor {
    c12__sched_price *price; /* [jobs] */
    int32_t *log;
    int32_t *order, *mode;   /* [n] */
    int64_t unit, scale;     /* what heat is measured in; how much more a cycle starts with */
    int64_t fraction;        /* of the budget spent, 16 fraction bits */
    int64_t began;           /* fraction when the lists were done */
    int64_t listed, hops;    /* units of work spent on lists, and since */
    int64_t given;           /* cost of the caller's plan, 0 = none or worse than the lists */
    int32_t round, islands;
    int32_t lead, reserved;  /* leading operations of order that nothing moves */
} c12__sched_floor;

/* sched_event.c */
int64_t c12__sched_log2(uint64_t x);
void c12__sched_carve_event(c12__sched_event *e, c12__arena *a, const c12_sched_dims *d);
void c12__sched_begin_event(struct c12__sched_island *w);
enum { C12__SCHED_GRID = 25 };
int c12__sched_run_event(struct c12__sched_island *w, int32_t rule);

/* sched_plant.c */
void c12__sched_carve_plant(c12__sched_plant *s, c12__arena *a, const c12_sched_dims *d);
void c12__sched_carve_floor(c12__sched_floor *f, c12__arena *a, const c12_sched_dims *d);
void c12__sched_begin_plant(struct c12_sched *self, int32_t islands, int64_t given);
int64_t c12__sched_plant_slice(const struct c12__sched_model *m, int32_t islands, int64_t work_limit);
void c12__sched_run_plant(struct c12__sched_island *w);
void c12__sched_meet_plant(struct c12_sched *self, int64_t fraction);

/* sched_push.c */
void c12__sched_step_load(c12__sched_plant *s, const int32_t *order, const int32_t *mode);
void c12__sched_step_tails(c12__sched_plant *s);
void c12__sched_step_index(c12__sched_plant *s);
void c12__sched_plant_prices(const struct c12__sched_model *m, c12__sched_price *price);
int c12__sched_try_hop(c12__sched_plant *s, const c12__sched_hop *h, int64_t limit);
void c12__sched_back_hop(c12__sched_plant *s, const c12__sched_hop *h, int32_t place);
int c12__sched_cost_hop(c12__sched_plant *s, const c12__sched_hop *h, int64_t limit, int64_t *delta);
void c12__sched_step_loose(c12__sched_plant *s, int32_t o, int32_t place, int64_t row);
void c12__sched_step_seat(c12__sched_plant *s, const c12__sched_hop *h);
int c12__sched_step_run(c12__sched_plant *s, const int32_t *op, int32_t n, int64_t limit);
void c12__sched_step_off(c12__sched_plant *s, int32_t o);
int64_t c12__sched_step_free(const c12__sched_plant *s, int32_t before);
int64_t c12__sched_step_ready(const c12__sched_plant *s, int32_t o);
int64_t c12__sched_step_setup(const c12__sched_plant *s, int32_t from, int32_t to);

/* sched_hop.c */
void c12__sched_bound_hop(const c12__sched_plant *s, c12__sched_hop *h);
int c12__sched_draw_hop(c12__sched_plant *s, c12__rng *rng, c12__sched_hop *h, int64_t *limit);

#endif
