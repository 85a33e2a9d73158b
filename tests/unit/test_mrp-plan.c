/* SPDX-License-Identifier: Apache-2.0 */
/* The planner handle against the pure function: whatever is edited, in whatever branch, the kept plan is the plan of the new inputs. */
#include "c12/mrp.h"
#include "support.h"
#include <check.h>
#include <string.h>

enum { ITEMS = 24, LINES = 400, BUCKETS = 37, ROWS = 900, BRANCHES = 3, EXC = 9000 }; /* buckets: several vectors and a rest */

typedef struct { int32_t parent, child, ppm, from, to, shift, gone; int64_t num, den; } Line;

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

static void bind_plan(Plan *p)
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
static struct { int64_t off[ITEMS + 1], num[LINES], den[LINES]; int32_t child[LINES], ppm[LINES], from[LINES], to[LINES], shift[LINES]; c12_bom bom; c12_mrp_input in;
    int32_t s_item[ITEMS * BUCKETS], s_bucket[ITEMS * BUCKETS]; int64_t s_qty[ITEMS * BUCKETS]; } view;

static void view_rich(const Inputs *s, c12_mrp_input *m)
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

static const c12_mrp_input *view_of(const Inputs *s)
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

static c12_status net_fresh(const Inputs *s)
{
    static char room[1 << 21];
    c12_mem scratch = { room, sizeof room };
    bind_plan(&fresh);
    ck_assert_uint_le(c12_mrp_scratch(ITEMS, LINES, BUCKETS, ROWS, ROWS), sizeof room);
    return c12_mrp_net(view_of(s), &fresh.plan, scratch, NULL);
}

static void judge_fresh(const Inputs *s)
{
    static char room[1 << 21];
    c12_mem scratch = { room, sizeof room };
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_mrp_check(view_of(s), &fresh.plan, &v, scratch, NULL), C12_OK);
    ck_assert_msg(!v.violations, "%s: item %d bucket %d", v.rule, (int)v.row, (int)v.tick);
}

static void same(c12_mrp *h, int32_t branch)
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
static void rows_are_kept(c12_mrp *h)
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

static int64_t some(int32_t most) { return !dice(12) && huge ? (int64_t)(1 + dice(9)) << (27 + dice(10)) : dice(most); }

static void random_terms(Inputs *s, int32_t i)
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

static void random_rich(Inputs *s, int32_t i)
{
    s->time[i] = dice(3) ? 0 : dice(4);
    s->fence[i] = dice(3) ? 0 : dice(6);
    s->d_fence[i] = dice(3) ? 0 : dice(9);
    s->yield[i] = dice(3) ? 1000000 : dice(4) ? 800000 + dice(200000) : 1 + dice(1000000);
    if (!dice(3)) s->on_hand[i] = -s->on_hand[i];
    for (int32_t k = dice(2) ? 0 : dice(4); k > 0; k--) s->step[i][dice(BUCKETS)] = some(50);
}

static void random_line(Line *l)
{
    static const int32_t share[] = { 0, 0, 0, 50000, 5000, 12345 };
    l->num = 1 + dice(4);
    l->den = dice(3) ? 1 : 1 + dice(12);
    l->ppm = share[dice(6)];
    l->from = dice(5) ? 0 : dice(6);
    l->to = dice(5) ? INT32_MAX : l->from + 1 + dice(6);
    l->shift = dice(6) ? 0 : dice(5) - 2;
}

static void random_plant(uint64_t seed)
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

static c12_mrp *planner(purse *p)
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

/* ---- random edits, applied to the handle and to the mirror ---------------------------------------------------------------------------- */

static c12_mrp_edit edit_demand(Inputs *s, int32_t branch)
{
    c12_mrp_edit e = { 0 };
    e.kind = C12_MRP_EDIT_DEMAND;
    e.value = some(60);
    e.bucket = dice(BUCKETS + 3) - 1;
    e.row = dice(4) ? dice(n_demand) : -1;
    e.item = dice(ITEMS);
    if (e.row >= 0 && !has_row[branch][e.row]) e.row = -1;
    ck_assert_int_lt(n_demand, ROWS);
    int32_t k = e.row < 0 ? n_demand++ : (int32_t)e.row;
    if (e.row < 0) e.field = rich && dice(2);
    if (e.row < 0) for (int b = 0; b <= BRANCHES; b++) { now[b].d_item[k] = e.item; now[b].d_kind[k] = e.field; now[b].d_qty[k] = 0; now[b].d_bucket[k] = BUCKETS - 1; has_row[b][k] = b == branch; }
    s->d_bucket[k] = e.bucket;
    s->d_qty[k] = e.value;
    return e;
}

