/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/sched.h
 *  Finite-capacity scheduling: job shops, flexible job shops and plants with set-ups, calendars, material dates, assemblies and
 *  frozen operations.  Shape P: a handle owns all memory a search needs, solve never allocates.
 *
 *  What a feasible plan is (c12_sched_check judges by these rules and no others):
 *  - S1 every operation runs in one of its modes: on machine mode_machine, for mode_ticks ticks of work;
 *  - S2 the operations of a job follow each other in row order; op_pred adds precedences between any two operations: an
 *       operation starts no earlier than all its predecessors end;
 *  - S3 an operation starts no earlier than its job's release and its own op_ready;
 *  - S4 a machine does one thing at a time; an operation of 0 ticks may not lie strictly inside another, but needs no set-up and
 *       leaves the machine's family as it is;
 *  - S5 before an operation of family g that follows one of family f on its machine, the machine is set up for setup[f][g] ticks;
 *       nothing before a machine's first operation.  The set-up ends where the operation starts; it may be done before
 *       the job's release, material or predecessors;
 *  - S6 breaks are closed half-open windows [from, to) of a machine.  An operation that is not resumable lies in one open window
 *       together with its set-up: [start - set-up, end) meets no break and end = start + ticks.  A resumable one, and its set-up, pause
 *       during breaks: start lies in open time, end is the first tick by which its work is done, and the machine has at least
 *       set-up open ticks between its previous operation and start.  An operation of 0 ticks ends where it starts, anywhere;
 *  - S7 a frozen operation (fixed_start >= 0) starts exactly there, in mode fixed_mode when that is not -1;
 *  - S8 a reported operation (fixed_end >= 0 too) ends exactly there.  What happened is not judged: S2, S3, S11, S12, the set-up before it and its
 *       duration are not looked at, nor whether two reported operations overlap, on a batch machine neither; it is in no batch, and no other
 *       operation overlaps it.  It hands its work on, and lets its machine go, at its end: to the next of its job that is not reported S2 and wait_min
 *       of S11 apply, the rest of S11 to S14 does not.  Its resources are taken (S15), but a tick at which only reported operations take more than
 *       there is breaks no rule;
 *  - S9 an operation that is gone (op_gone) uses no machine, no resource and no time: it starts and ends where the last of its predecessors ends, 0
 *       without any; S3 to S8 and S10 to S17 do not hold for it, nor S11 to S14 for the one before it in its job.  In no term does it count; a job
 *       starts with its first operation that is not gone;
 *  - S10 machine_speed: a mode's work is the least whole number of ticks >= mode_ticks * 1000 / machine_speed;
 *  - S11 waits: from the end of an operation to the start of the next one of its job pass at least wait_min and at most wait_max ticks;
 *  - S12 overlap: an operation hands its work on in op_lots equal lots.  With more than one, S2 is replaced for the next operation of
 *       the job: it starts no earlier than the first tick by which ceil(ticks / lots) of this one's work is done (plus wait_min), and ends no
 *       earlier than this one's end + ceil(next ticks / lots).  op_pred is not overlapped;
 *  - S13 holding: an operation with op_holds keeps its machine until the next operation of its job starts; nothing else may
 *       start on the machine, or be set up for, before then (blocking);
 *  - S14 buffers: from the end of an operation with op_buffer to the start of the next of its job, the job takes one place of that
 *       buffer; at no tick are more than buffer_places taken;
 *  - S15 resources: from start to end an operation takes need_units of each of its resources; at no tick is more taken than level_units
 *       gives, nothing before the first level_from;
 *  - S16 batches: on a machine with machine_batch > 1, operations of one family may share start and end exactly; their op_places add up to at most
 *       machine_batch, and the work of all is that of the longest.  Without families all are alike;
 *  - S17 setup_breaks: C12_SCHED_PAUSE: set-ups on the machine pause during breaks also before an operation that does not;
 *       C12_SCHED_WHOLE: they never pause, also before one that does.
 *
 *  A job without operations, or with all gone, counts nothing.  Goals are minimised: makespan; sum of weight * tardiness plus total set-up ticks; sum of
 *  weight * (completion - release); or a sum or an order of the terms below.
 *  All ticks lie in 0..C12_SCHED_HORIZON; arithmetic that could leave 64 bits is refused at load (C12_E_OVERFLOW).
 *
 *  Methods.  List schedules by priority (Giffler and Thompson 1960) under a dozen dispatch rules.  Job shops under makespan: tabu
 *  search over critical-block insertions on the disjunctive graph (Nowicki and Smutnicki 1996; Balas and Vazacopoulos 1998; Zhang et
 *  al. 2007), with a choice of machines over every place of every mode (Mastrolilli and Gambardella 2000), each run starting between two
 *  elite plans (after Peng, Lue and Cheng 2015).  Plants under tardiness or flow time: event
 *  lists under the apparent tardiness cost with set-ups (Lee, Bhaskaran and Pinedo 1997), then annealing over machine sequences that
 *  re-times only what a move changes (after Mati, Dauzere-Peres and Lahlou 2011).  Everything else, and problems under 64 operations:
 *  late-acceptance search (Burke and Bykov 2017) over priorities and modes, each trial one list schedule.  Bounds: longest job path;
 *  under makespan Jackson's preemptive schedule per machine (Carlier 1982), and in job shops edge finding under trial makespans (Carlier and Pinson
 *  1989; Vilim 2004); shaving and branch and bound for proofs.
 *
 *  Determinism: same problem, options, seed, islands and work_limit give the same bits for any host.parallel and platform.  Only a time limit, a
 *  cancel or a stopping progress hook changes a result.
 *  Work unit: one tabu iteration, one list schedule, 16 candidate moves of a plant search, or as many steps of an optimality proof as
 *  there are operations, summed over islands.  A plant search cools as its limits are spent, so a plan under a larger limit is no continuation of one under a smaller. */
