/* SPDX-License-Identifier: Apache-2.0 */
/* A morning in the warehouse: two deliveries, what an order gets by expiry, the way to pick it, and what a count showed. */
#include "c12/stock.h"
#include <stdio.h>
#include <stdlib.h>

static int fail(const char *what, const c12_error *e)
{
    fprintf(stderr, "%s: %s\n", what, e->what);
    return 1;
}

/* Bolts came in two lots, the later one expires first. */
static const int32_t lot_item[2] = { 0, 0 };
static const c12_ns lot_received[2] = { 100, 200 }, lot_expiry[2] = { 9000, 5000 };

static int receive(c12_stock *s, c12_error *e)
{
    const int32_t kind[2] = { C12_STOCK_RECEIPT, C12_STOCK_RECEIPT }, item[2] = { 0, 0 }, to[2] = { 0, 2 }, lot[2] = { 0, 1 };
    const c12_qty qty[2] = { 60, 60 };
    c12_stock_moves m = C12_INIT(c12_stock_moves);
    m.n = 2;
    m.kind = kind;
    m.item = item;
    m.to = to;
    m.lot = lot;
    m.qty = qty;
    return c12_stock_post(s, &m, e) ? fail("receipt", e) : 0;
}

/* Eighty bolts for an order: what expires first goes first.  Then they are picked. */
static int pick(c12_stock *s, c12_error *e)
{
    int64_t need[4];
    int32_t where[4], lot[4];
    const int32_t item = 0;
    const c12_qty wants = 80;
    c12_qty qty[4], have, held;
    c12_stock_needs n = C12_INIT(c12_stock_needs);
    c12_stock_set set = C12_INIT(c12_stock_set);
    c12_stock_moves m = C12_INIT(c12_stock_moves);
    n.rule = C12_STOCK_FEFO;
    n.n = 1;
    n.item = &item;
    n.qty = &wants;
    set.cap = 4;
    set.need = need;
    set.location = where;
    set.lot = lot;
    set.qty = qty;
    if (c12_stock_allocate(s, &n, &set, e) || set.n != 2) return fail("reservation", e);
    printf("reserved %d of lot %d at %d, %d of lot %d at %d; ", (int)qty[0], (int)lot[0], (int)where[0], (int)qty[1], (int)lot[1], (int)where[1]);
    const int32_t kind[2] = { C12_STOCK_PICK, C12_STOCK_PICK }, items[2] = { 0, 0 }, aisle[3] = { 0, 2, 2 };
    const int64_t position[3] = { 12, 8, 35 };
    int32_t order[3];
    int64_t walked;
    c12_stock_block block = C12_INIT(c12_stock_block);
    block.aisles = 3;
    block.pitch = 5;
    block.length = 40;
    c12_mem scratch = { NULL, c12_stock_tour_scratch(3, 3) };
    if (!(scratch.ptr = malloc(scratch.size))) return 1;
    if (c12_stock_tour(&block, 3, aisle, position, order, &walked, scratch, e)) return fail("tour", e);
    free(scratch.ptr);
    printf("walked %d for 3 picks; ", (int)walked);
    m.n = 2;
    m.kind = kind;
    m.item = items;
    m.from = where;
    m.lot = lot;
    m.qty = qty;
    if (c12_stock_post(s, &m, e) || c12_stock_item(s, 0, &have, &held, e)) return fail("pick", e);
    printf("after picking %d are left; ", (int)have);
    return 0;
}

static int count(c12_error *e)
{
    const c12_qty book[3] = { 40, 100, 7 }, counted[3] = { 40, 98, 7 };
    c12_stock_count c = C12_INIT(c12_stock_count);
    c12_stock_accuracy a = C12_INIT(c12_stock_accuracy);
    c.n = 3;
    c.book = book;
    c.counted = counted;
    if (c12_stock_judge(&c, &a, NULL, e)) return fail("count", e);
    printf("%d of %d records right\n", (int)a.right, (int)a.counted);
    return 0;
}

int main(void)
{
    c12_error e = C12_INIT(c12_error);
    c12_stock_dims dims = C12_INIT(c12_stock_dims);
    c12_stock_master master = C12_INIT(c12_stock_master);
    c12_stock *s;
    dims.items = 1;
    dims.locations = 3;
    dims.lots = 2;
    dims.balances = 16;
    master.n_items = 1;
    master.n_locations = 3;
    master.n_lots = 2;
    master.lot_item = lot_item;
    master.lot_received = lot_received;
    master.lot_expiry = lot_expiry;
    if (c12_stock_create(&s, &dims, NULL, &e) || c12_stock_load(s, &master, &e)) return fail("handle", &e);
    int bad = receive(s, &e) || pick(s, &e) || count(&e);
    c12_stock_destroy(s);
    return bad;
}

/* prints: reserved 60 of lot 1 at 2, 20 of lot 0 at 0; walked 100 for 3 picks; after picking 40 are left; 2 of 3 records right */