static c12_mrp_edit edit_receipt(Inputs *s)
{
    c12_mrp_edit e = { 0 };
    e.kind = C12_MRP_EDIT_RECEIPT;
    e.value = some(60);
    e.bucket = dice(BUCKETS + 3) - 1;
    e.row = n_receipts ? dice(n_receipts) : 0;
    s->r_bucket[e.row] = e.bucket;
    s->r_qty[e.row] = e.value;
    return e;
}

static c12_mrp_edit edit_item(Inputs *s)
{
    c12_mrp_edit e = { 0 };
    int32_t i = e.item = dice(ITEMS);
    e.kind = C12_MRP_EDIT_ITEM;
    switch (e.field = 1 + dice(6)) {
    case C12_MRP_FIELD_ON_HAND: s->on_hand[i] = e.value = some(60); break;
    case C12_MRP_FIELD_SAFETY: s->safety[i] = e.value = some(40); break;
    case C12_MRP_FIELD_LEAD_TIME: s->lead[i] = (int32_t)(e.value = dice(5)); break;
    case C12_MRP_FIELD_LOT_RULE: e.value = s->rule[i] = s->max[i] && s->max[i] < s->min[i] ? 0 : dice(10); break;
    case C12_MRP_FIELD_LOT_SIZE: s->size[i] = e.value = 1 + some(30); break;
    default: s->min[i] = e.value = some((int32_t)(s->max[i] < 90 ? s->max[i] + 1 : 90)); if (s->min[i] > s->max[i]) s->min[i] = e.value = 0; break;
    }
    return e;
}

/* What only rich plants have: safety stock by bucket and the columns of R15 to R19. */
static c12_mrp_edit edit_rich(Inputs *s)
{
    c12_mrp_edit e = { 0 };
    int32_t i = e.item = dice(ITEMS);
    e.kind = dice(3) ? C12_MRP_EDIT_ITEM : C12_MRP_EDIT_SAFETY;
    if (e.kind == C12_MRP_EDIT_SAFETY) {
        e.bucket = dice(BUCKETS);
        s->step[i][e.bucket] = e.value = dice(3) ? some(50) : -1;
        return e;
    }
    switch (e.field = 12 + dice(4)) {
    case C12_MRP_FIELD_SAFETY_TIME: s->time[i] = (int32_t)(e.value = dice(40)); break;
    case C12_MRP_FIELD_PLANNING_FENCE: s->fence[i] = (int32_t)(e.value = dice(9) ? dice(9) : 100000); break;
    case C12_MRP_FIELD_DEMAND_FENCE: s->d_fence[i] = (int32_t)(e.value = dice(12)); break;
    default: s->yield[i] = (int32_t)(e.value = dice(2) ? 1000000 : 700000 + dice(300000)); break;
    }
    return e;
}

static int below(const Inputs *s, int32_t from, int32_t goal)
{
    if (from == goal) return 1;
    for (int32_t e = 0; e < n_lines; e++)
        if (!s->line[e].gone && s->line[e].parent == from && below(s, s->line[e].child, goal)) return 1;
    return 0;
}

