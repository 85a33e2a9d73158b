/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of a telemetry file share.
 *
 * Layout, all numbers low byte first:
 *   head     magic 8 | version u32 | flags u32 (1 = order kept, 2 = sealed) | schema bytes u32 | schema CBOR | key id 8 when sealed |
 *            CRC32C of all before
 *   blocks   of c12/tlm.h, back to back; each holds rows of one robot by (time, source order)
 *   footer   magic 8 | bytes u32 of this part | fields u32 | robots u32 | groups u32 | blocks u64 | pieces u64 |
 *            column bytes u64[fields + 3] | robots (u32 length, bytes) | section bytes u64[groups + 3] |
 *            CRC32C of all before | sections: entries, pieces, zones of up to 8 columns a group, latest rows
 *   trailer  footer offset u64 | file bytes u64 | CRC32C of both | magic 8
 * Sections are blocks of c12/tlm.h themselves (ts_table.c), so that they are small and every byte is under a CRC.  Files of
 * version 1 have another magic in the footer, plain entries of 48 bytes, and no pieces: those are worked out from the blocks.
 *
 * An epoch is what one emptying of the pool wrote.  Rows of a later epoch came later.  Within an epoch that came in (time,
 * robot) order no order column is written; within any other it holds the row's place in the epoch.
 *
 * A piece is those rows of one block that are in columns and in one hour (UTC).  For each piece and each number column there
 * is a zone: least, largest, first and last value, sum.  Whatever covers whole pieces is answered from zones. */
#ifndef C12_IO_TS_INTERNAL_H
#define C12_IO_TS_INTERNAL_H

#include "c12/seal.h"
#include "c12/ts.h"
#include "io/io_internal.h"
#include <stdio.h>

enum { TS_HEAD_FIXED = 20, TS_FOOT_FIXED = 40, TS_FOOT1_FIXED = 24, TS_ENTRY_BYTES = 48, TS_TRAILER_BYTES = 28, TS_VERSION = 1, TS_EXTRA_COLUMNS = 3,
       TS_SCHEMA_LIMIT = 1 << 20, TS_GROUP = 8, TS_KEPT = 1, TS_SEALED = 2, TS_KEY_ID = 8 };
#define TS_HOUR INT64_C(3600000)
#define TS_DAY INT64_C(86400000)

typedef struct c12io__ts_entry {
    int64_t at, t_min, t_max;
    uint32_t bytes, rows, raw_rows, robot, epoch, by_order; /* by_order: the epoch's order column says the source order */
} c12io__ts_entry;

/* Rows with values that are answered together: how many, earliest and latest; entries break ties as the source order does. */
typedef struct c12io__ts_span { int64_t count, t_first, t_last, e_first, e_last; } c12io__ts_span;

/* One column of a span.  first and last are the values of its earliest and latest row. */
typedef struct c12io__ts_zone { int64_t min, max, first, last, sum_high; uint64_t sum_low; } c12io__ts_zone;

/* Pieces by (robot, hour, first time, entry) once sorted; a writer's are in the order of its blocks until then. */
typedef struct c12io__ts_pieces {
    c12_mem span;                       /* c12io__ts_span [n]; e_first = e_last = the block's entry */
    c12_mem zone[C12_TLM_MAX_FIELDS];   /* c12io__ts_zone [n] of number columns; none = not read yet */
    c12_mem scale[C12_TLM_MAX_FIELDS];  /* int32 [n]; with zone; none in a reader whose zones have one scale */
    int64_t n;
} c12io__ts_pieces;

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

/* An epoch on its way out: rows of a full pool by (robot, time), block by block. */
typedef struct c12io__ts_leave {
    c12_tlm_batch *from;           /* NULL = none is */
    int64_t n, next;               /* rows; those that have left */
    int64_t robot_at, robot_end;   /* rows of the robot that next belongs to */
    int64_t due;                   /* rows that are to have left by now, by the pace of appending */
} c12io__ts_leave;

