/* SPDX-License-Identifier: Apache-2.0 */
/* Entry checks and defaults. */
#include "charge/charge_internal.h"

#define CHARGE_MOST_TICKS ((int64_t)1 << 40)
#define CHARGE_MOST_CLOCK ((int64_t)1 << 50)

/* ---- options ------------------------------------------------------------------------------------------------------------- */

static void charge_fill_defaults(c12_charge_options *o)
{
    if (!o->critical_ppm) o->critical_ppm = 200000;
    if (!o->medium_ppm) o->medium_ppm = 400000;
    if (!o->low_ppm) o->low_ppm = 600000;
    if (!o->taper_ppm) o->taper_ppm = 800000;
    if (!o->partial_ppm) o->partial_ppm = 800000;
    if (!o->full_ppm) o->full_ppm = C12__CHARGE_PPM;
    if (!o->fast_ticks) o->fast_ticks = 2700;
    if (!o->slow_ticks) o->slow_ticks = 2700;
    if (!o->drain_ticks) o->drain_ticks = 1;
}

c12_status c12__charge_take_options(c12_charge_options *o, const c12_charge_options *from, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__take_optional(o, sizeof *o, from, "options", err);
    if (s) return s;
    charge_fill_defaults(o);
    const struct { const char *name; int64_t value, least, most; } row[] = {
        { "critical_ppm", o->critical_ppm, 0, C12__CHARGE_PPM }, { "medium_ppm", o->medium_ppm, o->critical_ppm, C12__CHARGE_PPM },
        { "low_ppm", o->low_ppm, o->medium_ppm, C12__CHARGE_PPM }, { "taper_ppm", o->taper_ppm, 1, C12__CHARGE_PPM - 1 },
        { "partial_ppm", o->partial_ppm, o->low_ppm, o->full_ppm }, { "full_ppm", o->full_ppm, o->low_ppm, C12__CHARGE_PPM },
        { "no_preemption", o->no_preemption, 0, 1 }, { "fast_ticks", o->fast_ticks, 1, CHARGE_MOST_TICKS },
        { "slow_ticks", o->slow_ticks, 1, CHARGE_MOST_TICKS }, { "drain_ticks", o->drain_ticks, 1, CHARGE_MOST_TICKS },
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        if (row[i].value < row[i].least || row[i].value > row[i].most)
            c12__fault(&f, C12_E_RANGE, "policy contradicts itself or is out of range", row[i].name, -1, row[i].value);
    return f.status;
}

/* ---- problem ------------------------------------------------------------------------------------------------------------- */

static void charge_check_counts(c12__faults *f, const c12_charge_problem *p)
{
    if (p->n_robots < 0) c12__fault(f, C12_E_ARG, "count is negative", "n_robots", -1, p->n_robots);
    if (p->n_bays < 0) c12__fault(f, C12_E_ARG, "count is negative", "n_bays", -1, p->n_bays);
    if (p->low_demand != 0 && p->low_demand != 1) c12__fault(f, C12_E_RANGE, "must be 0 or 1", "low_demand", -1, p->low_demand);
    if (p->now < 0 || p->now > CHARGE_MOST_CLOCK) c12__fault(f, C12_E_RANGE, "tick out of range", "now", -1, p->now);
    if (!p->battery_ppm && p->n_robots > 0) c12__fault(f, C12_E_ARG, "column is missing", "battery_ppm", -1, 0);
    if (!p->travel && p->n_robots > 0 && p->n_bays > 0) c12__fault(f, C12_E_ARG, "column is missing", "travel", -1, 0);
}

static void charge_check_robot(c12__faults *f, const c12_charge_problem *p, int32_t r)
{
    int32_t at = c12__at32(p->at_bay, r, -1);
    int64_t drain = c12__at64(p->robot_drain, r, 0);
    if (p->battery_ppm[r] < 0 || p->battery_ppm[r] > C12__CHARGE_PPM) c12__fault(f, C12_E_RANGE, "battery must be 0..1000000 ppm", "battery_ppm", r, p->battery_ppm[r]);
    if (p->busy && p->busy[r] > 1) c12__fault(f, C12_E_RANGE, "must be 0 or 1", "busy", r, p->busy[r]);
    if (drain < 0 || drain > CHARGE_MOST_TICKS) c12__fault(f, C12_E_RANGE, "drain out of range", "robot_drain", r, drain);
    if (at < -1 || at >= p->n_bays) c12__fault(f, C12_E_RANGE, "bay out of range", "at_bay", r, at);
    for (int32_t q = 0; at >= 0 && q < r; q++)
        if (p->at_bay[q] == at) { c12__fault(f, C12_E_RANGE, "two robots stand in this bay", "at_bay", r, at); break; }
}

/* Largest travel, or a fault. */
static int64_t charge_check_travel(c12__faults *f, const c12_charge_problem *p)
{
    int64_t cells = (int64_t)p->n_robots * p->n_bays, most = 0;
    for (int64_t i = 0; i < cells && !c12__full(f); i++) {
        if (p->travel[i] < -1 || p->travel[i] > CHARGE_MOST_TICKS) c12__fault(f, C12_E_RANGE, "travel out of range", "travel", i, p->travel[i]);
        most = c12__max64(most, p->travel[i]);
    }
    return most;
}

/* Largest wait for a bay to open, or a fault. */
static int64_t charge_check_bays(c12__faults *f, const c12_charge_problem *p)
{
    int64_t most = 0;
    for (int32_t b = 0; p->bay_free_from && b < p->n_bays && !c12__full(f); b++) {
        c12_tick t = p->bay_free_from[b];
        if (t == C12_CHARGE_CLOSED) continue;
        if (t < 0 || t > CHARGE_MOST_CLOCK) c12__fault(f, C12_E_RANGE, "tick out of range", "bay_free_from", b, t);
        most = c12__max64(most, t - p->now);
    }
    return most;
}

/* Every robot may wait for the opening of a bay and for all others before it: n * (opening + n * (charge + travel)) must fit. */
static int charge_waits_fit(const c12_charge_problem *p, const c12_charge_options *o, int64_t opening, int64_t travel)
{
    int64_t wait, drain = 0;
    for (int32_t r = 0; r < p->n_robots; r++)
        if (c12__add64(drain, c12__at64(p->robot_drain, r, 0), &drain)) return 0;
    if (c12__mul64(o->fast_ticks + o->slow_ticks + travel + 2, (int64_t)p->n_robots + 1, &wait) || c12__add64(wait, opening, &wait)) return 0;
    return !c12__mul64(wait, (int64_t)p->n_robots + 1, &wait) && wait <= (int64_t)1 << 62;
}

c12_status c12__charge_take_problem(c12_charge_problem *p, const c12_charge_problem *from, const c12_charge_options *o, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__take(p, sizeof *p, from, "problem", err);
    if (s) return s;
    charge_check_counts(&f, p);
    if (f.status) return f.status;
    for (int32_t r = 0; r < p->n_robots && !c12__full(&f); r++) charge_check_robot(&f, p, r);
    int64_t travel = charge_check_travel(&f, p), opening = charge_check_bays(&f, p);
    if (!f.status && !charge_waits_fit(p, o, opening, travel)) c12__fault(&f, C12_E_OVERFLOW, "waits could pass 2^62 ticks", "n_robots", -1, p->n_robots);
    return f.status;
}
