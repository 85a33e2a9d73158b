/* SPDX-License-Identifier: Apache-2.0 */
/* Date mode by hand: tables, room, bad input, the checker. */
#include "mrp_dates.h"

/* ---- by hand ------------------------------------------------------------------------------------------------------- */

/* Day 0 is a Monday; weeks have five working days, but Wednesday of the second week (day 9) is a holiday. */
START_TEST(lead_times_step_over_weekends_and_a_holiday)
{
    Case *c = new_case(2, 0, 28);
    window(c, 0, 0, 5);
    window(c, 0, 7, 9);
    window(c, 0, 10, 12);
    window(c, 0, 14, 19);
    window(c, 0, 21, 26);
    c->off[1] = 1; c->off[2] = 1;
    c->child[0] = 1; c->num[0] = 2;
    c->calendar[0] = 0;  /* made on week days */
    c->lead[0] = 3;
    c->lead[1] = 3;      /* delivered any day */
    demand(c, 0, 2, 1);  /* Wednesday: two working days before it; three from today end Thursday's eve, a day late */
    demand(c, 0, 6, 10); /* Sunday: Wednesday to Friday */
    demand(c, 0, 7, 20); /* Monday: the same three days */
    demand(c, 0, 10, 30);/* Thursday after the holiday: Friday, Monday, Tuesday */
    demand(c, 0, 14, 40);/* Monday: Tuesday, Thursday, Friday */
    net_and_check(c);
    ORDERS(c, { 0, 2, 0, 1, 1 }, { 0, 6, 2, 10, 0 }, { 0, 7, 2, 20, 0 }, { 0, 10, 4, 30, 0 }, { 0, 14, 8, 40, 0 },
              { 1, 0, 0, 2, 3 }, { 1, 2, 0, 60, 1 }, { 1, 4, 1, 60, 0 }, { 1, 8, 5, 80, 0 });
    ck_assert_int_eq(c->plan.exc_count, 3);
    ck_assert_int_eq(c->e_kind[0], C12_MRP_PAST_DUE_RELEASE);
    ck_assert_int_eq(c->e_date[0], 2);
    ck_assert_int_eq(c->e_to[0], 0);
    ck_assert_int_eq(c->e_date[2], 2);
    ck_assert_int_eq(c->e_qty[2], 60);
    drop_case(c);
}
END_TEST

/* The calendar starts on day 3 and ends on day 8: nothing can be made before, and what is late for ever says so. */
START_TEST(a_calendar_that_ends_is_late_for_ever)
{
    Case *c = new_case(2, 0, 20);
    window(c, 0, 3, 8);
    c->calendar[0] = c->calendar[1] = 0;
    c->lead[0] = 5;
    c->lead[1] = 6;
    for (int i = 0; i < 2; i++) { demand(c, i, 7, 1); demand(c, i, 15, 2); }
    net_and_check(c);
    ORDERS(c, { 0, 7, 0, 1, 1 }, { 0, 15, 3, 2, 0 }, { 1, 7, 0, 1, -1 }, { 1, 15, 0, 2, -1 });
    drop_case(c);
}
END_TEST

START_TEST(stock_below_safety_is_a_need_today)
{
    Case *c = new_case(3, 100, 30);
    c->safety[0] = 5;
    c->on_hand[0] = 2;
    c->safety[1] = 5;
    receipt(c, 1, 90, 4);    /* overdue: counts today */
    receipt(c, 1, 110, 8);   /* S = -1 + ... : needed today */
    c->rule[2] = C12_MRP_MIN_MAX;
    c->min[2] = 10;
    c->max[2] = 40;
    c->on_hand[2] = 12;
    demand(c, 2, 105, 3);
    demand(c, 2, 99, 1);     /* overdue: counts today */
    net_and_check(c);
    ORDERS(c, { 0, 100, 100, 3, 0 }, { 1, 100, 100, 1, 0 }, { 2, 105, 105, 32, 0 });
    ck_assert_int_eq(c->plan.exc_count, 2);
    ck_assert_int_eq(c->e_kind[0], C12_MRP_OVERDUE_RECEIPT);
    ck_assert_int_eq(c->e_date[0], 90);
    ck_assert_int_eq(c->e_to[0], 100);
    ck_assert_int_eq(c->e_kind[1], C12_MRP_EXPEDITE);
    ck_assert_int_eq(c->e_to[1], 100);
    drop_case(c);
}
END_TEST

