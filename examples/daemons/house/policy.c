/* SPDX-License-Identifier: Apache-2.0 */
/* The roles a plant begins with; roles.csv (effect,role,action,other, as `c12 access` reads it) takes their place when the configuration names one.
 * The source document's three roles are among them with what it grants and restricts; the others follow from what the daemons do. */
#include "door.h"
#include "c12/io.h"
#include <stdlib.h>
#include <string.h>

static const char *const built_in[][2] = {
    { "viewer", "view_work_orders|view_robot_status|view_inventory|view_plan|view_alerts|view_quality_data|view_telemetry|view_sales_orders" },
    { "production_operator", "view_work_orders|start_work_order|report_completion|view_robot_status|view_inventory|view_plan|view_alerts|create_ncr|stop_robot|inspect|-modify_bom|-change_production_schedule|-access_financials" },
    { "quality_engineer", "view_quality_data|create_ncr|approve_deviation|access_test_results|inspect|investigate_ncr|close_ncr|sign_document|view_work_orders|view_robot_status|view_alerts|clear_alert|view_plan|stop_robot" },
    { "quality_manager", "view_quality_data|create_ncr|approve_deviation|access_test_results|inspect|investigate_ncr|close_ncr|sign_document|manage_documents|manage_training|view_work_orders|view_robot_status|view_alerts|clear_alert|view_plan|stop_robot|view_audit|view_suppliers" },
    { "planner", "view_work_orders|start_work_order|create_sales_order|view_sales_orders|view_inventory|adjust_inventory|view_purchase_orders|view_own_purchase_orders|create_purchase_order|view_plan|change_production_schedule|modify_bom|access_financials|view_robot_status|view_alerts|clear_alert|view_quality_data|view_suppliers|view_telemetry" },
    { "fleet_operator", "view_robot_status|create_task|pause_robot|stop_robot|block_lane|view_alerts|clear_alert|view_telemetry|view_work_orders|view_plan" },
    { "robot", "report_robot|write_telemetry|view_own_orders|stop_robot" },
    { "gateway", "write_telemetry|create_task|create_sales_order|inspect|create_ncr|report_completion|view_robot_status|view_plan|view_inventory" },
    { "connector", "read_outbox|write_inbox|report_robot|view_robot_status|create_task|view_alerts|view_inventory|view_sales_orders|view_purchase_orders|view_own_purchase_orders|view_work_orders|view_telemetry" },
    { "supplier", "view_own_purchase_orders" },
    { "it_admin", "all" },
};

/* ---- names as texts and offsets -------------------------------------------------------------------------------------------------------- */

static int32_t words_id(words *w, const char *s, size_t n)
{
    for (int32_t k = 0; k < w->n; k++)
        if (w->off[k + 1] - w->off[k] == (int64_t)n && !memcmp(w->text + w->off[k], s, n)) return k;
    if (w->n == DOOR_WORDS || (size_t)w->off[w->n] + n > sizeof w->text) return -1;
    memcpy(w->text + w->off[w->n], s, n);
    w->off[w->n + 1] = w->off[w->n] + (int64_t)n;
    return w->n++;
}

static int rules_add(rules *r, int effect, int32_t role, int32_t action)
{
    if (r->n == DOOR_RULES || role < 0 || (action < 0 && action != C12_ACCESS_ALL)) return -1;
    r->effect[r->n] = effect;
    r->role[r->n] = role;
    r->action[r->n++] = action;
    return 0;
}

/* Rows by effect, then role. */
static void rules_group(rules *r)
{
    int64_t *const off[2] = { r->grant_off, r->restrict_off };
    int32_t *const column[2] = { r->grant, r->restriction };
    for (int e = 0; e < 2; e++) {
        int64_t n = 0;
        for (int32_t role = 0; role < r->roles.n; role++) {
            off[e][role] = n;
            for (int32_t k = 0; k < r->n; k++) if (r->effect[k] == e && r->role[k] == role) column[e][n++] = r->action[k];
        }
        off[e][r->roles.n] = n;
    }
    r->policy = (c12_access_policy){ .struct_size = sizeof r->policy, .n_roles = r->roles.n, .n_actions = r->actions.n, .n_apart = r->n_apart, .role_text = r->roles.text, .role_off = r->roles.off,
        .action_text = r->actions.text, .action_off = r->actions.off, .grant_off = r->grant_off, .grant = r->grant, .restrict_off = r->restrict_off, .restriction = r->restriction,
        .apart_did = r->did, .apart_may_not = r->may_not };
}

