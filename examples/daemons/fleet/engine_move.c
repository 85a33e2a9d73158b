/* SPDX-License-Identifier: Apache-2.0 */
/* One robot: its battery, its way, and what comes next when it has arrived. */
#include "engine.h"
#include <string.h>

/* To 80 % in 45 minutes, the rest in 45 more, in ppm * 3600000 a ms: the default curve of c12/charge.h. */
enum { POWER_FAST = 1066666, POWER_SLOW = 266666 };
static const int64_t level_taper = (int64_t)800000 * 3600000, level_full = (int64_t)1000000 * 3600000;

int64_t bot_level(const engine *e, const bot *b)
{
    int64_t ms = e->now - b->level_at, v = b->level;
    int moves = b->state == BOT_TO_PICKUP || b->state == BOT_TO_DROP || b->state == BOT_TO_BAY || b->state == BOT_TO_HOME;
    if (ms <= 0) return v;
    if (b->state == BOT_CHARGE) {
        int64_t fast = v < level_taper ? (level_taper - v) / POWER_FAST : 0;
        if (fast > ms) fast = ms;
        v += fast * POWER_FAST + (ms - fast) * POWER_SLOW;
        return v > level_full ? level_full : v;
    }
    v -= ms * (moves ? e->floor->drain_move : e->floor->drain_idle);
    return v < 0 ? 0 : v;
}

int32_t bot_battery(const engine *e, const bot *b) { return (int32_t)(bot_level(e, b) / 3600000); }

void bot_settle(engine *e, bot *b)
{
    b->level = bot_level(e, b);
    if (b->job >= 0) b->busy += e->now - b->level_at;
    b->level_at = e->now;
}

void bot_set(engine *e, bot *b, int32_t state)
{
    bot_settle(e, b);
    b->state = state;
    b->moved = 1;
}

/* ---- ways --------------------------------------------------------------------------------------------------------------------------------- */

static void bot_claim(engine *e, bot *b, int32_t place)
{
    int32_t r = (int32_t)(b - e->bots);
    if (b->place >= 0) e->place_bot[b->place] = -1;
    if (place >= 0) e->place_bot[place] = r;
    b->place = place;
}

/* The new way begins with what was released of the old one and not driven yet. */
static void bot_take(bot *b, const c12_route_plan *p)
{
    int32_t kept = b->n_steps ? b->released - b->at : 0, n = 0;
    if (kept > 0) {
        memmove(b->step, b->step + b->at, (size_t)kept * sizeof *b->step);
        memmove(b->due, b->due + b->at, (size_t)kept * sizeof *b->due);
        n = kept;
    }
    for (int64_t k = 0; k < p->step_off[1] && n < ENGINE_STEPS; k++) {
        if (n && b->step[n - 1] == p->step_vertex[k]) continue;
        b->step[n] = p->step_vertex[k];
        b->due[n++] = k ? p->step_to[k - 1] : p->step_from[k];
    }
    b->at = 0;
    b->n_steps = n;
    b->released = kept > 0 ? kept : 1;
}

int bot_plan(engine *e, bot *b, int32_t goal)
{
    static int32_t vertex[ENGINE_STEPS];
    static c12_tick from[ENGINE_STEPS], to[ENGINE_STEPS];
    int64_t off[2];
    c12_route_plan p = C12_INIT(c12_route_plan);
    c12_budget budget = C12_INIT(c12_budget);
    c12_info info = C12_INIT(c12_info);
    int32_t r = (int32_t)(b - e->bots);
    p.step_cap = ENGINE_STEPS;
    p.step_off = off;
    p.step_vertex = vertex;
    p.step_from = from;
    p.step_to = to;
    budget.work_limit = 20 * (int64_t)e->n_vertices + 10000;
    c12_status s = c12_route_reroute(e->route, 0, r, e->now, goal, &budget, &p, &info, NULL);
    if (s == C12_E_STATE) s = c12_route_replan(e->route, 0, r, b->vertex, e->now, goal, &budget, &p, &info, NULL);
    if (s || info.outcome != C12_OPTIMAL) return 0;
    bot_take(b, &p);
    return 1;
}

int bot_go(engine *e, bot *b, int32_t state, int32_t vertex, int32_t place)
{
    int stood = !b->n_steps || b->at == b->n_steps - 1;
    if (!bot_plan(e, b, vertex)) { e->refused++; return 0; }
    e->routes++;
    if (stood) b->since = e->now; /* it does not make up for having stood */
    bot_claim(e, b, place);
    bot_set(e, b, state);
    if (b->n_steps < 2) bot_next(e, b);
    return 1;
}

int32_t engine_free_dock(const engine *e, int32_t station, int32_t vertex)
{
    int32_t best = -1;
    for (int64_t k = e->floor->dock_off[station]; k < e->floor->dock_off[station + 1]; k++) {
        int32_t dock = (int32_t)k;
        if (e->place_bot[dock] >= 0 || engine_dist(e, dock, vertex) == INT32_MAX) continue;
        if (best < 0 || engine_dist(e, dock, vertex) < engine_dist(e, best, vertex)) best = dock;
    }
    return best;
}

/* ---- what comes next ------------------------------------------------------------------------------------------------------------------------ */

static void bot_handle(engine *e, bot *b, int32_t state)
{
    bot_set(e, b, state);
    b->until = e->now + e->floor->handling;
}

/* Where there is no dock to deliver to, it waits at home: a loaded robot that kept its dock could keep out one that waits for just that dock. */
static void bot_carry(engine *e, bot *b)
{
    int32_t dock = engine_free_dock(e, e->jobs[b->job].to, b->vertex), home = e->floor->robot_home[b - e->bots];
    if (dock >= 0 && bot_go(e, b, BOT_TO_DROP, e->place_vertex[dock], dock)) return;
    if (dock < 0 && b->place >= 0 && b->vertex != home && bot_go(e, b, BOT_TO_HOME, home, -1)) return;
    b->until = e->now + 1000; /* asked again in a second */
}

static void bot_delivered(engine *e, bot *b)
{
    job *j = &e->jobs[b->job];
    bot_settle(e, b);
    j->state = JOB_DONE;
    b->job = -1;
    b->done++;
    e->done++;
    bot_set(e, b, BOT_IDLE);
    if (e->changed) e->changed(e, j);
}

void bot_next(engine *e, bot *b)
{
    switch (b->state) {
    case BOT_TO_PICKUP: if (b->job >= 0) bot_handle(e, b, BOT_PICKUP); else bot_set(e, b, BOT_IDLE); break;
    case BOT_PICKUP: bot_carry(e, b); break;
    case BOT_TO_DROP: bot_handle(e, b, BOT_DROP); break;
    case BOT_DROP: bot_delivered(e, b); break;
    case BOT_TO_BAY: bot_set(e, b, BOT_CHARGE); break;
    case BOT_TO_HOME: bot_set(e, b, b->job < 0 ? BOT_IDLE : BOT_PICKUP); b->until = e->now; break;
    default: break;
    }
}
