/* SPDX-License-Identifier: Apache-2.0 */
#include "c12/buy.h"
#include "support.h"
#include <check.h>
#include <string.h>

enum { MOST = 256 };

/* A plan with columns of its own. */
typedef struct made {
    c12_buy_plan p;
    int64_t need[MOST], required[MOST], qty[MOST], lots[MOST], price[MOST], cost[MOST];
    int32_t item[MOST], offer[MOST], supplier[MOST], po[MOST], order[MOST], due[MOST], arrive[MOST], overdue[MOST], late[MOST], message[MOST];
} made;

static unsigned char room[1 << 18];

static c12_mem scratch_of(const c12_buy_input *in)
{
    c12_mem m = { room, c12_buy_scratch(in->n_items, in->n_needs, in->n_offers, in->n_calendars) };
    ck_assert_uint_le(m.size, sizeof room);
    return m;
}

static void give_columns(made *m)
{
    memset(m, 0, sizeof *m);
    m->p = (c12_buy_plan)C12_INIT(c12_buy_plan);
    m->p.cap = MOST;
    m->p.need = m->need; m->p.item = m->item; m->p.offer = m->offer; m->p.supplier = m->supplier; m->p.purchase_order = m->po;
    m->p.order_bucket = m->order; m->p.need_bucket = m->due; m->p.arrive_bucket = m->arrive; m->p.overdue = m->overdue; m->p.late = m->late; m->p.message = m->message;
    m->p.required = m->required; m->p.qty = m->qty; m->p.lots = m->lots; m->p.unit_price = m->price; m->p.cost = m->cost;
}

static int64_t violations(const c12_buy_input *in, const c12_buy_options *o, const made *m)
{
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_buy_check(in, o, &m->p, &v, scratch_of(in), NULL), C12_OK);
    return v.violations;
}

static void buy(const c12_buy_input *in, const c12_buy_options *o, made *m)
{
    c12_error e = C12_INIT(c12_error);
    c12_verdict v = C12_INIT(c12_verdict);
    give_columns(m);
    ck_assert_msg(c12_buy_requisitions(in, o, &m->p, scratch_of(in), &e) == C12_OK, "%s %s %d", e.what, e.field, (int)e.row);
    ck_assert_int_eq(c12_buy_check(in, o, &m->p, &v, scratch_of(in), NULL), C12_OK);
    ck_assert_msg(!v.violations, "%s in %s[%d]", v.rule, v.field, (int)v.row);
}

/* One item, one supplier. */
typedef struct simple { c12_buy_input in; int32_t item[4], bucket[4], offer_item[3], supplier[3], priority[3], lead[3], calendar[3]; int64_t qty[4], moq[3], multiple[3], most[3], price[3], closed_off[2]; } simple;

static void simple_make(simple *s, int32_t needs)
{
    static const simple empty = { .in = C12_INIT(c12_buy_input) };
    *s = empty;
    s->in.n_items = s->in.n_suppliers = 1;
    s->in.n_offers = 1;
    s->in.n_needs = needs;
    for (int k = 0; k < 3; k++) { s->multiple[k] = 1; s->supplier[k] = k; s->priority[k] = k; s->calendar[k] = -1; }
    s->in.need_item = s->item; s->in.need_bucket = s->bucket; s->in.need_qty = s->qty;
    s->in.offer_item = s->offer_item; s->in.offer_supplier = s->supplier; s->in.offer_priority = s->priority; s->in.offer_lead = s->lead;
    s->in.offer_moq = s->moq; s->in.offer_multiple = s->multiple; s->in.offer_max = s->most; s->in.offer_price = s->price; s->in.supplier_calendar = s->calendar;
}

/* ---- quantities -------------------------------------------------------------------------------------------------------------------- */

START_TEST(smallest_multiple_at_or_above_the_minimum)
{
    static const struct { int64_t required, moq, multiple, qty; } known[] = { { 3, 10, 6, 12 }, { 20, 25, 10, 30 }, { 30, 25, 10, 30 }, { 1, 0, 1, 1 }, { 12, 12, 12, 12 }, { 13, 12, 12, 24 } };
    simple s;
    made m;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        simple_make(&s, 1);
        s.qty[0] = known[k].required; s.moq[0] = known[k].moq; s.multiple[0] = known[k].multiple;
        buy(&s.in, NULL, &m);
        ck_assert_int_eq(m.p.count, 1);
        ck_assert_int_eq(m.qty[0], known[k].qty);
        ck_assert_int_eq(m.required[0], known[k].required);
    }
}
END_TEST

/* Seven pieces of a dozen serve the next two requirements and part of the third; nothing is rounded twice. */
START_TEST(surplus_runs_on)
{
    simple s;
    made m;
    simple_make(&s, 4);
    s.multiple[0] = 12;
    for (int k = 0; k < 4; k++) { s.bucket[k] = 10 * (k + 1); s.qty[k] = k < 3 ? 5 : 20; }
    buy(&s.in, NULL, &m);
    ck_assert_int_eq(m.p.count, 3);
    ck_assert_int_eq(m.required[1], 3); /* 15 - 12 */
    ck_assert_int_eq(m.need[1], 2);
    ck_assert_int_eq(m.required[2], 11); /* 35 - 24 */
    ck_assert_int_eq(m.qty[0] + m.qty[1] + m.qty[2], 36);
}
END_TEST

START_TEST(a_largest_order_splits)
{
    simple s;
    made m;
    simple_make(&s, 1);
    s.qty[0] = 103; s.moq[0] = 10; s.multiple[0] = 4; s.most[0] = 43; s.price[0] = 1000000;
    buy(&s.in, NULL, &m);
    ck_assert_int_eq(m.p.count, 2);
    ck_assert_int_eq(m.lots[0], 2);
    ck_assert_int_eq(m.qty[0], 80);
    ck_assert_int_eq(m.qty[1], 24);
    ck_assert_int_eq(m.required[1], 23);
    ck_assert_int_eq(m.p.total, 104000000);
    ck_assert_int_eq(m.p.n_orders, 1);
}
END_TEST

