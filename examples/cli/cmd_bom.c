/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bom: levels, rollup, explosion and where-used of a plant folder, and how two folders differ. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

static c12_mem bom_scratch(const plant *t)
{
    c12_mem m = { NULL, c12_bom_scratch(t->p->n_items) };
    m.ptr = cli_new((int64_t)m.size, 1);
    return m;
}

static c12_view code_of(const plant *t, int32_t item) { return c12io_texts_at(t->p->item_code, item); }

static int bom_check(cli *c, plant *t)
{
    int32_t *level = NEW(int32_t, t->p->n_items), deepest = 0;
    c12_mem scratch = bom_scratch(t);
    c12_status s = c12_bom_levels(&t->bom, level, NULL, scratch, &c->err);
    for (int32_t i = 0; !s && i < t->p->n_items; i++) if (level[i] > deepest) deepest = level[i];
    if (!s && c->json) printf("{\"items\":%d,\"lines\":%lld,\"levels\":%d}\n", (int)t->p->n_items, (long long)t->p->n_lines, (int)deepest + 1);
    else if (!s) printf("%d items, %lld lines, %d levels, no cycle\n", (int)t->p->n_items, (long long)t->p->n_lines, (int)deepest + 1);
    free(level);
    free(scratch.ptr);
    return s ? plant_fail(c, t, s) : EXIT_DONE;
}

static int bom_levels(cli *c, plant *t)
{
    static const char *const head[] = { "item", "level" };
    int32_t *level = NEW(int32_t, t->p->n_items);
    c12_mem scratch = bom_scratch(t);
    table o = table_new(2, head, "sn");
    c12_status s = c12_bom_levels(&t->bom, level, NULL, scratch, &c->err);
    for (int32_t i = 0; !s && i < t->p->n_items; i++) { table_text(&o, code_of(t, i)); table_int(&o, level[i]); }
    free(level);
    free(scratch.ptr);
    return s ? plant_fail(c, t, s) : table_print(c, &o, NULL);
}

static int bom_rollup(cli *c, plant *t)
{
    static const char *const head[] = { "item", "unit_cost" };
    c12_money *cost = NEW(c12_money, t->p->n_items), *own = NEW(c12_money, t->p->n_items);
    c12_mem scratch = bom_scratch(t);
    table o = table_new(2, head, "sn");
    plant_own_cost(t, own);
    c12_status s = c12_bom_rollup(&t->bom, own, NULL, cost, scratch, &c->err);
    for (int32_t i = 0; !s && i < t->p->n_items; i++) { table_text(&o, code_of(t, i)); table_money(&o, cost[i]); }
    free(cost);
    free(own);
    free(scratch.ptr);
    return s ? plant_fail(c, t, s) : table_print(c, &o, NULL);
}

/* ---- cost by element ------------------------------------------------------------------------------------------------------------ */

enum { MATERIAL, LABOUR, OVERHEAD, OUTSIDE, ELEMENTS };

static void fill_element(c12_money *to, const c12_money *from, int32_t n)
{
    if (from && n) memcpy(to, from, (size_t)n * sizeof *to);
}

