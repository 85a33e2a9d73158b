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
    s->paid = d->penalties ? C12__CARVE(a, int64_t, d->vertices + slots) : NULL;
    s->cap_open = (int32_t)((d->vertices + slots) / 4 * 5 + 64);
    s->open = C12__CARVE(a, c12__route_open, s->cap_open);
    s->dist = C12__CARVE(a, uint32_t, (int64_t)d->tables * d->vertices);
    s->dist_edge = C12__CARVE(a, uint32_t, d->tables);
    s->dist_goal = C12__CARVE(a, int32_t, d->tables);
    s->goal_dist = C12__CARVE(a, int32_t, d->vertices);
    s->back_off = C12__CARVE(a, int32_t, (int64_t)d->vertices + 1);
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
            int32_t at = s->back_off[p->arc_head[a]]++;
            s->back_tail[at] = v;
            s->back_length[at] = c12__at32(p->arc_length, a, 1);
            s->unit &= s->back_length[at] == 1;
            s->least_length = c12__min64(s->least_length, s->back_length[at]);
        }
    for (int32_t v = p->n_vertices; v > 0; v--) s->back_off[v] = s->back_off[v - 1];
    s->back_off[0] = 0;
}

c12_tick c12__route_ride_between(const c12_route *self, int32_t robot, int32_t v, int32_t w)
{
    c12_tick best = 0;
    for (int64_t a = self->p.arc_off[v]; a < self->p.arc_off[v + 1]; a++) {
        c12_tick ride = self->p.arc_head[a] == w ? c12__route_ride(self, a, robot) : 0;
        if (ride && (!best || ride < best)) best = ride;
    }
    return best;
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

/* Goals first..end-1 have distance 0. */
static void search_spread_unit(c12__route_search *s, uint32_t *dist, int32_t first, int32_t end, int32_t start)
{
    int32_t n = 0;
    uint32_t edge = C12__ROUTE_NO_WAY;
    for (int32_t goal = first; goal < end; goal++) s->queue[n++] = goal;
    for (int32_t i = 0; i < n; i++) {
        int32_t v = s->queue[i];
        uint32_t next = dist[v] + 1;
        if (v == start) edge = next + SEARCH_MARGIN;
        if (next > edge) break;
        for (int32_t a = s->back_off[v], last = s->back_off[v + 1]; a < last; a++) {
            int32_t u = s->back_tail[a];
            if (dist[u] != C12__ROUTE_NO_WAY) continue;
            dist[u] = next;
            s->queue[n++] = u;
        }
    }
}

/* Distances that were offered but not settled when the spread ends may be too long: no place beyond the last settled one is known to be farther than it. */
static void search_spread(c12__route_search *s, uint32_t *dist, int32_t n, int32_t first, int32_t end, int32_t start)
{
    int64_t edge = INT64_MAX;
    uint32_t settled = 0;
    for (int32_t goal = first; goal < end; goal++) c12__heap_put(&s->heap, goal, 0);
    for (int32_t v; (v = c12__heap_pop(&s->heap)) >= 0; ) {
        settled = dist[v];
        if ((int64_t)settled > edge) break;
        if (v == start) edge = dist[v] + s->least_length * SEARCH_MARGIN;
        for (int32_t a = s->back_off[v], last = s->back_off[v + 1]; a < last; a++) {
            int32_t u = s->back_tail[a];
            int64_t d = c12__min64((int64_t)dist[v] + s->back_length[a], C12__ROUTE_NO_WAY - 1);
            if (d >= (int64_t)dist[u]) continue;
            dist[u] = (uint32_t)d;
            c12__heap_put(&s->heap, u, d);
        }
    }
    c12__heap_clear(&s->heap);
    for (int32_t u = 0; u < n && (int64_t)settled > edge; u++) if (dist[u] != C12__ROUTE_NO_WAY && dist[u] > settled) dist[u] = settled;
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
    int32_t first = c12__route_place_first(&self->p, goal), end = c12__route_place_end(&self->p, goal);
    for (int32_t v = first; v < end; v++) dist[v] = 0;
    if (s->unit) search_spread_unit(s, dist, first, end, start); else search_spread(s, dist, n, first, end, start);
    s->dist_edge[at] = start < 0 ? C12__ROUTE_NO_WAY : search_close_edge(dist, n, start);
    return dist;
}

/* ---- open list: 4-ary heap by (f, rank); a state offered again is in it twice, and the older entry is passed over ---- */

static int open_before(const c12__route_open *a, const c12__route_open *b) { return (a->f < b->f) | ((a->f == b->f) & (a->rank < b->rank)); }

static int32_t open_state(const c12__route_open *e) { return (int32_t)(e->rank & 0xffffffffu); }

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

/* Only the entry a state was given last counts. */
static int open_is_stale(const c12__route_search *s, const c12__route_open *e) { return s->state[open_state(e)].open_f != e->f; }

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

/* The best of all, of the last offers and of the heap: a state to expand with its estimate, or -1. */
static int32_t open_take(c12__route_search *s, int64_t *f)
{
    for (;;) {
        c12__route_open e = s->best;
        if (s->n_open && (!s->has_best || open_before(&s->open[0], &e))) {
            c12__route_open top = s->open[0];
            if (s->has_best) open_sink(s, 0, e);
            else if (--s->n_open) open_sink(s, 0, s->open[s->n_open]);
            e = top;
        } else if (!s->has_best) return -1;
        s->has_best = 0; /* it is what is taken, or went into the heap */
        if (open_is_stale(s, &e)) continue;
        *f = e.f;
        return open_state(&e);
    }
}

/* ---- safe intervals -------------------------------------------------------------------------------------------------------------- */

enum { SIPP_AHEAD = 8 };

/* What one search knows besides the states. */
typedef struct sipp_run {
    c12_route *self;
    const c12__route_query *q;
    const uint32_t *dist;
    int32_t goal_first, goal_end; /* vertices of the goal's place */
    c12_tick goal_from;   /* no path arrives before */
    int32_t from;         /* the state being expanded */
    int32_t vertex;       /* its vertex */
    int64_t bound;        /* what is offered now has an estimate up to here */
    int32_t lead;         /* grid: the next hold begins one tick after arrival at the earliest */
    int64_t *paid;        /* NULL = penalties do not count */
    int64_t toll;         /* penalties on the way to what is offered now */
} sipp_run;

static void sipp_offer(const sipp_run *r, int32_t state, int32_t vertex, c12_tick since, c12_tick ride, c12_tick end, int64_t f)
{
    c12__route_search *s = &r->self->search;
    c12__route_state *st = &s->state[state];
    c12_tick arrive = since + ride;
    if ((st->stamp | 1) == (s->stamp | 1)) {
        int64_t known = st->arrive + (r->paid ? r->paid[state] : 0);
        /* Among equal estimates the nearest goes first, so what was expanded may still be reached earlier; then it is open again.  Never later, as what
         * follows on it would be there before it. */
        if (known <= arrive + r->toll || ((st->stamp & 1) && st->arrive <= arrive)) return;
    }
    *st = (c12__route_state){ arrive, since, end, f, -1, r->from, s->stamp };
    if (r->paid) r->paid[state] = r->toll;
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

static const c12__route_chunk sipp_no_more = { { 0, 0, 0 }, { 0, 0, 0 }, { -1, -1, -1 }, -1 };

/* The gaps of `to` that can be entered from the expanded state: those up to the bound are offered.  The estimate of the first one beyond it comes
 * back, INT64_MAX = there is none; later gaps are not looked at, most searches end before they could matter. */
static int64_t sipp_enter(const sipp_run *r, int32_t to, c12_tick ride)
{
    const c12__route_table *t = &r->self->table;
    const c12__route_state *st = &r->self->search.state[r->from];
    const c12__route_chunk *c = &t->chunk[to];
    c12_tick begin = 0, end = st->end, first = st->arrive + r->lead;
    int64_t left = (int64_t)r->dist[to] * r->q->pace, offered = st->offered;
    int32_t state = to;
    for (int32_t i = 0; ; i++) {
        if (i == C12__ROUTE_CHUNK) { /* the last chunk may be full */
            c = c->next >= 0 ? &t->chunk[c->next] : &sipp_no_more;
            i = 0;
        }
        int32_t s = c->slot[i];
        if (s >= 0 && c->to[i] < first) { state = t->vertices + s; continue; } /* over before we could come */
        c12_tick gap_end = s >= 0 ? c->from[i] : C12_ROUTE_STAYS, since = c12__max64(begin, first), arrive = since + ride;
        if (arrive > end || arrive > C12_ROUTE_HORIZON) return INT64_MAX;
        if (arrive < gap_end && !(r->lead && since == end && since == begin && sipp_swaps(t, r->vertex, to, since))) {
            int64_t f = c12__max64(arrive + left, r->goal_from);
            if (f > r->q->limit) return INT64_MAX;
            f += r->toll;
            if (f > r->bound) return f;
            if (f > offered) sipp_offer(r, state, to, since, ride, gap_end, f);
        }
        if (s < 0) return INT64_MAX;
        begin = c12__max64(begin, c->to[i]);
        if (begin == C12_ROUTE_STAYS) return INT64_MAX;
        state = t->vertices + s;
    }
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
            int64_t f = c12__max64(q->tick + (int64_t)r->dist[q->start] * q->pace, r->goal_from);
            if (f <= q->limit) sipp_offer(r, state, q->start, q->tick, 0, end, f);
            return 1;
        }
        if (s < 0 || end > q->tick) return 0;
        begin = c12__max64(begin, t->slot[s].to);
        state = t->vertices + s;
    }
}

