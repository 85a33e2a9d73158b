/* SPDX-License-Identifier: Apache-2.0 */
/* Telemetry files, writing: rows gather in a pool; a full pool is sorted by (robot, time) and leaves as blocks.  Where a file is appended to in place,
 * rows then gather in a second pool, and each append call lets some blocks of the full one go: nobody waits for all of them.  The bytes are the same. */
#include "io/ts/ts_internal.h"
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { TS_BLOCK_ROWS = 6144, TS_POOL_ROWS = 131072, TS_RAW_BYTES = 16 << 20, TS_TEXT_BYTES = 4 << 20, TS_BYTES_LIMIT = 1 << 28,
       TS_CHUNK_ROWS = 4096, TS_PACE = 2 /* rows that leave a full pool for one that joins the other */ };

c12_status c12io__ts_write_fault(const c12io_ts *t, c12_error *err, c12_status s, const c12_error *e)
{
    return c12io__fault(err, s, e->what, e->row, e->value, "%s: %s (%s %lld)", t->path, e->what, e->field ? e->field : "value", (long long)e->value);
}

static void ts_write_bytes(c12io_ts *t, const void *bytes, size_t n)
{
    if (t->journal) c12io__ts_append_bytes(t, bytes, n);
    else c12io_out_write(t->w.out, bytes, n);
    t->bytes += (int64_t)n;
}

/* ---- an epoch leaves the pool -------------------------------------------------------------------------------------- */

typedef struct ts_row { int64_t time; int32_t rank, row; } ts_row;

