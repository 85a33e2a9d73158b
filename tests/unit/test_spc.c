/* SPDX-License-Identifier: Apache-2.0 */
/* Charts of textbooks, and random ones that maker and checker see alike. */
#include "c12/spc.h"
#include "base/num.h"
#include "base/rng.h"
#include "rounds.h"
#include <check.h>
#include <string.h>

enum { MOST = 64, SIGNALS = 400 };

typedef struct sheet {
    c12_spc_data d;
    c12_spc_chart c;
    int64_t x[MOST * 25], count[MOST], units[MOST], value[MOST], centre[MOST], reach[MOST], spread[MOST], point[SIGNALS];
    int32_t chart[SIGNALS], rule[SIGNALS], side[SIGNALS];
    uint32_t points[SIGNALS], fired[MOST];
    uint8_t exclude[MOST];
} sheet;

static sheet *blank(sheet *s, int32_t kind, int64_t n, int32_t size)
{
    memset(s, 0, sizeof *s);
    s->d = (c12_spc_data)C12_INIT(c12_spc_data);
    s->d.kind = kind;
    s->d.n = n;
    s->d.size = size;
    if (kind <= C12_SPC_I_MR) s->d.x = s->x;
    else s->d.count = s->count;
    if (kind > C12_SPC_I_MR && kind != C12_SPC_C) s->d.units = s->units;
    s->c = (c12_spc_chart)C12_INIT(c12_spc_chart);
    s->c.value = s->value; s->c.centre = s->centre; s->c.reach = s->reach; s->c.spread = kind <= C12_SPC_I_MR ? s->spread : NULL;
    s->c.fired = s->fired;
    s->c.signal_cap = SIGNALS;
    s->c.signal_point = s->point; s->c.signal_chart = s->chart; s->c.signal_rule = s->rule; s->c.signal_side = s->side; s->c.signal_points = s->points;
    return s;
}

static int violations(const sheet *s)
{
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_spc_check(&s->d, &s->c, &v, NULL), C12_OK);
    return v.violations;
}

static void draw_up(sheet *s)
{
    c12_error e = C12_INIT(c12_error);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status st = c12_spc_make(&s->d, &s->c, &e);
    if (st) ck_abort_msg("%s %s[%d]", e.what, e.field, (int)e.row);
    ck_assert_int_eq(c12_spc_check(&s->d, &s->c, &v, NULL), C12_OK);
    if (v.violations) ck_abort_msg("%s: %s[%d]", v.rule, v.field, (int)v.row);
    ck_assert_int_eq(v.objective, s->c.signals);
}

static void near(int64_t got, double want, double within)
{
    double gap = (double)got - want;
    if (gap > within || gap < -within) ck_abort_msg("%lld, not %f", (long long)got, want);
}

/* Printed factors: d2 d3 c4 A2 A3 D3 D4 B3 B4, Montgomery appendix VI. */
START_TEST(factors_as_printed)
{
    static const struct { int n; double f[9]; } printed[] = {
        { 2, { 1.128, .853, .7979, 1.880, 2.659, 0, 3.267, 0, 3.267 } }, { 3, { 1.693, .888, .8862, 1.023, 1.954, 0, 2.575, 0, 2.568 } },
        { 5, { 2.326, .864, .9400, .577, 1.427, 0, 2.115, 0, 2.089 } }, { 6, { 2.534, .848, .9515, .483, 1.287, 0, 2.004, .030, 1.970 } },
        { 7, { 2.704, .833, .9594, .419, 1.182, .076, 1.924, .118, 1.882 } }, { 10, { 3.078, .797, .9727, .308, .975, .223, 1.777, .284, 1.716 } },
        { 11, { 3.173, .787, .9754, .285, .927, .256, 1.744, .321, 1.679 } }, { 15, { 3.472, .756, .9823, .223, .789, .347, 1.653, .428, 1.572 } },
        { 20, { 3.735, .729, .9869, .180, .680, .415, 1.585, .510, 1.490 } }, { 25, { 3.931, .708, .9896, .153, .606, .459, 1.541, .565, 1.435 } } };
    for (size_t k = 0; k < sizeof printed / sizeof *printed; k++) {
        c12_spc_factors f = C12_INIT(c12_spc_factors);
        ck_assert_int_eq(c12_spc_factor(printed[k].n, &f, NULL), C12_OK);
        const int64_t got[9] = { f.d2, f.d3, f.c4, f.a2, f.a3, f.lower_r, f.upper_r, f.lower_s, f.upper_s };
        for (int i = 0; i < 9; i++) near(got[i], printed[k].f[i] * 1e9, .8e6);
    }
    c12_spc_factors f = C12_INIT(c12_spc_factors);
    ck_assert_int_eq(c12_spc_factor(1, &f, NULL), C12_E_RANGE);
    ck_assert_int_eq(c12_spc_factor(26, &f, NULL), C12_E_RANGE);
    ck_assert_int_eq(c12_spc_factor(2, &f, NULL), C12_OK);
    near(f.d2, 1.1283791670955126e9, 1); /* 2 / sqrt(pi) */
    near(f.d3, .8525024664274217e9, 1);  /* sqrt(2 - 4 / pi) */
}
END_TEST

