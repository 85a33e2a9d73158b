/* SPDX-License-Identifier: Apache-2.0 */
/* The sample plant from its folder to its first purchase orders: libc12io reads the files, the planner nets them. */
#include "c12/io.h"
#include "c12/mrp.h"
#include <stdio.h>

/* prints: 16 items, 15 lines, 30 demand rows */
/* prints: order 2 of SW-LICENSE-EXEC-001 on day 3 for day 3 */
/* prints: order 32 of AL-6061-T6-001 on day 6 for day 16 */
/* prints: order 48 of BR-304SS-001 on day 4 for day 16 */
/* prints: order 64 of BOLT-M6-001 on day 19 for day 24 */
/* prints: order 4 of MOT-KOLL-001 on day 9 for day 37 */

enum { DAYS = 60, FIRST = 5 };

static c12_bom lines_of(const c12io_plant *p)
{
    c12_bom b = C12_INIT(c12_bom);
    b.n_items = p->n_items;
    b.line_off = p->line_off;
    b.line_child = p->line_child;
    b.line_num = p->line_num;
    b.line_den = p->line_den;
    b.line_scrap_ppm = p->line_scrap_ppm;
    return b;
}

static c12_mrp_input input_of(const c12io_plant *p, const c12_bom *bom)
{
    c12_mrp_input in = C12_INIT(c12_mrp_input);
    in.n_buckets = DAYS;
    in.bom = bom;
    in.n_demand = p->n_demand;
    in.demand_item = p->demand_item;
    in.demand_bucket = p->demand_bucket;
    in.demand_qty = p->demand_qty;
    in.n_receipts = p->n_receipts;
    in.receipt_item = p->receipt_item;
    in.receipt_bucket = p->receipt_bucket;
    in.receipt_qty = p->receipt_qty;
    in.item_type = p->item_type;
    in.on_hand = p->on_hand;
    in.safety = p->safety;
    in.lead_time = p->lead_time;
    in.lot_rule = p->lot_rule;
    in.lot_size = p->lot_size;
    in.lot_min = p->lot_min;
    in.lot_max = p->lot_max;
    in.lot_multiple = p->lot_multiple;
    in.lot_periods = p->lot_periods;
    return in;
}

/* The first planned orders of everything that is bought, by item. */
static c12_status print_orders(const c12io_plant *p, const c12_mrp *plan, c12_error *err)
{
    c12_qty planned[DAYS];
    c12_mrp_row row = C12_INIT(c12_mrp_row);
    row.planned = planned;
    for (int32_t i = 0, shown = 0; i < p->n_items && shown < FIRST; i++) {
        if (p->item_type[i] != C12_MRP_BUY) continue;
        c12_status s = c12_mrp_get(plan, 0, i, &row, err);
        if (s) return s;
        for (int t = 0; t < DAYS; t++) {
            if (!planned[t]) continue;
            c12_view code = c12io_texts_at(p->item_code, i);
            printf("order %lld of %.*s on day %d for day %d\n", (long long)planned[t], (int)code.size, (const char *)code.ptr, t - p->lead_time[i], t);
            shown++;
            break;
        }
    }
    return C12_OK;
}

int main(void)
{
    char text[2048] = "";
    c12_error err = C12_INIT(c12_error);
    c12io_plant *p = NULL;
    c12_mrp *plan = NULL;
    err.text = text;
    err.text_cap = sizeof text;
    c12_status s = c12io_plant_load(&p, "examples/plants/humanoid", &err);
    if (!s) {
        c12_bom bom = lines_of(p);
        c12_mrp_input in = input_of(p, &bom);
        c12_mrp_dims dims = C12_INIT(c12_mrp_dims);
        dims.items = p->n_items;
        dims.buckets = DAYS;
        dims.lines = p->n_lines;
        dims.demand = p->n_demand;
        dims.receipts = p->n_receipts;
        printf("%d items, %lld lines, %lld demand rows\n", (int)p->n_items, (long long)p->n_lines, (long long)p->n_demand);
        s = c12_mrp_create(&plan, &dims, NULL, &err);
        if (!s) s = c12_mrp_load(plan, &in, &err);
        if (!s) s = c12_mrp_solve(plan, 0, NULL, NULL, NULL, &err);
        if (!s) s = print_orders(p, plan, &err);
    }
    if (s) fprintf(stderr, "%s: %s\n%s", c12_status_name(s), err.what, text);
    c12_mrp_destroy(plan);
    c12io_plant_free(p);
    return s != C12_OK;
}