static int ts_row_order(const void *a, const void *b)
{
    const ts_row *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* Place of each pool code among the robots by bytes; the map is -1 for codes that name no robot. */
static c12_status ts_rank_robots(c12io_ts *t, const c12_tlm_batch *b, int32_t *rank_of_code, c12_error *err)
{
    const c12_tlm_dict *d = b->dict;
    const int64_t *code = b->value + t->schema.robot_field * b->cap;
    for (int32_t k = 0; k < d->n; k++) rank_of_code[k] = -1;
    for (int64_t r = 0; r < b->n; r++) {
        if (rank_of_code[code[r]] >= 0) continue;
        c12_view name = { d->bytes + d->off[code[r]], (size_t)(d->off[code[r] + 1] - d->off[code[r]]) };
        int64_t id = c12io__ts_robot_id(&t->host, &t->robots, name, 1);
        if (id < 0) return c12io__ts_nomem(err, t->path);
        rank_of_code[code[r]] = (int32_t)id;
    }
    c12_mem place = { NULL, 0 };
    if (c12io__ts_grow(&t->host, &place, (size_t)t->robots.n * sizeof(int32_t))) return c12io__ts_nomem(err, t->path);
    for (int64_t i = 0; i < t->robots.n; i++) ((int32_t *)place.ptr)[((const int32_t *)t->robots.sorted.ptr)[i]] = (int32_t)i;
    for (int32_t k = 0; k < d->n; k++)
        if (rank_of_code[k] >= 0) rank_of_code[k] = ((const int32_t *)place.ptr)[rank_of_code[k]];
    c12io__ts_drop(&t->host, &place);
    return C12_OK;
}

/* The columns' bytes of one written block join the file's; the entry joins the index. */
static c12_status ts_note_block(c12io_ts *t, c12_view block, int64_t robot, c12_error *err)
{
    int32_t codec[C12_TLM_MAX_FIELDS + 1], scale[C12_TLM_MAX_FIELDS + 1];
    int64_t bytes[C12_TLM_MAX_FIELDS + 1], spare[4][C12_TLM_MAX_FIELDS + 1];
    uint64_t low[C12_TLM_MAX_FIELDS + 1];
    c12_tlm_columns c = { .struct_size = sizeof c, .cap = C12_TLM_MAX_FIELDS + 1, .codec = codec, .scale = scale, .bytes = bytes,
                          .count = spare[0], .min = spare[1], .max = spare[2], .sum_high = spare[3], .sum_low = low };
    c12_tlm_head h = C12_INIT(c12_tlm_head);
    c12_error e = C12_INIT(c12_error);
    c12_status s = c12_tlm_block_columns(&t->schema, block, &c, &e);
    if (s || (s = c12_tlm_block_head(block, &h, &e))) return c12io__ts_write_fault(t, err, s, &e);
    for (int32_t i = 0; i < c.n; i++) t->column_bytes[i] += bytes[i];
    t->column_bytes[t->schema.n_fields + 1] += h.text_stored;
    t->column_bytes[t->schema.n_fields + 2] += h.raw_stored;
    if (c12io__ts_grow(&t->host, &t->entries, (size_t)(t->n_entries + 1) * sizeof(c12io__ts_entry))) return c12io__ts_nomem(err, t->path);
    c12io__ts_entry entry = { t->bytes, h.t_min, h.t_max, (uint32_t)h.bytes, (uint32_t)h.rows, (uint32_t)h.raw_rows,
                              (uint32_t)robot, t->w.epoch, (uint32_t)h.has_order };
    c12io__ts_entries(t)[t->n_entries++] = entry;
    return C12_OK;
}

static c12_status ts_put_block(c12io_ts *t, c12_view block, c12_error *err)
{
    c12_view disk;
    c12_status s = c12io__ts_close_block(t, block, &disk, err);
    if (!s) ts_write_bytes(t, disk.ptr, disk.size);
    return s;
}

static c12_status ts_write_block(c12io_ts *t, const int32_t *rows, int64_t n, int64_t rank, c12_error *err)
{
    c12io__ts_writer *w = &t->w;
    const c12_tlm_batch *b = w->leave.from;
    size_t bound = c12_tlm_block_bound(b, n), scratch = c12_tlm_block_scratch(b, n), used;
    if (bound == SIZE_MAX || c12io__ts_grow(&t->host, &w->block, bound) || c12io__ts_grow(&t->host, &w->scratch, scratch)) return c12io__ts_nomem(err, t->path);
    c12_error e = C12_INIT(c12_error);
    c12_tlm_block_options o = { .struct_size = sizeof o, .level = w->level };
    c12_status s = c12_tlm_block_encode_with(&t->schema, b, rows, n, (uint32_t)t->n_entries, &o, w->block, &used, w->scratch, &e);
    if (s) return c12io__ts_write_fault(t, err, s, &e);
    c12_view block = { w->block.ptr, used };
    if ((s = ts_note_block(t, block, ((const int32_t *)t->robots.sorted.ptr)[rank], err)) || (s = c12io__ts_note_pieces(t, b, rows, n, t->n_entries - 1, err))) return s;
    return ts_put_block(t, block, err);
}

c12_status c12io__ts_add_block(c12io_ts *t, c12_view block, const c12_tlm_batch *rows, c12_error *err)
{
    int64_t code = rows->value[t->schema.robot_field * rows->cap];
    c12_view name = { rows->dict->bytes + rows->dict->off[code], (size_t)(rows->dict->off[code + 1] - rows->dict->off[code]) };
    int64_t robot = c12io__ts_robot_id(&t->host, &t->robots, name, 1);
    if (robot < 0) return c12io__ts_nomem(err, t->path);
    c12_status s = ts_note_block(t, block, robot, err);
    if (s || (s = c12io__ts_note_pieces(t, rows, NULL, rows->n, t->n_entries - 1, err)) || (s = c12io__ts_keep_last(t, rows, (int32_t)rows->n - 1, robot, err))) return s;
    return ts_put_block(t, block, err);
}

/* An epoch has left; its pool is empty. */
static c12_status ts_left(c12io_ts *t, c12_error *err)
{
    c12io__ts_writer *w = &t->w;
    c12_error e = C12_INIT(c12_error);
    c12_tlm_batch *b = w->leave.from;
    b->order = b == &w->full ? w->full_order : w->order;
    c12_status s = c12_tlm_batch_reset(b, &t->schema, &e);
    w->leave.from = NULL;
    w->epoch++;
    return s ? c12io__ts_write_fault(t, err, s, &e) : C12_OK;
}

/* The next block: of a robot's rows, which make blocks of nearly the same size. */
static c12_status ts_leave_block(c12io_ts *t, c12_error *err)
{
    c12io__ts_leave *v = &t->w.leave;
    const ts_row *row = t->w.rows.ptr;
    int32_t *list = (int32_t *)((ts_row *)t->w.rows.ptr + t->w.pool.cap);
    if (v->next == v->robot_end)
        for (v->robot_at = v->next; v->robot_end < v->n && row[v->robot_end].rank == row[v->robot_at].rank; v->robot_end++) { }
    int64_t n = v->robot_end - v->robot_at, blocks = (n + t->w.block_rows - 1) / t->w.block_rows, k = ((v->next - v->robot_at) * blocks + n - 1) / n;
    int64_t to = v->robot_at + n * (k + 1) / blocks;
    for (int64_t i = v->next; i < to; i++) list[i - v->next] = row[i].row;
    c12_status s = ts_write_block(t, list, to - v->next, row[v->next].rank, err);
    v->next = to;
    if (!s && to == v->robot_end) s = c12io__ts_keep_last(t, v->from, row[to - 1].row, ((const int32_t *)t->robots.sorted.ptr)[row[to - 1].rank], err);
    return !s && to == v->n ? ts_left(t, err) : s;
}

/* Blocks of the full pool until so many of its rows have left. */
static c12_status ts_leave_until(c12io_ts *t, int64_t rows, c12_error *err)
{
    c12_status s = C12_OK;
    while (!s && t->w.leave.from && t->w.leave.next < rows) s = ts_leave_block(t, err);
    return s;
}

/* Rows by (rank, time, arrival) into row[b->n]; at[ranks + 1] is where each rank's begin.  *in_order = they arrived by (time, rank). */
static void ts_sort_rows(c12io_ts *t, const c12_tlm_batch *b, const int32_t *rank, int64_t *at, int64_t ranks, ts_row *row, int *in_order)
{
    const int64_t *code = b->value + t->schema.robot_field * b->cap, *time = b->value + t->schema.time_field * b->cap;
    *in_order = 1;
    memset(at, 0, (size_t)(ranks + 1) * sizeof *at);
    for (int64_t r = 0; r < b->n; r++) {
        at[rank[code[r]] + 1]++;
        if (r && (time[r] < time[r - 1] || (time[r] == time[r - 1] && rank[code[r]] < rank[code[r - 1]]))) *in_order = 0;
    }
    for (int64_t k = 0; k < ranks; k++) at[k + 1] += at[k];
    for (int64_t r = 0; r < b->n; r++) row[at[rank[code[r]]]++] = (ts_row){ time[r], rank[code[r]], (int32_t)r };
    for (int64_t k = 0, from = 0; k < ranks; from = at[k++]) { /* where each rank's end by now */
        int64_t i = from + 1;
        while (i < at[k] && row[i - 1].time <= row[i].time) i++;
        if (i < at[k]) qsort(row + from, (size_t)(at[k] - from), sizeof *row, ts_row_order);
    }
}

/* Rows of a pool are sorted and ready to leave. */
static c12_status ts_leave_begin(c12io_ts *t, c12_tlm_batch *b, int64_t *order, c12_error *err)
{
    c12_mem rank = { NULL, 0 }, at = { NULL, 0 };
    int in_order = 1;
    if (c12io__ts_grow(&t->host, &rank, (size_t)b->dict->n * sizeof(int32_t))) return c12io__ts_nomem(err, t->path);
    c12_status s = ts_rank_robots(t, b, rank.ptr, err);
    if (!s && c12io__ts_grow(&t->host, &at, (size_t)(t->robots.n + 1) * sizeof(int64_t))) s = c12io__ts_nomem(err, t->path);
    if (!s) ts_sort_rows(t, b, rank.ptr, at.ptr, t->robots.n, t->w.rows.ptr, &in_order);
    c12io__ts_drop(&t->host, &at);
    c12io__ts_drop(&t->host, &rank);
    b->order = t->keep_order && !in_order ? order : NULL;
    t->w.leave = (c12io__ts_leave){ b, b->n, 0, 0, 0, 0 };
    return s;
}

/* Nothing of the pool has been had before. */
static void ts_fresh(c12io_ts *t)
{
    for (size_t i = 0; i < t->w.map.size / sizeof(int32_t); i++) ((int32_t *)t->w.map.ptr)[i] = -1;
    if (t->journal) c12io__ts_journal_start(t);
}

/* Both pools are empty. */
static c12_status ts_spill(c12io_ts *t, c12_error *err)
{
    c12_status s = ts_leave_until(t, INT64_MAX, err);
    if (s || !t->w.pool.n) return s;
    if (t->journal && !t->replaying && (s = c12io__ts_journal_rows(t, err))) return s;
    if ((s = ts_leave_begin(t, &t->w.pool, t->w.order, err)) || (s = ts_leave_until(t, INT64_MAX, err))) return s;
    ts_fresh(t);
    return C12_OK;
}

/* A second pool like the first; 0 = there is none and no memory for it. */
static int ts_second_pool(c12io_ts *t)
{
    c12io__ts_writer *w = &t->w;
    const c12_tlm_batch *p = &w->pool;
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = p->dict->cap, .rows = p->cap, .raw_bytes = p->raw_cap, .text_bytes = p->dict->bytes_cap };
    size_t bytes;
    if (w->full_order) return 1;
    if (c12_tlm_batch_bytes(&t->schema, &d, &bytes, NULL) || c12io__ts_grow(&t->host, &w->full_mem, bytes)) return 0;
    w->full.struct_size = (uint32_t)sizeof w->full;
    if (c12_tlm_batch_init(&w->full, w->full_mem, &t->schema, &d, NULL)) return 0;
    w->full_order = w->full.order;
    return 1;
}

