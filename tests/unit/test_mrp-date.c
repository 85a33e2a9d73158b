/* SPDX-License-Identifier: Apache-2.0 */
/* Date mode against three judges: tables by hand, the bucketed plan, and a second writing of the rules that counts day by day. */
#include "c12/mrp.h"
#include "base/rng.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ITEMS = 30, MAX_LINES = 160, MAX_DAYS = 60, MAX_ROWS = 400, MAX_ORDERS = 4000, MAX_WINDOWS = 400, MAX_CALENDARS = 4, RULES = 10 };

typedef struct {
    int64_t off[MAX_ITEMS + 1], num[MAX_LINES], den[MAX_LINES];
    int32_t child[MAX_LINES], ppm[MAX_LINES], from[MAX_LINES], to[MAX_LINES], shift[MAX_LINES];
    int32_t d_item[MAX_ROWS], r_item[MAX_ROWS];
    int64_t d_date[MAX_ROWS], d_qty[MAX_ROWS], r_date[MAX_ROWS], r_qty[MAX_ROWS];
    int32_t d_kind[MAX_ROWS], d_fence[MAX_ITEMS], time[MAX_ITEMS], yield[MAX_ITEMS];
    int32_t type[MAX_ITEMS], lead[MAX_ITEMS], rule[MAX_ITEMS], periods[MAX_ITEMS], calendar[MAX_ITEMS];
    int64_t on_hand[MAX_ITEMS], safety[MAX_ITEMS], size[MAX_ITEMS], min[MAX_ITEMS], max[MAX_ITEMS], multiple[MAX_ITEMS], order_cost[MAX_ITEMS], holding_cost[MAX_ITEMS];
    int64_t calendar_off[MAX_CALENDARS + 1], w_from[MAX_WINDOWS], w_to[MAX_WINDOWS];
    int32_t o_item[MAX_ORDERS], e_item[MAX_ORDERS], e_kind[MAX_ORDERS], level[MAX_ITEMS];
    int64_t o_due[MAX_ORDERS], o_release[MAX_ORDERS], o_qty[MAX_ORDERS], o_late[MAX_ORDERS], o_started[MAX_ORDERS], e_date[MAX_ORDERS], e_to[MAX_ORDERS], e_qty[MAX_ORDERS];
    c12_bom bom;
    c12_mrp_date_input in;
    c12_mrp_date_plan plan;
    c12_mem scratch;
} Case;

static void join_columns(Case *c)
{
    c->bom.line_off = c->off;
    c->bom.line_child = c->child;
    c->bom.line_num = c->num;
    c->bom.line_den = c->den;
    c->bom.line_scrap_ppm = c->ppm;
    c->bom.line_from = c->from;
    c->bom.line_to = c->to;
    c->bom.line_offset = c->shift;
    c->in.bom = &c->bom;
    c->in.demand_item = c->d_item;
    c->in.demand_date = c->d_date;
    c->in.demand_qty = c->d_qty;
    c->in.receipt_item = c->r_item;
    c->in.receipt_date = c->r_date;
    c->in.receipt_qty = c->r_qty;
    c->in.item_type = c->type;
    c->in.on_hand = c->on_hand;
    c->in.safety = c->safety;
    c->in.lead_time = c->lead;
    c->in.lot_rule = c->rule;
    c->in.lot_size = c->size;
    c->in.lot_min = c->min;
    c->in.lot_max = c->max;
    c->in.lot_multiple = c->multiple;
    c->in.lot_periods = c->periods;
    c->in.order_cost = c->order_cost;
    c->in.holding_cost = c->holding_cost;
    c->in.item_calendar = c->calendar;
    c->in.calendar_off = c->calendar_off;
    c->in.window_from = c->w_from;
    c->in.window_to = c->w_to;
    c->in.demand_kind = c->d_kind;
    c->in.demand_fence = c->d_fence;
    c->in.safety_time = c->time;
    c->in.yield_ppm = c->yield;
    c->plan.order_item = c->o_item;
    c->plan.order_due = c->o_due;
    c->plan.order_release = c->o_release;
    c->plan.order_qty = c->o_qty;
    c->plan.order_late = c->o_late;
    c->plan.order_started = c->o_started;
    c->plan.exc_item = c->e_item;
    c->plan.exc_date = c->e_date;
    c->plan.exc_kind = c->e_kind;
    c->plan.exc_to = c->e_to;
    c->plan.exc_qty = c->e_qty;
    c->plan.level = c->level;
}

static Case *new_case(int32_t n, int64_t today, int64_t days)
{
    Case *c = calloc(1, sizeof *c);
    c->bom = (c12_bom)C12_INIT(c12_bom);
    c->in = (c12_mrp_date_input)C12_INIT(c12_mrp_date_input);
    c->plan = (c12_mrp_date_plan)C12_INIT(c12_mrp_date_plan);
    join_columns(c);
    c->bom.n_items = n;
    c->in.today = c->in.origin = today;
    c->in.horizon = today + days;
    c->in.order_room = MAX_ORDERS;
    c->plan.order_cap = c->plan.exc_cap = MAX_ORDERS;
    for (int i = 0; i < n; i++) { c->size[i] = c->multiple[i] = c->periods[i] = 1; c->calendar[i] = -1; c->yield[i] = 1000000; }
    for (int e = 0; e < MAX_LINES; e++) { c->num[e] = c->den[e] = 1; c->to[e] = INT32_MAX; }
    c->scratch.size = c12_mrp_date_scratch(MAX_ITEMS, MAX_LINES, MAX_ROWS, MAX_ROWS, MAX_ORDERS);
    c->scratch.ptr = malloc(c->scratch.size);
    return c;
}

static void drop_case(Case *c)
{
    free(c->scratch.ptr);
    free(c);
}

