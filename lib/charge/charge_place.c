/* SPDX-License-Identifier: Apache-2.0 */
/* Classes, order and places: E1 to E7 of the header, in that order. */
#include "base/sort.h"
#include "charge/charge_internal.h"

/* ---- who wants to charge ------------------------------------------------------------------------------------------------- */

static int charge_open_now(const c12_charge_problem *p, int32_t bay)
{
    return c12__at64(p->bay_free_from, bay, 0) <= p->now;
}

/* The bay a robot stands in, if it may be used now. */
static int32_t charge_standing(const c12_charge_problem *p, int32_t r)
{
    int32_t bay = c12__at32(p->at_bay, r, -1);
    return bay >= 0 && charge_open_now(p, bay) ? bay : -1;
}

static int32_t charge_class(const c12_charge *self, int32_t r)
{
    const c12_charge_options *o = &self->policy;
    int32_t battery = self->p.battery_ppm[r];
    if (battery < o->critical_ppm) return C12_CHARGE_CRITICAL;
    if (self->p.busy && self->p.busy[r]) return C12_CHARGE_NONE;
    if (battery < o->medium_ppm) return C12_CHARGE_MEDIUM;
    if (battery < o->low_ppm && self->p.low_demand) return C12_CHARGE_LOW;
    return charge_standing(&self->p, r) >= 0 && battery < self->target ? C12_CHARGE_LOW : C12_CHARGE_NONE;
}

void c12__charge_classify(c12_charge *self)
{
    int32_t wanting = 0, bays = 0;
    self->target = self->policy.full_ppm;
    for (int32_t r = 0; r < self->p.n_robots; r++) wanting += charge_class(self, r) != C12_CHARGE_NONE;
    for (int32_t b = 0; b < self->p.n_bays; b++) bays += charge_open_now(&self->p, b);
    if (wanting > bays) self->target = self->policy.partial_ppm;
    for (int32_t r = 0; r < self->p.n_robots; r++) {
        self->kind[r] = charge_class(self, r);
        self->key[r] = (int64_t)(C12_CHARGE_CRITICAL - self->kind[r]) * 2 * C12__CHARGE_PPM + self->p.battery_ppm[r];
    }
    c12__sort_rows(self->key, self->p.n_robots, self->order, self->scratch);
}

/* ---- how long it takes --------------------------------------------------------------------------------------------------- */

/* Battery after `ticks` of drain, -1 when it was empty before. */
static int64_t charge_left(const c12_charge *self, int32_t r, int64_t ticks)
{
    int64_t battery = self->p.battery_ppm[r], drain = c12__at64(self->p.robot_drain, r, 0), unit = self->policy.drain_ticks;
    if (!drain) return battery;
    if (ticks > battery * unit / drain) return -1;
    return battery - (drain * ticks + unit - 1) / unit;
}

/* First tick count that lifts `battery` to the target: two stretches of unequal rate, rounded up once. */
static int64_t charge_ticks(const c12_charge *self, int64_t battery)
{
    const c12_charge_options *o = &self->policy;
    int64_t fast = c12__max64(0, c12__min64(self->target, o->taper_ppm) - battery), rest = C12__CHARGE_PPM - o->taper_ppm;
    int64_t slow = c12__max64(0, self->target - c12__max64(battery, o->taper_ppm));
    int64_t a = fast * o->fast_ticks, b = slow * o->slow_ticks;
    int64_t crumbs = a % o->taper_ppm * rest + b % rest * o->taper_ppm, whole = o->taper_ppm * rest;
    return a / o->taper_ppm + b / rest + (crumbs + whole - 1) / whole;
}

static void charge_book(c12_charge *self, int32_t r, int32_t bay, c12_tick start)
{
    int64_t left = charge_left(self, r, start - self->p.now);
    self->stranded += left < 0;
    self->bay[r] = bay;
    self->start[r] = start;
    self->until[r] = start + charge_ticks(self, c12__max64(left, 0));
    self->open[bay] = self->until[r];
}

/* ---- places -------------------------------------------------------------------------------------------------------------- */

