/* SPDX-License-Identifier: Apache-2.0 */
/* Requisitions at the door: every id in its table, every number in its range, the columns of the answer. */
#include "buy/buy_internal.h"

void c12__buy_column(c12__faults *f, const void *column, int64_t rows, const char *field)
{
    if (rows && !column) c12__fault(f, C12_E_ARG, "column is NULL", field, -1, 0);
}

void c12__buy_no_less(c12__faults *f, const int64_t *column, int64_t rows, int64_t low, const char *what, const char *field)
{
    for (int64_t i = 0; column && i < rows && !c12__full(f); i++)
        if (column[i] < low) c12__fault(f, C12_E_RANGE, what, field, i, column[i]);
}

void c12__buy_ids(c12__faults *f, const int32_t *column, int64_t rows, int32_t n, const char *what, const char *field)
{
    for (int64_t i = 0; column && i < rows && !c12__full(f); i++)
        if (column[i] < 0 || column[i] >= n) c12__fault(f, C12_E_RANGE, what, field, i, column[i]);
}

static void check_buckets(c12__faults *f, const int32_t *column, int64_t rows, int32_t low, int32_t high, const char *what, const char *field)
{
    for (int64_t i = 0; column && i < rows && !c12__full(f); i++)
        if (column[i] < low || column[i] > high) c12__fault(f, C12_E_RANGE, what, field, i, column[i]);
}

static void check_buy_counts(c12__faults *f, const c12_buy_input *in)
{
    const int64_t count[] = { in->n_items, in->n_needs, in->n_offers, in->n_suppliers, in->n_calendars };
    static const char *const name[] = { "n_items", "n_needs", "n_offers", "n_suppliers", "n_calendars" };
    static const int64_t most[] = { INT32_MAX, (1 << 30) - 1, INT32_MAX, INT32_MAX, INT32_MAX };
    for (int k = 0; k < 5; k++)
        if (count[k] < 0 || count[k] > most[k]) c12__fault(f, C12_E_ARG, count[k] < 0 ? "count is negative" : "too many rows", name[k], -1, count[k]);
    if (in->today < 0 || in->today > C12__BUY_FAR) c12__fault(f, C12_E_RANGE, "today must be 0..10^9", "today", -1, in->today);
}

static void check_needs(c12__faults *f, const c12_buy_input *in)
{
    c12__buy_column(f, in->need_item, in->n_needs, "need_item");
    c12__buy_column(f, in->need_bucket, in->n_needs, "need_bucket");
    c12__buy_column(f, in->need_qty, in->n_needs, "need_qty");
    c12__buy_ids(f, in->need_item, in->n_needs, in->n_items, "item out of range", "need_item");
    check_buckets(f, in->need_bucket, in->n_needs, -C12__BUY_FAR, C12__BUY_FAR, "bucket out of range", "need_bucket");
    c12__buy_no_less(f, in->need_qty, in->n_needs, 0, "quantity is negative", "need_qty");
}

/* The smallest quantity an offer sells must not be above its largest order. */
static void check_largest(c12__faults *f, const c12_buy_input *in)
{
    for (int64_t i = 0; in->offer_max && i < in->n_offers && !c12__full(f); i++) {
        const int64_t most = in->offer_max[i], multiple = c12__at64(in->offer_multiple, i, 1);
        if (most < 0) c12__fault(f, C12_E_RANGE, "quantity is negative", "offer_max", i, most);
        if (most <= 0 || multiple < 1) continue;
        if (most < multiple || most / multiple * multiple < c12__at64(in->offer_moq, i, 0))
            c12__fault(f, C12_E_RANGE, "largest order is below the smallest one", "offer_max", i, most);
    }
}

