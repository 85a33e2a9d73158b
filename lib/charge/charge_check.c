/* SPDX-License-Identifier: Apache-2.0 */
/* The independent checker: every rule of the header is put to every robot by itself; no order of work, no memory. */
#include "charge/charge_internal.h"

typedef struct judge_charge {
    const c12_charge_problem *p;
    const c12_charge_plan *plan;
    const c12_charge_options *o;
    int32_t target;
    c12_verdict v;
} judge_charge;

static void judge_charge_breach(judge_charge *j, const char *rule, const char *field, int64_t row, c12_tick tick)
{
    if (j->v.violations++) return;
    j->v.rule = rule;
    j->v.field = field;
    j->v.row = row;
    j->v.tick = tick;
}

/* ---- facts --------------------------------------------------------------------------------------------------------------- */

static c12_tick judge_charge_way(const judge_charge *j, int32_t r, int32_t b) { return j->p->travel[(int64_t)r * j->p->n_bays + b]; }

static int judge_charge_free(const judge_charge *j, int32_t b) { return !j->p->bay_free_from || j->p->bay_free_from[b] <= j->p->now; }

static int judge_charge_stands(const judge_charge *j, int32_t r, int32_t b) { return b >= 0 && j->p->at_bay && j->p->at_bay[r] == b && judge_charge_free(j, b); }

static int32_t judge_charge_class(const judge_charge *j, int32_t r, int32_t target)
{
    int32_t e = j->p->battery_ppm[r], idle = !(j->p->busy && j->p->busy[r]), plugged = 0, k = C12_CHARGE_NONE;
    if (j->p->at_bay && j->p->at_bay[r] >= 0) plugged = judge_charge_free(j, j->p->at_bay[r]);
    if (idle && plugged && e < target) k = C12_CHARGE_LOW;
    if (idle && j->p->low_demand && e < j->o->low_ppm) k = C12_CHARGE_LOW;
    if (idle && e < j->o->medium_ppm) k = C12_CHARGE_MEDIUM;
    if (e < j->o->critical_ppm) k = C12_CHARGE_CRITICAL;
    return k;
}

/* E3: does a go before b?  Classes are those of the plan, judged already. */
static int judge_charge_before(const judge_charge *j, int32_t a, int32_t b)
{
    int32_t ka = j->plan->robot_class[a], kb = j->plan->robot_class[b];
    if (ka != kb) return ka > kb;
    if (j->p->battery_ppm[a] != j->p->battery_ppm[b]) return j->p->battery_ppm[a] < j->p->battery_ppm[b];
    return a < b;
}

/* Has robot r its place at once, standing there already (1) or coming from outside (2)? */
static int judge_charge_at_once(const judge_charge *j, int32_t r)
{
    int32_t b = j->plan->robot_bay[r];
    if (b < 0 || j->plan->queue_rank[r] >= 0) return 0;
    return judge_charge_stands(j, r, b) && j->plan->robot_start[r] == j->p->now ? 1 : 2;
}

/* Who has bay b at once, -1 = nobody. */
static int32_t judge_charge_user(const judge_charge *j, int32_t b)
{
    for (int32_t r = 0; r < j->p->n_robots; r++)
        if (j->plan->robot_bay[r] == b && judge_charge_at_once(j, r)) return r;
    return -1;
}

/* ---- E1, E2 -------------------------------------------------------------------------------------------------------------- */

static void judge_charge_classes(judge_charge *j)
{
    int64_t wanting = 0, bays = 0;
    for (int32_t r = 0; r < j->p->n_robots; r++) wanting += judge_charge_class(j, r, j->o->full_ppm) > 0;
    for (int32_t b = 0; b < j->p->n_bays; b++) bays += judge_charge_free(j, b);
    j->target = wanting > bays ? j->o->partial_ppm : j->o->full_ppm;
    if (j->plan->target_ppm != j->target) judge_charge_breach(j, "E2: wrong target", "target_ppm", -1, -1);
    for (int32_t r = 0; r < j->p->n_robots; r++) {
        int32_t k = judge_charge_class(j, r, j->target);
        if (j->plan->robot_class[r] != k) judge_charge_breach(j, "E1: wrong class", "robot_class", r, -1);
        if (j->plan->robot_bay[r] < -1 || j->plan->robot_bay[r] >= j->p->n_bays) judge_charge_breach(j, "bay out of range", "robot_bay", r, -1);
        if (j->plan->queue_rank[r] < -1 || j->plan->queue_rank[r] >= j->p->n_robots) judge_charge_breach(j, "rank out of range", "queue_rank", r, -1);
        if (j->plan->robot_bay[r] >= 0 && !k) judge_charge_breach(j, "a bay for a robot that does not charge", "robot_bay", r, -1);
        if (j->plan->robot_bay[r] == -1 && (j->plan->robot_start[r] != -1 || j->plan->robot_until[r] != -1 || j->plan->queue_rank[r] != -1))
            judge_charge_breach(j, "times or a rank without a bay", "robot_start", r, j->plan->robot_start[r]);
    }
}

