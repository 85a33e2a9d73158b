/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the wire share: the opened plan, bits in and out, the bank of codes, what a KEY says. */
#ifndef C12_TLM_WIRE_INTERNAL_H
#define C12_TLM_WIRE_INTERNAL_H

#include "base/bits.h"
#include "tlm/tlm_internal.h"

/* Loops over a record's numbers, called twice a record: a compiler that makes them functions keeps their state in memory. */
#if defined(__GNUC__)
#  define WIRE_INLINE static inline __attribute__((always_inline))
#  define WIRE_APART __attribute__((noinline)) /* what it keeps on the stack is gone when it returns */
#else
#  define WIRE_INLINE static inline
#  define WIRE_APART
#endif

enum {
    C12__TLM_WIRE_CODES = 8,
    C12__TLM_WIRE_SPIKY = 2,     /* mostly 0, else anywhere */
    C12__TLM_WIRE_NEAR = 3,      /* mostly 0 and 1; two of these share a symbol of the next */
    C12__TLM_WIRE_PAIR = 7,
    C12__TLM_WIRE_ESCAPE = 31,   /* symbol: the value follows in plain bits */
    C12__TLM_WIRE_SCALES = 38,   /* 0 stands still, 1..4 codes 1..4, then codes 5 and 6 over 1, 2 .. 17 raw bits */
    C12__TLM_WIRE_TEXT = 255,    /* bytes of a text that fits a KEY or DELTA */
    C12__TLM_WIRE_FAR = 63,      /* age: 16 more bits follow */
    C12__TLM_WIRE_NACK = 5,      /* bytes of a NACK */
    C12__TLM_WIRE_KEYS = 4,      /* KEY numbers go round */
    C12__TLM_WIRE_SLOPE = 1023,  /* steepest drift, 1/256 a record */
    C12__TLM_WIRE_TAIL_SHIFT = 14, /* raw bits at most before an escape that is worked on in vectors: 14 + 8 + 3 + 7 are 32 */
    C12__TLM_WIRE_NONE = 255
};

extern const uint16_t c12__tlm_wire_write[C12__TLM_WIRE_CODES][32];
extern const uint16_t c12__tlm_wire_read[C12__TLM_WIRE_CODES][256];
extern const uint8_t c12__tlm_wire_grid[2];                                /* seconds */
extern const uint32_t c12__tlm_wire_rate_factor[7];                        /* 2^24 * 10^(n - 3) / 2000 */
extern const uint32_t c12__tlm_wire_ten_bits[10];                          /* bits that hold n decimal digits */
extern const uint8_t c12__tlm_wire_brief[C12__TLM_WIRE_CODES][2][32];      /* write, a byte each */
extern const uint8_t c12__tlm_wire_halves[C12__TLM_WIRE_CODES][3][32];     /* read, by four bits */
uint32_t c12__tlm_wire_crc16(uint32_t crc, const uint8_t *p, size_t n);
void c12__tlm_wire_crc16_each(const uint8_t *const *p, const uint32_t *n, int32_t count, uint32_t *crc);                  /* in: what each begins with; 15 bytes more may be read */
void c12__tlm_wire_crc16_chain(uint32_t from, const uint8_t *const *p, const uint32_t *n, int32_t count, uint32_t *crc); /* each begins with the one before */

/* ---- the opened plan ---------------------------------------------------------------------------------------------- */

/* A number of the record: ops[0] is the time, then the rates, the other free ones, those foretold by another's residual, by a rate. */
typedef struct c12__tlm_wire_op {
    uint8_t field, other;     /* other: the op that foretells this one; itself: it drifts */
    uint8_t cell;             /* statistics and scale it shares */
    uint8_t second;           /* the cell when the foretelling residual is large, or when some rate is not zero; else the same */
} c12__tlm_wire_op;

typedef struct c12__tlm_wire {
    const c12_tlm_schema *schema;
    const int32_t *width;     /* [n_fields], may be NULL */
    const int32_t *usual;     /* [n_fields], may be NULL */
    const int64_t *known_off;
    const uint8_t *known;
    c12__tlm_wire_op *op;     /* [n_ops] */
    uint8_t *code_field;      /* [n_codes] fields that hold texts */
    int32_t n_known, known_bits, text_room;
    uint32_t period;          /* the options', 1/256 ms */
    uint32_t seed;            /* CRC of the plan: both ends must have the same */
    uint8_t n_ops, rate_end, plain_end, like_end, n_codes, n_cells, n_sets, ordered, batched, reserved[7];
} c12__tlm_wire;

