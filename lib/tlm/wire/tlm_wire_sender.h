/* SPDX-License-Identifier: Apache-2.0 */
/* What the sender's files share: its state, a push call, and rows that are made DELTAs together. */
#ifndef C12_TLM_WIRE_SENDER_H
#define C12_TLM_WIRE_SENDER_H

#include "tlm/wire/tlm_wire_internal.h"

struct c12_tlm_sender {
    c12__tlm_wire wire;
    c12__tlm_wire_key key;
    uint32_t *sum;            /* [n_sets * n_cells] of the residuals' bits since the statistics began to fade ... */
    uint16_t *count, *far;    /* ... how many, and how many of them are far out */
    int32_t *like_num, *like_den;
    int64_t last_ms, key_at;  /* times of the record before and of the KEY */
    int32_t key_ms, key_records, batch, mtu;
    uint32_t seq;             /* of the next record */
    uint32_t period;          /* running, 1/256 ms */
    uint8_t wanted, strange, head, any, fine, unused[3]; /* KEY asked for; intervals in a row unlike the period; size of the last DELTA's head; any record sent; a time was off the grid of 5 s */
    uint32_t turn;
    uint16_t usual, excess, key_size, reserved; /* bytes of a record in a DELTA, 1/64; bytes above since the KEY; bytes of the KEY */
};

enum { WIRE_LIKE_MOST = 4095, WIRE_COUNT_MOST = 256, WIRE_FADE = 1 }; /* 256 records of 128 fields in a cell fit 16 bits */

/* WIRE_TILE rows that follow one KEY with numbers: residuals column by column in vectors, then their bits, strung together step by step for all rows at
 * once.  The same bytes and the same statistics as one after the other. */
enum {
    WIRE_TILE = 8,
    WIRE_TILE_ODD = 16,    /* most numbers that are in other units than the wire's */
    WIRE_TILE_BITS = 24,   /* residuals are smaller, or the row goes alone */
    WIRE_WORDS = 16,       /* words of a row, or it goes number by number */
    WIRE_WORD = 63,        /* bits of a word at most: two are put together by shifts of less than 64 */
    WIRE_TAIL_BITS = 7,    /* of a value whose escape the vectors write */
    WIRE_TAIL = (1 << WIRE_TAIL_BITS) - 1,
    WIRE_WIDE_BITS = 22    /* the same, where it takes a cell for itself */
};

/* Rows that are to be learned from, WIRE_TILE at once. */
typedef struct c12__tlm_wire_lesson { uint32_t z[C12__TLM_WIRE_MOST][WIRE_TILE], moves[WIRE_TILE]; int32_t n, set; } c12__tlm_wire_lesson;

struct c12__tlm_wire_feed;
struct c12__tlm_wire_tile;

/* A tile's way on this processor. */
typedef struct c12__tlm_wire_tile_forms {
    int (*open)(struct c12__tlm_wire_tile *t, struct c12__tlm_wire_feed *f); /* columns in the wire's units; `end` shrinks to the rows that have them and need no KEY; 0 = none */
    void (*fill)(struct c12__tlm_wire_tile *t, struct c12__tlm_wire_feed *f);
    uint8_t *(*post)(const struct c12__tlm_wire_tile *t, uint32_t crc, int32_t j, int32_t end, uint8_t *out); /* brief rows with heads and CRCs; behind the last.  NULL: one after the other */
} c12__tlm_wire_tile_forms;

/* One push call: the batch opened, where each number lies and what brings it to the wire's unit. */
typedef struct c12__tlm_wire_feed {
    c12_tlm_sender *s;
    c12__tlm_open o;
    const int64_t *number[C12__TLM_WIRE_MOST], *code[C12__TLM_WIRE_MOST];
    int64_t unit[C12__TLM_WIRE_MOST];      /* > 1: divide, < -1: multiply by its negative, else as it is */
    uint8_t odd[C12__TLM_WIRE_MOST];       /* ops whose unit matters */
    int32_t n_odd, unkept; /* unkept: some of the KEY's texts are not at hand */
    int64_t odd_from[C12__TLM_WIRE_MOST], odd_to[C12__TLM_WIRE_MOST]; /* the last one brought over: whole seconds seldom change */
    c12__tlm_wire_score score[2];          /* [set] */
    uint32_t factor[C12__TLM_WIRE_MOST];   /* of what moves */
    int8_t width[C12__TLM_WIRE_MOST];      /* in a KEY */
    uint8_t dated[C12__TLM_WIRE_MOST];     /* a KEY's counts from the record's own time */
    int64_t key_code[C12__TLM_WIRE_MOST];  /* the KEY's texts in this dictionary, -1 = not there */
    c12__tlm_wire_told told[C12__TLM_WIRE_TOLD];
    c12__tlm_wire_lesson lesson;
    const c12__tlm_wire_tile_forms *forms;
} c12__tlm_wire_feed;