/* The pool is empty: its rows have left, or are about to and wait in the other one. */
static c12_status ts_make_way(c12io_ts *t, c12_error *err)
{
    c12io__ts_writer *w = &t->w;
    c12_status s = ts_leave_until(t, INT64_MAX, err);
    if (s) return s;
    if (!t->journal || !ts_second_pool(t)) return ts_spill(t, err);
    if (!t->replaying && (s = c12io__ts_journal_rows(t, err))) return s;
    c12_tlm_batch full = w->pool;
    c12_mem mem = w->pool_mem;
    int64_t *order = w->order;
    w->pool = w->full;
    w->pool_mem = w->full_mem;
    w->order = w->full_order;
    w->full = full;
    w->full_mem = mem;
    w->full_order = order;
    ts_fresh(t);
    return ts_leave_begin(t, &w->full, order, err);
}

/* ---- rows join the pool -------------------------------------------------------------------------------------------------- */

static int ts_is_code(const c12io_ts *t, int32_t f) { return t->schema.kind[f] == C12_TLM_TEXT || t->schema.kind[f] == C12_TLM_LIST; }
static int ts_is_raw(const c12_tlm_batch *b, int64_t r) { return b->raw_at && b->raw_at[r] >= 0; }

/* Every code of the rows is in the pool's dictionary.  C12_E_SPACE = it is full. */
static c12_status ts_map_codes(c12io_ts *t, const c12_tlm_batch *b, int64_t from, int64_t n, c12_error *e)
{
    const c12_tlm_dict *d = b->dict;
    int32_t *map = t->w.map.ptr;
    for (int32_t f = 0; f < t->schema.n_fields; f++) {
        if (!ts_is_code(t, f)) continue;
        const int64_t *v = b->value + f * b->cap;
        for (int64_t r = from; r < from + n; r++) {
            if (ts_is_raw(b, r) && f != t->schema.robot_field) continue;
            if (v[r] < 0 || v[r] >= d->n) { e->what = "code lies outside the dictionary"; e->field = "value"; e->row = r; e->value = v[r]; return C12_E_RANGE; }
            if (map[v[r]] >= 0) continue;
            c12_view text = { d->bytes + d->off[v[r]], (size_t)(d->off[v[r] + 1] - d->off[v[r]]) };
            int64_t code;
            c12_status s = c12_tlm_intern(t->w.pool.dict, text, &code, e);
            if (s) return s;
            map[v[r]] = (int32_t)code;
        }
    }
    return C12_OK;
}