/* What a KEY fixes until the next: the record, its texts, and a scale for every cell. */
typedef struct c12__tlm_wire_key {
    int64_t *ref;             /* [n_ops] */
    uint16_t *text_end;       /* [n_codes] ends in text; a text that found no room is as long as nothing and not kept */
    uint8_t *kept;            /* [n_codes] */
    uint8_t *text;            /* [text_room] */
    uint8_t *still, *loud;    /* [n_sets * n_cells] scale; in a loud record a still cell uses the second */
    int8_t *ratio;            /* [like_end - plain_end] sixteenths */
    int16_t *slope;           /* [n_ops - like_end] of those that drift, 1/256 a record */
    uint32_t seq, crc;        /* of the KEY; ordered, of the frame before */
    uint32_t period;          /* milliseconds a record, 1/256 */
    uint8_t id, there, ordered, batched, grid, reserved[3]; /* grid: whole-second times are multiples of c12__tlm_wire_grid[grid] */
} c12__tlm_wire_key;

enum { C12__TLM_WIRE_MOST = C12_TLM_MAX_FIELDS };

/* Which residual comes next and how: a pair's two ops, or one op with its code, raw bits, number of direct symbols and scale. */
typedef struct c12__tlm_wire_step { uint8_t op, second, code, shift, symbols, scale, reserved[2]; } c12__tlm_wire_step;

extern const c12__tlm_wire_step c12__tlm_wire_step_of[C12__TLM_WIRE_SCALES + 1]; /* by scale, of op 0 */

/* What registers of eight numbers take a scale's step by: raw bits, the last direct symbol, and bits that a symbol and they take at most.  length makes bits
 * written of what is looked up in c12__tlm_wire_brief: raw bits are added, and above the lowest byte the length of symbol 0 is taken away again. */
typedef struct c12__tlm_wire_shape { uint32_t shift, last, need, length; } c12__tlm_wire_shape;

extern const c12__tlm_wire_shape c12__tlm_wire_shape_of[C12__TLM_WIRE_SCALES + 1];

/* Steps in the order of the wire, pairs before the others. */
typedef struct c12__tlm_wire_list { int32_t pairs, n; c12__tlm_wire_step step[C12__TLM_WIRE_MOST]; } c12__tlm_wire_list;

/* A KEY's scales of one set as lists: rates first, then, by whether one of them is not zero, all else; quiet and loud.  A list is made when it is first
 * used, for most robots either walk or stand from KEY to KEY. */
typedef struct c12__tlm_wire_score {
    c12__tlm_wire_list list[6];                              /* rates by [loud], the rest by [2 + 2 * moves + loud] */
    const c12__tlm_wire *w;
    const uint8_t *scale[2];                                 /* [loud], by cell */
    uint32_t made;                                           /* a bit a list, and from bit 6 on for those that stand still */
    int32_t n_still[2];
    uint8_t still[2][C12__TLM_WIRE_MOST];                    /* [moves] ops that take no step when quiet */
} c12__tlm_wire_score;

void c12__tlm_wire_rehearse(c12__tlm_wire_score *score, const c12__tlm_wire *w, const c12__tlm_wire_key *k, int32_t set);
void c12__tlm_wire_make_list(c12__tlm_wire_score *score, int32_t which);
void c12__tlm_wire_make_still(c12__tlm_wire_score *score, int moves);

static inline const c12__tlm_wire_list *c12__tlm_wire_list_of(c12__tlm_wire_score *score, int32_t which)
{
    if (!(score->made >> which & 1)) c12__tlm_wire_make_list(score, which);
    return &score->list[which];
}

/* Ops that take no step in a quiet record; how many. */
static inline int32_t c12__tlm_wire_still_of(c12__tlm_wire_score *score, int moves, const uint8_t **op)
{
    if (!(score->made >> (6 + moves) & 1)) c12__tlm_wire_make_still(score, moves);
    *op = score->still[moves];
    return score->n_still[moves];
}

typedef struct c12__tlm_wire_row {
    int64_t x[C12__TLM_WIRE_MOST];      /* by op, in the wire's unit */
    int64_t code[C12__TLM_WIRE_MOST];   /* by text field, of the batch's dictionary; -1 = a text that is not in it */
} c12__tlm_wire_row;

