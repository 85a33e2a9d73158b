/* SPDX-License-Identifier: Apache-2.0 */
/* One item in date mode: its events walked once by date, orders sized, their releases found on its calendar. */
#include "mrp/mrp_date.h"
#include "mrp/mrp_lot.h"

/* ---- calendars --------------------------------------------------------------------------------------------------- */

/* First of the windows lo..hi-1 whose bound, rising, is greater than date. */
static int64_t window_after(const c12_tick *bound, int64_t lo, int64_t hi, int64_t date)
{
    while (lo < hi) {
        int64_t mid = lo + (hi - lo) / 2;
        if (bound[mid] > date) hi = mid;
        else lo = mid + 1;
    }
    return lo;
}

/* The latest date from which `lead` working units lie before `due`; -1 when it is before today. */
static int64_t start_for(const c12__mrp_date *m, int32_t i, int64_t lead, int64_t due)
{
    const c12_mrp_date_input *in = &m->in;
    int32_t c = c12__at32(in->item_calendar, i, -1);
    if (c < 0 || !lead) return due - lead >= in->today ? due - lead : -1;
    for (int64_t w = window_after(in->window_from, in->calendar_off[c], in->calendar_off[c + 1], due); w-- > in->calendar_off[c] && in->window_to[w] > in->today;) {
        int64_t to = c12__min64(in->window_to[w], due), worked = to - in->window_from[w];
        if (worked >= lead) return to - lead >= in->today ? to - lead : -1;
        lead -= worked;
    }
    return -1;
}

/* The earliest date before which `lead` working units lie from today on; -1 when the calendar ends first. */
static int64_t done_from_today(const c12__mrp_date *m, int32_t i, int64_t lead)
{
    const c12_mrp_date_input *in = &m->in;
    int32_t c = c12__at32(in->item_calendar, i, -1);
    if (c < 0) return in->today + lead;
    for (int64_t w = window_after(in->window_to, in->calendar_off[c], in->calendar_off[c + 1], in->today); w < in->calendar_off[c + 1]; w++) {
        int64_t from = c12__max64(in->window_from[w], in->today), worked = in->window_to[w] - from;
        if (worked >= lead) return from + lead;
        lead -= worked;
    }
    return -1;
}

/* ---- events ------------------------------------------------------------------------------------------------------ */

/* Where the walk stands: the events up to `date` are in `have`, which is not to fall below `floor`; `firm` is started for that date. */
typedef struct date_cursor { int64_t date, have, floor, firm, taken, receipt, step; } date_cursor;

static date_cursor before_today(const c12__date_row *r, int64_t on_hand)
{
    date_cursor c = { .date = r->today, .have = on_hand, .floor = c12__max64(r->safety, r->reorder) };
    return c;
}

/* The next date on which anything happens, or orders become possible; the horizon when nothing does. */
static int64_t next_date(const c12__date_row *r, const date_cursor *c)
{
    int64_t date = r->horizon;
    if (c->taken < r->n_taken) date = r->taken[c->taken].date;
    if (c->receipt < r->n_receipts) date = c12__min64(date, r->receipts[c->receipt].date);
    if (c->step < r->n_floors) date = c12__min64(date, r->floor_date[c->step]);
    return c->date < r->opens ? c12__min64(date, r->opens) : date;
}

/* Take what happens on `date` into the balance; 1 when it does not fit. */
static int walk_to(const c12__mrp_terms *l, const c12__date_row *r, date_cursor *c, int64_t date)
{
    c->date = date;
    c->firm = 0;
    for (; c->step < r->n_floors && r->floor_date[c->step] <= date; c->step++) c->floor = c12__max64(r->floor_qty[c->step], r->reorder);
    for (; c->receipt < r->n_receipts && r->receipts[c->receipt].date == date; c->receipt++) {
        const c12__date_receipt *e = &r->receipts[c->receipt];
        if (c12__add64(e->firm ? c->firm : c->have, e->qty, e->firm ? &c->firm : &c->have)) return 1;
    }
    if (c12__add64(c->have, c12__mrp_good(c->firm, l->yield_ppm), &c->have)) return 1;
    if (c->taken == r->n_taken || r->taken[c->taken].date > date) return 0;
    return c12__sub64(c->have, r->taken[c->taken++].qty, &c->have);
}

/* ---- lots -------------------------------------------------------------------------------------------------------- */

