/* SPDX-License-Identifier: Apache-2.0 */
/* Entry, points, lines and signals of a chart. */
#include "spc/spc_internal.h"

/* ---- entry ------------------------------------------------------------------------------------------------------------------------ */

static void spc_check_kind(c12__faults *f, const c12_spc_data *d)
{
    int subgroups = d->kind == C12_SPC_XBAR_R || d->kind == C12_SPC_XBAR_S;
    if (d->kind < C12_SPC_XBAR_R || d->kind > C12_SPC_U) c12__fault(f, C12_E_RANGE, "no such chart", "kind", -1, d->kind);
    if (d->n < 1) c12__fault(f, C12_E_ARG, "a chart needs points", "n", -1, d->n);
    if (d->n > INT64_C(1) << 40) c12__fault(f, C12_E_RANGE, "more points than a chart takes", "n", -1, d->n);
    if (subgroups && (d->size < 2 || d->size > C12_SPC_MOST_SIZE)) c12__fault(f, C12_E_RANGE, "subgroups have 2..25 measurements", "size", -1, d->size);
    if (!subgroups && d->size != 0 && d->size != 1) c12__fault(f, C12_E_ARG, "this chart has one measurement or count a point", "size", -1, d->size);
    if ((d->rules | d->spread_rules) >> C12_SPC_RULES) c12__fault(f, C12_E_RANGE, "no such rule", d->rules >> C12_SPC_RULES ? "rules" : "spread_rules", -1, (int64_t)(d->rules | d->spread_rules));
}

static void spc_check_measures(c12__faults *f, const c12_spc_data *d)
{
    if (!d->x) { c12__fault(f, C12_E_ARG, "column is NULL", "x", -1, 0); return; }
    const int64_t n = d->n * c12__spc_size(d);
    for (int64_t i = 0; i < n && !c12__full(f); i++)
        if (d->x[i] > C12__SPC_MEASURE || d->x[i] < -C12__SPC_MEASURE) c12__fault(f, C12_E_RANGE, "measurement beyond 2^40 units", "x", i, d->x[i]);
}

static void spc_check_counts(c12__faults *f, const c12_spc_data *d)
{
    const int units = d->kind != C12_SPC_C;
    if (!d->count) c12__fault(f, C12_E_ARG, "column is NULL", "count", -1, 0);
    if (units && !d->units) c12__fault(f, C12_E_ARG, "column is NULL", "units", -1, 0);
    if (f->count) return;
    for (int64_t i = 0; i < d->n && !c12__full(f); i++) {
        if (d->count[i] < 0 || d->count[i] > INT64_C(1) << 29) c12__fault(f, C12_E_RANGE, "counts are 0..2^29", "count", i, d->count[i]);
        if (!units) continue;
        if (d->units[i] < 1 || d->units[i] > INT64_C(1) << 29) c12__fault(f, C12_E_RANGE, "inspected units are 1..2^29", "units", i, d->units[i]);
        else if (d->kind != C12_SPC_U && d->count[i] > d->units[i]) c12__fault(f, C12_E_RANGE, "more nonconforming than inspected", "count", i, d->count[i]);
        if (d->kind == C12_SPC_NP && d->units[i] != d->units[0]) c12__fault(f, C12_E_RANGE, "samples of an np chart are of one size; take p", "units", i, d->units[i]);
    }
}

static c12_status spc_see(const c12_spc_data *d, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    spc_check_kind(&f, d);
    if (f.count) return f.status;
    if (c12__spc_measured(d->kind)) spc_check_measures(&f, d);
    else spc_check_counts(&f, d);
    return f.status;
}

c12_status c12__spc_open(c12_spc_data *d, const c12_spc_data *data, c12_error *err)
{
    c12_status s = c12__take(d, sizeof *d, data, "data", err);
    if (!s) s = spc_see(d, err);
    if (s) return s;
    if (!d->rules) d->rules = C12_SPC_NELSON;
    if (!d->spread_rules) d->spread_rules = C12_SPC_BEYOND;
    return C12_OK;
}

