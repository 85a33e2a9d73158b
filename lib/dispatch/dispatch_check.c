/* SPDX-License-Identifier: Apache-2.0 */
/* The independent checker: feasibility by looking, optimality by weak duality.  It knows prices, not paths. */
#include "dispatch/dispatch_internal.h"

typedef struct judge_dispatch {
    const c12_dispatch_problem *p;
    const c12_dispatch_plan *plan;
    int64_t hysteresis;
    int64_t least, most; /* effective costs */
    int64_t step;        /* of the prices of leaving a task out */
    int64_t seen;        /* there are pairs at all */
    c12_verdict v;
} judge_dispatch;

static void judge_dispatch_breach(judge_dispatch *j, const char *rule, const char *field, int64_t row)
{
    if (j->v.violations++) return;
    j->v.rule = rule;
    j->v.field = field;
    j->v.row = row;
}

/* The pairs of a robot by turns: `at` starts at 0; 0 = no more.  Those that must not be are passed over. */
static int judge_dispatch_next(const judge_dispatch *j, int32_t r, int64_t *at, int32_t *t, int64_t *cost)
{
    const int64_t from = j->p->pair_off ? j->p->pair_off[r] : (int64_t)r * j->p->n_tasks;
    const int64_t n = j->p->pair_off ? j->p->pair_off[r + 1] - from : j->p->n_tasks;
    while (*at < n) {
        int64_t k = (*at)++, c = j->p->cost[from + k];
        if (c == C12_DISPATCH_NEVER) continue;
        *t = j->p->pair_off ? j->p->pair_task[from + k] : (int32_t)k;
        *cost = j->p->current && j->p->current[r] == *t ? c - j->hysteresis : c;
        return 1;
    }
    return 0;
}

/* One pair, found by halving where pairs are listed.  0 when it must not be. */
static int judge_dispatch_pair(const judge_dispatch *j, int32_t r, int32_t t, int64_t *cost)
{
    int64_t lo = 0, hi = t;
    int32_t found;
    if (j->p->pair_off) {
        const int32_t *task = j->p->pair_task + j->p->pair_off[r];
        for (hi = j->p->pair_off[r + 1] - j->p->pair_off[r]; lo < hi; ) {
            int64_t mid = lo + (hi - lo) / 2;
            if (task[mid] < t) lo = mid + 1;
            else hi = mid;
        }
        hi = lo;
    }
    return judge_dispatch_next(j, r, &hi, &found, cost) && found == t;
}

static c12_status judge_dispatch_prices(judge_dispatch *j, c12_error *err)
{
    int64_t c, fewer = j->p->n_robots < j->p->n_tasks ? j->p->n_robots : j->p->n_tasks, all;
    for (int32_t r = 0, t; r < j->p->n_robots; r++)
        for (int64_t k = 0; judge_dispatch_next(j, r, &k, &t, &c); j->seen = 1) {
            if (!j->seen || c < j->least) j->least = c;
            if (!j->seen || c > j->most) j->most = c;
        }
    if (c12__mul64(j->most, fewer, &all) || c12__mul64(j->least, fewer, &all)) return c12__fail(err, C12_E_OVERFLOW, "the sum of costs may not fit 64 bits", "cost", -1, j->most);
    if (c12__mul64(j->most - j->least, fewer, &j->step) || c12__add64(j->step, 1, &j->step) || c12__mul64(j->step, j->p->n_tasks, &all) ||
        all > C12__DISPATCH_MOST)
        return c12__fail(err, C12_E_OVERFLOW, "costs spread too far for this many tasks", "cost", -1, j->most);
    return C12_OK;
}

static void judge_dispatch_pairs(judge_dispatch *j)
{
    for (int32_t t = 0; t < j->p->n_tasks; t++) {
        int32_t r = j->plan->task_robot[t];
        int64_t c = 0;
        if (r == -1) continue;
        if (r < -1 || r >= j->p->n_robots) { judge_dispatch_breach(j, "robot out of range", "task_robot", t); continue; }
        if (!judge_dispatch_pair(j, r, t, &c)) judge_dispatch_breach(j, "a pair that must not be", "task_robot", t);
        j->v.objective += c;
        for (int32_t s = 0; s < t; s++)
            if (j->plan->task_robot[s] == r) { judge_dispatch_breach(j, "a robot has two tasks", "task_robot", t); break; }
    }
}

static int judge_dispatch_busy(const judge_dispatch *j, int32_t r)
{
    for (int32_t t = 0; t < j->p->n_tasks; t++) if (j->plan->task_robot[t] == r) return 1;
    return 0;
}

/* Prices of the plan's own must be high enough, equal for equal priorities, and as far apart as any saving is large. */
static void judge_dispatch_own_prices(judge_dispatch *j)
{
    for (int32_t t = 0; t < j->p->n_tasks; t++) {
        int64_t price = j->plan->task_price[t];
        if ((j->seen && price < j->least + j->step) || price < -2 * C12__DISPATCH_MOST || price > 2 * C12__DISPATCH_MOST) judge_dispatch_breach(j, "a price is out of range", "task_price", t);
    }
    for (int32_t t = 0; t < j->p->n_tasks && !j->v.violations; t++)
        for (int32_t s = 0; s < t; s++) {
            int64_t apart = j->plan->task_price[t] - j->plan->task_price[s];
            int32_t a = c12__at32(j->p->task_priority, t, 0), b = c12__at32(j->p->task_priority, s, 0);
            if (a > b ? apart < j->step : a < b ? -apart < j->step : apart != 0) { judge_dispatch_breach(j, "prices do not follow priorities", "task_price", t); break; }
        }
}

