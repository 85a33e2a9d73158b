/* SPDX-License-Identifier: Apache-2.0 */
/* Bills made from bills: a component replaced wherever it stands, alternates chosen or mixed, engineering changes applied.  The result is a bill of its own in the
 * caller's columns; c12_bom_compare of the two is the preview. */
#include "bom/bom_internal.h"

/* A line on its way into the sheet. */
typedef struct sheet_line { int64_t source, num, den; int32_t child, ppm, from, to, offset, kind; } sheet_line;

static c12_status take_sheet(c12_bom_sheet *o, const c12_bom_sheet *out, c12_error *err)
{
    c12_status s = c12__take(o, sizeof *o, out, "out", err);
    if (s) return s;
    if (o->cap < 0) return c12__fail(err, C12_E_ARG, "capacity is negative", "cap", -1, o->cap);
    if (!o->line_off || !o->line_child || !o->line_num || !o->line_den || !o->line_scrap_ppm || !o->line_from || !o->line_to || !o->line_offset || !o->line_kind)
        return c12__fail(err, C12_E_ARG, "output column is NULL", "out", -1, 0);
    o->count = 0;
    return C12_OK;
}

static sheet_line line_of_bom(const c12__gozinto *g, const int32_t *offset, int64_t e)
{
    sheet_line l = { e, g->num[e], c12__at64(g->den, e, 1), g->child[e], c12__at32(g->ppm, e, 0), c12__at32(g->from, e, 0), c12__at32(g->to, e, INT32_MAX), c12__at32(offset, e, 0), c12__at32(g->kind, e, C12_BOM_COMPONENT) };
    return l;
}

/* Lines that are never effective are not written. */
static void put_line(c12_bom_sheet *o, const sheet_line *l)
{
    if (l->from >= l->to) return;
    int64_t k = o->count++;
    if (k >= o->cap) return;
    o->line_child[k] = l->child;
    o->line_num[k] = l->num;
    o->line_den[k] = l->den;
    o->line_scrap_ppm[k] = l->ppm;
    o->line_from[k] = l->from;
    o->line_to[k] = l->to;
    o->line_offset[k] = l->offset;
    o->line_kind[k] = l->kind;
    if (o->line_source) o->line_source[k] = l->source;
}

/* The new bill as c12_bom sees it: whole, and without a cycle. */
static c12_status close_sheet(c12_bom_sheet *o, c12_bom_sheet *out, int32_t n, c12_mem scratch, c12_error *err)
{
    if (o->count > o->cap) {
        out->count = o->count;
        return c12__fail(err, C12_E_SPACE, "more lines than the sheet has rows", "cap", -1, o->count);
    }
    c12__gozinto g = { o->line_off, o->line_child, o->line_num, o->line_den, o->line_scrap_ppm, o->line_from, o->line_to, n, 0, o->line_kind };
    c12__bom_order plan;
    c12__arena a = c12__arena_over(scratch);
    c12_status s = c12__bom_sort(&plan, &g, &a, err);
    if (!s) c12__give(out, o, sizeof *o);
    return s;
}

/* ---- one component for another ------------------------------------------------------------------------------------------------------ */

/* num/den times the swap's ratio, in lowest terms; 1 on overflow. */
static int swap_ratio(sheet_line *l, const c12_bom_swap *w)
{
    int64_t a = w->num, b = w->den, k = c12__gcd(a, b);
    a /= k; b /= k;
    k = c12__gcd(l->num, l->den); l->num /= k; l->den /= k;
    k = c12__gcd(l->num, b); l->num /= k; b /= k;
    k = c12__gcd(a, l->den); a /= k; l->den /= k;
    return c12__mul64(l->num, a, &l->num) || c12__mul64(l->den, b, &l->den);
}

static c12_status swap_line(const sheet_line *line, const c12_bom_swap *w, int64_t e, c12_bom_sheet *o, c12_error *err)
{
    sheet_line before = *line, after = *line;
    before.to = before.to < w->from ? before.to : w->from;
    after.from = after.from > w->from ? after.from : w->from;
    after.child = w->after;
    if (swap_ratio(&after, w)) return c12__fail(err, C12_E_OVERFLOW, "the new quantity per does not fit 64 bits", "line_num", e, line->num);
    put_line(o, &before);
    put_line(o, &after);
    return C12_OK;
}

