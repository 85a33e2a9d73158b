/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/tlm.h
 *  Robot telemetry: JSON lines to columns and back byte for byte, radio frames in deterministic CBOR, and self-contained column
 *  blocks for storage.  Shape S without a handle: every call turns bytes into columns or columns into bytes in the caller's
 *  memory, keeps no state and allocates nothing.  Integers only: a decimal is value / 10^scale, a time is milliseconds since
 *  1970-01-01T00:00Z, a text is a code into the batch's dictionary.  Same input, same bytes, on every platform.
 *
 *  Hostile bytes are safe everywhere: a reader answers C12_E_FORMAT with the byte offset in err->value and never reads or writes
 *  outside its buffers.  Files of blocks are the business of c12/ts.h.
 *
 *  Sources: RFC 8259 (JSON), RFC 3339 (times), RFC 8949 section 4.2 (deterministic CBOR), RFC 3720 appendix B.4 (CRC32C);
 *  bit-packed deltas after Lemire and Boytsov, Decoding billions of integers per second through vectorization (SPE 2015); rANS
 *  after Duda, Asymmetric numeral systems (arXiv 1311.2540), with Walker's alias tables (ACM TOMS 3, 1977); range coding
 *  after Martin (Video and Data Recording Conference, 1979) for texts. */
#ifndef C12_TLM_H
#define C12_TLM_H

#include "c12/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define C12_TLM_MAX_FIELDS 128     /**< Fields a schema may have. */
#define C12_TLM_MAX_SCALE 15       /**< Largest power of ten under a decimal column. */
#define C12_TLM_MAX_DEPTH 64       /**< Nesting a JSON line may have. */
#define C12_TLM_BLOCK_ROWS 65536   /**< Rows a block may hold. */
#define C12_TLM_HEAD_BYTES 64      /**< Bytes at the start of a block that c12_tlm_block_head needs. */

/** What a field holds and how its JSON text looks. */
enum {
    C12_TLM_TIME = 1,    /**< "2025-10-24T14:32:17.842Z" (decimals 3) or without the fraction (decimals 0); int64 milliseconds. */
    C12_TLM_DECIMAL = 2, /**< 12.3: shortest text with at least one decimal; int64 value / 10^scale. */
    C12_TLM_INTEGER = 3, /**< 12; int64. */
    C12_TLM_TEXT = 4,    /**< "OK"; a dictionary code, the dictionary holds the unescaped UTF-8. */
    C12_TLM_LIST = 5     /**< ["OK","WARN"]: an array of texts; a dictionary code, the dictionary holds the compact JSON array. */
};

/** How the texts of a record's DECIMAL fields look when the value is small; above it all writers agree as far as int64 goes. */
enum {
    C12_TLM_NUMBERS_PLAIN = 0,  /**< 0.00009: never an exponent. */
    C12_TLM_NUMBERS_PYTHON = 1, /**< 9e-05: an exponent of two digits below 0.0001. */
    C12_TLM_NUMBERS_SCRIPT = 2  /**< 9e-7: an exponent below 0.000001, as ECMAScript has it. */
};

/** A record's fields as data, in the order of the JSON text.  A path names nested objects by dots: "position.x". */
typedef struct c12_tlm_schema {
    uint32_t struct_size;
    int32_t n_fields;        /**< 2..C12_TLM_MAX_FIELDS. */
    uint32_t id;             /**< Written into blocks and frames; a reader refuses another one. */
    int32_t robot_field;     /**< The C12_TLM_TEXT field at top level that names the robot. */
    int32_t time_field;      /**< The C12_TLM_TIME field at top level that records are ordered by. */
    int32_t numbers;         /**< C12_TLM_NUMBERS_*: how small decimals are printed, and read into columns. */
    const int32_t *field_id; /**< [n_fields] > 0, unique, never used again for another meaning: keys of a frame. */
    const int32_t *kind;     /**< [n_fields] C12_TLM_*. */
    const int32_t *decimals; /**< [n_fields] DECIMAL: usual scale 0..15; TIME: 0 or 3; others 0. */
    const int64_t *path_off; /**< [n_fields + 1] bytes of path. */
    const uint8_t *path;     /**< [path_off[n_fields]] UTF-8 without quotes, backslashes and control bytes; fields of one
                                  object stand together. */
    const int64_t *step;     /**< [n_fields] declared precision: a DECIMAL's or INTEGER's values are multiples of so many units of
                                  10^-decimals (c12_tlm_round makes them so, blocks hold no others), 0 = values are exact; NULL = all are. */
} c12_tlm_schema;

