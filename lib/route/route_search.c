/* SPDX-License-Identifier: Apache-2.0 */
/* One robot's earliest path: safe interval path planning over (vertex, gap between holds).
 *
 * Two things keep it small.  The estimate is the true distance to the goal, kept per goal.  And as the path must end in the goal's
 * last gap, no path arrives before that gap begins: f is at least that tick, and among equal f the state nearest the goal goes
 * first, so that a goal that frees late does not flood the start's side. */
#include "route/route_internal.h"

void c12__route_carve_search(c12__route_search *s, c12__arena *a, const c12_route_dims *d, int64_t slots)
{
    s->state = C12__CARVE(a, c12__route_state, d->vertices + slots);
    s->cap_later = (int32_t)((d->vertices + slots) / 4);
    s->later = C12__CARVE(a, c12__route_gap, s->cap_later);
    s->cap_open = (int32_t)((d->vertices + slots) / 4 * 5 + 64) + s->cap_later;
    s->open = C12__CARVE(a, c12__route_open, s->cap_open);
    s->dist = C12__CARVE(a, uint32_t, (int64_t)d->tables * d->vertices);
    s->dist_edge = C12__CARVE(a, uint32_t, d->tables);
    s->dist_goal = C12__CARVE(a, int32_t, d->tables);
    s->goal_dist = C12__CARVE(a, int32_t, d->vertices);
    s->back_off = C12__CARVE(a, int64_t, (int64_t)d->vertices + 1);
    s->back_tail = C12__CARVE(a, int32_t, d->arcs);
    s->back_length = C12__CARVE(a, int32_t, d->arcs);
    s->queue = C12__CARVE(a, int32_t, d->vertices);
    c12__heap_carve(&s->heap, a, d->vertices);
}

/* ---- distances ----------------------------------------------------------------------------------------------------------------- */

/* Arcs by head, by counting. */
static void search_turn_arcs(c12_route *self)
{
    c12__route_search *s = &self->search;
    const c12_route_problem *p = &self->p;
    int64_t arcs = p->n_vertices ? p->arc_off[p->n_vertices] : 0;
    s->unit = 1;
    s->least_length = INT32_MAX;
    for (int32_t v = 0; v <= p->n_vertices; v++) s->back_off[v] = 0;
    for (int64_t a = 0; a < arcs; a++) s->back_off[p->arc_head[a] + 1]++;
    for (int32_t v = 0; v < p->n_vertices; v++) s->back_off[v + 1] += s->back_off[v];
    for (int32_t v = 0; v < p->n_vertices; v++)
        for (int64_t a = p->arc_off[v]; a < p->arc_off[v + 1]; a++) {
            int64_t at = s->back_off[p->arc_head[a]]++;
            s->back_tail[at] = v;
            s->back_length[at] = c12__at32(p->arc_length, a, 1);
            s->unit &= s->back_length[at] == 1;
            s->least_length = c12__min64(s->least_length, s->back_length[at]);
        }
    for (int32_t v = p->n_vertices; v > 0; v--) s->back_off[v] = s->back_off[v - 1];
    s->back_off[0] = 0;
}

void c12__route_prepare_search(c12_route *self)
{
    c12__route_search *s = &self->search;
    search_turn_arcs(self);
    s->n_open = s->next_dist = 0;
    s->stamp = 0;
    for (int32_t i = 0; i < self->dims.tables; i++) s->dist_goal[i] = -1;
    for (int32_t v = 0; v < self->p.n_vertices; v++) s->goal_dist[v] = -1;
    for (int32_t v = 0; v < self->p.n_vertices; v++) s->state[v].stamp = 0;
    s->cleared = 0;
    c12__heap_reset(&s->heap);
}

/* A little beyond the start the distances end: whoever must evade goes some way back. */
enum { SEARCH_MARGIN = 4 };

static void search_spread_unit(c12__route_search *s, uint32_t *dist, int32_t goal, int32_t start)
{
    int32_t n = 0;
    uint32_t edge = C12__ROUTE_NO_WAY;
    s->queue[n++] = goal;
    for (int32_t i = 0; i < n; i++) {
        int32_t v = s->queue[i];
        uint32_t next = dist[v] + 1;
        if (v == start) edge = next + SEARCH_MARGIN;
        if (next > edge) break;
        for (int64_t a = s->back_off[v]; a < s->back_off[v + 1]; a++) {
            int32_t u = s->back_tail[a];
            if (dist[u] != C12__ROUTE_NO_WAY) continue;
            dist[u] = next;
            s->queue[n++] = u;
        }
    }
}

