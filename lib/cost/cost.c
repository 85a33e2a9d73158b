/* SPDX-License-Identifier: Apache-2.0 */
#include "cost/cost_internal.h"

c12_status c12__cost_open(c12_cost_orders *o, const c12_cost_orders *in, c12_error *err)
{
    static const char *const field[] = { "good", "standard", "material", "labour", "overhead" };
    c12_status s = c12__take(o, sizeof *o, in, "in", err);
    if (s) return s;
    if (o->n < 0) return c12__fail(err, C12_E_ARG, "count is negative", "n", -1, o->n);
    const int64_t *column[] = { o->good, o->standard, o->material, o->labour, o->overhead };
    c12__faults f = { err, C12_OK, 0 };
    for (int k = 0; k < 5; k++) {
        if (o->n && !column[k]) { c12__fault(&f, C12_E_ARG, "column is NULL", field[k], -1, 0); continue; }
        for (int32_t i = 0; i < o->n && !c12__full(&f); i++)
            if (column[k][i] < 0) c12__fault(&f, C12_E_RANGE, "value is negative", field[k], i, column[k][i]);
    }
    return f.status;
}

c12_status c12__cost_take_journal(c12_cost_journal *j, int32_t n, const c12_cost_journal *out, c12_error *err)
{
    c12_status s = c12__take(j, sizeof *j, out, "journal", err);
    if (s) return s;
    if (n && (!j->goods || !j->wip || !j->variance)) return c12__fail(err, C12_E_ARG, "column is NULL", "journal", -1, 0);
    return C12_OK;
}

static int post_order(const c12_cost_orders *o, int32_t i, c12_money *goods, c12_money *wip)
{
    return c12__mul64(o->good[i], o->standard[i], goods) || c12__add64(o->material[i], o->labour[i], wip) || c12__add64(*wip, o->overhead[i], wip);
}

c12_status c12_cost_complete(const c12_cost_orders *in, c12_cost_journal *out, c12_error *err)
{
    c12_cost_orders o;
    c12_cost_journal j;
    c12_status s = c12__cost_open(&o, in, err);
    if (s || (s = c12__cost_take_journal(&j, o.n, out, err))) return s;
    c12_money goods, wip;
    for (int32_t i = 0; i < o.n; i++) /* all rows are proved to fit before the first is written */
        if (post_order(&o, i, &goods, &wip)) return c12__fail(err, C12_E_OVERFLOW, "cost does not fit 64 bits", "standard", i, o.standard[i]);
    for (int32_t i = 0; i < o.n; i++) {
        post_order(&o, i, &goods, &wip);
        j.goods[i] = goods;
        j.wip[i] = -wip;
        j.variance[i] = wip - goods;
    }
    return C12_OK;
}
