/* SPDX-License-Identifier: Apache-2.0 */
/* A problem and its plan in date mode in one place, and random ones. */
#ifndef MRP_DATES_H
#define MRP_DATES_H

#include "c12/mrp.h"
#include "base/rng.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ITEMS = 30, MAX_LINES = 160, MAX_DAYS = 60, MAX_ROWS = 400, MAX_ORDERS = 4000, MAX_WINDOWS = 400, MAX_CALENDARS = 4, RULES = 10 };

typedef struct {
    int64_t off[MAX_ITEMS + 1], num[MAX_LINES], den[MAX_LINES];
    int32_t child[MAX_LINES], ppm[MAX_LINES], from[MAX_LINES], to[MAX_LINES], shift[MAX_LINES], by[MAX_LINES];
    int32_t d_item[MAX_ROWS], r_item[MAX_ROWS];
    int64_t d_date[MAX_ROWS], d_qty[MAX_ROWS], r_date[MAX_ROWS], r_qty[MAX_ROWS];
    int32_t d_kind[MAX_ROWS], r_kind[MAX_ROWS], d_fence[MAX_ITEMS], p_fence[MAX_ITEMS], time[MAX_ITEMS], yield[MAX_ITEMS], s_item[MAX_ROWS];
    int64_t s_date[MAX_ROWS], s_qty[MAX_ROWS];
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

static inline void join_columns(Case *c)
{
    c->bom.line_off = c->off;
    c->bom.line_child = c->child;
    c->bom.line_num = c->num;
    c->bom.line_den = c->den;
    c->bom.line_scrap_ppm = c->ppm;
    c->bom.line_from = c->from;
    c->bom.line_to = c->to;
    c->bom.line_offset = c->shift;
    c->bom.line_kind = c->by;
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
    c->in.planning_fence = c->p_fence;
    c->in.receipt_kind = c->r_kind;
    c->in.safety_item = c->s_item;
    c->in.safety_date = c->s_date;
    c->in.safety_qty = c->s_qty;
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

static inline Case *new_case(int32_t n, int64_t today, int64_t days)
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
    c->scratch.size = c12_mrp_date_scratch(MAX_ITEMS, MAX_LINES, MAX_ROWS, MAX_ROWS, MAX_ROWS, MAX_ORDERS);
    c->scratch.ptr = malloc(c->scratch.size);
    return c;
}

static inline void drop_case(Case *c)
{
    free(c->scratch.ptr);
    free(c);
}

static inline void demand(Case *c, int32_t item, int64_t date, int64_t qty)
{
    int64_t k = c->in.n_demand++;
    c->d_item[k] = item;
    c->d_date[k] = date;
    c->d_qty[k] = qty;
}

static inline void receipt(Case *c, int32_t item, int64_t date, int64_t qty)
{
    int64_t k = c->in.n_receipts++;
    c->r_item[k] = item;
    c->r_date[k] = date;
    c->r_qty[k] = qty;
}

static inline void firm(Case *c, int32_t item, int64_t date, int64_t qty)
{
    c->r_kind[c->in.n_receipts] = C12_MRP_FIRM;
    receipt(c, item, date, qty);
}

static inline void hold(Case *c, int32_t item, int64_t date, int64_t qty)
{
    int64_t k = c->in.n_safety++;
    c->s_item[k] = item;
    c->s_date[k] = date;
    c->s_qty[k] = qty;
}

/* Calendars are filled one after the other. */
static inline void window(Case *c, int32_t calendar, int64_t from, int64_t to)
{
    if (calendar == c->in.n_calendars) c->calendar_off[++c->in.n_calendars] = c->calendar_off[calendar];
    int64_t w = c->calendar_off[calendar + 1]++;
    c->w_from[w] = from;
    c->w_to[w] = to;
}

static inline void net_and_check(Case *c)
{
    c12_error e = C12_INIT(c12_error);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status s = c12_mrp_date_net(&c->in, &c->plan, c->scratch, &e);
    ck_assert_msg(s == C12_OK, "%s %s: %s[%d] %ld", c12_status_name(s), e.what, e.field, (int)e.row, (long)e.value);
    ck_assert_int_eq(c12_mrp_date_check(&c->in, &c->plan, &v, c->scratch, &e), C12_OK);
    ck_assert_msg(!v.violations, "%s: item %d date %d", v.rule, (int)v.row, (int)v.tick);
}

/* The orders are exactly these: item, due, release, qty, late. */
static inline void orders_are(const Case *c, const int64_t (*want)[5], int64_t n)
{
    ck_assert_int_eq(c->plan.order_count, n);
    for (int64_t k = 0; k < n; k++) {
        const int64_t got[5] = { c->o_item[k], c->o_due[k], c->o_release[k], c->o_qty[k], c->o_late[k] };
        for (int f = 0; f < 5; f++) ck_assert_msg(got[f] == want[k][f], "order %d field %d: %ld, want %ld", (int)k, f, (long)got[f], (long)want[k][f]);
    }
}
#define ORDERS(c, ...) do { const int64_t want_[][5] = { __VA_ARGS__ }; orders_are((c), want_, (int64_t)(sizeof want_ / sizeof *want_)); } while (0)

static inline void fails(Case *c, c12_status want, const char *field, int64_t row, int64_t value)
{
    c12_error e = C12_INIT(c12_error);
    c->plan.order_count = -7;
    ck_assert_int_eq(c12_mrp_date_net(&c->in, &c->plan, c->scratch, &e), want);
    ck_assert_str_eq(e.field, field);
    ck_assert_int_eq(e.row, row);
    ck_assert_int_eq(e.value, value);
    ck_assert_int_eq(c->plan.order_count, -7);
}

static inline int refused(Case *c)
{
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_mrp_date_check(&c->in, &c->plan, &v, c->scratch, NULL), C12_OK);
    return v.violations > 0;
}

