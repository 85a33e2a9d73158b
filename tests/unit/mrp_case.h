/* SPDX-License-Identifier: Apache-2.0 */
/* A problem and its plan in one place, for tests that read as tables. */
#ifndef MRP_CASE_H
#define MRP_CASE_H

#include "c12/mrp.h"
#include "base/rng.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ITEMS = 40, MAX_LINES = 160, MAX_BUCKETS = 30, MAX_ROWS = 400, MAX_EXC = 4000 };

typedef struct {
    int64_t off[MAX_ITEMS + 1], num[MAX_LINES], den[MAX_LINES];
    int32_t child[MAX_LINES], ppm[MAX_LINES], from[MAX_LINES], to[MAX_LINES], shift[MAX_LINES], by[MAX_LINES];
    int32_t d_item[MAX_ROWS], d_bucket[MAX_ROWS], r_item[MAX_ROWS], r_bucket[MAX_ROWS];
    int64_t d_qty[MAX_ROWS], r_qty[MAX_ROWS];
    int32_t type[MAX_ITEMS], lead[MAX_ITEMS], rule[MAX_ITEMS], periods[MAX_ITEMS];
    int64_t on_hand[MAX_ITEMS], safety[MAX_ITEMS], size[MAX_ITEMS], min[MAX_ITEMS], max[MAX_ITEMS], multiple[MAX_ITEMS], order_cost[MAX_ITEMS], holding_cost[MAX_ITEMS];
    int64_t gross[MAX_ITEMS * MAX_BUCKETS], planned[MAX_ITEMS * MAX_BUCKETS], release[MAX_ITEMS * MAX_BUCKETS], projected[MAX_ITEMS * MAX_BUCKETS];
    int64_t past_due[MAX_ITEMS], exc_qty[MAX_EXC];
    int32_t level[MAX_ITEMS], exc_item[MAX_EXC], exc_bucket[MAX_EXC], exc_kind[MAX_EXC], exc_to[MAX_EXC];
    int32_t d_kind[MAX_ROWS], r_kind[MAX_ROWS], time[MAX_ITEMS], fence[MAX_ITEMS], d_fence[MAX_ITEMS], yield[MAX_ITEMS];
    int32_t s_item[MAX_ROWS], s_bucket[MAX_ROWS];
    int64_t s_qty[MAX_ROWS];
    c12_bom bom;
    c12_mrp_input in;
    c12_mrp_plan plan;
    c12_mem scratch;
} Case;

static inline Case *new_case(int32_t n, int32_t buckets)
{
    Case *c = calloc(1, sizeof *c);
    c->bom = (c12_bom)C12_INIT(c12_bom);
    c->bom.n_items = n;
    c->bom.line_off = c->off;
    c->bom.line_child = c->child;
    c->bom.line_num = c->num;
    c->bom.line_den = c->den;
    c->bom.line_scrap_ppm = c->ppm;
    c->bom.line_from = c->from;
    c->bom.line_to = c->to;
    c->bom.line_offset = c->shift;
    c->in = (c12_mrp_input)C12_INIT(c12_mrp_input);
    c->in.n_buckets = buckets;
    c->in.bom = &c->bom;
    c->in.demand_item = c->d_item;
    c->in.demand_bucket = c->d_bucket;
    c->in.demand_qty = c->d_qty;
    c->in.receipt_item = c->r_item;
    c->in.receipt_bucket = c->r_bucket;
    c->in.receipt_qty = c->r_qty;
    c->in.item_type = c->type;
    c->in.on_hand = c->on_hand;
    c->in.safety = c->safety;
    c->in.lead_time = c->lead;
    c->in.lot_rule = c->rule;
    c->in.lot_size = c->size;
    c->in.lot_min = c->min;
    c->in.lot_max = c->max;
    c->in.lot_multiple = c->multiple;
    c->in.lot_periods = c->periods;
    c->in.order_cost = c->order_cost;
    c->in.holding_cost = c->holding_cost;
    c->plan = (c12_mrp_plan)C12_INIT(c12_mrp_plan);
    c->plan.exc_cap = MAX_EXC;
    c->plan.gross = c->gross;
    c->plan.planned = c->planned;
    c->plan.release = c->release;
    c->plan.past_due = c->past_due;
    c->plan.projected = c->projected;
    c->plan.level = c->level;
    c->plan.exc_item = c->exc_item;
    c->plan.exc_bucket = c->exc_bucket;
    c->plan.exc_kind = c->exc_kind;
    c->plan.exc_to = c->exc_to;
    c->plan.exc_qty = c->exc_qty;
    for (int i = 0; i < n; i++) c->size[i] = c->multiple[i] = c->periods[i] = 1;
    for (int e = 0; e < MAX_LINES; e++) { c->num[e] = c->den[e] = 1; c->to[e] = INT32_MAX; }
    c->scratch.size = c12_mrp_scratch(MAX_ITEMS, MAX_LINES, MAX_BUCKETS, MAX_ROWS, MAX_ROWS);
    c->scratch.ptr = malloc(c->scratch.size);
    return c;
}

