/* SPDX-License-Identifier: Apache-2.0 */
/* The independent checker.  Each robot's steps are judged one by one; conflicts between robots are found by sorting, and as there is
 * little memory to sort in, the rows come in rising order by repeated passes: each pass picks the next rows that fit the chart. */
#include "route/route_internal.h"

enum { CHART_ROWS = 256 };

/* A row to compare with its neighbours: holds sort by (vertex, from), with c = 1 where they are seen from a vertex in conflict; moves by (tick, both
 * vertices). */
typedef struct chart_row {
    int64_t a, b, c;
    int64_t row;    /* step, or steps + block */
} chart_row;

typedef struct judge_route {
    const c12_route_problem *p;
    const c12_route_plan *plan;
    int32_t grid;
    int64_t steps;
    int32_t moves;  /* what the chart sorts: 0 = holds, 1 = moves */
    int32_t n, cap; /* rows in the chart, and room for them */
    chart_row *chart;
    c12_verdict v;
} judge_route;

static void judge_route_breach(judge_route *j, const char *rule, const char *field, int64_t row, c12_tick tick)
{
    if (j->v.violations < INT32_MAX) j->v.violations++;
    if (j->v.violations > 1) return;
    j->v.rule = rule;
    j->v.field = field;
    j->v.row = row;
    j->v.tick = tick;
}

/* ---- P1, P2: one robot ------------------------------------------------------------------------------------------------------------ */

/* Ticks from v to w on the quickest arc the robot may drive, -1 = no arc. */
static c12_tick judge_route_ride(const judge_route *j, int32_t robot, int32_t v, int32_t w)
{
    const c12_route_problem *p = j->p;
    c12_tick best = -1;
    for (int64_t a = p->arc_off[v]; a < p->arc_off[v + 1]; a++) {
        int64_t pace = p->robot_pace ? p->robot_pace[robot] : 1;
        if (p->arc_pace && p->arc_pace[a] > pace) pace = p->arc_pace[a];
        c12_tick t = (p->arc_length ? p->arc_length[a] : 1) * pace;
        int may = !p->arc_classes || (p->arc_classes[a] >> (p->robot_class ? p->robot_class[robot] : 0)) & 1;
        if (p->arc_head[a] == w && may && (best < 0 || t < best)) best = t;
    }
    return best;
}

static void judge_route_move(judge_route *j, int32_t robot, int64_t i, c12_tick arrived)
{
    const c12_route_plan *l = j->plan;
    c12_tick ride = judge_route_ride(j, robot, l->step_vertex[i], l->step_vertex[i + 1]);
    if (ride < 0) judge_route_breach(j, "P2: no arc between two steps", "step_vertex", i + 1, l->step_from[i + 1]);
    else if (j->grid) {
        if (l->step_from[i + 1] != l->step_to[i]) judge_route_breach(j, "P2: the next hold does not begin where the last one ends", "step_from", i + 1, l->step_from[i + 1]);
    } else {
        if (l->step_from[i + 1] < arrived) judge_route_breach(j, "P2: leaves before it has arrived", "step_from", i + 1, l->step_from[i + 1]);
        if (l->step_to[i] - l->step_from[i + 1] < ride) judge_route_breach(j, "P2: moves faster than its pace", "step_to", i, l->step_to[i]);
    }
}

/* Values in range, so that all arithmetic after this is safe.  Returns 0 when the robot cannot be judged further. */
static int judge_route_sane(judge_route *j, int32_t robot, int64_t lo, int64_t hi)
{
    const c12_route_plan *l = j->plan;
    if (lo >= hi) { judge_route_breach(j, "P1: a robot has no step", "robot", robot, -1); return 0; }
    for (int64_t i = lo; i < hi; i++) {
        int last = i + 1 == hi;
        if (l->step_vertex[i] < 0 || l->step_vertex[i] >= j->p->n_vertices) { judge_route_breach(j, "vertex out of range", "step_vertex", i, -1); return 0; }
        if (l->step_from[i] < 0 || l->step_from[i] > C12_ROUTE_HORIZON || l->step_to[i] <= l->step_from[i] || (!last && l->step_to[i] > 2 * C12_ROUTE_HORIZON)) {
            judge_route_breach(j, "a hold has no proper interval", "step_from", i, l->step_from[i]);
            return 0;
        }
    }
    return 1;
}

