/* SPDX-License-Identifier: Apache-2.0 */
/* Shop: nonconformances graded and applied to the states of their work orders. */
#include "c12/order.h"
#include "flow/flow_internal.h"

static c12_status check_report_rows(const c12_ncr_batch *in, const int64_t *work, const c12_ns *created, int64_t n_work, const int32_t *state, const c12_flow_effects *o, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    if (in->n > 0 && (!work || !created || !state || !o->grade || !o->reason || !o->before || !o->after || !o->due)) c12__fault(&f, C12_E_ARG, "column is NULL", "effects", -1, 0);
    for (int32_t r = 0; !f.status && r < in->n; r++)
        if (work[r] < 0 || work[r] >= n_work) c12__fault(&f, C12_E_RANGE, "no such work order", "work", r, work[r]);
    return f.status;
}

/* A critical report holds what can be held; everything else leaves the order as it is. */
static int32_t state_after(int32_t state, int32_t grade)
{
    int32_t next = state;
    if (grade == C12_NCR_CRITICAL && c12_order_move(state, C12_ORDER_HOLD, &next, NULL)) return state;
    return next;
}

c12_status c12_flow_shop_report(const c12_ncr_policy *policy, const c12_ncr_batch *reports, const int64_t *work,
                                const c12_ns *created, int64_t n_work, int32_t *state, c12_flow_effects *out, c12_error *err)
{
    c12_ncr_batch in;
    c12_flow_effects o;
    c12_status s = c12__take(&in, sizeof in, reports, "reports", err);
    if (!s) s = c12__take(&o, sizeof o, out, "out", err);
    if (!s) s = check_report_rows(&in, work, created, n_work, state, &o, err);
    if (!s) s = c12_ncr_grade(policy, reports, o.grade, o.reason, NULL, err);
    if (!s) s = c12_ncr_due(policy, in.n, o.grade, created, o.due, err);
    if (s) return s;
    for (int32_t r = 0; r < in.n; r++) {
        o.before[r] = state[work[r]];
        o.after[r] = state[work[r]] = state_after(state[work[r]], o.grade[r]);
    }
    return C12_OK;
}
