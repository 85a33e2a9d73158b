/* SPDX-License-Identifier: Apache-2.0 */
/* Flow on a plant small enough to plan by hand: one robot of two actuators, one station with one machine. */
#include "c12/flow.h"
#include "c12/order.h"
#include <check.h>
#include "support.h"
#include <stdlib.h>
#include <string.h>

enum { ROBOT, ACTUATOR, MOTOR, ITEMS, DAYS = 30 };

typedef struct small_plant {
    c12_bom bom;
    c12_mrp_input mrp;
    c12_flow_plant flow;
    int64_t off[ITEMS + 1], num[2], minutes[2];
    int32_t child[2], type[ITEMS], lead[ITEMS], demand_item[2], demand_day[2], order[2], weight[2];
    c12_qty demand_qty[2], on_hand[ITEMS];
    int32_t supply_item[1], supply_lead[1], step_item[2], step_station[2], machine_station[1], machine_calendar[1];
    c12_qty supply_moq[1], supply_multiple[1];
    c12_money supply_price[1];
    int32_t shift_calendar[5], shift_weekday[5], shift_from[5], shift_to[5];
} small_plant;

/* Two orders of 2 robots, due on days 12 and 13; a robot takes 60 minutes, an actuator 30; Monday to Friday 08:00 to 16:00. */
static void fill(small_plant *p)
{
    static const small_plant empty;
    static const int64_t off[] = { 0, 1, 2, 2 };
    *p = empty;
    memcpy(p->off, off, sizeof off);
    p->child[0] = ACTUATOR;
    p->child[1] = MOTOR;
    p->num[0] = 2;
    p->num[1] = 1;
    p->type[ROBOT] = p->type[ACTUATOR] = C12_MRP_MAKE;
    p->lead[ROBOT] = 2;
    p->lead[ACTUATOR] = 2;
    p->lead[MOTOR] = 99; /* the supplier's five days take its place */
    p->demand_day[0] = 12;
    p->demand_day[1] = 13;
    p->order[1] = 1;
    p->weight[0] = p->weight[1] = 1;
    p->demand_qty[0] = p->demand_qty[1] = 2;
    p->supply_item[0] = MOTOR;
    p->supply_lead[0] = 5;
    p->supply_moq[0] = 6;
    p->supply_multiple[0] = 4;
    p->supply_price[0] = 1000000;
    p->step_item[1] = ACTUATOR;
    p->minutes[0] = 60;
    p->minutes[1] = 30;
    for (int d = 0; d < 5; d++) { p->shift_weekday[d] = d; p->shift_from[d] = 480; p->shift_to[d] = 960; }
    c12_bom bom = C12_INIT(c12_bom);
    bom.n_items = ITEMS;
    bom.line_off = p->off;
    bom.line_child = p->child;
    bom.line_num = p->num;
    p->bom = bom;
    c12_mrp_input in = C12_INIT(c12_mrp_input);
    in.n_buckets = DAYS;
    in.n_demand = 2;
    in.bom = &p->bom;
    in.demand_item = p->demand_item;
    in.demand_bucket = p->demand_day;
    in.demand_qty = p->demand_qty;
    in.item_type = p->type;
    in.on_hand = p->on_hand;
    in.lead_time = p->lead;
    p->mrp = in;
    c12_flow_plant f = C12_INIT(c12_flow_plant);
    f.mrp = &p->mrp;
    f.n_orders = 2;
    f.n_supplies = 1;
    f.n_steps = 2;
    f.n_shifts = 5;
    f.n_stations = f.n_machines = f.n_calendars = 1;
    f.demand_order = p->order;
    f.order_weight = p->weight;
    f.supply_item = p->supply_item;
    f.supply_lead = p->supply_lead;
    f.supply_moq = p->supply_moq;
    f.supply_multiple = p->supply_multiple;
    f.supply_price = p->supply_price;
    f.step_item = p->step_item;
    f.step_station = p->step_station;
    f.step_minutes_num = p->minutes;
    f.machine_station = p->machine_station;
    f.machine_calendar = p->machine_calendar;
    f.shift_calendar = p->shift_calendar;
    f.shift_weekday = p->shift_weekday;
    f.shift_from = p->shift_from;
    f.shift_to = p->shift_to;
    p->flow = f;
}

