/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files: JSON lines to a telemetry file and back, in bounded memory. */
#include "io/ts/ts_internal.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TS_PACK_ROWS = 4096, TS_PACK_BUFFER = 4 << 20, TS_PACK_TEXT = 1 << 20, TS_PACK_RAW = 16 << 20, TS_PACK_LEAD = 1 << 20 };

/* One batch for passing rows through, at home in its own memory. */
typedef struct ts_pipe {
    c12_tlm_batch batch;
    c12_mem mem, buffer;
    size_t have; /* bytes in buffer */
    int64_t done, lines; /* bytes and lines of the input behind the buffer's start */
} ts_pipe;

static c12_status ts_pipe_open(ts_pipe *p, const c12_host *host, const c12_tlm_schema *schema, int64_t raw_bytes, const char *path, c12_error *err)
{
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = TS_PACK_TEXT / 16, .rows = TS_PACK_ROWS, .raw_bytes = raw_bytes, .text_bytes = TS_PACK_TEXT };
    size_t bytes;
    memset(p, 0, sizeof *p);
    c12_status s = c12_tlm_batch_bytes(schema, &d, &bytes, err);
    if (s) return s;
    if (c12io__ts_grow(host, &p->mem, bytes) || c12io__ts_grow(host, &p->buffer, TS_PACK_BUFFER)) return c12io__ts_nomem(err, path);
    p->batch.struct_size = (uint32_t)sizeof p->batch;
    return c12_tlm_batch_init(&p->batch, p->mem, schema, &d, err);
}

static void ts_pipe_close(ts_pipe *p, const c12_host *host)
{
    c12io__ts_drop(host, &p->mem);
    c12io__ts_drop(host, &p->buffer);
}

static c12_status ts_tell(const c12_host *host, int64_t work, int64_t bound, const char *path, c12_error *err)
{
    c12_progress p = C12_INIT(c12_progress);
    p.work = work;
    p.bound = bound;
    if (!host->progress || !host->progress(host->user, &p)) return C12_OK;
    return c12io__fault(err, C12_E_STATE, "stopped by the caller", -1, work, "%s: stopped by the caller", path);
}

/* ---- pack ------------------------------------------------------------------------------------------------------------ */

static int64_t ts_count_lines(const uint8_t *p, size_t n)
{
    int64_t lines = 0;
    for (const uint8_t *end = p + n; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++) lines++;
    return lines;
}

/* Whole lines of the buffer into the file; what is left moves to its front. */
static c12_status ts_pack_lines(c12io_ts *t, ts_pipe *p, size_t n, const char *path, c12_error *err)
{
    const uint8_t *at = p->buffer.ptr;
    for (size_t left = n; left;) {
        c12_error e = C12_INIT(c12_error);
        c12_view lines = { at, left };
        size_t used = 0;
        c12_status s = c12_tlm_batch_reset(&p->batch, &t->schema, &e);
        if (!s) s = c12_tlm_parse(&t->schema, lines, &p->batch, &used, &e);
        if (s) {
            int64_t line = p->lines + e.row, byte = p->done + (s == C12_E_FORMAT ? e.value : 0);
            return c12io__fault(err, s, e.what, line, s == C12_E_FORMAT ? byte : e.value, "%s: line %lld, byte %lld: %s", path, (long long)line + 1,
                                (long long)byte, e.what);
        }
        if ((s = c12io_ts_append(t, &p->batch, err))) return s;
        p->lines += ts_count_lines(at, used);
        p->done += (int64_t)used;
        at += used;
        left -= used;
    }
    p->have -= n;
    if (p->have) memmove(p->buffer.ptr, at, p->have);
    return C12_OK;
}

/* Bytes up to and with the last newline; 0 = none. */
static size_t ts_whole_lines(const ts_pipe *p)
{
    const uint8_t *b = p->buffer.ptr;
    size_t n = p->have;
    while (n && b[n - 1] != '\n') n--;
    return n;
}

