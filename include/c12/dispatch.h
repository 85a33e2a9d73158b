/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/dispatch.h
 *  Which robot does which task, and why: an exact rectangular assignment with its proof.  Shape P.
 *
 *  What is sought, in this order:
 *  - A1 a robot has at most one task, a task at most one robot, and no pair whose cost is C12_DISPATCH_NEVER;
 *  - A2 as many tasks as possible of the highest priority, then of the next, and so on (no task is left out for money);
 *  - A3 the least sum of effective costs: cost, less options.hysteresis where a robot keeps its current task.
 *
 *  The proof.  Let e(r, t) be the effective cost, lo and hi the least and largest of them, p(t) = 1 + the number of tasks of lower
 *  priority than t, and U(t) = lo + p(t) * ((hi - lo) * min(robots, tasks) + 1), the price of leaving t out.  By the greedy property of
 *  matchable task sets (a transversal matroid) any prices that rise with priority give A2.  A plan is optimal when there are duals with
 *  task_dual[t] + robot_dual[r] <= e(r, t) for every possible pair, equal for chosen ones; robot_dual <= 0, and 0 for idle robots;
 *  task_dual[t] <= U(t), equal for tasks left out.  c12_dispatch_check verifies exactly this.
 *
 *  Any prices of which the least is at least U of the lowest rank and which stand at least (hi - lo) * min(robots, tasks) + 1 apart from one
 *  priority to the next prove as much; after events a plan's task_price column says which it stands on, and the checker verifies them.
 *
 *  Every pair may be (cost is a matrix), or the pairs that may be are listed (pair_off): "possible pair" above means all of the matrix or
 *  all listed ones.  Large matrices are solved on each row's cheapest pairs first; the duals then judge every pair left out, and those
 *  cheaper than their duals join until there are none, so that the proof covers the whole matrix.
 *
 *  Method: shortest augmenting paths with duals (Kuhn 1955; Edmonds and Karp 1972; Jonker and Volgenant 1987), the smaller side entering
 *  one by one; events let what changed leave and enter again, from either side (the dual view of the same paths).
 *  With n the smaller and m the larger limit: O(n^3 + n * m) and the load O(n * m); an event O(n * (n + m)) at worst, two paths of a few steps as
 *  a rule.  Deterministic: same input and same events, same bits; islands are ignored.  Work unit: one row or column scanned in a search. */
#ifndef C12_DISPATCH_H
#define C12_DISPATCH_H

#include "c12/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define C12_DISPATCH_NEVER INT64_MAX /**< Cost of a pair that must not be. */

typedef struct c12_dispatch c12_dispatch; /**< Opaque; its size is c12_dispatch_bytes(). */

/** Why a task has the robot it has. */
enum {
    C12_DISPATCH_WHY_ASSIGNED = 0, /**< It has a robot. */
    C12_DISPATCH_WHY_NO_ROBOT = 1, /**< Every pair with it is C12_DISPATCH_NEVER. */
    C12_DISPATCH_WHY_OUTBID = 2,   /**< Its robots are busy with tasks that go first or are cheaper. */
    C12_DISPATCH_WHY_UNREACHED = 3 /**< The solve was stopped before this task. */
};

/** Upper limits that size a handle; a problem may be smaller.  All >= 0. */
typedef struct c12_dispatch_dims {
    uint32_t struct_size;
    int32_t robots;   /**< Robots. */
    int32_t tasks;    /**< Tasks; the handle keeps robots * tasks costs of 8 bytes, the larger of the two rounded up to 32. */
    int32_t branches; /**< What-if branches beside the trunk; this version accepts 0 only (C12_E_RANGE). */
    int64_t pairs;    /**< 0 = any pair may be: the handle keeps a matrix.  Else the most pairs a problem lists (pair_off); 12 bytes each
                           in place of the matrix. */
} c12_dispatch_dims;

/** Options of a handle. */
typedef struct c12_dispatch_options {
    uint32_t struct_size;
    int32_t reserved;   /**< 0 */
    int64_t hysteresis; /**< >= 0: what taking a robot off its current task must save, in units of cost. */
} c12_dispatch_options;

