/* SPDX-License-Identifier: Apache-2.0 */
/* What an item may have beyond the plain rules: R14 to R19 and R21. */
#include "mrp_case.h"

/* ---- R14 to R19 and R21, by hand ----------------------------------------------------------------------------------------------------- */

static void message_is(const Case *c, int64_t k, int32_t bucket, int32_t kind, int64_t qty, int32_t to)
{
    ck_assert_int_lt(k, c->plan.exc_count);
    ck_assert_int_eq(c->exc_bucket[k], bucket);
    ck_assert_int_eq(c->exc_kind[k], kind);
    ck_assert_int_eq(c->exc_qty[k], qty);
    ck_assert_int_eq(c->exc_to[k], to);
}

/* 5 are held from bucket 2 on and 2 from bucket 4 on: what bucket 2 ordered too much serves bucket 4. */
START_TEST(safety_stock_changes_over_time)
{
    Case *c = new_case(1, 6);
    use_rich(c);
    c->in.n_safety = 2;
    c->s_bucket[0] = 2;
    c->s_qty[0] = 5;
    c->s_bucket[1] = 4;
    c->s_qty[1] = 2;
    demand(c, 0, 1, 10);
    demand(c, 0, 5, 4);
    net_and_check(c);
    ROW(c, planned, 0, 0, 10, 5, 0, 0, 1);
    ROW(c, projected, 0, 0, 0, 5, 5, 5, 2);
    drop_case(c);
}
END_TEST

/* Supply two buckets before the need; a receipt due with its need comes too late. */
START_TEST(safety_time_moves_supply_not_requirements)
{
    Case *c = new_case(1, 6);
    use_rich(c);
    c->time[0] = 2;
    demand(c, 0, 1, 10);
    demand(c, 0, 5, 7);
    net_and_check(c);
    ROW(c, gross, 0, 0, 10, 0, 0, 0, 7);
    ROW(c, planned, 0, 10, 0, 0, 7, 0, 0);
    ROW(c, projected, 0, 10, 0, 0, 7, 7, 0);
    receipt(c, 0, 5, 7);
    net_and_check(c);
    ck_assert_int_eq(c->plan.exc_count, 1);
    message_is(c, 0, 5, C12_MRP_EXPEDITE, 7, 0);
    drop_case(c);
}
END_TEST

/* OCA/manufacture#1247: on hand 12, safety 10, demand 5, fixed planned 3: nothing more to order.  The firm order asks for its parts. */
START_TEST(firm_planned_orders_stay_and_explode)
{
    Case *c = new_case(2, 4);
    use_rich(c);
    c->off[1] = c->off[2] = 1;
    c->child[0] = 1;
    c->num[0] = 2;
    c->on_hand[0] = 12;
    c->safety[0] = 10;
    c->lead[0] = 1;
    demand(c, 0, 2, 5);
    receipt(c, 0, 2, 3);
    c->r_kind[0] = C12_MRP_FIRM;
    net_and_check(c);
    ROW(c, planned, 0, 0, 0, 3, 0);
    ROW(c, projected, 0, 12, 12, 10, 10);
    ROW(c, release, 0, 0, 3, 0, 0);
    ROW(c, gross, 1, 0, 6, 0, 0);
    ck_assert_int_eq(c->plan.exc_count, 0);
    c->r_bucket[0] = 3;
    net_and_check(c);
    ROW(c, planned, 0, 0, 0, 3, 3);
    message_is(c, 0, 3, C12_MRP_EXPEDITE, 3, 2);
    drop_case(c);
}
END_TEST

START_TEST(no_order_is_received_inside_the_planning_fence)
{
    Case *c = new_case(1, 6);
    use_rich(c);
    c->fence[0] = 3;
    c->on_hand[0] = 4;
    demand(c, 0, 1, 10);
    demand(c, 0, 2, 5);
    demand(c, 0, 4, 1);
    net_and_check(c);
    ROW(c, planned, 0, 0, 0, 0, 11, 1, 0);
    ROW(c, projected, 0, 4, -6, -11, 0, 0, 0);
    ck_assert_int_eq(c->plan.exc_count, 2);
    message_is(c, 0, 1, C12_MRP_FENCE_SHORTAGE, 6, 3);
    message_is(c, 1, 2, C12_MRP_FENCE_SHORTAGE, 5, 3);
    drop_case(c);
}
END_TEST

START_TEST(forecasts_count_from_the_demand_fence_on)
{
    Case *c = new_case(1, 5);
    use_rich(c);
    c->d_fence[0] = 2;
    for (int32_t t = -1; t < 4; t++) {
        demand(c, 0, t, 10);
        c->d_kind[t + 1] = C12_MRP_FORECAST;
    }
    demand(c, 0, 0, 3);
    net_and_check(c);
    ROW(c, gross, 0, 3, 0, 10, 10, 0);
    drop_case(c);
}
END_TEST

