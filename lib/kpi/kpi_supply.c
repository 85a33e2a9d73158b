/* SPDX-License-Identifier: Apache-2.0 */
/* Delivery on time, and what suppliers are worth. */
#include "kpi/kpi_internal.h"

/* ---- delivery ----------------------------------------------------------------------------------------------------------------------- */

/* How far behind due, until done or until now; 1 on overflow. */
static int lateness(const c12_kpi_orders *x, int32_t i, int64_t *behind)
{
    return c12__sub64(x->done[i] == INT64_MAX ? x->now : x->done[i], x->due[i], behind);
}

static int deliver_add(const c12_kpi_orders *x, int32_t i, c12_kpi_delivery *d)
{
    const int open = x->done[i] == INT64_MAX;
    int64_t behind;
    if (lateness(x, i, &behind)) return 1;
    if (open && behind <= x->late) { d->open++; return 0; }
    d->judged++;
    d->overdue += open;
    const int timely = !open && behind <= x->late && (x->early < 0 || behind >= -x->early), full = !open && (!x->ordered || x->delivered[i] >= x->ordered[i]);
    d->on_time += timely;
    d->in_full += full;
    d->both += timely && full;
    if (behind > d->late_most) { d->late_most = behind; d->worst = i; }
    return behind > 0 && c12__add64(d->late_ticks, behind, &d->late_ticks);
}

c12_status c12_kpi_deliver(const c12_kpi_orders *in, c12_kpi_delivery *out, c12_error *err)
{
    c12_kpi_orders x;
    c12_kpi_delivery d, caller;
    c12_status s = c12__kpi_open_orders(&x, in, err);
    if (s || (s = c12__take(&caller, sizeof caller, out, "out", err))) return s;
    memset(&d, 0, sizeof d);
    d.worst = -1;
    for (int32_t i = 0; i < x.n; i++)
        if (deliver_add(&x, i, &d)) return c12__fail(err, C12_E_OVERFLOW, "lateness does not fit 64 bits", "due", i, x.due[i]);
    c12__give(out, &d, sizeof d);
    return C12_OK;
}

/* ---- suppliers ---------------------------------------------------------------------------------------------------------------------- */

size_t c12_kpi_suppliers_scratch(int32_t n_suppliers)
{
    c12__arena a = c12__arena_measure();
    (void)c12__carve(&a, (int64_t)(n_suppliers > 0 ? n_suppliers : 0) * 4, 8); /* sums */
    (void)c12__carve(&a, n_suppliers > 0 ? n_suppliers : 0, 4);                /* rows to merge into */
    return c12__arena_need(&a);
}

/* The score as one ratio; 1 on overflow. */
static int score_of(const c12_kpi_receipts *x, const int64_t *sum, int32_t i, int64_t *num, int64_t *den)
{
    const int64_t receipts = sum[0], accepted = receipts - sum[1], mark = x->communication ? x->communication[i] : -1;
    const int64_t weights = x->weight_quality + x->weight_time + (mark < 0 ? 0 : x->weight_communication);
    int64_t quality, timely, talk, scale = mark < 0 ? 1 : x->communication_of;
    *num = *den = 0;
    if (!receipts || !weights) return 0;
    if (c12__mul64(accepted, x->weight_quality * scale, &quality) || c12__mul64(sum[2], x->weight_time * scale, &timely) || c12__mul64(receipts, mark < 0 ? 0 : mark * x->weight_communication, &talk)) return 1;
    return c12__add64(quality, timely, num) || c12__add64(*num, talk, num) || c12__mul64(receipts, weights * scale, den);
}

static int score_better(const c12_kpi_scores *v, int32_t a, int32_t b)
{
    if (!v->den[a] || !v->den[b]) return v->den[a] && !v->den[b];
    return c12__cmp_u128(c12__mul_u64((uint64_t)v->num[a], (uint64_t)v->den[b]), c12__mul_u64((uint64_t)v->num[b], (uint64_t)v->den[a])) > 0;
}

/* Merge sort from the bottom up, stable: ties stay by id.  Integers cannot be keys, as scores are ratios. */
static void rank_scores(const c12_kpi_scores *v, int32_t n, int32_t *spare)
{
    for (int32_t i = 0; i < n; i++) v->rank[i] = i;
    for (int64_t run = 1; run < n; run *= 2) {
        for (int64_t at = 0; at < n; at += 2 * run) {
            int64_t mid = c12__min64(at + run, n), end = c12__min64(at + 2 * run, n), i = at, j = mid;
            for (int64_t k = at; k < end; k++)
                spare[k] = i < mid && (j >= end || !score_better(v, v->rank[j], v->rank[i])) ? v->rank[i++] : v->rank[j++];
        }
        memcpy(v->rank, spare, (size_t)n * sizeof *spare);
    }
}

static c12_status receipts_sum(const c12_kpi_receipts *x, int64_t *sum, c12_error *err)
{
    for (int64_t k = 0; k < (int64_t)x->n_suppliers * 4; k++) sum[k] = 0;
    for (int64_t i = 0; i < x->n; i++) {
        int64_t *s = sum + (int64_t)x->supplier[i] * 4;
        s[0]++;
        s[1] += x->rejected[i];
        s[2] += x->late[i] <= 0;
        if (x->late[i] > 0 && c12__add64(s[3], x->late[i], &s[3])) return c12__fail(err, C12_E_OVERFLOW, "lateness does not fit 64 bits", "late", i, x->late[i]);
    }
    return C12_OK;
}

c12_status c12_kpi_suppliers(const c12_kpi_receipts *in, c12_kpi_scores *out, c12_mem scratch, c12_error *err)
{
    c12_kpi_receipts x;
    c12_kpi_scores v;
    int64_t num, den;
    c12_status s = c12__kpi_open_receipts(&x, in, err);
    if (s || (s = c12__kpi_take_scores(&v, x.n_suppliers, out, err))) return s;
    c12__arena a = c12__arena_over(scratch);
    int64_t *sum = C12__CARVE(&a, int64_t, (int64_t)x.n_suppliers * 4);
    int32_t *spare = C12__CARVE(&a, int32_t, x.n_suppliers);
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "scratch too small", "scratch", -1, (int64_t)c12_kpi_suppliers_scratch(x.n_suppliers));
    if ((s = receipts_sum(&x, sum, err))) return s;
    for (int32_t i = 0; i < x.n_suppliers; i++)
        if (score_of(&x, sum + (int64_t)i * 4, i, &num, &den)) return c12__fail(err, C12_E_OVERFLOW, "a score does not fit 64 bits; take smaller weights", "supplier", i, i);
    v.ranked = 0;
    for (int32_t i = 0; i < x.n_suppliers; i++) {
        const int64_t *t = sum + (int64_t)i * 4;
        (void)score_of(&x, t, i, &v.num[i], &v.den[i]);
        v.receipts[i] = t[0];
        v.rejected[i] = t[1];
        v.on_time[i] = t[2];
        v.late_ticks[i] = t[3];
        v.ranked += v.den[i] != 0;
    }
    if (x.n_suppliers) rank_scores(&v, x.n_suppliers, spare);
    for (int32_t k = 0; k < x.n_suppliers; k++) v.preferred[v.rank[k]] = k < v.ranked && k * INT64_C(1000000) < (int64_t)x.best_ppm * v.ranked;
    c12__give(out, &v, sizeof v);
    return C12_OK;
}