/** Texts, each once.  Columns hold codes 0..n-1.  Set up by c12_tlm_batch_init, filled by c12_tlm_intern. */
typedef struct c12_tlm_dict {
    uint32_t struct_size;
    int32_t n;          /**< Texts inside. */
    int32_t cap;        /**< Room for texts. */
    int32_t n_slots;    /**< A power of two >= 2 * cap. */
    int64_t size;       /**< Bytes inside. */
    int64_t bytes_cap;  /**< Room for bytes. */
    uint8_t *bytes;     /**< [bytes_cap] UTF-8, back to back. */
    int64_t *off;       /**< [cap + 1] text of code k is bytes off[k] .. off[k+1]-1. */
    int32_t *slot;      /**< [n_slots] hash index: a code, or -1. */
    void *reserved;     /**< NULL. */
} c12_tlm_dict;

/** Rows as columns.  A row either lives in the columns, or is a raw line: its bytes are kept and only its robot and time
 *  columns are filled (the others are 0). */
typedef struct c12_tlm_batch {
    uint32_t struct_size;
    int32_t n_columns;   /**< The schema's n_fields. */
    int64_t n;           /**< Rows inside. */
    int64_t cap;         /**< Room for rows. */
    int64_t raw_size;    /**< Bytes of raw lines inside. */
    int64_t raw_cap;     /**< Room for bytes of raw lines. */
    int64_t *value;      /**< [n_columns * cap] field f of row r is value[f * cap + r]. */
    int32_t *scale;      /**< [n_columns] a DECIMAL column's values are in units of 10^-scale, 0..C12_TLM_MAX_SCALE; others 0. */
    int64_t *raw_at;     /**< [cap] start of the row's line in raw, -1 = the row is in the columns; NULL = all are. */
    int64_t *raw_len;    /**< [cap] bytes of the line without its newline; NULL with raw_at. */
    uint8_t *raw;        /**< [raw_cap] lines; NULL with raw_at. */
    int64_t *order;      /**< [cap] the row's number in its source; NULL = not kept. */
    c12_tlm_dict *dict;  /**< Texts the codes mean. */
    void *reserved;      /**< NULL. */
} c12_tlm_batch;

/** Limits that size a batch. */
typedef struct c12_tlm_dims {
    uint32_t struct_size;
    int32_t texts;       /**< Different texts, 1..2^28. */
    int64_t rows;        /**< 1..2^31-1. */
    int64_t raw_bytes;   /**< Of raw lines; 0 = lines that do not fit the columns are refused. */
    int64_t text_bytes;  /**< Of all texts. */
} c12_tlm_dims;

/** What the fixed head of a block says. */
typedef struct c12_tlm_head {
    uint32_t struct_size;
    uint32_t seq;        /**< Number the writer gave. */
    int64_t bytes;       /**< The whole block. */
    int64_t rows;        /**< All rows ... */
    int64_t raw_rows;    /**< ... of which raw. */
    int64_t text_bytes;  /**< Of the block's dictionary section before it was pressed, or a little more: an upper limit for its texts. */
    int64_t raw_bytes;   /**< An upper limit for the bytes of the block's raw lines. */
    int64_t t_min;       /**< Earliest time, ms. */
    int64_t t_max;       /**< Latest time, ms. */
    uint32_t schema_id;
    int32_t n_columns;
    int32_t has_order;   /**< 1 when the block holds the order column. */
    uint32_t raw_stored; /**< Bytes of the block's raw section, where lines may be packed. */
    uint32_t text_stored; /**< Bytes of the block's dictionary section, which may be pressed. */
    uint32_t reserved;   /**< 0. */
} c12_tlm_head;

/** How a column of a block is coded. */
enum {
    C12_TLM_CONST = 0,  /**< One value: nothing but the directory entry. */
    C12_TLM_RLE = 1,    /**< Runs. */
    C12_TLM_FOR = 2,    /**< Bits above the minimum. */
    C12_TLM_DELTA = 3,  /**< Zigzag bits of first differences. */
    C12_TLM_DELTA2 = 4, /**< Zigzag bits of second differences. */
    C12_TLM_LINQ = 5,   /**< Residuals of linear prediction from own and other columns; all such columns share one payload. */
    C12_TLM_BINS = 6,   /**< Bins of values or first differences with their frequencies, and what a bin leaves open. */
    C12_TLM_LINE = 7,   /**< The same step from each value to the next, upwards: nothing but the directory entry. */
    C12_TLM_MIX = 8     /**< Bit by bit with odds under several contexts, mixed: at level max, and at level default where it saves much in a table of at most five fields. */
};

