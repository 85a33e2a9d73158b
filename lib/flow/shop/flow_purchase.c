/* SPDX-License-Identifier: Apache-2.0 */
/* From requisition to payment, as a table of states and steps with conditions beside it. */
#include "c12/stock.h"
#include "flow/shop/flow_purchase.h"

enum { PURCHASE_STATES = 7, P_NO = -1 };

/* State after a step, P_NO = the state does not know it; where quantities decide, the state it leaves at least. */
static const int8_t purchase_moves[PURCHASE_STATES][C12_FLOW_PURCHASE_STEPS] = {
    /*              approve reject order receive inspect invoice pay */
    /* requested */ { C12_FLOW_APPROVED, C12_FLOW_REJECTED, P_NO, P_NO, P_NO, P_NO, P_NO },
    /* approved  */ { P_NO, C12_FLOW_REJECTED, C12_FLOW_ORDERED, P_NO, P_NO, P_NO, P_NO },
    /* ordered   */ { P_NO, P_NO, P_NO, C12_FLOW_ORDERED, C12_FLOW_ORDERED, C12_FLOW_ORDERED, C12_FLOW_ORDERED },
    /* accepted  */ { P_NO, P_NO, P_NO, P_NO, P_NO, C12_FLOW_ACCEPTED, C12_FLOW_ACCEPTED },
    /* matched   */ { P_NO, P_NO, P_NO, P_NO, P_NO, P_NO, C12_FLOW_MATCHED },
    /* paid      */ { P_NO, P_NO, P_NO, P_NO, P_NO, P_NO, P_NO },
    /* rejected  */ { P_NO, P_NO, P_NO, P_NO, P_NO, P_NO, P_NO },
};

static const char *purchase_name(const char *const *names, int32_t n, int32_t k) { return k >= 0 && k < n ? names[k] : "?"; }

const char *c12_flow_purchase_state_name(int32_t state)
{
    static const char *const names[PURCHASE_STATES] = { "REQUESTED", "APPROVED", "ORDERED", "ACCEPTED", "MATCHED", "PAID", "REJECTED" };
    return purchase_name(names, PURCHASE_STATES, state);
}

const char *c12_flow_purchase_step_name(int32_t step)
{
    static const char *const names[C12_FLOW_PURCHASE_STEPS] = { "approve", "reject", "order", "receive", "inspect", "invoice", "pay" };
    return purchase_name(names, C12_FLOW_PURCHASE_STEPS, step);
}

const char *c12_flow_refusal_name(int32_t refusal)
{
    static const char *const names[C12_FLOW_STEP_REFUSALS] = { "done", "the state does not know this step", "earlier than what happened before it", "who requests does not approve", "the person's role does not grant it",
        "the value passes the limit of the role", "more than is open", "the price passes what was agreed", "more is invoiced than was accepted", "the invoice's price differs from the order's", "more is paid than is owed",
        "the work order does not run" };
    return purchase_name(names, C12_FLOW_STEP_REFUSALS, refusal);
}

/* ---- entry -------------------------------------------------------------------------------------------------------------------------------- */

static void purchase_see(c12__faults *f, const c12_flow_buying *b, const c12_flow_purchases *p, int32_t i)
{
    if (p->requested[i] < 1) c12__fault(f, C12_E_RANGE, "a quantity is > 0", "requested", i, p->requested[i]);
    if (p->expected[i] < 0) c12__fault(f, C12_E_RANGE, "prices are >= 0", "expected", i, p->expected[i]);
    if (p->standard[i] < 0) c12__fault(f, C12_E_RANGE, "costs are >= 0", "standard", i, p->standard[i]);
    if (p->requester[i] < -1 || p->requester[i] >= b->n_persons) c12__fault(f, C12_E_RANGE, "no such person", "requester", i, p->requester[i]);
    if (p->state[i] < 0 || p->state[i] >= PURCHASE_STATES) c12__fault(f, C12_E_RANGE, "no such state", "state", i, p->state[i]);
    if (p->steps[i] < 0) c12__fault(f, C12_E_RANGE, "steps are counted from 0", "steps", i, p->steps[i]);
    if (p->ordered[i] < 0 || p->ordered[i] > p->requested[i] || p->arrived[i] < 0 || p->accepted[i] < 0 || p->arrived[i] > p->ordered[i] || p->accepted[i] > p->ordered[i] - p->arrived[i] || p->invoiced[i] < 0
        || p->invoiced[i] > p->accepted[i] || p->owed[i] < 0) c12__fault(f, C12_E_RANGE, "quantities contradict one another", "ordered", i, p->ordered[i]);
    if (p->price[i] < 0 || (!f->count && c12__flow_too_large(p->requested[i], p->price[i])) || p->owed[i] > C12__FLOW_MOST) c12__fault(f, C12_E_RANGE, "the price or what is owed is out of range", "price", i, p->price[i]);
    if (!f->count && (c12__flow_too_large(p->requested[i], p->expected[i]) || c12__flow_too_large(p->requested[i], p->standard[i]))) c12__fault(f, C12_E_OVERFLOW, "the value passes 2^61", "requested", i, p->requested[i]);
}

