/* SPDX-License-Identifier: Apache-2.0 */
/* Battery health: cycles and time spent nearly full, added up exactly, and when what is left of the capacity is too little. */
#include "base/arena.h"
#include "base/num.h"
#include "c12/charge.h"

enum { HEALTH_PPM = 1000000 };
#define HEALTH_CLOCK ((int64_t)1 << 50)

typedef struct health_use { int64_t change, elapsed, last; c12__u128 high; } health_use; /* ppm; ticks; ticks * ppm of each stretch's rise, see below */

/* ---- input --------------------------------------------------------------------------------------------------------------- */

static void health_default(c12__faults *f, int32_t *value, const char *name, int32_t dflt)
{
    if (*value < -1 || *value > HEALTH_PPM) c12__fault(f, C12_E_RANGE, "must be -1..1000000", name, -1, *value);
    *value = *value ? (int32_t)c12__max64(0, *value) : dflt;
}

static c12_status health_take_fade(c12_charge_fade *d, const c12_charge_fade *from, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__take_optional(d, sizeof *d, from, "fade", err);
    if (s) return s;
    health_default(&f, &d->cycle_ppm, "cycle_ppm", 50);
    health_default(&f, &d->age_ppm, "age_ppm", 27);
    health_default(&f, &d->high_ppm, "high_ppm", 55);
    health_default(&f, &d->high_from_ppm, "high_from_ppm", 900000);
    health_default(&f, &d->end_ppm, "end_ppm", 800000);
    if (d->day_ticks < 0 || d->day_ticks > (int64_t)1 << 40) c12__fault(&f, C12_E_RANGE, "must be 1..2^40", "day_ticks", -1, d->day_ticks);
    if (!d->day_ticks) d->day_ticks = 86400;
    return f.status;
}

static void health_check_robot(c12__faults *f, const c12_charge_history *p, int32_t r)
{
    int64_t change = 0;
    for (int64_t k = p->sample_off[r]; k < p->sample_off[r + 1] && !c12__full(f); k++) {
        int first = k == p->sample_off[r];
        if (p->sample_at[k] < 0 || p->sample_at[k] > HEALTH_CLOCK) c12__fault(f, C12_E_RANGE, "tick out of range", "sample_at", k, p->sample_at[k]);
        else if (!first && p->sample_at[k] <= p->sample_at[k - 1]) c12__fault(f, C12_E_RANGE, "samples must rise in time", "sample_at", k, p->sample_at[k]);
        if (p->sample_ppm[k] < 0 || p->sample_ppm[k] > HEALTH_PPM) c12__fault(f, C12_E_RANGE, "charge must be 0..1000000 ppm", "sample_ppm", k, p->sample_ppm[k]);
        else if (!first) change += p->sample_ppm[k] > p->sample_ppm[k - 1] ? p->sample_ppm[k] - p->sample_ppm[k - 1] : p->sample_ppm[k - 1] - p->sample_ppm[k];
    }
    if (change > (int64_t)1 << 61) c12__fault(f, C12_E_OVERFLOW, "changes pass 2^40 full cycles", "sample_ppm", p->sample_off[r], change);
    int32_t health = c12__at32(p->health_ppm, r, HEALTH_PPM);
    if (health < 0 || health > HEALTH_PPM) c12__fault(f, C12_E_RANGE, "health must be 0..1000000 ppm", "health_ppm", r, health);
}

static c12_status health_take_history(c12_charge_history *p, const c12_charge_history *from, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__take(p, sizeof *p, from, "in", err);
    if (s) return s;
    if (p->n_robots < 0) return c12__fail(err, C12_E_ARG, "count is negative", "n_robots", -1, p->n_robots);
    if (!p->n_robots) return C12_OK;
    if (!p->sample_off) return c12__fail(err, C12_E_ARG, "column is missing", "sample_off", -1, 0);
    for (int32_t r = 0; r <= p->n_robots; r++)
        if (p->sample_off[r] < (r ? p->sample_off[r - 1] : 0) || (!r && p->sample_off[0])) return c12__fail(err, C12_E_RANGE, "offsets must start at 0 and not fall", "sample_off", r, p->sample_off[r]);
    if (p->sample_off[p->n_robots] && (!p->sample_at || !p->sample_ppm)) return c12__fail(err, C12_E_ARG, "column is missing", p->sample_at ? "sample_ppm" : "sample_at", -1, 0);
    for (int32_t r = 0; r < p->n_robots && !c12__full(&f); r++) health_check_robot(&f, p, r);
    return f.status;
}

/* ---- one battery ------------------------------------------------------------------------------------------------------------ */

