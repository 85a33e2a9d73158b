/* SPDX-License-Identifier: Apache-2.0 */
/* What is left of a damaged file: blocks are found by their heads, believed when all of their checks hold, and copied as they are. */
#include "io/ts/ts_internal.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SALVAGE_WINDOW = 1 << 16 };
static const uint8_t salvage_sync[8] = { 0x89, 'c', '1', '2', 'b', 0x0d, 0x0a, 0x1a };

typedef struct ts_salvage {
    c12io_ts *bad, *good;
    c12io__ts_cursor cursor;
    c12_mem window, block, scratch, name;
    size_t name_size;
    int64_t end, from, have;   /* of the part with blocks; window: file bytes from .. from + have - 1 */
    int64_t t_max;             /* of the block before */
    int32_t by_order, reserved;
    c12io_ts_salvaged *told;
    c12_error *err;
} ts_salvage;

/* The n bytes at `at` as far as the file has them. */
static c12_status salvage_look(ts_salvage *s, int64_t at, size_t n, const uint8_t **p, size_t *got)
{
    if (at < s->from || at + (int64_t)n > s->from + s->have) {
        errno = 0;
        s->from = at;
        if (fseeko(s->bad->f, (off_t)at, SEEK_SET)) return c12io__os_fault(s->err, s->bad->path, "seek in");
        s->have = (int64_t)fread(s->window.ptr, 1, SALVAGE_WINDOW, s->bad->f);
        if (ferror(s->bad->f)) return c12io__os_fault(s->err, s->bad->path, "read");
    }
    *p = (const uint8_t *)s->window.ptr + (at - s->from);
    *got = (size_t)(s->from + s->have - at < (int64_t)n ? s->from + s->have - at : (int64_t)n);
    return C12_OK;
}

/* A new epoch begins where robots or times go back, so that order columns of different epochs are not mixed. */
static c12_status salvage_epoch(ts_salvage *s, c12_view name, int64_t t_min, int64_t t_max, int32_t by_order)
{
    c12_view before = { s->name.ptr, s->name_size };
    int order = s->told->blocks ? c12io__ts_view_order(before, name) : -1;
    if (s->told->blocks && (by_order != s->by_order || order > 0 || (!order && t_min < s->t_max))) s->good->w.epoch++;
    if (c12io__ts_grow(&s->good->host, &s->name, name.size)) return c12io__ts_nomem(s->err, s->good->path);
    if (name.size) memcpy(s->name.ptr, name.ptr, name.size);
    s->name_size = name.size;
    s->t_max = t_max;
    s->by_order = by_order;
    return C12_OK;
}

/* Rows of one robot, by time: what a writer makes. */
static int salvage_sound(const c12io_ts *t, const c12_tlm_batch *b)
{
    const int64_t *robot = b->value + t->schema.robot_field * b->cap, *time = b->value + t->schema.time_field * b->cap;
    for (int64_t r = 1; r < b->n; r++)
        if (robot[r] != robot[0] || time[r] < time[r - 1]) return 0;
    return 1;
}

/* The block at `at` to the good file; *bytes = its size, 0 = there is none. */
static c12_status salvage_block(ts_salvage *s, int64_t at, size_t *bytes)
{
    c12_tlm_head h = C12_INIT(c12_tlm_head);
    const uint8_t *p;
    size_t got;
    *bytes = 0;
    c12_status st = salvage_look(s, at, C12_TLM_HEAD_BYTES, &p, &got);
    c12_view head = { p, got };
    if (st || got < C12_TLM_HEAD_BYTES || c12_tlm_block_head(head, &h, NULL) || h.bytes > s->bad->bytes - at) return st;
    size_t size = c12io__ts_size(s->good, h.bytes);
    if ((int64_t)size > s->bad->bytes - at) return C12_OK;
    if (c12io__ts_grow(&s->good->host, &s->block, size)) return c12io__ts_nomem(s->err, s->good->path);
    if ((st = c12io__ts_read(s->bad, at, s->block.ptr, size, s->err))) return st;
    c12_view disk = { s->block.ptr, size }, block;
    if ((st = c12io__ts_decode(s->good, disk, &s->cursor, &s->scratch, &got, NULL)) == C12_E_NOMEM) return c12io__ts_nomem(s->err, s->good->path);
    const c12_tlm_batch *b = &s->cursor.batch;
    if (st || !salvage_sound(s->good, b)) return C12_OK;
    if (c12io__ts_open_block(s->good, disk, &block, &got, NULL)) return C12_OK;
    int64_t code = b->value[s->good->schema.robot_field * b->cap];
    c12_view name = { b->dict->bytes + b->dict->off[code], (size_t)(b->dict->off[code + 1] - b->dict->off[code]) };
    if ((st = salvage_epoch(s, name, h.t_min, h.t_max, h.has_order)) || (st = c12io__ts_add_block(s->good, block, b, s->err))) return st;
    s->told->blocks++;
    s->told->records += h.rows;
    *bytes = size;
    return C12_OK;
}

