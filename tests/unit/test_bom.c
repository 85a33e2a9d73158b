/* SPDX-License-Identifier: Apache-2.0 */
#include "c12/bom.h"
#include "base/rng.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

/* The humanoid's top: a product of one frame (12 extrusions, 24 brackets, 96 bolts) and 12 actuator sets of 4 parts. */
enum { TOP, FRAME, ACT, EXTR, BRKT, BOLT, MOTOR, GEAR, SENSOR, ENCODER, N };
static const int64_t off[] = { 0, 2, 5, 9, 9, 9, 9, 9, 9, 9, 9 };
static const int32_t child[] = { FRAME, ACT, EXTR, BRKT, BOLT, MOTOR, GEAR, SENSOR, ENCODER };
static const int64_t num[] = { 1, 12, 12, 24, 96, 1, 1, 1, 1 };

static c12_bom humanoid(void)
{
    c12_bom b = C12_INIT(c12_bom);
    b.n_items = N;
    b.line_off = off;
    b.line_child = child;
    b.line_num = num;
    return b;
}

static c12_mem scratch_for(int32_t n)
{
    c12_mem m = { NULL, c12_bom_scratch(n) };
    m.ptr = malloc(m.size);
    return m;
}

START_TEST(levels_by_hand)
{
    c12_bom b = humanoid();
    c12_mem s = scratch_for(N);
    int32_t level[N], order[N], want[N] = { 0, 1, 1, 2, 2, 2, 2, 2, 2, 2 };
    ck_assert_int_eq(c12_bom_levels(&b, level, order, s, NULL), C12_OK);
    ck_assert_mem_eq(level, want, sizeof level);
    for (int i = 0; i < N; i++) ck_assert_int_eq(order[i], i);
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_bom_check(&b, level, order, &v, s, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 0);
    ck_assert_int_eq(v.objective, 2);
    free(s.ptr);
}
END_TEST

START_TEST(explosion_and_rollup_by_hand)
{
    c12_bom b = humanoid();
    c12_mem s = scratch_for(N);
    int64_t demand[N] = { 5, 1, 0, 0, 0, 0, 0, 0, 0, 0 }, gross[N];
    int64_t want[N] = { 5, 6, 60, 72, 144, 576, 60, 60, 60, 60 };
    ck_assert_int_eq(c12_bom_explode(&b, demand, NULL, gross, s, NULL), C12_OK);
    ck_assert_mem_eq(gross, want, sizeof gross);
    int64_t own[N] = { 1000000, 0, 500000, 3000000, 250000, 10000, 90000000, 120000000, 30000000, 20000000 }, unit[N];
    ck_assert_int_eq(c12_bom_rollup(&b, own, NULL, unit, s, NULL), C12_OK);
    ck_assert_int_eq(unit[FRAME], 12 * 3000000 + 24 * 250000 + 96 * 10000);
    ck_assert_int_eq(unit[ACT], 260500000);
    ck_assert_int_eq(unit[TOP], 1000000 + 42960000 + 12 * INT64_C(260500000));
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_bom_check_rollup(&b, own, NULL, unit, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 0);
    for (int i = 0; i < N; i++) {
        unit[i]++;
        ck_assert_int_eq(c12_bom_check_rollup(&b, own, NULL, unit, &v, NULL), C12_OK);
        ck_assert_int_gt(v.violations, 0);
        unit[i]--;
    }
    free(s.ptr);
}
END_TEST