/* ---- points ----------------------------------------------------------------------------------------------------------------------- */

static int64_t spc_sum(const int64_t *x, int32_t n)
{
    int64_t sum = 0;
    for (int32_t k = 0; k < n; k++) sum += x[k];
    return sum;
}

#define SPC_PART(n) (UINT64_MAX / (n) + 1) /* 2^64 / n, rounded up */
#define SPC_PARTS(n) SPC_PART(n), SPC_PART((n) + 1), SPC_PART((n) + 2), SPC_PART((n) + 3)

/* x / n for x < 2^59 by the upper half of a product: a division takes three times as long, and a point has two. */
static uint64_t spc_share_of(uint64_t x, int32_t n)
{
    static const uint64_t part[C12_SPC_MOST_SIZE + 1] = { 0, 0, SPC_PARTS(2), SPC_PARTS(6), SPC_PARTS(10), SPC_PARTS(14), SPC_PARTS(18), SPC_PARTS(22) };
    return n == 1 ? x : c12__mul_u64(x, part[n]).hi;
}

/* sum / n in 1/C12_SPC_SCALE, rounded half to even; |sum| <= n * C12__SPC_MEASURE, so that no step leaves 64 bits. */
static int64_t spc_mean(int64_t sum, int32_t n)
{
    const int64_t whole = (int64_t)spc_share_of((uint64_t)(sum + n * C12__SPC_MEASURE), n) - C12__SPC_MEASURE; /* of what is not negative, so that it is rounded down */
    const uint32_t scaled = (uint32_t)(sum - whole * n) * (uint32_t)C12_SPC_SCALE, part = (uint32_t)spc_share_of(scaled, n), left = 2 * (scaled - part * (uint32_t)n);
    const int64_t down = whole * C12_SPC_SCALE + part;
    return down + ((left > (uint32_t)n) | ((left == (uint32_t)n) & (down & 1)));
}

static void spc_ends(const int64_t *x, int32_t n, int64_t *low, int64_t *high)
{
    int64_t least = x[0], most = x[0];
    for (int32_t k = 1; k < n; k++) { least = c12__min64(least, x[k]); most = c12__max64(most, x[k]); }
    *low = least;
    *high = most;
}

static int64_t spc_range(const int64_t *x, int32_t n)
{
    int64_t low, high;
    spc_ends(x, n, &low, &high);
    return high - low;
}

/* s = sqrt((n sum x^2 - (sum x)^2) / (n (n - 1))), from the first measurement, which makes the squares small. */
static int spc_deviation(const int64_t *x, int32_t n, int64_t *s)
{
    c12__u128 squares = { 0, 0 }, all, scaled;
    int64_t sum = 0;
    for (int32_t k = 1; k < n; k++) {
        int64_t d = x[k] - x[0];
        uint64_t size = d < 0 ? 0 - (uint64_t)d : (uint64_t)d;
        if (c12__add_u128(squares, c12__mul_u64(size, size), &squares)) return 1;
        sum += d;
    }
    if (c12__mul_u128_u64(squares, (uint64_t)n, &all)) return 1;
    uint64_t size = sum < 0 ? 0 - (uint64_t)sum : (uint64_t)sum;
    all = c12__sub_u128(all, c12__mul_u64(size, size));
    if (c12__mul_u128_u64(all, (uint64_t)C12_SPC_SCALE * C12_SPC_SCALE, &scaled)) return 1;
    return c12__spc_root(scaled, (c12__u128){ 0, (uint64_t)n * (uint64_t)(n - 1) }, s);
}

int c12__spc_point(const c12_spc_data *d, int64_t i, int64_t *value, int64_t *spread)
{
    int32_t n = c12__spc_size(d);
    const int64_t *x = d->x + i * n;
    *value = spc_mean(spc_sum(x, n), n);
    if (d->kind == C12_SPC_XBAR_S) return spc_deviation(x, n, spread);
    if (d->kind == C12_SPC_XBAR_R) return c12__mul64(spc_range(x, n), C12_SPC_SCALE, spread);
    *spread = -1;
    return i ? c12__mul64(spc_range(x - 1, 2), C12_SPC_SCALE, spread) : 0;
}

