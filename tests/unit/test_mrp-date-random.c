/* SPDX-License-Identifier: Apache-2.0 */
/* Date mode against two judges on random plants: the bucketed plan, and a second writing of the rules that counts day by day. */
#include "mrp_dates.h"

/* ---- the bucketed plan ----------------------------------------------------------------------------------------------- */

typedef struct { int64_t gross[MAX_ITEMS * MAX_DAYS], planned[MAX_ITEMS * MAX_DAYS], release[MAX_ITEMS * MAX_DAYS], started[MAX_ITEMS * MAX_DAYS], past_due[MAX_ITEMS], e_qty[MAX_ORDERS]; int32_t d_bucket[MAX_ROWS], r_bucket[MAX_ROWS], s_bucket[MAX_ROWS], e_item[MAX_ORDERS], e_bucket[MAX_ORDERS], e_kind[MAX_ORDERS], e_to[MAX_ORDERS]; c12_mrp_input in; c12_mrp_plan plan; } Buckets;

static Buckets *net_in_buckets(const Case *c)
{
    Buckets *b = calloc(1, sizeof *b);
    b->in = (c12_mrp_input)C12_INIT(c12_mrp_input);
    b->plan = (c12_mrp_plan)C12_INIT(c12_mrp_plan);
    for (int64_t k = 0; k < c->in.n_demand; k++) b->d_bucket[k] = (int32_t)c->d_date[k];
    for (int64_t k = 0; k < c->in.n_safety; k++) b->s_bucket[k] = (int32_t)c->s_date[k];
    for (int64_t k = 0; k < c->in.n_receipts; k++) b->r_bucket[k] = (int32_t)c->r_date[k];
    b->in.n_buckets = (int32_t)c->in.horizon;
    b->in.n_demand = c->in.n_demand;
    b->in.n_receipts = c->in.n_receipts;
    b->in.scrap = c->in.scrap;
    b->in.bom = &c->bom;
    b->in.demand_item = c->d_item;
    b->in.demand_bucket = b->d_bucket;
    b->in.demand_qty = c->d_qty;
    b->in.receipt_item = c->r_item;
    b->in.receipt_bucket = b->r_bucket;
    b->in.receipt_qty = c->r_qty;
    b->in.item_type = c->type;
    b->in.on_hand = c->on_hand;
    b->in.safety = c->safety;
    b->in.lead_time = c->lead;
    b->in.lot_rule = c->rule;
    b->in.lot_size = c->size;
    b->in.lot_min = c->min;
    b->in.lot_max = c->max;
    b->in.lot_multiple = c->multiple;
    b->in.lot_periods = c->periods;
    b->in.order_cost = c->order_cost;
    b->in.holding_cost = c->holding_cost;
    b->in.demand_kind = c->d_kind;
    b->in.demand_fence = c->d_fence;
    b->in.safety_time = c->time;
    b->in.yield_ppm = c->yield;
    b->in.planning_fence = c->p_fence;
    b->in.receipt_kind = c->r_kind;
    b->in.n_safety = c->in.n_safety;
    b->in.safety_item = c->s_item;
    b->in.safety_bucket = b->s_bucket;
    b->in.safety_qty = c->s_qty;
    b->in.message_qty = c->in.message_qty;
    b->in.negative_stock = c->in.negative_stock;
    b->in.message_shift = (int32_t)c->in.message_shift;
    b->plan.started = b->started;
    b->plan.exc_cap = MAX_ORDERS;
    b->plan.gross = b->gross;
    b->plan.planned = b->planned;
    b->plan.release = b->release;
    b->plan.past_due = b->past_due;
    b->plan.exc_item = b->e_item;
    b->plan.exc_bucket = b->e_bucket;
    b->plan.exc_kind = b->e_kind;
    b->plan.exc_to = b->e_to;
    b->plan.exc_qty = b->e_qty;
    c12_mem scratch = { NULL, c12_mrp_scratch(MAX_ITEMS, MAX_LINES, MAX_DAYS, MAX_ROWS, MAX_ROWS) };
    scratch.ptr = malloc(scratch.size);
    ck_assert_int_eq(c12_mrp_net(&b->in, &b->plan, scratch, NULL), C12_OK);
    free(scratch.ptr);
    return b;
}

