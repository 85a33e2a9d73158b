/* SPDX-License-Identifier: Apache-2.0 */
/* The kept bill of materials against the pure functions. */
#include "c12/bom.h"
#include "support.h"
#include <check.h>
#include <string.h>

enum { ITEMS = 40, LINES = 240 };

static int64_t off[ITEMS + 1], num[LINES], den[LINES], own[ITEMS];
static int32_t child[LINES], ppm[LINES], from[LINES], to[LINES];
static c12_bom bom;
static char room[1 << 14];

/* Items in a random order of levels, so that rows say nothing about codes. */
static void random_bom(uint64_t seed, int dates)
{
    static const int32_t share[] = { 0, 0, 50000, 1234, 400000 };
    int32_t place[ITEMS], k = 0;
    dice_state = seed * 2654435761u + 88172645463325252u;
    for (int32_t i = 0; i < ITEMS; i++) place[i] = i;
    for (int32_t i = ITEMS - 1; i > 0; i--) { int32_t j = dice(i + 1), t = place[i]; place[i] = place[j]; place[j] = t; }
    for (int32_t i = 0; i < ITEMS; i++) {
        off[i] = k;
        own[i] = dice(4) ? dice(2000000000) : -(int64_t)dice(1000);
        for (int32_t n = dice(7); n > 0; n--) {
            int32_t j = dice(ITEMS);
            if (place[j] <= place[i]) continue;
            child[k] = j;
            num[k] = 1 + dice(9);
            den[k] = dice(2) ? 1 : 1 + dice(13);
            ppm[k] = share[dice(5)];
            from[k] = dates ? dice(2) : 0;
            to[k++] = 3;
        }
    }
    off[ITEMS] = k;
    c12_bom b = C12_INIT(c12_bom);
    b.n_items = ITEMS;
    b.line_off = off;
    b.line_child = child;
    b.line_num = num;
    b.line_den = den;
    b.line_scrap_ppm = ppm;
    b.line_from = from;
    b.line_to = to;
    bom = b;
}

static c12_bom_model *model_of(purse *p, const c12_bom_options *o)
{
    c12_bom_dims d = C12_INIT(c12_bom_dims);
    c12_host host = C12_INIT(c12_host);
    c12_bom_model *m;
    *p = (purse){ 1, 0 };
    d.items = ITEMS;
    d.lines = LINES;
    host.user = p;
    host.alloc = purse_alloc;
    host.release = purse_release;
    ck_assert_int_eq(c12_bom_model_create(&m, &d, &host, NULL), C12_OK);
    ck_assert_int_eq(c12_bom_model_load(m, &bom, o, NULL), C12_OK);
    return m;
}

static void costs_are(c12_bom_model *m, const c12_bom_options *o)
{
    c12_mem scratch = { room, sizeof room };
    int64_t want[ITEMS], got;
    ck_assert_int_eq(c12_bom_rollup(&bom, own, o, want, scratch, NULL), C12_OK);
    for (int32_t i = 0; i < ITEMS; i++) {
        ck_assert_int_eq(c12_bom_model_cost(m, i, &got, NULL), C12_OK);
        ck_assert_int_eq(got, want[i]);
    }
}

