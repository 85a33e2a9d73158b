/* SPDX-License-Identifier: Apache-2.0 */
/* From a sales order to its payment: each step's movements and entries by hand, and random histories before the checker. */
#include "c12/flow.h"
#include "c12/stock.h"
#include "base/rng.h"
#include "rounds.h"
#include <check.h>
#include <string.h>

enum { SALES = 3, DEEDS = 100, SALE_STORE = 4, SALE_SHELF = 5 };

typedef struct sale_desk {
    int32_t item[SALES], material[SALES], state[SALES], work[SALES], steps[SALES];
    c12_qty ordered[SALES], made[SALES], shipped[SALES], billed[SALES];
    c12_money price[SALES], standard[SALES], wip[SALES], open[SALES];
    c12_ns created[SALES], last[SALES];
    int32_t row[DEEDS], kind[DEEDS], by[DEEDS], refusal[DEEDS];
    c12_ns at[DEEDS];
    c12_qty qty[DEEDS];
    c12_money amount[DEEDS];
    int64_t want[DEEDS], have[DEEDS], m_step[DEEDS], j_step[3 * DEEDS];
    int32_t m_kind[DEEDS], m_item[DEEDS], m_from[DEEDS], m_to[DEEDS], j_account[3 * DEEDS];
    c12_qty m_qty[DEEDS];
    c12_money j_amount[3 * DEEDS];
    c12_flow_sales p;
    c12_flow_steps s;
    c12_flow_postings o;
} sale_desk;

static sale_desk *sale_new(sale_desk *d)
{
    memset(d, 0, sizeof *d);
    d->p = (c12_flow_sales)C12_INIT(c12_flow_sales);
    d->p.n = SALES; d->p.store = SALE_STORE; d->p.shelf = SALE_SHELF; d->p.item = d->item; d->p.material = d->material; d->p.ordered = d->ordered; d->p.price = d->price; d->p.standard = d->standard; d->p.created = d->created;
    d->p.state = d->state; d->p.work_state = d->work; d->p.steps = d->steps; d->p.last = d->last; d->p.made = d->made; d->p.shipped = d->shipped; d->p.billed = d->billed; d->p.wip = d->wip; d->p.open = d->open;
    d->s = (c12_flow_steps)C12_INIT(c12_flow_steps);
    d->s.row = d->row; d->s.kind = d->kind; d->s.by = d->by; d->s.at = d->at; d->s.qty = d->qty; d->s.amount = d->amount;
    d->o = (c12_flow_postings)C12_INIT(c12_flow_postings);
    d->o.move_cap = DEEDS; d->o.entry_cap = 3 * DEEDS; d->o.move_step = d->m_step; d->o.move_kind = d->m_kind; d->o.move_item = d->m_item; d->o.move_from = d->m_from; d->o.move_to = d->m_to; d->o.move_qty = d->m_qty;
    d->o.entry_step = d->j_step; d->o.entry_account = d->j_account; d->o.entry_amount = d->j_amount;
    for (int i = 0; i < SALES; i++) { d->item[i] = 20 + i; d->material[i] = 30 + i; d->ordered[i] = 4; d->price[i] = 150; d->standard[i] = 100; }
    return d;
}

static int sale_deed(sale_desk *d, int32_t row, int32_t kind, c12_qty qty, c12_money amount)
{
    const int i = (int)d->s.n++;
    d->row[i] = row; d->kind[i] = kind; d->at[i] = i; d->qty[i] = qty; d->amount[i] = amount;
    return i;
}

static void sale_apply(sale_desk *d)
{
    c12_error e = C12_INIT(c12_error);
    if (c12_flow_sale_run(&d->p, &d->s, d->refusal, d->want, d->have, &d->o, &e)) ck_abort_msg("%s %s[%d]", e.what, e.field, (int)e.row);
}

static void sale_judged(const sale_desk *d)
{
    c12_verdict v = C12_INIT(c12_verdict);
    if (c12_flow_sale_check(&d->p, &d->s, d->refusal, &d->o, &v, NULL)) ck_abort_msg("refused");
    if (v.violations) ck_abort_msg("%s: %s[%d]", v.rule, v.field, (int)v.row);
}

