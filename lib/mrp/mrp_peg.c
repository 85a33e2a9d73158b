/* SPDX-License-Identifier: Apache-2.0 */
/* Single-level pegging: the explosion of R4 read from the child's side. */
#include "mrp/mrp_internal.h"

typedef struct pegging {
    const c12__mrp *m;
    const c12_mrp_plan *p;
    c12_mrp_pegs *out;
    int64_t *line_start; /* [n + 1] lines of each child ... */
    int64_t *line;       /* [lines] ... in line order */
    int32_t *parent;     /* [lines] */
    int64_t *demand_start; /* [n + 1] demand rows of each item ... */
    int64_t *demand;       /* [n_demand] ... in row order */
} pegging;

static void put_peg(c12_mrp_pegs *o, int32_t item, int64_t bucket, int64_t qty, int32_t parent, int32_t parent_bucket, int64_t line)
{
    int64_t k = o->count++;
    if (k >= o->cap) return;
    o->item[k] = item;
    o->bucket[k] = (int32_t)bucket;
    o->qty[k] = qty;
    o->parent[k] = parent;
    o->parent_bucket[k] = parent_bucket;
    o->line[k] = line;
}

static c12_status peg_line(const pegging *w, int32_t item, int64_t e, c12_error *err)
{
    const c12__gozinto *g = &w->m->graph;
    int32_t parent = w->parent[e];
    for (int32_t r = -1; r < w->m->buckets; r++) {
        int64_t q = r < 0 ? w->p->past_due[parent] : w->p->release[(int64_t)parent * w->m->buckets + r], need;
        int64_t t = c12__mrp_need_bucket(w->m, e, r), den = c12__at64(g->den, e, 1);
        int32_t ppm = c12__at32(g->ppm, e, 0);
        if (!q || t >= w->m->buckets || !c12__gozinto_asks(g, e, r < 0 ? 0 : r)) continue;
        if (w->m->in.scrap == C12_SCRAP_ADD ? c12__explode_qty(q, g->num[e], den, ppm, &need) : c12__explode_yield(q, g->num[e], den, ppm, &need))
            return c12__fail(err, C12_E_OVERFLOW, "pegged quantity does not fit 64 bits", "release", parent, r);
        put_peg(w->out, item, t, need, parent, r, e);
    }
    return C12_OK;
}

static void peg_demand(const pegging *w, int32_t item)
{
    const c12_mrp_input *in = &w->m->in;
    for (int64_t k = w->demand_start[item]; k < w->demand_start[item + 1]; k++) {
        int64_t d = w->demand[k], t = in->demand_bucket[d] < 0 ? 0 : in->demand_bucket[d];
        if (t < w->m->buckets && in->demand_qty[d] && c12__mrp_counts(in, d, (int32_t)t)) put_peg(w->out, item, t, in->demand_qty[d], -1, in->demand_bucket[d], d);
    }
}

static c12_status check_pegs(const c12_mrp_pegs *o, c12_error *err)
{
    if (o->cap < 0) return c12__fail(err, C12_E_ARG, "capacity is negative", "cap", -1, o->cap);
    if (o->cap && (!o->item || !o->bucket || !o->qty || !o->parent || !o->parent_bucket || !o->line))
        return c12__fail(err, C12_E_ARG, "output column is NULL", "pegs", -1, 0);
    return C12_OK;
}

static c12_status carve_pegging(pegging *w, c12_mem scratch, c12_error *err)
{
    const c12__mrp *m = w->m;
    int64_t lines = m->n ? m->graph.off[m->n] : 0;
    c12__arena a = c12__arena_over(scratch);
    w->line_start = C12__CARVE(&a, int64_t, m->n + (int64_t)1);
    w->line = C12__CARVE(&a, int64_t, lines);
    w->parent = C12__CARVE(&a, int32_t, lines);
    w->demand_start = C12__CARVE(&a, int64_t, m->n + (int64_t)1);
    w->demand = C12__CARVE(&a, int64_t, m->in.n_demand);
    if (!c12__arena_ok(&a)) return c12__mrp_scratch_full(m, err);
    for (int32_t p = 0; p < m->n; p++)
        for (int64_t e = m->graph.off[p]; e < m->graph.off[p + 1]; e++) w->parent[e] = p;
    c12__csr_by_key(m->graph.child, lines, m->n, w->line_start, w->line);
    c12__csr_by_key(m->in.demand_item, m->in.n_demand, m->n, w->demand_start, w->demand);
    return C12_OK;
}

c12_status c12_mrp_peg(const c12_mrp_input *in, const c12_mrp_plan *plan, c12_mrp_pegs *pegs, c12_mem scratch, c12_error *err)
{
    c12__mrp m;
    c12_mrp_plan p;
    c12_mrp_pegs o;
    c12_status s = c12__mrp_open(&m, in, err);
    if (s || (s = c12__mrp_take_plan(&p, &m, plan, err)) || (s = c12__take(&o, sizeof o, pegs, "pegs", err)) || (s = check_pegs(&o, err))) return s;
    pegging w = { &m, &p, &o, NULL, NULL, NULL, NULL, NULL };
    if ((s = carve_pegging(&w, scratch, err))) return s;
    o.count = 0;
    for (int32_t i = 0; i < m.n && !s; i++) {
        peg_demand(&w, i);
        for (int64_t k = w.line_start[i]; k < w.line_start[i + 1] && !s; k++) s = peg_line(&w, i, w.line[k], err);
    }
    if (!s) c12__give(pegs, &o, sizeof o);
    return s;
}
