/* SPDX-License-Identifier: Apache-2.0 */
/* Checker of a plan: the rooms' own checkers, and the promises between them recomputed from the links alone. */
#include "flow/flow_internal.h"

static void flow_judge(c12_verdict *v, const char *rule, const char *field, int64_t row, int64_t tick)
{
    if (!v->violations++) { v->rule = rule; v->field = field; v->row = row; v->tick = tick; }
}

/* What a supplier of links can give at most. */
static int64_t supply_qty(const c12_flow_plan *p, int32_t kind, int64_t row)
{
    if (kind == C12_FLOW_STOCK) return p->mrp.on_hand ? p->mrp.on_hand[row] : 0;
    if (kind == C12_FLOW_RECEIPT) return p->mrp.receipt_qty[row];
    return kind == C12_FLOW_BUY ? p->buy.qty[row] : p->work.qty[row];
}

static int64_t supply_rows(const c12_flow_plan *p, int32_t kind)
{
    if (kind == C12_FLOW_STOCK) return p->n_items;
    if (kind == C12_FLOW_RECEIPT) return p->mrp.n_receipts;
    return kind == C12_FLOW_BUY ? p->buy.n : p->work.n;
}

static c12_status check_promises(const c12_flow_plan *p, c12_verdict *v, c12_error *err)
{
    for (int32_t kind = C12_FLOW_STOCK; kind <= C12_FLOW_WORK; kind++) {
        c12__flow_pool pool = { p->pool.host, NULL, 0 };
        int64_t n = supply_rows(p, kind), *given = C12__FLOW_NEW(&pool, int64_t, n);
        if (!given) return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, n);
        for (int64_t k = 0; k < p->link.n; k++)
            if (p->link.from[k] == kind) given[p->link.from_row[k]] += p->link.qty[k];
        for (int64_t r = 0; r < n; r++)
            if (given[r] > supply_qty(p, kind, r)) flow_judge(v, "a supply is promised twice", "link_from_row", r, -1);
        c12__flow_free(&pool);
    }
    return C12_OK;
}

static int64_t there_at(const c12_flow_plan *p, int64_t k)
{
    int64_t row = p->link.from_row[k];
    if (p->link.from[k] == C12_FLOW_WORK) return p->work.end[row];
    if (p->link.from[k] == C12_FLOW_BUY) return (int64_t)p->buy.arrive[row] * 1440;
    if (p->link.from[k] == C12_FLOW_RECEIPT && p->mrp.receipt_bucket[row] > 0) return (int64_t)p->mrp.receipt_bucket[row] * 1440;
    return 0;
}

static void check_arrivals(const c12_flow_plan *p, c12_verdict *v)
{
    for (int64_t k = 0; k < p->link.n; k++) {
        int64_t to = p->link.to_row[k];
        if (p->link.qty[k] <= 0) flow_judge(v, "a link without quantity", "link_qty", k, -1);
        if (p->link.to[k] != C12_FLOW_WORK || p->work.op_off[to] == p->work.op_off[to + 1]) continue;
        if (p->link.from[k] == C12_FLOW_WORK && p->work.op_off[p->link.from_row[k]] == p->work.op_off[p->link.from_row[k] + 1]) continue;
        if (p->op.start[p->work.op_off[to]] < there_at(p, k)) flow_judge(v, "an operation starts before its material is there", "link_to_row", k, p->op.start[p->work.op_off[to]]);
    }
}

c12_status c12_flow_plan_check(const c12_flow_plan *self, c12_verdict *verdict, c12_error *err)
{
    c12_verdict v = C12_INIT(c12_verdict), known;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    c12_status s = c12__take(&known, sizeof known, verdict, "verdict", err);
    if (s) return s;
    if (!self->solved) return c12__fail(err, C12_E_STATE, "check before the first solve", NULL, -1, 0);
    s = c12_mrp_check(&self->mrp, &self->net, &v, self->scratch, err);
    if (s || v.violations) { if (!s) c12__give(verdict, &v, sizeof v); return s; }
    c12_sched_plan plan = C12_INIT(c12_sched_plan);
    plan.op_start = self->op.start;
    plan.op_end = self->op.end;
    plan.op_mode = self->op_mode;
    s = c12_sched_check(&self->problem, &plan, &self->options, &v, err);
    if (!s) s = check_promises(self, &v, err);
    if (s) return s;
    check_arrivals(self, &v);
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
