/* SPDX-License-Identifier: Apache-2.0 */
/* Reservations: lots in order of receipt or expiry, each need in turn. */
#include "stock/stock_internal.h"

/* A balance as candidate: the smaller goes first. */
typedef struct alloc_rank { c12_ns first, second; int32_t location, lot; } alloc_rank;

static c12_ns alloc_expiry(const c12_stock_master *m, int32_t lot) { return lot >= 0 ? c12__at64(m->lot_expiry, lot, INT64_MAX) : INT64_MAX; }
static c12_ns alloc_received(const c12_stock_master *m, int32_t lot) { return lot >= 0 ? c12__at64(m->lot_received, lot, 0) : INT64_MIN; } /* without lot: before all */

static alloc_rank alloc_rank_of(const c12_stock *s, const c12__stock_slot *b, int32_t rule)
{
    c12_ns received = alloc_received(&s->master, b->lot), expiry = alloc_expiry(&s->master, b->lot);
    alloc_rank r = { rule == C12_STOCK_FEFO ? expiry : received, rule == C12_STOCK_FEFO ? received : 0, b->location, b->lot };
    return r;
}

static int alloc_before(alloc_rank a, alloc_rank b)
{
    if (a.first != b.first) return a.first < b.first;
    if (a.second != b.second) return a.second < b.second;
    if (a.location != b.location) return a.location < b.location;
    return a.lot < b.lot;
}

/* The next balance to take from; -1 = none is left. */
static int32_t alloc_best(const c12_stock *s, int32_t item, int32_t rule, c12_ns good_until)
{
    int32_t best = -1;
    alloc_rank low = { 0, 0, 0, 0 };
    for (int32_t k = s->head[item]; k >= 0; k = s->slot[k].next) {
        const c12__stock_slot *b = &s->slot[k];
        if (b->on_hand <= b->reserved || (s->master.blocked && s->master.blocked[b->location]) || alloc_expiry(&s->master, b->lot) < good_until) continue;
        alloc_rank r = alloc_rank_of(s, b, rule);
        if (best < 0 || alloc_before(r, low)) { best = k; low = r; }
    }
    return best;
}

static void alloc_hold(c12_stock *s, c12__stock_slot *b, c12_qty qty)
{
    b->reserved += qty;
    s->held[b->item] += qty;
}

/* As much of one need as there is; 1 = the set is full. */
static int alloc_need(c12_stock *s, const c12_stock_needs *needs, int64_t need, c12_stock_set *out, c12_qty *lacks)
{
    for (*lacks = needs->qty[need]; *lacks;) {
        int32_t k = alloc_best(s, needs->item[need], needs->rule, c12__at64(needs->good_until, need, INT64_MIN));
        if (k < 0) return 0;
        if (out->n == out->cap) return 1;
        c12__stock_slot *b = &s->slot[k];
        c12_qty qty = c12__min64(b->on_hand - b->reserved, *lacks);
        alloc_hold(s, b, qty);
        out->need[out->n] = need;
        out->location[out->n] = b->location;
        out->lot[out->n] = b->lot;
        out->qty[out->n++] = qty;
        *lacks -= qty;
    }
    return 0;
}

static c12_status alloc_take(const c12_stock *s, const c12_stock_needs *needs, const c12_stock_set *out, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    if (needs->rule != C12_STOCK_FIFO && needs->rule != C12_STOCK_FEFO) c12__fault(&f, C12_E_ARG, "there is no such rule", "rule", -1, needs->rule);
    if (needs->n < 0 || (needs->n && (!needs->item || !needs->qty))) c12__fault(&f, C12_E_ARG, "count is negative or a column is NULL", "n", -1, needs->n);
    if (out->cap < 0 || (out->cap && (!out->need || !out->location || !out->lot || !out->qty))) c12__fault(&f, C12_E_ARG, "cap is negative or a column is NULL", "cap", -1, out->cap);
    for (int64_t i = 0; !f.status && i < needs->n; i++) {
        if (needs->item[i] < 0 || needs->item[i] >= s->master.n_items) c12__fault(&f, C12_E_RANGE, "item lies outside the table", "item", i, needs->item[i]);
        if (needs->qty[i] <= 0) c12__fault(&f, C12_E_RANGE, "quantity must be positive", "qty", i, needs->qty[i]);
    }
    return f.status;
}

static void alloc_undo(c12_stock *s, const c12_stock_needs *needs, const c12_stock_set *set)
{
    for (int64_t k = 0; k < set->n; k++) alloc_hold(s, &s->slot[c12__stock_find(s, needs->item[set->need[k]], set->location[k], set->lot[k])], -set->qty[k]);
}

c12_status c12_stock_allocate(c12_stock *self, const c12_stock_needs *needs, c12_stock_set *out, c12_error *err)
{
    c12_stock_needs in;
    c12_stock_set set;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    c12_status st = c12__take(&in, sizeof in, needs, "needs", err);
    if (st || (st = c12__take(&set, sizeof set, out, "out", err))) return st;
    if (!self->loaded) return c12__fail(err, C12_E_STATE, "load comes first", NULL, -1, 0);
    if ((st = alloc_take(self, &in, &set, err))) return st;
    set.n = 0;
    for (int64_t i = 0; i < in.n; i++) {
        c12_qty lacks;
        if (alloc_need(self, &in, i, &set, &lacks)) {
            alloc_undo(self, &in, &set);
            return c12__fail(err, C12_E_SPACE, "the set is full", "cap", i, set.cap + 1);
        }
        if (set.lacking) set.lacking[i] = lacks;
    }
    c12__give(out, &set, sizeof set);
    return C12_OK;
}

c12_status c12_stock_release(c12_stock *self, int64_t n, const int32_t *item, const int32_t *location, const int32_t *lot, const c12_qty *qty, c12_error *err)
{
    if (!self || n < 0 || (n && (!item || !location || !lot || !qty))) return c12__fail(err, C12_E_ARG, "argument is NULL or n negative", self ? "n" : "self", -1, n);
    if (!self->loaded) return c12__fail(err, C12_E_STATE, "load comes first", NULL, -1, 0);
    c12_status st = C12_OK;
    int64_t done = 0;
    for (; done < n; done++) {
        if ((st = c12__stock_ids(self, item[done], location[done], lot[done], done, err))) break;
        int32_t k = c12__stock_find(self, item[done], location[done], lot[done]);
        c12_qty held = k < 0 ? 0 : self->slot[k].reserved;
        if (qty[done] <= 0) { st = c12__fail(err, C12_E_RANGE, "quantity must be positive", "qty", done, qty[done]); break; }
        if (held < qty[done]) { st = c12__fail(err, C12_E_STATE, "less is reserved here", "qty", done, held); break; }
        alloc_hold(self, &self->slot[k], -qty[done]);
    }
    while (st && done--) alloc_hold(self, &self->slot[c12__stock_find(self, item[done], location[done], lot[done])], qty[done]);
    return st;
}