static int bom_elements(cli *c, plant *t)
{
    static const char *const head[] = { "item", "material", "labour", "overhead", "outside", "this_level", "lower", "unit_cost" };
    const c12io_plant *p = t->p;
    const int32_t n = p->n_items;
    c12_bom_elements e = C12_INIT(c12_bom_elements);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_money *own = NEW(c12_money, (int64_t)ELEMENTS * n), *setup = NEW(c12_money, (int64_t)ELEMENTS * n);
    c12_mem scratch = bom_scratch(t);
    table o = table_new(8, head, "snnnnnnn");
    plant_own_cost(t, own);
    fill_element(own + LABOUR * (int64_t)n, p->labour_cost, n);
    fill_element(own + OVERHEAD * (int64_t)n, p->overhead_cost, n);
    fill_element(own + OUTSIDE * (int64_t)n, p->outside_cost, n);
    fill_element(setup + LABOUR * (int64_t)n, p->setup_cost, n);
    e.n_elements = ELEMENTS;
    e.own = own;
    e.setup = setup;
    e.lot = p->costing_lot;
    e.this_level = NEW(c12_money, (int64_t)ELEMENTS * n);
    e.lower = NEW(c12_money, (int64_t)ELEMENTS * n);
    c12_status s = c12_bom_rollup_elements(&t->bom, &e, NULL, scratch, &c->err);
    if (!s) s = c12_bom_check_elements(&t->bom, &e, NULL, &v, &c->err);
    for (int32_t i = 0; !s && i < n; i++) {
        c12_money here = 0, below = 0;
        table_text(&o, code_of(t, i));
        for (int k = 0; k < ELEMENTS; k++) {
            const int64_t at = (int64_t)k * n + i;
            table_money(&o, e.this_level[at] + e.lower[at]);
            here += e.this_level[at];
            below += e.lower[at];
        }
        table_money(&o, here);
        table_money(&o, below);
        table_money(&o, here + below);
    }
    void *const owned[] = { own, setup, e.this_level, e.lower, scratch.ptr };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    if (!s && v.violations) { cli_say("c12 bom: the rollup fails its own checker at item %d; please report", (int)v.row); return EXIT_INTERNAL; }
    return s ? plant_fail(c, t, s) : table_print(c, &o, NULL);
}

static int find_item(cli *c, const plant *t, const char *code, int32_t *item)
{
    *item = 0;
    if (!code) return cli_usage(c, "--item CODE is missing");
    *item = c12io_texts_find(t->p->item_code, code);
    return *item < 0 ? cli_say("%s/items.csv: no item '%s'; c12 bom levels %s lists them", t->dir, code, t->dir) : EXIT_DONE;
}

static int bom_explode(cli *c, plant *t, const char *code, int64_t qty)
{
    static const char *const head[] = { "item", "qty" };
    int32_t item;
    int bad = find_item(c, t, code, &item);
    if (bad) return bad;
    c12_qty *demand = NEW(c12_qty, t->p->n_items), *gross = NEW(c12_qty, t->p->n_items);
    c12_mem scratch = bom_scratch(t);
    table o = table_new(2, head, "sn");
    demand[item] = qty;
    c12_status s = c12_bom_explode(&t->bom, demand, NULL, gross, scratch, &c->err);
    for (int32_t i = 0; !s && i < t->p->n_items; i++)
        if (gross[i]) { table_text(&o, code_of(t, i)); table_int(&o, gross[i]); }
    free(demand);
    free(gross);
    free(scratch.ptr);
    return s ? plant_fail(c, t, s) : table_print(c, &o, NULL);
}

static int bom_where_used(cli *c, plant *t, const char *code, int multi)
{
    static const char *const head[] = { "item", "level", "qty_num", "qty_den" };
    int32_t item, n = t->p->n_items;
    int bad = find_item(c, t, code, &item);
    if (bad) return bad;
    c12_bom_uses u = C12_INIT(c12_bom_uses);
    c12_mem scratch = bom_scratch(t);
    table o = table_new(4, head, "snnn");
    u.cap = n;
    u.item = NEW(int32_t, n);
    u.level_short = NEW(int32_t, n);
    u.level_long = NEW(int32_t, n);
    u.qty_num = NEW(int64_t, n);
    u.qty_den = NEW(int64_t, n);
    c12_status s = c12_bom_where_used(&t->bom, item, multi ? 0 : 1, &u, scratch, &c->err);
    for (int32_t k = 0; !s && k < u.count; k++) {
        table_text(&o, code_of(t, u.item[k]));
        table_int(&o, u.level_short[k]);
        table_int(&o, u.qty_num[k]);
        table_int(&o, u.qty_den[k]);
    }
    free(u.item);
    free(u.level_short);
    free(u.level_long);
    free(u.qty_num);
    free(u.qty_den);
    free(scratch.ptr);
    return s ? plant_fail(c, t, s) : table_print(c, &o, NULL);
}

