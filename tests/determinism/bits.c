/* SPDX-License-Identifier: Apache-2.0 */
/* Same input, seed and work limit, same bits: every planner on random problems, one line "case seed hash objective" each.  The lines are
 * compared with tests/golden/bits.txt in every build (compiler, optimiser, sanitizer, thread count), so a difference anywhere shows.  Every
 * plan is judged by its checker on the way: a violation ends the program.
 *
 * usage: bits THREADS [SEEDS] */
#include "c12/arrow.h"
#include "c12/c12.h"
#include "c12/io.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static c12_host host;

/* ---- small tools ------------------------------------------------------------------------------------------------------------------ */

static uint64_t state;

static int64_t draw(int64_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (int64_t)(state % (uint64_t)n);
}

static uint64_t hash;

static void mix(const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    for (size_t i = 0; i < n; i++) hash = (hash ^ p[i]) * 0x100000001B3u;
}

static void *column(int64_t n, size_t each)
{
    void *p = calloc((size_t)(n ? n : 1), each);
    if (!p) exit(3);
    return p;
}
#define COLUMN(type, n) ((type *)column((n), sizeof(type)))

static void must(c12_status s, const c12_error *e, const char *what)
{
    if (!s) return;
    fprintf(stderr, "%s: %s: %s in %s[%" PRId64 "]\n", what, c12_status_name(s), e->what ? e->what : "", e->field ? e->field : "", e->row);
    exit(1);
}

static void accept(const c12_verdict *v, const char *what)
{
    if (!v->violations) return;
    fprintf(stderr, "%s: the checker refuses it: %s at %s[%" PRId64 "]\n", what, v->rule, v->field ? v->field : "", v->row);
    exit(1);
}

static c12_budget limit(int64_t work, int64_t seed)
{
    c12_budget b = C12_INIT(c12_budget);
    b.work_limit = work;
    b.seed = (uint64_t)seed;
    return b;
}

/* ---- sched: a random plant with every feature --------------------------------------------------------------------------------------- */

typedef struct shop { c12_sched_problem p; c12_sched_dims d; int64_t *op_off, *mode_off, *ticks, *ready, *due, *release, *weight, *setup, *break_off, *from, *to, *pred_off, *pred; int32_t *machine, *family; uint8_t *resumable; } shop;

static void shop_modes(shop *s, int64_t ops, int32_t machines)
{
    s->mode_off = COLUMN(int64_t, ops + 1);
    s->machine = COLUMN(int32_t, 3 * ops);
    s->ticks = COLUMN(int64_t, 3 * ops);
    for (int64_t o = 0; o < ops; o++) {
        int64_t n = 1 + draw(3), first = draw(machines);
        s->mode_off[o + 1] = s->mode_off[o] + n;
        for (int64_t k = 0; k < n; k++) {
            s->machine[s->mode_off[o] + k] = (int32_t)((first + k) % machines);
            s->ticks[s->mode_off[o] + k] = 1 + draw(40);
        }
    }
}

/* Weeks of five shifts on every second machine; operations pause over them. */
static void shop_breaks(shop *s, int32_t machines)
{
    enum { BREAKS = 60 };
    int64_t n = 0;
    s->break_off = COLUMN(int64_t, machines + 1);
    s->from = COLUMN(int64_t, machines * (int64_t)BREAKS);
    s->to = COLUMN(int64_t, machines * (int64_t)BREAKS);
    for (int32_t m = 0; m < machines; m++) {
        for (int32_t k = 0; m % 2 && k < BREAKS; k++, n++) { s->from[n] = 100 * (k + 1); s->to[n] = s->from[n] + 20 + draw(20); }
        s->break_off[m + 1] = n;
    }
}

static shop shop_random(int32_t jobs, int32_t machines, int32_t families)
{
    shop s = { .p = C12_INIT(c12_sched_problem), .d = C12_INIT(c12_sched_dims) };
    s.op_off = COLUMN(int64_t, jobs + (int64_t)1);
    for (int32_t j = 0; j < jobs; j++) s.op_off[j + 1] = s.op_off[j] + 1 + draw(6);
    int64_t ops = s.op_off[jobs];
    shop_modes(&s, ops, machines);
    shop_breaks(&s, machines);
    s.ready = COLUMN(int64_t, ops);
    s.family = COLUMN(int32_t, ops);
    s.resumable = COLUMN(uint8_t, ops);
    s.pred_off = COLUMN(int64_t, ops + 1);
    s.pred = COLUMN(int64_t, ops);
    s.due = COLUMN(int64_t, jobs);
    s.release = COLUMN(int64_t, jobs);
    s.weight = COLUMN(int64_t, jobs);
    s.setup = COLUMN(int64_t, (int64_t)families * families);
    for (int32_t j = 0; j < jobs; j++) { s.due[j] = 100 + draw(400); s.release[j] = draw(60); s.weight[j] = 1 + draw(9); }
    for (int64_t k = 0; k < (int64_t)families * families; k++) s.setup[k] = k % (families + 1) ? draw(15) : 0;
    for (int64_t o = 0; o < ops; o++) {
        s.ready[o] = draw(8) ? 0 : draw(200);
        s.family[o] = (int32_t)draw(families);
        s.resumable[o] = 1;
        s.pred_off[o + 1] = s.pred_off[o];
        if (o > 20 && !draw(10)) s.pred[s.pred_off[o + 1]++] = draw(o - 19); /* an assembly */
    }
    s.p.n_jobs = jobs; s.p.n_machines = machines; s.p.n_families = families;
    s.p.op_off = s.op_off; s.p.mode_off = s.mode_off; s.p.mode_machine = s.machine; s.p.mode_ticks = s.ticks;
    s.p.job_release = s.release; s.p.job_due = s.due; s.p.job_weight = s.weight; s.p.op_ready = s.ready; s.p.op_family = s.family; s.p.setup = s.setup;
    s.p.break_off = s.break_off; s.p.break_from = s.from; s.p.break_to = s.to; s.p.op_resumable = s.resumable; s.p.op_pred_off = s.pred_off; s.p.op_pred = s.pred;
    s.d.jobs = jobs; s.d.ops = ops; s.d.modes = s.mode_off[ops]; s.d.breaks = s.break_off[machines]; s.d.preds = s.pred_off[ops]; s.d.machines = machines; s.d.families = families;
    s.d.islands = 4;
    return s;
}

static int64_t shop_solve(const shop *s, const c12_sched_options *goal, int64_t work, int64_t seed)
{
    c12_sched_plan plan = C12_INIT(c12_sched_plan);
    c12_sched_options o = *goal;
    c12_budget b = limit(work, seed);
    c12_info i = C12_INIT(c12_info);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    c12_sched *h;
    plan.op_start = COLUMN(c12_tick, s->d.ops);
    plan.op_end = COLUMN(c12_tick, s->d.ops);
    plan.op_mode = COLUMN(int32_t, s->d.ops);
    b.islands = 3;
    must(c12_sched_create(&h, &s->d, &o, &host, &e), &e, "sched create");
    must(c12_sched_load(h, &s->p, &e), &e, "sched load");
    must(c12_sched_solve(h, 0, &b, &plan, &i, &e), &e, "sched solve");
    must(c12_sched_check(&s->p, &plan, &o, &v, &e), &e, "sched check");
    accept(&v, "sched");
    mix(plan.op_start, (size_t)s->d.ops * sizeof *plan.op_start);
    mix(plan.op_end, (size_t)s->d.ops * sizeof *plan.op_end);
    mix(plan.op_mode, (size_t)s->d.ops * sizeof *plan.op_mode);
    c12_sched_destroy(h);
    free(plan.op_start); free(plan.op_end); free(plan.op_mode);
    return i.objective;
}

static int64_t shop_solve_for(const shop *s, int32_t goal, int64_t work, int64_t seed)
{
    c12_sched_options o = C12_INIT(c12_sched_options);
    o.goal = goal;
    return shop_solve(s, &o, work, seed);
}

static void shop_free(shop *s)
{
    void *const owned[] = { s->op_off, s->mode_off, s->ticks, s->ready, s->due, s->release, s->weight, s->setup, s->break_off, s->from, s->to, s->pred_off, s->pred, s->machine, s->family, s->resumable };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
}

static int64_t run_plant(int64_t seed)
{
    shop s = shop_random(25, 6, 4);
    int64_t objective = shop_solve_for(&s, C12_SCHED_TARDINESS, 3000, seed);
    shop_free(&s);
    return objective;
}

/* A plant in use: a stop, progress and time on a solved plan, its first order once more, and a search from there that moves little. */
static int64_t run_live(int64_t seed)
{
    shop s = shop_random(40, 6, 4);
    c12_sched_dims d = s.d;
    c12_sched_options o = C12_INIT(c12_sched_options);
    c12_sched_plan plan = C12_INIT(c12_sched_plan);
    c12_sched_problem order = s.p, now = C12_INIT(c12_sched_problem);
    c12_sched_calm calm = C12_INIT(c12_sched_calm);
    c12_budget b = limit(2000, seed);
    c12_info i = C12_INIT(c12_info);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    c12_sched *h;
    const c12_sched_event happens[] = { { C12_SCHED_DOWN, -1, 2, 60, 140 }, { C12_SCHED_NOW, -1, -1, 50, 80 }, { C12_SCHED_CANCEL, -1, 3, -1, -1 }, { C12_SCHED_MATERIAL, -1, s.d.ops - 1, -1, 200 } };
    o.goal = C12_SCHED_TARDINESS;
    b.islands = 3;
    calm.until = 150;
    calm.weight = 5;
    d.jobs += 1; d.ops += 6; d.modes *= 2; d.breaks += 2; d.branches = 1;
    plan.op_start = COLUMN(c12_tick, d.ops);
    plan.op_end = COLUMN(c12_tick, d.ops);
    plan.op_mode = COLUMN(int32_t, d.ops);
    order.n_jobs = 1;
    order.op_pred_off = NULL; /* its own rows only */
    must(c12_sched_create(&h, &d, &o, &host, &e), &e, "sched create");
    must(c12_sched_load(h, &s.p, &e), &e, "sched load");
    must(c12_sched_solve(h, 0, &b, &plan, &i, &e), &e, "sched solve");
    must(c12_sched_apply(h, 0, happens, 4, NULL, &e), &e, "sched apply");
    must(c12_sched_insert(h, 0, &order, &calm, NULL, NULL, &e), &e, "sched insert");
    must(c12_sched_repair(h, 0, &calm, &b, NULL, &i, &e), &e, "sched repair");
    must(c12_sched_get(h, 0, &plan, NULL, &e), &e, "sched get");
    must(c12_sched_view(h, 0, &now, &e), &e, "sched view");
    must(c12_sched_check(&now, &plan, &o, &v, &e), &e, "sched check");
    accept(&v, "sched");
    int64_t ops = now.op_off[now.n_jobs];
    mix(plan.op_start, (size_t)ops * sizeof *plan.op_start);
    mix(plan.op_mode, (size_t)ops * sizeof *plan.op_mode);
    c12_sched_destroy(h);
    free(plan.op_start); free(plan.op_end); free(plan.op_mode);
    shop_free(&s);
    return i.objective;
}

static int64_t run_flow_time(int64_t seed)
{
    shop s = shop_random(15, 4, 3);
    s.p.break_off = NULL; s.p.break_from = s.p.break_to = NULL;
    int64_t objective = shop_solve_for(&s, C12_SCHED_FLOW, 2000, seed);
    shop_free(&s);
    return objective;
}

