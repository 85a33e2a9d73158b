/* SPDX-License-Identifier: Apache-2.0 */
/* Torques of a joint come one subgroup at a time: the chart says at which one the process has moved, and by which rule.  Then, how many of a lot to inspect. */
#include "c12/spc.h"
#include <stdio.h>

/* prints: lines of 8 subgroups: 42.01 +- 0.08 */
/* prints: subgroup 11: rule 5, with the points 9 11 */
/* prints: 500 motors, AQL 0.65 %: inspect 80, accept with at most 1 nonconforming */

int main(void)
{
    /* in 1/100 N m, five a subgroup */
    static const int64_t first[40] = { 4205, 4195, 4198, 4210, 4201, 4196, 4199, 4208, 4203, 4200, 4192, 4207, 4199, 4204, 4201, 4212, 4197, 4195, 4202, 4203,
        4193, 4200, 4206, 4204, 4198, 4205, 4209, 4196, 4201, 4202, 4199, 4194, 4208, 4203, 4197, 4203, 4198, 4211, 4200, 4195 };
    static const int64_t then[3][5] = { { 4211, 4205, 4206, 4209, 4207 }, { 4203, 4199, 4207, 4200, 4204 }, { 4209, 4211, 4204, 4206, 4209 } };
    int64_t value[8], centre[8], reach[8], range[8];
    c12_spc_data data = C12_INIT(c12_spc_data);
    c12_spc_chart chart = C12_INIT(c12_spc_chart);
    c12_spc_watch watch = C12_INIT(c12_spc_watch);
    c12_spc_plan plan = C12_INIT(c12_spc_plan);
    c12_error err = C12_INIT(c12_error);
    data.kind = C12_SPC_XBAR_R; data.n = 8; data.size = 5; data.x = first;
    chart.value = value; chart.centre = centre; chart.reach = reach; chart.spread = range;
    if (c12_spc_make(&data, &chart, &err)) goto failed;
    printf("lines of 8 subgroups: %.2f +- %.2f\n", (double)centre[0] / 1e8, (double)reach[0] / 1e8);
    watch.centre = centre[0];
    watch.reach = reach[0];
    for (int k = 0; k < 3; k++) {
        int64_t mean, spread;
        uint32_t fired, points;
        if (c12_spc_group(C12_SPC_XBAR_R, 5, then[k], &mean, &spread, &err) || c12_spc_push(&watch, 1, &mean, &fired, &err)) goto failed;
        for (int rule = 1; fired; rule++, fired >>= 1) {
            if (!(fired & 1)) continue;
            if (c12_spc_pattern(&watch, rule, &points, NULL, &err)) goto failed;
            printf("subgroup %d: rule %d, with the points", 9 + k, rule);
            for (int j = 14; j >= 0; j--) if (points >> j & 1) printf(" %d", 9 + k - j);
            printf("\n");
        }
    }
    if (c12_spc_sample(500, C12_SPC_LEVEL_II, 6500, C12_SPC_NORMAL, &plan, &err)) goto failed;
    printf("500 motors, AQL 0.65 %%: inspect %d, accept with at most %d nonconforming\n", (int)plan.sample, (int)plan.accept);
    return 0;
failed:
    fprintf(stderr, "%s: %s in %s\n", c12_status_name(err.status), err.what, err.field ? err.field : "");
    return 1;
}
