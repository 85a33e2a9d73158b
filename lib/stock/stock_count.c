/* SPDX-License-Identifier: Apache-2.0 */
/* Counts: which items are due, how many records suffice, and what a count showed. */
#include "base/arena.h"
#include "base/num.h"
#include "base/sort.h"
#include "c12/stock.h"

/* ---- what is due ------------------------------------------------------------------------------------------------------------ */

static c12_status count_take_cycle(c12_stock_cycle *c, const c12_stock_cycle *in, c12_error *err)
{
    c12_status st = c12__take(c, sizeof *c, in, "in", err);
    if (st) return st;
    if (c->n_items < 0 || c->n_classes < 1) return c12__fail(err, C12_E_ARG, "count is negative, or there is no class", "n_items", -1, c->n_items);
    if (!c->every || (c->n_items && (!c->abc || !c->counted))) return c12__fail(err, C12_E_ARG, "column is NULL", "in", -1, 0);
    c12__faults f = { err, C12_OK, 0 };
    for (int32_t k = 0; k < c->n_classes && !c12__full(&f); k++)
        if (c->every[k] < 1) c12__fault(&f, C12_E_RANGE, "days between counts must be positive", "every", k, c->every[k]);
    for (int32_t i = 0; i < c->n_items && !c12__full(&f); i++)
        if (c->abc[i] < 0 || c->abc[i] >= c->n_classes) c12__fault(&f, C12_E_RANGE, "class lies outside the table", "abc", i, c->abc[i]);
    return f.status;
}

/* Class, then most overdue, as one key; INT64_MAX = not due. */
static int64_t count_key(const c12_stock_cycle *c, int32_t i)
{
    const int64_t most = INT64_C(1) << 33;
    int64_t over = c->counted[i] == INT32_MIN ? most : (int64_t)c->today - c->counted[i] - c->every[c->abc[i]];
    return over < 0 ? INT64_MAX : ((int64_t)c->abc[i] << 34) + most - over;
}

c12_status c12_stock_due(const c12_stock_cycle *in, int32_t most, int32_t *item, int32_t *n, int32_t *left, c12_mem scratch, c12_error *err)
{
    c12_stock_cycle c;
    c12_status st = count_take_cycle(&c, in, err);
    if (st) return st;
    if (most < 0 || !n || (most && !item)) return c12__fail(err, C12_E_ARG, "count is negative or an output is NULL", n ? "most" : "n", -1, most);
    c12__arena a = c12__arena_over(scratch);
    int64_t *key = C12__CARVE(&a, int64_t, c.n_items);
    int32_t *order = C12__CARVE(&a, int32_t, c.n_items), *spare = C12__CARVE(&a, int32_t, c.n_items), due = 0;
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)c12__arena_need(&a));
    for (int32_t i = 0; i < c.n_items; i++) {
        key[i] = count_key(&c, i);
        due += key[i] < INT64_MAX;
    }
    c12__sort_rows(key, c.n_items, order, spare);
    *n = due < most ? due : most;
    for (int32_t k = 0; k < *n; k++) item[k] = order[k];
    if (left) *left = due - *n;
    return C12_OK;
}

/* ---- how many suffice ---------------------------------------------------------------------------------------------------------- */

enum { COUNT_MOST = 10000000, COUNT_BITS = 62 };

/* ceil(p * num / den); p <= 2^62, num <= den. */
static uint64_t count_times(uint64_t p, uint64_t num, uint64_t den)
{
    c12__u128 rest, product = c12__mul_u64(p, num), by = { 0, den }, q = c12__div_u128(product, by, &rest);
    return q.lo + (rest.hi || rest.lo);
}

static uint64_t count_ppb(uint64_t p) { return count_times(UINT64_C(1000000000), p, UINT64_C(1) << COUNT_BITS); }