/* Inside diameters of piston rings in um over 74 mm: Montgomery, table 6.3. */
static const int piston[25][5] = { { 30, 2, 19, -8, 8 }, { -5, -8, 1, 11, 4 }, { -12, 24, 21, 5, 2 }, { 2, -4, -7, 15, 9 }, { -8, 7, 15, -11, 14 }, { 9, -6, -3, -15, -7 },
    { -5, 6, -6, 0, 5 }, { -15, 3, -7, 15, -12 }, { 8, -5, 9, 5, 4 }, { -2, 0, -10, 7, -5 }, { -6, -2, -6, -5, -10 }, { 4, 0, 7, 0, -4 }, { -17, 2, -2, -3, 12 }, { 6, -33, -6, 0, -16 },
    { 12, 14, -2, -1, 7 }, { 0, -16, 5, -2, -4 }, { -6, 12, -14, 5, 7 }, { 6, 10, 18, 3, 0 }, { -16, 2, 3, 5, -3 }, { 0, 10, 13, 20, 3 }, { -18, 1, 15, 5, -4 }, { 4, -1, -10, 6, 9 },
    { 10, -11, -10, 9, 14 }, { 15, 8, -7, 0, 10 }, { -18, -16, -5, 17, 13 } };

static void rings(sheet *s, int32_t kind)
{
    blank(s, kind, 25, 5);
    for (int i = 0; i < 25; i++) for (int k = 0; k < 5; k++) s->x[5 * i + k] = 74000 + piston[i][k];
}

START_TEST(piston_rings)
{
    static sheet s;
    rings(&s, C12_SPC_XBAR_R);
    draw_up(&s);
    ck_assert_int_eq(s.centre[0], INT64_C(74001176000));  /* 74.001176 mm */
    ck_assert_int_eq(s.c.spread_centre, 23240000);          /* .02324: 581 / 25 */
    near(s.centre[0] + s.reach[0], 74014.58e6, .01e6);    /* .577 x .02324 above */
    near(s.c.spread_centre + s.c.spread_reach, 49.14e6, .01e6);
    ck_assert_int_eq(s.value[0], INT64_C(74010200000));
    ck_assert_int_eq(s.spread[0], 38000000);
    ck_assert_int_eq(s.c.signals, 0);
    rings(&s, C12_SPC_XBAR_S);
    draw_up(&s);
    near(s.spread[0], 14.8e6, .06e6); /* .0148, .0075, .0147 in the table */
    near(s.spread[1], 7.5e6, .06e6);
    near(s.spread[2], 14.7e6, .06e6);
    near(s.c.spread_centre, 9.4e6, .05e6);
    near(s.centre[0] + s.reach[0], 74014e6, 1e6); /* 74.014 */
    near(s.c.spread_centre + s.c.spread_reach, 19.6e6, .1e6); /* .0196 */
}
END_TEST

