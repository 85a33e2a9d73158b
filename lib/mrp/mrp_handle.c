/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of the planner handle: what it takes, made in the caller's memory or the host's. */
#include "mrp/mrp_plan.h"

static int64_t hash_size(const c12_mrp_dims *d)
{
    int64_t size = 1;
    while (size < 2 * (int64_t)d->branch_rows) size *= 2;
    return size;
}

static int64_t events_of(const c12_mrp_dims *d) { return d->demand + d->receipts + d->safety + d->branch_events; }

static void layout_branches(c12_mrp *s, c12__arena *a, const c12_mrp_dims *d)
{
    s->branch = C12__CARVE(a, c12__mrp_branch, d->branches + (int64_t)1);
    s->copy = C12__CARVE(a, c12__mrp_copy, d->branch_rows);
    s->copy_need = C12__CARVE(a, int32_t, (int64_t)d->branch_rows * d->buckets);
    s->copy_order = C12__CARVE(a, int32_t, (int64_t)d->branch_rows * d->buckets);
    s->hash = C12__CARVE(a, int32_t, hash_size(d));
}

static c12_mrp *mrp_layout(c12__arena *a, const c12_mrp_dims *d)
{
    c12_mrp none, *self = C12__CARVE(a, c12_mrp, 1), *s = self ? self : &none;
    int64_t n = d->items, cells = n * d->buckets;
    memset(s, 0, sizeof *s);
    s->rank_of = C12__CARVE(a, int32_t, n);
    s->item_of = C12__CARVE(a, int32_t, n);
    s->item = C12__CARVE(a, c12__mrp_item, n);
    s->meta = C12__CARVE(a, c12__mrp_meta, n);
    s->need = C12__CARVE(a, int32_t, cells);
    s->order = C12__CARVE(a, int32_t, cells);
    s->agreed = C12__CARVE(a, int32_t, n);
    s->level_start = C12__CARVE(a, int32_t, n + 2);
    s->down_off = C12__CARVE(a, int64_t, n + 1);
    s->up_off = C12__CARVE(a, int64_t, n + 1);
    s->down = C12__CARVE(a, c12__mrp_edge, d->lines);
    s->up = C12__CARVE(a, c12__mrp_edge, d->lines);
    s->line_parent = C12__CARVE(a, int32_t, d->lines + d->line_edits);
    s->rare = C12__CARVE(a, c12__mrp_rare, d->rare_lines + d->line_edits);
    s->up_links = C12__CARVE(a, int32_t, n);
    s->link = C12__CARVE(a, c12__mrp_link, d->line_edits);
    s->event = C12__CARVE(a, c12__mrp_event, events_of(d));
    s->demand_rank = C12__CARVE(a, int32_t, d->demand);
    s->receipt_rank = C12__CARVE(a, int32_t, d->receipts);
    s->wide_need = C12__CARVE(a, int64_t, (int64_t)d->wide_rows * d->buckets);
    s->wide_order = C12__CARVE(a, int64_t, (int64_t)d->wide_rows * d->buckets);
    s->wide_next = C12__CARVE(a, int32_t, d->wide_rows);
    s->slice = C12__CARVE(a, int64_t, (int64_t)C12__MRP_SLICES * C12__MRP_SLICE_ROWS * d->buckets);
    s->agenda.head = C12__CARVE(a, int32_t, n + 1);
    s->agenda.next = C12__CARVE(a, int32_t, n);
    s->undo = C12__CARVE(a, c12_mrp_edit, d->edits);
    s->mark = C12__CARVE(a, int32_t, n);
    s->trace = C12__CARVE(a, c12__mrp_trace, d->trace_cells);
    layout_branches(s, a, d);
    return self;
}

