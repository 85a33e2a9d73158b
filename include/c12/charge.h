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

/* ---- the hours ahead ----------------------------------------------------------------------------------------------------------------
 *
 *  A plan of the next n_steps steps (a step is a minute, five, a quarter of an hour: rates are given for it) from a forecast of demand: who charges
 *  in which bay from which step to which.  Shape F.  Energy is counted in a unit of the caller's, a joule say.  c12_charge_horizon_check judges by
 *  these rules and no others:
 *  - H1 capacity of robot r: floor(class_capacity * robot_health_ppm / 10^6); it begins with floor(capacity * battery_ppm / 10^6);
 *  - H2 slots: robot r is in bay b in the steps [start, end), least_slot or more of them unless the slot ends with the horizon or continues in the bay
 *       at_bay at step 0; within the bay's open steps; no two in one bay in one step; at most C12_CHARGE_MOST_SLOTS a robot;
 *  - H3 travel: the robot is on its way in the steps [start - travel, start), after its last slot's end and not before robot_from; a slot at step 0 in the
 *       bay at_bay needs no way.  It is away in [start - travel, end) and can take tasks in all other steps;
 *  - H4 drain: class_active on the way; otherwise class_idle + floor((class_active - class_idle) * a / 10^6), where a is activity_ppm, or without that column
 *       min(10^6, floor(10^6 * demand / max(1, n_robots - bays that are open ever))): robots outside share the demand.  Energy never falls below 0; a step in
 *       which it would counts as empty;
 *  - H5 charge: a step in a bay walks along the class's curve: from one bound, floor(capacity * curve_to_ppm / 10^6), to the next at the curve_rate of a
 *       whole step in millionths of a step, rounded up for a stretch that ends at a bound and the energy rounded down at the end of the step;
 *  - H6 low: a robot at the end of a step with energy <= floor(capacity * floor_ppm / 10^6); the step is below when 10^6 * (robots not low) < share_ppm *
 *       n_robots;
 *  - H7 unmet: max(0, demand - robots that can take tasks) in each step; demand NULL: ceil(sum of activity_ppm / 10^6);
 *  - H8 end_short: sum over robots of max(0, end_ppm - floor(10^6 * energy / capacity)) at the end of the horizon, in ppm;
 *  - H9 objective: price_empty * empty + price_below * below + price_unmet * unmet + price_low * low + price_end * end_short + price_travel * travel, the sums
 *       over all robots and steps; travel counts steps on the way;
 *  - H10 energy balance: bay steps are floor(sum over robots of floor(1000 * drain / best rate) / 1000), the drain of a robot being that of H4 over all steps with
 *       a = min(10^6, floor(10^6 * demand / n_robots)) where no activity is given, the best rate its class's largest.  bays_needed = ceil(bay steps / n_steps): with fewer
 *       the hours cannot be repeated for ever; bays_missing = what the bays that are open at some step lack of that.  bays_short: how many lack in these hours even when
 *       every battery may fall to the floor: with max(0, drain - (energy at first - floor)) for the drain, ceil((bay steps - open bay steps) / n_steps), at least 0. */

enum { C12_CHARGE_MOST_SLOTS = 32 }; /**< Slots of one robot in one horizon. */

/** The fleet, its bays and what is expected of it.  Steps, bays and classes are numbered from 0. */
typedef struct c12_charge_outlook {
    uint32_t struct_size;
    int32_t n_robots;                /**< 0..2^20; n_robots * n_steps at most 2^24 */
    int32_t n_bays;                  /**< 0..2^20; n_bays * n_steps at most 2^24, n_robots * n_bays too */
    int32_t n_classes;               /**< 1..2^20 when there are robots */
    int32_t n_steps;                 /**< 1..2^20 */
    int32_t reserved;                /**< 0 */
    const int64_t *class_capacity;   /**< [n_classes] energy 1..2^40 of a new battery */
    const int64_t *class_active;     /**< [n_classes] 0..2^38 energy a step at work or on the way; >= class_idle */
    const int64_t *class_idle;       /**< [n_classes] 0..2^38 energy a step otherwise */
    const int64_t *curve_off;        /**< [n_classes + 1] rows of the class's charging curve; at least one each */
    const int32_t *curve_to_ppm;     /**< [curve_off[n_classes]] the rate holds up to here; rising within a class, the last one 1000000 */
    const int64_t *curve_rate;       /**< [curve_off[n_classes]] 1..2^40 energy a step */
    const int32_t *robot_class;      /**< [n_robots] NULL = 0 */
    const int32_t *battery_ppm;      /**< [n_robots] 0..1000000 now */
    const int32_t *robot_health_ppm; /**< [n_robots] 1..1000000 of the class's capacity is left; NULL = 1000000 */
    const int32_t *robot_from;       /**< [n_robots] 0..n_steps: first step it may leave for a bay in; NULL = 0 */
    const int32_t *travel;           /**< [n_robots * n_bays] steps 0..n_steps to the bay, row robot; -1 = no way; NULL = 0 */
    const int32_t *at_bay;           /**< [n_robots] bay it stands in now, -1 = none; no two the same; NULL = none */
    const int32_t *bay_from;         /**< [n_bays] 0..n_steps; NULL = 0 */
    const int32_t *bay_to;           /**< [n_bays] bay_from..n_steps: open in [from, to); NULL = n_steps */
    const int32_t *demand;           /**< [n_steps] 0..2^24 robots wanted, 2^32 in all; NULL = from activity_ppm */
    const int32_t *activity_ppm;     /**< [n_robots * n_steps] 0..1000000 share of the step at work, row robot; NULL = from demand; both NULL = no demand */
} c12_charge_outlook;

