/* SPDX-License-Identifier: Apache-2.0 */
/* The independent checker of requisitions: walks days one by one, scans breaks, weighs every other offer. */
#include "buy/buy_internal.h"

typedef struct buy_judge {
    const c12__buy *b;
    const c12_buy_plan *p;
    const c12__buy_room *r;
    c12_verdict v;
} buy_judge;

static void judge_buy(buy_judge *j, const char *rule, const char *field, int64_t row)
{
    if (j->v.violations++) return;
    j->v.rule = rule;
    j->v.field = field;
    j->v.row = row;
    j->v.tick = row >= 0 && row < j->p->count && j->p->need_bucket ? j->p->need_bucket[row] : -1;
}

/* ---- days, one by one ---------------------------------------------------------------------------------------------------------------- */

/* A day and where it would stand among the closed ones of its calendar. */
typedef struct judged_day { const int32_t *closed; int64_t n, at; int64_t t; } judged_day;

static judged_day day_of(const buy_judge *j, int64_t offer, int64_t t)
{
    const c12_buy_input *in = &j->b->in;
    const int32_t supplier = in->offer_supplier ? in->offer_supplier[offer] : 0, c = in->supplier_calendar ? in->supplier_calendar[supplier] : -1;
    judged_day d = { NULL, 0, 0, t };
    if (c < 0) return d;
    d.closed = in->closed + in->closed_off[c];
    d.n = in->closed_off[c + 1] - in->closed_off[c];
    for (int64_t step = d.n; step; step /= 2) /* leaps, then single steps */
        while (d.at + step <= d.n && d.closed[d.at + step - 1] < t) d.at += step;
    return d;
}

static int day_is_closed(const judged_day *d) { return d->at < d->n && d->closed[d->at] == d->t; }

static void day_after(judged_day *d)
{
    if (day_is_closed(d)) d->at++;
    d->t++;
}

static void day_before(judged_day *d)
{
    d->t--;
    if (d->at > 0 && d->closed[d->at - 1] == d->t) d->at--;
}

/* The first working day from t on, and `lead` working days later. */
static int64_t days_ahead(const buy_judge *j, int64_t offer, int64_t t, int64_t lead)
{
    judged_day d = day_of(j, offer, t);
    while (day_is_closed(&d)) day_after(&d);
    while (lead-- > 0)
        do day_after(&d); while (day_is_closed(&d));
    return d.t;
}

/* The last working day up to t, and `lead` working days earlier. */
static int64_t days_back(const buy_judge *j, int64_t offer, int64_t t, int64_t lead)
{
    judged_day d = day_of(j, offer, t);
    while (day_is_closed(&d)) day_before(&d);
    while (lead-- > 0)
        do day_before(&d); while (day_is_closed(&d));
    return d.t;
}

typedef struct judged_dates { int64_t latest, order, arrive, soonest; } judged_dates;

static judged_dates dates_of(const buy_judge *j, int64_t offer, int32_t need)
{
    const int64_t lead = j->b->in.offer_lead ? j->b->in.offer_lead[offer] : 0, today = j->b->in.today;
    judged_dates d = { days_back(j, offer, need, lead), 0, 0, days_ahead(j, offer, today, lead) };
    d.order = d.latest >= today ? d.latest : days_ahead(j, offer, today, 0);
    d.arrive = days_ahead(j, offer, d.order, lead);
    return d;
}

static void judge_days(buy_judge *j, int64_t row, const judged_dates *d)
{
    const c12_buy_plan *p = j->p;
    const int64_t today = j->b->in.today, overdue = d->latest < today ? today - d->latest : 0;
    if (p->order_bucket[row] != d->order) judge_buy(j, "not ordered on the latest working day that suffices", "order_bucket", row);
    if (p->arrive_bucket[row] != d->arrive) judge_buy(j, "does not arrive a lead time of working days after the order", "arrive_bucket", row);
    if (p->overdue[row] != overdue) judge_buy(j, "overdue is not the distance of the latest order date from today", "overdue", row);
    if (p->late[row] != (d->arrive > p->need_bucket[row] ? d->arrive - p->need_bucket[row] : 0)) judge_buy(j, "late is not the distance of arrival and requirement", "late", row);
    if (p->message[row] != (overdue ? C12_BUY_EXPEDITE : C12_BUY_ON_TIME)) judge_buy(j, "an overdue order must be expedited, no other", "message", row);
}

