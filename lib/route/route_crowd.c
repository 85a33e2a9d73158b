/* SPDX-License-Identifier: Apache-2.0 */
/* Everybody at once: depth-first search over configurations (LaCAM: Okumura, AAAI 2023), each made from the one before by priority inheritance
 * with backtracking (PIBT: Okumura, Machida, Defago and Tamura, AIJ 2022) with the swaps of the engineered version (Okumura, IJCAI 2023).
 * The search is complete; a plan costs a few hundred steps of about a tenth of a microsecond a robot, and is far from short. */
#include "base/sort.h"
#include "route/route_internal.h"

/* Vertices of a region, at most; and the box around a goal where steps are kept, which is as far as a region is wide. */
enum { CROWD_REGION = 128, CROWD_NEAR = 23, CROWD_BOX = 2 * CROWD_NEAR + 1, CROWD_OUTSIDE = 255, CROWD_AHEAD = 8 };

void c12__crowd_carve(c12__crowd *c, c12__arena *a, const c12_route_dims *d)
{
    memset(c, 0, sizeof *c);
    if (!d->ticks) return;
    c->nodes = d->ticks;
    c->rules = 16 * c->nodes;
    for (c->bins = 1; c->bins < c->nodes; c->bins *= 2) continue;
    c->at = C12__CARVE(a, int32_t, (int64_t)c->nodes * d->robots);
    c->wait = C12__CARVE(a, int32_t, (int64_t)c->nodes * d->robots);
    c->parent = C12__CARVE(a, int32_t, c->nodes);
    c->chain = C12__CARVE(a, int32_t, c->nodes);
    c->rule_head = C12__CARVE(a, int32_t, c->nodes);
    c->rule_tail = C12__CARVE(a, int32_t, c->nodes);
    c->bin = C12__CARVE(a, int32_t, c->bins);
    c->rule = C12__CARVE(a, c12__crowd_rule, c->rules);
    c->stack = C12__CARVE(a, int32_t, 2 * (int64_t)c->nodes);
    c->dist = C12__CARVE(a, const uint16_t *, d->robots);
    c->now = C12__CARVE(a, int32_t, d->vertices);
    c->next_on = C12__CARVE(a, int32_t, d->vertices);
    c->next = C12__CARVE(a, int32_t, d->robots);
    c->order = C12__CARVE(a, int32_t, d->robots);
    c->scratch = C12__CARVE(a, int32_t, d->robots);
    c->key = C12__CARVE(a, int64_t, d->robots);
    c->frame = C12__CARVE(a, int32_t, d->robots);
    c->partner = C12__CARVE(a, int32_t, d->robots);
    c->tried = C12__CARVE(a, uint64_t, d->robots);
    c->first = C12__CARVE(a, uint64_t, d->robots);
    c->corner = C12__CARVE(a, c12__crowd_corner, d->robots > d->tables ? d->robots : 0);
    c->region = C12__CARVE(a, int32_t, d->vertices);
    c->members = C12__CARVE(a, int32_t, d->tables);
    c->near = C12__CARVE(a, uint8_t, d->robots > d->tables ? (int64_t)d->robots * CROWD_BOX * CROWD_BOX : 0);
}

/* ---- what is left to a goal ------------------------------------------------------------------------------------------------------------ */

/* Exactly, where every goal has a table.  Otherwise exactly near the goal, and farther away by the steps to its region, all of which is near: longer
 * than need be, but from everywhere a next step is less. */
static int32_t crowd_left(const c12__crowd *c, int32_t robot, int32_t v)
{
    if (!c->regions) return c->dist[robot][v];
    uint32_t dx = (uint32_t)(c->x[v] - c->corner[robot].x), dy = (uint32_t)(c->y[v] - c->corner[robot].y);
    if (dx < CROWD_BOX && dy < CROWD_BOX) {
        int32_t near = c->near[((int64_t)robot * CROWD_BOX + dy) * CROWD_BOX + dx];
        if (near != CROWD_OUTSIDE) return near;
    }
    return c->dist[robot][v] + CROWD_OUTSIDE;
}

