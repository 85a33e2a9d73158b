/* SPDX-License-Identifier: Apache-2.0 */
/* Batches and dictionaries: layout in the caller's memory, entry checks, interning, common scales. */
#include "tlm/tlm_internal.h"

/* ---- layout ------------------------------------------------------------------------------------------------------ */

static c12_status batch_dims(c12_tlm_dims *d, const c12_tlm_dims *dims, c12_error *err)
{
    c12_status st = c12__take(d, sizeof *d, dims, "dims", err);
    if (st) return st;
    c12__faults f = { err, C12_OK, 0 };
    if (d->rows < 1 || d->rows > INT32_MAX) c12__fault(&f, C12_E_ARG, "rows must be 1 .. 2^31-1", "rows", -1, d->rows);
    if (d->texts < 1 || d->texts > 1 << 28) c12__fault(&f, C12_E_ARG, "texts must be 1 .. 2^28", "texts", -1, d->texts);
    if (d->raw_bytes < 0) c12__fault(&f, C12_E_ARG, "raw_bytes is negative", "raw_bytes", -1, d->raw_bytes);
    if (d->text_bytes < 0) c12__fault(&f, C12_E_ARG, "text_bytes is negative", "text_bytes", -1, d->text_bytes);
    return f.status;
}

/* Measures with a measuring arena, lays out with a real one; returns the dictionary's place. */
static c12_tlm_dict *batch_layout(c12__arena *a, const c12_tlm_dims *d, int32_t columns, c12_tlm_batch *b, c12_tlm_dict *t)
{
    t->n_slots = 2;
    while (t->n_slots < 2 * d->texts) t->n_slots *= 2;
    c12_tlm_dict *place = C12__CARVE(a, c12_tlm_dict, 1);
    t->off = C12__CARVE(a, int64_t, (int64_t)d->texts + 1);
    t->slot = C12__CARVE(a, int32_t, t->n_slots);
    t->bytes = C12__CARVE(a, uint8_t, d->text_bytes);
    b->value = C12__CARVE(a, int64_t, d->rows * columns);
    b->scale = C12__CARVE(a, int32_t, columns);
    b->raw_at = C12__CARVE(a, int64_t, d->rows);
    b->raw_len = C12__CARVE(a, int64_t, d->rows);
    b->order = C12__CARVE(a, int64_t, d->rows);
    b->raw = C12__CARVE(a, uint8_t, d->raw_bytes);
    return place;
}

c12_status c12_tlm_batch_bytes(const c12_tlm_schema *schema, const c12_tlm_dims *dims, size_t *bytes, c12_error *err)
{
    c12_tlm_schema s;
    c12_tlm_dims d;
    c12_status st = c12__tlm_take_schema(&s, schema, err);
    if (st || (st = batch_dims(&d, dims, err))) return st;
    if (!bytes) return c12__fail(err, C12_E_ARG, "output is NULL", "bytes", -1, 0);
    c12_tlm_batch b = C12_INIT(c12_tlm_batch);
    c12_tlm_dict t = C12_INIT(c12_tlm_dict);
    c12__arena a = c12__arena_measure();
    batch_layout(&a, &d, s.n_fields, &b, &t);
    if (c12__arena_need(&a) == SIZE_MAX) return c12__fail(err, C12_E_OVERFLOW, "the batch does not fit the address space", "dims", -1, d.rows);
    *bytes = c12__arena_need(&a);
    return C12_OK;
}

static void batch_clear(c12_tlm_batch *b, c12_tlm_dict *t, const c12_tlm_schema *s)
{
    for (int64_t r = 0; b->raw_at && r < b->n; r++) b->raw_at[r] = -1; /* a row filled by hand is in the columns unless it says otherwise */
    b->n = b->raw_size = 0;
    t->n = 0;
    t->size = 0;
    t->off[0] = 0;
    memset(t->slot, 0xff, (size_t)t->n_slots * sizeof *t->slot);
    for (int32_t f = 0; f < s->n_fields; f++) b->scale[f] = s->kind[f] == C12_TLM_DECIMAL ? s->decimals[f] : 0;
}

