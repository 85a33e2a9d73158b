/* SPDX-License-Identifier: Apache-2.0 */
/* The checker of a book keeps no state: every question is put to the accepted events before. */
#include "order/order_internal.h"

typedef struct order_past { const c12_order_book *b; const c12_order_events *e; const int32_t *refusal; } order_past;

static int32_t order_told_station(const order_past *p, int64_t i) { return c12__at32(p->e->station, i, -1); }
static int32_t order_told_value(const order_past *p, int64_t i) { return c12__at32(p->e->value, i, 0); }
static int order_told(const order_past *p, int64_t i, int32_t kind) { return !p->refusal[i] && p->e->kind[i] == kind; }
static int order_told_of(const order_past *p, int64_t i, int32_t kind, int32_t r) { return order_told(p, i, kind) && p->e->order[i] == r; }

/* The event that split r off, -1 = none before `to`. */
static int64_t order_birth_of(const order_past *p, int32_t r, int64_t to)
{
    for (int64_t i = 0; i < to; i++) if (order_told(p, i, C12_ORDER_SPLIT) && order_told_value(p, i) == r) return i;
    return -1;
}

/* Last accepted event of r, births as part included. */
static int64_t order_latest_of(const order_past *p, int32_t r, int64_t to)
{
    for (int64_t i = to; i-- > 0;) if (!p->refusal[i] && (p->e->order[i] == r || (p->e->kind[i] == C12_ORDER_SPLIT && order_told_value(p, i) == r))) return i;
    return -1;
}

/* Of orders that were split off, their parents' history before that counts. */
static int32_t order_stood_in(const order_past *p, int32_t r, int64_t to)
{
    static const int32_t leads_to[] = { C12_ORDER_RELEASED, C12_ORDER_IN_PROGRESS, C12_ORDER_QUALITY_HOLD, C12_ORDER_IN_PROGRESS, C12_ORDER_REWORK, C12_ORDER_SCRAPPED, C12_ORDER_COMPLETED, C12_ORDER_SHIPPED };
    while (to >= 0) {
        for (int64_t i = to; i-- > 0;) if (!p->refusal[i] && p->e->order[i] == r && p->e->kind[i] <= C12_ORDER_SHIP) return leads_to[p->e->kind[i]];
        if ((to = order_birth_of(p, r, to)) >= 0) r = p->e->order[to];
    }
    return C12_ORDER_CREATED;
}

static c12_qty order_pieces_of(const order_past *p, int32_t r, int64_t to)
{
    c12_qty n = p->b->ordered[r];
    for (int64_t i = 0; i < to; i++) {
        if (!order_told(p, i, C12_ORDER_SPLIT)) continue;
        if (order_told_value(p, i) == r) n += c12__at64(p->e->good, i, 0);
        if (p->e->order[i] == r) n -= c12__at64(p->e->good, i, 0);
    }
    return n;
}

/* Good pieces of a station: its reports, less what was split off behind it, and for a part what it brought along. */
static c12_qty order_good_at(const order_past *p, int32_t r, int32_t k, int64_t to)
{
    c12_qty n = 0;
    for (int64_t i = 0; i < to; i++) {
        if (order_told_of(p, i, C12_ORDER_REPORT, r) && order_told_station(p, i) == k) n += c12__at64(p->e->good, i, 0);
        if (!order_told(p, i, C12_ORDER_SPLIT) || order_told_station(p, i) <= k) continue;
        if (order_told_value(p, i) == r) n += c12__at64(p->e->good, i, 0);
        if (p->e->order[i] == r) n -= c12__at64(p->e->good, i, 0);
    }
    return n;
}

/* Scrap or rework that was reported; k = -2: at all stations. */
static c12_qty order_reported(const order_past *p, int32_t r, int32_t k, const c12_qty *column, int64_t to)
{
    c12_qty n = 0;
    for (int64_t i = 0; i < to; i++) if (order_told_of(p, i, C12_ORDER_REPORT, r) && (k == -2 || order_told_station(p, i) == k)) n += c12__at64(column, i, 0);
    return n;
}

