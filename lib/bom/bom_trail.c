/* SPDX-License-Identifier: Apache-2.0 */
/* Approval trails: an append-only ledger of what was decided about change orders, replayed over c12_bom_eco_move.  Which move is allowed is said there alone;
 * here is what a ledger adds: time, and people. */
#include "bom/bom_internal.h"

enum { LAST_ROLE = 30, ROLE_0_ALONE = 1 };

typedef struct eco_replay {
    c12_bom_trail t;
    c12_bom_eco_life *life; /* [n_ecos] */
    int64_t *first;         /* [n_ecos] earliest entry whose signature stands, -1 = none; at most one a role */
    int64_t *next;          /* [n_entries] the one after it */
} eco_replay;

static void carve_replay(eco_replay *r, c12__arena *a, int32_t n_ecos, int64_t n_entries)
{
    r->life = C12__CARVE(a, c12_bom_eco_life, n_ecos);
    r->first = C12__CARVE(a, int64_t, n_ecos);
    r->next = C12__CARVE(a, int64_t, n_entries);
}

size_t c12_bom_trail_scratch(int32_t n_ecos, int64_t n_entries)
{
    eco_replay r;
    if (n_ecos < 0 || n_entries < 0) return 0;
    c12__arena a = c12__arena_measure();
    carve_replay(&r, &a, n_ecos, n_entries);
    return c12__arena_need(&a);
}

/* ---- entry ------------------------------------------------------------------------------------------------------------------------- */

static void check_entry(c12__faults *f, const c12_bom_trail *t, int64_t k)
{
    if (t->entry_eco[k] < 0 || t->entry_eco[k] >= t->n_ecos) c12__fault(f, C12_E_RANGE, "no such change order", "entry_eco", k, t->entry_eco[k]);
    if (t->entry_move[k] < 0 || t->entry_move[k] >= C12_BOM_MOVES) c12__fault(f, C12_E_RANGE, "unknown move", "entry_move", k, t->entry_move[k]);
    if (t->entry_role[k] < 0 || t->entry_role[k] > LAST_ROLE) c12__fault(f, C12_E_RANGE, "role must be 0..30", "entry_role", k, t->entry_role[k]);
    if (t->entry_who && t->entry_who[k] < 0) c12__fault(f, C12_E_RANGE, "person is negative", "entry_who", k, t->entry_who[k]);
    if (t->entry_time && k && t->entry_time[k] < t->entry_time[k - 1]) c12__fault(f, C12_E_RANGE, "earlier than the entry before", "entry_time", k, t->entry_time[k]);
}

static c12_status take_trail(c12_bom_trail *t, const c12_bom_trail *from, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__take(t, sizeof *t, from, "trail", err);
    if (s) return s;
    if (t->n_ecos < 0) return c12__fail(err, C12_E_ARG, "count is negative", "n_ecos", -1, t->n_ecos);
    if (t->n_entries < 0) return c12__fail(err, C12_E_ARG, "count is negative", "n_entries", -1, t->n_entries);
    if (t->n_entries && (!t->entry_eco || !t->entry_move || !t->entry_role))
        return c12__fail(err, C12_E_ARG, "column is NULL", !t->entry_eco ? "entry_eco" : !t->entry_move ? "entry_move" : "entry_role", -1, 0);
    for (int32_t o = 0; t->eco_required && o < t->n_ecos && !c12__full(&f); o++)
        if (t->eco_required[o] < 0) c12__fault(&f, C12_E_RANGE, "roles are the bits 0..30", "eco_required", o, t->eco_required[o]);
    for (int64_t k = 0; k < t->n_entries && !c12__full(&f); k++) check_entry(&f, t, k);
    return f.status;
}

/* ---- replay ------------------------------------------------------------------------------------------------------------------------ */

/* Entry k's signature in the place of an earlier one of its role; 1 when the person's signature already stands for another role. */
static int put_signature(eco_replay *r, int64_t k)
{
    const c12_bom_trail *t = &r->t;
    int64_t *link = &r->first[t->entry_eco[k]];
    while (*link >= 0) {
        const int64_t e = *link;
        if (t->entry_role[e] == t->entry_role[k]) { *link = r->next[e]; continue; }
        if (t->entry_who && t->entry_who[e] == t->entry_who[k]) return 1;
        link = &r->next[e];
    }
    *link = k;
    r->next[k] = -1;
    return 0;
}

static c12_status replay_entry(eco_replay *r, int64_t k, c12_error *err)
{
    const int32_t eco = r->t.entry_eco[k], move = r->t.entry_move[k], role = r->t.entry_role[k];
    c12_bom_eco_life *life = &r->life[eco];
    c12_error why = C12_INIT(c12_error);
    c12_status s = c12_bom_eco_move(life, move, role, &why);
    if (s) {
        const int about_role = why.field[0] == 'r'; /* "role", not "move" */
        return c12__fail(err, s, why.what, about_role ? "entry_role" : "entry_move", k, about_role ? role : move);
    }
    if (!life->signed_by) r->first[eco] = -1;
    if (move == C12_BOM_APPROVE && put_signature(r, k))
        return c12__fail(err, C12_E_STATE, "who has signed for one role may not sign for another", "entry_who", k, r->t.entry_who[k]);
    return C12_OK;
}

c12_status c12_bom_eco_replay(const c12_bom_trail *trail, int32_t *state, int32_t *signed_by, c12_mem scratch, c12_error *err)
{
    eco_replay r;
    c12_status s = take_trail(&r.t, trail, err);
    if (s) return s;
    const int32_t n = r.t.n_ecos;
    if (n && !state) return c12__fail(err, C12_E_ARG, "output is NULL", "state", -1, 0);
    c12__arena a = c12__arena_over(scratch);
    carve_replay(&r, &a, n, r.t.n_entries);
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)c12_bom_trail_scratch(n, r.t.n_entries));
    for (int32_t o = 0; o < n; o++) {
        r.life[o] = (c12_bom_eco_life){ sizeof(c12_bom_eco_life), C12_BOM_DRAFT, c12__at32(r.t.eco_required, o, ROLE_0_ALONE), 0 };
        r.first[o] = -1;
    }
    for (int64_t k = 0; k < r.t.n_entries; k++)
        if ((s = replay_entry(&r, k, err))) return s;
    for (int32_t o = 0; o < n; o++) {
        state[o] = r.life[o].state;
        if (signed_by) signed_by[o] = r.life[o].signed_by;
    }
    return C12_OK;
}
