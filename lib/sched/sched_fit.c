/* SPDX-License-Identifier: Apache-2.0 */
/* New orders among sequences that stand.  Operation after operation goes to the place that serves best: the earliest nobody minds, the
 * earliest there is, or the one that costs least.  Places are told by what neighbours' tails say and then timed exactly. */
#include "sched/sched_internal.h"

enum {
    FIT_TRIES = 16,     /* places timed for an operation before only true gaps are taken, or the cheapest is taken */
    FIT_LOOK = 3,       /* places looked at on a machine for the earliest end: a later one may need less set-up */
    FIT_WALK = 32,      /* places looked at on a machine for the cheapest, */
    FIT_WAVE = 128,     /* where moves cost; and operations a delay is followed through */
    FIT_REROUTED = 512, /* operations of a stopped machine that are looked at */
    FIT_EJECT = 24,     /* operations behind a new one that may make room for the rest, */
    FIT_TOGETHER = 3,   /* so many at a time, */
    FIT_ROUNDS = 6      /* so often */
};
enum { FIT_QUIET, FIT_RUSH, FIT_CHEAP, FIT_CALM }; /* CALM: as CHEAP, with an eye on what a delay sets moving */
#define FIT_ANY (INT64_MAX / 4)

/* A place for an operation: row, neighbours, and when it would run. */
typedef struct fit_place { int64_t row, start, end, guess; int32_t a, b; } fit_place;

/* ---- places -------------------------------------------------------------------------------------------------------------- */

/* When u would run in this row between a and b. */
static fit_place fit_at(const c12__sched_plant *s, int32_t u, int64_t row, int32_t a, int32_t b, int64_t ready)
{
    const c12__sched_model *m = s->m;
    int32_t machine = m->p.mode_machine[row], pauses = m->p.op_resumable && m->p.op_resumable[u];
    int64_t after = c12__sched_step_free(s, a);
    fit_place f = { row, 0, 0, 0, a, b };
    f.start = c12__sched_start_at(m, machine, after, c12__sched_step_setup(s, a, u), c12__max64(ready, after), m->p.mode_ticks[row], pauses);
    f.end = c12__sched_end_at(m, machine, f.start, m->p.mode_ticks[row], pauses);
    return f;
}

/* Any operation on a machine where none stood when the index was made. */
static int32_t fit_any(const c12__sched_plant *s, int32_t machine)
{
    int32_t o = s->m->n - 1;
    while (o >= 0 && (s->step[o].machine != machine || s->step[o].kind & (C12__SCHED_GONE | C12__SCHED_LOOSE))) o--;
    return o;
}

/* The operation on the machine behind which one that is ready then would go, -1 = none: the last that starts before. */
static int32_t fit_before(const c12__sched_plant *s, int32_t machine, int64_t ready, int32_t *first)
{
    int32_t lo = s->line_off[machine], hi = s->line_off[machine + 1], at = -1;
    while (lo < hi) {
        int32_t mid = lo + (hi - lo) / 2;
        if (s->line_start[mid] < ready) lo = mid + 1; else hi = mid;
    }
    for (int32_t k = lo - 1; k >= s->line_off[machine] && at < 0; k--)
        if (s->step[s->line[k]].machine == machine) at = s->line[k];
    *first = -1;
    if (at < 0 && s->load[machine]) { /* the sequence's first, by way of any that still runs there */
        for (int32_t k = lo; k < s->line_off[machine + 1] && *first < 0; k++)
            if (s->step[s->line[k]].machine == machine) *first = s->line[k];
        if (*first < 0) *first = fit_any(s, machine);
        while (*first >= 0 && s->step[*first].before >= 0) *first = s->step[*first].before;
        if (*first >= 0 && s->step[*first].start < ready) at = *first;
    }
    while (at >= 0 && s->step[at].after >= 0 && s->step[s->step[at].after].start < ready) at = s->step[at].after;
    while (at >= 0 && s->step[at].start >= ready) { *first = at; at = s->step[at].before; }
    return at;
}

/* May b be shifted so far without anybody minding? */
static int fit_is_quiet(const c12__sched_plant *s, const fit_place *f, int32_t u, int gaps)
{
    if (f->b < 0) return 1;
    const c12__sched_step *y = &s->step[f->b];
    int64_t next = f->end + c12__sched_step_setup(s, u, f->b);
    if (y->kind & C12__SCHED_TOLD) return 0;
    return next <= y->start || (!gaps && !(y->kind & C12__SCHED_STUCK) && next <= s->tail[f->b].latest);
}

/* May b be shifted at all? */
static int fit_can_push(const c12__sched_plant *s, const fit_place *f, int32_t u)
{
    if (f->b < 0) return 1;
    const c12__sched_step *y = &s->step[f->b];
    return !(y->kind & C12__SCHED_TOLD) && (!(y->kind & C12__SCHED_STUCK) || f->end + c12__sched_step_setup(s, u, f->b) <= y->start);
}

