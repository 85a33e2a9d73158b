/* SPDX-License-Identifier: Apache-2.0 */
/* Genealogy: what went into what, searched up (recall lists) and down (all that is in a unit), breadth first. */
#include "order/order_internal.h"

c12_status c12__order_built(c12_order_built *b, const c12_order_built *built, c12_error *err)
{
    c12_status s = c12__take(b, sizeof *b, built, "built", err);
    if (s) return s;
    c12__faults f = { err, C12_OK, 0 };
    if (b->n_units < 0 || b->n_lots < 0 || b->n < 0) return c12__fail(err, C12_E_ARG, "count is negative", "n", -1, b->n);
    if (b->n && (!b->unit || !b->part || !b->lot)) return c12__fail(err, C12_E_ARG, "column is NULL", "unit", -1, 0);
    for (int64_t i = 0; i < b->n && !c12__full(&f); i++) {
        const c12_qty q = c12__at64(b->qty, i, 1);
        if (b->unit[i] < 0 || b->unit[i] >= b->n_units) c12__fault(&f, C12_E_RANGE, "no such unit", "unit", i, b->unit[i]);
        if (b->part[i] < -1 || b->part[i] >= b->n_units) c12__fault(&f, C12_E_RANGE, "no such unit", "part", i, b->part[i]);
        if (b->lot[i] < -1 || b->lot[i] >= b->n_lots) c12__fault(&f, C12_E_RANGE, "no such lot", "lot", i, b->lot[i]);
        if (b->part[i] == -1 && b->lot[i] == -1) c12__fault(&f, C12_E_RANGE, "neither a part nor a lot is named", "part", i, -1);
        if (q < 1 || (b->part[i] >= 0 && q != 1)) c12__fault(&f, C12_E_RANGE, "a quantity is > 0, and 1 of a part", "qty", i, q);
    }
    return f.status;
}

/* Rows by what is looked up, and the row by which each unit is in another. */
typedef struct order_tree {
    c12_order_built b;
    int64_t *home;  /* [n_units] row by which it is in another unit, -1 = in none */
    int64_t *off;   /* [keys + 1] rows of each key: lots when searching up, units when searching down */
    int64_t *row;   /* [n] */
    int32_t *hops;  /* [n_units] steps from what is searched for, -1 = not found */
    int32_t *front; /* [n_units] found, in order */
} order_tree;

static size_t order_tree_bytes(const c12_order_built *b)
{
    const size_t keys = (size_t)(b->n_units > b->n_lots ? b->n_units : b->n_lots);
    return 8 * (2 * (size_t)b->n_units + keys + 2 + (size_t)b->n);
}

size_t c12_order_trace_scratch(const c12_order_built *built)
{
    c12_order_built b;
    return c12__order_built(&b, built, NULL) ? 0 : order_tree_bytes(&b);
}

/* Counting sort of rows by key; rows without one are left out.  off[k + 1] is where key k goes on, until it is where it ends. */
static void order_tree_sort(order_tree *t, const int32_t *key, int32_t keys)
{
    memset(t->off, 0, ((size_t)keys + 2) * sizeof *t->off);
    for (int64_t i = 0; i < t->b.n; i++) if (key[i] >= 0) t->off[key[i] + 2]++;
    for (int32_t k = 0; k < keys; k++) t->off[k + 2] += t->off[k + 1];
    for (int64_t i = 0; i < t->b.n; i++) if (key[i] >= 0) t->row[t->off[key[i] + 1]++] = i;
}

static c12_status order_tree_homes(order_tree *t, c12_error *err)
{
    for (int32_t u = 0; u < t->b.n_units; u++) { t->home[u] = -1; t->hops[u] = -1; }
    for (int64_t i = 0; i < t->b.n; i++) {
        const int32_t p = t->b.part[i];
        if (p < 0) continue;
        if (t->home[p] >= 0) return c12__fail(err, C12_E_RANGE, "the part is in a unit already", "part", i, p);
        t->home[p] = i;
    }
    /* each unit is in one other at most: a walk that meets its own mark has gone round */
    for (int32_t u = 0; u < t->b.n_units; u++) {
        int32_t at = u;
        while (t->hops[at] == -1) {
            t->hops[at] = u;
            if (t->home[at] >= 0) at = t->b.unit[t->home[at]];
        }
        if (t->home[at] >= 0 && t->hops[at] == u) return c12__fail(err, C12_E_CYCLE, "a unit is in itself", "unit", t->home[at], at);
    }
    return C12_OK;
}

