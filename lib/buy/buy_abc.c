/* SPDX-License-Identifier: Apache-2.0 */
/* ABC classes: items by falling usage value, cut at shares of the exact total. */
#include "buy/buy_lists.h"

c12_status c12__buy_open_usage(c12_buy_usage *u, const c12_buy_usage *in, c12_error *err)
{
    c12_status s = c12__take(u, sizeof *u, in, "in", err);
    if (s) return s;
    if (u->n_items < 0) return c12__fail(err, C12_E_ARG, "count is negative", "n_items", -1, u->n_items);
    if (!u->a_ppm) u->a_ppm = 800000;
    if (!u->b_ppm) u->b_ppm = (int32_t)c12__max64(950000, u->a_ppm);
    if (u->a_ppm < 0 || u->a_ppm > 1000000) return c12__fail(err, C12_E_RANGE, "share must be 1..10^6", "a_ppm", -1, u->a_ppm);
    if (u->b_ppm < u->a_ppm || u->b_ppm > 1000000) return c12__fail(err, C12_E_RANGE, "share must be a_ppm..10^6", "b_ppm", -1, u->b_ppm);
    c12__faults f = { err, C12_OK, 0 };
    c12__buy_column(&f, u->qty, u->n_items, "qty");
    c12__buy_column(&f, u->unit_cost, u->n_items, "unit_cost");
    c12__buy_no_less(&f, u->qty, u->n_items, 0, "quantity is negative", "qty");
    c12__buy_no_less(&f, u->unit_cost, u->n_items, 0, "cost is negative", "unit_cost");
    c12__buy_no_less(&f, u->cost_per, u->n_items, 1, "cost unit must be positive", "cost_per");
    return f.status;
}

c12_status c12__buy_take_classes(c12_buy_classes *c, int32_t n_items, const c12_buy_classes *out, c12_error *err)
{
    c12_status s = c12__take(c, sizeof *c, out, "classes", err);
    if (s) return s;
    return n_items && !c->abc_class ? c12__fail(err, C12_E_ARG, "column is NULL", "abc_class", -1, 0) : C12_OK;
}

typedef struct abc_room { int64_t *value, *key; int32_t *order, *spare; } abc_room;

static void carve_abc(abc_room *r, c12__arena *a, int32_t n)
{
    r->value = C12__CARVE(a, int64_t, n);
    r->key = C12__CARVE(a, int64_t, n);
    r->order = C12__CARVE(a, int32_t, n);
    r->spare = C12__CARVE(a, int32_t, n);
}

size_t c12_buy_abc_scratch(int32_t n_items)
{
    abc_room r;
    c12__arena a = c12__arena_measure();
    if (n_items < 0) return 0;
    carve_abc(&r, &a, n_items);
    return c12__arena_need(&a);
}

/* before / total < ppm / 10^6.  Sums of 2^31 values of 63 bits leave room for the factor. */
static int holds_less(c12__u128 before, c12__u128 total, int32_t ppm)
{
    c12__u128 x, y;
    c12__mul_u128_u64(before, 1000000, &x);
    c12__mul_u128_u64(total, (uint64_t)ppm, &y);
    return c12__cmp_u128(x, y) < 0;
}

static void cut_classes(const c12_buy_usage *u, const abc_room *r, c12__u128 total, c12_buy_classes *c)
{
    c12__u128 before = { 0, 0 };
    c->n_a = c->n_b = 0;
    for (int32_t k = 0; k < u->n_items; k++) {
        const int32_t i = r->order[k];
        const c12__u128 value = { 0, (uint64_t)r->value[i] };
        int32_t kind = C12_BUY_CLASS_C;
        if (value.lo && holds_less(before, total, u->b_ppm)) kind = holds_less(before, total, u->a_ppm) ? C12_BUY_CLASS_A : C12_BUY_CLASS_B;
        c->n_a += kind == C12_BUY_CLASS_A;
        c->n_b += kind == C12_BUY_CLASS_B;
        c->abc_class[i] = kind;
        if (c->value) c->value[i] = r->value[i];
        c12__add_u128(before, value, &before);
    }
}

c12_status c12_buy_abc(const c12_buy_usage *in, c12_buy_classes *out, c12_mem scratch, c12_error *err)
{
    c12_buy_usage u;
    c12_buy_classes c;
    abc_room r;
    c12__u128 total = { 0, 0 };
    c12_status s = c12__buy_open_usage(&u, in, err);
    if (s || (s = c12__buy_take_classes(&c, u.n_items, out, err))) return s;
    c12__arena a = c12__arena_over(scratch);
    carve_abc(&r, &a, u.n_items);
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)c12_buy_abc_scratch(u.n_items));
    for (int32_t i = 0; i < u.n_items; i++) {
        if (c12__buy_value(u.unit_cost[i], u.qty[i], c12__at64(u.cost_per, i, 1), &r.value[i]))
            return c12__fail(err, C12_E_OVERFLOW, "usage value does not fit 64 bits", "qty", i, u.qty[i]);
        r.key[i] = INT64_MAX - r.value[i];
        const c12__u128 value = { 0, (uint64_t)r.value[i] };
        c12__add_u128(total, value, &total);
    }
    c12__sort_rows(r.key, u.n_items, r.order, r.spare);
    cut_classes(&u, &r, total, &c);
    c12__give(out, &c, sizeof c);
    return C12_OK;
}