/* ---- E7 ------------------------------------------------------------------------------------------------------------------ */

/* Is the target reached after n ticks from battery e?  Multiplied out: n * T * R >= fast * F * R + slow * S * T in 128 bits. */
static int judge_charge_full(const judge_charge *j, int64_t e, int64_t n)
{
    uint64_t taper = (uint64_t)j->o->taper_ppm, rest = (uint64_t)C12__CHARGE_PPM - taper;
    int64_t fast = (j->target < j->o->taper_ppm ? j->target : j->o->taper_ppm) - e, from = e > j->o->taper_ppm ? e : j->o->taper_ppm;
    c12__u128 have = c12__mul_u64((uint64_t)n, taper * rest), need = { 0, 0 }, more = { 0, 0 };
    if (n < 0) return 0;
    if (fast > 0) need = c12__mul_u64((uint64_t)fast * rest, (uint64_t)j->o->fast_ticks);
    if (j->target > from) more = c12__mul_u64((uint64_t)(j->target - from) * taper, (uint64_t)j->o->slow_ticks);
    return !c12__add_u128(need, more, &need) && c12__cmp_u128(have, need) >= 0;
}

/* Battery at start: the largest e that the drain leaves, 0 and *empty when there is none. */
static int64_t judge_charge_arrives(const judge_charge *j, int32_t r, int32_t *empty)
{
    uint64_t drain = (uint64_t)c12__at64(j->p->robot_drain, r, 0), unit = (uint64_t)j->o->drain_ticks;
    c12__u128 rest, used = c12__mul_u64(drain, (uint64_t)(j->plan->robot_start[r] - j->p->now));
    used = c12__div_u128(used, (c12__u128){ 0, unit }, &rest);
    uint64_t e = (uint64_t)j->p->battery_ppm[r];
    *empty = used.hi || used.lo > e || (used.lo == e && rest.lo);
    return *empty ? 0 : (int64_t)(e - used.lo - (rest.lo != 0));
}

static void judge_charge_times(judge_charge *j)
{
    int64_t stranded = 0, queued = 0;
    for (int32_t r = 0; r < j->p->n_robots; r++) {
        int32_t empty = 0;
        if (!j->plan->robot_class[r]) continue;
        queued += j->plan->queue_rank[r] >= 0;
        if (j->plan->robot_bay[r] < 0) { stranded++; continue; }
        c12_tick start = j->plan->robot_start[r], n = 0;
        if (start < j->p->now || j->plan->robot_until[r] < start) { judge_charge_breach(j, "times run backwards", "robot_start", r, start); continue; }
        int64_t e = judge_charge_arrives(j, r, &empty);
        stranded += empty;
        n = j->plan->robot_until[r] - start;
        if (!judge_charge_full(j, e, n) || judge_charge_full(j, e, n - 1)) judge_charge_breach(j, "E7: until is not the first tick at the target", "robot_until", r, j->plan->robot_until[r]);
        if (c12__add64(j->v.objective, start - j->p->now, &j->v.objective)) judge_charge_breach(j, "starts too late to add up", "robot_start", r, start);
    }
    if (j->plan->stranded != stranded) judge_charge_breach(j, "wrong number of stranded robots", "stranded", -1, -1);
    if (j->plan->queued != queued) judge_charge_breach(j, "wrong number of queued robots", "queued", -1, -1);
}

/* ---- E4, E5 -------------------------------------------------------------------------------------------------------------- */

/* The robot that stands in bay b and charges or would like to go on, -1 = none. */
static int32_t judge_charge_stander(const judge_charge *j, int32_t b)
{
    for (int32_t r = 0; r < j->p->n_robots; r++)
        if (judge_charge_stands(j, r, b) && j->plan->robot_class[r]) return r;
    return -1;
}

