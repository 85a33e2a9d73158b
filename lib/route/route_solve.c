/* SPDX-License-Identifier: Apache-2.0 */
/* The fleet plan: every robot alone (the bound), prioritised planning with restarts (the first plan), neighbourhood search (better
 * plans).  The live table is the plan under construction; what it held before is kept aside until the end. */
#include "base/sort.h"
#include "route/route_internal.h"

enum { FLEET_LEAST = 2, FLEET_MOST = 9 };     /* robots taken off at once: FLEET_LEAST..FLEET_MOST */
enum { FLEET_ATTEMPTS = 6 };                  /* orders tried before the crowd is */
enum { FLEET_RNG_ORDER = 1, FLEET_RNG_SEARCH = 2 };

static int64_t fleet_sum(int64_t a, int64_t b)
{
    int64_t r;
    return c12__add64(a, b, &r) ? INT64_MAX : r;
}

/* ---- the table as it was ------------------------------------------------------------------------------------------------------- */

static void fleet_keep_table(c12_route *self)
{
    int64_t n = 0;
    for (int32_t r = 0; r < self->p.n_robots; r++) {
        self->keep_off[r] = n;
        for (int32_t s = self->table.chain[r]; s >= 0; s = self->table.slot[s].onward, n++) {
            self->keep_vertex[n] = self->table.slot[s].vertex;
            self->keep_from[n] = self->table.slot[s].from;
            self->keep_to[n] = self->table.slot[s].to;
        }
    }
    self->keep_off[self->p.n_robots] = n;
}

static void fleet_clear(c12_route *self)
{
    for (int32_t r = 0; r < self->p.n_robots; r++) c12__route_clear_robot(&self->table, r);
    c12__route_tidy(&self->table); /* equals are told apart by slot: what was there before must not decide */
}

static void fleet_restore_table(c12_route *self)
{
    fleet_clear(self);
    for (int32_t r = 0; r < self->p.n_robots; r++)
        for (int64_t i = self->keep_off[r + 1]; i-- > self->keep_off[r]; ) {
            int32_t s = c12__route_add(&self->table, self->keep_vertex[i], self->keep_from[i], self->keep_to[i], r);
            self->table.slot[s].onward = self->table.chain[r];
            self->table.chain[r] = s;
        }
}

/* ---- one robot ----------------------------------------------------------------------------------------------------------------- */

static c12__route_query fleet_query(const c12_route *self, int32_t r, int64_t limit)
{
    c12__route_query q = { r, self->p.start[r], self->p.goal[r], c12__route_pace(self, r), c12__at64(self->p.robot_ready, r, 0), limit, 0, -1, 0 };
    return q;
}

/* Plan robot r, which must be off the table; enters the path.  Returns 1, or C12__ROUTE_*. */
static int32_t fleet_enter(c12__route_run *f, int32_t r, int64_t limit)
{
    c12_route *self = f->self;
    c12__route_query q = fleet_query(self, r, limit);
    c12__route_off nothing = { r, -1, -1, 0, { 0, 0 }, { 0, 0 } };
    int32_t last = c12__route_find(self, &q);
    if (last < 0) return last;
    int64_t arrive = self->search.state[last].arrive;
    last = c12__route_commit(self, &q, last, &nothing);
    if (last < 0) { f->full = 1; return last; }
    self->arrival[r] = arrive;
    return 1;
}

/* Do two robots end on vertices that cannot be held at once? */
static int fleet_goals_clash(c12_route *self, int32_t n)
{
    int32_t *whose = self->search.queue; /* goal -> robot + 1 */
    int clash = 0;
    for (int32_t v = 0; v < self->p.n_vertices; v++) whose[v] = 0;
    for (int32_t r = 0; r < n; r++) {
        clash |= whose[self->p.goal[r]] != 0;
        whose[self->p.goal[r]] = r + 1;
    }
    for (int32_t r = 0; r < n && self->p.conflict_off; r++)
        for (int64_t k = self->p.conflict_off[self->p.goal[r]]; k < self->p.conflict_off[self->p.goal[r] + 1]; k++) clash |= whose[self->p.conflict_vertex[k]] != 0;
    return clash;
}

