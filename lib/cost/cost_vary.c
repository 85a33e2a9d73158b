/* SPDX-License-Identifier: Apache-2.0 */
/* Variances of orders by element, and of overhead by cost centre: each product is rounded once, and all variances are differences of these,
 * so that they add up whatever was rounded. */
#include "cost/cost_internal.h"

typedef struct use_row { c12_money standard, with_spoiled, used; } use_row;

static int value_use(const c12_cost_uses *u, int64_t i, use_row *r)
{
    int64_t per = c12__at64(u->per, i, 1), all;
    return c12__add64(u->allowed[i], c12__at64(u->spoiled, i, 0), &all) || c12__cost_part(u->price[i], u->allowed[i], per, &r->standard)
        || c12__cost_part(u->price[i], all, per, &r->with_spoiled) || c12__cost_part(u->price[i], u->used[i], per, &r->used);
}

/* Sums of non-negative columns; when these fit, so does every difference of them. */
static c12_status prove_uses(const c12_cost_uses *u, c12_error *err)
{
    int64_t most = 0;
    use_row r;
    for (int64_t i = 0; i < u->n; i++)
        if (value_use(u, i, &r) || c12__add64(most, u->actual[i], &most) || c12__add64(most, r.used, &most) || c12__add64(most, r.with_spoiled, &most))
            return c12__fail(err, C12_E_OVERFLOW, "cost does not fit 64 bits", "price", i, u->price[i]);
    return C12_OK;
}

static void clear_orders(const c12_cost_variances *v, int32_t n)
{
    if (v->order_actual) memset(v->order_actual, 0, (size_t)n * sizeof *v->order_actual);
    if (v->order_standard) memset(v->order_standard, 0, (size_t)n * sizeof *v->order_standard);
    if (v->order_variance) memset(v->order_variance, 0, (size_t)n * C12_COST_ELEMENTS * C12_COST_KINDS * sizeof *v->order_variance);
}

c12_status c12_cost_vary(const c12_cost_uses *in, c12_cost_variances *out, c12_error *err)
{
    c12_cost_uses u;
    c12_cost_variances v;
    use_row r;
    c12_status s = c12__cost_open_uses(&u, in, err);
    if (s || (s = c12__cost_take_variances(&v, &u, out, err)) || (s = prove_uses(&u, err))) return s;
    if (u.n_orders) clear_orders(&v, u.n_orders);
    for (int64_t i = 0; i < u.n; i++) {
        (void)value_use(&u, i, &r);
        v.standard[i] = r.standard;
        v.price[i] = u.actual[i] - r.used;
        v.usage[i] = r.used - r.with_spoiled;
        v.spoilage[i] = r.with_spoiled - r.standard;
        if (v.order_actual) v.order_actual[u.order[i]] += u.actual[i];
        if (v.order_standard) v.order_standard[u.order[i]] += r.standard;
        if (!v.order_variance) continue;
        c12_money *cell = v.order_variance + ((int64_t)u.order[i] * C12_COST_ELEMENTS + u.element[i]) * C12_COST_KINDS;
        cell[C12_COST_PRICE] += v.price[i];
        cell[C12_COST_USAGE] += v.usage[i];
        cell[C12_COST_SPOILAGE] += v.spoilage[i];
    }
    return C12_OK;
}

/* ---- overhead -------------------------------------------------------------------------------------------------------------------- */

typedef struct centre_row { c12_money allowed, used, applied, budget; } centre_row; /* variable rate times allowed and used; both rates times allowed */

static int value_centre(const c12_cost_centres *x, int32_t i, centre_row *r)
{
    int64_t per = c12__at64(x->per, i, 1), rate = c12__at64(x->variable_rate, i, 0), fixed;
    return c12__cost_part(rate, x->allowed[i], per, &r->allowed) || c12__cost_part(rate, x->used[i], per, &r->used)
        || c12__cost_part(x->fixed_rate[i], x->allowed[i], per, &fixed) || c12__add64(r->allowed, fixed, &r->applied) || c12__add64(x->fixed_budget[i], r->used, &r->budget);
}

c12_status c12_cost_overhead(const c12_cost_centres *in, c12_cost_overheads *out, c12_error *err)
{
    c12_cost_centres x;
    c12_cost_overheads v;
    centre_row r;
    c12_status s = c12__cost_open_centres(&x, in, err);
    if (s || (s = c12__cost_take_overheads(&v, x.n, out, err))) return s;
    for (int32_t i = 0; i < x.n; i++)
        if (value_centre(&x, i, &r)) return c12__fail(err, C12_E_OVERFLOW, "overhead does not fit 64 bits", "fixed_rate", i, x.fixed_rate[i]);
    for (int32_t i = 0; i < x.n; i++) {
        (void)value_centre(&x, i, &r);
        v.applied[i] = r.applied;
        v.spending[i] = x.actual[i] - r.budget;
        v.efficiency[i] = r.used - r.allowed;
        v.volume[i] = x.fixed_budget[i] - (r.applied - r.allowed);
    }
    return C12_OK;
}
