/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bom rollup: unit costs, by element, and under what-if prices. */
#include "bom_cli.h"
#include <stdlib.h>
#include <string.h>

enum { MATERIAL, LABOUR, OVERHEAD, OUTSIDE, ELEMENTS, SETUP = ELEMENTS, PRICES };

static void fill_prices(c12_money *to, const c12_money *from, int32_t n)
{
    if (from && n) memcpy(to, from, (size_t)n * sizeof *to);
}

/* [PRICES * n_items] what the folder says, and over it the what-if prices. */
static c12_money *own_prices(cli *c, const plant *t, const char *what_if, c12_status *s)
{
    const c12io_plant *p = t->p;
    const int64_t n = p->n_items;
    c12_money *price = NEW(c12_money, PRICES * n);
    plant_own_cost(t, price);
    fill_prices(price + LABOUR * n, p->labour_cost, p->n_items);
    fill_prices(price + OVERHEAD * n, p->overhead_cost, p->n_items);
    fill_prices(price + OUTSIDE * n, p->outside_cost, p->n_items);
    fill_prices(price + SETUP * n, p->setup_cost, p->n_items);
    *s = what_if ? c12io_prices_read(what_if, p->item_code, price, &c->err) : C12_OK;
    return price;
}

/* ---- unit cost -------------------------------------------------------------------------------------------------------------------- */

static void put_costs(table *o, const plant *t, const c12_money *cost)
{
    for (int32_t i = 0; i < t->p->n_items; i++) { table_text(o, code_of(t, i)); table_money(o, cost[i]); }
}

/* What other prices change, item by item. */
static void put_what_if(table *o, const plant *t, const c12_money *before, const c12_money *after)
{
    for (int32_t i = 0; i < t->p->n_items; i++) {
        if (before[i] == after[i]) continue;
        table_text(o, code_of(t, i));
        table_money(o, before[i]);
        table_money(o, after[i]);
        table_money(o, after[i] - before[i]);
    }
}

int bom_rollup(cli *c, const plant *t, const char *prices)
{
    static const char *const head[] = { "item", "unit_cost", "what_if", "change" };
    const int32_t n = t->p->n_items;
    c12_status s, ignored;
    c12_money *before = own_prices(c, t, NULL, &ignored), *after = own_prices(c, t, prices, &s), *cost = NEW(c12_money, n), *other = NEW(c12_money, n);
    c12_mem scratch = bom_scratch(t);
    table o = table_new(prices ? 4 : 2, head, "snnn");
    const int refused = s != C12_OK;
    if (!s) s = c12_bom_rollup(&t->bom, before, NULL, cost, scratch, &c->err);
    if (!s && prices) s = c12_bom_rollup(&t->bom, after, NULL, other, scratch, &c->err);
    if (!s && prices) put_what_if(&o, t, cost, other);
    else if (!s) put_costs(&o, t, cost);
    void *const owned[] = { before, after, cost, other, scratch.ptr };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    return refused ? cli_fail(c, s) : s ? plant_fail(c, t, s) : table_print(c, &o, NULL);
}

/* ---- by element ------------------------------------------------------------------------------------------------------------------- */

static void put_elements(table *o, const plant *t, const c12_bom_elements *e)
{
    const int32_t n = t->p->n_items;
    for (int32_t i = 0; i < n; i++) {
        c12_money here = 0, below = 0;
        table_text(o, code_of(t, i));
        for (int k = 0; k < ELEMENTS; k++) {
            const int64_t at = (int64_t)k * n + i;
            table_money(o, e->this_level[at] + e->lower[at]);
            here += e->this_level[at];
            below += e->lower[at];
        }
        table_money(o, here);
        table_money(o, below);
        table_money(o, here + below);
    }
}

int bom_elements(cli *c, const plant *t, const char *prices)
{
    static const char *const head[] = { "item", "material", "labour", "overhead", "outside", "this_level", "lower", "unit_cost" };
    const int64_t n = t->p->n_items;
    c12_bom_elements e = C12_INIT(c12_bom_elements);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status s;
    c12_money *own = own_prices(c, t, prices, &s), *setup = NEW(c12_money, ELEMENTS * n);
    c12_mem scratch = bom_scratch(t);
    table o = table_new(8, head, "snnnnnnn");
    const int refused = s != C12_OK;
    fill_prices(setup + LABOUR * n, own + SETUP * n, t->p->n_items);
    e.n_elements = ELEMENTS;
    e.own = own;
    e.setup = setup;
    e.lot = t->p->costing_lot;
    e.this_level = NEW(c12_money, ELEMENTS * n);
    e.lower = NEW(c12_money, ELEMENTS * n);
    if (!s) s = c12_bom_rollup_elements(&t->bom, &e, NULL, scratch, &c->err);
    if (!s) s = c12_bom_check_elements(&t->bom, &e, NULL, &v, &c->err);
    if (!s) put_elements(&o, t, &e);
    void *const owned[] = { own, setup, e.this_level, e.lower, scratch.ptr };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    if (!s && v.violations) { cli_say("c12 bom: the rollup fails its own checker at item %d; please report", (int)v.row); return EXIT_INTERNAL; }
    return refused ? cli_fail(c, s) : s ? plant_fail(c, t, s) : table_print(c, &o, NULL);
}
