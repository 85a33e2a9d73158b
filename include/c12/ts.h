/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/ts.h
 *  Telemetry files (.c12t), part of libc12io: head with the schema, blocks of c12/tlm.h, footer index, trailer.
 *
 *  A writer collects rows in a pool; a full pool is sorted by (robot, time) and leaves as blocks of one robot and at most
 *  block_rows rows.  It writes beside the target; close makes the file durable and renames it, so that PATH is always a whole
 *  file.  A reader gives rows in (time, robot, source order), or in the source's own order when it was kept.  Same rows, same
 *  options, same calls of flush: same bytes.
 *
 *  Memory: a writer holds one pool, pool_rows * (8 * fields + 44) bytes (45 MB by default) + raw_bytes + about 3 * text_bytes +
 *  one block's output and scratch, and two pools where a file is appended to in place and the first has been full once, + 100 bytes and 52 a number column for each block; a scan by time holds the blocks that overlap at one moment, at most
 *  block_rows * (8 * fields + 24) bytes each (2 MB by default), which is about one a robot for data that arrived in time
 *  order; a scan as written holds at most one pool's blocks.
 *
 *  A handle belongs to one thread at a time.  err->value is errno for C12_E_IO and the file offset for C12_E_FORMAT. */
#ifndef C12_TS_H
#define C12_TS_H

#include "c12/base.h"
#include "c12/tlm.h"

