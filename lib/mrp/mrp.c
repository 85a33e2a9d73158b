/* SPDX-License-Identifier: Apache-2.0 */
/* Public entry: every id, sign and rule is looked at once here; the parts behind it trust their columns. */
#include "mrp/mrp_internal.h"

size_t c12_mrp_scratch(int32_t n_items, int64_t n_lines, int32_t n_buckets, int64_t n_demand, int64_t n_receipts)
{
    if (n_items < 0 || n_lines < 0 || n_buckets < 0 || n_demand < 0 || n_receipts < 0) return 0;
    c12__arena a = c12__arena_measure();
    for (int i = 0; i < 4; i++) c12__carve(&a, n_items, sizeof(int32_t)); /* levels, order and the sort's two arrays */
    for (int i = 0; i < 2; i++) c12__carve(&a, n_receipts, sizeof(int32_t));
    c12__carve(&a, n_receipts, sizeof(int64_t));
    for (int i = 0; i < 3; i++) c12__carve(&a, n_items + (int64_t)1, sizeof(int64_t));
    for (int i = 0; i < 6; i++) c12__carve(&a, n_buckets, sizeof(int64_t));
    c12__carve(&a, n_buckets + (int64_t)2, sizeof(int64_t)); /* an item's releases and their buckets */
    c12__carve(&a, n_buckets + (int64_t)2, sizeof(int32_t));
    c12__carve(&a, n_lines, sizeof(int64_t));
    c12__carve(&a, n_lines, sizeof(int32_t));
    c12__carve(&a, n_demand, sizeof(int64_t));
    return c12__arena_need(&a);
}

c12_status c12__mrp_scratch_full(const c12__mrp *m, c12_error *err)
{
    size_t need = c12_mrp_scratch(m->n, m->n ? m->graph.off[m->n] : 0, m->buckets, m->in.n_demand, m->in.n_receipts);
    return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)need);
}

/* ---- validation ------------------------------------------------------------------------------------------------ */

static void check_item_rows(c12__faults *f, const int32_t *item, const int32_t *bucket, const c12_qty *qty, int64_t n, int32_t n_items,
                            const char *const field[3])
{
    const void *column[3] = { item, bucket, qty };
    for (int k = 0; k < 3 && n; k++)
        if (!column[k]) { c12__fault(f, C12_E_ARG, "column is NULL", field[k], -1, 0); return; }
    for (int64_t r = 0; r < n && !c12__full(f); r++) {
        if (item[r] < 0 || item[r] >= n_items) c12__fault(f, C12_E_RANGE, "item out of range", field[0], r, item[r]);
        if (qty[r] < 0) c12__fault(f, C12_E_RANGE, "quantity is negative", field[2], r, qty[r]);
    }
}

static void check_not_negative(c12__faults *f, const c12_qty *column, int32_t n, const char *field)
{
    for (int32_t i = 0; column && i < n && !c12__full(f); i++)
        if (column[i] < 0) c12__fault(f, C12_E_RANGE, "quantity is negative", field, i, column[i]);
}

static void check_kinds(c12__faults *f, const int32_t *kind, int64_t n, const char *field)
{
    for (int64_t r = 0; kind && r < n && !c12__full(f); r++)
        if (kind[r] != 0 && kind[r] != 1) c12__fault(f, C12_E_RANGE, "unknown kind", field, r, kind[r]);
}

static void check_phantoms(c12__faults *f, const c12_mrp_input *in)
{
    for (int64_t r = 0; in->phantom_demand && in->item_type && r < in->n_demand && !c12__full(f); r++)
        if (in->item_type[in->demand_item[r]] == C12_MRP_PHANTOM) c12__fault(f, C12_E_RANGE, "demand for a phantom", "demand_item", r, in->demand_item[r]);
}

static void check_safety_rows(c12__faults *f, const c12_mrp_input *in, int32_t n)
{
    if (in->n_safety && !in->safety_item) { c12__fault(f, C12_E_ARG, "column is NULL", "safety_item", -1, 0); return; }
    if (in->n_safety && !in->safety_bucket) { c12__fault(f, C12_E_ARG, "column is NULL", "safety_bucket", -1, 0); return; }
    if (in->n_safety && !in->safety_qty) { c12__fault(f, C12_E_ARG, "column is NULL", "safety_qty", -1, 0); return; }
    for (int64_t r = 0; r < in->n_safety && !c12__full(f); r++) {
        int32_t i = in->safety_item[r], t = in->safety_bucket[r];
        if (i < 0 || i >= n) c12__fault(f, C12_E_RANGE, "item out of range", "safety_item", r, i);
        if (t < 0) c12__fault(f, C12_E_RANGE, "bucket is negative", "safety_bucket", r, t);
        if (in->safety_qty[r] < 0) c12__fault(f, C12_E_RANGE, "quantity is negative", "safety_qty", r, in->safety_qty[r]);
        if (r && (in->safety_item[r - 1] > i || (in->safety_item[r - 1] == i && in->safety_bucket[r - 1] >= t)))
            c12__fault(f, C12_E_RANGE, "rows must rise by item, then bucket", "safety_bucket", r, t);
    }
}

