/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/route.h
 *  Routes of many robots through one graph without a collision: a fleet plan, one robot replanned on a live reservation table,
 *  and an independent checker.  Shape P: a handle owns all memory a search needs, solve and replan never allocate.
 *
 *  The world is a directed graph (CSR by tail).  A plan gives every robot a list of steps; a step is a vertex held over a half-open
 *  interval of ticks [step_from, step_to).  What a right plan is (c12_route_check judges by these rules and no others):
 *  - P1 a robot has at least one step, the first on its start at tick robot_ready (before that tick it is not in the world: hold the
 *       vertex for it if it stands there), the last on its goal (or a vertex of the same place; options.partial: or anywhere) with step_to = C12_ROUTE_STAYS: it stays there for ever;
 *  - P2 consecutive steps follow an arc that the robot's class may drive, which takes arc_length * max(robot_pace, arc_pace) ticks.  C12_ROUTE_HOLD_BOTH: the next hold begins when the
 *       robot leaves, which is no earlier than its arrival; the hold of a vertex ends when the robot has arrived in the next; the two
 *       overlap by at least the travel time.  C12_ROUTE_GRID: a move takes one tick, the next hold begins where the last one ends;
 *  - P3 two robots never hold one vertex, or two vertices in conflict, at once; nobody holds a vertex during a block (held_*) of it or of one in conflict with it;
 *  - P4 C12_ROUTE_GRID: two robots never exchange vertices in one tick (under HOLD_BOTH P3 already forbids it).
 *
 *  Conflicts are how places are more than points (large agents: Li, Surynek, Felner, Ma, Kumar and Koenig, AAAI 2019): vertices whose footprints, swept corners
 *  or crossing lanes overlap; the headings of one cell, when a turn is an arc from heading to heading; a lift's stops on all floors; a zone for one robot at a time,
 *  in which every two vertices are in conflict.
 *
 *  Objective: the sum over robots of the tick at which the robot reaches its goal for good (options.partial: or where its way ends).  Bound: the same sum with every robot alone
 *  among the blocks.  Finite ticks lie in 0..C12_ROUTE_HORIZON.
 *
 *  Methods.  Safe interval path planning (Phillips and Likhachev, ICRA 2011) with true distances and the goal's last reservation as
 *  heuristic; prioritised planning that lets robots wait on their starts (after Cap et al. 2015), failing robots move to the front and
 *  planning restarts; then large neighbourhood search (Li et al., IJCAI 2021) until a limit, or until the bound is met.  Prioritised
 *  planning is not complete: a solve may end with C12_UNKNOWN though a plan exists.
 *  C12_ROUTE_GRID with dims.ticks: the first plan moves all robots at once, by a search over configurations (LaCAM: Okumura, AAAI 2023) made by
 *  priority inheritance (PIBT: Okumura et al., AIJ 2022), unless there are blocks besides walls (from tick 0 for ever) or robots that come later; the neighbourhood search then plans one
 *  robot over planes of bits, a cell each, when dims.columns, rows, vertex_x and vertex_y tell a floor of cells.  Configurations that outgrow
 *  dims.ticks end with C12_STOP_SPACE: give more ticks.  C12_ROUTE_HOLD_BOTH with dims.ticks: when several orders of priority have failed, ways and
 *  turns come from that search, without circles, and times from longest paths.
 *
 *  Determinism: same problem, live table, options, seed and work_limit give the same bits on every platform.  budget.islands is
 *  validated and otherwise ignored: the search runs on the calling thread.  Only a time limit, a cancel or a stopping progress
 *  hook changes a result.
 *  Work unit: one expansion of the interval search; on grids also a tick and 32 words of a plane, and a robot moved by the configuration search. */
#ifndef C12_ROUTE_H
#define C12_ROUTE_H

#include "c12/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define C12_ROUTE_STAYS INT64_MAX             /**< End of a hold that never ends. */
#define C12_ROUTE_HORIZON ((c12_tick)1 << 60) /**< Largest finite tick. */

typedef struct c12_route c12_route; /**< Opaque; its size is c12_route_bytes(). */

/** How robots hold vertices while they move. */
enum {
    C12_ROUTE_HOLD_BOTH = 0, /**< Both ends of an arc are held during the move: no swap, no follow, any mix of speeds. */
    C12_ROUTE_GRID = 1       /**< Classic multi-agent path finding: unit steps, vertex and swap conflicts, following allowed. */
};

