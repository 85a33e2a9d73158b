/* SPDX-License-Identifier: Apache-2.0 */
/* Telemetry files: handles, memory, robots, and opening one with every length checked before it is believed. */
#include "io/ts/ts_internal.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

const uint8_t c12io__ts_magic[4][8] = {
    { 0x89, 'c', '1', '2', 't', 0x0d, 0x0a, 0x1a }, { 'c', '1', '2', 't', 'i', 'n', 'd', 'x' }, { 'c', '1', '2', 't', 'e', 'n', 'd', 0x0a },
    { 'c', '1', '2', 't', 'i', 'd', 'x', '2' }
};

/* ---- memory ------------------------------------------------------------------------------------------------------ */

enum { TS_ALIGN = 64 };

int c12io__ts_grow(const c12_host *host, c12_mem *mem, size_t size)
{
    if (size <= mem->size && mem->ptr) return 0;
    size_t want = mem->size < SIZE_MAX / 2 && mem->size * 2 > size ? mem->size * 2 : size;
    if (!want) want = 1;
    void *p = host->alloc ? host->alloc(host->user, want, TS_ALIGN) : malloc(want);
    if (!p) return 1;
    if (mem->size) memcpy(p, mem->ptr, mem->size);
    c12io__ts_drop(host, mem);
    mem->ptr = p;
    mem->size = want;
    return 0;
}

void c12io__ts_drop(const c12_host *host, c12_mem *mem)
{
    if (mem->ptr && host->alloc) { if (host->release) host->release(host->user, mem->ptr, mem->size, TS_ALIGN); }
    else free(mem->ptr);
    mem->ptr = NULL;
    mem->size = 0;
}

c12_status c12io__ts_nomem(c12_error *err, const char *path)
{
    return c12io__fault(err, C12_E_NOMEM, "out of memory", -1, 0, "%s: out of memory", path);
}

c12_status c12io__ts_new(c12io_ts **self, const char *path, const c12_host *host, c12_error *err)
{
    if (!self || !path) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "telemetry file: path or output is NULL");
    if (host && host->struct_size < sizeof *host) return c12io__fault(err, C12_E_ARG, "host is not initialised", -1, 0, "%s: use C12_INIT for the host", path);
    c12io_ts *t = calloc(1, sizeof *t);
    if (!t || !(t->path = malloc(strlen(path) + 1))) {
        free(t);
        return c12io__ts_nomem(err, path);
    }
    memcpy(t->path, path, strlen(path) + 1);
    if (host) t->host = *host;
    *self = t;
    return C12_OK;
}

void c12io__ts_free(c12io_ts *t)
{
    c12io__ts_scan_drop(t);
    c12io__ts_query_drop(t);
    c12io__ts_journal_free(t);
    c12io__ts_last_drop(t);
    c12io__ts_seal_free(t);
    for (int32_t f = 0; f < C12_TLM_MAX_FIELDS; f++) {
        c12io__ts_drop(&t->host, &t->pieces.zone[f]);
        c12io__ts_drop(&t->host, &t->pieces.scale[f]);
    }
    c12_mem *all[] = { &t->pieces.span, &t->section, &t->schema_mem, &t->entries, &t->robots.bytes, &t->robots.off, &t->robots.sorted, &t->w.pool_mem, &t->w.full_mem, &t->w.map,
                       &t->w.rows, &t->w.block, &t->w.scratch, &t->scan.list, &t->scan.heap };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) c12io__ts_drop(&t->host, all[i]);
    if (t->f) fclose(t->f);
    free(t->path);
    free(t);
}

void c12io_ts_destroy(c12io_ts *self)
{
    if (!self) return;
    if (self->writing && self->journal) c12io__ts_append_abandon(self);
    else if (self->writing) c12io_out_abandon(self->w.out);
    c12io__ts_free(self);
}

c12_status c12io_ts_close(c12io_ts *self, c12_error *err)
{
    if (!self) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "telemetry file: handle is NULL");
    c12_status s = self->writing ? c12io__ts_finish(self, err) : C12_OK;
    c12io_ts_destroy(self);
    return s;
}

