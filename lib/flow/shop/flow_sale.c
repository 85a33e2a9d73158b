/* SPDX-License-Identifier: Apache-2.0 */
/* From a sales order to its payment, as a table of states and steps with conditions beside it. */
#include "c12/stock.h"
#include "flow/shop/flow_sale.h"

enum { SALE_STATES = 7, S_NO = -1 };

/* State after a step, S_NO = the state does not know it; where quantities decide, the state it leaves at least. */
static const int8_t sale_moves[SALE_STATES][C12_FLOW_SALE_STEPS] = {
    /*              make cancel issue absorb complete ship bill collect */
    /* sold      */ { C12_FLOW_MAKING, C12_FLOW_CANCELLED, S_NO, S_NO, S_NO, S_NO, S_NO, S_NO },
    /* making    */ { S_NO, S_NO, C12_FLOW_MAKING, C12_FLOW_MAKING, C12_FLOW_MAKING, C12_FLOW_MAKING, C12_FLOW_MAKING, C12_FLOW_MAKING },
    /* made      */ { S_NO, S_NO, S_NO, S_NO, S_NO, C12_FLOW_MADE, C12_FLOW_MADE, C12_FLOW_MADE },
    /* sent      */ { S_NO, S_NO, S_NO, S_NO, S_NO, S_NO, C12_FLOW_SENT, C12_FLOW_SENT },
    /* billed    */ { S_NO, S_NO, S_NO, S_NO, S_NO, S_NO, S_NO, C12_FLOW_BILLED },
    /* collected */ { S_NO, S_NO, S_NO, S_NO, S_NO, S_NO, S_NO, S_NO },
    /* cancelled */ { S_NO, S_NO, S_NO, S_NO, S_NO, S_NO, S_NO, S_NO },
};

const char *c12_flow_sale_state_name(int32_t state)
{
    static const char *const names[SALE_STATES] = { "SOLD", "MAKING", "MADE", "SENT", "BILLED", "COLLECTED", "CANCELLED" };
    return state >= 0 && state < SALE_STATES ? names[state] : "?";
}

const char *c12_flow_sale_step_name(int32_t step)
{
    static const char *const names[C12_FLOW_SALE_STEPS] = { "make", "cancel", "issue", "absorb", "complete", "ship", "bill", "collect" };
    return step >= 0 && step < C12_FLOW_SALE_STEPS ? names[step] : "?";
}

/* ---- entry -------------------------------------------------------------------------------------------------------------------------------- */

static void sale_see(c12__faults *f, const c12_flow_sales *p, int32_t i)
{
    if (p->ordered[i] < 1) { c12__fault(f, C12_E_RANGE, "a quantity is > 0", "ordered", i, p->ordered[i]); return; }
    if (p->price[i] < 0) c12__fault(f, C12_E_RANGE, "prices are >= 0", "price", i, p->price[i]);
    else if (c12__flow_too_large(p->ordered[i], p->price[i])) c12__fault(f, C12_E_OVERFLOW, "the value passes 2^61", "price", i, p->price[i]);
    if (p->standard[i] < 0) c12__fault(f, C12_E_RANGE, "costs are >= 0", "standard", i, p->standard[i]);
    else if (c12__flow_too_large(p->ordered[i], p->standard[i])) c12__fault(f, C12_E_OVERFLOW, "the value passes 2^61", "standard", i, p->standard[i]);
    if (p->state[i] < 0 || p->state[i] >= SALE_STATES) c12__fault(f, C12_E_RANGE, "no such state", "state", i, p->state[i]);
    if (p->work_state[i] < 0 || p->work_state[i] > C12_ORDER_REWORK) c12__fault(f, C12_E_RANGE, "no such state of a work order", "work_state", i, p->work_state[i]);
    if (p->steps[i] < 0) c12__fault(f, C12_E_RANGE, "steps are counted from 0", "steps", i, p->steps[i]);
    if (p->made[i] < 0 || p->made[i] > p->ordered[i] || p->shipped[i] < 0 || p->shipped[i] > p->made[i] || p->billed[i] < 0 || p->billed[i] > p->shipped[i]) c12__fault(f, C12_E_RANGE, "quantities contradict one another", "made", i, p->made[i]);
    if (p->wip[i] > C12__FLOW_MOST || p->wip[i] < -C12__FLOW_MOST) c12__fault(f, C12_E_RANGE, "cost passes 2^61", "wip", i, p->wip[i]);
    if (p->open[i] < 0 || p->open[i] > C12__FLOW_MOST) c12__fault(f, C12_E_RANGE, "what is owed is 0 to 2^61", "open", i, p->open[i]);
}