/* Effectivity counts from the origin, not from today: the same line is current on day 12 whichever day the plan starts. */
START_TEST(effectivity_counts_from_the_origin)
{
    Case *c = new_case(3, 10, 20);
    c->off[1] = 2; c->off[2] = 2; c->off[3] = 2;
    c->child[0] = 1; c->to[0] = 7;   /* until day 12 */
    c->child[1] = 2; c->from[1] = 7; /* from day 12 */
    c->in.origin = 5;
    demand(c, 0, 11, 1);
    demand(c, 0, 12, 2);
    net_and_check(c);
    ORDERS(c, { 0, 11, 11, 1, 0 }, { 0, 12, 12, 2, 0 }, { 1, 11, 11, 1, 0 }, { 2, 12, 12, 2, 0 });
    drop_case(c);
}
END_TEST

/* Needs of 10 on days 3, 4 and 13, an order 10, a unit kept a day 1: a second order costs what keeping 10 for a day costs. */
START_TEST(lots_by_cost_weigh_the_days_between_needs)
{
    static const struct { int32_t rule; int64_t cost, orders, first; } want[] = {
        { C12_MRP_WAGNER_WHITIN, 10, 3, 10 }, /* a tie: the fewest dates */
        { C12_MRP_WAGNER_WHITIN, 11, 2, 20 },
        { C12_MRP_PART_PERIOD, 10, 2, 20 },   /* 10 for a day are the cost of an order */
        { C12_MRP_PART_PERIOD, 60, 2, 20 },   /* 110 are no nearer to 60 than 10 */
        { C12_MRP_PART_PERIOD, 61, 1, 30 },   /* to 61 they are */
        { C12_MRP_SILVER_MEAL, 10, 2, 20 },   /* 10 for one day, 20 for two: no dearer */
        { C12_MRP_SILVER_MEAL, 9, 3, 10 },
        { C12_MRP_GROFF, 10, 2, 20 },         /* 10 * 1 * 2 = 2 * 10 */
        { C12_MRP_GROFF, 9, 3, 10 },
        { C12_MRP_EOQ, 30, 2, 15 },           /* root of 2 * 30 * 30 / 8 days = 225: 15 a lot, and what is left */
    };
    for (size_t k = 0; k < sizeof want / sizeof *want; k++) {
        Case *c = new_case(1, 3, want[k].rule == C12_MRP_EOQ ? 8 : 20);
        c->rule[0] = want[k].rule;
        c->order_cost[0] = want[k].cost;
        c->holding_cost[0] = 1;
        demand(c, 0, 3, 10);
        demand(c, 0, 4, 10);
        demand(c, 0, want[k].rule == C12_MRP_EOQ ? 10 : 13, 10);
        net_and_check(c);
        ck_assert_msg(c->plan.order_count == want[k].orders && c->o_qty[0] == want[k].first, "case %d: %ld orders, the first %ld", (int)k, (long)c->plan.order_count, (long)c->o_qty[0]);
        drop_case(c);
    }
}
END_TEST

/* A mean of more than 64 bits asks for all that is left. */
START_TEST(an_economic_lot_of_too_much_is_what_is_left)
{
    Case *c = new_case(1, 0, 20);
    c->rule[0] = C12_MRP_EOQ;
    c->order_cost[0] = c->holding_cost[0] = 1;
    c->on_hand[0] = INT64_MAX;
    demand(c, 0, 3, INT64_MAX);
    demand(c, 0, 4, 10);
    demand(c, 0, 5, 10);
    net_and_check(c);
    ORDERS(c, { 0, 4, 4, 20, 0 });
    drop_case(c);
}
END_TEST

/* Seconds pass 2^31 within a lifetime; a line without an end has none then either. */
START_TEST(open_lines_stay_open)
{
    const int64_t today = (int64_t)1 << 40;
    Case *c = new_case(2, today, 1000);
    c->off[1] = 1; c->off[2] = 1;
    c->child[0] = 1;
    c->in.origin = 0;
    demand(c, 0, today + 500, 3);
    net_and_check(c);
    ORDERS(c, { 0, today + 500, today + 500, 3, 0 }, { 1, today + 500, today + 500, 3, 0 });
    c->to[0] = INT32_MAX - 1;
    net_and_check(c);
    ck_assert_int_eq(c->plan.order_count, 1);
    drop_case(c);
}
END_TEST