c12_status c12_spc_group(int32_t kind, int32_t n, const int64_t *x, int64_t *value, int64_t *spread, c12_error *err)
{
    int64_t w, low = -1 - C12__SPC_MEASURE, high = 0;
    if (kind != C12_SPC_XBAR_R && kind != C12_SPC_XBAR_S) return c12__fail(err, C12_E_RANGE, "no chart of subgroups", "kind", -1, kind);
    if (!value || !spread) return c12__fail(err, C12_E_ARG, "argument is NULL", "value", -1, 0);
    if (x && n >= 2 && n <= C12_SPC_MOST_SIZE) spc_ends(x, n, &low, &high);
    if (low < -C12__SPC_MEASURE || high > C12__SPC_MEASURE) { /* rare: seen once more, to say which */
        const c12_spc_data d = { .kind = kind, .n = 1, .size = n, .x = x };
        return spc_see(&d, err);
    }
    if (kind == C12_SPC_XBAR_R) w = (high - low) * C12_SPC_SCALE; /* at most 2^61 */
    else if (spc_deviation(x, n, &w)) return c12__fail(err, C12_E_OVERFLOW, "spread does not fit", "x", 0, x[0]);
    *value = spc_mean(spc_sum(x, n), n);
    *spread = w;
    return C12_OK;
}

/* ---- lines ------------------------------------------------------------------------------------------------------------------------ */

/* Sums over the points that make the lines: of measurements, of spreads and how many there are; of counts and units. */
typedef struct spc_sums { int64_t points, value, spreads, spread, count, units; } spc_sums;

/* A moving range belongs to the lines when both its points do. */
static int spc_spread_in(const c12_spc_data *d, int64_t i) { return c12__spc_in(d, i) && (d->kind != C12_SPC_I_MR || (i && c12__spc_in(d, i - 1))); }

static int spc_add_measures(const c12_spc_data *d, spc_sums *t, int64_t *row)
{
    for (int64_t i = 0; i < d->n; i++) {
        int64_t value, spread, size = c12__spc_size(d);
        *row = i;
        if (c12__spc_point(d, i, &value, &spread)) return 1;
        if (c12__spc_in(d, i)) {
            t->points++;
            if (c12__add64(t->value, spc_sum(d->x + i * size, (int32_t)size), &t->value)) return 1;
        }
        if (!spc_spread_in(d, i)) continue;
        t->spreads++;
        if (c12__add64(t->spread, spread, &t->spread)) return 1;
    }
    return 0;
}

static int spc_add_counts(const c12_spc_data *d, spc_sums *t)
{
    for (int64_t i = 0; i < d->n; i++) {
        if (!c12__spc_in(d, i)) continue;
        t->points++;
        t->count += d->count[i]; /* 2^29 points of 2^29 fit; more are refused below by the squares */
        t->units += d->units ? d->units[i] : 1;
        if (t->count > INT64_C(1) << 31 || t->units > INT64_C(1) << 31) return 1;
    }
    return 0;
}

static c12_status spc_add_up(const c12_spc_data *d, spc_sums *t, c12_error *err)
{
    int64_t row = -1;
    int measured = c12__spc_measured(d->kind);
    *t = (spc_sums){ 0, 0, 0, 0, 0, 0 };
    if (measured ? spc_add_measures(d, t, &row) : spc_add_counts(d, t)) return c12__fail(err, C12_E_OVERFLOW, "sums do not fit", measured ? "x" : "count", row, 0);
    if (!t->points || (measured && !t->spreads)) return c12__fail(err, C12_E_ARG, "no point is left for the lines", "exclude", -1, 0);
    return C12_OK;
}

/* Lines of one point, and those of the spreads. */
typedef struct spc_lines { int64_t scale, centre, reach, spread_centre, spread_reach; } spc_lines;