static void sale_see_step(c12__faults *f, const c12_flow_sales *p, const c12_flow_steps *s, int64_t i, c12_money *costs)
{
    const c12_qty qty = c12__at64(s->qty, i, 0);
    const c12_money amount = c12__at64(s->amount, i, 0);
    c12_money cost = amount;
    if (s->row[i] < 0 || s->row[i] >= p->n) c12__fault(f, C12_E_RANGE, "no such sale", "row", i, s->row[i]);
    if (s->kind[i] < 0 || s->kind[i] >= C12_FLOW_SALE_STEPS) c12__fault(f, C12_E_RANGE, "no such step", "kind", i, s->kind[i]);
    if (s->by[i] < -1) c12__fault(f, C12_E_RANGE, "persons are >= -1", "by", i, s->by[i]);
    if (qty < 0) c12__fault(f, C12_E_RANGE, "quantities are >= 0", "qty", i, qty);
    if (amount < 0) c12__fault(f, C12_E_RANGE, "amounts are >= 0", "amount", i, amount);
    if (f->count || (s->kind[i] != C12_FLOW_ISSUE && s->kind[i] != C12_FLOW_ABSORB)) return;
    if ((s->kind[i] == C12_FLOW_ISSUE && c12__mul64(qty, amount, &cost)) || c12__add64(*costs, cost, costs) || *costs > C12__FLOW_MOST) c12__fault(f, C12_E_OVERFLOW, "costs pass 2^61", "amount", i, amount);
}

c12_status c12__flow_sale_open(c12_flow_sales *p, c12_flow_steps *s, const c12_flow_sales *sales, const c12_flow_steps *steps, c12_error *err)
{
    c12_money costs = 0;
    c12_status st = c12__take(p, sizeof *p, sales, "sales", err);
    if (!st) st = c12__take(s, sizeof *s, steps, "steps", err);
    if (st) return st;
    if (p->n < 0 || s->n < 0 || s->n > INT64_MAX / 4) return c12__fail(err, C12_E_ARG, "count is negative or too large", "n", -1, p->n);
    if (p->n && (!p->item || !p->material || !p->ordered || !p->price || !p->standard || !p->created || !p->state || !p->work_state || !p->steps || !p->last || !p->made || !p->shipped || !p->billed || !p->wip || !p->open))
        return c12__fail(err, C12_E_ARG, "column is NULL", "sales", -1, 0);
    if (s->n && (!s->row || !s->kind || !s->by || !s->at)) return c12__fail(err, C12_E_ARG, "column is NULL", "steps", -1, 0);
    c12__faults f = { err, C12_OK, 0 };
    for (int32_t i = 0; i < p->n && !c12__full(&f); i++) {
        sale_see(&f, p, i);
        if (p->steps[i] >= 0 && s->n > INT32_MAX - p->steps[i]) c12__fault(&f, C12_E_OVERFLOW, "more steps than a sale counts", "steps", i, p->steps[i]);
    }
    for (int64_t i = 0; i < s->n && !c12__full(&f); i++) sale_see_step(&f, p, s, i, &costs);
    return f.status;
}

/* ---- may it? ------------------------------------------------------------------------------------------------------------------------------ */

