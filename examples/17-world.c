/* SPDX-License-Identifier: Apache-2.0 */
/* A hall in which turning takes time, with a passage for one robot at a time that has to be granted; and a look at what a block would bring before it is
 * there. */
#include "c12/route.h"
#include <stdio.h>
#include <string.h>

/*  . . . . .      Two robots change sides through the middle column, in which only one may be at a time.
 *      .
 *  . . . . . */
enum { WIDTH = 5, HEIGHT = 3, CELLS = WIDTH * HEIGHT, ROBOTS = 2, STEPS = 64, MOST = 4096 };

typedef struct hall {
    int32_t cell_of[CELLS], x[CELLS], y[CELLS], head[4 * CELLS], zone_of[CELLS], n;
    int64_t off[CELLS + 1], conflict_off[CELLS + 1];
    int32_t conflict[CELLS * CELLS];
    int64_t arc_off[4 * CELLS + 1], arc_of[MOST], turn_conflict_off[4 * CELLS + 1], step_off[ROBOTS + 1];
    int32_t arc_head[MOST], arc_length[MOST], turn_conflict[MOST], place[4 * CELLS], zone[4 * CELLS], vertex[STEPS];
    c12_tick from[STEPS], to[STEPS];
    c12_route_dims dims;
    c12_route_plan plan;
    c12_error err;
} hall;

static const char *const picture[HEIGHT] = { ".....", "@@.@@", "....." };
static const int32_t pace[ROBOTS] = { 500, 500 }; /* ms a cell */

/* Cells, arcs between neighbours, and as conflicts all pairs in the middle column: the passage and both its mouths. */
static void draw(hall *h)
{
    static const int dx[4] = { 1, 0, -1, 0 }, dy[4] = { 0, 1, 0, -1 };
    int64_t arcs = 0, conflicts = 0;
    for (int32_t k = 0; k < CELLS; k++) h->cell_of[k] = picture[k / WIDTH][k % WIDTH] == '.' ? h->n++ : -1;
    for (int32_t k = 0; k < CELLS; k++) {
        int32_t v = h->cell_of[k];
        if (v < 0) continue;
        h->x[v] = k % WIDTH;
        h->y[v] = k / WIDTH;
        h->zone_of[v] = h->x[v] == 2 ? 0 : -1;
        h->off[v] = arcs;
        for (int d = 0; d < 4; d++) {
            int32_t x = h->x[v] + dx[d], y = h->y[v] + dy[d];
            if (x >= 0 && y >= 0 && x < WIDTH && y < HEIGHT && h->cell_of[y * WIDTH + x] >= 0) h->head[arcs++] = h->cell_of[y * WIDTH + x];
        }
        h->off[v + 1] = arcs;
    }
    for (int32_t v = 0; v < h->n; v++) {
        h->conflict_off[v] = conflicts;
        for (int32_t w = 0; w < h->n; w++) if (v != w && h->zone_of[v] == 0 && h->zone_of[w] == 0) h->conflict[conflicts++] = w;
    }
    h->conflict_off[h->n] = conflicts;
}

/* The same with headings; a quarter turn takes as long as one cell. */
static c12_status turn(hall *h, c12_route_problem *p)
{
    c12_route_problem cells = C12_INIT(c12_route_problem);
    cells.n_vertices = h->n;
    cells.arc_off = h->off; cells.arc_head = h->head; cells.vertex_x = h->x; cells.vertex_y = h->y;
    cells.conflict_off = h->conflict_off; cells.conflict_vertex = h->conflict;
    c12_status s = c12_route_measure_turns(&cells, 1, &h->dims, &h->err);
    if (!s && (h->dims.arcs > MOST || h->dims.conflicts > MOST)) s = C12_E_SPACE;
    if (!s) s = c12_route_build_turns(&cells, 1, &h->dims, h->arc_off, h->arc_head, h->arc_length, h->arc_of, h->turn_conflict_off, h->turn_conflict, h->place, &h->err);
    for (int32_t v = 0; v < h->dims.vertices; v++) h->zone[v] = h->zone_of[h->place[v]];
    *p = (c12_route_problem)C12_INIT(c12_route_problem);
    p->n_vertices = h->dims.vertices;
    p->n_robots = ROBOTS;
    p->arc_off = h->arc_off; p->arc_head = h->arc_head; p->arc_length = h->arc_length; p->conflict_off = h->turn_conflict_off; p->conflict_vertex = h->turn_conflict;
    p->vertex_place = h->place; p->vertex_zone = h->zone; p->robot_pace = pace;
    return s;
}