/* Viscosity of paint in 1/100, Montgomery 4th ed., example 5-5: mean 33.52, mean moving range .48, limits 34.80 and 32.24, moving range up to 1.57. */
START_TEST(single_measurements)
{
    static const int visc[15] = { 3375, 3305, 3400, 3381, 3346, 3402, 3368, 3327, 3349, 3320, 3362, 3300, 3354, 3312, 3384 };
    static sheet s;
    blank(&s, C12_SPC_I_MR, 15, 1);
    for (int i = 0; i < 15; i++) s.x[i] = visc[i];
    draw_up(&s);
    near(s.centre[0], 3352e6, 1e6);
    near(s.c.spread_centre, 48e6, .5e6);
    near(s.centre[0] + s.reach[0], 3480e6, 1e6);
    near(s.centre[0] - s.reach[0], 3224e6, 1e6);
    near(s.c.spread_centre + s.c.spread_reach, 157e6, 1e6);
    ck_assert_int_eq(s.spread[0], -1);
    ck_assert_int_eq(s.spread[1], 70000000);
    ck_assert_int_eq(s.c.signals, 0);
}
END_TEST

/* Orange juice cans, 30 samples of 50: 347 bad, .2313, limits .0524 and .4102, samples 15 and 23 beyond (Montgomery, example 7.1); without them .2150, .0407 and .3893. */
static const int cans[30] = { 12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6 };

START_TEST(shares)
{
    static sheet s;
    blank(&s, C12_SPC_P, 30, 0);
    s.d.rules = C12_SPC_BEYOND;
    for (int i = 0; i < 30; i++) { s.count[i] = cans[i]; s.units[i] = 50; }
    draw_up(&s);
    near(s.centre[3], .2313e9, .0001e9);
    near(s.centre[3] + s.reach[3], .4102e9, .0001e9);
    near(s.centre[3] - s.reach[3], .0524e9, .0001e9);
    ck_assert_int_eq(s.c.signals, 2);
    ck_assert_int_eq(s.point[0], 14);
    ck_assert_int_eq(s.point[1], 22);
    s.d.exclude = s.exclude;
    s.exclude[14] = s.exclude[22] = 1;
    draw_up(&s);
    near(s.centre[3], .2150e9, .0001e9);
    near(s.centre[3] + s.reach[3], .3893e9, .0001e9);
    ck_assert_int_eq(s.c.signals, 3); /* now sample 21, .40, as well */
    ck_assert_int_eq(s.point[1], 20);
    blank(&s, C12_SPC_NP, 30, 0);
    s.d.rules = C12_SPC_BEYOND;
    for (int i = 0; i < 30; i++) { s.count[i] = cans[i]; s.units[i] = 50; }
    draw_up(&s);
    near(s.centre[0], 11.567e6, .001e6);
    near(s.centre[0] + s.reach[0], 20.51e6, .01e6);
    ck_assert_int_eq(s.c.signals, 2);
    s.units[4] = 51;
    ck_assert_int_eq(c12_spc_make(&s.d, &s.c, NULL), C12_E_RANGE);
}
END_TEST

/* Printed circuit boards, Montgomery, example 7.3: 516 nonconformities in 26 samples of 100; 19.85, limits 33.22 and 6.48; samples 6 and 20 beyond.  As u: .1985. */
START_TEST(nonconformities)
{
    static const int boards[26] = { 21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15 };
    static sheet s;
    for (int32_t kind = C12_SPC_C; kind <= C12_SPC_U; kind++) {
        double unit = kind == C12_SPC_C ? 1e6 : 1e7;
        blank(&s, kind, 26, 0);
        s.d.rules = C12_SPC_BEYOND;
        for (int i = 0; i < 26; i++) { s.count[i] = boards[i]; s.units[i] = 100; }
        draw_up(&s);
        near(s.centre[0], 19.85 * unit, .01 * unit);
        near(s.centre[0] + s.reach[0], 33.22 * unit, .01 * unit);
        near(s.centre[0] - s.reach[0], 6.48 * unit, .01 * unit);
        ck_assert_int_eq(s.c.signals, 2);
        ck_assert_int_eq(s.point[0], 5);
        ck_assert_int_eq(s.side[0], -1);
        ck_assert_int_eq(s.point[1], 19);
        ck_assert_int_eq(s.side[1], 1);
    }
}
END_TEST

