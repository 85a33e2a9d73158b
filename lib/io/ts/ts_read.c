/* SPDX-License-Identifier: Apache-2.0 */
/* Telemetry files, reading: a merge of the blocks that overlap at the moment, by (time, robot) or by the kept order. */
#include "io/ts/ts_internal.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- one block ------------------------------------------------------------------------------------------------------- */

void c12io__ts_unload(const c12_host *host, c12io__ts_cursor *c)
{
    c12io__ts_drop(host, &c->mem);
    c12io__ts_drop(host, &c->map);
    c12io__ts_drop(host, &c->perm);
}

static c12_status ts_block_fault(const c12io_ts *t, c12_error *err, c12_status s, int64_t entry, const char *what, int64_t at)
{
    at += c12io__ts_entries(t)[entry].at;
    return c12io__fault(err, s, what, entry, at, "%s: block %lld, byte %lld: %s", t->path, (long long)entry, (long long)at, what);
}

int c12io__ts_head_matches(const c12io__ts_entry *e, const c12_tlm_head *h)
{
    return h->bytes == (int64_t)e->bytes && h->rows == (int64_t)e->rows && h->raw_rows == (int64_t)e->raw_rows && h->t_min == e->t_min
        && h->t_max == e->t_max && h->has_order == (int32_t)e->by_order;
}

int c12io__ts_rows_match(const c12io_ts *t, const c12io__ts_entry *e, const c12_tlm_batch *b, int64_t first, int timed)
{
    const int64_t *robot = b->value + t->schema.robot_field * b->cap + first, *time = b->value + t->schema.time_field * b->cap + first;
    c12_view name = { b->dict->bytes + b->dict->off[robot[0]], (size_t)(b->dict->off[robot[0] + 1] - b->dict->off[robot[0]]) };
    if (c12io__ts_view_order(name, c12io__ts_robot(&t->robots, e->robot))) return 0;
    for (int64_t r = 0; r < b->n - first; r++)
        if (robot[r] != robot[0] || (timed && r && time[r] < time[r - 1]) || (b->order && b->order[first + r] < 0)) return 0;
    return 1;
}

c12_status c12io__ts_decode(c12io_ts *t, c12_view disk, c12io__ts_cursor *c, c12_mem *scratch, size_t *used, c12_error *err)
{
    c12_tlm_head h = C12_INIT(c12_tlm_head);
    c12_view block;
    size_t inside;
    c12_status s = c12io__ts_open_block(t, disk, &block, used, err);
    if (s || (s = c12_tlm_block_head(block, &h, err))) return s;
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = (int32_t)h.text_bytes + 1, .rows = h.rows, .raw_bytes = h.raw_bytes, .text_bytes = h.text_bytes };
    size_t bytes;
    if (h.text_bytes >= 1 << 28 || c12_tlm_batch_bytes(&t->schema, &d, &bytes, NULL))
        return c12io__fault(err, C12_E_FORMAT, "block is too large", -1, 0, "%s: block is too large", t->path);
    if (c12io__ts_grow(&t->host, &c->mem, bytes) || c12io__ts_grow(&t->host, scratch, c12_tlm_decode_scratch(h.text_bytes))) return C12_E_NOMEM;
    memset(&c->batch, 0, sizeof c->batch);
    c->batch.struct_size = (uint32_t)sizeof c->batch;
    s = c12_tlm_batch_init(&c->batch, c->mem, &t->schema, &d, err);
    return s ? s : c12_tlm_block_decode(&t->schema, block, &c->batch, &inside, *scratch, err);
}

static c12_status ts_decode_entry(c12io_ts *t, int64_t entry, c12_view block, c12io__ts_cursor *c, c12_mem *scratch, c12_error *err)
{
    const c12io__ts_entry *e = &c12io__ts_entries(t)[entry];
    c12_error bad = C12_INIT(c12_error);
    c12_tlm_head h = C12_INIT(c12_tlm_head);
    size_t used;
    c12_status s = c12_tlm_block_head(block, &h, &bad);
    if (s) return ts_block_fault(t, err, s, entry, bad.what, bad.value);
    if (!c12io__ts_head_matches(e, &h)) return ts_block_fault(t, err, C12_E_FORMAT, entry, "head of the block does not match the index", 0);
    if ((s = c12io__ts_decode(t, block, c, scratch, &used, &bad)) == C12_E_NOMEM) return c12io__ts_nomem(err, t->path);
    if (s) return ts_block_fault(t, err, C12_E_FORMAT, entry, bad.what, s == C12_E_FORMAT ? bad.value : 0);
    return c12io__ts_rows_match(t, e, &c->batch, 0, 1) ? C12_OK : ts_block_fault(t, err, C12_E_FORMAT, entry, "rows of the block do not match the index", 0);
}

