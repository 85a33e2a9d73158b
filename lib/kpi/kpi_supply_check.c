/* SPDX-License-Identifier: Apache-2.0 */
/* Checkers of delivery and of the supplier scorecard. */
#include "kpi/kpi_internal.h"

static void supply_say(c12_verdict *v, int wrong, const char *rule, int64_t row)
{
    if (wrong && !v->violations++) { v->rule = rule; v->row = row; }
}

/* ---- delivery: counts what is not --------------------------------------------------------------------------------------------------- */

typedef struct missed { int64_t judged, unopened, untimely, partial, neither; uint64_t late; int64_t most; int32_t worst; int32_t spare; } missed;

static void miss(const c12_kpi_orders *x, int32_t i, missed *m)
{
    const int done = x->done[i] < INT64_MAX;
    const int64_t at = done ? x->done[i] : x->now, behind = (int64_t)((uint64_t)at - (uint64_t)x->due[i]);
    if (!done && x->late >= behind) return;
    m->judged++;
    m->unopened += done;
    const int untimely = !done || behind > x->late || (x->early >= 0 && behind + x->early < 0), partial = !done || (x->ordered && x->delivered[i] < x->ordered[i]);
    m->untimely += untimely;
    m->partial += partial;
    m->neither += untimely || partial;
    if (behind <= 0) return;
    m->late += (uint64_t)behind;
    if (behind >= m->most) { m->most = behind; m->worst = i; }
}

c12_status c12_kpi_deliver_check(const c12_kpi_orders *in, const c12_kpi_delivery *out, c12_verdict *verdict, c12_error *err)
{
    c12_kpi_orders x;
    c12_kpi_delivery d;
    missed m = { .worst = -1 };
    c12_status s = c12__kpi_open_orders(&x, in, err);
    if (s || (s = c12__take(&d, sizeof d, out, "out", err))) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    for (int32_t i = x.n - 1; i >= 0; i--) miss(&x, i, &m);
    c12_verdict v = C12_INIT(c12_verdict);
    v.row = v.tick = -1;
    supply_say(&v, d.judged != m.judged || d.open != x.n - m.judged || d.overdue != m.judged - m.unopened, "orders are miscounted", -1);
    supply_say(&v, d.on_time != m.judged - m.untimely, "orders on time are miscounted", -1);
    supply_say(&v, d.in_full != m.judged - m.partial || d.both != m.judged - m.neither, "orders in full are miscounted", -1);
    supply_say(&v, (uint64_t)d.late_ticks != m.late || d.late_most != m.most || d.worst != m.worst, "lateness is wrong", m.worst);
    v.objective = d.late_ticks;
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}

/* ---- suppliers ---------------------------------------------------------------------------------------------------------------------- */

/* num / den = (wq * accepted / receipts + wt * on time / receipts + wc * mark / best) / weights, all multiplied out and moved to one side. */
static int score_wrong(const c12_kpi_receipts *x, const c12_kpi_scores *v, int32_t i)
{
    const uint64_t receipts = (uint64_t)v->receipts[i], best = (uint64_t)x->communication_of;
    const int has_mark = x->communication && x->communication[i] >= 0;
    const uint64_t weights = (uint64_t)x->weight_quality + (uint64_t)x->weight_time + (has_mark ? (uint64_t)x->weight_communication : 0);
    if (!receipts || !weights) return v->num[i] != 0 || v->den[i] != 0;
    if (v->den[i] <= 0 || v->num[i] < 0) return 1;
    const uint64_t without = (uint64_t)x->weight_quality * (receipts - (uint64_t)v->rejected[i]) + (uint64_t)x->weight_time * (uint64_t)v->on_time[i];
    const uint64_t with = without * best + (has_mark ? (uint64_t)x->weight_communication * (uint64_t)x->communication[i] * receipts : 0);
    c12__u128 told = c12__mul_u64((uint64_t)v->num[i], weights * receipts), due = c12__mul_u64((uint64_t)v->den[i], with);
    return c12__mul_u128_u64(told, best, &told) || c12__cmp_u128(told, due) != 0;
}