#ifndef C12_SCHED_H
#define C12_SCHED_H

#include "c12/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define C12_SCHED_HORIZON ((c12_tick)1 << 60) /**< Largest tick; a break that ends here never ends. */

typedef struct c12_sched c12_sched; /**< Opaque; its size is c12_sched_bytes(). */

/** What is minimised. */
enum {
    C12_SCHED_MAKESPAN = 0,  /**< Latest end. */
    C12_SCHED_TARDINESS = 1, /**< Sum of job_weight * max(0, completion - job_due), plus the ticks of all set-ups. */
    C12_SCHED_FLOW = 2,      /**< Sum of job_weight * max(0, completion - job_release). */
    C12_SCHED_TERMS = 3      /**< The terms of the options, weighted or one after the other. */
};

/** Terms of a goal.  Completion is the end of a job's last operation. */
enum {
    C12_SCHED_TERM_MAKESPAN = 0,      /**< Latest end. */
    C12_SCHED_TERM_TARDINESS = 1,     /**< Sum of job_weight * max(0, completion - job_due). */
    C12_SCHED_TERM_MAX_TARDINESS = 2, /**< Largest max(0, completion - job_due). */
    C12_SCHED_TERM_LATE = 3,          /**< Jobs that complete after job_due. */
    C12_SCHED_TERM_SETUP = 4,         /**< Ticks of all set-ups. */
    C12_SCHED_TERM_FLOW = 5,          /**< Sum of job_weight * max(0, completion - job_release). */
    C12_SCHED_TERM_WIP = 6,           /**< Sum over jobs of max(0, completion - start of their first operation): work in process times time. */
    C12_SCHED_TERM_MOVED = 7,         /**< Operations whose start or mode is not prior_start, prior_mode; those with prior_start -1 do not count. */
    C12_SCHED_TERM_PREFERENCE = 8,    /**< Sum of mode_cost over the modes chosen. */
    C12_SCHED_TERM_COUNT = 9
};

/** How set-ups of a machine meet breaks. */
enum {
    C12_SCHED_AS_OPERATION = 0, /**< As S6 says: as the operation they prepare. */
    C12_SCHED_PAUSE = 1,        /**< They pause. */
    C12_SCHED_WHOLE = 2         /**< They fit in one open window, though it need not be the operation's. */
};

/** Upper limits that size a handle; a problem may be smaller.  All >= 0. */
typedef struct c12_sched_dims {
    uint32_t struct_size;
    int32_t jobs;     /**< Jobs. */
    int64_t ops;      /**< Operations, at most 2^28. */
    int64_t modes;    /**< Rows of mode_machine, at most 2^30. */
    int64_t breaks;   /**< Rows of break_from, at most 2^30. */
    int64_t preds;    /**< Rows of op_pred, at most 2^30. */
    int32_t machines; /**< Machines. */
    int32_t families; /**< Set-up families, at most 2^15. */
    int32_t branches; /**< What-if branches open at a time beside the trunk, 0..64; any imply live. */
    int32_t islands;  /**< Largest budget.islands, 0..64; 0 = the default of 2. */
    int64_t needs;    /**< Rows of need_resource, at most 2^30. */
    int64_t levels;   /**< Rows of level_from, at most 2^30. */
    int32_t resources; /**< Secondary resources. */
    int32_t buffers;  /**< Buffers. */
    int32_t live;     /**< 1 = the handle copies the problem and keeps a plan that events change; jobs, ops, modes and breaks then leave room for what they add. */
    int32_t reserved; /**< 0. */
} c12_sched_dims;

