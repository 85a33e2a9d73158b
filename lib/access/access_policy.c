/* SPDX-License-Identifier: Apache-2.0 */
/* Policies: the default one and the rules. */
#include "access/access_internal.h"

enum { DEFAULT_ROLES = 3, DEFAULT_ACTIONS = 12 };

/* production_operator may view_work_orders, start_work_order, report_completion, view_robot_status, and never modify_bom,
 * change_production_schedule, access_financials; quality_engineer may view_quality_data, create_ncr, approve_deviation,
 * access_test_results; it_admin may all.  close_ncr is ours: who created one may not close it. */
static const char access_roles[] = "production_operator" "quality_engineer" "it_admin";
static const int64_t access_role_off[DEFAULT_ROLES + 1] = { 0, 19, 35, 43 };
static const char access_actions[] = "view_work_orders" "start_work_order" "report_completion" "view_robot_status" "modify_bom" "change_production_schedule" "access_financials"
                                     "view_quality_data" "create_ncr" "approve_deviation" "access_test_results" "close_ncr";
static const int64_t access_action_off[DEFAULT_ACTIONS + 1] = { 0, 16, 32, 49, 66, 76, 102, 119, 136, 146, 163, 182, 191 };
static const int64_t access_grant_off[DEFAULT_ROLES + 1] = { 0, 4, 9, 10 }, access_restrict_off[DEFAULT_ROLES + 1] = { 0, 3, 3, 3 };
static const int32_t access_grants[10] = { 0, 1, 2, 3, 7, 8, 9, 10, 11, C12_ACCESS_ALL }, access_restricts[3] = { 4, 5, 6 }, access_did[1] = { 8 }, access_may_not[1] = { 11 };

c12_status c12_access_default(c12_access_policy *policy, c12_error *err)
{
    c12_access_policy p;
    c12_status st = c12__take(&p, sizeof p, policy, "policy", err);
    if (st) return st;
    p.n_roles = DEFAULT_ROLES;
    p.n_actions = DEFAULT_ACTIONS;
    p.n_apart = 1;
    p.role_text = (const uint8_t *)access_roles;
    p.role_off = access_role_off;
    p.action_text = (const uint8_t *)access_actions;
    p.action_off = access_action_off;
    p.grant_off = access_grant_off;
    p.grant = access_grants;
    p.restrict_off = access_restrict_off;
    p.restriction = access_restricts;
    p.apart_did = access_did;
    p.apart_may_not = access_may_not;
    c12__give(policy, &p, sizeof p);
    return C12_OK;
}

/* ---- rules ---------------------------------------------------------------------------------------------------------------- */

static void policy_names(const uint8_t *text, const int64_t *off, int32_t n, const char *name, c12__faults *f)
{
    if (n && (!text || !off || off[0])) { c12__fault(f, C12_E_ARG, "texts are NULL, or their offsets do not start at 0", name, -1, 0); return; }
    for (int32_t i = 0; i < n && !c12__full(f); i++) {
        if (off[i + 1] <= off[i]) { c12__fault(f, C12_E_RANGE, "a name is not empty, and offsets rise", name, i, off[i + 1]); return; }
        c12_view a = c12__access_text(text, off, i);
        for (int32_t k = 0; k < i; k++) {
            c12_view b = c12__access_text(text, off, k);
            if (a.size == b.size && !memcmp(a.ptr, b.ptr, a.size)) { c12__fault(f, C12_E_RANGE, "name stands twice", name, i, k); break; }
        }
    }
}

static void policy_list(const c12_access_policy *p, const int64_t *off, const int32_t *action, int32_t least, const char *name, c12__faults *f)
{
    if (!p->n_roles) return;
    if (!off || off[0]) { c12__fault(f, C12_E_ARG, "offsets are NULL, or do not start at 0", name, -1, 0); return; }
    for (int32_t r = 0; r < p->n_roles; r++)
        if (off[r + 1] < off[r]) { c12__fault(f, C12_E_RANGE, "offsets must not fall", name, r, off[r + 1]); return; }
    if (off[p->n_roles] && !action) { c12__fault(f, C12_E_ARG, "column is NULL", name, -1, 0); return; }
    for (int64_t k = 0; k < off[p->n_roles] && !c12__full(f); k++)
        if (action[k] < least || action[k] >= p->n_actions) c12__fault(f, C12_E_RANGE, "action lies outside the policy", name, k, action[k]);
}

static void policy_apart(const c12_access_policy *p, c12__faults *f)
{
    if (p->n_apart && (!p->apart_did || !p->apart_may_not)) { c12__fault(f, C12_E_ARG, "column is NULL", "apart_did", -1, 0); return; }
    for (int32_t k = 0; k < p->n_apart && !c12__full(f); k++) {
        if (p->apart_did[k] < 0 || p->apart_did[k] >= p->n_actions) c12__fault(f, C12_E_RANGE, "action lies outside the policy", "apart_did", k, p->apart_did[k]);
        if (p->apart_may_not[k] < 0 || p->apart_may_not[k] >= p->n_actions) c12__fault(f, C12_E_RANGE, "action lies outside the policy", "apart_may_not", k, p->apart_may_not[k]);
    }
}

c12_status c12__access_take_policy(c12_access_policy *p, const c12_access_policy *policy, c12_error *err)
{
    c12_status st = c12__take(p, sizeof *p, policy, "policy", err);
    if (st) return st;
    if (p->n_roles < 0 || p->n_roles > C12_ACCESS_MAX) return c12__fail(err, C12_E_RANGE, "roles are 0 to 65536", "n_roles", -1, p->n_roles);
    if (p->n_actions < 0 || p->n_actions > C12_ACCESS_MAX) return c12__fail(err, C12_E_RANGE, "actions are 0 to 65536", "n_actions", -1, p->n_actions);
    if (p->n_apart < 0) return c12__fail(err, C12_E_ARG, "count is negative", "n_apart", -1, p->n_apart);
    c12__faults f = { err, C12_OK, 0 };
    policy_names(p->role_text, p->role_off, p->n_roles, "role_off", &f);
    policy_names(p->action_text, p->action_off, p->n_actions, "action_off", &f);
    policy_list(p, p->grant_off, p->grant, C12_ACCESS_ALL, "grant", &f);
    if (p->restrict_off) policy_list(p, p->restrict_off, p->restriction, 0, "restriction", &f);
    policy_apart(p, &f);
    return f.status;
}

c12_status c12_access_policy_check(const c12_access_policy *policy, c12_error *err)
{
    c12_access_policy p;
    return c12__access_take_policy(&p, policy, err);
}
