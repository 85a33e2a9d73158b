/* SPDX-License-Identifier: Apache-2.0 */
/* Yield, flow, takt, delivery and suppliers: examples, and random ones beside a second writing. */
#include "c12/kpi.h"
#include "rounds.h"
#include "support.h"
#include <check.h>
#include <string.h>

enum { MOST = 60, SPAN = 120 };
__extension__ typedef __int128 wide;
static int64_t a[MOST], b[MOST], c[MOST], d[MOST];
static char memory[1 << 13];
static const c12_mem scratch = { memory, sizeof memory };

/* ---- yield ------------------------------------------------------------------------------------------------------------------------------- */

START_TEST(rolled_yield)
{
    static const int64_t in[] = { 100, 98, 95 }, first[] = { 90, 96, 76 }, good[] = { 98, 97, 90 };
    c12_kpi_steps x = { .struct_size = sizeof x, .n = 3, .entered = in, .first_good = first, .good = good };
    c12_kpi_yields y = C12_INIT(c12_kpi_yields);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_kpi_yield(&x, &y, NULL), C12_OK);
    ck_assert_int_eq(y.rolled_num, 864); /* .9 * 96/98 * .8 */
    ck_assert_int_eq(y.rolled_den, 1225);
    ck_assert_int_eq(y.rolled_ppb, 705306122);
    ck_assert_int_eq(y.worst, 2);
    ck_assert_int_eq(y.rework, 8 + 1 + 14);
    ck_assert_int_eq(y.scrap, 2 + 1 + 5);
    ck_assert_int_eq(c12_kpi_yield_check(&x, &y, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 0);
    x.first_good = in;
    ck_assert_int_eq(c12_kpi_yield(&x, &y, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "first_good");
    x.good = first;
    x.first_good = first;
    x.n = 0;
    ck_assert_int_eq(c12_kpi_yield(&x, &y, &e), C12_OK);
    ck_assert_int_eq(y.rolled_ppb, 1000000000);
}
END_TEST

START_TEST(random_yields)
{
    dice_state = 1961;
    for (int round = 0; round < rounds(20000); round++) {
        int n = dice(round % 7 ? 5 : 40), empty = 0;
        double product = 1;
        for (int i = 0; i < n; i++) {
            a[i] = dice(40) ? 1 + dice(1 << dice(20)) : 0;
            b[i] = a[i] ? a[i] - dice((int32_t)a[i] / 2 + 1) : 0;
            c[i] = dice(99) ? b[i] - dice((int32_t)b[i] / 4 + 1) : 0;
            empty |= !a[i];
            product *= a[i] ? (double)c[i] / (double)a[i] : 1;
        }
        c12_kpi_steps x = { .struct_size = sizeof x, .n = n, .entered = a, .good = b, .first_good = c };
        c12_kpi_yields y = C12_INIT(c12_kpi_yields);
        c12_verdict v = C12_INIT(c12_verdict);
        if (c12_kpi_yield(&x, &y, NULL) || c12_kpi_yield_check(&x, &y, &v, NULL) || v.violations) ck_abort_msg("round %d: %s", round, v.rule);
        double off = (double)y.rolled_ppb - product * 1e9;
        if (empty ? y.rolled_ppb != -1 : off > 1e-3 || off < -1.001) ck_abort_msg("round %d: %lld against %.6f", round, (long long)y.rolled_ppb, product * 1e9);
        int64_t *const field[] = { &y.rolled_num, &y.rolled_den, &y.rolled_ppb, &y.rework, &y.scrap };
        int k = dice(6);
        if (k == 5) y.worst = y.worst < 0 ? 0 : y.worst - 1;
        else (*field[k])++;
        if (c12_kpi_yield_check(&x, &y, &v, NULL) || !v.violations) ck_abort_msg("round %d: field %d accepted", round, k);
    }
}
END_TEST

/* ---- flow -------------------------------------------------------------------------------------------------------------------------------- */

START_TEST(random_flows)
{
    dice_state = 27;
    for (int round = 0; round < rounds(10000); round++) {
        int n = dice(MOST);
        int64_t from = dice(SPAN / 2), to = from + 1 + dice(SPAN / 2), area = 0, most = 0, flow = 0, entered = 0, left = 0, begun = 0, ended = 0;
        for (int i = 0; i < n; i++) { a[i] = dice(SPAN); b[i] = dice(5) ? a[i] + dice(20) : INT64_MAX; }
        for (int64_t t = from; t < to; t++) {
            int64_t there = 0, before = 0;
            for (int i = 0; i < n; i++) { there += a[i] <= t && t < b[i]; before += a[i] < t && t <= b[i]; entered += a[i] == t; left += b[i] == t; flow += b[i] == t ? t - a[i] : 0; }
            area += there;
            if (t == from && before > most) most = before;
            if (there > most) most = there;
        }
        for (int i = 0; i < n; i++) { begun += a[i] < from && from <= b[i]; ended += a[i] < to && to <= b[i]; }
        c12_kpi_visits x = { .struct_size = sizeof x, .n = n, .from = from, .to = to, .entered = a, .left = b };
        c12_kpi_flows f = C12_INIT(c12_kpi_flows);
        c12_verdict v = C12_INIT(c12_verdict);
        if (c12_kpi_flow(&x, &f, scratch, NULL) || c12_kpi_flow_check(&x, &f, scratch, &v, NULL) || v.violations) ck_abort_msg("round %d: %s", round, v.rule);
        if (f.area != area || f.most != most || f.flow != flow || f.entered != entered || f.left != left || f.at_from != begun || f.at_to != ended) ck_abort_msg("round %d", round);
        if (f.gap_ppm != (area ? (area > flow ? area - flow : flow - area) * 1000000 / area : flow ? -1 : 0)) ck_abort_msg("round %d: gap", round);
        int64_t *const field[] = { &f.entered, &f.left, &f.at_from, &f.at_to, &f.most, &f.area, &f.flow, &f.gap_ppm };
        int k = dice(8);
        (*field[k])++;
        if (c12_kpi_flow_check(&x, &f, scratch, &v, NULL) || !v.violations) ck_abort_msg("round %d: field %d accepted", round, k);
    }
}
END_TEST

/* A system that begins and ends empty: L = throughput * W to the last tick. */
START_TEST(littles_law)
{
    static const int64_t in[] = { 0, 1, 5, 5 }, out[] = { 4, 7, 8, 10 };
    c12_kpi_visits x = { .struct_size = sizeof x, .n = 4, .from = 0, .to = 20, .entered = in, .left = out };
    c12_kpi_flows f = C12_INIT(c12_kpi_flows);
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_kpi_flow(&x, &f, scratch, NULL), C12_OK);
    ck_assert_int_eq(f.area, 18);
    ck_assert_int_eq(f.flow, 18);
    ck_assert_int_eq(f.gap_ppm, 0);
    ck_assert_int_eq(f.most, 3);
    x.to = 0;
    ck_assert_int_eq(c12_kpi_flow(&x, &f, scratch, &e), C12_E_RANGE);
    x.to = 6; /* cut off: 4 left, three are there */
    ck_assert_int_eq(c12_kpi_flow(&x, &f, scratch, &e), C12_OK);
    ck_assert_int_eq(f.at_to, 3);
    ck_assert_int_eq(f.gap_ppm, INT64_C(7000000) / 11);
    x.left = in;
    x.entered = out;
    ck_assert_int_eq(c12_kpi_flow(&x, &f, scratch, &e), C12_E_RANGE);
    x.entered = in;
    ck_assert_int_eq(c12_kpi_flow(&x, &f, (c12_mem){ memory, 8 }, &e), C12_E_SPACE);
}
END_TEST

