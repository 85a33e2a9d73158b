/* SPDX-License-Identifier: Apache-2.0 */
/* A plan that lives on: every change is made in a slot of its own and stands only when it has a plan; the slot before it is what the
 * differences are told against.  Plans that are no more than sequences and times are kept as such; all others are listed anew. */
#include "base/sort.h"
#include "sched/sched_internal.h"

enum { LIVE_FREED = 64 }; /* rounds of freeing frozen operations that cannot be kept */

/* ---- which slot ---------------------------------------------------------------------------------------------------------- */

c12_status c12__sched_take_branch(const c12_sched *self, int32_t branch, c12_error *err)
{
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    if (!self->dims.live) return c12__fail(err, C12_E_STATE, "the handle keeps no plan: give dims.live 1", "live", -1, 0);
    if (!self->loaded) return c12__fail(err, C12_E_STATE, "no problem is loaded", NULL, -1, 0);
    if (branch < 0 || branch > self->dims.branches || self->live.of[branch] < 0) return c12__fail(err, C12_E_RANGE, "no such branch is open", "branch", -1, branch);
    return C12_OK;
}

c12_status c12__sched_planned(const c12_sched *self, int32_t branch, c12_error *err)
{
    c12_status s = c12__sched_take_branch(self, branch, err);
    if (!s && !self->live.slot[self->live.of[branch]].planned) return c12__fail(err, C12_E_STATE, "the branch has no plan: solve or adopt one first", "branch", -1, branch);
    return s;
}

static void live_release(c12__sched_live *v, int32_t slot)
{
    if (slot >= 0) v->slot[slot].refs--;
}

void c12__sched_load_live(c12_sched *self, const c12_sched_problem *problem)
{
    c12__sched_live *v = &self->live;
    c12__sched_slot *s = v->slot;
    c12_sched_problem local = C12_INIT(c12_sched_problem);
    if (c12__take(&local, sizeof local, problem, "problem", NULL)) return; /* it was taken before */
    c12__sched_close_slots(v, &self->dims);
    c12__sched_copy_problem(s, &local, &self->dims);
    memset(s->done, 0, (size_t)self->model.n);
    s->now = s->keep = s->objective = 0;
    s->refs = 1;
    v->of[0] = 0;
}

/* ---- sequences and times ------------------------------------------------------------------------------------------------- */

/* In the order of starts.  What was reported stands before what starts with it. */
static void live_order(c12_sched *self, const c12__sched_slot *s, int32_t *order)
{
    c12__sched_live *v = &self->live;
    const c12__sched_model *m = &self->model;
    c12__sched_order(m, s->start, order, self->scratch_id); /* those that now is too early for keep their order */
    for (int32_t o = 0; o < m->n; o++)
        v->key[o] = c12__sched_told(m, o) ? 2 * m->p.fixed_start[o] : 2 * c12__max64(s->start[o], s->now) + 1;
    c12__sort_rows_again(v->key, m->n, order, self->scratch_id);
}

/* New operations, the last of all by their seeds, follow what they wait for. */
static void live_order_loose(const c12_sched *self, int32_t loose, int32_t *order)
{
    int32_t at = loose;
    for (int32_t k = 0; at < self->model.n; k++)
        if (self->model.topo[k] >= loose) order[at++] = self->model.topo[k];
}

/* Of what jobs end with: an operation before that may end later when the last was reported out of turn. */
static int64_t live_last_end(const c12_sched *self)
{
    const c12__sched_model *m = &self->model;
    int64_t last = 0;
    for (int32_t j = 0; j < m->p.n_jobs; j++)
        if (c12__sched_counts(m, j)) last = c12__max64(last, self->live.steps.step[m->p.op_off[j + 1] - 1].end);
    return last;
}

/* Prices of lateness; under makespan every job is late that ends after the plan does. */
static void live_prices(c12_sched *self)
{
    c12__sched_live *v = &self->live;
    const c12__sched_model *m = &self->model;
    c12__sched_plant_prices(m, v->price);
    if (m->goal != C12_SCHED_MAKESPAN) return;
    int64_t last = live_last_end(self);
    for (int32_t j = 0; j < m->p.n_jobs; j++) {
        v->price[j].due = last;
        v->price[j].weight = 1;
    }
}

