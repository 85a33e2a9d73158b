/* SPDX-License-Identifier: Apache-2.0 */
/* Free space: locations in order of zone and distance, and in order of distance alone, each order under a tree of maxima, so that the first with
 * room enough is found by going down once. */
#include "base/arena.h"
#include "base/num.h"
#include "base/sort.h"
#include "c12/stock.h"

typedef struct space_order {
    int32_t *place, *location; /* [n] where a location stands, who stands there */
    int64_t *most;             /* [2 * leaves] largest free space below a node; leaves from `leaves` on */
} space_order;

struct c12_stock_space {
    int32_t n, zones, leaves, reserved;
    int64_t *free;             /* [n] */
    int32_t *zone;             /* [n] */
    int32_t *zone_at;          /* [zones + 1] where a zone begins in the first order */
    space_order by_zone, by_distance;
};

static void space_carve_order(space_order *o, c12__arena *a, int32_t n, int32_t leaves)
{
    o->place = C12__CARVE(a, int32_t, n);
    o->location = C12__CARVE(a, int32_t, n);
    o->most = C12__CARVE(a, int64_t, 2 * (int64_t)leaves);
}

static c12_stock_space *space_carve(c12__arena *a, int32_t n, int32_t zones, c12_stock_space *parts)
{
    c12_stock_space *self = C12__CARVE(a, c12_stock_space, 1);
    parts->n = n;
    parts->zones = zones;
    for (parts->leaves = 1; parts->leaves < n; parts->leaves *= 2) { }
    parts->free = C12__CARVE(a, int64_t, n);
    parts->zone = C12__CARVE(a, int32_t, n);
    parts->zone_at = C12__CARVE(a, int32_t, (int64_t)zones + 1);
    space_carve_order(&parts->by_zone, a, n, parts->leaves);
    space_carve_order(&parts->by_distance, a, n, parts->leaves);
    return self;
}

static c12_status space_limits(int32_t locations, int32_t zones, c12_error *err)
{
    if (locations < 0 || locations > 1 << 28) return c12__fail(err, C12_E_ARG, "limit lies outside 0..2^28", "locations", -1, locations);
    return zones < 1 || zones > 1 << 28 ? c12__fail(err, C12_E_ARG, "limit lies outside 1..2^28", "zones", -1, zones) : C12_OK;
}

c12_status c12_stock_space_bytes(int32_t locations, int32_t zones, size_t *bytes, c12_error *err)
{
    c12_stock_space parts;
    c12__arena a = c12__arena_measure();
    if (!bytes) return c12__fail(err, C12_E_ARG, "argument is NULL", "bytes", -1, 0);
    c12_status st = space_limits(locations, zones, err);
    if (st) return st;
    (void)space_carve(&a, locations, zones, &parts);
    *bytes = c12__arena_need(&a);
    return *bytes == SIZE_MAX ? c12__fail(err, C12_E_OVERFLOW, "limits are too large", "locations", -1, locations) : C12_OK;
}

static c12_status space_take(c12_stock_places *p, const c12_stock_places *places, c12_error *err)
{
    c12_status st = c12__take(p, sizeof *p, places, "places", err);
    if (st || (st = space_limits(p->n_locations, p->n_zones, err))) return st;
    if (p->n_locations && (!p->zone || !p->free || !p->distance)) return c12__fail(err, C12_E_ARG, "column is NULL", "places", -1, 0);
    c12__faults f = { err, C12_OK, 0 };
    for (int32_t i = 0; i < p->n_locations && !c12__full(&f); i++) {
        if (p->zone[i] < 0 || p->zone[i] >= p->n_zones) c12__fault(&f, C12_E_RANGE, "zone lies outside the table", "zone", i, p->zone[i]);
        if (p->free[i] < 0) c12__fault(&f, C12_E_RANGE, "free space is negative", "free", i, p->free[i]);
        if (p->distance[i] < 0) c12__fault(&f, C12_E_RANGE, "distance is negative", "distance", i, p->distance[i]);
    }
    return f.status;
}

static void space_grow_tree(space_order *o, const int64_t *free, int32_t n, int32_t leaves)
{
    for (int32_t k = 0; k < leaves; k++) o->most[leaves + k] = k < n ? free[o->location[k]] : 0;
    for (int32_t k = leaves - 1; k > 0; k--) o->most[k] = c12__max64(o->most[2 * k], o->most[2 * k + 1]);
    for (int32_t k = 0; k < n; k++) o->place[o->location[k]] = k;
}

