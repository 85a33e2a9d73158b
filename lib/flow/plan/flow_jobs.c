/* SPDX-License-Identifier: Apache-2.0 */
/* Work orders as jobs on machines: routings, calendars, set-ups, material dates and the precedence of sub-assemblies. */
#include "base/csr.h"
#include "flow/plan/flow_plan_internal.h"

enum { FLOW_SLACK_DAYS = 365, FLOW_WEEK = 7 * C12__FLOW_DAY };

/* ---- material ------------------------------------------------------------------------------------------------------------ */

static int64_t arrival_of(const c12_flow_plan *p, int64_t link)
{
    int64_t row = p->link.from_row[link], day = 0;
    if (p->link.from[link] == C12_FLOW_RECEIPT) day = p->mrp.receipt_bucket[row] < 0 ? 0 : p->mrp.receipt_bucket[row];
    if (p->link.from[link] == C12_FLOW_BUY) day = p->buy.arrive[row];
    return day * C12__FLOW_DAY;
}

/* Walks what `work` waits for: bought links go into *ready, the last operations of sub-assemblies into pred (NULL: only
 * counted), each once.  Works without operations are looked through. */
typedef struct feeder_walk { const c12_flow_plan *p; int64_t *stack, *seen; } feeder_walk;

static int64_t walk_feeders(const feeder_walk *f, int64_t work, int64_t stamp, int64_t *ready, int64_t *pred)
{
    const c12__flow_links *l = &f->p->link;
    const int64_t *op_off = f->p->work.op_off;
    int64_t top = 0, n = 0;
    f->stack[top++] = work;
    while (top) {
        int64_t w = f->stack[--top];
        for (int64_t j = l->into_off[w]; j < l->into_off[w + 1]; j++) {
            int64_t k = l->into[j], from = l->from_row[k];
            if (l->from[k] != C12_FLOW_WORK) { *ready = c12__max64(*ready, arrival_of(f->p, k)); continue; }
            if (f->seen[from] == stamp) continue;
            f->seen[from] = stamp;
            if (op_off[from] == op_off[from + 1]) { f->stack[top++] = from; continue; }
            if (pred) pred[n] = op_off[from + 1] - 1;
            n++;
        }
    }
    return n;
}

static void link_material(c12_flow_plan *p, int64_t *op_ready, c12_sched_problem *q)
{
    c12__flow_pool *pool = &p->pool;
    int64_t n = p->work.n, total = 0, at = 0, *off = C12__FLOW_NEW(pool, int64_t, p->op.n + 1);
    feeder_walk f = { p, C12__FLOW_NEW(pool, int64_t, n), C12__FLOW_NEW(pool, int64_t, n) };
    if (pool->failed) return;
    for (int64_t w = 0; w < n; w++) total += walk_feeders(&f, w, w + 1, &p->work.ready[w], NULL);
    int64_t *pred = C12__FLOW_NEW(pool, int64_t, total);
    if (pool->failed) return;
    for (int64_t w = 0; w < n; w++) {
        int64_t first = p->work.op_off[w], end = p->work.op_off[w + 1];
        if (first == end) continue;
        at += walk_feeders(&f, w, n + w + 1, &p->work.ready[w], pred + at);
        op_ready[first] = p->work.ready[w];
        for (int64_t o = first; o < end; o++) off[o + 1] = at;
    }
    q->op_pred_off = off;
    q->op_pred = pred;
}

/* ---- dates --------------------------------------------------------------------------------------------------------------- */

