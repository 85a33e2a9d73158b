/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_SCHED_INTERNAL_H
#define C12_SCHED_INTERNAL_H

#include "base/arena.h"
#include "base/heap.h"
#include "base/num.h"
#include "base/rng.h"
#include "c12/sched.h"
#include "sched/sched_live.h"
#include "sched/sched_plant.h"
#include <stdatomic.h>

/* Costs at or above this belong to plans that break a frozen start or run past the horizon; the rest says by how much. */
#define C12__SCHED_BROKEN ((int64_t)1 << 61)

/* Terms of a goal; weights are such that their sum means what the options say: see c12__sched_weigh. */
typedef struct c12__sched_terms {
    int32_t n, ordered;
    int32_t term[C12_SCHED_TERM_COUNT];
    int32_t reserved;
    int64_t weight[C12_SCHED_TERM_COUNT];
} c12__sched_terms;

/* The loaded problem and what is derived from it once. */
typedef struct c12__sched_model {
    c12_sched_problem p;  /* columns stay the caller's; absent set-ups and breaks are NULL here */
    int32_t n, goal;      /* operations; C12_SCHED_* */
    int32_t pure, frozen_n; /* pure: makespan, nothing but modes and heads: the tabu search takes it */
    int32_t flexible, plant; /* some operation has a choice of modes; tardiness or flow time, nothing frozen: the search over machine sequences takes it */
    int32_t *job;         /* [n] */
    int32_t *need;        /* [n] predecessors, frozen operations count none */
    int64_t *succ_off;    /* [n + 1] extra successors, op_pred turned round */
    int32_t *succ;
    int32_t *topo;        /* [n] predecessors first */
    int32_t *frozen;      /* [frozen_n] by start */
    int64_t *head, *tail; /* [n] bounds on start, and on the time from end to the last end */
    int64_t *least;       /* [n] shortest mode */
    int64_t *shut;        /* [breaks] closed ticks of the machine before this break */
    int64_t *release;     /* [n] earliest start by release and material */
    int64_t bound;
    const int64_t *prior; /* [n] starts to stay near, -1 = none counts; read when calm is not 0 */
    const int32_t *prior_mode; /* [n] */
    int64_t calm;         /* price of an operation that starts elsewhere, and of one in another mode */
    int64_t calm_until;   /* what starts from here on has no prior start */
    int32_t rich, use_n;  /* rich: needs the list of sched_rich.c and nothing else takes it; use_n: resources, then buffers */
    int64_t *pace;        /* [modes] mode_ticks at the machines' speeds */
    int32_t *lead;        /* [n] first operation of the chain it is placed with */
    int64_t *use_off;     /* [use_n + 1] steps of what is left of each */
    const int32_t *batch_family; /* [n] NULL = all alike */
    c12__sched_terms terms;
    int32_t patient, reserved2;  /* patient: starting later can be better, so the search also draws earliest starts */
    int32_t infeasible, bounded; /* bounded: bound, heads and tails are of this problem */
} c12__sched_model;

/* S8 and S9: what was reported, what will not be done. */
static inline int c12__sched_told(const c12__sched_model *m, int32_t o) { return m->p.fixed_end && m->p.fixed_end[o] >= 0; }
static inline int c12__sched_gone(const c12__sched_model *m, int32_t o) { return m->p.op_gone && m->p.op_gone[o]; }
static inline int c12__sched_apart(const c12__sched_model *m, int32_t o) { return c12__sched_told(m, o) || c12__sched_gone(m, o); }

/* What ties o to the next operation of its job, which it must have: nothing when one of them was reported or is gone, save a reported one's least wait. */
static inline int c12__sched_tied(const c12__sched_model *m, int32_t o) { return !c12__sched_apart(m, o) && !c12__sched_apart(m, o + 1); }
static inline int32_t c12__sched_lots(const c12__sched_model *m, int32_t o) { return m->p.op_lots && c12__sched_tied(m, o) ? m->p.op_lots[o] : 1; }
static inline int64_t c12__sched_wait(const c12__sched_model *m, int32_t o) { return m->p.wait_min && !c12__sched_gone(m, o) && !c12__sched_apart(m, o + 1) ? m->p.wait_min[o] : 0; }