/* Of 70 started in 100 come out: 50 good ones take 72, in lots of 20 they take 80; the components are asked for what is started. */
START_TEST(a_yield_starts_more_than_comes_out)
{
    Case *c = new_case(3, 100, 30);
    c->off[1] = 1; c->off[2] = 2; c->off[3] = 2;
    c->child[0] = 1; c->child[1] = 2;
    c->yield[0] = c->yield[1] = 700000;
    c->rule[1] = C12_MRP_FIXED; c->size[1] = 20;
    c->lead[0] = 3;
    demand(c, 0, 110, 50);
    demand(c, 0, 102, 7);
    net_and_check(c);
    ORDERS(c, { 0, 102, 100, 7, 1 }, { 0, 110, 107, 50, 0 }, { 1, 100, 100, 14, 0 }, { 1, 107, 107, 70, 0 }, { 2, 100, 100, 20, 0 }, { 2, 107, 107, 100, 0 });
    static const int64_t started[] = { 10, 72, 20, 100, 20, 100 };
    ck_assert_mem_eq(c->o_started, started, sizeof started);
    ck_assert_int_eq(c->e_qty[0], 7);
    c->plan.order_started = NULL;
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_mrp_date_check(&c->in, &c->plan, &v, c->scratch, &e), C12_E_ARG);
    ck_assert_str_eq(e.field, "order_started");
    drop_case(c);
}
END_TEST

/* What is needed on the tenth day is there three days before, and what is needed within three days is needed today. */
START_TEST(a_safety_time_wants_supply_earlier)
{
    Case *c = new_case(1, 100, 30);
    c->time[0] = 3;
    c->lead[0] = 4;
    receipt(c, 0, 109, 2);
    demand(c, 0, 110, 5);
    demand(c, 0, 102, 1);
    demand(c, 0, 100, 1);
    net_and_check(c);
    ORDERS(c, { 0, 100, 100, 2, 4 }, { 0, 107, 103, 5, 0 });
    ck_assert_int_eq(c->plan.exc_count, 2);
    ck_assert_int_eq(c->e_kind[1], C12_MRP_EXPEDITE);
    ck_assert_int_eq(c->e_to[1], 100); /* R8 knows no planned orders */
    drop_case(c);
}
END_TEST

START_TEST(forecasts_within_the_demand_fence_do_not_count)
{
    Case *c = new_case(1, 100, 30);
    c->d_fence[0] = 5;
    demand(c, 0, 99, 1);
    demand(c, 0, 104, 2);
    demand(c, 0, 105, 4);
    demand(c, 0, 104, 8);
    c->d_kind[0] = c->d_kind[1] = c->d_kind[2] = C12_MRP_FORECAST;
    net_and_check(c);
    ORDERS(c, { 0, 104, 104, 8, 0 }, { 0, 105, 105, 4, 0 });
    drop_case(c);
}
END_TEST

/* Of 20 in stock 15 are to be held from the third day and none from the tenth: the order is for the third, the receipt comes for the demand. */
START_TEST(safety_stock_changes_with_the_date)
{
    Case *c = new_case(1, 100, 30);
    c->on_hand[0] = 10;
    c->safety[0] = 5;
    hold(c, 0, 90, 0);
    hold(c, 0, 103, 15);
    hold(c, 0, 110, 0);
    receipt(c, 0, 104, 3);
    demand(c, 0, 112, 16);
    net_and_check(c);
    ORDERS(c, { 0, 103, 103, 5, 0 });
    ck_assert_int_eq(c->plan.exc_count, 1);
    ck_assert_int_eq(c->e_kind[0], C12_MRP_EXPEDITE);
    ck_assert_int_eq(c->e_to[0], 103);
    c->rule[0] = C12_MRP_PERIODS;
    c->periods[0] = 12;
    c->on_hand[0] = 0;
    c->s_qty[0] = 1;
    demand(c, 0, 100, 1);
    net_and_check(c);
    ORDERS(c, { 0, 100, 100, 16, 0 });
    c->rule[0] = C12_MRP_LOT_FOR_LOT;
    net_and_check(c);
    ORDERS(c, { 0, 100, 100, 2, 0 }, { 0, 103, 103, 14, 0 });
    drop_case(c);
}
END_TEST

