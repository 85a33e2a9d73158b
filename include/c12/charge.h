/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/charge.h
 *  Which robot charges where and when.  Shape P: a rolling plan that is made again whenever something changes.
 *
 *  The rules (c12_charge_check judges by these and no others):
 *  - E1 class of a robot, by its battery: below critical_ppm C12_CHARGE_CRITICAL; else below medium_ppm and not busy C12_CHARGE_MEDIUM;
 *       else below low_ppm, low_demand and not busy C12_CHARGE_LOW; a robot that stands in a bay, is not busy and has not reached the
 *       target is C12_CHARGE_LOW where it would otherwise have none; everybody else C12_CHARGE_NONE;
 *  - E2 target: full_ppm, or partial_ppm when crowded, that is when the robots with a class (judged with target full_ppm) outnumber the
 *       bays free now.  A bay is free now when bay_free_from <= now; robots in bays do not count against it;
 *  - E3 order: by class (critical first), then lowest battery, then smallest robot;
 *  - E4 a robot with a class that stands in a bay that is free now stays there from now on, unless it is pre-empted: in order, a critical robot outside that
 *       finds no free bay it can reach takes the bay of the LOW robot with the highest battery (ties: the smallest bay) among those it
 *       can reach; the pre-empted robot then waits its turn like one outside, at its bay;
 *  - E5 in order, a robot outside gets the nearest free bay (ties: the smallest bay) and starts on arrival, now + travel;
 *  - E6 when no free bay can be reached it queues: queue_rank 0, 1, ... in order, with the bay that lets it start first (ties: the
 *       nearer, then the smaller bay), when that bay's last user is done and it has arrived.  Bays that are not yet free count from
 *       bay_free_from.  A robot that can reach no bay at all has bay -1, rank -1 and start -1;
 *  - E7 the battery drains until start, never below 0, and robot_until is the first tick at which the target is reached at the charging
 *       rate: taper_ppm in fast_ticks below taper_ppm, the rest in slow_ticks above.
 *
 *  Objective: sum of (start - now) over the robots that get a bay.  Bound: the same sum with every robot at its nearest bay at once.
 *  O(robots * (log robots + bays)).  Deterministic, single-threaded; seed and islands are ignored.  Work unit: one robot placed. */
#ifndef C12_CHARGE_H
#define C12_CHARGE_H

#include "c12/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define C12_CHARGE_CLOSED ((c12_tick)1 << 60) /**< bay_free_from of a bay that must not be used at all. */

typedef struct c12_charge c12_charge; /**< Opaque; its size is c12_charge_bytes(). */

/** How urgently a robot should charge. */
enum {
    C12_CHARGE_NONE = 0,    /**< Not now. */
    C12_CHARGE_LOW = 1,     /**< While demand is low, or because it is plugged in already. */
    C12_CHARGE_MEDIUM = 2,  /**< Unless it has an urgent task. */
    C12_CHARGE_CRITICAL = 3 /**< At once. */
};

/** Upper limits that size a handle; a problem may be smaller.  All >= 0. */
typedef struct c12_charge_dims {
    uint32_t struct_size;
    int32_t robots;   /**< Robots. */
    int32_t bays;     /**< Bays. */
    int32_t branches; /**< What-if branches beside the trunk; this version accepts 0 only (C12_E_RANGE). */
} c12_charge_dims;

/** The plant's policy as data.  0 = the default named beside a field; the defaults are for ticks of one second. */
typedef struct c12_charge_options {
    uint32_t struct_size;
    int32_t critical_ppm;  /**< 200000 */
    int32_t medium_ppm;    /**< 400000; >= critical_ppm */
    int32_t low_ppm;       /**< 600000; >= medium_ppm */
    int32_t taper_ppm;     /**< 800000: up to here charging is fast; below 1000000 */
    int32_t partial_ppm;   /**< 800000: target when crowded; >= low_ppm, <= full_ppm */
    int32_t full_ppm;      /**< 1000000: target otherwise */
    int32_t no_preemption; /**< 1 = nobody is sent away from a bay. */
    int64_t fast_ticks;    /**< 2700 (45 min): ticks from 0 to taper_ppm; this and the next two at most 2^40 */
    int64_t slow_ticks;    /**< 2700 (45 min): ticks from taper_ppm to 1000000 */
    int64_t drain_ticks;   /**< 1: robot_drain is ppm in this many ticks */
    int64_t reserved;      /**< 0 */
} c12_charge_options;

/** The problem. */
typedef struct c12_charge_problem {
    uint32_t struct_size;
    int32_t n_robots;              /**< >= 0 */
    int32_t n_bays;                /**< >= 0 */
    int32_t low_demand;            /**< 1 = demand is low now (see c12_charge_is_low_demand) */
    c12_tick now;                  /**< 0..2^50 */
    const int32_t *battery_ppm;    /**< [n_robots] 0..1000000 */
    const c12_tick *travel;        /**< [n_robots * n_bays] 0..2^40 ticks, row robot; -1 = no way */
    const uint8_t *busy;           /**< [n_robots] 1 = has an urgent task; NULL = 0 */
    const int64_t *robot_drain;    /**< [n_robots] 0..2^40 ppm in options.drain_ticks ticks; NULL = 0 */
    const int32_t *at_bay;         /**< [n_robots] bay the robot stands in now, -1 = none; no two the same; NULL = none */
    const c12_tick *bay_free_from; /**< [n_bays] 0..2^50: not to be used before (repair, foreign robots), or C12_CHARGE_CLOSED; NULL = 0 */
} c12_charge_problem;