/* A job shop of Taillard's generator: tabu search on three islands. */
static int64_t run_jobshop(int64_t seed)
{
    enum { JOBS = 12, MACHINES = 8, OPS = JOBS * MACHINES };
    shop s = { .p = C12_INIT(c12_sched_problem), .d = C12_INIT(c12_sched_dims) };
    c12_error e = C12_INIT(c12_error);
    s.op_off = COLUMN(int64_t, JOBS + 1);
    s.mode_off = COLUMN(int64_t, OPS + 1);
    s.machine = COLUMN(int32_t, OPS);
    s.ticks = COLUMN(int64_t, OPS);
    for (int32_t j = 0; j <= JOBS; j++) s.op_off[j] = j * MACHINES;
    for (int32_t k = 0; k <= OPS; k++) s.mode_off[k] = k;
    must(c12_sched_taillard(JOBS, MACHINES, (int32_t)(1000 + seed), (int32_t)(77 + seed), s.machine, s.ticks, &e), &e, "taillard");
    s.p.n_jobs = s.d.jobs = JOBS; s.p.n_machines = s.d.machines = MACHINES; s.d.ops = s.d.modes = OPS; s.d.islands = 4;
    s.p.op_off = s.op_off; s.p.mode_off = s.mode_off; s.p.mode_machine = s.machine; s.p.mode_ticks = s.ticks;
    int64_t objective = shop_solve_for(&s, C12_SCHED_MAKESPAN, 6000, seed);
    shop_free(&s);
    return objective;
}

/* Waits, lots, holding, buffers, crews, ovens and terms: list schedules that place chains into gaps. */
static int64_t run_rich(int64_t seed)
{
    enum { MACHINES = 6, OPS = 25 * 6 };
    static const int32_t room[2] = { 2, 1 }, term[4] = { C12_SCHED_TERM_LATE, C12_SCHED_TERM_TARDINESS, C12_SCHED_TERM_WIP, C12_SCHED_TERM_SETUP }, level_units[3] = { 2, 1, 3 };
    static const int64_t level_off[3] = { 0, 2, 3 };
    static const c12_tick level_from[3] = { 0, 150, 10 };
    int32_t speed[MACHINES], batch[MACHINES], places[OPS], lots[OPS], buffer[OPS], crew[OPS];
    int64_t need_off[OPS + 1] = { 0 };
    c12_tick wait_min[OPS], wait_max[OPS];
    uint8_t holds[OPS], setup_breaks[MACHINES];
    shop s = shop_random(25, MACHINES, 4);
    c12_sched_options o = C12_INIT(c12_sched_options);
    for (int32_t m = 0; m < MACHINES; m++) { speed[m] = (int32_t)(700 + draw(600)); batch[m] = m % 3 ? 1 : 3; setup_breaks[m] = (uint8_t)draw(3); }
    for (int64_t k = 0; k < s.d.ops; k++) {
        places[k] = (int32_t)(1 + draw(2)); lots[k] = (int32_t)(1 + draw(3)); holds[k] = !draw(4); buffer[k] = (int32_t)(draw(4) ? -1 : draw(2));
        wait_min[k] = 0; wait_max[k] = draw(4) ? -1 : 40 + draw(40);
        need_off[k + 1] = need_off[k];
        if (!draw(3)) crew[need_off[k + 1]++] = (int32_t)draw(2);
    }
    s.p.op_pred_off = s.p.op_pred = NULL;
    s.p.machine_speed = speed; s.p.machine_batch = batch; s.p.setup_breaks = setup_breaks; s.p.op_places = places; s.p.op_lots = lots; s.p.op_holds = holds;
    s.p.n_buffers = s.d.buffers = 2; s.p.op_buffer = buffer; s.p.buffer_places = room; s.p.wait_min = wait_min; s.p.wait_max = wait_max;
    s.p.n_resources = s.d.resources = 2; s.p.need_off = need_off; s.p.need_resource = crew; s.p.level_off = level_off; s.p.level_from = level_from; s.p.level_units = level_units;
    s.d.needs = need_off[s.d.ops]; s.d.levels = 3;
    o.goal = C12_SCHED_TERMS; o.n_terms = 4; o.term = term;
    int64_t objective = shop_solve(&s, &o, 600, seed);
    shop_free(&s);
    return objective;
}

/* ---- route ----------------------------------------------------------------------------------------------------------------------------- */

typedef struct maze { c12_route_problem p; c12_route_dims d; int64_t *off; int32_t *head, *length, *start, *goal, *pace, *x, *y; } maze;

static void maze_link(maze *m, int32_t side)
{
    static const int32_t dx[4] = { 0, -1, 1, 0 }, dy[4] = { -1, 0, 0, 1 };
    int32_t *id = COLUMN(int32_t, side * side), n = 0;
    for (int32_t c = 0; c < side * side; c++) id[c] = draw(100) < 12 ? -1 : n++;
    m->off = COLUMN(int64_t, n + (int64_t)1);
    m->head = COLUMN(int32_t, 4 * (int64_t)n);
    m->length = COLUMN(int32_t, 4 * (int64_t)n);
    m->x = COLUMN(int32_t, n);
    m->y = COLUMN(int32_t, n);
    for (int32_t c = 0, arcs = 0; c < side * side; c++) {
        if (id[c] < 0) continue;
        for (int32_t k = 0; k < 4; k++) {
            int32_t x = c % side + dx[k], y = c / side + dy[k];
            if (x < 0 || y < 0 || x >= side || y >= side || id[y * side + x] < 0) continue;
            m->length[arcs] = 1 + (c * 7 + k) % 3;
            m->head[arcs++] = id[y * side + x];
        }
        m->off[id[c] + 1] = arcs;
        m->x[id[c]] = c % side;
        m->y[id[c]] = c / side;
    }
    m->p.n_vertices = n;
    free(id);
}

static void maze_robots(maze *m, int32_t robots)
{
    int32_t *pick = COLUMN(int32_t, m->p.n_vertices);
    m->start = COLUMN(int32_t, robots);
    m->goal = COLUMN(int32_t, robots);
    m->pace = COLUMN(int32_t, robots);
    for (int32_t pass = 0; pass < 2; pass++) {
        for (int32_t i = 0; i < m->p.n_vertices; i++) pick[i] = i;
        for (int32_t r = 0; r < robots; r++) {
            int32_t k = r + (int32_t)draw(m->p.n_vertices - r), v = pick[k];
            pick[k] = pick[r];
            (pass ? m->goal : m->start)[r] = v;
            m->pace[r] = 1 + r % 3;
        }
    }
    m->p.n_robots = robots;
    free(pick);
}

static int64_t run_maze(int64_t seed, int32_t mode, int32_t robots, int32_t planes)
{
    maze m = { .p = C12_INIT(c12_route_problem), .d = C12_INIT(c12_route_dims) };
    c12_route_plan plan = C12_INIT(c12_route_plan);
    c12_route_options o = C12_INIT(c12_route_options);
    c12_budget b = limit(40000, seed);
    c12_info i = C12_INIT(c12_info);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    c12_route *h;
    maze_link(&m, 20);
    maze_robots(&m, robots);
    m.p.arc_off = m.off; m.p.arc_head = m.head; m.p.start = m.start; m.p.goal = m.goal;
    if (mode == C12_ROUTE_HOLD_BOTH) { m.p.arc_length = m.length; m.p.robot_pace = m.pace; }
    m.d.vertices = m.p.n_vertices; m.d.arcs = m.off[m.p.n_vertices]; m.d.robots = m.p.n_robots; m.d.holds = 20000;
    if (planes) { m.p.vertex_x = m.x; m.p.vertex_y = m.y; m.d.ticks = 256; m.d.columns = m.d.rows = 20; }
    plan.step_cap = 20000;
    plan.step_off = COLUMN(int64_t, m.p.n_robots + (int64_t)1);
    plan.step_vertex = COLUMN(int32_t, plan.step_cap);
    plan.step_from = COLUMN(c12_tick, plan.step_cap);
    plan.step_to = COLUMN(c12_tick, plan.step_cap);
    o.mode = mode;
    must(c12_route_create(&h, &m.d, &o, &host, &e), &e, "route create");
    must(c12_route_load(h, &m.p, &e), &e, "route load");
    must(c12_route_solve(h, 0, &b, &plan, &i, &e), &e, "route solve");
    if (i.outcome == C12_FEASIBLE || i.outcome == C12_OPTIMAL) {
        must(c12_route_check(&m.p, &plan, &o, &v, &e), &e, "route check");
        accept(&v, "route");
        mix(plan.step_vertex, (size_t)plan.step_off[m.p.n_robots] * sizeof *plan.step_vertex);
        mix(plan.step_from, (size_t)plan.step_off[m.p.n_robots] * sizeof *plan.step_from);
    }
    c12_route_destroy(h);
    void *const owned[] = { m.off, m.head, m.length, m.x, m.y, m.start, m.goal, m.pace, plan.step_off, plan.step_vertex, plan.step_from, plan.step_to };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    return i.outcome == C12_INFEASIBLE ? -1 : i.objective;
}

static int64_t run_hold(int64_t seed) { return run_maze(seed, C12_ROUTE_HOLD_BOTH, 24, 0); }
static int64_t run_grid(int64_t seed) { return run_maze(seed, C12_ROUTE_GRID, 24, 0); }
static int64_t run_floor(int64_t seed) { return run_maze(seed, C12_ROUTE_GRID, 120, 1); }

/* 150 ticks of a fleet that never stops: even seeds with a table for every vertex, odd ones with regions. */
static int64_t run_lifelong(int64_t seed)
{
    enum { TICKS = 150 };
    maze m = { .p = C12_INIT(c12_route_problem), .d = C12_INIT(c12_route_dims) };
    c12_route_options o = C12_INIT(c12_route_options);
    c12_route_run run = C12_INIT(c12_route_run);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    c12_route *h;
    int64_t done = 0;
    maze_link(&m, 24);
    maze_robots(&m, 60);
    m.p.arc_off = m.off; m.p.arc_head = m.head; m.p.start = m.p.goal = m.start;
    m.d.vertices = m.p.n_vertices; m.d.arcs = m.off[m.p.n_vertices]; m.d.robots = m.p.n_robots; m.d.holds = 8;
    m.d.lifelong = seed % 2 ? 60 : m.p.n_vertices;
    o.mode = C12_ROUTE_GRID;
    int32_t n = m.p.n_robots, *where = COLUMN(int32_t, (TICKS + 1) * n), *scratch = COLUMN(int32_t, m.p.n_vertices), *goal = COLUMN(int32_t, n);
    memcpy(where, m.start, (size_t)n * sizeof *where);
    must(c12_route_create(&h, &m.d, &o, &host, &e), &e, "route create");
    must(c12_route_load(h, &m.p, &e), &e, "route load");
    for (int32_t r = 0; r < n; r++) goal[r] = m.goal[r];
    for (int32_t t = 0; t < TICKS; t++) {
        int32_t *next = where + (t + 1) * n;
        c12_status s = c12_route_step(h, 0, NULL, goal, next, NULL, &e);
        while (s == C12_E_RANGE && e.row >= 0) { /* the goal lies in another part of the floor: the robot stays idle */
            goal[e.row] = -1;
            e = (c12_error)C12_INIT(c12_error);
            s = c12_route_step(h, 0, NULL, goal, next, NULL, &e);
        }
        must(s, &e, "route step");
        for (int32_t r = 0; r < n; r++)
            if (next[r] == goal[r]) { done++; goal[r] = (int32_t)draw(m.p.n_vertices); }
    }
    run.n_ticks = TICKS;
    run.where = where;
    must(c12_route_check_run(&m.p, &run, scratch, &v, &e), &e, "route check run");
    accept(&v, "lifelong");
    mix(where, (size_t)((TICKS + 1) * n) * sizeof *where);
    c12_route_destroy(h);
    void *const owned[] = { m.off, m.head, m.length, m.x, m.y, m.start, m.goal, m.pace, where, scratch, goal };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    return done;
}


