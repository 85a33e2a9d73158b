/* SPDX-License-Identifier: Apache-2.0 */
/* The independent checkers of the ABC classes and of the shortage list. */
#include "buy/buy_lists.h"

/* price * qty / per, half to even by doubling the remainder; -1 = beyond 64 bits. */
static c12_money list_value(c12_money price, c12_qty qty, c12_qty per)
{
    const c12__u128 unit = { 0, (uint64_t)per };
    c12__u128 left, whole = c12__div_u128(c12__mul_u64((uint64_t)price, (uint64_t)qty), unit, &left);
    if (whole.hi || whole.lo >= (uint64_t)INT64_MAX) return -1;
    if (left.lo * 2 > unit.lo || (left.lo * 2 == unit.lo && whole.lo % 2)) whole.lo++;
    return (c12_money)whole.lo;
}

static void judge_list(c12_verdict *v, const char *rule, const char *field, int64_t row)
{
    if (v->violations++) return;
    v->rule = rule;
    v->field = field;
    v->row = row;
}

/* ---- ABC --------------------------------------------------------------------------------------------------------------------------------- */

/* A class by its ends: the worthiest and the least worthy item, -1 = none, and what its items hold together. */
typedef struct abc_end { int32_t item; c12_money value; } abc_end;
typedef struct abc_group { abc_end top, bottom; c12__u128 sum; int32_t n, reserved; } abc_group;

static void count_in(abc_group *g, int32_t item, c12_money value)
{
    const c12__u128 more = { 0, (uint64_t)value };
    if (!g->n || value > g->top.value) { g->top.item = item; g->top.value = value; }     /* ties: the first row stands higher ... */
    if (!g->n || value <= g->bottom.value) { g->bottom.item = item; g->bottom.value = value; } /* ... and the last one lower */
    g->n++;
    c12__add_u128(g->sum, more, &g->sum);
}

static int stands_above(const abc_end *x, const abc_end *y) { return x->value > y->value || (x->value == y->value && x->item < y->item); }

/* part * 10^6 compared with ppm * whole. */
static int share_cmp(c12__u128 part, c12__u128 whole, int32_t ppm)
{
    c12__mul_u128_u64(part, 1000000, &part);
    c12__mul_u128_u64(whole, (uint64_t)ppm, &whole);
    return c12__cmp_u128(part, whole);
}

static void judge_cut(c12_verdict *v, const abc_group *above, const abc_group *below, c12__u128 held, c12__u128 total, int32_t ppm)
{
    if (above->n) {
        const c12__u128 last = { 0, (uint64_t)above->bottom.value };
        if (!last.lo) judge_list(v, "an item without usage value is not of class C", "abc_class", above->bottom.item);
        if (share_cmp(c12__sub_u128(held, last), total, ppm) >= 0) judge_list(v, "a class goes on beyond its share", "abc_class", above->bottom.item);
        if (below->n && !stands_above(&above->bottom, &below->top)) judge_list(v, "an item stands in a class above a worthier one", "abc_class", below->top.item);
    }
    if (below->n && below->top.value && share_cmp(held, total, ppm) < 0) judge_list(v, "a class ends before its share", "abc_class", below->top.item);
}

static c12__u128 sum_of(c12__u128 a, c12__u128 b)
{
    c12__add_u128(a, b, &a);
    return a;
}

c12_status c12_buy_abc_check(const c12_buy_usage *in, const c12_buy_classes *classes, c12_verdict *verdict, c12_error *err)
{
    c12_buy_usage u;
    c12_buy_classes c;
    abc_group g[3];
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status s = c12__buy_open_usage(&u, in, err);
    if (s || (s = c12__buy_take_classes(&c, u.n_items, classes, err))) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    memset(g, 0, sizeof g);
    v.row = v.tick = -1;
    for (int32_t i = 0; i < u.n_items; i++) {
        const c12_money value = list_value(u.unit_cost[i], u.qty[i], u.cost_per ? u.cost_per[i] : 1);
        if (value < 0 || (c.value && c.value[i] != value)) judge_list(&v, "not quantity times cost", "value", i);
        if (c.abc_class[i] < 0 || c.abc_class[i] > 2) judge_list(&v, "no such class", "abc_class", i);
        else count_in(&g[c.abc_class[i]], i, value < 0 ? 0 : value);
    }
    const c12__u128 held = sum_of(g[0].sum, g[1].sum), total = sum_of(held, g[2].sum);
    if (!v.violations) {
        judge_cut(&v, &g[0], &g[1], g[0].sum, total, u.a_ppm);
        if (!g[1].n) judge_cut(&v, &g[0], &g[2], g[0].sum, total, u.a_ppm);
        judge_cut(&v, g[1].n ? &g[1] : &g[0], &g[2], held, total, u.b_ppm);
        if (c.n_a != g[0].n || c.n_b != g[1].n) judge_list(&v, "classes are not counted", "n_a", -1);
    }
    v.objective = total.hi || total.lo > (uint64_t)INT64_MAX ? INT64_MAX : (int64_t)total.lo;
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}

