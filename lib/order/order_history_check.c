/* SPDX-License-Identifier: Apache-2.0 */
/* The checker of a book keeps no state: every question is put to the accepted events before. */
#include "order/order_internal.h"

typedef struct order_past { const c12_order_book *b; const c12_order_events *e; const int32_t *refusal; } order_past;

static int32_t told_station(const order_past *p, int64_t i) { return c12__at32(p->e->station, i, -1); }
static int32_t told_value(const order_past *p, int64_t i) { return c12__at32(p->e->value, i, 0); }
static int told(const order_past *p, int64_t i, int32_t kind) { return !p->refusal[i] && p->e->kind[i] == kind; }
static int told_of(const order_past *p, int64_t i, int32_t kind, int32_t r) { return told(p, i, kind) && p->e->order[i] == r; }

/* The event that split r off, -1 = none before `to`. */
static int64_t birth_of(const order_past *p, int32_t r, int64_t to)
{
    for (int64_t i = 0; i < to; i++) if (told(p, i, C12_ORDER_SPLIT) && told_value(p, i) == r) return i;
    return -1;
}

/* Last accepted event of r, births as part included. */
static int64_t latest_of(const order_past *p, int32_t r, int64_t to)
{
    for (int64_t i = to; i-- > 0;) if (!p->refusal[i] && (p->e->order[i] == r || (p->e->kind[i] == C12_ORDER_SPLIT && told_value(p, i) == r))) return i;
    return -1;
}

/* Of orders that were split off, their parents' history before that counts. */
static int32_t stood_in(const order_past *p, int32_t r, int64_t to)
{
    static const int32_t leads_to[] = { C12_ORDER_RELEASED, C12_ORDER_IN_PROGRESS, C12_ORDER_QUALITY_HOLD, C12_ORDER_IN_PROGRESS, C12_ORDER_REWORK, C12_ORDER_SCRAPPED, C12_ORDER_COMPLETED, C12_ORDER_SHIPPED };
    while (to >= 0) {
        for (int64_t i = to; i-- > 0;) if (!p->refusal[i] && p->e->order[i] == r && p->e->kind[i] <= C12_ORDER_SHIP) return leads_to[p->e->kind[i]];
        if ((to = birth_of(p, r, to)) >= 0) r = p->e->order[to];
    }
    return C12_ORDER_CREATED;
}

static c12_qty pieces_of(const order_past *p, int32_t r, int64_t to)
{
    c12_qty n = p->b->ordered[r];
    for (int64_t i = 0; i < to; i++) {
        if (!told(p, i, C12_ORDER_SPLIT)) continue;
        if (told_value(p, i) == r) n += c12__at64(p->e->good, i, 0);
        if (p->e->order[i] == r) n -= c12__at64(p->e->good, i, 0);
    }
    return n;
}

/* Good pieces of a station: its reports, less what was split off behind it, and for a part what it brought along. */
static c12_qty good_at(const order_past *p, int32_t r, int32_t k, int64_t to)
{
    c12_qty n = 0;
    for (int64_t i = 0; i < to; i++) {
        if (told_of(p, i, C12_ORDER_REPORT, r) && told_station(p, i) == k) n += c12__at64(p->e->good, i, 0);
        if (!told(p, i, C12_ORDER_SPLIT) || told_station(p, i) <= k) continue;
        if (told_value(p, i) == r) n += c12__at64(p->e->good, i, 0);
        if (p->e->order[i] == r) n -= c12__at64(p->e->good, i, 0);
    }
    return n;
}

/* Scrap or rework that was reported; k = -2: at all stations. */
static c12_qty reported(const order_past *p, int32_t r, int32_t k, const c12_qty *column, int64_t to)
{
    c12_qty n = 0;
    for (int64_t i = 0; i < to; i++) if (told_of(p, i, C12_ORDER_REPORT, r) && (k == -2 || told_station(p, i) == k)) n += c12__at64(column, i, 0);
    return n;
}

