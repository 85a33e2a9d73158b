/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of a plant folder's files share: the plant being filled, its codes, rows in the order of a key. */
#ifndef C12_IO_PLANT_LOAD_H
#define C12_IO_PLANT_LOAD_H
#include "io/plant/plant_internal.h"
#include <stdlib.h>

typedef struct plant_load {
    c12io_plant *p;
    const char *dir;
    c12io__sheet sheet;
    c12io__codes items, orders, suppliers, stations, machines, calendars, families, robots, bays, ecos;
} plant_load;

#define LOAD_COUNT(a) ((int32_t)(sizeof(a) / sizeof *(a)))

static inline int open_file(plant_load *l, const char *file, const c12io_column *columns, int32_t n, int required)
{
    return c12io__sheet_open(&l->sheet, l->dir, file, columns, n, required);
}

/* Rows in the order of an int64 key, stable: the columns of a sheet are then gathered through it. */
typedef struct keyed_row { int64_t key; int64_t row; } keyed_row;

static inline int compare_keyed(const void *a, const void *b)
{
    const keyed_row *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* Files mostly come sorted, as they were written. */
static inline void sort_keyed(keyed_row *k, int64_t n)
{
    int64_t at = 1;
    while (at < n && compare_keyed(&k[at - 1], &k[at]) < 0) at++;
    if (at < n) qsort(k, (size_t)n, sizeof *k, compare_keyed);
}

static inline keyed_row *keyed_rows(plant_load *l)
{
    keyed_row *k = c12io__heap_get(l->sheet.heap, l->sheet.rows, sizeof *k);
    if (!k) l->sheet.status = c12io__fault(l->sheet.err, C12_E_NOMEM, "out of memory", -1, l->sheet.rows, "%s: out of memory", l->sheet.path);
    return k;
}

static inline void take_codes(plant_load *l, int32_t column, c12io__codes *codes)
{
    if (!c12io__codes_init(codes, l->sheet.heap, l->sheet.rows + 1)) return;
    for (int64_t r = 0; r < l->sheet.rows; r++) c12io__cell_new_code(&l->sheet, r, column, codes);
}

static inline int32_t *take_ints(plant_load *l, int32_t column, int64_t low, int64_t high, int64_t dflt)
{
    int32_t *v = c12io__column32(&l->sheet);
    for (int64_t r = 0; v && r < l->sheet.rows; r++) v[r] = (int32_t)c12io__cell_int(&l->sheet, r, column, low, high, dflt);
    return v;
}

/* bom.csv: plant_bill.c, and its reference designators, against the quantity per in column `number`: plant_refs.c */
enum { C12IO__BOM_COLUMNS = 13 };
extern const c12io_column c12io__bom_columns[C12IO__BOM_COLUMNS];
void c12io__load_bom(plant_load *l);
void c12io__check_refs(plant_load *l, const keyed_row *k, int32_t number, int32_t column);

/* eco.csv, eco_lines.csv: plant_eco.c.  The states of orders that need signatures against eco_trail.csv, while eco.csv is open: plant_trail.c; word = states as
 * eco.csv says them, one beyond C12_BOM_REJECTED = in the bill already. */
void c12io__load_ecos(plant_load *l);
void c12io__load_eco_lines(plant_load *l);
void c12io__check_trail(plant_load *l, const int32_t *word, int32_t column_state, int32_t column_roles);

/* demand.csv, orders.csv, receipts.csv, safety.csv, substitutes.csv, suppliers.csv, price_breaks.csv: plant_supply.c */
void c12io__load_demand(plant_load *l);
void c12io__load_receipts(plant_load *l);
void c12io__load_safety(plant_load *l);
void c12io__load_substitutes(plant_load *l);
void c12io__load_suppliers(plant_load *l);
void c12io__load_breaks(plant_load *l);
#endif
