/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of `c12 route` share: a map with its robots, and the page that plays a run. */
#ifndef C12_CLI_FLOOR_H
#define C12_CLI_FLOOR_H

#include "cli.h"
#include "c12/route.h"

typedef struct floor_map { c12_route_dims dims; int32_t width, height, *x, *y, *vertex, *start, *goal, *head; int64_t *off; c12_route_problem q; c12_route_plan plan; } floor_map;

int floor_read(cli *c, floor_map *f, const char *file); /* the map alone */
void floor_close(floor_map *f);
int32_t floor_tables(const floor_map *f);               /* distance tables to step with on this map */

/* A run to play: positions tick by tick, and for each robot the cells it was to visit with the ticks it did. */
typedef struct floor_run { int64_t ticks; int32_t *where; int64_t *stop_off; int32_t *stop_vertex; c12_tick *stop_tick; } floor_run;
void floor_page(const floor_map *f, const floor_run *r, const char *title, text *o);

int cmd_lifelong(cli *c);

#endif