c12_status c12_stock_sample(int64_t all, int64_t wrong, int64_t risk_ppb, int64_t *count, int64_t *has_ppb, c12_error *err)
{
    if (!count) return c12__fail(err, C12_E_ARG, "argument is NULL", "count", -1, 0);
    if (all < 1 || all > COUNT_MOST) return c12__fail(err, C12_E_RANGE, "records are 1 to 10^7", "all", -1, all);
    if (wrong < 1 || wrong > all) return c12__fail(err, C12_E_RANGE, "wrong records are 1 to all", "wrong", -1, wrong);
    if (risk_ppb < 0 || risk_ppb > 1000000000) return c12__fail(err, C12_E_RANGE, "risk lies outside 0..10^9", "risk_ppb", -1, risk_ppb);
    uint64_t p = UINT64_C(1) << COUNT_BITS;
    int64_t n = 0;
    /* the chance that the next one is right as well, given that all before were */
    for (; count_ppb(p) > (uint64_t)risk_ppb; n++) p = all - wrong > n ? count_times(p, (uint64_t)(all - wrong - n), (uint64_t)(all - n)) : 0;
    *count = risk_ppb ? n : all;
    if (has_ppb) *has_ppb = risk_ppb ? (int64_t)count_ppb(p) : 0;
    return C12_OK;
}

/* ---- what a count showed ---------------------------------------------------------------------------------------------------------- */

static uint64_t count_size(int64_t v) { return v < 0 ? 0 - (uint64_t)v : (uint64_t)v; }

/* |counted - book| * 10^6 <= tolerance * |book| */
static int count_is_right(int64_t book, int64_t off, int32_t tolerance)
{
    return c12__cmp_u128(c12__mul_u64(count_size(off), 1000000), c12__mul_u64(count_size(book), (uint64_t)tolerance)) <= 0;
}

/* One record; the row at fault tells why. */
static c12_status count_record(const c12_stock_count *c, int64_t i, c12_stock_accuracy *a, c12_qty *adjust, c12_error *err)
{
    int64_t off = 0, value = 0, cost = c12__at64(c->cost, i, 0);
    if (c->counted[i] < -1) return c12__fail(err, C12_E_RANGE, "count is negative", "counted", i, c->counted[i]);
    if (cost < 0) return c12__fail(err, C12_E_RANGE, "cost is negative", "cost", i, cost);
    if (c->counted[i] < 0) { a->missing++; return C12_OK; }
    if (c12__sub64(c->counted[i], c->book[i], &off) || c12__mul64(off, cost, &value) || value == INT64_MIN
        || c12__add64(value > 0 ? a->gain : a->loss, value > 0 ? value : -value, value > 0 ? &a->gain : &a->loss))
        return c12__fail(err, C12_E_OVERFLOW, "difference or its value does not fit 64 bits", "counted", i, c->counted[i]);
    a->counted++;
    a->right += count_is_right(c->book[i], off, c->tolerance_ppm);
    *adjust = off;
    return C12_OK;
}

c12_status c12_stock_judge(const c12_stock_count *in, c12_stock_accuracy *out, c12_qty *adjust, c12_error *err)
{
    c12_stock_count c;
    c12_stock_accuracy a;
    c12_status st = c12__take(&c, sizeof c, in, "in", err);
    if (st || (st = c12__take(&a, sizeof a, out, "out", err))) return st;
    if (c.n < 0 || (c.n && (!c.book || !c.counted))) return c12__fail(err, C12_E_ARG, "count is negative or a column is NULL", "n", -1, c.n);
    if (c.tolerance_ppm < 0 || c.tolerance_ppm > 1000000) return c12__fail(err, C12_E_RANGE, "tolerance lies outside 0..10^6", "tolerance_ppm", -1, c.tolerance_ppm);
    a.right = a.counted = a.missing = a.gain = a.loss = 0;
    for (int pass = 0; pass < (adjust ? 2 : 1); pass++) /* the first one writes nothing */
        for (int64_t i = 0; i < c.n; i++) {
            c12_stock_accuracy again = { 0 };
            c12_qty off = 0;
            if ((st = count_record(&c, i, pass ? &again : &a, &off, err))) return st;
            if (pass) adjust[i] = off;
        }
    c12__give(out, &a, sizeof a);
    return C12_OK;
}
