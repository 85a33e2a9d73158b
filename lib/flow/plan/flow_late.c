/* SPDX-License-Identifier: Apache-2.0 */
/* When each sales order is whole, and what made it late: a walk back along the chain that ends last. */
#include "base/sort.h"
#include "flow/plan/flow_plan_internal.h"

/* Minutes lost on one chain, by cause. */
typedef struct late_costs {
    int64_t material, held;
    int32_t material_item;
    int64_t held_work;
    int64_t *queue; /* [n_stations] */
} late_costs;

typedef struct late_walk {
    c12_flow_plan *p;
    c12__flow_pool pool;    /* of this walk alone */
    int64_t *before; /* [ops] operation before it on its machine, -1 = none */
    int64_t *last_link; /* [orders] link that completes an order, -1 = none */
    int64_t *covered, *asked; /* [orders] quantities */
    late_costs cost;
} late_walk;

/* ---- the machines' sequences ------------------------------------------------------------------------------------------- */

static void sequence_machines(late_walk *w)
{
    c12_flow_plan *p = w->p;
    int32_t n = (int32_t)p->op.n;
    int64_t *last = C12__FLOW_NEW(&w->pool, int64_t, p->plant.n_machines);
    int32_t *order = C12__FLOW_NEW(&w->pool, int32_t, n), *spare = C12__FLOW_NEW(&w->pool, int32_t, n);
    if (w->pool.failed) return;
    c12__sort_rows(p->op.start, n, order, spare);
    for (int32_t m = 0; m < p->plant.n_machines; m++) last[m] = -1;
    for (int32_t k = 0; k < n; k++) {
        int32_t o = order[k];
        w->before[o] = last[p->op.machine[o]];
        last[p->op.machine[o]] = o;
    }
}

/* ---- ends -------------------------------------------------------------------------------------------------------------- */

int64_t c12__flow_served_at(const c12_flow_plan *p, int64_t k)
{
    int64_t row = p->link.from_row[k];
    switch (p->link.from[k]) {
    case C12_FLOW_RECEIPT: return c12__max64(p->mrp.receipt_bucket[row], 0) * C12__FLOW_DAY;
    case C12_FLOW_BUY: return p->buy.arrive[row] * (int64_t)C12__FLOW_DAY;
    case C12_FLOW_WORK: return p->work.end[row];
    default: return 0;
    }
}

static void date_ends(late_walk *w)
{
    c12_flow_plan *p = w->p;
    for (int64_t o = 0; o < p->plant.n_orders; o++) {
        p->order.end[o] = p->order.due[o] = 0;
        w->last_link[o] = -1;
    }
    for (int64_t d = 0; d < p->mrp.n_demand; d++) {
        int32_t o = c12__at32(p->plant.demand_order, d, -1);
        if (o < 0) continue;
        w->asked[o] += p->mrp.demand_qty[d];
        p->order.due[o] = c12__max64(p->order.due[o], (c12__max64(p->plant.mrp->demand_bucket[d], 0) + 1) * C12__FLOW_DAY); /* as first asked for */
    }
    for (int64_t k = 0; k < p->link.n; k++) {
        int32_t o = p->link.to[k] == C12_FLOW_DEMAND ? c12__at32(p->plant.demand_order, p->link.to_row[k], -1) : -1;
        if (o < 0) continue;
        w->covered[o] += p->link.qty[k];
        if (w->last_link[o] >= 0 && c12__flow_served_at(p, k) <= p->order.end[o]) continue;
        p->order.end[o] = c12__flow_served_at(p, k);
        w->last_link[o] = k;
    }
    for (int64_t o = 0; o < p->plant.n_orders; o++)
        if (w->covered[o] < w->asked[o]) p->order.end[o] = INT64_MAX;
}

/* ---- reasons ----------------------------------------------------------------------------------------------------------- */

/* The bought item that arrives last for a work order. */
static int32_t last_bought(const c12_flow_plan *p, int64_t work)
{
    int32_t item = -1;
    int64_t when = -1;
    for (int64_t j = p->link.into_off[work]; j < p->link.into_off[work + 1]; j++) {
        int64_t k = p->link.into[j];
        if (p->link.from[k] == C12_FLOW_WORK || c12__flow_served_at(p, k) <= when) continue;
        when = c12__flow_served_at(p, k);
        item = p->link.item[k];
    }
    return item;
}

/* The sub-assembly a first operation waited for longest, -1 = none. */
static int64_t last_feeder(const c12_flow_plan *p, int64_t op)
{
    const c12_sched_problem *q = &p->problem;
    int64_t best = -1;
    for (int64_t j = q->op_pred_off[op]; j < q->op_pred_off[op + 1]; j++)
        if (best < 0 || p->op.end[q->op_pred[j]] > p->op.end[best]) best = q->op_pred[j];
    return best;
}