/* 1/3 + 1/3 + 1/3 of a child at 1 micro is exactly 1 micro; doubles say 0.9999.. and truncate. */
START_TEST(rollup_is_exact_with_thirds_and_scrap)
{
    int64_t o2[] = { 0, 3, 3, 3, 3 }, own[] = { 0, 1, 1, 1 }, unit[4], n2[] = { 1, 1, 1 }, d2[] = { 3, 3, 3 };
    int32_t c2[] = { 1, 2, 3 }, ppm[] = { 0, 0, 500000 };
    c12_bom b = C12_INIT(c12_bom);
    b.n_items = 4;
    b.line_off = o2;
    b.line_child = c2;
    b.line_num = n2;
    b.line_den = d2;
    c12_mem s = scratch_for(4);
    ck_assert_int_eq(c12_bom_rollup(&b, own, NULL, unit, s, NULL), C12_OK);
    ck_assert_int_eq(unit[0], 1);
    own[1] = own[2] = own[3] = 3;
    b.line_scrap_ppm = ppm;
    ck_assert_int_eq(c12_bom_rollup(&b, own, NULL, unit, s, NULL), C12_OK);
    ck_assert_int_eq(unit[0], 4); /* 1 + 1 + 1.5 = 3.5, half to even */
    c12_bom_options y = C12_INIT(c12_bom_options);
    y.scrap = C12_SCRAP_YIELD;
    ck_assert_int_eq(c12_bom_rollup(&b, own, &y, unit, s, NULL), C12_OK);
    ck_assert_int_eq(unit[0], 4); /* 1 + 1 + 2 */
    free(s.ptr);
}
END_TEST

START_TEST(where_used_sums_paths_exactly)
{
    /* 0 -> 1 (1/2), 0 -> 2 (3), 1 -> 3 (2/3), 2 -> 3 (1/4): 3 per 0 = 1/3 + 3/4 = 13/12; 0 -> 3 (1) makes the short path */
    int64_t o[] = { 0, 3, 4, 5, 5 }, n[] = { 1, 3, 1, 2, 1 }, d[] = { 2, 1, 1, 3, 4 };
    int32_t c[] = { 1, 2, 3, 3, 3 };
    c12_bom b = C12_INIT(c12_bom);
    b.n_items = 4;
    b.line_off = o;
    b.line_child = c;
    b.line_num = n;
    b.line_den = d;
    c12_mem s = scratch_for(4);
    int32_t item[4], near[4], far[4];
    int64_t qn[4], qd[4];
    c12_bom_uses u = C12_INIT(c12_bom_uses);
    u.cap = 4;
    u.item = item;
    u.level_short = near;
    u.level_long = far;
    u.qty_num = qn;
    u.qty_den = qd;
    ck_assert_int_eq(c12_bom_where_used(&b, 3, 0, &u, s, NULL), C12_OK);
    ck_assert_int_eq(u.count, 3);
    ck_assert_int_eq(item[2], 0);
    ck_assert_int_eq(near[2], 1);
    ck_assert_int_eq(far[2], 2);
    ck_assert_int_eq(qn[2], 25);
    ck_assert_int_eq(qd[2], 12);
    ck_assert_int_eq(c12_bom_where_used(&b, 3, 1, &u, s, NULL), C12_OK);
    ck_assert_int_eq(u.count, 3);
    ck_assert_int_eq(qn[2], 1);
    ck_assert_int_eq(qd[2], 1);
    u.cap = 2;
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_bom_where_used(&b, 3, 0, &u, s, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, 3);
    ck_assert_int_eq(c12_bom_where_used(&b, 9, 0, &u, s, &e), C12_E_RANGE);
    free(s.ptr);
}
END_TEST

START_TEST(cycle_is_named_item_by_item)
{
    int64_t o[] = { 0, 1, 2, 3, 4, 4 }, n[] = { 1, 1, 1, 1 };
    int32_t c[] = { 3, 2, 3, 1 }; /* 0->3, 1->2, 2->3, 3->1; 4 alone; 0 only feeds the cycle */
    c12_bom b = C12_INIT(c12_bom);
    b.n_items = 5;
    b.line_off = o;
    b.line_child = c;
    b.line_num = n;
    c12_mem s = scratch_for(5);
    int32_t level[5] = { 9, 9, 9, 9, 9 }, cycle[5], length;
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_bom_levels(&b, level, NULL, s, &e), C12_E_CYCLE);
    ck_assert_int_eq(e.row, 1);
    ck_assert_int_eq(level[0], 9);
    ck_assert_int_eq(c12_bom_cycle(&b, cycle, &length, s, &e), C12_OK);
    ck_assert_int_eq(length, 3);
    int32_t want[] = { 1, 2, 3 };
    ck_assert_mem_eq(cycle, want, sizeof want);
    b.n_items = 1;
    o[1] = 1;
    c[0] = 0; /* an item in itself */
    ck_assert_int_eq(c12_bom_cycle(&b, cycle, &length, s, &e), C12_OK);
    ck_assert_int_eq(length, 1);
    free(s.ptr);
}
END_TEST