/** Options of a handle. */
typedef struct c12_sched_options {
    uint32_t struct_size;
    int32_t goal;     /**< C12_SCHED_*. */
    int32_t n_terms;  /**< Under C12_SCHED_TERMS 1..9; else 0. */
    int32_t ordered;  /**< 1 = terms one after the other: a later one counts only between plans equal in all before it; 0 = their weighted sum. */
    const int32_t *term;   /**< [n_terms] C12_SCHED_TERM_*, each once; copied */
    const int64_t *weight; /**< [n_terms] 1..2^31; NULL = 1; copied */
} c12_sched_options;

/** The problem.  Operations are dense rows, job by job; op rows are int64, all other ids int32. */
typedef struct c12_sched_problem {
    uint32_t struct_size;
    int32_t n_jobs;                /**< >= 0 */
    int32_t n_machines;            /**< >= 0 */
    int32_t n_families;            /**< 0 = no set-ups: op_family and setup are not read. */
    const int64_t *op_off;         /**< [n_jobs + 1] operations of a job, in order; n_ops = op_off[n_jobs] */
    const int64_t *mode_off;       /**< [n_ops + 1] machine alternatives of an operation, at least one */
    const int32_t *mode_machine;   /**< [n_modes] */
    const c12_tick *mode_ticks;    /**< [n_modes] >= 0 work */
    const c12_tick *job_release;   /**< [n_jobs] >= 0; NULL = 0 */
    const c12_tick *job_due;       /**< [n_jobs] >= 0, -1 = none; NULL = none */
    const int64_t *job_weight;     /**< [n_jobs] >= 0; NULL = 1 */
    const c12_tick *op_ready;      /**< [n_ops] >= 0, material is there; NULL = 0 */
    const int32_t *op_family;      /**< [n_ops] 0..n_families-1; NULL = no set-ups */
    const c12_tick *setup;         /**< [n_families * n_families] >= 0, row previous, column next; NULL = no set-ups */
    const int64_t *break_off;      /**< [n_machines + 1]; NULL = always open */
    const c12_tick *break_from;    /**< [break_off[n_machines]] >= 0, ascending within a machine */
    const c12_tick *break_to;      /**< [break_off[n_machines]] > break_from, <= the next break_from */
    const uint8_t *op_resumable;   /**< [n_ops] 1 = pauses during breaks; NULL = 0, must fit in one open window */
    const int64_t *op_pred_off;    /**< [n_ops + 1] extra predecessors of an operation; NULL = none */
    const int64_t *op_pred;        /**< [op_pred_off[n_ops]] operation rows */
    const c12_tick *fixed_start;   /**< [n_ops] frozen start, -1 = free; NULL = all free */
    const int32_t *fixed_mode;     /**< [n_ops] 0..modes of the operation - 1, -1 = free (also without fixed_start); NULL = all free */
    const c12_tick *fixed_end;     /**< [n_ops] reported or expected end of a frozen operation, >= fixed_start; -1 = as its work says; NULL = all -1 */
    const uint8_t *op_gone;        /**< [n_ops] 1 = will not be done; NULL = 0 */
    const int32_t *machine_speed;  /**< [n_machines] 1..1,000,000 thousandths of the speed mode_ticks are for (OEE); NULL = 1000 */
    const uint8_t *setup_breaks;   /**< [n_machines] C12_SCHED_AS_OPERATION, PAUSE or WHOLE; NULL = AS_OPERATION */
    const int32_t *machine_batch;  /**< [n_machines] places of a batch machine, >= 1; NULL = 1 */
    const int32_t *op_places;      /**< [n_ops] >= 1, places taken in a batch; NULL = 1 */
    const int64_t *mode_cost;      /**< [n_modes] 0..2^31, what C12_SCHED_TERM_PREFERENCE adds; NULL = 0 */
    const c12_tick *wait_min;      /**< [n_ops] >= 0 ticks before the next operation of the job; NULL = 0 */
    const c12_tick *wait_max;      /**< [n_ops] >= wait_min, -1 = any; 0 = no wait; NULL = any */
    const int32_t *op_lots;        /**< [n_ops] >= 1 transfer lots; NULL = 1 */
    const uint8_t *op_holds;       /**< [n_ops] 1 = keeps its machine until the next operation of the job starts; NULL = 0 */
    const int32_t *op_buffer;      /**< [n_ops] buffer the job waits in afterwards, -1 = any room; NULL = -1 */
    const int32_t *buffer_places;  /**< [n_buffers] >= 0 */
    const int64_t *need_off;       /**< [n_ops + 1] resources an operation takes; NULL = none */
    const int32_t *need_resource;  /**< [need_off[n_ops]] each once an operation, at most 1024 an operation */
    const int32_t *need_units;     /**< [need_off[n_ops]] >= 1; NULL = 1 */
    const int64_t *level_off;      /**< [n_resources + 1] steps of what is there */
    const c12_tick *level_from;    /**< [level_off[n_resources]] >= 0, rising within a resource: from this tick on there are ... */
    const int32_t *level_units;    /**< [level_off[n_resources]] ... >= 0 units */
    const c12_tick *prior_start;   /**< [n_ops] start in a plan to stay close to, -1 = none; NULL = none.  Only C12_SCHED_TERM_MOVED reads it; a live handle does not keep it: see c12_sched_calm */
    const int32_t *prior_mode;     /**< [n_ops] its mode, -1 = any; NULL = any */
    int32_t n_resources;           /**< >= 0 */
    int32_t n_buffers;             /**< >= 0 */
} c12_sched_problem;

