/* SPDX-License-Identifier: Apache-2.0 */
/* Costs from positions, skills, batteries and priorities. */
#include "dispatch/dispatch_internal.h"

static void costing_check_count(c12__faults *f, int32_t n, const char *field)
{
    if (n < 0) c12__fault(f, C12_E_ARG, "count is negative", field, -1, n);
}

static void costing_check_id(c12__faults *f, const int32_t *id, int32_t n, int32_t rows, const char *field)
{
    if (!id && n > 0) c12__fault(f, C12_E_ARG, "column is missing", field, -1, 0);
    for (int32_t i = 0; id && i < n && !c12__full(f); i++)
        if (id[i] < 0 || id[i] >= rows) c12__fault(f, C12_E_RANGE, "id out of range", field, i, id[i]);
}

static void costing_check_ticks(c12__faults *f, const c12_tick *v, int64_t n, int64_t least, const char *field)
{
    for (int64_t i = 0; v && i < n && !c12__full(f); i++)
        if (v[i] < least || v[i] > (int64_t)1 << 40) c12__fault(f, C12_E_RANGE, "ticks out of range (largest 2^40)", field, i, v[i]);
}

static void costing_check_amounts(c12__faults *f, const int64_t *v, int32_t n, const char *field)
{
    for (int32_t i = 0; v && i < n && !c12__full(f); i++)
        if (v[i] < 0 || v[i] > C12__DISPATCH_MOST) c12__fault(f, C12_E_RANGE, "amount must be 0..2^60", field, i, v[i]);
}

static void costing_check_more(c12__faults *f, const c12_dispatch_fleet *fl)
{
    costing_check_amounts(f, fl->robot_capacity, fl->n_robots, "robot_capacity");
    costing_check_amounts(f, fl->task_load, fl->n_tasks, "task_load");
    costing_check_ticks(f, fl->task_deadline, fl->n_tasks, -1, "task_deadline");
    costing_check_ticks(f, fl->station_rest, fl->n_stations, 0, "station_rest");
    costing_check_ticks(f, fl->robot_used, fl->n_robots, 0, "robot_used");
    for (int32_t r = 0; fl->robot_task && r < fl->n_robots && !c12__full(f); r++)
        if (fl->robot_task[r] < -1 || fl->robot_task[r] >= fl->n_tasks) c12__fault(f, C12_E_RANGE, "id out of range", "robot_task", r, fl->robot_task[r]);
}

c12_status c12__dispatch_take_fleet(c12_dispatch_fleet *fl, const c12_dispatch_fleet *from, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__take(fl, sizeof *fl, from, "fleet", err);
    if (s) return s;
    costing_check_count(&f, fl->n_robots, "n_robots");
    costing_check_count(&f, fl->n_tasks, "n_tasks");
    costing_check_count(&f, fl->n_vertices, "n_vertices");
    costing_check_count(&f, fl->n_stations, "n_stations");
    if (f.status) return f.status;
    int64_t cells = (int64_t)fl->n_vertices * fl->n_stations;
    if (!fl->travel && cells > 0) c12__fault(&f, C12_E_ARG, "column is missing", "travel", -1, 0);
    costing_check_ticks(&f, fl->travel, cells, -1, "travel");
    costing_check_id(&f, fl->robot_vertex, fl->n_robots, fl->n_vertices, "robot_vertex");
    costing_check_id(&f, fl->task_station, fl->n_tasks, fl->n_stations, "task_station");
    costing_check_ticks(&f, fl->robot_wait, fl->n_robots, 0, "robot_wait");
    costing_check_ticks(&f, fl->task_duration, fl->n_tasks, 0, "task_duration");
    for (int32_t r = 0; fl->robot_battery && r < fl->n_robots && !c12__full(&f); r++)
        if (fl->robot_battery[r] < 0 || fl->robot_battery[r] > C12__DISPATCH_PPM)
            c12__fault(&f, C12_E_RANGE, "battery must be 0..1000000 ppm", "robot_battery", r, fl->robot_battery[r]);
    costing_check_more(&f, fl);
    return f.status;
}