/** The problem. */
typedef struct c12_dispatch_problem {
    uint32_t struct_size;
    int32_t n_robots;             /**< >= 0 */
    int32_t n_tasks;              /**< >= 0 */
    int32_t reserved;             /**< 0 */
    const int64_t *cost;          /**< [n_robots * n_tasks] row robot, column task; any sign; C12_DISPATCH_NEVER = must not be */
    const int32_t *task_priority; /**< [n_tasks] larger goes first; NULL = equal */
    const int32_t *current;       /**< [n_robots] task a robot has now, -1 = none; no two the same; NULL = none */
    const void *reserved_column;  /**< NULL */
    const int64_t *pair_off;      /**< [n_robots + 1] pairs that may be, by robot; cost is then [pair_off[n_robots]], pairs not listed must
                                       not be, and the proof covers the listed ones.  NULL = every pair has its cost */
    const int32_t *pair_task;     /**< [pair_off[n_robots]] task of the pair, rising within a robot */
} c12_dispatch_problem;

/** A plan in the caller's columns. */
typedef struct c12_dispatch_plan {
    uint32_t struct_size;
    int32_t reserved;             /**< 0 */
    int32_t *task_robot;          /**< [n_tasks] robot, -1 = none */
    int64_t *robot_dual;          /**< [n_robots] <= 0, what one more such robot would save; may be NULL together with task_dual */
    int64_t *task_dual;           /**< [n_tasks] what serving the task costs at these prices */
    int32_t *why;                 /**< [n_tasks] C12_DISPATCH_WHY_*; may be NULL */
    int32_t *runner_up;           /**< [n_tasks] the other robot that comes nearest at the robots' prices (ties to the smaller id), -1 =
                                       none can; may be NULL */
    const void *reserved_column;  /**< NULL */
    int64_t *task_price;          /**< [n_tasks] the price U(t) of leaving the task out that the duals stand on; may be NULL, and the prices
                                       are then those stated above */
    int64_t *margin;              /**< [n_tasks] how much cheaper the runner-up must become to be as good, at these prices, >= 0; -1 = no
                                       runner-up; may be NULL */
} c12_dispatch_plan;

/** Bytes a handle for these limits needs.  O(1).
 *  @return C12_E_ARG for NULL or negative limits, C12_E_RANGE for branches, C12_E_OVERFLOW when the size does not fit size_t.  @since 0.1 */
C12_API C12_MUST c12_status c12_dispatch_bytes(const c12_dispatch_dims *dims, size_t *bytes, c12_error *err);

/** Build a handle in the caller's memory, which must outlive it.  O(1).
 *  @param self    receives the handle, NULL on error
 *  @param mem     at least c12_dispatch_bytes(dims), any alignment
 *  @param dims    limits
 *  @param options NULL = no hysteresis
 *  @param host    NULL = defaults; copied
 *  @return as c12_dispatch_bytes; C12_E_RANGE for a negative hysteresis, C12_E_SPACE with the size that suffices.  @since 0.1 */
C12_API C12_MUST c12_status c12_dispatch_init(c12_dispatch **self, c12_mem mem, const c12_dispatch_dims *dims,
                                              const c12_dispatch_options *options, const c12_host *host, c12_error *err);

/** bytes + host->alloc + init.  @return as c12_dispatch_init; C12_E_NOMEM.  @since 0.1 */
C12_API C12_MUST c12_status c12_dispatch_create(c12_dispatch **self, const c12_dispatch_dims *dims, const c12_dispatch_options *options,
                                                const c12_host *host, c12_error *err);

/** End a handle; NULL is fine; memory given to init stays the caller's.  @since 0.1 */
C12_API void c12_dispatch_destroy(c12_dispatch *self);

/** Validate a problem and copy it.  Every fault is listed (column and row), up to 64.  After an error the handle has no problem.
 *  @return C12_E_SPACE when it exceeds the dims, C12_E_ARG for missing columns, C12_E_RANGE for ids and two robots on one current
 *          task, C12_E_OVERFLOW when prices U(t) could pass 2^60 or a sum of costs 64 bits.
 *          O(robots * tasks + robots^2); with pairs O(pairs + robots^2).  @since 0.1 */
C12_API C12_MUST c12_status c12_dispatch_load(c12_dispatch *self, const c12_dispatch_problem *problem, c12_error *err);