static void search_spread(c12__route_search *s, uint32_t *dist, int32_t goal, int32_t start)
{
    int64_t edge = INT64_MAX;
    c12__heap_put(&s->heap, goal, 0);
    for (int32_t v; (v = c12__heap_pop(&s->heap)) >= 0 && (int64_t)dist[v] <= edge; ) {
        if (v == start) edge = dist[v] + s->least_length * SEARCH_MARGIN;
        for (int64_t a = s->back_off[v]; a < s->back_off[v + 1]; a++) {
            int32_t u = s->back_tail[a];
            int64_t d = c12__min64((int64_t)dist[v] + s->back_length[a], C12__ROUTE_NO_WAY - 1);
            if (d >= (int64_t)dist[u]) continue;
            dist[u] = (uint32_t)d;
            c12__heap_put(&s->heap, u, d);
        }
    }
    c12__heap_clear(&s->heap);
}

/* Where the spread ended before it had seen all, the distance is at least that of the last place it saw. */
static uint32_t search_close_edge(uint32_t *dist, int32_t n, int32_t start)
{
    uint32_t most = 0;
    int32_t left = 0;
    if (dist[start] == C12__ROUTE_NO_WAY) return C12__ROUTE_NO_WAY;
    for (int32_t v = 0; v < n; v++) {
        left |= dist[v] == C12__ROUTE_NO_WAY;
        if (dist[v] != C12__ROUTE_NO_WAY && dist[v] > most) most = dist[v];
    }
    if (!left) return C12__ROUTE_NO_WAY;
    for (int32_t v = 0; v < n; v++) if (dist[v] == C12__ROUTE_NO_WAY) dist[v] = most;
    return most;
}

/* A table's place: the oldest one goes. */
static int32_t search_new_table(c12_route *self, int32_t goal)
{
    c12__route_search *s = &self->search;
    int32_t at = s->next_dist;
    s->next_dist = at + 1 < self->dims.tables ? at + 1 : 0;
    if (s->dist_goal[at] >= 0) s->goal_dist[s->dist_goal[at]] = -1;
    s->dist_goal[at] = goal;
    s->goal_dist[goal] = at;
    return at;
}

/* Length of the shortest way to the goal from every vertex no farther than the start, and a bound for the others. */
static const uint32_t *search_distances(c12_route *self, int32_t goal, int32_t start)
{
    c12__route_search *s = &self->search;
    int32_t at = s->goal_dist[goal], n = self->p.n_vertices;
    if (at >= 0 && (s->dist_edge[at] == C12__ROUTE_NO_WAY || s->dist[(int64_t)at * n + start] < s->dist_edge[at])) return s->dist + (int64_t)at * n;
    if (at >= 0) start = -1; /* asked for again, from elsewhere: now all of it */
    else at = search_new_table(self, goal);
    uint32_t *dist = s->dist + (int64_t)at * n;
    memset(dist, 0xff, (size_t)n * sizeof *dist); /* C12__ROUTE_NO_WAY */
    dist[goal] = 0;
    if (s->unit) search_spread_unit(s, dist, goal, start); else search_spread(s, dist, goal, start);
    s->dist_edge[at] = start < 0 ? C12__ROUTE_NO_WAY : search_close_edge(dist, n, start);
    return dist;
}

/* ---- open list: 4-ary heap by (f, rank); a state that is offered again earlier is in it twice, and the later entry is passed over ---- */

static int open_before(const c12__route_open *a, const c12__route_open *b) { return (a->f < b->f) | ((a->f == b->f) & (a->rank < b->rank)); }

/* Entries are states, or gaps to be offered later. */
#define OPEN_LATER 0x80000000u
#define OPEN_NONE 0xffffffffu

static uint32_t open_what(const c12__route_open *e) { return (uint32_t)(e->rank & 0xffffffffu); }

static void open_rise(c12__route_search *s, int32_t at, c12__route_open e)
{
    while (at) {
        int32_t up = (at - 1) / 4;
        if (!open_before(&e, &s->open[up])) break;
        s->open[at] = s->open[up];
        at = up;
    }
    s->open[at] = e;
}

