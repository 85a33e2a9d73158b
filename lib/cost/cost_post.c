/* SPDX-License-Identifier: Apache-2.0 */
/* The journal: an event is a handful of signed amounts by account that sum to nothing. */
#include "cost/cost_internal.h"

static const char *const account_names[C12_COST_ACCOUNTS] = { "raw material", "work in progress", "finished goods", "scrap", "goods received not invoiced", "payroll", "overhead applied",
    "purchase price variance", "labour rate variance", "material usage variance", "labour efficiency variance", "overhead efficiency variance",
    "payables", "bank", "manufacturing variance", "absorbed cost", "cost of sales", "receivables", "revenue" };

const char *c12_cost_account_name(int32_t account)
{
    return account < 0 || account >= C12_COST_ACCOUNTS ? "?" : account_names[account];
}

typedef struct post_desk {
    const c12_cost_events *x;
    c12_money *spent;          /* [n_orders * C12_COST_ELEMENTS] debited to work in progress */
    c12_money *relieved;       /* [n_orders] credited to it */
    c12_qty *good, *scrapped;  /* [n_orders] */
    uint8_t *closed;           /* [n_orders] */
    c12_money balance[C12__COST_POSTED];
} post_desk;

static void lay_desk(c12__arena *a, int32_t n, post_desk *d)
{
    d->spent = C12__CARVE(a, c12_money, (int64_t)n * C12_COST_ELEMENTS);
    d->relieved = C12__CARVE(a, c12_money, n);
    d->good = C12__CARVE(a, c12_qty, n);
    d->scrapped = C12__CARVE(a, c12_qty, n);
    d->closed = C12__CARVE(a, uint8_t, n);
}

size_t c12_cost_post_scratch(int32_t n_orders)
{
    post_desk d;
    c12__arena a = c12__arena_measure();
    lay_desk(&a, n_orders > 0 ? n_orders : 0, &d);
    return c12__arena_need(&a);
}

/* ---- one event: amounts by account, debit positive.  1 on overflow -------------------------------------------------------------------- */

static int post_spend(post_desk *d, int32_t i, int32_t element, int32_t from, c12_money *sum)
{
    c12_money standard = c12__at64(d->x->standard, i, 0), *spent = &d->spent[(int64_t)d->x->order[i] * C12_COST_ELEMENTS + element];
    sum[C12_COST_WIP] = standard;
    return c12__sub64(0, standard, &sum[from]) || c12__add64(*spent, standard, spent);
}

static int post_paid(int64_t standard, int64_t actual, int32_t payable, int32_t difference, c12_money *sum)
{
    return c12__sub64(0, actual, &sum[payable]) || c12__sub64(actual, standard, &sum[difference]);
}

static int post_units(post_desk *d, int32_t i, int32_t account, c12_money *sum)
{
    const int32_t o = d->x->order[i];
    c12_money unit;
    if (c12__add64(d->x->material[o], d->x->labour[o], &unit) || c12__add64(unit, d->x->overhead[o], &unit) || c12__mul64(unit, c12__at64(d->x->qty, i, 0), &sum[account])) return 1;
    return c12__sub64(0, sum[account], &sum[C12_COST_WIP]) || c12__add64(d->relieved[o], sum[account], &d->relieved[o]);
}

/* Each element's variance: what was debited less the standard of all units that were credited. */
static int post_close(post_desk *d, int32_t i, c12_money *sum)
{
    static const int32_t account[] = { C12_COST_USAGE_VARIANCE, C12_COST_LABOUR_EFFICIENCY, C12_COST_OVERHEAD_EFFICIENCY };
    const int32_t o = d->x->order[i];
    const c12_money unit[] = { d->x->material[o], d->x->labour[o], d->x->overhead[o] };
    c12_qty units = d->good[o];
    if (d->x->scrap_account && c12__add64(units, d->scrapped[o], &units)) return 1;
    for (int e = 0; e < C12_COST_ELEMENTS; e++) {
        c12_money part;
        if (c12__mul64(unit[e], units, &part) || c12__sub64(d->spent[(int64_t)o * C12_COST_ELEMENTS + e], part, &sum[account[e]])
            || c12__sub64(sum[C12_COST_WIP], sum[account[e]], &sum[C12_COST_WIP])) return 1;
    }
    d->closed[o] = 1;
    return 0;
}

static int post_count(c12_qty *units, c12_qty by, const char **what)
{
    if (c12__add64(*units, by, units)) return 1;
    if (*units < 0) *what = "takes back more units than were reported";
    return 0;
}