static int judge_route_one_place(const judge_route *j, int32_t v, int32_t w) { return v == w || (j->p->vertex_place && j->p->vertex_place[v] == j->p->vertex_place[w]); }

static void judge_route_robot(judge_route *j, int32_t robot)
{
    const c12_route_plan *l = j->plan;
    int64_t lo = l->step_off[robot], hi = l->step_off[robot + 1];
    if (!judge_route_sane(j, robot, lo, hi)) return;
    c12_tick ready = j->p->robot_ready ? j->p->robot_ready[robot] : 0, arrived = ready;
    if (l->step_vertex[lo] != j->p->start[robot]) judge_route_breach(j, "P1: does not begin at its start", "step_vertex", lo, l->step_from[lo]);
    if (l->step_from[lo] != ready) judge_route_breach(j, "P1: does not begin when it is ready", "step_from", lo, l->step_from[lo]);
    if (!judge_route_one_place(j, l->step_vertex[hi - 1], j->p->goal[robot])) judge_route_breach(j, "P1: does not end at its goal", "step_vertex", hi - 1, l->step_from[hi - 1]);
    if (l->step_to[hi - 1] != C12_ROUTE_STAYS) judge_route_breach(j, "P1: does not stay at its goal", "step_to", hi - 1, l->step_to[hi - 1]);
    for (int64_t i = lo; i + 1 < hi; i++) {
        judge_route_move(j, robot, i, arrived);
        arrived = l->step_to[i];
    }
    if (c12__add64(j->v.objective, arrived, &j->v.objective)) j->v.objective = INT64_MAX;
}

/* ---- the chart ------------------------------------------------------------------------------------------------------------------- */

static int chart_less(const chart_row *x, const chart_row *y)
{
    if (x->a != y->a) return x->a < y->a;
    if (x->b != y->b) return x->b < y->b;
    if (x->c != y->c) return x->c < y->c;
    return x->row < y->row;
}

/* Max-heap of the smallest rows seen in this pass. */
static void chart_sink(judge_route *j, int32_t at, int32_t n, chart_row e)
{
    for (int32_t kid; (kid = 2 * at + 1) < n; at = kid) {
        if (kid + 1 < n && chart_less(&j->chart[kid], &j->chart[kid + 1])) kid++;
        if (!chart_less(&e, &j->chart[kid])) break;
        j->chart[at] = j->chart[kid];
    }
    j->chart[at] = e;
}

static void chart_offer(judge_route *j, chart_row e)
{
    if (j->n == j->cap) {
        if (chart_less(&e, &j->chart[0])) chart_sink(j, 0, j->n, e);
        return;
    }
    int32_t at = j->n++;
    for (int32_t up; at && chart_less(&j->chart[up = (at - 1) / 2], &e); at = up) j->chart[at] = j->chart[up];
    j->chart[at] = e;
}

static int chart_move_of(const judge_route *j, int64_t i, int64_t robot_end, chart_row *e)
{
    const c12_route_plan *l = j->plan;
    if (i + 1 >= robot_end) return 0;
    *e = (chart_row){ l->step_from[i + 1], l->step_vertex[i], l->step_vertex[i + 1], i };
    if (e->b > e->c) {
        e->b = l->step_vertex[i + 1];
        e->c = l->step_vertex[i];
    }
    return 1;
}

static void chart_offer_after(judge_route *j, const chart_row *last, chart_row e)
{
    if (!last || chart_less(last, &e)) chart_offer(j, e);
}

/* A hold or block, seen from its vertex and from those in conflict with it; a pair is seen from the larger one, which is enough. */
static void chart_offer_hold(judge_route *j, const chart_row *last, int64_t i)
{
    int64_t block = i - j->steps;
    int32_t v = block < 0 ? j->plan->step_vertex[i] : j->p->held_vertex[block];
    chart_row e = { v, block < 0 ? j->plan->step_from[i] : j->p->held_from[block], 0, i };
    chart_offer_after(j, last, e);
    if (!j->p->conflict_off) return;
    e.c = 1;
    for (int64_t k = j->p->conflict_off[v + 1]; k-- > j->p->conflict_off[v] && (e.a = j->p->conflict_vertex[k]) > v; ) chart_offer_after(j, last, e);
}