/* 10.00 each, 8.00 from a hundred on: ninety cost 900, a hundred 800. */
START_TEST(price_breaks_and_buying_up)
{
    const int64_t off[] = { 0, 2 }, from[] = { 50, 100 }, price[] = { 10000000, 8000000 };
    c12_buy_options o = C12_INIT(c12_buy_options);
    simple s;
    made m;
    simple_make(&s, 1);
    s.qty[0] = 90; s.price[0] = 11000000;
    s.in.break_off = off; s.in.break_from = from; s.in.break_price = price;
    buy(&s.in, NULL, &m);
    ck_assert_int_eq(m.cost[0], 900000000);
    o.buy_up = 1;
    buy(&s.in, &o, &m);
    ck_assert_int_eq(m.qty[0], 100);
    ck_assert_int_eq(m.cost[0], 800000000);
    s.qty[0] = 80; /* 800 either way: the smaller stays */
    buy(&s.in, &o, &m);
    ck_assert_int_eq(m.qty[0], 80);
    s.qty[0] = 49; /* 539 against 500 */
    buy(&s.in, &o, &m);
    ck_assert_int_eq(m.qty[0], 50);
    s.most[0] = 60;
    s.qty[0] = 60;
    buy(&s.in, &o, &m);
    ck_assert_int_eq(m.qty[0], 60);
}
END_TEST

/* 14.20 for a metre of 1000 quanta: 1.5 quanta's worth of a micro goes to the even side. */
START_TEST(prices_are_exact)
{
    const int64_t per[] = { 1000 };
    simple s;
    made m;
    simple_make(&s, 1);
    s.in.offer_per = per;
    s.price[0] = 14200500; s.qty[0] = 1; /* 14200.5 micro */
    buy(&s.in, NULL, &m);
    ck_assert_int_eq(m.cost[0], 14200);
    s.price[0] = 14201500;
    buy(&s.in, NULL, &m);
    ck_assert_int_eq(m.cost[0], 14202);
    s.price[0] = INT64_C(5000000000000000); s.qty[0] = 1000000; /* the product needs more than 64 bits */
    buy(&s.in, NULL, &m);
    ck_assert_int_eq(m.cost[0], INT64_C(5000000000000000000));
}
END_TEST

/* ---- dates --------------------------------------------------------------------------------------------------------------------------- */

/* Bucket 0 is a Monday, weekends closed.  Lead 3: what is needed on Monday 7 is ordered on Wednesday 2; on Saturday 5, on Tuesday 1 for Friday. */
START_TEST(transit_counts_working_days)
{
    int32_t closed[40];
    static const struct { int32_t need, today, order, arrive, overdue, late; } known[] = {
        { 7, 0, 2, 7, 0, 0 }, { 5, 0, 1, 4, 0, 0 }, { 6, 0, 1, 4, 0, 0 }, { 8, 0, 3, 8, 0, 0 }, { 1, 0, 0, 3, 4, 2 }, { 7, 5, 7, 10, 3, 3 }, { 0, 0, 0, 3, 5, 3 } };
    simple s;
    made m;
    for (int k = 0; k < 40; k++) closed[k] = -70 + 7 * (k / 2) + (k % 2 ? 6 : 5);
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        simple_make(&s, 1);
        s.closed_off[1] = 40;
        s.in.n_calendars = 1; s.in.closed = closed; s.in.closed_off = s.closed_off;
        s.calendar[0] = 0; s.lead[0] = 3; s.qty[0] = 1; s.bucket[0] = known[k].need; s.in.today = known[k].today;
        buy(&s.in, NULL, &m);
        ck_assert_int_eq(m.order[0], known[k].order);
        ck_assert_int_eq(m.arrive[0], known[k].arrive);
        ck_assert_int_eq(m.overdue[0], known[k].overdue);
        ck_assert_int_eq(m.late[0], known[k].late);
        ck_assert_int_eq(m.message[0], known[k].overdue ? C12_BUY_EXPEDITE : C12_BUY_ON_TIME);
    }
}
END_TEST

START_TEST(policies)
{
    static const struct { int32_t policy, late_rule, need, supplier; } known[] = {
        { C12_BUY_PREFERRED, C12_BUY_LATE_EARLIEST, 30, 0 }, { C12_BUY_PREFERRED, C12_BUY_LATE_EARLIEST, 15, 1 }, { C12_BUY_PREFERRED, C12_BUY_LATE_EARLIEST, 2, 2 },
        { C12_BUY_PREFERRED, C12_BUY_LATE_POLICY, 2, 0 }, { C12_BUY_CHEAPEST, C12_BUY_LATE_EARLIEST, 30, 1 }, { C12_BUY_CHEAPEST, C12_BUY_LATE_EARLIEST, 6, 2 },
        { C12_BUY_CHEAPEST, C12_BUY_LATE_POLICY, 2, 1 }, { C12_BUY_EARLIEST, C12_BUY_LATE_EARLIEST, 30, 2 }, { C12_BUY_EARLIEST, C12_BUY_LATE_POLICY, 2, 2 } };
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        c12_buy_options o = C12_INIT(c12_buy_options);
        simple s;
        made m;
        simple_make(&s, 1);
        s.in.n_offers = s.in.n_suppliers = 3;
        s.lead[0] = 20; s.lead[1] = 10; s.lead[2] = 5;
        s.price[0] = 70; s.price[1] = 60; s.price[2] = 90;
        s.qty[0] = 10; s.bucket[0] = known[k].need;
        o.policy = known[k].policy;
        o.late_rule = known[k].late_rule;
        buy(&s.in, &o, &m);
        ck_assert_msg(m.supplier[0] == known[k].supplier, "case %d", (int)k);
    }
}
END_TEST

START_TEST(windows_join_requirements_and_orders)
{
    c12_buy_options o = C12_INIT(c12_buy_options);
    simple s;
    made m;
    simple_make(&s, 4);
    for (int k = 0; k < 4; k++) { s.bucket[k] = 10 + 3 * k; s.qty[k] = 1 + k; }
    buy(&s.in, &o, &m);
    ck_assert_int_eq(m.p.count, 4);
    ck_assert_int_eq(m.p.n_orders, 4);
    o.order_window = 4; /* 10 13 | 16 19 */
    buy(&s.in, &o, &m);
    ck_assert_int_eq(m.p.n_orders, 2);
    ck_assert_int_eq(m.po[1], 0);
    ck_assert_int_eq(m.po[2], 1);
    o.order_window = 0;
    o.consolidate = 7; /* 10 13 16 | 19 */
    buy(&s.in, &o, &m);
    ck_assert_int_eq(m.p.count, 2);
    ck_assert_int_eq(m.qty[0], 6);
    ck_assert_int_eq(m.due[0], 10);
    ck_assert_int_eq(m.due[1], 19);
}
END_TEST

