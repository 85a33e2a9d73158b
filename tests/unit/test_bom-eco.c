/* SPDX-License-Identifier: Apache-2.0 */
/* The checker of applied changes: what it must accept and what it must not, by hand, and on random orders beside a second judge that lists each parent's lines
 * bucket by bucket. */
#include "sheet.h"
#include "support.h"
#include <check.h>
#include <string.h>

enum { ECOS = 5, EDITS = 14, SERIALS = 4, LAST_DATE = 14, FAR_AWAY = 1000, SCRATCH = 1 << 17 };

typedef struct {
    int32_t state[ECOS], from[ECOS], serial[ECOS], use_up[ECOS], eco[EDITS], kind[EDITS], parent[EDITS], child[EDITS], ppm[EDITS], shift[EDITS];
    int64_t line[EDITS], num[EDITS], den[EDITS];
    c12_bom_ecos ecos;
} Orders;

static void orders_init(Orders *o)
{
    memset(o, 0, sizeof *o);
    o->ecos = (c12_bom_ecos)C12_INIT(c12_bom_ecos);
    o->ecos.eco_state = o->state;
    o->ecos.eco_from = o->from;
    o->ecos.eco_serial = o->serial;
    o->ecos.eco_use_up = o->use_up;
    o->ecos.edit_eco = o->eco;
    o->ecos.edit_kind = o->kind;
    o->ecos.edit_parent = o->parent;
    o->ecos.edit_child = o->child;
    o->ecos.edit_line = o->line;
    o->ecos.edit_num = o->num;
    o->ecos.edit_den = o->den;
    o->ecos.edit_scrap_ppm = o->ppm;
    o->ecos.edit_offset = o->shift;
}

static c12_mem check_room(void)
{
    static char bytes[SCRATCH];
    c12_mem m = { bytes, sizeof bytes };
    ck_assert_uint_le(c12_bom_eco_check_scratch(ITEMS, ROWS, EDITS, ROWS), sizeof bytes);
    return m;
}

static c12_verdict judged(const Sheet *before, const Orders *o, int32_t serial, const Sheet *after)
{
    const c12_bom was = bill_of(before, ITEMS), is = bill_of(after, ITEMS);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    const c12_status s = c12_bom_eco_check(&was, &o->ecos, serial, &is, &v, check_room(), &e);
    ck_assert_msg(s == C12_OK, "%s[%d]: %s", e.field ? e.field : "", (int)e.row, e.what ? e.what : "");
    return v;
}

/* ---- the second judge ---------------------------------------------------------------------------------------------------------------- */

typedef struct { int64_t num, den; int32_t child, ppm, shift, kind; } Wording;

static Wording line_says(const Sheet *s, int64_t e) { return (Wording){ s->num[e], s->den[e], s->child[e], s->ppm[e], s->shift[e], s->kind[e] }; }

static int counts_at(const Orders *o, int64_t k, int32_t serial, int32_t bucket)
{
    const int32_t eco = o->eco[k];
    if (o->state[eco] != C12_BOM_APPROVED && o->state[eco] != C12_BOM_EFFECTIVE) return 0;
    if (o->serial[eco] >= 0) return serial >= o->serial[eco];
    return bucket >= o->from[eco] && bucket >= o->use_up[eco];
}

/* What a parent's lines say in one bucket: of the edits of a line that have begun the last one in the list holds. */
static int lines_due(const Sheet *s, const Orders *o, int32_t serial, int32_t parent, int32_t bucket, Wording *out)
{
    int n = 0;
    for (int64_t e = s->off[parent]; e < s->off[parent + 1]; e++) {
        int64_t holds = -1;
        if (bucket < s->from[e] || bucket >= s->to[e]) continue;
        for (int64_t k = 0; k < o->ecos.n_edits; k++) if (o->line[k] == e && counts_at(o, k, serial, bucket)) holds = k;
        if (holds < 0) out[n++] = line_says(s, e);
        else if (o->kind[holds] == C12_BOM_CHANGED) out[n++] = (Wording){ o->num[holds], o->den[holds], o->child[holds], o->ppm[holds], o->shift[holds], s->kind[e] };
    }
    for (int64_t k = 0; k < o->ecos.n_edits; k++)
        if (o->kind[k] == C12_BOM_ADDED && o->parent[k] == parent && counts_at(o, k, serial, bucket)) out[n++] = (Wording){ o->num[k], o->den[k], o->child[k], o->ppm[k], o->shift[k], 0 };
    return n;
}