/* ---- numbers ------------------------------------------------------------------------------------------------------- */

void c12io__ts_put32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++) p[i] = (uint8_t)(v >> 8 * i);
}

void c12io__ts_put64(uint8_t *p, uint64_t v)
{
    c12io__ts_put32(p, (uint32_t)v);
    c12io__ts_put32(p + 4, (uint32_t)(v >> 32));
}

uint32_t c12io__ts_get32(const uint8_t *p) { return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24; }
uint64_t c12io__ts_get64(const uint8_t *p) { return c12io__ts_get32(p) | (uint64_t)c12io__ts_get32(p + 4) << 32; }

/* ---- robots -------------------------------------------------------------------------------------------------------- */

c12_view c12io__ts_robot(const c12io__ts_robots *r, int64_t id)
{
    const int64_t *off = r->off.ptr;
    c12_view v = { (const uint8_t *)r->bytes.ptr + off[id], (size_t)(off[id + 1] - off[id]) };
    return v;
}

int c12io__ts_view_order(c12_view a, c12_view b)
{
    size_t n = a.size < b.size ? a.size : b.size;
    int c = n ? memcmp(a.ptr, b.ptr, n) : 0;
    return c ? c : (a.size > b.size) - (a.size < b.size);
}

int64_t c12io__ts_robot_id(const c12_host *host, c12io__ts_robots *r, c12_view name, int add)
{
    int32_t *sorted = r->sorted.ptr;
    int64_t low = 0, high = r->n, used = r->n ? ((const int64_t *)r->off.ptr)[r->n] : 0;
    while (low < high) {
        int64_t mid = (low + high) / 2;
        int c = c12io__ts_view_order(c12io__ts_robot(r, sorted[mid]), name);
        if (!c) return sorted[mid];
        if (c < 0) low = mid + 1;
        else high = mid;
    }
    if (!add || r->n == INT32_MAX) return -1;
    size_t n = (size_t)r->n;
    if (c12io__ts_grow(host, &r->sorted, (n + 1) * sizeof *sorted) || c12io__ts_grow(host, &r->off, (n + 2) * sizeof(int64_t))
        || c12io__ts_grow(host, &r->bytes, (size_t)used + name.size)) return -1;
    sorted = r->sorted.ptr;
    int64_t *off = r->off.ptr;
    if (name.size) memcpy((uint8_t *)r->bytes.ptr + used, name.ptr, name.size);
    off[n] = used;
    off[n + 1] = used + (int64_t)name.size;
    memmove(sorted + low + 1, sorted + low, (size_t)(r->n - low) * sizeof *sorted);
    sorted[low] = (int32_t)r->n;
    return r->n++;
}

/* ---- open ------------------------------------------------------------------------------------------------------------ */

c12_status c12io__ts_bad(const c12io_ts *t, c12_error *err, const char *what, int64_t at)
{
    return c12io__fault(err, C12_E_FORMAT, what, -1, at, "%s: byte %lld: %s", t->path, (long long)at, what);
}

c12_status c12io__ts_read(c12io_ts *t, int64_t at, void *to, size_t n, c12_error *err)
{
    errno = 0;
    if (fseeko(t->f, (off_t)at, SEEK_SET)) return c12io__os_fault(err, t->path, "seek in");
    size_t got = fread(to, 1, n, t->f);
    if (got == n) return C12_OK;
    if (ferror(t->f)) return c12io__os_fault(err, t->path, "read");
    return c12io__ts_bad(t, err, "file is cut off", at + (int64_t)got);
}

static uint32_t ts_crc(const uint8_t *p, size_t n)
{
    c12_view v = { p, n };
    return c12_tlm_crc32c(0, v);
}

