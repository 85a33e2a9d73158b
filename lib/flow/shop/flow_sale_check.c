/* SPDX-License-Identifier: Apache-2.0 */
/* The checker of sales keeps no state: sums over the accepted steps before say what a step may, and where accounts and stock must stand. */
#include "flow/shop/flow_books_check.h"
#include "flow/shop/flow_sale.h"

typedef struct sale_judge { c12_flow_sales p; c12__flow_history h; } sale_judge;
typedef struct sale_past { c12_qty issued, made, sent, billed; c12_money material, charged, paid; int64_t steps; int making, cancelled; c12_ns last; } sale_past;

static sale_past sale_story(const sale_judge *j, int32_t r, int64_t to)
{
    sale_past t = { .last = j->p.created[r] };
    for (int64_t i = 0; i < to; i++) {
        if (j->h.s.row[i] != r || j->h.refusal[i]) continue;
        const c12_qty qty = c12__at64(j->h.s.qty, i, 0);
        const c12_money amount = c12__at64(j->h.s.amount, i, 0);
        t.steps++;
        t.last = j->h.s.at[i];
        switch (j->h.s.kind[i]) {
        case C12_FLOW_MAKE: t.making = 1; break;
        case C12_FLOW_CANCEL: t.cancelled = 1; break;
        case C12_FLOW_ISSUE: t.issued += qty; t.material += qty * amount; break;
        case C12_FLOW_ABSORB: t.charged += amount; break;
        case C12_FLOW_COMPLETE: t.made += qty; break;
        case C12_FLOW_SHIP: t.sent += qty; break;
        case C12_FLOW_BILL: t.billed += qty; break;
        default: t.paid += amount;
        }
    }
    return t;
}

static int32_t sale_stands(const sale_judge *j, int32_t r, const sale_past *t)
{
    const c12_qty all = j->p.ordered[r];
    if (t->cancelled) return C12_FLOW_CANCELLED;
    if (!t->making) return C12_FLOW_SOLD;
    if (t->billed == all) return t->paid == all * j->p.price[r] ? C12_FLOW_COLLECTED : C12_FLOW_BILLED;
    return t->sent == all ? C12_FLOW_SENT : t->made == all ? C12_FLOW_MADE : C12_FLOW_MAKING;
}

static int32_t sale_objection(const void *self, int64_t i)
{
    const sale_judge *j = self;
    const int32_t r = j->h.s.row[i], kind = j->h.s.kind[i];
    const sale_past t = sale_story(j, r, i);
    const int32_t state = sale_stands(j, r, &t);
    const c12_qty qty = c12__at64(j->h.s.qty, i, 0), all = j->p.ordered[r];
    const c12_money amount = c12__at64(j->h.s.amount, i, 0);
    const int begins = kind == C12_FLOW_MAKE || kind == C12_FLOW_CANCEL, works = kind == C12_FLOW_ISSUE || kind == C12_FLOW_ABSORB || kind == C12_FLOW_COMPLETE;
    if (j->h.s.at[i] < t.last) return C12_FLOW_OUT_OF_ORDER;
    if (begins ? state != C12_FLOW_SOLD : state == C12_FLOW_SOLD || state > C12_FLOW_BILLED) return C12_FLOW_NO_SUCH_STEP;
    if ((works && state != C12_FLOW_MAKING) || (kind == C12_FLOW_SHIP && state > C12_FLOW_MADE) || (kind == C12_FLOW_BILL && state > C12_FLOW_SENT)) return C12_FLOW_NO_SUCH_STEP;
    switch (kind) {
    case C12_FLOW_ISSUE: return qty ? C12_FLOW_DONE : C12_FLOW_OVER_QTY;
    case C12_FLOW_COMPLETE: return qty && qty <= all - t.made ? C12_FLOW_DONE : C12_FLOW_OVER_QTY;
    case C12_FLOW_SHIP: return qty && qty <= t.made - t.sent ? C12_FLOW_DONE : C12_FLOW_OVER_QTY;
    case C12_FLOW_BILL: return qty && qty <= t.sent - t.billed ? C12_FLOW_DONE : C12_FLOW_MATCH_QTY;
    case C12_FLOW_COLLECT: return amount && amount <= t.billed * j->p.price[r] - t.paid ? C12_FLOW_DONE : C12_FLOW_OVER_OWED;
    default: return C12_FLOW_DONE;
    }
}

static const char *sale_wrong(const void *self, int32_t r)
{
    const sale_judge *j = self;
    const c12_flow_sales *p = &j->p;
    const sale_past t = sale_story(j, r, j->h.s.n);
    const int over = t.made == p->ordered[r];
    const c12_money cost = t.material + t.charged, worth = t.made * p->standard[r];
    if (p->state[r] != sale_stands(j, r, &t)) return "state";
    if (p->work_state[r] != (!t.making ? C12_ORDER_CREATED : t.sent == p->ordered[r] ? C12_ORDER_SHIPPED : over ? C12_ORDER_COMPLETED : C12_ORDER_IN_PROGRESS)) return "work_state";
    if (p->steps[r] != t.steps || (t.steps && p->last[r] != t.last)) return "steps";
    if (p->made[r] != t.made || p->shipped[r] != t.sent || p->billed[r] != t.billed) return "made";
    if (p->wip[r] != (over ? 0 : cost - worth)) return "wip";
    if (p->open[r] != t.billed * p->price[r] - t.paid) return "open";
    const c12_money want[][2] = { { C12_COST_RAW, -t.material }, { C12_COST_ABSORBED, -t.charged }, { C12_COST_WIP, over ? 0 : cost - worth }, { C12_COST_GOODS, worth - t.sent * p->standard[r] },
        { C12_COST_MAKING_VARIANCE, over ? cost - worth : 0 }, { C12_COST_OF_SALES, t.sent * p->standard[r] }, { C12_COST_REVENUE, -t.billed * p->price[r] }, { C12_COST_RECEIVABLE, t.billed * p->price[r] - t.paid },
        { C12_COST_BANK, t.paid }, { -1, 0 } };
    for (size_t k = 0; k < sizeof want / sizeof *want; k++) if (c12__flow_sum(&j->h, r, -1, (int32_t)want[k][0]) != want[k][1]) return "entry_amount";
    const int one = p->item[r] == p->material[r] && p->shelf == p->store; /* both lie in one heap */
    return c12__flow_lies(&j->h, r, p->item[r], p->material[r], p->shelf) != t.made - t.sent - (one ? t.issued : 0) || (!one && c12__flow_lies(&j->h, r, p->material[r], p->item[r], p->store) != -t.issued) ? "move_qty" : NULL;
}

c12_status c12_flow_sale_check(const c12_flow_sales *sales, const c12_flow_steps *steps, const int32_t *refusal, const c12_flow_postings *postings, c12_verdict *verdict, c12_error *err)
{
    sale_judge j = { .h = { .refusal = refusal } };
    const c12_status s = c12__flow_sale_open(&j.p, &j.h.s, sales, steps, err);
    const c12__flow_trial t = { &j, sale_objection, sale_wrong, j.p.n, "sale, stock or accounts are not where its steps have led them" };
    return s ? s : c12__flow_judge(&j.h, postings, &t, verdict, err);
}
