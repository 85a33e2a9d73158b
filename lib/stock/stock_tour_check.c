/* SPDX-License-Identifier: Apache-2.0 */
/* Independent checker of a tour: distances between one stop and the next, by the shorter cross aisle. */
#include "base/status.h"
#include "c12/stock.h"

static int64_t tour_between(const c12_stock_block *b, int32_t aisle, int64_t at, int32_t to_aisle, int64_t to)
{
    if (aisle == to_aisle) return at > to ? at - to : to - at;
    int64_t front = at + to, back = 2 * b->length - at - to, across = (int64_t)(aisle > to_aisle ? aisle - to_aisle : to_aisle - aisle) * b->pitch;
    return across + (front < back ? front : back);
}

static int tour_has(const int32_t *order, int32_t n, int32_t pick)
{
    for (int32_t k = 0; k < n; k++)
        if (order[k] == pick) return 1;
    return 0;
}

c12_status c12_stock_tour_check(const c12_stock_block *block, int32_t n, const int32_t *aisle, const int64_t *position, const int32_t *order, int64_t length,
                                c12_verdict *verdict, c12_error *err)
{
    c12_stock_block b;
    c12_verdict v;
    c12_status st = c12__take(&b, sizeof b, block, "block", err);
    if (st || (st = c12__take(&v, sizeof v, verdict, "verdict", err))) return st;
    if (n < 0 || (n && (!aisle || !position || !order))) return c12__fail(err, C12_E_ARG, "count is negative or a column is NULL", "n", -1, n);
    int64_t sum = 0, at = 0;
    int32_t in = b.depot;
    v.violations = 0;
    v.rule = NULL;
    v.row = v.tick = -1;
    for (int32_t k = 0; k < n && !v.violations; k++) {
        if (order[k] >= 0 && order[k] < n && !tour_has(order, k, order[k])) {
            sum += tour_between(&b, in, at, aisle[order[k]], position[order[k]]);
            in = aisle[order[k]];
            at = position[order[k]];
            continue;
        }
        v.violations = 1;
        v.rule = "order is not each pick once";
        v.row = k;
    }
    sum += tour_between(&b, in, at, b.depot, 0);
    if (!v.violations && sum != length) { v.violations = 1; v.rule = "length is not the way's"; }
    v.objective = sum;
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
