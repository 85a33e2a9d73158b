/* SPDX-License-Identifier: Apache-2.0 */
#include "kpi/kpi_internal.h"

static void check_run(c12__faults *f, const c12_kpi_runs *r, int32_t i)
{
    if (r->busy_planned[i] < 0) c12__fault(f, C12_E_RANGE, "time is negative", "busy_planned", i, r->busy_planned[i]);
    if (r->produced_time[i] < 0) c12__fault(f, C12_E_RANGE, "time is negative", "produced_time", i, r->produced_time[i]);
    if (r->run_time[i] < 0) c12__fault(f, C12_E_RANGE, "time is negative", "run_time", i, r->run_time[i]);
    if (r->produced[i] < 0) c12__fault(f, C12_E_RANGE, "quantity is negative", "produced", i, r->produced[i]);
    if (r->good[i] < 0 || r->good[i] > r->produced[i]) c12__fault(f, C12_E_RANGE, "good quantity must be 0..produced", "good", i, r->good[i]);
}

c12_status c12__kpi_open(c12_kpi_runs *r, const c12_kpi_runs *in, c12_error *err)
{
    c12_status s = c12__take(r, sizeof *r, in, "in", err);
    if (s) return s;
    if (r->n < 0) return c12__fail(err, C12_E_ARG, "count is negative", "n", -1, r->n);
    if (r->n && (!r->busy_planned || !r->produced_time || !r->run_time || !r->produced || !r->good))
        return c12__fail(err, C12_E_ARG, "column is NULL", "in", -1, 0);
    c12__faults f = { err, C12_OK, 0 };
    for (int32_t i = 0; i < r->n && !c12__full(&f); i++) check_run(&f, r, i);
    return f.status;
}

static int add_run(const c12_kpi_runs *r, int32_t i, c12_kpi_oee *o)
{
    int64_t made, good;
    if (c12__mul64(r->run_time[i], r->produced[i], &made) || c12__mul64(r->run_time[i], r->good[i], &good)) return 1;
    return c12__add64(o->availability_num, r->produced_time[i], &o->availability_num)
        || c12__add64(o->availability_den, r->busy_planned[i], &o->availability_den)
        || c12__add64(o->effectiveness_num, made, &o->effectiveness_num)
        || c12__add64(o->quality_num, good, &o->quality_num);
}

/* Is record i's APT/PBT above record j's?  Cross products in 128 bits. */
static int busier(const c12_kpi_runs *r, int32_t i, int32_t j)
{
    if (j < 0) return 1;
    return c12__cmp_u128(c12__mul_u64((uint64_t)r->produced_time[i], (uint64_t)r->busy_planned[j]),
                         c12__mul_u64((uint64_t)r->produced_time[j], (uint64_t)r->busy_planned[i])) > 0;
}

c12_status c12_kpi_line_oee(const c12_kpi_runs *in, c12_kpi_oee *out, c12_error *err)
{
    c12_kpi_runs r;
    c12_kpi_oee o, caller;
    c12_status s = c12__kpi_open(&r, in, err);
    if (s || (s = c12__take(&caller, sizeof caller, out, "out", err))) return s;
    memset(&o, 0, sizeof o);
    o.bottleneck = -1;
    for (int32_t i = 0; i < r.n; i++) {
        if (add_run(&r, i, &o)) return c12__fail(err, C12_E_OVERFLOW, "sum does not fit 64 bits", "run_time", i, r.run_time[i]);
        if (r.busy_planned[i] && busier(&r, i, o.bottleneck)) o.bottleneck = i;
    }
    o.effectiveness_den = o.availability_num;
    o.quality_den = o.effectiveness_num;
    o.oee_num = o.quality_num;
    o.oee_den = o.availability_den;
    c12__give(out, &o, sizeof o);
    return C12_OK;
}
