/* SPDX-License-Identifier: Apache-2.0 */
/* One robot's earliest path on a floor of cells, all places at once.
 *
 * Where a robot can be at a tick is a set of cells, one bit each, row by row.  A tick later it can be there or beside, where it is free: four
 * shifts, or-ed and masked, 64 cells at a time.  In a crowd, where a search among gaps looks at thousands of them, this is tens of times
 * faster, and its time does not depend on how full the floor is.  The path is read off backwards. */
#include "route/route_internal.h"

/* What a plane of a tick holds: cells free then, and cells that must not be entered from one side because somebody leaves for there. */
enum { PLANE_FREE, PLANE_EAST, PLANE_WEST, PLANE_SOUTH, PLANE_NORTH, PLANE_KINDS, PLANE_GUARD = 4, PLANE_PAD = 4 };

void c12__plane_carve(c12__plane *p, c12__arena *a, const c12_route_dims *d)
{
    memset(p, 0, sizeof *p);
    if (!d->ticks || !d->columns || !d->rows) return;
    p->columns = d->columns;
    p->rows = d->rows;
    p->across = d->columns / 64 + 1; /* the last bit of a row is never a cell: nothing is carried into the next row */
    p->words = p->rows * p->across;
    p->cell = C12__CARVE(a, int32_t, d->vertices);
    p->floor = C12__CARVE(a, uint64_t, p->words);
    p->plane = C12__CARVE(a, uint64_t, (int64_t)p->words * PLANE_KINDS * d->ticks + PLANE_PAD);
    p->reach = C12__CARVE(a, uint64_t, (int64_t)(p->rows + 2 * PLANE_GUARD) * p->across * d->ticks);
}

static uint64_t *plane_of(const c12__plane *p, int32_t tick, int32_t kind) { return p->plane + ((int64_t)tick * PLANE_KINDS + kind) * p->words; }
static uint64_t *plane_reach(const c12__plane *p, int32_t tick) { return p->reach + ((int64_t)tick * (p->rows + 2 * PLANE_GUARD) + PLANE_GUARD) * p->across; }

/* ---- begin --------------------------------------------------------------------------------------------------------------------------- */

/* Every arc leads to a cell beside, and back. */
static int plane_fits(const c12__plane *p, const c12__grid *g)
{
    int32_t down = p->across * 64;
    for (int32_t v = 0; v < g->n; v++)
        for (int64_t a = g->off[v]; a < g->off[v + 1]; a++) {
            int32_t u = g->head[a], d = p->cell[u] - p->cell[v], back = 0;
            if (d != 1 && d != -1 && d != down && d != -down) return 0;
            for (int64_t b = g->off[u]; b < g->off[u + 1]; b++) back |= g->head[b] == v;
            if (!back) return 0;
        }
    return 1;
}

/* Two cells beside each other without an arc: a wall between them, which planes do not know. */
static int plane_is_whole(const c12__plane *p, const c12__grid *g)
{
    int64_t beside = 0;
    for (int32_t v = 0; v < g->n; v++) {
        int32_t c = p->cell[v], below = c + p->across * 64;
        beside += c12__bit_has(p->floor, c + 1);
        if (below < p->words * 64) beside += c12__bit_has(p->floor, below);
    }
    return 2 * beside == g->off[g->n];
}

int c12__plane_survey(c12__plane *p, const c12__grid *g)
{
    const c12_route_problem *q = &g->owner->p;
    if (!p->words || !q->vertex_x || !g->n) return 0;
    memset(p->floor, 0, (size_t)p->words * sizeof *p->floor);
    for (int32_t v = 0; v < g->n; v++) {
        if (q->vertex_x[v] >= p->columns || q->vertex_y[v] >= p->rows) return 0;
        p->cell[v] = q->vertex_y[v] * p->across * 64 + q->vertex_x[v];
        if (c12__bit_has(p->floor, p->cell[v])) return 0;
        c12__bit_put(p->floor, p->cell[v]);
    }
    return plane_fits(p, g) && plane_is_whole(p, g);
}

void c12__plane_begin(c12__plane *p, const c12__grid *g, int32_t horizon)
{
    p->horizon = horizon;
    memset(p->plane, 0, (size_t)p->words * PLANE_KINDS * (size_t)horizon * sizeof *p->plane);
    for (int32_t t = 0; t < horizon; t++) memcpy(plane_of(p, t, PLANE_FREE), p->floor, (size_t)p->words * sizeof *p->floor);
    const c12__route_table *table = &g->owner->table;
    for (int32_t v = 0; g->blocks && v < g->n; v++)
        for (int32_t s = table->head[v]; s >= 0; s = table->slot[s].next)
            for (c12_tick t = table->slot[s].from; t < table->slot[s].to && t < horizon; t++)
                if (table->slot[s].robot < 0) c12__bit_drop(plane_of(p, (int32_t)t, PLANE_FREE), p->cell[v]);
}