typedef struct sale_step { int32_t row, kind; c12_ns at; c12_qty qty; c12_money amount; int64_t expected, actual; } sale_step;

static int32_t sale_at_most(sale_step *d, int32_t refused, int64_t most, int64_t asked)
{
    if (asked >= 1 && asked <= most) return C12_FLOW_DONE;
    d->expected = most;
    d->actual = asked;
    return refused;
}

/* Work goes on, and pieces leave, only while the work order is not stopped. */
static int sale_stopped(int32_t kind, int32_t work)
{
    if (kind == C12_FLOW_MAKE) return work != C12_ORDER_CREATED;
    if (kind == C12_FLOW_ISSUE || kind == C12_FLOW_ABSORB || kind == C12_FLOW_COMPLETE) return work != C12_ORDER_IN_PROGRESS;
    return kind == C12_FLOW_SHIP && work != C12_ORDER_IN_PROGRESS && work != C12_ORDER_COMPLETED;
}

static int32_t sale_may(const c12_flow_sales *p, sale_step *d)
{
    const int32_t r = d->row;
    if (d->at < (p->steps[r] ? p->last[r] : p->created[r])) return C12_FLOW_OUT_OF_ORDER;
    if (sale_moves[p->state[r]][d->kind] == S_NO) return C12_FLOW_NO_SUCH_STEP;
    if (sale_stopped(d->kind, p->work_state[r])) return C12_FLOW_WORK_STOPPED;
    switch (d->kind) {
    case C12_FLOW_ISSUE: return sale_at_most(d, C12_FLOW_OVER_QTY, INT64_MAX, d->qty);
    case C12_FLOW_COMPLETE: return sale_at_most(d, C12_FLOW_OVER_QTY, p->ordered[r] - p->made[r], d->qty);
    case C12_FLOW_SHIP: return sale_at_most(d, C12_FLOW_OVER_QTY, p->made[r] - p->shipped[r], d->qty);
    case C12_FLOW_BILL: return sale_at_most(d, C12_FLOW_MATCH_QTY, p->shipped[r] - p->billed[r], d->qty);
    case C12_FLOW_COLLECT: return sale_at_most(d, C12_FLOW_OVER_OWED, p->open[r], d->amount);
    default: return C12_FLOW_DONE;
    }
}

/* ---- it happens ------------------------------------------------------------------------------------------------------------------------------ */

static void sale_pair(c12_flow_postings *o, int64_t step, int32_t debit, int32_t credit, c12_money amount)
{
    c12__flow_entry(o, step, debit, amount);
    c12__flow_entry(o, step, credit, -amount);
}

/* Goods at standard; the last piece takes all that is left of the work order with it. */
static void sale_completes(c12_flow_sales *p, const sale_step *d, int64_t step, c12_flow_postings *o)
{
    const int32_t r = d->row;
    const c12_money goods = d->qty * p->standard[r];
    p->made[r] += d->qty;
    const c12_money wip = p->made[r] == p->ordered[r] ? p->wip[r] : goods;
    c12__flow_move(o, step, C12_STOCK_RECEIPT, p->item[r], -1, p->shelf, d->qty);
    c12__flow_entry(o, step, C12_COST_GOODS, goods);
    c12__flow_entry(o, step, C12_COST_WIP, -wip);
    c12__flow_entry(o, step, C12_COST_MAKING_VARIANCE, wip - goods);
    p->wip[r] -= wip;
}

