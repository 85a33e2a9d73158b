/* SPDX-License-Identifier: Apache-2.0 */
/* Entry of the room: memory, load, and the rounds in which the islands search and meet. */
#include "base/sort.h"
#include "sched/sched_internal.h"

enum { SCHED_PROOF_ROUND = 3, SCHED_PROOF_SMALL = 100, SCHED_BRANCHES = 64 };

/* ---- memory -------------------------------------------------------------------------------------------------------------- */

static void sched_carve_island(c12__sched_island *w, c12__arena *a, const c12_sched_dims *d)
{
    c12__sched_carve_list(&w->list, a, d);
    c12__sched_carve_anneal(&w->anneal, a, d);
    c12__sched_carve_tabu(&w->tabu, a, d);
    c12__sched_carve_plant(&w->plant, a, d);
    c12__sched_carve_event(&w->event, a, d);
    w->start = C12__CARVE(a, int64_t, d->ops);
    w->end = C12__CARVE(a, int64_t, d->ops);
    w->mode = C12__CARVE(a, int32_t, d->ops);
}

/* Sizes and carves alike: without memory the tables hang on dummies that nobody reads. */
static c12_sched *sched_layout(c12__arena *a, const c12_sched_dims *d)
{
    c12_sched none, *self = C12__CARVE(a, c12_sched, 1), *s = self ? self : &none;
    c12__sched_island nobody, *island = C12__CARVE(a, c12__sched_island, d->islands);
    memset(s, 0, sizeof *s);
    if (island) memset(island, 0, (size_t)d->islands * sizeof *island);
    s->island = island;
    c12__sched_carve_model(&s->model, a, d);
    c12__sched_carve_edge(&s->edge, a, d);
    c12__sched_carve_proof(&s->proof, a, d);
    c12__sched_carve_floor(&s->floor, a, d);
    c12__sched_carve_live(&s->live, a, d);
    int64_t most = c12__max64(c12__max64(d->ops, d->jobs), d->machines);
    s->scratch = C12__CARVE(a, int64_t, most + 1);
    s->scratch_id = C12__CARVE(a, int32_t, d->ops);
    s->scratch_order = C12__CARVE(a, int32_t, d->ops);
    for (int32_t k = 0; k < d->islands; k++) sched_carve_island(island ? &island[k] : &nobody, a, d);
    return self;
}

static c12_status sched_take_dims(c12_sched_dims *d, const c12_sched_dims *from, c12_error *err)
{
    c12_status s = c12__take(d, sizeof *d, from, "dims", err);
    if (s) return s;
    const struct { const char *name; int64_t value, most; } row[] = {
        { "jobs", d->jobs, INT32_MAX }, { "ops", d->ops, (int64_t)1 << 28 }, { "modes", d->modes, (int64_t)1 << 30 }, { "breaks", d->breaks, (int64_t)1 << 30 },
        { "preds", d->preds, (int64_t)1 << 30 }, { "machines", d->machines, INT32_MAX }, { "families", d->families, 1 << 15 },
        { "needs", d->needs, (int64_t)1 << 30 }, { "levels", d->levels, (int64_t)1 << 30 }, { "resources", d->resources, INT32_MAX - 1 }, { "buffers", d->buffers, INT32_MAX - 1 },
        { "branches", d->branches, SCHED_BRANCHES }, { "live", d->live, 1 }, { "islands", d->islands, C12__MAX_ISLANDS },
    };
    c12__faults f = { err, C12_OK, 0 };
    for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
        if (row[k].value < 0) c12__fault(&f, C12_E_ARG, "limit is negative", row[k].name, -1, row[k].value);
        if (row[k].value > row[k].most) c12__fault(&f, C12_E_RANGE, "limit is larger than this version serves", row[k].name, -1, row[k].value);
    }
    if (!d->islands) d->islands = C12__DEFAULT_ISLANDS;
    if (d->branches) d->live = 1;
    return f.status;
}

