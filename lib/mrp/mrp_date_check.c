/* SPDX-License-Identifier: Apache-2.0 */
/* The checker of date mode: sorts whatever asks for an item, balances it date by date, and counts working units window by window. */
#include "base/sort.h"
#include "mrp/mrp_date.h"

/* What an item is asked for, or receives: by date once sorted. */
typedef struct dated_list { int64_t *date, *qty; int64_t n, room; } dated_list;

typedef struct date_judge {
    const c12__mrp_date *m;
    const c12_mrp_date_plan *p;
    c12_verdict v;
    int64_t *line_start, *line;           /* lines by child */
    int32_t *parent;                      /* of each line */
    int64_t *demand_start, *demand, *receipt_start, *receipt; /* rows by item */
    int64_t *order_start;                 /* [n + 1] an item's orders in the plan */
    dated_list gross, receipts, firm, spare; /* firm: quantities started */
    int64_t floor_first, floor_end;       /* the item's rows of safety stock */
    int64_t *best;                        /* [longest list + 1] least costs from a date on */
    int32_t *row, *other;                 /* [longest list] for sorting */
} date_judge;

static void blame_date(date_judge *j, const char *rule, const char *field, int32_t item, int64_t date)
{
    if (j->v.violations++) return;
    j->v.rule = rule;
    j->v.field = field;
    j->v.row = item;
    j->v.tick = date;
}

/* ---- what an item is asked for ----------------------------------------------------------------------------------- */

/* Sort a list by date and add up what falls on one date; 1 when a sum does not fit. */
static int settle(date_judge *j, dated_list *l)
{
    dated_list *to = &j->spare;
    to->n = 0;
    c12__sort_rows(l->date, (int32_t)l->n, j->row, j->other);
    for (int64_t k = 0; k < l->n; k++) {
        int64_t date = l->date[j->row[k]], qty = l->qty[j->row[k]];
        if (to->n && to->date[to->n - 1] == date) { if (c12__add64(to->qty[to->n - 1], qty, &to->qty[to->n - 1])) return 1; }
        else { to->date[to->n] = date; to->qty[to->n++] = qty; }
    }
    memcpy(l->date, to->date, (size_t)to->n * sizeof *l->date);
    memcpy(l->qty, to->qty, (size_t)to->n * sizeof *l->qty);
    l->n = to->n;
    return 0;
}

/* 0, 1 when a sum does not fit, 2 when there is no room. */
static int ask_for(date_judge *j, dated_list *l, int64_t date, int64_t qty)
{
    if (l->n == l->room) {
        if (settle(j, l)) return 1;
        if (l->n == l->room) return 2;
    }
    l->date[l->n] = date;
    l->qty[l->n++] = qty;
    return 0;
}

/* Everything is wanted a safety time earlier, or at once. */
static int64_t wanted_on(const date_judge *j, int32_t i, int64_t date)
{
    const c12_mrp_date_input *in = &j->m->in;
    if (!in->safety_time || c12__mrp_date_phantom(j->m, i)) return date;
    return date - in->today < in->safety_time[i] ? in->today : date - in->safety_time[i];
}

/* The quotient of R4 rounded up; -1 when it does not fit. */
static int64_t need_of(const c12__mrp_date *m, int64_t e, int64_t q)
{
    uint64_t ppm = (uint64_t)c12__at32(m->graph.ppm, e, 0), up = m->in.scrap == C12_SCRAP_ADD ? 1000000 + ppm : 1000000, down = m->in.scrap == C12_SCRAP_ADD ? 1000000 : 1000000 - ppm;
    c12__u128 top, rest;
    if (c12__mul_u128_u64(c12__mul_u64((uint64_t)q, (uint64_t)m->graph.num[e]), up, &top)) return -1;
    c12__u128 whole = c12__div_u128(top, c12__mul_u64((uint64_t)c12__at64(m->graph.den, e, 1), down), &rest);
    return whole.hi || whole.lo >= (uint64_t)INT64_MAX ? -1 : (int64_t)whole.lo + (rest.lo || rest.hi);
}

