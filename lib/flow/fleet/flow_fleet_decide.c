/* SPDX-License-Identifier: Apache-2.0 */
/* Who charges and who does which task: the rooms charge and dispatch asked with what the fleet knows. */
#include "flow/fleet/flow_fleet_internal.h"

static const int64_t decide_reserve = (int64_t)100000 * C12__FLEET_PPM; /* battery that must be left after a task: 10 % */

/* ---- charging ----------------------------------------------------------------------------------------------------------------------- */

/* A robot on its way or at work is shown as full: its turn comes when it stands. */
static void charge_tell_robot(c12_flow_fleet *f, int32_t robot, c12_tick t)
{
    const c12__fleet_robot *r = &f->robot[robot];
    int stands = (r->state == C12_FLOW_IDLE && r->task < 0) || r->state == C12_FLOW_CHARGE;
    int in_bay = stands && r->place >= f->n_docks;
    f->battery[robot] = stands ? (int32_t)(c12__fleet_level(f, r, t) / C12__FLEET_PPM) : 1000000;
    f->busy[robot] = (uint8_t)!stands;
    f->at_bay[robot] = in_bay ? r->place - f->n_docks : -1;
    for (int32_t b = 0; b < f->floor.n_bays; b++) {
        int64_t cells = c12__fleet_dist(f, f->n_docks + b, r->vertex);
        f->travel[(int64_t)robot * f->floor.n_bays + b] = cells == C12__FLEET_UNREACHED ? -1 : cells * f->floor.robot_pace[robot];
    }
}

/* A bay somebody is on the way to is closed to all others. */
static void charge_tell_bays(c12_flow_fleet *f)
{
    for (int32_t b = 0; b < f->floor.n_bays; b++) {
        int32_t r = f->place_robot[f->n_docks + b];
        f->bay_free[b] = r >= 0 && f->robot[r].state == C12_FLOW_TO_BAY ? C12_CHARGE_CLOSED : 0;
    }
}

static void charge_obey(c12_flow_fleet *f, int32_t robot, c12_tick t)
{
    const c12__fleet_robot *r = &f->robot[robot];
    int32_t bay = f->bay[robot];
    if (f->busy[robot]) return;
    if (f->at_bay[robot] >= 0 && (bay != f->at_bay[robot] || f->rank[robot] >= 0)) { /* charged, or sent away */
        if (r->state == C12_FLOW_CHARGE) c12__fleet_stand(f, robot, C12_FLOW_IDLE, t);
    } else if (bay >= 0 && f->rank[robot] < 0 && f->at_bay[robot] < 0 && f->place_robot[f->n_docks + bay] < 0) {
        (void)c12__fleet_go(f, robot, C12_FLOW_TO_BAY, t, f->floor.bay_vertex[bay], f->n_docks + bay);
    }
}

void c12__fleet_plan_charging(c12_flow_fleet *f, c12_tick t)
{
    c12_charge_problem p = C12_INIT(c12_charge_problem);
    c12_charge_plan plan = C12_INIT(c12_charge_plan);
    c12_budget b = C12_INIT(c12_budget);
    for (int32_t r = 0; r < f->floor.n_robots; r++) charge_tell_robot(f, r, t);
    charge_tell_bays(f);
    p.n_robots = f->floor.n_robots;
    p.n_bays = f->floor.n_bays;
    p.low_demand = c12_charge_is_low_demand((int32_t)((f->floor.start_hour + t / 3600000) % 24), 22, 6);
    p.now = t;
    p.battery_ppm = f->battery; p.travel = f->travel; p.busy = f->busy; p.at_bay = f->at_bay; p.bay_free_from = f->bay_free;
    plan.robot_class = f->robot_class; plan.robot_bay = f->bay; plan.robot_start = f->start; plan.robot_until = f->charged_at; plan.queue_rank = f->rank;
    b.work_limit = INT64_MAX;
    if (c12_charge_load(f->charge, &p, NULL) || c12_charge_solve(f->charge, 0, &b, &plan, NULL, NULL)) return;
    for (int32_t r = 0; r < f->floor.n_robots; r++) charge_obey(f, r, t);
}

/* ---- tasks ---------------------------------------------------------------------------------------------------------------------------- */