START_TEST(an_item_nobody_offers)
{
    simple s;
    made m;
    simple_make(&s, 2);
    s.in.n_offers = 0;
    s.qty[0] = s.qty[1] = 5;
    s.bucket[1] = 3;
    buy(&s.in, NULL, &m);
    ck_assert_int_eq(m.p.count, 2);
    ck_assert_int_eq(m.p.uncovered, 2);
    ck_assert_int_eq(m.message[1], C12_BUY_NO_OFFER);
    ck_assert_int_eq(m.offer[1], -1);
    ck_assert_int_eq(m.required[1], 5);
    ck_assert_int_eq(m.p.n_orders, 0);
}
END_TEST

/* ---- random problems against a second implementation ----------------------------------------------------------------------------------------- */

enum { ITEMS = 5, SUPPLIERS = 4, CALENDARS = 3, OFFERS = 12, NEEDS = 40, BREAKS = 36, LOW = -200, HIGH = 400 };

typedef struct problem {
    c12_buy_input in;
    c12_buy_options o;
    int32_t need_item[NEEDS], need_bucket[NEEDS], item[OFFERS], supplier[OFFERS], priority[OFFERS], lead[OFFERS], calendar[SUPPLIERS], closed[CALENDARS * (HIGH - LOW)];
    int64_t need_qty[NEEDS], moq[OFFERS], multiple[OFFERS], most[OFFERS], price[OFFERS], per[OFFERS], break_off[OFFERS + 1], from[BREAKS], break_price[BREAKS], closed_off[CALENDARS + 1];
    char shut[CALENDARS][HIGH - LOW];
} problem;

static void random_offers(problem *p)
{
    int64_t n = 0;
    for (int k = 0; k < OFFERS; k++) {
        p->item[k] = dice(ITEMS - 1); /* nobody offers the last one */
        p->supplier[k] = dice(SUPPLIERS);
        p->priority[k] = dice(3);
        p->lead[k] = dice(15);
        p->moq[k] = dice(30);
        p->multiple[k] = 1 + dice(9);
        p->price[k] = dice(5) * 250;
        p->per[k] = 1 + dice(6);
        p->most[k] = dice(3) ? 0 : (p->moq[k] / p->multiple[k] + 1 + dice(4)) * p->multiple[k] + dice((int32_t)p->multiple[k]);
        for (int64_t b = dice(4), from = 0; b > 0; b--, n++) {
            p->from[n] = from += 1 + dice(40);
            p->break_price[n] = dice(1200);
        }
        p->break_off[k + 1] = n;
    }
}

static void random_problem(problem *p, uint64_t seed)
{
    static const problem empty = { .in = C12_INIT(c12_buy_input), .o = C12_INIT(c12_buy_options) };
    *p = empty;
    dice_state = seed * 0x9E3779B97F4A7C15u + 1;
    random_offers(p);
    int32_t n = 0;
    for (int c = 0; c < CALENDARS; c++) {
        for (int t = 0; t < HIGH - LOW; t++)
            if (c == 2 ? t % 7 > 4 : dice(c ? 2 : 8) == 0) { p->shut[c][t] = 1; p->closed[n++] = t + LOW; }
        p->closed_off[c + 1] = n;
    }
    for (int s = 0; s < SUPPLIERS; s++) p->calendar[s] = dice(CALENDARS + 1) - 1;
    for (int k = 0; k < NEEDS; k++) { p->need_item[k] = dice(ITEMS); p->need_bucket[k] = dice(60) - 5; p->need_qty[k] = dice(5) ? dice(60) : 0; }
    p->in.n_items = ITEMS; p->in.n_needs = dice(NEEDS + 1); p->in.n_offers = OFFERS; p->in.n_suppliers = SUPPLIERS; p->in.n_calendars = CALENDARS; p->in.today = dice(20);
    p->in.need_item = p->need_item; p->in.need_bucket = p->need_bucket; p->in.need_qty = p->need_qty;
    p->in.offer_item = p->item; p->in.offer_supplier = p->supplier; p->in.offer_priority = p->priority; p->in.offer_lead = p->lead;
    p->in.offer_moq = p->moq; p->in.offer_multiple = p->multiple; p->in.offer_max = p->most; p->in.offer_price = p->price; p->in.offer_per = p->per;
    p->in.break_off = p->break_off; p->in.break_from = p->from; p->in.break_price = p->break_price;
    p->in.supplier_calendar = p->calendar; p->in.closed_off = p->closed_off; p->in.closed = p->closed;
    p->o.policy = dice(3); p->o.late_rule = dice(2); p->o.consolidate = dice(3) * 4; p->o.order_window = dice(3) * 3; p->o.buy_up = dice(2);
}

static int works(const problem *p, int offer, int t)
{
    int c = p->calendar[p->supplier[offer]];
    return c < 0 || !p->shut[c][t - LOW];
}

static int arrival(const problem *p, int offer, int order)
{
    for (int left = p->lead[offer]; left; left -= works(p, offer, order)) order++;
    return order;
}

static int64_t naive_cost(const problem *p, int offer, int64_t size, int64_t *price)
{
    *price = p->price[offer];
    for (int64_t k = p->break_off[offer]; k < p->break_off[offer + 1]; k++)
        if (p->from[k] <= size) *price = p->break_price[k];
    int64_t twice = 2 * *price * size, per = p->per[offer], cost = *price * size / per;
    while (twice - 2 * per * cost > per || (twice - 2 * per * cost == per && cost % 2)) cost++;
    return cost;
}

typedef struct trial { int order, arrive, overdue, soonest; int64_t full, lots, rest, rest_required, full_price, rest_price, full_cost, rest_cost, cost; } trial;