/* Every robot alone among the blocks: 1, C12__ROUTE_NO_PATH when there is no plan at all, C12__ROUTE_HALTED. */
static int32_t fleet_bound(c12__route_run *f)
{
    c12_route *self = f->self;
    f->bound = 0;
    for (int32_t r = 0; r < f->n; r++) {
        c12__route_query q = fleet_query(self, r, C12__ROUTE_FAR);
        q.plain = 1;
        int32_t last = c12__route_find(self, &q);
        if (last < 0) return last;
        self->alone[r] = self->search.state[last].arrive;
        f->bound = fleet_sum(f->bound, self->alone[r]);
    }
    return fleet_goals_clash(self, f->n) ? C12__ROUTE_NO_PATH : 1; /* both would stay there for ever */
}

/* ---- the first plan ------------------------------------------------------------------------------------------------------------ */

/* Larger priority first, then the longer way. */
static void fleet_first_order(c12__route_run *f)
{
    c12_route *self = f->self;
    for (int32_t r = 0; r < f->n; r++) self->key[r] = c12__at64(self->p.robot_ready, r, 0) - self->alone[r];
    c12__sort_rows(self->key, f->n, self->order, self->scratch);
    for (int32_t r = 0; r < f->n; r++) self->key[r] = -(int64_t)c12__at32(self->p.robot_priority, r, 0);
    c12__sort_rows_again(self->key, f->n, self->order, self->scratch);
}

/* Robots not planned yet hold their starts: long enough to get away, or (patient) until it is their turn. */
static int fleet_place_waiting(c12__route_run *f, int32_t patient)
{
    c12_route *self = f->self;
    for (int32_t r = 0; r < f->n; r++) {
        c12_tick ready = c12__at64(self->p.robot_ready, r, 0);
        c12_tick away = self->mode == C12_ROUTE_GRID ? 1 : self->search.least_length * c12__route_pace(self, r);
        self->table.chain[r] = c12__route_add(&self->table, self->p.start[r], ready, patient ? C12_ROUTE_STAYS : ready + away, r);
        if (self->table.chain[r] < 0) return 0;
    }
    return 1;
}

/* Plan all in order.  Returns -1 when done, or the place in the order of the robot that found no path. */
static int32_t fleet_attempt(c12__route_run *f, int32_t patient, int32_t *why)
{
    c12_route *self = f->self;
    fleet_clear(self);
    if (!fleet_place_waiting(f, patient)) { f->full = 1; *why = C12__ROUTE_FULL; return 0; }
    for (int32_t i = 0; i < f->n; i++) {
        int32_t r = self->order[i];
        c12__route_clear_robot(&self->table, r);
        *why = fleet_enter(f, r, C12__ROUTE_FAR);
        if (*why < 0) return i;
    }
    return -1;
}

/* The robot that failed goes first; and two others change places, so that no order comes back for ever. */
static void fleet_reorder(c12__route_run *f, int32_t at)
{
    int32_t *order = f->self->order, r = order[at];
    for (int32_t i = at; i > 0; i--) order[i] = order[i - 1];
    order[0] = r;
    int32_t a = (int32_t)c12__rng_below(&f->rng, (uint64_t)f->n), b = (int32_t)c12__rng_below(&f->rng, (uint64_t)f->n);
    r = order[a];
    order[a] = order[b];
    order[b] = r;
}

/* Everybody at once, where priorities do not get on. */
static int fleet_crowd(c12__route_run *f)
{
    fleet_clear(f->self);
    if (c12__route_timed(f->self) == 1) return 1;
    fleet_clear(f->self);
    return 0;
}

