/* SPDX-License-Identifier: Apache-2.0 */
#include "floor.h"
#include <stdlib.h>

enum { FLOOR_EXACT = 4096 };

void floor_close(floor_map *f)
{
    void *const owned[] = { f->x, f->y, f->vertex, f->start, f->goal, f->head, f->off, f->plan.step_off, f->plan.step_vertex, f->plan.step_from, f->plan.step_to };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
}

int floor_read(cli *c, floor_map *f, const char *file)
{
    c12_mem bytes;
    c12_status s = c12io_bytes_read(file, &bytes, &c->err);
    if (s) return cli_fail(c, s);
    c12_view v = { bytes.ptr, bytes.size };
    s = c12_route_scan_map(v, &f->dims, &f->width, &f->height, &c->err);
    if (!s) {
        f->off = NEW(int64_t, f->dims.vertices + (int64_t)1);
        f->head = NEW(int32_t, f->dims.arcs);
        f->x = NEW(int32_t, f->dims.vertices);
        f->y = NEW(int32_t, f->dims.vertices);
        f->vertex = NEW(int32_t, (int64_t)f->width * f->height);
        s = c12_route_read_map(v, &f->dims, f->off, f->head, f->x, f->y, f->vertex, &c->err);
    }
    c12io_bytes_free(&bytes);
    return s ? cli_fail_at(c, s, file) : EXIT_DONE;
}

/* Exact tables up to some thousands of vertices, regions above. */
int32_t floor_tables(const floor_map *f)
{
    int32_t n = f->dims.vertices, root = 1;
    while ((int64_t)root * root < n) root++;
    return n <= FLOOR_EXACT ? n : 2 * root;
}

/* n < 0: all rows. */
static int read_scenario(cli *c, floor_map *f, const char *file, int32_t n)
{
    c12_mem bytes;
    int32_t rows = 0;
    c12_status s = c12io_bytes_read(file, &bytes, &c->err);
    if (s) return cli_fail(c, s);
    c12_view v = { bytes.ptr, bytes.size };
    s = c12_route_scan_scen(v, &rows, &c->err);
    f->dims.robots = n < 0 || s ? rows : n;
    f->start = NEW(int32_t, f->dims.robots);
    f->goal = NEW(int32_t, f->dims.robots);
    if (!s) s = c12_route_read_scen(v, f->width, f->height, f->vertex, f->dims.robots, f->start, f->goal, &c->err);
    c12io_bytes_free(&bytes);
    return s ? cli_fail_at(c, s, file) : EXIT_DONE;
}

int floor_open(cli *c, floor_map *f, const char *map, const char *scenario, int32_t n)
{
    floor_map empty = { .dims = C12_INIT(c12_route_dims), .q = C12_INIT(c12_route_problem), .plan = C12_INIT(c12_route_plan) };
    *f = empty;
    int code = floor_read(c, f, map);
    if (!code) code = read_scenario(c, f, scenario, n);
    f->q.n_vertices = f->dims.vertices;
    f->q.n_robots = f->dims.robots;
    f->q.arc_off = f->off;
    f->q.arc_head = f->head;
    f->q.start = f->start;
    f->q.goal = f->goal;
    f->q.vertex_x = f->x;
    f->q.vertex_y = f->y;
    if (code) floor_close(f);
    return code;
}

void floor_columns(floor_map *f, int64_t cap)
{
    f->plan.step_cap = cap;
    f->plan.step_off = NEW(int64_t, f->dims.robots + (int64_t)1);
    f->plan.step_vertex = NEW(int32_t, cap);
    f->plan.step_from = NEW(c12_tick, cap);
    f->plan.step_to = NEW(c12_tick, cap);
}
