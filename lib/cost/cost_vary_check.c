/* SPDX-License-Identifier: Apache-2.0 */
/* Checker of variances: a product is judged by how far its multiple lies from the exact one, sums by order from the last row to the first. */
#include "cost/cost_internal.h"

/* 2 * |r * per - price * qty| <= per, and of two nearest the even one. */
static int vary_rounds(int64_t r, int64_t price, int64_t qty, int64_t per)
{
    if (r < 0) return 0;
    c12__u128 low, high, exact = c12__mul_u64((uint64_t)price, (uint64_t)qty), told = c12__mul_u64((uint64_t)r, (uint64_t)per), half = { 0, (uint64_t)per / 2 };
    if (c12__add_u128(exact, half, &high) || c12__add_u128(told, half, &low)) return 0;
    if (c12__cmp_u128(told, high) > 0 || c12__cmp_u128(exact, low) > 0) return 0;
    int tie = per % 2 == 0 && (c12__cmp_u128(told, high) == 0 || c12__cmp_u128(exact, low) == 0);
    return !tie || !(r & 1);
}

static const char *wrong_use(const c12_cost_uses *u, const c12_cost_variances *v, int64_t i)
{
    int64_t per = c12__at64(u->per, i, 1), all, used, with;
    if (!vary_rounds(v->standard[i], u->price[i], u->allowed[i], per)) return "standard is not what is allowed at standard price";
    if (c12__sub64(u->actual[i], v->price[i], &used) || !vary_rounds(used, u->price[i], u->used[i], per)) return "price variance is not actual less used at standard price";
    if (c12__add64(v->standard[i], v->spoilage[i], &with) || c12__add64(u->allowed[i], c12__at64(u->spoiled, i, 0), &all)) return "spoilage does not fit";
    if (!vary_rounds(with, u->price[i], all, per)) return "spoilage is not what was scrapped at standard price";
    uint64_t sum = (uint64_t)v->price[i] + (uint64_t)v->usage[i] + (uint64_t)v->spoilage[i];
    return sum != (uint64_t)u->actual[i] - (uint64_t)v->standard[i] ? "variances do not add up to actual less standard" : NULL;
}

enum { VARY_SUMS = 2 + C12_COST_ELEMENTS * C12_COST_KINDS };

/* Each order's sums anew, from the last row to the first: actual, standard, then the cells of order_variance. */
static void cost_judge_orders(const c12_cost_uses *u, const c12_cost_variances *v, int64_t *sums, c12_verdict *w)
{
    for (int64_t k = 0; k < (int64_t)u->n_orders * VARY_SUMS; k++) sums[k] = 0;
    for (int64_t i = u->n - 1; i >= 0; i--) {
        int64_t *o = sums + (int64_t)u->order[i] * VARY_SUMS, *cell = o + 2 + u->element[i] * C12_COST_KINDS;
        int64_t *const to[] = { o, o + 1, cell + C12_COST_PRICE, cell + C12_COST_USAGE, cell + C12_COST_SPOILAGE };
        const int64_t term[] = { u->actual[i], v->standard[i], v->price[i], v->usage[i], v->spoilage[i] };
        for (int k = 0; k < 5; k++) *to[k] = (int64_t)((uint64_t)*to[k] + (uint64_t)term[k]);
    }
    for (int32_t i = 0; i < u->n_orders; i++) {
        const int64_t *o = sums + (int64_t)i * VARY_SUMS;
        int wrong = (v->order_actual && v->order_actual[i] != o[0]) || (v->order_standard && v->order_standard[i] != o[1]);
        for (int k = 2; v->order_variance && k < VARY_SUMS; k++) wrong |= v->order_variance[(int64_t)i * (VARY_SUMS - 2) + k - 2] != o[k];
        if (wrong && !w->violations++) { w->rule = "sums of an order are not those of its rows"; w->row = -1 - (int64_t)i; }
    }
}

size_t c12_cost_vary_scratch(int32_t n_orders)
{
    c12__arena a = c12__arena_measure();
    (void)c12__carve(&a, (int64_t)(n_orders > 0 ? n_orders : 0) * VARY_SUMS, 8);
    return c12__arena_need(&a);
}

static void vary_total(c12_verdict *w, int64_t actual, int64_t standard)
{
    int64_t off = actual - standard; /* both >= 0 */
    if (c12__add64(w->objective, off, &w->objective)) w->objective = off < 0 ? INT64_MIN : INT64_MAX;
}

c12_status c12_cost_vary_check(const c12_cost_uses *in, const c12_cost_variances *out, c12_mem scratch, c12_verdict *verdict, c12_error *err)
{
    c12_cost_uses u;
    c12_cost_variances v;
    c12_status s = c12__cost_open_uses(&u, in, err);
    if (s || (s = c12__cost_take_variances(&v, &u, out, err))) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12__arena a = c12__arena_over(scratch);
    int64_t *sums = C12__CARVE(&a, int64_t, (int64_t)u.n_orders * VARY_SUMS);
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "scratch too small", "scratch", -1, (int64_t)c12_cost_vary_scratch(u.n_orders));
    c12_verdict w = C12_INIT(c12_verdict);
    w.row = w.tick = -1;
    for (int64_t i = 0; i < u.n; i++) {
        const char *rule = wrong_use(&u, &v, i);
        if (rule && !w.violations++) { w.rule = rule; w.row = i; }
        if (v.standard[i] >= 0) vary_total(&w, u.actual[i], v.standard[i]);
    }
    cost_judge_orders(&u, &v, sums, &w);
    c12__give(verdict, &w, sizeof w);
    return C12_OK;
}

static const char *wrong_centre(const c12_cost_centres *x, const c12_cost_overheads *v, int32_t i)
{
    int64_t per = c12__at64(x->per, i, 1), rate = c12__at64(x->variable_rate, i, 0);
    int64_t used = (int64_t)((uint64_t)x->actual[i] - (uint64_t)x->fixed_budget[i] - (uint64_t)v->spending[i]), allowed = (int64_t)((uint64_t)used - (uint64_t)v->efficiency[i]);
    int64_t fixed = (int64_t)((uint64_t)x->fixed_budget[i] - (uint64_t)v->volume[i]);
    if (!vary_rounds(used, rate, x->used[i], per)) return "spending is not actual less budget";
    if (!vary_rounds(allowed, rate, x->allowed[i], per)) return "efficiency is not used less allowed at the variable rate";
    if (!vary_rounds(fixed, x->fixed_rate[i], x->allowed[i], per)) return "volume is not budget less fixed overhead applied";
    return (uint64_t)v->applied[i] != (uint64_t)allowed + (uint64_t)fixed ? "overhead applied is not both rates times allowed" : NULL;
}

c12_status c12_cost_overhead_check(const c12_cost_centres *in, const c12_cost_overheads *out, c12_verdict *verdict, c12_error *err)
{
    c12_cost_centres x;
    c12_cost_overheads v;
    c12_status s = c12__cost_open_centres(&x, in, err);
    if (s || (s = c12__cost_take_overheads(&v, x.n, out, err))) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12_verdict w = C12_INIT(c12_verdict);
    w.row = w.tick = -1;
    for (int32_t i = 0; i < x.n; i++) {
        const char *rule = wrong_centre(&x, &v, i);
        if (rule && !w.violations++) { w.rule = rule; w.row = i; }
        if (v.applied[i] >= 0) vary_total(&w, x.actual[i], v.applied[i]);
    }
    c12__give(verdict, &w, sizeof w);
    return C12_OK;
}