static c12_qty waiting_at(const order_past *p, int32_t r, int32_t k, int64_t to)
{
    const c12_qty came = k > 0 ? good_at(p, r, k - 1, to) : pieces_of(p, r, to);
    if (k < 0) return came - reported(p, r, -2, p->e->good, to) - reported(p, r, -2, p->e->scrap, to);
    return came - good_at(p, r, k, to) - reported(p, r, k, p->e->scrap, to);
}

/* When a station began or ended, INT64_MAX = not: its own event, or for a part what its parent's history says up to the split. */
static c12_ns station_time(const order_past *p, int32_t r, int32_t k, int32_t kind, int64_t to)
{
    for (;;) {
        for (int64_t i = 0; i < to; i++) if (told_of(p, i, kind, r) && told_station(p, i) == k) return p->e->at[i];
        const int64_t born = birth_of(p, r, to);
        if (born < 0 || told_station(p, born) <= k) return INT64_MAX;
        r = p->e->order[born];
        to = born;
    }
}

/* A part's station counts as ended at the split when the parent's had not. */
static c12_ns station_end(const order_past *p, int32_t r, int32_t k, int64_t to)
{
    const c12_ns t = station_time(p, r, k, C12_ORDER_FINISH, to);
    const int64_t born = birth_of(p, r, to);
    if (t < INT64_MAX || born < 0 || told_station(p, born) <= k) return t;
    const c12_ns parents = station_end(p, p->e->order[born], k, born);
    return parents < INT64_MAX ? parents : p->e->at[born];
}

static int32_t station_stood(const order_past *p, int32_t r, int32_t k, int64_t to)
{
    if (station_end(p, r, k, to) < INT64_MAX) return C12_ORDER_FINISHED;
    return station_time(p, r, k, C12_ORDER_BEGIN, to) < INT64_MAX ? C12_ORDER_RUNNING : C12_ORDER_PENDING;
}

/* Who has the hold, and is it lifted? */
static int32_t holder_of(const order_past *p, int32_t hold, int64_t to, c12_ns *from, c12_ns *lifted)
{
    int32_t r = -1;
    *lifted = INT64_MAX;
    for (int64_t i = 0; i < to; i++) {
        if (told(p, i, C12_ORDER_HOLD) && told_value(p, i) == hold) { r = p->e->order[i]; *from = p->e->at[i]; }
        if (told(p, i, C12_ORDER_LIFT) && told_value(p, i) == hold) *lifted = p->e->at[i];
    }
    return r;
}

static int32_t open_holds(const order_past *p, int32_t r, int64_t to)
{
    int32_t n = 0;
    for (int64_t i = 0; i < to; i++) n += told_of(p, i, C12_ORDER_HOLD, r) - told_of(p, i, C12_ORDER_LIFT, r);
    return n;
}

/* Where a robot works, -1 = nowhere. */
static int64_t robot_event(const order_past *p, int32_t robot, int64_t to)
{
    for (int64_t i = to; i-- > 0;) {
        if (told_value(p, i) != robot) continue;
        if (told(p, i, C12_ORDER_FREE)) return -1;
        if (told(p, i, C12_ORDER_ASSIGN)) return i;
    }
    return -1;
}

/* ---- what is to be said against an event -------------------------------------------------------------------------------------------------- */

static int names_station(const order_past *p, int32_t r, int32_t k) { return c12__order_stations(p->b, r) ? k >= 0 && k < c12__order_stations(p->b, r) : k < 0; }

