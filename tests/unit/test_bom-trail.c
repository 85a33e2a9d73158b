/* SPDX-License-Identifier: Apache-2.0 */
/* Approval trails: small ledgers by hand, random ones against a second replay, every bad column. */
#include "c12/bom.h"
#include "support.h"
#include <check.h>
#include <string.h>

enum { ECOS = 5, ENTRIES = 60, PEOPLE = 6, ROLES = 4, UNTOUCHED = 77 };
enum { A = C12_BOM_APPROVE, N = C12_BOM_REJECT, R = C12_BOM_RELEASE, S = C12_BOM_SUPERSEDE, O = C12_BOM_REOPEN };

typedef struct { int32_t required[ECOS], eco[ENTRIES], move[ENTRIES], role[ENTRIES], who[ENTRIES]; c12_ns time[ENTRIES]; c12_bom_trail trail; } Ledger;

static void ledger_init(Ledger *l)
{
    memset(l, 0, sizeof *l);
    l->trail = (c12_bom_trail)C12_INIT(c12_bom_trail);
    l->trail.eco_required = l->required;
    l->trail.entry_eco = l->eco;
    l->trail.entry_move = l->move;
    l->trail.entry_role = l->role;
    l->trail.entry_who = l->who;
    l->trail.entry_time = l->time;
}

static void enter(Ledger *l, int32_t eco, int32_t move, int32_t role, int32_t who)
{
    int64_t k = l->trail.n_entries++;
    l->eco[k] = eco;
    l->move[k] = move;
    l->role[k] = role;
    l->who[k] = who;
    l->time[k] = 1000 * (k / 2); /* two entries may bear one time */
}

static c12_mem trail_room(void)
{
    static char bytes[1 << 13];
    c12_mem m = { bytes, sizeof bytes };
    ck_assert_uint_le(c12_bom_trail_scratch(ECOS, ENTRIES), sizeof bytes);
    return m;
}

/* ---- by hand ------------------------------------------------------------------------------------------------------------------------- */

/* Roles 0 and 1 must sign; entries are { move, role, who }; what comes out of one order, or at which entry and column it stops. */
static const struct { int32_t n, entry[6][3], state, signed_by; const char *field; } cases[] = {
    { 0, { { 0 } }, C12_BOM_DRAFT, 0, NULL },
    { 1, { { A, 1, 5 } }, C12_BOM_DRAFT, 2, NULL },
    { 2, { { A, 1, 5 }, { A, 0, 4 } }, C12_BOM_APPROVED, 3, NULL },
    { 3, { { A, 1, 5 }, { A, 0, 4 }, { R, 9, 5 } }, C12_BOM_EFFECTIVE, 3, NULL },
    { 4, { { A, 1, 5 }, { A, 0, 4 }, { R, 0, 5 }, { S, 30, 2 } }, C12_BOM_SUPERSEDED, 3, NULL },
    { 2, { { A, 1, 5 }, { N, 0, 4 } }, C12_BOM_REJECTED, 0, NULL },
    { 3, { { A, 0, 4 }, { A, 1, 5 }, { N, 0, 4 } }, C12_BOM_REJECTED, 0, NULL },
    { 5, { { A, 1, 5 }, { N, 0, 4 }, { O, 7, 1 }, { A, 0, 5 }, { A, 1, 4 } }, C12_BOM_APPROVED, 3, NULL }, /* void signatures bind nobody */
    { 4, { { A, 0, 4 }, { A, 1, 5 }, { O, 0, 4 }, { A, 1, 4 } }, C12_BOM_DRAFT, 2, NULL },
    { 2, { { A, 1, 5 }, { A, 1, 6 } }, C12_BOM_DRAFT, 2, NULL },
    { 3, { { A, 1, 5 }, { A, 1, 6 }, { A, 0, 5 } }, C12_BOM_APPROVED, 3, NULL }, /* 6 has taken 5's place */
    { 3, { { A, 1, 5 }, { A, 1, 6 }, { A, 0, 6 } }, 0, 0, "entry_who" },
    { 2, { { A, 1, 5 }, { A, 0, 5 } }, 0, 0, "entry_who" },
    { 1, { { A, 2, 5 } }, 0, 0, "entry_role" },
    { 1, { { N, 2, 5 } }, 0, 0, "entry_role" },
    { 1, { { R, 0, 5 } }, 0, 0, "entry_move" },
    { 2, { { A, 1, 5 }, { R, 0, 4 } }, 0, 0, "entry_move" },
    { 3, { { A, 1, 5 }, { A, 0, 4 }, { A, 0, 4 } }, 0, 0, "entry_move" },
    { 3, { { A, 1, 5 }, { A, 0, 4 }, { S, 0, 4 } }, 0, 0, "entry_move" },
    { 4, { { A, 1, 5 }, { A, 0, 4 }, { R, 0, 4 }, { N, 0, 4 } }, 0, 0, "entry_move" },
    { 5, { { A, 1, 5 }, { A, 0, 4 }, { R, 0, 4 }, { S, 0, 4 }, { O, 0, 4 } }, 0, 0, "entry_move" },
    { 2, { { N, 1, 5 }, { A, 0, 4 } }, 0, 0, "entry_move" },
};

