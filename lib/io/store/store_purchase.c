/* SPDX-License-Identifier: Apache-2.0 */
/* Purchases in the store. */
#include "io/store/store_steps.h"
#include <string.h>

c12_status c12io_store_purchase(c12io_store *self, const c12_flow_purchases *purchases, const c12_flow_steps *steps, const int32_t *refusal, const c12_flow_postings *postings, const c12io_store_names *names, int64_t *stored, c12_error *err)
{
    c12_flow_purchases p = C12_INIT(c12_flow_purchases);
    if (!purchases) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "store: argument is NULL");
    memcpy(&p, purchases, purchases->struct_size < sizeof p ? purchases->struct_size : sizeof p);
    const c12io_store_names by = c12io__store_names(names);
    const c12io__doc_column columns[] = {
        { .name = "item", .fixed = 1, .narrow = p.item, .names = by.item },
        { .name = "requested", .fixed = 1, .wide = p.requested },
        { .name = "expected", .fixed = 1, .wide = p.expected },
        { .name = "standard", .fixed = 1, .wide = p.standard },
        { .name = "requester", .fixed = 1, .narrow = p.requester, .names = by.person },
        { .name = "created_ns", .fixed = 1, .wide = p.created },
        { .name = "state", .narrow = p.state, .word = c12_flow_purchase_state_name },
        { .name = "steps", .count = p.steps },
        { .name = "last_ns", .wide = p.last },
        { .name = "ordered", .wide = p.ordered },
        { .name = "price", .wide = p.price },
        { .name = "arrived", .wide = p.arrived },
        { .name = "accepted", .wide = p.accepted },
        { .name = "invoiced", .wide = p.invoiced },
        { .name = "owed", .wide = p.owed },
    };
    const c12io__documents d = { "purchase", "purchases", c12_flow_purchase_step_name, p.n, sizeof columns / sizeof *columns, columns, p.steps };
    return c12io__store_documents(self, &d, steps, refusal, postings, names, stored, err);
}
