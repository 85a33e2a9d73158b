/* SPDX-License-Identifier: Apache-2.0 */
#include "kpi/kpi_internal.h"

/* Sum of a[i] * b[i] (b NULL = 1) from the last record to the first, in 128 bits. */
static c12__u128 weighted_sum(const int64_t *a, const int64_t *b, int32_t n)
{
    c12__u128 sum = { 0, 0 };
    for (int32_t i = n - 1; i >= 0; i--) c12__add_u128(sum, c12__mul_u64((uint64_t)a[i], b ? (uint64_t)b[i] : 1), &sum);
    return sum;
}

static int sum_is(c12__u128 sum, int64_t claim) { return !sum.hi && sum.lo == (uint64_t)claim; }

c12_status c12_kpi_check(const c12_kpi_runs *in, const c12_kpi_oee *oee, c12_verdict *verdict, c12_error *err)
{
    c12_kpi_runs r;
    c12_kpi_oee o;
    c12_status s = c12__kpi_open(&r, in, err);
    if (s || (s = c12__take(&o, sizeof o, oee, "oee", err))) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12__u128 busy = weighted_sum(r.busy_planned, NULL, r.n), made = weighted_sum(r.produced_time, NULL, r.n);
    c12__u128 planned = weighted_sum(r.run_time, r.produced, r.n), good = weighted_sum(r.run_time, r.good, r.n);
    struct { int holds; const char *rule; } judged[] = {
        { sum_is(made, o.availability_num) && sum_is(busy, o.availability_den), "availability is not APT over PBT" },
        { sum_is(planned, o.effectiveness_num) && sum_is(made, o.effectiveness_den), "effectiveness is not PRI * PQ over APT" },
        { sum_is(good, o.quality_num) && sum_is(planned, o.quality_den), "quality is not PRI * GQ over PRI * PQ" },
        { sum_is(good, o.oee_num) && sum_is(busy, o.oee_den), "index is not PRI * GQ over PBT" },
    };
    c12_verdict v = C12_INIT(c12_verdict);
    v.row = v.tick = -1;
    for (size_t k = 0; k < sizeof judged / sizeof *judged; k++)
        if (!judged[k].holds && !v.violations++) v.rule = judged[k].rule;
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
