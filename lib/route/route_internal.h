/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_ROUTE_INTERNAL_H
#define C12_ROUTE_INTERNAL_H

#include "base/arena.h"
#include "base/heap.h"
#include "base/num.h"
#include "base/rng.h"
#include "c12/route.h"
#include "route/route_grid.h"
#include "route/route_life.h"
#include <stdatomic.h>

#define C12__ROUTE_FAR INT64_MAX /* no limit */
#define C12__ROUTE_NO_WAY UINT32_MAX

/* ---- reservation table: per vertex a list of holds by rising `from`; per robot a chain of its holds in order of time ----------- */

typedef struct c12__route_slot {
    c12_tick from, to;
    int32_t vertex;
    int32_t next;   /* later hold of the vertex, or the free list */
    int32_t robot;  /* -1 = a block; below: the slot is free */
    int32_t onward; /* the robot's next hold */
} c12__route_slot;

/* What a search reads of a vertex: its holds in order, three to a cache line.  All chunks of a vertex but the last are full; number v is the first
 * of vertex v. */
enum { C12__ROUTE_CHUNK = 3 };
typedef struct c12__route_chunk {
    c12_tick from[C12__ROUTE_CHUNK], to[C12__ROUTE_CHUNK];
    int32_t slot[C12__ROUTE_CHUNK]; /* -1 = no more */
    int32_t next;                   /* chunk, -1 = none */
} c12__route_chunk;

typedef struct c12__route_table {
    c12__route_chunk *chunk; /* [vertices + cap / 3 + 1] */
    int32_t chunk_free, chunk_fresh; /* list of chunks given back; from here on they were never used */
    c12__route_slot *slot; /* [cap] */
    int32_t *head;         /* [vertices] */
    int32_t *chain;        /* [robots] first hold of a robot, -1 = none */
    int32_t *released;     /* [robots] the last hold that may not be withdrawn, -1 = the first */
    int32_t *granted;      /* [robots] the zone it may enter, -1 = none */
    c12_tick *reported;    /* [robots] when it was last heard of */
    c12_tick now;          /* the latest tick execution has told */
    int64_t version;       /* calls that could change it */
    int64_t opened_at;     /* a branch: the trunk's version then */
    int32_t cap, free, n_free, vertices;
    /* Vertices in conflict: a hold casts a shadow, a slot of its own, on the list of each of them.  Of shadows only vertex, times, robot and next count. */
    const int64_t *conflict_off;    /* NULL = there are none, and shade and light are not read */
    const int32_t *conflict_vertex;
    int32_t *shade;        /* [cap] the hold's first shadow, the shadow's next; -1 = no more */
    int32_t *light;        /* [cap] the hold a shadow is of; -1 = it is a hold */
    int32_t fresh;         /* slots from here on were never used: memory nobody touches costs nothing */
} c12__route_table;

/* What was taken off the table for one robot: enough to put everything back. */
typedef struct c12__route_off {
    int32_t robot, head;  /* chain of unlinked slots */
    int32_t tail;         /* last hold that stays, -1 = none */
    int32_t n_cut;
    int32_t cut[2];       /* holds that were cut short; a moving robot holds two vertices, never three */
    c12_tick cut_to[2];
} c12__route_off;

void c12__route_carve_table(c12__route_table *t, c12__arena *a, const c12_route_dims *d, int64_t slots);
void c12__route_close_branches(c12_route *self);
c12_status c12__route_look(c12_route *self, int32_t branch, c12_error *err); /* the branch is in use from here on, once its number and the handle were checked */
c12_status c12__route_turn(c12_route *self, int32_t branch, c12_error *err); /* the same for a call that may change it */