/* Was bay b no free bay when r had its turn: not to be reached, not open, stood in, or given to one before r? */
static int judge_charge_shut_out(const judge_charge *j, int32_t r, int32_t b)
{
    int32_t u = judge_charge_user(j, b);
    if (judge_charge_way(j, r, b) < 0 || !judge_charge_free(j, b) || judge_charge_stander(j, b) >= 0) return 1;
    return u >= 0 && u != r && judge_charge_before(j, u, r);
}

/* Did a LOW robot stand in bay b when critical robot c, who can reach it, had its turn? */
static int judge_charge_could_evict(const judge_charge *j, int32_t c, int32_t b)
{
    int32_t w = judge_charge_stander(j, b), u = judge_charge_user(j, b);
    if (j->o->no_preemption || j->plan->robot_class[c] != C12_CHARGE_CRITICAL || judge_charge_way(j, c, b) < 0) return 0;
    return w >= 0 && j->plan->robot_class[w] == C12_CHARGE_LOW && (u < 0 || u == w || u == c || judge_charge_before(j, c, u));
}

/* u was sent away from bay b: only a critical robot may do that, to the richest LOW robot it can reach, with nothing free. */
static void judge_charge_evicted(judge_charge *j, int32_t u, int32_t b)
{
    int32_t c = judge_charge_user(j, b);
    if (c < 0 || !judge_charge_could_evict(j, c, b)) {
        judge_charge_breach(j, "E4: sent away from its bay", "robot_bay", u, -1);
        return;
    }
    for (int32_t d = 0; d < j->p->n_bays; d++) {
        int32_t w = judge_charge_stander(j, d);
        if (!judge_charge_shut_out(j, c, d)) judge_charge_breach(j, "E4: sent away while a bay is free", "robot_bay", u, -1);
        if (d != b && judge_charge_could_evict(j, c, d) &&
            (j->p->battery_ppm[w] > j->p->battery_ppm[u] || (j->p->battery_ppm[w] == j->p->battery_ppm[u] && d < b)))
            judge_charge_breach(j, "E4: the wrong robot was sent away", "robot_bay", u, -1);
    }
}

static void judge_charge_outside(judge_charge *j, int32_t r)
{
    int32_t b = j->plan->robot_bay[r];
    c12_tick way = judge_charge_way(j, r, b);
    if (!judge_charge_free(j, b) || way < 0) { judge_charge_breach(j, "E5: the bay is not free or not to be reached", "robot_bay", r, -1); return; }
    if (j->plan->robot_start[r] != j->p->now + way) judge_charge_breach(j, "E5: starts at another tick than its arrival", "robot_start", r, j->plan->robot_start[r]);
    for (int32_t d = 0; d < j->p->n_bays; d++) {
        c12_tick other = judge_charge_way(j, r, d);
        int nearer = other < way || (other == way && d < b);
        if (d != b && nearer && !judge_charge_shut_out(j, r, d)) judge_charge_breach(j, "E5: a nearer bay is free", "robot_bay", r, -1);
    }
}

/* ---- E6 ------------------------------------------------------------------------------------------------------------------ */

/* When bay b opens for queued robot r: after all that have it at once or queue before r. */
static c12_tick judge_charge_opens(const judge_charge *j, int32_t r, int32_t b)
{
    c12_tick at = c12__at64(j->p->bay_free_from, b, 0);
    if (at < j->p->now) at = j->p->now;
    for (int32_t u = 0; u < j->p->n_robots; u++)
        if (u != r && j->plan->robot_bay[u] == b && j->plan->queue_rank[u] < j->plan->queue_rank[r] && j->plan->robot_until[u] > at) at = j->plan->robot_until[u];
    return at;
}

static c12_tick judge_charge_could_start(const judge_charge *j, int32_t r, int32_t b)
{
    c12_tick open = judge_charge_opens(j, r, b), there = j->p->now + judge_charge_way(j, r, b);
    return open > there ? open : there;
}

static int judge_charge_usable(const judge_charge *j, int32_t r, int32_t b)
{
    return judge_charge_way(j, r, b) >= 0 && c12__at64(j->p->bay_free_from, b, 0) != C12_CHARGE_CLOSED;
}