c12_status c12io__ts_load(c12io_ts *t, int64_t entry, c12io__ts_cursor *c, c12_error *err)
{
    const c12io__ts_entry *e = &c12io__ts_entries(t)[entry];
    c12_mem bytes = { NULL, 0 }, scratch = { NULL, 0 };
    size_t size = c12io__ts_size(t, e->bytes);
    if (c12io__ts_grow(&t->host, &bytes, size)) return c12io__ts_nomem(err, t->path);
    c12_view block = { bytes.ptr, size };
    c12_status s = C12_OK;
    errno = 0;
    if (fseeko(t->f, (off_t)e->at, SEEK_SET)) s = c12io__os_fault(err, t->path, "seek in");
    else if (fread(bytes.ptr, 1, size, t->f) != size)
        s = ferror(t->f) ? c12io__os_fault(err, t->path, "read") : ts_block_fault(t, err, C12_E_FORMAT, entry, "file is cut off", e->bytes);
    if (!s) s = ts_decode_entry(t, entry, block, c, &scratch, err);
    c12io__ts_drop(&t->host, &bytes);
    c12io__ts_drop(&t->host, &scratch);
    return s;
}

c12_status c12io__ts_readable(const c12io_ts *t, c12_error *err)
{
    if (!t) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "telemetry file: handle is NULL");
    if (!t->f || t->writing) return c12io__fault(err, C12_E_STATE, "handle is not open for reading", -1, 0, "%s: not open for reading", t->path);
    return C12_OK;
}

/* ---- which blocks, in which order ---------------------------------------------------------------------------------------- */

typedef struct ts_pick { int64_t t_min, entry; uint32_t stage, reserved; } ts_pick;

static int ts_pick_order(const void *a, const void *b)
{
    const ts_pick *x = a, *y = b;
    if (x->stage != y->stage) return x->stage < y->stage ? -1 : 1;
    if (x->t_min != y->t_min) return x->t_min < y->t_min ? -1 : 1;
    return x->entry < y->entry ? -1 : x->entry > y->entry;
}

void c12io__ts_scan_drop(c12io_ts *t)
{
    c12io__ts_cursor **heap = t->scan.heap.ptr;
    for (int64_t i = 0; i < t->scan.heap_n; i++) {
        c12io__ts_unload(&t->host, heap[i]);
        free(heap[i]);
    }
    t->scan.heap_n = 0;
    t->scan.running = 0;
}

/* All blocks are one stage, or each epoch is. */
static c12_status ts_pick_blocks(c12io_ts *t, int64_t robot, c12_error *err)
{
    c12io__ts_scan *s = &t->scan;
    c12_mem picks = { NULL, 0 };
    size_t n = (size_t)t->n_entries;
    if (c12io__ts_grow(&t->host, &picks, n * sizeof(ts_pick)) || c12io__ts_grow(&t->host, &s->list, n * sizeof(int64_t))) {
        c12io__ts_drop(&t->host, &picks);
        return c12io__ts_nomem(err, t->path);
    }
    ts_pick *p = picks.ptr;
    s->n_list = 0;
    for (int64_t i = 0; i < t->n_entries; i++) {
        const c12io__ts_entry *e = &c12io__ts_entries(t)[i];
        if ((robot >= 0 && (int64_t)e->robot != robot) || e->t_max < s->from || e->t_min > s->to) continue;
        ts_pick one = { e->t_min, i, s->by_time ? 0 : e->epoch, 0 };
        p[s->n_list++] = one;
    }
    qsort(p, (size_t)s->n_list, sizeof *p, ts_pick_order);
    for (int64_t i = 0; i < s->n_list; i++) ((int64_t *)s->list.ptr)[i] = p[i].entry;
    c12io__ts_drop(&t->host, &picks);
    return C12_OK;
}

