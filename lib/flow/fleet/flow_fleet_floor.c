/* SPDX-License-Identifier: Apache-2.0 */
/* The floor: entry checks, and how far every cell is from every dock and bay. */
#include "base/csr.h"
#include "flow/fleet/flow_fleet_internal.h"

/* ---- entry checks -------------------------------------------------------------------------------------------------------------- */

static void floor_counts(c12__faults *f, const c12_flow_floor *l)
{
    const struct { const char *name; int64_t n; } count[] = { { "n_vertices", l->n_vertices }, { "n_robots", l->n_robots }, { "n_bays", l->n_bays }, { "n_stations", l->n_stations }, { "n_tasks", l->n_tasks } };
    const struct { const char *name; int64_t v, most; } value[] = { { "start_hour", l->start_hour, 23 }, { "handling", l->handling, 1 << 30 }, { "drain_move", l->drain_move, 1 << 30 }, { "drain_idle", l->drain_idle, 1 << 30 } };
    for (size_t k = 0; k < sizeof count / sizeof *count; k++)
        if (count[k].n < 0) c12__fault(f, C12_E_ARG, "count is negative", count[k].name, -1, count[k].n);
    for (size_t k = 0; k < sizeof value / sizeof *value; k++)
        if (value[k].v < 0 || value[k].v > value[k].most) c12__fault(f, C12_E_RANGE, "value out of range", value[k].name, -1, value[k].v);
}

static void floor_columns(c12__faults *f, const c12_flow_floor *l)
{
    const struct { const char *name; const void *column; int64_t rows; } need[] = {
        { "arc_off", l->arc_off, l->n_vertices }, { "robot_home", l->robot_home, l->n_robots }, { "robot_pace", l->robot_pace, l->n_robots },
        { "robot_battery", l->robot_battery, l->n_robots }, { "bay_vertex", l->bay_vertex, l->n_bays }, { "dock_off", l->dock_off, l->n_stations },
        { "dock_vertex", l->dock_vertex, l->n_stations }, { "task_ready", l->task_ready, l->n_tasks }, { "task_from", l->task_from, l->n_tasks }, { "task_to", l->task_to, l->n_tasks },
    };
    for (size_t k = 0; k < sizeof need / sizeof *need; k++)
        if (need[k].rows > 0 && !need[k].column) c12__fault(f, C12_E_ARG, "column is missing", need[k].name, -1, 0);
}

static void floor_rows(c12__faults *f, const int32_t *v, int64_t n, int32_t low, int32_t high, const char *name)
{
    for (int64_t i = 0; i < n && !c12__full(f); i++)
        if (v[i] < low || v[i] > high) c12__fault(f, C12_E_RANGE, "value out of range", name, i, v[i]);
}

static void floor_tasks(c12__faults *f, const c12_flow_floor *l)
{
    floor_rows(f, l->task_from, l->n_tasks, 0, l->n_stations - 1, "task_from");
    floor_rows(f, l->task_to, l->n_tasks, 0, l->n_stations - 1, "task_to");
    for (int64_t k = 0; k < l->n_tasks && !c12__full(f); k++)
        if (l->task_ready[k] < (k ? l->task_ready[k - 1] : 0)) c12__fault(f, C12_E_RANGE, "tasks must come in order of time", "task_ready", k, l->task_ready[k]);
}

c12_status c12__fleet_take_floor(c12_flow_floor *l, const c12_flow_floor *from, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    int64_t arcs = 0, docks = 0;
    c12_status s = c12__take(l, sizeof *l, from, "floor", err);
    if (s) return s;
    floor_counts(&f, l);
    if (!f.status) floor_columns(&f, l);
    if (f.status) return f.status;
    if (l->n_vertices) c12__csr_check(&f, l->arc_off, l->n_vertices, "arc_off", &arcs);
    if (l->n_stations) c12__csr_check(&f, l->dock_off, l->n_stations, "dock_off", &docks);
    if (arcs > 0 && !l->arc_head) c12__fault(&f, C12_E_ARG, "column is missing", "arc_head", -1, 0);
    if (docks + l->n_bays > 1 << 20) c12__fault(&f, C12_E_RANGE, "more places than this version serves", "dock_off", -1, docks);
    if (f.status) return f.status;
    floor_rows(&f, l->arc_head, arcs, 0, l->n_vertices - 1, "arc_head");
    floor_rows(&f, l->robot_home, l->n_robots, 0, l->n_vertices - 1, "robot_home");
    floor_rows(&f, l->robot_pace, l->n_robots, 1, 1 << 20, "robot_pace");
    floor_rows(&f, l->robot_battery, l->n_robots, 0, 1000000, "robot_battery");
    floor_rows(&f, l->bay_vertex, l->n_bays, 0, l->n_vertices - 1, "bay_vertex");
    floor_rows(&f, l->dock_vertex, docks, 0, l->n_vertices - 1, "dock_vertex");
    floor_tasks(&f, l);
    return f.status;
}