/* *cyclic: the line would close a cycle, the caller expects the refusal. */
static c12_mrp_edit edit_line(Inputs *s, int32_t branch, int *cyclic)
{
    c12_mrp_edit e = { 0 };
    Line l = { 0 };
    e.kind = C12_MRP_EDIT_LINE;
    e.row = dice(3) && n_lines ? dice(n_lines) : -1;
    if (n_lines + 1 >= LINES && e.row < 0) e.row = 0;
    if (e.row >= 0 && s->line[e.row].gone) e.row = -1;
    if (e.row < 0 && n_lines + 1 >= LINES) { e.kind = C12_MRP_EDIT_ITEM; e.field = C12_MRP_FIELD_ON_HAND; e.value = s->on_hand[0]; return e; }
    random_line(&l);
    l.parent = e.item = dice(ITEMS);
    l.child = e.child = dice(ITEMS);
    if (e.row >= 0) { l.parent = s->line[e.row].parent; l.child = s->line[e.row].child; }
    e.value = l.num;
    e.den = l.den;
    e.scrap_ppm = l.ppm;
    e.bucket = l.from;
    e.to = l.to == INT32_MAX ? 0 : l.to;
    e.offset = l.shift;
    if (e.row >= 0 && !dice(3)) { e.value = 0; l.gone = 1; }
    if (e.row < 0 && below(s, e.child, e.item)) { *cyclic = 1; return e; }
    int32_t k = e.row < 0 ? n_lines++ : (int32_t)e.row;
    if (e.row < 0) for (int b = 0; b <= BRANCHES; b++) { now[b].line[k] = l; now[b].line[k].gone = b != branch; }
    s->line[k] = l;
    return e;
}

static void change_once(c12_mrp *h, int32_t branch)
{
    static Inputs before;
    c12_mrp_edit edits[5];
    c12_error e = C12_INIT(c12_error);
    int32_t n = 1 + dice(4), cyclic_at = -1, lines = n_lines, demand = n_demand;
    Inputs *s = now + branch;
    before = *s;
    for (int32_t k = 0; k < n; k++) {
        int cyclic = 0, kind = dice(5);
        if (kind == 0) edits[k] = edit_receipt(s);
        else if (kind == 1) edits[k] = rich && dice(2) ? edit_rich(s) : edit_item(s);
        else if (kind == 2) edits[k] = edit_line(s, branch, &cyclic);
        else edits[k] = edit_demand(s, branch);
        if (cyclic) { cyclic_at = k; n = k + 1; }
    }
    c12_status got = c12_mrp_change(h, branch, edits, n, NULL, &e);
    if (cyclic_at >= 0) {
        ck_assert_int_eq(got, C12_E_CYCLE);
        ck_assert_int_eq(e.row, cyclic_at);
    } else ck_assert_msg(got == net_fresh(s), "%s: %s %s[%d]", c12_status_name(got), e.what, e.field, (int)e.row);
    if (got) { *s = before; n_lines = lines; n_demand = demand; }
}

START_TEST(edits_in_the_trunk_equal_a_fresh_plan)
{
    huge = _i % 3 == 2;
    scrap_rule = _i % 4 == 1 ? C12_SCRAP_YIELD : C12_SCRAP_ADD;
    rich = _i % 2 ? _i % 5 : 0;
    random_plant((uint64_t)_i + 1);
    if (net_fresh(now)) return;
    purse p;
    c12_mrp *h = planner(&p);
    same(h, 0);
    for (int k = 0; k < 60; k++) {
        change_once(h, 0);
        if (k % 8 == 7) rows_are_kept(h);
    }
    rows_are_kept(h);
    same(h, 0);
    c12_mrp_destroy(h);
    ck_assert_int_eq(p.out, 0);
}
END_TEST

/* Branches are opened from each other, edited, compared, committed and dropped; each always shows the plan of its own inputs. */
START_TEST(branches_show_their_own_plans)
{
    huge = _i % 3 == 2;
    scrap_rule = C12_SCRAP_ADD;
    rich = _i % 2 ? _i % 5 : 0;
    random_plant((uint64_t)_i + 1000);
    if (net_fresh(now)) return;
    purse p;
    c12_mrp *h = planner(&p);
    for (int k = 0; k < 80; k++) {
        int32_t b = dice(BRANCHES + 1), what = dice(8);
        if (!open_branch[b]) {
            int32_t from = dice(BRANCHES + 1), got;
            if (!open_branch[from]) from = 0;
            ck_assert_int_eq(c12_mrp_branch(h, from, &got, NULL), C12_OK);
            ck_assert_int_eq(open_branch[got], 0);
            now[got] = now[from];
            memcpy(has_row[got], has_row[from], sizeof has_row[0]);
            open_branch[got] = 1;
        } else if (b && !what) {
            ck_assert_int_eq(c12_mrp_drop(h, b, NULL), C12_OK);
            open_branch[b] = 0;
        } else if (b && what == 1) {
            ck_assert_int_eq(c12_mrp_commit(h, b, NULL), C12_OK);
            now[0] = now[b];
            memcpy(has_row[0], has_row[b], sizeof has_row[0]);
            open_branch[b] = 0;
        } else change_once(h, b);
        for (int32_t c = BRANCHES; c >= 0 && k % 5 == 4; c--) if (open_branch[c]) same(h, c);
    }
    c12_mrp_destroy(h);
}
END_TEST