/* ASCM Dictionary, scrap factor: 50 good ones at 30 % scrap take 72.  Lots of 25 are lots of what is started. */
START_TEST(yield_starts_more_than_comes_out)
{
    Case *c = new_case(2, 4);
    use_rich(c);
    c->off[1] = c->off[2] = 1;
    c->child[0] = 1;
    c->yield[0] = 700000;
    c->lead[0] = 1;
    demand(c, 0, 2, 50);
    net_and_check(c);
    ROW(c, release, 0, 0, 72, 0, 0);
    ROW(c, planned, 0, 0, 0, 50, 0);
    ROW(c, gross, 1, 0, 72, 0, 0);
    c->rule[0] = C12_MRP_FIXED;
    c->size[0] = 25;
    net_and_check(c);
    ROW(c, release, 0, 0, 75, 0, 0);
    ROW(c, planned, 0, 0, 0, 52, 0);
    ROW(c, projected, 0, 0, 0, 2, 2);
    drop_case(c);
}
END_TEST

START_TEST(negative_stock_is_an_option)
{
    Case *c = new_case(1, 3);
    c12_error e = C12_INIT(c12_error);
    c->on_hand[0] = -7;
    demand(c, 0, 1, 2);
    ck_assert_int_eq(c12_mrp_net(&c->in, &c->plan, c->scratch, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "on_hand");
    c->in.negative_stock = 1;
    net_and_check(c);
    ROW(c, planned, 0, 7, 2, 0);
    drop_case(c);
}
END_TEST

START_TEST(damping_leaves_small_moves_alone)
{
    Case *c = new_case(1, 9);
    demand(c, 0, 3, 10);
    receipt(c, 0, 4, 10);
    receipt(c, 0, 8, 3);
    net_and_check(c);
    ck_assert_int_eq(c->plan.exc_count, 2);
    c->in.message_shift = 1;
    net_and_check(c);
    ck_assert_int_eq(c->plan.exc_count, 1);
    message_is(c, 0, 8, C12_MRP_CANCEL, 3, -1);
    c->in.message_qty = 4;
    net_and_check(c);
    ck_assert_int_eq(c->plan.exc_count, 0);
    drop_case(c);
}
END_TEST

/* Of every three sheets cut, one offcut of another item falls off: supply on the day the sheets are there, rounded down. */
START_TEST(by_products_are_supply)
{
    Case *c = new_case(2, 6);
    c->bom.line_kind = c->by;
    c->off[1] = c->off[2] = 1;
    c->child[0] = 1;
    c->den[0] = 3;
    c->by[0] = C12_BOM_BY_PRODUCT;
    c->lead[0] = 1;
    demand(c, 0, 2, 10);
    demand(c, 0, 4, 2);
    demand(c, 1, 1, 1);
    demand(c, 1, 3, 5);
    receipt(c, 1, 5, 4);
    net_and_check(c);
    ROW(c, gross, 1, 0, 1, 0, 5, 0, 0);
    ROW(c, planned, 1, 0, 1, 0, 2, 0, 0);
    ROW(c, projected, 1, 0, 0, 3, 0, 0, 4);
    ck_assert_int_eq(c->level[1], 1);
    ck_assert_int_eq(c->plan.exc_count, 1);
    message_is(c, 0, 5, C12_MRP_EXPEDITE, 4, 1);
    c->from[0] = 2;
    net_and_check(c);
    ROW(c, planned, 1, 0, 1, 0, 5, 0, 0);
    drop_case(c);
}
END_TEST

/* 0 takes the old part 1, which its successor 2 follows: 7 on hand and 5 coming are used up first. */
START_TEST(a_superseded_part_is_used_up)
{
    Case *c = new_case(3, 5);
    c->off[1] = 1;
    c->off[2] = c->off[3] = 2;
    c->child[0] = 1;
    c->child[1] = 2;
    c->type[1] = C12_MRP_PHANTOM;
    c->on_hand[1] = 7;
    receipt(c, 1, 2, 5);
    for (int32_t t = 0; t < 5; t++) demand(c, 0, t, 4);
    net_and_check(c);
    ROW(c, gross, 1, 4, 4, 4, 4, 4);
    ROW(c, gross, 2, 0, 1, 0, 3, 4);
    drop_case(c);
}
END_TEST

START_TEST(demand_for_a_phantom_may_be_refused)
{
    Case *c = new_case(2, 3);
    c12_error e = C12_INIT(c12_error);
    c->type[1] = C12_MRP_PHANTOM;
    demand(c, 0, 1, 2);
    demand(c, 1, 1, 2);
    net_and_check(c);
    ROW(c, planned, 1, 0, 2, 0);
    c->in.phantom_demand = 1;
    ck_assert_int_eq(c12_mrp_net(&c->in, &c->plan, c->scratch, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "demand_item");
    ck_assert_int_eq(e.row, 1);
    drop_case(c);
}
END_TEST

START_TEST(bad_terms_are_named)
{
    static const char *const field[] = { "safety_time", "planning_fence", "demand_fence", "yield_ppm", "yield_ppm", "demand_kind", "receipt_kind", "safety_item", "safety_bucket", "safety_qty" };
    for (int k = 0; k < 10; k++) {
        Case *c = new_case(2, 3);
        c12_error e = C12_INIT(c12_error);
        use_rich(c);
        demand(c, 0, 0, 1);
        receipt(c, 0, 0, 1);
        c->in.n_safety = 2;
        c->s_bucket[1] = 1;
        int32_t *const cell[] = { c->time + 1, c->fence + 1, c->d_fence + 1, c->yield + 1, c->yield + 1, c->d_kind, c->r_kind, c->s_item + 1, c->s_bucket + 1 };
        if (k < 9) *cell[k] = k == 3 ? 0 : k == 4 ? 1000001 : k == 7 ? 2 : k == 8 ? 0 : -1;
        if (k > 4 && k < 7) *cell[k] = 2;
        if (k == 9) c->s_qty[1] = -1;
        ck_assert_int_eq(c12_mrp_net(&c->in, &c->plan, c->scratch, &e), C12_E_RANGE);
        ck_assert_msg(!strcmp(e.field, field[k]), "%s, want %s", e.field, field[k]);
        drop_case(c);
    }
}
END_TEST

/* ---- random plants ------------------------------------------------------------------------------------------------- */

/* The same plant with everything else an item can have. */
static Case *rich_case(uint64_t seed)
{
    c12__rng g = c12__rng_from(seed, 5);
    Case *c = random_case(seed);
    use_rich(c);
    c->in.negative_stock = 1;
    c->bom.line_kind = c->by;
    for (int e = 0; e < MAX_LINES; e++)
        if (!c12__rng_below(&g, 6)) { c->by[e] = C12_BOM_BY_PRODUCT; c->ppm[e] = 0; }
    for (int k = 0; k < MAX_ROWS; k++) c->d_kind[k] = (int32_t)c12__rng_below(&g, 2);
    for (int k = 0; k < MAX_ROWS; k++) c->r_kind[k] = (int32_t)c12__rng_below(&g, 2);
    for (int i = 0; i < c->bom.n_items; i++) {
        if (!c12__rng_below(&g, 3)) c->time[i] = (int32_t)c12__rng_below(&g, 40);
        if (!c12__rng_below(&g, 3)) c->fence[i] = (int32_t)c12__rng_below(&g, 8);
        if (!c12__rng_below(&g, 3)) c->d_fence[i] = (int32_t)c12__rng_below(&g, 12);
        if (!c12__rng_below(&g, 2)) c->yield[i] = (int32_t)c12__rng_range(&g, 1, 1000000);
        if (!c12__rng_below(&g, 4)) c->on_hand[i] = -c->on_hand[i];
        for (int32_t t = (int32_t)c12__rng_below(&g, 20); t < MAX_BUCKETS && !c12__rng_below(&g, 2); t += 1 + (int32_t)c12__rng_below(&g, 9)) {
            int64_t k = c->in.n_safety++;
            c->s_item[k] = i;
            c->s_bucket[k] = t;
            c->s_qty[k] = c12__rng_range(&g, 0, 40);
        }
    }
    return c;
}

START_TEST(rich_plants_satisfy_the_checker)
{
    for (uint64_t seed = 0; seed < 600; seed++) {
        Case *c = rich_case(seed);
        net_and_check(c);
        drop_case(c);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("mrp-rich");
    TCase *t = tcase_create("rich");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, safety_stock_changes_over_time);
    tcase_add_test(t, safety_time_moves_supply_not_requirements);
    tcase_add_test(t, firm_planned_orders_stay_and_explode);
    tcase_add_test(t, no_order_is_received_inside_the_planning_fence);
    tcase_add_test(t, forecasts_count_from_the_demand_fence_on);
    tcase_add_test(t, yield_starts_more_than_comes_out);
    tcase_add_test(t, negative_stock_is_an_option);
    tcase_add_test(t, damping_leaves_small_moves_alone);
    tcase_add_test(t, by_products_are_supply);
    tcase_add_test(t, a_superseded_part_is_used_up);
    tcase_add_test(t, demand_for_a_phantom_may_be_refused);
    tcase_add_test(t, bad_terms_are_named);
    tcase_add_test(t, rich_plants_satisfy_the_checker);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