/* Both orders; equal distances by number, as sorting is stable.  `place` is room for sorting until the tree has grown. */
static void space_fill(c12_stock_space *s, const c12_stock_places *p)
{
    int64_t *key = s->by_zone.most;
    c12__sort_rows(p->distance, s->n, s->by_distance.location, s->by_distance.place);
    memset(s->zone_at, 0, ((size_t)s->zones + 1) * sizeof *s->zone_at);
    for (int32_t i = 0; i < s->n; i++) {
        s->free[i] = p->free[i];
        s->zone[i] = p->zone[i];
        s->zone_at[p->zone[i] + 1]++;
        key[i] = p->zone[i];
    }
    for (int32_t z = 0; z < s->zones; z++) s->zone_at[z + 1] += s->zone_at[z];
    memcpy(s->by_zone.location, s->by_distance.location, (size_t)s->n * sizeof(int32_t));
    c12__sort_rows_again(key, s->n, s->by_zone.location, s->by_zone.place);
    space_grow_tree(&s->by_distance, s->free, s->n, s->leaves);
    space_grow_tree(&s->by_zone, s->free, s->n, s->leaves);
}

c12_status c12_stock_space_init(c12_stock_space **self, c12_mem mem, const c12_stock_places *places, c12_error *err)
{
    c12_stock_places p;
    c12_stock_space parts;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    c12_status st = space_take(&p, places, err);
    if (st) return st;
    c12__arena a = c12__arena_over(mem);
    memset(&parts, 0, sizeof parts);
    c12_stock_space *s = space_carve(&a, p.n_locations, p.n_zones, &parts);
    if (!mem.ptr || !c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "memory is too small", "mem", -1, (int64_t)c12__arena_need(&a));
    *s = parts;
    space_fill(s, &p);
    *self = s;
    return C12_OK;
}

/* ---- changes ------------------------------------------------------------------------------------------------------------------ */

static void space_set_leaf(space_order *o, int32_t leaves, int32_t location, int64_t free)
{
    int32_t k = leaves + o->place[location];
    o->most[k] = free;
    for (k /= 2; k; k /= 2) o->most[k] = c12__max64(o->most[2 * k], o->most[2 * k + 1]);
}

static void space_set(c12_stock_space *s, int32_t location, int64_t free)
{
    s->free[location] = free;
    space_set_leaf(&s->by_zone, s->leaves, location, free);
    space_set_leaf(&s->by_distance, s->leaves, location, free);
}

/* The first place from `from` on with room enough, -1 = none.  Up and to the right until a subtree has it, then down. */
static int32_t space_first(const space_order *o, int32_t leaves, int32_t from, int64_t size)
{
    int32_t k = leaves + from;
    while (o->most[k] < size) {
        while (k & 1) k /= 2; /* a right child's subtrees are all behind us */
        if (!k) return -1;
        k++;
    }
    while (k < leaves) {
        k *= 2;
        k += o->most[k] < size;
    }
    return k - leaves;
}

c12_status c12_stock_putaway(c12_stock_space *self, int32_t zone, int64_t size, int32_t *location, int32_t *elsewhere, c12_error *err)
{
    if (!self || !location) return c12__fail(err, C12_E_ARG, "argument is NULL", self ? "location" : "self", -1, 0);
    if (zone < -1 || zone >= self->zones) return c12__fail(err, C12_E_RANGE, "zone lies outside the table", "zone", -1, zone);
    if (size <= 0) return c12__fail(err, C12_E_RANGE, "size must be positive", "size", -1, size);
    *location = -1;
    if (zone >= 0 && self->zone_at[zone] < self->zone_at[zone + 1]) {
        int32_t k = space_first(&self->by_zone, self->leaves, self->zone_at[zone], size);
        if (k >= 0 && k < self->zone_at[zone + 1]) *location = self->by_zone.location[k];
    }
    if (*location < 0 && self->n) {
        int32_t k = space_first(&self->by_distance, self->leaves, 0, size);
        if (k >= 0) *location = self->by_distance.location[k];
    }
    if (elsewhere) *elsewhere = *location >= 0 && zone >= 0 && self->zone[*location] != zone;
    if (*location >= 0) space_set(self, *location, self->free[*location] - size);
    return C12_OK;
}

c12_status c12_stock_space_change(c12_stock_space *self, int32_t location, int64_t by, c12_error *err)
{
    int64_t free;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    if (location < 0 || location >= self->n) return c12__fail(err, C12_E_RANGE, "location lies outside the table", "location", -1, location);
    if (c12__add64(self->free[location], by, &free)) return c12__fail(err, C12_E_OVERFLOW, "free space does not fit 64 bits", "by", location, by);
    if (free < 0) return c12__fail(err, C12_E_STATE, "less space is free here", "by", location, self->free[location]);
    space_set(self, location, free);
    return C12_OK;
}