static void check_breaks(c12__faults *f, const c12_buy_input *in)
{
    int64_t n;
    if (!in->break_off) return;
    c12__csr_check(f, in->break_off, in->n_offers, "break_off", &n);
    if (f->status) return;
    c12__buy_column(f, in->break_from, n, "break_from");
    c12__buy_column(f, in->break_price, n, "break_price");
    c12__buy_no_less(f, in->break_from, n, 1, "quantity must be positive", "break_from");
    c12__buy_no_less(f, in->break_price, n, 0, "price is negative", "break_price");
    for (int64_t i = 0; in->break_from && i < in->n_offers; i++)
        for (int64_t k = in->break_off[i] + 1; k < in->break_off[i + 1] && !c12__full(f); k++)
            if (in->break_from[k] <= in->break_from[k - 1]) c12__fault(f, C12_E_RANGE, "breaks of an offer must rise", "break_from", k, in->break_from[k]);
}

static void check_buy_offers(c12__faults *f, const c12_buy_input *in)
{
    c12__buy_column(f, in->offer_item, in->n_offers, "offer_item");
    c12__buy_ids(f, in->offer_item, in->n_offers, in->n_items, "item out of range", "offer_item");
    c12__buy_ids(f, in->offer_supplier, in->n_offers, in->n_suppliers, "supplier out of range", "offer_supplier");
    check_buckets(f, in->offer_lead, in->n_offers, 0, C12__BUY_LEAD, "lead time must be 0..10^6", "offer_lead");
    c12__buy_no_less(f, in->offer_moq, in->n_offers, 0, "quantity is negative", "offer_moq");
    c12__buy_no_less(f, in->offer_multiple, in->n_offers, 1, "multiple must be positive", "offer_multiple");
    c12__buy_no_less(f, in->offer_price, in->n_offers, 0, "price is negative", "offer_price");
    c12__buy_no_less(f, in->offer_per, in->n_offers, 1, "price unit must be positive", "offer_per");
    check_largest(f, in);
    check_breaks(f, in);
}

static void check_calendars(c12__faults *f, const c12_buy_input *in)
{
    int64_t n;
    for (int32_t s = 0; in->supplier_calendar && s < in->n_suppliers && !c12__full(f); s++)
        if (in->supplier_calendar[s] < -1 || in->supplier_calendar[s] >= in->n_calendars)
            c12__fault(f, C12_E_RANGE, "calendar out of range", "supplier_calendar", s, in->supplier_calendar[s]);
    c12__csr_check(f, in->closed_off, in->n_calendars, "closed_off", &n);
    if (f->status) return;
    c12__buy_column(f, in->closed, n, "closed");
    check_buckets(f, in->closed, n, -C12__BUY_FAR, C12__BUY_FAR, "bucket out of range", "closed");
    for (int32_t c = 0; in->closed && c < in->n_calendars; c++)
        for (int64_t k = in->closed_off[c] + 1; k < in->closed_off[c + 1] && !c12__full(f); k++)
            if (in->closed[k] <= in->closed[k - 1]) c12__fault(f, C12_E_RANGE, "closed buckets of a calendar must rise", "closed", k, in->closed[k]);
}

static c12_status check_options(c12_buy_options *o, c12_error *err)
{
    const int32_t value[] = { o->policy, o->late_rule, o->consolidate, o->order_window, o->buy_up };
    static const char *const name[] = { "policy", "late_rule", "consolidate", "order_window", "buy_up" };
    static const int32_t most[] = { C12_BUY_EARLIEST, C12_BUY_LATE_POLICY, INT32_MAX, INT32_MAX, 1 };
    for (int k = 0; k < 5; k++)
        if (value[k] < 0 || value[k] > most[k]) return c12__fail(err, C12_E_RANGE, "option out of range", name[k], -1, value[k]);
    if (!o->consolidate) o->consolidate = 1;
    if (!o->order_window) o->order_window = 1;
    return C12_OK;
}

