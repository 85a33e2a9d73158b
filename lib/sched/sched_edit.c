/* SPDX-License-Identifier: Apache-2.0 */
/* What events change in a problem: columns only, no plan is made here.  The slot is a copy, thrown away when one event is refused. */
#include "base/num.h"
#include "sched/sched_internal.h"

typedef struct edit {
    const c12_sched_dims *d;
    c12__sched_slot *s;
    const c12_sched_event *e;
    int64_t row; /* of the event */
    c12__faults f;
} edit;

static void edit_fault(edit *w, c12_status s, const char *what, const char *field, int64_t value) { c12__fault(&w->f, s, what, field, w->row, value); }

static int edit_in(edit *w, int64_t value, int64_t low, int64_t high, const char *what, const char *field)
{
    if (value >= low && value <= high) return 1;
    edit_fault(w, C12_E_RANGE, what, field, value);
    return 0;
}

/* ---- what a row is ------------------------------------------------------------------------------------------------------- */

static int edit_is_told(const edit *w, int64_t o) { return c12__at64(w->s->p.fixed_end, o, -1) >= 0; }
static int edit_is_gone(const edit *w, int64_t o) { return w->s->p.op_gone && w->s->p.op_gone[o]; }

static int32_t edit_machine(const edit *w, int64_t o)
{
    int32_t fixed = c12__at32(w->s->p.fixed_mode, o, -1);
    return w->s->p.mode_machine[w->s->p.mode_off[o] + (fixed >= 0 ? fixed : w->s->mode[o])];
}

static int edit_job(edit *w) { return edit_in(w, w->e->row, 0, w->s->p.n_jobs - (int64_t)1, "no such job", "events.row"); }

/* An operation that may still be reported on. */
static int edit_op(edit *w)
{
    if (!edit_in(w, w->e->row, 0, c12__sched_ops(&w->s->p) - 1, "no such operation", "events.row")) return 0;
    if (edit_is_gone(w, w->e->row)) edit_fault(w, C12_E_STATE, "the operation was cancelled", "events.row", w->e->row);
    else if (w->s->done[w->e->row]) edit_fault(w, C12_E_STATE, "the operation was reported as finished", "events.row", w->e->row);
    return !w->f.count;
}

static int edit_mode(edit *w, int32_t *mode)
{
    const c12_sched_problem *p = &w->s->p;
    int64_t o = w->e->row, fixed = c12__at32(p->fixed_mode, o, -1);
    *mode = w->e->mode >= 0 ? w->e->mode : fixed >= 0 ? (int32_t)fixed : w->s->mode[o];
    return edit_in(w, w->e->mode, -1, p->mode_off[o + 1] - p->mode_off[o] - 1, "no such mode of the operation", "events.mode");
}

/* ---- breaks -------------------------------------------------------------------------------------------------------------- */

/* Ticks of [from, to) in which the machine is closed already. */
static int64_t edit_closed(const c12_sched_problem *p, int32_t machine, int64_t from, int64_t to)
{
    int64_t sum = 0;
    for (int64_t b = p->break_off ? p->break_off[machine] : 0; p->break_off && b < p->break_off[machine + 1]; b++)
        sum += c12__max64(0, c12__min64(p->break_to[b], to) - c12__max64(p->break_from[b], from));
    return sum;
}

/* End of `ticks` of work begun at start, pausing in breaks. */
static int64_t edit_end(const c12_sched_problem *p, int32_t machine, int64_t start, int64_t ticks)
{
    int64_t end = start + ticks;
    for (int64_t b = p->break_off ? p->break_off[machine] : 0; p->break_off && b < p->break_off[machine + 1]; b++)
        if (p->break_to[b] > start && p->break_from[b] < end) end += p->break_to[b] - c12__max64(p->break_from[b], start);
    return c12__min64(end, C12_SCHED_HORIZON);
}

