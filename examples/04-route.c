/* SPDX-License-Identifier: Apache-2.0 */
/* Two robots meet in a corridor; one steps into a pocket.  Then a person blocks a cell and one robot is planned again. */
#include "c12/route.h"
#include <stdio.h>

/* Cell 0 is the pocket over cell 4 of the corridor 1-2-3-4-5. */
static const int64_t arc_off[7] = { 0, 1, 2, 4, 6, 9, 10 };
static const int32_t arc_head[10] = { 4, 2, 1, 3, 2, 4, 0, 3, 5, 4 };
static const int32_t start[2] = { 1, 5 }, goal[2] = { 5, 1 };

static void show(const char *who, const c12_route_plan *p, int64_t lo, int64_t hi)
{
    printf("%s:", who);
    for (int64_t i = lo; i < hi; i++) printf(" cell %d from %d", (int)p->step_vertex[i], (int)p->step_from[i]);
    printf("\n");
}

int main(void)
{
    int64_t step_off[3];
    int32_t vertex[64];
    c12_tick from[64], to[64];
    c12_route_dims dims = C12_INIT(c12_route_dims);
    c12_route_problem floor = C12_INIT(c12_route_problem);
    c12_route_plan plan = C12_INIT(c12_route_plan);
    c12_budget budget = C12_INIT(c12_budget);
    c12_info info = C12_INIT(c12_info);
    c12_error err = C12_INIT(c12_error);
    dims.vertices = floor.n_vertices = 6;
    dims.robots = floor.n_robots = 2;
    dims.arcs = 10; dims.holds = 64; dims.steps = 32;
    floor.arc_off = arc_off; floor.arc_head = arc_head; floor.start = start; floor.goal = goal;
    plan.step_cap = 64; plan.step_off = step_off; plan.step_vertex = vertex; plan.step_from = from; plan.step_to = to;
    budget.work_limit = 10000;

    c12_route *route;
    c12_status s = c12_route_create(&route, &dims, NULL, NULL, &err); /* both cells are held while a robot moves */
    if (!s) s = c12_route_load(route, &floor, &err);
    if (!s) s = c12_route_solve(route, 0, &budget, &plan, &info, &err);
    if (s) { fprintf(stderr, "%s: %s\n", c12_status_name(s), err.what); return 1; }
    printf("sum of arrivals %d, alone %d\n", (int)info.objective, (int)info.bound);
    show("robot 0", &plan, step_off[0], step_off[1]);
    show("robot 1", &plan, step_off[1], step_off[2]);

    s = c12_route_hold(route, 0, 3, 20, 30, NULL, 0, NULL, &err); /* a person on cell 3 */
    if (!s) s = c12_route_replan(route, 0, 1, 1, 15, 4, &budget, &plan, &info, &err);
    if (s) { fprintf(stderr, "%s: %s\n", c12_status_name(s), err.what); return 1; }
    show("robot 1 again", &plan, step_off[0], step_off[1]);
    c12_route_destroy(route);
    return 0;
}

/* prints: sum of arrivals 12, alone 8 */
/* prints: robot 0: cell 1 from 0 cell 2 from 0 cell 3 from 1 cell 4 from 2 cell 5 from 3 */
/* prints: robot 1: cell 5 from 0 cell 4 from 0 cell 0 from 1 cell 4 from 4 cell 3 from 5 cell 2 from 6 cell 1 from 7 */
/* prints: robot 1 again: cell 1 from 15 cell 2 from 15 cell 3 from 16 cell 4 from 17 */