/* The entries of a step: debit and credit, each of so much, and nothing else; a third account takes the rest. */
static void sale_entries(const sale_desk *d, int step, int32_t debit, c12_money amount, int32_t credit, c12_money less, int32_t rest)
{
    int n = 0;
    for (int64_t i = 0; i < d->o.n_entries; i++) {
        if (d->j_step[i] != step) continue;
        const c12_money want = d->j_account[i] == debit ? amount : d->j_account[i] == credit ? -less : d->j_account[i] == rest ? less - amount : 0;
        if (!want || d->j_amount[i] != want) ck_abort_msg("step %d: %d on %s", step, (int)d->j_amount[i], c12_cost_account_name(d->j_account[i]));
        n++;
    }
    ck_assert_int_eq(n, less == amount ? 2 : 3);
}

START_TEST(a_sale_to_its_payment)
{
    static sale_desk d;
    sale_new(&d);
    const int early = sale_deed(&d, 0, C12_FLOW_ISSUE, 1, 10);
    sale_deed(&d, 0, C12_FLOW_MAKE, 0, 0);
    const int issue = sale_deed(&d, 0, C12_FLOW_ISSUE, 8, 30), absorb = sale_deed(&d, 0, C12_FLOW_ABSORB, 0, 200);
    const int three = sale_deed(&d, 0, C12_FLOW_COMPLETE, 3, 0), ship = sale_deed(&d, 0, C12_FLOW_SHIP, 2, 0), over = sale_deed(&d, 0, C12_FLOW_SHIP, 2, 0);
    const int much = sale_deed(&d, 0, C12_FLOW_COMPLETE, 2, 0), one = sale_deed(&d, 0, C12_FLOW_COMPLETE, 1, 0);
    const int unshipped = sale_deed(&d, 0, C12_FLOW_BILL, 3, 0), bill = sale_deed(&d, 0, C12_FLOW_BILL, 2, 0);
    sale_deed(&d, 0, C12_FLOW_SHIP, 2, 0);
    sale_deed(&d, 0, C12_FLOW_BILL, 2, 0);
    const int more = sale_deed(&d, 0, C12_FLOW_COLLECT, 0, 601), pay = sale_deed(&d, 0, C12_FLOW_COLLECT, 0, 500);
    sale_deed(&d, 0, C12_FLOW_COLLECT, 0, 100);
    const int late = sale_deed(&d, 0, C12_FLOW_COLLECT, 0, 1);
    sale_deed(&d, 1, C12_FLOW_CANCEL, 0, 0);
    sale_apply(&d);
    sale_judged(&d);
    ck_assert(d.refusal[early] == C12_FLOW_NO_SUCH_STEP && d.refusal[late] == C12_FLOW_NO_SUCH_STEP);
    ck_assert(d.refusal[over] == C12_FLOW_OVER_QTY && d.want[over] == 1 && d.have[over] == 2);
    ck_assert(d.refusal[much] == C12_FLOW_OVER_QTY && d.want[much] == 1 && d.have[much] == 2);
    ck_assert(d.refusal[unshipped] == C12_FLOW_MATCH_QTY && d.want[unshipped] == 2 && d.have[unshipped] == 3);
    ck_assert(d.refusal[more] == C12_FLOW_OVER_OWED && d.want[more] == 600 && d.have[more] == 601);
    sale_entries(&d, issue, C12_COST_WIP, 240, C12_COST_RAW, 240, 0);
    sale_entries(&d, absorb, C12_COST_WIP, 200, C12_COST_ABSORBED, 200, 0);
    sale_entries(&d, three, C12_COST_GOODS, 300, C12_COST_WIP, 300, 0);
    sale_entries(&d, one, C12_COST_GOODS, 100, C12_COST_WIP, 140, C12_COST_MAKING_VARIANCE); /* 40 more than standard */
    sale_entries(&d, ship, C12_COST_OF_SALES, 200, C12_COST_GOODS, 200, 0);
    sale_entries(&d, bill, C12_COST_RECEIVABLE, 300, C12_COST_REVENUE, 300, 0);
    sale_entries(&d, pay, C12_COST_BANK, 500, C12_COST_RECEIVABLE, 500, 0);
    ck_assert(d.m_kind[0] == C12_STOCK_ISSUE && d.m_item[0] == 30 && d.m_from[0] == SALE_STORE && d.m_to[0] == -1 && d.m_qty[0] == 8);
    ck_assert(d.m_kind[1] == C12_STOCK_RECEIPT && d.m_item[1] == 20 && d.m_from[1] == -1 && d.m_to[1] == SALE_SHELF && d.m_qty[1] == 3);
    ck_assert(d.m_kind[2] == C12_STOCK_ISSUE && d.m_from[2] == SALE_SHELF && d.m_qty[2] == 2);
    ck_assert(d.state[0] == C12_FLOW_COLLECTED && d.work[0] == C12_ORDER_SHIPPED && d.state[1] == C12_FLOW_CANCELLED && d.wip[0] == 0);
    ck_assert_str_eq(c12_flow_sale_state_name(C12_FLOW_SENT), "SENT");
    ck_assert_str_eq(c12_flow_sale_step_name(C12_FLOW_ABSORB), "absorb");
}
END_TEST