c12_status c12_sched_bytes(const c12_sched_dims *dims, size_t *bytes, c12_error *err)
{
    c12_sched_dims d;
    c12__arena a = c12__arena_measure();
    c12_status s = sched_take_dims(&d, dims, err);
    if (s) return s;
    if (!bytes) return c12__fail(err, C12_E_ARG, "argument is NULL", "bytes", -1, 0);
    (void)sched_layout(&a, &d);
    size_t need = c12__arena_need(&a);
    if (need == SIZE_MAX) return c12__fail(err, C12_E_OVERFLOW, "size does not fit size_t", "dims", -1, 0);
    *bytes = need;
    return C12_OK;
}

c12_status c12_sched_init(c12_sched **self, c12_mem mem, const c12_sched_dims *dims, const c12_sched_options *opt, const c12_host *host, c12_error *err)
{
    c12_sched_options o;
    c12__sched_terms terms;
    c12_host h;
    c12_sched_dims d;
    size_t need;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    *self = NULL;
    c12_status s = c12_sched_bytes(dims, &need, err);
    if (!s) s = sched_take_dims(&d, dims, err);
    if (!s) s = c12__sched_take_options(&o, &terms, opt, err);
    if (!s) s = c12__take_optional(&h, sizeof h, host, "host", err);
    if (s) return s;
    if (!mem.ptr || mem.size < need) return c12__fail(err, C12_E_SPACE, "memory is too small for these dims", "mem", -1, (int64_t)need);
    c12__arena a = c12__arena_over(mem);
    c12_sched *it = sched_layout(&a, &d);
    it->host = h;
    it->dims = d;
    it->goal = o.goal;
    it->terms = terms;
    atomic_init(&it->cancelled, 0);
    atomic_init(&it->timed_out, 0);
    *self = it;
    return C12_OK;
}

c12_status c12_sched_create(c12_sched **self, const c12_sched_dims *dims, const c12_sched_options *opt, const c12_host *host, c12_error *err)
{
    c12_host h;
    size_t need;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    *self = NULL;
    c12_status s = c12_sched_bytes(dims, &need, err);
    if (!s) s = c12__take_optional(&h, sizeof h, host, "host", err);
    if (s) return s;
    c12_mem mem = { c12__alloc(&h, need), need };
    if (!mem.ptr) return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, (int64_t)need);
    s = c12_sched_init(self, mem, dims, opt, host, err);
    if (s) { c12__release(&h, mem.ptr, need); return s; }
    (*self)->owned = need;
    (*self)->owned_ptr = mem.ptr;
    return C12_OK;
}

void c12_sched_destroy(c12_sched *self)
{
    if (!self || !self->owned) return;
    c12_host h = self->host;
    c12__release(&h, self->owned_ptr, self->owned);
}

void c12_sched_cancel(c12_sched *self)
{
    if (self) atomic_store_explicit(&self->cancelled, 1, memory_order_relaxed);
}

c12_status c12_sched_load(c12_sched *self, const c12_sched_problem *problem, c12_error *err)
{
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    self->loaded = 0;
    c12_status s = c12__sched_take(&self->model.p, problem, err);
    if (!s) s = c12__sched_derive(self, err);
    if (s) return s;
    c12__sched_bound(self);
    if (self->dims.live) c12__sched_load_live(self, problem);
    self->loaded = 1;
    return C12_OK;
}

/* ---- when to stop -------------------------------------------------------------------------------------------------------- */

static int sched_cancelled(c12_sched *self) { return atomic_load_explicit(&self->cancelled, memory_order_relaxed); }

int c12__sched_halted(c12_sched *self)
{
    if (sched_cancelled(self) || atomic_load_explicit(&self->timed_out, memory_order_relaxed)) return 1;
    if (!self->until || c12__now(&self->host) < self->until) return 0;
    atomic_store_explicit(&self->timed_out, 1, memory_order_relaxed);
    return 1;
}

