/* SPDX-License-Identifier: Apache-2.0 */
#include "mrp_case.h"

/* One item, lead 2, safety 5, on hand 30, a receipt of 20 in bucket 1; worked by hand. */
START_TEST(one_item_lot_for_lot)
{
    Case *c = new_case(1, 8);
    c->on_hand[0] = 30;
    c->safety[0] = 5;
    c->lead[0] = 2;
    receipt(c, 0, 1, 20);
    int64_t d[] = { 10, 15, 25, 25, 30, 45, 20, 30 };
    for (int t = 0; t < 8; t++) demand(c, 0, t, d[t]);
    net_and_check(c);
    ROW(c, projected, 0, 20, 25, 5, 5, 5, 5, 5, 5);
    ROW(c, planned, 0, 0, 0, 5, 25, 30, 45, 20, 30);
    ROW(c, release, 0, 5, 25, 30, 45, 20, 30, 0, 0);
    ck_assert_int_eq(c->past_due[0], 0);
    drop_case(c);
}
END_TEST

/* Two levels with scrap: 12 actuators a robot, 5 % scrap on the motor. */
START_TEST(two_levels_with_scrap_and_lead_times)
{
    Case *c = new_case(3, 6);
    c->off[1] = 1; c->off[2] = 2; c->off[3] = 2;
    c->child[0] = 1; c->num[0] = 12;
    c->child[1] = 2; c->ppm[1] = 50000;
    c->lead[0] = 1; c->lead[1] = 1; c->lead[2] = 2;
    c->on_hand[1] = 10;
    demand(c, 0, 4, 2);
    demand(c, 0, 5, 3);
    net_and_check(c);
    ROW(c, release, 0, 0, 0, 0, 2, 3, 0);
    ROW(c, gross, 1, 0, 0, 0, 24, 36, 0);
    ROW(c, planned, 1, 0, 0, 0, 14, 36, 0);
    ROW(c, gross, 2, 0, 0, 15, 38, 0, 0); /* 14 * 1.05 = 14.7, 36 * 1.05 = 37.8 */
    ROW(c, release, 2, 15, 38, 0, 0, 0, 0);
    ck_assert_int_eq(c->level[2], 2);
    drop_case(c);
}
END_TEST

START_TEST(lot_rules_by_hand)
{
    Case *c = new_case(5, 6);
    int64_t d[] = { 30, 10, 0, 50, 20, 10 };
    for (int i = 0; i < 5; i++) for (int t = 0; t < 6; t++) demand(c, i, t, d[t]);
    c->rule[0] = C12_MRP_FIXED; c->size[0] = 40;
    c->rule[1] = C12_MRP_MIN_MULTIPLE; c->min[1] = 25; c->multiple[1] = 10;
    c->rule[2] = C12_MRP_PERIODS; c->periods[2] = 3;
    c->rule[3] = C12_MRP_MIN_MULTIPLE; c->min[3] = 15; c->multiple[3] = 5; c->max[3] = 40;
    c->rule[4] = C12_MRP_MIN_MAX; c->min[4] = 20; c->max[4] = 60;
    net_and_check(c);
    ROW(c, planned, 0, 40, 0, 0, 80, 0, 0);
    ROW(c, planned, 1, 30, 30, 0, 30, 30, 0);
    ROW(c, planned, 2, 40, 0, 0, 80, 0, 0);
    ROW(c, planned, 3, 30, 15, 0, 55, 15, 15); /* 45 needed in bucket 3: one full 40 and a rest lifted to 15 */
    ROW(c, planned, 4, 90, 0, 0, 60, 0, 0);
    drop_case(c);
}
END_TEST

/* The window of periods keeps receipts where they are and covers the deepest point, not the sum of nets. */
START_TEST(periods_cover_the_deepest_shortage)
{
    Case *c = new_case(1, 5);
    c->rule[0] = C12_MRP_PERIODS;
    c->periods[0] = 4;
    demand(c, 0, 0, 10);
    demand(c, 0, 1, 20);
    demand(c, 0, 3, 5);
    receipt(c, 0, 2, 100);
    net_and_check(c);
    ROW(c, planned, 0, 30, 0, 0, 0, 0);
    drop_case(c);
}
END_TEST

