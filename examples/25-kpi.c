/* SPDX-License-Identifier: Apache-2.0 */
/* A shift of one press, event by event: where its time went, and its OEE.  Then, whether Little's law believes the visits of a cell, and which supplier is best. */
#include "c12/kpi.h"
#include <stdio.h>

/* prints: run 400, set-up 30, stopped 20, broken 30 of 480 minutes */
/* prints: availability 0.8333, effectiveness 0.8750, quality 0.9714, OEE 0.7083 */
/* prints: 0.90 units in the cell on average, 0.20 a minute leave after 4.50 minutes: off by 0 ppm */
/* prints: the best supplier is 1 with 5/6, 0 has 151/200 */

static char memory[4096];
static const c12_mem scratch = { memory, sizeof memory };
static c12_error err = C12_INIT(c12_error);

static int press(void)
{
    static const int32_t unit[6] = { 0 }, reason[] = { 0, 1, 0, 2, 3, 0 }, class_of[] = { C12_KPI_RUN, C12_KPI_SETUP, C12_KPI_STOP, C12_KPI_FAILURE };
    static const int64_t begin[] = { 0, 150, 180, 330, 350, 380 }, end[] = { 150, 180, 330, 350, 380, 480 }, half_minutes = 1, made = 700, good = 680;
    int64_t minutes[C12_KPI_CLASSES], unknown, failures, num[2 * C12_KPI_RATIOS], den[2 * C12_KPI_RATIOS], planned, run;
    c12_kpi_states in = { .struct_size = sizeof in, .n_units = 1, .n_reasons = 4, .n = 6, .from = 0, .to = 480, .unit = unit, .begin = begin, .end = end, .reason = reason, .class_of = class_of };
    c12_kpi_times out = { .struct_size = sizeof out, .time = minutes, .unknown = &unknown, .failures = &failures };
    if (c12_kpi_tally(&in, &out, scratch, &err)) return 1;
    printf("run %d, set-up %d, stopped %d, broken %d of 480 minutes\n", (int)minutes[C12_KPI_RUN], (int)minutes[C12_KPI_SETUP], (int)minutes[C12_KPI_STOP], (int)minutes[C12_KPI_FAILURE]);
    planned = 2 * (480 - unknown - minutes[C12_KPI_OFF]); /* a part is planned to take half a minute */
    run = 2 * minutes[C12_KPI_RUN];
    c12_kpi_elements e = { .struct_size = sizeof e, .n = 1, .busy_planned = &planned, .production = &run, .run_time = &half_minutes, .produced = &made, .good = &good };
    if (c12_kpi_iso(&e, num, den, &err)) return 1;
#define VALUE(k) ((double)num[k] / (double)den[k])
    printf("availability %.4f, effectiveness %.4f, quality %.4f, OEE %.4f\n", VALUE(C12_KPI_AVAILABILITY), VALUE(C12_KPI_EFFECTIVENESS), VALUE(C12_KPI_QUALITY_RATIO), VALUE(C12_KPI_OEE_INDEX));
    return 0;
}

static int cell(void)
{
    static const int64_t entered[] = { 0, 1, 5, 5 }, left[] = { 4, 7, 8, 10 };
    c12_kpi_visits in = { .struct_size = sizeof in, .n = 4, .from = 0, .to = 20, .entered = entered, .left = left };
    c12_kpi_flows out = C12_INIT(c12_kpi_flows);
    if (c12_kpi_flow(&in, &out, scratch, &err)) return 1;
    printf("%.2f units in the cell on average, %.2f a minute leave after %.2f minutes: off by %d ppm\n", (double)out.area / 20, (double)out.left / 20, (double)out.flow / (double)out.left, (int)out.gap_ppm);
    return 0;
}

/* Supplier 0: one of four rejected, one late, mark 80.  Supplier 1: two receipts, one late, no mark. */
static int suppliers(void)
{
    static const int32_t of[] = { 0, 0, 0, 0, 1, 1 }, mark[] = { 80, -1 };
    static const uint8_t rejected[] = { 1, 0, 0, 0, 0, 0 };
    static const int64_t late[] = { 0, 2, 0, 0, 0, 5 };
    int64_t receipts[2], refused[2], timely[2], ticks[2], num[2], den[2];
    int32_t rank[2];
    uint8_t preferred[2];
    c12_kpi_receipts in = { .struct_size = sizeof in, .n_suppliers = 2, .n = 6, .supplier = of, .rejected = rejected, .late = late, .communication = mark };
    c12_kpi_scores out = { .struct_size = sizeof out, .receipts = receipts, .rejected = refused, .on_time = timely, .late_ticks = ticks, .num = num, .den = den, .rank = rank, .preferred = preferred };
    if (c12_kpi_suppliers(&in, &out, scratch, &err)) return 1;
    printf("the best supplier is %d with %d/%d, 0 has %d/%d\n", (int)rank[0], (int)(num[1] / 3), (int)(den[1] / 3), (int)(num[0] / 20), (int)(den[0] / 20));
    return 0;
}

int main(void)
{
    if (!press() && !cell() && !suppliers()) return 0;
    fprintf(stderr, "%s: %s in %s\n", c12_status_name(err.status), err.what, err.field ? err.field : "");
    return 1;
}