static int32_t at(const hall *h, int32_t x, int32_t y, int32_t heading) { return 4 * h->cell_of[y * WIDTH + x] + heading; }

static void show(const hall *h, int32_t robot)
{
    static const char *const looks[4] = { "east", "south", "west", "north" };
    printf("robot %d:", (int)robot);
    for (int64_t i = 0; i < h->step_off[1]; i++)
        printf(" (%d,%d) %s at %d%s", (int)h->x[h->vertex[i] / 4], (int)h->y[h->vertex[i] / 4], looks[h->vertex[i] % 4], (int)(i ? h->to[i - 1] : h->from[i]), i + 1 < h->step_off[1] ? "," : "\n");
}

/* Both drive to the other side; robot 1 waits until robot 0 has left the passage. */
static c12_status drive(hall *h, c12_route *route)
{
    c12_budget b = C12_INIT(c12_budget);
    c12_info i = C12_INIT(c12_info);
    c12_route_wait w = C12_INIT(c12_route_wait);
    int32_t what_if;
    b.work_limit = 100000;
    c12_status s = c12_route_park(route, 0, 0, at(h, 0, 0, 0), 0, &h->err);
    if (!s) s = c12_route_park(route, 0, 1, at(h, 0, 2, 0), 0, &h->err);
    for (int32_t r = 0; r < ROBOTS && !s; r++) {
        s = c12_route_reroute(route, 0, r, 0, r ? at(h, 1, 0, 0) : at(h, 3, 2, 0), &b, &h->plan, &i, &h->err);
        if (!s) show(h, r);
    }
    if (!s) s = c12_route_waits(route, 0, 0, &w, &h->err);
    if (!s) printf("robot 0 waits before (%d,%d) for a grant of zone %d\n", (int)h->x[w.vertex / 4], (int)h->y[w.vertex / 4], (int)w.zone);
    if (!s) s = c12_route_grant(route, 0, 0, 0, &h->err);
    if (!s) s = c12_route_release(route, 0, 0, 0, &h->plan, &h->err);
    if (!s) printf("granted: it may drive %d steps\n", (int)h->step_off[1]);
    if (!s) s = c12_route_branch(route, 0, &what_if, &h->err);
    if (!s) s = c12_route_hold(route, what_if, at(h, 2, 1, 0), 3600, 60000, NULL, 0, NULL, &h->err); /* what if the passage were shut? */
    if (!s) s = c12_route_reroute(route, what_if, 1, 0, at(h, 1, 0, 0), &b, &h->plan, &i, &h->err);
    if (!s) printf("were the passage shut from 3.6 s to 60 s, robot 1 would arrive at %d\n", (int)i.objective);
    return s ? s : c12_route_drop(route, what_if, &h->err);
}

int main(void)
{
    static hall h;
    c12_route_problem p;
    c12_route *route = NULL;
    h.dims = (c12_route_dims)C12_INIT(c12_route_dims);
    h.err = (c12_error)C12_INIT(c12_error);
    h.plan = (c12_route_plan)C12_INIT(c12_route_plan);
    h.plan.step_cap = STEPS;
    h.plan.step_off = h.step_off; h.plan.step_vertex = h.vertex; h.plan.step_from = h.from; h.plan.step_to = h.to;
    draw(&h);
    c12_status s = turn(&h, &p);
    h.dims.robots = ROBOTS;
    h.dims.holds = 2000;
    h.dims.branches = 1;
    if (!s) s = c12_route_create(&route, &h.dims, NULL, NULL, &h.err);
    if (!s) s = c12_route_load(route, &p, &h.err);
    if (!s) s = drive(&h, route);
    c12_route_destroy(route);
    if (s) fprintf(stderr, "%s: %s\n", h.err.what ? h.err.what : "failed", h.err.field ? h.err.field : "");
    return s != C12_OK;
}

/* prints: robot 0: (0,0) east at 0, (1,0) east at 500, (2,0) east at 1000, (2,0) south at 1500, (2,1) south at 2000, (2,2) south at 2500, (2,2) east at 3000, (3,2) east at 3500 */
/* prints: robot 1: (0,2) east at 0, (1,2) east at 500, (2,2) east at 4000, (2,2) north at 4500, (2,1) north at 5000, (2,0) north at 5500, (2,0) west at 6000, (1,0) west at 6500 */
/* prints: robot 0 waits before (2,0) for a grant of zone 0 */
/* prints: granted: it may drive 8 steps */
/* prints: were the passage shut from 3.6 s to 60 s, robot 1 would arrive at 63000 */
