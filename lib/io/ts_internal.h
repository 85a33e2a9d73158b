/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of a telemetry file share.
 *
 * Layout, all numbers low byte first:
 *   head     magic 8 | version u32 | flags u32 (1 = order kept) | schema bytes u32 | schema CBOR | CRC32C of all before
 *   blocks   of c12/tlm.h, back to back; each holds rows of one robot by (time, source order)
 *   footer   magic 8 | fields u32 | robots u32 | blocks u64 | column bytes u64[fields + 3] | robots (u32 length, bytes) |
 *            entries of 48 bytes | CRC32C of all before
 *   trailer  footer offset u64 | file bytes u64 | CRC32C of both | magic 8
 *
 * An epoch is what one emptying of the pool wrote.  Rows of a later epoch came later.  Within an epoch that came in (time,
 * robot) order no order column is written; within any other it holds the row's place in the epoch. */
#ifndef C12_IO_TS_INTERNAL_H
#define C12_IO_TS_INTERNAL_H

#include "c12/ts.h"
#include "io/io_internal.h"
#include <stdio.h>

enum { TS_HEAD_FIXED = 20, TS_FOOT_FIXED = 24, TS_ENTRY_BYTES = 48, TS_TRAILER_BYTES = 28, TS_VERSION = 1, TS_EXTRA_COLUMNS = 3,
       TS_SCHEMA_LIMIT = 1 << 20 };

typedef struct c12io__ts_entry {
    int64_t at, t_min, t_max;
    uint32_t bytes, rows, raw_rows, robot, epoch, by_order; /* by_order: the epoch's order column says the source order */
} c12io__ts_entry;

/* Robots in order of first appearance, and the same by their bytes. */
typedef struct c12io__ts_robots {
    c12_mem bytes, off, sorted; /* uint8 | int64 [n + 1] | int32 [n] */
    int64_t n;
} c12io__ts_robots;

/* A block open for a scan. */
typedef struct c12io__ts_cursor {
    c12_tlm_batch batch;
    c12_mem mem;      /* the batch's */
    c12_mem map;      /* int32 [texts]: code in the caller's batch, -1 = not asked yet */
    c12_mem perm;     /* int32 [rows] by order; none = rows as they stand */
    int64_t at, call; /* next row; the call that map belongs to */
    int64_t key;      /* time or order of the next row */
    int64_t entry;
    int32_t rank, reserved;
} c12io__ts_cursor;

typedef struct c12io__ts_writer {
    c12io_out *out;
    c12_tlm_batch pool;
    c12_mem pool_mem, map, rows, block, scratch;
    int64_t *order; /* the pool's order column while it is not in the batch */
    int64_t block_rows;
    uint32_t epoch, failed;
    int32_t level, reserved;
} c12io__ts_writer;

typedef struct c12io__ts_scan {
    c12_mem list; /* int64 [n_list] entries by (stage, t_min) */
    int64_t n_list, next, from, to, call;
    c12_mem heap; /* c12io__ts_cursor * [heap_n] */
    int64_t heap_n;
    uint32_t stage;
    int32_t running, by_time, reserved;
} c12io__ts_scan;

struct c12io_ts {
    c12_host host;
    char *path;
    FILE *f; /* reading */
    c12_tlm_schema schema;
    c12_mem schema_mem, entries;
    int64_t n_entries, bytes; /* of the file so far */
    int64_t column_bytes[C12_TLM_MAX_FIELDS + TS_EXTRA_COLUMNS];
    int32_t keep_order, writing;
    c12io__ts_robots robots;
    c12io__ts_writer w;
    c12io__ts_scan scan;
};

static inline c12io__ts_entry *c12io__ts_entries(const c12io_ts *t) { return t->entries.ptr; }

/* Memory through the host.  grow keeps what is there and at least doubles; 1 = out of memory. */
int c12io__ts_grow(const c12_host *host, c12_mem *mem, size_t size);
void c12io__ts_drop(const c12_host *host, c12_mem *mem);
c12_status c12io__ts_nomem(c12_error *err, const char *path);
c12_status c12io__ts_new(c12io_ts **self, const char *path, const c12_host *host, c12_error *err);
void c12io__ts_free(c12io_ts *t);

c12_view c12io__ts_robot(const c12io__ts_robots *r, int64_t id);
int c12io__ts_view_order(c12_view a, c12_view b);       /* < 0, 0, > 0 by bytes, then length */
/* The robot's id, added when new; -1 = out of memory.  With add = 0: -1 = not there. */
int64_t c12io__ts_robot_id(const c12_host *host, c12io__ts_robots *r, c12_view name, int add);

void c12io__ts_put32(uint8_t *p, uint32_t v);
void c12io__ts_put64(uint8_t *p, uint64_t v);
uint32_t c12io__ts_get32(const uint8_t *p);
uint64_t c12io__ts_get64(const uint8_t *p);
extern const uint8_t c12io__ts_magic[3][8];             /* head, footer, trailer */

c12_status c12io__ts_finish(c12io_ts *t, c12_error *err); /* writer: last epoch, footer, trailer, rename; frees nothing */
void c12io__ts_scan_drop(c12io_ts *t);
c12_status c12io__ts_load(c12io_ts *t, int64_t entry, c12io__ts_cursor *c, c12_error *err); /* a block into c->batch */
void c12io__ts_unload(const c12_host *host, c12io__ts_cursor *c);

#endif
