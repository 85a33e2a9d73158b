/* SPDX-License-Identifier: Apache-2.0 */
/* Random plants of the planner handle, kept beside it as a user would. */
#ifndef MRP_PLANT_H
#define MRP_PLANT_H

#include "c12/mrp.h"
#include "support.h"
#include <check.h>
#include <string.h>

enum { ITEMS = 24, LINES = 400, BUCKETS = 37, ROWS = 900, BRANCHES = 3, EXC = 9000 }; /* buckets: several vectors and a rest */

typedef struct { int32_t parent, child, ppm, from, to, shift, gone; int64_t num, den; int32_t by; } Line;

/* The inputs of one branch, as a user would keep them beside the handle. */
typedef struct {
    Line line[LINES];
    int32_t d_item[ROWS], d_bucket[ROWS], r_item[ROWS], r_bucket[ROWS];
    int64_t d_qty[ROWS], r_qty[ROWS];
    int32_t type[ITEMS], lead[ITEMS], rule[ITEMS], periods[ITEMS];
    int64_t on_hand[ITEMS], safety[ITEMS], size[ITEMS], min[ITEMS], max[ITEMS], multiple[ITEMS], order_cost[ITEMS], holding_cost[ITEMS];
    int32_t d_kind[ROWS], r_kind[ROWS], time[ITEMS], fence[ITEMS], d_fence[ITEMS], yield[ITEMS];
    int64_t step[ITEMS][BUCKETS]; /* safety stock from a bucket on, -1 = as before */
} Inputs;

typedef struct {
    int64_t gross[ITEMS * BUCKETS], planned[ITEMS * BUCKETS], release[ITEMS * BUCKETS], projected[ITEMS * BUCKETS], past_due[ITEMS], exc_qty[EXC];
    int32_t level[ITEMS], exc_item[EXC], exc_bucket[EXC], exc_kind[EXC], exc_to[EXC];
    c12_mrp_plan plan;
} Plan;

static Inputs now[BRANCHES + 1];
static int open_branch[BRANCHES + 1];
static uint8_t has_row[BRANCHES + 1][ROWS]; /* demand rows a branch knows */
static int32_t n_lines, n_demand, n_receipts, scrap_rule, huge, rich;
static Plan kept, fresh;

static inline void bind_plan(Plan *p)
{
    p->plan = (c12_mrp_plan)C12_INIT(c12_mrp_plan);
    p->plan.exc_cap = EXC;
    p->plan.gross = p->gross;
    p->plan.planned = p->planned;
    p->plan.release = p->release;
    p->plan.projected = p->projected;
    p->plan.past_due = p->past_due;
    p->plan.level = p->level;
    p->plan.exc_item = p->exc_item;
    p->plan.exc_bucket = p->exc_bucket;
    p->plan.exc_kind = p->exc_kind;
    p->plan.exc_to = p->exc_to;
    p->plan.exc_qty = p->exc_qty;
}

/* Lines as the room takes them: by parent, what was removed left out. */
static struct { int64_t off[ITEMS + 1], num[LINES], den[LINES]; int32_t child[LINES], ppm[LINES], from[LINES], to[LINES], shift[LINES], by[LINES]; c12_bom bom; c12_mrp_input in;
    int32_t s_item[ITEMS * BUCKETS], s_bucket[ITEMS * BUCKETS]; int64_t s_qty[ITEMS * BUCKETS]; } view;

static inline void view_rich(const Inputs *s, c12_mrp_input *m)
{
    m->negative_stock = 1;
    m->message_qty = rich > 1 ? 9 : 0;
    m->message_shift = rich > 1 ? 2 : 0;
    m->demand_kind = s->d_kind;
    m->receipt_kind = s->r_kind;
    m->safety_time = s->time;
    m->planning_fence = s->fence;
    m->demand_fence = s->d_fence;
    m->yield_ppm = s->yield;
    m->safety_item = view.s_item;
    m->safety_bucket = view.s_bucket;
    m->safety_qty = view.s_qty;
    for (int32_t i = 0; i < ITEMS; i++)
        for (int32_t t = 0; t < BUCKETS; t++) {
            if (s->step[i][t] < 0) continue;
            view.s_item[m->n_safety] = i;
            view.s_bucket[m->n_safety] = t;
            view.s_qty[m->n_safety++] = s->step[i][t];
        }
}