/** Upper limits that size a handle; a problem may be smaller.  All >= 0. */
typedef struct c12_route_dims {
    uint32_t struct_size;
    int32_t vertices; /**< Vertices, at most 2^28. */
    int64_t arcs;     /**< Directed arcs, at most 2^30. */
    int64_t holds;    /**< Reservations (steps of all robots, and blocks) in the live table at once, at most 2^29.  Twice the steps
                           of a typical plan gives the improvement room to work. */
    int32_t robots;   /**< Robots. */
    int32_t steps;    /**< Steps of one robot's path, at most 2^28; longer paths are not taken (C12_STOP_SPACE).  0 = vertices. */
    int32_t tables;   /**< Distance tables kept, 4 bytes a vertex each, 6 with ticks; speed only, and what the first plan of a grid goes by.
                           0 = robots, at most 256. */
    int32_t branches; /**< What-if branches open at a time beside the trunk, 0..64; each takes about 54 bytes a hold and 68 a vertex. */
    int32_t ticks;    /**< C12_ROUTE_GRID: ticks a fleet plan may last, rounded up to a power of two, at most 2^15; makes solve fast (see
                           Methods) and takes (vertices / 3 + 20 * robots) * ticks bytes.  C12_ROUTE_HOLD_BOTH: steps of such a search.
                           0 = solve by the general search. */
    int32_t columns;  /**< C12_ROUTE_GRID: width of the box around vertex_x, at most 2^15; with rows and ticks, floors of cells are
                           planned faster yet, for (columns + 64) * rows * ticks * 3 / 4 bytes more.  0 = without. */
    int32_t rows;     /**< C12_ROUTE_GRID: height of the box around vertex_y, at most 2^15. */
    int32_t lifelong; /**< Distance tables for c12_route_step, 2 bytes a vertex each; 0 = no stepping.  As many as vertices serve any floor
                           and are made quickly up to some thousands of vertices.  With fewer, about 2 * sqrt(vertices), the floor is cut into
                           regions, each vertex takes 24 * vertices / lifelong bytes more, and arcs must run both ways. */
    int64_t conflicts;  /**< C12_ROUTE_HOLD_BOTH: rows of conflict_vertex, at most 2^30.  A reservation then counts once, and once more for each
                             conflict of its vertex, against holds, and takes 8 bytes more.  0 = none. */
    int32_t penalties;  /**< 1 = problems may have arc_penalty, for 8 bytes a vertex and reservation; 0 = none has. */
    int32_t reserved;   /**< 0 */
} c12_route_dims;

/** Options of a handle. */
typedef struct c12_route_options {
    uint32_t struct_size;
    int32_t mode;     /**< C12_ROUTE_HOLD_BOTH or C12_ROUTE_GRID. */
    int32_t partial;  /**< 1 = a robot that finds no way, or a replan none within its budget, goes as near to the goal as it can stay for ever:
                           C12_FEASIBLE, the last step tells where.  So do robots of a solve in which not all can arrive; as many as the orders that were
                           tried let arrive do.  0 = the old route stays, and there is no plan. */
    int32_t reserved; /**< 0 */
} c12_route_options;

/** The problem. */
typedef struct c12_route_problem {
    uint32_t struct_size;
    int32_t n_vertices;            /**< >= 0 */
    int32_t n_robots;              /**< >= 0 */
    int32_t n_held;                /**< >= 0 rows of held_* */
    const int64_t *arc_off;        /**< [n_vertices + 1] arcs by tail; may be NULL when n_vertices = 0 */
    const int32_t *arc_head;       /**< [arc_off[n_vertices]] vertices */
    const int32_t *arc_length;     /**< [arc_off[n_vertices]] >= 1 length units; NULL = 1; all 1 under C12_ROUTE_GRID */
    const int32_t *start;          /**< [n_robots] vertices; NULL together with goal = a live table only, nothing to solve */
    const int32_t *goal;           /**< [n_robots] vertices */
    const int32_t *robot_pace;     /**< [n_robots] >= 1 ticks per length unit; NULL = 1; all 1 under C12_ROUTE_GRID */
    const c12_tick *robot_ready;   /**< [n_robots] 0..C12_ROUTE_HORIZON, tick at which it enters the world; NULL = 0 */
    const int32_t *robot_priority; /**< [n_robots] larger is planned first, a preference only; NULL = equal */
    const int32_t *held_vertex;    /**< [n_held] blocks: people, doors, robots of others; blocks may overlap */
    const c12_tick *held_from;     /**< [n_held] >= 0 */
    const c12_tick *held_to;       /**< [n_held] > held_from; C12_ROUTE_STAYS = for ever */
    const void *reserved;          /**< NULL */
    const int32_t *vertex_x;       /**< [n_vertices] >= 0 column of a cell; NULL = not a floor of cells */
    const int32_t *vertex_y;       /**< [n_vertices] >= 0 row of a cell; NULL together with vertex_x */
    const int32_t *arc_pace;       /**< [arc_off[n_vertices]] >= 0 ticks a length unit takes at least, whoever drives: a speed limit; NULL = 0.  This and what
                                        follows is for C12_ROUTE_HOLD_BOTH, but for vertex_parking */
    const uint64_t *arc_classes;   /**< [arc_off[n_vertices]] set of classes that may drive the arc, class c is bit c; NULL = all */
    const int32_t *arc_penalty;    /**< [arc_off[n_vertices]] >= 0 ticks a robot would rather be later than drive the arc: a preference of each robot's way, in
                                        no rule, bound or objective; a priority lane is one that has less than others.  NULL = 0 */
    const int32_t *robot_class;    /**< [n_robots] 0..63; NULL = 0 */
    const int64_t *conflict_off;   /**< [n_vertices + 1] conflicts by vertex; NULL = none */
    const int32_t *conflict_vertex; /**< [conflict_off[n_vertices]] vertices that no other robot holds meanwhile: rising, not the vertex itself, and each pair from both sides */
    const int32_t *vertex_place;   /**< [n_vertices] never falling: vertices with one number are one place, such as the headings of a cell.  They must be in conflict
                                        with each other, and a goal is reached in any of them.  NULL = each is its own */
    const int32_t *vertex_zone;    /**< [n_vertices] >= 0 a zone that c12_route_release enters only when it was granted (c12_route_grant); -1 = none; NULL = -1 */
    const uint8_t *vertex_parking; /**< [n_vertices] 1 = a partial path may end there (options.partial); NULL = anywhere */
} c12_route_problem;