/* One solve: what is asked, what is known, what was spent. */
typedef struct sched_run {
    c12_sched *self;
    c12_budget budget;
    c12_ns began, first;
    int64_t work, best, told, proof, bound; /* proof: units of the work spent on proofs */
    int32_t leader, stopped; /* the island with the best plan; the progress hook said stop */
} sched_run;

static void sched_rank(sched_run *r)
{
    for (int32_t k = 0; k < r->budget.islands; k++)
        if (r->self->island[k].best < r->best) { r->best = r->self->island[k].best; r->leader = k; }
}

static int sched_finished(sched_run *r)
{
    c12_sched *self = r->self;
    if (r->best <= r->bound || r->best <= self->island[0].goal || r->stopped || c12__sched_halted(self)) return 1;
    return r->budget.work_limit && r->work >= r->budget.work_limit;
}

static int sched_may_prove(const c12_sched *self) { return self->model.pure && !self->model.calm && self->model.n <= C12__SCHED_SHAVE_OPS; }

static void sched_tell(sched_run *r)
{
    c12_sched *self = r->self;
    c12_progress p = C12_INIT(c12_progress);
    if (!self->host.progress || r->best >= C12__SCHED_BROKEN) return;
    p.improved = r->best < r->told;
    p.work = r->work;
    p.objective = r->best;
    p.bound = r->bound;
    r->told = r->best;
    if (self->host.progress(self->host.user, &p)) r->stopped = 1;
}

static c12_stop sched_why(const sched_run *r)
{
    const c12_sched *self = r->self;
    if (r->best <= r->bound) return C12_STOP_DONE;
    if (r->budget.target && r->best <= r->budget.target) return C12_STOP_TARGET;
    if (r->stopped || atomic_load_explicit(&self->cancelled, memory_order_relaxed)) return C12_STOP_CANCEL;
    return atomic_load_explicit(&self->timed_out, memory_order_relaxed) ? C12_STOP_TIME : C12_STOP_WORK;
}

/* ---- first plans --------------------------------------------------------------------------------------------------------- */

static void sched_warm_keys(const c12_sched *self, c12__sched_list *l, const c12_sched_plan *plan)
{
    size_t n = (size_t)self->model.n;
    memcpy(l->key, plan->op_start, n * sizeof *l->key);
    memcpy(l->want, plan->op_mode, n * sizeof *l->want);
    memcpy(l->floor, plan->op_start, n * sizeof *l->floor);
    l->by_ready = 0;
}

/* Something is frozen or gone: event lists may find no plan, so that the other lists make the first. */
static int sched_is_held(const c12_sched *self) { return self->model.p.fixed_start || self->model.p.op_gone; }

/* Try the given plan (rule -1) and every rule; leaves the best one's schedule in every island's list. */
static void sched_first_plans(sched_run *r, const c12_sched_plan *plan)
{
    c12_sched *self = r->self;
    c12__sched_island *w = &self->island[0];
    int32_t best = 0;
    for (int32_t rule = plan->warm ? -1 : 0; rule < C12__SCHED_RULES; rule++) {
        if (r->work && (sched_finished(r) || (self->model.plant && (!sched_is_held(self) || r->best < C12__SCHED_BROKEN)))) break;
        if (rule < 0) sched_warm_keys(self, &w->list, plan); else c12__sched_rule_keys(&self->model, &w->list, rule, &w->rng);
        int64_t cost = c12__sched_run_list(&self->model, &w->list), before = w->best;
        c12__sched_keep(w, cost);
        r->work++;
        if (cost < before) best = rule;
        if (!r->first && cost < C12__SCHED_BROKEN) r->first = c12__now(&self->host) - r->began;
        sched_rank(r);
    }
    self->kernel = self->model.pure && !self->model.calm ? C12__SCHED_BY_TABU : C12__SCHED_BY_KEYS;
    if (self->model.plant && (r->best < C12__SCHED_BROKEN || !sched_is_held(self))) self->kernel = C12__SCHED_BY_STEPS;
    if (sched_finished(r)) return;
    if (self->kernel == C12__SCHED_BY_STEPS) { c12__sched_begin_plant(self, r->budget.islands, plan->warm ? r->best : 0); return; }
    for (int32_t k = 0; k < r->budget.islands; k++) {
        c12__sched_island *v = &self->island[k];
        if (best < 0) sched_warm_keys(self, &v->list, plan); else c12__sched_rule_keys(&self->model, &v->list, best, &v->rng);
        v->anneal.cost = c12__sched_run_list(&self->model, &v->list);
        if (self->kernel == C12__SCHED_BY_TABU) c12__sched_begin_tabu(v); else c12__sched_begin_anneal(v);
    }
}

