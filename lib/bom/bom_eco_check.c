/* SPDX-License-Identifier: Apache-2.0 */
/* The checker of applied changes books spans: every line that is asked for is entered where it begins and taken out where it ends, every line of the new bill the
 * other way round.  Sorted by what a line says and then by date, the books of each parent must come to nothing at every date.  A line's edits are read from the
 * last to the first, each holding up to where a later one has begun. */
#include "bom/bom_internal.h"

enum { NEVER_BEGINS = INT32_MAX };

/* Where a span begins or ends: +1 for what is asked for, -1 for what is there, the other way round at its end.  Sources are lines of the old bill, then edits, then
 * lines of the new one. */
typedef struct eco_mark { int64_t source; int32_t at, weight; } eco_mark;

typedef struct eco_wording { int64_t num, den; int32_t child, ppm, offset, kind; } eco_wording;

typedef struct eco_books {
    c12__gozinto was, is;
    const int32_t *was_offset, *is_offset;
    c12_bom_ecos c;
    int64_t n_was, n_is;  /* lines */
    int64_t *edited;      /* [n_was] the line's last edit, -1 = none */
    int64_t *added;       /* [n items] the parent's last added line, as an edit */
    int64_t *earlier;     /* [n_edits] the one before, of the same line or parent */
    int64_t *cursor;      /* [n items] */
    eco_mark *mark;       /* of one parent */
    int64_t n_marks;
    int32_t *path;        /* [n items] */
    int32_t serial;
} eco_books;

static void carve_books(eco_books *b, c12__arena *a, int32_t n_items, int64_t n_was, int64_t n_edits, int64_t n_is)
{
    int64_t spans;
    if (c12__add64(n_was, n_edits, &spans) || c12__add64(spans, n_is, &spans)) spans = INT64_MAX;
    b->edited = C12__CARVE(a, int64_t, n_was);
    b->added = C12__CARVE(a, int64_t, n_items);
    b->earlier = C12__CARVE(a, int64_t, n_edits);
    b->cursor = C12__CARVE(a, int64_t, n_items);
    b->mark = c12__carve(a, spans, 2 * sizeof *b->mark);
    b->path = C12__CARVE(a, int32_t, n_items);
}

size_t c12_bom_eco_check_scratch(int32_t n_items, int64_t lines_before, int64_t n_edits, int64_t lines_after)
{
    eco_books b;
    if (n_items < 0 || lines_before < 0 || n_edits < 0 || lines_after < 0) return 0;
    c12__arena a = c12__arena_measure();
    carve_books(&b, &a, n_items, lines_before, n_edits, lines_after);
    return c12__arena_need(&a);
}

/* ---- entering ------------------------------------------------------------------------------------------------------------------------ */

static int32_t edit_begins(const eco_books *b, int64_t k)
{
    const int32_t eco = b->c.edit_eco[k], serial = c12__at32(b->c.eco_serial, eco, -1);
    if (b->c.eco_state[eco] != C12_BOM_EFFECTIVE && b->c.eco_state[eco] != C12_BOM_APPROVED) return NEVER_BEGINS;
    if (serial > -1) return serial <= b->serial ? 0 : NEVER_BEGINS;
    return (int32_t)c12__max64(c12__at32(b->c.eco_from, eco, 0), c12__at32(b->c.eco_use_up, eco, 0));
}

static void link_edits(eco_books *b)
{
    for (int64_t e = 0; e < b->n_was; e++) b->edited[e] = -1;
    for (int32_t p = 0; p < b->was.n; p++) b->added[p] = -1;
    for (int64_t k = 0; k < b->c.n_edits; k++) {
        int64_t *last = b->c.edit_kind[k] == C12_BOM_ADDED ? &b->added[b->c.edit_parent[k]] : &b->edited[b->c.edit_line[k]];
        b->earlier[k] = *last;
        *last = k;
    }
}

static void enter_span(eco_books *b, int64_t source, int64_t from, int64_t to, int32_t weight)
{
    if (from >= to) return;
    b->mark[b->n_marks++] = (eco_mark){ source, (int32_t)from, weight };
    b->mark[b->n_marks++] = (eco_mark){ source, (int32_t)to, -weight };
}