static void purchase_see_step(c12__faults *f, const c12_flow_buying *b, const c12_flow_purchases *p, const c12_flow_steps *s, int64_t i)
{
    const int32_t r = s->row[i];
    const c12_money amount = c12__at64(s->amount, i, 0);
    if (r < 0 || r >= p->n) { c12__fault(f, C12_E_RANGE, "no such purchase", "row", i, r); return; }
    if (s->kind[i] < 0 || s->kind[i] >= C12_FLOW_PURCHASE_STEPS) c12__fault(f, C12_E_RANGE, "no such step", "kind", i, s->kind[i]);
    if (s->by[i] < -1 || s->by[i] >= b->n_persons) c12__fault(f, C12_E_RANGE, "no such person", "by", i, s->by[i]);
    if (c12__at64(s->qty, i, 0) < 0) c12__fault(f, C12_E_RANGE, "quantities are >= 0", "qty", i, s->qty[i]);
    if (c12__at64(s->bad, i, 0) < 0) c12__fault(f, C12_E_RANGE, "quantities are >= 0", "bad", i, s->bad[i]);
    if (amount < 0) c12__fault(f, C12_E_RANGE, "amounts are >= 0", "amount", i, amount);
    else if ((s->kind[i] == C12_FLOW_ORDER || s->kind[i] == C12_FLOW_INVOICE) && c12__flow_too_large(p->requested[r], amount)) c12__fault(f, C12_E_OVERFLOW, "the value passes 2^61", "amount", i, amount);
}

static c12_status purchase_columns(const c12_flow_buying *b, const c12_flow_purchases *p, const c12_flow_steps *s, c12_error *err)
{
    if (p->n < 0 || s->n < 0 || b->n_persons < 0 || b->n_roles < 0) return c12__fail(err, C12_E_ARG, "count is negative", "n", -1, 0);
    if (b->price_ppm < 0 || b->price_ppm > 1000000) return c12__fail(err, C12_E_RANGE, "a tolerance is 0..10^6", "price_ppm", -1, b->price_ppm);
    if ((b->n_persons && !b->role) || (b->n_roles && !b->limit)) return c12__fail(err, C12_E_ARG, "column is NULL", "role", -1, 0);
    if (p->n && (!p->item || !p->requested || !p->expected || !p->standard || !p->requester || !p->created || !p->state || !p->steps || !p->last || !p->ordered || !p->price || !p->arrived || !p->accepted || !p->invoiced || !p->owed))
        return c12__fail(err, C12_E_ARG, "column is NULL", "purchases", -1, 0);
    return s->n && (!s->row || !s->kind || !s->by || !s->at) ? c12__fail(err, C12_E_ARG, "column is NULL", "steps", -1, 0) : C12_OK;
}

c12_status c12__flow_purchase_open(c12_flow_buying *b, c12_flow_purchases *p, c12_flow_steps *s, const c12_flow_buying *terms, const c12_flow_purchases *purchases, const c12_flow_steps *steps, c12_error *err)
{
    c12_status st = c12__take(b, sizeof *b, terms, "terms", err);
    if (!st) st = c12__take(p, sizeof *p, purchases, "purchases", err);
    if (!st) st = c12__take(s, sizeof *s, steps, "steps", err);
    if (!st) st = purchase_columns(b, p, s, err);
    if (st) return st;
    c12__faults f = { err, C12_OK, 0 };
    for (int32_t k = 0; k < b->n_persons && !c12__full(&f); k++) if (b->role[k] < -1 || b->role[k] >= b->n_roles) c12__fault(&f, C12_E_RANGE, "no such role", "role", k, b->role[k]);
    for (int32_t k = 0; k < b->n_roles && !c12__full(&f); k++) if (b->limit[k] < 0) c12__fault(&f, C12_E_RANGE, "limits are >= 0", "limit", k, b->limit[k]);
    for (int32_t i = 0; i < p->n && !c12__full(&f); i++) purchase_see(&f, b, p, i);
    for (int64_t i = 0; i < s->n && !c12__full(&f); i++) purchase_see_step(&f, b, p, s, i);
    for (int32_t i = 0; i < p->n && !c12__full(&f); i++) if (s->n > INT32_MAX - p->steps[i]) c12__fault(&f, C12_E_OVERFLOW, "more steps than a purchase counts", "steps", i, p->steps[i]);
    return f.status;
}