static const char *wrong_place(const c12_kpi_receipts *x, const c12_kpi_scores *v, int32_t k, uint8_t *seen)
{
    const int32_t i = v->rank[k];
    if (i < 0 || i >= x->n_suppliers || seen[i]) return "the ranking does not name every supplier once";
    seen[i] = 1;
    if ((v->den[i] > 0) != (k < v->ranked)) return "a supplier without score is ranked, or one with a score is not";
    /* among the best ceil(share * ranked): place k is when k < share * ranked */
    if (v->preferred[i] != (k < v->ranked && (int64_t)k * 1000000 < (int64_t)x->best_ppm * v->ranked)) return "preferred is not the best share";
    if (!k) return NULL;
    const int32_t before = v->rank[k - 1];
    if (k >= v->ranked) return k > v->ranked && before > i ? "suppliers without score are not in order" : NULL;
    c12__u128 mine = c12__mul_u64((uint64_t)v->num[i], (uint64_t)v->den[before]), its = c12__mul_u64((uint64_t)v->num[before], (uint64_t)v->den[i]);
    int way = c12__cmp_u128(mine, its);
    return way > 0 ? "a better score stands behind a worse one" : way == 0 && before > i ? "a tie is not ranked by id" : NULL;
}

static void count_receipts(const c12_kpi_receipts *x, uint64_t *sum)
{
    for (int64_t k = 0; k < (int64_t)x->n_suppliers * 4; k++) sum[k] = 0;
    for (int64_t i = x->n - 1; i >= 0; i--) {
        uint64_t *s = sum + (int64_t)x->supplier[i] * 4;
        s[x->rejected[i] ? 0 : 1]++;
        if (x->late[i] > 0) { s[2]++; s[3] += (uint64_t)x->late[i]; }
    }
}

c12_status c12_kpi_suppliers_check(const c12_kpi_receipts *in, const c12_kpi_scores *out, c12_mem scratch, c12_verdict *verdict, c12_error *err)
{
    c12_kpi_receipts x;
    c12_kpi_scores v;
    c12_status s = c12__kpi_open_receipts(&x, in, err);
    if (s || (s = c12__kpi_take_scores(&v, x.n_suppliers, out, err))) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12__arena a = c12__arena_over(scratch);
    uint64_t *sum = C12__CARVE(&a, uint64_t, (int64_t)x.n_suppliers * 4);
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "scratch too small", "scratch", -1, (int64_t)c12_kpi_suppliers_scratch(x.n_suppliers));
    c12_verdict w = C12_INIT(c12_verdict);
    w.row = w.tick = -1;
    int32_t ranked = 0;
    count_receipts(&x, sum);
    for (int32_t i = 0; i < x.n_suppliers; i++) {
        const uint64_t *t = sum + (int64_t)i * 4, all = t[0] + t[1];
        supply_say(&w, (uint64_t)v.receipts[i] != all || (uint64_t)v.rejected[i] != t[0] || (uint64_t)v.on_time[i] != all - t[2] || (uint64_t)v.late_ticks[i] != t[3], "receipts are miscounted", i);
        if (!w.violations) supply_say(&w, score_wrong(&x, &v, i), "score is not the weighted sum of its ratios", i);
        ranked += v.den[i] != 0;
    }
    supply_say(&w, v.ranked != ranked, "suppliers with a score are miscounted", -1);
    uint8_t *seen = (uint8_t *)(void *)sum;
    for (int32_t i = 0; i < x.n_suppliers; i++) seen[i] = 0;
    for (int32_t k = 0; k < x.n_suppliers && !w.violations; k++) {
        const char *rule = wrong_place(&x, &v, k, seen);
        supply_say(&w, rule != NULL, rule, -1 - (int64_t)k);
    }
    w.objective = v.ranked;
    c12__give(verdict, &w, sizeof w);
    return C12_OK;
}