static void check_lot(c12__faults *f, const c12_mrp_input *in, int32_t i)
{
    int32_t rule = c12__at32(in->lot_rule, i, C12_MRP_LOT_FOR_LOT);
    int64_t min = c12__at64(in->lot_min, i, 0), max = c12__at64(in->lot_max, i, 0);
    switch (rule) {
    case C12_MRP_LOT_FOR_LOT: return;
    case C12_MRP_FIXED:
        if (c12__at64(in->lot_size, i, 1) <= 0) c12__fault(f, C12_E_RANGE, "fixed lot must be positive", "lot_size", i, in->lot_size[i]);
        return;
    case C12_MRP_MIN_MULTIPLE:
        if (c12__at64(in->lot_multiple, i, 1) <= 0) c12__fault(f, C12_E_RANGE, "lot multiple must be positive", "lot_multiple", i, in->lot_multiple[i]);
        if (max && max < min) c12__fault(f, C12_E_RANGE, "lot maximum is below the minimum", "lot_max", i, max);
        return;
    case C12_MRP_PERIODS:
        if (c12__at32(in->lot_periods, i, 1) <= 0) c12__fault(f, C12_E_RANGE, "periods of supply must be positive", "lot_periods", i, in->lot_periods[i]);
        return;
    case C12_MRP_MIN_MAX:
        if (max < min) c12__fault(f, C12_E_RANGE, "order-up-to level is below the reorder point", "lot_max", i, max);
        return;
    default:
        if (rule < C12_MRP_LOT_FOR_LOT || rule > C12_MRP_WAGNER_WHITIN) c12__fault(f, C12_E_RANGE, "unknown lot rule", "lot_rule", i, rule);
    }
}

static void check_items(c12__faults *f, const c12_mrp_input *in, int32_t n)
{
    if (!in->negative_stock) check_not_negative(f, in->on_hand, n, "on_hand");
    check_not_negative(f, in->safety, n, "safety");
    check_not_negative(f, in->lot_min, n, "lot_min");
    check_not_negative(f, in->lot_max, n, "lot_max");
    check_not_negative(f, in->order_cost, n, "order_cost");
    check_not_negative(f, in->holding_cost, n, "holding_cost");
    for (int32_t i = 0; i < n && !c12__full(f); i++) {
        int32_t type = c12__at32(in->item_type, i, C12_MRP_BUY), lead = c12__at32(in->lead_time, i, 0);
        if (type < C12_MRP_BUY || type > C12_MRP_PHANTOM) c12__fault(f, C12_E_RANGE, "unknown item type", "item_type", i, type);
        if (lead < 0) c12__fault(f, C12_E_RANGE, "lead time is negative", "lead_time", i, lead);
        if (c12__at32(in->safety_time, i, 0) < 0) c12__fault(f, C12_E_RANGE, "safety time is negative", "safety_time", i, in->safety_time[i]);
        if (c12__at32(in->planning_fence, i, 0) < 0) c12__fault(f, C12_E_RANGE, "planning time fence is negative", "planning_fence", i, in->planning_fence[i]);
        if (c12__at32(in->demand_fence, i, 0) < 0) c12__fault(f, C12_E_RANGE, "demand time fence is negative", "demand_fence", i, in->demand_fence[i]);
        if (in->yield_ppm && (in->yield_ppm[i] < 1 || in->yield_ppm[i] > 1000000)) c12__fault(f, C12_E_RANGE, "yield must be 1..1000000 ppm", "yield_ppm", i, in->yield_ppm[i]);
        check_lot(f, in, i);
    }
}

