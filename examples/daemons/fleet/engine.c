/* SPDX-License-Identifier: Apache-2.0 */
/* The engine: memory, time, reports, what people order. */
#include "engine.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ENGINE_SECOND = 1000, ENGINE_CHARGE_EVERY = 10000 };
const char *const bot_state_name[BOT_STATES] = { "idle", "to_pickup", "pickup", "to_drop", "drop", "to_bay", "charge", "to_home" };

/* ---- making it ------------------------------------------------------------------------------------------------------------------------ */

/* Cells from every vertex to a place, breadth first; INT32_MAX = no way. */
static void measure_place(engine *e, int32_t place, int32_t *queue)
{
    int32_t *d = e->dist + (int64_t)place * e->n_vertices, head = 0, tail = 0;
    for (int32_t v = 0; v < e->n_vertices; v++) d[v] = INT32_MAX;
    d[e->place_vertex[place]] = 0;
    queue[tail++] = e->place_vertex[place];
    while (head < tail) {
        int32_t v = queue[head++];
        for (int64_t a = e->floor->arc_off[v]; a < e->floor->arc_off[v + 1]; a++) {
            int32_t w = e->floor->arc_head[a];
            if (d[w] == INT32_MAX) { d[w] = d[v] + 1; queue[tail++] = w; }
        }
    }
}

static void measure(engine *e)
{
    int32_t *queue = NEW(int32_t, e->n_vertices);
    for (int32_t k = 0; k < e->n_docks; k++) e->place_vertex[k] = e->floor->dock_vertex[k];
    for (int32_t k = 0; k < e->n_bays; k++) e->place_vertex[e->n_docks + k] = e->floor->bay_vertex[k];
    for (int32_t k = 0; k < e->n_places; k++) { e->place_bot[k] = -1; measure_place(e, k, queue); }
    free(queue);
}

static int make_planners(engine *e)
{
    c12_route_dims rd = C12_INIT(c12_route_dims);
    c12_dispatch_dims dd = C12_INIT(c12_dispatch_dims);
    c12_charge_dims cd = C12_INIT(c12_charge_dims);
    c12_charge_options co = C12_INIT(c12_charge_options);
    static c12_route_problem world;
    rd.vertices = e->n_vertices;
    rd.arcs = e->floor->arc_off[e->n_vertices];
    rd.robots = e->n_robots;
    rd.steps = ENGINE_STEPS;
    rd.holds = (int64_t)e->n_robots * 512 + 4096;
    rd.tables = e->n_places < 256 ? e->n_places : 256;
    dd.robots = e->n_robots;
    dd.tasks = ENGINE_WINDOW;
    cd.robots = e->n_robots;
    cd.bays = e->n_bays;
    co.fast_ticks = co.slow_ticks = 2700000;
    c12_route_problem w = C12_INIT(c12_route_problem);
    w.n_vertices = e->n_vertices;
    w.n_robots = e->n_robots;
    w.arc_off = e->floor->arc_off;
    w.arc_head = e->floor->arc_head;
    w.robot_pace = e->floor->robot_pace;
    world = w;
    if (c12_route_create(&e->route, &rd, NULL, NULL, NULL) || c12_dispatch_create(&e->dispatch, &dd, NULL, NULL, NULL) || c12_charge_create(&e->charge, &cd, &co, NULL, NULL)) return -1;
    return c12_route_load(e->route, &world, NULL) ? -1 : 0;
}

engine *engine_make(const plant_data *p)
{
    engine *e = NEW(engine, 1);
    const c12_flow_floor *f = &p->h.floor;
    e->plant = p;
    e->floor = f;
    e->n_robots = f->n_robots;
    e->n_bays = f->n_bays;
    e->n_vertices = f->n_vertices;
    e->n_docks = (int32_t)f->dock_off[f->n_stations];
    e->n_places = e->n_docks + e->n_bays;
    e->bots = NEW(bot, e->n_robots);
    e->place_vertex = NEW(int32_t, e->n_places);
    e->place_bot = NEW(int32_t, e->n_places);
    e->dist = NEW(int32_t, (int64_t)e->n_places * e->n_vertices);
    e->cost = NEW(int64_t, (int64_t)e->n_robots * ENGINE_WINDOW);
    e->travel = NEW(int64_t, (int64_t)e->n_robots * e->n_bays);
    e->bay_free = NEW(int64_t, e->n_bays);
    e->start = NEW(int64_t, e->n_robots);
    e->until = NEW(int64_t, e->n_robots);
    int32_t **const narrow[] = { &e->cost_robot, &e->battery, &e->at_bay, &e->bay, &e->rank, &e->class };
    for (size_t k = 0; k < sizeof narrow / sizeof *narrow; k++) *narrow[k] = NEW(int32_t, e->n_robots);
    e->busy = NEW(uint8_t, e->n_robots);
    measure(e);
    if (make_planners(e)) { engine_free(e); return NULL; }
    for (int32_t r = 0; r < e->n_robots; r++) {
        bot *b = &e->bots[r];
        b->vertex = f->robot_home[r];
        b->job = b->place = -1;
        b->level = (int64_t)f->robot_battery[r] * 3600000;
        b->moved = 1;
        if (c12_route_park(e->route, 0, r, b->vertex, 0, NULL)) { engine_free(e); return NULL; }
    }
    return e;
}

