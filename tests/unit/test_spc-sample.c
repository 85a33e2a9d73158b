/* SPDX-License-Identifier: Apache-2.0 */
/* Capability, Pareto, sampling plans and switching rules. */
#include "c12/spc.h"
#include "base/rng.h"
#include "rounds.h"
#include <check.h>
#include <string.h>

static void close_to(double got, double want, double within) { ck_assert_msg(got - want < within && want - got < within, "%f, not %f", got, want); }

/* USL 20, LSL 8, mean 16, sigma 2: Cp 1, Cpk .6667, upper .6667, lower 1.3333 (NIST/SEMATECH 6.1.6); five values of that mean and deviation. */
START_TEST(capability_of_the_handbook)
{
    const int64_t x[5] = { 14, 14, 18, 18, 16 };
    c12_spc_data d = C12_INIT(c12_spc_data);
    c12_spc_spec p = C12_INIT(c12_spc_spec);
    c12_spc_ability a = C12_INIT(c12_spc_ability);
    d.kind = C12_SPC_I_MR; d.n = 5; d.x = x;
    p.sides = 3; p.lower = 8; p.upper = 20;
    ck_assert_int_eq(c12_spc_capability(&d, &p, &a, NULL), C12_OK);
    close_to(a.mean, 16, 1e-12);
    close_to(a.sigma_overall, 2, 1e-12);
    close_to(a.pp, 1, 1e-9);
    close_to(a.ppu, .6666667, 1e-6);
    close_to(a.ppl, 1.3333333, 1e-6);
    close_to(a.ppk, .6666667, 1e-6);
    close_to(a.sigma_within, (0 + 4 + 0 + 2) / 4.0 / 1.128379167, 1e-8);
    p.sides = 2;
    ck_assert_int_eq(c12_spc_capability(&d, &p, &a, NULL), C12_OK);
    close_to(a.ppk, .6666667, 1e-6);
    close_to(a.pp, 0, 1e-12);
    close_to(a.ppl, 0, 1e-12);
    /* without the fourth: mean 15.5, moving ranges 0 and 4; the one of the last two goes with it */
    const uint8_t exclude[5] = { 0, 0, 0, 1, 0 };
    d.exclude = exclude;
    ck_assert_int_eq(c12_spc_capability(&d, &p, &a, NULL), C12_OK);
    ck_assert_int_eq(a.values, 4);
    close_to(a.mean, 15.5, 1e-12);
    close_to(a.sigma_within, 2 / 1.128379167, 1e-8);
    d.exclude = NULL;
    p.sides = 0;
    ck_assert_int_eq(c12_spc_capability(&d, &p, &a, NULL), C12_E_RANGE);
    p.sides = 3; p.lower = 20;
    ck_assert_int_eq(c12_spc_capability(&d, &p, &a, NULL), C12_E_RANGE);
    p.lower = 8; p.confidence_ppm = 123;
    ck_assert_int_eq(c12_spc_capability(&d, &p, &a, NULL), C12_E_RANGE);
    const int64_t flat[5] = { 3, 3, 3, 3, 3 };
    p.confidence_ppm = 0; d.x = flat;
    ck_assert_int_eq(c12_spc_capability(&d, &p, &a, NULL), C12_E_ARG);
}
END_TEST

/* n = 20: Cp between sqrt(8.91 / 19) and sqrt(32.85 / 19) of its estimate (Montgomery, example 8.4: 2.29 in 1.57 .. 3.01); Cpk by Bissell's formula. */
START_TEST(confidence_of_twenty)
{
    int64_t x[20];
    c12_spc_data d = C12_INIT(c12_spc_data);
    c12_spc_spec p = C12_INIT(c12_spc_spec);
    c12_spc_ability a = C12_INIT(c12_spc_ability);
    c12__rng g = c12__rng_from(1, 2);
    for (int i = 0; i < 20; i++) x[i] = 5000 + (int64_t)c12__rng_below(&g, 600) - (int64_t)c12__rng_below(&g, 600);
    d.kind = C12_SPC_I_MR; d.n = 20; d.x = x;
    p.sides = 3; p.lower = 3800; p.upper = 6200;
    ck_assert_int_eq(c12_spc_capability(&d, &p, &a, NULL), C12_OK);
    close_to(a.pp_low / a.pp, .68474, .002);
    close_to(a.pp_high / a.pp, 1.31491, .002);
    double half = a.ppk_high - a.ppk;
    close_to(half * half / 1.959964 / 1.959964, 1 / 180.0 + a.ppk * a.ppk / 38, 1e-6);
    close_to(a.ppk - a.ppk_low, half, 1e-12);
    ck_assert(a.cpk_low < a.cpk && a.cpk < a.cpk_high && a.cp_low < a.cp);
    p.confidence_ppm = 990000;
    c12_spc_ability b = C12_INIT(c12_spc_ability);
    ck_assert_int_eq(c12_spc_capability(&d, &p, &b, NULL), C12_OK);
    ck_assert(b.pp_low < a.pp_low && b.ppk_high > a.ppk_high);
}
END_TEST

