/* SPDX-License-Identifier: Apache-2.0 */
/* Entry checks, once, for load and for the checker. */
#include "base/csr.h"
#include "route/route_internal.h"

c12_status c12__route_take_options(c12_route_options *o, const c12_route_options *from, c12_error *err)
{
    c12_status s = c12__take_optional(o, sizeof *o, from, "options", err);
    if (!s && o->mode != C12_ROUTE_HOLD_BOTH && o->mode != C12_ROUTE_GRID) return c12__fail(err, C12_E_RANGE, "no such mode", "mode", -1, o->mode);
    if (!s && (o->partial & ~1)) return c12__fail(err, C12_E_RANGE, "is 0 or 1", "partial", -1, o->partial);
    return s;
}

static void input_counts(c12__faults *f, const c12_route_problem *p)
{
    if (p->n_vertices < 0) c12__fault(f, C12_E_ARG, "count is negative", "n_vertices", -1, p->n_vertices);
    if (p->n_robots < 0) c12__fault(f, C12_E_ARG, "count is negative", "n_robots", -1, p->n_robots);
    if (p->n_held < 0) c12__fault(f, C12_E_ARG, "count is negative", "n_held", -1, p->n_held);
    if (!p->arc_off && p->n_vertices > 0) c12__fault(f, C12_E_ARG, "column is missing", "arc_off", -1, 0);
    if (!p->start != !p->goal) c12__fault(f, C12_E_ARG, "start and goal come together or not at all", "start", -1, 0);
    if (!p->vertex_x != !p->vertex_y) c12__fault(f, C12_E_ARG, "x and y come together or not at all", "vertex_x", -1, 0);
    if (p->n_held > 0 && (!p->held_vertex || !p->held_from || !p->held_to)) c12__fault(f, C12_E_ARG, "column is missing", "held_vertex", -1, 0);
}

static void input_ids(c12__faults *f, const int32_t *id, int64_t n, int32_t rows, const char *field)
{
    for (int64_t i = 0; id && i < n && !c12__full(f); i++)
        if (id[i] < 0 || id[i] >= rows) c12__fault(f, C12_E_RANGE, "vertex out of range", field, i, id[i]);
}

/* Values of at least 1, exactly 1 on a grid; the largest comes back. */
static int64_t input_positive(c12__faults *f, const int32_t *v, int64_t n, int32_t mode, const char *field)
{
    int64_t most = 1;
    for (int64_t i = 0; v && i < n && !c12__full(f); i++) {
        if (v[i] < 1) c12__fault(f, C12_E_RANGE, "must be at least 1", field, i, v[i]);
        if (v[i] > 1 && mode == C12_ROUTE_GRID) c12__fault(f, C12_E_RANGE, "a grid has unit steps", field, i, v[i]);
        most = c12__max64(most, v[i]);
    }
    return most;
}

static void input_held(c12__faults *f, const c12_route_problem *p)
{
    input_ids(f, p->held_vertex, p->n_held, p->n_vertices, "held_vertex");
    for (int32_t i = 0; i < p->n_held && !c12__full(f); i++) {
        if (p->held_from[i] < 0 || p->held_from[i] > C12_ROUTE_HORIZON) c12__fault(f, C12_E_RANGE, "tick out of range", "held_from", i, p->held_from[i]);
        if (p->held_to[i] <= p->held_from[i] || (p->held_to[i] > C12_ROUTE_HORIZON && p->held_to[i] != C12_ROUTE_STAYS))
            c12__fault(f, C12_E_RANGE, "tick out of range", "held_to", i, p->held_to[i]);
    }
}

/* Offsets were checked.  Rising lists make the search for the other side of a pair quick. */
static int input_in_conflict(const c12_route_problem *p, int32_t v, int32_t w)
{
    int64_t lo = p->conflict_off[v], hi = p->conflict_off[v + 1];
    while (lo < hi) {
        int64_t mid = lo + (hi - lo) / 2;
        if (p->conflict_vertex[mid] < w) lo = mid + 1; else hi = mid;
    }
    return lo < p->conflict_off[v + 1] && p->conflict_vertex[lo] == w;
}

static void input_conflicts(c12__faults *f, const c12_route_problem *p)
{
    int64_t n = 0;
    if (!p->conflict_off) return;
    c12__csr_check(f, p->conflict_off, p->n_vertices, "conflict_off", &n);
    if (f->status) return;
    if (!p->conflict_vertex && n > 0) { c12__fault(f, C12_E_ARG, "column is missing", "conflict_vertex", -1, 0); return; }
    input_ids(f, p->conflict_vertex, n, p->n_vertices, "conflict_vertex");
    for (int32_t v = 0; v < p->n_vertices && !f->status; v++)
        for (int64_t k = p->conflict_off[v]; k < p->conflict_off[v + 1]; k++) {
            int32_t w = p->conflict_vertex[k];
            if (w == v) c12__fault(f, C12_E_RANGE, "a vertex is not in conflict with itself", "conflict_vertex", k, w);
            if (k > p->conflict_off[v] && w <= p->conflict_vertex[k - 1]) c12__fault(f, C12_E_RANGE, "conflicts of a vertex are not rising", "conflict_vertex", k, w);
        }
    for (int32_t v = 0; v < p->n_vertices && !f->status; v++)
        for (int64_t k = p->conflict_off[v]; k < p->conflict_off[v + 1]; k++)
            if (!input_in_conflict(p, p->conflict_vertex[k], v)) c12__fault(f, C12_E_RANGE, "a conflict is given from one side only", "conflict_vertex", k, v);
}

