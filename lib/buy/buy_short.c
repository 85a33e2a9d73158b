/* SPDX-License-Identifier: Apache-2.0 */
/* The shortage list: demand and supply of an item merged by bucket, and the runs in which more is promised than there is. */
#include "buy/buy_lists.h"

/* ---- at the door ----------------------------------------------------------------------------------------------------------------- */

static void check_rows(c12__faults *f, const c12_buy_stock *k, int supply)
{
    static const char *const name[2][3] = { { "demand_item", "demand_bucket", "demand_qty" }, { "supply_item", "supply_bucket", "supply_qty" } };
    const int64_t n = supply ? k->n_supply : k->n_demand;
    const int32_t *item = supply ? k->supply_item : k->demand_item, *bucket = supply ? k->supply_bucket : k->demand_bucket;
    const c12_qty *qty = supply ? k->supply_qty : k->demand_qty;
    c12__buy_column(f, item, n, name[supply][0]);
    c12__buy_column(f, bucket, n, name[supply][1]);
    c12__buy_column(f, qty, n, name[supply][2]);
    c12__buy_ids(f, item, n, k->n_items, "item out of range", name[supply][0]);
    c12__buy_no_less(f, qty, n, 0, "quantity is negative", name[supply][2]);
}

c12_status c12__buy_open_stock(c12_buy_stock *k, const c12_buy_stock *in, c12_error *err)
{
    c12_status s = c12__take(k, sizeof *k, in, "in", err);
    if (s) return s;
    if (k->n_items < 0) return c12__fail(err, C12_E_ARG, "count is negative", "n_items", -1, k->n_items);
    if (k->n_buckets < 0) return c12__fail(err, C12_E_ARG, "count is negative", "n_buckets", -1, k->n_buckets);
    if (k->n_demand < 0 || k->n_demand >= 1 << 30) return c12__fail(err, C12_E_ARG, "rows must be 0..2^30-1", "n_demand", -1, k->n_demand);
    if (k->n_supply < 0 || k->n_supply >= 1 << 30) return c12__fail(err, C12_E_ARG, "rows must be 0..2^30-1", "n_supply", -1, k->n_supply);
    c12__faults f = { err, C12_OK, 0 };
    c12__buy_no_less(&f, k->on_hand, k->n_items, 0, "quantity is negative", "on_hand");
    c12__buy_no_less(&f, k->unit_cost, k->n_items, 0, "cost is negative", "unit_cost");
    c12__buy_no_less(&f, k->cost_per, k->n_items, 1, "cost unit must be positive", "cost_per");
    check_rows(&f, k, 0);
    check_rows(&f, k, 1);
    return f.status;
}

c12_status c12__buy_take_gaps(c12_buy_gaps *g, const c12_buy_gaps *out, c12_error *err)
{
    c12_status s = c12__take(g, sizeof *g, out, "gaps", err);
    if (s) return s;
    return g->cap < 0 ? c12__fail(err, C12_E_ARG, "count is negative", "cap", -1, g->cap) : C12_OK;
}

/* ---- memory ------------------------------------------------------------------------------------------------------------------------ */

/* Demand or supply that counts, by item and bucket. */
typedef struct short_side { const int32_t *item, *bucket; const c12_qty *qty; int64_t *key; int32_t *order; int64_t n; } short_side;

typedef struct short_room {
    short_side demand, supply;
    int32_t *spare, *item, *from, *to, *next; /* gaps: no more than demand rows, since each begins with one */
    int64_t *qty, *value;
    int64_t count;
} short_room;

static void carve_short(short_room *r, c12__arena *a, int64_t n_demand, int64_t n_supply)
{
    const int64_t most = c12__max64(n_demand, n_supply);
    r->demand.key = C12__CARVE(a, int64_t, n_demand);
    r->supply.key = C12__CARVE(a, int64_t, n_supply);
    r->demand.order = C12__CARVE(a, int32_t, n_demand);
    r->supply.order = C12__CARVE(a, int32_t, n_supply);
    r->spare = C12__CARVE(a, int32_t, most);
    int32_t **const column[] = { &r->item, &r->from, &r->to, &r->next };
    for (int k = 0; k < 4; k++) *column[k] = C12__CARVE(a, int32_t, n_demand);
    r->qty = C12__CARVE(a, int64_t, n_demand);
    r->value = C12__CARVE(a, int64_t, n_demand);
}

size_t c12_buy_shortages_scratch(int32_t n_items, int32_t n_buckets, int64_t n_demand, int64_t n_supply)
{
    if (n_items < 0 || n_buckets < 0 || n_demand < 0 || n_demand >= 1 << 30 || n_supply < 0 || n_supply >= 1 << 30) return 0;
    short_room r;
    c12__arena a = c12__arena_measure();
    carve_short(&r, &a, n_demand, n_supply);
    const size_t mine = c12__arena_need(&a), checker = c12__buy_short_check_bytes(n_items, n_buckets, n_demand, n_supply);
    return mine > checker ? mine : checker;
}

c12_status c12__buy_short_space(const c12_buy_stock *k, c12_error *err)
{
    return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)c12_buy_shortages_scratch(k->n_items, k->n_buckets, k->n_demand, k->n_supply));
}

/* ---- runs ---------------------------------------------------------------------------------------------------------------------------- */

