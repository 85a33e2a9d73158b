/* SPDX-License-Identifier: Apache-2.0 */
/* From requisition to payment: each step's movements and entries by hand, differences of the three-way match with both values, and random histories before the checker. */
#include "c12/flow.h"
#include "c12/stock.h"
#include "base/rng.h"
#include "rounds.h"
#include <check.h>
#include <string.h>

enum { BUYS = 4, STEPS = 120, CLERK = 0, BOSS = 1, CHIEF = 2, PEOPLE = 4, BUY_DOCK = 1, BUY_PLACE = 2 };

typedef struct purchase_desk {
    int32_t item[BUYS], requester[BUYS], state[BUYS], steps[BUYS];
    c12_qty requested[BUYS], ordered[BUYS], arrived[BUYS], accepted[BUYS], invoiced[BUYS];
    c12_money expected[BUYS], standard[BUYS], price[BUYS], owed[BUYS];
    c12_ns created[BUYS], last[BUYS];
    int32_t row[STEPS], kind[STEPS], by[STEPS], refusal[STEPS];
    c12_ns at[STEPS];
    c12_qty qty[STEPS], bad[STEPS];
    c12_money amount[STEPS];
    int64_t want[STEPS], have[STEPS], m_step[2 * STEPS], j_step[3 * STEPS];
    int32_t m_kind[2 * STEPS], m_item[2 * STEPS], m_from[2 * STEPS], m_to[2 * STEPS], j_account[3 * STEPS];
    c12_qty m_qty[2 * STEPS];
    c12_money j_amount[3 * STEPS];
    c12_flow_buying b;
    c12_flow_purchases p;
    c12_flow_steps s;
    c12_flow_postings o;
} purchase_desk;

static const int32_t buy_role[PEOPLE] = { -1, 0, 1, 0 };
static const c12_money buy_limit[2] = { 1000, 100000 };

static purchase_desk *buy_new(purchase_desk *d)
{
    memset(d, 0, sizeof *d);
    d->b = (c12_flow_buying)C12_INIT(c12_flow_buying);
    d->b.n_persons = PEOPLE; d->b.n_roles = 2; d->b.price_ppm = 20000; d->b.dock = BUY_DOCK; d->b.place = BUY_PLACE; d->b.role = buy_role; d->b.limit = buy_limit;
    d->p = (c12_flow_purchases)C12_INIT(c12_flow_purchases);
    d->p.n = BUYS; d->p.item = d->item; d->p.requested = d->requested; d->p.expected = d->expected; d->p.standard = d->standard; d->p.requester = d->requester; d->p.created = d->created; d->p.state = d->state; d->p.steps = d->steps;
    d->p.last = d->last; d->p.ordered = d->ordered; d->p.price = d->price; d->p.arrived = d->arrived; d->p.accepted = d->accepted; d->p.invoiced = d->invoiced; d->p.owed = d->owed;
    d->s = (c12_flow_steps)C12_INIT(c12_flow_steps);
    d->s.row = d->row; d->s.kind = d->kind; d->s.by = d->by; d->s.at = d->at; d->s.qty = d->qty; d->s.bad = d->bad; d->s.amount = d->amount;
    d->o = (c12_flow_postings)C12_INIT(c12_flow_postings);
    d->o.move_cap = 2 * STEPS; d->o.entry_cap = 3 * STEPS; d->o.move_step = d->m_step; d->o.move_kind = d->m_kind; d->o.move_item = d->m_item; d->o.move_from = d->m_from; d->o.move_to = d->m_to; d->o.move_qty = d->m_qty;
    d->o.entry_step = d->j_step; d->o.entry_account = d->j_account; d->o.entry_amount = d->j_amount;
    for (int i = 0; i < BUYS; i++) { d->item[i] = 10 + i; d->requested[i] = 10; d->expected[i] = 100; d->standard[i] = 90; }
    return d;
}

static int buy_step(purchase_desk *d, int32_t row, int32_t kind, int32_t by, c12_qty qty, c12_qty bad, c12_money amount)
{
    const int i = (int)d->s.n++;
    d->row[i] = row; d->kind[i] = kind; d->by[i] = by; d->at[i] = i; d->qty[i] = qty; d->bad[i] = bad; d->amount[i] = amount;
    return i;
}

static void buy_run(purchase_desk *d)
{
    c12_error e = C12_INIT(c12_error);
    c12_verdict v = C12_INIT(c12_verdict);
    if (c12_flow_purchase_run(&d->b, &d->p, &d->s, d->refusal, d->want, d->have, &d->o, &e)) ck_abort_msg("%s %s[%d]", e.what, e.field, (int)e.row);
    if (c12_flow_purchase_check(&d->b, &d->p, &d->s, d->refusal, &d->o, &v, &e)) ck_abort_msg("%s", e.what);
    if (v.violations) ck_abort_msg("%s: %s[%d]", v.rule, v.field, (int)v.row);
}

