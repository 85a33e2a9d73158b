/* SPDX-License-Identifier: Apache-2.0 */
/* What the receiver's files share: its state, a pull call, and DELTAs that are read together. */
#ifndef C12_TLM_WIRE_RECEIVER_H
#define C12_TLM_WIRE_RECEIVER_H

#include "tlm/wire/tlm_wire_internal.h"

struct c12_tlm_receiver {
    c12__tlm_wire wire;
    c12__tlm_wire_key key[2];  /* by the lowest bit of their number */
    int32_t missing;           /* number of a KEY that was named and is not here, or -1 */
    uint32_t seq;
    uint8_t last, reserved[7]; /* number of the last KEY */
};

/* One pull call: the batch opened, where each number goes and what it is multiplied by, and each KEY's texts as codes of its dictionary. */
typedef struct c12__tlm_wire_drain {
    c12_tlm_receiver *r;
    c12__tlm_open o;
    int64_t *number[C12__TLM_WIRE_MOST], *code[C12__TLM_WIRE_MOST];
    int64_t unit[C12__TLM_WIRE_MOST];
    uint32_t factor[C12__TLM_WIRE_MOST];      /* of what moves */
    int8_t width[C12__TLM_WIRE_MOST];         /* in a KEY */
    uint8_t dated[C12__TLM_WIRE_MOST];        /* a KEY's counts from the record's own time */
    uint8_t odd[C12__TLM_WIRE_MOST];          /* ops with a unit; below zero: of a KEY's grid */
    int32_t n_odd, texts_full;
    int64_t odd_from[C12__TLM_WIRE_MOST], odd_to[C12__TLM_WIRE_MOST], odd_unit[C12__TLM_WIRE_MOST];
    int64_t key_code[2][C12__TLM_WIRE_MOST];  /* -1 = not kept */
    c12__tlm_wire_score score[2][2];          /* [slot][set] */
    int32_t known[2], whole[2];               /* key_code is worked out; has all texts */
    c12__tlm_wire_told told[C12__TLM_WIRE_TOLD];
    c12_tlm_wire_report report;
} c12__tlm_wire_drain;

/* What brings op i to the batch's unit. */
static inline int64_t c12__tlm_wire_unit(const c12__tlm_wire_drain *d, int32_t i, uint8_t grid)
{
    return d->unit[i] < 0 ? -d->unit[i] * c12__tlm_wire_grid[grid] : d->unit[i];
}

/* Op i in the batch's unit, in odd_to; 0 = it overflows.  The one before is remembered: whole seconds seldom change. */
static inline int c12__tlm_wire_unit_of(c12__tlm_wire_drain *d, int32_t i, int64_t x, uint8_t grid)
{
    const int64_t unit = c12__tlm_wire_unit(d, i, grid);
    if (x == d->odd_from[i] && unit == d->odd_unit[i]) return 1;
    d->odd_unit[i] = 0;
    if (c12__mul64(x, unit, &d->odd_to[i])) return 0;
    d->odd_from[i] = x;
    d->odd_unit[i] = unit;
    return 1;
}

int c12__tlm_wire_know(c12__tlm_wire_drain *d, int32_t slot); /* the KEY's texts in this batch's dictionary; 0 = it is full */

/* Are numbers alone enough for a quiet DELTA of this KEY? */
static inline int c12__tlm_wire_suits(const c12__tlm_wire_drain *d, int32_t slot)
{
    const c12__tlm_wire_key *k = &d->r->key[slot];
    return k->there && d->known[slot] && d->whole[slot] && (!k->ordered || k->id == d->r->last);
}

/* ---- bits in --------------------------------------------------------------------------------------------------------------- */

int64_t c12__tlm_wire_take_far(c12__tlm_wire_in *in, const c12__tlm_wire_step *step, uint64_t low, int *bad);
int64_t c12__tlm_wire_take_more(c12__tlm_wire_in *in, int *bad);

/* The reader's moving parts in registers: whole structs copied through memory would wait for the stores before them. */
typedef struct wire_eye { uint64_t acc; size_t at; uint32_t n; } wire_eye;

WIRE_INLINE void wire_open_eye(wire_eye *eye, const c12__tlm_wire_in *in)
{
    eye->acc = in->acc;
    eye->at = in->at;
    eye->n = in->n;
}

WIRE_INLINE void wire_shut_eye(const wire_eye *eye, c12__tlm_wire_in *in)
{
    in->acc = eye->acc;
    in->at = eye->at;
    in->n = eye->n;
}

WIRE_INLINE void wire_look(wire_eye *eye, c12__tlm_wire_in *in)
{
    if (eye->at < in->safe) {
        eye->acc |= c12__tlm_wire_load(in->p + eye->at) << eye->n;
        eye->at += (63 - eye->n) >> 3;
        eye->n |= 56;
        return;
    }
    wire_shut_eye(eye, in);
    c12__tlm_wire_fill(in);
    wire_open_eye(eye, in);
}

WIRE_INLINE void wire_take_pair(c12__tlm_wire_in *in, wire_eye *eye, const c12__tlm_wire_step *step, int64_t *r, int32_t stride, int *bad)
{
    static const int8_t near[4] = { 0, -1, 1, 0 };
    uint32_t e = c12__tlm_wire_read[C12__TLM_WIRE_PAIR][eye->acc & 255], a = e >> 6, b = e >> 4 & 3;
    eye->acc >>= e & 15;
    eye->n -= e & 15;
    r[step->op * stride] = near[a];
    r[step->second * stride] = near[b];
    if (a != 3 && b != 3) return;
    wire_shut_eye(eye, in);
    if (a == 3) r[step->op * stride] = c12__tlm_wire_take_more(in, bad);
    if (b == 3) r[step->second * stride] = c12__tlm_wire_take_more(in, bad);
    wire_open_eye(eye, in);
}