static void live_open_steps(c12_sched *self)
{
    c12__sched_plant *s = &self->live.steps;
    s->m = &self->model;
    s->self = NULL; /* a cancel is for searches */
    s->price = self->live.price;
    s->patience = INT32_MAX;
    s->set_up_price = self->model.goal == C12_SCHED_TARDINESS;
    s->calm = self->model.calm;
    s->dirty_n = 0;
    memset(s->dirty, 0, ((size_t)self->dims.ops / 32 + 2) * sizeof *s->dirty);
}

/* A frozen operation that cannot stand where it must is free from now on.  1 = some were. */
static int live_free_broken(c12_sched *self, c12__sched_slot *slot)
{
    const c12__sched_plant *s = &self->live.steps;
    int64_t *fixed = slot->p.fixed_start ? C12__OWN(slot, fixed_start) : NULL;
    int freed = 0;
    for (int32_t o = 0; fixed && o < self->model.n; o++) {
        if (!(s->step[o].kind & C12__SCHED_STUCK) || s->step[o].start == fixed[o]) continue;
        fixed[o] = -1;
        freed = 1;
    }
    return freed;
}

/* What starts before `keep` is not to be moved by what comes later. */
static void live_keep(c12_sched *self, const c12__sched_slot *slot)
{
    c12__sched_plant *s = &self->live.steps;
    for (int32_t o = 0; slot->keep && o < self->model.n; o++)
        if (!(s->step[o].kind & (C12__SCHED_TOLD | C12__SCHED_GONE)) && s->step[o].start < slot->keep) s->step[o].kind |= C12__SCHED_STUCK;
}

/* What is free starts no earlier than it does: an event moves starts later only. */
void c12__sched_floor_starts(c12_sched *self, const c12__sched_slot *slot, int64_t ops)
{
    c12__sched_model *m = &self->model;
    if (slot->early) return;
    for (int32_t o = 0; o < ops; o++)
        if (c12__at64(m->p.fixed_start, o, -1) < 0 && !c12__sched_gone(m, o)) m->release[o] = c12__max64(m->release[o], slot->start[o]);
}

/* Load the slot's plan as sequences and time them; operations from row `loose` on get no machine.  1 = stuck operations could not be kept. */
int c12__sched_load_steps(c12_sched *self, const c12__sched_slot *slot, int64_t loose)
{
    c12__sched_live *v = &self->live;
    c12__sched_plant *s = &v->steps;
    live_open_steps(self);
    s->loose = (int32_t)loose;
    c12__sched_plant_prices(&self->model, v->price);
    live_order(self, slot, v->order);
    live_order_loose(self, (int32_t)loose, v->order);
    c12__sched_floor_starts(self, slot, loose);
    c12__sched_step_load(s, v->order, slot->mode);
    if (s->broken) return 1;
    live_prices(self);
    if (self->model.goal == C12_SCHED_MAKESPAN) s->cost = 0;
    live_keep(self, slot);
    c12__sched_step_index(s);
    s->lo = 0;
    s->hi = self->model.n;
    s->most_rate = 0;
    for (int32_t j = 0; j < self->model.p.n_jobs; j++) s->most_rate += v->price[j].weight;
    c12__sched_step_tails(s);
    v->stepped = 1;
    return 0;
}

/* Times and machines as the sequences have them, into the slot. */
void c12__sched_steps_out(const c12_sched *self, c12__sched_slot *slot)
{
    const c12__sched_plant *s = &self->live.steps;
    for (int32_t o = 0; o < self->model.n; o++) {
        slot->start[o] = s->step[o].start;
        slot->end[o] = s->step[o].end;
        slot->mode[o] = s->mode[o];
    }
    slot->objective = self->model.goal == C12_SCHED_MAKESPAN ? live_last_end(self) : s->cost;
    slot->planned = 1;
}

/* Ways to time a plan by lists, which serve every feature.  The ones behind LIVE_FREE are for plans whose order leads nowhere. */
enum {
    LIVE_STILL,   /* nothing moves */
    LIVE_ORDER,   /* in the order of starts, none of them earlier */
    LIVE_FREE,    /* the same, and what was frozen but not reported is free */
    LIVE_EARLY,   /* the same, earlier where there is room */
    LIVE_CHOICE,  /* the same, and machines may be changed */
    LIVE_RULES    /* one dispatch rule after the other */
};
enum { LIVE_WAYS = LIVE_RULES + C12__SCHED_RULES };