/* Every order of the dates is taken off the buckets; nothing may remain. */
static void plan_is_in_buckets(const Case *c, Buckets *b)
{
    const int64_t days = c->in.horizon;
    for (int64_t k = 0; k < c->plan.order_count; k++) {
        b->planned[c->o_item[k] * days + c->o_due[k]] -= c->o_qty[k];
        b->started[c->o_item[k] * days + c->o_due[k]] -= c->o_started[k];
        *(c->o_late[k] ? &b->past_due[c->o_item[k]] : &b->release[c->o_item[k] * days + c->o_release[k]]) -= c->o_started[k];
        if (c->o_late[k]) ck_assert_int_eq(c->o_late[k], c->lead[c->o_item[k]] - c->o_due[k]);
    }
    for (int64_t k = 0; k < c->bom.n_items * days; k++) ck_assert_msg(!b->planned[k] && !b->release[k] && !b->started[k], "item %d date %d", (int)(k / days), (int)(k % days));
    for (int32_t i = 0; i < c->bom.n_items; i++) ck_assert_int_eq(b->past_due[i], 0);
    ck_assert_int_eq(c->plan.exc_count, b->plan.exc_count);
    for (int64_t k = 0; k < c->plan.exc_count; k++) {
        ck_assert_int_eq(c->e_item[k], b->e_item[k]);
        ck_assert_int_eq(c->e_date[k], b->e_bucket[k]);
        ck_assert_int_eq(c->e_kind[k], b->e_kind[k]);
        ck_assert_int_eq(c->e_to[k], b->e_to[k]);
        ck_assert_int_eq(c->e_qty[k], b->e_qty[k]);
    }
    ck_assert_int_eq(c->plan.outside_demand, b->plan.outside_demand);
    ck_assert_int_eq(c->plan.outside_receipts, b->plan.outside_receipts);
}

START_TEST(whole_dates_without_calendars_are_buckets)
{
    for (uint64_t seed = (uint64_t)_i * 100; seed < (uint64_t)_i * 100 + 100; seed++) {
        Case *c = random_case(seed, 0, RULES);
        if (seed % 2) c->in.item_calendar = NULL;
        net_and_check(c);
        Buckets *b = net_in_buckets(c);
        plan_is_in_buckets(c, b);
        free(b);
        drop_case(c);
    }
}
END_TEST

/* ---- the rules a second time, day by day ------------------------------------------------------------------------------- */

typedef struct { int64_t gross[MAX_ITEMS][MAX_DAYS], seen[MAX_ITEMS][MAX_DAYS], started[MAX_ITEMS][MAX_DAYS], planned[MAX_ITEMS][MAX_DAYS], late[MAX_ITEMS][MAX_DAYS], start[MAX_ITEMS][MAX_DAYS], safety[MAX_ITEMS][MAX_DAYS], fallen[MAX_ITEMS][MAX_DAYS]; int32_t level[MAX_ITEMS]; int64_t orders, messages; } Days;

static int works(const Case *c, int32_t item, int64_t day)
{
    int32_t k = c->calendar[item];
    if (k < 0) return 1;
    for (int64_t w = c->calendar_off[k]; w < c->calendar_off[k + 1]; w++) if (day >= c->w_from[w] && day < c->w_to[w]) return 1;
    return 0;
}

static int32_t day_yield(const Case *c, int32_t i) { return c->type[i] == C12_MRP_PHANTOM ? 1000000 : c->yield[i]; }

static int64_t good_of(const Case *c, int32_t i, int64_t started) { return started * day_yield(c, i) / 1000000; }

/* The least quantity of which so many come out. */
static int64_t start_of(const Case *c, int32_t i, int64_t good)
{
    int64_t q = good;
    while (good_of(c, i, q) < good) q++;
    return q;
}

static int64_t enough_lots(int64_t net, int64_t lot)
{
    int64_t q = 0;
    while (q < net) q += lot;
    return q;
}

/* An item's days while it is netted: what is to come, good pieces, and what may not be passed. */
typedef struct { int64_t receipts[MAX_DAYS], firm[MAX_DAYS], floor[MAX_DAYS]; } Net;