static int32_t against_move(const order_past *p, int64_t i, int32_t state)
{
    const int32_t r = p->e->order[i], kind = p->e->kind[i], stations = c12__order_stations(p->b, r);
    c12_ns a, b;
    if (kind == C12_ORDER_HOLD && state == C12_ORDER_QUALITY_HOLD) return holder_of(p, told_value(p, i), i, &a, &b) < 0 ? C12_ORDER_DONE : C12_ORDER_HOLD_TAKEN;
    if (c12__order_arrow(state, kind) < 0) return C12_ORDER_NO_SUCH_MOVE;
    if (kind == C12_ORDER_HOLD && holder_of(p, told_value(p, i), i, &a, &b) >= 0) return C12_ORDER_HOLD_TAKEN;
    if (kind == C12_ORDER_RESUME && open_holds(p, r, i)) return C12_ORDER_STILL_HELD;
    if (kind != C12_ORDER_COMPLETE) return C12_ORDER_DONE;
    const c12_qty good = stations ? good_at(p, r, stations - 1, i) : reported(p, r, -2, p->e->good, i), open = pieces_of(p, r, i) - good - reported(p, r, -2, p->e->scrap, i);
    if (!open && !good) return C12_ORDER_NOTHING_GOOD;
    int ended = 0;
    for (int32_t k = 0; k < stations; k++) ended += station_stood(p, r, k, i) == C12_ORDER_FINISHED;
    return open || ended < stations ? C12_ORDER_UNFINISHED : C12_ORDER_DONE;
}

static int32_t against_work(const order_past *p, int64_t i)
{
    const int32_t r = p->e->order[i], kind = p->e->kind[i], k = told_station(p, i);
    const int any = c12__order_stations(p->b, r) > 0;
    if (!names_station(p, r, k) || (!any && kind != C12_ORDER_REPORT)) return C12_ORDER_NO_STATION;
    const int32_t stood = any ? station_stood(p, r, k, i) : C12_ORDER_RUNNING;
    if (kind == C12_ORDER_BEGIN ? stood != C12_ORDER_PENDING : stood != C12_ORDER_RUNNING) return C12_ORDER_STATION_STATE;
    if (kind == C12_ORDER_BEGIN) return k > 0 && good_at(p, r, k - 1, i) == 0 ? C12_ORDER_TOO_EARLY : C12_ORDER_DONE;
    if (kind == C12_ORDER_FINISH && k > 0 && station_stood(p, r, k - 1, i) != C12_ORDER_FINISHED) return C12_ORDER_TOO_EARLY;
    c12_qty rest = waiting_at(p, r, k, i), all;
    if (kind == C12_ORDER_FINISH) return rest ? C12_ORDER_UNFINISHED : C12_ORDER_DONE;
    if (c12__sub64(rest, c12__at64(p->e->good, i, 0), &rest) || c12__sub64(rest, c12__at64(p->e->scrap, i, 0), &rest) || c12__sub64(rest, c12__at64(p->e->rework, i, 0), &rest) || rest < 0) return C12_ORDER_TOO_MUCH;
    return any && c12__add64(reported(p, r, k, p->e->rework, i), c12__at64(p->e->rework, i, 0), &all) ? C12_ORDER_TOO_MUCH : C12_ORDER_DONE;
}

static int32_t against_robot(const order_past *p, int64_t i, int32_t state)
{
    const int64_t at = robot_event(p, told_value(p, i), i);
    if (p->e->kind[i] == C12_ORDER_FREE) return at >= 0 && p->e->order[at] == p->e->order[i] ? C12_ORDER_DONE : C12_ORDER_ROBOT_NOT_HERE;
    if (state != C12_ORDER_RELEASED && state != C12_ORDER_IN_PROGRESS && state != C12_ORDER_REWORK) return C12_ORDER_NO_SUCH_MOVE;
    if (!names_station(p, p->e->order[i], told_station(p, i))) return C12_ORDER_NO_STATION;
    if (at < 0) return C12_ORDER_DONE;
    const int32_t its = stood_in(p, p->e->order[at], i);
    return its == C12_ORDER_COMPLETED || its == C12_ORDER_SHIPPED || its == C12_ORDER_SCRAPPED ? C12_ORDER_DONE : C12_ORDER_ROBOT_BUSY;
}