/* Arguments checked and the plan opened, before there is memory to put it in. */
typedef struct c12__tlm_wire_draft {
    c12_tlm_wire_options options;
    c12__tlm_wire wire;
    c12__tlm_wire_op op[C12__TLM_WIRE_MOST];
    uint8_t code_field[C12__TLM_WIRE_MOST];
} c12__tlm_wire_draft;

typedef struct c12__tlm_wire_lay { uint8_t *base; size_t at; } c12__tlm_wire_lay;

c12_status c12__tlm_wire_open(c12__tlm_wire_draft *d, const c12_tlm_schema *schema, const c12_tlm_wire_options *options, c12_error *err);
void *c12__tlm_wire_part(c12__tlm_wire_lay *l, size_t n, size_t each); /* each: 1, 2, 4 or 8 */
void c12__tlm_wire_lay_out(c12__tlm_wire *w, const c12__tlm_wire_draft *d, c12__tlm_wire_lay *l);
void c12__tlm_wire_key_lay_out(c12__tlm_wire_key *k, const c12__tlm_wire *w, c12__tlm_wire_lay *l);
void c12__tlm_wire_keep(c12__tlm_wire_key *k, const c12__tlm_wire *w, const c12_tlm_dict *d, const int64_t *code, int32_t from); /* those before `from` stay */

/* How many texts at the beginning are the same. */
static inline int32_t c12__tlm_wire_alike(const int64_t *a, const int64_t *b, int32_t n)
{
    int32_t i = 0;
    while (i < n && a[i] == b[i]) i++;
    return i;
}
size_t c12__tlm_wire_bound(const c12__tlm_wire *w); /* of one frame, 16 bytes more */
int c12__tlm_wire_text_is_sound(const c12__tlm_wire *w, int32_t i, c12_view text); /* of text field i: a LIST must be a compact array */
size_t c12__tlm_sender_size(const c12__tlm_wire_draft *d);
size_t c12__tlm_receiver_size(const c12__tlm_wire_draft *d);

static inline c12_view c12__tlm_wire_kept(const c12__tlm_wire_key *k, int32_t i)
{
    uint32_t from = i ? k->text_end[i - 1] : 0u;
    c12_view v = { k->text + from, (size_t)(k->text_end[i] - from) };
    return v;
}

/* What a residual foretells of another while the robot moves. */
static inline int64_t c12__tlm_wire_like(int moves, int32_t ratio, int64_t residual)
{
    uint64_t large = residual < 0 ? 0 - (uint64_t)residual : (uint64_t)residual;
    int64_t foretells = (int64_t)((uint64_t)residual & (0 - (uint64_t)(moves & (large <= INT32_MAX)))) * ratio;
    return (int64_t)((uint64_t)(foretells + 8 + (INT64_C(1) << 40)) >> 4) - (INT64_C(1) << 36);
}

/* How far a number has come at the mean of two rates, or after so many records of drift. */
static inline int64_t c12__tlm_wire_rate(uint32_t factor, int64_t ms, int64_t rate_before, int64_t rate_now)
{
    const int64_t most = 1 << 17;
    if (ms > most || ms < -most || rate_before > most || rate_before < -most || rate_now > most || rate_now < -most) return 0;
    int64_t a = ms * (rate_before + rate_now) * (int64_t)factor; /* below 2^17 * 2^18 * 2^24 */
    return (int64_t)((uint64_t)(a + (1 << 23) + (INT64_C(1) << 60)) >> 24) - (INT64_C(1) << 36);
}

static inline int64_t c12__tlm_wire_drift(int32_t slope, int64_t records)
{
    return (int64_t)((uint64_t)(slope * records + 128 + (INT64_C(1) << 40)) >> 8) - (INT64_C(1) << 32);
}

static inline int64_t c12__tlm_wire_sub(int64_t a, int64_t b) { return (int64_t)((uint64_t)a - (uint64_t)b); }
static inline int64_t c12__tlm_wire_add(int64_t a, int64_t b) { return (int64_t)((uint64_t)a + (uint64_t)b); }

static inline int64_t c12__tlm_wire_times(int64_t a, int64_t b) { return (int64_t)((uint64_t)a * (uint64_t)b); }

