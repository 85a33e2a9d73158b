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

static c12_status costing_take_fleet(c12_dispatch_fleet *fl, const c12_dispatch_fleet *from, c12_error *err)
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
    return f.status;
}

static void costing_check_flag(c12__faults *f, int32_t v, const char *field)
{
    if (v != 0 && v != 1) c12__fault(f, C12_E_RANGE, "must be 0 or 1", field, -1, v);
}

static c12_status costing_take(c12_dispatch_costing *c, const c12_dispatch_costing *from, c12_error *err)
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
    if (c->drain_ppm < 0 || c->drain_ppm > C12__DISPATCH_PPM) c12__fault(&f, C12_E_RANGE, "drain must be 0..1000000 ppm", "drain_ppm", -1, c->drain_ppm);
    if (c->drain_ticks < 0 || c->drain_ticks > (int64_t)1 << 40) c12__fault(&f, C12_E_RANGE, "ticks out of range (largest 2^40)", "drain_ticks", -1, c->drain_ticks);
    if (c->distance_unit < 0) c12__fault(&f, C12_E_RANGE, "unit is negative", "distance_unit", -1, c->distance_unit);
    if (c->reserve_ppm < 0 || c->reserve_ppm > C12__DISPATCH_PPM) c12__fault(&f, C12_E_RANGE, "reserve must be 0..1000000 ppm", "reserve_ppm", -1, c->reserve_ppm);
    return f.status;
}

/* Does a battery bear `ticks` of drain?  1 = with something left, 0 = exactly, -1 = no.  Products stay below 2^62. */
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

static int64_t costing_pair(const c12_dispatch_fleet *f, const c12_dispatch_costing *c, int32_t r, int32_t t)
{
    int64_t travel = f->travel[(int64_t)f->robot_vertex[r] * f->n_stations + f->task_station[t]];
    uint64_t need = f->task_skills ? f->task_skills[t] : 0, have = f->robot_skills ? f->robot_skills[r] : UINT64_MAX;
    int skilled = !(need & ~have);
    if (travel < 0 || (!skilled && !c->soft_skills)) return C12_DISPATCH_NEVER;
    if (f->robot_battery && !c->soft_battery &&
        costing_bears(c, f->robot_battery[r] - c->reserve_ppm, travel + c12__at64(f->task_duration, t, 0)) < 0)
        return C12_DISPATCH_NEVER;
    if (c->model == C12_DISPATCH_SCORE) return -costing_score(f, c, r, t, travel, skilled);
    return c12__at64(f->robot_wait, r, 0) + travel;
}

c12_status c12_dispatch_cost(const c12_dispatch_fleet *fleet, const c12_dispatch_costing *costing, int64_t *cost, c12_error *err)
{
    c12_dispatch_fleet f;
    c12_dispatch_costing c;
    c12_status s = costing_take_fleet(&f, fleet, err);
    if (!s) s = costing_take(&c, costing, err);
    if (s) return s;
    if (!cost && f.n_robots && f.n_tasks) return c12__fail(err, C12_E_ARG, "argument is NULL", "cost", -1, 0);
    for (int32_t r = 0; r < f.n_robots; r++)
        for (int32_t t = 0; t < f.n_tasks; t++) cost[(int64_t)r * f.n_tasks + t] = costing_pair(&f, &c, r, t);
    return C12_OK;
}