static int64_t day_lot(const Case *c, int32_t i, const int64_t *gross, const Net *w, int64_t days, int64_t t, int64_t have)
{
    int64_t net = w->floor[t] - have, q, worst = net;
    switch (c->type[i] == C12_MRP_PHANTOM ? C12_MRP_LOT_FOR_LOT : c->rule[i]) {
    case C12_MRP_FIXED: return enough_lots(start_of(c, i, net), c->size[i]);
    case C12_MRP_MIN_MULTIPLE:
        net = start_of(c, i, net);
        q = enough_lots(net > c->min[i] ? net : c->min[i], c->multiple[i]);
        if (q <= c->max[i]) return q;
        net = q % c->max[i];
        return q - net + (net ? enough_lots(net > c->min[i] ? net : c->min[i], c->multiple[i]) : 0);
    case C12_MRP_PERIODS:
        for (int64_t u = t + 1; u < days && u < t + c->periods[i]; u++) {
            have += w->receipts[u] + good_of(c, i, w->firm[u]) - gross[u];
            if (w->floor[u] - have > worst) worst = w->floor[u] - have;
        }
        return start_of(c, i, worst);
    case C12_MRP_MIN_MAX: return start_of(c, i, (c->max[i] > w->floor[t] ? c->max[i] : w->floor[t]) - have);
    default: return start_of(c, i, net);
    }
}

static void day_release(const Case *c, Days *d, int32_t i, int64_t t)
{
    int64_t lead = c->type[i] == C12_MRP_PHANTOM ? 0 : c->lead[i], left = lead, day = c->in.today + t;
    while (left > 0 && day > c->in.today) left -= works(c, i, --day);
    d->start[i][t] = day;
    d->late[i][t] = 0;
    if (!left) return;
    for (left = lead, day = c->in.today; left > 0 && day < c->in.today + 500; day++) left -= works(c, i, day);
    d->start[i][t] = c->in.today;
    d->late[i][t] = left ? -1 : day - c->in.today - t;
}

/* Safety stock of every day (R14), by what is written last and does not lie ahead. */
static void day_safety(const Case *c, int32_t i, int64_t *safety)
{
    for (int64_t t = 0; t < c->in.horizon - c->in.today; t++) {
        safety[t] = c->type[i] == C12_MRP_PHANTOM ? 0 : c->safety[i];
        for (int64_t k = 0; k < c->in.n_safety && c->type[i] != C12_MRP_PHANTOM; k++)
            if (c->s_item[k] == i && c->s_date[k] <= c->in.today + t) safety[t] = c->s_qty[k];
    }
}

static int64_t day_reorder(const Case *c, int32_t i) { return c->type[i] != C12_MRP_PHANTOM && c->rule[i] == C12_MRP_MIN_MAX ? c->min[i] : 0; }

static int64_t day_fence(const Case *c, int32_t i) { return c->type[i] == C12_MRP_PHANTOM ? 0 : c->p_fence[i]; }

static void day_net(const Case *c, Days *d, int32_t i)
{
    const int64_t days = c->in.horizon - c->in.today;
    int64_t have = c->on_hand[i];
    Net w = { { 0 }, { 0 }, { 0 } };
    day_safety(c, i, d->safety[i]);
    for (int64_t k = 0; k < c->in.n_receipts; k++) {
        int64_t t = c->r_date[k] - c->in.today;
        if (c->r_item[k] == i && t < days) (c->r_kind[k] ? w.firm : w.receipts)[t < 0 ? 0 : t] += c->r_qty[k];
    }
    for (int64_t t = 0; t < days; t++) {
        int64_t ahead = c->type[i] == C12_MRP_PHANTOM ? 0 : c->time[i];
        d->seen[i][t < ahead ? 0 : t - ahead] += d->gross[i][t];
        w.receipts[t] += d->fallen[i][t];
        w.floor[t] = d->safety[i][t] > day_reorder(c, i) ? d->safety[i][t] : day_reorder(c, i);
    }
    for (int64_t t = 0; t < days; t++) {
        int64_t firm = good_of(c, i, w.firm[t]);
        have += w.receipts[t] + firm - d->seen[i][t];
        d->started[i][t] = w.firm[t] + (have < w.floor[t] && t >= day_fence(c, i) ? day_lot(c, i, d->seen[i], &w, days, t, have) : 0);
        d->planned[i][t] = good_of(c, i, d->started[i][t]);
        have += d->planned[i][t] - firm;
        day_release(c, d, i, t);
    }
}

static int day_effective(const Case *c, int64_t e, int64_t date)
{
    int64_t since = date - c->in.origin;
    return since >= c->from[e] && (since < c->to[e] || c->to[e] == INT32_MAX);
}

/* R20, order by order. */
static void day_by_product(const Case *c, Days *d, int32_t i, int64_t e)
{
    const int64_t days = c->in.horizon - c->in.today;
    for (int64_t t = 0; t < days; t++) {
        int64_t at = t + c->shift[e] < 0 ? 0 : t + c->shift[e];
        if (at < days && day_effective(c, e, d->start[i][t])) d->fallen[c->child[e]][at] += d->planned[i][t] * c->num[e] / c->den[e];
    }
}

