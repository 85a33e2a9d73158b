/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/shop/flow_books.h"

int c12__flow_too_large(c12_qty qty, c12_money price)
{
    int64_t all;
    return c12__mul64(qty, price, &all) || all > C12__FLOW_MOST;
}

c12_status c12__flow_take_postings(c12_flow_postings *p, const c12_flow_postings *from, int64_t moves, int64_t entries, c12_error *err)
{
    c12_status s = c12__take(p, sizeof *p, from, "postings", err);
    if (s) return s;
    if (p->move_cap < moves) return c12__fail(err, C12_E_SPACE, "no room for so many movements", "move_cap", -1, moves);
    if (p->entry_cap < entries) return c12__fail(err, C12_E_SPACE, "no room for so many entries", "entry_cap", -1, entries);
    if (moves && (!p->move_step || !p->move_kind || !p->move_item || !p->move_from || !p->move_to || !p->move_qty)) return c12__fail(err, C12_E_ARG, "column is NULL", "move_step", -1, 0);
    if (entries && (!p->entry_step || !p->entry_account || !p->entry_amount)) return c12__fail(err, C12_E_ARG, "column is NULL", "entry_step", -1, 0);
    p->n_moves = p->n_entries = 0;
    return C12_OK;
}

void c12__flow_move(c12_flow_postings *p, int64_t step, int32_t kind, int32_t item, int32_t from, int32_t to, c12_qty qty)
{
    const int64_t i = p->n_moves;
    if (!qty) return;
    p->move_step[i] = step; p->move_kind[i] = kind; p->move_item[i] = item; p->move_from[i] = from; p->move_to[i] = to; p->move_qty[i] = qty;
    p->n_moves++;
}

void c12__flow_entry(c12_flow_postings *p, int64_t step, int32_t account, c12_money amount)
{
    const int64_t i = p->n_entries;
    if (!amount) return;
    p->entry_step[i] = step; p->entry_account[i] = account; p->entry_amount[i] = amount;
    p->n_entries++;
}
