/* SPDX-License-Identifier: Apache-2.0 */
/* Threshold accepting (Dueck and Scheuer 1990) over changes of one or two robots' slots: longer, shorter, shifted, new, gone, exchanged.  Whoever is in the way of
 * a changed slot is cut back; a change that needs more than two robots is not tried. */
#include "charge/charge_horizon_internal.h"

typedef struct change { int32_t n, robot[2]; c12__ahead_row row[2]; } change;

enum { CHANGE_ROUND = 60, CHANGE_KICKS = 12, CHANGE_REBUILDS = 5 };

static int32_t change_draw(c12__ahead *a, int32_t n) { return c12__dice_below(&a->dice, n); }

/* ---- who is in the way --------------------------------------------------------------------------------------------------- */

/* Cut the slots of a robot back to where they do not meet slot s; one that lasts longer than s on both sides is split, or half the time given up behind s. */
static void change_cut(c12__ahead *a, c12__ahead_row *row, c12__ahead_slot s)
{
    c12__ahead_slot behind = { s.bay, s.end, s.end };
    for (int32_t k = row->n - 1; k >= 0; k--) {
        c12__ahead_slot *o = &row->slot[k];
        if (o->bay != s.bay || o->end <= s.start || o->start >= s.end) continue;
        if (o->start < s.start && o->end - s.end >= a->o.least_slot && change_draw(a, 2)) behind.end = o->end;
        if (o->start < s.start) o->end = s.start;
        else if (o->end > s.end) o->start = s.end;
        else o->end = o->start;
        if (o->end - o->start < a->o.least_slot) c12__ahead_remove(row, k);
    }
    if (behind.end > behind.start) (void)c12__ahead_insert(row, behind); /* in a full row it is given up too */
}

/* Let the second robot be whoever the first one's slot meets.  0 when that is more than one. */
static int change_make_room(c12__ahead *a, change *c, c12__ahead_slot s)
{
    const int32_t *user = a->user + (int64_t)s.bay * a->p.n_steps;
    if (s.start < 0 || s.end > a->p.n_steps) return 0;
    for (int32_t t = s.start; t < s.end; t++) {
        int32_t q = user[t];
        if (q < 0 || q == c->robot[0] || (c->n == 2 && q == c->robot[1])) continue;
        if (c->n == 2) return 0;
        c->robot[1] = q;
        c->row[1] = a->row[q];
        c->n = 2;
    }
    if (c->n == 2) change_cut(a, &c->row[1], s);
    return 1;
}

/* The rows of a change must be right, not meet each other, and meet nobody else. */
static int change_ok(const c12__ahead *a, const change *c)
{
    for (int32_t i = 0; i < c->n; i++) {
        if (!c12__ahead_row_ok(a, c->robot[i], &c->row[i])) return 0;
        for (int32_t k = 0; k < c->row[i].n; k++) {
            c12__ahead_slot s = c->row[i].slot[k];
            const int32_t *user = a->user + (int64_t)s.bay * a->p.n_steps;
            for (int32_t t = s.start; t < s.end; t++)
                if (user[t] >= 0 && user[t] != c->robot[0] && (c->n == 1 || user[t] != c->robot[1])) return 0;
            for (int32_t l = 0; c->n == 2 && !i && l < c->row[1].n; l++) {
                c12__ahead_slot o = c->row[1].slot[l];
                if (o.bay == s.bay && o.start < s.end && s.start < o.end) return 0;
            }
        }
    }
    return 1;
}

/* ---- changes: each fills c and returns 0 when there is nothing to change ---------------------------------------------------- */

static int32_t change_step(c12__ahead *a)
{
    int32_t most = 1 + a->p.n_steps / 24;
    return 1 + change_draw(a, change_draw(a, 2) ? 1 : most);
}