/* ---- rounds -------------------------------------------------------------------------------------------------------------- */

static void sched_task(void *arg, int32_t i)
{
    c12__sched_island *w = &((c12_sched *)arg)->island[i];
    int32_t kernel = w->self->kernel;
    if (sched_cancelled(w->self) || (!w->slice && kernel != C12__SCHED_BY_STEPS)) return; /* a plant's islands must stand on the same plan at the barrier */
    if (kernel == C12__SCHED_BY_TABU) c12__sched_run_tabu(w);
    else if (kernel == C12__SCHED_BY_STEPS) c12__sched_run_plant(w);
    else c12__sched_run_anneal(w);
}

/* Share out a round; what work_limit leaves over goes to the first islands. */
static void sched_share(sched_run *r, int64_t slice)
{
    int32_t n = r->budget.islands;
    int64_t left = r->budget.work_limit ? r->budget.work_limit - r->work : INT64_MAX;
    for (int32_t k = 0; k < n; k++) r->self->island[k].slice = c12__min64(slice, left / n + (k < left % n));
}

/* The leader's plan goes to the other islands: into their elites, or, every eighth round, into the place of the worst search. */
static void sched_exchange(sched_run *r, int32_t round)
{
    c12_sched *self = r->self;
    c12__sched_island *from = &self->island[r->leader];
    size_t n = (size_t)self->model.n;
    if (self->kernel == C12__SCHED_BY_TABU) {
        for (int32_t k = 0; k < r->budget.islands; k++)
            if (k != r->leader) c12__sched_offer_elite(&self->island[k].tabu, from->tabu.run_best, from->tabu.run_cost);
        return;
    }
    int32_t worst = r->leader;
    for (int32_t k = 0; k < r->budget.islands; k++)
        if (self->island[k].best > self->island[worst].best) worst = k;
    if (worst == r->leader || round % 8 != 7) return;
    c12__sched_anneal *to = &self->island[worst].anneal;
    memcpy(to->best_key, from->anneal.best_key, n * sizeof *to->best_key);
    memcpy(to->best_want, from->anneal.best_want, n * sizeof *to->best_want);
    if (self->model.patient) memcpy(to->best_floor, from->anneal.best_floor, n * sizeof *to->best_floor);
    to->best = from->anneal.best;
    to->stall = INT64_MAX / 2; /* restarts from there */
}


/* Job shops: is there a plan one tick shorter, and if that stays open, how far does the bound go?  After some rounds a share of all work goes there:
 * half where the search is most likely done long before the proof, else a sixteenth. */
static void sched_try_proof(sched_run *r, int32_t round)
{
    c12_sched *self = r->self;
    if (!sched_may_prove(self) || round < SCHED_PROOF_ROUND || sched_finished(r)) return;
    int64_t part = self->model.n <= SCHED_PROOF_SMALL ? 1 : 15, due = (r->work - r->proof) / part - r->proof, spent = 0;
    if (r->budget.work_limit) due = c12__min64(due, r->budget.work_limit - r->work);
    r->bound = c12__sched_prove(self, r->bound, r->best, due, &spent);
    r->proof += spent;
    r->work += spent;
}

