/* SPDX-License-Identifier: Apache-2.0 */
/* Regenerative netting: items in plan order, one row at a time, pushing each release to the children's gross rows. */
#include "base/sort.h"
#include "mrp/mrp_internal.h"
#include "mrp/mrp_lot.h"
#include "mrp/mrp_messages.h"

typedef struct netting {
    const c12__mrp *m;
    c12_mrp_plan *p;
    int32_t *receipt_row;   /* receipts sorted by (item, bucket, row) */
    int64_t *receipt_start; /* [n + 1] */
    int64_t *receipts, *firm, *floors, *shifted, *projected; /* [buckets] each, of the item in hand */
    int64_t *by_start, *by_line; /* [n + 1], [lines] lines by child, when some are by-products; else NULL */
    int32_t *by_parent;          /* [lines] */
    int64_t *asked_qty;     /* [buckets + 2] its releases that are not 0 ... */
    int32_t *asked;         /* [buckets + 2] ... and their buckets */
} netting;

/* ---- one item ---------------------------------------------------------------------------------------------------- */

/* A phantom's are the rule's, whatever its columns say. */
static c12__mrp_terms terms_of(const netting *w, int32_t i)
{
    const c12_mrp_input *in = &w->m->in;
    c12__mrp_terms l = { .on_hand = c12__at64(in->on_hand, i, 0), .size = 1, .multiple = 1, .rule = C12_MRP_LOT_FOR_LOT, .periods = 1, .yield_ppm = C12__MRP_SURE };
    if (c12__mrp_phantom(w->m, i)) return l;
    l.rule = c12__at32(in->lot_rule, i, C12_MRP_LOT_FOR_LOT);
    l.periods = c12__at32(in->lot_periods, i, 1);
    l.floor = c12__at64(in->safety, i, 0);
    l.size = c12__at64(in->lot_size, i, 1);
    l.min = c12__at64(in->lot_min, i, 0);
    l.max = c12__at64(in->lot_max, i, 0);
    l.multiple = c12__at64(in->lot_multiple, i, 1);
    l.order_cost = c12__at64(in->order_cost, i, 0);
    l.holding_cost = c12__at64(in->holding_cost, i, 0);
    l.yield_ppm = c12__at32(in->yield_ppm, i, C12__MRP_SURE);
    l.fence = c12__at32(in->planning_fence, i, 0);
    l.safety_time = c12__at32(in->safety_time, i, 0);
    if (l.rule == C12_MRP_MIN_MAX) l.floor = c12__max64(l.floor, l.min);
    return l;
}

/* R14: the floor of every bucket, when the item has rows of its own. */
static void lay_floors(const netting *w, int32_t i, c12__mrp_terms *l)
{
    c12__mrp_steps s = c12__mrp_steps_of(w->m, i);
    if (s.next == s.end) return;
    for (int32_t t = 0; t < w->m->buckets; t++) {
        w->floors[t] = c12__mrp_step(&s, t);
        if (l->rule == C12_MRP_MIN_MAX) w->floors[t] = c12__max64(w->floors[t], l->min);
    }
    l->floors = w->floors;
}

static int is_firm(const c12_mrp_input *in, int32_t row) { return in->receipt_kind && in->receipt_kind[row] == C12_MRP_FIRM; }

/* R3, R16; *firm: there are such orders. */
static int gather_receipts(const netting *w, int32_t i, int *firm)
{
    const size_t row_size = (size_t)w->m->buckets * sizeof *w->receipts;
    memset(w->receipts, 0, row_size);
    memset(w->firm, 0, row_size);
    *firm = 0;
    for (int64_t k = w->receipt_start[i]; k < w->receipt_start[i + 1]; k++) {
        int32_t row = w->receipt_row[k], t = w->m->in.receipt_bucket[row], is = is_firm(&w->m->in, row);
        if (t >= w->m->buckets) continue;
        int64_t *cell = (is ? w->firm : w->receipts) + (t < 0 ? 0 : t);
        *firm |= is;
        if (c12__add64(*cell, w->m->in.receipt_qty[row], cell)) return 1;
    }
    return 0;
}

/* R20: what falls off when the parents' good pieces of a line are made. */
static int gather_by_line(const netting *w, int64_t e, int64_t *supply)
{
    const c12__gozinto *g = &w->m->graph;
    const int32_t p = w->by_parent[e], lead = c12__mrp_phantom(w->m, p) ? 0 : c12__at32(w->m->in.lead_time, p, 0);
    const int64_t *planned = w->p->planned + (int64_t)p * w->m->buckets;
    for (int32_t t = 0; t < w->m->buckets; t++) {
        int64_t at = (int64_t)t + c12__at32(w->m->line_offset, e, 0), q;
        int32_t release = t < lead ? 0 : t - lead;
        if (!planned[t] || at >= w->m->buckets || !c12__gozinto_effective(g, e, release)) continue;
        if (at < 0) at = 0;
        if (c12__mrp_fall_off(planned[t], g->num[e], c12__at64(g->den, e, 1), &q) || c12__add64(supply[at], q, &supply[at])) return 1;
    }
    return 0;
}