c12_status c12io__ts_open_head(c12io_ts *t, c12_error *err)
{
    uint8_t fixed[TS_HEAD_FIXED];
    c12_mem all = { NULL, 0 };
    c12_error e = C12_INIT(c12_error);
    c12_status s;
    if (t->bytes < TS_HEAD_FIXED) return c12io__ts_bad(t, err, "file is cut off inside its head", t->bytes);
    if ((s = c12io__ts_read(t, 0, fixed, sizeof fixed, err))) return s;
    if (memcmp(fixed, c12io__ts_magic[0], 8)) return c12io__ts_bad(t, err, "not a telemetry file", 0);
    uint32_t n = c12io__ts_get32(fixed + 16), flags = c12io__ts_get32(fixed + 12), all_bytes = TS_HEAD_FIXED + n + (flags & TS_SEALED ? TS_KEY_ID : 0);
    if (n > TS_SCHEMA_LIMIT) return c12io__ts_bad(t, err, "schema of the head is too long", 16);
    if ((int64_t)all_bytes + 4 > t->bytes) return c12io__ts_bad(t, err, "file is cut off inside its head", t->bytes);
    if (c12io__ts_grow(&t->host, &all, (size_t)all_bytes + 4)) return c12io__ts_nomem(err, t->path);
    s = c12io__ts_read(t, 0, all.ptr, (size_t)all_bytes + 4, err);
    const uint8_t *p = all.ptr;
    const c12_view schema = { p + TS_HEAD_FIXED, n }, head = { p, all_bytes };
    if (!s && ts_crc(p, all_bytes) != c12io__ts_get32(p + all_bytes)) s = c12io__ts_bad(t, err, "CRC of the head is wrong", all_bytes);
    if (!s && (c12io__ts_get32(p + 8) != TS_VERSION || flags > (TS_KEPT | TS_SEALED))) s = c12io__ts_bad(t, err, "version of the file is not known", 8);
    t->schema.struct_size = (uint32_t)sizeof t->schema;
    if (!s && c12_tlm_schema_decode(schema, &t->schema, t->schema_mem, &e)) {
        if (e.status == C12_E_SPACE && c12io__ts_grow(&t->host, &t->schema_mem, (size_t)e.value)) s = c12io__ts_nomem(err, t->path);
        else if (e.status != C12_E_SPACE || c12_tlm_schema_decode(schema, &t->schema, t->schema_mem, &e)) s = c12io__ts_bad(t, err, "schema of the head is wrong", TS_HEAD_FIXED);
    }
    if (!s) t->keep_order = (int32_t)(flags & TS_KEPT);
    if (!s) s = c12io__ts_seal_head(t, head, (flags & TS_SEALED) != 0, flags & TS_SEALED ? c12io__ts_get64(p + all_bytes - TS_KEY_ID) : 0, err);
    t->head_bytes = (int64_t)all_bytes + 4;
    c12io__ts_drop(&t->host, &all);
    return s;
}

static c12_status ts_open_trailer(c12io_ts *t, int64_t blocks, int64_t *footer, c12_error *err)
{
    uint8_t p[TS_TRAILER_BYTES];
    int64_t at = t->bytes - TS_TRAILER_BYTES;
    if (at < blocks) return c12io__ts_bad(t, err, "file is cut off before its trailer", t->bytes);
    c12_status s = c12io__ts_read(t, at, p, sizeof p, err);
    if (s) return s;
    if (memcmp(p + 20, c12io__ts_magic[2], 8)) return c12io__ts_bad(t, err, "file is cut off: it does not end with a trailer", t->bytes);
    if (ts_crc(p, 16) != c12io__ts_get32(p + 16)) return c12io__ts_bad(t, err, "CRC of the trailer is wrong", at);
    uint64_t foot = c12io__ts_get64(p), size = c12io__ts_get64(p + 8);
    if (size != (uint64_t)t->bytes) return c12io__ts_bad(t, err, "file has another length than its trailer says", at);
    if (foot < (uint64_t)blocks || foot > (uint64_t)(at - TS_FOOT1_FIXED - 4)) return c12io__ts_bad(t, err, "trailer points outside the file", at);
    *footer = (int64_t)foot;
    return C12_OK;
}

