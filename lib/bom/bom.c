/* SPDX-License-Identifier: Apache-2.0 */
/* Public entry: validate once, order the graph, walk it up or down in one pass. */
#include "bom/bom_internal.h"

/* ---- entry ----------------------------------------------------------------------------------------------------- */

size_t c12_bom_scratch(int32_t n_items)
{
    if (n_items < 0) return 0;
    c12__arena a = c12__arena_measure();
    for (int i = 0; i < 4; i++) c12__carve(&a, n_items, sizeof(int32_t));
    for (int i = 0; i < 2; i++) c12__carve(&a, n_items, sizeof(int64_t));
    return c12__arena_need(&a);
}

c12_status c12__bom_open(c12__gozinto *g, const c12_bom *bom, c12_error *err)
{
    c12_bom b;
    c12_status s = c12__take(&b, sizeof b, bom, "bom", err);
    if (s) return s;
    c12__gozinto graph = { b.line_off, b.line_child, b.line_num, b.line_den, b.line_scrap_ppm, b.line_from, b.line_to, b.n_items, 0, b.line_kind };
    c12__faults f = { err, C12_OK, 0 };
    c12__gozinto_check(&f, &graph);
    *g = graph;
    return f.status;
}

c12_status c12__bom_options(c12_bom_options *o, const c12_bom_options *from, c12_error *err)
{
    c12_status s = c12__take_optional(o, sizeof *o, from, "options", err);
    if (s) return s;
    if (o->scrap != C12_SCRAP_ADD && o->scrap != C12_SCRAP_YIELD)
        return c12__fail(err, C12_E_ARG, "scrap must be C12_SCRAP_ADD or C12_SCRAP_YIELD", "scrap", -1, o->scrap);
    if (o->bucket < 0) return c12__fail(err, C12_E_RANGE, "bucket is negative", "bucket", -1, o->bucket);
    return C12_OK;
}

static c12_status bom_scratch_full(int32_t n_items, c12_error *err)
{
    return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)c12_bom_scratch(n_items));
}

c12_status c12__bom_sort(c12__bom_order *o, const c12__gozinto *g, c12__arena *scratch, c12_error *err)
{
    o->level = C12__CARVE(scratch, int32_t, g->n);
    o->order = C12__CARVE(scratch, int32_t, g->n);
    int32_t *degree = C12__CARVE(scratch, int32_t, g->n), *queue = C12__CARVE(scratch, int32_t, g->n);
    if (!c12__arena_ok(scratch)) return bom_scratch_full(g->n, err);
    if (c12__gozinto_levels(g, o->level, o->order, degree, queue) < 0) return C12_OK;
    c12__gozinto_cycle(g, o->order, degree, queue);
    return c12__fail(err, C12_E_CYCLE, "the bill of materials has a cycle through this item", "line_child", o->order[0], o->order[0]);
}

c12_status c12_bom_levels(const c12_bom *bom, int32_t *level, int32_t *order, c12_mem scratch, c12_error *err)
{
    c12__gozinto g;
    c12__bom_order o;
    c12_status s = c12__bom_open(&g, bom, err);
    if (s) return s;
    if (!level && g.n) return c12__fail(err, C12_E_ARG, "output is NULL", "level", -1, 0);
    c12__arena a = c12__arena_over(scratch);
    if ((s = c12__bom_sort(&o, &g, &a, err))) return s;
    if (!g.n) return C12_OK;
    memcpy(level, o.level, (size_t)g.n * sizeof *level);
    if (order) memcpy(order, o.order, (size_t)g.n * sizeof *order);
    return C12_OK;
}

c12_status c12_bom_cycle(const c12_bom *bom, int32_t *cycle, int32_t *n_cycle, c12_mem scratch, c12_error *err)
{
    c12__gozinto g;
    c12_status s = c12__bom_open(&g, bom, err);
    if (s) return s;
    if (!n_cycle || (!cycle && g.n)) return c12__fail(err, C12_E_ARG, "output is NULL", "cycle", -1, 0);
    c12__arena a = c12__arena_over(scratch);
    int32_t *found = C12__CARVE(&a, int32_t, g.n), *parent = C12__CARVE(&a, int32_t, g.n), *seen = C12__CARVE(&a, int32_t, g.n);
    if (!c12__arena_ok(&a)) return bom_scratch_full(g.n, err);
    *n_cycle = c12__gozinto_cycle(&g, found, parent, seen);
    if (*n_cycle) memcpy(cycle, found, (size_t)*n_cycle * sizeof *cycle);
    return C12_OK;
}

