/* SPDX-License-Identifier: Apache-2.0 */
/* Turns as arcs: each vertex of a floor four times, once a heading.  East, south, west and north are 0 to 3, a quarter turn changes the heading by one. */
#include "route/route_internal.h"

enum { TURNS_HEADINGS = 4, TURNS_ANY = 4, TURNS_NEITHER = 5 };

/* The heading in which an arc is driven: any for one that changes neither row nor column, a lift. */
static int32_t turns_heading(const c12_route_problem *p, int32_t v, int64_t arc)
{
    int32_t dx = p->vertex_x[p->arc_head[arc]] - p->vertex_x[v], dy = p->vertex_y[p->arc_head[arc]] - p->vertex_y[v];
    if (dx && dy) return TURNS_NEITHER;
    return dx > 0 ? 0 : dy > 0 ? 1 : dx < 0 ? 2 : dy < 0 ? 3 : TURNS_ANY;
}

static int64_t turns_conflicts(const c12_route_problem *p, int32_t v) { return p->conflict_off ? p->conflict_off[v + 1] - p->conflict_off[v] : 0; }

static c12_status turns_take(c12_route_problem *p, const c12_route_problem *floor, int32_t quarter, c12_route_dims *need, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__route_take_problem(p, floor, C12_ROUTE_HOLD_BOTH, err);
    if (s) return s;
    if (quarter < 1) return c12__fail(err, C12_E_RANGE, "must be at least 1", "quarter", -1, quarter);
    if (!p->vertex_x && p->n_vertices) return c12__fail(err, C12_E_ARG, "column is missing", "vertex_x", -1, 0);
    if (p->n_vertices > ((int32_t)1 << 28) / TURNS_HEADINGS) return c12__fail(err, C12_E_RANGE, "limit is larger than this version serves", "vertices", -1, p->n_vertices);
    need->vertices = TURNS_HEADINGS * p->n_vertices;
    need->arcs = 2 * (int64_t)need->vertices;
    need->conflicts = 0;
    for (int32_t v = 0; v < p->n_vertices && !c12__full(&f); v++) {
        need->conflicts += TURNS_HEADINGS * (TURNS_HEADINGS - 1 + TURNS_HEADINGS * turns_conflicts(p, v));
        for (int64_t a = p->arc_off[v]; a < p->arc_off[v + 1]; a++) {
            int32_t heading = turns_heading(p, v, a);
            if (heading == TURNS_NEITHER) c12__fault(&f, C12_E_RANGE, "an arc leads neither along a row nor along a column", "arc_head", a, p->arc_head[a]);
            need->arcs += heading == TURNS_ANY ? TURNS_HEADINGS : 1;
        }
    }
    return f.status;
}

c12_status c12_route_measure_turns(const c12_route_problem *floor, int32_t quarter, c12_route_dims *dims, c12_error *err)
{
    c12_route_problem p;
    c12_route_dims need = C12_INIT(c12_route_dims), d;
    c12_status s = turns_take(&p, floor, quarter, &need, err);
    if (!s) s = c12__take(&d, sizeof d, dims, "dims", err);
    if (s) return s;
    d.vertices = need.vertices;
    d.arcs = need.arcs;
    d.conflicts = need.conflicts;
    c12__give(dims, &d, sizeof d);
    return C12_OK;
}

typedef struct turns_out { int64_t *arc_off; int32_t *arc_head, *arc_length; int64_t *arc_of, arcs; int64_t *conflict_off; int32_t *conflict_vertex; int64_t conflicts; } turns_out;

static void turns_arc(turns_out *o, int32_t head, int32_t length, int64_t of)
{
    o->arc_head[o->arcs] = head;
    o->arc_length[o->arcs] = length;
    o->arc_of[o->arcs++] = of;
}

/* Rising: the smaller vertices in conflict, the other headings, the larger vertices. */
static void turns_conflicts_of(turns_out *o, const c12_route_problem *p, int32_t v, int32_t heading)
{
    int64_t k = p->conflict_off ? p->conflict_off[v] : 0, last = p->conflict_off ? p->conflict_off[v + 1] : 0;
    o->conflict_off[TURNS_HEADINGS * v + heading] = o->conflicts;
    for (; k < last && p->conflict_vertex[k] < v; k++)
        for (int32_t h = 0; h < TURNS_HEADINGS; h++) o->conflict_vertex[o->conflicts++] = TURNS_HEADINGS * p->conflict_vertex[k] + h;
    for (int32_t h = 0; h < TURNS_HEADINGS; h++)
        if (h != heading) o->conflict_vertex[o->conflicts++] = TURNS_HEADINGS * v + h;
    for (; k < last; k++)
        for (int32_t h = 0; h < TURNS_HEADINGS; h++) o->conflict_vertex[o->conflicts++] = TURNS_HEADINGS * p->conflict_vertex[k] + h;
}

static void turns_arcs_of(turns_out *o, const c12_route_problem *p, int32_t v, int32_t heading, int32_t quarter)
{
    o->arc_off[TURNS_HEADINGS * v + heading] = o->arcs;
    turns_arc(o, TURNS_HEADINGS * v + (heading + 1) % TURNS_HEADINGS, quarter, -1);
    turns_arc(o, TURNS_HEADINGS * v + (heading + 3) % TURNS_HEADINGS, quarter, -1);
    for (int64_t a = p->arc_off[v]; a < p->arc_off[v + 1]; a++) {
        int32_t in = turns_heading(p, v, a);
        if (in == heading || in == TURNS_ANY) turns_arc(o, TURNS_HEADINGS * p->arc_head[a] + heading, c12__at32(p->arc_length, a, 1), a);
    }
}

c12_status c12_route_build_turns(const c12_route_problem *floor, int32_t quarter, const c12_route_dims *dims, int64_t *arc_off, int32_t *arc_head, int32_t *arc_length,
                                 int64_t *arc_of, int64_t *conflict_off, int32_t *conflict_vertex, int32_t *vertex_place, c12_error *err)
{
    c12_route_problem p;
    c12_route_dims need = C12_INIT(c12_route_dims), d;
    turns_out o = { arc_off, arc_head, arc_length, arc_of, 0, conflict_off, conflict_vertex, 0 };
    c12_status s = turns_take(&p, floor, quarter, &need, err);
    if (!s) s = c12__take(&d, sizeof d, dims, "dims", err);
    if (s) return s;
    if (!arc_off || !arc_head || !arc_length || !arc_of || !conflict_off || !conflict_vertex || !vertex_place)
        return c12__fail(err, C12_E_ARG, "column is missing", "arc_off", -1, 0);
    if (d.vertices < need.vertices) return c12__fail(err, C12_E_SPACE, "more vertices than room", "vertices", -1, need.vertices);
    if (d.arcs < need.arcs) return c12__fail(err, C12_E_SPACE, "more arcs than room", "arcs", -1, need.arcs);
    if (d.conflicts < need.conflicts) return c12__fail(err, C12_E_SPACE, "more conflicts than room", "conflicts", -1, need.conflicts);
    for (int32_t v = 0; v < p.n_vertices; v++)
        for (int32_t h = 0; h < TURNS_HEADINGS; h++) {
            turns_arcs_of(&o, &p, v, h, quarter);
            turns_conflicts_of(&o, &p, v, h);
            vertex_place[TURNS_HEADINGS * v + h] = v;
        }
    arc_off[need.vertices] = o.arcs;
    conflict_off[need.vertices] = o.conflicts;
    return C12_OK;
}
