/* SPDX-License-Identifier: Apache-2.0 */
/* Checker of a fleet's day, from the floor and the record alone: rules F1 to F5 of c12/flow.h. */
#include "base/sort.h"
#include "flow/fleet/flow_fleet_internal.h"

typedef struct fleet_judge {
    const c12_flow_fleet *f;
    const c12_flow_floor *l;
    const c12__fleet_log *log;
    int64_t *last;      /* [n_robots] its latest leg seen, -1 = none */
    int64_t *load;      /* [n_robots] task it carries, -1 = none */
    int64_t *loads, *drops; /* [n_tasks] times it was loaded, unloaded */
    c12_verdict v;
} fleet_judge;

static void fleet_breach(fleet_judge *j, const char *rule, const char *field, int64_t row, c12_tick tick)
{
    if (j->v.violations < INT32_MAX) j->v.violations++;
    if (j->v.violations > 1) return;
    j->v.rule = rule;
    j->v.field = field;
    j->v.row = row;
    j->v.tick = tick;
}

/* ---- F1: one robot a cell ------------------------------------------------------------------------------------------------------------- */

static void fleet_judge_cells(fleet_judge *j, c12__flow_pool *pool)
{
    const c12__fleet_log *l = j->log;
    int32_t n = (int32_t)l->n_steps, *order = C12__FLOW_NEW(pool, int32_t, n), *scratch = C12__FLOW_NEW(pool, int32_t, n), vertex = -1;
    int64_t *key = C12__FLOW_NEW(pool, int64_t, n);
    c12_tick held = 0;
    if (pool->failed) return;
    c12__sort_rows(l->step_from, n, order, scratch);
    for (int32_t k = 0; k < n; k++) key[k] = l->step_vertex[k];
    c12__sort_rows_again(key, n, order, scratch);
    for (int32_t k = 0; k < n; k++) {
        int32_t s = order[k];
        if (l->step_vertex[s] != vertex) held = 0;
        vertex = l->step_vertex[s];
        if (l->step_from[s] < held) fleet_breach(j, "F1: two holds of one cell at once", "step_vertex", s, l->step_from[s]);
        held = l->step_to[s];
    }
}

/* ---- F2: along arcs, at its pace ------------------------------------------------------------------------------------------------------- */

static int fleet_is_arc(const c12_flow_floor *l, int32_t from, int32_t to)
{
    for (int64_t a = l->arc_off[from]; a < l->arc_off[from + 1]; a++)
        if (l->arc_head[a] == to) return 1;
    return 0;
}

static int fleet_leg_moves(int32_t state)
{
    return state == C12_FLOW_TO_PICKUP || state == C12_FLOW_TO_DROP || state == C12_FLOW_TO_BAY || state == C12_FLOW_TO_HOME;
}

static void fleet_judge_steps(fleet_judge *j, int64_t leg)
{
    const c12__fleet_log *l = j->log;
    int64_t lo = l->leg_step_off[leg], hi = l->leg_step_off[leg + 1];
    c12_tick there = l->leg_from[leg];
    int32_t pace = j->l->robot_pace[l->leg_robot[leg]];
    if (lo >= hi || (!fleet_leg_moves(l->leg_state[leg]) && hi - lo > 1)) { fleet_breach(j, "F2: a leg without steps, or one that stands and has many", "leg_step_off", leg, l->leg_from[leg]); return; }
    if (l->step_from[lo] != l->leg_from[leg] || l->step_to[hi - 1] != l->leg_to[leg]) fleet_breach(j, "F2: holds do not fill their leg", "leg_from", leg, l->leg_from[leg]);
    for (int64_t s = lo; s + 1 < hi; s++) {
        if (!fleet_is_arc(j->l, l->step_vertex[s], l->step_vertex[s + 1])) fleet_breach(j, "F2: a jump", "step_vertex", s + 1, l->step_from[s + 1]);
        if (l->step_from[s + 1] < there || l->step_to[s] - l->step_from[s + 1] < pace) fleet_breach(j, "F2: faster than its pace", "step_from", s + 1, l->step_from[s + 1]);
        there = l->step_to[s];
    }
}

