/* SPDX-License-Identifier: Apache-2.0 */
/* The endpoints of orders, stock and plans. */
#include "mes_web.h"

static const field run_fields[] = { { "work", FIELD_INT, 0, 1, 1000000, NULL, NULL, "search effort; the plant's own when not given" }, FIELDS_END };
static const field edit_fields[] = {
    { "kind", FIELD_WORD, 1, 0, 0, "shift|supplier|rush|robots|move", NULL, "what would be otherwise" },
    { "supplier", FIELD_TEXT, 0, 1, 64, NULL, NULL, "supplier: which; all when not given" },
    { "days", FIELD_INT, 0, -30, 365, NULL, NULL, "supplier: so many days later; 14" },
    { "item", FIELD_TEXT, 0, 1, 64, NULL, NULL, "rush: which item" },
    { "qty", FIELD_INT, 0, 1, 100000, NULL, NULL, "rush: how many; 1" },
    { "due_day", FIELD_INT, 0, 0, 4095, NULL, NULL, "rush: wanted on that day of the plan; 5" },
    { "n", FIELD_INT, 0, -1000, 1000, NULL, NULL, "robots: so many more; 10" },
    { "work_order", FIELD_TEXT, 0, 1, 32, NULL, NULL, "move: which waits" },
    { "step", FIELD_INT, 0, 0, 1000, NULL, NULL, "move: which operation was dragged" },
    { "start_min", FIELD_INT, 0, 0, 6000000, NULL, NULL, "move: until that minute of the plan" },
    { "machine", FIELD_TEXT, 0, 1, 64, NULL, NULL, "move: where it was dropped" },
    FIELDS_END,
};
static const field branch_fields[] = { { "name", FIELD_TEXT, 1, 1, 60, NULL, NULL, "what people call it" }, { "edits", FIELD_ROWS, 1, 1, MES_EDITS, NULL, edit_fields, "what would be otherwise" }, FIELDS_END };
static const field sale_fields[] = {
    { "customer", FIELD_TEXT, 1, 1, 60, NULL, NULL, "who asks" },
    { "item", FIELD_TEXT, 1, 1, 64, NULL, NULL, "for what" },
    { "qty", FIELD_INT, 1, 1, 100000, NULL, NULL, "how many" },
    { "due", FIELD_TIME, 1, 0, 0, NULL, NULL, "wanted on that day" },
    { "rush", FIELD_BOOL, 0, 0, 0, NULL, NULL, "it goes before the others" },
    FIELDS_END,
};
static const field move_fields[] = {
    { "kind", FIELD_WORD, 1, 0, 0, "receipt|issue|adjustment|scrap", NULL, "what happened" },
    { "qty", FIELD_INT, 1, -1000000000, 1000000000, NULL, NULL, "quanta; an adjustment may be negative" },
    { "reference", FIELD_TEXT, 0, 0, 100, NULL, NULL, "why" },
    FIELDS_END,
};
static const field buy_fields[] = {
    { "item", FIELD_TEXT, 1, 1, 64, NULL, NULL, "what" },
    { "supplier", FIELD_TEXT, 1, 1, 64, NULL, NULL, "from whom" },
    { "qty", FIELD_INT, 1, 1, 1000000000, NULL, NULL, "how many; the supplier's minimum and multiple hold" },
    { "due", FIELD_TIME, 1, 0, 0, NULL, NULL, "wanted on that day" },
    FIELDS_END,
};
static const field work_fields[] = {
    { "kind", FIELD_WORD, 1, 0, 0, "release|start|complete|ship|hold|resume|rework|scrap", NULL, "the move" },
    { "reason", FIELD_TEXT, 0, 0, 200, NULL, NULL, "why" },
    FIELDS_END,
};
static const field production_fields[] = {
    { "work_order", FIELD_TEXT, 1, 1, 32, NULL, NULL, "for which" },
    { "machine", FIELD_TEXT, 1, 1, 64, NULL, NULL, "on which" },
    { "minutes", FIELD_INT, 1, 0, 100000, NULL, NULL, "how long it ran" },
    { "ideal_minutes", FIELD_INT, 0, 0, 100000, NULL, NULL, "how long it should have; as long when not given" },
    { "produced", FIELD_INT, 1, 0, 1000000, NULL, NULL, "pieces" },
    { "good", FIELD_INT, 0, 0, 1000000, NULL, NULL, "of them good; all when not given" },
    { "reason", FIELD_TEXT, 0, 0, 80, NULL, NULL, "what was lost, and why" },
    FIELDS_END,
};
static const field kpi_query[] = { { "minutes", FIELD_INT, 0, 1, 1000000, NULL, NULL, "back from now; a day when not given" }, FIELDS_END };
static const field import_query[] = { { "dry_run", FIELD_WORD, 0, 0, 0, "yes|no", NULL, "yes, unless it says no: only say what would change" }, FIELDS_END };

