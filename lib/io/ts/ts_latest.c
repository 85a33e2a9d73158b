/* SPDX-License-Identifier: Apache-2.0 */
/* The last row of each robot: kept by a writer as a block of one row, in the index as blocks of many, in a reader as a batch. */
#include "io/ts/ts_internal.h"
#include <stdlib.h>
#include <string.h>

void c12io__ts_last_drop(c12io_ts *t)
{
    c12io__ts_last *last = t->last.ptr;
    for (int64_t i = 0; i < t->n_last; i++) c12io__ts_drop(&t->host, &last[i].block);
    c12io__ts_drop(&t->host, &t->last);
    t->n_last = 0;
    if (t->latest) c12io__ts_unload(&t->host, t->latest);
    free(t->latest);
    t->latest = NULL;
}

static int ts_last_room(c12io_ts *t, int64_t robot)
{
    if (robot < t->n_last) return 0;
    if (c12io__ts_grow(&t->host, &t->last, ((size_t)robot + 1) * sizeof(c12io__ts_last))) return 1;
    memset((c12io__ts_last *)t->last.ptr + t->n_last, 0, (size_t)(robot + 1 - t->n_last) * sizeof(c12io__ts_last));
    t->n_last = robot + 1;
    return 0;
}

c12_status c12io__ts_keep_last(c12io_ts *t, const c12_tlm_batch *b, int32_t row, int64_t robot, c12_error *err)
{
    int64_t time = b->value[t->schema.time_field * b->cap + row];
    c12_error e = C12_INIT(c12_error);
    c12_tlm_batch one = *b;
    c12_tlm_block_options fast = { .struct_size = sizeof fast, .level = C12_TLM_FAST };
    if (ts_last_room(t, robot)) return c12io__ts_nomem(err, t->path);
    c12io__ts_last *last = (c12io__ts_last *)t->last.ptr + robot;
    if (last->bytes && time < last->time) return C12_OK;
    one.order = NULL;
    size_t bound = c12_tlm_block_bound(&one, 1);
    if (c12io__ts_grow(&t->host, &t->w.block, bound) || c12io__ts_grow(&t->host, &t->w.scratch, c12_tlm_block_scratch(&one, 1))) return c12io__ts_nomem(err, t->path);
    c12_status s = c12_tlm_block_encode_with(&t->schema, &one, &row, 1, 0, &fast, t->w.block, &bound, t->w.scratch, &e);
    if (s) return c12io__ts_write_fault(t, err, s, &e);
    if (c12io__ts_grow(&t->host, &last->block, bound)) return c12io__ts_nomem(err, t->path);
    memcpy(last->block.ptr, t->w.block.ptr, bound);
    last->bytes = bound;
    last->time = time;
    return C12_OK;
}

/* Bytes of the texts and of the raw lines in the blocks that stand one behind the other, as their heads have them: pressed, they take less; a head that says nothing of use ends them, as it
 * will the reader.  Only the last block is not full: else a few bytes that claim to be many blocks would ask for any amount of memory. */
static void ts_last_sizes(const void *blocks, size_t size, int64_t *text, int64_t *raw)
{
    c12_tlm_head h = C12_INIT(c12_tlm_head);
    for (size_t at = 0; at < size; at += (size_t)h.bytes) {
        c12_view rest = { (const uint8_t *)blocks + at, size - at };
        if (size - at < C12_TLM_HEAD_BYTES || c12_tlm_block_head(rest, &h, NULL) || h.bytes < C12_TLM_HEAD_BYTES || (uint64_t)h.bytes > size - at) break;
        *text += h.text_bytes;
        *raw += h.raw_bytes;
        if (h.rows < C12_TLM_BLOCK_ROWS) break;
    }
}

/* A batch with room for n rows and so many bytes of texts and raw lines, and scratch for its blocks. */
static c12_status ts_last_batch(c12io_ts *t, c12_tlm_batch *b, c12_mem *mem, c12_mem *scratch, int64_t n, int64_t text, int64_t raw, c12_error *err)
{
    if (text > 1 << 27) text = 1 << 27;
    if (raw > 1 << 27) raw = 1 << 27;
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = (int32_t)text + 1, .rows = n < 1 ? 1 : n, .raw_bytes = raw, .text_bytes = text };
    size_t size;
    memset(b, 0, sizeof *b);
    b->struct_size = (uint32_t)sizeof *b;
    if (c12_tlm_batch_bytes(&t->schema, &d, &size, NULL) || c12io__ts_grow(&t->host, mem, size) || c12_tlm_batch_init(b, *mem, &t->schema, &d, NULL)
        || c12io__ts_grow(&t->host, scratch, c12_tlm_decode_scratch(text)))
        return c12io__ts_nomem(err, t->path);
    b->order = NULL;
    return C12_OK;
}