/* What a KEY's number counts from: a time from the record's own. */
static inline int64_t c12__tlm_wire_origin(const c12__tlm_wire *w, int32_t i, const int64_t *x, uint8_t grid)
{
    const c12_tlm_schema *s = w->schema;
    int32_t f = w->op[i].field;
    if (!i || s->kind[f] != C12_TLM_TIME) return 0;
    int64_t from = s->decimals[s->time_field] ? x[0] : c12__tlm_wire_times(x[0], 1000);
    return s->decimals[f] ? from : from / (1000 * c12__tlm_wire_grid[grid]);
}

static inline uint32_t c12__tlm_wire_length(uint64_t v) { return (uint32_t)c12__bit_highest(v) + 1; } /* bits of v > 0 */

/* What op i, behind like_end, is per millisecond of two rates: 2^24 * 10^(its decimals - the rate's) / 2000. */
static inline uint32_t c12__tlm_wire_factor(const c12__tlm_wire *w, int32_t i)
{
    const c12_tlm_schema *s = w->schema;
    int32_t f = w->op[i].field, rate = w->op[w->op[i].other].field;
    int32_t finer = (s->kind[f] == C12_TLM_DECIMAL ? s->decimals[f] : 0) - (s->kind[rate] == C12_TLM_DECIMAL ? s->decimals[rate] : 0);
    return c12__tlm_wire_rate_factor[(finer < -3 ? -3 : finer > 3 ? 3 : finer) + 3];
}

/* How far op i has moved since the reference. */
static inline int64_t c12__tlm_wire_moved(const c12__tlm_wire *w, const c12__tlm_wire_key *k, uint32_t factor, int32_t i, const int64_t *ref, const int64_t *x,
                                          int64_t records)
{
    const c12__tlm_wire_op *op = &w->op[i];
    if (op->other == i) return c12__tlm_wire_drift(k->slope[i - w->like_end], records);
    return c12__tlm_wire_rate(factor, c12__tlm_wire_sub(x[0], ref[0]), ref[op->other], x[op->other]);
}

/* Some rate is not zero, now or in the reference: other cells then, for a robot that walks is not like one that stands. */
static inline int c12__tlm_wire_moves(const c12__tlm_wire *w, const int64_t *ref, const int64_t *x)
{
    uint64_t any = 0;
    for (int32_t i = 1; i < w->rate_end; i++) any |= (uint64_t)(ref[i] | x[i]);
    return any != 0;
}

/* ---- bits, the first one lowest --------------------------------------------------------------------------------------- */

static inline uint64_t c12__tlm_wire_load(const uint8_t *p)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t v;
    memcpy(&v, p, 8);
    return v;
#else
    return c12__tlm_get64(p);
#endif
}

/* Writes up to 8 bytes past what it has, never at or past end; `full` once something did not fit. */
typedef struct c12__tlm_wire_out { uint8_t *p, *end; uint64_t acc; uint32_t n; int32_t full; } c12__tlm_wire_out;

static inline void c12__tlm_wire_put(c12__tlm_wire_out *o, uint64_t v, uint32_t bits) /* v < 2^bits, bits <= 56 */
{
    o->acc |= v << o->n;
    o->n += bits;
    if (o->end - o->p < 8) { o->full = 1; o->acc = o->n = 0; return; }
    c12__tlm_put64(o->p, o->acc);
    o->p += o->n >> 3;
    o->acc >>= o->n & 56;
    o->n &= 7;
}

static inline void c12__tlm_wire_put_wide(c12__tlm_wire_out *o, uint64_t v, uint32_t bits) /* bits <= 64 */
{
    if (o->full) return;
    if (bits > 32) {
        c12__tlm_wire_put(o, v & 0xffffffffu, 32);
        if (o->full) return;
        v >>= 32;
        bits -= 32;
    }
    c12__tlm_wire_put(o, v, bits);
}

/* The last byte, with zeros above what was put. */
static inline void c12__tlm_wire_finish(c12__tlm_wire_out *o)
{
    if (o->n) *o->p++ = (uint8_t)o->acc;
    o->acc = o->n = 0;
}

/* Where bits run out zeros follow; `used` past 8 * size tells. */
typedef struct c12__tlm_wire_in { const uint8_t *p; size_t at, size, safe; uint64_t acc; uint32_t n, reserved; } c12__tlm_wire_in;