/* A job is due when its earliest taker needs it; only what goes to customers carries weight. */
static void date_jobs(c12_flow_plan *p, int64_t *due, int64_t *weight)
{
    const c12__flow_links *l = &p->link;
    for (int64_t w = 0; w < p->work.n; w++) due[w] = (p->work.due[w] + (int64_t)1) * C12__FLOW_DAY;
    for (int64_t k = 0; k < l->n; k++) {
        int64_t w = l->from_row[k], to = l->to_row[k];
        if (l->from[k] != C12_FLOW_WORK) continue;
        if (l->to[k] == C12_FLOW_WORK) {
            due[w] = c12__min64(due[w], c12__max64(p->work.release[to], 0) * C12__FLOW_DAY);
            continue;
        }
        if (l->to[k] == C12_FLOW_STOCK) continue;
        int32_t order = c12__at32(p->plant.demand_order, to, -1);
        due[w] = c12__min64(due[w], (c12__max64(p->plant.mrp->demand_bucket[to], 0) + 1) * C12__FLOW_DAY);
        weight[w] = c12__max64(weight[w], order < 0 ? 1 : c12__at32(p->plant.order_weight, order, 1));
    }
}

/* ---- operations ---------------------------------------------------------------------------------------------------------- */

static void count_ops(c12_flow_plan *p)
{
    for (int64_t w = 0; w < p->work.n; w++) {
        int32_t i = p->work.item[w];
        p->op.n += p->step_of[i + 1] - p->step_of[i];
        p->work.op_off[w + 1] = p->op.n;
    }
}

static void get_op_columns(c12_flow_plan *p)
{
    c12__flow_pool *pool = &p->pool;
    int64_t n = p->op.n;
    p->op.step = C12__FLOW_NEW(pool, int32_t, n);
    p->op.machine = C12__FLOW_NEW(pool, int32_t, n);
    p->op.work = C12__FLOW_NEW(pool, int32_t, n);
    p->op.start = C12__FLOW_NEW(pool, int64_t, n);
    p->op.end = C12__FLOW_NEW(pool, int64_t, n);
    p->op_mode = C12__FLOW_NEW(pool, int32_t, n);
    p->op_ready = C12__FLOW_NEW(pool, int64_t, n);
    p->fixed_start = C12__FLOW_NEW(pool, int64_t, n);
    p->fixed_mode = C12__FLOW_NEW(pool, int32_t, n);
}

/* Every machine of the step's station can do it, in the same time. */
static c12_status fill_modes(c12_flow_plan *p, const int64_t *station_start, const int64_t *station_machine, int64_t *mode_off, int32_t *machine, int64_t *ticks, c12_error *err)
{
    const c12_flow_plant *t = &p->plant;
    int64_t at = 0;
    for (int64_t o = 0; o < p->op.n; o++) {
        int64_t s = p->op.step[o], minutes;
        int32_t station = t->step_station[s];
        if (c12__explode_qty(p->work.qty[p->op.work[o]], t->step_minutes_num[s], c12__at64(t->step_minutes_den, s, 1), 0, &minutes) || c12__add64(minutes, c12__at32(t->step_fixed, s, 0), &minutes))
            return c12__fail(err, C12_E_OVERFLOW, "run time of an order does not fit 64 bits", "step_minutes_num", s, p->work.qty[p->op.work[o]]);
        if (station_start[station] == station_start[station + 1])
            return c12__fail(err, C12_E_RANGE, "a routing step's station has no machine", "step_station", s, station);
        for (int64_t j = station_start[station]; j < station_start[station + 1]; j++, at++) {
            machine[at] = (int32_t)station_machine[j];
            ticks[at] = minutes;
        }
        mode_off[o + 1] = at;
    }
    return C12_OK;
}