c12_status c12_tlm_batch_init(c12_tlm_batch *batch, c12_mem mem, const c12_tlm_schema *schema, const c12_tlm_dims *dims,
                              c12_error *err)
{
    c12_tlm_schema s;
    c12_tlm_dims d;
    c12_tlm_batch b;
    c12_tlm_dict t = C12_INIT(c12_tlm_dict);
    c12_status st = c12__take(&b, sizeof b, batch, "batch", err);
    if (st || (st = c12__tlm_take_schema(&s, schema, err)) || (st = batch_dims(&d, dims, err))) return st;
    memset(&b, 0, sizeof b);
    b.struct_size = (uint32_t)sizeof b;
    c12__arena a = c12__arena_over(mem);
    c12_tlm_dict *place = batch_layout(&a, &d, s.n_fields, &b, &t);
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "memory is too small", "mem", -1, (int64_t)c12__arena_need(&a));
    b.n_columns = s.n_fields;
    b.cap = d.rows;
    b.raw_cap = d.raw_bytes;
    b.dict = place;
    b.n = d.rows; /* so that clearing marks every row */
    t.cap = d.texts;
    t.bytes_cap = d.text_bytes;
    batch_clear(&b, &t, &s);
    *place = t;
    c12__give(batch, &b, sizeof b);
    return C12_OK;
}

/* ---- entry --------------------------------------------------------------------------------------------------------- */

static void batch_dict_rules(const c12_tlm_dict *d, c12__faults *f)
{
    if (!d->bytes || !d->off || !d->slot) { c12__fault(f, C12_E_ARG, "dictionary column is NULL", "dict", -1, 0); return; }
    if (d->n < 0 || d->n > d->cap) c12__fault(f, C12_E_RANGE, "dictionary holds more texts than it has room for", "dict", -1, d->n);
    else if (d->size < 0 || d->size > d->bytes_cap || d->off[0] || d->off[d->n] != d->size)
        c12__fault(f, C12_E_RANGE, "dictionary offsets do not match its size", "dict", d->n, d->size);
    if (d->n_slots < 2 || d->n_slots & (d->n_slots - 1) || d->n_slots / 2 < d->cap)
        c12__fault(f, C12_E_RANGE, "dictionary slots must be a power of two >= 2 * cap", "dict", -1, d->n_slots);
}

static void batch_rules(const c12_tlm_batch *b, const c12_tlm_schema *s, c12__faults *f)
{
    if (b->n_columns != s->n_fields) { c12__fault(f, C12_E_ARG, "batch has another number of columns than the schema", "n_columns", -1, b->n_columns); return; }
    if (b->n < 0 || b->n > b->cap || b->cap > INT32_MAX) c12__fault(f, C12_E_RANGE, "batch holds more rows than it has room for", "n", -1, b->n);
    if (!b->value || !b->scale) { c12__fault(f, C12_E_ARG, "batch column is NULL", b->value ? "scale" : "value", -1, 0); return; }
    if ((!b->raw_at) != (!b->raw_len) || (!b->raw_at) != (!b->raw)) c12__fault(f, C12_E_ARG, "raw columns must be all there or all NULL", "raw", -1, 0);
    if (b->raw_size < 0 || b->raw_size > b->raw_cap) c12__fault(f, C12_E_RANGE, "batch holds more raw bytes than it has room for", "raw_size", -1, b->raw_size);
    for (int32_t c = 0; c < s->n_fields && !c12__full(f); c++)
        if (b->scale[c] < 0 || b->scale[c] > (s->kind[c] == C12_TLM_DECIMAL ? C12_TLM_MAX_SCALE : 0))
            c12__fault(f, C12_E_RANGE, "scale does not suit the field's kind", "scale", c, b->scale[c]);
}

c12_status c12__tlm_take_batch(c12__tlm_open *o, const c12_tlm_batch *batch, c12_error *err)
{
    c12_status st = c12__take(&o->batch, sizeof o->batch, batch, "batch", err);
    if (st || (st = c12__take(&o->dict, sizeof o->dict, o->batch.dict, "dict", err))) return st;
    c12__faults f = { err, C12_OK, 0 };
    batch_rules(&o->batch, &o->schema, &f);
    batch_dict_rules(&o->dict, &f);
    return f.status;
}

void c12__tlm_give_batch(c12_tlm_batch *batch, const c12__tlm_open *o)
{
    c12__give(o->batch.dict, &o->dict, sizeof o->dict);
    c12__give(batch, &o->batch, sizeof o->batch);
}

c12_status c12_tlm_batch_reset(c12_tlm_batch *batch, const c12_tlm_schema *schema, c12_error *err)
{
    c12__tlm_open o;
    c12_status st = c12__tlm_take_schema(&o.schema, schema, err);
    if (st || (st = c12__tlm_take_batch(&o, batch, err))) return st;
    batch_clear(&o.batch, &o.dict, &o.schema);
    c12__tlm_give_batch(batch, &o);
    return C12_OK;
}

