/* SPDX-License-Identifier: Apache-2.0 */
/* Planned receipts become orders: one a lot, released a lead time before. */
#include "flow/plan/flow_plan_internal.h"

/* The next order out of `left`, by the item's lot rule. */
static int64_t next_lot(const c12_mrp_input *in, int32_t item, int64_t left)
{
    int32_t rule = c12__at32(in->lot_rule, item, C12_MRP_LOT_FOR_LOT);
    int64_t lot = 0;
    if (rule == C12_MRP_FIXED) lot = c12__at64(in->lot_size, item, 1);
    if (rule == C12_MRP_MIN_MULTIPLE) lot = c12__at64(in->lot_max, item, 0);
    return lot > 0 && lot < left ? lot : left;
}

static int is_bought(const c12_flow_plan *p, int32_t item) { return c12__at32(p->mrp.item_type, item, C12_MRP_BUY) == C12_MRP_BUY; }

static c12_status count_orders(c12_flow_plan *p, c12_error *err)
{
    for (int32_t i = 0; i < p->n_items; i++) {
        int64_t n = 0;
        for (int32_t t = 0; t < p->buckets; t++) {
            int64_t left = p->net.started[(int64_t)i * p->buckets + t];
            if (!left) continue;
            int64_t lot = next_lot(&p->mrp, i, left);
            n += left / lot + (left % lot != 0);
            if (n > C12__FLOW_MAX_ORDERS) return c12__fail(err, C12_E_SPACE, "an item needs over a million orders; give it a larger lot", "lot_size", i, n);
        }
        if (is_bought(p, i)) p->buy.n += n;
        else p->work.n += n;
    }
    return C12_OK;
}

static void get_order_columns(c12_flow_plan *p)
{
    c12__flow_pool *pool = &p->pool;
    c12__flow_works *w = &p->work;
    c12__flow_buys *b = &p->buy;
    w->item = C12__FLOW_NEW(pool, int32_t, w->n);
    w->release = C12__FLOW_NEW(pool, int32_t, w->n);
    w->due = C12__FLOW_NEW(pool, int32_t, w->n);
    w->qty = C12__FLOW_NEW(pool, int64_t, w->n);
    w->good = C12__FLOW_NEW(pool, int64_t, w->n);
    w->op_off = C12__FLOW_NEW(pool, int64_t, w->n + 1);
    w->ready = C12__FLOW_NEW(pool, int64_t, w->n);
    w->start = C12__FLOW_NEW(pool, int64_t, w->n);
    w->end = C12__FLOW_NEW(pool, int64_t, w->n);
    w->hold = C12__FLOW_NEW(pool, int64_t, w->n);
    w->first_of = C12__FLOW_NEW(pool, int64_t, p->n_items + (int64_t)1);
    b->item = C12__FLOW_NEW(pool, int32_t, b->n);
    b->supply = C12__FLOW_NEW(pool, int32_t, b->n);
    b->order = C12__FLOW_NEW(pool, int32_t, b->n);
    b->need = C12__FLOW_NEW(pool, int32_t, b->n);
    b->arrive = C12__FLOW_NEW(pool, int32_t, b->n);
    b->qty = C12__FLOW_NEW(pool, int64_t, b->n);
    b->good = C12__FLOW_NEW(pool, int64_t, b->n);
    b->cost = C12__FLOW_NEW(pool, int64_t, b->n);
    b->first_of = C12__FLOW_NEW(pool, int64_t, p->n_items + (int64_t)1);
}

/* An order that should have gone out before today goes out today and arrives late by as much. */
static c12_status put_buy(c12_flow_plan *p, int64_t k, int32_t item, int32_t need, int64_t qty, int64_t good, c12_error *err)
{
    c12__flow_buys *b = &p->buy;
    int32_t lead = p->mrp.lead_time[item];
    int64_t offer = p->supply_of[item], price = offer < 0 ? 0 : p->plant.supply_price[offer];
    b->item[k] = item;
    b->supply[k] = (int32_t)offer;
    b->order[k] = need < lead ? 0 : need - lead;
    b->need[k] = need;
    b->arrive[k] = need < lead ? lead : need;
    b->qty[k] = qty;
    b->good[k] = good;
    if (c12__mul64(price, qty, &b->cost[k])) return c12__fail(err, C12_E_OVERFLOW, "cost of a purchase order does not fit 64 bits", "supply_price", offer, qty);
    return C12_OK;
}

static void put_work(c12_flow_plan *p, int64_t k, int32_t item, int32_t due, int64_t qty, int64_t good)
{
    p->work.item[k] = item;
    p->work.due[k] = due;
    p->work.release[k] = c12__at32(p->mrp.item_type, item, C12_MRP_BUY) == C12_MRP_PHANTOM ? due : due - p->mrp.lead_time[item];
    p->work.qty[k] = qty;
    p->work.good[k] = good;
}

/* Good pieces come out of a bucket's lots as they come out of all of them together. */
static int64_t good_upto(const c12_flow_plan *p, int32_t item, int64_t started)
{
    int64_t yield = c12__at32(p->mrp.item_type, item, C12_MRP_BUY) == C12_MRP_PHANTOM ? 1000000 : c12__at32(p->mrp.yield_ppm, item, 1000000);
    return started / 1000000 * yield + started % 1000000 * yield / 1000000;
}

static c12_status cut_cell(c12_flow_plan *p, int32_t item, int32_t t, int64_t *works, int64_t *buys, c12_error *err)
{
    const int64_t started = p->net.started[(int64_t)item * p->buckets + t];
    c12_status s = C12_OK;
    for (int64_t cut = 0, lot; cut < started && !s; cut += lot) {
        lot = next_lot(&p->mrp, item, started - cut);
        int64_t good = good_upto(p, item, cut + lot) - good_upto(p, item, cut);
        if (!is_bought(p, item)) put_work(p, (*works)++, item, t, lot, good);
        else s = put_buy(p, (*buys)++, item, t, lot, good, err);
    }
    return s;
}

c12_status c12__flow_size_orders(c12_flow_plan *p, c12_error *err)
{
    int64_t works = 0, buys = 0;
    c12_status s = count_orders(p, err);
    if (s) return s;
    get_order_columns(p);
    if (p->pool.failed) return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, 0);
    for (int32_t i = 0; i < p->n_items; i++) {
        for (int32_t t = 0; t < p->buckets; t++)
            if ((s = cut_cell(p, i, t, &works, &buys, err))) return s;
        p->work.first_of[i + 1] = works;
        p->buy.first_of[i + 1] = buys;
    }
    return C12_OK;
}