static void enter_line(eco_books *b, int64_t e)
{
    const int64_t low = c12__at32(b->was.from, e, 0);
    int64_t until = c12__at32(b->was.to, e, NEVER_BEGINS);
    for (int64_t k = b->edited[e]; k >= 0; k = b->earlier[k]) {
        const int32_t begins = edit_begins(b, k);
        if (begins >= until) continue;
        if (b->c.edit_kind[k] == C12_BOM_CHANGED) enter_span(b, b->n_was + k, c12__max64(low, begins), until, 1);
        until = begins;
    }
    enter_span(b, e, low, until, 1);
}

static void enter_parent(eco_books *b, int32_t p)
{
    b->n_marks = 0;
    for (int64_t e = b->was.off[p]; e < b->was.off[p + 1]; e++) enter_line(b, e);
    for (int64_t k = b->added[p]; k >= 0; k = b->earlier[k]) enter_span(b, b->n_was + k, edit_begins(b, k), NEVER_BEGINS, 1);
    for (int64_t e = b->is.off[p]; e < b->is.off[p + 1]; e++)
        enter_span(b, b->n_was + b->c.n_edits + e, c12__at32(b->is.from, e, 0), c12__at32(b->is.to, e, NEVER_BEGINS), -1);
}

/* ---- sorting ------------------------------------------------------------------------------------------------------------------------- */

static eco_wording wording_of_line(const c12__gozinto *g, const int32_t *offset, int64_t e)
{
    eco_wording w = { g->num[e], c12__at64(g->den, e, 1), g->child[e], c12__at32(g->ppm, e, 0), c12__at32(offset, e, 0), c12__gozinto_by_product(g, e) };
    return w;
}

static eco_wording wording_of(const eco_books *b, int64_t source)
{
    const int64_t k = source - b->n_was;
    if (k < 0) return wording_of_line(&b->was, b->was_offset, source);
    if (k >= b->c.n_edits) return wording_of_line(&b->is, b->is_offset, k - b->c.n_edits);
    eco_wording w = { b->c.edit_num[k], c12__at64(b->c.edit_den, k, 1), b->c.edit_child[k], c12__at32(b->c.edit_scrap_ppm, k, 0), c12__at32(b->c.edit_offset, k, 0), 0 };
    if (b->c.edit_kind[k] == C12_BOM_CHANGED) w.kind = c12__gozinto_by_product(&b->was, b->c.edit_line[k]);
    return w;
}

/* -1, 0, 1; one ratio in two forms says the same. */
static int compare_wording(const eco_books *b, int64_t p, int64_t q)
{
    const eco_wording x = wording_of(b, p), y = wording_of(b, q);
    if (x.child != y.child) return x.child < y.child ? -1 : 1;
    if (x.ppm != y.ppm) return x.ppm < y.ppm ? -1 : 1;
    if (x.offset != y.offset) return x.offset < y.offset ? -1 : 1;
    if (x.kind != y.kind) return x.kind < y.kind ? -1 : 1;
    return c12__cmp_u128(c12__mul_u64((uint64_t)x.num, (uint64_t)y.den), c12__mul_u64((uint64_t)y.num, (uint64_t)x.den));
}

static int mark_precedes(const eco_books *b, const eco_mark *x, const eco_mark *y)
{
    const int c = compare_wording(b, x->source, y->source);
    if (c) return c < 0;
    return x->at != y->at ? x->at < y->at : x->source < y->source;
}

static void sift_mark(eco_books *b, int64_t at, int64_t n)
{
    const eco_mark m = b->mark[at];
    for (int64_t child = 2 * at + 1; child < n; child = 2 * at + 1) {
        if (child + 1 < n && mark_precedes(b, &b->mark[child], &b->mark[child + 1])) child++;
        if (!mark_precedes(b, &m, &b->mark[child])) break;
        b->mark[at] = b->mark[child];
        at = child;
    }
    b->mark[at] = m;
}

static void sort_marks(eco_books *b)
{
    for (int64_t at = b->n_marks / 2 - 1; at >= 0; at--) sift_mark(b, at, b->n_marks);
    for (int64_t n = b->n_marks - 1; n > 0; n--) {
        const eco_mark m = b->mark[0];
        b->mark[0] = b->mark[n];
        b->mark[n] = m;
        sift_mark(b, 0, n);
    }
}

/* ---- judging ------------------------------------------------------------------------------------------------------------------------- */

static void eco_breach(c12_verdict *v, const char *rule, const char *field, int64_t row, int64_t tick)
{
    if (v->violations < INT32_MAX && !v->violations++) { v->rule = rule; v->field = field; v->row = row; v->tick = tick; }
}

