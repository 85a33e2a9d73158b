/* SPDX-License-Identifier: Apache-2.0 */
/* Chains by regret insertion (Potvin and Rousseau 1993).  What each task would cost best in each chain is kept; after an insertion only that
 * chain's column is found again. */
#include "dispatch/dispatch_internal.h"

#define CHAIN_NONE INT64_MAX               /* does not fit */
#define CHAIN_LONGEST ((int64_t)1 << 50)   /* ticks a chain may take at most: sums stay within 64 bits */

typedef struct chain_search {
    const c12_dispatch_fleet *f;
    const c12_dispatch_costing *c;
    const c12_tick *hop;
    int32_t regret;
    int32_t reserved;
    int64_t work;
    int64_t most;             /* a chain may cost: their sum fits */
    int64_t *best;            /* [tasks * robots] what inserting costs, CHAIN_NONE */
    int32_t *place;           /* [tasks * robots] and where */
    int32_t *next;            /* [tasks] stop after this task, -1 = last */
    int32_t *first, *stops;   /* [robots] */
    int64_t *load, *cost, *ticks; /* [robots] of the chain: load, travel and lateness, travel and work */
    uint8_t *placed;          /* [tasks] */
} chain_search;

/* A chain as it is walked. */
typedef struct chain_walk { int64_t now, cost, ticks; int32_t at; } chain_walk; /* at: station, -1 = still at its vertex */

static int chain_step(const chain_search *s, int32_t r, chain_walk *w, int32_t t)
{
    const c12_dispatch_fleet *f = s->f;
    int32_t station = f->task_station[t];
    int64_t way = w->at < 0 ? f->travel[(int64_t)f->robot_vertex[r] * f->n_stations + station] : s->hop[(int64_t)w->at * f->n_stations + station];
    int64_t work = c12__at64(f->task_duration, t, 0), deadline = c12__at64(f->task_deadline, t, -1), late;
    if (way < 0) return 0;
    w->now += way + work;
    w->ticks += way + work;
    w->cost += way;
    w->at = station;
    late = deadline >= 0 && w->now > deadline ? w->now - deadline : 0;
    if (late && !s->c->late_cost) return 0;
    return w->now <= CHAIN_LONGEST && !c12__mul64(late, s->c->late_cost, &late) && !c12__add64(w->cost, late, &w->cost) && w->cost <= s->most;
}

static int chain_bears(const chain_search *s, int32_t r, const chain_walk *w)
{
    const c12_dispatch_fleet *f = s->f;
    int64_t have, need;
    if (!f->robot_battery || s->c->soft_battery || w->at < 0) return 1;
    if (c12__mul64(w->ticks + c12__at64(f->station_rest, w->at, 0), s->c->drain_ppm, &need)) return 0;
    return !c12__mul64(f->robot_battery[r] - s->c->reserve_ppm, s->c->drain_ticks, &have) && have >= need;
}

/* The robot's chain with `extra` put behind `stops` stops (extra -1: as it is).  0 = not possible. */
static int chain_try(const chain_search *s, int32_t r, int32_t extra, int32_t stops, chain_walk *w)
{
    *w = (chain_walk){ c12__at64(s->f->robot_wait, r, 0), 0, 0, -1 };
    int32_t t = s->first[r];
    for (int32_t k = 0; ; k++) {
        if (extra >= 0 && k == stops && !chain_step(s, r, w, extra)) return 0;
        if (t < 0) break;
        if (!chain_step(s, r, w, t)) return 0;
        t = s->next[t];
    }
    return chain_bears(s, r, w);
}

