/* SPDX-License-Identifier: Apache-2.0 */
/* Fleet: the public entry and what happens in a second. */
#include "flow/fleet/flow_fleet_internal.h"

enum { FLEET_PATIENCE = 5000 }; /* ms a loaded robot waits at a dock for a way on before it clears the dock */
static const c12_tick fleet_longest = (c12_tick)1 << 40;

/* ---- create --------------------------------------------------------------------------------------------------------------- */

static void fleet_get_columns(c12_flow_fleet *f)
{
    c12__flow_pool *p = &f->pool;
    int64_t n = f->floor.n_robots, bays = f->floor.n_bays;
    f->robot = C12__FLOW_NEW(p, c12__fleet_robot, n);
    f->waiting = C12__FLOW_NEW(p, int64_t, f->floor.n_tasks);
    f->task_robot = C12__FLOW_NEW(p, int32_t, f->floor.n_tasks);
    f->task_done = C12__FLOW_NEW(p, int64_t, f->floor.n_tasks);
    f->idle = C12__FLOW_NEW(p, int32_t, n);
    f->window_robot = C12__FLOW_NEW(p, int32_t, C12__FLEET_WINDOW);
    f->window_priority = C12__FLOW_NEW(p, int32_t, C12__FLEET_WINDOW);
    f->window_pair = C12__FLOW_NEW(p, int64_t, C12__FLEET_WINDOW);
    f->station_cost = C12__FLOW_NEW(p, int64_t, (int64_t)f->floor.n_stations * f->floor.n_stations);
    f->cost = C12__FLOW_NEW(p, int64_t, n * C12__FLEET_WINDOW);
    f->battery = C12__FLOW_NEW(p, int32_t, n);
    f->at_bay = C12__FLOW_NEW(p, int32_t, n);
    f->bay = C12__FLOW_NEW(p, int32_t, n);
    f->rank = C12__FLOW_NEW(p, int32_t, n);
    f->robot_class = C12__FLOW_NEW(p, int32_t, n);
    f->busy = C12__FLOW_NEW(p, uint8_t, n);
    f->travel = C12__FLOW_NEW(p, int64_t, n * bays);
    f->bay_free = C12__FLOW_NEW(p, int64_t, bays);
    f->start = C12__FLOW_NEW(p, int64_t, n);
    f->charged_at = C12__FLOW_NEW(p, int64_t, n);
    f->path = (c12_route_plan)C12_INIT(c12_route_plan);
    f->path.step_cap = C12__FLEET_STEPS;
    f->path.step_off = C12__FLOW_NEW(p, int64_t, 2);
    f->path.step_vertex = C12__FLOW_NEW(p, int32_t, C12__FLEET_STEPS);
    f->path.step_from = C12__FLOW_NEW(p, int64_t, C12__FLEET_STEPS);
    f->path.step_to = C12__FLOW_NEW(p, int64_t, C12__FLEET_STEPS);
}

static c12_status fleet_open_route(c12_flow_fleet *f, c12_error *err)
{
    c12_route_dims d = C12_INIT(c12_route_dims);
    d.vertices = f->floor.n_vertices;
    d.arcs = f->floor.n_vertices ? f->floor.arc_off[f->floor.n_vertices] : 0;
    d.robots = f->floor.n_robots;
    d.steps = C12__FLEET_STEPS;
    d.holds = (int64_t)f->floor.n_robots * 512 + C12__FLEET_STEPS; /* a minute's cells and the way ahead of every robot */
    d.tables = f->n_places + f->floor.n_robots;
    f->world = (c12_route_problem)C12_INIT(c12_route_problem);
    f->world.n_vertices = f->floor.n_vertices;
    f->world.n_robots = f->floor.n_robots;
    f->world.arc_off = f->floor.arc_off;
    f->world.arc_head = f->floor.arc_head;
    f->world.robot_pace = f->floor.robot_pace;
    c12_status s = c12_route_create(&f->route, &d, NULL, &f->pool.host, err);
    return s ? s : c12_route_load(f->route, &f->world, err);
}