static int64_t started_qty(const c12_mrp_date_plan *p, int64_t k) { return p->order_started ? p->order_started[k] : p->order_qty[k]; }

static int line_holds(const c12__mrp_date *m, int64_t e, int64_t release)
{
    const int64_t since = release - m->in.origin;
    return (!m->graph.from || m->graph.from[e] <= since) && (!m->graph.to || m->graph.to[e] == INT32_MAX || m->graph.to[e] > since);
}

/* Orders of one release date ask at once, past-due ones among themselves. */
static int pull_orders(date_judge *j, int32_t i, int64_t e)
{
    const c12__mrp_date *m = j->m;
    const c12_mrp_date_plan *p = j->p;
    const int64_t first = j->order_start[j->parent[e]], end = j->order_start[j->parent[e] + 1];
    for (int64_t k = first, next; k < end; k = next) {
        int64_t q = 0, release = p->order_release[k], date = release + c12__at32(m->line_offset, e, 0);
        for (next = k; next < end && p->order_release[next] == release && !p->order_late[next] == !p->order_late[k]; next++)
            if (c12__add64(q, started_qty(p, next), &q)) return 1;
        if (date < m->in.today) date = m->in.today;
        if (date >= m->in.horizon || !line_holds(m, e, release)) continue;
        int64_t need = need_of(m, e, q);
        int full = need < 0 ? 1 : ask_for(j, &j->gross, wanted_on(j, i, date), need);
        if (full) return full;
    }
    return 0;
}

/* What falls off comes with each order's good pieces. */
static int pull_shed(date_judge *j, int64_t e)
{
    const c12__mrp_date *m = j->m;
    for (int64_t k = j->order_start[j->parent[e]]; k < j->order_start[j->parent[e] + 1]; k++) {
        int64_t date = j->p->order_due[k] + c12__at32(m->line_offset, e, 0);
        if (date < m->in.today) date = m->in.today;
        if (date >= m->in.horizon || !line_holds(m, e, j->p->order_release[k])) continue;
        c12__u128 q = c12__div_u128(c12__mul_u64((uint64_t)j->p->order_qty[k], (uint64_t)m->graph.num[e]), (c12__u128){ 0, (uint64_t)c12__at64(m->graph.den, e, 1) }, NULL);
        int full = q.hi || q.lo > (uint64_t)INT64_MAX ? 1 : ask_for(j, &j->receipts, date, (int64_t)q.lo);
        if (full) return full;
    }
    return 0;
}

static int pull_dated_line(date_judge *j, int32_t i, int64_t e)
{
    return j->m->graph.kind && j->m->graph.kind[e] == C12_BOM_BY_PRODUCT ? pull_shed(j, e) : pull_orders(j, i, e);
}

static int pull_item(date_judge *j, int32_t i)
{
    const c12_mrp_date_input *in = &j->m->in;
    const int64_t fence = in->today + (in->demand_fence ? in->demand_fence[i] : 0);
    int full = 0;
    j->gross.n = j->receipts.n = j->firm.n = 0;
    for (int64_t k = j->demand_start[i]; k < j->demand_start[i + 1] && !full; k++) {
        int64_t d = j->demand[k], date = in->demand_date[d] > in->today ? in->demand_date[d] : in->today;
        int counts = date >= fence || !in->demand_kind || in->demand_kind[d] != C12_MRP_FORECAST;
        if (date < in->horizon && counts) full = ask_for(j, &j->gross, wanted_on(j, i, date), in->demand_qty[d]);
    }
    for (int64_t k = j->line_start[i]; k < j->line_start[i + 1] && !full; k++) full = pull_dated_line(j, i, j->line[k]);
    for (int64_t k = j->receipt_start[i]; k < j->receipt_start[i + 1] && !full; k++) {
        int64_t r = j->receipt[k], date = in->receipt_date[r] > in->today ? in->receipt_date[r] : in->today;
        int firm = in->receipt_kind && in->receipt_kind[r] == C12_MRP_FIRM;
        if (date < in->horizon) full = ask_for(j, firm ? &j->firm : &j->receipts, date, in->receipt_qty[r]);
    }
    return full ? full : settle(j, &j->gross) || settle(j, &j->receipts) || settle(j, &j->firm);
}