/* Some operation of the job is to be done or was: it counts in a goal. */
static inline int c12__sched_counts(const c12__sched_model *m, int32_t job)
{
    int64_t o = m->p.op_off[job + 1] - 1;
    while (o >= m->p.op_off[job] && c12__sched_gone(m, (int32_t)o)) o--;
    return o >= m->p.op_off[job];
}

/* What is left of resources and buffers over time; rows begin at use_off of the model. */
typedef struct c12__sched_use {
    int64_t *tick;  /* from here on ... */
    int64_t *spare; /* ... this many are left */
    int64_t *steps; /* [use_n] steps in each row */
} c12__sched_use;

/* Machines as lists in time order.  What stands in a list is a block: an operation, or the first of a batch, which speaks for its mates. */
typedef struct c12__sched_rich {
    int32_t *prev, *next;   /* [n] blocks beside a block, -1 = none */
    int32_t *first, *last;  /* [machines] */
    int32_t *block;         /* [n] block of an operation, -1 = not placed */
    int32_t *mate;          /* [n] next member of the batch, -1 = none */
    int32_t *places;        /* [n] places taken in a block */
    int64_t *work;          /* [n] ticks of a block */
    int64_t *until;         /* [n] tick from which a block's machine is free again: its end, or later when held */
    int64_t *low, *due, *hold; /* [n] of a chain being placed: earliest start; least end; tick to hold the machine to */
    c12__sched_use use;
} c12__sched_rich;

/* Working memory of list scheduling; one an island. */
typedef struct c12__sched_list {
    c12__heap ready;
    int64_t *key;          /* [n] in: smaller goes first */
    int32_t *want;         /* [n] in: mode, -1 = the one that ends first */
    int64_t *floor;        /* [n] in, read when the model is patient: start no earlier */
    int32_t *mode;         /* [n] out */
    int64_t *start, *end;  /* [n] out */
    int32_t *order;        /* [n] out: free operations as placed, a linear extension */
    int32_t *missing;      /* [n] */
    int64_t *busy, *busy_set; /* [machines] end of the last operation, and of the last that counts for set-ups */
    int64_t *placed_busy;  /* [machines] end of the last operation that was not reported: reports may overlap one another */
    int32_t *family;       /* [machines] its family, -1 = none yet */
    int32_t *next_frozen, *chain; /* [machines], [n] frozen operations still ahead, by machine */
    int64_t setups, broken;
    int32_t placed;
    int32_t bold;          /* what may stand before a frozen operation: see list_in_the_way */
    int32_t by_ready, reserved; /* by_ready: keys are added to the tick an operation becomes ready */
    c12__sched_rich rich;
} c12__sched_list;

/* Annealed search over keys and modes. */
typedef struct c12__sched_anneal {
    int64_t *key, *best_key;   /* [n] */
    int32_t *want, *best_want; /* [n] */
    int64_t *floor, *best_floor; /* [n] */
    int64_t *history;          /* [C12__SCHED_HISTORY] */
    int64_t cost, best;
    int64_t step, stall;
} c12__sched_anneal;
enum { C12__SCHED_HISTORY = 256, C12__SCHED_ELITES = 6 };

/* An operation in the disjunctive graph of a job shop, 32-bit times: what one move reads of it lies in half a cache line.  Job after job with a pad
 * before, between and behind them, so that an operation's job neighbours are the nodes beside it; a pad ends at 0 and has no tail.  Node 0 is a pad and
 * stands for "none" in mp and ms. */
typedef struct c12__sched_node {
    int32_t end, tail;   /* longest way from the start to its end, and from its start to the end of all */
    int32_t p, r0;       /* ticks; earliest start */
    int32_t mp, ms;      /* neighbours on its machine */
    int32_t at;          /* place in the linear extension, -1 = a pad */
    int32_t machine;
} c12__sched_node;

/* Move `op` directly behind `to` (forward) or directly before it, on its machine; or, with a mode, to that mode's machine behind `to`, 0 = to its front. */
typedef struct c12__sched_move { int32_t op, to, forward, mode, estimate, through; } c12__sched_move;
enum { C12__SCHED_TABU_CELLS = 1 << 13, C12__SCHED_TABU_STEPS = 256 };