/** How hard an encoder tries; a reader takes what comes. */
enum {
    C12_TLM_DEFAULT = 0, /**< Small, and quick enough for every writer. */
    C12_TLM_FAST = 1,    /**< Quicker, larger. */
    C12_TLM_MAX = 2,     /**< Smaller, slower. */
    C12_TLM_PLAIN = 3    /**< Quickest to write, largest: each column on its own in plain bits, as for a journal that is written anew later. */
};

/** How to encode a block; NULL gives all defaults. */
typedef struct c12_tlm_block_options {
    uint32_t struct_size;
    int32_t level;      /**< C12_TLM_DEFAULT and so on. */
} c12_tlm_block_options;

/** The directory of a block: one row a column, the order column last when there is one.  Raw rows count only in the robot,
 *  time and order columns.  Codes of TEXT and LIST columns are local to the block and have no sum. */
typedef struct c12_tlm_columns {
    uint32_t struct_size;
    int32_t cap;        /**< Caller: room in every column; C12_TLM_MAX_FIELDS + 1 always suffices. */
    int32_t n;          /**< Library: entries. */
    int32_t reserved;   /**< 0. */
    int32_t *codec;     /**< [cap] C12_TLM_CONST and so on. */
    int32_t *scale;     /**< [cap] power of ten under the values. */
    int64_t *bytes;     /**< [cap] payload bytes; of columns that share a payload what their tables expect, all of it together. */
    int64_t *count;     /**< [cap] values. */
    int64_t *min;       /**< [cap] smallest, 0 when count is 0. */
    int64_t *max;       /**< [cap] largest. */
    int64_t *sum_high;  /**< [cap] exact sum, upper half of 128 bits in two's complement ... */
    uint64_t *sum_low;  /**< [cap] ... and the lower half. */
} c12_tlm_columns;

/* ---- wire ------------------------------------------------------------------------------------------------------- */

/** What both ends of a link know about the record besides its schema; every column may be NULL.  It changes sizes, never values.
 *  Both ends must have the same: a KEY of another plan fails its CRC. */
typedef struct c12_tlm_wire_plan {
    uint32_t struct_size;
    int32_t n_groups;        /**< 1..128 with group. */
    int32_t n_texts;         /**< 0..4095. */
    int32_t reserved;        /**< 0. */
    const int32_t *group;    /**< [n_fields] 0..n_groups-1: numbers of one group share a scale; NULL = each its own. */
    const int32_t *width;    /**< [n_fields] bits of a usual value in a KEY without its sign, 0..48; -48..-1: it has none; NULL = 16. */
    const int32_t *rate;     /**< [n_fields] field that is this one's change a second (dead reckoning); the field itself: it drifts,
                                  how fast is learned on the way; or -1. */
    const int32_t *like;     /**< [n_fields] field whose residual foretells this one's while a rate is not 0, by a ratio learned on the way, or -1. */
    const int32_t *usual;    /**< [n_fields] text fields: the pattern it mostly has, or -1. */
    const int64_t *text_off; /**< [n_texts + 1] bytes of text. */
    const uint8_t *text;     /**< Patterns of frequent texts: '#' stands for a digit, a '*' at the end for any rest; of several that fit the
                                  first is taken. */
} c12_tlm_wire_plan;

/** One link: a robot and those who hear it.  Both ends must have the same ordered, text_bytes, period_ms and plan. */
typedef struct c12_tlm_wire_options {
    uint32_t struct_size;
    int32_t key_ms;          /**< A KEY follows when the last one is this old by the record's own time; 0 = 5000. */
    int32_t key_records;     /**< ... or when so many records went since, 1..65535; 0 = 65535. */
    int32_t ordered;         /**< 0: a DELTA needs its KEY only, any loss of others is harmless.  1: it needs all frames since: smaller. */
    int32_t batch;           /**< Most records in a frame; 0 = 1.  Further records are against the one before in the frame. */
    int32_t mtu;             /**< Most bytes of a frame with more than one record; 0 = 1200. */
    int32_t text_bytes;      /**< Room for a record's texts in the state; longer ones go in every frame again; 0 = 112. */
    int32_t period_ms;       /**< First guess of the time from record to record; 0 = 100. */
    const c12_tlm_wire_plan *plan; /**< NULL = no plan. */
} c12_tlm_wire_options;