/* Those rows' way from numbers to bits. */
typedef struct c12__tlm_wire_tile {
    const int64_t *x[C12__TLM_WIRE_MOST];             /* [WIRE_TILE] by op, in the wire's units */
    int64_t odd[WIRE_TILE_ODD][WIRE_TILE];            /* those brought over */
    uint32_t z[C12__TLM_WIRE_MOST][WIRE_TILE];        /* zigzag of what is left */
    uint32_t alone[WIRE_TILE], differ[WIRE_TILE];     /* not 0: not one of these rows; has other texts than the KEY */
    uint64_t word[WIRE_WORDS][WIRE_TILE];             /* by c12__tlm_wire_lane; of a row that has two, its first 64 bits and the others */
    uint32_t bits[WIRE_WORDS][WIRE_TILE];             /* of words */
    uint32_t words[WIRE_TILE], total[WIRE_TILE];      /* how many, at least two, and the bits of all */
    uint32_t far[WIRE_TILE];                          /* above WIRE_TAIL: the row has something that goes number by number */
    uint32_t loud[WIRE_TILE];                         /* all ones: something moved that stood still, or a text is another than the KEY's */
    uint32_t bytes[WIRE_TILE];                        /* of a row that is usual */
    uint32_t start[WIRE_TILE], start_bits[WIRE_TILE]; /* what a row begins with */
    uint32_t moves[WIRE_TILE];                        /* all ones: some rate is not zero */
    int64_t row;                                      /* of place `from`, the first that counts */
    const int64_t *ref, *known;                       /* what that one is against: numbers, and codes of texts */
    int32_t from, end, set, chain, follows;           /* chain: the others are against the one before; follows: they do in a frame */
    uint32_t usual, brief;                            /* a bit a row: not alone, with the texts it is against, and not far; all bits in the first two words */
} c12__tlm_wire_tile;

/* Words are kept as vectors of 64 bits fall out of one of 32: rows 0, 2, 4, 6, then the others. */
static inline int32_t c12__tlm_wire_lane(int32_t j) { return j >> 1 | (j & 1) << 2; }


int c12__tlm_wire_bring_over(c12__tlm_wire_feed *f, int32_t i, int64_t *v); /* op i's value in the wire's unit; 0 = it has none there */
void c12__tlm_wire_tile_unit(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, int32_t k);         /* the same of f->odd[k] row by row; t->end shrinks to those that have one */
const c12__tlm_wire_tile_forms *c12__tlm_wire_tile_best(int chain);
const c12__tlm_wire_tile_forms *c12__tlm_wire_tile_eight(int chain); /* NULL: this processor has none */

void c12__tlm_wire_feed_open(c12__tlm_wire_feed *f);
void c12__tlm_wire_units(c12__tlm_wire_feed *f);                              /* by the KEY's grid */
void c12__tlm_wire_known_codes(c12__tlm_wire_feed *f, const int64_t *code);   /* of the record that the KEY's texts are of now */
void c12__tlm_wire_put_told(c12__tlm_wire_feed *f, c12__tlm_wire_out *b, int32_t i, int64_t code); /* text field i; its bits are at hand when the last one told was the same */
size_t c12__tlm_wire_put_key(c12__tlm_wire_feed *f, const c12__tlm_wire_row *row, uint8_t *out, size_t room); /* bytes of the frame, 0 = no room */

void c12__tlm_wire_rescale(c12_tlm_sender *s);                      /* a KEY's scales and ratios */
void c12__tlm_wire_fade(c12_tlm_sender *s);
uint32_t c12__tlm_wire_period(uint32_t running);                    /* that a KEY says */
void c12__tlm_wire_learn_slopes(c12_tlm_sender *s, const int64_t *x);
void c12__tlm_wire_learn(c12__tlm_wire_feed *f, int32_t set, int moves, const int64_t *x, const int64_t *ref, const int64_t *r);
void c12__tlm_wire_tile_learn(const c12__tlm_wire_tile *t, c12__tlm_wire_feed *f, int32_t j, int32_t end); /* every fourth record: place j, and four behind it */
void c12__tlm_wire_lesson_end(c12__tlm_wire_feed *f);              /* what is to be learned goes into the statistics */

/* The cell of op i in a record that moves or not. */
static inline int32_t c12__tlm_wire_cell(const c12__tlm_wire *w, int32_t i, int moves) { return moves && i >= w->rate_end ? w->op[i].second : w->op[i].cell; }

#endif