/* ---- dispatch, charge --------------------------------------------------------------------------------------------------------------------- */

static int64_t run_dispatch(int64_t seed)
{
    enum { ROBOTS = 40, TASKS = 50 };
    static int64_t cost[ROBOTS * TASKS], robot_dual[ROBOTS], task_dual[TASKS];
    static int32_t priority[TASKS], robot[TASKS], why[TASKS], next[TASKS];
    c12_dispatch_dims d = C12_INIT(c12_dispatch_dims);
    c12_dispatch_problem p = C12_INIT(c12_dispatch_problem);
    c12_dispatch_plan plan = C12_INIT(c12_dispatch_plan);
    c12_budget b = limit(INT64_MAX, seed);
    c12_info i = C12_INIT(c12_info);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    c12_dispatch *h;
    for (int32_t k = 0; k < ROBOTS * TASKS; k++) cost[k] = draw(5) ? draw(1000) : C12_DISPATCH_NEVER;
    for (int32_t t = 0; t < TASKS; t++) priority[t] = (int32_t)draw(4);
    d.robots = p.n_robots = ROBOTS; d.tasks = p.n_tasks = TASKS;
    p.cost = cost; p.task_priority = priority;
    plan.task_robot = robot; plan.robot_dual = robot_dual; plan.task_dual = task_dual; plan.why = why; plan.runner_up = next;
    must(c12_dispatch_create(&h, &d, NULL, &host, &e), &e, "dispatch create");
    must(c12_dispatch_load(h, &p, &e), &e, "dispatch load");
    must(c12_dispatch_solve(h, 0, &b, &plan, &i, &e), &e, "dispatch solve");
    must(c12_dispatch_check(&p, &plan, NULL, &v, &e), &e, "dispatch check");
    accept(&v, "dispatch");
    mix(robot, sizeof robot); mix(next, sizeof next); mix(robot_dual, sizeof robot_dual); mix(task_dual, sizeof task_dual);
    c12_dispatch_destroy(h);
    return i.objective;
}

static int64_t run_charge(int64_t seed)
{
    enum { ROBOTS = 60, BAYS = 12 };
    static int32_t battery[ROBOTS], at_bay[ROBOTS], kind[ROBOTS], bay[ROBOTS], rank[ROBOTS];
    static c12_tick travel[ROBOTS * BAYS], start[ROBOTS], until[ROBOTS];
    static int64_t drain[ROBOTS];
    c12_charge_dims d = C12_INIT(c12_charge_dims);
    c12_charge_problem p = C12_INIT(c12_charge_problem);
    c12_charge_plan plan = C12_INIT(c12_charge_plan);
    c12_budget b = limit(INT64_MAX, seed);
    c12_info i = C12_INIT(c12_info);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    c12_charge *h;
    for (int32_t r = 0; r < ROBOTS; r++) {
        battery[r] = (int32_t)draw(1000001);
        drain[r] = draw(20);
        at_bay[r] = r < BAYS && draw(2) ? r : -1;
        for (int32_t k = 0; k < BAYS; k++) travel[r * BAYS + k] = draw(10) ? draw(300) : -1;
        if (at_bay[r] >= 0) travel[r * BAYS + at_bay[r]] = 0;
    }
    d.robots = p.n_robots = ROBOTS; d.bays = p.n_bays = BAYS;
    p.low_demand = (int32_t)draw(2); p.now = draw(100000);
    p.battery_ppm = battery; p.travel = travel; p.robot_drain = drain; p.at_bay = at_bay;
    plan.robot_class = kind; plan.robot_bay = bay; plan.robot_start = start; plan.robot_until = until; plan.queue_rank = rank;
    must(c12_charge_create(&h, &d, NULL, &host, &e), &e, "charge create");
    must(c12_charge_load(h, &p, &e), &e, "charge load");
    must(c12_charge_solve(h, 0, &b, &plan, &i, &e), &e, "charge solve");
    must(c12_charge_check(&p, &plan, NULL, &v, &e), &e, "charge check");
    accept(&v, "charge");
    mix(bay, sizeof bay); mix(start, sizeof start); mix(until, sizeof until); mix(rank, sizeof rank); mix(kind, sizeof kind);
    c12_charge_destroy(h);
    return i.objective;
}

static int64_t run_hours(int64_t seed)
{
    enum { ROBOTS = 30, BAYS = 6, STEPS = 48, SLOTS = ROBOTS * C12_CHARGE_MOST_SLOTS };
    static const int64_t capacity[1] = { 3600000 }, active[1] = { 63000 }, idle[1] = { 9000 }, off[2] = { 0, 3 }, rate[3] = { 288000, 144000, 72000 };
    static const int32_t to[3] = { 800000, 900000, 1000000 };
    static int32_t battery[ROBOTS], travel[ROBOTS * BAYS], at_bay[ROBOTS], demand[STEPS], robot[SLOTS], bay[SLOTS], start[SLOTS], end[SLOTS];
    static int64_t energy[ROBOTS * STEPS];
    static uint8_t scratch[1 << 20];
    c12_charge_outlook p = C12_INIT(c12_charge_outlook);
    c12_charge_slots plan = C12_INIT(c12_charge_slots);
    c12_budget b = limit(6000, seed);
    c12_info i = C12_INIT(c12_info);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    c12_mem m = { scratch, sizeof scratch };
    for (int32_t r = 0; r < ROBOTS; r++) {
        battery[r] = 400000 + (int32_t)draw(600001);
        at_bay[r] = r < BAYS && draw(2) ? r : -1;
        for (int32_t k = 0; k < BAYS; k++) travel[r * BAYS + k] = draw(10) ? (int32_t)draw(3) : -1;
    }
    for (int32_t t = 0; t < STEPS; t++) demand[t] = (t / 12 % 2 ? 20 : 26) + (int32_t)draw(4);
    p.n_robots = ROBOTS; p.n_bays = BAYS; p.n_classes = 1; p.n_steps = STEPS;
    p.class_capacity = capacity; p.class_active = active; p.class_idle = idle; p.curve_off = off; p.curve_to_ppm = to; p.curve_rate = rate;
    p.battery_ppm = battery; p.travel = travel; p.at_bay = at_bay; p.demand = demand;
    plan.cap = SLOTS;
    plan.slot_robot = robot; plan.slot_bay = bay; plan.slot_start = start; plan.slot_end = end; plan.energy = energy;
    must(c12_charge_horizon(&p, NULL, &b, &plan, &i, m, &e), &e, "hours ahead");
    must(c12_charge_horizon_check(&p, NULL, &plan, &v, &e), &e, "hours ahead check");
    accept(&v, "hours ahead");
    mix(energy, sizeof energy); mix(bay, (size_t)plan.n * sizeof *bay); mix(start, (size_t)plan.n * sizeof *start); mix(end, (size_t)plan.n * sizeof *end);
    return i.objective;
}

/* ---- bom, mrp ------------------------------------------------------------------------------------------------------------------------------- */

typedef struct bill { c12_bom b; int64_t *off, *num, *den; int32_t *child, *scrap; } bill;

static bill bill_random(int32_t items)
{
    bill w = { .b = C12_INIT(c12_bom) };
    w.off = COLUMN(int64_t, items + (int64_t)1);
    w.num = COLUMN(int64_t, 4 * (int64_t)items);
    w.den = COLUMN(int64_t, 4 * (int64_t)items);
    w.child = COLUMN(int32_t, 4 * (int64_t)items);
    w.scrap = COLUMN(int32_t, 4 * (int64_t)items);
    int64_t n = 0;
    for (int32_t i = 0; i < items; i++) {
        for (int64_t k = draw(5); k > 0 && i + 1 < items; k--, n++) {
            w.child[n] = i + 1 + (int32_t)draw(items - i - 1);
            w.num[n] = 1 + draw(6);
            w.den[n] = 1 + draw(3);
            w.scrap[n] = (int32_t)draw(50000);
        }
        w.off[i + 1] = n;
    }
    w.b.n_items = items;
    w.b.line_off = w.off; w.b.line_child = w.child; w.b.line_num = w.num; w.b.line_den = w.den; w.b.line_scrap_ppm = w.scrap;
    return w;
}

static void bill_free(bill *w)
{
    free(w->off); free(w->num); free(w->den); free(w->child); free(w->scrap);
}

static int64_t run_rollup(int64_t seed)
{
    enum { ITEMS = 40 };
    c12_money own[ITEMS], unit[ITEMS];
    int32_t level[ITEMS];
    c12_error e = C12_INIT(c12_error);
    c12_verdict v = C12_INIT(c12_verdict);
    bill w = bill_random(ITEMS);
    c12_mem m = { NULL, c12_bom_scratch(ITEMS) };
    m.ptr = column((int64_t)m.size, 1);
    for (int32_t i = 0; i < ITEMS; i++) own[i] = draw(5000000) + seed;
    must(c12_bom_levels(&w.b, level, NULL, m, &e), &e, "levels");
    must(c12_bom_check(&w.b, level, NULL, &v, m, &e), &e, "check levels");
    accept(&v, "levels");
    c12_status s = c12_bom_rollup(&w.b, own, NULL, unit, m, &e);
    if (s && s != C12_E_OVERFLOW) must(s, &e, "rollup");
    if (!s) {
        must(c12_bom_check_rollup(&w.b, own, NULL, unit, &v, &e), &e, "check rollup");
        accept(&v, "rollup");
        mix(unit, sizeof unit);
    }
    mix(level, sizeof level);
    free(m.ptr);
    bill_free(&w);
    return s ? e.row : unit[0];
}

typedef struct net { c12_mrp_input in; c12_mrp_plan out; c12_mem m; } net;

static void net_columns(net *n, int32_t items, int32_t buckets)
{
    int64_t cells = (int64_t)items * buckets;
    n->out = (c12_mrp_plan)C12_INIT(c12_mrp_plan);
    n->out.gross = COLUMN(int64_t, cells); n->out.planned = COLUMN(int64_t, cells); n->out.release = COLUMN(int64_t, cells);
    n->out.projected = COLUMN(int64_t, cells); n->out.past_due = COLUMN(int64_t, items);
}