/* Charges the wait before one operation and returns the operation that it waited for, -1 at the chain's root. */
static int64_t charge_wait(late_walk *w, int64_t op)
{
    const c12_flow_plan *p = w->p;
    int64_t work = p->op.work[op], first = p->work.op_off[work], back = op > first ? op - 1 : last_feeder(p, op);
    int64_t could = back >= 0 ? p->op.end[back] : 0, release = p->problem.job_release[work];
    if (op == first) could = c12__max64(could, c12__max64(release, p->work.ready[work]));
    if (p->work.hold[work] > could && p->op_ready[op] >= p->work.hold[work]) {
        w->cost.held += p->work.hold[work] - could;
        w->cost.held_work = work;
        could = p->work.hold[work];
    }
    if (w->before[op] >= 0 && p->op.end[w->before[op]] > could)
        w->cost.queue[p->plant.step_station[p->op.step[op]]] += p->op.start[op] - could;
    if (op == first && p->work.ready[work] > release && (back < 0 || p->op.end[back] < p->work.ready[work])) {
        w->cost.material += p->work.ready[work] - release;
        w->cost.material_item = last_bought(p, work);
        return -1;
    }
    return back;
}

static void name_reason(late_walk *w, int64_t order, int32_t reason, int64_t row, int64_t ticks)
{
    w->p->order.reason[order] = reason;
    w->p->order.reason_row[order] = row;
    w->p->order.reason_ticks[order] = ticks;
}

static void explain_chain(late_walk *w, int64_t order, int64_t work)
{
    const c12_flow_plan *p = w->p;
    int64_t most = 0;
    int32_t station = -1;
    late_costs *c = &w->cost;
    c->material = c->held = 0;
    for (int32_t s = 0; s < p->plant.n_stations; s++) c->queue[s] = 0;
    for (int64_t op = p->work.op_off[work + 1] - 1; op >= 0;) op = charge_wait(w, op);
    for (int32_t s = 0; s < p->plant.n_stations; s++)
        if (c->queue[s] > most) { most = c->queue[s]; station = s; }
    if (c->held > most && c->held >= c->material) name_reason(w, order, C12_FLOW_HELD, c->held_work, c->held);
    else if (c->material > most && c->material_item >= 0) name_reason(w, order, C12_FLOW_MATERIAL, c->material_item, c->material);
    else if (most) name_reason(w, order, C12_FLOW_CAPACITY, station, most);
    else name_reason(w, order, C12_FLOW_LEAD, p->work.item[work], p->order.end[order] - p->order.due[order]);
}

static int32_t item_of_order(const c12_flow_plan *p, int64_t order)
{
    for (int64_t d = 0; d < p->mrp.n_demand; d++)
        if (c12__at32(p->plant.demand_order, d, -1) == order) return p->mrp.demand_item[d];
    return -1;
}

static void explain_order(late_walk *w, int64_t o)
{
    c12_flow_plan *p = w->p;
    int64_t k = w->last_link[o], row = k < 0 ? -1 : p->link.from_row[k];
    name_reason(w, o, C12_FLOW_ON_TIME, -1, 0);
    if (p->order.end[o] <= p->order.due[o]) return;
    if (p->order.end[o] == INT64_MAX) name_reason(w, o, C12_FLOW_UNCOVERED, item_of_order(p, o), w->asked[o] - w->covered[o]);
    else if (p->link.from[k] == C12_FLOW_WORK && p->work.op_off[row] < p->work.op_off[row + 1]) explain_chain(w, o, row);
    else if (p->link.from[k] == C12_FLOW_BUY) name_reason(w, o, C12_FLOW_MATERIAL, p->link.item[k], p->order.end[o] - p->order.due[o]);
    else name_reason(w, o, C12_FLOW_LEAD, p->link.item[k], p->order.end[o] - p->order.due[o]);
}

c12_status c12__flow_date_orders(c12_flow_plan *p, c12_error *err)
{
    late_walk w = { .p = p, .pool = { .host = p->pool.host } };
    int64_t n = p->plant.n_orders;
    w.before = C12__FLOW_NEW(&w.pool, int64_t, p->op.n);
    w.last_link = C12__FLOW_NEW(&w.pool, int64_t, n);
    w.covered = C12__FLOW_NEW(&w.pool, int64_t, n);
    w.asked = C12__FLOW_NEW(&w.pool, int64_t, n);
    w.cost.queue = C12__FLOW_NEW(&w.pool, int64_t, p->plant.n_stations);
    if (!w.pool.failed) sequence_machines(&w);
    if (!w.pool.failed) {
        date_ends(&w);
        for (int64_t o = 0; o < n; o++) explain_order(&w, o);
    }
    c12__flow_free(&w.pool);
    return w.pool.failed ? c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, 0) : C12_OK;
}