/** A plan in the caller's columns. */
typedef struct c12_sched_plan {
    uint32_t struct_size;
    int32_t warm;                  /**< In: 1 = the columns hold a plan to start from (order and modes count, times are redone). */
    c12_tick *op_start;            /**< [n_ops] */
    c12_tick *op_end;              /**< [n_ops] later than start + ticks when breaks interrupt */
    int32_t *op_mode;              /**< [n_ops] 0 = first alternative: its row is mode_off[op] + op_mode[op] */
    const void *reserved;          /**< NULL */
} c12_sched_plan;

/** Bytes a handle for these limits needs; firmware reserves them and calls init.  O(1).
 *  @param dims  limits
 *  @param bytes receives the size
 *  @return C12_E_ARG for NULL or negative limits, C12_E_RANGE for a limit out of its range, C12_E_OVERFLOW when the size does not
 *          fit size_t.  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_bytes(const c12_sched_dims *dims, size_t *bytes, c12_error *err);

/** Build a handle in the caller's memory, which must outlive it.  O(1).
 *  @param self receives the handle, NULL on error
 *  @param mem  at least c12_sched_bytes(dims), any alignment
 *  @param dims limits
 *  @param opt  NULL = makespan
 *  @param host NULL = defaults; copied
 *  @return as c12_sched_bytes; C12_E_RANGE for an unknown goal, C12_E_SPACE with the size that suffices.  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_init(c12_sched **self, c12_mem mem, const c12_sched_dims *dims, const c12_sched_options *opt,
                                           const c12_host *host, c12_error *err);

/** bytes + host->alloc + init.  @return as c12_sched_init; C12_E_NOMEM.  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_create(c12_sched **self, const c12_sched_dims *dims, const c12_sched_options *opt,
                                             const c12_host *host, c12_error *err);

/** End a handle; NULL is fine; memory given to init stays the caller's.  @since 0.1 */
C12_API void c12_sched_destroy(c12_sched *self);

