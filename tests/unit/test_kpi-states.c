/* SPDX-License-Identifier: Apache-2.0 */
/* Time by state, fleets, tasks and the indicators of ISO 22400-2: examples, and random ones tick by tick. */
#include "c12/kpi.h"
#include "rounds.h"
#include "support.h"
#include <check.h>
#include <string.h>

enum { MOST = 300, UNITS = 4, REASONS = 7, SPAN = 200 };
static int32_t unit[MOST], reason[MOST], class_of[REASONS] = { C12_KPI_RUN, C12_KPI_SETUP, C12_KPI_STOP, C12_KPI_FAILURE, C12_KPI_FAILURE, C12_KPI_IDLE, C12_KPI_OFF };
static int64_t begin[MOST], end[MOST], spent[UNITS * C12_KPI_CLASSES], unknown[UNITS], failures[UNITS], by_reason[REASONS];
static char memory[1 << 12];
static const c12_mem scratch = { memory, sizeof memory };

static c12_kpi_states states_of(int64_t n, int64_t from, int64_t to)
{
    return (c12_kpi_states){ .struct_size = sizeof(c12_kpi_states), .n_units = UNITS, .n_reasons = REASONS, .n = n, .from = from, .to = to, .unit = unit, .begin = begin, .end = end, .reason = reason, .class_of = class_of };
}

static c12_kpi_times times(void)
{
    return (c12_kpi_times){ .struct_size = sizeof(c12_kpi_times), .time = spent, .unknown = unknown, .failures = failures, .by_reason = by_reason };
}

static void state(int i, int32_t u, int64_t b, int64_t e, int32_t r) { unit[i] = u; begin[i] = b; end[i] = e; reason[i] = r; }

