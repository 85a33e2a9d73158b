/* SPDX-License-Identifier: Apache-2.0 */
/* Two robots carry between the ends of a corridor with one pocket, for ever: a step a tick, a new goal whenever one has arrived, and the
 * independent checker looks at every step. */
#include "c12/route.h"
#include <stdio.h>
#include <string.h>

/* Cells 1 to 8 are the corridor, cell 0 is a pocket over cell 4. */
static const int64_t arc_off[10] = { 0, 1, 2, 4, 6, 9, 11, 13, 15, 16 };
static const int32_t arc_head[16] = { 4, 2, 1, 3, 2, 4, 0, 3, 5, 4, 6, 5, 7, 6, 8, 7 };
static const int32_t start[2] = { 1, 8 };

int main(void)
{
    int32_t goal[2] = { 8, 1 }, where[2 * 2], scratch[9], delivered = 0;
    c12_route_dims dims = C12_INIT(c12_route_dims);
    c12_route_options grid = C12_INIT(c12_route_options);
    c12_route_problem floor = C12_INIT(c12_route_problem);
    c12_route_pulse pulse = C12_INIT(c12_route_pulse);
    c12_route_run step = C12_INIT(c12_route_run);
    c12_verdict verdict = C12_INIT(c12_verdict);
    c12_error err = C12_INIT(c12_error);
    dims.vertices = dims.lifelong = floor.n_vertices = 9; /* a distance table for every cell */
    dims.robots = floor.n_robots = 2;
    dims.arcs = 16;
    grid.mode = C12_ROUTE_GRID;
    floor.arc_off = arc_off; floor.arc_head = arc_head; floor.start = start; floor.goal = start;

    c12_route *route;
    c12_status s = c12_route_create(&route, &dims, &grid, NULL, &err);
    if (!s) s = c12_route_load(route, &floor, &err);
    floor.start = floor.goal = NULL; /* for the checker: steps begin anywhere */
    step.n_ticks = 1;
    step.where = where;
    memcpy(where, start, sizeof start);
    for (int tick = 1; tick <= 200 && !s; tick++) {
        s = c12_route_step(route, 0, NULL, goal, where + 2, &pulse, &err);
        if (!s) s = c12_route_check_run(&floor, &step, scratch, &verdict, &err);
        if (verdict.violations) printf("tick %d: %s\n", tick, verdict.rule);
        memcpy(where, where + 2, 2 * sizeof *where);
        if (tick <= 5) printf("tick %d: robots on %d and %d\n", tick, (int)where[0], (int)where[1]);
        for (int r = 0; r < 2; r++)
            if (where[r] == goal[r]) {
                goal[r] = goal[r] == 8 ? 1 : 8;
                delivered++;
            }
    }
    if (s) { fprintf(stderr, "%s: %s\n", c12_status_name(s), err.what); return 1; }
    printf("%d deliveries in 200 ticks, the eldest under way for %d\n", (int)delivered, (int)pulse.eldest_ticks);
    c12_route_destroy(route);
    return 0;
}

/* prints: tick 1: robots on 2 and 7 */
/* prints: tick 2: robots on 3 and 6 */
/* prints: tick 3: robots on 4 and 5 */
/* prints: tick 4: robots on 3 and 4 */
/* prints: tick 5: robots on 4 and 0 */
/* prints: 44 deliveries in 200 ticks, the eldest under way for 4 */