typedef struct c12io__ts_writer {
    c12io_out *out;
    c12_tlm_batch pool, full;      /* full: takes turns with the pool where a file is appended to in place, once there is need */
    c12_mem pool_mem, full_mem, map, rows, block, scratch;
    int64_t *order, *full_order;   /* the pools' order columns while they are not in the batch */
    int64_t block_rows;
    c12io__ts_leave leave;
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

/* What a sealed file is sealed with (ts_seal.c). */
typedef struct c12io__ts_seal {
    uint8_t key[C12_SEAL_KEY], head_hash[C12_SEAL_HASH]; /* head_hash: SHA-256 of the file's head */
    uint64_t id;                   /* of the key that was given */
    c12_seal_epoch epoch;          /* of this opening, when writing */
    c12_mem plain, sealed, beside; /* the block opened last, the block closed last; the footer's head and what else a section is bound to */
    size_t beside_bytes;
    int32_t given, on, lenient, reserved; /* on: the file is sealed; lenient: a key that is not needed is no fault */
} c12io__ts_seal;

/* The last row of a robot, as a block. */
typedef struct c12io__ts_last { c12_mem block; size_t bytes; int64_t time; } c12io__ts_last;

typedef struct c12io__ts_query c12io__ts_query; /* nodes and decoded columns kept between queries (ts_query.c) */

struct c12io_ts {
    c12_host host;
    char *path;
    FILE *f; /* reading */
    c12_tlm_schema schema;
    c12_mem schema_mem, entries;
    int64_t n_entries, bytes; /* of the file so far */
    int64_t column_bytes[C12_TLM_MAX_FIELDS + TS_EXTRA_COLUMNS];
    int32_t column_scale[C12_TLM_MAX_FIELDS];
    int32_t keep_order, writing;
    c12io__ts_robots robots;
    c12io__ts_pieces pieces;
    int32_t pieces_known, groups; /* 1 = the pieces' spans are there; zone groups of the footer */
    c12_mem section;              /* int64 [groups + 5] where the footer's sections start, the last one's end, where blocks start; none = version 1 */
    c12_mem last;                 /* c12io__ts_last [n_last] by robot, of a writer */
    int64_t n_last;
    c12io__ts_cursor *latest;     /* of a reader, once asked for */
    c12io__ts_query *query;
    struct c12io__ts_journal *journal; /* when appending in place (ts_append.c) */
    int32_t replaying, head_lost;      /* rows come from the journal */
    int64_t head_bytes;                /* where blocks start */
    c12io__ts_seal seal;
    c12io__ts_writer w;
    c12io__ts_scan scan;
};

static inline c12io__ts_entry *c12io__ts_entries(const c12io_ts *t) { return t->entries.ptr; }
/* Bytes of a block on the disk, and where the next one begins. */
static inline size_t c12io__ts_size(const c12io_ts *t, int64_t bytes) { return (size_t)bytes + (t->seal.on ? C12_SEAL_BLOCK : 0); }
static inline int64_t c12io__ts_end(const c12io_ts *t, const c12io__ts_entry *e) { return e->at + (int64_t)c12io__ts_size(t, e->bytes); }

/* Memory through the host.  grow keeps what is there and at least doubles; 1 = out of memory. */
int c12io__ts_grow(const c12_host *host, c12_mem *mem, size_t size);
/* The schema with the steps of a text; its new columns lie in *room, to be freed by the caller. */
c12_status c12io__ts_declare(const char *path, const char *text, c12_tlm_schema *schema, void **room, c12_error *err);
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
extern const uint8_t c12io__ts_magic[4][8];             /* head, footer of version 1, trailer, footer */

c12_status c12io__ts_finish(c12io_ts *t, c12_error *err); /* writer: last epoch, footer, trailer, rename; frees nothing */
void c12io__ts_scan_drop(c12io_ts *t);
c12_status c12io__ts_load(c12io_ts *t, int64_t entry, c12io__ts_cursor *c, c12_error *err); /* a block into c->batch */
c12_status c12io__ts_open_file(c12io_ts *t, c12_error *err); /* t->f is open */
c12_status c12io__ts_open_head(c12io_ts *t, c12_error *err); /* the head alone: schema, keep_order, head_bytes; t->bytes is known */
c12_status c12io__ts_readable(const c12io_ts *t, c12_error *err);
c12_status c12io__ts_read(c12io_ts *t, int64_t at, void *to, size_t n, c12_error *err);
c12_status c12io__ts_bad(const c12io_ts *t, c12_error *err, const char *what, int64_t at);
c12_status c12io__ts_write_fault(const c12io_ts *t, c12_error *err, c12_status s, const c12_error *e);
/* The cursor's next row joins the batch.  C12_E_SPACE: *full names what was too small. */
c12_status c12io__ts_take(c12io_ts *t, c12io__ts_cursor *c, c12_tlm_batch *b, const char **full);
/* Any block of the schema into c->batch; *used = its bytes.  C12_E_FORMAT: err->value is the offset in it. */
c12_status c12io__ts_decode(c12io_ts *t, c12_view block, c12io__ts_cursor *c, c12_mem *scratch, size_t *used, c12_error *err);
/* Head and index tell the same; rows `first` and on are the index's robot's, by time if that was decoded, their places in the order column no
 * negative numbers. */
int c12io__ts_head_matches(const c12io__ts_entry *e, const c12_tlm_head *h);
int c12io__ts_rows_match(const c12io_ts *t, const c12io__ts_entry *e, const c12_tlm_batch *b, int64_t first, int timed);
void c12io__ts_unload(const c12_host *host, c12io__ts_cursor *c);

/* ---- tables of integers as blocks (ts_table.c) ---------------------------------------------------------------------- */

typedef struct c12io__ts_table {
    c12_tlm_schema schema;
    int32_t id[C12_TLM_MAX_FIELDS], kind[C12_TLM_MAX_FIELDS], decimals[C12_TLM_MAX_FIELDS];
    int64_t off[C12_TLM_MAX_FIELDS + 1];
    uint8_t path[4 * C12_TLM_MAX_FIELDS];
    c12_tlm_batch batch; /* value[c] of the caller's column c stands at batch.value + (c + 2) * batch.cap; time is the one before */
    c12_mem mem, block, scratch;
} c12io__ts_table;

/* A table of `columns` columns, at most 126, and room for `rows` rows; 1 = out of memory. */
int c12io__ts_table_open(const c12_host *host, c12io__ts_table *x, int32_t columns, int64_t rows);
void c12io__ts_table_close(const c12_host *host, c12io__ts_table *x);
static inline int64_t *c12io__ts_table_column(const c12io__ts_table *x, int32_t c) { return x->batch.value + (c + 2) * x->batch.cap; }
static inline int64_t *c12io__ts_table_time(const c12io__ts_table *x) { return x->batch.value + x->batch.cap; }
/* The batch's rows behind `used` bytes of out; 1 = out of memory. */
int c12io__ts_table_put(const c12_host *host, c12io__ts_table *x, c12_mem *out, size_t *used);
/* A block of rows into the emptied batch; *used = its bytes.  C12_E_FORMAT: it is not one. */
c12_status c12io__ts_table_get(const c12_host *host, c12io__ts_table *x, c12_view bytes, size_t *used);

/* ---- pieces and zones (ts_zone.c) ------------------------------------------------------------------------------------- */

/* The multiple of step at or below t, INT64_MIN when there is none. */
static inline int64_t c12io__ts_floor(int64_t t, int64_t step)
{
    int64_t rest = t % step;
    if (rest < 0) rest += step;
    return t < INT64_MIN + rest ? INT64_MIN : t - rest;
}
int c12io__ts_is_number(const c12io_ts *t, int32_t f);  /* DECIMAL or INTEGER */
/* Rows of a block as pieces behind those that are there; rows NULL = all n from 0. */
c12_status c12io__ts_note_pieces(c12io_ts *t, const c12_tlm_batch *b, const int32_t *rows, int64_t n, int64_t entry, c12_error *err);
void c12io__ts_span_join(c12io__ts_span *a, const c12io__ts_span *b, c12io__ts_zone *za, const c12io__ts_zone *zb, int64_t columns); /* zones [columns] */
void c12io__ts_zone_values(c12io__ts_zone *z, const int64_t *v, int64_t n); /* of n > 0 values in order of time */
int c12io__ts_zone_raise(c12io__ts_zone *z, int32_t by); /* times 10^by; 1 = does not fit */
c12_status c12io__ts_sort_pieces(c12io_ts *t, c12_error *err);
/* Spans are there, read or worked out from the blocks; and the zones of column f, all in one scale, which column_scale says. */
c12_status c12io__ts_need_pieces(c12io_ts *t, c12_error *err);
c12_status c12io__ts_need_zone(c12io_ts *t, int32_t f, c12_error *err);

/* ---- the index (ts_index.c) and the latest rows (ts_latest.c) ------------------------------------------------------------ */

c12_status c12io__ts_index_write(c12io_ts *t, c12_mem *out, size_t *n, c12_error *err); /* footer and trailer for a file of t->bytes bytes of blocks */
c12_status c12io__ts_index_read(c12io_ts *t, int64_t blocks, int64_t footer, c12_error *err);
c12_status c12io__ts_read_pieces(c12io_ts *t, c12_error *err);
c12_status c12io__ts_read_zones(c12io_ts *t, int32_t group, c12_error *err); /* zones and scales of the group's columns */
c12_status c12io__ts_keep_last(c12io_ts *t, const c12_tlm_batch *b, int32_t row, int64_t robot, c12_error *err);
c12_status c12io__ts_put_latest(c12io_ts *t, c12_mem *out, size_t *used, c12_error *err); /* nothing when they have no common scale */
c12_status c12io__ts_need_latest(c12io_ts *t, c12_error *err);
c12_status c12io__ts_load_last(c12io_ts *t, c12_error *err); /* latest rows of an open file in a writer's form */
void c12io__ts_last_drop(c12io_ts *t);
void c12io__ts_query_drop(c12io_ts *t);

/* ---- sealed files (ts_seal.c); all of these do nothing, or hand on what they were given, where the file is not sealed ----------- */

c12_status c12io__ts_take_key(c12io_ts *t, c12_view key, c12_error *err);   /* the caller's; empty = none */
c12_status c12io__ts_seal_begin(c12io_ts *t, c12_error *err);               /* with a key: writes are sealed from here on, in a new epoch */
c12_status c12io__ts_seal_head(c12io_ts *t, c12_view head, int sealed, uint64_t id, c12_error *err); /* what a file's head says; C12_E_REFUSED: not with this key */
c12_status c12io__ts_close_block(c12io_ts *t, c12_view block, c12_view *disk, c12_error *err); /* as it goes to the disk; valid until the next */
c12_status c12io__ts_open_block(c12io_ts *t, c12_view disk, c12_view *block, size_t *used, c12_error *err); /* and back; C12_E_FORMAT as c12io__ts_decode */
c12_status c12io__ts_seal_foot(c12io_ts *t, const uint8_t *head, size_t n, c12_error *err); /* the footer's head, before its sections */
c12_status c12io__ts_close_section(c12io_ts *t, int32_t section, uint8_t *at, size_t n, c12_error *err); /* in place, with room for nonce and tag around */
c12_status c12io__ts_read_section(c12io_ts *t, int32_t section, c12_mem *bytes, size_t *n, c12_error *err);
void c12io__ts_seal_free(c12io_ts *t);

/* ---- opening with a key, for whole files ---------------------------------------------------------------------------------------- */

c12_status c12io__ts_open_with(c12io_ts **self, const char *path, c12_view key, int lenient, const c12_host *host, c12_error *err);

/* ---- writing (ts_write.c) and appending in place (ts_append.c) ------------------------------------------------------------- */

c12_status c12io__ts_start_pool(c12io_ts *t, const c12io_ts_options *options, c12_error *err); /* of a file that has its schema and order */
c12_status c12io__ts_add_block(c12io_ts *t, c12_view block, const c12_tlm_batch *rows, c12_error *err); /* opened; all rows of one robot by time */
void c12io__ts_append_bytes(c12io_ts *t, const void *bytes, size_t n);
c12_status c12io__ts_journal_rows(c12io_ts *t, c12_error *err);
void c12io__ts_journal_start(c12io_ts *t);              /* the pool is empty */
c12_status c12io__ts_checkpoint(c12io_ts *t, c12_error *err);
c12_status c12io__ts_append_close(c12io_ts *t, c12_error *err);
void c12io__ts_append_abandon(c12io_ts *t);
void c12io__ts_journal_free(c12io_ts *t);

#endif