/* spent / all with 16 fraction bits, at most 1. */
static int64_t sched_ratio(int64_t spent, int64_t all)
{
    while (all >> 40) { all >>= 1; spent >>= 1; }
    return c12__min64(1 << 16, (c12__min64(spent, all) << 16) / c12__max64(1, all));
}

/* How much of the budget is spent; without a limit on work or time it comes round again and again. */
static int64_t sched_fraction(const sched_run *r, int32_t round)
{
    int64_t work = r->budget.work_limit, time = r->budget.time_limit;
    int64_t a = work ? sched_ratio(r->work, work) : 0, b = time ? sched_ratio(c12__now(&r->self->host) - r->began, time) : 0;
    return work || time ? c12__max64(a, b) : sched_ratio(round & 1023, 1024);
}

static void sched_rounds(sched_run *r)
{
    c12_sched *self = r->self;
    int64_t most = c12__max64(16, c12__min64(1 << 14, ((int64_t)1 << 22) / (self->model.n + 1))), slice = c12__min64(256, most);
    if (self->kernel == C12__SCHED_BY_STEPS) slice = most = c12__sched_plant_slice(&self->model, r->budget.islands, r->budget.work_limit);
    for (int32_t round = 0; !sched_finished(r); round++) {
        sched_share(r, slice);
        int64_t before = 0;
        for (int32_t k = 0; k < r->budget.islands; k++) before += self->island[k].work;
        c12__parallel(&self->host, r->budget.islands, sched_task, self);
        for (int32_t k = 0; k < r->budget.islands; k++) r->work += self->island[k].work;
        r->work -= before;
        /* after a cancel, what the round found is little, and putting it together is not */
        if (self->kernel == C12__SCHED_BY_STEPS && !sched_cancelled(self)) c12__sched_meet_plant(self, sched_fraction(r, round));
        sched_rank(r);
        sched_tell(r);
        if (self->kernel != C12__SCHED_BY_STEPS) sched_exchange(r, round);
        sched_try_proof(r, round);
        slice = c12__min64(most, slice * 2);
    }
}

/* ---- solve --------------------------------------------------------------------------------------------------------------- */

c12_status c12__sched_take_columns(const c12_sched *self, c12_sched_plan *p, const c12_sched_plan *from, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    const c12__sched_model *m = &self->model;
    c12_status s = c12__take(p, sizeof *p, from, "plan", err);
    if (s) return s;
    if (m->n && !p->op_start) c12__fault(&f, C12_E_ARG, "column is NULL", "op_start", -1, 0);
    if (m->n && !p->op_end) c12__fault(&f, C12_E_ARG, "column is NULL", "op_end", -1, 0);
    if (m->n && !p->op_mode) c12__fault(&f, C12_E_ARG, "column is NULL", "op_mode", -1, 0);
    if (p->warm != 0 && p->warm != 1) c12__fault(&f, C12_E_ARG, "must be 0 or 1", "warm", -1, p->warm);
    if (f.count || !p->warm) return f.status;
    for (int32_t o = 0; o < m->n && !c12__full(&f); o++) {
        if (p->op_start[o] < 0 || p->op_start[o] > C12_SCHED_HORIZON) c12__fault(&f, C12_E_RANGE, "ticks out of range", "op_start", o, p->op_start[o]);
        if (p->op_mode[o] < 0 || p->op_mode[o] >= m->p.mode_off[o + 1] - m->p.mode_off[o]) c12__fault(&f, C12_E_RANGE, "no such mode of the operation", "op_mode", o, p->op_mode[o]);
    }
    return f.status;
}

c12_status c12__sched_take_solve(c12_sched *self, const c12_budget *budget, c12_budget *local, c12_error *err)
{
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    if (!self->loaded) return c12__fail(err, C12_E_STATE, "solve before load", NULL, -1, 0);
    c12_status s = c12__take_budget(local, budget, &self->host, err);
    if (s) return s;
    if (!budget->islands) local->islands = (int32_t)c12__min64(local->islands, self->dims.islands);
    if (local->islands > self->dims.islands) return c12__fail(err, C12_E_SPACE, "more islands than the handle was made for", "islands", -1, local->islands);
    return C12_OK;
}