/* Grow one region from a vertex over vertices that have none. */
static void crowd_grow(c12__crowd *c, const c12__grid *g, int32_t from, int32_t size)
{
    int32_t n = 0;
    g->queue[n++] = from;
    c->region[from] = c->regions;
    for (int32_t i = 0; i < n; i++)
        for (int64_t a = g->off[g->queue[i]]; a < g->off[g->queue[i] + 1] && n < size; a++) {
            int32_t u = g->head[a];
            if (c->region[u] >= 0) continue;
            c->region[u] = c->regions;
            g->queue[n++] = u;
        }
    c->regions++;
}

/* The floor in regions, one for every table at most; 0 when they would be too large. */
static int crowd_divide(c12__crowd *c, const c12__grid *g)
{
    for (int32_t size = CROWD_REGION / 4; size <= CROWD_REGION; size *= 2) {
        c->regions = 0;
        for (int32_t v = 0; v < g->n; v++) c->region[v] = -1;
        for (int32_t v = 0; v < g->n && c->regions <= g->tables; v++)
            if (c->region[v] < 0) crowd_grow(c, g, v, size);
        if (c->regions <= g->tables) return 1;
    }
    return c->regions = 0;
}

/* Steps to a robot's goal from as far as its region lies, all around; 0 when that is too far. */
static int crowd_near(c12__crowd *c, const c12__grid *g, int32_t robot)
{
    int32_t n = 0, goal = c->goal[robot], left = c->members[c->region[goal]];
    uint8_t *near = c->near + (int64_t)robot * CROWD_BOX * CROWD_BOX;
    memset(near, CROWD_OUTSIDE, CROWD_BOX * CROWD_BOX);
    near[CROWD_NEAR * CROWD_BOX + CROWD_NEAR] = 0;
    g->queue[n++] = goal;
    for (int32_t i = 0, rim = INT32_MAX; i < n; i++) {
        int32_t v = g->queue[i], d = near[(c->y[v] - c->y[goal] + CROWD_NEAR) * CROWD_BOX + c->x[v] - c->x[goal] + CROWD_NEAR];
        left -= c->region[v] == c->region[goal];
        if (!left && rim == INT32_MAX) rim = d; /* all that are as near as the last of the region belong to it */
        if (d >= rim) continue;
        if (d == CROWD_NEAR) return 0;
        for (int64_t a = g->off[v]; a < g->off[v + 1]; a++) {
            int32_t u = g->head[a];
            uint8_t *at = near + (c->y[u] - c->y[goal] + CROWD_NEAR) * CROWD_BOX + c->x[u] - c->x[goal] + CROWD_NEAR;
            if (*at != CROWD_OUTSIDE) continue;
            *at = (uint8_t)(d + 1);
            g->queue[n++] = u;
        }
    }
    return 1;
}

/* Steps to every region from everywhere, in the tables' place. */
static void crowd_far(c12__crowd *c, c12__grid *g)
{
    int32_t *in = c->next_on, n = 0; /* vertices region by region */
    for (int32_t v = 0; v < g->n; v++) c->now[v] = -1;
    for (int32_t v = g->n - 1; v >= 0; v--) {
        in[v] = c->now[c->region[v]];
        c->now[c->region[v]] = v;
    }
    c12__grid_forget(g);
    for (int32_t k = 0; k < c->regions; k++) {
        for (n = 0; c->now[k] >= 0; c->now[k] = in[c->now[k]]) g->queue[n++] = c->now[k];
        c12__grid_spread(g, g->dist + (int64_t)k * g->n, n);
    }
}

static int crowd_distances(c12__crowd *c, c12__grid *g)
{
    c->x = g->owner->p.vertex_x;
    c->y = g->owner->p.vertex_y;
    c->goal = g->owner->p.goal;
    c->regions = 0;
    if (g->robots <= g->tables) {
        for (int32_t r = 0; r < g->robots; r++) c->dist[r] = c12__grid_distances(g, c->goal[r]);
        return 1;
    }
    if (!crowd_divide(c, g)) return 0;
    for (int32_t k = 0; k < c->regions; k++) c->members[k] = 0;
    for (int32_t v = 0; v < g->n; v++) c->members[c->region[v]]++;
    crowd_far(c, g);
    for (int32_t r = 0; r < g->robots; r++) {
        c->dist[r] = g->dist + (int64_t)c->region[c->goal[r]] * g->n;
        c->corner[r] = (c12__crowd_corner){ c->x[c->goal[r]] - CROWD_NEAR, c->y[c->goal[r]] - CROWD_NEAR };
        if (!crowd_near(c, g, r)) return 0;
    }
    return 1;
}

