/* SPDX-License-Identifier: Apache-2.0 */
/* The checker: local conditions that together force the answer, without the graph walk of the calls it judges. */
#include "bom/bom_internal.h"

static void bom_blame(c12_verdict *v, const char *rule, const char *field, int64_t row)
{
    if (!v->violations++) { v->rule = rule; v->field = field; v->row = row; }
}

/* Every line goes at least one level down, and every item below the top has a line from exactly one level up: by induction the
 * level is the longest path.  A cycle cannot satisfy the first half. */
static void judge_levels(c12_verdict *v, const c12__gozinto *g, const int32_t *level, int32_t *highest_parent)
{
    for (int32_t i = 0; i < g->n; i++) highest_parent[i] = -1;
    for (int32_t p = 0; p < g->n; p++)
        for (int64_t e = g->off[p]; e < g->off[p + 1]; e++)
            if (level[p] > highest_parent[g->child[e]]) highest_parent[g->child[e]] = level[p];
    for (int32_t i = 0; i < g->n; i++) {
        if (level[i] != highest_parent[i] + 1) bom_blame(v, "level is not one more than the highest parent's", "level", i);
        if (level[i] > v->objective) v->objective = level[i];
    }
}

static void judge_order(c12_verdict *v, const c12__gozinto *g, const int32_t *level, const int32_t *order, int32_t *seen)
{
    memset(seen, 0, (size_t)g->n * sizeof *seen);
    for (int32_t k = 0; k < g->n; k++) {
        int32_t i = order[k];
        if (i < 0 || i >= g->n || seen[i]) { bom_blame(v, "order does not hold every item once", "order", k); return; }
        seen[i] = 1;
        if (!k) continue;
        int32_t j = order[k - 1];
        if (level[i] < level[j] || (level[i] == level[j] && i < j)) bom_blame(v, "order is not by level, then row", "order", k);
    }
}

c12_status c12_bom_check(const c12_bom *bom, const int32_t *level, const int32_t *order, c12_verdict *verdict, c12_mem scratch, c12_error *err)
{
    c12__gozinto g;
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status s = c12__bom_open(&g, bom, err);
    if (s) return s;
    if (!verdict || (g.n && !level)) return c12__fail(err, C12_E_ARG, "argument is NULL", verdict ? "level" : "verdict", -1, 0);
    c12__arena a = c12__arena_over(scratch);
    int32_t *work = C12__CARVE(&a, int32_t, g.n);
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)c12_bom_scratch(g.n));
    v.row = v.tick = -1;
    judge_levels(&v, &g, level, work);
    if (order) judge_order(&v, &g, level, order, work);
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}

/* ---- rollup ---------------------------------------------------------------------------------------------------- */

enum { FRACTION_BITS = 16 };

/* floor and remainder flag of cost * num * up * 2^16 / (den * down): 1 when it leaves 128 bits. */
static int enclose_term(int64_t cost, int64_t num, int64_t den, int64_t up, int64_t down, c12__u128 *floor, int *inexact)
{
    uint64_t m = cost < 0 ? 0 - (uint64_t)cost : (uint64_t)cost;
    c12__u128 top, rem;
    if (c12__mul_u128_u64(c12__mul_u64(m, (uint64_t)num), (uint64_t)up, &top)) return 1;
    if (c12__mul_u128_u64(top, (uint64_t)1 << FRACTION_BITS, &top)) return 1;
    *floor = c12__div_u128(top, c12__mul_u64((uint64_t)den, (uint64_t)down), &rem);
    *inexact = (rem.hi | rem.lo) != 0;
    return floor->hi != 0 || floor->lo > (uint64_t)INT64_MAX;
}

/* Bounds of the item's exact cost in 2^-16 micro; 1 when they cannot be had. */
static int enclose_item(const c12__gozinto *g, const c12_bom_options *o, int32_t i, c12_money own, const c12_money *unit, const c12_money *more,
                        int64_t *low, int64_t *high)
{
    if (c12__mul64(own, (int64_t)1 << FRACTION_BITS, low)) return 1;
    *high = *low;
    for (int64_t e = g->off[i]; e < g->off[i + 1]; e++) {
        int64_t ppm = c12__at32(g->ppm, e, 0), cost = unit[g->child[e]] + (more ? more[g->child[e]] : 0), t;
        int yield = o->scrap == C12_SCRAP_YIELD, inexact;
        c12__u128 floor;
        if (!c12__gozinto_asks(g, e, o->bucket)) continue;
        if (enclose_term(cost, g->num[e], c12__at64(g->den, e, 1), yield ? 1000000 : 1000000 + ppm, yield ? 1000000 - ppm : 1000000, &floor, &inexact)) return 1;
        t = cost < 0 ? -(int64_t)floor.lo : (int64_t)floor.lo;
        if (c12__add64(*low, t - (cost < 0 && inexact), low) || c12__add64(*high, t + (cost >= 0 && inexact), high)) return 1;
    }
    return 0;
}