c12_status c12__buy_open(c12__buy *b, const c12_buy_input *in, const c12_buy_options *options, c12_error *err)
{
    b->now = NULL;
    b->soonest = NULL;
    c12_status s = c12__take(&b->in, sizeof b->in, in, "in", err);
    if (!s) s = c12__take_optional(&b->o, sizeof b->o, options, "options", err);
    if (!s) s = check_options(&b->o, err);
    if (s) return s;
    c12__faults f = { err, C12_OK, 0 };
    check_buy_counts(&f, &b->in);
    if (f.status) return f.status;
    check_needs(&f, &b->in);
    check_buy_offers(&f, &b->in);
    check_calendars(&f, &b->in);
    return f.status;
}

c12_status c12__buy_take_plan(c12_buy_plan *p, const c12_buy_plan *out, c12_error *err)
{
    c12_status s = c12__take(p, sizeof *p, out, "out", err);
    if (s) return s;
    return p->cap < 0 ? c12__fail(err, C12_E_ARG, "count is negative", "cap", -1, p->cap) : C12_OK;
}

void c12__buy_carve(c12__buy_room *r, c12__arena *a, int32_t n_items, int64_t n_needs, int64_t n_offers, int32_t n_calendars)
{
    r->key = C12__CARVE(a, int64_t, 2 * n_needs);
    r->order = C12__CARVE(a, int32_t, 2 * n_needs);
    r->spare = C12__CARVE(a, int32_t, 2 * n_needs);
    r->date = C12__CARVE(a, int32_t, 2 * n_needs);
    r->supplier = C12__CARVE(a, int32_t, 2 * n_needs);
    r->offer_off = C12__CARVE(a, int64_t, n_items + (int64_t)1);
    r->offer_row = C12__CARVE(a, int64_t, n_offers);
    r->now = C12__CARVE(a, int64_t, n_calendars);
    r->soonest = C12__CARVE(a, int32_t, n_offers);
}

size_t c12_buy_scratch(int32_t n_items, int64_t n_needs, int64_t n_offers, int32_t n_calendars)
{
    if (n_items < 0 || n_needs < 0 || n_needs >= 1 << 30 || n_offers < 0 || n_offers > INT32_MAX || n_calendars < 0) return 0;
    c12__buy_room r;
    c12__arena a = c12__arena_measure();
    c12__buy_carve(&r, &a, n_items, n_needs, n_offers, n_calendars);
    return c12__arena_need(&a);
}

/* Requirements as a planner writes them are in order already: then the rows are counted out, not sorted. */
void c12__buy_sort_needs(const c12__buy *b, int64_t *key, int32_t *order, int32_t *spare)
{
    const int32_t n = (int32_t)b->in.n_needs;
    int sorted = 1;
    for (int32_t i = 0; i < n; i++) {
        key[i] = (int64_t)b->in.need_item[i] << 32 | (uint32_t)(b->in.need_bucket[i] + C12__BUY_FAR);
        order[i] = i;
        if (i && key[i] < key[i - 1]) sorted = 0;
    }
    if (!sorted) c12__sort_rows(key, n, order, spare);
}

c12_status c12_buy_requisitions(const c12_buy_input *in, const c12_buy_options *options, c12_buy_plan *out, c12_mem scratch, c12_error *err)
{
    c12__buy b;
    c12__buy_room r;
    c12_buy_plan p;
    c12_status s = c12__buy_open(&b, in, options, err);
    if (s || (s = c12__buy_take_plan(&p, out, err))) return s;
    c12__arena a = c12__arena_over(scratch);
    c12__buy_carve(&r, &a, b.in.n_items, b.in.n_needs, b.in.n_offers, b.in.n_calendars);
    if (!c12__arena_ok(&a))
        return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)c12_buy_scratch(b.in.n_items, b.in.n_needs, b.in.n_offers, b.in.n_calendars));
    c12__buy_look_from_today(&b, r.now, r.soonest);
    if ((s = c12__buy_plan_all(&b, &p, &r, err))) return s;
    c12__give(out, &p, sizeof p);
    return C12_OK;
}