START_TEST(overflow_is_named_and_nothing_is_written)
{
    int64_t o[] = { 0, 1, 1 }, n[] = { INT64_MAX / 2 }, demand[] = { 3, 0 }, gross[] = { -7, -7 }, own[] = { 0, 5 }, unit[] = { -7, -7 };
    int32_t c[] = { 1 };
    c12_bom b = C12_INIT(c12_bom);
    b.n_items = 2;
    b.line_off = o;
    b.line_child = c;
    b.line_num = n;
    c12_mem s = scratch_for(2);
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_bom_explode(&b, demand, NULL, gross, s, &e), C12_E_OVERFLOW);
    ck_assert_int_eq(e.row, 1);
    ck_assert_int_eq(gross[0], -7);
    ck_assert_int_eq(c12_bom_rollup(&b, own, NULL, unit, s, &e), C12_E_OVERFLOW);
    ck_assert_int_eq(e.row, 0);
    ck_assert_int_eq(unit[1], -7);
    free(s.ptr);
}
END_TEST

START_TEST(bad_input_names_column_and_row)
{
    c12_bom b = humanoid();
    c12_mem s = scratch_for(N);
    int32_t level[N], bad_child[9], ppm[9] = { 0 }, from[9] = { 0 }, to[9];
    int64_t bad_num[9], bad_den[9], bad_off[N + 1], demand[N] = { 0 }, gross[N];
    char text[512];
    c12_error e = C12_INIT(c12_error);
    e.text = text;
    e.text_cap = sizeof text;
    memcpy(bad_child, child, sizeof child);
    memcpy(bad_num, num, sizeof num);
    for (int i = 0; i < 9; i++) { bad_den[i] = 1; to[i] = 5; }
    bad_child[4] = N;
    b.line_child = bad_child;
    bad_num[7] = 0;
    b.line_num = bad_num;
    ck_assert_int_eq(c12_bom_levels(&b, level, NULL, s, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "line_child");
    ck_assert_int_eq(e.row, 4);
    ck_assert_int_eq(e.count, 2); /* both faults are listed */
    ck_assert_ptr_nonnull(strstr(text, "line_num[7] = 0"));
    b = humanoid();
    b.line_den = bad_den;
    bad_den[2] = -1;
    ck_assert_int_eq(c12_bom_levels(&b, level, NULL, s, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "line_den");
    b = humanoid();
    b.line_scrap_ppm = ppm;
    ppm[1] = 1000000;
    ck_assert_int_eq(c12_bom_levels(&b, level, NULL, s, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "line_scrap_ppm");
    b = humanoid();
    b.line_from = from;
    b.line_to = to;
    from[3] = 5;
    ck_assert_int_eq(c12_bom_levels(&b, level, NULL, s, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "line_to");
    b = humanoid();
    memcpy(bad_off, off, sizeof off);
    bad_off[2] = 1;
    b.line_off = bad_off;
    ck_assert_int_eq(c12_bom_levels(&b, level, NULL, s, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "line_off");
    b = humanoid();
    demand[6] = -1;
    ck_assert_int_eq(c12_bom_explode(&b, demand, NULL, gross, s, &e), C12_E_RANGE);
    ck_assert_int_eq(e.row, 6);
    c12_mem small = { s.ptr, 64 };
    ck_assert_int_eq(c12_bom_levels(&b, level, NULL, small, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, (int64_t)s.size);
    ck_assert_int_eq(c12_bom_levels(NULL, level, NULL, s, &e), C12_E_ARG);
    c12_bom_options o = C12_INIT(c12_bom_options);
    o.scrap = 9;
    ck_assert_int_eq(c12_bom_explode(&b, demand, &o, gross, s, &e), C12_E_ARG);
    ck_assert_uint_eq(c12_bom_scratch(-1), 0);
    free(s.ptr);
}
END_TEST

/* 26 items, each uses all below: 2^24 paths from top to bottom, 325 lines. */
START_TEST(dense_dag_costs_its_lines)
{
    enum { D = 26 };
    int64_t o[D + 1], n[D * D];
    int32_t c[D * D], level[D];
    int64_t e = 0, demand[D] = { 1 }, gross[D];
    for (int i = 0; i < D; i++) {
        o[i] = e;
        for (int j = i + 1; j < D; j++) { c[e] = j; n[e++] = 1; }
    }
    o[D] = e;
    c12_bom b = C12_INIT(c12_bom);
    b.n_items = D;
    b.line_off = o;
    b.line_child = c;
    b.line_num = n;
    c12_mem s = scratch_for(D);
    ck_assert_int_eq(c12_bom_levels(&b, level, NULL, s, NULL), C12_OK);
    ck_assert_int_eq(level[D - 1], D - 1);
    ck_assert_int_eq(c12_bom_explode(&b, demand, NULL, gross, s, NULL), C12_OK);
    for (int i = 1; i < D; i++) ck_assert_int_eq(gross[i], (int64_t)1 << (i - 1));
    free(s.ptr);
}
END_TEST

/* Random acyclic graphs: the checkers accept what the calls say, and refuse it with one number changed. */
START_TEST(random_graphs_satisfy_the_checkers)
{
    enum { R = 60, L = 240 };
    c12_mem s = scratch_for(R);
    for (uint64_t seed = 0; seed < 200; seed++) {
        c12__rng g = c12__rng_from(seed, 9);
        int64_t o[R + 1] = { 0 }, n[L], d[L], own[R], unit[R];
        int32_t c[L], ppm[L], from[L], to[L], level[R], order[R], e = 0, name[R];
        for (int i = 0; i < R; i++) name[i] = i;
        for (int i = R - 1; i > 0; i--) { int j = (int)c12__rng_below(&g, (uint64_t)i + 1), t = name[i]; name[i] = name[j]; name[j] = t; }
        for (int i = 0; i < R; i++) { /* name[] decides who is above whom, rows say nothing */
            for (int k = 0; k < 4 && e < L; k++) {
                int j = (int)c12__rng_below(&g, R);
                if (name[j] <= name[i]) continue;
                c[e] = j;
                n[e] = c12__rng_range(&g, 1, 9);
                d[e] = c12__rng_range(&g, 1, 12);
                from[e] = (int32_t)c12__rng_range(&g, 0, 6);
                to[e] = from[e] + (int32_t)c12__rng_range(&g, 1, 6);
                ppm[e++] = (int32_t)c12__rng_range(&g, 0, 60000);
            }
            o[i + 1] = e;
            own[i] = c12__rng_range(&g, -5000, 1000000000);
        }
        c12_bom b = C12_INIT(c12_bom);
        b.n_items = R;
        b.line_off = o;
        b.line_child = c;
        b.line_num = n;
        b.line_den = d;
        b.line_scrap_ppm = ppm;
        c12_verdict v = C12_INIT(c12_verdict);
        ck_assert_int_eq(c12_bom_levels(&b, level, order, s, NULL), C12_OK);
        ck_assert_int_eq(c12_bom_check(&b, level, order, &v, s, NULL), C12_OK);
        ck_assert_msg(!v.violations, "%s", v.rule);
        level[seed % R]++;
        ck_assert_int_eq(c12_bom_check(&b, level, order, &v, s, NULL), C12_OK);
        ck_assert_int_gt(v.violations, 0);
        c12_bom_options how = C12_INIT(c12_bom_options);
        how.bucket = (int32_t)(seed % 8);
        how.scrap = (int32_t)(seed / 8 % 2);
        b.line_from = from;
        b.line_to = to;
        ck_assert_int_eq(c12_bom_rollup(&b, own, &how, unit, s, NULL), C12_OK);
        ck_assert_int_eq(c12_bom_check_rollup(&b, own, &how, unit, &v, NULL), C12_OK);
        ck_assert_msg(!v.violations, "%s at %d", v.rule, (int)v.row);
        for (int by = -1; by <= 1; by += 2) { /* a micro more or less is wrong, except for two halves that lie just between */
            unit[(seed * 7) % R] += 2 * by;
            ck_assert_int_eq(c12_bom_check_rollup(&b, own, &how, unit, &v, NULL), C12_OK);
            ck_assert_int_gt(v.violations, 0);
            unit[(seed * 7) % R] -= 2 * by;
        }
    }
    free(s.ptr);
}
END_TEST

/* Without scrap and fractions a quantity over all paths is what one ancestor explodes to; who explodes to none is no ancestor. */
START_TEST(where_used_is_explosion_backwards)
{
    enum { R = 24, L = 96 };
    c12_mem s = scratch_for(R);
    for (uint64_t seed = 0; seed < 60; seed++) {
        c12__rng g = c12__rng_from(seed, 11);
        int64_t o[R + 1] = { 0 }, n[L], demand[R], gross[R], u_num[R], u_den[R];
        int32_t c[L], e = 0, ancestor[R], near[R], far[R];
        for (int i = 0; i < R; i++) {
            for (int k = 0; k < 4 && i + 1 < R; k++, e++) {
                c[e] = i + 1 + (int32_t)c12__rng_below(&g, (uint64_t)(R - i - 1));
                n[e] = c12__rng_range(&g, 1, 3);
            }
            o[i + 1] = e;
        }
        c12_bom b = C12_INIT(c12_bom);
        c12_bom_uses u = C12_INIT(c12_bom_uses);
        b.n_items = R; b.line_off = o; b.line_child = c; b.line_num = n;
        u.cap = R; u.item = ancestor; u.level_short = near; u.level_long = far; u.qty_num = u_num; u.qty_den = u_den;
        int32_t item = (int32_t)(seed % R);
        ck_assert_int_eq(c12_bom_where_used(&b, item, 0, &u, s, NULL), C12_OK);
        for (int a = 0; a < R; a++) {
            memset(demand, 0, sizeof demand);
            demand[a] = 1;
            ck_assert_int_eq(c12_bom_explode(&b, demand, NULL, gross, s, NULL), C12_OK);
            int64_t want = a == item ? 0 : gross[item], got = 0;
            for (int k = 0; k < u.count; k++)
                if (ancestor[k] == a) { got = u_num[k]; ck_assert(u_den[k] == 1 && near[k] >= 1 && near[k] <= far[k]); }
            ck_assert_int_eq(got, want);
        }
    }
    free(s.ptr);
}
END_TEST

/* 0 takes 1 and 2, both take 3, by ratios that are not in lowest terms: 6/4 * 2/6 + 10/4 * 3/9 = 1/2 + 5/6 = 4/3. */
START_TEST(where_used_reduces_its_ratios)
{
    int64_t o[] = { 0, 2, 3, 4, 4 }, n[] = { 6, 10, 2, 3 }, d[] = { 4, 4, 6, 9 }, u_num[4], u_den[4];
    int32_t c[] = { 1, 2, 3, 3 }, item[4], near[4], far[4];
    c12_bom b = C12_INIT(c12_bom);
    c12_bom_uses u = C12_INIT(c12_bom_uses);
    c12_error e = C12_INIT(c12_error);
    c12_mem s = scratch_for(4);
    b.n_items = 4; b.line_off = o; b.line_child = c; b.line_num = n; b.line_den = d;
    u.cap = 4; u.item = item; u.level_short = near; u.level_long = far; u.qty_num = u_num; u.qty_den = u_den;
    ck_assert_int_eq(c12_bom_where_used(&b, 3, 0, &u, s, &e), C12_OK);
    ck_assert_int_eq(u.count, 3);
    for (int k = 0; k < 3; k++) {
        ck_assert_int_eq(u_num[k], item[k] == 0 ? 4 : 1);
        ck_assert_int_eq(u_den[k], 3);
    }
    n[0] = n[1] = n[2] = n[3] = 1; /* two coprime denominators whose product passes 64 bits */
    d[0] = ((int64_t)1 << 61) - 1;
    d[1] = ((int64_t)1 << 61) - 3;
    d[2] = d[3] = 1;
    ck_assert_int_eq(c12_bom_where_used(&b, 3, 0, &u, s, &e), C12_E_OVERFLOW);
    ck_assert_int_eq(e.row, 0);
    n[0] = ((int64_t)1 << 62) + 1; /* sums whose cross products do */
    n[1] = 1;
    d[0] = 3;
    d[1] = 7;
    ck_assert_int_eq(c12_bom_where_used(&b, 3, 0, &u, s, &e), C12_E_OVERFLOW);
    n[0] = INT64_MAX;
    n[1] = 1;
    d[0] = d[1] = 1;
    ck_assert_int_eq(c12_bom_where_used(&b, 3, 0, &u, s, &e), C12_E_OVERFLOW);
    free(s.ptr);
}
END_TEST

/* Sums at the edge of 64 bits: named, never wrapped. */
START_TEST(ratios_overflow_by_name)
{
    int64_t o[] = { 0, 1, 2, 2 }, n[] = { INT64_MAX, 3 }, d[] = { 1, 2 }, own[] = { INT64_MAX, 0, 1 }, unit[3], u_num[3], u_den[3];
    int32_t c[] = { 1, 2 }, item[3], near[3], far[3];
    c12_bom b = C12_INIT(c12_bom);
    c12_bom_uses u = C12_INIT(c12_bom_uses);
    c12_error e = C12_INIT(c12_error);
    c12_mem s = scratch_for(3);
    b.n_items = 3; b.line_off = o; b.line_child = c; b.line_num = n; b.line_den = d;
    u.cap = 3; u.item = item; u.level_short = near; u.level_long = far; u.qty_num = u_num; u.qty_den = u_den;
    ck_assert_int_eq(c12_bom_where_used(&b, 2, 0, &u, s, &e), C12_E_OVERFLOW);
    ck_assert_int_eq(e.row, 0);
    ck_assert_int_eq(c12_bom_where_used(&b, 2, 1, &u, s, &e), C12_OK); /* direct parents only */
    ck_assert(u.count == 1 && item[0] == 1 && u_num[0] == 3 && u_den[0] == 2);
    ck_assert_int_eq(c12_bom_rollup(&b, own, NULL, unit, s, &e), C12_E_OVERFLOW);
    ck_assert_int_eq(e.row, 0);
    free(s.ptr);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("bom");
    TCase *t = tcase_create("all");
    tcase_add_test(t, where_used_is_explosion_backwards);
    tcase_add_test(t, where_used_reduces_its_ratios);
    tcase_add_test(t, ratios_overflow_by_name);
    tcase_add_test(t, levels_by_hand);
    tcase_add_test(t, explosion_and_rollup_by_hand);
    tcase_add_test(t, rollup_is_exact_with_thirds_and_scrap);
    tcase_add_test(t, where_used_sums_paths_exactly);
    tcase_add_test(t, cycle_is_named_item_by_item);
    tcase_add_test(t, overflow_is_named_and_nothing_is_written);
    tcase_add_test(t, bad_input_names_column_and_row);
    tcase_add_test(t, dense_dag_costs_its_lines);
    tcase_add_test(t, random_graphs_satisfy_the_checkers);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
