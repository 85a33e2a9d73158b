/* SPDX-License-Identifier: Apache-2.0 */
#include "cost/cost_internal.h"

/* goods == good * standard without multiplying: exact division, and zero only for zero. */
static int stands_at_standard(int64_t goods, int64_t good, int64_t standard)
{
    if (!good || !standard) return goods == 0;
    return goods % good == 0 && goods / good == standard;
}

static const char *broken_rule(const c12_cost_orders *o, const c12_cost_journal *j, int32_t i)
{
    if (!stands_at_standard(j->goods[i], o->good[i], o->standard[i])) return "finished goods do not stand at standard";
    uint64_t actual = (uint64_t)o->material[i] + (uint64_t)o->labour[i] + (uint64_t)o->overhead[i];
    if ((uint64_t)j->wip[i] + actual) return "work in progress is not relieved of its actual cost";
    if ((uint64_t)j->goods[i] + (uint64_t)j->wip[i] + (uint64_t)j->variance[i]) return "entry does not balance";
    return NULL;
}

c12_status c12_cost_check(const c12_cost_orders *in, const c12_cost_journal *journal, c12_verdict *verdict, c12_error *err)
{
    c12_cost_orders o;
    c12_cost_journal j;
    c12_status s = c12__cost_open(&o, in, err);
    if (s || (s = c12__cost_take_journal(&j, o.n, journal, err))) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12_verdict v = C12_INIT(c12_verdict);
    v.row = v.tick = -1;
    for (int32_t i = 0; i < o.n; i++) {
        const char *rule = broken_rule(&o, &j, i);
        if (rule && !v.violations++) { v.rule = rule; v.row = i; }
        if (c12__add64(v.objective, j.variance[i], &v.objective)) v.objective = j.variance[i] < 0 ? INT64_MIN : INT64_MAX;
    }
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
