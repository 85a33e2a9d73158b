/* SPDX-License-Identifier: Apache-2.0 */
/* Plants under tardiness or flow time: annealing over machine sequences.  In a round each island moves the operations of its own stretch
 * of the time axis, timing the rest along; at the barrier the stretches are put together again.  The cut wanders. */
#include "base/sort.h"
#include "sched/sched_internal.h"

enum {
    PLANT_SLICE = 128,     /* least batches of a round */
    PLANT_BATCH = 16,      /* moves drawn for one unit of work */
    PLANT_WINDOW = 8192,   /* most operations an island moves in a round: what its caches hold */
    PLANT_PATIENCE = 128,  /* least delays before a move is given up, */
    PLANT_REACH = 1 << 23, /* and their number times that of operations */
    PLANT_PART = 256,      /* stretches shorter than this are too short */
    PLANT_FRESH = 12,      /* tails are renewed when one in so many operations of the window has moved */
    PLANT_HOT = 8 << 8,    /* most heat at the start of a cycle, in 1/256 of the floor's unit */
    PLANT_SCALE = 64,      /* most it is raised where plans are late through and through */
    PLANT_COLD = 24,       /* heat at the end of it */
    PLANT_GROWTH = 64,     /* heat at the start for each root of the moves an operation will see */
    PLANT_ONE = 1 << 16,   /* a whole budget */
    PLANT_STREAM = 1 << 20 /* random numbers that belong to no island */
};

void c12__sched_carve_plant(c12__sched_plant *s, c12__arena *a, const c12_sched_dims *d)
{
    s->step = C12__CARVE(a, c12__sched_step, d->ops);
    s->tail = C12__CARVE(a, c12__sched_tail, d->ops);
    s->undo = C12__CARVE(a, c12__sched_undo, d->ops);
    s->dirty = C12__CARVE(a, uint64_t, d->ops / 32 + 2);
    s->line_start = C12__CARVE(a, int64_t, d->ops);
    s->line = C12__CARVE(a, int32_t, d->ops);
    s->line_off = C12__CARVE(a, int32_t, d->machines + (int64_t)1);
    s->kin = C12__CARVE(a, int32_t, d->ops);
    s->kin_at = C12__CARVE(a, int32_t, d->ops);
    s->kin_off = C12__CARVE(a, int32_t, d->families + (int64_t)2);
    s->order = C12__CARVE(a, int32_t, d->ops);
    s->mode = C12__CARVE(a, int32_t, d->ops);
    s->hot = C12__CARVE(a, int32_t, d->ops);
    s->last = C12__CARVE(a, int32_t, d->machines);
    s->load = C12__CARVE(a, int32_t, d->machines);
}

void c12__sched_carve_floor(c12__sched_floor *f, c12__arena *a, const c12_sched_dims *d)
{
    f->price = C12__CARVE(a, c12__sched_price, d->jobs);
    f->log = C12__CARVE(a, int32_t, C12__SCHED_LOGS);
    f->order = C12__CARVE(a, int32_t, d->ops);
    f->mode = C12__CARVE(a, int32_t, d->ops);
}

/* ---- once a solve -------------------------------------------------------------------------------------------------------- */

void c12__sched_plant_prices(const c12__sched_model *m, c12__sched_price *price)
{
    const c12_sched_problem *p = &m->p;
    for (int32_t j = 0; j < p->n_jobs; j++) {
        int64_t due = m->goal == C12_SCHED_FLOW ? c12__at64(p->job_release, j, 0) : c12__at64(p->job_due, j, -1);
        if (!c12__sched_counts(m, j)) due = -1;
        price[j].due = due < 0 ? C12_SCHED_HORIZON : due;
        price[j].weight = due < 0 ? 0 : c12__at64(p->job_weight, j, 1);
    }
}

/* -ln((k + 1) / C12__SCHED_LOGS) with 16 fraction bits. */
static void plant_logs(c12__sched_floor *f)
{
    for (int32_t k = 0; k < C12__SCHED_LOGS; k++)
        f->log[k] = (int32_t)(((((int64_t)12 << 16) - c12__sched_log2((uint64_t)k + 1)) * 45426) >> 16);
}

