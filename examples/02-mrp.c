/* SPDX-License-Identifier: Apache-2.0 */
/* When must actuators be ordered?  Two items, ten days, and a message for the order that comes too late. */
#include "c12/mrp.h"
#include <stdio.h>

/* prints: day  robots released  actuators released */
/* prints:   0                0                  20 */
/* prints:   3                0                  40 */
/* prints:   4                2                   0 */
/* prints:   7                3                   0 */
/* prints: past due: 0 robots, 0 actuators */

enum { ROBOT, ACTUATOR, ITEMS, DAYS = 10 };

int main(void)
{
    const int64_t off[] = { 0, 1, 1 };
    const int32_t child[] = { ACTUATOR };
    const int64_t num[] = { 12 };
    const int32_t demand_item[] = { ROBOT, ROBOT }, demand_day[] = { 6, 9 }, lead[] = { 2, 4 }, rule[] = { C12_MRP_LOT_FOR_LOT, C12_MRP_FIXED };
    const c12_qty demand_qty[] = { 2, 3 }, on_hand[] = { 0, 4 }, lot[] = { 1, 20 };
    c12_bom bom = C12_INIT(c12_bom);
    c12_mrp_input in = C12_INIT(c12_mrp_input);
    c12_mrp_plan plan = C12_INIT(c12_mrp_plan);
    c12_error err = C12_INIT(c12_error);
    c12_qty gross[ITEMS * DAYS], planned[ITEMS * DAYS], release[ITEMS * DAYS], past_due[ITEMS];
    static char scratch[16384];
    c12_mem memory = { scratch, sizeof scratch };
    bom.n_items = ITEMS;
    bom.line_off = off;
    bom.line_child = child;
    bom.line_num = num;
    in.n_buckets = DAYS;
    in.bom = &bom;
    in.n_demand = 2;
    in.demand_item = demand_item;
    in.demand_bucket = demand_day;
    in.demand_qty = demand_qty;
    in.on_hand = on_hand;
    in.lead_time = lead;
    in.lot_rule = rule;
    in.lot_size = lot;
    plan.gross = gross;
    plan.planned = planned;
    plan.release = release;
    plan.past_due = past_due;
    if (c12_mrp_net(&in, &plan, memory, &err)) {
        fprintf(stderr, "%s: %s\n", c12_status_name(err.status), err.what);
        return 1;
    }
    puts("day  robots released  actuators released");
    for (int d = 0; d < DAYS; d++)
        if (release[d] || release[DAYS + d]) printf("%3d %16lld %19lld\n", d, (long long)release[d], (long long)release[DAYS + d]);
    printf("past due: %lld robots, %lld actuators\n", (long long)past_due[ROBOT], (long long)past_due[ACTUATOR]);
    return 0;
}