/* ---- rollup ---------------------------------------------------------------------------------------------------- */

c12_status c12_bom_rollup(const c12_bom *bom, const c12_money *own_cost, const c12_bom_options *options, c12_money *unit_cost,
                          c12_mem scratch, c12_error *err)
{
    c12__gozinto g;
    c12_bom_options o;
    c12__bom_order plan;
    c12_status s = c12__bom_open(&g, bom, err);
    if (s || (s = c12__bom_options(&o, options, err))) return s;
    if (g.n && (!own_cost || !unit_cost)) return c12__fail(err, C12_E_ARG, "column is NULL", own_cost ? "unit_cost" : "own_cost", -1, 0);
    c12__arena a = c12__arena_over(scratch);
    int64_t *unit = C12__CARVE(&a, int64_t, g.n); /* worked out aside: an overflow must leave the caller's column as it was */
    if ((s = c12__bom_sort(&plan, &g, &a, err))) return s;
    for (int32_t i = g.n - 1; i >= 0; i--)
        if (c12__bom_cost(&g, &o, plan.order[i], own_cost[plan.order[i]], unit, &unit[plan.order[i]]))
            return c12__fail(err, C12_E_OVERFLOW, "rolled-up cost does not fit 64 bits", "unit_cost", plan.order[i], own_cost[plan.order[i]]);
    if (g.n) memcpy(unit_cost, unit, (size_t)g.n * sizeof *unit_cost);
    return C12_OK;
}

/* ---- explosion ------------------------------------------------------------------------------------------------- */

c12_status c12__bom_explode_item(const c12__gozinto *g, const c12_bom_options *o, int32_t item, c12_qty *gross, c12_error *err)
{
    for (int64_t e = g->off[item]; e < g->off[item + 1]; e++) {
        int32_t child = g->child[e], ppm = c12__at32(g->ppm, e, 0);
        int64_t den = c12__at64(g->den, e, 1), need;
        if (!c12__gozinto_asks(g, e, o->bucket)) continue;
        int over = o->scrap == C12_SCRAP_ADD ? c12__explode_qty(gross[item], g->num[e], den, ppm, &need)
                                             : c12__explode_yield(gross[item], g->num[e], den, ppm, &need);
        if (over || c12__add64(gross[child], need, &gross[child]))
            return c12__fail(err, C12_E_OVERFLOW, "gross requirement does not fit 64 bits", "gross", child, gross[item]);
    }
    return C12_OK;
}

c12_status c12__bom_demand(const c12_qty *demand, int32_t n, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    for (int32_t i = 0; i < n && !c12__full(&f); i++)
        if (demand[i] < 0) c12__fault(&f, C12_E_RANGE, "demand is negative", "demand", i, demand[i]);
    return f.status;
}

c12_status c12_bom_explode(const c12_bom *bom, const c12_qty *demand, const c12_bom_options *options, c12_qty *gross,
                           c12_mem scratch, c12_error *err)
{
    c12__gozinto g;
    c12_bom_options o;
    c12__bom_order plan;
    c12_status s = c12__bom_open(&g, bom, err);
    if (s || (s = c12__bom_options(&o, options, err))) return s;
    if (g.n && (!demand || !gross)) return c12__fail(err, C12_E_ARG, "column is NULL", demand ? "gross" : "demand", -1, 0);
    if ((s = c12__bom_demand(demand, g.n, err))) return s;
    c12__arena a = c12__arena_over(scratch);
    int64_t *total = C12__CARVE(&a, int64_t, g.n);
    if ((s = c12__bom_sort(&plan, &g, &a, err))) return s;
    if (!g.n) return C12_OK;
    memcpy(total, demand, (size_t)g.n * sizeof *total);
    for (int32_t i = 0; i < g.n; i++)
        if ((s = c12__bom_explode_item(&g, &o, plan.order[i], total, err))) return s;
    memcpy(gross, total, (size_t)g.n * sizeof *gross);
    return C12_OK;
}