/* What heat is measured in: the mean set-up that is not 0; without set-ups the mean work. */
static int64_t plant_unit(const c12__sched_model *m)
{
    const c12_sched_problem *p = &m->p;
    int64_t sum = 0, n = 0;
    for (int64_t k = 0; p->setup && k < (int64_t)p->n_families * p->n_families; k++) { n += p->setup[k] > 0; sum += c12__min64(p->setup[k], (int64_t)1 << 32); }
    if (n) return c12__max64(1, c12__min64((int64_t)1 << 30, sum / n));
    for (int32_t o = 0; o < m->n; o++) sum += c12__min64(m->least[o], (int64_t)1 << 34);
    return c12__max64(1, c12__min64((int64_t)1 << 30, sum / m->n));
}

void c12__sched_begin_plant(c12_sched *self, int32_t islands, int64_t given)
{
    c12__sched_floor *f = &self->floor;
    c12__sched_plant_prices(&self->model, f->price);
    plant_logs(f);
    f->unit = plant_unit(&self->model);
    f->given = given;
    f->fraction = 0;
    f->round = 0;
    f->listed = 0;
    f->islands = islands;
    int64_t most = 0;
    for (int32_t j = 0; j < self->model.p.n_jobs; j++) most += f->price[j].weight;
    for (int32_t k = 0; k < islands; k++) {
        c12__sched_plant *s = &self->island[k].plant;
        s->m = &self->model;
        s->self = self;
        s->price = f->price;
        s->log = f->log;
        s->most_rate = most;
        s->patience = (int32_t)c12__max64(PLANT_PATIENCE, PLANT_REACH / self->model.n);
        s->calm = self->model.calm;
        s->loose = self->model.n;
        s->set_up_price = self->model.goal == C12_SCHED_TARDINESS;
        s->dirty_n = 0;
        memset(s->dirty, 0, ((size_t)self->model.n / 32 + 2) * sizeof *s->dirty);
    }
}

/* Work of an island in a round: a barrier costs O(n), yet heat must fall in many steps and borders wander often. */
int64_t c12__sched_plant_slice(const c12__sched_model *m, int32_t islands, int64_t work_limit)
{
    int64_t slice = c12__max64(PLANT_SLICE, m->n / 8);
    if (work_limit) slice = c12__min64(slice, work_limit / (PLANT_SLICE * (int64_t)islands));
    return c12__max64(slice, C12__SCHED_GRID / islands + 1);
}

/* ---- a round of one island ----------------------------------------------------------------------------------------------- */

/* Operations by machine and by family in the order of their starts: where partners are looked for until the next barrier. */
void c12__sched_step_index(c12__sched_plant *s)
{
    int32_t families = s->m->p.setup ? s->m->p.n_families : 1, machines = s->m->p.n_machines;
    memset(s->kin_off, 0, ((size_t)families + 2) * sizeof *s->kin_off);
    memset(s->line_off, 0, ((size_t)machines + 1) * sizeof *s->line_off);
    for (int32_t o = 0; o < s->m->n; o++) {
        if (s->step[o].kind & (C12__SCHED_GONE | C12__SCHED_LOOSE)) continue;
        s->kin_off[s->step[o].family + 2]++;
        s->line_off[s->step[o].machine + 1]++;
    }
    for (int32_t f = 0; f < families; f++) s->kin_off[f + 2] += s->kin_off[f + 1];
    for (int32_t k = 0; k < machines; k++) {
        s->line_off[k + 1] += s->line_off[k];
        s->last[k] = s->line_off[k];
    }
    for (int32_t k = 0; k < s->m->n; k++) {
        if (c12__sched_dropped(s->self, k)) return;
        int32_t o = s->order[k], f = s->step[o].family;
        if (s->step[o].kind & (C12__SCHED_GONE | C12__SCHED_LOOSE)) continue;
        int32_t q = s->last[s->step[o].machine]++;
        s->kin_at[o] = s->kin_off[f + 1]++;
        s->kin[s->kin_at[o]] = o;
        s->line[q] = o;
        s->line_start[q] = s->step[o].start;
    }
}

/* In a small plant the borders are in the way: in every second round each island has all of it, and the best one's plan stands. */
static int plant_is_whole(const c12_sched *self)
{
    const c12__sched_floor *f = &self->floor;
    return f->islands == 1 || (f->round % 2 && (self->model.n - f->lead) / f->islands < PLANT_PART);
}

/* The island's stretch of the order: about equal lengths, borders that wander from round to round. */
static void plant_stretch(const c12_sched *self, int32_t k, int32_t *lo, int32_t *hi)
{
    const c12__sched_floor *f = &self->floor;
    int64_t n = self->model.n - f->lead, part = n / f->islands;
    *lo = f->lead;
    *hi = self->model.n;
    if (plant_is_whole(self)) return;
    int64_t shift = (int64_t)(c12__rng_at(self->island[0].rng.seed, PLANT_STREAM, (uint64_t)f->round) % (uint64_t)(part + 1)) - part / 2;
    if (k) *lo = f->lead + (int32_t)(k * n / f->islands + shift);
    if (k + 1 < f->islands) *hi = f->lead + (int32_t)((k + 1) * n / f->islands + shift);
}