/* Mean 10 and sigma 1, then 11 from the 21st on: Montgomery, table 9.1, in 1/100.  CUSUM with K = .5, H = 5 signals at 29 with 5.28, EWMA with lambda .1, L 2.7 at 29 with 10.6468. */
static const int64_t shifted[30] = { 945, 799, 929, 1166, 1216, 1018, 804, 1146, 920, 1034, 903, 1147, 1051, 940, 1008, 937, 1062, 1031, 852, 1084, 1090, 933, 1229, 1150, 1060, 1108,
    1038, 1162, 1131, 1052 };

START_TEST(small_shifts)
{
    c12_spc_cusum k = C12_INIT(c12_spc_cusum);
    c12_spc_ewma e = C12_INIT(c12_spc_ewma);
    int64_t high[30], low[30], x[30], z[30], reach[30];
    int8_t side[30];
    k.target = 1000; k.allowance = 50; k.interval = 500;
    ck_assert_int_eq(c12_spc_cusum_push(&k, 30, shifted, high, low, side, NULL), C12_OK);
    ck_assert_int_eq(low[0], 5);
    ck_assert_int_eq(low[1], 156);
    ck_assert_int_eq(high[3], 116);
    ck_assert_int_eq(high[28], 528);
    for (int i = 0; i < 30; i++) ck_assert_int_eq(side[i], i >= 28);
    ck_assert_int_eq(k.run_high, 8); /* since sample 23 */
    for (int i = 0; i < 30; i++) x[i] = shifted[i] * 10000;
    e.target = 10000000; e.sigma = 1000000; e.lambda_ppm = 100000; e.width_ppm = 2700000;
    ck_assert_int_eq(c12_spc_ewma_push(&e, 30, x, z, reach, side, NULL), C12_OK);
    ck_assert_int_eq(z[0], 9945000);
    ck_assert_int_eq(z[1], 9749500);
    ck_assert_int_eq(z[2], 9703550);
    near(reach[0], .27e6, .001e6);
    near(reach[1], .3632e6, .001e6);
    near(reach[29], .6194e6, .002e6); /* 2.7 sqrt(.1 / 1.9) in the end */
    int first = 0;
    while (!side[first]) first++;
    ck_assert_int_eq(first, 28);
    near(z[29], 10.6341e6, 60);
}
END_TEST

/* Streams at random before their checkers, and with one number changed. */
START_TEST(streams_and_their_checkers)
{
    enum { N = 300 };
    c12__rng g = c12__rng_from(3, 14);
    for (int round = 0; round < rounds(300); round++) {
        int64_t x[N], a[N], b[N], unit = 1 + (int64_t)c12__rng_below(&g, 1000000);
        int8_t side[N];
        c12_spc_ewma e = C12_INIT(c12_spc_ewma), e0;
        c12_spc_cusum k = C12_INIT(c12_spc_cusum), k0;
        c12_verdict v = C12_INIT(c12_verdict);
        for (int i = 0; i < N; i++) x[i] = (int64_t)c12__rng_below(&g, 8) * unit + (i / 60 % 2) * unit;
        e.target = k.target = 3 * unit; e.sigma = 2 * unit;
        e.lambda_ppm = (int32_t)c12__rng_below(&g, 1000001); e.width_ppm = (int32_t)c12__rng_below(&g, 4000000);
        k.allowance = (int64_t)c12__rng_below(&g, (uint64_t)(2 * unit)); k.interval = (int64_t)c12__rng_below(&g, (uint64_t)(10 * unit)); k.head_start = round & 1;
        e0 = e; k0 = k;
        int64_t i = (int64_t)c12__rng_below(&g, N);
        if (c12_spc_ewma_push(&e, N, x, a, b, side, NULL) || c12_spc_ewma_check(&e0, N, x, a, b, side, &v, NULL) || v.violations) ck_abort_msg("%s at %d", v.rule, (int)v.row);
        a[i]++;
        if (c12_spc_ewma_check(&e0, N, x, a, b, side, &v, NULL) || v.row != i) ck_abort_msg("a wrong average passed");
        const int64_t keep = b[i];
        a[i]--; b[i] += 3 + b[i] / 1000000;
        if (c12_spc_ewma_check(&e0, N, x, a, b, side, &v, NULL) || v.row != i) ck_abort_msg("a wrong limit passed");
        b[i] = keep; side[i] = side[i] > 0 ? 0 : 1;
        if (c12_spc_ewma_check(&e0, N, x, a, b, side, &v, NULL) || !v.violations) ck_abort_msg("a wrong side passed");
        if (c12_spc_cusum_push(&k, N, x, a, b, side, NULL) || c12_spc_cusum_check(&k0, N, x, a, b, side, &v, NULL) || v.violations) ck_abort_msg("%s at %d", v.rule, (int)v.row);
        int64_t *const cell[] = { &a[i], &b[i] };
        for (int q = 0; q < 2; q++) {
            ++*cell[q];
            if (c12_spc_cusum_check(&k0, N, x, a, b, side, &v, NULL) || v.row != i) ck_abort_msg("a wrong sum passed");
            --*cell[q];
        }
        side[i] ^= 1;
        if (c12_spc_cusum_check(&k0, N, x, a, b, side, &v, NULL) || v.row != i) ck_abort_msg("a wrong side passed");
        if (c12_spc_cusum_check(&k, N, x, a, b, side, &v, NULL) != C12_E_ARG) ck_abort_msg("a chart under way was judged");
    }
}
END_TEST

