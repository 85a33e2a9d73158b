/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/shop/flow_books_check.h"

static int flow_happened(const c12__flow_history *h, int64_t step) { return step >= 0 && step < h->s.n && !h->refusal[step]; }

c12_money c12__flow_sum(const c12__flow_history *h, int32_t row, int64_t step, int32_t account)
{
    c12_money sum = 0;
    for (int64_t i = 0; i < h->o.n_entries; i++) {
        const int64_t of = h->o.entry_step[i];
        if (!flow_happened(h, of)) return INT64_MIN;
        if ((step >= 0 ? of == step : h->s.row[of] == row) && (account < 0 || h->o.entry_account[i] == account) && c12__add64(sum, h->o.entry_amount[i], &sum)) return INT64_MIN;
    }
    return sum;
}

c12_qty c12__flow_lies(const c12__flow_history *h, int32_t row, int32_t item, int32_t other, int32_t location)
{
    c12_qty sum = 0;
    for (int64_t i = 0; i < h->o.n_moves; i++) {
        const int64_t of = h->o.move_step[i];
        if (!flow_happened(h, of) || h->o.move_qty[i] < 1) return INT64_MIN;
        if (h->s.row[of] != row) continue;
        if (h->o.move_item[i] != item && h->o.move_item[i] != other) return INT64_MIN;
        if (h->o.move_item[i] != item) continue;
        if (h->o.move_to[i] == location && c12__add64(sum, h->o.move_qty[i], &sum)) return INT64_MIN;
        if (h->o.move_from[i] == location && c12__sub64(sum, h->o.move_qty[i], &sum)) return INT64_MIN;
    }
    return sum;
}

static void judge_step(const c12__flow_history *h, const c12__flow_trial *t, int64_t i, c12_verdict *v)
{
    const int wrong = h->refusal[i] != t->objection(t->self, i);
    v->objective += !h->refusal[i];
    if (!wrong && (h->refusal[i] || !c12__flow_sum(h, -1, i, -1))) return;
    v->violations = 1;
    v->row = i;
    v->field = wrong ? "refusal" : "entry_amount";
    v->rule = wrong ? "step is refused or accepted for the wrong reason" : "entries of a step do not balance";
}

c12_status c12__flow_judge(c12__flow_history *h, const c12_flow_postings *postings, const c12__flow_trial *t, c12_verdict *verdict, c12_error *err)
{
    c12_status s = c12__take(&h->o, sizeof h->o, postings, "postings", err);
    if (s) return s;
    if (!verdict || (h->s.n && !h->refusal) || h->o.n_moves > h->o.move_cap || h->o.n_entries > h->o.entry_cap) return c12__fail(err, C12_E_ARG, "argument is NULL or a list is not whole", "verdict", -1, 0);
    c12_verdict v = C12_INIT(c12_verdict);
    v.row = v.tick = -1;
    for (int64_t i = 0; i < h->s.n && !v.violations; i++) judge_step(h, t, i, &v);
    for (int32_t r = 0; r < t->n && !v.violations; r++) {
        if (!(v.field = t->wrong(t->self, r))) continue;
        v.violations = 1;
        v.row = r;
        v.rule = t->rule;
    }
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
