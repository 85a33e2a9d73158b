/* SPDX-License-Identifier: Apache-2.0 */
/* Entry checks of ledgers, uses, overhead, events and arrivals. */
#include "cost/cost_internal.h"

c12_status c12__cost_columns(const c12__cost_column *columns, int32_t n_columns, int64_t n, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    for (int32_t k = 0; k < n_columns; k++) {
        const c12__cost_column *c = &columns[k];
        if (!c->at && n && !c->may_be_null) c12__fault(&f, C12_E_ARG, "column is NULL", c->name, -1, 0);
        for (int64_t i = 0; c->at && i < n && !c12__full(&f); i++)
            if (c->at[i] < c->least) c12__fault(&f, C12_E_RANGE, c->least > 0 ? "value must be positive" : "value is negative", c->name, i, c->at[i]);
    }
    return f.status;
}

/* ids of a column in low..high-1 */
static c12_status cost_ids(const int32_t *id, const char *name, int64_t n, int32_t low, int32_t high, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    if (n && !id) return c12__fail(err, C12_E_ARG, "column is NULL", name, -1, 0);
    for (int64_t i = 0; i < n && !c12__full(&f); i++)
        if (id[i] < low || id[i] >= high) c12__fault(&f, C12_E_RANGE, "number lies outside its table", name, i, id[i]);
    return f.status;
}

static c12_status cost_count(int64_t n, const char *name, c12_error *err)
{
    return n < 0 ? c12__fail(err, C12_E_ARG, "count is negative", name, -1, n) : C12_OK;
}

/* ---- ledger ------------------------------------------------------------------------------------------------------------------ */

static void check_movement(c12__faults *f, const c12_cost_ledger *l, int32_t i)
{
    int moves = l->kind[i] == C12_COST_RECEIPT || l->kind[i] == C12_COST_ISSUE;
    if (moves && l->qty[i] <= 0) c12__fault(f, C12_E_RANGE, "quantity must be positive", "qty", i, l->qty[i]);
    if (!moves && l->qty[i]) c12__fault(f, C12_E_RANGE, "quantity must be 0: nothing moves", "qty", i, l->qty[i]);
    if (l->kind[i] == C12_COST_ISSUE && l->value[i]) c12__fault(f, C12_E_RANGE, "an issue has no value of its own; write 0", "value", i, l->value[i]);
    if (l->kind[i] != C12_COST_ADJUST && l->value[i] < 0) c12__fault(f, C12_E_RANGE, "value is negative", "value", i, l->value[i]);
}

c12_status c12__cost_open_ledger(c12_cost_ledger *l, const c12_cost_ledger *in, c12_error *err)
{
    c12_status s = c12__take(l, sizeof *l, in, "in", err);
    if (s || (s = cost_count(l->n, "n", err)) || (s = cost_count(l->n_items, "n_items", err))) return s;
    if (l->method < C12_COST_FIFO || l->method > C12_COST_STANDARD) return c12__fail(err, C12_E_RANGE, "no such method", "method", -1, l->method);
    if (l->n && (!l->qty || !l->value)) return c12__fail(err, C12_E_ARG, "column is NULL", l->qty ? "value" : "qty", -1, 0);
    if ((s = cost_ids(l->kind, "kind", l->n, C12_COST_RECEIPT, C12_COST_ADJUST + 1, err)) || (s = cost_ids(l->item, "item", l->n, 0, l->n_items, err))) return s;
    c12__faults f = { err, C12_OK, 0 };
    for (int32_t i = 0; i < l->n && !c12__full(&f); i++) check_movement(&f, l, i);
    if (f.status || l->method != C12_COST_STANDARD) return f.status;
    const c12__cost_column standard = { l->standard, "standard", 0, 0 };
    return c12__cost_columns(&standard, 1, l->n_items, err);
}

c12_status c12__cost_take_valued(c12_cost_valued *v, const c12_cost_ledger *l, const c12_cost_valued *out, c12_error *err)
{
    c12_status s = c12__take(v, sizeof *v, out, "out", err);
    if (s || (s = cost_count(v->cap, "cap", err))) return s;
    if (l->n && (!v->change || !v->variance)) return c12__fail(err, C12_E_ARG, "column is NULL", v->change ? "variance" : "change", -1, 0);
    if (l->n_items && (!v->on_hand || !v->value)) return c12__fail(err, C12_E_ARG, "column is NULL", v->on_hand ? "value" : "on_hand", -1, 0);
    if (v->cap && (!v->layer_item || !v->layer_row || !v->layer_qty || !v->layer_value)) return c12__fail(err, C12_E_ARG, "column is NULL", "layer", -1, 0);
    return C12_OK;
}