WIRE_INLINE void wire_take_single(c12__tlm_wire_in *in, wire_eye *eye, const c12__tlm_wire_step *step, int64_t *r, int32_t stride, int *bad)
{
    uint32_t shift = step->shift, e, symbol;
    uint64_t all = eye->acc, rest = all >> shift;
    e = c12__tlm_wire_read[step->code][rest & 255];
    symbol = e >> 4;
    eye->acc = rest >> (e & 15);
    eye->n -= shift + (e & 15);
    uint64_t low = all ^ rest << shift;
    if (symbol != C12__TLM_WIRE_ESCAPE) {
        r[step->op * stride] = (int64_t)c12__tlm_unzigzag((uint64_t)symbol << shift | low);
        return;
    }
    wire_shut_eye(eye, in);
    r[step->op * stride] = c12__tlm_wire_take_far(in, step, low, bad);
    wire_open_eye(eye, in);
}

/* A pair takes at most 8 bits, a single one 8 + 17, unless it escapes: a look does for two and more. */
WIRE_INLINE void wire_take_list(c12__tlm_wire_in *in, wire_eye *eye, const c12__tlm_wire_list *list, int64_t *r, int32_t stride, int *bad)
{
    const c12__tlm_wire_step *step = list->step, *pairs = step + list->pairs, *end = step + list->n;
    for (; pairs - step >= 2; step += 2) {
        wire_look(eye, in);
        wire_take_pair(in, eye, step, r, stride, bad);
        wire_take_pair(in, eye, step + 1, r, stride, bad);
    }
    wire_look(eye, in);
    if (step < pairs) wire_take_pair(in, eye, step++, r, stride, bad);
    for (; end - step >= 2; step += 2) {
        wire_look(eye, in);
        wire_take_single(in, eye, step, r, stride, bad);
        wire_take_single(in, eye, step + 1, r, stride, bad);
    }
    if (step == end) return;
    wire_look(eye, in);
    wire_take_single(in, eye, step, r, stride, bad);
}

/* Is nothing left but zeros before the next byte? */
static inline int wire_at_end(c12__tlm_wire_in *in)
{
    if (c12__tlm_wire_past(in)) return 0;
    uint64_t left = in->size * 8 - (in->at * 8 - in->n);
    return left < 8 && !c12__tlm_wire_get(in, (uint32_t)left);
}

/* ---- several DELTAs at once ------------------------------------------------------------------------------------------------ */

/* Quiet DELTAs of one KEY, two side by side: bytes taken of frames; 0 = the next one goes the long way. */
typedef size_t c12__tlm_wire_rows_form(c12__tlm_wire_drain *d, const uint8_t *p, size_t size);
c12__tlm_wire_rows_form *c12__tlm_wire_rows_best(void);

/* Up to WIRE_FLOCK DELTAs of one KEY, a record each, read step by step side by side.  Their rows stand behind the batch's; those of which anything is out
 * of the ordinary are not good and go the long way. */
enum { WIRE_FLOCK = 8, WIRE_FLOCK_PAST = 24 /* bytes behind a frame that may be read */, WIRE_FLOCK_PAD = 256, WIRE_FLOCK_ODD = 16 /* most numbers with a unit */ };

typedef struct c12__tlm_wire_flock {
    const uint8_t *body[WIRE_FLOCK];
    uint32_t n[WIRE_FLOCK], age[WIRE_FLOCK], loud[WIRE_FLOCK]; /* bytes of the body without its CRC; loud: all ones */
    size_t end[WIRE_FLOCK];                                    /* of the frames, from where the first begins */
    uint32_t good[WIRE_FLOCK], texts[WIRE_FLOCK];              /* all ones: nothing is strange; all is good so far, and texts follow at bit `at` */
    uint32_t at[WIRE_FLOCK];
    int64_t odd[WIRE_FLOCK_ODD][WIRE_FLOCK];                   /* those of d->odd in the wire's unit */
    int32_t count, run;                                        /* run: how many are good before one that is not */
    uint8_t pad[WIRE_FLOCK_PAD + WIRE_FLOCK_PAST];             /* the last frames are read from here, where bytes follow them */
} c12__tlm_wire_flock;

/* The same of several records each: row n of frame j is x[n_ops * (n + 1) + op][j], in the wire's units. */
enum { WIRE_HERD = 384 };

typedef struct c12__tlm_wire_herd {
    c12__tlm_wire_flock t;
    int64_t x[WIRE_HERD][WIRE_FLOCK];
    uint32_t rows[WIRE_FLOCK];
} c12__tlm_wire_herd;

int32_t c12__tlm_wire_herd_take(c12__tlm_wire_herd *h, c12__tlm_wire_drain *d, int32_t slot, const uint8_t *p, size_t size);

/* The first frames of p, how many: 0 = the first is none of these, or this processor has no way to read them. */
int32_t c12__tlm_wire_flock_take(c12__tlm_wire_flock *t, c12__tlm_wire_drain *d, int32_t slot, const uint8_t *p, size_t size);

#endif
