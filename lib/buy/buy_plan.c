/* SPDX-License-Identifier: Apache-2.0 */
/* From requirements to requisitions: item by item in order of buckets, with a running surplus; then purchase orders. */
#include "buy/buy_internal.h"

typedef struct buying {
    const c12__buy *b;
    c12_buy_plan *out;
    const c12__buy_room *r;
    int64_t need;         /* first requirement row of the requisition being made */
    int32_t item, bucket; /* its item and bucket */
} buying;

/* ---- which offer ------------------------------------------------------------------------------------------------------------------- */

/* What decides, the first difference first; the lower row is the last tie-break because offers are tried in row order. */
typedef struct buy_rank { int64_t late, first, second, priority; } buy_rank;

static int ranks_before(const buy_rank *x, const buy_rank *y)
{
    if (x->late != y->late) return x->late < y->late;
    if (x->first != y->first) return x->first < y->first;
    if (x->second != y->second) return x->second < y->second;
    return x->priority < y->priority;
}

static int rank_offer(const c12__buy *b, int64_t offer, int32_t bucket, c12_qty required, buy_rank *k)
{
    c12__buy_lots l;
    if (b->o.policy == C12_BUY_CHEAPEST && c12__buy_lot(b, offer, required, &l)) return 1;
    k->late = b->o.late_rule == C12_BUY_LATE_EARLIEST && b->soonest[offer] > bucket;
    k->first = k->late ? b->soonest[offer] : 0; /* what is late is ordered today */
    k->second = b->o.policy == C12_BUY_CHEAPEST ? l.cost : b->o.policy == C12_BUY_EARLIEST ? b->soonest[offer] : 0;
    k->priority = c12__at32(b->in.offer_priority, offer, 0);
    return 0;
}

/* Row of the best offer, -1 when nobody offers the item; 1 on overflow. */
static int choose_offer(const buying *w, c12_qty required, int64_t *offer)
{
    const int64_t *off = w->r->offer_off + w->item;
    buy_rank best, k;
    *offer = off[0] < off[1] ? w->r->offer_row[off[0]] : -1;
    if (off[1] - off[0] < 2) return 0;
    if (rank_offer(w->b, *offer, w->bucket, required, &best)) return 1;
    for (int64_t e = off[0] + 1; e < off[1]; e++) {
        if (rank_offer(w->b, w->r->offer_row[e], w->bucket, required, &k)) return 1;
        if (!ranks_before(&k, &best)) continue;
        best = k;
        *offer = w->r->offer_row[e];
    }
    return 0;
}

/* ---- rows ------------------------------------------------------------------------------------------------------------------------------ */

#define BUY_PUT(column, value) do { if (w->out->column) w->out->column[at] = (value); } while (0)

/* What all rows have, with or without an offer; its place, or -1 beyond cap. */
static int64_t put_row(buying *w, int32_t supplier, int32_t order_bucket, int32_t message, c12_qty required)
{
    const int64_t at = w->out->count++;
    w->r->supplier[at] = supplier;
    w->r->date[at] = order_bucket;
    if (at >= w->out->cap) return -1;
    BUY_PUT(need, w->need);
    BUY_PUT(item, w->item);
    BUY_PUT(supplier, supplier);
    BUY_PUT(order_bucket, order_bucket);
    BUY_PUT(need_bucket, w->bucket);
    BUY_PUT(message, message);
    BUY_PUT(required, required);
    return at;
}

static void put_ordered(const buying *w, int64_t at, int64_t offer, const c12__buy_dates *d)
{
    BUY_PUT(offer, (int32_t)offer);
    BUY_PUT(arrive_bucket, d ? d->arrive : -1);
    BUY_PUT(overdue, d ? d->overdue : 0);
    BUY_PUT(late, d && d->arrive > w->bucket ? d->arrive - w->bucket : 0);
}

static void put_lots(const buying *w, int64_t at, int64_t lots, c12_qty size, c12_money price, c12_money cost)
{
    BUY_PUT(lots, lots);
    BUY_PUT(qty, lots * size);
    BUY_PUT(unit_price, price);
    BUY_PUT(cost, lots * cost);
}

static void put_uncovered(buying *w, c12_qty required)
{
    int64_t at = put_row(w, -1, -1, C12_BUY_NO_OFFER, required);
    w->out->uncovered++;
    if (at < 0) return;
    put_ordered(w, at, -1, NULL);
    put_lots(w, at, 0, 0, 0, 0);
}