/* Put a window into the machine's breaks; those it meets become one with it. */
static void edit_close(edit *w, int32_t machine)
{
    int64_t *off = C12__OWN(w->s, break_off), *from = C12__OWN(w->s, break_from), *to = C12__OWN(w->s, break_to);
    int64_t lo = off[machine], hi, all = off[w->s->p.n_machines], a = w->e->from, b = w->e->to;
    while (lo < off[machine + 1] && to[lo] < a) lo++;
    for (hi = lo; hi < off[machine + 1] && from[hi] <= b; hi++) {
        a = c12__min64(a, from[hi]);
        b = c12__max64(b, to[hi]);
    }
    if (hi == lo && all == w->d->breaks) { edit_fault(w, C12_E_SPACE, "breaks are used up: the dims say how many the handle can take", "breaks", all + 1); return; }
    c12__sched_slide(from, lo + 1, hi, all);
    c12__sched_slide(to, lo + 1, hi, all);
    from[lo] = a;
    to[lo] = b;
    for (int32_t k = machine + 1; k <= w->s->p.n_machines; k++) off[k] += 1 - (hi - lo);
}

/* What runs there goes on behind the new break. */
static void edit_interrupt(edit *w, int32_t machine)
{
    const c12_sched_problem *p = &w->s->p;
    if (!p->fixed_end) return;
    int64_t *end = C12__OWN(w->s, fixed_end), n = c12__sched_ops(p);
    for (int64_t o = 0; o < n; o++) {
        if (end[o] < 0 || w->s->done[o] || edit_machine(w, o) != machine) continue;
        int64_t from = c12__max64(w->e->from, p->fixed_start[o]);
        if (from >= end[o] || from >= w->e->to) continue;
        end[o] = c12__min64(C12_SCHED_HORIZON, end[o] + (w->e->to - from - edit_closed(p, machine, from, w->e->to)));
    }
}

static void edit_down(edit *w)
{
    if (!edit_in(w, w->e->row, 0, w->s->p.n_machines - (int64_t)1, "no such machine", "events.row")) return;
    if (!edit_in(w, w->e->from, 0, C12_SCHED_HORIZON - 2, "ticks out of range", "events.from")) return;
    if (!edit_in(w, w->e->to, w->e->from + 1, C12_SCHED_HORIZON - 1, "a stop must end after it begins: give an estimate, and another event when it is known better", "events.to")) return;
    edit_interrupt(w, (int32_t)w->e->row);
    edit_close(w, (int32_t)w->e->row);
}

/* ---- progress ------------------------------------------------------------------------------------------------------------ */

static void edit_report(edit *w, int64_t start, int64_t end, int32_t mode)
{
    int64_t *fixed = C12__OWN(w->s, fixed_start), *told = C12__OWN(w->s, fixed_end);
    int32_t *only = C12__OWN(w->s, fixed_mode);
    fixed[w->e->row] = start;
    told[w->e->row] = end;
    w->s->start[w->e->row] = start;
    w->s->end[w->e->row] = end;
    only[w->e->row] = w->s->mode[w->e->row] = mode;
}

static void edit_started(edit *w)
{
    const c12_sched_problem *p = &w->s->p;
    int32_t mode;
    if (!edit_op(w) || !edit_mode(w, &mode)) return;
    if (!edit_in(w, w->e->from, 0, C12_SCHED_HORIZON - 1, "ticks out of range", "events.from")) return;
    if (w->e->to != -1 && !edit_in(w, w->e->to, w->e->from, C12_SCHED_HORIZON - 1, "an operation cannot end before it starts", "events.to")) return;
    int64_t row = p->mode_off[w->e->row] + mode, end = w->e->to;
    if (end < 0) end = edit_end(p, p->mode_machine[row], w->e->from, c12__sched_paced(p, row));
    edit_report(w, w->e->from, end, mode);
    w->s->now = c12__max64(w->s->now, w->e->from);
}

static void edit_finished(edit *w)
{
    int32_t mode;
    if (!edit_op(w) || !edit_mode(w, &mode)) return;
    int64_t known = c12__at64(w->s->p.fixed_start, w->e->row, -1), start = w->e->from;
    if (!edit_in(w, start, -1, C12_SCHED_HORIZON - 1, "ticks out of range", "events.from")) return;
    if (start < 0) start = known >= 0 ? known : c12__min64(w->s->start[w->e->row], w->e->to);
    if (!edit_in(w, w->e->to, start, C12_SCHED_HORIZON - 1, "an operation cannot end before it starts", "events.to")) return;
    edit_report(w, start, w->e->to, mode);
    w->s->done[w->e->row] = 1;
    w->s->now = c12__max64(w->s->now, w->e->to);
}

/* ---- orders and time ----------------------------------------------------------------------------------------------------- */

static void edit_due(edit *w)
{
    if (!edit_job(w) || !edit_in(w, w->e->to, -1, C12_SCHED_HORIZON, "ticks out of range", "events.to")) return;
    int64_t *due = C12__OWN(w->s, job_due);
    due[w->e->row] = w->e->to;
}

