/* SPDX-License-Identifier: Apache-2.0 */
/* Checkers of yield, flow and takt. */
#include "base/sort.h"
#include "kpi/kpi_internal.h"

static void kpi_say(c12_verdict *v, int wrong, const char *rule, int64_t row)
{
    if (wrong && !v->violations++) { v->rule = rule; v->row = row; }
}

/* a / b > c / d, b and d > 0, by quotients and remainders. */
static int ratio_above(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    for (;;) {
        uint64_t p = a / b, q = c / d;
        if (p != q) return p > q;
        a -= p * b;
        c -= q * d;
        if (!a) return 0; /* a / b is whole, the other at least that */
        if (!c) return 1;
        uint64_t t = a; /* a / b > c / d exactly when d / c > b / a */
        a = d; d = t;
        t = b; b = c; c = t;
    }
}

/* ---- yield ------------------------------------------------------------------------------------------------------------------------ */

/* Takes the steps off num / den from the last on; 1 = nothing but 1 / 1 is left, 0 = something is, -1 = cannot be told in 64 bits. */
static int yield_undone(const c12_kpi_steps *x, int64_t num, int64_t den)
{
    for (int32_t i = x->n - 1; i >= 0; i--) {
        int64_t a = x->entered[i], b = x->first_good[i], g = c12__gcd(a, b);
        a /= g;
        b /= g;
        const int64_t left = c12__gcd(num, b), right = c12__gcd(a, den);
        if (c12__mul64(num / left, a / right, &num) || c12__mul64(den / right, b / left, &den)) return -1;
    }
    return num == 1 && den == 1;
}

static int yield_ppb_wrong(const c12_kpi_steps *x, const c12_kpi_yields *y)
{
    uint64_t p = UINT64_C(1) << 62;
    if (y->rolled_den > 0) { /* ppb <= num * 10^9 / den < ppb + 1 */
        c12__u128 exact = c12__mul_u64((uint64_t)y->rolled_num, 1000000000), low = c12__mul_u64((uint64_t)y->rolled_ppb, (uint64_t)y->rolled_den), high = low;
        (void)c12__add_u128(low, (c12__u128){ 0, (uint64_t)y->rolled_den }, &high);
        return y->rolled_ppb < 0 || c12__cmp_u128(low, exact) > 0 || c12__cmp_u128(high, exact) <= 0;
    }
    for (int32_t i = 0; i < x->n; i++) p = c12__div_u128(c12__mul_u64((uint64_t)x->first_good[i], p), (c12__u128){ 0, (uint64_t)x->entered[i] }, NULL).lo;
    c12__u128 scaled = c12__mul_u64(p, 1000000000);
    return y->rolled_ppb != (int64_t)(scaled.hi << 2 | scaled.lo >> 62);
}

c12_status c12_kpi_yield_check(const c12_kpi_steps *in, const c12_kpi_yields *out, c12_verdict *verdict, c12_error *err)
{
    c12_kpi_steps x;
    c12_kpi_yields y;
    c12_status s = c12__kpi_open_steps(&x, in, err);
    if (s || (s = c12__take(&y, sizeof y, out, "out", err))) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12_verdict v = C12_INIT(c12_verdict);
    v.row = v.tick = -1;
    uint64_t rework = 0, scrap = 0;
    int32_t worst = -1;
    int empty = 0, none = 0;
    for (int32_t i = x.n - 1; i >= 0; i--) {
        rework += (uint64_t)x.good[i] - (uint64_t)x.first_good[i];
        scrap += (uint64_t)x.entered[i] - (uint64_t)x.good[i];
        empty |= !x.entered[i];
        none |= !x.first_good[i];
        if (x.entered[i] && (worst < 0 || !ratio_above((uint64_t)x.first_good[i], (uint64_t)x.entered[i], (uint64_t)x.first_good[worst], (uint64_t)x.entered[worst]))) worst = i;
    }
    kpi_say(&v, (uint64_t)y.rework != rework || (uint64_t)y.scrap != scrap, "rework or scrap is miscounted", -1);
    kpi_say(&v, y.worst != worst, "another step has the least first pass yield", worst);
    if (empty) kpi_say(&v, y.rolled_num != 0 || y.rolled_den != 0 || y.rolled_ppb != -1, "yield of a step nothing entered is not undefined", -1);
    else if (none) kpi_say(&v, y.rolled_num != 0 || y.rolled_den != 1 || y.rolled_ppb != 0, "rolled yield is not 0", -1);
    else if (y.rolled_den > 0) kpi_say(&v, y.rolled_num <= 0 || yield_undone(&x, y.rolled_num, y.rolled_den) != 1, "rolled yield is not the product of first pass yields", -1);
    else kpi_say(&v, y.rolled_num != -1 || y.rolled_den != -1, "rolled yield is neither a ratio nor too large", -1);
    if (!empty && !none && !v.violations) kpi_say(&v, yield_ppb_wrong(&x, &y), "rolled yield in 1e-9 is not rounded down", -1);
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}

/* ---- flow ------------------------------------------------------------------------------------------------------------------------- */