/* ---- calendars --------------------------------------------------------------------------------------------------- */

/* Working units in [from, to). */
static int64_t worked_between(const c12_mrp_date_input *in, int32_t item, int64_t from, int64_t to)
{
    int32_t c = in->item_calendar ? in->item_calendar[item] : -1;
    int64_t units = 0;
    if (c < 0) return to - from;
    for (int64_t w = in->calendar_off[c]; w < in->calendar_off[c + 1]; w++) {
        int64_t a = in->window_from[w] > from ? in->window_from[w] : from, b = in->window_to[w] < to ? in->window_to[w] : to;
        if (b > a) units += b - a;
    }
    return units;
}

/* Released on the latest date that leaves the lead time, or today and late by as much as its calendar needs. */
static void judge_order_dates(date_judge *j, int32_t i, int64_t k)
{
    const c12_mrp_date_input *in = &j->m->in;
    const int64_t release = j->p->order_release[k], due = j->p->order_due[k], late = j->p->order_late[k], most = (int64_t)1 << 61;
    const int64_t lead = c12__mrp_date_phantom(j->m, i) || !in->lead_time ? 0 : in->lead_time[i];
    int holds;
    if (release < in->today || release > due || late < -1 || late > most) holds = 0;
    else if (!late) holds = worked_between(in, i, release, due) >= lead && (release == due || worked_between(in, i, release + 1, due) < lead);
    else if (release != in->today || worked_between(in, i, release, due) >= lead) holds = 0;
    else if (late < 0) holds = worked_between(in, i, release, most) < lead;
    else holds = worked_between(in, i, release, due + late) >= lead && worked_between(in, i, release, due + late - 1) < lead;
    if (!holds) blame_date(j, "order is not released on the latest date that leaves its lead time", "order_release", i, due);
}

/* ---- lots -------------------------------------------------------------------------------------------------------- */

/* What comes out of a quantity started: of a million the yield, in whole pieces. */
static int64_t comes_out(int64_t started, int32_t ppm)
{
    return ppm == 1000000 || started < 0 ? started : (int64_t)c12__div_u128(c12__mul_u64((uint64_t)started, (uint64_t)ppm), (c12__u128){ 0, 1000000 }, NULL).lo;
}

/* Where the balance of an item stands: the lists up to `date` are in `have`; `started` is what is firm on that date, `step` the first
 * row of safety stock that has not begun. */
typedef struct date_balance { int64_t date, have, floor, started, gross, receipt, firm, step; int32_t item, ppm; } date_balance;

/* What must lie in stock on b's date: the latest row that has begun, or the column; never less than the reorder point. */
static void raise_floor(const date_judge *j, date_balance *b)
{
    const c12_mrp_date_input *in = &j->m->in;
    const int32_t i = b->item;
    while (b->step < j->floor_end && in->safety_date[b->step] <= b->date) b->step++;
    b->floor = b->step > j->floor_first ? in->safety_qty[b->step - 1] : in->safety ? in->safety[i] : 0;
    if (in->lot_rule && in->lot_rule[i] == C12_MRP_MIN_MAX && in->lot_min && in->lot_min[i] > b->floor) b->floor = in->lot_min[i];
    if (c12__mrp_date_phantom(j->m, i)) b->floor = 0;
}

static int64_t sooner(const dated_list *l, int64_t at, int64_t date) { return at < l->n && l->date[at] < date ? l->date[at] : date; }

