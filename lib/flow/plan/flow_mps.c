/* SPDX-License-Identifier: Apache-2.0 */
/* The master production schedule: orders consume forecasts, what is left of both is what is to be there, and a rough cut of it by station
 * tells what no schedule could mend. */
#include "base/csr.h"
#include "flow/plan/flow_plan_internal.h"

/* ---- orders consume forecasts ---------------------------------------------------------------------------------------------------- */

typedef struct mps_run {
    c12_flow_plan *p;
    c12__flow_pool pool;     /* of this run alone */
    int64_t *start, *row;    /* demand rows of each item */
    int64_t *orders, *forecast, *open; /* [buckets] of the item in hand */
    const int64_t *given;    /* demand quantities as the plant gives them */
} mps_run;

static int is_forecast(const c12_flow_plan *p, int64_t d) { return p->mrp.demand_kind && p->mrp.demand_kind[d] == C12_MRP_FORECAST; }

static int32_t bucket_of(const c12_flow_plan *p, int64_t d) { return p->mrp.demand_bucket[d] < 0 ? 0 : p->mrp.demand_bucket[d]; }

static c12_status gather_item(mps_run *w, int32_t item, c12_error *err)
{
    const c12_flow_plan *p = w->p;
    const size_t row = (size_t)p->buckets * sizeof *w->orders;
    memset(w->orders, 0, row);
    memset(w->forecast, 0, row);
    for (int64_t k = w->start[item]; k < w->start[item + 1]; k++) {
        int64_t d = w->row[k];
        int32_t t = bucket_of(p, d);
        int64_t *cell = is_forecast(p, d) ? w->forecast + t : w->orders + t;
        if (t < p->buckets && c12__add64(*cell, w->given[d], cell)) return c12__fail(err, C12_E_OVERFLOW, "demand of an item and bucket does not fit 64 bits", "demand_qty", item, t);
    }
    memcpy(w->open, w->forecast, row);
    return C12_OK;
}

static void consume(int64_t *open, int64_t *left)
{
    int64_t part = c12__min64(*open, *left);
    *open -= part;
    *left -= part;
}

/* An order takes the forecast of its own bucket first, then earlier ones from the nearest back, then later ones. */
static void consume_item(const mps_run *w)
{
    const c12_flow_plant *t = &w->p->plant;
    const int32_t buckets = w->p->buckets;
    for (int32_t b = 0; b < buckets; b++) {
        int64_t left = w->orders[b];
        consume(w->open + b, &left);
        for (int32_t u = b - 1; u >= 0 && u >= b - t->forecast_back && left; u--) consume(w->open + u, &left);
        for (int64_t u = (int64_t)b + 1; u < buckets && u <= (int64_t)b + t->forecast_ahead && left; u++) consume(w->open + u, &left);
    }
}

/* What is open of a bucket stays with its first rows. */
static void keep_open(mps_run *w, int32_t item, int64_t *qty)
{
    int64_t *left = w->orders; /* told already */
    memcpy(left, w->open, (size_t)w->p->buckets * sizeof *left);
    for (int64_t k = w->start[item]; k < w->start[item + 1]; k++) {
        int64_t d = w->row[k];
        int32_t t = bucket_of(w->p, d);
        if (!is_forecast(w->p, d) || t >= w->p->buckets) continue;
        qty[d] = c12__min64(w->given[d], left[t]);
        left[t] -= qty[d];
    }
}

static void put_mps(const mps_run *w, int32_t item)
{
    c12__flow_mps *m = &w->p->mps;
    for (int32_t t = 0; t < w->p->buckets; t++) {
        if (!w->orders[t] && !w->forecast[t]) continue;
        m->item[m->n] = item;
        m->bucket[m->n] = t;
        m->orders[m->n] = w->orders[t];
        m->forecast[m->n] = w->forecast[t];
        m->open[m->n++] = w->open[t];
    }
}

static c12_status schedule_item(mps_run *w, int32_t item, int64_t *qty, c12_error *err)
{
    c12_status s = gather_item(w, item, err);
    if (s) return s;
    consume_item(w);
    put_mps(w, item);
    if (w->p->mrp.demand_kind) keep_open(w, item, qty);
    return C12_OK;
}