/* Conflicts were checked. */
static void input_places(c12__faults *f, const c12_route_problem *p)
{
    int32_t first = 0; /* of the place */
    for (int32_t v = 0; p->vertex_place && v < p->n_vertices && !c12__full(f); v++) {
        if (v && p->vertex_place[v] < p->vertex_place[v - 1]) { c12__fault(f, C12_E_RANGE, "places fall", "vertex_place", v, p->vertex_place[v]); return; }
        if (v && p->vertex_place[v] != p->vertex_place[v - 1]) first = v;
        for (int32_t u = first; u < v; u++)
            if (!p->conflict_off || !input_in_conflict(p, v, u)) { c12__fault(f, C12_E_RANGE, "two vertices of one place are not in conflict", "vertex_place", v, u); break; }
    }
}

/* What a grid of unit steps has not. */
static void input_unit(c12__faults *f, const c12_route_problem *p)
{
    const struct { const char *name; int given; } row[] = { { "arc_pace", p->arc_pace != NULL }, { "arc_classes", p->arc_classes != NULL },
        { "arc_penalty", p->arc_penalty != NULL }, { "conflict_off", p->conflict_off != NULL }, { "vertex_zone", p->vertex_zone != NULL },
        { "vertex_place", p->vertex_place != NULL } };
    for (size_t k = 0; k < sizeof row / sizeof *row; k++)
        if (row[k].given) c12__fault(f, C12_E_RANGE, "a grid does not have this: C12_ROUTE_HOLD_BOTH", row[k].name, -1, 0);
}

/* Columns of arcs and classes; the slowest pace of an arc comes back. */
static int64_t input_lanes(c12__faults *f, const c12_route_problem *p, int64_t arcs)
{
    int64_t slowest = 0;
    for (int64_t a = 0; p->arc_pace && a < arcs && !c12__full(f); a++) {
        if (p->arc_pace[a] < 0) c12__fault(f, C12_E_RANGE, "is negative", "arc_pace", a, p->arc_pace[a]);
        slowest = c12__max64(slowest, p->arc_pace[a]);
    }
    for (int64_t a = 0; p->arc_penalty && a < arcs && !c12__full(f); a++)
        if (p->arc_penalty[a] < 0) c12__fault(f, C12_E_RANGE, "is negative", "arc_penalty", a, p->arc_penalty[a]);
    for (int32_t v = 0; p->vertex_zone && v < p->n_vertices && !c12__full(f); v++)
        if (p->vertex_zone[v] < -1) c12__fault(f, C12_E_RANGE, "zone is less than -1", "vertex_zone", v, p->vertex_zone[v]);
    for (int32_t r = 0; p->robot_class && r < p->n_robots && !c12__full(f); r++)
        if (p->robot_class[r] < 0 || p->robot_class[r] > 63) c12__fault(f, C12_E_RANGE, "class out of range 0..63", "robot_class", r, p->robot_class[r]);
    return slowest;
}

c12_status c12__route_take_problem(c12_route_problem *p, const c12_route_problem *from, int32_t mode, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    int64_t arcs = 0, far, sum;
    c12_status s = c12__take(p, sizeof *p, from, "problem", err);
    if (s) return s;
    input_counts(&f, p);
    if (f.status) return f.status;
    c12__csr_check(&f, p->arc_off, p->n_vertices, "arc_off", &arcs);
    if (f.status) return f.status;
    if (!p->arc_head && arcs > 0) return c12__fail(err, C12_E_ARG, "column is missing", "arc_head", -1, 0);
    input_ids(&f, p->arc_head, arcs, p->n_vertices, "arc_head");
    int64_t length = input_positive(&f, p->arc_length, arcs, mode, "arc_length");
    input_ids(&f, p->start, p->n_robots, p->n_vertices, "start");
    input_ids(&f, p->goal, p->n_robots, p->n_vertices, "goal");
    int64_t pace = input_positive(&f, p->robot_pace, p->n_robots, mode, "robot_pace");
    for (int32_t r = 0; p->robot_ready && r < p->n_robots && !c12__full(&f); r++)
        if (p->robot_ready[r] < 0 || p->robot_ready[r] > C12_ROUTE_HORIZON) c12__fault(&f, C12_E_RANGE, "tick out of range", "robot_ready", r, p->robot_ready[r]);
    for (int32_t v = 0; p->vertex_x && v < p->n_vertices && !c12__full(&f); v++) {
        if (p->vertex_x[v] < 0) c12__fault(&f, C12_E_RANGE, "column is negative", "vertex_x", v, p->vertex_x[v]);
        if (p->vertex_y[v] < 0) c12__fault(&f, C12_E_RANGE, "row is negative", "vertex_y", v, p->vertex_y[v]);
    }
    input_held(&f, p);
    if (mode == C12_ROUTE_GRID) input_unit(&f, p);
    pace = c12__max64(pace, input_lanes(&f, p, arcs));
    if (!f.status) input_conflicts(&f, p);
    if (!f.status) input_places(&f, p);
    if (f.status) return f.status;
    if (c12__mul64(length * pace, c12__max64(p->n_vertices, 1), &far) || far > C12_ROUTE_HORIZON)
        return c12__fail(err, C12_E_OVERFLOW, "the longest way passes the horizon", "arc_length", -1, length);
    for (sum = 0, arcs = 0; arcs < p->n_robots; arcs++)
        if (c12__add64(sum, c12__at64(p->robot_ready, arcs, 0) + far, &sum)) return c12__fail(err, C12_E_OVERFLOW, "arrivals do not add up in 64 bits", "robot_ready", arcs, far);
    return C12_OK;
}