/** What a receiver met; counts add up over calls. */
typedef struct c12_tlm_wire_report {
    uint32_t struct_size;
    int32_t missing_key;  /**< Number of a KEY that was named and not had since, 0..3, or -1: see c12_tlm_receiver_nack. */
    int64_t keys;         /**< KEY frames taken. */
    int64_t deltas;       /**< DELTA frames taken. */
    int64_t plain;        /**< PLAIN frames taken. */
    int64_t keyless;      /**< DELTA frames left out because their KEY, or with `ordered` a frame before, did not come. */
    int64_t records;      /**< Rows added. */
    uint32_t seq;         /**< Sequence number of the last record taken. */
    uint32_t reserved;    /**< 0. */
} c12_tlm_wire_report;

typedef struct c12_tlm_sender c12_tlm_sender;     /**< The robot's end. */
typedef struct c12_tlm_receiver c12_tlm_receiver; /**< The plant's end. */

/* ---- schema ---------------------------------------------------------------------------------------------------- */

/** The factory's own record (robot_id, timestamp, position.x ... diagnostics.error_log), id 1, 37 fields.
 *  @param schema out; its columns point at constant tables of the library and live as long as it does
 *  @param err    optional
 *  @return C12_E_ARG when schema is NULL or has no struct_size.  THREADSAFE.  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_builtin(c12_tlm_schema *schema, c12_error *err);

/** Every rule of c12_tlm_schema; all faults are listed.  The other calls check it too, so this is for those who build one.
 *  @return C12_E_ARG, C12_E_RANGE or C12_E_FORMAT (a path) with the field's row.  O(n_fields^2).  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_schema_check(const c12_tlm_schema *schema, c12_error *err);

/** What the exponents in some lines of JSON tell of the program that wrote them.  Looks at no more than the numbers, and at the first
 *  exponent only, so a megabyte of lines is plenty.
 *  @return C12_TLM_NUMBERS_*; PLAIN when there is no exponent.  O(bytes).  THREADSAFE.  @since 0.1 */
C12_API int32_t c12_tlm_numbers(c12_view lines);

/** The schema as deterministic CBOR: {1: id, 2: robot_field, 3: time_field, 4: [[field_id, kind, decimals, path] ...], 5: numbers,
 *  6: [step ...]}; 5 is left out when it is 0, 6 when all steps are.
 *  @param out  room; *used the bytes written
 *  @return C12_E_SPACE with the size that suffices.  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_schema_encode(const c12_tlm_schema *schema, c12_mem out, size_t *used, c12_error *err);

/** Read what c12_tlm_schema_encode wrote.
 *  @param bytes  exactly the encoding
 *  @param schema out; its columns lie in mem
 *  @param mem    memory that must outlive the schema; C12_E_SPACE says how much suffices
 *  @return C12_E_FORMAT with the offset.  On error *schema is untouched.  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_schema_decode(c12_view bytes, c12_tlm_schema *schema, c12_mem mem, c12_error *err);

/* ---- batch ----------------------------------------------------------------------------------------------------- */

/** Bytes that c12_tlm_batch_init needs: rows * (8 * n_fields + 24) + raw_bytes + text_bytes + about 24 * texts.
 *  @param bytes out
 *  @return C12_E_ARG, C12_E_OVERFLOW.  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_batch_bytes(const c12_tlm_schema *schema, const c12_tlm_dims *dims, size_t *bytes,
                                                c12_error *err);

/** Lay an empty batch with its dictionary into mem.  The order column is there; set batch->order = NULL to do without.  A caller that
 *  fills rows itself sets value and n: rows are in the columns until raw_at says otherwise.
 *  @param batch out; its struct_size must be set
 *  @param mem   c12_tlm_batch_bytes of memory, any alignment
 *  @return C12_E_SPACE with the size that suffices.  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_batch_init(c12_tlm_batch *batch, c12_mem mem, const c12_tlm_schema *schema,
                                               const c12_tlm_dims *dims, c12_error *err);

/** Empty the batch and its dictionary: no rows, no raw bytes, no texts, all scales as in the schema.
 *  @return C12_E_ARG when the batch does not belong to the schema.  O(dictionary slots).  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_batch_reset(c12_tlm_batch *batch, const c12_tlm_schema *schema, c12_error *err);

/** The code of a text, added when new.
 *  @param text UTF-8
 *  @param code out
 *  @return C12_E_SPACE when the dictionary is full, C12_E_FORMAT when the text is not UTF-8.  O(bytes).  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_intern(c12_tlm_dict *dict, c12_view text, int64_t *code, c12_error *err);

/** Bring rows to the precision their schema declares: each value of a field with a step becomes the nearest multiple of it, halves the
 *  even one.  That every value is within half a step of what it was is looked at, not assumed.  Raw lines stay as they are.
 *  @param batch in and out
 *  @param first first row
 *  @param count rows
 *  @param worst [n_fields] out: largest change of a value, in units of 10^-scale of its column as it is afterwards; may be NULL
 *  @return C12_E_OVERFLOW naming the row when a rounded value does not fit: no value is changed then.  O(count * fields).  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_round(const c12_tlm_schema *schema, c12_tlm_batch *batch, int64_t first, int64_t count, int64_t *worst,
                                          c12_error *err);

/* ---- JSON lines ------------------------------------------------------------------------------------------------- */

