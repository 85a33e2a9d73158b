/* SPDX-License-Identifier: Apache-2.0 */
/* From a defect to what is done about it: by hand, at random before the checker, and effects that were changed. */
#include "c12/stock.h"
#include "base/rng.h"
#include "quality_desk.h"
#include "rounds.h"

static c12_money posted(const desk *d, int32_t step, int32_t account)
{
    c12_money sum = 0;
    for (int64_t i = 0; i < d->p.n_entries; i++) if (d->j_step[i] == step && d->j_account[i] == account) sum += d->j_amount[i];
    return sum;
}

START_TEST(one_of_each)
{
    static desk d;
    desk_new(&d, 10);
    find_defect(&d, 2, 0, 3, C12_NCR_USE_AS_IS);
    find_defect(&d, 1, 1, 3, C12_NCR_REWORK);
    find_defect(&d, 0, 2, 3, C12_NCR_SCRAP);      /* 9 came to the second station, 5 are finished: 3 of the 4 that wait */
    find_defect(&d, 0, 3, 0, C12_NCR_SCRAP);      /* all of it */
    find_defect(&d, 1, 4, 2, 0);                  /* not decided yet */
    find_defect(&d, 1, 5, 5, C12_NCR_SCRAP);      /* more than wait */
    run_desk(&d);
    static const int32_t after[Q_ORDERS] = { C12_ORDER_IN_PROGRESS, C12_ORDER_REWORK, C12_ORDER_IN_PROGRESS, C12_ORDER_SCRAPPED, C12_ORDER_QUALITY_HOLD, C12_ORDER_QUALITY_HOLD };
    for (int i = 0; i < Q_ORDERS; i++) ck_assert_int_eq(d.state[i], after[i]);
    for (int r = 0; r < 6; r++) { ck_assert_int_eq(d.holds[r], 1); ck_assert_int_eq(d.refusal[r], r == 5 ? C12_FLOW_NOT_SCRAPPED : C12_FLOW_DECIDED); }
    ck_assert_int_eq(d.order_refusal[5], C12_ORDER_TOO_MUCH);
    ck_assert_int_eq(d.scrap[2], 3);
    ck_assert_int_eq(posted(&d, 2, C12_COST_SCRAP), 3 * 1002);
    ck_assert_int_eq(posted(&d, 2, C12_COST_WIP), -3 * 1002);
    ck_assert_int_eq(posted(&d, 3, C12_COST_SCRAP), 10 * 1003);
    ck_assert_int_eq(posted(&d, 3, C12_COST_WIP), -5 * 1003);
    ck_assert_int_eq(posted(&d, 3, C12_COST_GOODS), -5 * 1003);
    ck_assert_int_eq(d.p.n_entries, 5);
    ck_assert_int_eq(d.p.n_moves, 1);
    ck_assert(d.m_kind[0] == C12_STOCK_SCRAP && d.m_item[0] == 0 && d.m_from[0] == 9 && d.m_to[0] == -1 && d.m_qty[0] == 5);
    ck_assert_int_eq(d.replan[0], C12_FLOW_REPLAN_TIME);
    ck_assert_int_eq(d.replan[1], C12_FLOW_REPLAN_TIME | C12_FLOW_REPLAN_CAPACITY);
    ck_assert_int_eq(d.replan[3], C12_FLOW_REPLAN_TIME | C12_FLOW_REPLAN_MATERIAL);
    ck_assert(d.replan_qty[1] == 3 && d.replan_qty[2] == 3 && d.replan_qty[3] == 10);
    ck_assert(d.person[2] == 0 && d.person[1] != 0 && d.due[0] == INT64_MAX && d.due[2] == 102 + INT64_C(7) * 86400 * 1000000000);
}
END_TEST