static int gather_by_products(const netting *w, int32_t i, int64_t *supply)
{
    for (int64_t k = w->by_start ? w->by_start[i] : 0; w->by_start && k < w->by_start[i + 1]; k++)
        if (c12__gozinto_by_product(&w->m->graph, w->by_line[k]) && gather_by_line(w, w->by_line[k], supply)) return 1;
    return 0;
}

/* R7: what is started when; `planned` holds started quantities still. */
static int32_t release_row(const netting *w, int32_t i, int32_t lead)
{
    int32_t buckets = w->m->buckets, late = lead < buckets ? lead : buckets;
    const int64_t *started = w->p->planned + (int64_t)i * buckets;
    int64_t *release = w->p->release + (int64_t)i * buckets, past_due = 0;
    for (int32_t t = 0; t < late; t++)
        if (c12__add64(past_due, started[t], &past_due)) return t;
    memcpy(release, started + late, (size_t)(buckets - late) * sizeof *release);
    memset(release + buckets - late, 0, (size_t)late * sizeof *release);
    w->p->past_due[i] = past_due;
    return -1;
}

/* R5 to R7 along the row; returns the bucket that overflowed, or -1. */
static int32_t net_row(const netting *w, int32_t i)
{
    int32_t buckets = w->m->buckets, lead = c12__mrp_phantom(w->m, i) ? 0 : c12__at32(w->m->in.lead_time, i, 0);
    int64_t base = (int64_t)i * buckets, *planned = w->p->planned + base;
    c12__mrp_terms terms = terms_of(w, i);
    int firm;
    if (!c12__mrp_phantom(w->m, i)) lay_floors(w, i, &terms);
    if (gather_receipts(w, i, &firm) || gather_by_products(w, i, w->receipts)) return 0;
    const c12__mrp_supply supply = { w->p->gross + base, w->receipts, firm ? w->firm : NULL, w->shifted };
    int32_t over = c12__mrp_net_row(&terms, buckets, &supply, planned, w->projected);
    if (over >= 0 || (over = release_row(w, i, lead)) >= 0) return over;
    if (w->p->started) memcpy(w->p->started + base, planned, (size_t)buckets * sizeof *planned);
    for (int32_t t = 0; t < buckets && terms.yield_ppm != C12__MRP_SURE; t++) planned[t] = c12__mrp_good(planned[t], terms.yield_ppm);
    if (w->p->projected) memcpy(w->p->projected + base, w->projected, (size_t)buckets * sizeof *w->projected);
    return -1;
}

/* The row's releases that are not nothing, past due first as bucket -1: most rows have few, and every line asks for them. */
static int32_t gather_releases(const netting *w, int32_t i)
{
    const int64_t *release = w->p->release + (int64_t)i * w->m->buckets;
    int32_t n = 0;
    if (w->p->past_due[i]) { w->asked[n] = -1; w->asked_qty[n++] = w->p->past_due[i]; }
    for (int32_t r = 0; r < w->m->buckets; r++) {
        w->asked[n] = r;
        w->asked_qty[n] = release[r];
        n += release[r] != 0;
    }
    return n;
}

/* R4: the releases to one line; the bucket that overflowed, or -2. */
static int32_t explode_line(const netting *w, int64_t line, int32_t n)
{
    const c12__gozinto *g = &w->m->graph;
    const int64_t num = g->num[line], den = c12__at64(g->den, line, 1);
    const int32_t ppm = c12__at32(g->ppm, line, 0), from = c12__at32(g->from, line, 0), to = c12__at32(g->to, line, INT32_MAX);
    int64_t *gross = &w->p->gross[(int64_t)g->child[line] * w->m->buckets], need;
    for (int32_t k = 0; k < n; k++) {
        int32_t r = w->asked[k], at = r < 0 ? 0 : r;
        int64_t t = c12__mrp_need_bucket(w->m, line, r);
        if (t >= w->m->buckets || at < from || at >= to) continue;
        int over = w->m->in.scrap == C12_SCRAP_ADD ? c12__explode_qty(w->asked_qty[k], num, den, ppm, &need) : c12__explode_yield(w->asked_qty[k], num, den, ppm, &need);
        if (over || c12__add64(gross[t], need, &gross[t])) return r;
    }
    return -2;
}