/* What rows from `loose` on have for a plan is where they must not be: they come last, in any mode. */
static void live_keys(c12_sched *self, const c12__sched_slot *slot, int32_t way, int64_t loose)
{
    c12__sched_list *l = &self->island[0].list;
    size_t n = (size_t)self->model.n;
    c12__heap_reset(&l->ready);
    if (way >= LIVE_RULES) {
        c12__sched_bound(self);
        c12__heap_reset(&l->ready); /* bounds use it too */
        if (!self->model.infeasible) c12__sched_rule_keys(&self->model, l, way - LIVE_RULES, &self->island[0].rng);
        return;
    }
    live_order(self, slot, self->live.order);
    for (int32_t k = 0; k < self->model.n; k++) l->key[self->live.order[k]] = k;
    memcpy(l->want, slot->mode, n * sizeof *l->want);
    for (int64_t o = way == LIVE_CHOICE ? 0 : loose; o < self->model.n; o++) l->want[o] = -1;
    memset(l->floor, 0, n * sizeof *l->floor);
    l->by_ready = 0;
}

/* 1 = no plan that way.  The model is the slot's. */
static int live_list(c12_sched *self, c12__sched_slot *slot, int32_t way, int64_t loose)
{
    c12__sched_list *l = &self->island[0].list;
    live_keys(self, slot, way, loose);
    if (way >= LIVE_RULES && self->model.infeasible) return 1; /* and so without tails */
    if (way <= LIVE_FREE) c12__sched_floor_starts(self, slot, loose);
    l->bold = 1;
    int64_t cost = c12__sched_run_list(&self->model, l);
    if (cost >= C12__SCHED_BROKEN) return 1;
    c12__sched_list_out(self, slot, cost);
    return 0;
}

void c12__sched_list_out(const c12_sched *self, c12__sched_slot *slot, int64_t cost)
{
    const c12__sched_list *l = &self->island[0].list;
    size_t n = (size_t)self->model.n;
    memcpy(slot->start, l->start, n * sizeof *slot->start);
    memcpy(slot->end, l->end, n * sizeof *slot->end);
    memcpy(slot->mode, l->mode, n * sizeof *slot->mode);
    slot->objective = cost;
    slot->planned = 1;
}

static void live_free_all(c12__sched_slot *slot)
{
    int64_t n = c12__sched_ops(&slot->p), *fixed = slot->p.fixed_start ? C12__OWN(slot, fixed_start) : NULL;
    for (int64_t o = 0; fixed && o < n; o++)
        if (c12__at64(slot->p.fixed_end, o, -1) < 0) fixed[o] = -1;
}

static c12_status live_derive(c12_sched *self, const c12__sched_slot *slot, c12_error *err)
{
    self->live.used = -1;
    self->live.stepped = 0;
    self->model.p = slot->p;
    return c12__sched_derive(self, err);
}

/* Make the model, and the sequences where they serve, those of a slot. */
c12_status c12__sched_show(c12_sched *self, int32_t slot, c12_error *err)
{
    c12__sched_live *v = &self->live;
    c12__sched_slot *it = &v->slot[slot];
    if (v->used == slot) return C12_OK;
    c12_status s = live_derive(self, it, err);
    if (s) return s;
    if (it->planned && self->model.n && c12__sched_has_steps(&self->model)) (void)c12__sched_load_steps(self, it, self->model.n);
    v->used = slot;
    return C12_OK;
}

/* A slot's problem with operations before row `ops` that start before `until` frozen where its plan has them.  What terms weigh is said by the problem alone. */
c12_status c12__sched_derive_still(c12_sched *self, const c12__sched_slot *slot, int64_t ops, int64_t until, c12_error *err)
{
    c12__sched_live *v = &self->live;
    c12_status s = live_derive(self, slot, err);
    if (s) return s;
    int64_t n = c12__sched_ops(&slot->p);
    c12__sched_terms terms = self->model.terms;
    for (int64_t o = 0; o < n; o++) {
        int free = c12__at64(slot->p.fixed_start, o, -1) < 0 && !c12__sched_gone(&self->model, (int32_t)o), stays = free && o < ops && slot->start[o] < until;
        v->fixed[o] = stays ? slot->start[o] : c12__at64(slot->p.fixed_start, o, -1);
        v->fixed_mode[o] = stays ? slot->mode[o] : c12__at32(slot->p.fixed_mode, o, -1);
    }
    self->model.p = slot->p;
    self->model.p.fixed_start = v->fixed;
    self->model.p.fixed_mode = v->fixed_mode;
    s = c12__sched_derive(self, err);
    self->model.terms = terms;
    return s;
}

