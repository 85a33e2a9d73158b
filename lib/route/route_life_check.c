/* SPDX-License-Identifier: Apache-2.0 */
/* The independent checker of lifelong runs: tick by tick, with one mark a vertex of who stands there. */
#include "base/status.h"
#include "c12/route.h"

typedef struct judge_run {
    const c12_route_problem *p;
    const c12_route_run *run;
    int32_t *who;      /* [n_vertices] robot there at the later tick, -1 */
    c12_verdict v;
} judge_run;

static void judge_run_breach(judge_run *j, const char *rule, const char *field, int64_t row, c12_tick tick)
{
    if (j->v.violations < INT32_MAX) j->v.violations++;
    if (j->v.violations > 1) return;
    j->v.rule = rule;
    j->v.field = field;
    j->v.row = row;
    j->v.tick = tick;
}

static const int32_t *judge_run_row(const judge_run *j, c12_tick tick) { return j->run->where + tick * j->p->n_robots; }

static int judge_run_known(const judge_run *j, int32_t v) { return v >= 0 && v < j->p->n_vertices; }

/* L3; leaves a mark on every vertex taken.  Returns 0 when a position is no vertex: nothing more can be said of this tick. */
static int judge_run_places(judge_run *j, c12_tick tick)
{
    const int32_t *at = judge_run_row(j, tick);
    for (int32_t r = 0; r < j->p->n_robots; r++) {
        if (!judge_run_known(j, at[r])) { judge_run_breach(j, "vertex out of range", "robot", r, tick); return 0; }
        if (j->who[at[r]] >= 0) judge_run_breach(j, "L3: two robots on one vertex", "robot", r, tick);
        else j->who[at[r]] = r;
    }
    return 1;
}

static void judge_run_wipe(judge_run *j, c12_tick tick)
{
    const int32_t *at = judge_run_row(j, tick);
    for (int32_t r = 0; r < j->p->n_robots; r++)
        if (judge_run_known(j, at[r])) j->who[at[r]] = -1;
}

static int judge_run_arc(const judge_run *j, int32_t v, int32_t w)
{
    for (int64_t a = j->p->arc_off[v]; a < j->p->arc_off[v + 1]; a++)
        if (j->p->arc_head[a] == w) return 1;
    return 0;
}

/* L2 and L4 of the step that ends at `tick`, whose places are marked. */
static void judge_run_moves(judge_run *j, c12_tick tick)
{
    const int32_t *from = judge_run_row(j, tick - 1), *to = judge_run_row(j, tick);
    for (int32_t r = 0; r < j->p->n_robots; r++) {
        if (!judge_run_known(j, from[r]) || from[r] == to[r]) continue;
        if (!judge_run_arc(j, from[r], to[r])) judge_run_breach(j, "L2: no arc between two places", "robot", r, tick);
        int32_t other = j->who[from[r]];
        if (other > r && from[other] == to[r]) judge_run_breach(j, "L4: two robots exchange vertices", "robot", other, tick);
    }
}

/* L6 of the step that ends at `tick`: whoever is on a block came before it, or has been there all the while. */
static void judge_run_blocks(judge_run *j, c12_tick tick)
{
    const c12_route_problem *p = j->p;
    for (int32_t b = 0; b < p->n_held; b++) {
        int32_t r = p->held_from[b] <= tick && tick < p->held_to[b] ? j->who[p->held_vertex[b]] : -1;
        if (r >= 0 && judge_run_row(j, tick - 1)[r] != p->held_vertex[b]) judge_run_breach(j, "L6: a robot goes onto a blocked vertex", "robot", r, tick);
    }
}

static void judge_run_visits(judge_run *j, int32_t robot)
{
    c12_tick last = 0;
    for (int64_t i = j->run->stop_off[robot]; i < j->run->stop_off[robot + 1]; i++) {
        c12_tick t = j->run->stop_tick[i];
        if (t < last || t > j->run->n_ticks) { judge_run_breach(j, "L5: visits are not in order of time", "stop_tick", i, t); continue; }
        if (judge_run_row(j, t)[robot] != j->run->stop_vertex[i]) judge_run_breach(j, "L5: the robot was elsewhere", "stop_vertex", i, t);
        last = t;
        j->v.objective++;
    }
}