const endpoint mes_endpoints[] = {
    { "GET", "/api/v1/plan", "view_plan", RUN_READ, 0, plan_get, NULL, NULL, "The plan in force: work orders and operations", 0 },
    { "GET", "/api/v1/plan/orders", "view_plan", RUN_READ, 0, plan_orders, NULL, NULL, "Sales orders with their dates, and why some are late", 0 },
    { "GET", "/api/v1/plan/orders/{order}", "view_plan", RUN_READ, 0, plan_order, NULL, NULL, "One of them, with what it is made of", 0 },
    { "GET", "/api/v1/plan/load", "view_plan", RUN_READ, 0, plan_load, NULL, NULL, "Rough-cut load and open minutes by station and day", 0 },
    { "POST", "/api/v1/plan/runs", "change_production_schedule", RUN_WORK, 0, plan_run, NULL, run_fields, "Plan anew", 0 },
    { "POST", "/api/v1/plan/undo", "change_production_schedule", RUN_WRITE, 0, plan_undo, NULL, NULL, "Back to the plan before", 0 },
    { "GET", "/api/v1/plan/branches", "view_plan", RUN_READ, 0, branches_get, NULL, NULL, "What-if plans", 0 },
    { "POST", "/api/v1/plan/branches", "change_production_schedule", RUN_WORK, 0, branch_post, NULL, branch_fields, "What if: another plan, and how it differs", 0 },
    { "GET", "/api/v1/plan/branches/{branch}", "view_plan", RUN_READ, 0, branch_get, NULL, NULL, "How it differs from the plan in force", 0 },
    { "POST", "/api/v1/plan/branches/{branch}/commit", "change_production_schedule", RUN_WRITE, 0, branch_commit, NULL, NULL, "It is the plan from now on", 0 },
    { "DELETE", "/api/v1/plan/branches/{branch}", "change_production_schedule", RUN_WRITE, 0, branch_drop, NULL, NULL, "Forget it", 0 },
    { "GET", "/api/v1/sales-orders", "view_sales_orders", RUN_READ, 0, sales_get, page_query, NULL, "Sales orders, latest first", 0 },
    { "POST", "/api/v1/sales-orders", "create_sales_order", RUN_WORK, 0, sales_post, NULL, sale_fields, "A sales order; the answer promises its date", 0 },
    { "GET", "/api/v1/sales-orders/{order}", "view_sales_orders", RUN_READ, 0, sale_get, NULL, NULL, "One of them", 0 },
    { "GET", "/api/v1/inventory", "view_inventory", RUN_READ, 0, stock_list, page_query, NULL, "Stock by item", 0 },
    { "GET", "/api/v1/inventory/{part_number}", "view_inventory", RUN_READ, 0, stock_get, NULL, NULL, "One item and its latest movements", 0 },
    { "POST", "/api/v1/inventory/{part_number}/transactions", "adjust_inventory", RUN_WRITE, 0, stock_post, NULL, move_fields, "A movement", 0 },
    { "GET", "/api/v1/purchase-orders", "view_own_purchase_orders", RUN_READ, 0, buys_get, page_query, NULL, "Purchase orders; a supplier sees its own", 0 },
    { "POST", "/api/v1/purchase-orders", "create_purchase_order", RUN_WRITE, 0, buy_post, NULL, buy_fields, "A purchase order, which the next plan counts on", 0 },
    { "GET", "/api/v1/work-orders", "view_work_orders", RUN_READ, 0, work_get, page_query, NULL, "Work orders of the plan and their states", 0 },
    { "GET", "/api/v1/work-orders/{work_order}", "view_work_orders", RUN_READ, 0, work_one, NULL, NULL, "One of them, with what happened to it", 0 },
    { "POST", "/api/v1/work-orders/{work_order}/events", "view_work_orders", RUN_WRITE, 0, work_post, NULL, work_fields, "Move it along; each move needs a right of its own", 0 },
    { "POST", "/api/v1/production", "report_completion", RUN_WRITE, 0, production_post, NULL, production_fields, "What a machine has produced", 0 },
    { "GET", "/api/v1/kpi", "view_plan", RUN_READ, 0, kpi_get, kpi_query, NULL, "OEE, throughput, bottleneck, takt, work in progress, yield, delivery, cost", 0 },
    { "POST", "/api/v1/import/{table}", "modify_bom", RUN_WRITE, TAKES_BYTES, import_post, import_query, NULL, "CSV of sales-orders or stock; a dry run first", 8 << 20 },
    { 0 },
};