START_TEST(past_due_release_is_a_message_not_a_date_in_the_past)
{
    Case *c = new_case(2, 4);
    c->off[1] = 1; c->off[2] = 1;
    c->child[0] = 1; c->num[0] = 1; c->den[0] = 3;
    c->lead[0] = 3;
    demand(c, 0, 0, 4);
    demand(c, 0, 2, 5);
    demand(c, 0, 3, 1);
    net_and_check(c);
    ck_assert_int_eq(c->past_due[0], 9);
    ROW(c, release, 0, 1, 0, 0, 0);
    ROW(c, gross, 1, 3 + 1, 0, 0, 0); /* ceil(9/3) for the past-due sum, ceil(1/3) for bucket 0 */
    ck_assert_int_eq(c->plan.exc_count, 2);
    ck_assert_int_eq(c->exc_kind[0], C12_MRP_PAST_DUE_RELEASE);
    ck_assert_int_eq(c->exc_bucket[1], 2);
    ck_assert_int_eq(c->exc_qty[1], 5);
    drop_case(c);
}
END_TEST

START_TEST(messages_expedite_defer_cancel_overdue)
{
    Case *c = new_case(1, 6);
    c->on_hand[0] = 10;
    demand(c, 0, 1, 25);
    demand(c, 0, 4, 10);
    receipt(c, 0, -1, 5);  /* overdue; then needed in 1: defer from 0 */
    receipt(c, 0, 3, 10);  /* 15 < 25: needed in 1 */
    receipt(c, 0, 2, 10);  /* rows need not be sorted; 25 covers 25, so this one is needed in 4 after the other */
    receipt(c, 0, 5, 50);  /* 35 covers all 35 */
    net_and_check(c);
    int32_t kind[] = { C12_MRP_OVERDUE_RECEIPT, C12_MRP_DEFER, C12_MRP_EXPEDITE, C12_MRP_DEFER, C12_MRP_CANCEL };
    int32_t bucket[] = { -1, -1, 2, 3, 5 }, to[] = { 0, 1, 1, 4, -1 };
    ck_assert_int_eq(c->plan.exc_count, 5);
    for (int k = 0; k < 5; k++) {
        ck_assert_int_eq(c->exc_kind[k], kind[k]);
        ck_assert_int_eq(c->exc_bucket[k], bucket[k]);
        ck_assert_int_eq(c->exc_to[k], to[k]);
    }
    c->plan.exc_cap = 2; /* a report truncates, says so, and the plan stays whole */
    net_and_check(c);
    ck_assert_int_eq(c->plan.exc_count, 5);
    drop_case(c);
}
END_TEST

START_TEST(phantom_uses_its_stock_and_passes_the_rest_through)
{
    Case *c = new_case(3, 3);
    c->off[1] = 1; c->off[2] = 2; c->off[3] = 2;
    c->child[0] = 1; c->num[0] = 2;
    c->child[1] = 2; c->num[1] = 3;
    c->type[1] = C12_MRP_PHANTOM;
    c->lead[1] = 2; c->safety[1] = 50; c->rule[1] = C12_MRP_FIXED; c->size[1] = 100; /* none of these count for a phantom */
    c->on_hand[1] = 5;
    demand(c, 0, 1, 10);
    net_and_check(c);
    ROW(c, release, 1, 0, 15, 0);
    ROW(c, gross, 2, 0, 45, 0);
    ck_assert_int_eq(c->plan.exc_count, 0);
    drop_case(c);
}
END_TEST

START_TEST(effectivity_and_offset_move_components)
{
    Case *c = new_case(3, 5);
    c->off[1] = 2; c->off[2] = 2; c->off[3] = 2;
    c->child[0] = 1; c->to[0] = 2;   /* old part until bucket 2 */
    c->child[1] = 2; c->from[1] = 2; /* new part from bucket 2, needed one bucket after the release */
    c->shift[1] = 1;
    for (int t = 0; t < 5; t++) demand(c, 0, t, t + 1);
    net_and_check(c);
    ROW(c, gross, 1, 1, 2, 0, 0, 0);
    ROW(c, gross, 2, 0, 0, 0, 3, 4); /* the release of bucket 4 asks beyond the horizon */
    drop_case(c);
}
END_TEST

START_TEST(demand_outside_the_horizon_is_counted)
{
    Case *c = new_case(1, 2);
    demand(c, 0, -3, 1);
    demand(c, 0, 2, 7);
    receipt(c, 0, 9, 7);
    net_and_check(c);
    ROW(c, gross, 0, 1, 0);
    ck_assert_int_eq(c->plan.outside_demand, 1);
    ck_assert_int_eq(c->plan.outside_receipts, 1);
    drop_case(c);
}
END_TEST

