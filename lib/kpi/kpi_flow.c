/* SPDX-License-Identifier: Apache-2.0 */
/* Yield of steps, what is in a system and for how long, takt against cycle. */
#include "base/sort.h"
#include "kpi/kpi_internal.h"

/* ---- yield ------------------------------------------------------------------------------------------------------------------------ */

static const uint64_t yield_whole = UINT64_C(1) << 62;

/* The product so far times first / entered, in lowest terms; 1 when these do not fit. */
static int yield_times(int64_t *num, int64_t *den, int64_t first, int64_t entered)
{
    int64_t g = c12__gcd(first, entered), a = first / g, b = entered / g;
    int64_t x = c12__gcd(*num, b), y = c12__gcd(a, *den);
    return c12__mul64(*num / x, a / y, num) || c12__mul64(*den / y, b / x, den);
}

static uint64_t yield_fraction(uint64_t p, int64_t first, int64_t entered)
{
    return c12__div_u128(c12__mul_u64(p, (uint64_t)first), (c12__u128){ 0, (uint64_t)entered }, NULL).lo;
}

static void yield_roll(const c12_kpi_steps *x, c12_kpi_yields *y)
{
    uint64_t p = yield_whole;
    int fits = 1, none = 0;
    y->rolled_num = y->rolled_den = 1;
    for (int32_t i = 0; i < x->n; i++) {
        if (!x->entered[i]) { y->rolled_num = y->rolled_den = 0; y->rolled_ppb = -1; return; }
        none |= !x->first_good[i];
        if (fits && yield_times(&y->rolled_num, &y->rolled_den, x->first_good[i], x->entered[i])) fits = 0;
        p = yield_fraction(p, x->first_good[i], x->entered[i]);
    }
    if (none) { y->rolled_num = 0; y->rolled_den = 1; fits = 1; } /* whatever the others are */
    y->rolled_ppb = (int64_t)c12__div_u128(c12__mul_u64(p, 1000000000), (c12__u128){ 0, yield_whole }, NULL).lo;
    if (fits) y->rolled_ppb = (int64_t)c12__div_u128(c12__mul_u64((uint64_t)y->rolled_num, 1000000000), (c12__u128){ 0, (uint64_t)y->rolled_den }, NULL).lo;
    else y->rolled_num = y->rolled_den = -1;
}

c12_status c12_kpi_yield(const c12_kpi_steps *in, c12_kpi_yields *out, c12_error *err)
{
    c12_kpi_steps x;
    c12_kpi_yields y;
    c12_status s = c12__kpi_open_steps(&x, in, err);
    if (s || (s = c12__take(&y, sizeof y, out, "out", err))) return s;
    y.worst = -1;
    y.rework = y.scrap = 0;
    for (int32_t i = 0; i < x.n; i++) {
        if (c12__add64(y.rework, x.good[i] - x.first_good[i], &y.rework) || c12__add64(y.scrap, x.entered[i] - x.good[i], &y.scrap)) return c12__fail(err, C12_E_OVERFLOW, "units of all steps do not fit 64 bits", "entered", i, x.entered[i]);
        if (!x.entered[i]) continue;
        if (y.worst < 0 || c12__cmp_u128(c12__mul_u64((uint64_t)x.first_good[i], (uint64_t)x.entered[y.worst]), c12__mul_u64((uint64_t)x.first_good[y.worst], (uint64_t)x.entered[i])) < 0) y.worst = i;
    }
    yield_roll(&x, &y);
    c12__give(out, &y, sizeof y);
    return C12_OK;
}

/* ---- flow ------------------------------------------------------------------------------------------------------------------------- */

typedef struct flow_desk { int64_t *in, *out; int32_t *by_in, *by_out, *spare; } flow_desk;

static void lay_flow(c12__arena *a, int32_t n, flow_desk *d)
{
    d->in = C12__CARVE(a, int64_t, n);
    d->out = C12__CARVE(a, int64_t, n);
    d->by_in = C12__CARVE(a, int32_t, n);
    d->by_out = C12__CARVE(a, int32_t, n);
    d->spare = C12__CARVE(a, int32_t, n);
}

size_t c12_kpi_flow_scratch(int32_t n)
{
    flow_desk d;
    c12__arena a = c12__arena_measure();
    lay_flow(&a, n > 0 ? n : 0, &d);
    return c12__arena_need(&a);
}