/** A plan in the caller's columns. */
typedef struct c12_route_plan {
    uint32_t struct_size;
    int32_t reserved;              /**< 0 */
    int64_t step_cap;              /**< Caller: room in the step columns. */
    int64_t *step_off;             /**< [n_robots + 1] steps by robot; [2] for c12_route_replan */
    int32_t *step_vertex;          /**< [step_cap] */
    c12_tick *step_from;           /**< [step_cap] */
    c12_tick *step_to;             /**< [step_cap] */
} c12_route_plan;

/** Bytes a handle for these limits needs; firmware reserves them and calls init.  O(1).
 *  @param dims  limits
 *  @param bytes receives the size
 *  @return C12_E_ARG for NULL or negative limits, C12_E_RANGE for a limit out of its range, C12_E_OVERFLOW when the size does not
 *          fit size_t.  @since 0.1 */
C12_API C12_MUST c12_status c12_route_bytes(const c12_route_dims *dims, size_t *bytes, c12_error *err);

/** Build a handle in the caller's memory, which must outlive it.  O(1).
 *  @param self    receives the handle, NULL on error
 *  @param mem     at least c12_route_bytes(dims), any alignment
 *  @param dims    limits
 *  @param options NULL = C12_ROUTE_HOLD_BOTH
 *  @param host    NULL = defaults; copied
 *  @return as c12_route_bytes; C12_E_RANGE for an unknown mode, C12_E_SPACE with the size that suffices.  @since 0.1 */
C12_API C12_MUST c12_status c12_route_init(c12_route **self, c12_mem mem, const c12_route_dims *dims, const c12_route_options *options,
                                           const c12_host *host, c12_error *err);

/** bytes + host->alloc + init.  @return as c12_route_init; C12_E_NOMEM.  @since 0.1 */
C12_API C12_MUST c12_status c12_route_create(c12_route **self, const c12_route_dims *dims, const c12_route_options *options,
                                             const c12_host *host, c12_error *err);

/** End a handle; NULL is fine; memory given to init stays the caller's.  @since 0.1 */
C12_API void c12_route_destroy(c12_route *self);

/** Validate a problem and keep it: the columns are borrowed and must stay as they are until the next load or destroy - but for arc_pace,
 *  arc_classes, arc_penalty, robot_class and vertex_parking, which may be changed between calls within what load allows: lanes are opened, closed and slowed
 *  that way, and the next plan goes by it (c12_route_drivers tells whose route does not).  The live table
 *  then holds the problem's blocks and nothing else.  Every fault is listed (column and row), up to 64.  After an error the handle has no
 *  problem.
 *  @return C12_E_SPACE when it exceeds the dims (err->field names the limit, err->value the number needed), C12_E_RANGE for ids, offsets and
 *          values, C12_E_ARG for missing columns, C12_E_OVERFLOW when vertices * length * pace passes C12_ROUTE_HORIZON or the sum of
 *          arrivals could leave 64 bits.  O(vertices + arcs + robots + blocks).  @since 0.1 */
C12_API C12_MUST c12_status c12_route_load(c12_route *self, const c12_route_problem *problem, c12_error *err);

/** Plan all robots of the problem from start to goal among the blocks of the live table (the problem's and those of c12_route_hold)
 *  and commit the plan: it replaces every robot's reservations.  Without a plan the live table stays as it was.  Allocates nothing.
 *  @param branch 0 = trunk
 *  @param budget at least one limit; target is an objective value
 *  @param plan   receives the best plan; with outcome C12_INFEASIBLE or C12_UNKNOWN it is untouched
 *  @param info   optional.  C12_OPTIMAL when the objective meets the bound; C12_INFEASIBLE when some robot has no way even alone or two
 *                robots end on one vertex; C12_UNKNOWN when no plan was found within the budget.  The progress hook is called at
 *                each better plan.
 *  @return C12_E_STATE before a load, without start and goal, or when steps were released to a robot; C12_E_RANGE for a branch; C12_E_SPACE when step_cap is too small
 *          (err->value is the number of steps; the live table then stays as it was); budget errors.  One search is O(E log E) in
 *          the arcs between safe intervals it meets.  @since 0.1 */
