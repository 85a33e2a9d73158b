/* SPDX-License-Identifier: Apache-2.0 */
/* The independent checker of the hours ahead: H1 to H10 as the header has them, step by step over the columns.  It shares nothing with the planner but the check of
 * the input; nothing in the plan is trusted. */
#include "charge/charge_horizon_internal.h"

typedef struct judge_ahead {
    const c12_charge_outlook *p;
    const c12_charge_horizon_options *o;
    const c12_charge_slots *plan;
    int64_t empty, low, below, unmet, end_short, travel;
    c12_verdict v;
} judge_ahead;

static void judge_ahead_breach(judge_ahead *j, const char *rule, const char *field, int64_t row, int64_t tick)
{
    if (j->v.violations < INT32_MAX) j->v.violations++;
    if (j->v.rule) return;
    j->v.rule = rule;
    j->v.field = field;
    j->v.row = row;
    j->v.tick = tick;
}

/* ---- facts --------------------------------------------------------------------------------------------------------------- */

static int64_t judge_ahead_million(int64_t of, int64_t ppm) { return of * ppm / 1000000; }

static int64_t judge_ahead_capacity(const judge_ahead *j, int32_t r)
{
    int64_t whole = j->p->class_capacity[j->p->robot_class ? j->p->robot_class[r] : 0];
    int64_t left = j->p->robot_health_ppm ? judge_ahead_million(whole, j->p->robot_health_ppm[r]) : whole;
    return left ? left : 1;
}

static int32_t judge_ahead_demand(const judge_ahead *j, int32_t t)
{
    int64_t sum = 999999;
    if (j->p->demand) return j->p->demand[t];
    if (!j->p->activity_ppm) return 0;
    for (int32_t r = 0; r < j->p->n_robots; r++) sum += j->p->activity_ppm[(int64_t)r * j->p->n_steps + t];
    return (int32_t)(sum / 1000000);
}

static int judge_ahead_stands(const judge_ahead *j, int32_t r, int32_t b, int32_t start) { return start == 0 && j->p->at_bay && j->p->at_bay[r] == b; }

/* Steps on the way to slot k, -1 when there is no way. */
static int32_t judge_ahead_way(const judge_ahead *j, int64_t k)
{
    int32_t r = j->plan->slot_robot[k], b = j->plan->slot_bay[k];
    if (judge_ahead_stands(j, r, b, j->plan->slot_start[k]) || !j->p->travel) return 0;
    return j->p->travel[(int64_t)r * j->p->n_bays + b];
}

/* ---- H2, H3 ---------------------------------------------------------------------------------------------------------------- */

static void judge_ahead_slot(judge_ahead *j, int64_t k)
{
    const c12_charge_slots *a = j->plan;
    int32_t r = a->slot_robot[k], b = a->slot_bay[k], from = a->slot_start[k], to = a->slot_end[k], n = j->p->n_steps;
    if (r < 0 || r >= j->p->n_robots) { judge_ahead_breach(j, "robot out of range", "slot_robot", k, -1); return; }
    if (b < 0 || b >= j->p->n_bays) { judge_ahead_breach(j, "bay out of range", "slot_bay", k, -1); return; }
    if (from < 0 || to > n || from >= to) { judge_ahead_breach(j, "H2: not a stretch of the horizon", "slot_start", k, from); return; }
    if ((j->p->bay_from && from < j->p->bay_from[b]) || (j->p->bay_to && to > j->p->bay_to[b])) judge_ahead_breach(j, "H2: the bay is closed", "slot_start", k, from);
    if (to - from < j->o->least_slot && to < n && !judge_ahead_stands(j, r, b, from)) judge_ahead_breach(j, "H2: shorter than least_slot", "slot_end", k, to);
    int32_t way = judge_ahead_way(j, k), free_from = j->p->robot_from ? j->p->robot_from[r] : 0;
    if (way < 0) judge_ahead_breach(j, "H3: no way to the bay", "slot_bay", k, from);
    else if (from < way || from - way < free_from) judge_ahead_breach(j, "H3: cannot be there yet", "slot_start", k, from);
    if (!k || j->v.violations) return;
    if (a->slot_robot[k - 1] > r || (a->slot_robot[k - 1] == r && a->slot_start[k - 1] >= from)) judge_ahead_breach(j, "not ordered by robot and start", "slot_robot", k, from);
    else if (a->slot_robot[k - 1] == r && from - way < a->slot_end[k - 1]) judge_ahead_breach(j, "H3: leaves before its last slot ends", "slot_start", k, from);
}