/* Order 1 of three; the others have entries of their own in between. */
START_TEST(ledgers_by_hand)
{
    Ledger l;
    int32_t state[ECOS], signed_by[ECOS];
    c12_error e = C12_INIT(c12_error);
    ledger_init(&l);
    l.trail.n_ecos = 3;
    l.required[0] = l.required[1] = 3;
    for (int k = 0; k < 3; k++) state[k] = signed_by[k] = UNTOUCHED;
    enter(&l, 0, A, 0, 5);
    for (int k = 0; k < cases[_i].n; k++) enter(&l, 1, cases[_i].entry[k][0], cases[_i].entry[k][1], cases[_i].entry[k][2]);
    const c12_status s = c12_bom_eco_replay(&l.trail, state, signed_by, trail_room(), &e);
    if (cases[_i].field) {
        ck_assert_int_eq(s, C12_E_STATE);
        ck_assert_msg(!strcmp(e.field, cases[_i].field) && e.row == cases[_i].n, "%s[%d]: %s", e.field, (int)e.row, e.what);
        ck_assert(state[0] == UNTOUCHED && state[1] == UNTOUCHED && signed_by[1] == UNTOUCHED);
        return;
    }
    ck_assert_int_eq(s, C12_OK);
    ck_assert_msg(state[1] == cases[_i].state && signed_by[1] == cases[_i].signed_by, "state %d, signed by %d", (int)state[1], (int)signed_by[1]);
    ck_assert(state[0] == C12_BOM_DRAFT && signed_by[0] == 1 && state[2] == C12_BOM_DRAFT && signed_by[2] == 0);
}
END_TEST

/* NULL columns: role 0 alone signs, one person may sign for all, times are unknown.  The widest role. */
START_TEST(columns_have_defaults)
{
    Ledger l;
    int32_t state[ECOS];
    ledger_init(&l);
    l.trail.n_ecos = 2;
    l.required[0] = 3;
    l.required[1] = (int32_t)(1u << 30);
    enter(&l, 0, A, 0, 5);
    enter(&l, 1, A, 30, 5);
    enter(&l, 0, A, 1, 5);
    l.time[2] = -1;
    l.trail.entry_who = NULL;
    l.trail.entry_time = NULL;
    ck_assert_int_eq(c12_bom_eco_replay(&l.trail, state, NULL, trail_room(), NULL), C12_OK);
    ck_assert(state[0] == C12_BOM_APPROVED && state[1] == C12_BOM_APPROVED);
    l.trail.eco_required = NULL;
    l.trail.n_entries = 1;
    ck_assert_int_eq(c12_bom_eco_replay(&l.trail, state, NULL, trail_room(), NULL), C12_OK);
    ck_assert(state[0] == C12_BOM_APPROVED && state[1] == C12_BOM_DRAFT);
    l.trail.n_ecos = 0;
    l.trail.n_entries = 0;
    ck_assert_int_eq(c12_bom_eco_replay(&l.trail, NULL, NULL, trail_room(), NULL), C12_OK);
}
END_TEST

/* The very first signature binds its person as any other does. */
START_TEST(the_first_entry_counts)
{
    Ledger l;
    int32_t state[ECOS];
    c12_error e = C12_INIT(c12_error);
    ledger_init(&l);
    l.trail.n_ecos = 1;
    l.required[0] = 3;
    enter(&l, 0, A, 0, 5);
    enter(&l, 0, A, 1, 5);
    ck_assert_int_eq(c12_bom_eco_replay(&l.trail, state, NULL, trail_room(), &e), C12_E_STATE);
    ck_assert(!strcmp(e.field, "entry_who") && e.row == 1 && e.value == 5);
}
END_TEST

/* ---- at random ----------------------------------------------------------------------------------------------------------------------- */