/* ---- may it? ------------------------------------------------------------------------------------------------------------------------------ */

typedef struct purchase_step { int32_t row, kind, by; c12_ns at; c12_qty qty, bad; c12_money amount; int64_t expected, actual; } purchase_step;

static int32_t purchase_against(purchase_step *d, int32_t refused, int64_t expected, int64_t actual)
{
    d->expected = expected;
    d->actual = actual;
    return refused;
}

/* Highest price that passes against another: price * (10^6 + ppm) / 10^6, rounded down; no overflow below 2^61 / qty times 2. */
static c12_money purchase_highest(c12_money price, int32_t ppm) { return price + price / 1000000 * ppm + price % 1000000 * ppm / 1000000; }
static c12_money purchase_lowest(c12_money price, int32_t ppm) { return price - (price / 1000000 * ppm + price % 1000000 * ppm / 1000000); }

static int32_t purchase_approves(const c12_flow_buying *b, const c12_flow_purchases *p, purchase_step *d)
{
    const int32_t role = d->by >= 0 ? b->role[d->by] : -1;
    const c12_money value = p->requested[d->row] * p->expected[d->row];
    c12_access_decision says = C12_INIT(c12_access_decision);
    if (d->by >= 0 && d->by == p->requester[d->row]) return C12_FLOW_SELF_APPROVED;
    if (role < 0) return C12_FLOW_MAY_NOT;
    if (b->access && (c12_access_decide(b->access, 1, &role, b->approve_action, 0, NULL, &says, NULL) || !says.allowed)) return C12_FLOW_MAY_NOT;
    return value > b->limit[role] ? purchase_against(d, C12_FLOW_OVER_LIMIT, b->limit[role], value) : C12_FLOW_DONE;
}

static int32_t purchase_invoices(const c12_flow_buying *b, const c12_flow_purchases *p, purchase_step *d)
{
    const c12_money price = p->price[d->row];
    const c12_qty open = p->accepted[d->row] - p->invoiced[d->row];
    if (d->qty < 1 || d->qty > open) return purchase_against(d, C12_FLOW_MATCH_QTY, open, d->qty);
    return d->amount > purchase_highest(price, b->price_ppm) || d->amount < purchase_lowest(price, b->price_ppm) ? purchase_against(d, C12_FLOW_MATCH_PRICE, price, d->amount) : C12_FLOW_DONE;
}

static int32_t purchase_may(const c12_flow_buying *b, const c12_flow_purchases *p, purchase_step *d)
{
    const int32_t r = d->row;
    const c12_qty missing = p->ordered[r] - p->arrived[r] - p->accepted[r];
    c12_money highest;
    if (d->at < (p->steps[r] ? p->last[r] : p->created[r])) return C12_FLOW_OUT_OF_ORDER;
    if (purchase_moves[p->state[r]][d->kind] == P_NO) return C12_FLOW_NO_SUCH_STEP;
    switch (d->kind) {
    case C12_FLOW_APPROVE: return purchase_approves(b, p, d);
    case C12_FLOW_ORDER:
        highest = purchase_highest(p->expected[r], b->price_ppm);
        if (d->qty < 1 || d->qty > p->requested[r]) return purchase_against(d, C12_FLOW_OVER_QTY, p->requested[r], d->qty);
        return d->amount > highest ? purchase_against(d, C12_FLOW_OVER_PRICE, highest, d->amount) : C12_FLOW_DONE;
    case C12_FLOW_RECEIVE: return d->qty < 1 || d->qty > missing ? purchase_against(d, C12_FLOW_OVER_QTY, missing, d->qty) : C12_FLOW_DONE;
    case C12_FLOW_INSPECT:
        if (d->qty <= p->arrived[r] && d->bad <= p->arrived[r] - d->qty && (d->qty || d->bad)) return C12_FLOW_DONE;
        return purchase_against(d, C12_FLOW_OVER_QTY, p->arrived[r], d->qty > INT64_MAX - d->bad ? INT64_MAX : d->qty + d->bad);
    case C12_FLOW_INVOICE: return purchase_invoices(b, p, d);
    case C12_FLOW_PAY: return d->amount < 1 || d->amount > p->owed[r] ? purchase_against(d, C12_FLOW_OVER_OWED, p->owed[r], d->amount) : C12_FLOW_DONE;
    default: return C12_FLOW_DONE;
    }
}

/* ---- it happens ------------------------------------------------------------------------------------------------------------------------------ */