static int says_the_same(const Wording *a, const Wording *b)
{
    return a->num * b->den == b->num * a->den && a->child == b->child && a->ppm == b->ppm && a->shift == b->shift && a->kind == b->kind;
}

/* Each line there crosses out one that is due. */
static int agrees_at(const Sheet *before, const Orders *o, int32_t serial, const Sheet *after, int32_t parent, int32_t bucket)
{
    Wording due[ROWS + EDITS];
    int n = lines_due(before, o, serial, parent, bucket, due);
    for (int64_t e = after->off[parent]; e < after->off[parent + 1]; e++) {
        const Wording w = line_says(after, e);
        int k = 0;
        if (bucket < after->from[e] || bucket >= after->to[e]) continue;
        while (k < n && !says_the_same(&due[k], &w)) k++;
        if (k == n) return 0;
        due[k] = due[--n];
    }
    return !n;
}

static int agrees_everywhere(const Sheet *before, const Orders *o, int32_t serial, const Sheet *after)
{
    for (int32_t p = 0; p < ITEMS; p++) {
        for (int32_t bucket = 0; bucket <= LAST_DATE; bucket++) if (!agrees_at(before, o, serial, after, p, bucket)) return 0;
        if (!agrees_at(before, o, serial, after, p, FAR_AWAY)) return 0;
    }
    return 1;
}

/* ---- at random ----------------------------------------------------------------------------------------------------------------------- */

static void random_before(Sheet *s)
{
    sheet_init(s, ROWS);
    for (int32_t i = 0; i < ITEMS; i++) {
        for (int32_t k = i + 1 < ITEMS ? dice(5) : 0; k > 0; k--) {
            add_line(s, i + 1 + dice(ITEMS - i - 1), 1 + dice(3), 1 + dice(3));
            const int64_t e = s->sheet.count - 1;
            s->kind[e] = !dice(6);
            if (!s->kind[e] && !dice(3)) s->ppm[e] = 1000 * dice(3);
            s->shift[e] = dice(2);
            if (dice(2)) { s->from[e] = dice(LAST_DATE - 3); s->to[e] = s->from[e] + 1 + dice(3); }
        }
        end_item(s, i);
    }
}

static void random_orders(Orders *o, const Sheet *s)
{
    orders_init(o);
    o->ecos.n_ecos = 1 + dice(ECOS);
    for (int32_t k = 0; k < o->ecos.n_ecos; k++) {
        o->state[k] = dice(4) ? C12_BOM_APPROVED + dice(2) : dice(5);
        o->from[k] = dice(LAST_DATE);
        o->serial[k] = dice(4) ? -1 : dice(SERIALS);
        o->use_up[k] = dice(3) ? 0 : dice(LAST_DATE);
    }
    o->ecos.n_edits = dice(EDITS + 1);
    const int32_t busy = 1 + dice((int32_t)s->sheet.count + 1); /* edits crowd on the first lines, so that they meet */
    for (int64_t k = 0; k < o->ecos.n_edits; k++) {
        o->eco[k] = dice(o->ecos.n_ecos);
        o->kind[k] = s->sheet.count ? C12_BOM_ADDED + dice(3) : C12_BOM_ADDED;
        o->line[k] = o->kind[k] == C12_BOM_ADDED ? -1 : dice(busy) % (int32_t)s->sheet.count;
        o->parent[k] = dice(ITEMS - 1);
        o->child[k] = dice(20) ? ITEMS - 1 - dice(3) : dice(ITEMS);
        o->num[k] = 1 + dice(3);
        o->den[k] = 1 + dice(3);
        o->shift[k] = dice(2);
        o->ppm[k] = o->line[k] >= 0 && s->kind[o->line[k]] ? 0 : 1000 * dice(2);
    }
}

/* A random case that can be applied; 0 when it runs in a circle. */
static int random_case(Sheet *before, Orders *o, int32_t serial, Sheet *after)
{
    random_before(before);
    random_orders(o, before);
    sheet_init(after, ROWS);
    const c12_bom was = bill_of(before, ITEMS);
    const c12_status s = c12_bom_eco_apply(&was, &o->ecos, serial, &after->sheet, room(), NULL);
    ck_assert(s == C12_OK || s == C12_E_CYCLE);
    return !s;
}

