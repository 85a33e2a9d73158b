/* SPDX-License-Identifier: Apache-2.0 */
/* The checker of charts.  It computes no line and no mean: it asks whether the number given is the nearest one, by inequalities, and reads each rule off the points of its window. */
#include "spc/spc_internal.h"

typedef struct spc_judge { const c12_spc_data *d; const c12_spc_chart *c; c12_verdict v; } spc_judge;

static void spc_blame(spc_judge *j, const char *rule, const char *field, int64_t row)
{
    if (j->v.violations++) return;
    j->v.rule = rule;
    j->v.field = field;
    j->v.row = row;
}

static c12__u128 spc_magnitude(int64_t a, int64_t b)
{
    return c12__mul_u64(a < 0 ? 0 - (uint64_t)a : (uint64_t)a, b < 0 ? 0 - (uint64_t)b : (uint64_t)b);
}

/* Is v the nearest integer to a * b / den, the even one of two?  |2 a b - 2 v den| <= den. */
static int spc_nearest(int64_t v, int64_t a, int64_t b, c12__u128 den)
{
    c12__u128 exact = spc_magnitude(a, b), given, gap, twice;
    const int below = (a < 0) != (b < 0) && (exact.hi | exact.lo);
    if (v && (v < 0) != below) return 0;
    if (c12__mul_u128_u64(den, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, &given)) return 0;
    gap = c12__cmp_u128(exact, given) > 0 ? c12__sub_u128(exact, given) : c12__sub_u128(given, exact);
    if (c12__mul_u128_u64(gap, 2, &twice)) return 0;
    int side = c12__cmp_u128(twice, den);
    return side < 0 || (!side && v % 2 == 0);
}

/* Is v the nearest integer to sqrt(num / den)?  (2v - 1)^2 den <= 4 num < (2v + 1)^2 den. */
static int spc_nearest_root(int64_t v, c12__u128 num, c12__u128 den)
{
    c12__u128 four, floor, low = c12__mul_u64(v ? 2 * (uint64_t)v - 1 : 0, v ? 2 * (uint64_t)v - 1 : 0), high = c12__mul_u64(2 * (uint64_t)v + 1, 2 * (uint64_t)v + 1);
    if (v < 0 || c12__mul_u128_u64(num, 4, &four)) return 0;
    floor = c12__div_u128(four, den, NULL); /* an integer is at most four / den exactly when it is at most its floor */
    return c12__cmp_u128(low, floor) <= 0 && c12__cmp_u128(floor, high) < 0;
}

/* ---- points ------------------------------------------------------------------------------------------------------------------------ */

/* Sum of squares of differences of all pairs is n times that from the mean: variance = pairs / (n (n - 1)). */
static int spc_deviation_fits(const int64_t *x, int32_t n, int64_t s)
{
    c12__u128 pairs = { 0, 0 }, scaled;
    for (int32_t a = 0; a < n; a++)
        for (int32_t b = 0; b < a; b++)
            if (c12__add_u128(pairs, spc_magnitude(x[a] - x[b], x[a] - x[b]), &pairs)) return 0;
    if (c12__mul_u128_u64(pairs, UINT64_C(1000000000000), &scaled)) return 0;
    return spc_nearest_root(s, scaled, (c12__u128){ 0, (uint64_t)n * (uint64_t)(n - 1) });
}

/* No pair is further apart than the range says, and one pair is as far. */
static int spc_range_fits(const int64_t *x, int32_t n, int64_t range)
{
    int met = 0;
    for (int32_t a = 0; a < n; a++)
        for (int32_t b = 0; b < n; b++) {
            int64_t gap = (x[a] - x[b]) * 1000000;
            if (gap > range) return 0;
            met |= gap == range;
        }
    return met;
}

static int64_t spc_total(const int64_t *x, int64_t n)
{
    int64_t t = 0;
    while (n--) t += x[n];
    return t;
}

