/* SPDX-License-Identifier: Apache-2.0 */
/* The fast planner of grids: unit steps, one clock for all.
 *
 * Layout.  Time is `ticks` long, a power of two.  Of every vertex one row of bits says when it is held: the first free tick, the end of a gap
 * and "was this gap reached earlier" are one or two words to look at, and entering a path is setting its bits.  Who holds a vertex is asked
 * rarely; for that the moments of all paths hang in a list a vertex and word.  A moment is robot * ticks + tick. */
#ifndef C12_ROUTE_GRID_H
#define C12_ROUTE_GRID_H

#include "base/arena.h"
#include "base/bits.h"
#include "base/rng.h"
#include "c12/route.h"

enum { C12__GRID_FAR = 65535, C12__GRID_WALL = 65534, C12__GRID_CHOSEN = 32 };

typedef struct c12__grid_node {
    int32_t vertex, tick;
    int32_t parent;
    int32_t next;          /* in its bucket */
} c12__grid_node;

/* Floors of cells: sets of cells as rows of bits, by tick (route_plane.c). */
typedef struct c12__plane {
    int32_t columns, rows, across, words; /* across: words a row */
    int32_t horizon;       /* ticks that are kept; 0 = not in use */
    int32_t *cell;         /* [n] bit of a vertex */
    uint64_t *floor;       /* [words] */
    uint64_t *plane;       /* [ticks * kinds * words] */
    uint64_t *reach;       /* [ticks * (rows + guards) * across] */
} c12__plane;

typedef struct c12__grid {
    c12_route *owner;      /* clock, work, arcs */
    const int64_t *off;    /* [n + 1] arcs of the problem */
    const int32_t *head;
    int32_t n, robots;
    int32_t ticks, shift, words;
    int32_t blocks;        /* holds of nobody */
    int32_t passing;       /* of them, those that are no walls */
    int32_t n_walls;
    int32_t *wall;         /* [n] vertices that are blocked from the first tick for ever */
    int32_t late;          /* robots that enter after tick 0 */
    int32_t is_floor;      /* vertices are cells beside each other: planes serve, and steps across and down are a bound of what is left */
    /* the plan under construction */
    uint64_t *busy;        /* [n * words] */
    int32_t *path;         /* [robots * ticks] vertex by tick, from ready to arrival */
    int32_t *arrive;       /* [robots] */
    int32_t *ready;        /* [robots] */
    int32_t *visit;        /* [n * words] first moment at a vertex in a word of time, -1 */
    int32_t *after, *before; /* [robots * ticks] list of moments of a vertex and word */
    int32_t *rests;        /* [n] robot whose goal this is and that has a path now, -1 */
    /* search */
    uint64_t *seen;        /* [n * words] arrivals offered in this search */
    uint32_t *seen_by;     /* [n] the search that wrote the row */
    uint32_t search;
    int32_t n_nodes, cap;
    c12__grid_node *node;  /* [cap] */
    int32_t *bucket;       /* [ticks] newest node with this estimate, -1 */
    /* distances */
    int32_t tables, next_table;
    uint16_t *dist;        /* [tables * n] steps to a goal, C12__GRID_FAR = none or too many */
    int32_t *table_goal;   /* [tables] */
    int32_t *goal_table;   /* [n] */
    int32_t *queue;        /* [n + 4] */
    int32_t *around;       /* [4 * n] tails of the arcs into a vertex, itself where there are fewer */
    int32_t four;          /* nowhere are there more */
    int32_t horizon;       /* no path arrives at this tick or later */
    c12__plane plane;
    c12__dice dice;
} c12__grid;

typedef struct c12__grid_query { int32_t start, goal, ready, limit; } c12__grid_query;

