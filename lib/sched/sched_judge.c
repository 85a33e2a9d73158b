/* SPDX-License-Identifier: Apache-2.0 */
/* The checker's other half: rules S10 to S17 and the terms of a goal.  Resources and buffers are swept in time order through a buffer
 * of fixed size. */
#include "sched/sched_judge.h"

enum { JUDGE_EVENTS = 160 };

/* ---- work ---------------------------------------------------------------------------------------------------------------- */

/* S10: the least whole number of ticks >= ticks * 1000 / speed; beyond the horizon any number is as wrong as another. */
int64_t c12__judge_ticks(const c12__judge *j, int64_t o)
{
    int64_t ticks = j->p.mode_ticks[j->p.mode_off[o] + j->mode[o]], milli;
    int32_t speed = j->p.machine_speed ? j->p.machine_speed[c12__judge_machine(j, o)] : 1000;
    if (speed == 1000) return ticks;
    if (!c12__mul64(ticks, 1000, &milli)) return milli / speed + (milli % speed != 0);
    return ticks / speed > C12_SCHED_HORIZON / 1000 ? INT64_MAX / 2 : ticks / speed * 1000 + (ticks % speed * 1000 + speed - 1) / speed;
}

static int32_t judge_room(const c12__judge *j, int64_t o) { return j->p.machine_batch ? j->p.machine_batch[c12__judge_machine(j, o)] : 1; }

/* On a batch machine an operation may run longer than its own work; whether the batch has one as long is asked when it is complete. */
int64_t c12__judge_work(const c12__judge *j, int64_t o)
{
    int64_t own = c12__judge_ticks(j, o);
    if (judge_room(j, o) == 1 || c12__judge_told(j, o)) return own;
    return c12__max64(own, j->end[o] - j->start[o] - c12__judge_closed(j, c12__judge_machine(j, o), j->start[o], j->end[o]));
}

/* ---- from one operation to the next -------------------------------------------------------------------------------------- */

static int32_t judge_op_lots(const c12__judge *j, int64_t o) { return j->p.op_lots ? j->p.op_lots[o] : 1; }
static int64_t judge_one_lot(int64_t ticks, int32_t lots) { return (ticks + lots - 1) / lots; }

static int judge_apart(const c12__judge *j, int64_t o) { return c12__judge_told(j, o) || c12__judge_gone(j, o); }

/* S11 to S14 hold between o and the next of its job, which o must have: neither was reported or is gone. */
static int judge_tied(const c12__judge *j, int64_t o) { return !judge_apart(j, o) && !judge_apart(j, o + 1); }

/* o is followed by an operation that is neither. */
int c12__judge_overlaps(const c12__judge *j, int64_t o) { return judge_op_lots(j, o) > 1 && judge_tied(j, o); }

/* S12 between o and the next of its job. */
static void judge_overlap(c12__judge *j, int64_t o)
{
    int64_t first = judge_one_lot(c12__judge_work(j, o), judge_op_lots(j, o)), next = judge_one_lot(c12__judge_work(j, o + 1), judge_op_lots(j, o));
    int64_t at = j->start[o + 1] - (j->p.wait_min ? j->p.wait_min[o] : 0);
    int done = at >= j->end[o] || (at >= j->start[o] && at - j->start[o] - c12__judge_closed(j, c12__judge_machine(j, o), j->start[o], at) >= first);
    if (!done) c12__judge_blame(j, "S12: an operation starts before the first lot of the one before it is done", "op_start", o + 1, j->start[o + 1]);
    if (j->end[o + 1] - j->end[o] < next) c12__judge_blame(j, "S12: an operation ends before its last lot can be done", "op_end", o + 1, j->end[o + 1]);
}

/* S11 and S12; o is not the last of its job, and the next is neither reported nor gone.  From a reported one only the least wait is asked for. */
void c12__judge_waits(c12__judge *j, int64_t o)
{
    int64_t pass = j->start[o + 1] - j->end[o];
    if (c12__judge_gone(j, o)) return;
    if (c12__judge_overlaps(j, o)) judge_overlap(j, o);
    else if (j->p.wait_min && pass < j->p.wait_min[o]) c12__judge_blame(j, "S11: an operation starts too soon after the one before it", "op_start", o + 1, j->start[o + 1]);
    if (judge_tied(j, o) && j->p.wait_max && j->p.wait_max[o] >= 0 && pass > j->p.wait_max[o]) c12__judge_blame(j, "S11: an operation waits too long after the one before it", "op_start", o + 1, j->start[o + 1]);
}

