/* SPDX-License-Identifier: Apache-2.0 */
/* Independent checker of a place to put something: looks at all locations. */
#include "base/status.h"
#include "c12/stock.h"

/* The best location among those of a zone, -1 = any zone. */
static int32_t space_look(const c12_stock_places *p, int32_t zone, int64_t size)
{
    int32_t best = -1;
    for (int32_t i = 0; i < p->n_locations; i++) {
        if (p->free[i] < size || (zone >= 0 && p->zone[i] != zone)) continue;
        if (best < 0 || p->distance[i] < p->distance[best]) best = i;
    }
    return best;
}

c12_status c12_stock_putaway_check(const c12_stock_places *places, int32_t zone, int64_t size, int32_t location, int32_t elsewhere, c12_verdict *verdict,
                                   c12_error *err)
{
    c12_stock_places p;
    c12_verdict v;
    c12_status st = c12__take(&p, sizeof p, places, "places", err);
    if (st || (st = c12__take(&v, sizeof v, verdict, "verdict", err))) return st;
    if (p.n_locations < 0 || (p.n_locations && (!p.zone || !p.free || !p.distance))) return c12__fail(err, C12_E_ARG, "count is negative or a column is NULL", "places", -1, 0);
    int32_t best = space_look(&p, zone, size), other = best < 0;
    if (best < 0) best = space_look(&p, -1, size);
    v.violations = 0;
    v.rule = NULL;
    v.row = best;
    v.tick = -1;
    if (location != best) v.rule = location < 0 ? "there is room" : best < 0 ? "there is no room" : "another location is better";
    else if (elsewhere != (other && best >= 0 && zone >= 0)) v.rule = "zone is told wrong";
    v.violations = v.rule != NULL;
    v.objective = best < 0 ? -1 : p.distance[best];
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
