/* SPDX-License-Identifier: Apache-2.0 */
/* First plans of a plant: an event list under the apparent tardiness cost with set-ups (Lee, Bhaskaran and Pinedo 1997).  Whenever a
 * machine falls free it takes the waiting operation with the largest index
 *     weight / ticks * exp(-slack / (k1 mean ticks)) * exp(-set-up / (k2 mean set-up)).
 * Only the order of indices matters, so their logarithms are compared: sums in fixed point, no exponential. */
#include "sched/sched_internal.h"

enum {
    EVENT_FRACTION = 20, /* bits hurry and thrift have beside the 16 of a logarithm */
    EVENT_ASK = 256      /* events between two looks at the clock */
};
#define EVENT_LOG2_E ((int64_t)94548) /* log2(e) with 16 fraction bits */
#define EVENT_NEVER (C12_SCHED_HORIZON - 1)

/* log2 with 16 fraction bits, by squaring; x > 0. */
int64_t c12__sched_log2(uint64_t x)
{
    int64_t whole = 0;
    while (whole < 63 && x >> (whole + 1)) whole++;
    uint64_t m = whole > 31 ? x >> (whole - 31) : x << (31 - whole); /* 1 <= m / 2^31 < 2 */
    int64_t log = whole;
    for (int k = 0; k < 16; k++) {
        m = (m * m) >> 31;
        log *= 2;
        if (m >> 32) { m >>= 1; log++; }
    }
    return log;
}

void c12__sched_carve_event(c12__sched_event *e, c12__arena *a, const c12_sched_dims *d)
{
    c12__heap_carve(&e->come, a, (int32_t)d->ops);
    c12__heap_carve(&e->done, a, d->machines);
    e->latest = C12__CARVE(a, int64_t, d->ops);
    e->worth = C12__CARVE(a, int32_t, d->ops);
    e->wait = C12__CARVE(a, int32_t, d->modes);
    e->wait_row = C12__CARVE(a, int32_t, d->modes);
    e->wait_n = C12__CARVE(a, int32_t, d->machines);
    e->wait_off = C12__CARVE(a, int32_t, d->machines + (int64_t)1);
    e->awake = C12__CARVE(a, int32_t, d->machines);
    e->idle = C12__CARVE(a, int32_t, d->machines);
    e->pause = C12__CARVE(a, int64_t, d->machines);
    e->thrift = C12__CARVE(a, int64_t, d->machines);
}

/* ---- once a problem ------------------------------------------------------------------------------------------------------ */

static int64_t event_setup(const c12__sched_model *m, int32_t from, int32_t o)
{
    return m->p.setup && from >= 0 ? m->p.setup[(int64_t)from * m->p.n_families + m->p.op_family[o]] : 0;
}

/* Latest starts backwards from the due dates; weights come along from the job that sets them. */
static void event_worth(const c12__sched_model *m, c12__sched_event *e)
{
    const c12_sched_problem *p = &m->p;
    for (int32_t k = m->n - 1; k >= 0; k--) {
        int32_t o = m->topo[k], j = m->job[o];
        int64_t end = EVENT_NEVER, weight = c12__at64(p->job_weight, j, 1);
        int last = o + 1 == p->op_off[j + 1];
        if (last && m->goal == C12_SCHED_TARDINESS && c12__at64(p->job_due, j, -1) >= 0) end = p->job_due[j];
        if (!last) end = e->latest[o + 1];
        for (int64_t s = p->op_pred_off ? m->succ_off[o] : 0; p->op_pred_off && s < m->succ_off[o + 1]; s++)
            if (e->latest[m->succ[s]] < end) { end = e->latest[m->succ[s]]; weight = c12__at64(p->job_weight, m->job[m->succ[s]], 1); }
        e->latest[o] = end - m->least[o];
        e->worth[o] = (int32_t)(weight ? c12__sched_log2((uint64_t)weight) : -(16 << 16)) - (int32_t)c12__sched_log2((uint64_t)c12__max64(1, m->least[o]));
    }
}

/* Rows by machine, the mean ticks of all, and each machine's mean set-up between operations that are neighbours in the problem. */
static void event_machines(const c12__sched_model *m, c12__sched_event *e)
{
    const c12_sched_problem *p = &m->p;
    size_t machines = (size_t)p->n_machines;
    int64_t pace = 0;
    memset(e->wait_off, 0, (machines + 1) * sizeof *e->wait_off);
    memset(e->pause, 0, machines * sizeof *e->pause);
    memset(e->idle, -1, machines * sizeof *e->idle); /* families seen last */
    for (int32_t o = 0; o < m->n; o++)
        for (int64_t r = p->mode_off[o]; r < p->mode_off[o + 1]; r++) {
            int32_t k = p->mode_machine[r];
            e->wait_off[k + 1]++;
            pace += c12__min64((int64_t)1 << 32, p->mode_ticks[r]);
            e->pause[k] += c12__min64((int64_t)1 << 32, event_setup(m, e->idle[k], o));
            if (p->setup) e->idle[k] = p->op_family[o];
        }
    for (int32_t k = 0; k < p->n_machines; k++) {
        int64_t rows = c12__max64(1, e->wait_off[k + 1]);
        e->pause[k] = c12__max64(1, c12__min64((int64_t)1 << 40, e->pause[k] / rows));
        e->wait_off[k + 1] += e->wait_off[k];
    }
    e->pace = c12__max64(1, c12__min64((int64_t)1 << 40, pace / c12__max64(1, e->wait_off[p->n_machines])));
}