static inline const c12_mrp_input *view_of(const Inputs *s)
{
    int64_t k = 0;
    for (int32_t i = 0; i < ITEMS; i++) {
        view.off[i] = k;
        for (int32_t e = 0; e < n_lines; e++) {
            const Line *l = s->line + e;
            if (l->gone || l->parent != i) continue;
            view.child[k] = l->child;
            view.num[k] = l->num;
            view.den[k] = l->den;
            view.ppm[k] = l->ppm;
            view.from[k] = l->from;
            view.to[k] = l->to;
            view.by[k] = l->by;
            view.shift[k++] = l->shift;
        }
    }
    view.off[ITEMS] = k;
    c12_bom b = C12_INIT(c12_bom);
    b.n_items = ITEMS;
    b.line_off = view.off;
    b.line_child = view.child;
    b.line_num = view.num;
    b.line_den = view.den;
    b.line_scrap_ppm = view.ppm;
    b.line_from = view.from;
    b.line_to = view.to;
    b.line_offset = view.shift;
    if (rich) b.line_kind = view.by;
    view.bom = b;
    c12_mrp_input m = C12_INIT(c12_mrp_input);
    m.n_buckets = BUCKETS;
    m.n_demand = n_demand;
    m.n_receipts = n_receipts;
    m.scrap = scrap_rule;
    m.bom = &view.bom;
    m.demand_item = s->d_item;
    m.demand_bucket = s->d_bucket;
    m.demand_qty = s->d_qty;
    m.receipt_item = s->r_item;
    m.receipt_bucket = s->r_bucket;
    m.receipt_qty = s->r_qty;
    m.item_type = s->type;
    m.on_hand = s->on_hand;
    m.safety = s->safety;
    m.lead_time = s->lead;
    m.lot_rule = s->rule;
    m.lot_size = s->size;
    m.lot_min = s->min;
    m.lot_max = s->max;
    m.lot_multiple = s->multiple;
    m.lot_periods = s->periods;
    m.order_cost = s->order_cost;
    m.holding_cost = s->holding_cost;
    if (rich) view_rich(s, &m);
    view.in = m;
    return &view.in;
}

static inline c12_status net_fresh(const Inputs *s)
{
    static char room[1 << 21];
    c12_mem scratch = { room, sizeof room };
    bind_plan(&fresh);
    ck_assert_uint_le(c12_mrp_scratch(ITEMS, LINES, BUCKETS, ROWS, ROWS), sizeof room);
    return c12_mrp_net(view_of(s), &fresh.plan, scratch, NULL);
}

static inline void judge_fresh(const Inputs *s)
{
    static char room[1 << 21];
    c12_mem scratch = { room, sizeof room };
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_mrp_check(view_of(s), &fresh.plan, &v, scratch, NULL), C12_OK);
    ck_assert_msg(!v.violations, "%s: item %d bucket %d", v.rule, (int)v.row, (int)v.tick);
}

