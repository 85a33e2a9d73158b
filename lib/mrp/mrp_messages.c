/* SPDX-License-Identifier: Apache-2.0 */
#include "mrp/mrp_messages.h"

c12__mrp_messages c12__mrp_messages_begin(c12_mrp_plan *p, int32_t item, int32_t buckets, const c12__mrp_terms *l, c12__mrp_steps safety, int32_t lead)
{
    c12__mrp_messages m = { .p = p, .supply = l->on_hand, .have = l->on_hand, .reorder = l->rule == C12_MRP_MIN_MAX ? l->min : 0, .safety = safety, .fenced = safety,
                            .item = item, .buckets = buckets, .lead = lead, .safety_time = l->safety_time, .fence = l->fence, .yield_ppm = l->yield_ppm };
    return m;
}

static void raise_message(const c12__mrp_messages *m, int32_t t, int32_t kind, int64_t qty, int32_t to)
{
    c12_mrp_plan *p = m->p;
    int64_t k = p->exc_count++;
    if (k >= p->exc_cap) return;
    if (p->exc_item) p->exc_item[k] = m->item;
    p->exc_bucket[k] = t;
    p->exc_kind[k] = kind;
    p->exc_qty[k] = qty;
    p->exc_to[k] = to;
}

static int64_t row_at(const int64_t *wide, const int32_t *narrow, int32_t t) { return wide ? wide[t] : narrow[t]; }

/* Requirements as netting sees them (R15). */
static int64_t gross_at(const c12__mrp_messages *m, int32_t t)
{
    int64_t sum = 0, late = (int64_t)t + m->safety_time;
    if (!m->safety_time) return row_at(m->gross, m->narrow_gross, t);
    if (t) return late < m->buckets ? row_at(m->gross, m->narrow_gross, (int32_t)late) : 0;
    for (int32_t u = 0; u <= m->safety_time && u < m->buckets; u++) sum += row_at(m->gross, m->narrow_gross, u);
    return sum;
}

/* What a bucket takes out of what there is. */
static int64_t taken_at(const c12__mrp_messages *m, int32_t t)
{
    return gross_at(m, t) - (m->by_product_at ? m->by_product_at(m->by_products, t) : 0);
}

static void tell_late(const c12__mrp_messages *m, int32_t t)
{
    int64_t order = c12__mrp_good(row_at(m->orders, m->narrow_orders, t), m->yield_ppm);
    if (order) raise_message(m, t, C12_MRP_PAST_DUE_RELEASE, order, 0);
}

static void tell_short(c12__mrp_messages *m, int32_t t)
{
    m->have -= taken_at(m, t);
    int64_t short_of = c12__max64(c12__mrp_step(&m->fenced, t), m->reorder) - m->have;
    if (short_of <= m->worst) return;
    raise_message(m, t, C12_MRP_FENCE_SHORTAGE, short_of - m->worst, m->fence < m->buckets ? m->fence : -1);
    m->worst = short_of;
}

static void tell_before(c12__mrp_messages *m, int32_t bucket)
{
    int32_t last = m->lead > m->fence ? m->lead : m->fence;
    for (; m->told < bucket && m->told < last; m->told++) {
        if (m->told < m->lead) tell_late(m, m->told);
        if (m->told < m->fence) tell_short(m, m->told);
    }
}

/* R8: the first bucket whose requirement so far, and the safety stock to be held in it, pass what there is without this receipt; the
 * scan goes on from receipt to receipt, for supply only grows. */
static int32_t first_need(c12__mrp_messages *m)
{
    for (; m->from < m->buckets; m->from++) {
        int64_t taken = taken_at(m, m->from);
        if (m->cum + taken > m->supply - c12__mrp_step(&m->safety, m->from)) break;
        m->cum += taken;
    }
    return m->from;
}

/* R21: what is small or near may be left alone. */
static void tell_move(const c12__mrp_messages *m, int32_t bucket, int32_t need, int64_t qty)
{
    int32_t due = bucket < 0 ? 0 : bucket, shift = need > due ? need - due : due - need;
    if (!shift || qty < m->damp_qty) return;
    if (need == m->buckets) raise_message(m, bucket, C12_MRP_CANCEL, qty, -1);
    else if (shift > m->damp_shift) raise_message(m, bucket, need < due ? C12_MRP_EXPEDITE : C12_MRP_DEFER, qty, need);
}

void c12__mrp_messages_receipt(c12__mrp_messages *m, int32_t bucket, int64_t qty, int64_t good)
{
    if (bucket >= m->buckets) return;
    tell_before(m, bucket);
    if (bucket < 0) raise_message(m, -1, C12_MRP_OVERDUE_RECEIPT, qty, 0);
    tell_move(m, bucket, first_need(m), qty);
    m->supply += good;
    m->have += good;
}

void c12__mrp_messages_end(c12__mrp_messages *m) { tell_before(m, m->buckets); }