/** Validate a problem and keep it: the columns are borrowed and must stay as they are until the next load or destroy; a live handle copies them.
 *  Every fault is listed (column and row), up to 64.  After an error the handle has no problem.
 *  @return C12_E_SPACE when it exceeds the dims (err->field names the limit, err->value the number needed), C12_E_RANGE for ids, offsets and
 *          values, C12_E_CYCLE with err->row = an operation on a precedence cycle, C12_E_OVERFLOW when the sum of all work, set-ups
 *          and breaks passes C12_SCHED_HORIZON or a goal could leave 64 bits.  O(input).  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_load(c12_sched *self, const c12_sched_problem *problem, c12_error *err);

/** Plan.  Allocates nothing.  On an error the plan is untouched.
 *  @param branch 0 = trunk, or an open branch; on a live handle the best plan becomes the branch's
 *  @param budget at least one limit; target is an objective value; islands <= dims.islands
 *  @param plan   receives the best plan; with outcome C12_INFEASIBLE or C12_UNKNOWN it is untouched
 *  @param info   optional.  Outcome C12_OPTIMAL when the objective equals the bound; C12_INFEASIBLE when it is proved that no plan
 *                exists (info->bound is then 0); C12_UNKNOWN when none was found within the budget
 *  @return C12_E_STATE before a load; C12_E_RANGE for a branch; C12_E_SPACE for more islands than dims; budget errors.
 *  One list schedule costs O(modes * log ops + preds) plus breaks stepped over; one tabu iteration O(ops).  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_solve(c12_sched *self, int32_t branch, const c12_budget *budget, c12_sched_plan *plan,
                                            c12_info *info, c12_error *err);

/** Ask a solve to stop: it returns C12_OK with the best plan so far and C12_STOP_CANCEL.  Sticky until a solve returns, so a
 *  cancel before solve stops that solve after its first plan.  THREADSAFE, signal-safe.  @since 0.1 */
C12_API void c12_sched_cancel(c12_sched *self);

/** Independent checker: rules S1 to S17 and the goal from scratch, sharing no code with the search.  Allocates nothing; about 4 KiB of stack.
 *  @param problem as for load, validated the same way (except for cycles: no plan can satisfy one)
 *  @param plan    columns to judge, never trusted; warm is ignored
 *  @param opt     NULL = makespan
 *  @param verdict receives violations, the first broken rule, its row (an operation) and tick, and the objective (0 when violations > 0
 *                 leave none that makes sense)
 *  @return C12_OK whenever a verdict was reached; input errors as for load.  O(ops * (machines + ops / 512) + needs * (resources + needs / 160)).  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_check(const c12_sched_problem *problem, const c12_sched_plan *plan, const c12_sched_options *opt,
                                            c12_verdict *verdict, c12_error *err);

/* ---- a plan that lives on ---------------------------------------------------------------------------------------------------
 * A handle whose dims say live (or branches) copies the problem at load and keeps a plan for the trunk and each branch: what
 * solve, repair or adopt came to.  Events change the problem and repair that plan at once, without a search: every operation keeps its
 * machine and its place in the sequence, starts move later as far as they must and never earlier, and operations that wait for a stopped machine go to
 * another one where that ends sooner.  Only where this leads to no plan (which features of S11 to S17 can do) other orders are tried, and machines, until one
 * does.  What an event leaves free is room for orders to come, until repair, which searches on from there, fills it.  Rows never change their meaning: new orders get rows behind the last, gone ones keep theirs. */

/** What happened. */
enum {
    C12_SCHED_NOW = 0,      /**< It is `from`: what is not reported as started starts no earlier; what is planned to start before `to` (>= from) keeps machine
                                 and start unless it cannot.  row -1. */
    C12_SCHED_DOWN = 1,     /**< Machine `row` is closed in [from, to).  A started operation that meets it goes on behind it. */
    C12_SCHED_STARTED = 2,  /**< Operation `row` started at `from` in `mode` (-1 = as planned) and is expected to end at `to` (-1 = as its work says). */
    C12_SCHED_FINISHED = 3, /**< Operation `row` ended at `to`; it started at `from` (-1 = as reported or planned) in `mode` (-1 = as planned). */
    C12_SCHED_DUE = 4,      /**< Job `row` is due at `to`, -1 = never. */
    C12_SCHED_CANCEL = 5,   /**< Job `row`: what has not started will not be done, and the job counts in no goal. */
    C12_SCHED_MATERIAL = 6  /**< Material of operation `row` is there from `to` on. */
};

/** One event.  Fields a kind does not name must be -1.  FROZEN. */
typedef struct c12_sched_event {
    int32_t kind;  /**< C12_SCHED_NOW ... */
    int32_t mode;
    int64_t row;
    c12_tick from, to;
} c12_sched_event;

/** What differs between two plans, as columns; counts tell how many there were, rows beyond the caps are left out.  An operation that one of them
 *  has not, or that is gone in it, has start and mode -1 there; a job without a completion has -1. */