START_TEST(a_shift)
{
    static const int64_t want[C12_KPI_CLASSES] = { 30, 10, 0, 15, 5, 20 };
    state(0, 0, -10, 20, 0);  /* clipped: 20 */
    state(1, 0, 20, 30, 1);
    state(2, 0, 30, 40, 3);
    state(3, 1, 0, 100, 0);
    state(4, 0, 40, 45, 4);   /* goes on with the failure before it */
    state(5, 0, 50, 60, 0);   /* 45 to 50 is in no event */
    state(6, 0, 60, 65, 5);
    state(7, 0, 80, 150, 6);
    c12_kpi_states x = states_of(8, 0, 100);
    c12_kpi_times t = times();
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_kpi_tally(&x, &t, scratch, NULL), C12_OK);
    ck_assert_mem_eq(spent, want, sizeof want);
    ck_assert_int_eq(unknown[0], 20);
    ck_assert_int_eq(unknown[2], 100);
    ck_assert_int_eq(failures[0], 1);
    ck_assert_int_eq(by_reason[0], 130);
    ck_assert_int_eq(by_reason[4], 5);
    ck_assert_int_eq(c12_kpi_tally_check(&x, &t, scratch, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 0);
    ck_assert_int_eq(v.objective, 130);
    begin[4] = 39;
    spent[0] = 77;
    ck_assert_int_eq(c12_kpi_tally(&x, &t, scratch, &e), C12_E_STATE);
    ck_assert_int_eq(e.row, 4);
    ck_assert_int_eq(e.value, 40);
    ck_assert_int_eq(spent[0], 77);
    for (int k = 4; k >= 0; k -= 4) {
        end[k] = begin[k] - 1;
        ck_assert_int_eq(c12_kpi_tally(&x, &t, scratch, &e), C12_E_RANGE);
        ck_assert_int_eq(e.row, k);
    }
    reason[2] = REASONS;
    ck_assert_int_eq(c12_kpi_tally(&x, &t, scratch, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "reason");
    ck_assert_int_eq(c12_kpi_tally(&x, &t, (c12_mem){ memory, 8 }, &e), C12_E_RANGE);
    x.n = 0;
    ck_assert_int_eq(c12_kpi_tally(&x, &t, (c12_mem){ memory, 8 }, &e), C12_E_SPACE);
    x.to = -1;
    ck_assert_int_eq(c12_kpi_tally(&x, &t, scratch, &e), C12_E_RANGE);
    x.from = INT64_MIN;
    x.to = INT64_MAX;
    ck_assert_int_eq(c12_kpi_tally(&x, &t, scratch, &e), C12_E_OVERFLOW);
}
END_TEST

static int64_t random_states(int64_t now[UNITS])
{
    int64_t n = dice(MOST);
    memset(now, 0, UNITS * sizeof *now);
    for (int i = 0; i < n; i++) {
        int32_t u = dice(UNITS);
        int64_t b = now[u] + (dice(3) ? 0 : dice(4));
        state(i, u, b, now[u] = b + dice(6), dice(REASONS));
    }
    return n;
}

/* Tick by tick what each unit does, -1 = nothing known; empty events are seen only by what they interrupt. */
static void paint(int64_t n, int64_t from, int64_t to, int64_t *want, int64_t *breaks, int64_t *reasons)
{
    static int32_t at[UNITS][2 * SPAN * 10];
    int32_t last[UNITS];
    memset(at, -1, sizeof at);
    for (int u = 0; u < UNITS; u++) last[u] = -1;
    for (int i = 0; i < n; i++) {
        for (int64_t t = begin[i]; t < end[i]; t++) at[unit[i]][t] = reason[i];
        int goes_on = last[unit[i]] >= 0 && class_of[reason[last[unit[i]]]] == C12_KPI_FAILURE && end[last[unit[i]]] == begin[i];
        if (class_of[reason[i]] == C12_KPI_FAILURE && !goes_on && begin[i] >= from && begin[i] < to) breaks[unit[i]]++;
        last[unit[i]] = i;
    }
    for (int u = 0; u < UNITS; u++)
        for (int64_t t = from; t < to; t++) {
            if (at[u][t] < 0) continue;
            want[u * C12_KPI_CLASSES + class_of[at[u][t]]]++;
            reasons[at[u][t]]++;
        }
}

START_TEST(random_shifts)
{
    dice_state = 3141;
    for (int round = 0; round < rounds(4000); round++) {
        int64_t now[UNITS], n = random_states(now), from = dice(SPAN), to = from + dice(SPAN), want[UNITS * C12_KPI_CLASSES] = { 0 }, breaks[UNITS] = { 0 }, reasons[REASONS] = { 0 };
        c12_kpi_states x = states_of(n, from, to);
        c12_kpi_times t = times();
        c12_verdict v = C12_INIT(c12_verdict);
        paint(n, from, to, want, breaks, reasons);
        if (c12_kpi_tally(&x, &t, scratch, NULL) || c12_kpi_tally_check(&x, &t, scratch, &v, NULL) || v.violations) ck_abort_msg("round %d: %s", round, v.rule);
        if (memcmp(want, spent, sizeof want) || memcmp(breaks, failures, sizeof breaks) || memcmp(reasons, by_reason, sizeof reasons)) ck_abort_msg("round %d", round);
        int64_t *const column[] = { spent, unknown, failures, by_reason };
        const int size[] = { UNITS * C12_KPI_CLASSES, UNITS, UNITS, REASONS }, c = dice(4);
        column[c][dice(size[c])] += dice(2) ? 1 : -1;
        if (c12_kpi_tally_check(&x, &t, scratch, &v, NULL) || !v.violations) ck_abort_msg("round %d: column %d accepted", round, c);
    }
}
END_TEST

START_TEST(a_fleet)
{
    int64_t robots[2 * C12_KPI_CLASSES] = { 60, 0, 10, 5, 25, 20, 80, 0, 0, 20, 0, 0 }, broken[2] = { 1, 4 }, ratio[8][3], *const r0 = ratio[0];
    c12_kpi_fleet f = { .struct_size = sizeof f, .n_units = 2, .time = robots, .failures = broken, .available_num = r0, .available_den = ratio[1], .used_num = ratio[2], .used_den = ratio[3],
                        .between_num = ratio[4], .between_den = ratio[5], .repair_num = ratio[6], .repair_den = ratio[7] };
    static const int64_t want[8][3] = { { 95, 80, 175 }, { 100, 100, 200 }, { 60, 80, 140 }, { 95, 80, 175 }, { 95, 80, 175 }, { 1, 4, 5 }, { 5, 20, 25 }, { 1, 4, 5 } };
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_kpi_fleet_ratios(&f, NULL), C12_OK);
    ck_assert_mem_eq(ratio, want, sizeof want);
    ck_assert_int_eq(c12_kpi_fleet_check(&f, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 0);
    for (int k = 0; k < 24; k++) {
        ratio[k / 3][k % 3]++;
        ck_assert_int_eq(c12_kpi_fleet_check(&f, &v, NULL), C12_OK);
        ck_assert_int_eq(v.row, k % 3);
        ratio[k / 3][k % 3]--;
    }
    robots[0] = INT64_MAX;
    ck_assert_int_eq(c12_kpi_fleet_ratios(&f, &e), C12_E_OVERFLOW);
    robots[0] = -1;
    ck_assert_int_eq(c12_kpi_fleet_ratios(&f, &e), C12_E_RANGE);
}
END_TEST

START_TEST(tasks_by_station)
{
    const int32_t station[] = { 0, 1, 1, 1, 0 }, outcome[] = { C12_KPI_TASK_DONE, C12_KPI_TASK_DONE, C12_KPI_TASK_FAILED, C12_KPI_TASK_DONE, C12_KPI_TASK_OPEN };
    static const int64_t want[] = { 1, 1, 0, 0, 2, 1 };
    int64_t count[6];
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_kpi_tasks(5, station, outcome, 2, count, NULL), C12_OK);
    ck_assert_mem_eq(count, want, sizeof want);
    ck_assert_int_eq(c12_kpi_tasks(5, station, outcome, 1, count, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "station");
    ck_assert_int_eq(c12_kpi_tasks(5, station, NULL, 2, count, &e), C12_E_ARG);
}
END_TEST

/* ---- indicators ------------------------------------------------------------------------------------------------------------------------ */

enum { ROWS = 5 };
static int64_t element[15][ROWS], num[(ROWS + 1) * C12_KPI_RATIOS], den[(ROWS + 1) * C12_KPI_RATIOS];

static c12_kpi_elements elements(int32_t n)
{
    return (c12_kpi_elements){ .struct_size = sizeof(c12_kpi_elements), .n = n, .busy_planned = element[0], .production = element[1], .setup = element[2], .delay = element[3], .order_time = element[4],
        .run_time = element[5], .produced = element[6], .good = element[7], .scrap = element[8], .rework = element[9], .inspected = element[10], .first_good = element[11], .operating = element[12],
        .repair = element[13], .failures = element[14] };
}

static double value(int row, int k) { return (double)num[row * C12_KPI_RATIOS + k] / (double)den[row * C12_KPI_RATIOS + k]; }
#define NEAR(a, b) ck_assert_msg((a) - (b) < 1e-6 && (b) - (a) < 1e-6, "%g is not %g", a, b)

/* PBT 480, APT 400, PRI 0.5, PQ 700, GQ 680: .833333 .875 .971429 .708333; times here in half minutes. */
START_TEST(published_oee)
{
    static const int64_t row[15] = { 960, 800, 40, 60, 1000, 1, 700, 680, 15, 20, 700, 660, 900, 60, 3 };
    for (int k = 0; k < 15; k++) element[k][0] = row[k];
    c12_kpi_elements e = elements(1);
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_kpi_iso(&e, num, den, NULL), C12_OK);
    for (int r = 0; r < 2; r++) {
        NEAR(value(r, C12_KPI_AVAILABILITY), .833333);
        NEAR(value(r, C12_KPI_EFFECTIVENESS), .875);
        NEAR(value(r, C12_KPI_QUALITY_RATIO), .971429);
        NEAR(value(r, C12_KPI_OEE_INDEX), .708333);
        NEAR(value(r, C12_KPI_ALLOCATION_EFFICIENCY), 900. / 960);
        NEAR(value(r, C12_KPI_UTILIZATION_EFFICIENCY), 800. / 900);
        NEAR(value(r, C12_KPI_NEE_INDEX), 840. / 960 * 680 / 800);
        NEAR(value(r, C12_KPI_SETUP_RATE), 40. / 840);
        NEAR(value(r, C12_KPI_TECHNICAL_EFFICIENCY), 800. / 860);
        NEAR(value(r, C12_KPI_PROCESS_RATIO), .8);
        NEAR(value(r, C12_KPI_THROUGHPUT_RATE), .7);
        NEAR(value(r, C12_KPI_SCRAP_RATIO), 15. / 700);
        NEAR(value(r, C12_KPI_REWORK_RATIO), 20. / 700);
        NEAR(value(r, C12_KPI_FIRST_PASS_YIELD), 660. / 700);
        NEAR(value(r, C12_KPI_MTBF), 300.);
        NEAR(value(r, C12_KPI_MTTR), 20.);
    }
    ck_assert_int_eq(c12_kpi_iso_check(&e, num, den, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 0);
    ck_assert_str_eq(c12_kpi_name(C12_KPI_NEE_INDEX), "NEE index");
    ck_assert_str_eq(c12_kpi_name(-1), "?");
}
END_TEST

/* A part is no more than its whole; sums are ratios of sums, whatever the mean of ratios says; 0 planned is undefined and no error. */
START_TEST(random_indicators)
{
    dice_state = 22400;
    for (int round = 0; round < rounds(5000); round++) {
        int n = dice(ROWS + 1);
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < 15; k++) element[k][i] = dice(3) ? dice(1 << dice(20)) : 0;
            for (int k = 7; k < 10; k++) element[k][i] = dice((int32_t)element[6][i] + 1);
            element[11][i] = dice((int32_t)element[10][i] + 1);
        }
        c12_kpi_elements e = elements(n);
        c12_verdict v = C12_INIT(c12_verdict);
        if (c12_kpi_iso(&e, num, den, NULL) || c12_kpi_iso_check(&e, num, den, &v, NULL) || v.violations) ck_abort_msg("round %d: %s in row %d", round, v.rule, (int)v.row);
        int64_t pbt = 0, fine = 0;
        for (int i = 0; i < n; i++) { pbt += element[0][i]; fine += element[5][i] * element[7][i]; }
        if (num[n * C12_KPI_RATIOS + C12_KPI_OEE_INDEX] != fine || den[n * C12_KPI_RATIOS + C12_KPI_OEE_INDEX] != pbt) ck_abort_msg("round %d: index", round);
        int r = dice(n + 1), k = dice(C12_KPI_RATIOS), at = r * C12_KPI_RATIOS + k;
        if (!den[at]) den[at] = 1;
        else num[at]++;
        if (c12_kpi_iso_check(&e, num, den, &v, NULL) || !v.violations || v.row != r) ck_abort_msg("round %d: indicator %d of row %d accepted", round, k, r);
    }
}
END_TEST