/** Assign, or go on where the last solve or event left off.  Allocates nothing.  On an error the plan is untouched.
 *  @param branch 0 = trunk
 *  @param budget at least one limit; target is ignored
 *  @param plan   receives the assignment; duals, why and runner_up where given
 *  @param info   optional.  C12_OPTIMAL with objective = bound = sum of effective costs; stopped early: C12_FEASIBLE, tasks
 *                without a robot that have possible pairs marked C12_DISPATCH_WHY_UNREACHED, a trivial bound, and duals that prove nothing
 *  @return C12_E_STATE before a load, C12_E_RANGE for a branch, C12_E_ARG for missing columns, budget errors.  @since 0.1 */
C12_API C12_MUST c12_status c12_dispatch_solve(c12_dispatch *self, int32_t branch, const c12_budget *budget, c12_dispatch_plan *plan,
                                               c12_info *info, c12_error *err);

/** One robot changes: where it is, what it can do, what it has in hand; or comes, or goes.  The next solve is exact again and begins from
 *  the pairs and duals at hand: the robot and its partner enter anew, two path searches.  Events may follow each other before a solve.
 *  After events give the plan a task_price column: with task_dual alone a solve states the prices above again, from the beginning.
 *  @param branch  0 = trunk
 *  @param robot   0..n_robots; n_robots adds one, within the dims
 *  @param cost    [n_tasks] its costs as in the problem; NULL = the robot is gone (its id stays)
 *  @param current its task now, -1 = none; no other robot has it
 *  @return C12_E_STATE before a load, C12_E_RANGE for ids, C12_E_SPACE beyond the dims, C12_E_OVERFLOW for costs too far from those loaded
 *          or spread too far, C12_E_UNSUPPORTED for a handle with dims.pairs.  On an error nothing has changed.
 *          O(tasks); O(robots * tasks) when costs or priorities leave the range the prices hold for, which then is made wider.  @since 0.1 */
C12_API C12_MUST c12_status c12_dispatch_set_robot(c12_dispatch *self, int32_t branch, int32_t robot, const int64_t *cost, int32_t current,
                                                   c12_error *err);

/** One task changes, comes, or goes; as c12_dispatch_set_robot.
 *  @param task     0..n_tasks; n_tasks adds one, within the dims
 *  @param cost     [n_robots] what it costs each robot; NULL = the task is done or withdrawn (its id stays)
 *  @param priority larger goes first
 *  @return as c12_dispatch_set_robot.  O(robots) as above.  @since 0.1 */
C12_API C12_MUST c12_status c12_dispatch_set_task(c12_dispatch *self, int32_t branch, int32_t task, const int64_t *cost, int32_t priority,
                                                  c12_error *err);

/** Ask a running solve to stop.  Sticky until a solve returns.  THREADSAFE, signal-safe.  @since 0.1 */
C12_API void c12_dispatch_cancel(c12_dispatch *self);

/** Independent checker: A1 always; A2 and A3 by the duals when the plan has them; why and runner_up for sense when given.  Shares
 *  no code with the search.  Allocates nothing.
 *  @param problem as for load, validated the same way
 *  @param plan    columns to judge, never trusted
 *  @param options NULL = no hysteresis
 *  @param verdict receives violations, the first broken rule, its row (a task or robot, verdict->field says which), and the objective
 *                 (0 when violations > 0 leave none that makes sense); tick is -1
 *  @return C12_OK whenever a verdict was reached; input errors as for load.  O(robots * tasks + tasks^2).  @since 0.1 */
C12_API C12_MUST c12_status c12_dispatch_check(const c12_dispatch_problem *problem, const c12_dispatch_plan *plan,
                                               const c12_dispatch_options *options, c12_verdict *verdict, c12_error *err);

/* ---- costs from what is known about robots and tasks ------------------------------------------------------------------------------ */

/** Cost models. */
enum {
    C12_DISPATCH_TRAVEL = 0, /**< robot_wait + travel ticks. */
    C12_DISPATCH_SCORE = 1   /**< Minus a score in thousandths: 100 - distance, + 50 when the skills are there, + 30 when the battery is
                                  larger than the task's own need and - 100 otherwise, + 10 * priority. */
};

