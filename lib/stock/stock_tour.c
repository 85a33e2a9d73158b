/* SPDX-License-Identifier: Apache-2.0 */
/* The shortest tour of a block (Ratliff and Rosenthal 1983).  From aisle to aisle only seven things about the part of the tour so far matter: whether
 * an odd or even number of its ways, or none, end at the front and at the back of the aisle, and in how many pieces it lies.  Dynamic
 * programming over these finds how each aisle is entered; an Euler circuit through the ways found gives the order. */
#include "base/arena.h"
#include "base/num.h"
#include "c12/stock.h"

/* Parity at the front, parity at the back (U odd, E even, 0 none), pieces. */
enum { TOUR_NOTHING, TOUR_ODD, TOUR_FRONT, TOUR_BACK, TOUR_BOTH, TOUR_APART, TOUR_CLOSED, TOUR_STATES };

/* How an aisle is walked: not; through; from the front to the last pick and back; from the back; from both but for the largest gap; twice. */
enum { TOUR_SKIP, TOUR_THROUGH, TOUR_FROM_FRONT, TOUR_FROM_BACK, TOUR_GAP, TOUR_TWICE, TOUR_WALKS };

/* How the next aisle is reached, ways along front and back: none, 1 and 1, 2 and 0, 0 and 2, 2 and 2. */
enum { TOUR_STOP, TOUR_ONE_EACH, TOUR_FRONT_TWICE, TOUR_BACK_TWICE, TOUR_BOTH_TWICE, TOUR_STEPS };

static const int8_t tour_walk[TOUR_STATES][TOUR_WALKS] = {
    { TOUR_NOTHING, TOUR_ODD, TOUR_FRONT, TOUR_BACK, TOUR_APART, TOUR_BOTH },
    { TOUR_ODD, TOUR_BOTH, TOUR_ODD, TOUR_ODD, TOUR_ODD, TOUR_ODD },
    { TOUR_FRONT, TOUR_ODD, TOUR_FRONT, TOUR_APART, TOUR_APART, TOUR_BOTH },
    { TOUR_BACK, TOUR_ODD, TOUR_APART, TOUR_BACK, TOUR_APART, TOUR_BOTH },
    { TOUR_BOTH, TOUR_ODD, TOUR_BOTH, TOUR_BOTH, TOUR_BOTH, TOUR_BOTH },
    { TOUR_APART, TOUR_ODD, TOUR_APART, TOUR_APART, TOUR_APART, TOUR_BOTH },
    { TOUR_CLOSED, -1, -1, -1, -1, -1 },
};
static const int8_t tour_depot[TOUR_STATES] = { TOUR_FRONT, TOUR_ODD, TOUR_FRONT, TOUR_APART, TOUR_BOTH, TOUR_APART, -1 }; /* the front end is part of the tour */
static const int8_t tour_step[TOUR_STATES][TOUR_STEPS] = {
    { TOUR_NOTHING, -1, -1, -1, -1 },
    { -1, TOUR_ODD, -1, -1, -1 },
    { TOUR_CLOSED, -1, TOUR_FRONT, -1, -1 },
    { TOUR_CLOSED, -1, -1, TOUR_BACK, -1 },
    { TOUR_CLOSED, -1, TOUR_FRONT, TOUR_BACK, TOUR_BOTH },
    { -1, -1, -1, -1, TOUR_APART },
    { TOUR_CLOSED, -1, -1, -1, -1 },
};
static const uint8_t tour_front_ways[TOUR_STEPS] = { 0, 1, 2, 0, 2 }, tour_back_ways[TOUR_STEPS] = { 0, 1, 0, 2, 2 };

#define TOUR_FAR (INT64_MAX / 4)
enum { TOUR_LIMIT = 40 /* bits of a length */ };

/* How a state was reached: the state before the walk and the walk, or the state before the step and the step. */
typedef struct tour_choice { int8_t from, by; } tour_choice;

typedef struct tour_room {
    int32_t *first;          /* [aisles + 1] where an aisle's picks begin in `pick` */
    int32_t *pick;           /* [n] by aisle and position */
    int32_t *gap;            /* [aisles] pick behind the largest gap */
    tour_choice *walked, *stepped; /* [aisles][TOUR_STATES] */
    uint8_t *front, *back, *through; /* [aisles] ways still to go: to the next aisle, along the aisle */
    uint8_t *walk;           /* [aisles] */
    uint8_t *seen;           /* [2 * aisles] ends that were reached, aisles whose picks are taken */
    int32_t *stack, *circuit; /* [6 * aisles + 1] ends, 2 * aisle + (1 = back) */
} tour_room;