/* One order's life, told from its beginning each time: what its entries up to `end` make of it, or the entry and column that is refused. */
typedef struct { int32_t state, signed_by, who[ROLES + 1]; int64_t refused; const char *field; } Story;

static void tell_entry(const Ledger *l, Story *t, int64_t k)
{
    const int32_t role = l->role[k], from = t->state, move = l->move[k], mine = l->required[l->eco[k]] >> role & 1;
    const int open = from == C12_BOM_DRAFT, standing = from == C12_BOM_APPROVED;
    const int fits = move == A ? open : move == N ? open || standing : move == R ? standing : move == S ? from == C12_BOM_EFFECTIVE : standing || from == C12_BOM_REJECTED;
    t->refused = k;
    t->field = "entry_move";
    if (!fits) return;
    t->field = "entry_role";
    if ((move == A || move == N) && !mine) return;
    t->field = "entry_who";
    for (int32_t r = 0; move == A && r <= ROLES; r++)
        if (r != role && (t->signed_by >> r & 1) && t->who[r] == l->who[k]) return;
    t->refused = -1;
    if (move == A) { t->signed_by |= 1 << role; t->who[role] = l->who[k]; }
    if (move == N || move == O) t->signed_by = 0;
    t->state = move == A ? (t->signed_by == l->required[l->eco[k]] ? C12_BOM_APPROVED : C12_BOM_DRAFT) : move == N ? C12_BOM_REJECTED : move == R ? C12_BOM_EFFECTIVE : move == S ? C12_BOM_SUPERSEDED : C12_BOM_DRAFT;
}

static Story tell(const Ledger *l, int32_t eco, int64_t end)
{
    Story t = { C12_BOM_DRAFT, 0, { 0 }, -1, NULL };
    for (int64_t k = 0; k < end && t.refused < 0; k++)
        if (l->eco[k] == eco) tell_entry(l, &t, k);
    return t;
}

/* Mostly moves that fit, so that ledgers grow long before one is refused; now and then any move at all. */
static void random_ledger(Ledger *l)
{
    ledger_init(l);
    l->trail.n_ecos = 1 + dice(ECOS);
    for (int32_t o = 0; o < l->trail.n_ecos; o++) l->required[o] = dice(1 << ROLES);
    const int32_t wild = dice(3) ? 0 : 8;
    for (int32_t k = dice(ENTRIES + 1), tries = 0; k > 0 && tries < 4000; tries++) {
        enter(l, dice(l->trail.n_ecos), dice(C12_BOM_MOVES), dice(ROLES + 1), dice(PEOPLE));
        const int fits = tell(l, l->eco[l->trail.n_entries - 1], l->trail.n_entries).refused < 0;
        if (fits || (wild && !dice(wild * 30))) k--;
        else l->trail.n_entries--;
    }
}

/* 1 when the ledger is replayed to its end. */
static int agrees(const Ledger *l)
{
    int32_t state[ECOS], signed_by[ECOS];
    c12_error e = C12_INIT(c12_error);
    Story first = { 0, 0, { 0 }, -1, NULL };
    for (int32_t o = 0; o < l->trail.n_ecos; o++) {
        const Story t = tell(l, o, l->trail.n_entries);
        if (t.refused >= 0 && (first.refused < 0 || t.refused < first.refused)) first = t;
    }
    const c12_status s = c12_bom_eco_replay(&l->trail, state, signed_by, trail_room(), &e);
    if (first.refused >= 0) {
        ck_assert_int_eq(s, C12_E_STATE);
        ck_assert_msg(e.row == first.refused && !strcmp(e.field, first.field), "%s[%d], not %s[%d]", e.field, (int)e.row, first.field, (int)first.refused);
        return 0;
    }
    ck_assert_int_eq(s, C12_OK);
    for (int32_t o = 0; o < l->trail.n_ecos; o++) {
        const Story t = tell(l, o, l->trail.n_entries);
        ck_assert_msg(state[o] == t.state && signed_by[o] == t.signed_by, "order %d: state %d not %d, signed by %d not %d", (int)o, (int)state[o], (int)t.state, (int)signed_by[o], (int)t.signed_by);
    }
    return 1;
}

START_TEST(random_ledgers_agree_with_their_story)
{
    int told = 0, seeds = 600;
    for (int k = 0; k < seeds; k++) {
        Ledger l;
        dice_state = (uint64_t)k * 7919 + 5;
        random_ledger(&l);
        told += agrees(&l);
    }
    ck_assert_msg(told > 200 && told < seeds - 100, "%d of %d told", told, seeds);
}
END_TEST