/* Tabu search on that graph. */
typedef struct c12__sched_tabu {
    c12__sched_node *node;                 /* [n + jobs + 1] */
    int32_t *op;                           /* [n + jobs + 1] operation of a node, -1 = a pad */
    int32_t *order;                        /* [n] linear extension, nodes */
    int32_t *last;                         /* [jobs] nodes of their last operations, jobs without any left out */
    int32_t *first;                        /* [machines] node that runs first, 0 = none */
    int32_t *tip;                          /* [machines] scratch */
    int32_t *mode;                         /* [n] by operation: row of the mode it runs in */
    int32_t *mode_p, *mode_machine;        /* [modes] the problem's columns in 32 bits */
    uint8_t *mark;                         /* [n + jobs + 1] scratch, all 0 between calls */
    int32_t *part, *path;                  /* [n + 1] scratch */
    int32_t *less_end, *less_tail;         /* [n + jobs + 1] ends and tails without one operation; a pad's are 0 */
    int32_t *until;                        /* [C12__SCHED_TABU_CELLS] iteration until which an arc may not come back, by hash */
    c12__sched_move *step;                 /* [C12__SCHED_TABU_STEPS] moves seen in this iteration */
    int32_t *elite;                        /* [C12__SCHED_ELITES * 2 n] order, then modes by operation */
    int32_t *run_best;                     /* [2 n] the best plan of this run, likewise */
    int32_t elite_cost[C12__SCHED_ELITES];
    c12__dice dice;
    int32_t elites, iteration, stall, patience, cost, run_cost, started;
    int32_t n, jobs, machines, tenure_lo, tenure_hi;
} c12__sched_tabu;

/* An operation of the machine being propagated, time turned round in every second pass. */
typedef struct c12__sched_task { int32_t op, from, to, ticks, new_from, new_to; } c12__sched_task;

/* Time windows of a pure job shop under a trial makespan. */
typedef struct c12__sched_edge {
    const c12__sched_model *m;
    int32_t *from, *to;        /* [n] the windows at work: earliest start, latest end */
    int32_t *ticks, *group;    /* [n] shortest mode; number of its only machine among those that have any such operation, -1 = has a choice */
    int32_t *first;            /* [groups + 1] rows of a group in early and late */
    int32_t *early, *late;     /* [n] operations group by group: by earliest start, and by latest end from the last back */
    c12__sched_task *task;     /* [n] scratch */
    int32_t *most;             /* [n] scratch */
    uint8_t *dirty;            /* [groups] windows have moved since it was last looked at */
    int64_t steps, most_steps; /* passes through inner loops: done, and allowed */
    int32_t groups, moved;     /* moved: some window has */
} c12__sched_edge;
enum { C12__SCHED_EDGE_OPS = 1 << 14 };

/* Proofs that a job shop has no shorter plan: shaving of windows, then branch and bound.  All of it can be left after any step and gone on with. */
typedef struct c12__sched_proof {
    int32_t *root, *kept;      /* [2 n] windows being shaved, and how they were before the probe */
    int32_t *window;           /* [depth + 1][2 n] windows of the branch */
    int32_t *before, *after;   /* [depth] decided pairs */
    int32_t *turned;           /* [depth] 1 = the second order is being tried */
    int64_t best, target;      /* length of the plan it is about, 0 = none; makespan on trial */
    int64_t low, top;          /* shortest not refuted; shortest that was tried and not refuted */
    int32_t n, depth, phase;
    int32_t probe, quiet;      /* window end to probe next; probes in vain since the last that cut something off */
    int32_t nodes, most_depth, reserved;
} c12__sched_proof;
enum { C12__SCHED_PROOF_OPS = 256, C12__SCHED_SHAVE_OPS = 512 }; /* most operations to branch on, and to shave: with more it finds next to nothing in a minute */

typedef struct c12__sched_island {
    const c12__sched_model *m;
    struct c12_sched *self;
    c12__sched_list list;
    c12__sched_anneal anneal;
    c12__sched_tabu tabu;
    c12__sched_plant plant;
    c12__sched_event event;
    c12__rng rng;
    int64_t slice, work;   /* units to spend until the barrier; spent in all */
    int64_t goal;          /* stop when the best cost is no larger */
    int64_t *start, *end;  /* [n] best plan of this island */
    int32_t *mode;
    int64_t best;          /* its cost, INT64_MAX = none */
    int32_t index, reserved;
} c12__sched_island;