#ifdef __cplusplus
extern "C" {
#endif

/** An open telemetry file, for writing (c12io_ts_create) or for reading (c12io_ts_open). */
typedef struct c12io_ts c12io_ts;

/** How to write; NULL gives all defaults. */
typedef struct c12io_ts_options {
    uint32_t struct_size;
    int32_t keep_order;  /**< 1: reading gives the rows back in the order they came in.  Costs nothing for a pool that came in
                              (time, robot) order, and next to nothing when each robot's rows come at a steady stride. */
    int32_t block_rows;  /**< Rows of a full block, 1..C12_TLM_BLOCK_ROWS; 0 = 6144. */
    int32_t pool_rows;   /**< Rows held before blocks are forced out, >= block_rows; 0 = 131072, or block_rows when that is more. */
    int64_t raw_bytes;   /**< Room for raw lines, and the longest line, 1..2^28; 0 = 16 MiB. */
    int64_t text_bytes;  /**< Room for texts, 1..2^28; 0 = 4 MiB. */
    int32_t level;       /**< C12_TLM_DEFAULT and so on. */
    int32_t reserved;    /**< 0. */
    const char *precision; /**< Steps to declare on top of the schema's, "position.x=0.05,battery_level=1": values are rounded to multiples
                                when rows are appended (c12_tlm_round); "*=0.1" names all decimals, later ones win.  NULL = none.  For c12io_ts_create
                                and c12io_ts_pack; the file's schema keeps it. */
    const void *reserved_column; /**< NULL. */
    c12_view key;        /**< [32] The file is sealed with it, AES-256-GCM (c12/seal.h); empty = in the plain.  When appending: the file's key. */
} c12io_ts_options;

/** What a file holds. */
typedef struct c12io_ts_info {
    uint32_t struct_size;
    int32_t robots;           /**< Different robots. */
    int64_t records;          /**< Rows ... */
    int64_t raw_records;      /**< ... of which kept as raw lines. */
    int64_t blocks;
    int64_t bytes;            /**< Of the whole file. */
    int64_t t_min;            /**< Earliest time, ms; 0 when empty. */
    int64_t t_max;            /**< Latest time, ms. */
    double bytes_per_record;  /**< bytes / records, 0 when empty. */
    int32_t keep_order;       /**< 1 when the source's order can be given back. */
    int32_t column_cap;       /**< Caller: room in column_bytes; n_fields + 4 suffices. */
    int64_t *column_bytes;    /**< [column_cap] bytes of each field's column, then of order, texts, raw lines and all else;
                                   may be NULL with column_cap 0. */
    void *reserved;           /**< NULL. */
} c12io_ts_info;

/** Order of a scan. */
enum {
    C12IO_TS_AS_WRITTEN = 0, /**< The source's order when it was kept, else by time. */
    C12IO_TS_BY_TIME = 1     /**< By (time, robot id bytes, source order). */
};

/** Which rows; NULL gives all. */
typedef struct c12io_ts_range {
    uint32_t struct_size;
    int32_t order;         /**< C12IO_TS_*. */
    int64_t from;          /**< First time, ms ... */
    int64_t to;            /**< ... and the first no longer wanted; from = to = 0: all times. */
    int64_t robot_size;    /**< Bytes of robot. */
    const uint8_t *robot;  /**< Only this robot, UTF-8; NULL = all. */
    const void *reserved;  /**< NULL. */
} c12io_ts_range;

/** What to sum up.  Groups are one for each robot and bucket of time that has rows in columns; raw rows do not count. */
typedef struct c12io_ts_question {
    uint32_t struct_size;
    int32_t n_fields;      /**< Columns wanted, 0..C12_TLM_MAX_FIELDS. */
    int64_t from;          /**< First time, ms ... */
    int64_t to;            /**< ... and the first no longer wanted; from = to = 0: all times. */
    int64_t bucket;        /**< Width of a bucket, ms; buckets begin at multiples of it since 1970.  0: one for the whole range. */
    int64_t robot_size;    /**< Bytes of robot. */
    const uint8_t *robot;  /**< Only this robot, UTF-8; NULL = all. */
    const int32_t *field;  /**< [n_fields] fields of the schema, DECIMAL or INTEGER. */
    int32_t together;      /**< 1: all robots share their buckets' groups. */
    int32_t reserved;      /**< 0. */
    const void *reserved_column; /**< NULL. */
} c12io_ts_question;

/** Groups in the order of robot id bytes, then time.  Columns that are NULL are not wanted.  The mean is sum / count. */
typedef struct c12io_ts_answer {
    uint32_t struct_size;
    int32_t reserved;      /**< 0. */
    int64_t cap;           /**< Caller: room for groups. */
    int64_t n;             /**< Library: groups; may be more than cap. */
    int32_t *robot;        /**< [cap] number for c12io_ts_robot_name; -1 when robots are taken together. */
    int64_t *start;        /**< [cap] start of the bucket, ms; of bucket 0 the question's from (INT64_MIN for all times). */
    int64_t *count;        /**< [cap] rows. */
    int64_t *min;          /**< [n_fields * cap] field k of group g is at k * cap + g; values are in units of 10^-scale. */
    int64_t *max;          /**< [n_fields * cap] largest value. */
    int64_t *first;        /**< [n_fields * cap] value of the earliest row; of equal times the one written first. */
    int64_t *last;         /**< [n_fields * cap] value of the latest row; of equal times the one written last. */
    int64_t *sum_high;     /**< [n_fields * cap] exact sum, upper half of 128 bits in two's complement ... */
    uint64_t *sum_low;     /**< [n_fields * cap] ... and the lower half. */
    int32_t *scale;        /**< [n_fields] power of ten under all values of the column: one for the whole file. */
} c12io_ts_answer;

/** How c12io_ts_downsample chooses. */
enum {
    C12IO_TS_LTTB = 0,   /**< Largest triangles (Steinarsson 2013): first, last and one row of each of cap - 2 runs. */
    C12IO_TS_MINMAX = 1, /**< Least and largest of each of cap / 2 runs, by time. */
    C12IO_TS_MEAN = 2    /**< Mean of each of cap runs, rounded to the unit, at the time of its middle row. */
};

/** Points of a series, by time. */
typedef struct c12io_ts_points {
    uint32_t struct_size;
    int32_t scale;       /**< Library: values are in units of 10^-scale. */
    int64_t cap;         /**< Caller: points wanted, >= 3. */
    int64_t n;           /**< Library: points; all rows when they are no more than cap. */
    int64_t *time;       /**< [cap] ms. */
    int64_t *value;      /**< [cap] */
    void *reserved;      /**< NULL. */
} c12io_ts_points;

/** What c12io_ts_salvage found. */
typedef struct c12io_ts_salvaged {
    uint32_t struct_size;
    int32_t head_lost;     /**< 1: the file's head is damaged; blocks were read with the built-in schema. */
    int64_t blocks;        /**< Blocks saved ... */
    int64_t records;       /**< ... and the rows in them. */
    int64_t records_lost;  /**< Rows not saved; -1: unknown, since the index is lost too. */
    int64_t gaps;          /**< Places with damage between head and index ... */
    int64_t bytes_lost;    /**< ... and bytes there. */
    void *reserved;        /**< NULL. */
} c12io_ts_salvaged;

/* ---- writing ----------------------------------------------------------------------------------------------------- */

/** Start a file.  Nothing appears at path before c12io_ts_close.
 *  @param self    out
 *  @param path    UTF-8 path
 *  @param schema  copied into the file; NULL = c12_tlm_builtin
 *  @param options NULL = defaults
 *  @param host    alloc and release are used; NULL = malloc
 *  @return C12_E_IO, C12_E_NOMEM, C12_E_ARG, and what c12_tlm_schema_check returns.  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_create(c12io_ts **self, const char *path, const c12_tlm_schema *schema,
                                            const c12io_ts_options *options, const c12_host *host, c12_error *err);

/** Take over all rows of a batch, filled by c12_tlm_parse or by the caller.  Their order is the order of the calls; the batch's
 *  own order column is not used.
 *  @return C12_E_RANGE (a code), C12_E_SPACE (one line or text larger than the pool), C12_E_IO; after an error only
 *          c12io_ts_destroy makes sense.  O(rows * columns); after c12io_ts_continue a call sorts at most a pool's rows and lets blocks of at most
 *          twice its own rows and one block leave the full pool, while that has memory for a second one.  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_append(c12io_ts *self, const c12_tlm_batch *batch, c12_error *err);

/** Empty the pool into blocks now.  Blocks get smaller than block_rows; what a flush wrote counts as earlier than all that
 *  follows.
 *  @return C12_E_STATE on a reader or after an error, else as c12io_ts_append.  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_flush(c12io_ts *self, c12_error *err);

/** Finish: flush, index, trailer, fsync, rename (a reader is just closed).  The handle is gone, also on error, and on error
 *  nothing is left behind and PATH is as it was.  A full disk is reported here, since writes are buffered.  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_close(c12io_ts *self, c12_error *err);

/** Give up: a writer's file vanishes, a reader is closed.  NULL is fine.  @since 0.1 */
C12_API void c12io_ts_destroy(c12io_ts *self);

/* ---- appending ---------------------------------------------------------------------------------------------------- */

/** Open a file for appending in place, by c12io_ts_append.  A journal PATH-journal lies beside it from here to c12io_ts_close; when one is
 *  found, a writer was interrupted: the file is brought back to what it was and the journal's rows are appended again, so that
 *  this call and a close are the recovery.  In between others that open the file read what it was at the last c12io_ts_flush, or are
 *  refused while blocks are leaving the pool.  One writer at a time.
 *  @param options as for c12io_ts_create; keep_order is the file's
 *  @return C12_E_STATE when another process is appending; C12_E_IO, C12_E_NOMEM, C12_E_FORMAT as c12io_ts_open.  O(blocks).  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_continue(c12io_ts **self, const char *path, const c12io_ts_options *options, const c12_host *host,
                                              c12_error *err);

/** All rows appended so far are safe: in the journal, on the disk (fdatasync).  Call it for a group of rows, ten times a second say.
 *  c12io_ts_flush of such a handle moves them into the file itself and begins the journal anew; c12io_ts_destroy gives up what
 *  was not synced and leaves the rest to the next c12io_ts_continue.
 *  @return C12_E_STATE, C12_E_IO.  O(rows since the last call).  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_sync(c12io_ts *self, c12_error *err);

/* ---- reading ----------------------------------------------------------------------------------------------------- */

/** Open a file; head, footer and trailer are read and their CRCs checked, no block is touched.
 *  @return C12_E_FORMAT with err->value = file offset (a file cut off anywhere is such a file), C12_E_IO, C12_E_NOMEM.
 *  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_open(c12io_ts **self, const char *path, const c12_host *host, c12_error *err);

/** Open a sealed file, c12io_ts_options.key.  What else is said of files holds for sealed ones too: a changed, missing or foreign block or index
 *  is C12_E_FORMAT.  In the plain stay the schema, the robots' ids, bytes by column, and of each block time range, rows and bytes.
 *  @param key [32] of the file; empty = c12io_ts_open
 *  @return C12_E_REFUSED when the file is sealed with another key or no key was given (err->value is the id of the one it wants), and when a key is
 *          given for a file that is not sealed; C12_E_UNSUPPORTED without mbedTLS; else as c12io_ts_open.  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_open_sealed(c12io_ts **self, const char *path, c12_view key, const c12_host *host, c12_error *err);

/** Id of the key a file is sealed with, as c12_seal_key_id; 0 = it is not.  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_key(const c12io_ts *self, uint64_t *id, c12_error *err);

/** The file's schema; its columns live as long as the handle.  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_schema(const c12io_ts *self, c12_tlm_schema *schema, c12_error *err);

/** What the file holds, from its index.  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_stat(const c12io_ts *self, c12io_ts_info *info, c12_error *err);

/** Start a scan; a running one is dropped.  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_scan(c12io_ts *self, const c12io_ts_range *range, c12_error *err);

/** Append the scan's next rows to the batch until it is full or the scan ends.  *rows = 0 only at the end.  The batch's order
 *  column is not written.  After an error the scan is over.
 *  @return C12_E_STATE without a scan, C12_E_SPACE when not even one row fits (an empty batch helps, else more room; the scan
 *          goes on), C12_E_FORMAT for a damaged block.
 *  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_next(c12io_ts *self, c12_tlm_batch *batch, int64_t *rows, c12_error *err);

/** Count, min, max, sum, first and last of columns by robot and bucket.  Days, hours (UTC) and blocks that lie wholly in one
 *  group are taken from the index; blocks at an edge are decoded, and their asked columns kept in the handle for the next
 *  question, 64 MiB at most, least recently used first out.  A column's part of the index is read when it is first asked for: 48 bytes
 *  for each block, hour and day of a robot.  Files of version 1 have no such index: all their blocks are decoded once.
 *  @param answer in and out
 *  @return C12_E_SPACE with the groups there are (answer->n says it too, and those that fit are filled), C12_E_RANGE when a robot has
 *          more than 2^20 / n_fields buckets in the range, C12_E_ARG with err->row = position of a field that holds no
 *          numbers, C12_E_OVERFLOW when a column has no common scale, C12_E_FORMAT for a damaged block or index.
 *          O(groups + hours and blocks at edges + rows of blocks at edges).  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_query(c12io_ts *self, const c12io_ts_question *question, c12io_ts_answer *answer, c12_error *err);

/** One robot's column in few points, for drawing.  Runs are of equally many rows.
 *  @param question robot, from, to, one field; bucket and together are not looked at
 *  @param method   C12IO_TS_LTTB, C12IO_TS_MINMAX or C12IO_TS_MEAN
 *  @param points   in and out
 *  @return C12_E_ARG, C12_E_FORMAT, C12_E_NOMEM (24 bytes for each row in the range).  O(rows log rows).  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_downsample(c12io_ts *self, const c12io_ts_question *question, int32_t method, c12io_ts_points *points,
                                                c12_error *err);

/** The id of robot number 0 .. robots - 1 (c12io_ts_info), in the file's order of first appearance.  name points into the handle.
 *  @return C12_E_RANGE.  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_robot_name(const c12io_ts *self, int32_t robot, c12_view *name, c12_error *err);

/** Append the last row of each robot, robots in the order of their ids' bytes.  From the index; files of version 1 are asked for
 *  one block a robot the first time.  The batch's order column is not written.
 *  @param batch in and out
 *  @param rows  out: rows appended
 *  @return C12_E_SPACE when they do not all fit (those that did are there), C12_E_FORMAT, C12_E_OVERFLOW when they have no common
 *          scale.  O(robots * columns).  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_latest(c12io_ts *self, c12_tlm_batch *batch, int64_t *rows, c12_error *err);

/** Read and decode every block, and compare the index with them.  @return C12_E_FORMAT with err->row = block, -1 for the index, and
 *  err->value = file offset.  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_verify(c12io_ts *self, c12_error *err);

/* ---- whole files -------------------------------------------------------------------------------------------------- */

/** JSON lines to a telemetry file, whose numbers are of the kind that the first megabyte of lines shows (c12_tlm_numbers).  host->progress is called after each chunk with work = bytes read and bound = bytes to read;
 *  nonzero stops with C12_E_STATE and leaves no file.
 *  @param from   path of JSON lines in the factory's record
 *  @param to     path of the file to make
 *  @param info   out, may be NULL
 *  @return C12_E_FORMAT with err->row = line, from 0, and err->value = byte offset in the input; else as create and append.
 *  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_pack(const char *from, const char *to, const c12io_ts_options *options, const c12_host *host,
                                          c12io_ts_info *info, c12_error *err);

/** Every intact block of a damaged or cut file to a new file.  Blocks are found by their heads, taken when all their CRCs and checks
 *  hold, and copied as they are; the index is made anew.  When the index is lost, rows of a file that kept its source's order come back in an
 *  order that may differ where one emptying of the pool met the next.
 *  @param from path of the damaged file, which is not changed
 *  @param to   path of the file to make; made even when no block is left
 *  @param told out
 *  @return C12_E_FORMAT when the head is lost and no block is of the built-in record; C12_E_IO, C12_E_NOMEM.  O(bytes).  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_salvage(const char *from, const char *to, const c12_host *host, c12io_ts_salvaged *told, c12_error *err);

/** The same of a sealed file to a sealed file; blocks are sealed anew.  @param key [32]; empty = c12io_ts_salvage
 *  @return C12_E_REFUSED as c12io_ts_open_sealed; else as c12io_ts_salvage.  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_salvage_sealed(const char *from, const char *to, c12_view key, const c12_host *host, c12io_ts_salvaged *told,
                                                    c12_error *err);

/** Blocks whose latest row is at or behind a time to one file, the others to an archive or nowhere; blocks are copied as they are, so that
 *  rows up to a block's length older than the cutoff may stay.
 *  @param from    path of the file; to may be the same
 *  @param to      path of the file with what is kept
 *  @param archive path of a file to make of the rest, complete before `to` is; NULL = dropped
 *  @param cutoff  ms
 *  @param kept    out: rows kept, may be NULL
 *  @param old     out: rows archived or dropped, may be NULL
 *  @return as c12io_ts_open and c12io_ts_create; on error `to` is as it was.  O(bytes).  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_retain(const char *from, const char *to, const char *archive, int64_t cutoff, const c12_host *host,
                                            int64_t *kept, int64_t *old, c12_error *err);

/** The same of a sealed file to sealed files; blocks are sealed anew.  @param key [32]; empty = c12io_ts_retain
 *  @return C12_E_REFUSED as c12io_ts_open_sealed; else as c12io_ts_retain.  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_retain_sealed(const char *from, const char *to, const char *archive, int64_t cutoff, c12_view key,
                                                   const c12_host *host, int64_t *kept, int64_t *old, c12_error *err);

/** The same rows in full blocks, robot after robot: what many flushes, appends or robots that came all at a time have left small.
 *  @param from    path of the file; to may be the same
 *  @param options NULL = defaults; with keep_order 0; with a key the new file is sealed, whether the old one was or not
 *  @return C12_E_STATE for a file that keeps its source's order; else as c12io_ts_open, c12io_ts_next and c12io_ts_append.
 *          O(rows * columns).  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_compact(const char *from, const char *to, const c12io_ts_options *options, const c12_host *host,
                                             c12_error *err);

/** Append JSON lines to a telemetry file, after bringing back what an interrupted writer left.  On error the file is as it was.
 *  @param from path of JSON lines in the file's record
 *  @param to   path of an existing file
 *  @param rows out: rows that joined the file, recovered ones among them; may be NULL
 *  @return as c12io_ts_pack and c12io_ts_continue.  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_extend(const char *from, const char *to, const c12io_ts_options *options, const c12_host *host,
                                            int64_t *rows, c12_error *err);

/** A telemetry file to JSON lines, byte for byte what was packed.
 *  @param from   path of the telemetry file
 *  @param to     path of the lines, written beside and renamed
 *  @param range  NULL = all, as written
 *  @param rows   out: lines written; may be NULL
 *  @return as open and next; C12_E_STATE when host->progress stopped it.  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_unpack(const char *from, const char *to, const c12io_ts_range *range, const c12_host *host,
                                            int64_t *rows, c12_error *err);

/** The same of a sealed file.  @param key [32]; empty = c12io_ts_unpack
 *  @return C12_E_REFUSED as c12io_ts_open_sealed; else as c12io_ts_unpack.  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_unpack_sealed(const char *from, const char *to, c12_view key, const c12io_ts_range *range, const c12_host *host,
                                                   int64_t *rows, c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_TS_H */