typedef struct c12_sched_diff {
    uint32_t struct_size;
    int32_t reserved;          /**< 0 */
    int64_t cap;               /**< Caller: room in op ... mode_after; 0 = columns are not read. */
    int64_t count;             /**< Library: operations whose start or mode differs. */
    int64_t jobs_cap;          /**< Caller: room in job ... end_after. */
    int64_t jobs_count;        /**< Library: jobs whose completion differs. */
    int64_t objective_before;  /**< Library: the goal in the old plan, or in branch a, with its own dates. */
    int64_t objective_after;   /**< Library: in the new one, or in branch b. */
    int64_t *op;               /**< [cap] ascending */
    c12_tick *start_before;    /**< [cap] */
    c12_tick *start_after;     /**< [cap] */
    int32_t *mode_before;      /**< [cap] */
    int32_t *mode_after;       /**< [cap] */
    int32_t *job;              /**< [jobs_cap] ascending */
    c12_tick *end_before;      /**< [jobs_cap] */
    c12_tick *end_after;       /**< [jobs_cap] */
} c12_sched_diff;

/** Put a plan in place as the branch's: machines, order and starts are kept, later where they must be.
 *  @param branch 0 = the trunk, or an open branch
 *  @param plan   columns as for solve; warm is ignored
 *  @param diff   optional: against the plan before; without one everything is new
 *  @return C12_E_STATE unless the handle is live and loaded; C12_E_ARG, C12_E_RANGE as solve; C12_E_RANGE with field "op_start" when the plan's order
 *          cannot be kept with what is frozen.  O(ops log ops).  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_adopt(c12_sched *self, int32_t branch, const c12_sched_plan *plan, c12_sched_diff *diff, c12_error *err);

/** The branch's plan.  @param plan columns for all operations of the branch: see c12_sched_view
 *  @param info optional: objective, and outcome C12_FEASIBLE; C12_UNKNOWN without a plan, which leaves the columns untouched
 *  @return C12_E_STATE, C12_E_RANGE for a branch that is not open.  O(ops).  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_get(c12_sched *self, int32_t branch, c12_sched_plan *plan, c12_info *info, c12_error *err);

/** The branch's problem as it now stands, events and new orders in it: what c12_sched_check judges its plan by.  Starts that C12_SCHED_NOW keeps are not in
 *  fixed_start; release dates of what has not started are no earlier than now.
 *  @param problem receives borrowed columns, good until the handle is changed or another branch is used.  O(1), O(ops) when the branch was not used last.  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_view(c12_sched *self, int32_t branch, c12_sched_problem *problem, c12_error *err);

/** Take events in, one after the other, and repair the plan once.  All or none: after an error nothing has changed.
 *  @param events   [n_events]
 *  @param diff     optional: what moved
 *  @return C12_E_STATE without a plan, or with field "events.row" for a report on what was cancelled or finished; C12_E_RANGE with field "events.row",
 *          "events.from" ... and err->row = the event, or with field "op_start" when no plan was found that keeps what was reported; C12_E_SPACE when breaks
 *          are used up.  Deterministic.  O(ops), and what the operations that move take; a few list schedules with features of S11 to S17.  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_apply(c12_sched *self, int32_t branch, const c12_sched_event *events, int32_t n_events, c12_sched_diff *diff, c12_error *err);

/** What it costs to move what is near.  An operation moves when its start differs, and once more when its mode does. */
typedef struct c12_sched_calm {
    uint32_t struct_size;
    int32_t branch;     /**< The plan to stay near: this branch's as it is when the call begins; 0 = the trunk's. */
    c12_tick until;     /**< Operations that start before this tick in that plan start no earlier than there ... */
    int64_t weight;     /**< ... and add this much to the goal when they move; 0..2^31, 0 = as without */
} c12_sched_calm;

/** Take new orders in: each operation goes where the goal grows least, others give way as far as they must.
 *  @param orders job, operation and mode columns of the new jobs, ids from 0; of the plant only n_machines, n_families, n_resources and n_buffers are read and must be the
 *                handle's, or 0 when there are none to name; op_pred counts within the new orders
 *  @param calm   NULL = moving costs nothing
 *  @param job    optional: the row of the first new job, the others follow
 *  @param diff   optional
 *  @return as load for the columns; C12_E_STATE without a plan; C12_E_SPACE naming the limit; C12_E_RANGE with field "orders" when no place was found.  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_insert(c12_sched *self, int32_t branch, const c12_sched_problem *orders, const c12_sched_calm *calm, int32_t *job,
                                             c12_sched_diff *diff, c12_error *err);

/** When could a new order be there?  Nothing is changed. */
typedef struct c12_sched_offer {
    uint32_t struct_size;
    int32_t later;      /**< Jobs that complete later when the order goes first. */
    int32_t late;       /**< Of those, jobs that are late then and are not now. */
    int32_t reserved;   /**< 0 */
    c12_tick quiet;     /**< Completion when it takes only room that others can spare: the goal without the order does not grow.  -1 = no such place was found. */
    c12_tick rush;      /**< Completion when each of its operations goes as early as machines can take it, before all that has not started.  -1 = no plan was found. */
    int64_t rush_cost;  /**< What the goal of the others grows by then. */
} c12_sched_offer;