static c12__mrp_terms date_terms(const c12__mrp_date *m, int32_t i)
{
    const c12_mrp_date_input *in = &m->in;
    c12__mrp_terms l = { .on_hand = c12__at64(in->on_hand, i, 0), .size = 1, .multiple = 1, .rule = C12_MRP_LOT_FOR_LOT, .periods = 1, .yield_ppm = C12__MRP_SURE };
    if (c12__mrp_date_phantom(m, i)) return l;
    l.rule = c12__at32(in->lot_rule, i, C12_MRP_LOT_FOR_LOT);
    l.periods = c12__at32(in->lot_periods, i, 1);
    l.size = c12__at64(in->lot_size, i, 1);
    l.min = c12__at64(in->lot_min, i, 0);
    l.max = c12__at64(in->lot_max, i, 0);
    l.multiple = c12__at64(in->lot_multiple, i, 1);
    l.order_cost = c12__at64(in->order_cost, i, 0);
    l.holding_cost = c12__at64(in->holding_cost, i, 0);
    l.yield_ppm = c12__at32(in->yield_ppm, i, C12__MRP_SURE);
    return l;
}

/* The safety rows of item i are first, first + 1 ... of them all. */
static int64_t floors_of(const c12_mrp_date_input *in, int32_t i, int64_t *first)
{
    int64_t lo = 0, hi = in->n_safety;
    while (lo < hi) {
        int64_t mid = lo + (hi - lo) / 2;
        if (in->safety_item[mid] < i) lo = mid + 1;
        else hi = mid;
    }
    *first = lo;
    while (hi < in->n_safety && in->safety_item[hi] == i) hi++;
    return hi - lo;
}

c12__date_row c12__mrp_date_row(const c12__mrp_date *m, int32_t i)
{
    const c12_mrp_date_input *in = &m->in;
    c12__date_row r = { .today = in->today, .horizon = in->horizon, .opens = in->today };
    int64_t first;
    if (c12__mrp_date_phantom(m, i)) return r;
    r.safety_time = c12__at32(in->safety_time, i, 0);
    r.opens += c12__at32(in->planning_fence, i, 0);
    r.safety = c12__at64(in->safety, i, 0);
    if (c12__at32(in->lot_rule, i, C12_MRP_LOT_FOR_LOT) == C12_MRP_MIN_MAX) r.reorder = c12__at64(in->lot_min, i, 0);
    r.n_floors = floors_of(in, i, &first);
    if (!r.n_floors) return r;
    r.floor_date = in->safety_date + first;
    r.floor_qty = in->safety_qty + first;
    return r;
}

int64_t c12__mrp_date_good(const c12__mrp_date *m, int32_t i, int64_t started)
{
    return c12__mrp_good(started, c12__mrp_date_phantom(m, i) ? C12__MRP_SURE : c12__at32(m->in.yield_ppm, i, C12__MRP_SURE));
}

/* The largest shortage within the periods that start where c stands, were nothing ordered. */
static int worst_within(const c12__mrp_terms *l, const c12__date_row *r, date_cursor c, int64_t end, int64_t *worst)
{
    if (c12__sub64(c.floor, c.have, worst)) return 1;
    for (int64_t date; (date = next_date(r, &c)) < end && date < r->horizon;) {
        int64_t short_of;
        if (walk_to(l, r, &c, date) || c12__sub64(c.floor, c.have, &short_of)) return 1;
        *worst = c12__max64(*worst, short_of);
    }
    return 0;
}

/* ---- lots by cost: what mrp_lot.c weighs bucket by bucket, weighed from need to need ---------------------------------- */

/* What each date from c on adds to the running shortage, into r->need; their sum up to a date is the order that covers it. */
static int date_needs(const c12__mrp_terms *l, const c12__date_row *r, date_cursor c, int64_t *n)
{
    int64_t worst, short_of;
    if (c12__sub64(c.floor, c.have, &worst)) return 1;
    r->need[0].date = c.date;
    r->need[0].qty = worst;
    *n = 1;
    for (int64_t date; (date = next_date(r, &c)) < r->horizon;) {
        if (walk_to(l, r, &c, date) || c12__sub64(c.floor, c.have, &short_of)) return 1;
        if (short_of <= worst) continue;
        r->need[*n].date = c.date;
        r->need[(*n)++].qty = short_of - worst;
        worst = short_of;
    }
    return 0;
}

/* *cost += holding * length * qty. */
static int keep_until(const c12__mrp_terms *l, int64_t length, int64_t qty, int64_t *cost)
{
    int64_t kept;
    return c12__mul64(qty, length, &kept) || c12__mul64(kept, l->holding_cost, &kept) || c12__add64(*cost, kept, cost);
}

/* Between two needs the mean cost a unit of time only falls, so it is looked at when the next one comes. */
static int meal_of_dates(const c12__mrp_terms *l, const c12__date_event *need, int64_t most, int64_t *n)
{
    int64_t cost = l->order_cost, longer = cost;
    for (*n = 1; *n < most; ++*n) {
        uint64_t length = (uint64_t)(need[*n].date - need[0].date);
        if (keep_until(l, (int64_t)length, need[*n].qty, &longer)) return 1;
        if (c12__cmp_u128(c12__mul_u64((uint64_t)longer, length), c12__mul_u64((uint64_t)cost, length + 1)) > 0) return 0;
        cost = longer;
    }
    return 0;
}

