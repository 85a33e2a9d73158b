/* SPDX-License-Identifier: Apache-2.0 */
/* The checker: rules S1 to S9 by walking breaks one by one and machines in start order; S10 to S17 stand in sched_judge.c.  It shares the entry check of the problem
 * with the planner and nothing else. */
#include "sched/sched_judge.h"

enum { JUDGE_BATCH = 512 };

void c12__judge_blame(c12__judge *j, const char *rule, const char *field, int64_t row, int64_t tick)
{
    if (j->v.violations < INT32_MAX) j->v.violations++;
    if (j->v.violations > 1) return;
    j->v.rule = rule;
    j->v.field = field;
    j->v.row = row;
    j->v.tick = tick;
}

static int64_t judge_row(const c12__judge *j, int64_t o) { return j->p.mode_off[o] + j->mode[o]; }
int32_t c12__judge_machine(const c12__judge *j, int64_t o) { return j->p.mode_machine[judge_row(j, o)]; }
static int judge_pauses(const c12__judge *j, int64_t o) { return j->p.op_resumable && j->p.op_resumable[o]; }
int c12__judge_told(const c12__judge *j, int64_t o) { return j->p.fixed_end && j->p.fixed_end[o] >= 0; }
int c12__judge_gone(const c12__judge *j, int64_t o) { return j->p.op_gone && j->p.op_gone[o]; }

/* ---- breaks -------------------------------------------------------------------------------------------------------------- */

/* Closed ticks of a machine in [from, to). */
int64_t c12__judge_closed(const c12__judge *j, int32_t machine, int64_t from, int64_t to)
{
    int64_t sum = 0;
    if (!j->p.break_off) return 0;
    int64_t lo = j->p.break_off[machine], hi = j->p.break_off[machine + 1], last = hi;
    while (lo < hi) {
        int64_t mid = lo + (hi - lo) / 2;
        if (j->p.break_to[mid] > from) hi = mid; else lo = mid + 1;
    }
    for (; lo < last && j->p.break_from[lo] < to; lo++) {
        int64_t a = j->p.break_from[lo] > from ? j->p.break_from[lo] : from, b = j->p.break_to[lo] < to ? j->p.break_to[lo] : to;
        sum += b - a;
    }
    return sum;
}

/* ---- one operation at a time --------------------------------------------------------------------------------------------- */

static int judge_readable(c12__judge *j)
{
    for (int64_t o = 0; o < j->n; o++) {
        if (j->mode[o] < 0 || j->mode[o] >= j->p.mode_off[o + 1] - j->p.mode_off[o]) c12__judge_blame(j, "S1: no such mode of the operation", "op_mode", o, -1);
        if (j->start[o] < 0 || j->start[o] > C12_SCHED_HORIZON) c12__judge_blame(j, "start lies outside the horizon", "op_start", o, j->start[o]);
        if (j->end[o] < j->start[o] || j->end[o] > C12_SCHED_HORIZON) c12__judge_blame(j, "end lies before the start or outside the horizon", "op_end", o, j->end[o]);
    }
    return !j->v.violations;
}

/* With the work done by `end` and not by the tick before, end is the first tick by which it is done. */
static void judge_duration(c12__judge *j, int64_t o)
{
    int64_t ticks = c12__judge_work(j, o), start = j->start[o], end = j->end[o];
    int32_t machine = c12__judge_machine(j, o);
    int64_t closed = c12__judge_closed(j, machine, start, end);
    if (c12__judge_told(j, o)) {
        if (end != j->p.fixed_end[o]) c12__judge_blame(j, "S8: a reported end moved", "op_end", o, end);
        return;
    }
    if (!ticks) {
        if (end != start) c12__judge_blame(j, "S6: an operation without work must end where it starts", "op_end", o, end);
        return;
    }
    if (end - start - closed != ticks) c12__judge_blame(j, "S6: start and end do not enclose the work of the mode", "op_end", o, end);
    else if (!judge_pauses(j, o) && closed) c12__judge_blame(j, "S6: an operation that is not resumable meets a break", "op_start", o, start);
    else if (c12__judge_closed(j, machine, start, start + 1)) c12__judge_blame(j, "S6: an operation starts in a break", "op_start", o, start);
    else if (c12__judge_closed(j, machine, end - 1, end)) c12__judge_blame(j, "S6: an operation ends later than its work", "op_end", o, end);
}