/* ---- uses and overhead --------------------------------------------------------------------------------------------------------- */

c12_status c12__cost_open_uses(c12_cost_uses *u, const c12_cost_uses *in, c12_error *err)
{
    c12_status s = c12__take(u, sizeof *u, in, "in", err);
    if (s || (s = cost_count(u->n, "n", err)) || (s = cost_count(u->n_orders, "n_orders", err))) return s;
    if ((s = cost_ids(u->order, "order", u->n, 0, u->n_orders, err)) || (s = cost_ids(u->element, "element", u->n, 0, C12_COST_ELEMENTS, err))) return s;
    const c12__cost_column columns[] = { { u->used, "used", 0, 0 }, { u->allowed, "allowed", 0, 0 }, { u->spoiled, "spoiled", 0, 1 }, { u->actual, "actual", 0, 0 },
                                         { u->price, "price", 0, 0 }, { u->per, "per", 1, 1 } };
    return c12__cost_columns(columns, 6, u->n, err);
}

c12_status c12__cost_take_variances(c12_cost_variances *v, const c12_cost_uses *u, const c12_cost_variances *out, c12_error *err)
{
    c12_status s = c12__take(v, sizeof *v, out, "out", err);
    if (s) return s;
    if (u->n && (!v->standard || !v->price || !v->usage || !v->spoilage)) return c12__fail(err, C12_E_ARG, "column is NULL", "out", -1, 0);
    return C12_OK;
}

c12_status c12__cost_open_centres(c12_cost_centres *x, const c12_cost_centres *in, c12_error *err)
{
    c12_status s = c12__take(x, sizeof *x, in, "in", err);
    if (s || (s = cost_count(x->n, "n", err))) return s;
    const c12__cost_column columns[] = { { x->actual, "actual", 0, 0 }, { x->fixed_budget, "fixed_budget", 0, 0 }, { x->variable_rate, "variable_rate", 0, 1 },
                                         { x->fixed_rate, "fixed_rate", 0, 0 }, { x->per, "per", 1, 1 }, { x->used, "used", 0, 0 }, { x->allowed, "allowed", 0, 0 } };
    return c12__cost_columns(columns, 7, x->n, err);
}

c12_status c12__cost_take_overheads(c12_cost_overheads *v, int32_t n, const c12_cost_overheads *out, c12_error *err)
{
    c12_status s = c12__take(v, sizeof *v, out, "out", err);
    if (s) return s;
    if (n && (!v->applied || !v->spending || !v->efficiency || !v->volume)) return c12__fail(err, C12_E_ARG, "column is NULL", "out", -1, 0);
    return C12_OK;
}

/* ---- events -------------------------------------------------------------------------------------------------------------------- */

static void check_event(c12__faults *f, const c12_cost_events *x, int32_t i)
{
    int32_t kind = x->kind[i], buys = kind == C12_COST_BUY;
    int64_t qty = c12__at64(x->qty, i, 0), actual = c12__at64(x->actual, i, 0), standard = c12__at64(x->standard, i, 0);
    if (buys ? x->order[i] != -1 : x->order[i] < 0 || x->order[i] >= x->n_orders)
        c12__fault(f, C12_E_RANGE, buys ? "a receipt has no order; write -1" : "number lies outside its table", "order", i, x->order[i]);
    if (qty && kind != C12_COST_COMPLETE && kind != C12_COST_DISCARD) c12__fault(f, C12_E_RANGE, "quantity must be 0 in this kind of event", "qty", i, qty);
    if (actual && !buys && kind != C12_COST_WORK) c12__fault(f, C12_E_RANGE, "amount must be 0 in this kind of event", "actual", i, actual);
    if (standard && kind > C12_COST_APPLY) c12__fault(f, C12_E_RANGE, "amount must be 0 in this kind of event", "standard", i, standard);
}