c12_status c12io_ts_scan(c12io_ts *self, const c12io_ts_range *range, c12_error *err)
{
    c12_status st = c12io__ts_readable(self, err);
    if (st) return st;
    c12io_ts_range all = C12_INIT(c12io_ts_range);
    const c12io_ts_range *r = range ? range : &all;
    if (r->struct_size < sizeof *r || r->order < C12IO_TS_AS_WRITTEN || r->order > C12IO_TS_BY_TIME || r->robot_size < 0 || r->from > r->to)
        return c12io__fault(err, C12_E_ARG, "range is not initialised or contradicts itself", -1, 0, "%s: range is not initialised or contradicts itself", self->path);
    c12io__ts_scan *s = &self->scan;
    c12io__ts_scan_drop(self);
    int whole = !r->from && !r->to;
    s->from = whole ? INT64_MIN : r->from;
    s->to = whole ? INT64_MAX : r->to > INT64_MIN ? r->to - 1 : r->to;
    s->by_time = r->order == C12IO_TS_BY_TIME || !self->keep_order;
    s->next = s->n_list = 0;
    c12_view name = { r->robot, (size_t)r->robot_size };
    int64_t robot = r->robot ? c12io__ts_robot_id(&self->host, &self->robots, name, 0) : -1;
    if ((!r->robot || robot >= 0) && (whole || r->from < r->to) && (st = ts_pick_blocks(self, robot, err))) return st;
    s->running = 1;
    return C12_OK;
}

/* ---- the merge -------------------------------------------------------------------------------------------------------------- */

static int ts_cursor_less(const c12io__ts_cursor *a, const c12io__ts_cursor *b)
{
    if (a->key != b->key) return a->key < b->key;
    if (a->rank != b->rank) return a->rank < b->rank;
    return a->entry < b->entry;
}

static int64_t ts_cursor_row(const c12io__ts_cursor *c) { return c->perm.ptr ? ((const int32_t *)c->perm.ptr)[c->at] : c->at; }

/* To the next row inside the time range; 0 = the block has no more. */
static int ts_cursor_settle(const c12io_ts *t, c12io__ts_cursor *c)
{
    const c12_tlm_batch *b = &c->batch;
    const int64_t *time = b->value + t->schema.time_field * b->cap;
    for (; c->at < b->n; c->at++) {
        int64_t r = ts_cursor_row(c);
        if (time[r] < t->scan.from || time[r] > t->scan.to) continue;
        c->key = c->perm.ptr ? b->order[r] : time[r];
        return 1;
    }
    return 0;
}

static void ts_heap_down(c12io__ts_cursor **h, int64_t n, int64_t i)
{
    for (int64_t k; (k = 2 * i + 1) < n; i = k) {
        if (k + 1 < n && ts_cursor_less(h[k + 1], h[k])) k++;
        if (!ts_cursor_less(h[k], h[i])) return;
        c12io__ts_cursor *c = h[i];
        h[i] = h[k];
        h[k] = c;
    }
}

static void ts_heap_up(c12io__ts_cursor **h, int64_t i)
{
    for (int64_t p; i && ts_cursor_less(h[i], h[p = (i - 1) / 2]); i = p) {
        c12io__ts_cursor *c = h[i];
        h[i] = h[p];
        h[p] = c;
    }
}

typedef struct ts_place { int64_t order; int32_t row, reserved; } ts_place;