static int64_t run_mrp(int64_t seed)
{
    enum { ITEMS = 30, BUCKETS = 26, DEMAND = 60, RECEIPTS = 20 };
    static int32_t item[DEMAND], bucket[DEMAND], r_item[RECEIPTS], r_bucket[RECEIPTS], lead[ITEMS], rule[ITEMS], periods[ITEMS];
    static c12_qty qty[DEMAND], r_qty[RECEIPTS], hand[ITEMS], safety[ITEMS], size[ITEMS], least[ITEMS], multiple[ITEMS];
    net n = { .in = C12_INIT(c12_mrp_input) };
    c12_error e = C12_INIT(c12_error);
    c12_verdict v = C12_INIT(c12_verdict);
    bill w = bill_random(ITEMS);
    for (int32_t k = 0; k < DEMAND; k++) { item[k] = (int32_t)draw(6); bucket[k] = (int32_t)draw(BUCKETS + 3); qty[k] = draw(40); }
    for (int32_t k = 0; k < RECEIPTS; k++) { r_item[k] = (int32_t)draw(ITEMS); r_bucket[k] = (int32_t)draw(BUCKETS) - 1; r_qty[k] = draw(100); }
    for (int32_t i = 0; i < ITEMS; i++) {
        lead[i] = (int32_t)draw(5); rule[i] = (int32_t)draw(4); periods[i] = 1 + (int32_t)draw(4);
        hand[i] = draw(60); safety[i] = draw(20); size[i] = 1 + draw(50); least[i] = draw(30); multiple[i] = 1 + draw(9);
    }
    n.in.n_buckets = BUCKETS; n.in.n_demand = DEMAND; n.in.n_receipts = RECEIPTS; n.in.bom = &w.b;
    n.in.demand_item = item; n.in.demand_bucket = bucket; n.in.demand_qty = qty;
    n.in.receipt_item = r_item; n.in.receipt_bucket = r_bucket; n.in.receipt_qty = r_qty;
    n.in.on_hand = hand; n.in.safety = safety; n.in.lead_time = lead; n.in.lot_rule = rule; n.in.lot_size = size; n.in.lot_min = least; n.in.lot_multiple = multiple; n.in.lot_periods = periods;
    net_columns(&n, ITEMS, BUCKETS);
    n.m.size = c12_mrp_scratch(ITEMS, w.off[ITEMS], BUCKETS, DEMAND, RECEIPTS);
    n.m.ptr = column((int64_t)n.m.size, 1);
    must(c12_mrp_net(&n.in, &n.out, n.m, &e), &e, "mrp net");
    must(c12_mrp_check(&n.in, &n.out, &v, n.m, &e), &e, "mrp check");
    accept(&v, "mrp");
    mix(n.out.planned, sizeof(int64_t) * ITEMS * BUCKETS);
    mix(n.out.release, sizeof(int64_t) * ITEMS * BUCKETS);
    mix(n.out.projected, sizeof(int64_t) * ITEMS * BUCKETS);
    void *const owned[] = { n.out.gross, n.out.planned, n.out.release, n.out.projected, n.out.past_due, n.m.ptr };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    bill_free(&w);
    return n.out.exc_count + 0 * seed;
}

/* Dates with weekends, every column of date mode, by-products. */
static int64_t run_dates(int64_t seed)
{
    enum { ITEMS = 30, DAYS = 60, WEEKS = 12, DEMAND = 60, RECEIPTS = 20, ROOM = ITEMS * DAYS };
    static int32_t item[DEMAND], kind[DEMAND], r_item[RECEIPTS], r_kind[RECEIPTS], s_item[ITEMS], lead[ITEMS], rule[ITEMS], calendar[ITEMS], fence[ITEMS], early[ITEMS], yield[ITEMS], by[4 * ITEMS], o_item[ROOM];
    static int64_t date[DEMAND], qty[DEMAND], r_date[RECEIPTS], r_qty[RECEIPTS], s_date[ITEMS], hand[ITEMS], safety[ITEMS], size[ITEMS], most[ITEMS], cost[ITEMS], from[WEEKS], to[WEEKS], wide[5][ROOM];
    static const int64_t off[] = { 0, WEEKS };
    c12_mrp_date_input n = C12_INIT(c12_mrp_date_input);
    c12_mrp_date_plan o = C12_INIT(c12_mrp_date_plan);
    c12_error e = C12_INIT(c12_error);
    c12_verdict v = C12_INIT(c12_verdict);
    bill w = bill_random(ITEMS);
    for (int32_t k = 0; k < DEMAND; k++) { item[k] = (int32_t)draw(6); date[k] = draw(DAYS + 3); qty[k] = draw(40); kind[k] = (int32_t)draw(2); }
    for (int32_t k = 0; k < RECEIPTS; k++) { r_item[k] = (int32_t)draw(ITEMS); r_date[k] = draw(DAYS) - 1; r_qty[k] = draw(100); r_kind[k] = (int32_t)draw(2); }
    for (int32_t k = 0; k < WEEKS; k++) { from[k] = 7 * k; to[k] = 7 * k + 5; }
    for (int32_t k = 0; k < 4 * ITEMS; k++) { by[k] = !draw(5); if (by[k]) w.scrap[k] = 0; }
    for (int32_t i = 0; i < ITEMS; i++) {
        lead[i] = (int32_t)draw(5); rule[i] = (int32_t)draw(10); calendar[i] = (int32_t)draw(2) - 1; fence[i] = draw(3) ? 0 : (int32_t)draw(9); early[i] = draw(3) ? 0 : (int32_t)draw(4);
        yield[i] = draw(3) ? 1000000 : 700000 + (int32_t)draw(300000); hand[i] = draw(60) - 10; safety[i] = draw(20); size[i] = 1 + draw(30); most[i] = 40 + draw(60); cost[i] = 1 + draw(50);
        s_item[i] = i; s_date[i] = draw(DAYS);
    }
    w.b.line_kind = by;
    n.horizon = DAYS; n.n_demand = DEMAND; n.n_receipts = RECEIPTS; n.n_safety = ITEMS; n.order_room = ROOM; n.n_calendars = 1; n.negative_stock = 1; n.message_qty = 5; n.message_shift = 2; n.bom = &w.b;
    n.demand_item = item; n.demand_date = date; n.demand_qty = qty; n.demand_kind = kind; n.receipt_item = r_item; n.receipt_date = r_date; n.receipt_qty = r_qty; n.receipt_kind = r_kind;
    n.on_hand = hand; n.safety = safety; n.lead_time = lead; n.lot_rule = rule; n.lot_size = size; n.lot_min = size; n.lot_max = most; n.order_cost = most; n.holding_cost = cost;
    n.item_calendar = calendar; n.calendar_off = off; n.window_from = from; n.window_to = to; n.demand_fence = fence; n.planning_fence = fence; n.safety_time = early; n.yield_ppm = yield;
    n.safety_item = s_item; n.safety_date = s_date; n.safety_qty = most;
    o.order_cap = ROOM; o.order_item = o_item; o.order_due = wide[0]; o.order_release = wide[1]; o.order_qty = wide[2]; o.order_late = wide[3]; o.order_started = wide[4];
    c12_mem m = { NULL, c12_mrp_date_scratch(ITEMS, w.off[ITEMS], DEMAND, RECEIPTS, ITEMS, ROOM) };
    m.ptr = column((int64_t)m.size, 1);
    must(c12_mrp_date_net(&n, &o, m, &e), &e, "mrp dates");
    must(c12_mrp_date_check(&n, &o, &v, m, &e), &e, "mrp dates check");
    accept(&v, "mrp dates");
    mix(o_item, sizeof *o_item * (size_t)o.order_count);
    for (int k = 0; k < 5; k++) mix(wide[k], sizeof(int64_t) * (size_t)o.order_count);
    free(m.ptr);
    bill_free(&w);
    return o.exc_count + 0 * seed;
}

/* Levels wide enough to be cut into slices, a plan by all threads, three hundred changes in the trunk and a branch; the kept rows are
 * hashed as the changes left them, and the plan of the changed demand is what the pure function makes of it. */
static int64_t run_planner(int64_t seed)
{
    enum { ITEMS = 3000, BUCKETS = 30, DEMAND = 2500, EDITS = 300 };
    static int32_t item[DEMAND], bucket[DEMAND], lead[ITEMS], rule[ITEMS], periods[ITEMS];
    static c12_qty qty[DEMAND], size[ITEMS], least[ITEMS], multiple[ITEMS], hand[ITEMS];
    bill w = { .b = C12_INIT(c12_bom) };
    net n = { .in = C12_INIT(c12_mrp_input) };
    c12_error e = C12_INIT(c12_error);
    c12_mrp_dims d = C12_INIT(c12_mrp_dims);
    c12_mrp *h;
    int32_t branch;
    w.off = COLUMN(int64_t, ITEMS + (int64_t)1); w.num = COLUMN(int64_t, 4 * ITEMS); w.den = COLUMN(int64_t, 4 * ITEMS); w.child = COLUMN(int32_t, 4 * ITEMS); w.scrap = COLUMN(int32_t, 4 * ITEMS);
    for (int32_t i = 0, k = 0; i < ITEMS; w.off[++i] = k) /* six levels of five hundred */
        for (int64_t lines = i < ITEMS - 500 ? 1 + draw(4) : 0; lines > 0; lines--, k++) {
            w.child[k] = (i / 500 + 1) * 500 + (int32_t)draw(ITEMS - (i / 500 + 1) * 500);
            w.num[k] = 1 + draw(4);
            w.den[k] = draw(3) ? 1 : 1 + draw(12);
            w.scrap[k] = draw(2) ? 0 : (int32_t)draw(90) * 500;
        }
    w.b.n_items = ITEMS; w.b.line_off = w.off; w.b.line_child = w.child; w.b.line_num = w.num; w.b.line_den = w.den; w.b.line_scrap_ppm = w.scrap;
    for (int32_t k = 0; k < DEMAND; k++) { item[k] = (int32_t)draw(500); bucket[k] = (int32_t)draw(BUCKETS); qty[k] = draw(40); }
    for (int32_t i = 0; i < ITEMS; i++) {
        lead[i] = (int32_t)draw(4); rule[i] = (int32_t)draw(4); periods[i] = 1 + (int32_t)draw(4);
        hand[i] = draw(100); size[i] = 1 + draw(500); least[i] = draw(300); multiple[i] = 1 + draw(30);
    }
    n.in.n_buckets = BUCKETS; n.in.n_demand = DEMAND; n.in.bom = &w.b; n.in.demand_item = item; n.in.demand_bucket = bucket; n.in.demand_qty = qty; n.in.on_hand = hand;
    n.in.lead_time = lead; n.in.lot_rule = rule; n.in.lot_size = size; n.in.lot_min = least; n.in.lot_multiple = multiple; n.in.lot_periods = periods;
    d.items = ITEMS; d.buckets = BUCKETS; d.lines = w.off[ITEMS]; d.demand = DEMAND; d.branches = 1; d.branch_rows = ITEMS; d.branch_events = DEMAND;
    must(c12_mrp_create(&h, &d, &host, &e), &e, "planner create");
    must(c12_mrp_load(h, &n.in, &e), &e, "planner load");
    must(c12_mrp_solve(h, 0, NULL, NULL, NULL, &e), &e, "planner solve");
    must(c12_mrp_branch(h, 0, &branch, &e), &e, "planner branch");
    for (int k = 0; k < EDITS; k++) {
        int64_t row = draw(DEMAND);
        c12_mrp_edit edit = { .kind = C12_MRP_EDIT_DEMAND, .row = row, .bucket = (int32_t)draw(BUCKETS), .value = draw(60) };
        int32_t to = k % 2 ? branch : 0;
        must(c12_mrp_change(h, to, &edit, 1, NULL, &e), &e, "planner change");
        if (!to) { bucket[row] = edit.bucket; qty[row] = edit.value; }
    }
    net_columns(&n, ITEMS, BUCKETS);
    n.m.size = c12_mrp_scratch(ITEMS, w.off[ITEMS], BUCKETS, DEMAND, 0);
    n.m.ptr = column((int64_t)n.m.size, 1);
    must(c12_mrp_net(&n.in, &n.out, n.m, &e), &e, "planner net");
    for (int32_t b = 0; b <= branch; b++)
        for (int32_t i = 0; i < ITEMS; i++) {
            c12_qty planned[BUCKETS], gross[BUCKETS];
            c12_mrp_row row = C12_INIT(c12_mrp_row);
            row.planned = planned;
            row.gross = gross;
            must(c12_mrp_get(h, b, i, &row, &e), &e, "planner row");
            mix(planned, sizeof planned);
            if (b || (!memcmp(planned, n.out.planned + (int64_t)i * BUCKETS, sizeof planned) && !memcmp(gross, n.out.gross + (int64_t)i * BUCKETS, sizeof gross))) continue;
            fprintf(stderr, "planner: item %d differs from a fresh plan\n", (int)i);
            exit(1);
        }
    c12_mrp_destroy(h);
    void *const owned[] = { n.out.gross, n.out.planned, n.out.release, n.out.projected, n.out.past_due, n.m.ptr };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    bill_free(&w);
    return n.out.exc_count + 0 * seed;
}