/* ---- shortages --------------------------------------------------------------------------------------------------------------------------- */

typedef struct short_judge {
    c12_buy_stock k;
    c12_buy_gaps g;
    int64_t *demand_off, *demand, *supply_off, *supply, *gap_off, *gap;
    int64_t *balance;   /* [n_buckets] */
    int64_t found;
    c12_verdict v;
} short_judge;

static void carve_short_judge(short_judge *j, c12__arena *a, int32_t n_items, int32_t n_buckets, int64_t n_demand, int64_t n_supply)
{
    j->demand_off = C12__CARVE(a, int64_t, n_items + (int64_t)1);
    j->supply_off = C12__CARVE(a, int64_t, n_items + (int64_t)1);
    j->gap_off = C12__CARVE(a, int64_t, n_items + (int64_t)1);
    j->demand = C12__CARVE(a, int64_t, n_demand);
    j->supply = C12__CARVE(a, int64_t, n_supply);
    j->gap = C12__CARVE(a, int64_t, n_demand);
    j->balance = C12__CARVE(a, int64_t, n_buckets);
}

size_t c12__buy_short_check_bytes(int32_t n_items, int32_t n_buckets, int64_t n_demand, int64_t n_supply)
{
    short_judge j;
    c12__arena a = c12__arena_measure();
    carve_short_judge(&j, &a, n_items, n_buckets, n_demand, n_supply);
    return c12__arena_need(&a);
}

/* Each bucket's own change first, then the running sum; 1 on overflow. */
static int fill_balance(short_judge *j, int32_t item)
{
    const c12_buy_stock *k = &j->k;
    for (int32_t t = 0; t < k->n_buckets; t++) j->balance[t] = 0;
    if (k->n_buckets && k->on_hand) j->balance[0] = k->on_hand[item];
    for (int64_t e = j->supply_off[item]; e < j->supply_off[item + 1]; e++) {
        const int64_t row = j->supply[e], t = k->supply_bucket[row] < 0 ? 0 : k->supply_bucket[row];
        if (t < k->n_buckets && c12__add64(j->balance[t], k->supply_qty[row], &j->balance[t])) return 1;
    }
    for (int64_t e = j->demand_off[item]; e < j->demand_off[item + 1]; e++) {
        const int64_t row = j->demand[e], t = k->demand_bucket[row] < 0 ? 0 : k->demand_bucket[row];
        if (t < k->n_buckets && c12__sub64(j->balance[t], k->demand_qty[row], &j->balance[t])) return 1;
    }
    for (int32_t t = 1; t < k->n_buckets; t++)
        if (c12__add64(j->balance[t], j->balance[t - 1], &j->balance[t])) return 1;
    return 0;
}

static int32_t next_supply(const short_judge *j, int32_t item, int32_t from)
{
    int32_t next = -1;
    for (int64_t e = j->supply_off[item]; e < j->supply_off[item + 1]; e++) {
        const int64_t row = j->supply[e];
        const int32_t t = j->k.supply_bucket[row];
        if (t > from && t < j->k.n_buckets && j->k.supply_qty[row] && (next < 0 || t < next)) next = t;
    }
    return next;
}

