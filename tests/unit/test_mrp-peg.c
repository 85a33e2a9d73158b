/* SPDX-License-Identifier: Apache-2.0 */
/* Pegging both ways, promises, reasons. */
#include "mrp_plant.h"

/* ---- pegging, promises, reasons ------------------------------------------------------------------------------------------------------ */

/* Lot for lot and no stock: demand (j, d) waits for cell (i, t) when some path's lead times bring it there. */
static int waits(const Inputs *s, int32_t j, int32_t d, int32_t i, int32_t t)
{
    if (j == i) return d == t;
    int32_t release = d - s->lead[j] < 0 ? 0 : d - s->lead[j];
    for (int32_t e = 0; e < n_lines; e++)
        if (s->line[e].parent == j && waits(s, s->line[e].child, release, i, t)) return 1;
    return 0;
}

static void plain_plant(uint64_t seed)
{
    Inputs *s = now;
    huge = scrap_rule = rich = 0;
    random_plant(seed);
    memset(s->on_hand, 0, sizeof s->on_hand);
    memset(s->safety, 0, sizeof s->safety);
    memset(s->rule, 0, sizeof s->rule);
    memset(s->r_qty, 0, sizeof s->r_qty);
    for (int32_t i = 0; i < ITEMS; i++) { s->type[i] = C12_MRP_MAKE; s->lead[i] %= 3; }
    for (int32_t e = 0; e < n_lines; e++) { s->line[e].from = s->line[e].shift = 0; s->line[e].to = INT32_MAX; }
}

START_TEST(pegging_finds_the_demand_that_waits)
{
    purse p;
    plain_plant((uint64_t)_i + 77);
    c12_mrp *h = planner(&p);
    for (int32_t i = 0; i < ITEMS; i++)
        for (int32_t t = 0; t < BUCKETS; t++) {
            int64_t row[ROWS], qty[ROWS], sum[ROWS] = { 0 };
            int32_t item[ROWS], bucket[ROWS];
            c12_mrp_demands d = C12_INIT(c12_mrp_demands);
            d.cap = ROWS;
            d.row = row;
            d.qty = qty;
            d.item = item;
            d.bucket = bucket;
            ck_assert_int_eq(c12_mrp_peg_up(h, 0, i, t, &d, NULL), C12_OK);
            for (int64_t k = 0; k < d.count; k++) sum[row[k]] += qty[k];
            for (int32_t k = 0; k < n_demand; k++) {
                int32_t at = now->d_bucket[k] < 0 ? 0 : now->d_bucket[k];
                int expected = at < BUCKETS && now->d_qty[k] && waits(now, now->d_item[k], at, i, t);
                if (!expected) ck_assert_int_eq(sum[k], 0);
                else if (t) ck_assert_msg(sum[k] == now->d_qty[k], "item %d bucket %d demand %d: %ld of %ld", (int)i, (int)t, (int)k, (long)sum[k], (long)now->d_qty[k]);
                else ck_assert_msg(sum[k] > 0 && sum[k] <= now->d_qty[k], "item %d bucket 0 demand %d: %ld of %ld", (int)i, (int)k, (long)sum[k], (long)now->d_qty[k]);
            }
        }
    c12_mrp_destroy(h);
}
END_TEST

/* Two products share a bolt.  20 bolts on hand serve the first requirement, the order of bucket 2 serves the rest of A's and all of B's. */
START_TEST(pegging_serves_first_in_first_out)
{
    purse p;
    Inputs *s = now;
    memset(now, 0, sizeof now);
    huge = scrap_rule = rich = n_receipts = 0;
    const Line two_in_a = { 0, 2, 0, 0, INT32_MAX, 0, 0, 2, 1, 0 }, three_in_b = { 1, 2, 0, 0, INT32_MAX, 0, 0, 3, 1, 0 };
    s->line[0] = two_in_a;
    s->line[1] = three_in_b;
    n_lines = 2;
    const int32_t item[] = { 0, 0, 1 }, bucket[] = { 1, 2, 3 };
    const int64_t qty[] = { 10, 5, 4 };
    n_demand = 3;
    for (int32_t k = 0; k < 3; k++) { s->d_item[k] = item[k]; s->d_bucket[k] = bucket[k]; s->d_qty[k] = qty[k]; }
    for (int32_t i = 0; i < ITEMS; i++) s->size[i] = s->multiple[i] = s->periods[i] = 1;
    s->on_hand[2] = 20;
    s->rule[2] = C12_MRP_FIXED;
    s->size[2] = 30;
    c12_mrp *h = planner(&p);
    int64_t row[4], waiting[4], atp[BUCKETS];
    int32_t of[4], at[4];
    c12_mrp_demands d = C12_INIT(c12_mrp_demands);
    d.cap = 4;
    d.row = row;
    d.qty = waiting;
    d.item = of;
    d.bucket = at;
    ck_assert_int_eq(c12_mrp_peg_up(h, 0, 2, 2, &d, NULL), C12_OK);
    ck_assert_int_eq(d.count, 1);
    ck_assert_int_eq(row[0], 1);
    ck_assert_int_eq(waiting[0], 5);
    ck_assert_int_eq(c12_mrp_atp(h, 0, 2, C12_MRP_ATP_CUMULATIVE, atp, NULL), C12_OK);
    ck_assert_int_eq(atp[0], 0);
    ck_assert_int_eq(atp[2], 8); /* 20 + 30 - 20 - 10 - 12 */
    ck_assert_int_eq(c12_mrp_atp(h, 0, 2, C12_MRP_ATP_DISCRETE, atp, NULL), C12_OK);
    ck_assert_int_eq(atp[0], 0);
    ck_assert_int_eq(atp[1], 0);
    ck_assert_int_eq(atp[2], 8);
    c12_mrp_destroy(h);
}
END_TEST