c12_status c12__flow_mps_make(c12_flow_plan *p, c12_error *err)
{
    mps_run w = { .p = p, .pool = { .host = p->pool.host }, .given = p->mrp.demand_qty };
    int64_t n = p->mrp.n_demand, most = c12__min64(n, (int64_t)p->n_items * p->buckets);
    int64_t *qty = C12__FLOW_NEW(&p->pool, int64_t, n);
    c12__flow_mps m = { 0, C12__FLOW_NEW(&p->pool, int32_t, most), C12__FLOW_NEW(&p->pool, int32_t, most), C12__FLOW_NEW(&p->pool, int64_t, most),
                        C12__FLOW_NEW(&p->pool, int64_t, most), C12__FLOW_NEW(&p->pool, int64_t, most) };
    w.start = C12__FLOW_NEW(&w.pool, int64_t, p->n_items + (int64_t)1);
    w.row = C12__FLOW_NEW(&w.pool, int64_t, n);
    w.orders = C12__FLOW_NEW(&w.pool, int64_t, p->buckets);
    w.forecast = C12__FLOW_NEW(&w.pool, int64_t, p->buckets);
    w.open = C12__FLOW_NEW(&w.pool, int64_t, p->buckets);
    c12_status s = w.pool.failed || p->pool.failed ? c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, n) : C12_OK;
    if (!s) {
        p->mps = m;
        for (int64_t d = 0; d < n; d++) qty[d] = w.given[d];
        c12__csr_by_key(p->mrp.demand_item, n, p->n_items, w.start, w.row);
        for (int32_t i = 0; i < p->n_items && !s; i++) if (w.start[i] < w.start[i + 1]) s = schedule_item(&w, i, qty, err);
        p->mrp.demand_qty = qty;
    }
    c12__flow_free(&w.pool);
    return s;
}

/* ---- rough-cut capacity -------------------------------------------------------------------------------------------------------------- */

/* Minutes of one item's releases at one station, evenly over the lead time; what is past due in bucket 0. */
static c12_status load_release(c12_flow_plan *p, int64_t step, int32_t release, int64_t qty, c12_error *err)
{
    const c12_flow_plant *t = &p->plant;
    int64_t minutes, *load = p->rough_load + (int64_t)t->step_station[step] * p->buckets, given = 0;
    int32_t lead = p->mrp.lead_time[t->step_item[step]], days = release < 0 || lead < 1 ? 1 : lead, first = release < 0 ? 0 : release;
    if (c12__explode_qty(qty, t->step_minutes_num[step], c12__at64(t->step_minutes_den, step, 1), 0, &minutes) || c12__add64(minutes, c12__at32(t->step_fixed, step, 0), &minutes) || minutes > INT64_MAX / (days + 1))
        return c12__fail(err, C12_E_OVERFLOW, "run time does not fit 64 bits", "step_minutes_num", step, qty);
    for (int32_t d = 0; d < days; d++) {
        int64_t upto = minutes * (d + 1) / days, *cell = load + (first + d < p->buckets ? first + d : p->buckets - 1);
        if (c12__add64(*cell, upto - given, cell)) return c12__fail(err, C12_E_OVERFLOW, "run time does not fit 64 bits", "step_minutes_num", step, qty);
        given = upto;
    }
    return C12_OK;
}

static void add_capacity(c12_flow_plan *p)
{
    const c12_flow_plant *t = &p->plant;
    for (int32_t m = 0; m < t->n_machines; m++) {
        int64_t *row = p->rough_capacity + (int64_t)t->machine_station[m] * p->buckets, week[7] = { 0 };
        int32_t calendar = c12__at32(t->machine_calendar, m, -1);
        for (int64_t s = 0; s < t->n_shifts; s++) if (t->shift_calendar[s] == calendar && t->shift_to[s] > t->shift_from[s]) week[t->shift_weekday[s]] += t->shift_to[s] - t->shift_from[s];
        for (int32_t b = 0; b < p->buckets; b++) row[b] += calendar < 0 ? C12__FLOW_DAY : week[(t->start_weekday + b) % 7];
    }
}

c12_status c12__flow_rough_cut(c12_flow_plan *p, c12_error *err)
{
    c12_mrp_input bare = p->mrp;
    c12_mrp_plan gross = p->net;
    int64_t cells = (int64_t)p->plant.n_stations * p->buckets;
    p->rough_load = C12__FLOW_NEW(&p->pool, int64_t, cells);
    p->rough_capacity = C12__FLOW_NEW(&p->pool, int64_t, cells);
    if (p->pool.failed) return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, cells);
    add_capacity(p);
    if (!p->plant.n_steps) return C12_OK;
    bare.on_hand = bare.safety = NULL; /* the schedule as it stands: no stock, no lots, no fences */
    bare.lot_rule = bare.planning_fence = bare.safety_time = NULL;
    bare.n_receipts = bare.n_safety = 0;
    gross.exc_cap = 0;
    c12_status s = c12_mrp_net(&bare, &gross, p->scratch, err);
    for (int64_t k = 0; k < p->plant.n_steps && !s; k++) {
        int32_t i = p->plant.step_item[k];
        if (gross.past_due[i]) s = load_release(p, k, -1, gross.past_due[i], err);
        for (int32_t b = 0; b < p->buckets && !s; b++)
            if (gross.release[(int64_t)i * p->buckets + b]) s = load_release(p, k, b, gross.release[(int64_t)i * p->buckets + b], err);
    }
    return s;
}
