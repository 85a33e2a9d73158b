/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of thumb: bays are filled one slot after another, the bay that opens first taking the emptiest robot.  A rule says below which charge a robot comes and up
 * to which it stays, in quiet steps and in busy ones, those in which a charging robot is missed. */
#include "charge/charge_horizon_internal.h"

typedef struct fill_rule { int32_t from, to, busy_from, busy_to; } fill_rule; /* in 1000 ppm */

/* Partial charges up to where the curve bends win nearly always; the others charge ahead of peaks, or as little as the floor allows. */
static const fill_rule fill_rules[C12__AHEAD_RULES] = {
    { 650, 800, 650, 800 }, { 650, 800, 500, 700 }, { 550, 800, 500, 800 }, { 750, 900, 550, 800 }, { 750, 950, 450, 600 },
    { 600, 700, 460, 560 }, { 700, 800, 700, 800 }, { 800, 1000, 800, 1000 }, { 500, 900, 440, 700 },
};

typedef struct filler { c12__ahead *a; fill_rule rule; int32_t spare, least, seen; } filler; /* seen: the step for which a->seen tells what is left */

static int32_t fill_opens(const c12__ahead *a, int32_t b) { return c12__at32(a->p.bay_from, b, 0); }
static int32_t fill_closes(const c12__ahead *a, int32_t b) { return c12__at32(a->p.bay_to, b, a->p.n_steps); }

static int64_t fill_ppm(const c12__ahead *a, int32_t r, int64_t energy) { return energy * a->inverse[r] >> 40; }

/* In a busy step every charging robot is missed: more are wanted than would be left with all bays in use. */
static int fill_is_busy(const filler *f, int32_t t) { return f->a->demand[t] > f->spare; }

static int64_t fill_from(const filler *f, int32_t t) { return 1000 * (int64_t)(fill_is_busy(f, t) ? f->rule.busy_from : f->rule.from); }
static int64_t fill_to(const filler *f, int32_t t) { return 1000 * (int64_t)(fill_is_busy(f, t) ? f->rule.busy_to : f->rule.to); }

static const int64_t *fill_drained(const c12__ahead *a, int32_t r) { return a->drained + (int64_t)a->lane[r] * (a->p.n_steps + 1); }

/* Energy when robot r arrives at the bay after `way` steps, at `start`.  Its level is kept as if it had never been in a bay: then no time of its last slot is needed. */
static int64_t fill_arrives(const c12__ahead *a, int32_t r, int32_t start, int32_t way)
{
    return c12__max64(0, a->level[r] - fill_drained(a, r)[start - way] - way * a->p.class_active[c12__at32(a->p.robot_class, r, 0)]);
}

/* Bays are looked at in the order they open: what each robot has left is found once a step. */
static void fill_look(filler *f, int32_t t)
{
    c12__ahead *a = f->a;
    if (f->seen == t) return;
    for (int32_t r = 0; r < a->p.n_robots; r++) a->seen[r] = (int32_t)fill_ppm(a, r, c12__max64(0, c12__min64(a->capacity[r], a->level[r] - fill_drained(a, r)[t])));
    f->seen = t;
}

enum { FILL_WAIT = 20000 }; /* ppm a step waited or on the way */

/* A slot of robot r from `start`, up to the rule's charge: for a bit it may leave earlier in busy steps than in quiet ones. */
static void fill_book(filler *f, int32_t r, int32_t bay, int32_t start, int64_t energy)
{
    c12__ahead *a = f->a;
    c12__ahead_row *row = &a->row[r];
    int32_t t = start, end = fill_closes(a, bay);
    while (t < end && (t - start < f->least || fill_ppm(a, r, energy) < fill_to(f, t))) {
        int64_t more = c12__ahead_charge(a, r, energy);
        t++;
        if (more == energy && t - start >= f->least) break;
        energy = more;
    }
    row->slot[row->n++] = (c12__ahead_slot){ bay, start, t };
    a->ready[r] = a->open[bay] = t;
    a->level[r] = energy + fill_drained(a, r)[t];
    a->seen[r] = INT32_MAX; /* until the next step is looked at */
}

/* Robots that stand in a bay and are still below the rule's charge go on at once. */
static void fill_standing(filler *f)
{
    c12__ahead *a = f->a;
    for (int32_t r = 0; r < a->p.n_robots; r++) {
        int32_t bay = c12__at32(a->p.at_bay, r, -1);
        if (bay < 0 || fill_opens(a, bay) || fill_closes(a, bay) < f->least || c12__at32(a->p.robot_from, r, 0)) continue;
        if (fill_ppm(a, r, a->first[r]) < fill_to(f, 0)) fill_book(f, r, bay, 0, a->first[r]);
    }
}

typedef struct fill_choice { int32_t robot, start, way; int64_t key; } fill_choice;