/* ---- tlm ------------------------------------------------------------------------------------------------------------------------------------- */

static void fill_batch(c12_tlm_batch *b, const c12_tlm_schema *s)
{
    static const char *const words[] = { "", "OK", "WARN", "[]", "[\"OK\",\"OK\"]", "G1-001", "G1-002" };
    c12_error e = C12_INIT(c12_error);
    int64_t code[7];
    for (int k = 0; k < 7; k++) {
        c12_view v = { (const uint8_t *)words[k], strlen(words[k]) };
        must(c12_tlm_intern(b->dict, v, &code[k], &e), &e, "intern");
    }
    for (b->n = 0; b->n < b->cap; b->n++)
        for (int32_t f = 0; f < s->n_fields; f++) {
            int64_t v = draw(10) ? b->n * (f % 5) + draw(4) : draw(100000) - 50000;
            if (s->kind[f] == C12_TLM_TEXT) v = code[f == s->robot_field ? 5 + draw(2) : draw(3)];
            if (s->kind[f] == C12_TLM_LIST) v = code[3 + draw(2)];
            if (s->kind[f] == C12_TLM_TIME) v = INT64_C(1761316337842) + 100 * b->n + draw(3);
            if (s->kind[f] == C12_TLM_TIME && s->decimals[f] == 0) v -= v % 1000;
            b->value[f * b->cap + b->n] = v;
        }
}

static int64_t run_block(int64_t seed)
{
    c12_tlm_schema s = C12_INIT(c12_tlm_schema);
    c12_tlm_batch b = C12_INIT(c12_tlm_batch), back = C12_INIT(c12_tlm_batch);
    c12_tlm_dims d = C12_INIT(c12_tlm_dims);
    c12_error e = C12_INIT(c12_error);
    c12_mem mem = { NULL, 0 }, mem2, out, scratch, line = { column(1 << 22, 1), 1 << 22 }, line2 = { column(1 << 22, 1), 1 << 22 };
    size_t used, used2, lines, lines2;
    uint8_t frame[1024];
    c12_mem room = { frame, sizeof frame };
    d.texts = 64; d.rows = 500; d.raw_bytes = 4096; d.text_bytes = 4096;
    must(c12_tlm_builtin(&s, &e), &e, "schema");
    must(c12_tlm_batch_bytes(&s, &d, &mem.size, &e), &e, "batch bytes");
    mem.ptr = column((int64_t)mem.size, 1);
    mem2 = (c12_mem){ column((int64_t)mem.size, 1), mem.size };
    must(c12_tlm_batch_init(&b, mem, &s, &d, &e), &e, "batch");
    must(c12_tlm_batch_init(&back, mem2, &s, &d, &e), &e, "batch");
    b.order = back.order = NULL;
    fill_batch(&b, &s);
    out = (c12_mem){ NULL, c12_tlm_block_bound(&b, b.n) };
    scratch = (c12_mem){ NULL, c12_tlm_block_scratch(&b, b.n) };
    out.ptr = column((int64_t)out.size, 1);
    scratch.ptr = column((int64_t)scratch.size, 1);
    must(c12_tlm_block_encode(&s, &b, NULL, b.n, (uint32_t)seed, out, &used, scratch, &e), &e, "block encode");
    mix(out.ptr, used);
    c12_view block = { out.ptr, used };
    must(c12_tlm_block_decode(&s, block, &back, &used2, scratch, &e), &e, "block decode");
    must(c12_tlm_print(&s, &b, 0, b.n, line, &lines, &e), &e, "print");
    must(c12_tlm_print(&s, &back, 0, back.n, line2, &lines2, &e), &e, "print");
    mix(line.ptr, lines);
    if (used != used2 || lines != lines2 || memcmp(line.ptr, line2.ptr, lines)) { fputs("block: what comes back is not what went in\n", stderr); exit(1); }
    must(c12_tlm_frame_encode(&s, &b, 3, 1, room, &used2, &e), &e, "frame");
    mix(frame, used2);
    void *const owned[] = { mem.ptr, mem2.ptr, out.ptr, scratch.ptr, line.ptr, line2.ptr };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    return (int64_t)used;
}

/* ---- buy --------------------------------------------------------------------------------------------------------------------------------------- */

enum { BUY_ITEMS = 40, BUY_SUPPLIERS = 9, BUY_OFFERS = 120, BUY_NEEDS = 600, BUY_CLOSED = 120, BUY_CALENDARS = 4 };

typedef struct shopping { c12_buy_input in; c12_buy_options o; c12_buy_plan p; c12_mem m; int32_t need[2][BUY_NEEDS], offer[4][BUY_OFFERS], calendar[BUY_SUPPLIERS], closed[BUY_CALENDARS * BUY_CLOSED], narrow[10][2 * BUY_NEEDS];
    int64_t qty[BUY_NEEDS], terms[5][BUY_OFFERS], break_off[BUY_OFFERS + 1], from[3 * BUY_OFFERS], price[3 * BUY_OFFERS], closed_off[BUY_CALENDARS + 1], wide[6][2 * BUY_NEEDS]; } shopping;

static void shopping_draw(shopping *s)
{
    for (int k = 0; k < BUY_NEEDS; k++) { s->need[0][k] = (int32_t)draw(BUY_ITEMS); s->need[1][k] = (int32_t)draw(200); s->qty[k] = draw(400); }
    for (int k = 0; k < BUY_OFFERS; k++) {
        s->offer[0][k] = (int32_t)draw(BUY_ITEMS - 1); s->offer[1][k] = (int32_t)draw(BUY_SUPPLIERS); s->offer[2][k] = (int32_t)draw(3); s->offer[3][k] = (int32_t)draw(30);
        s->terms[0][k] = draw(300); s->terms[1][k] = 1 + draw(40); s->terms[2][k] = draw(4) ? 0 : 400 + draw(100); s->terms[3][k] = draw(50000000); s->terms[4][k] = 1 + draw(1000);
        s->break_off[k + 1] = s->break_off[k];
        for (int64_t b = draw(4), from = 0; b > 0; b--) { s->from[s->break_off[k + 1]] = from += 1 + draw(300); s->price[s->break_off[k + 1]++] = draw(50000000); }
    }
    for (int c = 0; c < BUY_CALENDARS; c++)
        for (int k = 0; k < BUY_CLOSED; k++) { s->closed[c * BUY_CLOSED + k] = 3 * k - 60 + (int32_t)draw(3); s->closed_off[c + 1] = (c + 1) * BUY_CLOSED; }
    for (int k = 0; k < BUY_SUPPLIERS; k++) s->calendar[k] = (int32_t)draw(BUY_CALENDARS + 1) - 1;
    s->in.today = (int32_t)draw(60);
    s->o.policy = (int32_t)draw(3); s->o.late_rule = (int32_t)draw(2); s->o.consolidate = (int32_t)draw(10); s->o.order_window = (int32_t)draw(10); s->o.buy_up = (int32_t)draw(2);
}

static void shopping_tie(shopping *s)
{
    int32_t **const narrow[] = { &s->p.item, &s->p.offer, &s->p.supplier, &s->p.purchase_order, &s->p.order_bucket, &s->p.need_bucket, &s->p.arrive_bucket, &s->p.overdue, &s->p.late, &s->p.message };
    int64_t **const wide[] = { &s->p.need, &s->p.required, &s->p.qty, &s->p.lots, &s->p.unit_price, &s->p.cost };
    s->in.n_items = BUY_ITEMS; s->in.n_needs = BUY_NEEDS; s->in.n_offers = BUY_OFFERS; s->in.n_suppliers = BUY_SUPPLIERS; s->in.n_calendars = BUY_CALENDARS;
    s->in.need_item = s->need[0]; s->in.need_bucket = s->need[1]; s->in.need_qty = s->qty;
    s->in.offer_item = s->offer[0]; s->in.offer_supplier = s->offer[1]; s->in.offer_priority = s->offer[2]; s->in.offer_lead = s->offer[3];
    s->in.offer_moq = s->terms[0]; s->in.offer_multiple = s->terms[1]; s->in.offer_max = s->terms[2]; s->in.offer_price = s->terms[3]; s->in.offer_per = s->terms[4];
    s->in.break_off = s->break_off; s->in.break_from = s->from; s->in.break_price = s->price; s->in.supplier_calendar = s->calendar; s->in.closed_off = s->closed_off; s->in.closed = s->closed;
    s->p.cap = 2 * BUY_NEEDS;
    for (int k = 0; k < 10; k++) *narrow[k] = s->narrow[k];
    for (int k = 0; k < 6; k++) *wide[k] = s->wide[k];
    s->m.size = c12_buy_scratch(BUY_ITEMS, BUY_NEEDS, BUY_OFFERS, BUY_CALENDARS);
    s->m.ptr = column((int64_t)s->m.size, 1);
}

static int64_t run_buy(int64_t seed)
{
    static shopping s;
    static const shopping empty = { .in = C12_INIT(c12_buy_input), .o = C12_INIT(c12_buy_options), .p = C12_INIT(c12_buy_plan) };
    c12_error e = C12_INIT(c12_error);
    c12_verdict v = C12_INIT(c12_verdict);
    s = empty;
    shopping_draw(&s);
    shopping_tie(&s);
    must(c12_buy_requisitions(&s.in, &s.o, &s.p, s.m, &e), &e, "requisitions");
    must(c12_buy_check(&s.in, &s.o, &s.p, &v, s.m, &e), &e, "requisitions check");
    accept(&v, "requisitions");
    mix(s.narrow, sizeof s.narrow);
    mix(s.wide, sizeof s.wide);
    free(s.m.ptr);
    return s.p.total + 0 * seed;
}

/* ---- predicted columns at every level --------------------------------------------------------------------------------------------------------- */

/* A robot that walks and stands: waves that six joints share, noise, rare jumps. */
static void fill_walk(c12_tlm_batch *b, const c12_tlm_schema *s)
{
    for (int64_t r = 0; r < b->cap; r++) {
        int64_t walking = r / 180 % 2, wave = 0;
        for (int32_t f = 2; f < s->n_fields; f++) {
            int64_t *v = b->value + f * b->cap, before = r ? v[r - 1] : 400;
            if (s->kind[f] != C12_TLM_DECIMAL && s->kind[f] != C12_TLM_INTEGER) { v[r] = s->kind[f] == C12_TLM_TIME ? r / 50 * 5000 : 0; continue; }
            wave = f % 3 || !walking ? draw(5) : (r * 97 % 36 - 18) * (f % 2 ? 5 : -5) + draw(17);
            v[r] = f % 3 ? before + (draw(8) ? 0 : draw(3) - 1) + (draw(300) ? 0 : 500) : 180 + wave;
        }
        b->value[r] = 0;
        b->value[b->cap + r] = INT64_C(1761316337842) + 100 * (r + r / 97) + draw(3);
    }
    b->n = b->cap;
}

/* A block leaves out zeros that all values of a column end in. */
static int same_values(const c12_tlm_batch *a, const c12_tlm_batch *b, int32_t f)
{
    int64_t times = 1;
    for (int32_t k = b->scale[f]; k < a->scale[f]; k++) times *= 10;
    for (int64_t i = 0; i < a->n; i++)
        if (a->value[f * a->cap + i] != b->value[f * b->cap + i] * times) return 0;
    return 1;
}

