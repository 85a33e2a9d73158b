/* SPDX-License-Identifier: Apache-2.0 */
/* Costs by element: each element rolls up by itself, by the rule of the whole (R9), so that with one element and no set-ups the result is
 * the plain rollup's. */
#include "bom/bom_internal.h"

/* Half to even of cost / lot. */
static c12_money setup_share(c12_money cost, c12_qty lot)
{
    c12_money q = cost / lot, rest = cost % lot;
    uint64_t twice = 2 * (uint64_t)(rest < 0 ? -rest : rest);
    if (twice > (uint64_t)lot || (twice == (uint64_t)lot && (q & 1))) q += cost < 0 ? -1 : 1;
    return q;
}

static c12_status check_elements(const c12_bom_elements *in, int32_t n, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    if (in->n_elements < 1 || in->n_elements > 16) c12__fault(&f, C12_E_RANGE, "elements must be 1..16", "n_elements", -1, in->n_elements);
    if (n && !in->own) c12__fault(&f, C12_E_ARG, "column is NULL", "own", -1, 0);
    if (n && (!in->this_level || !in->lower)) c12__fault(&f, C12_E_ARG, "output column is NULL", in->this_level ? "lower" : "this_level", -1, 0);
    for (int32_t i = 0; in->setup && in->lot && i < n && !c12__full(&f); i++)
        if (in->lot[i] <= 0) c12__fault(&f, C12_E_RANGE, "a set-up is shared by at least one piece", "lot", i, in->lot[i]);
    return f.status;
}

static c12_status roll_element(const c12__gozinto *g, const c12_bom_options *o, const int32_t *order, const c12_bom_elements *in, int32_t k, int64_t *unit, c12_error *err)
{
    const int64_t base = (int64_t)k * g->n;
    for (int32_t r = g->n - 1; r >= 0; r--) {
        const int32_t i = order[r];
        c12_money share = in->setup ? setup_share(in->setup[base + i], c12__at64(in->lot, i, 1)) : 0;
        if (c12__add64(in->own[base + i], share, &in->this_level[base + i]) || c12__bom_cost(g, o, i, in->this_level[base + i], unit, &unit[i]) ||
            c12__sub64(unit[i], in->this_level[base + i], &in->lower[base + i]))
            return c12__fail(err, C12_E_OVERFLOW, "rolled-up cost does not fit 64 bits", "lower", i, k);
    }
    return C12_OK;
}

c12_status c12_bom_rollup_elements(const c12_bom *bom, const c12_bom_elements *elements, const c12_bom_options *options, c12_mem scratch, c12_error *err)
{
    c12__gozinto g;
    c12_bom_options o;
    c12__bom_order plan;
    c12_bom_elements in;
    c12_status s = c12__bom_open(&g, bom, err);
    if (s || (s = c12__bom_options(&o, options, err)) || (s = c12__take(&in, sizeof in, elements, "elements", err)) || (s = check_elements(&in, g.n, err))) return s;
    c12__arena a = c12__arena_over(scratch);
    int64_t *unit = C12__CARVE(&a, int64_t, g.n);
    if ((s = c12__bom_sort(&plan, &g, &a, err))) return s;
    for (int32_t k = 0; k < in.n_elements && !s; k++) s = roll_element(&g, &o, plan.order, &in, k, unit, err);
    return s;
}