/** What counts, and how much.  0 = the default named beside a field; prices -1 = nothing.  Each at most 2^28,
 *  price_end 2^20.  The defaults suit steps of five minutes; so set, a charge up to end_ppm is worth a little more than the work it keeps a robot from. */
typedef struct c12_charge_horizon_options {
    uint32_t struct_size;
    int32_t floor_ppm;     /**< 400000 */
    int32_t share_ppm;     /**< 900000 of the fleet above the floor */
    int32_t end_ppm;       /**< 600000: wished at the end */
    int32_t least_slot;    /**< 1 step */
    int32_t reserved;      /**< 0 */
    int64_t price_empty;   /**< 100000000 a robot and step with an empty battery */
    int64_t price_below;   /**< 10000000 a step with too few above the floor */
    int64_t price_unmet;   /**< 100000 a robot and step wanted and not there */
    int64_t price_low;     /**< 10000 a robot and step not above the floor */
    int64_t price_end;     /**< 2 a ppm of a battery below end_ppm at the end */
    int64_t price_travel;  /**< 100 a robot and step on the way */
} c12_charge_horizon_options;

/** The plan, ordered by robot, then start. */
typedef struct c12_charge_slots {
    uint32_t struct_size;
    int32_t bays_needed;   /**< Library: H10. */
    int32_t bays_missing;  /**< Library: H10. */
    int32_t bays_short;    /**< Library: H10. */
    int32_t warm;          /**< 1 = the columns hold n slots to begin with, a plan made before, say; what has become impossible of them is left out */
    uint32_t reserved_mark;/**< 0 */
    int64_t cap;           /**< Rows there is room for in the four columns. */
    int64_t n;             /**< Library: slots; the caller with warm. */
    int64_t empty;         /**< Library: H4, robots and steps. */
    int64_t below;         /**< Library: H6, steps. */
    int64_t unmet;         /**< Library: H7, robots and steps. */
    int64_t low;           /**< Library: H6, robots and steps. */
    int64_t end_short;     /**< Library: H8, ppm. */
    int64_t travel;        /**< Library: H9, robots and steps. */
    int32_t *slot_robot;   /**< [cap] */
    int32_t *slot_bay;     /**< [cap] */
    int32_t *slot_start;   /**< [cap] step */
    int32_t *slot_end;     /**< [cap] step behind the last one */
    int64_t *energy;       /**< [n_robots * n_steps] at the end of each step, row robot */
    const void *reserved;  /**< NULL */
} c12_charge_slots;

/** Bytes of scratch for these sizes; SIZE_MAX when one is negative or it does not fit.  THREADSAFE.  O(1).  @since 0.1 */
C12_API size_t c12_charge_horizon_scratch(int32_t n_robots, int32_t n_bays, int32_t n_classes, int32_t n_steps);