static int ts_place_order(const void *a, const void *b)
{
    const ts_place *x = a, *y = b;
    if (x->order != y->order) return x->order < y->order ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static int ts_sort_by_order(c12io_ts *t, c12io__ts_cursor *c)
{
    c12_mem places = { NULL, 0 };
    size_t n = (size_t)c->batch.n;
    if (c12io__ts_grow(&t->host, &places, n * sizeof(ts_place)) || c12io__ts_grow(&t->host, &c->perm, n * sizeof(int32_t))) {
        c12io__ts_drop(&t->host, &places);
        return 1;
    }
    ts_place *p = places.ptr;
    for (size_t i = 0; i < n; i++) {
        ts_place one = { c->batch.order[i], (int32_t)i, 0 };
        p[i] = one;
    }
    qsort(p, n, sizeof *p, ts_place_order);
    for (size_t i = 0; i < n; i++) ((int32_t *)c->perm.ptr)[i] = p[i].row;
    c12io__ts_drop(&t->host, &places);
    return 0;
}

static int32_t ts_robot_rank(const c12io_ts *t, uint32_t robot)
{
    const int32_t *sorted = t->robots.sorted.ptr;
    c12_view name = c12io__ts_robot(&t->robots, robot);
    int64_t low = 0, high = t->robots.n - 1;
    while (low < high) {
        int64_t mid = (low + high) / 2;
        if (c12io__ts_view_order(c12io__ts_robot(&t->robots, sorted[mid]), name) < 0) low = mid + 1;
        else high = mid;
    }
    return (int32_t)low;
}

static c12_status ts_open_cursor(c12io_ts *t, int64_t entry, c12_error *err)
{
    c12io__ts_scan *s = &t->scan;
    const c12io__ts_entry *e = &c12io__ts_entries(t)[entry];
    c12io__ts_cursor *c = calloc(1, sizeof *c);
    if (!c || c12io__ts_grow(&t->host, &s->heap, (size_t)(s->heap_n + 1) * sizeof c)) { free(c); return c12io__ts_nomem(err, t->path); }
    c12_status st = c12io__ts_load(t, entry, c, err);
    if (!st && !s->by_time && e->by_order && ts_sort_by_order(t, c)) st = c12io__ts_nomem(err, t->path);
    if (!st && c12io__ts_grow(&t->host, &c->map, (size_t)c->batch.dict->n * sizeof(int32_t) + 1)) st = c12io__ts_nomem(err, t->path);
    c->entry = entry;
    c->rank = c->perm.ptr ? 0 : ts_robot_rank(t, e->robot);
    if (st || !ts_cursor_settle(t, c)) {
        c12io__ts_unload(&t->host, c);
        free(c);
        return st;
    }
    c12io__ts_cursor **h = s->heap.ptr;
    h[s->heap_n] = c;
    ts_heap_up(h, s->heap_n++);
    return C12_OK;
}

/* Open what may hold the next row: all of a stage read by order, else what starts no later than the heap's top. */
static c12_status ts_open_due(c12io_ts *t, c12_error *err)
{
    c12io__ts_scan *s = &t->scan;
    while (s->next < s->n_list) {
        int64_t entry = ((const int64_t *)s->list.ptr)[s->next];
        const c12io__ts_entry *e = &c12io__ts_entries(t)[entry];
        uint32_t stage = s->by_time ? 0 : e->epoch;
        if (s->heap_n) {
            if (stage != s->stage) return C12_OK;
            if ((s->by_time || !e->by_order) && e->t_min > (*(c12io__ts_cursor **)s->heap.ptr)->key) return C12_OK;
        }
        s->stage = stage;
        s->next++;
        c12_status st = ts_open_cursor(t, entry, err);
        if (st) return st;
    }
    return C12_OK;
}

static void ts_step(c12io_ts *t)
{
    c12io__ts_scan *s = &t->scan;
    c12io__ts_cursor **h = s->heap.ptr, *c = h[0];
    c->at++;
    if (!ts_cursor_settle(t, c)) {
        c12io__ts_unload(&t->host, c);
        free(c);
        h[0] = h[--s->heap_n];
    }
    ts_heap_down(h, s->heap_n, 0);
}

/* ---- rows into the caller's batch ---------------------------------------------------------------------------------------- */

static int64_t ts_ten(int32_t n)
{
    int64_t p = 1;
    for (; n > 0; n--) p *= 10;
    return p;
}

/* The value in the batch's unit, the column raised when the value needs it.  0 = does not fit. */
static int ts_take_decimal(c12_tlm_batch *b, int32_t f, int32_t scale, int64_t *v)
{
    if (!b->n) b->scale[f] = scale;
    if (scale <= b->scale[f]) {
        int64_t times = ts_ten(b->scale[f] - scale), limit = INT64_MAX / times;
        if (*v > limit || *v < -limit) return 0;
        *v *= times;
        return 1;
    }
    int64_t times = ts_ten(scale - b->scale[f]), limit = INT64_MAX / times, *mine = b->value + f * b->cap;
    for (int64_t i = 0; i < b->n; i++)
        if (mine[i] > limit || mine[i] < -limit) return 0;
    for (int64_t i = 0; i < b->n; i++) mine[i] *= times;
    b->scale[f] = scale;
    return 1;
}

/* The caller's code for one of the block's; C12_E_SPACE = the caller's dictionary is full. */
static c12_status ts_take_code(c12io__ts_cursor *c, c12_tlm_batch *b, int64_t *v)
{
    int32_t *map = c->map.ptr;
    const c12_tlm_dict *d = c->batch.dict;
    if (map[*v] < 0) {
        int64_t code;
        c12_view text = { d->bytes + d->off[*v], (size_t)(d->off[*v + 1] - d->off[*v]) };
        c12_status s = c12_tlm_intern(b->dict, text, &code, NULL);
        if (s) return s;
        map[*v] = (int32_t)code;
    }
    *v = map[*v];
    return C12_OK;
}

c12_status c12io__ts_take(c12io_ts *t, c12io__ts_cursor *c, c12_tlm_batch *b, const char **full)
{
    const c12_tlm_batch *from = &c->batch;
    int64_t r = ts_cursor_row(c), v[C12_TLM_MAX_FIELDS];
    int raw = from->raw_at[r] >= 0;
    *full = "rows";
    if (b->n >= b->cap) return C12_E_SPACE;
    *full = "raw_bytes";
    if (raw && (!b->raw_at || from->raw_len[r] > b->raw_cap - b->raw_size)) return C12_E_SPACE;
    for (int32_t f = 0; f < t->schema.n_fields; f++) {
        int32_t kind = t->schema.kind[f];
        v[f] = from->value[f * from->cap + r];
        if (raw && f != t->schema.robot_field) continue;
        *full = "dict";
        if ((kind == C12_TLM_TEXT || kind == C12_TLM_LIST) && ts_take_code(c, b, &v[f])) return C12_E_SPACE;
        *full = "scale";
        if (kind == C12_TLM_DECIMAL && !ts_take_decimal(b, f, from->scale[f], &v[f])) return C12_E_SPACE;
    }
    for (int32_t f = 0; f < t->schema.n_fields; f++) b->value[f * b->cap + b->n] = v[f];
    if (b->raw_at) b->raw_at[b->n] = raw ? b->raw_size : -1;
    if (raw) {
        memcpy(b->raw + b->raw_size, from->raw + from->raw_at[r], (size_t)from->raw_len[r]);
        b->raw_len[b->n] = from->raw_len[r];
        b->raw_size += from->raw_len[r];
    }
    b->n++;
    return C12_OK;
}

c12_status c12io_ts_next(c12io_ts *self, c12_tlm_batch *batch, int64_t *rows, c12_error *err)
{
    c12_status st = c12io__ts_readable(self, err);
    if (st) return st;
    c12io__ts_scan *s = &self->scan;
    if (!s->running) return c12io__fault(err, C12_E_STATE, "no scan is running", -1, 0, "%s: call c12io_ts_scan first", self->path);
    if (!batch || batch->struct_size < sizeof *batch || !rows)
        return c12io__fault(err, C12_E_ARG, "argument is NULL or not initialised", -1, 0, "%s: use C12_INIT for the batch", self->path);
    c12_error e = C12_INIT(c12_error);
    c12_mem none = { NULL, 0 };
    size_t used;
    if ((st = c12_tlm_print(&self->schema, batch, 0, 0, none, &used, &e)))
        return c12io__fault(err, st, e.what, e.row, e.value, "%s: batch: %s", self->path, e.what);
    *rows = 0;
    s->call++;
    for (;;) {
        const char *full;
        if ((st = ts_open_due(self, err))) break;
        if (!s->heap_n) return C12_OK;
        c12io__ts_cursor *c = *(c12io__ts_cursor **)s->heap.ptr;
        if (c->call != s->call) { /* the caller may have emptied the dictionary since */
            c->call = s->call;
            memset(c->map.ptr, 0xff, c->map.size);
        }
        if (c12io__ts_take(self, c, batch, &full)) {
            if (*rows) return C12_OK;
            return c12io__fault(err, C12_E_SPACE, "the batch is full", -1, batch->n + 1, "%s: the batch is full: %s", self->path, full);
        }
        ts_step(self);
        ++*rows;
    }
    c12io__ts_scan_drop(self);
    return st;
}
