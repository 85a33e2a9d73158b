/* SPDX-License-Identifier: Apache-2.0 */
/* What does a robot leg cost, and what goes into ten of them?  Four items, three lines, exact to the micro. */
#include "c12/bom.h"
#include <stdio.h>

/* prints: unit cost of the leg: 2310.525000 */
/* prints: ten legs take 40 actuators, 41 gears */

enum { LEG, ACTUATOR, GEAR, BOLT, ITEMS };

int main(void)
{
    const int64_t off[] = { 0, 2, 3, 3, 3 };               /* the leg has two lines, the actuator one */
    const int32_t child[] = { ACTUATOR, BOLT, GEAR };
    const int64_t num[] = { 4, 1, 1 };
    const int64_t den[] = { 1, 2, 1 };                      /* one box of bolts serves two legs */
    const int32_t scrap_ppm[] = { 0, 0, 5000 };
    const c12_money own[] = { 100000000, 150000000, 400000000, 5050000 }; /* micro currency */
    c12_bom bom = C12_INIT(c12_bom);
    c12_error err = C12_INIT(c12_error);
    c12_qty demand[ITEMS] = { 10, 0, 0, 0 }, gross[ITEMS];
    c12_money cost[ITEMS];
    char scratch[4096];
    c12_mem memory = { scratch, sizeof scratch };
    bom.n_items = ITEMS;
    bom.line_off = off;
    bom.line_child = child;
    bom.line_num = num;
    bom.line_den = den;
    bom.line_scrap_ppm = scrap_ppm;
    if (c12_bom_rollup(&bom, own, NULL, cost, memory, &err) || c12_bom_explode(&bom, demand, NULL, gross, memory, &err)) {
        fprintf(stderr, "%s: %s\n", c12_status_name(err.status), err.what);
        return 1;
    }
    printf("unit cost of the leg: %lld.%06lld\n", (long long)(cost[LEG] / 1000000), (long long)(cost[LEG] % 1000000));
    printf("ten legs take %lld actuators, %lld gears\n", (long long)gross[ACTUATOR], (long long)gross[GEAR]);
    return 0;
}