START_TEST(pegs_add_up_to_gross)
{
    Case *c = new_case(3, 4);
    c->off[1] = 1; c->off[2] = 2; c->off[3] = 2;
    c->child[0] = 2; c->num[0] = 2;
    c->child[1] = 2; c->num[1] = 5;
    c->lead[1] = 1;
    demand(c, 0, 2, 3);
    demand(c, 1, 0, 4);
    demand(c, 2, 2, 7);
    net_and_check(c);
    int32_t item[8], bucket[8], parent[8], pb[8];
    int64_t qty[8], line[8];
    c12_mrp_pegs p = C12_INIT(c12_mrp_pegs);
    p.cap = 8;
    p.item = item;
    p.bucket = bucket;
    p.qty = qty;
    p.parent = parent;
    p.parent_bucket = pb;
    p.line = line;
    ck_assert_int_eq(c12_mrp_peg(&c->in, &c->plan, &p, c->scratch, NULL), C12_OK);
    ck_assert_int_eq(p.count, 5);
    int32_t want_item[] = { 0, 1, 2, 2, 2 }, want_parent[] = { -1, -1, -1, 0, 1 }, want_pb[] = { 2, 0, 2, 2, -1 };
    int64_t want_qty[] = { 3, 4, 7, 6, 20 };
    for (int k = 0; k < 5; k++) {
        ck_assert_int_eq(item[k], want_item[k]);
        ck_assert_int_eq(parent[k], want_parent[k]);
        ck_assert_int_eq(pb[k], want_pb[k]);
        ck_assert_int_eq(qty[k], want_qty[k]);
    }
    drop_case(c);
}
END_TEST

START_TEST(bad_input_is_named)
{
    Case *c = new_case(2, 4);
    char text[1024];
    c12_error e = C12_INIT(c12_error);
    e.text = text;
    e.text_cap = sizeof text;
    demand(c, 5, 0, -1);
    c->lead[1] = -2;
    c->rule[0] = 10;
    ck_assert_int_eq(c12_mrp_net(&c->in, &c->plan, c->scratch, &e), C12_E_RANGE);
    ck_assert_int_eq(e.count, 4);
    ck_assert_ptr_nonnull(strstr(text, "demand_item[0] = 5"));
    ck_assert_ptr_nonnull(strstr(text, "demand_qty[0] = -1"));
    ck_assert_ptr_nonnull(strstr(text, "lead_time[1] = -2"));
    ck_assert_ptr_nonnull(strstr(text, "lot_rule[0] = 10"));
    drop_case(c);

    c = new_case(2, 4);
    c->off[1] = c->off[2] = 1;
    c->child[0] = 1;
    c->num[0] = INT64_MAX / 2;
    demand(c, 0, 3, 3);
    ck_assert_int_eq(c12_mrp_net(&c->in, &c->plan, c->scratch, &e), C12_E_OVERFLOW);
    ck_assert_int_eq(e.row, 1);
    ck_assert_int_eq(e.value, 3);
    demand(c, 1, 0, INT64_MAX);
    demand(c, 1, 0, 1);
    ck_assert_int_eq(c12_mrp_net(&c->in, &c->plan, c->scratch, &e), C12_E_OVERFLOW);
    ck_assert_str_eq(e.field, "demand_qty");
    c->in.n_demand = 0;
    c->off[2] = 2;
    c->child[1] = 0;
    ck_assert_int_eq(c12_mrp_net(&c->in, &c->plan, c->scratch, &e), C12_E_CYCLE);
    ck_assert_int_eq(e.row, 0);
    c->off[2] = 1;
    c12_mem small = { c->scratch.ptr, 100 };
    ck_assert_int_eq(c12_mrp_net(&c->in, &c->plan, small, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, (int64_t)c12_mrp_scratch(2, 1, 4, 0, 0));
    small.size = (size_t)e.value;
    ck_assert_int_eq(c12_mrp_net(&c->in, &c->plan, small, &e), C12_OK);
    c->in.n_buckets = 4097;
    ck_assert_int_eq(c12_mrp_net(&c->in, &c->plan, c->scratch, &e), C12_E_RANGE);
    drop_case(c);
}
END_TEST

/* ---- random plants ----------------------------------------------------------------------------------------------- */

START_TEST(random_plants_satisfy_the_checker)
{
    for (uint64_t seed = 0; seed < 400; seed++) {
        Case *c = random_case(seed);
        net_and_check(c);
        drop_case(c);
    }
}
END_TEST

/* A NULL column is its stated default. */
START_TEST(absent_columns_are_their_defaults)
{
    for (uint64_t seed = 0; seed < 60; seed++) {
        Case *c = random_case(seed), *d = random_case(seed);
        for (int i = 0; i < c->bom.n_items; i++) {
            c->type[i] = C12_MRP_MAKE;
            c->lead[i] = c->rule[i] = 0;
            c->on_hand[i] = c->safety[i] = c->min[i] = c->max[i] = 0;
            c->size[i] = c->multiple[i] = 1;
            c->periods[i] = 1;
        }
        for (int64_t e = 0; e < c->off[c->bom.n_items]; e++) {
            c->den[e] = 1;
            c->ppm[e] = c->from[e] = c->shift[e] = 0;
            c->to[e] = INT32_MAX;
        }
        d->in.item_type = d->in.lead_time = d->in.lot_rule = d->in.lot_periods = NULL;
        d->in.on_hand = d->in.safety = d->in.lot_size = d->in.lot_min = d->in.lot_max = d->in.lot_multiple = NULL;
        d->bom.line_den = NULL;
        d->bom.line_scrap_ppm = d->bom.line_from = d->bom.line_to = d->bom.line_offset = NULL;
        net_and_check(c);
        net_and_check(d);
        size_t cells = (size_t)c->bom.n_items * (size_t)c->in.n_buckets;
        ck_assert_mem_eq(c->planned, d->planned, cells * sizeof *c->planned);
        ck_assert_mem_eq(c->release, d->release, cells * sizeof *c->release);
        ck_assert_mem_eq(c->projected, d->projected, cells * sizeof *c->projected);
        drop_case(c);
        drop_case(d);
    }
}
END_TEST

static int refused(Case *c)
{
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_mrp_check(&c->in, &c->plan, &v, c->scratch, NULL), C12_OK);
    return v.violations > 0;
}