static int64_t levels_of(int64_t seed, void (*fill)(c12_tlm_batch *b, const c12_tlm_schema *s))
{
    c12_tlm_schema s = C12_INIT(c12_tlm_schema);
    c12_tlm_batch b = C12_INIT(c12_tlm_batch), back = C12_INIT(c12_tlm_batch);
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 8, .rows = 700 + 90 * seed, .raw_bytes = 0, .text_bytes = 64 };
    c12_error e = C12_INIT(c12_error);
    c12_mem mem = { NULL, 0 }, mem2, out, scratch;
    c12_view name = { (const uint8_t *)"a", 1 };
    size_t used, used2;
    int64_t code, total = 0;
    must(c12_tlm_builtin(&s, &e), &e, "schema");
    must(c12_tlm_batch_bytes(&s, &d, &mem.size, &e), &e, "batch bytes");
    mem.ptr = column((int64_t)mem.size, 1);
    mem2 = (c12_mem){ column((int64_t)mem.size, 1), mem.size };
    must(c12_tlm_batch_init(&b, mem, &s, &d, &e), &e, "batch");
    must(c12_tlm_batch_init(&back, mem2, &s, &d, &e), &e, "batch");
    must(c12_tlm_intern(b.dict, name, &code, &e), &e, "text");
    b.order = back.order = NULL;
    fill(&b, &s);
    out = (c12_mem){ NULL, c12_tlm_block_bound(&b, b.n) };
    scratch = (c12_mem){ NULL, c12_tlm_block_scratch(&b, b.n) + c12_tlm_decode_scratch(64) };
    out.ptr = column((int64_t)out.size, 1);
    scratch.ptr = column((int64_t)scratch.size, 1);
    for (int32_t level = C12_TLM_DEFAULT; level <= C12_TLM_MAX; level++) {
        c12_tlm_block_options o = { .struct_size = sizeof o, .level = level };
        must(c12_tlm_block_encode_with(&s, &b, NULL, b.n, (uint32_t)seed, &o, out, &used, scratch, &e), &e, "block encode");
        mix(out.ptr, used);
        c12_view block = { out.ptr, used };
        back.n = 0;
        must(c12_tlm_block_decode(&s, block, &back, &used2, scratch, &e), &e, "block decode");
        for (int32_t f = 0; f < s.n_fields; f++)
            if (used != used2 || !same_values(&b, &back, f)) { fputs("block: what comes back is not what went in\n", stderr); exit(1); }
        total += (int64_t)used;
    }
    void *const owned[] = { mem.ptr, mem2.ptr, out.ptr, scratch.ptr };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    return total;
}

static int64_t run_levels(int64_t seed) { return levels_of(seed, fill_walk); }

/* The shortest text that is read as this float, in units of 10^-13. */
static int64_t float_units(float v)
{
    char text[40];
    int p = 0;
    do snprintf(text, sizeof text, "%.*e", p++, (double)v);
    while (strtof(text, NULL) != v);
    int64_t m = 0;
    const char *e = strchr(text, 'e');
    for (const char *c = text; c < e; c++)
        if (*c >= '0' && *c <= '9') m = m * 10 + (*c - '0');
    for (int k = atoi(e + 1) - (p - 1) + 13; k > 0; k--) m *= 10;
    return v < 0 ? -m : m;
}

static void fill_floats(c12_tlm_batch *b, const c12_tlm_schema *s)
{
    fill_walk(b, s);
    for (int32_t f = 0; f < s->n_fields; f++) {
        if (s->kind[f] != C12_TLM_DECIMAL) continue;
        b->scale[f] = 13;
        for (int64_t i = 0; i < b->n; i++) b->value[f * b->cap + i] = float_units((float)(draw(200000) - 100000 * (f % 2)) / 4096.0f + (float)i / 512.0f + 0.001f);
    }
}

static int64_t run_floats(int64_t seed) { return levels_of(seed, fill_floats); }

/* ---- links ----------------------------------------------------------------------------------------------------------------------------------- */

static int64_t run_wire(int64_t seed)
{
    static uint8_t ends[2][8192], frames[1 << 18];
    c12_tlm_schema s = C12_INIT(c12_tlm_schema);
    c12_tlm_batch b = C12_INIT(c12_tlm_batch), back = C12_INIT(c12_tlm_batch);
    c12_tlm_dims d = C12_INIT(c12_tlm_dims);
    c12_tlm_wire_plan plan = C12_INIT(c12_tlm_wire_plan);
    c12_tlm_wire_options o = C12_INIT(c12_tlm_wire_options);
    c12_error e = C12_INIT(c12_error);
    c12_mem mem = { NULL, 0 }, mem2, out = { frames, sizeof frames }, line = { column(1 << 21, 1), 1 << 21 }, line2 = { column(1 << 21, 1), 1 << 21 };
    c12_mem m0 = { ends[0], sizeof ends[0] }, m1 = { ends[1], sizeof ends[1] };
    c12_tlm_sender *sender;
    c12_tlm_receiver *receiver;
    size_t used, read, lines, lines2;
    int64_t done;
    d.rows = 1000; d.texts = 16; d.text_bytes = 256; d.raw_bytes = 4096;
    must(c12_tlm_builtin(&s, &e), &e, "schema");
    must(c12_tlm_wire_builtin(&plan, &e), &e, "plan");
    must(c12_tlm_batch_bytes(&s, &d, &mem.size, &e), &e, "batch bytes");
    mem.ptr = column((int64_t)mem.size, 1);
    mem2.ptr = column((int64_t)(mem2.size = mem.size), 1);
    must(c12_tlm_batch_init(&b, mem, &s, &d, &e), &e, "batch");
    must(c12_tlm_batch_init(&back, mem2, &s, &d, &e), &e, "batch");
    fill_batch(&b, &s);
    o.plan = &plan;
    o.ordered = (int32_t)(seed & 1);
    o.batch = seed % 3 ? 1 : 8;
    must(c12_tlm_sender_init(&sender, m0, &s, &o, &e), &e, "sender");
    must(c12_tlm_receiver_init(&receiver, m1, &s, &o, &e), &e, "receiver");
    must(c12_tlm_sender_push(sender, &b, 0, b.n, out, &used, &done, NULL, &e), &e, "push");
    c12_view sent = { frames, used };
    mix(frames, used);
    must(c12_tlm_receiver_pull(receiver, sent, &back, &read, NULL, &e), &e, "pull");
    must(c12_tlm_print(&s, &b, 0, b.n, line, &lines, &e), &e, "print");
    must(c12_tlm_print(&s, &back, 0, back.n, line2, &lines2, &e), &e, "print");
    if (done != b.n || read != used || lines != lines2 || memcmp(line.ptr, line2.ptr, lines)) { fprintf(stderr, "bits: a link gave other lines\n"); exit(1); }
    void *const owned[] = { mem.ptr, mem2.ptr, line.ptr, line2.ptr };
    for (int k = 0; k < 4; k++) free(owned[k]);
    return (int64_t)used;
}

/* ---- rows of telemetry as Arrow batches ------------------------------------------------------------------------------------------------------- */

extern int getpid(void);

static void mix_array(const struct ArrowSchema *s, const struct ArrowArray *a)
{
    static const size_t bytes[] = { ['g'] = 8, ['l'] = 8, ['t'] = 8, ['i'] = 4, ['d'] = 16 };
    const int32_t *off = a->buffers[1];
    mix(s->format, strlen(s->format));
    if (a->buffers[0]) mix(a->buffers[0], (size_t)(a->length + 7) / 8);
    if (*s->format != 'u') mix(a->buffers[1], (size_t)a->length * bytes[(unsigned char)*s->format]);
    else mix(a->buffers[2], (size_t)off[a->length]);
    if (s->dictionary) mix_array(s->dictionary, a->dictionary);
}

static int64_t mix_stream(c12io_ts *t, const c12io_ts_arrow_options *o, c12_error *e)
{
    struct ArrowArrayStream x;
    struct ArrowSchema s;
    struct ArrowArray a;
    int64_t rows = 0;
    must(c12io_ts_arrow(t, NULL, o, &x, e), e, "stream");
    if (x.get_schema(&x, &s)) { fputs("arrow: no schema\n", stderr); exit(1); }
    for (;;) {
        if (x.get_next(&x, &a)) { fprintf(stderr, "arrow: %s\n", x.get_last_error(&x)); exit(1); }
        if (!a.release) break;
        for (int64_t k = 0; k < a.n_children; k++) mix_array(s.children[k], a.children[k]);
        rows += a.length;
        a.release(&a);
    }
    s.release(&s);
    x.release(&x);
    return rows;
}

static int64_t run_arrow(int64_t seed)
{
    c12_tlm_schema s = C12_INIT(c12_tlm_schema);
    c12_tlm_batch b = C12_INIT(c12_tlm_batch);
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 64, .rows = 600, .raw_bytes = 0, .text_bytes = 4096 };
    c12io_ts_options how = { .struct_size = sizeof how, .block_rows = 120, .level = (int32_t)seed % 3 };
    c12_error e = C12_INIT(c12_error);
    c12_mem mem = { NULL, 0 };
    c12io_ts *t;
    char path[64];
    int64_t rows = 0;
    snprintf(path, sizeof path, "/tmp/c12-bits-%d.c12t", getpid());
    must(c12_tlm_builtin(&s, &e), &e, "schema");
    must(c12_tlm_batch_bytes(&s, &d, &mem.size, &e), &e, "batch bytes");
    mem.ptr = column((int64_t)mem.size, 1);
    must(c12_tlm_batch_init(&b, mem, &s, &d, &e), &e, "batch");
    b.order = NULL;
    fill_batch(&b, &s);
    must(c12io_ts_create(&t, path, &s, &how, NULL, &e), &e, "file");
    must(c12io_ts_append(t, &b, &e), &e, "rows");
    must(c12io_ts_close(t, &e), &e, "file");
    must(c12io_ts_open(&t, path, NULL, &e), &e, "file");
    for (int32_t k = 0; k < 6; k++) {
        c12io_ts_arrow_options o = { .struct_size = sizeof o, .decimals = k % 3, .texts = k / 3, .times = k % 2, .batch_rows = 1 + 250 * (k / 2) };
        rows += mix_stream(t, &o, &e);
    }
    c12io_ts_destroy(t);
    remove(path);
    free(mem.ptr);
    return rows;
}

/* ---- control charts --------------------------------------------------------------------------------------------------------------------------- */