static c12_status fleet_open_rooms(c12_flow_fleet *f, c12_error *err)
{
    c12_dispatch_dims d = C12_INIT(c12_dispatch_dims);
    c12_charge_dims c = C12_INIT(c12_charge_dims);
    c12_charge_options o = C12_INIT(c12_charge_options);
    d.robots = c.robots = f->floor.n_robots;
    d.tasks = C12__FLEET_WINDOW;
    c.bays = f->floor.n_bays;
    o.fast_ticks = o.slow_ticks = 2700 * C12__FLEET_SECOND; /* the defaults, in ms */
    c12_status s = fleet_open_route(f, err);
    if (!s) s = c12_dispatch_create(&f->dispatch, &d, NULL, &f->pool.host, err);
    if (!s) s = c12_charge_create(&f->charge, &c, &o, &f->pool.host, err);
    return s;
}

static c12_status fleet_place_robots(c12_flow_fleet *f, c12_error *err)
{
    for (int32_t r = 0; r < f->floor.n_robots; r++) {
        c12__fleet_robot *it = &f->robot[r];
        c12_status s = c12_route_park(f->route, 0, r, f->floor.robot_home[r], 0, NULL);
        if (s) return c12__fail(err, C12_E_RANGE, "two robots have one home", "robot_home", r, f->floor.robot_home[r]);
        *it = (c12__fleet_robot){ -1, (int64_t)f->floor.robot_battery[r] * C12__FLEET_PPM, 0, 0, -1, C12_FLOW_IDLE, 0, f->floor.robot_home[r], -1 };
        c12__fleet_stand(f, r, C12_FLOW_IDLE, 0);
    }
    for (int64_t k = 0; k < f->floor.n_tasks; k++) { f->task_robot[k] = -1; f->task_done[k] = C12__FLEET_OPEN; }
    return f->pool.failed ? c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, 0) : C12_OK;
}

c12_status c12_flow_fleet_create(c12_flow_fleet **self, const c12_flow_floor *floor, const c12_host *host, c12_error *err)
{
    c12__flow_pool pool = { .last = NULL };
    c12_flow_floor mine;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    c12_status s = c12__take_optional(&pool.host, sizeof pool.host, host, "host", err);
    if (!s) s = c12__fleet_take_floor(&mine, floor, err);
    if (s) return s;
    c12_flow_fleet *f = c12__alloc(&pool.host, sizeof *f);
    if (!f) return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, (int64_t)sizeof *f);
    memset(f, 0, sizeof *f);
    f->pool = pool;
    f->floor = mine;
    fleet_get_columns(f);
    if (!f->pool.failed) c12__fleet_measure(f);
    s = f->pool.failed ? c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, 0) : fleet_open_rooms(f, err);
    if (!s) s = fleet_place_robots(f, err);
    if (s) { c12_flow_fleet_destroy(f); return s; }
    *self = f;
    return C12_OK;
}

void c12_flow_fleet_destroy(c12_flow_fleet *self)
{
    if (!self) return;
    c12_host host = self->pool.host;
    c12_route_destroy(self->route);
    c12_dispatch_destroy(self->dispatch);
    c12_charge_destroy(self->charge);
    c12__flow_free(&self->pool);
    c12__release(&host, self, sizeof *self);
}

/* ---- a second ---------------------------------------------------------------------------------------------------------------- */

static void fleet_arrive(c12_flow_fleet *f, int32_t robot)
{
    static const int32_t then[] = { [C12_FLOW_TO_PICKUP] = C12_FLOW_PICKUP, [C12_FLOW_TO_DROP] = C12_FLOW_DROP, [C12_FLOW_TO_BAY] = C12_FLOW_CHARGE, [C12_FLOW_TO_HOME] = C12_FLOW_IDLE };
    c12__fleet_robot *r = &f->robot[robot];
    f->charges += r->state == C12_FLOW_TO_BAY;
    c12__fleet_stand(f, robot, then[r->state], r->until);
}

/* A loaded robot goes on to its drop dock; when the way stays closed it clears the dock it stands on. */
static void fleet_carry_on(c12_flow_fleet *f, int32_t robot, c12_tick t)
{
    c12__fleet_robot *r = &f->robot[robot];
    int32_t dock = c12__fleet_free_dock(f, f->floor.task_to[r->task], r->vertex);
    if (dock >= 0 && c12__fleet_go(f, robot, C12_FLOW_TO_DROP, t, f->place_vertex[dock], dock)) return;
    if (r->state == C12_FLOW_PICKUP && t - r->since > f->floor.handling + FLEET_PATIENCE) (void)c12__fleet_go(f, robot, C12_FLOW_TO_HOME, t, f->floor.robot_home[robot], -1);
}