static void judge_gap(short_judge *j, int64_t row, int32_t item, int32_t from, int32_t to)
{
    const c12_buy_gaps *g = &j->g;
    int64_t deepest = 0;
    for (int32_t t = from; t < to; t++) deepest = c12__max64(deepest, -j->balance[t]);
    if (g->from[row] != from) judge_list(&j->v, "the shortage does not begin there", "from", row);
    if (g->to[row] != (to < j->k.n_buckets ? to : -1)) judge_list(&j->v, "the shortage does not end there", "to", row);
    if (g->qty[row] != deepest) judge_list(&j->v, "not the largest deficit", "qty", row);
    if (g->next_supply[row] != next_supply(j, item, from)) judge_list(&j->v, "not the next supply", "next_supply", row);
    if (g->value[row] != list_value(j->k.unit_cost ? j->k.unit_cost[item] : 0, deepest, j->k.cost_per ? j->k.cost_per[item] : 1)) judge_list(&j->v, "not quantity times cost", "value", row);
}

static void judge_item_gaps(short_judge *j, int32_t item)
{
    int64_t at = j->gap_off[item];
    for (int32_t t = 0; t < j->k.n_buckets;) {
        int32_t to = t;
        while (to < j->k.n_buckets && j->balance[to] < 0) to++;
        if (to == t) { t++; continue; }
        j->found++;
        if (at == j->gap_off[item + 1]) { judge_list(&j->v, "a shortage is not listed", "item", item); return; }
        judge_gap(j, j->gap[at++], item, t, to);
        t = to;
    }
    if (at < j->gap_off[item + 1]) judge_list(&j->v, "not short", "item", j->gap[at]);
}

static int in_order(const c12_buy_gaps *g, int64_t row)
{
    if (g->from[row] != g->from[row - 1]) return g->from[row] > g->from[row - 1];
    if (g->value[row] != g->value[row - 1]) return g->value[row] < g->value[row - 1];
    return g->item[row] > g->item[row - 1];
}

static c12_status check_gaps(const c12_buy_gaps *g, int64_t n_demand, c12_error *err)
{
    if (g->count < 0 || g->count > g->cap) return c12__fail(err, C12_E_SPACE, "the list was cut at cap", "cap", -1, g->count);
    if (g->count > n_demand) return c12__fail(err, C12_E_RANGE, "more shortages than demand", "count", -1, g->count);
    if (g->count && (!g->item || !g->from || !g->to || !g->next_supply || !g->qty || !g->value)) return c12__fail(err, C12_E_ARG, "column is NULL", "gaps", -1, 0);
    return C12_OK;
}

static c12_status judge_gaps(short_judge *j, c12_error *err)
{
    for (int64_t row = 0; row < j->g.count; row++) {
        if (j->g.item[row] < 0 || j->g.item[row] >= j->k.n_items) { judge_list(&j->v, "no such item", "item", row); return C12_OK; }
        if (row && !in_order(&j->g, row)) judge_list(&j->v, "rows are not sorted", "from", row);
    }
    c12__csr_by_key(j->k.demand_item, j->k.n_demand, j->k.n_items, j->demand_off, j->demand);
    c12__csr_by_key(j->k.supply_item, j->k.n_supply, j->k.n_items, j->supply_off, j->supply);
    c12__csr_by_key(j->g.item, j->g.count, j->k.n_items, j->gap_off, j->gap);
    for (int32_t i = 0; i < j->k.n_items; i++) {
        if (fill_balance(j, i)) return c12__fail(err, C12_E_OVERFLOW, "balance does not fit 64 bits", "on_hand", i, 0);
        judge_item_gaps(j, i);
    }
    return C12_OK;
}

c12_status c12_buy_shortages_check(const c12_buy_stock *in, const c12_buy_gaps *gaps, c12_verdict *verdict, c12_mem scratch, c12_error *err)
{
    short_judge j;
    memset(&j, 0, sizeof j);
    c12_status s = c12__buy_open_stock(&j.k, in, err);
    if (s || (s = c12__buy_take_gaps(&j.g, gaps, err)) || (s = check_gaps(&j.g, j.k.n_demand, err))) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12__arena a = c12__arena_over(scratch);
    carve_short_judge(&j, &a, j.k.n_items, j.k.n_buckets, j.k.n_demand, j.k.n_supply);
    if (!c12__arena_ok(&a)) return c12__buy_short_space(&j.k, err);
    j.v.row = j.v.tick = -1;
    if ((s = judge_gaps(&j, err))) return s;
    j.v.objective = j.found;
    c12__give(verdict, &j.v, sizeof j.v);
    return C12_OK;
}