C12_API C12_MUST c12_status c12_route_solve(c12_route *self, int32_t branch, const c12_budget *budget, c12_route_plan *plan,
                                            c12_info *info, c12_error *err);

/** Ask a running solve or replan to stop: it returns C12_OK with the best plan so far and C12_STOP_CANCEL.  Sticky until one
 *  returns.  THREADSAFE, signal-safe.  @since 0.1 */
C12_API void c12_route_cancel(c12_route *self);

/** Independent checker: rules P1 to P4 and the objective from scratch, sharing no code with the search.  Allocates nothing; about 12 KiB
 *  of stack.
 *  @param problem as for load, validated the same way; start and goal must be given
 *  @param plan    columns to judge, never trusted; step_cap bounds what is read
 *  @param options NULL = C12_ROUTE_HOLD_BOTH
 *  @param verdict receives violations, the first broken rule, its row (a step or robot, verdict->field says which) and tick, and
 *                 the objective (0 when violations > 0 leave none that makes sense)
 *  @return C12_OK whenever a verdict was reached; input errors as for load.
 *  O(S * S / 256 + S * degree) for S = steps + blocks.  @since 0.1 */
C12_API C12_MUST c12_status c12_route_check(const c12_route_problem *problem, const c12_route_plan *plan, const c12_route_options *options,
                                            c12_verdict *verdict, c12_error *err);

/** The same for large plans, with memory to sort in: 32 bytes a row; the plan is read S * 32 / room.size times instead of S / 256.
 *  @param room overwritten; may be empty
 *  @return as c12_route_check.  O((S + S * S * 32 / room.size) * log S + S * degree).  @since 0.1 */
C12_API C12_MUST c12_status c12_route_check_with(const c12_route_problem *problem, const c12_route_plan *plan,
                                                 const c12_route_options *options, c12_mem room, c12_verdict *verdict, c12_error *err);

/* ---- execution on the live table: every call either commits or changes nothing ------------------------------------------------ */

/** A robot stands on a vertex from tick on, for ever: its reservations from tick on are replaced by that one.
 *  @param robot  0..n_robots-1
 *  @param vertex where it stands
 *  @param tick   0..C12_ROUTE_HORIZON; once robots report (c12_route_progress, _release) it is now, and where the robot was before is over
 *  @return C12_E_STATE before a load, or when somebody else holds the vertex at or after tick, be it because it is late (err->row = that robot,
 *          -1 for a block; err->value = when it begins); C12_E_RANGE for ids and ticks; C12_E_SPACE when the table is full.  O(holds of the vertex and robot).
 *  @since 0.1 */
C12_API C12_MUST c12_status c12_route_park(c12_route *self, int32_t branch, int32_t robot, int32_t vertex, c12_tick tick, c12_error *err);

/** A block of a vertex: a person, a door, somebody else's robot.  It is entered even where robots hold the vertex; those come back
 *  in `hit` and should be replanned, which then keeps clear of the block.
 *  @param from   0..C12_ROUTE_HORIZON
 *  @param to     > from; C12_ROUTE_STAYS = for ever
 *  @param hit    [cap] receives the robots whose reservations overlap the block, in order of time; may be NULL when cap = 0
 *  @param n_hit  receives their number, which may exceed cap; may be NULL
 *  @return as c12_route_park, without the conflict; C12_E_ARG for a negative cap or a missing hit column.  O(holds of the vertex).  @since 0.1 */
C12_API C12_MUST c12_status c12_route_hold(c12_route *self, int32_t branch, int32_t vertex, c12_tick from, c12_tick to, int32_t *hit,
                                           int32_t cap, int32_t *n_hit, c12_error *err);

/** Drop all reservations that ended at or before tick.  Call it as time goes on: short tables make fast replans.  Robots that report
 *  (c12_route_progress) need no forgetting, and must not be forgotten while they are late; blocks leave with c12_route_unblock.
 *  @return C12_E_STATE before a load, C12_E_RANGE for a branch or tick.  O(reservations + vertices).  @since 0.1 */
C12_API C12_MUST c12_status c12_route_forget(c12_route *self, int32_t branch, c12_tick tick, c12_error *err);