static c12_status ts_pack_stream(c12io_ts *t, ts_pipe *p, FILE *f, int64_t bound, int64_t longest, const char *path, c12_error *err)
{
    for (int more = 1; more;) {
        errno = 0;
        size_t got = fread((uint8_t *)p->buffer.ptr + p->have, 1, p->buffer.size - p->have, f);
        if (!got && ferror(f)) return c12io__os_fault(err, path, "read");
        p->have += got;
        more = got > 0;
        size_t n = more ? ts_whole_lines(p) : p->have;
        if (more && !n && p->have == p->buffer.size) {
            if ((int64_t)p->have > longest) return c12io__fault(err, C12_E_SPACE, "line is longer than raw_bytes", p->lines, (int64_t)p->have, "%s: line %lld is longer than raw_bytes", path, (long long)p->lines + 1);
            if (c12io__ts_grow(&t->host, &p->buffer, p->buffer.size * 2)) return c12io__ts_nomem(err, path);
        }
        c12_status s = ts_pack_lines(t, p, n, path, err);
        if (s || (s = ts_tell(&t->host, p->done, bound, path, err))) return s;
    }
    return C12_OK;
}

/* `lead`: bytes of f that were read already. */
static c12_status ts_pack_file(c12io_ts *t, FILE *f, c12_view lead, int64_t raw_bytes, const char *path, c12_error *err)
{
    ts_pipe p;
    int64_t bound = -1;
    if (!fseeko(f, 0, SEEK_END)) { /* a pipe has no end to seek: then the bound is not known */
        bound = (int64_t)ftello(f);
        rewind(f);
        lead.size = 0;
    }
    c12_status s = ts_pipe_open(&p, &t->host, &t->schema, raw_bytes, path, err);
    if (!s && lead.size) memcpy(p.buffer.ptr, lead.ptr, p.have = lead.size);
    if (!s) s = ts_pack_stream(t, &p, f, bound, raw_bytes, path, err);
    ts_pipe_close(&p, &t->host);
    return s;
}

/* What older callers' options know nothing of. */
static c12_view ts_pack_key(const c12io_ts_options *options)
{
    const c12_view none = { NULL, 0 };
    return options && options->struct_size >= sizeof *options ? options->key : none;
}

static int64_t ts_pack_raw(const c12io_ts_options *options) { return options && options->raw_bytes ? options->raw_bytes : TS_PACK_RAW; }

/* The built-in record, with numbers as the first of f's lines have them. */
static c12_status ts_pack_schema(FILE *f, const char *path, c12_mem *lead, c12_tlm_schema *schema, c12_error *err)
{
    if (!(lead->ptr = malloc(TS_PACK_LEAD))) return c12io__ts_nomem(err, path);
    errno = 0;
    lead->size = fread(lead->ptr, 1, TS_PACK_LEAD, f);
    if (!lead->size && ferror(f)) return c12io__os_fault(err, path, "read");
    c12_view lines = { lead->ptr, lead->size };
    c12_status s = c12_tlm_builtin(schema, err);
    schema->numbers = c12_tlm_numbers(lines);
    return s;
}

static c12_status ts_pack_open(FILE *f, const char *from, const char *to, const c12io_ts_options *options, const c12_host *host, c12_error *err)
{
    c12_tlm_schema schema = C12_INIT(c12_tlm_schema);
    c12_mem lead = { NULL, 0 };
    c12io_ts *t = NULL;
    c12_status s = ts_pack_schema(f, from, &lead, &schema, err);
    c12_view had = { lead.ptr, lead.size };
    if (!s) s = c12io_ts_create(&t, to, &schema, options, host, err);
    if (!s && (s = ts_pack_file(t, f, had, ts_pack_raw(options), from, err))) c12io_ts_destroy(t);
    else if (!s) s = c12io_ts_close(t, err);
    free(lead.ptr);
    return s;
}

c12_status c12io_ts_pack(const char *from, const char *to, const c12io_ts_options *options, const c12_host *host, c12io_ts_info *info, c12_error *err)
{
    if (!from || !to || (info && info->struct_size < sizeof *info))
        return c12io__fault(err, C12_E_ARG, "argument is NULL or not initialised", -1, 0, "telemetry file: path is NULL or info not initialised");
    FILE *f = fopen(from, "rb");
    if (!f) return c12io__os_fault(err, from, "open");
    c12io_ts *t = NULL;
    c12_status s = ts_pack_open(f, from, to, options, host, err);
    fclose(f);
    if (s || !info) return s;
    if ((s = c12io_ts_open_sealed(&t, to, ts_pack_key(options), host, err))) return s;
    s = c12io_ts_stat(t, info, err);
    c12io_ts_destroy(t);
    return s;
}