/* The next date before `end` on which anything can change after b's. */
static int64_t next_change(const date_judge *j, const date_balance *b, int64_t end)
{
    const c12_mrp_date_input *in = &j->m->in;
    int64_t next = sooner(&j->gross, b->gross, sooner(&j->receipts, b->receipt, sooner(&j->firm, b->firm, end)));
    if (b->step < j->floor_end && in->safety_date[b->step] < next) next = in->safety_date[b->step];
    int64_t opens = in->today + (in->planning_fence ? in->planning_fence[b->item] : 0);
    return opens > b->date && opens < next ? opens : next;
}

/* To the next date of any list before `end`; 0 when there is none, -1 when the balance does not fit. */
static int balance_on(const date_judge *j, date_balance *b, int64_t end)
{
    const dated_list *g = &j->gross, *r = &j->receipts, *f = &j->firm;
    int64_t next = next_change(j, b, end);
    if (next == end) return 0;
    b->date = next;
    raise_floor(j, b);
    b->started = b->firm < f->n && f->date[b->firm] == next ? f->qty[b->firm++] : 0;
    if (b->receipt < r->n && r->date[b->receipt] == next && c12__add64(b->have, r->qty[b->receipt++], &b->have)) return -1;
    if (c12__add64(b->have, comes_out(b->started, b->ppm), &b->have)) return -1;
    if (b->gross < g->n && g->date[b->gross] == next && c12__sub64(b->have, g->qty[b->gross++], &b->have)) return -1;
    return 1;
}

/* Is `order` what minimum, multiple and maximum make of `net`? */
static int dated_multiple_holds(const c12_mrp_date_input *in, int32_t i, int64_t net, int64_t order)
{
    int64_t min = in->lot_min ? in->lot_min[i] : 0, max = in->lot_max ? in->lot_max[i] : 0, mult = in->lot_multiple ? in->lot_multiple[i] : 1;
    int64_t want = net > min ? net : min, short_of = want % mult ? mult - want % mult : 0, whole;
    if (c12__add64(want, short_of, &whole)) return 0;
    if (!max || whole <= max) return order == whole;
    int64_t full = whole / max * max, last = order - full, rest = whole - full;
    if (!rest) return last == 0;
    want = rest > min ? rest : min;
    return last >= want && last % mult == 0 && last - mult < want; /* the last lot is the least multiple that is enough */
}

static int periods_cover(const date_judge *j, int32_t i, date_balance b, int64_t order)
{
    int64_t end = b.date + (j->m->in.lot_periods ? j->m->in.lot_periods[i] : 1), worst = b.floor - b.have, lacks;
    int more;
    while ((more = balance_on(j, &b, end < j->m->in.horizon ? end : j->m->in.horizon)) > 0) {
        if (c12__sub64(b.floor, b.have, &lacks)) return 0;
        if (lacks > worst) worst = lacks;
    }
    return !more && order == worst;
}

/* ---- lots by cost: judged by their definitions over what is short and what lies in store ------------------------------- */

/* From the order's date on: when the shortage grows, and how large it is from then.  An order that covers the dates 0..n-1 is worst[n-1]. */
typedef struct date_costs { const int64_t *date, *worst; int64_t n, k, h; } date_costs;

static int short_dates(date_judge *j, date_balance b, date_costs *c)
{
    dated_list *to = &j->spare;
    int more;
    to->date[0] = b.date;
    if (c12__sub64(b.floor, b.have, &to->qty[0])) return 1;
    for (to->n = 1; (more = balance_on(j, &b, j->m->in.horizon)) > 0;) {
        int64_t shortage;
        if (c12__sub64(b.floor, b.have, &shortage)) return 1;
        if (shortage <= to->qty[to->n - 1]) continue;
        to->date[to->n] = b.date;
        to->qty[to->n++] = shortage;
    }
    c->date = to->date;
    c->worst = to->qty;
    c->n = to->n;
    return more < 0;
}

