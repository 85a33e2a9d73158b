/* SPDX-License-Identifier: Apache-2.0 */
/* Who does which task and who charges: c12/dispatch.h and c12/charge.h asked with what the engine knows. */
#include "engine.h"
#include <time.h>

static const int64_t keep_level = (int64_t)100000 * 3600000; /* 10 % are left after a task */

/* Somebody drives it: nothing is decided for a robot that has not spoken. */
static int bot_is_there(const bot *b) { return b->twin || (b->heard && !b->stale); }

static int bot_is_free(const engine *e, const bot *b)
{
    return b->job < 0 && bot_is_there(b) && !b->paused && !b->stopped && !e->stopped && (b->state == BOT_IDLE || b->state == BOT_TO_HOME);
}

/* Travel to the load; NEVER when the battery does not bear way and haul. */
static int64_t pair_cost(const engine *e, const bot *b, const job *j)
{
    const int64_t pace = e->floor->robot_pace[b - e->bots];
    int32_t dock = engine_free_dock(e, j->from, b->vertex), least = INT32_MAX;
    if (dock < 0) return C12_DISPATCH_NEVER;
    for (int64_t k = e->floor->dock_off[j->to]; k < e->floor->dock_off[j->to + 1]; k++) {
        int32_t haul = engine_dist(e, (int32_t)k, e->place_vertex[dock]);
        if (haul < least) least = haul;
    }
    if (least == INT32_MAX) return C12_DISPATCH_NEVER;
    int64_t there = engine_dist(e, dock, b->vertex) * pace;
    if (bot_level(e, b) - (there + least * pace) * e->floor->drain_move < keep_level) return C12_DISPATCH_NEVER;
    return there;
}

static int64_t ticks_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Send a robot; its dock or way may have gone to another meanwhile, then the task waits on. */
static int send(engine *e, int32_t robot, int32_t row)
{
    bot *b = &e->bots[robot];
    job *j = &e->jobs[row];
    int32_t dock = engine_free_dock(e, j->from, b->vertex);
    if (dock < 0) return 0;
    bot_settle(e, b);
    b->job = row;
    if (!bot_go(e, b, BOT_TO_PICKUP, e->place_vertex[dock], dock)) { b->job = -1; return 0; }
    j->state = JOB_RUNNING;
    j->robot = robot;
    if (e->changed) e->changed(e, j);
    return 1;
}

void engine_assign(engine *e)
{
    int32_t tasks = e->n_waiting < ENGINE_WINDOW ? e->n_waiting : ENGINE_WINDOW, robots = 0, given[ENGINE_WINDOW], priority[ENGINE_WINDOW];
    c12_dispatch_problem p = C12_INIT(c12_dispatch_problem);
    c12_dispatch_plan plan = C12_INIT(c12_dispatch_plan);
    c12_budget budget = C12_INIT(c12_budget);
    int64_t began = ticks_ns();
    for (int32_t r = 0; r < e->n_robots; r++) if (bot_is_free(e, &e->bots[r])) e->cost_robot[robots++] = r;
    if (!tasks || !robots) return;
    for (int32_t k = 0; k < tasks; k++) priority[k] = e->jobs[e->waiting[k]].priority;
    for (int32_t i = 0; i < robots; i++)
        for (int32_t k = 0; k < tasks; k++) e->cost[(int64_t)i * tasks + k] = pair_cost(e, &e->bots[e->cost_robot[i]], &e->jobs[e->waiting[k]]);
    p.n_robots = robots;
    p.n_tasks = tasks;
    p.cost = e->cost;
    p.task_priority = priority;
    plan.task_robot = given;
    budget.work_limit = INT64_MAX;
    if (c12_dispatch_load(e->dispatch, &p, NULL) || c12_dispatch_solve(e->dispatch, 0, &budget, &plan, NULL, NULL)) return;
    int32_t kept = 0;
    for (int32_t k = 0; k < e->n_waiting; k++)
        if (k >= tasks || given[k] < 0 || !send(e, e->cost_robot[given[k]], e->waiting[k])) e->waiting[kept++] = e->waiting[k];
    e->n_waiting = kept;
    e->assign_ns[e->n_assigned++ % 256] = ticks_ns() - began;
}

