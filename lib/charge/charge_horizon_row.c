/* SPDX-License-Identifier: Apache-2.0 */
/* A robot's energy over the steps (H3 to H6, H8), and the plan as the sum of its robots. */
#include "charge/charge_horizon_internal.h"

enum { ROW_PPM = 1000000 };

/* ---- one robot ----------------------------------------------------------------------------------------------------------- */

/* H5.  gap * 10^6 and rate * 10^6 stay below 2^60. */
static int64_t row_walk(const c12__ahead *a, int32_t r, int64_t energy)
{
    int32_t c = c12__at32(a->p.robot_class, r, 0);
    int64_t left = ROW_PPM;
    for (int64_t k = a->p.curve_off[c]; k < a->p.curve_off[c + 1]; k++) {
        int64_t rate = a->p.curve_rate[k], bound = a->capacity[r] * a->p.curve_to_ppm[k] / ROW_PPM;
        if (energy >= bound) continue;
        int64_t needs = ((bound - energy) * ROW_PPM + rate - 1) / rate;
        if (needs > left) return energy + rate * left / ROW_PPM;
        energy = bound;
        left -= needs;
    }
    return energy;
}

int64_t c12__ahead_charge(const c12__ahead *a, int32_t r, int64_t energy)
{
    int64_t rate = a->p.curve_rate[a->p.curve_off[c12__at32(a->p.robot_class, r, 0)]];
    return energy + rate <= a->bound[r] ? energy + rate : row_walk(a, r, energy); /* mostly a whole step on the first stretch */
}

int32_t c12__ahead_way(const c12__ahead *a, int32_t r, int32_t bay, int32_t start)
{
    if (!start && c12__at32(a->p.at_bay, r, -1) == bay) return 0;
    return a->p.travel ? a->p.travel[(int64_t)r * a->p.n_bays + bay] : 0;
}

/* Where a robot is while its row is followed. */
typedef struct row_cursor { const c12__ahead *a; int64_t energy, floor, active; const int64_t *drain; uint8_t *flag; c12__ahead_sum *sum; int64_t *told; int32_t r; } row_cursor;

static void row_step(row_cursor *w, int32_t t, int64_t energy, uint8_t flag)
{
    if (energy < 0) { energy = 0; flag |= C12__AHEAD_EMPTY; w->sum->empty++; }
    if (energy <= w->floor) { flag |= C12__AHEAD_LOW; w->sum->low++; }
    w->energy = energy;
    w->flag[t] = flag;
    if (w->told) w->told[t] = energy;
}

void c12__ahead_follow(const c12__ahead *a, int32_t r, const c12__ahead_row *row, uint8_t *flag, c12__ahead_sum *sum, int64_t *energy)
{
    row_cursor w = { a, a->first[r], a->floor[r], a->p.class_active[c12__at32(a->p.robot_class, r, 0)], a->drain + (int64_t)a->lane[r] * a->p.n_steps, flag, sum, energy, r };
    int32_t t = 0;
    memset(sum, 0, sizeof *sum);
    for (int32_t k = 0; k < row->n; k++) {
        const c12__ahead_slot *s = &row->slot[k];
        int32_t way = c12__ahead_way(a, r, s->bay, s->start);
        sum->travel += way;
        for (; t < s->start - way; t++) row_step(&w, t, w.energy - w.drain[t], 0);
        for (; t < s->start; t++) row_step(&w, t, w.energy - w.active, C12__AHEAD_AWAY);
        for (; t < s->end; t++) row_step(&w, t, c12__ahead_charge(a, r, w.energy), C12__AHEAD_AWAY);
    }
    for (; t < a->p.n_steps; t++) row_step(&w, t, w.energy - w.drain[t], 0);
    sum->end_short = c12__max64(0, a->o.end_ppm - w.energy * ROW_PPM / a->capacity[r]);
}

/* ---- a row of slots ------------------------------------------------------------------------------------------------------ */

int c12__ahead_insert(c12__ahead_row *row, c12__ahead_slot s)
{
    int32_t k = row->n;
    if (k == C12_CHARGE_MOST_SLOTS) return 0;
    for (; k > 0 && row->slot[k - 1].start > s.start; k--) row->slot[k] = row->slot[k - 1];
    row->slot[k] = s;
    row->n++;
    return 1;
}