static int64_t ts_power(int32_t n)
{
    int64_t p = 1;
    for (; n > 0; n--) p *= 10;
    return p;
}

static int ts_fits(const int64_t *v, int64_t n, int64_t times)
{
    int64_t limit = INT64_MAX / times;
    for (int64_t i = 0; i < n; i++)
        if (v[i] > limit || v[i] < -limit) return 0;
    return 1;
}

/* One decimal column of pool and batch gets one scale: the larger.  0 = a value does not fit. */
static int ts_join_scale(c12io_ts *t, const c12_tlm_batch *b, int32_t f, int64_t from, int64_t n)
{
    c12_tlm_batch *p = &t->w.pool;
    int64_t *mine = p->value + f * p->cap;
    if (!p->n) p->scale[f] = b->scale[f];
    if (b->scale[f] <= p->scale[f]) return ts_fits(b->value + f * b->cap + from, n, ts_power(p->scale[f] - b->scale[f]));
    int64_t times = ts_power(b->scale[f] - p->scale[f]);
    if (!ts_fits(mine, p->n, times)) return 0;
    for (int64_t i = 0; i < p->n; i++) mine[i] *= times;
    p->scale[f] = b->scale[f];
    return 1;
}

/* Room for the rows?  C12_E_SPACE names in e what is full, C12_E_OVERFLOW a scale that cannot be shared. */
static c12_status ts_make_room(c12io_ts *t, const c12_tlm_batch *b, int64_t from, int64_t n, c12_error *e)
{
    c12_tlm_batch *p = &t->w.pool;
    int64_t raw = 0;
    e->row = from;
    for (int64_t r = from; r < from + n; r++)
        if (ts_is_raw(b, r)) raw += b->raw_len[r];
    if (n > p->cap - p->n) { e->what = "pool is full"; e->field = "pool_rows"; e->value = p->cap; return C12_E_SPACE; }
    if (raw > p->raw_cap - p->raw_size) { e->what = "line is longer than the room for raw lines"; e->field = "raw_bytes"; e->value = raw; return C12_E_SPACE; }
    for (int32_t f = 0; f < t->schema.n_fields; f++)
        if (t->schema.kind[f] == C12_TLM_DECIMAL && !ts_join_scale(t, b, f, from, n)) {
            e->what = "values cannot be brought to one scale"; e->field = "scale"; e->value = b->scale[f];
            return C12_E_OVERFLOW;
        }
    return ts_map_codes(t, b, from, n, e);
}

