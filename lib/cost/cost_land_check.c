/* SPDX-License-Identifier: Apache-2.0 */
/* Checker of shares: by what the largest remainders leave behind, not by sorting. */
#include "cost/cost_internal.h"

typedef struct land_judge {
    const c12_cost_arrivals *a;
    const c12_cost_landed *l;
    int32_t charge;
    int64_t from, to;    /* its shares */
    uint64_t all, amount; /* sum of weights; size of the charge */
} land_judge;

static uint64_t weight_of(const land_judge *j, int64_t k)
{
    const int32_t line = j->l->line[k];
    switch (j->a->basis[j->charge]) {
    case C12_COST_BY_QTY: return (uint64_t)j->a->qty[line];
    case C12_COST_BY_VALUE: return (uint64_t)j->a->value[line];
    case C12_COST_BY_WEIGHT: return (uint64_t)j->a->weight[line];
    default: return 1;
    }
}

/* Every line of the shipment once, in order. */
static int lines_are_all(land_judge *j)
{
    const int32_t wanted = j->a->charged ? j->a->charged[j->charge] : -1;
    int64_t k = j->from;
    for (int32_t i = 0; i < j->a->n_lines; i++) {
        if (wanted >= 0 && (j->a->shipment ? j->a->shipment[i] : 0) != wanted) continue;
        if (k >= j->l->n || j->l->charge[k] != j->charge || j->l->line[k] != i) return 0;
        k++;
    }
    j->to = k;
    return 1;
}

/* Share k as size, and how far its multiple lies from the exact one: 0 = rounded down with *rest left, 1 = up, -1 = neither. */
static int rounding_of(const land_judge *j, int64_t k, uint64_t *rest)
{
    const c12_money share = j->l->share[k];
    if (share && (share < 0) != (j->a->amount[j->charge] < 0)) return -1;
    c12__u128 told = c12__mul_u64(share < 0 ? 0 - (uint64_t)share : (uint64_t)share, j->all), exact = c12__mul_u64(j->amount, weight_of(j, k)), off;
    int up = c12__cmp_u128(told, exact) > 0;
    off = up ? c12__sub_u128(told, exact) : c12__sub_u128(exact, told);
    if (off.hi || off.lo >= j->all) return -1;
    *rest = up ? j->all - off.lo : off.lo;
    return up;
}

static const char *cost_judge_charge(land_judge *j)
{
    uint64_t least_up = UINT64_MAX, most_down = 0, rest, sum = 0;
    int64_t last_up = -1, first_down = -1; /* rows of these */
    j->all = 0;
    j->amount = j->a->amount[j->charge] < 0 ? 0 - (uint64_t)j->a->amount[j->charge] : (uint64_t)j->a->amount[j->charge];
    if (!lines_are_all(j)) return "a charge is not spread over its lines in order";
    for (int64_t k = j->from; k < j->to; k++) {
        j->all += weight_of(j, k);
        sum += (uint64_t)j->l->share[k];
    }
    if (sum != (uint64_t)j->a->amount[j->charge]) return "shares do not sum to the charge";
    for (int64_t k = j->from; k < j->to; k++) {
        int up = rounding_of(j, k, &rest);
        if (up < 0) return "a share is off by a micro or more";
        if (up && rest <= least_up) { least_up = rest; last_up = k; }
        if (!up && (first_down < 0 || rest > most_down)) { most_down = rest; first_down = k; }
    }
    if (last_up >= 0 && first_down >= 0 && (least_up < most_down || (least_up == most_down && last_up > first_down))) return "a smaller remainder was rounded up";
    return NULL;
}

c12_status c12_cost_land_check(const c12_cost_arrivals *in, const c12_cost_landed *out, c12_mem scratch, c12_verdict *verdict, c12_error *err)
{
    c12_cost_arrivals a;
    c12_cost_landed l;
    c12_status s = c12__cost_open_arrivals(&a, in, err);
    if (s || (s = c12__cost_take_landed(&l, &a, out, err))) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    if (l.n < 0 || l.n > l.cap) return c12__fail(err, C12_E_RANGE, "more shares than the columns hold", "n", -1, l.n);
    c12__arena room = c12__arena_over(scratch);
    uint64_t *sum = C12__CARVE(&room, uint64_t, a.n_lines);
    if (!c12__arena_ok(&room)) return c12__fail(err, C12_E_SPACE, "scratch too small", "scratch", -1, (int64_t)c12_cost_land_scratch(a.n_lines));
    c12_verdict w = C12_INIT(c12_verdict);
    w.row = w.tick = -1;
    land_judge j = { .a = &a, .l = &l };
    for (j.charge = 0; j.charge < a.n_charges && !w.violations; j.charge++, j.from = j.to) {
        w.rule = cost_judge_charge(&j);
        if (w.rule) { w.violations = 1; w.row = j.charge; }
    }
    if (!w.violations && j.from != l.n) { w.violations = 1; w.rule = "a share belongs to no charge"; }
    for (int32_t i = 0; i < a.n_lines; i++) sum[i] = 0;
    for (int64_t k = l.n - 1; k >= 0 && !w.violations; k--) sum[l.line[k]] += (uint64_t)l.share[k];
    for (int32_t i = 0; i < a.n_lines && !w.violations; i++) {
        if (sum[i] != (uint64_t)l.added[i]) { w.violations = 1; w.row = -1 - (int64_t)i; w.rule = "what is added to a line is not the sum of its shares"; }
    }
    for (int64_t k = 0; k < l.n; k++)
        if (c12__add64(w.objective, l.share[k], &w.objective)) w.objective = l.share[k] < 0 ? INT64_MIN : INT64_MAX;
    c12__give(verdict, &w, sizeof w);
    return C12_OK;
}
