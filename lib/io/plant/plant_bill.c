/* SPDX-License-Identifier: Apache-2.0 */
/* bom.csv: the bill as engineering keeps it, with all alternates and reference designators, and the lines of it that planning takes. */
#include "c12/bom.h"
#include "io/plant/plant_load.h"
#include <stdio.h>
#include <string.h>

enum { PARENT, CHILD, NUM, DEN, SCRAP, FROM, TO, ALTERNATE, PRIORITY, OFFSET, LINE_KIND, SHARE, REFS };
const c12io_column c12io__bom_columns[C12IO__BOM_COLUMNS] = {
    { "parent", 1, 0 }, { "child", 1, 0 }, { "num", 1, 0 }, { "den", 0, 0 }, { "scrap_ppm", 0, 0 }, { "effective_from", 0, 0 },
    { "effective_to", 0, 0 }, { "alternate", 0, 0 }, { "priority", 0, 0 }, { "offset", 0, 0 }, { "kind", 0, 0 }, { "share_ppm", 0, 0 }, { "refs", 0, 0 } };
static const char *const line_kinds[] = { "component", "by_product" };

/* ---- every line -------------------------------------------------------------------------------------------------------------- */

/* Columns while they are filled; those that bom.csv lacks are NULL. */
typedef struct bill_columns { int64_t *num, *den; int32_t *child, *scrap, *from, *to, *offset, *kind, *group, *priority, *share; } bill_columns;

static int32_t *column_if(c12io__sheet *s, int32_t column) { return c12io_table_has(s->table, column) ? c12io__column32(s) : NULL; }

static bill_columns new_columns(c12io__sheet *s)
{
    bill_columns c = { c12io__column64(s), c12io__column64(s), c12io__column32(s), c12io__column32(s), c12io__column32(s), c12io__column32(s), c12io__column32(s),
                       column_if(s, LINE_KIND), column_if(s, ALTERNATE), column_if(s, PRIORITY), column_if(s, SHARE) };
    return c;
}

static void load_line(plant_load *l, int64_t r, int64_t e, const bill_columns *c)
{
    c12io__sheet *s = &l->sheet;
    c->child[e] = c12io__cell_code(s, r, CHILD, &l->items, 1, "items.csv");
    c->num[e] = c12io__cell_int(s, r, NUM, 1, INT64_MAX, C12IO__NEEDED);
    c->den[e] = c12io__cell_int(s, r, DEN, 1, INT64_MAX, 1);
    c->scrap[e] = (int32_t)c12io__cell_int(s, r, SCRAP, 0, 999999, 0);
    c->from[e] = (int32_t)c12io__cell_int(s, r, FROM, 0, INT32_MAX, 0);
    c->to[e] = (int32_t)c12io__cell_int(s, r, TO, 0, INT32_MAX, INT32_MAX);
    c->offset[e] = (int32_t)c12io__cell_int(s, r, OFFSET, -100000, 100000, 0);
    if (c->kind) c->kind[e] = c12io__cell_word(s, r, LINE_KIND, line_kinds, LOAD_COUNT(line_kinds), C12_BOM_COMPONENT);
    if (c->kind && c->kind[e] == C12_BOM_BY_PRODUCT && c->scrap[e]) c12io__cell_fault(s, C12_E_RANGE, r, SCRAP, "is given for a by-product", "leave it empty: say less of it per parent instead");
    if (c->from[e] >= c->to[e]) c12io__cell_fault(s, C12_E_RANGE, r, TO, "ends before effective_from", "effectivity is half-open: from must lie before to");
    if (c->priority) c->priority[e] = (int32_t)c12io__cell_int(s, r, PRIORITY, 0, INT32_MAX, 0);
    if (!c->share) return;
    c->share[e] = (int32_t)c12io__cell_int(s, r, SHARE, 0, 1000000, 0);
    if (c->share[e] && !c12io_table_cell(s->table, r, ALTERNATE).size) c12io__cell_fault(s, C12_E_RANGE, r, SHARE, "is the share of no group", "name the group in column alternate");
}