static void ts_copy_column(c12io_ts *t, const c12_tlm_batch *b, int32_t f, int64_t from, int64_t n)
{
    c12_tlm_batch *p = &t->w.pool;
    const int64_t *v = b->value + f * b->cap + from;
    const int32_t *map = t->w.map.ptr;
    int64_t *to = p->value + f * p->cap + p->n, times = t->schema.kind[f] == C12_TLM_DECIMAL ? ts_power(p->scale[f] - b->scale[f]) : 1;
    if (!ts_is_code(t, f)) for (int64_t i = 0; i < n; i++) to[i] = v[i] * times;
    else for (int64_t i = 0; i < n; i++) to[i] = ts_is_raw(b, from + i) && f != t->schema.robot_field ? 0 : map[v[i]];
}

static void ts_copy_rows(c12io_ts *t, const c12_tlm_batch *b, int64_t from, int64_t n)
{
    c12_tlm_batch *p = &t->w.pool;
    for (int32_t f = 0; f < t->schema.n_fields; f++) ts_copy_column(t, b, f, from, n);
    for (int64_t i = 0; i < n; i++) {
        int64_t r = from + i;
        p->order[p->n + i] = p->n + i;
        p->raw_at[p->n + i] = -1;
        if (!ts_is_raw(b, r)) continue;
        memcpy(p->raw + p->raw_size, b->raw + b->raw_at[r], (size_t)b->raw_len[r]);
        p->raw_at[p->n + i] = p->raw_size;
        p->raw_len[p->n + i] = b->raw_len[r];
        p->raw_size += b->raw_len[r];
    }
    p->n += n;
}

/* The batch is sound: the library's own entry check, and its raw lines. */
static c12_status ts_check_batch(c12io_ts *t, const c12_tlm_batch *b, c12_error *err)
{
    c12_error e = C12_INIT(c12_error);
    c12_mem none = { NULL, 0 };
    size_t used;
    c12_status s = c12_tlm_print(&t->schema, b, 0, 0, none, &used, &e);
    if (s) return c12io__ts_write_fault(t, err, s, &e);
    for (int64_t r = 0; r < b->n; r++)
        if (ts_is_raw(b, r) && (b->raw_len[r] < 0 || b->raw_at[r] > b->raw_size || b->raw_len[r] > b->raw_size - b->raw_at[r]))
            return c12io__fault(err, C12_E_RANGE, "raw line lies outside the raw bytes", r, b->raw_at[r], "%s: raw_at[%lld] lies outside the raw bytes", t->path, (long long)r);
    return C12_OK;
}