static int live_has_frozen(const c12__sched_slot *slot)
{
    int64_t n = c12__sched_ops(&slot->p);
    for (int64_t o = 0; slot->p.fixed_start && o < n; o++)
        if (slot->p.fixed_start[o] >= 0 && c12__at64(slot->p.fixed_end, o, -1) < 0) return 1;
    return 0;
}

/* One list after the other, from the plan as it is to any plan at all; rows from `loose` on are new. */
c12_status c12__sched_time_lists(c12_sched *self, int32_t slot, int64_t loose, c12_error *err)
{
    c12__sched_slot *it = &self->live.slot[slot];
    int32_t last = it->early ? LIVE_EARLY : LIVE_WAYS - 1;
    for (int32_t way = it->early || !self->model.rich || loose < self->model.n ? LIVE_ORDER : LIVE_STILL; way <= last; way++) {
        if (way == LIVE_FREE && !live_has_frozen(it)) continue;
        if (way == LIVE_FREE) live_free_all(it);
        c12_status s = way == LIVE_STILL ? c12__sched_derive_still(self, it, loose, INT64_MAX, err) : live_derive(self, it, err);
        if (s) return s;
        if (live_list(self, it, way, loose)) continue;
        if (way == LIVE_STILL && (s = live_derive(self, it, err))) return s;
        self->live.used = slot;
        return C12_OK;
    }
    return c12__fail(err, C12_E_RANGE, "no plan was found that keeps what was reported", "op_start", -1, 0);
}

/* Time a changed slot's plan anew: same machines, same order.  Frozen operations that stand in the way of what happened are freed. */
c12_status c12__sched_time(c12_sched *self, int32_t slot, c12_error *err)
{
    c12__sched_live *v = &self->live;
    c12__sched_slot *it = &v->slot[slot];
    for (int32_t round = 0; round < LIVE_FREED; round++) {
        if (round == LIVE_FREED - 1) live_free_all(it);
        c12_status s = live_derive(self, it, err);
        if (s) return s;
        if (!self->model.n || !c12__sched_has_steps(&self->model)) return c12__sched_time_lists(self, slot, self->model.n, err);
        if (!c12__sched_load_steps(self, it, self->model.n)) {
            c12__sched_steps_out(self, it);
            v->used = slot;
            return C12_OK;
        }
        if (!live_free_broken(self, it)) live_free_all(it);
    }
    return c12__fail(err, C12_E_RANGE, "what is frozen leaves no plan in this order", "op_start", -1, 0);
}

/* ---- changes ------------------------------------------------------------------------------------------------------------- */

/* A copy of the branch's slot to change. */
static int32_t live_fresh(c12_sched *self, int32_t branch)
{
    c12__sched_live *v = &self->live;
    int32_t slot = c12__sched_free_slot(v);
    c12__sched_copy_slot(&v->slot[slot], &v->slot[v->of[branch]], &self->dims);
    return slot;
}

/* The change stands: the branch shows the new slot. */
static void live_stand(c12_sched *self, int32_t branch, int32_t slot, c12_sched_diff *diff)
{
    c12__sched_live *v = &self->live;
    int32_t old = v->of[branch];
    v->slot[slot].refs = 1;
    v->of[branch] = slot;
    if (diff) c12__sched_tell_diff(&v->slot[old], &v->slot[slot], diff);
    live_release(v, old);
}

c12_status c12_sched_adopt(c12_sched *self, int32_t branch, const c12_sched_plan *plan, c12_sched_diff *diff, c12_error *err)
{
    c12_sched_plan p, given;
    c12_sched_diff known;
    c12_status s = c12__sched_take_branch(self, branch, err);
    if (!s) s = c12__sched_take_diff(&known, diff, err);
    if (!s) s = c12__sched_show(self, self->live.of[branch], err);
    if (!s) s = c12__take(&given, sizeof given, plan, "plan", err);
    if (s) return s;
    given.warm = 1; /* its starts and modes are looked at */
    s = c12__sched_take_columns(self, &p, &given, err);
    if (s) return s;
    int32_t slot = live_fresh(self, branch);
    c12__sched_slot *it = &self->live.slot[slot];
    size_t n = (size_t)self->model.n;
    memcpy(it->start, p.op_start, n * sizeof *it->start);
    memcpy(it->end, p.op_start, n * sizeof *it->end);
    memcpy(it->mode, p.op_mode, n * sizeof *it->mode);
    s = c12__sched_time(self, slot, err);
    if (s) return s;
    live_stand(self, branch, slot, diff ? &known : NULL);
    c12__give(diff, &known, sizeof known);
    return C12_OK;
}