static c12_status check_swap(const c12_bom_swap *w, int32_t n, c12_error *err)
{
    if (w->before < 0 || w->before >= n) return c12__fail(err, C12_E_RANGE, "item out of range", "before", -1, w->before);
    if (w->after < 0 || w->after >= n) return c12__fail(err, C12_E_RANGE, "item out of range", "after", -1, w->after);
    if (w->num <= 0) return c12__fail(err, C12_E_RANGE, "ratio must be positive", "num", -1, w->num);
    if (w->den <= 0) return c12__fail(err, C12_E_RANGE, "ratio must have a positive denominator", "den", -1, w->den);
    if (w->from < 0) return c12__fail(err, C12_E_RANGE, "bucket is negative", "from", -1, w->from);
    return C12_OK;
}

c12_status c12_bom_replace(const c12_bom *bom, const c12_bom_swap *swap, c12_bom_sheet *out, c12_mem scratch, c12_error *err)
{
    c12__gozinto g;
    c12_bom b;
    c12_bom_swap w;
    c12_bom_sheet o;
    c12_status s = c12__bom_open(&g, bom, err);
    if (s || (s = c12__take(&b, sizeof b, bom, "bom", err)) || (s = c12__take(&w, sizeof w, swap, "swap", err)) || (s = check_swap(&w, g.n, err)) || (s = take_sheet(&o, out, err))) return s;
    for (int32_t p = 0; p < g.n; p++) {
        o.line_off[p] = o.count;
        for (int64_t e = g.off[p]; e < g.off[p + 1]; e++) {
            const sheet_line l = line_of_bom(&g, b.line_offset, e);
            if (l.child != w.before || (w.only && !w.only[p])) put_line(&o, &l);
            else if ((s = swap_line(&l, &w, e, &o, err))) return s;
        }
    }
    o.line_off[g.n] = o.count;
    return close_sheet(&o, out, g.n, scratch, err);
}

/* ---- alternates ---------------------------------------------------------------------------------------------------------------------- */

enum { WHOLE_SHARE = 1000000 };

typedef struct mixing { const c12__gozinto *g; c12_bom_alternates alt; } mixing;

static int32_t group_of(const mixing *m, int64_t e) { return c12__at32(m->alt.line_group, e, -1); }

static int64_t group_share(const mixing *m, int32_t parent, int32_t group)
{
    int64_t sum = 0;
    for (int64_t k = m->g->off[parent]; k < m->g->off[parent + 1]; k++)
        if (group_of(m, k) == group) sum += c12__at32(m->alt.line_share_ppm, k, 0);
    return sum;
}

/* What is to be had before what is not, then by priority, then by line. */
static int is_preferred(const mixing *m, int64_t a, int64_t b)
{
    int here = c12__at32(m->alt.item_available, m->g->child[a], 1) != 0, there = c12__at32(m->alt.item_available, m->g->child[b], 1) != 0;
    int32_t first = c12__at32(m->alt.line_priority, a, 0), second = c12__at32(m->alt.line_priority, b, 0);
    if (here != there) return here;
    return first != second ? first < second : a < b;
}

static int is_first_choice(const mixing *m, int32_t parent, int64_t e)
{
    for (int64_t k = m->g->off[parent]; k < m->g->off[parent + 1]; k++)
        if (k != e && group_of(m, k) == group_of(m, e) && is_preferred(m, k, e)) return 0;
    return 1;
}

/* 1: the line's share does not fit. */
static int mix_line(const mixing *m, int32_t parent, int64_t e, sheet_line *l, c12_bom_sheet *o)
{
    const int32_t group = group_of(m, e);
    c12_bom_swap share = { .num = c12__at32(m->alt.line_share_ppm, e, 0), .den = WHOLE_SHARE };
    if (group >= 0 && group_share(m, parent, group)) {
        if (!share.num) return 0;
        if (share.num < WHOLE_SHARE && swap_ratio(l, &share)) return 1;
    } else if (group >= 0 && !is_first_choice(m, parent, e)) return 0;
    put_line(o, l);
    return 0;
}

static void check_mix(c12__faults *f, const mixing *m, int32_t parent, int64_t e)
{
    const int32_t group = group_of(m, e), share = c12__at32(m->alt.line_share_ppm, e, 0);
    if (group < -1) c12__fault(f, C12_E_RANGE, "group must be -1 or more", "line_group", e, group);
    if (share < 0 || share > WHOLE_SHARE) { c12__fault(f, C12_E_RANGE, "share must be 0..1000000 ppm", "line_share_ppm", e, share); return; }
    for (int64_t k = m->g->off[parent]; k < e; k++) if (group_of(m, k) == group) return; /* told at the group's first line */
    int64_t sum = group < 0 ? 0 : group_share(m, parent, group);
    if (sum && sum != WHOLE_SHARE) c12__fault(f, C12_E_RANGE, "shares of a group must add up to 1000000 ppm", "line_share_ppm", e, sum);
}