static int salvage_is_index(const uint8_t *p, size_t n) { return n >= 8 && (!memcmp(p, c12io__ts_magic[1], 8) || !memcmp(p, c12io__ts_magic[3], 8)); }

/* From one good block to the next; what lies between is lost. */
static c12_status salvage_scan(ts_salvage *s, int64_t at)
{
    for (int64_t gap = 0; at < s->end;) {
        const uint8_t *p;
        size_t got, bytes = 0;
        c12_status st = salvage_look(s, at, 8, &p, &got);
        if (st || (!gap && salvage_is_index(p, got))) return st; /* blocks that follow are the index's */
        if (got == 8 && !memcmp(p, salvage_sync, 8) && (st = salvage_block(s, at, &bytes))) return st;
        if (bytes) { at += (int64_t)bytes; gap = 0; continue; }
        s->told->gaps += !gap;
        s->told->bytes_lost++;
        gap = 1;
        at++;
    }
    return C12_OK;
}

/* What can be known of the bad file: its head, and when its index reads, how much there was. */
static c12_status salvage_open(ts_salvage *s, const char *from, c12_view key, const c12_host *host)
{
    c12_error none = C12_INIT(c12_error);
    c12_status st = c12io__ts_new(&s->bad, from, host, s->err);
    if (st) return st;
    if ((st = c12io__ts_take_key(s->bad, key, s->err))) return st;
    if (!(s->bad->f = fopen(from, "rb"))) return c12io__os_fault(s->err, from, "open");
    s->told->records_lost = -1;
    if (!(st = c12io__ts_open_file(s->bad, &none))) {
        s->told->records_lost = 0;
        for (int64_t i = 0; i < s->bad->n_entries; i++) s->told->records_lost += c12io__ts_entries(s->bad)[i].rows;
        const c12io__ts_entry *last = c12io__ts_entries(s->bad) + s->bad->n_entries - 1;
        s->end = s->bad->n_entries ? c12io__ts_end(s->bad, last) : s->bad->head_bytes;
        return C12_OK;
    }
    if (st == C12_E_REFUSED || st == C12_E_UNSUPPORTED) return c12io__ts_open_head(s->bad, s->err); /* the head is sound and wants another key: say so */
    if (st == C12_E_NOMEM) return c12io__ts_nomem(s->err, from);
    s->end = s->bad->bytes;
    if (!s->bad->head_bytes || !s->bad->schema.n_fields) s->told->head_lost = 1;
    return C12_OK;
}

static c12_status salvage_create(ts_salvage *s, const char *to, c12_view key, const c12_host *host)
{
    c12io_ts_options o = { .struct_size = sizeof o, .pool_rows = 1, .block_rows = 1, .raw_bytes = 1, .text_bytes = 16, .key = key };
    o.keep_order = s->told->head_lost ? 1 : s->bad->keep_order;
    return c12io_ts_create(&s->good, to, s->told->head_lost ? NULL : &s->bad->schema, &o, host, s->err);
}

static void salvage_free(ts_salvage *s)
{
    const c12_host *host = &s->bad->host;
    c12io__ts_unload(host, &s->cursor);
    c12_mem *all[] = { &s->window, &s->block, &s->scratch, &s->name };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) c12io__ts_drop(host, all[k]);
    c12io_ts_destroy(s->bad);
}

c12_status c12io_ts_salvage(const char *from, const char *to, const c12_host *host, c12io_ts_salvaged *told, c12_error *err)
{
    const c12_view none = { NULL, 0 };
    return c12io_ts_salvage_sealed(from, to, none, host, told, err);
}

c12_status c12io_ts_salvage_sealed(const char *from, const char *to, c12_view key, const c12_host *host, c12io_ts_salvaged *told, c12_error *err)
{
    if (!from || !to || !told || told->struct_size < sizeof *told)
        return c12io__fault(err, C12_E_ARG, "argument is NULL or not initialised", -1, 0, "telemetry file: path is NULL or salvaged not initialised");
    ts_salvage s;
    memset(&s, 0, sizeof s);
    s.told = told;
    s.err = err;
    told->head_lost = 0;
    told->blocks = told->records = told->records_lost = told->gaps = told->bytes_lost = 0;
    c12_status st = salvage_open(&s, from, key, host);
    if (!st && !(st = salvage_create(&s, to, key, host))) {
        if (c12io__ts_grow(&s.bad->host, &s.window, SALVAGE_WINDOW)) st = c12io__ts_nomem(err, from);
        if (!st) st = salvage_scan(&s, told->head_lost ? 0 : s.bad->head_bytes);
        if (!st && told->head_lost && !told->blocks) st = c12io__ts_bad(s.bad, err, "head is lost and no block is of the built-in record", 0);
        if (st) c12io_ts_destroy(s.good);
        else st = c12io_ts_close(s.good, err);
    }
    if (!st && told->records_lost >= 0) told->records_lost -= told->records;
    if (s.bad) salvage_free(&s);
    return st;
}