/* ---- machines ------------------------------------------------------------------------------------------------------------ */

static int judge_alike(const c12__judge *j, int64_t a, int64_t b)
{
    return !j->p.n_families || !j->p.op_family || j->p.op_family[a] == j->p.op_family[b];
}

/* The batch in hand is complete: S16. */
void c12__judge_close_batch(c12__judge *j, c12__judge_turn *t)
{
    if (t->leader < 0) return;
    if (t->places > judge_room(j, t->leader)) c12__judge_blame(j, "S16: a batch takes more places than its machine has", "op_start", t->leader, j->start[t->leader]);
    if (t->longest < c12__judge_work(j, t->leader)) c12__judge_blame(j, "S16: a batch runs longer than its longest operation", "op_end", t->leader, j->end[t->leader]);
    t->leader = -1;
}

/* S13: what operation o holds of its machine, remembered with whose it is. */
static void judge_hold(const c12__judge *j, c12__judge_turn *t, int64_t o, int32_t job_end)
{
    if (!j->p.op_holds || !j->p.op_holds[o] || job_end || !judge_tied(j, o)) return;
    int64_t until = j->start[o + 1];
    if (until <= j->end[o]) return; /* it went on at once */
    if (until <= t->held) { t->held_else = c12__max64(t->held_else, until); return; }
    t->held_else = t->held;
    t->held = until;
    t->holder = o;
}

static int judge_ends_job(const c12__judge *j, int64_t o)
{
    int32_t lo = 0, hi = j->p.n_jobs;
    while (hi - lo > 1) {
        int32_t mid = lo + (hi - lo) / 2;
        if (j->p.op_off[mid] <= o) lo = mid; else hi = mid;
    }
    return o + 1 == j->p.op_off[lo + 1];
}

/* Does o belong to the batch in hand?  If not, that one is complete, and o begins a new one on a batch machine. */
int c12__judge_shares(c12__judge *j, c12__judge_turn *t, int64_t o)
{
    int64_t places = j->p.op_places ? j->p.op_places[o] : 1, a = t->leader, ticks;
    if (judge_room(j, o) == 1 || j->end[o] == j->start[o] || c12__judge_told(j, o)) return 0;
    ticks = c12__judge_ticks(j, o);
    if (a >= 0 && j->start[a] == j->start[o] && j->end[a] == j->end[o] && judge_alike(j, a, o)) {
        t->places += places;
        t->longest = c12__max64(t->longest, ticks);
        judge_hold(j, t, o, judge_ends_job(j, o));
        return 1;
    }
    c12__judge_close_batch(j, t);
    t->leader = o;
    t->places = places;
    t->longest = ticks;
    return 0;
}

/* Two operations at one tick, at least one of them without work: o may as well have been the first, unless it holds the machine too. */
static int judge_before(const c12__judge *j, int64_t o, int64_t holder)
{
    int holds = j->p.op_holds[o] && !judge_ends_job(j, o) && judge_tied(j, o) && j->start[o + 1] > j->start[o];
    return j->end[o] == j->start[o] && j->start[o] == j->start[holder] && !holds;
}

/* The tick from which the machine was free for o; o's own hold is noted for those behind it. */
int64_t c12__judge_held(c12__judge *j, c12__judge_turn *t, int64_t o)
{
    int64_t free = t->held;
    if (!j->p.op_holds) return 0;
    int next = t->holder >= 0 && t->holder + 1 == o && !judge_ends_job(j, t->holder);
    if (next || (t->holder >= 0 && judge_before(j, o, t->holder))) free = t->held_else;
    if (j->start[o] < free) c12__judge_blame(j, "S13: a machine is used while it is held", "op_start", o, j->start[o]);
    judge_hold(j, t, o, judge_ends_job(j, o));
    return free;
}

/* S17: 1 when the machine's set-ups have their own way with breaks; *meets says that this one meets one it must not. */
int c12__judge_own_setup(const c12__judge *j, int32_t machine, int64_t from, int64_t to, int64_t ticks, int *meets)
{
    int kind = j->p.setup_breaks ? j->p.setup_breaks[machine] : C12_SCHED_AS_OPERATION;
    if (kind == C12_SCHED_AS_OPERATION) return 0;
    *meets = kind == C12_SCHED_PAUSE && to - from - c12__judge_closed(j, machine, from, to) < ticks;
    if (kind == C12_SCHED_PAUSE) return 1;
    for (int64_t k = j->p.break_off ? j->p.break_off[machine] : 0; j->p.break_off && k < j->p.break_off[machine + 1]; k++) {
        if (j->p.break_to[k] <= from) continue;
        if (j->p.break_from[k] >= to || j->p.break_from[k] - from >= ticks) return 1;
        from = j->p.break_to[k];
    }
    *meets = to - from < ticks;
    return 1;
}

