/* SPDX-License-Identifier: Apache-2.0 */
/* Why a job ends when it does: the chain of what each operation waits for, read off the plan, and single changes that would make the job end
 * on time, each tried on a copy of the plan with all else where it stands. */
#include "base/num.h"
#include "sched/sched_internal.h"

enum {
    WHY_LINKS = 32, /* links whose reasons are looked at for a change */
    WHY_FIXES = 64  /* changes kept */
};

typedef struct why_link { int64_t op, other; c12_tick ticks; int32_t reason, reserved; } why_link;
typedef struct why_fix { int64_t op, other, cost; c12_tick ticks; int32_t kind, reserved; } why_fix;

typedef struct why {
    c12_sched *self;
    c12__sched_slot *s, *spare;
    c12_sched_why out;
    why_link link[WHY_LINKS]; /* the first ones, for the changes */
    why_fix fix[WHY_FIXES];
    int64_t due, others;      /* goal without the job */
    int32_t job, spare_at, links, fixes;
} why;

/* ---- the chain ----------------------------------------------------------------------------------------------------------- */

static int why_is_gone(const c12__sched_slot *s, int64_t o) { return s->p.op_gone && s->p.op_gone[o]; }
static int64_t why_row(const c12__sched_slot *s, int64_t o) { return s->p.mode_off[o] + s->mode[o]; }
static int32_t why_machine(const c12__sched_slot *s, int64_t o) { return s->p.mode_machine[why_row(s, o)]; }

/* The operation that ran before o on its machine, -1 = none. */
static int64_t why_before(const c12__sched_slot *s, int64_t o)
{
    int64_t best = -1, n = c12__sched_ops(&s->p);
    for (int64_t k = 0; k < n; k++) {
        if (k == o || why_is_gone(s, k) || why_machine(s, k) != why_machine(s, o) || s->start[k] > s->start[o]) continue;
        if (s->start[k] == s->start[o] && (s->end[k] > s->start[o] || k > o)) continue;
        if (best < 0 || s->start[k] > s->start[best] || (s->start[k] == s->start[best] && s->end[k] >= s->end[best])) best = k;
    }
    return best;
}

static int64_t why_setup(const c12__sched_slot *s, int64_t from, int64_t to)
{
    const c12_sched_problem *p = &s->p;
    return from >= 0 && p->n_families && p->op_family && p->setup ? p->setup[(int64_t)p->op_family[from] * p->n_families + p->op_family[to]] : 0;
}

/* The reason that holds o longest, and when it would start without that one. */
typedef struct why_hold { int64_t tick, next, other; int32_t reason, reserved; } why_hold;

static void why_held(why_hold *h, int64_t tick, int32_t reason, int64_t other)
{
    if (tick <= h->tick) { h->next = c12__max64(h->next, tick); return; }
    h->next = c12__max64(h->next, h->tick);
    h->tick = tick;
    h->reason = reason;
    h->other = other;
}

static why_hold why_holds(const c12__sched_slot *s, int64_t o, int32_t job)
{
    const c12_sched_problem *p = &s->p;
    why_hold h = { -1, 0, -1, C12_SCHED_BY_NOTHING, 0 };
    int64_t b = why_before(s, o), set_up = why_setup(s, b, o);
    if (o > p->op_off[job] && !why_is_gone(s, o - 1)) why_held(&h, s->end[o - 1], C12_SCHED_BY_PREDECESSOR, o - 1);
    for (int64_t e = p->op_pred_off ? p->op_pred_off[o] : 0; p->op_pred_off && e < p->op_pred_off[o + 1]; e++)
        if (!why_is_gone(s, p->op_pred[e])) why_held(&h, s->end[p->op_pred[e]], C12_SCHED_BY_PREDECESSOR, p->op_pred[e]);
    if (b >= 0) why_held(&h, s->end[b] + set_up, set_up ? C12_SCHED_BY_SETUP : C12_SCHED_BY_MACHINE, b);
    if (c12__at64(p->op_ready, o, 0) > s->now) why_held(&h, p->op_ready[o], C12_SCHED_BY_MATERIAL, -1);
    why_held(&h, c12__max64(s->now, c12__at64(p->job_release, job, 0)), C12_SCHED_BY_RELEASE, -1);
    return h;
}

static void why_say(why *w, int64_t op, int32_t reason, int64_t other, int64_t ticks)
{
    if (w->out.count < w->out.cap) {
        w->out.op[w->out.count] = op;
        w->out.reason[w->out.count] = reason;
        w->out.other[w->out.count] = other;
        w->out.ticks[w->out.count] = ticks;
    }
    w->out.count++;
    if (w->links < WHY_LINKS) w->link[w->links++] = (why_link){ op, other, ticks, reason, 0 };
}