/* What a robot's way to a station and the haul from there to every other cost: tasks of one pair of stations cost the same. */
static void assign_cost_from(c12_flow_fleet *f, int32_t robot, int32_t from, c12_tick t, int64_t *cost)
{
    const c12__fleet_robot *r = &f->robot[robot];
    const int64_t pace = f->floor.robot_pace[robot], level = c12__fleet_level(f, r, t);
    const int32_t dock = c12__fleet_free_dock(f, from, r->vertex);
    for (int32_t to = 0; to < f->floor.n_stations; to++) {
        int64_t haul = f->haul[(int64_t)from * f->floor.n_stations + to], used, there;
        cost[to] = C12_DISPATCH_NEVER;
        if (dock < 0 || haul == C12__FLEET_UNREACHED) continue;
        there = c12__fleet_dist(f, dock, r->vertex) * pace;
        if (c12__mul64(there + haul * pace, f->floor.drain_move, &used) || level - used < decide_reserve) continue; /* the battery also bears the haul */
        cost[to] = there;
    }
}

/* A robot's row, by stations first and then by task. */
static void assign_cost_row(c12_flow_fleet *f, int32_t robot, int32_t tasks, c12_tick t, int64_t *row)
{
    const int32_t n = f->floor.n_stations;
    for (int32_t s = 0; s < n; s++) assign_cost_from(f, robot, s, t, f->station_cost + (int64_t)s * n);
    for (int32_t k = 0; k < tasks; k++) row[k] = f->station_cost[f->window_pair[k]];
}

static void assign_find_idle(c12_flow_fleet *f)
{
    f->n_idle = 0;
    for (int32_t r = 0; r < f->floor.n_robots; r++)
        if (f->robot[r].state == C12_FLOW_IDLE && f->robot[r].task < 0) f->idle[f->n_idle++] = r;
}

static int assign_solve(c12_flow_fleet *f, int32_t tasks, c12_tick t)
{
    c12_dispatch_problem p = C12_INIT(c12_dispatch_problem);
    c12_dispatch_plan plan = C12_INIT(c12_dispatch_plan);
    c12_budget b = C12_INIT(c12_budget);
    for (int32_t k = 0; k < tasks; k++) {
        int64_t task = f->waiting[k];
        f->window_priority[k] = c12__at32(f->floor.task_priority, task, 0);
        f->window_pair[k] = (int64_t)f->floor.task_from[task] * f->floor.n_stations + f->floor.task_to[task];
    }
    for (int32_t i = 0; i < f->n_idle; i++) assign_cost_row(f, f->idle[i], tasks, t, f->cost + (int64_t)i * tasks);
    p.n_robots = f->n_idle;
    p.n_tasks = tasks;
    p.cost = f->cost;
    p.task_priority = f->window_priority;
    plan.task_robot = f->window_robot;
    b.work_limit = INT64_MAX;
    return !c12_dispatch_load(f->dispatch, &p, NULL) && !c12_dispatch_solve(f->dispatch, 0, &b, &plan, NULL, NULL);
}

/* Send the robots off; tasks whose dock or way was taken meanwhile stay in the queue. */
void c12__fleet_assign(c12_flow_fleet *f, c12_tick t)
{
    int32_t tasks = (int32_t)c12__min64(f->n_waiting, C12__FLEET_WINDOW);
    assign_find_idle(f);
    if (!tasks || !f->n_idle || !assign_solve(f, tasks, t)) return;
    int64_t kept = 0;
    for (int64_t k = 0; k < f->n_waiting; k++) {
        int64_t task = f->waiting[k];
        int32_t r = k < tasks && f->window_robot[k] >= 0 ? f->idle[f->window_robot[k]] : -1, dock = r < 0 ? -1 : c12__fleet_free_dock(f, f->floor.task_from[task], f->robot[r].vertex);
        if (dock >= 0) f->robot[r].task = task;
        if (dock >= 0 && c12__fleet_go(f, r, C12_FLOW_TO_PICKUP, t, f->place_vertex[dock], dock)) { f->task_robot[task] = r; continue; }
        if (dock >= 0) f->robot[r].task = -1;
        f->waiting[kept++] = task;
    }
    f->n_waiting = kept;
}