/* ---- resources and buffers ----------------------------------------------------------------------------------------------- */

/* Units taken (> 0) or given back, in the order in which they are summed: back before taken, then as they come. */
typedef struct judge_event { int64_t tick, order, units; } judge_event;
typedef struct judge_sweep { judge_event kept[JUDGE_EVENTS], last; int32_t n; } judge_sweep;

static int judge_sooner(const judge_event *a, const judge_event *b)
{
    if (a->tick != b->tick) return a->tick < b->tick;
    if ((a->units > 0) != (b->units > 0)) return b->units > 0;
    return a->order < b->order;
}

/* Keep the event when it is one of the earliest behind the last sweep: a heap with the latest of them at the root. */
static void judge_offer(judge_sweep *s, int64_t tick, int64_t order, int64_t units)
{
    judge_event e = { tick, order, units };
    int32_t at = s->n, up, kid;
    if (!judge_sooner(&s->last, &e)) return;
    if (s->n < JUDGE_EVENTS) {
        for (s->n++; at && judge_sooner(&s->kept[up = (at - 1) / 2], &e); at = up) s->kept[at] = s->kept[up];
    } else {
        if (!judge_sooner(&e, &s->kept[0])) return;
        for (at = 0; (kid = 2 * at + 1) < s->n; at = kid) {
            if (kid + 1 < s->n && judge_sooner(&s->kept[kid], &s->kept[kid + 1])) kid++;
            if (!judge_sooner(&e, &s->kept[kid])) break;
            s->kept[at] = s->kept[kid];
        }
    }
    s->kept[at] = e;
}

static void judge_offer_span(judge_sweep *s, int64_t row, int64_t from, int64_t to, int64_t units)
{
    if (from >= to) return;
    judge_offer(s, from, 2 * row, units);
    judge_offer(s, to, 2 * row + 1, -units);
}

/* All that happens to resource r, or with r < 0 to buffer -1 - r. */
static void judge_collect(const c12__judge *j, int32_t r, judge_sweep *s)
{
    s->n = 0;
    for (int32_t job = 0; job < j->p.n_jobs; job++)
        for (int64_t o = j->p.op_off[job]; o < j->p.op_off[job + 1]; o++) {
            if (r < 0 && j->p.op_buffer[o] == -1 - r && o + 1 < j->p.op_off[job + 1] && judge_tied(j, o)) judge_offer_span(s, o, j->end[o], j->start[o + 1], 1);
            for (int64_t k = r < 0 ? 0 : j->p.need_off[o]; r >= 0 && !c12__judge_gone(j, o) && k < j->p.need_off[o + 1]; k++)
                if (j->p.need_resource[k] == r) judge_offer_span(s, o, j->start[o], j->end[o], j->p.need_units ? j->p.need_units[k] : 1);
        }
    for (int64_t k = r < 0 ? 0 : j->p.level_off[r]; r >= 0 && k < j->p.level_off[r + 1]; k++) /* as if a drop took the rest, and a rise gave it back */
        judge_offer(s, j->p.level_from[k], INT64_MAX / 2 + k, k > j->p.level_off[r] ? (int64_t)j->p.level_units[k - 1] - j->p.level_units[k] : -(int64_t)j->p.level_units[k]);
}

static int judge_latest_last(judge_sweep *s)
{
    judge_event e = s->kept[0], moved;
    if (!s->n) return 0;
    moved = s->kept[--s->n];
    int32_t at = 0;
    for (int32_t kid; (kid = 2 * at + 1) < s->n; at = kid) {
        if (kid + 1 < s->n && judge_sooner(&s->kept[kid], &s->kept[kid + 1])) kid++;
        if (!judge_sooner(&moved, &s->kept[kid])) break;
        s->kept[at] = s->kept[kid];
    }
    s->kept[at] = moved;
    s->kept[s->n] = e;
    return 1;
}

/* Units that an operation takes which could have been kept from taking them: S8. */
static int64_t judge_could_not_take(const c12__judge *j, const judge_event *e)
{
    return e->order < INT64_MAX / 2 && !c12__judge_told(j, e->order / 2) ? e->units : 0;
}