/** Robots, tasks and the way between them. */
typedef struct c12_dispatch_fleet {
    uint32_t struct_size;
    int32_t n_robots;               /**< >= 0 */
    int32_t n_tasks;                /**< >= 0 */
    int32_t n_vertices;             /**< >= 0 rows of travel */
    int32_t n_stations;             /**< >= 0 columns of travel */
    int32_t reserved;               /**< 0 */
    const c12_tick *travel;         /**< [n_vertices * n_stations] >= 0 ticks, -1 = no way */
    const int32_t *robot_vertex;    /**< [n_robots] */
    const uint64_t *robot_skills;   /**< [n_robots] set of skills; NULL = all */
    const int32_t *robot_battery;   /**< [n_robots] 0..1000000 ppm; NULL = full and never empty */
    const c12_tick *robot_wait;     /**< [n_robots] >= 0 ticks until the robot is free; NULL = 0 */
    const int32_t *task_station;    /**< [n_tasks] */
    const uint64_t *task_skills;    /**< [n_tasks] skills needed, all of them; NULL = none */
    const c12_tick *task_duration;  /**< [n_tasks] >= 0 ticks; NULL = 0 */
    const int32_t *task_priority;   /**< [n_tasks] used by the score; NULL = 0 */
    const void *reserved_column;    /**< NULL */
    const int64_t *robot_capacity;  /**< [n_robots] >= 0 load it can take, in the unit of task_load; NULL = any */
    const int64_t *task_load;       /**< [n_tasks] >= 0; NULL = 0 */
    const c12_tick *task_deadline;  /**< [n_tasks] ticks from now by which wait, travel and duration must be over, -1 = none; NULL = none */
    const c12_tick *station_rest;   /**< [n_stations] >= 0 ticks on to the nearest charger, which the battery must bear too; NULL = 0 */
    const int32_t *robot_task;      /**< [n_robots] the task it has now, -1 = none; NULL = none */
    const int32_t *robot_rank;      /**< [n_robots] how firmly it has it: only tasks of a higher task_rank may take it off; NULL = not at all */
    const int32_t *task_rank;       /**< [n_tasks] NULL = 0 */
    const c12_tick *robot_used;     /**< [n_robots] >= 0 ticks it has worked so far; NULL = 0 */
} c12_dispatch_fleet;

/** How costs are made. */
typedef struct c12_dispatch_costing {
    uint32_t struct_size;
    int32_t model;         /**< C12_DISPATCH_TRAVEL or C12_DISPATCH_SCORE. */
    int32_t soft_skills;   /**< 1 = a missing skill only costs score; 0 = it makes the pair impossible. */
    int32_t soft_battery;  /**< 1 = a low battery only costs score; 0 = a pair whose travel + duration the battery cannot bear is impossible. */
    int64_t drain_ppm;     /**< Battery used in drain_ticks ticks of travel or work; 0 = 50000 (5 %). */
    int64_t drain_ticks;   /**< >= 0; 0 = 3600 (an hour of seconds). */
    int64_t distance_unit; /**< Ticks of travel that count as distance 1 in the score; 0 = 1. */
    int64_t reserve_ppm;   /**< Battery that must be left at the end of the task, 0..1000000. */
    int64_t late_cost;     /**< 0..1000000 per tick behind a deadline, which then no longer makes the pair impossible; 0 = it does. */
    int64_t balance_ppm;   /**< 0..1000000: this share of robot_used joins the cost, so that rested robots come first. */
} c12_dispatch_costing;

/** Why a pair is impossible: the first that holds, in this order. */
enum {
    C12_DISPATCH_CAN = 0,      /**< It is possible. */
    C12_DISPATCH_NO_WAY = 1,   /**< travel is -1. */
    C12_DISPATCH_SKILLS = 2,   /**< A skill is missing. */
    C12_DISPATCH_CAPACITY = 3, /**< The load is too large. */
    C12_DISPATCH_HELD = 4,     /**< The robot may not be taken off what it does. */
    C12_DISPATCH_BATTERY = 5,  /**< The battery does not bear travel, work and the way to a charger with the reserve left. */
    C12_DISPATCH_DEADLINE = 6  /**< It would be over too late. */
};

/** Cost matrix of a fleet.  Exact integers; the score's distance is floored to thousandths.
 *  @param fleet   columns, all validated
 *  @param costing NULL = travel, hard skills and battery
 *  @param cost    receives [n_robots * n_tasks], row robot; untouched on error
 *  @return C12_E_ARG for missing columns, C12_E_RANGE for ids and values; all ticks are at most 2^40, loads 2^60.
 *          O(robots * tasks + vertices * stations).  @since 0.1 */
