/* SPDX-License-Identifier: Apache-2.0 */
/* Substitutes (R22): by hand, against full replans, what is refused, what is taken back. */
#include "mrp_case.h"
#include "support.h"

enum { RULES = 12, TRANSFERS = 400 };

typedef struct { int32_t item[RULES], other[RULES]; int64_t num[RULES], den[RULES]; c12_mrp_substitutes in; } Rules;
typedef struct { int32_t item[TRANSFERS], other[TRANSFERS], bucket[TRANSFERS]; int64_t qty[TRANSFERS], taken[TRANSFERS], demand[TRANSFERS], receipt[TRANSFERS]; c12_mrp_transfers out; } Transfers;

static void bind_rules(Rules *r)
{
    r->in = (c12_mrp_substitutes)C12_INIT(c12_mrp_substitutes);
    r->in.item = r->item;
    r->in.other = r->other;
    r->in.num = r->num;
    r->in.den = r->den;
}

static void rule(Rules *r, int32_t item, int32_t other, int64_t num, int64_t den)
{
    int64_t k = r->in.n++;
    r->item[k] = item;
    r->other[k] = other;
    r->num[k] = num;
    r->den[k] = den;
}

static void bind_transfers(Transfers *x)
{
    x->out = (c12_mrp_transfers)C12_INIT(c12_mrp_transfers);
    x->out.cap = TRANSFERS;
    x->out.item = x->item;
    x->out.other = x->other;
    x->out.bucket = x->bucket;
    x->out.qty = x->qty;
    x->out.taken = x->taken;
    x->out.demand = x->demand;
    x->out.receipt = x->receipt;
}

static c12_mrp *plan_of(const Case *c, int64_t room)
{
    c12_mrp *h = NULL;
    c12_error e = C12_INIT(c12_error);
    c12_mrp_dims d = C12_INIT(c12_mrp_dims);
    d.items = c->bom.n_items;
    d.buckets = c->in.n_buckets;
    d.lines = d.rare_lines = c->off[c->bom.n_items];
    d.demand = c->in.n_demand + room;
    d.receipts = c->in.n_receipts + room;
    d.safety = c->in.n_safety;
    d.wide_rows = d.items;
    d.branches = 1;
    d.branch_rows = d.items;
    d.branch_events = 4 * TRANSFERS + 1000;
    ck_assert_int_eq(c12_mrp_create(&h, &d, NULL, &e), C12_OK);
    ck_assert_int_eq(c12_mrp_load(h, &c->in, &e), C12_OK);
    ck_assert_int_eq(c12_mrp_solve(h, 0, NULL, NULL, NULL, &e), C12_OK);
    return h;
}

static void planned_is(const c12_mrp *h, int32_t branch, int32_t item, int32_t n, const int64_t *want)
{
    int64_t planned[MAX_BUCKETS];
    c12_mrp_row row = C12_INIT(c12_mrp_row);
    row.planned = planned;
    ck_assert_int_eq(c12_mrp_get(h, branch, item, &row, NULL), C12_OK);
    for (int32_t t = 0; t < n; t++) ck_assert_msg(planned[t] == want[t], "item %d bucket %d: %ld, want %ld", item, t, (long)planned[t], (long)want[t]);
}
#define PLANNED(h, branch, item, ...) planned_is((h), (branch), (item), (int32_t)(sizeof((int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t)), (const int64_t[]){ __VA_ARGS__ })

/* Steel screws are short by 6 and 5; brass ones do two for one, 9 lie there of which 2 are booked later and 1 is to be held; then nickel ones.
 * What need not be ordered need not be drawn from wire either. */
static Case *screws(Rules *r)
{
    enum { STEEL, BRASS, NICKEL, WIRE };
    Case *c = new_case(4, 5);
    c->off[1] = c->off[2] = c->off[3] = c->off[4] = 1;
    c->child[0] = WIRE;
    c->num[0] = 3;
    c->on_hand[STEEL] = 2;
    c->on_hand[BRASS] = 9;
    c->safety[BRASS] = 1;
    c->on_hand[NICKEL] = 4;
    c->lead[STEEL] = 2;
    demand(c, STEEL, 1, 8);
    demand(c, STEEL, 3, 5);
    demand(c, BRASS, 4, 2);
    bind_rules(r);
    rule(r, STEEL, BRASS, 2, 1);
    rule(r, STEEL, NICKEL, 1, 1);
    return c;
}