static void chain_find_place(chain_search *s, int32_t t, int32_t r)
{
    const c12_dispatch_fleet *f = s->f;
    int64_t *best = s->best + (int64_t)t * f->n_robots + r;
    uint64_t need = f->task_skills ? f->task_skills[t] : 0, have = f->robot_skills ? f->robot_skills[r] : UINT64_MAX;
    *best = CHAIN_NONE;
    if ((need & ~have) && !s->c->soft_skills) return;
    if (f->robot_capacity && c12__at64(f->task_load, t, 0) > f->robot_capacity[r] - s->load[r]) return;
    const int64_t busy = (c12__at64(f->robot_used, r, 0) + s->ticks[r]) / C12__DISPATCH_PPM * s->c->balance_ppm +
                         (c12__at64(f->robot_used, r, 0) + s->ticks[r]) % C12__DISPATCH_PPM * s->c->balance_ppm / C12__DISPATCH_PPM;
    for (int32_t k = 0; k <= s->stops[r]; k++) {
        chain_walk w;
        s->work++;
        if (!chain_try(s, r, t, k, &w) || w.cost - s->cost[r] + busy >= *best) continue;
        *best = w.cost - s->cost[r] + busy;
        s->place[(int64_t)t * f->n_robots + r] = k;
    }
}

/* What waiting would lose: the next best robots' costs above the best one's; a robot too few weighs more than any cost. */
typedef struct chain_choice { int32_t task, robot; int64_t least, regret; } chain_choice;

static chain_choice chain_regret(const chain_search *s, int32_t t)
{
    const int64_t *best = s->best + (int64_t)t * s->f->n_robots;
    chain_choice c = { t, -1, CHAIN_NONE, 0 };
    int64_t last = INT64_MIN;
    int32_t last_robot = -1;
    for (int32_t k = 0; k < s->regret; k++) { /* the k-th smallest by (cost, robot): few are wanted */
        int64_t least = CHAIN_NONE;
        int32_t robot = -1;
        for (int32_t r = 0; r < s->f->n_robots; r++)
            if (best[r] < least && (best[r] > last || (best[r] == last && r > last_robot))) { least = best[r]; robot = r; }
        if (!k) { c.robot = robot; c.least = least; }
        else c.regret = c12__min64(INT64_MAX / 2, c.regret + (robot < 0 ? C12__DISPATCH_MOST / s->regret : (least - c.least) / 64));
        if (robot < 0 && !k) break;
        if (robot < 0) continue;
        last = least;
        last_robot = robot;
    }
    return c;
}

static int chain_before(const chain_search *s, const chain_choice *a, const chain_choice *b)
{
    int32_t p = c12__at32(s->f->task_priority, a->task, 0), q = c12__at32(s->f->task_priority, b->task, 0);
    if (p != q) return p > q;
    if (a->regret != b->regret) return a->regret > b->regret;
    return a->least < b->least;
}

static void chain_insert(chain_search *s, const chain_choice *c)
{
    chain_walk w;
    int32_t k = s->place[(int64_t)c->task * s->f->n_robots + c->robot], *link = s->first + c->robot;
    while (k-- > 0) link = s->next + *link;
    s->next[c->task] = *link;
    *link = c->task;
    s->placed[c->task] = 1;
    s->stops[c->robot]++;
    s->load[c->robot] += c12__at64(s->f->task_load, c->task, 0);
    (void)chain_try(s, c->robot, -1, 0, &w); /* it was tried before */
    s->cost[c->robot] = w.cost;
    s->ticks[c->robot] = w.ticks;
}

static void chain_run(chain_search *s)
{
    const int32_t robots = s->f->n_robots, tasks = s->f->n_tasks;
    for (int32_t r = 0; r < robots; r++) { s->first[r] = -1; s->stops[r] = 0; s->load[r] = s->cost[r] = s->ticks[r] = 0; }
    for (int32_t t = 0; t < tasks; t++) {
        s->placed[t] = 0;
        for (int32_t r = 0; r < robots; r++) chain_find_place(s, t, r);
    }
    for (;;) {
        chain_choice best = { -1, -1, CHAIN_NONE, 0 };
        for (int32_t t = 0; t < tasks; t++) {
            if (s->placed[t]) continue;
            chain_choice c = chain_regret(s, t);
            if (c.robot >= 0 && (best.task < 0 || chain_before(s, &c, &best))) best = c;
        }
        if (best.task < 0) return;
        chain_insert(s, &best);
        for (int32_t t = 0; t < tasks; t++) if (!s->placed[t]) chain_find_place(s, t, best.robot);
    }
}

