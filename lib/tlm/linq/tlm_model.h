/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the predicted columns' header that is numbers with odds. */
#ifndef C12_TLM_MODEL_H
#define C12_TLM_MODEL_H

#include "tlm/linq/tlm_linq.h"
#include "tlm/block/tlm_odds.h"
#include <stddef.h>

enum { C12__TLM_PACE_BITS = 23, C12__TLM_PHASE_BITS = 12 };

typedef struct c12__tlm_model_odds {
    c12__tlm_number run, jump, unit, first[3], step[2], small[2], weight[6][2];
    c12__tlm_odds regime[C12__TLM_REGIMES][4], kind[8], shape[2][4][4], scale[128], wide[2][16], there[C12__TLM_TERMS][4], down[6][2][3];
    uint8_t like[C12__TLM_LANES]; /* a lane before each that may be of its kind, or itself */
} c12__tlm_model_odds;

/* What the directory says: `waits`: entries that have no payload of their own; a number near their first values;
 * how many bits tell the range of their values. */
typedef struct c12__tlm_model_known { const uint8_t *waits, *size; const int64_t *base; int32_t entries; } c12__tlm_model_known;

/* Paces, runs, lanes and tables; lanes, terms, regimes, packed and rows are known.  0 = what was read is wrong. */
int c12__tlm_model_tables(c12__tlm_coder *c, c12__tlm_linq *m, c12__tlm_model_odds *o, const c12__tlm_model_known *known);
/* And, behind them, weights as the header has them. */
void c12__tlm_model_weights(c12__tlm_coder *c, c12__tlm_linq *m, c12__tlm_model_odds *o);

#endif