/* e in place of the root. */
static void open_sink(c12__route_search *s, int32_t at, c12__route_open e)
{
    int32_t n = s->n_open;
    for (;;) {
        int32_t best = 4 * at + 1, last = best + 4 < n ? best + 4 : n;
        if (best >= n) break;
        for (int32_t i = best + 1; i < last; i++) best = open_before(&s->open[i], &s->open[best]) ? i : best;
        if (!open_before(&s->open[best], &e)) break;
        s->open[at] = s->open[best];
        at = best;
    }
    s->open[at] = e;
}

static int open_is_stale(const c12__route_search *s, const c12__route_open *e)
{
    if (open_what(e) & OPEN_LATER) return 0;
    const c12__route_state *st = &s->state[open_what(e)];
    return st->stamp != s->stamp || st->open_f != e->f;
}

/* Entries passed over leave when the heap is full; then there is room, as a state has one entry that is not. */
static void open_tidy(c12__route_search *s)
{
    int32_t n = 0;
    for (int32_t i = 0; i < s->n_open; i++)
        if (!open_is_stale(s, &s->open[i])) s->open[n++] = s->open[i];
    s->n_open = n;
    for (int32_t i = n / 4; i >= 0 && n; i--) open_sink(s, i, s->open[i]);
}

static void open_push(c12__route_search *s, c12__route_open e)
{
    if (s->n_open == s->cap_open) open_tidy(s);
    open_rise(s, s->n_open++, e);
}

/* The best of all, of the last offers and of the heap, OPEN_NONE when there is nothing left. */
static uint32_t open_take(c12__route_search *s)
{
    for (;;) {
        c12__route_open e = s->best;
        if (s->n_open && (!s->has_best || open_before(&s->open[0], &e))) {
            c12__route_open top = s->open[0];
            if (s->has_best) open_sink(s, 0, e);
            else if (--s->n_open) open_sink(s, 0, s->open[s->n_open]);
            e = top;
        } else if (!s->has_best) return OPEN_NONE;
        s->has_best = 0; /* it is what is taken, or went into the heap */
        if (open_is_stale(s, &e)) continue;
        if (!(open_what(&e) & OPEN_LATER)) s->state[open_what(&e)].stamp |= 1;
        return open_what(&e);
    }
}

/* ---- safe intervals -------------------------------------------------------------------------------------------------------------- */

/* What one search knows besides the states. */
typedef struct sipp_run {
    c12_route *self;
    const c12__route_query *q;
    const uint32_t *dist;
    c12_tick goal_from;   /* no path arrives before */
    int32_t from;         /* the state being expanded */
    int32_t vertex;       /* its vertex */
    int32_t lead;         /* grid: the next hold begins one tick after arrival at the earliest */
} sipp_run;

static void sipp_offer(const sipp_run *r, int32_t from, int32_t state, int32_t vertex, c12_tick since, c12_tick ride, c12_tick end)
{
    c12__route_search *s = &r->self->search;
    c12__route_state *st = &s->state[state];
    c12_tick arrive = since + ride;
    if ((st->stamp | 1) == (s->stamp | 1) && (st->arrive <= arrive || (st->stamp & 1))) return;
    int64_t h = (int64_t)r->dist[vertex] * r->q->pace, f = c12__max64(arrive + h, r->goal_from);
    if (f > r->q->limit) return;
    *st = (c12__route_state){ arrive, since, end, f, from, s->stamp };
    c12__route_open e = { f, (uint64_t)r->dist[vertex] << 32 | (uint32_t)state };
    if (s->has_best) {
        c12__route_open worse = e;
        if (open_before(&e, &s->best)) { worse = s->best; s->best = e; }
        open_push(s, worse);
    } else {
        s->best = e;
        s->has_best = 1;
    }
}

static int32_t sipp_vertex(const c12_route *self, int32_t state)
{
    return state < self->table.vertices ? state : self->table.slot[state - self->table.vertices].vertex;
}

/* Grid: does somebody go from `to` to `from` as we would go the other way at `tick`? */
static int sipp_swaps(const c12__route_table *t, int32_t from, int32_t to, c12_tick tick)
{
    for (int32_t s = t->head[to]; s >= 0 && t->slot[s].from < tick; s = t->slot[s].next) {
        int32_t on = t->slot[s].onward;
        if (t->slot[s].to == tick && t->slot[s].robot >= 0 && on >= 0 && t->slot[on].vertex == from && t->slot[on].from == tick) return 1;
    }
    return 0;
}