START_TEST(checker_refuses_mutated_plans)
{
    for (uint64_t seed = 0; seed < 100; seed++) {
        Case *c = random_case(seed);
        net_and_check(c);
        c12__rng g = c12__rng_from(seed, 5);
        int64_t cells = (int64_t)c->bom.n_items * c->in.n_buckets, at = (int64_t)c12__rng_below(&g, (uint64_t)cells);
        int64_t *column[] = { c->gross, c->planned, c->release, c->projected };
        for (int k = 0; k < 4; k++) {
            for (int by = -1; by <= 1; by += 2) {
                column[k][at] += by;
                ck_assert_msg(refused(c), "seed %d column %d by %d", (int)seed, k, by);
                column[k][at] -= by;
            }
        }
        c->past_due[at % c->bom.n_items]++;
        ck_assert(refused(c));
        drop_case(c);
    }
}
END_TEST

/* Permuting demand and receipt rows changes nothing. */
START_TEST(row_order_does_not_matter)
{
    for (uint64_t seed = 0; seed < 50; seed++) {
        Case *c = random_case(seed), *d = random_case(seed);
        for (int64_t k = 0; k < d->in.n_demand; k++) {
            int64_t j = d->in.n_demand - 1 - k;
            d->d_item[k] = c->d_item[j];
            d->d_bucket[k] = c->d_bucket[j];
            d->d_qty[k] = c->d_qty[j];
        }
        net_and_check(c);
        net_and_check(d);
        ck_assert_mem_eq(c->release, d->release, sizeof c->release);
        ck_assert_mem_eq(c->gross, d->gross, sizeof c->gross);
        drop_case(c);
        drop_case(d);
    }
}
END_TEST

/* ---- tables of textbooks ------------------------------------------------------------------------------------------------------------ */

/* Jacobs and Chase: net requirements 50 60 70 60 95 75 60 55, an order 47.00, a unit kept a week 0.05. */
static int64_t cost_of(const Case *c)
{
    int64_t have = 0, cost = 0;
    for (int t = 0; t < 8; t++) {
        have += c->planned[t] - c->gross[t];
        cost += (c->planned[t] ? 4700 : 0) + 5 * have;
    }
    return cost;
}