/* ---- pegging, promises, reasons ------------------------------------------------------------------------------------------------------ */

/* Lot for lot and no stock: demand (j, d) waits for cell (i, t) when some path's lead times bring it there. */
static int waits(const Inputs *s, int32_t j, int32_t d, int32_t i, int32_t t)
{
    if (j == i) return d == t;
    int32_t release = d - s->lead[j] < 0 ? 0 : d - s->lead[j];
    for (int32_t e = 0; e < n_lines; e++)
        if (s->line[e].parent == j && waits(s, s->line[e].child, release, i, t)) return 1;
    return 0;
}

static void plain_plant(uint64_t seed)
{
    Inputs *s = now;
    huge = scrap_rule = rich = 0;
    random_plant(seed);
    memset(s->on_hand, 0, sizeof s->on_hand);
    memset(s->safety, 0, sizeof s->safety);
    memset(s->rule, 0, sizeof s->rule);
    memset(s->r_qty, 0, sizeof s->r_qty);
    for (int32_t i = 0; i < ITEMS; i++) { s->type[i] = C12_MRP_MAKE; s->lead[i] %= 3; }
    for (int32_t e = 0; e < n_lines; e++) { s->line[e].from = s->line[e].shift = 0; s->line[e].to = INT32_MAX; }
}

START_TEST(pegging_finds_the_demand_that_waits)
{
    purse p;
    plain_plant((uint64_t)_i + 77);
    c12_mrp *h = planner(&p);
    for (int32_t i = 0; i < ITEMS; i++)
        for (int32_t t = 0; t < BUCKETS; t++) {
            int64_t row[ROWS], qty[ROWS], sum[ROWS] = { 0 };
            int32_t item[ROWS], bucket[ROWS];
            c12_mrp_demands d = C12_INIT(c12_mrp_demands);
            d.cap = ROWS;
            d.row = row;
            d.qty = qty;
            d.item = item;
            d.bucket = bucket;
            ck_assert_int_eq(c12_mrp_peg_up(h, 0, i, t, &d, NULL), C12_OK);
            for (int64_t k = 0; k < d.count; k++) sum[row[k]] += qty[k];
            for (int32_t k = 0; k < n_demand; k++) {
                int32_t at = now->d_bucket[k] < 0 ? 0 : now->d_bucket[k];
                int expected = at < BUCKETS && now->d_qty[k] && waits(now, now->d_item[k], at, i, t);
                if (!expected) ck_assert_int_eq(sum[k], 0);
                else if (t) ck_assert_msg(sum[k] == now->d_qty[k], "item %d bucket %d demand %d: %ld of %ld", (int)i, (int)t, (int)k, (long)sum[k], (long)now->d_qty[k]);
                else ck_assert_msg(sum[k] > 0 && sum[k] <= now->d_qty[k], "item %d bucket 0 demand %d: %ld of %ld", (int)i, (int)k, (long)sum[k], (long)now->d_qty[k]);
            }
        }
    c12_mrp_destroy(h);
}
END_TEST