void c12__sched_begin_event(c12__sched_island *w)
{
    c12__heap_reset(&w->event.come);
    c12__heap_reset(&w->event.done);
    event_worth(w->m, &w->event);
    event_machines(w->m, &w->event);
}

/* ---- one schedule -------------------------------------------------------------------------------------------------------- */

static int64_t event_fall(int64_t by, int64_t speed)
{
    return speed ? (c12__min64(by, ((int64_t)1 << 61) / speed) * speed) >> EVENT_FRACTION : 0;
}

/* The row of the waiting operation with the largest index, -1 = none; entries of operations that run elsewhere go. */
static int32_t event_pick(const c12__sched_island *w, int32_t machine, int64_t now, int32_t *op, int64_t *top)
{
    const c12__sched_event *e = &w->event;
    int32_t *wait = e->wait + e->wait_off[machine], *rows = e->wait_row + e->wait_off[machine], n = 0, best = -1;
    *top = INT64_MIN;
    for (int32_t k = 0; k < e->wait_n[machine]; k++) {
        int32_t o = wait[k];
        if (w->list.mode[o] >= 0) continue;
        wait[n] = o;
        rows[n] = rows[k];
        int64_t slack = c12__max64(0, e->latest[o] - now);
        int64_t index = e->worth[o] - event_fall(slack, e->hurry) - event_fall(event_setup(w->m, w->list.family[machine], o), e->thrift[machine]);
        if (index > *top) { *top = index; best = rows[n]; *op = o; }
        n++;
    }
    e->wait_n[machine] = n;
    return best;
}

static void event_wake(c12__sched_event *e, int32_t machine, int32_t *n)
{
    if (e->idle[machine] != 1) return;
    e->idle[machine] = 2;
    e->awake[(*n)++] = machine;
}

static void event_arrive(const c12__sched_island *w, c12__sched_event *e, int32_t o, int32_t *n)
{
    const c12_sched_problem *p = &w->m->p;
    int32_t only = c12__at32(p->fixed_mode, o, -1);
    for (int64_t r = p->mode_off[o]; r < p->mode_off[o + 1]; r++) {
        int32_t k = p->mode_machine[r], at = e->wait_off[k] + e->wait_n[k];
        if (only >= 0 && r - p->mode_off[o] != only) continue;
        e->wait[at] = o;
        e->wait_row[at] = (int32_t)(r - p->mode_off[o]);
        e->wait_n[k]++;
        event_wake(e, k, n);
    }
}

static void event_await(const c12__sched_island *w, c12__sched_event *e, int32_t o)
{
    const c12_sched_problem *p = &w->m->p;
    int64_t ready = w->m->release[o];
    if (c12__at64(p->fixed_start, o, -1) >= 0) return; /* waits for nobody */
    if (o > p->op_off[w->m->job[o]]) ready = c12__max64(ready, w->list.end[o - 1]);
    for (int64_t s = p->op_pred_off ? p->op_pred_off[o] : 0; p->op_pred_off && s < p->op_pred_off[o + 1]; s++) ready = c12__max64(ready, w->list.end[p->op_pred[s]]);
    c12__heap_put(&e->come, o, ready);
}

static void event_release(c12__sched_island *w, int32_t o)
{
    const c12__sched_model *m = w->m;
    if (o + 1 < m->p.op_off[m->job[o] + 1] && !--w->list.missing[o + 1]) event_await(w, &w->event, o + 1);
    for (int64_t s = m->p.op_pred_off ? m->succ_off[o] : 0; m->p.op_pred_off && s < m->succ_off[o + 1]; s++)
        if (!--w->list.missing[m->succ[s]]) event_await(w, &w->event, m->succ[s]);
}

/* What is gone takes no machine: it is over when it comes. */
static void event_pass(c12__sched_island *w, int32_t o, int64_t now)
{
    w->list.mode[o] = 0;
    w->list.start[o] = w->list.end[o] = now;
    event_release(w, o);
}