/* ---- two revisions ------------------------------------------------------------------------------------------------------------- */

/* Another plant's bill over the items of both: the first plant's rows, then what only the second has. */
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
    u.num = NEW(int64_t, p->n_lines);
    u.den = NEW(int64_t, p->n_lines);
    int32_t **const column[] = { &u.child, &u.ppm, &u.from, &u.to, &u.offset, &u.kind };
    for (size_t k = 0; k < sizeof column / sizeof *column; k++) *column[k] = NEW(int32_t, p->n_lines);
    int64_t k = 0;
    for (int32_t r = 0; r < n; u.off[++r] = k)
        for (int64_t e = item_at[r] < 0 ? 0 : p->line_off[item_at[r]]; item_at[r] >= 0 && e < p->line_off[item_at[r] + 1]; e++, k++) {
            u.child[k] = row_of[p->line_child[e]];
            u.num[k] = p->line_num[e];
            u.den[k] = p->line_den[e];
            u.ppm[k] = p->line_scrap_ppm[e];
            u.from[k] = p->line_from[e];
            u.to[k] = p->line_to[e];
            u.offset[k] = p->line_offset[e];
            u.kind[k] = p->line_kind ? p->line_kind[e] : C12_BOM_COMPONENT;
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

static int bom_diff(cli *c, const plant *old, const char *dir)
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
    int32_t **const column[] = { &o.line_child, &o.line_scrap_ppm, &o.line_from, &o.line_to, &o.line_offset, &o.line_kind };
    for (size_t k = 0; k < sizeof column / sizeof *column; k++) *column[k] = NEW(int32_t, lines);
    return o;
}