/* Counting up: days, pieces, everything. */
static trial naive_offer(const problem *p, int offer, int need, int64_t required)
{
    trial t = { 0 };
    int latest = need;
    while (!works(p, offer, latest) || arrival(p, offer, latest) > need) latest--;
    int now = p->in.today;
    while (!works(p, offer, now)) now++;
    t.soonest = arrival(p, offer, now);
    t.order = latest >= p->in.today ? latest : now;
    t.arrive = arrival(p, offer, t.order);
    t.overdue = latest < p->in.today ? p->in.today - latest : 0;
    for (int64_t q = p->multiple[offer]; q <= p->most[offer]; q += p->multiple[offer]) t.full = q;
    t.rest_required = required;
    while (t.full && t.rest_required >= t.full) { t.lots++; t.rest_required -= t.full; }
    if (t.lots) t.full_cost = naive_cost(p, offer, t.full, &t.full_price);
    int64_t top = t.rest_required + 300;
    for (int64_t q = 0; t.rest_required && q <= top; q += p->multiple[offer]) {
        if (q < t.rest_required || q < p->moq[offer] || (p->most[offer] && q > p->most[offer])) continue;
        int64_t price, cost = naive_cost(p, offer, q, &price);
        if (t.rest && (!p->o.buy_up || cost >= t.rest_cost)) continue;
        t.rest = q; t.rest_price = price; t.rest_cost = cost;
    }
    t.cost = t.lots * t.full_cost + t.rest_cost;
    return t;
}

static int64_t naive_key(const problem *p, int offer, const trial *t, int part)
{
    int late = t->overdue && p->o.late_rule == C12_BUY_LATE_EARLIEST;
    if (part == 0) return late;
    if (part == 1) return late ? t->arrive : 0;
    if (part == 2) return p->o.policy == C12_BUY_CHEAPEST ? t->cost : p->o.policy == C12_BUY_EARLIEST ? t->soonest : 0;
    return p->priority[offer];
}

static int naive_choice(const problem *p, int item, int need, int64_t required)
{
    int best = -1;
    for (int k = 0; k < OFFERS; k++) {
        if (p->item[k] != item) continue;
        if (best < 0) { best = k; continue; }
        trial x = naive_offer(p, k, need, required), y = naive_offer(p, best, need, required);
        for (int part = 0; part < 4; part++) {
            if (naive_key(p, k, &x, part) == naive_key(p, best, &y, part)) continue;
            if (naive_key(p, k, &x, part) < naive_key(p, best, &y, part)) best = k;
            break;
        }
    }
    return best;
}

static int64_t naive_window(const problem *p, int item, int from, int to)
{
    int64_t sum = 0;
    for (int64_t k = 0; k < p->in.n_needs; k++)
        if (p->need_item[k] == item && p->need_bucket[k] >= from && p->need_bucket[k] < to) sum += p->need_qty[k];
    return sum;
}

static int64_t expect_part(const made *m, int64_t row, int offer, const trial *t, int part)
{
    ck_assert_int_eq(m->lots[row], part ? 1 : t->lots);
    ck_assert_int_eq(m->qty[row], part ? t->rest : t->lots * t->full);
    ck_assert_int_eq(m->required[row], part ? t->rest_required : t->lots * t->full);
    ck_assert_int_eq(m->price[row], part ? t->rest_price : t->full_price);
    ck_assert_int_eq(m->cost[row], part ? t->rest_cost : t->lots * t->full_cost);
    ck_assert_int_eq(m->order[row], t->order);
    ck_assert_int_eq(m->arrive[row], t->arrive);
    ck_assert_int_eq(m->overdue[row], t->overdue);
    ck_assert_int_eq(m->offer[row], offer);
    return row + 1;
}

/* The same rules, bucket by bucket with whole sums in place of a running surplus. */
static void expect_naive(const problem *p, const made *m)
{
    int64_t row = 0, join = p->o.consolidate ? p->o.consolidate : 1;
    for (int item = 0; item < ITEMS; item++) {
        int64_t bought = 0;
        for (int t = -10; t < 100; t++) {
            if (naive_window(p, item, -10, t + 1) <= bought) continue;
            int64_t required = naive_window(p, item, -10, t + (int)join) - bought;
            int offer = naive_choice(p, item, t, required);
            ck_assert_int_eq(m->item[row], item);
            ck_assert_int_eq(m->due[row], t);
            bought += required;
            if (offer < 0) { ck_assert_int_eq(m->message[row], C12_BUY_NO_OFFER); ck_assert_int_eq(m->required[row++], required); continue; }
            trial x = naive_offer(p, offer, t, required);
            if (x.lots) row = expect_part(m, row, offer, &x, 0);
            if (x.rest) row = expect_part(m, row, offer, &x, 1);
            bought += x.rest - x.rest_required;
        }
    }
    ck_assert_int_eq(row, m->p.count);
}

START_TEST(random_problems_agree_with_a_naive_buyer)
{
    static problem p;
    static made m;
    int64_t rows = 0, late = 0, split = 0, open = 0, pos = 0;
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        random_problem(&p, seed);
        buy(&p.in, &p.o, &m);
        expect_naive(&p, &m);
        for (int64_t k = 0; k < m.p.count; k++) split += m.lots[k] > 1;
        rows += m.p.count; late += m.p.expedites; open += m.p.uncovered; pos += m.p.n_orders;
    }
    ck_assert_int_gt(late, rows / 20); /* the dice reach every branch */
    ck_assert_int_gt(split, rows / 200);
    ck_assert_int_gt(open, rows / 50);
    ck_assert_int_lt(pos, rows);
}
END_TEST

/* Any single number of a plan changed is a fault. */
START_TEST(the_checker_sees_every_change)
{
    static problem p;
    static made m;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        random_problem(&p, seed);
        buy(&p.in, &p.o, &m);
        int64_t *const wide[] = { m.need, m.required, m.qty, m.lots, m.price, m.cost };
        int32_t *const narrow[] = { m.item, m.offer, m.supplier, m.po, m.order, m.due, m.arrive, m.overdue, m.late, m.message };
        for (int64_t row = 0; row < m.p.count; row++)
            for (int by = -1; by <= 1; by += 2) {
                for (int k = 0; k < 6; k++) {
                    wide[k][row] += by;
                    ck_assert_msg(violations(&p.in, &p.o, &m) > 0, "seed %d wide %d row %d by %d", (int)seed, k, (int)row, by);
                    wide[k][row] -= by;
                }
                for (int k = 0; k < 10; k++) {
                    narrow[k][row] += by;
                    ck_assert_msg(violations(&p.in, &p.o, &m) > 0, "seed %d narrow %d row %d by %d", (int)seed, k, (int)row, by);
                    narrow[k][row] -= by;
                }
            }
        if (!m.p.count) continue;
        m.p.count--;
        ck_assert_int_gt(violations(&p.in, &p.o, &m), 0);
        m.p.count++;
        m.p.n_orders++;
        ck_assert_int_gt(violations(&p.in, &p.o, &m), 0);
    }
}
END_TEST