/* Two products share a bolt.  20 bolts on hand serve the first requirement, the order of bucket 2 serves the rest of A's and all of B's. */
START_TEST(pegging_serves_first_in_first_out)
{
    purse p;
    Inputs *s = now;
    memset(now, 0, sizeof now);
    huge = scrap_rule = rich = n_receipts = 0;
    const Line two_in_a = { 0, 2, 0, 0, INT32_MAX, 0, 0, 2, 1 }, three_in_b = { 1, 2, 0, 0, INT32_MAX, 0, 0, 3, 1 };
    s->line[0] = two_in_a;
    s->line[1] = three_in_b;
    n_lines = 2;
    const int32_t item[] = { 0, 0, 1 }, bucket[] = { 1, 2, 3 };
    const int64_t qty[] = { 10, 5, 4 };
    n_demand = 3;
    for (int32_t k = 0; k < 3; k++) { s->d_item[k] = item[k]; s->d_bucket[k] = bucket[k]; s->d_qty[k] = qty[k]; }
    for (int32_t i = 0; i < ITEMS; i++) s->size[i] = s->multiple[i] = s->periods[i] = 1;
    s->on_hand[2] = 20;
    s->rule[2] = C12_MRP_FIXED;
    s->size[2] = 30;
    c12_mrp *h = planner(&p);
    int64_t row[4], waiting[4], atp[BUCKETS];
    int32_t of[4], at[4];
    c12_mrp_demands d = C12_INIT(c12_mrp_demands);
    d.cap = 4;
    d.row = row;
    d.qty = waiting;
    d.item = of;
    d.bucket = at;
    ck_assert_int_eq(c12_mrp_peg_up(h, 0, 2, 2, &d, NULL), C12_OK);
    ck_assert_int_eq(d.count, 1);
    ck_assert_int_eq(row[0], 1);
    ck_assert_int_eq(waiting[0], 5);
    ck_assert_int_eq(c12_mrp_atp(h, 0, 2, C12_MRP_ATP_CUMULATIVE, atp, NULL), C12_OK);
    ck_assert_int_eq(atp[0], 0);
    ck_assert_int_eq(atp[2], 8); /* 20 + 30 - 20 - 10 - 12 */
    ck_assert_int_eq(c12_mrp_atp(h, 0, 2, C12_MRP_ATP_DISCRETE, atp, NULL), C12_OK);
    ck_assert_int_eq(atp[0], 0);
    ck_assert_int_eq(atp[1], 0);
    ck_assert_int_eq(atp[2], 8);
    c12_mrp_destroy(h);
}
END_TEST

START_TEST(a_cell_explains_itself)
{
    purse p;
    char text[600];
    plain_plant(5);
    now->on_hand[0] = 12;
    now->lead[0] = 2;
    now->rule[0] = C12_MRP_FIXED;
    now->size[0] = 25;
    for (int32_t k = 0; k < n_demand; k++) if (!now->d_item[k]) now->d_qty[k] = 0;
    now->d_item[0] = 0;
    now->d_bucket[0] = 4;
    now->d_qty[0] = 30;
    c12_mrp *h = planner(&p);
    c12_mrp_why why = C12_INIT(c12_mrp_why);
    why.text = text;
    why.text_cap = sizeof text;
    ck_assert_int_eq(c12_mrp_explain(h, 0, 0, 4, &why, NULL), C12_OK);
    ck_assert_int_eq(why.opening, 12);
    ck_assert_int_eq(why.before, -18);
    ck_assert_int_eq(why.net, 18);
    ck_assert_int_eq(why.planned, 25);
    ck_assert_int_eq(why.release_bucket, 2);
    ck_assert_str_eq(text, "R1 low-level code 0\n"
                           "R2, R4 gross requirement 30 = independent demand 30 + parents' releases 0\n"
                           "R5 before ordering -18 = opening 12 + receipts 0 - gross 30\n"
                           "R5 net requirement 18 = 0 to be held - -18\n"
                           "R6 fixed lot: planned 25, whole lots of 25\n"
                           "R5 projected available 7\n"
                           "R7 released in bucket 2 = due in 4 - lead time 2\n");
    why.text_cap = 10;
    ck_assert_int_eq(c12_mrp_explain(h, 0, 0, 3, &why, NULL), C12_OK);
    ck_assert_str_eq(text, "R1 low-le");
    ck_assert_int_eq(why.net, 0);
    c12_mrp_destroy(h);
}
END_TEST

/* ---- refusals ------------------------------------------------------------------------------------------------------------------------ */