static c12_money buy_entry(const purchase_desk *d, int step, int32_t account)
{
    c12_money sum = 0;
    for (int64_t i = 0; i < d->o.n_entries; i++) if (d->j_step[i] == step && d->j_account[i] == account) sum += d->j_amount[i];
    return sum;
}

static void buy_refused(const purchase_desk *d, int step, int32_t why, int64_t want, int64_t have)
{
    ck_assert_msg(d->refusal[step] == why, "step %d: %s", step, c12_flow_refusal_name(d->refusal[step]));
    ck_assert_int_eq(d->want[step], want);
    ck_assert_int_eq(d->have[step], have);
}

START_TEST(a_purchase_to_its_payment)
{
    static purchase_desk d;
    buy_new(&d);
    const int early = buy_step(&d, 0, C12_FLOW_ORDER, CLERK, 10, 0, 100), self = buy_step(&d, 0, C12_FLOW_APPROVE, CLERK, 0, 0, 0), robot = buy_step(&d, 0, C12_FLOW_APPROVE, -1, 0, 0, 0);
    buy_step(&d, 0, C12_FLOW_APPROVE, BOSS, 0, 0, 0);                             /* 1000 is within 1000 */
    const int much = buy_step(&d, 0, C12_FLOW_ORDER, CLERK, 11, 0, 100), dear = buy_step(&d, 0, C12_FLOW_ORDER, CLERK, 10, 0, 103);
    buy_step(&d, 0, C12_FLOW_ORDER, CLERK, 10, 0, 101);
    const int in = buy_step(&d, 0, C12_FLOW_RECEIVE, CLERK, 8, 0, 0), over = buy_step(&d, 0, C12_FLOW_RECEIVE, CLERK, 3, 0, 0);
    const int look = buy_step(&d, 0, C12_FLOW_INSPECT, CLERK, 6, 2, 0), twice = buy_step(&d, 0, C12_FLOW_INSPECT, CLERK, 1, 0, 0);
    const int more = buy_step(&d, 0, C12_FLOW_INVOICE, CLERK, 7, 0, 101), price = buy_step(&d, 0, C12_FLOW_INVOICE, CLERK, 6, 0, 104), bill = buy_step(&d, 0, C12_FLOW_INVOICE, CLERK, 6, 0, 102);
    const int early_pay = buy_step(&d, 0, C12_FLOW_PAY, CLERK, 0, 0, 613), pay = buy_step(&d, 0, C12_FLOW_PAY, CLERK, 0, 0, 600);
    buy_step(&d, 0, C12_FLOW_RECEIVE, CLERK, 4, 0, 0);                            /* two that were open, two anew */
    buy_step(&d, 0, C12_FLOW_INSPECT, CLERK, 4, 0, 0);
    buy_step(&d, 0, C12_FLOW_INVOICE, CLERK, 4, 0, 100);
    const int late = buy_step(&d, 0, C12_FLOW_RECEIVE, CLERK, 1, 0, 0);
    buy_step(&d, 0, C12_FLOW_PAY, CLERK, 0, 0, 412);
    const int past = buy_step(&d, 0, C12_FLOW_PAY, CLERK, 0, 0, 1);
    buy_run(&d);
    buy_refused(&d, early, C12_FLOW_NO_SUCH_STEP, 0, 0);
    buy_refused(&d, self, C12_FLOW_SELF_APPROVED, 0, 0);
    buy_refused(&d, robot, C12_FLOW_MAY_NOT, 0, 0);
    buy_refused(&d, much, C12_FLOW_OVER_QTY, 10, 11);
    buy_refused(&d, dear, C12_FLOW_OVER_PRICE, 102, 103);
    buy_refused(&d, over, C12_FLOW_OVER_QTY, 2, 3);
    buy_refused(&d, twice, C12_FLOW_OVER_QTY, 0, 1);
    buy_refused(&d, more, C12_FLOW_MATCH_QTY, 6, 7);
    buy_refused(&d, price, C12_FLOW_MATCH_PRICE, 101, 104);
    buy_refused(&d, early_pay, C12_FLOW_OVER_OWED, 612, 613);
    buy_refused(&d, late, C12_FLOW_NO_SUCH_STEP, 0, 0);
    buy_refused(&d, past, C12_FLOW_NO_SUCH_STEP, 0, 0);
    ck_assert_int_eq(d.state[0], C12_FLOW_PAID);
    ck_assert(buy_entry(&d, in, C12_COST_RAW) == 8 * 90 && buy_entry(&d, in, C12_COST_GRIR) == -8 * 101 && buy_entry(&d, in, C12_COST_PRICE_VARIANCE) == 8 * 11);
    ck_assert(buy_entry(&d, look, C12_COST_RAW) == -2 * 90 && buy_entry(&d, look, C12_COST_GRIR) == 2 * 101 && buy_entry(&d, look, C12_COST_PRICE_VARIANCE) == -2 * 11);
    ck_assert(buy_entry(&d, bill, C12_COST_GRIR) == 6 * 101 && buy_entry(&d, bill, C12_COST_PAYABLE) == -6 * 102 && buy_entry(&d, bill, C12_COST_PRICE_VARIANCE) == 6);
    ck_assert(buy_entry(&d, pay, C12_COST_PAYABLE) == 600 && buy_entry(&d, pay, C12_COST_BANK) == -600);
    ck_assert(d.m_kind[0] == C12_STOCK_RECEIPT && d.m_to[0] == BUY_DOCK && d.m_from[0] == -1 && d.m_qty[0] == 8 && d.m_item[0] == 10);
    ck_assert(d.m_kind[1] == C12_STOCK_TRANSFER && d.m_from[1] == BUY_DOCK && d.m_to[1] == BUY_PLACE && d.m_qty[1] == 6);
    ck_assert(d.m_kind[2] == C12_STOCK_ISSUE && d.m_from[2] == BUY_DOCK && d.m_to[2] == -1 && d.m_qty[2] == 2);
}
END_TEST