/* ---- money and lots --------------------------------------------------------------------------------------------------------------------- */

static int64_t judged_price(const buy_judge *j, int64_t offer, c12_qty size)
{
    const c12_buy_input *in = &j->b->in;
    int64_t price = in->offer_price ? in->offer_price[offer] : 0;
    if (in->break_off)
        for (int64_t k = in->break_off[offer]; k < in->break_off[offer + 1]; k++)
            if (size >= in->break_from[k]) price = in->break_price[k];
    return price;
}

/* Cost of one order, by doubling the remainder; -1 = beyond 64 bits. */
static c12_money judged_cost(const buy_judge *j, int64_t offer, c12_qty size)
{
    const uint64_t per = j->b->in.offer_per ? (uint64_t)j->b->in.offer_per[offer] : 1;
    const c12__u128 unit = { 0, per };
    c12__u128 left, whole = c12__div_u128(c12__mul_u64((uint64_t)judged_price(j, offer, size), (uint64_t)size), unit, &left);
    if (whole.hi || whole.lo >= (uint64_t)INT64_MAX) return -1;
    if (left.lo * 2 > per || (left.lo * 2 == per && whole.lo % 2)) whole.lo++;
    return (c12_money)whole.lo;
}

typedef struct judged_terms { c12_qty moq, multiple, most; } judged_terms;

static judged_terms lot_terms(const buy_judge *j, int64_t offer)
{
    const c12_buy_input *in = &j->b->in;
    judged_terms t = { in->offer_moq ? in->offer_moq[offer] : 0, in->offer_multiple ? in->offer_multiple[offer] : 1, in->offer_max ? in->offer_max[offer] : 0 };
    return t;
}

/* Does `size` beat or equal every legal lot from `low` on?  Only the least lot at each break can be cheaper. */
static int is_cheapest(const buy_judge *j, int64_t offer, c12_qty low, c12_qty size)
{
    const c12_buy_input *in = &j->b->in;
    const judged_terms t = lot_terms(j, offer);
    const c12_money mine = judged_cost(j, offer, size), least = judged_cost(j, offer, low);
    if (size != low && (mine < 0 || least <= mine)) return 0;
    for (int64_t k = in->break_off[offer]; k < in->break_off[offer + 1]; k++) {
        c12_qty other = (in->break_from[k] - 1) / t.multiple;
        if (in->break_from[k] <= low || other >= INT64_MAX / t.multiple) continue;
        other = (other + 1) * t.multiple;
        if (t.most && other > t.most) continue;
        c12_money cost = judged_cost(j, offer, other);
        if (cost >= 0 && (cost < mine || (cost == mine && other < size))) return 0;
    }
    return 1;
}

/* The least lot of at least q; 0 when it does not fit. */
static c12_qty least_lot(const judged_terms *t, c12_qty q)
{
    const c12_qty want = q > t->moq ? q : t->moq, n = (want - 1) / t->multiple;
    return n >= INT64_MAX / t->multiple ? 0 : (n + 1) * t->multiple;
}

static void judge_size(buy_judge *j, int64_t row, c12_qty size)
{
    const c12_buy_plan *p = j->p;
    const judged_terms t = lot_terms(j, p->offer[row]);
    const int may_buy_up = j->b->o.buy_up && j->b->in.break_off;
    if (size < t.moq || size % t.multiple || (t.most && size > t.most)) { judge_buy(j, "a lot the supplier does not sell", "qty", row); return; }
    if (t.most && size > t.most - t.multiple && p->required[row] == p->qty[row] && p->required[row] >= size) return; /* largest orders, used up wholly */
    const c12_qty low = least_lot(&t, p->required[row]);
    if (p->lots[row] != 1 || (t.most && low > t.most)) { judge_buy(j, "the split is not largest orders and one rest", "lots", row); return; }
    if (may_buy_up ? !is_cheapest(j, p->offer[row], low, size) : size != low) judge_buy(j, "not the smallest lot that suffices, or cheaper with another one", "qty", row);
}