/** Plan one robot from where it stands at tick against everybody else's reservations, and commit: its reservations from tick on are
 *  replaced by the new path in one transaction.  Without a path, or stopped by the budget, the old ones stay.  The path is the earliest
 *  arrival there is and ends in a hold of the goal for ever.
 *  @param robot  0..n_robots-1; its robot_pace counts, its start, goal and robot_ready do not
 *  @param start  vertex the robot stands on (not between two) at tick
 *  @param tick   0..C12_ROUTE_HORIZON
 *  @param goal   vertex
 *  @param budget as for solve
 *  @param plan   receives the path of this one robot: step_off [2]
 *  @param info   optional.  C12_OPTIMAL with objective = bound = arrival; C12_INFEASIBLE when there is no path; C12_UNKNOWN when a
 *                limit came first (C12_STOP_SPACE: path longer than dims.steps or table full)
 *  @return C12_E_STATE before a load, or when steps were released to the robot (c12_route_reroute then); C12_E_RANGE for ids and ticks; C12_E_SPACE
 *          when step_cap is too small.  @since 0.1 */
C12_API C12_MUST c12_status c12_route_replan(c12_route *self, int32_t branch, int32_t robot, int32_t start, c12_tick tick, int32_t goal,
                                             const c12_budget *budget, c12_route_plan *plan, c12_info *info, c12_error *err);

/** Robots whose route goes from one vertex straight to another, and which have not arrived there: reroute them when that lane was closed or slowed.
 *  @param tail   vertex
 *  @param head   vertex
 *  @param robot  [cap] receives the robots, in order of time; may be NULL when cap = 0
 *  @param n      receives their number, which may exceed cap
 *  @return C12_E_STATE before a load, C12_E_RANGE for ids.  O(holds of the vertex).  @since 0.1 */
C12_API C12_MUST c12_status c12_route_drivers(c12_route *self, int32_t branch, int32_t tail, int32_t head, int32_t *robot, int32_t cap, int32_t *n,
                                              c12_error *err);

/* ---- what if -------------------------------------------------------------------------------------------------------------------------
 *
 * A branch is a copy of all reservations, for trying what a block, another goal or another plan of all would bring, and for showing what stood at a
 * time.  All calls that take a branch work on it alone; the handle stays one: one call at a time. */

/** Open a what-if branch: reservations, releases and blocks as they are now.
 *  @param from   0 = the trunk, or an open branch
 *  @param branch receives its number, 1..dims.branches, the smallest that is free
 *  @return C12_E_SPACE when dims.branches are open; C12_E_STATE before a load; C12_E_RANGE for a branch that is not open.  O(reservations + vertices), bytes
 *          copied.  A load closes all branches.  @since 0.1 */
C12_API C12_MUST c12_status c12_route_branch(c12_route *self, int32_t from, int32_t *branch, c12_error *err);

/** Close a branch and forget it.  @return as c12_route_branch; C12_E_RANGE for the trunk.  O(1).  @since 0.1 */
C12_API C12_MUST c12_status c12_route_drop(c12_route *self, int32_t branch, c12_error *err);

/** Make a branch the trunk and close it; other branches keep what they show.
 *  @return as c12_route_drop; C12_E_STATE when a call that may change the trunk was made since the branch was opened (or the branch it was opened from), as what
 *          was released, reported or reserved there would be lost: open another.  O(1).  @since 0.1 */
C12_API C12_MUST c12_status c12_route_commit(c12_route *self, int32_t branch, c12_error *err);

/* ---- execution: what happens is reported, what may be driven is released ------------------------------------------------------------
 *
 * The reservations order the robots on every vertex.  Reports move times and keep that order (an action dependency graph: Hoenig et al., IEEE
 * Robotics and Automation Letters 4, 2019), so robots that drive only where it was released to them never collide and never wait in a circle, however
 * late they are.  All calls need C12_ROUTE_HOLD_BOTH (C12_E_STATE) and a robot that has a route (C12_E_STATE). */

/** What a report moved. */
typedef struct c12_route_moved {
    uint32_t struct_size;
    int32_t cap;    /**< Caller: room in hit. */
    int32_t *hit;   /**< [cap] receives robots whose reservations now run into a block: reroute them.  NULL when cap = 0. */
    int32_t n_hit;  /**< Library: their number, which may exceed cap. */
    int32_t holds;  /**< Library: reservations that were moved to later. */
} c12_route_moved;

/** What a robot waits for. */
typedef struct c12_route_wait {
    uint32_t struct_size;
    int32_t waits;  /**< Library: 0 = all of its route is released. */
    int32_t vertex; /**< Library: the first vertex that is not, -1 = none. */
    int32_t robot;  /**< Library: who is to hold it, or one in conflict with it, before, -1 = a block or nobody. */
    c12_tick until; /**< Library: until when, as planned now, -1 = nobody is in the way. */
    int32_t zone;   /**< Library: the zone to be granted for it, -1 = none. */
    int32_t reserved; /**< Library: 0. */
} c12_route_wait;

/** A robot has arrived in the next vertex of its route and left the one before, which is free at once.  Later than planned: this robot's
 *  reservations, and those that come after them on any vertex, move to later where they must.
 *  @param tick  when; earlier than planned moves nothing
 *  @param moved optional
 *  @return C12_E_STATE when the route ends where the robot is, or the vertex was not released; C12_E_RANGE for ids and ticks.
 *          O(holds moved * (log holds + route)); without a delay O(route).  @since 0.1 */