static void spc_judge_points(spc_judge *j)
{
    const c12_spc_data *d = j->d;
    for (int64_t i = 0; i < d->n; i++) {
        int64_t v = j->c->value[i];
        if (d->kind > C12_SPC_I_MR) {
            int64_t scale = d->kind == C12_SPC_P || d->kind == C12_SPC_U ? 1000000000 : 1000000, units = scale == 1000000 ? 1 : d->units[i];
            if (!spc_nearest(v, d->count[i], scale, (c12__u128){ 0, (uint64_t)units })) spc_blame(j, "value is not the count or share", "value", i);
            continue;
        }
        int32_t n = d->kind == C12_SPC_I_MR ? 1 : d->size;
        const int64_t *x = d->x + i * n;
        if (!spc_nearest(v, spc_total(x, n), 1000000, (c12__u128){ 0, (uint64_t)n })) spc_blame(j, "value is not the mean", "value", i);
        int64_t w = j->c->spread[i];
        int fits = d->kind == C12_SPC_XBAR_S ? spc_deviation_fits(x, n, w) : d->kind == C12_SPC_XBAR_R ? spc_range_fits(x, n, w) : i ? spc_range_fits(x - 1, 2, w) : w == -1;
        if (!fits) spc_blame(j, "spread is not that of the point", "spread", i);
    }
}

/* ---- lines ------------------------------------------------------------------------------------------------------------------------- */

static int spc_left_in(const c12_spc_data *d, int64_t i) { return i >= 0 && !(d->exclude && d->exclude[i]); }

static void spc_judge_measured(spc_judge *j)
{
    const c12_spc_data *d = j->d;
    const c12__spc_row *f = &c12__spc_rows[d->kind == C12_SPC_I_MR ? 2 : d->size];
    int64_t sum = 0, spread = 0, values = 0, spreads = 0;
    const int32_t size = d->kind == C12_SPC_I_MR ? 1 : d->size;
    int fits = 1;
    for (int64_t i = 0; i < d->n; i++) {
        if (!spc_left_in(d, i)) continue;
        fits &= !c12__add64(sum, spc_total(d->x + i * size, size), &sum);
        values += size;
        if (size == 1 && !spc_left_in(d, i - 1)) continue;
        fits &= !c12__add64(spread, j->c->spread[i], &spread);
        spreads++;
    }
    if (!fits || !spreads) { spc_blame(j, "there are no lines for these points", "centre", -1); return; }
    const c12__u128 billion = c12__mul_u64((uint64_t)spreads, 1000000000);
    int64_t mean = size == 1 ? INT64_C(3000000000000000000) / f->d2 : d->kind == C12_SPC_XBAR_S ? f->a3 : f->a2, own = d->kind == C12_SPC_XBAR_S ? f->deviation_reach : f->range_reach;
    for (int64_t i = 0; i < d->n; i++) {
        if (!spc_nearest(j->c->centre[i], sum, 1000000, (c12__u128){ 0, (uint64_t)values })) spc_blame(j, "centre line is not the mean of means", "centre", i);
        if (!spc_nearest(j->c->reach[i], spread, mean, billion)) spc_blame(j, "limits are not at the mean spread times its factor", "reach", i);
    }
    if (!spc_nearest(j->c->spread_centre, spread, 1, (c12__u128){ 0, (uint64_t)spreads })) spc_blame(j, "centre line of spreads is not their mean", "spread_centre", -1);
    if (!spc_nearest(j->c->spread_reach, spread, own, billion)) spc_blame(j, "limits of spreads are not at their mean times its factor", "spread_reach", -1);
}

/* reach^2 = 9 scale^2 variance, variance a / den or a (b - a) / den. */
static int spc_reach_fits(const c12_spc_data *d, int64_t reach, int64_t i, uint64_t a, uint64_t b, uint64_t points)
{
    const uint64_t n = d->units ? (uint64_t)d->units[i] : 1;
    const int ratio = d->kind == C12_SPC_P || d->kind == C12_SPC_U, binomial = d->kind == C12_SPC_P || d->kind == C12_SPC_NP;
    c12__u128 num, scaled, den;
    if (c12__mul_u128_u64(c12__mul_u64(9 * a, ratio ? 1000000000 : 1000000), ratio ? 1000000000 : 1000000, &num)) return 0;
    scaled = num;
    if (binomial && c12__mul_u128_u64(num, b - a, &scaled)) return 0;
    den = ratio ? c12__mul_u64(b, n) : (c12__u128){ 0, points };
    if (binomial && c12__mul_u128_u64(den, b, &den)) return 0;
    return spc_nearest_root(reach, scaled, den);
}

