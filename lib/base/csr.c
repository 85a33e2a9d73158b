/* SPDX-License-Identifier: Apache-2.0 */
#include "base/csr.h"

void c12__csr_check(c12__faults *f, const int64_t *off, int64_t rows, const char *field, int64_t *n)
{
    *n = 0;
    if (!off) {
        if (rows) c12__fault(f, C12_E_ARG, "offset column is NULL", field, -1, 0);
        return;
    }
    if (off[0]) c12__fault(f, C12_E_RANGE, "offsets must start at 0", field, 0, off[0]);
    for (int64_t i = 0; i < rows && !c12__full(f); i++)
        if (off[i + 1] < off[i]) c12__fault(f, C12_E_RANGE, "offsets must not fall", field, i + 1, off[i + 1]);
    *n = off[rows];
}

void c12__csr_by_key(const int32_t *key, int64_t n, int32_t keys, int64_t *off, int64_t *entry)
{
    memset(off, 0, ((size_t)keys + 1) * sizeof *off);
    for (int64_t e = 0; e < n; e++) off[key[e] + 1]++;
    for (int32_t k = 0; k < keys; k++) off[k + 1] += off[k];
    for (int64_t e = 0; e < n; e++) entry[off[key[e]]++] = e;
    for (int32_t k = keys; k > 0; k--) off[k] = off[k - 1]; /* the fill moved each start to the next row's */
    off[0] = 0;
}