/* The first of the parent's lines with the same text stands for the group, counted from the parent's first line; -1 = in no group. */
static int32_t group_of_row(const c12io__sheet *s, const keyed_row *k, int64_t first, int64_t e)
{
    const c12_view mine = c12io_table_cell(s->table, k[e].row, ALTERNATE);
    int64_t at = mine.size ? first : -1;
    while (at >= 0 && at < e) {
        const c12_view v = c12io_table_cell(s->table, k[at].row, ALTERNATE);
        if (v.size == mine.size && !memcmp(v.ptr, mine.ptr, v.size)) break;
        at++;
    }
    return at < 0 ? -1 : (int32_t)(at - first);
}

static const c12io_texts *texts_by_line(c12io__sheet *s, const keyed_row *k, int32_t column)
{
    c12_view *view = c12io_table_has(s->table, column) ? c12io__heap_get(s->heap, s->rows + 1, sizeof *view) : NULL;
    for (int64_t e = 0; view && e < s->rows; e++) view[e] = c12io_table_cell(s->table, k[e].row, column);
    return view ? c12io__texts_of(s->heap, view, (int32_t)s->rows) : NULL;
}

static void give_bill(plant_load *l, const keyed_row *k, const bill_columns *c)
{
    c12io_plant *p = l->p;
    p->n_bill_lines = l->sheet.rows;
    p->bill_num = c->num;
    p->bill_den = c->den;
    p->bill_child = c->child;
    p->bill_scrap_ppm = c->scrap;
    p->bill_from = c->from;
    p->bill_to = c->to;
    p->bill_offset = c->offset;
    p->bill_kind = c->kind;
    p->bill_group = c->group;
    p->bill_priority = c->priority;
    p->bill_share_ppm = c->share;
    p->bill_alternate = texts_by_line(&l->sheet, k, ALTERNATE);
    p->bill_refs = texts_by_line(&l->sheet, k, REFS);
}

/* ---- the lines that planning takes ------------------------------------------------------------------------------------------- */

/* Without alternates planning reads the bill itself. */
static void plan_all(c12io_plant *p)
{
    p->n_lines = p->n_bill_lines;
    p->line_off = p->bill_off;
    p->line_num = p->bill_num;
    p->line_den = p->bill_den;
    p->line_child = p->bill_child;
    p->line_scrap_ppm = p->bill_scrap_ppm;
    p->line_from = p->bill_from;
    p->line_to = p->bill_to;
    p->line_offset = p->bill_offset;
    p->line_kind = p->bill_kind;
}

static c12_bom_sheet new_sheet(plant_load *l)
{
    c12io__sheet *s = &l->sheet;
    c12_bom_sheet o = C12_INIT(c12_bom_sheet);
    o.cap = s->rows;
    o.line_off = c12io__heap_get(s->heap, l->p->n_items + (int64_t)1, sizeof *o.line_off);
    o.line_num = c12io__column64(s);
    o.line_den = c12io__column64(s);
    o.line_source = c12io__column64(s);
    int32_t **const narrow[] = { &o.line_child, &o.line_scrap_ppm, &o.line_from, &o.line_to, &o.line_offset, &o.line_kind };
    for (int i = 0; i < LOAD_COUNT(narrow); i++) *narrow[i] = c12io__column32(s);
    return o;
}

static c12_status mix_lines(const c12io_plant *p, c12_bom_sheet *o, c12_mem scratch, c12_error *err)
{
    c12_bom b = C12_INIT(c12_bom);
    c12_bom_alternates a = C12_INIT(c12_bom_alternates);
    b.n_items = p->n_items;
    b.line_off = p->bill_off;
    b.line_child = p->bill_child;
    b.line_num = p->bill_num;
    b.line_den = p->bill_den;
    b.line_scrap_ppm = p->bill_scrap_ppm;
    b.line_from = p->bill_from;
    b.line_to = p->bill_to;
    b.line_offset = p->bill_offset;
    b.line_kind = p->bill_kind;
    a.line_group = p->bill_group;
    a.line_priority = p->bill_priority;
    a.line_share_ppm = p->bill_share_ppm;
    return c12_bom_mix(&b, &a, o, scratch, err);
}

