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
    int64_t *seen;              /* [buckets] the same, each by the safety time earlier */
    int64_t *receipts;          /* [buckets] */
    int64_t *firm;              /* [buckets] started quantities of firm planned orders */
    int64_t *floor;             /* [buckets] ordered for whatever would be below */
    int64_t safety_row;         /* first safety row of the item in hand: items come in order */
    int32_t yield, fence, lead;
    int32_t padding;
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
        if (in->demand_kind && in->demand_kind[d] == C12_MRP_FORECAST && in->demand_fence && t < in->demand_fence[i]) continue;
        if (t < j->m->buckets && c12__add64(j->gross[t], in->demand_qty[d], &j->gross[t])) return 1;
    }
    for (int64_t k = j->line_start[i]; k < j->line_start[i + 1]; k++)
        if (!(j->m->graph.kind && j->m->graph.kind[j->line[k]] == C12_BOM_BY_PRODUCT) && pull_line(j, j->line[k])) return 1;
    return 0;
}

static int pull_receipts(mrp_judge *j, int32_t i)
{
    const c12_mrp_input *in = &j->m->in;
    for (int32_t t = 0; t < j->m->buckets; t++) j->receipts[t] = j->firm[t] = 0;
    for (int64_t k = j->receipt_start[i]; k < j->receipt_start[i + 1]; k++) {
        int64_t r = j->receipt[k], t = in->receipt_bucket[r] > 0 ? in->receipt_bucket[r] : 0;
        int64_t *row = in->receipt_kind && in->receipt_kind[r] == C12_MRP_FIRM ? j->firm : j->receipts;
        if (t < j->m->buckets && c12__add64(row[t], in->receipt_qty[r], &row[t])) return 1;
    }
    return 0;
}

/* What falls off is the largest whole number whose denominator-fold the numerator-fold of the good pieces still covers. */
static int64_t pull_fallen(int64_t good, int64_t num, int64_t den)
{
    c12__u128 whole = c12__mul_u64((uint64_t)good, (uint64_t)num);
    uint64_t low = 0, high = (uint64_t)INT64_MAX;
    if (c12__cmp_u128(c12__mul_u64(high, (uint64_t)den), whole) < 0) return -1;
    while (low < high) {
        uint64_t mid = low + (high - low + 1) / 2;
        if (c12__cmp_u128(c12__mul_u64(mid, (uint64_t)den), whole) <= 0) low = mid;
        else high = mid - 1;
    }
    return (int64_t)low;
}

static int pull_by_products(mrp_judge *j, int32_t i)
{
    const c12__gozinto *g = &j->m->graph;
    for (int64_t k = g->kind ? j->line_start[i] : 0; g->kind && k < j->line_start[i + 1]; k++) {
        int64_t e = j->line[k], p = j->parent[e];
        int phantom = j->m->in.item_type && j->m->in.item_type[p] == C12_MRP_PHANTOM;
        int32_t lead = phantom || !j->m->in.lead_time ? 0 : j->m->in.lead_time[p], offset = j->m->line_offset ? j->m->line_offset[e] : 0;
        for (int32_t t = 0; g->kind[e] == C12_BOM_BY_PRODUCT && t < j->m->buckets; t++) {
            int64_t good = j->p->planned[p * j->m->buckets + t], to = (int64_t)t + offset, fallen;
            int32_t release = t > lead ? t - lead : 0;
            if (good <= 0 || to >= j->m->buckets || (g->from && release < g->from[e]) || (g->to && release >= g->to[e])) continue;
            fallen = pull_fallen(good, g->num[e], g->den ? g->den[e] : 1);
            if (fallen < 0 || c12__add64(j->receipts[to < 0 ? 0 : to], fallen, &j->receipts[to < 0 ? 0 : to])) return 1;
        }
    }
    return 0;
}