static void charge_settle_standing(c12_charge *self)
{
    const c12_charge_problem *p = &self->p;
    for (int32_t b = 0; b < p->n_bays; b++) {
        self->user[b] = -1;
        self->open[b] = c12__max64(p->now, c12__at64(p->bay_free_from, b, 0));
    }
    for (int32_t r = 0; r < p->n_robots; r++) {
        int32_t bay = charge_standing(p, r);
        self->bay[r] = self->rank[r] = -1;
        self->start[r] = self->until[r] = -1;
        if (bay < 0 || !self->kind[r]) continue;
        self->user[bay] = r;
        charge_book(self, r, bay, p->now);
    }
}

static int32_t charge_nearest_free(const c12_charge *self, int32_t r)
{
    const c12_tick *way = self->p.travel + (int64_t)r * self->p.n_bays;
    int32_t best = -1;
    for (int32_t b = 0; b < self->p.n_bays; b++)
        if (way[b] >= 0 && self->user[b] < 0 && charge_open_now(&self->p, b) && (best < 0 || way[b] < way[best])) best = b;
    return best;
}

/* The bay of the LOW robot with most in its battery that r can reach; that robot goes. */
static int32_t charge_preempt(c12_charge *self, int32_t r)
{
    const c12_tick *way = self->p.travel + (int64_t)r * self->p.n_bays;
    int32_t best = -1;
    if (self->kind[r] != C12_CHARGE_CRITICAL || self->policy.no_preemption) return -1;
    for (int32_t b = 0; b < self->p.n_bays; b++) {
        int32_t u = self->user[b];
        if (u < 0 || self->kind[u] != C12_CHARGE_LOW || way[b] < 0) continue;
        if (best < 0 || self->p.battery_ppm[u] > self->p.battery_ppm[self->user[best]]) best = b;
    }
    if (best >= 0) self->bay[self->user[best]] = -1;
    return best;
}

/* E4 and E5 for one robot.  Returns 0 when it has to queue. */
static int charge_place_now(c12_charge *self, int32_t r)
{
    if (self->bay[r] >= 0) return 1;
    int32_t bay = charge_nearest_free(self, r);
    if (bay < 0) bay = charge_preempt(self, r);
    if (bay < 0) return 0;
    self->user[bay] = r;
    charge_book(self, r, bay, self->p.now + self->p.travel[(int64_t)r * self->p.n_bays + bay]);
    return 1;
}

/* E6 for one robot. */
static void charge_place_later(c12_charge *self, int32_t r)
{
    const c12_tick *way = self->p.travel + (int64_t)r * self->p.n_bays;
    int32_t best = -1;
    c12_tick first = 0;
    for (int32_t b = 0; b < self->p.n_bays; b++) {
        if (way[b] < 0 || c12__at64(self->p.bay_free_from, b, 0) == C12_CHARGE_CLOSED) continue;
        c12_tick at = c12__max64(self->open[b], self->p.now + way[b]);
        if (best >= 0 && (at > first || (at == first && way[b] >= way[best]))) continue;
        best = b;
        first = at;
    }
    self->start[r] = self->until[r] = -1;
    if (best < 0) { self->stranded++; return; }
    self->rank[r] = self->queued++;
    charge_book(self, r, best, first);
}

static int charge_must_stop(c12_charge *self, const c12_budget *b, c12_ns began, int64_t work, c12_stop *stop)
{
    if (atomic_load_explicit(&self->cancelled, memory_order_relaxed)) *stop = C12_STOP_CANCEL;
    else if (b->work_limit && work >= b->work_limit) *stop = C12_STOP_WORK;
    else if (b->time_limit && c12__now(&self->host) - began >= b->time_limit) *stop = C12_STOP_TIME;
    return *stop != C12_STOP_DONE;
}

int64_t c12__charge_place(c12_charge *self, const c12_budget *budget, c12_ns began, c12_stop *stop)
{
    int64_t work = 0;
    int32_t waiting = 0, *queue = self->scratch; /* the sort is over */
    *stop = C12_STOP_DONE;
    self->queued = self->stranded = 0;
    charge_settle_standing(self);
    for (int32_t i = 0; i < self->p.n_robots && self->kind[self->order[i]]; i++) {
        if (charge_must_stop(self, budget, began, work, stop)) return -1 - work;
        if (!charge_place_now(self, self->order[i])) queue[waiting++] = self->order[i];
        work++;
    }
    for (int32_t i = 0; i < waiting; i++) charge_place_later(self, queue[i]);
    return work;
}