/* ---- takt -------------------------------------------------------------------------------------------------------------------------------- */

START_TEST(takt_and_bottleneck)
{
    dice_state = 5;
    for (int round = 0; round < rounds(10000); round++) {
        int n = dice(8);
        int32_t worst = -1, told;
        for (int i = 0; i < n; i++) { a[i] = dice(1 << dice(24)); b[i] = dice(1 << dice(24)); c[i] = dice(round % 2 ? 4 : 1 << 16); d[i] = 9; }
        c12_kpi_stations x = { .struct_size = sizeof x, .n = n, .demand = dice(1 << dice(16)), .available = a, .busy = b, .made = c, .slow = d };
        c12_verdict v = C12_INIT(c12_verdict);
        if (c12_kpi_takt(&x, &told, NULL) || c12_kpi_takt_check(&x, told, &v, NULL) || v.violations) ck_abort_msg("round %d: %s", round, v.rule);
        for (int i = 0; i < n; i++) {
            if (d[i] != (c[i] && x.demand && (wide)b[i] * x.demand > (wide)a[i] * c[i])) ck_abort_msg("round %d: station %d", round, i);
            if (c[i] && b[i] && (worst < 0 || (wide)a[i] * c[i] * b[worst] < (wide)a[worst] * c[worst] * b[i])) worst = i;
        }
        if (worst != told) ck_abort_msg("round %d: %d against %d", round, told, worst);
        if (!n) continue;
        int k = dice(n + 1);
        if (k < n) d[k] ^= 1;
        if (c12_kpi_takt_check(&x, k < n ? told : told < 0 ? 0 : told - 1, &v, NULL) || !v.violations) ck_abort_msg("round %d: accepted", round);
    }
    c12_error e = C12_INIT(c12_error);
    int32_t told;
    a[0] = a[1] = b[0] = b[1] = c[0] = c[1] = INT64_MAX;
    c12_kpi_stations x = { .struct_size = sizeof x, .n = 2, .available = a, .busy = b, .made = c, .slow = d };
    ck_assert_int_eq(c12_kpi_takt(&x, &told, &e), C12_E_OVERFLOW);
    c[1] = -1;
    ck_assert_int_eq(c12_kpi_takt(&x, &told, &e), C12_E_RANGE);
}
END_TEST

