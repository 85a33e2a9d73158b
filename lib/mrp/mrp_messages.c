/* SPDX-License-Identifier: Apache-2.0 */
#include "mrp/mrp_messages.h"

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

static int64_t gross_at(const c12__mrp_messages *m, int32_t t) { return m->gross ? m->gross[t] : m->narrow_gross[t]; }
static int64_t planned_at(const c12__mrp_messages *m, int32_t t) { return m->planned ? m->planned[t] : m->narrow_planned[t]; }

static void tell_past_due(c12__mrp_messages *m, int32_t before)
{
    for (; m->told < before && m->told < m->lead; m->told++)
        if (planned_at(m, m->told)) raise_message(m, m->told, C12_MRP_PAST_DUE_RELEASE, planned_at(m, m->told), 0);
}

/* R8: the first bucket whose cumulative gross exceeds what there is without this receipt; the scan goes on from receipt to receipt,
 * for supply only grows. */
void c12__mrp_messages_receipt(c12__mrp_messages *m, int32_t bucket, int64_t qty)
{
    int32_t due = bucket < 0 ? 0 : bucket, need = 0;
    if (bucket >= m->buckets) return;
    tell_past_due(m, bucket);
    if (bucket < 0) raise_message(m, -1, C12_MRP_OVERDUE_RECEIPT, qty, 0);
    if (m->supply >= 0) {
        while (m->from < m->buckets && m->cum + gross_at(m, m->from) <= m->supply) m->cum += gross_at(m, m->from++);
        need = m->from;
    }
    if (need == m->buckets) raise_message(m, bucket, C12_MRP_CANCEL, qty, -1);
    else if (need < due) raise_message(m, bucket, C12_MRP_EXPEDITE, qty, need);
    else if (need > due) raise_message(m, bucket, C12_MRP_DEFER, qty, need);
    m->supply += qty;
}

void c12__mrp_messages_end(c12__mrp_messages *m) { tell_past_due(m, m->buckets); }