START_TEST(a_cell_explains_itself)
{
    purse p;
    char text[600];
    plain_plant(5);
    now->on_hand[0] = 12;
    now->lead[0] = 2;
    now->rule[0] = C12_MRP_FIXED;
    now->size[0] = 25;
    for (int32_t k = 0; k < n_demand; k++) if (!now->d_item[k]) now->d_qty[k] = 0;
    now->d_item[0] = 0;
    now->d_bucket[0] = 4;
    now->d_qty[0] = 30;
    c12_mrp *h = planner(&p);
    c12_mrp_why why = C12_INIT(c12_mrp_why);
    why.text = text;
    why.text_cap = sizeof text;
    ck_assert_int_eq(c12_mrp_explain(h, 0, 0, 4, &why, NULL), C12_OK);
    ck_assert_int_eq(why.opening, 12);
    ck_assert_int_eq(why.before, -18);
    ck_assert_int_eq(why.net, 18);
    ck_assert_int_eq(why.planned, 25);
    ck_assert_int_eq(why.release_bucket, 2);
    ck_assert_str_eq(text, "R1 low-level code 0\n"
                           "R2, R4 gross requirement 30 = independent demand 30 + parents' releases 0\n"
                           "R5 before ordering -18 = opening 12 + receipts 0 - gross 30\n"
                           "R5 net requirement 18 = 0 to be held - -18\n"
                           "R6 fixed lot: planned 25, whole lots of 25\n"
                           "R5 projected available 7\n"
                           "R7 released in bucket 2 = due in 4 - lead time 2\n");
    why.text_cap = 10;
    ck_assert_int_eq(c12_mrp_explain(h, 0, 0, 3, &why, NULL), C12_OK);
    ck_assert_str_eq(text, "R1 low-le");
    ck_assert_int_eq(why.net, 0);
    c12_mrp_destroy(h);
}
END_TEST

/* ---- every unit tagged ------------------------------------------------------------------------------------------------------------------ */

/* A second way to peg: every unit of requirement carries the demand row it ends in.  Unit k of what a release of q asks for belongs to its
 * started unit floor(k * q / ask), a started unit to the good piece floor(unit * good / started), and a good piece serves the requirement
 * unit of its number. */
enum { UNITS = 300000, NOBODY = -1 };
static int32_t tag[ITEMS][UNITS];
static int64_t required[ITEMS], started[ITEMS][BUCKETS], supply[ITEMS][BUCKETS], fallen[ITEMS][BUCKETS]; /* supply: before the bucket's order */

static int64_t good_pieces(int32_t i, int64_t q) { return rich && now->type[i] != C12_MRP_PHANTOM ? q * now->yield[i] / 1000000 : q; }

static void lay_supply(c12_mrp *h, int32_t i)
{
    int64_t have = now->on_hand[i];
    c12_mrp_row row = C12_INIT(c12_mrp_row);
    row.by_products = fallen[i];
    ck_assert_int_eq(c12_mrp_get(h, 0, i, &row, NULL), C12_OK);
    for (int32_t t = 0; t < BUCKETS; t++) {
        c12_mrp_why why = C12_INIT(c12_mrp_why);
        ck_assert_int_eq(c12_mrp_explain(h, 0, i, t, &why, NULL), C12_OK);
        for (int32_t k = 0; k < n_receipts; k++)
            if (now->r_item[k] == i && !(rich && now->r_kind[k]) && (now->r_bucket[k] < 0 ? 0 : now->r_bucket[k]) == t) have += now->r_qty[k];
        have += fallen[i][t];
        started[i][t] = why.started;
        supply[i][t] = have;
        have += good_pieces(i, why.started);
    }
}