/** Append JSON lines to the batch.  A line in the schema's order, compact, with shortest numbers becomes columns; any other
 *  valid JSON object with a robot and a time is kept as a raw line.  Which of the two is decided by printing: columns are used
 *  only when they print the very same bytes.  Empty lines (and a lone CR) are skipped.  A column's scale is raised when a value
 *  needs more decimals.  When keys repeat, the last one counts.  The order column continues from the row before, from 0.
 *  @param lines newline-separated; the last line may lack its newline
 *  @param batch in and out
 *  @param used  bytes consumed, whole lines; less than lines.size when the batch is full
 *  @return C12_E_FORMAT (not JSON, not UTF-8, deeper than 64, no robot or time) with err->value = byte offset in lines and
 *          err->row = line, from 0; *used is then the start of that line, and the lines before it are in the batch.
 *          C12_E_SPACE when not even one line fits (err->field names what is full).  O(bytes).  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_parse(const c12_tlm_schema *schema, c12_view lines, c12_tlm_batch *batch, size_t *used,
                                          c12_error *err);

/** Print rows as JSON lines, each with a newline.  What was parsed comes back byte for byte.  Ask for many rows a call: the
 *  schema is checked once a call.
 *  @param first first row
 *  @param count rows
 *  @param out   room; *used the bytes written
 *  @return C12_E_SPACE with the size that suffices, C12_E_RANGE when a code or time cannot be printed (field and row),
 *          C12_E_FORMAT when a LIST text is no compact array.  O(bytes).  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_print(const c12_tlm_schema *schema, const c12_tlm_batch *batch, int64_t first, int64_t count,
                                          c12_mem out, size_t *used, c12_error *err);

/* ---- frames ----------------------------------------------------------------------------------------------------- */