C12_API C12_MUST c12_status c12_route_progress(c12_route *self, int32_t branch, int32_t robot, c12_tick tick, c12_route_moved *moved,
                                               c12_error *err);

/** A robot will be later by so many ticks at the next vertex: times move as for c12_route_progress, nobody's way is changed.
 *  @param ticks >= 0
 *  @param moved optional
 *  @return as c12_route_progress.  @since 0.1 */
C12_API C12_MUST c12_status c12_route_delay(c12_route *self, int32_t branch, int32_t robot, c12_tick ticks, c12_route_moved *moved,
                                            c12_error *err);

/** What a robot may drive, and may go on driving when nobody reaches it any more: the vertex it is on and those that follow as long as nobody
 *  else is to hold them before (the base of a VDA 5050 order; the rest of the route is its horizon).  They are pinned: no plan takes them
 *  away or goes through them before the robot.
 *  @param tick now
 *  @param plan receives the steps: step_off [2]; a vertex where the way was planned anew comes twice in a row
 *  @return C12_E_SPACE when step_cap is too small; C12_E_RANGE for ids and ticks.  O(route * holds of a vertex).  @since 0.1 */
C12_API C12_MUST c12_status c12_route_release(c12_route *self, int32_t branch, int32_t robot, c12_tick tick, c12_route_plan *plan,
                                              c12_error *err);

/** Plan a robot anew from the end of what was released to it: c12_route_replan from there, when it is there but no earlier than tick.  Robots that by
 *  their times should have left where they are, and have not reported it, count as late.
 *  @param tick now
 *  @return as c12_route_replan.  @since 0.1 */
C12_API C12_MUST c12_status c12_route_reroute(c12_route *self, int32_t branch, int32_t robot, c12_tick tick, int32_t goal,
                                              const c12_budget *budget, c12_route_plan *plan, c12_info *info, c12_error *err);

/** Blocks of a vertex end at tick; those that begin later go.  @return C12_E_STATE before a load, C12_E_RANGE.  O(holds of the vertex).  @since 0.1 */
C12_API C12_MUST c12_status c12_route_unblock(c12_route *self, int32_t branch, int32_t vertex, c12_tick tick, c12_error *err);

/** Why a robot cannot drive on: "waits for robot 3 at vertex 17 until 1200".  A robot without a route waits for nothing.
 *  @param wait receives the answer
 *  @return C12_E_STATE before a load, C12_E_RANGE for ids.  O(route * holds of a vertex).  @since 0.1 */
C12_API C12_MUST c12_status c12_route_waits(c12_route *self, int32_t branch, int32_t robot, c12_route_wait *wait, c12_error *err);

/** Robots that wait for each other in a circle.  Routes of this handle never do; robots that were parked where others should have gone
 *  first may.
 *  @param robot [cap] receives one circle, each waiting for the next; may be NULL when cap = 0
 *  @param n     receives its length, 0 = there is none
 *  @return C12_E_STATE before a load.  O(robots * route * holds of a vertex).  @since 0.1 */
C12_API C12_MUST c12_status c12_route_circle(c12_route *self, int32_t branch, int32_t *robot, int32_t cap, int32_t *n, c12_error *err);

/** Robots that have a route on, should have left where they are, and were not heard of, for so many ticks: with who stands at the end of each one's
 *  waiting.  Robots that wait because their plan says so are not among them.
 *  @param tick  now
 *  @param ticks >= 1, patience
 *  @param robot [cap] receives the robots by number; may be NULL when cap = 0
 *  @param cause [cap] receives the robot that nobody keeps from going on (itself, where nobody does) - see to it, or to the block or zone that
 *               c12_route_waits names for it; in a circle, one of it
 *  @param n     receives their number, which may exceed cap
 *  @return C12_E_STATE before a load, C12_E_RANGE for a branch or ticks.  O(robots * (1 + waiting) * holds of a vertex).  @since 0.1 */
C12_API C12_MUST c12_status c12_route_stuck(c12_route *self, int32_t branch, c12_tick tick, c12_tick ticks, int32_t *robot, int32_t *cause, int32_t cap,
                                            int32_t *n, c12_error *err);

/** Let a robot enter a zone (vertex_zone), as the release zones of VDA 5050 ask: c12_route_release goes on into it.  The grant ends when the robot leaves the
 *  zone.  A robot has one grant at a time.
 *  @param zone of some vertex; -1 = take back a grant; what was released stays so
 *  @return C12_E_STATE before a load, C12_E_RANGE for a branch, robot or zone.  O(vertices).  @since 0.1 */
C12_API C12_MUST c12_status c12_route_grant(c12_route *self, int32_t branch, int32_t robot, int32_t zone, c12_error *err);