static void costing_check_flag(c12__faults *f, int32_t v, const char *field)
{
    if (v != 0 && v != 1) c12__fault(f, C12_E_RANGE, "must be 0 or 1", field, -1, v);
}

static void costing_check_share(c12__faults *f, int64_t v, const char *field)
{
    if (v < 0 || v > C12__DISPATCH_PPM) c12__fault(f, C12_E_RANGE, "must be 0..1000000", field, -1, v);
}

c12_status c12__dispatch_take_costing(c12_dispatch_costing *c, const c12_dispatch_costing *from, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__take_optional(c, sizeof *c, from, "costing", err);
    if (s) return s;
    costing_check_flag(&f, c->model, "model");
    costing_check_flag(&f, c->soft_skills, "soft_skills");
    costing_check_flag(&f, c->soft_battery, "soft_battery");
    if (!c->drain_ppm) c->drain_ppm = 50000;
    if (!c->drain_ticks) c->drain_ticks = 3600;
    if (!c->distance_unit) c->distance_unit = 1;
    costing_check_share(&f, c->drain_ppm, "drain_ppm");
    if (c->drain_ticks < 0 || c->drain_ticks > (int64_t)1 << 40) c12__fault(&f, C12_E_RANGE, "ticks out of range (largest 2^40)", "drain_ticks", -1, c->drain_ticks);
    if (c->distance_unit < 0) c12__fault(&f, C12_E_RANGE, "unit is negative", "distance_unit", -1, c->distance_unit);
    costing_check_share(&f, c->reserve_ppm, "reserve_ppm");
    costing_check_share(&f, c->late_cost, "late_cost");
    costing_check_share(&f, c->balance_ppm, "balance_ppm");
    return f.status;
}

/* Does a battery bear `ticks` of drain?  1 = with something left, 0 = exactly, -1 = no.  Products stay below 2^63: ticks of a pair are at most 3 * 2^40. */
static int costing_bears(const c12_dispatch_costing *c, int64_t battery, int64_t ticks)
{
    int64_t have = battery * c->drain_ticks, need = ticks * c->drain_ppm;
    return have > need ? 1 : have == need ? 0 : -1;
}

/* Thousandths, so that distances below one unit still count. */
static int64_t costing_score(const c12_dispatch_fleet *f, const c12_dispatch_costing *c, int32_t r, int32_t t, int64_t travel, int skilled)
{
    int64_t score = 100000 - travel * 1000 / c->distance_unit + (skilled ? 50000 : 0);
    int64_t duration = c12__at64(f->task_duration, t, 0);
    int rich = !f->robot_battery || costing_bears(c, f->robot_battery[r], duration) > 0;
    return score + (rich ? 30000 : -100000) + 10000 * (int64_t)c12__at32(f->task_priority, t, 0);
}

/* One pair, looked at once. */
typedef struct costing_view {
    const c12_dispatch_fleet *f;
    const c12_dispatch_costing *c;
    int32_t r, t, station, skilled;
    int64_t travel, duration, late; /* ticks behind the deadline */
} costing_view;

static costing_view costing_look(const c12_dispatch_fleet *f, const c12_dispatch_costing *c, int32_t r, int32_t t)
{
    costing_view v = { f, c, r, t, f->task_station[t], 0, 0, 0, 0 };
    uint64_t need = f->task_skills ? f->task_skills[t] : 0, have = f->robot_skills ? f->robot_skills[r] : UINT64_MAX;
    v.skilled = !(need & ~have);
    v.travel = f->travel[(int64_t)f->robot_vertex[r] * f->n_stations + v.station];
    v.duration = c12__at64(f->task_duration, t, 0);
    int64_t deadline = c12__at64(f->task_deadline, t, -1);
    if (deadline >= 0 && v.travel >= 0) v.late = c12__max64(0, c12__at64(f->robot_wait, r, 0) + v.travel + v.duration - deadline);
    return v;
}

