/* SPDX-License-Identifier: Apache-2.0 */
/* What one robot does: legs in the record, battery, claims of places, routes. */
#include "flow/fleet/flow_fleet_internal.h"

/* ---- battery --------------------------------------------------------------------------------------------------------------------- */

/* To 80 % in 45 minutes, the rest in 45 more: the default curve of c12/charge.h, in battery units a ms, rounded down. */
enum { POWER_FAST = 1066666, POWER_SLOW = 266666 };
static const int64_t power_taper = (int64_t)800000 * C12__FLEET_PPM, power_full = (int64_t)1000000 * C12__FLEET_PPM;

static int64_t power_charged(int64_t level, c12_tick ms)
{
    int64_t to_taper = level < power_taper ? (power_taper - level + POWER_FAST - 1) / POWER_FAST : 0;
    if (ms <= to_taper) return level + ms * POWER_FAST;
    return c12__min64(power_full, level + to_taper * POWER_FAST + c12__min64(ms - to_taper, power_full / POWER_SLOW) * POWER_SLOW);
}

int64_t c12__fleet_level(const c12_flow_fleet *f, const c12__fleet_robot *r, c12_tick t)
{
    int64_t used;
    int moves = r->state == C12_FLOW_TO_PICKUP || r->state == C12_FLOW_TO_DROP || r->state == C12_FLOW_TO_BAY || r->state == C12_FLOW_TO_HOME;
    if (r->state == C12_FLOW_CHARGE) return power_charged(r->level, t - r->since);
    if (c12__mul64(t - r->since, moves ? f->floor.drain_move : f->floor.drain_idle, &used)) return 0;
    return c12__max64(0, r->level - used);
}

/* ---- the record -------------------------------------------------------------------------------------------------------------------- */

static void *log_wider(c12_flow_fleet *f, const void *old, int64_t n, int64_t cap, size_t each)
{
    void *wide = c12__flow_get(&f->pool, cap, each); /* the old one goes with the pool: doubling wastes no more than it holds */
    if (wide && n) memcpy(wide, old, (size_t)n * each);
    return wide;
}

static int log_room(c12_flow_fleet *f, int64_t steps)
{
    c12__fleet_log *l = &f->log;
    if (l->n_legs == l->legs_cap) {
        int64_t cap = l->legs_cap ? 2 * l->legs_cap : 1024, n = l->n_legs;
        l->leg_robot = log_wider(f, l->leg_robot, n, cap, sizeof *l->leg_robot);
        l->leg_state = log_wider(f, l->leg_state, n, cap, sizeof *l->leg_state);
        l->leg_battery = log_wider(f, l->leg_battery, n, cap, sizeof *l->leg_battery);
        l->leg_task = log_wider(f, l->leg_task, n, cap, sizeof *l->leg_task);
        l->leg_from = log_wider(f, l->leg_from, n, cap, sizeof *l->leg_from);
        l->leg_to = log_wider(f, l->leg_to, n, cap, sizeof *l->leg_to);
        l->leg_step_off = log_wider(f, l->leg_step_off, n ? n + 1 : 0, cap + 1, sizeof *l->leg_step_off);
        l->legs_cap = cap;
    }
    if (l->n_steps + steps > l->steps_cap) {
        int64_t cap = c12__max64(2 * l->steps_cap, 16 * C12__FLEET_STEPS), n = l->n_steps;
        l->step_vertex = log_wider(f, l->step_vertex, n, cap, sizeof *l->step_vertex);
        l->step_from = log_wider(f, l->step_from, n, cap, sizeof *l->step_from);
        l->step_to = log_wider(f, l->step_to, n, cap, sizeof *l->step_to);
        l->steps_cap = cap;
    }
    return !f->pool.failed;
}

static void log_step(c12__fleet_log *l, int32_t vertex, c12_tick from, c12_tick to)
{
    l->step_vertex[l->n_steps] = vertex;
    l->step_from[l->n_steps] = from;
    l->step_to[l->n_steps++] = to;
}

