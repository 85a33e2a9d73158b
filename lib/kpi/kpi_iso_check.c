/* SPDX-License-Identifier: Apache-2.0 */
/* Checker of indicators: sums in 128 bits from the last row to the first; each claim is compared crosswise with its formula. */
#include "kpi/kpi_internal.h"

typedef struct iso_totals { c12__u128 pbt, apt, aust, adet, aoet, made, fine, pq, gq, sq, rq, ip, gp, operating, repair, failures; } iso_totals;

static void iso_more(c12__u128 *sum, const int64_t *a, const int64_t *b, int32_t i)
{
    uint64_t x = a ? (uint64_t)a[i] : 0, y = b ? (uint64_t)b[i] : 1;
    (void)c12__add_u128(*sum, c12__mul_u64(x, y), sum);
}

static void iso_gather(const c12_kpi_elements *e, int32_t i, iso_totals *t)
{
    iso_more(&t->pbt, e->busy_planned, NULL, i);
    iso_more(&t->apt, e->production, NULL, i);
    iso_more(&t->aust, e->setup, NULL, i);
    iso_more(&t->adet, e->delay, NULL, i);
    iso_more(&t->aoet, e->order_time, NULL, i);
    if (e->produced) iso_more(&t->made, e->run_time, e->produced, i);
    if (e->good) iso_more(&t->fine, e->run_time, e->good, i);
    iso_more(&t->pq, e->produced, NULL, i);
    iso_more(&t->gq, e->good, NULL, i);
    iso_more(&t->sq, e->scrap, NULL, i);
    iso_more(&t->rq, e->rework, NULL, i);
    iso_more(&t->ip, e->inspected, NULL, i);
    iso_more(&t->gp, e->first_good, NULL, i);
    iso_more(&t->operating, e->operating, NULL, i);
    iso_more(&t->repair, e->repair, NULL, i);
    iso_more(&t->failures, e->failures, NULL, i);
}

static int iso_none(c12__u128 v) { return !v.hi && !v.lo; }

/* num / den = over / under?  Undefined only when under is. */
static int iso_same(int64_t num, int64_t den, c12__u128 over, c12__u128 under)
{
    c12__u128 a, b;
    if (num < 0 || den < 0) return 0;
    if (iso_none(under) || !den) return iso_none(under) && !den;
    if (c12__mul_u128_u64(over, (uint64_t)den, &a) || c12__mul_u128_u64(under, (uint64_t)num, &b)) return 0;
    return !c12__cmp_u128(a, b);
}

/* The product of two ratios in lowest terms: both products are the same multiple of the terms. */
static int iso_multiple(int64_t num, int64_t den, c12__u128 over, c12__u128 under)
{
    c12__u128 rest, more;
    if (num < 0 || den < 0) return 0;
    if (iso_none(under) || !den) return iso_none(under) && !den;
    if (iso_none(over) || !num) return iso_none(over) && !num;
    if (c12__gcd(num, den) != 1) return 0;
    c12__u128 times = c12__div_u128(over, (c12__u128){ 0, (uint64_t)num }, &rest), same = c12__div_u128(under, (c12__u128){ 0, (uint64_t)den }, &more);
    return iso_none(rest) && iso_none(more) && !c12__cmp_u128(times, same);
}

/* First indicator that is wrong, -1 = none. */
static int32_t wrong_indicator(const iso_totals *t, const int64_t *num, const int64_t *den)
{
    c12__u128 aupt = t->apt, aubt, worked = t->apt;
    (void)c12__add_u128(aupt, t->aust, &aupt);
    (void)c12__add_u128(aupt, t->adet, &aubt);
    (void)c12__add_u128(worked, t->adet, &worked);
    const struct { c12__u128 over, under; } formula[C12_KPI_RATIOS] = { { aubt, t->pbt }, { t->apt, aubt }, { t->apt, t->pbt }, { t->made, t->apt }, { t->gq, t->pq }, { t->fine, t->pbt },
        { c12__mul_u64(aupt.lo, t->fine.lo), c12__mul_u64(t->pbt.lo, t->apt.lo) }, { t->aust, aupt }, { t->apt, worked }, { t->apt, t->aoet }, { t->pq, t->aoet }, { t->sq, t->pq }, { t->rq, t->pq },
        { t->gp, t->ip }, { t->operating, t->failures }, { t->repair, t->failures } };
    for (int32_t k = 0; k < C12_KPI_RATIOS; k++)
        if (!(k == C12_KPI_NEE_INDEX ? iso_multiple : iso_same)(num[k], den[k], formula[k].over, formula[k].under)) return k;
    return -1;
}

c12_status c12_kpi_iso_check(const c12_kpi_elements *in, const int64_t *num, const int64_t *den, c12_verdict *verdict, c12_error *err)
{
    c12_kpi_elements e;
    iso_totals all, one;
    c12_status s = c12__kpi_open_elements(&e, in, num, den, err);
    if (s) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12_verdict v = C12_INIT(c12_verdict);
    v.row = v.tick = -1;
    memset(&all, 0, sizeof all);
    for (int32_t i = e.n; i >= 0; i--) {
        const int32_t row = i ? i - 1 : e.n; /* all together last */
        memset(&one, 0, sizeof one);
        if (i) { iso_gather(&e, row, &one); iso_gather(&e, row, &all); }
        int32_t bad = wrong_indicator(i ? &one : &all, num + (int64_t)row * C12_KPI_RATIOS, den + (int64_t)row * C12_KPI_RATIOS);
        if (bad < 0) continue;
        v.violations++;
        if (i || v.violations == 1) { v.rule = c12_kpi_name(bad); v.row = row; }
    }
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
