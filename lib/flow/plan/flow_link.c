/* SPDX-License-Identifier: Apache-2.0 */
/* Who is served by what: needs and supplies of an item meet first in, first out on cumulative quantity. */
#include "base/csr.h"
#include "base/sort.h"
#include "flow/plan/flow_plan_internal.h"

/* One side of the meeting: rows with a day, kept sorted by it. */
typedef struct flow_side { int64_t n, cap; int32_t *kind, *order, *spare; int64_t *row, *qty, *day; } flow_side;

typedef struct flow_meeting {
    c12_flow_plan *p;
    c12_bom bom;
    int64_t *line_start, *line; /* lines of each child */
    int32_t *line_parent;
    int64_t *demand_start, *demand, *receipt_start, *receipt;
    flow_side need, supply;
    c12_error *err;
} flow_meeting;

static c12_status side_full(flow_meeting *m) { return c12__fail(m->err, C12_E_NOMEM, "out of memory", NULL, -1, 0); }

static int side_room(flow_meeting *m, flow_side *s, int64_t room)
{
    c12__flow_pool *pool = &m->p->pool;
    if (room > INT32_MAX) pool->failed = 1;
    if (room <= s->cap || pool->failed) return !pool->failed;
    s->cap = room * 2;
    s->kind = C12__FLOW_NEW(pool, int32_t, s->cap);
    s->order = C12__FLOW_NEW(pool, int32_t, s->cap);
    s->spare = C12__FLOW_NEW(pool, int32_t, s->cap);
    s->row = C12__FLOW_NEW(pool, int64_t, s->cap);
    s->qty = C12__FLOW_NEW(pool, int64_t, s->cap);
    s->day = C12__FLOW_NEW(pool, int64_t, s->cap);
    return !pool->failed;
}

static void side_put(flow_side *s, int32_t kind, int64_t row, int64_t day, int64_t qty)
{
    if (qty <= 0) return;
    s->kind[s->n] = kind;
    s->row[s->n] = row;
    s->day[s->n] = day;
    s->qty[s->n++] = qty;
}

/* ---- needs --------------------------------------------------------------------------------------------------------------- */

static int line_explode(const flow_meeting *m, int64_t e, int64_t qty, int64_t *r)
{
    int64_t num = m->bom.line_num[e], den = c12__at64(m->bom.line_den, e, 1);
    int32_t ppm = c12__at32(m->bom.line_scrap_ppm, e, 0);
    return m->p->mrp.scrap == C12_SCRAP_YIELD ? c12__explode_yield(qty, num, den, ppm, r) : c12__explode_qty(qty, num, den, ppm, r);
}

/* MRP rounds a line once for all releases of a day (all past-due ones together), so the orders of a day share that
 * quantity by cumulative rounding and their sum is the same. */
static c12_status needs_of_line(flow_meeting *m, int64_t e)
{
    const c12_flow_plan *p = m->p;
    const c12__flow_works *w = &p->work;
    int32_t parent = m->line_parent[e], day = INT32_MIN;
    int64_t total = 0, given = 0;
    for (int64_t k = w->first_of[parent]; k < w->first_of[parent + 1]; k++) {
        int32_t release = w->release[k] < 0 ? -1 : w->release[k], from = release < 0 ? 0 : release;
        int64_t t = (int64_t)from + c12__at32(m->bom.line_offset, e, 0), upto;
        if (release != day) { day = release; total = given = 0; }
        if (from < c12__at32(m->bom.line_from, e, 0) || from >= c12__at32(m->bom.line_to, e, INT32_MAX)) continue;
        if (c12__add64(total, w->qty[k], &total) || line_explode(m, e, total, &upto))
            return c12__fail(m->err, C12_E_OVERFLOW, "component quantity does not fit 64 bits", "line_num", e, total);
        if (t < p->buckets) side_put(&m->need, C12_FLOW_WORK, k, t < 0 ? 0 : t, upto - given);
        given = upto;
    }
    return C12_OK;
}