/** One row as a self-contained radio frame: a CBOR map in core deterministic encoding, then CRC32C of the map (4 bytes, low
 *  byte first).  Keys: 0 sequence number, field ids, -1 schema id, -2 the raw line.  TIME and INTEGER are integers, DECIMAL an
 *  integer in the schema's decimals or, when that is not exact, tag 4 [-scale, mantissa] with the smallest scale, TEXT a text
 *  string, LIST an array of text strings.
 *  @param row  row of batch
 *  @param seq  the sender's count
 *  @param out  room; *used the bytes written
 *  @return C12_E_SPACE with the size that suffices; C12_E_RANGE, C12_E_FORMAT as for c12_tlm_print.  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_frame_encode(const c12_tlm_schema *schema, const c12_tlm_batch *batch, int64_t row,
                                                 uint32_t seq, c12_mem out, size_t *used, c12_error *err);

/** Append a frame's row to the batch.  Strict: lengths not shortest, keys unsorted or twice, missing or unknown keys, texts
 *  that are not UTF-8 and a wrong CRC are all C12_E_FORMAT.
 *  @param frame starts with a frame; more may follow
 *  @param batch in and out; untouched but for unused dictionary texts on error
 *  @param seq   out, may be NULL
 *  @param used  out: bytes of the frame
 *  @return C12_E_FORMAT, C12_E_SPACE, C12_E_OVERFLOW when the value does not fit the column's scale.  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_frame_decode(const c12_tlm_schema *schema, c12_view frame, c12_tlm_batch *batch, uint32_t *seq,
                                                 size_t *used, c12_error *err);

/** A frame whose sender has an older or newer schema.  Fields are matched by id, whatever their paths: a field the sender does not
 *  know is 0, an empty text or list; a member that only the sender knows is kept aside.  Decimals may differ, an INTEGER may have become
 *  a DECIMAL; robot and time must be the same fields.
 *  @param schema    the reader's; batch belongs to it
 *  @param sender    the sender's, whose id the frame names
 *  @param rest      room for members the reader does not know, as a CBOR map for c12_tlm_frame_encode_with
 *  @param rest_used out: bytes of that map, 1 when it is empty
 *  @return as c12_tlm_frame_decode; C12_E_UNSUPPORTED when a field's kind cannot hold what it was (err->row: the reader's field);
 *          C12_E_SPACE, also with "rest".  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_frame_decode_from(const c12_tlm_schema *schema, const c12_tlm_schema *sender, c12_view frame,
                                                      c12_tlm_batch *batch, c12_mem rest, size_t *rest_used, uint32_t *seq, size_t *used,
                                                      c12_error *err);

/** c12_tlm_frame_encode with members the schema does not know put back, so that a frame that passes an older program loses nothing.
 *  @param rest what c12_tlm_frame_decode_from kept aside; size 0 = nothing.  Raw rows hold all members themselves.
 *  @return as c12_tlm_frame_encode; C12_E_FORMAT when rest is no such map or has a member that is the schema's.  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_frame_encode_with(const c12_tlm_schema *schema, const c12_tlm_batch *batch, int64_t row, uint32_t seq,
                                                      c12_view rest, c12_mem out, size_t *used, c12_error *err);

/** Rows as frames one after another, as c12_tlm_frame_encode would write each.  Much quicker than one call a row.
 *  @param first, count rows of batch
 *  @param seq    of the first row; the next ones count on
 *  @param used   out: bytes written
 *  @param done   out: rows written; fewer than count when out is full
 *  @return C12_E_SPACE when not one frame fits, else as for c12_tlm_frame_encode: rows before it are written.  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_frames_encode(const c12_tlm_schema *schema, const c12_tlm_batch *batch, int64_t first, int64_t count,
                                                  uint32_t seq, c12_mem out, size_t *used, int64_t *done, c12_error *err);

/** Append the rows of frames one after another, as strict as c12_tlm_frame_decode.
 *  @param frames whole frames
 *  @param seq    out, may be NULL: of the last frame taken
 *  @param used   out: bytes of the frames taken; less than frames.size when the batch is full
 *  @return C12_E_FORMAT with the offset in frames: rows before it are added.  C12_E_SPACE when not one fits, C12_E_OVERFLOW.  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_frames_decode(const c12_tlm_schema *schema, c12_view frames, c12_tlm_batch *batch, uint32_t *seq,
                                                  size_t *used, c12_error *err);

/** One item of anybody's CBOR in core deterministic encoding: definite lengths, shortest heads, shortest floats that keep every bit
 *  (NaN payloads too), map keys sorted.  So foreign frames can be compared, hashed and read by the strict readers here.
 *  @param bytes       begins with a well-formed item of RFC 8949 nested at most 16 deep; a map out of order has at most 1024 entries
 *  @param keep_pieces 1: strings that come in pieces stay so, which is well-formed but not deterministic
 *  @param out         room
 *  @param read        out: bytes of the item
 *  @param used        out: bytes written
 *  @return C12_E_FORMAT with the offset of the item at fault (not well-formed, a text not UTF-8, a key twice, too deep); C12_E_SPACE
 *          with the size that suffices.  O(bytes * depth), and entries^2 for maps out of order.  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_cbor_normal(c12_view bytes, int32_t keep_pieces, c12_mem out, size_t *read, size_t *used,
                                                c12_error *err);

/* ---- wire: KEY, DELTA, PLAIN ------------------------------------------------------------------------------------ */