/* Ticks of a stretch above the limit, in millionths: the part of the rise or fall that lies above it, or all or nothing. */
static c12__u128 health_high(int64_t ticks, int64_t a, int64_t b, int64_t limit)
{
    int64_t lo = c12__min64(a, b), hi = c12__max64(a, b);
    if (lo > limit) return c12__mul_u64((uint64_t)ticks, HEALTH_PPM);
    if (hi <= limit) return c12__mul_u64(0, 0);
    c12__u128 part = c12__mul_u64((uint64_t)ticks, (uint64_t)(hi - limit) * HEALTH_PPM);
    return c12__div_u128(part, (c12__u128){ 0, (uint64_t)(hi - lo) }, NULL);
}

static health_use health_add_up(const c12_charge_history *p, const c12_charge_fade *d, int32_t r)
{
    health_use u = { 0, 0, -1, { 0, 0 } };
    int64_t from = p->sample_off[r], to = p->sample_off[r + 1];
    for (int64_t k = from + 1; k < to; k++) {
        int64_t a = p->sample_ppm[k - 1], b = p->sample_ppm[k];
        u.change += a > b ? a - b : b - a;
        (void)c12__add_u128(u.high, health_high(p->sample_at[k] - p->sample_at[k - 1], a, b, d->high_from_ppm), &u.high); /* < 2^50 * 10^6 in all */
    }
    if (to > from) {
        u.last = p->sample_at[to - 1];
        u.elapsed = u.last - p->sample_at[from];
    }
    return u;
}

/* Fade in millionths of a ppm.  Below 2^82: 10^6 * 2^61 for the cycles, 10^6 * 2^50 * 10^6 for each of the others. */
static c12__u128 health_fade(const health_use *u, const c12_charge_fade *d)
{
    c12__u128 day = { 0, (uint64_t)d->day_ticks }, sum, part;
    sum = c12__div_u128(c12__mul_u64((uint64_t)u->change, (uint64_t)d->cycle_ppm), (c12__u128){ 0, 2 }, NULL);
    part = c12__div_u128(c12__mul_u64((uint64_t)u->elapsed, (uint64_t)d->age_ppm * HEALTH_PPM), day, NULL);
    (void)c12__add_u128(sum, part, &sum);
    (void)c12__mul_u128_u64(u->high, (uint64_t)d->high_ppm, &part);
    (void)c12__add_u128(sum, c12__div_u128(part, day, NULL), &sum);
    return sum;
}

static int32_t health_left(int32_t first, c12__u128 fade)
{
    c12__u128 rest, ppm = c12__div_u128(fade, (c12__u128){ 0, HEALTH_PPM }, &rest);
    if (ppm.hi || ppm.lo >= (uint64_t)first) return 0;
    return first - (int32_t)ppm.lo - (rest.lo != 0);
}

/* elapsed * (first - end) / fade after the first sample: the first whole tick at which the line is down at `end`; not before what is known. */
static c12_tick health_replace(const health_use *u, int32_t first, int32_t end, c12__u128 fade)
{
    c12__u128 rest, ticks;
    if (u->last < 0) return -1;
    if (first <= end) return u->last;
    if (!fade.hi && !fade.lo) return -1;
    ticks = c12__mul_u64((uint64_t)u->elapsed, (uint64_t)(first - end) * HEALTH_PPM);
    ticks = c12__div_u128(ticks, fade, &rest);
    if (ticks.hi || ticks.lo > (uint64_t)1 << 61) return -1;
    return c12__max64(u->last, u->last - u->elapsed + (int64_t)ticks.lo + (rest.hi || rest.lo));
}

c12_status c12_charge_health(const c12_charge_history *in, const c12_charge_fade *fade, c12_charge_health_report *out, c12_error *err)
{
    c12_charge_history p;
    c12_charge_fade d;
    c12_charge_health_report told;
    c12_status s = health_take_history(&p, in, err);
    if (!s) s = health_take_fade(&d, fade, err);
    if (!s) s = c12__take(&told, sizeof told, out, "out", err);
    if (s) return s;
    for (int32_t r = 0; r < p.n_robots; r++) {
        health_use u = health_add_up(&p, &d, r);
        int32_t first = c12__at32(p.health_ppm, r, HEALTH_PPM);
        c12__u128 lost = health_fade(&u, &d), whole = c12__div_u128(u.high, (c12__u128){ 0, HEALTH_PPM }, NULL);
        if (told.cycles_ppm) told.cycles_ppm[r] = u.change / 2;
        if (told.high_ticks) told.high_ticks[r] = (c12_tick)whole.lo;
        if (told.health_ppm) told.health_ppm[r] = health_left(first, lost);
        if (told.replace_at) told.replace_at[r] = health_replace(&u, first, d.end_ppm, lost);
    }
    return C12_OK;
}