START_TEST(bad_edits_are_named_and_leave_nothing)
{
    static const struct { c12_mrp_edit edit; c12_status status; const char *field; } bad[] = {
        { { .kind = 9 }, C12_E_RANGE, "kind" },
        { { .kind = C12_MRP_EDIT_DEMAND, .row = ROWS, .value = 1 }, C12_E_RANGE, "row" },
        { { .kind = C12_MRP_EDIT_DEMAND, .row = 0, .value = -1 }, C12_E_RANGE, "value" },
        { { .kind = C12_MRP_EDIT_DEMAND, .row = -1, .item = ITEMS, .value = 1 }, C12_E_RANGE, "item" },
        { { .kind = C12_MRP_EDIT_ITEM, .field = 99 }, C12_E_RANGE, "field" },
        { { .kind = C12_MRP_EDIT_ITEM, .field = C12_MRP_FIELD_LEAD_TIME, .value = INT64_MAX }, C12_E_RANGE, "value" },
        { { .kind = C12_MRP_EDIT_ITEM, .field = C12_MRP_FIELD_LOT_RULE, .value = 77 }, C12_E_RANGE, "lot_rule" },
        { { .kind = C12_MRP_EDIT_LINE, .row = LINES, .value = 1, .den = 1 }, C12_E_RANGE, "row" },
        { { .kind = C12_MRP_EDIT_LINE, .row = 0, .value = 1 }, C12_E_RANGE, "den" },
        { { .kind = C12_MRP_EDIT_LINE, .row = 0, .value = 1, .den = 1, .scrap_ppm = 1000000 }, C12_E_RANGE, "scrap_ppm" },
        { { .kind = C12_MRP_EDIT_LINE, .row = 0, .value = 1, .den = 1, .bucket = 4, .to = 4 }, C12_E_RANGE, "to" },
        { { .kind = C12_MRP_EDIT_LINE, .row = -1, .value = 1, .den = 1, .item = 3, .child = 3 }, C12_E_CYCLE, "child" },
        { { .kind = C12_MRP_EDIT_DEMAND, .row = 0, .value = INT64_MAX }, C12_E_OVERFLOW, NULL },
    };
    purse p;
    huge = scrap_rule = rich = 0;
    random_plant(3);
    now->d_bucket[0] = 0;
    c12_mrp *h = planner(&p);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        c12_mrp_edit edits[2] = { { .kind = C12_MRP_EDIT_ITEM, .field = C12_MRP_FIELD_SAFETY, .item = 1, .value = 1000 }, bad[i].edit };
        c12_error e = C12_INIT(c12_error);
        ck_assert_int_eq(c12_mrp_change(h, 0, edits, 2, NULL, &e), bad[i].status);
        if (bad[i].field) {
            ck_assert_str_eq(e.field, bad[i].field);
            ck_assert_int_eq(e.row, 1);
        }
        rows_are_kept(h);
    }
    c12_mrp_destroy(h);
}
END_TEST

START_TEST(load_names_the_dims_that_are_too_small)
{
    static const char *const fields[] = { "items", "buckets", "lines", "demand", "receipts", "rare_lines" };
    huge = scrap_rule = rich = 0;
    random_plant(4);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        c12_mrp_dims d = C12_INIT(c12_mrp_dims);
        c12_error e = C12_INIT(c12_error);
        c12_mrp *h;
        d.items = i == 0 ? ITEMS - 1 : ITEMS;
        d.buckets = i == 1 ? BUCKETS - 1 : BUCKETS;
        d.lines = i == 2 ? 1 : LINES;
        d.demand = i == 3 ? 1 : ROWS;
        d.receipts = i == 4 ? 1 : ROWS;
        d.rare_lines = i == 5 ? 1 : LINES;
        ck_assert_int_eq(c12_mrp_create(&h, &d, NULL, NULL), C12_OK);
        ck_assert_int_eq(c12_mrp_load(h, view_of(now), &e), C12_E_SPACE);
        ck_assert_str_eq(e.field, fields[i]);
        ck_assert_int_eq(c12_mrp_solve(h, 0, NULL, NULL, NULL, NULL), C12_E_STATE);
        c12_mrp_destroy(h);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("mrp-plan");
    TCase *t = tcase_create("plan");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, edits_in_the_trunk_equal_a_fresh_plan, 0, 40);
    tcase_add_loop_test(t, branches_show_their_own_plans, 0, 40);
    tcase_add_loop_test(t, pegging_finds_the_demand_that_waits, 0, 8);
    tcase_add_test(t, pegging_serves_first_in_first_out);
    tcase_add_test(t, a_cell_explains_itself);
    tcase_add_test(t, load_names_the_dims_that_are_too_small);
    tcase_add_test(t, bad_edits_are_named_and_leave_nothing);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(suite());
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