c12_status c12_bom_mix(const c12_bom *bom, const c12_bom_alternates *alternates, c12_bom_sheet *out, c12_mem scratch, c12_error *err)
{
    c12__gozinto g;
    c12_bom b;
    c12_bom_sheet o;
    mixing m = { &g, C12_INIT(c12_bom_alternates) };
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__bom_open(&g, bom, err);
    if (s || (s = c12__take(&b, sizeof b, bom, "bom", err)) || (s = c12__take(&m.alt, sizeof m.alt, alternates, "alternates", err)) || (s = take_sheet(&o, out, err))) return s;
    for (int32_t p = 0; p < g.n; p++)
        for (int64_t e = g.off[p]; e < g.off[p + 1] && !c12__full(&f); e++) check_mix(&f, &m, p, e);
    if (f.status) return f.status;
    for (int32_t p = 0; p < g.n; p++) {
        o.line_off[p] = o.count;
        for (int64_t e = g.off[p]; e < g.off[p + 1]; e++) {
            sheet_line l = line_of_bom(&g, b.line_offset, e);
            if (mix_line(&m, p, e, &l, &o)) return c12__fail(err, C12_E_OVERFLOW, "share of the quantity per does not fit 64 bits", "line_num", e, g.num[e]);
        }
    }
    o.line_off[g.n] = o.count;
    return close_sheet(&o, out, g.n, scratch, err);
}

/* ---- engineering change orders ------------------------------------------------------------------------------------------------------- */

typedef struct eco_run {
    const c12__gozinto *g;
    const int32_t *offset;
    const c12_bom_ecos *c;
    int32_t serial;
} eco_run;

/* From which bucket an edit counts; INT32_MAX = not at all.  By serial a change is there or not, from the first bucket on.  Old parts that may
 * still go in are used up first. */
static int32_t edit_from(const eco_run *w, int64_t k)
{
    const c12_bom_ecos *c = w->c;
    int32_t eco = c->edit_eco[k], state = c->eco_state[eco], serial = c12__at32(c->eco_serial, eco, -1);
    if (state != C12_BOM_APPROVED && state != C12_BOM_EFFECTIVE) return INT32_MAX;
    if (serial >= 0) return w->serial >= serial ? 0 : INT32_MAX;
    int32_t from = c12__at32(c->eco_from, eco, 0), use_up = c12__at32(c->eco_use_up, eco, 0);
    return from > use_up ? from : use_up;
}

static sheet_line line_of_edit(const c12_bom_ecos *c, int64_t k, int32_t from, int32_t to)
{
    sheet_line l = { c->edit_line[k], c->edit_num[k], c12__at64(c->edit_den, k, 1), c->edit_child[k], c12__at32(c->edit_scrap_ppm, k, 0), from, to, c12__at32(c->edit_offset, k, 0), C12_BOM_COMPONENT };
    return l;
}

/* Where what edit `after` (-1: the line as it was) says ends: at the first date from which a later edit of the line holds. */
static int32_t edit_to(const eco_run *w, int64_t e, int64_t after)
{
    int32_t to = INT32_MAX;
    for (int64_t k = after + 1; k < w->c->n_edits; k++)
        if (w->c->edit_line[k] == e && edit_from(w, k) < to) to = edit_from(w, k);
    return to;
}

/* A line and what edits make of it: a later one holds from its date on, whatever earlier ones said. */
static void put_edited(const eco_run *w, int64_t e, c12_bom_sheet *o)
{
    const sheet_line given = line_of_bom(w->g, w->offset, e);
    sheet_line l = given;
    int32_t to = edit_to(w, e, -1);
    if (to < l.to) l.to = to;
    put_line(o, &l);
    for (int64_t k = 0; k < w->c->n_edits; k++) {
        int32_t from = edit_from(w, k);
        if (w->c->edit_line[k] != e || from == INT32_MAX || w->c->edit_kind[k] == C12_BOM_REMOVED) continue;
        to = edit_to(w, e, k);
        l = line_of_edit(w->c, k, given.from > from ? given.from : from, given.to < to ? given.to : to);
        l.kind = given.kind;
        put_line(o, &l);
    }
}