void engine_free(engine *e)
{
    if (!e) return;
    c12_route_destroy(e->route);
    c12_dispatch_destroy(e->dispatch);
    c12_charge_destroy(e->charge);
    void *const owned[] = { e->bots, e->place_vertex, e->place_bot, e->dist, e->jobs, e->waiting, e->cost_robot, e->cost, e->travel, e->bay_free, e->start, e->until, e->battery, e->at_bay, e->bay, e->rank, e->class, e->busy, e };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
}

/* ---- names --------------------------------------------------------------------------------------------------------------------------------- */

int32_t engine_station(const engine *e, const char *code)
{
    const c12io_plant *p = e->plant->t.p;
    int32_t s = plant_row(p->station_code, code);
    if (s >= 0) return s;
    s = plant_row(p->item_code, code);
    return s < 0 ? -1 : p->n_stations + s;
}

const char *engine_station_code(const engine *e, int32_t station, char out[128])
{
    const c12io_plant *p = e->plant->t.p;
    return station < p->n_stations ? plant_text(p->station_code, station, out) : plant_text(p->item_code, station - p->n_stations, out);
}

/* ---- tasks ----------------------------------------------------------------------------------------------------------------------------------- */

/* Waiting tasks stand by priority, then as they came. */
static void wait_insert(engine *e, int32_t row)
{
    int32_t at = e->n_waiting++;
    while (at && e->jobs[e->waiting[at - 1]].priority < e->jobs[row].priority) { e->waiting[at] = e->waiting[at - 1]; at--; }
    e->waiting[at] = row;
}

job *engine_add(engine *e, int64_t id, int32_t from, int32_t to, int32_t priority, int64_t made)
{
    if (e->n_jobs == e->cap_jobs) {
        int32_t cap = e->cap_jobs ? 2 * e->cap_jobs : 256;
        job *wide = realloc(e->jobs, (size_t)cap * sizeof *wide);
        if (wide) e->jobs = wide;
        int32_t *list = wide ? realloc(e->waiting, (size_t)cap * sizeof *list) : NULL;
        if (!list) return NULL;
        e->waiting = list;
        e->cap_jobs = cap;
    }
    job *j = &e->jobs[e->n_jobs];
    *j = (job){ .id = id, .from = from, .to = to, .priority = priority, .robot = -1, .made = made, .ready = e->now };
    wait_insert(e, e->n_jobs++);
    return j;
}

int engine_cancel(engine *e, job *j)
{
    int32_t row = (int32_t)(j - e->jobs);
    if (j->state == JOB_RUNNING) {
        bot *b = &e->bots[j->robot];
        if (b->state != BOT_TO_PICKUP) return 0; /* it has the load */
        b->job = -1;
        b->asks = 1;
    }
    for (int32_t k = 0; k < e->n_waiting; k++)
        if (e->waiting[k] == row) { memmove(e->waiting + k, e->waiting + k + 1, (size_t)(--e->n_waiting - k) * sizeof *e->waiting); break; }
    j->state = JOB_CANCELLED;
    return 1;
}

/* ---- orders of people ------------------------------------------------------------------------------------------------------------------------ */

void engine_pause(engine *e, int32_t robot, int on)
{
    e->bots[robot].paused = (uint8_t)on;
    e->bots[robot].moved = 1;
}

void engine_stop(engine *e, int32_t robot, int on)
{
    if (robot < 0) e->stopped = on;
    for (int32_t r = 0; r < e->n_robots; r++) {
        if (robot >= 0 && r != robot) continue;
        if (robot >= 0) e->bots[r].stopped = (uint8_t)on;
        e->bots[r].moved = 1;
    }
}

/* Robots whose way leads through it get another; what was released to them they may still drive. */
lane *engine_block(engine *e, int64_t id, int32_t vertex, c12_tick until)
{
    lane *l = NULL;
    int32_t *hit = e->cost_robot, n = 0;
    for (int k = 0; k < ENGINE_LANES && !l; k++) if (!e->lanes[k].used) l = &e->lanes[k];
    if (!l || c12_route_hold(e->route, 0, vertex, e->now, until, hit, e->n_robots, &n, NULL)) return NULL;
    *l = (lane){ .id = id, .vertex = vertex, .used = 1, .until = until };
    for (int32_t k = 0; k < n && k < e->n_robots; k++) e->bots[hit[k]].asks = 1;
    return l;
}

void engine_unblock(engine *e, lane *l)
{
    (void)!c12_route_unblock(e->route, 0, l->vertex, e->now, NULL);
    l->used = 0;
}

/* ---- reports ------------------------------------------------------------------------------------------------------------------------------------ */