/* End the robot's open leg at `from` and begin the next.  Its steps follow by log_step, then log_end. */
static void log_begin(c12_flow_fleet *f, int32_t robot, int32_t state, c12_tick from, c12_tick to)
{
    c12__fleet_log *l = &f->log;
    c12__fleet_robot *r = &f->robot[robot];
    if (r->leg >= 0) {
        r->level = c12__fleet_level(f, r, from);
        l->leg_to[r->leg] = from;
        l->step_to[l->leg_step_off[r->leg + 1] - 1] = from;
    }
    r->state = state;
    r->since = from;
    r->until = to;
    r->leg = l->n_legs;
    l->leg_robot[r->leg] = robot;
    l->leg_state[r->leg] = state;
    l->leg_task[r->leg] = r->task;
    l->leg_from[r->leg] = from;
    l->leg_to[r->leg] = to;
    l->leg_battery[r->leg] = (int32_t)(r->level / C12__FLEET_PPM);
    l->leg_step_off[r->leg] = l->n_steps;
}

static void log_end(c12__fleet_log *l)
{
    l->leg_step_off[++l->n_legs] = l->n_steps;
}

void c12__fleet_stand(c12_flow_fleet *f, int32_t robot, int32_t state, c12_tick from)
{
    if (!log_room(f, 1)) return;
    log_begin(f, robot, state, from, C12__FLEET_OPEN);
    log_step(&f->log, f->robot[robot].vertex, from, C12__FLEET_OPEN);
    log_end(&f->log);
}

/* ---- routes ------------------------------------------------------------------------------------------------------------------------ */

static void move_claim(c12_flow_fleet *f, int32_t robot, int32_t place)
{
    c12__fleet_robot *r = &f->robot[robot];
    if (r->place >= 0) f->place_robot[r->place] = -1;
    if (place >= 0) f->place_robot[place] = robot;
    r->place = place;
}

static int move_reserve(c12_flow_fleet *f, int32_t robot, c12_tick t, int32_t vertex, c12_tick *arrive)
{
    c12_budget b = C12_INIT(c12_budget);
    c12_info i = C12_INIT(c12_info);
    b.work_limit = 20 * (int64_t)f->floor.n_vertices + 10000;
    c12_status s = c12_route_replan(f->route, 0, robot, f->robot[robot].vertex, t, vertex, &b, &f->path, &i, NULL);
    *arrive = i.objective;
    return !s && i.outcome == C12_OPTIMAL;
}

int c12__fleet_go(c12_flow_fleet *f, int32_t robot, int32_t state, c12_tick t, int32_t vertex, int32_t place)
{
    c12_tick arrive;
    if (!log_room(f, C12__FLEET_STEPS)) return 0;
    if (!move_reserve(f, robot, t, vertex, &arrive)) { f->refused++; return 0; }
    f->routes++;
    move_claim(f, robot, place);
    log_begin(f, robot, state, t, arrive);
    for (int64_t k = 0; k < f->path.step_off[1]; k++) log_step(&f->log, f->path.step_vertex[k], f->path.step_from[k], c12__min64(f->path.step_to[k], arrive));
    log_end(&f->log);
    f->robot[robot].vertex = vertex;
    return 1;
}

int32_t c12__fleet_free_dock(const c12_flow_fleet *f, int32_t station, int32_t vertex)
{
    int32_t best = -1;
    for (int64_t k = f->floor.dock_off[station]; k < f->floor.dock_off[station + 1]; k++) {
        int32_t dock = (int32_t)k;
        if (f->place_robot[dock] >= 0 || c12__fleet_dist(f, dock, vertex) == C12__FLEET_UNREACHED) continue;
        if (best < 0 || c12__fleet_dist(f, dock, vertex) < c12__fleet_dist(f, best, vertex)) best = dock;
    }
    return best;
}