/* An order on date `first` that reaches date `last`: until each of its dates it keeps what is not short yet. */
static int stored_cost(const date_costs *c, int64_t first, int64_t last, int64_t *cost)
{
    int64_t stored = 0, part;
    for (int64_t i = first; i < last; i++)
        if (c12__mul64(c->worst[last] - c->worst[i], c->date[i + 1] - c->date[i], &part) || c12__add64(stored, part, &stored)) return 1;
    return c12__mul64(stored, c->h, cost);
}

static int64_t meal_dates(const date_costs *c)
{
    for (int64_t n = 1; n < c->n; n++) {
        int64_t now, next, length = c->date[n] - c->date[0];
        if (stored_cost(c, 0, n - 1, &now) || stored_cost(c, 0, n, &next) || c12__add64(now, c->k, &now) || c12__add64(next, c->k, &next)) return 0;
        if (c12__cmp_u128(c12__mul_u64((uint64_t)next, (uint64_t)length), c12__mul_u64((uint64_t)now, (uint64_t)length + 1)) > 0) return n;
    }
    return c->n;
}

static int64_t part_period_dates(const date_costs *c)
{
    int64_t n = 1, now, next;
    while (n < c->n && !stored_cost(c, 0, n, &next) && next <= c->k) n++;
    if (n == c->n || stored_cost(c, 0, n - 1, &now) || stored_cost(c, 0, n, &next)) return n;
    return next - c->k < c->k - now ? n + 1 : n;
}

static int64_t groff_dates(const date_costs *c)
{
    for (int64_t n = 1; n < c->n; n++) {
        uint64_t length = (uint64_t)(c->date[n] - c->date[0]);
        int64_t added;
        c12__u128 weight;
        if (c12__mul64(c->worst[n] - c->worst[n - 1], c->h, &added)) return 0;
        if (c12__mul_u128_u64(c12__mul_u64(length, length + 1), (uint64_t)added, &weight) || weight.hi || weight.lo > 2 * (uint64_t)c->k) return n;
    }
    return c->n;
}

static int whole_cost(const date_costs *c, const int64_t *best, int64_t first, int64_t last, int64_t *cost)
{
    return stored_cost(c, first, last, cost) || c12__add64(*cost, c->k, cost) || c12__add64(*cost, best[last + 1], cost);
}

/* Least cost from each date on, from which the first lot that an optimal whole can start with is known. */
static int64_t wagner_whitin_dates(const date_costs *c, int64_t *best)
{
    int64_t cost;
    best[c->n] = 0;
    for (int64_t first = c->n - 1; first >= 0; first--) {
        best[first] = INT64_MAX;
        for (int64_t last = first; last < c->n; last++) {
            if (whole_cost(c, best, first, last, &cost)) break;
            if (cost < best[first]) best[first] = cost;
        }
    }
    for (int64_t n = 1; n <= c->n; n++)
        if (!whole_cost(c, best, 0, n - 1, &cost) && cost == best[0]) return n;
    return 0;
}

/* Q is the whole number nearest to a root when Q (Q - 1) < x <= Q (Q + 1). */
static int is_economic_by_date(const date_judge *j, const date_costs *c, int64_t order)
{
    int64_t all = 0, rest = c->worst[c->n - 1], q = order;
    c12__u128 twice, x;
    if (!c->k) return order == c->worst[0];
    for (int64_t t = 0; t < j->gross.n; t++)
        if (c12__add64(all, j->gross.qty[t], &all)) return order == rest;
    if (!c->h || c12__mul_u128_u64(c12__mul_u64((uint64_t)c->k, (uint64_t)all), 2, &twice)) return order == rest;
    x = c12__div_u128(twice, c12__mul_u64((uint64_t)c->h, (uint64_t)(j->m->in.horizon - j->m->in.today)), NULL);
    int at_most = c12__cmp_u128(x, c12__mul_u64((uint64_t)q, (uint64_t)q + 1)) <= 0, at_least = c12__cmp_u128(c12__mul_u64((uint64_t)q, (uint64_t)q - 1), x) < 0;
    return (at_most && at_least) || (order == c->worst[0] && at_most) || (order == rest && at_least);
}