static void judge_charge_waiting(judge_charge *j, int32_t r)
{
    int32_t b = j->plan->robot_bay[r], before = 0;
    if (!judge_charge_usable(j, r, b)) { judge_charge_breach(j, "E6: the bay is closed or not to be reached", "robot_bay", r, -1); return; }
    c12_tick mine = judge_charge_could_start(j, r, b);
    if (j->plan->robot_start[r] != mine) judge_charge_breach(j, "E6: starts at another tick than its bay opens for it", "robot_start", r, mine);
    for (int32_t u = 0; u < j->p->n_robots; u++) before += u != r && j->plan->queue_rank[u] >= 0 && judge_charge_before(j, u, r);
    if (j->plan->queue_rank[r] != before) judge_charge_breach(j, "E6: rank is not its place in the order", "queue_rank", r, -1);
    for (int32_t d = 0; d < j->p->n_bays; d++) {
        if (!judge_charge_usable(j, r, d)) continue;
        if (!judge_charge_shut_out(j, r, d)) judge_charge_breach(j, "E6: waits while a bay is free or has a later robot", "robot_bay", r, -1);
        if (judge_charge_could_evict(j, r, d)) judge_charge_breach(j, "E4: a critical robot waits behind a LOW one", "robot_bay", r, -1);
        c12_tick at = judge_charge_could_start(j, r, d), way = judge_charge_way(j, r, d), own = judge_charge_way(j, r, b);
        if (at < mine || (at == mine && (way < own || (way == own && d < b)))) judge_charge_breach(j, "E6: another bay starts it earlier", "robot_bay", r, at);
    }
}

/* ---- all together -------------------------------------------------------------------------------------------------------- */

static void judge_charge_places(judge_charge *j)
{
    for (int32_t r = 0; r < j->p->n_robots; r++) {
        int32_t b = j->plan->robot_bay[r], stood = c12__at32(j->p->at_bay, r, -1), how = judge_charge_at_once(j, r);
        if (!j->plan->robot_class[r]) continue;
        for (int32_t u = 0; u < r && how; u++)
            if (j->plan->robot_bay[u] == b && judge_charge_at_once(j, u)) judge_charge_breach(j, "two robots have one bay", "robot_bay", r, j->plan->robot_start[r]);
        if (judge_charge_stands(j, r, stood) && how != 1) judge_charge_evicted(j, r, stood);
        if (how == 2) judge_charge_outside(j, r);
        if (!how && b >= 0) judge_charge_waiting(j, r);
        for (int32_t d = 0; b < 0 && d < j->p->n_bays; d++)
            if (judge_charge_usable(j, r, d)) { judge_charge_breach(j, "a robot that could have a bay has none", "robot_bay", r, -1); break; }
    }
}

/* need bays are enough for the drain and need - 1 are not, multiplied out. */
static void judge_charge_balance(judge_charge *j)
{
    uint64_t drain = 0, rate = (uint64_t)j->o->drain_ticks * (uint64_t)j->o->taper_ppm;
    int64_t need = j->plan->bays_needed;
    for (int32_t r = 0; r < j->p->n_robots; r++) drain += (uint64_t)c12__at64(j->p->robot_drain, r, 0);
    c12__u128 use = c12__mul_u64(drain, (uint64_t)j->o->fast_ticks);
    int fits = need >= 0 && (need == INT64_MAX || c12__cmp_u128(c12__mul_u64((uint64_t)need, rate), use) >= 0);
    if (fits && need) fits = c12__cmp_u128(c12__mul_u64((uint64_t)need - 1, rate), use) < 0;
    if (!fits) judge_charge_breach(j, "wrong number of bays needed", "bays_needed", -1, -1);
    if (j->plan->bays_missing != (need > j->p->n_bays ? need - j->p->n_bays : 0)) judge_charge_breach(j, "wrong number of bays missing", "bays_missing", -1, -1);
}

c12_status c12_charge_check(const c12_charge_problem *problem, const c12_charge_plan *plan, const c12_charge_options *options, c12_verdict *verdict, c12_error *err)
{
    c12_charge_problem p;
    c12_charge_options o;
    c12_charge_plan a;
    judge_charge j = { &p, &a, &o, 0, C12_INIT(c12_verdict) };
    c12_status s = c12__charge_take_options(&o, options, err);
    if (!s) s = c12__charge_take_problem(&p, problem, &o, err);
    if (!s) s = c12__take(&a, sizeof a, plan, "plan", err);
    if (s) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    if (p.n_robots && (!a.robot_class || !a.robot_bay || !a.robot_start || !a.robot_until || !a.queue_rank))
        return c12__fail(err, C12_E_ARG, "column is missing", "plan", -1, 0);
    j.v.row = j.v.tick = -1;
    judge_charge_classes(&j);
    if (!j.v.violations) judge_charge_times(&j);
    if (!j.v.violations) judge_charge_places(&j);
    judge_charge_balance(&j);
    if (j.v.violations) j.v.objective = 0;
    c12__give(verdict, &j.v, sizeof j.v);
    return C12_OK;
}
