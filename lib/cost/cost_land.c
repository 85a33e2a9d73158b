/* SPDX-License-Identifier: Apache-2.0 */
/* Charges over the lines they are for: exact shares rounded toward 0, what is missing a micro each to the largest remainders. */
#include "base/sort.h"
#include "cost/cost_internal.h"

typedef struct land_desk { const c12_cost_arrivals *a; int64_t *left; int32_t *member, *order, *spare; int32_t n; } land_desk;

static void lay_arrivals(c12__arena *a, int32_t n, land_desk *d)
{
    d->left = C12__CARVE(a, int64_t, n);
    d->member = C12__CARVE(a, int32_t, n);
    d->order = C12__CARVE(a, int32_t, n);
    d->spare = C12__CARVE(a, int32_t, n);
}

size_t c12_cost_land_scratch(int32_t n_lines)
{
    land_desk d;
    c12__arena a = c12__arena_measure();
    lay_arrivals(&a, n_lines > 0 ? n_lines : 0, &d);
    return c12__arena_need(&a);
}

static int64_t land_weight(const c12_cost_arrivals *a, int32_t charge, int32_t line)
{
    const int64_t *const basis[] = { a->qty, a->value, a->weight };
    return a->basis[charge] == C12_COST_BY_LINE ? 1 : basis[a->basis[charge]][line];
}

/* Lines the charge is for, into d->member. */
static void land_members(land_desk *d, int32_t charge)
{
    const c12_cost_arrivals *a = d->a;
    const int32_t shipment = a->charged ? a->charged[charge] : -1;
    d->n = 0;
    for (int32_t i = 0; i < a->n_lines; i++)
        if (shipment < 0 || (a->shipment ? a->shipment[i] : 0) == shipment) d->member[d->n++] = i;
}

/* Sum of their weights; 1 on overflow. */
static int land_sum(const land_desk *d, int32_t charge, int64_t *all)
{
    *all = 0;
    for (int32_t k = 0; k < d->n; k++)
        if (c12__add64(*all, land_weight(d->a, charge, d->member[k]), all)) return 1;
    return 0;
}

static void land_spread(land_desk *d, int32_t charge, int64_t all, c12_money *share)
{
    const c12_money amount = d->a->amount[charge];
    const uint64_t size = amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount;
    uint64_t rest = size;
    for (int32_t k = 0; k < d->n; k++) {
        c12__u128 remainder, part = c12__div_u128(c12__mul_u64(size, (uint64_t)land_weight(d->a, charge, d->member[k])), (c12__u128){ 0, (uint64_t)all }, &remainder);
        share[k] = (int64_t)part.lo;
        d->left[k] = -(int64_t)remainder.lo;
        rest -= part.lo;
    }
    if (rest) c12__sort_rows(d->left, d->n, d->order, d->spare); /* the largest first, the lower row first of equals */
    for (uint64_t k = 0; k < rest; k++) share[d->order[k]]++;
    for (int32_t k = 0; k < d->n && amount < 0; k++) share[k] = -share[k];
}

/* Can every charge be spread, do sums fit, and how many shares are there? */
static c12_status land_prove(land_desk *d, int64_t *shares, c12_error *err)
{
    int64_t all, money = 0;
    *shares = 0;
    for (int32_t c = 0; c < d->a->n_charges; c++) {
        const c12_money amount = d->a->amount[c];
        land_members(d, c);
        if (land_sum(d, c, &all) || c12__add64(money, amount < 0 ? -amount : amount, &money)) return c12__fail(err, C12_E_OVERFLOW, "sums do not fit 64 bits", "amount", c, amount);
        if (!all) return c12__fail(err, C12_E_STATE, "a charge has nothing to be spread by", "basis", c, d->a->basis[c]);
        *shares += d->n;
    }
    return C12_OK;
}

c12_status c12_cost_land(const c12_cost_arrivals *in, c12_cost_landed *out, c12_mem scratch, c12_error *err)
{
    c12_cost_arrivals a;
    c12_cost_landed l;
    int64_t all, shares;
    c12_status s = c12__cost_open_arrivals(&a, in, err);
    if (s || (s = c12__cost_take_landed(&l, &a, out, err))) return s;
    land_desk d = { .a = &a };
    c12__arena room = c12__arena_over(scratch);
    lay_arrivals(&room, a.n_lines, &d);
    if (!c12__arena_ok(&room)) return c12__fail(err, C12_E_SPACE, "scratch too small", "scratch", -1, (int64_t)c12_cost_land_scratch(a.n_lines));
    if ((s = land_prove(&d, &shares, err))) return s;
    if (shares > l.cap) return c12__fail(err, C12_E_SPACE, "room for shares too small", "cap", -1, shares);
    for (int32_t i = 0; i < a.n_lines; i++) l.added[i] = 0;
    l.n = 0;
    for (int32_t c = 0; c < a.n_charges; c++) {
        land_members(&d, c);
        (void)land_sum(&d, c, &all);
        land_spread(&d, c, all, l.share + l.n);
        for (int32_t k = 0; k < d.n; k++, l.n++) {
            l.charge[l.n] = c;
            l.line[l.n] = d.member[k];
            l.added[d.member[k]] += l.share[l.n];
        }
    }
    c12__give(out, &l, sizeof l);
    return C12_OK;
}