static inline void same(c12_mrp *h, int32_t branch)
{
    c12_error e = C12_INIT(c12_error);
    bind_plan(&kept);
    ck_assert_int_eq(net_fresh(now + branch), C12_OK);
    judge_fresh(now + branch);
    c12_status s = c12_mrp_solve(h, branch, NULL, &kept.plan, NULL, &e);
    ck_assert_msg(!s, "%s %s", c12_status_name(s), e.what);
    for (int32_t i = 0; i < ITEMS * BUCKETS; i++)
        ck_assert_msg(kept.planned[i] == fresh.planned[i] && kept.gross[i] == fresh.gross[i], "branch %d item %d bucket %d: planned %ld want %ld, gross %ld want %ld", (int)branch,
                      (int)(i / BUCKETS), (int)(i % BUCKETS), (long)kept.planned[i], (long)fresh.planned[i], (long)kept.gross[i], (long)fresh.gross[i]);
    ck_assert_mem_eq(kept.release, fresh.release, sizeof fresh.release);
    ck_assert_mem_eq(kept.projected, fresh.projected, sizeof fresh.projected);
    ck_assert_mem_eq(kept.past_due, fresh.past_due, sizeof fresh.past_due);
    ck_assert_mem_eq(kept.level, fresh.level, sizeof fresh.level);
    ck_assert_int_eq(kept.plan.exc_count, fresh.plan.exc_count);
    ck_assert_int_eq(kept.plan.outside_demand, fresh.plan.outside_demand);
    size_t n = (size_t)fresh.plan.exc_count;
    ck_assert_mem_eq(kept.exc_item, fresh.exc_item, n * sizeof *fresh.exc_item);
    ck_assert_mem_eq(kept.exc_bucket, fresh.exc_bucket, n * sizeof *fresh.exc_bucket);
    ck_assert_mem_eq(kept.exc_kind, fresh.exc_kind, n * sizeof *fresh.exc_kind);
    ck_assert_mem_eq(kept.exc_to, fresh.exc_to, n * sizeof *fresh.exc_to);
    ck_assert_mem_eq(kept.exc_qty, fresh.exc_qty, n * sizeof *fresh.exc_qty);
}

/* The trunk as changes left it: a solve would plan it anew. */
static inline void rows_are_kept(c12_mrp *h)
{
    c12_mrp_row row = C12_INIT(c12_mrp_row);
    int64_t planned[BUCKETS], gross[BUCKETS];
    row.planned = planned;
    row.gross = gross;
    ck_assert_int_eq(net_fresh(now), C12_OK);
    for (int32_t i = 0; i < ITEMS; i++) {
        ck_assert_int_eq(c12_mrp_get(h, 0, i, &row, NULL), C12_OK);
        ck_assert_mem_eq(planned, fresh.planned + i * BUCKETS, sizeof planned);
        ck_assert_mem_eq(gross, fresh.gross + i * BUCKETS, sizeof gross);
        ck_assert_int_eq(row.level, fresh.level[i]);
        ck_assert_int_eq(row.past_due, fresh.past_due[i]);
    }
}

/* ---- a random plant ------------------------------------------------------------------------------------------------------------------ */

static inline int64_t some(int32_t most) { return !dice(12) && huge ? (int64_t)(1 + dice(9)) << (27 + dice(10)) : dice(most); }

static inline void random_terms(Inputs *s, int32_t i)
{
    s->type[i] = dice(5) ? dice(2) : C12_MRP_PHANTOM;
    s->lead[i] = dice(4);
    s->rule[i] = dice(3) ? dice(5) : 5 + dice(5);
    s->order_cost[i] = dice(4000);
    s->holding_cost[i] = dice(9);
    s->periods[i] = 1 + dice(5);
    s->on_hand[i] = some(60);
    s->safety[i] = dice(3) ? 0 : some(40);
    s->size[i] = 1 + some(30);
    s->min[i] = dice(2) ? 0 : some(40);
    s->max[i] = s->min[i] + some(50);
    if (s->rule[i] == C12_MRP_MIN_MULTIPLE && dice(2)) s->max[i] = 0;
    s->multiple[i] = 1 + dice(7);
}

static inline void random_rich(Inputs *s, int32_t i)
{
    s->time[i] = dice(3) ? 0 : dice(4);
    s->fence[i] = dice(3) ? 0 : dice(6);
    s->d_fence[i] = dice(3) ? 0 : dice(9);
    s->yield[i] = dice(3) ? 1000000 : dice(4) ? 800000 + dice(200000) : 1 + dice(1000000);
    if (!dice(3)) s->on_hand[i] = -s->on_hand[i];
    for (int32_t k = dice(2) ? 0 : dice(4); k > 0; k--) s->step[i][dice(BUCKETS)] = some(50);
}