/* ---- distances -------------------------------------------------------------------------------------------------------------------- */

typedef struct way_back { int64_t *off; int32_t *tail, *queue; } way_back;

/* Arcs by head: off[h] .. off[h+1]-1 are the tails. */
static void measure_backwards(const c12_flow_floor *l, const way_back *b)
{
    int64_t arcs = l->arc_off[l->n_vertices];
    for (int64_t a = 0; a < arcs; a++) b->off[l->arc_head[a] + 1]++;
    for (int32_t v = 0; v < l->n_vertices; v++) b->off[v + 1] += b->off[v];
    for (int32_t v = l->n_vertices; v-- > 0; )
        for (int64_t a = l->arc_off[v]; a < l->arc_off[v + 1]; a++) b->tail[--b->off[l->arc_head[a] + 1]] = v;
    for (int32_t v = 0; v < l->n_vertices; v++) b->off[v] = b->off[v + 1]; /* each end has come down to its begin */
    b->off[l->n_vertices] = arcs;
}

static void measure_place(const c12_flow_floor *l, const way_back *b, int32_t place, int32_t *dist)
{
    int32_t n = 0;
    for (int32_t v = 0; v < l->n_vertices; v++) dist[v] = C12__FLEET_UNREACHED;
    dist[place] = 0;
    b->queue[n++] = place;
    for (int32_t k = 0; k < n; k++)
        for (int64_t a = b->off[b->queue[k]]; a < b->off[b->queue[k] + 1]; a++) {
            int32_t v = b->tail[a];
            if (dist[v] != C12__FLEET_UNREACHED) continue;
            dist[v] = dist[b->queue[k]] + 1;
            b->queue[n++] = v;
        }
}

static void measure_hauls(c12_flow_fleet *f)
{
    const c12_flow_floor *l = &f->floor;
    for (int32_t a = 0; a < l->n_stations; a++)
        for (int32_t b = 0; b < l->n_stations; b++) {
            int64_t best = C12__FLEET_UNREACHED;
            for (int64_t i = l->dock_off[a]; i < l->dock_off[a + 1]; i++)
                for (int64_t k = l->dock_off[b]; k < l->dock_off[b + 1]; k++) best = c12__min64(best, c12__fleet_dist(f, (int32_t)k, l->dock_vertex[i]));
            f->haul[(int64_t)a * l->n_stations + b] = (int32_t)best;
        }
}

void c12__fleet_measure(c12_flow_fleet *f)
{
    const c12_flow_floor *l = &f->floor;
    c12__flow_pool *p = &f->pool;
    f->n_docks = l->n_stations ? (int32_t)l->dock_off[l->n_stations] : 0;
    f->n_places = f->n_docks + l->n_bays;
    f->place_vertex = C12__FLOW_NEW(p, int32_t, f->n_places);
    f->place_robot = C12__FLOW_NEW(p, int32_t, f->n_places);
    f->dist = C12__FLOW_NEW(p, int32_t, (int64_t)f->n_places * l->n_vertices);
    f->haul = C12__FLOW_NEW(p, int32_t, (int64_t)l->n_stations * l->n_stations);
    way_back b = { C12__FLOW_NEW(p, int64_t, (int64_t)l->n_vertices + 1), C12__FLOW_NEW(p, int32_t, l->n_vertices ? l->arc_off[l->n_vertices] : 0), C12__FLOW_NEW(p, int32_t, l->n_vertices) };
    if (p->failed) return;
    if (l->n_vertices) measure_backwards(l, &b);
    for (int32_t k = 0; k < f->n_places; k++) {
        f->place_vertex[k] = k < f->n_docks ? l->dock_vertex[k] : l->bay_vertex[k - f->n_docks];
        f->place_robot[k] = -1;
        measure_place(l, &b, f->place_vertex[k], f->dist + (int64_t)k * l->n_vertices);
    }
    measure_hauls(f);
}
