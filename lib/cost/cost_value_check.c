/* SPDX-License-Identifier: Apache-2.0 */
/* Checker of a valuation: the rows of each item on their own, its layers a window [from, to) over what it received. */
#include "base/sort.h"
#include "cost/cost_internal.h"

typedef struct value_judge {
    const c12_cost_ledger *l;
    const c12_cost_valued *v;
    int64_t *key, *qty, *value;
    int32_t *order, *spare, *made;
    int32_t from, to, seen; /* window; layers seen in the list */
    int64_t standard;
} value_judge;

/* Is r the nearest whole number to v * a / b, the even one of two?  |2 * b * r - 2 * v * a| against b. */
static int value_nearest(int64_t r, int64_t v, int64_t a, int64_t b)
{
    c12__u128 exact = c12__mul_u64((uint64_t)v, (uint64_t)a), told = c12__mul_u64((uint64_t)r, (uint64_t)b);
    if (r < 0) return 0;
    int above = c12__cmp_u128(told, exact) > 0;
    c12__u128 off = above ? c12__sub_u128(told, exact) : c12__sub_u128(exact, told);
    if (off.hi || off.lo > (uint64_t)b / 2) return 0;
    return off.lo * 2 < (uint64_t)b || !(r & 1);
}

/* What is judged may be anything: sums wrap instead of running into undefined behaviour. */
static int64_t cost_wrap(int64_t a, int64_t b) { return (int64_t)((uint64_t)a + (uint64_t)b); }

static const char *cost_judge_receipt(value_judge *j, int32_t row, int64_t by, int64_t variance)
{
    int64_t in = j->l->method == C12_COST_STANDARD ? (int64_t)((uint64_t)j->l->qty[row] * (uint64_t)j->standard) : j->l->value[row];
    if (by != in || (uint64_t)variance != (uint64_t)j->l->value[row] - (uint64_t)in) return "a receipt does not enter at its value";
    if (j->l->method == C12_COST_FIFO || j->from == j->to) {
        j->qty[j->to] = j->value[j->to] = 0;
        j->made[j->to++] = row;
    }
    j->qty[j->to - 1] = cost_wrap(j->qty[j->to - 1], j->l->qty[row]);
    j->value[j->to - 1] = cost_wrap(j->value[j->to - 1], in);
    return NULL;
}

static const char *cost_judge_issue(value_judge *j, int32_t row, int64_t by, int64_t variance)
{
    int64_t need = j->l->qty[row], cost = cost_wrap(~by, 1);
    if (variance) return "an issue has a variance";
    while (j->from < j->to && need >= j->qty[j->from]) {
        need -= j->qty[j->from];
        cost = cost_wrap(cost, cost_wrap(~j->value[j->from++], 1));
    }
    if (need && j->from == j->to) return "more is issued than there is";
    if (need && !value_nearest(cost, j->value[j->from], need, j->qty[j->from])) return "an issue does not take its part of the oldest layer";
    if (!need) return cost ? "an issue does not take what its layers are worth" : NULL;
    j->qty[j->from] -= need;
    j->value[j->from] -= cost;
    return NULL;
}

static const char *cost_judge_revaluation(value_judge *j, int32_t row, int64_t by, int64_t variance)
{
    uint64_t more = 0;
    for (int32_t k = j->from; k < j->to; k++) {
        uint64_t worth = (uint64_t)j->qty[k] * (uint64_t)j->l->value[row];
        more += worth - (uint64_t)j->value[k];
        j->value[k] = (int64_t)worth;
    }
    j->standard = j->l->value[row];
    return (uint64_t)by != more || (uint64_t)variance != 0 - more ? "a revaluation does not bring the stock to its price" : NULL;
}