/* The pool has no rows, but texts of some that found no room. */
static c12_status ts_forget_texts(c12io_ts *t, c12_error *err)
{
    c12_status s = ts_leave_until(t, INT64_MAX, err);
    if (s) return s;
    t->w.leave.from = &t->w.pool;
    s = ts_left(t, err);
    ts_fresh(t);
    return s;
}

static c12_status ts_append_all(c12io_ts *t, const c12_tlm_batch *b, c12_error *err)
{
    c12_tlm_batch *p = &t->w.pool;
    for (int64_t from = 0, n; from < b->n; from += n) {
        c12_error e = C12_INIT(c12_error);
        n = b->n - from < TS_CHUNK_ROWS ? b->n - from : TS_CHUNK_ROWS;
        if (p->n < p->cap && n > p->cap - p->n) n = p->cap - p->n;
        c12_status s;
        while ((s = ts_make_room(t, b, from, n, &e))) {
            if (s != C12_E_SPACE && s != C12_E_OVERFLOW) return c12io__ts_write_fault(t, err, s, &e);
            if (p->n) { if ((s = ts_make_way(t, err))) return s; }
            else if (n > 1) {
                n /= 2;
                if ((s = ts_forget_texts(t, err))) return s;
            } else return c12io__ts_write_fault(t, err, s, &e);
            if (n > p->cap) n = p->cap;
        }
        ts_copy_rows(t, b, from, n);
        if (t->schema.step && (s = c12_tlm_round(&t->schema, p, p->n - n, n, NULL, &e))) return c12io__ts_write_fault(t, err, s, &e);
        t->w.leave.due += TS_PACE * n;
        if ((s = ts_leave_until(t, t->w.leave.due, err))) return s;
    }
    return C12_OK;
}

static c12_status ts_writable(c12io_ts *t, c12_error *err)
{
    if (!t) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "telemetry file: handle is NULL");
    if (!t->writing || t->w.failed) return c12io__fault(err, C12_E_STATE, "handle is not open for writing", -1, 0, "%s: not open for writing", t->path);
    return C12_OK;
}

c12_status c12io_ts_append(c12io_ts *self, const c12_tlm_batch *batch, c12_error *err)
{
    c12_status s = ts_writable(self, err);
    if (s) return s;
    if (!batch || batch->struct_size < sizeof *batch) return c12io__fault(err, C12_E_ARG, "batch is NULL or not initialised", -1, 0, "%s: use C12_INIT for the batch", self->path);
    if ((s = ts_check_batch(self, batch, err))) return s;
    size_t had = self->w.map.size, need = (size_t)batch->dict->n * sizeof(int32_t);
    if (c12io__ts_grow(&self->host, &self->w.map, need > had ? need : had)) return c12io__ts_nomem(err, self->path);
    for (size_t i = 0; i < self->w.map.size / sizeof(int32_t); i++) ((int32_t *)self->w.map.ptr)[i] = -1;
    s = ts_append_all(self, batch, err);
    self->w.failed |= s != C12_OK;
    return s;
}

c12_status c12io_ts_flush(c12io_ts *self, c12_error *err)
{
    c12_status s = ts_writable(self, err);
    if (s) return s;
    s = ts_spill(self, err);
    if (!s && self->journal) s = c12io__ts_checkpoint(self, err);
    self->w.failed |= s != C12_OK;
    return s;
}

/* ---- begin and end --------------------------------------------------------------------------------------------------------- */

static int64_t ts_default(int64_t v, int64_t dflt) { return v ? v : dflt; }

