/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_SPC_INTERNAL_H
#define C12_SPC_INTERNAL_H

#include "base/num.h"
#include "c12/spc.h"

/* Factors of subgroup sizes 2..25 in billionths: of the range, of the deviation, reaches of means, and reaches of ranges and deviations themselves. */
typedef struct c12__spc_row { int64_t d2, d3, c4, a2, a3, range_reach, deviation_reach; } c12__spc_row;
extern const c12__spc_row c12__spc_rows[C12_SPC_MOST_SIZE + 1]; /* by size; 0 and 1 are empty */

enum { C12__SPC_BOUND_BITS = 60 };
#define C12__SPC_BOUND (INT64_C(1) << C12__SPC_BOUND_BITS) /* of values and lines: three times their difference fits */

/* Measurements lie within this, so that their sums over subgroups and their means in millionths fit. */
#define C12__SPC_MEASURE (INT64_C(1) << 40)

/* a * b / den rounded half to even, den > 0; 1 when it does not fit 64 bits. */
int c12__spc_share(int64_t a, int64_t b, c12__u128 den, int64_t *r);

/* sqrt(num / den) rounded to the nearest integer; 1 when 4 * num or the root does not fit. */
int c12__spc_root(c12__u128 num, c12__u128 den, int64_t *r);

/* data copied and judged; the rows of faults are those of its columns. */
c12_status c12__spc_open(c12_spc_data *d, const c12_spc_data *data, c12_error *err);
static inline int c12__spc_measured(int32_t kind) { return kind <= C12_SPC_I_MR; }
static inline int c12__spc_in(const c12_spc_data *d, int64_t i) { return !d->exclude || !d->exclude[i]; }
static inline int32_t c12__spc_size(const c12_spc_data *d) { return d->kind == C12_SPC_I_MR ? 1 : d->size; }

/* Value and spread of point i of measurements, in 1/C12_SPC_SCALE; the first moving range is -1.  1 on overflow. */
int c12__spc_point(const c12_spc_data *d, int64_t i, int64_t *value, int64_t *spread);

/* The memory of a watch takes one more point and says which of its rules fire. */
uint32_t c12__spc_step(c12_spc_watch *w, int64_t value);
uint32_t c12__spc_pattern_of(const c12_spc_watch *w, int32_t rule, int32_t *side);

/* Parameters of streams, judged, with their defaults. */
c12_status c12__spc_take_ewma(c12_spc_ewma *e, const c12_spc_ewma *from, c12_error *err);
c12_status c12__spc_take_cusum(c12_spc_cusum *k, const c12_spc_cusum *from, c12_error *err);

#endif