/* Limits by role, the action of the room access, and what is taken back. */
START_TEST(who_may_approve)
{
    static purchase_desk d;
    static const uint8_t roles[] = "engineerboss", actions[] = "approve";
    static const int64_t role_off[] = { 0, 8, 12 }, action_off[] = { 0, 7 }, grant_off[] = { 0, 0, 1 };
    static const int32_t grant[] = { 0 };
    static uint64_t room[1024];
    c12_access_policy policy = C12_INIT(c12_access_policy);
    c12_access *access = NULL;
    policy.n_roles = 2; policy.n_actions = 1; policy.role_text = roles; policy.role_off = role_off; policy.action_text = actions; policy.action_off = action_off; policy.grant_off = grant_off; policy.grant = grant;
    ck_assert_int_eq(c12_access_init(&access, (c12_mem){ room, sizeof room }, &policy, NULL, 0, NULL, NULL), C12_OK);
    buy_new(&d);
    d.expected[0] = 101;
    d.b.access = access;
    const int no = buy_step(&d, 0, C12_FLOW_APPROVE, BOSS, 0, 0, 0);
    buy_step(&d, 0, C12_FLOW_APPROVE, CHIEF, 0, 0, 0);
    buy_step(&d, 0, C12_FLOW_REJECT, CHIEF, 0, 0, 0);
    buy_run(&d);
    buy_refused(&d, no, C12_FLOW_MAY_NOT, 0, 0);
    ck_assert_int_eq(d.state[0], C12_FLOW_REJECTED);
    buy_new(&d);
    d.expected[0] = 101;
    const int over = buy_step(&d, 0, C12_FLOW_APPROVE, BOSS, 0, 0, 0);
    buy_run(&d);
    buy_refused(&d, over, C12_FLOW_OVER_LIMIT, 1000, 1010);
    ck_assert_str_eq(c12_flow_purchase_state_name(C12_FLOW_MATCHED), "MATCHED");
    ck_assert_str_eq(c12_flow_purchase_step_name(C12_FLOW_INVOICE), "invoice");
    ck_assert_str_eq(c12_flow_refusal_name(99), "?");
}
END_TEST

