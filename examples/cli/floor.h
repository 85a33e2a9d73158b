/* SPDX-License-Identifier: Apache-2.0 */
/* A MovingAI map, its robots and a plan for them, as the commands about routes share it. */
#ifndef C12_CLI_FLOOR_H
#define C12_CLI_FLOOR_H

#include "cli.h"
#include "c12/route.h"

typedef struct floor_map {
    c12_route_dims dims;
    int32_t width, height, *x, *y, *vertex, *start, *goal, *head;
    int64_t *off;
    c12_route_problem q;
    c12_route_plan plan;
} floor_map;

int floor_read(cli *c, floor_map *f, const char *file); /* the map alone */
int floor_open(cli *c, floor_map *f, const char *map, const char *scenario, int32_t n); /* n < 0: all rows; 0 = EXIT_DONE, or closed again */
void floor_columns(floor_map *f, int64_t cap);           /* room for a plan of that many steps */
void floor_close(floor_map *f);
int32_t floor_tables(const floor_map *f);                /* distance tables to step with on this map */

/* A run to play: positions tick by tick, and for each robot the cells it was to visit with the ticks it did. */
typedef struct floor_run { int64_t ticks; int32_t *where; int64_t *stop_off; int32_t *stop_vertex; c12_tick *stop_tick; } floor_run;
void floor_page(const floor_map *f, const floor_run *r, const char *title, text *o);

int cmd_lifelong(cli *c);                                /* c12 route lifelong */
int route_timed(cli *c, const char *world, const char *out, const c12_budget *b); /* c12 route timed */
int route_timed_check(cli *c, const char *world, const char *out);                 /* c12 route timed check */

#endif