static c12_status order_tree_open(order_tree *t, const c12_order_built *built, c12_order_found *f, const c12_order_found *found, c12_mem scratch, c12_error *err)
{
    c12_status s = c12__order_built(&t->b, built, err);
    if (s || (s = c12__take(f, sizeof *f, found, "found", err))) return s;
    if (f->cap < 0 || (f->cap && (!f->unit || !f->depth || !f->row || !f->is_outer))) return c12__fail(err, C12_E_ARG, "column is NULL or room negative", "found", -1, f->cap);
    if (scratch.size < order_tree_bytes(&t->b) || !scratch.ptr || (uintptr_t)scratch.ptr % 8) return c12__fail(err, C12_E_SPACE, "scratch is too small or not aligned", "scratch", -1, (int64_t)order_tree_bytes(&t->b));
    const int32_t keys = t->b.n_units > t->b.n_lots ? t->b.n_units : t->b.n_lots;
    t->home = scratch.ptr;
    t->off = t->home + t->b.n_units;
    t->row = t->off + keys + 2;
    t->hops = (int32_t *)(void *)(t->row + t->b.n);
    t->front = t->hops + t->b.n_units;
    s = order_tree_homes(t, err);
    for (int32_t u = 0; u < t->b.n_units; u++) t->hops[u] = -1;
    f->n = f->outer = 0;
    return s;
}

static void order_find(c12_order_found *f, int32_t unit, int32_t depth, int64_t row, int outer)
{
    if (f->n < f->cap) { f->unit[f->n] = unit; f->depth[f->n] = depth; f->row[f->n] = row; f->is_outer[f->n] = (uint8_t)outer; }
    f->n++;
    f->outer += outer;
}

static c12_status order_found_given(c12_order_found *f, c12_order_found *found, c12_error *err)
{
    const int64_t n = f->n;
    c12__give(found, f, sizeof *f);
    return n > f->cap ? c12__fail(err, C12_E_SPACE, "more was found than fits", "cap", -1, n) : C12_OK;
}

/* ---- up ----------------------------------------------------------------------------------------------------------------------------------- */

/* Units a lot went into directly; of a row that names a part too, the part is from the lot. */
static int32_t order_lot_begins(order_tree *t, int32_t lot, c12_order_found *f)
{
    int32_t n = 0;
    for (int64_t k = t->off[lot]; k < t->off[lot + 1]; k++) {
        const int64_t i = t->row[k];
        const int32_t u = t->b.part[i] >= 0 ? t->b.part[i] : t->b.unit[i];
        if (t->hops[u] >= 0) continue;
        t->hops[u] = 1;
        t->front[n++] = u;
        order_find(f, u, 1, i, t->home[u] < 0);
    }
    return n;
}

c12_status c12_order_trace_up(const c12_order_built *built, int32_t part, int32_t lot, c12_order_found *found, c12_mem scratch, c12_error *err)
{
    order_tree t;
    c12_order_found f;
    c12_status s = order_tree_open(&t, built, &f, found, scratch, err);
    if (s) return s;
    if ((part < 0) == (lot < 0) || part >= t.b.n_units || lot >= t.b.n_lots) return c12__fail(err, C12_E_RANGE, "no such unit or lot, or not one of the two", part < 0 ? "lot" : "part", -1, part < 0 ? lot : part);
    int32_t n = 1;
    if (part >= 0) { t.front[0] = part; t.hops[part] = 0; }
    else {
        order_tree_sort(&t, t.b.lot, t.b.n_lots);
        n = order_lot_begins(&t, lot, &f);
    }
    for (int32_t k = 0; k < n; k++) {
        const int64_t home = t.home[t.front[k]];
        if (home < 0 || t.hops[t.b.unit[home]] >= 0) continue;
        const int32_t u = t.b.unit[home];
        t.hops[u] = t.hops[t.front[k]] + 1;
        t.front[n++] = u;
        order_find(&f, u, t.hops[u], home, t.home[u] < 0);
    }
    return order_found_given(&f, found, err);
}

/* ---- down --------------------------------------------------------------------------------------------------------------------------------- */

c12_status c12_order_trace_down(const c12_order_built *built, int32_t unit, c12_order_found *found, c12_mem scratch, c12_error *err)
{
    order_tree t;
    c12_order_found f;
    c12_status s = order_tree_open(&t, built, &f, found, scratch, err);
    if (s) return s;
    if (unit < 0 || unit >= t.b.n_units) return c12__fail(err, C12_E_RANGE, "no such unit", "unit", -1, unit);
    order_tree_sort(&t, t.b.unit, t.b.n_units);
    int32_t n = 1;
    t.front[0] = unit;
    t.hops[unit] = 0;
    for (int32_t k = 0; k < n; k++)
        for (int64_t j = t.off[t.front[k]]; j < t.off[t.front[k] + 1]; j++) {
            const int64_t i = t.row[j];
            const int32_t p = t.b.part[i], depth = t.hops[t.front[k]] + 1;
            order_find(&f, p >= 0 ? p : t.b.lot[i], depth, i, p < 0);
            if (p < 0) continue; /* no unit comes twice: each is in one other at most, and none in itself */
            t.hops[p] = depth;
            t.front[n++] = p;
        }
    return order_found_given(&f, found, err);
}