static void bot_reach(engine *e, bot *b, c12_tick t)
{
    int32_t r = (int32_t)(b - e->bots);
    (void)!c12_route_progress(e->route, 0, r, t, NULL, NULL);
    b->vertex = b->step[++b->at];
    b->since = t;
    b->moved = 1;
}

int engine_report(engine *e, int32_t robot, int32_t vertex, int32_t battery_ppm, int64_t wall)
{
    bot *b = &e->bots[robot];
    int drives = b->n_steps && b->at < b->n_steps - 1;
    if (!b->heard && !drives && vertex != b->vertex) { /* first heard of: it stands somewhere else than at home */
        if (c12_route_park(e->route, 0, robot, vertex, e->now, NULL)) return 0;
        b->vertex = vertex;
        b->n_steps = 0;
    }
    b->heard = wall;
    b->twin = 0;
    if (b->stale) { b->stale = 0; b->moved = 1; }
    bot_settle(e, b);
    if (battery_ppm >= 0) b->level = (int64_t)battery_ppm * 3600000;
    if (vertex == b->vertex) return 1;
    for (int32_t k = b->at + 1; k < b->released; k++) { /* it may have passed several since it last spoke */
        if (b->step[k] != vertex) continue;
        while (b->at < k) bot_reach(e, b, e->now);
        if (b->at == b->n_steps - 1) bot_next(e, b);
        return 1;
    }
    return 0;
}

/* ---- time ------------------------------------------------------------------------------------------------------------------------------------------ */

static int bot_drives(const engine *e, const bot *b) { return b->n_steps && b->at < b->n_steps - 1 && !b->stopped && !e->stopped; }

static void bot_release(engine *e, bot *b)
{
    static int32_t vertex[ENGINE_STEPS];
    static c12_tick from[ENGINE_STEPS], to[ENGINE_STEPS];
    int64_t off[2];
    c12_route_plan p = C12_INIT(c12_route_plan);
    p.step_cap = ENGINE_STEPS;
    p.step_off = off;
    p.step_vertex = vertex;
    p.step_from = from;
    p.step_to = to;
    if (c12_route_release(e->route, 0, (int32_t)(b - e->bots), e->now, &p, NULL)) return;
    int32_t at = b->at;
    for (int64_t k = 0; k < off[1]; k++) { /* a vertex where the way was planned anew comes twice */
        if (k && vertex[k] == vertex[k - 1]) continue;
        if (at < b->n_steps && b->step[at] == vertex[k]) b->due[at++] = k ? to[k - 1] : from[k];
    }
    if (at > b->released) b->released = at;
}

/* A twin arrives when it was to, or as soon as its pace lets it after that. */
static void twin_drive(engine *e, bot *b)
{
    c12_tick pace = e->floor->robot_pace[b - e->bots];
    for (;;) {
        if (b->at + 1 >= b->released) bot_release(e, b);
        if (b->at + 1 >= b->released) return;
        c12_tick there = b->since + pace;
        if (there < b->due[b->at + 1]) there = b->due[b->at + 1];
        if (there > e->now) return;
        bot_reach(e, b, there);
        if (b->at == b->n_steps - 1) { bot_next(e, b); return; }
    }
}

static void bot_watch(bot *b, int64_t wall)
{
    int silent = !b->twin && b->heard && wall - b->heard > 2000;
    if (silent == b->stale) return;
    b->stale = (uint8_t)silent;
    b->moved = 1;
}

/* Its way was blocked, or what it was sent for was cancelled: another way, or home. */
static void bot_again(engine *e, bot *b)
{
    int drives = b->n_steps && b->at < b->n_steps - 1;
    if (b->state == BOT_TO_PICKUP && b->job < 0) b->asks = (uint8_t)!bot_go(e, b, BOT_TO_HOME, e->floor->robot_home[b - e->bots], -1);
    else b->asks = (uint8_t)(drives && !bot_plan(e, b, b->step[b->n_steps - 1]));
}

static void lanes_end(engine *e)
{
    for (int k = 0; k < ENGINE_LANES; k++) if (e->lanes[k].used && e->lanes[k].until <= e->now) e->lanes[k].used = 0;
}

void engine_run(engine *e, c12_tick now, int64_t wall)
{
    e->now = now;
    for (int32_t r = 0; r < e->n_robots; r++) {
        bot *b = &e->bots[r];
        bot_watch(b, wall);
        if (b->asks) bot_again(e, b);
        if (b->twin && bot_drives(e, b)) twin_drive(e, b);
        else if (!b->twin && bot_drives(e, b) && b->released < b->n_steps) bot_release(e, b);
        if ((b->state == BOT_PICKUP || b->state == BOT_DROP) && b->until <= now) bot_next(e, b);
    }
    if (now - e->decided >= ENGINE_SECOND) { e->decided = now; lanes_end(e); engine_assign(e); }
    if (now - e->charged >= ENGINE_CHARGE_EVERY) { e->charged = now; engine_charge(e); }
}