/* Frozen operations stand where they are; the machine is taken up behind the last of them. */
static void event_freeze(c12__sched_island *w)
{
    const c12__sched_model *m = w->m;
    c12__sched_list *l = &w->list;
    for (int32_t k = 0; k < m->frozen_n; k++) {
        int32_t o = m->frozen[k], row = (int32_t)c12__max64(0, c12__at32(m->p.fixed_mode, o, -1)), machine = m->p.mode_machine[m->p.mode_off[o] + row];
        l->mode[o] = row;
        l->start[o] = m->p.fixed_start[o];
        l->end[o] = c12__sched_told(m, o) ? m->p.fixed_end[o] : c12__sched_end_at(m, machine, l->start[o], m->p.mode_ticks[m->p.mode_off[o] + row], m->p.op_resumable && m->p.op_resumable[o]);
        l->busy[machine] = c12__max64(l->busy[machine], l->end[o]);
        if (m->p.setup) l->family[machine] = m->p.op_family[o];
    }
}

static void event_dispatch(c12__sched_island *w, int32_t machine, int64_t now, int32_t o, int32_t row)
{
    const c12__sched_model *m = w->m;
    c12__sched_list *l = &w->list;
    int64_t ticks = m->p.mode_ticks[m->p.mode_off[o] + row];
    int pauses = m->p.op_resumable && m->p.op_resumable[o];
    l->mode[o] = row;
    l->start[o] = c12__sched_start_at(m, machine, l->busy[machine], event_setup(m, l->family[machine], o), now, ticks, pauses);
    l->end[o] = l->busy[machine] = c12__sched_end_at(m, machine, l->start[o], ticks, pauses);
    if (m->p.setup) l->family[machine] = m->p.op_family[o];
    l->order[l->placed++] = o;
    w->event.idle[machine] = 0;
    c12__heap_put(&w->event.done, machine, l->end[o]);
    event_release(w, o);
}

/* Idle machines choose, the largest index first: an operation that several could take goes where it costs least. */
static void event_serve(c12__sched_island *w, int64_t now, int32_t awake)
{
    c12__sched_event *e = &w->event;
    while (awake) {
        int32_t at = 0, op = -1, row = -1;
        int64_t top = INT64_MIN;
        for (int32_t k = 0; k < awake; k++) {
            int32_t o = -1;
            int64_t index;
            int32_t r = event_pick(w, e->awake[k], now, &o, &index);
            if (r >= 0 && index > top) { top = index; at = k; op = o; row = r; }
        }
        if (row < 0) break;
        event_dispatch(w, e->awake[at], now, op, row);
        e->awake[at] = e->awake[--awake];
    }
    while (awake) e->idle[e->awake[--awake]] = 1;
}

static int64_t event_next(const c12__heap *h) { return h->n ? h->key[h->id[0]] : INT64_MAX; }

/* A rule is a pair of constants; the first five lie on the diagonal of the grid, where the best ones are found most often. */
static void event_open(c12__sched_island *w, int32_t rule)
{
    static const int32_t k1[] = { 256, 512, 1024, 2048, 4096 }, k2[] = { 6, 13, 26, 51, 102 }; /* in 1/256 */
    c12__sched_event *e = &w->event;
    c12__sched_list *l = &w->list;
    l->placed = 0;
    e->hurry = (EVENT_LOG2_E << 28) / (e->pace * k1[rule % 5]);
    memset(l->mode, -1, (size_t)w->m->n * sizeof *l->mode);
    memcpy(l->missing, w->m->need, (size_t)w->m->n * sizeof *l->missing);
    for (int32_t k = 0; k < w->m->p.n_machines; k++) {
        l->busy[k] = 0;
        l->family[k] = -1;
        e->wait_n[k] = 0;
        e->idle[k] = 1;
        e->thrift[k] = (EVENT_LOG2_E << 28) / (e->pause[k] * k2[(rule + rule / 5) % 5]);
    }
    event_freeze(w);
    for (int32_t o = 0; o < w->m->n; o++)
        if (!l->missing[o] && l->mode[o] < 0) event_await(w, e, o);
}

/* Fills the island's list: order of what is free, modes, starts.  A plan whose frozen operations would have to wait for free ones is none.  1 = stopped halfway. */
int c12__sched_run_event(c12__sched_island *w, int32_t rule)
{
    c12__sched_event *e = &w->event;
    event_open(w, rule);
    for (int32_t asked = 0; e->come.n || e->done.n; asked++) {
        int64_t now = c12__min64(event_next(&e->come), event_next(&e->done));
        int32_t awake = 0;
        while (event_next(&e->done) == now) {
            int32_t k = c12__heap_pop(&e->done);
            e->idle[k] = 1;
            event_wake(e, k, &awake);
        }
        while (event_next(&e->come) == now) {
            int32_t o = c12__heap_pop(&e->come);
            if (c12__sched_gone(w->m, o)) event_pass(w, o, now); else event_arrive(w, e, o, &awake);
        }
        event_serve(w, now, awake);
        if (asked % EVENT_ASK == EVENT_ASK - 1 && c12__sched_halted(w->self)) return 1;
    }
    return 0;
}