START_TEST(costs_follow_changes)
{
    purse p;
    c12_bom_options o = C12_INIT(c12_bom_options);
    c12_mem scratch = { room, sizeof room };
    int64_t unit[ITEMS], want[ITEMS];
    ck_assert_uint_le(c12_bom_scratch(ITEMS), sizeof room);
    random_bom((uint64_t)_i + 1, _i % 2);
    o.scrap = _i % 3 == 2 ? C12_SCRAP_YIELD : C12_SCRAP_ADD;
    c12_bom_model *m = model_of(&p, &o);
    ck_assert_int_eq(c12_bom_model_cost(m, 0, unit, NULL), C12_E_STATE);
    ck_assert_int_eq(c12_bom_model_rollup(m, own, unit, NULL), C12_OK);
    ck_assert_int_eq(c12_bom_rollup(&bom, own, &o, want, scratch, NULL), C12_OK);
    ck_assert_mem_eq(unit, want, sizeof unit);
    for (int k = 0; k < 200; k++) {
        c12_bom_costs c = C12_INIT(c12_bom_costs);
        int32_t item[ITEMS];
        int64_t before[ITEMS], after[ITEMS], now;
        c.cap = ITEMS;
        c.item = item;
        c.before = before;
        c.after = after;
        int32_t i = dice(ITEMS), e = off[ITEMS] ? dice((int32_t)off[ITEMS]) : 0, was_ppm = ppm[e];
        int64_t was_own = own[i], was_num = num[e], was_den = den[e];
        c12_status got;
        if (dice(2) || !off[ITEMS]) {
            own[i] = dice(3) ? dice(2000000000) : -(int64_t)dice(100000);
            got = c12_bom_model_set_cost(m, i, own[i], &c, NULL);
        } else {
            num[e] = 1 + dice(20);
            den[e] = 1 + dice(11);
            ppm[e] = dice(2) ? 0 : dice(400000);
            got = c12_bom_model_set_line(m, e, num[e], den[e], ppm[e], &c, NULL);
        }
        ck_assert_int_eq(got, c12_bom_rollup(&bom, own, &o, want, scratch, NULL));
        if (got) { own[i] = was_own; num[e] = was_num; den[e] = was_den; ppm[e] = was_ppm; }
        for (int64_t j = 0; j < c.count; j++) {
            ck_assert_int_eq(c12_bom_model_cost(m, item[j], &now, NULL), C12_OK);
            ck_assert_int_eq(now, after[j]);
            ck_assert_int_eq(before[j], unit[item[j]]);
            ck_assert_int_ne(before[j], after[j]);
            unit[item[j]] = now;
        }
        costs_are(m, &o);
    }
    c12_bom_model_destroy(m);
    ck_assert_int_eq(p.out, 0);
}
END_TEST

START_TEST(levels_and_uses_equal_the_pure_ones)
{
    purse p;
    c12_mem scratch = { room, sizeof room };
    int32_t level[2][ITEMS], order[2][ITEMS], item[2][ITEMS], near[2][ITEMS], far[2][ITEMS];
    int64_t qty[2][ITEMS], per[2][ITEMS];
    random_bom((uint64_t)_i + 500, 1);
    c12_bom_model *m = model_of(&p, NULL);
    ck_assert_int_eq(c12_bom_levels(&bom, level[0], order[0], scratch, NULL), C12_OK);
    ck_assert_int_eq(c12_bom_model_levels(m, level[1], order[1], NULL), C12_OK);
    ck_assert_mem_eq(level[0], level[1], sizeof level[0]);
    ck_assert_mem_eq(order[0], order[1], sizeof order[0]);
    for (int32_t i = 0; i < ITEMS; i++)
        for (int32_t max = 0; max < 2; max++) {
            c12_bom_uses u[2] = { C12_INIT(c12_bom_uses), C12_INIT(c12_bom_uses) };
            for (int k = 0; k < 2; k++) {
                u[k].cap = ITEMS;
                u[k].item = item[k];
                u[k].level_short = near[k];
                u[k].level_long = far[k];
                u[k].qty_num = qty[k];
                u[k].qty_den = per[k];
            }
            ck_assert_int_eq(c12_bom_where_used(&bom, i, max, &u[0], scratch, NULL), C12_OK);
            ck_assert_int_eq(c12_bom_model_where_used(m, i, max, &u[1], NULL), C12_OK);
            ck_assert_int_eq(u[0].count, u[1].count);
            size_t n = (size_t)u[0].count;
            ck_assert_mem_eq(item[0], item[1], n * sizeof *item[0]);
            ck_assert_mem_eq(near[0], near[1], n * sizeof *near[0]);
            ck_assert_mem_eq(far[0], far[1], n * sizeof *far[0]);
            ck_assert_mem_eq(qty[0], qty[1], n * sizeof *qty[0]);
            ck_assert_mem_eq(per[0], per[1], n * sizeof *per[0]);
            if (!n) continue;
            u[1].cap = u[0].count - 1;
            c12_error e = C12_INIT(c12_error);
            ck_assert_int_eq(c12_bom_model_where_used(m, i, max, &u[1], &e), C12_E_SPACE);
            ck_assert_int_eq(e.value, u[0].count);
        }
    c12_bom_model_destroy(m);
}
END_TEST