c12_status c12io__ts_open_file(c12io_ts *t, c12_error *err)
{
    int64_t footer = 0;
    if (fseeko(t->f, 0, SEEK_END) || (t->bytes = (int64_t)ftello(t->f)) < 0) return c12io__os_fault(err, t->path, "seek in");
    c12_status s = c12io__ts_open_head(t, err);
    if (s || (s = ts_open_trailer(t, t->head_bytes, &footer, err))) return s;
    return c12io__ts_index_read(t, t->head_bytes, footer, err);
}

c12_status c12io__ts_open_with(c12io_ts **self, const char *path, c12_view key, int lenient, const c12_host *host, c12_error *err)
{
    c12io_ts *t;
    c12_status s = c12io__ts_new(&t, path, host, err);
    if (s) return s;
    if (!self) { c12io__ts_free(t); return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "%s: output is NULL", path); }
    t->seal.lenient = lenient;
    if (!(s = c12io__ts_take_key(t, key, err))) s = (t->f = fopen(path, "rb")) ? c12io__ts_open_file(t, err) : c12io__os_fault(err, path, "open");
    if (s) c12io__ts_free(t);
    else *self = t;
    return s;
}

c12_status c12io_ts_open(c12io_ts **self, const char *path, const c12_host *host, c12_error *err)
{
    const c12_view none = { NULL, 0 };
    return c12io__ts_open_with(self, path, none, 0, host, err);
}

c12_status c12io_ts_open_sealed(c12io_ts **self, const char *path, c12_view key, const c12_host *host, c12_error *err)
{
    return c12io__ts_open_with(self, path, key, 0, host, err);
}

c12_status c12io_ts_key(const c12io_ts *self, uint64_t *id, c12_error *err)
{
    if (!self || !id) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "telemetry file: handle or output is NULL");
    *id = self->seal.on ? self->seal.id : 0;
    return C12_OK;
}

/* ---- what is inside ----------------------------------------------------------------------------------------------------- */

c12_status c12io_ts_schema(const c12io_ts *self, c12_tlm_schema *schema, c12_error *err)
{
    if (!self || !schema || schema->struct_size < sizeof *schema) return c12io__fault(err, C12_E_ARG, "argument is NULL or not initialised", -1, 0, "telemetry file: use C12_INIT");
    *schema = self->schema;
    return C12_OK;
}

c12_status c12io_ts_stat(const c12io_ts *self, c12io_ts_info *info, c12_error *err)
{
    if (!self || !info || info->struct_size < sizeof *info) return c12io__fault(err, C12_E_ARG, "argument is NULL or not initialised", -1, 0, "telemetry file: use C12_INIT");
    int32_t columns = self->schema.n_fields + TS_EXTRA_COLUMNS;
    if (info->column_bytes && info->column_cap < columns + 1)
        return c12io__fault(err, C12_E_SPACE, "column_bytes is too short", -1, columns + 1, "%s: column_bytes needs %d entries", self->path, (int)columns + 1);
    const c12io__ts_entry *e = c12io__ts_entries(self);
    info->robots = (int32_t)self->robots.n;
    info->records = info->raw_records = info->t_min = info->t_max = 0;
    info->blocks = self->n_entries;
    info->bytes = self->bytes;
    info->keep_order = self->keep_order;
    for (int64_t i = 0; i < self->n_entries; i++) {
        info->records += e[i].rows;
        info->raw_records += e[i].raw_rows;
        if (!i || e[i].t_min < info->t_min) info->t_min = e[i].t_min;
        if (!i || e[i].t_max > info->t_max) info->t_max = e[i].t_max;
    }
    info->bytes_per_record = info->records ? (double)info->bytes / (double)info->records : 0;
    int64_t rest = self->bytes;
    for (int32_t c = 0; info->column_bytes && c < columns; c++) rest -= info->column_bytes[c] = self->column_bytes[c];
    if (info->column_bytes) info->column_bytes[columns] = rest;
    return C12_OK;
}
