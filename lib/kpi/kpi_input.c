/* SPDX-License-Identifier: Apache-2.0 */
/* Entry checks of everything but runs. */
#include "kpi/kpi_internal.h"

c12_status c12__kpi_columns(const c12__kpi_column *columns, int32_t n_columns, int64_t n, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    for (int32_t k = 0; k < n_columns; k++) {
        const c12__kpi_column *c = &columns[k];
        if (!c->at && n && !c->may_be_null) c12__fault(&f, C12_E_ARG, "column is NULL", c->name, -1, 0);
        for (int64_t i = 0; c->at && i < n && !c12__full(&f); i++) {
            if (c->at[i] < 0) c12__fault(&f, C12_E_RANGE, "value is negative", c->name, i, c->at[i]);
            else if (c->most && c->at[i] > c->most[i]) c12__fault(&f, C12_E_RANGE, "value is above what it is a part of", c->name, i, c->at[i]);
        }
    }
    return f.status;
}

c12_status c12__kpi_ids(const int32_t *id, const char *name, int64_t n, int32_t high, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    if (n && !id) return c12__fail(err, C12_E_ARG, "column is NULL", name, -1, 0);
    for (int64_t i = 0; i < n && !c12__full(&f); i++)
        if (id[i] < 0 || id[i] >= high) c12__fault(&f, C12_E_RANGE, "number lies outside its table", name, i, id[i]);
    return f.status;
}

static c12_status kpi_count(int64_t n, const char *name, c12_error *err)
{
    return n < 0 ? c12__fail(err, C12_E_ARG, "count is negative", name, -1, n) : C12_OK;
}

c12_status c12__kpi_open_states(c12_kpi_states *x, const c12_kpi_states *in, c12_error *err)
{
    int64_t span;
    c12_status s = c12__take(x, sizeof *x, in, "in", err);
    if (s || (s = kpi_count(x->n, "n", err)) || (s = kpi_count(x->n_units, "n_units", err)) || (s = kpi_count(x->n_reasons, "n_reasons", err))) return s;
    if (x->to < x->from) return c12__fail(err, C12_E_RANGE, "a period ends before it begins", "to", -1, x->to);
    if (c12__sub64(x->to, x->from, &span) || c12__mul64(span, x->n_units ? x->n_units : 1, &span)) return c12__fail(err, C12_E_OVERFLOW, "time of all units does not fit 64 bits", "to", -1, x->to);
    if ((s = c12__kpi_ids(x->class_of, "class_of", x->n_reasons, C12_KPI_CLASSES, err)) || (s = c12__kpi_ids(x->unit, "unit", x->n, x->n_units, err))
        || (s = c12__kpi_ids(x->reason, "reason", x->n, x->n_reasons, err))) return s;
    if (x->n && (!x->begin || !x->end)) return c12__fail(err, C12_E_ARG, "column is NULL", x->begin ? "end" : "begin", -1, 0);
    c12__faults f = { err, C12_OK, 0 };
    for (int64_t i = 0; i < x->n && !c12__full(&f); i++)
        if (x->end[i] < x->begin[i]) c12__fault(&f, C12_E_RANGE, "an event ends before it begins", "end", i, x->end[i]);
    return f.status;
}

c12_status c12__kpi_take_times(c12_kpi_times *t, const c12_kpi_states *x, const c12_kpi_times *out, c12_error *err)
{
    c12_status s = c12__take(t, sizeof *t, out, "out", err);
    if (s) return s;
    if (x->n_units && (!t->time || !t->unknown || !t->failures)) return c12__fail(err, C12_E_ARG, "column is NULL", "out", -1, 0);
    return C12_OK;
}