/* ---- charging -------------------------------------------------------------------------------------------------------------------------------- */

/* A robot on its way or at work is shown as full: its turn comes when it stands. */
static void charge_tell(engine *e, int32_t r)
{
    const bot *b = &e->bots[r];
    int stands = (b->state == BOT_IDLE && b->job < 0) || b->state == BOT_CHARGE, in_bay = stands && b->place >= e->n_docks;
    e->battery[r] = stands ? bot_battery(e, b) : 1000000;
    e->busy[r] = (uint8_t)(!stands || b->stopped || !bot_is_there(b));
    e->at_bay[r] = in_bay ? b->place - e->n_docks : -1;
    for (int32_t k = 0; k < e->n_bays; k++) {
        int32_t cells = engine_dist(e, e->n_docks + k, b->vertex);
        e->travel[(int64_t)r * e->n_bays + k] = cells == INT32_MAX ? -1 : (int64_t)cells * e->floor->robot_pace[r];
    }
}

static void charge_obey(engine *e, int32_t r)
{
    bot *b = &e->bots[r];
    int32_t bay = e->bay[r];
    if (e->busy[r]) return;
    if (e->at_bay[r] >= 0 && (bay != e->at_bay[r] || e->rank[r] >= 0)) {
        if (b->state == BOT_CHARGE) bot_set(e, b, BOT_IDLE);
    } else if (bay >= 0 && e->rank[r] < 0 && e->at_bay[r] < 0 && e->place_bot[e->n_docks + bay] < 0)
        (void)bot_go(e, b, BOT_TO_BAY, e->floor->bay_vertex[bay], e->n_docks + bay);
}

/* Who stands idle somewhere in the way goes home. */
static void go_home(engine *e, int32_t r)
{
    bot *b = &e->bots[r];
    if (b->state == BOT_IDLE && b->job < 0 && bot_is_there(b) && !b->stopped && !e->stopped && b->vertex != e->floor->robot_home[r]) (void)bot_go(e, b, BOT_TO_HOME, e->floor->robot_home[r], -1);
}

void engine_charge(engine *e)
{
    c12_charge_problem p = C12_INIT(c12_charge_problem);
    c12_charge_plan plan = C12_INIT(c12_charge_plan);
    c12_budget budget = C12_INIT(c12_budget);
    for (int32_t r = 0; r < e->n_robots; r++) charge_tell(e, r);
    for (int32_t k = 0; k < e->n_bays; k++) {
        int32_t r = e->place_bot[e->n_docks + k];
        e->bay_free[k] = r >= 0 && e->bots[r].state == BOT_TO_BAY ? C12_CHARGE_CLOSED : 0;
    }
    p.n_robots = e->n_robots;
    p.n_bays = e->n_bays;
    p.low_demand = c12_charge_is_low_demand((int32_t)((e->now + e->of_day) / 3600000 % 24), 22, 6);
    p.now = e->now;
    p.battery_ppm = e->battery;
    p.travel = e->travel;
    p.busy = e->busy;
    p.at_bay = e->at_bay;
    p.bay_free_from = e->bay_free;
    plan.robot_class = e->class;
    plan.robot_bay = e->bay;
    plan.robot_start = e->start;
    plan.robot_until = e->until;
    plan.queue_rank = e->rank;
    budget.work_limit = INT64_MAX;
    if (c12_charge_load(e->charge, &p, NULL) || c12_charge_solve(e->charge, 0, &budget, &plan, NULL, NULL)) return;
    for (int32_t r = 0; r < e->n_robots; r++) charge_obey(e, r);
    for (int32_t r = 0; r < e->n_robots; r++) go_home(e, r);
}
