/* SPDX-License-Identifier: Apache-2.0 */
/* Entry of the hours ahead: scratch, what the outlook means in energies, the search, figures and the energy balance. */
#include "charge/charge_horizon_internal.h"

enum { HORIZON_PPM = 1000000 };

/* ---- scratch ------------------------------------------------------------------------------------------------------------- */

static void horizon_layout(c12__arena *m, c12__ahead *a, int64_t robots, int64_t bays, int64_t classes, int64_t steps)
{
    int64_t lanes = c12__max64(robots, classes);
    a->capacity = C12__CARVE(m, int64_t, robots);
    a->first = C12__CARVE(m, int64_t, robots);
    a->floor = C12__CARVE(m, int64_t, robots);
    a->bound = C12__CARVE(m, int64_t, robots);
    a->inverse = C12__CARVE(m, int64_t, robots);
    a->level = C12__CARVE(m, int64_t, robots);
    a->sum = C12__CARVE(m, c12__ahead_sum, robots);
    a->drain = C12__CARVE(m, int64_t, lanes * steps);
    a->drained = C12__CARVE(m, int64_t, lanes * (steps + 1));
    a->row = C12__CARVE(m, c12__ahead_row, robots);
    a->best = C12__CARVE(m, c12__ahead_row, robots);
    a->lane = C12__CARVE(m, int32_t, robots);
    a->ready = C12__CARVE(m, int32_t, robots);
    a->seen = C12__CARVE(m, int32_t, robots);
    a->open = C12__CARVE(m, int32_t, bays);
    a->demand = C12__CARVE(m, int32_t, steps);
    a->lows = C12__CARVE(m, int32_t, steps);
    a->away = C12__CARVE(m, int32_t, steps);
    a->user = C12__CARVE(m, int32_t, bays * steps);
    a->flag = C12__CARVE(m, uint8_t, robots * steps);
    a->kept = C12__CARVE(m, uint8_t, 4 * steps);
    int64_t boundaries = steps <= C12__AHEAD_REBUILDS ? steps + 1 : 0;
    a->label = C12__CARVE(m, c12__ahead_label, boundaries * (C12__AHEAD_NEAR + 1) * C12__AHEAD_LABELS);
    a->labels = C12__CARVE(m, int32_t, boundaries * (C12__AHEAD_NEAR + 1));
}

size_t c12_charge_horizon_scratch(int32_t n_robots, int32_t n_bays, int32_t n_classes, int32_t n_steps)
{
    c12__arena m = c12__arena_measure();
    c12__ahead a;
    if (n_robots < 0 || n_bays < 0 || n_classes < 0 || n_steps < 0) return SIZE_MAX;
    horizon_layout(&m, &a, n_robots, n_bays, n_classes, n_steps);
    return c12__arena_need(&m);
}

/* ---- what the outlook means ------------------------------------------------------------------------------------------------ */

static void horizon_robots(c12__ahead *a)
{
    const c12_charge_outlook *p = &a->p;
    for (int32_t r = 0; r < p->n_robots; r++) {
        int32_t c = c12__at32(p->robot_class, r, 0);
        int64_t capacity = c12__max64(1, p->class_capacity[c] * c12__at32(p->robot_health_ppm, r, HORIZON_PPM) / HORIZON_PPM);
        a->capacity[r] = capacity;
        a->first[r] = capacity * p->battery_ppm[r] / HORIZON_PPM;
        a->floor[r] = capacity * a->o.floor_ppm / HORIZON_PPM;
        a->bound[r] = capacity * p->curve_to_ppm[p->curve_off[c]] / HORIZON_PPM;
        a->inverse[r] = ((int64_t)HORIZON_PPM << 40) / capacity;
        a->lane[r] = p->activity_ppm ? r : c;
    }
}

/* H7: what is wanted of the fleet. */
static void horizon_demand(c12__ahead *a)
{
    for (int32_t t = 0; t < a->p.n_steps; t++) {
        int64_t sum = 0;
        for (int32_t r = 0; !a->p.demand && a->p.activity_ppm && r < a->p.n_robots; r++) sum += a->p.activity_ppm[(int64_t)r * a->p.n_steps + t];
        a->demand[t] = a->p.demand ? a->p.demand[t] : (int32_t)((sum + HORIZON_PPM - 1) / HORIZON_PPM);
    }
}

static int64_t horizon_drain(const c12_charge_outlook *p, int32_t c, int64_t share)
{
    return p->class_idle[c] + (p->class_active[c] - p->class_idle[c]) * share / HORIZON_PPM;
}

static int64_t horizon_share(const c12__ahead *a, int32_t t, int64_t robots)
{
    return c12__min64(HORIZON_PPM, (int64_t)HORIZON_PPM * a->demand[t] / c12__max64(1, robots));
}