void c12__route_table_reset(c12__route_table *t, int32_t vertices, int32_t robots);
int32_t c12__route_add(c12__route_table *t, int32_t vertex, c12_tick from, c12_tick to, int32_t robot); /* linked by vertex, with its shadows; -1 = full */
/* What comes after a slot among a hold and its shadows. */
static inline int32_t c12__route_shade(const c12__route_table *t, int32_t s) { return t->conflict_off ? t->shade[s] : -1; }
/* The hold a slot is, or is a shadow of. */
static inline int32_t c12__route_light(const c12__route_table *t, int32_t s) { return t->conflict_off && t->light[s] >= 0 ? t->light[s] : s; }
/* Two shadows say nothing of each other: they meet where neither hold is. */
static inline int c12__route_both_shadows(const c12__route_table *t, int32_t a, int32_t b) { return t->conflict_off && t->light[a] >= 0 && t->light[b] >= 0; }
static inline int32_t c12__route_slots_of(const c12__route_table *t, int32_t vertex) /* that a hold of the vertex takes */
{
    return t->conflict_off ? 1 + (int32_t)(t->conflict_off[vertex + 1] - t->conflict_off[vertex]) : 1;
}
/* Many holds in order of time into a table without any: last [vertices] is the callee's from begin to the last append. */
void c12__route_append_begin(const c12__route_table *t, int32_t *last);
int32_t c12__route_append(c12__route_table *t, int32_t *last, int32_t vertex, c12_tick from, c12_tick to, int32_t robot);
int64_t c12__route_chunks(int64_t vertices, int64_t slots); /* to carve */
void c12__route_time_at(c12__route_table *t, int32_t slot, c12_tick from, c12_tick to); /* other times of a hold, in the same place of its list */
void c12__route_move_to(c12__route_table *t, int32_t slot, c12_tick from, c12_tick to); /* other times of a hold, in the places they give it */
void c12__route_unlink_chain(c12__route_table *t, int32_t robot);   /* all holds of a robot off their lists ... */
void c12__route_link_chain(c12__route_table *t, int32_t robot);     /* ... and back, into the places their times give them */
void c12__route_drop_first(c12__route_table *t, int32_t robot);     /* the robot has left its first hold */
/* The last hold of somebody else before one on its vertex, -1 = none; blocks over by tick do not count. */
int32_t c12__route_holder_before(const c12__route_table *t, int32_t slot, c12_tick tick);
void c12__route_end_blocks(c12__route_table *t, int32_t vertex, c12_tick tick); /* blocks end by tick, or never were */
void c12__route_take_off(c12__route_table *t, int32_t robot, c12_tick tick, c12__route_off *off);
void c12__route_take_off_behind(c12__route_table *t, int32_t tail, c12_tick tick, c12__route_off *off); /* all behind a hold, which ends by tick */
void c12__route_put_back(c12__route_table *t, const c12__route_off *off);
void c12__route_throw_away(c12__route_table *t, const c12__route_off *off);
void c12__route_clear_robot(c12__route_table *t, int32_t robot);
void c12__route_tidy(c12__route_table *t); /* free slots leave in order of their numbers, as from a new table */
void c12__route_drop_before(c12__route_table *t, int32_t robots, c12_tick tick);

/* ---- search -------------------------------------------------------------------------------------------------------------------- */

/* A vertex together with one of its gaps.  Number v is the gap before v's first hold, vertices + s the gap after slot s. */
typedef struct c12__route_state {
    c12_tick arrive;  /* earliest arrival */
    c12_tick since;   /* where the hold of the vertex begins */
    c12_tick end;     /* of the gap */
    int64_t open_f;   /* estimate of its entry in the open list that counts */
    int64_t offered;  /* what follows on it was offered up to this estimate */
    int32_t parent;
    uint32_t stamp;   /* 2 * the search that wrote it, + 1 when it has been expanded */
} c12__route_state;

/* Order of expansion: by estimate, then the nearer to the goal; rank = distance << 32 | state. */
typedef struct c12__route_open { int64_t f; uint64_t rank; } c12__route_open;