/* A work order on hold stops its sale; lifted, it goes on. */
START_TEST(a_hold_stops_the_sale)
{
    static sale_desk d;
    sale_new(&d);
    sale_deed(&d, 0, C12_FLOW_MAKE, 0, 0);
    sale_deed(&d, 0, C12_FLOW_COMPLETE, 1, 0);
    sale_apply(&d);
    ck_assert_int_eq(c12_order_move(d.work[0], C12_ORDER_HOLD, &d.work[0], NULL), C12_OK);
    d.s.n = 0;
    sale_deed(&d, 0, C12_FLOW_COMPLETE, 1, 0);
    sale_deed(&d, 0, C12_FLOW_SHIP, 1, 0);
    sale_deed(&d, 0, C12_FLOW_ABSORB, 0, 5);
    for (int i = 0; i < 3; i++) d.at[i] = 10;
    sale_apply(&d);
    for (int i = 0; i < 3; i++) ck_assert_int_eq(d.refusal[i], C12_FLOW_WORK_STOPPED);
    ck_assert_int_eq(d.o.n_entries, 0);
    ck_assert_int_eq(c12_order_move(d.work[0], C12_ORDER_RESUME, &d.work[0], NULL), C12_OK);
    sale_apply(&d);
    for (int i = 0; i < 3; i++) ck_assert_int_eq(d.refusal[i], C12_FLOW_DONE);
}
END_TEST

START_TEST(random_sales)
{
    static sale_desk d;
    c12__rng g = c12__rng_from(29, 1);
    int64_t seen[C12_FLOW_STEP_REFUSALS] = { 0 }, states[7] = { 0 };
    for (int round = 0; round < rounds(300); round++) {
        sale_new(&d);
        for (int i = 0; i < SALES; i++) { d.ordered[i] = 1 + (c12_qty)c12__rng_below(&g, 6); d.price[i] = (c12_money)c12__rng_below(&g, round % 3 ? 90 : 2); d.standard[i] = (c12_money)c12__rng_below(&g, 60); }
        if (round % 4 == 0) { d.material[0] = d.item[0]; d.p.store = SALE_SHELF; }
        for (int k = 0; k < DEEDS; k++) {
            const int i = sale_deed(&d, (int32_t)c12__rng_below(&g, SALES), k < 4 ? C12_FLOW_MAKE : (int32_t)c12__rng_below(&g, 8), (c12_qty)c12__rng_below(&g, 4), (c12_money)c12__rng_below(&g, round % 3 ? 100 : 3));
            d.at[i] -= c12__rng_below(&g, 20) ? 0 : 9;
        }
        sale_apply(&d);
        sale_judged(&d);
        for (int k = 0; k < DEEDS; k++) seen[d.refusal[k]]++;
        for (int i = 0; i < SALES; i++) states[d.state[i]]++;
        c12_verdict v = C12_INIT(c12_verdict);
        if (d.o.n_entries) { /* an entry on another account is seen */
            const int64_t at = (int64_t)c12__rng_below(&g, (uint64_t)d.o.n_entries);
            d.j_account[at] = d.j_account[at] == C12_COST_BANK ? C12_COST_WIP : C12_COST_BANK;
            ck_assert_int_eq(c12_flow_sale_check(&d.p, &d.s, d.refusal, &d.o, &v, NULL), C12_OK);
            ck_assert_int_eq(v.violations, 1);
        }
    }
    static const int may[] = { C12_FLOW_DONE, C12_FLOW_NO_SUCH_STEP, C12_FLOW_OUT_OF_ORDER, C12_FLOW_OVER_QTY, C12_FLOW_MATCH_QTY, C12_FLOW_OVER_OWED };
    for (size_t k = 0; k < sizeof may / sizeof *may && rounds(300) >= 300; k++) if (!seen[may[k]]) ck_abort_msg("never refused because %s", c12_flow_refusal_name(may[k]));
    for (int k = 1; k < 7 && rounds(300) >= 300; k++) if (!states[k]) ck_abort_msg("none ended %s", c12_flow_sale_state_name(k));
}
END_TEST