/* The columns of R14 to R19, at their defaults until a test sets them. */
static inline void use_rich(Case *c)
{
    for (int i = 0; i < MAX_ITEMS; i++) c->yield[i] = 1000000;
    c->in.demand_kind = c->d_kind;
    c->in.receipt_kind = c->r_kind;
    c->in.safety_time = c->time;
    c->in.planning_fence = c->fence;
    c->in.demand_fence = c->d_fence;
    c->in.yield_ppm = c->yield;
    c->in.safety_item = c->s_item;
    c->in.safety_bucket = c->s_bucket;
    c->in.safety_qty = c->s_qty;
}

static inline void drop_case(Case *c)
{
    free(c->scratch.ptr);
    free(c);
}

static inline void demand(Case *c, int32_t item, int32_t bucket, int64_t qty)
{
    int64_t k = c->in.n_demand++;
    c->d_item[k] = item;
    c->d_bucket[k] = bucket;
    c->d_qty[k] = qty;
}

static inline void receipt(Case *c, int32_t item, int32_t bucket, int64_t qty)
{
    int64_t k = c->in.n_receipts++;
    c->r_item[k] = item;
    c->r_bucket[k] = bucket;
    c->r_qty[k] = qty;
}

static inline void net_and_check(Case *c)
{
    c12_error e = C12_INIT(c12_error);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status s = c12_mrp_net(&c->in, &c->plan, c->scratch, &e);
    ck_assert_msg(s == C12_OK, "%s %s[%d]", c12_status_name(s), e.what, (int)e.row);
    ck_assert_int_eq(c12_mrp_check(&c->in, &c->plan, &v, c->scratch, &e), C12_OK);
    ck_assert_msg(!v.violations, "%s: item %d bucket %d", v.rule, (int)v.row, (int)v.tick);
}

static inline void row_is(const Case *c, const int64_t *column, int32_t item, const int64_t *want)
{
    for (int32_t t = 0; t < c->in.n_buckets; t++)
        ck_assert_msg(column[item * c->in.n_buckets + t] == want[t], "bucket %d: %ld, want %ld", t,
                      (long)column[item * c->in.n_buckets + t], (long)want[t]);
}
#define ROW(c, column, item, ...) row_is((c), (c)->column, (item), (const int64_t[]){ __VA_ARGS__ })

static inline void random_lines(Case *c, c12__rng *g, int32_t n)
{
    int32_t rank[MAX_ITEMS], e = 0;
    for (int i = 0; i < n; i++) rank[i] = i;
    for (int i = n - 1; i > 0; i--) { int j = (int)c12__rng_below(g, (uint64_t)i + 1), t = rank[i]; rank[i] = rank[j]; rank[j] = t; }
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < 4; k++) {
            int j = (int)c12__rng_below(g, (uint64_t)n);
            if (rank[j] <= rank[i]) continue;
            c->child[e] = j;
            c->num[e] = c12__rng_range(g, 1, 5);
            c->den[e] = c12__rng_range(g, 1, 4);
            c->ppm[e] = c12__rng_below(g, 3) ? 0 : (int32_t)c12__rng_range(g, 1, 99999);
            if (!c12__rng_below(g, 5)) c->from[e] = (int32_t)c12__rng_range(g, 1, 10);
            if (!c12__rng_below(g, 5)) c->to[e] = c->from[e] + (int32_t)c12__rng_range(g, 1, 10);
            if (!c12__rng_below(g, 6)) c->shift[e] = (int32_t)c12__rng_range(g, -1, 2);
            e++;
        }
        c->off[i + 1] = e;
    }
}

static inline Case *random_case(uint64_t seed)
{
    c12__rng g = c12__rng_from(seed, 4);
    int32_t n = (int32_t)c12__rng_range(&g, 1, MAX_ITEMS), buckets = (int32_t)c12__rng_range(&g, 1, MAX_BUCKETS);
    Case *c = new_case(n, buckets);
    random_lines(c, &g, n);
    for (int i = 0; i < n; i++) {
        c->type[i] = c12__rng_below(&g, 8) ? C12_MRP_MAKE : C12_MRP_PHANTOM;
        c->lead[i] = (int32_t)c12__rng_below(&g, 5);
        c->rule[i] = (int32_t)c12__rng_below(&g, 10);
        c->order_cost[i] = (int64_t)c12__rng_below(&g, 3000);
        c->holding_cost[i] = (int64_t)c12__rng_below(&g, 9);
        c->on_hand[i] = c12__rng_range(&g, 0, 60);
        c->safety[i] = c12__rng_below(&g, 3) ? 0 : c12__rng_range(&g, 1, 30);
        c->size[i] = c12__rng_range(&g, 1, 50);
        c->min[i] = c12__rng_range(&g, 0, 40);
        c->multiple[i] = c12__rng_range(&g, 1, 12);
        c->max[i] = c->min[i] + c12__rng_range(&g, 1, 60);
        c->periods[i] = (int32_t)c12__rng_range(&g, 1, 5);
    }
    for (int k = 0; k < 60; k++) demand(c, (int32_t)c12__rng_below(&g, (uint64_t)n), (int32_t)c12__rng_range(&g, -1, buckets), c12__rng_range(&g, 0, 50));
    for (int k = 0; k < 20; k++) receipt(c, (int32_t)c12__rng_below(&g, (uint64_t)n), (int32_t)c12__rng_range(&g, -1, buckets), c12__rng_range(&g, 1, 40));
    c->in.scrap = (int32_t)c12__rng_below(&g, 2);
    return c;
}


#endif