typedef struct c12__route_query {
    int32_t robot, start, goal;
    int32_t pace;
    c12_tick tick;
    int64_t limit;    /* paths that arrive later do not count */
    int32_t partial;  /* without a path to the goal, one to where the robot can stay */
    int32_t tail;     /* replan: the hold behind which the route is new, -1 = those that begin before the tick stay */
    int32_t plain;    /* penalties do not count */
} c12__route_query;

enum { C12__ROUTE_NO_PATH = -1, C12__ROUTE_HALTED = -2, C12__ROUTE_FULL = -3, C12__ROUTE_BEYOND = -4 /* more than the grid planner can tell */ };

typedef struct c12__route_search {
    c12__route_state *state;  /* [vertices + slots] */
    c12__route_open *open;    /* [cap_open] a state may be in it more than once */
    int32_t n_open, cap_open;
    int32_t stop, why;        /* a partial path ends in the state `stop`, -1 = the path is whole; why there is no whole one */
    int32_t has_best;
    c12__route_open best;     /* of the states offered by the last expansion: most often the next, and then never in the heap */
    int32_t cleared;          /* slots whose state is cleared: those in use at the time */
    uint32_t stamp;
    uint32_t *dist;           /* [tables * vertices] length to a goal, or less: C12__ROUTE_NO_WAY - 1 is the largest; C12__ROUTE_NO_WAY = none */
    uint32_t *dist_edge;      /* [tables] from this length on a bound only, C12__ROUTE_NO_WAY = all known */
    int32_t *dist_goal;       /* [tables] */
    int32_t *goal_dist;       /* [vertices] table of a goal, -1 */
    int32_t next_dist;        /* the table to be overwritten next */
    int64_t *paid;            /* [vertices + slots] penalties on the way to a state; NULL without dims.penalties */
    int32_t unit;             /* all lengths are 1 */
    int32_t *back_off;        /* [vertices + 1] arcs by head; there are at most 2^30 */
    int32_t *back_tail, *back_length; /* [arcs] */
    int32_t *queue;           /* [vertices] */
    c12__heap heap;           /* [vertices] */
    int64_t least_length;
} c12__route_search;

struct c12_route {
    c12_host host;
    c12_route_dims dims;
    int32_t mode, partial, loaded;
    c12_route_problem p;
    void *owned_ptr; /* by create */
    size_t owned;
    atomic_int cancelled;
    int32_t timed_out, stopped;
    c12_ns until;    /* 0 = no time limit */
    int64_t work, work_limit;
    c12__route_table table;     /* the branch in use */
    c12__route_table *branches; /* [dims.branches + 1] the others */
    uint8_t *branch_open;       /* [dims.branches + 1] */
    int32_t branch_at;          /* which one is in use */
    c12__route_search search;
    /* solve */
    int32_t *order, *scratch, *chosen, *mark; /* [robots] */
    int64_t *key, *alone, *arrival;           /* [robots] */
    c12__route_off *off;                      /* [robots] */
    c12__heap exec_line;                      /* [slots] holds that must begin later, by when */
    int32_t *exec_hit;                        /* [robots] */
    int32_t *exec_touched;                    /* [robots] with dims.conflicts */
    uint8_t *exec_is_touched;                 /* [robots] likewise */
    c12__grid grid;  /* dims.ticks */
    c12__crowd crowd;
    int32_t *lns_alone;                       /* [robots] */
    int32_t *lns_chosen, *lns_arrive;         /* [C12__GRID_CHOSEN] */
    int32_t *lns_path;                        /* [C12__GRID_CHOSEN * ticks] */
    int64_t *keep_off;                        /* [robots + 1] the live table as solve found it */
    int32_t *keep_vertex;                     /* [slots] */
    c12_tick *keep_from, *keep_to;            /* [slots] */
    c12__route_life life;
};