static int post_event(post_desk *d, int32_t i, c12_money *sum, const char **what)
{
    const c12_cost_events *x = d->x;
    const int32_t o = x->order[i];
    const c12_money standard = c12__at64(x->standard, i, 0), actual = c12__at64(x->actual, i, 0);
    if (o >= 0 && d->closed[o]) { *what = "the order is closed"; return 0; }
    switch (x->kind[i]) {
    case C12_COST_BUY: sum[C12_COST_RAW] = standard; return post_paid(standard, actual, C12_COST_GRIR, C12_COST_PRICE_VARIANCE, sum);
    case C12_COST_USE: return post_spend(d, i, C12_COST_MATERIAL, C12_COST_RAW, sum);
    case C12_COST_WORK: return post_spend(d, i, C12_COST_LABOUR, C12_COST_PAYROLL, sum) || post_paid(standard, actual, C12_COST_PAYROLL, C12_COST_RATE_VARIANCE, sum);
    case C12_COST_APPLY: return post_spend(d, i, C12_COST_OVERHEAD, C12_COST_APPLIED, sum);
    case C12_COST_COMPLETE: return post_count(&d->good[o], x->qty ? x->qty[i] : 0, what) || post_units(d, i, C12_COST_GOODS, sum);
    case C12_COST_DISCARD: return post_count(&d->scrapped[o], x->qty ? x->qty[i] : 0, what) || (x->scrap_account && post_units(d, i, C12_COST_SCRAP, sum));
    default: return post_close(d, i, sum);
    }
}

/* ---- all events ------------------------------------------------------------------------------------------------------------------------ */

static int32_t put_lines(const c12_cost_entries *j, int32_t n, int32_t event, const c12_money *sum)
{
    for (int32_t a = 0; a < C12__COST_POSTED; a++) {
        if (!sum[a]) continue;
        if (j) {
            j->event[n] = event;
            j->account[n] = a;
            j->debit[n] = sum[a] > 0 ? sum[a] : 0;
            j->credit[n] = sum[a] < 0 ? -sum[a] : 0;
        }
        n++;
    }
    return n;
}

/* Lines there are; with j, also written.  -1: a fault, in err. */
static int32_t post_all(post_desk *d, const c12_cost_entries *j, c12_error *err, c12_status *status)
{
    const c12_cost_events *x = d->x;
    int32_t n = 0;
    memset(d->balance, 0, sizeof d->balance);
    for (int32_t o = 0; o < x->n_orders; o++) {
        d->relieved[o] = d->good[o] = d->scrapped[o] = 0;
        d->closed[o] = 0;
        for (int e = 0; e < C12_COST_ELEMENTS; e++) d->spent[(int64_t)o * C12_COST_ELEMENTS + e] = 0;
    }
    for (int32_t i = 0; i < x->n; i++) {
        c12_money sum[C12__COST_POSTED] = { 0 };
        const char *what = NULL;
        int over = post_event(d, i, sum, &what);
        for (int a = 0; a < C12__COST_POSTED && !over; a++) over = sum[a] == INT64_MIN || c12__add64(d->balance[a], sum[a], &d->balance[a]);
        if (over || what) {
            *status = c12__fail(err, over ? C12_E_OVERFLOW : C12_E_STATE, over ? "amounts do not fit 64 bits" : what, over ? "standard" : "kind", i, x->kind[i]);
            return -1;
        }
        n = put_lines(j, n, i, sum);
    }
    return n;
}

/* What is left in work in progress; 1 on overflow. */
static int post_rest(const post_desk *d, int32_t o, c12_money *wip)
{
    *wip = 0;
    if (d->closed[o]) return 0;
    for (int e = 0; e < C12_COST_ELEMENTS; e++)
        if (c12__add64(*wip, d->spent[(int64_t)o * C12_COST_ELEMENTS + e], wip)) return 1;
    return c12__sub64(*wip, d->relieved[o], wip);
}

c12_status c12_cost_post(const c12_cost_events *in, c12_cost_entries *out, c12_mem scratch, c12_error *err)
{
    c12_cost_events x;
    c12_cost_entries j;
    c12_money rest;
    c12_status s = c12__cost_open_events(&x, in, err);
    if (s || (s = c12__cost_take_entries(&j, &x, out, err))) return s;
    post_desk d = { .x = &x };
    c12__arena a = c12__arena_over(scratch);
    lay_desk(&a, x.n_orders, &d);
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "scratch too small", "scratch", -1, (int64_t)c12_cost_post_scratch(x.n_orders));
    int32_t lines = post_all(&d, NULL, err, &s);
    if (lines < 0) return s;
    for (int32_t o = 0; o < x.n_orders; o++)
        if (post_rest(&d, o, &rest)) return c12__fail(err, C12_E_OVERFLOW, "work in progress does not fit 64 bits", "order", o, 0);
    if (lines > j.cap) return c12__fail(err, C12_E_SPACE, "room for lines too small", "cap", -1, lines);
    j.n = post_all(&d, &j, err, &s);
    for (int32_t o = 0; o < x.n_orders; o++) (void)post_rest(&d, o, &j.wip[o]);
    memset(j.balance, 0, C12_COST_ACCOUNTS * sizeof *j.balance);
    memcpy(j.balance, d.balance, sizeof d.balance);
    c12__give(out, &j, sizeof j);
    return C12_OK;
}
