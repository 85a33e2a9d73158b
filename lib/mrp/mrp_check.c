/* SPDX-License-Identifier: Apache-2.0 */
/* The checker pulls where the planner pushes, and judges orders by what division says of them instead of computing them. */
#include "mrp/mrp_internal.h"

typedef struct mrp_judge {
    const c12__mrp *m;
    const c12_mrp_plan *p;
    c12_verdict v;
    int64_t *line_start, *line; /* lines by child */
    int32_t *parent;
    int64_t *gross;             /* [buckets] recomputed */
    int64_t *receipts;          /* [buckets] */
    int64_t *worst;             /* [buckets] running shortages from a bucket on */
    int64_t *best;              /* [buckets + 1] least costs from there */
    int64_t *receipt_start;     /* [n + 1] */
    int64_t *receipt;           /* [n_receipts] rows by item */
    int64_t *demand_start;
    int64_t *demand;
} mrp_judge;

static void mrp_blame(mrp_judge *j, const char *rule, const char *field, int32_t item, int32_t bucket)
{
    if (j->v.violations++) return;
    j->v.rule = rule;
    j->v.field = field;
    j->v.row = item;
    j->v.tick = bucket;
}

/* ---- gross requirements ------------------------------------------------------------------------------------------ */

/* need * (den * down) >= q * num * up > (need - 1) * (den * down): need is the quotient rounded up.  1 where 128 bits do not do. */
static int is_rounded_up(int64_t need, int64_t q, const c12__mrp *m, int64_t e, int *fits)
{
    int64_t ppm = c12__at32(m->graph.ppm, e, 0), up = m->in.scrap == C12_SCRAP_ADD ? 1000000 + ppm : 1000000;
    int64_t down = m->in.scrap == C12_SCRAP_ADD ? 1000000 : 1000000 - ppm;
    c12__u128 top, bottom, above, below;
    *fits = !c12__mul_u128_u64(c12__mul_u64((uint64_t)q, (uint64_t)m->graph.num[e]), (uint64_t)up, &top);
    bottom = c12__mul_u64((uint64_t)c12__at64(m->graph.den, e, 1), (uint64_t)down);
    *fits = *fits && !c12__mul_u128_u64(bottom, (uint64_t)need, &above) && !c12__mul_u128_u64(bottom, (uint64_t)(need ? need - 1 : 0), &below);
    return *fits && need > 0 && c12__cmp_u128(above, top) >= 0 && c12__cmp_u128(below, top) < 0;
}

/* The smallest need that satisfies is_rounded_up, from a quotient in the line's own 128 bits. */
static int64_t pull_need(const c12__mrp *m, int64_t e, int64_t q)
{
    int64_t ppm = c12__at32(m->graph.ppm, e, 0), den = c12__at64(m->graph.den, e, 1);
    int64_t up = m->in.scrap == C12_SCRAP_ADD ? 1000000 + ppm : 1000000, down = m->in.scrap == C12_SCRAP_ADD ? 1000000 : 1000000 - ppm;
    c12__u128 top;
    if (c12__mul_u128_u64(c12__mul_u64((uint64_t)q, (uint64_t)m->graph.num[e]), (uint64_t)up, &top)) return -1;
    int64_t need = (int64_t)c12__div_u128(top, c12__mul_u64((uint64_t)den, (uint64_t)down), NULL).lo;
    for (int fits = 1, k = 0; k < 2 && fits; k++, need++) if (is_rounded_up(need, q, m, e, &fits)) return need;
    return -1;
}

static int pull_line(mrp_judge *j, int64_t e)
{
    const c12__mrp *m = j->m;
    const int64_t *release = j->p->release + (int64_t)j->parent[e] * m->buckets;
    for (int32_t r = -1; r < m->buckets; r++) {
        int64_t q = r < 0 ? j->p->past_due[j->parent[e]] : release[r], t = (int64_t)(r < 0 ? 0 : r) + c12__at32(m->line_offset, e, 0);
        int32_t at = r < 0 ? 0 : r;
        if (t < 0) t = 0;
        if (q <= 0 || t >= m->buckets) continue;
        if (m->graph.from && m->graph.from[e] > at) continue;
        if (m->graph.to && m->graph.to[e] <= at) continue;
        int64_t need = pull_need(m, e, q);
        if (need < 0 || c12__add64(j->gross[t], need, &j->gross[t])) return 1;
    }
    return 0;
}