static void tour_carve(tour_room *r, c12__arena *a, int32_t aisles, int32_t n)
{
    r->first = C12__CARVE(a, int32_t, (int64_t)aisles + 1);
    r->pick = C12__CARVE(a, int32_t, n);
    r->gap = C12__CARVE(a, int32_t, aisles);
    r->walked = C12__CARVE(a, tour_choice, (int64_t)aisles * TOUR_STATES);
    r->stepped = C12__CARVE(a, tour_choice, (int64_t)aisles * TOUR_STATES);
    r->front = C12__CARVE(a, uint8_t, aisles);
    r->back = C12__CARVE(a, uint8_t, aisles);
    r->through = C12__CARVE(a, uint8_t, aisles);
    r->walk = C12__CARVE(a, uint8_t, aisles);
    r->seen = C12__CARVE(a, uint8_t, 3 * (int64_t)aisles);
    r->stack = C12__CARVE(a, int32_t, 6 * (int64_t)aisles + 1);
    r->circuit = C12__CARVE(a, int32_t, 6 * (int64_t)aisles + 1);
}

size_t c12_stock_tour_scratch(int32_t aisles, int32_t n)
{
    tour_room r;
    c12__arena a = c12__arena_measure();
    if (aisles < 0 || aisles > C12_STOCK_MAX_AISLES || n < 0) return SIZE_MAX;
    tour_carve(&r, &a, aisles, n);
    return c12__arena_need(&a);
}

/* ---- picks by aisle ------------------------------------------------------------------------------------------------------------ */

static int tour_behind(const int64_t *position, int32_t a, int32_t b) { return position[a] != position[b] ? position[a] > position[b] : a > b; }

static void tour_sift(int32_t *pick, int32_t from, int32_t end, const int64_t *position)
{
    for (int32_t child; (child = 2 * from + 1) < end; from = child) {
        child += child + 1 < end && tour_behind(position, pick[child + 1], pick[child]);
        if (!tour_behind(position, pick[child], pick[from])) return;
        int32_t t = pick[from];
        pick[from] = pick[child];
        pick[child] = t;
    }
}

/* An aisle seldom has more than a handful of picks. */
static void tour_sort(int32_t *pick, int32_t n, const int64_t *position)
{
    if (n > 32) {
        for (int32_t i = n / 2 - 1; i >= 0; i--) tour_sift(pick, i, n, position);
        for (int32_t end = n - 1; end > 0; end--) {
            int32_t t = pick[0];
            pick[0] = pick[end];
            pick[end] = t;
            tour_sift(pick, 0, end, position);
        }
        return;
    }
    for (int32_t i = 1; i < n; i++) {
        int32_t p = pick[i], k = i;
        for (; k && tour_behind(position, pick[k - 1], p); k--) pick[k] = pick[k - 1];
        pick[k] = p;
    }
}

static void tour_group(tour_room *r, int32_t aisles, int32_t n, const int32_t *aisle, const int64_t *position)
{
    memset(r->first, 0, ((size_t)aisles + 1) * sizeof *r->first);
    for (int32_t i = 0; i < n; i++) r->first[aisle[i] + 1]++;
    for (int32_t j = 0; j < aisles; j++) r->first[j + 1] += r->first[j];
    for (int32_t i = n - 1; i >= 0; i--) r->pick[--r->first[aisle[i] + 1]] = i; /* first[j + 1] becomes where aisle j begins */
    for (int32_t j = 0; j < aisles; j++) r->first[j] = r->first[j + 1];
    r->first[aisles] = n;
    for (int32_t j = 0; j < aisles; j++) tour_sort(r->pick + r->first[j], r->first[j + 1] - r->first[j], position);
}

/* ---- dynamic programming ---------------------------------------------------------------------------------------------------------- */

/* What each way to walk aisle j costs. */
static void tour_costs(tour_room *r, const c12_stock_block *b, int32_t j, const int64_t *position, int64_t cost[TOUR_WALKS])
{
    const int32_t *pick = r->pick + r->first[j], n = r->first[j + 1] - r->first[j];
    int64_t widest = -1;
    for (int k = 0; k < TOUR_WALKS; k++) cost[k] = TOUR_FAR;
    cost[TOUR_THROUGH] = b->length;
    cost[TOUR_TWICE] = 2 * b->length;
    r->gap[j] = 0;
    if (!n) { cost[TOUR_SKIP] = 0; return; }
    cost[TOUR_FROM_FRONT] = 2 * position[pick[n - 1]];
    cost[TOUR_FROM_BACK] = 2 * (b->length - position[pick[0]]);
    for (int32_t i = 1; i < n; i++) {
        int64_t gap = position[pick[i]] - position[pick[i - 1]];
        if (gap > widest) { widest = gap; r->gap[j] = i; }
    }
    if (n > 1) cost[TOUR_GAP] = 2 * (b->length - widest);
}