/* ---- paths in and out ------------------------------------------------------------------------------------------------------------------ */

/* Somebody goes from one cell to another: nobody may come the other way. */
static int32_t plane_against(const c12__plane *p, int32_t from, int32_t to)
{
    int32_t d = to - from;
    return d == 1 ? PLANE_WEST : d == -1 ? PLANE_EAST : d == p->across * 64 ? PLANE_NORTH : PLANE_SOUTH;
}

void c12__plane_enter(c12__plane *p, const int32_t *path, int32_t ready, int32_t arrive)
{
    int32_t c = p->cell[path[ready]];
    for (int32_t t = ready; t < arrive; t++) {
        int32_t next = p->cell[path[t + 1]];
        c12__bit_drop(plane_of(p, t, PLANE_FREE), c);
        if (next != c) c12__bit_put(plane_of(p, t, plane_against(p, c, next)), c);
        c = next;
    }
    for (int32_t t = arrive; t < p->horizon; t++) c12__bit_drop(plane_of(p, t, PLANE_FREE), c);
}

void c12__plane_lift(c12__plane *p, const int32_t *path, int32_t ready, int32_t arrive)
{
    int32_t c = p->cell[path[ready]];
    for (int32_t t = ready; t < arrive; t++) {
        int32_t next = p->cell[path[t + 1]];
        c12__bit_put(plane_of(p, t, PLANE_FREE), c);
        if (next != c) c12__bit_drop(plane_of(p, t, plane_against(p, c, next)), c);
        c = next;
    }
    for (int32_t t = arrive; t < p->horizon; t++) c12__bit_put(plane_of(p, t, PLANE_FREE), c);
}

/* ---- search ------------------------------------------------------------------------------------------------------------------------------ */

/* Rows lo..hi of where one can be; PLANE_GUARD rows beside them are empty: what a tick reads and up to three words it writes too much. */
typedef struct plane_band { int32_t lo, hi; } plane_band;

static void plane_clear_rows(const c12__plane *p, uint64_t *reach, int32_t row, int32_t n)
{
    memset(reach + (int64_t)row * p->across, 0, (size_t)n * (size_t)p->across * sizeof *reach);
}

/* Where one can be a tick on, n words of it: where one is or beside, unless somebody leaves for there or it is not free. */
typedef struct plane_from { const uint64_t *r, *free, *east, *west, *south, *north; } plane_from;
typedef void plane_spread(uint64_t *out, const plane_from *f, int32_t across, int32_t n);

#if defined(__GNUC__)

/* Four words at once, as the compiler's vectors: the same text for SSE2, AVX2 and NEON.  Up to three words more than n are written. */
typedef uint64_t plane_4w __attribute__((vector_size(32), aligned(8), may_alias));
#define PLANE_AT(p) (*(const plane_4w *)(p))
#define PLANE_FORM(name, PLANE_FOR) \
    PLANE_FOR static void name(uint64_t *out, const plane_from *f, int32_t across, int32_t n) \
    { \
        for (int32_t i = 0; i < n; i += 4) { \
            const uint64_t *r = f->r + i; \
            plane_4w w = PLANE_AT(r); \
            w |= (PLANE_AT(r) << 1 | PLANE_AT(r - 1) >> 63) & ~PLANE_AT(f->east + i); \
            w |= (PLANE_AT(r) >> 1 | PLANE_AT(r + 1) << 63) & ~PLANE_AT(f->west + i); \
            w |= (PLANE_AT(r - across) & ~PLANE_AT(f->south + i)) | (PLANE_AT(r + across) & ~PLANE_AT(f->north + i)); \
            *(plane_4w *)(out + i) = w & PLANE_AT(f->free + i); \
        } \
    }

PLANE_FORM(plane_any_processor, )
#  if defined(__x86_64__)
PLANE_FORM(plane_avx2, __attribute__((target("avx2"))))
#  endif

static plane_spread *plane_best(void)
{
#  if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return plane_avx2;
#  endif
    return plane_any_processor;
}

#else