static c12_status add_modes(c12_flow_plan *p, c12_sched_problem *q, c12_error *err)
{
    const c12_flow_plant *t = &p->plant;
    c12__flow_pool *pool = &p->pool;
    int64_t *start = C12__FLOW_NEW(pool, int64_t, t->n_stations + (int64_t)1), *machine = C12__FLOW_NEW(pool, int64_t, t->n_machines), modes = 0;
    if (pool->failed) return C12_OK;
    c12__csr_by_key(t->machine_station, t->n_machines, t->n_stations, start, machine);
    for (int64_t w = 0; w < p->work.n; w++)
        for (int64_t o = p->work.op_off[w]; o < p->work.op_off[w + 1]; o++) {
            p->op.work[o] = (int32_t)w;
            p->op.step[o] = (int32_t)(p->step_of[p->work.item[w]] + o - p->work.op_off[w]);
            modes += start[t->step_station[p->op.step[o]] + 1] - start[t->step_station[p->op.step[o]]];
        }
    int64_t *mode_off = C12__FLOW_NEW(pool, int64_t, p->op.n + 1), *ticks = C12__FLOW_NEW(pool, int64_t, modes);
    int32_t *mode_machine = C12__FLOW_NEW(pool, int32_t, modes);
    if (pool->failed) return C12_OK;
    q->mode_off = mode_off;
    q->mode_machine = mode_machine;
    q->mode_ticks = ticks;
    return fill_modes(p, start, machine, mode_off, mode_machine, ticks, err);
}

/* ---- calendars ----------------------------------------------------------------------------------------------------------- */

/* Closed windows of one calendar over the horizon; NULL columns: only counted. */
static int64_t lay_out(const uint8_t *open, int32_t weekday, int64_t horizon, int64_t *from, int64_t *to)
{
    int64_t n = 0;
    int32_t minute = weekday * C12__FLOW_DAY;
    int closed = 0;
    for (int64_t t = 0; t < horizon; t++) {
        if (!open[minute] && !closed && from) from[n] = t;
        if (closed && open[minute]) { if (to) to[n] = t; n++; }
        closed = !open[minute];
        if (++minute == FLOW_WEEK) minute = 0;
    }
    if (closed) { if (to) to[n] = horizon; n++; }
    return n;
}

static c12_status mark_shifts(c12_flow_plan *p, uint8_t *open, c12_error *err)
{
    const c12_flow_plant *t = &p->plant;
    for (int64_t s = 0; s < t->n_shifts; s++)
        for (int32_t m = t->shift_from[s]; m < t->shift_to[s]; m++) open[(int64_t)t->shift_calendar[s] * FLOW_WEEK + t->shift_weekday[s] * C12__FLOW_DAY + m] = 1;
    for (int32_t c = 0; c < t->n_calendars; c++) {
        int worked = 0;
        for (int32_t m = 0; m < FLOW_WEEK && !worked; m++) worked = open[(int64_t)c * FLOW_WEEK + m];
        if (!worked) return c12__fail(err, C12_E_RANGE, "a calendar has no working time", "shift_calendar", -1, c);
    }
    return C12_OK;
}

static c12_status add_breaks(c12_flow_plan *p, c12_sched_problem *q, c12_error *err)
{
    const c12_flow_plant *t = &p->plant;
    c12__flow_pool *pool = &p->pool;
    uint8_t *open = C12__FLOW_NEW(pool, uint8_t, (int64_t)t->n_calendars * FLOW_WEEK);
    int64_t *off = C12__FLOW_NEW(pool, int64_t, t->n_machines + (int64_t)1), *count = C12__FLOW_NEW(pool, int64_t, t->n_calendars);
    if (pool->failed) return C12_OK;
    c12_status s = mark_shifts(p, open, err);
    if (s) return s;
    p->horizon = ((int64_t)p->buckets + FLOW_SLACK_DAYS) * C12__FLOW_DAY;
    for (int32_t c = 0; c < t->n_calendars; c++) count[c] = lay_out(open + (int64_t)c * FLOW_WEEK, t->start_weekday, p->horizon, NULL, NULL);
    for (int32_t m = 0; m < t->n_machines; m++) {
        int32_t c = c12__at32(t->machine_calendar, m, -1);
        off[m + 1] = off[m] + (c < 0 ? 0 : count[c]);
    }
    int64_t *from = C12__FLOW_NEW(pool, int64_t, off[t->n_machines]), *to = C12__FLOW_NEW(pool, int64_t, off[t->n_machines]);
    if (pool->failed) return C12_OK;
    for (int32_t m = 0; m < t->n_machines; m++) {
        int32_t c = c12__at32(t->machine_calendar, m, -1);
        if (c >= 0) lay_out(open + (int64_t)c * FLOW_WEEK, t->start_weekday, p->horizon, from + off[m], to + off[m]);
    }
    q->break_off = off;
    q->break_from = from;
    q->break_to = to;
    return C12_OK;
}