static int spc_measured_lines(const c12_spc_data *d, const spc_sums *t, spc_lines *l)
{
    const c12__spc_row *f = &c12__spc_rows[d->kind == C12_SPC_I_MR ? 2 : d->size];
    const uint64_t one = C12_SPC_RATIO_SCALE;
    const int64_t mean = d->kind == C12_SPC_XBAR_S ? f->a3 : d->kind == C12_SPC_XBAR_R ? f->a2 : INT64_C(3000000000) * C12_SPC_RATIO_SCALE / f->d2;
    l->scale = C12_SPC_SCALE;
    return c12__spc_share(t->value, C12_SPC_SCALE, (c12__u128){ 0, (uint64_t)t->points * (uint64_t)c12__spc_size(d) }, &l->centre)
        || c12__spc_share(t->spread, mean, c12__mul_u64((uint64_t)t->spreads, one), &l->reach)
        || c12__spc_share(t->spread, 1, (c12__u128){ 0, (uint64_t)t->spreads }, &l->spread_centre)
        || c12__spc_share(t->spread, d->kind == C12_SPC_XBAR_S ? f->deviation_reach : f->range_reach, c12__mul_u64((uint64_t)t->spreads, one), &l->spread_reach);
}

/* p: A / B and 3 sqrt(p (1 - p) / n); np: A / k and 3 sqrt(A / k (1 - A / B)); c: A / k and 3 sqrt(A / k); u: A / B and 3 sqrt(A / (B n)); A counts, B units, k points. */
static int spc_counted_lines(const c12_spc_data *d, const spc_sums *t, int64_t i, spc_lines *l)
{
    const int ratio = d->kind == C12_SPC_P || d->kind == C12_SPC_U;
    const uint64_t a = (uint64_t)t->count, b = (uint64_t)t->units, k = (uint64_t)t->points, n = d->units ? (uint64_t)d->units[i] : 1;
    c12__u128 num, den, nine;
    l->scale = ratio ? C12_SPC_RATIO_SCALE : C12_SPC_SCALE;
    l->spread_centre = l->spread_reach = 0;
    if (c12__spc_share(t->count, l->scale, (c12__u128){ 0, ratio ? b : k }, &l->centre)) return 1;
    switch (d->kind) {
    case C12_SPC_P: num = c12__mul_u64(a, b - a); if (c12__mul_u128_u64(c12__mul_u64(b, b), n, &den)) return 1; break;
    case C12_SPC_NP: num = c12__mul_u64(a, b - a); den = c12__mul_u64(k, b); break;
    case C12_SPC_C: num = (c12__u128){ 0, a }; den = (c12__u128){ 0, k }; break;
    default: num = (c12__u128){ 0, a }; den = c12__mul_u64(b, n);
    }
    return c12__mul_u128_u64(num, 9 * (uint64_t)l->scale, &nine) || c12__mul_u128_u64(nine, (uint64_t)l->scale, &num) || c12__spc_root(num, den, &l->reach);
}

static int spc_lines_at(const c12_spc_data *d, const spc_sums *t, int64_t i, spc_lines *l)
{
    if (c12__spc_measured(d->kind)) return spc_measured_lines(d, t, l);
    return spc_counted_lines(d, t, i, l);
}

/* ---- the chart -------------------------------------------------------------------------------------------------------------------- */

static int spc_value_at(const c12_spc_data *d, int64_t i, int64_t scale, int64_t *value, int64_t *spread)
{
    if (c12__spc_measured(d->kind)) return c12__spc_point(d, i, value, spread);
    *spread = -1;
    return c12__spc_share(d->count[i], scale, (c12__u128){ 0, scale == C12_SPC_RATIO_SCALE ? (uint64_t)d->units[i] : 1 }, value);
}

