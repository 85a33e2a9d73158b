/* SPDX-License-Identifier: Apache-2.0 */
/* A recall list is right when every entry has a reason and no row leads out of it: no search is needed to see that. */
#include "order/order_internal.h"

typedef struct order_recall { const c12_order_built *b; const c12_order_found *f; int32_t part, lot; } order_recall;

static int order_is_listed(const order_recall *c, int32_t unit, int64_t upto)
{
    for (int64_t k = 0; k < upto; k++) if (c->f->unit[k] == unit) return 1;
    return 0;
}

/* Does row i put what was searched for, or something listed up to there, into something, and into what?  -1 = no. */
static int32_t order_leads_to(const order_recall *c, int64_t i, int64_t upto)
{
    const int32_t p = c->b->part[i];
    if (c->lot >= 0 && c->b->lot[i] == c->lot && p >= 0 && !order_is_listed(c, p, upto)) return p;
    if (c->lot >= 0 && c->b->lot[i] == c->lot && p < 0) return c->b->unit[i];
    return p >= 0 && (p == c->part || order_is_listed(c, p, upto)) ? c->b->unit[i] : -1;
}

static int order_is_inside(const order_recall *c, int32_t unit)
{
    for (int64_t i = 0; i < c->b->n; i++) if (c->b->part[i] == unit) return 1;
    return 0;
}

static const char *order_wrong_entry(const order_recall *c, int64_t k)
{
    const c12_order_found *f = c->f;
    if (f->unit[k] < 0 || f->unit[k] >= c->b->n_units || order_is_listed(c, f->unit[k], k)) return "unit";
    if (f->row[k] < 0 || f->row[k] >= c->b->n || order_leads_to(c, f->row[k], k) != f->unit[k]) return "row";
    int32_t depth = 1;
    const int32_t p = c->b->part[f->row[k]];
    for (int64_t j = 0; j < k; j++) if (p >= 0 && f->unit[j] == p) depth = f->depth[j] + 1;
    if (f->depth[k] != depth || (k && depth < f->depth[k - 1])) return "depth";
    return f->is_outer[k] == !order_is_inside(c, f->unit[k]) ? NULL : "is_outer";
}

c12_status c12_order_trace_check(const c12_order_built *built, int32_t part, int32_t lot, const c12_order_found *found, c12_verdict *verdict, c12_error *err)
{
    c12_order_built b;
    c12_order_found f;
    c12_status s = c12__order_built(&b, built, err);
    if (s || (s = c12__take(&f, sizeof f, found, "found", err))) return s;
    if (f.n < 0 || f.n > f.cap || (f.n && (!f.unit || !f.depth || !f.row || !f.is_outer)) || !verdict) return c12__fail(err, C12_E_ARG, "argument is NULL or the list is not whole", "found", -1, f.n);
    const order_recall c = { &b, &f, part, lot };
    c12_verdict v = C12_INIT(c12_verdict);
    v.row = v.tick = -1;
    for (int64_t k = 0; k < f.n; k++) {
        const char *field = order_wrong_entry(&c, k);
        v.objective += f.is_outer[k];
        if (!field || v.violations++) continue;
        v.rule = "unit is listed twice, without a reason, or at the wrong depth";
        v.field = field;
        v.row = k;
    }
    for (int64_t i = 0; i < b.n && !v.violations; i++) {
        const int32_t to = order_leads_to(&c, i, f.n);
        if (to < 0 || order_is_listed(&c, to, f.n)) continue;
        v.violations++;
        v.rule = "a unit is missing from the list";
        v.field = "built";
        v.row = i;
    }
    if (!v.violations && f.outer != v.objective) { v.violations = 1; v.rule = "outermost units are counted wrongly"; v.field = "outer"; }
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