static int date_cost_holds(date_judge *j, int32_t i, const date_balance *b, int64_t order)
{
    const c12_mrp_date_input *in = &j->m->in;
    date_costs c = { NULL, NULL, 0, in->order_cost ? in->order_cost[i] : 0, in->holding_cost ? in->holding_cost[i] : 0 };
    int64_t n;
    if (short_dates(j, *b, &c)) return 0;
    switch (in->lot_rule[i]) {
    case C12_MRP_EOQ: return is_economic_by_date(j, &c, order);
    case C12_MRP_SILVER_MEAL: n = meal_dates(&c); break;
    case C12_MRP_PART_PERIOD: n = part_period_dates(&c); break;
    case C12_MRP_GROFF: n = groff_dates(&c); break;
    default: n = wagner_whitin_dates(&c, j->best); break;
    }
    return n > 0 && order == c.worst[n - 1];
}

/* The least to be started so that `good` pieces come out; -1 when it does not fit. */
static int64_t goes_in(int64_t good, int32_t ppm)
{
    c12__u128 rest, start = c12__div_u128(c12__mul_u64((uint64_t)good, 1000000), (c12__u128){ 0, (uint64_t)ppm }, &rest);
    return start.hi || start.lo >= (uint64_t)INT64_MAX ? -1 : (int64_t)start.lo + (rest.lo != 0);
}

/* What is started beside the firm orders of the date: lots are lots of what is started; rules that do not round start the least for what
 * they want, of which one less would not do. */
static int dated_order_holds(date_judge *j, int32_t i, const date_balance *b, int64_t started)
{
    const c12_mrp_date_input *in = &j->m->in;
    int phantom = in->item_type && in->item_type[i] == C12_MRP_PHANTOM;
    int32_t rule = phantom || !in->lot_rule ? C12_MRP_LOT_FOR_LOT : in->lot_rule[i];
    const int32_t ppm = b->ppm;
    int64_t fence = !phantom && in->planning_fence ? in->planning_fence[i] : 0, net, order = comes_out(started, ppm), least;
    if (started < 0 || b->have >= b->floor || b->date < in->today + fence) return started == 0;
    if (c12__sub64(b->floor, b->have, &net) || order < net || (least = goes_in(net, ppm)) < 0) return 0;
    if (rule == C12_MRP_FIXED) { int64_t lot = in->lot_size ? in->lot_size[i] : 1; return started % lot == 0 && started - lot < least; }
    if (rule == C12_MRP_MIN_MULTIPLE) return dated_multiple_holds(in, i, least, started);
    if (comes_out(started - 1, ppm) >= order) return 0;
    if (rule == C12_MRP_LOT_FOR_LOT) return order == net;
    if (rule == C12_MRP_PERIODS) return periods_cover(j, i, *b, order);
    if (rule > C12_MRP_MIN_MAX) return date_cost_holds(j, i, b, order);
    int64_t top = in->lot_max && in->lot_max[i] > b->floor ? in->lot_max[i] : b->floor;
    return b->have + order == top;
}

/* ---- items ------------------------------------------------------------------------------------------------------- */