c12_status c12_bom_check_rollup(const c12_bom *bom, const c12_money *own_cost, const c12_bom_options *options, const c12_money *unit_cost,
                                c12_verdict *verdict, c12_error *err)
{
    c12__gozinto g;
    c12_bom_options o;
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status s = c12__bom_open(&g, bom, err);
    if (s || (s = c12__bom_options(&o, options, err))) return s;
    if (!verdict || (g.n && (!own_cost || !unit_cost))) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    v.row = v.tick = -1;
    for (int32_t i = 0; i < g.n; i++) {
        int64_t low, high, claim, half = (int64_t)1 << (FRACTION_BITS - 1);
        if (enclose_item(&g, &o, i, own_cost[i], unit_cost, NULL, &low, &high) || c12__mul64(unit_cost[i], (int64_t)1 << FRACTION_BITS, &claim))
            return c12__fail(err, C12_E_OVERFLOW, "cost is too wide to be enclosed", "unit_cost", i, unit_cost[i]);
        if (claim < low - half || claim > high + half) bom_blame(&v, "unit cost is not the rounded sum of its parts", "unit_cost", i);
        if (c12__add64(v.objective, unit_cost[i], &v.objective)) v.objective = INT64_MAX;
    }
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}

/* ---- rollup by element -------------------------------------------------------------------------------------------- */

/* claim lies within half a micro of own + setup / lot: 2 lot |claim - own - setup / lot| <= lot. */
static int share_holds(int64_t own, int64_t setup, int64_t lot, int64_t claim)
{
    int64_t share = claim - own, scaled, off;
    if (c12__mul64(share, lot, &scaled) || c12__sub64(scaled, setup, &off)) return share == setup / lot || share == setup / lot + 1 || share == setup / lot - 1;
    return (off < 0 ? -off : off) <= lot / 2;
}

static c12_status judge_element(const c12__gozinto *g, const c12_bom_options *o, const c12_bom_elements *in, int32_t k, c12_verdict *v, c12_error *err)
{
    const int64_t base = (int64_t)k * g->n, half = (int64_t)1 << (FRACTION_BITS - 1);
    const c12_money *this_level = in->this_level + base, *lower = in->lower + base;
    for (int32_t i = 0; i < g->n; i++) {
        int64_t low, high, claim;
        if (enclose_item(g, o, i, 0, this_level, lower, &low, &high) || c12__mul64(lower[i], (int64_t)1 << FRACTION_BITS, &claim))
            return c12__fail(err, C12_E_OVERFLOW, "cost is too wide to be enclosed", "lower", i, lower[i]);
        int wrong = claim < low - half || claim > high + half;
        if (!share_holds(in->own[base + i], in->setup ? in->setup[base + i] : 0, in->setup && in->lot ? in->lot[i] : 1, this_level[i])) wrong = 1;
        if (!wrong) continue;
        if (!v->violations) v->tick = k;
        bom_blame(v, "cost of an element is not the rounded sum of its parts", "lower", i);
    }
    return C12_OK;
}

c12_status c12_bom_check_elements(const c12_bom *bom, const c12_bom_elements *elements, const c12_bom_options *options, c12_verdict *verdict, c12_error *err)
{
    c12__gozinto g;
    c12_bom_options o;
    c12_bom_elements in;
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status s = c12__bom_open(&g, bom, err);
    if (s || (s = c12__bom_options(&o, options, err)) || (s = c12__take(&in, sizeof in, elements, "elements", err))) return s;
    if (!verdict || in.n_elements < 1 || in.n_elements > 16 || (g.n && (!in.own || !in.this_level || !in.lower))) return c12__fail(err, C12_E_ARG, "argument is NULL, or elements are not 1..16", "elements", -1, in.n_elements);
    v.row = v.tick = -1;
    for (int32_t k = 0; k < in.n_elements && !s; k++) s = judge_element(&g, &o, &in, k, &v, err);
    if (!s) c12__give(verdict, &v, sizeof v);
    return s;
}