static int32_t fleet_first_plan(c12__route_run *f)
{
    c12_route *self = f->self;
    f->rng = c12__rng_from(f->budget.seed, FLEET_RNG_ORDER);
    fleet_first_order(f);
    for (int32_t attempt = 0; ; attempt = (attempt + 1) & 0xffff) {
        int32_t why = 1, at = fleet_attempt(f, attempt & 1, &why);
        if (at < 0) break;
        if (why == C12__ROUTE_HALTED || why == C12__ROUTE_FULL || c12__route_halted(self)) return why == C12__ROUTE_FULL ? why : C12__ROUTE_HALTED;
        if (attempt == FLEET_ATTEMPTS && fleet_crowd(f)) break;
        self->work++; /* an attempt that expands nothing still counts, or a limit would never come */
        fleet_reorder(f, at);
    }
    f->cost = 0;
    for (int32_t r = 0; r < f->n; r++) f->cost = fleet_sum(f->cost, self->arrival[r]);
    f->first = c12__now(&self->host) - f->began;
    return 1;
}

/* ---- better plans -------------------------------------------------------------------------------------------------------------- */

static int fleet_choose(c12_route *self, int32_t r, int32_t *k)
{
    if (r < 0 || self->mark[r]) return 0;
    self->mark[r] = 1;
    self->chosen[(*k)++] = r;
    return 1;
}

/* A late robot: the latest of a few drawn. */
static int32_t fleet_late_robot(c12__route_run *f)
{
    int32_t best = -1;
    for (int32_t i = 0; i < 4; i++) {
        int32_t r = (int32_t)c12__rng_below(&f->rng, (uint64_t)f->n);
        if (best < 0 || f->self->arrival[r] - f->self->alone[r] > f->self->arrival[best] - f->self->alone[best]) best = r;
    }
    return best;
}

/* Robots that hold this vertex near the time we do. */
static void fleet_choose_near(c12__route_run *f, int32_t vertex, c12_tick from, c12_tick to, int32_t want, int32_t *k)
{
    const c12__route_table *t = &f->self->table;
    for (int32_t s = t->head[vertex]; s >= 0 && *k < want && t->slot[s].from <= to; s = t->slot[s].next)
        if (t->slot[s].to >= from) (void)fleet_choose(f->self, t->slot[s].robot, k);
}

/* A late robot and those in its way: walk its path from a random step on, looking at the vertices and their neighbours. */
static void fleet_choose_by_delay(c12__route_run *f, int32_t want, int32_t *k)
{
    c12_route *self = f->self;
    int32_t r = fleet_late_robot(f), n = 0;
    int64_t delay = self->arrival[r] - self->alone[r];
    (void)fleet_choose(self, r, k);
    for (int32_t s = self->table.chain[r]; s >= 0; s = self->table.slot[s].onward) n++;
    int32_t skip = (int32_t)c12__rng_below(&f->rng, (uint64_t)n);
    for (int32_t s = self->table.chain[r]; s >= 0 && *k < want; s = self->table.slot[s].onward) {
        const c12__route_slot *at = &self->table.slot[s];
        if (skip-- > 0) continue;
        c12_tick from = c12__max64(0, at->from - delay), to = at->to;
        fleet_choose_near(f, at->vertex, from, to, want, k);
        for (int64_t a = self->p.arc_off[at->vertex]; a < self->p.arc_off[at->vertex + 1]; a++) fleet_choose_near(f, self->p.arc_head[a], from, to, want, k);
    }
}

static int32_t fleet_choose_some(c12__route_run *f)
{
    c12_route *self = f->self;
    int32_t k = 0, want = FLEET_LEAST + (int32_t)c12__rng_below(&f->rng, FLEET_MOST - FLEET_LEAST + 1);
    if (want > f->n) want = f->n;
    if (c12__rng_below(&f->rng, 4)) fleet_choose_by_delay(f, want, &k);
    while (k < want) (void)fleet_choose(self, (int32_t)c12__rng_below(&f->rng, (uint64_t)f->n), &k);
    for (int32_t i = k; i-- > 1; ) { /* the order in which they go back */
        int32_t j = (int32_t)c12__rng_below(&f->rng, (uint64_t)i + 1), r = self->chosen[i];
        self->chosen[i] = self->chosen[j];
        self->chosen[j] = r;
    }
    for (int32_t i = 0; i < k; i++) self->mark[self->chosen[i]] = 0;
    return k;
}