START_TEST(lots_by_cost_of_jacobs_and_chase)
{
    static const struct { int32_t rule; int64_t cost, planned[8]; } want[] = {
        { C12_MRP_LOT_FOR_LOT, 37600, { 50, 60, 70, 60, 95, 75, 60, 55 } },
        { C12_MRP_PART_PERIOD, 14050, { 335, 0, 0, 0, 0, 190, 0, 0 } }, /* there: least total cost */
        { C12_MRP_SILVER_MEAL, 13100, { 240, 0, 0, 0, 285, 0, 0, 0 } },
        { C12_MRP_WAGNER_WHITIN, 13100, { 240, 0, 0, 0, 285, 0, 0, 0 } },
    };
    const int64_t need[8] = { 50, 60, 70, 60, 95, 75, 60, 55 };
    for (size_t k = 0; k < sizeof want / sizeof *want; k++) {
        Case *c = new_case(1, 8);
        c->rule[0] = want[k].rule;
        c->order_cost[0] = 4700;
        c->holding_cost[0] = 5;
        for (int t = 0; t < 8; t++) demand(c, 0, t, need[t]);
        net_and_check(c);
        row_is(c, c->planned, 0, want[k].planned);
        ck_assert_int_eq(cost_of(c), want[k].cost);
        drop_case(c);
    }
}
END_TEST

/* Wagner-Whitin and its neighbours on random rows: no rule is cheaper, and every one is what the checker's definitions say. */
START_TEST(no_rule_beats_wagner_whitin)
{
    c12__rng rng = c12__rng_from((uint64_t)_i + 11, 1);
    int64_t cost[10] = { 0 }, need[8], k = 1 + (int64_t)c12__rng_below(&rng, 3000), h = (int64_t)c12__rng_below(&rng, 12);
    for (int t = 0; t < 8; t++) need[t] = c12__rng_below(&rng, 3) ? (int64_t)c12__rng_below(&rng, 90) : 0;
    for (int32_t rule = C12_MRP_EOQ; rule <= C12_MRP_WAGNER_WHITIN; rule++) {
        Case *c = new_case(1, 8);
        c->rule[0] = rule;
        c->order_cost[0] = k;
        c->holding_cost[0] = h;
        for (int t = 0; t < 8; t++) demand(c, 0, t, need[t]);
        net_and_check(c);
        int64_t have = 0;
        for (int t = 0; t < 8; t++) { have += c->planned[t] - need[t]; cost[rule] += (c->planned[t] ? k : 0) + h * have; }
        c->planned[0] += 1; /* and a unit too many is seen */
        c12_verdict v = C12_INIT(c12_verdict);
        ck_assert_int_eq(c12_mrp_check(&c->in, &c->plan, &v, c->scratch, NULL), C12_OK);
        ck_assert_int_ne(v.violations, 0);
        drop_case(c);
    }
    for (int32_t rule = C12_MRP_EOQ; rule < C12_MRP_WAGNER_WHITIN; rule++) ck_assert_int_ge(cost[rule], cost[C12_MRP_WAGNER_WHITIN]);
}
END_TEST

/* Heizer and Render, speaker kits: A takes 2 B and 3 C, B 2 D and 2 E, C 2 E and 2 F, F 2 D and 1 G; 50 A in week 8, first without and then
 * with stock.  Releases by week, counted from 1. */
START_TEST(speaker_kits_of_heizer_and_render)
{
    enum { A, B, C, D, E, F, G };
    static const int32_t child[] = { B, C, D, E, E, F, D, G }, lead[] = { 1, 2, 1, 1, 2, 3, 2 };
    static const int64_t per[] = { 2, 3, 2, 2, 2, 2, 2, 1 }, off[] = { 0, 2, 4, 6, 6, 6, 8, 8 }, stock[] = { 10, 15, 20, 10, 10, 5, 0 };
    static const struct { int stocked, item, week; int64_t qty; } want[] = {
        { 0, B, 5, 100 }, { 0, C, 6, 150 }, { 0, D, 2, 600 }, { 0, D, 4, 200 }, { 0, E, 3, 200 }, { 0, E, 4, 300 }, { 0, F, 3, 300 }, { 0, G, 1, 300 },
        { 1, A, 7, 40 }, { 1, B, 5, 65 }, { 1, C, 6, 100 }, { 1, D, 2, 380 }, { 1, D, 4, 130 }, { 1, E, 3, 120 }, { 1, E, 4, 200 }, { 1, F, 3, 195 }, { 1, G, 1, 195 } };
    for (int stocked = 0; stocked < 2; stocked++) {
        Case *c = new_case(7, 9);
        memcpy(c->off, off, sizeof off);
        memcpy(c->child, child, sizeof child);
        memcpy(c->num, per, sizeof per);
        memcpy(c->lead, lead, sizeof lead);
        if (stocked) memcpy(c->on_hand, stock, sizeof stock);
        demand(c, A, 8, 50);
        net_and_check(c);
        for (size_t k = 0; k < sizeof want / sizeof *want; k++)
            if (want[k].stocked == stocked) ck_assert_int_eq(c->release[want[k].item * 9 + want[k].week], want[k].qty);
        drop_case(c);
    }
}
END_TEST