static void shift_rows(Sheet *s, int64_t at, int64_t by)
{
    const int64_t n = s->sheet.count - at;
#define MOVE(column) memmove(s->column + at + (by > 0 ? by : 0), s->column + at - (by < 0 ? by : 0), (size_t)(n + (by < 0 ? by : 0)) * sizeof s->column[0])
    MOVE(num); MOVE(den); MOVE(child); MOVE(ppm); MOVE(from); MOVE(to); MOVE(shift); MOVE(kind);
#undef MOVE
    s->sheet.count += by;
    for (int32_t p = 0; p <= ITEMS; p++) if (s->off[p] > at) s->off[p] += by;
}

static void copy_row(Sheet *s, int64_t to, const Sheet *f, int64_t from)
{
    s->num[to] = f->num[from]; s->den[to] = f->den[from]; s->child[to] = f->child[from]; s->ppm[to] = f->ppm[from];
    s->from[to] = f->from[from]; s->to[to] = f->to[from]; s->shift[to] = f->shift[from]; s->kind[to] = f->kind[from];
}

static int32_t parent_of(const Sheet *s, int64_t e)
{
    int32_t p = 0;
    while (s->off[p + 1] <= e) p++;
    return p;
}

enum { DROP, TWICE, NUM, DEN, BEGIN_LATER, BEGIN_EARLIER, END_LATER, END_EARLIER, CHILD, SCRAP, OFFSET, KIND, OTHER_PARENT, FAULTS, SWAP = FAULTS, TERMS, IN_TWO, ALL_MUTATIONS };

/* One thing changed about one line; 0 when this line cannot be changed that way. */
static int mutate(Sheet *s, int64_t e, int what)
{
    const Sheet was = *s;
    const int32_t p = parent_of(s, e);
    switch (what) {
    case DROP: shift_rows(s, e, -1); return 1;
    case TWICE: shift_rows(s, e, 1); copy_row(s, e, &was, e); s->off[p + 1] = was.off[p + 1] + 1; return 1;
    case NUM: s->num[e]++; return 1;
    case DEN: s->den[e]++; return 1;
    case BEGIN_LATER: s->from[e]++; return s->from[e] < s->to[e];
    case BEGIN_EARLIER: s->from[e]--; return s->from[e] >= 0;
    case END_LATER: s->to[e] += was.to[e] < INT32_MAX; return was.to[e] < INT32_MAX;
    case END_EARLIER: s->to[e] = s->to[e] == INT32_MAX ? LAST_DATE : s->to[e] - 1; return s->from[e] < s->to[e];
    case CHILD: s->child[e] = p + 1 + dice(ITEMS - p - 1); return s->child[e] != was.child[e];
    case SCRAP: s->ppm[e] += 1000; return !s->kind[e];
    case OFFSET: s->shift[e]++; return 1;
    case KIND: s->kind[e] = !s->kind[e]; return !s->ppm[e];
    case OTHER_PARENT: s->off[p + 1]--; return p + 1 < ITEMS && e == was.off[p + 1] - 1 && s->child[e] > p + 1;
    case SWAP: copy_row(s, e, &was, e + 1 < was.off[p + 1] ? e + 1 : e); copy_row(s, e + 1 < was.off[p + 1] ? e + 1 : e, &was, e); return 1;
    case TERMS: s->num[e] *= 3; s->den[e] *= 3; return 1;
    default:
        if (s->from[e] + 1 >= s->to[e]) return 0;
        shift_rows(s, e, 1);
        copy_row(s, e, &was, e);
        s->off[p + 1] = was.off[p + 1] + 1;
        s->to[e] = s->from[e + 1] = was.from[e] + 1;
        return 1;
    }
}

START_TEST(applied_changes_pass)
{
    int passed = 0, in_force = 0;
    for (int k = 0; k < 1000; k++) {
        Sheet before, after;
        Orders o;
        dice_state = (uint64_t)k * 7919 + 5;
        const int32_t serial = dice(SERIALS + 1) - 1;
        if (!random_case(&before, &o, serial, &after)) continue;
        const c12_verdict v = judged(&before, &o, serial, &after);
        ck_assert_msg(!v.violations, "seed %d: %s, %s[%d] from %d", k, v.rule, v.field, (int)v.row, (int)v.tick);
        ck_assert(v.row == -1 && v.tick == -1 && !v.rule && !v.field);
        ck_assert_msg(agrees_everywhere(&before, &o, serial, &after), "seed %d: the second judge says no", k);
        passed++;
        in_force += v.objective > 3;
    }
    ck_assert_msg(passed > 600 && in_force > 300, "%d passed, %d with more than three edits", passed, in_force);
}
END_TEST

