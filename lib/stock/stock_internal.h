/* SPDX-License-Identifier: Apache-2.0 */
/* The balances' handle. */
#ifndef C12_STOCK_INTERNAL_H
#define C12_STOCK_INTERNAL_H

#include "base/arena.h"
#include "base/num.h"
#include "base/status.h"
#include "c12/stock.h"

/* One balance; those of an item are linked. */
typedef struct c12__stock_slot { int32_t item, location, lot, next; c12_qty on_hand, reserved; } c12__stock_slot;

struct c12_stock {
    c12_host host;
    void *owned_ptr;
    size_t owned;
    c12_stock_dims dims;
    c12_stock_master master;
    c12__stock_slot *slot;     /* [dims.balances], the first n_slots in use */
    int32_t *table;            /* [n_table] hash index, -1 = free */
    int32_t *head;             /* [dims.items] first slot of an item, -1 = none */
    c12_qty *on_hand, *held;   /* [dims.items] sums of slots */
    int32_t n_slots, n_table;  /* n_table: a power of two >= 2 * balances */
    int32_t loaded, reserved;
};

int32_t c12__stock_find(const c12_stock *s, int32_t item, int32_t location, int32_t lot); /* -1 = no such balance */
c12_status c12__stock_ids(const c12_stock *s, int32_t item, int32_t location, int32_t lot, int64_t row, c12_error *err);

#endif
