/* SPDX-License-Identifier: Apache-2.0 */
/* Three screws are needed on Tuesday next week: from whom, how many, when, for how much? */
#include "c12/buy.h"
#include <stdio.h>

/* prints: preferred: 12 from supplier 0 for 6.00, ordered on day 3, there on day 8 */
/* prints: cheapest:  24 from supplier 1 for 4.80, ordered on day 6, there on day 8 */
/* prints: needed on day 1: 24 from supplier 1, 1 days late */

enum { OFFERS = 2, CLOSED = 12, MOST = 2 };

/* Day 0 is a Monday.  Supplier 0 delivers within three working days, supplier 1 in two days, weekends too, cheaper by the two dozen. */
static const int32_t closed[CLOSED] = { -9, -8, -2, -1, 5, 6, 12, 13, 19, 20, 26, 27 };
static const int32_t offer_item[OFFERS] = { 0, 0 }, supplier[OFFERS] = { 0, 1 }, priority[OFFERS] = { 1, 2 }, lead[OFFERS] = { 3, 2 }, calendar[OFFERS] = { 0, -1 };
static const int64_t moq[OFFERS] = { 10, 1 }, multiple[OFFERS] = { 6, 12 }, price[OFFERS] = { 500000, 600000 }, closed_off[2] = { 0, CLOSED };
static const int64_t break_off[OFFERS + 1] = { 0, 0, 1 }, break_from[1] = { 24 }, break_price[1] = { 200000 };

static int64_t scratch[512], qty[MOST], cost[MOST];
static int32_t who[MOST], order[MOST], arrive[MOST], late[MOST];

static c12_status buy(int32_t day, int64_t need, int32_t policy, c12_buy_plan *plan, c12_error *err)
{
    const int32_t item = 0;
    c12_buy_input in = C12_INIT(c12_buy_input);
    c12_buy_options options = C12_INIT(c12_buy_options);
    c12_mem mem = { scratch, sizeof scratch };
    in.n_items = in.n_calendars = 1;
    in.n_needs = 1;
    in.n_offers = OFFERS;
    in.n_suppliers = OFFERS;
    in.need_item = &item;
    in.need_bucket = &day;
    in.need_qty = &need;
    in.offer_item = offer_item;
    in.offer_supplier = supplier;
    in.offer_priority = priority;
    in.offer_lead = lead;
    in.offer_moq = moq;
    in.offer_multiple = multiple;
    in.offer_price = price;
    in.break_off = break_off;
    in.break_from = break_from;
    in.break_price = break_price;
    in.supplier_calendar = calendar;
    in.closed_off = closed_off;
    in.closed = closed;
    options.policy = policy;
    options.buy_up = 1;
    plan->cap = MOST;
    plan->supplier = who;
    plan->order_bucket = order;
    plan->arrive_bucket = arrive;
    plan->late = late;
    plan->qty = qty;
    plan->cost = cost;
    return c12_buy_requisitions(&in, &options, plan, mem, err);
}

static void print_order(const char *policy)
{
    printf("%s %d from supplier %d for %.2f, ordered on day %d, there on day %d\n", policy, (int)qty[0], (int)who[0], (double)cost[0] / 1e6, (int)order[0], (int)arrive[0]);
}

int main(void)
{
    c12_buy_plan plan = C12_INIT(c12_buy_plan);
    c12_error err = C12_INIT(c12_error);
    c12_status s = buy(8, 3, C12_BUY_PREFERRED, &plan, &err);
    if (!s) print_order("preferred:");
    if (!s) s = buy(8, 3, C12_BUY_CHEAPEST, &plan, &err);
    if (!s) print_order("cheapest: ");
    if (!s) s = buy(1, 3, C12_BUY_PREFERRED, &plan, &err);
    if (!s) printf("needed on day 1: %d from supplier %d, %d days late\n", (int)qty[0], (int)who[0], (int)late[0]);
    if (s) fprintf(stderr, "%s: %s\n", c12_status_name(s), err.what);
    return s != C12_OK;
}
