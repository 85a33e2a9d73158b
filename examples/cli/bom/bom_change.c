/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bom diff, replace and eco: what differs between two bills, and bills made from bills. */
#include "bom_cli.h"
#include <stdlib.h>
#include <string.h>

/* ---- two revisions ------------------------------------------------------------------------------------------------------------- */

/* Another plant's whole bill over the items of both: the first plant's rows, then what only the second has. */
typedef struct common { int32_t *row_of, *item_at; int64_t *off, *num, *den; int32_t *child, *ppm, *from, *to, *offset, *kind; c12_bom bom; } common;

static int by_code(const void *a, const void *b)
{
    const c12_view *x = a, *y = b;
    size_t n = x->size < y->size ? x->size : y->size;
    int d = memcmp(x->ptr, y->ptr, n);
    return d ? d : x->size < y->size ? -1 : x->size > y->size;
}

/* The row of each item of a plant: the old plant's where its code stands there, else a new one. */
static int32_t *rows_in(const plant *t, const plant *old, int32_t *total)
{
    int32_t n = old->p->n_items, *row = NEW(int32_t, t->p->n_items), *at = NEW(int32_t, n);
    c12_view *code = NEW(c12_view, n);
    for (int32_t i = 0; i < n; i++) code[i] = code_of(old, i);
    qsort(code, (size_t)n, sizeof *code, by_code);
    for (int32_t i = 0; i < n; i++) { /* sorting lost whose code is whose */
        c12_view v = code_of(old, i), *found = bsearch(&v, code, (size_t)n, sizeof v, by_code);
        at[found - code] = i;
    }
    *total = n;
    for (int32_t i = 0; i < t->p->n_items; i++) {
        c12_view v = code_of(t, i), *found = bsearch(&v, code, (size_t)n, sizeof v, by_code);
        row[i] = found ? at[found - code] : (*total)++;
    }
    free(code);
    free(at);
    return row;
}

static common common_make(const plant *t, int32_t *row_of, int32_t n)
{
    const c12io_plant *p = t->p;
    int32_t *item_at = NEW(int32_t, n);
    common u = { .row_of = row_of, .item_at = item_at, .bom = C12_INIT(c12_bom) };
    for (int32_t i = 0; i < n; i++) item_at[i] = -1;
    for (int32_t i = 0; i < p->n_items; i++) item_at[row_of[i]] = i;
    u.off = NEW(int64_t, n + 1);
    u.num = NEW(int64_t, p->n_bill_lines);
    u.den = NEW(int64_t, p->n_bill_lines);
    int32_t **const column[] = { &u.child, &u.ppm, &u.from, &u.to, &u.offset, &u.kind };
    for (size_t k = 0; k < sizeof column / sizeof *column; k++) *column[k] = NEW(int32_t, p->n_bill_lines);
    int64_t k = 0;
    for (int32_t r = 0; r < n; u.off[++r] = k)
        for (int64_t e = item_at[r] < 0 ? 0 : p->bill_off[item_at[r]]; item_at[r] >= 0 && e < p->bill_off[item_at[r] + 1]; e++, k++) {
            u.child[k] = row_of[p->bill_child[e]];
            u.num[k] = p->bill_num[e];
            u.den[k] = p->bill_den[e];
            u.ppm[k] = p->bill_scrap_ppm[e];
            u.from[k] = p->bill_from[e];
            u.to[k] = p->bill_to[e];
            u.offset[k] = p->bill_offset[e];
            u.kind[k] = p->bill_kind ? p->bill_kind[e] : C12_BOM_COMPONENT;
        }
    u.bom.n_items = n;
    u.bom.line_off = u.off;
    u.bom.line_child = u.child;
    u.bom.line_num = u.num;
    u.bom.line_den = u.den;
    u.bom.line_scrap_ppm = u.ppm;
    u.bom.line_from = u.from;
    u.bom.line_to = u.to;
    u.bom.line_offset = u.offset;
    u.bom.line_kind = u.kind;
    return u;
}