/* Each single mutation of a right result: what says something else is refused, what says the same is not, and the second judge agrees. */
START_TEST(mutations_are_told_apart)
{
    int tried = 0;
    for (int k = 0; k < 700; k++) {
        Sheet before, after;
        Orders o;
        dice_state = (uint64_t)k * 104729 + 11;
        const int32_t serial = dice(SERIALS + 1) - 1;
        if (!random_case(&before, &o, serial, &after) || !after.sheet.count) continue;
        Sheet wrong = after;
        if (!mutate(&wrong, dice((int32_t)after.sheet.count), _i)) continue;
        const c12_verdict v = judged(&before, &o, serial, &wrong);
        ck_assert_msg((v.violations == 0) == (_i >= FAULTS), "seed %d: %d violations, %s", k, (int)v.violations, v.rule ? v.rule : "none");
        ck_assert_msg((v.violations == 0) == agrees_everywhere(&before, &o, serial, &wrong), "seed %d: the second judge says otherwise", k);
        tried++;
    }
    ck_assert_msg(tried > 25, "only %d tried", tried);
}
END_TEST

/* Right results of other orders, of another serial number or of the bill as it was: both judges say the same. */
START_TEST(other_orders_results_are_told_apart)
{
    int refused = 0, accepted = 0;
    for (int k = 0; k < 800; k++) {
        Sheet before, after;
        Orders o;
        dice_state = (uint64_t)k * 15485863 + 7;
        if (!random_case(&before, &o, k % SERIALS, &after)) continue;
        if (dice(2)) o.from[dice(o.ecos.n_ecos)] = dice(LAST_DATE);
        else if (dice(2)) o.state[dice(o.ecos.n_ecos)] = dice(5);
        else if (o.ecos.n_edits) o.eco[dice((int32_t)o.ecos.n_edits)] = dice(o.ecos.n_ecos);
        const int32_t serial = dice(SERIALS);
        const int right = agrees_everywhere(&before, &o, serial, &after);
        ck_assert_msg((judged(&before, &o, serial, &after).violations == 0) == right, "seed %d", k);
        refused += !right;
        accepted += right;
    }
    ck_assert_msg(refused > 150 && accepted > 100, "%d refused, %d accepted", refused, accepted);
}
END_TEST

/* ---- by hand ------------------------------------------------------------------------------------------------------------------------- */

/* 0 takes 2 of 1, always; 1 takes 3 of 2 in buckets 2 to 7.  From 5 on 0 takes 4 of 1, and from 6 on 1 takes 1 of 3 besides. */
static void hand_case(Sheet *before, Orders *o, Sheet *after)
{
    sheet_init(before, ROWS);
    add_line(before, 1, 2, 1);
    end_item(before, 0);
    add_line(before, 2, 3, 1);
    before->from[1] = 2;
    before->to[1] = 8;
    for (int32_t i = 1; i < ITEMS; i++) end_item(before, i);
    orders_init(o);
    o->ecos.n_ecos = 2;
    o->ecos.n_edits = 2;
    o->state[0] = C12_BOM_APPROVED;
    o->state[1] = C12_BOM_EFFECTIVE;
    o->serial[0] = o->serial[1] = -1;
    o->from[0] = 5;
    o->from[1] = 6;
    o->eco[1] = 1;
    o->kind[0] = C12_BOM_CHANGED;
    o->kind[1] = C12_BOM_ADDED;
    o->line[1] = -1;
    o->parent[1] = 1;
    o->child[0] = 1;
    o->child[1] = 3;
    o->num[0] = 4;
    o->num[1] = o->den[0] = o->den[1] = 1;
    sheet_init(after, ROWS);
    const c12_bom was = bill_of(before, ITEMS);
    ck_assert_int_eq(c12_bom_eco_apply(&was, &o->ecos, 0, &after->sheet, room(), NULL), C12_OK);
    ck_assert_int_eq(after->sheet.count, 4);
}