static void fleet_unload(c12_flow_fleet *f, int32_t robot)
{
    c12__fleet_robot *r = &f->robot[robot];
    f->task_done[r->task] = r->since + f->floor.handling;
    f->tasks_done++;
    r->loaded = 0;
    int64_t task = r->task;
    r->task = -1;
    c12__fleet_stand(f, robot, C12_FLOW_IDLE, f->task_done[task]);
}

static void fleet_progress(c12_flow_fleet *f, int32_t robot, c12_tick t)
{
    c12__fleet_robot *r = &f->robot[robot];
    if (r->until <= t) fleet_arrive(f, robot);
    if (r->state == C12_FLOW_PICKUP && r->since + f->floor.handling <= t) r->loaded = 1;
    if (r->loaded && (r->state == C12_FLOW_PICKUP || r->state == C12_FLOW_IDLE)) fleet_carry_on(f, robot, t);
    if (r->state == C12_FLOW_DROP && r->since + f->floor.handling <= t) fleet_unload(f, robot);
}

/* Tasks that became ready queue by priority, equal ones first come first served. */
static void fleet_take_tasks(c12_flow_fleet *f, c12_tick t)
{
    for (; f->next_task < f->floor.n_tasks && f->floor.task_ready[f->next_task] <= t; f->next_task++) {
        int64_t at = f->n_waiting++;
        for (; at > 0 && c12__at32(f->floor.task_priority, f->waiting[at - 1], 0) < c12__at32(f->floor.task_priority, f->next_task, 0); at--) f->waiting[at] = f->waiting[at - 1];
        f->waiting[at] = f->next_task;
    }
}

static void fleet_go_home(c12_flow_fleet *f, c12_tick t)
{
    for (int32_t r = 0; r < f->floor.n_robots; r++) {
        const c12__fleet_robot *it = &f->robot[r];
        if (it->state == C12_FLOW_IDLE && it->task < 0 && it->vertex != f->floor.robot_home[r]) (void)c12__fleet_go(f, r, C12_FLOW_TO_HOME, t, f->floor.robot_home[r], -1);
    }
}

static void fleet_second(c12_flow_fleet *f, c12_tick t)
{
    if (t % C12__FLEET_FORGET_EVERY == 0) (void)!c12_route_forget(f->route, 0, t, NULL);
    fleet_take_tasks(f, t);
    for (int32_t r = 0; r < f->floor.n_robots; r++) fleet_progress(f, r, t);
    if (t % C12__FLEET_CHARGE_EVERY == 0 && f->floor.n_bays) c12__fleet_plan_charging(f, t);
    c12__fleet_assign(f, t);
    fleet_go_home(f, t);
}

c12_status c12_flow_fleet_run(c12_flow_fleet *self, c12_tick until, c12_error *err)
{
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    if (until < 0 || until > fleet_longest) return c12__fail(err, C12_E_RANGE, "tick out of range", "until", -1, until);
    for (; self->now < until && !self->pool.failed; self->now += C12__FLEET_SECOND) fleet_second(self, self->now);
    return self->pool.failed ? c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, 0) : C12_OK;
}

c12_status c12_flow_fleet_view_get(const c12_flow_fleet *self, c12_flow_fleet_view *view, c12_error *err)
{
    c12_flow_fleet_view v = C12_INIT(c12_flow_fleet_view);
    if (!self || !view) return c12__fail(err, C12_E_ARG, "argument is NULL", self ? "view" : "self", -1, 0);
    const c12__fleet_log *l = &self->log;
    v.now = self->now;
    v.n_legs = l->n_legs; v.n_steps = l->n_steps;
    v.routes = self->routes; v.refused = self->refused; v.tasks_done = self->tasks_done; v.charges = self->charges;
    v.leg_robot = l->leg_robot; v.leg_state = l->leg_state; v.leg_task = l->leg_task; v.leg_from = l->leg_from; v.leg_to = l->leg_to;
    v.leg_battery = l->leg_battery; v.leg_step_off = l->leg_step_off;
    v.step_vertex = l->step_vertex; v.step_from = l->step_from; v.step_to = l->step_to;
    v.task_robot = self->task_robot; v.task_done = self->task_done;
    c12__give(view, &v, sizeof v);
    return C12_OK;
}
