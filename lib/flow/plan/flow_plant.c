/* SPDX-License-Identifier: Apache-2.0 */
/* A plant at the door: every id in its table, and suppliers' terms where an item has no lot rule of its own. */
#include "flow/plan/flow_plan_internal.h"

static void ids_within(c12__faults *f, const int32_t *col, int64_t n, int64_t low, int64_t high, int optional, const char *field)
{
    if (!col) {
        if (n && !optional) c12__fault(f, C12_E_ARG, "column is NULL", field, -1, n);
        return;
    }
    for (int64_t i = 0; i < n && !c12__full(f); i++)
        if (col[i] < low || col[i] > high) c12__fault(f, C12_E_RANGE, "value outside its table", field, i, col[i]);
}

static void wide_within(c12__faults *f, const int64_t *col, int64_t n, int64_t low, int optional, const char *field)
{
    if (!col) {
        if (n && !optional) c12__fault(f, C12_E_ARG, "column is NULL", field, -1, n);
        return;
    }
    for (int64_t i = 0; i < n && !c12__full(f); i++)
        if (col[i] < low) c12__fault(f, C12_E_RANGE, "value too small", field, i, col[i]);
}

static void sorted_by_item(c12__faults *f, const int32_t *item, int64_t n, const char *field)
{
    for (int64_t i = 1; item && i < n && !c12__full(f); i++)
        if (item[i] < item[i - 1]) c12__fault(f, C12_E_ARG, "rows are not sorted by item", field, i, item[i]);
}

static void check_counts(c12__faults *f, const c12_flow_plant *t)
{
    const int64_t count[] = { t->n_orders, t->n_supplies, t->n_steps, t->n_shifts, t->n_setups, t->n_stations, t->n_machines, t->n_calendars, t->n_families };
    static const char *const name[] = { "n_orders", "n_supplies", "n_steps", "n_shifts", "n_setups", "n_stations", "n_machines", "n_calendars", "n_families" };
    for (int k = 0; k < 9; k++)
        if (count[k] < 0) c12__fault(f, C12_E_ARG, "count is negative", name[k], -1, count[k]);
    if (t->forecast_back < 0) c12__fault(f, C12_E_RANGE, "window is negative", "forecast_back", -1, t->forecast_back);
    if (t->forecast_ahead < 0) c12__fault(f, C12_E_RANGE, "window is negative", "forecast_ahead", -1, t->forecast_ahead);
    if (t->start_weekday < 0 || t->start_weekday > 6) c12__fault(f, C12_E_RANGE, "weekday must be 0..6", "start_weekday", -1, t->start_weekday);
}

/* What the master schedule reads before netting looks at the rest. */
static void check_demand_rows(c12__faults *f, const c12_flow_plan *p)
{
    const c12_mrp_input *in = &p->mrp;
    if (p->buckets < 1 || p->buckets > 4096) c12__fault(f, C12_E_RANGE, "buckets must be 1..4096", "n_buckets", -1, p->buckets);
    if (in->n_demand < 0) c12__fault(f, C12_E_ARG, "count is negative", "n_demand", -1, in->n_demand);
    ids_within(f, in->demand_item, in->n_demand, 0, p->n_items - 1, 0, "demand_item");
    ids_within(f, in->demand_bucket, in->n_demand, INT32_MIN, INT32_MAX, 0, "demand_bucket");
    wide_within(f, in->demand_qty, in->n_demand, 0, 0, "demand_qty");
    ids_within(f, in->demand_kind, in->n_demand, C12_MRP_ORDER, C12_MRP_FORECAST, 1, "demand_kind");
}

static void check_offers(c12__faults *f, const c12_flow_plant *t, int32_t items)
{
    ids_within(f, t->supply_item, t->n_supplies, 0, items - 1, 0, "supply_item");
    sorted_by_item(f, t->supply_item, t->n_supplies, "supply_item");
    ids_within(f, t->supply_lead, t->n_supplies, 0, INT32_MAX, 0, "supply_lead");
    wide_within(f, t->supply_moq, t->n_supplies, 0, 0, "supply_moq");
    wide_within(f, t->supply_multiple, t->n_supplies, 1, 0, "supply_multiple");
    wide_within(f, t->supply_price, t->n_supplies, 0, 0, "supply_price");
    ids_within(f, t->demand_order, t->mrp->n_demand, -1, t->n_orders - 1, 1, "demand_order");
    ids_within(f, t->order_weight, t->n_orders, 0, INT32_MAX, 1, "order_weight");
}

