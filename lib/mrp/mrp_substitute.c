/* SPDX-License-Identifier: Apache-2.0 */
/* Substitutes: what an item is short of is taken from others' free stock before it is ordered (R22).  A transfer is a demand row of the one
 * and a receipt row of the other, so that net change, pegging and the checker know it as they know any row. */
#include "mrp/mrp_plan.h"

typedef struct substituting {
    c12_mrp *self;
    c12_mrp_substitutes in;
    c12_mrp_transfers out;
    c12_error *err;
    int32_t branch, reserved;
} substituting;

/* ---- validation ----------------------------------------------------------------------------------------------------------------------- */

static c12_status check_rule(const substituting *w, int64_t k)
{
    const int32_t item = w->in.item[k], other = w->in.other[k];
    if (item < 0 || item >= w->self->n) return c12__fail(w->err, C12_E_RANGE, "item out of range", "item", k, item);
    if (other < 0 || other >= w->self->n) return c12__fail(w->err, C12_E_RANGE, "item out of range", "other", k, other);
    if (item == other) return c12__fail(w->err, C12_E_RANGE, "an item cannot stand in for itself", "other", k, other);
    if (k && item < w->in.item[k - 1]) return c12__fail(w->err, C12_E_RANGE, "rows must be sorted by item", "item", k, item);
    if (c12__at64(w->in.num, k, 1) <= 0) return c12__fail(w->err, C12_E_RANGE, "must be positive", "num", k, w->in.num[k]);
    if (c12__at64(w->in.den, k, 1) <= 0) return c12__fail(w->err, C12_E_RANGE, "must be positive", "den", k, w->in.den[k]);
    for (int side = 0; side < 2; side++) {
        const int32_t i = side ? other : item;
        if (c12__mrp_see(w->self, w->branch, w->self->rank_of[i]).item->type == C12_MRP_PHANTOM)
            return c12__fail(w->err, C12_E_RANGE, "a phantom has no stock of its own", side ? "other" : "item", k, i);
    }
    return C12_OK;
}

static c12_status open_substituting(substituting *w, const c12_mrp_substitutes *in, const c12_mrp_transfers *out)
{
    c12_status s = c12__take(&w->in, sizeof w->in, in, "in", w->err);
    if (s || (s = c12__take(&w->out, sizeof w->out, out, "out", w->err))) return s;
    if (w->in.n < 0 || (w->in.n && (!w->in.item || !w->in.other))) return c12__fail(w->err, C12_E_ARG, "columns are NULL or their count is negative", "in", -1, w->in.n);
    if (w->in.only_late != 0 && w->in.only_late != 1) return c12__fail(w->err, C12_E_ARG, "must be 0 or 1", "only_late", -1, w->in.only_late);
    if (w->out.cap < 0 || (w->out.cap && (!w->out.item || !w->out.other || !w->out.bucket || !w->out.qty || !w->out.taken || !w->out.demand || !w->out.receipt)))
        return c12__fail(w->err, C12_E_ARG, "output column is NULL", "out", -1, 0);
    if (w->self->dims.edits < 2) return c12__fail(w->err, C12_E_SPACE, "a transfer takes two edits", "edits", -1, 2);
    for (int64_t k = 0; k < w->in.n && !s; k++) s = check_rule(w, k);
    w->out.count = 0;
    return s;
}

/* ---- what is free ------------------------------------------------------------------------------------------------------------------------ */

/* The least of any bucket from t on that lies above the floor once all that is booked is served, as netting sees it: with a safety time
 * requirements come that much earlier.  No order of the row grows by taking it, but one that fills up to a level. */
static int64_t free_from(const substituting *w, int32_t item, int32_t t)
{
    c12_mrp *self = w->self;
    const int32_t rank = self->rank_of[item], buckets = self->buckets;
    const c12__mrp_view v = c12__mrp_see(self, w->branch, rank);
    const c12__mrp_terms l = c12__mrp_terms_of(v.item);
    c12__mrp_steps safety = c12__mrp_safety_of(self, v.item);
    int64_t *receipts = self->slice, have = v.item->on_hand, least = INT64_MAX, ahead = 0;
    (void)c12__mrp_receipts(self, &v, receipts); /* fitted when the row was netted */
    if (v.item->by_product) (void)c12__mrp_add_fallen(self, w->branch, rank, receipts);
    for (int32_t u = 1; u <= l.safety_time && u < buckets; u++) ahead += c12__mrp_need_at(self, &v, u);
    for (int32_t u = 0; u < buckets; u++) {
        have += receipts[u] + c12__mrp_planned_at(self, &v, u) - c12__mrp_need_at(self, &v, u);
        const int64_t floor = c12__max64(c12__mrp_step(&safety, u), l.rule == C12_MRP_MIN_MAX ? l.min : 0);
        if (u >= t - l.safety_time) least = c12__min64(least, have - ahead - floor);
        if (u + 1 < buckets) ahead -= c12__mrp_need_at(self, &v, u + 1);
        if (u + 1 + l.safety_time < buckets) ahead += c12__mrp_need_at(self, &v, u + 1 + l.safety_time);
    }
    return c12__max64(least, 0);
}