static void plane_plain(uint64_t *out, const plane_from *f, int32_t across, int32_t n)
{
    for (int32_t i = 0; i < n; i++) {
        const uint64_t *r = f->r + i;
        uint64_t w = r[0];
        w |= (r[0] << 1 | r[-1] >> 63) & ~f->east[i];
        w |= (r[0] >> 1 | r[1] << 63) & ~f->west[i];
        w |= (r[-across] & ~f->south[i]) | (r[across] & ~f->north[i]);
        out[i] = w & f->free[i];
    }
}

static plane_spread *plane_best(void) { return plane_plain; }

#endif

static int plane_row_is_empty(const c12__plane *p, const uint64_t *reach, int32_t row)
{
    uint64_t any = 0;
    for (int32_t i = row * p->across; i < (row + 1) * p->across; i++) any |= reach[i];
    return !any;
}

/* One tick on, rows lo..hi; the band shrinks to the rows that are not empty. */
static plane_band plane_tick(const c12__plane *p, plane_spread *spread, int32_t tick, plane_band b)
{
    int32_t at = b.lo * p->across;
    plane_from f = { plane_reach(p, tick) + at, plane_of(p, tick + 1, PLANE_FREE) + at, plane_of(p, tick, PLANE_EAST) + at, plane_of(p, tick, PLANE_WEST) + at,
                     plane_of(p, tick, PLANE_SOUTH) + at, plane_of(p, tick, PLANE_NORTH) + at };
    uint64_t *out = plane_reach(p, tick + 1);
    spread(out + at, &f, p->across, (b.hi - b.lo + 1) * p->across);
    while (b.lo <= b.hi && plane_row_is_empty(p, out, b.lo)) b.lo++;
    while (b.lo < b.hi && plane_row_is_empty(p, out, b.hi)) b.hi--;
    plane_clear_rows(p, out, b.lo - PLANE_GUARD, PLANE_GUARD);
    plane_clear_rows(p, out, b.hi + 1, PLANE_GUARD);
    return b;
}

/* From the goal back, each step to a place one can have been in; among several, chance decides. */
static void plane_read_path(const c12__plane *p, const c12__grid *g, const c12__grid_query *q, int32_t arrive, int32_t *path, c12__dice *dice)
{
    int32_t v = q->goal;
    path[arrive] = v;
    for (int32_t t = arrive - 1; t >= q->ready; t--) {
        const uint64_t *r = plane_reach(p, t);
        int32_t c = p->cell[v], from = v, ways = c12__bit_has(r, c);
        for (int64_t a = g->off[v]; a < g->off[v + 1]; a++) {
            int32_t u = g->head[a], d = p->cell[u];
            if (!c12__bit_has(r, d) || c12__bit_has(plane_of(p, t, plane_against(p, c, d)), c)) continue;
            if (!ways++ || !c12__dice_below(dice, ways)) from = u;
        }
        path[t] = v = from;
    }
}

int32_t c12__plane_find(c12__plane *p, c12__grid *g, const c12__grid_query *q, int32_t goal_from, int32_t *path)
{
    int32_t start = p->cell[q->start], goal = p->cell[q->goal], t = q->ready, limit = q->limit < p->horizon - 1 ? q->limit : p->horizon - 1;
    int32_t row_start = start / (64 * p->across), row_goal = goal / (64 * p->across);
    plane_band b = { row_start, row_start };
    plane_spread *spread = plane_best();
    uint64_t *r = plane_reach(p, t);
    if (t >= p->horizon || !c12__bit_has(plane_of(p, t, PLANE_FREE), start)) return C12__ROUTE_NO_PATH;
    plane_clear_rows(p, r, row_start - PLANE_GUARD, 2 * PLANE_GUARD + 1);
    c12__bit_put(r, start);
    while (t < goal_from || !c12__bit_has(plane_reach(p, t), goal) || row_goal < b.lo || row_goal > b.hi) {
        int32_t left = limit - t - 1; /* rows farther from the goal than this lead nowhere in time */
        if (left < 0) return C12__ROUTE_NO_PATH;
        if (c12__route_halted(g->owner)) return C12__ROUTE_HALTED;
        b.lo = b.lo - 1 > 0 ? b.lo - 1 : 0;
        b.hi = b.hi + 1 < p->rows - 1 ? b.hi + 1 : p->rows - 1;
        if (b.lo < row_goal - left) b.lo = row_goal - left;
        if (b.hi > row_goal + left) b.hi = row_goal + left;
        if (b.lo > b.hi) return C12__ROUTE_NO_PATH;
        g->owner->work += 1 + ((b.hi - b.lo) * p->across >> 5);
        b = plane_tick(p, spread, t++, b);
        if (b.lo > b.hi) return C12__ROUTE_NO_PATH;
    }
    plane_read_path(p, g, q, t, path, &g->dice);
    return t;
}