void c12__ahead_remove(c12__ahead_row *row, int32_t k)
{
    row->n--;
    for (; k < row->n; k++) row->slot[k] = row->slot[k + 1];
}

/* H2 and H3 for one robot alone. */
int c12__ahead_row_ok(const c12__ahead *a, int32_t r, const c12__ahead_row *row)
{
    int32_t before = c12__at32(a->p.robot_from, r, 0);
    for (int32_t k = 0; k < row->n; k++) {
        c12__ahead_slot s = row->slot[k];
        int32_t way = c12__ahead_way(a, r, s.bay, s.start);
        int stands = !s.start && c12__at32(a->p.at_bay, r, -1) == s.bay;
        if (way < 0 || s.start - way < before || s.end <= s.start) return 0;
        if (s.start < c12__at32(a->p.bay_from, s.bay, 0) || s.end > c12__at32(a->p.bay_to, s.bay, a->p.n_steps)) return 0;
        if (s.end - s.start < a->o.least_slot && s.end != a->p.n_steps && !stands) return 0;
        before = s.end;
    }
    return 1;
}

/* ---- all robots ---------------------------------------------------------------------------------------------------------- */

static void row_count(c12__ahead *a, const uint8_t *flag, int32_t by)
{
    for (int32_t t = 0; t < a->p.n_steps; t++) {
        a->lows[t] += by * (flag[t] & C12__AHEAD_LOW);
        a->away[t] += by * ((flag[t] & C12__AHEAD_AWAY) >> 1);
    }
}

static void row_occupy(c12__ahead *a, const c12__ahead_row *row, int32_t who)
{
    for (int32_t k = 0; k < row->n; k++)
        for (int32_t t = row->slot[k].start; t < row->slot[k].end; t++) a->user[(int64_t)row->slot[k].bay * a->p.n_steps + t] = who;
}

/* Nobody has a slot; everybody counts. */
void c12__ahead_clear(c12__ahead *a)
{
    memset(a->lows, 0, (size_t)a->p.n_steps * sizeof *a->lows);
    memset(a->away, 0, (size_t)a->p.n_steps * sizeof *a->away);
    memset(a->user, 255, (size_t)a->p.n_bays * (size_t)a->p.n_steps * sizeof *a->user);
}

void c12__ahead_lift(c12__ahead *a, int32_t r)
{
    row_occupy(a, &a->row[r], -1);
    row_count(a, a->flag + (int64_t)r * a->p.n_steps, -1);
}

void c12__ahead_put(c12__ahead *a, int32_t r)
{
    uint8_t *flag = a->flag + (int64_t)r * a->p.n_steps;
    c12__ahead_follow(a, r, &a->row[r], flag, &a->sum[r], NULL);
    row_occupy(a, &a->row[r], r);
    row_count(a, flag, 1);
}

/* Put a robot back as it was. */
void c12__ahead_back(c12__ahead *a, int32_t r, const uint8_t *flag, const c12__ahead_sum *sum)
{
    memcpy(a->flag + (int64_t)r * a->p.n_steps, flag, (size_t)a->p.n_steps);
    a->sum[r] = *sum;
    row_occupy(a, &a->row[r], r);
    row_count(a, flag, 1);
}

/* H9.  Cannot overflow: ahead_price says why. */
int64_t c12__ahead_cost(const c12__ahead *a)
{
    int64_t unmet = 0, below = 0, low = 0, empty = 0, travel = 0, end = 0, share = (int64_t)a->o.share_ppm * a->p.n_robots;
    int32_t n = a->p.n_robots, most = (int32_t)(n - (share + ROW_PPM - 1) / ROW_PPM); /* low robots a step bears */
    for (int32_t t = 0; t < a->p.n_steps; t++) {
        int32_t lacks = a->demand[t] - (n - a->away[t]);
        unmet += lacks > 0 ? lacks : 0;
        below += a->lows[t] > most;
        low += a->lows[t];
    }
    for (int32_t r = 0; r < n; r++) {
        empty += a->sum[r].empty;
        travel += a->sum[r].travel;
        end += a->sum[r].end_short;
    }
    return a->o.price_empty * empty + a->o.price_below * below + a->o.price_unmet * unmet + a->o.price_low * low + a->o.price_end * end + a->o.price_travel * travel;
}
