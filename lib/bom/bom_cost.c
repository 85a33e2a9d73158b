/* SPDX-License-Identifier: Apache-2.0 */
/* One item's rolled-up cost (R9): an exact sum of child costs times ratios, rounded once, half to even.
 *
 * Lines of one item share a small common denominator as a rule.  Then the sum is one of whole numbers, unit * share, over that
 * denominator, and 128 bits hold it whatever the costs are; where they do not, or the compiler has none, the sum is kept as a ratio. */
#include "bom/bom_internal.h"

/* ---- ratios ---------------------------------------------------------------------------------------------------------------------- */

/* num/den enlarged by scrap, in lowest terms of its own factors; 1 when a side leaves 63 bits. */
static int line_factor(const c12__gozinto *g, int64_t e, int32_t rule, int64_t *a, int64_t *b)
{
    int64_t num = g->num[e], den = c12__at64(g->den, e, 1), ppm = c12__at32(g->ppm, e, 0), k = c12__gcd(num, den);
    int64_t up = rule == C12_SCRAP_ADD ? 1000000 + ppm : 1000000, down = rule == C12_SCRAP_ADD ? 1000000 : 1000000 - ppm;
    int64_t m = c12__gcd(up, down);
    num /= k; den /= k; up /= m; down /= m;
    k = c12__gcd(num, down); num /= k; down /= k;
    m = c12__gcd(up, den); up /= m; den /= m;
    return c12__mul64(num, up, a) || c12__mul64(den, down, b);
}

int c12__bom_cost_exact(const c12__gozinto *g, const c12_bom_options *o, int32_t item, c12_money own, const c12_money *unit, c12_money *cost)
{
    c12__ratio_sum sum;
    int64_t a, b;
    c12__ratio_zero(&sum);
    if (c12__ratio_add(&sum, own, 1, 1)) return 1;
    for (int64_t e = g->off[item]; e < g->off[item + 1]; e++) {
        if (!c12__gozinto_asks(g, e, o->bucket)) continue;
        if (line_factor(g, e, o->scrap, &a, &b) || c12__ratio_add(&sum, unit[g->child[e]], (uint64_t)a, (uint64_t)b)) return 1;
    }
    return c12__ratio_round(&sum, cost);
}

/* ---- shares of a common denominator -------------------------------------------------------------------------------------------------- */

/* The ratio of a line as 31-bit numbers, scrap in thousandths where it is: not in lowest terms, which nobody asks for. */
static int small_factor(const c12__gozinto *g, int64_t e, int32_t rule, int64_t *a, int64_t *b)
{
    const int64_t limit = (int64_t)1 << 31;
    int64_t num = g->num[e], den = c12__at64(g->den, e, 1), up = 1, down = 1;
    int32_t ppm = c12__at32(g->ppm, e, 0), step = ppm % 1000 ? 1 : 1000;
    if (num >= limit || den >= limit) return 1;
    if (ppm) {
        up = (rule == C12_SCRAP_ADD ? 1000000 + ppm : 1000000) / step;
        down = (rule == C12_SCRAP_ADD ? 1000000 : 1000000 - ppm) / step;
    }
    *a = num * up;
    *b = den * down;
    return *b >= limit;
}

int64_t c12__bom_shares(const c12__gozinto *g, const c12_bom_options *o, int32_t item, uint32_t *share)
{
    int64_t common = 1, a, b;
    for (int64_t e = g->off[item]; e < g->off[item + 1]; e++) {
        if (small_factor(g, e, o->scrap, &a, &b)) return 0;
        if (b == 1 || common % b == 0) continue;
        common = common / c12__gcd(common, b) * b; /* both below 2^31 */
        if (common >= (int64_t)1 << 31) return 0;
    }
    for (int64_t e = g->off[item]; e < g->off[item + 1]; e++) {
        (void)small_factor(g, e, o->scrap, &a, &b);
        int64_t of = common / b;
        if (a > (int64_t)UINT32_MAX / of) return 0;
        share[e - g->off[item]] = c12__gozinto_asks(g, e, o->bucket) ? (uint32_t)(a * of) : 0;
    }
    return common;
}

#if defined(C12__HAS_INT128)

/* Half to even of sum / common; 1 when it does not fit. */
static int round_share(c12__signed_wide sum, int64_t common, c12_money *cost)
{
    int negative = sum < 0;
    c12__wide m = negative ? 0 - (c12__wide)sum : (c12__wide)sum;
    uint64_t rest, q;
    if (m >> 63) {
        c12__wide whole = m / (uint64_t)common;
        if (whole >= (c12__wide)INT64_MAX) return 1;
        q = (uint64_t)whole;
        rest = (uint64_t)(m - whole * (uint64_t)common);
    } else {
        q = (uint64_t)m / (uint64_t)common;
        rest = (uint64_t)m % (uint64_t)common;
    }
    uint64_t twice = 2 * rest;
    q += twice > (uint64_t)common || (twice == (uint64_t)common && (q & 1));
    *cost = negative ? -(int64_t)q : (int64_t)q;
    return 0;
}

/* Products stay below 2^95 and there are fewer than 2^31 of them. */
int c12__bom_cost_shared(const int32_t *child, const uint32_t *share, int64_t n, int64_t common, c12_money own, const c12_money *unit, c12_money *cost)
{
    c12__signed_wide sum = (c12__signed_wide)own * common;
    for (int64_t e = 0; e < n; e++) sum += (c12__signed_wide)unit[child[e]] * share[e];
    return round_share(sum, common, cost);
}

#endif

int c12__bom_cost(const c12__gozinto *g, const c12_bom_options *o, int32_t item, c12_money own, const c12_money *unit, c12_money *cost)
{
#if defined(C12__HAS_INT128)
    enum { FEW = 64 };
    uint32_t share[FEW];
    int64_t n = g->off[item + 1] - g->off[item], common;
    if (!n) { *cost = own; return 0; }
    if (n <= FEW && (common = c12__bom_shares(g, o, item, share))) return c12__bom_cost_shared(g->child + g->off[item], share, n, common, own, unit, cost);
#endif
    return c12__bom_cost_exact(g, o, item, own, unit, cost);
}