static void judge_lots(buy_judge *j, int64_t row)
{
    const c12_buy_plan *p = j->p;
    c12_money all;
    if (p->lots[row] < 1 || p->qty[row] < 1 || p->qty[row] % p->lots[row]) { judge_buy(j, "orders of a row are not equal", "lots", row); return; }
    if (p->required[row] < 1 || p->required[row] > p->qty[row]) { judge_buy(j, "ordered less than required", "qty", row); return; }
    const c12_qty size = p->qty[row] / p->lots[row];
    const c12_money one = judged_cost(j, p->offer[row], size);
    judge_size(j, row, size);
    if (p->unit_price[row] != judged_price(j, p->offer[row], size)) judge_buy(j, "not the price of that order size", "unit_price", row);
    if (one < 0 || c12__mul64(one, p->lots[row], &all) || p->cost[row] != all) judge_buy(j, "not price times quantity", "cost", row);
}

/* ---- which offer --------------------------------------------------------------------------------------------------------------------------- */

/* What the whole requirement would cost with an offer; INT64_MAX when it does not fit. */
static c12_money cost_of_all(const buy_judge *j, int64_t offer, c12_qty required)
{
    const judged_terms t = lot_terms(j, offer);
    const c12_qty full = t.most - t.most % t.multiple, rest = full ? required % full : required;
    c12_money cost = 0, one, best;
    if (full && required / full && ((one = judged_cost(j, offer, full)) < 0 || c12__mul64(one, required / full, &cost))) return INT64_MAX;
    if (!rest) return cost;
    const c12_qty low = least_lot(&t, rest);
    if (!low || (best = judged_cost(j, offer, low)) < 0) return INT64_MAX;
    if (j->b->o.buy_up && j->b->in.break_off)
        for (int64_t k = j->b->in.break_off[offer]; k < j->b->in.break_off[offer + 1]; k++) {
            const c12_qty more = j->b->in.break_from[k] > low ? least_lot(&t, j->b->in.break_from[k]) : 0;
            if (more && !(t.most && more > t.most) && (one = judged_cost(j, offer, more)) >= 0 && one < best) best = one;
        }
    return c12__add64(cost, best, &cost) ? INT64_MAX : cost;
}

/* Negative: a is better than b by the policy and its ties. */
static int by_policy(const buy_judge *j, int64_t a, int64_t b, int64_t value_a, int64_t value_b)
{
    const int32_t *priority = j->b->in.offer_priority;
    if (value_a != value_b) return value_a < value_b ? -1 : 1;
    if (priority && priority[a] != priority[b]) return priority[a] < priority[b] ? -1 : 1;
    return a < b ? -1 : 1;
}

static int is_better(const buy_judge *j, int64_t other, int64_t chosen, int32_t need, c12_qty required)
{
    const judged_dates x = dates_of(j, other, need), y = dates_of(j, chosen, need);
    const int64_t today = j->b->in.today;
    int64_t value_x = 0, value_y = 0;
    if (j->b->o.late_rule == C12_BUY_LATE_EARLIEST) {
        if ((x.latest >= today) != (y.latest >= today)) return x.latest >= today;
        if (x.latest < today && x.arrive != y.arrive) return x.arrive < y.arrive;
    }
    if (j->b->o.policy == C12_BUY_EARLIEST) { value_x = x.soonest; value_y = y.soonest; }
    if (j->b->o.policy == C12_BUY_CHEAPEST) { value_x = cost_of_all(j, other, required); value_y = cost_of_all(j, chosen, required); }
    return by_policy(j, other, chosen, value_x, value_y) < 0;
}

static void judge_choice(buy_judge *j, int64_t row, c12_qty required)
{
    const int32_t item = j->p->item[row], chosen = j->p->offer[row];
    for (int64_t e = j->r->offer_off[item]; e < j->r->offer_off[item + 1]; e++)
        if (j->r->offer_row[e] != chosen && is_better(j, j->r->offer_row[e], chosen, j->p->need_bucket[row], required)) {
            judge_buy(j, "another offer is better by the policy", "offer", row);
            return;
        }
}