/* A plan made by other rules is a fault unless both rules lead to the same plan. */
START_TEST(the_checker_knows_the_options)
{
    static problem p;
    static made m, other;
    int64_t differ = 0;
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        random_problem(&p, seed);
        c12_buy_options o = p.o;
        buy(&p.in, &p.o, &m);
        switch (seed % 5) {
        case 0: o.late_rule = 1 - o.late_rule; break;
        case 1: o.consolidate += 3; break;
        case 2: o.order_window += 3; break;
        case 3: o.buy_up = 1 - o.buy_up; break;
        default: o.policy = (o.policy + 1) % 3;
        }
        buy(&p.in, &o, &other);
        if (m.p.count == other.p.count && !memcmp(m.qty, other.qty, sizeof m.qty) && !memcmp(m.offer, other.offer, sizeof m.offer) && !memcmp(m.po, other.po, sizeof m.po)) continue;
        differ++;
        ck_assert_msg(violations(&p.in, &o, &m) > 0, "seed %d", (int)seed);
    }
    ck_assert_int_gt(differ, 700);
}
END_TEST

/* What comes in another order, or is written to fewer columns, is the same plan. */
START_TEST(order_of_rows_and_caps)
{
    static problem p, q;
    static made m, x;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        random_problem(&p, seed);
        buy(&p.in, &p.o, &m);
        q = p;
        q.in = p.in;
        q.in.need_item = q.need_item; q.in.need_bucket = q.need_bucket; q.in.need_qty = q.need_qty;
        for (int64_t k = 0; k < p.in.n_needs; k++) {
            int64_t from = p.in.n_needs - 1 - k;
            q.need_item[k] = p.need_item[from]; q.need_bucket[k] = p.need_bucket[from]; q.need_qty[k] = p.need_qty[from];
        }
        buy(&q.in, &q.o, &x);
        ck_assert_int_eq(x.p.count, m.p.count);
        ck_assert_mem_eq(x.qty, m.qty, sizeof m.qty);
        ck_assert_mem_eq(x.po, m.po, sizeof m.po);
        give_columns(&x);
        x.p.cap = m.p.count / 2;
        x.p.late = NULL;
        x.p.lots = NULL;
        ck_assert_int_eq(c12_buy_requisitions(&p.in, &p.o, &x.p, scratch_of(&p.in), NULL), C12_OK);
        ck_assert_int_eq(x.p.count, m.p.count);
        ck_assert_int_eq(x.p.total, m.p.total);
        ck_assert_int_eq(x.p.n_orders, m.p.n_orders);
        ck_assert_mem_eq(x.po, m.po, sizeof(int32_t) * (size_t)x.p.cap);
        ck_assert_int_eq(x.qty[x.p.cap], 0);
    }
}
END_TEST

/* ---- what is refused -------------------------------------------------------------------------------------------------------------------- */

static c12_status refused(const problem *p, c12_error *e)
{
    static made m;
    give_columns(&m);
    m.p.total = 77;
    *e = (c12_error)C12_INIT(c12_error);
    c12_status s = c12_buy_requisitions(&p->in, &p->o, &m.p, scratch_of(&p->in), e);
    ck_assert_int_eq(m.p.total, 77);
    return s;
}

#define REFUSE(change, status, column, at) do { \
        random_problem(&p, 3); \
        p.in.n_needs = NEEDS; \
        change; \
        ck_assert_int_eq(refused(&p, &e), status); \
        ck_assert_str_eq(e.field, column); \
        ck_assert_int_eq(e.row, at); \
    } while (0)

