/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/arrow.h
 *  Telemetry files as streams of Arrow record batches, part of libc12io.  What takes the Arrow C stream interface - pyarrow, polars, DuckDB,
 *  pandas, Go, Rust - takes the rows without a copy: a batch's columns are the memory they were decoded into.
 *
 *  The three structs are the ABI of the Arrow specification (https://arrow.apache.org/docs/format/CDataInterface.html and
 *  CStreamInterface.html), declared under the guards it names, so that other headers which declare them may be included too. */
#ifndef C12_ARROW_H
#define C12_ARROW_H

#include "c12/ts.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

/** A type: of the Arrow specification. */
struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

/** Values: of the Arrow specification. */
struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif /* ARROW_C_DATA_INTERFACE */

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

/** Batches one after another: of the Arrow specification. */
struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

#endif /* ARROW_C_STREAM_INTERFACE */

/** What a DECIMAL column becomes.  INTEGER columns are int64 in any case. */
enum {
    C12IO_ARROW_FLOAT = 0,  /**< float64: value / 10^scale, the double nearest to the decimal while |value| <= 2^53, else within two roundings of it. */
    C12IO_ARROW_SCALED = 1, /**< int64 in units of 10^-scale; the field's metadata "c12:decimals" is the scale, one for the whole file. */
    C12IO_ARROW_DECIMAL = 2 /**< decimal128(19, scale), exact, one scale for the whole file. */
};

/** What TEXT and LIST columns become; a list is the text of its JSON array, and its field's metadata "c12:kind" is "list". */
enum {
    C12IO_ARROW_DICTIONARY = 0, /**< dictionary of utf8 by int32, in each batch the texts of the column in order of appearance. */
    C12IO_ARROW_UTF8 = 1        /**< utf8. */
};

/** What TIME columns become. */
enum {
    C12IO_ARROW_NS = 0, /**< timestamp[ns, UTC]: 1677-09-21 to 2262-04-11. */
    C12IO_ARROW_MS = 1  /**< timestamp[ms, UTC]: any time. */
};

/** Which columns, and as what; NULL gives all defaults. */
typedef struct c12io_ts_arrow_options {
    uint32_t struct_size;
    int32_t n_fields;     /**< Columns wanted, 0..C12_TLM_MAX_FIELDS; 0 with field NULL: all of the schema. */
    int64_t batch_rows;   /**< Most rows of a batch, but never less than a block: 1..2^24; 0 = 16384. */
    const int32_t *field; /**< [n_fields] fields of the schema, each once, in the order the columns shall have. */
    const int32_t *robot; /**< [n_robots] only these, by their numbers for c12io_ts_robot_name; NULL = all. */
    int32_t decimals;     /**< C12IO_ARROW_FLOAT, _SCALED or _DECIMAL. */
    int32_t texts;        /**< C12IO_ARROW_DICTIONARY or _UTF8. */
    int32_t times;        /**< C12IO_ARROW_NS or _MS. */
    int32_t n_robots;     /**< >= 0. */
    int32_t raw;          /**< 1: a last column "raw", utf8: the line of rows that are kept as their line, null for the others. */
    int32_t reserved_number; /**< 0. */
    const void *reserved; /**< NULL. */
} c12io_ts_arrow_options;

/** Rows as a stream of record batches (struct arrays).
 *
 *  A batch is whole blocks, cut to the range: rows of one block are of one robot and by time, and blocks come in the order of the file or, with
 *  C12IO_TS_BY_TIME, of the blocks' first rows; nothing is merged, so a data frame that wants all rows by time sorts them.  Only the columns asked for are
 *  decoded (c12_tlm_block_decode_columns).  Robot and time are never null; the others are where a row is kept as its line.
 *
 *  The stream has its own descriptor of the file and its own part of the index: it outlives the handle, and may be read on another thread while the
 *  handle answers.  Batches outlive the stream, columns that were moved out of a batch outlive the batch; releases may come in any order and on any thread.  All
 *  memory is the handle's host's, whose alloc and release must then stand that; with host NULL, malloc's.
 *  A failed get_next returns EINVAL (damaged file), EOVERFLOW (a time outside nanoseconds, a value outside the file's scale), ENOMEM or the file's own
 *  errno; get_last_error then has the sentence, and the stream is at its end.
 *  @param self    an open file
 *  @param range   NULL = all
 *  @param options NULL = defaults
 *  @param out     out: release it by out->release(out)
 *  @return C12_E_ARG with err->row = place in field, C12_E_RANGE with err->row = place in robot, C12_E_OVERFLOW when a decimal column has no common scale and needs one, C12_E_STATE, C12_E_IO, C12_E_NOMEM;
 *          on error out is as it was.  O(blocks); a batch costs O(rows * columns) and as much memory as its decoded columns.  @since 0.1 */
C12_API C12_MUST c12_status c12io_ts_arrow(c12io_ts *self, const c12io_ts_range *range, const c12io_ts_arrow_options *options,
                                           struct ArrowArrayStream *out, c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_ARROW_H */
