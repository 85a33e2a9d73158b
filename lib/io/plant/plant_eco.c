/* SPDX-License-Identifier: Apache-2.0 */
/* eco.csv, eco_lines.csv: engineering change orders and their line edits. */
#include "c12/bom.h"
#include "io/plant/plant_load.h"

enum { E_ECO, E_STATE, E_FROM, E_SERIAL, E_USE_UP, E_ROLES };
static const c12io_column eco_columns[] = { { "eco", 1, 0 }, { "state", 1, 0 }, { "from", 0, 0 }, { "serial", 0, 0 }, { "use_up", 0, 0 }, { "roles", 0, 0 } };
static const char *const eco_states[] = { "draft", "approved", "effective", "superseded", "rejected", "incorporated" }; /* the last: written into bom.csv */
enum { L_ECO, L_CHANGE, L_PARENT, L_WAS, L_CHILD, L_NUM, L_DEN, L_SCRAP, L_OFFSET };
static const c12io_column edit_columns[] = { { "eco", 1, 0 }, { "change", 1, 0 }, { "parent", 1, 0 }, { "was", 0, 0 }, { "child", 0, 0 }, { "num", 0, 0 }, { "den", 0, 0 }, { "scrap_ppm", 0, 0 }, { "offset", 0, 0 } };
static const char *const edit_kinds[] = { "", "added", "removed", "changed" };

void c12io__load_ecos(plant_load *l)
{
    c12io__sheet *s = &l->sheet;
    if (!open_file(l, "eco.csv", eco_columns, LOAD_COUNT(eco_columns), 0)) return;
    take_codes(l, E_ECO, &l->ecos);
    int32_t *state = c12io__column32(s), *word = c12io__column32(s);
    for (int64_t r = 0; state && word && r < s->rows; r++) {
        word[r] = c12io__cell_word(s, r, E_STATE, eco_states, LOAD_COUNT(eco_states), -1);
        state[r] = word[r] > C12_BOM_REJECTED ? C12_BOM_SUPERSEDED : word[r];
    }
    l->p->n_ecos = (int32_t)s->rows;
    l->p->eco_code = c12io__codes_texts(&l->ecos);
    l->p->eco_state = state;
    l->p->eco_from = take_ints(l, E_FROM, 0, INT32_MAX, 0);
    l->p->eco_serial = take_ints(l, E_SERIAL, 0, INT32_MAX, -1);
    l->p->eco_use_up = take_ints(l, E_USE_UP, 0, INT32_MAX, 0);
    c12io__check_trail(l, word, E_STATE, E_ROLES);
    c12io__sheet_close(s);
}

/* The first line of the parent that takes the child, -1 = none. */
static int64_t line_named(const c12io_plant *p, int32_t parent, int32_t child)
{
    for (int64_t e = p->bill_off[parent]; e < p->bill_off[parent + 1]; e++) if (p->bill_child[e] == child) return e;
    return -1;
}

/* The edits of an order that is history no longer fit the bill and are left out. */
static int is_history(const c12io_plant *p, int32_t eco) { return p->n_ecos && (p->eco_state[eco] == C12_BOM_SUPERSEDED || p->eco_state[eco] == C12_BOM_REJECTED); }

/* 1 = the line counts and stands in row n of the columns. */
static int load_eco_line(plant_load *l, int64_t r, int64_t n, int32_t *const c[6], int64_t *const q[3])
{
    c12io__sheet *s = &l->sheet;
    const int32_t kind = c12io__cell_word(s, r, L_CHANGE, edit_kinds, LOAD_COUNT(edit_kinds), 0), needs = kind != C12_BOM_REMOVED;
    int32_t was;
    if (kind < C12_BOM_ADDED) { c12io__cell_fault(s, C12_E_FORMAT, r, L_CHANGE, "is no change", "write added, removed or changed"); return 0; }
    c[0][n] = c12io__cell_code(s, r, L_ECO, &l->ecos, 1, "eco.csv");
    c[1][n] = kind;
    c[2][n] = c12io__cell_code(s, r, L_PARENT, &l->items, 1, "items.csv");
    was = c12io__cell_code(s, r, L_WAS, &l->items, kind != C12_BOM_ADDED, "items.csv");
    c[3][n] = needs ? c12io__cell_code(s, r, L_CHILD, &l->items, 1, "items.csv") : 0;
    c[4][n] = (int32_t)c12io__cell_int(s, r, L_SCRAP, 0, 999999, 0);
    c[5][n] = (int32_t)c12io__cell_int(s, r, L_OFFSET, -100000, 100000, 0);
    q[1][n] = needs ? c12io__cell_int(s, r, L_NUM, 1, INT64_MAX, C12IO__NEEDED) : 1;
    q[2][n] = c12io__cell_int(s, r, L_DEN, 1, INT64_MAX, 1);
    if (is_history(l->p, c[0][n])) return 0;
    q[0][n] = kind == C12_BOM_ADDED || s->status ? -1 : line_named(l->p, c[2][n], was);
    if (kind != C12_BOM_ADDED && !s->status && q[0][n] < 0) c12io__cell_fault(s, C12_E_RANGE, r, L_WAS, "is no component of this parent", "name a line of bom.csv");
    return 1;
}

void c12io__load_eco_lines(plant_load *l)
{
    c12io__sheet *s = &l->sheet;
    if (!open_file(l, "eco_lines.csv", edit_columns, LOAD_COUNT(edit_columns), 0)) return;
    int32_t *c[6];
    int64_t *q[3], n = 0;
    for (int k = 0; k < 6; k++) c[k] = c12io__column32(s);
    for (int k = 0; k < 3; k++) q[k] = c12io__column64(s);
    for (int64_t r = 0; s->status != C12_E_NOMEM && r < s->rows; r++) n += load_eco_line(l, r, n, c, q);
    c12io_plant *p = l->p;
    p->n_eco_lines = n;
    p->eco_line_eco = c[0];
    p->eco_line_kind = c[1];
    p->eco_line_parent = c[2];
    p->eco_line_child = c[3];
    p->eco_line_scrap_ppm = c[4];
    p->eco_line_offset = c[5];
    p->eco_line_line = q[0];
    p->eco_line_num = q[1];
    p->eco_line_den = q[2];
    c12io__sheet_close(s);
}
