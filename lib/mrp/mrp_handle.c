/* SPDX-License-Identifier: Apache-2.0 */
/* The planner handle from nothing to a loaded problem: what memory it takes, made in the caller's memory or the host's; ranks, both tables
 * of edges, terms and events taken in. */
#include "mrp/mrp_plan.h"

/* ---- memory --------------------------------------------------------------------------------------------------------------------- */

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

/* ---- items ---------------------------------------------------------------------------------------------------------------------- */

/* 31-bit terms go to the fast rows; what does not fit, or wants the exact row anyway, stays with the exact one. */
static c12__mrp_fast fast_terms(const c12__mrp_terms *l)
{
    const int64_t limit = (int64_t)1 << 31, large = (int64_t)1 << 60;
    c12__mrp_fast f = { 0, 0, 0, 1, C12__FAST_NONE };
    if (l->on_hand >= large || l->on_hand <= -large || l->floor >= large) return f;
    if (l->yield_ppm != C12__MRP_SURE || l->fence || l->safety_time) return f;
    f.slack = l->on_hand - l->floor;
    int64_t up_to = c12__max64(l->max, l->floor) - l->floor;
    switch (l->rule) {
    case C12_MRP_LOT_FOR_LOT: f.rule = C12__FAST_LOT_FOR_LOT; break;
    case C12_MRP_FIXED:
        if (l->size >= limit) break;
        f.size = (int32_t)l->size;
        f.rule = C12__FAST_FIXED;
        break;
    case C12_MRP_MIN_MULTIPLE:
        if (l->multiple >= limit || l->min >= limit / 2 || l->multiple >= limit / 2 || l->max) break;
        f.size = (int32_t)l->multiple;
        f.min = (int32_t)((l->min + l->multiple - 1) / l->multiple * l->multiple);
        f.rule = C12__FAST_MIN_MULTIPLE;
        break;
    case C12_MRP_PERIODS: f.periods = l->periods; f.rule = C12__FAST_PERIODS; break;
    case C12_MRP_MIN_MAX:
        if (up_to >= limit) break;
        f.min = (int32_t)up_to;
        f.rule = C12__FAST_MIN_MAX;
        break;
    default: break;
    }
    return f;
}

c12__mrp_terms c12__mrp_terms_of(const c12__mrp_item *it)
{
    c12__mrp_terms l = { it->on_hand, 0, it->size, it->min, it->max, it->multiple, it->order_cost, it->holding_cost, NULL, C12_MRP_LOT_FOR_LOT, it->periods, C12__MRP_SURE, 0, 0, 0 };
    if (it->type == C12_MRP_PHANTOM) return l;
    l.yield_ppm = it->yield_ppm;
    l.fence = it->fence;
    l.safety_time = it->safety_time;
    l.rule = it->rule;
    l.floor = it->rule == C12_MRP_MIN_MAX ? c12__max64(it->safety, it->min) : it->safety;
    return l;
}

void c12__mrp_settle(c12__mrp_item *it)
{
    const c12__mrp_terms l = c12__mrp_terms_of(it);
    it->fast = fast_terms(&l);
    if (it->safety_rows >= 0 || it->by_product) it->fast.rule = C12__FAST_NONE;
}

static int16_t near_bucket(int32_t t) { return (int16_t)(t < C12__MRP_MAX_BUCKETS ? t : C12__MRP_MAX_BUCKETS); }