static inline void random_line(Line *l)
{
    static const int32_t share[] = { 0, 0, 0, 50000, 5000, 12345 };
    l->num = 1 + dice(4);
    l->den = dice(3) ? 1 : 1 + dice(12);
    l->ppm = share[dice(6)];
    l->from = dice(5) ? 0 : dice(6);
    l->to = dice(5) ? INT32_MAX : l->from + 1 + dice(6);
    l->shift = dice(6) ? 0 : dice(5) - 2;
}

static inline void random_plant(uint64_t seed)
{
    Inputs *s = now;
    dice_state = seed * 2654435761u + 88172645463325252u;
    memset(now, 0, sizeof now);
    memset(open_branch, 0, sizeof open_branch);
    memset(has_row, 0, sizeof has_row);
    memset(has_row[0], 1, sizeof has_row[0]);
    open_branch[0] = 1;
    n_lines = n_demand = n_receipts = 0;
    memset(now[0].step, -1, sizeof now[0].step);
    for (int32_t i = 0; i < ITEMS; i++) random_terms(s, i);
    for (int32_t i = 0; i < ITEMS && rich; i++) random_rich(s, i);
    for (int32_t i = 0; i < ITEMS; i++) /* by parent, as the room numbers them; children lie below */
        for (int32_t k = i + 1 < ITEMS ? dice(4) : 0; k > 0; k--) {
            Line *l = s->line + n_lines++;
            random_line(l);
            l->parent = i;
            l->child = i + 1 + dice(ITEMS - i - 1);
            if (rich && !dice(5)) { l->by = C12_BOM_BY_PRODUCT; l->ppm = 0; }
        }
    for (int32_t i = 0; i < ITEMS; i++)
        for (int32_t k = dice(3) ? dice(3) : 8; k > 0; k--) {
            s->d_item[n_demand] = i;
            s->d_bucket[n_demand] = dice(BUCKETS + 3) - 1;
            s->d_kind[n_demand] = rich && dice(2);
            s->d_qty[n_demand++] = some(50);
        }
    for (int32_t i = 0; i < ITEMS; i++)
        for (int32_t k = dice(3); k > 0; k--) {
            s->r_item[n_receipts] = i;
            s->r_bucket[n_receipts] = dice(BUCKETS + 3) - 1;
            s->r_kind[n_receipts] = rich && dice(2);
            s->r_qty[n_receipts++] = some(50);
        }
}

static inline c12_mrp *planner(purse *p)
{
    c12_mrp_dims d = C12_INIT(c12_mrp_dims);
    c12_host host = C12_INIT(c12_host);
    c12_error e = C12_INIT(c12_error);
    c12_mrp *h;
    d.items = ITEMS;
    d.buckets = BUCKETS;
    d.wide_rows = (1 + BRANCHES) * ITEMS;
    d.lines = d.rare_lines = LINES;
    d.demand = d.receipts = ROWS;
    d.line_edits = 4 * LINES;
    d.branch_events = 9000;
    d.safety = ITEMS * BUCKETS;
    d.branches = BRANCHES;
    d.branch_rows = BRANCHES * ITEMS;
    host.user = p;
    host.alloc = purse_alloc;
    host.release = purse_release;
    *p = (purse){ 1, 0 };
    ck_assert_msg(c12_mrp_create(&h, &d, &host, &e) == C12_OK, "%s", e.what);
    ck_assert_msg(c12_mrp_load(h, view_of(now), &e) == C12_OK, "%s", e.what);
    ck_assert_msg(c12_mrp_solve(h, 0, NULL, NULL, NULL, &e) == C12_OK, "%s", e.what);
    return h;
}

#endif
