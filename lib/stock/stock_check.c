/* SPDX-License-Identifier: Apache-2.0 */
/* Independent checker of balances: every movement's legs sorted by (item, location, lot, movement), then added up.  Knows nothing of slots. */
#include "base/status.h"
#include "c12/stock.h"

/* Leg 2r is what movement r takes from a place, 2r + 1 what it brings to one. */
typedef struct replay_ledger { const c12_stock_moves *m; int32_t *leg; int64_t n; } replay_ledger;

static int32_t replay_place(const replay_ledger *l, int32_t leg)
{
    const int32_t *column = leg & 1 ? l->m->to : l->m->from;
    return column ? column[leg / 2] : -1;
}

static int32_t replay_lot(const replay_ledger *l, int32_t leg) { return l->m->lot ? l->m->lot[leg / 2] : -1; }

static int replay_has(int32_t kind, int brings)
{
    return brings ? kind == C12_STOCK_RECEIPT || kind == C12_STOCK_TRANSFER : kind != C12_STOCK_RECEIPT;
}

/* < 0, 0, > 0 by place; `row` decides equals. */
static int replay_order(const replay_ledger *l, int32_t a, int32_t b)
{
    int32_t x[3] = { l->m->item[a / 2], replay_place(l, a), replay_lot(l, a) }, y[3] = { l->m->item[b / 2], replay_place(l, b), replay_lot(l, b) };
    for (int k = 0; k < 3; k++)
        if (x[k] != y[k]) return x[k] < y[k] ? -1 : 1;
    return 0;
}

static int replay_before(const replay_ledger *l, int32_t a, int32_t b)
{
    int c = replay_order(l, a, b);
    return c ? c < 0 : a < b;
}

static void replay_sift(replay_ledger *l, int64_t from, int64_t end)
{
    for (int64_t child; (child = 2 * from + 1) < end; from = child) {
        if (child + 1 < end && replay_before(l, l->leg[child], l->leg[child + 1])) child++;
        if (!replay_before(l, l->leg[from], l->leg[child])) return;
        int32_t t = l->leg[from];
        l->leg[from] = l->leg[child];
        l->leg[child] = t;
    }
}

static void replay_sort(replay_ledger *l)
{
    for (int64_t i = l->n / 2 - 1; i >= 0; i--) replay_sift(l, i, l->n);
    for (int64_t end = l->n - 1; end > 0; end--) {
        int32_t t = l->leg[0];
        l->leg[0] = l->leg[end];
        l->leg[end] = t;
        replay_sift(l, 0, end);
    }
}

static void replay_wrong(c12_verdict *v, const char *rule, int64_t row)
{
    if (!v->violations) { v->rule = rule; v->row = row; }
    v->violations += v->violations < INT32_MAX;
}

/* Are the ids of a movement sound?  The first fault only. */
static const char *replay_ids(const c12_stock_master *s, const replay_ledger *l, int64_t r)
{
    int32_t kind = l->m->kind[r], item = l->m->item[r], lot = l->m->lot ? l->m->lot[r] : -1;
    if (kind < C12_STOCK_RECEIPT || kind > C12_STOCK_PICK) return "kind of movement";
    if (item < 0 || item >= s->n_items) return "item of movement";
    if (lot < -1 || lot >= s->n_lots || (lot >= 0 && s->lot_item[lot] != item)) return "lot of movement";
    for (int side = 0; side < 2; side++) {
        int32_t place = replay_place(l, (int32_t)(2 * r + side));
        if (replay_has(kind, side) && (place < 0 || place >= s->n_locations)) return "location of movement";
    }
    return kind != C12_STOCK_ADJUST && l->m->qty[r] <= 0 ? "quantity of movement" : NULL;
}

/* The sum of the legs first .. end-1, all of one place; falls below 0 where it may not: a violation. */
static int64_t replay_sum(const c12_stock_master *s, const replay_ledger *l, int64_t first, int64_t end, c12_verdict *v)
{
    uint64_t sum = 0;
    for (int64_t k = first; k < end; k++) {
        int64_t r = l->leg[k] / 2, q = l->m->qty[r];
        int takes = !(l->leg[k] & 1) && l->m->kind[r] != C12_STOCK_ADJUST;
        sum += takes ? 0 - (uint64_t)q : (uint64_t)q;
        if ((int64_t)sum < 0 && !(s->negative && s->negative[l->m->item[r]])) replay_wrong(v, "balance below 0", r);
    }
    return (int64_t)sum;
}

static void replay_balances(const c12_stock_master *s, const replay_ledger *l, const c12_stock_list *b, c12_verdict *v)
{
    int64_t next = 0;
    for (int64_t first = 0, end; first < l->n; first = end) {
        for (end = first + 1; end < l->n && !replay_order(l, l->leg[first], l->leg[end]); end++) { }
        int64_t sum = replay_sum(s, l, first, end, v);
        if (!sum) continue;
        int32_t leg = l->leg[first];
        while (next < b->n && !b->on_hand[next] && b->reserved[next]) next++; /* held, but nothing there */
        int there = next < b->n && b->item[next] == l->m->item[leg / 2] && b->location[next] == replay_place(l, leg) && b->lot[next] == replay_lot(l, leg);
        if (!there) replay_wrong(v, "balance is missing, or not in order", leg / 2);
        else if (b->on_hand[next] != sum) replay_wrong(v, "balance is not the sum of its movements", -1 - next);
        next += there;
    }
    while (next < b->n && !b->on_hand[next]) next++;
    if (next < b->n) replay_wrong(v, "balance without movements", -1 - next);
}

c12_status c12_stock_check(const c12_stock_master *master, const c12_stock_moves *moves, const c12_stock_list *balances, c12_mem scratch,
                           c12_verdict *verdict, c12_error *err)
{
    c12_stock_master s;
    c12_stock_moves m;
    c12_stock_list b;
    c12_verdict v;
    c12_status st = c12__take(&s, sizeof s, master, "master", err);
    if (st || (st = c12__take(&m, sizeof m, moves, "moves", err)) || (st = c12__take(&b, sizeof b, balances, "balances", err))) return st;
    if ((st = c12__take(&v, sizeof v, verdict, "verdict", err))) return st;
    if (m.n < 0 || m.n > INT32_MAX / 2 || (m.n && (!m.kind || !m.item || !m.qty))) return c12__fail(err, C12_E_ARG, "count is negative, too large, or a column is NULL", "n", -1, m.n);
    if (b.n < 0 || (b.n && (!b.item || !b.location || !b.lot || !b.on_hand || !b.reserved))) return c12__fail(err, C12_E_ARG, "count is negative or a column is NULL", "balances", -1, b.n);
    if (m.n && (!scratch.ptr || scratch.size / 8 < (size_t)m.n)) return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, m.n * 8);
    v.violations = 0;
    v.rule = NULL;
    v.row = v.tick = -1;
    replay_ledger l = { &m, scratch.ptr, 0 };
    for (int64_t r = 0; r < m.n; r++) {
        const char *bad = replay_ids(&s, &l, r);
        if (bad) replay_wrong(&v, bad, r);
        for (int side = 0; side < 2 && !bad; side++)
            if (replay_has(m.kind[r], side)) l.leg[l.n++] = (int32_t)(2 * r + side);
    }
    replay_sort(&l);
    replay_balances(&s, &l, &b, &v);
    v.objective = b.n;
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
