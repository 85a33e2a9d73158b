/* SPDX-License-Identifier: Apache-2.0 */
/* What every entry asks of a book and of events. */
#include "order/order_internal.h"

static void order_see_row(c12__faults *f, const c12_order_book *b, int32_t i)
{
    if (b->ordered[i] < 0) c12__fault(f, C12_E_RANGE, "quantities are >= 0", "ordered", i, b->ordered[i]);
    if (b->accepted[i] < 0) c12__fault(f, C12_E_RANGE, "events are counted from 0", "accepted", i, b->accepted[i]);
    if (!b->accepted[i]) return;
    if (b->state[i] < 0 || b->state[i] > C12_ORDER_REWORK) c12__fault(f, C12_E_RANGE, "no such state", "state", i, b->state[i]);
    if (b->held[i] < 0) c12__fault(f, C12_E_RANGE, "holds are counted from 0", "held", i, b->held[i]);
    if (b->parent[i] < -1 || b->parent[i] >= b->n) c12__fault(f, C12_E_RANGE, "no such order", "parent", i, b->parent[i]);
    if (b->qty[i] < 1) c12__fault(f, C12_E_RANGE, "an order is for one piece at least", "qty", i, b->qty[i]);
    if (b->good[i] < 0 || b->good[i] > b->qty[i]) c12__fault(f, C12_E_RANGE, "good pieces are 0 to qty", "good", i, b->good[i]);
    else if (b->scrap[i] < 0 || b->scrap[i] > b->qty[i] - b->good[i]) c12__fault(f, C12_E_RANGE, "good and scrap pass qty", "scrap", i, b->scrap[i]);
}

static void order_see_stations(c12__faults *f, const c12_order_book *b, int32_t i)
{
    if (b->station_off[i + 1] < b->station_off[i] || b->station_off[i + 1] - b->station_off[i] > INT32_MAX) {
        c12__fault(f, C12_E_RANGE, "offsets must not fall", "station_off", i + 1, b->station_off[i + 1]);
        return;
    }
    if (!b->accepted[i]) return;
    c12_qty came = b->qty[i];
    for (int64_t s = b->station_off[i]; s < b->station_off[i + 1]; came = b->station_good[s++]) {
        if (b->station_state[s] < 0 || b->station_state[s] > C12_ORDER_FINISHED) c12__fault(f, C12_E_RANGE, "no such state of a station", "station_state", s, b->station_state[s]);
        if (b->station_rework[s] < 0) c12__fault(f, C12_E_RANGE, "quantities are >= 0", "station_rework", s, b->station_rework[s]);
        if (b->station_good[s] < 0 || b->station_scrap[s] < 0 || b->station_good[s] > came || b->station_scrap[s] > came - b->station_good[s]) {
            c12__fault(f, C12_E_RANGE, "a station gives at most what comes to it", "station_good", s, b->station_good[s]);
            return;
        }
    }
}

static const char *order_missing(const c12_order_book *b)
{
    const int64_t stations = b->n && b->station_off ? b->station_off[b->n] : 0;
    if (b->n && (!b->ordered || !b->created || !b->accepted || !b->state || !b->held || !b->parent || !b->qty || !b->good || !b->scrap || !b->last || !b->started || !b->ended)) return "book";
    if (stations && (!b->station_state || !b->station_begun || !b->station_ended || !b->station_good || !b->station_scrap || !b->station_rework)) return "station_state";
    if (b->n_robots && (!b->robot_order || !b->robot_station)) return "robot_order";
    return b->n_holds && (!b->hold_order || !b->hold_from || !b->hold_to) ? "hold_order" : NULL;
}

