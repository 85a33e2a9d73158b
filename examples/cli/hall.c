/* SPDX-License-Identifier: Apache-2.0 */
/* The hall of a plant: its map as a graph; each station has the docks ('S') nearest to it, each item its share of the storage cells ('E'). */
#include "hall.h"
#include <stdlib.h>
#include <string.h>

/* ---- the map --------------------------------------------------------------------------------------------------------------------- */

static int hall_read_map(cli *c, const plant *t, hall *h)
{
    c12_route_dims dims = C12_INIT(c12_route_dims);
    c12_view v = { t->p->map->ptr, t->p->map->size };
    char file[4096];
    snprintf(file, sizeof file, "%s/map.txt", t->dir);
    c12_status s = c12_route_scan_map(v, &dims, &h->width, &h->height, &c->err);
    if (s) return cli_fail_at(c, s, file);
    h->n_cells = dims.vertices;
    h->off = NEW(int64_t, dims.vertices + (int64_t)1);
    h->head = NEW(int32_t, dims.arcs);
    h->x = NEW(int32_t, dims.vertices);
    h->y = NEW(int32_t, dims.vertices);
    h->vertex = NEW(int32_t, (int64_t)h->width * h->height);
    s = c12_route_read_map(v, &dims, h->off, h->head, h->x, h->y, h->vertex, &c->err);
    return s ? cli_fail_at(c, s, file) : EXIT_DONE;
}

/* Rows of a map file stand behind the line "map". */
static const char *hall_rows(const plant *t)
{
    const char *at = strstr((const char *)t->p->map->ptr, "\nmap");
    at = at ? strchr(at + 1, '\n') : NULL;
    return at ? at + 1 : (const char *)t->p->map->ptr;
}

/* Cells of one letter, row by row; returns how many. */
static int32_t hall_cells(const plant *t, const hall *h, char letter, int32_t *vertex)
{
    const char *row = hall_rows(t);
    int32_t n = 0;
    for (int32_t y = 0; y < h->height && row; y++) {
        for (int32_t x = 0; x < h->width; x++)
            if (row[x] == letter) vertex[n++] = h->vertex[y * h->width + x];
        row = strchr(row, '\n');
        row = row ? row + 1 : NULL;
    }
    return n;
}

static int hall_place(const plant *t, const hall *h, const char *file, int32_t row, int32_t x, int32_t y, int32_t *vertex)
{
    *vertex = x >= 0 && y >= 0 && x < h->width && y < h->height ? h->vertex[y * h->width + x] : -1;
    if (*vertex >= 0) return EXIT_DONE;
    return cli_say("%s/%s:%d:x: cell (%d, %d) is a wall or outside map.txt, which has %d x %d cells; name a free cell", t->dir, file, (int)row + 2, (int)x, (int)y, (int)h->width, (int)h->height);
}

/* ---- docks ------------------------------------------------------------------------------------------------------------------------ */

static int32_t nearest_station(const c12io_plant *p, const hall *h, int32_t vertex)
{
    int32_t best = 0, least = INT32_MAX;
    for (int32_t s = 0; s < p->n_stations; s++) {
        int32_t far = abs(h->x[vertex] - p->station_x[s]) + abs(h->y[vertex] - p->station_y[s]);
        if (far < least) { least = far; best = s; }
    }
    return best;
}

/* Stations of the fleet: the plant's, then one storage for each item. */
static int hall_docks(const plant *t, hall *h)
{
    const c12io_plant *p = t->p;
    int32_t *dock = NEW(int32_t, h->n_cells), *store = NEW(int32_t, h->n_cells);
    int32_t docks = hall_cells(t, h, 'S', dock), stores = hall_cells(t, h, 'E', store), stations = p->n_stations + p->n_items, n = 0;
    h->dock = NEW(int32_t, (int64_t)docks + stores + p->n_items);
    h->dock_off = NEW(int64_t, (int64_t)stations + 1);
    for (int32_t s = 0; s < p->n_stations; s++) {
        for (int32_t k = 0; k < docks; k++) if (nearest_station(p, h, dock[k]) == s) h->dock[n++] = dock[k];
        h->dock_off[s + 1] = n;
    }
    for (int32_t i = 0; i < p->n_items; i++) {
        for (int32_t k = i; k < stores; k += p->n_items) h->dock[n++] = store[k];
        if (i >= stores && stores) h->dock[n++] = store[i % stores];
        h->dock_off[p->n_stations + i + 1] = n;
    }
    free(dock);
    free(store);
    h->floor.n_stations = stations;
    if (docks && stores) return EXIT_DONE;
    return cli_say("%s/map.txt: there is no %s; mark some cells with '%c'", t->dir, docks ? "storage" : "dock", docks ? 'E' : 'S');
}

/* ---- robots and bays --------------------------------------------------------------------------------------------------------------- */

static int hall_robots(const plant *t, int32_t robots, hall *h)
{
    const c12io_plant *p = t->p;
    int code = EXIT_DONE;
    h->home = NEW(int32_t, robots);
    h->bay = NEW(int32_t, p->n_bays);
    for (int32_t r = 0; r < robots && !code; r++) code = hall_place(t, h, "robots.csv", r, p->robot_x[r], p->robot_y[r], &h->home[r]);
    for (int32_t r = 1; r < robots && !code; r++)
        for (int32_t q = 0; q < r && !code; q++)
            if (h->home[q] == h->home[r]) code = cli_say("%s/robots.csv:%d:x: the robot of line %d stands on this cell too; give each its own", t->dir, (int)r + 2, (int)q + 2);
    for (int32_t b = 0; b < p->n_bays && !code; b++) code = hall_place(t, h, "bays.csv", b, p->bay_x[b], p->bay_y[b], &h->bay[b]);
    return code;
}

/* ---- all together -------------------------------------------------------------------------------------------------------------------- */

int hall_open(cli *c, const plant *t, int32_t robots, hall *h)
{
    const hall empty = { .floor = C12_INIT(c12_flow_floor) };
    *h = empty;
    int code = hall_read_map(c, t, h);
    if (!code) code = hall_docks(t, h);
    if (!code) code = hall_robots(t, robots, h);
    if (code) return code;
    h->floor.n_vertices = h->n_cells;
    h->floor.n_robots = robots;
    h->floor.n_bays = t->p->n_bays;
    h->floor.handling = 20000;
    h->floor.drain_move = 250000; /* four hours of walking, twenty-five of standing */
    h->floor.drain_idle = 40000;
    h->floor.arc_off = h->off; h->floor.arc_head = h->head;
    h->floor.robot_home = h->home; h->floor.robot_pace = t->p->robot_pace; h->floor.robot_battery = t->p->robot_battery_ppm;
    h->floor.bay_vertex = h->bay;
    h->floor.dock_off = h->dock_off; h->floor.dock_vertex = h->dock;
    return EXIT_DONE;
}

void hall_close(hall *h)
{
    void *const owned[] = { h->x, h->y, h->vertex, h->head, h->off, h->home, h->bay, h->dock, h->dock_off, h->ready, h->from, h->to, h->priority, h->task_op };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
}