/** The plan for the built-in record: axes by their speeds, joints by the first one, the texts of its usual codes.
 *  @param plan out; its columns are constant tables of the library
 *  @return C12_E_ARG.  THREADSAFE.  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_wire_builtin(c12_tlm_wire_plan *plan, c12_error *err);

/** Bytes of either end; below 1024 for a sender of the built-in record with its plan and one record a frame.
 *  @param sender, receiver out, one of them may be NULL
 *  @return C12_E_ARG, C12_E_RANGE with the plan's column and field.  O(n_fields^2).  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_wire_bytes(const c12_tlm_schema *schema, const c12_tlm_wire_options *options, size_t *sender,
                                               size_t *receiver, c12_error *err);

/** Lay a sender into mem.  No call allocates, none uses floating point.
 *  @param self    out
 *  @param mem     c12_tlm_wire_bytes of memory, any alignment; it must outlive the handle
 *  @param schema  must outlive the handle with its columns
 *  @param options NULL = all defaults; the plan's columns must outlive the handle
 *  @return C12_E_SPACE with the size that suffices, and as for c12_tlm_wire_bytes.  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_sender_init(c12_tlm_sender **self, c12_mem mem, const c12_tlm_schema *schema,
                                                const c12_tlm_wire_options *options, c12_error *err);

/** Rows of one robot, in the order of time, as frames one after another.  Each frame is one CBOR item: an array of 2 (KEY), a byte
 *  string (DELTA) or an array of 1 (PLAIN: a c12_tlm_frame_encode frame, for raw rows, values between the schema's decimals and texts
 *  above 255 bytes).  Which one, the sender decides; docs/guide/telemetry-wire.md gives every bit.  Whoever has a key for the link puts
 *  the frames through c12_seal_link_close of c12/seal.h, and through c12_seal_link_open before c12_tlm_receiver_pull.
 *  @param batch   rows first .. first+count-1; the batch and its dictionary may be another one at each call
 *  @param out     room; 16 bytes more than the frames take are needed.  Frames of a batch do not go on over calls.
 *  @param used    out: bytes written
 *  @param done    out: rows taken; fewer than count when out is full
 *  @param frames  out, may be NULL: frames written
 *  @return C12_E_SPACE when not one frame fits (err->value = a size that suffices), C12_E_RANGE, C12_E_FORMAT as for
 *          c12_tlm_print: rows before it are written.  O(fields) a row, bounded.  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_sender_push(c12_tlm_sender *self, const c12_tlm_batch *batch, int64_t first, int64_t count,
                                                c12_mem out, size_t *used, int64_t *done, int64_t *frames, c12_error *err);

/** Read a receiver's NACK.  When it names the KEY in use, the next record that can goes as a KEY.
 *  @return C12_E_FORMAT.  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_sender_answer(c12_tlm_sender *self, c12_view nack, c12_error *err);

/** Lay a receiver into mem; arguments as for c12_tlm_sender_init.  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_receiver_init(c12_tlm_receiver **self, c12_mem mem, const c12_tlm_schema *schema,
                                                  const c12_tlm_wire_options *options, c12_error *err);

/** Append the rows of frames to the batch.  Frames may be lost and come in any order; the last two KEYs are remembered.
 *  @param frames  whole frames one after another, for example a datagram
 *  @param batch   in and out; only whole frames are added.  Another one may be given at each call.
 *  @param used    out: bytes consumed; less than frames.size when the batch is full, or at the frame an error is about
 *  @param report  in and out, may be NULL
 *  @return C12_E_FORMAT with the offset (not a frame, damaged, cut off), C12_E_SPACE when not even one frame fits, C12_E_OVERFLOW
 *          when a value does not fit the column's scale.  O(bytes).  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_receiver_pull(c12_tlm_receiver *self, c12_view frames, c12_tlm_batch *batch, size_t *used,
                                                  c12_tlm_wire_report *report, c12_error *err);

/** The NACK for the KEY that a DELTA named and that has not come; *used = 0 when none is missing.
 *  @param out 16 bytes suffice
 *  @return C12_E_SPACE.  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_receiver_nack(const c12_tlm_receiver *self, c12_mem out, size_t *used, c12_error *err);

/* ---- blocks ----------------------------------------------------------------------------------------------------- */

/** Bytes that suffice for a block of n_rows rows of this batch; SIZE_MAX when that is no size.  @since 0.1 */
C12_API size_t c12_tlm_block_bound(const c12_tlm_batch *batch, int64_t n_rows);

/** Scratch bytes for encoding n_rows rows of this batch at any level: about 15 bytes a value, 1.5 MB from 64 rows on, and the texts' bytes; SIZE_MAX when
 *  that is no size.  @since 0.1 */
C12_API size_t c12_tlm_block_scratch(const c12_tlm_batch *batch, int64_t n_rows);