static int pull_gross(mrp_judge *j, int32_t i)
{
    const c12_mrp_input *in = &j->m->in;
    memset(j->gross, 0, (size_t)j->m->buckets * sizeof *j->gross);
    for (int64_t k = j->demand_start[i]; k < j->demand_start[i + 1]; k++) {
        int64_t d = j->demand[k], t = in->demand_bucket[d] > 0 ? in->demand_bucket[d] : 0;
        if (t < j->m->buckets && c12__add64(j->gross[t], in->demand_qty[d], &j->gross[t])) return 1;
    }
    for (int64_t k = j->line_start[i]; k < j->line_start[i + 1]; k++)
        if (pull_line(j, j->line[k])) return 1;
    return 0;
}

static int pull_receipts(mrp_judge *j, int32_t i)
{
    memset(j->receipts, 0, (size_t)j->m->buckets * sizeof *j->receipts);
    for (int64_t k = j->receipt_start[i]; k < j->receipt_start[i + 1]; k++) {
        int64_t r = j->receipt[k], t = j->m->in.receipt_bucket[r] > 0 ? j->m->in.receipt_bucket[r] : 0;
        if (t < j->m->buckets && c12__add64(j->receipts[t], j->m->in.receipt_qty[r], &j->receipts[t])) return 1;
    }
    return 0;
}

/* ---- orders ------------------------------------------------------------------------------------------------------ */

/* Is `order` what min, multiple and maximum make of `net`? */
static int min_multiple_holds(const c12_mrp_input *in, int32_t i, int64_t net, int64_t order)
{
    int64_t min = in->lot_min ? in->lot_min[i] : 0, max = in->lot_max ? in->lot_max[i] : 0, mult = in->lot_multiple ? in->lot_multiple[i] : 1;
    int64_t want = net > min ? net : min, lots = want / mult + (want % mult ? 1 : 0), whole;
    if (c12__mul64(lots, mult, &whole)) return 0;
    if (!max || whole <= max) return order == whole;
    int64_t rest = whole % max, last = 0;
    if (rest) { if (rest < min) rest = min; last = rest % mult ? rest + (mult - rest % mult) : rest; }
    return order == whole - whole % max + last;
}

static int periods_hold(const mrp_judge *j, int32_t i, int32_t t, int64_t before, int64_t safety, int64_t order)
{
    int64_t reach = j->m->in.lot_periods ? j->m->in.lot_periods[i] : 1, lowest = before, worst;
    for (int32_t u = t + 1; u < j->m->buckets && u < t + reach; u++) {
        if (c12__add64(before, j->receipts[u], &before) || c12__sub64(before, j->gross[u], &before)) return 0;
        if (before < lowest) lowest = before;
    }
    return !c12__sub64(safety, lowest, &worst) && order == worst;
}

/* ---- lots by cost: judged by the definitions over running shortages ------------------------------------------------------------------ */

/* The order that covers n buckets is the largest shortage of them; kept for its time it is n - 1 times the last less all before
 * (summation by parts of what each bucket adds). */
typedef struct cost_judge { int64_t *worst, *best; int64_t k, h; int32_t most; } cost_judge;

static int shortages(const mrp_judge *j, int32_t t, int64_t before, int64_t floor, cost_judge *c)
{
    c->most = j->m->buckets - t;
    for (int32_t n = 0; n < c->most; n++) {
        int64_t short_of;
        if (n && (c12__add64(before, j->receipts[t + n], &before) || c12__sub64(before, j->gross[t + n], &before))) return 1;
        if (c12__sub64(floor, before, &short_of)) return 1;
        c->worst[n] = n && c->worst[n - 1] > short_of ? c->worst[n - 1] : short_of;
    }
    return 0;
}