static void check_floor(c12__faults *f, const c12_flow_plant *t, int32_t items)
{
    ids_within(f, t->step_item, t->n_steps, 0, items - 1, 0, "step_item");
    sorted_by_item(f, t->step_item, t->n_steps, "step_item");
    ids_within(f, t->step_station, t->n_steps, 0, t->n_stations - 1, 0, "step_station");
    ids_within(f, t->step_family, t->n_steps, -1, t->n_families - 1, 1, "step_family");
    ids_within(f, t->step_fixed, t->n_steps, 0, INT32_MAX, 1, "step_fixed");
    wide_within(f, t->step_minutes_num, t->n_steps, 0, 0, "step_minutes_num");
    wide_within(f, t->step_minutes_den, t->n_steps, 1, 1, "step_minutes_den");
    ids_within(f, t->machine_station, t->n_machines, 0, t->n_stations - 1, 0, "machine_station");
    ids_within(f, t->machine_calendar, t->n_machines, -1, t->n_calendars - 1, 1, "machine_calendar");
    ids_within(f, t->shift_calendar, t->n_shifts, 0, t->n_calendars - 1, 0, "shift_calendar");
    ids_within(f, t->shift_weekday, t->n_shifts, 0, 6, 0, "shift_weekday");
    ids_within(f, t->shift_from, t->n_shifts, 0, C12__FLOW_DAY - 1, 0, "shift_from");
    ids_within(f, t->shift_to, t->n_shifts, 1, C12__FLOW_DAY, 0, "shift_to");
    ids_within(f, t->setup_from, t->n_setups, 0, t->n_families - 1, 0, "setup_from");
    ids_within(f, t->setup_to, t->n_setups, 0, t->n_families - 1, 0, "setup_to");
    ids_within(f, t->setup_minutes, t->n_setups, 0, INT32_MAX, 0, "setup_minutes");
}

/* ---- suppliers' terms --------------------------------------------------------------------------------------------------- */

/* A bought item without a lot rule orders by its preferred supplier's: the smallest multiple >= max(required, minimum). */
static void fill_terms(c12_flow_plan *p)
{
    const c12_mrp_input *in = &p->mrp;
    int32_t n = p->n_items;
    int32_t *lead = C12__FLOW_NEW(&p->pool, int32_t, n), *rule = C12__FLOW_NEW(&p->pool, int32_t, n);
    int64_t *least = C12__FLOW_NEW(&p->pool, int64_t, n), *multiple = C12__FLOW_NEW(&p->pool, int64_t, n);
    p->supply_of = C12__FLOW_NEW(&p->pool, int64_t, n);
    if (p->pool.failed) return;
    for (int32_t i = 0; i < n; i++) {
        lead[i] = c12__at32(in->lead_time, i, 0);
        rule[i] = c12__at32(in->lot_rule, i, C12_MRP_LOT_FOR_LOT);
        least[i] = c12__at64(in->lot_min, i, 0);
        multiple[i] = c12__at64(in->lot_multiple, i, 1);
        p->supply_of[i] = -1;
    }
    for (int64_t s = p->plant.n_supplies - 1; s >= 0; s--) p->supply_of[p->plant.supply_item[s]] = s;
    for (int32_t i = 0; i < n; i++) {
        int64_t s = p->supply_of[i];
        if (s < 0 || c12__at32(in->item_type, i, C12_MRP_BUY) != C12_MRP_BUY) continue;
        lead[i] = p->plant.supply_lead[s];
        if (rule[i] != C12_MRP_LOT_FOR_LOT) continue;
        rule[i] = C12_MRP_MIN_MULTIPLE;
        least[i] = p->plant.supply_moq[s];
        multiple[i] = p->plant.supply_multiple[s];
    }
    p->mrp.lead_time = lead;
    p->mrp.lot_rule = rule;
    p->mrp.lot_min = least;
    p->mrp.lot_multiple = multiple;
}

static void index_steps(c12_flow_plan *p)
{
    p->step_of = C12__FLOW_NEW(&p->pool, int64_t, p->n_items + (int64_t)1);
    if (!p->step_of) return;
    for (int64_t s = 0; s < p->plant.n_steps; s++) p->step_of[p->plant.step_item[s] + 1]++;
    for (int32_t i = 0; i < p->n_items; i++) p->step_of[i + 1] += p->step_of[i];
}

c12_status c12__flow_take_plant(c12_flow_plan *p, const c12_flow_plant *plant, c12_error *err)
{
    c12_bom bom;
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__take(&p->plant, sizeof p->plant, plant, "plant", err);
    if (!s) s = c12__take(&p->mrp, sizeof p->mrp, p->plant.mrp, "plant.mrp", err);
    if (!s) s = c12__take(&bom, sizeof bom, p->mrp.bom, "plant.mrp.bom", err);
    if (s) return s;
    if (bom.line_kind) {
        int64_t lines = bom.n_items > 0 && bom.line_off ? bom.line_off[bom.n_items] : 0;
        for (int64_t e = 0; e < lines; e++)
            if (bom.line_kind[e] == C12_BOM_BY_PRODUCT) return c12__fail(err, C12_E_UNSUPPORTED, "plans of single orders do not know by-products: leave the line out", "line_kind", e, 1);
    }
    p->n_items = bom.n_items;
    p->buckets = p->mrp.n_buckets;
    check_counts(&f, &p->plant);
    check_demand_rows(&f, p);
    if (f.status) return f.status;
    check_offers(&f, &p->plant, p->n_items);
    check_floor(&f, &p->plant, p->n_items);
    if (f.status) return f.status;
    fill_terms(p);
    index_steps(p);
    return p->pool.failed ? c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, 0) : C12_OK;
}