static void demand(Case *c, int32_t item, int64_t date, int64_t qty)
{
    int64_t k = c->in.n_demand++;
    c->d_item[k] = item;
    c->d_date[k] = date;
    c->d_qty[k] = qty;
}

static void receipt(Case *c, int32_t item, int64_t date, int64_t qty)
{
    int64_t k = c->in.n_receipts++;
    c->r_item[k] = item;
    c->r_date[k] = date;
    c->r_qty[k] = qty;
}

/* Calendars are filled one after the other. */
static void window(Case *c, int32_t calendar, int64_t from, int64_t to)
{
    if (calendar == c->in.n_calendars) c->calendar_off[++c->in.n_calendars] = c->calendar_off[calendar];
    int64_t w = c->calendar_off[calendar + 1]++;
    c->w_from[w] = from;
    c->w_to[w] = to;
}

static void net_and_check(Case *c)
{
    c12_error e = C12_INIT(c12_error);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status s = c12_mrp_date_net(&c->in, &c->plan, c->scratch, &e);
    ck_assert_msg(s == C12_OK, "%s %s: %s[%d] %ld", c12_status_name(s), e.what, e.field, (int)e.row, (long)e.value);
    ck_assert_int_eq(c12_mrp_date_check(&c->in, &c->plan, &v, c->scratch, &e), C12_OK);
    ck_assert_msg(!v.violations, "%s: item %d date %d", v.rule, (int)v.row, (int)v.tick);
}

/* The orders are exactly these: item, due, release, qty, late. */
static void orders_are(const Case *c, const int64_t (*want)[5], int64_t n)
{
    ck_assert_int_eq(c->plan.order_count, n);
    for (int64_t k = 0; k < n; k++) {
        const int64_t got[5] = { c->o_item[k], c->o_due[k], c->o_release[k], c->o_qty[k], c->o_late[k] };
        for (int f = 0; f < 5; f++) ck_assert_msg(got[f] == want[k][f], "order %d field %d: %ld, want %ld", (int)k, f, (long)got[f], (long)want[k][f]);
    }
}
#define ORDERS(c, ...) do { const int64_t want_[][5] = { __VA_ARGS__ }; orders_are((c), want_, (int64_t)(sizeof want_ / sizeof *want_)); } while (0)

/* ---- by hand ------------------------------------------------------------------------------------------------------- */

/* Day 0 is a Monday; weeks have five working days, but Wednesday of the second week (day 9) is a holiday. */
START_TEST(lead_times_step_over_weekends_and_a_holiday)
{
    Case *c = new_case(2, 0, 28);
    window(c, 0, 0, 5);
    window(c, 0, 7, 9);
    window(c, 0, 10, 12);
    window(c, 0, 14, 19);
    window(c, 0, 21, 26);
    c->off[1] = 1; c->off[2] = 1;
    c->child[0] = 1; c->num[0] = 2;
    c->calendar[0] = 0;  /* made on week days */
    c->lead[0] = 3;
    c->lead[1] = 3;      /* delivered any day */
    demand(c, 0, 2, 1);  /* Wednesday: two working days before it; three from today end Thursday's eve, a day late */
    demand(c, 0, 6, 10); /* Sunday: Wednesday to Friday */
    demand(c, 0, 7, 20); /* Monday: the same three days */
    demand(c, 0, 10, 30);/* Thursday after the holiday: Friday, Monday, Tuesday */
    demand(c, 0, 14, 40);/* Monday: Tuesday, Thursday, Friday */
    net_and_check(c);
    ORDERS(c, { 0, 2, 0, 1, 1 }, { 0, 6, 2, 10, 0 }, { 0, 7, 2, 20, 0 }, { 0, 10, 4, 30, 0 }, { 0, 14, 8, 40, 0 },
              { 1, 0, 0, 2, 3 }, { 1, 2, 0, 60, 1 }, { 1, 4, 1, 60, 0 }, { 1, 8, 5, 80, 0 });
    ck_assert_int_eq(c->plan.exc_count, 3);
    ck_assert_int_eq(c->e_kind[0], C12_MRP_PAST_DUE_RELEASE);
    ck_assert_int_eq(c->e_date[0], 2);
    ck_assert_int_eq(c->e_to[0], 0);
    ck_assert_int_eq(c->e_date[2], 2);
    ck_assert_int_eq(c->e_qty[2], 60);
    drop_case(c);
}
END_TEST

/* The calendar starts on day 3 and ends on day 8: nothing can be made before, and what is late for ever says so. */
START_TEST(a_calendar_that_ends_is_late_for_ever)
{
    Case *c = new_case(2, 0, 20);
    window(c, 0, 3, 8);
    c->calendar[0] = c->calendar[1] = 0;
    c->lead[0] = 5;
    c->lead[1] = 6;
    for (int i = 0; i < 2; i++) { demand(c, i, 7, 1); demand(c, i, 15, 2); }
    net_and_check(c);
    ORDERS(c, { 0, 7, 0, 1, 1 }, { 0, 15, 3, 2, 0 }, { 1, 7, 0, 1, -1 }, { 1, 15, 0, 2, -1 });
    drop_case(c);
}
END_TEST