/* H4: drains outside a bay, a lane for each robot or for each class. */
static void horizon_drains(c12__ahead *a)
{
    const c12_charge_outlook *p = &a->p;
    int64_t bays = 0, n = p->n_steps;
    for (int32_t b = 0; b < p->n_bays; b++) bays += c12__at32(p->bay_to, b, p->n_steps) > c12__at32(p->bay_from, b, 0);
    for (int32_t lane = 0; lane < (p->activity_ppm ? p->n_robots : p->n_classes); lane++) {
        int32_t c = p->activity_ppm ? c12__at32(p->robot_class, lane, 0) : lane;
        int64_t *drain = a->drain + lane * n, *drained = a->drained + lane * (n + 1);
        drained[0] = 0;
        for (int32_t t = 0; t < n; t++) {
            drain[t] = horizon_drain(p, c, p->activity_ppm ? p->activity_ppm[lane * n + t] : horizon_share(a, t, p->n_robots - bays));
            drained[t + 1] = drained[t] + drain[t]; /* < 2^20 * 2^40 */
        }
    }
}

/* ---- figures ----------------------------------------------------------------------------------------------------------------- */

/* What a robot uses when the demand is met by all. */
static int64_t horizon_use(const c12__ahead *a, int32_t r)
{
    int32_t c = c12__at32(a->p.robot_class, r, 0);
    int64_t use = 0;
    if (a->p.activity_ppm) return a->drained[r * (int64_t)(a->p.n_steps + 1) + a->p.n_steps];
    for (int32_t t = 0; t < a->p.n_steps; t++) use += horizon_drain(&a->p, c, horizon_share(a, t, a->p.n_robots));
    return use;
}

static int64_t horizon_rate(const c12_charge_outlook *p, int32_t c)
{
    int64_t best = 0;
    for (int64_t k = p->curve_off[c]; k < p->curve_off[c + 1]; k++) best = c12__max64(best, p->curve_rate[k]);
    return best;
}

/* Steps in bays that the use takes, never more than 2^31 bays' worth are told. */
static int32_t horizon_bays(int64_t bay_steps, int32_t steps)
{
    return (int32_t)c12__min64(INT32_MAX, (bay_steps + steps - 1) / steps);
}

/* Bay steps added up: whole ones, and thousandths of what is left, because whole * 1000 may not fit. */
typedef struct horizon_sum { int64_t whole, milli; } horizon_sum;

static void horizon_add(horizon_sum *s, int64_t energy, int64_t rate)
{
    s->whole += energy / rate;
    s->milli += energy % rate * 1000 / rate;
}

/* H10 */
static void horizon_balance(const c12__ahead *a, c12_charge_slots *told)
{
    horizon_sum ever = { 0, 0 }, now = { 0, 0 };
    int64_t open = 0;
    int32_t bays = 0;
    for (int32_t r = 0; r < a->p.n_robots; r++) {
        int64_t use = horizon_use(a, r), rate = horizon_rate(&a->p, c12__at32(a->p.robot_class, r, 0));
        horizon_add(&ever, use, rate);
        horizon_add(&now, c12__max64(0, use - (a->first[r] - a->floor[r])), rate);
    }
    for (int32_t b = 0; b < a->p.n_bays; b++) {
        int32_t length = c12__at32(a->p.bay_to, b, a->p.n_steps) - c12__at32(a->p.bay_from, b, 0);
        open += length;
        bays += length > 0;
    }
    told->bays_needed = horizon_bays(ever.whole + ever.milli / 1000, a->p.n_steps);
    told->bays_missing = (int32_t)c12__max64(0, (int64_t)told->bays_needed - bays);
    told->bays_short = horizon_bays(c12__max64(0, now.whole + now.milli / 1000 - open), a->p.n_steps);
}

static int64_t horizon_slots(const c12__ahead *a)
{
    int64_t n = 0;
    for (int32_t r = 0; r < a->p.n_robots; r++) n += a->best[r].n;
    return n;
}

static void horizon_count(const c12__ahead *a, c12_charge_slots *told)
{
    int32_t n = a->p.n_robots;
    told->empty = told->low = told->travel = told->end_short = told->below = told->unmet = 0;
    for (int32_t r = 0; r < n; r++) {
        told->empty += a->sum[r].empty;
        told->low += a->sum[r].low;
        told->travel += a->sum[r].travel;
        told->end_short += a->sum[r].end_short;
    }
    for (int32_t t = 0; t < a->p.n_steps; t++) {
        told->below += (int64_t)HORIZON_PPM * (n - a->lows[t]) < (int64_t)a->o.share_ppm * n;
        told->unmet += c12__max64(0, (int64_t)a->demand[t] - (n - a->away[t]));
    }
}

