/* SPDX-License-Identifier: Apache-2.0 */
/* The checker of purchases keeps no state: sums over the accepted steps before say what a step may, and what its entries must be. */
#include "c12/stock.h"
#include "flow/shop/flow_books_check.h"
#include "flow/shop/flow_purchase.h"

typedef struct purchase_judge { c12_flow_buying b; c12_flow_purchases p; c12__flow_history h; } purchase_judge;
typedef struct purchase_past { c12_qty ordered, received, passed, returned, billed; c12_money price, billed_value, paid; int64_t steps; int approved, rejected; c12_ns last; } purchase_past;

/* What the accepted steps of a purchase before step `to` add up to. */
static purchase_past purchase_story(const purchase_judge *j, int32_t r, int64_t to)
{
    purchase_past t = { .last = j->p.created[r] };
    for (int64_t i = 0; i < to; i++) {
        if (j->h.s.row[i] != r || j->h.refusal[i]) continue;
        const c12_qty qty = c12__at64(j->h.s.qty, i, 0);
        const c12_money amount = c12__at64(j->h.s.amount, i, 0);
        t.steps++;
        t.last = j->h.s.at[i];
        switch (j->h.s.kind[i]) {
        case C12_FLOW_APPROVE: t.approved = 1; break;
        case C12_FLOW_REJECT: t.rejected = 1; break;
        case C12_FLOW_ORDER: t.ordered = qty; t.price = amount; break;
        case C12_FLOW_RECEIVE: t.received += qty; break;
        case C12_FLOW_INSPECT: t.passed += qty; t.returned += c12__at64(j->h.s.bad, i, 0); break;
        case C12_FLOW_INVOICE: t.billed += qty; t.billed_value += qty * amount; break;
        default: t.paid += amount;
        }
    }
    return t;
}

static int32_t purchase_stands(const purchase_past *t)
{
    if (t->rejected) return C12_FLOW_REJECTED;
    if (!t->approved) return C12_FLOW_REQUESTED;
    if (!t->ordered) return C12_FLOW_APPROVED;
    if (t->billed == t->ordered) return t->billed_value == t->paid ? C12_FLOW_PAID : C12_FLOW_MATCHED;
    return t->passed == t->ordered ? C12_FLOW_ACCEPTED : C12_FLOW_ORDERED;
}

/* |a - b| * 10^6 <= b * ppm, by wide products. */
static int purchase_within(c12_money a, c12_money b, int32_t ppm)
{
    const uint64_t gap = (uint64_t)(a > b ? a - b : b - a);
    return c12__cmp_u128(c12__mul_u64(gap, 1000000), c12__mul_u64((uint64_t)b, (uint64_t)ppm)) <= 0;
}

static int32_t purchase_approval(const purchase_judge *j, int64_t i)
{
    const int32_t by = j->h.s.by[i], role = by < 0 ? -1 : j->b.role[by], r = j->h.s.row[i];
    c12_access_decision says = C12_INIT(c12_access_decision);
    if (by >= 0 && j->p.requester[r] == by) return C12_FLOW_SELF_APPROVED;
    if (role < 0 || (j->b.access && (c12_access_decide(j->b.access, 1, &role, j->b.approve_action, 0, NULL, &says, NULL) || !says.allowed))) return C12_FLOW_MAY_NOT;
    return c12__cmp_u128(c12__mul_u64((uint64_t)j->p.requested[r], (uint64_t)j->p.expected[r]), c12__mul_u64((uint64_t)j->b.limit[role], 1)) > 0 ? C12_FLOW_OVER_LIMIT : C12_FLOW_DONE;
}

static int purchase_knows(int32_t state, int32_t kind)
{
    switch (kind) {
    case C12_FLOW_APPROVE: return state == C12_FLOW_REQUESTED;
    case C12_FLOW_REJECT: return state == C12_FLOW_REQUESTED || state == C12_FLOW_APPROVED;
    case C12_FLOW_ORDER: return state == C12_FLOW_APPROVED;
    case C12_FLOW_RECEIVE: case C12_FLOW_INSPECT: return state == C12_FLOW_ORDERED;
    case C12_FLOW_INVOICE: return state == C12_FLOW_ORDERED || state == C12_FLOW_ACCEPTED;
    default: return state >= C12_FLOW_ORDERED && state <= C12_FLOW_MATCHED;
    }
}