/* Past the hold behind a gap: the gap after it. */
static void sipp_pass(const c12__route_table *t, c12__route_gap *g)
{
    const c12__route_chunk *c = &t->chunk[g->chunk];
    g->begin = c12__max64(g->begin, c->to[g->at]);
    g->state = t->vertices + c->slot[g->at];
    if (++g->at < C12__ROUTE_CHUNK || c->next < 0) return;
    g->chunk = c->next;
    g->at = 0;
}

/* The hold a gap ends with; the last chunk may be full. */
static int32_t sipp_hold(const c12__route_table *t, const c12__route_gap *g) { return g->at < C12__ROUTE_CHUNK ? t->chunk[g->chunk].slot[g->at] : -1; }

/* From gap g of `to` on, the first one that can be entered from state `from`, no earlier than `first`: 1 with when and until when. */
static int sipp_seek(const sipp_run *r, int32_t from, c12__route_gap *g, c12_tick first)
{
    const c12__route_table *t = &r->self->table;
    c12_tick end = r->self->search.state[from].end, ride = g->ride;
    for (;;) {
        int32_t s = sipp_hold(t, g);
        c12_tick gap_end = s >= 0 ? t->chunk[g->chunk].from[g->at] : C12_ROUTE_STAYS, since = c12__max64(g->begin, first);
        if (since + ride > end || since + ride > C12_ROUTE_HORIZON) return 0;
        if (since + ride < gap_end && !(r->lead && since == end && since == g->begin && sipp_swaps(t, sipp_vertex(r->self, from), g->vertex, since))) {
            g->since = since;
            g->end = gap_end;
            return 1;
        }
        if (s < 0 || t->chunk[g->chunk].to[g->at] == C12_ROUTE_STAYS) return 0;
        sipp_pass(t, g);
    }
}

/* The gaps of one vertex that follow on a state are offered one at a time: the next when the search has come to where it could matter. */
static void sipp_later(const sipp_run *r, const c12__route_gap *g)
{
    c12__route_search *s = &r->self->search;
    int64_t f = c12__max64(g->since + g->ride + (int64_t)r->dist[g->vertex] * r->q->pace, r->goal_from);
    if (f > r->q->limit) return;
    s->later[s->n_later] = *g;
    open_push(s, (c12__route_open){ f, (uint64_t)r->dist[g->vertex] << 32 | OPEN_LATER | (uint32_t)s->n_later });
    s->n_later++;
}

/* Offer the gap g and look for the next. */
static void sipp_offer_gap(const sipp_run *r, c12__route_gap *g)
{
    const c12__route_table *t = &r->self->table;
    for (;;) {
        sipp_offer(r, g->from, g->state, g->vertex, g->since, g->ride, g->end);
        if (g->end == C12_ROUTE_STAYS || t->chunk[g->chunk].to[g->at] == C12_ROUTE_STAYS) return;
        sipp_pass(t, g);
        if (!sipp_seek(r, g->from, g, 0)) return;
        if (r->self->search.n_later < r->self->search.cap_later) break;
    }
    sipp_later(r, g);
}

/* The gaps of `to` that can be entered from the expanded state. */
static void sipp_enter(const sipp_run *r, int32_t to, c12_tick ride)
{
    const c12__route_table *t = &r->self->table;
    c12_tick first = r->self->search.state[r->from].arrive + r->lead;
    c12__route_gap g = { .vertex = to, .chunk = to, .state = to, .from = r->from, .ride = ride };
    while (sipp_hold(t, &g) >= 0 && t->chunk[g.chunk].to[g.at] <= first) sipp_pass(t, &g); /* over before we could come */
    if (sipp_seek(r, r->from, &g, first)) sipp_offer_gap(r, &g);
}