START_TEST(bad_sales)
{
    static sale_desk d;
    c12_error e = C12_INIT(c12_error);
    sale_new(&d);
    sale_deed(&d, 1, C12_FLOW_ISSUE, 1, 1);
#define WRONG_SALE(change, undo, status, name) do { change; ck_assert_int_eq(c12_flow_sale_run(&d.p, &d.s, d.refusal, d.want, d.have, &d.o, &e), status); ck_assert_str_eq(e.field, name); undo; e = (c12_error)C12_INIT(c12_error); } while (0)
    WRONG_SALE(d.row[0] = SALES, d.row[0] = 1, C12_E_RANGE, "row");
    WRONG_SALE(d.kind[0] = 8, d.kind[0] = 2, C12_E_RANGE, "kind");
    WRONG_SALE(d.by[0] = -2, d.by[0] = 0, C12_E_RANGE, "by");
    WRONG_SALE(d.qty[0] = -1, d.qty[0] = 1, C12_E_RANGE, "qty");
    WRONG_SALE(d.amount[0] = -1, d.amount[0] = 1, C12_E_RANGE, "amount");
    WRONG_SALE((d.amount[0] = INT64_MAX, d.qty[0] = 2), (d.amount[0] = 1, d.qty[0] = 1), C12_E_OVERFLOW, "amount");
    WRONG_SALE(d.ordered[2] = 0, d.ordered[2] = 4, C12_E_RANGE, "ordered");
    WRONG_SALE(d.price[2] = INT64_MAX, d.price[2] = 1, C12_E_OVERFLOW, "price");
    WRONG_SALE(d.standard[2] = -1, d.standard[2] = 1, C12_E_RANGE, "standard");
    WRONG_SALE(d.shipped[2] = 1, d.shipped[2] = 0, C12_E_RANGE, "made");
    WRONG_SALE(d.state[2] = 7, d.state[2] = 0, C12_E_RANGE, "state");
    WRONG_SALE(d.work[2] = 8, d.work[2] = 0, C12_E_RANGE, "work_state");
    WRONG_SALE(d.o.entry_cap = 2, d.o.entry_cap = 9, C12_E_SPACE, "entry_cap");
    WRONG_SALE(d.o.move_cap = 0, d.o.move_cap = 9, C12_E_SPACE, "move_cap");
#undef WRONG_SALE
}
END_TEST

int main(void)
{
    Suite *s = suite_create("flow-sale");
    TCase *c = tcase_create("flow-sale");
    tcase_set_timeout(c, 300);
    tcase_add_test(c, a_sale_to_its_payment);
    tcase_add_test(c, a_hold_stops_the_sale);
    tcase_add_test(c, random_sales);
    tcase_add_test(c, bad_sales);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