/* Closed ticks of the machine in [from, to). */
static int64_t why_closed(const c12__sched_slot *s, int32_t machine, int64_t from, int64_t to)
{
    const c12_sched_problem *p = &s->p;
    int64_t sum = 0;
    for (int64_t b = p->break_off ? p->break_off[machine] : 0; p->break_off && b < p->break_off[machine + 1]; b++)
        sum += c12__max64(0, c12__min64(p->break_to[b], to) - c12__max64(p->break_from[b], from));
    return sum;
}

/* Says why o starts when it does; returns the operation to look at next, -1 = the chain ends. */
static int64_t why_step(why *w, int64_t o, int32_t job)
{
    const c12__sched_slot *s = w->s;
    int64_t inside = why_closed(s, why_machine(s, o), s->start[o], s->end[o]);
    if (inside) why_say(w, o, C12_SCHED_BY_CALENDAR, -1, inside);
    if (c12__at64(s->p.fixed_start, o, -1) >= 0) { why_say(w, o, C12_SCHED_BY_FROZEN, -1, 0); return -1; }
    why_hold h = why_holds(s, o, job);
    int64_t closed = h.tick < s->start[o] ? why_closed(s, why_machine(s, o), h.tick, s->start[o]) : 0;
    if (closed) why_say(w, o, C12_SCHED_BY_CALENDAR, -1, closed);
    else if (h.tick < s->start[o]) {
        why_say(w, o, s->start[o] < s->keep ? C12_SCHED_BY_FROZEN : w->self->live.stepped ? C12_SCHED_BY_NOTHING : C12_SCHED_BY_RESOURCE, -1, s->start[o] - h.tick);
        return -1;
    }
    why_say(w, o, h.reason, h.other, h.reason == C12_SCHED_BY_SETUP ? why_setup(s, h.other, o) : h.tick - h.next);
    return h.other;
}

static int32_t why_job_of(const c12_sched_problem *p, int64_t o)
{
    int32_t lo = 0, hi = p->n_jobs;
    while (hi - lo > 1) {
        int32_t mid = lo + (hi - lo) / 2;
        if (p->op_off[mid] <= o) lo = mid; else hi = mid;
    }
    return lo;
}

/* ---- changes ------------------------------------------------------------------------------------------------------------- */

static int64_t why_last(const c12__sched_slot *s, int32_t job)
{
    int64_t o = s->p.op_off[job + 1] - 1;
    while (o >= s->p.op_off[job] && why_is_gone(s, o)) o--;
    return o >= s->p.op_off[job] ? o : -1;
}

/* The goal without what the job adds to it. */
static int64_t why_others(const why *w, const c12__sched_slot *s)
{
    int64_t end = s->end[why_last(s, w->job)], weight = c12__at64(s->p.job_weight, w->job, 1), goal = w->self->goal;
    if (goal == C12_SCHED_TARDINESS) return s->objective - weight * c12__max64(0, end - w->due);
    if (goal == C12_SCHED_FLOW) return s->objective - weight * c12__max64(0, end - c12__at64(s->p.job_release, w->job, 0));
    return s->objective;
}

/* In ticks of its machine: speeds are worked in first. */
static void why_shorten(c12__sched_slot *s, int64_t o, int64_t ticks)
{
    int64_t *work = C12__OWN(s, mode_ticks), rows = s->p.mode_off[c12__sched_ops(&s->p)];
    for (int64_t r = 0; s->p.machine_speed && r < rows; r++) work[r] = c12__sched_paced(&s->p, r);
    s->p.machine_speed = NULL;
    work[why_row(s, o)] -= ticks;
}

/* Open the machine of o for `ticks` at the end of the break that holds it: the last one before its start, or, if none does, the first it pauses in. */
static int64_t why_break(const c12__sched_slot *s, int64_t o)
{
    const c12_sched_problem *p = &s->p;
    int32_t m = why_machine(s, o);
    int64_t held = -1;
    for (int64_t b = p->break_off[m]; b < p->break_off[m + 1] && p->break_from[b] < s->end[o]; b++)
        if (held < 0 || p->break_to[b] <= s->start[o]) held = b;
    return held;
}