static c12_status judge_run_columns(const c12_route_problem *p, const c12_route_run *u, const int32_t *scratch, c12_error *err)
{
    if (p->n_vertices < 0 || p->n_robots < 0) return c12__fail(err, C12_E_ARG, "count is negative", p->n_robots < 0 ? "n_robots" : "n_vertices", -1, p->n_robots < 0 ? p->n_robots : p->n_vertices);
    if (p->n_held < 0) return c12__fail(err, C12_E_ARG, "count is negative", "n_held", -1, p->n_held);
    if (p->n_held > 0 && (!p->held_vertex || !p->held_from || !p->held_to)) return c12__fail(err, C12_E_ARG, "column is missing", "held_vertex", -1, 0);
    for (int32_t b = 0; b < p->n_held; b++)
        if (p->held_vertex[b] < 0 || p->held_vertex[b] >= p->n_vertices) return c12__fail(err, C12_E_RANGE, "vertex out of range", "held_vertex", b, p->held_vertex[b]);
    if (u->n_ticks < 0) return c12__fail(err, C12_E_ARG, "count is negative", "n_ticks", -1, u->n_ticks);
    if (p->n_vertices > 0 && (!p->arc_off || !scratch)) return c12__fail(err, C12_E_ARG, "column is missing", p->arc_off ? "scratch" : "arc_off", -1, 0);
    if (p->n_vertices > 0 && p->arc_off[p->n_vertices] > 0 && !p->arc_head) return c12__fail(err, C12_E_ARG, "column is missing", "arc_head", -1, 0);
    if (p->n_robots > 0 && !u->where) return c12__fail(err, C12_E_ARG, "column is missing", "where", -1, 0);
    if (!u->stop_off) return C12_OK;
    if (u->stop_off[0] != 0) return c12__fail(err, C12_E_RANGE, "offsets begin at 0", "stop_off", 0, u->stop_off[0]);
    for (int32_t r = 0; r < p->n_robots; r++)
        if (u->stop_off[r + 1] < u->stop_off[r]) return c12__fail(err, C12_E_RANGE, "offsets fall", "stop_off", r + (int64_t)1, u->stop_off[r + 1]);
    if (u->stop_off[p->n_robots] > 0 && (!u->stop_vertex || !u->stop_tick)) return c12__fail(err, C12_E_ARG, "column is missing", u->stop_vertex ? "stop_tick" : "stop_vertex", -1, 0);
    return C12_OK;
}

c12_status c12_route_check_run(const c12_route_problem *problem, const c12_route_run *run, int32_t *scratch, c12_verdict *verdict, c12_error *err)
{
    c12_route_problem p;
    c12_route_run u;
    c12_verdict known;
    c12_status s = c12__take(&p, sizeof p, problem, "problem", err);
    if (!s) s = c12__take(&u, sizeof u, run, "run", err);
    if (!s) s = c12__take(&known, sizeof known, verdict, "verdict", err);
    if (!s) s = judge_run_columns(&p, &u, scratch, err);
    if (s) return s;
    judge_run j = { &p, &u, scratch, { 0 } };
    j.v.row = j.v.tick = -1;
    for (int32_t v = 0; v < p.n_vertices; v++) scratch[v] = -1;
    for (c12_tick t = 0; t <= u.n_ticks; t++) {
        int whole = judge_run_places(&j, t);
        if (whole && t) judge_run_moves(&j, t);
        if (whole && t) judge_run_blocks(&j, t);
        for (int32_t r = 0; !t && p.start && r < p.n_robots; r++)
            if (u.where[r] != p.start[r]) judge_run_breach(&j, "L1: does not begin at its start", "robot", r, 0);
        judge_run_wipe(&j, t);
    }
    for (int32_t r = 0; u.stop_off && r < p.n_robots; r++) judge_run_visits(&j, r);
    c12__give(verdict, &j.v, sizeof j.v);
    return C12_OK;
}
