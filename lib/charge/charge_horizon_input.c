/* SPDX-License-Identifier: Apache-2.0 */
/* Entry checks and defaults of the hours ahead. */
#include "charge/charge_horizon_internal.h"

enum { AHEAD_MOST = 1 << 20, AHEAD_CELLS = 1 << 24, AHEAD_PRICE = 1 << 28, AHEAD_PPM = 1000000 };
#define AHEAD_ENERGY ((int64_t)1 << 40)
#define AHEAD_DRAIN ((int64_t)1 << 38) /* times 2^24 robots and steps stays below 2^63 */

/* ---- options ------------------------------------------------------------------------------------------------------------- */

/* 2^28 times 2^32 robots and steps, and 2^20 times 2^40 ppm of batteries, leave room in 64 bits for their sum. */
static void ahead_price(c12__faults *f, int64_t *price, const char *name, int64_t most, int64_t dflt)
{
    if (*price < -1 || *price > most) c12__fault(f, C12_E_RANGE, "price is below -1 or too high", name, -1, *price);
    *price = *price ? c12__max64(*price, 0) : dflt;
}

static void ahead_ppm(c12__faults *f, int32_t *value, const char *name, int32_t dflt)
{
    if (*value < 0 || *value > AHEAD_PPM) c12__fault(f, C12_E_RANGE, "must be 0..1000000 ppm", name, -1, *value);
    if (!*value) *value = dflt;
}

static c12_status ahead_take_options(c12_charge_horizon_options *o, const c12_charge_horizon_options *from, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__take_optional(o, sizeof *o, from, "options", err);
    if (s) return s;
    ahead_ppm(&f, &o->floor_ppm, "floor_ppm", 400000);
    ahead_ppm(&f, &o->share_ppm, "share_ppm", 900000);
    ahead_ppm(&f, &o->end_ppm, "end_ppm", 600000);
    if (o->least_slot < 0) c12__fault(&f, C12_E_RANGE, "is negative", "least_slot", -1, o->least_slot);
    if (!o->least_slot) o->least_slot = 1;
    ahead_price(&f, &o->price_empty, "price_empty", AHEAD_PRICE, 100000000);
    ahead_price(&f, &o->price_below, "price_below", AHEAD_PRICE, 10000000);
    ahead_price(&f, &o->price_unmet, "price_unmet", AHEAD_PRICE, 100000);
    ahead_price(&f, &o->price_low, "price_low", AHEAD_PRICE, 10000);
    ahead_price(&f, &o->price_end, "price_end", AHEAD_MOST, 2);
    ahead_price(&f, &o->price_travel, "price_travel", AHEAD_PRICE, 100);
    return f.status;
}

/* ---- the fleet ----------------------------------------------------------------------------------------------------------- */

static void ahead_count(c12__faults *f, int64_t n, int64_t least, int64_t most, const char *name)
{
    if (n < least) c12__fault(f, C12_E_ARG, "count is too small", name, -1, n);
    if (n > most) c12__fault(f, C12_E_RANGE, "count is too large", name, -1, n);
}

static void ahead_needed(c12__faults *f, int64_t n, const void *column, const char *name)
{
    if (n > 0 && !column) c12__fault(f, C12_E_ARG, "column is missing", name, -1, 0);
}

static void ahead_frame(c12__faults *f, const c12_charge_outlook *p)
{
    ahead_count(f, p->n_robots, 0, AHEAD_MOST, "n_robots");
    ahead_count(f, p->n_bays, 0, AHEAD_MOST, "n_bays");
    ahead_count(f, p->n_classes, p->n_robots > 0, AHEAD_MOST, "n_classes");
    ahead_count(f, p->n_steps, 1, AHEAD_MOST, "n_steps");
    if (f->status) return;
    ahead_count(f, (int64_t)p->n_robots * p->n_steps, 0, AHEAD_CELLS, "n_steps");
    ahead_count(f, (int64_t)p->n_bays * p->n_steps, 0, AHEAD_CELLS, "n_bays");
    ahead_count(f, (int64_t)p->n_bays * p->n_robots, 0, AHEAD_CELLS, "n_bays");
    ahead_needed(f, p->n_classes, p->class_capacity, "class_capacity");
    ahead_needed(f, p->n_classes, p->class_active, "class_active");
    ahead_needed(f, p->n_classes, p->class_idle, "class_idle");
    ahead_needed(f, p->n_classes, p->curve_off, "curve_off");
    ahead_needed(f, p->n_classes, p->curve_to_ppm, "curve_to_ppm");
    ahead_needed(f, p->n_classes, p->curve_rate, "curve_rate");
    ahead_needed(f, p->n_robots, p->battery_ppm, "battery_ppm");
}