START_TEST(what_is_short_is_taken_in_turn)
{
    Rules r;
    Transfers x;
    Case *c = screws(&r);
    c12_mrp *h = plan_of(c, 10);
    bind_transfers(&x);
    PLANNED(h, 0, 0, 0, 6, 0, 5, 0);
    PLANNED(h, 0, 3, 18, 15, 0, 0, 0);
    ck_assert_int_eq(c12_mrp_substitute(h, 0, &r.in, &x.out, NULL), C12_OK);
    ck_assert_int_eq(x.out.count, 3);
    const int64_t want[3][4] = { { 1, 1, 3, 6 }, { 2, 1, 3, 3 }, { 2, 3, 1, 1 } };
    for (int k = 0; k < 3; k++) {
        ck_assert_int_eq(x.item[k], 0);
        ck_assert_int_eq(x.other[k], want[k][0]);
        ck_assert_int_eq(x.bucket[k], want[k][1]);
        ck_assert_int_eq(x.qty[k], want[k][2]);
        ck_assert_int_eq(x.taken[k], want[k][3]);
        ck_assert_int_eq(x.demand[k], 3 + k);
        ck_assert_int_eq(x.receipt[k], k);
    }
    PLANNED(h, 0, 0, 0, 0, 0, 4, 0);
    PLANNED(h, 0, 1, 0, 0, 0, 0, 0);
    PLANNED(h, 0, 2, 0, 0, 0, 0, 0);
    PLANNED(h, 0, 3, 0, 12, 0, 0, 0);
    c12_mrp_destroy(h);
    drop_case(c);
}
END_TEST

START_TEST(only_late_orders_are_replaced)
{
    Rules r;
    Transfers x;
    Case *c = screws(&r);
    c12_mrp *h = plan_of(c, 10);
    bind_transfers(&x);
    r.in.only_late = 1;
    ck_assert_int_eq(c12_mrp_substitute(h, 0, &r.in, &x.out, NULL), C12_OK);
    ck_assert_int_eq(x.out.count, 2);
    PLANNED(h, 0, 0, 0, 0, 0, 5, 0);
    c12_mrp_destroy(h);
    drop_case(c);
}
END_TEST

/* Inside the fence nothing may be ordered: every shortage counts. */
START_TEST(a_fence_is_late_enough)
{
    Rules r;
    Transfers x;
    Case *c = screws(&r);
    use_rich(c);
    c->lead[0] = 0;
    c->fence[0] = 3;
    c12_mrp *h = plan_of(c, 10);
    bind_transfers(&x);
    r.in.only_late = 1;
    PLANNED(h, 0, 0, 0, 0, 0, 11, 0);
    ck_assert_int_eq(c12_mrp_substitute(h, 0, &r.in, &x.out, NULL), C12_OK);
    ck_assert_int_eq(x.out.count, 2);
    PLANNED(h, 0, 0, 0, 0, 0, 5, 0);
    c12_mrp_destroy(h);
    drop_case(c);
}
END_TEST

/* In a branch the trunk knows nothing of it; columns too short still count. */
START_TEST(a_branch_tries_it)
{
    Rules r;
    Transfers x;
    int32_t b;
    Case *c = screws(&r);
    c12_mrp *h = plan_of(c, 10);
    bind_transfers(&x);
    x.out.cap = 1;
    ck_assert_int_eq(c12_mrp_branch(h, 0, &b, NULL), C12_OK);
    ck_assert_int_eq(c12_mrp_substitute(h, b, &r.in, &x.out, NULL), C12_OK);
    ck_assert_int_eq(x.out.count, 3);
    PLANNED(h, 0, 0, 0, 6, 0, 5, 0);
    PLANNED(h, b, 0, 0, 0, 0, 4, 0);
    ck_assert_int_eq(c12_mrp_commit(h, b, NULL), C12_OK);
    PLANNED(h, 0, 0, 0, 0, 0, 4, 0);
    c12_mrp_destroy(h);
    drop_case(c);
}
END_TEST

/* ---- a second way: full replans ------------------------------------------------------------------------------------------------------ */

static int64_t at(const Case *c, const int64_t *column, int32_t item, int32_t t) { return column[item * c->in.n_buckets + t]; }