/* The robot has another task, and this one does not rank above it. */
static int costing_held(const costing_view *v)
{
    const c12_dispatch_fleet *f = v->f;
    if (!f->robot_rank || !f->robot_task || f->robot_task[v->r] < 0 || f->robot_task[v->r] == v->t) return 0;
    return c12__at32(f->task_rank, v->t, 0) <= f->robot_rank[v->r];
}

static int costing_reaches(const costing_view *v)
{
    const c12_dispatch_fleet *f = v->f;
    if (!f->robot_battery || v->c->soft_battery) return 1;
    int64_t ticks = v->travel + v->duration + c12__at64(f->station_rest, v->station, 0);
    return costing_bears(v->c, f->robot_battery[v->r] - v->c->reserve_ppm, ticks) >= 0;
}

static uint8_t costing_reason(const costing_view *v)
{
    if (v->travel < 0) return C12_DISPATCH_NO_WAY;
    if (!v->skilled && !v->c->soft_skills) return C12_DISPATCH_SKILLS;
    if (v->f->robot_capacity && c12__at64(v->f->task_load, v->t, 0) > v->f->robot_capacity[v->r]) return C12_DISPATCH_CAPACITY;
    if (costing_held(v)) return C12_DISPATCH_HELD;
    if (!costing_reaches(v)) return C12_DISPATCH_BATTERY;
    return v->late && !v->c->late_cost ? C12_DISPATCH_DEADLINE : C12_DISPATCH_CAN;
}

/* Costs stay below 2^62: a lateness is below 2^42, its price at most 2^20. */
static int64_t costing_pair(const costing_view *v)
{
    if (costing_reason(v) != C12_DISPATCH_CAN) return C12_DISPATCH_NEVER;
    const int64_t used = c12__at64(v->f->robot_used, v->r, 0), more = v->late * v->c->late_cost + used * v->c->balance_ppm / C12__DISPATCH_PPM;
    if (v->c->model == C12_DISPATCH_SCORE) return more - costing_score(v->f, v->c, v->r, v->t, v->travel, v->skilled);
    return c12__at64(v->f->robot_wait, v->r, 0) + v->travel + more;
}

static c12_status costing_enter(c12_dispatch_fleet *f, c12_dispatch_costing *c, const c12_dispatch_fleet *fleet, const c12_dispatch_costing *costing, const void *out, const char *field, c12_error *err)
{
    c12_status s = c12__dispatch_take_fleet(f, fleet, err);
    if (!s) s = c12__dispatch_take_costing(c, costing, err);
    if (!s && !out && f->n_robots && f->n_tasks) return c12__fail(err, C12_E_ARG, "argument is NULL", field, -1, 0);
    return s;
}

c12_status c12_dispatch_cost(const c12_dispatch_fleet *fleet, const c12_dispatch_costing *costing, int64_t *cost, c12_error *err)
{
    c12_dispatch_fleet f;
    c12_dispatch_costing c;
    c12_status s = costing_enter(&f, &c, fleet, costing, cost, "cost", err);
    for (int32_t r = 0; !s && r < f.n_robots; r++)
        for (int32_t t = 0; t < f.n_tasks; t++) {
            costing_view v = costing_look(&f, &c, r, t);
            cost[(int64_t)r * f.n_tasks + t] = costing_pair(&v);
        }
    return s;
}

c12_status c12_dispatch_reasons(const c12_dispatch_fleet *fleet, const c12_dispatch_costing *costing, uint8_t *reason, c12_error *err)
{
    c12_dispatch_fleet f;
    c12_dispatch_costing c;
    c12_status s = costing_enter(&f, &c, fleet, costing, reason, "reason", err);
    for (int32_t r = 0; !s && r < f.n_robots; r++)
        for (int32_t t = 0; t < f.n_tasks; t++) {
            costing_view v = costing_look(&f, &c, r, t);
            reason[(int64_t)r * f.n_tasks + t] = costing_reason(&v);
        }
    return s;
}