/* ---- one step: priority inheritance ------------------------------------------------------------------------------------------------- */

typedef struct crowd_step {
    c12__crowd *c;
    const c12__grid *g;
    const int32_t *at;
    uint32_t salt;         /* equal distances are told apart anew every step */
} crowd_step;

/* Candidates of a robot in order: by distance, then by a number drawn from robot, place and step. */
static uint64_t crowd_key(const crowd_step *s, int32_t robot, int32_t v)
{
    uint32_t tie = ((uint32_t)v * 2654435761u ^ (uint32_t)robot * 2246822519u ^ s->salt) * 3266489917u;
    return (uint64_t)crowd_left(s->c, robot, v) << 48 | (uint64_t)(tie >> 16) << 32 | (uint32_t)v;
}

static int crowd_better(uint64_t a, uint64_t b, int backwards) { return backwards ? a > b : a < b; }

/* The candidate after `last` (none yet: first != 0), its own place among them; 0 when all were tried. */
static int crowd_candidate(const crowd_step *s, int32_t robot, int first, uint64_t last, int backwards, uint64_t *out)
{
    const c12__grid *g = s->g;
    int32_t v = s->at[robot];
    uint64_t best = crowd_key(s, robot, v);
    int found = first || crowd_better(last, best, backwards);
    for (int64_t a = g->off[v]; a < g->off[v + 1]; a++) {
        uint64_t k = crowd_key(s, robot, g->head[a]);
        if ((first || crowd_better(last, k, backwards)) && (!found || crowd_better(k, best, backwards))) { best = k; found = 1; }
    }
    *out = best;
    return found;
}

/* Ways on from `v` that do not lead back to `from` and are no dead end somebody rests in; the last of them in *on. */
static int32_t crowd_ways(const crowd_step *s, int32_t v, int32_t from, int32_t *on)
{
    const c12__grid *g = s->g;
    int32_t n = 0;
    for (int64_t a = g->off[v]; a < g->off[v + 1]; a++) {
        int32_t u = g->head[a], there = s->c->now[u];
        if (u == from || (g->off[u + 1] - g->off[u] == 1 && there >= 0 && s->c->goal[there] == u)) continue;
        *on = u;
        n++;
    }
    return n;
}

/* Pushed along its only way, does the pusher stay in front, so that the two must change places? */
static int crowd_must_swap(const crowd_step *s, int32_t pusher, int32_t puller, int32_t v_pusher, int32_t v_puller)
{
    const c12__crowd *c = s->c;
    int32_t beyond;
    if (c->goal[pusher] != v_pusher && crowd_ways(s, v_puller, v_pusher, &beyond) >= 2) return 0; /* known without a look at any table */
    int32_t at_pusher = crowd_left(c, pusher, v_pusher), at_puller = crowd_left(c, pusher, v_puller);
    for (int32_t k = 0; k < s->g->n && at_puller < at_pusher; k++) {
        int32_t on = -1, ways = crowd_ways(s, v_puller, v_pusher, &on);
        if (ways >= 2) return 0;
        if (!ways) break;
        v_pusher = v_puller;
        v_puller = on;
        at_pusher = at_puller;
        at_puller = crowd_left(c, pusher, v_puller);
    }
    return crowd_left(c, puller, v_pusher) < crowd_left(c, puller, v_puller) && (!at_pusher || at_puller < at_pusher);
}

/* Is there, the other way along, a place to let somebody by? */
static int crowd_can_swap(const crowd_step *s, int32_t v_pusher, int32_t v_puller)
{
    int32_t end = v_pusher;
    for (int32_t k = 0; k < s->g->n && v_puller != end; k++) {
        int32_t on = -1, ways = crowd_ways(s, v_puller, v_pusher, &on);
        if (ways >= 2) return 1;
        if (!ways) return 0;
        v_pusher = v_puller;
        v_puller = on;
    }
    return 0;
}