/* Operations on the machine that would leave their prior starts when x starts `by` ticks later, until a gap takes that up. */
static int64_t fit_wave(const c12__sched_plant *s, int32_t x, int64_t by)
{
    int64_t n = 0;
    for (int32_t k = 0; k < FIT_WAVE && x >= 0 && by > 0; k++) {
        int32_t y = s->step[x].after;
        n += s->m->prior[x] >= 0 && s->step[x].start == s->m->prior[x];
        if (y >= 0) by -= s->step[y].start - s->step[y].set_up - s->step[x].end;
        x = y;
    }
    return n;
}

/* What b's delay costs at least, the operation's own end and its set-ups. */
static int64_t fit_guess(const c12__sched_plant *s, const fit_place *f, int32_t u, int kind)
{
    const c12__sched_tail *own = &s->tail[u];
    int64_t guess = own->weight * c12__max64(0, f->start - own->latest);
    guess += s->set_up_price * (c12__sched_step_setup(s, f->a, u) + c12__sched_step_setup(s, u, f->b) - c12__sched_step_setup(s, f->a, f->b));
    if (f->b < 0) return guess;
    int64_t start = f->end + c12__sched_step_setup(s, u, f->b), by = start - s->step[f->b].start;
    if (by <= 0) return guess;
    if (kind == FIT_CALM) guess += s->calm * fit_wave(s, f->b, by);
    return guess + c12__max64(by * s->tail[f->b].rate, s->tail[f->b].weight * c12__max64(0, start - s->tail[f->b].latest));
}

/* ---- one operation ------------------------------------------------------------------------------------------------------- */

typedef struct fit_search {
    c12__sched_plant *s;
    int32_t u, kind, gaps; /* gaps: nothing may be shifted at all */
    int64_t ready;
    int64_t past_end, past_row; /* places up to this one were tried */
    int32_t past_a, reserved;
    fit_place best;
} fit_search;

static int fit_is_past(const fit_search *q, const fit_place *f)
{
    if (f->end != q->past_end) return f->end < q->past_end;
    if (f->row != q->past_row) return f->row < q->past_row;
    return f->a <= q->past_a;
}

static int fit_is_earlier(const fit_place *f, const fit_place *than) { return f->end < than->end || (f->end == than->end && f->row < than->row); }

/* The earliest place on one machine that was not tried yet. */
static void fit_scan(fit_search *q, int64_t row)
{
    const c12__sched_plant *s = q->s;
    int32_t first, a = fit_before(s, s->m->p.mode_machine[row], q->ready, &first), b = a >= 0 ? s->step[a].after : first, looked = 0;
    for (;; a = b, b = s->step[b].after) {
        fit_place f = fit_at(s, q->u, row, a, b, q->ready);
        int fits = q->kind == FIT_QUIET ? fit_is_quiet(s, &f, q->u, q->gaps) : fit_can_push(s, &f, q->u);
        if (fits && a != q->u && b != q->u && !fit_is_past(q, &f)) {
            if (fit_is_earlier(&f, &q->best)) q->best = f;
            if (q->kind == FIT_QUIET || ++looked == FIT_LOOK) return;
        }
        if (b < 0 || (q->best.end < INT64_MAX && s->step[b].end >= q->best.end)) return;
    }
}

static int fit_next(fit_search *q)
{
    const c12_sched_problem *p = &q->s->m->p;
    int32_t only = c12__at32(p->fixed_mode, q->u, -1);
    q->best.end = INT64_MAX;
    for (int64_t r = p->mode_off[q->u]; r < p->mode_off[q->u + 1]; r++)
        if (only < 0 || r - p->mode_off[q->u] == only) fit_scan(q, r);
    return q->best.end < INT64_MAX;
}

/* The move to a place.  0 = the linear extension has none between the neighbours. */
static int fit_hop(const c12__sched_plant *s, int32_t u, const fit_place *f, c12__sched_hop *h)
{
    c12__sched_hop it = { f->row, 0, u, f->a, f->b, -1, -1, s->m->p.mode_machine[f->row], 0, 0 };
    if (!(s->step[u].kind & C12__SCHED_LOOSE)) { it.p = s->step[u].before; it.c = s->step[u].after; }
    it.set_ups = c12__sched_step_setup(s, f->a, u) + c12__sched_step_setup(s, u, f->b) - c12__sched_step_setup(s, f->a, f->b);
    it.set_ups += c12__sched_step_setup(s, it.p, it.c) - c12__sched_step_setup(s, it.p, u) - c12__sched_step_setup(s, u, it.c);
    c12__sched_bound_hop(s, &it);
    *h = it;
    return it.from + 1 < it.to;
}

/* Remember where operations were before the trial. */
static void fit_save(c12__sched_live *v, int64_t ops)
{
    c12__sched_trial *t = &v->trial;
    for (int32_t k = 0; k < v->steps.undo_n; k++) {
        const c12__sched_undo *x = &v->steps.undo[k];
        if (x->op >= ops || t->seen[x->op] == t->turn) continue;
        t->seen[x->op] = t->turn;
        t->was[t->was_n++] = (c12__sched_was){ x->start, x->end, x->op, 0 };
    }
}