START_TEST(bad_input_is_named)
{
    static problem p;
    c12_error e;
    REFUSE(p.need_item[3] = ITEMS, C12_E_RANGE, "need_item", 3);
    REFUSE(p.need_bucket[5] = 1000000001, C12_E_RANGE, "need_bucket", 5);
    REFUSE(p.need_qty[39] = -1, C12_E_RANGE, "need_qty", 39);
    REFUSE(p.item[2] = -1, C12_E_RANGE, "offer_item", 2);
    REFUSE(p.supplier[2] = SUPPLIERS, C12_E_RANGE, "offer_supplier", 2);
    REFUSE(p.lead[1] = -1, C12_E_RANGE, "offer_lead", 1);
    REFUSE(p.moq[1] = -1, C12_E_RANGE, "offer_moq", 1);
    REFUSE(p.multiple[1] = 0, C12_E_RANGE, "offer_multiple", 1);
    REFUSE(p.price[1] = -1, C12_E_RANGE, "offer_price", 1);
    REFUSE(p.per[1] = 0, C12_E_RANGE, "offer_per", 1);
    REFUSE(p.most[0] = -1, C12_E_RANGE, "offer_max", 0);
    REFUSE((p.most[0] = 5, p.multiple[0] = 6), C12_E_RANGE, "offer_max", 0);
    REFUSE((p.most[1] = 5, p.multiple[1] = 6), C12_E_RANGE, "offer_max", 1);
    REFUSE((p.most[1] = 17, p.multiple[1] = 6, p.moq[1] = 13), C12_E_RANGE, "offer_max", 1);
    REFUSE(p.break_off[0] = 1, C12_E_RANGE, "break_off", 0);
    REFUSE(p.from[0] = 0, C12_E_RANGE, "break_from", 0);
    REFUSE(p.break_price[0] = -5, C12_E_RANGE, "break_price", 0);
    REFUSE((p.break_off[0] = 0, p.break_off[1] = p.break_off[2] = 2, p.from[1] = p.from[0] = 3), C12_E_RANGE, "break_from", 1);
    REFUSE(p.calendar[1] = CALENDARS, C12_E_RANGE, "supplier_calendar", 1);
    REFUSE(p.closed[1] = p.closed[0], C12_E_RANGE, "closed", 1);
    REFUSE(p.in.closed_off = NULL, C12_E_ARG, "closed_off", -1);
    REFUSE(p.in.need_qty = NULL, C12_E_ARG, "need_qty", -1);
    REFUSE(p.in.n_items = -1, C12_E_ARG, "n_items", -1);
    REFUSE(p.in.today = -1, C12_E_RANGE, "today", -1);
    REFUSE(p.o.policy = 3, C12_E_RANGE, "policy", -1);
    REFUSE(p.o.buy_up = 2, C12_E_RANGE, "buy_up", -1);
    random_problem(&p, 3);
    made m;
    give_columns(&m);
    c12_mem small = { room, scratch_of(&p.in).size / 2 };
    e = (c12_error)C12_INIT(c12_error);
    ck_assert_int_eq(c12_buy_requisitions(&p.in, NULL, &m.p, small, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, (int64_t)scratch_of(&p.in).size);
    ck_assert_int_eq(c12_buy_requisitions(NULL, NULL, &m.p, small, &e), C12_E_ARG);
    ck_assert_int_eq(c12_buy_requisitions(&p.in, NULL, NULL, small, &e), C12_E_ARG);
    ck_assert_uint_eq(c12_buy_scratch(-1, 0, 0, 0), 0);
    ck_assert_uint_eq(c12_buy_scratch(0, -1, 0, 0), 0);
    ck_assert_uint_eq(c12_buy_scratch(0, 1 << 30, 0, 0), 0);
    ck_assert_uint_eq(c12_buy_scratch(0, 0, -1, 0), 0);
    ck_assert_uint_eq(c12_buy_scratch(0, 0, 0, -1), 0);
    ck_assert_uint_gt(c12_buy_scratch(0, 0, 0, 0), 0);
}
END_TEST

START_TEST(overflow_names_the_requirement)
{
    simple s;
    made m;
    c12_error e = C12_INIT(c12_error);
    static const struct { int64_t first, second, multiple, price, most; } known[] = { { INT64_MAX, 1, 1, 0, 0 }, { 0, INT64_MAX, 1000, 0, 0 }, { 1, INT64_MAX / 2, 1, 3, 0 }, { INT64_MAX / 3, INT64_MAX / 3, 1, 2, 0 }, { 0, INT64_MAX, 10, 0, 1000 }, { 0, INT64_MAX / 2, 1, 3, 1000 } };
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        simple_make(&s, 2);
        s.qty[0] = known[k].first; s.qty[1] = known[k].second; s.multiple[0] = known[k].multiple; s.price[0] = known[k].price; s.most[0] = known[k].most;
        s.bucket[1] = k == 0 ? 0 : 1;
        give_columns(&m);
        ck_assert_int_eq(c12_buy_requisitions(&s.in, NULL, &m.p, scratch_of(&s.in), &e), C12_E_OVERFLOW);
        ck_assert_int_eq(e.row, k == 0 ? 0 : 1);
        ck_assert_str_eq(e.field, "need_qty");
    }
}
END_TEST

/* Far dates: nothing wraps at the ends of what is allowed. */
START_TEST(far_dates)
{
    const int32_t closed[] = { -1000000000, 999999999, 1000000000 };
    simple s;
    made m;
    simple_make(&s, 2);
    s.closed_off[1] = 3;
    s.in.n_calendars = 1; s.in.closed = closed; s.in.closed_off = s.closed_off;
    s.calendar[0] = 0;
    s.lead[0] = 1000000; s.in.today = 999999990;
    s.bucket[0] = -1000000000; s.bucket[1] = 1000000000; s.qty[0] = s.qty[1] = 1;
    buy(&s.in, NULL, &m);
    ck_assert_int_eq(m.arrive[0], 1000999992);
    ck_assert_int_eq(m.overdue[0], 999999990 + 1001000001);
}
END_TEST

/* ---- ABC --------------------------------------------------------------------------------------------------------------------------------- */

static c12_status classify(c12_buy_usage *u, c12_buy_classes *c, c12_error *e)
{
    c12_mem m = { room, c12_buy_abc_scratch(u->n_items) };
    return c12_buy_abc(u, c, m, e);
}

START_TEST(abc_by_hand)
{
    const int64_t qty[] = { 10, 1, 70, 0, 5, 14 }, cost[] = { 1, 1, 1, 9, 1, 1 };
    c12_buy_usage u = C12_INIT(c12_buy_usage);
    c12_buy_classes c = C12_INIT(c12_buy_classes);
    int32_t kind[6];
    int64_t value[6];
    u.n_items = 6; u.qty = qty; u.unit_cost = cost;
    c.abc_class = kind; c.value = value;
    ck_assert_int_eq(classify(&u, &c, NULL), C12_OK);
    const int32_t want[] = { C12_BUY_CLASS_B, C12_BUY_CLASS_C, C12_BUY_CLASS_A, C12_BUY_CLASS_C, C12_BUY_CLASS_B, C12_BUY_CLASS_A }; /* 70 84 | 94 99 | 100 */
    ck_assert_mem_eq(kind, want, sizeof kind);
    ck_assert_int_eq(c.n_a, 2);
    ck_assert_int_eq(c.n_b, 2);
    u.a_ppm = 700000; /* reached exactly by the first */
    u.b_ppm = 840000;
    ck_assert_int_eq(classify(&u, &c, NULL), C12_OK);
    ck_assert_int_eq(c.n_a, 1);
    ck_assert_int_eq(c.n_b, 1);
}
END_TEST

/* Selection by hand: take the worthiest, lowest row first, until the share is there. */
static void naive_abc(const c12_buy_usage *u, const int64_t *value, int32_t *kind)
{
    int64_t total = 0, before = 0;
    for (int32_t i = 0; i < u->n_items; i++) { total += value[i]; kind[i] = -1; }
    for (int32_t done = 0; done < u->n_items; done++) {
        int32_t best = -1;
        for (int32_t i = 0; i < u->n_items; i++)
            if (kind[i] < 0 && (best < 0 || value[i] > value[best])) best = i;
        kind[best] = !value[best] ? 2 : before * 1000000 < total * u->a_ppm ? 0 : before * 1000000 < total * u->b_ppm ? 1 : 2;
        before += value[best];
    }
}

