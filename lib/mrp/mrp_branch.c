/* SPDX-License-Identifier: Apache-2.0 */
/* What-if branches: copies of the ranks a branch changed, found by (branch, rank) in one open-addressed table. */
#include "mrp/mrp_plan.h"

static uint32_t copy_hash(const c12_mrp *self, int32_t branch, int32_t rank)
{
    return (((uint32_t)rank * 0x9E3779B1u) ^ ((uint32_t)branch * 0x85EBCA6Bu)) >> 3 & (uint32_t)self->hash_mask;
}

int32_t c12__mrp_find_copy(const c12_mrp *self, int32_t branch, int32_t rank)
{
    for (uint32_t h = copy_hash(self, branch, rank);; h = (h + 1) & (uint32_t)self->hash_mask) {
        int32_t k = self->hash[h];
        if (k < 0 || (self->copy[k].rank == rank && self->copy[k].branch == branch)) return k;
    }
}