/* What a solve carries along. */
typedef struct c12__route_run {
    c12_route *self;
    c12_budget budget;
    c12_ns began, first;
    int64_t cost, bound;
    int32_t n, full;      /* full: a path did not fit the table or dims.steps */
    c12__rng rng;
} c12__route_run;

void c12__route_tell(const c12__route_run *f);            /* a better plan */
int c12__route_good_enough(const c12__route_run *f);
int32_t c12__route_timed(c12_route *self);                /* the crowd's plan for HOLD_BOTH, likewise; arrivals too; the table has no robot before */
int32_t c12__grid_solve(c12__route_run *f);               /* 1 with the plan in the live table, or C12__ROUTE_* */

c12_status c12__route_take_problem(c12_route_problem *p, const c12_route_problem *from, int32_t mode, c12_error *err);
c12_status c12__route_take_options(c12_route_options *o, const c12_route_options *from, c12_error *err);

void c12__route_start_clock(c12_route *self, const c12_budget *b);
int c12__route_halted(c12_route *self);
c12_stop c12__route_why(const c12_route *self);

void c12__route_carve_search(c12__route_search *s, c12__arena *a, const c12_route_dims *d, int64_t slots);
void c12__route_prepare_search(c12_route *self);
/* Earliest path; the final state's number, or one of C12__ROUTE_*. */
int32_t c12__route_find(c12_route *self, const c12__route_query *q);
/* Enter the path that ends in `last` behind off->tail; returns C12__ROUTE_FULL and changes nothing when it does not fit. */
int32_t c12__route_commit(c12_route *self, const c12__route_query *q, int32_t last, const c12__route_off *off);

/* The end of what was released to a robot. */
static inline int32_t c12__route_decision(const c12__route_table *t, int32_t robot) { return t->released[robot] >= 0 ? t->released[robot] : t->chain[robot]; }

int32_t c12__route_released(const c12_route *self, int32_t robot);  /* the hold up to which a robot that has a route may be sent now */
void c12__route_left_zone(c12_route *self, int32_t robot);          /* it is about to leave its first hold for the second: a grant of the zone behind it ends */

/* Robots that should have left by tick and did not report it are still there: their times, and all that follow, cannot lie in the past. */
void c12__route_catch_up(c12_route *self, c12_tick tick);
/* c12_route_replan behind its checks of branch and tick; the goal is checked. */
c12_status c12__route_replan_by(c12_route *self, const c12__route_query *q, const c12_budget *budget, c12_route_plan *plan, c12_info *info, c12_error *err);

/* Ticks of a robot on an arc, 0 = it may not drive it. */
static inline c12_tick c12__route_ride(const c12_route *self, int64_t arc, int32_t robot)
{
    const c12_route_problem *p = &self->p;
    int32_t pace = c12__at32(p->robot_pace, robot, 1), least = c12__at32(p->arc_pace, arc, 0);
    if (p->arc_classes && !(p->arc_classes[arc] >> c12__at32(p->robot_class, robot, 0) & 1)) return 0;
    return (c12_tick)c12__at32(p->arc_length, arc, 1) * (pace > least ? pace : least);
}

/* The first vertex of v's place, and the first after it. */
static inline int32_t c12__route_place_first(const c12_route_problem *p, int32_t v)
{
    while (p->vertex_place && v && p->vertex_place[v - 1] == p->vertex_place[v]) v--;
    return v;
}
static inline int32_t c12__route_place_end(const c12_route_problem *p, int32_t v)
{
    while (p->vertex_place && v + 1 < p->n_vertices && p->vertex_place[v + 1] == p->vertex_place[v]) v++;
    return v + 1;
}

c12_tick c12__route_ride_between(const c12_route *self, int32_t robot, int32_t v, int32_t w); /* the shortest, 0 = none */

static inline int32_t c12__route_pace(const c12_route *self, int32_t robot) { return c12__at32(self->p.robot_pace, robot, 1); }

#endif
