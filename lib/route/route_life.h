/* SPDX-License-Identifier: Apache-2.0 */
/* The lifelong planner's own memory: distance tables with guidance, and the state of the floor from tick to tick. */
#ifndef C12_ROUTE_LIFE_H
#define C12_ROUTE_LIFE_H

#include "base/arena.h"
#include "base/rng.h"
#include "c12/route.h"

enum {
    C12__LIFE_UNIT = 16,      /* what an arc costs without traffic; less on maps so long that 16 bits would not do */
    C12__LIFE_DEAREST = 4,    /* and at most, in units */
    C12__LIFE_NO_WAY = 65535,
    C12__LIFE_OUTSIDE = 65535 /* in near_base */
};

typedef struct c12__life_cell {
    int32_t now, next;    /* who is here, who will be, -1 = nobody */
    int32_t first;        /* arc */
    int16_t degree;       /* arcs, at most 2^15 - 1 */
    int16_t roomy;        /* a robot that drives in always finds two ways on: nobody has to change places here */
} c12__life_cell;

typedef struct c12__life_place { int32_t region, rank; } c12__life_place; /* which region, and where in it */

typedef struct c12__life_back { int32_t tail, cost; } c12__life_back;

/* Where to look up what is left to a robot's goal. */
typedef struct c12__life_way {
    const uint16_t *far, *near; /* rows of the goal's region and of the goal */
    const uint16_t *base;       /* row of the goal's region in near_base */
    int32_t rim;                /* farther than this is not in the near table */
    int32_t flees;              /* it goes away from there */
} c12__life_way;

/* A robot that is choosing its next vertex. */
typedef struct c12__life_frame {
    int32_t robot;
    int32_t first, n, pick; /* candidates, in order of preference, and the one tried */
    int32_t pull;           /* the robot that shall follow into the vertex left behind, -1 = none */
} c12__life_frame;

/* Cells by cost, in lists that form a circle (Dial, Algorithm 360, CACM 1969). */
typedef struct c12__life_queue {
    int32_t head[C12__LIFE_UNIT * C12__LIFE_DEAREST + 1];
    int32_t *next, *prev;    /* [vertices] */
    int32_t *vertex;         /* [vertices] that a cell of a near table stands for */
    int32_t *order;          /* [vertices] as they left */
    int32_t n_order;
} c12__life_queue;

typedef struct c12__route_life {
    int32_t vertices, robots, tables, n_regions;
    int32_t reach;             /* cells of a near table */
    int32_t exact;             /* every vertex has a table of its own: there are no regions and near tables */
    int32_t unit, dearest;     /* cost of an arc: least and most */
    int32_t placed, pad;       /* positions are known to be right */
    /* the map; vertices have numbers of their own here, region by region, so that what is near on the floor is near in memory */
    int32_t *mine, *theirs;    /* [vertices] our number of the problem's vertex, and back */
    int32_t *head;             /* [arcs] */
    c12__life_cell *cell;      /* [vertices] */
    c12__life_place *place;    /* [vertices] */
    int64_t *back_off;         /* [vertices + 1] arcs by head */
    c12__life_back *back;      /* [arcs] */
    int32_t *back_at;          /* [arcs] where an arc stands in back */
    int32_t *reverse;          /* [arcs] the arc the other way, -1 = one-way */
    int64_t *traffic;          /* [arcs] expected */
    uint16_t *far;             /* [tables * vertices] cost to the pivot of a region */
    int32_t *region_off;       /* [tables + 1] first vertex of a region */
    int32_t *pivot, *rim;      /* [tables] */
    uint16_t *near_base;       /* [tables * tables] where near tables of a row's region keep a column's cells */
    uint16_t *near;            /* [vertices * reach] */
    c12__life_queue queue;
    /* the floor */
    c12_tick tick;
    int32_t *at, *next, *goal; /* [robots] */
    c12__life_way *way;        /* [robots] */
    uint8_t *rank;             /* [robots] scratch: LIFE_* of whose turn it is */
    int32_t *wanted;           /* [vertices] robots that have it for a goal */
    int32_t *paid;             /* [robots] what is left from next, when it is known */
    int32_t *turn, *scratch;   /* [robots] by falling priority */
    int32_t *line;             /* [robots] the same, those who let others go first behind */
    c12_tick *since;           /* [robots] when the goal was given */
    c12_tick *nearer;          /* [robots] when it came nearer to it than ever before */
    c12_tick *rest;            /* [robots] until when it lets others go first */
    int32_t *tries;            /* [robots] how often it did so on its way */
    int32_t *left;             /* [robots] how near it came */
    c12__life_frame *frame;    /* [robots] */
    int32_t *first;            /* [robots] candidates of a robot */
    int32_t *n_candidates;     /* [robots] */
    uint32_t *key;             /* [arcs + vertices] of candidates, the best first */
    int32_t *candidate;        /* [arcs + vertices] */
    c12__dice dice;
    /* a robot that cannot get through */
    int32_t leader;            /* -1 = none */
    int32_t clearing;          /* others leave first, the leader lets them pass; 0 = it goes */
    int32_t radius;            /* cost from its goal up to which others leave */
    int32_t pad2;
    c12_tick until;            /* of the clearing, or of its attempt */
} c12__route_life;

void c12__life_carve(c12__route_life *l, c12__arena *a, const c12_route_dims *d);
c12_status c12__life_load(c12__route_life *l, const c12_route_problem *p, c12_error *err); /* map, and robots on their starts */
c12_status c12__life_map(c12__route_life *l, const c12_route_problem *p, c12_error *err);  /* regions, guidance, tables */
void c12__life_move(c12__route_life *l);                                                   /* next from at */

/* What is left from v to the robot's goal.  Cells of the near table come before all others; NO_WAY and 2 * NO_WAY are what
 * they say.  For a robot that flees, far is near. */
static inline int32_t c12__life_cost(const c12__route_life *l, int32_t robot, int32_t v)
{
    const c12__life_way *w = &l->way[robot];
    int32_t cost = w->far[v];
    if (w->near) {
        int32_t base = cost > w->rim ? C12__LIFE_OUTSIDE : w->base[l->place[v].region];
        cost = base == C12__LIFE_OUTSIDE ? C12__LIFE_NO_WAY + cost : w->near[base + l->place[v].rank];
    }
    return w->flees ? 3 * C12__LIFE_NO_WAY - cost : cost;
}

/* Does the robot want anything at all? */
static inline int c12__life_aims(const c12__route_life *l, int32_t robot)
{
    return l->way[robot].flees || (l->goal[robot] >= 0 && !(l->clearing && robot == l->leader));
}

#endif