/* Whom the robot, which wants to go to `want`, must change places with, -1 = nobody. */
static int32_t crowd_partner(const crowd_step *s, int32_t robot, int32_t want)
{
    const c12__crowd *c = s->c;
    const c12__grid *g = s->g;
    int32_t v = s->at[robot], other = c->now[want];
    if (want == v) return -1;
    if (other >= 0 && c->next[other] < 0 && crowd_must_swap(s, robot, other, v, want) && crowd_can_swap(s, want, v)) return other;
    for (int64_t a = g->off[v]; a < g->off[v + 1]; a++) { /* somebody behind who needs this place cleared */
        other = c->now[g->head[a]];
        if (other < 0 || g->head[a] == want) continue;
        if (crowd_must_swap(s, other, robot, v, want) && crowd_can_swap(s, want, v)) return other;
    }
    return -1;
}

static void crowd_push(const crowd_step *s, int32_t *n, int32_t robot)
{
    c12__crowd *c = s->c;
    c->frame[*n] = robot;
    (void)crowd_candidate(s, robot, 1, 0, 0, &c->first[*n]);
    c->partner[*n] = crowd_partner(s, robot, (int32_t)(uint32_t)c->first[*n]);
    c->tried[(*n)++] = UINT64_MAX; /* no key is that large: v < 2^28 */
}

/* The robot of the top frame got its place; whoever pushed it got theirs. */
static void crowd_settle(const crowd_step *s, int32_t n)
{
    c12__crowd *c = s->c;
    while (n--) {
        int32_t robot = c->frame[n], v = s->at[robot], p = c->partner[n];
        uint64_t first;
        if (p < 0 || c->next[p] >= 0 || c->next_on[v] >= 0) continue;
        (void)crowd_candidate(s, robot, 1, 0, 1, &first);
        if (first != c->tried[n]) continue;
        c->next[p] = v; /* it is drawn along */
        c->next_on[v] = p;
    }
}

/* Would the robot, going there, follow others that follow it? */
static int crowd_closes(const crowd_step *s, int32_t robot, int32_t to)
{
    const c12__crowd *c = s->c;
    for (int32_t x = c->now[to]; x >= 0 && c->next[x] >= 0 && c->next[x] != s->at[x]; x = c->now[c->next[x]])
        if (c->next[x] == s->at[robot]) return 1;
    return 0;
}

/* A place for this robot, pushing others: 0 when it must stay where it is and cannot. */
static int crowd_place(const crowd_step *s, int32_t robot)
{
    c12__crowd *c = s->c;
    int32_t n = 0;
    crowd_push(s, &n, robot);
    while (n) {
        int32_t r = c->frame[n - 1], v = s->at[r];
        uint64_t key;
        if (c->tried[n - 1] == UINT64_MAX && c->partner[n - 1] < 0) key = c->first[n - 1];
        else if (!crowd_candidate(s, r, c->tried[n - 1] == UINT64_MAX, c->tried[n - 1], c->partner[n - 1] >= 0, &key)) {
            c->next[r] = v;
            c->next_on[v] = r;
            n--;
            continue;
        }
        c->tried[n - 1] = key;
        int32_t u = (int32_t)(uint32_t)key, other = c->now[u];
        if (c->next_on[u] >= 0 || (other >= 0 && other != r && c->next[other] == v)) continue;
        if (c->no_circles && crowd_closes(s, r, u)) continue;
        c->next[r] = u;
        c->next_on[u] = r;
        if (other < 0 || other == r || c->next[other] >= 0) { crowd_settle(s, n); return 1; }
        crowd_push(s, &n, other);
    }
    return 0;
}

/* ---- search over configurations ------------------------------------------------------------------------------------------------------ */

static uint64_t crowd_hash(const int32_t *at, int32_t robots)
{
    uint64_t h = 0;
    for (int32_t r = 0; r < robots; r++) {
        uint64_t z = ((uint64_t)(uint32_t)r << 32 | (uint32_t)at[r]) * 0x9E3779B97F4A7C15u;
        h += z ^ z >> 29;
    }
    return h * 0xBF58476D1CE4E5B9u >> 17;
}