/** Plan the hours ahead: fills of the bays by up to nine rules of thumb and the plan to begin with, the best of them then improved by exactly judged changes of one or two robots' slots (threshold
 *  accepting, Dueck and Scheuer, J. Comput. Phys. 90, 1990).  Integers only, so the same outlook, seed and work limit give the same plan everywhere.
 *  @param in      outlook
 *  @param options NULL = all defaults
 *  @param budget  work_limit needed (C12_E_ARG): units of one change tried, a rule counts as one a robot and rules take at most half the work; the first is always
 *                 tried.  time_limit is refused, there is no clock here.  target: stops once the objective is no more
 *  @param out     receives the slots, the energies and the figures; untouched on an error
 *  @param info    optional: objective, bound (0: proves a plan best only when nothing is lacking), work
 *  @param scratch c12_charge_horizon_scratch bytes
 *  @return C12_E_ARG for missing columns and negative counts, C12_E_RANGE for ids and values, each fault listed; C12_E_SPACE with the rows or bytes that suffice.
 *          O(work * (n_steps + slots of two robots)).  @since 0.1 */
C12_API C12_MUST c12_status c12_charge_horizon(const c12_charge_outlook *in, const c12_charge_horizon_options *options, const c12_budget *budget, c12_charge_slots *out,
                                               c12_info *info, c12_mem scratch, c12_error *err);

/** Independent checker: rules H1 to H10 from scratch, sharing no code with the planner.  Allocates nothing.  verdict.row is a slot, a robot for `energy`.
 *  @return C12_OK whenever a verdict was reached; input errors as for c12_charge_horizon.  O(slots^2 + n_robots * n_steps + slots * n_steps).  @since 0.1 */
C12_API C12_MUST c12_status c12_charge_horizon_check(const c12_charge_outlook *in, const c12_charge_horizon_options *options, const c12_charge_slots *plan,
                                                     c12_verdict *verdict, c12_error *err);

/* ---- battery health ------------------------------------------------------------------------------------------------------------------- */

/** How a battery has been used: its charge, sampled; between two samples it changes evenly. */
typedef struct c12_charge_history {
    uint32_t struct_size;
    int32_t n_robots;           /**< >= 0 */
    const int64_t *sample_off;  /**< [n_robots + 1] */
    const c12_tick *sample_at;  /**< [sample_off[n_robots]] 0..2^50, rising within a robot */
    const int32_t *sample_ppm;  /**< [sample_off[n_robots]] 0..1000000 of what the battery holds */
    const int32_t *health_ppm;  /**< [n_robots] 0..1000000 of the capacity at the first sample; NULL = 1000000 */
} c12_charge_history;

/** How a battery fades: by equivalent full cycles, by age, and faster while it is kept nearly full.  0 = the default; -1 = none.  The two mechanisms and their
 *  order of size are those of LiFePO4 cells: cycles, Naumann, Spingler and Jossen, J. Power Sources 451 (2020) 227666; age, Naumann et al., J. Energy Storage 17
 *  (2018) 153-169.  They find the fade to slow down with age; straight on, as here, a date of replacement is rather too early than too late.  The defaults are
 *  a data sheet's 4000 cycles to 80 %, 1 % a year, and 2 % a year more above 90 %; put in your cell's. */
typedef struct c12_charge_fade {
    uint32_t struct_size;
    int32_t cycle_ppm;     /**< 50 a full cycle: as much charged and discharged as the battery holds; at most 1000000, as the next two */
    int32_t age_ppm;       /**< 27 a day */
    int32_t high_ppm;      /**< 55 more a day above high_from_ppm */
    int32_t high_from_ppm; /**< 900000 */
    int32_t end_ppm;       /**< 800000 of the capacity: replace */
    c12_tick day_ticks;    /**< 86400: a day; 1..2^40 */
} c12_charge_fade;

/** Columns of the answer; NULL = not wanted. */
typedef struct c12_charge_health_report {
    uint32_t struct_size;
    uint32_t reserved;     /**< 0 */
    int64_t *cycles_ppm;   /**< [n_robots] equivalent full cycles in millionths: half of all changes added up, rounded down */
    c12_tick *high_ticks;  /**< [n_robots] above high_from_ppm, rounded down */
    int32_t *health_ppm;   /**< [n_robots] what is left of the capacity now, at least 0, rounded down */
    c12_tick *replace_at;  /**< [n_robots] first tick at which health is no more than end_ppm when the battery is used on as before, the last sample's when it is already;
                                -1 = never, or no history */
} c12_charge_health_report;

/** Health of each battery from how it was charged, and when to replace it.
 *  @return C12_E_ARG, C12_E_RANGE with column and row, C12_E_OVERFLOW for a history whose changes pass 2^40 full cycles.  Nothing is written on an error.  THREADSAFE.
 *          O(samples).  @since 0.1 */
C12_API C12_MUST c12_status c12_charge_health(const c12_charge_history *in, const c12_charge_fade *fade, c12_charge_health_report *out, c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_CHARGE_H */