/* Two firm orders of one day are counted together: 8 of 9 come out, where 3 and 4 would come out apart; what is missing is ordered beside. */
START_TEST(firm_orders_stand_and_are_exploded)
{
    Case *c = new_case(2, 100, 30);
    c->off[1] = 1; c->off[2] = 1;
    c->child[0] = 1;
    c->yield[0] = 900000;
    c->lead[0] = 4;
    firm(c, 0, 105, 4);
    firm(c, 0, 105, 5);
    firm(c, 0, 99, 2);
    demand(c, 0, 105, 9);
    demand(c, 0, 120, 3);
    net_and_check(c);
    ORDERS(c, { 0, 100, 100, 1, 4 }, { 0, 105, 101, 8, 0 }, { 0, 120, 116, 3, 0 }, { 1, 100, 100, 2, 0 }, { 1, 101, 101, 9, 0 }, { 1, 116, 116, 4, 0 });
    static const int64_t started[] = { 2, 9, 4 };
    ck_assert_mem_eq(c->o_started, started, sizeof started);
    c->in.planning_fence = NULL;
    c->d_qty[0] = 10;
    net_and_check(c); /* one more: two more are started, that two more come out */
    ck_assert_int_eq(c->o_started[1], 11);
    ck_assert_int_eq(c->o_qty[1], 9);
    drop_case(c);
}
END_TEST

/* Nothing is ordered for the first five days; what is short then is ordered for the sixth, though nothing happens on it. */
START_TEST(the_planning_fence_holds_orders_back)
{
    Case *c = new_case(1, 100, 30);
    c->p_fence[0] = 5;
    demand(c, 0, 101, 4);
    demand(c, 0, 104, 3);
    receipt(c, 0, 103, 1);
    net_and_check(c);
    ORDERS(c, { 0, 105, 105, 6, 0 });
    static const int64_t want[][3] = { { 101, C12_MRP_FENCE_SHORTAGE, 4 }, { 103, C12_MRP_EXPEDITE, 1 }, { 104, C12_MRP_FENCE_SHORTAGE, 2 } };
    ck_assert_int_eq(c->plan.exc_count, 3);
    for (int k = 0; k < 3; k++) { ck_assert_int_eq(c->e_date[k], want[k][0]); ck_assert_int_eq(c->e_kind[k], want[k][1]); ck_assert_int_eq(c->e_qty[k], want[k][2]); }
    ck_assert_int_eq(c->e_to[0], 105);
    c->p_fence[0] = 30;
    net_and_check(c);
    ck_assert_int_eq(c->plan.order_count, 0);
    ck_assert_int_eq(c->e_to[0], -1);
    drop_case(c);
}
END_TEST

/* Of every three sheets cut, one offcut of another item falls off: supply two days after the sheets are there, rounded down. */
START_TEST(by_products_are_supply)
{
    Case *c = new_case(2, 100, 30);
    c->off[1] = c->off[2] = 1;
    c->child[0] = 1;
    c->den[0] = 3;
    c->shift[0] = 2;
    c->by[0] = C12_BOM_BY_PRODUCT;
    c->lead[0] = 4;
    c->yield[0] = 500000;
    c->time[1] = 3; /* wants requirements earlier, not what falls off */
    demand(c, 0, 102, 10);
    demand(c, 0, 110, 2);
    demand(c, 1, 104, 1);
    demand(c, 1, 107, 5);
    receipt(c, 1, 120, 4);
    net_and_check(c);
    ORDERS(c, { 0, 102, 100, 10, 2 }, { 0, 110, 106, 2, 0 }, { 1, 101, 101, 1, 0 }, { 1, 104, 104, 2, 0 });
    ck_assert_int_eq(c->level[1], 1);
    ck_assert_int_eq(c->plan.exc_count, 2);
    ck_assert_int_eq(c->e_kind[1], C12_MRP_EXPEDITE);
    ck_assert_int_eq(c->e_to[1], 101);
    c->from[0] = 1; /* not yet in force when the first sheets are released */
    net_and_check(c);
    ck_assert_int_eq(c->o_qty[3], 5);
    c->in.order_room = 0;
    fails(c, C12_E_SPACE, "order_room", -1, 4 + 5 + 4);
    c->from[0] = 0;
    c->in.order_room = MAX_ORDERS;
    c->num[0] = INT64_MAX;
    c->den[0] = 1;
    fails(c, C12_E_OVERFLOW, "projected", 1, 104);
    drop_case(c);
}
END_TEST