/* due and there: the latest line of this wording that was asked for, and the latest in the new bill. */
static void blame_balance(const eco_books *b, int64_t balance, int64_t due, int64_t there, int32_t at, c12_verdict *v)
{
    if (balance < 0) eco_breach(v, "C2: a line that neither the bill nor a change asks for", "line_after", there - b->n_was - b->c.n_edits, at);
    else if (due < b->n_was) eco_breach(v, "C1: a line of the bill is missing", "line_before", due, at);
    else eco_breach(v, "C1: a line of a change is missing", "edit_line", due - b->n_was, at);
}

static void judge_parent(const eco_books *b, c12_verdict *v)
{
    int64_t balance = 0, due = -1, there = -1;
    for (int64_t k = 0; k < b->n_marks; k++) {
        const eco_mark *m = &b->mark[k];
        const int is_there = m->source >= b->n_was + b->c.n_edits;
        balance += m->weight;
        if (is_there && m->weight < 0) there = m->source;
        if (!is_there && m->weight > 0) due = m->source;
        if (k + 1 < b->n_marks && m[1].at == m->at && !compare_wording(b, m->source, m[1].source)) continue;
        if (balance) blame_balance(b, balance, due, there, m->at, v);
    }
}

enum { NOT_SEEN = -1, DONE_WITH = -2 };

/* A line that leads back to an item above it, -1 = none: depth first, each item's next line in cursor while it is on the path. */
static int64_t line_that_returns(eco_books *b)
{
    const c12__gozinto *g = &b->is;
    for (int32_t p = 0; p < g->n; p++) b->cursor[p] = NOT_SEEN;
    for (int32_t root = 0; root < g->n; root++) {
        int32_t depth = 0;
        if (b->cursor[root] != NOT_SEEN) continue;
        b->path[depth++] = root;
        b->cursor[root] = g->off[root];
        while (depth) {
            const int32_t p = b->path[depth - 1];
            if (b->cursor[p] == g->off[p + 1]) { b->cursor[p] = DONE_WITH; depth--; continue; }
            const int64_t e = b->cursor[p]++;
            const int32_t child = g->child[e];
            if (b->cursor[child] >= 0) return e;
            if (b->cursor[child] == DONE_WITH) continue;
            b->cursor[child] = g->off[child];
            b->path[depth++] = child;
        }
    }
    return -1;
}

static c12_status open_books(eco_books *b, const c12_bom *before, const c12_bom_ecos *ecos, const c12_bom *after, c12_mem scratch, c12_error *err)
{
    c12_bom was, is;
    c12_status s = c12__bom_open(&b->was, before, err);
    if (s || (s = c12__bom_open(&b->is, after, err)) || (s = c12__take(&was, sizeof was, before, "before", err)) || (s = c12__take(&is, sizeof is, after, "after", err)) ||
        (s = c12__bom_ecos(&b->c, ecos, &b->was, err))) return s;
    if (b->was.n != b->is.n) return c12__fail(err, C12_E_ARG, "both bills must have the same items", "n_items", -1, b->is.n);
    b->was_offset = was.line_offset;
    b->is_offset = is.line_offset;
    b->n_was = b->was.n ? b->was.off[b->was.n] : 0;
    b->n_is = b->is.n ? b->is.off[b->is.n] : 0;
    c12__arena a = c12__arena_over(scratch);
    carve_books(b, &a, b->was.n, b->n_was, b->c.n_edits, b->n_is);
    return c12__arena_ok(&a) ? C12_OK : c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)c12_bom_eco_check_scratch(b->was.n, b->n_was, b->c.n_edits, b->n_is));
}

c12_status c12_bom_eco_check(const c12_bom *before, const c12_bom_ecos *ecos, int32_t serial, const c12_bom *after, c12_verdict *verdict, c12_mem scratch, c12_error *err)
{
    eco_books b;
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status s = open_books(&b, before, ecos, after, scratch, err);
    if (s) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    v.row = v.tick = -1;
    b.serial = serial;
    link_edits(&b);
    for (int32_t p = 0; p < b.was.n; p++) {
        enter_parent(&b, p);
        sort_marks(&b);
        judge_parent(&b, &v);
    }
    const int64_t back = line_that_returns(&b);
    if (back >= 0) eco_breach(&v, "C3: an item goes into itself", "line_after", back, -1);
    for (int64_t k = 0; k < b.c.n_edits; k++) v.objective += edit_begins(&b, k) != NEVER_BEGINS;
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