static void why_open(c12__sched_slot *s, int64_t o, int64_t ticks)
{
    int64_t b = why_break(s, o), *to = C12__OWN(s, break_to), *from = C12__OWN(s, break_from);
    if (to[b] - ticks > from[b]) { to[b] -= ticks; return; }
    int64_t *off = C12__OWN(s, break_off), all = off[s->p.n_machines]; /* the whole break goes */
    c12__sched_slide(from, b, b + 1, all);
    c12__sched_slide(to, b, b + 1, all);
    for (int32_t k = why_machine(s, o) + 1; k <= s->p.n_machines; k++) off[k]--;
}

static void why_change(c12__sched_slot *s, const why_fix *f, int32_t job)
{
    switch (f->kind) {
    case C12_SCHED_FIX_MATERIAL: ((int64_t *)C12__OWN(s, op_ready))[f->op] -= f->ticks; break;
    case C12_SCHED_FIX_RELEASE: ((int64_t *)C12__OWN(s, job_release))[job] -= f->ticks; break;
    case C12_SCHED_FIX_ORDER: s->start[f->op] = s->start[f->other] - 1; break;
    case C12_SCHED_FIX_MACHINE: s->mode[f->op] = (int32_t)f->other; break;
    case C12_SCHED_FIX_OVERTIME: why_open(s, f->op, f->ticks); break;
    case C12_SCHED_FIX_SPEED: why_shorten(s, f->op, f->ticks); break;
    default: break;
    }
}

/* Does the change make the job end by its due date?  cost = growth of the others' goal. */
static int why_helps(why *w, why_fix *f)
{
    c12__sched_copy_slot(w->spare, w->s, &w->self->dims);
    w->spare->early = 1;
    why_change(w->spare, f, why_job_of(&w->s->p, f->op));
    if (c12__sched_time(w->self, w->spare_at, NULL)) return 0;
    f->cost = why_others(w, w->spare) - w->others;
    return w->spare->end[why_last(w->spare, w->job)] <= w->due;
}

static void why_keep(why *w, const why_fix *f)
{
    for (int32_t k = 0; k < w->fixes; k++)
        if (w->fix[k].kind == f->kind && w->fix[k].op == f->op && w->fix[k].other == f->other) return;
    int32_t k = w->fixes < WHY_FIXES ? w->fixes++ : WHY_FIXES - 1;
    for (; k && w->fix[k - 1].cost > f->cost; k--) w->fix[k] = w->fix[k - 1];
    w->fix[k] = *f;
}

/* The least amount that suffices, where more helps more. */
static void why_measure(why *w, int32_t kind, int64_t op, int64_t most)
{
    why_fix f = { op, -1, 0, most, kind, 0 };
    if (most <= 0 || !why_helps(w, &f)) return;
    int64_t lo = 0, hi = most;
    while (hi - lo > 1) {
        f.ticks = lo + (hi - lo) / 2;
        if (why_helps(w, &f)) hi = f.ticks; else lo = f.ticks;
    }
    f.ticks = f.cost = hi;
    why_keep(w, &f);
}

/* Before what it waits for on its machine; what comes before it in its job must have begun by then. */
static void why_swap(why *w, int64_t op, int64_t other)
{
    const c12_sched_problem *p = &w->s->p;
    why_fix f = { op, other, 0, 0, C12_SCHED_FIX_ORDER, 0 };
    int64_t at = w->s->start[other] - 1, job = why_job_of(p, op);
    if (at <= w->s->now || c12__at64(p->fixed_start, other, -1) >= 0 || w->s->start[other] < w->s->keep) return;
    if (op > p->op_off[job] && w->s->start[op - 1] >= at) return;
    for (int64_t e = p->op_pred_off ? p->op_pred_off[op] : 0; p->op_pred_off && e < p->op_pred_off[op + 1]; e++)
        if (w->s->start[p->op_pred[e]] >= at) return;
    if (why_helps(w, &f)) why_keep(w, &f);
}

static void why_move(why *w, int64_t op)
{
    const c12_sched_problem *p = &w->s->p;
    if (c12__at32(p->fixed_mode, op, -1) >= 0 || w->s->start[op] < w->s->keep) return;
    for (int32_t k = 0; k < p->mode_off[op + 1] - p->mode_off[op]; k++) {
        why_fix f = { op, k, 0, 0, C12_SCHED_FIX_MACHINE, 0 };
        if (k != w->s->mode[op] && why_helps(w, &f)) why_keep(w, &f);
    }
}