enum { C12__SCHED_BY_KEYS, C12__SCHED_BY_TABU, C12__SCHED_BY_STEPS };

struct c12_sched {
    c12_host host;
    c12_sched_dims dims;
    c12__sched_model model;
    c12__sched_edge edge;
    c12__sched_proof proof;
    c12__sched_island *island;
    c12__sched_floor floor;
    c12__sched_live live;
    size_t owned;          /* bytes from host.alloc, 0 = caller's memory */
    void *owned_ptr;
    c12_ns until;          /* 0 = no time limit */
    atomic_int cancelled, timed_out;
    int32_t goal, loaded;
    int32_t kernel, reserved; /* C12__SCHED_BY_*: the search of this solve */
    int64_t *scratch;      /* [max(ops, jobs) + 1] */
    int32_t *scratch_id;   /* [ops] */
    int32_t *scratch_order;/* [ops] */
    c12__sched_terms terms;/* as the options name them */
};

/* sched_model.c */
c12_status c12__sched_take(c12_sched_problem *local, const c12_sched_problem *from, c12_error *err);
void c12__sched_order(const c12__sched_model *m, const int64_t *start, int32_t *order, int32_t *scratch); /* by start, predecessors first among equals */
void c12__sched_carve_model(c12__sched_model *m, c12__arena *a, const c12_sched_dims *d);
int c12__sched_has_steps(const c12__sched_model *m);
c12_status c12__sched_derive(struct c12_sched *self, c12_error *err);

int c12__sched_latest(const c12_sched_problem *p, int64_t n, int64_t *latest);

/* sched.c */
int c12__sched_search(struct c12_sched *self, const c12_budget *budget, const c12_sched_plan *p, c12_info *info);
c12_status c12__sched_take_columns(const struct c12_sched *self, c12_sched_plan *p, const c12_sched_plan *from, c12_error *err);
c12_status c12__sched_take_solve(struct c12_sched *self, const c12_budget *budget, c12_budget *local, c12_error *err);

/* sched_vet.c: entry checks, shared with the checker */
void c12__sched_vet_rich(c12__faults *f, const c12_sched_problem *p, int64_t n);
c12_status c12__sched_take_options(c12_sched_options *local, c12__sched_terms *terms, const c12_sched_options *from, c12_error *err);
c12_status c12__sched_weigh(c12__sched_terms *t, const c12_sched_problem *p, int64_t n, int64_t latest, c12_error *err);
int64_t c12__sched_paced(const c12_sched_problem *p, int64_t row);

/* sched_link.c */
void c12__sched_carve_links(c12__sched_model *m, c12__arena *a, const c12_sched_dims *d);
void c12__sched_enrich(c12__sched_model *m, int64_t n, const int32_t *family);
void c12__sched_link(c12__sched_model *m);
int c12__sched_linked(const c12__sched_model *m, int32_t o);
int c12__sched_usable(const c12__sched_model *m, int32_t o, int32_t mode);
int c12__sched_impossible(const c12__sched_model *m);

/* sched_goal.c */
int64_t c12__sched_goal(const c12__sched_model *m, const int64_t *start, const int64_t *end, const int32_t *mode, int64_t setups);
int64_t c12__sched_goal_bound(const c12__sched_model *m);

/* sched_use.c */
void c12__sched_carve_use(c12__sched_use *u, c12__arena *a, const c12_sched_dims *d);
void c12__sched_lay_use(c12__sched_model *m);
void c12__sched_begin_use(const c12__sched_model *m, c12__sched_use *u);
void c12__sched_take_use(const c12__sched_model *m, c12__sched_use *u, int32_t r, int64_t from, int64_t to, int64_t units);
int64_t c12__sched_short_use(const c12__sched_model *m, const c12__sched_use *u, int32_t r, int64_t from, int64_t to, int64_t units);

/* sched_rich.c */
void c12__sched_carve_rich(c12__sched_rich *x, c12__arena *a, const c12_sched_dims *d);
int64_t c12__sched_run_rich(const c12__sched_model *m, c12__sched_list *l);