static int part_period_of_dates(const c12__mrp_terms *l, const c12__date_event *need, int64_t most, int64_t *n)
{
    int64_t held = 0, longer = 0;
    for (*n = 1; *n < most; ++*n) {
        if (keep_until(l, need[*n].date - need[0].date, need[*n].qty, &longer)) return 1;
        if (longer > l->order_cost) { *n += longer - l->order_cost < l->order_cost - held; return 0; }
        held = longer;
    }
    return 0;
}

static int groff_of_dates(const c12__mrp_terms *l, const c12__date_event *need, int64_t most, int64_t *n)
{
    for (*n = 1; *n < most; ++*n) {
        uint64_t length = (uint64_t)(need[*n].date - need[0].date);
        int64_t kept;
        c12__u128 weight;
        if (c12__mul64(need[*n].qty, l->holding_cost, &kept)) return 1;
        if (c12__mul_u128_u64(c12__mul_u64(length, length + 1), (uint64_t)kept, &weight) || c12__cmp_u128(weight, c12__mul_u64((uint64_t)l->order_cost, 2)) > 0) return 0;
    }
    return 0;
}

/* Backwards: least[k] is the least cost from need k on; the fewest needs of several. */
static int least_of_dates(const c12__mrp_terms *l, const c12__date_event *need, int64_t most, int64_t *least, int64_t *n)
{
    for (int64_t k = most - 1; k >= 0; k--) {
        int64_t cost = l->order_cost, best = INT64_MAX;
        *n = 1;
        for (int64_t j = 1; k + j <= most; j++) {
            int64_t all;
            if (c12__add64(cost, k + j < most ? least[k + j] : 0, &all)) return 1;
            if (all < best) { best = all; *n = j; }
            if (cost >= best) break; /* holding only grows */
            if (k + j < most && keep_until(l, need[k + j].date - need[k].date, need[k + j].qty, &cost)) return 1;
        }
        least[k] = best;
    }
    return 0;
}

/* The nearest whole number to the root of x. */
static int64_t nearest_root(c12__u128 x)
{
    uint64_t root = 0;
    for (uint64_t bit = (uint64_t)1 << 63; bit; bit >>= 1)
        if (c12__cmp_u128(c12__mul_u64(root | bit, root | bit), x) <= 0) root |= bit;
    root += c12__cmp_u128(c12__sub_u128(x, c12__mul_u64(root, root)), (c12__u128){ 0, root }) > 0;
    return root > (uint64_t)INT64_MAX ? INT64_MAX : (int64_t)root;
}

/* Of 2 K G / (h T): G is asked for in the T units of time from today to the horizon. */
static int64_t economic_of_dates(const c12__mrp_date *m, const c12__mrp_terms *l, const c12__date_row *r)
{
    c12__u128 twice;
    if (r->asked < 0) return INT64_MAX;
    if (!l->holding_cost) return l->order_cost ? INT64_MAX : 0;
    if (c12__mul_u128_u64(c12__mul_u64((uint64_t)l->order_cost, (uint64_t)r->asked), 2, &twice)) return INT64_MAX;
    return nearest_root(c12__div_u128(twice, c12__mul_u64((uint64_t)l->holding_cost, (uint64_t)(m->in.horizon - m->in.today)), NULL));
}

/* Good pieces wanted by a rule that weighs costs, into the quantity to be started for them. */
static int date_lot_by_cost(const c12__mrp_date *m, const c12__mrp_terms *l, const c12__date_row *r, const date_cursor *c, int64_t *order)
{
    int64_t most, n = 0;
    int over = 0;
    if (date_needs(l, r, *c, &most)) return 1;
    switch (l->rule) {
    case C12_MRP_SILVER_MEAL: over = meal_of_dates(l, r->need, most, &n); break;
    case C12_MRP_PART_PERIOD: over = part_period_of_dates(l, r->need, most, &n); break;
    case C12_MRP_GROFF: over = groff_of_dates(l, r->need, most, &n); break;
    case C12_MRP_WAGNER_WHITIN: over = least_of_dates(l, r->need, most, r->least, &n); break;
    default: n = most; break;
    }
    *order = 0;
    for (int64_t k = 0; !over && k < n; k++) over = c12__add64(*order, r->need[k].qty, order);
    if (l->rule == C12_MRP_EOQ && !over) *order = c12__max64(r->need[0].qty, c12__min64(economic_of_dates(m, l, r), *order));
    return over || (l->yield_ppm != C12__MRP_SURE && c12__explode_qty(*order, C12__MRP_SURE, l->yield_ppm, 0, order));
}