START_TEST(random_purchases)
{
    static purchase_desk d;
    c12__rng g = c12__rng_from(28, 1);
    int64_t seen[C12_FLOW_STEP_REFUSALS] = { 0 }, states[7] = { 0 };
    for (int round = 0; round < rounds(300); round++) {
        buy_new(&d);
        d.b.price_ppm = (int32_t)c12__rng_below(&g, 60000);
        for (int i = 0; i < BUYS; i++) { d.requested[i] = 1 + (c12_qty)c12__rng_below(&g, 8); d.expected[i] = (c12_money)c12__rng_below(&g, round % 3 ? 250 : 3); /* cheap ones are paid to the last */ d.standard[i] = (c12_money)c12__rng_below(&g, 250); d.requester[i] = (int32_t)c12__rng_below(&g, PEOPLE + 1) - 1; }
        for (int k = 0; k < STEPS; k++) {
            const int32_t r = (int32_t)c12__rng_below(&g, BUYS), kind = k < 20 && c12__rng_below(&g, 3) ? (c12__rng_below(&g, 2) ? C12_FLOW_ORDER : C12_FLOW_APPROVE) : (int32_t)c12__rng_below(&g, 9) % 7;
            const c12_money near = d.expected[r] + (c12_money)c12__rng_below(&g, 9) - 4;
            buy_step(&d, r, kind == C12_FLOW_REJECT && c12__rng_below(&g, 5) ? C12_FLOW_RECEIVE : kind, (int32_t)c12__rng_below(&g, PEOPLE + 1) - 1, (c12_qty)c12__rng_below(&g, 5), (c12_qty)c12__rng_below(&g, 4) / 3,
                kind == C12_FLOW_PAY ? (c12_money)c12__rng_below(&g, round % 3 ? 600 : 6) : near < 0 ? 0 : near);
            d.at[k] -= c12__rng_below(&g, 20) ? 0 : 9;
        }
        buy_run(&d);
        for (int k = 0; k < STEPS; k++) seen[d.refusal[k]]++;
        for (int i = 0; i < BUYS; i++) states[d.state[i]]++;
        c12_verdict v = C12_INIT(c12_verdict);
        if (d.o.n_entries) { /* a changed amount, account or movement is seen */
            const int64_t at = (int64_t)c12__rng_below(&g, (uint64_t)d.o.n_entries);
            d.j_amount[at]++;
            ck_assert_int_eq(c12_flow_purchase_check(&d.b, &d.p, &d.s, d.refusal, &d.o, &v, NULL), C12_OK);
            ck_assert_int_eq(v.violations, 1);
            d.j_amount[at]--;
        }
        if (d.o.n_moves) {
            d.m_qty[d.o.n_moves - 1]++;
            ck_assert_int_eq(c12_flow_purchase_check(&d.b, &d.p, &d.s, d.refusal, &d.o, &v, NULL), C12_OK);
            ck_assert_int_eq(v.violations, 1);
        }
    }
    for (int k = 0; k < C12_FLOW_WORK_STOPPED && rounds(300) >= 300; k++) if (!seen[k]) ck_abort_msg("never refused because %s", c12_flow_refusal_name(k));
    for (int k = 0; k < 7 && rounds(300) >= 300; k++) if (!states[k]) ck_abort_msg("none ended %s", c12_flow_purchase_state_name(k));
}
END_TEST

START_TEST(bad_purchases)
{
    static purchase_desk d;
    c12_error e = C12_INIT(c12_error);
    buy_new(&d);
    buy_step(&d, 1, C12_FLOW_ORDER, CLERK, 1, 0, 1);
#define WRONG_BUY(change, undo, status, name) do { change; ck_assert_int_eq(c12_flow_purchase_run(&d.b, &d.p, &d.s, d.refusal, d.want, d.have, &d.o, &e), status); ck_assert_str_eq(e.field, name); undo; e = (c12_error)C12_INIT(c12_error); } while (0)
    WRONG_BUY(d.row[0] = BUYS, d.row[0] = 1, C12_E_RANGE, "row");
    WRONG_BUY(d.kind[0] = 7, d.kind[0] = 2, C12_E_RANGE, "kind");
    WRONG_BUY(d.by[0] = PEOPLE, d.by[0] = 0, C12_E_RANGE, "by");
    WRONG_BUY(d.qty[0] = -1, d.qty[0] = 1, C12_E_RANGE, "qty");
    WRONG_BUY(d.bad[0] = -1, d.bad[0] = 0, C12_E_RANGE, "bad");
    WRONG_BUY(d.amount[0] = -1, d.amount[0] = 1, C12_E_RANGE, "amount");
    WRONG_BUY(d.amount[0] = INT64_MAX / 2, d.amount[0] = 1, C12_E_OVERFLOW, "amount");
    WRONG_BUY(d.requested[2] = 0, d.requested[2] = 1, C12_E_RANGE, "requested");
    WRONG_BUY(d.expected[2] = INT64_MAX, d.expected[2] = 1, C12_E_OVERFLOW, "requested");
    WRONG_BUY(d.accepted[2] = 1, d.accepted[2] = 0, C12_E_RANGE, "ordered");
    WRONG_BUY(d.state[2] = 7, d.state[2] = 0, C12_E_RANGE, "state");
    WRONG_BUY(d.requester[2] = PEOPLE, d.requester[2] = 0, C12_E_RANGE, "requester");
    WRONG_BUY(d.b.price_ppm = 1000001, d.b.price_ppm = 0, C12_E_RANGE, "price_ppm");
    WRONG_BUY(d.o.entry_cap = 2, d.o.entry_cap = 9, C12_E_SPACE, "entry_cap");
    WRONG_BUY(d.o.move_cap = 1, d.o.move_cap = 9, C12_E_SPACE, "move_cap");
#undef WRONG_BUY
}
END_TEST

int main(void)
{
    Suite *s = suite_create("flow-purchase");
    TCase *c = tcase_create("flow-purchase");
    tcase_set_timeout(c, 300);
    tcase_add_test(c, a_purchase_to_its_payment);
    tcase_add_test(c, who_may_approve);
    tcase_add_test(c, random_purchases);
    tcase_add_test(c, bad_purchases);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
