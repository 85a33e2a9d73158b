/* SPDX-License-Identifier: Apache-2.0 */
/* The hall of a plant as the fleet sees it. */
#ifndef C12_CLI_HALL_H
#define C12_CLI_HALL_H

#include "cli.h"
#include "c12/route.h"

/* The plant's map as a graph, robots, docks, and the transport tasks of whoever fills them in. */
typedef struct hall {
    int32_t width, height, n_cells, *x, *y, *vertex, *head; /* vertex of a cell, -1 = wall */
    int64_t *off;
    int32_t *home, *bay, *dock;
    int64_t *dock_off, *ready;
    int32_t *from, *to, *priority, *task_op;                /* task_op: operation it is for */
    c12_flow_floor floor;                                   /* stations: the plant's, then one storage for each item */
} hall;

int hall_open(cli *c, const plant *t, int32_t robots, hall *h); /* map, docks, robots; what is wrong is said */
void hall_close(hall *h);

#endif