/* R6: a date that needs an order is a bucket of its own, on whose opening balance the rules of mrp_lot.c size it. */
static int date_lot(const c12__mrp_date *m, const c12__mrp_terms *terms, const c12__date_row *r, const date_cursor *c, int64_t *order)
{
    static const int64_t nothing = 0;
    const c12__mrp_supply alone = { &nothing, &nothing, NULL, NULL };
    c12__mrp_terms l = *terms;
    int64_t projected, worst;
    if (l.rule > C12_MRP_MIN_MAX) return date_lot_by_cost(m, terms, r, c, order);
    l.on_hand = c->have;
    l.floor = c->floor;
    if (l.rule == C12_MRP_PERIODS) {
        if (worst_within(terms, r, *c, c->date + l.periods, &worst)) return 1;
        l.on_hand = l.floor - worst; /* the balance of one bucket that is as short as all of them */
    }
    return c12__mrp_net_row(&l, 1, &alone, order, &projected) >= 0;
}

/* ---- netting ----------------------------------------------------------------------------------------------------- */

/* R7. */
static void date_order(const c12__mrp_date *m, int32_t i, int64_t due, int64_t started, c12__date_orders *o)
{
    int64_t lead = c12__mrp_date_phantom(m, i) ? 0 : c12__at32(m->in.lead_time, i, 0), start = start_for(m, i, lead, due), k = o->n++;
    o->due[k] = due;
    o->qty[k] = started;
    o->release[k] = start < 0 ? m->in.today : start;
    o->late[k] = 0;
    if (start >= 0) return;
    int64_t done = done_from_today(m, i, lead);
    o->late[k] = done < 0 ? -1 : done - due;
}

c12_status c12__mrp_date_item(const c12__mrp_date *m, int32_t i, const c12__date_row *row, c12__date_orders *orders, int64_t *at)
{
    const c12__mrp_terms terms = date_terms(m, i);
    date_cursor c = before_today(row, terms.on_hand);
    /* stock below the floor is a need today (R5), whether or not anything happens then */
    for (*at = row->today; *at < row->horizon; *at = next_date(row, &c)) {
        int64_t order = 0;
        if (walk_to(&terms, row, &c, *at)) return C12_E_OVERFLOW;
        int wanted = c.have < c.floor && c.date >= row->opens;
        if (!wanted && !c.firm) continue;
        if (orders->n == orders->room) return C12_E_SPACE;
        if (wanted && date_lot(m, &terms, row, &c, &order)) return C12_E_OVERFLOW;
        if (c12__add64(c.firm, order, &order)) return C12_E_OVERFLOW;
        if (c12__add64(c.have, c12__mrp_good(order, terms.yield_ppm) - c12__mrp_good(c.firm, terms.yield_ppm), &c.have)) return C12_E_OVERFLOW;
        date_order(m, i, c.date, order, orders);
    }
    return C12_OK;
}

/* ---- messages ---------------------------------------------------------------------------------------------------- */

/* Requirements and floors are walked once: what is there without a receipt only grows from one to the next. */
int c12__mrp_date_needs(const c12__mrp_date *m, int32_t i, const c12__date_row *row, int64_t *need)
{
    const c12__mrp_terms terms = date_terms(m, i);
    c12__date_row asked = *row;
    asked.n_receipts = asked.reorder = 0;
    asked.opens = row->today;
    date_cursor c = before_today(&asked, terms.on_hand);
    int64_t received = 0, there;
    if (walk_to(&terms, &asked, &c, row->today)) return 1;
    for (int64_t k = 0; k < row->n_receipts; k++) {
        for (need[k] = c.date; need[k] < row->horizon; need[k] = next_date(&asked, &c)) {
            if (need[k] > c.date && walk_to(&terms, &asked, &c, need[k])) return 1;
            if (c12__add64(c.have, received, &there)) return 1;
            if (there < c.floor) break;
        }
        if (c12__add64(received, row->receipts[k].qty, &received)) return 1;
    }
    return 0;
}

c12_status c12__mrp_date_short(const c12__mrp_date *m, int32_t i, const c12__date_row *row, c12__date_shorts *shorts)
{
    const c12__mrp_terms terms = date_terms(m, i);
    date_cursor c = before_today(row, terms.on_hand);
    int64_t worst = 0, short_of;
    for (int64_t date = row->today; date < row->opens && date < row->horizon; date = next_date(row, &c)) {
        if (walk_to(&terms, row, &c, date) || c12__sub64(c.floor, c.have, &short_of)) return C12_E_OVERFLOW;
        if (short_of <= worst) continue;
        if (shorts->n == shorts->room) return C12_E_SPACE;
        shorts->at[shorts->n].date = date;
        shorts->at[shorts->n++].qty = short_of - worst;
        worst = short_of;
    }
    return C12_OK;
}