/* One end of a slot moves; a neighbour without a gap between follows half the time. */
static int change_resize(c12__ahead *a, change *c)
{
    c12__ahead_row *row = &c->row[0];
    if (!row->n) return 0;
    c12__ahead_slot *s = &row->slot[change_draw(a, row->n)];
    int32_t by = change_step(a), last = change_draw(a, 2), grow = change_draw(a, 2), edge = last ? s->end : s->start - 1;
    if (last) s->end += grow ? by : -by;
    else s->start -= grow ? by : -by;
    if (s->end <= s->start) return 0;
    if (grow) return change_make_room(a, c, *s);
    if (edge < 0 || edge >= a->p.n_steps || change_draw(a, 2)) return 1;
    int32_t q = a->user[(int64_t)s->bay * a->p.n_steps + edge];
    if (q < 0 || q == c->robot[0]) return 1;
    c->robot[c->n++] = q;
    c->row[1] = a->row[q];
    for (int32_t k = 0; k < c->row[1].n; k++) {
        c12__ahead_slot *o = &c->row[1].slot[k];
        if (o->bay != s->bay) continue;
        if (last && o->start == edge) o->start = s->end;
        if (!last && o->end == edge + 1) o->end = s->start;
    }
    return 1;
}

static int change_shift(c12__ahead *a, change *c)
{
    c12__ahead_row *row = &c->row[0];
    if (!row->n) return 0;
    int32_t k = change_draw(a, row->n), by = change_step(a) * (change_draw(a, 2) ? 1 : -1);
    c12__ahead_slot s = row->slot[k];
    s.start += by;
    s.end += by;
    if (!change_draw(a, 3)) s.bay = change_draw(a, a->p.n_bays);
    c12__ahead_remove(row, k);
    return c12__ahead_insert(row, s) && change_make_room(a, c, s);
}

static int change_add(c12__ahead *a, change *c)
{
    c12__ahead_slot s = { change_draw(a, a->p.n_bays), change_draw(a, a->p.n_steps), 0 };
    s.end = (int32_t)c12__min64(a->p.n_steps, (int64_t)s.start + a->o.least_slot + (change_draw(a, 2) ? 0 : change_draw(a, 1 + a->p.n_steps / 8)));
    return c12__ahead_insert(&c->row[0], s) && change_make_room(a, c, s);
}

/* A slot is interrupted. */
static int change_split(c12__ahead *a, change *c)
{
    if (!c->row[0].n) return 0;
    c12__ahead_slot s = c->row[0].slot[change_draw(a, c->row[0].n)], pause = { s.bay, s.start + change_draw(a, s.end - s.start), 0 };
    pause.end = pause.start + change_step(a);
    change_cut(a, &c->row[0], pause);
    return 1;
}

static int change_drop(c12__ahead *a, change *c)
{
    if (!c->row[0].n) return 0;
    c12__ahead_remove(&c->row[0], change_draw(a, c->row[0].n));
    return 1;
}

/* Two robots take each other's slot, or one takes another's. */
static int change_exchange(c12__ahead *a, change *c)
{
    int32_t b = change_draw(a, a->p.n_bays), t = change_draw(a, a->p.n_steps), q = a->user[(int64_t)b * a->p.n_steps + t], k = 0;
    if (q < 0 || q == c->robot[0]) return 0;
    c->robot[c->n++] = q;
    c->row[1] = a->row[q];
    while (c->row[1].slot[k].end <= t) k++; /* slots do not overlap: the first that ends later is the one at t */
    c12__ahead_slot s = c->row[1].slot[k];
    c12__ahead_remove(&c->row[1], k);
    if (c->row[0].n && change_draw(a, 3)) {
        k = change_draw(a, c->row[0].n);
        c12__ahead_slot mine = c->row[0].slot[k];
        c12__ahead_remove(&c->row[0], k);
        if (!c12__ahead_insert(&c->row[1], mine)) return 0;
    }
    return c12__ahead_insert(&c->row[0], s);
}

static int change_propose(c12__ahead *a, change *c)
{
    c->n = 1;
    c->robot[0] = change_draw(a, a->p.n_robots);
    c->row[0] = a->row[c->robot[0]];
    switch (change_draw(a, 9)) {
    case 0: case 1: case 2: return change_resize(a, c);
    case 3: return change_shift(a, c);
    case 4: return change_add(a, c);
    case 5: return change_drop(a, c);
    case 6: return change_split(a, c);
    default: return change_exchange(a, c);
    }
}

/* ---- trying -------------------------------------------------------------------------------------------------------------- */