static void verdict_is(c12_verdict v, int32_t violations, const char *rule, const char *field, int64_t row, int64_t tick)
{
    ck_assert_msg(v.violations == violations && !strncmp(v.rule, rule, 2) && !strcmp(v.field, field) && v.row == row && v.tick == tick, "%d: %s, %s[%d] from %d", (int)v.violations, v.rule, v.field,
                  (int)v.row, (int)v.tick);
    ck_assert_int_eq(v.objective, 2);
}

START_TEST(verdicts_name_rule_row_and_bucket)
{
    Sheet before, good, after;
    Orders o;
    hand_case(&before, &o, &good);
    ck_assert_int_eq(judged(&before, &o, 0, &good).violations, 0);
    after = good;
    shift_rows(&after, 0, -1);
    verdict_is(judged(&before, &o, 0, &after), 1, "C1", "line_before", 0, 0);
    after = good;
    shift_rows(&after, 3, -1);
    verdict_is(judged(&before, &o, 0, &after), 1, "C1", "edit_line", 1, 6);
    after = good;
    after.to[1] = 9; /* the changed line ends before its time */
    verdict_is(judged(&before, &o, 0, &after), 1, "C1", "edit_line", 0, 9);
    after = good;
    after.to[2] = 10; /* a line that outlives its window */
    verdict_is(judged(&before, &o, 0, &after), 1, "C2", "line_after", 2, 8);
    after = good;
    after.num[2] = 5; /* one line too few, and one too many */
    verdict_is(judged(&before, &o, 0, &after), 2, "C1", "line_before", 1, 2);
    after = good;
    o.num[0] = INT64_MAX; /* ratios as close as 64 bits allow */
    o.den[0] = INT64_MAX - 1;
    after.num[1] = INT64_MAX - 1;
    after.den[1] = INT64_MAX - 2;
    verdict_is(judged(&before, &o, 0, &after), 2, "C1", "edit_line", 0, 5);
    after.num[1]++;
    after.den[1]++;
    ck_assert_int_eq(judged(&before, &o, 0, &after).violations, 0);
}
END_TEST

/* A change that makes 1 contain 0: nothing is missing from the new bill, but it runs in a circle. */
START_TEST(a_circle_is_refused)
{
    Sheet before, after;
    Orders o;
    hand_case(&before, &o, &after);
    o.child[1] = 0;
    after.child[3] = 0;
    verdict_is(judged(&before, &o, 0, &after), 1, "C3", "line_after", 3, -1);
    o.child[1] = 1;
    after.child[3] = 1;
    verdict_is(judged(&before, &o, 0, &after), 1, "C3", "line_after", 3, -1);
    o.child[1] = 3; /* behind items that are done with */
    after.child[3] = 3;
    o.parent[1] = 5;
    for (int32_t i = 2; i <= 5; i++) after.off[i] = 3;
    ck_assert_int_eq(judged(&before, &o, 0, &after).violations, 0);
    o.child[1] = 5;
    after.child[3] = 5;
    verdict_is(judged(&before, &o, 0, &after), 1, "C3", "line_after", 3, -1);
}
END_TEST

/* NULL columns read as their defaults on both sides. */
START_TEST(columns_have_defaults)
{
    static const int64_t off[] = { 0, 1, 1 }, num[] = { 2 }, num_after[] = { 3 }, line[] = { 0 };
    static const int32_t child[] = { 1 }, state[] = { C12_BOM_APPROVED }, eco[] = { 0 }, kind[] = { C12_BOM_CHANGED };
    c12_bom was = C12_INIT(c12_bom), is = C12_INIT(c12_bom);
    c12_bom_ecos c = C12_INIT(c12_bom_ecos);
    c12_verdict v = C12_INIT(c12_verdict);
    was.n_items = is.n_items = 2;
    was.line_off = is.line_off = off;
    was.line_child = is.line_child = child;
    was.line_num = num;
    is.line_num = num_after;
    c.n_ecos = 1;
    c.n_edits = 1;
    c.eco_state = state;
    c.edit_eco = c.edit_parent = eco;
    c.edit_kind = kind;
    c.edit_child = child;
    c.edit_line = line;
    c.edit_num = num_after;
    ck_assert_int_eq(c12_bom_eco_check(&was, &c, 0, &is, &v, check_room(), NULL), C12_OK);
    ck_assert(!v.violations && v.objective == 1);
    ck_assert_int_eq(c12_bom_eco_check(&was, &c, 0, &was, &v, check_room(), NULL), C12_OK);
    ck_assert_int_eq(v.violations, 2);
    was.n_items = is.n_items = 0;
    was.line_off = is.line_off = NULL;
    c.n_ecos = 0;
    c.n_edits = 0;
    ck_assert_int_eq(c12_bom_eco_check(&was, &c, 0, &is, &v, check_room(), NULL), C12_OK);
    ck_assert_int_eq(v.violations, 0);
}
END_TEST

