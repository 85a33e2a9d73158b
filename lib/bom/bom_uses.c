/* SPDX-License-Identifier: Apache-2.0 */
/* Where-used: one sweep from the item's level upwards; an ancestor's ratio is the sum over its lines of line ratio times the
 * child's ratio, so paths are summed without being walked. */
#include "bom/bom_internal.h"

typedef struct use_rows {
    int32_t *shortest, *longest; /* 0 = not an ancestor (the item itself: 0 lines, marked in `reached`) */
    int64_t *num, *den;          /* den 0 = not reached */
} use_rows;

int c12__bom_add_use(int64_t *num, int64_t *den, int64_t a, int64_t b, int64_t cn, int64_t cd)
{
    int64_t k, m, left, right, tn = 0, td = 1;
    if (b == 1 && cd == 1) { /* whole numbers, as most are */
        if (c12__mul64(a, cn, &tn)) return 1;
    } else {
        k = c12__gcd(a, b); a /= k; b /= k;
        k = c12__gcd(a, cd); m = c12__gcd(cn, b);
        a /= k; cd /= k; cn /= m; b /= m;
        if (c12__mul64(a, cn, &tn) || c12__mul64(b, cd, &td)) return 1;
    }
    if (!*den) { *num = tn; *den = td; return 0; }
    if (*den == 1 && td == 1) return c12__add64(*num, tn, num);
    int64_t g = c12__gcd(*den, td);
    if (c12__mul64(*num, td / g, &left) || c12__mul64(tn, *den / g, &right) || c12__add64(left, right, &tn)) return 1;
    if (c12__mul64(*den / g, td, &td)) return 1;
    g = c12__gcd(tn, td);
    *num = tn / g;
    *den = td / g;
    return 0;
}

static int use_of_line(const c12__gozinto *g, int64_t e, int32_t parent, const use_rows *u)
{
    int32_t c = g->child[e];
    int32_t near = u->shortest[c] + 1, far = u->longest[c] + 1;
    if (!u->den[parent] || near < u->shortest[parent]) u->shortest[parent] = near;
    if (far > u->longest[parent]) u->longest[parent] = far;
    return c12__bom_add_use(&u->num[parent], &u->den[parent], g->num[e], c12__at64(g->den, e, 1), u->num[c], u->den[c]);
}

/* Children before parents from the item's place in the order upwards; returns the ancestor that overflowed, or -1. */
static int32_t climb(const c12__gozinto *g, const int32_t *order, int32_t at, int32_t max_level, int32_t item, const use_rows *u)
{
    for (int32_t i = at - 1; i >= 0; i--) {
        int32_t p = order[i];
        for (int64_t e = g->off[p]; e < g->off[p + 1]; e++) {
            if (!u->den[g->child[e]] || c12__gozinto_by_product(g, e) || (max_level == 1 && g->child[e] != item)) continue;
            if (use_of_line(g, e, p, u)) return p;
        }
    }
    return -1;
}

static c12_status give_uses(const c12_bom_uses *to, const int32_t *order, int32_t at, const use_rows *u, int32_t *count, c12_error *err)
{
    int32_t n = 0;
    for (int32_t i = 0; i < at; i++) n += u->den[order[i]] != 0;
    if (n > to->cap) return c12__fail(err, C12_E_SPACE, "more ancestors than rows", "cap", -1, n);
    if (n && (!to->item || !to->level_short || !to->level_long || !to->qty_num || !to->qty_den))
        return c12__fail(err, C12_E_ARG, "output column is NULL", "uses", -1, 0);
    *count = n;
    for (int32_t i = at - 1, row = 0; i >= 0; i--) {
        int32_t p = order[i];
        if (!u->den[p]) continue;
        to->item[row] = p;
        to->level_short[row] = u->shortest[p];
        to->level_long[row] = u->longest[p];
        to->qty_num[row] = u->num[p];
        to->qty_den[row] = u->den[p];
        row++;
    }
    return C12_OK;
}

c12_status c12_bom_where_used(const c12_bom *bom, int32_t item, int32_t max_level, c12_bom_uses *uses, c12_mem scratch, c12_error *err)
{
    c12__gozinto g;
    c12__bom_order plan;
    c12_bom_uses out;
    c12_status s = c12__bom_open(&g, bom, err);
    if (s || (s = c12__take(&out, sizeof out, uses, "uses", err))) return s;
    if (item < 0 || item >= g.n) return c12__fail(err, C12_E_RANGE, "item out of range", "item", -1, item);
    if (max_level != 0 && max_level != 1) return c12__fail(err, C12_E_ARG, "max_level must be 0 (all) or 1 (direct parents)", "max_level", -1, max_level);
    c12__arena a = c12__arena_over(scratch);
    use_rows u = { 0 };
    u.num = C12__CARVE(&a, int64_t, g.n);
    u.den = C12__CARVE(&a, int64_t, g.n);
    c12__arena before = a;
    if ((s = c12__bom_sort(&plan, &g, &a, err))) return s;
    a = before; /* the two work arrays of the sort, behind level and order, are free again */
    C12__CARVE(&a, int32_t, g.n);
    C12__CARVE(&a, int32_t, g.n);
    u.shortest = C12__CARVE(&a, int32_t, g.n);
    u.longest = C12__CARVE(&a, int32_t, g.n);
    for (int32_t i = 0; i < g.n; i++) { u.den[i] = 0; u.shortest[i] = u.longest[i] = 0; }
    u.num[item] = u.den[item] = 1;
    int32_t at = 0;
    while (plan.order[at] != item) at++;
    int32_t wide = climb(&g, plan.order, at, max_level, item, &u);
    if (wide >= 0) return c12__fail(err, C12_E_OVERFLOW, "quantity per does not fit 64 bits", "qty_num", wide, item);
    s = give_uses(&out, plan.order, at, &u, &out.count, err);
    if (!s) uses->count = out.count;
    return s;
}