/* ---- bad input ----------------------------------------------------------------------------------------------------------------------- */

START_TEST(bad_columns_are_named)
{
    static const struct { int32_t row; const char *field; } want[] = { { 1, "eco_required" }, { 2, "entry_eco" }, { 1, "entry_eco" }, { 1, "entry_move" }, { 2, "entry_move" }, { 2, "entry_role" }, { 0, "entry_role" }, { 2, "entry_who" }, { 0, "entry_eco" }, { 2, "entry_time" } };
    Ledger l;
    int32_t state[ECOS] = { UNTOUCHED };
    c12_error e = C12_INIT(c12_error);
    ledger_init(&l);
    l.trail.n_ecos = 2;
    l.required[0] = l.required[1] = 7;
    for (int32_t k = 0; k < 3; k++) enter(&l, 1, A, k, k);
    ck_assert_int_eq(c12_bom_eco_replay(&l.trail, state, NULL, trail_room(), &e), C12_OK);
    state[0] = UNTOUCHED;
    if (want[_i].row) l.move[0] = R; /* refused, but columns are judged first */
    switch (_i) {
    case 0: l.required[1] = -1; break;
    case 1: l.eco[2] = 2; break;
    case 2: l.eco[1] = -1; break;
    case 3: l.move[1] = C12_BOM_MOVES; break;
    case 4: l.move[2] = -1; break;
    case 5: l.role[2] = 31; break;
    case 6: l.role[0] = -1; break;
    case 7: l.who[2] = -1; break;
    case 8: l.eco[0] = 2; break;
    default: l.time[2] = l.time[1] - 1; break;
    }
    ck_assert_int_eq(c12_bom_eco_replay(&l.trail, state, NULL, trail_room(), &e), C12_E_RANGE);
    ck_assert_msg(!strcmp(e.field, want[_i].field) && e.row == want[_i].row, "%s[%d]", e.field, (int)e.row);
    ck_assert_int_eq(state[0], UNTOUCHED);
}
END_TEST

START_TEST(missing_arguments_and_scratch)
{
    Ledger l;
    int32_t state[ECOS] = { UNTOUCHED };
    c12_error e = C12_INIT(c12_error);
    char bytes[1 << 10];
    const c12_mem none = { NULL, 0 };
    ledger_init(&l);
    l.trail.n_ecos = 2;
    enter(&l, 1, A, 0, 0);
    ck_assert_int_eq(c12_bom_eco_replay(NULL, state, NULL, trail_room(), &e), C12_E_ARG);
    ck_assert_int_eq(c12_bom_eco_replay(&l.trail, NULL, NULL, trail_room(), &e), C12_E_ARG);
    ck_assert_int_eq(c12_bom_eco_replay(&l.trail, state, NULL, none, &e), C12_E_SPACE);
    c12_mem small = { bytes, 0 };
    int fitted = 0;
    for (; small.size <= c12_bom_trail_scratch(2, 1); small.size++) {
        l.required[1] = 1;
        const c12_status s = c12_bom_eco_replay(&l.trail, state, NULL, small, &e);
        ck_assert_int_eq(s, s ? C12_E_SPACE : C12_OK);
        if (s) ck_assert(e.value == (int64_t)c12_bom_trail_scratch(2, 1) && state[0] == UNTOUCHED);
        fitted = !s;
    }
    ck_assert(fitted);
    for (int k = 0; k < 5; k++) {
        c12_bom_trail t = l.trail;
        if (k == 0) t.n_ecos = -1;
        if (k == 1) t.n_entries = -1;
        if (k == 2) t.entry_eco = NULL;
        if (k == 3) t.entry_move = NULL;
        if (k == 4) t.entry_role = NULL;
        ck_assert_int_eq(c12_bom_eco_replay(&t, state, NULL, trail_room(), &e), C12_E_ARG);
    }
    ck_assert_uint_eq(c12_bom_trail_scratch(-1, 0), 0);
    ck_assert_uint_eq(c12_bom_trail_scratch(0, -1), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("bom-trail");
    TCase *t = tcase_create("all");
    tcase_add_loop_test(t, ledgers_by_hand, 0, (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(t, columns_have_defaults);
    tcase_add_test(t, the_first_entry_counts);
    tcase_add_test(t, random_ledgers_agree_with_their_story);
    tcase_add_loop_test(t, bad_columns_are_named, 0, 10);
    tcase_add_test(t, missing_arguments_and_scratch);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
