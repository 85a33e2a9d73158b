/* SPDX-License-Identifier: Apache-2.0 */
/* Stable least-significant-digit radix sort of rows by an int64 key: O(n * digits that differ), the same order everywhere. */
#ifndef C12_BASE_SORT_H
#define C12_BASE_SORT_H

#include "base/status.h"

/* order [n] receives the rows 0..n-1 sorted by key ascending, equal keys in row order; scratch [n] is overwritten. */
void c12__sort_rows(const int64_t *key, int32_t n, int32_t *order, int32_t *scratch);

/* The same, starting from the order given: sorting by a second key keeps the first as tie-break. */
void c12__sort_rows_again(const int64_t *key, int32_t n, int32_t *order, int32_t *scratch);

#endif
