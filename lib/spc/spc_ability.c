/* SPDX-License-Identifier: Apache-2.0 */
/* Capability.  Sums are exact; what is derived of them is a report in doubles, of +, -, *, / and a root of one's own, so that no mathematical library decides a digit. */
#include "spc/spc_internal.h"

/* ---- small numerics ---------------------------------------------------------------------------------------------------------------- */

/* Newton's rule on x scaled into 1..4 by powers of four, which is exact. */
static double spc_root_of(double x)
{
    double scale = 1, r;
    if (x <= 0) return 0;
    while (x >= 4) { x /= 4; scale *= 2; }
    while (x < 1) { x *= 4; scale /= 2; }
    r = (x + 1) / 2;
    for (int k = 0; k < 6; k++) r = (r + x / r) / 2;
    return r * scale;
}

static double spc_wide(c12__u128 v) { return (double)v.hi * 18446744073709551616.0 + (double)v.lo; }

/* Two-sided standard normal quantiles; 0 = not listed. */
static double spc_normal(int32_t confidence_ppm)
{
    static const struct { int32_t ppm; double z; } known[] = { { 800000, 1.2815515655446004 }, { 900000, 1.6448536269514722 }, { 950000, 1.959963984540054 },
        { 990000, 2.5758293035489004 }, { 999000, 3.2905267314918945 } };
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) if (known[k].ppm == confidence_ppm) return known[k].z;
    return 0;
}

/* sqrt(chi-square quantile / degrees of freedom): (1 - 2 / 9v + z sqrt(2 / 9v))^3 is the quantile over v. */
static double spc_chi(double v, double z)
{
    double a = 2 / (9 * v), t = 1 - a + z * spc_root_of(a);
    return t > 0 ? spc_root_of(t * t * t) : 0;
}

/* ---- sums -------------------------------------------------------------------------------------------------------------------------- */

typedef struct spc_moments { int64_t values, origin, sum, spreads, spread, points; c12__u128 squares; } spc_moments;

static int spc_moment(spc_moments *m, int64_t x)
{
    if (!m->values++) m->origin = x;
    int64_t d = x - m->origin;
    uint64_t size = d < 0 ? 0 - (uint64_t)d : (uint64_t)d;
    return c12__add64(m->sum, d, &m->sum) || c12__add_u128(m->squares, c12__mul_u64(size, size), &m->squares);
}

static int spc_gather(const c12_spc_data *d, spc_moments *m, int64_t *row)
{
    const int32_t size = c12__spc_size(d);
    *m = (spc_moments){ 0, 0, 0, 0, 0, 0, { 0, 0 } };
    for (int64_t i = 0; i < d->n; i++) {
        int64_t value, spread;
        *row = i;
        if (!c12__spc_in(d, i)) continue;
        if (c12__spc_point(d, i, &value, &spread)) return 1;
        for (int32_t k = 0; k < size; k++) if (spc_moment(m, d->x[i * size + k])) return 1;
        m->points++;
        if (d->kind == C12_SPC_I_MR && (!i || !c12__spc_in(d, i - 1))) continue;
        m->spreads++;
        if (c12__add64(m->spread, spread, &m->spread)) return 1;
    }
    return 0;
}

/* ---- indices ----------------------------------------------------------------------------------------------------------------------- */

typedef struct spc_index { double both, lower, upper, worst, both_low, both_high, worst_low, worst_high; } spc_index;

static spc_index spc_indices(const c12_spc_spec *p, double mean, double sigma, double freedom, double values, double z)
{
    spc_index k = { 0, 0, 0, 0, 0, 0, 0, 0 };
    if (p->sides & 1) k.lower = (mean - (double)p->lower) / (3 * sigma);
    if (p->sides & 2) k.upper = ((double)p->upper - mean) / (3 * sigma);
    k.worst = p->sides == 1 ? k.lower : p->sides == 2 ? k.upper : k.lower < k.upper ? k.lower : k.upper;
    if (p->sides == 3) {
        k.both = ((double)p->upper - (double)p->lower) / (6 * sigma);
        k.both_low = k.both * spc_chi(freedom, -z);
        k.both_high = k.both * spc_chi(freedom, z);
    }
    double half = z * spc_root_of(1 / (9 * values) + k.worst * k.worst / (2 * freedom));
    k.worst_low = k.worst - half;
    k.worst_high = k.worst + half;
    return k;
}

static double spc_within(const c12_spc_data *d, const spc_moments *m, double *freedom)
{
    const c12__spc_row *f = &c12__spc_rows[d->kind == C12_SPC_I_MR ? 2 : d->size];
    double mean = (double)m->spread / (double)m->spreads / C12_SPC_SCALE, factor = (double)(d->kind == C12_SPC_XBAR_S ? f->c4 : f->d2) / C12_SPC_RATIO_SCALE;
    double all = (double)m->points * (double)(c12__spc_size(d) - 1);
    *freedom = d->kind == C12_SPC_I_MR ? 0.62 * (double)(m->points - 1) : d->kind == C12_SPC_XBAR_R ? 0.9 * all : all;
    return mean / factor;
}

static c12_status spc_take_spec(c12_spc_spec *p, const c12_spc_spec *spec, double *z, c12_error *err)
{
    c12_status s = c12__take(p, sizeof *p, spec, "spec", err);
    if (s) return s;
    if (!p->confidence_ppm) p->confidence_ppm = 950000;
    *z = spc_normal(p->confidence_ppm);
    if (p->sides < 1 || p->sides > 3) return c12__fail(err, C12_E_RANGE, "sides are 1, 2 or 3", "sides", -1, p->sides);
    if (p->sides == 3 && p->lower >= p->upper) return c12__fail(err, C12_E_RANGE, "lower limit is not below the upper", "lower", -1, p->lower);
    if (*z <= 0) return c12__fail(err, C12_E_RANGE, "confidence is 800000, 900000, 950000, 990000 or 999000", "confidence_ppm", -1, p->confidence_ppm);
    return C12_OK;
}