/* ---- delivery ---------------------------------------------------------------------------------------------------------------------------- */

START_TEST(random_deliveries)
{
    dice_state = 365;
    for (int round = 0; round < rounds(10000); round++) {
        int n = dice(MOST);
        c12_kpi_orders x = { .struct_size = sizeof x, .n = n, .now = 50, .early = dice(12) - 1, .late = dice(5), .due = a, .done = b, .ordered = c, .delivered = d };
        c12_kpi_delivery y = C12_INIT(c12_kpi_delivery);
        c12_verdict v = C12_INIT(c12_verdict);
        int64_t judged = 0, timely = 0, full = 0, both = 0, late = 0, most = 0, worst = -1;
        for (int i = 0; i < n; i++) {
            a[i] = dice(100);
            b[i] = dice(4) ? a[i] - 10 + dice(20) : INT64_MAX;
            c[i] = 1 + dice(9);
            d[i] = c[i] - 1 + dice(3);
            int64_t behind = (b[i] == INT64_MAX ? 50 : b[i]) - a[i];
            int open = b[i] == INT64_MAX, on = !open && behind <= x.late && (x.early == -1 || -behind <= x.early), whole = !open && d[i] >= c[i];
            if (open && behind <= x.late) continue;
            judged++; timely += on; full += whole; both += on && whole;
            late += behind > 0 ? behind : 0;
            if (behind > most) { most = behind; worst = i; }
        }
        if (c12_kpi_deliver(&x, &y, NULL) || c12_kpi_deliver_check(&x, &y, &v, NULL) || v.violations) ck_abort_msg("round %d: %s", round, v.rule);
        if (y.judged != judged || y.on_time != timely || y.in_full != full || y.both != both || y.late_ticks != late || y.late_most != most || y.worst != worst || y.open != n - judged) ck_abort_msg("round %d", round);
        int64_t *const field[] = { &y.judged, &y.open, &y.overdue, &y.on_time, &y.in_full, &y.both, &y.late_ticks, &y.late_most };
        int k = dice(8);
        (*field[k])++;
        if (c12_kpi_deliver_check(&x, &y, &v, NULL) || !v.violations) ck_abort_msg("round %d: field %d accepted", round, k);
    }
    c12_error e = C12_INIT(c12_error);
    c12_kpi_orders x = { .struct_size = sizeof x, .n = 1, .due = a, .done = b, .ordered = c };
    c12_kpi_delivery y = C12_INIT(c12_kpi_delivery);
    ck_assert_int_eq(c12_kpi_deliver(&x, &y, &e), C12_E_ARG);
    x.ordered = NULL;
    x.late = -1;
    ck_assert_int_eq(c12_kpi_deliver(&x, &y, &e), C12_E_RANGE);
    x.late = 0;
    a[0] = INT64_MIN;
    b[0] = 1;
    ck_assert_int_eq(c12_kpi_deliver(&x, &y, &e), C12_E_OVERFLOW);
}
END_TEST

/* ---- suppliers --------------------------------------------------------------------------------------------------------------------------- */

enum { VENDORS = 9 };
static int64_t receipts[VENDORS], rejected[VENDORS], on_time[VENDORS], late_ticks[VENDORS], num[VENDORS], den[VENDORS];
static int32_t rank[VENDORS], supplier[MOST], mark[VENDORS];
static uint8_t bad[MOST], preferred[VENDORS];

static c12_kpi_scores scores(void)
{
    return (c12_kpi_scores){ .struct_size = sizeof(c12_kpi_scores), .receipts = receipts, .rejected = rejected, .on_time = on_time, .late_ticks = late_ticks, .num = num, .den = den, .rank = rank, .preferred = preferred };
}