static void day_explode(const Case *c, Days *d, int32_t i)
{
    const int64_t days = c->in.horizon - c->in.today;
    for (int64_t e = c->off[i]; e < c->off[i + 1]; e++) {
        if (c->by[e]) { day_by_product(c, d, i, e); continue; }
        for (int64_t r = -1; r < days; r++) { /* -1: all past due at once */
            int64_t q = 0, day = r < 0 ? 0 : r, need = day + c->shift[e];
            for (int64_t t = 0; t < days; t++)
                if (r < 0 ? d->late[i][t] != 0 : !d->late[i][t] && d->start[i][t] - c->in.today == r) q += d->started[i][t];
            if (!q || !day_effective(c, e, c->in.today + day)) continue;
            int64_t up = q * c->num[e] * (c->in.scrap ? 1000000 : 1000000 + c->ppm[e]), down = c->den[e] * (c->in.scrap ? 1000000 - c->ppm[e] : 1000000);
            if (need < 0) need = 0;
            if (need < days) d->gross[c->child[e]][need] += (up + down - 1) / down;
        }
    }
}

static Days *net_by_day(const Case *c)
{
    Days *d = calloc(1, sizeof *d);
    const int32_t n = c->bom.n_items;
    for (int round = 0; round < n; round++)
        for (int32_t i = 0; i < n; i++)
            for (int64_t e = c->off[i]; e < c->off[i + 1]; e++)
                if (d->level[c->child[e]] <= d->level[i]) d->level[c->child[e]] = d->level[i] + 1;
    for (int64_t k = 0; k < c->in.n_demand; k++) {
        int64_t t = c->d_date[k] - c->in.today;
        int counts = c->d_kind[k] == C12_MRP_ORDER || (t < 0 ? 0 : t) >= c->d_fence[c->d_item[k]];
        if (c->d_date[k] < c->in.horizon && counts) d->gross[c->d_item[k]][t < 0 ? 0 : t] += c->d_qty[k];
    }
    for (int32_t level = 0; level < n; level++)
        for (int32_t i = 0; i < n; i++)
            if (d->level[i] == level) { day_net(c, d, i); day_explode(c, d, i); }
    return d;
}

static void next_message_is(const Case *c, Days *d, int32_t item, int64_t date, int32_t kind, int64_t qty, int64_t to)
{
    int64_t k = d->messages++;
    ck_assert_int_lt(k, c->plan.exc_count);
    ck_assert_msg(c->e_item[k] == item && c->e_date[k] == date && c->e_kind[k] == kind && c->e_qty[k] == qty && c->e_to[k] == to,
                  "message %d: item %d date %ld kind %d qty %ld to %ld", (int)k, item, (long)date, kind, (long)qty, (long)to);
}

static int64_t good_receipt(const Case *c, int64_t k) { return c->r_kind[k] ? good_of(c, c->r_item[k], c->r_qty[k]) : c->r_qty[k]; }

/* R8 and R21 by their definitions: requirements added up from today for every receipt anew. */
static void receipt_messages_are(const Case *c, Days *d, int32_t i, int64_t date, int64_t *supply)
{
    const int64_t days = c->in.horizon - c->in.today, due = date < c->in.today ? c->in.today : date;
    for (int64_t k = 0; k < c->in.n_receipts; k++) {
        if (c->r_item[k] != i || c->r_date[k] != date) continue;
        int64_t need = 0, sum = 0, qty = c->r_qty[k];
        for (; need < days && (sum += d->seen[i][need] - d->fallen[i][need]) <= *supply - d->safety[i][need]; need++) { }
        need += c->in.today;
        if (date < c->in.today) next_message_is(c, d, i, date, C12_MRP_OVERDUE_RECEIPT, qty, c->in.today);
        *supply += good_receipt(c, k);
        if (qty < c->in.message_qty || need == due) continue;
        if (need == c->in.horizon) next_message_is(c, d, i, date, C12_MRP_CANCEL, qty, -1);
        else if (due - need > c->in.message_shift) next_message_is(c, d, i, date, C12_MRP_EXPEDITE, qty, need);
        else if (need - due > c->in.message_shift) next_message_is(c, d, i, date, C12_MRP_DEFER, qty, need);
    }
}