static void tour_walk_aisle(tour_room *r, const c12_stock_block *b, int32_t j, const int64_t *position, const int64_t *before, int64_t *after)
{
    int64_t cost[TOUR_WALKS];
    tour_choice *choice = r->walked + j * TOUR_STATES;
    tour_costs(r, b, j, position, cost);
    for (int s = 0; s < TOUR_STATES; s++) after[s] = TOUR_FAR;
    for (int s = 0; s < TOUR_STATES; s++)
        for (int k = 0; k < TOUR_WALKS && before[s] < TOUR_FAR; k++) {
            int to = tour_walk[s][k];
            if (to >= 0 && j == b->depot) to = tour_depot[to];
            if (to < 0 || before[s] + cost[k] >= after[to]) continue;
            tour_choice c = { (int8_t)s, (int8_t)k };
            after[to] = before[s] + cost[k];
            choice[to] = c;
        }
}

static void tour_step_on(tour_room *r, const c12_stock_block *b, int32_t j, const int64_t *before, int64_t *after)
{
    tour_choice *choice = r->stepped + j * TOUR_STATES;
    for (int s = 0; s < TOUR_STATES; s++) after[s] = TOUR_FAR;
    for (int s = 0; s < TOUR_STATES; s++)
        for (int k = 0; k < TOUR_STEPS && before[s] < TOUR_FAR; k++) {
            int to = tour_step[s][k];
            int64_t cost = before[s] + b->pitch * (tour_front_ways[k] + tour_back_ways[k]);
            if (to < 0 || cost >= after[to]) continue;
            tour_choice c = { (int8_t)s, (int8_t)k };
            after[to] = cost;
            choice[to] = c;
        }
}

/* Ways of the best tour; its length. */
static int64_t tour_plan(tour_room *r, const c12_stock_block *b, const int64_t *position)
{
    static const int8_t last[4] = { TOUR_FRONT, TOUR_BACK, TOUR_BOTH, TOUR_CLOSED };
    int64_t here[TOUR_STATES], next[TOUR_STATES];
    int state = last[0];
    for (int s = 0; s < TOUR_STATES; s++) here[s] = s == TOUR_NOTHING ? 0 : TOUR_FAR;
    for (int32_t j = 0; j < b->aisles; j++) {
        tour_walk_aisle(r, b, j, position, here, next);
        if (j + 1 < b->aisles) tour_step_on(r, b, j, next, here);
    }
    for (int k = 1; k < 4; k++)
        if (next[last[k]] < next[state]) state = last[k];
    int64_t length = next[state];
    for (int32_t j = b->aisles - 1; j >= 0; j--) {
        tour_choice c = r->walked[j * TOUR_STATES + state];
        r->walk[j] = (uint8_t)c.by;
        r->through[j] = c.by == TOUR_THROUGH ? 1 : c.by == TOUR_TWICE ? 2 : 0;
        state = c.from;
        if (!j) break;
        c = r->stepped[(j - 1) * TOUR_STATES + state];
        r->front[j - 1] = tour_front_ways[c.by];
        r->back[j - 1] = tour_back_ways[c.by];
        state = c.from;
    }
    r->front[b->aisles - 1] = r->back[b->aisles - 1] = 0;
    return length;
}

/* ---- the order -------------------------------------------------------------------------------------------------------------------- */

/* A way from an end that was not gone yet: to the other end of the aisle, to the right, to the left.  -1 = none. */
static int32_t tour_leave(tour_room *r, int32_t end)
{
    int32_t j = end / 2;
    uint8_t *row = end & 1 ? r->back : r->front;
    if (r->through[j]) { r->through[j]--; return end ^ 1; }
    if (row[j]) { row[j]--; return end + 2; }
    if (j && row[j - 1]) { row[j - 1]--; return end - 2; }
    return -1;
}

/* Hierholzer: every way once, from the depot and back to it. */
static int32_t tour_circuit(tour_room *r, int32_t depot)
{
    int32_t top = 0, n = 0;
    r->stack[top++] = 2 * depot;
    while (top) {
        int32_t to = tour_leave(r, r->stack[top - 1]);
        if (to >= 0) r->stack[top++] = to;
        else r->circuit[n++] = r->stack[--top];
    }
    return n;
}