START_TEST(pareto)
{
    const int32_t kind[9] = { 2, 0, 2, 3, 2, 0, 1, 3, 3 };
    const int64_t cost[9] = { 1, 1, 1, 10, 1, 1, 0, 1, 1 };
    int32_t order[5], share[5];
    int64_t total[5];
    ck_assert_int_eq(c12_spc_pareto(9, kind, NULL, 5, order, total, share, NULL), C12_OK);
    const int32_t by_count[5] = { 2, 3, 0, 1, 4 }, shares[5] = { 333333, 666667, 888889, 1000000, 1000000 };
    ck_assert_mem_eq(order, by_count, sizeof order);
    ck_assert_mem_eq(share, shares, sizeof share);
    ck_assert_int_eq(total[0], 3);
    ck_assert_int_eq(c12_spc_pareto(9, kind, cost, 5, order, total, NULL, NULL), C12_OK);
    const int32_t by_cost[5] = { 3, 2, 0, 1, 4 };
    ck_assert_mem_eq(order, by_cost, sizeof order);
    ck_assert_int_eq(total[0], 12);
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_spc_pareto(9, kind, NULL, 3, order, total, NULL, &e), C12_E_RANGE);
    ck_assert_int_eq(e.row, 3);
    ck_assert_int_eq(c12_spc_pareto(0, NULL, NULL, 2, order, total, share, NULL), C12_OK);
    ck_assert_int_eq(share[1], 0);
    c12__rng g = c12__rng_from(4, 4);
    for (int round = 0; round < rounds(500); round++) {
        int32_t many[200], row[40], n = 1 + (int32_t)c12__rng_below(&g, 40);
        int64_t sum[40];
        for (int i = 0; i < 200; i++) many[i] = (int32_t)c12__rng_below(&g, (uint64_t)n);
        ck_assert_int_eq(c12_spc_pareto(200, many, NULL, n, row, sum, NULL, NULL), C12_OK);
        for (int k = 1; k < n; k++) ck_assert_msg(sum[k - 1] > sum[k] || (sum[k - 1] == sum[k] && row[k - 1] < row[k]), "order");
    }
}
END_TEST

/* Table 2-A cell by cell as reprinted: a number, v down, ^ up; columns 0.01 0.015 0.025 0.04 0.065 0.1 0.15 0.25 0.4 0.65 1 1.5 2.5 4 6.5 10. */
static const char *const normal_rows[16] = { "v v v v v v v v v v v v v v 0 v", "v v v v v v v v v v v v v 0 ^ v", "v v v v v v v v v v v v 0 ^ v 1", "v v v v v v v v v v v 0 ^ v 1 2", "v v v v v v v v v v 0 ^ v 1 2 3",
    "v v v v v v v v v 0 ^ v 1 2 3 5", "v v v v v v v v 0 ^ v 1 2 3 5 7", "v v v v v v v 0 ^ v 1 2 3 5 7 10", "v v v v v v 0 ^ v 1 2 3 5 7 10 14", "v v v v v 0 ^ v 1 2 3 5 7 10 14 21", "v v v v 0 ^ v 1 2 3 5 7 10 14 21 ^",
    "v v v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^", "v v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^", "v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^", "0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^", "^ ^ 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^" };