/* R17: by how much more than on any day before the floor is missed without new orders. */
static void fence_message_is(const Case *c, Days *d, int32_t i, int64_t t, int64_t *worst)
{
    const int64_t opens = c->in.today + day_fence(c, i);
    int64_t have = c->on_hand[i], floor = d->safety[i][t] > day_reorder(c, i) ? d->safety[i][t] : day_reorder(c, i);
    if (c->in.today + t >= opens) return;
    for (int64_t u = 0; u <= t; u++) have += d->fallen[i][u] - d->seen[i][u];
    for (int64_t k = 0; k < c->in.n_receipts; k++) if (c->r_item[k] == i && c->r_date[k] <= c->in.today + t) have += good_receipt(c, k);
    if (floor - have <= *worst) return;
    next_message_is(c, d, i, c->in.today + t, C12_MRP_FENCE_SHORTAGE, floor - have - *worst, opens < c->in.horizon ? opens : -1);
    *worst = floor - have;
}

static void order_is(const Case *c, Days *d, int32_t i, int64_t t)
{
    int64_t q = d->planned[i][t], k = d->orders;
    if (!d->started[i][t]) return;
    d->orders++;
    ck_assert_int_lt(k, c->plan.order_count);
    ck_assert_msg(c->o_item[k] == i && c->o_due[k] == c->in.today + t && c->o_qty[k] == q && c->o_started[k] == d->started[i][t] && c->o_release[k] == d->start[i][t] && c->o_late[k] == d->late[i][t],
                  "item %d day %d: due %ld, %ld of %ld, release %ld, late %ld", i, (int)t, (long)c->o_due[k], (long)c->o_qty[k], (long)q, (long)c->o_release[k], (long)c->o_late[k]);
    if (d->late[i][t] && q) next_message_is(c, d, i, c->in.today + t, C12_MRP_PAST_DUE_RELEASE, q, c->in.today);
}

static void plan_is_by_day(const Case *c, Days *d)
{
    for (int32_t i = 0; i < c->bom.n_items; i++) {
        int64_t supply = c->on_hand[i], worst = 0;
        ck_assert_int_eq(c->level[i], d->level[i]);
        receipt_messages_are(c, d, i, c->in.today - 1, &supply);
        for (int64_t t = 0; t < c->in.horizon - c->in.today; t++) {
            receipt_messages_are(c, d, i, c->in.today + t, &supply);
            order_is(c, d, i, t);
            fence_message_is(c, d, i, t, &worst);
        }
    }
    ck_assert_int_eq(c->plan.order_count, d->orders);
    ck_assert_int_eq(c->plan.exc_count, d->messages);
}

START_TEST(random_plants_with_calendars_are_what_counting_days_gives)
{
    for (uint64_t seed = (uint64_t)_i * 100; seed < (uint64_t)_i * 100 + 100; seed++) {
        Case *c = random_calendar_case(seed, 5);
        net_and_check(c);
        Days *d = net_by_day(c);
        plan_is_by_day(c, d);
        free(d);
        drop_case(c);
    }
}
END_TEST

/* A day cut into 86,400 seconds: every length and date times that many, the same plan times that many. */
START_TEST(the_unit_of_time_does_not_matter)
{
    enum { CUT = 86400 };
    for (uint64_t seed = 0; seed < 100; seed++) {
        Case *c = random_calendar_case(seed, 5), *d = random_calendar_case(seed, 5);
        int64_t lines = c->off[c->bom.n_items];
        for (int i = 0; i < d->bom.n_items; i++) { d->lead[i] *= CUT; d->periods[i] *= CUT; d->time[i] *= CUT; d->d_fence[i] *= CUT; d->p_fence[i] *= CUT; }
        for (int64_t k = 0; k < d->in.n_safety; k++) d->s_date[k] *= CUT;
        d->in.message_shift *= CUT;
        for (int64_t e = 0; e < lines; e++) { d->shift[e] *= CUT; d->from[e] *= CUT; if (d->to[e] < INT32_MAX) d->to[e] *= CUT; }
        for (int64_t k = 0; k < d->in.n_demand; k++) d->d_date[k] *= CUT;
        for (int64_t k = 0; k < d->in.n_receipts; k++) d->r_date[k] *= CUT;
        for (int64_t w = 0; w < d->calendar_off[d->in.n_calendars]; w++) { d->w_from[w] *= CUT; d->w_to[w] *= CUT; }
        d->in.today *= CUT;
        d->in.origin *= CUT;
        d->in.horizon *= CUT;
        net_and_check(c);
        net_and_check(d);
        ck_assert_int_eq(c->plan.order_count, d->plan.order_count);
        for (int64_t k = 0; k < c->plan.order_count; k++) {
            ck_assert_int_eq(c->o_qty[k], d->o_qty[k]);
            ck_assert_int_eq(c->o_due[k] * CUT, d->o_due[k]);
            ck_assert_int_eq(c->o_release[k] * CUT, d->o_release[k]);
            ck_assert_int_eq(c->o_late[k] < 0 ? -1 : c->o_late[k] * CUT, d->o_late[k]);
        }
        ck_assert_int_eq(c->plan.exc_count, d->plan.exc_count);
        drop_case(c);
        drop_case(d);
    }
}
END_TEST