static c12_status explode_row(const netting *w, int32_t i, c12_error *err)
{
    int32_t n = gather_releases(w, i);
    for (int64_t e = w->m->graph.off[i]; n && e < w->m->graph.off[i + 1]; e++) {
        if (c12__gozinto_by_product(&w->m->graph, e)) continue;
        int32_t r = explode_line(w, e, n);
        if (r > -2) return c12__fail(err, C12_E_OVERFLOW, "gross requirement does not fit 64 bits", "gross", w->m->graph.child[e], r);
    }
    return C12_OK;
}

/* ---- messages ---------------------------------------------------------------------------------------------------- */

static int64_t by_product_at(const void *row, int32_t t) { return ((const int64_t *)row)[t]; }

static void item_messages(const netting *w, int32_t i)
{
    const c12_mrp_input *in = &w->m->in;
    const int64_t base = (int64_t)i * w->m->buckets;
    int phantom = c12__mrp_phantom(w->m, i);
    const c12__mrp_terms l = terms_of(w, i);
    const c12__mrp_steps none = { 0 };
    c12__mrp_messages run = c12__mrp_messages_begin(w->p, i, w->m->buckets, &l, phantom ? none : c12__mrp_steps_of(w->m, i), phantom ? 0 : c12__at32(in->lead_time, i, 0));
    run.gross = w->p->gross + base;
    run.orders = w->p->planned + base;
    run.yield_ppm = C12__MRP_SURE; /* the plan tells good pieces */
    run.damp_qty = in->message_qty;
    run.damp_shift = in->message_shift;
    if (w->by_start) {
        memset(w->shifted, 0, (size_t)w->m->buckets * sizeof *w->shifted);
        (void)gather_by_products(w, i, w->shifted); /* fitted while netting */
        run.by_product_at = by_product_at;
        run.by_products = w->shifted;
    }
    for (int64_t k = w->receipt_start[i]; k < w->receipt_start[i + 1]; k++) {
        int32_t row = w->receipt_row[k];
        c12__mrp_messages_receipt(&run, in->receipt_bucket[row], in->receipt_qty[row], is_firm(in, row) ? c12__mrp_good(in->receipt_qty[row], l.yield_ppm) : in->receipt_qty[row]);
    }
    c12__mrp_messages_end(&run);
}

/* ---- the whole plan ---------------------------------------------------------------------------------------------- */

static c12_status carve_netting(netting *w, c12__arena *a, int64_t **key, int32_t **spare, c12_error *err)
{
    const c12__mrp *m = w->m;
    w->receipt_row = C12__CARVE(a, int32_t, m->in.n_receipts);
    *spare = C12__CARVE(a, int32_t, m->in.n_receipts);
    *key = C12__CARVE(a, int64_t, m->in.n_receipts);
    w->receipt_start = C12__CARVE(a, int64_t, m->n + (int64_t)1);
    w->receipts = C12__CARVE(a, int64_t, m->buckets);
    w->firm = C12__CARVE(a, int64_t, m->buckets);
    w->floors = C12__CARVE(a, int64_t, m->buckets);
    w->shifted = C12__CARVE(a, int64_t, m->buckets);
    w->projected = C12__CARVE(a, int64_t, m->buckets);
    w->asked_qty = C12__CARVE(a, int64_t, m->buckets + (int64_t)2);
    w->asked = C12__CARVE(a, int32_t, m->buckets + (int64_t)2);
    if (m->graph.kind && m->n) {
        w->by_start = C12__CARVE(a, int64_t, m->n + (int64_t)1);
        w->by_line = C12__CARVE(a, int64_t, m->graph.off[m->n]);
        w->by_parent = C12__CARVE(a, int32_t, m->graph.off[m->n]);
    }
    return c12__arena_ok(a) ? C12_OK : c12__mrp_scratch_full(m, err);
}

static void index_by_products(netting *w)
{
    const c12__gozinto *g = &w->m->graph;
    for (int32_t p = 0; w->by_start && p < g->n; p++)
        for (int64_t e = g->off[p]; e < g->off[p + 1]; e++) w->by_parent[e] = p;
    if (w->by_start) c12__csr_by_key(g->child, g->off[g->n], g->n, w->by_start, w->by_line);
}

static void sort_receipts(netting *w, int64_t *key, int32_t *spare)
{
    const c12_mrp_input *in = &w->m->in;
    int64_t wide = (int64_t)w->m->buckets + 2;
    for (int64_t r = 0; r < in->n_receipts; r++) {
        int64_t t = in->receipt_bucket[r] < -1 ? -1 : c12__min64(in->receipt_bucket[r], w->m->buckets);
        key[r] = in->receipt_item[r] * wide + t + 1;
    }
    c12__sort_rows(key, (int32_t)in->n_receipts, w->receipt_row, spare);
    int64_t k = 0;
    for (int32_t i = 0; i <= w->m->n; i++) {
        while (k < in->n_receipts && in->receipt_item[w->receipt_row[k]] < i) k++;
        w->receipt_start[i] = k;
    }
}