static void load_item(c12_mrp *self, const c12_mrp_input *in, int32_t i)
{
    int32_t rank = self->rank_of[i];
    c12__mrp_item *it = self->item + rank;
    it->on_hand = c12__at64(in->on_hand, i, 0);
    it->size = c12__at64(in->lot_size, i, 1);
    it->max = c12__at64(in->lot_max, i, 0);
    it->multiple = c12__at64(in->lot_multiple, i, 1);
    it->periods = c12__at32(in->lot_periods, i, 1);
    it->order_cost = c12__at64(in->order_cost, i, 0);
    it->holding_cost = c12__at64(in->holding_cost, i, 0);
    it->safety = c12__at64(in->safety, i, 0);
    it->min = c12__at64(in->lot_min, i, 0);
    it->lead = c12__at32(in->lead_time, i, 0);
    it->rule = c12__at32(in->lot_rule, i, C12_MRP_LOT_FOR_LOT);
    it->by_product = 0;
    it->type = (int8_t)c12__at32(in->item_type, i, C12_MRP_BUY);
    it->yield_ppm = c12__at32(in->yield_ppm, i, C12__MRP_SURE);
    it->safety_time = near_bucket(c12__at32(in->safety_time, i, 0));
    it->fence = near_bucket(c12__at32(in->planning_fence, i, 0));
    it->demand_fence = near_bucket(c12__at32(in->demand_fence, i, 0));
    it->demand = it->receipts = it->safety_rows = -1;
    c12__mrp_settle(it);
    c12__mrp_meta m = { it->type == C12_MRP_PHANTOM ? 0 : it->lead, C12__MRP_TABLE, 0, -1 };
    self->meta[rank] = m;
}

/* In the caller's order: ten columns read on, one item at a time written anywhere. */
static void load_items(c12_mrp *self, const c12_mrp_input *in)
{
    for (int32_t i = 0; i < self->n; i++) {
        const int32_t soon = self->rank_of[i + 12 < self->n ? i + 12 : i];
        C12__PREFETCH(self->item + soon);
        C12__PREFETCH(&self->item[soon].safety);
        C12__PREFETCH(self->meta + soon);
        load_item(self, in, i);
    }
}

/* ---- edges ---------------------------------------------------------------------------------------------------------------------- */

/* num/den enlarged by scrap as a/b of 31 bits; 1 when it does not fit.  Thousandths of a percent in hundreds of thousands are the usual
 * case, so a full reduction is not worth its divisions. */
static int line_ratio(const c12__mrp_rare *l, int32_t *a, int32_t *b)
{
    int64_t up = 1, down = 1, num, den;
    if (l->ppm) {
        int32_t step = l->ppm % 1000 ? 1 : 1000;
        up = (1000000 + l->ppm) / step;
        down = 1000000 / step;
    }
    if (c12__mul64(l->num, up, &num) || c12__mul64(l->den, down, &den)) return 1;
    if (den > 1 && num % den == 0) { num /= den; den = 1; }
    *a = (int32_t)num;
    *b = (int32_t)den;
    return num > INT32_MAX || den > INT32_MAX;
}

c12__mrp_edge c12__mrp_edge_of(const c12_mrp *self, int32_t other, int32_t line, const c12__mrp_rare *as_given, int32_t rare_at)
{
    c12__mrp_edge e = { other, rare_at, 0, line };
    int32_t a, b;
    if (as_given->ppm == C12__MRP_FALLS_OFF || as_given->from > 0 || as_given->to < self->buckets || as_given->offset) return e;
    if ((self->scrap == C12_SCRAP_YIELD && as_given->ppm) || line_ratio(as_given, &a, &b)) return e;
    e.a = a;
    e.b = b;
    return e;
}