/* Table 2-B, from 0.65 to 10, as reprinted for MIL-STD-105E (rejection numbers less one). */
static const char *const tight_rows[12] = { "v v v v v v", "v v v v v 0", "v v v v 0 v", "v v v 0 v v", "v v 0 v v 1", "v 0 v v 1 2", "0 v v 1 2 3", "v v 1 2 3 5", "v 1 2 3 5 8", "1 2 3 5 8 12", "2 3 5 8 12 18", "3 5 8 12 18 ^" };
/* Table 2-C cell by cell, as reprinted in a national edition of ISO 2859-1:1999, with its sample sizes. */
static const char *const reduced_rows[16] = { "v v v v v v v v v v v v v v 0 v", "v v v v v v v v v v v v v 0 ^ v", "v v v v v v v v v v v v 0 ^ v v", "v v v v v v v v v v v 0 ^ v v 1", "v v v v v v v v v v 0 ^ v v 1 2",
    "v v v v v v v v v 0 ^ v v 1 2 3", "v v v v v v v v 0 ^ v v 1 2 3 5", "v v v v v v v 0 ^ v v 1 2 3 5 6", "v v v v v v 0 ^ v v 1 2 3 5 6 8", "v v v v v 0 ^ v v 1 2 3 5 6 8 10", "v v v v 0 ^ v v 1 2 3 5 6 8 10 ^",
    "v v v 0 ^ v v 1 2 3 5 6 8 10 ^ ^", "v v 0 ^ v v 1 2 3 5 6 8 10 ^ ^ ^", "v 0 ^ v v 1 2 3 5 6 8 10 ^ ^ ^ ^", "0 ^ ^ v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^", "^ ^ ^ 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^" };
static const int32_t reduced_sizes[16] = { 2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800 };
static const int32_t aqls[16] = { 100, 150, 250, 400, 650, 1000, 1500, 2500, 4000, 6500, 10000, 15000, 25000, 40000, 65000, 100000 };
static const int32_t sizes[16] = { 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000 };
static const int64_t lots[16] = { 8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10000, 35000, 150000, 500000, 500001, 900000 }; /* letters A..Q at level II, R at level III */

static void cell_text(const char *row, int column, char out[4])
{
    for (; column; column--) row = strchr(row, ' ') + 1;
    size_t n = strcspn(row, " ");
    memcpy(out, row, n);
    out[n] = 0;
}

static void whole_table(int32_t severity, const char *const rows[16], const int32_t units[16])
{
    for (int letter = 0; letter < 16; letter++)
        for (int a = 0; a < 16; a++) {
            c12_spc_plan p = C12_INIT(c12_spc_plan);
            char cell[4];
            int at = letter;
            ck_assert_int_eq(c12_spc_sample(lots[letter], letter == 15 ? C12_SPC_LEVEL_III : C12_SPC_LEVEL_II, aqls[a], severity, &p, NULL), C12_OK);
            ck_assert_int_eq(p.letter, "ABCDEFGHJKLMNPQR"[letter]);
            cell_text(rows[at], a, cell);
            for (int step = *cell == '^' ? -1 : 1; *cell == '^' || *cell == 'v'; cell_text(rows[at], a, cell)) at += step;
            ck_assert_int_eq(p.used, "ABCDEFGHJKLMNPQR"[at]);
            ck_assert_int_eq(p.accept, atoi(cell));
            ck_assert_int_eq(p.sample, units[at] < lots[letter] ? units[at] : lots[letter]);
            ck_assert_int_eq(p.all, units[at] >= lots[letter]);
        }
}

START_TEST(plans_of_the_tables)
{
    whole_table(C12_SPC_NORMAL, normal_rows, sizes);
    whole_table(C12_SPC_REDUCED, reduced_rows, reduced_sizes);
    for (int letter = 0; letter < 12; letter++)
        for (int a = 9; a < 15; a++) {
            c12_spc_plan p = C12_INIT(c12_spc_plan);
            char cell[4];
            cell_text(tight_rows[letter], a - 9, cell);
            ck_assert_int_eq(c12_spc_sample(lots[letter], C12_SPC_LEVEL_II, aqls[a], C12_SPC_TIGHTENED, &p, NULL), C12_OK);
            if (*cell != 'v' && *cell != '^') { ck_assert_int_eq(p.used, p.letter); ck_assert_int_eq(p.accept, atoi(cell)); }
            else ck_assert_int_ne(p.used, p.letter);
        }
}
END_TEST