static c12_status gather_needs(flow_meeting *m, int32_t item)
{
    const c12_flow_plan *p = m->p;
    const c12_mrp_input *in = &p->mrp;
    int64_t room = 1 + m->demand_start[item + 1] - m->demand_start[item];
    for (int64_t j = m->line_start[item]; j < m->line_start[item + 1]; j++) {
        int32_t parent = m->line_parent[m->line[j]];
        room += p->work.first_of[parent + 1] - p->work.first_of[parent];
    }
    m->need.n = 0;
    if (!side_room(m, &m->need, room)) return side_full(m);
    if (c12__at64(in->on_hand, item, 0) < 0) side_put(&m->need, C12_FLOW_STOCK, item, -1, -in->on_hand[item]);
    for (int64_t j = m->demand_start[item]; j < m->demand_start[item + 1]; j++) {
        int64_t d = m->demand[j], t = in->demand_bucket[d] < 0 ? 0 : in->demand_bucket[d];
        if (t < c12__at32(in->demand_fence, item, 0) && c12__at32(in->demand_kind, d, C12_MRP_ORDER) == C12_MRP_FORECAST) continue;
        if (t < p->buckets) side_put(&m->need, C12_FLOW_DEMAND, d, t, in->demand_qty[d]);
    }
    c12_status s = C12_OK;
    for (int64_t j = m->line_start[item]; !s && j < m->line_start[item + 1]; j++) s = needs_of_line(m, m->line[j]);
    return s;
}

/* ---- supplies ------------------------------------------------------------------------------------------------------------ */

static c12_status gather_supplies(flow_meeting *m, int32_t item)
{
    const c12_flow_plan *p = m->p;
    const c12_mrp_input *in = &p->mrp;
    const c12__flow_works *w = &p->work;
    const c12__flow_buys *b = &p->buy;
    m->supply.n = 0;
    if (!side_room(m, &m->supply, 1 + m->receipt_start[item + 1] - m->receipt_start[item] + w->first_of[item + 1] - w->first_of[item] + b->first_of[item + 1] - b->first_of[item]))
        return side_full(m);
    side_put(&m->supply, C12_FLOW_STOCK, item, 0, c12__at64(in->on_hand, item, 0));
    for (int64_t j = m->receipt_start[item]; j < m->receipt_start[item + 1]; j++) {
        int64_t r = m->receipt[j], t = in->receipt_bucket[r] < 0 ? 0 : in->receipt_bucket[r];
        if (t < p->buckets && c12__at32(in->receipt_kind, r, C12_MRP_SCHEDULED) == C12_MRP_SCHEDULED) side_put(&m->supply, C12_FLOW_RECEIPT, r, t, in->receipt_qty[r]); /* firm orders are works */
    }
    for (int64_t k = b->first_of[item]; k < b->first_of[item + 1]; k++) side_put(&m->supply, C12_FLOW_BUY, k, b->need[k], b->good[k]);
    for (int64_t k = w->first_of[item]; k < w->first_of[item + 1]; k++) side_put(&m->supply, C12_FLOW_WORK, k, w->due[k], w->good[k]);
    return C12_OK;
}

/* ---- the meeting --------------------------------------------------------------------------------------------------------- */

static int link_room(c12_flow_plan *p)
{
    c12__flow_links *l = &p->link, old = *l;
    if (l->n < l->cap) return 1;
    l->cap = l->cap ? l->cap * 2 : 1024;
    l->item = C12__FLOW_NEW(&p->pool, int32_t, l->cap);
    l->from = C12__FLOW_NEW(&p->pool, int32_t, l->cap);
    l->to = C12__FLOW_NEW(&p->pool, int32_t, l->cap);
    l->from_row = C12__FLOW_NEW(&p->pool, int64_t, l->cap);
    l->to_row = C12__FLOW_NEW(&p->pool, int64_t, l->cap);
    l->qty = C12__FLOW_NEW(&p->pool, int64_t, l->cap);
    if (p->pool.failed) return 0;
    if (!l->n) return 1;
    memcpy(l->item, old.item, (size_t)l->n * sizeof *l->item);
    memcpy(l->from, old.from, (size_t)l->n * sizeof *l->from);
    memcpy(l->to, old.to, (size_t)l->n * sizeof *l->to);
    memcpy(l->from_row, old.from_row, (size_t)l->n * sizeof *l->from_row);
    memcpy(l->to_row, old.to_row, (size_t)l->n * sizeof *l->to_row);
    memcpy(l->qty, old.qty, (size_t)l->n * sizeof *l->qty);
    return 1;
}