/* Put the chosen robots back one by one; stop as soon as they cannot cost less than, or as much as, before.  Returns how many. */
static int32_t fleet_reenter(c12__route_run *f, int32_t k, int64_t before)
{
    int64_t left = before;
    for (int32_t i = 0; i < k; i++) left -= f->self->alone[f->self->chosen[i]];
    for (int32_t i = 0; i < k; i++) {
        int32_t r = f->self->chosen[i];
        if (fleet_enter(f, r, left + f->self->alone[r]) < 0) return i;
        left -= f->self->arrival[r] - f->self->alone[r];
    }
    return k;
}

/* One neighbourhood: take some off, put them back better or as they were. */
static void fleet_improve_once(c12__route_run *f)
{
    c12_route *self = f->self;
    int32_t k = fleet_choose_some(f);
    int64_t before = 0, after = 0;
    for (int32_t i = 0; i < k; i++) {
        before += self->arrival[self->chosen[i]];
        self->key[i] = self->arrival[self->chosen[i]];
        c12__route_take_off(&self->table, self->chosen[i], -1, &self->off[i]);
    }
    int32_t done = fleet_reenter(f, k, before);
    for (int32_t i = 0; i < k; i++) after += self->arrival[self->chosen[i]];
    if (done == k) {
        for (int32_t i = 0; i < k; i++) c12__route_throw_away(&self->table, &self->off[i]);
        f->cost -= before - after;
        return;
    }
    for (int32_t i = 0; i < done; i++) c12__route_clear_robot(&self->table, self->chosen[i]);
    for (int32_t i = 0; i < k; i++) {
        c12__route_put_back(&self->table, &self->off[i]);
        self->arrival[self->chosen[i]] = self->key[i];
    }
}

void c12__route_tell(const c12__route_run *f)
{
    c12_route *self = f->self;
    c12_progress p = C12_INIT(c12_progress);
    if (!self->host.progress) return;
    p.improved = 1;
    p.work = self->work;
    p.objective = f->cost;
    p.bound = f->bound;
    if (self->host.progress(self->host.user, &p)) self->stopped = 1;
}

int c12__route_good_enough(const c12__route_run *f)
{
    return f->cost <= f->bound || (f->budget.target && f->cost <= f->budget.target) || f->cost == INT64_MAX;
}

static void fleet_improve(c12__route_run *f)
{
    c12_route *self = f->self;
    f->rng = c12__rng_from(f->budget.seed, FLEET_RNG_SEARCH);
    for (int32_t r = 0; r < f->n; r++) self->mark[r] = 0;
    c12__route_tell(f);
    while (!c12__route_good_enough(f) && !c12__route_halted(self)) {
        int64_t before = f->cost;
        fleet_improve_once(f);
        self->work++;
        if (f->cost < before) c12__route_tell(f);
    }
}

static int32_t fleet_plan(c12__route_run *f)
{
    int32_t found = fleet_bound(f);
    if (found == 1) found = fleet_first_plan(f);
    if (found == 1) fleet_improve(f);
    return found;
}

/* ---- what comes out ------------------------------------------------------------------------------------------------------------- */

static int64_t fleet_count_steps(const c12_route *self)
{
    int64_t n = 0;
    for (int32_t r = 0; r < self->p.n_robots; r++)
        for (int32_t s = self->table.chain[r]; s >= 0; s = self->table.slot[s].onward) n++;
    return n;
}