START_TEST(plans_worth_knowing)
{
    static const struct { int64_t lot; int level, aql, severity; char used; int64_t n, ac; int all; } known[] = {
        { 1000, C12_SPC_LEVEL_II, 10000, C12_SPC_NORMAL, 'J', 80, 2, 0 }, { 3000, C12_SPC_LEVEL_II, 25000, C12_SPC_NORMAL, 'K', 125, 7, 0 },
        { 400, C12_SPC_LEVEL_II, 40000, C12_SPC_NORMAL, 'H', 50, 5, 0 }, { 5000, C12_SPC_LEVEL_II, 6500, C12_SPC_NORMAL, 'L', 200, 3, 0 },
        { 1000, C12_SPC_LEVEL_II, 10000, C12_SPC_TIGHTENED, 'J', 80, 1, 0 }, { 5, C12_SPC_LEVEL_II, 6500, C12_SPC_NORMAL, 'L', 5, 3, 1 }, { 100, C12_SPC_LEVEL_S1, 25000, C12_SPC_NORMAL, 'C', 5, 0, 0 },
        { 900000, C12_SPC_LEVEL_III, 250, C12_SPC_TIGHTENED, 'S', 3150, 1, 0 }, { 1000, C12_SPC_LEVEL_II, 10000, C12_SPC_REDUCED, 'J', 32, 1, 0 }, { 200, C12_SPC_LEVEL_II, 10000, C12_SPC_REDUCED, 'J', 32, 1, 0 },
        { 20000, C12_SPC_LEVEL_II, 65000, C12_SPC_REDUCED, 'L', 80, 10, 0 }, { 900000, C12_SPC_LEVEL_III, 100, C12_SPC_NORMAL, 'Q', 1250, 0, 0 } };
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        c12_spc_plan p = C12_INIT(c12_spc_plan);
        ck_assert_int_eq(c12_spc_sample(known[k].lot, known[k].level, known[k].aql, known[k].severity, &p, NULL), C12_OK);
        if (known[k].lot == 5) continue; /* a lot of five: whatever plan, all are inspected */
        ck_assert_msg(p.used == known[k].used, "%d: %c", (int)k, p.used);
        ck_assert_int_eq(p.sample, known[k].n);
        ck_assert_int_eq(p.accept, known[k].ac);
    }
    c12_spc_plan p = C12_INIT(c12_spc_plan);
    ck_assert_int_eq(c12_spc_sample(5, C12_SPC_LEVEL_II, 1000, C12_SPC_NORMAL, &p, NULL), C12_OK);
    ck_assert(p.all && p.sample == 5 && p.accept == 0);
    ck_assert_int_eq(c12_spc_sample(1, C12_SPC_LEVEL_II, 1000, C12_SPC_NORMAL, &p, NULL), C12_E_RANGE);
    ck_assert_int_eq(c12_spc_sample(9, 8, 1000, C12_SPC_NORMAL, &p, NULL), C12_E_RANGE);
    ck_assert_int_eq(c12_spc_sample(9, 2, 1001, C12_SPC_NORMAL, &p, NULL), C12_E_RANGE);
    ck_assert_int_eq(c12_spc_sample(9, 2, 1000, C12_SPC_DISCONTINUED, &p, NULL), C12_E_RANGE);
}
END_TEST

/* Lots as letters: a accepted, A accepted and one step tighter too, r rejected, c accepted after the cause was mended; steady from the first on when asked. */
static void run_lots(const char *text, int steady, const char *want)
{
    uint8_t accepted[200], tighter[200], still[200], mended[200];
    int32_t ac[200], severity[200];
    int64_t n = (int64_t)strlen(text);
    c12_spc_lots l = C12_INIT(c12_spc_lots);
    c12_spc_scheme s = C12_INIT(c12_spc_scheme);
    c12_verdict v = C12_INIT(c12_verdict);
    for (int64_t i = 0; i < n; i++) {
        accepted[i] = text[i] != 'r';
        tighter[i] = text[i] == 'A';
        mended[i] = text[i] == 'c';
        still[i] = (uint8_t)steady;
        ac[i] = 3;
    }
    l.n = n; l.accepted = accepted; l.tighter = tighter; l.accept = ac; l.steady = still; l.corrected = mended;
    ck_assert_int_eq(c12_spc_switch(&s, &l, severity, NULL), C12_OK);
    for (int64_t i = 0; i < n; i++) ck_assert_msg("?NTRD"[severity[i]] == want[i], "%s: lot %d under %c", text, (int)i, "?NTRD"[severity[i]]);
    ck_assert_int_eq(c12_spc_switch_check(&l, severity, &v, NULL), C12_OK);
    ck_assert_msg(!v.violations, "%s at %d", v.rule, (int)v.row);
}

