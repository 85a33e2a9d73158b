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
    int64_t key_code[C12__TLM_WIRE_MOST];  /* the KEY's texts in this dictionary, -1 = not there */
} c12__tlm_wire_feed;

/* WIRE_TILE rows that follow one KEY, none of which needs more than numbers: residuals column by column in vectors, then bits row by row.  The same bytes and
 * the same statistics as one after the other. */
enum {
    WIRE_TILE = 8,
    WIRE_TILE_ODD = 16,  /* most numbers that are in other units than the wire's */
    WIRE_TILE_BITS = 24, /* residuals are smaller, or the row goes alone */
    WIRE_CELL = 27,      /* a cell's length stands above its bits: at most 8 of a code and 17 raw ones */
    WIRE_ESCAPES = 30    /* a place of the table where no code has a symbol */
};

typedef struct c12__tlm_wire_tile {
    const int64_t *x[C12__TLM_WIRE_MOST];             /* [WIRE_TILE] by op, in the wire's units */
    int64_t odd[WIRE_TILE_ODD][WIRE_TILE];            /* those brought over */
    uint32_t z[C12__TLM_WIRE_MOST][WIRE_TILE];        /* zigzag of what is left */
    uint64_t alone[WIRE_TILE];                        /* not 0: not one of these rows */
    uint32_t cell[C12__TLM_WIRE_MOST][WIRE_TILE];     /* by step of row 0's lists: its bits, and how many from bit 27 on; 0 = it escapes */
    uint32_t table[C12__TLM_WIRE_CODES][32];          /* the bank in that form */
    uint32_t moves[WIRE_TILE], stirred[2][WIRE_TILE]; /* all ones when some rate is not zero; [moves] not 0: something moved that stood still */
    int64_t row;
    int32_t n, there;                                 /* there: the table is */
} c12__tlm_wire_tile;

typedef void c12__tlm_wire_tile_form(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f);

int c12__tlm_wire_bring_over(c12__tlm_wire_feed *f, int32_t i, int64_t *v); /* op i's value in the wire's unit; 0 = it has none there */
int c12__tlm_wire_tile_units(c12__tlm_wire_tile *t, c12__tlm_wire_feed *f); /* t->n shrinks to the rows that have them; 0 = none */
c12__tlm_wire_tile_form *c12__tlm_wire_tile_best(void); /* what fills a tile on this processor */

#endif