/* Columns of the item in hand; a phantom has none but its stock. */
static void pull_terms(mrp_judge *j, int32_t i, int phantom)
{
    const c12_mrp_input *in = &j->m->in;
    int64_t safety = phantom || !in->safety ? 0 : in->safety[i], reorder = 0;
    if (!phantom && in->lot_rule && in->lot_rule[i] == C12_MRP_MIN_MAX && in->lot_min) reorder = in->lot_min[i];
    j->yield = phantom || !in->yield_ppm ? 1000000 : in->yield_ppm[i];
    j->fence = phantom || !in->planning_fence ? 0 : in->planning_fence[i];
    j->lead = phantom || !in->lead_time ? 0 : in->lead_time[i];
    int64_t k = j->safety_row;
    for (int32_t t = 0; t < j->m->buckets; t++) {
        for (; k < in->n_safety && in->safety_item[k] == i && in->safety_bucket[k] == t; k++) if (!phantom) safety = in->safety_qty[k];
        j->floor[t] = safety > reorder ? safety : reorder;
    }
    while (j->safety_row < in->n_safety && in->safety_item[j->safety_row] <= i) j->safety_row++;
}

/* Everything is wanted as many buckets earlier as the safety time says, or at once. */
static int pull_seen(mrp_judge *j, int32_t i, int phantom)
{
    int64_t time = phantom || !j->m->in.safety_time ? 0 : j->m->in.safety_time[i];
    for (int32_t t = 0; t < j->m->buckets; t++) j->seen[t] = 0;
    for (int32_t t = 0; t < j->m->buckets; t++) {
        int64_t *cell = &j->seen[t > time ? t - time : 0];
        if (c12__add64(*cell, j->gross[t], cell)) return 1;
    }
    return 0;
}

/* Good pieces of what was started, and the least to start for them. */
static int64_t pull_good(const mrp_judge *j, int64_t started)
{
    if (j->yield == 1000000) return started;
    return (int64_t)c12__div_u128(c12__mul_u64((uint64_t)started, (uint64_t)j->yield), (c12__u128){ 0, 1000000 }, NULL).lo;
}

static int pull_start(const mrp_judge *j, int64_t good, int64_t *start)
{
    c12__u128 least = c12__div_u128(c12__mul_u64((uint64_t)good, 1000000), (c12__u128){ 0, (uint64_t)j->yield }, NULL);
    if (least.hi || least.lo >= (uint64_t)INT64_MAX) return 1;
    *start = (int64_t)least.lo;
    while (pull_good(j, *start) < good) ++*start;
    return 0;
}

/* ---- orders ------------------------------------------------------------------------------------------------------ */

/* What minimum, multiple and maximum make of a quantity; -1 when it does not fit. */
static int64_t min_multiple_of(const c12_mrp_input *in, int32_t i, int64_t net)
{
    int64_t min = in->lot_min ? in->lot_min[i] : 0, max = in->lot_max ? in->lot_max[i] : 0, mult = in->lot_multiple ? in->lot_multiple[i] : 1;
    int64_t want = net > min ? net : min, lots = want / mult + (want % mult ? 1 : 0), whole;
    if (c12__mul64(lots, mult, &whole)) return -1;
    if (!max || whole <= max) return whole;
    int64_t rest = whole % max, last = 0;
    if (rest) { if (rest < min) rest = min; last = rest % mult ? rest + (mult - rest % mult) : rest; }
    return whole - whole % max + last;
}

/* The balance carried from the bucket before into u. */
static int pull_balance(const mrp_judge *j, int32_t u, int64_t *before)
{
    return c12__add64(*before, j->receipts[u], before) || c12__add64(*before, pull_good(j, j->firm[u]), before) || c12__sub64(*before, j->seen[u], before);
}