/* Pieces come into stock at standard cost, or leave it again with a negative quantity. */
static void purchase_values(c12_flow_postings *o, const c12_flow_purchases *p, int32_t r, int64_t step, c12_qty qty)
{
    c12__flow_entry(o, step, C12_COST_RAW, qty * p->standard[r]);
    c12__flow_entry(o, step, C12_COST_GRIR, -qty * p->price[r]);
    c12__flow_entry(o, step, C12_COST_PRICE_VARIANCE, qty * p->price[r] - qty * p->standard[r]);
}

static void purchase_posts(const c12_flow_buying *b, const c12_flow_purchases *p, const purchase_step *d, int64_t step, c12_flow_postings *o)
{
    const int32_t r = d->row;
    switch (d->kind) {
    case C12_FLOW_RECEIVE:
        c12__flow_move(o, step, C12_STOCK_RECEIPT, p->item[r], -1, b->dock, d->qty);
        purchase_values(o, p, r, step, d->qty);
        break;
    case C12_FLOW_INSPECT:
        c12__flow_move(o, step, C12_STOCK_TRANSFER, p->item[r], b->dock, b->place, d->qty);
        c12__flow_move(o, step, C12_STOCK_ISSUE, p->item[r], b->dock, -1, d->bad);
        purchase_values(o, p, r, step, -d->bad);
        break;
    case C12_FLOW_INVOICE:
        c12__flow_entry(o, step, C12_COST_GRIR, d->qty * p->price[r]);
        c12__flow_entry(o, step, C12_COST_PRICE_VARIANCE, d->qty * d->amount - d->qty * p->price[r]);
        c12__flow_entry(o, step, C12_COST_PAYABLE, -d->qty * d->amount);
        break;
    case C12_FLOW_PAY:
        c12__flow_entry(o, step, C12_COST_PAYABLE, d->amount);
        c12__flow_entry(o, step, C12_COST_BANK, -d->amount);
        break;
    default: break;
    }
}

static void purchase_happens(c12_flow_purchases *p, const purchase_step *d)
{
    const int32_t r = d->row;
    p->state[r] = purchase_moves[p->state[r]][d->kind];
    p->steps[r]++;
    p->last[r] = d->at;
    switch (d->kind) {
    case C12_FLOW_ORDER: p->ordered[r] = d->qty; p->price[r] = d->amount; break;
    case C12_FLOW_RECEIVE: p->arrived[r] += d->qty; break;
    case C12_FLOW_INSPECT: p->arrived[r] -= d->qty + d->bad; p->accepted[r] += d->qty; break;
    case C12_FLOW_INVOICE: p->invoiced[r] += d->qty; p->owed[r] += d->qty * d->amount; break;
    case C12_FLOW_PAY: p->owed[r] -= d->amount; break;
    default: break;
    }
    if (p->state[r] < C12_FLOW_ORDERED || p->state[r] > C12_FLOW_MATCHED) return;
    if (p->invoiced[r] == p->ordered[r]) p->state[r] = p->owed[r] ? C12_FLOW_MATCHED : C12_FLOW_PAID;
    else if (p->accepted[r] == p->ordered[r]) p->state[r] = C12_FLOW_ACCEPTED;
}

c12_status c12_flow_purchase_run(const c12_flow_buying *terms, c12_flow_purchases *purchases, const c12_flow_steps *steps, int32_t *refusal, int64_t *expected, int64_t *actual, c12_flow_postings *postings, c12_error *err)
{
    c12_flow_buying b;
    c12_flow_purchases p;
    c12_flow_steps s;
    c12_flow_postings o;
    c12_status st = c12__flow_purchase_open(&b, &p, &s, terms, purchases, steps, err);
    if (!st && s.n > INT64_MAX / 4) st = c12__fail(err, C12_E_RANGE, "too many steps", "n", -1, s.n);
    if (!st) st = c12__flow_take_postings(&o, postings, 2 * s.n, 3 * s.n, err);
    if (!st && s.n && (!refusal || !expected || !actual)) st = c12__fail(err, C12_E_ARG, "column is NULL", "refusal", -1, 0);
    if (st) return st;
    for (int64_t i = 0; i < s.n; i++) {
        purchase_step d = { s.row[i], s.kind[i], s.by[i], s.at[i], c12__at64(s.qty, i, 0), c12__at64(s.bad, i, 0), c12__at64(s.amount, i, 0), 0, 0 };
        refusal[i] = purchase_may(&b, &p, &d);
        expected[i] = d.expected;
        actual[i] = d.actual;
        if (refusal[i]) continue;
        purchase_posts(&b, &p, &d, i, &o);
        purchase_happens(&p, &d);
    }
    c12__give(postings, &o, sizeof o);
    return C12_OK;
}