static void edit_cancel(edit *w)
{
    if (!edit_job(w)) return;
    uint8_t *gone = C12__OWN(w->s, op_gone);
    int64_t *weight = C12__OWN(w->s, job_weight), *due = C12__OWN(w->s, job_due);
    weight[w->e->row] = 0;
    due[w->e->row] = -1;
    for (int64_t o = w->s->p.op_off[w->e->row]; o < w->s->p.op_off[w->e->row + 1]; o++) {
        if (edit_is_told(w, o)) continue;
        gone[o] = 1;
        if (w->s->p.fixed_start) ((int64_t *)C12__OWN(w->s, fixed_start))[o] = -1;
    }
}

static void edit_material(edit *w)
{
    if (!edit_op(w) || !edit_in(w, w->e->to, 0, C12_SCHED_HORIZON - 1, "ticks out of range", "events.to")) return;
    int64_t *ready = C12__OWN(w->s, op_ready);
    ready[w->e->row] = w->e->to;
}

static void edit_now(edit *w)
{
    if (!edit_in(w, w->e->from, w->s->now, C12_SCHED_HORIZON - 2, "time does not run backwards", "events.from")) return;
    if (!edit_in(w, w->e->to, w->e->from, C12_SCHED_HORIZON - 1, "what is kept must end no earlier than now", "events.to")) return;
    w->s->now = w->e->from;
    w->s->keep = w->e->to;
}

/* What has not started starts no earlier than now; what has, and was to be done by now, still runs. */
static void edit_clock(c12__sched_slot *s)
{
    int64_t n = c12__sched_ops(&s->p), *ready = NULL, *end = NULL;
    if (!s->now) return;
    ready = C12__OWN(s, op_ready);
    if (s->p.fixed_end) end = C12__OWN(s, fixed_end);
    for (int64_t o = 0; o < n; o++) {
        if (end && end[o] >= 0) { if (!s->done[o]) end[o] = c12__max64(end[o], s->now); }
        else if (c12__at64(s->p.fixed_start, o, -1) < 0) ready[o] = c12__max64(ready[o], s->now);
    }
}

/* ---- entry --------------------------------------------------------------------------------------------------------------- */

enum { EDIT_ROW = 1, EDIT_FROM = 2, EDIT_TO = 4, EDIT_MODE = 8 };
static const struct { void (*make)(edit *w); int32_t names; } edit_kind[] = {
    { edit_now, EDIT_FROM | EDIT_TO }, { edit_down, EDIT_ROW | EDIT_FROM | EDIT_TO }, { edit_started, EDIT_ROW | EDIT_FROM | EDIT_TO | EDIT_MODE },
    { edit_finished, EDIT_ROW | EDIT_FROM | EDIT_TO | EDIT_MODE }, { edit_due, EDIT_ROW | EDIT_TO }, { edit_cancel, EDIT_ROW }, { edit_material, EDIT_ROW | EDIT_TO },
};

static void edit_one(edit *w)
{
    const c12_sched_event *e = w->e;
    if (!edit_in(w, e->kind, 0, (int64_t)(sizeof edit_kind / sizeof *edit_kind) - 1, "no such kind of event", "events.kind")) return;
    int32_t names = edit_kind[e->kind].names;
    const char *unnamed = "this kind of event does not name it: give -1";
    if (!(names & EDIT_ROW) && !edit_in(w, e->row, -1, -1, unnamed, "events.row")) return;
    if (!(names & EDIT_FROM) && !edit_in(w, e->from, -1, -1, unnamed, "events.from")) return;
    if (!(names & EDIT_TO) && !edit_in(w, e->to, -1, -1, unnamed, "events.to")) return;
    if (!(names & EDIT_MODE) && !edit_in(w, e->mode, -1, -1, unnamed, "events.mode")) return;
    edit_kind[e->kind].make(w);
}

c12_status c12__sched_edit(const c12_sched_dims *d, c12__sched_slot *s, const c12_sched_event *events, int32_t n, c12_error *err)
{
    edit w = { d, s, NULL, 0, { err, C12_OK, 0 } };
    for (int32_t k = 0; k < n && !w.f.count; k++) {
        w.e = &events[k];
        w.row = k;
        edit_one(&w);
    }
    if (!w.f.count) edit_clock(s);
    return w.f.status;
}