/* sched_bound.c */
void c12__sched_bound(struct c12_sched *self);
int32_t c12__sched_machine_of(const c12__sched_model *m, int32_t o);

/* sched_edge.c */
void c12__sched_carve_edge(c12__sched_edge *e, c12__arena *a, const c12_sched_dims *d);
void c12__sched_edge_open(struct c12_sched *self);
int c12__sched_edge_windows(c12__sched_edge *e, int32_t *window, int64_t target);
void c12__sched_edge_use(c12__sched_edge *e, int32_t *window);
int c12__sched_edge_raise(c12__sched_edge *e, int32_t o, int32_t t);
int c12__sched_edge_lower(c12__sched_edge *e, int32_t o, int32_t t);
int c12__sched_edge_run(c12__sched_edge *e);
int64_t c12__sched_edge_bound(c12__sched_edge *e, int32_t *window, int64_t bound, int64_t best);

/* sched_clock.c: open time of a machine */
int64_t c12__sched_start_at(const c12__sched_model *m, int32_t machine, int64_t after, int64_t set_up, int64_t ready, int64_t ticks, int resumable);
int64_t c12__sched_end_at(const c12__sched_model *m, int32_t machine, int64_t start, int64_t ticks, int resumable);
int64_t c12__sched_start_behind(const c12__sched_model *m, int32_t machine, int64_t after, int64_t set_up, int64_t ready, int64_t ticks, int resumable);
int64_t c12__sched_start_for(const c12__sched_model *m, int32_t machine, int64_t end, int64_t ticks, int resumable);
int c12__sched_setup_fits(const c12__sched_model *m, int32_t machine, int64_t after, int64_t set_up, int64_t start, int resumable);

/* sched_list.c */
void c12__sched_carve_list(c12__sched_list *l, c12__arena *a, const c12_sched_dims *d);
int64_t c12__sched_run_list(const c12__sched_model *m, c12__sched_list *l);
void c12__sched_keep(c12__sched_island *w, int64_t cost);

/* sched_rule.c */
enum { C12__SCHED_RULES = 12 };
void c12__sched_rule_keys(const c12__sched_model *m, c12__sched_list *l, int32_t rule, c12__rng *rng);

/* sched_anneal.c */
void c12__sched_carve_anneal(c12__sched_anneal *s, c12__arena *a, const c12_sched_dims *d);
void c12__sched_begin_anneal(c12__sched_island *w);
void c12__sched_run_anneal(c12__sched_island *w);

/* sched_proof.c */
void c12__sched_carve_proof(c12__sched_proof *p, c12__arena *a, const c12_sched_dims *d);
void c12__sched_begin_proof(struct c12_sched *self);
int64_t c12__sched_prove(struct c12_sched *self, int64_t bound, int64_t best, int64_t units, int64_t *spent);

/* sched_tabu.c and sched_move.c */
void c12__sched_carve_tabu(c12__sched_tabu *t, c12__arena *a, const c12_sched_dims *d);
void c12__sched_begin_tabu(c12__sched_island *w);
void c12__sched_run_tabu(c12__sched_island *w);
void c12__sched_offer_elite(c12__sched_tabu *t, const int32_t *plan, int32_t cost);
int c12__sched_tabu_step(c12__sched_tabu *t, const c12__sched_model *m);
void c12__sched_tabu_times(c12__sched_tabu *t);
void c12__sched_tabu_load(c12__sched_tabu *t, const int32_t *order, const int32_t *mode);

/* Does it start elsewhere than in the plan to stay near? */
static inline int c12__sched_has_moved(const c12__sched_plant *s, int32_t o) { return s->m->prior[o] >= 0 && s->step[o].start != s->m->prior[o]; }

/* Asked seldom: 1 when a time limit has passed or a cancel was asked for. */
int c12__sched_halted(struct c12_sched *self);
/* Asked at every k of an O(n) part of the plant search (self NULL: of a plan that no search is at): 1 when a cancel makes the rest of it useless.  Whoever calls that part asks again before using what it
 * left, since a cancel stays until solve returns. */
static inline int c12__sched_dropped(struct c12_sched *self, int32_t k)
{
    return self && !(k & 511) && atomic_load_explicit(&self->cancelled, memory_order_relaxed);
}

#endif