/* S14 and S15 of one resource or buffer; `spare` is what there is before the first tick. */
static void judge_sweep_one(c12__judge *j, int32_t r, int64_t spare)
{
    judge_sweep s;
    s.last.tick = s.last.order = -1;
    s.last.units = -1;
    int64_t chosen = 0; /* units taken by operations that were not reported */
    for (int32_t n = JUDGE_EVENTS; n == JUDGE_EVENTS;) {
        judge_collect(j, r, &s);
        n = s.n;
        while (judge_latest_last(&s)) { }
        for (int32_t k = 0; k < n; k++) {
            const judge_event *e = &s.kept[k];
            spare -= e->units;
            chosen += judge_could_not_take(j, e);
            if (e->units > 0 && spare < 0 && chosen > 0) c12__judge_blame(j, r < 0 ? "S14: a buffer holds more than it has places" : "S15: more of a resource is taken than there is", "op_start", e->order < INT64_MAX / 2 ? e->order / 2 : -1, e->tick);
        }
        if (n) s.last = s.kept[n - 1];
    }
}

void c12__judge_use(c12__judge *j)
{
    for (int32_t r = 0; j->p.need_off && r < j->p.n_resources; r++) judge_sweep_one(j, r, 0);
    for (int32_t b = 0; j->p.op_buffer && b < j->p.n_buffers; b++) judge_sweep_one(j, -1 - b, j->p.buffer_places[b]);
}

/* ---- terms --------------------------------------------------------------------------------------------------------------- */

static int judge_job_term(const c12__judge *j, int32_t term, int32_t k, int64_t *sum)
{
    int64_t first = j->p.op_off[k], end = j->end[j->p.op_off[k + 1] - 1], due = j->p.job_due ? j->p.job_due[k] : -1, weight = j->p.job_weight ? j->p.job_weight[k] : 1;
    int64_t late = due >= 0 && end > due ? end - due : 0, value = 0;
    while (c12__judge_gone(j, first)) first++; /* one is not: the job counts */
    switch (term) {
    case C12_SCHED_TERM_MAKESPAN: *sum = c12__max64(*sum, end); return 0;
    case C12_SCHED_TERM_MAX_TARDINESS: *sum = c12__max64(*sum, late); return 0;
    case C12_SCHED_TERM_LATE: value = late > 0; weight = 1; break;
    case C12_SCHED_TERM_TARDINESS: value = late; break;
    case C12_SCHED_TERM_FLOW: value = c12__max64(0, end - (j->p.job_release ? j->p.job_release[k] : 0)); break;
    default: value = c12__max64(0, end - j->start[first]); weight = 1; break; /* C12_SCHED_TERM_WIP */
    }
    return c12__mul64(value, weight, &value) || c12__add64(*sum, value, sum);
}

static int judge_op_term(const c12__judge *j, int32_t term, int64_t *sum)
{
    for (int64_t o = 0; o < j->n; o++) {
        int64_t value = 0;
        if (c12__judge_gone(j, o)) continue;
        if (term == C12_SCHED_TERM_PREFERENCE) value = j->p.mode_cost ? j->p.mode_cost[j->p.mode_off[o] + j->mode[o]] : 0;
        else if (j->p.prior_start && j->p.prior_start[o] != -1)
            value = j->p.prior_start[o] != j->start[o] || (j->p.prior_mode && j->p.prior_mode[o] != -1 && j->p.prior_mode[o] != j->mode[o]);
        if (c12__add64(*sum, value, sum)) return 1;
    }
    return 0;
}

/* 1 when the sum leaves 64 bits. */
int c12__judge_terms(c12__judge *j, int64_t *sum)
{
    *sum = 0;
    for (int32_t t = 0; t < j->terms.n; t++) {
        int32_t term = j->terms.term[t];
        int64_t value = term == C12_SCHED_TERM_SETUP ? j->setups : 0;
        if ((term == C12_SCHED_TERM_PREFERENCE || term == C12_SCHED_TERM_MOVED) && judge_op_term(j, term, &value)) return 1;
        if (term != C12_SCHED_TERM_PREFERENCE && term != C12_SCHED_TERM_MOVED && term != C12_SCHED_TERM_SETUP)
            for (int32_t k = 0; k < j->p.n_jobs; k++)
                if (c12__judge_counts(j, k) && judge_job_term(j, term, k, &value)) return 1;
        if (c12__mul64(value, j->terms.weight[t], &value) || c12__add64(*sum, value, sum)) return 1;
    }
    return 0;
}