static void spc_judge_counted(spc_judge *j)
{
    const c12_spc_data *d = j->d;
    const int ratio = d->kind == C12_SPC_P || d->kind == C12_SPC_U;
    int64_t a = 0, b = 0, points = 0;
    for (int64_t i = 0; i < d->n; i++) {
        if (!spc_left_in(d, i)) continue;
        points++;
        a += d->count[i];
        b += d->units ? d->units[i] : 1;
        if (a > INT64_C(1) << 31 || b > INT64_C(1) << 31) break;
    }
    if (!points || a > INT64_C(1) << 31 || b > INT64_C(1) << 31) { spc_blame(j, "there are no lines for these points", "centre", -1); return; }
    for (int64_t i = 0; i < d->n; i++) {
        if (!spc_nearest(j->c->centre[i], a, ratio ? 1000000000 : 1000000, (c12__u128){ 0, (uint64_t)(ratio ? b : points) })) spc_blame(j, "centre line is not the mean", "centre", i);
        if (!spc_reach_fits(d, j->c->reach[i], i, (uint64_t)a, (uint64_t)b, (uint64_t)points)) spc_blame(j, "limits are not three standard deviations off", "reach", i);
    }
}

/* ---- signals ----------------------------------------------------------------------------------------------------------------------- */

typedef struct spc_trace { const int64_t *value, *centre, *reach; int64_t fixed_centre, fixed_reach, first; } spc_trace;

/* How far point i is from the centre line, as a zone: 0 on it, 1 within one deviation, ... 4 beyond three; negative below. */
static int spc_zone(const spc_trace *t, int64_t i)
{
    int64_t centre = t->centre ? t->centre[i] : t->fixed_centre, reach = t->reach ? t->reach[i] : t->fixed_reach, d = t->value[i] - centre, far = 3 * (d < 0 ? -d : d);
    int zone = !d ? 0 : far <= reach ? 1 : far <= 2 * reach ? 2 : far <= 3 * reach ? 3 : 4;
    return d < 0 ? -zone : zone;
}

/* Points of i - window + 1 .. i whose zone on this side is at least `zone`, as bits counted back. */
static uint32_t spc_far_out(const spc_trace *t, int64_t i, int window, int zone, int side)
{
    uint32_t bits = 0;
    for (int k = 0; k < window && i - k >= t->first; k++) if (spc_zone(t, i - k) * side >= zone) bits |= (uint32_t)1 << k;
    return bits;
}

static int spc_ones(uint32_t v)
{
    int n = 0;
    for (; v; v &= v - 1) n++;
    return n;
}

static uint32_t spc_first_ones(int n) { return ((uint32_t)1 << n) - 1; }

/* One-sided rules: window, how many, from which zone. */
static uint32_t spc_reads_side(const spc_trace *t, int64_t i, int32_t rule, int side)
{
    static const struct { int window, least, zone; } want[] = { { 0, 0, 0 }, { 1, 1, 4 }, { 9, 9, 1 }, { 0, 0, 0 }, { 0, 0, 0 }, { 3, 2, 3 }, { 5, 4, 2 }, { 0, 0, 0 }, { 0, 0, 0 }, { 8, 8, 1 } };
    uint32_t bits = spc_far_out(t, i, want[rule].window, want[rule].zone, side);
    return bits & 1 && spc_ones(bits) >= want[rule].least ? bits : 0;
}

static uint32_t spc_reads_run(const spc_trace *t, int64_t i, int32_t rule, int32_t *side)
{
    const int window = rule == 3 ? 6 : rule == 4 ? 14 : rule == 7 ? 15 : 8;
    int holds = i - window + 1 >= t->first, up = holds && t->value[i] > t->value[i - 1];
    for (int k = 0; holds && k < window; k++) {
        int zone = spc_zone(t, i - k), flat = zone >= -1 && zone <= 1;
        if (rule == 7) holds = flat;
        else if (rule == 8) holds = !flat;
        else if (k + 1 < window) holds = (up ^ (rule == 4 && k % 2)) ? t->value[i - k] > t->value[i - k - 1] : t->value[i - k] < t->value[i - k - 1];
    }
    *side = rule == 3 ? (up ? 1 : -1) : 0;
    return holds ? spc_first_ones(window) : 0;
}