/* Krajewski and Ritzman, seat subassembly: lead 2, 37 on hand, 230 due in week 1; weeks counted from 1. */
START_TEST(seat_subassembly_of_krajewski_and_ritzman)
{
    for (int32_t rule = 0; rule < 3; rule++) {
        Case *c = new_case(1, 9);
        const int64_t need[] = { 0, 150, 0, 0, 120, 0, 150, 120, 0 };
        for (int t = 0; t < 9; t++) demand(c, 0, t, need[t]);
        receipt(c, 0, 1, 230);
        c->on_hand[0] = 37;
        c->lead[0] = 2;
        c->rule[0] = rule == 0 ? C12_MRP_FIXED : rule == 1 ? C12_MRP_LOT_FOR_LOT : C12_MRP_PERIODS;
        c->size[0] = 230;
        c->periods[0] = 3;
        net_and_check(c);
        if (rule == 0) { ROW(c, projected, 0, 37, 117, 117, 117, 227, 227, 77, 187, 187); ROW(c, release, 0, 0, 0, 230, 0, 0, 230, 0, 0, 0); }
        if (rule == 1) ROW(c, release, 0, 0, 0, 3, 0, 150, 120, 0, 0, 0);
        if (rule == 2) ROW(c, release, 0, 0, 0, 153, 0, 0, 120, 0, 0, 0);
        drop_case(c);
    }
}
END_TEST

/* Jacobs and Chase: A takes 2 B and 3 C, B 2 D and 3 E, C 2 F and 1 E; 95 A in week 10. */
START_TEST(product_tree_of_jacobs_and_chase)
{
    enum { A, B, C, D, E, F };
    static const int32_t child[] = { B, C, D, E, F, E }, lead[] = { 1, 2, 2, 3, 2, 3 };
    static const int64_t per[] = { 2, 3, 2, 3, 2, 1 }, off[] = { 0, 2, 4, 6, 6, 6, 6 };
    static const struct { int item, week; int64_t qty; } want[] = { { A, 9, 95 }, { B, 7, 190 }, { C, 7, 285 }, { D, 4, 380 }, { E, 5, 855 }, { F, 4, 570 } };
    Case *c = new_case(6, 11);
    memcpy(c->off, off, sizeof off);
    memcpy(c->child, child, sizeof child);
    memcpy(c->num, per, sizeof per);
    memcpy(c->lead, lead, sizeof lead);
    demand(c, A, 10, 95);
    net_and_check(c);
    for (size_t k = 0; k < sizeof want / sizeof *want; k++) ck_assert_int_eq(c->release[want[k].item * 11 + want[k].week], want[k].qty);
    drop_case(c);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("mrp");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, one_item_lot_for_lot);
    tcase_add_test(t, two_levels_with_scrap_and_lead_times);
    tcase_add_test(t, lot_rules_by_hand);
    tcase_add_test(t, periods_cover_the_deepest_shortage);
    tcase_add_test(t, past_due_release_is_a_message_not_a_date_in_the_past);
    tcase_add_test(t, messages_expedite_defer_cancel_overdue);
    tcase_add_test(t, phantom_uses_its_stock_and_passes_the_rest_through);
    tcase_add_test(t, effectivity_and_offset_move_components);
    tcase_add_test(t, demand_outside_the_horizon_is_counted);
    tcase_add_test(t, pegs_add_up_to_gross);
    tcase_add_test(t, bad_input_is_named);
    tcase_add_test(t, absent_columns_are_their_defaults);
    tcase_add_test(t, random_plants_satisfy_the_checker);
    tcase_add_test(t, checker_refuses_mutated_plans);
    tcase_add_test(t, row_order_does_not_matter);
    tcase_add_test(t, lots_by_cost_of_jacobs_and_chase);
    tcase_add_loop_test(t, no_rule_beats_wagner_whitin, 0, 300);
    tcase_add_test(t, speaker_kits_of_heizer_and_render);
    tcase_add_test(t, seat_subassembly_of_krajewski_and_ritzman);
    tcase_add_test(t, product_tree_of_jacobs_and_chase);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