static c12_qty order_waiting_at(const order_past *p, int32_t r, int32_t k, int64_t to)
{
    const c12_qty came = k > 0 ? order_good_at(p, r, k - 1, to) : order_pieces_of(p, r, to);
    if (k < 0) return came - order_reported(p, r, -2, p->e->good, to) - order_reported(p, r, -2, p->e->scrap, to);
    return came - order_good_at(p, r, k, to) - order_reported(p, r, k, p->e->scrap, to);
}

/* When a station began or ended, INT64_MAX = not: its own event, or for a part what its parent's history says up to the split. */
static c12_ns order_station_time(const order_past *p, int32_t r, int32_t k, int32_t kind, int64_t to)
{
    for (;;) {
        for (int64_t i = 0; i < to; i++) if (order_told_of(p, i, kind, r) && order_told_station(p, i) == k) return p->e->at[i];
        const int64_t born = order_birth_of(p, r, to);
        if (born < 0 || order_told_station(p, born) <= k) return INT64_MAX;
        r = p->e->order[born];
        to = born;
    }
}

/* A part's station counts as ended at the split when the parent's had not. */
static c12_ns order_station_end(const order_past *p, int32_t r, int32_t k, int64_t to)
{
    const c12_ns t = order_station_time(p, r, k, C12_ORDER_FINISH, to);
    const int64_t born = order_birth_of(p, r, to);
    if (t < INT64_MAX || born < 0 || order_told_station(p, born) <= k) return t;
    const c12_ns parents = order_station_end(p, p->e->order[born], k, born);
    return parents < INT64_MAX ? parents : p->e->at[born];
}

static int32_t order_station_stood(const order_past *p, int32_t r, int32_t k, int64_t to)
{
    if (order_station_end(p, r, k, to) < INT64_MAX) return C12_ORDER_FINISHED;
    return order_station_time(p, r, k, C12_ORDER_BEGIN, to) < INT64_MAX ? C12_ORDER_RUNNING : C12_ORDER_PENDING;
}

/* Who has the hold, and is it lifted? */
static int32_t order_holder_of(const order_past *p, int32_t hold, int64_t to, c12_ns *from, c12_ns *lifted)
{
    int32_t r = -1;
    *lifted = INT64_MAX;
    for (int64_t i = 0; i < to; i++) {
        if (order_told(p, i, C12_ORDER_HOLD) && order_told_value(p, i) == hold) { r = p->e->order[i]; *from = p->e->at[i]; }
        if (order_told(p, i, C12_ORDER_LIFT) && order_told_value(p, i) == hold) *lifted = p->e->at[i];
    }
    return r;
}

static int32_t order_open_holds(const order_past *p, int32_t r, int64_t to)
{
    int32_t n = 0;
    for (int64_t i = 0; i < to; i++) n += order_told_of(p, i, C12_ORDER_HOLD, r) - order_told_of(p, i, C12_ORDER_LIFT, r);
    return n;
}

/* Where a robot works, -1 = nowhere. */
static int64_t order_robot_event(const order_past *p, int32_t robot, int64_t to)
{
    for (int64_t i = to; i-- > 0;) {
        if (order_told_value(p, i) != robot) continue;
        if (order_told(p, i, C12_ORDER_FREE)) return -1;
        if (order_told(p, i, C12_ORDER_ASSIGN)) return i;
    }
    return -1;
}

/* ---- what is to be said against an event -------------------------------------------------------------------------------------------------- */

static int order_names_station(const order_past *p, int32_t r, int32_t k) { return c12__order_stations(p->b, r) ? k >= 0 && k < c12__order_stations(p->b, r) : k < 0; }

