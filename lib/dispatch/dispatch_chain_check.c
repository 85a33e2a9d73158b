/* SPDX-License-Identifier: Apache-2.0 */
/* The independent checker of chains: walks each one and believes no column. */
#include "dispatch/dispatch_internal.h"

typedef struct judge_chain {
    const c12_dispatch_fleet *f;
    const c12_dispatch_costing *c;
    const c12_tick *hop;
    const c12_dispatch_chain_plan *p;
    c12_verdict v;
} judge_chain;

static void judge_chain_breach(judge_chain *j, const char *rule, const char *field, int64_t row, int64_t tick)
{
    if (j->v.violations++) return;
    j->v.rule = rule;
    j->v.field = field;
    j->v.row = row;
    j->v.tick = tick;
}

/* Offsets and ids, before anything is read by them; then tasks and chains must tell the same story. */
static int judge_chain_shape(judge_chain *j)
{
    const c12_dispatch_chain_plan *p = j->p;
    int64_t in_chains = 0;
    if (p->chain_off[0]) judge_chain_breach(j, "chains do not start at 0", "chain_off", 0, -1);
    for (int32_t r = 0; r < j->f->n_robots && !j->v.violations; r++)
        if (p->chain_off[r + 1] < p->chain_off[r] || p->chain_off[r + 1] > j->f->n_tasks) judge_chain_breach(j, "chain offsets fall or pass the tasks", "chain_off", r + 1, -1);
    for (int32_t r = 0; r < j->f->n_robots && !j->v.violations; r++)
        for (int64_t k = p->chain_off[r]; k < p->chain_off[r + 1]; k++) {
            int32_t t = p->chain_task[k];
            if (t < 0 || t >= j->f->n_tasks) { judge_chain_breach(j, "task out of range", "chain_task", k, -1); return 0; }
            if (p->task_robot[t] != r) judge_chain_breach(j, "a task is in a chain its robot does not have", "chain_task", k, -1);
        }
    for (int32_t t = 0; t < j->f->n_tasks && !j->v.violations; t++) {
        if (p->task_robot[t] < -1 || p->task_robot[t] >= j->f->n_robots) judge_chain_breach(j, "robot out of range", "task_robot", t, -1);
        if (p->task_robot[t] == -1 && p->task_done[t] != -1) judge_chain_breach(j, "a task in no chain is done", "task_done", t, -1);
        in_chains += p->task_robot[t] >= 0;
    }
    /* every stop names a task that names its robot: with as many stops as such tasks, and times that rise, none is there twice or missing */
    if (!j->v.violations && in_chains != p->chain_off[j->f->n_robots]) judge_chain_breach(j, "a task is twice in a chain, or missing", "chain_off", j->f->n_robots, -1);
    return !j->v.violations;
}

static int judge_chain_twice(const judge_chain *j, int64_t from, int64_t k)
{
    for (int64_t i = from; i < k; i++) if (j->p->chain_task[i] == j->p->chain_task[k]) return 1;
    return 0;
}

static void judge_chain_walk(judge_chain *j, int32_t r)
{
    const c12_dispatch_fleet *f = j->f;
    const int64_t start = c12__at64(f->robot_wait, r, 0), from = j->p->chain_off[r], to = j->p->chain_off[r + 1];
    int64_t now = start, left = f->robot_capacity ? f->robot_capacity[r] : INT64_MAX, have = 0, need = 0, late = 0, last = 0;
    for (int64_t k = from; k < to && !j->v.violations; k++) {
        int32_t t = j->p->chain_task[k], s = f->task_station[t];
        const c12_tick *row = k == from ? f->travel + (int64_t)f->robot_vertex[r] * f->n_stations : j->hop + (int64_t)last * f->n_stations;
        if (judge_chain_twice(j, from, k)) judge_chain_breach(j, "a task is twice in a chain, or missing", "chain_task", k, -1);
        if (row[s] < 0) { judge_chain_breach(j, "there is no way", "chain_task", k, now); return; }
        if (!j->c->soft_skills && f->task_skills && f->robot_skills && (f->task_skills[t] & ~f->robot_skills[r])) judge_chain_breach(j, "a skill is missing", "chain_task", k, now);
        int64_t load = c12__at64(f->task_load, t, 0), deadline = c12__at64(f->task_deadline, t, -1);
        if (load > left) judge_chain_breach(j, "the loads do not fit", "chain_task", k, now);
        left -= load;
        now += row[s] + c12__at64(f->task_duration, t, 0);
        last = s;
        if (now > (int64_t)1 << 50 || c12__add64(j->v.objective, row[s], &j->v.objective)) { judge_chain_breach(j, "a chain takes more than 2^50 ticks", "chain_task", k, now); return; }
        if (j->p->task_done[t] != now) judge_chain_breach(j, "a task is done at another tick", "task_done", t, now);
        if (deadline < 0 || now <= deadline) continue;
        if (!j->c->late_cost) judge_chain_breach(j, "a task is late", "task_done", t, now);
        if (c12__mul64(now - deadline, j->c->late_cost, &late) || c12__add64(j->v.objective, late, &j->v.objective)) { judge_chain_breach(j, "lateness costs more than 64 bits hold", "task_done", t, now); return; }
    }
    if (from == to || !f->robot_battery || j->c->soft_battery || j->v.violations) return;
    int over = c12__mul64(now - start + c12__at64(f->station_rest, last, 0), j->c->drain_ppm, &need) | c12__mul64(f->robot_battery[r] - j->c->reserve_ppm, j->c->drain_ticks, &have);
    if (over || need > have) judge_chain_breach(j, "the battery does not bear the chain", "chain_off", r, now);
}

c12_status c12_dispatch_chain_check(const c12_dispatch_fleet *fleet, const c12_dispatch_costing *costing, const c12_tick *hop, const c12_dispatch_chain_plan *plan, c12_verdict *verdict, c12_error *err)
{
    c12_dispatch_fleet f;
    c12_dispatch_costing c;
    c12_dispatch_chain_plan p;
    judge_chain j = { &f, &c, hop, &p, C12_INIT(c12_verdict) };
    c12_status s = c12__dispatch_take_chains(&f, &c, &p, fleet, costing, hop, plan, err);
    if (s) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    j.v.row = j.v.tick = -1;
    if (judge_chain_shape(&j))
        for (int32_t r = 0; r < f.n_robots && !j.v.violations; r++) judge_chain_walk(&j, r);
    if (j.v.violations) j.v.objective = 0;
    c12__give(verdict, &j.v, sizeof j.v);
    return C12_OK;
}