/* Make the change; take it back when the cost rises by more than the threshold. */
static void change_try(c12__ahead *a, change *c, int64_t threshold)
{
    c12__ahead_sum sum[2];
    for (int32_t i = 0; i < c->n; i++) c12__ahead_follow(a, c->robot[i], &c->row[i], a->kept + (int64_t)i * a->p.n_steps, &sum[i], NULL);
    c12__ahead_swap(a, c->n, c->robot, c->row, sum, a->kept);
    int64_t cost = c12__ahead_cost(a);
    if (cost <= a->cost + threshold) a->cost = cost;
    else c12__ahead_swap(a, c->n, c->robot, c->row, sum, a->kept);
}

/* Up to three robots lose all slots and get the best rows there are, one after the other. */
static void change_rebuild(c12__ahead *a, int64_t threshold)
{
    int32_t robot[3], n = (int32_t)c12__min64(a->p.n_robots, 1 + change_draw(a, 3));
    c12__ahead_row row[3], next;
    c12__ahead_sum sum[3], added;
    uint8_t *flag = a->kept + 3 * (int64_t)a->p.n_steps;
    for (int32_t i = 0; i < n; i++) {
        robot[i] = change_draw(a, a->p.n_robots);
        for (int32_t k = 0; k < i; k++) if (robot[k] == robot[i]) return;
        row[i].n = 0;
        c12__ahead_follow(a, robot[i], &row[i], a->kept + (int64_t)i * a->p.n_steps, &sum[i], NULL);
    }
    c12__ahead_swap(a, n, robot, row, sum, a->kept);
    for (int32_t i = 0; i < n; i++) {
        if (!c12__ahead_rebuild(a, robot[i], &next)) continue;
        c12__ahead_follow(a, robot[i], &next, flag, &added, NULL);
        c12__ahead_swap(a, 1, &robot[i], &next, &added, flag);
    }
    int64_t cost = c12__ahead_cost(a);
    if (cost <= a->cost + threshold) a->cost = cost;
    else c12__ahead_swap(a, n, robot, row, sum, a->kept);
}

static void change_keep(c12__ahead *a)
{
    if (a->cost >= a->least) return;
    a->least = a->cost;
    memcpy(a->best, a->row, (size_t)a->p.n_robots * sizeof *a->best);
}

/* Back to the best plan. */
static void change_return(c12__ahead *a)
{
    if (a->cost == a->least) return;
    memcpy(a->row, a->best, (size_t)a->p.n_robots * sizeof *a->row);
    c12__ahead_put_all(a);
}

/* Where a round's threshold begins: at the price of what may have to be given up on the way to a better plan, ever dearer things in turn. */
static int64_t change_heat(const c12__ahead *a, int64_t round)
{
    const int64_t price[4] = { a->o.price_low, 2 * c12__max64(a->o.price_unmet, a->o.price_low), a->o.price_unmet / 2, a->o.price_below };
    return price[round % 4];
}

/* Rounds of CHANGE_ROUND changes a robot, each from the best plan on with a threshold that falls to nothing; every other round takes the first few changes whatever
 * they cost.  Where not even one round can be afforded, only what is no worse is taken. */
int64_t c12__ahead_improve(c12__ahead *a, const c12_budget *budget, int64_t work, c12_stop *stop)
{
    int64_t length = (int64_t)CHANGE_ROUND * a->p.n_robots, begins = work, heat = budget->work_limit - work < length ? 0 : change_heat(a, 0);
    int rebuilds = heat && a->p.n_steps <= C12__AHEAD_REBUILDS;
    change c;
    *stop = C12_STOP_WORK;
    for (int64_t left = length; work < budget->work_limit; work++, left--) {
        if (!a->least) { *stop = C12_STOP_DONE; break; } /* nothing is lacking */
        if (budget->target && a->least <= budget->target) { *stop = C12_STOP_TARGET; break; }
        if (!left) {
            change_return(a);
            left = length;
            heat = change_heat(a, (work - begins) / length / 2);
        }
        int kick = left > length - CHANGE_KICKS && (work - begins) / length % 2;
        int64_t threshold = kick ? INT64_MAX - a->cost : heat / length * left;
        if (rebuilds && !kick && !change_draw(a, CHANGE_REBUILDS)) {
            change_rebuild(a, threshold);
            change_keep(a);
        } else if (change_propose(a, &c) && change_ok(a, &c)) {
            change_try(a, &c, threshold);
            change_keep(a);
        }
    }
    return work;
}