static c12_status check_plan_options(const c12_mrp_input *in, c12_error *err)
{
    if (in->n_demand < 0) return c12__fail(err, C12_E_ARG, "count is negative", "n_demand", -1, in->n_demand);
    if (in->n_receipts < 0 || in->n_receipts > INT32_MAX) return c12__fail(err, C12_E_ARG, "count is negative or above 2^31-1", "n_receipts", -1, in->n_receipts);
    if (in->n_safety < 0 || in->n_safety > INT32_MAX) return c12__fail(err, C12_E_ARG, "count is negative or above 2^31-1", "n_safety", -1, in->n_safety);
    if (in->scrap != C12_SCRAP_ADD && in->scrap != C12_SCRAP_YIELD) return c12__fail(err, C12_E_ARG, "unknown scrap rule", "scrap", -1, in->scrap);
    if (in->negative_stock != 0 && in->negative_stock != 1) return c12__fail(err, C12_E_ARG, "must be 0 or 1", "negative_stock", -1, in->negative_stock);
    if (in->phantom_demand != 0 && in->phantom_demand != 1) return c12__fail(err, C12_E_ARG, "must be 0 or 1", "phantom_demand", -1, in->phantom_demand);
    if (in->message_qty < 0) return c12__fail(err, C12_E_ARG, "damping is negative", "message_qty", -1, in->message_qty);
    if (in->message_shift < 0) return c12__fail(err, C12_E_ARG, "damping is negative", "message_shift", -1, in->message_shift);
    return C12_OK;
}

c12_status c12__mrp_open(c12__mrp *m, const c12_mrp_input *in, c12_error *err)
{
    static const char *const demand[3] = { "demand_item", "demand_bucket", "demand_qty" };
    static const char *const receipt[3] = { "receipt_item", "receipt_bucket", "receipt_qty" };
    c12_bom b;
    c12_status s = c12__take(&m->in, sizeof m->in, in, "in", err);
    if (s || (s = c12__take(&b, sizeof b, m->in.bom, "bom", err))) return s;
    c12__gozinto graph = { b.line_off, b.line_child, b.line_num, b.line_den, b.line_scrap_ppm, b.line_from, b.line_to, b.n_items, 0, b.line_kind };
    m->graph = graph;
    m->line_offset = b.line_offset;
    m->n = b.n_items;
    m->buckets = m->in.n_buckets;
    if (m->buckets < 1 || m->buckets > C12__MRP_MAX_BUCKETS) return c12__fail(err, C12_E_RANGE, "buckets must be 1..4096", "n_buckets", -1, m->buckets);
    if ((s = check_plan_options(&m->in, err))) return s;
    c12__faults f = { err, C12_OK, 0 };
    c12__gozinto_check(&f, &graph);
    if (f.count) return f.status;
    check_items(&f, &m->in, m->n);
    check_item_rows(&f, m->in.demand_item, m->in.demand_bucket, m->in.demand_qty, m->in.n_demand, m->n, demand);
    check_item_rows(&f, m->in.receipt_item, m->in.receipt_bucket, m->in.receipt_qty, m->in.n_receipts, m->n, receipt);
    check_kinds(&f, m->in.demand_kind, m->in.n_demand, "demand_kind");
    check_kinds(&f, m->in.receipt_kind, m->in.n_receipts, "receipt_kind");
    check_safety_rows(&f, &m->in, m->n);
    if (!f.count) check_phantoms(&f, &m->in);
    return f.status;
}

c12_status c12__mrp_take_plan(c12_mrp_plan *p, const c12__mrp *m, const c12_mrp_plan *plan, c12_error *err)
{
    c12_status s = c12__take(p, sizeof *p, plan, "plan", err);
    if (s || !m->n) return s;
    if (!p->gross) return c12__fail(err, C12_E_ARG, "column is NULL", "gross", -1, 0);
    if (!p->planned) return c12__fail(err, C12_E_ARG, "column is NULL", "planned", -1, 0);
    if (!p->release) return c12__fail(err, C12_E_ARG, "column is NULL", "release", -1, 0);
    if (!p->past_due) return c12__fail(err, C12_E_ARG, "column is NULL", "past_due", -1, 0);
    if (p->exc_cap < 0) return c12__fail(err, C12_E_ARG, "capacity is negative", "exc_cap", -1, p->exc_cap);
    if (p->exc_cap && (!p->exc_item || !p->exc_bucket || !p->exc_kind || !p->exc_to || !p->exc_qty))
        return c12__fail(err, C12_E_ARG, "exception column is NULL", "exc_item", -1, 0);
    return C12_OK;
}

c12__mrp_steps c12__mrp_steps_of(const c12__mrp *m, int32_t i)
{
    const c12_mrp_input *in = &m->in;
    c12__mrp_steps s = { in->safety_bucket, in->safety_qty, NULL, 0, 0, c12__at64(in->safety, i, 0) };
    int64_t from = 0, to = in->n_safety;
    while (from < to) {
        int64_t mid = from + (to - from) / 2;
        if (in->safety_item[mid] < i) from = mid + 1;
        else to = mid;
    }
    for (s.next = s.end = from; s.end < in->n_safety && in->safety_item[s.end] == i; ) s.end++;
    return s;
}