c12_status c12_sched_apply(c12_sched *self, int32_t branch, const c12_sched_event *events, int32_t n_events, c12_sched_diff *diff, c12_error *err)
{
    c12_sched_diff known;
    c12_status s = c12__sched_planned(self, branch, err);
    if (!s) s = c12__sched_take_diff(&known, diff, err);
    if (!s && n_events < 0) s = c12__fail(err, C12_E_ARG, "count is negative", "n_events", -1, n_events);
    if (!s && n_events && !events) s = c12__fail(err, C12_E_ARG, "argument is NULL", "events", -1, 0);
    if (s) return s;
    int32_t slot = live_fresh(self, branch);
    c12__sched_slot *it = &self->live.slot[slot];
    s = c12__sched_edit(&self->dims, it, events, n_events, err);
    if (!s) s = c12__sched_time(self, slot, err);
    if (s) return s;
    for (int32_t k = 0; k < n_events; k++)
        if (events[k].kind == C12_SCHED_DOWN) c12__sched_reroute(self, it, &self->live.slot[self->live.of[branch]], (int32_t)events[k].row);
    live_stand(self, branch, slot, diff ? &known : NULL);
    c12__give(diff, &known, sizeof known);
    return C12_OK;
}

/* Columns of new orders, looked at as those of a problem with the handle's plant. */
static c12_status live_take_orders(c12_sched *self, int32_t branch, const c12_sched_problem *orders, c12_sched_problem *p, c12_error *err)
{
    const c12_sched_problem *have = &self->live.slot[self->live.of[branch]].p;
    c12_sched_problem mine;
    c12_status s = c12__take(&mine, sizeof mine, orders, "orders", err);
    if (s) return s;
    if (mine.n_machines && mine.n_machines != have->n_machines) return c12__fail(err, C12_E_RANGE, "must be that of the handle's problem, or 0", "n_machines", -1, mine.n_machines);
    if (mine.n_families && mine.n_families != have->n_families) return c12__fail(err, C12_E_RANGE, "must be that of the handle's problem, or 0", "n_families", -1, mine.n_families);
    if (mine.n_resources && mine.n_resources != have->n_resources) return c12__fail(err, C12_E_RANGE, "must be that of the handle's problem, or 0", "n_resources", -1, mine.n_resources);
    if (mine.n_buffers && mine.n_buffers != have->n_buffers) return c12__fail(err, C12_E_RANGE, "must be that of the handle's problem, or 0", "n_buffers", -1, mine.n_buffers);
    if (have->n_families && have->op_family && have->setup && !mine.op_family && mine.n_jobs) return c12__fail(err, C12_E_ARG, "column is NULL: with set-ups a new operation needs its family", "op_family", -1, 0);
    if (mine.fixed_start || mine.fixed_end || mine.op_gone) return c12__fail(err, C12_E_ARG, "new orders are not frozen yet: put them in, then report", mine.op_gone ? "op_gone" : mine.fixed_end ? "fixed_end" : "fixed_start", -1, 0);
    mine.n_machines = have->n_machines;
    mine.n_families = have->n_families;
    mine.n_resources = have->n_resources;
    mine.n_buffers = have->n_buffers;
    mine.setup = have->setup;
    mine.buffer_places = have->buffer_places;
    mine.level_off = have->level_off;
    mine.level_from = have->level_from;
    mine.level_units = have->level_units;
    mine.machine_speed = mine.machine_batch = NULL;
    mine.setup_breaks = NULL;
    mine.break_off = mine.break_from = mine.break_to = NULL;
    return c12__sched_take(p, &mine, err);
}