c12_status c12_spc_capability(const c12_spc_data *data, const c12_spc_spec *spec, c12_spc_ability *out, c12_error *err)
{
    c12_spc_data d;
    c12_spc_spec p;
    c12_spc_ability a;
    spc_moments m;
    c12__u128 left;
    double z, freedom;
    int64_t row;
    c12_status s = c12__spc_open(&d, data, err);
    if (s || (s = spc_take_spec(&p, spec, &z, err)) || (s = c12__take(&a, sizeof a, out, "out", err))) return s;
    if (!c12__spc_measured(d.kind)) return c12__fail(err, C12_E_RANGE, "capability is of measurements", "kind", -1, d.kind);
    if (spc_gather(&d, &m, &row)) return c12__fail(err, C12_E_OVERFLOW, "sums do not fit", "x", row, 0);
    if (m.values < 2 || !m.spreads) return c12__fail(err, C12_E_ARG, "capability needs two points", "n", -1, m.points);
    uint64_t sum = m.sum < 0 ? 0 - (uint64_t)m.sum : (uint64_t)m.sum;
    if (c12__mul_u128_u64(m.squares, (uint64_t)m.values, &left)) return c12__fail(err, C12_E_OVERFLOW, "squares do not fit", "x", -1, 0);
    left = c12__sub_u128(left, c12__mul_u64(sum, sum));
    if (!m.spread || !(left.hi | left.lo)) return c12__fail(err, C12_E_ARG, "measurements do not vary", "x", -1, d.x[0]);
    const double n = (double)m.values;
    c12_spc_ability r = C12_INIT(c12_spc_ability);
    r.values = m.values;
    r.mean = (double)m.origin + (double)m.sum / n;
    r.sigma_within = spc_within(&d, &m, &freedom);
    r.sigma_overall = spc_root_of(spc_wide(left) / (n * (n - 1)));
    spc_index in = spc_indices(&p, r.mean, r.sigma_within, freedom, n, z), all = spc_indices(&p, r.mean, r.sigma_overall, n - 1, n, z);
    r.cp = in.both; r.cpl = in.lower; r.cpu = in.upper; r.cpk = in.worst;
    r.pp = all.both; r.ppl = all.lower; r.ppu = all.upper; r.ppk = all.worst;
    r.cp_low = in.both_low; r.cp_high = in.both_high; r.cpk_low = in.worst_low; r.cpk_high = in.worst_high;
    r.pp_low = all.both_low; r.pp_high = all.both_high; r.ppk_low = all.worst_low; r.ppk_high = all.worst_high;
    c12__give(out, &r, sizeof r);
    return C12_OK;
}

/* ---- Pareto ------------------------------------------------------------------------------------------------------------------------ */

static int spc_behind(const int64_t *total, const int32_t *order, int32_t a, int32_t b)
{
    return total[a] != total[b] ? total[a] < total[b] : order[a] > order[b];
}

static void spc_swap(int64_t *total, int32_t *order, int32_t a, int32_t b)
{
    int64_t t = total[a];
    int32_t o = order[a];
    total[a] = total[b]; order[a] = order[b];
    total[b] = t; order[b] = o;
}

/* Heap sort in place: the root of the heap is the one that comes last. */
static void spc_sink(int64_t *total, int32_t *order, int32_t at, int32_t n)
{
    for (int32_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && spc_behind(total, order, child + 1, child)) child++;
        if (!spc_behind(total, order, child, at)) return;
        spc_swap(total, order, at, child);
    }
}

static void spc_sort(int64_t *total, int32_t *order, int32_t n)
{
    for (int32_t k = n / 2 - 1; k >= 0; k--) spc_sink(total, order, k, n);
    for (int32_t k = n - 1; k > 0; k--) {
        spc_swap(total, order, 0, k);
        spc_sink(total, order, 0, k);
    }
}

c12_status c12_spc_pareto(int64_t n, const int32_t *category, const int64_t *weight, int32_t n_categories, int32_t *order, int64_t *total, int32_t *share_ppm, c12_error *err)
{
    int64_t all = 0, before = 0, share = 0;
    if (n < 0 || n_categories < 0) return c12__fail(err, C12_E_ARG, "count is negative", n < 0 ? "n" : "n_categories", -1, n < 0 ? n : n_categories);
    if ((n && !category) || (n_categories && (!order || !total))) return c12__fail(err, C12_E_ARG, "column is NULL", n && !category ? "category" : "order", -1, 0);
    for (int64_t i = 0; i < n; i++) {
        int64_t w = c12__at64(weight, i, 1);
        if (category[i] < 0 || category[i] >= n_categories) return c12__fail(err, C12_E_RANGE, "no such category", "category", i, category[i]);
        if (w < 0) return c12__fail(err, C12_E_RANGE, "weight is negative", "weight", i, w);
        if (c12__add64(all, w, &all)) return c12__fail(err, C12_E_OVERFLOW, "total does not fit 64 bits", "weight", i, w);
    }
    for (int32_t k = 0; k < n_categories; k++) { order[k] = k; total[k] = 0; }
    for (int64_t i = 0; i < n; i++) total[category[i]] += c12__at64(weight, i, 1);
    spc_sort(total, order, n_categories);
    for (int32_t k = 0; k < n_categories && share_ppm; k++) {
        before += total[k];
        if (all) (void)c12__spc_share(before, 1000000, (c12__u128){ 0, (uint64_t)all }, &share); /* at most a million */
        share_ppm[k] = (int32_t)share;
    }
    return C12_OK;
}