static int32_t order_against_move(const order_past *p, int64_t i, int32_t state)
{
    const int32_t r = p->e->order[i], kind = p->e->kind[i], stations = c12__order_stations(p->b, r);
    c12_ns a, b;
    if (kind == C12_ORDER_HOLD && state == C12_ORDER_QUALITY_HOLD) return order_holder_of(p, order_told_value(p, i), i, &a, &b) < 0 ? C12_ORDER_DONE : C12_ORDER_HOLD_TAKEN;
    if (c12__order_arrow(state, kind) < 0) return C12_ORDER_NO_SUCH_MOVE;
    if (kind == C12_ORDER_HOLD && order_holder_of(p, order_told_value(p, i), i, &a, &b) >= 0) return C12_ORDER_HOLD_TAKEN;
    if (kind == C12_ORDER_RESUME && order_open_holds(p, r, i)) return C12_ORDER_STILL_HELD;
    if (kind != C12_ORDER_COMPLETE) return C12_ORDER_DONE;
    const c12_qty good = stations ? order_good_at(p, r, stations - 1, i) : order_reported(p, r, -2, p->e->good, i), open = order_pieces_of(p, r, i) - good - order_reported(p, r, -2, p->e->scrap, i);
    if (!open && !good) return C12_ORDER_NOTHING_GOOD;
    int ended = 0;
    for (int32_t k = 0; k < stations; k++) ended += order_station_stood(p, r, k, i) == C12_ORDER_FINISHED;
    return open || ended < stations ? C12_ORDER_UNFINISHED : C12_ORDER_DONE;
}

static int32_t order_against_work(const order_past *p, int64_t i)
{
    const int32_t r = p->e->order[i], kind = p->e->kind[i], k = order_told_station(p, i);
    const int any = c12__order_stations(p->b, r) > 0;
    if (!order_names_station(p, r, k) || (!any && kind != C12_ORDER_REPORT)) return C12_ORDER_NO_STATION;
    const int32_t stood = any ? order_station_stood(p, r, k, i) : C12_ORDER_RUNNING;
    if (kind == C12_ORDER_BEGIN ? stood != C12_ORDER_PENDING : stood != C12_ORDER_RUNNING) return C12_ORDER_STATION_STATE;
    if (kind == C12_ORDER_BEGIN) return k > 0 && order_good_at(p, r, k - 1, i) == 0 ? C12_ORDER_TOO_EARLY : C12_ORDER_DONE;
    if (kind == C12_ORDER_FINISH && k > 0 && order_station_stood(p, r, k - 1, i) != C12_ORDER_FINISHED) return C12_ORDER_TOO_EARLY;
    c12_qty rest = order_waiting_at(p, r, k, i), all;
    if (kind == C12_ORDER_FINISH) return rest ? C12_ORDER_UNFINISHED : C12_ORDER_DONE;
    if (c12__sub64(rest, c12__at64(p->e->good, i, 0), &rest) || c12__sub64(rest, c12__at64(p->e->scrap, i, 0), &rest) || c12__sub64(rest, c12__at64(p->e->rework, i, 0), &rest) || rest < 0) return C12_ORDER_TOO_MUCH;
    return any && c12__add64(order_reported(p, r, k, p->e->rework, i), c12__at64(p->e->rework, i, 0), &all) ? C12_ORDER_TOO_MUCH : C12_ORDER_DONE;
}

static int32_t order_against_robot(const order_past *p, int64_t i, int32_t state)
{
    const int64_t at = order_robot_event(p, order_told_value(p, i), i);
    if (p->e->kind[i] == C12_ORDER_FREE) return at >= 0 && p->e->order[at] == p->e->order[i] ? C12_ORDER_DONE : C12_ORDER_ROBOT_NOT_HERE;
    if (state != C12_ORDER_RELEASED && state != C12_ORDER_IN_PROGRESS && state != C12_ORDER_REWORK) return C12_ORDER_NO_SUCH_MOVE;
    if (!order_names_station(p, p->e->order[i], order_told_station(p, i))) return C12_ORDER_NO_STATION;
    if (at < 0) return C12_ORDER_DONE;
    const int32_t its = order_stood_in(p, p->e->order[at], i);
    return its == C12_ORDER_COMPLETED || its == C12_ORDER_SHIPPED || its == C12_ORDER_SCRAPPED ? C12_ORDER_DONE : C12_ORDER_ROBOT_BUSY;
}

static int32_t order_against_split(const order_past *p, int64_t i, int32_t state)
{
    const int32_t r = p->e->order[i], into = order_told_value(p, i);
    const c12_qty q = c12__at64(p->e->good, i, 0);
    if (state != C12_ORDER_CREATED && state != C12_ORDER_RELEASED && state != C12_ORDER_IN_PROGRESS) return C12_ORDER_NO_SUCH_MOVE;
    if (order_pieces_of(p, into, i) || order_latest_of(p, into, i) >= 0 || c12__order_stations(p->b, into) != c12__order_stations(p->b, r)) return C12_ORDER_NO_PART;
    if (!order_names_station(p, r, order_told_station(p, i))) return C12_ORDER_NO_STATION;
    return q > 0 && q <= order_waiting_at(p, r, order_told_station(p, i), i) && q < order_pieces_of(p, r, i) ? C12_ORDER_DONE : C12_ORDER_TOO_MUCH;
}