/* The robot that gains most when it takes the bay from `from` on: the emptiest, waiting and travel counted as what the bay could have charged meanwhile. */
static fill_choice fill_choose(filler *f, int32_t bay, int32_t from)
{
    const c12__ahead *a = f->a;
    fill_choice best = { -1, 0, 0, fill_from(f, from) };
    int32_t last = fill_closes(a, bay) - f->least;
    fill_look(f, from);
    for (int32_t r = 0; r < a->p.n_robots; r++) {
        if (a->seen[r] >= best.key || a->row[r].n == C12_CHARGE_MOST_SLOTS) continue;
        int32_t way = c12__ahead_way(a, r, bay, a->ready[r] > from ? 1 : from); /* any step but 0: no longer in the bay */
        int64_t start = c12__max64(from, (int64_t)a->ready[r] + way), key = a->seen[r] + (start - from + way) * FILL_WAIT;
        if (way >= 0 && start <= last && key < best.key) best = (fill_choice){ r, (int32_t)start, way, key };
    }
    return best;
}

static int32_t fill_next_bay(const c12__ahead *a)
{
    int32_t best = -1;
    for (int32_t b = 0; b < a->p.n_bays; b++)
        if (a->open[b] < fill_closes(a, b) && (best < 0 || a->open[b] < a->open[best])) best = b;
    return best;
}

static void fill_begin(filler *f)
{
    c12__ahead *a = f->a;
    for (int32_t b = 0; b < a->p.n_bays; b++) a->open[b] = fill_opens(a, b);
    for (int32_t r = 0; r < a->p.n_robots; r++) {
        a->row[r].n = 0;
        a->ready[r] = c12__at32(a->p.robot_from, r, 0);
        a->level[r] = a->first[r];
    }
}

void c12__ahead_fill(c12__ahead *a, int32_t rule)
{
    filler f = { a, fill_rules[rule], a->p.n_robots - a->p.n_bays, a->o.least_slot, -1 };
    int32_t pause = 1 + a->p.n_steps / 96; /* a bay for which nobody is empty enough looks again later */
    fill_begin(&f);
    fill_standing(&f);
    for (int32_t b = fill_next_bay(a); b >= 0; b = fill_next_bay(a)) {
        fill_choice c = fill_choose(&f, b, a->open[b]);
        if (c.robot >= 0) fill_book(&f, c.robot, b, c.start, fill_arrives(a, c.robot, c.start, c.way));
        else a->open[b] += pause;
    }
    c12__ahead_put_all(a);
}

/* ---- another plan to begin with ------------------------------------------------------------------------------------------------ */

/* The slot without the steps in which its bay is closed or taken, or the robot is not yet there. */
static c12__ahead_slot fill_fit(const c12__ahead *a, int32_t r, c12__ahead_slot s)
{
    const int32_t *user = a->user + (int64_t)s.bay * a->p.n_steps;
    int32_t way = c12__ahead_way(a, r, s.bay, s.start), ready = c12__at32(a->p.robot_from, r, 0);
    int64_t from = c12__max64(c12__max64(s.start, fill_opens(a, s.bay)), (int64_t)ready + way);
    if (!s.start && from) from = c12__max64(from, (int64_t)ready + c12__ahead_way(a, r, s.bay, 1)); /* in its bay, but not to go on at once */
    s.end = (int32_t)c12__min64(s.end, fill_closes(a, s.bay));
    s.start = (int32_t)c12__min64(from, s.end);
    while (s.start < s.end && user[s.start] >= 0) s.start++;
    for (int32_t t = s.start; t < s.end; t++) if (user[t] >= 0) s.end = t;
    return s;
}

void c12__ahead_begin_with(c12__ahead *a, const c12_charge_slots *plan)
{
    const c12_charge_outlook *p = &a->p;
    c12__ahead_clear(a);
    for (int32_t r = 0; r < p->n_robots; r++) a->row[r].n = 0;
    for (int64_t k = 0; k < plan->n; k++) {
        int32_t r = plan->slot_robot[k];
        c12__ahead_slot s = { plan->slot_bay[k], (int32_t)c12__max64(0, plan->slot_start[k]), (int32_t)c12__min64(p->n_steps, plan->slot_end[k]) };
        if (r < 0 || r >= p->n_robots || s.bay < 0 || s.bay >= p->n_bays || s.start >= s.end) continue;
        c12__ahead_row old = a->row[r];
        s = fill_fit(a, r, s);
        if (s.start >= s.end || !c12__ahead_insert(&a->row[r], s) || !c12__ahead_row_ok(a, r, &a->row[r])) { a->row[r] = old; continue; }
        for (int32_t t = s.start; t < s.end; t++) a->user[(int64_t)s.bay * p->n_steps + t] = r;
    }
    c12__ahead_put_all(a);
}