/* The balance walks events and orders together: no date without an order may need one, no order may stand where none is needed. */
static void judge_balance(date_judge *j, int32_t i)
{
    const c12_mrp_date_input *in = &j->m->in;
    const c12_mrp_date_plan *p = j->p;
    date_balance b = { .date = in->today - 1, .have = in->on_hand ? in->on_hand[i] : 0, .step = j->floor_first, .item = i, .ppm = c12__mrp_date_phantom(j->m, i) || !in->yield_ppm ? 1000000 : in->yield_ppm[i] };
    int64_t k = j->order_start[i], end = j->order_start[i + 1];
    raise_floor(j, &b); /* rows that began before today */
    int more = balance_on(j, &b, in->today + 1) < 0 ? -1 : 1; /* today is judged whether or not anything happens */
    b.date = in->today;
    raise_floor(j, &b);
    for (; more > 0; more = balance_on(j, &b, in->horizon)) {
        int64_t started = 0, order = 0;
        if (k < end && p->order_due[k] == b.date) { started = started_qty(p, k); order = p->order_qty[k++]; }
        if (k < end && p->order_due[k] <= b.date) { blame_date(j, "orders of an item are not by due date, one a date with a need", "order_due", i, p->order_due[k]); return; }
        if (order != comes_out(started, b.ppm)) blame_date(j, "good pieces are not what the yield makes of the quantity started", "order_qty", i, b.date);
        if (!dated_order_holds(j, i, &b, started - b.started)) blame_date(j, "planned order breaks the lot rule", "order_qty", i, b.date);
        if (c12__add64(b.have, order - comes_out(b.started, b.ppm), &b.have)) { more = -1; break; }
    }
    if (more < 0) blame_date(j, "balance does not fit 64 bits", "order_qty", i, b.date);
    else if (k < end) blame_date(j, "order is due where nothing is needed", "order_due", i, p->order_due[k]);
}

static c12_status judge_dated_item(date_judge *j, int32_t i, c12_error *err)
{
    const c12_mrp_date_input *in = &j->m->in;
    for (j->floor_first = j->floor_end; j->floor_first < in->n_safety && in->safety_item[j->floor_first] < i;) j->floor_first++;
    for (j->floor_end = j->floor_first; j->floor_end < in->n_safety && in->safety_item[j->floor_end] == i;) j->floor_end++;
    int full = pull_item(j, i);
    if (full > 1) return c12__fail(err, C12_E_SPACE, "more requirements than scratch was given room for", "order_room", -1, 2 * j->m->in.order_room + 64);
    if (full) blame_date(j, "requirement does not fit 64 bits", "order_qty", i, -1);
    else judge_balance(j, i);
    for (int64_t k = j->order_start[i]; k < j->order_start[i + 1]; k++) {
        if (started_qty(j->p, k) <= 0 || j->p->order_qty[k] < 0) blame_date(j, "order is not positive", "order_qty", i, j->p->order_due[k]);
        else if (c12__add64(j->v.objective, j->p->order_qty[k], &j->v.objective)) j->v.objective = INT64_MAX;
        judge_order_dates(j, i, k);
    }
    return C12_OK;
}

/* An item's orders stand together, in the order of items, within the plan's dates; only then do runs mean anything. */
static int orders_stand(date_judge *j)
{
    const c12_mrp_date_plan *p = j->p;
    int32_t last = 0;
    memset(j->order_start, 0, ((size_t)j->m->n + 1) * sizeof *j->order_start);
    for (int64_t k = 0; k < p->order_count; k++) {
        int32_t i = p->order_item[k];
        int stands = i >= last && i < j->m->n && p->order_due[k] >= j->m->in.today && p->order_due[k] < j->m->in.horizon && p->order_release[k] >= j->m->in.today && p->order_release[k] <= p->order_due[k];
        if (!stands) { blame_date(j, "orders are not by item, or lie outside the plan's dates", "order_item", i, p->order_due[k]); return 0; }
        j->order_start[(last = i) + 1]++;
    }
    for (int32_t i = 0; i < j->m->n; i++) j->order_start[i + 1] += j->order_start[i];
    return 1;
}

/* ---- entry ------------------------------------------------------------------------------------------------------- */

static void carve_list(dated_list *l, c12__arena *a, int64_t room)
{
    l->date = C12__CARVE(a, int64_t, room);
    l->qty = C12__CARVE(a, int64_t, room);
    l->n = 0;
    l->room = room;
}