static c12_status load_lines(c12_mrp *self, const c12__mrp *m, c12_error *err)
{
    const c12__gozinto *g = &m->graph;
    int64_t k = 0;
    memset(self->up_off, 0, ((size_t)self->n + 1) * sizeof *self->up_off);
    self->n_rare = 0;
    for (int32_t r = 0; r < self->n; r++) {
        int32_t i = self->item_of[r];
        if (r + 12 < self->n) C12__PREFETCH(&g->off[self->item_of[r + 12]]);
        if (r + 6 < self->n) {
            int64_t e = g->off[self->item_of[r + 6]];
            C12__PREFETCH(&g->child[e]);
            C12__PREFETCH(&g->num[e]);
            if (g->den) C12__PREFETCH(&g->den[e]);
            if (g->ppm) C12__PREFETCH(&g->ppm[e]);
            if (g->from) C12__PREFETCH(&g->from[e]);
            if (g->to) C12__PREFETCH(&g->to[e]);
        }
        if (r + 3 < self->n)
            for (int64_t e = g->off[self->item_of[r + 3]]; e < g->off[self->item_of[r + 3] + 1]; e++) C12__PREFETCH(&self->rank_of[g->child[e]]);
        self->down_off[r] = k;
        for (int64_t e = g->off[i]; e < g->off[i + 1]; e++, k++) {
            c12__mrp_rare l = { g->num[e], c12__at64(g->den, e, 1), c12__at32(g->ppm, e, 0), c12__at32(g->from, e, 0),
                                c12__at32(g->to, e, INT32_MAX), c12__at32(m->line_offset, e, 0) };
            int32_t child = self->rank_of[g->child[e]];
            if (c12__gozinto_by_product(g, e)) {
                l.ppm = C12__MRP_FALLS_OFF;
                self->item[child].by_product = 1;
                c12__mrp_settle(self->item + child);
            }
            self->down[k] = c12__mrp_edge_of(self, child, (int32_t)e, &l, self->n_rare);
            if (!self->down[k].b) {
                if (self->n_rare == self->dims.rare_lines) return c12__fail(err, C12_E_SPACE, "more dated, offset or very wide lines than the handle was made for", "rare_lines", -1, self->dims.lines);
                self->rare[self->n_rare++] = l;
            }
            self->line_parent[e] = r;
            self->up_off[child + 1]++;
        }
    }
    self->down_off[self->n] = k;
    self->n_lines = (int32_t)k;
    return C12_OK;
}

/* Parents in plan order within each child: neighbours in memory when their orders are gathered. */
static void turn_lines(c12_mrp *self)
{
    int64_t *at = self->up_off;
    for (int32_t r = 0; r < self->n; r++) at[r + 1] += at[r];
    for (int32_t r = 0; r < self->n; r++)
        for (int64_t k = self->down_off[r]; k < self->down_off[r + 1]; k++) {
            c12__mrp_edge e = self->down[k];
            int64_t to = at[e.other]++;
            if (k + 24 < self->n_lines) C12__PREFETCH(&at[self->down[k + 24].other]);
            if (k + 8 < self->n_lines) C12__PREFETCH(&self->up[at[self->down[k + 8].other]]);
            e.other = r;
            self->up[to] = e;
        }
    for (int32_t r = self->n; r > 0; r--) at[r] = at[r - 1]; /* the fill moved each start to the next one's */
    at[0] = 0;
}

/* ---- events --------------------------------------------------------------------------------------------------------------------- */

typedef struct event_columns {
    const int32_t *item, *bucket;
    const c12_qty *qty;
    const int32_t *kind;
} event_columns;

/* Rows in the order `by` (NULL: as they come) become runs of events, one an item; count [n + 1] is scratch. */
static void place_events(c12_mrp *self, const event_columns *c, int32_t rows, const int32_t *by, int32_t *count)
{
    memset(count, 0, ((size_t)self->n + 1) * sizeof *count);
    for (int32_t k = 0; k < rows; k++) count[self->rank_of[c->item[k]] + 1]++;
    for (int32_t r = 0; r < self->n; r++) count[r + 1] += count[r];
    for (int32_t j = 0; j < rows; j++) {
        int32_t k = by ? by[j] : j, rank = self->rank_of[c->item[k]], at = self->n_events + count[rank]++;
        self->event[at] = c12__mrp_event_of(c->qty[k], c->bucket[k], at + 1, k, c12__at32(c->kind, k, 0), rank);
    }
    for (int32_t k = self->n_events; k < self->n_events + rows; k++)
        if (k + 1 == self->n_events + rows || self->event[k + 1].owner != self->event[k].owner) self->event[k].next = -1;
}

