/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the room share: the opened arguments, text and number codecs, CBOR, column codecs. */
#ifndef C12_TLM_INTERNAL_H
#define C12_TLM_INTERNAL_H

#include "base/bits.h"
#include "base/arena.h"
#include "base/num.h"
#include "base/status.h"
#include "c12/tlm.h"

/* ---- byte order ------------------------------------------------------------------------------------------------- */

static inline void c12__tlm_put32(uint8_t *p, uint32_t v) /* written out: compilers make one store of it, which they do not of a loop */
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
    p[2] = (uint8_t)(v >> 16);
    p[3] = (uint8_t)(v >> 24);
}

static inline void c12__tlm_put64(uint8_t *p, uint64_t v) /* clang 14 makes eight stores of what is written out */
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(p, &v, 8);
#else
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
    p[2] = (uint8_t)(v >> 16);
    p[3] = (uint8_t)(v >> 24);
    p[4] = (uint8_t)(v >> 32);
    p[5] = (uint8_t)(v >> 40);
    p[6] = (uint8_t)(v >> 48);
    p[7] = (uint8_t)(v >> 56);
#endif
}

static inline uint32_t c12__tlm_get16(const uint8_t *p) { return (uint32_t)p[0] | (uint32_t)p[1] << 8; }

static inline uint32_t c12__tlm_get32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t c12__tlm_get64(const uint8_t *p)
{
    return (uint64_t)c12__tlm_get32(p) | (uint64_t)c12__tlm_get32(p + 4) << 32;
}

/* n times the same; eight at once, which compilers make wide stores of. */
static inline void c12__tlm_fill(int64_t *v, int64_t n, int64_t x)
{
    for (; n >= 8; n -= 8, v += 8) { v[0] = x; v[1] = x; v[2] = x; v[3] = x; v[4] = x; v[5] = x; v[6] = x; v[7] = x; }
    for (; n > 0; n--) *v++ = x;
}

static inline uint64_t c12__tlm_zigzag(uint64_t v) { return v << 1 ^ (0 - (v >> 63)); }
static inline uint64_t c12__tlm_unzigzag(uint64_t z) { return z >> 1 ^ (0 - (z & 1)); }

/* ---- sink: writes, measures, or compares ------------------------------------------------------------------------- */

/* With `like` set nothing is written: the bytes are compared, which is how a parsed line proves that it prints the same.
 * Otherwise bytes beyond cap are counted only, so `at` ends as the size that suffices. */
typedef struct c12__tlm_sink {
    uint8_t *to;
    const uint8_t *like;
    size_t cap, at;
    int32_t differs, reserved;
} c12__tlm_sink;

static inline void c12__tlm_emit(c12__tlm_sink *s, const void *bytes, size_t n)
{
    size_t at = s->at;
    s->at += n;
    if (at > s->cap || n > s->cap - at) { s->differs = 1; return; }
    if (!n) return;
    if (!s->like) memcpy(s->to + at, bytes, n);
    else if (memcmp(s->like + at, bytes, n)) s->differs = 1;
}

static inline void c12__tlm_emit1(c12__tlm_sink *s, uint8_t byte) { c12__tlm_emit(s, &byte, 1); }

/* ---- schema, form, batch ------------------------------------------------------------------------------------------ */

enum { C12__TLM_FORM_TEXT = 4096 };

/* The schema with the constant text between its values: text[at[f] .. at[f+1]) comes before field f, at[n] is the tail. */
typedef struct c12__tlm_form {
    c12_tlm_schema schema;
    int32_t at[C12_TLM_MAX_FIELDS + 2];
    uint8_t text[C12__TLM_FORM_TEXT + 16]; /* read 16 bytes at once */
} c12__tlm_form;

/* The caller's schema and batch, copied and checked. */
typedef struct c12__tlm_open {
    c12_tlm_schema schema;
    c12_tlm_batch batch;
    c12_tlm_dict dict;
} c12__tlm_open;

c12_status c12__tlm_take_schema(c12_tlm_schema *local, const c12_tlm_schema *schema, c12_error *err); /* numbers only */
c12_status c12__tlm_make_form(c12__tlm_form *form, const c12_tlm_schema *schema, c12_error *err);     /* paths too */
c12_status c12__tlm_take_batch(c12__tlm_open *o, const c12_tlm_batch *batch, c12_error *err);         /* o->schema is set */
void c12__tlm_give_batch(c12_tlm_batch *batch, const c12__tlm_open *o);
static inline c12_view c12__tlm_path(const c12_tlm_schema *s, int32_t f)
{
    c12_view v = { s->path + s->path_off[f], (size_t)(s->path_off[f + 1] - s->path_off[f]) };
    return v;
}