static void put_added(const eco_run *w, int32_t parent, c12_bom_sheet *o)
{
    for (int64_t k = 0; k < w->c->n_edits; k++) {
        int32_t from = edit_from(w, k);
        if (w->c->edit_kind[k] != C12_BOM_ADDED || w->c->edit_parent[k] != parent || from == INT32_MAX) continue;
        const sheet_line l = line_of_edit(w->c, k, from, INT32_MAX);
        put_line(o, &l);
    }
}

static void check_edit(c12__faults *f, const c12_bom_ecos *c, const c12__gozinto *g, int64_t k)
{
    const int64_t lines = g->n ? g->off[g->n] : 0;
    const int32_t kind = c->edit_kind[k];
    if (c->edit_eco[k] < 0 || c->edit_eco[k] >= c->n_ecos) c12__fault(f, C12_E_RANGE, "no such change order", "edit_eco", k, c->edit_eco[k]);
    if (kind < C12_BOM_ADDED || kind > C12_BOM_CHANGED) { c12__fault(f, C12_E_RANGE, "unknown kind of edit", "edit_kind", k, kind); return; }
    if (kind != C12_BOM_ADDED && (c->edit_line[k] < 0 || c->edit_line[k] >= lines)) c12__fault(f, C12_E_RANGE, "no such line", "edit_line", k, c->edit_line[k]);
    if (kind == C12_BOM_ADDED && c->edit_line[k] != -1) c12__fault(f, C12_E_RANGE, "an added line has no number yet: -1", "edit_line", k, c->edit_line[k]);
    if (kind == C12_BOM_REMOVED) return;
    if (kind == C12_BOM_ADDED && (c->edit_parent[k] < 0 || c->edit_parent[k] >= g->n)) c12__fault(f, C12_E_RANGE, "item out of range", "edit_parent", k, c->edit_parent[k]);
    if (c->edit_child[k] < 0 || c->edit_child[k] >= g->n) c12__fault(f, C12_E_RANGE, "item out of range", "edit_child", k, c->edit_child[k]);
    if (c->edit_num[k] <= 0) c12__fault(f, C12_E_RANGE, "quantity per must be positive", "edit_num", k, c->edit_num[k]);
    if (c->edit_den && c->edit_den[k] <= 0) c12__fault(f, C12_E_RANGE, "quantity per must have a positive denominator", "edit_den", k, c->edit_den[k]);
    if (c->edit_scrap_ppm && (c->edit_scrap_ppm[k] < 0 || c->edit_scrap_ppm[k] > 999999)) c12__fault(f, C12_E_RANGE, "scrap must be 0..999999 ppm", "edit_scrap_ppm", k, c->edit_scrap_ppm[k]);
    else if (kind == C12_BOM_CHANGED && c12__at32(c->edit_scrap_ppm, k, 0) && c->edit_line[k] >= 0 && c->edit_line[k] < lines && c12__gozinto_by_product(g, c->edit_line[k]))
        c12__fault(f, C12_E_RANGE, "a by-product has no scrap", "edit_scrap_ppm", k, c->edit_scrap_ppm[k]);
}

c12_status c12__bom_ecos(c12_bom_ecos *c, const c12_bom_ecos *from, const c12__gozinto *g, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__take(c, sizeof *c, from, "ecos", err);
    if (s) return s;
    if (c->n_ecos < 0 || c->n_edits < 0) return c12__fail(err, C12_E_ARG, "count is negative", c->n_ecos < 0 ? "n_ecos" : "n_edits", -1, c->n_ecos < 0 ? c->n_ecos : c->n_edits);
    if (c->n_ecos && !c->eco_state) return c12__fail(err, C12_E_ARG, "column is NULL", "eco_state", -1, 0);
    if (c->n_edits && (!c->edit_eco || !c->edit_kind || !c->edit_line || !c->edit_parent || !c->edit_child || !c->edit_num)) return c12__fail(err, C12_E_ARG, "edit column is NULL", "edit_eco", -1, 0);
    for (int32_t k = 0; k < c->n_ecos && !c12__full(&f); k++) {
        if (c->eco_state[k] < C12_BOM_DRAFT || c->eco_state[k] > C12_BOM_REJECTED) c12__fault(&f, C12_E_RANGE, "unknown state", "eco_state", k, c->eco_state[k]);
        if (c->eco_from && c->eco_from[k] < 0) c12__fault(&f, C12_E_RANGE, "bucket is negative", "eco_from", k, c->eco_from[k]);
    }
    for (int64_t k = 0; k < c->n_edits && !c12__full(&f); k++) check_edit(&f, c, g, k);
    return f.status;
}