static c12_status place_demand(netting *w, c12_error *err)
{
    const c12_mrp_input *in = &w->m->in;
    memset(w->p->gross, 0, (size_t)w->m->n * (size_t)w->m->buckets * sizeof *w->p->gross);
    for (int64_t d = 0; d < in->n_demand; d++) {
        int32_t t = in->demand_bucket[d] < 0 ? 0 : in->demand_bucket[d];
        if (t >= w->m->buckets) { w->p->outside_demand++; continue; }
        if (!c12__mrp_counts(in, d, t)) continue;
        int64_t *cell = &w->p->gross[(int64_t)in->demand_item[d] * w->m->buckets + t];
        if (c12__add64(*cell, in->demand_qty[d], cell))
            return c12__fail(err, C12_E_OVERFLOW, "demand of an item and bucket does not fit 64 bits", "demand_qty", in->demand_item[d], t);
    }
    for (int64_t r = 0; r < in->n_receipts; r++) w->p->outside_receipts += in->receipt_bucket[r] >= w->m->buckets;
    return C12_OK;
}

/* Cumulative gross and supply are used by the messages: one checked pass here keeps those loops plain. */
static int sums_fit(const netting *w, int32_t i)
{
    const c12__mrp_terms l = terms_of(w, i);
    c12__mrp_steps s = c12__mrp_steps_of(w->m, i);
    int64_t gross, floor = l.floor, supply = l.on_hand;
    for (; s.next < s.end; s.next++) floor = c12__max64(floor, s.qty[s.next]);
    if (c12__sub64(floor, supply, &gross)) return 0;
    gross = c12__max64(gross, 0);
    for (int32_t t = 0; t < w->m->buckets; t++)
        if (c12__add64(gross, w->p->gross[(int64_t)i * w->m->buckets + t], &gross)) return 0;
    for (int64_t k = w->receipt_start[i]; k < w->receipt_start[i + 1]; k++)
        if (c12__add64(supply, w->m->in.receipt_qty[w->receipt_row[k]], &supply)) return 0;
    for (int32_t t = 0; w->by_start && t < w->m->buckets; t++) /* receipts once more, by-products with them */
        if (c12__add64(supply, w->receipts[t], &supply)) return 0;
    return 1;
}

static c12_status net_all(netting *w, const int32_t *order, c12_error *err)
{
    c12_status s = place_demand(w, err);
    for (int32_t k = 0; k < w->m->n && !s; k++) {
        int32_t i = order[k], t = net_row(w, i);
        if (t >= 0) return c12__fail(err, C12_E_OVERFLOW, "projected available does not fit 64 bits", "projected", i, t);
        if (!sums_fit(w, i)) return c12__fail(err, C12_E_OVERFLOW, "cumulative requirements or receipts do not fit 64 bits", "gross", i, -1);
        s = explode_row(w, i, err);
    }
    return s;
}

c12_status c12_mrp_net(const c12_mrp_input *in, c12_mrp_plan *out, c12_mem scratch, c12_error *err)
{
    c12__mrp m;
    c12_mrp_plan p;
    c12_status s = c12__mrp_open(&m, in, err);
    if (s || (s = c12__mrp_take_plan(&p, &m, out, err))) return s;
    netting w = { .m = &m, .p = &p };
    c12__arena a = c12__arena_over(scratch);
    int32_t *level = C12__CARVE(&a, int32_t, m.n), *order = C12__CARVE(&a, int32_t, m.n);
    int32_t *degree = C12__CARVE(&a, int32_t, m.n), *queue = C12__CARVE(&a, int32_t, m.n), *spare;
    int64_t *key;
    if ((s = carve_netting(&w, &a, &key, &spare, err))) return s;
    if (c12__gozinto_levels(&m.graph, level, order, degree, queue) >= 0) {
        c12__gozinto_cycle(&m.graph, order, degree, queue);
        return c12__fail(err, C12_E_CYCLE, "the bill of materials has a cycle through this item", "line_child", order[0], order[0]);
    }
    sort_receipts(&w, key, spare);
    index_by_products(&w);
    p.exc_count = p.outside_demand = p.outside_receipts = 0;
    if (m.n && (s = net_all(&w, order, err))) return s;
    for (int32_t i = 0; i < m.n; i++) item_messages(&w, i);
    if (p.level && m.n) memcpy(p.level, level, (size_t)m.n * sizeof *level);
    c12__give(out, &p, sizeof p);
    return C12_OK;
}
