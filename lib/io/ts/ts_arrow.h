/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of Arrow streams share. */
#ifndef C12_IO_TS_ARROW_H
#define C12_IO_TS_ARROW_H

#include "c12/arrow.h"
#include "io/ts/ts_internal.h"

/* The columns of a stream, and what they become. */
typedef struct c12io__arrow_plan {
    int32_t fields, decimals, texts, times, raw, reserved;
    int32_t field[C12_TLM_MAX_FIELDS];
    int32_t scale[C12_TLM_MAX_FIELDS];   /* of the schema's fields, the file's; for numbers that are not floats */
    uint8_t wanted[C12_TLM_MAX_FIELDS];  /* to be decoded: the fields, robot, and time unless all times are asked for */
} c12io__arrow_plan;

/* Made of the schema; 1 = out of memory. */
int c12io__arrow_schema(const c12io_ts *t, const c12io__arrow_plan *p, struct ArrowSchema *out);

/* The batch's rows as a struct array that takes over *mem, where the batch lies.  On error *mem is as it was. */
c12_status c12io__arrow_rows(const c12io_ts *t, const c12io__arrow_plan *p, c12_tlm_batch *b, c12_mem *mem, struct ArrowArray *out, c12_error *err);

#endif