START_TEST(explosions_equal_the_pure_ones)
{
    purse p;
    c12_bom_options o = C12_INIT(c12_bom_options);
    c12_mem scratch = { room, sizeof room };
    c12_error err = C12_INIT(c12_error);
    int64_t demand[ITEMS] = { 0 }, want[ITEMS], got[ITEMS], before[ITEMS];
    random_bom((uint64_t)_i + 900, _i % 2);
    o.scrap = _i % 3 == 2 ? C12_SCRAP_YIELD : C12_SCRAP_ADD;
    o.bucket = _i % 2;
    c12_bom_model *m = model_of(&p, &o);
    ck_assert_int_eq(c12_bom_model_rollup(m, own, NULL, NULL), C12_OK);
    for (int k = 0; k < 20; k++) {
        if (k && off[ITEMS]) {
            const int32_t e = dice((int32_t)off[ITEMS]);
            const int64_t was = num[e];
            num[e] = 1 + dice(9);
            if (c12_bom_model_set_line(m, e, num[e], den[e], ppm[e], NULL, NULL)) num[e] = was;
        }
        for (int32_t i = 0; i < ITEMS; i++) demand[i] = dice(3) ? 0 : k % 5 == 4 ? dice(1000) * (INT64_C(1) << 34) : dice(1000);
        ck_assert_int_eq(c12_bom_explode(&bom, demand, &o, want, scratch, NULL), C12_OK);
        ck_assert_int_eq(c12_bom_model_explode(m, demand, got, NULL), C12_OK);
        ck_assert_mem_eq(got, want, sizeof got);
    }
    memcpy(before, got, sizeof before);
    demand[3] = -1;
    ck_assert_int_eq(c12_bom_model_explode(m, demand, got, &err), C12_E_RANGE);
    ck_assert(err.row == 3 && !strcmp(err.field, "demand"));
    for (int32_t i = 0; i < ITEMS; i++) demand[i] = INT64_MAX;
    const c12_status s = c12_bom_explode(&bom, demand, &o, want, scratch, NULL); /* a bill without lines fits */
    ck_assert_int_eq(c12_bom_model_explode(m, demand, got, NULL), s);
    if (s) ck_assert_mem_eq(got, before, sizeof got);
    ck_assert_int_eq(c12_bom_model_explode(m, NULL, got, NULL), C12_E_ARG);
    ck_assert_int_eq(c12_bom_model_rollup(m, own, want, NULL), C12_OK); /* costs are not disturbed */
    c12_bom_model_destroy(m);
}
END_TEST