START_TEST(small_and_near_moves_are_left_alone)
{
    static const struct { int64_t qty, shift, told; } want[] = { { 0, 0, 3 }, { 5, 0, 2 }, { 6, 0, 1 }, { 0, 3, 2 }, { 0, 4, 1 }, { 9, 9, 0 } };
    for (size_t k = 0; k < sizeof want / sizeof *want; k++) {
        Case *c = new_case(3, 100, 30);
        receipt(c, 0, 110, 4);
        demand(c, 0, 113, 4); /* three days later */
        receipt(c, 1, 110, 5);
        demand(c, 1, 106, 5); /* four days earlier */
        receipt(c, 2, 110, 8); /* not at all */
        c->in.message_qty = want[k].qty;
        c->in.message_shift = want[k].shift;
        net_and_check(c);
        ck_assert_msg(c->plan.exc_count == want[k].told, "case %d: %d", (int)k, (int)c->plan.exc_count);
        drop_case(c);
    }
}
END_TEST

/* ---- room ------------------------------------------------------------------------------------------------------------ */

/* Asking for more until it suffices ends, and the plan is the same; columns that are too short say how many there were. */
START_TEST(room_is_asked_for_until_it_suffices)
{
    for (uint64_t seed = 0; seed < 100; seed++) {
        Case *c = random_calendar_case(seed, 5), *d = random_calendar_case(seed, 5);
        c12_error e = C12_INIT(c12_error);
        c12_status s;
        int tries = 0;
        d->in.order_room = 0;
        while ((s = c12_mrp_date_net(&d->in, &d->plan, d->scratch, &e)) == C12_E_SPACE) {
            ck_assert_str_eq(e.field, "order_room");
            ck_assert_int_gt(e.value, d->in.order_room);
            ck_assert_int_lt(++tries, 20);
            d->in.order_room = e.value;
            free(d->scratch.ptr);
            d->scratch.size = c12_mrp_date_scratch(d->bom.n_items, d->off[d->bom.n_items], d->in.n_demand, d->in.n_receipts, d->in.n_safety, d->in.order_room);
            d->scratch.ptr = malloc(d->scratch.size);
        }
        ck_assert_int_eq(s, C12_OK);
        net_and_check(c);
        net_and_check(d);
        ck_assert_int_eq(c->plan.order_count, d->plan.order_count);
        ck_assert_mem_eq(c->o_qty, d->o_qty, sizeof c->o_qty);
        d->plan.order_cap = d->plan.exc_cap = 1;
        memset(d->o_qty, 0, sizeof d->o_qty);
        ck_assert_int_eq(c12_mrp_date_net(&d->in, &d->plan, d->scratch, &e), C12_OK);
        ck_assert_int_eq(d->plan.order_count, c->plan.order_count);
        ck_assert_int_eq(d->plan.exc_count, c->plan.exc_count);
        ck_assert_int_eq(d->o_qty[0], c->o_qty[0]);
        ck_assert_int_eq(d->o_qty[1], 0);
        drop_case(c);
        drop_case(d);
    }
}
END_TEST

/* An order on every date of a floor that rises, of a receipt that is firm, when the fence ends, and today: as much room and no more. */
START_TEST(room_is_enough_for_floors_firm_orders_and_fences)
{
    Case *c = new_case(1, 100, 1000);
    for (int k = 1; k <= 5; k++) hold(c, 0, 100 + 10 * k, 10 * k);
    for (int k = 1; k <= 5; k++) firm(c, 0, 200 + k, 1);
    c->on_hand[0] = -1;
    c->in.negative_stock = 1;
    c->in.order_room = 0;
    fails(c, C12_E_SPACE, "order_room", -1, 2 + 5 + 5);
    c->in.order_room = 12;
    net_and_check(c);
    ck_assert_int_eq(c->plan.order_count, 1 + 5 + 5);
    demand(c, 0, 105, 1);
    c->p_fence[0] = 2;
    c->in.order_room = 11;
    fails(c, C12_E_SPACE, "order_room", -1, 3 + 5 + 5);
    drop_case(c);
}
END_TEST