START_TEST(row_order_does_not_matter)
{
    for (uint64_t seed = 0; seed < 50; seed++) {
        Case *c = random_calendar_case(seed, RULES), *d = random_calendar_case(seed, RULES);
        for (int64_t k = 0; k < d->in.n_demand; k++) {
            int64_t j = d->in.n_demand - 1 - k;
            d->d_item[k] = c->d_item[j];
            d->d_date[k] = c->d_date[j];
            d->d_qty[k] = c->d_qty[j];
            d->d_kind[k] = c->d_kind[j];
        }
        net_and_check(c);
        net_and_check(d);
        ck_assert_int_eq(c->plan.order_count, d->plan.order_count);
        ck_assert_mem_eq(c->o_qty, d->o_qty, sizeof c->o_qty);
        ck_assert_mem_eq(c->o_release, d->o_release, sizeof c->o_release);
        drop_case(c);
        drop_case(d);
    }
}
END_TEST

/* A NULL column is its stated default. */
START_TEST(absent_columns_are_their_defaults)
{
    for (uint64_t seed = 0; seed < 60; seed++) {
        Case *c = random_case(seed, 40, 5), *d = random_case(seed, 40, 5);
        for (int i = 0; i < c->bom.n_items; i++) {
            c->type[i] = C12_MRP_MAKE;
            c->lead[i] = c->rule[i] = 0;
            c->on_hand[i] = c->safety[i] = c->min[i] = c->max[i] = 0;
            c->size[i] = c->multiple[i] = c->periods[i] = 1;
            c->time[i] = c->d_fence[i] = c->p_fence[i] = 0;
            c->yield[i] = 1000000;
        }
        memset(c->d_kind, 0, sizeof c->d_kind);
        memset(c->r_kind, 0, sizeof c->r_kind);
        c->in.n_safety = d->in.n_safety = 0;
        for (int64_t e = 0; e < c->off[c->bom.n_items]; e++) {
            c->den[e] = 1;
            c->by[e] = d->by[e] = C12_BOM_COMPONENT;
            c->ppm[e] = c->from[e] = c->shift[e] = 0;
            c->to[e] = INT32_MAX;
        }
        d->in.item_type = d->in.lead_time = d->in.lot_rule = d->in.lot_periods = d->in.item_calendar = NULL;
        d->in.on_hand = d->in.safety = d->in.lot_size = d->in.lot_min = d->in.lot_max = d->in.lot_multiple = NULL;
        d->in.order_cost = d->in.holding_cost = NULL;
        d->in.demand_kind = d->in.demand_fence = d->in.safety_time = d->in.yield_ppm = NULL;
        d->in.receipt_kind = d->in.planning_fence = d->in.safety_item = NULL;
        d->in.safety_date = d->in.safety_qty = NULL;
        d->plan.order_started = NULL;
        d->bom.line_den = NULL;
        d->bom.line_scrap_ppm = d->bom.line_from = d->bom.line_to = d->bom.line_offset = d->bom.line_kind = NULL;
        d->in.calendar_off = NULL;
        d->plan.level = NULL;
        net_and_check(c);
        net_and_check(d);
        ck_assert_int_eq(c->plan.order_count, d->plan.order_count);
        ck_assert_mem_eq(c->o_qty, d->o_qty, sizeof c->o_qty);
        ck_assert_mem_eq(c->o_due, d->o_due, sizeof c->o_due);
        drop_case(c);
        drop_case(d);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("mrp-date-random");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, whole_dates_without_calendars_are_buckets, 0, 8);
    tcase_add_loop_test(t, random_plants_with_calendars_are_what_counting_days_gives, 0, 8);
    tcase_add_test(t, the_unit_of_time_does_not_matter);
    tcase_add_test(t, row_order_does_not_matter);
    tcase_add_test(t, absent_columns_are_their_defaults);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
