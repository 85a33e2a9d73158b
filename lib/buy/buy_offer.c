/* SPDX-License-Identifier: Apache-2.0 */
/* One offer: when to order, how much, for how much. */
#include "buy/buy_internal.h"

/* ---- dates --------------------------------------------------------------------------------------------------------------------- */

/* Closed buckets of a calendar.  A working bucket's rank is its number less the closed ones below it, so that transit is a sum of ranks
 * and no bucket is ever walked.  `now` is the rank of the first working bucket from today on. */
typedef struct buy_calendar { const int32_t *closed; int64_t n, now; } buy_calendar;

static buy_calendar calendar_of(const c12__buy *b, int64_t offer)
{
    const int32_t supplier = c12__at32(b->in.offer_supplier, offer, 0), c = c12__at32(b->in.supplier_calendar, supplier, -1);
    buy_calendar k = { NULL, 0, b->in.today };
    if (c < 0) return k;
    k.closed = b->in.closed + b->in.closed_off[c];
    k.n = b->in.closed_off[c + 1] - b->in.closed_off[c];
    k.now = b->now[c];
    return k;
}

/* The first working bucket from t on, as a rank.  The search takes the same steps whatever it finds, so that nothing is mispredicted. */
static int64_t rank_from(const int32_t *closed, int64_t n, int64_t t)
{
    const int32_t *low = closed;
    if (!n) return t;
    for (; n > 1; n -= n / 2) low += low[n / 2 - 1] < t ? n / 2 : 0;
    return t - (low - closed) - (*low < t);
}

/* The working bucket of a rank: each closed bucket whose own rank is at or below it moves it up by one. */
static int32_t bucket_at(const buy_calendar *c, int64_t rank)
{
    int64_t low = 0;
    if (!c->n) return (int32_t)rank;
    for (int64_t n = c->n; n > 1; n -= n / 2) low += c->closed[low + n / 2 - 1] - (low + n / 2 - 1) <= rank ? n / 2 : 0;
    return (int32_t)(rank + low + (c->closed[low] - low <= rank));
}

void c12__buy_look_from_today(c12__buy *b, int64_t *now, int32_t *soonest)
{
    for (int32_t c = 0; c < b->in.n_calendars; c++)
        now[c] = rank_from(b->in.closed + b->in.closed_off[c], b->in.closed_off[c + 1] - b->in.closed_off[c], b->in.today);
    b->now = now;
    for (int64_t k = 0; k < b->in.n_offers; k++) {
        const buy_calendar c = calendar_of(b, k);
        soonest[k] = bucket_at(&c, c.now + c12__at32(b->in.offer_lead, k, 0));
    }
    b->soonest = soonest;
}

c12__buy_dates c12__buy_date(const c12__buy *b, int64_t offer, int32_t need)
{
    const buy_calendar c = calendar_of(b, offer);
    const int64_t lead = c12__at32(b->in.offer_lead, offer, 0), latest = rank_from(c.closed, c.n, (int64_t)need + 1) - 1 - lead;
    c12__buy_dates d = { bucket_at(&c, c12__max64(latest, c.now)), b->soonest[offer], 0 };
    if (latest < c.now) d.overdue = b->in.today - bucket_at(&c, latest);
    else d.arrive = bucket_at(&c, latest + lead);
    return d;
}

/* ---- money --------------------------------------------------------------------------------------------------------------------- */

int c12__buy_value(c12_money price, c12_qty qty, c12_qty per, c12_money *value)
{
    int64_t narrow;
    if (!c12__mul64(price, qty, &narrow)) {
        int64_t whole = narrow / per, rest = narrow % per, far = per - rest;
        *value = whole + (rest > far || (rest == far && whole & 1));
        return 0;
    }
    c12__u128 rest, divisor = { 0, (uint64_t)per }, whole = c12__div_u128(c12__mul_u64((uint64_t)price, (uint64_t)qty), divisor, &rest);
    uint64_t far = divisor.lo - rest.lo;
    if (whole.hi || whole.lo >= (uint64_t)INT64_MAX) return 1;
    *value = (int64_t)(whole.lo + (rest.lo > far || (rest.lo == far && whole.lo & 1)));
    return 0;
}

static c12_money price_at(const c12__buy *b, int64_t offer, c12_qty size)
{
    if (!b->in.break_off) return c12__at64(b->in.offer_price, offer, 0);
    int64_t low = b->in.break_off[offer], high = b->in.break_off[offer + 1], first = low;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (b->in.break_from[middle] <= size) low = middle + 1;
        else high = middle;
    }
    return low > first ? b->in.break_price[low - 1] : c12__at64(b->in.offer_price, offer, 0);
}

static int cost_at(const c12__buy *b, int64_t offer, c12_qty size, c12_money *price, c12_money *cost)
{
    *price = price_at(b, offer, size);
    return c12__buy_value(*price, size, c12__at64(b->in.offer_per, offer, 1), cost);
}

/* ---- quantities ------------------------------------------------------------------------------------------------------------------ */

static int round_up(c12_qty q, c12_qty multiple, c12_qty *r)
{
    int64_t rest = q % multiple;
    return c12__add64(q, rest ? multiple - rest : 0, r);
}

/* Within a price the cost rises with the quantity, so that only the smallest lot of each higher break can be cheaper. */
static void buy_up(const c12__buy *b, int64_t offer, c12_qty most, c12__buy_lots *l)
{
    const c12_qty multiple = c12__at64(b->in.offer_multiple, offer, 1);
    for (int64_t k = b->in.break_off[offer]; k < b->in.break_off[offer + 1]; k++) {
        c12_qty size;
        c12_money price, cost;
        if (b->in.break_from[k] <= l->rest) continue;
        if (round_up(b->in.break_from[k], multiple, &size) || (most && size > most)) return;
        if (cost_at(b, offer, size, &price, &cost) || cost >= l->rest_cost) continue;
        l->rest = size;
        l->rest_price = price;
        l->rest_cost = cost;
    }
}

static int size_lots(const c12__buy *b, int64_t offer, c12_qty required, c12_qty most, c12__buy_lots *l)
{
    const c12_qty moq = c12__at64(b->in.offer_moq, offer, 0), multiple = c12__at64(b->in.offer_multiple, offer, 1);
    l->full = most / multiple * multiple;
    l->lots = l->full ? required / l->full : 0;
    l->rest_required = required - l->lots * l->full;
    l->rest = 0;
    return l->rest_required && round_up(c12__max64(l->rest_required, moq), multiple, &l->rest);
}

int c12__buy_lot(const c12__buy *b, int64_t offer, c12_qty required, c12__buy_lots *l)
{
    const c12_qty most = c12__at64(b->in.offer_max, offer, 0);
    c12_money all = 0;
    c12_qty total;
    l->full_price = l->rest_price = l->full_cost = l->rest_cost = 0;
    if (size_lots(b, offer, required, most, l)) return 1;
    if (l->lots && (cost_at(b, offer, l->full, &l->full_price, &l->full_cost) || c12__mul64(l->full_cost, l->lots, &all))) return 1;
    if (l->rest && cost_at(b, offer, l->rest, &l->rest_price, &l->rest_cost)) return 1;
    if (l->rest && b->o.buy_up && b->in.break_off) buy_up(b, offer, most, l);
    return c12__add64(l->lots * l->full, l->rest, &total) || c12__add64(all, l->rest_cost, &l->cost);
}
