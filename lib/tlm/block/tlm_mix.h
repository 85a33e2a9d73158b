/* SPDX-License-Identifier: Apache-2.0 */
/* Columns coded bit by bit with mixed odds: what nothing else describes well - few values in runs or in turn, clusters, numbers of few digits - at the price
 * of time.  Level max looks at it for every column, level default in narrow tables. */
#ifndef C12_TLM_MIX_H
#define C12_TLM_MIX_H

#include "tlm/block/tlm_odds.h"

enum { C12__TLM_MIX_LIST = 1024 /* different values that are told in a list, at most */ };

typedef struct c12__tlm_mix c12__tlm_mix;
c12__tlm_mix *c12__tlm_mix_carve(c12__arena *a);
size_t c12__tlm_mix_room(void);

/* Less than `room` bytes of a column's values, or 0 when they do not suffice.  A few tenths of a microsecond a value and way of coding that is tried. */
size_t c12__tlm_mix_put(c12__tlm_mix *m, const int64_t *v, int64_t n, const c12__tlm_column *c, uint8_t *out, size_t room);
/* n values from exactly `size` bytes; 1 = read.  Whatever the bytes are, it takes as long. */
int c12__tlm_mix_get(c12__tlm_mix *m, const uint8_t *in, size_t size, int64_t n, int64_t least, int64_t *v);

#endif