/* The document's score divides integers: one rejection in four receipts makes its quality 100 * (1 - 1 / 4) = 100.  Here it is 75. */
START_TEST(a_scorecard)
{
    static const int32_t of[] = { 0, 0, 0, 0, 1, 1 };
    static const int64_t late[] = { 0, 2, 0, -1, 0, 5 };
    const uint8_t refused[] = { 1, 0, 0, 0, 0, 0 };
    const int64_t document = 100 * (1 - 1 / 4);
    mark[0] = 80; mark[1] = -1; mark[2] = 100;
    c12_kpi_receipts x = { .struct_size = sizeof x, .n_suppliers = 3, .n = 6, .supplier = of, .rejected = refused, .late = late, .communication = mark };
    c12_kpi_scores v = scores();
    c12_verdict w = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(document, 100);
    ck_assert_int_eq(c12_kpi_suppliers(&x, &v, scratch, NULL), C12_OK);
    ck_assert_int_eq(num[0] * 1000, den[0] * 755);  /* .6 * .75 + .3 * .75 + .1 * .8 */
    ck_assert_int_eq(num[1] * 6, den[1] * 5);       /* (6 * 1 + 3 * .5) / 9 */
    ck_assert_int_eq(den[2], 0);
    ck_assert_int_eq(v.ranked, 2);
    ck_assert_int_eq(rank[0], 1);
    ck_assert_int_eq(rank[2], 2);
    ck_assert_int_eq(preferred[1], 1);
    ck_assert_int_eq(preferred[0], 0);
    ck_assert_int_eq(late_ticks[1], 5);
    ck_assert_int_eq(c12_kpi_suppliers_check(&x, &v, scratch, &w, NULL), C12_OK);
    ck_assert_int_eq(w.violations, 0);
    mark[1] = 101;
    num[0] = 77;
    ck_assert_int_eq(c12_kpi_suppliers(&x, &v, scratch, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "communication");
    ck_assert_int_eq(num[0], 77);
    x.n_suppliers = 1;
    ck_assert_int_eq(c12_kpi_suppliers(&x, &v, scratch, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "supplier");
    x.n_suppliers = 2;
    mark[1] = 0;
    ck_assert_int_eq(c12_kpi_suppliers(&x, &v, (c12_mem){ memory, 8 }, &e), C12_E_SPACE);
    x.weight_time = 10001;
    ck_assert_int_eq(c12_kpi_suppliers(&x, &v, scratch, &e), C12_E_RANGE);
}
END_TEST

START_TEST(random_scorecards)
{
    dice_state = 60301;
    for (int round = 0; round < rounds(10000); round++) {
        int n = dice(MOST), m = 1 + dice(VENDORS);
        for (int i = 0; i < n; i++) { supplier[i] = dice(m); bad[i] = !dice(4); a[i] = dice(9) - 5; }
        for (int k = 0; k < m; k++) mark[k] = dice(3) * 50 - (dice(5) ? 0 : 1);
        for (int k = 0; k < m; k++) if (mark[k] != 0 && mark[k] % 50) mark[k] = -1;
        c12_kpi_receipts x = { .struct_size = sizeof x, .n_suppliers = m, .n = n, .supplier = supplier, .rejected = bad, .late = a, .communication = dice(2) ? mark : NULL, .best_ppm = dice(1000001) };
        c12_kpi_scores v = scores();
        c12_verdict w = C12_INIT(c12_verdict);
        if (round % 3 == 0) { x.weight_quality = dice(4); x.weight_time = dice(4); }
        if (c12_kpi_suppliers(&x, &v, scratch, NULL) || c12_kpi_suppliers_check(&x, &v, scratch, &w, NULL) || w.violations) ck_abort_msg("round %d: %s at %d", round, w.rule, (int)w.row);
        int best = 0;
        for (int k = 0; k < v.ranked; k++) {
            best += preferred[rank[k]];
            if (k && (double)num[rank[k]] / (double)den[rank[k]] > (double)num[rank[k - 1]] / (double)den[rank[k - 1]] + 1e-12) ck_abort_msg("round %d: place %d", round, k);
        }
        int64_t share = x.best_ppm ? x.best_ppm : 200000;
        if (best != (share * v.ranked + 999999) / 1000000) ck_abort_msg("round %d: %d preferred", round, best);
        int64_t *const column[] = { receipts, rejected, on_time, late_ticks, num, den };
        int c_ = dice(8), k = dice(m);
        if (c_ == 5 && !num[k] && den[k]) c_ = 4; /* 0 over anything is 0 */
        if (c_ < 6) column[c_][k]++;
        else if (c_ == 6) preferred[k] ^= 1;
        else if (m > 1) { k = dice(m - 1); int32_t t = rank[k]; rank[k] = rank[k + 1]; rank[k + 1] = t; }
        else v.ranked ^= 1;
        if (c12_kpi_suppliers_check(&x, &v, scratch, &w, NULL) || !w.violations) ck_abort_msg("round %d: change %d accepted", round, c_);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("kpi-flow");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, rolled_yield);
    tcase_add_test(t, random_yields);
    tcase_add_test(t, random_flows);
    tcase_add_test(t, littles_law);
    tcase_add_test(t, takt_and_bottleneck);
    tcase_add_test(t, random_deliveries);
    tcase_add_test(t, a_scorecard);
    tcase_add_test(t, random_scorecards);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