static int crowd_add_rule(c12__crowd *c, int32_t node, c12__crowd_rule rule)
{
    if (c->n_rules == c->rules) return 0;
    int32_t at = c->n_rules++;
    c->rule[at] = rule;
    c->rule[at].later = -1;
    if (c->rule_head[node] < 0) c->rule_head[node] = at; else c->rule[c->rule_tail[node]].later = at;
    c->rule_tail[node] = at;
    return 1;
}

/* The node of a configuration, made when it is new; -1 when there is no room. */
static int32_t crowd_node(c12__crowd *c, const c12__grid *g, const int32_t *at, int32_t parent)
{
    int32_t R = g->robots, bin = (int32_t)(crowd_hash(at, R) & (uint64_t)(c->bins - 1));
    for (int32_t i = c->bin[bin]; i >= 0; i = c->chain[i])
        if (!memcmp(c->at + (int64_t)i * R, at, (size_t)R * sizeof *at)) return i;
    if (c->n_nodes == c->nodes) return -1;
    int32_t i = c->n_nodes++;
    int32_t *wait = c->wait + (int64_t)i * R;
    memcpy(c->at + (int64_t)i * R, at, (size_t)R * sizeof *at);
    for (int32_t r = 0; r < R; r++) wait[r] = at[r] == c->goal[r] ? 0 : parent < 0 ? 1 : c->wait[(int64_t)parent * R + r] + 1;
    c->parent[i] = parent;
    c->chain[i] = c->bin[bin];
    c->bin[bin] = i;
    c->rule_head[i] = c->rule_tail[i] = -1;
    return crowd_add_rule(c, i, (c12__crowd_rule){ -1, -1, -1, 0, -1 }) ? i : -1;
}

/* Those who wait longest first; among them, who had the longest way at the start: an order that stays until somebody arrives. */
static void crowd_order(c12__crowd *c, const c12__grid *g, int32_t node)
{
    const int32_t *start = g->owner->p.start, *wait = c->wait + (int64_t)node * g->robots;
    for (int32_t r = 0; r < g->robots; r++) c->key[r] = -((int64_t)wait[r] * 65536 + crowd_left(c, r, start[r]));
    c12__sort_rows(c->key, g->robots, c->order, c->scratch);
}

static int crowd_split(c12__crowd *c, const c12__grid *g, int32_t node, int32_t rule)
{
    int32_t depth = c->rule[rule].depth;
    if (depth >= g->robots) return 1;
    int32_t r = c->order[depth], v = c->at[(int64_t)node * g->robots + r];
    int fits = crowd_add_rule(c, node, (c12__crowd_rule){ rule, r, v, depth + 1, -1 });
    for (int64_t a = g->off[v]; a < g->off[v + 1] && fits; a++) fits = crowd_add_rule(c, node, (c12__crowd_rule){ rule, r, g->head[a], depth + 1, -1 });
    return fits;
}

/* Tables of thousands of robots lie in no cache: what this one will look up is asked for before its turn. */
static void crowd_ask_early(const crowd_step *s, int32_t robot)
{
    const uint16_t *dist = s->c->dist[robot];
    int32_t v = s->at[robot];
    C12__PREFETCH(&dist[v]);
    for (int64_t a = s->g->off[v]; a < s->g->off[v + 1]; a++) C12__PREFETCH(&dist[s->g->head[a]]);
}

/* The configuration that follows from a node under a rule, in c->next; 0 when there is none. */
static int crowd_follow(const crowd_step *s, int32_t rule)
{
    c12__crowd *c = s->c;
    int32_t R = s->g->robots;
    int ok = 1;
    for (int32_t r = 0; r < R; r++) {
        c->next[r] = -1;
        c->now[s->at[r]] = r;
    }
    for (int32_t k = rule; k >= 0 && c->rule[k].robot >= 0 && ok; k = c->rule[k].before) {
        int32_t r = c->rule[k].robot, to = c->rule[k].vertex, other = c->now[to];
        ok = c->next_on[to] < 0 && !(other >= 0 && other != r && c->next[other] == s->at[r]);
        if (!ok) break;
        c->next[r] = to;
        c->next_on[to] = r;
    }
    for (int32_t i = 0; i < R && ok; i++) {
        if (i + CROWD_AHEAD < R) crowd_ask_early(s, c->order[i + CROWD_AHEAD]);
        if (c->next[c->order[i]] < 0) ok = crowd_place(s, c->order[i]);
    }
    for (int32_t r = 0; r < R && ok && c->no_circles; r++) ok = c->next[r] == s->at[r] || !crowd_closes(s, r, c->next[r]);
    for (int32_t r = 0; r < R; r++) {
        c->now[s->at[r]] = -1;
        if (c->next[r] >= 0) c->next_on[c->next[r]] = -1;
        c->next_on[s->at[r]] = -1;
    }
    return ok;
}