/* Many lines of one parent to one item: what they ask for on the same dates is merged where it would not fit. */
START_TEST(lines_of_one_parent_share_room)
{
    Case *c = new_case(2, 0, 50);
    c->off[1] = 100; c->off[2] = 100;
    for (int e = 0; e < 100; e++) { c->child[e] = 1; c->shift[e] = e % 3; }
    for (int t = 0; t < 20; t++) demand(c, 0, t, 1 + t);
    c->in.order_room = 50;
    net_and_check(c);
    ck_assert_int_eq(c->plan.order_count, 20 + 22);
    ck_assert_int_eq(c->o_qty[20], 34);
    ck_assert_int_eq(c->o_qty[22], 34 * 3 + 33 * 2 + 33);
    drop_case(c);
}
END_TEST

/* ---- bad input ------------------------------------------------------------------------------------------------------- */

START_TEST(bad_rows_are_named)
{
    Case *c = new_case(2, 4, 10);
    char text[2048];
    c12_error e = C12_INIT(c12_error);
    e.text = text;
    e.text_cap = sizeof text;
    demand(c, 5, 0, -1);
    receipt(c, -1, 0, -2);
    window(c, 0, 3, 3);
    window(c, 0, 2, 9);
    c->lead[1] = -2;
    c->rule[0] = 10;
    c->calendar[1] = 1;
    c->on_hand[0] = -4;
    c->type[0] = 3;
    ck_assert_int_eq(c12_mrp_date_net(&c->in, &c->plan, c->scratch, &e), C12_E_RANGE);
    static const char *const told[] = { "window_to[0] = 3", "window_from[1] = 2", "on_hand[0] = -4", "item_type[0] = 3", "lot_rule[0] = 10", "lead_time[1] = -2", "item_calendar[1] = 1",
                                        "demand_item[0] = 5", "demand_qty[0] = -1", "receipt_item[0] = -1", "receipt_qty[0] = -2" };
    for (size_t k = 0; k < sizeof told / sizeof *told; k++) ck_assert_msg(strstr(text, told[k]) != NULL, "%s in %s", told[k], text);
    ck_assert_int_eq(e.count, 11);
    drop_case(c);
}
END_TEST

START_TEST(bad_terms_are_named)
{
    Case *c = new_case(2, 4, 10);
    demand(c, 1, 7, 1);
    c->d_kind[0] = 2;
    fails(c, C12_E_RANGE, "demand_kind", 0, 2);
    c->d_kind[0] = 0;
    c->d_fence[1] = -1;
    fails(c, C12_E_RANGE, "demand_fence", 1, -1);
    c->d_fence[1] = 0;
    c->time[0] = -3;
    fails(c, C12_E_RANGE, "safety_time", 0, -3);
    c->time[0] = 0;
    c->yield[1] = 0;
    fails(c, C12_E_RANGE, "yield_ppm", 1, 0);
    c->yield[1] = 1000001;
    fails(c, C12_E_RANGE, "yield_ppm", 1, 1000001);
    c->yield[1] = 1;
    c->p_fence[1] = -2;
    fails(c, C12_E_RANGE, "planning_fence", 1, -2);
    c->p_fence[1] = 0;
    firm(c, 0, 3, 1);
    c->r_kind[0] = 3;
    fails(c, C12_E_RANGE, "receipt_kind", 0, 3);
    c->r_kind[0] = 0;
    hold(c, 1, 5, 2);
    hold(c, 1, 5, 2);
    fails(c, C12_E_RANGE, "safety_date", 1, 5);
    c->s_item[0] = 2;
    fails(c, C12_E_RANGE, "safety_item", 0, 2);
    c->s_item[0] = 0;
    c->s_qty[1] = -1;
    fails(c, C12_E_RANGE, "safety_qty", 1, -1);
    c->in.safety_date = NULL;
    fails(c, C12_E_ARG, "safety_date", -1, 0);
    c->in.n_safety = -1;
    fails(c, C12_E_ARG, "n_safety", -1, -1);
    c->in.n_safety = 0;
    c->in.message_qty = -1;
    fails(c, C12_E_ARG, "message_qty", -1, -1);
    c->in.message_qty = 0;
    c->in.message_shift = -1;
    fails(c, C12_E_ARG, "message_shift", -1, -1);
    c->in.message_shift = 0;
    c->in.negative_stock = 2;
    fails(c, C12_E_ARG, "negative_stock", -1, 2);
    c->in.negative_stock = 0;
    c->in.phantom_demand = -1;
    fails(c, C12_E_ARG, "phantom_demand", -1, -1);
    c->in.phantom_demand = 1;
    c->type[1] = C12_MRP_PHANTOM;
    fails(c, C12_E_RANGE, "demand_item", 0, 1);
    drop_case(c);
}
END_TEST