static int32_t against_split(const order_past *p, int64_t i, int32_t state)
{
    const int32_t r = p->e->order[i], into = told_value(p, i);
    const c12_qty q = c12__at64(p->e->good, i, 0);
    if (state != C12_ORDER_CREATED && state != C12_ORDER_RELEASED && state != C12_ORDER_IN_PROGRESS) return C12_ORDER_NO_SUCH_MOVE;
    if (pieces_of(p, into, i) || latest_of(p, into, i) >= 0 || c12__order_stations(p->b, into) != c12__order_stations(p->b, r)) return C12_ORDER_NO_PART;
    if (!names_station(p, r, told_station(p, i))) return C12_ORDER_NO_STATION;
    return q > 0 && q <= waiting_at(p, r, told_station(p, i), i) && q < pieces_of(p, r, i) ? C12_ORDER_DONE : C12_ORDER_TOO_MUCH;
}

static int32_t against_event(const order_past *p, int64_t i)
{
    const int32_t r = p->e->order[i], kind = p->e->kind[i];
    const int64_t before = latest_of(p, r, i);
    if (!p->b->ordered[r] && birth_of(p, r, i) < 0) return C12_ORDER_UNBORN;
    if (p->e->at[i] < (before < 0 ? p->b->created[r] : p->e->at[before])) return C12_ORDER_OUT_OF_ORDER;
    const int32_t state = stood_in(p, r, i);
    c12_ns from, lifted;
    switch (kind) {
    case C12_ORDER_BEGIN: case C12_ORDER_REPORT: case C12_ORDER_FINISH: return state == C12_ORDER_IN_PROGRESS || state == C12_ORDER_REWORK ? against_work(p, i) : C12_ORDER_NO_SUCH_MOVE;
    case C12_ORDER_ASSIGN: case C12_ORDER_FREE: return against_robot(p, i, state);
    case C12_ORDER_SPLIT: return against_split(p, i, state);
    case C12_ORDER_LIFT:
        if (state != C12_ORDER_QUALITY_HOLD && state != C12_ORDER_REWORK) return C12_ORDER_NO_SUCH_MOVE;
        return holder_of(p, told_value(p, i), i, &from, &lifted) == r && lifted == INT64_MAX ? C12_ORDER_DONE : C12_ORDER_HOLD_NOT_OPEN;
    default: return against_move(p, i, state);
    }
}

/* ---- what is to be said against a row -------------------------------------------------------------------------------------------------------- */

static int32_t events_of(const order_past *p, int32_t r)
{
    int32_t n = 0;
    for (int64_t i = 0; i < p->e->n; i++) n += !p->refusal[i] && (p->e->order[i] == r || (p->e->kind[i] == C12_ORDER_SPLIT && told_value(p, i) == r));
    return n;
}

/* First time in progress, that of the parent for a part that was split off a running order; and when it was last completed or scrapped, unless it was held after. */
static c12_ns first_start(const order_past *p, int32_t r, int64_t to)
{
    const int64_t born = birth_of(p, r, to);
    const c12_ns before = born < 0 ? INT64_MAX : first_start(p, p->e->order[born], born);
    if (before < INT64_MAX) return before;
    for (int64_t i = 0; i < to; i++) if (told_of(p, i, C12_ORDER_START, r) || told_of(p, i, C12_ORDER_RESUME, r)) return p->e->at[i];
    return INT64_MAX;
}

static c12_ns last_end(const order_past *p, int32_t r)
{
    for (int64_t i = p->e->n; i-- > 0;) {
        if (told_of(p, i, C12_ORDER_HOLD, r)) return INT64_MAX;
        if (told_of(p, i, C12_ORDER_COMPLETE, r) || told_of(p, i, C12_ORDER_SCRAP, r)) return p->e->at[i];
    }
    return INT64_MAX;
}

