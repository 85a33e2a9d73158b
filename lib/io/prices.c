/* SPDX-License-Identifier: Apache-2.0 */
/* What-if prices: a short file of items whose costs are other than items.csv says. */
#include "io/plant/plant_internal.h"
#include <stdio.h>
#include <string.h>

enum { ITEM, FIRST_PRICE, PRICES = 5 };
static const c12io_column price_columns[] = { { "item", 1, 0 }, { "own_cost", 0, 0 }, { "labour_cost", 0, 0 }, { "overhead_cost", 0, 0 }, { "outside_cost", 0, 0 }, { "setup_cost", 0, 0 } };

static int open_prices(c12io__sheet *s, const char *path)
{
    const char *slash = strrchr(path, '/');
    char dir[1024];
    snprintf(dir, sizeof dir, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    return c12io__sheet_open(s, slash == path ? "" : dir, slash ? slash + 1 : path, price_columns, FIRST_PRICE + PRICES, 1);
}

static int take_items(c12io__codes *codes, c12io__heap *heap, const c12io_texts *items)
{
    int fresh;
    if (!c12io__codes_init(codes, heap, items->n + (int64_t)1)) return 0;
    for (int32_t i = 0; i < items->n; i++) if (c12io__codes_add(codes, c12io_texts_at(items, i), &fresh) < 0) return 0;
    return 1;
}

static void read_prices(c12io__sheet *s, c12io__codes *codes, int32_t n_items, c12_money *price)
{
    uint8_t *seen = c12io__heap_get(s->heap, n_items, 1);
    if (!seen) s->status = C12_E_NOMEM;
    for (int64_t r = 0; seen && r < s->rows; r++) {
        const int32_t i = c12io__cell_code(s, r, ITEM, codes, 1, "items.csv");
        if (n_items && seen[i]++ && !s->status) c12io__cell_fault(s, C12_E_RANGE, r, ITEM, "stands twice", "give each item one row");
        for (int32_t k = 0; n_items && k < PRICES; k++) {
            c12_money *cell = &price[(int64_t)k * n_items + i];
            *cell = c12io__cell_scaled(s, r, FIRST_PRICE + k, 1000000, 0, *cell);
        }
    }
}

c12_status c12io_prices_read(const char *path, const c12io_texts *items, c12_money *price, c12_error *err)
{
    c12io__codes codes;
    if (!path || !items || (items->n && !price)) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "prices: argument is NULL");
    c12io__sheet s = { .heap = c12io__heap_new(), .err = err };
    if (!s.heap || !take_items(&codes, s.heap, items)) s.status = c12io__fault(err, C12_E_NOMEM, "out of memory", -1, 0, "%s: out of memory", path);
    else if (open_prices(&s, path)) {
        read_prices(&s, &codes, items->n, price);
        c12io__sheet_close(&s);
    }
    c12io__heap_free(s.heap);
    return s.status;
}