/** Promise: earliest dates for one new order, and what the early one displaces.
 *  @param order as for insert, one job
 *  @param offer receives the dates
 *  @param diff  optional: the plan with the order first against the plan as it is, without the order itself
 *  @return as insert; C12_E_SPACE also when the handle has no room to try it.  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_promise(c12_sched *self, int32_t branch, const c12_sched_problem *order, c12_sched_offer *offer, c12_sched_diff *diff, c12_error *err);

/** Search on from the branch's plan.  The result is never worse than that plan under the goal plus the price of moves; allocates nothing.
 *  @param calm   NULL = moving costs nothing
 *  @param budget as for solve
 *  @param diff   optional
 *  @param info   optional; objective is the goal alone
 *  @return as solve; C12_E_STATE without a plan.  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_repair(c12_sched *self, int32_t branch, const c12_sched_calm *calm, const c12_budget *budget, c12_sched_diff *diff, c12_info *info, c12_error *err);

/** Open a what-if branch: problem and plan as they are now.  Both are shared until one of the two changes.
 *  @param from   0 = the trunk, or an open branch
 *  @param branch out: its number, 1..dims.branches
 *  @return C12_E_SPACE when dims.branches are open; C12_E_STATE unless live and loaded.  O(1); the first change afterwards O(ops).  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_branch(c12_sched *self, int32_t from, int32_t *branch, c12_error *err);

/** Close a branch and forget it.  @return C12_E_RANGE for a branch that is not open.  O(1).  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_drop(c12_sched *self, int32_t branch, c12_error *err);

/** Make a branch the trunk and close it; other branches keep what they show.  @return as drop.  O(1).  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_commit(c12_sched *self, int32_t branch, c12_error *err);

/** What differs between the plans of two branches.  @return C12_E_RANGE for a branch that is not open; C12_E_STATE when one has no plan.  O(ops).  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_diff_branches(c12_sched *self, int32_t a, int32_t b, c12_sched_diff *diff, c12_error *err);

/** Why an operation starts when it does. */
enum {
    C12_SCHED_BY_NOTHING = 0,     /**< It could start earlier. */
    C12_SCHED_BY_RELEASE = 1,     /**< Its job is released then, or it is now. */
    C12_SCHED_BY_MATERIAL = 2,    /**< Its material is there then. */
    C12_SCHED_BY_PREDECESSOR = 3, /**< Operation `other` of its job, or one it assembles, ends then. */
    C12_SCHED_BY_MACHINE = 4,     /**< Operation `other` on its machine ends then. */
    C12_SCHED_BY_SETUP = 5,       /**< As BY_MACHINE, and `ticks` of set-up lie between. */
    C12_SCHED_BY_CALENDAR = 6,    /**< The machine is closed for `ticks` before it, or, for the same operation as the link before, while it runs. */
    C12_SCHED_BY_FROZEN = 7,      /**< It is frozen or reported. */
    C12_SCHED_BY_RESOURCE = 8     /**< A resource, a buffer, a wait or a batch holds it. */
};

/** What would have made a job end on time. */
enum {
    C12_SCHED_FIX_MATERIAL = 1,  /**< Material of `op` earlier by `ticks`. */
    C12_SCHED_FIX_RELEASE = 2,   /**< Release of the job of `op` earlier by `ticks`. */
    C12_SCHED_FIX_ORDER = 3,     /**< `op` before `other` on its machine; cost = what the goal of the others grows by. */
    C12_SCHED_FIX_MACHINE = 4,   /**< `op` in mode `other`; cost likewise. */
    C12_SCHED_FIX_OVERTIME = 5,  /**< The machine of `op` open for `ticks` more, in the break that holds it. */
    C12_SCHED_FIX_SPEED = 6,     /**< `op` shorter by `ticks` of its machine. */
    C12_SCHED_FIX_DUE = 7,       /**< The job due later by `ticks`. */
    C12_SCHED_FIX_PULL = 8       /**< Nothing but starting all as early as it can: see c12_sched_repair. */
};