static c12_status meet(flow_meeting *m, int32_t item)
{
    flow_side *need = &m->need, *supply = &m->supply;
    c12__flow_links *l = &m->p->link;
    c12__sort_rows(need->day, (int32_t)need->n, need->order, need->spare);
    c12__sort_rows(supply->day, (int32_t)supply->n, supply->order, supply->spare);
    for (int64_t a = 0, b = 0; a < need->n && b < supply->n;) {
        int32_t x = need->order[a], y = supply->order[b];
        int64_t q = c12__min64(need->qty[x], supply->qty[y]);
        if (!link_room(m->p)) return side_full(m);
        l->item[l->n] = item;
        l->from[l->n] = supply->kind[y];
        l->from_row[l->n] = supply->row[y];
        l->to[l->n] = need->kind[x];
        l->to_row[l->n] = need->row[x];
        l->qty[l->n++] = q;
        if (!(need->qty[x] -= q)) a++;
        if (!(supply->qty[y] -= q)) b++;
    }
    return C12_OK;
}

static void index_meeting(flow_meeting *m)
{
    c12_flow_plan *p = m->p;
    c12__flow_pool *pool = &p->pool;
    int64_t lines = p->n_items ? m->bom.line_off[p->n_items] : 0;
    m->line_start = C12__FLOW_NEW(pool, int64_t, p->n_items + (int64_t)1);
    m->line = C12__FLOW_NEW(pool, int64_t, lines);
    m->line_parent = C12__FLOW_NEW(pool, int32_t, lines);
    m->demand_start = C12__FLOW_NEW(pool, int64_t, p->n_items + (int64_t)1);
    m->demand = C12__FLOW_NEW(pool, int64_t, p->mrp.n_demand);
    m->receipt_start = C12__FLOW_NEW(pool, int64_t, p->n_items + (int64_t)1);
    m->receipt = C12__FLOW_NEW(pool, int64_t, p->mrp.n_receipts);
    if (pool->failed) return;
    for (int32_t i = 0; i < p->n_items; i++)
        for (int64_t e = m->bom.line_off[i]; e < m->bom.line_off[i + 1]; e++) m->line_parent[e] = i;
    c12__csr_by_key(m->bom.line_child, lines, p->n_items, m->line_start, m->line);
    c12__csr_by_key(p->mrp.demand_item, p->mrp.n_demand, p->n_items, m->demand_start, m->demand);
    c12__csr_by_key(p->mrp.receipt_item, p->mrp.n_receipts, p->n_items, m->receipt_start, m->receipt);
}

/* Links into each work order, for the schedule's precedence and material dates. */
static c12_status index_links(c12_flow_plan *p, c12_error *err)
{
    c12__flow_links *l = &p->link;
    l->into_off = C12__FLOW_NEW(&p->pool, int64_t, p->work.n + 1);
    l->into = C12__FLOW_NEW(&p->pool, int64_t, l->n);
    if (p->pool.failed) return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, 0);
    for (int64_t k = 0; k < l->n; k++)
        if (l->to[k] == C12_FLOW_WORK) l->into_off[l->to_row[k] + 1]++;
    for (int64_t w = 0; w < p->work.n; w++) l->into_off[w + 1] += l->into_off[w];
    int64_t *at = C12__FLOW_NEW(&p->pool, int64_t, p->work.n);
    if (!at) return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, 0);
    for (int64_t k = 0; k < l->n; k++)
        if (l->to[k] == C12_FLOW_WORK) l->into[l->into_off[l->to_row[k]] + at[l->to_row[k]]++] = k;
    return C12_OK;
}

c12_status c12__flow_link(c12_flow_plan *p, c12_error *err)
{
    flow_meeting m = { .p = p, .err = err };
    c12_status s = c12__take(&m.bom, sizeof m.bom, p->mrp.bom, "bom", err);
    if (s) return s;
    index_meeting(&m);
    if (p->pool.failed) return side_full(&m);
    for (int32_t i = 0; i < p->n_items && !s; i++) {
        s = gather_needs(&m, i);
        if (!s) s = gather_supplies(&m, i);
        if (!s) s = meet(&m, i);
    }
    return s ? s : index_links(p, err);
}