static void load_demand(c12_mrp *self, const c12_mrp_input *in)
{
    int32_t first = self->n_events;
    self->n_demand = (int32_t)in->n_demand;
    const event_columns columns = { in->demand_item, in->demand_bucket, in->demand_qty, in->demand_kind };
    place_events(self, &columns, self->n_demand, NULL, self->agenda.head);
    self->n_events += self->n_demand;
    for (int32_t k = self->n_events; k-- > first; ) {
        self->item[self->event[k].owner].demand = k;
        self->demand_rank[self->event[k].row] = self->event[k].owner;
    }
}

/* Receipts stand in bucket order, then as given: by bucket first, for the placing is stable. */
static void load_receipts(c12_mrp *self, const c12_mrp_input *in)
{
    int32_t first = self->n_events, rows = (int32_t)in->n_receipts, *by = self->receipt_rank;
    int64_t *at = self->slice; /* [buckets + 2]: a slice has more */
    memset(at, 0, ((size_t)self->buckets + 3) * sizeof *at);
    for (int32_t k = 0; k < rows; k++) at[c12__mrp_clamp(in->receipt_bucket[k], self->buckets) + 2]++;
    for (int32_t t = 0; t < self->buckets + 2; t++) at[t + 1] += at[t];
    for (int32_t k = 0; k < rows; k++) by[at[c12__mrp_clamp(in->receipt_bucket[k], self->buckets) + 1]++] = k;
    self->n_receipts = rows;
    const event_columns columns = { in->receipt_item, in->receipt_bucket, in->receipt_qty, in->receipt_kind };
    place_events(self, &columns, rows, by, self->agenda.head);
    self->n_events += rows;
    for (int32_t k = self->n_events; k-- > first; ) {
        self->item[self->event[k].owner].receipts = k;
        self->receipt_rank[self->event[k].row] = self->event[k].owner;
    }
}

/* Given by item, then bucket, which is how they stand. */
static void load_safety(c12_mrp *self, const c12_mrp_input *in)
{
    for (int32_t k = (int32_t)in->n_safety; k-- > 0; ) {
        int32_t rank = self->rank_of[in->safety_item[k]], at = self->n_events + k;
        self->event[at] = c12__mrp_event_of(in->safety_qty[k], in->safety_bucket[k], self->item[rank].safety_rows, 0, 0, rank);
        self->item[rank].safety_rows = at;
        c12__mrp_settle(self->item + rank);
    }
    self->n_events += (int32_t)in->n_safety;
}

/* ---- the problem ---------------------------------------------------------------------------------------------------------------- */

static c12_status check_room(const c12_mrp *self, const c12__mrp *m, c12_error *err)
{
    const c12_mrp_dims *d = &self->dims;
    c12__faults f = { err, C12_OK, 0 };
    int64_t lines = m->n ? m->graph.off[m->n] : 0;
    if (m->n > d->items) c12__fault(&f, C12_E_SPACE, "more items than the handle was made for", "items", -1, m->n);
    if (m->buckets > d->buckets) c12__fault(&f, C12_E_SPACE, "more buckets than the handle was made for", "buckets", -1, m->buckets);
    if (lines > d->lines) c12__fault(&f, C12_E_SPACE, "more lines than the handle was made for", "lines", -1, lines);
    if (m->in.n_demand > d->demand) c12__fault(&f, C12_E_SPACE, "more demand rows than the handle was made for", "demand", -1, m->in.n_demand);
    if (m->in.n_receipts > d->receipts) c12__fault(&f, C12_E_SPACE, "more receipt rows than the handle was made for", "receipts", -1, m->in.n_receipts);
    if (m->in.n_safety > d->safety) c12__fault(&f, C12_E_SPACE, "more safety rows than the handle was made for", "safety", -1, m->in.n_safety);
    return f.status;
}