static void judge_frozen(c12__judge *j, int64_t o)
{
    int64_t start = j->start[o], fixed = c12__at64(j->p.fixed_start, o, -1);
    int32_t mode = c12__at32(j->p.fixed_mode, o, -1);
    if (fixed >= 0 && start != fixed) c12__judge_blame(j, "S7: a frozen operation moved", "op_start", o, start);
    if (mode >= 0 && j->mode[o] != mode) c12__judge_blame(j, "S7: a frozen operation changed its mode", "op_mode", o, start);
}

/* What is gone stands where the last of its predecessors ends. */
static void judge_absent(c12__judge *j, int64_t o, int first)
{
    int64_t at = first ? 0 : j->end[o - 1];
    for (int64_t e = j->p.op_pred_off ? j->p.op_pred_off[o] : 0; j->p.op_pred_off && e < j->p.op_pred_off[o + 1]; e++)
        if (j->end[j->p.op_pred[e]] > at) at = j->end[j->p.op_pred[e]];
    if (j->start[o] != at || j->end[o] != at) c12__judge_blame(j, "S9: an operation that is gone must stand where its predecessors end", "op_start", o, j->start[o]);
}

static void judge_dates(c12__judge *j, int64_t o, int32_t job, int first)
{
    int64_t start = j->start[o];
    if (start < c12__at64(j->p.job_release, job, 0)) c12__judge_blame(j, "S3: an operation starts before its job's release", "op_start", o, start);
    if (start < c12__at64(j->p.op_ready, o, 0)) c12__judge_blame(j, "S3: an operation starts before its material is there", "op_start", o, start);
    if (!first && start < j->end[o - 1] && !c12__judge_overlaps(j, o - 1)) c12__judge_blame(j, "S2: an operation starts before the one before it in its job ends", "op_start", o, start);
    if (!first) c12__judge_waits(j, o - 1);
    if (j->p.op_pred_off)
        for (int64_t e = j->p.op_pred_off[o]; e < j->p.op_pred_off[o + 1]; e++)
            if (start < j->end[j->p.op_pred[e]] || j->p.op_pred[e] == o) c12__judge_blame(j, "S2: an operation starts before its predecessor ends", "op_start", o, start);
}

static void judge_operation(c12__judge *j, int64_t o, int32_t job, int first)
{
    if (c12__judge_gone(j, o)) { judge_absent(j, o, first); return; }
    judge_duration(j, o);
    judge_frozen(j, o);
    if (!c12__judge_told(j, o)) judge_dates(j, o, job, first);
}

/* ---- machines ------------------------------------------------------------------------------------------------------------ */

static int judge_earlier(const c12__judge *j, int64_t a, int64_t b)
{
    if (j->start[a] != j->start[b]) return j->start[a] < j->start[b];
    if (j->end[a] != j->end[b]) return j->end[a] < j->end[b];
    return a < b;
}

/* Max-heap of the earliest operations: the root is the latest of them. */
static void judge_sink(const c12__judge *j, int64_t *heap, int32_t n, int32_t at)
{
    for (int32_t kid; (kid = 2 * at + 1) < n; at = kid) {
        if (kid + 1 < n && judge_earlier(j, heap[kid], heap[kid + 1])) kid++;
        if (!judge_earlier(j, heap[at], heap[kid])) return;
        int64_t t = heap[at];
        heap[at] = heap[kid];
        heap[kid] = t;
    }
}

