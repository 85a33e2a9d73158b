/* SPDX-License-Identifier: Apache-2.0 */
/* What single frames and many at once share. */
#ifndef C12_TLM_FRAME_INTERNAL_H
#define C12_TLM_FRAME_INTERNAL_H

#include "tlm/tlm_internal.h"
#include "tlm/tlm_vector.h"

enum {
    C12__TLM_FRAME_SCHEMA = -1,
    C12__TLM_FRAME_RAW = -2,
    C12__TLM_FRAME_ITEM = 64,  /* bytes of a text that is kept ready */
    C12__TLM_FRAME_SLACK = 64  /* bytes more that may be read and written */
};

typedef struct c12__tlm_frame_reader {
    c12__tlm_cbor c;
    int32_t next, reserved; /* the field that most likely comes next */
    c12__tlm_open o;
    int64_t value[C12_TLM_MAX_FIELDS];
    int32_t scale[C12_TLM_MAX_FIELDS];
    uint8_t seen[C12_TLM_MAX_FIELDS];
    c12_view raw; /* ptr NULL = none */
    int64_t seq, schema_id;
} c12__tlm_frame_reader;

void c12__tlm_frame_order(const c12_tlm_schema *s, int32_t *order);
c12_status c12__tlm_frame_open(c12__tlm_open *o, const c12_tlm_schema *schema, const c12_tlm_batch *batch, c12_error *err);
c12_status c12__tlm_frame_put_value(c12__tlm_sink *s, const c12__tlm_open *o, int32_t f, int64_t v);
c12_status c12__tlm_frame_put_row(const c12__tlm_open *o, int64_t row, uint32_t seq, c12_mem out, size_t *used, c12_error *err);
c12_status c12__tlm_frame_take(c12__tlm_frame_reader *r, c12_view frame, size_t *used, c12_error *err);

/* ---- many at once --------------------------------------------------------------------------------------------------- */

/* A number's place: n bytes stand before it, of which the first eight, or all, are `first` under `mask`; the last few, behind `skip`, are `last` of so
 * many bits and go out in one word with the number.  The sequence number has no column.
 * Odd: a time, or more than eight bytes before it. */
typedef struct c12__tlm_frame_slot { uint64_t first, mask; int64_t *column; uint32_t n, skip, last, from; uint8_t bits, is_time, is_odd, reserved[5]; } c12__tlm_frame_slot;

/* What frames of rows with the same texts have in common: all bytes but the numbers.  Before slot k stand bytes at[k] .. at[k+1]-1; the first slot is the
 * sequence number, the tail stands behind the last. */
typedef struct c12__tlm_frame_form {
    int32_t order[C12_TLM_MAX_FIELDS];
    int64_t code[C12_TLM_MAX_FIELDS];           /* of the texts inside, by field */
    int32_t slots, n_codes, usual, there;       /* usual: all columns stand in the schema's decimals; there: the bytes are those of `code` */
    int64_t sets;                               /* how often other bytes came */
    uint8_t texts[C12_TLM_MAX_FIELDS];          /* fields that hold texts */
    int64_t *text[C12_TLM_MAX_FIELDS];          /* their columns */
    uint32_t at[C12_TLM_MAX_FIELDS + 3];
    c12__tlm_frame_slot slot[C12_TLM_MAX_FIELDS + 1];
    uint8_t bytes[C12_TLM_MAX_FIELDS * (C12__TLM_FRAME_ITEM + 8) + 64];
} c12__tlm_frame_form;

/* Rows row .. end-1 as frames from seq on, into the rest of the room. */
typedef struct c12__tlm_frame_writer {
    const c12__tlm_open *o;
    c12__tlm_frame_form *m;
    uint8_t *out;
    size_t size, used;
    int64_t row, end;
    uint32_t seq;
} c12__tlm_frame_writer;

static inline size_t c12__tlm_frame_most(const c12__tlm_frame_form *m) { return m->at[m->slots + 1] + 9 * (size_t)m->slots + C12__TLM_FRAME_SLACK; }
int c12__tlm_frame_set(c12__tlm_frame_form *m, const c12__tlm_open *o, int64_t row); /* the form gets this row's texts; 0 = it cannot have them */
c12_status c12__tlm_frames_put_slow(c12__tlm_frame_writer *w, c12_error *err);       /* one row, with all that can be wrong in it */
c12_status c12__tlm_frames_put_rows(c12__tlm_frame_writer *w, int64_t end, c12_error *err); /* one by one, before row `end` */
#ifdef C12__TLM_AVX2
c12_status c12__tlm_frames_put_eights(c12__tlm_frame_writer *w, c12_error *err); /* by eight where they go together */
#endif

#endif