/* Begin of a vertex's last gap, C12_ROUTE_STAYS = it has none. */
static c12_tick sipp_opens(const c12__route_table *t, int32_t vertex)
{
    c12_tick last = 0;
    for (int32_t s = t->head[vertex]; s >= 0; s = t->slot[s].next) last = c12__max64(last, t->slot[s].to);
    return last;
}

/* The first tick from `since` on at which one can have driven out of a vertex: in a gap of it that was entered, but for the one the robot begins in. */
static c12_tick sipp_leave(const sipp_run *r, int32_t vertex, c12_tick since, c12_tick ride)
{
    const c12__route_table *t = &r->self->table;
    c12_tick in = vertex == r->q->start ? 0 : r->self->search.least_length * r->q->pace, begin = 0;
    for (int32_t s = t->head[vertex]; s >= 0; s = t->slot[s].next) {
        c12_tick end = c12__max64(since, begin ? begin + in : 0) + ride;
        if (end <= t->slot[s].from) return end;
        begin = c12__max64(begin, t->slot[s].to);
        if (begin == C12_ROUTE_STAYS) return C12_ROUTE_STAYS;
    }
    return c12__max64(since, begin ? begin + in : 0) + ride;
}

/* No path arrives before: the goal must be in its last gap, and a vertex before it free until then.  C12_ROUTE_STAYS = none ever does. */
static c12_tick sipp_goal_from(const sipp_run *r)
{
    const c12__route_search *s = &r->self->search;
    c12_tick best = C12_ROUTE_STAYS;
    for (int32_t goal = r->goal_first; goal < r->goal_end; goal++) {
        c12_tick opens = sipp_opens(&r->self->table, goal);
        if (opens <= r->q->tick) return 0; /* it does not matter */
        for (int32_t a = s->back_off[goal]; a < s->back_off[goal + 1] && opens < best; a++)
            best = c12__min64(best, r->lead ? opens : sipp_leave(r, s->back_tail[a], opens, (c12_tick)s->back_length[a] * r->q->pace));
    }
    return best;
}