/* Put u there when the goal of the others grows by no more than the limit, set-ups apart.  1 = it went. */
static int fit_take(c12__sched_live *v, int32_t u, const fit_place *f, int64_t limit, int64_t ops)
{
    c12__sched_plant *s = &v->steps;
    c12__sched_hop h;
    if (!fit_hop(s, u, f, &h)) return 0;
    int loose = (s->step[u].kind & C12__SCHED_LOOSE) != 0;
    int32_t machine = s->step[u].machine;
    s->step[u].kind &= ~C12__SCHED_LOOSE;
    s->load[machine] += loose; /* a move takes it off again */
    if (c12__sched_try_hop(s, &h, limit < FIT_ANY ? limit + s->set_up_price * h.set_ups : limit)) { fit_save(v, ops); return 1; }
    s->load[machine] -= loose;
    if (loose) s->step[u].kind |= C12__SCHED_LOOSE;
    return 0;
}

/* Places in the order of their ends, until one holds. */
static int fit_earliest(c12__sched_live *v, int32_t u, int kind, int64_t ops)
{
    fit_search q = { &v->steps, u, kind, 0, c12__sched_step_ready(&v->steps, u), -1, -1, -1, 0, { 0, 0, 0, 0, 0, 0 } };
    for (int32_t tries = 0; fit_next(&q); tries++) {
        if (fit_take(v, u, &q.best, kind == FIT_QUIET ? 0 : FIT_ANY, ops)) return 1;
        q.past_end = q.best.end;
        q.past_row = q.best.row;
        q.past_a = q.best.a;
        q.gaps = tries >= FIT_TRIES;
    }
    return 0;
}

/* Keep the FIT_TRIES best guesses, ascending. */
static void fit_rank(fit_place *top, int32_t *n, const fit_place *f)
{
    if (*n == FIT_TRIES && top[FIT_TRIES - 1].guess <= f->guess) return;
    int32_t k = *n < FIT_TRIES ? (*n)++ : FIT_TRIES - 1;
    for (; k && top[k - 1].guess > f->guess; k--) top[k] = top[k - 1];
    top[k] = *f;
}

/* Places on one machine, from where u is ready on. */
static void fit_collect(const c12__sched_plant *s, int32_t u, int kind, int64_t row, int64_t ready, fit_place *top, int32_t *n)
{
    int32_t first, a = fit_before(s, s->m->p.mode_machine[row], ready, &first), b = a >= 0 ? s->step[a].after : first;
    for (int32_t k = 0; k < (kind == FIT_CALM ? FIT_WAVE : FIT_WALK); k++, a = b, b = s->step[b].after) {
        fit_place f = fit_at(s, u, row, a, b, ready);
        f.guess = fit_guess(s, &f, u, kind);
        if (fit_can_push(s, &f, u)) fit_rank(top, n, &f);
        if (b < 0) return;
    }
    while (b >= 0) { a = b; b = s->step[b].after; } /* behind all is always a place */
    fit_place f = fit_at(s, u, row, a, -1, ready);
    f.guess = fit_guess(s, &f, u, kind);
    fit_rank(top, n, &f);
}

/* The best guesses are timed; the least costly is taken. */
static int fit_cheapest(c12__sched_live *v, int32_t u, int kind, int64_t ops)
{
    c12__sched_plant *s = &v->steps;
    const c12_sched_problem *p = &s->m->p;
    fit_place top[FIT_TRIES] = { { 0 } };
    int32_t n = 0, best = -1, only = c12__at32(p->fixed_mode, u, -1);
    int64_t ready = c12__sched_step_ready(s, u), least = FIT_ANY;
    for (int64_t r = p->mode_off[u]; r < p->mode_off[u + 1]; r++)
        if (only < 0 || r - p->mode_off[u] == only) fit_collect(s, u, kind, r, ready, top, &n);
    for (int32_t k = 0; k < n; k++) {
        c12__sched_hop h;
        int64_t delta;
        if (!fit_hop(s, u, &top[k], &h)) continue;
        s->step[u].kind &= ~C12__SCHED_LOOSE;
        int64_t own = s->tail[u].weight * c12__max64(0, top[k].start - s->tail[u].latest);
        if (own < least && c12__sched_cost_hop(s, &h, least - 1 - own, &delta)) { least = delta + own; best = k; }
        s->step[u].kind |= C12__SCHED_LOOSE;
    }
    return best >= 0 && fit_take(v, u, &top[best], FIT_ANY, ops);
}

/* ---- others step aside --------------------------------------------------------------------------------------------------- */

/* A place for x behind the one it has: one nobody minds, or the first once moving is free. */
static int fit_later(c12__sched_live *v, int32_t x, int kind, fit_place *f, c12__sched_hop *h)
{
    c12__sched_plant *s = &v->steps;
    fit_search q = { s, x, kind, 0, c12__sched_step_ready(s, x), s->step[x].end, INT64_MAX, -1, 0, { 0, 0, 0, 0, 0, 0 } };
    if (kind == FIT_RUSH && s->m->calm) q.ready = c12__max64(q.ready, s->m->calm_until);
    if (!fit_next(&q) || !fit_hop(s, x, &q.best, h)) return 0;
    *f = q.best;
    return 1;
}

/* One that went, and where it came from. */
typedef struct fit_gone { fit_place from; int32_t op, place; } fit_gone;