/* Time goes by from change to change; what is there in between is integrated. */
static void flow_walk(const c12_kpi_visits *x, const int32_t *by_in, const int32_t *by_out, c12_kpi_flows *f)
{
    int32_t in = 0, out = 0;
    int64_t now = x->from, there;
    uint64_t area = 0;
    while (in < x->n && x->entered[by_in[in]] < x->from) in++;
    while (out < x->n && x->left[by_out[out]] < x->from) out++;
    f->at_from = f->most = there = in - out;
    while (now < x->to) {
        int64_t next = x->to;
        if (out < x->n) next = c12__min64(next, x->left[by_out[out]]);
        if (in < x->n) next = c12__min64(next, x->entered[by_in[in]]);
        area += (uint64_t)there * ((uint64_t)next - (uint64_t)now);
        now = next;
        if (now == x->to) break;
        while (in < x->n && x->entered[by_in[in]] == now) { there++; f->entered++; in++; }
        while (out < x->n && x->left[by_out[out]] == now) { there--; f->left++; out++; }
        if (there > f->most) f->most = there;
    }
    f->at_to = there;
    f->area = (int64_t)area;
}

c12_status c12_kpi_flow_check(const c12_kpi_visits *in, const c12_kpi_flows *out, c12_mem scratch, c12_verdict *verdict, c12_error *err)
{
    c12_kpi_visits x;
    c12_kpi_flows f, w = { 0 };
    c12_status s = c12__kpi_open_visits(&x, in, err);
    if (s || (s = c12__take(&f, sizeof f, out, "out", err))) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12__arena a = c12__arena_over(scratch);
    int32_t *by_in = C12__CARVE(&a, int32_t, x.n), *by_out = C12__CARVE(&a, int32_t, x.n), *spare = C12__CARVE(&a, int32_t, x.n);
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "scratch too small", "scratch", -1, (int64_t)c12_kpi_flow_scratch(x.n));
    c12__sort_rows(x.entered, x.n, by_in, spare);
    c12__sort_rows(x.left, x.n, by_out, spare);
    flow_walk(&x, by_in, by_out, &w);
    uint64_t flow = 0;
    for (int32_t i = x.n - 1; i >= 0; i--) if (x.left[i] >= x.from && x.left[i] < x.to) flow += (uint64_t)x.left[i] - (uint64_t)x.entered[i];
    c12_verdict v = C12_INIT(c12_verdict);
    v.row = v.tick = -1;
    kpi_say(&v, f.entered != w.entered || f.left != w.left, "visits are miscounted", -1);
    kpi_say(&v, f.at_from != w.at_from || f.at_to != w.at_to || f.most != w.most, "work in progress is miscounted", -1);
    kpi_say(&v, f.area != w.area, "area is not work in progress over time", -1);
    kpi_say(&v, (uint64_t)f.flow != flow, "flow is not the time of those that left", -1);
    if (!v.violations && f.area > 0) {
        uint64_t off = f.area > f.flow ? (uint64_t)(f.area - f.flow) : (uint64_t)(f.flow - f.area);
        c12__u128 low = c12__mul_u64((uint64_t)f.gap_ppm, (uint64_t)f.area), high, exact = c12__mul_u64(off, 1000000);
        (void)c12__add_u128(low, (c12__u128){ 0, (uint64_t)f.area }, &high);
        kpi_say(&v, f.gap_ppm < 0 || c12__cmp_u128(low, exact) > 0 || (f.gap_ppm < INT64_MAX && c12__cmp_u128(high, exact) <= 0), "gap is not the difference of area and flow", -1);
    } else if (!v.violations) kpi_say(&v, f.gap_ppm != (f.flow ? -1 : 0), "gap of an empty system is wrong", -1);
    v.objective = f.area;
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}

/* ---- takt ------------------------------------------------------------------------------------------------------------------------- */

c12_status c12_kpi_takt_check(const c12_kpi_stations *self, int32_t bottleneck, c12_verdict *verdict, c12_error *err)
{
    c12_kpi_stations x;
    c12_status s = c12__kpi_open_stations(&x, self, err);
    if (s) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12_verdict v = C12_INIT(c12_verdict);
    v.row = v.tick = -1;
    kpi_say(&v, bottleneck < -1 || bottleneck >= x.n || (bottleneck >= 0 && (!x.made[bottleneck] || !x.busy[bottleneck])), "the bottleneck is no station that worked", bottleneck);
    for (int32_t i = 0; i < x.n; i++) {
        int slow = x.made[i] && x.demand && ratio_above((uint64_t)x.busy[i], (uint64_t)x.made[i], (uint64_t)x.available[i], (uint64_t)x.demand);
        kpi_say(&v, x.slow[i] != slow, "slow is not cycle above takt", i);
        if (!x.made[i] || !x.busy[i] || v.violations) continue;
        if (bottleneck < 0) { kpi_say(&v, 1, "a station that worked, but no bottleneck", i); continue; }
        /* capacity of i below that of the bottleneck, or equal and before it: available * made / busy */
        const int32_t b = bottleneck;
        c12__u128 mine, its, capacity = c12__mul_u64((uint64_t)x.available[i], (uint64_t)x.made[i]), least = c12__mul_u64((uint64_t)x.available[b], (uint64_t)x.made[b]);
        if (c12__mul_u128_u64(capacity, (uint64_t)x.busy[b], &mine) || c12__mul_u128_u64(least, (uint64_t)x.busy[i], &its)) continue;
        int way = c12__cmp_u128(mine, its);
        kpi_say(&v, way < 0 || (way == 0 && i < b), "another station has less capacity", i);
    }
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