/* What an estimate by way of `to` is at least. */
static int64_t sipp_least(const sipp_run *r, c12_tick arrive, int32_t to, c12_tick ride)
{
    return c12__max64(arrive + r->lead + ride + (int64_t)r->dist[to] * r->q->pace, r->goal_from) + r->toll;
}

/* Offer what follows on a state up to an estimate; when more follows, the state is open again with the estimate of that (partial expansion: Yoshizumi,
 * Miura and Ishida, AAAI 2000). */
static void sipp_expand(sipp_run *r)
{
    c12_route *self = r->self;
    const c12_route_problem *p = &self->p;
    c12__route_state *st = &self->search.state[r->from];
    int32_t v = r->vertex;
    int64_t next = INT64_MAX;
    for (int64_t a = p->arc_off[v]; a < p->arc_off[v + 1]; a++) {
        int32_t w = p->arc_head[a];
        if (r->dist[w] == C12__ROUTE_NO_WAY || w == v) continue;
        c12_tick ride = r->lead ? 0 : c12__route_ride(self, a, r->q->robot);
        if (!ride && !r->lead) continue;
        if (r->paid) r->toll = r->paid[r->from] + c12__at32(p->arc_penalty, a, 0);
        int64_t least = sipp_least(r, st->arrive, w, ride); /* most vertices beside the way need no look at their holds */
        next = c12__min64(next, least > r->bound ? least : sipp_enter(r, w, ride));
    }
    st->offered = r->bound;
    st->open_f = next;
    if (next < INT64_MAX) open_push(&self->search, (c12__route_open){ next, (uint64_t)r->dist[v] << 32 | (uint32_t)r->from });
}

