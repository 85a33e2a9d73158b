/* SPDX-License-Identifier: Apache-2.0 */
/* c12 mrp --dates: a plant folder planned without buckets, orders and messages by date. */
#include "cli.h"
#include "reports.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A plant in date mode: a unit is a day since 1970-01-01. */
typedef struct dated {
    cli *c;
    plant *t;
    c12_mrp_date_input in;
    c12_mrp_date_plan plan;
    c12_mem scratch;
    int64_t *demand_date, *receipt_date, *safety_date, *calendar_off, *from, *to;
    int32_t *calendar;
    double seconds;
} dated;

static int64_t *days_of(const plant *t, const int64_t *date, const int32_t *bucket, int64_t n)
{
    int64_t *day = NEW(int64_t, n);
    for (int64_t r = 0; r < n; r++) day[r] = date && date[r] >= 0 ? date[r] : t->config.start_day + bucket[r];
    return day;
}

/* Days with a shift work.  Far enough beyond the horizon for the longest lead time, were there one working day a week. */
static void fill_calendars(dated *d)
{
    const c12io_plant *p = d->t->p;
    int64_t lead = 0, n = 0;
    for (int32_t i = 0; i < p->n_items; i++) if (p->lead_time[i] > lead) lead = p->lead_time[i];
    const int64_t last = d->in.horizon + 7 * (lead + 1), most = (last - d->in.today) / 2 + 2; /* windows lie apart */
    d->calendar_off = NEW(int64_t, p->n_calendars + (int64_t)1);
    d->from = NEW(int64_t, p->n_calendars * most);
    d->to = NEW(int64_t, p->n_calendars * most);
    d->calendar_off[0] = 0;
    for (int32_t k = 0; k < p->n_calendars; k++) {
        int works[7] = { 0 };
        for (int64_t s = 0; s < p->n_shifts; s++) if (p->shift_calendar[s] == k) works[p->shift_weekday[s]] = 1;
        for (int64_t day = d->in.today; day < last; day++) {
            if (!works[(day + 3) % 7]) continue; /* 1970-01-01 was a Thursday */
            if (n > d->calendar_off[k] && d->to[n - 1] == day) d->to[n - 1]++;
            else { d->from[n] = day; d->to[n++] = day + 1; }
        }
        d->calendar_off[k + 1] = n;
    }
}

/* An item counts in its own calendar, a bought one without in its preferred supplier's. */
static void fill_item_calendars(dated *d)
{
    const c12io_plant *p = d->t->p;
    d->calendar = NEW(int32_t, p->n_items);
    for (int32_t i = 0; i < p->n_items; i++) d->calendar[i] = p->item_calendar[i];
    for (int64_t s = p->n_supplies - 1; s >= 0; s--) {
        int32_t i = p->supply_item[s];
        if (p->item_calendar[i] < 0 && p->item_type[i] == C12_MRP_BUY) d->calendar[i] = p->supplier_calendar[p->supply_supplier[s]];
    }
}

static void fill_dated(dated *d, int64_t today)
{
    const c12io_plant *p = d->t->p;
    const c12_mrp_input *m = &d->t->mrp;
    c12_mrp_date_input in = C12_INIT(c12_mrp_date_input);
    in.n_demand = p->n_demand;
    in.n_receipts = p->n_receipts;
    in.n_safety = p->n_safety;
    in.order_room = p->n_items + 4 * p->n_demand;
    in.negative_stock = m->negative_stock;
    in.message_qty = m->message_qty;
    in.message_shift = m->message_shift;
    in.today = today;
    in.horizon = today + m->n_buckets;
    in.origin = d->t->config.start_day;
    in.n_calendars = p->n_calendars;
    in.bom = &d->t->bom;
    in.demand_item = p->demand_item;
    in.demand_date = d->demand_date = days_of(d->t, p->demand_date, p->demand_bucket, p->n_demand);
    in.demand_qty = p->demand_qty;
    in.receipt_item = p->receipt_item;
    in.receipt_date = d->receipt_date = days_of(d->t, p->receipt_date, p->receipt_bucket, p->n_receipts);
    in.receipt_qty = p->receipt_qty;
    in.item_type = p->item_type;
    in.on_hand = p->on_hand;
    in.safety = p->safety;
    in.lead_time = p->lead_time;
    in.lot_rule = p->lot_rule;
    in.lot_size = p->lot_size;
    in.lot_min = p->lot_min;
    in.lot_max = p->lot_max;
    in.lot_multiple = p->lot_multiple;
    in.lot_periods = p->lot_periods;
    in.order_cost = p->order_cost;
    in.holding_cost = p->holding_cost;
    in.demand_kind = p->demand_kind;
    in.demand_fence = p->demand_fence;
    in.safety_time = p->safety_time;
    in.yield_ppm = p->yield_ppm;
    in.planning_fence = p->planning_fence;
    in.receipt_kind = p->receipt_kind;
    in.safety_item = p->safety_item;
    in.safety_date = d->safety_date = days_of(d->t, p->safety_date, p->safety_bucket, p->n_safety);
    in.safety_qty = p->safety_qty;
    d->in = in;
    fill_calendars(d);
    fill_item_calendars(d);
    d->in.item_calendar = d->calendar;
    d->in.calendar_off = d->calendar_off;
    d->in.window_from = d->from;
    d->in.window_to = d->to;
}

static void dated_columns(dated *d, int64_t orders, int64_t messages)
{
    c12_mrp_date_plan *p = &d->plan;
    p->order_cap = orders;
    p->exc_cap = messages;
    p->order_item = NEW(int32_t, orders);
    p->order_due = NEW(c12_tick, orders);
    p->order_release = NEW(c12_tick, orders);
    p->order_qty = NEW(c12_qty, orders);
    p->order_late = NEW(c12_tick, orders);
    p->order_started = NEW(c12_qty, orders);
    p->exc_item = NEW(int32_t, messages);
    p->exc_date = NEW(c12_tick, messages);
    p->exc_kind = NEW(int32_t, messages);
    p->exc_to = NEW(c12_tick, messages);
    p->exc_qty = NEW(c12_qty, messages);
}