static void sched_open_islands(sched_run *r)
{
    c12_sched *self = r->self;
    for (int32_t k = 0; k < r->budget.islands; k++) {
        c12__sched_island *w = &self->island[k];
        w->m = &self->model;
        w->self = self;
        w->index = k;
        w->rng = c12__rng_from(r->budget.seed, (uint64_t)k);
        w->work = w->slice = 0;
        w->best = INT64_MAX;
        w->list.bold = k & 1;
        w->goal = r->budget.target ? c12__max64(self->model.bound, r->budget.target) : self->model.bound;
        c12__heap_reset(&w->list.ready);
    }
}

static void sched_report(const sched_run *r, c12_info *info)
{
    const c12_sched *self = r->self;
    c12_info i = C12_INIT(c12_info);
    int none = r->best >= C12__SCHED_BROKEN;
    i.outcome = self->model.infeasible ? C12_INFEASIBLE : none ? C12_UNKNOWN : r->best == r->bound ? C12_OPTIMAL : C12_FEASIBLE;
    i.stop = self->model.infeasible ? C12_STOP_DONE : sched_why(r);
    i.objective = none ? 0 : r->best;
    i.bound = self->model.infeasible ? 0 : r->bound;
    i.work = r->work;
    i.elapsed = c12__now(&self->host) - r->began;
    i.first = r->first;
    c12__give(info, &i, sizeof i);
}

static void sched_deliver(const sched_run *r, const c12_sched_plan *p)
{
    const c12__sched_island *w = &r->self->island[r->leader];
    size_t n = (size_t)r->self->model.n;
    if (!n) return;
    memcpy(p->op_start, w->start, n * sizeof *p->op_start);
    memcpy(p->op_end, w->end, n * sizeof *p->op_end);
    memcpy(p->op_mode, w->mode, n * sizeof *p->op_mode);
}

/* Search for a plan of the model as it stands.  1 = one was found, and is in p. */
int c12__sched_search(c12_sched *self, const c12_budget *budget, const c12_sched_plan *p, c12_info *info)
{
    sched_run r = { 0 };
    c12__sched_bound(self);
    r.best = r.told = INT64_MAX;
    r.self = self;
    r.budget = *budget;
    r.bound = self->model.bound;
    r.began = c12__now(&self->host);
    self->until = 0;
    if (r.budget.time_limit && c12__add64(r.began, r.budget.time_limit, &self->until)) self->until = INT64_MAX;
    atomic_store_explicit(&self->timed_out, 0, memory_order_relaxed);
    sched_open_islands(&r);
    if (sched_may_prove(self)) c12__sched_begin_proof(self);
    if (!self->model.n && !self->model.infeasible) r.best = 0;
    if (self->model.n && !self->model.infeasible) {
        sched_first_plans(&r, p);
        sched_tell(&r);
        sched_rounds(&r);
    }
    int found = r.best < C12__SCHED_BROKEN;
    if (found) sched_deliver(&r, p);
    sched_report(&r, info);
    atomic_store_explicit(&self->cancelled, 0, memory_order_relaxed);
    return found;
}

c12_status c12_sched_solve(c12_sched *self, int32_t branch, const c12_budget *budget, c12_sched_plan *plan, c12_info *info, c12_error *err)
{
    c12_sched_plan p;
    c12_budget local;
    c12_status s = c12__sched_take_solve(self, budget, &local, err);
    if (s) return s;
    if (self->dims.live) return c12__sched_solve_live(self, branch, &local, plan, info, err);
    if (branch) return c12__fail(err, C12_E_RANGE, "no such branch", "branch", -1, branch);
    s = c12__sched_take_columns(self, &p, plan, err);
    if (!s) (void)c12__sched_search(self, &local, &p, info);
    return s;
}