/* A code for the text, or -1 when the dictionary is full; the text must be UTF-8. */
int64_t c12__tlm_code(c12_tlm_dict *d, c12_view text);
int64_t c12__tlm_find(const c12_tlm_dict *d, c12_view text); /* -1 = not there */
static inline c12_view c12__tlm_text(const c12_tlm_dict *d, int64_t code)
{
    c12_view v = { d->bytes + d->off[code], (size_t)(d->off[code + 1] - d->off[code]) };
    return v;
}

int c12__tlm_scale_up(int64_t *v, int64_t n, int32_t by);                      /* all times 10^by; 1 = one does not fit, none changed */
int c12__tlm_raise(c12_tlm_batch *b, int32_t column, int32_t scale);           /* the column to a larger scale; 1 = does not fit */
static inline int c12__tlm_is_raw(const c12_tlm_batch *b, int64_t row) { return b->raw_at && b->raw_at[row] >= 0; }
static inline int c12__tlm_is_code(int32_t kind) { return kind == C12_TLM_TEXT || kind == C12_TLM_LIST; }

extern const uint64_t c12__tlm_tens[20];
static inline uint64_t c12__tlm_ten(int32_t power) { return c12__tlm_tens[power]; } /* 10^power, 0..19 */

/* ---- text and numbers ---------------------------------------------------------------------------------------------- */

int c12__tlm_utf8(const uint8_t *p, size_t n, size_t *bad);                    /* 1 = valid; else *bad is the offset */

/* A JSON string at p[0] == '"'.  Returns its bytes with both quotes, 0 when it is not one that c12__tlm_emit_string could have
 * written.  *text is the unescaped content, in place or in room. */
size_t c12__tlm_scan_string(const uint8_t *p, size_t n, uint8_t *room, size_t room_size, c12_view *text);
size_t c12__tlm_scan_list(const uint8_t *p, size_t n);                         /* the same for ["a","b"]; 0 = no such list */
static inline int c12__tlm_is_list(c12_view text) { return text.size && c12__tlm_scan_list(text.ptr, text.size) == text.size; } /* as texts of LIST fields must be */
size_t c12__tlm_scan_number(const uint8_t *p, size_t n, int64_t *mantissa, int32_t *decimals); /* -?digits[.digits][e-digits]; 0 = other */
int c12__tlm_scan_time(const uint8_t *p, size_t n, int64_t *ms);               /* RFC 3339; 1 = read */
void c12__tlm_emit_string(c12__tlm_sink *s, c12_view text);
void c12__tlm_emit_integer(c12__tlm_sink *s, int64_t v);
void c12__tlm_emit_decimal(c12__tlm_sink *s, int64_t mantissa, int32_t scale, int32_t numbers);
/* Is the value printed with an exponent? */
static inline int c12__tlm_is_small(int64_t mantissa, int32_t scale, int32_t numbers)
{
    int32_t zeros = numbers == C12_TLM_NUMBERS_PYTHON ? 4 : 6;
    return numbers && mantissa && scale > zeros && (mantissa < 0 ? 0 - (uint64_t)mantissa : (uint64_t)mantissa) < c12__tlm_ten(scale - zeros);
}
int c12__tlm_emit_time(c12__tlm_sink *s, int64_t ms, int32_t decimals);        /* 1 = outside years 0..9999, or digits would be lost */

/* Any JSON line: valid?  Where are the values of two top-level keys?  On failure `bad` and `what` are set. */
typedef struct c12__tlm_json {
    c12_view robot, time; /* raw bytes between the quotes of a string; ptr NULL = not there or not a string */
    size_t bad;
    const char *what;
} c12__tlm_json;
int c12__tlm_scan_json(const uint8_t *p, size_t n, c12_view robot_key, c12_view time_key, c12__tlm_json *found);
/* Unescape the inside of any valid JSON string; 0 = a lone surrogate, or room too small. */
int c12__tlm_unescape(c12_view inside, uint8_t *room, size_t room_size, c12_view *text);

/* Robot and time of any valid JSON record; 0 = it is none, `bad` and `what` say why.  `robot` may lie in room. */
typedef struct c12__tlm_identity {
    c12_view robot;
    int64_t ms;
    size_t bad;
    const char *what;
    uint8_t room[256];
} c12__tlm_identity;
int c12__tlm_read_identity(const c12_tlm_schema *s, c12_view line, c12__tlm_identity *id);

int64_t c12__tlm_off_step(const c12_tlm_schema *s, int32_t f, int32_t scale, const int64_t *v, int64_t n); /* the first that is no multiple of the field's step, -1 = all are */

/* ---- rows ------------------------------------------------------------------------------------------------------------ */