static inline void c12__tlm_wire_fill(c12__tlm_wire_in *r)
{
    if (r->at < r->safe) { /* eight bytes may be read, and bits above n are the very bits that follow */
        r->acc |= c12__tlm_wire_load(r->p + r->at) << r->n;
        r->at += (63 - r->n) >> 3;
        r->n |= 56;
        return;
    }
    r->acc &= r->n ? ~UINT64_C(0) >> (64 - r->n) : 0;
    for (; r->n <= 56; r->n += 8, r->at++)
        if (r->at < r->size) r->acc |= (uint64_t)r->p[r->at] << r->n;
}

static inline uint64_t c12__tlm_wire_get(c12__tlm_wire_in *r, uint32_t bits) /* bits <= 56 */
{
    if (r->n < bits) c12__tlm_wire_fill(r);
    uint64_t v = r->acc & ((UINT64_C(1) << bits) - 1);
    r->acc >>= bits;
    r->n -= bits;
    return v;
}

static inline uint64_t c12__tlm_wire_get_wide(c12__tlm_wire_in *r, uint32_t bits)
{
    if (bits <= 32) return c12__tlm_wire_get(r, bits);
    uint64_t low = c12__tlm_wire_get(r, 32);
    return low | c12__tlm_wire_get(r, bits - 32) << 32;
}

static inline int c12__tlm_wire_past(const c12__tlm_wire_in *r) { return r->at * 8 - r->n > r->size * 8; }

/* A text that a KEY of this call had, for from KEY to KEY most stay: its bits in words of 56. */
enum { C12__TLM_WIRE_TOLD = 16, C12__TLM_WIRE_TOLD_WORD = 56, C12__TLM_WIRE_TOLD_MOST = 224 };
typedef struct c12__tlm_wire_told { int64_t code; uint64_t word[4]; uint32_t n, reserved; } c12__tlm_wire_told; /* n = 0: none */

static inline uint32_t c12__tlm_wire_told_part(const c12__tlm_wire_told *t, uint32_t k) /* bits of word k */
{
    uint32_t left = t->n - k * C12__TLM_WIRE_TOLD_WORD;
    return left < C12__TLM_WIRE_TOLD_WORD ? left : C12__TLM_WIRE_TOLD_WORD;
}

/* ---- numbers and texts ------------------------------------------------------------------------------------------------- */

void c12__tlm_wire_put_tail(c12__tlm_wire_out *o, uint64_t v); /* v > 0 in as many bits as it has */
uint64_t c12__tlm_wire_get_tail(c12__tlm_wire_in *r, int *bad);

static inline void c12__tlm_wire_put_number(c12__tlm_wire_out *o, int64_t v, int32_t width)
{
    uint64_t z = c12__tlm_zigzag((uint64_t)v), of = width < 0 ? (uint64_t)v : z;
    uint32_t usual = (uint32_t)(width < 0 ? -width : width + 1); /* bits; below zero: of numbers that have no sign */
    if (!(of >> usual)) {
        c12__tlm_wire_put(o, of << 1, usual + 1);
        return;
    }
    uint32_t bits = c12__tlm_wire_length(z);
    c12__tlm_wire_put(o, 1 | (uint64_t)(bits - 1) << 1, 7);
    c12__tlm_wire_put_wide(o, z, bits);
}

static inline int64_t c12__tlm_wire_get_number(c12__tlm_wire_in *r, int32_t width)
{
    if (!c12__tlm_wire_get(r, 1)) {
        uint64_t v = c12__tlm_wire_get(r, (uint32_t)(width < 0 ? -width : width + 1));
        return (int64_t)(width < 0 ? v : c12__tlm_unzigzag(v));
    }
    uint32_t bits = (uint32_t)c12__tlm_wire_get(r, 6) + 1;
    return (int64_t)c12__tlm_unzigzag(c12__tlm_wire_get_wide(r, bits));
}

void c12__tlm_wire_put_text(c12__tlm_wire_out *o, const c12__tlm_wire *w, int32_t i, c12_view text); /* of text field i */
int c12__tlm_wire_get_text(c12__tlm_wire_in *r, const c12__tlm_wire *w, int32_t i, uint8_t *room, size_t *size); /* room of twice C12__TLM_WIRE_TEXT; 1 = read */

#endif