/* How many of the item `free` of the other stand in for, at most `most`. */
static int64_t stand_in(int64_t free, int64_t num, int64_t den, int64_t most)
{
    const c12__u128 n = { 0, (uint64_t)num }, whole = c12__div_u128(c12__mul_u64((uint64_t)free, (uint64_t)den), n, NULL);
    return whole.hi || whole.lo > (uint64_t)most ? most : (int64_t)whole.lo;
}

/* ---- one transfer -------------------------------------------------------------------------------------------------------------------------- */

static void put_transfer(substituting *w, int64_t rule, int32_t t, int64_t qty, int64_t taken)
{
    const int64_t k = w->out.count++;
    if (k >= w->out.cap) return;
    w->out.item[k] = w->in.item[rule];
    w->out.other[k] = w->in.other[rule];
    w->out.bucket[k] = t;
    w->out.qty[k] = qty;
    w->out.taken[k] = taken;
    w->out.demand[k] = w->self->n_demand - 1;
    w->out.receipt[k] = w->self->n_receipts - 1;
}

/* Take up to *want from the rule's other item. */
static c12_status transfer(substituting *w, int64_t rule, int32_t t, int64_t *want)
{
    const int64_t num = c12__at64(w->in.num, rule, 1), den = c12__at64(w->in.den, rule, 1);
    const int64_t qty = stand_in(free_from(w, w->in.other[rule], t), num, den, *want);
    int64_t taken;
    if (!qty) return C12_OK;
    (void)c12__explode_qty(qty, num, den, 0, &taken); /* no more than what is free */
    const c12_mrp_edit edit[2] = {
        { .kind = C12_MRP_EDIT_DEMAND, .row = -1, .item = w->in.other[rule], .bucket = t, .value = taken, .field = C12_MRP_ORDER },
        { .kind = C12_MRP_EDIT_RECEIPT, .row = -1, .item = w->in.item[rule], .bucket = t, .value = qty, .field = C12_MRP_SCHEDULED },
    };
    c12_status s = c12_mrp_change(w->self, w->branch, edit, 2, NULL, w->err);
    if (s) return s;
    *want -= qty;
    put_transfer(w, rule, t, qty, taken);
    return C12_OK;
}

/* What the item is short of in t before anything is ordered; 0 where it orders nothing, or in time when only late orders count.  Inside
 * its planning fence it cannot order and every shortage counts. */
static c12_status short_of(const substituting *w, int32_t item, int32_t t, int64_t *want)
{
    const c12__mrp_view v = c12__mrp_see(w->self, w->branch, w->self->rank_of[item]);
    c12_mrp_why why = C12_INIT(c12_mrp_why);
    *want = 0;
    if (t >= v.item->fence && (!c12__mrp_order_at(w->self, &v, t) || (w->in.only_late && t >= v.meta->lead))) return C12_OK;
    c12_status s = c12_mrp_explain(w->self, w->branch, item, t, &why, w->err);
    *want = why.net;
    return s;
}

static c12_status substitute_item(substituting *w, int64_t from, int64_t to)
{
    c12_status s = C12_OK;
    int64_t want;
    for (int32_t t = 0; t < w->self->buckets && !s; t++) {
        s = short_of(w, w->in.item[from], t, &want);
        for (int64_t k = from; k < to && want && !s; k++) s = transfer(w, k, t, &want);
    }
    return s;
}

/* ---- all of them, from the top down -------------------------------------------------------------------------------------------------------- */

/* The items of one level; *next: the lowest level below it that has any. */
static c12_status substitute_level(substituting *w, int32_t level, int32_t *next)
{
    c12_status s = C12_OK;
    *next = INT32_MAX;
    for (int64_t from = 0, to; from < w->in.n && !s; from = to) {
        for (to = from; to < w->in.n && w->in.item[to] == w->in.item[from]; ) to++;
        const int32_t at = c12__mrp_see(w->self, w->branch, w->self->rank_of[w->in.item[from]]).item->level;
        if (at == level) s = substitute_item(w, from, to);
        else if (at > level && at < *next) *next = at;
    }
    return s;
}

/* Rows added come last in both tables. */
static void take_back_transfers(const substituting *w, int32_t n_demand, int32_t n_receipts)
{
    for (int32_t k = w->self->n_demand; k-- > n_demand; ) {
        const c12_mrp_edit none = { .kind = C12_MRP_EDIT_DEMAND, .row = k };
        (void)!c12_mrp_change(w->self, w->branch, &none, 1, NULL, NULL);
    }
    for (int32_t k = w->self->n_receipts; k-- > n_receipts; ) {
        const c12_mrp_edit none = { .kind = C12_MRP_EDIT_RECEIPT, .row = k };
        (void)!c12_mrp_change(w->self, w->branch, &none, 1, NULL, NULL);
    }
}

c12_status c12_mrp_substitute(c12_mrp *self, int32_t branch, const c12_mrp_substitutes *in, c12_mrp_transfers *out, c12_error *err)
{
    substituting w = { .self = self, .err = err, .branch = branch };
    c12_status s = c12__mrp_ready(self, branch, err);
    if (s || (s = open_substituting(&w, in, out))) return s;
    const int32_t n_demand = self->n_demand, n_receipts = self->n_receipts;
    for (int32_t level = -1, next; level < INT32_MAX && !s; level = next) s = substitute_level(&w, level, &next);
    if (s) take_back_transfers(&w, n_demand, n_receipts);
    else c12__give(out, &w.out, sizeof w.out);
    return s;
}
