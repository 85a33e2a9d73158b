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
typedef struct row_cursor { const c12__ahead *a; int64_t energy, floor; uint8_t *flag; c12__ahead_sum *sum; int64_t *told; int32_t r; } row_cursor;

static inline int64_t row_mark(row_cursor *w, int32_t t, int64_t energy, uint8_t flag)
{
    if (energy <= w->floor) {
        if (energy < 0) { energy = 0; w->sum->empty++; }
        flag |= C12__AHEAD_LOW;
        w->sum->low++;
    }
    w->flag[t] = flag;
    if (w->told) w->told[t] = energy;
    return energy;
}

static void row_outside(row_cursor *w, int32_t t, int32_t to)
{
    const int64_t *drain = w->a->drain + (int64_t)w->a->lane[w->r] * w->a->p.n_steps;
    int64_t energy = w->energy;
    for (; t < to; t++) energy = row_mark(w, t, energy - drain[t], 0);
    w->energy = energy;
}

static void row_on_the_way(row_cursor *w, int32_t t, int32_t to)
{
    int64_t active = w->a->p.class_active[c12__at32(w->a->p.robot_class, w->r, 0)];
    for (; t < to; t++) w->energy = row_mark(w, t, w->energy - active, C12__AHEAD_AWAY);
}

static void row_in_bay(row_cursor *w, int32_t t, int32_t to)
{
    for (; t < to; t++) w->energy = row_mark(w, t, c12__ahead_charge(w->a, w->r, w->energy), C12__AHEAD_AWAY);
}

void c12__ahead_follow(const c12__ahead *a, int32_t r, const c12__ahead_row *row, uint8_t *flag, c12__ahead_sum *sum, int64_t *energy)
{
    row_cursor w = { a, a->first[r], a->floor[r], flag, sum, energy, r };
    int32_t t = 0;
    memset(sum, 0, sizeof *sum);
    for (int32_t k = 0; k < row->n; k++) {
        const c12__ahead_slot *s = &row->slot[k];
        int32_t way = c12__ahead_way(a, r, s->bay, s->start);
        sum->travel += way;
        row_outside(&w, t, s->start - way);
        row_on_the_way(&w, s->start - way, s->start);
        row_in_bay(&w, s->start, s->end);
        t = s->end;
    }
    row_outside(&w, t, a->p.n_steps);
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

static void row_occupy(c12__ahead *a, const c12__ahead_row *row, int32_t who)
{
    for (int32_t k = 0; k < row->n; k++)
        for (int32_t t = row->slot[k].start; t < row->slot[k].end; t++) a->user[(int64_t)row->slot[k].bay * a->p.n_steps + t] = who;
}

static void row_count(c12__ahead *a, int32_t t, uint8_t flag, int32_t by)
{
    a->lows[t] += by * (flag & C12__AHEAD_LOW);
    a->away[t] += by * ((flag & C12__AHEAD_AWAY) >> 1);
}

/* Nobody has a slot and nobody counts. */
void c12__ahead_clear(c12__ahead *a)
{
    memset(a->lows, 0, (size_t)a->p.n_steps * sizeof *a->lows);
    memset(a->away, 0, (size_t)a->p.n_steps * sizeof *a->away);
    memset(a->user, 255, (size_t)a->p.n_bays * (size_t)a->p.n_steps * sizeof *a->user);
}

void c12__ahead_put(c12__ahead *a, int32_t r)
{
    uint8_t *flag = a->flag + (int64_t)r * a->p.n_steps;
    c12__ahead_follow(a, r, &a->row[r], flag, &a->sum[r], NULL);
    row_occupy(a, &a->row[r], r);
    for (int32_t t = 0; t < a->p.n_steps; t++) row_count(a, t, flag[t], 1);
}

void c12__ahead_put_all(c12__ahead *a)
{
    c12__ahead_clear(a);
    for (int32_t r = 0; r < a->p.n_robots; r++) c12__ahead_put(a, r);
    a->cost = c12__ahead_cost(a);
}

/* Flags change places with those of the plan; most steps are the same in both, and eight are looked at at once. */
static void row_swap_flags(c12__ahead *a, int32_t r, uint8_t *flag)
{
    uint8_t *old = a->flag + (int64_t)r * a->p.n_steps;
    for (int32_t t = 0, n = a->p.n_steps; t < n; t += 8) {
        int32_t to = n - t < 8 ? n : t + 8;
        if (!memcmp(old + t, flag + t, (size_t)(to - t))) continue;
        for (int32_t k = t; k < to; k++) {
            uint8_t was = old[k];
            row_count(a, k, was, -1);
            row_count(a, k, flag[k], 1);
            old[k] = flag[k];
            flag[k] = was;
        }
    }
}

void c12__ahead_swap(c12__ahead *a, int32_t n, const int32_t *robot, c12__ahead_row *row, c12__ahead_sum *sum, uint8_t *flag)
{
    for (int32_t i = 0; i < n; i++) row_occupy(a, &a->row[robot[i]], -1);
    for (int32_t i = 0; i < n; i++) {
        int32_t r = robot[i];
        c12__ahead_row was = a->row[r];
        c12__ahead_sum had = a->sum[r];
        a->row[r] = row[i];
        a->sum[r] = sum[i];
        row[i] = was;
        sum[i] = had;
        row_occupy(a, &a->row[r], r);
        row_swap_flags(a, r, flag + (int64_t)i * a->p.n_steps);
    }
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
