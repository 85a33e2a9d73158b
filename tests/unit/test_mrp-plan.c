/* SPDX-License-Identifier: Apache-2.0 */
/* The planner handle against the pure function: whatever is edited, in whatever branch, the kept plan is the plan of the new inputs. */
#include "mrp_plant.h"

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
    if (e.row < 0 && !branch && n_demand + 8 > ROWS) e.row = dice(n_demand);
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
    if (e.row >= 0 && (s->line[e.row].gone || s->line[e.row].by)) e.row = -1;
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

static int32_t change_once(c12_mrp *h, int32_t branch)
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
    return got ? 0 : n;
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

/* Under sanitizers each edit takes ten times as long and what they look for shows in the first. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { MANY_EDITS = 10000 };
#else
enum { MANY_EDITS = 100000 };
#endif

/* A hundred thousand edits of one plan; after every thousand it is the plan a fresh run makes, bit for bit. */
START_TEST(a_hundred_thousand_edits)
{
    int32_t done = 0;
    huge = scrap_rule = 0;
    rich = _i;
    random_plant(4711);
    ck_assert_int_eq(net_fresh(now), C12_OK);
    purse p;
    c12_mrp *h = planner(&p);
    while (done < MANY_EDITS) {
        int32_t before = done / 1000;
        done += change_once(h, 0);
        if (done / 1000 > before) rows_are_kept(h);
    }
    same(h, 0);
    c12_mrp_destroy(h);
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
    tcase_add_loop_test(t, a_hundred_thousand_edits, 0, 2);
    tcase_add_loop_test(t, branches_show_their_own_plans, 0, 40);
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