static uint32_t spc_reads(const spc_trace *t, int64_t i, int32_t rule, int32_t *side)
{
    if (rule == 3 || rule == 4 || rule == 7 || rule == 8) return spc_reads_run(t, i, rule, side);
    *side = 1;
    uint32_t bits = spc_reads_side(t, i, rule, 1);
    if (bits) return bits;
    *side = -1;
    return spc_reads_side(t, i, rule, -1);
}

static void spc_judge_signals(spc_judge *j)
{
    const c12_spc_chart *c = j->c;
    const spc_trace traces[2] = { { c->value, c->centre, c->reach, 0, 0, 0 }, { c->spread, NULL, NULL, c->spread_centre, c->spread_reach, j->d->kind == C12_SPC_I_MR } };
    int64_t found = 0;
    for (int64_t i = 0; i < j->d->n; i++) {
        uint32_t fires = 0;
        for (int32_t which = 0; which <= (j->d->kind <= C12_SPC_I_MR); which++)
            for (int32_t rule = 1; rule <= C12_SPC_RULES && i >= traces[which].first; rule++) {
                int32_t side;
                uint32_t bits, rules = which ? j->d->spread_rules : j->d->rules;
                if (!(rules >> (rule - 1) & 1) || !(bits = spc_reads(&traces[which], i, rule, &side))) continue;
                int64_t at = found++;
                if (!which) fires |= (uint32_t)1 << (rule - 1);
                if (at >= c->signal_cap || at >= c->signals) continue;
                if (c->signal_point[at] != i || c->signal_chart[at] != which || c->signal_rule[at] != rule) { spc_blame(j, "a signal is missing or one too many", "signal_point", at); return; }
                if (c->signal_side[at] != side) spc_blame(j, "signal names the wrong side", "signal_side", at);
                if (c->signal_points[at] != bits) spc_blame(j, "signal names the wrong points", "signal_points", at);
            }
        if (c->fired && c->fired[i] != fires) spc_blame(j, "not the rules that fire here", "fired", i);
    }
    if (found != c->signals) spc_blame(j, "number of signals is wrong", "signals", -1);
    j->v.objective = found;
}

c12_status c12_spc_check(const c12_spc_data *data, const c12_spc_chart *chart, c12_verdict *verdict, c12_error *err)
{
    c12_spc_data d;
    c12_spc_chart c;
    c12_status s = c12__spc_open(&d, data, err);
    if (s || (s = c12__take(&c, sizeof c, chart, "chart", err))) return s;
    if (!verdict || !c.value || !c.centre || !c.reach || (d.kind <= C12_SPC_I_MR && !c.spread)) return c12__fail(err, C12_E_ARG, "argument is NULL", "chart", -1, 0);
    if (c.signal_cap < 0 || (c.signal_cap && (!c.signal_point || !c.signal_chart || !c.signal_rule || !c.signal_side || !c.signal_points))) return c12__fail(err, C12_E_ARG, "column is NULL", "signal_point", -1, 0);
    spc_judge j = { &d, &c, C12_INIT(c12_verdict) };
    j.v.row = j.v.tick = -1;
    if (c.scale != (d.kind == C12_SPC_P || d.kind == C12_SPC_U ? C12_SPC_RATIO_SCALE : C12_SPC_SCALE)) spc_blame(&j, "scale is not that of the chart", "scale", -1);
    spc_judge_points(&j);
    if (!j.v.violations) { /* lines are made of the points: of wrong ones there is nothing to say */
        if (d.kind <= C12_SPC_I_MR) spc_judge_measured(&j);
        else spc_judge_counted(&j);
    }
    for (int64_t i = 0; i < d.n && !j.v.violations; i++) /* so that differences fit below */
        if (c.reach[i] < 0 || c.reach[i] > C12__SPC_BOUND || c.centre[i] > C12__SPC_BOUND || c.centre[i] < -C12__SPC_BOUND || c.value[i] > C12__SPC_BOUND || c.value[i] < -C12__SPC_BOUND) spc_blame(&j, "line beyond 2^60", "reach", i);
    if (!j.v.violations) spc_judge_signals(&j);
    c12__give(verdict, &j.v, sizeof j.v);
    return C12_OK;
}

/* ---- streams ----------------------------------------------------------------------------------------------------------------------- */

