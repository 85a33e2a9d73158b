/* SPDX-License-Identifier: Apache-2.0 */
/* Sales in the store. */
#include "io/store/store_steps.h"
#include <string.h>

c12_status c12io_store_sale(c12io_store *self, const c12_flow_sales *sales, const c12_flow_steps *steps, const int32_t *refusal, const c12_flow_postings *postings, const c12io_store_names *names, int64_t *stored, c12_error *err)
{
    c12_flow_sales p = C12_INIT(c12_flow_sales);
    if (!sales) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "store: argument is NULL");
    memcpy(&p, sales, sales->struct_size < sizeof p ? sales->struct_size : sizeof p);
    const c12io_store_names by = c12io__store_names(names);
    const c12io__doc_column columns[] = {
        { .name = "item", .fixed = 1, .narrow = p.item, .names = by.item },
        { .name = "material", .fixed = 1, .narrow = p.material, .names = by.item },
        { .name = "ordered", .fixed = 1, .wide = p.ordered },
        { .name = "price", .fixed = 1, .wide = p.price },
        { .name = "standard", .fixed = 1, .wide = p.standard },
        { .name = "created_ns", .fixed = 1, .wide = p.created },
        { .name = "state", .narrow = p.state, .word = c12_flow_sale_state_name },
        { .name = "work_state", .narrow = p.work_state, .word = c12_order_state_name },
        { .name = "steps", .count = p.steps },
        { .name = "last_ns", .wide = p.last },
        { .name = "made", .wide = p.made },
        { .name = "shipped", .wide = p.shipped },
        { .name = "billed", .wide = p.billed },
        { .name = "wip", .wide = p.wip },
        { .name = "open_amount", .wide = p.open },
    };
    const c12io__documents d = { "sale", "sales", c12_flow_sale_step_name, p.n, sizeof columns / sizeof *columns, columns, p.steps };
    return c12io__store_documents(self, &d, steps, refusal, postings, names, stored, err);
}
