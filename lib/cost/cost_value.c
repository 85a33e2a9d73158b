/* SPDX-License-Identifier: Apache-2.0 */
/* Value of stock.  Every method is layers in a queue: average and standard merge what comes into the one layer there is, and standard lets
 * receipts in at the standard price.  The ledger is gone through twice, the first time for its faults only, so that nothing is half written. */
#include "cost/cost_internal.h"

int c12__cost_part(int64_t v, int64_t a, int64_t b, int64_t *r)
{
    c12__u128 p = c12__mul_u64((uint64_t)v, (uint64_t)a), rest, q;
    if (!p.hi) { /* 64-bit division is what nearly all rows need */
        q = (c12__u128){ 0, p.lo / (uint64_t)b };
        rest = (c12__u128){ 0, p.lo % (uint64_t)b };
    } else q = c12__div_u128(p, (c12__u128){ 0, (uint64_t)b }, &rest);
    if (q.hi || q.lo > INT64_MAX) return 1;
    uint64_t twice = rest.lo * 2;
    *r = (int64_t)q.lo;
    return twice > (uint64_t)b || (twice == (uint64_t)b && (q.lo & 1)) ? c12__add64(*r, 1, r) : 0;
}

typedef struct cost_shelf {
    const c12_cost_ledger *l;
    c12_qty *layer_qty, *have;            /* layers are numbered by the row that made them */
    c12_money *layer_value, *worth, *standard;
    int32_t *next, *head, *tail;
    const char *what;                     /* the fault of the row, with */
    c12_status status;
    int64_t lacking;
} cost_shelf;

static void lay_shelf(c12__arena *a, int32_t n_items, int32_t n, cost_shelf *s)
{
    s->layer_qty = C12__CARVE(a, c12_qty, n);
    s->layer_value = C12__CARVE(a, c12_money, n);
    s->have = C12__CARVE(a, c12_qty, n_items);
    s->worth = C12__CARVE(a, c12_money, n_items);
    s->standard = C12__CARVE(a, c12_money, n_items);
    s->next = C12__CARVE(a, int32_t, n);
    s->head = C12__CARVE(a, int32_t, n_items);
    s->tail = C12__CARVE(a, int32_t, n_items);
}

size_t c12_cost_value_scratch(int32_t n_items, int32_t n)
{
    cost_shelf s;
    c12__arena a = c12__arena_measure(), b = c12__arena_measure();
    if (n_items < 0 || n < 0) return 0;
    lay_shelf(&a, n_items, n, &s);
    for (int k = 0; k < 3; k++) (void)c12__carve(&b, n, 8); /* the checker's: keys, quantities, values, and three of rows */
    for (int k = 0; k < 3; k++) (void)c12__carve(&b, n, 4);
    size_t x = c12__arena_need(&a), y = c12__arena_need(&b);
    return x > y ? x : y;
}

static int cost_stop(cost_shelf *s, c12_status status, const char *what, int64_t value)
{
    s->status = status;
    s->what = what;
    s->lacking = value;
    return 1;
}

static int cost_too_much(cost_shelf *s, int64_t value) { return cost_stop(s, C12_E_OVERFLOW, "value does not fit 64 bits", value); }

static int shelf_receive(cost_shelf *s, int32_t row, c12_money *by, c12_money *variance)
{
    const int32_t item = s->l->item[row], merge = s->l->method != C12_COST_FIFO && s->head[item] >= 0;
    const c12_qty qty = s->l->qty[row];
    c12_money value = s->l->value[row];
    if (s->l->method == C12_COST_STANDARD && c12__mul64(qty, s->standard[item], &value)) return cost_too_much(s, s->standard[item]);
    if (c12__add64(s->have[item], qty, &s->have[item]) || c12__add64(s->worth[item], value, &s->worth[item])) return cost_too_much(s, value);
    if (merge) {
        s->layer_qty[s->head[item]] = s->have[item];
        s->layer_value[s->head[item]] = s->worth[item];
    } else {
        s->layer_qty[row] = qty;
        s->layer_value[row] = value;
        s->next[row] = -1;
        if (s->head[item] < 0) s->head[item] = row;
        else s->next[s->tail[item]] = row;
        s->tail[item] = row;
    }
    *by = value;
    *variance = s->l->value[row] - value;
    return 0;
}

static int shelf_issue(cost_shelf *s, int32_t row, c12_money *by)
{
    const int32_t item = s->l->item[row];
    c12_qty need = s->l->qty[row];
    c12_money cost = 0, part;
    if (need > s->have[item]) return cost_stop(s, C12_E_STATE, "more is issued than there is", s->have[item]);
    s->have[item] -= need;
    for (int32_t k; (k = s->head[item]) >= 0 && s->layer_qty[k] <= need; s->head[item] = s->next[k]) {
        need -= s->layer_qty[k];
        cost += s->layer_value[k]; /* never above worth */
    }
    if (need) {
        const int32_t k = s->head[item];
        (void)c12__cost_part(s->layer_value[k], need, s->layer_qty[k], &part); /* a part of what fits fits */
        s->layer_qty[k] -= need;
        s->layer_value[k] -= part;
        cost += part;
    }
    s->worth[item] -= cost;
    *by = -cost;
    return 0;
}