/* The parent's orders of buckets first..last are one quantity. */
static void tag_ask(int32_t child, int64_t *at, const Line *l, int32_t first, int32_t last)
{
    const int32_t p = l->parent;
    int64_t q = 0;
    for (int32_t b = first; b <= last; b++) q += started[p][b];
    int64_t ask = (q * l->num * (1000000 + l->ppm) + l->den * 1000000 - 1) / (l->den * 1000000);
    for (int64_t k = 0; k < ask; k++) {
        int64_t unit = k * q / ask;
        int32_t b = first;
        for (; unit >= started[p][b]; b++) unit -= started[p][b];
        int64_t piece = supply[p][b] + unit * good_pieces(p, started[p][b]) / started[p][b];
        tag[child][(*at)++] = piece >= 0 && piece < required[p] ? tag[p][piece] : NOBODY;
    }
}

static void tag_line(int32_t child, int64_t *at, const Line *l)
{
    int32_t lead = now->type[l->parent] == C12_MRP_PHANTOM ? 0 : now->lead[l->parent];
    for (int32_t r = -1; r < BUCKETS - lead; r++) {
        int32_t release = r < 0 ? 0 : r, t = release + l->shift;
        if (release < l->from || release >= l->to || t >= BUCKETS || (r < 0 && !lead)) continue;
        tag_ask(child, at + (t < 0 ? 0 : t), l, r < 0 ? 0 : r + lead, r < 0 ? lead - 1 : r + lead);
    }
}

static int tag_item(int32_t child, const int32_t *by_rank)
{
    int64_t at[BUCKETS], sum = 0;
    for (int32_t t = 0; t < BUCKETS; t++) { at[t] = sum; sum += fresh.gross[child * BUCKETS + t]; }
    required[child] = sum;
    if (sum > UNITS) return 0;
    for (int32_t k = 0; k < n_demand; k++) {
        int32_t t = now->d_bucket[k] < 0 ? 0 : now->d_bucket[k];
        if (now->d_item[k] != child || t >= BUCKETS || (rich && now->d_kind[k] && t < now->d_fence[child])) continue;
        for (int64_t u = 0; u < now->d_qty[k]; u++) tag[child][at[t]++] = k;
    }
    for (int32_t r = 0; r < ITEMS; r++)
        for (int32_t e = 0; e < n_lines; e++)
            if (now->line[e].parent == by_rank[r] && now->line[e].child == child && !now->line[e].by) tag_line(child, at, now->line + e);
    ck_assert_int_eq(at[BUCKETS - 1], sum);
    return 1;
}

/* Where a unit of an item's requirement comes from. */
static void source_of(int32_t i, int64_t unit, int32_t *kind, int32_t *bucket, int64_t *row)
{
    int64_t at = now->on_hand[i] > 0 ? now->on_hand[i] : 0;
    *row = -1;
    *bucket = 0;
    *kind = C12_MRP_FROM_STOCK;
    if (unit < at) return;
    at = now->on_hand[i];
    for (*bucket = 0; *bucket < BUCKETS; ++*bucket) {
        *kind = C12_MRP_FROM_RECEIPT;
        for (int pass = 0; pass < 2; pass++) /* overdue ones come before those of bucket 0 */
            for (*row = 0; *row < n_receipts; ++*row) {
                int32_t b = now->r_bucket[*row];
                if (now->r_item[*row] != i || (rich && now->r_kind[*row]) || (pass ? b : b < 0 && !*bucket ? *bucket : BUCKETS) != *bucket) continue;
                at += now->r_qty[*row];
                if (unit < at) return;
            }
        *row = -1;
        *kind = C12_MRP_FROM_BY_PRODUCT;
        at += fallen[i][*bucket];
        if (unit < at) return;
        *kind = C12_MRP_FROM_ORDER;
        at += good_pieces(i, started[i][*bucket]);
        if (unit < at) return;
    }
    *kind = C12_MRP_FROM_NOTHING;
    *bucket = -1;
}

enum { FEEDS = 20000 };
static struct { int64_t row[FEEDS], qty[FEEDS]; int32_t item[FEEDS], kind[FEEDS], bucket[FEEDS]; } fed;