/* Largest r with r * r <= x, bit by bit. */
static int64_t plant_root(int64_t x)
{
    int64_t r = 0;
    for (int64_t bit = (int64_t)1 << 30; bit; bit >>= 1)
        if ((r + bit) * (r + bit) <= x) r += bit;
    return r;
}

/* Moves the whole budget will draw for an operation, going by what the rounds so far came to. */
static int64_t plant_draws(const c12__sched_floor *f, int64_t n)
{
    int64_t gone = c12__max64(1, f->fraction - f->began);
    return c12__min64((int64_t)1 << 40, f->hops) * PLANT_BATCH / n * PLANT_ONE / gone;
}

/* Heat falls by halves over a cycle, to the same end; where it starts grows with the root of the moves an operation will see.  A short
 * cycle comes first, so that a good plan is there early; from a good plan given, the second half of a cycle is enough. */
static int64_t plant_heat(const c12_sched *self)
{
    const c12__sched_floor *f = &self->floor;
    int64_t first = PLANT_ONE / 8, draws = plant_draws(f, self->model.n), at;
    if (f->fraction < first) { at = f->fraction * 8; draws /= 8; } else { at = (f->fraction - first) * 8 / 7; draws = draws / 8 * 7; }
    if (f->given) at = (PLANT_ONE + at) / 2;
    int64_t hot = f->scale * c12__max64(PLANT_COLD, c12__min64(PLANT_HOT, PLANT_GROWTH * plant_root(draws)));
    int64_t halvings = at * (c12__sched_log2((uint64_t)hot) - c12__sched_log2(PLANT_COLD)) >> 16, heat = (f->unit * hot) >> (halvings >> 16);
    heat -= heat * (halvings & (PLANT_ONE - 1)) >> 17;
    return c12__min64(heat, (int64_t)1 << 43); /* times a logarithm it must fit 64 bits */
}

/* Take over the floor's plan and make ready to search.  1 = stopped. */
static int plant_open(c12__sched_island *w)
{
    const c12__sched_floor *f = &w->self->floor;
    c12__sched_plant *s = &w->plant;
    c12__sched_step_load(s, f->order, f->mode);
    if (c12__sched_halted(w->self)) return 1;
    c12__sched_step_index(s);
    if (c12__sched_halted(w->self)) return 1;
    s->lo = 0;
    s->hi = s->m->n;
    c12__sched_step_tails(s);
    plant_stretch(w->self, w->index, &s->lo, &s->hi);
    int32_t over = s->hi - s->lo - PLANT_WINDOW;
    if (over > 0) {
        s->lo += (int32_t)c12__rng_below(&w->rng, (uint64_t)over + 1);
        s->hi = s->lo + PLANT_WINDOW;
    }
    c12__sched_step_tails(s);
    s->heat = plant_heat(w->self);
    return 0;
}

static void plant_hops(c12__sched_island *w)
{
    c12__sched_plant *s = &w->plant;
    int64_t end = w->work + w->slice, limit;
    int32_t made = 0;
    c12__sched_hop h;
    if (plant_open(w)) return;
    while (w->work < end && s->cost > w->goal && !c12__sched_halted(w->self)) {
        for (int32_t k = 0; k < PLANT_BATCH; k++)
            if (c12__sched_draw_hop(s, &w->rng, &h, &limit)) made += c12__sched_try_hop(s, &h, limit);
        if (made > (s->hi - s->lo) / PLANT_FRESH) { c12__sched_step_tails(s); made = 0; }
        w->work++;
    }
}

static void plant_keep(c12__sched_island *w)
{
    const c12__sched_plant *s = &w->plant;
    if (s->cost >= w->best) return;
    w->best = s->cost;
    memcpy(w->mode, s->mode, (size_t)s->m->n * sizeof *w->mode);
    for (int32_t o = 0; o < s->m->n; o++) {
        w->start[o] = s->step[o].start;
        w->end[o] = s->step[o].end;
    }
}