static int shelf_revalue(cost_shelf *s, int32_t row, c12_money *by, c12_money *variance)
{
    const int32_t item = s->l->item[row];
    const c12_money before = s->worth[item];
    if (c12__mul64(s->have[item], s->l->value[row], &s->worth[item])) return cost_too_much(s, s->l->value[row]);
    for (int32_t k = s->head[item]; k >= 0; k = s->next[k]) s->layer_value[k] = s->layer_qty[k] * s->l->value[row];
    s->standard[item] = s->l->value[row];
    *by = s->worth[item] - before;
    *variance = -*by;
    return 0;
}

/* |amount| * sum / all rounded down, as a part of |amount| it fits. */
static int64_t cost_floor_part(uint64_t amount, int64_t sum, int64_t all)
{
    return (int64_t)c12__div_u128(c12__mul_u64(amount, (uint64_t)sum), (c12__u128){ 0, (uint64_t)all }, NULL).lo;
}

static int shelf_adjust(cost_shelf *s, int32_t row, c12_money *by, c12_money *variance)
{
    const int32_t item = s->l->item[row];
    const c12_money amount = s->l->value[row];
    const uint64_t size = amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount;
    c12_qty sum = 0;
    int64_t given = 0;
    if (s->l->method == C12_COST_STANDARD || s->head[item] < 0) { *variance = amount; return 0; }
    if (c12__add64(s->worth[item], amount, &s->worth[item])) return cost_too_much(s, amount);
    if (s->worth[item] < 0) return cost_stop(s, C12_E_STATE, "what is there would be worth less than nothing", s->worth[item]);
    for (int32_t k = s->head[item]; k >= 0; k = s->next[k]) {
        sum += s->layer_qty[k];
        int64_t upto = cost_floor_part(size, sum, s->have[item]);
        s->layer_value[k] += amount < 0 ? given - upto : upto - given;
        if (s->layer_value[k] < 0) return cost_stop(s, C12_E_STATE, "a layer would be worth less than nothing", s->layer_value[k]);
        given = upto;
    }
    *by = amount;
    return 0;
}

/* All movements; with columns, what they did. */
static int32_t shelf_run(cost_shelf *s, c12_money *by, c12_money *variance)
{
    const c12_cost_ledger *l = s->l;
    for (int32_t i = 0; i < l->n_items; i++) {
        s->have[i] = s->worth[i] = 0;
        s->head[i] = s->tail[i] = -1;
        s->standard[i] = l->method == C12_COST_STANDARD ? l->standard[i] : 0;
    }
    for (int32_t row = 0; row < l->n; row++) {
        c12_money c = 0, v = 0;
        int bad = l->kind[row] == C12_COST_RECEIPT ? shelf_receive(s, row, &c, &v) : l->kind[row] == C12_COST_ISSUE ? shelf_issue(s, row, &c)
                : l->kind[row] == C12_COST_REVALUE ? shelf_revalue(s, row, &c, &v) : shelf_adjust(s, row, &c, &v);
        if (bad) return row;
        if (by) { by[row] = c; variance[row] = v; }
    }
    return -1;
}

static int32_t shelf_layers(const cost_shelf *s, const c12_cost_valued *v)
{
    int32_t n = 0;
    for (int32_t item = 0; item < s->l->n_items; item++)
        for (int32_t k = s->head[item]; k >= 0; k = s->next[k], n++) {
            if (n >= v->cap) continue;
            v->layer_item[n] = item;
            v->layer_row[n] = k;
            v->layer_qty[n] = s->layer_qty[k];
            v->layer_value[n] = s->layer_value[k];
        }
    return n;
}

c12_status c12_cost_value(const c12_cost_ledger *in, c12_cost_valued *out, c12_mem scratch, c12_error *err)
{
    c12_cost_ledger l;
    c12_cost_valued v;
    c12_status st = c12__cost_open_ledger(&l, in, err);
    if (st || (st = c12__cost_take_valued(&v, &l, out, err))) return st;
    cost_shelf s = { .l = &l };
    c12__arena a = c12__arena_over(scratch);
    lay_shelf(&a, l.n_items, l.n, &s);
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "scratch too small", "scratch", -1, (int64_t)c12_cost_value_scratch(l.n_items, l.n));
    int32_t bad = shelf_run(&s, NULL, NULL);
    if (bad >= 0) return c12__fail(err, s.status, s.what, s.status == C12_E_STATE && l.kind[bad] == C12_COST_ISSUE ? "qty" : "value", bad, s.lacking);
    (void)shelf_run(&s, v.change, v.variance);
    for (int32_t i = 0; i < l.n_items; i++) {
        v.on_hand[i] = s.have[i];
        v.value[i] = s.worth[i];
    }
    v.layers = shelf_layers(&s, &v);
    c12__give(out, &v, sizeof v);
    return C12_OK;
}
