/* SPDX-License-Identifier: Apache-2.0 */
/* The hall of the demo: the plant's map as a graph; each station has the docks ('S') nearest to it, each item its share of the storage cells
 * ('E'); every DEMO_KIT_MINUTES of an operation take a kit of material from the item's storage to the station, and its product goes back. */
#include "demo.h"
#include <stdlib.h>
#include <string.h>

/* ---- the map --------------------------------------------------------------------------------------------------------------------- */

static int hall_read_map(demo *d)
{
    hall *h = &d->h;
    c12_route_dims dims = C12_INIT(c12_route_dims);
    c12_view v = { d->t.p->map->ptr, d->t.p->map->size };
    char file[4096];
    snprintf(file, sizeof file, "%s/map.txt", d->t.dir);
    c12_status s = c12_route_scan_map(v, &dims, &h->width, &h->height, &d->c->err);
    if (s) return cli_fail_at(d->c, s, file);
    h->n_cells = dims.vertices;
    h->off = NEW(int64_t, dims.vertices + (int64_t)1);
    h->head = NEW(int32_t, dims.arcs);
    h->x = NEW(int32_t, dims.vertices);
    h->y = NEW(int32_t, dims.vertices);
    h->vertex = NEW(int32_t, (int64_t)h->width * h->height);
    s = c12_route_read_map(v, &dims, h->off, h->head, h->x, h->y, h->vertex, &d->c->err);
    return s ? cli_fail_at(d->c, s, file) : EXIT_DONE;
}

/* Rows of a map file stand behind the line "map". */
static const char *hall_rows(const plant *t)
{
    const char *at = strstr((const char *)t->p->map->ptr, "\nmap");
    at = at ? strchr(at + 1, '\n') : NULL;
    return at ? at + 1 : (const char *)t->p->map->ptr;
}

/* Cells of one letter, row by row; returns how many. */
static int32_t hall_cells(const demo *d, char letter, int32_t *vertex)
{
    const char *row = hall_rows(&d->t);
    int32_t n = 0;
    for (int32_t y = 0; y < d->h.height && row; y++) {
        for (int32_t x = 0; x < d->h.width; x++)
            if (row[x] == letter) vertex[n++] = d->h.vertex[y * d->h.width + x];
        row = strchr(row, '\n');
        row = row ? row + 1 : NULL;
    }
    return n;
}

static int hall_place(const demo *d, const char *file, int32_t row, int32_t x, int32_t y, int32_t *vertex)
{
    const hall *h = &d->h;
    *vertex = x >= 0 && y >= 0 && x < h->width && y < h->height ? h->vertex[y * h->width + x] : -1;
    if (*vertex >= 0) return EXIT_DONE;
    return cli_say("%s/%s:%d:x: cell (%d, %d) is a wall or outside map.txt, which has %d x %d cells; name a free cell", d->t.dir, file, (int)row + 2, (int)x, (int)y, (int)h->width, (int)h->height);
}

/* ---- docks ------------------------------------------------------------------------------------------------------------------------ */

static int32_t nearest_station(const demo *d, int32_t vertex)
{
    const c12io_plant *p = d->t.p;
    int32_t best = 0, least = INT32_MAX;
    for (int32_t s = 0; s < p->n_stations; s++) {
        int32_t far = abs(d->h.x[vertex] - p->station_x[s]) + abs(d->h.y[vertex] - p->station_y[s]);
        if (far < least) { least = far; best = s; }
    }
    return best;
}