START_TEST(streams_in_pieces)
{
    c12__rng g = c12__rng_from(7, 1);
    int64_t x[500], z[2][500], r[2][500];
    uint32_t fired[2][500];
    int8_t side[2][500];
    for (int i = 0; i < 500; i++) x[i] = (int64_t)c12__rng_below(&g, 4000000) - 2000000;
    c12_spc_watch w[2] = { C12_INIT(c12_spc_watch), C12_INIT(c12_spc_watch) };
    c12_spc_ewma e[2] = { C12_INIT(c12_spc_ewma), C12_INIT(c12_spc_ewma) };
    c12_spc_cusum k[2] = { C12_INIT(c12_spc_cusum), C12_INIT(c12_spc_cusum) };
    for (int m = 0; m < 2; m++) {
        w[m].reach = 1500000;
        w[m].rules = 511;
        e[m].sigma = 500000;
        k[m].allowance = 300000; k[m].interval = 2000000; k[m].head_start = 1;
        for (int64_t i = 0, step; i < 500; i += step) {
            step = m ? c12__min64(1 + (int64_t)c12__rng_below(&g, 9), 500 - i) : 500;
            ck_assert_int_eq(c12_spc_push(&w[m], step, x + i, fired[m] + i, NULL), C12_OK);
            ck_assert_int_eq(c12_spc_ewma_push(&e[m], step, x + i, z[m] + i, r[m] + i, NULL, NULL), C12_OK);
            ck_assert_int_eq(c12_spc_cusum_push(&k[m], step, x + i, NULL, NULL, side[m] + i, NULL), C12_OK);
        }
    }
    ck_assert_mem_eq(fired[0], fired[1], sizeof fired[0]);
    ck_assert_mem_eq(z[0], z[1], sizeof z[0]);
    ck_assert_mem_eq(r[0], r[1], sizeof r[0]);
    ck_assert_mem_eq(side[0], side[1], sizeof side[0]);
    ck_assert_mem_eq(&w[0], &w[1], sizeof w[0]);
}
END_TEST