static c12_status ts_take_options(c12io_ts *t, const c12io_ts_options *options, c12_tlm_dims *d, c12_error *err)
{
    c12io_ts_options taken = C12_INIT(c12io_ts_options);
    const c12io_ts_options *o = &taken;
    size_t first = offsetof(c12io_ts_options, level); /* what the first callers knew of */
    if (options && options->struct_size >= first) memcpy(&taken, options, options->struct_size < sizeof taken ? options->struct_size : sizeof taken);
    if (options && options->struct_size < first) return c12io__fault(err, C12_E_ARG, "options are not initialised", -1, 0, "%s: use C12_INIT for the options", t->path);
    int64_t block = ts_default(o->block_rows, TS_BLOCK_ROWS), pool = ts_default(o->pool_rows, block > TS_POOL_ROWS ? block : TS_POOL_ROWS);
    d->rows = pool;
    d->raw_bytes = ts_default(o->raw_bytes, TS_RAW_BYTES);
    d->text_bytes = ts_default(o->text_bytes, TS_TEXT_BYTES);
    if (o->keep_order < 0 || o->keep_order > 1 || block < 1 || block > C12_TLM_BLOCK_ROWS || pool < block || d->raw_bytes < 1 || d->raw_bytes > TS_BYTES_LIMIT
        || d->text_bytes < 1 || d->text_bytes > TS_BYTES_LIMIT || o->level < C12_TLM_DEFAULT || o->level > C12_TLM_PLAIN)
        return c12io__fault(err, C12_E_ARG, "option lies outside its range", -1, block, "%s: option lies outside its range", t->path);
    d->texts = (int32_t)(d->text_bytes / 16 + 64);
    if (!t->seal.given) { /* a file that is continued has had its key already */
        c12_status s = c12io__ts_take_key(t, o->key, err);
        if (s) return s;
    }
    t->keep_order = o->keep_order;
    t->w.block_rows = block;
    t->w.level = o->level;
    return C12_OK;
}

/* The schema's encoding, kept in the handle by decoding it again. */
static c12_status ts_keep_schema(c12io_ts *t, const c12_tlm_schema *schema, c12_mem *head, size_t *n, c12_error *err)
{
    c12_error e = C12_INIT(c12_error);
    c12_mem none = { NULL, 0 };
    c12_status s = c12_tlm_schema_encode(schema, none, n, &e);
    if (s != C12_E_SPACE) return c12io__ts_write_fault(t, err, s, &e);
    if (c12io__ts_grow(&t->host, head, TS_HEAD_FIXED + (size_t)e.value + TS_KEY_ID + 4)) return c12io__ts_nomem(err, t->path);
    c12_mem out = { (uint8_t *)head->ptr + TS_HEAD_FIXED, (size_t)e.value };
    if ((s = c12_tlm_schema_encode(schema, out, n, &e))) return c12io__ts_write_fault(t, err, s, &e);
    c12_view bytes = { out.ptr, *n };
    t->schema.struct_size = (uint32_t)sizeof t->schema;
    if (c12_tlm_schema_decode(bytes, &t->schema, none, &e) == C12_E_SPACE && c12io__ts_grow(&t->host, &t->schema_mem, (size_t)e.value)) return c12io__ts_nomem(err, t->path);
    s = c12_tlm_schema_decode(bytes, &t->schema, t->schema_mem, &e);
    return s ? c12io__ts_write_fault(t, err, s, &e) : C12_OK;
}

/* The schema that was given, or the built-in one, with the steps of the options. */
static c12_status ts_declared(c12io_ts *t, const c12_tlm_schema *schema, const c12io_ts_options *options, c12_mem *head, size_t *n, c12_error *err)
{
    c12_tlm_schema mine = C12_INIT(c12_tlm_schema);
    c12_error e = C12_INIT(c12_error);
    int has_text = options && options->struct_size >= sizeof *options && options->precision;
    void *room = NULL;
    c12_status s = C12_OK;
    if (!schema) s = c12_tlm_builtin(&mine, &e);
    else if (has_text && !(s = c12_tlm_schema_check(schema, &e))) memcpy(&mine, schema, sizeof mine);
    if (s) return c12io__ts_write_fault(t, err, s, &e);
    if (has_text) s = c12io__ts_declare(t->path, options->precision, &mine, &room, err);
    if (!s) s = ts_keep_schema(t, schema && !has_text ? schema : &mine, head, n, err);
    free(room);
    return s;
}