static int periods_hold(const mrp_judge *j, int32_t i, int32_t t, int64_t before, int64_t order)
{
    int64_t reach = j->m->in.lot_periods ? j->m->in.lot_periods[i] : 1, worst, here;
    if (c12__sub64(j->floor[t], before, &worst)) return 0;
    for (int32_t u = t + 1; u < j->m->buckets && u < t + reach; u++) {
        if (pull_balance(j, u, &before) || c12__sub64(j->floor[u], before, &here)) return 0;
        if (here > worst) worst = here;
    }
    return order == worst;
}

/* ---- lots by cost: judged by the definitions over running shortages ------------------------------------------------------------------ */

/* The order that covers n buckets is the largest shortage of them; kept for its time it is n - 1 times the last less all before
 * (summation by parts of what each bucket adds). */
typedef struct cost_judge { int64_t *worst, *best; int64_t k, h; int32_t most; } cost_judge;

static int shortages(const mrp_judge *j, int32_t t, int64_t before, cost_judge *c)
{
    c->most = j->m->buckets - t;
    for (int32_t n = 0; n < c->most; n++) {
        int64_t short_of;
        if (n && pull_balance(j, t + n, &before)) return 1;
        if (c12__sub64(j->floor[t + n], before, &short_of)) return 1;
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

static int cost_lot_holds(const mrp_judge *j, int32_t i, int32_t t, int64_t before, int64_t order)
{
    const c12_mrp_input *in = &j->m->in;
    cost_judge c = { j->worst, j->best, in->order_cost ? in->order_cost[i] : 0, in->holding_cost ? in->holding_cost[i] : 0, 0 };
    int32_t n;
    if (shortages(j, t, before, &c)) return 0;
    switch (in->lot_rule[i]) {
    case C12_MRP_EOQ: return is_economic(j, &c, order);
    case C12_MRP_SILVER_MEAL: n = silver_meal_buckets(&c); break;
    case C12_MRP_PART_PERIOD: n = part_period_buckets(&c); break;
    case C12_MRP_GROFF: n = groff_buckets(&c); break;
    default: n = wagner_whitin_buckets(&c); break;
    }
    return n > 0 && order == c.worst[n - 1];
}

/* Is `wanted`, in good pieces, what a rule that does not round asks for? */
static int wanted_holds(const mrp_judge *j, int32_t i, int32_t rule, int32_t t, int64_t before, int64_t wanted)
{
    const c12_mrp_input *in = &j->m->in;
    int64_t net, top = in->lot_max && in->lot_max[i] > j->floor[t] ? in->lot_max[i] : j->floor[t];
    if (c12__sub64(j->floor[t], before, &net) || wanted < net) return 0;
    if (rule == C12_MRP_LOT_FOR_LOT) return wanted == net;
    if (rule == C12_MRP_PERIODS) return periods_hold(j, i, t, before, wanted);
    if (rule > C12_MRP_MIN_MAX) return cost_lot_holds(j, i, t, before, wanted);
    return before + wanted == top;
}

/* The quantity to be started in bucket t next to firm orders, given how many good pieces come out; -1 when no order of this rule yields
 * them.  Firm and new pieces are counted together, so that one more may come out than was wanted. */
static int64_t lot_behind(const mrp_judge *j, int32_t i, int32_t t, int64_t before, int64_t planned)
{
    const c12_mrp_input *in = &j->m->in;
    int phantom = in->item_type && in->item_type[i] == C12_MRP_PHANTOM;
    int32_t rule = phantom || !in->lot_rule ? C12_MRP_LOT_FOR_LOT : in->lot_rule[i];
    int64_t net, start, extra = planned - pull_good(j, j->firm[t]);
    if (extra < 0) return -1;
    if (before >= j->floor[t] || t < j->fence) return extra ? -1 : 0;
    if (rule == C12_MRP_FIXED || rule == C12_MRP_MIN_MULTIPLE) {
        if (c12__sub64(j->floor[t], before, &net) || pull_start(j, net, &start)) return -1;
        if (rule == C12_MRP_MIN_MULTIPLE) return min_multiple_of(in, i, start);
        int64_t lot = in->lot_size ? in->lot_size[i] : 1, whole = start % lot ? start + (lot - start % lot) : start;
        return whole;
    }
    for (int64_t wanted = extra; wanted >= 0 && wanted >= extra - 1; wanted--)
        if (wanted_holds(j, i, rule, t, before, wanted) && !pull_start(j, wanted, &start) && pull_good(j, start + j->firm[t]) == planned) return start;
    return -1;
}

/* The releases are what was started for the receipts, moved by the lead time; what falls off the front is past due. */
static void judge_release(mrp_judge *j, int32_t i, int32_t t, int64_t started, int64_t *late)
{
    const int64_t *release = j->p->release + (int64_t)i * j->m->buckets;
    if (t < j->lead) { if (c12__add64(*late, started, late)) mrp_blame(j, "past-due release does not fit 64 bits", "past_due", i, t); return; }
    if (release[t - j->lead] != started) mrp_blame(j, "release is not what its receipt takes, moved by the lead time", "release", i, t - j->lead);
}

static void judge_releases_end(mrp_judge *j, int32_t i, int64_t late)
{
    const int64_t *release = j->p->release + (int64_t)i * j->m->buckets;
    int32_t after = j->lead < j->m->buckets ? j->m->buckets - j->lead : 0;
    for (int32_t t = after; t < j->m->buckets; t++)
        if (release[t]) mrp_blame(j, "release is not what its receipt takes, moved by the lead time", "release", i, t);
    if (j->p->past_due[i] != late) mrp_blame(j, "past-due release is not the sum of what was started within the lead time", "past_due", i, -1);
}

/* Two balances: `before` of requirements as netting sees them, `have` of requirements as they are. */
static void judge_item(mrp_judge *j, int32_t i)
{
    int phantom = j->m->in.item_type && j->m->in.item_type[i] == C12_MRP_PHANTOM;
    int64_t base = (int64_t)i * j->m->buckets, have = j->m->in.on_hand ? j->m->in.on_hand[i] : 0, before = have, late = 0;
    pull_terms(j, i, phantom);
    if (pull_gross(j, i) || pull_receipts(j, i) || pull_by_products(j, i) || pull_seen(j, i, phantom)) { mrp_blame(j, "requirement does not fit 64 bits", "gross", i, -1); return; }
    for (int32_t t = 0; t < j->m->buckets; t++) {
        int64_t planned = j->p->planned[base + t], lot, started;
        if (j->p->gross[base + t] != j->gross[t]) mrp_blame(j, "gross requirement is not what parents and demand ask for", "gross", i, t);
        if (pull_balance(j, t, &before) || planned < 0) { mrp_blame(j, "balance does not fit 64 bits", "projected", i, t); return; }
        lot = lot_behind(j, i, t, before, planned);
        if (lot < 0 || c12__add64(lot, j->firm[t], &started) || pull_good(j, started) != planned) { mrp_blame(j, "planned receipt breaks the lot rule", "planned", i, t); return; }
        judge_release(j, i, t, started, &late);
        if (j->p->started && j->p->started[base + t] != started) mrp_blame(j, "what is started is not what the receipt takes", "started", i, t);
        if (c12__add64(before, planned - pull_good(j, j->firm[t]), &before) || c12__add64(have, j->receipts[t], &have) || c12__sub64(have, j->gross[t], &have) ||
            c12__add64(have, planned, &have)) { mrp_blame(j, "balance does not fit 64 bits", "projected", i, t); return; }
        if (j->p->projected && j->p->projected[base + t] != have) mrp_blame(j, "projected available does not balance", "projected", i, t);
        if (c12__add64(j->v.objective, planned, &j->v.objective)) j->v.objective = INT64_MAX;
    }
    judge_releases_end(j, i, late);
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
    j->seen = C12__CARVE(&a, int64_t, m->buckets);
    j->firm = C12__CARVE(&a, int64_t, m->buckets);
    j->floor = C12__CARVE(&a, int64_t, m->buckets);
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