START_TEST(abc_of_random_usage)
{
    enum { N = 30 };
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        int64_t qty[N], cost[N], per[N], value[N];
        int32_t kind[N], want[N];
        c12_buy_usage u = C12_INIT(c12_buy_usage);
        c12_buy_classes c = C12_INIT(c12_buy_classes);
        c12_verdict v = C12_INIT(c12_verdict);
        dice_state = seed * 77777;
        u.n_items = dice(N + 1); u.qty = qty; u.unit_cost = cost; u.cost_per = per;
        u.a_ppm = 1 + dice(1000000); u.b_ppm = u.a_ppm + dice(1000001 - u.a_ppm);
        c.abc_class = kind; c.value = value;
        for (int i = 0; i < N; i++) { qty[i] = dice(4) ? dice(20) : 0; cost[i] = dice(9); per[i] = 1 + dice(3); }
        ck_assert_int_eq(classify(&u, &c, NULL), C12_OK);
        naive_abc(&u, value, want);
        ck_assert_mem_eq(kind, want, sizeof *kind * (size_t)u.n_items);
        ck_assert_int_eq(c12_buy_abc_check(&u, &c, &v, NULL), C12_OK);
        ck_assert_msg(!v.violations, "seed %d: %s at %d", (int)seed, v.rule, (int)v.row);
        for (int i = 0; i < u.n_items; i++)
            for (int to = 0; to < 3; to++) {
                if (to == want[i]) continue;
                int32_t a = c.n_a, b = c.n_b; /* counted right, classed wrong */
                kind[i] = to;
                c.n_a += (to == 0) - (want[i] == 0);
                c.n_b += (to == 1) - (want[i] == 1);
                ck_assert_int_eq(c12_buy_abc_check(&u, &c, &v, NULL), C12_OK);
                ck_assert_msg(v.violations > 0, "seed %d: item %d as %d", (int)seed, i, to);
                kind[i] = want[i];
                c.n_a = a;
                c.n_b = b;
            }
        if (!u.n_items) continue;
        value[0]++;
        ck_assert_int_eq(c12_buy_abc_check(&u, &c, &v, NULL), C12_OK);
        ck_assert_int_gt(v.violations, 0);
    }
}
END_TEST