/* Each rule on the shortest run that fires it, at its last point and not before. */
START_TEST(rules_one_by_one)
{
    static const struct { int rule, n, v[15]; uint32_t points; int side; } runs[] = {
        { 1, 1, { 31 }, 1, 1 }, { 1, 1, { -31 }, 1, -1 }, { 2, 9, { 1, 2, 1, 3, 1, 1, 5, 1, 2 }, 0x1FF, 1 }, { 3, 6, { -5, -4, -2, 1, 3, 4 }, 0x3F, 1 }, { 3, 6, { 5, 4, 3, 2, 1, -9 }, 0x3F, -1 },
        { 4, 14, { 1, -1, 2, -1, 1, -2, 3, 1, 2, -1, 1, -1, 1, -1 }, 0x3FFF, 0 }, { 5, 3, { 21, 0, 25 }, 5, 1 }, { 5, 2, { -21, -25 }, 3, -1 }, { 6, 5, { 11, 12, -1, 12, 11 }, 0x1B, 1 },
        { 7, 15, { 1, -1, 10, -10, 0, 0, 1, 2, 3, -5, -4, 3, 2, 1, 0 }, 0x7FFF, 0 }, { 8, 8, { 11, -11, 12, 30, -29, -12, 11, 11 }, 0xFF, 0 }, { 9, 8, { -1, -2, -1, -3, -1, -1, -5, -1 }, 0xFF, -1 } };
    for (size_t k = 0; k < sizeof runs / sizeof *runs; k++) {
        c12_spc_watch w = C12_INIT(c12_spc_watch);
        w.reach = 30;
        w.rules = 1u << (runs[k].rule - 1);
        for (int i = 0; i < runs[k].n; i++) {
            int64_t v = runs[k].v[i];
            uint32_t fired, points;
            int32_t side;
            ck_assert_int_eq(c12_spc_push(&w, 1, &v, &fired, NULL), C12_OK);
            ck_assert_msg(!fired == (i + 1 < runs[k].n), "rule %d, point %d", runs[k].rule, i);
            ck_assert_int_eq(c12_spc_pattern(&w, runs[k].rule, &points, &side, NULL), C12_OK);
            ck_assert_uint_eq(points, fired ? runs[k].points : 0);
            ck_assert_int_eq(side, fired ? runs[k].side : 0);
        }
    }
    c12_spc_watch w = C12_INIT(c12_spc_watch);
    int64_t on[9] = { 1, 1, 1, 1, 0, 1, 1, 1, 1 }; /* a point on the centre line ends the run; one on a limit is not beyond it */
    uint32_t fired[9];
    w.reach = 30;
    w.rules = C12_SPC_NINE | C12_SPC_EIGHT | C12_SPC_BEYOND;
    ck_assert_int_eq(c12_spc_push(&w, 9, on, fired, NULL), C12_OK);
    ck_assert_uint_eq(fired[8], 0);
    on[0] = 30;
    ck_assert_int_eq(c12_spc_push(&w, 1, on, fired, NULL), C12_OK);
    ck_assert_uint_eq(fired[0], 0);
}
END_TEST

static void roll(sheet *s, c12__rng *g)
{
    int32_t kind = 1 + (int32_t)c12__rng_below(g, 7), size = kind > C12_SPC_I_MR ? 0 : kind == C12_SPC_I_MR ? 1 : 2 + (int32_t)c12__rng_below(g, 24);
    blank(s, kind, 2 + (int64_t)c12__rng_below(g, MOST - 1), size);
    uint64_t wide = (uint64_t)1 << (1 + c12__rng_below(g, 28));
    int64_t base = (int64_t)c12__rng_below(g, 1 << 20) - (1 << 19), units = 1 + (int64_t)c12__rng_below(g, 5000);
    for (int64_t i = 0; i < s->d.n * (size ? size : 1); i++) s->x[i] = base + (int64_t)c12__rng_below(g, wide) * (c12__rng_below(g, 9) ? 1 : 3) + (i / 8 % 3) * (int64_t)(wide / 4);
    for (int64_t i = 0; i < s->d.n; i++) {
        s->units[i] = kind == C12_SPC_NP ? units : 1 + (int64_t)c12__rng_below(g, 5000);
        s->count[i] = (int64_t)c12__rng_below(g, (uint64_t)(kind == C12_SPC_C ? 60 : s->units[i] / 3 + 1));
        s->exclude[i] = i > 1 && !c12__rng_below(g, 10);
    }
    s->d.exclude = s->exclude;
    s->d.rules = 1 + (uint32_t)c12__rng_below(g, 511);
    s->d.spread_rules = (uint32_t)c12__rng_below(g, 512);
}

START_TEST(random_charts_pass_the_checker)
{
    static sheet s;
    c12__rng g = c12__rng_from(5, 9);
    for (int round = 0; round < rounds(3000); round++) {
        roll(&s, &g);
        draw_up(&s);
    }
}
END_TEST