/* The gap of the start that contains the tick. */
static int sipp_begin(const sipp_run *r)
{
    const c12__route_table *t = &r->self->table;
    const c12__route_query *q = r->q;
    int32_t state = q->start;
    c12_tick begin = 0;
    for (int32_t s = t->head[q->start]; ; s = t->slot[s].next) {
        c12_tick end = s >= 0 ? t->slot[s].from : C12_ROUTE_STAYS;
        if (begin <= q->tick && q->tick < end) {
            sipp_offer(r, -1, state, q->start, q->tick, 0, end);
            return 1;
        }
        if (s < 0 || end > q->tick) return 0;
        begin = c12__max64(begin, t->slot[s].to);
        state = t->vertices + s;
    }
}

/* Begin of the goal's last gap, C12_ROUTE_STAYS = it has none. */
static c12_tick sipp_goal_opens(const c12__route_table *t, int32_t goal)
{
    c12_tick last = 0;
    for (int32_t s = t->head[goal]; s >= 0; s = t->slot[s].next) last = c12__max64(last, t->slot[s].to);
    return last;
}

static void sipp_expand(sipp_run *r)
{
    const c12_route *self = r->self;
    const c12_route_problem *p = &self->p;
    int32_t v = r->vertex;
    for (int64_t a = p->arc_off[v]; a < p->arc_off[v + 1]; a++) C12__PREFETCH(&self->table.chunk[p->arc_head[a]]);
    for (int64_t a = p->arc_off[v]; a < p->arc_off[v + 1]; a++) {
        int32_t w = p->arc_head[a];
        if (r->dist[w] == C12__ROUTE_NO_WAY || w == v) continue;
        sipp_enter(r, w, r->lead ? 0 : (c12_tick)c12__at32(p->arc_length, a, 1) * r->q->pace);
    }
}

static void sipp_new_stamp(c12_route *self)
{
    c12__route_search *s = &self->search;
    int32_t n = self->p.n_vertices;
    s->n_open = s->has_best = s->n_later = 0;
    for (; s->cleared < self->table.fresh; s->cleared++) s->state[n + s->cleared].stamp = 0;
    s->stamp += 2;
    if (s->stamp) return;
    for (int64_t i = 0; i < (int64_t)n + s->cleared; i++) s->state[i].stamp = 0;
    s->stamp = 2;
}

int32_t c12__route_find(c12_route *self, const c12__route_query *q)
{
    c12__route_search *s = &self->search;
    sipp_run r = { self, q, search_distances(self, q->goal, q->start), sipp_goal_opens(&self->table, q->goal), -1, q->start, self->mode == C12_ROUTE_GRID };
    if (r.dist[q->start] == C12__ROUTE_NO_WAY || r.goal_from == C12_ROUTE_STAYS) return C12__ROUTE_NO_PATH;
    if (q->start == q->goal && q->tick >= r.goal_from) r.goal_from = 0;
    if (r.goal_from && !r.lead) r.goal_from += s->least_length * q->pace;
    sipp_new_stamp(self);
    if (!sipp_begin(&r)) return C12__ROUTE_NO_PATH;
    for (uint32_t e; (e = open_take(s)) != OPEN_NONE; ) {
        if (e & OPEN_LATER) {
            c12__route_gap g = s->later[e & ~OPEN_LATER];
            sipp_offer_gap(&r, &g);
            continue;
        }
        r.from = (int32_t)e;
        r.vertex = sipp_vertex(self, r.from);
        if (r.vertex == q->goal && s->state[r.from].end == C12_ROUTE_STAYS) return r.from;
        if (c12__route_halted(self)) return C12__ROUTE_HALTED;
        self->work++;
        sipp_expand(&r);
    }
    return C12__ROUTE_NO_PATH;
}

int32_t c12__route_commit(c12_route *self, const c12__route_query *q, int32_t last, const c12__route_off *off)
{
    c12__route_table *t = &self->table;
    const c12__route_state *state = self->search.state;
    int32_t n = 0, onward = -1;
    for (int32_t i = last; i >= 0; i = state[i].parent) n++;
    if (n > self->dims.steps || n > t->n_free) return C12__ROUTE_FULL;
    c12_tick to = C12_ROUTE_STAYS;
    for (int32_t i = last; i >= 0; i = state[i].parent) {
        int32_t s = c12__route_add(t, sipp_vertex(self, i), state[i].since, to, q->robot);
        t->slot[s].onward = onward;
        onward = s;
        to = state[i].arrive;
    }
    if (off->tail >= 0) t->slot[off->tail].onward = onward; else t->chain[q->robot] = onward;
    return n;
}
