/* SPDX-License-Identifier: Apache-2.0 */
/* One robot's best row while all others stay: labels of cost and energy go from step to step, outside and in each of a few bays, and those that are neither cheaper
 * nor fuller than another are dropped (label setting as in shortest paths with resources: Desrochers and Soumis, INFOR 26, 1988).  A change takes up to three robots
 * out and puts them in again one after the other. */
#include "charge/charge_horizon_internal.h"

enum { REBUILD_PPM = 1000000, REBUILD_PLACES = C12__AHEAD_NEAR + 1 };

typedef struct rebuild { c12__ahead *a; int32_t r, bays, bay[C12__AHEAD_NEAR]; const uint8_t *own; const int64_t *drain; int64_t active; int32_t bears; } rebuild;

/* ---- what a step costs while all others stay ------------------------------------------------------------------------------------ */

static int64_t rebuild_low(const rebuild *w, int32_t t)
{
    const c12__ahead *a = w->a;
    int32_t others = a->lows[t] - (w->own[t] & C12__AHEAD_LOW);
    return a->o.price_low + (others == w->bears ? a->o.price_below : 0);
}

static int64_t rebuild_away(const rebuild *w, int32_t t)
{
    return w->a->demand[t] >= w->a->p.n_robots - w->a->away[t] ? w->a->o.price_unmet : 0;
}

/* After a step that leaves `energy`, perhaps less than nothing. */
static void rebuild_step(const rebuild *w, c12__ahead_label *l, int32_t t, int64_t energy, int away)
{
    if (energy < 0) { energy = 0; l->cost += w->a->o.price_empty; }
    if (energy <= w->a->floor[w->r]) l->cost += rebuild_low(w, t);
    if (away) l->cost += rebuild_away(w, t);
    l->energy = energy;
}

/* ---- labels ----------------------------------------------------------------------------------------------------------------- */

static c12__ahead_label *rebuild_at(const rebuild *w, int32_t t, int32_t place) { return w->a->label + ((int64_t)t * REBUILD_PLACES + place) * C12__AHEAD_LABELS; }
static int32_t *rebuild_count(const rebuild *w, int32_t t, int32_t place) { return w->a->labels + (int64_t)t * REBUILD_PLACES + place; }

/* Keep a label unless another is as cheap and as full; the dearest goes when there are too many, but never the fullest: they are in order of cost and energy. */
static void rebuild_keep(const rebuild *w, int32_t t, int32_t place, c12__ahead_label l)
{
    c12__ahead_label *list = rebuild_at(w, t, place);
    int32_t *n = rebuild_count(w, t, place), k = 0, to = 0;
    for (int32_t i = 0; i < *n; i++)
        if (list[i].cost <= l.cost && list[i].energy >= l.energy) return;
    for (int32_t i = 0; i < *n; i++)
        if (list[i].cost < l.cost || list[i].energy > l.energy) list[to++] = list[i];
    for (k = to; k > 0 && list[k - 1].cost > l.cost; k--) if (k < C12__AHEAD_LABELS) list[k] = list[k - 1];
    if (k < C12__AHEAD_LABELS) list[k] = l;
    *n = (int32_t)c12__min64(to + 1, C12__AHEAD_LABELS);
}

/* On to the next step outside, or in the bay. */
static void rebuild_stay(const rebuild *w, int32_t t, int32_t place, int32_t from, c12__ahead_label l)
{
    l.from = from;
    l.start = -1;
    if (place) rebuild_step(w, &l, t, c12__ahead_charge(w->a, w->r, l.energy), 1);
    else rebuild_step(w, &l, t, l.energy - w->drain[t], 0);
    rebuild_keep(w, t + 1, place, l);
}

static int rebuild_is_free(const rebuild *w, int32_t bay, int32_t t)
{
    const c12_charge_outlook *p = &w->a->p;
    return t >= c12__at32(p->bay_from, bay, 0) && t < c12__at32(p->bay_to, bay, p->n_steps) && w->a->user[(int64_t)bay * p->n_steps + t] < 0;
}

/* From outside at step t to a bay and the least time in it. */
static void rebuild_enter(const rebuild *w, int32_t t, int32_t place, int32_t from, c12__ahead_label l)
{
    const c12__ahead *a = w->a;
    int32_t bay = w->bay[place - 1], way = c12__ahead_way(a, w->r, bay, t), k = t;
    if (way < 0 || t < c12__at32(a->p.robot_from, w->r, 0) || (int64_t)t + way >= a->p.n_steps) return;
    l.from = from;
    l.start = t + way;
    int32_t end = (int32_t)c12__min64(a->p.n_steps, (int64_t)l.start + a->o.least_slot);
    for (int32_t i = l.start; i < end; i++) if (!rebuild_is_free(w, bay, i)) return;
    l.cost += way * a->o.price_travel;
    for (; k < l.start; k++) rebuild_step(w, &l, k, l.energy - w->active, 1);
    for (; k < end; k++) rebuild_step(w, &l, k, c12__ahead_charge(a, w->r, l.energy), 1);
    rebuild_keep(w, end, place, l);
}