START_TEST(stock_below_safety_is_a_need_today)
{
    Case *c = new_case(3, 100, 30);
    c->safety[0] = 5;
    c->on_hand[0] = 2;
    c->safety[1] = 5;
    receipt(c, 1, 90, 4);    /* overdue: counts today */
    receipt(c, 1, 110, 8);   /* S = -1 + ... : needed today */
    c->rule[2] = C12_MRP_MIN_MAX;
    c->min[2] = 10;
    c->max[2] = 40;
    c->on_hand[2] = 12;
    demand(c, 2, 105, 3);
    demand(c, 2, 99, 1);     /* overdue: counts today */
    net_and_check(c);
    ORDERS(c, { 0, 100, 100, 3, 0 }, { 1, 100, 100, 1, 0 }, { 2, 105, 105, 32, 0 });
    ck_assert_int_eq(c->plan.exc_count, 2);
    ck_assert_int_eq(c->e_kind[0], C12_MRP_OVERDUE_RECEIPT);
    ck_assert_int_eq(c->e_date[0], 90);
    ck_assert_int_eq(c->e_to[0], 100);
    ck_assert_int_eq(c->e_kind[1], C12_MRP_EXPEDITE);
    ck_assert_int_eq(c->e_to[1], 100);
    drop_case(c);
}
END_TEST

/* Effectivity counts from the origin, not from today: the same line is current on day 12 whichever day the plan starts. */
START_TEST(effectivity_counts_from_the_origin)
{
    Case *c = new_case(3, 10, 20);
    c->off[1] = 2; c->off[2] = 2; c->off[3] = 2;
    c->child[0] = 1; c->to[0] = 7;   /* until day 12 */
    c->child[1] = 2; c->from[1] = 7; /* from day 12 */
    c->in.origin = 5;
    demand(c, 0, 11, 1);
    demand(c, 0, 12, 2);
    net_and_check(c);
    ORDERS(c, { 0, 11, 11, 1, 0 }, { 0, 12, 12, 2, 0 }, { 1, 11, 11, 1, 0 }, { 2, 12, 12, 2, 0 });
    drop_case(c);
}
END_TEST

/* Needs of 10 on days 3, 4 and 13, an order 10, a unit kept a day 1: a second order costs what keeping 10 for a day costs. */
START_TEST(lots_by_cost_weigh_the_days_between_needs)
{
    static const struct { int32_t rule; int64_t cost, orders, first; } want[] = {
        { C12_MRP_WAGNER_WHITIN, 10, 3, 10 }, /* a tie: the fewest dates */
        { C12_MRP_WAGNER_WHITIN, 11, 2, 20 },
        { C12_MRP_PART_PERIOD, 10, 2, 20 },   /* 10 for a day are the cost of an order */
        { C12_MRP_PART_PERIOD, 60, 2, 20 },   /* 110 are no nearer to 60 than 10 */
        { C12_MRP_PART_PERIOD, 61, 1, 30 },   /* to 61 they are */
        { C12_MRP_SILVER_MEAL, 10, 2, 20 },   /* 10 for one day, 20 for two: no dearer */
        { C12_MRP_SILVER_MEAL, 9, 3, 10 },
        { C12_MRP_GROFF, 10, 2, 20 },         /* 10 * 1 * 2 = 2 * 10 */
        { C12_MRP_GROFF, 9, 3, 10 },
        { C12_MRP_EOQ, 30, 2, 15 },           /* root of 2 * 30 * 30 / 8 days = 225: 15 a lot, and what is left */
    };
    for (size_t k = 0; k < sizeof want / sizeof *want; k++) {
        Case *c = new_case(1, 3, want[k].rule == C12_MRP_EOQ ? 8 : 20);
        c->rule[0] = want[k].rule;
        c->order_cost[0] = want[k].cost;
        c->holding_cost[0] = 1;
        demand(c, 0, 3, 10);
        demand(c, 0, 4, 10);
        demand(c, 0, want[k].rule == C12_MRP_EOQ ? 10 : 13, 10);
        net_and_check(c);
        ck_assert_msg(c->plan.order_count == want[k].orders && c->o_qty[0] == want[k].first, "case %d: %ld orders, the first %ld", (int)k, (long)c->plan.order_count, (long)c->o_qty[0]);
        drop_case(c);
    }
}
END_TEST

/* Seconds pass 2^31 within a lifetime; a line without an end has none then either. */
START_TEST(open_lines_stay_open)
{
    const int64_t today = (int64_t)1 << 40;
    Case *c = new_case(2, today, 1000);
    c->off[1] = 1; c->off[2] = 1;
    c->child[0] = 1;
    c->in.origin = 0;
    demand(c, 0, today + 500, 3);
    net_and_check(c);
    ORDERS(c, { 0, today + 500, today + 500, 3, 0 }, { 1, today + 500, today + 500, 3, 0 });
    c->to[0] = INT32_MAX - 1;
    net_and_check(c);
    ck_assert_int_eq(c->plan.order_count, 1);
    drop_case(c);
}
END_TEST

/* Of 70 started in 100 come out: 50 good ones take 72, in lots of 20 they take 80; the components are asked for what is started. */
START_TEST(a_yield_starts_more_than_comes_out)
{
    Case *c = new_case(3, 100, 30);
    c->off[1] = 1; c->off[2] = 2; c->off[3] = 2;
    c->child[0] = 1; c->child[1] = 2;
    c->yield[0] = c->yield[1] = 700000;
    c->rule[1] = C12_MRP_FIXED; c->size[1] = 20;
    c->lead[0] = 3;
    demand(c, 0, 110, 50);
    demand(c, 0, 102, 7);
    net_and_check(c);
    ORDERS(c, { 0, 102, 100, 7, 1 }, { 0, 110, 107, 50, 0 }, { 1, 100, 100, 14, 0 }, { 1, 107, 107, 70, 0 }, { 2, 100, 100, 20, 0 }, { 2, 107, 107, 100, 0 });
    static const int64_t started[] = { 10, 72, 20, 100, 20, 100 };
    ck_assert_mem_eq(c->o_started, started, sizeof started);
    ck_assert_int_eq(c->e_qty[0], 7);
    c->plan.order_started = NULL;
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_mrp_date_check(&c->in, &c->plan, &v, c->scratch, &e), C12_E_ARG);
    ck_assert_str_eq(e.field, "order_started");
    drop_case(c);
}
END_TEST