/* ---- set-ups ------------------------------------------------------------------------------------------------------------- */

/* Steps without a family get one of their own that needs no set-up. */
static void add_setups(c12_flow_plan *p, c12_sched_problem *q)
{
    const c12_flow_plant *t = &p->plant;
    int64_t n = t->n_families + (int64_t)1;
    if (!t->n_setups) return;
    int64_t *setup = C12__FLOW_NEW(&p->pool, int64_t, n * n);
    int32_t *family = C12__FLOW_NEW(&p->pool, int32_t, p->op.n);
    if (p->pool.failed) return;
    for (int64_t k = 0; k < t->n_setups; k++) setup[t->setup_from[k] * n + t->setup_to[k]] = t->setup_minutes[k];
    for (int64_t o = 0; o < p->op.n; o++) {
        int32_t f = c12__at32(t->step_family, p->op.step[o], -1);
        family[o] = f < 0 ? t->n_families : f;
    }
    q->n_families = (int32_t)n;
    q->setup = setup;
    q->op_family = family;
}

/* ---- the problem --------------------------------------------------------------------------------------------------------- */

static void add_jobs(c12_flow_plan *p, c12_sched_problem *q)
{
    int64_t n = p->work.n;
    int64_t *release = C12__FLOW_NEW(&p->pool, int64_t, n), *due = C12__FLOW_NEW(&p->pool, int64_t, n), *weight = C12__FLOW_NEW(&p->pool, int64_t, n);
    uint8_t *resumable = C12__FLOW_NEW(&p->pool, uint8_t, p->op.n);
    if (p->pool.failed) return;
    for (int64_t w = 0; w < n; w++) release[w] = c12__max64(p->work.release[w], 0) * C12__FLOW_DAY;
    date_jobs(p, due, weight);
    memset(resumable, 1, (size_t)p->op.n);
    link_material(p, p->op_ready, q);
    q->n_jobs = (int32_t)n;
    q->n_machines = p->plant.n_machines;
    q->op_off = p->work.op_off;
    q->job_release = release;
    q->job_due = due;
    q->job_weight = weight;
    q->op_ready = p->op_ready;
    q->op_resumable = resumable;
}

static c12_sched_dims dims_of(const c12_flow_plan *p, const c12_sched_problem *q)
{
    c12_sched_dims d = C12_INIT(c12_sched_dims);
    d.jobs = q->n_jobs;
    d.ops = p->op.n;
    d.modes = q->mode_off[p->op.n];
    d.machines = q->n_machines;
    d.breaks = q->break_off[q->n_machines];
    d.families = q->n_families;
    d.preds = q->op_pred_off[p->op.n];
    return d;
}

c12_status c12__flow_jobs(c12_flow_plan *p, c12_error *err)
{
    c12_sched_problem q = C12_INIT(c12_sched_problem);
    c12_sched_options o = C12_INIT(c12_sched_options);
    if (p->work.n > INT32_MAX) return c12__fail(err, C12_E_SPACE, "too many work orders", NULL, -1, p->work.n);
    count_ops(p);
    get_op_columns(p);
    if (!p->pool.failed) add_jobs(p, &q);
    c12_status s = p->pool.failed ? C12_OK : add_modes(p, &q, err);
    if (!s && !p->pool.failed) s = add_breaks(p, &q, err);
    if (!s && !p->pool.failed) add_setups(p, &q);
    if (s) return s;
    if (p->pool.failed) return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, 0);
    o.goal = C12_SCHED_TARDINESS;
    p->options = o;
    p->problem = q;
    c12_sched_dims d = dims_of(p, &q);
    s = c12_sched_create(&p->sched, &d, &p->options, &p->pool.host, err);
    return s ? s : c12_sched_load(p->sched, &p->problem, err);
}
