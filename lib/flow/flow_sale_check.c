/* SPDX-License-Identifier: Apache-2.0 */
/* The checker of sales keeps no state: sums over the accepted steps before say what a step may, and where accounts and stock must stand. */
#include "flow/flow_sale.h"

typedef struct sale_judge { c12_flow_sales p; c12_flow_steps s; const int32_t *refusal; c12_flow_postings o; } sale_judge;
typedef struct sale_past { c12_qty issued, made, sent, billed; c12_money material, charged, paid; int64_t steps; int making, cancelled; c12_ns last; } sale_past;

static sale_past sale_story(const sale_judge *j, int32_t r, int64_t to)
{
    sale_past t = { .last = j->p.created[r] };
    for (int64_t i = 0; i < to; i++) {
        if (j->s.row[i] != r || j->refusal[i]) continue;
        const c12_qty qty = c12__at64(j->s.qty, i, 0);
        const c12_money amount = c12__at64(j->s.amount, i, 0);
        t.steps++;
        t.last = j->s.at[i];
        switch (j->s.kind[i]) {
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

static int32_t sale_objection(const sale_judge *j, int64_t i)
{
    const int32_t r = j->s.row[i], kind = j->s.kind[i];
    const sale_past t = sale_story(j, r, i);
    const int32_t state = sale_stands(j, r, &t);
    const c12_qty qty = c12__at64(j->s.qty, i, 0), all = j->p.ordered[r];
    const c12_money amount = c12__at64(j->s.amount, i, 0);
    const int begins = kind == C12_FLOW_MAKE || kind == C12_FLOW_CANCEL, works = kind == C12_FLOW_ISSUE || kind == C12_FLOW_ABSORB || kind == C12_FLOW_COMPLETE;
    if (j->s.at[i] < t.last) return C12_FLOW_OUT_OF_ORDER;
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

/* Sum of the entries of a sale on an account, or with step >= 0 of that step; account 0 = all. */
static c12_money sale_balance(const sale_judge *j, int32_t r, int64_t step, int32_t account)
{
    c12_money sum = 0;
    for (int64_t i = 0; i < j->o.n_entries; i++) {
        const int64_t of = j->o.entry_step[i];
        if (of < 0 || of >= j->s.n || j->refusal[of]) return INT64_MIN;
        if ((step >= 0 ? of == step : j->s.row[of] == r) && (!account || j->o.entry_account[i] == account) && c12__add64(sum, j->o.entry_amount[i], &sum)) return INT64_MIN;
    }
    return sum;
}

static c12_qty sale_lies(const sale_judge *j, int32_t r, int32_t item, int32_t location)
{
    c12_qty sum = 0;
    for (int64_t i = 0; i < j->o.n_moves; i++) {
        const int64_t of = j->o.move_step[i];
        if (of < 0 || of >= j->s.n || j->refusal[of] || j->o.move_qty[i] < 1) return INT64_MIN;
        if (j->s.row[of] != r || j->o.move_item[i] != item) continue;
        sum += j->o.move_to[i] == location ? j->o.move_qty[i] : 0;
        sum -= j->o.move_from[i] == location ? j->o.move_qty[i] : 0;
    }
    return sum;
}

static const char *sale_wrong(const sale_judge *j, int32_t r)
{
    const c12_flow_sales *p = &j->p;
    const sale_past t = sale_story(j, r, j->s.n);
    const int over = t.made == p->ordered[r];
    const c12_money cost = t.material + t.charged, worth = t.made * p->standard[r];
    if (p->state[r] != sale_stands(j, r, &t)) return "state";
    if (p->work_state[r] != (!t.making ? C12_ORDER_CREATED : t.sent == p->ordered[r] ? C12_ORDER_SHIPPED : over ? C12_ORDER_COMPLETED : C12_ORDER_IN_PROGRESS)) return "work_state";
    if (p->steps[r] != t.steps || (t.steps && p->last[r] != t.last)) return "steps";
    if (p->made[r] != t.made || p->shipped[r] != t.sent || p->billed[r] != t.billed) return "made";
    if (p->wip[r] != (over ? 0 : cost - worth)) return "wip";
    if (p->open[r] != t.billed * p->price[r] - t.paid) return "open";
    const c12_money want[][2] = { { C12_FLOW_MATERIAL_STOCK, -t.material }, { C12_FLOW_ABSORBED, -t.charged }, { C12_FLOW_WIP, over ? 0 : cost - worth }, { C12_FLOW_GOODS, worth - t.sent * p->standard[r] },
        { C12_FLOW_COST_VARIANCE, over ? cost - worth : 0 }, { C12_FLOW_COST_OF_SALES, t.sent * p->standard[r] }, { C12_FLOW_REVENUE, -t.billed * p->price[r] }, { C12_FLOW_RECEIVABLE, t.billed * p->price[r] - t.paid },
        { C12_FLOW_BANK, t.paid }, { 0, 0 } };
    for (size_t k = 0; k < sizeof want / sizeof *want; k++) if (sale_balance(j, r, -1, (int32_t)want[k][0]) != want[k][1]) return "entry_amount";
    const int one = p->item[r] == p->material[r] && p->shelf == p->store; /* both lie in one heap */
    return sale_lies(j, r, p->item[r], p->shelf) != t.made - t.sent - (one ? t.issued : 0) || (!one && sale_lies(j, r, p->material[r], p->store) != -t.issued) ? "move_qty" : NULL;
}

c12_status c12_flow_sale_check(const c12_flow_sales *sales, const c12_flow_steps *steps, const int32_t *refusal, const c12_flow_postings *postings, c12_verdict *verdict, c12_error *err)
{
    sale_judge j = { .refusal = refusal };
    c12_status s = c12__flow_sale_open(&j.p, &j.s, sales, steps, err);
    if (!s) s = c12__take(&j.o, sizeof j.o, postings, "postings", err);
    if (s) return s;
    if (!verdict || (j.s.n && !refusal) || j.o.n_moves > j.o.move_cap || j.o.n_entries > j.o.entry_cap) return c12__fail(err, C12_E_ARG, "argument is NULL or a list is not whole", "verdict", -1, 0);
    c12_verdict v = C12_INIT(c12_verdict);
    v.row = v.tick = -1;
    for (int64_t i = 0; i < j.s.n && !v.violations; i++) {
        const int wrong = refusal[i] != sale_objection(&j, i);
        v.objective += !refusal[i];
        if (!wrong && (refusal[i] || !sale_balance(&j, -1, i, 0))) continue;
        v.violations = 1;
        v.row = i;
        v.field = wrong ? "refusal" : "entry_amount";
        v.rule = wrong ? "step is refused or accepted for the wrong reason" : "entries of a step do not balance";
    }
    for (int32_t r = 0; r < j.p.n && !v.violations; r++) {
        if (!(v.field = sale_wrong(&j, r))) continue;
        v.violations = 1;
        v.row = r;
        v.rule = "sale, stock or accounts are not where its steps have led them";
    }
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