static int64_t run_charts(int64_t seed)
{
    enum { POINTS = 200, SIGNALS = 10 * POINTS };
    c12_error e = C12_INIT(c12_error);
    int64_t signals = 0;
    for (int32_t kind = C12_SPC_XBAR_R; kind <= C12_SPC_U; kind++) {
        const int32_t size = kind > C12_SPC_I_MR ? 0 : kind == C12_SPC_I_MR ? 1 : 2 + (int32_t)draw(24);
        c12_spc_data d = C12_INIT(c12_spc_data);
        c12_spc_chart h = C12_INIT(c12_spc_chart);
        c12_spc_spec spec = C12_INIT(c12_spc_spec);
        c12_spc_ability a = C12_INIT(c12_spc_ability);
        c12_verdict v = C12_INIT(c12_verdict);
        int64_t *x = COLUMN(int64_t, POINTS * 25), *count = COLUMN(int64_t, POINTS), *units = COLUMN(int64_t, POINTS), *wide[5];
        int32_t *narrow[3];
        uint32_t *bitset[2];
        for (int k = 0; k < 5; k++) wide[k] = COLUMN(int64_t, SIGNALS);
        for (int k = 0; k < 3; k++) narrow[k] = COLUMN(int32_t, SIGNALS);
        for (int k = 0; k < 2; k++) bitset[k] = COLUMN(uint32_t, SIGNALS);
        for (int64_t i = 0; i < POINTS * 25; i++) x[i] = 1000000 * seed + draw(3000) + draw(3000) + (i / 400) % 3 * 400;
        for (int64_t i = 0; i < POINTS; i++) { units[i] = kind == C12_SPC_NP ? 300 : 100 + draw(400); count[i] = draw(60); }
        d.kind = kind; d.n = POINTS; d.size = size; d.rules = 511; d.spread_rules = 511;
        if (kind <= C12_SPC_I_MR) d.x = x;
        else { d.count = count; d.units = kind == C12_SPC_C ? NULL : units; }
        h.value = wide[0]; h.centre = wide[1]; h.reach = wide[2]; h.spread = wide[3]; h.signal_point = wide[4]; h.signal_cap = SIGNALS;
        h.signal_chart = narrow[0]; h.signal_rule = narrow[1]; h.signal_side = narrow[2]; h.signal_points = bitset[0]; h.fired = bitset[1];
        must(c12_spc_make(&d, &h, &e), &e, "chart");
        must(c12_spc_check(&d, &h, &v, &e), &e, "chart check");
        accept(&v, "chart");
        for (int k = 0; k < 5; k++) mix(wide[k], POINTS * sizeof **wide);
        mix(bitset[0], (size_t)(h.signals < SIGNALS ? h.signals : SIGNALS) * sizeof **bitset);
        signals += h.signals;
        spec.sides = 3; spec.lower = 1000000 * seed; spec.upper = spec.lower + 7000;
        if (kind <= C12_SPC_I_MR) {
            must(c12_spc_capability(&d, &spec, &a, &e), &e, "capability");
            mix(&a.mean, sizeof a - offsetof(c12_spc_ability, mean)); /* doubles, and still the same everywhere */
        }
        void *const owned[] = { x, count, units, wide[0], wide[1], wide[2], wide[3], wide[4], narrow[0], narrow[1], narrow[2], bitset[0], bitset[1] };
        for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    }
    return signals;
}

/* ---- nonconformances ------------------------------------------------------------------------------------------------------------------------ */

/* Random events on random reports; then their clocks. */
static int64_t run_reports(int64_t seed)
{
    enum { REPORTS = 20, EVENTS = 1500 };
    c12_error e = C12_INIT(c12_error);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_ncr_conduct conduct = C12_INIT(c12_ncr_conduct);
    c12_ncr_cases c = C12_INIT(c12_ncr_cases);
    c12_ncr_events h = C12_INIT(c12_ncr_events);
    c12_ncr_policy p = C12_INIT(c12_ncr_policy);
    c12_ncr_calendar k = C12_INIT(c12_ncr_calendar);
    c12_ncr_clocks q = C12_INIT(c12_ncr_clocks);
    int32_t *n[9], *ev[4], *refusal = COLUMN(int32_t, EVENTS);
    uint32_t *causes = COLUMN(uint32_t, REPORTS);
    c12_ns *t[5], *at = COLUMN(c12_ns, EVENTS), *window[2];
    for (int i = 0; i < 9; i++) n[i] = COLUMN(int32_t, REPORTS);
    for (int i = 0; i < 4; i++) ev[i] = COLUMN(int32_t, EVENTS);
    for (int i = 0; i < 5; i++) t[i] = COLUMN(c12_ns, REPORTS);
    for (int i = 0; i < 2; i++) window[i] = COLUMN(c12_ns, 200);
    for (int r = 0; r < REPORTS; r++) { n[0][r] = 1 + (int32_t)draw(3); n[1][r] = (int32_t)draw(5) - 1; t[0][r] = draw(30); }
    for (int i = 0; i < EVENTS; i++) {
        ev[0][i] = (int32_t)draw(REPORTS);
        ev[1][i] = 1 + (int32_t)draw(12);
        ev[2][i] = 1 + (int32_t)draw(4);
        ev[3][i] = (int32_t)draw(6) - 1;
        at[i] = i + draw(5);
    }
    for (int w = 0; w < 200; w++) { window[0][w] = w * 24 + draw(4); window[1][w] = w * 24 + 8 + draw(8); }
    conduct.least_whys = 2;
    c.n = REPORTS; c.grade = n[0]; c.raised_by = n[1]; c.created = t[0]; c.state = n[2]; c.owner = n[3]; c.whys = n[4]; c.causes = causes; c.disposition = n[5]; c.approved = n[6]; c.paused = n[7]; c.last = t[1]; c.closed = t[2];
    h.n = EVENTS; h.report = ev[0]; h.kind = ev[1]; h.value = ev[2]; h.by = ev[3]; h.at = at;
    must(c12_ncr_apply(&conduct, &c, &h, refusal, &e), &e, "events");
    must(c12_ncr_history_check(&conduct, &c, &h, refusal, &v, &e), &e, "history check");
    accept(&v, "history");
    p.major_days = 30; p.critical_days = 7;
    k.n_windows = 200; k.open = window[0]; k.close = window[1]; k.day = 8 + seed;
    q.n = REPORTS; q.grade = n[0]; q.created = t[0]; q.closed = t[2];
    must(c12_ncr_clock(&p, &k, &q, 900, t[3], NULL, t[4], n[8], &e), &e, "clocks");
    must(c12_ncr_clock_check(&p, &k, &q, 900, t[3], t[4], n[8], &v, &e), &e, "clock check");
    accept(&v, "clocks");
    int64_t closed = 0;
    for (int r = 0; r < REPORTS; r++) closed += n[2][r] == C12_NCR_CLOSED;
    mix(refusal, EVENTS * sizeof *refusal);
    for (int i = 2; i < 9; i++) mix(n[i], REPORTS * sizeof **n);
    for (int i = 1; i < 5; i++) mix(t[i], REPORTS * sizeof **t);
    for (int i = 0; i < 9; i++) free(n[i]);
    for (int i = 0; i < 4; i++) free(ev[i]);
    for (int i = 0; i < 5; i++) free(t[i]);
    free(window[0]); free(window[1]); free(refusal); free(causes); free(at);
    return closed;
}

/* ---- seal: what needs no outside library ------------------------------------------------------------------------------------------------------ */

static int64_t run_desk(int64_t seed)
{
    enum { VERSIONS = 12, TRAININGS = 40 };
    int32_t document[VERSIONS], version[VERSIONS], person[TRAININGS], on[TRAININGS], of[TRAININGS], row;
    c12_ns effective[VERSIONS], superseded[VERSIONS], passed[TRAININGS], until[TRAININGS];
    uint8_t digest[32 * VERSIONS];
    int64_t allowed = 0;
    (void)seed;
    for (int i = 0; i < VERSIONS; i++) {
        document[i] = i / 3;
        version[i] = i % 3;
        effective[i] = 100 * (i % 3);
        superseded[i] = effective[i] + 50 + draw(51);
        for (int k = 0; k < 32; k++) digest[32 * i + k] = (uint8_t)draw(256);
    }
    for (int i = 0; i < TRAININGS; i++) {
        person[i] = (int32_t)draw(4);
        on[i] = (int32_t)draw(4);
        of[i] = (int32_t)draw(3);
        passed[i] = draw(300);
        until[i] = passed[i] + 1 + draw(200);
    }
    c12_seal_controls c = { .struct_size = sizeof c, .n_versions = VERSIONS, .n_trainings = TRAININGS, .document = document, .version = version, .effective = effective, .superseded = superseded,
                            .digest = digest, .trained_person = person, .trained_document = on, .trained_version = of, .trained_on = passed, .trained_until = until };
    for (int k = 0; k < 200; k++) {
        int v = (int)draw(VERSIONS);
        c12_seal_act a = { .when = draw(300), .person = (int32_t)draw(4), .document = document[v], .version = version[v], .meaning = 1 + (int32_t)draw(5), .who = { digest, 4 }, .why = { digest, 9 } };
        memcpy(a.digest, digest + 32 * v, 32);
        c12_error e = C12_INIT(c12_error);
        c12_status s = c12_seal_may_sign(&c, &a, &row, &e);
        if (s && s != C12_E_REFUSED) must(s, &e, "may sign");
        allowed += !s;
        if (s) mix(e.what, strlen(e.what));
        else mix(&row, sizeof row);
    }
    return allowed;
}

/* ---- cost and kpi ------------------------------------------------------------------------------------------------------------------------------ */

static int64_t run_books(int64_t seed)
{
    enum { MOVES = 3000, KINDS = 20 };
    int32_t *kind = column(MOVES, 4), *item = column(MOVES, 4);
    int64_t *col[6], have[KINDS] = { 0 }, standard[KINDS], on_hand[KINDS], worth[KINDS];
    for (int k = 0; k < 6; k++) col[k] = column(MOVES, 8);
    for (int k = 0; k < KINDS; k++) standard[k] = draw(1000000);
    for (int i = 0; i < MOVES; i++) {
        item[i] = (int32_t)draw(KINDS);
        int64_t *stock = &have[item[i]], what = *stock ? draw(12) : 0;
        kind[i] = what < 6 ? C12_COST_RECEIPT : what < 10 ? C12_COST_ISSUE : what < 11 ? C12_COST_REVALUE : C12_COST_ADJUST;
        col[0][i] = what < 6 ? 1 + draw(1000) : what < 10 ? 1 + draw(*stock) : 0;
        col[1][i] = what < 6 ? draw(1000000000) : what < 10 ? 0 : draw(900000);
        *stock += what < 6 ? col[0][i] : -col[0][i];
    }
    c12_cost_ledger l = { .struct_size = sizeof l, .method = (int32_t)(seed % 3), .n_items = KINDS, .n = MOVES, .kind = kind, .item = item, .qty = col[0], .value = col[1], .standard = standard };
    c12_cost_valued v = { .struct_size = sizeof v, .change = col[2], .variance = col[3], .on_hand = on_hand, .value = worth };
    c12_mem scratch = { NULL, c12_cost_value_scratch(KINDS, MOVES) };
    c12_verdict verdict = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    scratch.ptr = column((int64_t)scratch.size, 1);
    must(c12_cost_value(&l, &v, scratch, &e), &e, "value");
    must(c12_cost_value_check(&l, &v, scratch, &verdict, &e), &e, "value check");
    accept(&verdict, "value");
    mix(col[2], MOVES * sizeof **col);
    mix(col[3], MOVES * sizeof **col);
    for (int i = 0; i < MOVES; i++) { col[4][i] = draw(100000); col[5][i] = draw(9) ? col[4][i] + draw(500) : INT64_MAX; }
    c12_kpi_visits x = { .struct_size = sizeof x, .n = MOVES, .from = 1000, .to = 90000, .entered = col[4], .left = col[5] };
    c12_kpi_flows f = C12_INIT(c12_kpi_flows);
    c12_mem more = { NULL, c12_kpi_flow_scratch(MOVES) };
    more.ptr = column((int64_t)more.size, 1);
    must(c12_kpi_flow(&x, &f, more, &e), &e, "flow");
    must(c12_kpi_flow_check(&x, &f, more, &verdict, &e), &e, "flow check");
    accept(&verdict, "flow");
    mix(&f.area, sizeof f.area);
    mix(&f.most, sizeof f.most);
    void *const owned[] = { kind, item, col[0], col[1], col[2], col[3], col[4], col[5], scratch.ptr, more.ptr };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    return f.flow;
}