static const char *cost_judge_adjustment(value_judge *j, int32_t row, int64_t by, int64_t variance)
{
    const int64_t amount = j->l->value[row];
    int64_t all = 0, left;
    if (j->l->method == C12_COST_STANDARD || j->from == j->to) return by || variance != amount ? "an adjustment with nothing to bear it is no variance" : NULL;
    if (by != amount || variance) return "an adjustment is not in the stock";
    for (int32_t k = j->from; k < j->to; k++) all = cost_wrap(all, j->qty[k]);
    if (all <= 0) return "quantities do not fit 64 bits";
    c12__u128 sum = { 0, 0 }, whole = { 0, (uint64_t)all };
    for (int32_t k = j->from; k < j->to; k++) { /* the remainder of one layer is carried into the next */
        c12__u128 mine = c12__mul_u64(amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount, (uint64_t)j->qty[k]);
        if (c12__add_u128(sum, mine, &sum)) return "an adjustment is too large to judge";
        left = (int64_t)c12__div_u128(sum, whole, &sum).lo;
        j->value[k] = cost_wrap(j->value[k], amount < 0 ? -left : left);
        if (j->value[k] < 0) return "a layer is worth less than nothing";
    }
    return NULL;
}

/* What is left of the item, against the totals and the list of layers. */
static const char *cost_judge_rest(value_judge *j, int32_t item, int64_t *worth)
{
    int64_t have = 0;
    *worth = 0;
    for (int32_t k = j->from; k < j->to; k++, j->seen++) {
        have = cost_wrap(have, j->qty[k]);
        *worth = cost_wrap(*worth, j->value[k]);
        if (j->v->cap < j->v->layers || j->seen >= j->v->layers) continue;
        if (j->v->layer_item[j->seen] != item || j->v->layer_row[j->seen] != j->made[k] || j->v->layer_qty[j->seen] != j->qty[k] || j->v->layer_value[j->seen] != j->value[k])
            return "a layer is not what is left of its receipt";
    }
    return have != j->v->on_hand[item] || *worth != j->v->value[item] ? "on hand or value is not what is left" : NULL;
}

static const char *cost_judge_row(value_judge *j, int32_t row)
{
    const int64_t by = j->v->change[row], variance = j->v->variance[row];
    switch (j->l->kind[row]) {
    case C12_COST_RECEIPT: return cost_judge_receipt(j, row, by, variance);
    case C12_COST_ISSUE: return cost_judge_issue(j, row, by, variance);
    case C12_COST_REVALUE: return cost_judge_revaluation(j, row, by, variance);
    default: return cost_judge_adjustment(j, row, by, variance);
    }
}

static void cost_judge_items(value_judge *j, c12_verdict *out)
{
    int32_t at = 0;
    for (int32_t item = 0; item < j->l->n_items; item++) {
        const char *rule = NULL;
        int64_t worth = 0, row = -1;
        j->from = j->to = 0;
        j->standard = j->l->method == C12_COST_STANDARD ? j->l->standard[item] : 0;
        for (; at < j->l->n && j->l->item[j->order[at]] == item; at++)
            if (!rule && (rule = cost_judge_row(j, j->order[at]))) row = j->order[at];
        if (!rule) rule = cost_judge_rest(j, item, &worth);
        if (rule && !out->violations++) { out->rule = rule; out->row = row; }
        if (c12__add64(out->objective, worth, &out->objective)) out->objective = INT64_MAX;
    }
    if (!out->violations && j->seen != j->v->layers) { out->violations = 1; out->rule = "the number of layers is wrong"; }
}

c12_status c12_cost_value_check(const c12_cost_ledger *in, const c12_cost_valued *out, c12_mem scratch, c12_verdict *verdict, c12_error *err)
{
    c12_cost_ledger l;
    c12_cost_valued v;
    c12_status s = c12__cost_open_ledger(&l, in, err);
    if (s || (s = c12__cost_take_valued(&v, &l, out, err))) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12__arena a = c12__arena_over(scratch);
    value_judge j = { .l = &l, .v = &v, .key = C12__CARVE(&a, int64_t, l.n), .qty = C12__CARVE(&a, int64_t, l.n), .value = C12__CARVE(&a, int64_t, l.n) };
    j.order = C12__CARVE(&a, int32_t, l.n);
    j.spare = C12__CARVE(&a, int32_t, l.n);
    j.made = C12__CARVE(&a, int32_t, l.n);
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "scratch too small", "scratch", -1, (int64_t)c12_cost_value_scratch(l.n_items, l.n));
    for (int32_t i = 0; i < l.n; i++) j.key[i] = l.item[i];
    c12__sort_rows(j.key, l.n, j.order, j.spare);
    c12_verdict w = C12_INIT(c12_verdict);
    w.row = w.tick = -1;
    cost_judge_items(&j, &w);
    c12__give(verdict, &w, sizeof w);
    return C12_OK;
}