C12_API C12_MUST c12_status c12_dispatch_cost(const c12_dispatch_fleet *fleet, const c12_dispatch_costing *costing, int64_t *cost,
                                              c12_error *err);

/** Why each pair is possible or not: C12_DISPATCH_CAN exactly where c12_dispatch_cost gives a cost.
 *  @param fleet   as there
 *  @param costing as there
 *  @param reason  receives [n_robots * n_tasks], row robot: C12_DISPATCH_CAN or what makes the pair impossible; untouched on error
 *  @return as c12_dispatch_cost.  @since 0.1 */
C12_API C12_MUST c12_status c12_dispatch_reasons(const c12_dispatch_fleet *fleet, const c12_dispatch_costing *costing, uint8_t *reason,
                                                 c12_error *err);

/* ---- several stops a robot ------------------------------------------------------------------------------------------------------------ */

/** Chains of tasks in the caller's columns. */
typedef struct c12_dispatch_chain_plan {
    uint32_t struct_size;
    int32_t reserved;      /**< 0 */
    int64_t *chain_off;    /**< [n_robots + 1] a robot's stops in chain_task */
    int32_t *chain_task;   /**< [n_tasks] tasks by robot, in the order of its way; the first chain_off[n_robots] are used */
    int32_t *task_robot;   /**< [n_tasks] -1 = in no chain */
    c12_tick *task_done;   /**< [n_tasks] ticks from now at which it is over, -1 = in no chain */
} c12_dispatch_chain_plan;

/** Scratch bytes for c12_dispatch_chain; 0 when they do not fit.  O(1).  @since 0.1 */
C12_API size_t c12_dispatch_chain_scratch(int32_t n_robots, int32_t n_tasks);

/** Chains by regret insertion (Potvin and Rousseau 1993): of the tasks of the highest priority that fit somewhere, the one goes first that would
 *  lose most if it had to wait, and is put where it costs least.  A heuristic: no proof, but no rule broken.
 *  - a robot starts after robot_wait at robot_vertex, goes to the station of each task in turn and works its duration there;
 *  - the loads of a chain together fit robot_capacity; skills and ways as for pairs (soft_skills forgives skills);
 *  - each task is over by its deadline, or late_cost per tick is paid;
 *  - the battery bears all travel and work and station_rest of the last stop, with reserve_ppm left (not with soft_battery);
 *  - balance_ppm steers towards robots with less work (robot_used and the chain so far) and is not part of the objective;
 *  - robot_task, robot_rank and model play no part.
 *  @param fleet    as for c12_dispatch_cost
 *  @param costing  NULL = defaults
 *  @param hop      [n_stations * n_stations] >= 0 ticks from station to station, -1 = no way
 *  @param regret   how many robots a task's loss is told over, 2..n; 0 = 3; 1 = no regret, the cheapest insertion first
 *  @param plan     receives the chains; untouched on error
 *  @param scratch  at least c12_dispatch_chain_scratch bytes, any alignment
 *  @param info     optional: C12_FEASIBLE, objective = travel ticks + late_cost * late ticks, bound 0, work = chains looked at
 *  @return as c12_dispatch_cost; C12_E_SPACE with the scratch that suffices.
 *          O(tasks^2 * (robots + stops^2)), stops = longest chain; deterministic, ties to the smaller id.  @since 0.1 */
C12_API C12_MUST c12_status c12_dispatch_chain(const c12_dispatch_fleet *fleet, const c12_dispatch_costing *costing, const c12_tick *hop, int32_t regret,
                                               c12_dispatch_chain_plan *plan, c12_mem scratch, c12_info *info, c12_error *err);

/** Independent checker of chains: every rule above, all columns against each other, and the objective.  Shares no code with the search.
 *  @param verdict  as for c12_dispatch_check
 *  @return C12_OK whenever a verdict was reached.  O(tasks + robots + stations^2).  @since 0.1 */
C12_API C12_MUST c12_status c12_dispatch_chain_check(const c12_dispatch_fleet *fleet, const c12_dispatch_costing *costing, const c12_tick *hop,
                                                     const c12_dispatch_chain_plan *plan, c12_verdict *verdict, c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_DISPATCH_H */