/* One row's text without newline.  Returns C12_OK, C12_E_RANGE or C12_E_FORMAT with *field. */
c12_status c12__tlm_emit_row(c12__tlm_sink *s, const c12__tlm_form *form, const c12__tlm_open *o, int64_t row, int32_t *field);

/* What the rows before had: it makes reading the next one quick. */
typedef struct c12__tlm_minute { int64_t ms; uint8_t text[17], known; } c12__tlm_minute;
typedef struct c12__tlm_memo {
    int64_t code[C12_TLM_MAX_FIELDS];            /* of a text field, -1 = none yet */
    uint8_t plain[C12_TLM_MAX_FIELDS];           /* that text stands in JSON as it is */
    c12__tlm_minute minute[C12_TLM_MAX_FIELDS];  /* of a time: "YYYY-MM-DDTHH:MM:" */
} c12__tlm_memo;

static inline void c12__tlm_forget(c12__tlm_memo *m)
{
    memset(m, 0, sizeof *m);
    for (int32_t f = 0; f < C12_TLM_MAX_FIELDS; f++) m->code[f] = -1;
}

/* Fields from *field on, read into the batch's next row while they are of the quick kind.  Ends with *field = the one whose value stands at the
 * position returned and needs another reader, n_fields when the whole line was read, or -1 when the line is not in the schema's form. */
size_t c12__tlm_quick_fields(const c12__tlm_form *form, c12__tlm_open *o, const c12__tlm_memo *m, const uint8_t *line, size_t n, size_t at, int32_t *field);
size_t c12__tlm_quick_print(const c12__tlm_form *form, const c12__tlm_open *o, const c12__tlm_memo *m, int64_t row, uint8_t *out, size_t room, int32_t *field);
void c12__tlm_remember_minute(c12__tlm_memo *m, int32_t f, const uint8_t *text, int64_t ms); /* text: the time with its quotes, printed so by this library */

/* ---- CBOR (RFC 8949) -------------------------------------------------------------------------------------------------- */

enum { C12__TLM_CBOR_UINT = 0, C12__TLM_CBOR_NEG = 1, C12__TLM_CBOR_BYTES = 2, C12__TLM_CBOR_TEXT = 3, C12__TLM_CBOR_ARRAY = 4,
       C12__TLM_CBOR_MAP = 5, C12__TLM_CBOR_TAG = 6, C12__TLM_CBOR_SIMPLE = 7, C12__TLM_CBOR_DEPTH = 16 };

void c12__tlm_cbor_head(c12__tlm_sink *s, uint32_t major, uint64_t argument);
void c12__tlm_cbor_int(c12__tlm_sink *s, int64_t v);
void c12__tlm_cbor_text(c12__tlm_sink *s, c12_view text);

typedef struct c12__tlm_cbor { c12_view in; size_t at; } c12__tlm_cbor;
/* The next head; 1 = read.  For major 7 `extra` is the additional information (20..24 simple, 25..27 float bits in argument). */
int c12__tlm_cbor_next(c12__tlm_cbor *c, uint32_t *major, uint32_t *extra, uint64_t *argument);
int c12__tlm_cbor_read_int(c12__tlm_cbor *c, int64_t *v);
int c12__tlm_cbor_read_text(c12__tlm_cbor *c, c12_view *text);
int c12__tlm_cbor_read_head(c12__tlm_cbor *c, uint32_t major, uint64_t *argument);
/* One whole item in core deterministic encoding at the start of `in`: its size, or 0 and *bad. */
size_t c12__tlm_cbor_item(c12_view in, size_t *bad);

/* ---- columns -------------------------------------------------------------------------------------------------------- */

typedef struct c12__tlm_column {
    int64_t min, max;
    uint64_t over_low, over_high; /* sum of value - min */
    int64_t bytes;
    int32_t codec, scale;
    int64_t below;   /* floats: bytes below the grid, behind the cells' payload; 0 = a column as it is */
} c12__tlm_column;

enum { C12__TLM_COLUMN_SLACK = 560 }; /* bytes of a column beyond 8 a value and 1 a group: its weights and what it shares of a header */

