/* SPDX-License-Identifier: Apache-2.0 */
/* What single frames and many at once share. */
#ifndef C12_TLM_FRAME_INTERNAL_H
#define C12_TLM_FRAME_INTERNAL_H

#include "tlm/tlm_internal.h"

enum { C12__TLM_FRAME_SCHEMA = -1, C12__TLM_FRAME_RAW = -2 };

typedef struct c12__tlm_frame_reader {
    c12__tlm_cbor c;
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

#endif