/* Whatever number of a chart is changed, the checker sees it. */
START_TEST(wrong_charts_are_refused)
{
    static sheet s;
    c12__rng g = c12__rng_from(6, 9);
    for (int round = 0; round < rounds(300); round++) {
        roll(&s, &g);
        draw_up(&s);
        int64_t i = (int64_t)c12__rng_below(&g, (uint64_t)s.d.n), far = c12__rng_below(&g, 2) ? 1 : -1, at = s.c.signals ? (int64_t)c12__rng_below(&g, (uint64_t)s.c.signals) : 0;
        int64_t *const wide[] = { &s.value[i], &s.centre[i], &s.reach[i], &s.c.scale, &s.c.signals, &s.spread[i], &s.c.spread_centre, &s.c.spread_reach };
        for (int k = 0; k < (s.c.spread ? 8 : 5); k++) {
            *wide[k] += far;
            if (!violations(&s)) ck_abort_msg("column %d of kind %d", k, s.d.kind);
            *wide[k] -= far;
        }
        s.fired[i] ^= 1; ck_assert(violations(&s)); s.fired[i] ^= 1;
        if (!s.c.signals || s.c.signals > SIGNALS) continue;
        s.point[at]++; ck_assert(violations(&s)); s.point[at]--;
        s.rule[at]++; ck_assert(violations(&s)); s.rule[at]--;
        s.chart[at] ^= 1; ck_assert(violations(&s)); s.chart[at] ^= 1;
        s.side[at] += 3; ck_assert(violations(&s)); s.side[at] -= 3;
        s.points[at] ^= 2; ck_assert(violations(&s)); s.points[at] ^= 2;
        ck_assert(!violations(&s));
    }
}
END_TEST

/* Means of every size of subgroup, at the ends of what a measurement may be and in between, as division has them. */
START_TEST(means_of_every_size)
{
    const int64_t most = INT64_C(1) << 40;
    c12__rng g = c12__rng_from(12, 3);
    for (int32_t n = 2; n <= C12_SPC_MOST_SIZE; n++)
        for (int round = 0; round < rounds(2000); round++) {
            int64_t x[C12_SPC_MOST_SIZE], sum = 0, mean, range;
            for (int32_t k = 0; k < n; k++) {
                const int64_t drawn = (int64_t)c12__rng_below(&g, round % 3 < 2 ? 5 : (uint64_t)(2 * most + 1));
                x[k] = round % 3 == 0 ? drawn - 2 : round % 3 == 1 ? most - drawn : drawn - most;
                if (round % 3 == 1 && round % 2) x[k] = -x[k];
                sum += x[k];
            }
            const int64_t whole = sum / n, rest = sum % n * C12_SPC_SCALE; /* both towards 0 */
            int64_t part = rest / n, left = 2 * (rest % n < 0 ? -(rest % n) : rest % n);
            if (left > n || (left == n && part % 2)) part += sum < 0 ? -1 : 1;
            ck_assert_int_eq(c12_spc_group(C12_SPC_XBAR_R, n, x, &mean, &range, NULL), C12_OK);
            ck_assert_int_eq(mean, whole * C12_SPC_SCALE + part);
        }
    int64_t far[2] = { most + 1, 0 }, mean, range;
    ck_assert_int_eq(c12_spc_group(C12_SPC_XBAR_R, 2, far, &mean, &range, NULL), C12_E_RANGE);
    ck_assert_int_eq(c12_spc_group(C12_SPC_XBAR_S, 2, NULL, &mean, &range, NULL), C12_E_ARG);
}
END_TEST

START_TEST(groups_are_points)
{
    static sheet s;
    rings(&s, C12_SPC_XBAR_S);
    draw_up(&s);
    int64_t value, spread;
    for (int i = 0; i < 25; i++) {
        ck_assert_int_eq(c12_spc_group(C12_SPC_XBAR_S, 5, s.x + 5 * i, &value, &spread, NULL), C12_OK);
        ck_assert_int_eq(value, s.value[i]);
        ck_assert_int_eq(spread, s.spread[i]);
    }
    ck_assert_int_eq(c12_spc_group(C12_SPC_I_MR, 1, s.x, &value, &spread, NULL), C12_E_RANGE);
    ck_assert_int_eq(c12_spc_group(C12_SPC_XBAR_R, 1, s.x, &value, &spread, NULL), C12_E_RANGE);
}
END_TEST

