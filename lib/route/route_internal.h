/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_ROUTE_INTERNAL_H
#define C12_ROUTE_INTERNAL_H

#include "base/arena.h"
#include "base/heap.h"
#include "base/num.h"
#include "base/rng.h"
#include "c12/route.h"
#include "route/route_life.h"
#include <stdatomic.h>

#define C12__ROUTE_FAR INT64_MAX /* no way; also: no limit */

/* ---- reservation table: per vertex a list of holds by rising `from`; per robot a chain of its holds in order of time ----------- */

typedef struct c12__route_slot {
    c12_tick from, to;
    int32_t vertex;
    int32_t next;   /* later hold of the vertex, or the free list */
    int32_t robot;  /* -1 = a block */
    int32_t onward; /* the robot's next hold */
} c12__route_slot;

typedef struct c12__route_table {
    c12__route_slot *slot; /* [cap] */
    int32_t *head;         /* [vertices] */
    int32_t *chain;        /* [robots] first hold of a robot, -1 = none */
    int32_t cap, free, n_free, vertices;
} c12__route_table;

/* What was taken off the table for one robot: enough to put everything back. */
typedef struct c12__route_off {
    int32_t robot, head;  /* chain of unlinked slots */
    int32_t tail;         /* last hold that stays, -1 = none */
    int32_t n_cut;
    int32_t cut[2];       /* holds that were cut short; a moving robot holds two vertices, never three */
    c12_tick cut_to[2];
} c12__route_off;

void c12__route_table_reset(c12__route_table *t, int32_t vertices, int32_t robots);
int32_t c12__route_add(c12__route_table *t, int32_t vertex, c12_tick from, c12_tick to, int32_t robot); /* linked by vertex; -1 = full */
void c12__route_take_off(c12__route_table *t, int32_t robot, c12_tick tick, c12__route_off *off);
void c12__route_put_back(c12__route_table *t, const c12__route_off *off);
void c12__route_throw_away(c12__route_table *t, const c12__route_off *off);
void c12__route_clear_robot(c12__route_table *t, int32_t robot);
void c12__route_drop_before(c12__route_table *t, int32_t robots, c12_tick tick);

/* ---- search -------------------------------------------------------------------------------------------------------------------- */

/* A vertex together with one of its gaps.  Number v is the gap before v's first hold, vertices + s the gap after slot s. */
typedef struct c12__route_state {
    c12_tick arrive;  /* earliest arrival */
    c12_tick since;   /* where the hold of the vertex begins */
    c12_tick end;     /* of the gap */
    int32_t vertex, parent, heap_at;
    uint32_t stamp;   /* of the search that wrote it */
} c12__route_state;

typedef struct c12__route_open { int64_t f, h; int32_t state; int32_t pad; } c12__route_open;

typedef struct c12__route_query {
    int32_t robot, start, goal;
    int32_t pace;
    c12_tick tick;
    int64_t limit;    /* paths that arrive later do not count */
} c12__route_query;

enum { C12__ROUTE_NO_PATH = -1, C12__ROUTE_HALTED = -2, C12__ROUTE_FULL = -3 };

typedef struct c12__route_search {
    c12__route_state *state;  /* [vertices + slots] */
    c12__route_open *open;    /* [vertices + slots] */
    int32_t n_open;
    uint32_t stamp;
    int64_t *dist;            /* [tables * vertices] */
    int32_t *dist_goal;       /* [tables] */
    int32_t *goal_dist;       /* [vertices] table of a goal, -1 */
    int32_t next_dist;        /* the table to be overwritten next */
    int32_t unit;             /* all lengths are 1 */
    int64_t *back_off;        /* [vertices + 1] arcs by head */
    int32_t *back_tail, *back_length; /* [arcs] */
    int32_t *queue;           /* [vertices] */
    c12__heap heap;           /* [vertices] */
    int64_t least_length;
} c12__route_search;

struct c12_route {
    c12_host host;
    c12_route_dims dims;
    int32_t mode, loaded;
    c12_route_problem p;
    void *owned_ptr; /* by create */
    size_t owned;
    atomic_int cancelled;
    int32_t timed_out, stopped;
    c12_ns until;    /* 0 = no time limit */
    int64_t work, work_limit;
    c12__route_table table;
    c12__route_search search;
    /* solve */
    int32_t *order, *scratch, *chosen, *mark; /* [robots] */
    int64_t *key, *alone, *arrival;           /* [robots] */
    c12__route_off *off;                      /* [robots] */
    int64_t *keep_off;                        /* [robots + 1] the live table as solve found it */
    int32_t *keep_vertex;                     /* [slots] */
    c12_tick *keep_from, *keep_to;            /* [slots] */
    c12__route_life life;
};

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

static inline int32_t c12__route_pace(const c12_route *self, int32_t robot) { return c12__at32(self->p.robot_pace, robot, 1); }

#endif