/* What is needed on the tenth day is there three days before, and what is needed within three days is needed today. */
START_TEST(a_safety_time_wants_supply_earlier)
{
    Case *c = new_case(1, 100, 30);
    c->time[0] = 3;
    c->lead[0] = 4;
    receipt(c, 0, 109, 2);
    demand(c, 0, 110, 5);
    demand(c, 0, 102, 1);
    demand(c, 0, 100, 1);
    net_and_check(c);
    ORDERS(c, { 0, 100, 100, 2, 4 }, { 0, 107, 103, 5, 0 });
    ck_assert_int_eq(c->plan.exc_count, 2);
    ck_assert_int_eq(c->e_kind[1], C12_MRP_EXPEDITE);
    ck_assert_int_eq(c->e_to[1], 100); /* R8 knows no planned orders */
    drop_case(c);
}
END_TEST

START_TEST(forecasts_within_the_demand_fence_do_not_count)
{
    Case *c = new_case(1, 100, 30);
    c->d_fence[0] = 5;
    demand(c, 0, 99, 1);
    demand(c, 0, 104, 2);
    demand(c, 0, 105, 4);
    demand(c, 0, 104, 8);
    c->d_kind[0] = c->d_kind[1] = c->d_kind[2] = C12_MRP_FORECAST;
    net_and_check(c);
    ORDERS(c, { 0, 104, 104, 8, 0 }, { 0, 105, 105, 4, 0 });
    drop_case(c);
}
END_TEST

/* ---- random plants ------------------------------------------------------------------------------------------------- */

static void random_lines(Case *c, c12__rng *g, int32_t n)
{
    int32_t rank[MAX_ITEMS], e = 0;
    for (int i = 0; i < n; i++) rank[i] = i;
    for (int i = n - 1; i > 0; i--) { int j = (int)c12__rng_below(g, (uint64_t)i + 1), t = rank[i]; rank[i] = rank[j]; rank[j] = t; }
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < 4; k++) {
            int j = (int)c12__rng_below(g, (uint64_t)n);
            if (rank[j] <= rank[i]) continue;
            c->child[e] = j;
            c->num[e] = c12__rng_range(g, 1, 5);
            c->den[e] = c12__rng_range(g, 1, 4);
            c->ppm[e] = c12__rng_below(g, 3) ? 0 : (int32_t)c12__rng_range(g, 1, 99999);
            if (!c12__rng_below(g, 5)) c->from[e] = (int32_t)c12__rng_range(g, 1, 10);
            if (!c12__rng_below(g, 5)) c->to[e] = c->from[e] + (int32_t)c12__rng_range(g, 1, 10);
            if (!c12__rng_below(g, 6)) c->shift[e] = (int32_t)c12__rng_range(g, -2, 3);
            e++;
        }
        c->off[i + 1] = e;
    }
}

static void random_calendars(Case *c, c12__rng *g)
{
    for (int32_t k = 0; k < MAX_CALENDARS; k++) {
        int64_t day = c->in.today + c12__rng_range(g, -20, 10), last = c->in.today + c12__rng_range(g, 12, MAX_DAYS + 30);
        while (day < last) {
            int64_t to = day + c12__rng_range(g, 1, 6);
            window(c, k, day, to);
            day = to + c12__rng_range(g, 0, 3);
        }
    }
}

/* The columns of R15, R18 and R19, on two plants of three. */
static void random_rich(Case *c, c12__rng *g)
{
    for (int i = 0; i < c->bom.n_items; i++) {
        c->time[i] = c12__rng_below(g, 3) ? 0 : (int32_t)c12__rng_range(g, 1, c12__rng_below(g, 4) ? 5 : MAX_DAYS + 5);
        c->d_fence[i] = c12__rng_below(g, 3) ? 0 : (int32_t)c12__rng_range(g, 1, MAX_DAYS + 5);
        c->yield[i] = c12__rng_below(g, 3) ? 1000000 : (int32_t)(c12__rng_below(g, 4) ? c12__rng_range(g, 800000, 999999) : c12__rng_range(g, 50000, 999999));
    }
    for (int64_t k = 0; k < c->in.n_demand; k++) c->d_kind[k] = (int32_t)c12__rng_below(g, 2);
}

static Case *random_case(uint64_t seed, int64_t today, int32_t rules)
{
    c12__rng g = c12__rng_from(seed, 4);
    int32_t n = (int32_t)c12__rng_range(&g, 1, MAX_ITEMS), days = (int32_t)c12__rng_range(&g, 1, MAX_DAYS);
    Case *c = new_case(n, today, days);
    random_lines(c, &g, n);
    for (int i = 0; i < n; i++) {
        c->type[i] = c12__rng_below(&g, 8) ? C12_MRP_MAKE : C12_MRP_PHANTOM;
        c->lead[i] = (int32_t)c12__rng_below(&g, 6);
        c->rule[i] = (int32_t)c12__rng_below(&g, (uint64_t)rules);
        c->order_cost[i] = (int64_t)c12__rng_below(&g, 3000);
        c->holding_cost[i] = (int64_t)c12__rng_below(&g, 9);
        c->on_hand[i] = c12__rng_range(&g, 0, 60);
        c->safety[i] = c12__rng_below(&g, 3) ? 0 : c12__rng_range(&g, 1, 30);
        c->size[i] = c12__rng_range(&g, 1, 50);
        c->min[i] = c12__rng_range(&g, 0, 40);
        c->multiple[i] = c12__rng_range(&g, 1, 12);
        c->max[i] = c->min[i] + c12__rng_range(&g, 1, 60);
        c->periods[i] = (int32_t)c12__rng_range(&g, 1, 8);
    }
    int rows = (int)c12__rng_range(&g, 0, 60);
    for (int k = 0; k < rows; k++) demand(c, (int32_t)c12__rng_below(&g, (uint64_t)n), today + c12__rng_range(&g, -1, days), c12__rng_range(&g, 0, 50));
    for (int k = 0; k < 20; k++) receipt(c, (int32_t)c12__rng_below(&g, (uint64_t)n), today + c12__rng_range(&g, -1, days), c12__rng_range(&g, 1, 40));
    c->in.scrap = (int32_t)c12__rng_below(&g, 2);
    if (seed % 3) random_rich(c, &g);
    return c;
}