START_TEST(switching_by_hand)
{
    run_lots("raaar", 0, "NNNNN");          /* the second of five: the next is tightened */
    run_lots("raaara", 0, "NNNNNT");
    run_lots("raaaara", 0, "NNNNNNN");      /* the sixth is too late */
    run_lots("rraaaaaa", 0, "NNTTTTTN");
    run_lots("rrararaaaaaa", 0, "NNTTTTTTTTTN");
    run_lots("rrrrrrraaca", 0, "NNTTTTTDDTT"); /* five rejected under tightened; lots that come then are not inspected */
    run_lots("AAAAAAAAAAA", 1, "NNNNNNNNNNR");
    run_lots("AAAAAAAAAAA", 0, "NNNNNNNNNNN");
    run_lots("AAAAAaAAAAAAAAAAA", 1, "NNNNNNNNNNNNNNNNR"); /* a lot that would fail one step tighter starts the score again */
    run_lots("AAAAAAAAAAAra", 1, "NNNNNNNNNNRRN");
}
END_TEST

START_TEST(switching_at_random)
{
    c12__rng g = c12__rng_from(8, 8);
    for (int round = 0; round < rounds(2000); round++) {
        uint8_t column[4][120];
        int32_t ac[120], severity[120], pieces[120];
        int64_t n = 1 + (int64_t)c12__rng_below(&g, 120);
        uint64_t bad = 2 + c12__rng_below(&g, 20);
        for (int64_t i = 0; i < n; i++) {
            column[0][i] = c12__rng_below(&g, bad) != 0;
            column[1][i] = column[0][i] && c12__rng_below(&g, 12);
            column[2][i] = c12__rng_below(&g, 15) != 0;
            column[3][i] = !c12__rng_below(&g, 6);
            ac[i] = (int32_t)c12__rng_below(&g, 4);
        }
        c12_spc_lots l = C12_INIT(c12_spc_lots), one = C12_INIT(c12_spc_lots);
        c12_spc_scheme s = C12_INIT(c12_spc_scheme), step = C12_INIT(c12_spc_scheme);
        c12_verdict v = C12_INIT(c12_verdict);
        l.n = n; l.accepted = column[0]; l.tighter = column[1]; l.steady = column[2]; l.corrected = column[3]; l.accept = ac;
        if (c12_spc_switch(&s, &l, severity, NULL)) ck_abort_msg("refused");
        if (c12_spc_switch_check(&l, severity, &v, NULL) || v.violations) ck_abort_msg("%s at %d", v.rule, (int)v.row);
        for (int64_t i = 0; i < n; i++) {
            one.n = 1; one.accepted = column[0] + i; one.tighter = column[1] + i; one.steady = column[2] + i; one.corrected = column[3] + i; one.accept = ac + i;
            if (c12_spc_switch(&step, &one, pieces + i, NULL)) ck_abort_msg("refused");
        }
        if (memcmp(pieces, severity, (size_t)n * sizeof *pieces) || memcmp(&s, &step, sizeof s)) ck_abort_msg("pieces differ");
        int64_t i = (int64_t)c12__rng_below(&g, (uint64_t)n);
        severity[i] = severity[i] % 4 + 1;
        if (c12_spc_switch_check(&l, severity, &v, NULL) || !v.violations || v.row != i) ck_abort_msg("a wrong severity passed");
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("spc-sample");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, capability_of_the_handbook);
    tcase_add_test(t, confidence_of_twenty);
    tcase_add_test(t, pareto);
    tcase_add_test(t, plans_of_the_tables);
    tcase_add_test(t, plans_worth_knowing);
    tcase_add_test(t, switching_by_hand);
    tcase_add_test(t, switching_at_random);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