static int32_t order_against_event(const order_past *p, int64_t i)
{
    const int32_t r = p->e->order[i], kind = p->e->kind[i];
    const int64_t before = order_latest_of(p, r, i);
    if (!p->b->ordered[r] && order_birth_of(p, r, i) < 0) return C12_ORDER_UNBORN;
    if (p->e->at[i] < (before < 0 ? p->b->created[r] : p->e->at[before])) return C12_ORDER_OUT_OF_ORDER;
    const int32_t state = order_stood_in(p, r, i);
    c12_ns from, lifted;
    switch (kind) {
    case C12_ORDER_REPORT:
        if (state == C12_ORDER_QUALITY_HOLD && c12__at64(p->e->scrap, i, 0) > 0 && !c12__at64(p->e->good, i, 0) && !c12__at64(p->e->rework, i, 0)) return order_against_work(p, i);
        return state == C12_ORDER_IN_PROGRESS || state == C12_ORDER_REWORK ? order_against_work(p, i) : C12_ORDER_NO_SUCH_MOVE;
    case C12_ORDER_BEGIN: case C12_ORDER_FINISH: return state == C12_ORDER_IN_PROGRESS || state == C12_ORDER_REWORK ? order_against_work(p, i) : C12_ORDER_NO_SUCH_MOVE;
    case C12_ORDER_ASSIGN: case C12_ORDER_FREE: return order_against_robot(p, i, state);
    case C12_ORDER_SPLIT: return order_against_split(p, i, state);
    case C12_ORDER_LIFT:
        if (state != C12_ORDER_QUALITY_HOLD && state != C12_ORDER_REWORK) return C12_ORDER_NO_SUCH_MOVE;
        return order_holder_of(p, order_told_value(p, i), i, &from, &lifted) == r && lifted == INT64_MAX ? C12_ORDER_DONE : C12_ORDER_HOLD_NOT_OPEN;
    default: return order_against_move(p, i, state);
    }
}

/* ---- what is to be said against a row -------------------------------------------------------------------------------------------------------- */

static int32_t order_events_of(const order_past *p, int32_t r)
{
    int32_t n = 0;
    for (int64_t i = 0; i < p->e->n; i++) n += !p->refusal[i] && (p->e->order[i] == r || (p->e->kind[i] == C12_ORDER_SPLIT && order_told_value(p, i) == r));
    return n;
}

/* First time in progress, that of the parent for a part that was split off a running order; and when it was last completed or scrapped, unless it was held after. */
static c12_ns order_first_start(const order_past *p, int32_t r, int64_t to)
{
    const int64_t born = order_birth_of(p, r, to);
    const c12_ns before = born < 0 ? INT64_MAX : order_first_start(p, p->e->order[born], born);
    if (before < INT64_MAX) return before;
    for (int64_t i = 0; i < to; i++) if (order_told_of(p, i, C12_ORDER_START, r) || order_told_of(p, i, C12_ORDER_RESUME, r)) return p->e->at[i];
    return INT64_MAX;
}

static c12_ns order_last_end(const order_past *p, int32_t r)
{
    for (int64_t i = p->e->n; i-- > 0;) {
        if (order_told_of(p, i, C12_ORDER_HOLD, r)) return INT64_MAX;
        if (order_told_of(p, i, C12_ORDER_COMPLETE, r) || order_told_of(p, i, C12_ORDER_SCRAP, r)) return p->e->at[i];
    }
    return INT64_MAX;
}