void policy_built_in(rules *r)
{
    memset(r, 0, sizeof *r);
    for (size_t k = 0; k < sizeof built_in / sizeof *built_in; k++) {
        int32_t role = words_id(&r->roles, built_in[k][0], strlen(built_in[k][0]));
        for (const char *at = built_in[k][1]; *at;) {
            int away = *at == '-';
            size_t n = strcspn(at += away, "|");
            int all = n == 3 && !strncmp(at, "all", 3);
            (void)rules_add(r, away, role, all ? C12_ACCESS_ALL : words_id(&r->actions, at, n));
            at += n + (at[n] == '|');
        }
    }
    r->did[0] = words_id(&r->actions, "create_ncr", 10);
    r->may_not[0] = words_id(&r->actions, "close_ncr", 9);
    r->n_apart = 1;
    rules_group(r);
}

void policy_know(rules *r, const char *action)
{
    (void)words_id(&r->actions, action, strlen(action));
    rules_group(r);
}

/* ---- roles.csv ---------------------------------------------------------------------------------------------------------------------------- */

static int cell_is(c12_view v, const char *word) { return v.size == strlen(word) && !memcmp(v.ptr, word, v.size); }

static const char *policy_row(rules *r, const c12io_table *t, int64_t row)
{
    c12_view effect = c12io_table_cell(t, row, 0), role = c12io_table_cell(t, row, 1), action = c12io_table_cell(t, row, 2), other = c12io_table_cell(t, row, 3);
    int all = cell_is(action, "all"), apart = cell_is(effect, "apart"), away = cell_is(effect, "restrict");
    if (!apart && !away && !cell_is(effect, "grant")) return "effect: write grant, restrict or apart";
    if (!action.size) return "action: is missing";
    if (apart) {
        if (!other.size) return "other: who did `action` may not do what?";
        if (r->n_apart == DOOR_APART) return "too many rows with apart";
        r->did[r->n_apart] = words_id(&r->actions, (const char *)action.ptr, action.size);
        r->may_not[r->n_apart++] = words_id(&r->actions, (const char *)other.ptr, other.size);
        return NULL;
    }
    if (!role.size) return "role: is missing";
    if (away && all) return "action: a role that may do nothing gets no grant; restrict what it names";
    return rules_add(r, away, words_id(&r->roles, (const char *)role.ptr, role.size), all ? C12_ACCESS_ALL : words_id(&r->actions, (const char *)action.ptr, action.size)) ? "too many rules" : NULL;
}

int policy_read(rules *r, const char *path, char *why, size_t cap)
{
    static const c12io_column columns[] = { { "effect", 1, 0 }, { "role", 0, 0 }, { "action", 1, 0 }, { "other", 0, 0 } };
    char text[400] = "";
    c12_error err = C12_INIT(c12_error);
    c12io_table *t = NULL;
    const char *fault = NULL;
    err.text = text;
    err.text_cap = sizeof text;
    memset(r, 0, sizeof *r);
    if (c12io_table_read(&t, path, columns, 4, &err)) return snprintf(why, cap, "%s", text[0] ? text : path), -1;
    int64_t row = 0;
    while (!fault && row < c12io_table_rows(t)) fault = policy_row(r, t, row++);
    if (fault) snprintf(why, cap, "%s:%lld:%s", path, (long long)c12io_table_line(t, row - 1), fault);
    c12io_table_free(t);
    if (fault) return -1;
    rules_group(r);
    err.text_cap = sizeof text;
    if (!c12_access_policy_check(&r->policy, &err)) return 0;
    return snprintf(why, cap, "%s: %s", path, err.what ? err.what : "rules contradict themselves"), -1;
}
