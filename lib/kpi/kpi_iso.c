/* SPDX-License-Identifier: Apache-2.0 */
/* Indicators of ISO 22400-2 from sums of elements. */
#include "kpi/kpi_internal.h"

static const char *const indicator_names[C12_KPI_RATIOS] = { "allocation efficiency", "utilization efficiency", "availability", "effectiveness", "quality ratio", "OEE index", "NEE index", "setup rate",
    "technical efficiency", "production process ratio", "throughput rate", "scrap ratio", "rework ratio", "first pass yield", "mean time between failures", "mean time to repair" };

const char *c12_kpi_name(int32_t indicator)
{
    return indicator < 0 || indicator >= C12_KPI_RATIOS ? "?" : indicator_names[indicator];
}

/* Sums of the elements; made and fine are PRI * PQ and PRI * GQ. */
enum { PBT, APT, AUST, ADET, AOET, PQ, GQ, SQ, RQ, IP, GP, OPERATING, REPAIR, FAILURES, MADE, FINE, ISO_SUMS };

static int iso_row(const c12_kpi_elements *e, int32_t i, int64_t *v)
{
    const int64_t *const column[] = { e->busy_planned, e->production, e->setup, e->delay, e->order_time, e->produced, e->good, e->scrap, e->rework, e->inspected, e->first_good, e->operating, e->repair,
                                      e->failures };
    for (int k = PBT; k <= FAILURES; k++) v[k] = c12__at64(column[k], i, 0);
    return c12__mul64(c12__at64(e->run_time, i, 0), v[PQ], &v[MADE]) || c12__mul64(c12__at64(e->run_time, i, 0), v[GQ], &v[FINE]);
}

static void iso_cancel(int64_t *a, int64_t *b)
{
    int64_t g = c12__gcd(*a, *b);
    if (g > 1) { *a /= g; *b /= g; }
}

/* a * b / (c * d) in lowest terms; 1 when these do not fit. */
static int iso_product(int64_t a, int64_t b, int64_t c, int64_t d, int64_t *num, int64_t *den)
{
    if (!c || !d) { *num = *den = 0; return 0; }
    if (!a || !b) { *num = 0; *den = 1; return 0; }
    iso_cancel(&a, &c);
    iso_cancel(&a, &d);
    iso_cancel(&b, &c);
    iso_cancel(&b, &d);
    return c12__mul64(a, b, num) || c12__mul64(c, d, den);
}

/* All indicators of the sums; 1 on overflow. */
static int iso_ratios(const int64_t *v, int64_t *num, int64_t *den)
{
    int64_t processing, busy, technical;
    if (c12__add64(v[APT], v[AUST], &processing) || c12__add64(processing, v[ADET], &busy)) return 1;
    technical = v[APT] + v[ADET]; /* below busy */
    const int64_t over[C12_KPI_RATIOS] = { busy, v[APT], v[APT], v[MADE], v[GQ], v[FINE], 0, v[AUST], v[APT], v[APT], v[PQ], v[SQ], v[RQ], v[GP], v[OPERATING], v[REPAIR] };
    const int64_t under[C12_KPI_RATIOS] = { v[PBT], busy, v[PBT], v[APT], v[PQ], v[PBT], 0, processing, technical, v[AOET], v[AOET], v[PQ], v[PQ], v[IP], v[FAILURES], v[FAILURES] };
    int64_t nee_num, nee_den;
    if (iso_product(processing, v[FINE], v[PBT], v[APT], &nee_num, &nee_den)) return 1;
    for (int k = 0; num && k < C12_KPI_RATIOS; k++) {
        num[k] = k == C12_KPI_NEE_INDEX ? nee_num : over[k];
        den[k] = k == C12_KPI_NEE_INDEX ? nee_den : under[k];
    }
    return 0;
}

c12_status c12_kpi_iso(const c12_kpi_elements *in, int64_t *num, int64_t *den, c12_error *err)
{
    c12_kpi_elements e;
    int64_t all[ISO_SUMS] = { 0 }, v[ISO_SUMS];
    c12_status s = c12__kpi_open_elements(&e, in, num, den, err);
    if (s) return s;
    for (int32_t i = 0; i < e.n; i++) {
        int over = iso_row(&e, i, v) || iso_ratios(v, NULL, NULL);
        for (int k = 0; k < ISO_SUMS && !over; k++) over = c12__add64(all[k], v[k], &all[k]);
        if (over) return c12__fail(err, C12_E_OVERFLOW, "a product or sum does not fit 64 bits; take coarser ticks", "run_time", i, c12__at64(e.run_time, i, 0));
    }
    if (iso_ratios(all, NULL, NULL)) return c12__fail(err, C12_E_OVERFLOW, "a ratio of all rows does not fit 64 bits; take coarser ticks", "run_time", e.n, 0);
    for (int32_t i = 0; i < e.n; i++) {
        (void)iso_row(&e, i, v);
        (void)iso_ratios(v, num + (int64_t)i * C12_KPI_RATIOS, den + (int64_t)i * C12_KPI_RATIOS);
    }
    (void)iso_ratios(all, num + (int64_t)e.n * C12_KPI_RATIOS, den + (int64_t)e.n * C12_KPI_RATIOS);
    return C12_OK;
}