/* The cheapest of x and those behind it to go elsewhere that makes at least `room` ticks free.  1 = one went. */
static int fit_eject(c12__sched_live *v, int32_t x, int64_t room, int64_t ops, fit_gone *gone)
{
    c12__sched_plant *s = &v->steps;
    const int32_t stays = C12__SCHED_STUCK | C12__SCHED_TOLD | C12__SCHED_GONE;
    fit_place best = { 0, 0, 0, 0, 0, 0 };
    int32_t who = -1;
    int64_t least = FIT_ANY;
    for (int32_t k = 0; k < FIT_EJECT && x >= 0; k++, x = s->step[x].after) {
        if (x >= ops || s->step[x].kind & stays || s->step[x].ticks + s->step[x].set_up < room) continue;
        for (int kind = FIT_QUIET; kind <= FIT_RUSH; kind++) {
            fit_place f;
            c12__sched_hop h;
            int64_t delta;
            if (!fit_later(v, x, kind, &f, &h) || !c12__sched_cost_hop(s, &h, least - 1, &delta)) continue;
            least = delta;
            best = f;
            who = x;
        }
    }
    if (who < 0) return 0;
    *gone = (fit_gone){ { s->m->p.mode_off[who] + s->mode[who], 0, 0, 0, s->step[who].before, s->step[who].after }, who, s->step[who].place };
    return fit_take(v, who, &best, FIT_ANY, ops);
}

static void fit_return(c12__sched_live *v, const fit_gone *g, int64_t ops)
{
    c12__sched_hop h;
    (void)fit_hop(&v->steps, g->op, &g->from, &h);
    c12__sched_back_hop(&v->steps, &h, g->place);
    fit_save(v, ops);
}

/* Ticks by which x starts later than it did. */
static int64_t fit_shift(const c12__sched_plant *s, int32_t x) { return x < 0 ? 0 : s->step[x].start - s->step[x].ready; }

/* So many operations behind a new one go elsewhere, that the rest need not wait.  Only all of them together may pay, so they are judged together. */
static int fit_swap_out(c12__sched_live *v, int32_t u, int32_t parts, int64_t ops)
{
    fit_gone gone[FIT_TOGETHER];
    int32_t n = 0, at = v->steps.step[u].after;
    int64_t before = v->steps.cost, shift;
    while (n < parts && v->steps.cost >= before && (shift = fit_shift(&v->steps, at)) > 0) {
        int32_t left = parts - n;
        if (!fit_eject(v, at, (shift + left - 1) / left, ops, &gone[n])) break;
        at = gone[n++].from.b; /* what followed the one that went */
    }
    if (v->steps.cost < before) return 1;
    while (n--) fit_return(v, &gone[n], ops);
    return 0;
}

/* ---- an order ------------------------------------------------------------------------------------------------------------ */

/* A new trial: nothing is saved yet. */
static void fit_turn(c12__sched_live *v)
{
    if (v->trial.turn == INT32_MAX) v->trial.turn = 0;
    if (!v->trial.turn++) memset(v->trial.seen, 0, (size_t)v->rows * sizeof *v->trial.seen);
    v->trial.was_n = 0;
}

/* Places every loose operation, rows `pick` in an order that keeps precedences; with `room` others step aside for each.  0 = one found no place. */
static int fit_all(c12__sched_live *v, int32_t n, int kind, int room, int64_t ops)
{
    fit_turn(v);
    for (int32_t k = 0; k < n; k++) {
        int32_t u = v->pick[k];
        if (v->steps.step[u].kind & (C12__SCHED_GONE | C12__SCHED_TOLD)) continue;
        if (!(kind >= FIT_CHEAP ? fit_cheapest(v, u, kind, ops) : fit_earliest(v, u, kind, ops))) return 0;
        for (int32_t round = 0, parts = 1; room && round < FIT_ROUNDS && parts <= FIT_TOGETHER; round++)
            if (!fit_swap_out(v, u, parts, ops)) parts++;
    }
    return 1;
}

/* The same with one timing at the end: places are told by times as they were.  0 = somebody would mind, or one found no place. */
static int fit_at_once(c12__sched_live *v, int32_t n, int kind, int64_t ops)
{
    c12__sched_plant *s = &v->steps;
    fit_turn(v);
    for (int32_t k = 0; k < n; k++) {
        fit_search q = { s, v->pick[k], kind, 0, c12__sched_step_ready(s, v->pick[k]), -1, -1, -1, 0, { 0, 0, 0, 0, 0, 0 } };
        c12__sched_hop h;
        if (!fit_next(&q) || !fit_hop(s, q.u, &q.best, &h)) return 0;
        c12__sched_step_seat(s, &h);
    }
    int fits = c12__sched_step_run(s, v->pick, n, kind == FIT_QUIET ? 0 : FIT_ANY);
    if (fits) fit_save(v, ops);
    return fits;
}

static int64_t fit_shortest(const c12__sched_model *m, int32_t o)
{
    int64_t best = m->p.mode_off[o] + c12__max64(0, c12__at32(m->p.fixed_mode, o, -1));
    if (c12__at32(m->p.fixed_mode, o, -1) >= 0) return best;
    for (int64_t r = m->p.mode_off[o]; r < m->p.mode_off[o + 1]; r++)
        if (m->p.mode_ticks[r] < m->p.mode_ticks[best]) best = r;
    return best;
}

