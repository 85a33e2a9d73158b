/* SPDX-License-Identifier: Apache-2.0 */
/* Checker of tallies: what the answer holds is taken off, event by event from the last, until nothing may be left. */
#include "kpi/kpi_internal.h"

typedef struct unit_left { uint64_t time[C12_KPI_CLASSES]; int64_t covered, failures, next; } unit_left; /* next: begin of the failure behind, INT64_MIN = none */

size_t c12_kpi_tally_scratch(int32_t n_units) /* more than the tally itself needs */
{
    c12__arena a = c12__arena_measure();
    (void)C12__CARVE(&a, unit_left, n_units > 0 ? n_units : 0);
    return c12__arena_need(&a);
}

static void kpi_judge_units(const c12_kpi_states *x, const c12_kpi_times *t, unit_left *left, c12_verdict *v)
{
    if (x->n_units) memset(left, 0, (size_t)x->n_units * sizeof *left);
    for (int32_t k = 0; k < x->n_units; k++) left[k].next = INT64_MIN;
    for (int64_t i = x->n - 1; i >= 0; i--) {
        unit_left *u = &left[x->unit[i]];
        const int32_t kind = x->class_of[x->reason[i]];
        const int64_t end = c12__min64(c12__max64(x->end[i], x->from), x->to), begin = c12__min64(c12__max64(x->begin[i], x->from), x->to);
        u->time[kind] += (uint64_t)end - (uint64_t)begin;
        u->covered += end - begin;
        if (kind == C12_KPI_FAILURE && u->next == x->end[i] && u->next >= x->from && u->next < x->to && u->next > INT64_MIN) u->failures--; /* the one behind went on with this one */
        if (kind == C12_KPI_FAILURE && x->begin[i] >= x->from && x->begin[i] < x->to) u->failures++;
        u->next = kind == C12_KPI_FAILURE ? x->begin[i] : INT64_MIN;
    }
    for (int32_t k = 0; k < x->n_units; k++) {
        const unit_left *u = &left[k];
        const char *rule = (uint64_t)u->covered + (uint64_t)t->unknown[k] != (uint64_t)x->to - (uint64_t)x->from ? "classes and unknown do not cover the period" : t->failures[k] != u->failures ? "failures are miscounted" : NULL;
        for (int c = 0; c < C12_KPI_CLASSES; c++) if ((uint64_t)t->time[(int64_t)k * C12_KPI_CLASSES + c] != u->time[c]) rule = "time of a class is not what its events add up to";
        if (rule && !v->violations++) { v->rule = rule; v->row = k; }
        v->objective += (int64_t)u->time[C12_KPI_RUN];
    }
}

/* Time of each reason on its own, a few reasons a pass. */
static void kpi_judge_reasons(const c12_kpi_states *x, const c12_kpi_times *t, c12_verdict *v)
{
    enum { AT_ONCE = 256 };
    for (int32_t first = 0; t->by_reason && first < x->n_reasons; first += AT_ONCE) {
        uint64_t sum[AT_ONCE] = { 0 };
        for (int64_t i = x->n - 1; i >= 0; i--) {
            int64_t r = (int64_t)x->reason[i] - first;
            if (r < 0 || r >= AT_ONCE || x->end[i] <= x->from || x->begin[i] >= x->to) continue;
            sum[r] += (uint64_t)(x->end[i] > x->to ? x->to : x->end[i]) - (uint64_t)(x->begin[i] < x->from ? x->from : x->begin[i]);
        }
        for (int32_t k = 0; k < AT_ONCE && first + k < x->n_reasons; k++)
            if ((uint64_t)t->by_reason[first + k] != sum[k] && !v->violations++) { v->rule = "time of a reason is not what its events add up to"; v->row = -1 - (int64_t)(first + k); }
    }
}

c12_status c12_kpi_tally_check(const c12_kpi_states *in, const c12_kpi_times *out, c12_mem scratch, c12_verdict *verdict, c12_error *err)
{
    c12_kpi_states x;
    c12_kpi_times t;
    c12_status s = c12__kpi_open_states(&x, in, err);
    if (s || (s = c12__kpi_take_times(&t, &x, out, err))) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12_verdict v = C12_INIT(c12_verdict);
    v.row = v.tick = -1;
    c12__arena a = c12__arena_over(scratch);
    unit_left *left = C12__CARVE(&a, unit_left, x.n_units);
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "scratch too small", "scratch", -1, (int64_t)c12_kpi_tally_scratch(x.n_units));
    kpi_judge_units(&x, &t, left, &v);
    kpi_judge_reasons(&x, &t, &v);
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}

static const char *wrong_unit(const c12_kpi_fleet *f, int32_t i, const uint64_t *time, uint64_t failures)
{
    uint64_t without = time[C12_KPI_RUN] + time[C12_KPI_SETUP] + time[C12_KPI_STOP] + time[C12_KPI_IDLE];
    if ((uint64_t)f->available_num[i] != without || (uint64_t)f->available_den[i] - (uint64_t)f->available_num[i] != time[C12_KPI_FAILURE]) return "availability is not time without failure over planned time";
    if ((uint64_t)f->used_num[i] != time[C12_KPI_RUN] || f->used_den[i] != f->available_num[i]) return "utilisation is not time running over time without failure";
    if ((uint64_t)f->between_num[i] != without || (uint64_t)f->between_den[i] != failures) return "time between failures is not time without them over their number";
    return (uint64_t)f->repair_num[i] != time[C12_KPI_FAILURE] || (uint64_t)f->repair_den[i] != failures ? "time to repair is not time in failure over their number" : NULL;
}

c12_status c12_kpi_fleet_check(const c12_kpi_fleet *self, c12_verdict *verdict, c12_error *err)
{
    c12_kpi_fleet f;
    c12_status s = c12__kpi_open_fleet(&f, self, err);
    if (s) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12_verdict v = C12_INIT(c12_verdict);
    v.row = v.tick = -1;
    uint64_t all[C12_KPI_CLASSES] = { 0 }, failures = 0;
    for (int32_t i = f.n_units - 1; i >= 0; i--) {
        uint64_t one[C12_KPI_CLASSES];
        for (int c = 0; c < C12_KPI_CLASSES; c++) all[c] += one[c] = (uint64_t)f.time[(int64_t)i * C12_KPI_CLASSES + c];
        failures += (uint64_t)f.failures[i];
        const char *rule = wrong_unit(&f, i, one, (uint64_t)f.failures[i]);
        if (rule) { v.violations++; v.rule = rule; v.row = i; } /* from the last to the first: the first stays */
    }
    const char *rule = wrong_unit(&f, f.n_units, all, failures);
    if (rule && !v.violations++) { v.rule = rule; v.row = f.n_units; }
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