static void common_free(common *u)
{
    void *const owned[] = { u->row_of, u->item_at, u->off, u->num, u->den, u->child, u->ppm, u->from, u->to, u->offset, u->kind };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
}

/* "3/2 +5000ppm 4..10" */
static void put_line(table *o, const common *u, int64_t e)
{
    char line[160] = "";
    size_t n = 0;
    if (e >= 0) {
        n = (size_t)snprintf(line, sizeof line, "%lld", (long long)u->num[e]);
        if (u->den[e] != 1) n += (size_t)snprintf(line + n, sizeof line - n, "/%lld", (long long)u->den[e]);
        if (u->ppm[e]) n += (size_t)snprintf(line + n, sizeof line - n, " scrap %dppm", (int)u->ppm[e]);
        if (u->from[e] > 0) n += (size_t)snprintf(line + n, sizeof line - n, " from %d", (int)u->from[e]);
        if (u->to[e] < INT32_MAX) n += (size_t)snprintf(line + n, sizeof line - n, " to %d", (int)u->to[e]);
        if (u->offset[e]) n += (size_t)snprintf(line + n, sizeof line - n, " offset %d", (int)u->offset[e]);
    }
    c12_view v = { (const uint8_t *)line, n };
    table_text(o, v);
}

static c12_view code_in(const plant *old, const plant *new, const common *u, int32_t row)
{
    return row < old->p->n_items ? code_of(old, row) : code_of(new, u->item_at[row]);
}

/* What differs, line by line. */
static int print_changes(cli *c, const plant *old, const plant *new, const common *before, const common *after)
{
    static const char *const head[] = { "parent", "child", "change", "before", "after" }, *const kinds[] = { "", "added", "removed", "changed" };
    c12_bom_changes d = C12_INIT(c12_bom_changes);
    table o = table_new(5, head, "sssss");
    c12_status s = c12_bom_compare(&before->bom, &after->bom, &d, &c->err);
    d.cap = d.count;
    d.parent = NEW(int32_t, d.cap);
    d.child = NEW(int32_t, d.cap);
    d.kind = NEW(int32_t, d.cap);
    d.line_before = NEW(int64_t, d.cap);
    d.line_after = NEW(int64_t, d.cap);
    if (!s) s = c12_bom_compare(&before->bom, &after->bom, &d, &c->err);
    for (int64_t k = 0; !s && k < d.count; k++) {
        table_text(&o, code_in(old, new, after, d.parent[k]));
        table_text(&o, code_in(old, new, after, d.child[k]));
        table_word(&o, kinds[d.kind[k]]);
        put_line(&o, before, d.line_before[k]);
        put_line(&o, after, d.line_after[k]);
    }
    void *const owned[] = { d.parent, d.child, d.kind, d.line_before, d.line_after };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    return s ? cli_fail(c, s) : table_print(c, &o, NULL);
}

int bom_diff(cli *c, const plant *old, const char *dir)
{
    plant new;
    int32_t n, *same = NEW(int32_t, old->p->n_items);
    int code = plant_open(c, &new, dir);
    if (code) { free(same); return code; }
    for (int32_t i = 0; i < old->p->n_items; i++) same[i] = i;
    int32_t *row_of = rows_in(&new, old, &n);
    common a = common_make(old, same, n), b = common_make(&new, row_of, n);
    code = print_changes(c, old, &new, &a, &b);
    common_free(&a);
    common_free(&b);
    plant_close(&new);
    return code;
}

/* ---- one component for another, engineering changes --------------------------------------------------------------------------------- */