/* New operations at the end of the linear extension, on no machine; tails as if machines were free. */
static void fit_loosen(c12__sched_live *v, int32_t n, int32_t ops)
{
    c12__sched_plant *s = &v->steps;
    s->loose = ops;
    for (int32_t k = 0; k < n; k++) c12__sched_step_loose(s, v->pick[k], ops + k, fit_shortest(s->m, v->pick[k]));
}

/* Take the order out again: sequences, times and linear extension as they were. */
static void fit_undo(c12__sched_live *v, int32_t n, int32_t ops, int64_t cost)
{
    c12__sched_plant *s = &v->steps;
    for (int32_t k = n - 1; k >= 0; k--)
        if (!(s->step[v->pick[k]].kind & (C12__SCHED_LOOSE | C12__SCHED_GONE))) c12__sched_step_off(s, v->pick[k]);
    for (int32_t k = 0; k < v->trial.was_n; k++) {
        s->step[v->trial.was[k].op].start = v->trial.was[k].start;
        s->step[v->trial.was[k].op].end = v->trial.was[k].end;
    }
    int32_t at = 0;
    for (int32_t k = 0; k < ops + n; k++) {
        int32_t o = s->order[k];
        if (o >= ops) continue;
        s->order[at] = o;
        s->step[o].place = 2 * at++ + 1;
    }
    s->cost = cost;
}

/* ---- putting orders in --------------------------------------------------------------------------------------------------- */

static int32_t fit_pick(c12_sched *self, int32_t ops)
{
    int32_t n = 0;
    for (int32_t k = 0; k < self->model.n; k++)
        if (self->model.topo[k] >= ops) self->live.pick[n++] = self->model.topo[k];
    return n;
}

/* Lateness of the new jobs by the due dates laid aside in scratch: while they look for places it is theirs alone. */
static int64_t fit_own(const c12_sched *self, int32_t first)
{
    const c12__sched_plant *s = &self->live.steps;
    int64_t sum = 0;
    for (int32_t j = first; j < self->model.p.n_jobs; j++) {
        int64_t last = self->model.p.op_off[j + 1] - 1;
        if (last >= self->model.p.op_off[j]) sum += self->live.price[j].weight * c12__max64(0, s->step[last].end - self->scratch[j]);
    }
    return sum;
}

static void fit_lay_aside(c12_sched *self, int32_t first)
{
    for (int32_t j = first; j < self->model.p.n_jobs; j++) {
        self->scratch[j] = self->live.price[j].due;
        self->live.price[j].due = C12_SCHED_HORIZON;
    }
    self->live.steps.cost -= fit_own(self, first);
}

/* The slot's plan with the new operations on no machine.  1 = it cannot be kept. */
static int fit_open(c12_sched *self, const c12__sched_slot *slot, int32_t first, int32_t n, int32_t ops)
{
    if (c12__sched_load_steps(self, slot, ops)) return 1;
    fit_lay_aside(self, first);
    fit_loosen(&self->live, n, ops);
    return 0;
}

/* The cheapest of the ways to put them among the sequences. */
static int fit_by_steps(c12_sched *self, c12__sched_slot *slot, int32_t first, int32_t ops)
{
    c12__sched_live *v = &self->live;
    int32_t n = fit_pick(self, ops), best = -1;
    int64_t least = INT64_MAX;
    for (int32_t way = FIT_QUIET, last = self->model.calm ? FIT_CALM : FIT_CHEAP; way <= last; way++) {
        if (fit_open(self, slot, first, n, ops)) return 1;
        int64_t all = fit_all(v, n, way, way != FIT_QUIET, ops) ? v->steps.cost + fit_own(self, first) : INT64_MAX;
        if (all < least) { least = all; best = way; }
    }
    if (best < 0) return 1;
    (void)fit_open(self, slot, first, n, ops);
    (void)fit_all(v, n, best, best != FIT_QUIET, ops);
    v->steps.cost = least;
    c12__sched_steps_out(self, slot);
    if (self->goal != C12_SCHED_MAKESPAN) slot->objective -= c12__sched_unrest(self, slot);
    return 0;
}

/* ---- by lists ------------------------------------------------------------------------------------------------------------ */

/* All that stood stays where it was: the list finds room between. */
static c12_status fit_list_quiet(c12_sched *self, c12__sched_slot *slot, int32_t ops, int64_t *cost, c12_error *err)
{
    size_t all = (size_t)c12__sched_ops(&slot->p);
    c12_status s = c12__sched_derive_still(self, slot, ops, INT64_MAX, err);
    if (s) return s;
    c12__sched_list *l = &self->island[0].list;
    c12__heap_reset(&l->ready);
    memset(l->want, -1, all * sizeof *l->want);
    memcpy(l->want, slot->mode, (size_t)ops * sizeof *l->want);
    memset(l->key, 0, all * sizeof *l->key);
    memset(l->floor, 0, all * sizeof *l->floor);
    l->by_ready = 1;
    l->bold = 0;
    *cost = c12__sched_run_list(&self->model, l);
    return C12_OK;
}