static void sipp_new_stamp(c12_route *self)
{
    c12__route_search *s = &self->search;
    int32_t n = self->p.n_vertices;
    s->n_open = s->has_best = 0;
    for (; s->cleared < self->table.fresh; s->cleared++) s->state[n + s->cleared].stamp = 0;
    s->stamp += 2;
    if (s->stamp) return;
    for (int64_t i = 0; i < (int64_t)n + s->cleared; i++) s->state[i].stamp = 0;
    s->stamp = 2;
}

/* A place where the robot could stay for ever, the nearest to the goal so far. */
static void sipp_note_stop(const sipp_run *r)
{
    c12__route_search *s = &r->self->search;
    int32_t known = s->stop < 0 ? -1 : sipp_vertex(r->self, s->stop);
    if (r->self->p.vertex_parking && !r->self->p.vertex_parking[r->vertex]) return;
    if (known < 0 || r->dist[r->vertex] < r->dist[known]) s->stop = r->from;
}

static int32_t sipp_no_way(c12__route_search *s, int32_t why)
{
    s->why = why;
    return s->stop >= 0 ? s->stop : why;
}

static int32_t sipp_search(sipp_run *r)
{
    c12_route *self = r->self;
    c12__route_search *s = &self->search;
    const c12__route_query *q = r->q;
    int64_t ahead = SIPP_AHEAD * c12__min64(s->least_length * q->pace, C12_ROUTE_HORIZON / SIPP_AHEAD);
    s->stop = s->why = -1;
    r->toll = 0;
    sipp_new_stamp(self);
    if (!sipp_begin(r)) return C12__ROUTE_NO_PATH;
    while ((r->from = open_take(s, &r->bound)) >= 0) {
        if (s->state[r->from].stamp & 1) r->bound += ahead; /* it has come back: the next few steps of its estimate at once */
        s->state[r->from].stamp |= 1;
        r->vertex = sipp_vertex(self, r->from);
        if (r->vertex >= r->goal_first && r->vertex < r->goal_end && s->state[r->from].end == C12_ROUTE_STAYS) {
            s->stop = -1;
            return r->from;
        }
        if (q->partial && s->state[r->from].end == C12_ROUTE_STAYS) sipp_note_stop(r);
        if (c12__route_halted(self)) return sipp_no_way(s, C12__ROUTE_HALTED);
        self->work++;
        sipp_expand(r);
    }
    return sipp_no_way(s, C12__ROUTE_NO_PATH);
}

int32_t c12__route_find(c12_route *self, const c12__route_query *q)
{
    c12__route_search *s = &self->search;
    int32_t first = c12__route_place_first(&self->p, q->goal), end = c12__route_place_end(&self->p, q->goal);
    sipp_run r = { self, q, search_distances(self, q->goal, q->start), first, end, 0, -1, q->start, 0, self->mode == C12_ROUTE_GRID, NULL, 0 };
    s->stop = -1;
    if (r.dist[q->start] == C12__ROUTE_NO_WAY) return C12__ROUTE_NO_PATH;
    r.goal_from = sipp_goal_from(&r);
    if (r.goal_from == C12_ROUTE_STAYS) {
        if (!q->partial) return C12__ROUTE_NO_PATH;
        r.goal_from = 0; /* nobody can stay there: as near as can be */
    }
    if (self->p.arc_penalty && !q->plain) r.paid = s->paid;
    int32_t found = sipp_search(&r);
    int whole = found >= 0 && s->stop < 0, halted = found == C12__ROUTE_HALTED || (found >= 0 && s->why == C12__ROUTE_HALTED);
    if (!r.paid || whole || halted) return found;
    r.paid = NULL; /* a state knows its cheapest way only, which may come too late for what follows: then penalties do not count */
    return sipp_search(&r);
}

int32_t c12__route_commit(c12_route *self, const c12__route_query *q, int32_t last, const c12__route_off *off)
{
    c12__route_table *t = &self->table;
    const c12__route_state *state = self->search.state;
    int32_t n = 0, onward = -1;
    int64_t slots = 0;
    for (int32_t i = last; i >= 0; i = state[i].parent, n++) slots += c12__route_slots_of(t, sipp_vertex(self, i));
    if (n > self->dims.steps || slots > t->n_free) return C12__ROUTE_FULL;
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
