/* SPDX-License-Identifier: Apache-2.0 */
/* Compressed sparse rows: row i owns entries off[i] .. off[i+1]-1.  The one shape of every one-to-many table in libc12. */
#ifndef C12_BASE_CSR_H
#define C12_BASE_CSR_H

#include "base/status.h"

/* off starts at 0, never falls; every fault is named.  Returns the entry count through *n (0 when off is NULL and rows == 0). */
void c12__csr_check(c12__faults *f, const int64_t *off, int64_t rows, const char *field, int64_t *n);

/* Transpose by counting: entry e of row i with key[e] becomes an entry of row key[e] holding e, in ascending e.
 * off [keys + 1], entry [n], both caller's.  O(n + keys). */
void c12__csr_by_key(const int32_t *key, int64_t n, int32_t keys, int64_t *off, int64_t *entry);

#endif