/* ---- bad input ----------------------------------------------------------------------------------------------------------------------- */

START_TEST(bad_input_is_named)
{
    Sheet before, after;
    Orders o;
    c12_error e = C12_INIT(c12_error);
    c12_verdict v = C12_INIT(c12_verdict);
    char bytes[4096];
    hand_case(&before, &o, &after);
    c12_bom was = bill_of(&before, ITEMS), is = bill_of(&after, ITEMS);
    ck_assert_int_eq(c12_bom_eco_check(NULL, &o.ecos, 0, &is, &v, check_room(), &e), C12_E_ARG);
    ck_assert_int_eq(c12_bom_eco_check(&was, NULL, 0, &is, &v, check_room(), &e), C12_E_ARG);
    ck_assert_int_eq(c12_bom_eco_check(&was, &o.ecos, 0, NULL, &v, check_room(), &e), C12_E_ARG);
    ck_assert_int_eq(c12_bom_eco_check(&was, &o.ecos, 0, &is, NULL, check_room(), &e), C12_E_ARG);
    is.n_items = ITEMS - 1;
    ck_assert_int_eq(c12_bom_eco_check(&was, &o.ecos, 0, &is, &v, check_room(), &e), C12_E_ARG);
    ck_assert_str_eq(e.field, "n_items");
    is.n_items = ITEMS;
    const size_t enough = c12_bom_eco_check_scratch(ITEMS, 2, 2, 4);
    ck_assert_uint_le(enough, sizeof bytes);
    for (size_t size = 0; size <= enough; size++) {
        const c12_mem m = { bytes, size };
        const c12_status s = c12_bom_eco_check(&was, &o.ecos, 0, &is, &v, m, &e);
        ck_assert(s == C12_OK ? size + 64 >= enough : s == C12_E_SPACE && e.value == (int64_t)enough && size < enough);
    }
    after.den[2] = 0;
    ck_assert_int_eq(c12_bom_eco_check(&was, &o.ecos, 0, &is, &v, check_room(), &e), C12_E_RANGE);
    ck_assert(!strcmp(e.field, "line_den") && e.row == 2);
    after.den[2] = 1;
    o.line[0] = 2;
    ck_assert_int_eq(c12_bom_eco_check(&was, &o.ecos, 0, &is, &v, check_room(), &e), C12_E_RANGE);
    ck_assert(!strcmp(e.field, "edit_line") && e.row == 0);
    o.line[0] = 0;
    o.ppm[0] = 5;
    before.kind[0] = C12_BOM_BY_PRODUCT; /* scrap on what falls off anyway */
    ck_assert_int_eq(c12_bom_eco_apply(&was, &o.ecos, 0, &after.sheet, room(), &e), C12_E_RANGE);
    ck_assert(!strcmp(e.field, "edit_scrap_ppm") && e.row == 0);
    ck_assert_uint_eq(c12_bom_eco_check_scratch(-1, 0, 0, 0), 0);
    ck_assert_uint_eq(c12_bom_eco_check_scratch(1, 0, -1, 0), 0);
    ck_assert_uint_gt(c12_bom_eco_check_scratch(0, 0, 0, 0), 0);
    ck_assert_uint_eq(c12_bom_eco_check_scratch(1, INT64_MAX, 1, INT64_MAX), SIZE_MAX);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("bom-eco");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, applied_changes_pass);
    tcase_add_loop_test(t, mutations_are_told_apart, 0, ALL_MUTATIONS);
    tcase_add_test(t, other_orders_results_are_told_apart);
    tcase_add_test(t, verdicts_name_rule_row_and_bucket);
    tcase_add_test(t, a_circle_is_refused);
    tcase_add_test(t, columns_have_defaults);
    tcase_add_test(t, bad_input_is_named);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