/* Holding cost of an order in bucket `from` that covers n buckets, what was covered before set aside. */
static int holding_of(const cost_judge *c, int32_t from, int32_t n, int64_t *cost)
{
    int64_t set_aside = from ? c->worst[from - 1] : 0, kept = 0, last;
    for (int32_t i = 0; i + 1 < n; i++)
        if (c12__add64(kept, c->worst[from + i] - set_aside, &kept)) return 1;
    return c12__mul64(c->worst[from + n - 1] - set_aside, n - 1, &last) || c12__sub64(last, kept, &last) || c12__mul64(last, c->h, cost);
}

/* Sign of a * b - c * d; all >= 0. */
static int compare_products(int64_t a, int64_t b, int64_t c, int64_t d)
{
    return c12__cmp_u128(c12__mul_u64((uint64_t)a, (uint64_t)b), c12__mul_u64((uint64_t)c, (uint64_t)d));
}

/* First n whose successor is dearer a bucket; 0 when a cost does not fit. */
static int32_t silver_meal_buckets(const cost_judge *c)
{
    for (int32_t n = 1; n < c->most; n++) {
        int64_t now, next;
        if (holding_of(c, 0, n, &now) || holding_of(c, 0, n + 1, &next) || c12__add64(now, c->k, &now) || c12__add64(next, c->k, &next)) return 0;
        if (compare_products(next, n, now, n + 1) > 0) return n;
    }
    return c->most;
}

static int32_t part_period_buckets(const cost_judge *c)
{
    int32_t within = 1;
    int64_t now, next;
    while (within < c->most && !holding_of(c, 0, within + 1, &next) && next <= c->k) within++;
    if (within == c->most || holding_of(c, 0, within, &now) || holding_of(c, 0, within + 1, &next)) return within;
    return next - c->k < c->k - now ? within + 1 : within;
}

static int32_t groff_buckets(const cost_judge *c)
{
    for (int32_t n = 1; n < c->most; n++) {
        int64_t added;
        if (c12__mul64(c->worst[n] - c->worst[n - 1], c->h, &added)) return 0;
        if (compare_products(added, (int64_t)n * (n + 1), c->k, 2) > 0) return n;
    }
    return c->most;
}

/* Least cost of covering buckets 0..n-1 for every n (the forward recursion of the paper), from which the whole is known; then the first
 * lot that an optimal whole can start with. */
static int32_t wagner_whitin_buckets(const cost_judge *c)
{
    for (int32_t start = c->most; start >= 0; start--) {
        c->best[start] = start == c->most ? 0 : INT64_MAX;
        for (int32_t n = 1; start + n <= c->most; n++) {
            int64_t cost, set_aside = start ? c->worst[start - 1] : 0;
            if (c->worst[start + n - 1] == set_aside) cost = c->best[start + n]; /* nothing to cover yet */
            else if (start && c->worst[start] == set_aside) break;               /* the order waits for the first need */
            else if (holding_of(c, start, n, &cost) || c12__add64(cost, c->k, &cost) || c12__add64(cost, c->best[start + n], &cost)) break;
            if (cost < c->best[start]) c->best[start] = cost;
        }
    }
    for (int32_t n = 1; n <= c->most; n++) {
        int64_t cost;
        if (!holding_of(c, 0, n, &cost) && !c12__add64(cost, c->k, &cost) && !c12__add64(cost, c->best[n], &cost) && cost == c->best[0]) return n;
    }
    return 0;
}