/* The island's share of the index grid. */
static void plant_grid(c12__sched_island *w)
{
    int64_t end = w->work + w->slice;
    c12__sched_begin_event(w);
    for (int32_t rule = w->index; w->work < end && rule < C12__SCHED_GRID; rule += w->self->floor.islands, w->work++) {
        if (c12__sched_run_event(w, rule)) return;
        if (w->m->p.fixed_start || w->m->p.op_gone) c12__sched_order(w->m, w->list.start, w->list.order, w->list.missing);
        c12__sched_step_load(&w->plant, w->list.order, w->list.mode);
        plant_keep(w);
    }
}

void c12__sched_run_plant(c12__sched_island *w)
{
    if (w->self->floor.round) plant_hops(w); else plant_grid(w);
}

/* ---- barrier ------------------------------------------------------------------------------------------------------------- */

/* Each stretch as its island left it.  No cycle can arise: all arcs between stretches lead forward. */
static void plant_gather(c12_sched *self)
{
    c12__sched_floor *f = &self->floor;
    for (int32_t k = 0; k < f->islands; k++) {
        const c12__sched_plant *s = &self->island[k].plant;
        int32_t lo, hi;
        for (plant_stretch(self, k, &lo, &hi); lo < hi; lo++) {
            f->order[lo] = s->order[lo];
            f->mode[s->order[lo]] = s->mode[s->order[lo]];
        }
    }
}

/* Leading operations of the order that nothing moves. */
static int32_t plant_lead(const c12__sched_model *m, const int32_t *order)
{
    int32_t k = 0;
    if (!m->p.fixed_start && !m->p.op_gone) return 0;
    while (k < m->n && (c12__sched_gone(m, order[k]) || c12__at64(m->p.fixed_start, order[k], -1) >= 0)) k++;
    return k;
}

/* Copy a plan to the floor in the order of its starts: with work in every operation that order keeps all precedences; what takes no time follows what it
 * waits for. */
static void plant_lay(c12_sched *self, const int64_t *start, const int32_t *mode)
{
    c12__sched_floor *f = &self->floor;
    if (c12__sched_dropped(self, 0)) return;
    c12__sched_order(&self->model, start, f->order, self->scratch_id);
    memcpy(f->mode, mode, (size_t)self->model.n * sizeof *mode);
    f->lead = plant_lead(&self->model, f->order);
}

/* After the lists: start from the best of them, or from the plan that was given. */
static void plant_meet_lists(c12_sched *self)
{
    c12__sched_floor *f = &self->floor;
    int32_t best = 0;
    for (int32_t k = 1; k < f->islands; k++)
        if (self->island[k].best < self->island[best].best) best = k;
    if (self->island[best].best < f->given) f->given = 0;
    plant_lay(self, self->island[best].start, self->island[best].mode);
}

/* After moves the stretches are put together.  That may cost more than one island's plan alone: then that one stands. */
static void plant_meet_moves(c12_sched *self)
{
    c12__sched_floor *f = &self->floor;
    int32_t best = 0;
    for (int32_t k = 1; k < f->islands; k++)
        if (self->island[k].plant.cost < self->island[best].plant.cost) best = k;
    int32_t joint = best ? 0 : f->islands - 1; /* its own plan may be overwritten */
    if (!plant_is_whole(self)) {
        plant_gather(self);
        c12__sched_step_load(&self->island[joint].plant, f->order, f->mode);
        if (self->island[joint].plant.cost <= self->island[best].plant.cost) best = joint;
    }
    const c12__sched_plant *s = &self->island[best].plant;
    plant_keep(&self->island[best]);
    for (int32_t o = 0; o < self->model.n; o++) self->scratch[o] = s->step[o].start;
    plant_lay(self, self->scratch, s->mode);
}

/* Where lateness cannot be helped it outweighs set-ups, and heat must match what a move changes. */
static int64_t plant_scale(const c12_sched *self)
{
    int64_t best = INT64_MAX;
    for (int32_t k = 0; k < self->floor.islands; k++) best = c12__min64(best, self->island[k].best);
    return c12__max64(1, c12__min64(PLANT_SCALE, best / (8 * (int64_t)self->model.n) / self->floor.unit));
}

void c12__sched_meet_plant(c12_sched *self, int64_t fraction)
{
    c12__sched_floor *f = &self->floor;
    f->fraction = fraction;
    if (f->round) plant_meet_moves(self); else plant_meet_lists(self);
    if (!f->round) { f->began = fraction; f->scale = plant_scale(self); }
    f->hops = -f->listed;
    for (int32_t k = 0; k < f->islands; k++) f->hops += self->island[k].work;
    if (!f->round) f->listed = f->hops;
    f->round++;
}