/** A chain of reasons and what would break it, as columns; counts tell how many there were, rows beyond the caps are left out. */
typedef struct c12_sched_why {
    uint32_t struct_size;
    int32_t cap;               /**< Caller: room in op ... ticks. */
    int32_t count;             /**< Library: links of the chain, from the job's last operation backwards. */
    int32_t fix_cap;           /**< Caller: room in fix_kind ... fix_cost. */
    int32_t fix_count;         /**< Library: single changes that make the job end by its due date, cheapest first; 0 when it is on time. */
    int32_t reserved;          /**< 0 */
    c12_tick late;             /**< Library: completion - due, not below 0. */
    int64_t *op;               /**< [cap] */
    int32_t *reason;           /**< [cap] C12_SCHED_BY_* */
    int64_t *other;            /**< [cap] -1 = none */
    c12_tick *ticks;           /**< [cap] closed or set-up ticks, else the time gained if this reason went away alone */
    int32_t *fix_kind;         /**< [fix_cap] C12_SCHED_FIX_* */
    int64_t *fix_op;           /**< [fix_cap] */
    int64_t *fix_other;        /**< [fix_cap] -1 = none */
    c12_tick *fix_ticks;       /**< [fix_cap] least ticks that suffice, 0 for changes of order or machine */
    int64_t *fix_cost;         /**< [fix_cap] ticks, or the growth of the goal of all others; smaller is cheaper */
    const void *reserved_column; /**< NULL */
} c12_sched_why;

/** Why does a job end when it does, and which one change would make it end on time?  Each change told was tried on the plan.
 *  @return C12_E_STATE without a plan, C12_E_RANGE for a job that is not there or is gone.  O(links * (ops + changes tried * operations that move)).  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_explain(c12_sched *self, int32_t branch, int32_t job, c12_sched_why *why, c12_error *err);

/* ---- benchmark texts ----------------------------------------------------------------------------------------------------- */

/** Text formats. */
enum {
    C12_SCHED_AUTO = 0, /**< By content: exactly 2 numbers per machine and job after "n m" is JSP, otherwise FJSP. */
    C12_SCHED_JSP = 1,  /**< "n m", then n * m pairs "machine time", machines from 0, job by job. */
    C12_SCHED_FJSP = 2  /**< "n m [average]", then per job its operation count and per operation its mode count and pairs "machine time",
                             machines from 1 (Brandimarte 1993). */
};

/** Sizes of an instance text.  Lines starting with # or + are comments; line breaks are free otherwise; LF, CRLF.
 *  @param dims   receives jobs, ops, modes, machines (struct_size must be set); all else 0
 *  @param format C12_SCHED_AUTO, JSP or FJSP
 *  @return C12_E_FORMAT with err->value = byte offset and err->row = 1-based line; C12_E_RANGE for an unknown format.
 *          O(bytes).  Hostile bytes are safe.  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_scan_text(c12_view text, int32_t format, c12_sched_dims *dims, c12_error *err);

/** Read the text into columns of the sizes c12_sched_scan_text gave.  Columns are untouched on error.
 *  @param dims         as scanned: capacities of the columns
 *  @param op_off       [jobs + 1]
 *  @param mode_off     [ops + 1]
 *  @param mode_machine [modes] machines from 0
 *  @param mode_ticks   [modes]
 *  @return as c12_sched_scan_text; C12_E_SPACE when dims are smaller than the text needs.  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_read_text(c12_view text, int32_t format, const c12_sched_dims *dims, int64_t *op_off, int64_t *mode_off,
                                                int32_t *mode_machine, c12_tick *mode_ticks, c12_error *err);

/** Rebuild a job shop of Taillard (1993), "Benchmarks for basic scheduling problems", from its published seeds, exactly, in integers.
 *  Operation k of job j is row j * n_machines + k, one mode each.
 *  @param time_seed, machine_seed 1..2^31-2
 *  @param mode_machine [n_jobs * n_machines] machines from 0
 *  @param mode_ticks   [n_jobs * n_machines] 1..99
 *  @return C12_E_ARG for NULL, C12_E_RANGE for sizes < 1 or seeds out of range.  O(n_jobs * n_machines).  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_taillard(int32_t n_jobs, int32_t n_machines, int32_t time_seed, int32_t machine_seed,
                                               int32_t *mode_machine, c12_tick *mode_ticks, c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_SCHED_H */