/* The new orders go first wherever they are ready; all else waits as long as it did. */
static c12_status fit_list_rush(c12_sched *self, c12__sched_slot *slot, int32_t ops, int64_t *cost, c12_error *err)
{
    self->model.p = slot->p;
    c12_status s = c12__sched_derive(self, err);
    if (s) return s;
    c12__sched_list *l = &self->island[0].list;
    const c12__sched_model *m = &self->model;
    c12__heap_reset(&l->ready);
    c12__sched_floor_starts(self, slot, ops);
    for (int32_t o = 0; o < m->n; o++) {
        int64_t ready = m->release[o];
        if (o > m->p.op_off[m->job[o]]) ready = c12__max64(ready, slot->end[o - 1]);
        for (int64_t e = m->p.op_pred_off ? m->p.op_pred_off[o] : 0; m->p.op_pred_off && e < m->p.op_pred_off[o + 1]; e++) ready = c12__max64(ready, slot->end[m->p.op_pred[e]]);
        l->key[o] = o < ops ? c12__max64(0, slot->start[o] - ready) : -1;
        l->want[o] = o < ops ? slot->mode[o] : -1;
        l->floor[o] = 0;
    }
    l->by_ready = 1;
    l->bold = 1;
    *cost = c12__sched_run_list(m, l);
    return C12_OK;
}

static c12_status fit_by_list(c12_sched *self, int32_t at, int32_t ops, c12_error *err)
{
    int64_t quiet, rush;
    c12__sched_slot *slot = &self->live.slot[at];
    c12_status s = fit_list_quiet(self, slot, ops, &quiet, err);
    if (!s) s = fit_list_rush(self, slot, ops, &rush, err);
    if (!s && quiet < rush) s = fit_list_quiet(self, slot, ops, &rush, err);
    if (s) return s;
    if (rush >= C12__SCHED_BROKEN && !c12__sched_time_lists(self, at, ops, NULL)) return C12_OK;
    if (rush >= C12__SCHED_BROKEN) return c12__fail(err, C12_E_RANGE, "no place for the order was found: what is frozen is in its way", "orders", -1, 0);
    c12__sched_list_out(self, slot, rush);
    return C12_OK;
}

/* The slot's problem has new orders from job `first` on: give them places. */
c12_status c12__sched_put_in(c12_sched *self, int32_t slot, int32_t first, c12_error *err)
{
    c12__sched_slot *it = &self->live.slot[slot];
    int32_t ops = (int32_t)it->p.op_off[first];
    self->live.used = -1;
    if (!self->model.n) { it->objective = 0; return C12_OK; }
    if (c12__sched_has_steps(&self->model) && !fit_by_steps(self, it, first, ops)) return C12_OK;
    return fit_by_list(self, slot, ops, err);
}

/* Work of 0 ticks, which sequences do not take. */
static int fit_has_idle(const c12_sched_problem *p)
{
    for (int64_t r = 0; r < p->mode_off[c12__sched_ops(p)]; r++)
        if (!p->mode_ticks[r]) return 1;
    return 0;
}

/* ---- promise ------------------------------------------------------------------------------------------------------------- */

static int fit_is_late(const c12_sched_problem *p, int32_t job, int64_t end)
{
    int64_t due = c12__at64(p->job_due, job, -1);
    return due >= 0 && end > due;
}

static void fit_count(const c12_sched_problem *p, int32_t job, int64_t before, int64_t after, c12_sched_offer *o)
{
    if (after <= before) return;
    o->later++;
    o->late += fit_is_late(p, job, after) && !fit_is_late(p, job, before);
}

/* The order's rows behind all others of the model and the steps in use; `was` keeps what they were. */
typedef struct fit_guest { c12_sched_problem slot, model; int32_t ops, jobs; } fit_guest;

static c12_status fit_admit(c12_sched *self, c12__sched_slot *it, const c12_sched_problem *order, fit_guest *was, c12_error *err)
{
    c12__sched_model *m = &self->model;
    *was = (fit_guest){ it->p, m->p, m->n, it->p.n_jobs };
    c12_status s = c12__sched_append(it, order, &self->dims, err);
    if (s) { it->p = was->slot; return s; }
    c12__sched_seed(it, was->ops);
    m->p = it->p;
    if (!was->model.op_family) m->p.op_family = NULL;
    m->p.setup = was->model.setup;
    m->p.break_off = was->model.break_off;
    m->p.op_pred_off = was->model.op_pred_off ? it->p.op_pred_off : NULL;
    if (!was->model.fixed_start) m->p.fixed_start = NULL;
    if (!was->model.fixed_end) m->p.fixed_end = NULL;
    if (!was->model.op_gone) m->p.op_gone = NULL;
    m->n = (int32_t)c12__sched_ops(&it->p);
    for (int32_t o = was->ops; o < m->n; o++) {
        m->job[o] = was->jobs;
        m->release[o] = c12__max64(c12__at64(it->p.job_release, was->jobs, 0), c12__at64(it->p.op_ready, o, 0));
        m->succ_off[o + 1] = m->succ_off[was->ops];
        self->live.pick[o - was->ops] = o;
    }
    self->live.price[was->jobs] = (c12__sched_price){ C12_SCHED_HORIZON, 0 };
    self->live.steps.hi = m->n;
    return C12_OK;
}