/* ---- lifelong: an answer every tick --------------------------------------------------------------------------------------------- */

/** What a tick brought. */
typedef struct c12_route_pulse {
    uint32_t struct_size;
    int32_t arrived;       /**< Robots that reach their goal with this step. */
    int32_t moved;         /**< Robots that change vertex. */
    int32_t eldest;        /**< The robot that is under way to its goal longest, -1 = nobody is. */
    c12_tick tick;         /**< Steps since load, this one included. */
    c12_tick eldest_ticks; /**< For how long: a watch over the watchdog. */
} c12_route_pulse;

/** One tick of a fleet that never stops: where every robot goes next, by the rules of C12_ROUTE_GRID, towards goals that the caller changes
 *  whenever it likes, usually when a robot has arrived.  The handle keeps positions and who has waited how long.  Of the live table the
 *  trunk's blocks count (held_* of the problem and c12_route_hold, ticks = steps since load): nobody goes onto one, whoever stands on one leaves when it
 *  can, and who wants through waits, as the ways are those of load: what stays shut belongs into the graph.  robot_ready, robot_pace and robot_priority do not count: all robots are in the world from the first step.
 *
 *  Method: priority inheritance with backtracking (PIBT, Okumura et al., Artificial Intelligence 310, 2022) with swaps in passages (LaCAM2,
 *  Okumura, IJCAI 2023), on distances that make arcs against the expected stream dearer (after Chen et al., AAAI 2024).  The robot that has waited
 *  longest chooses first, after those that leave a place four and more wait for; one that came no nearer for 16 ticks lets all others choose
 *  first for a while, and in the end others make room for it.  That ends livelocks, but proves nothing: a floor may be so full that nobody
 *  can pass (see eldest_ticks).
 *
 *  @param branch 0 = trunk
 *  @param at     [n_robots] where robots are, when it is not where the last step sent them; NULL = there, first on their starts
 *  @param goal   [n_robots] vertices, -1 = none: the robot stays and gives way; several robots may have the same
 *  @param next   [n_robots] receives where each robot goes: its own vertex or one an arc leads to; untouched on error
 *  @param pulse  optional
 *  @return C12_E_STATE before a load, without dims.lifelong, C12_ROUTE_GRID or known positions; C12_E_RANGE for
 *          vertices, two robots on one vertex, and a goal there is no way to; nothing changes then.  Allocates nothing.
 *          O(robots * degree) and the lengths of passages; with blocks O(vertices) more.  @since 0.1 */
C12_API C12_MUST c12_status c12_route_step(c12_route *self, int32_t branch, const int32_t *at, const int32_t *goal, int32_t *next,
                                           c12_route_pulse *pulse, c12_error *err);

/** A run to judge: where robots were at each tick, and which places each claims to have visited. */
typedef struct c12_route_run {
    uint32_t struct_size;
    int32_t reserved;           /**< 0 */
    int64_t n_ticks;            /**< >= 0 */
    const int32_t *where;       /**< [(n_ticks + 1) * n_robots] vertices, tick by tick */
    const int64_t *stop_off;    /**< [n_robots + 1] visits by robot; NULL = none are claimed */
    const int32_t *stop_vertex; /**< [stop_off[n_robots]] in the order they were to be made */
    const c12_tick *stop_tick;  /**< [stop_off[n_robots]] 0..n_ticks, when the robot was there */
} c12_route_run;

/** Independent checker of runs, sharing no code with the planner.  Rules:
 *  - L1 at tick 0 robots are on their starts (when the problem has any);
 *  - L2 from tick to tick a robot stays or follows an arc;
 *  - L3 no two robots are on one vertex at one tick;
 *  - L4 no two robots exchange vertices from one tick to the next;
 *  - L5 a robot is where it claims a visit, and its visits are in order of time (several may fall on one tick);
 *  - L6 no robot goes onto a vertex that is blocked (held_*) at the tick at which it would be there.
 *  One tick alone is judged by n_ticks = 1 and a problem without starts, in O(robots * degree).
 *  @param problem its arcs, blocks, n_robots and start count; it must have passed c12_route_load
 *  @param run     never trusted
 *  @param scratch [n_vertices] the caller's, overwritten
 *  @param verdict receives violations, the first broken rule, its robot or visit (field says which) and tick, and as objective the visits
 *  @return C12_OK whenever a verdict was reached; C12_E_ARG for missing columns and negative counts, C12_E_RANGE for n_vertices, offsets.
 *          O(vertices + ticks * (robots * degree + blocks) + visits).  @since 0.1 */
C12_API C12_MUST c12_status c12_route_check_run(const c12_route_problem *problem, const c12_route_run *run, int32_t *scratch, c12_verdict *verdict,
                                                c12_error *err);

/* ---- turns ------------------------------------------------------------------------------------------------------------------------ */