static void sale_happens(c12_flow_sales *p, const sale_step *d, int64_t step, c12_flow_postings *o)
{
    const int32_t r = d->row;
    switch (d->kind) {
    case C12_FLOW_ISSUE:
        c12__flow_move(o, step, C12_STOCK_ISSUE, p->material[r], p->store, -1, d->qty);
        sale_pair(o, step, C12_COST_WIP, C12_COST_RAW, d->qty * d->amount);
        p->wip[r] += d->qty * d->amount;
        break;
    case C12_FLOW_ABSORB:
        sale_pair(o, step, C12_COST_WIP, C12_COST_ABSORBED, d->amount);
        p->wip[r] += d->amount;
        break;
    case C12_FLOW_COMPLETE: sale_completes(p, d, step, o); break;
    case C12_FLOW_SHIP:
        c12__flow_move(o, step, C12_STOCK_ISSUE, p->item[r], p->shelf, -1, d->qty);
        sale_pair(o, step, C12_COST_OF_SALES, C12_COST_GOODS, d->qty * p->standard[r]);
        p->shipped[r] += d->qty;
        break;
    case C12_FLOW_BILL:
        sale_pair(o, step, C12_COST_RECEIVABLE, C12_COST_REVENUE, d->qty * p->price[r]);
        p->billed[r] += d->qty;
        p->open[r] += d->qty * p->price[r];
        break;
    case C12_FLOW_COLLECT:
        sale_pair(o, step, C12_COST_BANK, C12_COST_RECEIVABLE, d->amount);
        p->open[r] -= d->amount;
        break;
    default: break;
    }
}

/* The work order keeps pace; these moves were seen to be possible. */
static void sale_works(c12_flow_sales *p, int32_t r, int32_t kind)
{
    int32_t *w = &p->work_state[r];
    if (kind == C12_FLOW_MAKE && !c12_order_move(*w, C12_ORDER_RELEASE, w, NULL)) (void)!c12_order_move(*w, C12_ORDER_START, w, NULL);
    if (kind == C12_FLOW_COMPLETE && p->made[r] == p->ordered[r]) (void)!c12_order_move(*w, C12_ORDER_COMPLETE, w, NULL);
    if (kind == C12_FLOW_SHIP && p->shipped[r] == p->ordered[r]) (void)!c12_order_move(*w, C12_ORDER_SHIP, w, NULL);
}

static void sale_moves_on(c12_flow_sales *p, const sale_step *d)
{
    const int32_t r = d->row;
    p->state[r] = sale_moves[p->state[r]][d->kind];
    p->steps[r]++;
    p->last[r] = d->at;
    sale_works(p, r, d->kind);
    if (p->state[r] < C12_FLOW_MAKING || p->state[r] > C12_FLOW_BILLED) return;
    if (p->billed[r] == p->ordered[r]) p->state[r] = p->open[r] ? C12_FLOW_BILLED : C12_FLOW_COLLECTED;
    else if (p->shipped[r] == p->ordered[r]) p->state[r] = C12_FLOW_SENT;
    else if (p->made[r] == p->ordered[r]) p->state[r] = C12_FLOW_MADE;
}

c12_status c12_flow_sale_run(c12_flow_sales *sales, const c12_flow_steps *steps, int32_t *refusal, int64_t *expected, int64_t *actual, c12_flow_postings *postings, c12_error *err)
{
    c12_flow_sales p;
    c12_flow_steps s;
    c12_flow_postings o;
    c12_status st = c12__flow_sale_open(&p, &s, sales, steps, err);
    if (!st) st = c12__flow_take_postings(&o, postings, s.n, 3 * s.n, err);
    if (!st && s.n && (!refusal || !expected || !actual)) st = c12__fail(err, C12_E_ARG, "column is NULL", "refusal", -1, 0);
    if (st) return st;
    for (int64_t i = 0; i < s.n; i++) {
        sale_step d = { s.row[i], s.kind[i], s.at[i], c12__at64(s.qty, i, 0), c12__at64(s.amount, i, 0), 0, 0 };
        refusal[i] = sale_may(&p, &d);
        expected[i] = d.expected;
        actual[i] = d.actual;
        if (refusal[i]) continue;
        sale_happens(&p, &d, i, &o);
        sale_moves_on(&p, &d);
    }
    c12__give(postings, &o, sizeof o);
    return C12_OK;
}