static int64_t received(const Case *c, int32_t item, int32_t t)
{
    int64_t sum = 0;
    for (int64_t k = 0; k < c->in.n_receipts; k++) if (c->r_item[k] == item && (c->r_bucket[k] < 0 ? 0 : c->r_bucket[k]) == t) sum += c->r_qty[k];
    return sum;
}

static int64_t floor_of(const Case *c, int32_t item) { return c->rule[item] == C12_MRP_MIN_MAX && c->min[item] > c->safety[item] ? c->min[item] : c->safety[item]; }

static void substitute_by_replans(Case *c, const Rules *r)
{
    for (int32_t level = 0; level < c->bom.n_items; level++) {
        for (int32_t item = 0; item < c->bom.n_items; item++) {
            net_and_check(c);
            if (c->level[item] != level) continue;
            for (int32_t t = 0; t < c->in.n_buckets; t++) {
                for (int64_t k = 0; k < r->in.n; k++) {
                    if (r->item[k] != item) continue;
                    net_and_check(c);
                    int64_t before = (t ? at(c, c->projected, item, t - 1) : c->on_hand[item]) + received(c, item, t) - at(c, c->gross, item, t);
                    int64_t want = floor_of(c, item) - before, spare = INT64_MAX;
                    if (want <= 0 || !at(c, c->planned, item, t) || (r->in.only_late && t >= c->lead[item])) continue;
                    for (int32_t u = t; u < c->in.n_buckets; u++) {
                        int64_t over = at(c, c->projected, r->other[k], u) - floor_of(c, r->other[k]);
                        if (over < spare) spare = over;
                    }
                    int64_t qty = spare * r->den[k] / r->num[k];
                    if (qty > want) qty = want;
                    if (qty <= 0) continue;
                    demand(c, r->other[k], t, (qty * r->num[k] + r->den[k] - 1) / r->den[k]);
                    receipt(c, item, t, qty);
                }
            }
        }
    }
    net_and_check(c);
}

static void random_plant(Case *c, Rules *r, c12__rng *g)
{
    const int32_t n = c->bom.n_items;
    int64_t e = 0;
    for (int32_t i = 0; i < n; i++) {
        c->off[i] = e;
        for (int k = 0; k < 3 && i + 1 < n && e < MAX_LINES; k++, e++) {
            c->child[e] = i + 1 + (int32_t)c12__rng_below(g, (uint64_t)(n - i - 1));
            c->num[e] = 1 + (int64_t)c12__rng_below(g, 4);
            c->den[e] = 1 + (int64_t)c12__rng_below(g, 3);
        }
        c->rule[i] = (int32_t)c12__rng_below(g, 5);
        c->lead[i] = (int32_t)c12__rng_below(g, 4);
        c->size[i] = 1 + (int64_t)c12__rng_below(g, 40);
        c->min[i] = (int64_t)c12__rng_below(g, 20);
        c->max[i] = c->rule[i] == C12_MRP_MIN_MAX ? c->min[i] + (int64_t)c12__rng_below(g, 50) : 0;
        c->multiple[i] = 1 + (int64_t)c12__rng_below(g, 6);
        c->periods[i] = 1 + (int32_t)c12__rng_below(g, 4);
        c->on_hand[i] = (int64_t)c12__rng_below(g, 300);
        c->safety[i] = (int64_t)c12__rng_below(g, 10);
    }
    c->off[n] = e;
    for (int k = 0; k < 12; k++) demand(c, (int32_t)c12__rng_below(g, (uint64_t)n), (int32_t)c12__rng_below(g, (uint64_t)c->in.n_buckets), (int64_t)c12__rng_below(g, 60));
    for (int k = 0; k < 6; k++) receipt(c, (int32_t)c12__rng_below(g, (uint64_t)n), (int32_t)c12__rng_below(g, (uint64_t)c->in.n_buckets), (int64_t)c12__rng_below(g, 60));
    bind_rules(r);
    r->in.only_late = (int32_t)c12__rng_below(g, 2);
    for (int32_t i = 0; i < n && r->in.n + 2 < RULES; i++)
        for (uint64_t k = c12__rng_below(g, 3); k; k--) rule(r, i, (i + 1 + (int32_t)c12__rng_below(g, (uint64_t)n - 1)) % n, 1 + (int64_t)c12__rng_below(g, 3), 1 + (int64_t)c12__rng_below(g, 3));
}