static void ahead_check_curve(c12__faults *f, const c12_charge_outlook *p, int32_t c)
{
    int32_t before = 0;
    int64_t from = p->curve_off[c], to = p->curve_off[c + 1];
    if ((!c && from) || to <= from || to - from > AHEAD_MOST) { c12__fault(f, C12_E_RANGE, "offsets must start at 0 and rise", "curve_off", c + 1, to); return; }
    for (int64_t k = from; k < to && !c12__full(f); before = p->curve_to_ppm[k++]) {
        int32_t at = p->curve_to_ppm[k];
        if (at <= before || at > AHEAD_PPM || (k == to - 1 && at != AHEAD_PPM)) c12__fault(f, C12_E_RANGE, "must rise and end at 1000000 ppm", "curve_to_ppm", k, at);
        if (p->curve_rate[k] < 1 || p->curve_rate[k] > AHEAD_ENERGY) c12__fault(f, C12_E_RANGE, "rate must be 1..2^40", "curve_rate", k, p->curve_rate[k]);
    }
}

static void ahead_check_classes(c12__faults *f, const c12_charge_outlook *p)
{
    int bad = 0;
    for (int32_t c = 0; c < p->n_classes && !c12__full(f); c++) {
        int64_t active = p->class_active[c], idle = p->class_idle[c];
        if (p->class_capacity[c] < 1 || p->class_capacity[c] > AHEAD_ENERGY) c12__fault(f, C12_E_RANGE, "capacity must be 1..2^40", "class_capacity", c, p->class_capacity[c]);
        if (idle < 0 || idle > AHEAD_DRAIN) c12__fault(f, C12_E_RANGE, "drain must be 0..2^38", "class_idle", c, idle);
        if (active < idle || active > AHEAD_DRAIN) c12__fault(f, C12_E_RANGE, "drain must be class_idle..2^38", "class_active", c, active);
        if (!bad) ahead_check_curve(f, p, c); /* offsets behind a bad one say nothing */
        bad = bad || p->curve_off[c + 1] <= p->curve_off[c];
    }
}

static void ahead_between(c12__faults *f, const int32_t *column, int64_t n, int32_t low, int32_t high, const char *name)
{
    for (int64_t i = 0; column && i < n && !c12__full(f); i++)
        if (column[i] < low || column[i] > high) c12__fault(f, C12_E_RANGE, "value out of range", name, i, column[i]);
}

static void ahead_check_bays(c12__faults *f, const c12_charge_outlook *p)
{
    ahead_between(f, p->bay_from, p->n_bays, 0, p->n_steps, "bay_from");
    for (int32_t b = 0; p->bay_to && b < p->n_bays && !c12__full(f); b++)
        if (p->bay_to[b] < c12__at32(p->bay_from, b, 0) || p->bay_to[b] > p->n_steps) c12__fault(f, C12_E_RANGE, "must be bay_from..n_steps", "bay_to", b, p->bay_to[b]);
}

/* No two robots stand in one bay.  Sorting would need memory: the quadratic look is over robots that stand in bays, and those are few. */
static void ahead_check_standing(c12__faults *f, const c12_charge_outlook *p)
{
    for (int32_t r = 0; p->at_bay && r < p->n_robots && !c12__full(f); r++)
        for (int32_t q = 0; p->at_bay[r] >= 0 && q < r; q++)
            if (p->at_bay[q] == p->at_bay[r]) { c12__fault(f, C12_E_RANGE, "two robots stand in this bay", "at_bay", r, p->at_bay[r]); break; }
}

static void ahead_check_demand(c12__faults *f, const c12_charge_outlook *p)
{
    int64_t sum = 0;
    ahead_between(f, p->demand, p->n_steps, 0, AHEAD_CELLS, "demand");
    for (int32_t t = 0; p->demand && t < p->n_steps; t++) sum += p->demand[t];
    if (sum > (int64_t)1 << 32) c12__fault(f, C12_E_OVERFLOW, "robots wanted add up to more than 2^32", "demand", -1, sum);
}

c12_status c12__ahead_take(c12_charge_outlook *p, c12_charge_horizon_options *o, const c12_charge_outlook *from, const c12_charge_horizon_options *options, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__take(p, sizeof *p, from, "in", err);
    if (!s) s = ahead_take_options(o, options, err);
    if (s) return s;
    ahead_frame(&f, p);
    if (f.status) return f.status;
    ahead_check_classes(&f, p);
    ahead_between(&f, p->robot_class, p->n_robots, 0, p->n_classes - 1, "robot_class");
    ahead_between(&f, p->battery_ppm, p->n_robots, 0, AHEAD_PPM, "battery_ppm");
    ahead_between(&f, p->robot_health_ppm, p->n_robots, 1, AHEAD_PPM, "robot_health_ppm");
    ahead_between(&f, p->robot_from, p->n_robots, 0, p->n_steps, "robot_from");
    ahead_between(&f, p->travel, (int64_t)p->n_robots * p->n_bays, -1, p->n_steps, "travel");
    ahead_between(&f, p->at_bay, p->n_robots, -1, p->n_bays - 1, "at_bay");
    ahead_check_standing(&f, p);
    ahead_check_bays(&f, p);
    ahead_check_demand(&f, p);
    ahead_between(&f, p->activity_ppm, (int64_t)p->n_robots * p->n_steps, 0, AHEAD_PPM, "activity_ppm");
    return f.status;
}
