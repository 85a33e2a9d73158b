/* SPDX-License-Identifier: Apache-2.0 */
/* Two robots drive.  One is late, and keeps its turn; a cell is blocked, and the other goes round it; what may be driven is released, and who waits
 * knows for whom. */
#include "c12/route.h"
#include <stdio.h>

/*      8
 *      |
 *  0-1-2-3-4      Robot 0 goes from 0 to 4, robot 1, half as fast, from 8 to 7.
 *    | | |
 *    5-6-7 */
static const int64_t arc_off[10] = { 0, 1, 4, 8, 11, 12, 14, 17, 19, 20 };
static const int32_t arc_head[20] = { 1, 0, 2, 5, 8, 1, 3, 6, 2, 4, 7, 3, 1, 6, 5, 2, 7, 6, 3, 2 };
static const int32_t start[2] = { 0, 8 }, goal[2] = { 4, 7 }, pace[2] = { 10, 20 };

typedef struct hall {
    c12_route *route;
    c12_budget budget;
    c12_route_plan plan;
    c12_error err;
    c12_status status; /* the first that failed */
    int64_t step_off[3];
    int32_t vertex[64];
    c12_tick from[64], to[64];
} hall;

static void note(hall *h, c12_status s) { if (!h->status) h->status = s; }

static void show(const hall *h, const char *what, int robot, int from)
{
    printf("%s %d:", what, robot);
    for (int64_t i = h->step_off[from]; i < h->step_off[from + 1]; i++) printf(" %d at %d", (int)h->vertex[i], (int)(i > h->step_off[from] ? h->to[i - 1] : h->from[i]));
    printf("\n");
}

static void release(hall *h, int robot, c12_tick now)
{
    c12_route_wait w = C12_INIT(c12_route_wait);
    note(h, c12_route_release(h->route, 0, robot, now, &h->plan, &h->err));
    note(h, c12_route_waits(h->route, 0, robot, &w, &h->err));
    printf("tick %d: robot %d may drive", (int)now, robot);
    for (int64_t i = 0; i < h->step_off[1]; i++)
        if (!i || h->vertex[i] != h->vertex[i - 1]) printf(" %d", (int)h->vertex[i]); /* twice in a row: its way was planned anew there */
    if (w.waits && w.robot >= 0) printf(", then waits for robot %d at cell %d until %d", (int)w.robot, (int)w.vertex, (int)w.until);
    printf("\n");
}

static void drive(hall *h)
{
    int32_t hit[2], n_hit = 0;
    c12_route_moved moved = C12_INIT(c12_route_moved);
    release(h, 0, 0);
    release(h, 1, 0);

    note(h, c12_route_delay(h->route, 0, 0, 25, &moved, &h->err)); /* robot 0 has stopped for somebody */
    printf("tick 5: robot 0 is 25 late, %d holds moved\n", (int)moved.holds);
    release(h, 1, 5);

    note(h, c12_route_hold(h->route, 0, 6, 6, 500, hit, 2, &n_hit, &h->err)); /* a pallet on cell 6 */
    for (int k = 0; k < n_hit && k < 2; k++) {
        note(h, c12_route_reroute(h->route, 0, hit[k], 6, goal[hit[k]], &h->budget, &h->plan, NULL, &h->err));
        show(h, "tick 6: cell 6 is blocked, other way for robot", hit[k], 0);
    }

    for (c12_tick now = 35; now <= 55; now += 10) note(h, c12_route_progress(h->route, 0, 0, now, NULL, &h->err)); /* in 1, in 2, in 3 */
    release(h, 1, 55);
}

int main(void)
{
    hall h = { .budget = C12_INIT(c12_budget), .plan = C12_INIT(c12_route_plan), .err = C12_INIT(c12_error) };
    c12_route_dims dims = C12_INIT(c12_route_dims);
    c12_route_problem floor = C12_INIT(c12_route_problem);
    dims.vertices = floor.n_vertices = 9;
    dims.robots = floor.n_robots = 2;
    dims.arcs = 20; dims.holds = 64; dims.steps = 32;
    floor.arc_off = arc_off; floor.arc_head = arc_head; floor.start = start; floor.goal = goal; floor.robot_pace = pace;
    h.plan.step_cap = 64; h.plan.step_off = h.step_off; h.plan.step_vertex = h.vertex; h.plan.step_from = h.from; h.plan.step_to = h.to;
    h.budget.work_limit = 10000;

    note(&h, c12_route_create(&h.route, &dims, NULL, NULL, &h.err));
    if (!h.status) note(&h, c12_route_load(h.route, &floor, &h.err));
    if (!h.status) note(&h, c12_route_solve(h.route, 0, &h.budget, &h.plan, NULL, &h.err));
    if (!h.status) {
        show(&h, "plan of robot", 0, 0);
        show(&h, "plan of robot", 1, 1);
        drive(&h);
    }
    c12_route_destroy(h.route);
    if (h.status) fprintf(stderr, "%s: %s\n", c12_status_name(h.status), h.err.what);
    return h.status != C12_OK;
}

/* prints: plan of robot 0: 0 at 0 1 at 10 2 at 20 3 at 30 4 at 40 */
/* prints: plan of robot 1: 8 at 0 2 at 50 6 at 70 7 at 90 */
/* prints: tick 0: robot 0 may drive 0 1 2 3 4 */
/* prints: tick 0: robot 1 may drive 8, then waits for robot 0 at cell 2 until 30 */
/* prints: tick 5: robot 0 is 25 late, 8 holds moved */
/* prints: tick 5: robot 1 may drive 8, then waits for robot 0 at cell 2 until 55 */
/* prints: tick 6: cell 6 is blocked, other way for robot 1: 8 at 6 2 at 75 3 at 95 7 at 115 */
/* prints: tick 55: robot 1 may drive 8 2, then waits for robot 0 at cell 3 until 65 */