START_TEST(bad_charts_are_named)
{
    static sheet s;
    c12_error e = C12_INIT(c12_error);
    rings(&s, C12_SPC_XBAR_R);
    s.x[7] = INT64_MAX;
    s.value[0] = -77;
    ck_assert_int_eq(c12_spc_make(&s.d, &s.c, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "x");
    ck_assert_int_eq(e.row, 7);
    ck_assert_int_eq(s.value[0], -77);
    rings(&s, C12_SPC_XBAR_R);
    s.d.size = 26;
    ck_assert_int_eq(c12_spc_make(&s.d, &s.c, &e), C12_E_RANGE);
    s.d.size = 5; s.d.kind = 8;
    ck_assert_int_eq(c12_spc_make(&s.d, &s.c, &e), C12_E_RANGE);
    s.d.kind = C12_SPC_XBAR_R; s.d.rules = 512;
    ck_assert_int_eq(c12_spc_make(&s.d, &s.c, &e), C12_E_RANGE);
    s.d.rules = 0;
    memset(s.exclude, 1, sizeof s.exclude);
    s.d.exclude = s.exclude;
    ck_assert_int_eq(c12_spc_make(&s.d, &s.c, &e), C12_E_ARG);
    s.d.exclude = NULL; s.c.signal_cap = 1; s.c.signal_side = NULL;
    ck_assert_int_eq(c12_spc_make(&s.d, &s.c, &e), C12_E_ARG);
    ck_assert_int_eq(c12_spc_make(NULL, &s.c, &e), C12_E_ARG);
    c12_spc_watch w = C12_INIT(c12_spc_watch);
    int64_t v[2] = { 0, INT64_MIN };
    uint32_t fired[2];
    ck_assert_int_eq(c12_spc_push(&w, 2, v, fired, &e), C12_E_RANGE);
    ck_assert_int_eq(e.row, 1);
    ck_assert_int_eq(w.count, 0);
    w.reach = -1;
    ck_assert_int_eq(c12_spc_push(&w, 1, v, fired, &e), C12_E_RANGE);
}
END_TEST

/* Means of largest measurements and spreads near the edge: right or refused, never wrapped. */
START_TEST(edges)
{
    static sheet s;
    const int64_t most = INT64_C(1) << 40;
    for (int32_t kind = C12_SPC_XBAR_R; kind <= C12_SPC_I_MR; kind++) {
        blank(&s, kind, 4, kind == C12_SPC_I_MR ? 1 : 25);
        for (int i = 0; i < 100; i++) s.x[i] = i % 2 ? most : -most;
        c12_status st = c12_spc_make(&s.d, &s.c, NULL);
        ck_assert_msg(st == C12_E_OVERFLOW || (!st && !violations(&s)), "kind %d: %d", kind, (int)st);
        for (int i = 0; i < 100; i++) s.x[i] = most;
        draw_up(&s);
        ck_assert_int_eq(s.centre[0], most * 1000000);
        ck_assert_int_eq(s.reach[0], 0);
    }
    blank(&s, C12_SPC_P, 2, 0);
    s.units[0] = s.units[1] = 1 << 29;
    s.count[0] = 1; s.count[1] = 1 << 28;
    draw_up(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("spc");
    TCase *t = tcase_create("charts");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, factors_as_printed);
    tcase_add_test(t, piston_rings);
    tcase_add_test(t, single_measurements);
    tcase_add_test(t, shares);
    tcase_add_test(t, nonconformities);
    tcase_add_test(t, small_shifts);
    tcase_add_test(t, streams_and_their_checkers);
    tcase_add_test(t, streams_in_pieces);
    tcase_add_test(t, rules_one_by_one);
    tcase_add_test(t, random_charts_pass_the_checker);
    tcase_add_test(t, wrong_charts_are_refused);
    tcase_add_test(t, means_of_every_size);
    tcase_add_test(t, groups_are_points);
    tcase_add_test(t, bad_charts_are_named);
    tcase_add_test(t, edges);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