/* Hand the best plan out: nothing is written before all fits. */
static void horizon_tell(c12__ahead *a, c12_charge_slots *told)
{
    memcpy(a->row, a->best, (size_t)a->p.n_robots * sizeof *a->row);
    c12__ahead_put_all(a);
    told->n = 0;
    for (int32_t r = 0; r < a->p.n_robots; r++) {
        c12__ahead_follow(a, r, &a->row[r], a->flag + (int64_t)r * a->p.n_steps, &a->sum[r], told->energy + (int64_t)r * a->p.n_steps);
        for (int32_t k = 0; k < a->row[r].n; k++, told->n++) {
            told->slot_robot[told->n] = r;
            told->slot_bay[told->n] = a->row[r].slot[k].bay;
            told->slot_start[told->n] = a->row[r].slot[k].start;
            told->slot_end[told->n] = a->row[r].slot[k].end;
        }
    }
    horizon_count(a, told);
    horizon_balance(a, told);
}

/* ---- entry ------------------------------------------------------------------------------------------------------------------- */

static c12_status horizon_columns(const c12__ahead *a, const c12_charge_slots *out, c12_error *err)
{
    if (a->p.n_robots && !out->energy) return c12__fail(err, C12_E_ARG, "column is missing", "energy", -1, 0);
    if (out->cap < 0) return c12__fail(err, C12_E_ARG, "room is negative", "cap", -1, out->cap);
    if (out->warm && out->warm != 1) return c12__fail(err, C12_E_RANGE, "must be 0 or 1", "warm", -1, out->warm);
    if (out->warm && (out->n < 0 || out->n > out->cap)) return c12__fail(err, C12_E_RANGE, "slots to begin with must be 0..cap", "n", -1, out->n);
    if (out->cap && (!out->slot_robot || !out->slot_bay || !out->slot_start || !out->slot_end)) return c12__fail(err, C12_E_ARG, "column is missing", "slot_robot", -1, 0);
    return C12_OK;
}

static c12_status horizon_prepare(c12__ahead *a, c12_mem scratch, c12_error *err)
{
    const c12_charge_outlook *p = &a->p;
    size_t need = c12_charge_horizon_scratch(p->n_robots, p->n_bays, p->n_classes, p->n_steps);
    if (need == SIZE_MAX) return c12__fail(err, C12_E_OVERFLOW, "size does not fit size_t", "scratch", -1, 0);
    if (!scratch.ptr || scratch.size < need) return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)need);
    c12__arena m = c12__arena_over(scratch);
    horizon_layout(&m, a, p->n_robots, p->n_bays, p->n_classes, p->n_steps);
    horizon_robots(a);
    horizon_demand(a);
    horizon_drains(a);
    return C12_OK;
}

static void horizon_keep(c12__ahead *a)
{
    if (a->cost >= a->least) return;
    a->least = a->cost;
    memcpy(a->best, a->row, (size_t)a->p.n_robots * sizeof *a->best);
}

/* The best of the plan to begin with and the rules, then changes. */
static int64_t horizon_search(c12__ahead *a, const c12_budget *budget, const c12_charge_slots *warm, c12_stop *stop)
{
    int64_t work = 0, rule_work = c12__max64(1, a->p.n_robots);
    a->least = INT64_MAX;
    a->dice.state = c12__rng_at(budget->seed, 0x63686172u, 0);
    if (warm->warm) {
        c12__ahead_begin_with(a, warm);
        horizon_keep(a);
    }
    for (int32_t rule = 0; rule < C12__AHEAD_RULES && (a->least == INT64_MAX || work + rule_work <= budget->work_limit / 2) && a->least; rule++, work += rule_work) {
        c12__ahead_fill(a, rule);
        horizon_keep(a);
    }
    *stop = C12_STOP_DONE;
    if (!a->p.n_robots || !a->p.n_bays) return work; /* nothing can change */
    memcpy(a->row, a->best, (size_t)a->p.n_robots * sizeof *a->row);
    c12__ahead_put_all(a);
    return c12__ahead_improve(a, budget, work, stop);
}

c12_status c12_charge_horizon(const c12_charge_outlook *in, const c12_charge_horizon_options *options, const c12_budget *budget, c12_charge_slots *out, c12_info *info,
                              c12_mem scratch, c12_error *err)
{
    c12__ahead a;
    c12_budget b;
    c12_charge_slots told;
    c12_host none = C12_INIT(c12_host);
    c12_info i = C12_INIT(c12_info);
    c12_status s = c12__take_budget(&b, budget, &none, err);
    if (!s) s = c12__ahead_take(&a.p, &a.o, in, options, err);
    if (!s) s = c12__take(&told, sizeof told, out, "out", err);
    if (!s) s = horizon_columns(&a, &told, err);
    if (!s) s = horizon_prepare(&a, scratch, err);
    if (s) return s;
    i.work = horizon_search(&a, &b, &told, &i.stop);
    if (horizon_slots(&a) > told.cap) return c12__fail(err, C12_E_SPACE, "more slots than there is room for", "cap", -1, horizon_slots(&a));
    horizon_tell(&a, &told);
    i.objective = a.least;
    i.outcome = a.least ? C12_FEASIBLE : C12_OPTIMAL;
    c12__give(out, &told, sizeof told);
    c12__give(info, &i, sizeof i);
    return C12_OK;
}
