/* SPDX-License-Identifier: Apache-2.0 */
/* Time by unit, class and reason; fleets; tasks.  One pass proves the order of events, one adds them up. */
#include "kpi/kpi_internal.h"

typedef struct tally_unit { int64_t end; int32_t failed, begun; } tally_unit; /* of its last event */

static void tally_clear(tally_unit *u, int32_t n)
{
    for (int32_t k = 0; k < n; k++) u[k] = (tally_unit){ INT64_MIN, 0, 0 };
}

static int64_t tally_overlap(const c12_kpi_states *x, tally_unit *u)
{
    tally_clear(u, x->n_units);
    for (int64_t i = 0; i < x->n; i++) {
        if (x->begin[i] < u[x->unit[i]].end) return i;
        u[x->unit[i]].end = x->end[i];
    }
    return -1;
}

static void tally_sum(const c12_kpi_states *x, const c12_kpi_times *t, tally_unit *u)
{
    tally_clear(u, x->n_units);
    for (int64_t i = 0; i < x->n; i++) {
        tally_unit *m = &u[x->unit[i]];
        const int32_t reason = x->reason[i], kind = x->class_of[reason], failed = kind == C12_KPI_FAILURE;
        const int64_t from = x->begin[i] > x->from ? x->begin[i] : x->from, to = x->end[i] < x->to ? x->end[i] : x->to;
        if (failed && x->begin[i] >= x->from && x->begin[i] < x->to) t->failures[x->unit[i]] += !(m->begun && m->failed && m->end == x->begin[i]);
        m->end = x->end[i];
        m->failed = failed;
        m->begun = 1;
        if (to <= from) continue;
        t->time[(int64_t)x->unit[i] * C12_KPI_CLASSES + kind] += to - from;
        t->unknown[x->unit[i]] -= to - from;
        if (t->by_reason) t->by_reason[reason] += to - from;
    }
}

c12_status c12_kpi_tally(const c12_kpi_states *in, c12_kpi_times *out, c12_mem scratch, c12_error *err)
{
    c12_kpi_states x;
    c12_kpi_times t;
    c12_status s = c12__kpi_open_states(&x, in, err);
    if (s || (s = c12__kpi_take_times(&t, &x, out, err))) return s;
    c12__arena a = c12__arena_over(scratch);
    tally_unit *u = C12__CARVE(&a, tally_unit, x.n_units);
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "scratch too small", "scratch", -1, (int64_t)c12_kpi_tally_scratch(x.n_units));
    int64_t bad = tally_overlap(&x, u);
    if (bad >= 0) return c12__fail(err, C12_E_STATE, "begins before the event before it of its unit ended", "begin", bad, u[x.unit[bad]].end);
    for (int32_t k = 0; k < x.n_units; k++) {
        t.unknown[k] = x.to - x.from;
        t.failures[k] = 0;
        for (int c = 0; c < C12_KPI_CLASSES; c++) t.time[(int64_t)k * C12_KPI_CLASSES + c] = 0;
    }
    for (int32_t r = 0; t.by_reason && r < x.n_reasons; r++) t.by_reason[r] = 0;
    tally_sum(&x, &t, u);
    return C12_OK;
}

/* ---- fleets ---------------------------------------------------------------------------------------------------------------------- */

typedef struct fleet_times { int64_t planned, run, failed, failures; } fleet_times;

static int fleet_add(fleet_times *s, const int64_t *time, int64_t failures)
{
    for (int c = 0; c < C12_KPI_OFF; c++) if (c12__add64(s->planned, time[c], &s->planned)) return 1;
    s->run += time[C12_KPI_RUN];       /* parts of planned */
    s->failed += time[C12_KPI_FAILURE];
    return c12__add64(s->failures, failures, &s->failures);
}

static void fleet_row(const c12_kpi_fleet *f, int32_t i, const fleet_times *s)
{
    f->available_num[i] = f->used_den[i] = f->between_num[i] = s->planned - s->failed;
    f->available_den[i] = s->planned;
    f->used_num[i] = s->run;
    f->between_den[i] = f->repair_den[i] = s->failures;
    f->repair_num[i] = s->failed;
}

c12_status c12_kpi_fleet_ratios(const c12_kpi_fleet *self, c12_error *err)
{
    c12_kpi_fleet f;
    fleet_times all = { 0 };
    c12_status s = c12__kpi_open_fleet(&f, self, err);
    if (s) return s;
    for (int32_t i = 0; i < f.n_units; i++)
        if (fleet_add(&all, f.time + (int64_t)i * C12_KPI_CLASSES, f.failures[i])) return c12__fail(err, C12_E_OVERFLOW, "time of all units does not fit 64 bits", "time", i, f.failures[i]);
    for (int32_t i = 0; i < f.n_units; i++) {
        fleet_times one = { 0 };
        (void)fleet_add(&one, f.time + (int64_t)i * C12_KPI_CLASSES, f.failures[i]);
        fleet_row(&f, i, &one);
    }
    fleet_row(&f, f.n_units, &all);
    return C12_OK;
}

c12_status c12_kpi_tasks(int64_t n, const int32_t *station, const int32_t *outcome, int32_t n_stations, int64_t *count, c12_error *err)
{
    if (n < 0 || n_stations < 0) return c12__fail(err, C12_E_ARG, "count is negative", n < 0 ? "n" : "n_stations", -1, n < 0 ? n : n_stations);
    if (n_stations && !count) return c12__fail(err, C12_E_ARG, "column is NULL", "count", -1, 0);
    c12_status s = c12__kpi_ids(station, "station", n, n_stations, err);
    if (s || (s = c12__kpi_ids(outcome, "outcome", n, C12_KPI_TASK_STATES, err))) return s;
    for (int64_t k = 0; k < (int64_t)n_stations * C12_KPI_TASK_STATES; k++) count[k] = 0;
    for (int64_t i = 0; i < n; i++) count[(int64_t)station[i] * C12_KPI_TASK_STATES + outcome[i]]++;
    return C12_OK;
}