/* Every pool empty, every branch closed. */
static void reset_pools(c12_mrp *self)
{
    const c12_mrp_dims *d = &self->dims;
    self->loaded = self->solved = 0;
    self->n_events = 0;
    self->free_event = -1;
    self->open_branches = 0;
    self->agenda.noted = -1;
    self->agenda.waiting = 0;
    self->links_used = self->levels_stale = 0;
    for (int32_t k = 0; k < d->line_edits; k++) self->link[k].next = k + 1 < d->line_edits ? k + 1 : -1;
    self->free_link = d->line_edits ? 0 : -1;
    for (int32_t k = 0; k < d->branch_rows; k++) self->copy[k].next = k + 1 < d->branch_rows ? k + 1 : -1;
    self->free_copy = d->branch_rows ? 0 : -1;
    for (int32_t b = 0; b <= d->branches; b++) self->branch[b] = (c12__mrp_branch){ b == 0, -1, 0 };
    for (int32_t k = 0; k <= self->hash_mask; k++) self->hash[k] = -1;
    c12__mrp_free_all_wide(self);
}

static void count_levels(c12_mrp *self)
{
    memset(self->level_start, 0, ((size_t)self->n + 2) * sizeof *self->level_start);
    self->levels = 0;
    for (int32_t r = 0; r < self->n; r++) {
        self->level_start[self->item[r].level + 1]++;
        if (self->item[r].level >= self->levels) self->levels = self->item[r].level + 1;
    }
    for (int32_t l = 0; l < self->levels; l++) self->level_start[l + 1] += self->level_start[l];
}

void c12__mrp_agree(c12_mrp *self)
{
    count_levels(self);
    for (int32_t r = 0; r < self->n; r++) self->agreed[self->level_start[self->item[r].level]++] = r;
    for (int32_t l = self->levels; l > 0; l--) self->level_start[l] = self->level_start[l - 1];
    self->level_start[0] = 0;
    self->levels_stale = 0;
}

static c12_status rank_items(c12_mrp *self, const c12__mrp *m, c12_error *err)
{
    int32_t *level = self->up_links, *order = self->item_of, *degree = self->agenda.next, *queue = self->agreed;
    if (c12__gozinto_levels(&m->graph, level, order, degree, queue) >= 0) {
        c12__gozinto_cycle(&m->graph, order, degree, queue);
        return c12__fail(err, C12_E_CYCLE, "the bill of materials has a cycle through this item", "line_child", order[0], order[0]);
    }
    for (int32_t r = 0; r < self->n; r++) {
        self->rank_of[order[r]] = r;
        self->item[r].level = level[order[r]];
    }
    return C12_OK;
}

c12_status c12_mrp_load(c12_mrp *self, const c12_mrp_input *in, c12_error *err)
{
    c12__mrp m;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    c12_status s = c12__mrp_open(&m, in, err);
    if (s || (s = check_room(self, &m, err))) { self->loaded = self->solved = 0; return s; }
    reset_pools(self);
    self->n = m.n;
    self->buckets = m.buckets;
    self->scrap = m.in.scrap;
    self->negative_stock = m.in.negative_stock;
    self->damp_qty = m.in.message_qty;
    self->damp_shift = m.in.message_shift;
    if ((s = rank_items(self, &m, err))) return s;
    load_items(self, &m.in);
    if ((s = load_lines(self, &m, err))) return s;
    turn_lines(self);
    load_demand(self, &m.in);
    load_receipts(self, &m.in);
    load_safety(self, &m.in);
    c12__mrp_agree(self);
    for (int32_t r = 0; r < self->n; r++) self->up_links[r] = -1;
    for (int32_t l = 0; l <= self->n; l++) self->agenda.head[l] = -1;
    for (int32_t r = 0; r < self->n; r++) self->agenda.next[r] = C12__MRP_IDLE;
    memset(self->mark, 0, (size_t)self->n * sizeof *self->mark);
    self->loaded = 1;
    return C12_OK;
}
