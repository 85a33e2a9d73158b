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
 *  - S7 a frozen operation (fixed_start >= 0) starts exactly there, in mode fixed_mode when that is not -1.
 *
 *  A job without operations counts nothing.  Goals are minimised: makespan; sum of weight * tardiness plus total set-up ticks; sum of weight * (completion - release).
 *  All ticks lie in 0..C12_SCHED_HORIZON; arithmetic that could leave 64 bits is refused at load (C12_E_OVERFLOW).
 *
 *  Methods.  List schedules by priority (Giffler and Thompson 1960) under a dozen dispatch rules.  Job shops under makespan: tabu
 *  search over critical-block insertions on the disjunctive graph (Nowicki and Smutnicki 1996; Balas and Vazacopoulos 1998; Zhang et
 *  al. 2007), with a choice of machines over every place of every mode (Mastrolilli and Gambardella 2000), each run starting between two
 *  elite plans (after Peng, Lue and Cheng 2015).  Plants under tardiness or flow time: event
 *  lists under the apparent tardiness cost with set-ups (Lee, Bhaskaran and Pinedo 1997), then annealing over machine sequences that
 *  re-times only what a move changes (after Mati, Dauzere-Peres and Lahlou 2011).  Everything else, and problems under 64 operations:
 *  late-acceptance search (Burke and Bykov 2017) over priorities and modes, each trial one list schedule.  Bounds: longest job path
 *  and, under makespan, Jackson's preemptive schedule per machine (Carlier 1982).
 *
 *  Determinism: same problem, options, seed, islands and work_limit give the same bits for any host.parallel and platform.  Only a time limit, a
 *  cancel or a stopping progress hook changes a result.
 *  Work unit: one tabu iteration, one list schedule, 16 candidate moves of a plant search or one node of an optimality proof, summed
 *  over islands.  A plant search cools as its limits are spent, so a plan under a larger limit is no continuation of one under a smaller. */
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
    C12_SCHED_FLOW = 2       /**< Sum of job_weight * (completion - job_release). */
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
    int32_t branches; /**< What-if branches beside the trunk; this version accepts 0 only (C12_E_RANGE). */
    int32_t islands;  /**< Largest budget.islands, 0..64; 0 = the default of 2. */
} c12_sched_dims;

/** Options of a handle. */
typedef struct c12_sched_options {
    uint32_t struct_size;
    int32_t goal;     /**< C12_SCHED_*. */
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

/** Validate a problem and keep it: the columns are borrowed and must stay as they are until the next load or destroy.
 *  Every fault is listed (column and row), up to 64.  After an error the handle has no problem.
 *  @return C12_E_SPACE when it exceeds the dims (err->field names the limit, err->value the number needed), C12_E_RANGE for ids, offsets and
 *          values, C12_E_CYCLE with err->row = an operation on a precedence cycle, C12_E_OVERFLOW when the sum of all work, set-ups
 *          and breaks passes C12_SCHED_HORIZON or a goal could leave 64 bits.  O(input).  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_load(c12_sched *self, const c12_sched_problem *problem, c12_error *err);

/** Plan.  Allocates nothing.  On an error the plan is untouched.
 *  @param branch 0 = trunk
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

/** Independent checker: rules S1 to S7 and the goal from scratch, sharing no code with the search.  Allocates nothing; about 4 KiB of stack.
 *  @param problem as for load, validated the same way (except for cycles: no plan can satisfy one)
 *  @param plan    columns to judge, never trusted; warm is ignored
 *  @param opt     NULL = makespan
 *  @param verdict receives violations, the first broken rule, its row (an operation) and tick, and the objective (0 when violations > 0
 *                 leave none that makes sense)
 *  @return C12_OK whenever a verdict was reached; input errors as for load.  O(ops * (machines + ops / 512)).  @since 0.1 */
C12_API C12_MUST c12_status c12_sched_check(const c12_sched_problem *problem, const c12_sched_plan *plan, const c12_sched_options *opt,
                                            c12_verdict *verdict, c12_error *err);

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