static Case *random_calendar_case(uint64_t seed, int32_t rules)
{
    c12__rng g = c12__rng_from(seed, 7);
    Case *c = random_case(seed, c12__rng_range(&g, 0, 20000), rules);
    random_calendars(c, &g);
    for (int i = 0; i < c->bom.n_items; i++) c->calendar[i] = (int32_t)c12__rng_range(&g, -1, MAX_CALENDARS - 1);
    c->in.origin -= c12__rng_range(&g, 0, c->in.today < 8 ? 0 : 8);
    return c;
}

/* ---- the bucketed plan ----------------------------------------------------------------------------------------------- */

typedef struct { int64_t gross[MAX_ITEMS * MAX_DAYS], planned[MAX_ITEMS * MAX_DAYS], release[MAX_ITEMS * MAX_DAYS], started[MAX_ITEMS * MAX_DAYS], past_due[MAX_ITEMS], e_qty[MAX_ORDERS]; int32_t d_bucket[MAX_ROWS], r_bucket[MAX_ROWS], e_item[MAX_ORDERS], e_bucket[MAX_ORDERS], e_kind[MAX_ORDERS], e_to[MAX_ORDERS]; c12_mrp_input in; c12_mrp_plan plan; } Buckets;

static Buckets *net_in_buckets(const Case *c)
{
    Buckets *b = calloc(1, sizeof *b);
    b->in = (c12_mrp_input)C12_INIT(c12_mrp_input);
    b->plan = (c12_mrp_plan)C12_INIT(c12_mrp_plan);
    for (int64_t k = 0; k < c->in.n_demand; k++) b->d_bucket[k] = (int32_t)c->d_date[k];
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

typedef struct { int64_t gross[MAX_ITEMS][MAX_DAYS], seen[MAX_ITEMS][MAX_DAYS], started[MAX_ITEMS][MAX_DAYS], planned[MAX_ITEMS][MAX_DAYS], late[MAX_ITEMS][MAX_DAYS], start[MAX_ITEMS][MAX_DAYS]; int32_t level[MAX_ITEMS]; int64_t orders, messages; } Days;

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

static int64_t day_lot(const Case *c, int32_t i, const int64_t *gross, const int64_t *receipts, int64_t days, int64_t t, int64_t have, int64_t floor)
{
    int64_t net = floor - have, q, low = have;
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
            have += receipts[u] - gross[u];
            if (have < low) low = have;
        }
        return start_of(c, i, floor - low);
    case C12_MRP_MIN_MAX: return start_of(c, i, (c->max[i] > floor ? c->max[i] : floor) - have);
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

static void day_net(const Case *c, Days *d, int32_t i)
{
    const int64_t days = c->in.horizon - c->in.today;
    int64_t receipts[MAX_DAYS] = { 0 }, have = c->on_hand[i], floor = c->type[i] == C12_MRP_PHANTOM ? 0 : c->safety[i];
    if (c->type[i] != C12_MRP_PHANTOM && c->rule[i] == C12_MRP_MIN_MAX && c->min[i] > floor) floor = c->min[i];
    for (int64_t k = 0; k < c->in.n_receipts; k++) {
        int64_t t = c->r_date[k] - c->in.today;
        if (c->r_item[k] == i && t < days) receipts[t < 0 ? 0 : t] += c->r_qty[k];
    }
    for (int64_t t = 0; t < days; t++) {
        int64_t ahead = c->type[i] == C12_MRP_PHANTOM ? 0 : c->time[i];
        d->seen[i][t < ahead ? 0 : t - ahead] += d->gross[i][t];
    }
    for (int64_t t = 0; t < days; t++) {
        have += receipts[t] - d->seen[i][t];
        d->started[i][t] = have < floor ? day_lot(c, i, d->seen[i], receipts, days, t, have, floor) : 0;
        d->planned[i][t] = good_of(c, i, d->started[i][t]);
        have += d->planned[i][t];
        day_release(c, d, i, t);
    }
}

static void day_explode(const Case *c, Days *d, int32_t i)
{
    const int64_t days = c->in.horizon - c->in.today;
    for (int64_t e = c->off[i]; e < c->off[i + 1]; e++) {
        for (int64_t r = -1; r < days; r++) { /* -1: all past due at once */
            int64_t q = 0, day = r < 0 ? 0 : r, since = c->in.today + day - c->in.origin, need = day + c->shift[e];
            for (int64_t t = 0; t < days; t++)
                if (r < 0 ? d->late[i][t] != 0 : !d->late[i][t] && d->start[i][t] - c->in.today == r) q += d->started[i][t];
            if (!q || since < c->from[e] || (since >= c->to[e] && c->to[e] < INT32_MAX)) continue;
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

/* R8 by its definition: requirements added up from today for every receipt anew. */
static void receipt_messages_are(const Case *c, Days *d, int32_t i, int64_t date, int64_t *supply)
{
    const int64_t days = c->in.horizon - c->in.today, due = date < c->in.today ? c->in.today : date;
    for (int64_t k = 0; k < c->in.n_receipts; k++) {
        if (c->r_item[k] != i || c->r_date[k] != date) continue;
        int64_t need = 0, sum = 0;
        for (; *supply >= 0 && need < days && (sum += d->seen[i][need]) <= *supply; need++) { }
        need += c->in.today;
        if (date < c->in.today) next_message_is(c, d, i, date, C12_MRP_OVERDUE_RECEIPT, c->r_qty[k], c->in.today);
        if (need == c->in.horizon) next_message_is(c, d, i, date, C12_MRP_CANCEL, c->r_qty[k], -1);
        else if (need < due) next_message_is(c, d, i, date, C12_MRP_EXPEDITE, c->r_qty[k], need);
        else if (need > due) next_message_is(c, d, i, date, C12_MRP_DEFER, c->r_qty[k], need);
        *supply += c->r_qty[k];
    }
}

static void plan_is_by_day(const Case *c, Days *d)
{
    const int64_t days = c->in.horizon - c->in.today;
    for (int32_t i = 0; i < c->bom.n_items; i++) {
        int64_t supply = c->on_hand[i] - (c->type[i] == C12_MRP_PHANTOM ? 0 : c->safety[i]);
        ck_assert_int_eq(c->level[i], d->level[i]);
        receipt_messages_are(c, d, i, c->in.today - 1, &supply);
        for (int64_t t = 0; t < days; t++) {
            int64_t q = d->planned[i][t], k = d->orders;
            receipt_messages_are(c, d, i, c->in.today + t, &supply);
            if (!d->started[i][t]) continue;
            d->orders++;
            ck_assert_int_lt(k, c->plan.order_count);
            ck_assert_msg(c->o_item[k] == i && c->o_due[k] == c->in.today + t && c->o_qty[k] == q && c->o_started[k] == d->started[i][t] && c->o_release[k] == d->start[i][t] && c->o_late[k] == d->late[i][t],
                          "item %d day %d: due %ld, %ld of %ld, release %ld, late %ld", i, (int)t, (long)c->o_due[k], (long)c->o_qty[k], (long)q, (long)c->o_release[k], (long)c->o_late[k]);
            if (d->late[i][t] && q) next_message_is(c, d, i, c->in.today + t, C12_MRP_PAST_DUE_RELEASE, q, c->in.today);
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
        for (int i = 0; i < d->bom.n_items; i++) { d->lead[i] *= CUT; d->periods[i] *= CUT; d->time[i] *= CUT; d->d_fence[i] *= CUT; }
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
            c->time[i] = c->d_fence[i] = 0;
            c->yield[i] = 1000000;
        }
        memset(c->d_kind, 0, sizeof c->d_kind);
        for (int64_t e = 0; e < c->off[c->bom.n_items]; e++) {
            c->den[e] = 1;
            c->ppm[e] = c->from[e] = c->shift[e] = 0;
            c->to[e] = INT32_MAX;
        }
        d->in.item_type = d->in.lead_time = d->in.lot_rule = d->in.lot_periods = d->in.item_calendar = NULL;
        d->in.on_hand = d->in.safety = d->in.lot_size = d->in.lot_min = d->in.lot_max = d->in.lot_multiple = NULL;
        d->in.order_cost = d->in.holding_cost = NULL;
        d->in.demand_kind = d->in.demand_fence = d->in.safety_time = d->in.yield_ppm = NULL;
        d->plan.order_started = NULL;
        d->bom.line_den = NULL;
        d->bom.line_scrap_ppm = d->bom.line_from = d->bom.line_to = d->bom.line_offset = NULL;
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

/* ---- room ------------------------------------------------------------------------------------------------------------ */

/* Asking for more until it suffices ends, and the plan is the same; columns that are too short say how many there were. */
START_TEST(room_is_asked_for_until_it_suffices)
{
    for (uint64_t seed = 0; seed < 100; seed++) {
        Case *c = random_calendar_case(seed, 5), *d = random_calendar_case(seed, 5);
        c12_error e = C12_INIT(c12_error);
        c12_status s;
        int tries = 0;
        d->in.order_room = 0;
        while ((s = c12_mrp_date_net(&d->in, &d->plan, d->scratch, &e)) == C12_E_SPACE) {
            ck_assert_str_eq(e.field, "order_room");
            ck_assert_int_gt(e.value, d->in.order_room);
            ck_assert_int_lt(++tries, 20);
            d->in.order_room = e.value;
            free(d->scratch.ptr);
            d->scratch.size = c12_mrp_date_scratch(d->bom.n_items, d->off[d->bom.n_items], d->in.n_demand, d->in.n_receipts, d->in.order_room);
            d->scratch.ptr = malloc(d->scratch.size);
        }
        ck_assert_int_eq(s, C12_OK);
        net_and_check(c);
        net_and_check(d);
        ck_assert_int_eq(c->plan.order_count, d->plan.order_count);
        ck_assert_mem_eq(c->o_qty, d->o_qty, sizeof c->o_qty);
        d->plan.order_cap = d->plan.exc_cap = 1;
        memset(d->o_qty, 0, sizeof d->o_qty);
        ck_assert_int_eq(c12_mrp_date_net(&d->in, &d->plan, d->scratch, &e), C12_OK);
        ck_assert_int_eq(d->plan.order_count, c->plan.order_count);
        ck_assert_int_eq(d->plan.exc_count, c->plan.exc_count);
        ck_assert_int_eq(d->o_qty[0], c->o_qty[0]);
        ck_assert_int_eq(d->o_qty[1], 0);
        drop_case(c);
        drop_case(d);
    }
}
END_TEST

/* Many lines of one parent to one item: what they ask for on the same dates is merged where it would not fit. */
START_TEST(lines_of_one_parent_share_room)
{
    Case *c = new_case(2, 0, 50);
    c->off[1] = 100; c->off[2] = 100;
    for (int e = 0; e < 100; e++) { c->child[e] = 1; c->shift[e] = e % 3; }
    for (int t = 0; t < 20; t++) demand(c, 0, t, 1 + t);
    c->in.order_room = 50;
    net_and_check(c);
    ck_assert_int_eq(c->plan.order_count, 20 + 22);
    ck_assert_int_eq(c->o_qty[20], 34);
    ck_assert_int_eq(c->o_qty[22], 34 * 3 + 33 * 2 + 33);
    drop_case(c);
}
END_TEST

/* ---- bad input ------------------------------------------------------------------------------------------------------- */

static void fails(Case *c, c12_status want, const char *field, int64_t row, int64_t value)
{
    c12_error e = C12_INIT(c12_error);
    c->plan.order_count = -7;
    ck_assert_int_eq(c12_mrp_date_net(&c->in, &c->plan, c->scratch, &e), want);
    ck_assert_str_eq(e.field, field);
    ck_assert_int_eq(e.row, row);
    ck_assert_int_eq(e.value, value);
    ck_assert_int_eq(c->plan.order_count, -7);
}

START_TEST(bad_rows_are_named)
{
    Case *c = new_case(2, 4, 10);
    char text[2048];
    c12_error e = C12_INIT(c12_error);
    e.text = text;
    e.text_cap = sizeof text;
    demand(c, 5, 0, -1);
    receipt(c, -1, 0, -2);
    window(c, 0, 3, 3);
    window(c, 0, 2, 9);
    c->lead[1] = -2;
    c->rule[0] = 10;
    c->calendar[1] = 1;
    c->on_hand[0] = -4;
    c->type[0] = 3;
    ck_assert_int_eq(c12_mrp_date_net(&c->in, &c->plan, c->scratch, &e), C12_E_RANGE);
    static const char *const told[] = { "window_to[0] = 3", "window_from[1] = 2", "on_hand[0] = -4", "item_type[0] = 3", "lot_rule[0] = 10", "lead_time[1] = -2", "item_calendar[1] = 1",
                                        "demand_item[0] = 5", "demand_qty[0] = -1", "receipt_item[0] = -1", "receipt_qty[0] = -2" };
    for (size_t k = 0; k < sizeof told / sizeof *told; k++) ck_assert_msg(strstr(text, told[k]) != NULL, "%s in %s", told[k], text);
    ck_assert_int_eq(e.count, 11);
    drop_case(c);
}
END_TEST

START_TEST(bad_terms_are_named)
{
    Case *c = new_case(2, 4, 10);
    demand(c, 1, 7, 1);
    c->d_kind[0] = 2;
    fails(c, C12_E_RANGE, "demand_kind", 0, 2);
    c->d_kind[0] = 0;
    c->d_fence[1] = -1;
    fails(c, C12_E_RANGE, "demand_fence", 1, -1);
    c->d_fence[1] = 0;
    c->time[0] = -3;
    fails(c, C12_E_RANGE, "safety_time", 0, -3);
    c->time[0] = 0;
    c->yield[1] = 0;
    fails(c, C12_E_RANGE, "yield_ppm", 1, 0);
    c->yield[1] = 1000001;
    fails(c, C12_E_RANGE, "yield_ppm", 1, 1000001);
    drop_case(c);
}
END_TEST

START_TEST(bad_lots_are_named)
{
    Case *c = new_case(1, 0, 10);
    c->rule[0] = C12_MRP_FIXED; c->size[0] = 0;
    fails(c, C12_E_RANGE, "lot_size", 0, 0);
    c->rule[0] = C12_MRP_MIN_MULTIPLE; c->multiple[0] = -1;
    fails(c, C12_E_RANGE, "lot_multiple", 0, -1);
    c->multiple[0] = 1; c->min[0] = 9; c->max[0] = 8;
    fails(c, C12_E_RANGE, "lot_max", 0, 8);
    c->rule[0] = C12_MRP_MIN_MAX;
    fails(c, C12_E_RANGE, "lot_max", 0, 8);
    c->rule[0] = C12_MRP_PERIODS; c->periods[0] = 0;
    fails(c, C12_E_RANGE, "lot_periods", 0, 0);
    drop_case(c);
}
END_TEST

START_TEST(bad_sizes_are_named)
{
    Case *c = new_case(2, 5, 10);
    c->in.today = -1;
    fails(c, C12_E_RANGE, "today", -1, -1);
    c->in.today = 5;
    c->in.horizon = 5;
    fails(c, C12_E_RANGE, "horizon", -1, 5);
    c->in.horizon = ((int64_t)1 << 60) + 1;
    fails(c, C12_E_RANGE, "horizon", -1, ((int64_t)1 << 60) + 1);
    c->in.horizon = 15;
    c->in.origin = 6;
    fails(c, C12_E_RANGE, "origin", -1, 6);
    c->in.origin = 0;
    c->in.scrap = 2;
    fails(c, C12_E_ARG, "scrap", -1, 2);
    c->in.scrap = 0;
    c->in.order_room = -1;
    fails(c, C12_E_ARG, "order_room", -1, -1);
    c->in.order_room = 1;
    c->in.n_demand = -1;
    fails(c, C12_E_ARG, "n_demand", -1, -1);
    c->in.n_demand = 0;
    c->in.n_receipts = (int64_t)1 << 31;
    fails(c, C12_E_ARG, "n_receipts", -1, (int64_t)1 << 31);
    c->in.n_receipts = 0;
    c->in.n_calendars = -1;
    fails(c, C12_E_ARG, "n_calendars", -1, -1);
    c->in.n_calendars = 0;
    c->plan.order_due = NULL;
    fails(c, C12_E_ARG, "order_item", -1, 0);
    c->plan.order_due = c->o_due;
    c->plan.exc_to = NULL;
    fails(c, C12_E_ARG, "exc_item", -1, 0);
    c->plan.exc_cap = 0;
    net_and_check(c);
    demand(c, 0, 7, 1);
    c->in.demand_date = NULL;
    fails(c, C12_E_ARG, "demand_date", -1, 0);
    ck_assert_uint_eq(c12_mrp_date_scratch(-1, 0, 0, 0, 0), 0);
    ck_assert_uint_eq(c12_mrp_date_scratch(1, 0, (int64_t)1 << 31, 0, 0), SIZE_MAX);
    drop_case(c);
}
END_TEST

START_TEST(cycles_overflows_and_small_scratch_are_named)
{
    Case *c = new_case(2, 0, 4);
    c->off[1] = 1; c->off[2] = 2;
    c->child[0] = 1; c->child[1] = 0;
    fails(c, C12_E_CYCLE, "line_child", 0, 0);
    c->off[2] = 1;
    c->num[0] = INT64_MAX / 2;
    demand(c, 0, 3, 3);
    fails(c, C12_E_OVERFLOW, "gross", 1, 3);
    c->num[0] = INT64_MAX / 4;
    c->on_hand[0] = INT64_MAX;
    receipt(c, 0, 2, 1);
    fails(c, C12_E_OVERFLOW, "projected", 0, 2);
    c->in.n_receipts = 0;
    c->on_hand[0] = 0;
    demand(c, 1, 2, INT64_MAX);
    demand(c, 1, 2, 1);
    fails(c, C12_E_OVERFLOW, "gross", 1, 2);
    c->in.n_demand = 1;
    net_and_check(c);
    c12_mem whole = c->scratch;
    c->scratch.size = 100;
    fails(c, C12_E_SPACE, "scratch", -1, (int64_t)c12_mrp_date_scratch(2, 1, 1, 0, MAX_ORDERS));
    c->scratch.size = c12_mrp_date_scratch(2, 1, 1, 0, MAX_ORDERS);
    net_and_check(c);
    c->scratch = whole;
    drop_case(c);
}
END_TEST

/* ---- the checker ------------------------------------------------------------------------------------------------------- */

static int refused(Case *c)
{
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_mrp_date_check(&c->in, &c->plan, &v, c->scratch, NULL), C12_OK);
    return v.violations > 0;
}

START_TEST(checker_refuses_mutated_plans)
{
    for (uint64_t seed = 0; seed < 200; seed++) {
        Case *c = random_calendar_case(seed, RULES);
        net_and_check(c);
        c12__rng g = c12__rng_from(seed, 5);
        for (int round = 0; round < 5 && c->plan.order_count; round++) {
            int64_t at = (int64_t)c12__rng_below(&g, (uint64_t)c->plan.order_count), *column[] = { c->o_due, c->o_release, c->o_qty, c->o_late, c->o_started };
            for (int k = 0; k < 5; k++) {
                for (int by = -1; by <= 1; by += 2) {
                    column[k][at] += by;
                    ck_assert_msg(refused(c), "seed %d order %d column %d by %d", (int)seed, (int)at, k, by);
                    column[k][at] -= by;
                }
            }
            c->o_item[at]++;
            ck_assert(refused(c));
            c->o_item[at]--;
            ck_assert(!refused(c));
        }
        if (c->plan.order_count) { c->plan.order_count--; ck_assert(refused(c)); }
        drop_case(c);
    }
}
END_TEST

START_TEST(checker_wants_the_whole_plan)
{
    Case *c = new_case(1, 0, 10);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    demand(c, 0, 3, 5);
    net_and_check(c);
    c->plan.order_cap = 0;
    ck_assert_int_eq(c12_mrp_date_check(&c->in, &c->plan, &v, c->scratch, &e), C12_E_ARG);
    ck_assert_str_eq(e.field, "order_count");
    c->plan.order_cap = 1;
    c->in.order_room = 0;
    ck_assert_int_eq(c12_mrp_date_check(&c->in, &c->plan, &v, c->scratch, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, 1);
    drop_case(c);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("mrp-date");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, lead_times_step_over_weekends_and_a_holiday);
    tcase_add_test(t, a_calendar_that_ends_is_late_for_ever);
    tcase_add_test(t, stock_below_safety_is_a_need_today);
    tcase_add_test(t, effectivity_counts_from_the_origin);
    tcase_add_test(t, lots_by_cost_weigh_the_days_between_needs);
    tcase_add_test(t, open_lines_stay_open);
    tcase_add_test(t, a_yield_starts_more_than_comes_out);
    tcase_add_test(t, a_safety_time_wants_supply_earlier);
    tcase_add_test(t, forecasts_within_the_demand_fence_do_not_count);
    tcase_add_loop_test(t, whole_dates_without_calendars_are_buckets, 0, 8);
    tcase_add_loop_test(t, random_plants_with_calendars_are_what_counting_days_gives, 0, 8);
    tcase_add_test(t, the_unit_of_time_does_not_matter);
    tcase_add_test(t, row_order_does_not_matter);
    tcase_add_test(t, absent_columns_are_their_defaults);
    tcase_add_test(t, room_is_asked_for_until_it_suffices);
    tcase_add_test(t, lines_of_one_parent_share_room);
    tcase_add_test(t, bad_rows_are_named);
    tcase_add_test(t, bad_terms_are_named);
    tcase_add_test(t, bad_lots_are_named);
    tcase_add_test(t, bad_sizes_are_named);
    tcase_add_test(t, cycles_overflows_and_small_scratch_are_named);
    tcase_add_test(t, checker_refuses_mutated_plans);
    tcase_add_test(t, checker_wants_the_whole_plan);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