static void rebuild_spread(const rebuild *w, int32_t t)
{
    for (int32_t place = 1; place <= w->bays; place++)
        for (int32_t k = 0; k < *rebuild_count(w, t, place); k++) { /* leaves, which costs nothing */
            c12__ahead_label l = rebuild_at(w, t, place)[k];
            l.from = place * C12__AHEAD_LABELS + k;
            l.start = -2;
            rebuild_keep(w, t, 0, l);
        }
    if (t == w->a->p.n_steps) return;
    for (int32_t place = 1; place <= w->bays; place++)
        for (int32_t k = 0; k < *rebuild_count(w, t, place) && rebuild_is_free(w, w->bay[place - 1], t); k++) rebuild_stay(w, t, place, k, rebuild_at(w, t, place)[k]);
    for (int32_t k = 0; k < *rebuild_count(w, t, 0); k++) {
        rebuild_stay(w, t, 0, k, rebuild_at(w, t, 0)[k]);
        for (int32_t place = 1; place <= w->bays; place++) rebuild_enter(w, t, place, k, rebuild_at(w, t, 0)[k]);
    }
}

/* ---- back along the best ------------------------------------------------------------------------------------------------------- */

static int32_t rebuild_best(const rebuild *w)
{
    const c12__ahead_label *list = rebuild_at(w, w->a->p.n_steps, 0);
    int32_t best = 0;
    int64_t least = INT64_MAX;
    for (int32_t k = 0; k < *rebuild_count(w, w->a->p.n_steps, 0); k++) {
        int64_t cost = list[k].cost + w->a->o.price_end * c12__max64(0, w->a->o.end_ppm - list[k].energy * REBUILD_PPM / w->a->capacity[w->r]);
        if (cost < least) { least = cost; best = k; }
    }
    return best;
}

/* A label with start >= 0 entered its bay there; -1 came from the step before in the same place, -2 out of a bay in this one. */
static int rebuild_trace(const rebuild *w, c12__ahead_row *row)
{
    int32_t t = w->a->p.n_steps, place = 0, k = rebuild_best(w), end = 0;
    row->n = 0;
    while (t > 0) {
        c12__ahead_label l = rebuild_at(w, t, place)[k];
        k = l.from;
        if (l.start == -2) { place = l.from / C12__AHEAD_LABELS; k = l.from % C12__AHEAD_LABELS; end = t; continue; }
        if (l.start == -1) { t--; continue; }
        if (!c12__ahead_insert(row, (c12__ahead_slot){ w->bay[place - 1], l.start, end })) return 0;
        t = l.start - c12__ahead_way(w->a, w->r, w->bay[place - 1], l.start);
        place = 0;
    }
    return 1;
}

/* A few bays, drawn. */
static void rebuild_near(rebuild *w)
{
    c12__ahead *a = w->a;
    w->bays = (int32_t)c12__min64(C12__AHEAD_NEAR, a->p.n_bays);
    for (int32_t k = 0; k < w->bays; k++) {
        w->bay[k] = a->p.n_bays <= C12__AHEAD_NEAR ? k : c12__dice_below(&a->dice, a->p.n_bays);
        for (int32_t i = 0; i < k; i++) if (w->bay[i] == w->bay[k]) { w->bays = k; return; }
    }
}

int c12__ahead_rebuild(c12__ahead *a, int32_t r, c12__ahead_row *row)
{
    int64_t share = (int64_t)a->o.share_ppm * a->p.n_robots;
    rebuild w = { .a = a, .r = r, .own = a->flag + (int64_t)r * a->p.n_steps, .drain = a->drain + (int64_t)a->lane[r] * a->p.n_steps,
                  .active = a->p.class_active[c12__at32(a->p.robot_class, r, 0)], .bears = (int32_t)(a->p.n_robots - (share + REBUILD_PPM - 1) / REBUILD_PPM) };
    rebuild_near(&w);
    memset(a->labels, 0, (size_t)(a->p.n_steps + 1) * REBUILD_PLACES * sizeof *a->labels);
    rebuild_keep(&w, 0, 0, (c12__ahead_label){ 0, a->first[r], -1, -1 });
    for (int32_t t = 0; t <= a->p.n_steps; t++) rebuild_spread(&w, t);
    return rebuild_trace(&w, row) && c12__ahead_row_ok(a, r, row);
}