c12_status c12__cost_open_events(c12_cost_events *x, const c12_cost_events *in, c12_error *err)
{
    c12_status s = c12__take(x, sizeof *x, in, "in", err);
    if (s || (s = cost_count(x->n, "n", err)) || (s = cost_count(x->n_orders, "n_orders", err))) return s;
    if (x->n > INT32_MAX / 4) return c12__fail(err, C12_E_ARG, "more events than lines can be numbered", "n", -1, x->n);
    const c12__cost_column columns[] = { { x->material, "material", 0, 0 }, { x->labour, "labour", 0, 0 }, { x->overhead, "overhead", 0, 0 } };
    if ((s = c12__cost_columns(columns, 3, x->n_orders, err)) || (s = cost_ids(x->kind, "kind", x->n, 0, C12_COST_EVENTS, err))) return s;
    if (x->n && !x->order) return c12__fail(err, C12_E_ARG, "column is NULL", "order", -1, 0);
    if (x->scrap_account != 0 && x->scrap_account != 1) return c12__fail(err, C12_E_RANGE, "must be 0 or 1", "scrap_account", -1, x->scrap_account);
    c12__faults f = { err, C12_OK, 0 };
    for (int32_t i = 0; i < x->n && !c12__full(&f); i++) check_event(&f, x, i);
    return f.status;
}

c12_status c12__cost_take_entries(c12_cost_entries *j, const c12_cost_events *x, const c12_cost_entries *out, c12_error *err)
{
    c12_status s = c12__take(j, sizeof *j, out, "out", err);
    if (s || (s = cost_count(j->cap, "cap", err))) return s;
    if (!j->balance || (x->n_orders && !j->wip)) return c12__fail(err, C12_E_ARG, "column is NULL", j->balance ? "wip" : "balance", -1, 0);
    if (j->cap && (!j->event || !j->account || !j->debit || !j->credit)) return c12__fail(err, C12_E_ARG, "column is NULL", "out", -1, 0);
    return C12_OK;
}

/* ---- arrivals ------------------------------------------------------------------------------------------------------------------ */

c12_status c12__cost_open_arrivals(c12_cost_arrivals *a, const c12_cost_arrivals *in, c12_error *err)
{
    c12_status s = c12__take(a, sizeof *a, in, "in", err);
    if (s || (s = cost_count(a->n_shipments, "n_shipments", err)) || (s = cost_count(a->n_lines, "n_lines", err)) || (s = cost_count(a->n_charges, "n_charges", err))) return s;
    if ((a->shipment || !a->n_shipments) && (s = cost_ids(a->shipment, "shipment", a->n_lines, 0, a->n_shipments, err))) return s;
    if (a->charged && (s = cost_ids(a->charged, "charged", a->n_charges, -1, a->n_shipments, err))) return s;
    if ((s = cost_ids(a->basis, "basis", a->n_charges, C12_COST_BY_QTY, C12_COST_BY_LINE + 1, err))) return s;
    const c12__cost_column columns[] = { { a->qty, "qty", 0, 1 }, { a->value, "value", 0, 1 }, { a->weight, "weight", 0, 1 } }, amount = { a->amount, "amount", INT64_MIN + 1, 0 };
    if ((s = c12__cost_columns(columns, 3, a->n_lines, err)) || (s = c12__cost_columns(&amount, 1, a->n_charges, err))) return s;
    for (int32_t i = 0; i < a->n_charges; i++)
        if (a->basis[i] < C12_COST_BY_LINE && a->n_lines && !columns[a->basis[i]].at)
            return c12__fail(err, C12_E_ARG, "a charge is spread by this column, which is NULL", columns[a->basis[i]].name, -1, i);
    return C12_OK;
}

c12_status c12__cost_take_landed(c12_cost_landed *l, const c12_cost_arrivals *a, const c12_cost_landed *out, c12_error *err)
{
    c12_status s = c12__take(l, sizeof *l, out, "out", err);
    if (s || (s = cost_count(l->cap, "cap", err))) return s;
    if (a->n_lines && !l->added) return c12__fail(err, C12_E_ARG, "column is NULL", "added", -1, 0);
    if (l->cap && (!l->charge || !l->line || !l->share)) return c12__fail(err, C12_E_ARG, "column is NULL", "out", -1, 0);
    return C12_OK;
}