/* The next rows after `last` in rising order; 0 when there are none. */
static int32_t chart_next(judge_route *j, const chart_row *last)
{
    chart_row e;
    int32_t robot = 0;
    j->n = 0;
    for (int64_t i = 0; i < j->steps + (j->moves ? 0 : j->p->n_held); i++) {
        while (i < j->steps && i >= j->plan->step_off[robot + 1]) robot++;
        if (!j->moves) chart_offer_hold(j, last, i);
        else if (chart_move_of(j, i, j->plan->step_off[robot + 1], &e)) chart_offer_after(j, last, e);
    }
    for (int32_t n = j->n; n > 1; ) {
        chart_row top = j->chart[0], end = j->chart[--n];
        chart_sink(j, 0, n, end);
        j->chart[n] = top;
    }
    return j->n;
}

/* ---- P3, P4: between robots ----------------------------------------------------------------------------------------------------------- */

/* The latest end passed, whose it is, and the latest of anybody else. */
typedef struct chart_end { c12_tick end, others; int32_t robot; } chart_end;

/* Ends passed on a vertex: of robots and blocks there, and of those on vertices in conflict with it. */
typedef struct chart_watch {
    int64_t vertex;
    chart_end robots[2];
    c12_tick blocks[2];
} chart_watch;

static void chart_pass(chart_end *e, int32_t robot, c12_tick to)
{
    if (robot == e->robot) { e->end = c12__max64(e->end, to); return; }
    if (to <= e->end) { e->others = c12__max64(e->others, to); return; }
    *e = (chart_end){ to, e->end, robot };
}

static c12_tick chart_end_of_others(const chart_end *e, int32_t robot) { return robot == e->robot ? e->others : e->end; }

static int32_t judge_route_whose(const judge_route *j, int64_t step)
{
    int32_t lo = 0, hi = j->p->n_robots;
    while (hi - lo > 1) {
        int32_t mid = lo + (hi - lo) / 2;
        if (j->plan->step_off[mid] <= step) lo = mid; else hi = mid;
    }
    return lo;
}

static void judge_route_step(judge_route *j, chart_watch *w, const chart_row *e)
{
    int32_t robot = judge_route_whose(j, e->row), far = (int32_t)e->c;
    c12_tick same = far ? chart_end_of_others(&w->robots[0], robot) : w->robots[0].end;
    if (e->b < same && !far) judge_route_breach(j, "P3: two robots on one vertex", "step_vertex", e->row, e->b);
    if ((e->b < same && far) || (!far && e->b < chart_end_of_others(&w->robots[1], robot)))
        judge_route_breach(j, "P3: two robots on vertices in conflict", "step_vertex", e->row, e->b);
    if (e->b < w->blocks[0] || (!far && e->b < w->blocks[1])) judge_route_breach(j, "P3: a robot on a blocked vertex", "step_vertex", e->row, e->b);
    chart_pass(&w->robots[far], robot, j->plan->step_to[e->row]);
}

static void judge_route_block(judge_route *j, chart_watch *w, const chart_row *e)
{
    int32_t far = (int32_t)e->c;
    int64_t block = e->row - j->steps;
    if (e->b < w->robots[0].end || (!far && e->b < w->robots[1].end)) judge_route_breach(j, "P3: a robot on a blocked vertex", "held_vertex", block, e->b);
    w->blocks[far] = c12__max64(w->blocks[far], j->p->held_to[block]);
}

static void judge_route_hold(judge_route *j, chart_watch *w, const chart_row *e)
{
    if (e->a != w->vertex) *w = (chart_watch){ e->a, { { -1, -1, -1 }, { -1, -1, -1 } }, { -1, -1 } };
    if (e->row < j->steps) judge_route_step(j, w, e); else judge_route_block(j, w, e);
}

static void judge_route_swap(judge_route *j, const chart_row *last, const chart_row *e)
{
    if (last->row < 0 || last->a != e->a || last->b != e->b || last->c != e->c) return;
    if (j->plan->step_vertex[last->row] != j->plan->step_vertex[e->row]) judge_route_breach(j, "P4: two robots exchange vertices", "step_vertex", e->row, e->a);
}