/* Stations of the fleet: the plant's, then one storage for each item. */
static int hall_docks(demo *d)
{
    const c12io_plant *p = d->t.p;
    hall *h = &d->h;
    int32_t *dock = NEW(int32_t, h->n_cells), *store = NEW(int32_t, h->n_cells);
    int32_t docks = hall_cells(d, 'S', dock), stores = hall_cells(d, 'E', store), stations = p->n_stations + p->n_items, n = 0;
    h->dock = NEW(int32_t, (int64_t)docks + stores + p->n_items);
    h->dock_off = NEW(int64_t, (int64_t)stations + 1);
    for (int32_t s = 0; s < p->n_stations; s++) {
        for (int32_t k = 0; k < docks; k++) if (nearest_station(d, dock[k]) == s) h->dock[n++] = dock[k];
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
    return cli_say("%s/map.txt: there is no %s; mark some cells with '%c'", d->t.dir, docks ? "storage" : "dock", docks ? 'E' : 'S');
}

/* ---- robots and bays --------------------------------------------------------------------------------------------------------------- */

static int hall_robots(demo *d)
{
    const c12io_plant *p = d->t.p;
    hall *h = &d->h;
    int code = EXIT_DONE;
    h->home = NEW(int32_t, d->robots);
    h->bay = NEW(int32_t, p->n_bays);
    for (int32_t r = 0; r < d->robots && !code; r++) code = hall_place(d, "robots.csv", r, p->robot_x[r], p->robot_y[r], &h->home[r]);
    for (int32_t r = 1; r < d->robots && !code; r++)
        for (int32_t q = 0; q < r && !code; q++)
            if (h->home[q] == h->home[r]) code = cli_say("%s/robots.csv:%d:x: the robot of line %d stands on this cell too; give each its own", d->t.dir, (int)r + 2, (int)q + 2);
    for (int32_t b = 0; b < p->n_bays && !code; b++) code = hall_place(d, "bays.csv", b, p->bay_x[b], p->bay_y[b], &h->bay[b]);
    return code;
}

/* ---- tasks ------------------------------------------------------------------------------------------------------------------------- */

typedef struct errand { int64_t ready; int32_t from, to, priority, op; } errand;
typedef struct errands { errand *row; int64_t n, cap; } errands;

static void errand_add(errands *e, int64_t ready, int32_t from, int32_t to, int32_t priority, int64_t op)
{
    if (e->n == e->cap) {
        int64_t cap = e->cap ? 2 * e->cap : 256;
        errand *row = NEW(errand, cap);
        if (e->n) memcpy(row, e->row, (size_t)e->n * sizeof *row);
        free(e->row);
        e->row = row;
        e->cap = cap;
    }
    e->row[e->n++] = (errand){ ready < 0 ? 0 : ready, from, to, priority, (int32_t)op };
}

/* Kits of one operation within the simulated days: the first is urgent, since the machine waits for it. */
static void errands_of(const demo *d, int64_t op, int64_t work, errands *e)
{
    const c12_flow_plan_view *v = &d->v;
    int64_t day = d->first * DEMO_DAY, end = (d->first + d->days) * DEMO_DAY, run = 0;
    int32_t store = d->t.p->n_stations + v->work_item[work], station = d->t.p->step_station[v->op_step[op]];
    for (c12_tick m = v->op_start[op]; m < v->op_end[op] && m < end; m++) {
        if (!demo_open(d, v->op_machine[op], m)) continue;
        if (run++ % DEMO_KIT_MINUTES == 0 && m >= day) errand_add(e, (m - 10 - day) * DEMO_MS, store, station, run == 1 ? 2 : 1, op);
    }
    if (v->op_end[op] >= day && v->op_end[op] < end) errand_add(e, (v->op_end[op] - day) * DEMO_MS, station, store, 0, op);
}

static int errand_order(const void *a, const void *b)
{
    const errand *x = a, *y = b;
    if (x->ready != y->ready) return x->ready < y->ready ? -1 : 1;
    if (x->op != y->op) return x->op < y->op ? -1 : 1;
    return x->priority - y->priority;
}

void demo_hall_tasks(demo *d)
{
    hall *h = &d->h;
    errands e = { 0 };
    for (int64_t w = 0; w < d->v.n_work; w++)
        for (int64_t k = d->v.work_op_off[w]; k < d->v.work_op_off[w + 1]; k++) errands_of(d, k, w, &e);
    if (e.n) qsort(e.row, (size_t)e.n, sizeof *e.row, errand_order);
    h->ready = NEW(int64_t, e.n);
    h->from = NEW(int32_t, e.n);
    h->to = NEW(int32_t, e.n);
    h->priority = NEW(int32_t, e.n);
    h->task_op = NEW(int32_t, e.n);
    for (int64_t k = 0; k < e.n; k++) {
        h->ready[k] = e.row[k].ready;
        h->from[k] = e.row[k].from;
        h->to[k] = e.row[k].to;
        h->priority[k] = e.row[k].priority;
        h->task_op[k] = e.row[k].op;
    }
    h->floor.n_tasks = e.n;
    h->floor.task_ready = h->ready; h->floor.task_from = h->from; h->floor.task_to = h->to; h->floor.task_priority = h->priority;
    free(e.row);
}

/* ---- all together -------------------------------------------------------------------------------------------------------------------- */

int demo_hall_open(demo *d)
{
    hall *h = &d->h;
    c12_flow_floor f = C12_INIT(c12_flow_floor);
    h->floor = f;
    int code = hall_read_map(d);
    if (!code) code = hall_docks(d);
    if (!code) code = hall_robots(d);
    if (code) return code;
    h->floor.n_vertices = h->n_cells;
    h->floor.n_robots = d->robots;
    h->floor.n_bays = d->t.p->n_bays;
    h->floor.handling = 20000;
    h->floor.drain_move = 250000; /* four hours of walking, twenty-five of standing */
    h->floor.drain_idle = 40000;
    h->floor.arc_off = h->off; h->floor.arc_head = h->head;
    h->floor.robot_home = h->home; h->floor.robot_pace = d->t.p->robot_pace; h->floor.robot_battery = d->t.p->robot_battery_ppm;
    h->floor.bay_vertex = h->bay;
    h->floor.dock_off = h->dock_off; h->floor.dock_vertex = h->dock;
    return EXIT_DONE;
}

void demo_hall_close(hall *h)
{
    void *const owned[] = { h->x, h->y, h->vertex, h->head, h->off, h->home, h->bay, h->dock, h->dock_off, h->ready, h->from, h->to, h->priority, h->task_op };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
}