static c12_bom_sheet sheet_new(int32_t items, int64_t lines)
{
    c12_bom_sheet o = C12_INIT(c12_bom_sheet);
    o.cap = lines;
    o.line_off = NEW(int64_t, items + (int64_t)1);
    o.line_num = NEW(int64_t, lines);
    o.line_den = NEW(int64_t, lines);
    o.line_source = NEW(int64_t, lines);
    int32_t **const column[] = { &o.line_child, &o.line_scrap_ppm, &o.line_from, &o.line_to, &o.line_offset, &o.line_kind };
    for (size_t k = 0; k < sizeof column / sizeof *column; k++) *column[k] = NEW(int32_t, lines);
    return o;
}

static void sheet_free(c12_bom_sheet *o)
{
    void *const owned[] = { o->line_off, o->line_num, o->line_den, o->line_source, o->line_child, o->line_scrap_ppm, o->line_from, o->line_to, o->line_offset, o->line_kind };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
}

static void sheet_view(common *u, int32_t n, const c12_bom_sheet *o)
{
    common v = { NULL, NULL, o->line_off, o->line_num, o->line_den, o->line_child, o->line_scrap_ppm, o->line_from, o->line_to, o->line_offset, o->line_kind, C12_INIT(c12_bom) };
    v.bom.n_items = n;
    v.bom.line_off = v.off;
    v.bom.line_child = v.child;
    v.bom.line_num = v.num;
    v.bom.line_den = v.den;
    v.bom.line_scrap_ppm = v.ppm;
    v.bom.line_from = v.from;
    v.bom.line_to = v.to;
    v.bom.line_offset = v.offset;
    v.bom.line_kind = v.kind;
    *u = v;
}

/* ---- bom.csv and eco.csv written anew ---------------------------------------------------------------------------------------------- */

static void put_code(text *o, const plant *t, int32_t item)
{
    const c12_view v = code_of(t, item);
    text_csv(o, v);
}

/* A row keeps its line's place among alternates; its reference designators too while they still make up the quantity per. */
static void put_bill_extras(text *o, const plant *t, const c12_bom_sheet *w, int32_t parent, int64_t k)
{
    const c12io_plant *p = t->p;
    const int64_t e = w->line_source[k];
    const c12_view none = { NULL, 0 }, refs = e < 0 ? none : c12io_texts_at(p->bill_refs, (int32_t)e);
    const int kept = e >= 0 && w->line_num[k] == p->bill_num[e] && w->line_den[k] == p->bill_den[e];
    if (p->bill_group) { text_add(o, ","); text_csv(o, e < 0 ? none : c12io_texts_at(p->bill_alternate, (int32_t)e)); }
    if (p->bill_priority) text_add(o, ",%d", e < 0 ? 0 : (int)p->bill_priority[e]);
    if (p->bill_share_ppm) text_add(o, ",%d", e < 0 ? 0 : (int)p->bill_share_ppm[e]);
    if (p->bill_refs) { text_add(o, ","); text_csv(o, kept ? refs : none); }
    text_add(o, "\n");
    if (kept || !refs.size) return;
    const c12_view a = code_of(t, parent), b = code_of(t, w->line_child[k]);
    fprintf(stderr, "note: %.*s > %.*s: another quantity per, so the refs '%.*s' are left out; write them anew\n", (int)a.size, (const char *)a.ptr, (int)b.size, (const char *)b.ptr, (int)refs.size, (const char *)refs.ptr);
}