static void judge_dispatch_task_price(judge_dispatch *j, int32_t t)
{
    int64_t lower = 0, y = j->plan->task_dual[t], price;
    for (int32_t s = 0; s < j->p->n_tasks && !j->plan->task_price; s++)
        lower += c12__at32(j->p->task_priority, s, 0) < c12__at32(j->p->task_priority, t, 0);
    price = j->plan->task_price ? j->plan->task_price[t] : j->least + (lower + 1) * j->step;
    if (y > price) judge_dispatch_breach(j, "a task's dual is above the price of leaving it out", "task_dual", t);
    if (y != price && j->plan->task_robot[t] == -1) judge_dispatch_breach(j, "a task is left out below its price", "task_dual", t);
}

static void judge_dispatch_duals(judge_dispatch *j)
{
    for (int32_t r = 0; r < j->p->n_robots; r++) {
        int64_t v = j->plan->robot_dual[r];
        if (v > 0 || v < -4 * C12__DISPATCH_MOST) judge_dispatch_breach(j, "a robot's dual is out of range", "robot_dual", r);
        else if (v && !judge_dispatch_busy(j, r)) judge_dispatch_breach(j, "an idle robot has a price", "robot_dual", r);
    }
    if (j->plan->task_price) judge_dispatch_own_prices(j);
    for (int32_t t = 0; t < j->p->n_tasks; t++) judge_dispatch_task_price(j, t);
    for (int32_t r = 0, t; r < j->p->n_robots; r++)
        for (int64_t k = 0, c, sum = 0; judge_dispatch_next(j, r, &k, &t, &c); ) {
            int out = c12__add64(j->plan->robot_dual[r], j->plan->task_dual[t], &sum);
            if (out || sum > c) judge_dispatch_breach(j, "a pair is cheaper than its duals", "task_dual", t);
            else if (sum < c && j->plan->task_robot[t] == r) judge_dispatch_breach(j, "a chosen pair is dearer than its duals", "task_dual", t);
        }
}

/* What the runner-up falls short by, and that no other robot falls short by less. */
static void judge_dispatch_margin(judge_dispatch *j, int32_t t, int32_t next)
{
    int64_t c, least = -1;
    for (int32_t r = 0; r < j->p->n_robots && j->plan->robot_dual; r++) {
        if (r == j->plan->task_robot[t] || !judge_dispatch_pair(j, r, t, &c)) continue;
        c -= j->plan->robot_dual[r] + j->plan->task_dual[t];
        if (r == next && j->plan->margin[t] != c) judge_dispatch_breach(j, "the margin is not what the runner-up falls short by", "margin", t);
        if (least < 0 || c < least) least = c;
    }
    if (next < 0 ? j->plan->margin[t] != -1 : j->plan->robot_dual && j->plan->margin[t] != least)
        judge_dispatch_breach(j, "another robot comes nearer than the runner-up", "margin", t);
}

/* The reason must agree with the assignment; the runner-up must be a robot that could. */
static void judge_dispatch_reasons(judge_dispatch *j)
{
    for (int32_t t = 0; t < j->p->n_tasks; t++) {
        int64_t c;
        int32_t mine = j->plan->task_robot[t], able = 0;
        for (int32_t r = 0; r < j->p->n_robots; r++) able += judge_dispatch_pair(j, r, t, &c);
        if (j->plan->why) {
            int32_t why = mine >= 0 ? C12_DISPATCH_WHY_ASSIGNED : able ? C12_DISPATCH_WHY_OUTBID : C12_DISPATCH_WHY_NO_ROBOT;
            if (j->plan->why[t] != why) judge_dispatch_breach(j, "the reason does not fit the assignment", "why", t);
        }
        if (!j->plan->runner_up) continue;
        int32_t next = j->plan->runner_up[t];
        int fits = next == -1 ? able == (mine >= 0) : next >= 0 && next < j->p->n_robots && next != mine && judge_dispatch_pair(j, next, t, &c);
        if (!fits) judge_dispatch_breach(j, "the runner-up could not do the task", "runner_up", t);
        else if (j->plan->margin) judge_dispatch_margin(j, t, next);
    }
}

c12_status c12_dispatch_check(const c12_dispatch_problem *problem, const c12_dispatch_plan *plan, const c12_dispatch_options *options, c12_verdict *verdict, c12_error *err)
{
    c12_dispatch_problem p;
    c12_dispatch_options o;
    c12_dispatch_plan a;
    judge_dispatch j = { &p, &a, 0, 0, 0, 0, 0, C12_INIT(c12_verdict) };
    c12_status s = c12__dispatch_take_options(&o, options, err);
    if (!s) s = c12__dispatch_take_problem(&p, problem, err);
    if (!s) s = c12__take(&a, sizeof a, plan, "plan", err);
    if (s) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    if (!a.task_robot && p.n_tasks) return c12__fail(err, C12_E_ARG, "column is missing", "task_robot", -1, 0);
    if (!a.robot_dual != !a.task_dual) return c12__fail(err, C12_E_ARG, "duals come together or not at all", "robot_dual", -1, 0);
    j.hysteresis = o.hysteresis;
    j.v.row = j.v.tick = -1;
    s = judge_dispatch_prices(&j, err);
    if (s) return s;
    judge_dispatch_pairs(&j);
    if (a.robot_dual && !j.v.violations) judge_dispatch_duals(&j);
    if (!j.v.violations) judge_dispatch_reasons(&j);
    if (j.v.violations) j.v.objective = 0;
    c12__give(verdict, &j.v, sizeof j.v);
    return C12_OK;
}