static void fit_dismiss(c12_sched *self, c12__sched_slot *it, const fit_guest *was)
{
    it->p = was->slot;
    self->model.p = was->model;
    self->model.n = self->live.steps.hi = self->live.steps.loose = was->ops;
}

/* Against the plan as it is: what moved, by way of the spare slot. */
static void fit_tell(const c12_sched *self, const c12__sched_slot *it, const fit_guest *was, int64_t cost, c12_sched_diff *diff)
{
    c12__sched_slot *spare = &self->live.slot[c12__sched_free_slot(&self->live)], shown = *it;
    shown.p = was->slot;
    spare->p = was->slot;
    spare->planned = 1;
    for (int32_t o = 0; o < was->ops; o++) {
        spare->start[o] = self->live.steps.step[o].start;
        spare->end[o] = self->live.steps.step[o].end;
        spare->mode[o] = self->live.steps.mode[o];
    }
    spare->objective = it->objective + cost;
    c12__sched_tell_diff(&shown, spare, diff);
}

/* Put the guest in by `kind`; 0 = no place. */
static int fit_receive(c12_sched *self, const fit_guest *was, int kind, int64_t cost)
{
    c12__sched_live *v = &self->live;
    int32_t n = self->model.n - was->ops;
    fit_loosen(v, n, was->ops);
    if (fit_at_once(v, n, kind, was->ops)) return 1;
    fit_undo(v, n, was->ops, cost);
    fit_loosen(v, n, was->ops);
    return fit_all(v, n, kind, 0, was->ops);
}

static void fit_offer(c12_sched *self, const c12__sched_slot *it, const fit_guest *was, c12_sched_offer *o, c12_sched_diff *diff)
{
    c12__sched_live *v = &self->live;
    c12__sched_plant *s = &v->steps;
    int32_t n = self->model.n - was->ops;
    int64_t cost = s->cost, price = s->set_up_price;
    s->set_up_price = 0;
    o->later = o->late = 0;
    o->quiet = o->rush = -1;
    o->rush_cost = 0;
    if (fit_receive(self, was, FIT_QUIET, cost)) o->quiet = s->step[self->model.n - 1].end;
    fit_undo(v, n, was->ops, cost);
    if (fit_receive(self, was, FIT_RUSH, cost)) {
        o->rush = s->step[self->model.n - 1].end;
        o->rush_cost = s->cost - cost;
        for (int32_t k = 0; k < v->trial.was_n; k++) {
            const c12__sched_was *w = &v->trial.was[k];
            if (s->step[w->op].kind & C12__SCHED_LAST) fit_count(&was->slot, self->model.job[w->op], w->end, s->step[w->op].end, o);
        }
        if (diff) fit_tell(self, it, was, o->rush_cost, diff);
    }
    fit_undo(v, n, was->ops, cost);
    s->set_up_price = price;
}

/* What a list that has the order in it costs the others, by what terms weigh without it.  The model is left without the order. */
static int64_t fit_others(c12_sched *self, const c12__sched_slot *it, const c12__sched_terms *terms)
{
    const c12__sched_list *l = &self->island[0].list;
    self->model.terms = *terms;
    self->model.p.n_jobs = it->p.n_jobs;
    self->model.n = (int32_t)c12__sched_ops(&it->p);
    return c12__sched_goal(&self->model, l->start, l->end, l->mode, l->setups);
}

/* By lists, in a spare copy: nothing of it stays.  The model is the slot's when it begins. */
static c12_status fit_offer_by_list(c12_sched *self, int32_t slot, const c12_sched_problem *order, c12_sched_offer *o, c12_sched_diff *diff, c12_error *err)
{
    c12__sched_live *v = &self->live;
    const c12__sched_slot *it = &v->slot[slot];
    c12__sched_slot *spare = &v->slot[c12__sched_free_slot(v)];
    int32_t ops = (int32_t)c12__sched_ops(&it->p);
    int64_t quiet = 0, rush = 0;
    c12__sched_terms terms = self->model.terms;
    c12__sched_copy_slot(spare, it, &self->dims);
    c12_status s = c12__sched_append(spare, order, &self->dims, err);
    if (s) return s;
    v->used = -1;
    c12__sched_seed(spare, ops);
    const int64_t *end = self->island[0].list.end;
    int64_t last = c12__sched_ops(&spare->p) - 1;
    ((int64_t *)C12__OWN(spare, job_weight))[it->p.n_jobs] = 0;
    s = fit_list_quiet(self, spare, ops, &quiet, err);
    o->quiet = !s && quiet < C12__SCHED_BROKEN ? end[last] : -1;
    if (!s) s = fit_list_rush(self, spare, ops, &rush, err);
    if (s) return s;
    o->later = o->late = 0;
    o->rush = -1;
    o->rush_cost = 0;
    if (rush >= C12__SCHED_BROKEN) return C12_OK;
    o->rush = end[last];
    rush = fit_others(self, it, &terms);
    o->rush_cost = rush - it->objective;
    for (int32_t j = 0; j < it->p.n_jobs; j++)
        if (it->p.op_off[j] < it->p.op_off[j + 1]) fit_count(&it->p, j, it->end[it->p.op_off[j + 1] - 1], end[it->p.op_off[j + 1] - 1], o);
    c12__sched_list_out(self, spare, rush);
    spare->p = it->p;
    if (diff) c12__sched_tell_diff(it, spare, diff);
    return C12_OK;
}