static void judge_rise(const c12__judge *j, int64_t *heap, int32_t at)
{
    for (int32_t up; at && judge_earlier(j, heap[up = (at - 1) / 2], heap[at]); at = up) {
        int64_t t = heap[at];
        heap[at] = heap[up];
        heap[up] = t;
    }
}

/* The next operations of the machine behind `last` (-1 = from the start), in order; a fixed buffer instead of an allocation. */
static int32_t judge_batch(const c12__judge *j, int32_t machine, int64_t last, int64_t *op)
{
    int32_t n = 0;
    for (int64_t o = 0; o < j->n; o++) {
        if (c12__judge_machine(j, o) != machine || c12__judge_gone(j, o) || (last >= 0 && !judge_earlier(j, last, o))) continue;
        if (n < JUDGE_BATCH) {
            op[n] = o;
            judge_rise(j, op, n++);
        } else if (judge_earlier(j, o, op[0])) {
            op[0] = o;
            judge_sink(j, op, n, 0);
        }
    }
    for (int32_t k = n - 1; k > 0; k--) {
        int64_t t = op[0];
        op[0] = op[k];
        op[k] = t;
        judge_sink(j, op, k, 0);
    }
    return n;
}

/* The set-up of o behind `before`; the machine is free for it from `free` on. */
static void judge_setup(c12__judge *j, int64_t before, int64_t o, int64_t free)
{
    if (!j->p.n_families || !j->p.op_family || !j->p.setup) return;
    int64_t ticks = j->p.setup[(int64_t)j->p.op_family[before] * j->p.n_families + j->p.op_family[o]], start = j->start[o];
    int32_t machine = c12__judge_machine(j, o);
    int meets;
    if (!ticks) return;
    if (c12__add64(j->setups, ticks, &j->setups)) j->setups = INT64_MAX;
    if (c12__judge_told(j, o)) return;
    if (start < free || start - free < ticks) c12__judge_blame(j, "S5: no time for the set-up", "op_start", o, start);
    else if (c12__judge_own_setup(j, machine, free, start, ticks, &meets)) { if (meets) c12__judge_blame(j, "S17: a set-up meets a break", "op_start", o, start); }
    else if (judge_pauses(j, o) ? start - free - c12__judge_closed(j, machine, free, start) < ticks : c12__judge_closed(j, machine, start - ticks, start) > 0)
        c12__judge_blame(j, "S6: a set-up meets a break", "op_start", o, start);
}

static void judge_machine_order(c12__judge *j, int32_t machine)
{
    int64_t op[JUDGE_BATCH], last = -1, worked = -1, busy = 0, told = 0; /* told: ends of reported ones, which may overlap one another */
    c12__judge_turn turn = { -1, 0, 0, 0, -1, 0 };
    for (int32_t n = JUDGE_BATCH; n == JUDGE_BATCH;) {
        n = judge_batch(j, machine, last, op);
        for (int32_t k = 0; k < n; k++) {
            int64_t o = last = op[k];
            if (c12__judge_shares(j, &turn, o)) continue;
            int64_t *end = c12__judge_told(j, o) ? &told : &busy;
            if (j->start[o] < busy || (end == &busy && j->start[o] < told)) c12__judge_blame(j, "S4: two operations on one machine overlap", "op_start", o, j->start[o]);
            int64_t free = c12__judge_held(j, &turn, o);
            if (j->end[o] > *end) *end = j->end[o];
            if (!c12__judge_work(j, o)) continue;
            if (worked >= 0) judge_setup(j, worked, o, c12__max64(free, j->end[worked]));
            worked = o;
        }
    }
    c12__judge_close_batch(j, &turn);
}

/* ---- goal ---------------------------------------------------------------------------------------------------------------- */

int c12__judge_counts(const c12__judge *j, int32_t job)
{
    for (int64_t o = j->p.op_off[job]; o < j->p.op_off[job + 1]; o++)
        if (!c12__judge_gone(j, o)) return 1;
    return 0;
}

