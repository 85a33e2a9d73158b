/* SPDX-License-Identifier: Apache-2.0 */
/* Two revisions side by side: under each parent what is the same pairs off first, then of one child what is left in the order of its lines. */
#include "bom/bom_internal.h"

typedef struct revision { c12__gozinto g; const int32_t *offset; } revision;

static int same_ratio(const revision *a, int64_t i, const revision *b, int64_t k)
{
    return !c12__cmp_u128(c12__mul_u64((uint64_t)a->g.num[i], (uint64_t)c12__at64(b->g.den, k, 1)), c12__mul_u64((uint64_t)b->g.num[k], (uint64_t)c12__at64(a->g.den, i, 1)));
}

static int same_line(const revision *a, int64_t i, const revision *b, int64_t k)
{
    return same_ratio(a, i, b, k) && c12__gozinto_by_product(&a->g, i) == c12__gozinto_by_product(&b->g, k) && c12__at32(a->g.ppm, i, 0) == c12__at32(b->g.ppm, k, 0) && c12__at32(a->g.from, i, 0) == c12__at32(b->g.from, k, 0) &&
           c12__at32(a->g.to, i, INT32_MAX) == c12__at32(b->g.to, k, INT32_MAX) && c12__at32(a->offset, i, 0) == c12__at32(b->offset, k, 0);
}

/* Whether line e of `of` has the like in `r`: equal lines pair off in their order. */
static int is_alike(const revision *of, const revision *r, int32_t parent, int64_t e)
{
    int64_t ahead = 0;
    for (int64_t k = of->g.off[parent]; k < e; k++) ahead += of->g.child[k] == of->g.child[e] && same_line(of, k, of, e);
    for (int64_t k = r->g.off[parent]; k < r->g.off[parent + 1]; k++)
        if (r->g.child[k] == of->g.child[e] && same_line(r, k, of, e) && !ahead--) return 1;
    return 0;
}

/* The line of `r` that line e, which has no like there, has become; -1 = none. */
static int64_t changed_line(const revision *of, const revision *r, int32_t parent, int64_t e)
{
    int64_t nth = 0;
    for (int64_t k = of->g.off[parent]; k < e; k++) nth += of->g.child[k] == of->g.child[e] && !is_alike(of, r, parent, k);
    for (int64_t k = r->g.off[parent]; k < r->g.off[parent + 1]; k++)
        if (r->g.child[k] == of->g.child[e] && !is_alike(r, of, parent, k) && !nth--) return k;
    return -1;
}

static void put_change(c12_bom_changes *o, int32_t parent, int32_t child, int32_t kind, int64_t before, int64_t after)
{
    int64_t k = o->count++;
    if (k >= o->cap) return;
    o->parent[k] = parent;
    o->child[k] = child;
    o->kind[k] = kind;
    o->line_before[k] = before;
    o->line_after[k] = after;
}

static void compare_parent(const revision *before, const revision *after, int32_t parent, c12_bom_changes *o)
{
    for (int64_t e = before->g.off[parent]; e < before->g.off[parent + 1]; e++) {
        if (is_alike(before, after, parent, e)) continue;
        const int64_t k = changed_line(before, after, parent, e);
        put_change(o, parent, before->g.child[e], k < 0 ? C12_BOM_REMOVED : C12_BOM_CHANGED, e, k);
    }
    for (int64_t k = after->g.off[parent]; k < after->g.off[parent + 1]; k++)
        if (!is_alike(after, before, parent, k) && changed_line(after, before, parent, k) < 0) put_change(o, parent, after->g.child[k], C12_BOM_ADDED, -1, k);
}

static c12_status open_revision(revision *r, const c12_bom *bom, c12_error *err)
{
    c12_bom b;
    c12_status s = c12__bom_open(&r->g, bom, err);
    if (s || (s = c12__take(&b, sizeof b, bom, "bom", err))) return s;
    r->offset = b.line_offset;
    return C12_OK;
}

c12_status c12_bom_compare(const c12_bom *before, const c12_bom *after, c12_bom_changes *changes, c12_error *err)
{
    revision a, b;
    c12_bom_changes o;
    c12_status s = open_revision(&a, before, err);
    if (s || (s = open_revision(&b, after, err)) || (s = c12__take(&o, sizeof o, changes, "changes", err))) return s;
    if (a.g.n != b.g.n) return c12__fail(err, C12_E_ARG, "the revisions must have the same items", "n_items", -1, b.g.n);
    if (o.cap < 0 || (o.cap && (!o.parent || !o.child || !o.kind || !o.line_before || !o.line_after))) return c12__fail(err, C12_E_ARG, "output column is NULL", "changes", -1, 0);
    o.count = 0;
    for (int32_t p = 0; p < a.g.n; p++) compare_parent(&a, &b, p, &o);
    c12__give(changes, &o, sizeof o);
    return C12_OK;
}