/* What the mix refuses, in the file's words.  A cycle is left to who plans: it is told item by item there. */
static void tell_mix(plant_load *l, const keyed_row *k, c12_status status, const c12_error *e)
{
    char what[96];
    if (status == C12_E_CYCLE || e->row < 0 || e->row >= l->sheet.rows) return;
    snprintf(what, sizeof what, "belongs to a group whose shares add up to %lld", (long long)e->value);
    if (status == C12_E_OVERFLOW) c12io__cell_fault(&l->sheet, status, k[e->row].row, NUM, "with its share of the group overflows 64 bits", "make num or den smaller, or the share a rounder number");
    else c12io__cell_fault(&l->sheet, status, k[e->row].row, SHARE, what, "the shares of one alternate group add up to 1000000, or are all empty");
}

static void plan_chosen(plant_load *l, const keyed_row *k)
{
    c12io_plant *p = l->p;
    c12io__sheet *s = &l->sheet;
    c12_bom_sheet o = new_sheet(l);
    c12_error e = C12_INIT(c12_error);
    c12_mem scratch = { NULL, c12_bom_scratch(p->n_items) };
    scratch.ptr = c12io__heap_get(s->heap, (int64_t)scratch.size, 1);
    if (!scratch.ptr || !o.line_off || s->status) return; /* what the cells say is told first */
    c12_status status = mix_lines(p, &o, scratch, &e);
    if (status) { tell_mix(l, k, status, &e); return; }
    p->n_lines = o.count;
    p->line_off = o.line_off;
    p->line_num = o.line_num;
    p->line_den = o.line_den;
    p->line_child = o.line_child;
    p->line_scrap_ppm = o.line_scrap_ppm;
    p->line_from = o.line_from;
    p->line_to = o.line_to;
    p->line_offset = o.line_offset;
    p->line_kind = o.line_kind;
    p->line_bill = o.line_source;
}

/* ---- entry ------------------------------------------------------------------------------------------------------------------- */

static void gather_bill(plant_load *l, const keyed_row *k, int64_t *off)
{
    c12io__sheet *s = &l->sheet;
    const bill_columns c = new_columns(s);
    if (s->status == C12_E_NOMEM) return;
    int64_t first = 0;
    for (int64_t e = 0; e < s->rows; e++) {
        if (k[e].key != k[first].key) first = e;
        load_line(l, k[e].row, e, &c);
        if (c.group) c.group[e] = group_of_row(s, k, first, e);
        off[k[e].key + 1]++;
    }
    for (int32_t i = 0; i < l->p->n_items; i++) off[i + 1] += off[i];
    give_bill(l, k, &c);
    plan_all(l->p);
    if (c.group) plan_chosen(l, k);
    if (l->p->bill_refs) c12io__check_refs(l, k, NUM, REFS);
}

void c12io__load_bom(plant_load *l)
{
    c12io__sheet *s = &l->sheet;
    int64_t *off = c12io__heap_get(s->heap, l->p->n_items + (int64_t)1, sizeof *off);
    l->p->bill_off = l->p->line_off = off;
    if (!open_file(l, "bom.csv", c12io__bom_columns, C12IO__BOM_COLUMNS, 0)) return;
    keyed_row *k = keyed_rows(l);
    if (k && off) {
        for (int64_t r = 0; r < s->rows; r++) { k[r].row = r; k[r].key = c12io__cell_code(s, r, PARENT, &l->items, 1, "items.csv"); }
        sort_keyed(k, s->rows);
        if (l->p->n_items) gather_bill(l, k, off); /* without items every code is a fault already */
    }
    c12io__sheet_close(s);
}
