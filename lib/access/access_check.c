/* SPDX-License-Identifier: Apache-2.0 */
/* Independent checker of a decision: the policy's lists read from the first to the last. */
#include "base/status.h"
#include "c12/access.h"

static int judge_lists(const int64_t *off, const int32_t *list, int32_t role, int32_t action)
{
    for (int64_t k = off[role]; k < off[role + 1]; k++)
        if (list[k] == action || list[k] == C12_ACCESS_ALL) return 1;
    return 0;
}

static int32_t judge_reason(const c12_access_policy *p, int32_t n_roles, const int32_t *role, int32_t action, int32_t n_did, const int32_t *did)
{
    int grants = 0, restricts = 0, apart = 0;
    for (int32_t k = 0; k < n_roles && action >= 0; k++) {
        grants |= judge_lists(p->grant_off, p->grant, role[k], action);
        restricts |= p->restrict_off && judge_lists(p->restrict_off, p->restriction, role[k], action);
    }
    for (int32_t k = 0; k < p->n_apart; k++)
        for (int32_t i = 0; i < n_did && p->apart_may_not[k] == action; i++) apart |= did[i] == p->apart_did[k];
    if (restricts) return C12_ACCESS_RESTRICTED;
    if (!grants) return C12_ACCESS_NO_GRANT;
    return apart ? C12_ACCESS_APART : C12_ACCESS_GRANTED;
}

c12_status c12_access_check(const c12_access_policy *policy, int32_t n_roles, const int32_t *role, int32_t action, int32_t n_did, const int32_t *did,
                            const c12_access_decision *decision, c12_verdict *verdict, c12_error *err)
{
    c12_access_policy p;
    c12_access_decision d;
    c12_verdict v;
    c12_status st = c12__take(&p, sizeof p, policy, "policy", err);
    if (st || (st = c12_access_policy_check(policy, err)) || (st = c12__take(&d, sizeof d, decision, "decision", err)) || (st = c12__take(&v, sizeof v, verdict, "verdict", err))) return st;
    for (int32_t k = 0; k < n_roles; k++)
        if (role[k] < 0 || role[k] >= p.n_roles) return c12__fail(err, C12_E_RANGE, "role lies outside the policy", "role", k, role[k]);
    int32_t reason = judge_reason(&p, n_roles, role, action, n_did, did);
    v.rule = d.reason != reason ? "reason is another" : d.allowed != (reason == C12_ACCESS_GRANTED) ? "allowed does not follow from the reason" : NULL;
    v.violations = v.rule != NULL;
    v.row = v.tick = -1;
    v.objective = reason;
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