static c12_status mrp_take_dims(c12_mrp_dims *d, const c12_mrp_dims *from, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__take(d, sizeof *d, from, "dims", err);
    if (s) return s;
    if (d->items < 0) c12__fault(&f, C12_E_ARG, "limit is negative", "items", -1, d->items);
    if (d->buckets < 1 || d->buckets > C12__MRP_MAX_BUCKETS) c12__fault(&f, C12_E_RANGE, "buckets must be 1..4096", "buckets", -1, d->buckets);
    if (d->wide_rows < 0) c12__fault(&f, C12_E_ARG, "limit is negative", "wide_rows", -1, d->wide_rows);
    if (d->branches < 0 || d->branches > C12__MRP_MAX_BRANCHES) c12__fault(&f, C12_E_RANGE, "branches must be 0..64", "branches", -1, d->branches);
    if (d->branch_rows < 0) c12__fault(&f, C12_E_ARG, "limit is negative", "branch_rows", -1, d->branch_rows);
    const struct { int64_t value; const char *name; } count[] = { { d->lines, "lines" }, { d->demand, "demand" }, { d->receipts, "receipts" },
                                                                  { d->line_edits, "line_edits" }, { d->branch_events, "branch_events" }, { d->rare_lines, "rare_lines" }, { d->safety, "safety" } };
    for (size_t i = 0; i < sizeof count / sizeof *count; i++)
        if (count[i].value < 0 || count[i].value > INT32_MAX / 4) c12__fault(&f, C12_E_RANGE, "limit must be 0..2^29-1", count[i].name, -1, count[i].value);
    if (d->edits < 0) c12__fault(&f, C12_E_ARG, "limit is negative", "edits", -1, d->edits);
    if (d->trace_cells < 0) c12__fault(&f, C12_E_ARG, "limit is negative", "trace_cells", -1, d->trace_cells);
    if (!d->edits) d->edits = 1024;
    if (!d->rare_lines) d->rare_lines = d->lines / 4 + 64;
    if (d->rare_lines > d->lines) d->rare_lines = d->lines;
    if (!d->trace_cells) d->trace_cells = d->items / 4 + 65536;
    if (!d->wide_rows) d->wide_rows = d->items / 16 + 64;
    if (d->wide_rows > (int64_t)d->items + d->branch_rows) d->wide_rows = d->items + d->branch_rows;
    return f.status;
}

c12_status c12_mrp_bytes(const c12_mrp_dims *dims, size_t *bytes, c12_error *err)
{
    c12_mrp_dims d;
    c12__arena a = c12__arena_measure();
    c12_status s = mrp_take_dims(&d, dims, err);
    if (s) return s;
    if (!bytes) return c12__fail(err, C12_E_ARG, "argument is NULL", "bytes", -1, 0);
    (void)mrp_layout(&a, &d);
    size_t need = c12__arena_need(&a);
    if (need == SIZE_MAX) return c12__fail(err, C12_E_OVERFLOW, "size does not fit size_t", "dims", -1, 0);
    *bytes = need;
    return C12_OK;
}

c12_status c12_mrp_init(c12_mrp **self, c12_mem mem, const c12_mrp_dims *dims, const c12_host *host, c12_error *err)
{
    c12_mrp_dims d;
    c12_host h;
    size_t need;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    *self = NULL;
    c12_status s = c12_mrp_bytes(dims, &need, err);
    if (!s) s = mrp_take_dims(&d, dims, err);
    if (!s) s = c12__take_optional(&h, sizeof h, host, "host", err);
    if (s) return s;
    if (!mem.ptr || mem.size < need) return c12__fail(err, C12_E_SPACE, "memory is too small for these dims", "mem", -1, (int64_t)need);
    c12__arena a = c12__arena_over(mem);
    c12_mrp *it = mrp_layout(&a, &d);
    it->host = h;
    it->dims = d;
    it->hash_mask = (int32_t)hash_size(&d) - 1;
    it->event_cap = (int32_t)events_of(&d);
    it->gather = c12__mrp_gather_best();
    atomic_init(&it->cancelled, 0);
    *self = it;
    return C12_OK;
}

c12_status c12_mrp_create(c12_mrp **self, const c12_mrp_dims *dims, const c12_host *host, c12_error *err)
{
    c12_host h;
    size_t need;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    *self = NULL;
    c12_status s = c12_mrp_bytes(dims, &need, err);
    if (!s) s = c12__take_optional(&h, sizeof h, host, "host", err);
    if (s) return s;
    c12_mem mem = { c12__alloc(&h, need), need };
    if (!mem.ptr) return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, (int64_t)need);
    s = c12_mrp_init(self, mem, dims, host, err);
    if (s) { c12__release(&h, mem.ptr, need); return s; }
    (*self)->owned = need;
    (*self)->owned_ptr = mem.ptr;
    return C12_OK;
}

void c12_mrp_destroy(c12_mrp *self)
{
    if (!self || !self->owned) return;
    c12_host h = self->host;
    c12__release(&h, self->owned_ptr, self->owned);
}

void c12_mrp_cancel(c12_mrp *self)
{
    if (self) atomic_store_explicit(&self->cancelled, 1, memory_order_relaxed);
}