/* ---- dictionary ---------------------------------------------------------------------------------------------------- */

/* FNV-1a over 64 bits, folded. */
static uint32_t batch_text_hash(c12_view t)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < t.size; i++) h = (h ^ t.ptr[i]) * UINT64_C(0x100000001b3);
    return (uint32_t)(h >> 32 ^ h);
}

/* The slot of a text, or the free one where it would go. */
static uint32_t batch_slot(const c12_tlm_dict *d, c12_view text)
{
    uint32_t mask = (uint32_t)d->n_slots - 1, at = batch_text_hash(text) & mask;
    for (; d->slot[at] >= 0; at = (at + 1) & mask) {
        c12_view known = c12__tlm_text(d, d->slot[at]);
        if (known.size == text.size && (!text.size || !memcmp(known.ptr, text.ptr, text.size))) break;
    }
    return at;
}

int64_t c12__tlm_find(const c12_tlm_dict *d, c12_view text) { return d->slot[batch_slot(d, text)]; }

int64_t c12__tlm_code(c12_tlm_dict *d, c12_view text)
{
    uint32_t at = batch_slot(d, text);
    if (d->slot[at] >= 0) return d->slot[at];
    if (d->n == d->cap || text.size > (uint64_t)(d->bytes_cap - d->size)) return -1;
    if (text.size && text.ptr != d->bytes + d->size) memcpy(d->bytes + d->size, text.ptr, text.size); /* it may be composed in place */
    d->size += (int64_t)text.size;
    d->slot[at] = d->n;
    d->off[d->n + 1] = d->size;
    return d->n++;
}

c12_status c12_tlm_intern(c12_tlm_dict *dict, c12_view text, int64_t *code, c12_error *err)
{
    c12_tlm_dict d;
    c12_status st = c12__take(&d, sizeof d, dict, "dict", err);
    if (st) return st;
    c12__faults f = { err, C12_OK, 0 };
    batch_dict_rules(&d, &f);
    if (f.status) return f.status;
    size_t bad;
    if (!code || (!text.ptr && text.size)) return c12__fail(err, C12_E_ARG, "argument is NULL", code ? "text" : "code", -1, 0);
    if (!c12__tlm_utf8(text.ptr, text.size, &bad)) return c12__fail(err, C12_E_FORMAT, "text is not UTF-8", "text", -1, (int64_t)bad);
    int64_t k = c12__tlm_code(&d, text);
    if (k < 0) {
        int texts = d.n == d.cap;
        return c12__fail(err, C12_E_SPACE, "the dictionary is full", texts ? "texts" : "text_bytes", -1,
                         texts ? (int64_t)d.n + 1 : d.size + (int64_t)text.size);
    }
    *code = k;
    c12__give(dict, &d, sizeof d);
    return C12_OK;
}

/* ---- scales ---------------------------------------------------------------------------------------------------------- */

const uint64_t c12__tlm_tens[20] = {
    UINT64_C(1), UINT64_C(10), UINT64_C(100), UINT64_C(1000), UINT64_C(10000), UINT64_C(100000), UINT64_C(1000000),
    UINT64_C(10000000), UINT64_C(100000000), UINT64_C(1000000000), UINT64_C(10000000000), UINT64_C(100000000000),
    UINT64_C(1000000000000), UINT64_C(10000000000000), UINT64_C(100000000000000), UINT64_C(1000000000000000),
    UINT64_C(10000000000000000), UINT64_C(100000000000000000), UINT64_C(1000000000000000000), UINT64_C(10000000000000000000)
};

int c12__tlm_scale_up(int64_t *v, int64_t n, int32_t by)
{
    int64_t times = (int64_t)c12__tlm_ten(by), limit = INT64_MAX / times;
    if (!by) return 0;
    for (int64_t i = 0; i < n; i++)
        if (v[i] > limit || v[i] < -limit) return 1;
    for (int64_t i = 0; i < n; i++) v[i] *= times;
    return 0;
}

int c12__tlm_raise(c12_tlm_batch *b, int32_t column, int32_t scale)
{
    if (c12__tlm_scale_up(b->value + column * b->cap, b->n, scale - b->scale[column])) return 1;
    b->scale[column] = scale;
    return 0;
}