/* The new bill as bom.csv, or as OUT. */
static int write_bill(cli *c, const plant *t, const c12_bom_sheet *w)
{
    const c12io_plant *p = t->p;
    char path[4096];
    text o = { 0 };
    text_add(&o, "parent,child,num,den,scrap_ppm,effective_from,effective_to,offset,kind%s%s%s%s\n", p->bill_group ? ",alternate" : "", p->bill_priority ? ",priority" : "",
             p->bill_share_ppm ? ",share_ppm" : "", p->bill_refs ? ",refs" : "");
    for (int32_t i = 0; i < p->n_items; i++)
        for (int64_t k = w->line_off[i]; k < w->line_off[i + 1]; k++) {
            put_code(&o, t, i);
            text_add(&o, ",");
            put_code(&o, t, w->line_child[k]);
            text_add(&o, ",%lld,%lld,%d,%d,", (long long)w->line_num[k], (long long)w->line_den[k], (int)w->line_scrap_ppm[k], (int)w->line_from[k]);
            if (w->line_to[k] < INT32_MAX) text_add(&o, "%d", (int)w->line_to[k]);
            text_add(&o, ",%d,%s", (int)w->line_offset[k], w->line_kind[k] == C12_BOM_BY_PRODUCT ? "by_product" : "component");
            put_bill_extras(&o, t, w, i, k);
        }
    snprintf(path, sizeof path, "%s/bom.csv", t->dir);
    return text_write(c, &o, c->out ? c->out : path);
}

/* eco.csv as it was, but the orders that are now in the bill say so: another run must not apply them again. */
static int write_ecos(cli *c, const plant *t, int64_t serial)
{
    static const c12io_column columns[] = { { "eco", 1, 0 }, { "state", 1, 0 }, { "from", 0, 0 }, { "serial", 0, 0 }, { "use_up", 0, 0 }, { "roles", 0, 0 } };
    enum { COLUMNS = 6, STATE = 1 };
    char path[4096];
    c12io_table *w;
    text o = { 0 };
    snprintf(path, sizeof path, "%s/eco.csv", t->dir);
    if (!t->p->n_ecos) return EXIT_DONE;
    c12_status s = c12io_table_read(&w, path, columns, COLUMNS, &c->err);
    if (s) return cli_fail(c, s);
    for (int32_t k = 0, n = 0; k < COLUMNS; k++) if (c12io_table_has(w, k)) text_add(&o, "%s%s", n++ ? "," : "", columns[k].name);
    text_add(&o, "\n");
    for (int32_t e = 0; e < t->p->n_ecos; e++) {
        const int32_t state = t->p->eco_state[e];
        const int now = (state == C12_BOM_APPROVED || state == C12_BOM_EFFECTIVE) && t->p->eco_serial[e] <= serial;
        for (int32_t k = 0, n = 0; k < COLUMNS; k++) {
            if (!c12io_table_has(w, k)) continue;
            if (n++) text_add(&o, ",");
            if (k == STATE && now) text_add(&o, "incorporated");
            else text_csv(&o, c12io_table_cell(w, e, k));
        }
        text_add(&o, "\n");
    }
    c12io_table_free(w);
    return text_write(c, &o, path);
}

static int show_or_write(cli *c, const plant *t, const c12_bom_sheet *o, int write)
{
    int32_t *same = NEW(int32_t, t->p->n_items);
    common before, after;
    for (int32_t i = 0; i < t->p->n_items; i++) same[i] = i;
    before = common_make(t, same, t->p->n_items);
    sheet_view(&after, t->p->n_items, o);
    int code = print_changes(c, t, t, &before, &after);
    if (!code && (write || c->out)) code = write_bill(c, t, o);
    common_free(&before);
    return code;
}

int bom_replace(cli *c, plant *t, const swap_words *q)
{
    c12_bom_swap w = C12_INIT(c12_bom_swap);
    c12_mem scratch = bom_scratch(t);
    c12_bom_sheet o = sheet_new(t->p->n_items, 2 * t->p->n_bill_lines);
    long long num = 1, den = 1;
    int used = 0, code = find_item(c, t, q->before, &w.before);
    if (!code) code = find_item(c, t, q->after, &w.after);
    if (!code && q->ratio && (sscanf(q->ratio, "%18lld/%18lld%n", &num, &den, &used) < 1 || (used && q->ratio[used]))) code = cli_usage(c, "--ratio is N or N/D: so many of the new for so many of the old");
    w.num = num;
    w.den = den;
    w.from = (int32_t)q->from;
    c12_status s = code ? C12_OK : c12_bom_replace(&t->bill, &w, &o, scratch, &c->err);
    if (s == C12_E_CYCLE) code = cli_say("c12 bom replace: '%s' contains, through its own parts, a parent of '%s': the bill would run in a circle; leave that parent out or choose another part", q->after, q->before);
    else if (s) code = cli_fail(c, s);
    if (!code) code = show_or_write(c, t, &o, q->write);
    sheet_free(&o);
    free(scratch.ptr);
    return code;
}