static c12_status spc_stream_columns(int64_t n, const int64_t *x, const int64_t *a, const int64_t *b, const int8_t *side, int64_t count, const c12_verdict *verdict, c12_error *err)
{
    if (n < 0 || (n && (!x || !a || !b || !side)) || !verdict) return c12__fail(err, C12_E_ARG, "column is NULL or count negative", "n", -1, n);
    if (count) return c12__fail(err, C12_E_ARG, "charts are judged from their first point", "count", -1, count);
    for (int64_t i = 0; i < n; i++)
        if (x[i] > INT64_C(1) << 53 || x[i] < -(INT64_C(1) << 53)) return c12__fail(err, C12_E_RANGE, "point beyond 2^53", "x", i, x[i]);
    return C12_OK;
}

static void spc_stream_wrong(c12_verdict *v, int64_t row, const char *rule, const char *field)
{
    if (v->violations++) return;
    v->row = row;
    v->rule = rule;
    v->field = field;
}

c12_status c12_spc_ewma_check(const c12_spc_ewma *ewma, int64_t n, const int64_t *x, const int64_t *z, const int64_t *reach, const int8_t *side, c12_verdict *verdict, c12_error *err)
{
    c12_spc_ewma e;
    c12_status s = c12__spc_take_ewma(&e, ewma, err);
    if (s || (s = spc_stream_columns(n, x, z, reach, side, e.count, verdict, err))) return s;
    c12_verdict v = C12_INIT(c12_verdict);
    const double lambda = (double)e.lambda_ppm / 1e6, width = (double)e.width_ppm / 1e6 * (double)e.sigma, kept = (1 - lambda) * (1 - lambda);
    double fade = 1;
    v.row = v.tick = -1;
    for (int64_t i = 0; i < n; i++) {
        const int64_t before = i ? z[i - 1] : e.target, bound = INT64_C(1) << 53;
        fade *= kept;
        const double square = width * width * lambda / (2 - lambda) * (1 - fade), off = 1 + (double)reach[i] * 1e-8, low = (double)reach[i] - off, high = (double)reach[i] + off;
        if (z[i] > bound || z[i] < -bound || before > bound || before < -bound || !spc_nearest(z[i] - before, x[i] - before, e.lambda_ppm, (c12__u128){ 0, 1000000 })) spc_stream_wrong(&v, i, "average is not the nearest", "z");
        else if (reach[i] < 0 || (low > 0 && low * low > square) || high * high < square) spc_stream_wrong(&v, i, "limits are not where the formula has them", "reach");
        else if (side[i] != (z[i] - e.target > reach[i] ? 1 : e.target - z[i] > reach[i] ? -1 : 0)) spc_stream_wrong(&v, i, "side is not where the average is", "side");
        v.objective += side[i] != 0;
    }
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}

c12_status c12_spc_cusum_check(const c12_spc_cusum *cusum, int64_t n, const int64_t *x, const int64_t *high, const int64_t *low, const int8_t *side, c12_verdict *verdict, c12_error *err)
{
    c12_spc_cusum k;
    c12_status s = c12__spc_take_cusum(&k, cusum, err);
    if (s || (s = spc_stream_columns(n, x, high, low, side, k.count, verdict, err))) return s;
    c12_verdict v = C12_INIT(c12_verdict);
    int64_t whole[2] = { 0, 0 }, least[2];
    least[0] = least[1] = k.head_start ? -(k.interval / 2) : 0;
    v.row = v.tick = -1;
    for (int64_t i = 0; i < n; i++) {
        int64_t want[2];
        for (int up = 0; up < 2; up++) {
            const int64_t gain = up ? x[i] - k.target - k.allowance : k.target - x[i] - k.allowance;
            if (c12__add64(whole[up], gain, &whole[up])) return c12__fail(err, C12_E_OVERFLOW, "whole sum does not fit", "x", i, x[i]);
            least[up] = c12__min64(least[up], whole[up]);
            if (c12__sub64(whole[up], least[up], &want[up])) return c12__fail(err, C12_E_OVERFLOW, "sum does not fit", "x", i, x[i]);
        }
        if (high[i] != want[1]) spc_stream_wrong(&v, i, "sum is not the whole less its smallest", "high");
        else if (low[i] != want[0]) spc_stream_wrong(&v, i, "sum is not the whole less its smallest", "low");
        else if (side[i] != (want[1] > k.interval) + 2 * (want[0] > k.interval)) spc_stream_wrong(&v, i, "side is not that of the sums", "side");
        v.objective += side[i] != 0;
    }
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