/* ---- F3: one leg after the other ---------------------------------------------------------------------------------------------------------- */

static int fleet_is_dock(const c12_flow_floor *l, int32_t station, int32_t vertex)
{
    for (int64_t d = l->dock_off[station]; d < l->dock_off[station + 1]; d++)
        if (l->dock_vertex[d] == vertex) return 1;
    return 0;
}

static int fleet_is_bay(const c12_flow_floor *l, int32_t vertex)
{
    for (int32_t b = 0; b < l->n_bays; b++)
        if (l->bay_vertex[b] == vertex) return 1;
    return 0;
}

/* Where a leg of this state must end. */
static int fleet_ends_right(const fleet_judge *j, int64_t leg)
{
    const c12__fleet_log *l = j->log;
    int32_t end = l->step_vertex[l->leg_step_off[leg + 1] - 1];
    int64_t task = l->leg_task[leg];
    switch (l->leg_state[leg]) {
    case C12_FLOW_TO_PICKUP: case C12_FLOW_PICKUP: return task >= 0 && fleet_is_dock(j->l, j->l->task_from[task], end);
    case C12_FLOW_TO_DROP: case C12_FLOW_DROP: return task >= 0 && fleet_is_dock(j->l, j->l->task_to[task], end);
    case C12_FLOW_TO_BAY: case C12_FLOW_CHARGE: return fleet_is_bay(j->l, end);
    case C12_FLOW_TO_HOME: return end == j->l->robot_home[l->leg_robot[leg]];
    default: return l->leg_state[leg] == C12_FLOW_IDLE;
    }
}

/* What may come after a state: arriving is followed by what it was for, standing by any move. */
static int fleet_may_follow(int32_t before, int32_t after)
{
    switch (before) {
    case C12_FLOW_TO_PICKUP: return after == C12_FLOW_PICKUP;
    case C12_FLOW_PICKUP: return after == C12_FLOW_TO_DROP || after == C12_FLOW_TO_HOME;
    case C12_FLOW_TO_DROP: return after == C12_FLOW_DROP;
    case C12_FLOW_DROP: case C12_FLOW_CHARGE: case C12_FLOW_TO_HOME: return after == C12_FLOW_IDLE;
    case C12_FLOW_TO_BAY: return after == C12_FLOW_CHARGE;
    default: return fleet_leg_moves(after);
    }
}

static void fleet_judge_order(fleet_judge *j, int64_t leg)
{
    const c12__fleet_log *l = j->log;
    int32_t robot = l->leg_robot[leg], first = l->step_vertex[l->leg_step_off[leg]];
    int64_t before = j->last[robot];
    if (!fleet_ends_right(j, leg)) fleet_breach(j, "F3: ends where it should not", "leg_state", leg, l->leg_to[leg]);
    if (before < 0) {
        if (l->leg_from[leg] || first != j->l->robot_home[robot] || l->leg_state[leg] != C12_FLOW_IDLE) fleet_breach(j, "F3: does not begin at home", "leg_from", leg, l->leg_from[leg]);
        return;
    }
    if (l->leg_from[leg] != l->leg_to[before]) fleet_breach(j, "F3: a gap between two legs", "leg_from", leg, l->leg_from[leg]);
    if (first != l->step_vertex[l->leg_step_off[before + 1] - 1]) fleet_breach(j, "F3: begins where the last leg did not end", "leg_from", leg, l->leg_from[leg]);
    if (!fleet_may_follow(l->leg_state[before], l->leg_state[leg])) fleet_breach(j, "F3: legs in an order that cannot be", "leg_state", leg, l->leg_from[leg]);
    if (l->leg_state[before] != C12_FLOW_CHARGE && l->leg_battery[leg] > l->leg_battery[before]) fleet_breach(j, "F5: a battery rises outside a bay", "leg_battery", leg, l->leg_from[leg]);
}