static c12_bom_ecos orders_of(const c12io_plant *p)
{
    c12_bom_ecos e = C12_INIT(c12_bom_ecos);
    e.n_ecos = p->n_ecos;
    e.n_edits = p->n_eco_lines;
    e.eco_state = p->eco_state;
    e.eco_from = p->eco_from;
    e.eco_serial = p->eco_serial;
    e.eco_use_up = p->eco_use_up;
    e.edit_eco = p->eco_line_eco;
    e.edit_kind = p->eco_line_kind;
    e.edit_parent = p->eco_line_parent;
    e.edit_child = p->eco_line_child;
    e.edit_line = p->eco_line_line;
    e.edit_num = p->eco_line_num;
    e.edit_den = p->eco_line_den;
    e.edit_scrap_ppm = p->eco_line_scrap_ppm;
    e.edit_offset = p->eco_line_offset;
    return e;
}

static c12_status apply_orders(cli *c, const plant *t, const c12_bom_ecos *e, int64_t serial, c12_bom_sheet *o)
{
    const c12_mem scratch = bom_scratch(t);
    c12_status s = c12_bom_eco_apply(&t->bill, e, (int32_t)serial, o, scratch, &c->err);
    if (s == C12_E_SPACE) { /* now the lines are counted */
        const int64_t lines = o->count;
        sheet_free(o);
        *o = sheet_new(t->p->n_items, lines);
        s = c12_bom_eco_apply(&t->bill, e, (int32_t)serial, o, scratch, &c->err);
    }
    free(scratch.ptr);
    return s;
}

static int check_orders(cli *c, const plant *t, const c12_bom_ecos *e, int64_t serial, const c12_bom_sheet *o)
{
    const int32_t n = t->p->n_items;
    c12_verdict v = C12_INIT(c12_verdict);
    common after;
    c12_mem scratch = { NULL, c12_bom_eco_check_scratch(n, t->p->n_bill_lines, e->n_edits, o->count) };
    scratch.ptr = cli_new((int64_t)scratch.size, 1);
    sheet_view(&after, n, o);
    c12_status s = c12_bom_eco_check(&t->bill, e, (int32_t)serial, &after.bom, &v, scratch, &c->err);
    free(scratch.ptr);
    if (s) return cli_fail(c, s);
    if (!v.violations) return EXIT_DONE;
    cli_say("c12 bom eco: the changed bill fails its own checker at %s %d; please report", v.field ? v.field : "row", (int)v.row);
    return EXIT_INTERNAL;
}

int bom_eco(cli *c, plant *t, int64_t serial, int write)
{
    const c12_bom_ecos e = orders_of(t->p);
    c12_bom_sheet o = sheet_new(t->p->n_items, 0);
    const c12_status s = apply_orders(c, t, &e, serial, &o);
    const c12_view v = code_of(t, s == C12_E_CYCLE ? (int32_t)c->err.row : -1);
    int code = s == C12_E_CYCLE ? cli_say("%s/eco_lines.csv: with these changes the bill would run in a circle through '%.*s'; mend or withdraw one of them", t->dir, (int)v.size, (const char *)v.ptr)
             : s ? cli_fail(c, s) : check_orders(c, t, &e, serial, &o);
    if (!code) code = show_or_write(c, t, &o, write);
    if (!code && write && !c->out) code = write_ecos(c, t, serial);
    sheet_free(&o);
    return code;
}