static void date_judge_lay_out(date_judge *j, c12__arena *a, int32_t n, int64_t lines, int64_t n_demand, int64_t n_receipts, int64_t n_safety, int64_t room)
{
    int64_t most = n_demand + room, supplies = n_receipts + room, longest = 1 + n_safety + (most > supplies ? most : supplies);
    j->line_start = C12__CARVE(a, int64_t, n + (int64_t)1);
    j->line = C12__CARVE(a, int64_t, lines);
    j->parent = C12__CARVE(a, int32_t, lines);
    j->demand_start = C12__CARVE(a, int64_t, n + (int64_t)1);
    j->demand = C12__CARVE(a, int64_t, n_demand);
    j->receipt_start = C12__CARVE(a, int64_t, n + (int64_t)1);
    j->receipt = C12__CARVE(a, int64_t, n_receipts);
    j->order_start = C12__CARVE(a, int64_t, n + (int64_t)1);
    carve_list(&j->gross, a, most);
    carve_list(&j->receipts, a, supplies); /* and by-products */
    carve_list(&j->firm, a, n_receipts);
    carve_list(&j->spare, a, longest);
    j->best = C12__CARVE(a, int64_t, longest + 1);
    j->row = C12__CARVE(a, int32_t, longest);
    j->other = C12__CARVE(a, int32_t, longest);
}

size_t c12__mrp_date_check_bytes(int32_t n, int64_t lines, int64_t n_demand, int64_t n_receipts, int64_t n_safety, int64_t room)
{
    date_judge j;
    c12__arena a = c12__arena_measure();
    date_judge_lay_out(&j, &a, n, lines, n_demand, n_receipts, n_safety, room);
    return c12__arena_need(&a);
}

static c12_status open_date_judge(date_judge *j, c12_mem scratch, c12_error *err)
{
    const c12__mrp_date *m = j->m;
    c12__arena a = c12__arena_over(scratch);
    date_judge_lay_out(j, &a, m->n, m->lines, m->in.n_demand, m->in.n_receipts, m->in.n_safety, m->in.order_room);
    if (!c12__arena_ok(&a)) return c12__mrp_date_scratch_full(m, err);
    for (int32_t p = 0; p < m->n; p++)
        for (int64_t e = m->graph.off[p]; e < m->graph.off[p + 1]; e++) j->parent[e] = p;
    c12__csr_by_key(m->graph.child, m->lines, m->n, j->line_start, j->line);
    c12__csr_by_key(m->in.demand_item, m->in.n_demand, m->n, j->demand_start, j->demand);
    c12__csr_by_key(m->in.receipt_item, m->in.n_receipts, m->n, j->receipt_start, j->receipt);
    return C12_OK;
}

c12_status c12_mrp_date_check(const c12_mrp_date_input *in, const c12_mrp_date_plan *plan, c12_verdict *verdict, c12_mem scratch, c12_error *err)
{
    c12__mrp_date m;
    c12_mrp_date_plan p;
    c12_status s = c12__mrp_date_open(&m, in, err);
    if (s || (s = c12__mrp_date_take_plan(&p, plan, err))) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    if (p.order_count < 0 || p.order_count > p.order_cap) return c12__fail(err, C12_E_ARG, "plan is truncated", "order_count", -1, p.order_count);
    if (p.order_count > m.in.order_room) return c12__fail(err, C12_E_SPACE, "more planned orders than scratch was given room for", "order_room", -1, p.order_count);
    if (p.order_count && m.in.yield_ppm && !p.order_started) return c12__fail(err, C12_E_ARG, "column is NULL; a plan with yields is judged by what it starts", "order_started", -1, 0);
    date_judge j = { .m = &m, .p = &p, .v = C12_INIT(c12_verdict) };
    j.v.row = j.v.tick = -1;
    if ((s = open_date_judge(&j, scratch, err))) return s;
    if (orders_stand(&j))
        for (int32_t i = 0; i < m.n && !s; i++) s = judge_dated_item(&j, i, err);
    if (s) return s;
    c12__give(verdict, &j.v, sizeof j.v);
    return C12_OK;
}
