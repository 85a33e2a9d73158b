/* SPDX-License-Identifier: Apache-2.0 */
/* Declared precision: values become multiples of the step their field declares, and every one is shown to be within half a step. */
#include "tlm/tlm_internal.h"

/* The step of field f in units of 10^-scale, scale >= the field's decimals; 0 = none is declared, or it is larger than any value. */
static int64_t round_unit(const c12_tlm_schema *s, int32_t f, int32_t scale)
{
    int64_t unit = 0;
    if (!s->step || !s->step[f]) return 0;
    return c12__mul64(s->step[f], (int64_t)c12__tlm_ten(scale - s->decimals[f]), &unit) ? INT64_MAX : unit;
}

/* v to the nearest multiple of unit, halves to the even one.  1 = it does not fit. */
static int round_value(int64_t v, int64_t unit, int64_t *to)
{
    int64_t low = v % unit, down, far;
    if (low < 0) low += unit;
    if (c12__sub64(v, low, &down)) return 1;
    far = unit - low;
    *to = down;
    return low < far || (low == far && down / unit % 2 == 0) ? 0 : c12__add64(down, unit, to);
}

/* One column; *worst = the largest change.  The row at fault, -1 = none. */
static int64_t round_column(int64_t *v, int64_t n, int64_t unit, int64_t *worst)
{
    for (int64_t i = 0; i < n; i++) {
        int64_t to;
        if (round_value(v[i], unit, &to)) return i;
        uint64_t off = to > v[i] ? (uint64_t)to - (uint64_t)v[i] : (uint64_t)v[i] - (uint64_t)to;
        if (off > (uint64_t)unit / 2) return i; /* the promise, looked at for every value */
        *worst = c12__max64(*worst, (int64_t)off);
        v[i] = to;
    }
    return -1;
}

/* Would all values fit?  Nothing may be half done. */
static c12_status round_look(const c12__tlm_open *o, int64_t first, int64_t count, c12_error *err)
{
    for (int32_t f = 0; f < o->schema.n_fields; f++) {
        int64_t unit = round_unit(&o->schema, f, o->batch.scale[f]), to;
        const int64_t *v = o->batch.value + f * o->batch.cap;
        for (int64_t r = first; unit && r < first + count; r++)
            if (round_value(v[r], unit, &to)) return c12__fail(err, C12_E_OVERFLOW, "value does not fit when rounded to its field's step", "value", r, v[r]);
    }
    return C12_OK;
}

/* Every declared column has at least the decimals its step is given in. */
static c12_status round_raise(c12__tlm_open *o, c12_error *err)
{
    for (int32_t f = 0; f < o->schema.n_fields; f++)
        if (o->schema.step[f] && o->batch.scale[f] < o->schema.decimals[f] && c12__tlm_raise(&o->batch, f, o->schema.decimals[f]))
            return c12__fail(err, C12_E_OVERFLOW, "values cannot be brought to the step's decimals", "scale", f, o->batch.scale[f]);
    return C12_OK;
}

c12_status c12_tlm_round(const c12_tlm_schema *schema, c12_tlm_batch *batch, int64_t first, int64_t count, int64_t *worst, c12_error *err)
{
    c12__tlm_open o;
    c12_status st = c12__tlm_take_schema(&o.schema, schema, err);
    if (st || (st = c12__tlm_take_batch(&o, batch, err))) return st;
    if (first < 0 || count < 0 || first > o.batch.n || count > o.batch.n - first)
        return c12__fail(err, C12_E_RANGE, "rows lie outside the batch", "first", first, count);
    for (int32_t f = 0; worst && f < o.schema.n_fields; f++) worst[f] = 0;
    if (!o.schema.step) return C12_OK;
    st = round_raise(&o, err);
    if (!st) st = round_look(&o, first, count, err);
    for (int32_t f = 0; f < o.schema.n_fields && !st; f++) {
        int64_t unit = round_unit(&o.schema, f, o.batch.scale[f]), most = 0;
        int64_t row = unit ? round_column(o.batch.value + f * o.batch.cap + first, count, unit, &most) : -1;
        if (row >= 0) st = c12__fail(err, C12_E_INTERNAL, "value is further than half a step from what it was", "value", first + row, 0);
        if (worst) worst[f] = most;
    }
    c12__tlm_give_batch(batch, &o);
    return st;
}

int64_t c12__tlm_off_step(const c12_tlm_schema *s, int32_t f, int32_t scale, const int64_t *v, int64_t n)
{
    if (!s->step || !s->step[f] || !n) return -1;
    if (scale < s->decimals[f]) return 0;
    int64_t unit = round_unit(s, f, scale);
    for (int64_t i = 0; i < n; i++)
        if (v[i] % unit) return i;
    return -1;
}