/* One visit: counts, and its part of the sums.  1 on overflow. */
static int flow_add(const c12_kpi_visits *x, int32_t i, c12_kpi_flows *f)
{
    const int64_t in = x->entered[i], out = x->left[i], from = c12__max64(in, x->from), to = c12__min64(out, x->to);
    int64_t took;
    f->entered += in >= x->from && in < x->to;
    f->at_from += in < x->from && out >= x->from;
    f->at_to += in < x->to && out >= x->to;
    if (to > from && c12__add64(f->area, to - from, &f->area)) return 1;
    if (out < x->from || out >= x->to) return 0;
    f->left++;
    return c12__sub64(out, in, &took) || c12__add64(f->flow, took, &f->flow);
}

/* The largest number at once: arrivals in order, against what has left by then. */
static int64_t flow_most(const c12_kpi_visits *x, const flow_desk *d, int64_t at_from)
{
    int64_t most = at_from, gone = 0;
    c12__sort_rows(x->entered, x->n, d->by_in, d->spare);
    c12__sort_rows(x->left, x->n, d->by_out, d->spare);
    for (int32_t k = 0; k < x->n; k++) {
        const int64_t t = x->entered[d->by_in[k]];
        if (t >= x->to) break;
        while (gone < x->n && x->left[d->by_out[gone]] <= t) gone++;
        if (t >= x->from && k + 1 - gone > most) most = k + 1 - gone;
    }
    return most;
}

static int64_t flow_gap(int64_t area, int64_t flow)
{
    if (!area) return flow ? -1 : 0;
    uint64_t off = area > flow ? (uint64_t)(area - flow) : (uint64_t)(flow - area);
    c12__u128 ppm = c12__div_u128(c12__mul_u64(off, 1000000), (c12__u128){ 0, (uint64_t)area }, NULL);
    return ppm.hi || ppm.lo > INT64_MAX ? INT64_MAX : (int64_t)ppm.lo;
}

c12_status c12_kpi_flow(const c12_kpi_visits *in, c12_kpi_flows *out, c12_mem scratch, c12_error *err)
{
    c12_kpi_visits x;
    c12_kpi_flows f, caller;
    flow_desk d;
    c12_status s = c12__kpi_open_visits(&x, in, err);
    if (s || (s = c12__take(&caller, sizeof caller, out, "out", err))) return s;
    c12__arena a = c12__arena_over(scratch);
    lay_flow(&a, x.n, &d);
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "scratch too small", "scratch", -1, (int64_t)c12_kpi_flow_scratch(x.n));
    memset(&f, 0, sizeof f);
    for (int32_t i = 0; i < x.n; i++)
        if (flow_add(&x, i, &f)) return c12__fail(err, C12_E_OVERFLOW, "time of all visits does not fit 64 bits", "left", i, x.left[i]);
    f.most = flow_most(&x, &d, f.at_from);
    f.gap_ppm = flow_gap(f.area, f.flow);
    c12__give(out, &f, sizeof f);
    return C12_OK;
}

/* ---- takt ------------------------------------------------------------------------------------------------------------------------- */

/* Is busy / (made * available) of i above that of j?  1 into *over when a product does not fit. */
static int takt_tighter(const c12_kpi_stations *x, int32_t i, int32_t j, int *over)
{
    c12__u128 a, b;
    if (c12__mul_u128_u64(c12__mul_u64((uint64_t)x->busy[i], (uint64_t)x->made[j]), (uint64_t)x->available[j], &a)
        || c12__mul_u128_u64(c12__mul_u64((uint64_t)x->busy[j], (uint64_t)x->made[i]), (uint64_t)x->available[i], &b)) { *over = 1; return 0; }
    return c12__cmp_u128(a, b) > 0;
}

c12_status c12_kpi_takt(const c12_kpi_stations *self, int32_t *bottleneck, c12_error *err)
{
    c12_kpi_stations x;
    int32_t worst = -1;
    int over = 0;
    c12_status s = c12__kpi_open_stations(&x, self, err);
    if (s) return s;
    if (!bottleneck) return c12__fail(err, C12_E_ARG, "argument is NULL", "bottleneck", -1, 0);
    for (int32_t i = 0; i < x.n; i++) {
        if (!x.made[i] || !x.busy[i]) continue;
        if (worst < 0 || takt_tighter(&x, i, worst, &over)) worst = i;
        if (over) return c12__fail(err, C12_E_OVERFLOW, "busy * made * available does not fit 128 bits; take coarser ticks", "busy", i, x.busy[i]);
    }
    for (int32_t i = 0; i < x.n; i++)
        x.slow[i] = x.made[i] && x.demand && c12__cmp_u128(c12__mul_u64((uint64_t)x.busy[i], (uint64_t)x.demand), c12__mul_u64((uint64_t)x.available[i], (uint64_t)x.made[i])) > 0;
    *bottleneck = worst;
    return C12_OK;
}