/* ---- one requirement's rows ------------------------------------------------------------------------------------------------------------------- */

static void judge_uncovered(buy_judge *j, int64_t row)
{
    const c12_buy_plan *p = j->p;
    const int32_t item = p->item[row];
    if (j->r->offer_off[item] < j->r->offer_off[item + 1]) judge_buy(j, "not ordered though it is offered", "offer", row);
    if (p->supplier[row] != -1 || p->order_bucket[row] != -1 || p->arrive_bucket[row] != -1 || p->overdue[row] || p->late[row]) judge_buy(j, "a row without offer has dates", "offer", row);
    if (p->qty[row] || p->lots[row] || p->unit_price[row] || p->cost[row] || p->message[row] != C12_BUY_NO_OFFER) judge_buy(j, "a row without offer orders something", "qty", row);
}

static void judge_ordered(buy_judge *j, int64_t row)
{
    const c12_buy_input *in = &j->b->in;
    const int32_t offer = j->p->offer[row];
    const judged_dates d = dates_of(j, offer, j->p->need_bucket[row]);
    if (j->p->supplier[row] != (in->offer_supplier ? in->offer_supplier[offer] : 0)) judge_buy(j, "not the offer's supplier", "supplier", row);
    judge_days(j, row, &d);
    judge_lots(j, row);
}

/* Rows first..end-1 answer one requirement: largest orders, then the rest. */
static void judge_group(buy_judge *j, int64_t first, int64_t end, c12_qty required)
{
    const c12_buy_plan *p = j->p;
    if (end - first > 2 || p->offer[first] != p->offer[end - 1]) { judge_buy(j, "one requirement is bought from several offers", "offer", first); return; }
    if (p->offer[first] < 0) {
        if (end - first > 1) judge_buy(j, "a requirement without offer is split", "offer", first);
        judge_uncovered(j, first);
        return;
    }
    const judged_terms t = lot_terms(j, p->offer[first]);
    for (int64_t row = first; row < end; row++) judge_ordered(j, row);
    if (end - first == 2 && (!t.most || p->required[first] != p->qty[first] || p->required[first + 1] >= t.most / t.multiple * t.multiple)) judge_buy(j, "the split is not largest orders and one rest", "lots", first);
    judge_choice(j, first, required);
}

/* ---- requirements against rows ------------------------------------------------------------------------------------------------------------------ */

static c12__u128 plus(c12__u128 a, int64_t b)
{
    const c12__u128 more = { 0, (uint64_t)b };
    c12__add_u128(a, more, &a);
    return a;
}

typedef struct judged_item { int64_t need, end, row; c12__u128 asked, given; } judged_item;

/* Add requirements before bucket t; the row of the first that what was given does not cover, -1 = all are. */
static int64_t ask_until(const buy_judge *j, judged_item *i, int64_t t)
{
    int64_t open = -1;
    for (; i->need < i->end && j->b->in.need_bucket[j->r->order[i->need]] < t; i->need++) {
        i->asked = plus(i->asked, j->b->in.need_qty[j->r->order[i->need]]);
        if (open < 0 && c12__cmp_u128(i->asked, i->given) > 0) open = j->r->order[i->need];
    }
    return open;
}

/* The rows of one item from i->row on beside its requirements need..end-1. */
static void judge_needs_of(buy_judge *j, judged_item *i, int32_t item)
{
    const c12_buy_plan *p = j->p;
    while (i->row < p->count && p->item[i->row] == item) {
        const int64_t first = i->row, t = p->need_bucket[first];
        c12__u128 required = { 0, 0 };
        int is_wide = 0;
        for (; i->row < p->count && p->item[i->row] == item && p->need_bucket[i->row] == t; i->row++) {
            if (p->required[i->row] < 0 || p->qty[i->row] < 0) is_wide = 1;
            else required = plus(required, p->required[i->row]);
        }
        if (ask_until(j, i, t) >= 0) judge_buy(j, "an earlier requirement is not covered", "need_bucket", first);
        const int64_t open = ask_until(j, i, t + 1);
        ask_until(j, i, t + j->b->o.consolidate);
        if (open < 0) judge_buy(j, "ordered though earlier orders cover it", "need_bucket", first);
        for (int64_t row = first; row < i->row && open >= 0; row++)
            if (p->need[row] != open) judge_buy(j, "not the first requirement that is open", "need", row);
        if (is_wide || required.hi || required.lo > (uint64_t)INT64_MAX || c12__cmp_u128(plus(i->given, (int64_t)required.lo), i->asked)) { judge_buy(j, "required is not what is open", "required", first); return; }
        for (int64_t row = first; row < i->row; row++) i->given = plus(i->given, p->offer[row] < 0 ? p->required[row] : p->qty[row]);
        judge_group(j, first, i->row, (c12_qty)required.lo);
    }
    if (ask_until(j, i, INT64_MAX) >= 0) judge_buy(j, "a requirement is not covered", "need_qty", i->row ? i->row - 1 : -1);
}

