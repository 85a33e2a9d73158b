/* SPDX-License-Identifier: Apache-2.0 */
/* Files made from files: old blocks dropped or put elsewhere, and small blocks joined. */
#include "io/ts/ts_internal.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { KEEP_ROWS = 8192, KEEP_TEXT = 4 << 20 };

/* ---- by age ---------------------------------------------------------------------------------------------------------------------- */

/* A writer that takes blocks as they are; path NULL = none. */
static c12_status keep_create(const c12io_ts *from, const char *path, c12_view key, const c12_host *host, c12io_ts **to, c12_error *err)
{
    c12io_ts_options o = { .struct_size = sizeof o, .keep_order = from->keep_order, .pool_rows = 1, .block_rows = 1, .raw_bytes = 1, .text_bytes = 16, .key = key };
    *to = NULL;
    return path ? c12io_ts_create(to, path, &from->schema, &o, host, err) : C12_OK;
}

static c12_status keep_block(c12io_ts *from, int64_t entry, c12io_ts *to, c12_mem *bytes, c12io__ts_cursor *c, c12_error *err)
{
    const c12io__ts_entry *e = &c12io__ts_entries(from)[entry];
    c12_status s = c12io__ts_load(from, entry, c, err);
    if (s) return s;
    size_t size = c12io__ts_size(from, e->bytes), used;
    if (c12io__ts_grow(&from->host, bytes, size)) return c12io__ts_nomem(err, from->path);
    if ((s = c12io__ts_read(from, e->at, bytes->ptr, size, err))) return s;
    c12_view disk = { bytes->ptr, size }, block;
    if ((s = c12io__ts_open_block(from, disk, &block, &used, err))) return s == C12_E_NOMEM ? c12io__ts_nomem(err, from->path) : s;
    to->w.epoch = e->epoch;
    return c12io__ts_add_block(to, block, &c->batch, err);
}

static c12_status keep_split(c12io_ts *from, c12io_ts *newer, c12io_ts *older, int64_t cutoff, int64_t rows[2], c12_error *err)
{
    c12io__ts_cursor c;
    c12_mem bytes = { NULL, 0 };
    c12_status s = C12_OK;
    memset(&c, 0, sizeof c);
    for (int64_t i = 0; !s && i < from->n_entries; i++) {
        int old = c12io__ts_entries(from)[i].t_max < cutoff;
        c12io_ts *to = old ? older : newer;
        rows[old] += c12io__ts_entries(from)[i].rows;
        if (to) s = keep_block(from, i, to, &bytes, &c, err);
    }
    c12io__ts_unload(&from->host, &c);
    c12io__ts_drop(&from->host, &bytes);
    return s;
}

c12_status c12io_ts_retain(const char *from, const char *to, const char *archive, int64_t cutoff, const c12_host *host, int64_t *kept, int64_t *old, c12_error *err)
{
    const c12_view none = { NULL, 0 };
    return c12io_ts_retain_sealed(from, to, archive, cutoff, none, host, kept, old, err);
}

c12_status c12io_ts_retain_sealed(const char *from, const char *to, const char *archive, int64_t cutoff, c12_view key, const c12_host *host, int64_t *kept, int64_t *old,
                                  c12_error *err)
{
    c12io_ts *t, *newer = NULL, *older = NULL;
    int64_t rows[2] = { 0, 0 };
    if (!from || !to) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "telemetry file: path is NULL");
    c12_status s = c12io_ts_open_sealed(&t, from, key, host, err);
    if (s) return s;
    if (!(s = keep_create(t, to, key, host, &newer, err))) s = keep_create(t, archive, key, host, &older, err);
    if (!s) s = keep_split(t, newer, older, cutoff, rows, err);
    if (!s && older) { /* the archive first: what is dropped here is safe there */
        s = c12io_ts_close(older, err);
        older = NULL;
    }
    if (!s) s = c12io_ts_close(newer, err);
    else c12io_ts_destroy(newer);
    c12io_ts_destroy(older);
    c12io_ts_destroy(t);
    if (!s && kept) *kept = rows[0];
    if (!s && old) *old = rows[1];
    return s;
}

/* ---- compaction --------------------------------------------------------------------------------------------------------------------- */

static c12_status keep_batch(const c12io_ts *t, c12_tlm_batch *b, c12_mem *mem, c12_error *err)
{
    int64_t raw = 1 << 20;
    size_t bytes;
    for (int64_t i = 0; i < t->n_entries; i++)
        if (c12io__ts_entries(t)[i].raw_rows && (int64_t)c12io__ts_entries(t)[i].bytes > raw) raw = c12io__ts_entries(t)[i].bytes;
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = KEEP_TEXT / 16, .rows = KEEP_ROWS, .raw_bytes = raw, .text_bytes = KEEP_TEXT };
    memset(b, 0, sizeof *b);
    b->struct_size = (uint32_t)sizeof *b;
    c12_status s = c12_tlm_batch_bytes(&t->schema, &d, &bytes, err);
    if (s) return s;
    if (c12io__ts_grow(&t->host, mem, bytes)) return c12io__ts_nomem(err, t->path);
    return c12_tlm_batch_init(b, *mem, &t->schema, &d, err);
}

/* One robot after the other, so that blocks come out full however the rows arrived. */
static c12_status keep_rows(c12io_ts *from, c12io_ts *to, c12_error *err)
{
    c12_tlm_batch b;
    c12_mem mem = { NULL, 0 };
    c12_status s = keep_batch(from, &b, &mem, err);
    for (int64_t i = 0; !s && i < from->robots.n; i++) {
        c12_view name = c12io__ts_robot(&from->robots, ((const int32_t *)from->robots.sorted.ptr)[i]);
        c12io_ts_range range = { .struct_size = sizeof range, .order = C12IO_TS_BY_TIME, .robot = name.ptr, .robot_size = (int64_t)name.size };
        int64_t rows = 1;
        s = c12io_ts_scan(from, &range, err);
        while (!s && rows) {
            if (!(s = c12_tlm_batch_reset(&b, &from->schema, err))) s = c12io_ts_next(from, &b, &rows, err);
            if (!s && rows) s = c12io_ts_append(to, &b, err);
        }
    }
    c12io__ts_drop(&from->host, &mem);
    return s;
}

c12_status c12io_ts_compact(const char *from, const char *to, const c12io_ts_options *options, const c12_host *host, c12_error *err)
{
    c12io_ts *t, *out = NULL;
    if (!from || !to) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "telemetry file: path is NULL");
    const c12_view none = { NULL, 0 };
    int keyed = options && options->struct_size >= sizeof *options; /* others know of no key */
    c12_status s = c12io__ts_open_with(&t, from, keyed ? options->key : none, 1, host, err);
    if (s) return s;
    if (t->keep_order) s = c12io__fault(err, C12_E_STATE, "file keeps its source's order", -1, 0, "%s: compaction would lose the order it keeps", from);
    if (!s) s = c12io_ts_create(&out, to, &t->schema, options, host, err);
    if (!s) s = keep_rows(t, out, err);
    if (!s) s = c12io_ts_close(out, err);
    else c12io_ts_destroy(out);
    c12io_ts_destroy(t);
    return s;
}