void c12__grid_carve(c12__grid *g, c12__arena *a, const c12_route_dims *d);
/* The problem's columns; 0 when they, or a block of the live table, do not fit this planner. */
int c12__grid_begin(c12__grid *g, c12_route *owner);
void c12__grid_open(c12__grid *g); /* nothing reserved but the blocks: before find, enter and lift */
const uint16_t *c12__grid_distances(c12__grid *g, int32_t goal);
void c12__grid_spread(c12__grid *g, uint16_t *dist, int32_t n); /* steps to the nearest of the first n of the queue */
void c12__grid_forget(c12__grid *g); /* no table is of any goal */
/* Steps of the shortest way on a floor of cells, by A*; C12__ROUTE_NO_PATH, or BEYOND what `ticks` allow. */
int32_t c12__grid_alone(c12__grid *g, int32_t start, int32_t goal);
/* The earliest path of a robot into path[robot]; its arrival, or C12__ROUTE_*. */
int32_t c12__grid_find(c12__grid *g, const c12__grid_query *q, int32_t goal_from, int32_t *path);
int32_t c12__grid_route(c12__grid *g, int32_t robot, int32_t limit);
void c12__grid_enter(c12__grid *g, int32_t robot, int32_t arrive); /* with the path that is written */
void c12__grid_lift(c12__grid *g, int32_t robot);
int32_t c12__grid_who(const c12__grid *g, int32_t vertex, int32_t tick); /* robot, -1 = none or a block */
static inline int32_t c12__grid_at(const c12__grid *g, int32_t robot, int32_t tick)
{
    return g->path[((int64_t)robot << g->shift) + (tick < g->arrive[robot] ? tick : g->arrive[robot])];
}
static inline uint64_t *c12__grid_busy(const c12__grid *g, int32_t v) { return g->busy + (int64_t)v * g->words; }

/* 1 when the problem is a floor of cells that planes can tell. */
int c12__plane_survey(c12__plane *p, const c12__grid *g);
void c12__plane_carve(c12__plane *p, c12__arena *a, const c12_route_dims *d);
void c12__plane_begin(c12__plane *p, const c12__grid *g, int32_t horizon); /* the floor with its blocks, no robot */
void c12__plane_enter(c12__plane *p, const int32_t *path, int32_t ready, int32_t arrive);
void c12__plane_lift(c12__plane *p, const int32_t *path, int32_t ready, int32_t arrive);
/* As c12__grid_find; the path must be at its goal at goal_from or later. */
int32_t c12__plane_find(c12__plane *p, c12__grid *g, const c12__grid_query *q, int32_t goal_from, int32_t *path);

/* ---- all robots at once ------------------------------------------------------------------------------------------------------------ */

/* A choice a node of the search leaves to try: this robot goes there, and what `before` says holds too. */
typedef struct c12__crowd_rule { int32_t before, robot, vertex, depth, later; } c12__crowd_rule;

typedef struct c12__crowd_corner { int32_t x, y; } c12__crowd_corner; /* of the box round a goal */

typedef struct c12__crowd {
    int32_t nodes, n_nodes; /* room and use */
    int32_t *at;           /* [nodes * robots] where everybody stands */
    int32_t *wait;         /* [nodes * robots] ticks since a robot was on its goal: who waits longest goes first */
    int32_t *parent, *chain; /* [nodes] chain: next of equal hash */
    int32_t *rule_head, *rule_tail; /* [nodes] choices left */
    int32_t *bin;          /* [bins] */
    int32_t bins, rules, n_rules;
    c12__crowd_rule *rule; /* [rules] */
    int32_t no_circles;    /* robots never follow each other in a circle: those that hold both ends of a move cannot */
    int32_t *stack;        /* [2 * nodes] */
    /* one step */
    const uint16_t **dist; /* [robots] table of the robot's goal, or of its region */
    int32_t regions;       /* 0 = every goal has a table */
    const int32_t *x, *y, *goal; /* of the problem */
    int32_t *region;       /* [n] */
    int32_t *members;      /* [tables] vertices of a region */
    c12__crowd_corner *corner; /* [robots] */
    uint8_t *near;         /* [robots * box * box] steps to the goal from cells round it */
    int32_t *now, *next_on; /* [n] robot on a vertex now, and then */
    int32_t *next;         /* [robots] */
    int32_t *order, *scratch; /* [robots] */
    int64_t *key;          /* [robots] */
    int32_t *frame, *partner; /* [robots] robots being pushed, and whom each would change places with */
    uint64_t *tried;       /* [robots] key of the candidate taken last */
    uint64_t *first;       /* [robots] key of the best candidate */
} c12__crowd;

void c12__crowd_carve(c12__crowd *c, c12__arena *a, const c12_route_dims *d);
int c12__crowd_serves(const c12__grid *g); /* no blocks, nobody late, a distance table for everybody */
/* A plan for all robots by configurations: writes path and arrival of every robot.  1, or C12__ROUTE_*. */
int32_t c12__crowd_plan(c12__crowd *c, c12__grid *g);
/* Ticks that plan lasts; it is in the paths up to there. */
int32_t c12__crowd_length(const c12__crowd *c, const c12__grid *g);

#endif