static void dated_free(dated *d)
{
    const c12_mrp_date_plan *p = &d->plan;
    void *const column[] = { d->scratch.ptr, d->demand_date, d->receipt_date, d->safety_date, d->calendar_off, d->from, d->to, d->calendar, p->order_item, p->order_due, p->order_release, p->order_qty, p->order_late,
                             p->order_started, p->exc_item, p->exc_date, p->exc_kind, p->exc_to, p->exc_qty };
    for (size_t i = 0; i < sizeof column / sizeof *column; i++) free(column[i]);
}

/* How many orders there are is known once they are planned: the first run finds the room and counts, the second writes. */
static c12_status net_dates(dated *d)
{
    const c12io_plant *p = d->t->p;
    c12_status s;
    for (;;) {
        d->scratch.size = c12_mrp_date_scratch(p->n_items, p->n_lines, p->n_demand, p->n_receipts, d->in.n_safety, d->in.order_room);
        free(d->scratch.ptr);
        d->scratch.ptr = cli_new((int64_t)d->scratch.size, 1);
        s = c12_mrp_date_net(&d->in, &d->plan, d->scratch, &d->c->err);
        if (s != C12_E_SPACE || !d->c->err.field || strcmp(d->c->err.field, "order_room")) break;
        d->in.order_room = d->c->err.value;
    }
    if (s) return s;
    dated_columns(d, d->plan.order_count, d->plan.exc_count);
    c12_ns began = c12io_now();
    s = c12_mrp_date_net(&d->in, &d->plan, d->scratch, &d->c->err);
    d->seconds = (double)(c12io_now() - began) / 1e9;
    return s;
}

static int64_t put_dated_orders(text *o, const dated *d)
{
    const c12_mrp_date_plan *p = &d->plan;
    const int yields = d->in.yield_ppm != NULL; /* only then something else is started than comes out */
    char release[17], due[17];
    int64_t rows = 0;
    text_add(o, "item,type,release_date,due_date,qty,late_days%s\n", yields ? ",started" : "");
    for (int64_t k = 0; k < p->order_count; k++) {
        int32_t i = p->order_item[k], type = d->t->p->item_type[i];
        if (type == C12_MRP_PHANTOM) continue;
        c12io_date_text(p->order_release[k], -1, release);
        c12io_date_text(p->order_due[k], -1, due);
        text_csv(o, c12io_texts_at(d->t->p->item_code, i));
        text_add(o, ",%s,%s,%s,%" PRId64 ",%" PRId64, type == C12_MRP_MAKE ? "make" : "buy", release, due, p->order_qty[k], p->order_late[k]);
        if (yields) text_add(o, ",%" PRId64, p->order_started[k]);
        text_add(o, "\n");
        rows++;
    }
    return rows;
}

static void put_dated_messages(text *o, const dated *d)
{
    const c12_mrp_date_plan *p = &d->plan;
    char date[17], to[17];
    text_add(o, "item,date,kind,qty,to_date\n");
    for (int64_t k = 0; k < p->exc_count; k++) {
        c12io_date_text(p->exc_date[k], -1, date);
        to[0] = 0;
        if (p->exc_to[k] >= 0) c12io_date_text(p->exc_to[k], -1, to);
        text_csv(o, c12io_texts_at(d->t->p->item_code, p->exc_item[k]));
        text_add(o, ",%s,%s,%" PRId64 ",%s\n", date, report_exception_name(p->exc_kind[k]), p->exc_qty[k], to);
    }
}

static int write_dates(dated *d)
{
    cli *c = d->c;
    text orders = { 0 }, messages = { 0 };
    int64_t rows = put_dated_orders(&orders, d);
    int code = EXIT_DONE;
    put_dated_messages(&messages, d);
    if (c->out) {
        c12_status s = c12io_dir_make(c->out, &c->err);
        code = s ? cli_fail(c, s) : text_write_in(c, &orders, c->out, "planned_orders.csv");
        if (!code) code = text_write_in(c, &messages, c->out, "exceptions.csv");
    } else if (!c->json) code = text_write(c, &orders, "-");
    text_free(&orders);
    text_free(&messages);
    if (!code && c->json) printf("{\"items\":%d,\"orders\":%" PRId64 ",\"exceptions\":%" PRId64 ",\"seconds\":%.6f}\n", (int)d->t->p->n_items, rows, d->plan.exc_count, d->seconds);
    return code;
}

int plan_by_date(cli *c, plant *t, const char *today)
{
    if (t->p->n_substitutes) return cli_say("%s/substitutes.csv is planned in buckets only; leave it out, or leave out --dates", t->dir); /* rather than in silence */
    dated d = { .c = c, .t = t, .plan = C12_INIT(c12_mrp_date_plan) };
    int64_t day = t->config.start_day;
    if (today && c12io_date_parse(today, &day, NULL)) return cli_usage(c, "--today '%s' is not a date; write YYYY-MM-DD", today);
    if (day < t->config.start_day) return cli_usage(c, "--today %s lies before the start in %s/plant.ini; plan from that day or a later one", today, t->dir);
    if (day < 0) return cli_say("%s/plant.ini: [plan] start lies before 1970-01-01; date mode counts days from then", t->dir);
    fill_dated(&d, day);
    c12_status s = net_dates(&d);
    int code = s ? plant_fail(c, t, s) : write_dates(&d);
    dated_free(&d);
    return code;
}