/** A plan in the caller's columns, and what the library has to say about the fleet. */
typedef struct c12_charge_plan {
    uint32_t struct_size;
    int32_t queued;                /**< Library: robots with a queue rank. */
    int32_t target_ppm;            /**< Library: the target of this plan (E2). */
    int32_t stranded;              /**< Library: robots whose battery is empty before they start, or that reach no bay. */
    int64_t bays_needed;           /**< Library: bays that feed the whole fleet's drain at the fast rate, rounded up. */
    int64_t bays_missing;          /**< Library: bays_needed - n_bays, at least 0. */
    int32_t *robot_class;          /**< [n_robots] C12_CHARGE_* */
    int32_t *robot_bay;            /**< [n_robots] -1 = none */
    c12_tick *robot_start;         /**< [n_robots] -1 = none */
    c12_tick *robot_until;         /**< [n_robots] -1 = none */
    int32_t *queue_rank;           /**< [n_robots] 0 = next; -1 = does not wait */
    const void *reserved;          /**< NULL */
} c12_charge_plan;

/** Bytes a handle for these limits needs.  O(1).
 *  @return C12_E_ARG for NULL or negative limits, C12_E_RANGE for branches, C12_E_OVERFLOW when the size does not fit size_t.  @since 0.1 */
C12_API C12_MUST c12_status c12_charge_bytes(const c12_charge_dims *dims, size_t *bytes, c12_error *err);

/** Build a handle in the caller's memory, which must outlive it.  O(1).
 *  @param self    receives the handle, NULL on error
 *  @param mem     at least c12_charge_bytes(dims), any alignment
 *  @param dims    limits
 *  @param options NULL = all defaults
 *  @param host    NULL = defaults; copied
 *  @return as c12_charge_bytes; C12_E_RANGE for a policy that contradicts itself, C12_E_SPACE with the size that suffices.  @since 0.1 */
C12_API C12_MUST c12_status c12_charge_init(c12_charge **self, c12_mem mem, const c12_charge_dims *dims, const c12_charge_options *options,
                                            const c12_host *host, c12_error *err);

/** bytes + host->alloc + init.  @return as c12_charge_init; C12_E_NOMEM.  @since 0.1 */
C12_API C12_MUST c12_status c12_charge_create(c12_charge **self, const c12_charge_dims *dims, const c12_charge_options *options,
                                              const c12_host *host, c12_error *err);

/** End a handle; NULL is fine; memory given to init stays the caller's.  @since 0.1 */
C12_API void c12_charge_destroy(c12_charge *self);

/** Validate a problem and keep it: the columns are borrowed and must stay as they are until the next load or destroy.
 *  Every fault is listed (column and row), up to 64.  After an error the handle has no problem.
 *  @return C12_E_SPACE when it exceeds the dims, C12_E_ARG for missing columns, C12_E_RANGE for ids and values, C12_E_OVERFLOW when
 *          waits could sum up to more than 2^62 ticks.  O(robots * bays).  @since 0.1 */
C12_API C12_MUST c12_status c12_charge_load(c12_charge *self, const c12_charge_problem *problem, c12_error *err);

/** Plan.  Allocates nothing.  On an error the plan is untouched.
 *  @param branch 0 = trunk
 *  @param budget at least one limit; target is ignored
 *  @param plan   receives columns and figures; stopped early (C12_UNKNOWN) it is untouched
 *  @param info   optional.  C12_FEASIBLE, or C12_OPTIMAL when the objective meets the bound
 *  @return C12_E_STATE before a load, C12_E_RANGE for a branch, C12_E_ARG for missing columns, budget errors.  @since 0.1 */
C12_API C12_MUST c12_status c12_charge_solve(c12_charge *self, int32_t branch, const c12_budget *budget, c12_charge_plan *plan,
                                             c12_info *info, c12_error *err);

/** Ask a running solve to stop.  Sticky until a solve returns.  THREADSAFE, signal-safe.  @since 0.1 */
C12_API void c12_charge_cancel(c12_charge *self);

/** Independent checker: rules E1 to E7, the figures and the objective from scratch, sharing no code with the planner.  Allocates nothing.
 *  @param problem as for load, validated the same way
 *  @param plan    columns and figures to judge, never trusted
 *  @param options NULL = all defaults
 *  @param verdict receives violations, the first broken rule, its row (a robot) and tick, and the objective
 *  @return C12_OK whenever a verdict was reached; input errors as for load.  O(robots^2 * bays).  @since 0.1 */
C12_API C12_MUST c12_status c12_charge_check(const c12_charge_problem *problem, const c12_charge_plan *plan, const c12_charge_options *options,
                                             c12_verdict *verdict, c12_error *err);

/** 1 when the hour of the day lies in [from, to), round midnight when from > to (22, 6: ten at night to six in the morning); from = to
 *  is no hour at all; an argument outside 0..23 (to: 0..24) gives 0.  THREADSAFE.  O(1).  @since 0.1 */
C12_API int32_t c12_charge_is_low_demand(int32_t hour_of_day, int32_t from, int32_t to);

#ifdef __cplusplus
}
#endif
#endif /* C12_CHARGE_H */