static void judge_items(buy_judge *j)
{
    const c12_buy_input *in = &j->b->in;
    judged_item i = { 0, 0, 0, { 0, 0 }, { 0, 0 } };
    while (i.end < in->n_needs && !j->v.violations) {
        const int32_t item = in->need_item[j->r->order[i.end]];
        while (i.end < in->n_needs && in->need_item[j->r->order[i.end]] == item) i.end++;
        if (i.row < j->p->count && j->p->item[i.row] < item) { judge_buy(j, "an item without requirement is ordered", "item", i.row); return; }
        judge_needs_of(j, &i, item);
        i.need = i.end;
        memset(&i.asked, 0, sizeof i.asked);
        memset(&i.given, 0, sizeof i.given);
    }
    if (!j->v.violations && i.row < j->p->count) judge_buy(j, "an item without requirement is ordered", "item", i.row);
}

/* ---- purchase orders and counters ------------------------------------------------------------------------------------------------------------------ */

static void judge_orders(buy_judge *j)
{
    const c12_buy_plan *p = j->p;
    int32_t *first = j->r->date, *last = j->r->spare, *supplier = j->r->supplier;
    if (p->n_orders < 0 || p->n_orders > p->count) { judge_buy(j, "more purchase orders than requisitions", "n_orders", -1); return; }
    for (int32_t k = 0; k < p->n_orders; k++) supplier[k] = -1;
    for (int64_t row = 0; row < p->count; row++) {
        const int32_t k = p->purchase_order[row], t = p->order_bucket[row];
        if (k < -1 || k >= p->n_orders || (k < 0) != (p->offer[row] < 0)) { judge_buy(j, "no such purchase order", "purchase_order", row); return; }
        if (k < 0) continue;
        if (supplier[k] < 0) { supplier[k] = p->supplier[row]; first[k] = last[k] = t; }
        if (supplier[k] != p->supplier[row]) judge_buy(j, "one purchase order for two suppliers", "purchase_order", row);
        if (t < first[k]) first[k] = t;
        if (t > last[k]) last[k] = t;
    }
    for (int32_t k = 0; k < p->n_orders; k++) {
        if (supplier[k] < 0) { judge_buy(j, "a purchase order without requisition", "n_orders", -1); return; }
        if ((int64_t)last[k] - first[k] >= j->b->o.order_window) judge_buy(j, "order dates of a purchase order lie too far apart", "purchase_order", -1);
        if (k && supplier[k] < supplier[k - 1]) judge_buy(j, "purchase orders are not numbered by supplier", "purchase_order", -1);
        if (k && supplier[k] == supplier[k - 1] && (int64_t)first[k] - first[k - 1] < j->b->o.order_window) judge_buy(j, "two purchase orders where one suffices", "purchase_order", -1);
    }
}

static void judge_counters(buy_judge *j)
{
    const c12_buy_plan *p = j->p;
    int64_t expedites = 0, uncovered = 0, total = 0;
    for (int64_t row = 0; row < p->count; row++) {
        expedites += p->message[row] == C12_BUY_EXPEDITE;
        uncovered += p->message[row] == C12_BUY_NO_OFFER;
        if (c12__add64(total, p->cost[row], &total)) total = INT64_MAX;
    }
    j->v.objective = total;
    if (expedites != p->expedites || uncovered != p->uncovered) judge_buy(j, "messages are not counted", "expedites", -1);
    if (total != p->total) judge_buy(j, "total is not the sum of costs", "total", -1);
}

