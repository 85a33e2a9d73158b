/* SPDX-License-Identifier: Apache-2.0 */
/* A world of c12 route timed: what its file says, and the problem that is made of it. */
#ifndef C12_CLI_WORLD_H
#define C12_CLI_WORLD_H

#include "floor.h"

enum { WORLD_FIELDS = 9 };

typedef struct world_robot { int64_t id, start, goal; c12_tick ready; int32_t pace, kind, heading; } world_robot;
typedef struct world_block { int32_t cell; c12_tick from, to; } world_block;
typedef struct world_pair { int32_t a, b; } world_pair; /* cells nobody holds at once */

typedef struct timed_world {
    const char *file;
    int64_t line;
    int32_t x, y, z, quarter; /* quarter: cells a quarter turn takes as long as, 0 = turning takes no time */
    int64_t cells;
    uint8_t *shut;    /* [cells * 6] lanes that are one-way against this direction */
    int32_t *slow, *avoid; /* [cells] the pace and the penalty of driving into a cell */
    uint64_t *only;   /* [cells] classes that may drive into a cell, 0 = all */
    int32_t robots, robot_cap;
    int64_t blocks, block_cap, pairs, pair_cap;
    int32_t has_classes, has_slow, has_avoid;
    world_robot *robot;
    world_block *block;
    world_pair *pair;
    c12_route_dims d;
    c12_route_problem q;
    c12_route_plan plan;
    void *owned[40]; /* columns of the problem */
    int32_t n_owned;
} timed_world;

int world_read(cli *c, timed_world *w);     /* the file; EXIT_DONE or its fault, named */
int world_problem(cli *c, timed_world *w);  /* d and q */
void world_plan(timed_world *w, int64_t steps);                             /* room for a plan of so many steps */
c12_status world_judge(cli *c, const timed_world *w, c12_verdict *verdict); /* the plan, by the library's checker */
int32_t world_cell(const timed_world *w, int32_t vertex); /* the cell of a vertex of the problem */
void world_close(timed_world *w);

/* For other files of lines that name robots and cells of a world. */
int world_lines(cli *c, const char *file, int (*take)(void *user, int64_t at, char *p), void *user); /* line by line, until one is a fault */
int world_numbers(const char *file, int64_t at, const char *p, int n, int64_t *v, const char *form);   /* n integers, and nothing else on the line */
int64_t world_at(const timed_world *w, const int64_t *v);                                               /* the cell of three, -1 = outside */
world_robot *world_robot_of(const timed_world *w, int64_t id);                                          /* NULL = nobody */
void *world_room(void *rows, int64_t n, int64_t *cap, size_t size);                                     /* room for one row more */

#endif