static int64_t chain_write(const chain_search *s, const c12_dispatch_chain_plan *p)
{
    int64_t n = 0, objective = 0;
    for (int32_t t = 0; t < s->f->n_tasks; t++) { p->task_robot[t] = -1; p->task_done[t] = -1; }
    for (int32_t r = 0; r < s->f->n_robots; r++) {
        chain_walk w = { c12__at64(s->f->robot_wait, r, 0), 0, 0, -1 };
        p->chain_off[r] = n;
        for (int32_t t = s->first[r]; t >= 0; t = s->next[t]) {
            (void)chain_step(s, r, &w, t);
            p->chain_task[n++] = t;
            p->task_robot[t] = r;
            p->task_done[t] = w.now;
        }
        objective += s->cost[r];
    }
    p->chain_off[s->f->n_robots] = n;
    return objective;
}

/* ---- entry ------------------------------------------------------------------------------------------------------------------------------ */

static void chain_carve(chain_search *s, c12__arena *a, int32_t robots, int32_t tasks)
{
    s->best = C12__CARVE(a, int64_t, (int64_t)robots * tasks);
    s->place = C12__CARVE(a, int32_t, (int64_t)robots * tasks);
    s->next = C12__CARVE(a, int32_t, tasks);
    s->placed = C12__CARVE(a, uint8_t, tasks);
    s->first = C12__CARVE(a, int32_t, robots);
    s->stops = C12__CARVE(a, int32_t, robots);
    s->load = C12__CARVE(a, int64_t, robots);
    s->cost = C12__CARVE(a, int64_t, robots);
    s->ticks = C12__CARVE(a, int64_t, robots);
}

size_t c12_dispatch_chain_scratch(int32_t n_robots, int32_t n_tasks)
{
    chain_search s;
    c12__arena a = c12__arena_measure();
    if (n_robots < 0 || n_tasks < 0) return 0;
    chain_carve(&s, &a, n_robots, n_tasks);
    size_t need = c12__arena_need(&a);
    return need == SIZE_MAX ? 0 : need;
}

c12_status c12_dispatch_chain(const c12_dispatch_fleet *fleet, const c12_dispatch_costing *costing, const c12_tick *hop, int32_t regret, c12_dispatch_chain_plan *plan, c12_mem scratch, c12_info *info, c12_error *err)
{
    c12_dispatch_fleet f;
    c12_dispatch_costing c;
    c12_dispatch_chain_plan p;
    c12_info i = C12_INIT(c12_info);
    c12_status s = c12__dispatch_take_chains(&f, &c, &p, fleet, costing, hop, plan, err);
    if (s) return s;
    if (regret < 0 || regret > 64) return c12__fail(err, C12_E_RANGE, "regret must be 0..64", "regret", -1, regret);
    const size_t need = c12_dispatch_chain_scratch(f.n_robots, f.n_tasks);
    if (!need) return c12__fail(err, C12_E_OVERFLOW, "size does not fit size_t", "fleet", -1, 0);
    if (!scratch.ptr || scratch.size < need) return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)need);
    chain_search search = { .f = &f, .c = &c, .hop = hop, .regret = regret ? regret : 3, .most = C12__DISPATCH_MOST / c12__max64(1, f.n_robots) };
    c12__arena a = c12__arena_over(scratch);
    chain_carve(&search, &a, f.n_robots, f.n_tasks);
    chain_run(&search);
    i.outcome = C12_FEASIBLE;
    i.objective = chain_write(&search, &p);
    i.work = search.work;
    c12__give(info, &i, sizeof i);
    return C12_OK;
}