static const char *wrong_in_row(const order_past *p, int32_t r)
{
    const c12_order_book *b = p->b;
    const int64_t n = p->e->n, last = latest_of(p, r, n), born = birth_of(p, r, n);
    const int32_t stations = c12__order_stations(b, r);
    if (b->accepted[r] != events_of(p, r)) return "accepted";
    if (!b->ordered[r] && born < 0) return b->qty[r] ? "qty" : NULL;
    const c12_qty qty = pieces_of(p, r, n);
    const int lost = stood_in(p, r, n) == C12_ORDER_SCRAPPED;
    if (b->state[r] != stood_in(p, r, n)) return "state";
    if (b->held[r] != open_holds(p, r, n)) return "held";
    if (b->parent[r] != (born < 0 ? -1 : p->e->order[born])) return "parent";
    if (b->qty[r] != qty) return "qty";
    if (b->good[r] != (lost ? 0 : stations ? good_at(p, r, stations - 1, n) : reported(p, r, -2, p->e->good, n))) return "good";
    if (b->scrap[r] != (lost ? qty : reported(p, r, -2, p->e->scrap, n))) return "scrap";
    if (b->last[r] != (last < 0 ? b->created[r] : p->e->at[last])) return "last";
    if (b->started[r] != first_start(p, r, n)) return "started";
    return b->ended[r] == last_end(p, r) ? NULL : "ended";
}

static const char *wrong_at_station(const order_past *p, int32_t r, int32_t k)
{
    const c12_order_book *b = p->b;
    const int64_t s = b->station_off[r] + k, n = p->e->n;
    if (b->station_state[s] != station_stood(p, r, k, n)) return "station_state";
    if (b->station_state[s] && b->station_begun[s] != station_time(p, r, k, C12_ORDER_BEGIN, n)) return "station_begun";
    if (b->station_state[s] == C12_ORDER_FINISHED && b->station_ended[s] != station_end(p, r, k, n)) return "station_ended";
    if (b->station_good[s] != good_at(p, r, k, n)) return "station_good";
    if (b->station_scrap[s] != reported(p, r, k, p->e->scrap, n)) return "station_scrap";
    return b->station_rework[s] == reported(p, r, k, p->e->rework, n) ? NULL : "station_rework";
}

static void accuse(c12_verdict *v, const char *rule, const char *field, int64_t row)
{
    if (!field || v->violations++) return;
    v->rule = rule;
    v->field = field;
    v->row = row;
}

static void judge_rows(const order_past *p, c12_verdict *v)
{
    const c12_order_book *b = p->b;
    for (int32_t r = 0; r < b->n; r++) {
        accuse(v, "order is not where its events have led it", wrong_in_row(p, r), r);
        for (int32_t k = 0; k < c12__order_stations(b, r); k++) accuse(v, "station is not where its events have led it", wrong_at_station(p, r, k), b->station_off[r] + k);
    }
    for (int32_t k = 0; k < b->n_robots; k++) {
        const int64_t at = robot_event(p, k, p->e->n);
        const int wrong = b->robot_order[k] != (at < 0 ? -1 : p->e->order[at]) || (at >= 0 && b->robot_station[k] != told_station(p, at));
        accuse(v, "robot is not where its events have led it", wrong ? "robot_order" : NULL, k);
    }
    for (int32_t k = 0; k < b->n_holds; k++) {
        c12_ns from = 0, lifted;
        const int32_t of = holder_of(p, k, p->e->n, &from, &lifted);
        accuse(v, "hold is not what its events say", b->hold_order[k] != of || (of >= 0 && (b->hold_from[k] != from || b->hold_to[k] != lifted)) ? "hold_order" : NULL, k);
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
        if (refusal[i] != against_event(&p, i)) accuse(&v, "event is refused or accepted for the wrong reason", "refusal", i);
    }
    if (!v.violations) judge_rows(&p, &v);
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