static const char *order_wrong_in_row(const order_past *p, int32_t r)
{
    const c12_order_book *b = p->b;
    const int64_t n = p->e->n, last = order_latest_of(p, r, n), born = order_birth_of(p, r, n);
    const int32_t stations = c12__order_stations(b, r);
    if (b->accepted[r] != order_events_of(p, r)) return "accepted";
    if (!b->ordered[r] && born < 0) return b->qty[r] ? "qty" : NULL;
    const c12_qty qty = order_pieces_of(p, r, n);
    const int lost = order_stood_in(p, r, n) == C12_ORDER_SCRAPPED;
    if (b->state[r] != order_stood_in(p, r, n)) return "state";
    if (b->held[r] != order_open_holds(p, r, n)) return "held";
    if (b->parent[r] != (born < 0 ? -1 : p->e->order[born])) return "parent";
    if (b->qty[r] != qty) return "qty";
    if (b->good[r] != (lost ? 0 : stations ? order_good_at(p, r, stations - 1, n) : order_reported(p, r, -2, p->e->good, n))) return "good";
    if (b->scrap[r] != (lost ? qty : order_reported(p, r, -2, p->e->scrap, n))) return "scrap";
    if (b->last[r] != (last < 0 ? b->created[r] : p->e->at[last])) return "last";
    if (b->started[r] != order_first_start(p, r, n)) return "started";
    return b->ended[r] == order_last_end(p, r) ? NULL : "ended";
}

static const char *order_wrong_at_station(const order_past *p, int32_t r, int32_t k)
{
    const c12_order_book *b = p->b;
    const int64_t s = b->station_off[r] + k, n = p->e->n;
    if (b->station_state[s] != order_station_stood(p, r, k, n)) return "station_state";
    if (b->station_state[s] && b->station_begun[s] != order_station_time(p, r, k, C12_ORDER_BEGIN, n)) return "station_begun";
    if (b->station_state[s] == C12_ORDER_FINISHED && b->station_ended[s] != order_station_end(p, r, k, n)) return "station_ended";
    if (b->station_good[s] != order_good_at(p, r, k, n)) return "station_good";
    if (b->station_scrap[s] != order_reported(p, r, k, p->e->scrap, n)) return "station_scrap";
    return b->station_rework[s] == order_reported(p, r, k, p->e->rework, n) ? NULL : "station_rework";
}

static void order_accuse(c12_verdict *v, const char *rule, const char *field, int64_t row)
{
    if (!field || v->violations++) return;
    v->rule = rule;
    v->field = field;
    v->row = row;
}

static void order_judge_rows(const order_past *p, c12_verdict *v)
{
    const c12_order_book *b = p->b;
    for (int32_t r = 0; r < b->n; r++) {
        order_accuse(v, "order is not where its events have led it", order_wrong_in_row(p, r), r);
        for (int32_t k = 0; k < c12__order_stations(b, r); k++) order_accuse(v, "station is not where its events have led it", order_wrong_at_station(p, r, k), b->station_off[r] + k);
    }
    for (int32_t k = 0; k < b->n_robots; k++) {
        const int64_t at = order_robot_event(p, k, p->e->n);
        const int wrong = b->robot_order[k] != (at < 0 ? -1 : p->e->order[at]) || (at >= 0 && b->robot_station[k] != order_told_station(p, at));
        order_accuse(v, "robot is not where its events have led it", wrong ? "robot_order" : NULL, k);
    }
    for (int32_t k = 0; k < b->n_holds; k++) {
        c12_ns from = 0, lifted;
        const int32_t of = order_holder_of(p, k, p->e->n, &from, &lifted);
        order_accuse(v, "hold is not what its events say", b->hold_order[k] != of || (of >= 0 && (b->hold_from[k] != from || b->hold_to[k] != lifted)) ? "hold_order" : NULL, k);
    }
}

c12_status c12_order_history_check(const c12_order_book *book, const c12_order_events *events, const int32_t *refusal, c12_verdict *verdict, c12_error *err)
{
    c12_order_book b;
    c12_order_events e;
    c12_status s = c12__order_history(&b, &e, book, events, err);
    if (s) return s;
    if (!verdict || (e.n && !refusal)) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12_verdict v = C12_INIT(c12_verdict);
    const order_past p = { &b, &e, refusal };
    v.row = v.tick = -1;
    for (int64_t i = 0; i < e.n; i++) {
        v.objective += !refusal[i];
        if (refusal[i] != order_against_event(&p, i)) order_accuse(&v, "event is refused or accepted for the wrong reason", "refusal", i);
    }
    if (!v.violations) order_judge_rows(&p, &v);
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