/** Rows as one self-contained block: head, column payloads, dictionary, raw lines, column directory, CRC32C
 *  (docs/guide/telemetry-format.md).  Columns are predicted from their own past, each other and the regime the rows are in, unless
 *  runs, bits or bins hold them in less.  Same rows and level, same bytes, on every platform.
 *  @param rows    [n_rows] rows of the batch in the order they shall have, or NULL for 0 .. n_rows-1
 *  @param n_rows  1..C12_TLM_BLOCK_ROWS
 *  @param seq     written into the head
 *  @param out     c12_tlm_block_bound bytes; *used the bytes written
 *  @param scratch c12_tlm_block_scratch bytes
 *  @return C12_E_ARG, C12_E_RANGE (row or code), C12_E_SPACE.  O(rows * columns); some 50 KB of stack.  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_block_encode(const c12_tlm_schema *schema, const c12_tlm_batch *batch, const int32_t *rows,
                                                 int64_t n_rows, uint32_t seq, c12_mem out, size_t *used, c12_mem scratch,
                                                 c12_error *err);

/** c12_tlm_block_encode with options: the level.
 *  @param options NULL = defaults
 *  @return as c12_tlm_block_encode; C12_E_ARG for an unknown level.  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_block_encode_with(const c12_tlm_schema *schema, const c12_tlm_batch *batch, const int32_t *rows,
                                                      int64_t n_rows, uint32_t seq, const c12_tlm_block_options *options, c12_mem out,
                                                      size_t *used, c12_mem scratch, c12_error *err);

/** Scratch bytes that suffice to decode any block of at most `text_bytes` bytes of texts (c12_tlm_head says how many), whatever its
 *  bytes say: 5 a text byte and about 1 MB; SIZE_MAX when text_bytes is no size.  O(1).  @since 0.1 */
C12_API size_t c12_tlm_decode_scratch(int64_t text_bytes);

/** Read and check a block's head (its CRC included, not the payload's).
 *  @param block at least C12_TLM_HEAD_BYTES
 *  @return C12_E_FORMAT.  O(1).  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_block_head(c12_view block, c12_tlm_head *head, c12_error *err);

/** Read the column directory: count, min, max and sum without decoding a column.  Checks every CRC.
 *  @param block the whole block; more bytes may follow
 *  @return C12_E_FORMAT, C12_E_SPACE with the entries needed.  O(bytes).  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_block_columns(const c12_tlm_schema *schema, c12_view block, c12_tlm_columns *columns,
                                                  c12_error *err);

/** Append a block's rows to the batch, scales and codes brought to the batch's.
 *  @param block   the whole block; more bytes may follow
 *  @param batch   in and out; no row is added on error (the dictionary may have gained texts)
 *  @param used    out: bytes of the block
 *  @param scratch c12_tlm_decode_scratch(text_bytes of the head) bytes
 *  @return C12_E_FORMAT, C12_E_SPACE (err->field names what is full), C12_E_OVERFLOW when a column cannot be brought to the
 *          common scale.  O(rows * columns).  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_block_decode(const c12_tlm_schema *schema, c12_view block, c12_tlm_batch *batch, size_t *used,
                                                 c12_mem scratch, c12_error *err);

/** c12_tlm_block_decode for some columns.  Of the others neither values nor scale are written: their rows hold whatever the memory held,
 *  and the batch is good for nothing that reads them.  Saved are the payloads of their own and what turns predictions into values; columns
 *  that are predicted from each other (C12_TLM_LINQ) share one payload, which is read as soon as one of them is wanted.  Texts
 *  join the dictionary when a TEXT or LIST column is wanted, all of the block's.  Raw lines and, unless batch->order is NULL, the order come in any case.
 *  @param wanted [n_fields] 0 = not wanted; NULL = all
 *  @return as c12_tlm_block_decode; every CRC is checked, but payloads nobody reads are not looked at.  @since 0.1 */
C12_API C12_MUST c12_status c12_tlm_block_decode_columns(const c12_tlm_schema *schema, c12_view block, const uint8_t *wanted, c12_tlm_batch *batch,
                                                         size_t *used, c12_mem scratch, c12_error *err);

/** CRC32C (Castagnoli, RFC 3720 B.4) of bytes, continuing from `crc` (0 to start).  THREADSAFE.  @since 0.1 */
C12_API uint32_t c12_tlm_crc32c(uint32_t crc, c12_view bytes);

#ifdef __cplusplus
}
#endif
#endif /* C12_TLM_H */