/* An order that two reports hold goes on when both are decided; who raised a report does not decide that pieces are used as they are; minor reports need not hold. */
START_TEST(two_holds_and_who_may)
{
    static desk d;
    desk_new(&d, 10);
    find_defect(&d, 1, 0, 1, C12_NCR_USE_AS_IS);
    find_defect(&d, 1, 0, 1, 0);
    find_defect(&d, 1, 1, 1, C12_NCR_USE_AS_IS);
    find_defect(&d, 1, 1, 1, C12_NCR_SCRAP);
    find_defect(&d, 1, 2, 1, C12_NCR_USE_AS_IS);
    d.decided_by[4] = d.by[4];
    find_defect(&d, 2, 3, 1, C12_NCR_SCRAP);
    find_defect(&d, 1, 4, 1, C12_NCR_SCRAP);
    d.decided[6] = 3;                             /* before it was raised */
    d.in.hold_grade = C12_NCR_MAJOR;
    run_desk(&d);
    ck_assert_int_eq(d.state[0], C12_ORDER_QUALITY_HOLD);
    ck_assert_int_eq(d.held[0], 1);
    ck_assert_int_eq(d.state[1], C12_ORDER_IN_PROGRESS);
    ck_assert_int_eq(d.scrap[1], 1);
    ck_assert_int_eq(d.refusal[4], C12_FLOW_RAISER_DECIDES);
    ck_assert_int_eq(d.refusal[5], C12_FLOW_NO_HOLD);
    ck_assert_int_eq(d.state[3], C12_ORDER_IN_PROGRESS);
    ck_assert_int_eq(d.refusal[6], C12_FLOW_BOOK_REFUSES);
    ck_assert_int_eq(d.order_refusal[6], C12_ORDER_OUT_OF_ORDER);
    ck_assert_str_eq(c12_flow_decision_name(C12_FLOW_NO_HOLD), "the report holds no order");
    ck_assert_str_eq(c12_flow_decision_name(9), "?");
    ck_assert_str_eq(c12_cost_account_name(C12_COST_WIP), "work in progress");
}
END_TEST

START_TEST(random_desks)
{
    static desk d;
    c12__rng g = c12__rng_from(27, 1);
    int64_t seen[C12_FLOW_DECISIONS] = { 0 };
    for (int round = 0; round < rounds(400); round++) {
        desk_new(&d, 2 + (c12_qty)c12__rng_below(&g, 12));
        d.in.hold_grade = (int32_t)c12__rng_below(&g, 5);
        if (c12__rng_below(&g, 4) == 0) d.in.staff = NULL;
        const int n = (int)c12__rng_below(&g, Q_REPORTS + 1);
        for (int r = 0; r < n; r++) {
            find_defect(&d, (int)c12__rng_below(&g, 3), (int32_t)c12__rng_below(&g, Q_ORDERS), (c12_qty)c12__rng_below(&g, 6), (int32_t)c12__rng_below(&g, 4));
            d.station[r] = (int32_t)c12__rng_below(&g, 4) - 1;
            d.by[r] = (int32_t)c12__rng_below(&g, 8) - 1;
            d.decided[r] -= c12__rng_below(&g, 9) ? 0 : 1000;
        }
        run_desk(&d);
        for (int r = 0; r < n; r++) seen[d.refusal[r]]++;
        for (int i = 0; i < Q_ORDERS; i++) if (d.good[i] + d.scrap[i] > d.qty[i] || d.qty[i] != d.ordered[i]) ck_abort_msg("pieces of order %d", i);
    }
    for (int k = 0; k < C12_FLOW_DECISIONS; k++) if (!seen[k]) ck_abort_msg("never %s", c12_flow_decision_name(k));
}
END_TEST