static void judge_route_conflicts(judge_route *j)
{
    chart_row last = { 0, 0, 0, -1 };
    chart_watch w = { -1, { { -1, -1, -1 }, { -1, -1, -1 } }, { -1, -1 } };
    int begun = 0;
    while (chart_next(j, begun ? &last : NULL)) {
        for (int32_t i = 0; i < j->n; i++) {
            if (j->moves) judge_route_swap(j, &last, &j->chart[i]); else judge_route_hold(j, &w, &j->chart[i]);
            last = j->chart[i];
        }
        begun = 1;
    }
}

/* ---- all together ---------------------------------------------------------------------------------------------------------------------- */

/* Offsets start at 0, never fall and stay in the columns; otherwise nothing else can be read. */
static int judge_route_offsets(judge_route *j)
{
    const int64_t *off = j->plan->step_off;
    for (int32_t r = 0; r < j->p->n_robots; r++)
        if (off[0] || off[r + 1] < off[r] || off[r + 1] > j->plan->step_cap) {
            judge_route_breach(j, "step offsets run backwards or past the columns", "step_off", r, -1);
            return 0;
        }
    j->steps = j->p->n_robots ? off[j->p->n_robots] : 0;
    return 1;
}

static c12_status judge_route_take(judge_route *j, c12_route_problem *p, c12_route_plan *l, const c12_route_problem *problem, const c12_route_plan *plan,
                                   const c12_route_options *options, const c12_verdict *verdict, c12_error *err)
{
    c12_route_options o;
    c12_status s = c12__route_take_options(&o, options, err);
    if (!s) s = c12__route_take_problem(p, problem, o.mode, err);
    if (!s) s = c12__take(l, sizeof *l, plan, "plan", err);
    if (s) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    if (!p->start && p->n_robots) return c12__fail(err, C12_E_ARG, "column is missing", "start", -1, 0);
    if (l->step_cap < 0) return c12__fail(err, C12_E_ARG, "room is negative", "step_cap", -1, l->step_cap);
    if ((!l->step_off && p->n_robots) || ((!l->step_vertex || !l->step_from || !l->step_to) && l->step_cap > 0))
        return c12__fail(err, C12_E_ARG, "column is missing", "plan", -1, 0);
    j->grid = o.mode == C12_ROUTE_GRID;
    return C12_OK;
}

static void judge_route_all(judge_route *j)
{
    if (judge_route_offsets(j)) {
        for (int32_t r = 0; r < j->p->n_robots; r++) judge_route_robot(j, r);
        int sane = !j->v.violations;
        if (sane) judge_route_conflicts(j);
        j->moves = 1;
        if (sane && j->grid) judge_route_conflicts(j);
    }
    if (j->v.violations) j->v.objective = 0;
}

c12_status c12_route_check_with(const c12_route_problem *problem, const c12_route_plan *plan, const c12_route_options *options, c12_mem room, c12_verdict *verdict, c12_error *err)
{
    c12_route_problem p;
    c12_route_plan l;
    chart_row few[CHART_ROWS]; /* written before it is read */
    judge_route j = { .p = &p, .plan = &l, .cap = CHART_ROWS, .chart = few, .v = C12_INIT(c12_verdict) };
    c12_status s = judge_route_take(&j, &p, &l, problem, plan, options, verdict, err);
    if (s) return s;
    if (room.ptr && room.size / sizeof(chart_row) > CHART_ROWS) {
        c12__arena a = c12__arena_over(room);
        j.cap = (int32_t)c12__min64((int64_t)((room.size - 2 * C12__ALIGN) / sizeof(chart_row)), INT32_MAX / 2);
        j.chart = C12__CARVE(&a, chart_row, j.cap);
    }
    j.v.row = j.v.tick = -1;
    judge_route_all(&j);
    c12__give(verdict, &j.v, sizeof j.v);
    return C12_OK;
}

c12_status c12_route_check(const c12_route_problem *problem, const c12_route_plan *plan, const c12_route_options *options, c12_verdict *verdict, c12_error *err)
{
    c12_mem none = { NULL, 0 };
    return c12_route_check_with(problem, plan, options, none, verdict, err);
}
