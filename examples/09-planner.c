/* SPDX-License-Identifier: Apache-2.0 */
/* A desk takes four legs and eight bolts, a leg three bolts.  Plan them, ask why, and try more stock without touching the plan. */
#include "c12/mrp.h"
#include <stdio.h>

/* prints: bolts planned: 0 100 100 0 100 0 0 0 */
/* prints: R7 the release is past due by 1 buckets: due in 1, lead time 2 */
/* prints: 5 of demand row 1 wait for the bolts of bucket 4 */
/* prints: with 500 bolts in stock 3 planned receipts would go away */
/* prints: bolts planned: 0 100 100 0 100 0 0 0 */
/* prints: bolts planned: 0 0 0 0 0 0 0 0 */

enum { DESK, LEG, BOLT, ITEMS, WEEKS = 8 };

static void print_bolts(const c12_mrp *plan)
{
    c12_qty planned[WEEKS];
    c12_mrp_row row = C12_INIT(c12_mrp_row);
    row.planned = planned;
    if (c12_mrp_get(plan, 0, BOLT, &row, NULL)) return;
    fputs("bolts planned:", stdout);
    for (int t = 0; t < WEEKS; t++) printf(" %lld", (long long)planned[t]);
    putchar('\n');
}

/* Why week 1 orders, by its last sentence, and who waits for week 4. */
static c12_status ask(c12_mrp *plan, c12_error *err)
{
    char text[1024], *last = text;
    int64_t demand_row[8];
    int32_t item[8], week[8];
    c12_qty qty[8];
    c12_mrp_why why = C12_INIT(c12_mrp_why);
    c12_mrp_demands waiting = C12_INIT(c12_mrp_demands);
    why.text = text;
    why.text_cap = sizeof text;
    c12_status s = c12_mrp_explain(plan, 0, BOLT, 1, &why, err);
    if (s) return s;
    for (char *at = text; *at; at++)
        if (at[0] == '\n' && at[1]) last = at + 1;
    fputs(last, stdout);
    waiting.cap = 8;
    waiting.row = demand_row;
    waiting.item = item;
    waiting.bucket = week;
    waiting.qty = qty;
    if ((s = c12_mrp_peg_up(plan, 0, BOLT, 4, &waiting, err))) return s;
    for (int64_t k = 0; k < waiting.count; k++) printf("%lld of demand row %lld wait for the bolts of bucket 4\n", (long long)qty[k], (long long)demand_row[k]);
    return C12_OK;
}

static c12_status try_more_stock(c12_mrp *plan, c12_error *err)
{
    const c12_mrp_edit more = { .kind = C12_MRP_EDIT_ITEM, .field = C12_MRP_FIELD_ON_HAND, .item = BOLT, .value = 500 };
    c12_mrp_delta moved = C12_INIT(c12_mrp_delta);
    int32_t branch;
    c12_status s = c12_mrp_branch(plan, 0, &branch, err);
    if (s || (s = c12_mrp_change(plan, branch, &more, 1, &moved, err))) return s;
    printf("with 500 bolts in stock %lld planned receipts would go away\n", (long long)moved.count);
    print_bolts(plan);
    if ((s = c12_mrp_commit(plan, branch, err))) return s;
    print_bolts(plan);
    return C12_OK;
}

int main(void)
{
    const int64_t off[] = { 0, 2, 3, 3 }, num[] = { 4, 8, 3 };
    const int32_t child[] = { LEG, BOLT, BOLT }, lead[] = { 1, 1, 2 }, rule[] = { C12_MRP_LOT_FOR_LOT, C12_MRP_LOT_FOR_LOT, C12_MRP_FIXED };
    const int32_t demand_item[] = { DESK, DESK }, demand_week[] = { 3, 5 };
    const c12_qty demand_qty[] = { 10, 5 }, on_hand[] = { 0, 10, 40 }, lot[] = { 1, 1, 100 };
    c12_bom bom = C12_INIT(c12_bom);
    c12_mrp_input in = C12_INIT(c12_mrp_input);
    c12_mrp_dims dims = C12_INIT(c12_mrp_dims);
    c12_error err = C12_INIT(c12_error);
    c12_mrp *plan = NULL;
    bom.n_items = ITEMS;
    bom.line_off = off;
    bom.line_child = child;
    bom.line_num = num;
    in.n_buckets = WEEKS;
    in.bom = &bom;
    in.n_demand = 2;
    in.demand_item = demand_item;
    in.demand_bucket = demand_week;
    in.demand_qty = demand_qty;
    in.on_hand = on_hand;
    in.lead_time = lead;
    in.lot_rule = rule;
    in.lot_size = lot;
    dims.items = ITEMS;
    dims.buckets = WEEKS;
    dims.lines = 3;
    dims.demand = 2;
    dims.branches = 1;
    dims.branch_rows = ITEMS;
    c12_status s = c12_mrp_create(&plan, &dims, NULL, &err);
    if (!s) s = c12_mrp_load(plan, &in, &err);
    if (!s) s = c12_mrp_solve(plan, 0, NULL, NULL, NULL, &err);
    if (!s) print_bolts(plan);
    if (!s) s = ask(plan, &err);
    if (!s) s = try_more_stock(plan, &err);
    if (s) fprintf(stderr, "%s: %s\n", c12_status_name(s), err.what);
    c12_mrp_destroy(plan);
    return s != C12_OK;
}