static void sheet_free(c12_bom_sheet *o)
{
    void *const owned[] = { o->line_off, o->line_num, o->line_den, o->line_child, o->line_scrap_ppm, o->line_from, o->line_to, o->line_offset, o->line_kind };
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

/* The new bill as bom.csv, or as OUT; alternates that were not chosen and references are not in it. */
static int write_bill(cli *c, const plant *t, const common *u)
{
    char path[4096];
    text o = { 0 };
    text_add(&o, "parent,child,num,den,scrap_ppm,effective_from,effective_to,offset,kind\n");
    for (int32_t i = 0; i < u->bom.n_items; i++)
        for (int64_t e = u->off[i]; e < u->off[i + 1]; e++) {
            text_csv(&o, code_of(t, i));
            text_add(&o, ",");
            text_csv(&o, code_of(t, u->child[e]));
            text_add(&o, ",%lld,%lld,%d,%d,", (long long)u->num[e], (long long)u->den[e], (int)u->ppm[e], (int)u->from[e]);
            if (u->to[e] < INT32_MAX) text_add(&o, "%d", (int)u->to[e]);
            text_add(&o, ",%d,%s\n", (int)u->offset[e], u->kind[e] == C12_BOM_BY_PRODUCT ? "by_product" : "component");
        }
    snprintf(path, sizeof path, "%s/bom.csv", t->dir);
    return text_write(c, &o, c->out ? c->out : path);
}

static int show_or_write(cli *c, const plant *t, const c12_bom_sheet *o, int write)
{
    int32_t *same = NEW(int32_t, t->p->n_items);
    common before, after;
    for (int32_t i = 0; i < t->p->n_items; i++) same[i] = i;
    before = common_make(t, same, t->p->n_items);
    sheet_view(&after, t->p->n_items, o);
    int code = print_changes(c, t, t, &before, &after);
    if (!code && (write || c->out)) code = write_bill(c, t, &after);
    common_free(&before);
    return code;
}

typedef struct swap_words { const char *before, *after, *ratio; int64_t from; int write; } swap_words;

static int bom_replace(cli *c, plant *t, const swap_words *q)
{
    c12_bom_swap w = C12_INIT(c12_bom_swap);
    c12_mem scratch = bom_scratch(t);
    c12_bom_sheet o = sheet_new(t->p->n_items, 2 * t->p->n_lines);
    long long num = 1, den = 1;
    int used = 0, code = find_item(c, t, q->before, &w.before);
    if (!code) code = find_item(c, t, q->after, &w.after);
    if (!code && q->ratio && (sscanf(q->ratio, "%18lld/%18lld%n", &num, &den, &used) < 1 || (used && q->ratio[used]))) code = cli_usage(c, "--ratio is N or N/D: so many of the new for so many of the old");
    w.num = num;
    w.den = den;
    w.from = (int32_t)q->from;
    c12_status s = code ? C12_OK : c12_bom_replace(&t->bom, &w, &o, scratch, &c->err);
    if (s == C12_E_CYCLE) code = cli_say("c12 bom replace: '%s' contains, through its own parts, a parent of '%s': the bill would run in a circle; leave that parent out or choose another part", q->after, q->before);
    else if (s) code = cli_fail(c, s);
    if (!code) code = show_or_write(c, t, &o, q->write);
    sheet_free(&o);
    free(scratch.ptr);
    return code;
}

static int bom_eco(cli *c, plant *t, int64_t serial, int write)
{
    const c12io_plant *p = t->p;
    c12_bom_ecos e = C12_INIT(c12_bom_ecos);
    c12_mem scratch = bom_scratch(t);
    c12_bom_sheet o = sheet_new(p->n_items, 0);
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
    c12_status s = c12_bom_eco_apply(&t->bom, &e, (int32_t)serial, &o, scratch, &c->err);
    if (s == C12_E_SPACE) { /* now the lines are counted */
        const int64_t lines = o.count;
        sheet_free(&o);
        o = sheet_new(p->n_items, lines);
        s = c12_bom_eco_apply(&t->bom, &e, (int32_t)serial, &o, scratch, &c->err);
    }
    int code = s == C12_E_CYCLE ? cli_say("%s/eco_lines.csv: with these changes the bill would run in a circle through '%.*s'; mend or withdraw one of them", t->dir, (int)code_of(t, (int32_t)c->err.row).size,
                                          (const char *)code_of(t, (int32_t)c->err.row).ptr)
             : s ? cli_fail(c, s) : show_or_write(c, t, &o, write);
    sheet_free(&o);
    free(scratch.ptr);
    return code;
}

int cmd_bom(cli *c)
{
    plant t;
    const char *item = cli_value(c, "--item");
    swap_words swap = { NULL, NULL, cli_value(c, "--ratio"), cli_int(c, "--from", 0, INT32_MAX, 0), cli_flag(c, "--write") };
    int64_t serial = cli_int(c, "--serial", 0, INT32_MAX, 0);
    int elements = cli_flag(c, "--elements");
    int64_t qty = cli_int(c, "--qty", 0, INT64_MAX, 1);
    int multi = cli_flag(c, "--multi");
    const char *verb = cli_word(c, 0), *dir = cli_word(c, 1), *other = cli_word(c, 2);
    int two = verb && !strcmp(verb, "diff"), three = verb && !strcmp(verb, "replace");
    swap.before = other;
    swap.after = three ? cli_word(c, 3) : NULL;
    if (!cli_ready(c, 2 + two + 2 * three)) return EXIT_BAD;
    int bad = plant_open(c, &t, dir);
    if (bad) return bad;
    int code;
    if (!strcmp(verb, "check")) code = bom_check(c, &t);
    else if (!strcmp(verb, "levels")) code = bom_levels(c, &t);
    else if (!strcmp(verb, "rollup")) code = elements ? bom_elements(c, &t) : bom_rollup(c, &t);
    else if (three) code = bom_replace(c, &t, &swap);
    else if (!strcmp(verb, "eco")) code = bom_eco(c, &t, serial, swap.write);
    else if (!strcmp(verb, "explode")) code = bom_explode(c, &t, item, qty);
    else if (!strcmp(verb, "where-used")) code = bom_where_used(c, &t, item, multi);
    else if (two) code = bom_diff(c, &t, other);
    else code = cli_usage(c, "no verb '%s'", verb);
    plant_close(&t);
    return code;
}