/* What an appended operation may not precede: now.  Its times are to be told by where it goes. */
void c12__sched_seed(c12__sched_slot *s, int64_t from)
{
    int64_t n = c12__sched_ops(&s->p);
    int64_t *ready = s->now ? C12__OWN(s, op_ready) : NULL;
    for (int64_t o = from; o < n; o++) {
        if (ready) ready[o] = c12__max64(ready[o], s->now);
        s->start[o] = s->end[o] = C12_SCHED_HORIZON;
        s->mode[o] = (int32_t)c12__max64(0, c12__at32(s->p.fixed_mode, o, -1));
    }
}

/* Starts near enough to count, as model and sequences read them. */
static void live_calm(c12_sched *self, const c12_sched_calm *calm)
{
    c12__sched_model *m = &self->model;
    c12__sched_live *v = &self->live;
    const c12__sched_slot *near = &v->slot[v->of[calm->branch]];
    int64_t n = c12__sched_ops(&near->p);
    m->prior = v->prior;
    m->prior_mode = v->prior_mode;
    m->calm = calm->weight;
    m->calm_until = calm->until;
    c12__sched_bound(self); /* of the problem, not of what is left to move */
    for (int32_t o = 0; o < m->n; o++) {
        int counts = o < n && near->planned && near->start[o] < calm->until && !c12__sched_told(m, o) && !c12__sched_gone(m, o) && !(near->p.op_gone && near->p.op_gone[o]);
        v->prior[o] = counts ? near->start[o] : -1;
        v->prior_mode[o] = counts ? near->mode[o] : -1;
        if (counts && c12__at64(m->p.fixed_start, o, -1) < 0) m->release[o] = c12__max64(m->release[o], near->start[o]);
    }
}

static c12_status live_take_calm(const c12_sched *self, c12_sched_calm *calm, const c12_sched_calm *from, c12_error *err)
{
    c12_status s = c12__take_optional(calm, sizeof *calm, from, "calm", err);
    if (s) return s;
    if (calm->weight < 0 || calm->weight > (int64_t)1 << 31) return c12__fail(err, C12_E_RANGE, "must be 0..2^31", "weight", -1, calm->weight);
    return c12__sched_take_branch(self, calm->branch, err);
}

/* What the moves a search made cost beside the goal. */
int64_t c12__sched_unrest(const c12_sched *self, const c12__sched_slot *s)
{
    const c12__sched_model *m = &self->model;
    int64_t moved = 0;
    for (int32_t o = 0; m->calm && o < m->n; o++)
        if (m->prior[o] >= 0) moved += (s->start[o] != m->prior[o]) + (s->mode[o] != m->prior_mode[o]);
    return m->calm * moved;
}

c12_status c12_sched_insert(c12_sched *self, int32_t branch, const c12_sched_problem *orders, const c12_sched_calm *calm, int32_t *job, c12_sched_diff *diff, c12_error *err)
{
    c12_sched_problem p;
    c12_sched_calm near;
    c12_sched_diff known;
    c12_status s = c12__sched_planned(self, branch, err);
    if (!s) s = c12__sched_take_diff(&known, diff, err);
    if (!s) s = live_take_calm(self, &near, calm, err);
    if (!s) s = live_take_orders(self, branch, orders, &p, err);
    if (s) return s;
    int32_t slot = live_fresh(self, branch);
    c12__sched_slot *it = &self->live.slot[slot];
    int32_t first = it->p.n_jobs;
    int64_t ops = c12__sched_ops(&it->p);
    s = c12__sched_append(it, &p, &self->dims, err);
    if (s) return s;
    c12__sched_seed(it, ops);
    s = live_derive(self, it, err);
    if (s) return s;
    if (near.weight) live_calm(self, &near);
    s = c12__sched_put_in(self, slot, first, err);
    self->model.calm = 0;
    if (s) return s;
    live_stand(self, branch, slot, diff ? &known : NULL);
    c12__give(diff, &known, sizeof known);
    if (job) *job = first;
    return C12_OK;
}

c12_status c12_sched_promise(c12_sched *self, int32_t branch, const c12_sched_problem *order, c12_sched_offer *offer, c12_sched_diff *diff, c12_error *err)
{
    c12_sched_problem p;
    c12_sched_diff known;
    c12_sched_offer o;
    c12_status s = c12__sched_planned(self, branch, err);
    if (!s) s = c12__sched_take_diff(&known, diff, err);
    if (!s) s = c12__take(&o, sizeof o, offer, "offer", err);
    if (!s) s = live_take_orders(self, branch, order, &p, err);
    if (!s && p.n_jobs != 1) s = c12__fail(err, C12_E_ARG, "a promise is for one order", "n_jobs", -1, p.n_jobs);
    if (!s) s = c12__sched_show(self, self->live.of[branch], err);
    if (!s) s = c12__sched_try_order(self, self->live.of[branch], &p, &o, diff ? &known : NULL, err);
    if (s) return s;
    c12__give(offer, &o, sizeof o);
    c12__give(diff, &known, sizeof known);
    return C12_OK;
}