START_TEST(indicator_refusals)
{
    c12_error x = C12_INIT(c12_error);
    memset(element, 0, sizeof element);
    c12_kpi_elements e = elements(2);
    element[6][1] = 5;
    element[7][1] = 6;
    num[0] = 77;
    ck_assert_int_eq(c12_kpi_iso(&e, num, den, &x), C12_E_RANGE);
    ck_assert_str_eq(x.field, "good");
    ck_assert_int_eq(x.row, 1);
    element[7][1] = 5;
    element[5][1] = INT64_MAX / 4;
    ck_assert_int_eq(c12_kpi_iso(&e, num, den, &x), C12_E_OVERFLOW);
    ck_assert_int_eq(x.row, 1);
    element[5][1] = 0;
    element[4][0] = element[4][1] = INT64_MAX / 2 + 1;
    ck_assert_int_eq(c12_kpi_iso(&e, num, den, &x), C12_E_OVERFLOW);
    ck_assert_int_eq(num[0], 77);
    ck_assert_int_eq(c12_kpi_iso(&e, NULL, den, &x), C12_E_ARG);
    c12_kpi_elements none = { .struct_size = sizeof none, .n = 2 };
    ck_assert_int_eq(c12_kpi_iso(&none, num, den, &x), C12_OK);
    for (int k = 0; k < 3 * C12_KPI_RATIOS; k++) ck_assert_int_eq(den[k], 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("kpi-states");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, a_shift);
    tcase_add_test(t, random_shifts);
    tcase_add_test(t, a_fleet);
    tcase_add_test(t, tasks_by_station);
    tcase_add_test(t, published_oee);
    tcase_add_test(t, random_indicators);
    tcase_add_test(t, indicator_refusals);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