c12_status c12io_ts_extend(const char *from, const char *to, const c12io_ts_options *options, const c12_host *host, int64_t *rows, c12_error *err)
{
    if (!from || !to) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "telemetry file: path is NULL");
    FILE *f = fopen(from, "rb");
    if (!f) return c12io__os_fault(err, from, "open");
    c12io_ts *t = NULL;
    c12_view none = { NULL, 0 };
    c12io_ts_info before = C12_INIT(c12io_ts_info), after = C12_INIT(c12io_ts_info);
    c12_status s = c12io_ts_continue(&t, to, options, host, err);
    if (!s && (s = c12io_ts_stat(t, &before, err))) c12io_ts_destroy(t);
    else if (!s && (s = ts_pack_file(t, f, none, ts_pack_raw(options), from, err))) c12io_ts_destroy(t);
    else if (!s) s = c12io_ts_close(t, err);
    fclose(f);
    if (s || !rows) return s;
    if ((s = c12io_ts_open_sealed(&t, to, ts_pack_key(options), host, err))) return s;
    s = c12io_ts_stat(t, &after, err);
    *rows = after.records - before.records;
    c12io_ts_destroy(t);
    return s;
}

/* ---- unpack ------------------------------------------------------------------------------------------------------------- */

/* Print the batch, with as much room as it takes. */
static c12_status ts_print_batch(c12io_ts *t, ts_pipe *p, c12io_out *out, c12_error *err)
{
    c12_error e = C12_INIT(c12_error);
    size_t used;
    c12_status s = c12_tlm_print(&t->schema, &p->batch, 0, p->batch.n, p->buffer, &used, &e);
    if (s == C12_E_SPACE) {
        if (c12io__ts_grow(&t->host, &p->buffer, (size_t)e.value)) return c12io__ts_nomem(err, t->path);
        s = c12_tlm_print(&t->schema, &p->batch, 0, p->batch.n, p->buffer, &used, &e);
    }
    if (s) return c12io__fault(err, s, e.what, e.row, e.value, "%s: %s", t->path, e.what);
    c12io_out_write(out, p->buffer.ptr, used);
    return C12_OK;
}

static c12_status ts_unpack_rows(c12io_ts *t, ts_pipe *p, c12io_out *out, int64_t bound, int64_t *total, c12_error *err)
{
    for (int64_t rows = 1; rows;) {
        c12_status s = c12_tlm_batch_reset(&p->batch, &t->schema, err);
        if (s || (s = c12io_ts_next(t, &p->batch, &rows, err))) return s;
        if ((s = ts_print_batch(t, p, out, err))) return s;
        *total += rows;
        if ((s = ts_tell(&t->host, *total, bound, t->path, err))) return s;
    }
    return C12_OK;
}

/* The longest raw section of a block: room that holds any raw line of the file. */
static int64_t ts_raw_room(const c12io_ts *t)
{
    int64_t room = TS_PACK_RAW;
    for (int64_t i = 0; i < t->n_entries; i++) {
        const c12io__ts_entry *e = &c12io__ts_entries(t)[i];
        if (e->raw_rows && (int64_t)e->bytes > room) room = e->bytes;
    }
    return room;
}

c12_status c12io_ts_unpack(const char *from, const char *to, const c12io_ts_range *range, const c12_host *host, int64_t *rows, c12_error *err)
{
    const c12_view none = { NULL, 0 };
    return c12io_ts_unpack_sealed(from, to, none, range, host, rows, err);
}

c12_status c12io_ts_unpack_sealed(const char *from, const char *to, c12_view key, const c12io_ts_range *range, const c12_host *host, int64_t *rows, c12_error *err)
{
    c12io_ts *t;
    c12io_out *out = NULL;
    ts_pipe p;
    int64_t total = 0;
    c12io_ts_info info = C12_INIT(c12io_ts_info);
    if (!from || !to) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "telemetry file: path is NULL");
    c12_status s = c12io_ts_open_sealed(&t, from, key, host, err);
    if (s) return s;
    memset(&p, 0, sizeof p);
    if (!(s = c12io_ts_stat(t, &info, err)) && !(s = c12io_ts_scan(t, range, err)) && !(s = ts_pipe_open(&p, &t->host, &t->schema, ts_raw_room(t), from, err))
        && !(s = c12io_out_open(&out, to, err))) {
        if ((s = ts_unpack_rows(t, &p, out, info.records, &total, err))) c12io_out_abandon(out);
        else s = c12io_out_close(out, err);
    }
    ts_pipe_close(&p, &t->host);
    c12io_ts_destroy(t);
    if (!s && rows) *rows = total;
    return s;
}