static void why_try_link(why *w, const why_link *l)
{
    const c12_sched_problem *p = &w->s->p;
    switch (l->reason) {
    case C12_SCHED_BY_MATERIAL: why_measure(w, C12_SCHED_FIX_MATERIAL, l->op, p->op_ready[l->op] - w->s->now); break;
    case C12_SCHED_BY_RELEASE: why_measure(w, C12_SCHED_FIX_RELEASE, l->op, c12__at64(p->job_release, why_job_of(p, l->op), 0) - w->s->now); break;
    case C12_SCHED_BY_MACHINE: case C12_SCHED_BY_SETUP: why_swap(w, l->op, l->other); break;
    case C12_SCHED_BY_CALENDAR: {
        int64_t b = why_break(w->s, l->op);
        if (b >= 0) why_measure(w, C12_SCHED_FIX_OVERTIME, l->op, p->break_to[b] - c12__max64(p->break_from[b], w->s->now));
        break;
    }
    default: break;
    }
    if (l->reason == C12_SCHED_BY_FROZEN) return;
    why_move(w, l->op);
    why_measure(w, C12_SCHED_FIX_SPEED, l->op, c12__sched_paced(p, why_row(w->s, l->op)) - 1);
}

static void why_fixes(why *w)
{
    why_fix later = { why_last(w->s, w->job), -1, w->out.late, w->out.late, C12_SCHED_FIX_DUE, 0 }, pull = { later.op, -1, 0, 0, C12_SCHED_FIX_PULL, 0 };
    w->spare_at = c12__sched_free_slot(&w->self->live);
    w->spare = &w->self->live.slot[w->spare_at];
    w->others = why_others(w, w->s);
    if (why_helps(w, &pull)) why_keep(w, &pull);
    else for (int32_t k = 0; k < w->links; k++) why_try_link(w, &w->link[k]);
    why_keep(w, &later);
    w->self->live.used = -1;
    w->out.fix_count = w->fixes;
    for (int32_t k = 0; k < w->fixes && k < w->out.fix_cap; k++) {
        w->out.fix_kind[k] = w->fix[k].kind;
        w->out.fix_op[k] = w->fix[k].op;
        w->out.fix_other[k] = w->fix[k].other;
        w->out.fix_ticks[k] = w->fix[k].ticks;
        w->out.fix_cost[k] = w->fix[k].cost;
    }
}

/* ---- entry --------------------------------------------------------------------------------------------------------------- */

static c12_status why_take(c12_sched_why *out, const c12_sched_why *from, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__take(out, sizeof *out, from, "why", err);
    if (s) return s;
    const struct { const char *name; const void *column; int32_t cap; } row[] = {
        { "op", out->op, out->cap }, { "reason", out->reason, out->cap }, { "other", out->other, out->cap }, { "ticks", out->ticks, out->cap },
        { "fix_kind", out->fix_kind, out->fix_cap }, { "fix_op", out->fix_op, out->fix_cap }, { "fix_other", out->fix_other, out->fix_cap },
        { "fix_ticks", out->fix_ticks, out->fix_cap }, { "fix_cost", out->fix_cost, out->fix_cap },
    };
    if (out->cap < 0) c12__fault(&f, C12_E_ARG, "capacity is negative", "cap", -1, out->cap);
    if (out->fix_cap < 0) c12__fault(&f, C12_E_ARG, "capacity is negative", "fix_cap", -1, out->fix_cap);
    for (size_t k = 0; k < sizeof row / sizeof *row; k++)
        if (row[k].cap > 0 && !row[k].column) c12__fault(&f, C12_E_ARG, "column is NULL", row[k].name, -1, 0);
    out->count = out->fix_count = 0;
    out->late = 0;
    return f.status;
}

c12_status c12_sched_explain(c12_sched *self, int32_t branch, int32_t job, c12_sched_why *out, c12_error *err)
{
    why w = { 0 };
    c12_status s = c12__sched_planned(self, branch, err);
    if (!s) s = why_take(&w.out, out, err);
    if (!s) s = c12__sched_show(self, self->live.of[branch], err);
    if (s) return s;
    w.self = self;
    w.s = &self->live.slot[self->live.of[branch]];
    w.job = job;
    if (job < 0 || job >= w.s->p.n_jobs || why_last(w.s, job) < 0) return c12__fail(err, C12_E_RANGE, "no such job, or nothing of it is to be done", "job", -1, job);
    int64_t last = why_last(w.s, job);
    w.due = c12__at64(w.s->p.job_due, job, -1);
    if (w.due >= 0) w.out.late = c12__max64(0, w.s->end[last] - w.due);
    for (int64_t o = last, n = 0; o >= 0 && n < self->model.n; n++) o = why_step(&w, o, why_job_of(&w.s->p, o));
    if (w.out.late) why_fixes(&w);
    c12__give(out, &w.out, sizeof w.out);
    return C12_OK;
}