static void sort_side(short_side *s, int64_t rows, int32_t n_buckets, int32_t *spare)
{
    int sorted = 1;
    int64_t last = 0;
    s->n = 0;
    for (int64_t i = 0; i < rows; i++) {
        const int32_t t = s->bucket[i] < 0 ? 0 : s->bucket[i];
        if (t >= n_buckets || !s->qty[i]) continue;
        s->key[i] = (int64_t)s->item[i] << 32 | t;
        if (s->key[i] < last) sorted = 0;
        last = s->key[i];
        s->order[s->n++] = (int32_t)i;
    }
    if (!sorted) c12__sort_rows_again(s->key, (int32_t)s->n, s->order, spare);
}

static int64_t key_at(const short_side *s, int64_t at) { return at < s->n ? s->key[s->order[at]] : INT64_MAX; }

/* Add all rows of one key; 1 on overflow. */
static int take_rows(const short_side *s, int64_t *at, int64_t key, int64_t *sum)
{
    for (; key_at(s, *at) == key; ++*at)
        if (c12__add64(*sum, s->qty[s->order[*at]], sum)) return 1;
    return 0;
}

static void open_gap(short_room *r, int32_t item, int32_t bucket, int64_t next)
{
    r->item[r->count] = item;
    r->from[r->count] = bucket;
    r->to[r->count] = -1;
    r->next[r->count] = next >> 32 == item ? (int32_t)(next & INT32_MAX) : -1;
    r->qty[r->count++] = 0;
}

/* One item's balance along its events; the sums of both sides only grow, so their difference cannot overflow. */
static int walk_item(const c12_buy_stock *k, short_room *r, int32_t item, int64_t *d, int64_t *s)
{
    int64_t in = c12__at64(k->on_hand, item, 0), out = 0;
    int is_short = 0;
    for (;;) {
        const int64_t key = c12__min64(key_at(&r->demand, *d), key_at(&r->supply, *s));
        if (key >> 32 != item) return 0;
        if (take_rows(&r->demand, d, key, &out) || take_rows(&r->supply, s, key, &in)) return 1;
        if (out > in && !is_short) open_gap(r, item, (int32_t)(key & INT32_MAX), key_at(&r->supply, *s));
        if (out > in) r->qty[r->count - 1] = c12__max64(r->qty[r->count - 1], out - in);
        else if (is_short) r->to[r->count - 1] = (int32_t)(key & INT32_MAX);
        is_short = out > in;
    }
}

static c12_status find_gaps(const c12_buy_stock *k, short_room *r, c12_error *err)
{
    int64_t d = 0, s = 0;
    r->count = 0;
    while (d < r->demand.n || s < r->supply.n) {
        const int32_t item = (int32_t)(c12__min64(key_at(&r->demand, d), key_at(&r->supply, s)) >> 32);
        const int64_t first = r->count;
        if (walk_item(k, r, item, &d, &s)) return c12__fail(err, C12_E_OVERFLOW, "sum of quantities does not fit 64 bits", "on_hand", item, c12__at64(k->on_hand, item, 0));
        for (int64_t g = first; g < r->count; g++)
            if (c12__buy_value(c12__at64(k->unit_cost, item, 0), r->qty[g], c12__at64(k->cost_per, item, 1), &r->value[g]))
                return c12__fail(err, C12_E_OVERFLOW, "value of a shortage does not fit 64 bits", "unit_cost", item, k->unit_cost[item]);
    }
    return C12_OK;
}

/* By first bucket, then falling value, then item: stable sorts from the last key to the first; rows are found in item order. */
static const int32_t *sort_gaps(short_room *r)
{
    int64_t *key = r->demand.key;
    for (int64_t g = 0; g < r->count; g++) key[g] = INT64_MAX - r->value[g];
    c12__sort_rows(key, (int32_t)r->count, r->demand.order, r->spare);
    for (int64_t g = 0; g < r->count; g++) key[g] = r->from[g];
    c12__sort_rows_again(key, (int32_t)r->count, r->demand.order, r->spare);
    return r->demand.order;
}

static void give_gaps(short_room *r, c12_buy_gaps *g)
{
    const int32_t *order = sort_gaps(r);
    g->count = r->count;
    for (int64_t at = 0; at < r->count && at < g->cap; at++) {
        const int32_t x = order[at];
        if (g->item) g->item[at] = r->item[x];
        if (g->from) g->from[at] = r->from[x];
        if (g->to) g->to[at] = r->to[x];
        if (g->next_supply) g->next_supply[at] = r->next[x];
        if (g->qty) g->qty[at] = r->qty[x];
        if (g->value) g->value[at] = r->value[x];
    }
}

c12_status c12_buy_shortages(const c12_buy_stock *in, c12_buy_gaps *out, c12_mem scratch, c12_error *err)
{
    c12_buy_stock k;
    c12_buy_gaps g;
    short_room r;
    c12_status s = c12__buy_open_stock(&k, in, err);
    if (s || (s = c12__buy_take_gaps(&g, out, err))) return s;
    c12__arena a = c12__arena_over(scratch);
    carve_short(&r, &a, k.n_demand, k.n_supply);
    if (!c12__arena_ok(&a)) return c12__buy_short_space(&k, err);
    r.demand.item = k.demand_item; r.demand.bucket = k.demand_bucket; r.demand.qty = k.demand_qty;
    r.supply.item = k.supply_item; r.supply.bucket = k.supply_bucket; r.supply.qty = k.supply_qty;
    sort_side(&r.demand, k.n_demand, k.n_buckets, r.spare);
    sort_side(&r.supply, k.n_supply, k.n_buckets, r.spare);
    if ((s = find_gaps(&k, &r, err))) return s;
    give_gaps(&r, &g);
    c12__give(out, &g, sizeof g);
    return C12_OK;
}