/* Q is the whole number nearest to a root when Q (Q - 1) < x <= Q (Q + 1). */
static int is_economic(const mrp_judge *j, const cost_judge *c, int64_t order)
{
    int64_t all = 0, rest = c->worst[c->most - 1], q = order;
    if (order == rest && (!c->h || order == c->worst[0])) return c->k != 0 || order == c->worst[0];
    for (int32_t t = 0; t < j->m->buckets; t++) all += j->gross[t];
    c12__u128 twice = { 0, 0 }, x;
    if (!c->h || c12__mul_u128_u64(c12__mul_u64((uint64_t)c->k, (uint64_t)all), 2, &twice)) return order == (c->k ? rest : c->worst[0]);
    x = c12__div_u128(twice, c12__mul_u64((uint64_t)c->h, (uint64_t)j->m->buckets), NULL);
    int at_most = c12__cmp_u128(x, c12__mul_u64((uint64_t)q, (uint64_t)q + 1)) <= 0, at_least = c12__cmp_u128(c12__mul_u64((uint64_t)q, (uint64_t)q - 1), x) < 0;
    if (order == c->worst[0] && at_most) return 1; /* the net requirement is more than Q */
    if (order == rest && at_least) return 1;       /* Q is more than the horizon needs */
    return at_most && at_least;
}

static int cost_lot_holds(const mrp_judge *j, int32_t i, int32_t t, int64_t before, int64_t floor, int64_t order)
{
    const c12_mrp_input *in = &j->m->in;
    cost_judge c = { j->worst, j->best, in->order_cost ? in->order_cost[i] : 0, in->holding_cost ? in->holding_cost[i] : 0, 0 };
    int32_t n;
    if (shortages(j, t, before, floor, &c)) return 0;
    switch (in->lot_rule[i]) {
    case C12_MRP_EOQ: return is_economic(j, &c, order);
    case C12_MRP_SILVER_MEAL: n = silver_meal_buckets(&c); break;
    case C12_MRP_PART_PERIOD: n = part_period_buckets(&c); break;
    case C12_MRP_GROFF: n = groff_buckets(&c); break;
    default: n = wagner_whitin_buckets(&c); break;
    }
    return n > 0 && order == c.worst[n - 1];
}

static int order_holds(const mrp_judge *j, int32_t i, int32_t t, int64_t before, int64_t order)
{
    const c12_mrp_input *in = &j->m->in;
    int phantom = in->item_type && in->item_type[i] == C12_MRP_PHANTOM;
    int32_t rule = phantom || !in->lot_rule ? C12_MRP_LOT_FOR_LOT : in->lot_rule[i];
    int64_t floor = phantom || !in->safety ? 0 : in->safety[i];
    if (rule == C12_MRP_MIN_MAX && in->lot_min && in->lot_min[i] > floor) floor = in->lot_min[i];
    if (before >= floor) return order == 0;
    int64_t net;
    if (c12__sub64(floor, before, &net) || order < net) return 0;
    if (rule == C12_MRP_LOT_FOR_LOT) return order == net;
    if (rule == C12_MRP_FIXED) { int64_t lot = in->lot_size ? in->lot_size[i] : 1; return order % lot == 0 && order - lot < net; }
    if (rule == C12_MRP_MIN_MULTIPLE) return min_multiple_holds(in, i, net, order);
    if (rule == C12_MRP_PERIODS) return periods_hold(j, i, t, before, floor, order);
    if (rule > C12_MRP_MIN_MAX) return cost_lot_holds(j, i, t, before, floor, order);
    int64_t top = in->lot_max && in->lot_max[i] > floor ? in->lot_max[i] : floor;
    return before + order == top;
}

/* The releases are the receipts, moved by the lead time; what falls off the front is past due. */
static void judge_releases(mrp_judge *j, int32_t i)
{
    const c12_mrp_input *in = &j->m->in;
    int64_t base = (int64_t)i * j->m->buckets, late = 0;
    int phantom = in->item_type && in->item_type[i] == C12_MRP_PHANTOM;
    int32_t lead = phantom || !in->lead_time ? 0 : in->lead_time[i];
    for (int32_t t = 0; t < j->m->buckets; t++) {
        int64_t due = (int64_t)t + lead, want = due < j->m->buckets ? j->p->planned[base + due] : 0;
        if (t < lead) late += j->p->planned[base + t];
        if (j->p->release[base + t] != want) mrp_blame(j, "release is not the receipt moved by the lead time", "release", i, t);
    }
    if (j->p->past_due[i] != late) mrp_blame(j, "past-due release is not the sum of receipts within the lead time", "past_due", i, -1);
}