/** Sizes of a floor's graph with headings (c12_route_build_turns).
 *  @param floor   arcs, lengths and conflicts, and vertex_x and vertex_y; starts, goals and blocks are checked too, when they are there
 *  @param quarter >= 1 length units a quarter turn takes, at the pace of the robot
 *  @param dims    receives vertices, arcs and conflicts; struct_size must be set; all else stays
 *  @return as c12_route_load; C12_E_RANGE for an arc that leads neither along a row nor along a column.  O(vertices + arcs + conflicts).  @since 0.1 */
C12_API C12_MUST c12_status c12_route_measure_turns(const c12_route_problem *floor, int32_t quarter, c12_route_dims *dims, c12_error *err);

/** Make turning take time: vertex v of the floor becomes 4 * v + h, heading h = 0 east (x rises), 1 south (y rises), 2 west, 3 north.  An arc of the floor is
 *  driven in its heading, one that changes neither x nor y (a lift) in all four; two arcs a vertex turn by a quarter.  Starts of the new problem say the
 *  heading; a goal is reached in any, by vertex_place.
 *  @param dims            as measured: room of the columns
 *  @param arc_off         [vertices + 1]
 *  @param arc_head        [arcs]
 *  @param arc_length      [arcs]
 *  @param arc_of          [arcs] the floor's arc each is, -1 = a turn: for its pace, classes and penalty
 *  @param conflict_off    [vertices + 1]
 *  @param conflict_vertex [conflicts]
 *  @param vertex_place    [vertices]
 *  @return as c12_route_measure_turns; C12_E_SPACE when dims are smaller; C12_E_ARG for a missing column.  Columns are untouched on error.  @since 0.1 */
C12_API C12_MUST c12_status c12_route_build_turns(const c12_route_problem *floor, int32_t quarter, const c12_route_dims *dims, int64_t *arc_off,
                                                  int32_t *arc_head, int32_t *arc_length, int64_t *arc_of, int64_t *conflict_off,
                                                  int32_t *conflict_vertex, int32_t *vertex_place, c12_error *err);

/* ---- benchmark texts: MovingAI maps and scenarios -------------------------------------------------------------------------------- */

/** Sizes of a MovingAI map ("type", "height H", "width W", "map", then H rows of W letters).  '.', 'G', 'S', 'C' and 'E' are free, '@',
 *  'O', 'T' and 'W' are not, any other letter is a fault.  LF or CRLF; lines after the last row must be blank.
 *  @param dims   receives vertices (free cells) and arcs (4-neighbours, both ways); struct_size must be set; all else stays
 *  @param width  receives W, 1..2^15
 *  @param height receives H, 1..2^15
 *  @return C12_E_FORMAT with err->value = byte offset and err->row = 1-based line.  O(bytes).  Hostile bytes are safe.  @since 0.1 */
C12_API C12_MUST c12_status c12_route_scan_map(c12_view text, c12_route_dims *dims, int32_t *width, int32_t *height, c12_error *err);

/** Read the map into columns of the sizes c12_route_scan_map gave.  Vertices are numbered row by row, arcs go north, west, east, south.
 *  Columns are untouched on error.
 *  @param dims        as scanned: capacities of the columns
 *  @param arc_off     [vertices + 1]
 *  @param arc_head    [arcs]
 *  @param vertex_x    [vertices] column of the cell; may be NULL
 *  @param vertex_y    [vertices] row of the cell; may be NULL
 *  @param cell_vertex [width * height] vertex of cell y * width + x, -1 = not free
 *  @return as c12_route_scan_map; C12_E_SPACE when dims are smaller than the text needs.  @since 0.1 */
C12_API C12_MUST c12_status c12_route_read_map(c12_view text, const c12_route_dims *dims, int64_t *arc_off, int32_t *arc_head,
                                               int32_t *vertex_x, int32_t *vertex_y, int32_t *cell_vertex, c12_error *err);

/** Rows of a MovingAI scenario ("version 1", then rows "bucket map width height sx sy gx gy length", tab separated).
 *  @param n receives the number of rows
 *  @return C12_E_FORMAT as c12_route_scan_map.  O(bytes).  Only line structure is looked at.  @since 0.1 */
C12_API C12_MUST c12_status c12_route_scan_scen(c12_view text, int32_t *n, c12_error *err);

/** Read the first n rows of a scenario as starts and goals on the map read by c12_route_read_map.  Columns are untouched on error.
 *  @param width, height  of the map; rows that name another size are a fault
 *  @param cell_vertex    [width * height]
 *  @param n              rows wanted, >= 0
 *  @param start          [n] vertices
 *  @param goal           [n] vertices
 *  @return C12_E_FORMAT for malformed rows, cells outside the map or not free, and fewer than n rows.  @since 0.1 */
C12_API C12_MUST c12_status c12_route_read_scen(c12_view text, int32_t width, int32_t height, const int32_t *cell_vertex, int32_t n,
                                                int32_t *start, int32_t *goal, c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_ROUTE_H */