static void judge_ahead_slots(judge_ahead *j)
{
    const c12_charge_slots *a = j->plan;
    for (int64_t k = 0; k < a->n; k++) judge_ahead_slot(j, k);
    if (j->v.violations) return;
    for (int64_t k = 0; k < a->n; k++) {
        if (k >= C12_CHARGE_MOST_SLOTS && a->slot_robot[k - C12_CHARGE_MOST_SLOTS] == a->slot_robot[k]) judge_ahead_breach(j, "H2: too many slots", "slot_robot", k, -1);
        for (int64_t i = 0; i < k; i++)
            if (a->slot_bay[i] == a->slot_bay[k] && a->slot_start[i] < a->slot_end[k] && a->slot_start[k] < a->slot_end[i])
                judge_ahead_breach(j, "H2: two robots in one bay", "slot_bay", k, a->slot_start[k]);
        j->travel += judge_ahead_way(j, k);
    }
}

/* ---- H4 to H6, H8 ------------------------------------------------------------------------------------------------------------ */

static int64_t judge_ahead_ever_open(const judge_ahead *j)
{
    int64_t n = 0;
    for (int32_t b = 0; b < j->p->n_bays; b++) n += (j->p->bay_to ? j->p->bay_to[b] : j->p->n_steps) > (j->p->bay_from ? j->p->bay_from[b] : 0);
    return n;
}

/* Drain of a step outside, when `sharing` robots share what is wanted. */
static int64_t judge_ahead_drain(const judge_ahead *j, int32_t r, int32_t t, int64_t sharing)
{
    int32_t c = j->p->robot_class ? j->p->robot_class[r] : 0;
    int64_t part = 0;
    if (j->p->activity_ppm) part = j->p->activity_ppm[(int64_t)r * j->p->n_steps + t];
    else if (j->p->demand) part = (int64_t)j->p->demand[t] * 1000000 / (sharing > 1 ? sharing : 1);
    if (part > 1000000) part = 1000000;
    return j->p->class_idle[c] + judge_ahead_million(j->p->class_active[c] - j->p->class_idle[c], part);
}

/* H5: along the curve with a millionth of a step as the unit of time. */
static int64_t judge_ahead_charged(const judge_ahead *j, int32_t r, int64_t e)
{
    int32_t c = j->p->robot_class ? j->p->robot_class[r] : 0;
    int64_t capacity = judge_ahead_capacity(j, r), time = 1000000, k = j->p->curve_off[c];
    while (k < j->p->curve_off[c + 1] && time > 0) {
        int64_t bound = judge_ahead_million(capacity, j->p->curve_to_ppm[k]), rate = j->p->curve_rate[k];
        if (e < bound) {
            int64_t takes = (bound - e) * 1000000 / rate + ((bound - e) * 1000000 % rate != 0);
            if (takes > time) return e + judge_ahead_million(rate, time);
            time -= takes;
            e = bound;
        }
        k++;
    }
    return e;
}

/* Follows one robot through its slots, which start at row k.  Returns the row behind them. */
static int64_t judge_ahead_robot(judge_ahead *j, int32_t r, int64_t k, int64_t sharing)
{
    const c12_charge_slots *a = j->plan;
    int64_t capacity = judge_ahead_capacity(j, r), e = judge_ahead_million(capacity, j->p->battery_ppm[r]), n = j->p->n_steps;
    for (int32_t t = 0; t < j->p->n_steps; t++) {
        while (k < a->n && a->slot_robot[k] == r && a->slot_end[k] <= t) k++;
        int mine = k < a->n && a->slot_robot[k] == r;
        if (mine && a->slot_start[k] <= t) e = judge_ahead_charged(j, r, e);
        else if (mine && a->slot_start[k] - judge_ahead_way(j, k) <= t) e -= j->p->class_active[j->p->robot_class ? j->p->robot_class[r] : 0];
        else e -= judge_ahead_drain(j, r, t, sharing);
        if (e < 0) { j->empty++; e = 0; }
        j->low += e <= judge_ahead_million(capacity, j->o->floor_ppm);
        if (a->energy[r * n + t] != e) { judge_ahead_breach(j, "H4, H5: wrong energy", "energy", r, t); return k; }
    }
    int64_t lacks = j->o->end_ppm - e * 1000000 / capacity;
    j->end_short += lacks > 0 ? lacks : 0;
    while (k < a->n && a->slot_robot[k] == r) k++;
    return k;
}

static void judge_ahead_robots(judge_ahead *j)
{
    int64_t k = 0, sharing = j->p->n_robots - judge_ahead_ever_open(j);
    for (int32_t r = 0; r < j->p->n_robots && !j->v.violations; r++) k = judge_ahead_robot(j, r, k, sharing);
}

/* ---- H6, H7 by step ------------------------------------------------------------------------------------------------------------ */

static void judge_ahead_steps(judge_ahead *j)
{
    const c12_charge_slots *a = j->plan;
    for (int32_t t = 0; t < j->p->n_steps; t++) {
        int64_t high = 0, there = j->p->n_robots;
        for (int32_t r = 0; r < j->p->n_robots; r++)
            high += a->energy[(int64_t)r * j->p->n_steps + t] > judge_ahead_million(judge_ahead_capacity(j, r), j->o->floor_ppm);
        for (int64_t k = 0; k < a->n; k++) there -= a->slot_start[k] - judge_ahead_way(j, k) <= t && t < a->slot_end[k];
        j->below += high * 1000000 < (int64_t)j->o->share_ppm * j->p->n_robots;
        if (judge_ahead_demand(j, t) > there) j->unmet += judge_ahead_demand(j, t) - there;
    }
}