/* Every robot's row from its own block into one batch.  C12_E_SPACE, C12_E_OVERFLOW: they do not go together. */
static c12_status ts_gather_last(c12io_ts *t, c12_tlm_batch *b, c12_mem *mem, c12_error *err)
{
    const c12io__ts_last *last = t->last.ptr;
    c12_error e = C12_INIT(c12_error);
    c12_mem scratch = { NULL, 0 };
    int64_t text = 0, raw = 0;
    size_t n;
    for (int64_t i = 0; i < t->n_last; i++) ts_last_sizes(last[i].block.ptr, last[i].bytes, &text, &raw);
    c12_status s = ts_last_batch(t, b, mem, &scratch, t->n_last, text, raw, err);
    for (int64_t i = 0; !s && i < t->n_last; i++) {
        c12_view block = { last[i].block.ptr, last[i].bytes };
        if (!last[i].bytes) continue;
        if ((s = c12_tlm_block_decode(&t->schema, block, b, &n, scratch, &e))) c12io__ts_write_fault(t, err, s, &e);
    }
    c12io__ts_drop(&t->host, &scratch);
    return s;
}

/* Rows from .. from + n - 1 of the batch as one block behind out, under another schema id: nobody shall take it for one of the file's. */
static c12_status ts_put_rows(c12io_ts *t, const c12_tlm_batch *b, int64_t from, int64_t n, c12_mem *out, size_t *used, c12_error *err)
{
    c12_mem block = { NULL, 0 }, scratch = { NULL, 0 }, rows = { NULL, 0 };
    c12_error e = C12_INIT(c12_error);
    c12_tlm_schema own = t->schema;
    c12_status s = C12_OK;
    size_t bytes = 0;
    own.id = ~own.id;
    if (c12io__ts_grow(&t->host, &rows, (size_t)n * sizeof(int32_t)) || c12io__ts_grow(&t->host, &block, c12_tlm_block_bound(b, n))
        || c12io__ts_grow(&t->host, &scratch, c12_tlm_block_scratch(b, n))) s = c12io__ts_nomem(err, t->path);
    for (int64_t i = 0; !s && i < n; i++) ((int32_t *)rows.ptr)[i] = (int32_t)(from + i);
    if (!s && (s = c12_tlm_block_encode(&own, b, rows.ptr, n, 0, block, &bytes, scratch, &e))) c12io__ts_write_fault(t, err, s, &e);
    if (!s && c12io__ts_grow(&t->host, out, *used + bytes)) s = c12io__ts_nomem(err, t->path);
    if (!s) {
        memcpy((uint8_t *)out->ptr + *used, block.ptr, bytes);
        *used += bytes;
    }
    c12io__ts_drop(&t->host, &rows);
    c12io__ts_drop(&t->host, &block);
    c12io__ts_drop(&t->host, &scratch);
    return s;
}

c12_status c12io__ts_put_latest(c12io_ts *t, c12_mem *out, size_t *used, c12_error *err)
{
    c12_tlm_batch b;
    c12_mem mem = { NULL, 0 };
    c12_error e = C12_INIT(c12_error);
    c12_status s = t->n_last ? ts_gather_last(t, &b, &mem, &e) : C12_OK;
    for (int64_t from = 0; !s && t->n_last && from < b.n; from += C12_TLM_BLOCK_ROWS)
        s = ts_put_rows(t, &b, from, b.n - from < C12_TLM_BLOCK_ROWS ? b.n - from : C12_TLM_BLOCK_ROWS, out, used, err);
    c12io__ts_drop(&t->host, &mem);
    if (s == C12_E_SPACE || s == C12_E_OVERFLOW) return C12_OK; /* then they are found in the blocks */
    return s == C12_E_NOMEM ? c12io__ts_nomem(err, t->path) : s;
}

/* ---- reading ---------------------------------------------------------------------------------------------------------------- */

/* The last row of each robot's last block. */
static c12_status ts_find_last(c12io_ts *t, c12_error *err)
{
    c12_mem best = { NULL, 0 };
    c12io__ts_cursor c;
    c12_status s = C12_OK;
    const c12io__ts_entry *e = c12io__ts_entries(t);
    memset(&c, 0, sizeof c);
    if (c12io__ts_grow(&t->host, &best, (size_t)t->robots.n * sizeof(int64_t))) return c12io__ts_nomem(err, t->path);
    int64_t *entry = best.ptr;
    for (int64_t i = 0; i < t->robots.n; i++) entry[i] = -1;
    for (int64_t i = 0; i < t->n_entries; i++)
        if (entry[e[i].robot] < 0 || e[i].t_max >= e[entry[e[i].robot]].t_max) entry[e[i].robot] = i;
    for (int64_t i = 0; !s && i < t->robots.n; i++)
        if (entry[i] >= 0 && !(s = c12io__ts_load(t, entry[i], &c, err))) s = c12io__ts_keep_last(t, &c.batch, (int32_t)c.batch.n - 1, i, err);
    c12io__ts_unload(&t->host, &c);
    c12io__ts_drop(&t->host, &best);
    return s;
}