START_TEST(refusals_leave_costs_as_they_were)
{
    purse p;
    c12_error e = C12_INIT(c12_error);
    random_bom(7, 0);
    while (off[1] == 0 || own[0] < 0) random_bom(dice_state % 1000003, 0);
    c12_bom_model *m = model_of(&p, NULL);
    ck_assert_int_eq(c12_bom_model_rollup(m, own, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12_bom_model_set_cost(m, child[0], INT64_MAX, NULL, &e), C12_E_OVERFLOW);
    costs_are(m, NULL);
    ck_assert_int_eq(c12_bom_model_set_line(m, 0, INT64_MAX, 1, 0, NULL, &e), C12_E_OVERFLOW);
    costs_are(m, NULL);
    ck_assert_int_eq(c12_bom_model_set_line(m, off[ITEMS], 1, 1, 0, NULL, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_bom_model_set_line(m, 0, 0, 1, 0, NULL, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_bom_model_set_line(m, 0, 1, 0, 0, NULL, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_bom_model_set_line(m, 0, 1, 1, 1000000, NULL, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_bom_model_set_cost(m, ITEMS, 1, NULL, &e), C12_E_RANGE);
    costs_are(m, NULL);
    int32_t keep = child[0];
    child[0] = 0;
    ck_assert_int_eq(c12_bom_model_load(m, &bom, NULL, &e), C12_E_CYCLE);
    ck_assert_int_eq(e.row, 0);
    ck_assert_int_eq(c12_bom_model_levels(m, NULL, NULL, NULL), C12_E_STATE);
    child[0] = keep;
    c12_bom_model_destroy(m);
    c12_bom_model_destroy(NULL);
}
END_TEST

/* A random bill against itself edited: every edit is found, nothing else. */
START_TEST(revisions_differ_where_they_were_edited)
{
    static int64_t off2[ITEMS + 1], num2[LINES], den2[LINES], line_before[2 * LINES], line_after[2 * LINES];
    static int32_t child2[LINES], ppm2[LINES], from2[LINES], to2[LINES], parent[2 * LINES], of[2 * LINES], kind[2 * LINES];
    int want[4] = { 0, 0, 0, 0 };
    c12_bom after = C12_INIT(c12_bom);
    c12_bom_changes c = C12_INIT(c12_bom_changes);
    random_bom((uint64_t)_i + 900, 1);
    int32_t k = 0;
    for (int32_t i = 0; i < ITEMS; i++) {
        off2[i] = k;
        for (int64_t e = off[i]; e < off[i + 1]; e++) {
            int what = dice(6), last = 1; /* only the last line of a child may go: the pairs before it stay pairs */
            for (int64_t l = e + 1; l < off[i + 1]; l++) last &= child[l] != child[e];
            if (!what && last) { want[C12_BOM_REMOVED]++; continue; }
            child2[k] = child[e];
            num2[k] = 2 * num[e] + (what == 1);
            den2[k] = 2 * den[e];
            ppm2[k] = ppm[e] + (what == 2);
            from2[k] = from[e];
            to2[k++] = to[e];
            want[C12_BOM_CHANGED] += what == 1 || what == 2;
        }
        if (i == 3) { child2[k] = 0; num2[k] = den2[k] = 1; ppm2[k] = from2[k] = 0; to2[k++] = 3; want[C12_BOM_ADDED]++; }
    }
    off2[ITEMS] = k;
    after.n_items = ITEMS;
    after.line_off = off2;
    after.line_child = child2;
    after.line_num = num2;
    after.line_den = den2;
    after.line_scrap_ppm = ppm2;
    after.line_from = from2;
    after.line_to = to2;
    c.cap = 2 * LINES;
    c.parent = parent;
    c.child = of;
    c.kind = kind;
    c.line_before = line_before;
    c.line_after = line_after;
    ck_assert_int_eq(c12_bom_compare(&bom, &after, &c, NULL), C12_OK);
    int found[4] = { 0, 0, 0, 0 };
    for (int64_t j = 0; j < c.count; j++) {
        found[kind[j]]++;
        ck_assert(kind[j] == C12_BOM_ADDED ? line_before[j] == -1 && of[j] == child2[line_after[j]] : of[j] == child[line_before[j]]);
    }
    ck_assert_int_eq(found[C12_BOM_CHANGED], want[C12_BOM_CHANGED]);
    ck_assert_int_eq(found[C12_BOM_REMOVED], want[C12_BOM_REMOVED]);
    ck_assert_int_eq(found[C12_BOM_ADDED], want[C12_BOM_ADDED]);
    ck_assert_int_eq(c12_bom_compare(&bom, &bom, &c, NULL), C12_OK);
    ck_assert_int_eq(c.count, 0);
    after.n_items = 0;
    ck_assert_int_eq(c12_bom_compare(&bom, &after, &c, NULL), C12_E_ARG);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("bom-model");
    TCase *t = tcase_create("model");
    tcase_add_loop_test(t, costs_follow_changes, 0, 20);
    tcase_add_loop_test(t, levels_and_uses_equal_the_pure_ones, 0, 20);
    tcase_add_loop_test(t, explosions_equal_the_pure_ones, 0, 12);
    tcase_add_test(t, refusals_leave_costs_as_they_were);
    tcase_add_loop_test(t, revisions_differ_where_they_were_edited, 0, 10);
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