/* ---- H9, H10 --------------------------------------------------------------------------------------------------------------------- */

static void judge_ahead_balance(judge_ahead *j)
{
    int64_t ever = 0, now = 0, ever_part = 0, now_part = 0, open = 0, n = j->p->n_steps, bays = judge_ahead_ever_open(j);
    for (int32_t r = 0; r < j->p->n_robots; r++) {
        int32_t c = j->p->robot_class ? j->p->robot_class[r] : 0;
        int64_t use = 0, rate = 0, capacity = judge_ahead_capacity(j, r), spare = judge_ahead_million(capacity, j->p->battery_ppm[r]) - judge_ahead_million(capacity, j->o->floor_ppm);
        for (int32_t t = 0; t < n; t++) use += judge_ahead_drain(j, r, t, j->p->n_robots);
        for (int64_t k = j->p->curve_off[c]; k < j->p->curve_off[c + 1]; k++) if (j->p->curve_rate[k] > rate) rate = j->p->curve_rate[k];
        int64_t lack = use > spare ? use - spare : 0;
        ever += use / rate;
        ever_part += (use - use / rate * rate) * 1000 / rate; /* thousandths of a bay step */
        now += lack / rate;
        now_part += (lack - lack / rate * rate) * 1000 / rate;
    }
    ever += ever_part / 1000;
    now += now_part / 1000;
    for (int32_t b = 0; b < j->p->n_bays; b++) open += (j->p->bay_to ? j->p->bay_to[b] : n) - (j->p->bay_from ? j->p->bay_from[b] : 0);
    int64_t needed = ever / n + (ever % n != 0), lacks = now > open ? (now - open) / n + ((now - open) % n != 0) : 0;
    if (needed > INT32_MAX) needed = INT32_MAX;
    if (lacks > INT32_MAX) lacks = INT32_MAX;
    if (j->plan->bays_needed != needed) judge_ahead_breach(j, "H10: wrong number of bays needed", "bays_needed", -1, -1);
    if (j->plan->bays_missing != (needed > bays ? needed - bays : 0)) judge_ahead_breach(j, "H10: wrong number of bays missing", "bays_missing", -1, -1);
    if (j->plan->bays_short != lacks) judge_ahead_breach(j, "H10: wrong number of bays short", "bays_short", -1, -1);
}

static void judge_ahead_figures(judge_ahead *j)
{
    const c12_charge_slots *a = j->plan;
    const struct { int64_t told, is; const char *field; } row[] = {
        { a->empty, j->empty, "empty" }, { a->below, j->below, "below" }, { a->unmet, j->unmet, "unmet" },
        { a->low, j->low, "low" }, { a->end_short, j->end_short, "end_short" }, { a->travel, j->travel, "travel" },
    };
    for (size_t k = 0; k < sizeof row / sizeof *row; k++)
        if (row[k].told != row[k].is) judge_ahead_breach(j, "wrong figure", row[k].field, -1, row[k].is);
    j->v.objective = j->o->price_empty * j->empty + j->o->price_below * j->below + j->o->price_unmet * j->unmet + j->o->price_low * j->low +
                     j->o->price_end * j->end_short + j->o->price_travel * j->travel;
}

c12_status c12_charge_horizon_check(const c12_charge_outlook *in, const c12_charge_horizon_options *options, const c12_charge_slots *plan, c12_verdict *verdict, c12_error *err)
{
    c12_charge_outlook p;
    c12_charge_horizon_options o;
    c12_charge_slots a;
    judge_ahead j = { .p = &p, .o = &o, .plan = &a, .v = C12_INIT(c12_verdict) };
    c12_status s = c12__ahead_take(&p, &o, in, options, err);
    if (!s) s = c12__take(&a, sizeof a, plan, "plan", err);
    if (s) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    if (a.n < 0 || a.n > (int64_t)p.n_robots * C12_CHARGE_MOST_SLOTS) return c12__fail(err, C12_E_RANGE, "more slots than robots can have", "n", -1, a.n);
    if (a.n && (!a.slot_robot || !a.slot_bay || !a.slot_start || !a.slot_end)) return c12__fail(err, C12_E_ARG, "column is missing", "slot_robot", -1, 0);
    if (p.n_robots && !a.energy) return c12__fail(err, C12_E_ARG, "column is missing", "energy", -1, 0);
    j.v.row = j.v.tick = -1;
    judge_ahead_slots(&j);
    if (!j.v.violations) judge_ahead_robots(&j);
    if (!j.v.violations) judge_ahead_steps(&j);
    if (!j.v.violations) judge_ahead_figures(&j);
    judge_ahead_balance(&j);
    if (j.v.violations) j.v.objective = 0;
    c12__give(verdict, &j.v, sizeof j.v);
    return C12_OK;
}