static int judge_goal(c12__judge *j, int32_t goal)
{
    int64_t sum = goal == C12_SCHED_TARDINESS ? j->setups : 0;
    if (goal == C12_SCHED_TERMS) return c12__judge_terms(j, &j->v.objective);
    for (int32_t k = 0; k < j->p.n_jobs; k++) {
        int64_t due = c12__at64(j->p.job_due, k, -1), late = 0, cost;
        if (!c12__judge_counts(j, k)) continue;
        int64_t end = j->end[j->p.op_off[k + 1] - 1];
        if (goal == C12_SCHED_MAKESPAN) { sum = c12__max64(sum, end); continue; }
        if (goal == C12_SCHED_FLOW) late = c12__max64(0, end - c12__at64(j->p.job_release, k, 0));
        else if (due >= 0 && end > due) late = end - due;
        if (c12__mul64(late, c12__at64(j->p.job_weight, k, 1), &cost) || c12__add64(sum, cost, &sum)) return 1;
    }
    j->v.objective = sum;
    return 0;
}

/* What the terms weigh is said by problem and options, not by the plan: the same entry check as for load. */
static c12_status judge_weigh(c12__judge *j, c12_error *err)
{
    int64_t latest;
    if (c12__sched_latest(&j->p, j->n, &latest)) return c12__fail(err, C12_E_OVERFLOW, "work, set-ups and dates add up beyond the horizon", "mode_ticks", -1, C12_SCHED_HORIZON);
    return c12__sched_weigh(&j->terms, &j->p, j->n, latest, err);
}

static c12_status judge_take(c12__judge *j, const c12_sched_problem *problem, const c12_sched_plan *plan, const c12_sched_options *opt, c12_sched_options *o, c12_error *err)
{
    c12_sched_plan p;
    c12_status s = c12__sched_take(&j->p, problem, err);
    if (!s) s = c12__take(&p, sizeof p, plan, "plan", err);
    if (!s) s = c12__sched_take_options(o, &j->terms, opt, err);
    if (s) return s;
    j->n = j->p.n_jobs ? j->p.op_off[j->p.n_jobs] : 0;
    if (o->goal == C12_SCHED_TERMS) s = judge_weigh(j, err);
    if (s) return s;
    j->start = p.op_start;
    j->end = p.op_end;
    j->mode = p.op_mode;
    if (j->n && (!p.op_start || !p.op_end || !p.op_mode))
        return c12__fail(err, C12_E_ARG, "column is NULL", !p.op_start ? "op_start" : !p.op_end ? "op_end" : "op_mode", -1, 0);
    return C12_OK;
}

c12_status c12_sched_check(const c12_sched_problem *problem, const c12_sched_plan *plan, const c12_sched_options *opt, c12_verdict *verdict, c12_error *err)
{
    c12__judge j = { 0 };
    c12_sched_options o;
    c12_verdict known;
    c12_status s = judge_take(&j, problem, plan, opt, &o, err);
    if (!s) s = c12__take(&known, sizeof known, verdict, "verdict", err);
    if (s) return s;
    j.v.row = j.v.tick = -1;
    if (judge_readable(&j)) {
        for (int32_t k = 0; k < j.p.n_jobs; k++)
            for (int64_t i = j.p.op_off[k]; i < j.p.op_off[k + 1]; i++) {
                judge_operation(&j, i, k, i == j.p.op_off[k]);
            }
        for (int32_t m = 0; m < j.p.n_machines; m++) judge_machine_order(&j, m);
        c12__judge_use(&j);
        if (judge_goal(&j, o.goal)) return c12__fail(err, C12_E_OVERFLOW, "the goal leaves 64 bits", "job_weight", -1, 0);
    }
    c12__give(verdict, &j.v, sizeof j.v);
    return C12_OK;
}