c12_status c12__sched_try_order(c12_sched *self, int32_t slot, const c12_sched_problem *order, c12_sched_offer *offer, c12_sched_diff *diff, c12_error *err)
{
    c12__sched_slot *it = &self->live.slot[slot];
    fit_guest was;
    if (!self->live.stepped || c12__sched_ops(order) == 0 || order->op_pred_off || self->model.p.mode_ticks != it->p.mode_ticks || fit_has_idle(order))
        return fit_offer_by_list(self, slot, order, offer, diff, err);
    c12_status s = fit_admit(self, it, order, &was, err);
    if (s) return s;
    fit_offer(self, it, &was, offer, diff);
    fit_dismiss(self, it, &was);
    return C12_OK;
}

/* ---- a machine that stands still ----------------------------------------------------------------------------------------- */

/* To another machine, where it ends sooner and nobody else later.  1 = it went. */
static int fit_reroute(c12__sched_live *v, int32_t u)
{
    c12__sched_plant *s = &v->steps;
    const c12_sched_problem *p = &s->m->p;
    fit_search q = { s, u, FIT_QUIET, 0, c12__sched_step_ready(s, u), -1, -1, -1, 0, { 0, 0, 0, 0, 0, 0 } };
    for (int32_t tries = 0; tries < FIT_TRIES; tries++) {
        q.best.end = s->step[u].end;
        q.best.row = -1;
        for (int64_t r = p->mode_off[u]; r < p->mode_off[u + 1]; r++)
            if (p->mode_machine[r] != s->step[u].machine) fit_scan(&q, r);
        if (q.best.row < 0) return 0;
        if (fit_take(v, u, &q.best, 0, 0)) return 1;
        q.past_end = q.best.end;
        q.past_row = q.best.row;
        q.past_a = q.best.a;
    }
    return 0;
}

/* By a list in the order as it was, those that wait in any mode: it stands when the goal is better for it. */
static void fit_reroute_by_list(c12_sched *self, c12__sched_slot *slot, const c12__sched_slot *before, int32_t machine)
{
    c12__sched_list *l = &self->island[0].list;
    const c12__sched_model *m = &self->model;
    int32_t n = 0;
    c12__heap_reset(&l->ready);
    for (int32_t o = 0; o < m->n; o++) {
        int fixed = c12__at64(m->p.fixed_start, o, -1) >= 0 || c12__at32(m->p.fixed_mode, o, -1) >= 0 || c12__sched_gone(m, o);
        int waits = !fixed && m->p.mode_machine[m->p.mode_off[o] + slot->mode[o]] == machine && slot->start[o] > before->start[o];
        int other = waits && m->p.mode_off[o + 1] - m->p.mode_off[o] > 1;
        l->want[o] = other ? -1 : slot->mode[o];
        l->key[o] = before->start[o];
        l->floor[o] = 0;
        n += other;
    }
    if (!n) return;
    self->model.p = slot->p;
    self->live.used = -1;
    if (c12__sched_derive(self, NULL)) return;
    c12__sched_floor_starts(self, before, m->n);
    l->by_ready = 0;
    l->bold = 1;
    int64_t cost = c12__sched_run_list(m, l);
    if (cost < slot->objective) c12__sched_list_out(self, slot, cost);
}

/* What waits for a stopped machine and starts later than it would have, in the order of their starts. */
void c12__sched_reroute(c12_sched *self, c12__sched_slot *slot, const c12__sched_slot *before, int32_t machine)
{
    c12__sched_live *v = &self->live;
    c12__sched_plant *s = &v->steps;
    int32_t looked = 0, n = 0, went = 0;
    if (!v->stepped) { fit_reroute_by_list(self, slot, before, machine); return; }
    for (int32_t k = 0; k < self->model.n; k++) {
        int32_t o = s->order[k];
        const c12__sched_step *x = &s->step[o];
        int fixed = x->kind & (C12__SCHED_STUCK | C12__SCHED_TOLD | C12__SCHED_GONE) || c12__at32(self->model.p.fixed_mode, o, -1) >= 0;
        if (x->machine == machine && !fixed && x->start > before->start[o]) v->pick[n++] = o;
    }
    for (int32_t k = 0; k < n && looked < FIT_REROUTED; k++) {
        const c12__sched_step *x = &s->step[v->pick[k]];
        if (x->start <= before->start[v->pick[k]]) continue; /* another that left made room */
        looked++;
        went += fit_reroute(v, v->pick[k]);
    }
    if (!went) return;
    c12__sched_steps_out(self, slot);
    v->used = -1;
}