START_TEST(bad_lots_are_named)
{
    Case *c = new_case(1, 0, 10);
    c->rule[0] = C12_MRP_FIXED; c->size[0] = 0;
    fails(c, C12_E_RANGE, "lot_size", 0, 0);
    c->rule[0] = C12_MRP_MIN_MULTIPLE; c->multiple[0] = -1;
    fails(c, C12_E_RANGE, "lot_multiple", 0, -1);
    c->multiple[0] = 1; c->min[0] = 9; c->max[0] = 8;
    fails(c, C12_E_RANGE, "lot_max", 0, 8);
    c->rule[0] = C12_MRP_MIN_MAX;
    fails(c, C12_E_RANGE, "lot_max", 0, 8);
    c->rule[0] = C12_MRP_PERIODS; c->periods[0] = 0;
    fails(c, C12_E_RANGE, "lot_periods", 0, 0);
    drop_case(c);
}
END_TEST

START_TEST(bad_sizes_are_named)
{
    Case *c = new_case(2, 5, 10);
    c->in.today = -1;
    fails(c, C12_E_RANGE, "today", -1, -1);
    c->in.today = 5;
    c->in.horizon = 5;
    fails(c, C12_E_RANGE, "horizon", -1, 5);
    c->in.horizon = ((int64_t)1 << 60) + 1;
    fails(c, C12_E_RANGE, "horizon", -1, ((int64_t)1 << 60) + 1);
    c->in.horizon = 15;
    c->in.origin = 6;
    fails(c, C12_E_RANGE, "origin", -1, 6);
    c->in.origin = 0;
    c->in.scrap = 2;
    fails(c, C12_E_ARG, "scrap", -1, 2);
    c->in.scrap = 0;
    c->in.order_room = -1;
    fails(c, C12_E_ARG, "order_room", -1, -1);
    c->in.order_room = 1;
    c->in.n_demand = -1;
    fails(c, C12_E_ARG, "n_demand", -1, -1);
    c->in.n_demand = 0;
    c->in.n_receipts = (int64_t)1 << 31;
    fails(c, C12_E_ARG, "n_receipts", -1, (int64_t)1 << 31);
    c->in.n_receipts = 0;
    c->in.n_calendars = -1;
    fails(c, C12_E_ARG, "n_calendars", -1, -1);
    c->in.n_calendars = 0;
    c->plan.order_due = NULL;
    fails(c, C12_E_ARG, "order_item", -1, 0);
    c->plan.order_due = c->o_due;
    c->plan.exc_to = NULL;
    fails(c, C12_E_ARG, "exc_item", -1, 0);
    c->plan.exc_cap = 0;
    net_and_check(c);
    demand(c, 0, 7, 1);
    c->in.demand_date = NULL;
    fails(c, C12_E_ARG, "demand_date", -1, 0);
    ck_assert_uint_eq(c12_mrp_date_scratch(-1, 0, 0, 0, 0, 0), 0);
    ck_assert_uint_eq(c12_mrp_date_scratch(1, 0, (int64_t)1 << 31, 0, 0, 0), SIZE_MAX);
    drop_case(c);
}
END_TEST