static int32_t purchase_objection(const void *self, int64_t i)
{
    const purchase_judge *j = self;
    const int32_t r = j->h.s.row[i], kind = j->h.s.kind[i];
    const purchase_past t = purchase_story(j, r, i);
    const c12_qty qty = c12__at64(j->h.s.qty, i, 0), bad = c12__at64(j->h.s.bad, i, 0), dock = t.received - t.passed - t.returned;
    const c12_money amount = c12__at64(j->h.s.amount, i, 0);
    if (j->h.s.at[i] < t.last) return C12_FLOW_OUT_OF_ORDER;
    if (!purchase_knows(purchase_stands(&t), kind)) return C12_FLOW_NO_SUCH_STEP;
    if (kind == C12_FLOW_APPROVE) return purchase_approval(j, i);
    if (kind == C12_FLOW_ORDER && (!qty || qty > j->p.requested[r])) return C12_FLOW_OVER_QTY;
    if (kind == C12_FLOW_ORDER) return amount > j->p.expected[r] && !purchase_within(amount, j->p.expected[r], j->b.price_ppm) ? C12_FLOW_OVER_PRICE : C12_FLOW_DONE;
    if (kind == C12_FLOW_RECEIVE) return !qty || qty > t.ordered - (t.received - t.returned) ? C12_FLOW_OVER_QTY : C12_FLOW_DONE;
    if (kind == C12_FLOW_INSPECT) return (!qty && !bad) || qty > dock || bad > dock - qty ? C12_FLOW_OVER_QTY : C12_FLOW_DONE;
    if (kind == C12_FLOW_INVOICE && (!qty || qty > t.passed - t.billed)) return C12_FLOW_MATCH_QTY;
    if (kind == C12_FLOW_INVOICE) return purchase_within(amount, t.price, j->b.price_ppm) ? C12_FLOW_DONE : C12_FLOW_MATCH_PRICE;
    return kind == C12_FLOW_PAY && (!amount || amount > t.billed_value - t.paid) ? C12_FLOW_OVER_OWED : C12_FLOW_DONE;
}

static const char *purchase_wrong(const void *self, int32_t r)
{
    const purchase_judge *j = self;
    const c12_flow_purchases *p = &j->p;
    const purchase_past t = purchase_story(j, r, j->h.s.n);
    const c12_qty stock = t.received - t.returned, dock = stock - t.passed;
    if (p->state[r] != purchase_stands(&t)) return "state";
    if (p->steps[r] != t.steps || (t.steps && p->last[r] != t.last)) return "steps";
    if (p->ordered[r] != t.ordered || p->price[r] != t.price) return "ordered";
    if (p->arrived[r] != dock || p->accepted[r] != t.passed) return "accepted";
    if (p->invoiced[r] != t.billed || p->owed[r] != t.billed_value - t.paid) return "invoiced";
    if (c12__flow_sum(&j->h, r, -1, C12_COST_RAW) != stock * p->standard[r] || c12__flow_sum(&j->h, r, -1, C12_COST_GRIR) != (t.billed - stock) * t.price || c12__flow_sum(&j->h, r, -1, C12_COST_BANK) != -t.paid
        || c12__flow_sum(&j->h, r, -1, C12_COST_PAYABLE) != t.paid - t.billed_value || c12__flow_sum(&j->h, r, -1, -1)) return "entry_amount";
    return c12__flow_lies(&j->h, r, p->item[r], p->item[r], j->b.dock) != dock || c12__flow_lies(&j->h, r, p->item[r], p->item[r], j->b.place) != t.passed ? "move_qty" : NULL;
}

c12_status c12_flow_purchase_check(const c12_flow_buying *terms, const c12_flow_purchases *purchases, const c12_flow_steps *steps, const int32_t *refusal, const c12_flow_postings *postings, c12_verdict *verdict, c12_error *err)
{
    purchase_judge j = { .h = { .refusal = refusal } };
    const c12_status s = c12__flow_purchase_open(&j.b, &j.p, &j.h.s, terms, purchases, steps, err);
    const c12__flow_trial t = { &j, purchase_objection, purchase_wrong, j.p.n, "purchase, stock or accounts are not where its steps have led them" };
    return s ? s : c12__flow_judge(&j.h, postings, &t, verdict, err);
}