static c12_flow_plan *solved(small_plant *p, c12_flow_plan_view *v)
{
    c12_flow_plan *plan = NULL;
    c12_budget b = C12_INIT(c12_budget);
    c12_info info = C12_INIT(c12_info);
    c12_verdict verdict = C12_INIT(c12_verdict);
    b.work_limit = 500;
    ck_assert_int_eq(c12_flow_plan_create(&plan, &p->flow, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12_flow_plan_solve(plan, 0, &b, &info, NULL), C12_OK);
    ck_assert_int_ne(info.outcome, C12_INFEASIBLE);
    ck_assert_int_eq(c12_flow_plan_check(plan, &verdict, NULL), C12_OK);
    ck_assert_msg(!verdict.violations, "%s: %s[%d]", verdict.rule, verdict.field, (int)verdict.row);
    ck_assert_int_eq(c12_flow_plan_view_get(plan, v, NULL), C12_OK);
    return plan;
}

START_TEST(two_orders_by_hand)
{
    small_plant p;
    c12_flow_plan_view v = C12_INIT(c12_flow_plan_view);
    fill(&p);
    c12_flow_plan *plan = solved(&p, &v);
    ck_assert_int_eq(v.n_work, 4); /* robots due 12 and 13, actuators due 10 and 11 */
    ck_assert_int_eq(v.work_release[0], 10);
    ck_assert_int_eq(v.work_qty[2], 4);
    ck_assert_int_eq(v.work_due[2], 10);
    ck_assert_int_eq(v.n_buys, 1); /* 4 motors on day 8: the smallest multiple of 4 >= max(4, 6) is 8, enough for day 9 too */
    ck_assert_int_eq(v.buy_qty[0], 8);
    ck_assert_int_eq(v.buy_order[0], 3);
    ck_assert_int_eq(v.buy_cost[0], 8000000);
    ck_assert_int_eq(v.work_ready[2], 8 * 1440);
    ck_assert(v.order_due[0] == 13 * 1440 && v.order_due[1] == 14 * 1440); /* the end of its bucket's day */
    for (int64_t o = 0; o < 2; o++) {
        ck_assert_int_eq(v.order_reason[o], C12_FLOW_ON_TIME);
        ck_assert_int_le(v.order_end[o], v.order_due[o]);
    }
    ck_assert_int_ge(v.op_start[0] % 1440, 480);
    ck_assert_int_ge(v.op_start[0], v.op_end[2]); /* the robot waits for its actuators */
    c12_flow_plan_destroy(plan);
}
END_TEST

/* Wanted on day 1: everything should have begun before today, begins today, and is late by what the work takes. */
START_TEST(what_is_past_due_begins_today)
{
    small_plant p;
    c12_flow_plan_view v = C12_INIT(c12_flow_plan_view);
    fill(&p);
    p.demand_day[0] = 1;
    p.on_hand[MOTOR] = 100;
    c12_flow_plan *plan = solved(&p, &v);
    ck_assert_int_eq(v.work_release[0], -1);
    ck_assert_int_eq(v.n_buys, 0);
    ck_assert_int_eq(v.op_start[2], 480); /* actuators for it on Monday at eight, though their due date lies before today */
    ck_assert_int_eq(v.op_end[2], 600);
    ck_assert_int_eq(v.op_end[0], 720);
    ck_assert_int_eq(v.order_end[0], 720);
    c12_flow_plan_destroy(plan);
}
END_TEST

START_TEST(late_material_is_named)
{
    small_plant p;
    c12_flow_plan_view v = C12_INIT(c12_flow_plan_view);
    fill(&p);
    p.supply_lead[0] = 20;
    c12_flow_plan *plan = solved(&p, &v);
    ck_assert_int_eq(v.buy_order[0], 0);
    ck_assert_int_eq(v.buy_arrive[0], 20);
    ck_assert_int_eq(v.order_reason[0], C12_FLOW_MATERIAL);
    ck_assert_int_eq(v.order_reason_row[0], MOTOR);
    ck_assert_int_eq(v.order_reason_ticks[0], 12 * 1440); /* wanted on day 8 */
    c12_flow_plan_destroy(plan);
}
END_TEST

START_TEST(a_hold_freezes_the_past_and_delays_the_rest)
{
    small_plant p;
    c12_flow_plan_view v = C12_INIT(c12_flow_plan_view);
    c12_budget b = C12_INIT(c12_budget);
    c12_verdict verdict = C12_INIT(c12_verdict);
    fill(&p);
    c12_flow_plan *plan = solved(&p, &v);
    int64_t begun = v.op_start[2], now = begun + 10, until = 25 * 1440;
    b.work_limit = 500;
    ck_assert_int_eq(c12_flow_plan_hold(plan, now, 0, until, NULL), C12_OK);
    ck_assert_int_eq(c12_flow_plan_solve(plan, 0, &b, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12_flow_plan_check(plan, &verdict, NULL), C12_OK);
    ck_assert_int_eq(verdict.violations, 0);
    ck_assert_int_eq(c12_flow_plan_view_get(plan, &v, NULL), C12_OK);
    ck_assert_int_eq(v.op_start[2], begun);
    ck_assert_int_ge(v.op_start[0], until);
    ck_assert_int_eq(v.order_reason[0], C12_FLOW_HELD);
    ck_assert_int_eq(v.order_reason_row[0], 0);
    ck_assert_int_eq(c12_flow_plan_hold(plan, now, 99, until, NULL), C12_E_RANGE);
    c12_flow_plan_destroy(plan);
}
END_TEST

START_TEST(demand_beyond_supply_is_uncovered)
{
    small_plant p;
    c12_flow_plan_view v = C12_INIT(c12_flow_plan_view);
    fill(&p);
    p.demand_day[1] = DAYS + 5; /* outside the horizon */
    c12_flow_plan *plan = solved(&p, &v);
    ck_assert_int_eq(v.order_reason[1], C12_FLOW_UNCOVERED);
    ck_assert_int_eq(v.order_end[1], INT64_MAX);
    c12_flow_plan_destroy(plan);
}
END_TEST

/* Forecasts of 5, 4 and 6 robots on days 10, 12 and 20; orders of 2 on days 12 and 13 take day 12's first, then what is near. */
START_TEST(orders_consume_forecasts)
{
    static const struct { int32_t back, ahead; c12_qty open[3]; } want[] = { { 0, 0, { 5, 2, 6 } }, { 1, 0, { 5, 0, 6 } }, { 3, 0, { 5, 0, 6 } }, { 3, 9, { 5, 0, 6 } }, { 0, 9, { 5, 2, 4 } } };
    for (size_t k = 0; k < sizeof want / sizeof *want; k++) {
        small_plant p;
        c12_flow_plan_view v = C12_INIT(c12_flow_plan_view);
        int32_t item[5] = { 0 }, day[] = { 12, 13, 10, 12, 20 }, kind[] = { 0, 0, 1, 1, 1 }, order[] = { 0, 1, -1, -1, -1 };
        c12_qty qty[] = { 2, 2, 5, 4, 6 };
        fill(&p);
        p.mrp.n_demand = 5;
        p.mrp.demand_item = item;
        p.mrp.demand_bucket = day;
        p.mrp.demand_qty = qty;
        p.mrp.demand_kind = kind;
        p.flow.demand_order = order;
        p.flow.forecast_back = want[k].back;
        p.flow.forecast_ahead = want[k].ahead;
        c12_flow_plan *plan = solved(&p, &v);
        ck_assert_int_eq(v.n_mps, 4);
        ck_assert_int_eq(v.mps_bucket[2], 13);
        ck_assert_int_eq(v.mps_orders[2], 2);
        ck_assert_int_eq(v.mps_open[0], want[k].open[0]);
        ck_assert_int_eq(v.mps_open[1], want[k].open[1]);
        ck_assert_int_eq(v.mps_open[3], want[k].open[2]);
        ck_assert_int_eq(v.net->gross[20], want[k].open[2]);
        c12_flow_plan_destroy(plan);
    }
}
END_TEST

/* 2 robots due day 12, released day 10: 120 minutes over days 10 and 11, 2 actuators each of them 30 minutes on days 8 and 9. */
START_TEST(rough_cut_spreads_over_lead_times)
{
    small_plant p;
    c12_flow_plan_view v = C12_INIT(c12_flow_plan_view);
    fill(&p);
    c12_flow_plan *plan = solved(&p, &v);
    static const int64_t load[] = { 60, 120, 120, 120, 60 };
    for (int32_t t = 0; t < DAYS; t++) {
        ck_assert_int_eq(v.rough_load[t], t >= 8 && t < 13 ? load[t - 8] : 0);
        ck_assert_int_eq(v.rough_capacity[t], t % 7 < 5 ? 480 : 0);
    }
    c12_flow_plan_destroy(plan);
}
END_TEST

/* Ten robots are wanted on day 12, one a day can be made: the first plan is late, the settled one promises what it keeps. */
START_TEST(settled_dates_are_kept)
{
    small_plant p;
    c12_flow_plan_view v = C12_INIT(c12_flow_plan_view);
    c12_flow_settled o = C12_INIT(c12_flow_settled);
    c12_budget b = C12_INIT(c12_budget);
    c12_verdict verdict = C12_INIT(c12_verdict);
    fill(&p);
    p.minutes[0] = 480;
    p.demand_qty[0] = p.demand_qty[1] = 2;
    b.work_limit = 500;
    c12_flow_plan *plan = solved(&p, &v);
    ck_assert_int_gt(v.order_end[1], v.order_due[1]);
    ck_assert_int_eq(c12_flow_plan_settle(plan, 0, &b, &o, NULL), C12_OK);
    ck_assert(o.rounds == 0 && !o.converged && o.late > 0);
    ck_assert_int_eq(c12_flow_plan_settle(plan, 9, &b, &o, NULL), C12_OK);
    ck_assert(o.converged && o.rounds > 0 && o.moved > 0 && o.late == 0);
    ck_assert_int_eq(c12_flow_plan_check(plan, &verdict, NULL), C12_OK);
    ck_assert_int_eq(verdict.violations, 0);
    ck_assert_int_eq(c12_flow_plan_view_get(plan, &v, NULL), C12_OK);
    for (int k = 0; k < 2; k++) {
        ck_assert_int_le(v.order_end[k], (v.mrp->demand_bucket[k] + (int64_t)1) * 1440);
        ck_assert_int_eq(v.order_due[k], (p.demand_day[k] + (int64_t)1) * 1440); /* late is still told against what was asked */
    }
    ck_assert_int_eq(c12_flow_plan_settle(plan, -1, &b, &o, NULL), C12_E_RANGE);
    ck_assert_int_eq(c12_flow_plan_hold(plan, 0, -1, 0, NULL), C12_OK);
    ck_assert_int_eq(c12_flow_plan_settle(plan, 1, &b, &o, NULL), C12_E_STATE);
    c12_flow_plan_destroy(plan);
}
END_TEST

/* Of what is started 60 % come out: more actuators are begun than robots take, a firm order is one of the works, negative stock is made up for. */
START_TEST(plans_know_yield_and_firm_orders)
{
    small_plant p;
    c12_flow_plan_view v = C12_INIT(c12_flow_plan_view);
    int32_t yield[ITEMS] = { 1000000, 600000, 1000000 }, item[] = { ROBOT }, day[] = { 20 }, kind[] = { C12_MRP_FIRM };
    c12_qty qty[] = { 3 };
    int64_t good = 0, started = 0;
    fill(&p);
    p.mrp.yield_ppm = yield;
    p.mrp.n_receipts = 1;
    p.mrp.receipt_item = item;
    p.mrp.receipt_bucket = day;
    p.mrp.receipt_kind = kind;
    p.mrp.receipt_qty = qty;
    p.mrp.negative_stock = 1;
    p.on_hand[ACTUATOR] = -5;
    c12_flow_plan *plan = solved(&p, &v);
    for (int64_t w = 0; w < v.n_work; w++) {
        if (v.work_item[w] == ROBOT) continue;
        started += v.work_qty[w];
        good += v.work_good[w];
    }
    ck_assert_int_eq(good, 5 + 4 + 4 + 6);
    ck_assert_int_eq(started, 9 + 7 + 7 + 10); /* each lot rounds up */
    ck_assert_int_eq(v.work_item[2], ROBOT);
    ck_assert_int_eq(v.work_qty[2], 3);
    ck_assert_int_eq(v.work_due[2], 20);
    c12_flow_plan_destroy(plan);
}
END_TEST

START_TEST(bad_plants_are_refused)
{
    small_plant p;
    c12_error e = C12_INIT(c12_error);
    c12_flow_plan *plan = NULL;
    fill(&p);
    p.step_station[1] = 3;
    ck_assert_int_eq(c12_flow_plan_create(&plan, &p.flow, NULL, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "step_station");
    ck_assert_int_eq(e.row, 1);
    fill(&p);
    p.shift_to[0] = 2000;
    ck_assert_int_eq(c12_flow_plan_create(&plan, &p.flow, NULL, &e), C12_E_RANGE);
    fill(&p);
    p.flow.n_machines = 0;
    ck_assert_int_eq(c12_flow_plan_create(&plan, &p.flow, NULL, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "step_station");
    fill(&p);
    p.demand_qty[0] = INT64_MAX;
    ck_assert_int_eq(c12_flow_plan_create(&plan, &p.flow, NULL, &e), C12_E_OVERFLOW);
    ck_assert_int_eq(c12_flow_plan_create(NULL, &p.flow, NULL, &e), C12_E_ARG);
    ck_assert_ptr_null(plan);
}
END_TEST

/* The columns belong to the plan; a test may forge them. */
#define FORGE(type, column) ((type *)(uintptr_t)(column))

START_TEST(forged_plans_are_refused)
{
    small_plant p;
    c12_flow_plan_view v = C12_INIT(c12_flow_plan_view);
    c12_verdict verdict = C12_INIT(c12_verdict);
    fill(&p);
    if (_i >= 18) p.demand_day[1] = DAYS + 5;
    c12_flow_plan *plan = solved(&p, &v);
    switch (_i) {
    case 0: FORGE(c12_qty, v.net->planned)[ROBOT * DAYS + 12] += 1; break;
    case 1: FORGE(c12_tick, v.op_start)[0] -= 1; break;
    case 2: FORGE(c12_tick, v.op_end)[1] += 1; break;
    case 3: FORGE(c12_tick, v.op_start)[2] = v.op_start[3]; FORGE(c12_tick, v.op_end)[2] = v.op_end[3]; break; /* two at once on one machine */
    case 4: FORGE(c12_qty, v.link_qty)[0] += 100; break;
    case 5: FORGE(c12_qty, v.link_qty)[0] = 0; break;
    case 6: FORGE(int32_t, v.buy_arrive)[0] -= 1; break;
    case 7: FORGE(c12_qty, v.buy_qty)[0] -= 1; break;
    case 8: FORGE(int32_t, v.buy_order)[0] += 1; break;
    case 9: FORGE(c12_tick, v.order_end)[0] += 1; break;
    case 10: FORGE(int32_t, v.order_reason)[0] = C12_FLOW_MATERIAL; break;
    case 11: FORGE(int32_t, v.op_step)[0] = 1; break;
    case 12: FORGE(c12_tick, v.op_start)[3] = 0; FORGE(c12_tick, v.op_end)[3] = 120; break; /* on a closed night */
    case 13: FORGE(int32_t, v.buy_order)[0] = -1; break;
    case 14: FORGE(c12_qty, v.work_qty)[0] += 1; break;
    case 15: FORGE(c12_tick, v.order_due)[0] = 0; break; /* late now, and nobody says why */
    case 16: FORGE(c12_qty, v.mps_orders)[0] += 1; break;
    case 17: FORGE(int64_t, v.rough_capacity)[0] -= 1; break;
    default: FORGE(c12_tick, v.order_end)[1] = 0; break; /* covered by nothing */
    }
    ck_assert_int_eq(c12_flow_plan_check(plan, &verdict, NULL), C12_OK);
    ck_assert_msg(verdict.violations > 0 && verdict.rule, "kind %d passed", _i);
    c12_flow_plan_destroy(plan);
}
END_TEST

/* Every allocation in turn fails: an error, nothing leaked. */
START_TEST(every_allocation_may_fail)
{
    small_plant p;
    int32_t done = 0;
    fill(&p);
    p.minutes[0] = 480; /* late at first: settling plans again */
    for (int64_t n = 0; !done && n < 1500; n++) {
        purse u = { n, 0 };
        c12_host host = C12_INIT(c12_host);
        c12_flow_plan *plan = NULL;
        c12_budget b = C12_INIT(c12_budget);
        c12_verdict v = C12_INIT(c12_verdict);
        c12_flow_settled settled = C12_INIT(c12_flow_settled);
        host.user = &u;
        host.alloc = purse_alloc;
        host.release = purse_release;
        b.work_limit = 50;
        c12_status s = c12_flow_plan_create(&plan, &p.flow, &host, NULL);
        if (!s) s = c12_flow_plan_solve(plan, 0, &b, NULL, NULL);
        if (!s) s = c12_flow_plan_settle(plan, 2, &b, &settled, NULL);
        if (!s) s = c12_flow_plan_check(plan, &v, NULL);
        ck_assert(s == C12_OK || s == C12_E_NOMEM);
        done = s == C12_OK;
        c12_flow_plan_destroy(plan);
        ck_assert_int_eq(u.out, 0);
    }
    ck_assert(done);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("flow");
    TCase *t = tcase_create("all");
    tcase_add_test(t, two_orders_by_hand);
    tcase_add_test(t, what_is_past_due_begins_today);
    tcase_add_test(t, late_material_is_named);
    tcase_add_test(t, a_hold_freezes_the_past_and_delays_the_rest);
    tcase_add_test(t, demand_beyond_supply_is_uncovered);
    tcase_add_test(t, bad_plants_are_refused);
    tcase_add_test(t, orders_consume_forecasts);
    tcase_add_test(t, rough_cut_spreads_over_lead_times);
    tcase_add_test(t, settled_dates_are_kept);
    tcase_add_test(t, plans_know_yield_and_firm_orders);
    tcase_add_loop_test(t, forged_plans_are_refused, 0, 19);
    tcase_add_test(t, every_allocation_may_fail);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