size_t c12__tlm_put_varint(uint8_t *p, uint64_t v);                             /* at most 10 bytes */
size_t c12__tlm_get_varint(const uint8_t *p, size_t n, uint64_t *v);            /* 0 = not there, or longer than needed */
void c12__tlm_column_zone(const int64_t *v, int64_t n, c12__tlm_column *c);      /* min, max, sum */
int c12__tlm_few_runs(const int64_t *v, int64_t n);                             /* 1 = runs take next to nothing */
struct c12__tlm_mix;
/* Mixed odds, where they take `less` of 256 parts of the bytes less; NULL = they are not tried. */
void c12__tlm_column_encode(const int64_t *v, int64_t n, uint8_t *out, c12__tlm_column *c, struct c12__tlm_mix *mix, int32_t less);
void c12__tlm_column_encode_plain(const int64_t *v, int64_t n, uint8_t *out, c12__tlm_column *c); /* without looking at bins */
int c12__tlm_is_line(const int64_t *v, int64_t n, const c12__tlm_column *c);      /* of the zone in c */
int c12__tlm_column_decode(const uint8_t *in, const c12__tlm_column *c, int64_t n, int64_t *v, struct c12__tlm_mix *mix); /* 1 = read, exactly c->bytes */
size_t c12__tlm_column_room(int64_t n);                                         /* worst case of column_encode */

/* ---- floats ---------------------------------------------------------------------------------------------------------- */

/* A column split into cells of a grid and what lies below it. */
typedef struct c12__tlm_floats {
    uint32_t *bits;              /* [n] */
    int64_t *odd_row, *odd_off;  /* [n / 64 + 1] values that are no shortest texts of floats */
    int64_t odd;
    int32_t grid, reserved;
} c12__tlm_floats;

enum { C12__TLM_FLOAT_SCALE = 4 }; /* columns of fewer decimals are none */

/* Decimals that are floats become cells; 0 = they stay, because they are none or it does not pay. */
int c12__tlm_float_split(int64_t *v, int64_t n, int32_t scale, c12__tlm_floats *f);
uint8_t *c12__tlm_float_put(const c12__tlm_floats *f, const int64_t *cell, int64_t n, int64_t least, uint8_t *out); /* less than 8 bytes a value */
int c12__tlm_float_least(const uint8_t *in, size_t size, int64_t *least);                          /* the least cell; 1 = read */
int c12__tlm_float_join(const uint8_t *in, size_t size, int64_t n, int32_t scale, int64_t *v);     /* cells become decimals; 1 = done */

/* ---- raw lines -------------------------------------------------------------------------------------------------------- */

enum { C12__TLM_LINES_BITS = 12 };
size_t c12__tlm_lines_pack(const uint8_t *in, size_t n, uint8_t *out, size_t room, uint32_t *table); /* table: [1 << LINES_BITS]; 0 = room did not suffice */
int c12__tlm_lines_unpack(const uint8_t *in, size_t n, uint8_t *out, size_t size);                   /* exactly size bytes; 1 = done */

/* ---- texts pressed ------------------------------------------------------------------------------------------------------- */

enum { C12__TLM_PRESS_BITS = 12, C12__TLM_PRESS_LEAST = 17, C12__TLM_PRESS_MOST = 31 << 15 /* bytes of texts */ };
static inline uint32_t c12__tlm_press_limit(uint32_t size) { return (16 + (size & 15)) << (size >> 4); } /* what a head's byte says of texts' bytes, at most 7 % too much */
size_t c12__tlm_press_room(void);                                                                       /* scratch of both, aligned for uint32_t */
size_t c12__tlm_press(const uint8_t *in, size_t n, uint8_t *out, size_t room, void *scratch);            /* 0 = room did not suffice */
int c12__tlm_unpress(const uint8_t *in, size_t size, uint8_t *out, size_t n, void *scratch);             /* exactly n bytes; 1 = done */

/* ---- blocks ---------------------------------------------------------------------------------------------------------- */

enum { C12__TLM_BLOCK_ORDER = 1, C12__TLM_BLOCK_PACKED = 2,                      /* flags: an order column; raw lines are packed */
       C12__TLM_ROW_BITS = 17,                                                   /* of row counts in the head; above them the packed lines' size */
       C12__TLM_BLOCK_FLOATS = 2, C12__TLM_BLOCK_TEXTS = 3, C12__TLM_BLOCK_NUMBERS = 4, C12__TLM_BLOCK_MIXES = 5, /* the first version to have floats, pressed texts, a pressed directory, lines and mixed odds */
       C12__TLM_ENTRY_BYTES = 100,                                                /* a directory entry never needs more */
       C12__TLM_ENTRY_SCALE = 16, C12__TLM_ENTRY_HIGH = 32, C12__TLM_ENTRY_FLOAT = 64 }; /* beside the codec: a scale byte follows; the sum's upper half; bytes below a grid */
static inline int32_t c12__tlm_width(uint64_t v) { return v ? c12__bit_highest(v) + 1 : 0; } /* bits it has */
extern const uint8_t c12__tlm_sync[8];

/* Of n pieces, each from 0.  They stand one behind the other, and bytes from `from` on may be read. */
void c12__tlm_crc32c_each(const uint8_t *from, const uint8_t *const *p, const size_t *size, int32_t n, uint32_t *crc);

#endif