c12_status c12__order_open(c12_order_book *b, const c12_order_book *book, c12_error *err)
{
    c12_status s = c12__take(b, sizeof *b, book, "book", err);
    if (s) return s;
    c12__faults f = { err, C12_OK, 0 };
    if (b->n < 0 || b->n_robots < 0 || b->n_holds < 0) return c12__fail(err, C12_E_ARG, "count is negative", "n", -1, b->n);
    if (b->n && b->station_off && b->station_off[0]) return c12__fail(err, C12_E_RANGE, "offsets begin with 0", "station_off", 0, b->station_off[0]);
    if (order_missing(b)) return c12__fail(err, C12_E_ARG, "column is NULL", order_missing(b), -1, 0);
    for (int32_t i = 0; i < b->n && !c12__full(&f); i++) {
        order_see_row(&f, b, i);
        if (b->station_off && !f.count) order_see_stations(&f, b, i);
    }
    for (int32_t k = 0; k < b->n_robots && !c12__full(&f); k++)
        if (b->robot_order[k] < -1 || b->robot_order[k] >= b->n) c12__fault(&f, C12_E_RANGE, "no such order", "robot_order", k, b->robot_order[k]);
    for (int32_t k = 0; k < b->n_holds && !c12__full(&f); k++)
        if (b->hold_order[k] < -1 || b->hold_order[k] >= b->n) c12__fault(&f, C12_E_RANGE, "no such order", "hold_order", k, b->hold_order[k]);
    return f.status;
}

static void order_see_event(c12__faults *f, const c12_order_book *b, const c12_order_events *e, int64_t i)
{
    const int32_t kind = e->kind[i], value = c12__at32(e->value, i, 0);
    const int robot = kind == C12_ORDER_ASSIGN || kind == C12_ORDER_FREE, hold = kind == C12_ORDER_HOLD || kind == C12_ORDER_LIFT;
    const int32_t rows = robot ? b->n_robots : hold ? b->n_holds : kind == C12_ORDER_SPLIT ? b->n : INT32_MAX;
    if (e->order[i] < 0 || e->order[i] >= b->n) c12__fault(f, C12_E_RANGE, "no such order", "order", i, e->order[i]);
    if (kind < 0 || kind >= C12_ORDER_EVENTS) c12__fault(f, C12_E_RANGE, "no such event", "kind", i, kind);
    if (rows < INT32_MAX && (value < 0 || value >= rows)) c12__fault(f, C12_E_RANGE, "no such hold, robot or order", "value", i, value);
    if (e->by[i] < -1) c12__fault(f, C12_E_RANGE, "persons are >= -1", "by", i, e->by[i]);
    if (c12__at32(e->station, i, -1) < -1) c12__fault(f, C12_E_RANGE, "stations are >= -1", "station", i, e->station[i]);
    if (c12__at64(e->good, i, 0) < 0) c12__fault(f, C12_E_RANGE, "quantities are >= 0", "good", i, e->good[i]);
    if (c12__at64(e->scrap, i, 0) < 0) c12__fault(f, C12_E_RANGE, "quantities are >= 0", "scrap", i, e->scrap[i]);
    if (c12__at64(e->rework, i, 0) < 0) c12__fault(f, C12_E_RANGE, "quantities are >= 0", "rework", i, e->rework[i]);
}

c12_status c12__order_history(c12_order_book *b, c12_order_events *e, const c12_order_book *book, const c12_order_events *events, c12_error *err)
{
    c12_status s = c12__order_open(b, book, err);
    if (s || (s = c12__take(e, sizeof *e, events, "events", err))) return s;
    c12__faults f = { err, C12_OK, 0 };
    if (e->n < 0) return c12__fail(err, C12_E_ARG, "count is negative", "n", -1, e->n);
    if (e->n && (!e->order || !e->kind || !e->by || !e->at)) return c12__fail(err, C12_E_ARG, "column is NULL", "events", -1, 0);
    for (int64_t i = 0; i < e->n && !c12__full(&f); i++) order_see_event(&f, b, e, i);
    for (int32_t i = 0; i < b->n && !c12__full(&f); i++)
        if (e->n > INT32_MAX - b->accepted[i]) c12__fault(&f, C12_E_OVERFLOW, "more events than an order counts", "accepted", i, b->accepted[i]);
    return f.status;
}