START_TEST(cycles_overflows_and_small_scratch_are_named)
{
    Case *c = new_case(2, 0, 4);
    c->off[1] = 1; c->off[2] = 2;
    c->child[0] = 1; c->child[1] = 0;
    fails(c, C12_E_CYCLE, "line_child", 0, 0);
    c->off[2] = 1;
    c->num[0] = INT64_MAX / 2;
    demand(c, 0, 3, 3);
    fails(c, C12_E_OVERFLOW, "gross", 1, 3);
    c->num[0] = INT64_MAX / 4;
    c->on_hand[0] = INT64_MAX;
    receipt(c, 0, 2, 1);
    fails(c, C12_E_OVERFLOW, "projected", 0, 2);
    c->in.n_receipts = 0;
    c->on_hand[0] = 0;
    demand(c, 1, 2, INT64_MAX);
    demand(c, 1, 2, 1);
    fails(c, C12_E_OVERFLOW, "gross", 1, 2);
    c->in.n_demand = 1;
    net_and_check(c);
    c12_mem whole = c->scratch;
    c->scratch.size = 100;
    fails(c, C12_E_SPACE, "scratch", -1, (int64_t)c12_mrp_date_scratch(2, 1, 1, 0, 0, MAX_ORDERS));
    c->scratch.size = c12_mrp_date_scratch(2, 1, 1, 0, 0, MAX_ORDERS);
    net_and_check(c);
    c->scratch = whole;
    drop_case(c);
}
END_TEST

/* ---- the checker ------------------------------------------------------------------------------------------------------- */

START_TEST(checker_refuses_mutated_plans)
{
    for (uint64_t seed = 0; seed < 200; seed++) {
        Case *c = random_calendar_case(seed, RULES);
        net_and_check(c);
        c12__rng g = c12__rng_from(seed, 5);
        for (int round = 0; round < 5 && c->plan.order_count; round++) {
            int64_t at = (int64_t)c12__rng_below(&g, (uint64_t)c->plan.order_count), *column[] = { c->o_due, c->o_release, c->o_qty, c->o_late, c->o_started };
            for (int k = 0; k < 5; k++) {
                for (int by = -1; by <= 1; by += 2) {
                    column[k][at] += by;
                    ck_assert_msg(refused(c), "seed %d order %d column %d by %d", (int)seed, (int)at, k, by);
                    column[k][at] -= by;
                }
            }
            c->o_item[at]++;
            ck_assert(refused(c));
            c->o_item[at]--;
            ck_assert(!refused(c));
        }
        if (c->plan.order_count) { c->plan.order_count--; ck_assert(refused(c)); }
        drop_case(c);
    }
}
END_TEST

START_TEST(checker_wants_the_whole_plan)
{
    Case *c = new_case(1, 0, 10);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    demand(c, 0, 3, 5);
    net_and_check(c);
    c->plan.order_cap = 0;
    ck_assert_int_eq(c12_mrp_date_check(&c->in, &c->plan, &v, c->scratch, &e), C12_E_ARG);
    ck_assert_str_eq(e.field, "order_count");
    c->plan.order_cap = 1;
    c->in.order_room = 0;
    ck_assert_int_eq(c12_mrp_date_check(&c->in, &c->plan, &v, c->scratch, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, 1);
    drop_case(c);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("mrp-date");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, lead_times_step_over_weekends_and_a_holiday);
    tcase_add_test(t, a_calendar_that_ends_is_late_for_ever);
    tcase_add_test(t, stock_below_safety_is_a_need_today);
    tcase_add_test(t, effectivity_counts_from_the_origin);
    tcase_add_test(t, lots_by_cost_weigh_the_days_between_needs);
    tcase_add_test(t, an_economic_lot_of_too_much_is_what_is_left);
    tcase_add_test(t, open_lines_stay_open);
    tcase_add_test(t, a_yield_starts_more_than_comes_out);
    tcase_add_test(t, a_safety_time_wants_supply_earlier);
    tcase_add_test(t, forecasts_within_the_demand_fence_do_not_count);
    tcase_add_test(t, safety_stock_changes_with_the_date);
    tcase_add_test(t, firm_orders_stand_and_are_exploded);
    tcase_add_test(t, the_planning_fence_holds_orders_back);
    tcase_add_test(t, by_products_are_supply);
    tcase_add_test(t, small_and_near_moves_are_left_alone);
    tcase_add_test(t, room_is_asked_for_until_it_suffices);
    tcase_add_test(t, room_is_enough_for_floors_firm_orders_and_fences);
    tcase_add_test(t, lines_of_one_parent_share_room);
    tcase_add_test(t, bad_rows_are_named);
    tcase_add_test(t, bad_terms_are_named);
    tcase_add_test(t, bad_lots_are_named);
    tcase_add_test(t, bad_sizes_are_named);
    tcase_add_test(t, cycles_overflows_and_small_scratch_are_named);
    tcase_add_test(t, checker_refuses_mutated_plans);
    tcase_add_test(t, checker_wants_the_whole_plan);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
