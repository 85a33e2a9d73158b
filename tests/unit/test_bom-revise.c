/* SPDX-License-Identifier: Apache-2.0 */
/* Costs by element, mass replace, engineering changes. */
#include "sheet.h"
#include "support.h"
#include <check.h>
#include <string.h>

enum { ELEMENTS = 3 };

/* 0 takes two of 1 and three of 2; 1 takes one and a half of 2; 3 stands by. */
static void small_bill(Sheet *s)
{
    sheet_init(s, ROWS);
    add_line(s, 1, 2, 1);
    add_line(s, 2, 3, 1);
    end_item(s, 0);
    add_line(s, 2, 3, 2);
    for (int32_t i = 1; i < 4; i++) end_item(s, i);
}

static void line_is(const Sheet *s, int64_t k, int32_t child, int64_t num, int64_t den, int32_t from, int32_t to)
{
    ck_assert_msg(s->child[k] == child && s->num[k] == num && s->den[k] == den && s->from[k] == from && s->to[k] == to, "line %d: child %d %d/%d from %d to %d", (int)k, (int)s->child[k],
                  (int)s->num[k], (int)s->den[k], (int)s->from[k], (int)s->to[k]);
}

/* ---- elements ------------------------------------------------------------------------------------------------------------------------ */

/* Material of the bought part, labour where it is made; a set-up of 25 shared by 10 is 2.5, half to even 2. */
START_TEST(elements_by_hand)
{
    Sheet s;
    c12_money own[8] = { 0, 0, 10, 0, /* labour */ 5, 7, 0, 0 }, setup[8] = { 0, 0, 0, 0, 25, 30, 0, 0 }, here[8], lower[8];
    c12_qty lot[4] = { 10, 20, 1, 1 };
    c12_bom_elements e = C12_INIT(c12_bom_elements);
    c12_verdict v = C12_INIT(c12_verdict);
    small_bill(&s);
    const c12_bom b = bill_of(&s, 4);
    e.n_elements = 2;
    e.own = own;
    e.setup = setup;
    e.lot = lot;
    e.this_level = here;
    e.lower = lower;
    ck_assert_int_eq(c12_bom_rollup_elements(&b, &e, NULL, room(), NULL), C12_OK);
    static const c12_money want_here[] = { 0, 0, 10, 0, 7, 9, 0, 0 }, want_lower[] = { 60, 15, 0, 0, 18, 0, 0, 0 }; /* 30 / 20 is 1.5, to even 2 */
    ck_assert_mem_eq(here, want_here, sizeof here);
    ck_assert_mem_eq(lower, want_lower, sizeof lower);
    ck_assert_int_eq(c12_bom_check_elements(&b, &e, NULL, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 0);
    here[5]++;
    ck_assert_int_eq(c12_bom_check_elements(&b, &e, NULL, &v, NULL), C12_OK);
    ck_assert_int_ge(v.violations, 1);
    here[5]--;
    lower[0]--;
    ck_assert_int_eq(c12_bom_check_elements(&b, &e, NULL, &v, NULL), C12_OK);
    ck_assert(v.violations == 1 && v.row == 0 && v.tick == 0);
}
END_TEST

static void random_bill(Sheet *s)
{
    sheet_init(s, ROWS);
    for (int32_t i = 0; i < ITEMS; i++) {
        for (int32_t k = i + 1 < ITEMS ? dice(4) : 0; k > 0; k--) {
            add_line(s, i + 1 + dice(ITEMS - i - 1), 1 + dice(5), dice(2) ? 1 : 1 + dice(7));
            s->ppm[s->sheet.count - 1] = dice(3) ? 0 : dice(90000);
        }
        end_item(s, i);
    }
}

/* One element without set-ups is the plain rollup; a checker agrees with several. */
START_TEST(elements_roll_up_like_the_whole)
{
    Sheet s;
    c12_money own[ELEMENTS * ITEMS], setup[ELEMENTS * ITEMS], here[ELEMENTS * ITEMS], lower[ELEMENTS * ITEMS], unit[ITEMS];
    c12_qty lot[ITEMS];
    c12_bom_elements e = C12_INIT(c12_bom_elements);
    c12_verdict v = C12_INIT(c12_verdict);
    dice_state = (uint64_t)_i * 7919 + 3;
    random_bill(&s);
    const c12_bom b = bill_of(&s, ITEMS);
    for (int k = 0; k < ELEMENTS * ITEMS; k++) { own[k] = dice(100000) - 20000; setup[k] = dice(5000) - 1000; }
    for (int k = 0; k < ITEMS; k++) lot[k] = 1 + dice(30);
    e.n_elements = 1;
    e.own = own;
    e.this_level = here;
    e.lower = lower;
    ck_assert_int_eq(c12_bom_rollup_elements(&b, &e, NULL, room(), NULL), C12_OK);
    ck_assert_int_eq(c12_bom_rollup(&b, own, NULL, unit, room(), NULL), C12_OK);
    for (int i = 0; i < ITEMS; i++) ck_assert_int_eq(here[i] + lower[i], unit[i]);
    e.n_elements = ELEMENTS;
    e.setup = setup;
    e.lot = lot;
    ck_assert_int_eq(c12_bom_rollup_elements(&b, &e, NULL, room(), NULL), C12_OK);
    ck_assert_int_eq(c12_bom_check_elements(&b, &e, NULL, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 0);
    lot[3] = 0;
    ck_assert_int_eq(c12_bom_rollup_elements(&b, &e, NULL, room(), NULL), C12_E_RANGE);
    e.n_elements = 17;
    ck_assert_int_eq(c12_bom_rollup_elements(&b, &e, NULL, room(), NULL), C12_E_RANGE);
    lot[3] = 1;
    e.n_elements = ELEMENTS;
    own[ITEMS + 5] = INT64_MAX;
    setup[ITEMS + 5] = INT64_MAX;
    ck_assert_int_eq(c12_bom_rollup_elements(&b, &e, NULL, room(), NULL), C12_E_OVERFLOW);
}
END_TEST

/* ---- mass replace -------------------------------------------------------------------------------------------------------------------- */

START_TEST(replace_by_hand)
{
    Sheet s, o;
    c12_error err = C12_INIT(c12_error);
    c12_bom_swap w = C12_INIT(c12_bom_swap);
    small_bill(&s);
    const c12_bom b = bill_of(&s, 4);
    w.before = 2;
    w.after = 3;
    w.num = 2;
    w.den = 3;
    sheet_init(&o, ROWS);
    ck_assert_int_eq(c12_bom_replace(&b, &w, &o.sheet, room(), &err), C12_OK);
    ck_assert_int_eq(o.sheet.count, 3);
    line_is(&o, 1, 3, 2, 1, 0, INT32_MAX); /* 3 * 2/3 */
    line_is(&o, 2, 3, 1, 1, 0, INT32_MAX); /* 3/2 * 2/3 */
    const uint8_t only[] = { 0, 1, 0, 0 };
    w.only = only;
    w.from = 5;
    sheet_init(&o, ROWS);
    ck_assert_int_eq(c12_bom_replace(&b, &w, &o.sheet, room(), &err), C12_OK);
    ck_assert_int_eq(o.sheet.count, 4);
    line_is(&o, 1, 2, 3, 1, 0, INT32_MAX);
    line_is(&o, 2, 2, 3, 2, 0, 5);
    line_is(&o, 3, 3, 1, 1, 5, INT32_MAX);
    static const int64_t source[] = { 0, 1, 2, 2 };
    ck_assert_mem_eq(o.source, source, sizeof source);
    c12_bom_changes d = C12_INIT(c12_bom_changes);
    const c12_bom after = bill_of(&o, 4);
    ck_assert_int_eq(c12_bom_compare(&b, &after, &d, NULL), C12_OK);
    ck_assert_int_eq(d.count, 2); /* the preview: 1's line ends, another begins */
    sheet_init(&o, 2);
    ck_assert_int_eq(c12_bom_replace(&b, &w, &o.sheet, room(), &err), C12_E_SPACE);
    ck_assert_int_eq(o.sheet.count, 4);
    w.only = NULL;
    w.after = 0; /* 0 contains 1, which would contain 0 */
    sheet_init(&o, ROWS);
    ck_assert_int_eq(c12_bom_replace(&b, &w, &o.sheet, room(), &err), C12_E_CYCLE);
    w.after = 3;
    w.num = INT64_MAX;
    w.den = 1;
    ck_assert_int_eq(c12_bom_replace(&b, &w, &o.sheet, room(), &err), C12_E_OVERFLOW);
    w.num = 0;
    ck_assert_int_eq(c12_bom_replace(&b, &w, &o.sheet, room(), &err), C12_E_RANGE);
    ck_assert_str_eq(err.field, "num");
}
END_TEST

/* Whatever is replaced: before the date the old explosion, from it on the new one. */
START_TEST(replace_changes_over_on_its_date)
{
    Sheet s, o;
    c12_bom_swap w = C12_INIT(c12_bom_swap);
    dice_state = (uint64_t)_i * 104729 + 11;
    random_bill(&s);
    const c12_bom b = bill_of(&s, ITEMS);
    w.before = dice(ITEMS);
    w.after = ITEMS - 1;
    w.num = 1 + dice(3);
    w.den = 1;
    w.from = 4;
    sheet_init(&o, ROWS);
    ck_assert_int_eq(c12_bom_replace(&b, &w, &o.sheet, room(), NULL), C12_OK);
    const c12_bom after = bill_of(&o, ITEMS);
    for (int32_t bucket = 3; bucket < 5; bucket++) {
        c12_bom_options opt = C12_INIT(c12_bom_options);
        c12_qty demand[ITEMS] = { 7 }, was[ITEMS], is[ITEMS];
        opt.bucket = bucket;
        ck_assert_int_eq(c12_bom_explode(&b, demand, &opt, was, room(), NULL), C12_OK);
        ck_assert_int_eq(c12_bom_explode(&after, demand, &opt, is, room(), NULL), C12_OK);
        if (bucket == 3) ck_assert_mem_eq(was, is, sizeof was);
        else if (w.before && w.before != w.after) ck_assert_int_eq(is[w.before], 0);
    }
}
END_TEST

/* Of 2, 3 and 3 of one child 3, 5 and 2 is left when 3 becomes 5: two lines have their like elsewhere, one has changed. */
START_TEST(equal_lines_pair_before_changed_ones)
{
    Sheet a, b;
    int32_t parent[4], child[4], kind[4];
    int64_t was[4], is[4];
    c12_bom_changes d = C12_INIT(c12_bom_changes);
    sheet_init(&a, ROWS);
    sheet_init(&b, ROWS);
    for (int k = 0; k < 3; k++) add_line(&a, 1, k ? 3 : 2, 1);
    add_line(&b, 1, 3, 1);
    add_line(&b, 1, 5, 1);
    add_line(&b, 1, 2, 1);
    for (int32_t i = 0; i < 2; i++) { end_item(&a, i); end_item(&b, i); }
    const c12_bom before = bill_of(&a, 2), after = bill_of(&b, 2);
    d.cap = 4;
    d.parent = parent;
    d.child = child;
    d.kind = kind;
    d.line_before = was;
    d.line_after = is;
    ck_assert_int_eq(c12_bom_compare(&before, &after, &d, NULL), C12_OK);
    ck_assert(d.count == 1 && kind[0] == C12_BOM_CHANGED && was[0] == 2 && is[0] == 1);
    ck_assert_int_eq(c12_bom_compare(&after, &before, &d, NULL), C12_OK);
    ck_assert(d.count == 1 && kind[0] == C12_BOM_CHANGED && was[0] == 1 && is[0] == 2);
}
END_TEST

/* ---- alternates ---------------------------------------------------------------------------------------------------------------------- */

/* 0 takes 1 or 2 or 3: by priority, by availability, by shares; its line to 2 in group -1 stays. */
START_TEST(alternates_are_chosen_or_mixed)
{
    Sheet s, o;
    c12_error err = C12_INIT(c12_error);
    c12_bom_alternates a = C12_INIT(c12_bom_alternates);
    int32_t group[] = { 7, 7, -1, 7 }, priority[] = { 2, 1, 0, 1 }, share[] = { 250000, 0, 0, 750000 }, available[] = { 1, 1, 0, 1 };
    sheet_init(&s, ROWS);
    add_line(&s, 1, 2, 1);
    add_line(&s, 2, 3, 1);
    add_line(&s, 2, 4, 1);
    add_line(&s, 3, 5, 3);
    for (int32_t i = 0; i < 4; i++) end_item(&s, i);
    const c12_bom b = bill_of(&s, 4);
    sheet_init(&o, ROWS);
    ck_assert_int_eq(c12_bom_mix(&b, &a, &o.sheet, room(), &err), C12_OK);
    ck_assert_int_eq(o.sheet.count, 4);
    a.line_group = group;
    a.line_priority = priority;
    sheet_init(&o, ROWS);
    ck_assert_int_eq(c12_bom_mix(&b, &a, &o.sheet, room(), &err), C12_OK);
    ck_assert_int_eq(o.sheet.count, 2);
    line_is(&o, 0, 2, 3, 1, 0, INT32_MAX); /* the first of two with priority 1 */
    line_is(&o, 1, 2, 4, 1, 0, INT32_MAX);
    a.item_available = available;
    sheet_init(&o, ROWS);
    ck_assert_int_eq(c12_bom_mix(&b, &a, &o.sheet, room(), &err), C12_OK);
    line_is(&o, 1, 3, 5, 3, 0, INT32_MAX);
    a.line_share_ppm = share;
    sheet_init(&o, ROWS);
    ck_assert_int_eq(c12_bom_mix(&b, &a, &o.sheet, room(), &err), C12_OK);
    ck_assert_int_eq(o.sheet.count, 3);
    line_is(&o, 0, 1, 1, 2, 0, INT32_MAX); /* 2 * 1/4 */
    line_is(&o, 2, 3, 5, 4, 0, INT32_MAX); /* 5/3 * 3/4 */
    ck_assert(o.source[0] == 0 && o.source[1] == 2 && o.source[2] == 3);
    share[0] = 250001;
    ck_assert_int_eq(c12_bom_mix(&b, &a, &o.sheet, room(), &err), C12_E_RANGE);
    ck_assert(!strcmp(err.field, "line_share_ppm") && err.row == 0 && err.value == 1000001);
    share[0] = -1;
    ck_assert_int_eq(c12_bom_mix(&b, &a, &o.sheet, room(), &err), C12_E_RANGE);
    share[0] = 250000;
    s.den[3] = INT64_MAX - 1;
    ck_assert_int_eq(c12_bom_mix(&b, &a, &o.sheet, room(), &err), C12_E_OVERFLOW);
    ck_assert_int_eq(err.row, 3);
}
END_TEST

/* ---- engineering changes ------------------------------------------------------------------------------------------------------------- */

static c12_bom_ecos two_orders(int32_t *state)
{
    static const int32_t from[] = { 6, 0 }, serial[] = { -1, 100 }, use_up[] = { 9, 0 }, eco[] = { 0, 0, 1, 1 }, kind[] = { C12_BOM_CHANGED, C12_BOM_ADDED, C12_BOM_REMOVED, C12_BOM_CHANGED };
    static const int32_t parent[] = { 0, 1, 0, 0 }, child[] = { 3, 3, 0, 2 };
    static const int64_t line[] = { 0, -1, 2, 0 }, num[] = { 5, 1, 0, 4 }, den[] = { 1, 2, 1, 1 };
    c12_bom_ecos c = C12_INIT(c12_bom_ecos);
    c.n_ecos = 2;
    c.n_edits = 4;
    c.eco_state = state;
    c.eco_from = from;
    c.eco_serial = serial;
    c.eco_use_up = use_up;
    c.edit_eco = eco;
    c.edit_kind = kind;
    c.edit_parent = parent;
    c.edit_child = child;
    c.edit_line = line;
    c.edit_num = num;
    c.edit_den = den;
    return c;
}

/* The first changes over in 9, when the old parts are used up; the second counts from serial 100 on and only once it is approved. */
START_TEST(changes_apply_by_date_and_by_serial)
{
    Sheet s, o;
    int32_t state[] = { C12_BOM_EFFECTIVE, C12_BOM_DRAFT };
    small_bill(&s);
    const c12_bom b = bill_of(&s, 4);
    const c12_bom_ecos c = two_orders(state);
    sheet_init(&o, ROWS);
    ck_assert_int_eq(c12_bom_eco_apply(&b, &c, 500, &o.sheet, room(), NULL), C12_OK);
    ck_assert_int_eq(o.sheet.count, 5);
    line_is(&o, 0, 1, 2, 1, 0, 9);
    line_is(&o, 1, 3, 5, 1, 9, INT32_MAX);
    line_is(&o, 2, 2, 3, 1, 0, INT32_MAX);
    line_is(&o, 3, 2, 3, 2, 0, INT32_MAX);
    line_is(&o, 4, 3, 1, 2, 9, INT32_MAX);
    static const int64_t source[] = { 0, 0, 1, 2, -1 };
    ck_assert_mem_eq(o.source, source, sizeof source);
    state[1] = C12_BOM_APPROVED;
    sheet_init(&o, ROWS);
    ck_assert_int_eq(c12_bom_eco_apply(&b, &c, 99, &o.sheet, room(), NULL), C12_OK);
    ck_assert_int_eq(o.sheet.count, 5);
    sheet_init(&o, ROWS);
    ck_assert_int_eq(c12_bom_eco_apply(&b, &c, 100, &o.sheet, room(), NULL), C12_OK);
    ck_assert_int_eq(o.sheet.count, 3); /* the second takes both lines over from the first bucket on; the added one stays */
    line_is(&o, 0, 2, 4, 1, 0, INT32_MAX);
    line_is(&o, 1, 2, 3, 1, 0, INT32_MAX);
    line_is(&o, 2, 3, 1, 2, 9, INT32_MAX);
}
END_TEST

START_TEST(bad_changes_are_named)
{
    static const char *const field[] = { "eco_state", "edit_eco", "edit_kind", "edit_line", "edit_child", "edit_num" };
    for (int k = 0; k < 6; k++) {
        Sheet s, o;
        int32_t state[] = { C12_BOM_APPROVED, k ? C12_BOM_APPROVED : 9 }, eco[] = { 0, 0, 1, 1 }, kind[] = { 3, 1, 2, 3 }, child[] = { 3, 3, 0, 2 };
        int64_t line[] = { 0, -1, 2, 0 }, num[] = { 5, 1, 0, 4 };
        c12_error e = C12_INIT(c12_error);
        small_bill(&s);
        const c12_bom b = bill_of(&s, 4);
        c12_bom_ecos c = two_orders(state);
        c.edit_eco = eco;
        c.edit_kind = kind;
        c.edit_child = child;
        c.edit_line = line;
        c.edit_num = num;
        if (k == 1) eco[3] = 2;
        if (k == 2) kind[3] = 4;
        if (k == 3) line[3] = 3;
        if (k == 4) child[3] = 4;
        if (k == 5) num[3] = 0;
        sheet_init(&o, ROWS);
        ck_assert_int_eq(c12_bom_eco_apply(&b, &c, 0, &o.sheet, room(), &e), C12_E_RANGE);
        ck_assert_msg(!strcmp(e.field, field[k]) && e.row == (k ? 3 : 1), "%s[%d]", e.field, (int)e.row);
    }
}
END_TEST

/* Every move from every state: allowed where the table of the header says so, refused with a sentence where it does not. */
START_TEST(a_change_lives_by_its_table)
{
    static const int32_t next[5][C12_BOM_MOVES] = { { 1, 4, -1, -1, -1 }, { -1, 4, 2, -1, 0 }, { -1, -1, -1, 3, -1 }, { -1, -1, -1, -1, -1 }, { -1, -1, -1, -1, 0 } };
    for (int32_t state = 0; state < 5; state++)
        for (int32_t move = 0; move < C12_BOM_MOVES; move++) {
            c12_bom_eco_life l = C12_INIT(c12_bom_eco_life);
            c12_error e = C12_INIT(c12_error);
            l.state = state;
            l.required = 4;
            c12_status s = c12_bom_eco_move(&l, move, 2, &e);
            ck_assert_int_eq(s, next[state][move] < 0 ? C12_E_STATE : C12_OK);
            ck_assert_int_eq(l.state, next[state][move] < 0 ? state : next[state][move]);
            if (s) ck_assert_ptr_nonnull(e.what);
        }
    c12_bom_eco_life l = C12_INIT(c12_bom_eco_life);
    l.required = 3;
    ck_assert_int_eq(c12_bom_eco_move(&l, C12_BOM_APPROVE, 5, NULL), C12_E_STATE); /* not asked */
    ck_assert_int_eq(c12_bom_eco_move(&l, C12_BOM_APPROVE, 1, NULL), C12_OK);
    ck_assert_int_eq(l.state, C12_BOM_DRAFT);
    ck_assert_int_eq(c12_bom_eco_move(&l, C12_BOM_APPROVE, 0, NULL), C12_OK);
    ck_assert_int_eq(l.state, C12_BOM_APPROVED);
    ck_assert_int_eq(c12_bom_eco_move(&l, C12_BOM_REOPEN, 0, NULL), C12_OK);
    ck_assert_int_eq(l.signed_by, 0);
}
END_TEST

START_TEST(the_latest_revision_that_has_begun_applies)
{
    static const int32_t item[] = { 1, 1, 2, 1, 1 }, state[] = { C12_BOM_SUPERSEDED, C12_BOM_EFFECTIVE, C12_BOM_EFFECTIVE, C12_BOM_DRAFT, C12_BOM_REJECTED }, from[] = { 0, 10, 3, 12, 11 };
    c12_bom_revisions r = C12_INIT(c12_bom_revisions);
    int64_t row;
    r.count = 5;
    r.item = item;
    r.state = state;
    r.from = from;
    ck_assert(c12_bom_effective(&r, 1, 9, &row, NULL) == C12_OK && row == 0);
    ck_assert(c12_bom_effective(&r, 1, 99, &row, NULL) == C12_OK && row == 1);
    ck_assert(c12_bom_effective(&r, 2, 2, &row, NULL) == C12_OK && row == -1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("bom-revise");
    TCase *t = tcase_create("all");
    tcase_add_test(t, elements_by_hand);
    tcase_add_loop_test(t, elements_roll_up_like_the_whole, 0, 40);
    tcase_add_test(t, replace_by_hand);
    tcase_add_loop_test(t, replace_changes_over_on_its_date, 0, 40);
    tcase_add_test(t, equal_lines_pair_before_changed_ones);
    tcase_add_test(t, alternates_are_chosen_or_mixed);
    tcase_add_test(t, changes_apply_by_date_and_by_serial);
    tcase_add_test(t, bad_changes_are_named);
    tcase_add_test(t, a_change_lives_by_its_table);
    tcase_add_test(t, the_latest_revision_that_has_begun_applies);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