static int32_t tour_emit(const tour_room *r, int32_t from, int32_t to, int32_t *order) /* picks from .. to, either way */
{
    int32_t n = 0;
    for (int32_t k = from; k <= to; k++) order[n++] = r->pick[k];
    for (int32_t k = from; k > to; k--) order[n++] = r->pick[k - 1];
    return n;
}

/* Picks that are taken by going into the aisle and coming back the same way, when this end is reached first. */
static int32_t tour_excursion(tour_room *r, int32_t end, int32_t *order)
{
    int32_t j = end / 2, first = r->first[j], last = r->first[j + 1], gap = first + r->gap[j], walk = r->walk[j];
    if (r->seen[end]++) return 0;
    if (end & 1) return walk == TOUR_FROM_BACK ? tour_emit(r, last, first, order) : walk == TOUR_GAP ? tour_emit(r, last, gap, order) : 0;
    return walk == TOUR_FROM_FRONT ? tour_emit(r, first, last - 1, order) : walk == TOUR_GAP ? tour_emit(r, first, gap - 1, order) : 0;
}

static void tour_order(tour_room *r, const c12_stock_block *b, int32_t *order)
{
    int32_t n = tour_circuit(r, b->depot), out = 0;
    memset(r->seen, 0, 3 * (size_t)b->aisles);
    for (int32_t k = 0; k < n; k++) {
        int32_t end = r->circuit[k], j = end / 2;
        if (r->first[j] == r->first[j + 1]) continue;
        out += tour_excursion(r, end, order + out);
        if (k + 1 == n || r->circuit[k + 1] != (end ^ 1) || r->seen[2 * b->aisles + j]++) continue;
        out += end & 1 ? tour_emit(r, r->first[j + 1], r->first[j], order + out) : tour_emit(r, r->first[j], r->first[j + 1] - 1, order + out);
    }
}

/* ---- entry ------------------------------------------------------------------------------------------------------------------------- */

static c12_status tour_take(c12_stock_block *b, const c12_stock_block *block, int32_t n, const int32_t *aisle, const int64_t *position, c12_error *err)
{
    c12_status st = c12__take(b, sizeof *b, block, "block", err);
    if (st) return st;
    c12__faults f = { err, C12_OK, 0 };
    if (b->aisles < 1 || b->aisles > C12_STOCK_MAX_AISLES) c12__fault(&f, C12_E_RANGE, "a block has 1 to 1024 aisles", "aisles", -1, b->aisles);
    if (b->depot < 0 || b->depot >= b->aisles) c12__fault(&f, C12_E_RANGE, "depot lies outside the block", "depot", -1, b->depot);
    if (b->pitch < 0 || b->pitch > INT64_C(1) << TOUR_LIMIT) c12__fault(&f, C12_E_RANGE, "pitch lies outside 0..2^40", "pitch", -1, b->pitch);
    if (b->length < 0 || b->length > INT64_C(1) << TOUR_LIMIT) c12__fault(&f, C12_E_RANGE, "length lies outside 0..2^40", "length", -1, b->length);
    if (n < 0 || (n && (!aisle || !position))) c12__fault(&f, C12_E_ARG, "count is negative or a column is NULL", "n", -1, n);
    for (int32_t i = 0; !f.status && i < n; i++) {
        if (aisle[i] < 0 || aisle[i] >= b->aisles) c12__fault(&f, C12_E_RANGE, "aisle lies outside the block", "aisle", i, aisle[i]);
        if (position[i] < 0 || position[i] > b->length) c12__fault(&f, C12_E_RANGE, "position lies outside the aisle", "position", i, position[i]);
    }
    return f.status;
}

c12_status c12_stock_tour(const c12_stock_block *block, int32_t n, const int32_t *aisle, const int64_t *position, int32_t *order, int64_t *length,
                          c12_mem scratch, c12_error *err)
{
    c12_stock_block b;
    tour_room r;
    c12_status st = tour_take(&b, block, n, aisle, position, err);
    if (st) return st;
    if (!length || (n && !order)) return c12__fail(err, C12_E_ARG, "output is NULL", length ? "order" : "length", -1, 0);
    c12__arena a = c12__arena_over(scratch);
    tour_carve(&r, &a, b.aisles, n);
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)c12__arena_need(&a));
    tour_group(&r, b.aisles, n, aisle, position);
    *length = tour_plan(&r, &b, position);
    tour_order(&r, &b, order);
    return C12_OK;
}