static c12_mrp_feeds feeds_of(c12_mrp *h, int32_t demand)
{
    c12_mrp_feeds f = C12_INIT(c12_mrp_feeds);
    f.cap = FEEDS;
    f.row = fed.row;
    f.qty = fed.qty;
    f.item = fed.item;
    f.kind = fed.kind;
    f.bucket = fed.bucket;
    ck_assert_int_eq(c12_mrp_peg_demand(h, 0, demand, &f, NULL), C12_OK);
    ck_assert_int_le(f.count, FEEDS);
    return f;
}

START_TEST(every_unit_feeds_one_demand)
{
    purse p;
    int32_t by_rank[ITEMS], n = 0;
    huge = scrap_rule = 0;
    rich = _i % 2;
    random_plant((uint64_t)_i + 300);
    c12_mrp *h = planner(&p);
    ck_assert_int_eq(net_fresh(now), C12_OK);
    for (int32_t l = 0; l < ITEMS; l++) for (int32_t i = 0; i < ITEMS; i++) if (fresh.level[i] == l) by_rank[n++] = i;
    for (int32_t r = 0; r < ITEMS; r++) {
        lay_supply(h, by_rank[r]);
        if (!tag_item(by_rank[r], by_rank)) { c12_mrp_destroy(h); return; }
    }
    for (int32_t d = 0; d < n_demand; d++) {
        const c12_mrp_feeds f = feeds_of(h, d);
        int64_t told = 0, want = 0;
        for (int64_t k = 0; k < f.count; k++) told += fed.qty[k];
        for (int32_t i = 0; i < ITEMS; i++)
            for (int64_t u = 0; u < required[i]; u++) {
                int32_t kind, bucket;
                int64_t row, k = 0;
                if (tag[i][u] != d) continue;
                want++;
                source_of(i, u, &kind, &bucket, &row);
                while (k < f.count && (fed.item[k] != i || fed.kind[k] != kind || fed.bucket[k] != bucket || fed.row[k] != row || !fed.qty[k])) k++;
                ck_assert_msg(k < f.count, "demand %d: unit %ld of item %d from kind %d bucket %d row %ld is not told", (int)d, (long)u, (int)i, (int)kind, (int)bucket, (long)row);
                fed.qty[k]--;
            }
        ck_assert_int_eq(told, want);
    }
    c12_mrp_destroy(h);
}
END_TEST

/* What feeds an order is what feeds the demand it serves, less the order itself. */
START_TEST(an_order_is_fed_by_its_components)
{
    purse p;
    plain_plant((uint64_t)_i + 500);
    c12_mrp *h = planner(&p);
    for (int32_t d = 0; d < n_demand; d++) {
        int32_t i = now->d_item[d], t = now->d_bucket[d];
        int alone = t >= 0 && t < BUCKETS && now->d_qty[d];
        ck_assert_int_eq(net_fresh(now), C12_OK);
        if (!alone || fresh.planned[i * BUCKETS + t] != now->d_qty[d]) continue;
        c12_mrp_feeds whole = feeds_of(h, d);
        int64_t first = fed.qty[0], rest = 0, below = 0;
        ck_assert_int_eq(fed.kind[0], C12_MRP_FROM_ORDER);
        ck_assert_int_eq(first, now->d_qty[d]);
        for (int64_t k = 1; k < whole.count; k++) rest += fed.qty[k];
        ck_assert_int_eq(c12_mrp_peg_down(h, 0, i, t, &whole, NULL), C12_OK);
        for (int64_t k = 0; k < whole.count; k++) below += fed.qty[k];
        ck_assert_int_eq(below, rest);
    }
    c12_mrp_destroy(h);
}
END_TEST

/* ---- promises ---------------------------------------------------------------------------------------------------------------------------- */

static int grows_late(const int64_t *before, int64_t *total)
{
    *total = 0;
    for (int32_t i = 0; i < ITEMS; i++) if (fresh.past_due[i] > before[i]) ++*total;
    return *total > 0;
}