static void put_requisition(buying *w, int64_t offer, const c12__buy_dates *d, const c12__buy_lots *l)
{
    const int32_t supplier = c12__at32(w->b->in.offer_supplier, offer, 0), message = d->overdue ? C12_BUY_EXPEDITE : C12_BUY_ON_TIME;
    for (int part = 0; part < 2; part++) {
        if (!(part ? l->rest : l->lots)) continue;
        int64_t at = put_row(w, supplier, d->order, message, part ? l->rest_required : l->lots * l->full);
        w->out->expedites += message == C12_BUY_EXPEDITE;
        if (at < 0) continue;
        put_ordered(w, at, offer, d);
        if (part) put_lots(w, at, 1, l->rest, l->rest_price, l->rest_cost);
        else put_lots(w, at, l->lots, l->full, l->full_price, l->full_cost);
    }
}

/* ---- requirements ------------------------------------------------------------------------------------------------------------------------ */

static c12_status too_much(const buying *w, const char *what, c12_qty required, c12_error *err)
{
    return c12__fail(err, C12_E_OVERFLOW, what, "need_qty", w->need, required);
}

/* Buy `required`; *surplus becomes what the orders bring beyond it. */
static c12_status buy_required(buying *w, c12_qty required, c12_qty *surplus, c12_error *err)
{
    int64_t offer;
    c12__buy_lots l;
    *surplus = 0;
    if (choose_offer(w, required, &offer)) return too_much(w, "quantity or cost of an order does not fit 64 bits", required, err);
    if (offer < 0) { put_uncovered(w, required); return C12_OK; }
    if (c12__buy_lot(w->b, offer, required, &l)) return too_much(w, "quantity or cost of an order does not fit 64 bits", required, err);
    if (c12__add64(w->out->total, l.cost, &w->out->total)) return too_much(w, "cost of all orders does not fit 64 bits", required, err);
    c12__buy_dates d = c12__buy_date(w->b, offer, w->bucket);
    put_requisition(w, offer, &d, &l);
    *surplus = l.rest - l.rest_required;
    return C12_OK;
}

static c12_status buy_all(buying *w, c12_error *err)
{
    const c12_buy_input *in = &w->b->in;
    const int32_t *order = w->r->order;
    c12_qty surplus = 0;
    int32_t item = -1;
    for (int64_t at = 0; at < in->n_needs;) {
        int64_t row = order[at++];
        c12_qty required = in->need_qty[row];
        if (in->need_item[row] != item) { item = in->need_item[row]; surplus = 0; }
        if (required <= surplus) { surplus -= required; continue; }
        w->need = row;
        w->item = item;
        w->bucket = in->need_bucket[row];
        required -= surplus;
        const int64_t end = (int64_t)w->bucket + w->b->o.consolidate;
        for (; at < in->n_needs && in->need_item[order[at]] == item && in->need_bucket[order[at]] < end; at++)
            if (c12__add64(required, in->need_qty[order[at]], &required)) return too_much(w, "requirement does not fit 64 bits", required, err);
        c12_status s = buy_required(w, required, &surplus, err);
        if (s) return s;
    }
    return C12_OK;
}

/* ---- purchase orders ------------------------------------------------------------------------------------------------------------------------ */

/* Requisitions by supplier and order bucket, cut where the window that began with the first one ends. */
static void number_orders(const c12__buy *b, c12_buy_plan *out, const c12__buy_room *r)
{
    const int32_t n = (int32_t)out->count;
    int64_t end = 0;
    int32_t supplier = -1, number = -1, last = -1;
    for (int32_t k = 0; k < n; k++) last = r->date[k] > last ? r->date[k] : last;
    for (int32_t k = 0; k < n; k++) r->key[k] = (r->supplier[k] + INT64_C(1)) * (last + INT64_C(2)) + r->date[k]; /* dense: few bytes to sort by */
    c12__sort_rows(r->key, n, r->order, r->spare);
    for (int32_t k = 0; k < n; k++) {
        int32_t row = r->order[k];
        if (r->supplier[row] >= 0 && (r->supplier[row] != supplier || r->date[row] >= end)) {
            number++;
            supplier = r->supplier[row];
            end = (int64_t)r->date[row] + b->o.order_window;
        }
        if (out->purchase_order && row < out->cap) out->purchase_order[row] = r->supplier[row] < 0 ? -1 : number;
    }
    out->n_orders = number + 1;
}

c12_status c12__buy_plan_all(const c12__buy *b, c12_buy_plan *out, const c12__buy_room *r, c12_error *err)
{
    buying w = { b, out, r, 0, 0, 0 };
    out->count = out->expedites = out->uncovered = out->total = 0;
    c12__csr_by_key(b->in.offer_item, b->in.n_offers, b->in.n_items, r->offer_off, r->offer_row);
    c12__buy_sort_needs(b, r->key, r->order, r->spare);
    c12_status s = buy_all(&w, err);
    if (!s) number_orders(b, out, r);
    return s;
}