static int crowd_done(const c12__crowd *c, const c12__grid *g, const int32_t *at)
{
    for (int32_t r = 0; r < g->robots; r++)
        if (at[r] != c->goal[r]) return 0;
    return 1;
}

static int32_t crowd_search(c12__crowd *c, c12__grid *g)
{
    int32_t depth = 0, R = g->robots;
    int32_t node = crowd_node(c, g, g->owner->p.start, -1);
    if (node < 0) return C12__ROUTE_FULL;
    c->stack[depth++] = node;
    while (depth) {
        node = c->stack[depth - 1];
        const int32_t *at = c->at + (int64_t)node * R;
        if (crowd_done(c, g, at)) return node;
        int32_t rule = c->rule_head[node];
        if (rule < 0) { depth--; continue; }
        c->rule_head[node] = c->rule[rule].later;
        if (c12__route_halted(g->owner)) return C12__ROUTE_HALTED;
        g->owner->work += R;
        crowd_order(c, g, node);
        crowd_step s = { c, g, at, (uint32_t)c->n_rules * 668265263u }; /* who comes by again tries something else */
        if (!crowd_split(c, g, node, rule)) return C12__ROUTE_FULL;
        if (!crowd_follow(&s, rule)) continue;
        int32_t to = crowd_node(c, g, c->next, node);
        if (to < 0 || depth == 2 * c->nodes) return C12__ROUTE_FULL;
        c->stack[depth++] = to;
    }
    return C12__ROUTE_NO_PATH;
}

/* The configurations from start to `last` as paths. */
static int32_t crowd_write(c12__crowd *c, c12__grid *g, int32_t last)
{
    int32_t length = 0, R = g->robots;
    for (int32_t i = last; c->parent[i] >= 0; i = c->parent[i]) length++;
    if (length >= g->ticks) return C12__ROUTE_FULL;
    for (int32_t i = last, t = length; i >= 0; i = c->parent[i], t--)
        for (int32_t r = 0; r < R; r++) g->path[((int64_t)r << g->shift) + t] = c->at[(int64_t)i * R + r];
    for (int32_t r = 0; r < R; r++) {
        const int32_t *path = g->path + ((int64_t)r << g->shift);
        int32_t arrive = length;
        while (arrive > 0 && path[arrive - 1] == path[length]) arrive--;
        c->next[r] = arrive;
    }
    return 1;
}

int c12__crowd_serves(const c12__grid *g) { return !g->passing && (g->robots <= g->tables || (g->is_floor && !g->n_walls)); }

int32_t c12__crowd_plan(c12__crowd *c, c12__grid *g)
{
    if (!crowd_distances(c, g)) return C12__ROUTE_BEYOND;
    for (int32_t v = 0; v < g->n; v++) c->now[v] = c->next_on[v] = -1;
    for (int32_t i = 0; i < g->n_walls; i++) c->next_on[g->wall[i]] = g->robots; /* taken for ever, by nobody */
    for (int32_t b = 0; b < c->bins; b++) c->bin[b] = -1;
    c->n_nodes = c->n_rules = 0;
    int32_t last = crowd_search(c, g);
    if (c->regions) c12__grid_forget(g);
    return last < 0 ? last : crowd_write(c, g, last);
}

int32_t c12__crowd_length(const c12__crowd *c, const c12__grid *g)
{
    int32_t length = 0;
    for (int32_t r = 0; r < g->robots; r++) if (c->next[r] > length) length = c->next[r];
    return length;
}