c12_status c12_bom_eco_apply(const c12_bom *bom, const c12_bom_ecos *ecos, int32_t serial, c12_bom_sheet *out, c12_mem scratch, c12_error *err)
{
    c12__gozinto g;
    c12_bom b;
    c12_bom_ecos c;
    c12_bom_sheet o;
    c12_status s = c12__bom_open(&g, bom, err);
    if (s || (s = c12__take(&b, sizeof b, bom, "bom", err)) || (s = c12__bom_ecos(&c, ecos, &g, err)) || (s = take_sheet(&o, out, err))) return s;
    const eco_run w = { &g, b.line_offset, &c, serial };
    for (int32_t p = 0; p < g.n; p++) {
        o.line_off[p] = o.count;
        for (int64_t e = g.off[p]; e < g.off[p + 1]; e++) put_edited(&w, e, &o);
        put_added(&w, p, &o);
    }
    o.line_off[g.n] = o.count;
    return close_sheet(&o, out, g.n, scratch, err);
}

/* ---- the life of a change order ------------------------------------------------------------------------------------------------------ */

/* Where each move leads from each state, -1 = refused. */
static const int32_t eco_table[][C12_BOM_MOVES] = {
    /* APPROVE, REJECT, RELEASE, SUPERSEDE, REOPEN */
    { C12_BOM_DRAFT, C12_BOM_REJECTED, -1, -1, -1 },               /* draft: approved once all roles have signed */
    { -1, C12_BOM_REJECTED, C12_BOM_EFFECTIVE, -1, C12_BOM_DRAFT }, /* approved */
    { -1, -1, -1, C12_BOM_SUPERSEDED, -1 },                        /* effective */
    { -1, -1, -1, -1, -1 },                                        /* superseded */
    { -1, -1, -1, -1, C12_BOM_DRAFT },                             /* rejected */
};
static const char *const eco_refusals[] = { "a draft is approved or rejected first", "an approved change is released, rejected or reopened", "an effective change can only be superseded",
                                            "a superseded change is history", "a rejected change is reopened first" };

c12_status c12_bom_eco_move(c12_bom_eco_life *life, int32_t move, int32_t role, c12_error *err)
{
    c12_bom_eco_life l;
    c12_status s = c12__take(&l, sizeof l, life, "life", err);
    if (s) return s;
    if (l.state < C12_BOM_DRAFT || l.state > C12_BOM_REJECTED) return c12__fail(err, C12_E_RANGE, "unknown state", "state", -1, l.state);
    if (move < 0 || move >= C12_BOM_MOVES) return c12__fail(err, C12_E_RANGE, "unknown move", "move", -1, move);
    if (role < 0 || role > 30) return c12__fail(err, C12_E_RANGE, "role must be 0..30", "role", -1, role);
    int32_t next = eco_table[l.state][move], bit = (int32_t)(1u << role);
    if (next < 0) return c12__fail(err, C12_E_STATE, eco_refusals[l.state], "move", -1, move);
    if ((move == C12_BOM_APPROVE || move == C12_BOM_REJECT) && !(l.required & bit)) return c12__fail(err, C12_E_STATE, "this role has no say in the change", "role", -1, role);
    if (move == C12_BOM_APPROVE) {
        l.signed_by |= bit;
        if ((l.signed_by & l.required) == l.required) next = C12_BOM_APPROVED;
    } else if (move == C12_BOM_REOPEN || move == C12_BOM_REJECT) l.signed_by = 0;
    l.state = next;
    c12__give(life, &l, sizeof l);
    return C12_OK;
}

c12_status c12_bom_effective(const c12_bom_revisions *revisions, int32_t item, int32_t at, int64_t *row, c12_error *err)
{
    c12_bom_revisions r;
    int64_t best = -1;
    c12_status s = c12__take(&r, sizeof r, revisions, "revisions", err);
    if (s) return s;
    if (!row) return c12__fail(err, C12_E_ARG, "output is NULL", "row", -1, 0);
    if (r.count < 0 || (r.count && (!r.item || !r.state || !r.from))) return c12__fail(err, C12_E_ARG, "column is NULL", "revisions", -1, r.count);
    for (int64_t k = 0; k < r.count; k++) {
        if (r.state[k] < C12_BOM_DRAFT || r.state[k] > C12_BOM_REJECTED) return c12__fail(err, C12_E_RANGE, "unknown state", "state", k, r.state[k]);
        if (r.item[k] != item || r.from[k] > at || r.state[k] == C12_BOM_DRAFT || r.state[k] == C12_BOM_REJECTED) continue;
        if (best < 0 || r.from[k] >= r.from[best]) best = k;
    }
    *row = best;
    return C12_OK;
}