static c12_status ts_make_pool(c12io_ts *t, const c12_tlm_dims *d, c12_error *err)
{
    c12_error e = C12_INIT(c12_error);
    size_t bytes;
    c12_status s = c12_tlm_batch_bytes(&t->schema, d, &bytes, &e);
    if (s) return c12io__ts_write_fault(t, err, s, &e);
    if (c12io__ts_grow(&t->host, &t->w.pool_mem, bytes)) return c12io__ts_nomem(err, t->path);
    if (c12io__ts_grow(&t->host, &t->w.rows, (size_t)d->rows * (sizeof(ts_row) + sizeof(int32_t)))) return c12io__ts_nomem(err, t->path);
    t->w.pool.struct_size = (uint32_t)sizeof t->w.pool;
    if ((s = c12_tlm_batch_init(&t->w.pool, t->w.pool_mem, &t->schema, d, &e))) return c12io__ts_write_fault(t, err, s, &e);
    t->w.order = t->w.pool.order;
    return C12_OK;
}

c12_status c12io__ts_start_pool(c12io_ts *t, const c12io_ts_options *options, c12_error *err)
{
    c12_tlm_dims d = C12_INIT(c12_tlm_dims);
    int32_t keep = t->keep_order;
    c12_status s = ts_take_options(t, options, &d, err);
    t->keep_order = keep;
    return s ? s : ts_make_pool(t, &d, err);
}

/* The head around the n bytes of its schema, and the file. */
static c12_status ts_put_head(c12io_ts *t, uint8_t *p, size_t n, c12_error *err)
{
    c12_view all = { p, TS_HEAD_FIXED + n };
    memcpy(p, c12io__ts_magic[0], 8);
    c12io__ts_put32(p + 8, TS_VERSION);
    c12io__ts_put32(p + 12, (uint32_t)t->keep_order | (t->seal.on ? TS_SEALED : 0));
    c12io__ts_put32(p + 16, (uint32_t)n);
    if (t->seal.on) {
        c12io__ts_put64(p + all.size, t->seal.id);
        all.size += TS_KEY_ID;
    }
    c12_status s = c12io__ts_seal_head(t, all, t->seal.on, t->seal.id, err);
    if (s || (s = c12io_out_open(&t->w.out, t->path, err))) return s;
    t->writing = 1;
    c12io__ts_put32(p + all.size, c12_tlm_crc32c(0, all));
    ts_write_bytes(t, p, all.size + 4);
    return C12_OK;
}

static c12_status ts_create_all(c12io_ts *t, const c12_tlm_schema *schema, const c12io_ts_options *options, c12_error *err)
{
    c12_tlm_dims d = C12_INIT(c12_tlm_dims);
    c12_mem head = { NULL, 0 };
    size_t n = 0;
    c12_status s = ts_take_options(t, options, &d, err);
    if (!s) s = ts_declared(t, schema, options, &head, &n, err);
    if (!s) s = ts_make_pool(t, &d, err);
    if (!s) s = c12io__ts_seal_begin(t, err);
    if (!s) s = ts_put_head(t, head.ptr, n, err);
    c12io__ts_drop(&t->host, &head);
    return s;
}

c12_status c12io_ts_create(c12io_ts **self, const char *path, const c12_tlm_schema *schema, const c12io_ts_options *options,
                           const c12_host *host, c12_error *err)
{
    c12io_ts *t;
    if (!self) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "telemetry file: output is NULL");
    c12_status s = c12io__ts_new(&t, path, host, err);
    if (s) return s;
    if ((s = ts_create_all(t, schema, options, err))) c12io_ts_destroy(t);
    else *self = t;
    return s;
}

c12_status c12io__ts_finish(c12io_ts *t, c12_error *err)
{
    c12_mem all = { NULL, 0 };
    size_t n = 0;
    c12_status s = ts_writable(t, err);
    if (s || (s = ts_spill(t, err))) return s;
    if (t->journal) return c12io__ts_append_close(t, err);
    if (!(s = c12io__ts_index_write(t, &all, &n, err))) ts_write_bytes(t, all.ptr, n);
    c12io__ts_drop(&t->host, &all);
    if (s) return s;
    t->writing = 0;
    return c12io_out_close(t->w.out, err);
}