START_TEST(abc_refuses)
{
    int64_t qty[] = { 1, INT64_MAX }, cost[] = { 1, 1 };
    int32_t kind[] = { 7, 7 };
    c12_buy_usage u = C12_INIT(c12_buy_usage);
    c12_buy_classes c = C12_INIT(c12_buy_classes);
    c12_error e = C12_INIT(c12_error);
    u.n_items = 2; u.qty = qty; u.unit_cost = cost;
    c.abc_class = kind;
    ck_assert_int_eq(classify(&u, &c, &e), C12_OK);
    ck_assert_int_eq(kind[1], C12_BUY_CLASS_A);
    kind[0] = kind[1] = 7;
    cost[1] = 2;
    ck_assert_int_eq(classify(&u, &c, &e), C12_E_OVERFLOW);
    ck_assert_int_eq(e.row, 1);
    ck_assert_int_eq(kind[0], 7);
    qty[0] = -1;
    ck_assert_int_eq(classify(&u, &c, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "qty");
    u.a_ppm = 900000;
    u.b_ppm = 800000;
    ck_assert_int_eq(classify(&u, &c, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_buy_abc(&u, NULL, (c12_mem){ NULL, 0 }, &e), C12_E_RANGE);
}
END_TEST

/* ---- shortages ------------------------------------------------------------------------------------------------------------------------------ */

enum { SHORT_ITEMS = 6, SHORT_BUCKETS = 20, SHORT_ROWS = 60 };

typedef struct store {
    c12_buy_stock k;
    c12_buy_gaps g;
    int64_t hand[SHORT_ITEMS], cost[SHORT_ITEMS], per[SHORT_ITEMS], demand_qty[SHORT_ROWS], supply_qty[SHORT_ROWS], qty[SHORT_ROWS], value[SHORT_ROWS];
    int32_t demand_item[SHORT_ROWS], demand_bucket[SHORT_ROWS], supply_item[SHORT_ROWS], supply_bucket[SHORT_ROWS], item[SHORT_ROWS], from[SHORT_ROWS], to[SHORT_ROWS], next[SHORT_ROWS];
} store;

static void random_store(store *s, uint64_t seed)
{
    static const store empty = { .k = C12_INIT(c12_buy_stock), .g = C12_INIT(c12_buy_gaps) };
    *s = empty;
    dice_state = seed * 0xD1B54A32D192ED03u + 1;
    for (int i = 0; i < SHORT_ITEMS; i++) { s->hand[i] = dice(30); s->cost[i] = dice(4) * 5; s->per[i] = 1 + dice(3); }
    s->k.n_items = SHORT_ITEMS; s->k.n_buckets = dice(SHORT_BUCKETS + 1); s->k.n_demand = dice(SHORT_ROWS + 1); s->k.n_supply = dice(SHORT_ROWS + 1);
    for (int k = 0; k < SHORT_ROWS; k++) {
        s->demand_item[k] = dice(SHORT_ITEMS); s->demand_bucket[k] = dice(SHORT_BUCKETS + 5) - 3; s->demand_qty[k] = dice(20);
        s->supply_item[k] = dice(SHORT_ITEMS); s->supply_bucket[k] = dice(SHORT_BUCKETS + 5) - 3; s->supply_qty[k] = dice(3) ? dice(18) : 0;
    }
    s->k.on_hand = s->hand; s->k.unit_cost = s->cost; s->k.cost_per = s->per;
    s->k.demand_item = s->demand_item; s->k.demand_bucket = s->demand_bucket; s->k.demand_qty = s->demand_qty;
    s->k.supply_item = s->supply_item; s->k.supply_bucket = s->supply_bucket; s->k.supply_qty = s->supply_qty;
    s->g.cap = SHORT_ROWS;
    s->g.item = s->item; s->g.from = s->from; s->g.to = s->to; s->g.next_supply = s->next; s->g.qty = s->qty; s->g.value = s->value;
}

static c12_mem short_scratch(const store *s)
{
    c12_mem m = { room, c12_buy_shortages_scratch(s->k.n_items, s->k.n_buckets, s->k.n_demand, s->k.n_supply) };
    ck_assert_uint_le(m.size, sizeof room);
    return m;
}

/* Projected available of one item at the end of one bucket, from nothing. */
static int64_t available(const store *s, int item, int t)
{
    int64_t have = s->hand[item];
    for (int k = 0; k < s->k.n_demand; k++) have -= s->demand_item[k] == item && s->demand_bucket[k] <= t ? s->demand_qty[k] : 0;
    for (int k = 0; k < s->k.n_supply; k++) have += s->supply_item[k] == item && s->supply_bucket[k] <= t ? s->supply_qty[k] : 0;
    return have;
}

static void expect_short(const store *s)
{
    int64_t runs = 0;
    for (int i = 0; i < SHORT_ITEMS; i++)
        for (int t = 0; t < s->k.n_buckets; t++) runs += available(s, i, t) < 0 && (t == 0 || available(s, i, t - 1) >= 0);
    ck_assert_int_eq(s->g.count, runs);
    for (int64_t r = 0; r < runs; r++) {
        int64_t deepest = 0;
        int i = s->item[r], t = s->from[r], next = -1;
        ck_assert(available(s, i, t) < 0 && (t == 0 || available(s, i, t - 1) >= 0));
        for (; t < s->k.n_buckets && available(s, i, t) < 0; t++) if (-available(s, i, t) > deepest) deepest = -available(s, i, t);
        for (int k = 0; k < s->k.n_supply; k++)
            if (s->supply_item[k] == i && s->supply_qty[k] && s->supply_bucket[k] > s->from[r] && s->supply_bucket[k] < s->k.n_buckets && (next < 0 || s->supply_bucket[k] < next)) next = s->supply_bucket[k];
        ck_assert_int_eq(s->to[r], t < s->k.n_buckets ? t : -1);
        ck_assert_int_eq(s->qty[r], deepest);
        ck_assert_int_eq(s->next[r], next);
        if (!r) continue;
        ck_assert(s->from[r - 1] < s->from[r] || (s->from[r - 1] == s->from[r] && (s->value[r - 1] > s->value[r] || (s->value[r - 1] == s->value[r] && s->item[r - 1] < s->item[r]))));
    }
}

START_TEST(shortages_of_random_stores)
{
    static store s;
    int64_t rows = 0;
    for (uint64_t seed = 1; seed <= 1500; seed++) {
        c12_verdict v = C12_INIT(c12_verdict);
        random_store(&s, seed);
        ck_assert_int_eq(c12_buy_shortages(&s.k, &s.g, short_scratch(&s), NULL), C12_OK);
        expect_short(&s);
        rows += s.g.count;
        ck_assert_int_eq(c12_buy_shortages_check(&s.k, &s.g, &v, short_scratch(&s), NULL), C12_OK);
        ck_assert_msg(!v.violations, "seed %d: %s in %s[%d]", (int)seed, v.rule, v.field, (int)v.row);
        ck_assert_int_eq(v.objective, s.g.count);
        int32_t *const narrow[] = { s.item, s.from, s.to, s.next };
        int64_t *const wide[] = { s.qty, s.value };
        for (int64_t r = 0; r < s.g.count && seed % 10 == 0; r++)
            for (int k = 0; k < 6; k++) {
                if (k < 4) narrow[k][r]++; else wide[k - 4][r]++;
                ck_assert_int_eq(c12_buy_shortages_check(&s.k, &s.g, &v, short_scratch(&s), NULL), C12_OK);
                ck_assert_msg(v.violations > 0, "seed %d column %d row %d", (int)seed, k, (int)r);
                if (k < 4) narrow[k][r]--; else wide[k - 4][r]--;
            }
        if (!s.g.count) continue;
        s.g.count--;
        ck_assert_int_eq(c12_buy_shortages_check(&s.k, &s.g, &v, short_scratch(&s), NULL), C12_OK);
        ck_assert_int_gt(v.violations, 0);
    }
    ck_assert_int_gt(rows, 1500);
}
END_TEST

START_TEST(shortages_refuse)
{
    static store s;
    c12_error e = C12_INIT(c12_error);
    random_store(&s, 5);
    s.k.n_demand = s.k.n_supply = SHORT_ROWS;
    s.k.n_buckets = SHORT_BUCKETS;
    s.supply_item[4] = SHORT_ITEMS;
    ck_assert_int_eq(c12_buy_shortages(&s.k, &s.g, short_scratch(&s), &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "supply_item");
    ck_assert_int_eq(e.row, 4);
    s.supply_item[4] = 0;
    s.demand_qty[0] = s.demand_qty[1] = INT64_MAX;
    s.demand_item[0] = s.demand_item[1] = 3;
    s.demand_bucket[0] = s.demand_bucket[1] = 0;
    s.g.count = 77;
    ck_assert_int_eq(c12_buy_shortages(&s.k, &s.g, short_scratch(&s), &e), C12_E_OVERFLOW);
    ck_assert_int_eq(e.row, 3);
    ck_assert_int_eq(s.g.count, 77);
    c12_mem small = { room, 64 };
    ck_assert_int_eq(c12_buy_shortages(&s.k, &s.g, small, &e), C12_E_SPACE);
    s.hand[2] = -1;
    ck_assert_int_eq(c12_buy_shortages(&s.k, &s.g, short_scratch(&s), &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "on_hand");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("buy");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, smallest_multiple_at_or_above_the_minimum);
    tcase_add_test(t, surplus_runs_on);
    tcase_add_test(t, a_largest_order_splits);
    tcase_add_test(t, price_breaks_and_buying_up);
    tcase_add_test(t, prices_are_exact);
    tcase_add_test(t, transit_counts_working_days);
    tcase_add_test(t, policies);
    tcase_add_test(t, windows_join_requirements_and_orders);
    tcase_add_test(t, an_item_nobody_offers);
    tcase_add_test(t, random_problems_agree_with_a_naive_buyer);
    tcase_add_test(t, the_checker_sees_every_change);
    tcase_add_test(t, the_checker_knows_the_options);
    tcase_add_test(t, order_of_rows_and_caps);
    tcase_add_test(t, bad_input_is_named);
    tcase_add_test(t, overflow_names_the_requirement);
    tcase_add_test(t, far_dates);
    tcase_add_test(t, abc_by_hand);
    tcase_add_test(t, abc_of_random_usage);
    tcase_add_test(t, abc_refuses);
    tcase_add_test(t, shortages_of_random_stores);
    tcase_add_test(t, shortages_refuse);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