/* ---- random plants ------------------------------------------------------------------------------------------------- */

static inline void random_lines(Case *c, c12__rng *g, int32_t n)
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

static inline void random_calendars(Case *c, c12__rng *g)
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

/* The columns of R14 to R21, on two plants of three. */
static inline void random_rich(Case *c, c12__rng *g)
{
    c->in.message_qty = c12__rng_below(g, 3) ? 0 : c12__rng_range(g, 1, 30);
    c->in.message_shift = c12__rng_below(g, 3) ? 0 : c12__rng_range(g, 1, 9);
    for (int64_t k = 0; k < c->in.n_receipts; k++) c->r_kind[k] = (int32_t)c12__rng_below(g, 2);
    for (int64_t e = 0; e < c->off[c->bom.n_items]; e++)
        if (!c12__rng_below(g, 5)) { c->by[e] = C12_BOM_BY_PRODUCT; c->ppm[e] = 0; }
    for (int i = 0; i < c->bom.n_items; i++) {
        c->p_fence[i] = c12__rng_below(g, 3) ? 0 : (int32_t)c12__rng_range(g, 1, c12__rng_below(g, 4) ? 9 : MAX_DAYS + 5);
        if (!c12__rng_below(g, 3))
            for (int64_t t = c12__rng_range(g, 0, 20); t < MAX_DAYS && c->in.n_safety < MAX_ROWS; t += c12__rng_range(g, 1, 20)) hold(c, i, c->in.today + t, c12__rng_range(g, 0, 40));
        c->time[i] = c12__rng_below(g, 3) ? 0 : (int32_t)c12__rng_range(g, 1, c12__rng_below(g, 4) ? 5 : MAX_DAYS + 5);
        c->d_fence[i] = c12__rng_below(g, 3) ? 0 : (int32_t)c12__rng_range(g, 1, MAX_DAYS + 5);
        c->yield[i] = c12__rng_below(g, 3) ? 1000000 : (int32_t)(c12__rng_below(g, 4) ? c12__rng_range(g, 800000, 999999) : c12__rng_range(g, 50000, 999999));
    }
    for (int64_t k = 0; k < c->in.n_demand; k++) c->d_kind[k] = (int32_t)c12__rng_below(g, 2);
}

static inline Case *random_case(uint64_t seed, int64_t today, int32_t rules)
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
        c->on_hand[i] = c12__rng_range(&g, seed % 3 ? -20 : 0, 60);
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
    c->in.negative_stock = seed % 3 != 0;
    if (seed % 3) random_rich(c, &g);
    return c;
}

static inline Case *random_calendar_case(uint64_t seed, int32_t rules)
{
    c12__rng g = c12__rng_from(seed, 7);
    Case *c = random_case(seed, c12__rng_range(&g, 0, 20000), rules);
    random_calendars(c, &g);
    for (int i = 0; i < c->bom.n_items; i++) c->calendar[i] = (int32_t)c12__rng_range(&g, -1, MAX_CALENDARS - 1);
    c->in.origin -= c12__rng_range(&g, 0, c->in.today < 8 ? 0 : 8);
    return c;
}

#endif