static c12_status ts_read_latest(c12io_ts *t, c12_tlm_batch *b, c12_mem *mem, c12_error *err)
{
    const int64_t *at = (const int64_t *)t->section.ptr + t->groups + 2;
    size_t size = 0, used = 0, step;
    c12_mem bytes = { NULL, 0 }, scratch = { NULL, 0 };
    c12_error e = C12_INIT(c12_error);
    int64_t text = 0, raw = 0;
    c12_status s = c12io__ts_read_section(t, t->groups + 2, &bytes, &size, err);
    if (!s) {
        ts_last_sizes(bytes.ptr, size, &text, &raw);
        s = ts_last_batch(t, b, mem, &scratch, t->robots.n, text, raw, err);
    }
    c12_tlm_schema own = t->schema;
    own.id = ~own.id;
    for (; !s && used < size; used += step) {
        c12_view rest = { (const uint8_t *)bytes.ptr + used, size - used };
        if (c12_tlm_block_decode(&own, rest, b, &step, scratch, &e)) s = c12io__ts_bad(t, err, "latest rows of the index are wrong", at[0] + (int64_t)used);
    }
    c12io__ts_drop(&t->host, &bytes);
    c12io__ts_drop(&t->host, &scratch);
    return s;
}

c12_status c12io__ts_need_latest(c12io_ts *t, c12_error *err)
{
    if (t->latest) return C12_OK;
    c12io__ts_cursor *c = calloc(1, sizeof *c);
    const int64_t *at = t->section.ptr;
    if (!c) return c12io__ts_nomem(err, t->path);
    c12_status s = C12_OK;
    if (at && at[t->groups + 3] > at[t->groups + 2]) s = ts_read_latest(t, &c->batch, &c->mem, err);
    else if (t->n_last || !(s = ts_find_last(t, err))) s = ts_gather_last(t, &c->batch, &c->mem, err);
    if (!s && c->batch.n != t->robots.n) s = c12io__ts_bad(t, err, "a robot of the index has no rows", t->bytes);
    if (!s && c12io__ts_grow(&t->host, &c->map, (size_t)c->batch.dict->n * sizeof(int32_t) + 1)) s = c12io__ts_nomem(err, t->path);
    t->latest = c;
    if (s) c12io__ts_last_drop(t);
    return s;
}

c12_status c12io__ts_load_last(c12io_ts *t, c12_error *err)
{
    const int64_t *at = t->section.ptr;
    c12io__ts_cursor c;
    if (!t->robots.n) return C12_OK;
    if (!at || at[t->groups + 3] == at[t->groups + 2]) return ts_find_last(t, err);
    memset(&c, 0, sizeof c);
    c12_status s = ts_read_latest(t, &c.batch, &c.mem, err);
    if (!s && c.batch.n != t->robots.n) s = c12io__ts_bad(t, err, "a robot of the index has no rows", at[t->groups + 2]);
    for (int64_t i = 0; !s && i < t->robots.n; i++) s = c12io__ts_keep_last(t, &c.batch, (int32_t)i, i, err);
    c12io__ts_unload(&t->host, &c);
    return s;
}

c12_status c12io_ts_latest(c12io_ts *self, c12_tlm_batch *batch, int64_t *rows, c12_error *err)
{
    c12_status s = c12io__ts_readable(self, err);
    const char *full = "rows";
    if (s) return s;
    if (!batch || batch->struct_size < sizeof *batch || !rows)
        return c12io__fault(err, C12_E_ARG, "argument is NULL or not initialised", -1, 0, "%s: use C12_INIT for the batch", self->path);
    c12_error e = C12_INIT(c12_error);
    c12_mem none = { NULL, 0 };
    size_t used;
    if ((s = c12_tlm_print(&self->schema, batch, 0, 0, none, &used, &e))) return c12io__fault(err, s, e.what, e.row, e.value, "%s: batch: %s", self->path, e.what);
    if ((s = c12io__ts_need_latest(self, err))) return s;
    c12io__ts_cursor *c = self->latest;
    const int32_t *sorted = self->robots.sorted.ptr;
    memset(c->map.ptr, 0xff, c->map.size);
    *rows = 0;
    for (int64_t i = 0; i < self->robots.n; i++, ++*rows) {
        c->at = sorted[i];
        if (c12io__ts_take(self, c, batch, &full)) return c12io__fault(err, C12_E_SPACE, "the batch is full", -1, batch->n + 1, "%s: the batch is full: %s", self->path, full);
    }
    return C12_OK;
}