c12_status c12__kpi_open_fleet(c12_kpi_fleet *f, const c12_kpi_fleet *self, c12_error *err)
{
    c12_status s = c12__take(f, sizeof *f, self, "self", err);
    if (s || (s = kpi_count(f->n_units, "n_units", err))) return s;
    const int64_t *const out[] = { f->available_num, f->available_den, f->used_num, f->used_den, f->between_num, f->between_den, f->repair_num, f->repair_den };
    for (int k = 0; k < 8; k++) if (!out[k]) return c12__fail(err, C12_E_ARG, "column is NULL", "ratio", -1, k);
    const c12__kpi_column time = { f->time, "time", NULL, 0 }, failures = { f->failures, "failures", NULL, 0 };
    s = c12__kpi_columns(&time, 1, (int64_t)f->n_units * C12_KPI_CLASSES, err);
    return s ? s : c12__kpi_columns(&failures, 1, f->n_units, err);
}

c12_status c12__kpi_open_elements(c12_kpi_elements *e, const c12_kpi_elements *in, const void *num, const void *den, c12_error *err)
{
    c12_status s = c12__take(e, sizeof *e, in, "in", err);
    if (s || (s = kpi_count(e->n, "n", err))) return s;
    if (!num || !den) return c12__fail(err, C12_E_ARG, "column is NULL", num ? "den" : "num", -1, 0);
    const c12__kpi_column columns[] = { { e->busy_planned, "busy_planned", NULL, 1 }, { e->production, "production", NULL, 1 }, { e->setup, "setup", NULL, 1 }, { e->delay, "delay", NULL, 1 },
        { e->order_time, "order_time", NULL, 1 }, { e->run_time, "run_time", NULL, 1 }, { e->produced, "produced", NULL, 1 }, { e->good, "good", e->produced, 1 }, { e->scrap, "scrap", e->produced, 1 },
        { e->rework, "rework", e->produced, 1 }, { e->inspected, "inspected", NULL, 1 }, { e->first_good, "first_good", e->inspected, 1 }, { e->operating, "operating", NULL, 1 },
        { e->repair, "repair", NULL, 1 }, { e->failures, "failures", NULL, 1 } };
    return c12__kpi_columns(columns, 15, e->n, err);
}

c12_status c12__kpi_open_steps(c12_kpi_steps *x, const c12_kpi_steps *in, c12_error *err)
{
    c12_status s = c12__take(x, sizeof *x, in, "in", err);
    if (s || (s = kpi_count(x->n, "n", err))) return s;
    const c12__kpi_column columns[] = { { x->entered, "entered", NULL, 0 }, { x->good, "good", x->entered, 0 }, { x->first_good, "first_good", x->good, 0 } };
    return c12__kpi_columns(columns, 3, x->n, err);
}

c12_status c12__kpi_open_visits(c12_kpi_visits *x, const c12_kpi_visits *in, c12_error *err)
{
    int64_t span;
    c12_status s = c12__take(x, sizeof *x, in, "in", err);
    if (s || (s = kpi_count(x->n, "n", err))) return s;
    if (x->to <= x->from || c12__sub64(x->to, x->from, &span)) return c12__fail(err, C12_E_RANGE, "a period ends behind its begin and fits 64 bits", "to", -1, x->to);
    if (x->n && (!x->entered || !x->left)) return c12__fail(err, C12_E_ARG, "column is NULL", x->entered ? "left" : "entered", -1, 0);
    c12__faults f = { err, C12_OK, 0 };
    for (int32_t i = 0; i < x->n && !c12__full(&f); i++)
        if (x->left[i] < x->entered[i]) c12__fault(&f, C12_E_RANGE, "left before it entered", "left", i, x->left[i]);
    return f.status;
}

c12_status c12__kpi_open_stations(c12_kpi_stations *x, const c12_kpi_stations *self, c12_error *err)
{
    c12_status s = c12__take(x, sizeof *x, self, "self", err);
    if (s || (s = kpi_count(x->n, "n", err))) return s;
    if (x->demand < 0) return c12__fail(err, C12_E_RANGE, "value is negative", "demand", -1, x->demand);
    const c12__kpi_column columns[] = { { x->available, "available", NULL, 0 }, { x->busy, "busy", NULL, 0 }, { x->made, "made", NULL, 0 } };
    if ((s = c12__kpi_columns(columns, 3, x->n, err))) return s;
    return x->n && !x->slow ? c12__fail(err, C12_E_ARG, "column is NULL", "slow", -1, 0) : C12_OK;
}