START_TEST(changed_effects_are_seen)
{
    static desk d;
    c12_verdict v = C12_INIT(c12_verdict);
    desk_new(&d, 10);
    find_defect(&d, 2, 0, 3, C12_NCR_USE_AS_IS);
    find_defect(&d, 1, 1, 3, C12_NCR_REWORK);
    find_defect(&d, 0, 2, 3, C12_NCR_SCRAP);
    find_defect(&d, 0, 3, 0, C12_NCR_SCRAP);
    run_desk(&d);
#define SEEN(cell, by) do { v.violations = 0; cell += (by); if (!c12_flow_quality_check(&d.in, d.before, &d.b, &d.fx, &v, NULL) && !v.violations) ck_abort_msg(#cell); cell -= (by); } while (0)
    SEEN(d.grade[0], 1); SEEN(d.person[2], 1); SEEN(d.holds[1], -1); SEEN(d.refusal[1], 1); SEEN(d.replan[0], -1); SEEN(d.replan[1], -2); SEEN(d.replan_qty[2], 1); SEEN(d.replan_qty[3], 1);
    SEEN(d.e_kind[0], 1); SEEN(d.e_order[0], 1); SEEN(d.e_by[2], 1); SEEN(d.e_at[3], 1); SEEN(d.e_report[1], 1); SEEN(d.m_qty[0], 1); SEEN(d.m_item[0], 1); SEEN(d.m_from[0], 1); SEEN(d.m_kind[0], -1);
    SEEN(d.j_amount[0], 1); SEEN(d.j_account[1], 1); SEEN(d.j_step[2], -1); SEEN(d.p.n_entries, -1); SEEN(d.p.n_moves, -1); SEEN(d.fx.n_events, -1); SEEN(d.state[0], 1); SEEN(d.hold_to[0], 1);
#undef SEEN
}
END_TEST

START_TEST(bad_inputs_change_nothing)
{
    static desk d;
    c12_error e = C12_INIT(c12_error);
    desk_new(&d, 10);
    find_defect(&d, 0, 1, 0, C12_NCR_SCRAP);
#define WRONG(change, undo, status, name) do { change; ck_assert_int_eq(c12_flow_quality_run(&d.in, &d.b, &d.fx, &e), status); ck_assert_str_eq(e.field, name); undo; e = (c12_error)C12_INIT(c12_error); ck_assert_int_eq(d.state[1], C12_ORDER_IN_PROGRESS); } while (0)
    WRONG(d.work[0] = Q_ORDERS, d.work[0] = 1, C12_E_RANGE, "work");
    WRONG(d.by[0] = -2, d.by[0] = 5, C12_E_RANGE, "raised_by");
    WRONG(d.decision[0] = C12_NCR_RETURN, d.decision[0] = C12_NCR_SCRAP, C12_E_RANGE, "decision");
    WRONG(d.station[0] = -2, d.station[0] = 1, C12_E_RANGE, "station");
    WRONG(d.decided_by[0] = -2, d.decided_by[0] = 5, C12_E_RANGE, "decided_by");
    WRONG(d.hold_order[0] = 0, d.hold_order[0] = -1, C12_E_RANGE, "hold_order");
    WRONG(d.item[2] = 3, d.item[2] = 2, C12_E_RANGE, "item");
    WRONG(d.cost[2] = -1, d.cost[2] = 1, C12_E_RANGE, "cost");
    WRONG(d.cost[2] = INT64_MAX, d.cost[2] = 1, C12_E_OVERFLOW, "cost");
    WRONG(d.in.hold_grade = 5, d.in.hold_grade = 0, C12_E_RANGE, "hold_grade");
    WRONG(d.fx.event_cap = 3, d.fx.event_cap = Q_EVENTS, C12_E_SPACE, "event_cap");
    WRONG(d.p.entry_cap = 2, d.p.entry_cap = 6, C12_E_SPACE, "entry_cap");
    WRONG(d.p.move_cap = 0, d.p.move_cap = 6, C12_E_SPACE, "move_cap");
    WRONG(d.b.n_holds = 0, d.b.n_holds = Q_REPORTS, C12_E_SPACE, "n_holds");
    WRONG(d.in.cost = NULL, d.in.cost = d.cost, C12_E_ARG, "in");
#undef WRONG
}
END_TEST

int main(void)
{
    Suite *s = suite_create("flow-quality");
    TCase *c = tcase_create("flow-quality");
    tcase_set_timeout(c, 120);
    tcase_add_test(c, one_of_each);
    tcase_add_test(c, two_holds_and_who_may);
    tcase_add_test(c, random_desks);
    tcase_add_test(c, changed_effects_are_seen);
    tcase_add_test(c, bad_inputs_change_nothing);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