/* Ids and order, so that everything behind may follow them. */
static int judge_shape(buy_judge *j)
{
    const c12_buy_plan *p = j->p;
    for (int64_t row = 0; row < p->count; row++) {
        if (p->item[row] < 0 || p->item[row] >= j->b->in.n_items) judge_buy(j, "no such item", "item", row);
        else if (p->offer[row] < -1 || p->offer[row] >= j->b->in.n_offers || (p->offer[row] >= 0 && j->b->in.offer_item[p->offer[row]] != p->item[row])) judge_buy(j, "no such offer of the item", "offer", row);
        else if (p->need_bucket[row] < -C12__BUY_FAR || p->need_bucket[row] > C12__BUY_FAR) judge_buy(j, "bucket out of range", "need_bucket", row);
        else if (row && (p->item[row] < p->item[row - 1] || (p->item[row] == p->item[row - 1] && p->need_bucket[row] < p->need_bucket[row - 1]))) judge_buy(j, "rows are not sorted", "item", row);
        if (j->v.violations) return 0;
    }
    return 1;
}

/* Requirements by item, bucket and row: sorted by the last key first. */
static void order_needs(const buy_judge *j)
{
    const c12_buy_input *in = &j->b->in;
    for (int64_t i = 0; i < in->n_needs; i++) j->r->key[i] = in->need_bucket[i];
    c12__sort_rows(j->r->key, (int32_t)in->n_needs, j->r->order, j->r->spare);
    for (int64_t i = 0; i < in->n_needs; i++) j->r->key[i] = in->need_item[i];
    c12__sort_rows_again(j->r->key, (int32_t)in->n_needs, j->r->order, j->r->spare);
}

static c12_status check_plan_columns(const c12_buy_plan *p, int64_t n_needs, c12_error *err)
{
    const void *const column[] = { p->need, p->item, p->offer, p->supplier, p->purchase_order, p->order_bucket, p->need_bucket, p->arrive_bucket, p->overdue, p->late,
                                   p->message, p->required, p->qty, p->lots, p->unit_price, p->cost };
    if (p->count < 0 || p->count > p->cap) return c12__fail(err, C12_E_SPACE, "the plan was cut at cap", "cap", -1, p->count);
    if (p->count > 2 * n_needs) return c12__fail(err, C12_E_RANGE, "more rows than two a requirement", "count", -1, p->count);
    for (size_t k = 0; p->count && k < sizeof column / sizeof *column; k++)
        if (!column[k]) return c12__fail(err, C12_E_ARG, "column is NULL", "plan", (int64_t)k, 0);
    return C12_OK;
}

c12_status c12_buy_check(const c12_buy_input *in, const c12_buy_options *options, const c12_buy_plan *plan, c12_verdict *verdict, c12_mem scratch, c12_error *err)
{
    c12__buy b;
    c12__buy_room r;
    c12_buy_plan p;
    buy_judge j = { &b, &p, &r, C12_INIT(c12_verdict) };
    c12_status s = c12__buy_open(&b, in, options, err);
    if (s || (s = c12__buy_take_plan(&p, plan, err)) || (s = check_plan_columns(&p, b.in.n_needs, err))) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12__arena a = c12__arena_over(scratch);
    c12__buy_carve(&r, &a, b.in.n_items, b.in.n_needs, b.in.n_offers, b.in.n_calendars);
    if (!c12__arena_ok(&a))
        return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)c12_buy_scratch(b.in.n_items, b.in.n_needs, b.in.n_offers, b.in.n_calendars));
    c12__csr_by_key(b.in.offer_item, b.in.n_offers, b.in.n_items, r.offer_off, r.offer_row);
    order_needs(&j);
    j.v.row = j.v.tick = -1;
    if (judge_shape(&j)) {
        judge_items(&j);
        judge_orders(&j);
        judge_counters(&j);
    }
    c12__give(verdict, &j.v, sizeof j.v);
    return C12_OK;
}