/* The promise against planning the order bucket by bucket; the plan stays. */
START_TEST(promises_hold)
{
    purse p;
    huge = scrap_rule = rich = 0;
    random_plant((uint64_t)_i + 700);
    c12_mrp *h = planner(&p);
    for (int k = 0; k < 12; k++) {
        int64_t before[ITEMS], grown, qty = 1 + dice(80);
        int32_t item = dice(ITEMS), wanted = dice(BUCKETS), row = n_demand, t = wanted;
        c12_mrp_promise o = C12_INIT(c12_mrp_promise);
        ck_assert_int_eq(net_fresh(now), C12_OK);
        memcpy(before, fresh.past_due, sizeof before);
        ck_assert_int_eq(c12_mrp_quote(h, 0, item, wanted, qty, &o, NULL), C12_OK);
        rows_are_kept(h);
        now->d_item[row] = item;
        now->d_qty[row] = qty;
        for (n_demand++; t < BUCKETS; t++) {
            now->d_bucket[row] = t;
            ck_assert_int_eq(net_fresh(now), C12_OK);
            if (!grows_late(before, &grown)) break;
            if (t == wanted) ck_assert(o.item >= 0 && fresh.past_due[o.item] - before[o.item] == o.late);
        }
        n_demand--;
        ck_assert_int_eq(o.bucket, t < BUCKETS ? t : -1);
        ck_assert_int_eq(o.tries, o.bucket < 0 ? BUCKETS - wanted : t - wanted + 1);
        if (t == wanted) ck_assert_int_eq(o.item, -1);
    }
    c12_mrp_destroy(h);
}
END_TEST

/* An item that is short inside its planning fence promises nothing before the fence. */
START_TEST(promises_respect_the_fence)
{
    purse p;
    c12_mrp_promise o = C12_INIT(c12_mrp_promise);
    plain_plant(9);
    rich = 1;
    for (int32_t i = 0; i < ITEMS; i++) { now->yield[i] = 1000000; now->lead[i] = 0; }
    now->fence[ITEMS - 1] = 6;
    now->on_hand[ITEMS - 1] = 3;
    n_demand = 0;
    c12_mrp *h = planner(&p);
    ck_assert_int_eq(c12_mrp_quote(h, 0, ITEMS - 1, 2, 3, &o, NULL), C12_OK);
    ck_assert_int_eq(o.bucket, 2);
    ck_assert_int_eq(c12_mrp_quote(h, 0, ITEMS - 1, 2, 4, &o, NULL), C12_OK);
    ck_assert_int_eq(o.bucket, 6);
    ck_assert_int_eq(o.item, ITEMS - 1);
    ck_assert_int_eq(o.late, 1);
    c12_mrp_destroy(h);
}
END_TEST

START_TEST(a_rich_cell_explains_itself)
{
    purse p;
    char text[900];
    plain_plant(5);
    rich = 1;
    for (int32_t i = 0; i < ITEMS; i++) now->yield[i] = 1000000;
    for (int32_t k = 0; k < n_demand; k++) if (!now->d_item[k]) now->d_qty[k] = 0;
    now->yield[0] = 700000;
    now->time[0] = 2;
    now->fence[0] = 3;
    now->lead[0] = 1;
    now->d_item[0] = 0;
    now->d_bucket[0] = 5;
    now->d_qty[0] = 50;
    now->d_kind[0] = C12_MRP_ORDER;
    c12_mrp *h = planner(&p);
    c12_mrp_why why = C12_INIT(c12_mrp_why);
    why.text = text;
    why.text_cap = sizeof text;
    ck_assert_int_eq(c12_mrp_explain(h, 0, 0, 3, &why, NULL), C12_OK);
    ck_assert_str_eq(text, "R1 low-level code 0\n"
                           "R2, R4 gross requirement 0 = independent demand 0 + parents' releases 0\n"
                           "R5 before ordering 0 = opening 0 + receipts 0 - gross 0\n"
                           "R15 what is needed up to 2 buckets later counts already: 50\n"
                           "R5 net requirement 50 = 0 to be held - -50\n"
                           "R6 lot for lot: planned 50\n"
                           "R19 72 are started so that 50 good ones come out, yield 700000 ppm\n"
                           "R5 projected available 50\n"
                           "R7 released in bucket 2 = due in 3 - lead time 1\n");
    ck_assert_int_eq(why.started, 72);
    c12_mrp_destroy(h);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("mrp-peg");
    TCase *t = tcase_create("peg");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, pegging_finds_the_demand_that_waits, 0, 8);
    tcase_add_test(t, pegging_serves_first_in_first_out);
    tcase_add_loop_test(t, every_unit_feeds_one_demand, 0, 24);
    tcase_add_loop_test(t, an_order_is_fed_by_its_components, 0, 6);
    tcase_add_loop_test(t, promises_hold, 0, 12);
    tcase_add_test(t, promises_respect_the_fence);
    tcase_add_test(t, a_cell_explains_itself);
    tcase_add_test(t, a_rich_cell_explains_itself);
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