static void spc_note(c12_spc_chart *c, const c12_spc_watch *w, int64_t point, int32_t which, uint32_t fired)
{
    for (int32_t rule = 1; fired; rule++, fired >>= 1) {
        if (!(fired & 1)) continue;
        if (c->signals < c->signal_cap) {
            int64_t at = c->signals;
            c->signal_point[at] = point;
            c->signal_chart[at] = which;
            c->signal_rule[at] = rule;
            c->signal_points[at] = c12__spc_pattern_of(w, rule, &c->signal_side[at]);
        }
        c->signals++;
    }
}

/* Dry run: values and lines of every point fit. */
static c12_status spc_try(const c12_spc_data *d, const spc_sums *t, c12_error *err)
{
    spc_lines l = { 0, 0, 0, 0, 0 };
    const int fixed = c12__spc_measured(d->kind);
    for (int64_t i = 0; i < d->n; i++) {
        int64_t value, spread;
        if ((!fixed || !i) && spc_lines_at(d, t, i, &l)) return c12__fail(err, C12_E_OVERFLOW, "lines do not fit", fixed ? "x" : "count", i, 0);
        if (spc_value_at(d, i, l.scale, &value, &spread)) return c12__fail(err, C12_E_OVERFLOW, "value does not fit", fixed ? "x" : "count", i, 0);
        if (l.centre > C12__SPC_BOUND || l.centre < -C12__SPC_BOUND || l.reach > C12__SPC_BOUND || l.spread_reach > C12__SPC_BOUND || value > C12__SPC_BOUND || value < -C12__SPC_BOUND)
            return c12__fail(err, C12_E_OVERFLOW, "value or line beyond 2^60", fixed ? "x" : "count", i, 0);
    }
    return C12_OK;
}

static void spc_draw(const c12_spc_data *d, const spc_sums *t, c12_spc_chart *c)
{
    c12_spc_watch main_watch = C12_INIT(c12_spc_watch), spread_watch = C12_INIT(c12_spc_watch);
    spc_lines l = { 0, 0, 0, 0, 0 };
    main_watch.rules = d->rules;
    spread_watch.rules = d->spread_rules;
    for (int64_t i = 0; i < d->n; i++) {
        int64_t value = 0, spread = -1;
        if (!i || !c12__spc_measured(d->kind)) (void)spc_lines_at(d, t, i, &l); /* tried before */
        (void)spc_value_at(d, i, l.scale, &value, &spread);
        c->value[i] = value;
        c->centre[i] = main_watch.centre = l.centre;
        c->reach[i] = main_watch.reach = l.reach;
        const uint32_t fired = c12__spc_step(&main_watch, value);
        if (c->fired) c->fired[i] = fired;
        spc_note(c, &main_watch, i, 0, fired);
        if (c->spread) c->spread[i] = spread;
        spread_watch.centre = l.spread_centre;
        spread_watch.reach = l.spread_reach;
        if (spread >= 0) spc_note(c, &spread_watch, i, 1, c12__spc_step(&spread_watch, spread));
    }
    c->scale = l.scale;
    c->spread_centre = l.spread_centre;
    c->spread_reach = l.spread_reach;
}

c12_status c12_spc_make(const c12_spc_data *data, c12_spc_chart *chart, c12_error *err)
{
    c12_spc_data d;
    c12_spc_chart c;
    spc_sums t;
    c12_status s = c12__spc_open(&d, data, err);
    if (s || (s = c12__take(&c, sizeof c, chart, "chart", err))) return s;
    if (!c.value || !c.centre || !c.reach || (c12__spc_measured(d.kind) && !c.spread)) return c12__fail(err, C12_E_ARG, "column is NULL", "value", -1, 0);
    if (c.signal_cap < 0 || (c.signal_cap && (!c.signal_point || !c.signal_chart || !c.signal_rule || !c.signal_side || !c.signal_points)))
        return c12__fail(err, C12_E_ARG, "column is NULL or its size negative", "signal_cap", -1, c.signal_cap);
    if ((s = spc_add_up(&d, &t, err)) || (s = spc_try(&d, &t, err))) return s;
    c.signals = 0;
    spc_draw(&d, &t, &c);
    c12__give(chart, &c, sizeof c);
    return C12_OK;
}