/* ---- search -------------------------------------------------------------------------------------------------------------- */

/* The problem with what is kept frozen, for a search. */
static c12_status live_freeze(c12_sched *self, const c12__sched_slot *slot, c12_error *err)
{
    if (!slot->keep || !slot->planned) return live_derive(self, slot, err);
    return c12__sched_derive_still(self, slot, INT64_MAX, slot->keep, err);
}

/* Search in a fresh slot, whose plan is the start when warm; the branch shows what was found unless it costs more than `least`. */
static c12_status live_search(c12_sched *self, int32_t branch, int32_t slot, int warm, int64_t least, const c12_budget *budget, c12_info *info, c12_sched_diff *diff)
{
    c12__sched_slot *it = &self->live.slot[slot];
    c12_sched_plan p = C12_INIT(c12_sched_plan);
    c12_info found = C12_INIT(c12_info);
    p.warm = warm;
    p.op_start = it->start;
    p.op_end = it->end;
    p.op_mode = it->mode;
    if (c12__sched_search(self, budget, &p, &found) && found.objective <= least) {
        it->planned = 1;
        it->objective = found.objective - c12__sched_unrest(self, it);
        live_stand(self, branch, slot, diff);
    }
    if (self->live.slot[self->live.of[branch]].planned) found.objective = self->live.slot[self->live.of[branch]].objective;
    self->live.used = -1;
    self->model.calm = 0;
    c12__give(info, &found, sizeof found);
    return C12_OK;
}

c12_status c12__sched_solve_live(c12_sched *self, int32_t branch, const c12_budget *budget, c12_sched_plan *plan, c12_info *info, c12_error *err)
{
    c12_sched_plan p;
    c12_status s = c12__sched_take_branch(self, branch, err);
    if (!s) s = c12__sched_show(self, self->live.of[branch], err);
    if (!s) s = c12__sched_take_columns(self, &p, plan, err);
    if (s) return s;
    int32_t slot = live_fresh(self, branch);
    c12__sched_slot *it = &self->live.slot[slot];
    s = live_freeze(self, it, err);
    if (s) return s;
    size_t n = (size_t)self->model.n;
    if (p.warm) {
        memcpy(it->start, p.op_start, n * sizeof *it->start);
        memcpy(it->mode, p.op_mode, n * sizeof *it->mode);
    }
    s = live_search(self, branch, slot, p.warm, INT64_MAX, budget, info, NULL);
    it = &self->live.slot[self->live.of[branch]];
    if (s || self->live.of[branch] != slot) return s;
    memcpy(p.op_start, it->start, n * sizeof *it->start);
    memcpy(p.op_end, it->end, n * sizeof *it->end);
    memcpy(p.op_mode, it->mode, n * sizeof *it->mode);
    return C12_OK;
}

c12_status c12_sched_repair(c12_sched *self, int32_t branch, const c12_sched_calm *calm, const c12_budget *budget, c12_sched_diff *diff, c12_info *info, c12_error *err)
{
    c12_sched_diff known;
    c12_sched_calm near;
    c12_budget local;
    c12_status s = c12__sched_planned(self, branch, err);
    if (!s) s = c12__sched_take_diff(&known, diff, err);
    if (!s) s = live_take_calm(self, &near, calm, err);
    if (!s) s = c12__sched_take_solve(self, budget, &local, err);
    if (s) return s;
    int32_t slot = live_fresh(self, branch);
    s = live_freeze(self, &self->live.slot[slot], err);
    if (s) return s;
    if (near.weight) live_calm(self, &near);
    c12__sched_no_diff(diff ? &known : NULL, &self->live.slot[slot]);
    s = live_search(self, branch, slot, 1, self->live.slot[slot].objective, &local, info, diff ? &known : NULL);
    if (!s) c12__give(diff, &known, sizeof known);
    return s;
}