static void judge_item(mrp_judge *j, int32_t i)
{
    int64_t base = (int64_t)i * j->m->buckets, have = j->m->in.on_hand ? j->m->in.on_hand[i] : 0;
    if (pull_gross(j, i) || pull_receipts(j, i)) { mrp_blame(j, "requirement does not fit 64 bits", "gross", i, -1); return; }
    for (int32_t t = 0; t < j->m->buckets; t++) {
        int64_t order = j->p->planned[base + t];
        if (j->p->gross[base + t] != j->gross[t]) mrp_blame(j, "gross requirement is not what parents and demand ask for", "gross", i, t);
        if (c12__add64(have, j->receipts[t], &have) || c12__sub64(have, j->gross[t], &have)) { mrp_blame(j, "balance does not fit 64 bits", "projected", i, t); return; }
        if (!order_holds(j, i, t, have, order)) mrp_blame(j, "planned receipt breaks the lot rule", "planned", i, t);
        if (c12__add64(have, order, &have)) { mrp_blame(j, "balance does not fit 64 bits", "projected", i, t); return; }
        if (j->p->projected && j->p->projected[base + t] != have) mrp_blame(j, "projected available does not balance", "projected", i, t);
        if (c12__add64(j->v.objective, order, &j->v.objective)) j->v.objective = INT64_MAX;
    }
    judge_releases(j, i);
}

/* ---- entry ------------------------------------------------------------------------------------------------------- */

static c12_status carve_judge(mrp_judge *j, c12_mem scratch, c12_error *err)
{
    const c12__mrp *m = j->m;
    int64_t lines = m->n ? m->graph.off[m->n] : 0;
    c12__arena a = c12__arena_over(scratch);
    j->line_start = C12__CARVE(&a, int64_t, m->n + (int64_t)1);
    j->line = C12__CARVE(&a, int64_t, lines);
    j->parent = C12__CARVE(&a, int32_t, lines);
    j->gross = C12__CARVE(&a, int64_t, m->buckets);
    j->receipts = C12__CARVE(&a, int64_t, m->buckets);
    j->worst = C12__CARVE(&a, int64_t, m->buckets);
    j->best = C12__CARVE(&a, int64_t, m->buckets + (int64_t)1);
    j->receipt_start = C12__CARVE(&a, int64_t, m->n + (int64_t)1);
    j->receipt = C12__CARVE(&a, int64_t, m->in.n_receipts);
    j->demand_start = C12__CARVE(&a, int64_t, m->n + (int64_t)1);
    j->demand = C12__CARVE(&a, int64_t, m->in.n_demand);
    if (!c12__arena_ok(&a)) return c12__mrp_scratch_full(m, err);
    for (int32_t p = 0; p < m->n; p++)
        for (int64_t e = m->graph.off[p]; e < m->graph.off[p + 1]; e++) j->parent[e] = p;
    c12__csr_by_key(m->graph.child, lines, m->n, j->line_start, j->line);
    c12__csr_by_key(m->in.receipt_item, m->in.n_receipts, m->n, j->receipt_start, j->receipt);
    c12__csr_by_key(m->in.demand_item, m->in.n_demand, m->n, j->demand_start, j->demand);
    return C12_OK;
}

c12_status c12_mrp_check(const c12_mrp_input *in, const c12_mrp_plan *plan, c12_verdict *verdict, c12_mem scratch, c12_error *err)
{
    c12__mrp m;
    c12_mrp_plan p;
    c12_status s = c12__mrp_open(&m, in, err);
    if (s || (s = c12__mrp_take_plan(&p, &m, plan, err))) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    mrp_judge j = { .m = &m, .p = &p, .v = C12_INIT(c12_verdict) };
    j.v.row = j.v.tick = -1;
    if ((s = carve_judge(&j, scratch, err))) return s;
    for (int32_t i = 0; i < m.n; i++) judge_item(&j, i);
    c12__give(verdict, &j.v, sizeof j.v);
    return C12_OK;
}