/* ---- F4: tasks ---------------------------------------------------------------------------------------------------------------------------- */

static void fleet_judge_task_leg(fleet_judge *j, int64_t leg)
{
    const c12__fleet_log *l = j->log;
    int32_t robot = l->leg_robot[leg], state = l->leg_state[leg];
    int64_t task = l->leg_task[leg];
    c12_tick from = l->leg_from[leg], to = l->leg_to[leg], took = to == C12__FLEET_OPEN ? C12__FLEET_OPEN : to - from;
    if (state == C12_FLOW_TO_PICKUP && (j->load[robot] >= 0 || from < j->l->task_ready[task] || j->f->task_robot[task] != robot)) fleet_breach(j, "F4: fetches what it may not", "leg_task", leg, from);
    if ((state == C12_FLOW_TO_DROP || state == C12_FLOW_DROP) && j->load[robot] != task) fleet_breach(j, "F4: carries what it has not loaded", "leg_task", leg, from);
    if ((state == C12_FLOW_PICKUP || state == C12_FLOW_DROP) && took < j->l->handling) fleet_breach(j, "F4: loads or unloads too fast", "leg_to", leg, to);
    if (state == C12_FLOW_PICKUP) { j->loads[task]++; j->load[robot] = task; }
    if (state == C12_FLOW_DROP && to != C12__FLEET_OPEN) {
        j->drops[task]++;
        j->load[robot] = -1;
        if (j->f->task_done[task] != from + j->l->handling) fleet_breach(j, "F4: done at another time", "task_done", task, from);
    }
}

static void fleet_judge_tasks(fleet_judge *j)
{
    for (int64_t k = 0; k < j->l->n_tasks; k++) {
        int done = j->f->task_done[k] != C12__FLEET_OPEN;
        if (j->loads[k] > 1 || j->drops[k] != done || (done && j->loads[k] != 1)) fleet_breach(j, "F4: a task is not done just once", "task_done", k, -1);
        j->v.objective += done;
    }
}

/* ---- all together ---------------------------------------------------------------------------------------------------------------------------- */

static void fleet_judge_legs(fleet_judge *j)
{
    for (int64_t leg = 0; leg < j->log->n_legs; leg++) {
        int32_t before = j->v.violations;
        fleet_judge_steps(j, leg);
        if (j->v.violations > before) continue;
        fleet_judge_order(j, leg);
        if (j->v.violations == before) fleet_judge_task_leg(j, leg);
        j->last[j->log->leg_robot[leg]] = leg;
    }
}

c12_status c12_flow_fleet_check(const c12_flow_fleet *self, c12_verdict *verdict, c12_error *err)
{
    if (!self || !verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", self ? "verdict" : "self", -1, 0);
    c12__flow_pool pool = { self->pool.host, NULL, 0 };
    fleet_judge j = { self, &self->floor, &self->log, NULL, NULL, NULL, NULL, C12_INIT(c12_verdict) };
    j.last = C12__FLOW_NEW(&pool, int64_t, self->floor.n_robots);
    j.load = C12__FLOW_NEW(&pool, int64_t, self->floor.n_robots);
    j.loads = C12__FLOW_NEW(&pool, int64_t, self->floor.n_tasks);
    j.drops = C12__FLOW_NEW(&pool, int64_t, self->floor.n_tasks);
    j.v.row = j.v.tick = -1;
    if (!pool.failed) {
        for (int32_t r = 0; r < self->floor.n_robots; r++) j.last[r] = j.load[r] = -1;
        fleet_judge_legs(&j);
        fleet_judge_tasks(&j);
        fleet_judge_cells(&j, &pool);
    }
    int failed = pool.failed;
    c12__flow_free(&pool);
    if (failed) return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, 0);
    if (j.v.violations) j.v.objective = 0;
    c12__give(verdict, &j.v, sizeof j.v);
    return C12_OK;
}