c12_status c12__kpi_open_orders(c12_kpi_orders *x, const c12_kpi_orders *in, c12_error *err)
{
    c12_status s = c12__take(x, sizeof *x, in, "in", err);
    if (s || (s = kpi_count(x->n, "n", err))) return s;
    if (x->early < -1 || x->late < 0) return c12__fail(err, C12_E_RANGE, "tolerance is negative", x->late < 0 ? "late" : "early", -1, x->late < 0 ? x->late : x->early);
    if (x->n && (!x->due || !x->done)) return c12__fail(err, C12_E_ARG, "column is NULL", x->due ? "done" : "due", -1, 0);
    if (!x->ordered != !x->delivered) return c12__fail(err, C12_E_ARG, "ordered and delivered come together", x->ordered ? "delivered" : "ordered", -1, 0);
    const c12__kpi_column columns[] = { { x->ordered, "ordered", NULL, 1 }, { x->delivered, "delivered", NULL, 1 } };
    return c12__kpi_columns(columns, 2, x->n, err);
}

/* Weights and marks with their defaults in place of zeros. */
static c12_status open_card(c12_kpi_receipts *x, c12_error *err)
{
    struct { int32_t *at, most; const char *name; } part[] = { { &x->weight_quality, 10000, "weight_quality" }, { &x->weight_time, 10000, "weight_time" },
        { &x->weight_communication, 10000, "weight_communication" }, { &x->communication_of, 10000, "communication_of" }, { &x->best_ppm, 1000000, "best_ppm" } };
    for (int k = 0; k < 5; k++)
        if (*part[k].at < 0 || *part[k].at > part[k].most) return c12__fail(err, C12_E_RANGE, "value is out of range", part[k].name, -1, *part[k].at);
    if (!x->weight_quality && !x->weight_time && !x->weight_communication) { x->weight_quality = 6; x->weight_time = 3; x->weight_communication = 1; }
    if (!x->communication_of) x->communication_of = 100;
    if (!x->best_ppm) x->best_ppm = 200000;
    c12__faults f = { err, C12_OK, 0 };
    for (int32_t i = 0; x->communication && i < x->n_suppliers && !c12__full(&f); i++)
        if (x->communication[i] < -1 || x->communication[i] > x->communication_of) c12__fault(&f, C12_E_RANGE, "mark is out of range", "communication", i, x->communication[i]);
    return f.status;
}

c12_status c12__kpi_open_receipts(c12_kpi_receipts *x, const c12_kpi_receipts *in, c12_error *err)
{
    c12_status s = c12__take(x, sizeof *x, in, "in", err);
    if (s || (s = kpi_count(x->n, "n", err)) || (s = kpi_count(x->n_suppliers, "n_suppliers", err)) || (s = open_card(x, err))) return s;
    if (x->n && (!x->rejected || !x->late)) return c12__fail(err, C12_E_ARG, "column is NULL", x->rejected ? "late" : "rejected", -1, 0);
    if ((s = c12__kpi_ids(x->supplier, "supplier", x->n, x->n_suppliers, err))) return s;
    c12__faults f = { err, C12_OK, 0 };
    for (int64_t i = 0; i < x->n && !c12__full(&f); i++)
        if (x->rejected[i] > 1) c12__fault(&f, C12_E_RANGE, "must be 0 or 1", "rejected", i, x->rejected[i]);
    return f.status;
}

c12_status c12__kpi_take_scores(c12_kpi_scores *v, int32_t n, const c12_kpi_scores *out, c12_error *err)
{
    c12_status s = c12__take(v, sizeof *v, out, "out", err);
    if (s) return s;
    const void *const column[] = { v->receipts, v->rejected, v->on_time, v->late_ticks, v->num, v->den, v->rank, v->preferred };
    for (int k = 0; k < 8 && n; k++) if (!column[k]) return c12__fail(err, C12_E_ARG, "column is NULL", "out", -1, k);
    return C12_OK;
}