START_TEST(equals_full_replans)
{
    for (uint64_t seed = 0; seed < 40; seed++) {
        Rules r;
        Transfers x;
        c12__rng g = c12__rng_from((uint64_t)_i * 1000 + seed, 1);
        Case *c = new_case(8, 12);
        random_plant(c, &r, &g);
        c12_mrp *h = plan_of(c, 150);
        bind_transfers(&x);
        c12_error e = C12_INIT(c12_error);
        c12_status s = c12_mrp_substitute(h, 0, &r.in, &x.out, &e);
        ck_assert_msg(!s, "%s %s", c12_status_name(s), e.what);
        const int64_t rows = c->in.n_demand;
        substitute_by_replans(c, &r);
        ck_assert_int_eq(x.out.count, c->in.n_demand - rows);
        for (int64_t k = 0; k < x.out.count; k++) {
            ck_assert_int_eq(x.other[k], c->d_item[x.demand[k]]);
            ck_assert_int_eq(x.taken[k], c->d_qty[x.demand[k]]);
            ck_assert_int_eq(x.item[k], c->r_item[x.receipt[k]]);
            ck_assert_int_eq(x.qty[k], c->r_qty[x.receipt[k]]);
            ck_assert_int_eq(x.bucket[k], c->r_bucket[x.receipt[k]]);
        }
        for (int32_t i = 0; i < c->bom.n_items; i++) planned_is(h, 0, i, c->in.n_buckets, c->planned + i * c->in.n_buckets);
        c12_mrp_destroy(h);
        drop_case(c);
    }
}
END_TEST

/* ---- what goes wrong ------------------------------------------------------------------------------------------------------------------ */

START_TEST(without_room_the_plan_is_as_before)
{
    for (int64_t room = 0; room < 3; room++) {
        Rules r;
        Transfers x;
        c12_error e = C12_INIT(c12_error);
        Case *c = screws(&r);
        c12_mrp *h = plan_of(c, room);
        bind_transfers(&x);
        ck_assert_int_eq(c12_mrp_substitute(h, 0, &r.in, &x.out, &e), C12_E_SPACE);
        PLANNED(h, 0, 0, 0, 6, 0, 5, 0);
        PLANNED(h, 0, 1, 0, 0, 0, 0, 0);
        PLANNED(h, 0, 3, 18, 15, 0, 0, 0);
        c12_mrp_destroy(h);
        drop_case(c);
    }
}
END_TEST

static void refused(c12_mrp *h, const Rules *r, c12_status want, const char *field, int64_t row)
{
    c12_error e = C12_INIT(c12_error);
    c12_mrp_transfers out = C12_INIT(c12_mrp_transfers);
    ck_assert_int_eq(c12_mrp_substitute(h, 0, &r->in, &out, &e), want);
    ck_assert_str_eq(e.field, field);
    ck_assert_int_eq(e.row, row);
}

START_TEST(bad_rules_are_named)
{
    Rules r;
    Case *c = screws(&r);
    c->type[2] = C12_MRP_PHANTOM;
    c->on_hand[2] = 0;
    c12_mrp *h = plan_of(c, 10);
    refused(h, &r, C12_E_RANGE, "other", 1);
    r.other[1] = 0;
    refused(h, &r, C12_E_RANGE, "other", 1);
    r.other[1] = 4;
    refused(h, &r, C12_E_RANGE, "other", 1);
    r.other[1] = 3;
    r.num[1] = 0;
    refused(h, &r, C12_E_RANGE, "num", 1);
    r.num[1] = 1;
    r.den[0] = -1;
    refused(h, &r, C12_E_RANGE, "den", 0);
    r.den[0] = 1;
    r.item[0] = 1;
    r.other[0] = 0;
    refused(h, &r, C12_E_RANGE, "item", 1);
    r.item[0] = -1;
    refused(h, &r, C12_E_RANGE, "item", 0);
    r.in.only_late = 2;
    refused(h, &r, C12_E_ARG, "only_late", -1);
    c12_mrp_destroy(h);
    drop_case(c);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("mrp-substitute");
    TCase *t = tcase_create("substitute");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, what_is_short_is_taken_in_turn);
    tcase_add_test(t, only_late_orders_are_replaced);
    tcase_add_test(t, a_fence_is_late_enough);
    tcase_add_test(t, a_branch_tries_it);
    tcase_add_loop_test(t, equals_full_replans, 0, 10);
    tcase_add_test(t, without_room_the_plan_is_as_before);
    tcase_add_test(t, bad_rules_are_named);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(suite());
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