static void fleet_write_plan(const c12_route *self, const c12_route_plan *plan)
{
    int64_t n = 0;
    for (int32_t r = 0; r < self->p.n_robots; r++) {
        plan->step_off[r] = n;
        for (int32_t s = self->table.chain[r]; s >= 0; s = self->table.slot[s].onward, n++) {
            plan->step_vertex[n] = self->table.slot[s].vertex;
            plan->step_from[n] = self->table.slot[s].from;
            plan->step_to[n] = self->table.slot[s].to;
        }
    }
    plan->step_off[self->p.n_robots] = n;
}

static void fleet_report(const c12__route_run *f, int32_t found, c12_info *i)
{
    i->bound = f->bound;
    i->stop = c12__route_why(f->self);
    if (found == 1) {
        i->objective = f->cost;
        i->first = f->first;
        i->outcome = f->cost <= f->bound ? C12_OPTIMAL : C12_FEASIBLE;
        if (f->cost <= f->bound) i->stop = C12_STOP_DONE;
        else if (f->budget.target && f->cost <= f->budget.target) i->stop = C12_STOP_TARGET;
    } else if (found == C12__ROUTE_NO_PATH) {
        i->outcome = C12_INFEASIBLE;
        i->stop = C12_STOP_DONE;
        i->bound = 0;
    } else {
        i->outcome = C12_UNKNOWN;
        i->bound = 0;
        if (found == C12__ROUTE_FULL) i->stop = C12_STOP_SPACE;
    }
    i->work = f->self->work;
    i->elapsed = c12__now(&f->self->host) - f->began;
}

static c12_status fleet_may_solve(c12_route *self, int32_t branch, const c12_route_plan *p, c12_error *err)
{
    c12_status s = c12__route_turn(self, branch, err);
    if (s) return s;
    for (int32_t r = 0; r < self->p.n_robots; r++)
        if (self->table.released[r] >= 0) return c12__fail(err, C12_E_STATE, "steps were released to a robot and are not withdrawn: park it, or load", "robot", r, 0);
    if (!self->p.start && self->p.n_robots) return c12__fail(err, C12_E_STATE, "the problem has no starts and goals", "start", -1, 0);
    if (!p->step_off || ((!p->step_vertex || !p->step_from || !p->step_to) && p->step_cap > 0)) return c12__fail(err, C12_E_ARG, "column is missing", "plan", -1, 0);
    if (p->step_cap < 0) return c12__fail(err, C12_E_ARG, "room is negative", "step_cap", -1, p->step_cap);
    return C12_OK;
}

c12_status c12_route_solve(c12_route *self, int32_t branch, const c12_budget *budget, c12_route_plan *plan, c12_info *info, c12_error *err)
{
    c12__route_run f = { self, C12_INIT(c12_budget), 0, 0, 0, 0, 0, 0, { 0, 0, 0 } };
    c12_route_plan p;
    c12_info i = C12_INIT(c12_info);
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    c12_status s = c12__take_budget(&f.budget, budget, &self->host, err);
    if (!s) s = c12__take(&p, sizeof p, plan, "plan", err);
    if (!s) s = fleet_may_solve(self, branch, &p, err);
    if (s) return s;
    f.n = self->p.n_robots;
    f.began = c12__now(&self->host);
    c12__route_start_clock(self, &f.budget);
    fleet_keep_table(self);
    fleet_clear(self);
    int32_t found = self->mode == C12_ROUTE_GRID && c12__grid_begin(&self->grid, self) ? c12__grid_solve(&f) : C12__ROUTE_BEYOND;
    if (found == C12__ROUTE_BEYOND) found = fleet_plan(&f);
    int64_t steps = found == 1 ? fleet_count_steps(self) : 0;
    if (found != 1 || steps > p.step_cap) fleet_restore_table(self); else fleet_write_plan(self, &p);
    fleet_report(&f, found, &i);
    atomic_store_explicit(&self->cancelled, 0, memory_order_relaxed);
    if (steps > p.step_cap) return c12__fail(err, C12_E_SPACE, "the plan has more steps than this", "step_cap", -1, steps);
    c12__give(info, &i, sizeof i);
    return C12_OK;
}