/* Events on a book of orders, and the recall list of a lot. */
static int64_t run_orders(int64_t seed)
{
    enum { ROWS = 8, AT = 3, TALE = 300, HELD = 60, UNITS = 200 };
    (void)seed;
    static c12_qty ordered[ROWS], wide[5 * ROWS + 3 * ROWS * AT], q[2][TALE];
    static c12_ns created[ROWS], times[3 * ROWS + 2 * ROWS * AT + 2 * HELD], at[TALE];
    static int32_t narrow[4 * ROWS + ROWS * AT + HELD], e[5][TALE], refusal[TALE];
    static int64_t off[ROWS + 1], num[ROWS], den[ROWS];
    memset(narrow, 0, sizeof narrow);
    memset(wide, 0, sizeof wide);
    memset(times, 0, sizeof times);
    for (int i = 0; i < ROWS; i++) { ordered[i] = i < 5 ? 2 + (c12_qty)draw(9) : 0; off[i + 1] = off[i] + AT; }
    c12_order_book b = C12_INIT(c12_order_book);
    b.n = ROWS; b.n_holds = HELD; b.ordered = ordered; b.created = created; b.station_off = off; b.accepted = narrow; b.state = narrow + ROWS; b.held = narrow + 2 * ROWS; b.parent = narrow + 3 * ROWS;
    b.station_state = narrow + 4 * ROWS; b.hold_order = narrow + 4 * ROWS + ROWS * AT; b.qty = wide; b.good = wide + ROWS; b.scrap = wide + 2 * ROWS; b.station_good = wide + 5 * ROWS;
    b.station_scrap = b.station_good + ROWS * AT; b.station_rework = b.station_scrap + ROWS * AT; b.last = times; b.started = times + ROWS; b.ended = times + 2 * ROWS; b.station_begun = times + 3 * ROWS;
    b.station_ended = b.station_begun + ROWS * AT; b.hold_from = b.station_ended + ROWS * AT; b.hold_to = b.hold_from + HELD;
    for (int k = 0; k < HELD; k++) b.hold_order[k] = -1;
    for (int k = 0; k < TALE; k++) {
        e[0][k] = k < 10 ? k / 2 : (int32_t)draw(ROWS); e[1][k] = k < 10 ? k % 2 : (int32_t)draw(12); e[2][k] = (int32_t)draw(AT); e[3][k] = (int32_t)draw(ROWS); e[4][k] = 0;
        if (draw(12) == 0 && k > 10) e[1][k] = C12_ORDER_SPLIT;
        at[k] = k; q[0][k] = (c12_qty)draw(4); q[1][k] = (c12_qty)draw(8) / 6;
    }
    c12_order_events t = C12_INIT(c12_order_events);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error err = C12_INIT(c12_error);
    t.n = TALE; t.order = e[0]; t.kind = e[1]; t.station = e[2]; t.value = e[3]; t.by = e[4]; t.at = at; t.good = q[0]; t.scrap = q[1];
    must(c12_order_apply(&b, &t, refusal, &err), &err, "orders");
    must(c12_order_history_check(&b, &t, refusal, &v, &err), &err, "orders' history");
    if (v.violations) { fprintf(stderr, "orders: %s\n", v.rule); exit(1); }
    must(c12_order_progress(&b, num, den, &err), &err, "progress");
    mix(refusal, sizeof refusal);
    mix(narrow, sizeof narrow);
    mix(wide, sizeof wide);
    mix(num, sizeof num);
    mix(den, sizeof den);
    static int32_t unit[2 * UNITS], part[2 * UNITS], lot[2 * UNITS], f_unit[3 * UNITS], depth[3 * UNITS];
    static int64_t row[3 * UNITS], room[8 * UNITS];
    static uint8_t outer[3 * UNITS];
    c12_order_built g = C12_INIT(c12_order_built);
    c12_order_found f = C12_INIT(c12_order_found);
    g.n_units = UNITS; g.n_lots = 20; g.unit = unit; g.part = part; g.lot = lot; f.cap = 3 * UNITS; f.unit = f_unit; f.depth = depth; f.row = row; f.is_outer = outer;
    for (int32_t u = 1; u < UNITS; u++, g.n++) { unit[g.n] = (int32_t)draw(u); part[g.n] = u; lot[g.n] = -1; }
    for (int k = 0; k < UNITS; k++, g.n++) { unit[g.n] = (int32_t)draw(UNITS); part[g.n] = -1; lot[g.n] = (int32_t)draw(20); }
    must(c12_order_trace_up(&g, -1, 7, &f, (c12_mem){ room, sizeof room }, &err), &err, "recall");
    must(c12_order_trace_check(&g, -1, 7, &f, &v, &err), &err, "recall list");
    if (v.violations) { fprintf(stderr, "recall: %s\n", v.rule); exit(1); }
    mix(f_unit, sizeof *f_unit * (size_t)f.n);
    mix(row, sizeof *row * (size_t)f.n);
    return v.objective + f.n;
}

/* ---- corridors of the shop -------------------------------------------------------------------------------------------------------------------- */

enum { LOOP_ORDERS = 40, LOOP_REPORTS = 120 };

/* Orders at work, a third of their pieces finished; defects of three kinds, decided, undecided, and decided by those who may not. */
static int64_t run_loop(int64_t seed)
{
    static const char words[] = "safetyperformancescratch";
    static const int64_t word_at[] = { 0, 6, 17, 24 };
    const int32_t n = LOOP_ORDERS, reports = LOOP_REPORTS;
    int32_t *narrow[24], before[LOOP_ORDERS];
    int64_t *wide[20], *off = COLUMN(int64_t, reports + 1);
    char *codes = COLUMN(char, 11 * reports);
    c12_error e = C12_INIT(c12_error);
    c12_verdict v = C12_INIT(c12_verdict);
    (void)seed;
    for (size_t k = 0; k < 24; k++) narrow[k] = COLUMN(int32_t, 4 * reports);
    for (size_t k = 0; k < 20; k++) wide[k] = COLUMN(int64_t, 4 * reports);
    c12_order_book b = { .struct_size = sizeof b, .n = n, .n_holds = reports, .ordered = wide[0], .created = wide[1], .qty = wide[0], .good = wide[2], .scrap = wide[3], .last = wide[4], .started = wide[5], .ended = wide[6],
        .hold_from = wide[7], .hold_to = wide[8], .accepted = narrow[0], .state = narrow[1], .held = narrow[2], .parent = narrow[3], .hold_order = narrow[4] };
    for (int32_t o = 0; o < n; o++) {
        wide[0][o] = 1 + draw(30); wide[2][o] = draw(wide[0][o] + 1) / 3; narrow[0][o] = 1; narrow[3][o] = -1; wide[9][o] = draw(1000000);
        narrow[1][o] = before[o] = draw(8) ? C12_ORDER_IN_PROGRESS : (int32_t)draw(C12_ORDER_REWORK + 1);
        narrow[5][o] = (int32_t)draw(7);
    }
    for (int32_t r = 0; r < reports; r++) {
        const int64_t k = draw(3), size = word_at[k + 1] - word_at[k];
        memcpy(codes + off[r], words + word_at[k], (size_t)size);
        off[r + 1] = off[r] + size;
        narrow[4][r] = -1; narrow[6][r] = (int32_t)draw(n); narrow[7][r] = (int32_t)draw(6) - 1; narrow[8][r] = (int32_t)draw(4); narrow[9][r] = (int32_t)draw(6) - 1;
        wide[10][r] = 10 * r + draw(10); wide[11][r] = 10 * reports + 10 * r + draw(20) - 5; wide[12][r] = draw(5);
    }
    uint8_t manager[5] = { 1 };
    c12_ncr_policy policy = C12_INIT(c12_ncr_policy);
    c12_ncr_staff staff = { .struct_size = sizeof staff, .n = 5, .manager = manager };
    c12_ncr_batch batch = { .struct_size = sizeof batch, .n = reports, .code_text = (const uint8_t *)codes, .code_off = off, .bad_qty = wide[12] };
    c12_flow_quality q = { .struct_size = sizeof q, .hold_grade = 1 + (int32_t)draw(3), .n_items = 7, .location = 3, .policy = &policy, .reports = &batch, .staff = &staff, .work = narrow[6], .raised_by = narrow[7], .created = wide[10],
        .decision = narrow[8], .decided_by = narrow[9], .decided = wide[11], .item = narrow[5], .cost = wide[9] };
    c12_flow_postings p = { .struct_size = sizeof p, .move_cap = reports, .entry_cap = 3 * reports, .move_step = wide[13], .move_qty = wide[14], .entry_step = wide[15], .entry_amount = wide[16], .move_kind = narrow[10],
        .move_item = narrow[11], .move_from = narrow[12], .move_to = narrow[13], .entry_account = narrow[14] };
    c12_flow_quality_effects fx = { .struct_size = sizeof fx, .event_cap = 4 * reports, .grade = narrow[15], .reason = COLUMN(uint32_t, reports), .person = narrow[16], .due = COLUMN(int64_t, reports), .held = narrow[17],
        .refusal = narrow[18], .order_refusal = narrow[19], .replan = narrow[20], .replan_qty = COLUMN(int64_t, reports), .event_report = wide[17], .event_at = wide[18], .event_scrap = wide[19], .event_order = narrow[21],
        .event_kind = narrow[22], .event_by = narrow[23], .event_station = COLUMN(int32_t, 4 * reports), .postings = &p };
    must(c12_ncr_default(&policy, &e), &e, "rules");
    must(c12_flow_quality_run(&q, &b, &fx, &e), &e, "quality loop");
    must(c12_flow_quality_check(&q, before, &b, &fx, &v, &e), &e, "quality loop's checker");
    accept(&v, "quality loop");
    for (size_t k = 0; k < 24; k++) { mix(narrow[k], 4 * sizeof(int32_t) * (size_t)reports); free(narrow[k]); }
    for (size_t k = 0; k < 20; k++) { mix(wide[k], 4 * sizeof(int64_t) * (size_t)reports); free(wide[k]); }
    mix(fx.due, sizeof(int64_t) * (size_t)reports);
    mix(fx.replan_qty, sizeof(int64_t) * (size_t)reports);
    void *const owned[] = { off, codes, fx.reason, fx.due, fx.replan_qty, fx.event_station };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    return v.objective + fx.n_events;
}

/* ---- all of them -------------------------------------------------------------------------------------------------------------------------------- */

int main(int argc, char **argv)
{
    static const struct { const char *name; int64_t (*run)(int64_t seed); } cases[] = {
        { "sched-plant", run_plant }, { "sched-flow", run_flow_time }, { "sched-jobshop", run_jobshop }, { "route-hold", run_hold }, { "route-grid", run_grid },
        { "dispatch", run_dispatch }, { "charge", run_charge }, { "bom", run_rollup }, { "mrp", run_mrp }, { "tlm", run_block }, { "planner", run_planner },
        { "buy", run_buy }, { "mrp-date", run_dates }, { "sched-rich", run_rich }, { "sched-live", run_live }, { "route-floor", run_floor }, { "hours", run_hours },
        { "route-lifelong", run_lifelong }, { "tlm-levels", run_levels }, { "wire", run_wire }, { "tlm-floats", run_floats }, { "arrow", run_arrow },
        { "charts", run_charts }, { "reports", run_reports }, { "seal-desk", run_desk }, { "books", run_books }, { "orders", run_orders },
        { "quality-loop", run_loop },
    };
    c12_error e = C12_INIT(c12_error);
    c12io_pool *pool;
    int64_t seeds = argc > 2 ? atoll(argv[2]) : 5;
    host = (c12_host)C12_INIT(c12_host);
    must(c12io_pool_create(&pool, argc > 1 ? atoi(argv[1]) : 1, &e), &e, "threads");
    c12io_pool_lend(pool, &host);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        for (int64_t seed = 1; seed <= seeds; seed++) {
            state = (uint64_t)seed * 0x9E3779B97F4A7C15u + k;
            hash = 0xCBF29CE484222325u;
            int64_t objective = cases[k].run(seed);
            printf("%s %" PRId64 " %016" PRIx64 " %" PRId64 "\n", cases[k].name, seed, hash, objective);
        }
    c12io_pool_destroy(pool);
    return 0;
}
